/* Exception-generating instructions and ERET (DDI 0487 C4.1.66, D1.3, D1.4). */
#include "cpu/aarch32.h"
#include "cpu/bti.h"
#include "cpu/debug.h"
#include "cpu/engine.h"
#include "cpu/model.h"
#include "cpu/pauth.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

HANDLER(SVC)
{
    cpu_sync(cpu, op, budget);
    exception_sync(cpu, exception_default_target(cpu), EC_SVC64, (u32)op->imm, cpu->pc + 4);
    EXCEPTION();
}

/* HVC: UNDEFINED at EL0, without EL2, in Secure state, or where SCR_EL3.HCE or HCR_EL2.HCD says so. True: handled by our firmware. */
static NOINLINE bool hvc(struct cpu *cpu, u32 imm)
{
    u8 el = cpu->pstate.el;
    if (!cpu->has_el2 && el && cpu->host.firmware_call(cpu->host.machine, cpu, CONDUIT_HVC))
        return true;
    bool disabled = cpu->has_el3 ? !bit(cpu->sys.scr_el3, SCR_HCE) : bit(cpu->sys.hcr_el2, HCR_HCD); /* HCD: at EL2 too, TGE or not */
    if (el == 0 || !cpu->has_el2 || disabled || (el == 1 && !cpu_el2_enabled(cpu)))
        cpu_undefined(cpu);
    else
        exception_sync(cpu, el == 3 ? 3 : 2, EC_HVC64, imm, cpu->pc + 4);
    return false;
}

HANDLER(HVC)
{
    cpu_sync(cpu, op, budget);
    if (!hvc(cpu, (u32)op->imm))
        EXCEPTION();
    END_SYSTEM();
}

/* SMC: HCR_EL2.TSC comes first; without EL3 it is our firmware's conduit, and else UNDEFINED. */
static NOINLINE bool smc(struct cpu *cpu, u32 imm)
{
    u8 el = cpu->pstate.el;
    if (el == 0) {
        cpu_undefined(cpu);
    } else if (el == 1 && bit(cpu_hcr(cpu), HCR_TSC)) {
        exception_sync(cpu, 2, EC_SMC64, imm, cpu->pc);
    } else if (!cpu->has_el3) {
        if (cpu->host.firmware_call(cpu->host.machine, cpu, CONDUIT_SMC))
            return true;
        cpu_undefined(cpu);
    } else if (bit(cpu->sys.scr_el3, SCR_SMD)) {
        cpu_undefined(cpu);
    } else {
        exception_sync(cpu, 3, EC_SMC64, imm, cpu->pc + 4);
    }
    return false;
}

HANDLER(SMC)
{
    cpu_sync(cpu, op, budget);
    if (!smc(cpu, (u32)op->imm))
        EXCEPTION();
    END_SYSTEM();
}

HANDLER(BRK)
{
    cpu_sync(cpu, op, budget);
    bti_at_brk(cpu);
    u8 target = debug_target(cpu); /* BRK is never masked: from above the target it is taken where it is */
    exception_sync(cpu, target > cpu->pstate.el ? target : cpu->pstate.el, EC_BRK64, (u32)op->imm, cpu->pc);
    EXCEPTION();
}

/* HLT #0xF000 is semihosting where the machine offers it. */
HANDLER(HLT)
{
    cpu_sync(cpu, op, budget);
    if (op->imm == 0xf000 && cpu->host.semihosting && cpu->host.semihosting(cpu->host.machine, cpu))
        END_SYSTEM();
    cpu_undefined(cpu);
    EXCEPTION();
}

static NOINLINE void undefined(struct cpu *cpu)
{
    cpu->stats.undefined++;
    cpu_undefined(cpu);
}

HANDLER(DCPS1)
{
    cpu_sync(cpu, op, budget);
    undefined(cpu);
    EXCEPTION();
}

HANDLER(DCPS2)
{
    cpu_sync(cpu, op, budget);
    undefined(cpu);
    EXCEPTION();
}

HANDLER(DCPS3)
{
    cpu_sync(cpu, op, budget);
    undefined(cpu);
    EXCEPTION();
}

HANDLER(DRPS)
{
    cpu_sync(cpu, op, budget);
    undefined(cpu);
    EXCEPTION();
}

/* ---- ERET ---- */

/* The EL that an SPSR names; 4: none. */
static u8 el_of_spsr(const struct cpu *cpu, u64 spsr)
{
    if (!bit(spsr, 4))
        return (u8)bits(spsr, 3, 2);
    u8 mode = (u8)bits(spsr, 4, 0);
    return aarch32_mode_is_bad(cpu, mode) ? 4 : aarch32_el_of(cpu, mode);
}

/* ELUsingAArch32() of a lower EL, as far as the current one decides it: of EL0 the SPSR alone does, where EL1 is AArch64. */
static bool would_be_aarch32(const struct cpu *cpu, u8 el)
{
    return el < cpu->pstate.el && cpu_has(cpu, FEAT_AARCH32) && cpu_el_is_aarch32(cpu, el);
}

