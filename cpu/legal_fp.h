/* Predicates of cpu/insn_a64_fp.def and cpu/insn_a64_simd_fp.def. */
#ifndef CPU_LEGAL_FP_H
#define CPU_LEGAL_FP_H

#include "emu/platform/bits.h"

/* A 32-bit integer has no more than 32 fraction bits. */
static inline bool legal_fixed_scale(u32 word)
{
    return bit(word, 31) || bit(word, 15);
}

/* One lane of double precision in 64 bits is reserved. */
static inline bool legal_fp_lanes(u32 word)
{
    return bit(word, 30) || !bit(word, 22);
}

static inline bool legal_fp_element_sc(u32 word)
{
    return !(bit(word, 22) && bit(word, 21));
}

static inline bool legal_fp_element(u32 word)
{
    return legal_fp_element_sc(word) && legal_fp_lanes(word);
}

/* immh: 01xx single, 1xxx double; half precision is not in v8.0. */
static inline bool legal_fp_fixed_sc(u32 word)
{
    return bits(word, 22, 21) != 0;
}

static inline bool legal_fp_fixed(u32 word)
{
    return legal_fp_fixed_sc(word) && (bit(word, 30) || !bit(word, 22));
}

#endif
