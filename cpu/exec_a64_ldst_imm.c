/* Loads and stores with an immediate offset. */
#include "cpu/steps.h"

/* ---- unsigned offset ---- */

STEP_MEM_HANDLER(STRB_U)
STEP_MEM_HANDLER(LDRB_U)
MEM_HANDLER(LDRSB64_U, load_imm, 1, LOAD_S64, false, false)
MEM_HANDLER(LDRSB32_U, load_imm, 1, LOAD_S32, false, false)
MEM_HANDLER(STRH_U, store_imm, 2, false, false)
STEP_MEM_HANDLER(LDRH_U)
MEM_HANDLER(LDRSH64_U, load_imm, 2, LOAD_S64, false, false)
MEM_HANDLER(LDRSH32_U, load_imm, 2, LOAD_S32, false, false)
STEP_MEM_HANDLER(STR32_U)
STEP_MEM_HANDLER(LDR32_U)
STEP_MEM_HANDLER(LDRSW_U)
STEP_MEM_HANDLER(STR64_U)
STEP_MEM_HANDLER(LDR64_U)

/* ---- unscaled offset ---- */

MEM_HANDLER(STRB_N, store_imm, 1, false, false)
MEM_HANDLER(LDRB_N, load_imm, 1, LOAD_U, false, false)
MEM_HANDLER(LDRSB64_N, load_imm, 1, LOAD_S64, false, false)
MEM_HANDLER(LDRSB32_N, load_imm, 1, LOAD_S32, false, false)
MEM_HANDLER(STRH_N, store_imm, 2, false, false)
MEM_HANDLER(LDRH_N, load_imm, 2, LOAD_U, false, false)
MEM_HANDLER(LDRSH64_N, load_imm, 2, LOAD_S64, false, false)
MEM_HANDLER(LDRSH32_N, load_imm, 2, LOAD_S32, false, false)
MEM_HANDLER(STR32_N, store_imm, 4, false, false)
MEM_HANDLER(LDR32_N, load_imm, 4, LOAD_U, false, false)
MEM_HANDLER(LDRSW_N, load_imm, 4, LOAD_S64, false, false)
STEP_MEM_HANDLER(STR64_N)
STEP_MEM_HANDLER(LDR64_N)

/* ---- post-index ---- */

STEP_MEM_HANDLER(STRB_P)
STEP_MEM_HANDLER(LDRB_P)
MEM_HANDLER(LDRSB64_P, load_imm, 1, LOAD_S64, true, true)
MEM_HANDLER(LDRSB32_P, load_imm, 1, LOAD_S32, true, true)
MEM_HANDLER(STRH_P, store_imm, 2, true, true)
MEM_HANDLER(LDRH_P, load_imm, 2, LOAD_U, true, true)
MEM_HANDLER(LDRSH64_P, load_imm, 2, LOAD_S64, true, true)
MEM_HANDLER(LDRSH32_P, load_imm, 2, LOAD_S32, true, true)
MEM_HANDLER(STR32_P, store_imm, 4, true, true)
MEM_HANDLER(LDR32_P, load_imm, 4, LOAD_U, true, true)
MEM_HANDLER(LDRSW_P, load_imm, 4, LOAD_S64, true, true)
STEP_MEM_HANDLER(STR64_P)
STEP_MEM_HANDLER(LDR64_P)

/* ---- pre-index ---- */

MEM_HANDLER(STRB_W, store_imm, 1, false, true)
STEP_MEM_HANDLER(LDRB_W)
MEM_HANDLER(LDRSB64_W, load_imm, 1, LOAD_S64, false, true)
MEM_HANDLER(LDRSB32_W, load_imm, 1, LOAD_S32, false, true)
MEM_HANDLER(STRH_W, store_imm, 2, false, true)
MEM_HANDLER(LDRH_W, load_imm, 2, LOAD_U, false, true)
MEM_HANDLER(LDRSH64_W, load_imm, 2, LOAD_S64, false, true)
MEM_HANDLER(LDRSH32_W, load_imm, 2, LOAD_S32, false, true)
MEM_HANDLER(STR32_W, store_imm, 4, false, true)
MEM_HANDLER(LDR32_W, load_imm, 4, LOAD_U, false, true)
MEM_HANDLER(LDRSW_W, load_imm, 4, LOAD_S64, false, true)
MEM_HANDLER(STR64_W, store_imm, 8, false, true)
STEP_MEM_HANDLER(LDR64_W)
