/* PL011 UART (DDI 0183F, r1p4 and earlier: 16-byte FIFOs). Owns the receive FIFO, flags, interrupts and loopback.
 * Transmission takes no time: a byte leaves as it is written, the transmit FIFO is always empty, and the transmit interrupt is raised after each
 * byte as if the FIFO had just drained past its level. Neither direction asks for UARTEN, because programs that never set it are common on
 * this board; the first such byte is a guest error. DMA: UARTDMACR is stored, no effect. */
#include "devices/pl011.h"

#include "emu/platform/bits.h"

#define FIFO_DEPTH 16

/* UARTFR, 3.3.3 */
enum { FR_CTS = 1 << 0, FR_DSR = 1 << 1, FR_DCD = 1 << 2, FR_RXFE = 1 << 4, FR_RXFF = 1 << 6, FR_TXFE = 1 << 7, FR_RI = 1 << 8 };
/* UARTLCR_H, 3.3.7 */
enum { LCR_FEN = 1 << 4 };
/* UARTCR, 3.3.8 */
enum { CR_UARTEN = 1 << 0, CR_LBE = 1 << 7, CR_TXE = 1 << 8, CR_RXE = 1 << 9, CR_DTR = 1 << 10, CR_RTS = 1 << 11, CR_OUT1 = 1 << 12,
       CR_OUT2 = 1 << 13 };
/* UARTRIS and its kin, 3.3.11 */
enum { INT_RI = 1 << 0, INT_CTS = 1 << 1, INT_DCD = 1 << 2, INT_DSR = 1 << 3, INT_RX = 1 << 4, INT_TX = 1 << 5, INT_RT = 1 << 6,
       INT_FE = 1 << 7, INT_PE = 1 << 8, INT_BE = 1 << 9, INT_OE = 1 << 10 };
/* UARTDR's error bits 11:8, and UARTRSR's bits 3:0 */
enum { ERR_FE = 1, ERR_PE = 2, ERR_BE = 4, ERR_OE = 8 };

struct pl011 {
    struct device dev;
    u32 rsr, ilpr, ibrd, fbrd, lcr_h, cr, ifls, imsc, ris, dmacr;
    u32 modem;             /* UARTFR's CTS, DSR, DCD, RI */
    u16 fifo[FIFO_DEPTH];  /* data 7:0, errors 11:8 */
    u8 fifo_first, fifo_count;
    bool overrun;          /* the next byte that finds room carries OE */
    struct chardev *chr;
    struct event timeout;  /* the receive timeout */
};

static struct pl011 *self(struct device *dev)
{
    return (struct pl011 *)dev;
}

/* The one place where the interrupt level is computed: UARTINTR, the combined interrupt. */
static void pl011_update(struct device *dev)
{
    irq_set(&dev->irq[0], (self(dev)->ris & self(dev)->imsc) != 0);
}

/* ---- receive ---- */

static unsigned fifo_depth(const struct pl011 *u)
{
    return u->lcr_h & LCR_FEN ? FIFO_DEPTH : 1;
}

/* How many bytes raise UARTRXINTR: UARTIFLS, 3.3.9; any byte when the FIFOs are off. */
static unsigned rx_trigger(const struct pl011 *u)
{
    static const u8 levels[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };
    return u->lcr_h & LCR_FEN ? levels[bits(u->ifls, 5, 3)] : 1;
}

/* 32 bit periods (2.4.2) by the divisors and the board's 24 MHz clock; 115200 baud while there are none. */
static u64 timeout_ns(const struct pl011 *u)
{
    u64 divisor64 = (u64)u->ibrd * 64 + u->fbrd; /* in 64ths */
    if (!u->ibrd)
        divisor64 = 833;
    return 32 * divisor64 * 16 * 1000 / (64 * 24);
}

static void start_timeout(struct pl011 *u)
{
    u64 when = u->dev.clock->now + clock_ticks_from_ns(u->dev.clock, timeout_ns(u));
    clock_schedule(u->dev.clock, &u->timeout, when);
}

