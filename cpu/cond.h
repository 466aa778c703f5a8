/* ConditionHolds() and ExtendReg() (DDI 0487, shared pseudocode) on the flags as struct cpu keeps them. */
#ifndef CPU_COND_H
#define CPU_COND_H

#include "cpu/cpu.h"

enum cond { COND_EQ, COND_NE, COND_CS, COND_CC, COND_MI, COND_PL, COND_VS, COND_VC,
            COND_HI, COND_LS, COND_GE, COND_LT, COND_GT, COND_LE, COND_AL, COND_NV };

/* For a condition known when compiled. */
static ALWAYS_INLINE bool cond_holds_const(const struct cpu *cpu, enum cond cond)
{
    bool holds = true;
    switch (cond & ~1u) {
    case COND_EQ:
        holds = cpu->zf == 0;
        break;
    case COND_CS:
        holds = cpu->cf;
        break;
    case COND_MI:
        holds = (s64)cpu->nf < 0;
        break;
    case COND_VS:
        holds = (s64)cpu->vf < 0;
        break;
    case COND_HI:
        holds = cpu->cf & (cpu->zf != 0);
        break;
    case COND_GE:
        holds = (s64)(cpu->nf ^ cpu->vf) >= 0;
        break;
    case COND_GT:
        holds = (cpu->zf != 0) & ~(cpu->nf ^ cpu->vf) >> 63;
        break;
    default:
        return true; /* AL, NV */
    }
    return cond & 1 ? !holds : holds;
}

/* For a condition in the op: bit n:z:c:v of the condition's mask. */
static ALWAYS_INLINE bool cond_holds(const struct cpu *cpu, unsigned cond)
{
    static const u16 masks[16] = {
        /* EQ NE */ 0xf0f0, 0x0f0f, /* CS CC */ 0xcccc, 0x3333, /* MI PL */ 0xff00, 0x00ff, /* VS VC */ 0xaaaa, 0x5555,
        /* HI LS */ 0x0c0c, 0xf3f3, /* GE LT */ 0xaa55, 0x55aa, /* GT LE */ 0x0a05, 0xf5fa, /* AL NV */ 0xffff, 0xffff,
    };
    unsigned nzcv = (unsigned)(cpu->nf >> 63 << 3 | (u64)(cpu->zf == 0) << 2 | cpu->cf << 1 | cpu->vf >> 63);
    return masks[cond] >> nzcv & 1;
}

/* By a conditional move: what it chooses by is data, which no branch predictor knows. */
static ALWAYS_INLINE u64 choose_value(bool holds, u64 yes, u64 no)
{
    return __builtin_expect_with_probability(holds, 1, 0.5) ? yes : no;
}

/* ExtendReg() without its shift: option UXTB..SXTX. */
static ALWAYS_INLINE u64 extend_reg(u64 x, unsigned option)
{
    switch (option) {
    case 0:
        return (u8)x;
    case 1:
        return (u16)x;
    case 2:
        return (u32)x;
    case 4:
        return (u64)(s64)(s8)x;
    case 5:
        return (u64)(s64)(s16)x;
    case 6:
        return (u64)(s64)(s32)x;
    default:
        return x;
    }
}

#endif
