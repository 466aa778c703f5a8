/* Self-hosted debug (DDI 0487 D2, G2): software step, breakpoints, watchpoints, vector catch, OS lock. */
#ifndef CPU_DEBUG_H
#define CPU_DEBUG_H

#include "cpu/cpu.h"

/* Does something of it need the watched engine at this EL? */
bool cpu_debug_wants_watched(const struct cpu *cpu);
/* After a change of what it depends on (PSTATE.D, HCR_EL2.TGE): the engine is chosen again before the next instruction. */
void cpu_debug_state_changed(struct cpu *cpu);
/* Before the instruction at cpu->pc. False: a step or breakpoint exception was taken. */
bool cpu_debug_before(struct cpu *cpu);
/* After an instruction. */
void cpu_debug_after(struct cpu *cpu);
/* True: a watchpoint matches the access and *fault says so. */
bool cpu_debug_watchpoint(struct cpu *cpu, u64 addr, unsigned size, bool write, bool unprivileged, struct fault *fault);

/* DebugExceptionReturnSS(): PSTATE.SS of an exception return to `el` with that SPSR. */
bool debug_return_ss(const struct cpu *cpu, u64 spsr, u8 el);
/* Where debug exceptions of this PE go: 1 or 2; in ARMv7's Secure state 3. */
u8 debug_target(const struct cpu *cpu);

#endif
