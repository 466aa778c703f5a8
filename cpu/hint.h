/* The hint instructions that do something: the same numbers in A64, A32 and T32 (DDI 0487 D1.6, G1.18). */
#ifndef CPU_HINT_H
#define CPU_HINT_H

#include "cpu/cpu.h"

enum hint { HINT_NOP, HINT_YIELD, HINT_WFE, HINT_WFI, HINT_SEV, HINT_SEVL };

/* YIELD to SEVL at cpu->pc, after cpu_sync. False: WFE or WFI was trapped, the exception is taken. */
bool cpu_hint(struct cpu *cpu, unsigned hint);

#endif
