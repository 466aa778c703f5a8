/* SP804 dual-timer module (DDI 0271D): two 32/16-bit down counters in free-running, periodic and one-shot mode.
 *
 * A timer is remembered as the value that it had at one count of its clock; what it is now follows from the time that has passed, and one event
 * stands where it reaches zero next. In periodic mode zero and the reload value are the same state, so that the period is TimerXLoad counts,
 * as the manual computes it (4.2). Integration test registers are absent. */
#include "devices/sp804.h"

#include "emu/platform/bits.h"

#define TIMERS 2
#define DEFAULT_HZ 1000000

/* TimerXControl, 3.3.3 */
enum { CTRL_ONE_SHOT = 1 << 0, CTRL_32BIT = 1 << 1, CTRL_INT_ENABLE = 1 << 5, CTRL_PERIODIC = 1 << 6, CTRL_ENABLE = 1 << 7 };

struct timer {
    struct device *dev;
    struct event zero;
    u64 hz;
    u64 base;    /* count of the clock (before the prescaler) at which the counter was `value` */
    u32 value, load, control, ris;
};

struct sp804 {
    struct device dev;
    struct timer timers[TIMERS];
};

static struct sp804 *self(struct device *dev)
{
    return (struct sp804 *)dev;
}

static void sp804_update(struct device *dev)
{
    bool up = false;
    for (unsigned i = 0; i < TIMERS; i++) {
        const struct timer *t = &self(dev)->timers[i];
        up |= t->ris && t->control & CTRL_INT_ENABLE;
    }
    irq_set(&dev->irq[0], up);
}

/* ---- counting ---- */

static u32 max_of(const struct timer *t)
{
    return t->control & CTRL_32BIT ? ~0u : 0xffff;
}

/* 0b11 is undefined (table 3-4): as 0b10. */
static unsigned prescale(const struct timer *t)
{
    static const u16 divisors[4] = { 1, 16, 256, 256 };
    return divisors[bits(t->control, 3, 2)];
}

/* Counts from one zero to the next; 0: there is no next. */
static u64 period(const struct timer *t)
{
    if (t->control & CTRL_ONE_SHOT)
        return 0;
    return t->control & CTRL_PERIODIC ? t->load & max_of(t) : (u64)max_of(t) + 1;
}

static u64 clock_count(const struct timer *t)
{
    return clock_count_at(t->dev->clock, t->dev->clock->now, t->hz);
}

static u32 value_now(const struct timer *t)
{
    if (!(t->control & CTRL_ENABLE))
        return t->value;
    u64 passed = (clock_count(t) - t->base) / prescale(t), first = t->value & max_of(t);
    if (passed <= first)
        return (u32)(first - passed);
    u64 every = period(t), into = every ? (passed - first) % every : 0;
    return into ? (u32)(every - into) : 0;
}

/* The value as it is now becomes the one to count from; what the prescaler has counted is kept. */
static void latch(struct timer *t)
{
    u64 now = clock_count(t);
    t->value = value_now(t);
    t->base = t->control & CTRL_ENABLE ? now - (now - t->base) % prescale(t) : now;
}

static void schedule(struct timer *t)
{
    struct clock *clock = t->dev->clock;
    u64 ahead = t->value & max_of(t);
    if (!ahead)
        ahead = period(t);
    if (!(t->control & CTRL_ENABLE) || !ahead)
        clock_cancel(clock, &t->zero);
    else
        clock_schedule(clock, &t->zero, clock_tick_of_count(clock, t->base + ahead * prescale(t), t->hz));
}

static void reached_zero(void *owner)
{
    struct timer *t = owner;
    t->ris = 1;
    latch(t);
    schedule(t);
    sp804_update(t->dev);
}

/* ---- registers: two blocks, 0x20 apart ---- */

static struct timer *timer_at(struct device *dev, u32 offset)
{
    return &self(dev)->timers[offset >> 5 & 1];
}

static u32 load_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return timer_at(dev, offset)->load;
}

/* The counter goes on from the new value at once (3.3.1); zero interrupts at once. */
static void load_write(struct device *dev, u32 offset, u32 value)
{
    struct timer *t = timer_at(dev, offset);
    latch(t);
    t->load = t->value = value;
    t->base = clock_count(t);
    if (!(value & max_of(t)) && t->control & CTRL_ENABLE)
        t->ris = 1;
    schedule(t);
    sp804_update(dev);
}

