/* Data processing - immediate (DDI 0487 C4.1.65). */
#include "cpu/int_ops.h"

/* ---- PC-relative ---- */

HANDLER(ADR)
{
    set_x(cpu, op, op_pc(cpu, op) + op->imm);
    NEXT();
}

HANDLER(ADRP)
{
    set_x(cpu, op, cpu->page_va + op->imm);
    NEXT();
}

/* ---- immediate ---- */

HANDLER(ADD_I32)
{
    set_w(cpu, op, xn(cpu, op) + op->imm);
    NEXT();
}

HANDLER(SUB_I32)
{
    set_w(cpu, op, xn(cpu, op) - op->imm);
    NEXT();
}

HANDLER(ADDS_I32)
{
    set_x(cpu, op, adds32(cpu, xn(cpu, op), op->imm));
    NEXT();
}

HANDLER(SUBS_I32)
{
    set_x(cpu, op, subs32(cpu, xn(cpu, op), op->imm));
    NEXT();
}

HANDLER(AND_I32)
{
    set_w(cpu, op, xn(cpu, op) & op->imm);
    NEXT();
}

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

HANDLER(ANDS_I32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & op->imm));
    NEXT();
}

HANDLER(MOVN_32)
{
    set_w(cpu, op, ~op->imm);
    NEXT();
}

HANDLER(MOVZ_32)
{
    set_x(cpu, op, op->imm);
    NEXT();
}

HANDLER(MOVK_32)
{
    set_w(cpu, op, (cpu->x[op->rd] & ~(0xffffull << op->ra)) | op->imm);
    NEXT();
}

HANDLER(ADD_I64)
{
    set_x(cpu, op, xn(cpu, op) + op->imm);
    NEXT();
}

HANDLER(SUB_I64)
{
    set_x(cpu, op, xn(cpu, op) - op->imm);
    NEXT();
}

HANDLER(ADDS_I64)
{
    set_x(cpu, op, adds64(cpu, xn(cpu, op), op->imm));
    NEXT();
}

HANDLER(SUBS_I64)
{
    set_x(cpu, op, subs64(cpu, xn(cpu, op), op->imm));
    NEXT();
}

HANDLER(AND_I64)
{
    set_x(cpu, op, xn(cpu, op) & op->imm);
    NEXT();
}

HANDLER(ORR_I64)
{
    set_x(cpu, op, xn(cpu, op) | op->imm);
    NEXT();
}

HANDLER(EOR_I64)
{
    set_x(cpu, op, xn(cpu, op) ^ op->imm);
    NEXT();
}

HANDLER(ANDS_I64)
{
    set_x(cpu, op, logic64(cpu, xn(cpu, op) & op->imm));
    NEXT();
}

HANDLER(MOVN_64)
{
    set_x(cpu, op, ~op->imm);
    NEXT();
}

HANDLER(MOVZ_64)
{
    set_x(cpu, op, op->imm);
    NEXT();
}

HANDLER(MOVK_64)
{
    set_x(cpu, op, (cpu->x[op->rd] & ~(0xffffull << op->ra)) | op->imm);
    NEXT();
}

/* ---- bit fields (cpu/insn_imm.c, bitfield(): left by ra, then right by rm) ---- */

HANDLER(SBFM_32)
{
    set_x(cpu, op, (u32)((s32)((u32)xn(cpu, op) << op->ra) >> op->rm));
    NEXT();
}

HANDLER(SBFM_64)
{
    set_x(cpu, op, (u64)((s64)(xn(cpu, op) << op->ra) >> op->rm));
    NEXT();
}

HANDLER(UBFM_32)
{
    set_x(cpu, op, (u32)xn(cpu, op) << op->ra >> op->rm);
    NEXT();
}

HANDLER(UBFM_64)
{
    set_x(cpu, op, xn(cpu, op) << op->ra >> op->rm);
    NEXT();
}

HANDLER(BFM_32)
{
    u64 field = (u32)xn(cpu, op) << op->ra >> op->rm;
    set_w(cpu, op, (cpu->x[op->rd] & ~op->imm) | field);
    NEXT();
}

HANDLER(BFM_64)
{
    u64 field = xn(cpu, op) << op->ra >> op->rm;
    set_x(cpu, op, (cpu->x[op->rd] & ~op->imm) | field);
    NEXT();
}

HANDLER(EXTR_32)
{
    u64 pair = xn(cpu, op) << 32 | (u32)xm(cpu, op);
    set_w(cpu, op, pair >> op->imm);
    NEXT();
}

HANDLER(EXTR_64)
{
    u128 pair = (u128)xn(cpu, op) << 64 | xm(cpu, op);
    set_x(cpu, op, (u64)(pair >> op->imm));
    NEXT();
}
