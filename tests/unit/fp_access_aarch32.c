/* AArch32: who may use VFP and Advanced SIMD (DDI 0487 G1.17, DDI 0406 B1.11), VFP's system registers, short vectors, alignment and endianness
 * of vector loads and stores. */
#include "tests/unit/bare_v7.h"

#include "cpu/abort_syndrome.h"
#include "cpu/aarch32_fp.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define DATA 0x10000u
#define HVBAR 0x200u

enum { VADD_S = 0xee300a00, VADD_I8 = 0xf2000800, VMOV_R3_S0 = 0xee103a10, VMRS_R3_FPSCR = 0xeef13a10, VMRS_R3_FPEXC = 0xeef83a10,
       VMRS_R3_FPSID = 0xeef03a10, VMRS_R3_MVFR0 = 0xeef73a10, VMRS_R3_MVFR2 = 0xeef53a10, VMSR_FPEXC_R3 = 0xeee83a10, VMSR_FPSCR_R3 = 0xeee13a10,
       VCMP_S = 0xeeb40a40, VLDR_D0_R0 = 0xed900b00, VLDR_S0_R0 = 0xed900a00, VSTR_D0_R0 = 0xed800b00, VLD1_8_D0_R0_64 = 0xf420071f,
       VLD1_32_D0_R0 = 0xf420078f, VLD1_LANE_32_R0_32 = 0xf4a0083f, VST1_16_D0_R0 = 0xf400074f, VLDM_R0_D0_D1 = 0xec900b04, VLDM_R0_S0_S1 = 0xec900a02,
       VMOV_D0_8_R3 = 0xee403b10, VMOV_D0_32_R3 = 0xee003b10 };

/* A Cortex-A15 in Secure Supervisor mode. */
static struct bare_pe *new_v7(void)
{
    struct bare_pe *b = bare_v7_new("cortex-a15", true, true);
    struct cpu *cpu = b->cpu;
    cpu->sys.vbar_el2 = HVBAR;
    cpu->sys.cpacr_el1 = 0xfu << 20;
    cpu->sys.nsacr = 3u << 10;
    cpu->sys.fpexc32_el2 = 1u << 30;
    return b;
}

static int set_up(void **state)
{
    *state = new_v7();
    return 0;
}

static int tear_down(void **state)
{
    bare_pe_free(*state);
    return 0;
}

/* ---- who may ---- */

static const struct {
    const char *what;
    u8 mode;
    bool ns;
    u32 cpacr, nsacr, hcptr, fpexc;
    u8 vfp, simd; /* the mode behind the instruction */
} rights[] = {
    { "all open", MODE_SVC, true, 0xf << 20, 0xc00, 0, 1u << 30, MODE_SVC, MODE_SVC },
    { "all open, PL0", MODE_USR, true, 0xf << 20, 0xc00, 0, 1u << 30, MODE_USR, MODE_USR },
    { "CPACR 00", MODE_SVC, true, 0, 0xc00, 0, 1u << 30, MODE_UND, MODE_UND },
    { "CPACR 01, PL1", MODE_SVC, true, 5 << 20, 0xc00, 0, 1u << 30, MODE_SVC, MODE_SVC },
    { "CPACR 01, PL0", MODE_USR, true, 5 << 20, 0xc00, 0, 1u << 30, MODE_UND, MODE_UND },
    { "CPACR 00, Secure PL1", MODE_SVC, false, 0, 0xc00, 0, 1u << 30, MODE_UND, MODE_UND },
    { "CPACR 00 is nothing to Hyp", MODE_HYP, true, 0, 0xc00, 0, 1u << 30, MODE_HYP, MODE_HYP },
    { "CPACR.ASEDIS", MODE_SVC, true, 0x80f00000, 0xc00, 0, 1u << 30, MODE_SVC, MODE_UND },
    { "FPEXC.EN 0", MODE_SVC, true, 0xf << 20, 0xc00, 0, 0, MODE_UND, MODE_UND },
    { "FPEXC.EN 0, PL0", MODE_USR, true, 0xf << 20, 0xc00, 0, 0, MODE_UND, MODE_UND },
    { "NSACR closed", MODE_SVC, true, 0xf << 20, 0, 0, 1u << 30, MODE_UND, MODE_UND },
    { "NSACR closed is nothing to Secure", MODE_SVC, false, 0xf << 20, 0, 0, 1u << 30, MODE_SVC, MODE_SVC },
    { "NSACR.NSASEDIS", MODE_SVC, true, 0xf << 20, 0x8c00, 0, 1u << 30, MODE_SVC, MODE_UND },
    { "NSACR.NSASEDIS is nothing to Secure", MODE_SVC, false, 0xf << 20, 0x8c00, 0, 1u << 30, MODE_SVC, MODE_SVC },
    { "HCPTR.TCP10", MODE_SVC, true, 0xf << 20, 0xc00, 0xc00, 1u << 30, MODE_HYP, MODE_HYP },
    { "HCPTR.TCP10, PL0", MODE_USR, true, 0xf << 20, 0xc00, 0xc00, 1u << 30, MODE_HYP, MODE_HYP },
    { "HCPTR.TCP10 is nothing to Secure", MODE_SVC, false, 0xf << 20, 0xc00, 0xc00, 1u << 30, MODE_SVC, MODE_SVC },
    { "HCPTR.TASE", MODE_SVC, true, 0xf << 20, 0xc00, 0x8000, 1u << 30, MODE_SVC, MODE_HYP },
    { "CPACR before HCPTR", MODE_SVC, true, 0, 0xc00, 0xc00, 1u << 30, MODE_UND, MODE_UND },
    { "FPEXC before HCPTR", MODE_SVC, true, 0xf << 20, 0xc00, 0xc00, 0, MODE_UND, MODE_UND },
};

