/* Floating-point corners: results and cumulative flags, worked out by hand from the manual's pseudocode. */
#include "cpu/fp/fp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FZ (1u << 24)
#define DN (1u << 25)
#define AHP (1u << 26)
#define RP (1u << 22)
#define RM (2u << 22)
#define RZ (3u << 22)

#define ONE 0x3f800000u
#define INF 0x7f800000u
#define NEG 0x80000000u
#define QNAN 0x7fc00000u
#define SNAN 0x7f800001u
#define MIN_NORMAL 0x00800000u
#define MAX_NORMAL 0x7f7fffffu

static void two_operands(void **state)
{
    static const struct {
        u64 (*f)(unsigned n, u64 a, u64 b, struct fp_env *env);
        u32 a, b, fpcr, result, flags;
    } cases[] = {
        { fp_add, ONE, ONE, 0, 0x40000000, 0 },
        { fp_add, ONE, 0x33800000, 0, ONE, FP_IXC },        /* 1 + 2^-24: a tie, to even */
        { fp_add, ONE, 0x33800000, RP, ONE + 1, FP_IXC },
        { fp_add, INF, INF | NEG, 0, QNAN, FP_IOC },
        { fp_add, ONE, ONE | NEG, 0, 0, 0 },
        { fp_add, ONE, ONE | NEG, RM, NEG, 0 },             /* exact zero is -0 towards minus infinity */
        { fp_add, SNAN, QNAN, 0, SNAN | 0x400000, FP_IOC }, /* the signalling one wins, made quiet */
        { fp_add, QNAN | 5, QNAN | 7, 0, QNAN | 5, 0 },
        { fp_add, QNAN | 5, ONE, DN, QNAN, 0 },
        { fp_add, MAX_NORMAL, MAX_NORMAL, 0, INF, FP_OFC | FP_IXC },
        { fp_add, MAX_NORMAL, MAX_NORMAL, RZ, MAX_NORMAL, FP_OFC | FP_IXC },
        { fp_sub, MIN_NORMAL, 1, 0, 0x007fffff, 0 },        /* denormal and exact: no underflow */
        { fp_sub, MIN_NORMAL, 0x00800001, FZ, NEG, FP_UFC },/* flushed: UFC alone */
        { fp_add, 1, 1, FZ, 0, FP_IDC },                    /* inputs are flushed */
        { fp_mul, INF, 0, 0, QNAN, FP_IOC },
        { fp_mulx, INF, NEG, 0, 0xc0000000, 0 },            /* infinity times -0 is -2 */
        { fp_mul, 0x00800001, 0x3f000000, 0, 0x00400000, FP_UFC | FP_IXC },
        { fp_div, ONE, 0, 0, INF, FP_DZC },
        { fp_div, 0, 0, 0, QNAN, FP_IOC },
        { fp_div, ONE, 0x40400000, 0, 0x3eaaaaab, FP_IXC },
        { fp_max, 0, NEG, 0, 0, 0 },
        { fp_min, 0, NEG, 0, NEG, 0 },
        { fp_max, ONE, QNAN, 0, QNAN, 0 },
        { fp_maxnum, ONE, QNAN, 0, ONE, 0 },
        { fp_maxnum, ONE, SNAN, 0, SNAN | 0x400000, FP_IOC },
        { fp_cmeq, QNAN, ONE, 0, 0, 0 },
        { fp_cmge, QNAN, ONE, 0, 0, FP_IOC },
        { fp_cmge, 0, NEG, 0, 0xffffffff, 0 },
        { fp_acgt, 0xc0000000, ONE, 0, 0xffffffff, 0 },
        { fp_recip_step, ONE, ONE, 0, ONE, 0 },
        { fp_recip_step, INF, 0, 0, 0x40000000, 0 },
        { fp_rsqrt_step, ONE, ONE, 0, ONE, 0 },
        { fp_rsqrt_step, 0, INF, 0, 0x3fc00000, 0 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        for (unsigned already = 0; already < 2; already++) { /* with IXC set before, the host's arithmetic may be used */
            struct fp_env env = { cases[i].fpcr, already ? FP_IXC : 0 };
            u64 r = cases[i].f(32, cases[i].a, cases[i].b, &env);
            if (r != cases[i].result || env.fpsr != (cases[i].flags | (already ? FP_IXC : 0)))
                print_error("case %zu: %08llx flags %02x\n", i, (unsigned long long)r, env.fpsr);
            assert_int_equal(r, cases[i].result);
            assert_int_equal(env.fpsr, cases[i].flags | (already ? FP_IXC : 0));
        }
    }
}

static void fused_multiply_add_rounds_once(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    /* (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 exactly; rounded twice it would be 0 */
    assert_int_equal(fp_muladd(32, 0xbf801000, 0x3f800800, 0x3f800800, &env), 0x33800000);
    assert_int_equal(env.fpsr, 0);
    assert_int_equal(fp_muladd(32, QNAN, INF, 0, &env), QNAN); /* infinity times zero beats a quiet NaN addend */
    assert_int_equal(env.fpsr, FP_IOC);
    env.fpsr = 0;
    assert_int_equal(fp_muladd(32, SNAN, INF, 0, &env), SNAN | 0x400000);
    assert_int_equal(env.fpsr, FP_IOC);
}

static void square_roots(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_sqrt(64, 0x4000000000000000, &env), 0x3ff6a09e667f3bcd);
    assert_int_equal(env.fpsr, FP_IXC);
    env.fpsr = 0;
    assert_int_equal(fp_sqrt(32, NEG, &env), NEG);
    assert_int_equal(fp_sqrt(32, 0x40800000, &env), 0x40000000);
    assert_int_equal(env.fpsr, 0);
    assert_int_equal(fp_sqrt(32, 0xbf800000, &env), QNAN);
    assert_int_equal(env.fpsr, FP_IOC);
    env.fpsr = 0;
    assert_int_equal(fp_sqrt(32, 1, &env), 0x1a3504f3);
}

