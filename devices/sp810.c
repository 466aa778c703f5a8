/* SP810 system controller (DDI 0254B): of its functions the board uses the choice of the timers' clocks (SCCTRL 15, 17, 19, 21). The mode
 * state machine is where software puts it at once (SCCTRL 6:3 follow 2:0); crystal, PLL, peripheral gating and remap: stored, no effect, as nothing
 * is wired to them here. */
#include "devices/sp810.h"

#include "emu/platform/bits.h"

struct sp810 {
    struct device dev;
    u32 ctrl, imctrl, imstat, xtal, pll, pllf, perctrl0, perctrl1, perclken;
    void (*timer_clock)(void *owner, unsigned timer, bool timclk);
    void *owner;
};

static struct sp810 *self(struct device *dev)
{
    return (struct sp810 *)dev;
}

static void tell_timers(struct sp810 *s)
{
    for (unsigned i = 0; s->timer_clock && i < SP810_TIMERS; i++)
        s->timer_clock(s->owner, i, bit(s->ctrl, 15 + 2 * i));
}

void sp810_connect(struct device *dev, void (*timer_clock)(void *owner, unsigned timer, bool timclk), void *owner)
{
    self(dev)->timer_clock = timer_clock;
    self(dev)->owner = owner;
    tell_timers(self(dev));
}

/* ModeStatus 6:3: NORMAL is 0b0100, SLOW 0b0010, DOZE 0b0001, SLEEP 0b0000, as the highest bit of ModeCtrl 2:0 says. */
static u32 ctrl_read(struct device *dev, u32 offset, bool peek)
{
    u32 mode = self(dev)->ctrl & 7;
    (void)offset;
    (void)peek;
    return self(dev)->ctrl | (mode & 4 ? 4u : mode & 2 ? 2u : mode & 1) << 3;
}

static void ctrl_wrote(struct device *dev)
{
    tell_timers(self(dev));
}

/* A write of anything asks for a soft reset of the system (3.3.2): no board here wires it. */
static void sysstat_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    (void)value;
    log_line(dev->log, LOG_UNIMP, "%s: SCSYSSTAT: soft reset is not wired", dev->name);
}

static u32 sysstat_read(struct device *dev, u32 offset, bool peek)
{
    (void)dev;
    (void)offset;
    (void)peek;
    return 0;
}

static void peren_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->perclken |= value;
}

static void perdis_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->perclken &= ~value;
}

static void sp810_reset(struct device *dev)
{
    tell_timers(self(dev));
}

static const struct reg sp810_regs[] = {
    { 0x000, "SCCTRL", RW, FIELD_OF(struct sp810, ctrl), .reset = 0x000001, .wmask = 0x00ffff87, .read = ctrl_read, .wrote = ctrl_wrote },
    { 0x004, "SCSYSSTAT", RW, .read = sysstat_read, .write = sysstat_write },
    { 0x008, "SCIMCTRL", RW, FIELD_OF(struct sp810, imctrl), .wmask = 0x8f },
    { 0x00c, "SCIMSTAT", RW, FIELD_OF(struct sp810, imstat), .wmask = 1 },
    { 0x010, "SCXTALCTRL", RW, FIELD_OF(struct sp810, xtal), .wmask = 0x3ffffb },
    { 0x014, "SCPLLCTRL", RW, FIELD_OF(struct sp810, pll), .wmask = 0xffffffb },
    { 0x018, "SCPLLFCTRL", RW, FIELD_OF(struct sp810, pllf) },
    { 0x01c, "SCPERCTRL0", RW, FIELD_OF(struct sp810, perctrl0) },
    { 0x020, "SCPERCTRL1", RW, FIELD_OF(struct sp810, perctrl1) },
    { 0x024, "SCPEREN", WO, .write = peren_write },
    { 0x028, "SCPERDIS", WO, .write = perdis_write },
    { 0x02c, "SCPERCLKEN", RO, FIELD_OF(struct sp810, perclken), .reset = 0xffffffff },
    { 0xee0, "SCSysID", RO, .count = 4 },
    PRIMECELL_ID_REGS(0x10, 0x18, 0x04, 0x00),
};

const struct device_type sp810_type = {
    .name = "sp810",
    .size = 0x1000,
    .instance_size = sizeof(struct sp810),
    .reg_bytes = 4,
    .regs = sp810_regs,
    .reg_count = ARRAY_SIZE(sp810_regs),
    .reset = sp810_reset,
    .fdt = { .node = "sysctl", .compatible = "arm,sp810;arm,primecell" },
};