static void controls_decide_who_may(void **state)
{
    unsigned bad = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(rights); i++)
        for (unsigned simd = 0; simd < 2; simd++) {
            struct bare_pe *b = new_v7();
            struct sysregs *s = &b->cpu->sys;
            s->cpacr_el1 = rights[i].cpacr;
            s->nsacr = rights[i].nsacr;
            s->cptr_el2 = rights[i].hcptr;
            s->fpexc32_el2 = rights[i].fpexc;
            to_mode(b, rights[i].mode, rights[i].ns);
            u8 got = execute(b, simd ? VADD_I8 : VADD_S), want = simd ? rights[i].simd : rights[i].vfp;
            bool right = got == want && (want != rights[i].mode || b->cpu->pc == BARE_CODE + 4); /* Hyp's exceptions stay in Hyp mode */
            if (!right)
                print_error("%s, %s: in %s mode behind it, not %s\n", rights[i].what, simd ? "Advanced SIMD" : "VFP", aarch32_mode_name(got),
                            aarch32_mode_name(want));
            bad += !right;
            bare_pe_free(b);
        }
    (void)state;
    assert_int_equal(bad, 0);
}

static void trap_to_hyp_names_coprocessor_or_simd(void **state)
{
    struct bare_pe *b = *state;
    b->cpu->sys.cptr_el2 = 0xc00;
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VADD_S), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2, 7u << 26 | 1u << 25 | 0x1eu << 20 | 10);
    assert_int_equal(b->cpu->pc, HVBAR + 0x14);
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VADD_I8), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2, 7u << 26 | 1u << 25 | 0x1eu << 20 | 1u << 5);
}

/* What fails its condition is trapped by nothing, and COND is what passed. */
static void condition_comes_before_traps(void **state)
{
    struct bare_pe *b = *state;
    const u32 vaddne = (VADD_S & 0x0fffffff) | 1u << 28;
    b->cpu->sys.cptr_el2 = 0xc00;
    to_mode(b, MODE_SVC, true);
    cpu_set_nzcv(b->cpu, 4u << 28);
    assert_int_equal(execute(b, vaddne), MODE_SVC);
    cpu_set_nzcv(b->cpu, 0);
    assert_int_equal(execute(b, vaddne), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2 >> 20 & 31, 0x11);
}

