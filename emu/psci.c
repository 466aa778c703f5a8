/* PSCI 1.1 (Arm DEN0022E), answered by the machine itself where no firmware does: SMC where EL2 exists, else HVC. */
#include "emu/machine.h"

#include "cpu/aarch32.h"
#include "emu/platform/bits.h"

/* Return codes, 5.2.2 */
enum { PSCI_SUCCESS = 0, PSCI_NOT_SUPPORTED = -1, PSCI_INVALID_PARAMETERS = -2, PSCI_ALREADY_ON = -4, PSCI_INVALID_ADDRESS = -9 };

/* Function numbers: bits 15:0 of the identifier (SMC Calling Convention, DEN0028) */
enum {
    PSCI_VERSION,
    PSCI_CPU_SUSPEND,
    PSCI_CPU_OFF,
    PSCI_CPU_ON,
    PSCI_AFFINITY_INFO,
    PSCI_MIGRATE_INFO_TYPE = 6,
    PSCI_SYSTEM_OFF = 8,
    PSCI_SYSTEM_RESET,
    PSCI_FEATURES,
};

#define SMC32_STANDARD 0x84000000u
#define SMC64_STANDARD 0xc4000000u
#define AFFINITY_MASK 0xff00ffffffull
#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define TRUSTED_OS_NOT_PRESENT 2

struct call {
    struct machine *m;
    struct cpu *cpu;
    u64 arg[3]; /* X1 to X3, or W1 to W3 */
};

/* ---- the functions ---- */

static s64 version(const struct call *c)
{
    (void)c;
    return 1 << 16 | 1;
}

/* An address where a PE can start in the Non-secure state. In AArch32 bit 0 chooses T32, and A32 is word-aligned (6.4). */
static bool is_entry(const struct call *c, u64 addr)
{
    u64 alignment = cpu_is_aarch32_only(c->cpu->model) && (addr & 1) ? 0 : 3;
    const struct bus_region *region = addr >> 48 ? NULL : bus_find(&c->m->bus, PA(addr));
    return region && region->host && !region->secure_only && !(addr & alignment);
}

/* The PE as a call that starts it there wants it: EL2 (Hyp mode) where it exists, else EL1 (Supervisor mode), in the state that this EL has
 * (6.4). Its caches and its timers are reset. */
static void start(struct cpu *cpu, u64 entry, u64 context)
{
    cpu_reset(cpu);
    if (cpu_is_aarch32_only(cpu->model))
        cpu_enter_aarch32(cpu, cpu->has_el2 ? MODE_HYP : MODE_SVC, (u32)entry, (const u32[3]){ (u32)context });
    else
        cpu_enter_at(cpu, cpu->has_el2 ? 2 : 1, entry, context);
}

/* power_state in its original format (5.4.2): State ID 15:0, StateType 16 (1: power down), PowerLevel 25:24. All levels up to the system's
 * are there, and deeper ones than the PE's are the PE's, which coordination permits (4.2). */
static s64 cpu_suspend(const struct call *c)
{
    u64 power_state = c->arg[0];
    bool down = bit(power_state, 16);
    if (power_state & ~0x0301ffffull)
        return PSCI_INVALID_PARAMETERS;
    if (down && !is_entry(c, c->arg[1]))
        return PSCI_INVALID_ADDRESS;
    cpu_request_yield(c->cpu);
    if (cpu_has_wakeup(c->cpu)) /* nothing is suspended */
        return PSCI_SUCCESS;
    c->cpu->run_state = CPU_WFI;
    c->m->power_downs[c->cpu->index] = (struct power_down){ down, c->arg[1], c->arg[2] };
    return PSCI_SUCCESS;
}

void psci_woken(struct machine *m, struct cpu *cpu)
{
    struct power_down *p = &m->power_downs[cpu->index];
    if (p->is)
        start(cpu, p->entry, p->context);
    p->is = false;
}

static s64 cpu_off(const struct call *c)
{
    c->cpu->run_state = CPU_OFF;
    cpu_request_yield(c->cpu);
    return PSCI_SUCCESS; /* nobody is there to see it */
}

static struct cpu *find_cpu(const struct machine *m, u64 affinity)
{
    for (unsigned i = 0; i < m->cpu_count; i++)
        if ((m->cpus[i]->mpidr & AFFINITY_MASK) == affinity)
            return m->cpus[i];
    return NULL;
}

