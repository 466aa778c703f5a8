/* A machine put together: PEs, GIC, timers, board and console, wired by their interfaces; and its power-on state. */
#include "emu/machine.h"

#include "cpu/code_page.h"
#include "emu/boards/board.h"
#include "emu/boot.h"
#include "emu/console.h"
#include "emu/debug/gdb.h"
#include "emu/platform/bits.h"
#include "emu/run.h"
#include "emu/trace/insn_log.h"
#include "emu/trace/worlds.h"

#include <stdlib.h>
#include <string.h>

#define TIMER_HZ 62500000u
#define GIC400_GICD_IIDR 0x0200143bu
#define GIC400_PRIORITY_BITS 5

/* Interrupt IDs of the PPIs on this board */
enum { INTID_PMU = 23, INTID_CNTHP = 26, INTID_CNTV = 27, INTID_CNTHV = 28, INTID_CNTPS = 29, INTID_CNTP = 30 };

/* ---- what a PE asks of the machine ---- */

static void for_each_cpu(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    struct machine *m = machine;
    for (unsigned i = 0; i < m->cpu_count; i++)
        fn(m->cpus[i], arg);
}

/* The owner of a PE's timer port is the machine, because an event stream wakes a PE, which the timer does not know. */
static struct generic_timer *timer_of(void *machine)
{
    return ((struct machine *)machine)->timer;
}

static u64 port_frequency(void *machine)
{
    return timer_frequency(timer_of(machine));
}

/* There is one system counter, and no PE may read less than another has read before (D11.1.2). A PE whose turn comes later may be behind
 * in time: it reads what was read last until it has caught up. */
static u64 port_cntpct(void *machine, unsigned cpu)
{
    struct machine *m = machine;
    u64 count = timer_cntpct(m->timer);
    (void)cpu;
    if (count > m->count_seen)
        m->count_seen = count;
    return m->count_seen;
}

static u64 port_cntvct(void *machine, unsigned cpu)
{
    return port_cntpct(machine, cpu) - timer_cntvoff(timer_of(machine), cpu);
}

static u64 port_cntvoff(void *machine, unsigned cpu)
{
    return timer_cntvoff(timer_of(machine), cpu);
}

static void port_set_cntvoff(void *machine, unsigned cpu, u64 offset)
{
    timer_set_cntvoff(timer_of(machine), cpu, offset);
}

static u64 port_read(void *machine, unsigned cpu, unsigned id, unsigned reg)
{
    return timer_read(timer_of(machine), cpu, (enum timer_id)id, (enum timer_reg)reg);
}

static void port_write(void *machine, unsigned cpu, unsigned id, unsigned reg, u64 value)
{
    timer_write(timer_of(machine), cpu, (enum timer_id)id, (enum timer_reg)reg, value);
}

static void wake(void *cpu)
{
    cpu_send_event(cpu);
}

static void port_event_stream(void *machine, unsigned cpu, bool virtual_count, bool enable, bool falling, unsigned bit_number)
{
    struct machine *m = machine;
    timer_event_stream(m->timer, cpu, virtual_count, enable, falling, bit_number, wake, m->cpus[cpu]);
}

static void exception_taken(void *machine, struct cpu *cpu, const struct exception *e)
{
    worlds_exception_taken(((struct machine *)machine)->worlds, cpu, e);
}

static void exception_returned(void *machine, struct cpu *cpu, u8 from_el)
{
    worlds_exception_returned(((struct machine *)machine)->worlds, cpu, from_el);
}

/* On a board without PSCI nobody answers SMC and HVC. */
static bool no_firmware(void *machine, struct cpu *cpu, enum conduit conduit)
{
    (void)machine;
    (void)cpu;
    (void)conduit;
    return false;
}

static bool port_stream_event(void *machine, unsigned cpu)
{
    return timer_stream_wait(timer_of(machine), cpu);
}

static const struct cpu_timer_port timer_port = {
    .frequency = port_frequency,
    .cntpct = port_cntpct,
    .cntvct = port_cntvct,
    .cntvoff = port_cntvoff,
    .set_cntvoff = port_set_cntvoff,
    .read = port_read,
    .write = port_write,
    .event_stream = port_event_stream,
    .stream_event = port_stream_event,
};

