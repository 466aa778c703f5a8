/* Taking exceptions to AArch64 (AArch64.TakeException()), routing, and the exceptions that instructions raise (DDI 0487 D1.3). */
#include "cpu/aarch32.h"
#include "cpu/syndrome.h"

#include "cpu/aarch32_fp.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <stdio.h>

/* ---- syndromes ---- */

const char *syndrome_class_name(u8 ec)
{
    static const char *const names[64] = {
        [EC_UNKNOWN] = "unknown or UNDEFINED", [EC_CP15_32] = "MCR or MRC, CP15", [EC_CP15_64] = "MCRR or MRRC, CP15", [EC_CP14_32] = "MCR or MRC, CP14",
        [EC_CP14_LDC] = "LDC or STC", [EC_VMRS_ID] = "VMRS of an ID register", [EC_CP14_64] = "MRRC, CP14", [EC_SVC32] = "SVC (AArch32)",
        [EC_HVC32] = "HVC (AArch32)", [EC_SMC32] = "SMC (AArch32)", [EC_BKPT32] = "BKPT", [EC_VECTOR_CATCH] = "vector catch",
        [EC_WFX] = "WFI or WFE", [EC_FP_ACCESS] = "FP access", [EC_PAUTH] = "pointer authentication",
        [EC_BRANCH_TARGET] = "branch target",
        [EC_ILLEGAL_STATE] = "illegal state",
        [EC_SVC64] = "SVC", [EC_HVC64] = "HVC", [EC_SMC64] = "SMC", [EC_SYS64] = "MSR, MRS or system", [EC_IABORT_LOWER] = "instruction abort, lower EL",
        [EC_IABORT_SAME] = "instruction abort, same EL", [EC_PC_ALIGNMENT] = "PC alignment", [EC_DABORT_LOWER] = "data abort, lower EL",
        [EC_DABORT_SAME] = "data abort, same EL", [EC_SP_ALIGNMENT] = "SP alignment", [EC_SERROR] = "SError",
        [EC_BREAKPOINT_LOWER] = "breakpoint, lower EL", [EC_BREAKPOINT_SAME] = "breakpoint, same EL", [EC_STEP_LOWER] = "software step, lower EL",
        [EC_STEP_SAME] = "software step, same EL", [EC_WATCHPOINT_LOWER] = "watchpoint, lower EL", [EC_WATCHPOINT_SAME] = "watchpoint, same EL",
        [EC_BRK64] = "BRK",
    };
    return names[ec & 63] ? names[ec & 63] : "reserved";
}

/* ---- taking ---- */

/* The EL of the kernel: where EL3 is AArch32, Secure PL1 modes are its. */
static u8 lowest_privileged(const struct cpu *cpu)
{
    return UNLIKELY(cpu->model->aarch32_only) && cpu_is_secure(cpu) ? 3 : 1;
}

/* Where a synchronous exception of the current EL goes that no trap sends higher. */
u8 exception_default_target(const struct cpu *cpu)
{
    if (cpu->pstate.el == 0 && cpu_el2_enabled(cpu) && bit(cpu->sys.hcr_el2, HCR_TGE))
        return 2;
    return cpu->pstate.el ? cpu->pstate.el : lowest_privileged(cpu);
}

/* Is the EL below the target's in AArch32? That of an EL0 in AArch32 below an EL1 in AArch64 is not EL2's to see (AArch64.TakeException()). */
static bool is_lower_aarch32(const struct cpu *cpu, u8 target)
{
    u8 lower = target == 3 ? (cpu_el2_enabled(cpu) ? 2 : 1) : target == 2 && cpu_is_in_host(cpu) ? 0 : target - 1;
    return cpu->pstate.aarch32 && (lower <= cpu->pstate.el || cpu_el_is_aarch32(cpu, lower));
}

