/* Predicates of the Advanced SIMD rows: what the "if … then UNDEFINED" lines of their decode pseudocode say. True: allocated. */
#ifndef CPU_LEGAL_SIMD_H
#define CPU_LEGAL_SIMD_H

#include "emu/platform/bits.h"

/* size:Q != '110': no vector of a single 64-bit element. */
static inline bool legal_v_full(u32 word)
{
    return bits(word, 23, 22) != 3 || bit(word, 30);
}

/* size != '11' */
static inline bool legal_v_bhs(u32 word)
{
    return bits(word, 23, 22) != 3;
}

/* size is '01' or '10' */
static inline bool legal_v_hs(u32 word)
{
    return bit(word, 23) != bit(word, 22);
}

/* Across lanes: no reduction of two words, which a pairwise operation does. */
static inline bool legal_v_across(u32 word)
{
    return legal_v_bhs(word) && (bits(word, 23, 22) != 2 || bit(word, 30));
}

/* imm5 names an element size. */
static inline bool legal_elem_index(u32 word)
{
    return bits(word, 19, 16) != 0;
}

static inline bool legal_dup(u32 word)
{
    return bits(word, 19, 16) != 0 && (bits(word, 18, 16) != 0 || bit(word, 30));
}

static inline bool legal_smov32(u32 word)
{
    return bits(word, 17, 16) != 0;
}

static inline bool legal_smov64(u32 word)
{
    return bits(word, 18, 16) != 0;
}

static inline bool legal_umov32(u32 word)
{
    return bits(word, 18, 16) != 0;
}

/* immh != '0000' (that is modified immediate), immh<3>:Q != '10' */
static inline bool legal_shift(u32 word)
{
    return bits(word, 22, 19) != 0 && (!bit(word, 22) || bit(word, 30));
}

/* The wide side has at most 64 bits. */
static inline bool legal_shift_narrow(u32 word)
{
    return bits(word, 22, 19) != 0 && !bit(word, 22);
}

static inline bool legal_shift_sc(u32 word)
{
    return bits(word, 22, 19) != 0;
}

/* EXT on 64 bits: imm4<3> == '0' */
static inline bool legal_ext(u32 word)
{
    return bit(word, 30) || !bit(word, 14);
}

/* LD2..4, ST2..4 (multiple): size:Q != '110' */
static inline bool legal_ldm(u32 word)
{
    return bits(word, 11, 10) != 3 || bit(word, 30);
}

#endif
