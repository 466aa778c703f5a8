/* Predicates of the A32 and T32 tables: holes in the encoding space that fixed bits cannot say. True: allocated. */
#ifndef CPU_LEGAL_A32_H
#define CPU_LEGAL_A32_H

#include "cpu/legal.h"

/* IT: the mask is not 0 (those are hints), the condition is not 0b1111, and AL has no else. Looks at bits 31:16, where T16 lies. */
static inline bool legal_it(u32 word)
{
    u64 cond = bits(word, 23, 20), mask = bits(word, 19, 16);
    return mask && cond != 15 && (cond != 14 || !(mask & (mask - 1)));
}

#endif
