/* Half-precision arithmetic, complex numbers and JavaScript conversion (FEAT_FP16, FCMA, JSCVT): corners worked out by hand from the manual's
 * pseudocode, and what a PE with and without the features does. */
#include "cpu/fp/fp.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FZ16 (1u << 19)
#define FZ (1u << 24)
#define AHP (1u << 26)

#define ONE 0x3c00u
#define INF 0x7c00u
#define MAX_NORMAL 0x7bffu

static void operands_are_flushed_by_fz16_and_not_by_fz(void **state)
{
    static const struct {
        u64 (*f)(unsigned n, u64 a, u64 b, struct fp_env *env);
        u32 a, b, fpcr, result, flags;
    } cases[] = {
        { fp_add, ONE, ONE, 0, 0x4000, 0 },
        { fp_add, 1, 1, 0, 2, 0 },
        { fp_add, 1, 1, FZ, 2, 0 },
        { fp_add, 1, 1, FZ16, 0, 0 },                          /* no IDC */
        { fp_mul, 0x0401, 0x3800, 0, 0x0200, FP_UFC | FP_IXC },
        { fp_mul, 0x0401, 0x3800, FZ16, 0, FP_UFC },
        { fp_sub, 0x0400, 1, FZ, 0x03ff, 0 },
        { fp_add, MAX_NORMAL, MAX_NORMAL, 0, INF, FP_OFC | FP_IXC },
        { fp_add, MAX_NORMAL, MAX_NORMAL, AHP, INF, FP_OFC | FP_IXC }, /* AHP is for conversions */
        { fp_add, INF, ONE, AHP, INF, 0 },
        { fp_add, 0x7e01, ONE, AHP, 0x7e01, 0 },
        { fp_mulx, INF, 0x8000, 0, 0xc000, 0 },
        { fp_cmeq, 1, 0, 0, 0, 0 },
        { fp_cmeq, 1, 0, FZ16, 0xffff, 0 },
        { fp_rsqrt_step, 0, INF, 0, 0x3e00, 0 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct fp_env env = { cases[i].fpcr, 0 };
        u64 r = cases[i].f(16, cases[i].a, cases[i].b, &env);
        if (r != cases[i].result || env.fpsr != cases[i].flags)
            print_error("case %zu: %04llx flags %02x\n", i, (unsigned long long)r, env.fpsr);
        assert_int_equal(r, cases[i].result);
        assert_int_equal(env.fpsr, cases[i].flags);
    }
}

static void estimates_overflow_and_flush(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_recip_estimate(16, 1, &env), INF); /* below 2^-16 */
    assert_int_equal(env.fpsr, FP_OFC | FP_IXC);
    assert_int_equal(fp_recip_estimate(16, MAX_NORMAL, &env), 0x0100);
    env = (struct fp_env){ FZ16, 0 };
    assert_int_equal(fp_recip_estimate(16, 1, &env), INF); /* of zero */
    assert_int_equal(env.fpsr, FP_DZC);
    env.fpsr = 0;
    assert_int_equal(fp_recip_estimate(16, MAX_NORMAL, &env), 0);
    assert_int_equal(env.fpsr, FP_UFC);
}

static void integers_meet_the_narrow_range(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_from_fixed(16, 65519, 0, false, 32, &env), MAX_NORMAL);
    assert_int_equal(env.fpsr, FP_IXC);
    assert_int_equal(fp_from_fixed(16, 65520, 0, false, 32, &env), INF);
    assert_int_equal(env.fpsr, FP_IXC | FP_OFC);
    env.fpsr = 0;
    assert_int_equal(fp_from_fixed(16, 1, 24, false, 32, &env), 1);
    assert_int_equal(env.fpsr, 0);
    assert_int_equal(fp_from_fixed(16, 1, 25, false, 32, &env), 0); /* a tie */
    assert_int_equal(env.fpsr, FP_UFC | FP_IXC);
    env = (struct fp_env){ FZ16, 0 };
    assert_int_equal(fp_from_fixed(16, 1, 24, false, 32, &env), 0);
    assert_int_equal(env.fpsr, FP_UFC);
    env.fpsr = 0;
    assert_int_equal(fp_to_fixed(16, MAX_NORMAL, 0, false, FP_ZERO, 16, &env), 0x7fff);
    assert_int_equal(env.fpsr, FP_IOC);
    assert_int_equal(fp_to_fixed(16, MAX_NORMAL, 0, true, FP_ZERO, 16, &env), 65504);
}

