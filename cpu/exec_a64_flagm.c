/* Condition flags as data: FEAT_FlagM and FEAT_FlagM2 (DDI 0487 C4.1.66, C4.1.68). How they are kept: cpu/int_ops.h. */
#include "cpu/int_ops.h"

static ALWAYS_INLINE bool n_set(const struct cpu *cpu)
{
    return cpu->nf >> 63;
}

static ALWAYS_INLINE bool z_set(const struct cpu *cpu)
{
    return cpu->zf == 0;
}

static ALWAYS_INLINE bool v_set(const struct cpu *cpu)
{
    return cpu->vf >> 63;
}

static ALWAYS_INLINE void set_flags(struct cpu *cpu, bool n, bool z, bool c, bool v)
{
    cpu->nf = (u64)n << 63;
    cpu->zf = !z;
    cpu->cf = c;
    cpu->vf = (u64)v << 63;
}

HANDLER(CFINV)
{
    cpu->cf ^= 1;
    NEXT();
}

/* From the flags of an external format, where V means unordered, to those of FCMP, and back. */
HANDLER(XAFLAG)
{
    bool z = z_set(cpu), c = cpu->cf;
    set_flags(cpu, !c && !z, z && c, c || z, !c && z);
    NEXT();
}

HANDLER(AXFLAG)
{
    bool z = z_set(cpu), c = cpu->cf, v = v_set(cpu);
    set_flags(cpu, false, z || v, c && !v, false);
    NEXT();
}

HANDLER(RMIF)
{
    u64 x = xn(cpu, op) >> op->imm | xn(cpu, op) << (-op->imm & 63);
    u8 mask = op->ra;
    set_flags(cpu, mask & 8 ? x >> 3 & 1 : n_set(cpu), mask & 4 ? x >> 2 & 1 : z_set(cpu), mask & 2 ? x >> 1 & 1 : cpu->cf,
              mask & 1 ? x & 1 : v_set(cpu));
    NEXT();
}

/* N and Z of a narrow value; V where its sign is not the bit above it; C stays. */
static ALWAYS_INLINE void set_from_narrow(struct cpu *cpu, const struct op *op, unsigned width)
{
    u64 x = xn(cpu, op);
    cpu->nf = x << (64 - width);
    cpu->zf = x << (64 - width);
    cpu->vf = (x << (64 - width)) ^ (x << (63 - width));
}

HANDLER(SETF8)
{
    set_from_narrow(cpu, op, 8);
    NEXT();
}

HANDLER(SETF16)
{
    set_from_narrow(cpu, op, 16);
    NEXT();
}
