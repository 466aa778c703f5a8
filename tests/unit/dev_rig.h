/* One device on a bus with a clock, and its first interrupt line watched, for tests of devices. */
#ifndef TESTS_UNIT_DEV_RIG_H
#define TESTS_UNIT_DEV_RIG_H

#include "devices/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define RIG_BASE 0x09000000ull
#define RIG_RAM 0x40000000ull

struct rig {
    struct bus bus;
    struct clock clock;
    struct log log;
    struct device *dev;
    unsigned edges; /* rises of irq[0] */
};

static inline void rig_irq_changed(void *rig, unsigned n, bool level)
{
    (void)n;
    ((struct rig *)rig)->edges += level;
}

static inline struct rig *rig_new(const struct device_type *type)
{
    struct error err = { { 0 } };
    struct rig *r = calloc(1, sizeof *r);
    log_init(&r->log);
    clock_init(&r->clock, 1000000000);
    bus_init(&r->bus, &r->log);
    assert_true(bus_add_ram(&r->bus, "ram", PA(RIG_RAM), 1 * MIB, false, false, &err));
    if (!type)
        return r;
    r->dev = device_new(type, "dut", RIG_BASE, &r->bus, &r->clock, &r->log, &err);
    assert_non_null(r->dev);
    irq_connect(&r->dev->irq[0], rig_irq_changed, r, 0);
    assert_true(device_map(r->dev, false, &err));
    device_reset(r->dev);
    return r;
}

static inline void rig_free(struct rig *r)
{
    device_free(r->dev);
    bus_free(&r->bus);
    log_free(&r->log);
    free(r);
}

static inline u64 rig_access(struct rig *r, u64 addr, unsigned size, bool write, u64 value, bool debug)
{
    struct bus_access acc = { .addr = PA(addr), .size = (u8)size, .write = write, .value = value, .debug = debug };
    assert_int_equal(bus_access(&r->bus, &acc), BUS_OK);
    return acc.value;
}

static inline u32 rd(struct rig *r, u32 offset)
{
    return (u32)rig_access(r, RIG_BASE + offset, 4, false, 0, false);
}

static inline u32 peek(struct rig *r, u32 offset)
{
    return (u32)rig_access(r, RIG_BASE + offset, 4, false, 0, true);
}

static inline void wr(struct rig *r, u32 offset, u32 value)
{
    rig_access(r, RIG_BASE + offset, 4, true, value, false);
}

static inline bool irq_is_up(const struct rig *r)
{
    return r->dev->irq[0].level;
}

/* Virtual time passes. */
static inline void rig_pass_ns(struct rig *r, u64 ns)
{
    u64 until = r->clock.now + clock_ticks_from_ns(&r->clock, ns);
    while (clock_deadline(&r->clock) <= until) {
        r->clock.now = clock_deadline(&r->clock);
        clock_run_due(&r->clock);
    }
    r->clock.now = until;
}

#endif
