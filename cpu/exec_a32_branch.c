/* AArch32 branches (DDI 0487 F5.1). imm32 is the distance from the instruction itself; _NEAR: the target lies in the same page
 * (cpu/specialise_aarch32.c). */
#include "cpu/jump_a32.h"

#include "cpu/a32_ops.h"
#include "cpu/cond.h"

#define LINK 14 /* R14 */
#define LINK_T (THIS_SET == FETCH_T32) /* bit 0 of a return address: the instruction set */

/* The address behind a wide instruction, and behind a narrow one. */
static ALWAYS_INLINE u32 link_wide(const struct cpu *cpu, const struct op *op)
{
    return (u32)(op_pc(cpu, op) + 4) | LINK_T;
}

static ALWAYS_INLINE u32 link_short(const struct cpu *cpu, const struct op *op)
{
    return (u32)(op_pc(cpu, op) + (THIS_SET == FETCH_T32 ? 2 : 4)) | LINK_T;
}

HANDLER(B)
{
    JUMP_A32(op_pc(cpu, op) + op->imm32);
}

HANDLER(B_NEAR)
{
    JUMP_NEAR_A32();
}

/* T32's, which have a condition of their own: ra */
HANDLER(B_COND)
{
    if (cond_holds(cpu, op->ra))
        JUMP_A32(op_pc(cpu, op) + op->imm32);
    NEXT();
}

#define NEAR_CONDITION(cond)                                                                                           \
    HANDLER(B_##cond##_NEAR)                                                                                           \
    {                                                                                                                  \
        if (cond_holds_const(cpu, COND_##cond))                                                                        \
            JUMP_NEAR_A32();                                                                                           \
        NEXT();                                                                                                        \
    }

NEAR_CONDITION(EQ)
NEAR_CONDITION(NE)
NEAR_CONDITION(CS)
NEAR_CONDITION(CC)
NEAR_CONDITION(MI)
NEAR_CONDITION(PL)
NEAR_CONDITION(VS)
NEAR_CONDITION(VC)
NEAR_CONDITION(HI)
NEAR_CONDITION(LS)
NEAR_CONDITION(GE)
NEAR_CONDITION(LT)
NEAR_CONDITION(GT)
NEAR_CONDITION(LE)

HANDLER(BL)
{
    u64 pc = op_pc(cpu, op);
    cpu->x[LINK] = link_wide(cpu, op);
    JUMP_A32(pc + op->imm32);
}

HANDLER(BL_NEAR)
{
    cpu->x[LINK] = link_wide(cpu, op);
    JUMP_NEAR_A32();
}

/* BLX to a label: the other instruction set; from T32 imm32 counts from the word that the instruction is in. */
HANDLER(BLX_I)
{
    u32 pc = (u32)op_pc(cpu, op);
    cpu->x[LINK] = link_wide(cpu, op);
    if (THIS_SET == FETCH_T32)
        JUMP_EXCHANGE((pc & ~3u) + op->imm32);
    JUMP_EXCHANGE((pc + op->imm32) | 1);
}

HANDLER(BX)
{
    JUMP_EXCHANGE(cpu->x[op->rm]);
}

HANDLER(BLX_R)
{
    u32 to = (u32)cpu->x[op->rm];
    cpu->x[LINK] = link_short(cpu, op);
    JUMP_EXCHANGE(to);
}

HANDLER(CBZ)
{
    if (!cpu->x[op->rn])
        JUMP_A32(op_pc(cpu, op) + op->imm32);
    NEXT();
}

HANDLER(CBNZ)
{
    if (cpu->x[op->rn])
        JUMP_A32(op_pc(cpu, op) + op->imm32);
    NEXT();
}

HANDLER(CBZ_NEAR)
{
    if (!cpu->x[op->rn])
        JUMP_NEAR_A32();
    NEXT();
}

HANDLER(CBNZ_NEAR)
{
    if (cpu->x[op->rn])
        JUMP_NEAR_A32();
    NEXT();
}
