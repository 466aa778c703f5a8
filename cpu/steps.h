/* What the common instructions do, apart from going on: their handlers and the fused ones (cpu/fused.def) are made of these (cpu/step.h). */
#ifndef CPU_STEPS_H
#define CPU_STEPS_H

#include "cpu/int_ops.h"
#include "cpu/jump.h"
#include "cpu/ldst_ops.h"
#include "cpu/step.h"

/* ---- data processing ---- */

STEP(NOP, (void)cpu, (void)op)
STEP(ADRP, set_x(cpu, op, cpu->page_va + op->imm))
STEP(ADD_I32, set_w(cpu, op, xn(cpu, op) + op->imm))
STEP(SUB_I32, set_w(cpu, op, xn(cpu, op) - op->imm))
STEP(ADDS_I32, set_x(cpu, op, adds32(cpu, xn(cpu, op), op->imm)))
STEP(SUBS_I32, set_x(cpu, op, subs32(cpu, xn(cpu, op), op->imm)))
STEP(AND_I32, set_w(cpu, op, xn(cpu, op) & op->imm))
STEP(ANDS_I32, set_x(cpu, op, logic32(cpu, xn(cpu, op) & op->imm)))
STEP(MOVZ_32, set_x(cpu, op, op->imm))
STEP(ADD_I64, set_x(cpu, op, xn(cpu, op) + op->imm))
STEP(SUB_I64, set_x(cpu, op, xn(cpu, op) - op->imm))
STEP(ADDS_I64, set_x(cpu, op, adds64(cpu, xn(cpu, op), op->imm)))
STEP(SUBS_I64, set_x(cpu, op, subs64(cpu, xn(cpu, op), op->imm)))
STEP(AND_I64, set_x(cpu, op, xn(cpu, op) & op->imm))
STEP(ORR_I64, set_x(cpu, op, xn(cpu, op) | op->imm))
STEP(EOR_I64, set_x(cpu, op, xn(cpu, op) ^ op->imm))
STEP(ANDS_I64, set_x(cpu, op, logic64(cpu, xn(cpu, op) & op->imm)))
STEP(MOVN_64, set_x(cpu, op, ~op->imm))
STEP(MOVZ_64, set_x(cpu, op, op->imm))
STEP(MOVK_64, set_x(cpu, op, (cpu->x[op->rd] & ~(0xffffull << op->ra)) | op->imm))
STEP(SBFM_64, set_x(cpu, op, (u64)((s64)(xn(cpu, op) << op->ra) >> op->rm)))
STEP(UBFM_32, set_x(cpu, op, (u32)xn(cpu, op) << op->ra >> op->rm))
STEP(UBFM_64, set_x(cpu, op, xn(cpu, op) << op->ra >> op->rm))
STEP(AND_R32, set_w(cpu, op, xn(cpu, op) & xm(cpu, op)))
STEP(ORR_R32, set_w(cpu, op, xn(cpu, op) | xm(cpu, op)))
STEP(EOR_R32, set_w(cpu, op, xn(cpu, op) ^ xm(cpu, op)))
STEP(ADD_R32, set_w(cpu, op, xn(cpu, op) + xm(cpu, op)))
STEP(SUB_R32, set_w(cpu, op, xn(cpu, op) - xm(cpu, op)))
STEP(SUBS_R32, set_x(cpu, op, subs32(cpu, xn(cpu, op), xm(cpu, op))))
STEP(AND_R64, set_x(cpu, op, xn(cpu, op) & xm(cpu, op)))
STEP(ORR_R64, set_x(cpu, op, xn(cpu, op) | xm(cpu, op)))
STEP(EOR_R64, set_x(cpu, op, xn(cpu, op) ^ xm(cpu, op)))
STEP(ADD_R64, set_x(cpu, op, xn(cpu, op) + xm(cpu, op)))
STEP(SUB_R64, set_x(cpu, op, xn(cpu, op) - xm(cpu, op)))
STEP(ADDS_R64, set_x(cpu, op, adds64(cpu, xn(cpu, op), xm(cpu, op))))
STEP(SUBS_R64, set_x(cpu, op, subs64(cpu, xn(cpu, op), xm(cpu, op))))
STEP(BIC_R64, set_x(cpu, op, xn(cpu, op) & ~xm(cpu, op)))
STEP(ADC_64, set_x(cpu, op, xn(cpu, op) + xm(cpu, op) + cpu->cf))
STEP(ADCS_64, set_x(cpu, op, adcs64(cpu, xn(cpu, op), xm(cpu, op))))
STEP(MADD_64, set_x(cpu, op, xa(cpu, op) + xn(cpu, op) * xm(cpu, op)))
STEP(MSUB_64, set_x(cpu, op, xa(cpu, op) - xn(cpu, op) * xm(cpu, op)))
STEP(MADD_32, set_w(cpu, op, xa(cpu, op) + xn(cpu, op) * xm(cpu, op)))
STEP(UMULH, set_x(cpu, op, (u64)((u128)xn(cpu, op) * xm(cpu, op) >> 64)))
STEP(UMADDL, set_x(cpu, op, xa(cpu, op) + (u64)(u32)xn(cpu, op) * (u32)xm(cpu, op)))
STEP(LSLV_64, set_x(cpu, op, xn(cpu, op) << (xm(cpu, op) & 63)))
STEP(LSRV_64, set_x(cpu, op, xn(cpu, op) >> (xm(cpu, op) & 63)))
STEP(REV_32, set_x(cpu, op, __builtin_bswap32((u32)xn(cpu, op))))
STEP(REV_64, set_x(cpu, op, __builtin_bswap64(xn(cpu, op))))

