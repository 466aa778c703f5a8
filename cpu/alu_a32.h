/* AArch32 data processing (DDI 0487 F5.1): the operations, and the forms of their second operands. */
#ifndef CPU_ALU_A32_H
#define CPU_ALU_A32_H

#include "cpu/a32_ops.h"

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

#endif