/* IllegalExceptionReturn() */
static bool is_illegal_return(const struct cpu *cpu, u64 spsr)
{
    u8 el = el_of_spsr(cpu, spsr);
    bool to_aarch32 = bit(spsr, 4);
    if (to_aarch32 && (el == 0 ? !cpu_has(cpu, FEAT_AARCH32) : el == 4 || !would_be_aarch32(cpu, el)))
        return true;
    if (!to_aarch32 && (bit(spsr, 1) || (el && would_be_aarch32(cpu, el)) || (el == 0 && would_be_aarch32(cpu, 1) && cpu->pstate.el > 1)))
        return true;
    if (el > cpu->pstate.el || (el == 0 && !to_aarch32 && bit(spsr, 0)) || (el == 2 && !cpu->has_el2) || (el == 3 && !cpu->has_el3))
        return true;
    if (el == 2 && !cpu_el2_enabled(cpu))
        return true;
    return el == 1 && cpu_el2_enabled(cpu) && bit(cpu->sys.hcr_el2, HCR_TGE);
}

static u64 elr(const struct cpu *cpu)
{
    const u64 elrs[] = { 0, cpu->sys.elr_el1, cpu->sys.elr_el2, cpu->sys.elr_el3 };
    return elrs[cpu->pstate.el];
}

static void return_to_aarch32(struct cpu *cpu, u32 spsr, u32 to)
{
    cpu->sp_el[cpu->pstate.sp_sel ? cpu->pstate.el : 0] = cpu->x[SLOT_SP];
    cpu->pstate.uao = false;
    cpu->pstate.btype = 0;
    aarch32_enter(cpu, (u8)bits(spsr, 4, 0));
    aarch32_set_psr_fields(cpu, spsr);
    cpu->pc = to & (cpu->pstate.t ? ~1u : ~3u);
    cpu_choose_context(cpu);
    cpu_update_attention(cpu);
}

/* AArch64.ExceptionReturn() with SetPSTATEFromPSR() */
static NOINLINE void exception_return(struct cpu *cpu, u64 to)
{
    const u64 spsrs[] = { 0, cpu->sys.spsr_el1, cpu->sys.spsr_el2, cpu->sys.spsr_el3 };
    u8 from = cpu->pstate.el;
    u64 spsr = spsrs[from];
    bool illegal = is_illegal_return(cpu, spsr);
    u8 to_el = illegal ? from : el_of_spsr(cpu, spsr);
    bool ss = debug_return_ss(cpu, spsr, to_el);
    cpu->stats.erets++;
    cpu->exclusive.armed = false;
    cpu->event_register = true; /* an exception return is an event for WFE (D1.6.1) */
    cpu_set_nzcv(cpu, (u32)spsr & 0xf0000000);
    cpu->pstate.daif = (u8)bits(spsr, 9, 6);
    cpu->pstate.ss = ss;
    cpu->pstate.pan = cpu_has(cpu, FEAT_PAN) && bit(spsr, 22);
    cpu->pstate.uao = cpu_has(cpu, FEAT_UAO) && bit(spsr, 23);
    cpu->pstate.ssbs = cpu_has(cpu, FEAT_SSBS) && bit(spsr, 12);
    cpu->pstate.btype = cpu_has(cpu, FEAT_BTI) ? (u8)bits(spsr, 11, 10) : 0;
    cpu->pstate.il = illegal || bit(spsr, 20);
    if (illegal)
        log_line(cpu->log, LOG_GUEST_ERRORS, "cpu%u illegal exception return at EL%u, pc %#llx: SPSR %#llx", cpu->index, from,
                 (unsigned long long)cpu->pc, (unsigned long long)spsr);
    if (log_on(cpu->log, LOG_INT))
        log_line(cpu->log, LOG_INT, "cpu%u return %sEL%u->%sEL%u to %#llx SPSR %#llx", cpu->index, exception_world(cpu, from), from,
                 exception_world(cpu, to_el), to_el, (unsigned long long)to, (unsigned long long)spsr);
    cpu->pc = to;
    if (!illegal && bit(spsr, 4))
        return_to_aarch32(cpu, (u32)spsr, (u32)to);
    else if (!illegal)
        cpu_set_el(cpu, to_el, bit(spsr, 0)); /* with DAIF as it is now */
    else
        cpu_update_attention(cpu);
    if (cpu->host.exception_returned)
        cpu->host.exception_returned(cpu->host.machine, cpu, from);
}

HANDLER(ERET)
{
    cpu_sync(cpu, op, budget);
    if (cpu->pstate.el == 0)
        undefined(cpu);
    else
        exception_return(cpu, elr(cpu));
    EXCEPTION();
}

static NOINLINE void authenticated_return(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key)
{
    cpu_sync(cpu, op, budget);
    if (cpu->pstate.el == 0)
        undefined(cpu);
    else if (pauth_auth(cpu, op, budget, key, elr(cpu), cpu->x[SLOT_SP]))
        exception_return(cpu, cpu->slow.value[0]);
}

HANDLER(ERETAA)
{
    authenticated_return(cpu, op, budget, PAUTH_IA);
    EXCEPTION();
}

HANDLER(ERETAB)
{
    authenticated_return(cpu, op, budget, PAUTH_IB);
    EXCEPTION();
}
