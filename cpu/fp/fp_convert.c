/* Between formats, to and from integers, rounding to integers. */
#include "cpu/fp/fp_core.h"

/* |x| * 2^scale as an integer, rounded; *inexact. Above 2^64: saturates to 2^64. */
static u128 to_integer(const struct fp_number *x, s32 scale, enum fp_rounding rounding, bool *inexact)
{
    s32 exp = x->exp + scale;
    *inexact = false;
    if (exp >= 0)
        return exp > 11 + 53 ? (u128)1 << 64 : (u128)x->sig << exp;
    unsigned drop = (unsigned)-exp;
    u128 whole = drop > 63 ? 0 : x->sig >> drop, rest = drop > 63 ? x->sig : x->sig & ones(drop);
    int half = -1;
    if (drop <= 64) {
        u128 middle = (u128)1 << (drop - 1);
        half = rest > middle ? 1 : rest == middle ? 0 : -1;
    }
    *inexact = rest != 0;
    bool up = false;
    switch (rounding) {
    case FP_TIEEVEN:
        up = half > 0 || (half == 0 && (whole & 1));
        break;
    case FP_TIEAWAY:
        up = half >= 0;
        break;
    case FP_POSINF:
        up = *inexact && !x->sign;
        break;
    case FP_NEGINF:
        up = *inexact && x->sign;
        break;
    default:
        break;
    }
    return whole + up;
}

u64 fp_round_int(unsigned n, u64 a, enum fp_rounding rounding, bool exact, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env);
    if (fp_is_nan(&x))
        return fp_process_nan(n, x.cls, a, env);
    if (x.cls == FP_CLASS_INF)
        return fp_infinity(n, x.sign);
    if (x.cls == FP_CLASS_ZERO)
        return fp_zero(n, x.sign);
    if (x.exp >= 0) /* an integer already */
        return a;
    bool inexact;
    u128 whole = to_integer(&x, 0, rounding, &inexact);
    if (inexact && exact)
        env->fpsr |= FP_IXC;
    if (!whole)
        return fp_zero(n, x.sign);
    struct fp_env quiet = *env;
    return fp_round(n, x.sign, 0, whole, FP_ZERO, &quiet); /* exact: an integer of at most as many bits */
}

u64 fp_to_fixed(unsigned n, u64 a, unsigned fbits, bool is_unsigned, enum fp_rounding rounding, unsigned m, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env);
    u64 largest = is_unsigned ? ones(m) : ones(m - 1);
    u64 smallest = is_unsigned ? 0 : 1ull << (m - 1); /* magnitude of the most negative */
    if (fp_is_nan(&x)) {
        env->fpsr |= FP_IOC;
        return 0;
    }
    if (x.cls == FP_CLASS_ZERO)
        return 0;
    bool inexact = false;
    u128 magnitude = x.cls == FP_CLASS_INF ? (u128)1 << 64 : to_integer(&x, (s32)fbits, rounding, &inexact);
    u64 limit = x.sign ? smallest : largest;
    if (magnitude > limit) {
        env->fpsr |= FP_IOC;
        magnitude = limit;
    } else if (inexact) {
        env->fpsr |= FP_IXC;
    }
    return (x.sign ? 0 - (u64)magnitude : (u64)magnitude) & ones(m);
}

u32 fp_to_fixed_js(u64 a, bool *z, struct fp_env *env)
{
    struct fp_number x = fp_unpack(64, a, env);
    *z = x.cls == FP_CLASS_ZERO && a == 0; /* neither -0 nor a denormal that was flushed */
    if (x.cls == FP_CLASS_ZERO)
        return 0;
    if (x.cls != FP_CLASS_FINITE) {
        env->fpsr |= FP_IOC;
        return 0;
    }
    unsigned down = x.exp < 0 ? (unsigned)-x.exp : 0;
    u64 whole = down > 63 ? 0 : x.sig >> down, rest = down > 63 ? x.sig : x.sig & ones(down);
    if (x.exp > 0) /* of 2^53 and more, the low bits */
        whole = x.exp > 31 ? 0 : x.sig << x.exp;
    if (x.exp > 0 || whole > ones(31) + x.sign)
        env->fpsr |= FP_IOC;
    else if (rest)
        env->fpsr |= FP_IXC;
    else
        *z = true;
    return (u32)(x.sign ? 0 - whole : whole);
}

u64 fp_from_fixed(unsigned n, u64 integer, unsigned fbits, bool is_unsigned, unsigned m, struct fp_env *env)
{
    integer &= ones(m);
    bool sign = !is_unsigned && integer >> (m - 1);
    u64 magnitude = sign ? (0 - integer) & ones(m) : integer;
    return magnitude ? fp_round(n, sign, -(s32)fbits, magnitude, fp_rmode(env), env) : 0;
}

/* FPConvertNaN(): the top fraction bits stay the top ones, and it becomes quiet. */
static u64 convert_nan(unsigned to, unsigned from, u64 a)
{
    unsigned f = fp_frac_bits(from), t = fp_frac_bits(to);
    u64 frac = a & ones(f);
    frac = t >= f ? frac << (t - f) : frac >> (f - t);
    return fp_make(to, a >> (from - 1) & 1, ones(fp_exp_bits(to)), frac | 1ull << (t - 1));
}

u64 fp_convert(unsigned to, unsigned from, u64 a, enum fp_rounding rounding, struct fp_env *env)
{
    struct fp_number x = fp_unpack_cv(from, a, env);
    bool alternative = to == 16 && (env->fpcr >> 26 & 1);
    if (fp_is_nan(&x)) {
        if (x.cls == FP_CLASS_SNAN || alternative)
            env->fpsr |= FP_IOC;
        if (alternative)
            return fp_zero(to, x.sign);
        return fp_default_nan_mode(env) ? fp_default_nan(to) : convert_nan(to, from, a);
    }
    if (x.cls == FP_CLASS_INF) {
        if (!alternative)
            return fp_infinity(to, x.sign);
        env->fpsr |= FP_IOC;
        return (u64)x.sign << 15 | 0x7fff;
    }
    return x.cls == FP_CLASS_ZERO ? fp_zero(to, x.sign) : fp_round_cv(to, x.sign, x.exp, x.sig, rounding, env);
}

u64 fp_expand_imm(unsigned n, u8 imm8)
{
    unsigned e = fp_exp_bits(n), f = fp_frac_bits(n);
    u64 exp = (u64)!bit(imm8, 6) << (e - 1) | (bit(imm8, 6) ? ones(e - 3) : 0) << 2 | bits(imm8, 5, 4);
    return fp_make(n, bit(imm8, 7), exp, bits(imm8, 3, 0) << (f - 4));
}
