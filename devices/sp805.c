/* SP805 watchdog module (DDI 0270B). The counter runs while interrupts are enabled; at zero it interrupts and starts anew; at zero with the
 * interrupt still there it asks for a reset, if that is enabled. Integration test registers are absent. */
#include "devices/sp805.h"

#define DEFAULT_HZ 32768
#define UNLOCK 0x1acce551u

enum { CTRL_INTEN = 1 << 0, CTRL_RESEN = 1 << 1 };

struct sp805 {
    struct device dev;
    u32 load, control, ris, locked;
    u32 value; /* at `base`; what it is now, while it stands */
    u64 base, hz;
    struct event zero;
    void (*bites)(void *owner);
    void *owner;
};

static struct sp805 *self(struct device *dev)
{
    return (struct sp805 *)dev;
}

static void sp805_update(struct device *dev)
{
    irq_set(&dev->irq[0], self(dev)->ris && self(dev)->control & CTRL_INTEN);
}

static u64 clock_count(const struct sp805 *w)
{
    return clock_count_at(w->dev.clock, w->dev.clock->now, w->hz);
}

static u32 value_now(const struct sp805 *w)
{
    if (!(w->control & CTRL_INTEN))
        return w->value;
    u64 passed = clock_count(w) - w->base;
    return passed < w->value ? (u32)(w->value - passed) : 0;
}

/* From `value` on, if it counts. */
static void start(struct sp805 *w, u32 value)
{
    w->value = value;
    w->base = clock_count(w);
    if (w->control & CTRL_INTEN)
        clock_schedule(w->dev.clock, &w->zero, clock_tick_of_count(w->dev.clock, w->base + value, w->hz));
    else
        clock_cancel(w->dev.clock, &w->zero);
}

/* The reload takes one count more: a period is WdogLoad + 1 counts. */
static void reached_zero(void *owner)
{
    struct sp805 *w = owner;
    if (w->ris && w->control & CTRL_RESEN && w->bites)
        w->bites(w->owner);
    w->ris = 1;
    start(w, w->load);
    w->base++;
    clock_schedule(w->dev.clock, &w->zero, clock_tick_of_count(w->dev.clock, w->base + w->load, w->hz));
    sp805_update(&w->dev);
}

/* WdogLock (3.3.7): while it is closed, writes elsewhere have no effect. */
static bool is_locked(struct device *dev)
{
    if (self(dev)->locked)
        log_once(dev->log, LOG_GUEST_ERRORS, "%s: write while WdogLock is closed", dev->name);
    return self(dev)->locked;
}

static void load_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    if (is_locked(dev))
        return;
    self(dev)->load = value;
    start(self(dev), value);
}

static u32 value_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return value_now(self(dev));
}

/* Enabling the interrupt reloads the counter where it was disabled (3.3.3). */
static void control_write(struct device *dev, u32 offset, u32 value)
{
    struct sp805 *w = self(dev);
    (void)offset;
    if (is_locked(dev))
        return;
    bool ran = w->control & CTRL_INTEN, runs = value & CTRL_INTEN;
    u32 now = value_now(w);
    w->control = value & 3;
    if (ran != runs)
        start(w, runs ? w->load : now);
    sp805_update(dev);
}

static void intclr_write(struct device *dev, u32 offset, u32 value)
{
    struct sp805 *w = self(dev);
    (void)offset;
    (void)value;
    if (is_locked(dev))
        return;
    w->ris = 0;
    start(w, w->load);
    sp805_update(dev);
}

static u32 mis_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->ris && self(dev)->control & CTRL_INTEN;
}

static void lock_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->locked = value != UNLOCK;
}

void sp805_connect(struct device *dev, u64 hz, void (*bites)(void *owner), void *owner)
{
    self(dev)->hz = hz;
    self(dev)->bites = bites;
    self(dev)->owner = owner;
}

static void sp805_reset(struct device *dev)
{
    struct sp805 *w = self(dev);
    if (!w->hz)
        w->hz = DEFAULT_HZ;
    clock_cancel(dev->clock, &w->zero);
    w->zero = (struct event){ .name = "sp805", .fire = reached_zero, .owner = w };
    start(w, ~0u);
    sp805_update(dev);
}

static const struct reg sp805_regs[] = {
    { 0x000, "WdogLoad", RW, FIELD_OF(struct sp805, load), .reset = 0xffffffff, .write = load_write },
    { 0x004, "WdogValue", RO, .read = value_read },
    { 0x008, "WdogControl", RW, FIELD_OF(struct sp805, control), .write = control_write },
    { 0x00c, "WdogIntClr", WO, .write = intclr_write },
    { 0x010, "WdogRIS", RO, FIELD_OF(struct sp805, ris) },
    { 0x014, "WdogMIS", RO, .read = mis_read },
    { 0xc00, "WdogLock", RW, FIELD_OF(struct sp805, locked), .write = lock_write },
    PRIMECELL_ID_REGS(0x05, 0x18, 0x14, 0x00),
};

static const struct state_field sp805_state[] = {
    STATE_FIELD(struct sp805, value),
    STATE_FIELD(struct sp805, base),
};

const struct device_type sp805_type = {
    .name = "sp805",
    .size = 0x1000,
    .instance_size = sizeof(struct sp805),
    .reg_bytes = 4,
    .regs = sp805_regs,
    .reg_count = ARRAY_SIZE(sp805_regs),
    .reset = sp805_reset,
    .state = sp805_state,
    .state_count = ARRAY_SIZE(sp805_state),
    .fdt = { .node = "watchdog", .compatible = "arm,sp805;arm,primecell", .clock_names = "wdog_clk;apb_pclk" },
};
