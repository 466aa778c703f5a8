/* DBGVCR (DDI 0406 C11.11.38, DDI 0487 G8.3.11): which bit catches an instruction at which vector in which world, and where the exception goes. */
#include "tests/unit/bare_v7.h"

#include "cpu/cp.h"
#include "cpu/model.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { VBAR_NS = 0x100, VBAR_S = 0x120, MVBAR = 0x140, HVBAR = 0x160, HIGH = 0xffff0000, SVC_0 = 0xef000000 };
enum { DBGVCR = CP_ENC(14, 0, 0, 7, 0), TDE = 1 << 8, MDE = 1 << 15 };

static struct bare_pe *new_pe(const char *model, bool el2, bool el3)
{
    struct error err = { { 0 } };
    struct bare_pe *b = bare_v7_new(model, el2, el3);
    assert_true(bus_add_ram(&b->bus, "high", PA(HIGH), 0x10000, false, false, &err));
    for (u64 at = HIGH; at < HIGH + 0x20; at += 4)
        bus_write_mem(&b->bus, PA(at), &(u32){ HERE }, 4);
    b->cpu->sys.vbar_el1 = VBAR_NS;
    b->cpu->sys.vbar_s = VBAR_S;
    b->cpu->sys.mvbar = MVBAR;
    b->cpu->sys.vbar_el2 = HVBAR;
    b->cpu->sys.mdscr_el1 = MDE;
    return b;
}

static void set_vcr(struct bare_pe *b, u32 value)
{
    cp_write(b->cpu, cp_find(b->cpu, DBGVCR), value);
}

static u32 vcr(struct bare_pe *b)
{
    return (u32)cp_read(b->cpu, cp_find(b->cpu, DBGVCR));
}

/* Is the instruction at `pc` caught? Then a Prefetch Abort with the status of a debug event was taken. */
static bool is_caught(struct bare_pe *b, u32 pc)
{
    struct cpu *cpu = b->cpu;
    u8 mode = cpu->pstate.mode;
    cpu->pc = pc;
    cpu->sys.ifsr_s = cpu->sys.ifsr32_el2 = 0;
    cpu->x[16 + 4] = cpu->sys.spsr_abt = 0;
    cpu_run(cpu, 20);
    if (cpu->pstate.mode == mode)
        return false;
    assert_int_equal(cpu->pstate.mode, MODE_ABT);
    assert_int_equal(cpu->x[14], pc + 4);
    assert_int_equal(bits(cpu->sys.spsr_abt, 4, 0), mode);
    assert_int_equal(bits(cpu->sys.mdscr_el1, 5, 2), 5);
    assert_int_equal(cpu->sys.ifsr_s | cpu->sys.ifsr32_el2, 2);
    return true;
}

/* The worlds' vectors, each with the byte of DBGVCR that is its own. */
static const struct place {
    u8 mode;
    bool ns;
    u32 base;
    u8 byte;
    u8 vectors; /* 1 << number of those that can be caught: the aborts' only where they go to another EL */
} places[] = {
    { MODE_SVC, true, VBAR_NS, 24, 0xc6 }, { MODE_USR, true, VBAR_NS, 24, 0xde }, { MODE_SVC, false, VBAR_S, 0, 0xc6 },
    { MODE_MON, false, VBAR_S, 0, 0xc6 },  { MODE_MON, true, VBAR_S, 0, 0xc6 },   { MODE_MON, false, MVBAR, 8, 0xc4 },
    { MODE_MON, true, MVBAR, 8, 0xc4 },    { MODE_SVC, false, MVBAR, 8, 0xc4 },   { MODE_HYP, true, HVBAR, 16, 0 },
    { MODE_SVC, true, VBAR_S, 0, 0 },      { MODE_SVC, true, MVBAR, 8, 0 },       { MODE_SVC, false, VBAR_NS, 24, 0 },
};

