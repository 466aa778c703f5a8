/* A machine with board, PEs and GIC, without loaders and run: for tests of the board, the console and the monitor. */
#ifndef TESTS_UNIT_BOARD_RIG_H
#define TESTS_UNIT_BOARD_RIG_H

#include "cpu/code_page.h"
#include "emu/boards/virt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static inline struct machine *board(const struct options *o)
{
    struct error err = { { 0 } };
    struct machine *m = calloc(1, sizeof *m);
    struct gic_config gic = { .cpus = o->smp, .spis = 256, .num_lrs = o->virtualization ? 4 : 0, .priority_bits = 5, .security = o->secure };
    m->options = o;
    log_init(&m->log);
    clock_init(&m->clock, 1000000000);
    bus_init(&m->bus, &m->log);
    m->code = code_cache_new(&m->bus, &m->log, false, &err);
    m->gic = gic_new(&gic, &m->log, &err);
    assert_non_null(m->gic);
    for (unsigned i = 0; i < o->smp; i++) {
        struct cpu_config config = { .model = cpu_model_by_name(o->cpu), .index = i, .has_el2 = o->virtualization, .has_el3 = o->secure };
        m->cpus[m->cpu_count++] = cpu_new(&config, &m->bus, &m->clock, &m->log, m->code, &err);
    }
    if (!board_new(m, &err) || !board_build(m, &err))
        fail_msg("%s", err.text);
    board_reset(m);
    return m;
}

static inline void drop(struct machine *m)
{
    board_free(m);
    for (unsigned i = 0; i < m->cpu_count; i++)
        cpu_free(m->cpus[i]);
    gic_free(m->gic);
    code_cache_free(m->code);
    bus_free(&m->bus);
    log_free(&m->log);
    free(m);
}

static inline struct options defaults(void)
{
    return (struct options){ .virtualization = true, .highmem = true, .mem = 1 * GIB, .smp = 2, .num_lrs = 4, .cpu = "cortex-a53", .seed = 7 };
}

#endif