/* Forms that cpu/specialise.c tells apart: no destination, no addend, no base, one shift alone */
STEP(CMP_I32, subs32(cpu, xn(cpu, op), op->imm))
STEP(CMP_R32, subs32(cpu, xn(cpu, op), xm(cpu, op)))
STEP(CMP_I64, subs64(cpu, xn(cpu, op), op->imm))
STEP(CMP_R64, subs64(cpu, xn(cpu, op), xm(cpu, op)))
STEP(TST_I32, logic32(cpu, xn(cpu, op) & op->imm))
STEP(TST_I64, logic64(cpu, xn(cpu, op) & op->imm))
STEP(MUL_64, set_x(cpu, op, xn(cpu, op) * xm(cpu, op)))
STEP(MOV_32, set_w(cpu, op, xm(cpu, op)))
STEP(MOV_64, set_x(cpu, op, xm(cpu, op)))
STEP(LSL_I64, set_x(cpu, op, xn(cpu, op) << op->ra))
STEP(LSR_I64, set_x(cpu, op, xn(cpu, op) >> op->rm))
STEP(SXTW_64, set_x(cpu, op, (u64)(s64)(s32)xn(cpu, op)))
STEP(ADD_UXTW64, set_x(cpu, op, xn(cpu, op) + ((u64)(u32)xm(cpu, op) << op->imm)))
STEP(ADD_SXTW64, set_x(cpu, op, xn(cpu, op) + ((u64)(s64)(s32)xm(cpu, op) << op->imm)))

