/* What a guest cannot arrange: an interrupt between a branch and its target finds PSTATE.BTYPE, on both engines. */
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BLR_X1 0xd63f0020
#define BR_X1 0xd61f0020
#define BR_X16 0xd61f0200
#define RET_X1 0xd65f0020
#define NOP 0xd503201f
#define B_HERE 0x14000000

static void put(struct bare_pe *b, u64 at, u32 word)
{
    bus_write_mem(&b->bus, PA(at), &word, 4);
}

/* Runs `branch` to the page behind it with one tick to go, and an interrupt then. Returns SPSR_EL1.BTYPE. */
static u64 interrupted(u32 branch, bool nocache, bool warm)
{
    struct bare_pe *b = bare_pe_new_model("max", nocache, true);
    struct cpu *cpu = b->cpu;
    u64 target = cpu->pc + 0x1000, start = cpu->pc;
    put(b, BARE_CODE, branch);
    put(b, BARE_CODE + 0x1000, NOP);
    put(b, BARE_CODE + 0x1004, B_HERE);
    if (warm) { /* the target is decoded, and its page at hand */
        cpu->x[1] = cpu->x[16] = target;
        cpu_run(cpu, 20);
        cpu->pc = start;
    }
    cpu->x[1] = cpu->x[16] = target;
    cpu->pstate.daif = 0;
    cpu_run(cpu, 1);
    assert_int_equal(cpu->pc, target);
    cpu_set_line(cpu, LINE_IRQ, true);
    cpu_run(cpu, 1);
    assert_int_equal(cpu->sys.elr_el1, target);
    u64 btype = cpu->sys.spsr_el1 >> 10 & 3;
    assert_int_equal(cpu->pstate.btype, 0);
    bare_pe_free(b);
    return btype;
}

static void an_interrupt_at_the_target_saves_btype(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(interrupted(BLR_X1, i & 1, i & 2), 2);
        assert_int_equal(interrupted(BR_X1, i & 1, i & 2), 1);
        assert_int_equal(interrupted(BR_X16, i & 1, i & 2), 1);
        assert_int_equal(interrupted(RET_X1, i & 1, i & 2), 0);
    }
}

/* One instruction behind the target nothing is left of it. */
static void behind_the_target_btype_is_0(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct bare_pe *b = bare_pe_new_model("max", i, true);
        struct cpu *cpu = b->cpu;
        put(b, BARE_CODE, BLR_X1);
        put(b, BARE_CODE + 0x1000, NOP);
        put(b, BARE_CODE + 0x1004, B_HERE);
        cpu->x[1] = cpu->pc + 0x1000;
        cpu->pstate.daif = 0;
        cpu_run(cpu, 20);
        cpu_set_line(cpu, LINE_IRQ, true);
        cpu_run(cpu, 1);
        assert_int_equal(cpu->sys.elr_el1, cpu->x[1] + 4);
        assert_int_equal(cpu->sys.spsr_el1 >> 10 & 3, 0);
        bare_pe_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_at_the_target_saves_btype),
        cmocka_unit_test(behind_the_target_btype_is_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
