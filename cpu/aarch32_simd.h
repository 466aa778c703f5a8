/* What the Advanced SIMD operations of AArch32 share: vectors of D and Q registers, which rows name by D numbers. The A32 or T32 word, alike from
 * bit 23 down, is in op->imm32. */
#ifndef CPU_AARCH32_SIMD_H
#define CPU_AARCH32_SIMD_H

#include "cpu/aarch32_fp.h"
#include "cpu/simd_lanes_shift.h"

#define SIMD32(id, shape, ...)                                                                                         \
    void simd32_##id(struct cpu *cpu, const struct op *op)                                                             \
    {                                                                                                                  \
        shape(cpu, op, __VA_ARGS__);                                                                                   \
    }

/* Q, bit 6 of most rows */
static ALWAYS_INLINE bool is_q(const struct op *op)
{
    return op->imm32 >> 6 & 1;
}

/* D<reg>, the upper half 0, or Q<reg / 2>. */
static ALWAYS_INLINE union vreg get_vector(const struct cpu *cpu, unsigned reg, bool q)
{
    return q ? cpu->v[reg / 2] : (union vreg){ .d = { get_d(cpu, reg), 0 } };
}

static ALWAYS_INLINE void set_vector(struct cpu *cpu, unsigned reg, bool q, union vreg v)
{
    if (q)
        cpu->v[reg / 2] = v;
    else
        set_d(cpu, reg, v.d[0]);
}

#endif