static u32 value_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return value_now(timer_at(dev, offset));
}

static u32 control_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return timer_at(dev, offset)->control;
}

static void control_write(struct device *dev, u32 offset, u32 value)
{
    struct timer *t = timer_at(dev, offset);
    latch(t);
    if (!(t->control & CTRL_ENABLE))
        t->base = clock_count(t);
    t->control = value & 0xef;
    schedule(t);
    sp804_update(dev);
}

static void intclr_write(struct device *dev, u32 offset, u32 value)
{
    (void)value;
    timer_at(dev, offset)->ris = 0;
    sp804_update(dev);
}

static u32 ris_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return timer_at(dev, offset)->ris;
}

static u32 mis_read(struct device *dev, u32 offset, bool peek)
{
    const struct timer *t = timer_at(dev, offset);
    (void)peek;
    return t->ris && t->control & CTRL_INT_ENABLE;
}

/* For the next reload; the counter goes on (3.3.7). */
static void bgload_write(struct device *dev, u32 offset, u32 value)
{
    struct timer *t = timer_at(dev, offset);
    latch(t);
    t->load = value;
    schedule(t);
}

void sp804_set_rate(struct device *dev, unsigned timer, u64 hz)
{
    struct timer *t = &self(dev)->timers[timer];
    latch(t);
    t->hz = hz;
    t->base = clock_count(t);
    schedule(t);
}

/* Called with everything zeroed the first time. The clock inputs are the board's and stay. */
static void sp804_reset(struct device *dev)
{
    for (unsigned i = 0; i < TIMERS; i++) {
        struct timer *t = &self(dev)->timers[i];
        clock_cancel(dev->clock, &t->zero);
        *t = (struct timer){ .dev = dev, .hz = t->hz ? t->hz : DEFAULT_HZ, .value = ~0u, .control = CTRL_INT_ENABLE };
        t->zero = (struct event){ .name = "sp804", .fire = reached_zero, .owner = t };
        t->base = clock_count(t);
    }
    sp804_update(dev);
}

#define TIMER_REGS(n, at)                                                                                              \
    { at + 0x00, "Timer" n "Load", RW, .read = load_read, .write = load_write },                                        \
    { at + 0x04, "Timer" n "Value", RO, .read = value_read },                                                           \
    { at + 0x08, "Timer" n "Control", RW, .read = control_read, .write = control_write },                               \
    { at + 0x0c, "Timer" n "IntClr", WO, .write = intclr_write },                                                       \
    { at + 0x10, "Timer" n "RIS", RO, .read = ris_read },                                                               \
    { at + 0x14, "Timer" n "MIS", RO, .read = mis_read },                                                               \
    { at + 0x18, "Timer" n "BGLoad", RW, .read = load_read, .write = bgload_write }

static const struct reg sp804_regs[] = {
    TIMER_REGS("1", 0x00),
    TIMER_REGS("2", 0x20),
    PRIMECELL_ID_REGS(0x04, 0x18, 0x14, 0x00),
};

#define TIMER_STATE(n)                                                                                                 \
    STATE_FIELD(struct sp804, timers[n].hz), STATE_FIELD(struct sp804, timers[n].base), STATE_FIELD(struct sp804, timers[n].value), \
    STATE_FIELD(struct sp804, timers[n].load), STATE_FIELD(struct sp804, timers[n].control), STATE_FIELD(struct sp804, timers[n].ris)

static const struct state_field sp804_state[] = { TIMER_STATE(0), TIMER_STATE(1) };

const struct device_type sp804_type = {
    .name = "sp804",
    .size = 0x1000,
    .instance_size = sizeof(struct sp804),
    .reg_bytes = 4,
    .regs = sp804_regs,
    .reg_count = ARRAY_SIZE(sp804_regs),
    .reset = sp804_reset,
    .state = sp804_state,
    .state_count = ARRAY_SIZE(sp804_state),
    .fdt = { .node = "timer", .compatible = "arm,sp804;arm,primecell", .clock_names = "timclken1;timclken2;apb_pclk" },
};
