/* AArch32 data processing (DDI 0487 F5.1): one template for operations, one for their second operands.
 * ID_I: immediate. ID_S: register and constant shift, of which ID_R, ID_LSL … are the common cases (cpu/specialise_aarch32.c).
 * ID_G: register shifted by a register. ID_PC_…: to R15, where A32 may change the instruction set. */
#include "cpu/a32_ops.h"
#include "cpu/jump_a32.h"

enum alu { AND, EOR, SUB, RSB, ADD, ADC, SBC, RSC, ORR, MOV, BIC, MVN, ORN };
enum form { FORM_I, FORM_R, FORM_LSL, FORM_LSR, FORM_ASR, FORM_ROR, FORM_S, FORM_G };

/* The second operand, and the carry of its shift. */
static ALWAYS_INLINE struct shifted operand(const struct cpu *cpu, const struct op *op, enum form form)
{
    switch (form) {
    case FORM_I: /* ra: the expansion rotated, and so has a carry */
        return (struct shifted){ op->imm32, op->ra ? op->imm32 >> 31 : cpu->cf };
    case FORM_R:
        return (struct shifted){ rm(cpu, op), cpu->cf };
    case FORM_LSL:
        return (struct shifted){ rm(cpu, op) << op->imm32, rm(cpu, op) >> (-op->imm32 & 31) & 1 };
    case FORM_LSR:
        return (struct shifted){ rm(cpu, op) >> op->imm32, rm(cpu, op) >> (op->imm32 - 1) & 1 };
    case FORM_ASR:
        return (struct shifted){ (u32)((s32)rm(cpu, op) >> op->imm32), rm(cpu, op) >> (op->imm32 - 1) & 1 };
    case FORM_ROR:
        return shift_c(cpu, rm(cpu, op), SHIFT_ROR, op->imm32 & 31);
    case FORM_S:
        return shift_c(cpu, rm(cpu, op), (enum shift_type)op->ra, op->imm32);
    default:
        return shift_c(cpu, rm(cpu, op), (enum shift_type)op->imm32, ra(cpu, op) & 255);
    }
}

static ALWAYS_INLINE u32 alu(const struct cpu *cpu, const struct op *op, enum alu what, u32 b)
{
    const u32 a = what == MOV || what == MVN ? 0 : rn(cpu, op), carry = (u32)cpu->cf;
    switch (what) {
    case AND:
        return a & b;
    case EOR:
        return a ^ b;
    case SUB:
        return a - b;
    case RSB:
        return b - a;
    case ADD:
        return a + b;
    case ADC:
        return a + b + carry;
    case SBC:
        return a + ~b + carry;
    case RSC:
        return b + ~a + carry;
    case ORR:
        return a | b;
    case MOV:
        return b;
    case BIC:
        return a & ~b;
    case MVN:
        return ~b;
    default:
        return a | ~b;
    }
}

/* With flags: arithmetic sets all of them, logical operations N, Z and the shift's C. */
static ALWAYS_INLINE u32 alu_flags(struct cpu *cpu, const struct op *op, enum alu what, struct shifted b)
{
    const u32 a = what == MOV || what == MVN ? 0 : rn(cpu, op);
    switch (what) {
    case SUB:
        return (u32)subs32(cpu, a, b.value);
    case RSB:
        return (u32)subs32(cpu, b.value, a);
    case ADD:
        return (u32)adds32(cpu, a, b.value);
    case ADC:
        return (u32)adcs32(cpu, a, b.value);
    case SBC:
        return (u32)adcs32(cpu, a, ~b.value);
    case RSC:
        return (u32)adcs32(cpu, b.value, ~a);
    default:
        break;
    }
    u32 r = alu(cpu, op, what, b.value);
    set_nz32(cpu, r);
    cpu->cf = b.carry;
    return r;
}

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
