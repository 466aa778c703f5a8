/* Exceptions taken to AArch32: AArch32.EnterMode(), EnterHypMode(), EnterMonitorMode() (DDI 0487 G1.13-G1.16; DDI 0406 B1.8, B1.9).
 * What an exception is stands in struct exception as for AArch64: its class (ESR's EC) names the vector and the mode here. */
#include "cpu/aarch32.h"

#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* Vector offsets. */
enum { VECTOR_UND = 0x04, VECTOR_SVC = 0x08, VECTOR_PABT = 0x0c, VECTOR_DABT = 0x10, VECTOR_HYP_TRAP = 0x14, VECTOR_IRQ = 0x18, VECTOR_FIQ = 0x1c };

/* How an exception is taken: its vector, the mode that takes it where neither Hyp nor Monitor mode does, and how far behind the preferred
 * return address LR points, in A32 and in T32 state. */
struct way {
    u8 vector, mode, lr_a32, lr_t32;
};

static const struct way undefined_way = { VECTOR_UND, MODE_UND, 4, 2 }, call_way = { VECTOR_SVC, MODE_SVC, 0, 0 },
                        prefetch_way = { VECTOR_PABT, MODE_ABT, 4, 4 }, data_way = { VECTOR_DABT, MODE_ABT, 8, 8 },
                        irq_way = { VECTOR_IRQ, MODE_IRQ, 4, 4 }, fiq_way = { VECTOR_FIQ, MODE_FIQ, 4, 4 };

static const struct way *way_of(const struct exception *e)
{
    static const struct way *const by_kind[] = { NULL, &irq_way, &fiq_way, &data_way };
    if (e->kind != EXC_SYNC)
        return by_kind[e->kind];
    switch (e->esr >> 26) {
    case EC_SVC32:
    case EC_HVC32:
    case EC_SMC32:
        return &call_way;
    case EC_IABORT_LOWER:
    case EC_IABORT_SAME:
    case EC_PC_ALIGNMENT:
    case EC_BREAKPOINT_LOWER:
    case EC_BREAKPOINT_SAME:
    case EC_BKPT32:
    case EC_VECTOR_CATCH:
        return &prefetch_way;
    case EC_DABORT_LOWER:
    case EC_DABORT_SAME:
    case EC_WATCHPOINT_LOWER:
    case EC_WATCHPOINT_SAME:
        return &data_way;
    default: /* what is UNDEFINED, and what is trapped */
        return &undefined_way;
    }
}

/* ---- fault registers ---- */

/* MOE of a debug exception in DBGDSCRext and FSR: 0b0001 breakpoint, 0b0011 BKPT, 0b0101 vector catch, 0b1010 watchpoint. */
static void note_debug_event(struct cpu *cpu, const struct exception *e)
{
    static const u8 moe[64] = { [EC_BREAKPOINT_LOWER] = 1, [EC_BREAKPOINT_SAME] = 1, [EC_BKPT32] = 3, [EC_VECTOR_CATCH] = 5,
                                [EC_WATCHPOINT_LOWER] = 10, [EC_WATCHPOINT_SAME] = 10 };
    u8 ec = (u8)(e->esr >> 26);
    if (e->kind == EXC_SYNC && moe[ec & 63])
        cpu->sys.mdscr_el1 = (cpu->sys.mdscr_el1 & ~(0xfull << 2)) | (u64)moe[ec & 63] << 2;
}

/* Is the status of an abort that Monitor mode takes in the long format? It is where either world's tables are (AArch32.ReportDataAbort()). */
static bool is_long_for_monitor(const struct cpu *cpu, const struct exception *e)
{
    bool from_normal = !cpu_is_secure(cpu) && e->kind == EXC_SYNC;
    return bit(cpu->sys.ttbcr_s, 31) || (from_normal && (cpu->pstate.el == 2 || bit(cpu->sys.tcr_el1, 31)));
}

