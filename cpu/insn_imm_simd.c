/* Immediate builders of the Advanced SIMD rows. They read fixed fields straight from the word: the letters of a row say which of
 * them vary. */
#include "cpu/insn_imm.h"

#include "emu/platform/bits.h"

/* A byte of the 8-bit immediate repeated, or each of its bits made a byte. */
static u64 replicate(u64 x, unsigned width)
{
    for (; width < 64; width *= 2)
        x |= x << width;
    return x;
}

static u64 bits_to_bytes(unsigned imm8)
{
    u64 x = 0;
    for (unsigned i = 0; i < 8; i++)
        x |= imm8 >> i & 1 ? 0xffull << 8 * i : 0;
    return x;
}

/* VFPExpandImm() */
static u64 expand_fp32(unsigned imm8)
{
    return (u64)(imm8 >> 7) << 31 | (imm8 & 0x40 ? 0x1full << 25 : 1ull << 30) | (u64)(imm8 & 0x3f) << 19;
}

static u64 expand_fp64(unsigned imm8)
{
    return (u64)(imm8 >> 7) << 63 | (imm8 & 0x40 ? 0xffull << 54 : 1ull << 62) | (u64)(imm8 & 0x3f) << 48;
}

/* AdvSIMDExpandImm() */
static u64 expand_imm(bool op, unsigned cmode, unsigned imm8)
{
    if (cmode < 8)
        return replicate((u64)imm8 << 8 * (cmode >> 1), 32);
    if (cmode < 12)
        return replicate((u64)imm8 << 8 * (cmode >> 1 & 1), 16);
    if (cmode == 12)
        return replicate((u64)imm8 << 8 | 0xff, 32);
    if (cmode == 13)
        return replicate((u64)imm8 << 16 | 0xffff, 32);
    if (cmode == 14)
        return op ? bits_to_bytes(imm8) : replicate(imm8, 8);
    return op ? expand_fp64(imm8) : replicate(expand_fp32(imm8), 32);
}

/* imm = the immediate, already inverted for MVNI and BIC; ra = Q */
void build_VECTOR(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    bool inverting = bit(word, 29);
    unsigned cmode = (unsigned)bits(word, 15, 12);
    op->imm = expand_imm(inverting, cmode, (unsigned)(bits(word, 18, 16) << 5 | bits(word, 9, 5)));
    if (inverting && cmode < 14)
        op->imm = ~op->imm;
    op->ra = bit(word, 30);
}

/* HighestSetBit(immh) */
static unsigned shift_size(u32 word)
{
    unsigned immh = (unsigned)bits(word, 22, 19);
    return immh >= 8 ? 3 : immh >= 4 ? 2 : immh >= 2 ? 1 : 0;
}

/* imm = word; ra = log2 of the element's bytes; rm = amount: immh:immb - esize, or 2 * esize - immh:immb */
void build_VSHIFT_L(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    op->imm = word;
    op->ra = (u8)shift_size(word);
    op->rm = (u8)(bits(word, 22, 16) - (8u << op->ra));
}

void build_VSHIFT_R(const struct insn_row *row, u32 word, struct op *op)
{
    build_VSHIFT_L(row, word, op);
    op->rm = (u8)((8u << op->ra) - op->rm);
}

/* imm = word; rm = Vm, ra = index in it: halfwords have H:L:M and V0 to V15, words H:L */
void build_ELEMENT(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    unsigned high = bit(word, 11), low = bit(word, 21), mid = bit(word, 20);
    bool words = bit(word, 23);
    op->imm = word;
    op->rm = (u8)bits(word, words ? 20 : 19, 16);
    op->ra = (u8)(words ? high << 1 | low : high << 2 | low << 1 | mid);
}
