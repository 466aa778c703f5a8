/* RAM to load into, and what the loaders say of it. */
#ifndef TESTS_UNIT_LOADER_RIG_H
#define TESTS_UNIT_LOADER_RIG_H

#include "loader/loader.h"

#include "emu/platform/error.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RAM_BASE 0x40000000ull
#define RAM_SIZE (16 * MIB)

struct fixture {
    struct bus bus;
    struct log log;
    struct load_plan plan;
    struct error err;
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    log_init(&f->log);
    bus_init(&f->bus, &f->log);
    f->plan = (struct load_plan){ .bus = &f->bus, .ram_base = RAM_BASE, .ram_size = RAM_SIZE };
    *state = f;
    return !bus_add_ram(&f->bus, "ram", PA(RAM_BASE), RAM_SIZE, false, false, &f->err);
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    bus_free(&f->bus);
    log_free(&f->log);
    free(f);
    return 0;
}

static inline u32 word_at(struct fixture *f, u64 addr)
{
    u32 word = 0;
    assert_true(bus_read_mem(&f->bus, PA(addr), &word, sizeof word));
    return word;
}

#endif
