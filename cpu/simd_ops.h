/* What the Advanced SIMD handlers share: registers as vectors, saturation, and the shapes of operations over lanes.
 *
 * A row that carries size or Q as fields has the instruction word in op->imm. An operation is written once for one lane, on
 * u64 that hold the lane zero-extended, with the lane's width as a constant; a shape applies it to registers. What a lane
 * operation returns is truncated to the lane. */
#ifndef CPU_SIMD_OPS_H
#define CPU_SIMD_OPS_H

#include "cpu/engine.h"
#include "emu/platform/bits.h"

#include <string.h>

/* A handler that is one call of a template. */
#define SIMD_HANDLER(id, template, ...)                                                                                \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        FP_CHECK();                                                                                                    \
        template(cpu, op, __VA_ARGS__);                                                                                \
        NEXT();                                                                                                        \
    }

/* ---- fields and registers ---- */

static ALWAYS_INLINE unsigned op_size(const struct op *op)
{
    return (unsigned)(op->imm >> 22 & 3);
}

static ALWAYS_INLINE bool op_q(const struct op *op)
{
    return op->imm >> 30 & 1;
}

static ALWAYS_INLINE union vreg low_half(union vreg v)
{
    v.d[1] = 0;
    return v;
}

/* The register as the operation sees it: 64 bits when Q is 0. */
static ALWAYS_INLINE union vreg cut(const struct op *op, union vreg v)
{
    v.d[1] &= 0 - (op->imm >> 30 & 1);
    return v;
}

static ALWAYS_INLINE void set_low(struct cpu *cpu, const struct op *op, u64 value)
{
    cpu->v[op->rd].d[0] = value;
    cpu->v[op->rd].d[1] = 0;
}

/* Elem[v, i, 8 << size] */
static ALWAYS_INLINE u64 lane(const union vreg *v, unsigned size, unsigned i)
{
    return size == 0 ? v->b[i] : size == 1 ? v->h[i] : size == 2 ? v->s[i] : v->d[i];
}

static ALWAYS_INLINE void set_lane(union vreg *v, unsigned size, unsigned i, u64 x)
{
    if (size == 0)
        v->b[i] = (u8)x;
    else if (size == 1)
        v->h[i] = (u16)x;
    else if (size == 2)
        v->s[i] = (u32)x;
    else
        v->d[i] = x;
}

/* ---- arithmetic on one lane ---- */

/* Casts rather than shifts: compilers see narrow lanes in them. */
static ALWAYS_INLINE s64 sx(u64 x, unsigned esize)
{
    return esize == 8 ? (s8)x : esize == 16 ? (s16)x : esize == 32 ? (s32)x : (s64)x;
}

#define FPSR_QC (1u << 27)

/* SignedSatQ(), UnsignedSatQ(), with FPSR.QC */
static ALWAYS_INLINE u64 sat_s(struct cpu *cpu, s128 x, unsigned esize)
{
    s128 max = ((s128)1 << (esize - 1)) - 1, min = -max - 1;
    if (LIKELY(x >= min && x <= max))
        return (u64)x;
    cpu->fpsr |= FPSR_QC;
    return (u64)(x > max ? max : min);
}

static ALWAYS_INLINE u64 sat_u(struct cpu *cpu, s128 x, unsigned esize)
{
    s128 max = ((s128)1 << esize) - 1;
    if (LIKELY(x >= 0 && x <= max))
        return (u64)x;
    cpu->fpsr |= FPSR_QC;
    return x > 0 ? (u64)max : 0;
}

/* ---- shapes ---- */

/* d: the destination's old lane; a, b: the operands'. esize is that of a and b; in narrowing shapes that of the result. */
typedef u64 lane_fn(struct cpu *cpu, u64 d, u64 a, u64 b, unsigned esize);

static ALWAYS_INLINE union vreg map_sized(struct cpu *cpu, unsigned size, union vreg d, union vreg a, union vreg b, lane_fn *f)
{
    union vreg r;
    for (unsigned i = 0; i < 16u >> size; i++)
        set_lane(&r, size, i, f(cpu, lane(&d, size, i), lane(&a, size, i), lane(&b, size, i), 8u << size));
    return r;
}

/* Every lane of a 128-bit vector. */
static ALWAYS_INLINE union vreg map(struct cpu *cpu, unsigned size, union vreg d, union vreg a, union vreg b, lane_fn *f)
{
    switch (size) {
    case 0:
        return map_sized(cpu, 0, d, a, b, f);
    case 1:
        return map_sized(cpu, 1, d, a, b, f);
    case 2:
        return map_sized(cpu, 2, d, a, b, f);
    default:
        return map_sized(cpu, 3, d, a, b, f);
    }
}

