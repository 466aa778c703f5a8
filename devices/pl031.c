/* PL031 real-time clock (DDI 0224C). Counts seconds of virtual time from a given base; the guest may set it. */
#include "devices/pl031.h"

struct pl031 {
    struct device dev;
    u32 base;       /* RTCDR at power-on */
    u32 offset;     /* RTCDR = whole virtual seconds + offset */
    u32 mr, lr, imsc, ris;
    struct event match;
};

static struct pl031 *self(struct device *dev)
{
    return (struct pl031 *)dev;
}

static void pl031_update(struct device *dev)
{
    irq_set(&dev->irq[0], self(dev)->ris & self(dev)->imsc & 1);
}

static u32 seconds_now(const struct pl031 *r)
{
    return (u32)clock_count_at(r->dev.clock, r->dev.clock->now, 1) + r->offset;
}

static void match_fired(void *owner)
{
    struct pl031 *r = owner;
    r->ris = 1;
    pl031_update(&r->dev);
}

/* RTCINTR comes when RTCDR becomes equal to RTCMR: up to 2^32 seconds from now. */
static void schedule_match(struct pl031 *r)
{
    struct clock *clock = r->dev.clock;
    u32 ahead = r->mr - seconds_now(r);
    if (ahead == 0) {
        clock_cancel(clock, &r->match);
        match_fired(r);
        return;
    }
    u64 count = clock_count_at(clock, clock->now, 1) + ahead;
    clock_schedule(clock, &r->match, clock_tick_of_count(clock, count, 1));
}

static u32 dr_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return seconds_now(self(dev));
}

static void mr_wrote(struct device *dev)
{
    schedule_match(self(dev));
}

static void lr_wrote(struct device *dev)
{
    struct pl031 *r = self(dev);
    r->offset += r->lr - seconds_now(r);
    schedule_match(r);
}

/* RTCCR.0 starts the counter and cannot stop it (3.3.4); a write of 1 sets it to 0 only on a counter that was not started, and ours runs
 * from power-on. */
static void cr_write(struct device *dev, u32 offset, u32 value)
{
    (void)dev;
    (void)offset;
    (void)value;
}

static u32 cr_read(struct device *dev, u32 offset, bool peek)
{
    (void)dev;
    (void)offset;
    (void)peek;
    return 1;
}

void pl031_set_base(struct device *dev, u32 seconds)
{
    self(dev)->base = seconds;
}

static void pl031_reset(struct device *dev)
{
    struct pl031 *r = self(dev);
    r->offset = r->base - (u32)clock_count_at(dev->clock, 0, 1);
    r->match.name = "pl031 match";
    r->match.fire = match_fired;
    r->match.owner = r;
    clock_cancel(dev->clock, &r->match);
    pl031_update(dev);
}

static const struct reg pl031_regs[] = {
    { 0x000, "RTCDR", RO, .read = dr_read },
    { 0x004, "RTCMR", RW, FIELD_OF(struct pl031, mr), .wrote = mr_wrote },
    { 0x008, "RTCLR", RW, FIELD_OF(struct pl031, lr), .wrote = lr_wrote },
    { 0x00c, "RTCCR", RW, .read = cr_read, .write = cr_write },
    { 0x010, "RTCIMSC", RW, FIELD_OF(struct pl031, imsc), .wmask = 1, .wrote = pl031_update },
    { 0x014, "RTCRIS", RO, FIELD_OF(struct pl031, ris) },
    { 0x018, "RTCMIS", RO, FIELD_OF(struct pl031, ris), SEEN_THROUGH(struct pl031, imsc) },
    { 0x01c, "RTCICR", WO, FIELD_OF(struct pl031, ris), .clears = true, .wrote = pl031_update },
    PRIMECELL_ID_REGS(0x31, 0x10, 0x04, 0x00),
};

static const struct state_field pl031_state[] = {
    STATE_FIELD(struct pl031, offset),
};

const struct device_type pl031_type = {
    .name = "pl031",
    .size = 0x1000,
    .instance_size = sizeof(struct pl031),
    .reg_bytes = 4,
    .regs = pl031_regs,
    .reg_count = ARRAY_SIZE(pl031_regs),
    .reset = pl031_reset,
    .state = pl031_state,
    .state_count = ARRAY_SIZE(pl031_state),
    .fdt = { .node = "pl031", .compatible = "arm,pl031;arm,primecell", .clock_names = "apb_pclk" },
};
