/* Addition to square root, fused operations, comparison, minimum and maximum. */
#include "cpu/fp/fp_core.h"

#include <string.h>

/* ---- the host's arithmetic, where it provably gives the same ----
 *
 * With FPCR 0 (to nearest, no flushing, no default NaN) and IXC already set, an operation on numbers whose result is normal raises nothing new,
 * and IEEE 754 fixes its bits. */

static ALWAYS_INLINE bool host_may(const struct fp_env *env)
{
    return (env->fpcr & 0x07c00000) == 0 && (env->fpsr & FP_IXC);
}

static ALWAYS_INLINE bool is_normal(unsigned n, u64 a)
{
    u64 exp = a >> fp_frac_bits(n) & ones(fp_exp_bits(n));
    return exp - 1 < ones(fp_exp_bits(n)) - 1;
}

enum host_op { HOST_ADD, HOST_SUB, HOST_MUL, HOST_DIV };

static ALWAYS_INLINE double host_op64(enum host_op op, double x, double y)
{
    return op == HOST_ADD ? x + y : op == HOST_SUB ? x - y : op == HOST_MUL ? x * y : x / y;
}

static ALWAYS_INLINE float host_op32(enum host_op op, float x, float y)
{
    return op == HOST_ADD ? x + y : op == HOST_SUB ? x - y : op == HOST_MUL ? x * y : x / y;
}

/* True: *r is the result. A result at the edge of the normal range might have been tiny before rounding: left to the exact path. */
static ALWAYS_INLINE bool host(unsigned n, enum host_op op, u64 a, u64 b, u64 *r, const struct fp_env *env)
{
    if (!host_may(env) || n == 16 || !is_normal(n, a) || !is_normal(n, b))
        return false;
    if (n == 64) {
        double x, y, z;
        memcpy(&x, &a, 8);
        memcpy(&y, &b, 8);
        z = host_op64(op, x, y);
        memcpy(r, &z, 8);
    } else {
        u32 a32 = (u32)a, b32 = (u32)b, r32;
        float x, y, z;
        memcpy(&x, &a32, 4);
        memcpy(&y, &b32, 4);
        z = host_op32(op, x, y);
        memcpy(&r32, &z, 4);
        *r = r32;
    }
    u64 exp = *r >> fp_frac_bits(n) & ones(fp_exp_bits(n));
    return exp > 1 && exp < ones(fp_exp_bits(n));
}

/* The square root of a positive normal number is one, too. */
static ALWAYS_INLINE bool host_sqrt(unsigned n, u64 a, u64 *r, const struct fp_env *env)
{
    if (!host_may(env) || n == 16 || !is_normal(n, a) || bit(a, n - 1))
        return false;
    if (n == 64) {
        double x;
        memcpy(&x, &a, 8);
        x = __builtin_sqrt(x);
        memcpy(r, &x, 8);
    } else {
        u32 a32 = (u32)a;
        float x;
        memcpy(&x, &a32, 4);
        x = __builtin_sqrtf(x);
        memcpy(&a32, &x, 4);
        *r = a32;
    }
    return true;
}

#ifdef __x86_64__
__attribute__((target("fma"))) static bool host_muladd_by_fma(unsigned n, u64 addend, u64 a, u64 b, u64 *r)
{
    if (n == 64) {
        double x, y, z;
        memcpy(&x, &a, 8);
        memcpy(&y, &b, 8);
        memcpy(&z, &addend, 8);
        x = __builtin_fma(x, y, z);
        memcpy(r, &x, 8);
    } else {
        u32 a32 = (u32)a, b32 = (u32)b, z32 = (u32)addend;
        float x, y, z;
        memcpy(&x, &a32, 4);
        memcpy(&y, &b32, 4);
        memcpy(&z, &z32, 4);
        x = __builtin_fmaf(x, y, z);
        memcpy(&z32, &x, 4);
        *r = z32;
    }
    u64 exp = *r >> fp_frac_bits(n) & ones(fp_exp_bits(n));
    return exp > 1 && exp < ones(fp_exp_bits(n));
}
#endif

/* True: *r is the result; with one rounding, as the host's instruction makes it. */
static ALWAYS_INLINE bool host_muladd(unsigned n, u64 addend, u64 a, u64 b, u64 *r, const struct fp_env *env)
{
#ifdef __x86_64__
    return host_may(env) && n != 16 && is_normal(n, addend) && is_normal(n, a) && is_normal(n, b) && __builtin_cpu_supports("fma") &&
           host_muladd_by_fma(n, addend, a, b, r);
#else
    return false;
#endif
}

/* ---- sums ---- */

