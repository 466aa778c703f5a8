/* AArch32 data processing (DDI 0487 F5.1): one template for operations, one for their second operands.
 * ID_I: immediate. ID_S: register and constant shift, of which ID_R, ID_LSL … are the common cases (cpu/specialise_aarch32.c).
 * ID_G: register shifted by a register. ID_PC_…: to R15, where A32 may change the instruction set. */
#include "cpu/alu_a32.h"
#include "cpu/jump_a32.h"

#define RESULT(id, what, form)                                                                                         \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        cpu->x[op->rd] = alu(cpu, op, what, operand(cpu, op, form).value);                                             \
        NEXT();                                                                                                        \
    }
#define RESULT_FLAGS(id, what, form)                                                                                   \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        cpu->x[op->rd] = alu_flags(cpu, op, what, operand(cpu, op, form));                                             \
        NEXT();                                                                                                        \
    }
#define FLAGS_ONLY(id, what, form)                                                                                     \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        alu_flags(cpu, op, what, operand(cpu, op, form));                                                              \
        NEXT();                                                                                                        \
    }
/* ALUWritePC() */
#define RESULT_PC(id, what, form)                                                                                      \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        JUMP_ALU(alu(cpu, op, what, operand(cpu, op, form).value));                                                    \
    }
#define JUMP_ALU(to)                                                                                                   \
    do {                                                                                                               \
        const u32 alu_to = (to);                                                                                       \
        if (THIS_SET == FETCH_T32)                                                                                     \
            JUMP_A32(alu_to);                                                                                          \
        JUMP_EXCHANGE(alu_to);                                                                                         \
    } while (0)

#define FORMS(template, id, what)                                                                                      \
    template(id##_I, what, FORM_I) template(id##_S, what, FORM_S) template(id##_G, what, FORM_G)                       \
    template(id##_R, what, FORM_R) template(id##_LSL, what, FORM_LSL) template(id##_LSR, what, FORM_LSR)               \
    template(id##_ASR, what, FORM_ASR) template(id##_ROR, what, FORM_ROR)
#define OPERATION(id)                                                                                                  \
    FORMS(RESULT, id, id)                                                                                              \
    FORMS(RESULT_FLAGS, id##S, id)                                                                                     \
    RESULT_PC(id##_PC_I, id, FORM_I)                                                                                   \
    RESULT_PC(id##_PC_S, id, FORM_S)

OPERATION(AND)
OPERATION(EOR)
OPERATION(SUB)
OPERATION(RSB)
OPERATION(ADD)
OPERATION(ADC)
OPERATION(SBC)
OPERATION(RSC)
OPERATION(ORR)
OPERATION(MOV)
OPERATION(BIC)
OPERATION(MVN)
RESULT_PC(MOV_PC_R, MOV, FORM_R)
FORMS(RESULT, ORN, ORN)
FORMS(RESULT_FLAGS, ORNS, ORN)
FORMS(FLAGS_ONLY, TST, AND)
FORMS(FLAGS_ONLY, TEQ, EOR)
FORMS(FLAGS_ONLY, CMP, SUB)
FORMS(FLAGS_ONLY, CMN, ADD)

/* MOV by a register's amount, each type of its own. */
#define SHIFT_BY_REGISTER(type)                                                                                        \
    HANDLER(type##_V)                                                                                                  \
    {                                                                                                                  \
        cpu->x[op->rd] = shift32(cpu, rm(cpu, op), SHIFT_##type, ra(cpu, op) & 255);                                   \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(type##S_V)                                                                                                 \
    {                                                                                                                  \
        struct shifted r = shift_c(cpu, rm(cpu, op), SHIFT_##type, ra(cpu, op) & 255);                                 \
        set_nz32(cpu, r.value);                                                                                        \
        cpu->cf = r.carry;                                                                                             \
        cpu->x[op->rd] = r.value;                                                                                      \
        NEXT();                                                                                                        \
    }

SHIFT_BY_REGISTER(LSL)
SHIFT_BY_REGISTER(LSR)
SHIFT_BY_REGISTER(ASR)
SHIFT_BY_REGISTER(ROR)

/* The word that the instruction's R15 is in, and imm32 from the instruction itself. */
HANDLER(ADR)
{
    cpu->x[op->rd] = ((u32)op_pc(cpu, op) & ~3u) + op->imm32;
    NEXT();
}

/* T16 ADD PC, Rm */
HANDLER(ADD_PC_HIGH)
{
    JUMP_A32(op_pc(cpu, op) + 4 + rm(cpu, op));
}

HANDLER(MOVT)
{
    cpu->x[op->rd] = (u16)cpu->x[op->rd] | op->imm32 << 16;
    NEXT();
}

HANDLER(NOP)
{
    (void)cpu;
    NEXT();
}