static void each_bit_catches_its_vector_in_its_world(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a15", true, true);
    for (unsigned i = 0; i < ARRAY_SIZE(places); i++)
        for (unsigned k = 0; k < 8; k++)
            for (unsigned n = 0; n < 32; n++) {
                const struct place *p = &places[i];
                to_mode(b, p->mode, p->ns);
                set_vcr(b, 1u << n);
                bool caught = is_caught(b, p->base + 4 * k), want = n == p->byte + k && bit(p->vectors, k);
                if (caught != want)
                    fail_msg("%s mode, NS %u, vector %#x, bit %u: %scaught", aarch32_mode_name(p->mode), p->ns, p->base + 4 * k, n, caught ? "" : "not ");
                to_mode(b, p->mode, p->ns);
                set_vcr(b, ~(1u << n));
                if (want)
                    assert_false(is_caught(b, p->base + 4 * k));
            }
    bare_pe_free(b);
}

static void reset_and_high_vectors(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a7", false, true);
    to_mode(b, MODE_SVC, false);
    set_vcr(b, 1);
    assert_true(is_caught(b, 0));
    to_mode(b, MODE_SVC, true);
    assert_false(is_caught(b, 0));
    to_mode(b, MODE_SVC, false);
    b->cpu->sys.sctlr_s |= 1u << SCTLR_V;
    assert_false(is_caught(b, 0));
    to_mode(b, MODE_SVC, false);
    b->cpu->sys.vbar_s = 0x200; /* not looked at */
    set_vcr(b, 1 << 2);
    assert_false(is_caught(b, 0x208));
    assert_true(is_caught(b, HIGH + 8));
    bare_pe_free(b);
}

/* By DBGDSCR.MDBGen, and not while the OS lock is set. */
static void is_a_debug_exception(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a15", true, true);
    to_mode(b, MODE_SVC, true);
    set_vcr(b, 1u << 26);
    b->cpu->sys.mdscr_el1 = 0;
    assert_false(is_caught(b, VBAR_NS + 8));
    b->cpu->sys.mdscr_el1 = MDE;
    b->cpu->sys.oslsr_el1 = 2;
    cpu_request_yield(b->cpu);
    assert_false(is_caught(b, VBAR_NS + 8));
    b->cpu->sys.oslsr_el1 = 0;
    cpu_request_yield(b->cpu);
    assert_true(is_caught(b, VBAR_NS + 8));
    bare_pe_free(b);
}

/* An SVC in Supervisor mode, from the vector of which the debugger is called. */
static void a_call_is_caught_at_its_vector(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a15", false, false);
    const u32 code[2] = { SVC_0, HERE };
    bus_write_mem(&b->bus, PA(BARE_CODE), code, sizeof code);
    to_mode(b, MODE_USR, false);
    set_vcr(b, 1 << 2); /* without EL3 the low byte */
    assert_int_equal(vcr(b), 4);
    b->cpu->pc = BARE_CODE;
    cpu_run(b->cpu, 20);
    assert_int_equal(b->cpu->pstate.mode, MODE_ABT);
    assert_int_equal(b->cpu->x[14], VBAR_NS + 8 + 4);
    assert_int_equal(*aarch32_spsr(b->cpu, MODE_SVC) & 31, MODE_USR);
    assert_int_equal(*aarch32_banked_register(b->cpu, MODE_SVC, 14), BARE_CODE + 4);
    bare_pe_free(b);
}

/* HDCR.TDE: to Hyp mode, which may catch the vectors of aborts too. */
static void tde_sends_it_to_hyp_mode(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a15", true, true);
    struct cpu *cpu = b->cpu;
    cpu->sys.mdcr_el2 |= TDE;
    for (unsigned k = 1; k < 8; k++) {
        if (k == 5)
            continue;
        to_mode(b, MODE_SVC, true);
        set_vcr(b, 1u << (24 + k));
        cpu->pc = VBAR_NS + 4 * k;
        cpu->sys.esr_el2 = cpu->sys.mdscr_el1 = 0;
        cpu->sys.mdscr_el1 = MDE;
        cpu_run(cpu, 20);
        assert_int_equal(cpu->pstate.mode, MODE_HYP);
        assert_int_equal(cpu->pc, HVBAR + 0x14);
        assert_int_equal(cpu->sys.elr_el2, VBAR_NS + 4 * k);
        assert_int_equal(cpu->sys.esr_el2, 0x82000022);
        assert_int_equal(bits(cpu->sys.mdscr_el1, 5, 2), 5);
    }
    to_mode(b, MODE_MON, true); /* is Secure */
    set_vcr(b, 1u << 10);
    assert_true(is_caught(b, MVBAR + 8));
    bare_pe_free(b);
}

