/* Self-hosted debug. Only the watched engine asks; which is why cpu_debug_wants_watched must know when it is needed. */
#include "cpu/debug.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/op.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg_hooks.h"
#include "emu/platform/bits.h"

enum { MDSCR_SS = 0, MDSCR_KDE = 13, MDSCR_MDE = 15, BREAKPOINTS = 6, WATCHPOINTS = 4, FIRST_CONTEXT_BREAKPOINT = 4 };

/* DBGBCR.BT: what a context breakpoint compares; one more: linked. CONTEXT: CONTEXTIDR_EL2 in a host, else CONTEXTIDR_EL1; 1, 2: of that EL. */
enum { BT_CONTEXT = 2, BT_CONTEXT1 = 6, BT_VMID = 8, BT_VMID_CONTEXT1 = 10, BT_CONTEXT2 = 12, BT_FULL_CONTEXT = 14 };

/* The Secure PL1 modes of ARMv7 are EL3's. */
u8 debug_target(const struct cpu *cpu)
{
    if (cpu->model->aarch32_only && cpu_is_secure(cpu))
        return 3;
    return cpu_el2_enabled(cpu) && (bit(cpu->sys.mdcr_el2, 8) || bit(cpu->sys.hcr_el2, HCR_TGE)) ? 2 : 1;
}

/* AArch64.GenerateDebugExceptionsFrom() and AArch32's, which knows neither KDE nor PSTATE.D, but takes none from Hyp mode. */
static bool enabled_from(const struct cpu *cpu, u8 el, bool masked)
{
    bool secure = cpu->has_el3 && (el == 3 || !bit(cpu->sys.scr_el3, SCR_NS));
    u8 target = debug_target(cpu);
    if (bit(cpu->sys.oslsr_el1, 1) || bit(cpu->sys.osdlr_el1, 0) || el > target)
        return false;
    if (cpu->model->aarch32_only) /* SPIDEN is asserted, as DBGAUTHSTATUS says: Secure PL1 takes them too (DDI 0406 C2.1.2) */
        return secure || el != 2;
    if (secure && el < 3 && cpu_el_is_aarch32(cpu, 1)) /* SPD32: enabled, or not; without a word SPIDEN says, which is not asserted. SUIDEN */
        return bits(cpu->sys.mdcr_el3, 15, 14) == 3 || (el == 0 && bit(cpu->sys.sder32_el3, 0));
    if (secure && bit(cpu->sys.mdcr_el3, 16)) /* SDD */
        return false;
    if (cpu_el_is_aarch32(cpu, target))
        return el != 2;
    return el < target || (bit(cpu->sys.mdscr_el1, MDSCR_KDE) && !masked);
}

static bool enabled_here(const struct cpu *cpu)
{
    return enabled_from(cpu, cpu->pstate.el, cpu->pstate.daif & DAIF_D);
}

/* Software step is of debug targets in AArch64 (DDI 0487 D2.12.2). */
static bool steps(const struct cpu *cpu)
{
    return bit(cpu->sys.mdscr_el1, MDSCR_SS) && !cpu_el_is_aarch32(cpu, debug_target(cpu));
}

static bool any_enabled(const u64 *control, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (bit(control[i], 0))
            return true;
    return false;
}

/* DBGVCR's bits that there are: of the Non-secure, the Hyp, the Monitor and the Secure vectors, a byte each, from bit 31 down. ARMv8's have no Hyp
 * mode's and no Reset, and none of Monitor mode below an EL3 in AArch64; without EL3 the low byte alone is there. */
static u32 vector_catch_bits(const struct cpu *cpu)
{
    if (cpu->model->aarch32_only)
        return (cpu->has_el3 ? 0xde00dcdf : 0xdf) | (cpu->has_el2 ? 0x00fe0000 : 0);
    return cpu->has_el3 ? 0xde0000de : 0xde;
}

