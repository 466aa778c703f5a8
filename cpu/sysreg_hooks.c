/* Hooks of registers that change how the PE behaves: translation, traps, PSTATE, timers. */
#include "cpu/sysreg_hooks.h"

#include "cpu/aarch32.h"
#include "cpu/debug.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* ---- translation and routing ---- */

/* Registers of EL1, VTTBR_EL2 and VTCR_EL2 (op1 4, CRn 2, CRm 1) are EL1&0's alone. */
static void regime_changed_by(struct cpu *cpu, const struct sysreg *sr)
{
    bool el10 = bits(sr->enc, 13, 11) == 0 || bits(sr->enc, 13, 3) == (4 << 8 | 2 << 4 | 1);
    if (el10)
        cpu_el10_changed(cpu);
    else
        cpu_regime_changed(cpu);
}

bool write_regime(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)value;
    regime_changed_by(cpu, sr);
    return true;
}

/* EE and E0E are RES0: big-endian data is not implemented in AArch64, and no ID register offers it. An EL1 in AArch32 has EE.
 * Where EL1 can be in AArch32, SCTLR_EL1 keeps that state's bits whatever state EL1 is in now, and they do nothing in the other: RES0 in some contexts
 * only (DDI 0487 Glossary). KVM restores a guest's before it sets HCR_EL2.RW to 0. */
bool write_sctlr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    u64 big_endian = 1ull << SCTLR_EE | 1ull << SCTLR_E0E, *reg = (u64 *)(void *)((u8 *)cpu + sr->state);
    bool is_el1 = sr->state == (s32)offsetof(struct cpu, sys.sctlr_el1);
    if (value & big_endian && !(is_el1 && cpu_el_is_aarch32(cpu, 1)))
        log_once(cpu->log, LOG_UNIMP, "%s: EE or E0E set at pc %#llx: big-endian data is not implemented", sr->name, (unsigned long long)cpu->pc);
    *reg &= ~(is_el1 && cpu_has(cpu, FEAT_AARCH32_EL1) ? 1ull << SCTLR_E0E : big_endian);
    regime_changed_by(cpu, sr);
    return true;
}

/* A hook, so that its reads are checked as FP's. */
u64 read_fpexc32(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->sys.fpexc32_el2;
}

u64 read_hcr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->sys.hcr_el2;
}

/* RW is RAO/WI where EL1 is AArch64 only. */
bool write_hcr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    if (!bit(value, HCR_RW) && bit(value, HCR_VM) && !cpu_has(cpu, FEAT_AARCH32_EL1))
        log_once(cpu->log, LOG_UNIMP, "HCR_EL2.RW = 0: this PE has no AArch32 at EL1");
    if (!cpu_has(cpu, FEAT_AARCH32_EL1))
        cpu->sys.hcr_el2 |= 1ull << HCR_RW;
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
    cpu_debug_state_changed(cpu); /* TGE routes debug exceptions */
    return true;
}

bool write_scr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    if (!cpu_has(cpu, FEAT_AARCH32_EL1))
        cpu->sys.scr_el3 |= 1ull << SCR_RW;
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
    return true;
}

bool write_fp_trap(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    cpu_update_fp_enabled(cpu);
    return true;
}

/* TCPAC, TFP and RES1 bits; or, with HCR_EL2.E2H, CPACR_EL1's layout: TCPAC, FPEN. */
u64 read_cptr_el2(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return bit(cpu->sys.hcr_el2, HCR_E2H) ? cpu->sys.cptr_el2 & (1u << 31 | 3u << 20) : (cpu->sys.cptr_el2 & (1u << 31 | 1u << 10)) | 0x33ff;
}

/* ---- PSTATE and stack pointers ---- */

u64 read_current_el(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (u64)cpu->pstate.el << 2;
}

u64 read_daif(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (u64)cpu->pstate.daif << 6;
}

bool write_daif(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->pstate.daif = (u8)bits(value, 9, 6);
    cpu_update_attention(cpu);
    cpu_debug_state_changed(cpu);
    return true;
}

/* PSTATE.PAN and UAO decide what a context of EL1 permits. */
u64 read_pan(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (u64)cpu->pstate.pan << 22;
}

bool write_pan(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->pstate.pan = bit(value, 22);
    cpu_choose_context(cpu);
    return true;
}

u64 read_uao(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (u64)cpu->pstate.uao << 23;
}

bool write_uao(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->pstate.uao = bit(value, 23);
    cpu->unprivileged_ctx = NULL;
    return true;
}

