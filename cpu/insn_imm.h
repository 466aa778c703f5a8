/* The immediate builders that cpu/insn_imm.def lists. */
#ifndef CPU_INSN_IMM_H
#define CPU_INSN_IMM_H

#include "cpu/insn.h"

enum imm_kind {
#define IMM(name, letters) IMM_##name,
#include "cpu/insn_imm.def"
#undef IMM
    IMM_KINDS
};

/* Each fills op->imm (and the spare register fields that insn_imm.def names) from the word's fields. */
#define IMM(name, letters) void build_##name(const struct insn_row *row, u32 word, struct op *op);
#include "cpu/insn_imm.def"
#undef IMM

#endif