static bool catches_vectors(const struct cpu *cpu)
{
    return cpu->sys.dbgvcr32_el2 && cpu->pstate.aarch32 && cpu_el_is_aarch32(cpu, 1);
}

bool cpu_debug_wants_watched(const struct cpu *cpu)
{
    u64 mdscr = cpu->sys.mdscr_el1;
    if (!bit(mdscr, MDSCR_SS) && !bit(mdscr, MDSCR_MDE))
        return false;
    if (!enabled_here(cpu))
        return false;
    return steps(cpu) || catches_vectors(cpu) || any_enabled(cpu->sys.dbgbcr_el1, BREAKPOINTS) || any_enabled(cpu->sys.dbgwcr_el1, WATCHPOINTS);
}

bool debug_return_ss(const struct cpu *cpu, u64 spsr, u8 el)
{
    return bit(spsr, 21) && steps(cpu) && !enabled_here(cpu) && enabled_from(cpu, el, bit(spsr, 9));
}

/* ---- matching ---- */

/* HMC, SSC and the privilege field: which ELs and security states (AArch64.StateMatch()). */
static bool state_matches(const struct cpu *cpu, u64 control, u8 el)
{
    unsigned ssc = (unsigned)bits(control, 15, 14), privilege = (unsigned)bits(control, 2, 1);
    bool hmc = bit(control, 13), secure = cpu_is_secure(cpu);
    if ((ssc == 1 && secure) || (ssc == 2 && !secure))
        return false;
    switch (el) {
    case 3:
        return hmc && !(ssc & 1);
    case 2:
        return hmc;
    case 1:
        return privilege & 1;
    default:
        return privilege & 2;
    }
}

/* DBGBVR.VMID against VTTBR_EL2's, of a guest and its EL0 alone. */
static bool vmid_matches(const struct cpu *cpu, u64 value)
{
    bool wide = bit(cpu->sys.vtcr_el2, 19);
    return cpu_el2_enabled(cpu) && cpu->pstate.el < 2 && !cpu_is_in_host(cpu) && bits(value, wide ? 47 : 39, 32) == cpu_vmid(cpu);
}

/* A context-aware breakpoint's value (AArch64.BreakpointValueMatch()), by its type without the bit that makes it linked. */
static bool context_matches(const struct cpu *cpu, unsigned n)
{
    u64 value = cpu->sys.dbgbvr_el1[n], id2 = cpu->sys.contextidr_el2;
    bool below = cpu->pstate.el < 2, host = cpu_is_in_host(cpu);
    bool id1_matches = below && !host && (u32)value == (u32)cpu->sys.contextidr_el1;
    bool id2_matches = cpu->pstate.el < 3 && cpu_el2_enabled(cpu) && value >> 32 == (u32)id2;
    if (n < FIRST_CONTEXT_BREAKPOINT || n >= BREAKPOINTS)
        return false;
    switch (bits(cpu->sys.dbgbcr_el1[n], 23, 20) & ~1ull) {
    case BT_CONTEXT:
        return host ? (u32)value == (u32)id2 : id1_matches;
    case BT_VMID:
        return vmid_matches(cpu, value);
    case BT_VMID_CONTEXT1:
        return vmid_matches(cpu, value) && id1_matches;
    case BT_CONTEXT1:
        return cpu_has(cpu, FEAT_DEBUGV8P1) && id1_matches;
    case BT_CONTEXT2:
        return cpu_has(cpu, FEAT_DEBUGV8P1) && id2_matches;
    case BT_FULL_CONTEXT:
        return cpu_has(cpu, FEAT_DEBUGV8P1) && id1_matches && id2_matches;
    default:
        return false; /* reserved: as if disabled */
    }
}

/* AArch32.VCRMatch(), the address-matching form (DDI 0406 C3.2.5, DDI 0487 G2.10): an instruction at an enabled vector, however the PE came there.
 * Hyp mode takes no debug exceptions, so that its bits do nothing. CONSTRAINED UNPREDICTABLE, and no match here: the vectors of Prefetch and Data
 * Aborts where the exception goes to the EL that they belong to and would be caught again; the second halfword of a vector. */
