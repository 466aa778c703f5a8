/* Atomics as watchers see them, and what they do to exclusives. */
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DATA 0x00500000ull
#define LDADD_X3_X4_X0 0xf8230004u
#define CASP_X2_X4_X0 0x48227c04u
#define CAS_X3_X4_X0 0xc8a37c04u
#define LDXR_X3_X0 0xc85f7c03u
#define LDXR_X5_X0 0xc85f7c05u
#define STXR_W6_X3_X0 0xc8067c03u
#define SVC 0xd4000001u

/* A PE at EL0 in front of the instructions; X0 points to a cell that holds 40, 41. */
static struct bare_pe *pe_with(const u32 *code, unsigned n)
{
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    bus_write_mem(&b->bus, PA(BARE_CODE), code, n * 4ull);
    bus_write_mem(&b->bus, PA(DATA), (u64[]){ 40, 41 }, 16);
    b->cpu->x[0] = DATA;
    bare_pe_to_el0(b);
    return b;
}

static u64 cell(struct bare_pe *b, unsigned i)
{
    u64 value;
    bus_read_mem(&b->bus, PA(DATA + 8ull * i), &value, 8);
    return value;
}

static void run_to_el1(struct bare_pe *b)
{
    for (unsigned i = 0; i < 100 && b->cpu->pstate.el == 0; i++)
        cpu_run(b->cpu, 1000);
    assert_int_equal(b->cpu->pstate.el, 1);
}

struct record {
    unsigned count;
    struct {
        u64 addr, low, high;
        unsigned size;
        bool write;
    } seen[4];
    bool refuse_reads; /* the next one */
};

static void record_data(void *owner, struct cpu *cpu, u64 addr, unsigned size, bool write, u64 low, u64 high)
{
    struct record *r = owner;
    (void)cpu;
    if (r->count < ARRAY_SIZE(r->seen)) {
        r->seen[r->count].addr = addr;
        r->seen[r->count].size = size;
        r->seen[r->count].write = write;
        r->seen[r->count].low = low;
        r->seen[r->count].high = high;
    }
    r->count++;
}

static bool refuse_a_read(void *owner, struct cpu *cpu, u64 addr, unsigned size, bool write)
{
    struct record *r = owner;
    (void)addr;
    (void)size;
    if (write || !r->refuse_reads)
        return true;
    r->refuse_reads = false;
    cpu_request_yield(cpu);
    return false;
}

static void a_watcher_is_told_of_the_read_and_of_the_write(void **state)
{
    (void)state;
    struct bare_pe *b = pe_with((u32[]){ LDADD_X3_X4_X0, CASP_X2_X4_X0, SVC }, 3);
    struct record r = { 0 };
    struct cpu_watcher w = { .data = record_data, .owner = &r };
    cpu_watch_add(b->cpu, &w);
    b->cpu->x[2] = 42;
    b->cpu->x[5] = 6;
    b->cpu->x[3] = 2;
    run_to_el1(b);
    assert_int_equal(r.count, 3);
    assert_false(r.seen[0].write);
    assert_int_equal(r.seen[0].low, 40);
    assert_true(r.seen[1].write);
    assert_int_equal(r.seen[1].low, 42);
    assert_int_equal(r.seen[1].size, 8);
    assert_false(r.seen[2].write);
    assert_int_equal(r.seen[2].size, 16);
    assert_int_equal(r.seen[2].low, 42);
    assert_int_equal(r.seen[2].high, 41);
    assert_int_equal(cell(b, 1), 41); /* CASP expected 2 there: it failed, and stored nothing */
    cpu_watch_remove(b->cpu, &w);
    bare_pe_free(b);
}

