/* Immediate builders of A32 and T32 (cpu/insn_imm.def). */
#include "cpu/insn_imm.h"

#include "emu/platform/bits.h"

#define F(letter) insn_field(row, word, letter)

static u32 ror32(u32 x, unsigned by)
{
    return x >> (by & 31) | x << (-by & 31);
}

void build_A32IMM(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = ror32(F('i'), 2 * F('h'));
    op->ra = F('h') != 0;
}

void build_OFFSET24(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = (u32)(sign_extend(F('i'), 24) * 4 + 8);
}

void build_ITSTATE(const struct insn_row *row, u32 word, struct op *op)
{
    op->imm = F('i') << 4 | F('k');
}
