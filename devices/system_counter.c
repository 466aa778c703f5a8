/* The control frame of the generic timer's system counter, CNTControlBase (DDI 0406C, E; DDI 0487, I2). The counter runs from power-on and cannot be
 * stopped or set: CNTCR is stored, no effect, and CNTCV is read-only here. */
#include "devices/system_counter.h"

enum { CNTCR_EN = 1 << 0 };

struct system_counter {
    struct device dev;
    u32 cntcr;
    u64 hz;
    u64 (*count)(void *owner);
    void *owner;
};

static struct system_counter *self(struct device *dev)
{
    return (struct system_counter *)dev;
}

void system_counter_connect(struct device *dev, u64 hz, u64 (*count)(void *owner), void *owner)
{
    self(dev)->hz = hz;
    self(dev)->count = count;
    self(dev)->owner = owner;
}

static u32 cntcv_read(struct device *dev, u32 offset, bool peek)
{
    struct system_counter *s = self(dev);
    (void)peek;
    return s->count ? (u32)(s->count(s->owner) >> (offset == 0xc ? 32 : 0)) : 0;
}

static void cntcv_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    (void)value;
    log_once(dev->log, LOG_UNIMP, "%s: CNTCV cannot be set", dev->name);
}

static u32 cntfid0_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return (u32)self(dev)->hz;
}

static void cntcr_wrote(struct device *dev)
{
    if (!(self(dev)->cntcr & CNTCR_EN))
        log_once(dev->log, LOG_UNIMP, "%s: the counter cannot be stopped", dev->name);
}

static const struct reg system_counter_regs[] = {
    { 0x000, "CNTCR", RW, FIELD_OF(struct system_counter, cntcr), .reset = 1, .wmask = 0x103, .wrote = cntcr_wrote },
    { 0x004, "CNTSR", RO, .reset = 1 << 8 }, /* FCACK: entry 0 of the frequency table */
    { 0x008, "CNTCV", RW, .count = 2, .read = cntcv_read, .write = cntcv_write },
    { 0x020, "CNTFID0", RO, .read = cntfid0_read },
    { 0x024, "CNTFID1", RO, .reset = 0 }, /* end of the table */
    { 0xfd0, "CounterID", RO, .count = 12 },
};

const struct device_type system_counter_type = {
    .name = "system-counter",
    .size = 0x1000,
    .instance_size = sizeof(struct system_counter),
    .reg_bytes = 4,
    .regs = system_counter_regs,
    .reg_count = ARRAY_SIZE(system_counter_regs),
};