static void hyp_mode_traps_itself_as_undefined(void **state)
{
    struct bare_pe *b = *state;
    b->cpu->sys.cptr_el2 = 0xc00;
    to_mode(b, MODE_HYP, true);
    assert_int_equal(execute(b, VADD_S), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2 >> 26, 7);
    assert_int_equal(b->cpu->pc, HVBAR + 4);
}

/* Elements of 8 and 16 bits are Advanced SIMD's, words VFP's. */
static void moved_elements_are_simd_but_words(void **state)
{
    struct bare_pe *b = *state;
    b->cpu->sys.cpacr_el1 = 0x80f00000;
    to_mode(b, MODE_SVC, false);
    assert_int_equal(execute(b, VMOV_D0_32_R3), MODE_SVC);
    assert_int_equal(execute(b, VMOV_D0_8_R3), MODE_UND);
}

/* Under an EL1 in AArch64: CPACR_EL1 decides, and FPEXC does not. */
static void el0_under_aarch64_has_no_fpexc(void **state)
{
    struct bare_pe *b = bare_pe_new(false, true);
    struct cpu *cpu = b->cpu;
    (void)state;
    cpu->model->features |= 1ull << FEAT_AARCH32;
    bare_pe_to_el0(b);
    aarch32_enter(cpu, MODE_USR);
    cpu->sys.fpexc32_el2 = 0;
    cpu_update_fp_enabled(cpu);
    assert_int_equal(execute(b, VADD_S), MODE_USR);
    assert_int_equal(cpu->pstate.el, 0);
    cpu->sys.cpacr_el1 = 1u << 20;
    cpu_update_fp_enabled(cpu);
    execute(b, VADD_I8);
    assert_int_equal(cpu->pstate.el, 1);
    assert_false(cpu->pstate.aarch32);
    assert_int_equal(cpu->sys.esr_el1, 7u << 26 | 1u << 25 | 0x1eu << 20);
    bare_pe_free(b);
}

/* An EL1 in AArch32 under EL2 and EL3 in AArch64: their TFP bits, and no coprocessor in the syndrome. */
static void aarch64_traps_aarch32_el1(void **state)
{
    (void)state;
    for (u8 el = 2; el <= 3; el++) {
        struct bare_pe *b = bare_pe_new(false, true);
        struct cpu *cpu = b->cpu;
        cpu->has_el2 = cpu->has_el3 = true;
        cpu_reset(cpu);
        cpu->sys.scr_el3 |= 1u << SCR_RW;
        cpu->sys.vbar_el2 = cpu->sys.vbar_el3 = BARE_VECTORS;
        cpu->sys.cptr_el2 = 0;
        cpu->sys.cpacr_el1 = 3u << 20;
        cpu->sys.fpexc32_el2 = 1u << 30;
        cpu_enter_aarch32(cpu, MODE_SVC, BARE_CODE, (const u32[3]){ 0 });
        assert_int_equal(execute(b, VADD_S), MODE_SVC);
        *(el == 2 ? &cpu->sys.cptr_el2 : &cpu->sys.cptr_el3) = 1u << 10;
        cpu_update_fp_enabled(cpu);
        execute(b, VADD_I8);
        assert_int_equal(cpu->pstate.el, el);
        assert_false(cpu->pstate.aarch32);
        assert_int_equal(el == 2 ? cpu->sys.esr_el2 : cpu->sys.esr_el3, 7u << 26 | 1u << 25 | 0x1eu << 20);
        bare_pe_free(b);
    }
}

/* ---- system registers ---- */

static void identification_and_fpexc_need_no_enable(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    cpu->sys.fpexc32_el2 = 0;
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VMRS_R3_FPSID), MODE_SVC);
    assert_int_equal(cpu->x[3], 0x410430f0);
    assert_int_equal(execute(b, VMRS_R3_MVFR0), MODE_SVC);
    assert_int_equal(cpu->x[3], 0x10110222);
    cpu->x[3] = ~0u;
    assert_int_equal(execute(b, VMSR_FPEXC_R3), MODE_SVC);
    assert_int_equal(execute(b, VMRS_R3_FPEXC), MODE_SVC);
    assert_int_equal(cpu->x[3], 1u << 30);
    assert_int_equal(execute(b, VADD_S), MODE_SVC);
    assert_int_equal(execute(b, VMRS_R3_MVFR2), MODE_UND); /* ARMv8's */
}

