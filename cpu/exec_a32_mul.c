/* AArch32 multiplications and divisions (DDI 0487 F5.1). Long ones have RdLo in rd and RdHi in ra. */
#include "cpu/a32_ops.h"

static ALWAYS_INLINE u32 half(u32 x, bool top)
{
    return top ? x >> 16 : x & 0xffff;
}

static ALWAYS_INLINE s64 signed_half(u32 x, bool top)
{
    return (s16)half(x, top);
}

static ALWAYS_INLINE s64 signed_word(u32 x)
{
    return (s32)x;
}

/* Writes the low 32 bits; Q is set when the sum does not fit them as a signed number. */
static ALWAYS_INLINE void set_sum_q(struct cpu *cpu, const struct op *op, s64 sum)
{
    if (sum != (s32)sum)
        cpu->pstate.q = true;
    cpu->x[op->rd] = (u32)sum;
}

static ALWAYS_INLINE u64 long_accumulator(const struct cpu *cpu, const struct op *op)
{
    return cpu->x[op->ra] << 32 | (u32)cpu->x[op->rd];
}

static ALWAYS_INLINE void set_nz64(struct cpu *cpu, u64 r)
{
    cpu->nf = cpu->zf = r;
}

#define WORD(id, expression)                                                                                           \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        cpu->x[op->rd] = (u32)(expression);                                                                            \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id##S)                                                                                                     \
    {                                                                                                                  \
        u32 r = (u32)(expression);                                                                                     \
        set_nz32(cpu, r);                                                                                              \
        cpu->x[op->rd] = r;                                                                                            \
        NEXT();                                                                                                        \
    }
#define LONG(id, expression)                                                                                           \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        set_long(cpu, op, (expression));                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id##S)                                                                                                     \
    {                                                                                                                  \
        u64 r = (expression);                                                                                          \
        set_nz64(cpu, r);                                                                                              \
        set_long(cpu, op, r);                                                                                          \
        NEXT();                                                                                                        \
    }

WORD(MUL, rn(cpu, op) * rm(cpu, op))
WORD(MLA, rn(cpu, op) * rm(cpu, op) + ra(cpu, op))
LONG(UMULL, (u64)rn(cpu, op) * rm(cpu, op))
LONG(UMLAL, (u64)rn(cpu, op) * rm(cpu, op) + long_accumulator(cpu, op))
LONG(SMULL, (u64)(signed_word(rn(cpu, op)) * signed_word(rm(cpu, op))))
LONG(SMLAL, (u64)(signed_word(rn(cpu, op)) * signed_word(rm(cpu, op))) + long_accumulator(cpu, op))

HANDLER(MLS)
{
    cpu->x[op->rd] = (u32)(ra(cpu, op) - rn(cpu, op) * rm(cpu, op));
    NEXT();
}

HANDLER(UMAAL)
{
    set_long(cpu, op, (u64)rn(cpu, op) * rm(cpu, op) + ra(cpu, op) + (u32)cpu->x[op->rd]);
    NEXT();
}

/* ---- halfwords ---- */

#define HALFWORDS(suffix, n_top, m_top)                                                                                \
    HANDLER(SMUL##suffix)                                                                                              \
    {                                                                                                                  \
        cpu->x[op->rd] = (u32)(signed_half(rn(cpu, op), n_top) * signed_half(rm(cpu, op), m_top));                     \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(SMLA##suffix)                                                                                              \
    {                                                                                                                  \
        set_sum_q(cpu, op, signed_half(rn(cpu, op), n_top) * signed_half(rm(cpu, op), m_top) + signed_word(ra(cpu, op))); \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(SMLAL##suffix)                                                                                             \
    {                                                                                                                  \
        s64 product = signed_half(rn(cpu, op), n_top) * signed_half(rm(cpu, op), m_top);                               \
        set_long(cpu, op, long_accumulator(cpu, op) + (u64)product);                                                   \
        NEXT();                                                                                                        \
    }

HALFWORDS(BB, false, false)
HALFWORDS(BT, false, true)
HALFWORDS(TB, true, false)
HALFWORDS(TT, true, true)

#define WORD_BY_HALF(suffix, top)                                                                                      \
    HANDLER(SMULW##suffix)                                                                                             \
    {                                                                                                                  \
        cpu->x[op->rd] = (u32)((signed_word(rn(cpu, op)) * signed_half(rm(cpu, op), top)) >> 16);                      \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(SMLAW##suffix)                                                                                             \
    {                                                                                                                  \
        s64 product = (signed_word(rn(cpu, op)) * signed_half(rm(cpu, op), top)) >> 16;                                \
        set_sum_q(cpu, op, product + signed_word(ra(cpu, op)));                                                        \
        NEXT();                                                                                                        \
    }

WORD_BY_HALF(B, false)
WORD_BY_HALF(T, true)

/* Products of both halves, added or subtracted; exchange: Rm's halves change places. */
static ALWAYS_INLINE s64 dual(const struct cpu *cpu, const struct op *op, bool subtract, bool exchange)
{
    s64 low = signed_half(rn(cpu, op), false) * signed_half(rm(cpu, op), exchange);
    s64 high = signed_half(rn(cpu, op), true) * signed_half(rm(cpu, op), !exchange);
    return subtract ? low - high : low + high;
}

#define DUAL(without, with_sum, with_long, subtract, exchange)                                                         \
    HANDLER(without)                                                                                                   \
    {                                                                                                                  \
        set_sum_q(cpu, op, dual(cpu, op, subtract, exchange));                                                         \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(with_sum)                                                                                                  \
    {                                                                                                                  \
        set_sum_q(cpu, op, dual(cpu, op, subtract, exchange) + signed_word(ra(cpu, op)));                              \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(with_long)                                                                                                 \
    {                                                                                                                  \
        set_long(cpu, op, long_accumulator(cpu, op) + (u64)dual(cpu, op, subtract, exchange));                         \
        NEXT();                                                                                                        \
    }

DUAL(SMUAD, SMLAD, SMLALD, false, false)
DUAL(SMUADX, SMLADX, SMLALDX, false, true)
DUAL(SMUSD, SMLSD, SMLSLD, true, false)
DUAL(SMUSDX, SMLSDX, SMLSLDX, true, true)

/* The most significant word of a product with the accumulator above it, rounded or not. */
#define MOST_SIGNIFICANT(id, expression)                                                                               \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        cpu->x[op->rd] = (expression) >> 32;                                                                           \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id##R)                                                                                                     \
    {                                                                                                                  \
        cpu->x[op->rd] = ((expression) + 0x80000000u) >> 32;                                                           \
        NEXT();                                                                                                        \
    }

static ALWAYS_INLINE u64 product(const struct cpu *cpu, const struct op *op)
{
    return (u64)(signed_word(rn(cpu, op)) * signed_word(rm(cpu, op)));
}

MOST_SIGNIFICANT(SMMUL, product(cpu, op))
MOST_SIGNIFICANT(SMMLA, ((u64)ra(cpu, op) << 32) + product(cpu, op))
MOST_SIGNIFICANT(SMMLS, ((u64)ra(cpu, op) << 32) - product(cpu, op))

/* ---- division: by 0 it is 0 ---- */

HANDLER(UDIV)
{
    u32 by = rm(cpu, op);
    cpu->x[op->rd] = by ? rn(cpu, op) / by : 0;
    NEXT();
}

HANDLER(SDIV)
{
    s64 by = signed_word(rm(cpu, op));
    cpu->x[op->rd] = by ? (u32)(signed_word(rn(cpu, op)) / by) : 0;
    NEXT();
}
