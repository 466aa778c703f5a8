/* Operations on one lane that several instruction classes share (vector, scalar, by element). Contract: lane_fn, cpu/simd_ops.h. */
#ifndef CPU_SIMD_LANES_H
#define CPU_SIMD_LANES_H

#include "cpu/simd_ops.h"

/* A lane operation that names only what it uses. */
#define LANE(name)                                                                                                     \
    static ALWAYS_INLINE u64 name(struct cpu *cpu __attribute__((unused)), u64 d __attribute__((unused)),              \
                                  u64 a __attribute__((unused)), u64 b __attribute__((unused)),                        \
                                  unsigned esize __attribute__((unused)))

/* ---- multiplication ---- */

LANE(lane_mul)
{
    return a * b;
}

LANE(lane_mla)
{
    return d + a * b;
}

LANE(lane_mls)
{
    return d - a * b;
}

/* SQDMULH: the high half of the doubled product. */
LANE(lane_sqdmulh)
{
    return sat_s(cpu, (s128)sx(a, esize) * sx(b, esize) * 2 >> esize, esize);
}

LANE(lane_sqrdmulh)
{
    return sat_s(cpu, ((s128)sx(a, esize) * sx(b, esize) * 2 + ((s128)1 << (esize - 1))) >> esize, esize);
}

/* The product is added to, or taken from, the lane before the one rounding and saturation. */
LANE(lane_sqrdmlah)
{
    s128 product = (s128)sx(a, esize) * sx(b, esize) * 2;
    return sat_s(cpu, ((s128)sx(d, esize) * ((s128)1 << esize) + product + ((s128)1 << (esize - 1))) >> esize, esize);
}

LANE(lane_sqrdmlsh)
{
    s128 product = (s128)sx(a, esize) * sx(b, esize) * 2;
    return sat_s(cpu, ((s128)sx(d, esize) * ((s128)1 << esize) - product + ((s128)1 << (esize - 1))) >> esize, esize);
}

LANE(lane_smull)
{
    return (u64)(sx(a, esize) * sx(b, esize));
}

LANE(lane_smlal)
{
    return d + (u64)(sx(a, esize) * sx(b, esize));
}

LANE(lane_smlsl)
{
    return d - (u64)(sx(a, esize) * sx(b, esize));
}

LANE(lane_sqdmull)
{
    return sat_s(cpu, (s128)sx(a, esize) * sx(b, esize) * 2, 2 * esize);
}

/* Saturates twice: the product, then the sum. */
LANE(lane_sqdmlal)
{
    u64 product = lane_sqdmull(cpu, d, a, b, esize);
    return sat_s(cpu, (s128)sx(d, 2 * esize) + sx(product, 2 * esize), 2 * esize);
}

LANE(lane_sqdmlsl)
{
    u64 product = lane_sqdmull(cpu, d, a, b, esize);
    return sat_s(cpu, (s128)sx(d, 2 * esize) - sx(product, 2 * esize), 2 * esize);
}

/* PolynomialMult(): over {0,1}, without carries. */
LANE(lane_pmul)
{
    u64 r = 0;
    for (unsigned i = 0; i < esize; i++)
        r ^= (0 - (b >> i & 1)) & a << i;
    return r;
}

/* ---- comparison ---- */

static ALWAYS_INLINE u64 all_if(bool holds)
{
    return holds ? ~0ull : 0;
}

LANE(lane_cmgt)
{
    return all_if(sx(a, esize) > sx(b, esize));
}

LANE(lane_cmge)
{
    return all_if(sx(a, esize) >= sx(b, esize));
}

LANE(lane_cmhi)
{
    return all_if(a > b);
}

LANE(lane_cmhs)
{
    return all_if(a >= b);
}

LANE(lane_cmeq)
{
    return all_if(a == b);
}

LANE(lane_cmtst)
{
    return all_if((a & b) != 0);
}

/* ---- minimum and maximum ---- */

LANE(lane_smax)
{
    return sx(a, esize) > sx(b, esize) ? a : b;
}

LANE(lane_smin)
{
    return sx(a, esize) < sx(b, esize) ? a : b;
}

LANE(lane_umax)
{
    return a > b ? a : b;
}

