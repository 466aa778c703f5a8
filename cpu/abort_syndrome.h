/* The instruction-specific part of a data abort's ISS (DDI 0487 D17.2.37, ISS encoding for an exception from a Data Abort). */
#ifndef CPU_ABORT_SYNDROME_H
#define CPU_ABORT_SYNDROME_H

#include "cpu/cpu.h"

/* ISV is set for loads and stores of one general-purpose register without write-back, acquire and release included,
 * exclusives and pairs not. */
struct abort_syndrome abort_syndrome_of(u32 word);
/* The same of an AArch32 instruction of the current instruction set (a T16 one in bits 31:16); SRT as EL2 is to see it. */
struct abort_syndrome abort_syndrome_aarch32(const struct cpu *cpu, u32 word);

#endif