static void fpscr_needs_the_enable_and_others_pl1(void **state)
{
    struct bare_pe *b = *state;
    to_mode(b, MODE_USR, true);
    assert_int_equal(execute(b, VMRS_R3_FPSCR), MODE_USR);
    assert_int_equal(execute(b, VMRS_R3_FPSID), MODE_UND);
    b->cpu->sys.fpexc32_el2 = 0;
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VMRS_R3_FPSCR), MODE_UND);
}

static void hcr_traps_identification(void **state)
{
    struct bare_pe *b = *state;
    const u32 iss = 8u << 26 | 1u << 25 | 0x1eu << 20 | 7u << 14 | 3u << 5 | 1;
    b->cpu->sys.hcr_el2 = 1u << 18;
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VMRS_R3_FPSID), MODE_SVC);
    assert_int_equal(execute(b, VMRS_R3_MVFR0), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2, iss | 7u << 10);
    b->cpu->sys.hcr_el2 = 1u << 15;
    to_mode(b, MODE_SVC, true);
    assert_int_equal(execute(b, VMRS_R3_MVFR0), MODE_SVC);
    assert_int_equal(execute(b, VMRS_R3_FPSID), MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2, iss);
}

static void short_vectors_are_undefined(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    for (unsigned bit_number = 16; bit_number <= 20; bit_number += 4) {
        to_mode(b, MODE_SVC, true);
        cpu->x[3] = 1u << bit_number;
        assert_int_equal(execute(b, VMSR_FPSCR_R3), MODE_SVC);
        assert_int_equal(aarch32_fpscr(cpu), 1u << bit_number);
        assert_int_equal(execute(b, VCMP_S), MODE_SVC);
        assert_int_equal(execute(b, VADD_I8), MODE_SVC);
        assert_int_equal(execute(b, VADD_S), MODE_UND);
    }
    cpu->model->aarch32_only = false; /* ARMv8: RAZ */
    aarch32_write_fpscr(cpu, ~0u);
    assert_int_equal(aarch32_fpscr(cpu), 0xffc0009f);
    cpu->model->aarch32_only = true;
}

/* ID_ISAR5: AES 7:4, SHA1 11:8, SHA2 15:12, CRC32 19:16, RDM 27:24; SEVL is always there. */
static void isar5_follows_the_features(void **state)
{
    static const struct {
        const char *model;
        u64 off, isar5;
    } expected[] = { { "cortex-a57", 0, 0x00011121 },
                     { "cortex-a76", 0, 0x01011121 },
                     { "max", 1ull << FEAT_AES, 0x01011101 },
                     { "max", 1ull << FEAT_PMULL | 1ull << FEAT_RDM, 0x00011111 },
                     { "cortex-a15", 0, 0 } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(expected); i++) {
        struct error err = { { 0 } };
        struct cpu_model *m = model_new(cpu_model_by_name(expected[i].model), expected[i].off, &err);
        assert_non_null(m);
        assert_int_equal(m->id_isar5, expected[i].isar5);
        free(m);
    }
}

/* ---- memory ---- */

static u8 at_address(struct bare_pe *b, u32 insn, u32 addr)
{
    to_mode(b, MODE_SVC, true);
    b->cpu->x[0] = addr;
    return execute(b, insn);
}

