/* Branch targets (FEAT_BTI; DDI 0487 D8.4.5): PSTATE.BTYPE lives from a BR or BLR to the instruction that it leads to. On the way it is
 * looked at where the engine must stop anyhow (so that SPSR has it) and where the target's page is guarded; else nobody asks, and it is
 * only noted how to find it (cpu/jump.h). BRK alone shows it from an instruction: of the exceptions that instructions raise, only its
 * SPSR.BTYPE is not one that may be 0 (AArch64.TakeException(), Unpredictable_ZEROBTYPE), as it is here. */
#ifndef CPU_BTI_H
#define CPU_BTI_H

#include "cpu/op.h"

/* How a branch comes to its target: BR by X16 or X17; BR by another register; BLR. */
enum landing { LANDS_BY_X16, LANDS_BY_OTHER, LANDS_AS_CALL };

/* BTypeNext of a branch in the page at `from`. */
u8 bti_btype(struct cpu *cpu, enum landing landing, u64 from);
/* May the instruction at op, in the page being executed, be where PSTATE.BTYPE has led? If so, PSTATE.BTYPE has served. */
bool bti_accepts(struct cpu *cpu, const struct op *op);
/* BRK at cpu->pc, after cpu_sync: PSTATE.BTYPE is made what it is there. */
void bti_at_brk(struct cpu *cpu);
/* AArch64.BranchTargetException() at cpu->pc. */
void bti_exception(struct cpu *cpu);

#endif
