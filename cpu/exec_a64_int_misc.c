/* Data processing - register: conditional, and one, two and three sources (DDI 0487 C4.1.68). */
#include "cpu/steps.h"

/* ---- conditional ---- */

HANDLER(CCMN_I32)
{
    if (cond_holds(cpu, op->ra))
        adds32(cpu, xn(cpu, op), op->imm);
    else
        set_flags_of(cpu, op->rm);
    NEXT();
}

STEP_HANDLER(CCMP_I32)

HANDLER(CCMN_R32)
{
    if (cond_holds(cpu, op->ra))
        adds32(cpu, xn(cpu, op), xm(cpu, op));
    else
        set_flags_of(cpu, (unsigned)op->imm);
    NEXT();
}

STEP_HANDLER(CCMP_R32)

HANDLER(CCMN_I64)
{
    if (cond_holds(cpu, op->ra))
        adds64(cpu, xn(cpu, op), op->imm);
    else
        set_flags_of(cpu, op->rm);
    NEXT();
}

STEP_HANDLER(CCMP_I64)

HANDLER(CCMN_R64)
{
    if (cond_holds(cpu, op->ra))
        adds64(cpu, xn(cpu, op), xm(cpu, op));
    else
        set_flags_of(cpu, (unsigned)op->imm);
    NEXT();
}

STEP_HANDLER(CCMP_R64)

#define SELECT(id, set, condition, no)                                                                                 \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        set(cpu, op, choose_value(condition, xn(cpu, op), no));                                                              \
        NEXT();                                                                                                        \
    }

SELECT(CSEL_32, set_w, cond_holds(cpu, op->ra), xm(cpu, op))
SELECT(CSINC_32, set_w, cond_holds(cpu, op->ra), xm(cpu, op) + 1)
STEP_HANDLER(CSINV_32)
SELECT(CSNEG_32, set_w, cond_holds(cpu, op->ra), -xm(cpu, op))
SELECT(CSEL_64, set_x, cond_holds(cpu, op->ra), xm(cpu, op))
SELECT(CSINC_64, set_x, cond_holds(cpu, op->ra), xm(cpu, op) + 1)
SELECT(CSINV_64, set_x, cond_holds(cpu, op->ra), ~xm(cpu, op))
SELECT(CSNEG_64, set_x, cond_holds(cpu, op->ra), -xm(cpu, op))