static u64 add(unsigned n, u64 a, u64 b, bool negate, struct fp_env *env)
{
    u64 result;
    if (host(n, negate ? HOST_SUB : HOST_ADD, a, b, &result, env))
        return result;
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_process_nans(n, &x, &y, a, b, &result, env))
        return result;
    y.sign ^= negate;
    if (x.cls == FP_CLASS_INF || y.cls == FP_CLASS_INF) {
        if (x.cls == y.cls && x.sign != y.sign)
            return fp_invalid(n, env);
        return fp_infinity(n, x.cls == FP_CLASS_INF ? x.sign : y.sign);
    }
    if (x.cls == FP_CLASS_ZERO && y.cls == FP_CLASS_ZERO)
        return fp_zero(n, x.sign == y.sign ? x.sign : fp_rmode(env) == FP_NEGINF);
    if (x.cls == FP_CLASS_ZERO)
        return fp_round(n, y.sign, y.exp, y.sig, fp_rmode(env), env);
    if (y.cls == FP_CLASS_ZERO)
        return fp_round(n, x.sign, x.exp, x.sig, fp_rmode(env), env);
    return fp_add_exact(n, x.sign, x.exp, x.sig, y.sign, y.exp, y.sig, env);
}

u64 fp_add(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return add(n, a, b, false, env);
}

u64 fp_sub(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return add(n, a, b, true, env);
}

u64 fp_abd(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return fp_abs(n, fp_sub(n, a, b, env), env);
}

/* ---- products and quotients ---- */

static u64 mul(unsigned n, u64 a, u64 b, bool extended, struct fp_env *env)
{
    u64 result;
    if (host(n, HOST_MUL, a, b, &result, env))
        return result;
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_process_nans(n, &x, &y, a, b, &result, env))
        return result;
    bool sign = x.sign != y.sign;
    if ((x.cls == FP_CLASS_INF && y.cls == FP_CLASS_ZERO) || (x.cls == FP_CLASS_ZERO && y.cls == FP_CLASS_INF))
        return extended ? fp_make(n, sign, (u64)fp_bias(n) + 1, 0) : fp_invalid(n, env);
    if (x.cls == FP_CLASS_INF || y.cls == FP_CLASS_INF)
        return fp_infinity(n, sign);
    if (x.cls == FP_CLASS_ZERO || y.cls == FP_CLASS_ZERO)
        return fp_zero(n, sign);
    return fp_round(n, sign, x.exp + y.exp, (u128)x.sig * y.sig, fp_rmode(env), env);
}

u64 fp_mul(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return mul(n, a, b, false, env);
}

u64 fp_mulx(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return mul(n, a, b, true, env);
}

u64 fp_nmul(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return fp_neg(n, mul(n, a, b, false, env), env);
}

u64 fp_div(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    u64 result;
    if (host(n, HOST_DIV, a, b, &result, env))
        return result;
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_process_nans(n, &x, &y, a, b, &result, env))
        return result;
    bool sign = x.sign != y.sign;
    if (x.cls == y.cls && x.cls != FP_CLASS_FINITE) /* 0/0, infinity/infinity */
        return fp_invalid(n, env);
    if (x.cls == FP_CLASS_INF || y.cls == FP_CLASS_ZERO) {
        if (x.cls != FP_CLASS_INF)
            env->fpsr |= FP_DZC;
        return fp_infinity(n, sign);
    }
    if (x.cls == FP_CLASS_ZERO || y.cls == FP_CLASS_INF)
        return fp_zero(n, sign);
    unsigned up_x = 127 - fp_msb(x.sig), up_y = 63 - fp_msb(y.sig); /* a quotient of 64 bits or 65 */
    u128 dividend = (u128)x.sig << up_x;
    u64 divisor = y.sig << up_y;
    u128 quotient = dividend / divisor;
    quotient = quotient << 1 | (dividend % divisor != 0);
    return fp_round(n, sign, x.exp - (s32)up_x - (y.exp - (s32)up_y) - 1, quotient, fp_rmode(env), env);
}

/* floor(sqrt(x)) bit by bit; *exact: nothing is left. */
static u64 integer_sqrt(u128 x, bool *exact)
{
    u128 root = 0, one = (u128)1 << 126;
    while (one > x)
        one >>= 2;
    for (; one; one >>= 2) {
        if (x >= root + one) {
            x -= root + one;
            root = (root >> 1) + one;
        } else {
            root >>= 1;
        }
    }
    *exact = x == 0;
    return (u64)root;
}

