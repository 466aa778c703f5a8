/* Data processing - register: logical and add/subtract, shifted, extended, with carry (DDI 0487 C4.1.68). */
#include "cpu/steps.h"

/* ---- shifted register; _R: no shift (cpu/specialise.c) ---- */

HANDLER(AND_S32)
{
    set_w(cpu, op, xn(cpu, op) & shifted32(cpu, op));
    NEXT();
}

HANDLER(BIC_S32)
{
    set_w(cpu, op, xn(cpu, op) & ~shifted32(cpu, op));
    NEXT();
}

HANDLER(ORR_S32)
{
    set_w(cpu, op, xn(cpu, op) | shifted32(cpu, op));
    NEXT();
}

HANDLER(ORN_S32)
{
    set_w(cpu, op, xn(cpu, op) | ~shifted32(cpu, op));
    NEXT();
}

HANDLER(EOR_S32)
{
    set_w(cpu, op, xn(cpu, op) ^ shifted32(cpu, op));
    NEXT();
}

HANDLER(EON_S32)
{
    set_w(cpu, op, xn(cpu, op) ^ ~shifted32(cpu, op));
    NEXT();
}

HANDLER(ANDS_S32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & shifted32(cpu, op)));
    NEXT();
}

HANDLER(BICS_S32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & ~shifted32(cpu, op)));
    NEXT();
}

HANDLER(ADD_S32)
{
    set_w(cpu, op, xn(cpu, op) + shifted32(cpu, op));
    NEXT();
}

HANDLER(SUB_S32)
{
    set_w(cpu, op, xn(cpu, op) - shifted32(cpu, op));
    NEXT();
}

HANDLER(ADDS_S32)
{
    set_x(cpu, op, adds32(cpu, xn(cpu, op), shifted32(cpu, op)));
    NEXT();
}

HANDLER(SUBS_S32)
{
    set_x(cpu, op, subs32(cpu, xn(cpu, op), shifted32(cpu, op)));
    NEXT();
}

STEP_HANDLER(AND_R32)

HANDLER(BIC_R32)
{
    set_w(cpu, op, xn(cpu, op) & ~xm(cpu, op));
    NEXT();
}

STEP_HANDLER(ORR_R32)
STEP_HANDLER(MOV_32)

HANDLER(ORN_R32)
{
    set_w(cpu, op, xn(cpu, op) | ~xm(cpu, op));
    NEXT();
}

STEP_HANDLER(EOR_R32)

HANDLER(EON_R32)
{
    set_w(cpu, op, xn(cpu, op) ^ ~xm(cpu, op));
    NEXT();
}

STEP_HANDLER(ANDS_R32)

HANDLER(BICS_R32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & ~xm(cpu, op)));
    NEXT();
}

STEP_HANDLER(ADD_R32)
STEP_HANDLER(SUB_R32)

STEP_HANDLER(ADDS_R32)

STEP_HANDLER(SUBS_R32)
STEP_HANDLER(CMP_R32)

HANDLER(AND_S64)
{
    set_x(cpu, op, xn(cpu, op) & shifted64(cpu, op));
    NEXT();
}

HANDLER(BIC_S64)
{
    set_x(cpu, op, xn(cpu, op) & ~shifted64(cpu, op));
    NEXT();
}

HANDLER(ORR_S64)
{
    set_x(cpu, op, xn(cpu, op) | shifted64(cpu, op));
    NEXT();
}

HANDLER(ORN_S64)
{
    set_x(cpu, op, xn(cpu, op) | ~shifted64(cpu, op));
    NEXT();
}

HANDLER(EOR_S64)
{
    set_x(cpu, op, xn(cpu, op) ^ shifted64(cpu, op));
    NEXT();
}

HANDLER(EON_S64)
{
    set_x(cpu, op, xn(cpu, op) ^ ~shifted64(cpu, op));
    NEXT();
}

HANDLER(ANDS_S64)
{
    set_x(cpu, op, logic64(cpu, xn(cpu, op) & shifted64(cpu, op)));
    NEXT();
}

HANDLER(BICS_S64)
{
    set_x(cpu, op, logic64(cpu, xn(cpu, op) & ~shifted64(cpu, op)));
    NEXT();
}

HANDLER(ADD_S64)
{
    set_x(cpu, op, xn(cpu, op) + shifted64(cpu, op));
    NEXT();
}

HANDLER(SUB_S64)
{
    set_x(cpu, op, xn(cpu, op) - shifted64(cpu, op));
    NEXT();
}