static bool vector_matches(const struct cpu *cpu)
{
    const u32 aborts = 0x18181818;
    bool secure = cpu_is_secure(cpu), high = bit(aarch32_sctlr(cpu), SCTLR_V), v7 = cpu->model->aarch32_only;
    u32 pc = (u32)cpu->pc, vbar = (u32)(aarch32_is_secure_bank(cpu) ? cpu->sys.vbar_s : cpu->sys.vbar_el1), base = high ? 0xffff0000 : vbar, match = 0;
    u32 vector = 1u << (pc >> 2 & 7) & ~1u;
    if (!catches_vectors(cpu) || cpu->pstate.el == 2 || pc & 3)
        return false;
    if (pc >> 5 == base >> 5)
        match |= cpu->has_el3 && !secure ? vector << 24 : vector;
    if (v7 && cpu->has_el3 && secure && pc >> 5 == (u32)cpu->sys.mvbar >> 5)
        match |= vector << 8;
    if (v7 && (secure || !cpu->has_el3) && pc == (high ? 0xffff0000 : 0)) /* Reset */
        match |= 1;
    match &= (u32)cpu->sys.dbgvcr32_el2;
    return match & (debug_target(cpu) != 2 && cpu->pstate.el ? ~aborts : ~0u);
}

/* A linked breakpoint or watchpoint asks the context breakpoint that LBN names, which must be of a linked type. */
static bool link_matches(const struct cpu *cpu, u64 control)
{
    unsigned n = (unsigned)bits(control, 19, 16);
    return n < BREAKPOINTS && bit(cpu->sys.dbgbcr_el1[n], 0) && bit(cpu->sys.dbgbcr_el1[n], 20) && context_matches(cpu, n);
}

static bool breakpoint_matches(const struct cpu *cpu, unsigned n)
{
    u64 control = cpu->sys.dbgbcr_el1[n];
    unsigned type = (unsigned)bits(control, 23, 20);
    if (!bit(control, 0) || !state_matches(cpu, control, cpu->pstate.el))
        return false;
    if (type > 1) /* a context breakpoint by itself; the linked types (odd) only serve others */
        return !(type & 1) && context_matches(cpu, n);
    return bits(cpu->sys.dbgbvr_el1[n], 48, 2) == bits(cpu->pc, 48, 2) && (type == 0 || link_matches(cpu, control));
}

static bool watchpoint_matches(const struct cpu *cpu, unsigned n, u64 addr, unsigned size, bool write, u8 el)
{
    u64 control = cpu->sys.dbgwcr_el1[n], value = bits(cpu->sys.dbgwvr_el1[n], 48, 0);
    if (!bit(control, 0) || !bit(control, write ? 4 : 3) || !state_matches(cpu, control, el))
        return false;
    if (bit(control, 20) && !link_matches(cpu, control))
        return false;
    unsigned mask = (unsigned)bits(control, 28, 24), select = (unsigned)bits(control, 12, 5);
    for (unsigned i = 0; i < size; i++) {
        u64 byte = bits(addr + i, 48, 0);
        bool hit = mask ? byte >> mask == value >> mask : (byte & ~7ull) == (value & ~7ull) && select >> (byte & 7) & 1;
        if (hit)
            return true;
    }
    return false;
}

bool cpu_debug_watchpoint(struct cpu *cpu, u64 addr, unsigned size, bool write, bool unprivileged, struct fault *fault)
{
    if (!bit(cpu->sys.mdscr_el1, MDSCR_MDE) || !enabled_here(cpu))
        return false;
    for (unsigned n = 0; n < WATCHPOINTS; n++)
        if (watchpoint_matches(cpu, n, addr, size, write, unprivileged ? 0 : cpu->pstate.el)) {
            *fault = (struct fault){ .type = FAULT_DEBUG, .kind = write ? MMU_WRITE : MMU_READ, .va = VA(addr), .why = "a watchpoint matches" };
            return true;
        }
    return false;
}