static u64 vector_offset(const struct cpu *cpu, const struct exception *e)
{
    u64 base = UNLIKELY(cpu->pstate.aarch32) && is_lower_aarch32(cpu, e->target_el) ? 0x600
             : e->target_el > cpu->pstate.el                                        ? 0x400
             : cpu->pstate.sp_sel                                                   ? 0x200
                                                                                    : 0;
    return base + 0x80 * (u64)e->kind;
}

const char *exception_world(const struct cpu *cpu, u8 el)
{
    return cpu->has_el3 && el < 3 && !bit(cpu->sys.scr_el3, SCR_NS) ? "S-" : "";
}

static void log_fault(const struct cpu *cpu, const struct exception *e)
{
    if (log_on(cpu->log, LOG_MMU) && e->fault)
        log_line(cpu->log, LOG_MMU, "cpu%u EL%u %s: %s fault, stage %u level %u%s, VA %#llx IPA %#llx VMID %u: %s; HPFAR_EL2 %#llx, pc %#llx",
                 cpu->index, e->from_el, e->fault->kind == MMU_FETCH ? "fetch" : e->fault->kind == MMU_WRITE ? "write" : "read",
                 fault_type_name(e->fault->type), e->fault->stage, e->fault->level, e->fault->s1ptw ? " on a stage-1 walk" : "",
                 (unsigned long long)e->fault->va.v, (unsigned long long)e->fault->ipa.v, regime_vmid(&cpu->ctx->regime),
                 e->fault->why ? e->fault->why : "", (unsigned long long)(e->hpfar_valid ? e->hpfar : 0), (unsigned long long)cpu->pc);
}

/* `from` and `to`: an EL or mode, with its world. */
static void log_way(const struct cpu *cpu, const struct exception *e, const char *from, const char *to, u64 vector)
{
    static const char *const kinds[] = { "sync", "IRQ", "FIQ", "SError" };
    if (e->kind == EXC_SYNC)
        log_line(cpu->log, LOG_INT, "cpu%u exception %s->%s %s ESR %#llx (EC 0x%02llx %s) ELR %#llx FAR %#llx HPFAR %#llx -> %#llx",
                 cpu->index, from, to, kinds[e->kind], (unsigned long long)e->esr, (unsigned long long)(e->esr >> 26),
                 syndrome_class_name((u8)(e->esr >> 26)), (unsigned long long)e->return_pc, (unsigned long long)(e->far_valid ? e->far : 0),
                 (unsigned long long)(e->hpfar_valid ? e->hpfar : 0), (unsigned long long)vector);
    else
        log_line(cpu->log, LOG_INT, "cpu%u exception %s->%s %s%s ELR %#llx -> %#llx", cpu->index, from, to, e->is_virtual ? "virtual " : "",
                 kinds[e->kind], (unsigned long long)e->return_pc, (unsigned long long)vector);
}

static void log_taken(const struct cpu *cpu, const struct exception *e, u64 vector)
{
    char from[8], to[8];
    log_fault(cpu, e);
    if (!log_on(cpu->log, LOG_INT))
        return;
    snprintf(from, sizeof from, "%sEL%u", exception_world(cpu, e->from_el), e->from_el & 3u);
    snprintf(to, sizeof to, "%sEL%u", exception_world(cpu, e->target_el), e->target_el & 3u);
    log_way(cpu, e, from, to, vector);
}

/* AArch32.TakeException(), with the log of the modes: which one takes it, and where, is known behind it. */
static void enter_aarch32(struct cpu *cpu, struct exception *e)
{
    char from[8], to[8];
    const u8 mode = cpu->pstate.mode;
    const char *world = aarch32_world(cpu, mode);
    log_fault(cpu, e);
    aarch32_take_exception(cpu, e);
    if (!log_on(cpu->log, LOG_INT))
        return;
    snprintf(from, sizeof from, "%s%s", world, aarch32_mode_name(mode));
    snprintf(to, sizeof to, "%s%s", aarch32_world(cpu, cpu->pstate.mode), aarch32_mode_name(cpu->pstate.mode));
    log_way(cpu, e, from, to, cpu->pc);
}

