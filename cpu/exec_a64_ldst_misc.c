/* Loads and stores: register offset, unprivileged, literal, prefetch. */
#include "cpu/ldst_ops.h"

/* ---- register offset ---- */

MEM_HANDLER(STRB_R, store_reg, 0)
MEM_HANDLER(LDRB_R, load_reg, 0, LOAD_U)
MEM_HANDLER(LDRSB64_R, load_reg, 0, LOAD_S64)
MEM_HANDLER(LDRSB32_R, load_reg, 0, LOAD_S32)
MEM_HANDLER(STRH_R, store_reg, 1)
MEM_HANDLER(LDRH_R, load_reg, 1, LOAD_U)
MEM_HANDLER(LDRSH64_R, load_reg, 1, LOAD_S64)
MEM_HANDLER(LDRSH32_R, load_reg, 1, LOAD_S32)
MEM_HANDLER(STR32_R, store_reg, 2)
MEM_HANDLER(LDR32_R, load_reg, 2, LOAD_U)
MEM_HANDLER(LDRSW_R, load_reg, 2, LOAD_S64)
MEM_HANDLER(STR64_R, store_reg, 3)
MEM_HANDLER(LDR64_R, load_reg, 3, LOAD_U)

/* ---- register offset, shifted only ---- */

MEM_HANDLER(STRB_INDEX, store_index, 1)
MEM_HANDLER(LDRB_INDEX, load_index, 1, LOAD_U)
MEM_HANDLER(STRH_INDEX, store_index, 2)
MEM_HANDLER(LDRH_INDEX, load_index, 2, LOAD_U)
MEM_HANDLER(STR32_INDEX, store_index, 4)
MEM_HANDLER(LDR32_INDEX, load_index, 4, LOAD_U)
MEM_HANDLER(LDRSW_INDEX, load_index, 4, LOAD_S64)
MEM_HANDLER(STR64_INDEX, store_index, 8)
MEM_HANDLER(LDR64_INDEX, load_index, 8, LOAD_U)

/* ---- unprivileged ---- */

HANDLER(STRB_T)
{
    if (!store_unprivileged(cpu, op, &budget, 1))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRB_T)
{
    if (!load_unprivileged(cpu, op, &budget, 1, LOAD_U))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRSB64_T)
{
    if (!load_unprivileged(cpu, op, &budget, 1, LOAD_S64))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRSB32_T)
{
    if (!load_unprivileged(cpu, op, &budget, 1, LOAD_S32))
        EXCEPTION();
    NEXT();
}

HANDLER(STRH_T)
{
    if (!store_unprivileged(cpu, op, &budget, 2))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRH_T)
{
    if (!load_unprivileged(cpu, op, &budget, 2, LOAD_U))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRSH64_T)
{
    if (!load_unprivileged(cpu, op, &budget, 2, LOAD_S64))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRSH32_T)
{
    if (!load_unprivileged(cpu, op, &budget, 2, LOAD_S32))
        EXCEPTION();
    NEXT();
}

HANDLER(STR32_T)
{
    if (!store_unprivileged(cpu, op, &budget, 4))
        EXCEPTION();
    NEXT();
}

HANDLER(LDR32_T)
{
    if (!load_unprivileged(cpu, op, &budget, 4, LOAD_U))
        EXCEPTION();
    NEXT();
}

HANDLER(LDRSW_T)
{
    if (!load_unprivileged(cpu, op, &budget, 4, LOAD_S64))
        EXCEPTION();
    NEXT();
}

HANDLER(STR64_T)
{
    if (!store_unprivileged(cpu, op, &budget, 8))
        EXCEPTION();
    NEXT();
}

HANDLER(LDR64_T)
{
    if (!load_unprivileged(cpu, op, &budget, 8, LOAD_U))
        EXCEPTION();
    NEXT();
}


/* ---- literal ---- */

MEM_HANDLER(LDR32_L, load_literal, 4, LOAD_U)
MEM_HANDLER(LDR64_L, load_literal, 8, LOAD_U)
MEM_HANDLER(LDRSW_L, load_literal, 4, LOAD_S64)

/* ---- prefetch ---- */

HANDLER(PRFM_L)
{
    NEXT();
}

HANDLER(PRFM_U)
{
    NEXT();
}

HANDLER(PRFUM)
{
    NEXT();
}

HANDLER(PRFM_R)
{
    NEXT();
}
