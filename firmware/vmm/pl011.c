/* PL011 UART (DDI 0183F, r1p4: 16-byte FIFOs). Owns its registers and what was received.
 * Nothing takes time: a byte is sent as it is written and UARTTXINTR follows it; the receive timeout has passed as soon as a byte has come.
 * Bytes are passed in both directions whatever UARTCR's enables say, and none is ever lost: there are no errors to report, so UARTRSR is 0.
 * No loopback, no modem lines: those bits of UARTCR are stored, no effect; so are UARTILPR, the divisors and UARTDMACR. */
#include "pl011.h"

/* 3.2, table 3-1 */
enum { DR = 0x000, RSR = 0x004, FR = 0x018, ILPR = 0x020, IBRD = 0x024, FBRD = 0x028, LCR_H = 0x02c, CR = 0x030, IFLS = 0x034, IMSC = 0x038,
       RIS = 0x03c, MIS = 0x040, ICR = 0x044, DMACR = 0x048, PERIPH_ID0 = 0xfe0 };
/* UARTFR, 3.3.3: the modem inputs read as not asserted, the transmit FIFO as empty */
enum { FR_RXFE = 1 << 4, FR_RXFF = 1 << 6, FR_TXFE = 1 << 7 };
/* UARTLCR_H, 3.3.7 */
enum { LCR_FEN = 1 << 4 };
/* UARTRIS and its kin, 3.3.11 */
enum { INT_RX = 1 << 4, INT_TX = 1 << 5, INT_RT = 1 << 6 };
/* Reset values: UARTCR has both directions on (3.3.8), UARTIFLS both levels at one half (3.3.9) */
enum { CR_RESET = 0x300, IFLS_RESET = 0x12 };

/* Registers that only remember: what can be written is what is read. */
static const struct {
    u16 offset, field;
    u32 mask;
} stored[] = {
    { ILPR, offsetof(struct pl011, ilpr), 0xff },   { IBRD, offsetof(struct pl011, ibrd), 0xffff }, { FBRD, offsetof(struct pl011, fbrd), 0x3f },
    { LCR_H, offsetof(struct pl011, lcr_h), 0xff }, { CR, offsetof(struct pl011, cr), 0xff87 },     { IFLS, offsetof(struct pl011, ifls), 0x3f },
    { IMSC, offsetof(struct pl011, imsc), 0x7ff },  { DMACR, offsetof(struct pl011, dmacr), 0x7 },
};

/* 3.3.14, 3.3.15: PrimeCell part 0x011 of Arm, revision 1 */
static const u8 ids[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static u32 *stored_register(struct pl011 *u, u64 offset, u32 *mask)
{
    for (u32 i = 0; i < ARRAY_SIZE(stored); i++) {
        if (stored[i].offset == offset) {
            *mask = stored[i].mask;
            return (u32 *)((u8 *)u + stored[i].field);
        }
    }
    return NULL;
}

static u32 fifo_depth(const struct pl011 *u)
{
    return u->lcr_h & LCR_FEN ? 16 : 1;
}

/* How many bytes raise UARTRXINTR: UARTIFLS.RXIFLSEL, 3.3.9; any byte when the FIFOs are off. */
static u32 rx_trigger(const struct pl011 *u)
{
    static const u8 levels[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };
    return u->lcr_h & LCR_FEN ? levels[u->ifls >> 3 & 7] : 1;
}

/* The one place where the interrupt level is computed: UARTINTR, the combined interrupt. */
static void update(struct pl011 *u)
{
    bool level = (u->ris & u->imsc) != 0;
    if (level != u->line)
        u->interrupt(u->board, level);
    u->line = level;
}

static u32 dr_read(struct pl011 *u)
{
    if (!u->count)
        return 0;
    u32 byte = u->queue[u->first];
    u->first = (u->first + 1) % PL011_QUEUE;
    if (u->count-- == PL011_QUEUE)
        wake(&u->room_made);
    if (u->count < rx_trigger(u))
        u->ris &= ~(u32)INT_RX;
    if (!u->count)
        u->ris &= ~(u32)INT_RT;
    return byte;
}

static u32 read_locked(struct pl011 *u, u64 offset)
{
    u32 mask;
    const u32 *reg = stored_register(u, offset, &mask);
    if (reg)
        return *reg;
    if (offset == DR)
        return dr_read(u);
    if (offset == FR)
        return FR_TXFE | (u->count ? 0u : FR_RXFE) | (u->count >= fifo_depth(u) ? FR_RXFF : 0u);
    if (offset == RIS)
        return u->ris;
    if (offset == MIS)
        return u->ris & u->imsc;
    if (offset >= PERIPH_ID0 && offset % 4 == 0)
        return ids[(offset - PERIPH_ID0) / 4];
    return 0; /* UARTRSR, UARTICR, and the reserved ones */
}

static void write_locked(struct pl011 *u, u64 offset, u32 value)
{
    u32 mask;
    u32 *reg = stored_register(u, offset, &mask);
    if (reg) {
        *reg = value & mask;
    } else if (offset == DR) {
        u->transmit(u->board, (u8)value);
        u->ris |= INT_TX;
    } else if (offset == ICR) {
        u->ris &= ~value;
        if (u->count > fifo_depth(u)) /* the next byte on the line comes at once, and the timeout after it */
            u->ris |= INT_RT;
    }
}

void pl011_reset(struct pl011 *u)
{
    u->cr = CR_RESET;
    u->ifls = IFLS_RESET;
}

u32 pl011_read(struct pl011 *u, u64 offset)
{
    lock_take(&u->lock);
    u32 value = read_locked(u, offset);
    update(u);
    lock_release(&u->lock);
    return value;
}

void pl011_write(struct pl011 *u, u64 offset, u32 value)
{
    lock_take(&u->lock);
    write_locked(u, offset, value);
    update(u);
    lock_release(&u->lock);
}

void pl011_receive(struct pl011 *u, u8 byte)
{
    lock_take(&u->lock);
    while (u->count == PL011_QUEUE) {
        u32 seen = __atomic_load_n(&u->room_made, __ATOMIC_ACQUIRE);
        lock_release(&u->lock);
        wait_while(&u->room_made, seen);
        lock_take(&u->lock);
    }
    u->queue[(u->first + u->count++) % PL011_QUEUE] = byte;
    u->ris |= INT_RT;
    if (u->count >= rx_trigger(u))
        u->ris |= INT_RX;
    update(u);
    lock_release(&u->lock);
}