static void count(struct cpu *cpu, const struct exception *e)
{
    struct cpu_stats *s = &cpu->stats;
    s->exceptions[e->from_el][e->target_el]++;
    if (e->kind == EXC_SYNC)
        s->by_class[e->esr >> 26 & 63]++;
    else if (e->kind == EXC_IRQ)
        *(e->is_virtual ? &s->virqs : &s->irqs) += 1;
    else if (e->kind == EXC_FIQ)
        *(e->is_virtual ? &s->vfiqs : &s->fiqs) += 1;
    else
        s->serrors++;
}

/* PAN: set on entry where SCTLR.SPAN is 0, at EL1 and in a host at EL2; SSBS: as SCTLR.DSSBS says. */
static void enter_pan_and_ssbs(struct cpu *cpu, u8 target)
{
    const u64 sctlr[] = { 0, cpu->sys.sctlr_el1, cpu->sys.sctlr_el2, cpu->sys.sctlr_el3 };
    bool has_el0 = target == 1 || (target == 2 && cpu_el0_is_host(cpu));
    if (cpu_has(cpu, FEAT_PAN) && has_el0 && !bit(sctlr[target], SCTLR_SPAN))
        cpu->pstate.pan = true;
    if (cpu_has(cpu, FEAT_SSBS))
        cpu->pstate.ssbs = bit(sctlr[target], SCTLR_DSSBS);
}

/* AArch64.TakeException() */
static void enter_aarch64(struct cpu *cpu, struct exception *e)
{
    struct sysregs *s = &cpu->sys;
    u64 *const elr[] = { NULL, &s->elr_el1, &s->elr_el2, &s->elr_el3 }, *const spsr[] = { NULL, &s->spsr_el1, &s->spsr_el2, &s->spsr_el3 };
    u64 *const esr[] = { NULL, &s->esr_el1, &s->esr_el2, &s->esr_el3 }, *const far[] = { NULL, &s->far_el1, &s->far_el2, &s->far_el3 };
    const u64 vbar[] = { 0, s->vbar_el1, s->vbar_el2, s->vbar_el3 };
    u64 vector = (vbar[e->target_el] & ~0x7ffull) + vector_offset(cpu, e); /* VBAR_EL1 may hold an AArch32 value */
    log_taken(cpu, e, vector);
    *spsr[e->target_el] = UNLIKELY(cpu->pstate.aarch32) ? aarch32_saved_psr(cpu, e) : cpu_spsr_from_pstate(cpu);
    *elr[e->target_el] = e->return_pc;
    if (e->kind == EXC_SYNC || e->kind == EXC_SERROR)
        *esr[e->target_el] = e->esr;
    if (e->far_valid)
        *far[e->target_el] = e->far;
    if (e->hpfar_valid)
        s->hpfar_el2 = e->hpfar;
    cpu->pstate.ss = cpu->pstate.il = cpu->pstate.uao = false;
    cpu->step_pending = false; /* a step exception behind this one has not stepped its instruction: ISS.ISV 0 (SoftwareStep_DidNotStep()) */
    cpu->pstate.btype = 0;
    cpu->pstate.daif = DAIF_D | DAIF_A | DAIF_I | DAIF_F;
    enter_pan_and_ssbs(cpu, e->target_el);
    cpu_set_el(cpu, e->target_el, 1);
    cpu->pc = vector;
}

void cpu_take_exception(struct cpu *cpu, struct exception *e)
{
    e->from_el = cpu->pstate.el;
    if (e->kind == EXC_SYNC && e->return_pc != cpu->pc) /* SVC, HVC, SMC are done: a software step of them is over (D2.12.4) */
        cpu->pstate.ss = false;
    count(cpu, e);
    if (UNLIKELY(cpu_el_is_aarch32(cpu, e->target_el)))
        enter_aarch32(cpu, e);
    else
        enter_aarch64(cpu, e);
    if (cpu->host.exception_taken)
        cpu->host.exception_taken(cpu->host.machine, cpu, e);
}

