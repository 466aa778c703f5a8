/* What AArch32 refuses or hides by model: HLT, VFP short vectors, HCR2, coprocessor registers of the other architecture version. */
#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"
#include "cpu/cp.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { HERE = 0xeafffffe, VBAR = 0x200, FPSCR_LEN_2 = 1 << 16, FPSCR_STRIDE_2 = 3 << 20, HCR2 = CP_ENC(15, 4, 1, 1, 4) };

/* At EL1 in AArch32, of an ARMv8 model below EL2 in AArch64. */
static struct bare_pe *new_pe(const char *model, u8 mode)
{
    struct bare_pe *b = bare_pe_new_model(model, false, true);
    struct cpu *cpu = b->cpu;
    cpu->has_el2 = true;
    cpu->has_el3 = false;
    cpu_reset(cpu);
    for (u64 at = 0; at < 0x400; at += 4)
        bus_write_mem(&b->bus, PA(at), &(u32){ HERE }, 4);
    cpu_enter_aarch32(cpu, mode, BARE_CODE, (const u32[3]){ 0 });
    cpu->sys.vbar_el1 = VBAR;
    cpu->sys.cpacr_el1 = 0xf00000;
    cpu->sys.cptr_el2 = 0x33ff;
    cpu->sys.fpexc32_el2 = 1 << 30;
    cpu_update_fp_enabled(cpu);
    return b;
}

/* Executes one instruction in SVC mode; the mode behind it says what became of it. */
static u8 execute(struct bare_pe *b, u32 insn, bool t32)
{
    const u32 code[2] = { insn, HERE };
    const u16 t16[2] = { (u16)insn, 0xe7fe };
    aarch32_set_mode(b->cpu, MODE_SVC);
    code_cache_written(b->code, PA(BARE_CODE), sizeof code);
    bus_write_mem(&b->bus, PA(BARE_CODE), t32 ? (const void *)t16 : (const void *)code, t32 ? sizeof t16 : sizeof code);
    b->cpu->pc = BARE_CODE;
    b->cpu->pstate.t = t32;
    cpu_run(b->cpu, 20);
    b->cpu->pstate.t = false;
    return b->cpu->pstate.mode;
}

/* Halting debug is not there: UNDEFINED, on ARMv7 for want of the instruction. */
static void hlt_is_undefined(void **state)
{
    static const char *const models[] = { "cortex-a15", "cortex-a57", "max" };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++) {
        struct bare_pe *b = new_pe(models[i], MODE_SVC);
        assert_int_equal(execute(b, 0xe1000070, false), MODE_UND);
        assert_int_equal(b->cpu->x[14], BARE_CODE + 4);
        assert_int_equal(execute(b, 0xe10f0070, false), MODE_UND); /* HLT #0xf000 */
        assert_int_equal(execute(b, 0xba80, true), MODE_UND);
        assert_int_equal(b->cpu->x[14], BARE_CODE + 2);
        assert_int_equal(execute(b, 0xbabc, true), MODE_UND); /* HLT #0x3c */
        bare_pe_free(b);
    }
}

/* FPSCR.Len or Stride other than 0 on ARMv7, whose MVFR0.FPShVec is 0: data processing is UNDEFINED; loads, moves, comparisons, conversions and all of
 * Advanced SIMD are scalar as ever. ARMv8: the fields are RAZ/WI. */