/* DFSR and DFAR, or IFSR and IFAR, of the bank that the abort is taken in; `lpae`: in the long format. */
static void note_abort(struct cpu *cpu, const struct exception *e, bool fetch, bool lpae)
{
    struct sysregs *s = &cpu->sys;
    bool secure = aarch32_is_secure_bank(cpu);
    u32 status = lpae ? 1u << 9 | 0x22 : 2; /* a debug exception */
    if (e->fault)
        status = lpae ? fault_fsr_long(e->fault) : fault_fsr_short(e->fault);
    else if (e->kind == EXC_SERROR)
        status = lpae ? 1u << 9 | 0x11 : 0x406; /* asynchronous external abort */
    else if (e->esr >> 26 == EC_PC_ALIGNMENT)
        status = lpae ? 1u << 9 | 0x21 : 1;
    if (fetch) {
        *(secure ? &s->ifsr_s : &s->ifsr32_el2) = status;
        if (e->far_valid)
            *(secure ? &s->far_s : &s->far_el1) = (u32)(secure ? s->far_s : s->far_el1) | e->far << 32;
    } else {
        *(secure ? &s->dfsr_s : &s->esr_el1) = status;
        if (e->far_valid)
            *(secure ? &s->far_s : &s->far_el1) = ((secure ? s->far_s : s->far_el1) & ~0xffffffffull) | (u32)e->far;
    }
}

/* HSR has no classes of debug exceptions: they are Prefetch Aborts and Data Aborts with status 0b100010 (DDI 0487 G8.2.78; DDI 0406 B3.13.6). */
static u32 hsr_of(const struct cpu *cpu, const struct exception *e)
{
    const u32 debug_fault = 0x22, cm_wnr = 1u << 8 | 1u << 6;
    bool from_hyp = cpu->pstate.el == 2;
    switch (e->esr >> 26) {
    case EC_BREAKPOINT_LOWER:
    case EC_BREAKPOINT_SAME:
    case EC_BKPT32:
    case EC_VECTOR_CATCH:
        return (u32)(from_hyp ? EC_IABORT_SAME : EC_IABORT_LOWER) << 26 | 1u << 25 | debug_fault;
    case EC_WATCHPOINT_LOWER:
    case EC_WATCHPOINT_SAME:
        return (u32)(from_hyp ? EC_DABORT_SAME : EC_DABORT_LOWER) << 26 | 1u << 25 | ((u32)e->esr & cm_wnr) | debug_fault;
    default:
        return (u32)e->esr;
    }
}

/* HSR, and HDFAR or HIFAR, HPFAR. */
static void note_hyp(struct cpu *cpu, const struct exception *e, bool fetch)
{
    struct sysregs *s = &cpu->sys;
    if (e->kind == EXC_SYNC)
        s->esr_el2 = hsr_of(cpu, e);
    else if (e->kind == EXC_SERROR)
        s->esr_el2 = (u32)(cpu->pstate.el == 2 ? EC_DABORT_SAME : EC_DABORT_LOWER) << 26 | 1u << 25 | 0x11;
    if (e->far_valid)
        s->far_el2 = fetch ? (u32)s->far_el2 | e->far << 32 : (s->far_el2 & ~0xffffffffull) | (u32)e->far;
    if (e->hpfar_valid)
        s->hpfar_el2 = (u32)e->hpfar;
}

/* ---- entry ---- */

/* What is to be saved: the SPSR, and the state of an IT block as the return address wants it. */
u32 aarch32_saved_psr(const struct cpu *cpu, const struct exception *e)
{
    return aarch32_psr(cpu, e->return_pc == cpu->pc ? cpu->it_now : cpu->pstate.it);
}

/* `sctlr`: the one of that mode. */
static void enter(struct cpu *cpu, u8 mode, u64 sctlr, u8 masks, u64 vector)
{
    aarch32_set_mode(cpu, mode);
    cpu->pstate.it = cpu->it_now = 0;
    cpu->pstate.ss = cpu->pstate.il = false;
    cpu->pstate.t = bit(sctlr, SCTLR_TE);
    cpu->pstate.daif |= masks;
    if (cpu_has(cpu, FEAT_SSBS))
        cpu->pstate.ssbs = bit(sctlr, SCTLR_DSSBS_AARCH32);
    aarch32_set_endianness(cpu, bit(sctlr, SCTLR_EE));
    cpu->pc = (u32)vector;
    cpu_update_attention(cpu);
}

