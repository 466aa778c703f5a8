/* What the integer handlers share: operands, and the flags of AddWithCarry() and the logical operations.
 *
 * Flags are kept as the values they come from: nf holds N in bit 63, zf is zero when Z is set, cf is C, vf holds V in
 * bit 63. A 32-bit operation moves its sign and overflow bits up by 32. */
#ifndef CPU_INT_OPS_H
#define CPU_INT_OPS_H

#include "cpu/cond.h"
#include "cpu/engine.h"
#include "emu/platform/bits.h"

static ALWAYS_INLINE u64 xn(const struct cpu *cpu, const struct op *op)
{
    return cpu->x[op->rn];
}

static ALWAYS_INLINE u64 xm(const struct cpu *cpu, const struct op *op)
{
    return cpu->x[op->rm];
}

static ALWAYS_INLINE u64 xa(const struct cpu *cpu, const struct op *op)
{
    return cpu->x[op->ra];
}

static ALWAYS_INLINE void set_x(struct cpu *cpu, const struct op *op, u64 value)
{
    cpu->x[op->rd] = value;
}

static ALWAYS_INLINE void set_w(struct cpu *cpu, const struct op *op, u64 value)
{
    cpu->x[op->rd] = (u32)value;
}

/* ---- AddWithCarry() and its flags ---- */

static ALWAYS_INLINE u64 adds64(struct cpu *cpu, u64 a, u64 b)
{
    u64 r = a + b;
    cpu->nf = cpu->zf = r;
    cpu->cf = r < a;
    cpu->vf = (a ^ r) & (b ^ r);
    return r;
}

static ALWAYS_INLINE u64 subs64(struct cpu *cpu, u64 a, u64 b)
{
    u64 r = a - b;
    cpu->nf = cpu->zf = r;
    cpu->cf = a >= b;
    cpu->vf = (a ^ b) & (a ^ r);
    return r;
}

static ALWAYS_INLINE u64 adds32(struct cpu *cpu, u64 x, u64 y)
{
    u32 a = (u32)x, b = (u32)y, r = a + b;
    cpu->zf = r;
    cpu->nf = (u64)r << 32;
    cpu->cf = r < a;
    cpu->vf = (u64)((a ^ r) & (b ^ r)) << 32;
    return r;
}

static ALWAYS_INLINE u64 subs32(struct cpu *cpu, u64 x, u64 y)
{
    u32 a = (u32)x, b = (u32)y, r = a - b;
    cpu->zf = r;
    cpu->nf = (u64)r << 32;
    cpu->cf = a >= b;
    cpu->vf = (u64)((a ^ b) & (a ^ r)) << 32;
    return r;
}

/* x + y + C, with flags; SBC passes ~y. */
static ALWAYS_INLINE u64 adcs64(struct cpu *cpu, u64 a, u64 b)
{
    u128 wide = (u128)a + b + cpu->cf;
    u64 r = (u64)wide;
    cpu->nf = cpu->zf = r;
    cpu->cf = (u64)(wide >> 64);
    cpu->vf = (a ^ r) & (b ^ r);
    return r;
}

static ALWAYS_INLINE u64 adcs32(struct cpu *cpu, u64 x, u64 y)
{
    u32 a = (u32)x, b = (u32)y;
    u64 wide = (u64)a + b + cpu->cf;
    u32 r = (u32)wide;
    cpu->zf = r;
    cpu->nf = (u64)r << 32;
    cpu->cf = wide >> 32;
    cpu->vf = (u64)((a ^ r) & (b ^ r)) << 32;
    return r;
}

static ALWAYS_INLINE u64 logic64(struct cpu *cpu, u64 r)
{
    cpu->nf = cpu->zf = r;
    cpu->cf = cpu->vf = 0;
    return r;
}

static ALWAYS_INLINE u64 logic32(struct cpu *cpu, u64 r)
{
    cpu->zf = (u32)r;
    cpu->nf = r << 32;
    cpu->cf = cpu->vf = 0;
    return (u32)r;
}

/* The flags that a conditional compare sets when its condition fails. */
static ALWAYS_INLINE void set_flags_of(struct cpu *cpu, unsigned nzcv)
{
    cpu->nf = (u64)nzcv << 60;
    cpu->zf = !bit(nzcv, 2);
    cpu->cf = bit(nzcv, 1);
    cpu->vf = (u64)nzcv << 63;
}

/* ---- ShiftReg(), ExtendReg() ---- */

static ALWAYS_INLINE u64 shifted64(const struct cpu *cpu, const struct op *op)
{
    u64 x = xm(cpu, op);
    unsigned by = (unsigned)op->imm;
    switch (op->ra) {
    case 0:
        return x << by;
    case 1:
        return x >> by;
    case 2:
        return (u64)((s64)x >> by);
    default:
        return x >> by | x << (-by & 63);
    }
}

static ALWAYS_INLINE u64 shifted32(const struct cpu *cpu, const struct op *op)
{
    u32 x = (u32)xm(cpu, op);
    unsigned by = (unsigned)op->imm;
    switch (op->ra) {
    case 0:
        return x << by;
    case 1:
        return x >> by;
    case 2:
        return (u32)((s32)x >> by);
    default:
        return x >> by | x << (-by & 31);
    }
}

static ALWAYS_INLINE u64 extended(const struct cpu *cpu, const struct op *op)
{
    return extend_reg(xm(cpu, op), op->ra) << op->imm;
}

static ALWAYS_INLINE unsigned count_leading_zeros(u64 x)
{
    return x ? (unsigned)__builtin_clzll(x) : 64;
}

#endif
