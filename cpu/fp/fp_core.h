/* What the files of cpu/fp/ share: numbers taken apart, rounded, and the rules for NaNs. */
#ifndef CPU_FP_FP_CORE_H
#define CPU_FP_FP_CORE_H

#include "cpu/fp/fp.h"
#include "emu/platform/bits.h"

enum fp_class { FP_CLASS_ZERO, FP_CLASS_FINITE, FP_CLASS_INF, FP_CLASS_QNAN, FP_CLASS_SNAN };

/* A number taken apart: (-1)^sign * sig * 2^exp when finite. */
struct fp_number {
    u8 cls; /* enum fp_class */
    bool sign;
    s32 exp;
    u64 sig; /* not 0 when finite */
};

static inline unsigned fp_frac_bits(unsigned n)
{
    return n == 16 ? 10 : n == 32 ? 23 : 52;
}

static inline unsigned fp_exp_bits(unsigned n)
{
    return n == 16 ? 5 : n == 32 ? 8 : 11;
}

static inline s32 fp_bias(unsigned n)
{
    return (1 << (fp_exp_bits(n) - 1)) - 1;
}

static inline u64 fp_make(unsigned n, bool sign, u64 exp, u64 frac)
{
    return (u64)sign << (n - 1) | exp << fp_frac_bits(n) | frac;
}

static inline u64 fp_zero(unsigned n, bool sign)
{
    return fp_make(n, sign, 0, 0);
}

static inline u64 fp_infinity(unsigned n, bool sign)
{
    return fp_make(n, sign, ones(fp_exp_bits(n)), 0);
}

static inline u64 fp_max_normal(unsigned n, bool sign)
{
    return fp_make(n, sign, ones(fp_exp_bits(n)) - 1, ones(fp_frac_bits(n)));
}

static inline u64 fp_default_nan(unsigned n)
{
    return fp_make(n, false, ones(fp_exp_bits(n)), 1ull << (fp_frac_bits(n) - 1));
}

static inline bool fp_is_nan(const struct fp_number *a)
{
    return a->cls >= FP_CLASS_QNAN;
}

static inline bool fp_default_nan_mode(const struct fp_env *env)
{
    return env->fpcr >> 25 & 1;
}

static inline bool fp_flush(unsigned n, const struct fp_env *env)
{
    return env->fpcr >> (n == 16 ? 19 : 24) & 1;
}

/* FPUnpack(); flushes denormal inputs under FZ, with IDC, and under FZ16, without. AHP has no say in arithmetic. */
struct fp_number fp_unpack(unsigned n, u64 bits_in, struct fp_env *env);
/* FPUnpackCV(), for conversion between formats: AHP counts, FZ16 does not. */
struct fp_number fp_unpack_cv(unsigned n, u64 bits_in, struct fp_env *env);

/* FPRound() of (-1)^sign * sig * 2^exp, sig not 0; its lowest bit may stand for everything below it. */
u64 fp_round(unsigned n, bool sign, s32 exp, u128 sig, enum fp_rounding rounding, struct fp_env *env);
/* FPRoundCV(): as fp_unpack_cv. */
u64 fp_round_cv(unsigned n, bool sign, s32 exp, u128 sig, enum fp_rounding rounding, struct fp_env *env);

/* FPProcessNaN() */
u64 fp_process_nan(unsigned n, u8 cls, u64 a, struct fp_env *env);
/* FPProcessNaNs(): true: *result is what the operation returns. */
bool fp_process_nans(unsigned n, const struct fp_number *x, const struct fp_number *y, u64 a, u64 b, u64 *result, struct fp_env *env);

static inline u64 fp_invalid(unsigned n, struct fp_env *env)
{
    env->fpsr |= FP_IOC;
    return fp_default_nan(n);
}

/* The sum of two finite, non-zero numbers with u128 significands below 2^126, rounded; exact zero gets its sign by RMode. */
u64 fp_add_exact(unsigned n, bool sign_a, s32 exp_a, u128 a, bool sign_b, s32 exp_b, u128 b, struct fp_env *env);

static inline unsigned fp_msb(u128 x)
{
    return x >> 64 ? 127u - (unsigned)__builtin_clzll((u64)(x >> 64)) : 63u - (unsigned)__builtin_clzll((u64)x);
}

/* x >> by, with every bit that falls out kept in the lowest. */
static inline u128 fp_shift_right_jam(u128 x, unsigned by)
{
    if (by == 0)
        return x;
    if (by > 127)
        return x != 0;
    return x >> by | ((x & (((u128)1 << by) - 1)) != 0);
}

#endif
