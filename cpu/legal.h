/* Predicates of the instruction table: holes in the encoding space that fixed bits cannot say. True: allocated. */
#ifndef CPU_LEGAL_H
#define CPU_LEGAL_H

#include "cpu/bitmask.h"

static inline bool legal_ALL(u32 word)
{
    (void)word;
    return true;
}

static inline bool legal_bitmask64(u32 word)
{
    u64 unused;
    return decode_bit_masks(bit(word, 22), bits(word, 15, 10), bits(word, 21, 16), &unused);
}

static inline bool legal_bitmask32(u32 word)
{
    u64 unused;
    return decode_bit_masks(0, bits(word, 15, 10), bits(word, 21, 16), &unused);
}

/* Add/subtract (shifted register): ROR is reserved. */
static inline bool legal_addsub_shift(u32 word)
{
    return bits(word, 23, 22) != 3;
}

/* Add/subtract (extended register): left shift 0 to 4. */
static inline bool legal_extend_amount(u32 word)
{
    return bits(word, 12, 10) <= 4;
}

/* Register offset: option<1> must be 1 (a 32- or 64-bit index). */
static inline bool legal_regoff(u32 word)
{
    return bit(word, 14);
}

/* CASP: Rs and Rt are even. */
static inline bool legal_even_pairs(u32 word)
{
    return !bit(word, 16) && !bit(word, 0);
}

#endif
