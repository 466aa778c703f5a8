/* ARMv7's Security Extensions: where a PE starts, whose CP15 copies Monitor mode sees, what is Secure PL1's alone (DDI 0406 B1.5.1, B3.15). */
#include "tests/unit/bare_v7.h"

#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DATA 0x10000u
#define HVBAR 0x200u
#define SECTIONS 0x104000u

enum { LDR_R3_R0 = 0xe5903000, LDRT_R3_R0 = 0xe4b03000, STRT_R3_R0 = 0xe4a03000, MRC_CNTFRQ = 0xee1e3f10, MCR_CNTFRQ = 0xee0e3f10,
       MCR_CSSELR = 0xee403f10, MRC_CCSIDR = 0xee303f10, MCR_CNTP_CTL = 0xee0e3f32, MCR_SCR = 0xee013f11, MCR_CONTEXTIDR = 0xee0d3f30 };

static struct bare_pe *new_pe(bool el2, bool el3)
{
    struct bare_pe *b = bare_v7_new("cortex-a15", el2, el3);
    b->cpu->sys.vbar_el2 = HVBAR;
    return b;
}

static int set_up(void **state)
{
    *state = new_pe(true, true);
    return 0;
}

static int tear_down(void **state)
{
    bare_pe_free(*state);
    return 0;
}

/* AArch32.TakeReset() */
static void starts_in_the_highest_mode_there_is(void **state)
{
    static const struct {
        bool el2, el3;
        u8 mode, el;
    } starts[] = { { false, false, MODE_SVC, 1 }, { true, false, MODE_HYP, 2 }, { false, true, MODE_SVC, 3 }, { true, true, MODE_SVC, 3 } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(starts); i++) {
        struct bare_pe *b = new_pe(starts[i].el2, starts[i].el3);
        assert_true(b->cpu->pstate.aarch32);
        assert_int_equal(b->cpu->pstate.mode, starts[i].mode);
        assert_int_equal(b->cpu->pstate.el, starts[i].el);
        assert_int_equal(b->cpu->pstate.daif, DAIF_A | DAIF_I | DAIF_F);
        bare_pe_free(b);
    }
}

static unsigned timer_written; /* 1 + which */

static void note_timer(void *clock, unsigned cpu, unsigned id, unsigned reg, u64 value)
{
    (void)clock;
    (void)cpu;
    (void)reg;
    (void)value;
    timer_written = 1 + id;
}

static void monitor_mode_sees_the_copies_that_ns_names(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    unsigned timers[2];
    cpu->timer.write = note_timer;
    for (unsigned ns = 0; ns < 2; ns++) {
        to_mode(b, MODE_MON, ns);
        cpu->x[3] = 0x100 + ns;
        assert_int_equal(execute(b, MCR_CONTEXTIDR), MODE_MON);
        cpu->x[3] = ns ? 2 : 1;
        assert_int_equal(execute(b, MCR_CSSELR), MODE_MON);
        execute(b, MRC_CCSIDR);
        assert_int_equal(cpu->x[3], ns ? cpu->model->ccsidr_l2 : cpu->model->ccsidr_l1i);
        execute(b, MCR_CNTP_CTL);
        timers[ns] = timer_written;
    }
    assert_int_equal(cpu->sys.contextidr_s, 0x100);
    assert_int_equal(cpu->sys.contextidr_el1, 0x101);
    assert_int_equal(cpu->sys.csselr_s, 1);
    assert_int_equal(cpu->sys.csselr_el1, 2);
    assert_int_not_equal(timers[0], timers[1]);
}

/* CNTFRQ is read everywhere, and written by Secure PL1. */
static void cntfrq_is_the_secure_worlds_to_write(void **state)
{
    struct bare_pe *b = *state;
    static const struct {
        u8 mode;
        bool ns, may;
    } rows[] = { { MODE_SVC, false, true }, { MODE_MON, false, true }, { MODE_MON, true, true }, { MODE_SVC, true, false }, { MODE_HYP, true, false } };
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        to_mode(b, rows[i].mode, rows[i].ns);
        assert_int_equal(execute(b, MRC_CNTFRQ), rows[i].mode);
        u64 pc = b->cpu->pc;
        execute(b, MCR_CNTFRQ);
        assert_int_equal(b->cpu->pc == pc, rows[i].may);
    }
    struct bare_pe *plain = new_pe(false, false);
    assert_int_equal(execute(plain, MCR_CNTFRQ), MODE_SVC);
    bare_pe_free(plain);
}

/* LDRT and STRT at Secure PL1 are User mode's accesses, too: here of memory that is PL1's alone. */
static void unprivileged_accesses_of_secure_modes(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    for (u32 i = 0; i < 64; i++)
        bus_write_mem(&b->bus, PA(SECTIONS + 4 * i), &(u32){ i << 20 | 1 << 10 | 2 }, 4);
    cpu->sys.ttbr0_s = SECTIONS;
    cpu->sys.dacr_s = 1;
    cpu->sys.sctlr_s |= 1;
    for (unsigned i = 0; i < 2; i++) {
        u8 mode = i ? MODE_MON : MODE_SVC;
        to_mode(b, mode, false);
        cpu->x[0] = DATA;
        assert_int_equal(execute(b, LDR_R3_R0), mode);
        assert_int_equal(execute(b, LDRT_R3_R0), MODE_ABT);
        to_mode(b, mode, false);
        assert_int_equal(execute(b, STRT_R3_R0), MODE_ABT);
        assert_int_equal(cpu->sys.dfsr_s, 0x80d); /* a write; permission, section */
    }
}

/* NS set in a Secure mode other than Monitor: the PE is Non-secure from then on, and SCR out of reach. */
static void ns_written_outside_monitor_mode(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    to_mode(b, MODE_SVC, false);
    cpu->x[3] = 1;
    assert_int_equal(execute(b, MCR_SCR), MODE_SVC);
    assert_int_equal(cpu->pstate.el, 1);
    assert_false(cpu_is_secure(cpu));
    cpu->x[3] = 0x77;
    assert_int_equal(execute(b, MCR_CONTEXTIDR), MODE_SVC);
    assert_int_equal(cpu->sys.contextidr_el1, 0x77);
    assert_int_equal(cpu->sys.contextidr_s, 0);
    cpu->x[3] = 0;
    assert_int_equal(execute(b, MCR_SCR), MODE_UND);
    assert_int_equal(cpu->sys.scr_el3, 1);
    to_mode(b, MODE_MON, false); /* in Monitor mode NS chooses copies, not the state */
    cpu->x[3] = 1;
    assert_int_equal(execute(b, MCR_SCR), MODE_MON);
    assert_int_equal(cpu->pstate.el, 3);
    assert_true(cpu_is_secure(cpu));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ns_written_outside_monitor_mode, set_up, tear_down),
        cmocka_unit_test(starts_in_the_highest_mode_there_is),
        cmocka_unit_test_setup_teardown(monitor_mode_sees_the_copies_that_ns_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cntfrq_is_the_secure_worlds_to_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unprivileged_accesses_of_secure_modes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
