/* Immediate builders of the VFP and Advanced SIMD rows of A32 and T32 (cpu/insn_imm.def). imm is set as a u32: the high half is the condition
 * wrapper's. */
#include "cpu/insn_imm.h"

#include "emu/platform/bits.h"

#define F(letter) insn_field(row, word, letter)

void build_FIXED(const struct insn_row *row, u32 word, struct op *op)
{
    unsigned i = F('i'), width = F('h') ? 32 : 16; /* i is i:imm4, meant is imm4:i */
    op->imm = width - ((i & 15) << 1 | i >> 4);
    op->ra = (u8)width;
    op->rm = (u8)F('k');
}

void build_VDUP(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 0;
    op->ra = (u8)F('q');
}

/* HighestSetBit(L:imm6<5:3>) */
static unsigned element_of_shift(u32 word)
{
    unsigned high = (unsigned)bits(word, 21, 19);
    return bit(word, 7) ? 3 : high >= 4 ? 2 : high >= 2 ? 1 : 0;
}

void build_SHIFT_L(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    unsigned size = element_of_shift(word), esize = 8u << size;
    op->imm = word;
    op->ra = (u8)size;
    op->rn = (u8)(bits(word, 21, 16) & (esize - 1));
}

void build_SHIFT_R(const struct insn_row *row, u32 word, struct op *op)
{
    build_SHIFT_L(row, word, op);
    op->rn = (u8)((8u << op->ra) - op->rn);
}

/* VCVT: a word's fraction bits */
void build_SHIFT_R32(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    op->imm = word;
    op->rn = (u8)(64 - bits(word, 21, 16));
}

/* Halfwords: D0 to D7, M:Vm<3> is the index; words: D0 to D15 and M. */
void build_BY_SCALAR(const struct insn_row *row, u32 word, struct op *op)
{
    bool halves = bits(word, 21, 20) == 1;
    unsigned index = (unsigned)(halves ? bit(word, 5) << 1 | bit(word, 3) : bit(word, 5));
    op->rm = (u8)bits(word, halves ? 2 : 3, 0);
    op->ra = (u8)(index | F('q') << 4);
    op->imm = word;
}

/* AdvSIMDExpandImm() as far as it repeats 32 bits; op->ra: Q */
void build_SIMD_IMM(const struct insn_row *row, u32 word, struct op *op)
{
    u32 imm8 = F('i'), cmode = (u32)bits(word, 11, 8);
    u32 value = cmode < 8    ? imm8 << 8 * (cmode >> 1)
                : cmode < 12 ? (imm8 << 8 * (cmode >> 1 & 1)) * 0x10001u
                             : imm8 << (cmode == 12 ? 8 : 16) | (cmode == 12 ? 0xff : 0xffff);
    op->imm = bit(word, 5) ? ~value : value;
    op->ra = (u8)F('q');
}

void build_SIMD_IMM_8(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i') * 0x01010101u;
    op->ra = (u8)F('q');
}

void build_SIMD_IMM_F(const struct insn_row *row, u32 word, struct op *op)
{
    u32 imm8 = F('i');
    op->imm = (imm8 >> 7) << 31 | (imm8 & 0x40 ? 0x1fu << 25 : 1u << 30) | (imm8 & 0x3f) << 19;
    op->ra = (u8)F('q');
}

void build_SIMD_IMM_64(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i');
    op->ra = (u8)F('q');
}

/* ---- structures: rm = bytes in memory, ra = alignment in bytes less 1, where one is asked for ---- */

void build_STRUCTS(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    static const u8 registers[16] = { 4, 4, 4, 4, 3, 3, 3, 1, 2, 2, 2 };
    unsigned align = (unsigned)bits(word, 5, 4);
    op->imm = word;
    op->rm = (u8)(8 * registers[bits(word, 11, 8)]);
    op->ra = (u8)(align ? (4u << align) - 1 : 0);
}

void build_STRUCT_LANE(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    unsigned n = 1 + (unsigned)bits(word, 9, 8), size = (unsigned)bits(word, 11, 10);
    unsigned ia = (unsigned)bits(word, 7, 4), bytes = n << size, align = 1;
    if (n == 1 || n == 2)
        align = ia & (size == 2 && n == 1 ? 3 : size == 0 && n == 1 ? 0 : 1) ? bytes : 1;
    else if (n == 4)
        align = size < 2 ? (ia & 1 ? bytes : 1) : ia & 3 ? 4u << (ia & 3) : 1;
    op->imm = word;
    op->rm = (u8)bytes;
    op->ra = (u8)(align - 1);
}

void build_STRUCT_ALL(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    unsigned n = 1 + (unsigned)bits(word, 9, 8), size = (unsigned)bits(word, 7, 6);
    bool aligned = bit(word, 4), quad = size == 3; /* VLD4: words that are aligned to 16 bytes */
    unsigned bytes = n << (quad ? 2 : size);
    op->imm = word;
    op->rm = (u8)bytes;
    op->ra = (u8)(quad ? 15 : !aligned ? 0 : n == 4 && size == 2 ? 7 : bytes - 1);
}
