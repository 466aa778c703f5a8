/* PSCI 1.1 (DEN0022E). A CPU that is off waits in psci_wait, in the monitor. */
#include "monitor.h"

enum { SUCCESS = 0, INVALID_PARAMETERS = -2, ALREADY_ON = -4, ON_PENDING = -5, INVALID_ADDRESS = -9 };

/* Function numbers; 64-bit forms have bit 30 of the identifier set */
enum { VERSION, SUSPEND, OFF, ON, AFFINITY_INFO, MIGRATE_INFO_TYPE = 6, SYSTEM_OFF = 8, SYSTEM_RESET, FEATURES };
enum { SMC32 = 1, SMC64 = 2 }; /* which forms there are */

#define TRUSTED_OS_ON_EVERY_CPU 2 /* MIGRATE_INFO_TYPE: nothing to migrate */

static const u8 forms[] = { [VERSION] = SMC32,       [SUSPEND] = SMC32 | SMC64, [OFF] = SMC32,          [ON] = SMC32 | SMC64,
                            [AFFINITY_INFO] = SMC32 | SMC64, [MIGRATE_INFO_TYPE] = SMC32, [SYSTEM_OFF] = SMC32, [SYSTEM_RESET] = SMC32,
                            [FEATURES] = SMC32 };

static bool is_function(u32 id)
{
    u32 number = id & 0xffff;
    if (sizeof(long) == 4 && id >> 30 & 1) /* AArch32 has the 32-bit forms */
        return false;
    return (id & 0xbfff0000) == 0x84000000 && number < sizeof forms && forms[number] & (id >> 30 & 1 ? SMC64 : SMC32);
}

static struct cpu *cpu_of(unsigned long mpidr)
{
    for (unsigned i = 0; i < monitor.cpus; i++)
        if (monitor.cpu[i].index == mpidr)
            return &monitor.cpu[i];
    return 0;
}

static bool is_entry(unsigned long address)
{
    return address >= RAM_BASE && address - RAM_BASE < monitor.ram_size && is_entry_aligned(address);
}

void psci_wait(struct cpu *cpu)
{
    while (cpu->state != CPU_ON_PENDING)
        wait_for_event();
    cpu->state = CPU_ON;
}

static long cpu_on(unsigned long target, unsigned long entry, unsigned long context)
{
    struct cpu *cpu = cpu_of(target);
    if (!cpu)
        return INVALID_PARAMETERS;
    if (!is_entry(entry))
        return INVALID_ADDRESS;
    lock(&monitor.lock);
    enum cpu_state before = cpu->state;
    if (before == CPU_OFF) {
        cpu->entry = entry;
        cpu->context = context;
        cpu->state = CPU_ON_PENDING;
    }
    unlock(&monitor.lock);
    send_event();
    return before == CPU_OFF ? SUCCESS : before == CPU_ON ? ALREADY_ON : ON_PENDING;
}

/* Above the CPUs (level 0) there are one cluster, which is the system: on, as who asks is. Lower affinity fields are ignored (5.7). */
static long affinity_info(unsigned long target, unsigned long level)
{
    static const u8 answer[] = { [CPU_ON] = 0, [CPU_OFF] = 1, [CPU_ON_PENDING] = 2 };
    struct cpu *cpu = cpu_of(level ? target & ~0xfful : target);
    if (!cpu || level > 3)
        return INVALID_PARAMETERS;
    return level ? 0 : answer[cpu->state];
}

/* power_state, bit 16: power down, and begin at `entry`; else wait only. Any interrupt, also a masked one, ends the wait. */
static long cpu_suspend(struct cpu *cpu, struct frame *f, unsigned long power_state, unsigned long entry, unsigned long context)
{
    bool power_down = power_state >> 16 & 1;
    if (power_state & ~0x301fffful)
        return INVALID_PARAMETERS;
    if (power_down && !is_entry(entry))
        return INVALID_ADDRESS;
    wait_for_interrupt();
    if (power_down)
        start_worlds(cpu, f, entry, context);
    return SUCCESS;
}

static void cpu_off(struct cpu *cpu, struct frame *f)
{
    secure_timer_off();
    cpu->state = CPU_OFF;
    psci_wait(cpu);
    start_worlds(cpu, f, cpu->entry, cpu->context);
}

/* SMC32 forms have 32-bit arguments. */
static unsigned long argument(const struct frame *f, unsigned n)
{
    return f->r[0] >> 30 & 1 ? f->r[n] : (u32)f->r[n];
}

bool psci_call(struct cpu *cpu, struct frame *f)
{
    unsigned long a1 = argument(f, 1), a2 = argument(f, 2), a3 = argument(f, 3);
    long result = SUCCESS;
    if (!is_function((u32)f->r[0]))
        return false;
    switch (f->r[0] & 0xffff) {
    case VERSION:
        result = 1 << 16 | 1;
        break;
    case SUSPEND:
        result = cpu_suspend(cpu, f, a1, a2, a3);
        if (cpu->current == SECURE) /* the worlds begin anew */
            return true;
        break;
    case OFF:
        cpu_off(cpu, f);
        return true;
    case ON:
        result = cpu_on(a1, a2, a3);
        break;
    case AFFINITY_INFO:
        result = affinity_info(a1, a2);
        break;
    case MIGRATE_INFO_TYPE:
        result = TRUSTED_OS_ON_EVERY_CPU;
        break;
    case SYSTEM_OFF:
        board_power_off();
    case SYSTEM_RESET:
        board_reset();
    case FEATURES:
        result = is_function((u32)a1) || (u32)a1 == 0x80000000 ? SUCCESS : NOT_SUPPORTED; /* SMCCC_VERSION is asked for here, too */
        break;
    }
    f->r[0] = (unsigned long)result;
    return true;
}
