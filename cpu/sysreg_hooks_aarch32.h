/* Read and write hooks that cpu/cp.def names, beside those of cpu/sysreg_hooks.h. sr->enc is CP_ENC() there. */
#ifndef CPU_SYSREG_HOOKS_AARCH32_H
#define CPU_SYSREG_HOOKS_AARCH32_H

#include "cpu/sysreg.h"

#define READ_HOOK(name) u64 read_##name(struct cpu *cpu, const struct sysreg *sr);
#define WRITE_HOOK(name) bool write_##name(struct cpu *cpu, const struct sysreg *sr, u64 value);
READ_HOOK(ccsidr_aarch32) READ_HOOK(cpacr_aarch32) READ_HOOK(hcptr) READ_HOOK(nsacr) READ_HOOK(dbgdidr) READ_HOOK(dbgauthstatus) READ_HOOK(hcr2) READ_HOOK(cbar_aarch32)
WRITE_HOOK(sctlr_aarch32) WRITE_HOOK(cpacr_aarch32) WRITE_HOOK(scr_aarch32) WRITE_HOOK(hcr_aarch32) WRITE_HOOK(hcptr) WRITE_HOOK(hcr2) WRITE_HOOK(hstr) WRITE_HOOK(regime_aarch32)
WRITE_HOOK(l2ctlr_aarch32) WRITE_HOOK(contextidr_aarch32) WRITE_HOOK(cp15_barrier) WRITE_HOOK(oslar_aarch32)
#undef READ_HOOK
#undef WRITE_HOOK

/* What reset makes of the control registers of an ARMv7 PE: the bits that are always 1. */
void aarch32_reset_controls(struct cpu *cpu);

#endif
