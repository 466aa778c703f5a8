/* System registers of the Motherboard Express uATX, V2M-P1 (DUI 0447J, 4.3), with the interface to the configuration controller:
 *
 *      SYS_CFGCTRL  31    30    29..26  25..20    19 18  17 16  15..12    11..0
 *                   start write DCC     function    -    site   position  device
 *
 * A transaction takes no time. What the board does not have ends with an error in SYS_CFGSTAT. SYS_DMA, SYS_PCIE: absent. */
#include "devices/vexpress_sysreg.h"

#include "emu/platform/bits.h"

enum { CFGSTAT_COMPLETE = 1 << 0, CFGSTAT_ERROR = 1 << 1 };
enum { MCI_PRESENT = 1 << 0, MCI_PROTECTED = 1 << 1 };

struct vexpress_sysreg {
    struct device dev;
    struct vexpress_config config;
    u32 sw, led, flags, nvflags, mci, flash, cfgsw, misc, cfgdata, cfgctrl, cfgstat;
};

static struct vexpress_sysreg *self(struct device *dev)
{
    return (struct vexpress_sysreg *)dev;
}

void vexpress_sysreg_configure(struct device *dev, const struct vexpress_config *config)
{
    self(dev)->config = *config;
}

void vexpress_sysreg_set_card(struct device *dev, bool present, bool write_protected)
{
    self(dev)->mci = (present ? MCI_PRESENT : 0u) | (present && write_protected ? MCI_PROTECTED : 0u);
}

u32 vexpress_sysreg_flags(struct device *dev)
{
    return self(dev)->flags;
}

/* ---- identification and counters ---- */

static u32 id_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->config.sys_id;
}

static u32 procid_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return offset == 0x84 ? self(dev)->config.procid0 : self(dev)->config.procid1;
}

static u32 hz100_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return (u32)clock_count_at(dev->clock, dev->clock->now, 100);
}

static u32 mhz24_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return (u32)clock_count_at(dev->clock, dev->clock->now, 24000000);
}

static u32 mci_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->mci;
}

/* ---- flags: one address sets bits, the next one clears them ---- */

static void flagsset_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->flags |= value;
}

static void flagsclr_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->flags &= ~value;
}

static u32 nvflags_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->nvflags;
}

static void nvflagsset_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->nvflags |= value;
}

static void nvflagsclr_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->nvflags &= ~value;
}

/* ---- the configuration controller ---- */

static struct vexpress_component *find_component(const struct vexpress_config *c, unsigned site, unsigned function, unsigned device)
{
    for (unsigned i = 0; i < c->component_count; i++) {
        struct vexpress_component *row = &c->components[i];
        if (row->site == site && row->function == function && row->device == device)
            return row;
    }
    return NULL;
}

/* Nothing but a daughterboard in position 0 of its site, with one controller, is there. */
static bool transact(struct vexpress_sysreg *s)
{
    const struct vexpress_config *c = &s->config;
    unsigned function = (unsigned)bits(s->cfgctrl, 25, 20), site = (unsigned)bits(s->cfgctrl, 17, 16), device = s->cfgctrl & 0xfff;
    bool write = bit(s->cfgctrl, 30);
    struct vexpress_component *row = find_component(c, site, function, device);
    if (!row || bits(s->cfgctrl, 29, 26) || bits(s->cfgctrl, 15, 12)) {
        log_line(s->dev.log, LOG_UNIMP, "%s: site %u has no function %u of device %u", s->dev.name, site, function, device);
        return false;
    }
    if (!write) {
        s->cfgdata = row->value;
        return true;
    }
    bool is_action = function == VEXPRESS_RESET || function == VEXPRESS_SHUTDOWN || function == VEXPRESS_REBOOT;
    if (!is_action && (row->min == row->max || s->cfgdata < row->min || s->cfgdata > row->max)) {
        log_line(s->dev.log, LOG_GUEST_ERRORS, "%s: site %u, function %u, device %u cannot be %u", s->dev.name, site, function, device, s->cfgdata);
        return false;
    }
    if (!is_action)
        row->value = s->cfgdata;
    if (c->control)
        c->control(c->owner, site, (enum vexpress_function)function, device, s->cfgdata);
    return true;
}

static void cfgctrl_write(struct device *dev, u32 offset, u32 value)
{
    struct vexpress_sysreg *s = self(dev);
    (void)offset;
    s->cfgctrl = value & 0x7ff3ffff; /* the start bit clears itself */
    if (!bit(value, 31))
        return;
    s->cfgstat = transact(s) ? CFGSTAT_COMPLETE : CFGSTAT_COMPLETE | CFGSTAT_ERROR;
}

/* ---- */

static const struct reg vexpress_sysreg_regs[] = {
    { 0x000, "SYS_ID", RO, .read = id_read },
    { 0x004, "SYS_SW", RW, FIELD_OF(struct vexpress_sysreg, sw), .wmask = 0xff },
    { 0x008, "SYS_LED", RW, FIELD_OF(struct vexpress_sysreg, led), .wmask = 0xff },
    { 0x024, "SYS_100HZ", RO, .read = hz100_read },
    { 0x030, "SYS_FLAGS", RW, FIELD_OF(struct vexpress_sysreg, flags), .write = flagsset_write },
    { 0x034, "SYS_FLAGSCLR", WO, .write = flagsclr_write },
    { 0x038, "SYS_NVFLAGS", RW, .read = nvflags_read, .write = nvflagsset_write }, /* keeps its value at a reset, until power-off */
    { 0x03c, "SYS_NVFLAGSCLR", WO, .write = nvflagsclr_write },
    { 0x048, "SYS_MCI", RO, .read = mci_read },
    { 0x04c, "SYS_FLASH", RW, FIELD_OF(struct vexpress_sysreg, flash), .wmask = 1 }, /* stored, no effect: flash is always writable */
    { 0x058, "SYS_CFGSW", RW, FIELD_OF(struct vexpress_sysreg, cfgsw), .wmask = 0xff },
    { 0x05c, "SYS_24MHZ", RO, .read = mhz24_read },
    { 0x060, "SYS_MISC", RW, FIELD_OF(struct vexpress_sysreg, misc), .wmask = 0x0000c000 },
    { 0x084, "SYS_PROCID0", RO, .read = procid_read },
    { 0x088, "SYS_PROCID1", RO, .read = procid_read },
    { 0x0a0, "SYS_CFGDATA", RW, FIELD_OF(struct vexpress_sysreg, cfgdata) },
    { 0x0a4, "SYS_CFGCTRL", RW, FIELD_OF(struct vexpress_sysreg, cfgctrl), .write = cfgctrl_write },
    { 0x0a8, "SYS_CFGSTAT", RW, FIELD_OF(struct vexpress_sysreg, cfgstat), .wmask = 3 },
};

static const struct state_field vexpress_sysreg_state[] = {
    STATE_FIELD(struct vexpress_sysreg, nvflags),
    STATE_FIELD(struct vexpress_sysreg, mci),
};

const struct device_type vexpress_sysreg_type = {
    .name = "vexpress-sysreg",
    .size = 0x1000,
    .instance_size = sizeof(struct vexpress_sysreg),
    .reg_bytes = 4,
    .regs = vexpress_sysreg_regs,
    .reg_count = ARRAY_SIZE(vexpress_sysreg_regs),
    .state = vexpress_sysreg_state,
    .state_count = ARRAY_SIZE(vexpress_sysreg_state),
    .fdt = { .node = "sysreg", .compatible = "arm,vexpress-sysreg" },
};
