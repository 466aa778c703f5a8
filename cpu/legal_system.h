/* Predicates of cpu/insn_a64_system.def. */
#ifndef CPU_LEGAL_SYSTEM_H
#define CPU_LEGAL_SYSTEM_H

#include "emu/platform/bits.h"

/* MSR (immediate): UAO, PAN, SPSel, SSBS, DAIFSet, DAIFClr; those of a feature are UNDEFINED without it when executed. */
static inline bool legal_pstate(u32 word)
{
    unsigned field = (unsigned)(bits(word, 18, 16) << 3 | bits(word, 7, 5));
    return field == (0 << 3 | 3) || field == (0 << 3 | 4) || field == (0 << 3 | 5) || field == (3 << 3 | 1) || field == (3 << 3 | 6) || field == (3 << 3 | 7);
}

#endif