static void timeout_fired(void *owner)
{
    struct pl011 *u = owner;
    if (u->fifo_count) {
        u->ris |= INT_RT;
        pl011_update(&u->dev);
    }
}

static void fifo_push(struct pl011 *u, u32 data)
{
    if (u->fifo_count >= fifo_depth(u)) {
        u->overrun = true;
        u->ris |= INT_OE;
        pl011_update(&u->dev);
        return;
    }
    if (u->overrun)
        data |= ERR_OE << 8;
    u->overrun = false;
    u->fifo[(u->fifo_first + u->fifo_count) % FIFO_DEPTH] = (u16)data;
    u->fifo_count++;
    u->ris |= (bit(data, 8) ? INT_FE : 0u) | (bit(data, 9) ? INT_PE : 0u) | (bit(data, 10) ? INT_BE : 0u);
    if (u->fifo_count >= rx_trigger(u))
        u->ris |= INT_RX;
    start_timeout(u);
    pl011_update(&u->dev);
}

static u32 fifo_pop(struct pl011 *u)
{
    u32 data = u->fifo[u->fifo_first];
    u->fifo_first = (u8)((u->fifo_first + 1) % FIFO_DEPTH);
    u->fifo_count--;
    if (u->fifo_count < rx_trigger(u))
        u->ris &= ~(u32)INT_RX;
    if (u->fifo_count == 0)
        u->ris &= ~(u32)INT_RT;
    u->rsr = bits(data, 11, 8);
    pl011_update(&u->dev);
    return data;
}

static void fifo_flush(struct pl011 *u)
{
    u->fifo_first = u->fifo_count = 0;
    u->ris &= ~(u32)(INT_RX | INT_RT);
}

static unsigned pl011_room(void *front)
{
    struct pl011 *u = front;
    if (!(u->cr & CR_RXE) || u->cr & CR_LBE)
        return 0;
    return fifo_depth(u) - u->fifo_count;
}

static void pl011_receive(void *front, u8 byte)
{
    fifo_push(front, byte);
}

void pl011_receive_break(struct device *dev)
{
    fifo_push(self(dev), (ERR_BE | ERR_FE) << 8);
}

void pl011_connect(struct device *dev, struct chardev *chr)
{
    self(dev)->chr = chr;
    chr->room = pl011_room;
    chr->receive = pl011_receive;
    chr->front = self(dev);
}

/* ---- registers ---- */

static u32 dr_read(struct device *dev, u32 offset, bool peek)
{
    struct pl011 *u = self(dev);
    (void)offset;
    if (!u->fifo_count)
        return 0;
    return peek ? u->fifo[u->fifo_first] : fifo_pop(u);
}

static void dr_write(struct device *dev, u32 offset, u32 value)
{
    struct pl011 *u = self(dev);
    (void)offset;
    if (!(u->cr & CR_UARTEN) || !(u->cr & CR_TXE))
        log_once(dev->log, LOG_GUEST_ERRORS, "%s: data sent while UARTCR has the transmitter off (sent all the same)", dev->name);
    if (u->cr & CR_LBE)
        fifo_push(u, value & 0xff);
    else
        chardev_transmit(u->chr, (u8)value);
    u->ris |= INT_TX;
    pl011_update(dev);
}

static void ecr_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    (void)value;
    self(dev)->rsr = 0;
}

static u32 rsr_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->rsr;
}

static u32 fr_read(struct device *dev, u32 offset, bool peek)
{
    const struct pl011 *u = self(dev);
    (void)offset;
    (void)peek;
    return FR_TXFE | u->modem | (u->fifo_count ? 0u : FR_RXFE) | (u->fifo_count >= fifo_depth(u) ? FR_RXFF : 0u);
}

static void lcr_h_write(struct device *dev, u32 offset, u32 value)
{
    struct pl011 *u = self(dev);
    (void)offset;
    if ((u->lcr_h ^ value) & LCR_FEN)
        fifo_flush(u);
    u->lcr_h = value & 0xff;
    pl011_update(dev);
}

