/* Picks a faster handler for a common case of a row when an op is decoded. */
#ifndef CPU_SPECIALISE_H
#define CPU_SPECIALISE_H

#include "cpu/fuse.h"
#include "cpu/insn.h"

/* Sets op->fn for the row in that engine, and rewrites op->imm where the variant wants it (cpu/variant.def).
 * op is filled by insn_extract and lies at its slot in its code page. */
void specialise(enum insn_id id, const struct insn_row *row, enum cpu_engine engine, u64 features, struct op *op);

/* The handler of an AArch32 row, as a variant (cpu/variant_a32.def) or its own; in_it: inside an IT block, where T16 instructions do not set
 * flags. op is filled by insn_extract and lies at its slot; op->imm32 may be rewritten. *cond is the condition that is to be asked before; AL
 * comes back where the handler asks it. */
op_fn *specialise_aarch32(const struct insn_row *row, enum cpu_engine engine, bool in_it, struct op *op, unsigned *cond);

/* What stands before an AArch32 handler (cpu/exec_a32_cond.c). */
extern op_fn *const aarch32_wrapper[ENGINES][2][2][15]; /* [T32][reads R15][condition]; NULL: nothing */
extern op_fn *const aarch32_it_step[ENGINES][2];        /* [reads R15]: asks PSTATE.IT */
extern op_fn *const aarch32_it_always[ENGINES];         /* takes part in an IT block, whose condition does not matter yet */
extern op_fn *const aarch32_it_crossed[ENGINES];        /* asks it behind that: an instruction that lies in two pages */
extern op_fn *const aarch32_it_page_end[ENGINES], *const aarch32_crossing[ENGINES];

/* What sequences know a decoded A32 op of the fast engine as (cpu/fuse.h). */
enum fused_kind aarch32_kind(const struct op *op);

#endif