u64 fp_sqrt(unsigned n, u64 a, struct fp_env *env)
{
    u64 result;
    if (host_sqrt(n, a, &result, env))
        return result;
    struct fp_number x = fp_unpack(n, a, env);
    if (fp_is_nan(&x))
        return fp_process_nan(n, x.cls, a, env);
    if (x.cls == FP_CLASS_ZERO)
        return fp_zero(n, x.sign);
    if (x.sign)
        return fp_invalid(n, env);
    if (x.cls == FP_CLASS_INF)
        return fp_infinity(n, false);
    unsigned up = 126 - fp_msb(x.sig);
    if ((x.exp - (s32)up) & 1)
        up--;
    bool exact;
    u64 root = integer_sqrt((u128)x.sig << up, &exact);
    return fp_round(n, false, (x.exp - (s32)up) / 2 - 1, (u128)root << 1 | !exact, fp_rmode(env), env);
}

/* ---- fused ---- */

/* FPProcessNaNs3(): signalling ones first, each in the order addend, a, b. */
static bool process_nans3(unsigned n, const struct fp_number *z, const struct fp_number *x, const struct fp_number *y, u64 addend, u64 a, u64 b,
                          u64 *result, struct fp_env *env)
{
    const struct fp_number *const numbers[] = { z, x, y };
    const u64 values[] = { addend, a, b };
    for (unsigned cls = FP_CLASS_SNAN; cls >= FP_CLASS_QNAN; cls--)
        for (unsigned i = 0; i < 3; i++)
            if (numbers[i]->cls == cls) {
                *result = fp_process_nan(n, (u8)cls, values[i], env);
                return true;
            }
    return false;
}

u64 fp_muladd(unsigned n, u64 addend, u64 a, u64 b, struct fp_env *env)
{
    u64 result;
    if (host_muladd(n, addend, a, b, &result, env))
        return result;
    struct fp_number z = fp_unpack(n, addend, env), x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    bool invalid_product = (x.cls == FP_CLASS_INF && y.cls == FP_CLASS_ZERO) || (x.cls == FP_CLASS_ZERO && y.cls == FP_CLASS_INF);
    bool nan = process_nans3(n, &z, &x, &y, addend, a, b, &result, env);
    if (invalid_product && z.cls == FP_CLASS_QNAN)
        return fp_invalid(n, env);
    if (nan)
        return result;
    bool sign = x.sign != y.sign, infinite = x.cls == FP_CLASS_INF || y.cls == FP_CLASS_INF;
    bool zero = x.cls == FP_CLASS_ZERO || y.cls == FP_CLASS_ZERO;
    if (invalid_product || (z.cls == FP_CLASS_INF && infinite && z.sign != sign))
        return fp_invalid(n, env);
    if (z.cls == FP_CLASS_INF || infinite)
        return fp_infinity(n, z.cls == FP_CLASS_INF ? z.sign : sign);
    if (z.cls == FP_CLASS_ZERO && zero)
        return fp_zero(n, z.sign == sign ? sign : fp_rmode(env) == FP_NEGINF);
    if (zero)
        return fp_round(n, z.sign, z.exp, z.sig, fp_rmode(env), env);
    u128 product = (u128)x.sig * y.sig;
    if (z.cls == FP_CLASS_ZERO)
        return fp_round(n, sign, x.exp + y.exp, product, fp_rmode(env), env);
    return fp_add_exact(n, sign, x.exp + y.exp, product, z.sign, z.exp, z.sig, env);
}

/* constant - a * b, halved or not; where infinity meets zero, `otherwise`. */
static u64 step(unsigned n, u64 a, u64 b, u64 constant_sig, u64 otherwise_frac, bool halve, struct fp_env *env)
{
    u64 result, negated = a ^ 1ull << (n - 1);
    struct fp_number x = fp_unpack(n, negated, env), y = fp_unpack(n, b, env);
    if (fp_process_nans(n, &x, &y, negated, b, &result, env))
        return result;
    bool sign = x.sign != y.sign, inf = x.cls == FP_CLASS_INF || y.cls == FP_CLASS_INF, zero = x.cls == FP_CLASS_ZERO || y.cls == FP_CLASS_ZERO;
    u64 constant_exp = (u64)fp_bias(n) + !halve; /* 2 is 1.0 * 2^1, 1.5 is 1.1b * 2^0 */
    if (inf)
        return zero ? fp_make(n, false, constant_exp, otherwise_frac) : fp_infinity(n, sign);
    s32 down = halve ? -1 : 0;
    if (zero)
        return fp_round(n, false, down, constant_sig, fp_rmode(env), env);
    return fp_add_exact(n, false, down, constant_sig, sign, x.exp + y.exp + down, (u128)x.sig * y.sig, env);
}

u64 fp_recip_step(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return step(n, a, b, 2, 0, false, env);
}

u64 fp_rsqrt_step(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return step(n, a, b, 3, 1ull << (fp_frac_bits(n) - 1), true, env);
}

