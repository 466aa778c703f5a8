/* Read and write hooks that cpu/sysreg.def names. */
#ifndef CPU_SYSREG_HOOKS_H
#define CPU_SYSREG_HOOKS_H

#include "cpu/sysreg.h"

#define READ_HOOK(name) u64 read_##name(struct cpu *cpu, const struct sysreg *sr);
#define WRITE_HOOK(name) bool write_##name(struct cpu *cpu, const struct sysreg *sr, u64 value);
READ_HOOK(midr) READ_HOOK(mpidr) READ_HOOK(pfr0) READ_HOOK(pfr1) READ_HOOK(pfr2) READ_HOOK(ccsidr) READ_HOOK(isr) READ_HOOK(current_el) READ_HOOK(daif) READ_HOOK(nzcv)
READ_HOOK(fpcr) READ_HOOK(fpsr) READ_HOOK(sp_el0) READ_HOOK(sp_banked) READ_HOOK(sp_sel) READ_HOOK(rvbar) READ_HOOK(dczid) READ_HOOK(cntfrq)
READ_HOOK(l2ctlr) READ_HOOK(cbar) READ_HOOK(cntpct) READ_HOOK(cntvct) READ_HOOK(cntvoff) READ_HOOK(timer) READ_HOOK(pmcr) READ_HOOK(pmu) READ_HOOK(oslsr) READ_HOOK(hcr) READ_HOOK(fpexc32) READ_HOOK(cptr_el2) READ_HOOK(disr)
WRITE_HOOK(disr)
READ_HOOK(pan) READ_HOOK(uao) READ_HOOK(ssbs)
WRITE_HOOK(pan) WRITE_HOOK(uao) WRITE_HOOK(ssbs)
WRITE_HOOK(regime) WRITE_HOOK(sctlr) WRITE_HOOK(hcr) WRITE_HOOK(scr) WRITE_HOOK(fp_trap) WRITE_HOOK(daif) WRITE_HOOK(nzcv) WRITE_HOOK(fpcr)
WRITE_HOOK(fpsr) WRITE_HOOK(sp_el0) WRITE_HOOK(sp_banked) WRITE_HOOK(sp_sel) WRITE_HOOK(cntfrq) WRITE_HOOK(cntvoff) WRITE_HOOK(timer)
WRITE_HOOK(cntkctl) WRITE_HOOK(ignored) WRITE_HOOK(oslar) WRITE_HOOK(debug) WRITE_HOOK(pmcr) WRITE_HOOK(pmu)
WRITE_HOOK(tlbi) WRITE_HOOK(at) WRITE_HOOK(dc_va) WRITE_HOOK(dc_zva) WRITE_HOOK(vector_catch) WRITE_HOOK(rmr) WRITE_HOOK(claim)
#undef READ_HOOK
#undef WRITE_HOOK

#endif
