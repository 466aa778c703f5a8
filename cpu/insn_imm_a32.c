/* Immediate builders of A32 and T32 (cpu/insn_imm.def). imm is set as a u32: the high half is the condition wrapper's. */
#include "cpu/insn_imm.h"

#include "cpu/a32_ops.h"
#include "cpu/ldst_a32.h"

#define F(letter) insn_field(row, word, letter)

void build_A32IMM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)rotate_right(F('i'), 32, 2 * F('h'));
    op->ra = F('h') != 0;
}

void build_A32ADR_ADD(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(8 + rotate_right(F('i'), 32, 2 * F('h')));
}

void build_A32ADR_SUB(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(8 - rotate_right(F('i'), 32, 2 * F('h')));
}

void build_OFFSET24(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(sign_extend(F('i'), 24) * 4 + 8);
}

void build_BLX_A32(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(sign_extend(F('i') << 1 | F('h'), 25) * 2 + 8);
}

void build_ITSTATE(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i') << 4 | F('k');
}

/* ---- data processing ---- */

void build_T32IMM(const struct insn_row *row, u32 word, struct op *op)
{
    u32 i = F('i'), byte = i & 0xff;
    if (i >> 10) {
        op->imm = (u32)rotate_right(0x80 | (i & 0x7f), 32, i >> 7);
        op->ra = 1;
        return;
    }
    static const u32 repeated[] = { 1, 0x00010001, 0x01000100, 0x01010101 };
    op->imm = byte * repeated[i >> 8];
}

void build_T32ADR_ADD(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 4 + F('i');
}

void build_T32ADR_SUB(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 4 - F('i');
}

/* DecodeImmShift() */
static enum shift_type decode_shift(u32 type, u32 amount, u32 *by)
{
    *by = amount || type == SHIFT_LSL ? amount : type == SHIFT_ROR ? 1 : 32;
    return type == SHIFT_ROR && !amount ? SHIFT_RRX : (enum shift_type)type;
}

void build_IMM_SHIFT(const struct insn_row *row, u32 word, struct op *op)
{
    u32 by;
    op->ra = (u8)decode_shift(F('o'), F('i'), &by);
    op->imm = by;
}

void build_REG_SHIFT(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('o');
}

void build_ASR_AMOUNT(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i') ? F('i') : 32;
}

void build_ROTATION(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 8 * F('o');
}

void build_USATURATE(const struct insn_row *row, u32 word, struct op *op)
{
    u32 by;
    op->rm = (u8)decode_shift(F('h') ? SHIFT_ASR : SHIFT_LSL, F('i'), &by);
    op->imm = by;
    op->ra = (u8)F('k');
}

void build_SATURATE(const struct insn_row *row, u32 word, struct op *op)
{
    build_USATURATE(row, word, op);
    op->ra++;
}

void build_USATURATE16(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 0;
    op->ra = (u8)F('k');
}

void build_SATURATE16(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 0;
    op->ra = (u8)(F('k') + 1);
}

void build_INSERT(const struct insn_row *row, u32 word, struct op *op)
{
    u32 msb = F('k'), lsb = F('i');
    op->imm = msb < lsb ? 0 : (u32)(ones(msb - lsb + 1) << lsb);
    op->ra = (u8)lsb;
}

void build_EXTRACT(const struct insn_row *row, u32 word, struct op *op)
{
    u32 lsb = F('i'), msb = lsb + F('k') > 31 ? 31 : lsb + F('k');
    op->ra = (u8)(31 - msb);
    op->imm = 31 - msb + lsb;
}

/* ---- addresses ---- */

static u32 signed_offset(const struct insn_row *row, u32 word, u32 scale)
{
    u32 offset = F('i') * scale;
    return F('k') ? offset : -offset;
}

void build_OFFSET12(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_offset(row, word, 1);
}

void build_LITERAL_A32(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(8 + signed_offset(row, word, 1));
}

void build_LITERAL_T32(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(4 + signed_offset(row, word, 1));
}

void build_LITERAL_T16(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 4 + 4 * F('i');
}

void build_OFFSET_REG(const struct insn_row *row, u32 word, struct op *op)
{
    build_IMM_SHIFT(row, word, op);
    op->ra |= F('k') ? 0 : OFFSET_SUBTRACTED;
}

void build_OFFSET_RM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 0;
    op->ra = F('k') ? 0 : OFFSET_SUBTRACTED;
}

void build_OFFSET_DUAL(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_offset(row, word, 1);
    op->ra = op->rd + 1;
}

void build_OFFSET_DUAL_RM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = !F('k');
    op->ra = op->rd + 1;
}

void build_OFFSET8_4(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = signed_offset(row, word, 4);
}

void build_LITERAL8_4(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(4 + signed_offset(row, word, 4));
}

