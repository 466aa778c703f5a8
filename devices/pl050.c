/* PL050 keyboard/mouse interface (DDI 0143C): one byte each way over the PS/2 wire, which takes about a millisecond a byte. */
#include "devices/pl050.h"

#include "emu/platform/bits.h"

/* 11 bits at 12 kHz, which is in the middle of what a device may choose */
#define BYTE_NS 916667u

/* KMICR, 3.3.1 */
enum { CR_FKMIC = 1 << 0, CR_FKMID = 1 << 1, CR_EN = 1 << 2, CR_TXINTREN = 1 << 3, CR_RXINTREN = 1 << 4 };
/* KMISTAT, 3.3.2 */
enum { STAT_KMID = 1 << 0, STAT_KMIC = 1 << 1, STAT_RXPARITY = 1 << 2, STAT_RXBUSY = 1 << 3, STAT_RXFULL = 1 << 4, STAT_TXBUSY = 1 << 5,
       STAT_TXEMPTY = 1 << 6 };
/* KMIIR, 3.3.5 */
enum { IR_RX = 1 << 0, IR_TX = 1 << 1 };

struct pl050 {
    struct device dev;
    u32 cr, clkdiv;
    u8 rx, tx, coming;
    bool rx_full, receiving, sending;
    const struct ps2_kind *kind;
    struct ps2_device plugged;
    struct event received, sent;
};

static struct pl050 *self(struct device *dev)
{
    return (struct pl050 *)dev;
}

static u32 ir(const struct pl050 *k)
{
    return (k->rx_full && k->cr & CR_RXINTREN ? IR_RX : 0u) | (!k->sending && k->cr & CR_EN && k->cr & CR_TXINTREN ? IR_TX : 0u);
}

static void pl050_update(struct device *dev)
{
    irq_set(&dev->irq[0], ir(self(dev)) != 0);
}

static void after_a_byte(struct pl050 *k, struct event *ev)
{
    clock_schedule(k->dev.clock, ev, k->dev.clock->now + clock_ticks_from_ns(k->dev.clock, BYTE_NS));
}

/* The device may talk while the interface listens: enabled, the clock not held, nothing unread, and the host does not talk itself. */
static void maybe_receive(void *owner)
{
    struct pl050 *k = owner;
    if (!k->kind || !(k->cr & CR_EN) || k->cr & CR_FKMIC || k->rx_full || k->sending || k->receiving)
        return;
    if (!ps2_take(&k->plugged, &k->coming))
        return;
    k->receiving = true;
    after_a_byte(k, &k->received);
}

static void received(void *owner)
{
    struct pl050 *k = owner;
    k->receiving = false;
    k->rx = k->coming;
    k->rx_full = true;
    pl050_update(&k->dev);
}

static void sent(void *owner)
{
    struct pl050 *k = owner;
    k->sending = false;
    if (k->kind)
        ps2_give(&k->plugged, k->tx);
    maybe_receive(k);
    pl050_update(&k->dev);
}

/* ---- registers ---- */

static void cr_wrote(struct device *dev)
{
    maybe_receive(self(dev));
    pl050_update(dev);
}

/* RXPARITY is the parity bit that came: odd parity over the byte and itself. */
static u32 stat_read(struct device *dev, u32 offset, bool peek)
{
    const struct pl050 *k = self(dev);
    (void)offset;
    (void)peek;
    return (k->cr & CR_FKMIC ? 0u : STAT_KMIC) | (k->cr & CR_FKMID ? 0u : STAT_KMID) | (__builtin_parity(k->rx) ? 0u : STAT_RXPARITY) |
           (k->receiving ? STAT_RXBUSY : 0u) | (k->rx_full ? STAT_RXFULL : 0u) | (k->sending ? STAT_TXBUSY : STAT_TXEMPTY);
}

static u32 data_read(struct device *dev, u32 offset, bool peek)
{
    struct pl050 *k = self(dev);
    (void)offset;
    if (peek)
        return k->rx;
    k->rx_full = false;
    maybe_receive(k);
    pl050_update(dev);
    return k->rx;
}

/* A byte of the device that is on the wire is cut off: the device sends it again after the reply. Here its turn is simply over. */
static void data_write(struct device *dev, u32 offset, u32 value)
{
    struct pl050 *k = self(dev);
    (void)offset;
    if (!(k->cr & CR_EN)) {
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: data written while KMICR has the interface off", dev->name);
        return;
    }
    k->tx = (u8)value;
    k->sending = true;
    if (k->receiving)
        clock_cancel(dev->clock, &k->received);
    k->receiving = false;
    after_a_byte(k, &k->sent);
    pl050_update(dev);
}

static u32 ir_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return ir(self(dev));
}

void pl050_plug(struct device *dev, const struct ps2_kind *kind)
{
    self(dev)->kind = kind;
}

struct ps2_device *pl050_plugged(struct device *dev)
{
    return self(dev)->kind ? &self(dev)->plugged : NULL;
}

static void pl050_reset(struct device *dev)
{
    struct pl050 *k = self(dev);
    clock_cancel(dev->clock, &k->received);
    clock_cancel(dev->clock, &k->sent);
    k->received = (struct event){ .name = "pl050 byte received", .fire = received, .owner = k };
    k->sent = (struct event){ .name = "pl050 byte sent", .fire = sent, .owner = k };
    k->rx = 0;
    k->rx_full = k->receiving = k->sending = false;
    if (k->kind)
        ps2_init(&k->plugged, k->kind, dev->clock, dev->log, maybe_receive, k);
    pl050_update(dev);
}

static const struct reg pl050_regs[] = {
    { 0x000, "KMICR", RW, FIELD_OF(struct pl050, cr), .wmask = 0x3f, .wrote = cr_wrote },
    { 0x004, "KMISTAT", RO, .read = stat_read },
    { 0x008, "KMIDATA", RW, .read = data_read, .write = data_write },
    { 0x00c, "KMICLKDIV", RW, FIELD_OF(struct pl050, clkdiv), .wmask = 0xf }, /* stored, no effect: the device has its own clock */
    { 0x010, "KMIIR", RO, .read = ir_read },
    PRIMECELL_ID_REGS(0x50, 0x10, 0x04, 0x00),
};

static const struct state_field pl050_state[] = {
    STATE_FIELD(struct pl050, rx),
    STATE_FIELD(struct pl050, tx),
    STATE_FIELD(struct pl050, coming),
    STATE_FIELD(struct pl050, rx_full),
    STATE_FIELD(struct pl050, receiving),
    STATE_FIELD(struct pl050, sending),
};

const struct device_type pl050_type = {
    .name = "pl050",
    .size = 0x1000,
    .instance_size = sizeof(struct pl050),
    .reg_bytes = 4,
    .regs = pl050_regs,
    .reg_count = ARRAY_SIZE(pl050_regs),
    .reset = pl050_reset,
    .state = pl050_state,
    .state_count = ARRAY_SIZE(pl050_state),
    .fdt = { .node = "kmi", .compatible = "arm,pl050;arm,primecell", .clock_names = "KMIREFCLK;apb_pclk" },
};