static void conversions_between_formats_know_ahp_and_not_fz16(void **state)
{
    struct fp_env env = { FZ16, 0 };
    (void)state;
    assert_int_equal(fp_convert(32, 16, 1, FP_TIEEVEN, &env), 0x33800000);
    assert_int_equal(fp_convert(16, 32, 0x33800000, FP_TIEEVEN, &env), 1);
    assert_int_equal(env.fpsr, 0);
    env.fpcr = AHP;
    assert_int_equal(fp_convert(32, 16, INF, FP_TIEEVEN, &env), 0x47800000); /* 65536 */
    assert_int_equal(env.fpsr, 0);
}

static void javascript_conversion_keeps_the_low_bits(void **state)
{
    static const struct {
        u64 a;
        u32 fpcr, result, flags;
        bool z;
    } cases[] = {
        { 0, 0, 0, 0, true },
        { 0x8000000000000000, 0, 0, 0, false },              /* -0 is not the integer 0 */
        { 1, 0, 0, FP_IXC, false },
        { 1, FZ, 0, FP_IDC, false },                         /* QEMU 7.2 sets Z */
        { 0x3ff0000000000000, 0, 1, 0, true },
        { 0x3ff8000000000000, 0, 1, FP_IXC, false },
        { 0xbff8000000000000, 0, 0xffffffff, FP_IXC, false },
        { 0x41dfffffffc00000, 0, 0x7fffffff, 0, true },
        { 0x41e0000000000000, 0, 0x80000000, FP_IOC, false },/* 2^31 */
        { 0xc1e0000000000000, 0, 0x80000000, 0, true },      /* -2^31 */
        { 0xc1e0000000200000, 0, 0x7fffffff, FP_IOC, false },/* -2^31 - 1 */
        { 0x41f0000000500000, 0, 5, FP_IOC, false },         /* 2^32 + 5 */
        { 0xc1f0000000500000, 0, 0xfffffffb, FP_IOC, false },
        { 0x4330000000000007, 0, 7, FP_IOC, false },         /* 2^52 + 7 */
        { 0x4340000000000001, 0, 2, FP_IOC, false },         /* 2^53 + 2 */
        { 0x4520000000000001, 0, 0x80000000, FP_IOC, false },/* 2^83 + 2^31 */
        { 0x4530000000000001, 0, 0, FP_IOC, false },
        { 0x7ff0000000000000, 0, 0, FP_IOC, false },
        { 0x7ff8000000000000, 0, 0, FP_IOC, false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct fp_env env = { cases[i].fpcr, 0 };
        bool z;
        u32 r = fp_to_fixed_js(cases[i].a, &z, &env);
        if (r != cases[i].result || env.fpsr != cases[i].flags || z != cases[i].z)
            print_error("case %zu: %08x flags %02x z %d\n", i, r, env.fpsr, z);
        assert_int_equal(r, cases[i].result);
        assert_int_equal(env.fpsr, cases[i].flags);
        assert_int_equal(z, cases[i].z);
    }
}

/* ---- on a PE ---- */

#define SVC 0xd4000001u

/* Runs one instruction at EL0; ESR_EL1.EC: 0x15 the SVC behind it, 0 UNDEFINED. */
static unsigned run_one(struct bare_pe *b, u32 word)
{
    u32 words[] = { word, SVC };
    bus_write_mem(&b->bus, PA(BARE_CODE), words, sizeof words);
    bare_pe_to_el0(b);
    b->cpu->pc = BARE_CODE;
    for (unsigned i = 0; i < 1000 && b->cpu->pstate.el == 0; i++)
        cpu_run(b->cpu, 10000);
    return (unsigned)(b->cpu->sys.esr_el1 >> 26 & 0x3f);
}

#define FCVTZS_H_4 0x5f1cfc41u   /* fcvtzs h1, h2, #4 */
#define FMOV_H_W 0x1ee70041u     /* fmov h1, w2 */
#define FMOV_W_H 0x1ee60023u     /* fmov w3, h1 */
#define FADD_H 0x1ee32841u       /* fadd h1, h2, h3 */
#define FCMLA_90 0x2e42cc20u     /* fcmla v0.4h, v1.4h, v2.4h, #90 */
#define FCADD_270 0x2e82f420u    /* fcadd v0.2s, v1.2s, v2.2s, #270 */
#define FMLA_ELEMENT 0x0f3f1820u /* fmla v0.4h, v1.4h, v15.h[7] */
#define FMAXV_H 0x4e30f820u      /* fmaxv h0, v1.8h */
#define FMOV_8H 0x4f03ff00u      /* fmov v0.8h, #1.5 */
#define FJCVTZS 0x1e7e0020u      /* fjcvtzs w0, d1 */
#define MSR_FPCR 0xd51b4401u     /* msr fpcr, x1 */

static void vector_forms_do_what_the_manual_says(void **state)
{
    static const struct {
        u32 word;
        u8 rd;
        u64 in0, in1, in2, out[2];
    } cases[] = {
        /* -1 is -16 sixteenths; QEMU 7.2 extends its sign into bits 31:16 */
        { FCVTZS_H_4, 1, 0, ~0ull, 0xbc00, { 0xfff0, 0 } },
        { FADD_H, 1, 0, ~0ull, 0x3c00, { 0x3c00, 0 } },
        /* (1 + 2i), (3 + 4i): -2 * 4, 2 * 3 */
        { FCMLA_90, 0, 0, 0x40003c00ull, 0x44004200ull, { 0x4600c800ull, 0 } },
        /* 1 + 4, 2 - 3 */
        { FCADD_270, 0, ~0ull, 0x400000003f800000ull, 0x4080000040400000ull, { 0xbf80000040a00000ull, 0 } },
        /* V15's topmost lane is 2 */
        { FMLA_ELEMENT, 0, 0x3c00, 0x4000, 0, { 0x4500, 0 } },
        { FMAXV_H, 0, ~0ull, 0xfc00800100013c00ull, 0, { 0x3c00, 0 } },
        { FMOV_8H, 0, ~0ull, 0, 0, { 0x3e003e003e003e00ull, 0x3e003e003e003e00ull } },
    };
    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
        size_t k = i / 2;
        struct bare_pe *b = bare_pe_new_model("max", i % 2, true);
        union vreg *v = b->cpu->v;
        v[0].d[0] = cases[k].in0;
        v[1].d[0] = cases[k].in1;
        v[2].d[0] = cases[k].in2;
        v[0].d[1] = cases[k].in0;
        v[15].h[7] = 0x4000;
        assert_int_equal(run_one(b, cases[k].word), 0x15);
        for (unsigned half = 0; half < 2; half++) {
            if (v[cases[k].rd].d[half] != cases[k].out[half])
                print_error("%08x: d[%u] %016llx\n", cases[k].word, half, (unsigned long long)v[cases[k].rd].d[half]);
            assert_int_equal(v[cases[k].rd].d[half], cases[k].out[half]);
        }
        bare_pe_free(b);
    }
}