void exception_sync(struct cpu *cpu, u8 target_el, u8 ec, u32 iss, u64 return_pc)
{
    struct exception e = { .kind = EXC_SYNC, .target_el = target_el, .esr = (u64)ec << 26 | 1u << 25 | iss, .return_pc = return_pc };
    cpu_take_exception(cpu, &e);
}

void cpu_undefined(struct cpu *cpu)
{
    exception_sync(cpu, exception_default_target(cpu), EC_UNKNOWN, 0, cpu->pc);
}

void cpu_illegal_state(struct cpu *cpu)
{
    exception_sync(cpu, exception_default_target(cpu), EC_ILLEGAL_STATE, 0, cpu->pc);
}

void cpu_sp_alignment_fault(struct cpu *cpu)
{
    exception_sync(cpu, exception_default_target(cpu), EC_SP_ALIGNMENT, 0, cpu->pc);
}

void cpu_pc_alignment_fault(struct cpu *cpu)
{
    struct exception e = { .kind = EXC_SYNC, .target_el = exception_default_target(cpu), .esr = (u64)EC_PC_ALIGNMENT << 26 | 1u << 25,
                           .return_pc = cpu->pc, .far_valid = true, .far = cpu->pc };
    cpu_take_exception(cpu, &e);
}

/* ---- FP access (AArch64.CheckFPAdvSIMDEnabled()) ---- */

/* CPACR_EL1.FPEN, or CPTR_EL2.FPEN with HCR_EL2.E2H: 0b01 closes it to EL0 alone, 0b00 and 0b10 to all below its EL (and EL2 itself). */
static bool fpen_closes(u64 reg, bool el0)
{
    u64 fpen = bits(reg, 21, 20);
    return fpen == 0 || fpen == 2 || (fpen == 1 && el0);
}

/* CPTR_EL2: TFP, or FPEN where HCR_EL2.E2H gives it CPACR_EL1's layout, whose 0b01 means a host's EL0. */
bool fp_closed_by_cptr_el2(const struct cpu *cpu)
{
    u64 hcr = cpu->sys.hcr_el2;
    if (cpu->pstate.el > 2 || !cpu_el2_enabled(cpu))
        return false;
    if (!bit(hcr, HCR_E2H))
        return bit(cpu->sys.cptr_el2, 10);
    return fpen_closes(cpu->sys.cptr_el2, cpu->pstate.el == 0 && bit(hcr, HCR_TGE));
}

/* The EL that traps FP and SIMD now (AArch64.CheckFPAdvSIMDEnabled()); 0: none. */
u8 fp_trap_target(const struct cpu *cpu)
{
    u8 el = cpu->pstate.el;
    if (el < 2 && !cpu_is_in_host(cpu) && fpen_closes(cpu->sys.cpacr_el1, el == 0))
        return exception_default_target(cpu);
    if (fp_closed_by_cptr_el2(cpu))
        return 2;
    if (cpu->has_el3 && bit(cpu->sys.cptr_el3, 10))
        return 3;
    return 0;
}

void cpu_update_fp_enabled(struct cpu *cpu)
{
    cpu->fp_enabled = cpu->pstate.aarch32 ? aarch32_fp_is_enabled(cpu, false) : fp_trap_target(cpu) == 0;
    cpu->simd_enabled = cpu->fp_enabled && (!cpu->pstate.aarch32 || aarch32_fp_is_enabled(cpu, true));
}