LANE(lane_umin)
{
    return a < b ? a : b;
}

/* ---- addition ---- */

LANE(lane_add)
{
    return a + b;
}

LANE(lane_sub)
{
    return a - b;
}

/* ---- bitwise: 64 bits ---- */

typedef u64 words_fn(u64 d, u64 n, u64 m);

static ALWAYS_INLINE u64 words_and(u64 d, u64 n, u64 m)
{
    (void)d;
    return n & m;
}

static ALWAYS_INLINE u64 words_bic(u64 d, u64 n, u64 m)
{
    (void)d;
    return n & ~m;
}

static ALWAYS_INLINE u64 words_orr(u64 d, u64 n, u64 m)
{
    (void)d;
    return n | m;
}

static ALWAYS_INLINE u64 words_orn(u64 d, u64 n, u64 m)
{
    (void)d;
    return n | ~m;
}

static ALWAYS_INLINE u64 words_eor(u64 d, u64 n, u64 m)
{
    (void)d;
    return n ^ m;
}

static ALWAYS_INLINE u64 words_bsl(u64 d, u64 n, u64 m)
{
    return m ^ ((m ^ n) & d);
}

static ALWAYS_INLINE u64 words_bit(u64 d, u64 n, u64 m)
{
    return d ^ ((d ^ n) & m);
}

static ALWAYS_INLINE u64 words_bif(u64 d, u64 n, u64 m)
{
    return d ^ ((d ^ n) & ~m);
}

/* ---- halving and saturating addition and subtraction ---- */

LANE(lane_shadd)
{
    return (u64)((sx(a, esize) + sx(b, esize)) >> 1);
}

LANE(lane_uhadd)
{
    return (a + b) >> 1;
}

LANE(lane_srhadd)
{
    return (u64)((sx(a, esize) + sx(b, esize) + 1) >> 1);
}

LANE(lane_urhadd)
{
    return (a + b + 1) >> 1;
}

LANE(lane_shsub)
{
    return (u64)((sx(a, esize) - sx(b, esize)) >> 1);
}

LANE(lane_uhsub)
{
    return (a - b) >> 1;
}

LANE(lane_sqadd)
{
    return sat_s(cpu, (s128)sx(a, esize) + sx(b, esize), esize);
}

LANE(lane_uqadd)
{
    return sat_u(cpu, (s128)a + b, esize);
}

LANE(lane_sqsub)
{
    return sat_s(cpu, (s128)sx(a, esize) - sx(b, esize), esize);
}

LANE(lane_uqsub)
{
    return sat_u(cpu, (s128)a - b, esize);
}

/* ---- absolute difference ---- */

LANE(lane_sabd)
{
    return sx(a, esize) > sx(b, esize) ? a - b : b - a;
}

LANE(lane_uabd)
{
    return a > b ? a - b : b - a;
}

LANE(lane_saba)
{
    return d + lane_sabd(cpu, d, a, b, esize);
}

LANE(lane_uaba)
{
    return d + lane_uabd(cpu, d, a, b, esize);
}

/* ---- a and b narrow, d wide ---- */

LANE(lane_saddl)
{
    return (u64)(sx(a, esize) + sx(b, esize));
}

LANE(lane_ssubl)
{
    return (u64)(sx(a, esize) - sx(b, esize));
}

LANE(lane_sabdl)
{
    return sx(a, esize) > sx(b, esize) ? (u64)(sx(a, esize) - sx(b, esize)) : (u64)(sx(b, esize) - sx(a, esize));
}

LANE(lane_uabdl)
{
    return a > b ? a - b : b - a;
}

LANE(lane_sabal)
{
    return d + lane_sabdl(cpu, d, a, b, esize);
}

LANE(lane_uabal)
{
    return d + lane_uabdl(cpu, d, a, b, esize);
}

/* The wide forms: d is the wide operand. */
LANE(lane_saddw)
{
    return d + (u64)sx(b, esize);
}

LANE(lane_uaddw)
{
    return d + b;
}

LANE(lane_ssubw)
{
    return d - (u64)sx(b, esize);
}

LANE(lane_usubw)
{
    return d - b;
}