static void enter_hyp(struct cpu *cpu, const struct exception *e, const struct way *way)
{
    u64 hsctlr = cpu->sys.sctlr_el2, scr = cpu->has_el3 ? cpu->sys.scr_el3 : 0;
    bool from_hyp = cpu->pstate.el == 2, interrupt = e->kind == EXC_IRQ || e->kind == EXC_FIQ;
    u8 vector = from_hyp || interrupt ? way->vector : VECTOR_HYP_TRAP;
    u8 masks = (u8)((bit(scr, SCR_EA) ? 0 : DAIF_A) | (bit(scr, SCR_FIQ) ? 0 : DAIF_F) | (bit(scr, SCR_IRQ) ? 0 : DAIF_I));
    note_hyp(cpu, e, way == &prefetch_way);
    u32 psr = aarch32_saved_psr(cpu, e);
    u32 to = (u32)e->return_pc;
    enter(cpu, MODE_HYP, hsctlr, masks, cpu->sys.vbar_el2 + vector);
    cpu->sys.spsr_el2 = psr;
    cpu->sys.elr_el2 = to;
}

/* MVBAR; everything is masked, and the PE is Secure. */
static void enter_monitor(struct cpu *cpu, const struct exception *e, const struct way *way)
{
    u32 psr = aarch32_saved_psr(cpu, e), lr = (u32)e->return_pc + (cpu->pstate.t ? way->lr_t32 : way->lr_a32);
    bool is_long = is_long_for_monitor(cpu, e);
    if (cpu->pstate.mode == MODE_MON) {
        cpu->sys.scr_el3 &= ~(1ull << SCR_NS);
        cpu_regime_changed(cpu);
    }
    enter(cpu, MODE_MON, cpu->sys.sctlr_s, DAIF_A | DAIF_I | DAIF_F, cpu->sys.mvbar + way->vector);
    if (way == &prefetch_way || way == &data_way)
        note_abort(cpu, e, way == &prefetch_way, is_long);
    cpu->sys.spsr_el3 = psr;
    cpu->x[14] = lr;
}

static void enter_pl1(struct cpu *cpu, const struct exception *e, const struct way *way)
{
    u32 psr = aarch32_saved_psr(cpu, e), lr = (u32)e->return_pc + (cpu->pstate.t ? way->lr_t32 : way->lr_a32);
    if (cpu->pstate.mode == MODE_MON && cpu->pstate.aarch32) { /* Monitor mode's own exceptions are Secure */
        cpu->sys.scr_el3 &= ~(1ull << SCR_NS);
        cpu_regime_changed(cpu);
    }
    bool secure = aarch32_is_secure_bank(cpu), masks_a = way == &prefetch_way || way == &data_way || way == &irq_way || way == &fiq_way;
    u64 sctlr = secure ? cpu->sys.sctlr_s : cpu->sys.sctlr_el1, vbar = secure ? cpu->sys.vbar_s : cpu->sys.vbar_el1;
    bool may_mask = !cpu->has_el3 || cpu->has_el2 || secure; /* else SCR.AW and FW say */
    u8 masks = DAIF_I;
    if (masks_a && (may_mask || bit(cpu->sys.scr_el3, SCR_AW)))
        masks |= DAIF_A;
    if (way == &fiq_way && (may_mask || bit(cpu->sys.scr_el3, SCR_FW)))
        masks |= DAIF_F;
    if (way == &prefetch_way || way == &data_way)
        note_abort(cpu, e, way == &prefetch_way, bit(secure ? cpu->sys.ttbcr_s : cpu->sys.tcr_el1, 31));
    if (cpu_has(cpu, FEAT_PAN) && !bit(sctlr, SCTLR_SPAN))
        cpu->pstate.pan = true;
    enter(cpu, way->mode, sctlr, masks, (bit(sctlr, SCTLR_V) ? 0xffff0000 : (u32)vbar) + way->vector);
    *aarch32_spsr(cpu, way->mode) = psr;
    cpu->x[14] = lr;
}

void aarch32_take_exception(struct cpu *cpu, struct exception *e)
{
    const struct way *way = way_of(e);
    note_debug_event(cpu, e);
    if (e->target_el == 2)
        enter_hyp(cpu, e, way);
    else if (e->to_monitor)
        enter_monitor(cpu, e, way);
    else
        enter_pl1(cpu, e, way);
}
