/* A PE with RAM at 0 and an identity map at EL1 or EL0, for tests of the engine: no board, no devices. */
#ifndef TESTS_UNIT_BARE_PE_H
#define TESTS_UNIT_BARE_PE_H

#include "cpu/code_page.h"
#include "cpu/cpu.h"

#include <stdlib.h>

#define BARE_RAM (64 * MIB)
#define BARE_CODE 0x00400000ull
#define BARE_TABLE 0x02800000ull
#define BARE_VECTORS 0x02801000ull
#define BARE_EL1_VIEW (1 * GIB) /* where EL1 sees the same memory */

struct bare_pe {
    struct bus bus;
    struct clock clock;
    struct log log;
    struct code_cache *code;
    struct cpu *cpu;
};

/* The generic timer of a PE that has no machine: its counter is the clock, its timers read as 0. */
static inline u64 bare_timer_hz(void *clock)
{
    return ((struct clock *)clock)->hz;
}

static inline u64 bare_timer_count(void *clock, unsigned cpu)
{
    (void)cpu;
    return ((struct clock *)clock)->now;
}

static inline u64 bare_timer_zero(void *clock, unsigned cpu)
{
    (void)clock;
    (void)cpu;
    return 0;
}

static inline void bare_timer_set(void *clock, unsigned cpu, u64 value)
{
    (void)clock;
    (void)cpu;
    (void)value;
}

static inline u64 bare_timer_read(void *clock, unsigned cpu, unsigned id, unsigned reg)
{
    (void)id;
    (void)reg;
    return bare_timer_zero(clock, cpu);
}

static inline void bare_timer_write(void *clock, unsigned cpu, unsigned id, unsigned reg, u64 value)
{
    (void)id;
    (void)reg;
    bare_timer_set(clock, cpu, value);
}

static inline void bare_timer_events(void *clock, unsigned cpu, bool virtual_count, bool enable, bool falling, unsigned bit_number)
{
    (void)virtual_count;
    (void)enable;
    (void)falling;
    bare_timer_set(clock, cpu, bit_number);
}

/* At EL1, MMU on, pc at BARE_CODE in EL1's view, FP enabled, vectors that hold "b .". NULL: printed why. */
static inline struct bare_pe *bare_pe_new_model(const char *model, bool no_code_pages, bool timing_insn)
{
    struct error err = { { 0 } };
    struct bare_pe *b = calloc(1, sizeof *b);
    log_init(&b->log);
    clock_init(&b->clock, 1000000000);
    bus_init(&b->bus, &b->log);
    struct cpu_config config = { .model = cpu_model_by_name(model), .timing_insn = timing_insn };
    if (!bus_add_ram(&b->bus, "ram", PA(0), BARE_RAM, false, false, &err) ||
        !(b->code = code_cache_new(&b->bus, &b->log, no_code_pages, &err)) ||
        !(b->cpu = cpu_new(&config, &b->bus, &b->clock, &b->log, b->code, &err))) {
        fprintf(stderr, "%s\n", err.text);
        exit(2);
    }
    b->bus.code_written = code_cache_written;
    b->bus.code_owner = b->code;
    /* AF, inner shareable, attribute 0, 1 GiB at 0: for EL0 read/write; and, because EL1 does not execute what EL0 may write, for EL1 alone */
    u64 blocks[2] = { 1u << 10 | 3u << 8 | 1u << 6 | 1, 1u << 10 | 3u << 8 | 1 };
    bus_write_mem(&b->bus, PA(BARE_TABLE), blocks, sizeof blocks);
    for (u64 at = 0; at < 0x800; at += 4)
        bus_write_mem(&b->bus, PA(BARE_VECTORS + at), &(u32){ 0x14000000 }, 4);
    struct cpu *cpu = b->cpu;
    cpu->timer = (struct cpu_timer_port){ bare_timer_hz, bare_timer_count, bare_timer_count, bare_timer_zero, bare_timer_set,
                                          bare_timer_read, bare_timer_write, bare_timer_events, &b->clock, NULL };
    cpu_reset(cpu);
    cpu_enter_at(cpu, 1, BARE_EL1_VIEW + BARE_CODE, 0);
    cpu->sys.mair_el1 = 0xff;
    cpu->sys.tcr_el1 = 25 | 25ull << 16 | 1ull << 23;
    cpu->sys.ttbr0_el1 = BARE_TABLE;
    cpu->sys.vbar_el1 = BARE_EL1_VIEW + BARE_VECTORS;
    cpu->sys.cpacr_el1 = 3u << 20;
    cpu->sys.sctlr_el1 |= 1 | 1u << 2 | 1u << 12;
    cpu->pstate.daif = 15;
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
    return b;
}

static inline struct bare_pe *bare_pe_new(bool no_code_pages, bool timing_insn)
{
    return bare_pe_new_model("cortex-a57", no_code_pages, timing_insn);
}

/* To EL0, where writable pages are executable. */
static inline void bare_pe_to_el0(struct bare_pe *b)
{
    b->cpu->pc &= BARE_EL1_VIEW - 1;
    cpu_set_el(b->cpu, 0, 0);
    cpu_regime_changed(b->cpu);
    cpu_update_fp_enabled(b->cpu);
    cpu_update_attention(b->cpu);
}

static inline void bare_pe_free(struct bare_pe *b)
{
    cpu_free(b->cpu);
    code_cache_free(b->code);
    bus_free(&b->bus);
    log_free(&b->log);
    free(b);
}

#endif
