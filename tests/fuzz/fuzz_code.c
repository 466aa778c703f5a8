/* Whole random code pages on a bare PE: whatever a guest executes, the program neither crashes nor trips a sanitizer.
 *
 * The first byte of an input chooses EL, model and timing; the rest fills RAM from the reset vector on, code and tables alike. */
#include "cpu/code_page.h"
#include "cpu/cpu.h"
#include "emu/platform/bits.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define RAM_BASE 0x40000000ull
#define RAM_BYTES (1 * MIB)
#define CODE_BYTES (16 * KIB)
#define SLICE 20000
#define SLICES 4

/* A device that answers, so that wild loads and stores find one: it returns what it was asked for. */
static enum bus_result echo(void *owner, struct bus_access *acc)
{
    (void)owner;
    if (!acc->write)
        acc->value = acc->offset;
    return acc->offset & 0x800 ? BUS_SLAVE_ERROR : BUS_OK;
}

/* A counter that stands for the generic timer. */
static u64 timer_zero(void *timer)
{
    (void)timer;
    return 62500000;
}

static u64 timer_count(void *timer, unsigned cpu)
{
    (void)cpu;
    return ((struct clock *)timer)->now;
}

static void timer_set(void *timer, unsigned cpu, u64 value)
{
    (void)timer;
    (void)cpu;
    (void)value;
}

static u64 timer_read(void *timer, unsigned cpu, unsigned id, unsigned reg)
{
    (void)timer;
    (void)cpu;
    return id * 8 + reg;
}

static void timer_write(void *timer, unsigned cpu, unsigned id, unsigned reg, u64 value)
{
    (void)timer;
    (void)cpu;
    (void)id;
    (void)reg;
    (void)value;
}

static void event_stream(void *timer, unsigned cpu, bool virtual_count, bool enable, bool falling, unsigned bit_number)
{
    (void)timer;
    (void)cpu;
    (void)virtual_count;
    (void)enable;
    (void)falling;
    (void)bit_number;
}

static bool no_call(void *machine, struct cpu *cpu, enum conduit conduit)
{
    (void)machine;
    (void)cpu;
    (void)conduit;
    return false;
}

static void only_cpu(void *machine, void (*fn)(struct cpu *, void *), void *arg)
{
    fn(machine, arg);
}

static struct cpu *make_cpu(struct bus *bus, struct clock *clock, struct log *log, struct code_cache *code, u8 choice)
{
    static const char *const models[] = { "cortex-a53", "cortex-a57", "cortex-a72", "cortex-a57" };
    struct cpu_config config = { .model = cpu_model_by_name(models[choice & 3]), .has_el2 = choice >> 2 & 1, .has_el3 = choice >> 3 & 1,
                                 .rvbar = RAM_BASE, .timing_insn = choice >> 4 & 1 };
    struct error err = { { 0 } };
    struct cpu *cpu = cpu_new(&config, bus, clock, log, code, &err);
    if (!cpu)
        abort();
    cpu->timer = (struct cpu_timer_port){ timer_zero, timer_count, timer_count, timer_count, timer_set, timer_read, timer_write,
                                          event_stream, clock, NULL };
    cpu->host = (struct cpu_host){ .machine = cpu, .firmware_call = no_call, .for_each_cpu = only_cpu };
    cpu_reset(cpu);
    if (choice >> 5 & 1)
        cpu_enter_at(cpu, choice >> 2 & 1 ? 2 : 1, RAM_BASE, 0);
    return cpu;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static const struct bus_mmio_ops ops = { echo };
    struct error err = { { 0 } };
    struct log log;
    struct clock clock;
    struct bus *bus = malloc(sizeof *bus);
    if (size < 1 || !bus) {
        free(bus);
        return 0;
    }
    log_init(&log);
    clock_init(&clock, 1000000000);
    bus_init(bus, &log);
    if (!bus_add_ram(bus, "ram", PA(RAM_BASE), RAM_BYTES, false, false, &err) ||
        !bus_add_mmio(bus, "echo", PA(0x09000000), 0x1000, &ops, NULL, &err))
        abort();
    struct code_cache *code = code_cache_new(bus, &log, data[0] >> 6 & 1, &err);
    if (!code)
        abort();
    bus->code_written = code_cache_written;
    bus->code_owner = code;
    struct cpu *cpu = make_cpu(bus, &clock, &log, code, data[0]);
    bus_write_mem(bus, PA(RAM_BASE), data + 1, size - 1 < CODE_BYTES ? size - 1 : CODE_BYTES);
    for (unsigned i = 0; i < X_SLOTS - 3; i++)
        cpu->x[i] = RAM_BASE + 0x1000 * i;
    for (unsigned i = 0; i < SLICES; i++) {
        if (cpu->run_state == CPU_WFI || cpu->run_state == CPU_WFE)
            cpu_set_line(cpu, LINE_IRQ, i & 1);
        cpu_run(cpu, SLICE);
    }
    cpu_free(cpu);
    code_cache_free(code);
    bus_free(bus);
    free(bus);
    log_free(&log);
    return 0;
}
