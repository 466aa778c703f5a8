/* Picks a faster handler for a common case of a row when an op is decoded. */
#ifndef CPU_SPECIALISE_H
#define CPU_SPECIALISE_H

#include "cpu/insn.h"

/* Sets op->fn for the row in that engine, and rewrites op->imm where the variant wants it (cpu/variant.def).
 * op is filled by insn_extract and lies at its slot in its code page. */
void specialise(enum insn_id id, const struct insn_row *row, enum cpu_engine engine, u64 features, struct op *op);

#endif
