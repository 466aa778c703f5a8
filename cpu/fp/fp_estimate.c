/* Reciprocal and reciprocal square root estimates, which the architecture defines to the bit. */
#include "cpu/fp/fp_core.h"

/* RecipEstimate(): a in 256 to 511 stands for 0.5 to 1; the result for 1 to 2. */
static unsigned recip_estimate(unsigned a)
{
    a = a * 2 + 1;
    return ((1u << 19) / a + 1) / 2;
}

/* RecipSqrtEstimate(): a in 128 to 511 stands for 0.25 to 1. */
static unsigned rsqrt_estimate(unsigned a)
{
    unsigned b = 512;
    a = a < 256 ? a * 2 + 1 : ((a & ~1u) + 1) * 2;
    while ((u64)a * (b + 1) * (b + 1) < 1u << 28)
        b++;
    return (b + 1) / 2;
}

u32 fp_unsigned_recip_estimate(u32 a)
{
    return bit(a, 31) ? recip_estimate(a >> 23) << 23 : 0xffffffff;
}

u32 fp_unsigned_rsqrt_estimate(u32 a)
{
    return a >> 30 ? rsqrt_estimate(a >> 23) << 23 : 0xffffffff;
}

/* Exponent and the fraction as 52 bits. */
static void take_apart(unsigned n, u64 a, s32 *exp, u64 *frac)
{
    *exp = (s32)(a >> fp_frac_bits(n) & ones(fp_exp_bits(n)));
    *frac = (a & ones(fp_frac_bits(n))) << (52 - fp_frac_bits(n));
}

static u64 recip_overflow(unsigned n, bool sign, struct fp_env *env)
{
    enum fp_rounding r = fp_rmode(env);
    bool to_infinity = r == FP_TIEEVEN || (r == FP_POSINF && !sign) || (r == FP_NEGINF && sign);
    env->fpsr |= FP_OFC | FP_IXC;
    return to_infinity ? fp_infinity(n, sign) : fp_max_normal(n, sign);
}

u64 fp_recip_estimate(unsigned n, u64 a, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env);
    if (fp_is_nan(&x))
        return fp_process_nan(n, x.cls, a, env);
    if (x.cls == FP_CLASS_INF)
        return fp_zero(n, x.sign);
    if (x.cls == FP_CLASS_ZERO) {
        env->fpsr |= FP_DZC;
        return fp_infinity(n, x.sign);
    }
    s32 top = x.exp + (s32)fp_msb(x.sig), exp;
    u64 frac;
    if (top < -fp_bias(n) - 1) /* below 2^-128, 2^-1024 */
        return recip_overflow(n, x.sign, env);
    if (fp_flush(n, env) && top >= fp_bias(n) - 1) { /* the result would be denormal */
        env->fpsr |= FP_UFC;
        return fp_zero(n, x.sign);
    }
    take_apart(n, a, &exp, &frac);
    if (exp == 0) {
        exp = bit(frac, 51) ? 0 : -1;
        frac = frac << (exp ? 2 : 1) & ones(52);
    }
    s32 result_exp = 2 * fp_bias(n) - 1 - exp;
    frac = ((u64)recip_estimate(0x100 | (unsigned)bits(frac, 51, 44)) & 0xff) << 44;
    if (result_exp == 0) {
        frac = 1ull << 51 | frac >> 1;
    } else if (result_exp == -1) {
        frac = 1ull << 50 | frac >> 2;
        result_exp = 0;
    }
    return fp_make(n, x.sign, (u64)result_exp, frac >> (52 - fp_frac_bits(n)));
}

u64 fp_rsqrt_estimate(unsigned n, u64 a, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env);
    if (fp_is_nan(&x))
        return fp_process_nan(n, x.cls, a, env);
    if (x.cls == FP_CLASS_ZERO) {
        env->fpsr |= FP_DZC;
        return fp_infinity(n, x.sign);
    }
    if (x.sign)
        return fp_invalid(n, env);
    if (x.cls == FP_CLASS_INF)
        return fp_zero(n, false);
    s32 exp;
    u64 frac;
    take_apart(n, a, &exp, &frac);
    if (exp == 0) {
        while (!bit(frac, 51)) {
            frac = frac << 1 & ones(52);
            exp--;
        }
        frac = frac << 1 & ones(52);
    }
    unsigned scaled = exp & 1 ? 0x80 | (unsigned)bits(frac, 51, 45) : 0x100 | (unsigned)bits(frac, 51, 44);
    s32 result_exp = (3 * fp_bias(n) - 1 - exp) / 2;
    u64 estimate = rsqrt_estimate(scaled) & 0xff;
    return fp_make(n, false, (u64)result_exp, estimate << (fp_frac_bits(n) - 8));
}

u64 fp_recpx(unsigned n, u64 a, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env);
    if (fp_is_nan(&x))
        return fp_process_nan(n, x.cls, a, env);
    u64 exp = a >> fp_frac_bits(n) & ones(fp_exp_bits(n));
    return fp_make(n, x.sign, exp ? ~exp & ones(fp_exp_bits(n)) : ones(fp_exp_bits(n)) - 1, 0);
}