/* The high half of a wide sum or difference; a and b are wide. */
LANE(lane_addhn)
{
    return (a + b) >> esize;
}

LANE(lane_raddhn)
{
    return (a + b + (1ull << (esize - 1))) >> esize;
}

LANE(lane_subhn)
{
    return (a - b) >> esize;
}

LANE(lane_rsubhn)
{
    return (a - b + (1ull << (esize - 1))) >> esize;
}

/* ---- one operand ---- */

LANE(lane_suqadd)
{
    return sat_s(cpu, (s128)sx(d, esize) + a, esize);
}

LANE(lane_usqadd)
{
    return sat_u(cpu, (s128)d + sx(a, esize), esize);
}

LANE(lane_sqabs)
{
    s128 x = sx(a, esize);
    return sat_s(cpu, x < 0 ? -x : x, esize);
}

LANE(lane_sqneg)
{
    return sat_s(cpu, -(s128)sx(a, esize), esize);
}

LANE(lane_abs)
{
    return sx(a, esize) < 0 ? 0 - a : a;
}

LANE(lane_neg)
{
    return 0 - a;
}

static ALWAYS_INLINE unsigned leading_zeros(u64 x)
{
    return x ? (unsigned)__builtin_clzll(x) : 64;
}

LANE(lane_clz)
{
    return leading_zeros(a) - (64 - esize);
}

LANE(lane_cls)
{
    s64 x = sx(a, esize);
    return leading_zeros((u64)(x ^ x >> 1)) - (64 - esize) - 1;
}

LANE(lane_cnt)
{
    u64 pairs = a - (a >> 1 & 0x55), nibbles = (pairs & 0x33) + (pairs >> 2 & 0x33);
    return (nibbles + (nibbles >> 4)) & 0xf;
}

LANE(lane_cmgt_z)
{
    return all_if(sx(a, esize) > 0);
}

LANE(lane_cmge_z)
{
    return all_if(sx(a, esize) >= 0);
}

LANE(lane_cmeq_z)
{
    return all_if(a == 0);
}

LANE(lane_cmle_z)
{
    return all_if(sx(a, esize) <= 0);
}

LANE(lane_cmlt_z)
{
    return all_if(sx(a, esize) < 0);
}

/* Narrowing: a is wide. */
LANE(lane_xtn)
{
    return a;
}

LANE(lane_sqxtn)
{
    return sat_s(cpu, sx(a, 2 * esize), esize);
}

LANE(lane_sqxtun)
{
    return sat_u(cpu, sx(a, 2 * esize), esize);
}

LANE(lane_uqxtn)
{
    return sat_u(cpu, (s128)a, esize);
}

LANE(lane_shll)
{
    return a << esize;
}

/* ---- neighbours ---- */

/* The pairs of one operand, in 64 bits; a pair is read as one lane of twice the width, which compilers vectorize. */
static ALWAYS_INLINE u64 half_of_pairs(struct cpu *cpu, unsigned size, union vreg v, lane_fn *f)
{
    union vreg r;
    unsigned esize = 8u << size;
    for (unsigned i = 0; i < 8u >> size; i++)
        set_lane(&r, size, i, f(cpu, 0, lane(&v, size + 1, i) & ones(esize), lane(&v, size + 1, i) >> esize, esize));
    return r.d[0];
}

/* Neighbours are added into lanes of twice the width. */
static ALWAYS_INLINE union vreg pair_sums_sized(unsigned size, union vreg a, bool is_signed)
{
    union vreg r;
    for (unsigned i = 0; i < 8u >> size; i++) {
        u64 x = lane(&a, size, 2 * i), y = lane(&a, size, 2 * i + 1);
        set_lane(&r, size + 1, i, is_signed ? (u64)(sx(x, 8u << size) + sx(y, 8u << size)) : x + y);
    }
    return r;
}

static ALWAYS_INLINE union vreg pair_sums(unsigned size, union vreg a, bool is_signed)
{
    return size == 0 ? pair_sums_sized(0, a, is_signed)
           : size == 1 ? pair_sums_sized(1, a, is_signed)
                       : pair_sums_sized(2, a, is_signed);
}

#endif
