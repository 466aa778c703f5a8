/* Bit-field helpers named after the Arm pseudocode: x<hi:lo> is bits(x, hi, lo). */
#ifndef PLATFORM_BITS_H
#define PLATFORM_BITS_H

#include "emu/platform/types.h"

/* A mask of `n` low bits, 0 <= n <= 64. */
static inline u64 ones(unsigned n)
{
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static inline u64 bits(u64 x, unsigned hi, unsigned lo)
{
    return x >> lo & ones(hi - lo + 1);
}

static inline bool bit(u64 x, unsigned n)
{
    return x >> n & 1;
}

/* x with bits hi:lo replaced by v. */
static inline u64 with_bits(u64 x, unsigned hi, unsigned lo, u64 v)
{
    u64 mask = ones(hi - lo + 1) << lo;
    return (x & ~mask) | ((v << lo) & mask);
}

/* SignExtend(x<n-1:0>, 64) */
static inline u64 sign_extend(u64 x, unsigned n)
{
    return (u64)((s64)(x << (64 - n)) >> (64 - n));
}

static inline u64 align_down(u64 x, u64 a)
{
    return x & ~(a - 1);
}

static inline u64 align_up(u64 x, u64 a)
{
    return (x + a - 1) & ~(a - 1);
}

/* Ror of the low `n` bits of x, 0 <= by < n. */
static inline u64 rotate_right(u64 x, unsigned n, unsigned by)
{
    x &= ones(n);
    return by ? ((x >> by) | (x << (n - by))) & ones(n) : x;
}

#endif