/* The lowest lane only. */
static ALWAYS_INLINE u64 map_scalar(struct cpu *cpu, unsigned size, u64 d, u64 a, u64 b, lane_fn *f)
{
    switch (size) {
    case 0:
        return (u8)f(cpu, (u8)d, (u8)a, (u8)b, 8);
    case 1:
        return (u16)f(cpu, (u16)d, (u16)a, (u16)b, 16);
    case 2:
        return (u32)f(cpu, (u32)d, (u32)a, (u32)b, 32);
    default:
        return f(cpu, d, a, b, 64);
    }
}

static ALWAYS_INLINE union vreg map_long_sized(struct cpu *cpu, unsigned size, unsigned part, union vreg d, union vreg a,
                                               union vreg b, lane_fn *f)
{
    union vreg r;
    unsigned lanes = 8u >> size;
    for (unsigned i = 0; i < lanes; i++)
        set_lane(&r, size + 1, i,
                 f(cpu, lane(&d, size + 1, i), lane(&a, size, part * lanes + i), lane(&b, size, part * lanes + i), 8u << size));
    return r;
}

/* Half `part` of a and b, with results (and d) of twice the width. */
static ALWAYS_INLINE union vreg map_long(struct cpu *cpu, unsigned size, unsigned part, union vreg d, union vreg a,
                                         union vreg b, lane_fn *f)
{
    switch (size) {
    case 0:
        return map_long_sized(cpu, 0, part, d, a, b, f);
    case 1:
        return map_long_sized(cpu, 1, part, d, a, b, f);
    default:
        return map_long_sized(cpu, 2, part, d, a, b, f);
    }
}

static ALWAYS_INLINE u64 map_narrow_sized(struct cpu *cpu, unsigned size, union vreg a, union vreg b, lane_fn *f)
{
    union vreg r;
    for (unsigned i = 0; i < 8u >> size; i++)
        set_lane(&r, size, i, f(cpu, 0, lane(&a, size + 1, i), lane(&b, size + 1, i), 8u << size));
    return r.d[0];
}

/* Lanes of a and b of twice the width, results in 64 bits. */
static ALWAYS_INLINE u64 map_narrow(struct cpu *cpu, unsigned size, union vreg a, union vreg b, lane_fn *f)
{
    switch (size) {
    case 0:
        return map_narrow_sized(cpu, 0, a, b, f);
    case 1:
        return map_narrow_sized(cpu, 1, a, b, f);
    default:
        return map_narrow_sized(cpu, 2, a, b, f);
    }
}

/* Vpart[d, part] = value: the lower half clears the upper one, which alone keeps the lower. */
static ALWAYS_INLINE void set_half(struct cpu *cpu, const struct op *op, unsigned part, u64 value)
{
    cpu->v[op->rd].d[part] = value;
    if (part == 0)
        cpu->v[op->rd].d[1] = 0;
}

/* All lanes hold x. */
static ALWAYS_INLINE union vreg splat(u64 x, unsigned size)
{
    union vreg r;
    u64 ones_of_lane = size == 0 ? 0x0101010101010101 : size == 1 ? 0x0001000100010001 : size == 2 ? 0x0000000100000001 : 1;
    r.d[0] = r.d[1] = (x & ones(8u << size)) * ones_of_lane;
    return r;
}

/* Vector forms with operands n and m, and with n alone. */
static ALWAYS_INLINE void vector_three(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    cpu->v[op->rd] = cut(op, map(cpu, op_size(op), cut(op, cpu->v[op->rd]), cut(op, cpu->v[op->rn]), cut(op, cpu->v[op->rm]), f));
}

static ALWAYS_INLINE void vector_two(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg n = cut(op, cpu->v[op->rn]);
    cpu->v[op->rd] = cut(op, map(cpu, op_size(op), cut(op, cpu->v[op->rd]), n, n, f));
}

static ALWAYS_INLINE void scalar_three(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    set_low(cpu, op, map_scalar(cpu, op_size(op), cpu->v[op->rd].d[0], cpu->v[op->rn].d[0], cpu->v[op->rm].d[0], f));
}

static ALWAYS_INLINE void scalar_two(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 n = cpu->v[op->rn].d[0];
    set_low(cpu, op, map_scalar(cpu, op_size(op), cpu->v[op->rd].d[0], n, n, f));
}

#endif
