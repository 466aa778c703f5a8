/* Taking apart, rounding, NaNs. */
#include "cpu/fp/fp_core.h"

static ALWAYS_INLINE bool alternative_half(unsigned n, const struct fp_env *env)
{
    return n == 16 && (env->fpcr >> 26 & 1);
}

/* FPUnpackBase(); alternative: half precision without infinities and NaNs. */
static ALWAYS_INLINE struct fp_number unpack(unsigned n, u64 a, bool flush, bool alternative, struct fp_env *env)
{
    unsigned f = fp_frac_bits(n), e = fp_exp_bits(n);
    u64 frac = a & ones(f), exp = a >> f & ones(e);
    struct fp_number x = { .sign = a >> (n - 1) & 1 };
    if (exp == 0) {
        if (frac && flush) {
            env->fpsr |= n == 16 ? 0 : FP_IDC;
            frac = 0;
        }
        x.cls = frac ? FP_CLASS_FINITE : FP_CLASS_ZERO;
        x.sig = frac;
        x.exp = 1 - fp_bias(n) - (s32)f;
    } else if (exp == ones(e) && !alternative) {
        x.cls = !frac ? FP_CLASS_INF : frac >> (f - 1) ? FP_CLASS_QNAN : FP_CLASS_SNAN;
    } else {
        x.cls = FP_CLASS_FINITE;
        x.sig = frac | 1ull << f;
        x.exp = (s32)exp - fp_bias(n) - (s32)f;
    }
    return x;
}

struct fp_number fp_unpack(unsigned n, u64 a, struct fp_env *env)
{
    return unpack(n, a, fp_flush(n, env), false, env);
}

struct fp_number fp_unpack_cv(unsigned n, u64 a, struct fp_env *env)
{
    return unpack(n, a, n != 16 && fp_flush(n, env), alternative_half(n, env), env);
}

/* Does the discarded part (2 * rest against 1, in units of the last place) round the magnitude up? */
static bool rounds_up(enum fp_rounding rounding, bool sign, bool odd, int half, bool any)
{
    switch (rounding) {
    case FP_TIEEVEN:
        return half > 0 || (half == 0 && odd);
    case FP_POSINF:
        return any && !sign;
    case FP_NEGINF:
        return any && sign;
    case FP_TIEAWAY:
        return half >= 0;
    default:
        return false;
    }
}

static u64 overflow(unsigned n, bool sign, enum fp_rounding rounding, struct fp_env *env)
{
    bool to_infinity = rounding == FP_TIEEVEN || rounding == FP_TIEAWAY || (rounding == FP_POSINF && !sign) || (rounding == FP_NEGINF && sign);
    env->fpsr |= FP_OFC | FP_IXC;
    return to_infinity ? fp_infinity(n, sign) : fp_max_normal(n, sign);
}

/* FPRoundBase() */
static ALWAYS_INLINE u64 round_number(unsigned n, bool sign, s32 exp, u128 sig, enum fp_rounding rounding, bool flush, bool alternative,
                                      struct fp_env *env)
{
    unsigned f = fp_frac_bits(n);
    s32 top = exp + (s32)fp_msb(sig), least = 1 - fp_bias(n);
    if (top < least && flush) {
        env->fpsr |= FP_UFC;
        return fp_zero(n, sign);
    }
    bool tiny = top < least;
    u64 biased = tiny ? 0 : (u64)(top - least + 1);
    s32 drop = (tiny ? least : top) - (s32)f - exp; /* bits below the last place */
    u64 mant;
    int half = -1; /* the discarded part against half a unit */
    bool any = false;
    if (drop <= 0) {
        mant = (u64)(sig << -drop);
    } else {
        u128 rest = drop > 127 ? sig : sig & (((u128)1 << drop) - 1);
        mant = drop > 127 ? 0 : (u64)(sig >> drop);
        any = rest != 0;
        if (drop <= 127) {
            u128 middle = (u128)1 << (drop - 1);
            half = rest > middle ? 1 : rest == middle ? 0 : -1;
        }
    }
    if (tiny && any)
        env->fpsr |= FP_UFC;
    if (rounds_up(rounding, sign, mant & 1, half, any)) {
        mant++;
        if (tiny && mant == 1ull << f)
            biased = 1;
        if (mant == 2ull << f) {
            biased++;
            mant >>= 1;
        }
    }
    if (rounding == FP_ODD && any)
        mant |= 1;
    if (alternative ? biased >= 1ull << fp_exp_bits(n) : biased >= ones(fp_exp_bits(n))) {
        if (!alternative)
            return overflow(n, sign, rounding, env);
        env->fpsr |= FP_IOC;
        return (u64)sign << 15 | 0x7fff;
    }
    if (any)
        env->fpsr |= FP_IXC;
    return fp_make(n, sign, biased, mant & ones(f));
}

u64 fp_round(unsigned n, bool sign, s32 exp, u128 sig, enum fp_rounding rounding, struct fp_env *env)
{
    return round_number(n, sign, exp, sig, rounding, fp_flush(n, env), false, env);
}

u64 fp_round_cv(unsigned n, bool sign, s32 exp, u128 sig, enum fp_rounding rounding, struct fp_env *env)
{
    return round_number(n, sign, exp, sig, rounding, n != 16 && fp_flush(n, env), alternative_half(n, env), env);
}

u64 fp_process_nan(unsigned n, u8 cls, u64 a, struct fp_env *env)
{
    if (cls == FP_CLASS_SNAN) {
        env->fpsr |= FP_IOC;
        a |= 1ull << (fp_frac_bits(n) - 1);
    }
    return fp_default_nan_mode(env) ? fp_default_nan(n) : a;
}

bool fp_process_nans(unsigned n, const struct fp_number *x, const struct fp_number *y, u64 a, u64 b, u64 *result, struct fp_env *env)
{
    if (x->cls == FP_CLASS_SNAN)
        *result = fp_process_nan(n, x->cls, a, env);
    else if (y->cls == FP_CLASS_SNAN)
        *result = fp_process_nan(n, y->cls, b, env);
    else if (x->cls == FP_CLASS_QNAN)
        *result = fp_process_nan(n, x->cls, a, env);
    else if (y->cls == FP_CLASS_QNAN)
        *result = fp_process_nan(n, y->cls, b, env);
    else
        return false;
    return true;
}

u64 fp_add_exact(unsigned n, bool sign_a, s32 exp_a, u128 a, bool sign_b, s32 exp_b, u128 b, struct fp_env *env)
{
    if (exp_a + (s32)fp_msb(a) < exp_b + (s32)fp_msb(b)) {
        bool sign = sign_a;
        s32 exp = exp_a;
        u128 sig = a;
        sign_a = sign_b, exp_a = exp_b, a = b;
        sign_b = sign, exp_b = exp, b = sig;
    }
    unsigned up = 125 - fp_msb(a); /* the larger one to the top, with room for a carry */
    a <<= up;
    exp_a -= (s32)up;
    if (exp_b >= exp_a)
        b <<= exp_b - exp_a;
    else
        b = fp_shift_right_jam(b, (unsigned)(exp_a - exp_b));
    bool sign = sign_a;
    u128 sum = sign_a == sign_b ? a + b : a - b;
    if (sign_a != sign_b && b > a) {
        sum = b - a;
        sign = sign_b;
    }
    if (!sum)
        return fp_zero(n, fp_rmode(env) == FP_NEGINF);
    return fp_round(n, sign, exp_a, sum, fp_rmode(env), env);
}