/* Which bits there are. */
static void bits_that_are_there(void **state)
{
    static const struct {
        const char *model;
        bool el2, el3;
        u32 bits;
    } rows[] = { { "cortex-a15", true, true, 0xdefedcdf }, { "cortex-a15", false, true, 0xde00dcdf }, { "cortex-a7", true, false, 0x00fe00df },
                 { "cortex-a7", false, false, 0x000000df }, { "cortex-a57", true, false, 0x000000de }, { "max", true, true, 0xde0000de } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct bare_pe *b = new_pe(rows[i].model, rows[i].el2, rows[i].el3);
        set_vcr(b, 0xffffffff);
        assert_int_equal(vcr(b), rows[i].bits);
        sysreg_poke(b->cpu, sysreg_find(b->cpu->model->features, SYSREG_ENC(2, 4, 0, 7, 0)), 4);
        assert_int_equal(vcr(b), 4);
        bare_pe_free(b);
    }
}

/* ARMv8: of an EL1 in AArch32 below EL2 in AArch64, set by DBGVCR32_EL2; EC 0x3a with MDCR_EL2.TDE. */
static void below_an_el2_in_aarch64(void **state)
{
    (void)state;
    for (unsigned tde = 0; tde < 2; tde++) {
        struct bare_pe *b = new_pe("cortex-a57", true, false);
        struct cpu *cpu = b->cpu;
        sysreg_write(cpu, sysreg_find(cpu->model->features, SYSREG_ENC(2, 4, 0, 7, 0)), 1 << 2);
        cpu->sys.mdcr_el2 |= tde ? TDE : 0;
        cpu->sys.oslsr_el1 = 0;
        cpu->sys.vbar_el2 = 0x800;
        bus_write_mem(&b->bus, PA(0x800 + 0x600), &(u32){ 0x14000000 }, 4);
        cpu_enter_aarch32(cpu, MODE_SVC, VBAR_NS + 8, (const u32[3]){ 0 });
        if (!tde) {
            assert_true(is_caught(b, VBAR_NS + 8));
        } else {
            cpu_run(cpu, 20);
            assert_int_equal(cpu->pstate.el, 2);
            assert_false(cpu->pstate.aarch32);
            assert_int_equal(cpu->sys.esr_el2, 0xea000022);
            assert_int_equal(cpu->sys.elr_el2, VBAR_NS + 8);
        }
        bare_pe_free(b);
    }
}

/* ARMv8's Secure EL1 in AArch32: MDCR_EL3.SPD32, and for EL0 SDER32_EL3.SUIDEN. */
static void in_secure_state_below_an_el3_in_aarch64(void **state)
{
    static const struct {
        u8 mode, spd32;
        bool suiden, caught;
    } rows[] = { { MODE_SVC, 0, true, false }, { MODE_SVC, 2, true, false }, { MODE_SVC, 3, false, true }, { MODE_USR, 2, false, false },
                 { MODE_USR, 2, true, true },  { MODE_USR, 3, false, true } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct bare_pe *b = new_pe("cortex-a57", false, true);
        struct cpu *cpu = b->cpu;
        cpu->sys.oslsr_el1 = 0;
        cpu->sys.mdcr_el3 = (u64)rows[i].spd32 << 14;
        cpu->sys.sder32_el3 = rows[i].suiden;
        cpu_enter_aarch32(cpu, rows[i].mode, VBAR_NS + 8, (const u32[3]){ 0 });
        cpu->sys.scr_el3 = 0;
        cpu_regime_changed(cpu);
        set_vcr(b, 1 << 2);
        assert_int_equal(is_caught(b, VBAR_NS + 8), rows[i].caught);
        bare_pe_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bit_catches_its_vector_in_its_world), cmocka_unit_test(reset_and_high_vectors), cmocka_unit_test(is_a_debug_exception),
        cmocka_unit_test(a_call_is_caught_at_its_vector),           cmocka_unit_test(tde_sends_it_to_hyp_mode), cmocka_unit_test(bits_that_are_there),
        cmocka_unit_test(below_an_el2_in_aarch64),                  cmocka_unit_test(in_secure_state_below_an_el3_in_aarch64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
