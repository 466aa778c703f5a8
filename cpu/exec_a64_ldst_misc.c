/* Loads and stores: register offset, unprivileged, literal, prefetch. */
#include "cpu/steps.h"

/* ---- register offset ---- */

MEM_HANDLER(STRB_R, store_reg, 0)
STEP_MEM_HANDLER(LDRB_R)
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
STEP_MEM_HANDLER(LDR64_R)

/* ---- register offset, shifted only ---- */

MEM_HANDLER(STRB_INDEX, store_index, 1)
STEP_MEM_HANDLER(LDRB_INDEX)
MEM_HANDLER(STRH_INDEX, store_index, 2)
MEM_HANDLER(LDRH_INDEX, load_index, 2, LOAD_U)
STEP_MEM_HANDLER(STR32_INDEX)
STEP_MEM_HANDLER(LDR32_INDEX)
MEM_HANDLER(LDRSW_INDEX, load_index, 4, LOAD_S64)
STEP_MEM_HANDLER(STR64_INDEX)
STEP_MEM_HANDLER(LDR64_INDEX)

/* ---- unprivileged ---- */

MEM_HANDLER(STRB_T, store_unprivileged, 1)
MEM_HANDLER(LDRB_T, load_unprivileged, 1, LOAD_U)
MEM_HANDLER(LDRSB64_T, load_unprivileged, 1, LOAD_S64)
MEM_HANDLER(LDRSB32_T, load_unprivileged, 1, LOAD_S32)
MEM_HANDLER(STRH_T, store_unprivileged, 2)
MEM_HANDLER(LDRH_T, load_unprivileged, 2, LOAD_U)
MEM_HANDLER(LDRSH64_T, load_unprivileged, 2, LOAD_S64)
MEM_HANDLER(LDRSH32_T, load_unprivileged, 2, LOAD_S32)
MEM_HANDLER(STR32_T, store_unprivileged, 4)
MEM_HANDLER(LDR32_T, load_unprivileged, 4, LOAD_U)
MEM_HANDLER(LDRSW_T, load_unprivileged, 4, LOAD_S64)
MEM_HANDLER(STR64_T, store_unprivileged, 8)
MEM_HANDLER(LDR64_T, load_unprivileged, 8, LOAD_U)

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