/* The same for a condition known when decoded (cpu/specialise.c). */
#define SELECT_ON(cond)                                                                                                \
    STEP_HANDLER(CSEL64_##cond)                                                                                        \
    STEP_HANDLER(CSEL32_##cond)                                                                                        \
    STEP_HANDLER(CSINC64_##cond)                                                                                       \
    STEP_HANDLER(CSINC32_##cond)

FOR_EACH_CONDITION(SELECT_ON)

/* ---- two sources ---- */

HANDLER(UDIV_32)
{
    u32 by = (u32)xm(cpu, op);
    set_w(cpu, op, by ? (u32)xn(cpu, op) / by : 0);
    NEXT();
}

HANDLER(UDIV_64)
{
    u64 by = xm(cpu, op);
    set_x(cpu, op, by ? xn(cpu, op) / by : 0);
    NEXT();
}

/* The most negative number divided by -1 gives itself. */
HANDLER(SDIV_32)
{
    s32 a = (s32)xn(cpu, op), by = (s32)xm(cpu, op);
    set_w(cpu, op, by == 0 ? 0 : by == -1 ? 0u - (u32)a : (u32)(a / by));
    NEXT();
}

HANDLER(SDIV_64)
{
    s64 a = (s64)xn(cpu, op), by = (s64)xm(cpu, op);
    set_x(cpu, op, by == 0 ? 0 : by == -1 ? 0ull - (u64)a : (u64)(a / by));
    NEXT();
}

STEP_HANDLER(LSLV_32)

STEP_HANDLER(LSLV_64)

HANDLER(LSRV_32)
{
    set_w(cpu, op, (u32)xn(cpu, op) >> (xm(cpu, op) & 31));
    NEXT();
}

STEP_HANDLER(LSRV_64)

HANDLER(ASRV_32)
{
    set_w(cpu, op, (u32)((s32)xn(cpu, op) >> (xm(cpu, op) & 31)));
    NEXT();
}

HANDLER(ASRV_64)
{
    set_x(cpu, op, (u64)((s64)xn(cpu, op) >> (xm(cpu, op) & 63)));
    NEXT();
}

HANDLER(RORV_32)
{
    set_w(cpu, op, rotate_right(xn(cpu, op), 32, xm(cpu, op) & 31));
    NEXT();
}

HANDLER(RORV_64)
{
    set_x(cpu, op, rotate_right(xn(cpu, op), 64, xm(cpu, op) & 63));
    NEXT();
}

/* ---- one source ---- */

static ALWAYS_INLINE u64 reverse_bits(u64 x)
{
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
    return __builtin_bswap64(x);
}

static ALWAYS_INLINE u64 swap_bytes_of_halves(u64 x)
{
    return (x >> 8 & 0x00ff00ff00ff00ff) | (x & 0x00ff00ff00ff00ff) << 8;
}

HANDLER(RBIT_32)
{
    set_x(cpu, op, reverse_bits(xn(cpu, op)) >> 32);
    NEXT();
}

HANDLER(RBIT_64)
{
    set_x(cpu, op, reverse_bits(xn(cpu, op)));
    NEXT();
}

HANDLER(REV16_32)
{
    set_w(cpu, op, swap_bytes_of_halves(xn(cpu, op)));
    NEXT();
}

HANDLER(REV16_64)
{
    set_x(cpu, op, swap_bytes_of_halves(xn(cpu, op)));
    NEXT();
}

STEP_HANDLER(REV_32)

HANDLER(REV32_64)
{
    u64 x = __builtin_bswap64(xn(cpu, op));
    set_x(cpu, op, x >> 32 | x << 32);
    NEXT();
}

STEP_HANDLER(REV_64)

HANDLER(CLZ_32)
{
    set_x(cpu, op, count_leading_zeros((u32)xn(cpu, op)) - 32);
    NEXT();
}

STEP_HANDLER(CLZ_64)

HANDLER(CLS_32)
{
    u32 x = (u32)xn(cpu, op);
    set_x(cpu, op, count_leading_zeros(x ^ (u32)((s32)x >> 1)) - 33);
    NEXT();
}

HANDLER(CLS_64)
{
    u64 x = xn(cpu, op);
    set_x(cpu, op, count_leading_zeros(x ^ (u64)((s64)x >> 1)) - 1);
    NEXT();
}

/* ---- three sources ---- */

STEP_HANDLER(MADD_32)

HANDLER(MSUB_32)
{
    set_w(cpu, op, xa(cpu, op) - xn(cpu, op) * xm(cpu, op));
    NEXT();
}

STEP_HANDLER(MADD_64)
STEP_HANDLER(MUL_64)
STEP_HANDLER(MSUB_64)

HANDLER(SMADDL)
{
    set_x(cpu, op, xa(cpu, op) + (u64)((s64)(s32)xn(cpu, op) * (s32)xm(cpu, op)));
    NEXT();
}

HANDLER(SMSUBL)
{
    set_x(cpu, op, xa(cpu, op) - (u64)((s64)(s32)xn(cpu, op) * (s32)xm(cpu, op)));
    NEXT();
}

STEP_HANDLER(UMADDL)

HANDLER(UMSUBL)
{
    set_x(cpu, op, xa(cpu, op) - (u64)(u32)xn(cpu, op) * (u32)xm(cpu, op));
    NEXT();
}

HANDLER(SMULH)
{
    set_x(cpu, op, (u64)((s128)(s64)xn(cpu, op) * (s64)xm(cpu, op) >> 64));
    NEXT();
}

STEP_HANDLER(UMULH)
