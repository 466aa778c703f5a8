/* What all boards are made of: devices from a table, flash banks, and the list of boards. */
#define _GNU_SOURCE /* strptime, timegm */
#include "emu/boards/board.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RTC_FIXED_BASE 1704067200u /* 2024-01-01 00:00:00 UTC */

static const struct board_class *const boards[] = { &virt_board, &vexpress_board };

const struct board_class *board_at(unsigned i)
{
    return i < ARRAY_SIZE(boards) ? boards[i] : NULL;
}

const struct board_class *board_by_name(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(boards); i++)
        if (!strcmp(boards[i]->name, name))
            return boards[i];
    return NULL;
}

struct device *board_find(const struct board *board, const char *name)
{
    for (unsigned i = 0; i < board->device_count; i++)
        if (!strcmp(board->devices[i]->name, name))
            return board->devices[i];
    return NULL;
}

/* ---- building ---- */

static bool add_device(struct machine *m, const struct board_device *row, unsigned copy, struct error *err)
{
    struct board *b = m->board;
    u64 base = row->base + copy * row->type->size;
    unsigned irqs = row->irqs ? row->irqs : 1, at = b->device_count;
    if (at == BOARD_MAX_DEVICES)
        return error_set(err, "board: no room for %s", row->name);
    struct device *dev = device_new(row->type, row->name, base, &m->bus, &m->clock, &m->log, err);
    if (!dev)
        return false;
    b->device_count++;
    b->devices[at] = dev;
    b->secure_only[at] = row->where == SECURE_ONLY;
    b->spi[at] = row->spi == NO_SPI ? NO_SPI : (u16)(row->spi + copy * irqs);
    for (unsigned i = 0; row->spi != NO_SPI && i < irqs; i++)
        irq_connect(&dev->irq[i], gic_set_spi, m->gic, b->spi[at] + i);
    return device_map(dev, b->secure_only[at], err);
}

bool board_add_devices(struct machine *m, const struct board_device *table, unsigned count, struct error *err)
{
    for (unsigned i = 0; i < count; i++) {
        const struct board_device *row = &table[i];
        if (row->where == SECURE_ONLY && !m->options->secure)
            continue;
        for (unsigned copy = 0; copy < (row->count ? row->count : 1u); copy++)
            if (!add_device(m, row, copy, err))
                return false;
    }
    return true;
}

static void flash_mode_changed(void *owner)
{
    machine_memory_map_changed(owner);
}

bool board_add_flash(struct machine *m, unsigned bank, const struct flash_place *place, struct error *err)
{
    static const char *const names[MAX_FLASH] = { "flash0", "flash1" };
    struct flash_config config = { .name = names[bank],
                                   .base = place->base,
                                   .size = place->size,
                                   .has_alias = place->has_alias,
                                   .alias = place->alias,
                                   .secure_only = place->secure_only,
                                   .image = m->options->pflash[bank],
                                   .readonly = m->options->pflash_readonly[bank],
                                   .mode_changed = flash_mode_changed,
                                   .owner = m };
    return (m->board->flash[bank] = flash_new(&config, &m->bus, &m->log, err)) != NULL;
}

/* "2024-01-31T12:00:00", "2024-01-31", "utc", "host". */
bool board_rtc_base(const struct machine *m, u32 *seconds, struct error *err)
{
    const char *text = m->options->rtc_base;
    struct tm tm = { 0 };
    *seconds = RTC_FIXED_BASE;
    if (!text)
        return true;
    if (!strcmp(text, "host") || !strcmp(text, "utc") || !strcmp(text, "localtime")) {
        *seconds = (u32)time(NULL);
        return true;
    }
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest) {
        tm = (struct tm){ 0 };
        rest = strptime(text, "%Y-%m-%d", &tm);
    }
    if (!rest || *rest)
        return error_set(err, "-rtc base=%s: neither host, utc nor a date like 2024-01-31T12:00:00", text);
    *seconds = (u32)timegm(&tm);
    return true;
}

/* ---- life ---- */

bool board_new(struct machine *m, struct error *err)
{
    const char *name = m->options->machine;
    m->board = calloc(1, sizeof *m->board);
    if (!m->board)
        return error_set(err, "board: no memory");
    m->board->class = name ? board_by_name(name) : boards[0];
    if (!m->board->class)
        return error_set(err, "-M %s: there is no such board", name);
    if (m->options->smp > m->board->class->max_cpus)
        return error_set(err, "-smp %u: %s has 1 to %u", m->options->smp, m->board->class->name, m->board->class->max_cpus);
    return true;
}

bool board_build(struct machine *m, struct error *err)
{
    return m->board->class->build(m, err);
}

void board_reset(struct machine *m)
{
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_reset(m->board->devices[i]);
    for (unsigned i = 0; i < MAX_FLASH; i++)
        flash_reset(m->board->flash[i]);
    if (m->board->class->reset)
        m->board->class->reset(m);
}

void board_free(struct machine *m)
{
    if (!m->board)
        return;
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_free(m->board->devices[i]);
    if (m->board->class && m->board->class->free)
        m->board->class->free(m);
    for (unsigned i = 0; i < MAX_FLASH; i++)
        flash_free(m->board->flash[i]);
    free(m->board);
    m->board = NULL;
}
