/* AArch32 branches (DDI 0487 F5.1). */
#include "cpu/jump_a32.h"

#define LINK 14 /* R14 */
#define LINK_T (THIS_SET == FETCH_T32) /* bit 0 of a return address: the instruction set */

HANDLER(B)
{
    JUMP_A32(op_pc(cpu, op) + op->imm32);
}

HANDLER(BL)
{
    u64 pc = op_pc(cpu, op);
    cpu->x[LINK] = (u32)(pc + 4) | LINK_T;
    JUMP_A32(pc + op->imm32);
}

HANDLER(BX)
{
    JUMP_EXCHANGE(cpu->x[op->rm]);
}