/* In loopback the modem outputs feed the modem inputs (UARTCR.LBE, 3.3.8); outside they are not asserted. A change interrupts. */
static void cr_wrote(struct device *dev)
{
    struct pl011 *u = self(dev);
    u32 modem = 0;
    if (u->cr & CR_LBE)
        modem = (u->cr & CR_RTS ? FR_CTS : 0u) | (u->cr & CR_DTR ? FR_DSR : 0u) | (u->cr & CR_OUT1 ? FR_DCD : 0u) |
                (u->cr & CR_OUT2 ? FR_RI : 0u);
    u32 changed = modem ^ u->modem;
    u->modem = modem;
    u->ris |= (changed & FR_CTS ? INT_CTS : 0u) | (changed & FR_DSR ? INT_DSR : 0u) | (changed & FR_DCD ? INT_DCD : 0u) |
              (changed & FR_RI ? INT_RI : 0u);
    pl011_update(dev);
}

static void pl011_reset(struct device *dev)
{
    struct pl011 *u = self(dev);
    fifo_flush(u);
    u->modem = 0;
    u->overrun = false;
    u->timeout.name = "pl011 receive timeout";
    u->timeout.fire = timeout_fired;
    u->timeout.owner = u;
    clock_cancel(dev->clock, &u->timeout);
    pl011_update(dev);
}

static const struct reg pl011_regs[] = {
    { 0x000, "UARTDR", RW, .read = dr_read, .write = dr_write },
    { 0x004, "UARTRSR/UARTECR", RW, FIELD_OF(struct pl011, rsr), .read = rsr_read, .write = ecr_write },
    { 0x018, "UARTFR", RO, .read = fr_read },
    { 0x020, "UARTILPR", RW, FIELD_OF(struct pl011, ilpr), .wmask = 0xff },
    { 0x024, "UARTIBRD", RW, FIELD_OF(struct pl011, ibrd), .wmask = 0xffff },
    { 0x028, "UARTFBRD", RW, FIELD_OF(struct pl011, fbrd), .wmask = 0x3f },
    { 0x02c, "UARTLCR_H", RW, FIELD_OF(struct pl011, lcr_h), .write = lcr_h_write },
    { 0x030, "UARTCR", RW, FIELD_OF(struct pl011, cr), .reset = 0x300, .wmask = 0xff87, .wrote = cr_wrote },
    { 0x034, "UARTIFLS", RW, FIELD_OF(struct pl011, ifls), .reset = 0x12, .wmask = 0x3f },
    { 0x038, "UARTIMSC", RW, FIELD_OF(struct pl011, imsc), .wmask = 0x7ff, .wrote = pl011_update },
    { 0x03c, "UARTRIS", RO, FIELD_OF(struct pl011, ris) },
    { 0x040, "UARTMIS", RO, FIELD_OF(struct pl011, ris), SEEN_THROUGH(struct pl011, imsc) },
    { 0x044, "UARTICR", WO, FIELD_OF(struct pl011, ris), .clears = true, .wrote = pl011_update },
    { 0x048, "UARTDMACR", RW, FIELD_OF(struct pl011, dmacr), .wmask = 7 },
    PRIMECELL_ID_REGS(0x11, 0x10, 0x14, 0x00),
};

static const struct state_field pl011_state[] = {
    STATE_FIELD(struct pl011, modem),
    STATE_ARRAY(struct pl011, fifo),
    STATE_FIELD(struct pl011, fifo_first),
    STATE_FIELD(struct pl011, fifo_count),
    STATE_FIELD(struct pl011, overrun),
};

const struct device_type pl011_type = {
    .name = "pl011",
    .size = 0x1000,
    .instance_size = sizeof(struct pl011),
    .reg_bytes = 4,
    .regs = pl011_regs,
    .reg_count = ARRAY_SIZE(pl011_regs),
    .reset = pl011_reset,
    .state = pl011_state,
    .state_count = ARRAY_SIZE(pl011_state),
    .fdt = { .node = "pl011", .compatible = "arm,pl011;arm,primecell", .clock_names = "uartclk;apb_pclk" },
};