_Static_assert((int)CPU_TIMER_HYPVIRT == (int)TIMER_HYPVIRT && (int)CPU_TIMER_SEC == (int)TIMER_SEC, "cpu.h and timer.h number timers alike");
_Static_assert((int)CPU_TIMER_CTL == (int)TIMER_CTL, "cpu.h and timer.h number timer registers alike");

/* ---- wiring ---- */

static void wire_timers(struct machine *m, unsigned cpu)
{
    static const u8 intid[TIMERS] = { [TIMER_PHYS] = INTID_CNTP,
                                      [TIMER_VIRT] = INTID_CNTV,
                                      [TIMER_HYP] = INTID_CNTHP,
                                      [TIMER_SEC] = INTID_CNTPS,
                                      [TIMER_HYPVIRT] = INTID_CNTHV };
    for (unsigned id = 0; id < TIMERS; id++)
        irq_connect(timer_output(m->timer, cpu, (enum timer_id)id), gic_set_ppi, m->gic, cpu * 32 + intid[id]);
}

static void wire_pmu(struct machine *m, unsigned cpu)
{
    unsigned spi = m->board->class->pmu_spi;
    if (spi)
        irq_connect(&m->cpus[cpu]->pmu_irq, gic_set_spi, m->gic, spi + cpu);
    else
        irq_connect(&m->cpus[cpu]->pmu_irq, gic_set_ppi, m->gic, cpu * 32 + INTID_PMU);
}

static void wire_gic(struct machine *m, unsigned cpu)
{
    static const u8 line[GIC_OUTPUTS] = { [GIC_OUT_IRQ] = LINE_IRQ,
                                          [GIC_OUT_FIQ] = LINE_FIQ,
                                          [GIC_OUT_VIRQ] = LINE_VIRQ,
                                          [GIC_OUT_VFIQ] = LINE_VFIQ };
    for (unsigned out = 0; out < GIC_OUTPUTS; out++)
        irq_connect(gic_output(m->gic, cpu, (enum gic_output)out), cpu_set_line, m->cpus[cpu], line[out]);
}

static bool add_cpu(struct machine *m, const struct cpu_model *model, u64 features_off, struct error *err)
{
    const struct options *o = m->options;
    unsigned i = m->cpu_count;
    struct cpu_config config = { .model = model,
                                 .features_off = features_off,
                                 .index = i,
                                 .has_el2 = o->virtualization,
                                 .has_el3 = o->secure,
                                 .rvbar = m->board->class->reset_pc,
                                 .cpus = o->smp,
                                 .periphbase = m->board->class->periphbase,
                                 .timing_insn = o->timing_insn };
    struct cpu *cpu = cpu_new(&config, &m->bus, &m->clock, &m->log, m->code, err);
    if (!cpu)
        return false;
    m->cpus[m->cpu_count++] = cpu;
    cpu->timer = timer_port;
    cpu->timer.timer = m;
    cpu->host.machine = m;
    cpu->host.firmware_call = m->board->class->has_psci ? psci_call : no_firmware;
    cpu->host.for_each_cpu = for_each_cpu;
    if (o->virtualization || o->secure) { /* else there is one world */
        cpu->host.exception_taken = exception_taken;
        cpu->host.exception_returned = exception_returned;
    }
    wire_pmu(m, i);
    wire_timers(m, i);
    wire_gic(m, i);
    return true;
}

static bool open_log(struct machine *m, struct error *err)
{
    const struct options *o = m->options;
    const char *bad;
    size_t bad_len;
    log_init(&m->log);
    if (o->log_file) {
        FILE *file = fopen(o->log_file, "w");
        if (!file)
            return error_set(err, "-D %s: cannot be written", o->log_file);
        m->log.out = file;
    }
    if (o->log_items && !log_parse(&m->log, o->log_items, &bad, &bad_len))
        return error_set(err, "-d: unknown item '%.*s'", (int)bad_len, bad);
    return true;
}