/* ---- between instructions ---- */

static void take(struct cpu *cpu, u8 ec_lower, u32 iss)
{
    u8 target = debug_target(cpu);
    exception_sync(cpu, target, (u8)(target > cpu->pstate.el ? ec_lower : ec_lower + 1), iss, cpu->pc);
}

/* LDXR, LDAXR, LDXP, LDAXP: what ISS.EX tells, so that a stepping debugger does not loop in a sequence that it breaks. */
static bool is_load_exclusive(u32 word)
{
    return bits(word, 29, 22) == 0x21; /* 001000, o2 0, L 1 */
}

bool cpu_debug_before(struct cpu *cpu)
{
    u64 mdscr = cpu->sys.mdscr_el1;
    if (!(mdscr & (1u << MDSCR_SS | 1u << MDSCR_MDE)) || !enabled_here(cpu))
        return true;
    if (steps(cpu) && !cpu->pstate.ss) { /* active-pending */
        u32 stepped = cpu->step_pending ? 1u << 24 | (u32)cpu->step_exclusive << 6 : 0; /* ISV, EX */
        cpu->step_pending = false;
        take(cpu, EC_STEP_LOWER, stepped | 0x22);
        return false;
    }
    if (bit(mdscr, MDSCR_MDE) && vector_matches(cpu)) {
        exception_sync(cpu, debug_target(cpu), EC_VECTOR_CATCH, 0x22, cpu->pc);
        return false;
    }
    if (bit(mdscr, MDSCR_MDE))
        for (unsigned n = 0; n < BREAKPOINTS; n++)
            if (breakpoint_matches(cpu, n)) {
                take(cpu, EC_BREAKPOINT_LOWER, 0x22);
                return false;
            }
    cpu->step_pending = steps(cpu);
    cpu->step_exclusive = cpu->step_pending && is_load_exclusive(op_word(cpu->cur_op));
    return true;
}

/* An instruction takes active-not-pending to active-pending. */
void cpu_debug_after(struct cpu *cpu)
{
    if (cpu->step_pending && cpu->pstate.ss)
        cpu->pstate.ss = false;
}

/* ---- registers ---- */

/* A leave through `attention`, which between instructions is computed afresh: the engine is chosen again. */
void cpu_debug_state_changed(struct cpu *cpu)
{
    if (cpu->sys.mdscr_el1 & (1u << MDSCR_SS | 1u << MDSCR_MDE))
        cpu->attention = true;
}

/* The engine is chosen again: a leave through `attention`, which between instructions is computed afresh. */
bool write_debug(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    bool partitions = sr->state == (s32)offsetof(struct cpu, sys.mdcr_el2) && (bits(value, 4, 0) != cpu->model->pmu_counters || bit(value, 7));
    if (partitions)
        log_once(cpu->log, LOG_UNIMP, "MDCR_EL2: HPMN, HPME are stored, no effect: event counters are not kept for EL2");
    cpu->attention = true;
    return true;
}

bool write_vector_catch(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->sys.dbgvcr32_el2 = value & vector_catch_bits(cpu);
    cpu->attention = true;
    return true;
}

bool write_oslar(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->sys.oslsr_el1 = (u64)bit(value, 0) << 1;
    cpu->attention = true;
    return true;
}

/* OSLM 0b10: the lock is implemented. */
u64 read_oslsr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return 8 | (cpu->sys.oslsr_el1 & 2);
}

/* DBGCLAIMSET and CLR: eight tag bits; reading SET gives all ones, reading CLR the tags. */
bool write_claim(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    bool set = bits(sr->enc, 6, 3) == 8;
    if (set)
        cpu->sys.dbgclaim_el1 |= value & 0xff;
    else
        cpu->sys.dbgclaim_el1 &= ~(value & 0xff);
    return true;
}
