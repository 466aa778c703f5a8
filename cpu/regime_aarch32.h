/* Translation regimes of AArch32: what cpu_regime() gives for an EL whose translations AArch32 controls. */
#ifndef CPU_REGIME_AARCH32_H
#define CPU_REGIME_AARCH32_H

#include "cpu/cpu.h"

/* The regime of an EL with the registers as they are now: el 2: Hyp mode; 3: Secure PL1&0, Monitor mode's too; 0 and 1: PL1&0 of the security
 * state that SCR says. EL0 in AArch32 under an EL1 (or a host's EL2) in AArch64 is not meant: that is theirs. */
void cpu_regime_aarch32(const struct cpu *cpu, u8 el, struct mmu_regime *rg);
/* PL1&0 of the security state named, as address translation operations want it: stage 2 below the Non-secure one. */
void cpu_regime_pl1(const struct cpu *cpu, bool secure, struct mmu_regime *rg);

#endif
