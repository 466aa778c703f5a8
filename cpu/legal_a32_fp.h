/* Predicates of the VFP and Advanced SIMD rows of A32 and T32: the "if … then UNDEFINED" lines of their pseudocode. True: allocated.
 * What is UNPREDICTABLE there: lists of registers that end beyond the last one, and of none, are UNDEFINED for VLDM and VSTM; structures go on
 * at D0 (cpu/aarch32_simd_ldst.c); more fraction bits than there are bits are UNDEFINED. */
#ifndef CPU_LEGAL_A32_FP_H
#define CPU_LEGAL_A32_FP_H

#include "cpu/legal.h"

/* ---- VFP ---- */

static inline unsigned vfp_list_start(u32 word, bool is_double)
{
    return (unsigned)(is_double ? bit(word, 22) << 4 | bits(word, 15, 12) : bits(word, 15, 12) << 1 | bit(word, 22));
}

static inline bool legal_vldm_s(u32 word)
{
    return bits(word, 7, 0) && vfp_list_start(word, false) + bits(word, 7, 0) <= 32;
}

/* At most 16 registers; an odd imm8 is FLDMX's or FSTMX's. */
static inline bool legal_vldm_d(u32 word)
{
    u64 regs = bits(word, 7, 1);
    return regs && regs <= 16 && vfp_list_start(word, true) + regs <= 32;
}

/* Two S registers from Sm on. */
static inline bool legal_vfp_two_s(u32 word)
{
    return bits(word, 3, 0) != 15 || !bit(word, 5);
}

static inline bool legal_vfp_fixed(u32 word)
{
    return bit(word, 7) || (bits(word, 3, 0) << 1 | bit(word, 5)) <= 16;
}

/* FPSID, FPSCR, FPEXC */
static inline bool legal_vmsr(u32 word)
{
    u64 reg = bits(word, 19, 16);
    return reg <= 1 || reg == 8;
}

/* And MVFR0 to MVFR2; FPSCR to the flags has a row of its own. */
static inline bool legal_vmrs(u32 word)
{
    u64 reg = bits(word, 19, 16);
    return reg <= 1 ? !(reg == 1 && bits(word, 15, 12) == 15) : reg >= 5 && reg <= 8;
}

/* Q: an even D register */
static inline bool legal_vdup_r(u32 word)
{
    return !bit(word, 21) || !bit(word, 16);
}

/* ---- Advanced SIMD ---- */

static inline bool legal_v32_ALL(u32 word)
{
    return legal_ALL(word);
}

/* Bit 6 is Q: then Vd and Vm are even. */
static inline bool legal_v32_q2(u32 word)
{
    return !bit(word, 6) || !(bit(word, 12) || bit(word, 0));
}

static inline bool legal_v32_q3(u32 word)
{
    return legal_v32_q2(word) && !(bit(word, 6) && bit(word, 16));
}

static inline bool legal_v32_q2_always(u32 word)
{
    return !bit(word, 12) && !bit(word, 0);
}

/* Vd alone is a vector of 128 bits, by Q or always. */
static inline bool legal_v32_q_vd(u32 word)
{
    return !bit(word, 12);
}

static inline bool legal_v32_q_vd_q(u32 word)
{
    return !bit(word, 6) || !bit(word, 12);
}

static inline bool legal_v32_q_vm(u32 word)
{
    return !bit(word, 0);
}

/* size, in bits 21:20 */
static inline bool legal_v32_v_size(u32 word)
{
    return bits(word, 21, 20) != 3;
}

static inline bool legal_v32_q3_bhs(u32 word)
{
    return legal_v32_q3(word) && legal_v32_v_size(word);
}

static inline bool legal_v32_q3_hs(u32 word)
{
    return legal_v32_q3(word) && bit(word, 21) != bit(word, 20);
}

static inline bool legal_v32_long(u32 word)
{
    return legal_v32_v_size(word) && !bit(word, 12);
}

static inline bool legal_v32_long_hs(u32 word)
{
    return bit(word, 21) != bit(word, 20) && !bit(word, 12);
}

static inline bool legal_v32_wide(u32 word)
{
    return legal_v32_long(word) && !bit(word, 16);
}

static inline bool legal_v32_narrow(u32 word)
{
    return legal_v32_v_size(word) && !bit(word, 16) && !bit(word, 0);
}

/* By scalar: Q is A32's bit 24, T32's bit 28. */
static inline bool legal_v32_s_any(u32 word)
{
    bool q = bits(word, 31, 28) == 15 && bits(word, 27, 25) == 1 ? bit(word, 24) : bit(word, 28);
    return !q || !(bit(word, 12) || bit(word, 16));
}

