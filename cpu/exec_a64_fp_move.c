/* FMOV between general and vector registers (DDI 0487 C7.2.139). */
#include "cpu/engine.h"

HANDLER(FMOV_WS)
{
    FP_CHECK();
    cpu->x[op->rd] = cpu->v[op->rn].s[0];
    NEXT();
}

HANDLER(FMOV_XD)
{
    FP_CHECK();
    cpu->x[op->rd] = cpu->v[op->rn].d[0];
    NEXT();
}

HANDLER(FMOV_XH)
{
    FP_CHECK();
    cpu->x[op->rd] = cpu->v[op->rn].d[1];
    NEXT();
}

HANDLER(FMOV_SW)
{
    FP_CHECK();
    cpu->v[op->rd].q = (u32)cpu->x[op->rn];
    NEXT();
}

HANDLER(FMOV_DX)
{
    FP_CHECK();
    cpu->v[op->rd].q = cpu->x[op->rn];
    NEXT();
}

HANDLER(FMOV_HX)
{
    FP_CHECK();
    cpu->v[op->rd].d[1] = cpu->x[op->rn];
    NEXT();
}

/* H between V and W, X. */
HANDLER(FMOV_RV16)
{
    FP_CHECK();
    cpu->x[op->rd] = cpu->v[op->rn].h[0];
    NEXT();
}

HANDLER(FMOV_VR16)
{
    FP_CHECK();
    cpu->v[op->rd].q = (u16)cpu->x[op->rn];
    NEXT();
}
