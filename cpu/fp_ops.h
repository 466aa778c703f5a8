/* What the floating-point handlers share: the environment from the PE and back, and the shapes of operations. The instruction word is in op->imm.
 * The shapes are functions, not inlined: an operation needs its environment's address. */
#ifndef CPU_FP_OPS_H
#define CPU_FP_OPS_H

#include "cpu/engine.h"
#include "cpu/fp/fp.h"
#include "emu/platform/bits.h"

#define FP_HANDLER(id, shape, ...)                                                                                     \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        FP_CHECK();                                                                                                    \
        shape(cpu, op, __VA_ARGS__);                                                                                   \
        NEXT();                                                                                                        \
    }

/* The same shape for single and double, by the word, and for half precision, which is the row idH. */
#define FP_HANDLERS(id, shape, ...)                                                                                    \
    FP_HANDLER(id, shape, width_of(op), __VA_ARGS__)                                                                   \
    FP_HANDLER(id##H, shape, 16, __VA_ARGS__)

typedef u64 fp1_fn(unsigned n, u64 a, struct fp_env *env);
typedef u64 fp2_fn(unsigned n, u64 a, u64 b, struct fp_env *env);

static ALWAYS_INLINE struct fp_env env_of(const struct cpu *cpu)
{
    return (struct fp_env){ cpu->fpcr, cpu->fpsr };
}

/* 32 or 64, by the word's bit 22. */
static ALWAYS_INLINE unsigned width_of(const struct op *op)
{
    return op->imm >> 22 & 1 ? 64 : 32;
}

static ALWAYS_INLINE u64 lane_of(const union vreg *v, unsigned n, unsigned i)
{
    return n == 64 ? v->d[i] : n == 32 ? v->s[i] : v->h[i];
}

static ALWAYS_INLINE void set_lane_of(union vreg *v, unsigned n, unsigned i, u64 x)
{
    if (n == 64)
        v->d[i] = x;
    else if (n == 32)
        v->s[i] = (u32)x;
    else
        v->h[i] = (u16)x;
}

static ALWAYS_INLINE unsigned lanes_of(const struct op *op, unsigned n)
{
    return (op->imm >> 30 & 1 ? 128 : 64) / n;
}

/* A scalar result: the rest of the register is 0. */
static ALWAYS_INLINE void set_scalar(struct cpu *cpu, unsigned rd, u64 value)
{
    cpu->v[rd].q = value;
}

/* FPCR's rounding mode, where an instruction names none. */
#define FP_RMODE (-1)

static ALWAYS_INLINE enum fp_rounding rounding_of(const struct fp_env *env, int rounding)
{
    return rounding == FP_RMODE ? fp_rmode(env) : (enum fp_rounding)rounding;
}

/* Two scalar operands. */
static __attribute__((noinline, unused)) void scalar2(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    u64 r = f(n, lane_of(&cpu->v[op->rn], n, 0), lane_of(&cpu->v[op->rm], n, 0), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

#endif
