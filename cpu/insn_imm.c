/* Immediate builders: what cpu/insn_imm.def promises, one small function each. */
#include "cpu/insn_imm.h"

#include "cpu/bitmask.h"

#define F(letter) insn_field(row, word, letter)

static u64 signed_field(const struct insn_row *row, u32 word, char letter, unsigned width)
{
    return sign_extend(insn_field(row, word, letter), width);
}

void build_NONE(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->imm = 0;
}

void build_RAW(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    op->imm = word;
}

void build_PCREL(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = sign_extend(F('i') << 2 | F('I'), 21);
}

void build_PCPAGE(const struct insn_row *row, u32 word, struct op *op)
{
    build_PCREL(row, word, op);
    op->imm <<= 12;
}

void build_SHIFT12(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u64)F('i') << 12 * F('h');
}

void build_BITMASK64(const struct insn_row *row, u32 word, struct op *op)
{
    decode_bit_masks(F('N'), F('s'), F('r'), &op->imm);
}

void build_BITMASK32(const struct insn_row *row, u32 word, struct op *op)
{
    decode_bit_masks(0, F('s'), F('r'), &op->imm);
    op->imm = (u32)op->imm;
}

void build_HW16(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = 16 * F('h');
    op->imm = (u64)F('i') << op->ra;
}

void build_SHIFTED(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('h');
    op->imm = F('i');
}

void build_EXTENDED(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('o');
    op->imm = F('i');
}

/* A bit field moves by two shifts: left by ra, so that its top bit is the register's top bit, then right by rm
 * (arithmetic for SBFM) to its place. imm is the mask of where it lands (for BFM). */
static void bitfield(struct op *op, unsigned r, unsigned s, unsigned width)
{
    op->ra = width - 1 - s;
    op->rm = s >= r ? width - 1 - s + r : r - s - 1;
    op->imm = ((ones(width) << op->ra) & ones(width)) >> op->rm;
}

void build_BITFIELD64(const struct insn_row *row, u32 word, struct op *op)
{
    bitfield(op, F('r'), F('s'), 64);
}

void build_BITFIELD32(const struct insn_row *row, u32 word, struct op *op)
{
    bitfield(op, F('r'), F('s'), 32);
}

void build_LSB(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('s');
}

void build_COND(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('c');
}

void build_CCMP_I(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('c');
    op->rm = F('f');
    op->imm = F('i');
}

void build_CCMP_R(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('c');
    op->imm = F('f');
}

void build_OFFSET26(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 26) * 4;
}

void build_OFFSET19(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 19) * 4;
}

void build_OFFSET19C(const struct insn_row *row, u32 word, struct op *op)
{
    build_OFFSET19(row, word, op);
    op->ra = F('c');
}

void build_OFFSET14(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 14) * 4;
    op->rm = F('k') << 5 | F('B');
}

void build_UOFF0(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i');
}

void build_UOFF1(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u64)F('i') << 1;
}

void build_UOFF2(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u64)F('i') << 2;
}

void build_UOFF3(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u64)F('i') << 3;
}

void build_UOFF4(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u64)F('i') << 4;
}

void build_SIMM9(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 9);
}

void build_SIMM7_2(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 7) << 2;
}

void build_SIMM7_3(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 7) << 3;
}

void build_SIMM10_3(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = sign_extend(insn_field(row, word, 'h') << 9 | insn_field(row, word, 'i'), 10) << 3;
}

void build_SIMM7_4(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_field(row, word, 'i', 7) << 4;
}

void build_REGOFF(const struct insn_row *row, u32 word, struct op *op)
{
    op->ra = F('o');
    op->imm = F('S');
}

void build_UIMM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i');
}

void build_SYSREG(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row; /* op0 is bits 20:19 of every such encoding, fixed bits or fields */
    op->imm = bits(word, 20, 5);
}

void build_BARRIER(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('y');
}

void build_HINT(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('y') << 3 | F('q');
}

void build_CAS(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->ra = op->rm == SLOT_ZERO ? SLOT_SINK : op->rm;
}

/* The pair of register 30 is 30 and XZR. */
void build_CASP(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->ra = op->rm == 30 ? SLOT_SINK : op->rm + 1;
    op->imm = op->rd == 30 ? SLOT_ZERO : op->rd + 1;
}

void build_RMIF(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i');
    op->ra = F('f');
}

void build_PSTATE(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('p') << 7 | F('q') << 4 | F('y');
}
