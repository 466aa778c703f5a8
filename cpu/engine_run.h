/* What the engine's plumbing ops (cpu/exec_engine.c) need of the engine's slow side (cpu/engine.c). */
#ifndef CPU_ENGINE_RUN_H
#define CPU_ENGINE_RUN_H

#include "cpu/op.h"

/* The op of cpu->pc, with cpu->page_va and insn_bias set for it; takes what exceptions the fetch causes, and goes on at their
 * vectors. Expects cpu->budget (unbiased) and cpu->insns to be settled; charges translation stalls. NULL: leave the engine (no budget left, attention,
 * lock-up, or the other engine is wanted). */
const struct op *engine_fetch(struct cpu *cpu);

/* A T32 instruction in two pages, of which op is the first half: where it is decoded, with its second half as it is mapped now. NULL: that
 * cannot be fetched, and the exception was taken. */
const struct op *engine_cross(struct cpu *cpu, const struct op *op, s64 budget);

/* Fills an undecoded op from its instruction word. */
void engine_decode(struct cpu *cpu, const struct op *op);

/* A word that the table does not have, or not with these features: logs it once and takes the exception. After cpu_sync. */
void engine_undefined(struct cpu *cpu, const struct op *op);

#endif
