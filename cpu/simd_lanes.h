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

#endif
