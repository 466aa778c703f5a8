/* PL061 general-purpose I/O (DDI 0190B): eight pins with direction, and edge or level interrupts. */
#include "devices/pl061.h"

#include "emu/platform/bits.h"

struct pl061 {
    struct device dev;
    u8 in;       /* levels driven from outside */
    u8 out;      /* levels of pins that are outputs */
    u8 seen;     /* pin levels at the last look, for edges */
    u32 dir, is, ibe, iev, ie, edges, afsel;
};

static struct pl061 *self(struct device *dev)
{
    return (struct pl061 *)dev;
}

static u8 pins(const struct pl061 *g)
{
    return (u8)((g->out & g->dir) | (g->in & ~g->dir));
}

/* GPIORIS: latched edges, and the levels as they are now (2.3.3). */
static u32 ris(const struct pl061 *g)
{
    u32 level = pins(g), active = (level & g->iev) | (~level & ~g->iev);
    return (g->edges & ~g->is) | (active & g->is & 0xff);
}

static void pl061_update(struct device *dev)
{
    struct pl061 *g = self(dev);
    u32 now = pins(g), changed = now ^ g->seen;
    u32 wanted = g->ibe | (now & g->iev) | (~now & ~g->iev);
    g->edges |= changed & wanted & ~g->is & 0xff;
    g->seen = (u8)now;
    irq_set(&dev->irq[0], (ris(g) & g->ie) != 0);
    for (unsigned pin = 0; pin < PL061_PINS; pin++)
        irq_set(&dev->irq[PL061_PIN_OUT(pin)], (g->out & g->dir) >> pin & 1);
}

/* A pin that becomes level sensitive forgets its edge. */
static void is_wrote(struct device *dev)
{
    self(dev)->edges &= ~self(dev)->is;
    pl061_update(dev);
}

void pl061_set_pin(struct device *dev, unsigned pin, bool level)
{
    struct pl061 *g = self(dev);
    g->in = (u8)with_bits(g->in, pin, pin, level);
    pl061_update(dev);
}

/* GPIODATA: address bits 9:2 select the pins that are read or written (3.3.1). */
static u32 data_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return pins(self(dev)) & (offset >> 2);
}

static void data_write(struct device *dev, u32 offset, u32 value)
{
    struct pl061 *g = self(dev);
    u32 mask = (offset >> 2) & g->dir;
    g->out = (u8)((g->out & ~mask) | (value & mask));
    pl061_update(dev);
}

static u32 ris_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return ris(self(dev));
}

static u32 mis_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return ris(self(dev)) & self(dev)->ie;
}

static void ic_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->edges &= ~value;
    pl061_update(dev);
}

/* Inputs are driven by the board: they keep their levels. All pins become inputs. */
static void pl061_reset(struct device *dev)
{
    struct pl061 *g = self(dev);
    g->out = 0;
    g->edges = 0;
    g->seen = pins(g);
    pl061_update(dev);
}

static const struct reg pl061_regs[] = {
    { 0x000, "GPIODATA", RW, .count = 256, .read = data_read, .write = data_write },
    { 0x400, "GPIODIR", RW, FIELD_OF(struct pl061, dir), .wmask = 0xff, .wrote = pl061_update },
    { 0x404, "GPIOIS", RW, FIELD_OF(struct pl061, is), .wmask = 0xff, .wrote = is_wrote },
    { 0x408, "GPIOIBE", RW, FIELD_OF(struct pl061, ibe), .wmask = 0xff, .wrote = pl061_update },
    { 0x40c, "GPIOIEV", RW, FIELD_OF(struct pl061, iev), .wmask = 0xff, .wrote = pl061_update },
    { 0x410, "GPIOIE", RW, FIELD_OF(struct pl061, ie), .wmask = 0xff, .wrote = pl061_update },
    { 0x414, "GPIORIS", RO, .read = ris_read },
    { 0x418, "GPIOMIS", RO, .read = mis_read },
    { 0x41c, "GPIOIC", WO, .write = ic_write },
    { 0x420, "GPIOAFSEL", RW, FIELD_OF(struct pl061, afsel), .wmask = 0xff }, /* stored, no effect: no alternate function is wired */
    PRIMECELL_ID_REGS(0x61, 0x10, 0x04, 0x00),
};

static const struct state_field pl061_state[] = {
    STATE_FIELD(struct pl061, in),
    STATE_FIELD(struct pl061, out),
    STATE_FIELD(struct pl061, seen),
    STATE_FIELD(struct pl061, edges),
};

const struct device_type pl061_type = {
    .name = "pl061",
    .size = 0x1000,
    .instance_size = sizeof(struct pl061),
    .reg_bytes = 4,
    .regs = pl061_regs,
    .reg_count = ARRAY_SIZE(pl061_regs),
    .reset = pl061_reset,
    .state = pl061_state,
    .state_count = ARRAY_SIZE(pl061_state),
    .fdt = { .node = "pl061", .compatible = "arm,pl061;arm,primecell", .clock_names = "apb_pclk", .gpio_controller = true },
};