static void moves_between_files_are_halves(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    b->cpu->v[1].d[0] = b->cpu->v[1].d[1] = ~0ull;
    b->cpu->x[2] = 0xffffffffffff1234;
    assert_int_equal(run_one(b, FMOV_H_W), 0x15);
    assert_int_equal(b->cpu->v[1].d[0], 0x1234);
    assert_int_equal(b->cpu->v[1].d[1], 0);
    b->cpu->v[1].d[0] = 0xffffffffffff8765;
    assert_int_equal(run_one(b, FMOV_W_H), 0x15);
    assert_int_equal(b->cpu->x[3], 0x8765);
    bare_pe_free(b);
}

static void fjcvtzs_writes_all_of_nzcv(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    cpu_set_nzcv(b->cpu, 15u << 28);
    b->cpu->v[1].d[0] = 0xc008000000000000; /* -3 */
    assert_int_equal(run_one(b, FJCVTZS), 0x15);
    assert_int_equal(b->cpu->x[0], 0xfffffffd);
    assert_int_equal(b->cpu->sys.spsr_el1 >> 28, 4);
    bare_pe_free(b);
}

static void fz16_is_kept_with_the_feature_only(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        u32 fpcr;
    } cases[] = { { "cortex-a57", 0x07c00000 }, { "cortex-a76", 0x07c80000 }, { "max", 0x07c80000 } };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bare_pe *b = bare_pe_new_model(cases[i].model, false, true);
        b->cpu->x[1] = ~0ull;
        assert_int_equal(run_one(b, MSR_FPCR), 0x15);
        assert_int_equal(b->cpu->fpcr, cases[i].fpcr);
        bare_pe_free(b);
    }
}

static void cortex_a57_has_none_of_them(void **state)
{
    static const u32 words[] = { FCVTZS_H_4, FMOV_H_W, FMOV_W_H, FADD_H, FCMLA_90, FCADD_270, FMLA_ELEMENT, FMAXV_H, FMOV_8H, FJCVTZS };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        struct bare_pe *b = bare_pe_new(false, true);
        assert_int_equal(run_one(b, words[i]), 0);
        bare_pe_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operands_are_flushed_by_fz16_and_not_by_fz),
        cmocka_unit_test(estimates_overflow_and_flush),
        cmocka_unit_test(integers_meet_the_narrow_range),
        cmocka_unit_test(conversions_between_formats_know_ahp_and_not_fz16),
        cmocka_unit_test(javascript_conversion_keeps_the_low_bits),
        cmocka_unit_test(vector_forms_do_what_the_manual_says),
        cmocka_unit_test(moves_between_files_are_halves),
        cmocka_unit_test(fjcvtzs_writes_all_of_nzcv),
        cmocka_unit_test(fz16_is_kept_with_the_feature_only),
        cmocka_unit_test(cortex_a57_has_none_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