static void short_vectors(void **state)
{
    static const struct {
        const char *text;
        u32 insn;
        bool vectors;
    } insns[] = {
        { "VADD.F32", 0xee310a81, true },      { "VADD.F64", 0xee310b02, true },      { "VSUB.F32", 0xee310ac1, true },   { "VMUL.F64", 0xee210b02, true },
        { "VNMUL.F32", 0xee210ac1, true },     { "VMLA.F32", 0xee010a81, true },      { "VMLS.F64", 0xee010b42, true },   { "VNMLA.F32", 0xee110ac1, true },
        { "VDIV.F64", 0xee810b02, true },      { "VFMA.F32", 0xeea10a81, true },      { "VFNMS.F64", 0xee910b02, true },  { "VABS.F32", 0xeeb00ae1, true },
        { "VNEG.F64", 0xeeb10b42, true },      { "VSQRT.F32", 0xeeb10ae1, true },     { "VMOV.F32 immediate", 0xeeb70a00, true },
        { "VMOV.F64 register", 0xeeb00b42, true }, { "VCMP.F32", 0xeeb40a61, false }, { "VCVT.S32.F64", 0xeebd0bc1, false },
        { "VCVT.F64.F32", 0xeeb70ae1, false }, { "VMOV S, R", 0xee003a10, false },    { "VADD.I32 Q", 0xf2220844, false },
        { "VADD.F32 Q", 0xf2020d44, false },   { "VMRS FPSCR", 0xeef13a10, false },
    };
    const u32 controls[] = { 0, FPSCR_LEN_2, FPSCR_STRIDE_2, FPSCR_LEN_2 | FPSCR_STRIDE_2 };
    (void)state;
    for (unsigned m = 0; m < 3; m++) {
        struct bare_pe *b = new_pe(m == 0 ? "cortex-a15" : m == 1 ? "cortex-a7" : "cortex-a57", MODE_SVC);
        for (unsigned c = 0; c < ARRAY_SIZE(controls); c++) {
            b->cpu->x[3] = controls[c];
            assert_int_equal(execute(b, 0xeee13a10, false), MODE_SVC); /* VMSR FPSCR, R3 */
            assert_int_equal(execute(b, 0xeef13a10, false), MODE_SVC);
            assert_int_equal(b->cpu->x[3], m == 2 ? 0 : controls[c]);
            for (unsigned i = 0; i < ARRAY_SIZE(insns); i++) {
                u8 want = m < 2 && c && insns[i].vectors ? MODE_UND : MODE_SVC, got = execute(b, insns[i].insn, false);
                if (got != want)
                    fail_msg("%s, FPSCR %#x: in %s mode", insns[i].text, controls[c], aarch32_mode_name(got));
            }
        }
        bare_pe_free(b);
    }
}

/* HCR2 is ARMv8's: the Virtualization Extensions of ARMv7 have none. Its bits are those of HCR_EL2 that an EL2 in AArch32 has. */
static void hcr2_is_the_upper_half_of_hcr_el2(void **state)
{
    static const struct {
        const char *model;
        u32 bits;
    } rows[] = { { "cortex-a53", 3 }, { "cortex-a57", 3 }, { "max", 0x00560033 } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct bare_pe *b = new_pe(rows[i].model, MODE_HYP);
        const struct cp_row *row = cp_find(b->cpu, HCR2);
        assert_non_null(row);
        assert_true(cp_check(b->cpu, row, HCR2, true, 3, 4));
        u64 low = (u32)b->cpu->sys.hcr_el2;
        cp_write(b->cpu, row, 0xffffffff);
        assert_int_equal(cp_read(b->cpu, row), rows[i].bits);
        assert_true(b->cpu->sys.hcr_el2 == ((u64)rows[i].bits << 32 | low));
        cp_write(b->cpu, cp_find(b->cpu, CP_ENC(15, 4, 1, 1, 0)), 1); /* HCR leaves it alone */
        assert_int_equal(cp_read(b->cpu, row), rows[i].bits);
        bare_pe_free(b);
    }
    struct bare_pe *v7 = new_pe("cortex-a15", MODE_HYP);
    assert_null(cp_find(v7->cpu, HCR2));
    bare_pe_free(v7);
}

/* HSTR.TTEE: there is no ThumbEE; TJDBX: ARMv7's. HCPTR.TTA: there are no trace registers. */
static void traps_of_what_is_not_there(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct bare_pe *b = new_pe(i ? "cortex-a57" : "cortex-a15", MODE_HYP);
        const struct cp_row *hstr = cp_find(b->cpu, CP_ENC(15, 4, 1, 1, 3)), *hcptr = cp_find(b->cpu, CP_ENC(15, 4, 1, 1, 2));
        cp_write(b->cpu, hstr, 0xffffffff);
        assert_int_equal(cp_read(b->cpu, hstr), i ? 0xbfef : 0x2bfef);
        cp_write(b->cpu, hcptr, 0xffffffff);
        assert_int_equal(cp_read(b->cpu, hcptr), 0x8000bfff);
        bare_pe_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hlt_is_undefined),
        cmocka_unit_test(short_vectors),
        cmocka_unit_test(hcr2_is_the_upper_half_of_hcr_el2),
        cmocka_unit_test(traps_of_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