void build_PAIR_RD(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->imm = 0;
    op->ra = op->rd + 1;
}

void build_PAIR_RM(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->imm = 0;
    op->ra = op->rm + 1;
}

void build_T32IMM16(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('h') << 12 | F('i');
}

void build_OFFSET8_NEG(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)-F('i');
}

void build_T32LSL(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i');
    op->ra = SHIFT_LSL;
}

/* upwards: from the base; before: a word is left out below the first one (upwards), or none (downwards). */
static void list(struct op *op, u32 registers, bool upwards, bool before)
{
    int bytes = 4 * __builtin_popcount(registers);
    int lowest = upwards ? (before ? 4 : 0) : (before ? -bytes : 4 - bytes);
    op->imm = registers;
    op->rd = (u8)bytes;
    op->rm = (u8)lowest;
    op->ra = (u8)(upwards ? bytes : -bytes);
}

void build_LIST_IA(const struct insn_row *row, u32 word, struct op *op)
{
    list(op, F('i'), true, false);
}

void build_LIST_IB(const struct insn_row *row, u32 word, struct op *op)
{
    list(op, F('i'), true, true);
}

void build_LIST_DA(const struct insn_row *row, u32 word, struct op *op)
{
    list(op, F('i'), false, false);
}

void build_LIST_DB(const struct insn_row *row, u32 word, struct op *op)
{
    list(op, F('i'), false, true);
}

void build_LIST_RETURN(const struct insn_row *row, u32 word, struct op *op)
{
    list(op, 1u << 15 | F('k'), F('U'), F('P'));
    if (!F('W'))
        op->ra = 0;
}

/* ---- branches of T32 and T16: imm32 from the instruction's own address ---- */

void build_T32B_COND(const struct insn_row *row, u32 word, struct op *op)
{
    u32 o = F('o'), high = (o >> 2 & 1) << 2 | (o & 1) << 1 | (o >> 1 & 1); /* S:J2:J1 */
    op->imm = (u32)(sign_extend(high << 17 | F('i'), 20) * 2 + 4);
    op->ra = (u8)F('c');
}

void build_T32B(const struct insn_row *row, u32 word, struct op *op)
{
    u32 o = F('o'), s = o >> 2 & 1, i1 = !((o >> 1 & 1) ^ s), i2 = !((o & 1) ^ s);
    op->imm = (u32)(sign_extend(s << 23 | i1 << 22 | i2 << 21 | F('i'), 24) * 2 + 4);
}

void build_T16B_COND(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(sign_extend(F('i'), 8) * 2 + 4);
    op->ra = (u8)F('c');
}

void build_T16B(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(sign_extend(F('i'), 11) * 2 + 4);
}

void build_T16CB(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i') * 2 + 4;
}

/* ---- T16's implied registers ---- */

void build_T16DN(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->rn = op->rd;
    op->imm = 0;
}

void build_T16DN_IMM(const struct insn_row *row, u32 word, struct op *op)
{
    op->rn = op->rd;
    op->imm = F('i');
}

void build_T16DM(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    (void)word;
    op->rm = op->rd;
    op->imm = 0;
}

void build_T16SP_RD(const struct insn_row *row, u32 word, struct op *op)
{
    op->rn = 13;
    op->imm = 4 * F('i');
}

void build_T16SP_ADD(const struct insn_row *row, u32 word, struct op *op)
{
    op->rd = op->rn = 13;
    op->imm = 4 * F('i');
}

void build_T16PUSH(const struct insn_row *row, u32 word, struct op *op)
{
    op->rn = 13;
    list(op, F('h') << 14 | F('i'), false, true);
}

void build_T16POP(const struct insn_row *row, u32 word, struct op *op)
{
    op->rn = 13;
    list(op, F('i'), true, false);
}

void build_T16POP_PC(const struct insn_row *row, u32 word, struct op *op)
{
    op->rn = 13;
    list(op, 0x8000 | F('i'), true, false);
}

/* ---- system instructions of T32, as A32 encodes them ---- */

/* imod in bits 19:18, M in 17, A, I and F in 8:6, the mode in 4:0 */
void build_T16CPS(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 1u << 19 | F('M') << 18 | F('A') << 8 | F('I') << 7 | F('F') << 6;
}

void build_T32CPS(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('o') << 18 | F('M') << 17 | F('A') << 8 | F('I') << 7 | F('F') << 6 | F('m');
}

/* P in bit 24, U in 23 */
void build_T32STATE_DB(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    op->imm = (u32)with_bits(word, 24, 23, 2);
}

void build_T32STATE_IA(const struct insn_row *row, u32 word, struct op *op)
{
    (void)row;
    op->imm = (u32)with_bits(word, 24, 23, 1);
}

void build_T32RETURN(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = 0xe25ef000 | F('i');
}
