/* The engine's promises: counts and time are exact wherever they are read, both engines agree, changed code is seen at once. */
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SUBS_X3 0xf1000463u /* subs x3, x3, #1 */
#define ADD_X0 0x91000400u  /* add x0, x0, #1 */
#define LDR_X1 0xf9400041u  /* ldr x1, [x2] */
#define STR_W5 0xb9000045u  /* str w5, [x2] */
#define BNE(words) (0x54000001u | ((u32)(words) & 0x7ffff) << 5)
#define B(words) (0x14000000u | ((u32)(words) & 0x3ffffff))
#define SVC 0xd4000001u

static void put(struct bare_pe *b, u64 at, const u32 *words, size_t n)
{
    bus_write_mem(&b->bus, PA(at), words, n * 4);
}

#define PUT(b, at, ...) put(b, at, (const u32[]){ __VA_ARGS__ }, sizeof((const u32[]){ __VA_ARGS__ }) / 4)

/* Runs at EL0 until the first exception. */
static void run_to_svc(struct bare_pe *b, u64 slice)
{
    for (unsigned i = 0; i < 100000 && b->cpu->pstate.el == 0; i++)
        cpu_run(b->cpu, slice);
    assert_int_equal(b->cpu->pstate.el, 1);
}

static void load_loop(struct bare_pe *b)
{
    /* Crosses a page on every turn: the branch lies in the next page. */
    PUT(b, BARE_CODE + 0xff4, ADD_X0, LDR_X1, SUBS_X3, BNE(-3), SVC);
    b->cpu->pc = BARE_CODE + 0xff4;
    b->cpu->x[0] = 0;
    b->cpu->x[2] = 0x100000;
    b->cpu->x[3] = 1000;
    bare_pe_to_el0(b);
}

static void instructions_are_counted_exactly(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new(false, true);
    load_loop(b);
    run_to_svc(b, 100000000);
    assert_int_equal(b->cpu->x[0], 1000);
    assert_in_range(b->cpu->insns, 4 * 1000 + 1, 4 * 1000 + 1 + 100000000 / TICKS_PER_CYCLE);
    bare_pe_free(b);
}

/* Records count and time at an instruction. */
struct probe {
    u64 pc, insns, now;
    unsigned hits;
};

static bool probe_before(void *owner, struct cpu *cpu, u32 word)
{
    struct probe *p = owner;
    (void)word;
    if (cpu->pc == p->pc) {
        p->insns = cpu->insns;
        p->now = cpu->clock->now;
        p->hits++;
    }
    return true;
}

static struct probe probe_loop(bool nocache, u64 slice)
{
    struct bare_pe *b = bare_pe_new(nocache, true);
    load_loop(b);
    struct probe p = { .pc = BARE_CODE + 0x1004 }; /* the SVC */
    struct cpu_watcher w = { .before = probe_before, .owner = &p };
    cpu_watch_add(b->cpu, &w);
    run_to_svc(b, slice);
    bare_pe_free(b);
    return p;
}

static void watched_engine_sees_exact_count_and_time(void **state)
{
    (void)state;
    struct probe p = probe_loop(false, 1000000);
    assert_int_equal(p.hits, 1);
    assert_int_equal(p.insns, 4000);
    assert_int_equal(p.now, 4000 * TICKS_PER_CYCLE);
}

static void short_slices_change_neither_count_nor_time(void **state)
{
    (void)state;
    struct probe p = probe_loop(false, 7);
    assert_int_equal(p.insns, 4000);
    assert_int_equal(p.now, 4000 * TICKS_PER_CYCLE);
}

static void decoding_afresh_changes_neither_count_nor_time(void **state)
{
    (void)state;
    struct probe p = probe_loop(true, 1000000);
    assert_int_equal(p.insns, 4000);
    assert_int_equal(p.now, 4000 * TICKS_PER_CYCLE);
}

static void both_engines_end_a_slice_at_the_same_instruction(void **state)
{
    (void)state;
    struct cpu_watcher w = { 0 };
    for (u64 slice = 100; slice < 3000; slice += 97) {
        struct bare_pe *fast = bare_pe_new(false, false), *watched = bare_pe_new(false, false);
        load_loop(fast);
        load_loop(watched);
        cpu_watch_add(watched->cpu, &w);
        cpu_run(fast->cpu, slice);
        cpu_run(watched->cpu, slice);
        assert_int_equal(fast->cpu->pc, watched->cpu->pc);
        assert_int_equal(fast->cpu->insns, watched->cpu->insns);
        assert_int_equal(fast->clock.now, watched->clock.now);
        assert_int_equal(fast->cpu->x[3], watched->cpu->x[3]);
        bare_pe_free(fast);
        bare_pe_free(watched);
    }
}

