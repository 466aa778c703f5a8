/* What the common A32 instructions do, apart from going on: the sequences of cpu/fused_a32.def are made of these. a32_ID is the instruction that
 * HANDLER(ID) executes, a32_IF_cond_ID the same with a condition.
 *
 * step_ID() is true when the instruction at op is done and the next one follows. False: nothing is done, ID's own handler does it all (a memory
 * access that missed, a branch out of the page); or, of a near branch, it is taken. A64's steps know of each other (cpu/steps.h), these do not. */
#ifndef CPU_STEPS_A32_H
#define CPU_STEPS_A32_H

#include "cpu/alu_a32.h"
#include "cpu/ldst_a32.h"

#define STEP(id, ...)                                                                                                  \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(struct cpu *cpu, const struct op *op)                                          \
    {                                                                                                                  \
        __VA_ARGS__;                                                                                                   \
        return true;                                                                                                   \
    }

#define STEP_MEM(id, template, ...)                                                                                    \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(struct cpu *cpu, const struct op *op)                                          \
    {                                                                                                                  \
        s64 not_charged = 0;                                                                                           \
        return template(cpu, op, &not_charged, ACCESS_HIT, __VA_ARGS__);                                               \
    }

#define STEP_NEAR_BRANCH(id, condition)                                                                                \
    enum { IS_NEAR_BRANCH_##id = 1, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(const struct cpu *cpu, const struct op *op)                                    \
    {                                                                                                                  \
        (void)cpu, (void)op;                                                                                           \
        return !(condition);                                                                                           \
    }

/* A branch that its own handler makes: it comes last where it is fused. */
#define STEP_LEAVING(id)                                                                                               \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(const struct cpu *cpu, const struct op *op)                                    \
    {                                                                                                                  \
        (void)cpu, (void)op;                                                                                           \
        return false;                                                                                                  \
    }

/* ---- data processing ---- */

#define STEP_RESULT(id, what, form) STEP(a32_##id, cpu->x[op->rd] = alu(cpu, op, what, operand(cpu, op, form).value))
#define STEP_FLAGS(id, what, form) STEP(a32_##id, cpu->x[op->rd] = alu_flags(cpu, op, what, operand(cpu, op, form)))
#define STEP_COMPARE(id, what, form) STEP(a32_##id, alu_flags(cpu, op, what, operand(cpu, op, form)))

STEP_RESULT(ADC_I, ADC, FORM_I)
STEP_RESULT(ADD_I, ADD, FORM_I)
STEP_RESULT(ADD_R, ADD, FORM_R)
STEP_RESULT(ADD_LSL, ADD, FORM_LSL)
STEP_RESULT(ADD_ASR, ADD, FORM_ASR)
STEP_RESULT(ADD_G, ADD, FORM_G)
STEP_RESULT(AND_I, AND, FORM_I)
STEP_RESULT(AND_R, AND, FORM_R)
STEP_RESULT(BIC_R, BIC, FORM_R)
STEP_RESULT(EOR_R, EOR, FORM_R)
STEP_RESULT(EOR_LSR, EOR, FORM_LSR)
STEP_RESULT(MOV_I, MOV, FORM_I)
STEP_RESULT(MOV_R, MOV, FORM_R)
STEP_RESULT(MOV_LSL, MOV, FORM_LSL)
STEP_RESULT(MOV_LSR, MOV, FORM_LSR)
STEP_RESULT(MOV_ASR, MOV, FORM_ASR)
STEP_RESULT(RSB_I, RSB, FORM_I)
STEP_RESULT(SUB_I, SUB, FORM_I)
STEP_RESULT(SUB_R, SUB, FORM_R)
STEP_RESULT(SUB_LSR, SUB, FORM_LSR)
STEP_FLAGS(ADDS_R, ADD, FORM_R)
STEP_FLAGS(SUBS_I, SUB, FORM_I)
STEP_FLAGS(SUBS_R, SUB, FORM_R)
STEP_COMPARE(CMP_I, SUB, FORM_I)
STEP_COMPARE(CMP_R, SUB, FORM_R)
STEP_COMPARE(TST_I, AND, FORM_I)
STEP(a32_MUL, cpu->x[op->rd] = rn(cpu, op) * rm(cpu, op))
STEP(a32_UMULL, set_long(cpu, op, (u64)rn(cpu, op) * rm(cpu, op)))
STEP(a32_UXTB, cpu->x[op->rd] = (u8)rotated(cpu, op))
STEP(a32_UXTH, cpu->x[op->rd] = (u16)rotated(cpu, op))

/* ---- loads and stores ---- */

STEP_MEM(a32_LDR_I, load32, 4, LOAD_U, BY_IMM, PLAIN)
STEP_MEM(a32_LDR_I_PRE, load32, 4, LOAD_U, BY_IMM, PRE)
STEP_MEM(a32_LDR_LSL, load32, 4, LOAD_U, BY_LSL, PLAIN)
STEP_MEM(a32_LDRB_I, load32, 1, LOAD_U, BY_IMM, PLAIN)
STEP_MEM(a32_LDRB_I_POST, load32, 1, LOAD_U, BY_IMM, POST)
STEP_MEM(a32_LDRB_LSL, load32, 1, LOAD_U, BY_LSL, PLAIN)
STEP_MEM(a32_LDRH_I, load32, 2, LOAD_U, BY_IMM, PLAIN)
STEP_MEM(a32_LDRH_LSL, load32, 2, LOAD_U, BY_LSL, PLAIN)
STEP_MEM(a32_STR_I, store32, 4, BY_IMM, PLAIN)
STEP_MEM(a32_STR_I_PRE, store32, 4, BY_IMM, PRE)
STEP_MEM(a32_STRB_LSL, store32, 1, BY_LSL, PLAIN)
STEP_MEM(a32_STRH_I, store32, 2, BY_IMM, PLAIN)
STEP_MEM(a32_STRH_LSL, store32, 2, BY_LSL, PLAIN)

/* ---- branches in their page ---- */

STEP_NEAR_BRANCH(a32_B_NEAR, true)
STEP_NEAR_BRANCH(a32_B_EQ_NEAR, cond_holds_const(cpu, COND_EQ))
STEP_NEAR_BRANCH(a32_B_NE_NEAR, cond_holds_const(cpu, COND_NE))
STEP_NEAR_BRANCH(a32_B_CS_NEAR, cond_holds_const(cpu, COND_CS))
STEP_NEAR_BRANCH(a32_B_CC_NEAR, cond_holds_const(cpu, COND_CC))
STEP_NEAR_BRANCH(a32_B_HI_NEAR, cond_holds_const(cpu, COND_HI))
STEP_NEAR_BRANCH(a32_B_LS_NEAR, cond_holds_const(cpu, COND_LS))

/* ---- with a condition ---- */

/* What is chosen by a condition is data: a conditional move. */
#define STEP_IF_RESULT(cond, id, what, form)                                                                           \
    STEP(a32_IF_##cond##_##id, cpu->x[op->rd] = choose_value(cond_holds_const(cpu, COND_##cond), alu(cpu, op, what, operand(cpu, op, form).value), \
                                                       cpu->x[op->rd]))
