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

/* Complex numbers: half, single or double; one lane is no number. */
static inline bool legal_fcma(u32 word)
{
    return bits(word, 23, 22) != 0 && (bit(word, 30) || bits(word, 23, 22) != 3);
}

/* An element pair of half precision in 64 bits is one of two; of single precision, one of two in 128 bits only. */
static inline bool legal_fcmla_element(u32 word)
{
    u64 size = bits(word, 23, 22);
    return size == 1 ? bit(word, 30) || !bit(word, 11) : size == 2 && bit(word, 30) && !bit(word, 21);
}

/* immh: 01xx single, 1xxx double. */
static inline bool legal_fp_fixed_sc(u32 word)
{
    return bits(word, 22, 21) != 0;
}

static inline bool legal_fp_fixed(u32 word)
{
    return legal_fp_fixed_sc(word) && (bit(word, 30) || !bit(word, 22));
}

#endif