static void vfp_wants_words_and_simd_what_it_names(void **state)
{
    struct bare_pe *b = *state;
    assert_int_equal(at_address(b, VLDR_D0_R0, DATA + 4), MODE_SVC);
    assert_int_equal(at_address(b, VLDR_D0_R0, DATA + 2), MODE_ABT);
    assert_int_equal(at_address(b, VLDR_S0_R0, DATA + 2), MODE_ABT);
    assert_int_equal(at_address(b, VSTR_D0_R0, DATA + 1), MODE_ABT);
    assert_int_equal(at_address(b, VLDM_R0_D0_D1, DATA + 4), MODE_SVC);
    assert_int_equal(at_address(b, VLDM_R0_D0_D1, DATA + 2), MODE_ABT);
    assert_int_equal(at_address(b, VLD1_32_D0_R0, DATA + 4), MODE_SVC);
    assert_int_equal(at_address(b, VLD1_8_D0_R0_64, DATA + 8), MODE_SVC);
    assert_int_equal(at_address(b, VLD1_8_D0_R0_64, DATA + 4), MODE_ABT);
    assert_int_equal(b->cpu->sys.far_el1, DATA + 4);
    assert_int_equal(at_address(b, VLD1_LANE_32_R0_32, DATA + 4), MODE_SVC);
    assert_int_equal(at_address(b, VLD1_LANE_32_R0_32, DATA + 2), MODE_ABT);
}

/* ISS of a Data Abort: ISV is for loads and stores of one core register. */
static void aborts_of_vectors_have_no_syndrome(void **state)
{
    struct bare_pe *b = *state;
    static const u32 common[] = { VLDR_D0_R0, VLDR_S0_R0, VSTR_D0_R0, VLDM_R0_D0_D1 };
    for (unsigned t32 = 0; t32 < 2; t32++) {
        b->cpu->pstate.t = t32;
        for (unsigned i = 0; i < ARRAY_SIZE(common); i++)
            assert_false(abort_syndrome_aarch32(b->cpu, common[i]).isv);
        for (u32 low = 0; low < 1u << 24; low += 0x1003)
            assert_false(abort_syndrome_aarch32(b->cpu, (t32 ? 0xf9000000 : 0xf4000000) | (low & ~(1u << 20))).isv);
    }
    b->cpu->pstate.t = false;
}

static void big_endian_reverses_elements(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    static const struct {
        u32 insn;
        u64 d0;
    } loads[] = { { VLDR_D0_R0, 0x0102030405060708 }, { VLDM_R0_D0_D1, 0x0102030405060708 }, { VLDM_R0_S0_S1, 0x0506070801020304 },
                  { VLD1_32_D0_R0, 0x0506070801020304 }, { VLD1_8_D0_R0_64, 0x0807060504030201 } };
    u8 memory[16] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    to_mode(b, MODE_SVC, true);
    aarch32_set_endianness(cpu, true);
    cpu_regime_changed(cpu);
    for (unsigned i = 0; i < ARRAY_SIZE(loads); i++) {
        bus_write_mem(&b->bus, PA(DATA), memory, sizeof memory);
        cpu->x[0] = DATA;
        assert_int_equal(execute(b, loads[i].insn), MODE_SVC);
        assert_int_equal(get_d(cpu, 0), loads[i].d0);
    }
    set_d(cpu, 0, 0x0102030405060708);
    execute(b, VSTR_D0_R0);
    bus_read_mem(&b->bus, PA(DATA), memory, sizeof memory);
    assert_memory_equal(memory, "\1\2\3\4\5\6\7\10", 8);
    execute(b, VST1_16_D0_R0);
    bus_read_mem(&b->bus, PA(DATA), memory, sizeof memory);
    assert_memory_equal(memory, "\7\10\5\6\3\4\1\2", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_decide_who_may),
        cmocka_unit_test_setup_teardown(trap_to_hyp_names_coprocessor_or_simd, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hyp_mode_traps_itself_as_undefined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(moved_elements_are_simd_but_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(condition_comes_before_traps, set_up, tear_down),
        cmocka_unit_test(aarch64_traps_aarch32_el1),
        cmocka_unit_test(el0_under_aarch64_has_no_fpexc),
        cmocka_unit_test_setup_teardown(identification_and_fpexc_need_no_enable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fpscr_needs_the_enable_and_others_pl1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hcr_traps_identification, set_up, tear_down),
        cmocka_unit_test_setup_teardown(short_vectors_are_undefined, set_up, tear_down),
        cmocka_unit_test(isar5_follows_the_features),
        cmocka_unit_test_setup_teardown(vfp_wants_words_and_simd_what_it_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(aborts_of_vectors_have_no_syndrome, set_up, tear_down),
        cmocka_unit_test_setup_teardown(big_endian_reverses_elements, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