/* Nothing is speculated here: the bit is kept and has no more to say. */
u64 read_ssbs(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (u64)cpu->pstate.ssbs << 12;
}

bool write_ssbs(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->pstate.ssbs = bit(value, 12);
    return true;
}

u64 read_nzcv(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu_nzcv(cpu);
}

bool write_nzcv(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu_set_nzcv(cpu, (u32)value);
    return true;
}

u64 read_fpcr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->fpcr;
}

/* AHP, DN, FZ, RMode; the trap enables are RAZ/WI on these cores. */
bool write_fpcr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->fpcr = (u32)value & (0x07c00000 | (cpu_has(cpu, FEAT_FP16) ? 1u << 19 : 0)); /* FZ16 */
    return true;
}

u64 read_fpsr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->fpsr;
}

bool write_fpsr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->fpsr = (u32)value & 0x0800009f; /* QC and the cumulative flags; N to V are AArch32's */
    return true;
}

u64 read_sp_sel(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->pstate.sp_sel;
}

bool write_sp_sel(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu_set_el(cpu, cpu->pstate.el, value & 1);
    return true;
}

u64 read_sp_el0(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu_get_sp(cpu, 0);
}

bool write_sp_el0(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu_set_sp(cpu, 0, value);
    return true;
}

/* SP_EL1 (op1 4), SP_EL2 (op1 6). */
static u8 banked_el(const struct sysreg *sr)
{
    return (u8)(bits(sr->enc, 13, 11) / 2 - 1);
}

u64 read_sp_banked(struct cpu *cpu, const struct sysreg *sr)
{
    return cpu_get_sp(cpu, banked_el(sr));
}

bool write_sp_banked(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    cpu_set_sp(cpu, banked_el(sr), value);
    return true;
}

/* ---- generic timer ---- */

u64 read_cntfrq(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->timer.frequency(cpu->timer.timer);
}

/* CNTFRQ_EL0 only tells software what the counter does; here it says the truth whatever is written. */
bool write_cntfrq(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    if (value != cpu->timer.frequency(cpu->timer.timer))
        log_once(cpu->log, LOG_GUEST_ERRORS, "CNTFRQ_EL0 written with %llu: the counter runs at %llu Hz", (unsigned long long)value,
                 (unsigned long long)cpu->timer.frequency(cpu->timer.timer));
    return true;
}

u64 read_cntpct(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->timer.cntpct(cpu->timer.timer, cpu->index);
}

/* A host sees the physical count: CNTVOFF_EL2 counts as 0 (D11.2.2). */
u64 read_cntvct(struct cpu *cpu, const struct sysreg *sr)
{
    if (cpu_is_in_host(cpu))
        return read_cntpct(cpu, sr);
    return cpu->timer.cntvct(cpu->timer.timer, cpu->index);
}

u64 read_cntvoff(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->timer.cntvoff(cpu->timer.timer, cpu->index);
}

bool write_cntvoff(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->timer.set_cntvoff(cpu->timer.timer, cpu->index, value);
    return true;
}

/* op1 and CRm name the timer, op2 the register. */
static unsigned timer_of(const struct sysreg *sr)
{
    switch (bits(sr->enc, 13, 11)) {
    case 4:
        return bits(sr->enc, 6, 3) == 3 ? CPU_TIMER_HYPVIRT : CPU_TIMER_HYP;
    case 7:
        return CPU_TIMER_SEC;
    default:
        return bits(sr->enc, 6, 3) == 3 ? CPU_TIMER_VIRT : CPU_TIMER_PHYS;
    }
}

static unsigned timer_reg_of(const struct sysreg *sr)
{
    static const u8 regs[] = { CPU_TIMER_TVAL, CPU_TIMER_CTL, CPU_TIMER_CVAL };
    return regs[bits(sr->enc, 2, 0) % 3];
}

u64 read_timer(struct cpu *cpu, const struct sysreg *sr)
{
    return cpu->timer.read(cpu->timer.timer, cpu->index, timer_of(sr), timer_reg_of(sr));
}

bool write_timer(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    cpu->timer.write(cpu->timer.timer, cpu->index, timer_of(sr), timer_reg_of(sr), value);
    return true;
}

/* EVNTI 7:4, EVNTDIR 3, EVNTEN 2 of CNTKCTL_EL1 (virtual count) and CNTHCTL_EL2 (physical). */
bool write_cntkctl(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    bool virtual_count = bits(sr->enc, 13, 11) == 0;
    cpu->timer.event_stream(cpu->timer.timer, cpu->index, virtual_count, bit(value, 2), bit(value, 3), (unsigned)bits(value, 7, 4));
    return true;
}
