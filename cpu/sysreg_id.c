/* Registers whose value is computed: identification, caches, security and EL dependent views. */
#include "cpu/sysreg_hooks.h"

#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* MIDR_EL1, MPIDR_EL1: what EL2 set for EL1, where EL2 is enabled. */
u64 read_midr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->pstate.el == 1 && cpu_el2_enabled(cpu) ? cpu->sys.vpidr_el2 : cpu->model->midr;
}

u64 read_mpidr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->pstate.el == 1 && cpu_el2_enabled(cpu) ? cpu->sys.vmpidr_el2 : cpu->mpidr;
}

/* ID_AA64PFR0_EL1: AArch64 only at each implemented EL, FP and Advanced SIMD, no system-register GIC interface. */
u64 read_pfr0(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    u64 pfr0 = cpu->model->id_aa64pfr0;
    if (!cpu_has(cpu, FEAT_AARCH32))
        pfr0 |= 1;
    u64 el1 = cpu_has(cpu, FEAT_AARCH32_EL1) ? 2 : 1;
    return (pfr0 & ~0xf0ull) | el1 << 4 | (cpu->has_el2 ? el1 << 8 : 0) | (u64)cpu->has_el3 << 12; /* EL3 is AArch64's */
}

/* ID_PFR1_EL1: Virtualization and Security where the PE has EL2 and EL3. */
u64 read_pfr1(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->model->id_pfr1 & ~((cpu->has_el2 ? 0 : 0xf000ull) | (cpu->has_el3 ? 0 : 0xf0ull));
}

/* ID_PFR2_EL1: SSBS of AArch32. */
u64 read_pfr2(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu_has(cpu, FEAT_AARCH32) && cpu_has(cpu, FEAT_SSBS) ? 1 << 4 : 0;
}

u64 read_ccsidr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    switch (cpu->sys.csselr_el1) {
    case 0:
        return cpu->model->ccsidr_l1d;
    case 1:
        return cpu->model->ccsidr_l1i;
    case 2:
        return cpu->model->ccsidr_l2;
    default:
        return 0; /* UNKNOWN: no such cache */
    }
}

/* L2CTLR.NumProcs, 25:24; on ARMv7 bit 23: there is an interrupt controller (DDI 0438 4.3.48, DDI 0464 4.3.57, DDI 0500 4.3.71). What else is
 * written, latencies and such, is kept. */
u64 read_l2ctlr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->sys.l2ctlr_imp | (u64)(cpu->cluster - 1) << 24 | (u64)cpu->model->aarch32_only << 23;
}

/* CBAR_EL1: PERIPHBASE[43:18] (100095 4.3.71). */
u64 read_cbar(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->periphbase & 0xffffffc0000ull;
}

/* DCZID_EL0: 64 bytes; DZP where DC ZVA is forbidden or would trap. */
u64 read_dczid(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    bool trapped = cpu->pstate.el < 2 && bit(cpu_hcr(cpu), HCR_TDZ);
    bool closed = cpu->pstate.el == 0 && !bit(cpu_el0_sctlr(cpu), SCTLR_DZE);
    return 4 | (u64)(trapped || closed) << 4;
}

/* ISR_EL1: pending physical interrupts, or the virtual ones at EL1 where they are routed to EL2. */
u64 read_isr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    u64 hcr = cpu->pstate.el == 1 ? cpu_hcr(cpu) : 0;
    bool i = bit(hcr, HCR_IMO) ? bit(hcr, HCR_VI) || cpu->lines >> LINE_VIRQ & 1 : cpu->lines >> LINE_IRQ & 1;
    bool f = bit(hcr, HCR_FMO) ? bit(hcr, HCR_VF) || cpu->lines >> LINE_VFIQ & 1 : cpu->lines >> LINE_FIQ & 1;
    bool a = bit(hcr, HCR_AMO) ? bit(hcr, HCR_VSE) : cpu->lines >> LINE_SERROR & 1;
    return (u64)i << 7 | (u64)f << 6 | (u64)a << 8;
}

/* DISR_EL1 is VDISR_EL2 at EL1 where SErrors are routed to EL2, and below EL3 RAZ/WI (NULL) where they are EL3's. */
static u64 *disr(struct cpu *cpu)
{
    if (cpu->pstate.el == 1 && bit(cpu_hcr(cpu), HCR_AMO))
        return &cpu->sys.vdisr_el2;
    return cpu->pstate.el < 3 && cpu->has_el3 && bit(cpu->sys.scr_el3, SCR_EA) ? NULL : &cpu->sys.disr_el1;
}

u64 read_disr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    const u64 *reg = disr(cpu);
    return reg ? *reg : 0;
}

bool write_disr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    u64 *reg = disr(cpu);
    if (reg)
        *reg = value & 0x81ffffff; /* A, IDS, ISS */
    return true;
}

u64 read_rvbar(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->rvbar;
}

/* RMR_ELx.RR asks for a warm reset; AA64 is 1 and stays. */
bool write_rmr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    if (bit(value, 1))
        log_once(cpu->log, LOG_UNIMP, "%s: a warm reset was asked for and is not implemented", sr->name);
    return true;
}

bool write_ignored(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)cpu;
    (void)sr;
    (void)value;
    return true;
}
