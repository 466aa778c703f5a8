/* PSCI 1.1 (Arm DEN0022E), answered by the machine itself where no firmware does: SMC where EL2 exists, else HVC. */
#include "emu/machine.h"

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

/* Every state is a standby state here: a power-down request may be downgraded (5.4.4). */
static s64 cpu_suspend(const struct call *c)
{
    if (!cpu_has_wakeup(c->cpu))
        c->cpu->run_state = CPU_WFI;
    cpu_request_yield(c->cpu);
    return PSCI_SUCCESS;
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
    const struct bus_region *region = bus_find(&c->m->bus, PA(c->arg[1]));
    if (!region || !region->host)
        return PSCI_INVALID_ADDRESS;
    cpu_reset(target);
    cpu_enter_at(target, target->has_el2 ? 2 : 1, c->arg[1], c->arg[2]);
    target->run_state = CPU_RUNNING;
    cpu_request_yield(c->cpu);
    return PSCI_SUCCESS;
}

/* Levels above the PE itself are always on. */
static s64 affinity_info(const struct call *c)
{
    if (c->arg[1] > 3)
        return PSCI_INVALID_PARAMETERS;
    if (c->arg[1] > 0)
        return AFFINITY_ON;
    const struct cpu *target = find_cpu(c->m, c->arg[0]);
    if (!target)
        return PSCI_INVALID_PARAMETERS;
    return target->run_state == CPU_OFF ? AFFINITY_OFF : AFFINITY_ON;
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

static const struct psci_function *find_function(u32 id)
{
    u32 number = id & 0xffff, base = id & ~0xffffu;
    if (number >= ARRAY_SIZE(functions) || !functions[number].run)
        return NULL;
    if (base == SMC32_STANDARD || (base == SMC64_STANDARD && functions[number].smc64))
        return &functions[number];
    return NULL;
}

/* No function here has feature flags; those that exist answer 0. */
static s64 features(const struct call *c)
{
    return find_function((u32)c->arg[0]) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

bool psci_call(void *machine, struct cpu *cpu, enum conduit conduit)
{
    struct machine *m = machine;
    if (m->has_firmware || cpu->has_el3 || conduit != (cpu->has_el2 ? CONDUIT_SMC : CONDUIT_HVC))
        return false;
    u32 id = (u32)cpu->x[0];
    const struct psci_function *f = find_function(id);
    if (!f) {
        log_line(&m->log, LOG_UNIMP, "psci: function %#x is not supported", id);
        cpu->x[0] = (u64)(s64)PSCI_NOT_SUPPORTED;
        return true;
    }
    struct call c = { m, cpu, { cpu->x[1], cpu->x[2], cpu->x[3] } };
    if ((id & ~0xffffu) == SMC32_STANDARD)
        for (unsigned i = 0; i < ARRAY_SIZE(c.arg); i++)
            c.arg[i] = (u32)c.arg[i];
    cpu->x[0] = (u64)f->run(&c);
    return true;
}
