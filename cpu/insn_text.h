/* Instructions as text where the disassembler does not know them: names and registers from our own tables, without immediates. */
#ifndef CPU_INSN_TEXT_H
#define CPU_INSN_TEXT_H

#include "cpu/insn.h"

/* "ldadd x1, x2, [x3]", "mrs x0, sctlr_el12", "tlbi rvae1is, x4" of a word that `row` decodes. */
void insn_text(const struct insn_row *row, u32 word, u64 features, char *text, size_t room);

#endif
