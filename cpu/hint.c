/* Waiting and events (DDI 0487 D1.6, G1.18). */
#include "cpu/hint.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/op.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* Does EL0's SCTLR trap the wait? ARMv7 has no such control. */
static bool is_closed_to_el0(const struct cpu *cpu, bool is_wfe)
{
    return cpu->pstate.el == 0 && !cpu->model->aarch32_only && !bit(cpu_el0_sctlr(cpu), is_wfe ? SCTLR_NTWE : SCTLR_NTWI);
}

/* The EL that traps a wait that would suspend the PE (AArch64.CheckForWFxTrap()); 0: none. */
static u8 wfx_trap_target(const struct cpu *cpu, bool is_wfe)
{
    u8 el = cpu->pstate.el;
    if (is_closed_to_el0(cpu, is_wfe))
        return exception_default_target(cpu);
    if (el < 2 && bit(cpu_hcr(cpu), is_wfe ? HCR_TWE : HCR_TWI))
        return 2;
    if (el < 3 && cpu->has_el3 && !cpu->model->aarch32_only && bit(cpu->sys.scr_el3, is_wfe ? SCR_TWE : SCR_TWI))
        return 3;
    return 0;
}

static void send_event(struct cpu *cpu, void *arg)
{
    (void)arg;
    cpu_send_event(cpu);
}

static void trap(struct cpu *cpu, u8 target, bool is_wfe)
{
    struct exception e = { .kind = EXC_SYNC, .target_el = target, .return_pc = cpu->pc };
    bool halfword = cpu->pstate.t && !(cpu->cur_op->then & OP_WIDE);
    e.esr = (u64)EC_WFX << 26 | (u64)!halfword << 25 | aarch32_iss_condition(cpu) | is_wfe;
    cpu_take_exception(cpu, &e);
}

/* False: trapped. */
static bool wait(struct cpu *cpu, bool is_wfe)
{
    if (is_wfe && (cpu->event_register || (cpu->timer.stream_event && cpu->timer.stream_event(cpu->timer.timer, cpu->index)))) {
        cpu->event_register = false;
        return true;
    }
    if (is_wfe ? cpu_has_unmasked(cpu) : cpu_has_wakeup(cpu))
        return true;
    u8 target = wfx_trap_target(cpu, is_wfe);
    if (target) {
        trap(cpu, target, is_wfe);
        return false;
    }
    cpu->run_state = is_wfe ? CPU_WFE : CPU_WFI;
    cpu->stats.wfis++;
    cpu->attention = true;
    return true;
}

bool cpu_hint(struct cpu *cpu, unsigned hint)
{
    switch (hint) {
    case HINT_WFE:
    case HINT_WFI:
        return wait(cpu, hint == HINT_WFE);
    case HINT_SEV:
        cpu->host.for_each_cpu(cpu->host.machine, send_event, NULL);
        return true;
    case HINT_SEVL:
        cpu->event_register = true;
        return true;
    default: /* YIELD: another PE's turn comes early */
        cpu->gave_way = true;
        cpu_request_yield(cpu);
        return true;
    }
}