static void a_refused_read_leaves_the_atomic_undone(void **state)
{
    (void)state;
    struct bare_pe *b = pe_with((u32[]){ LDADD_X3_X4_X0, SVC }, 2);
    struct record r = { .refuse_reads = true };
    struct cpu_watcher w = { .may_access = refuse_a_read, .owner = &r };
    cpu_watch_add(b->cpu, &w);
    b->cpu->x[3] = 2;
    cpu_run(b->cpu, 1000);
    assert_false(r.refuse_reads);
    assert_int_equal(b->cpu->pc, BARE_CODE);
    assert_int_equal(cell(b, 0), 40);
    run_to_el1(b);
    assert_int_equal(cell(b, 0), 42);
    assert_int_equal(b->cpu->x[4], 40);
    cpu_watch_remove(b->cpu, &w);
    bare_pe_free(b);
}

/* DDI 0487 B2.12.2 leaves it open; a plain store does the same here. On both engines: inline and not. */
static void an_atomic_leaves_this_monitor_armed(void **state)
{
    (void)state;
    for (unsigned watched = 0; watched < 2; watched++) {
        struct bare_pe *b = pe_with((u32[]){ LDXR_X5_X0, LDADD_X3_X4_X0, STXR_W6_X3_X0, SVC }, 4);
        struct cpu_watcher w = { 0 };
        if (watched)
            cpu_watch_add(b->cpu, &w);
        b->cpu->x[3] = 2;
        b->cpu->x[6] = 9;
        run_to_el1(b);
        assert_int_equal(b->cpu->x[5], 40);
        assert_int_equal(b->cpu->x[4], 40);
        assert_int_equal(b->cpu->x[6], 0);
        assert_int_equal(cell(b, 0), 2);
        bare_pe_free(b);
    }
}

/* ---- another PE's monitor ---- */

struct pair_of_pes {
    struct bare_pe *one, *other;
};

static void for_both(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    struct pair_of_pes *pes = machine;
    fn(pes->one->cpu, arg);
    fn(pes->other->cpu, arg);
}

/* Runs the code on one PE while another has marked its cell; is the mark still there? */
static bool mark_outlasts(const u32 *code, unsigned n)
{
    struct pair_of_pes pes = { pe_with(code, n), pe_with(code, n) };
    struct bus_region *ram = bus_find(&pes.one->bus, PA(DATA));
    ram->page_flags[(DATA - ram->base) >> PAGE_SHIFT] |= RAM_PAGE_HAS_MONITOR;
    pes.other->cpu->exclusive = (struct exclusive){ .armed = true, .size = 8, .addr = PA(DATA) };
    pes.other->cpu->event_register = false;
    pes.one->cpu->host.for_each_cpu = for_both;
    pes.one->cpu->host.machine = &pes;
    pes.one->cpu->x[3] = 2;
    run_to_el1(pes.one);
    bool armed = pes.other->cpu->exclusive.armed;
    assert_int_equal(pes.other->cpu->event_register, !armed);
    bare_pe_free(pes.one);
    bare_pe_free(pes.other);
    return armed;
}

static void an_atomic_clears_the_monitors_of_others(void **state)
{
    (void)state;
    assert_false(mark_outlasts((u32[]){ LDADD_X3_X4_X0, SVC }, 2));
}

static void a_compare_and_swap_that_fails_is_no_store(void **state)
{
    (void)state;
    assert_true(mark_outlasts((u32[]){ CAS_X3_X4_X0, CASP_X2_X4_X0, SVC }, 3));
    assert_false(mark_outlasts((u32[]){ LDXR_X3_X0, CAS_X3_X4_X0, SVC }, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watcher_is_told_of_the_read_and_of_the_write),
        cmocka_unit_test(a_refused_read_leaves_the_atomic_undone),
        cmocka_unit_test(an_atomic_leaves_this_monitor_armed),
        cmocka_unit_test(an_atomic_clears_the_monitors_of_others),
        cmocka_unit_test(a_compare_and_swap_that_fails_is_no_store),
    };
    return cmocka_run_group_tests_name("atomics", tests, NULL, NULL);
}