static inline bool legal_v32_s_hs(u32 word)
{
    return bit(word, 21) != bit(word, 20) && legal_v32_s_any(word);
}

/* L:imm6 is not 0000xxx, which is a modified immediate. */
static inline bool legal_v32_sh_q(u32 word)
{
    return (bit(word, 7) || bits(word, 21, 19)) && legal_v32_q2(word);
}

static inline bool legal_v32_sh_narrow(u32 word)
{
    return bits(word, 21, 19) && !bit(word, 0);
}

static inline bool legal_v32_sh_long(u32 word)
{
    return bits(word, 21, 19) && !bit(word, 12);
}

/* Miscellaneous: size in bits 19:18 */
static inline bool legal_v32_m_q2_bhs(u32 word)
{
    u64 size = bits(word, 19, 18), op = bits(word, 10, 7);
    bool reverse = bits(word, 17, 16) == 0 && op <= 2;
    return size != 3 && !(reverse && op + size >= 3) && legal_v32_q2(word);
}

/* VUZP and VZIP of two words are VTRN's. */
static inline bool legal_v32_m_zip(u32 word)
{
    return bits(word, 19, 18) < 2u + bit(word, 6) && legal_v32_q2(word);
}

static inline bool legal_v32_m_narrow(u32 word)
{
    return bits(word, 19, 18) != 3 && !bit(word, 0);
}

static inline bool legal_v32_m_long(u32 word)
{
    return bits(word, 19, 18) != 3 && !bit(word, 12);
}

static inline bool legal_v32_vext(u32 word)
{
    return legal_v32_q3(word) && (bit(word, 6) || !bit(word, 11));
}

/* The table ends at D31. */
static inline bool legal_v32_vtbl(u32 word)
{
    return (bit(word, 7) << 4 | bits(word, 19, 16)) + bits(word, 9, 8) < 32u;
}

static inline bool legal_v32_vdup_e(u32 word)
{
    return bits(word, 18, 16) && legal_v32_q_vd_q(word);
}

/* ---- structures: size in bits 7:6, align in 5:4 ---- */

static inline bool legal_v32_st_align1(u32 word)
{
    return !bit(word, 5);
}

static inline bool legal_v32_st_align2(u32 word)
{
    return bits(word, 5, 4) != 3;
}

static inline bool legal_v32_st_bhs(u32 word)
{
    return bits(word, 7, 6) != 3;
}

static inline bool legal_v32_st_2_2(u32 word)
{
    return legal_v32_st_bhs(word) && legal_v32_st_align2(word);
}

static inline bool legal_v32_st_3(u32 word)
{
    return legal_v32_st_bhs(word) && legal_v32_st_align1(word);
}

/* One lane: size in bits 11:10 (3: all lanes), index_align in 7:4 */
static inline bool legal_v32_st_lane1(u32 word)
{
    u64 size = bits(word, 11, 10), ia = bits(word, 7, 4);
    return size == 0 ? !(ia & 1) : size == 1 ? !(ia & 2) : size == 2 && !(ia & 4) && ((ia & 3) == 0 || (ia & 3) == 3);
}

static inline bool legal_v32_st_lane2(u32 word)
{
    u64 size = bits(word, 11, 10);
    return size != 3 && !(size == 2 && bit(word, 5));
}

static inline bool legal_v32_st_lane3(u32 word)
{
    u64 size = bits(word, 11, 10), ia = bits(word, 7, 4);
    return size < 2 ? !(ia & 1) : size == 2 && !(ia & 3);
}

static inline bool legal_v32_st_lane4(u32 word)
{
    u64 size = bits(word, 11, 10);
    return size != 3 && !(size == 2 && bits(word, 5, 4) == 3);
}

/* All lanes: size in bits 7:6, a in bit 4 */
static inline bool legal_v32_st_all1(u32 word)
{
    return bits(word, 7, 6) != 3 && !(bits(word, 7, 6) == 0 && bit(word, 4));
}

static inline bool legal_v32_st_all2(u32 word)
{
    return bits(word, 7, 6) != 3;
}

static inline bool legal_v32_st_all3(u32 word)
{
    return bits(word, 7, 6) != 3 && !bit(word, 4);
}

static inline bool legal_v32_st_all4(u32 word)
{
    return bits(word, 7, 6) != 3 || bit(word, 4);
}

#endif
