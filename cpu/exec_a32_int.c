/* AArch32 data processing (DDI 0487 F5.1). Registers hold 32 bits, zero-extended. */
#include "cpu/int_ops.h"

HANDLER(ADD_I)
{
    cpu->x[op->rd] = (u32)(cpu->x[op->rn] + op->imm32);
    NEXT();
}

HANDLER(ADDS_I)
{
    cpu->x[op->rd] = adds32(cpu, cpu->x[op->rn], op->imm32);
    NEXT();
}