static s64 cpu_on(const struct call *c)
{
    struct cpu *target = find_cpu(c->m, c->arg[0]);
    if (!target)
        return PSCI_INVALID_PARAMETERS;
    if (target->run_state != CPU_OFF)
        return PSCI_ALREADY_ON;
    if (!is_entry(c, c->arg[1]))
        return PSCI_INVALID_ADDRESS;
    if (c->m->timer) /* a board's, not a test's */
        timer_reset_cpu(c->m->timer, target->index);
    start(target, c->arg[1], c->arg[2]);
    if (target->host.woken)
        target->host.woken(target->host.machine, target);
    return PSCI_SUCCESS;
}

/* On if one of the PEs of that level is; fields below the level are not looked at (5.7). */
static s64 affinity_info(const struct call *c)
{
    static const u64 level_mask[] = { AFFINITY_MASK, 0xff00ffff00, 0xff00ff0000, 0xff00000000 };
    bool exists = false;
    if (c->arg[1] > 3 || c->arg[0] & ~AFFINITY_MASK)
        return PSCI_INVALID_PARAMETERS;
    for (unsigned i = 0; i < c->m->cpu_count; i++) {
        const struct cpu *cpu = c->m->cpus[i];
        if ((cpu->mpidr ^ c->arg[0]) & level_mask[c->arg[1]])
            continue;
        if (cpu->run_state != CPU_OFF)
            return AFFINITY_ON;
        exists = true;
    }
    return exists ? AFFINITY_OFF : PSCI_INVALID_PARAMETERS;
}

static s64 migrate_info_type(const struct call *c)
{
    (void)c;
    return TRUSTED_OS_NOT_PRESENT;
}

/* The caller must not see another instruction: it is off until the machine ends or starts anew. */
static s64 system_off(const struct call *c)
{
    c->cpu->run_state = CPU_OFF;
    machine_stop(c->m, END_POWER_OFF);
    return PSCI_SUCCESS;
}

static s64 system_reset(const struct call *c)
{
    c->cpu->run_state = CPU_OFF;
    c->m->reset_requested = true;
    for (unsigned i = 0; i < c->m->cpu_count; i++)
        cpu_request_yield(c->m->cpus[i]);
    return PSCI_SUCCESS;
}

static s64 features(const struct call *c);

struct psci_function {
    s64 (*run)(const struct call *c);
    bool smc64; /* also callable with 64-bit arguments */
};

static const struct psci_function functions[] = {
    [PSCI_VERSION] = { version, false },
    [PSCI_CPU_SUSPEND] = { cpu_suspend, true },
    [PSCI_CPU_OFF] = { cpu_off, false },
    [PSCI_CPU_ON] = { cpu_on, true },
    [PSCI_AFFINITY_INFO] = { affinity_info, true },
    [PSCI_MIGRATE_INFO_TYPE] = { migrate_info_type, false },
    [PSCI_SYSTEM_OFF] = { system_off, false },
    [PSCI_SYSTEM_RESET] = { system_reset, false },
    [PSCI_FEATURES] = { features, false },
};

/* AArch32 has no 64-bit calls (DEN0028 2.6). */
static const struct psci_function *find_function(u32 id, bool aarch32)
{
    u32 number = id & 0xffff, base = id & ~0xffffu;
    if (number >= ARRAY_SIZE(functions) || !functions[number].run)
        return NULL;
    if (base == SMC32_STANDARD || (base == SMC64_STANDARD && !aarch32 && functions[number].smc64))
        return &functions[number];
    return NULL;
}

/* No function here has feature flags; those that exist answer 0. */
static s64 features(const struct call *c)
{
    return find_function((u32)c->arg[0], c->cpu->pstate.aarch32) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

/* X0, or R0, whose upper half AArch32 keeps 0 */
static void answer(struct cpu *cpu, s64 result)
{
    cpu->x[0] = cpu->pstate.aarch32 ? (u32)result : (u64)result;
}

bool psci_call(void *machine, struct cpu *cpu, enum conduit conduit)
{
    struct machine *m = machine;
    if (m->has_firmware || cpu->has_el3 || conduit != (cpu->has_el2 ? CONDUIT_SMC : CONDUIT_HVC))
        return false;
    u32 id = (u32)cpu->x[0];
    const struct psci_function *f = find_function(id, cpu->pstate.aarch32);
    if (!f) {
        log_line(&m->log, LOG_UNIMP, "psci: function %#x is not supported", id);
        answer(cpu, PSCI_NOT_SUPPORTED);
        return true;
    }
    struct call c = { m, cpu, { cpu->x[1], cpu->x[2], cpu->x[3] } };
    if ((id & ~0xffffu) == SMC32_STANDARD)
        for (unsigned i = 0; i < ARRAY_SIZE(c.arg); i++)
            c.arg[i] = (u32)c.arg[i];
    answer(cpu, f->run(&c));
    return true;
}
