/* Branches (DDI 0487 C4.1.66). _NEAR: the target lies in the same page (cpu/specialise.c). */
#include "cpu/steps.h"

#define LINK 30 /* X30 */

HANDLER(B)
{
    JUMP_FAR(op_pc(cpu, op) + op->imm);
}

STEP_NEAR_HANDLER(B_NEAR)

HANDLER(BL)
{
    u64 pc = op_pc(cpu, op);
    cpu->x[LINK] = pc + 4;
    JUMP_FAR(pc + op->imm);
}

HANDLER(BL_NEAR)
{
    cpu->x[LINK] = op_pc(cpu, op) + 4;
    JUMP_NEAR();
}

HANDLER(BR)
{
    JUMP_FAR(cpu->x[op->rn]);
}

HANDLER(BLR)
{
    u64 to = cpu->x[op->rn];
    cpu->x[LINK] = op_pc(cpu, op) + 4;
    JUMP_FAR(to);
}

/* Where there is FEAT_BTI (cpu/specialise.c, cpu/bti.h). */
HANDLER(BR_LANDING)
{
    JUMP_LANDING(cpu->x[op->rn], LANDS_BY_OTHER);
}

HANDLER(BR_X16_LANDING)
{
    JUMP_LANDING(cpu->x[op->rn], LANDS_BY_X16);
}

HANDLER(BLR_LANDING)
{
    u64 to = cpu->x[op->rn];
    cpu->x[LINK] = op_pc(cpu, op) + 4;
    JUMP_LANDING(to, LANDS_AS_CALL);
}

/* The target's instruction is looked at here and now, so that a guarded page costs no more than this. */
void ENGINE_NAME(land)(struct cpu *cpu, const struct op *op, s64 budget)
{
    u64 to = cpu->slow.value[0];
    cpu->pstate.btype = bti_btype(cpu, (enum landing)cpu->slow.value[1], cpu->page_va);
    const struct op *far_to = jump_target(cpu, op, &budget, to);
    if (far_to) {
        if (THIS_ENGINE == ENGINE_FAST && bti_accepts(cpu, far_to))
            DISPATCH(far_to);
        cpu->pc = to;
        cpu->insns = cpu->insn_bias + op_index(far_to);
        cpu->budget = budget - op_prefix(far_to);
    }
    TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);
}

HANDLER(RET)
{
    JUMP_FAR(cpu->x[op->rn]);
}

/* ---- conditional: each pair differs in how it jumps ---- */

#define BRANCH_IF(id, near_id, condition)                                                                              \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (condition)                                                                                                 \
            JUMP_FAR(op_pc(cpu, op) + op->imm);                                                                        \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    STEP_NEAR_HANDLER(near_id)

BRANCH_IF(CBZ_32, CBZ_NEAR32, !step_CBZ_NEAR32(STEP_ALONE(cpu, op)))
BRANCH_IF(CBNZ_32, CBNZ_NEAR32, !step_CBNZ_NEAR32(STEP_ALONE(cpu, op)))
BRANCH_IF(CBZ_64, CBZ_NEAR64, !step_CBZ_NEAR64(STEP_ALONE(cpu, op)))
BRANCH_IF(CBNZ_64, CBNZ_NEAR64, !step_CBNZ_NEAR64(STEP_ALONE(cpu, op)))
BRANCH_IF(TBZ, TBZ_NEAR, !step_TBZ_NEAR(STEP_ALONE(cpu, op)))
BRANCH_IF(TBNZ, TBNZ_NEAR, !step_TBNZ_NEAR(STEP_ALONE(cpu, op)))

HANDLER(B_COND)
{
    if (cond_holds(cpu, op->ra))
        JUMP_FAR(op_pc(cpu, op) + op->imm);
    NEXT();
}

#define BRANCH_COND_NEAR(cond) STEP_NEAR_HANDLER(B_##cond##_NEAR)
FOR_EACH_CONDITION(BRANCH_COND_NEAR)
