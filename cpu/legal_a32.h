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

/* A register field in these bits is not R15: that is another instruction. */
static inline bool legal_no_pc_0(u32 word)
{
    return bits(word, 3, 0) != 15;
}

static inline bool legal_no_pc_8(u32 word)
{
    return bits(word, 11, 8) != 15;
}

static inline bool legal_no_pc_12(u32 word)
{
    return bits(word, 15, 12) != 15;
}

static inline bool legal_no_pc_16(u32 word)
{
    return bits(word, 19, 16) != 15;
}

static inline bool legal_no_pc_12_16(u32 word)
{
    return legal_no_pc_12(word) && legal_no_pc_16(word);
}

static inline bool legal_no_pc_8_16(u32 word)
{
    return legal_no_pc_8(word) && legal_no_pc_16(word);
}

/* A32's two registers: the first one even, and not 14. */
static inline bool legal_even_pair(u32 word)
{
    return !bit(word, 12) && bits(word, 15, 12) != 14;
}

static inline bool legal_even_pair_0(u32 word)
{
    return !bit(word, 0) && bits(word, 3, 0) != 14;
}

/* Lists of registers in bits 15:0. */
static inline bool legal_list(u32 word)
{
    return (word & 0xffff) != 0;
}

static inline bool legal_list_without_pc(u32 word)
{
    return legal_list(word) && !bit(word, 15);
}

static inline bool legal_list_with_pc(u32 word)
{
    return bit(word, 15);
}

/* ---- T16: bits 31:16 ---- */

/* Not the other instructions of shift type 3. */
static inline bool legal_t16_shift(u32 word)
{
    return bits(word, 28, 27) != 3;
}

/* ADD, MOV of high registers: not to R15. */
static inline bool legal_t16_high(u32 word)
{
    return !(bit(word, 23) && bits(word, 18, 16) == 7);
}

static inline bool legal_t16_list(u32 word)
{
    return bits(word, 23, 16) != 0;
}

static inline bool legal_t16_push(u32 word)
{
    return bits(word, 24, 16) != 0;
}

/* B: the last conditions are UDF and SVC. */
static inline bool legal_t16_cond(u32 word)
{
    return bits(word, 27, 25) != 7;
}

/* ---- T32 ---- */

/* B: the last conditions are other instructions. */
static inline bool legal_t32_cond(u32 word)
{
    return bits(word, 25, 23) != 7;
}

/* BLX: to a word. */
static inline bool legal_t32_blx(u32 word)
{
    return !bit(word, 0);
}

/* ASR by 0 would be SSAT16, USAT16. */
static inline bool legal_t32_saturate(u32 word)
{
    return !bit(word, 21) || bits(word, 14, 12) || bits(word, 7, 6);
}

/* With neither P nor W it is another instruction. */
static inline bool legal_t32_dual_literal(u32 word)
{
    return bit(word, 24) || bit(word, 21);
}

/* MSR (immediate): no mask makes it a hint. */
static inline bool legal_msr_imm(u32 word)
{
    return bit(word, 22) || bits(word, 19, 16);
}

/* TST, TEQ, CMP and CMN have no Rd. */
static inline bool legal_return_dp(u32 word)
{
    return bits(word, 24, 23) != 2;
}

/* LDC, STC: P, U and W are not all 0; R15 as a base is not written back (UNPREDICTABLE). */
static inline bool legal_cp_memory(u32 word)
{
    return (bits(word, 24, 23) || bit(word, 21)) && (legal_no_pc_16(word) || !bit(word, 21));
}

/* From R15 there is only the offset form. */
static inline bool legal_t32_ldc(u32 word)
{
    return legal_cp_memory(word) && (legal_no_pc_16(word) || bit(word, 24));
}

static inline bool legal_t32_stc(u32 word)
{
    return legal_cp_memory(word) && legal_no_pc_16(word);
}

/* T32 CPS: imod and M are not all 0 (those are hints). */
static inline bool legal_t32_cps(u32 word)
{
    return bits(word, 10, 8) != 0;
}

/* T32 SUBS PC, LR, #0 is ERET. */
static inline bool legal_t32_return(u32 word)
{
    return bits(word, 7, 0) != 0;
}

#endif
