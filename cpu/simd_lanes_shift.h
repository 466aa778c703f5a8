/* Shifts of one lane: by an immediate, which is b, and by a register's lane. Contract: lane_fn, cpu/simd_ops.h. */
#ifndef CPU_SIMD_LANES_SHIFT_H
#define CPU_SIMD_LANES_SHIFT_H

#include "cpu/simd_lanes.h"

/* ---- by an immediate ---- */

/* RShr(): a right shift by n >= 1 that rounds to nearest; nothing can overflow this way. */
static ALWAYS_INLINE u64 round_shift_u(u64 x, u64 n)
{
    x >>= n - 1;
    return (x >> 1) + (x & 1);
}

static ALWAYS_INLINE s64 round_shift_s(s64 x, u64 n)
{
    x >>= n - 1;
    return (x >> 1) + (x & 1);
}

static ALWAYS_INLINE u64 shift_u(u64 x, u64 n)
{
    return n >= 64 ? 0 : x >> n;
}

static ALWAYS_INLINE s64 shift_s(s64 x, u64 n)
{
    return x >> (n >= 64 ? 63 : n);
}

LANE(lane_sshr)
{
    return (u64)shift_s(sx(a, esize), b);
}

LANE(lane_ushr)
{
    return shift_u(a, b);
}

LANE(lane_ssra)
{
    return d + (u64)shift_s(sx(a, esize), b);
}

LANE(lane_usra)
{
    return d + shift_u(a, b);
}

LANE(lane_srshr)
{
    return (u64)round_shift_s(sx(a, esize), b);
}

LANE(lane_urshr)
{
    return round_shift_u(a, b);
}

LANE(lane_srsra)
{
    return d + (u64)round_shift_s(sx(a, esize), b);
}

LANE(lane_ursra)
{
    return d + round_shift_u(a, b);
}

LANE(lane_sri)
{
    return shift_u(a, b) | (d & ~shift_u(ones(esize), b));
}

LANE(lane_shl)
{
    return a << b;
}

LANE(lane_sli)
{
    return a << b | (d & ((1ull << b) - 1));
}

LANE(lane_sqshlu)
{
    return sat_u(cpu, (s128)sx(a, esize) * ((s128)1 << b), esize);
}

LANE(lane_sqshl)
{
    return sat_s(cpu, (s128)sx(a, esize) * ((s128)1 << b), esize);
}

LANE(lane_uqshl)
{
    return sat_u(cpu, (s128)a * ((s128)1 << b), esize);
}

/* Narrowing: a is wide. */
LANE(lane_shrn)
{
    return a >> b;
}

LANE(lane_rshrn)
{
    return round_shift_u(a, b);
}

LANE(lane_sqshrn)
{
    return sat_s(cpu, sx(a, 2 * esize) >> b, esize);
}

LANE(lane_sqrshrn)
{
    return sat_s(cpu, round_shift_s(sx(a, 2 * esize), b), esize);
}

LANE(lane_sqshrun)
{
    return sat_u(cpu, sx(a, 2 * esize) >> b, esize);
}

LANE(lane_sqrshrun)
{
    return sat_u(cpu, round_shift_s(sx(a, 2 * esize), b), esize);
}

LANE(lane_uqshrn)
{
    return sat_u(cpu, (s128)(a >> b), esize);
}

LANE(lane_uqrshrn)
{
    return sat_u(cpu, (s128)round_shift_u(a, b), esize);
}

/* ---- by a register ---- */

/* x shifted by the signed low byte of `by`, rounding to nearest when to the right; beyond every width where bits fall off the top. */
static ALWAYS_INLINE s128 shift_by(s128 x, u64 by, unsigned esize, bool round)
{
    int n = (s8)by;
    if (n >= (int)esize)
        return x > 0 ? (s128)1 << 100 : x < 0 ? -((s128)1 << 100) : 0;
    if (n >= 0)
        return x * ((s128)1 << n);
    unsigned right = n < -66 ? 66 : (unsigned)-n;
    return (x + (round ? (s128)1 << (right - 1) : 0)) >> right;
}

LANE(lane_sshl)
{
    return (u64)shift_by(sx(a, esize), b, esize, false);
}

LANE(lane_ushl)
{
    return (u64)shift_by(a, b, esize, false);
}

LANE(lane_srshl)
{
    return (u64)shift_by(sx(a, esize), b, esize, true);
}

LANE(lane_urshl)
{
    return (u64)shift_by(a, b, esize, true);
}

LANE(lane_sqshl_r)
{
    return sat_s(cpu, shift_by(sx(a, esize), b, esize, false), esize);
}

LANE(lane_uqshl_r)
{
    return sat_u(cpu, shift_by(a, b, esize, false), esize);
}

LANE(lane_sqrshl)
{
    return sat_s(cpu, shift_by(sx(a, esize), b, esize, true), esize);
}

LANE(lane_uqrshl)
{
    return sat_u(cpu, shift_by(a, b, esize, true), esize);
}

#endif