static void conversions_saturate_and_say_so(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_to_fixed(32, 0x4f000000, 0, false, FP_ZERO, 32, &env), 0x7fffffff); /* 2^31 */
    assert_int_equal(env.fpsr, FP_IOC);
    env.fpsr = 0;
    assert_int_equal(fp_to_fixed(32, 0xcf000000, 0, false, FP_ZERO, 32, &env), 0x80000000);
    assert_int_equal(env.fpsr, 0);
    assert_int_equal(fp_to_fixed(32, 0xbf000000, 0, true, FP_ZERO, 32, &env), 0); /* -0.5 */
    assert_int_equal(env.fpsr, FP_IXC);
    assert_int_equal(fp_to_fixed(32, 0xbf800000, 0, true, FP_ZERO, 32, &env), 0);
    assert_int_equal(env.fpsr, FP_IOC | FP_IXC);
    env.fpsr = 0;
    assert_int_equal(fp_to_fixed(32, 0x40200000, 0, false, FP_TIEEVEN, 32, &env), 2); /* 2.5 */
    assert_int_equal(fp_to_fixed(32, 0x40200000, 0, false, FP_TIEAWAY, 32, &env), 3);
    assert_int_equal(fp_to_fixed(32, 0x40200000, 4, false, FP_ZERO, 32, &env), 40);
    assert_int_equal(fp_from_fixed(32, 0xffffffffffffffff, 0, true, 64, &env), 0x5f800000);
    assert_int_equal(fp_from_fixed(64, 0x8000000000000000, 0, false, 64, &env), 0xc3e0000000000000);
}

static void half_precision_has_two_forms(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_convert(16, 32, 0x477ff000, FP_TIEEVEN, &env), 0x7c00); /* 65520: overflows */
    assert_int_equal(env.fpsr, FP_OFC | FP_IXC);
    env = (struct fp_env){ AHP, 0 };
    assert_int_equal(fp_convert(16, 32, 0x477ff000, FP_TIEEVEN, &env), 0x7c00); /* the alternative form has 65536 */
    assert_int_equal(env.fpsr, FP_IXC);
    env.fpsr = 0;
    assert_int_equal(fp_convert(16, 32, QNAN, FP_TIEEVEN, &env), 0);
    assert_int_equal(env.fpsr, FP_IOC);
    assert_int_equal(fp_convert(32, 16, 0x7c00, FP_TIEEVEN, &env), 0x47800000);
    env = (struct fp_env){ 0, 0 };
    assert_int_equal(fp_convert(32, 64, 0x3ff0000010000001, FP_ODD, &env), ONE + 1); /* round to odd */
    assert_int_equal(env.fpsr, FP_IXC);
}

static void estimates_are_the_architectures(void **state)
{
    struct fp_env env = { 0, 0 };
    (void)state;
    assert_int_equal(fp_recip_estimate(32, ONE, &env), 0x3f7f8000);
    assert_int_equal(fp_rsqrt_estimate(32, ONE, &env), 0x3f7f8000);
    assert_int_equal(env.fpsr, 0);
    assert_int_equal(fp_recip_estimate(32, 0, &env), INF);
    assert_int_equal(env.fpsr, FP_DZC);
    assert_int_equal(fp_unsigned_recip_estimate(0x80000000), 0xff800000);
    assert_int_equal(fp_unsigned_rsqrt_estimate(0x40000000), 0xff800000);
    assert_int_equal(fp_unsigned_recip_estimate(0x7fffffff), 0xffffffff);
}

static void immediates_expand(void **state)
{
    (void)state;
    assert_int_equal(fp_expand_imm(32, 0x70), ONE);
    assert_int_equal(fp_expand_imm(64, 0x70), 0x3ff0000000000000);
    assert_int_equal(fp_expand_imm(32, 0x80), 0xc0000000);
    assert_int_equal(fp_expand_imm(64, 0x3f), 0x403f000000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_operands),
        cmocka_unit_test(fused_multiply_add_rounds_once),
        cmocka_unit_test(square_roots),
        cmocka_unit_test(conversions_saturate_and_say_so),
        cmocka_unit_test(half_precision_has_two_forms),
        cmocka_unit_test(estimates_are_the_architectures),
        cmocka_unit_test(immediates_expand),
    };
    return cmocka_run_group_tests_name("arithmetic", tests, NULL, NULL);
}