#define STEPS_SHIFTED(name, operator)                                                                                  \
    STEP(name##_LSL64, set_x(cpu, op, xn(cpu, op) operator (xm(cpu, op) << op->imm)))                                  \
    STEP(name##_LSR64, set_x(cpu, op, xn(cpu, op) operator (xm(cpu, op) >> op->imm)))                                  \
    STEP(name##_ASR64, set_x(cpu, op, xn(cpu, op) operator (u64)((s64)xm(cpu, op) >> op->imm)))                        \
    STEP(name##_ROR64, set_x(cpu, op, xn(cpu, op) operator rotate_right(xm(cpu, op), 64, (unsigned)op->imm)))          \
    STEP(name##_LSL32, set_w(cpu, op, xn(cpu, op) operator (xm(cpu, op) << op->imm)))                                  \
    STEP(name##_LSR32, set_w(cpu, op, xn(cpu, op) operator ((u32)xm(cpu, op) >> op->imm)))                             \
    STEP(name##_ASR32, set_w(cpu, op, xn(cpu, op) operator (u32)((s32)xm(cpu, op) >> op->imm)))                        \
    STEP(name##_ROR32, set_w(cpu, op, xn(cpu, op) operator rotate_right((u32)xm(cpu, op), 32, (unsigned)op->imm)))

STEPS_SHIFTED(ADD, +)
STEPS_SHIFTED(SUB, -)
STEPS_SHIFTED(AND, &)
STEPS_SHIFTED(ORR, |)
STEPS_SHIFTED(EOR, ^)

/* ---- selects ---- */

static ALWAYS_INLINE u64 select_increment(bool holds, u64 yes, u64 no)
{
    return select(holds, yes, no) + !holds;
}

#define STEPS_SELECT(cond)                                                                                             \
    STEP(CSEL64_##cond, set_x(cpu, op, select(cond_holds_const(cpu, COND_##cond), xn(cpu, op), xm(cpu, op))))          \
    STEP(CSEL32_##cond, set_w(cpu, op, select(cond_holds_const(cpu, COND_##cond), xn(cpu, op), xm(cpu, op))))          \
    STEP(CSINC64_##cond, set_x(cpu, op, select_increment(cond_holds_const(cpu, COND_##cond), xn(cpu, op), xm(cpu, op)))) \
    STEP(CSINC32_##cond, set_w(cpu, op, select_increment(cond_holds_const(cpu, COND_##cond), xn(cpu, op), xm(cpu, op))))

/* ---- branches inside the page ---- */

STEP_NEAR_BRANCH(B_NEAR, true)
STEP_NEAR_BRANCH(CBZ_NEAR32, (u32)cpu->x[op->rd] == 0)
STEP_NEAR_BRANCH(CBNZ_NEAR32, (u32)cpu->x[op->rd] != 0)
STEP_NEAR_BRANCH(CBZ_NEAR64, cpu->x[op->rd] == 0)
STEP_NEAR_BRANCH(CBNZ_NEAR64, cpu->x[op->rd] != 0)
STEP_NEAR_BRANCH(TBZ_NEAR, !bit(cpu->x[op->rd], op->rm))
STEP_NEAR_BRANCH(TBNZ_NEAR, bit(cpu->x[op->rd], op->rm))

/* For each condition, in the order of the encoding. */
#define FOR_EACH_CONDITION(x)                                                                                          \
    x(EQ) x(NE) x(CS) x(CC) x(MI) x(PL) x(VS) x(VC) x(HI) x(LS) x(GE) x(LT) x(GT) x(LE)

#define STEPS_CONDITIONAL(cond)                                                                                        \
    STEPS_SELECT(cond)                                                                                                 \
    STEP_NEAR_BRANCH(B_##cond##_NEAR, cond_holds_const(cpu, COND_##cond))

FOR_EACH_CONDITION(STEPS_CONDITIONAL)

/* ---- branches that their own handlers make ---- */

STEP_LEAVING(B)
STEP_LEAVING(BL)
STEP_LEAVING(BL_NEAR)
STEP_LEAVING(BLR)
STEP_LEAVING(RET)

/* ---- loads and stores ---- */

STEP_MEM(LDRB_U, load_imm, 1, LOAD_U, false, false)
STEP_MEM(LDRB_P, load_imm, 1, LOAD_U, true, true)
STEP_MEM(LDRB_W, load_imm, 1, LOAD_U, false, true)
STEP_MEM(STRB_U, store_imm, 1, false, false)
STEP_MEM(LDR32_U, load_imm, 4, LOAD_U, false, false)
STEP_MEM(STR32_U, store_imm, 4, false, false)
STEP_MEM(LDR64_U, load_imm, 8, LOAD_U, false, false)
STEP_MEM(STR64_U, store_imm, 8, false, false)
STEP_MEM(LDR64_P, load_imm, 8, LOAD_U, true, true)
STEP_MEM(STR64_P, store_imm, 8, true, true)
STEP_MEM(LDR64_N, load_imm, 8, LOAD_U, false, false)
STEP_MEM(LDRH_U, load_imm, 2, LOAD_U, false, false)
STEP_MEM(LDRSW_U, load_imm, 4, LOAD_S64, false, false)
STEP_MEM(STRB_P, store_imm, 1, true, true)
STEP_MEM(LDRB_R, load_reg, 0, LOAD_U)
STEP_MEM(LDR32_INDEX, load_index, 4, LOAD_U)
STEP_MEM(STR32_INDEX, store_index, 4)
STEP_MEM(LDR64_INDEX, load_index, 8, LOAD_U)
STEP_MEM(STR64_INDEX, store_index, 8)
STEP_MEM(LDRB_INDEX, load_index, 1, LOAD_U)
STEP_MEM(LDP32_U, load_pair, 4, LOAD_U, false, false)
STEP_MEM(LDP64_U, load_pair, 8, LOAD_U, false, false)
STEP_MEM(LDP64_P, load_pair, 8, LOAD_U, true, true)
STEP_MEM(STP64_U, store_pair, 8, false, false)
STEP_MEM(STP64_W, store_pair, 8, false, true)

#endif
