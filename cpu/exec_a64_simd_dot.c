/* Dot products of bytes into words (FEAT_DotProd; DDI 0487 C4.1.69). */
#include "cpu/simd_ops.h"

static ALWAYS_INLINE u32 dot(u32 a, u32 b, bool is_signed)
{
    u32 sum = 0;
    for (unsigned i = 0; i < 32; i += 8)
        sum += is_signed ? (u32)((s8)(a >> i) * (s8)(b >> i)) : (u32)((u8)(a >> i) * (u8)(b >> i));
    return sum;
}

static ALWAYS_INLINE void dot_vector(struct cpu *cpu, const struct op *op, bool is_signed)
{
    union vreg n = cpu->v[op->rn], m = cpu->v[op->rm], d = cpu->v[op->rd];
    for (unsigned i = 0; i < 4; i++)
        d.s[i] += dot(n.s[i], m.s[i], is_signed);
    cpu->v[op->rd] = cut(op, d);
}

/* Four bytes of Vm, which every word of Vn meets. */
static ALWAYS_INLINE void dot_element(struct cpu *cpu, const struct op *op, bool is_signed)
{
    union vreg n = cpu->v[op->rn], d = cpu->v[op->rd];
    u32 m = cpu->v[op->rm].s[op->ra];
    for (unsigned i = 0; i < 4; i++)
        d.s[i] += dot(n.s[i], m, is_signed);
    cpu->v[op->rd] = cut(op, d);
}

SIMD_HANDLER(SDOT_V, dot_vector, true)
SIMD_HANDLER(UDOT_V, dot_vector, false)
SIMD_HANDLER(SDOT_E, dot_element, true)
SIMD_HANDLER(UDOT_E, dot_element, false)
