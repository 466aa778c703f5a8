/* Data processing - immediate (DDI 0487 C4.1.65). */
#include "cpu/steps.h"

/* ---- PC-relative ---- */

HANDLER(ADR)
{
    set_x(cpu, op, op_pc(cpu, op) + op->imm);
    NEXT();
}

STEP_HANDLER(ADRP)

/* ---- immediate ---- */

STEP_HANDLER(ADD_I32)
STEP_HANDLER(SUB_I32)
STEP_HANDLER(ADDS_I32)
STEP_HANDLER(SUBS_I32)
STEP_HANDLER(CMP_I32)
STEP_HANDLER(AND_I32)

HANDLER(ORR_I32)
{
    set_w(cpu, op, xn(cpu, op) | op->imm);
    NEXT();
}

HANDLER(EOR_I32)
{
    set_w(cpu, op, xn(cpu, op) ^ op->imm);
    NEXT();
}

STEP_HANDLER(ANDS_I32)
STEP_HANDLER(TST_I32)

STEP_HANDLER(MOVN_32)

STEP_HANDLER(MOVZ_32)

HANDLER(MOVK_32)
{
    set_w(cpu, op, (cpu->x[op->rd] & ~(0xffffull << op->ra)) | op->imm);
    NEXT();
}

STEP_HANDLER(ADD_I64)
STEP_HANDLER(SUB_I64)
STEP_HANDLER(ADDS_I64)
STEP_HANDLER(SUBS_I64)
STEP_HANDLER(CMP_I64)
STEP_HANDLER(AND_I64)
STEP_HANDLER(ORR_I64)
STEP_HANDLER(EOR_I64)
STEP_HANDLER(ANDS_I64)
STEP_HANDLER(TST_I64)
STEP_HANDLER(MOVN_64)
STEP_HANDLER(MOVZ_64)
STEP_HANDLER(MOVK_64)

/* ---- bit fields (cpu/insn_imm.c, bitfield(): left by ra, then right by rm) ---- */

HANDLER(SBFM_32)
{
    set_x(cpu, op, (u32)((s32)((u32)xn(cpu, op) << op->ra) >> op->rm));
    NEXT();
}

STEP_HANDLER(SBFM_64)
STEP_HANDLER(SXTW_64)
STEP_HANDLER(UBFM_32)
STEP_HANDLER(UBFM_64)
STEP_HANDLER(LSL_I64)
STEP_HANDLER(LSR_I64)

STEP_HANDLER(BFM_32)

STEP_HANDLER(BFM_64)

STEP_HANDLER(EXTR_32)

STEP_HANDLER(EXTR_64)