/* ---- order ---- */

/* -1, 0, 1 of two numbers that are no NaNs. */
static int order(const struct fp_number *x, const struct fp_number *y)
{
    if (x->cls == FP_CLASS_ZERO && y->cls == FP_CLASS_ZERO)
        return 0;
    if (x->cls == FP_CLASS_ZERO)
        return y->sign ? 1 : -1;
    if (y->cls == FP_CLASS_ZERO || x->sign != y->sign)
        return x->sign ? -1 : 1;
    int magnitude;
    if (x->cls != y->cls) {
        magnitude = x->cls == FP_CLASS_INF ? 1 : -1;
    } else if (x->cls == FP_CLASS_INF) {
        return 0;
    } else {
        s32 top_x = x->exp + (s32)fp_msb(x->sig), top_y = y->exp + (s32)fp_msb(y->sig);
        u64 norm_x = x->sig << (63 - fp_msb(x->sig)), norm_y = y->sig << (63 - fp_msb(y->sig));
        magnitude = top_x != top_y ? (top_x > top_y ? 1 : -1) : (norm_x > norm_y) - (norm_x < norm_y);
    }
    return x->sign ? -magnitude : magnitude;
}

u32 fp_compare(unsigned n, u64 a, u64 b, bool signal_nans, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_is_nan(&x) || fp_is_nan(&y)) {
        if (signal_nans || x.cls == FP_CLASS_SNAN || y.cls == FP_CLASS_SNAN)
            env->fpsr |= FP_IOC;
        return 3u << 28;
    }
    int o = order(&x, &y);
    return (o == 0 ? 6u : o < 0 ? 8u : 2u) << 28;
}

/* EQ is quiet, GE and GT signal for every NaN. */
static bool relation(unsigned n, u64 a, u64 b, bool quiet, int least, struct fp_env *env)
{
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_is_nan(&x) || fp_is_nan(&y)) {
        if (!quiet || x.cls == FP_CLASS_SNAN || y.cls == FP_CLASS_SNAN)
            env->fpsr |= FP_IOC;
        return false;
    }
    int o = order(&x, &y);
    return quiet ? o == 0 : o >= least;
}

u64 fp_cmeq(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return relation(n, a, b, true, 0, env) ? ones(n) : 0;
}

u64 fp_cmge(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return relation(n, a, b, false, 0, env) ? ones(n) : 0;
}

u64 fp_cmgt(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return relation(n, a, b, false, 1, env) ? ones(n) : 0;
}

u64 fp_acge(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return fp_cmge(n, fp_abs(n, a, env), fp_abs(n, b, env), env);
}

u64 fp_acgt(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return fp_cmgt(n, fp_abs(n, a, env), fp_abs(n, b, env), env);
}

static u64 extremum(unsigned n, u64 a, u64 b, bool want_max, struct fp_env *env)
{
    u64 result;
    struct fp_number x = fp_unpack(n, a, env), y = fp_unpack(n, b, env);
    if (fp_process_nans(n, &x, &y, a, b, &result, env))
        return result;
    int o = order(&x, &y);
    bool first = want_max ? o > 0 : o < 0;
    const struct fp_number *z = first ? &x : &y;
    if (z->cls == FP_CLASS_ZERO) /* of two zeros, +0 is the larger one */
        return fp_zero(n, o == 0 ? (want_max ? x.sign && y.sign : x.sign || y.sign) : z->sign);
    return first ? a : b;
}

u64 fp_max(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return extremum(n, a, b, true, env);
}

u64 fp_min(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return extremum(n, a, b, false, env);
}

/* A quiet NaN beside a number gives the number: it stands for the infinity that loses. */
static u64 extremum_num(unsigned n, u64 a, u64 b, bool want_max, struct fp_env *env)
{
    struct fp_env none = *env;
    struct fp_number x = fp_unpack(n, a, &none), y = fp_unpack(n, b, &none);
    if (x.cls == FP_CLASS_QNAN && !fp_is_nan(&y))
        a = fp_infinity(n, want_max);
    else if (y.cls == FP_CLASS_QNAN && !fp_is_nan(&x))
        b = fp_infinity(n, want_max);
    return extremum(n, a, b, want_max, env);
}

u64 fp_maxnum(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return extremum_num(n, a, b, true, env);
}

u64 fp_minnum(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    return extremum_num(n, a, b, false, env);
}

/* ---- sign ---- */

u64 fp_abs(unsigned n, u64 a, struct fp_env *env)
{
    (void)env;
    return a & ones(n - 1);
}

u64 fp_neg(unsigned n, u64 a, struct fp_env *env)
{
    (void)env;
    return a ^ 1ull << (n - 1);
}