static bool build(struct machine *m, struct error *err)
{
    const struct options *o = m->options;
    if (!open_log(m, err) || !board_new(m, err))
        return false;
    const struct cpu_model *model;
    u64 features_off;
    if (!cpu_model_parse(o->cpu, &model, &features_off, err))
        return false;
    if (o->smp < 1 || o->smp > MACHINE_MAX_CPUS)
        return error_set(err, "-smp %u: 1 to %u", o->smp, MACHINE_MAX_CPUS);
    clock_init(&m->clock, cpu_model_hz(model));
    bus_init(&m->bus, &m->log);
    m->code = code_cache_new(&m->bus, &m->log, o->no_code_pages, err);
    m->timer = timer_new(&m->clock, o->smp, TIMER_HZ, err);
    m->worlds = worlds_new(&m->bus);
    if (!m->worlds)
        return error_set(err, "machine: no memory");
    struct gic_config gic = { .cpus = o->smp,
                              .spis = m->board->class->gic_spis,
                              .num_lrs = o->virtualization ? o->num_lrs : 0,
                              .security = o->secure,
                              .iidr = GIC400_GICD_IIDR,
                              .priority_bits = GIC400_PRIORITY_BITS };
    m->gic = gic_new(&gic, &m->log, err);
    if (!m->code || !m->timer || !m->gic)
        return false;
    m->bus.code_written = code_cache_written;
    m->bus.code_owner = m->code;
    while (m->cpu_count < o->smp)
        if (!add_cpu(m, model, features_off, err))
            return false;
    if (!board_build(m, err))
        return false;
    m->console = console_new(m, err);
    if (!m->console)
        return false;
    run_attach(m);
    m->paused = o->start_paused;
    if (o->gdb && !(m->gdb = gdb_start(m, o->gdb, err)))
        return false;
    m->insn_log = insn_log_attach(m, o->log_filter, err);
    return m->insn_log && machine_reset(m, err);
}

struct machine *machine_new(const struct options *options, struct error *err)
{
    struct machine *m = calloc(1, sizeof *m);
    if (!m) {
        error_set(err, "machine: no memory");
        return NULL;
    }
    m->options = options;
    if (build(m, err))
        return m;
    machine_free(m);
    return NULL;
}

void machine_free(struct machine *m)
{
    if (!m)
        return;
    if (m->insn_log)
        insn_log_free(m->insn_log);
    if (m->gdb)
        gdb_stop(m->gdb);
    console_free(m->console);
    board_free(m);
    for (unsigned i = 0; i < m->cpu_count; i++)
        cpu_free(m->cpus[i]);
    if (m->gic)
        gic_free(m->gic);
    if (m->timer)
        timer_free(m->timer);
    code_cache_free(m->code);
    worlds_free(m->worlds);
    bus_free(&m->bus);
    log_free(&m->log);
    free(m);
}

/* ---- power-on ---- */

/* Where a PE starts. Without PSCI there is nobody to start the others later: they all start together, as the board's firmware expects. */
static void start_cpu(struct machine *m, unsigned i)
{
    struct cpu *cpu = m->cpus[i];
    bool asked = i == 0 || cpu->run_state == CPU_RUNNING, starts = asked || m->has_firmware || m->pen;
    cpu->run_state = starts ? CPU_RUNNING : CPU_OFF;
    if (starts && m->entry_el && (i == 0 || !asked)) /* where a loader has sent another one, it stays */
        boot_enter(m, cpu, m->pen && !asked ? m->pen : m->entry);
}

bool machine_reset(struct machine *m, struct error *err)
{
    m->has_firmware = false;
    m->entry = m->entry_tree = m->pen = 0;
    m->entry_el = 0;
    gic_reset(m->gic);
    timer_reset(m->timer);
    board_reset(m);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        cpu_reset(m->cpus[i]);
        m->cpus[i]->run_state = CPU_OFF; /* a loader may start it */
        worlds_off(m->worlds, i, m->clock.now);
        m->turn_end[i] = 0;
    }
    if (!boot_load_all(m, err))
        return false;
    for (unsigned i = 0; i < m->cpu_count; i++)
        start_cpu(m, i);
    return true;
}
