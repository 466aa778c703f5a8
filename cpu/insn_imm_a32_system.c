/* Immediate builders of AArch32's system instructions (cpu/insn_imm.def). */
#include "cpu/insn_imm.h"

#include "cpu/cp.h"
#include "emu/platform/bits.h"

#define F(letter) insn_field(row, word, letter)

void build_PSR(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('R');
}

void build_PSR_MASK(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('R') << 4 | F('k');
}

void build_PSR_IMM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)rotate_right(F('i'), 32, 2 * F('h'));
    op->ra = (u8)(F('R') << 4 | F('k'));
}

void build_BANKED(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('R') << 5 | F('h') << 4 | F('k');
}

void build_SETEND(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('E');
}

static u32 with_row(u32 enc)
{
    return cp_row_index(enc) << 16 | enc;
}

void build_CP(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = with_row((u32)CP_ENC(F('p') ? 15 : 14, F('o'), F('y'), F('k'), F('q')));
}

void build_CPWIDE(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = with_row((u32)CP_ENC_WIDE(F('p') ? 15 : 14, F('o'), F('k')));
}