void cpu_fp_access_trap(struct cpu *cpu)
{
    if (cpu->pstate.aarch32) {
        aarch32_fp_access_trap(cpu, false);
        return;
    }
    u8 target = fp_trap_target(cpu);
    bool by_cpacr = cpu->pstate.el < 2 && !cpu_is_in_host(cpu) && fpen_closes(cpu->sys.cpacr_el1, cpu->pstate.el == 0);
    if (by_cpacr && target == 2) /* a trap to EL1 that TGE sends to EL2 is reported as unknown (D1.3.6) */
        exception_sync(cpu, 2, EC_UNKNOWN, 0, cpu->pc);
    else
        exception_sync(cpu, target, EC_FP_ACCESS, 0x1e << 20, cpu->pc); /* CV = 1, COND = 0b1110 */
}

/* ---- aborts ---- */

static bool is_external(const struct fault *f)
{
    return f->type == FAULT_EXTERNAL || f->type == FAULT_EXTERNAL_WALK;
}

static u8 abort_target(const struct cpu *cpu, const struct fault *f)
{
    bool external = is_external(f);
    if (external && cpu->has_el3 && bit(cpu->sys.scr_el3, SCR_EA))
        return 3;
    if (external && cpu->pstate.el < 2 && bit(cpu_hcr(cpu), HCR_TEA))
        return 2;
    if (f->stage == 2 && cpu->pstate.el < 2)
        return 2;
    if (f->type == FAULT_DEBUG && cpu->pstate.el < 2 && cpu_el2_enabled(cpu) && (bit(cpu->sys.mdcr_el2, 8) || bit(cpu->sys.hcr_el2, HCR_TGE)))
        return 2;
    return exception_default_target(cpu);
}

/* iss: with IL. */
static void take_abort(struct cpu *cpu, const struct fault *f, u8 target, u8 ec_lower, u32 iss)
{
    u8 ec = (u8)(target > cpu->pstate.el ? ec_lower : ec_lower + 1); /* EA is 0: external aborts here are of one kind */
    struct exception e = { .kind = EXC_SYNC, .target_el = target, .esr = (u64)ec << 26 | iss, .return_pc = cpu->pc, .far_valid = true,
                           .far = f->va.v, .fault = f, .to_monitor = target == 3 && is_external(f) && bit(cpu->sys.scr_el3, SCR_EA) };
    if (target == 2 && f->ipa_valid) {
        e.hpfar_valid = true;
        e.hpfar = bits(f->ipa.v, 47, 12) << 4;
    }
    cpu_take_exception(cpu, &e);
}

void cpu_data_abort(struct cpu *cpu, const struct fault *f, const struct abort_syndrome *syn)
{
    u8 target = abort_target(cpu, f);
    u32 iss = 1u << 25 | fault_iss(f);
    if (f->stage == 2 && !f->s1ptw && syn && syn->isv)
        iss = (iss & ~((u32)syn->halfword << 25)) | 1u << 24 | (u32)syn->sas << 22 | (u32)syn->sse << 21 | (u32)syn->srt << 16 | (u32)syn->sf << 15 | (u32)syn->ar << 14;
    if (f->type == FAULT_DEBUG)
        take_abort(cpu, f, target, EC_WATCHPOINT_LOWER, iss);
    else
        take_abort(cpu, f, target, EC_DABORT_LOWER, iss);
}

void cpu_instruction_abort(struct cpu *cpu, const struct fault *f)
{
    take_abort(cpu, f, abort_target(cpu, f), EC_IABORT_LOWER, 1u << 25 | fault_iss(f));
}

/* ---- interrupts ---- */

struct pending {
    u8 kind, target_el;
    bool is_virtual;
};

/* Where a physical interrupt goes (D1.3.6.1). */
static u8 physical_route(const struct cpu *cpu, unsigned scr_bit, unsigned hcr_bit)
{
    if (cpu->has_el3 && bit(cpu->sys.scr_el3, scr_bit))
        return 3;
    if (cpu->has_el2 && !cpu_is_secure(cpu) && (bit(cpu->sys.hcr_el2, hcr_bit) || bit(cpu->sys.hcr_el2, HCR_TGE)))
        return 2;
    if (cpu->pstate.el == 2 && cpu->pstate.aarch32) /* Hyp mode takes its own; an EL2 in AArch64 leaves them pending */
        return 2;
    return lowest_privileged(cpu);
}