#define STEP_IF(cond, id)                                                                                              \
    enum { IS_NEAR_BRANCH_a32_IF_##cond##_##id = 0, IS_LINKABLE_a32_IF_##cond##_##id = 0 };                            \
    static ALWAYS_INLINE bool step_a32_IF_##cond##_##id(struct cpu *cpu, const struct op *op)                          \
    {                                                                                                                  \
        return !cond_holds_const(cpu, COND_##cond) || step_a32_##id(cpu, op);                                          \
    }
/* Where the condition holds, its own handler does it. */
#define STEP_IF_LEAVING(cond, id)                                                                                      \
    enum { IS_NEAR_BRANCH_a32_IF_##cond##_##id = 0, IS_LINKABLE_a32_IF_##cond##_##id = 0 };                            \
    static ALWAYS_INLINE bool step_a32_IF_##cond##_##id(const struct cpu *cpu, const struct op *op)                    \
    {                                                                                                                  \
        (void)op;                                                                                                      \
        return !cond_holds_const(cpu, COND_##cond);                                                                    \
    }

STEP_IF_RESULT(EQ, MOV_I, MOV, FORM_I)
STEP_IF_RESULT(NE, MOV_I, MOV, FORM_I)
STEP_IF_RESULT(CS, MOV_I, MOV, FORM_I)
STEP_IF_RESULT(CC, MOV_I, MOV, FORM_I)
STEP_IF_RESULT(EQ, MOV_R, MOV, FORM_R)
STEP_IF_RESULT(NE, MOV_R, MOV, FORM_R)
STEP_IF_RESULT(LS, MOV_R, MOV, FORM_R)
STEP_IF_RESULT(LS, ADD_I, ADD, FORM_I)
STEP_IF_RESULT(HI, ADD_ASR, ADD, FORM_ASR)
STEP_IF_RESULT(HI, RSB_I, RSB, FORM_I)
STEP_IF_RESULT(LS, SUB_LSR, SUB, FORM_LSR)
STEP_IF(NE, LDR_I)
STEP_IF(HI, LDRH_I)
STEP_IF(LS, LDRH_I)
STEP_IF(HI, LDRH_LSL)
STEP_IF(LS, LDRH_LSL)
STEP_IF(HI, STR_I)
STEP_IF_LEAVING(LS, STM)

#endif