static void a_bound_stops_at_the_very_instruction(void **state)
{
    (void)state;
    for (u64 bound = 1; bound < 40; bound++) {
        struct bare_pe *b = bare_pe_new(false, false);
        load_loop(b);
        b->cpu->watch.bounded = true;
        b->cpu->watch.insn_limit = b->cpu->insns + bound;
        u64 limit = b->cpu->watch.insn_limit;
        cpu_run(b->cpu, 1000000);
        assert_int_equal(b->cpu->insns, limit);
        bare_pe_free(b);
    }
}

/* The instruction that a store changes is the next one: what runs is the new one. */
static void changed_code(bool nocache, u64 from, u64 target)
{
    struct bare_pe *b = bare_pe_new(nocache, true);
    struct cpu *cpu = b->cpu;
    PUT(b, from, STR_W5, B((s64)(target - from - 4) / 4));
    PUT(b, target, ADD_X0, SUBS_X3, BNE((s64)(from - target - 8) / 4), SVC);
    cpu->pc = from;
    cpu->x[0] = 0;
    cpu->x[2] = target;
    cpu->x[3] = 3;
    cpu->x[5] = ADD_X0;
    bare_pe_to_el0(b);
    run_to_svc(b, 50);
    assert_int_equal(cpu->x[0], 3);
    cpu_set_el(cpu, 0, 0);
    cpu_regime_changed(cpu);
    cpu->pc = from;
    cpu->x[3] = 3;
    cpu->x[5] = 0x91002800; /* add x0, x0, #10 */
    run_to_svc(b, 50);
    assert_int_equal(cpu->x[0], 33);
    bare_pe_free(b);
}

static void a_store_into_the_same_page_changes_what_runs(void **state)
{
    (void)state;
    changed_code(false, BARE_CODE, BARE_CODE + 0x100);
    changed_code(false, BARE_CODE + 0x100, BARE_CODE + 0x20);
    changed_code(true, BARE_CODE, BARE_CODE + 0x100);
}

static void a_store_into_another_page_changes_what_runs(void **state)
{
    (void)state;
    changed_code(false, BARE_CODE, BARE_CODE + 0x5100);
    changed_code(true, BARE_CODE, BARE_CODE + 0x5100);
}

static void a_page_written_often_is_still_right(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new(false, true);
    struct cpu *cpu = b->cpu;
    PUT(b, BARE_CODE, STR_W5, SUBS_X3, BNE(-2), B(0x400 - 3));
    PUT(b, BARE_CODE + 0x1000, ADD_X0, SVC);
    cpu->x[0] = 0;
    cpu->x[2] = BARE_CODE + 0x1800;
    cpu->x[3] = 1000;
    cpu->pc = BARE_CODE + 0x1000;
    bare_pe_to_el0(b);
    run_to_svc(b, 1000); /* the second page has decoded code now */
    cpu_set_el(cpu, 0, 0);
    cpu_regime_changed(cpu);
    cpu->pc = BARE_CODE;
    run_to_svc(b, 1000);
    assert_int_equal(cpu->x[0], 2);
    bare_pe_free(b);
}

static void more_code_than_pages_still_runs(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new(false, true);
    struct cpu *cpu = b->cpu;
    u64 first = 0x02900000, pages = 5000;
    for (u64 i = 0; i < pages; i++)
        PUT(b, first + i * 0x1000, ADD_X0, i + 1 < pages ? B(0x3ff) : SVC);
    for (unsigned turn = 0; turn < 2; turn++) {
        cpu_set_el(cpu, 0, 0);
        cpu_regime_changed(cpu);
        cpu->pc = first;
        cpu->x[0] = 0;
        run_to_svc(b, 100000);
        assert_int_equal(cpu->x[0], pages);
    }
    bare_pe_free(b);
}

static void an_unknown_word_is_undefined_and_named(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new(false, true);
    PUT(b, BARE_CODE, 0x0badc0de & ~0x18000000u); /* in the unallocated group op0 = 0 */
    bare_pe_to_el0(b);
    run_to_svc(b, 1000);
    assert_int_equal(b->cpu->sys.esr_el1 >> 26, 0);
    assert_int_equal(b->cpu->sys.elr_el1, BARE_CODE);
    assert_int_equal(b->log.count[LOG_UNIMP], 1);
    assert_non_null(strstr(b->log.once[0], "UNDEFINED"));
    bare_pe_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_are_counted_exactly),
        cmocka_unit_test(watched_engine_sees_exact_count_and_time),
        cmocka_unit_test(short_slices_change_neither_count_nor_time),
        cmocka_unit_test(decoding_afresh_changes_neither_count_nor_time),
        cmocka_unit_test(both_engines_end_a_slice_at_the_same_instruction),
        cmocka_unit_test(a_bound_stops_at_the_very_instruction),
        cmocka_unit_test(a_store_into_the_same_page_changes_what_runs),
        cmocka_unit_test(a_store_into_another_page_changes_what_runs),
        cmocka_unit_test(a_page_written_often_is_still_right),
        cmocka_unit_test(more_code_than_pages_still_runs),
        cmocka_unit_test(an_unknown_word_is_undefined_and_named),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