HANDLER(ADDS_S64)
{
    set_x(cpu, op, adds64(cpu, xn(cpu, op), shifted64(cpu, op)));
    NEXT();
}

HANDLER(SUBS_S64)
{
    set_x(cpu, op, subs64(cpu, xn(cpu, op), shifted64(cpu, op)));
    NEXT();
}

STEP_HANDLER(AND_R64)
STEP_HANDLER(BIC_R64)
STEP_HANDLER(ORR_R64)
STEP_HANDLER(MOV_64)

HANDLER(ORN_R64)
{
    set_x(cpu, op, xn(cpu, op) | ~xm(cpu, op));
    NEXT();
}

STEP_HANDLER(EOR_R64)

HANDLER(EON_R64)
{
    set_x(cpu, op, xn(cpu, op) ^ ~xm(cpu, op));
    NEXT();
}

STEP_HANDLER(ANDS_R64)

STEP_HANDLER(BICS_R64)

STEP_HANDLER(ADD_R64)
STEP_HANDLER(SUB_R64)
STEP_HANDLER(ADDS_R64)
STEP_HANDLER(SUBS_R64)
STEP_HANDLER(CMP_R64)

/* ---- shifted by what cpu/specialise.c knows ---- */

#define SHIFTED(name)                                                                                                  \
    STEP_HANDLER(name##_LSL64)                                                                                         \
    STEP_HANDLER(name##_LSR64)                                                                                         \
    STEP_HANDLER(name##_ASR64)                                                                                         \
    STEP_HANDLER(name##_ROR64)                                                                                         \
    STEP_HANDLER(name##_LSL32)                                                                                         \
    STEP_HANDLER(name##_LSR32)                                                                                         \
    STEP_HANDLER(name##_ASR32)                                                                                         \
    STEP_HANDLER(name##_ROR32)

SHIFTED(ADD)
SHIFTED(SUB)
SHIFTED(AND)
SHIFTED(ORR)
SHIFTED(EOR)

/* ---- extended register ---- */

STEP_HANDLER(ADD_UXTW64)
STEP_HANDLER(ADD_SXTW64)

HANDLER(ADD_X32)
{
    set_w(cpu, op, xn(cpu, op) + extended(cpu, op));
    NEXT();
}

HANDLER(SUB_X32)
{
    set_w(cpu, op, xn(cpu, op) - extended(cpu, op));
    NEXT();
}

HANDLER(ADDS_X32)
{
    set_x(cpu, op, adds32(cpu, xn(cpu, op), extended(cpu, op)));
    NEXT();
}

HANDLER(SUBS_X32)
{
    set_x(cpu, op, subs32(cpu, xn(cpu, op), extended(cpu, op)));
    NEXT();
}

HANDLER(ADD_X64)
{
    set_x(cpu, op, xn(cpu, op) + extended(cpu, op));
    NEXT();
}

HANDLER(SUB_X64)
{
    set_x(cpu, op, xn(cpu, op) - extended(cpu, op));
    NEXT();
}

HANDLER(ADDS_X64)
{
    set_x(cpu, op, adds64(cpu, xn(cpu, op), extended(cpu, op)));
    NEXT();
}

HANDLER(SUBS_X64)
{
    set_x(cpu, op, subs64(cpu, xn(cpu, op), extended(cpu, op)));
    NEXT();
}

/* ---- with carry ---- */

HANDLER(ADC_32)
{
    set_w(cpu, op, xn(cpu, op) + xm(cpu, op) + cpu->cf);
    NEXT();
}

HANDLER(SBC_32)
{
    set_w(cpu, op, xn(cpu, op) + ~xm(cpu, op) + cpu->cf);
    NEXT();
}

HANDLER(ADCS_32)
{
    set_x(cpu, op, adcs32(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

HANDLER(SBCS_32)
{
    set_x(cpu, op, adcs32(cpu, xn(cpu, op), ~xm(cpu, op)));
    NEXT();
}

STEP_HANDLER(ADC_64)

HANDLER(SBC_64)
{
    set_x(cpu, op, xn(cpu, op) + ~xm(cpu, op) + cpu->cf);
    NEXT();
}

STEP_HANDLER(ADCS_64)

HANDLER(SBCS_64)
{
    set_x(cpu, op, adcs64(cpu, xn(cpu, op), ~xm(cpu, op)));
    NEXT();
}
