/* Data processing - register: logical and add/subtract, shifted, extended, with carry (DDI 0487 C4.1.68). */
#include "cpu/int_ops.h"

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

HANDLER(AND_R32)
{
    set_w(cpu, op, xn(cpu, op) & xm(cpu, op));
    NEXT();
}

HANDLER(BIC_R32)
{
    set_w(cpu, op, xn(cpu, op) & ~xm(cpu, op));
    NEXT();
}

HANDLER(ORR_R32)
{
    set_w(cpu, op, xn(cpu, op) | xm(cpu, op));
    NEXT();
}

HANDLER(ORN_R32)
{
    set_w(cpu, op, xn(cpu, op) | ~xm(cpu, op));
    NEXT();
}

HANDLER(EOR_R32)
{
    set_w(cpu, op, xn(cpu, op) ^ xm(cpu, op));
    NEXT();
}

HANDLER(EON_R32)
{
    set_w(cpu, op, xn(cpu, op) ^ ~xm(cpu, op));
    NEXT();
}

HANDLER(ANDS_R32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & xm(cpu, op)));
    NEXT();
}

HANDLER(BICS_R32)
{
    set_x(cpu, op, logic32(cpu, xn(cpu, op) & ~xm(cpu, op)));
    NEXT();
}

HANDLER(ADD_R32)
{
    set_w(cpu, op, xn(cpu, op) + xm(cpu, op));
    NEXT();
}

HANDLER(SUB_R32)
{
    set_w(cpu, op, xn(cpu, op) - xm(cpu, op));
    NEXT();
}

HANDLER(ADDS_R32)
{
    set_x(cpu, op, adds32(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

HANDLER(SUBS_R32)
{
    set_x(cpu, op, subs32(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

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

HANDLER(AND_R64)
{
    set_x(cpu, op, xn(cpu, op) & xm(cpu, op));
    NEXT();
}

HANDLER(BIC_R64)
{
    set_x(cpu, op, xn(cpu, op) & ~xm(cpu, op));
    NEXT();
}

HANDLER(ORR_R64)
{
    set_x(cpu, op, xn(cpu, op) | xm(cpu, op));
    NEXT();
}

HANDLER(ORN_R64)
{
    set_x(cpu, op, xn(cpu, op) | ~xm(cpu, op));
    NEXT();
}

HANDLER(EOR_R64)
{
    set_x(cpu, op, xn(cpu, op) ^ xm(cpu, op));
    NEXT();
}

HANDLER(EON_R64)
{
    set_x(cpu, op, xn(cpu, op) ^ ~xm(cpu, op));
    NEXT();
}

HANDLER(ANDS_R64)
{
    set_x(cpu, op, logic64(cpu, xn(cpu, op) & xm(cpu, op)));
    NEXT();
}

HANDLER(BICS_R64)
{
    set_x(cpu, op, logic64(cpu, xn(cpu, op) & ~xm(cpu, op)));
    NEXT();
}

HANDLER(ADD_R64)
{
    set_x(cpu, op, xn(cpu, op) + xm(cpu, op));
    NEXT();
}

HANDLER(SUB_R64)
{
    set_x(cpu, op, xn(cpu, op) - xm(cpu, op));
    NEXT();
}

HANDLER(ADDS_R64)
{
    set_x(cpu, op, adds64(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

HANDLER(SUBS_R64)
{
    set_x(cpu, op, subs64(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

/* ---- extended register ---- */

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

HANDLER(ADC_64)
{
    set_x(cpu, op, xn(cpu, op) + xm(cpu, op) + cpu->cf);
    NEXT();
}

HANDLER(SBC_64)
{
    set_x(cpu, op, xn(cpu, op) + ~xm(cpu, op) + cpu->cf);
    NEXT();
}

HANDLER(ADCS_64)
{
    set_x(cpu, op, adcs64(cpu, xn(cpu, op), xm(cpu, op)));
    NEXT();
}

HANDLER(SBCS_64)
{
    set_x(cpu, op, adcs64(cpu, xn(cpu, op), ~xm(cpu, op)));
    NEXT();
}