/* To Monitor mode, PSTATE masks what comes from Non-secure state as well, but where HCR routes it past EL1, or SCR.FW or AW is 0 (DDI 0487 G1.17.3). */
static bool monitor_is_maskable(const struct cpu *cpu, unsigned hcr_bit)
{
    if (cpu->pstate.el == 3 || cpu_is_secure(cpu))
        return true;
    if (cpu->pstate.el < 2 && bit(cpu_hcr(cpu), hcr_bit))
        return false;
    return hcr_bit == HCR_IMO || bit(cpu->sys.scr_el3, hcr_bit == HCR_FMO ? SCR_FW : SCR_AW);
}

/* Does PSTATE mask what goes to `target`? EL1's at EL0 too, and so a host's; what else goes to a higher EL cannot be masked (D1.3.6.2). */
static bool is_maskable(const struct cpu *cpu, u8 target, unsigned hcr_bit)
{
    u8 el = cpu->pstate.el;
    if (UNLIKELY(target == 3 && cpu->model->aarch32_only))
        return monitor_is_maskable(cpu, hcr_bit);
    return el == target || (el == 0 && (target == 1 || (target == 2 && cpu_is_in_host(cpu))));
}

/* The EL that takes a pending physical interrupt now, or 0 when it is masked. */
static u8 physical_target(const struct cpu *cpu, unsigned scr_bit, unsigned hcr_bit, u8 mask)
{
    u8 target = physical_route(cpu, scr_bit, hcr_bit);
    return target < cpu->pstate.el || ((cpu->pstate.daif & mask) && is_maskable(cpu, target, hcr_bit)) ? 0 : target;
}

bool cpu_serror_is_masked(const struct cpu *cpu)
{
    return (cpu->lines >> LINE_SERROR & 1) && (cpu->pstate.daif & DAIF_A) && is_maskable(cpu, physical_route(cpu, SCR_EA, HCR_AMO), HCR_AMO);
}

static bool virtual_deliverable(const struct cpu *cpu, unsigned route_bit, bool level, u8 mask)
{
    return level && cpu->pstate.el < 2 && bit(cpu_hcr(cpu), route_bit) && !bit(cpu->sys.hcr_el2, HCR_TGE) && !(cpu->pstate.daif & mask);
}

/* The interrupt to take now (find_pending), in the order SError, FIQ, IRQ, physical before virtual (one permitted order). */
static NOINLINE bool search_pending(const struct cpu *cpu, struct pending *p)
{
    static const struct {
        u8 kind, line, scr, hcr, mask;
    } physical[] = {
        { EXC_SERROR, LINE_SERROR, SCR_EA, HCR_AMO, DAIF_A }, { EXC_FIQ, LINE_FIQ, SCR_FIQ, HCR_FMO, DAIF_F }, { EXC_IRQ, LINE_IRQ, SCR_IRQ, HCR_IMO, DAIF_I } };
    for (unsigned i = 0; i < ARRAY_SIZE(physical); i++) {
        u8 target = cpu->lines >> physical[i].line & 1 ? physical_target(cpu, physical[i].scr, physical[i].hcr, physical[i].mask) : 0;
        if (target) {
            *p = (struct pending){ physical[i].kind, target, false };
            return true;
        }
    }
    u64 hcr = cpu->sys.hcr_el2;
    *p = (struct pending){ EXC_SERROR, 1, true };
    if (virtual_deliverable(cpu, HCR_AMO, bit(hcr, HCR_VSE), DAIF_A))
        return true;
    p->kind = EXC_FIQ;
    if (virtual_deliverable(cpu, HCR_FMO, bit(hcr, HCR_VF) || cpu->lines >> LINE_VFIQ & 1, DAIF_F))
        return true;
    p->kind = EXC_IRQ;
    return virtual_deliverable(cpu, HCR_IMO, bit(hcr, HCR_VI) || cpu->lines >> LINE_VIRQ & 1, DAIF_I);
}

/* Mostly there is nothing to search: no physical line, and no virtual interrupt or none that is deliverable at EL2 and above. */
static ALWAYS_INLINE bool find_pending(const struct cpu *cpu, struct pending *p)
{
    const u32 physical = 1u << LINE_IRQ | 1u << LINE_FIQ | 1u << LINE_SERROR;
    const u64 virtual = 1ull << HCR_VF | 1ull << HCR_VI | 1ull << HCR_VSE;
    if (LIKELY(!(cpu->lines & physical) && (cpu->pstate.el >= 2 || !(cpu->lines || (cpu->sys.hcr_el2 & virtual)))))
        return false;
    return search_pending(cpu, p);
}

void cpu_update_attention(struct cpu *cpu)
{
    struct pending p;
    cpu->attention = cpu->yield_requested || cpu->run_state != CPU_RUNNING || find_pending(cpu, &p);
}

bool cpu_take_interrupt(struct cpu *cpu)
{
    struct pending p;
    if (!find_pending(cpu, &p))
        return false;
    struct exception e = { .kind = p.kind, .target_el = p.target_el, .is_virtual = p.is_virtual, .return_pc = cpu->pc };
    static const u8 scr_bits[] = { [EXC_IRQ] = SCR_IRQ, [EXC_FIQ] = SCR_FIQ, [EXC_SERROR] = SCR_EA };
    e.to_monitor = p.target_el == 3 && bit(cpu->sys.scr_el3, scr_bits[p.kind]);
    cpu->it_now = cpu->pstate.it;
    if (p.kind == EXC_SERROR) {
        e.esr = (u64)EC_SERROR << 26 | 1u << 25;
        if (p.is_virtual && cpu_has(cpu, FEAT_RAS))
            e.esr |= bits(cpu->sys.vsesr_el2, 24, 0);
        if (p.is_virtual)
            cpu->sys.hcr_el2 &= ~(1ull << HCR_VSE);
    }
    cpu_take_exception(cpu, &e);
    return true;
}

bool cpu_has_wakeup(const struct cpu *cpu)
{
    u32 physical = 1u << LINE_IRQ | 1u << LINE_FIQ | 1u << LINE_SERROR;
    if (cpu->lines & physical)
        return true;
    u64 hcr = cpu->sys.hcr_el2;
    if (cpu->pstate.el >= 2 || !cpu_el2_enabled(cpu) || bit(hcr, HCR_TGE))
        return false;
    return (bit(hcr, HCR_IMO) && (bit(hcr, HCR_VI) || cpu->lines >> LINE_VIRQ & 1)) ||
           (bit(hcr, HCR_FMO) && (bit(hcr, HCR_VF) || cpu->lines >> LINE_VFIQ & 1)) || (bit(hcr, HCR_AMO) && bit(hcr, HCR_VSE));
}

bool cpu_has_unmasked(const struct cpu *cpu)
{
    struct pending p;
    return find_pending(cpu, &p);
}

static void wake(struct cpu *cpu)
{
    cpu->run_state = CPU_RUNNING;
    if (cpu->host.woken)
        cpu->host.woken(cpu->host.machine, cpu);
}

void cpu_set_line(void *owner, unsigned n, bool level)
{
    struct cpu *cpu = owner;
    cpu->lines = (cpu->lines & ~(1u << n)) | (u32)level << n;
    if ((cpu->run_state == CPU_WFI && cpu_has_wakeup(cpu)) || (cpu->run_state == CPU_WFE && cpu_has_unmasked(cpu)))
        wake(cpu);
    cpu_update_attention(cpu);
}

void cpu_send_event(struct cpu *cpu)
{
    cpu->event_register = true;
    if (cpu->run_state == CPU_WFE) {
        cpu->event_register = false;
        wake(cpu);
    }
    cpu_update_attention(cpu);
}
