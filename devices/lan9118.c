/* LAN9118 Ethernet controller (SMSC LAN9118 datasheet, revision 1.5) with no cable in it: registers, FIFOs, MAC, PHY, EEPROM interface and timers
 * work, the link is down, and what is sent is counted and lost, unless the PHY is in loopback: then it comes back. The EEPROM is empty, so the MAC
 * address is what software sets. Power management states, VLAN, hash filter, flow control and checksums: stored, no effect. */
#include "devices/types.h"

#include "emu/platform/bits.h"

#include <string.h>

#define STATUS_DEPTH 128
#define FRAME_MAX 2048
#define RX_WORDS 2640 /* 10,560 bytes: what HW_CFG's usual split leaves */
#define MAC_REGS 13
#define PHY_REGS 32

/* INT_STS, INT_EN (5.3.4) */
enum { INT_RSFL = 1 << 3, INT_RSFF = 1 << 4, INT_TSFL = 1 << 7, INT_TSFF = 1 << 8, INT_PHY = 1 << 18, INT_GPT = 1 << 19 };
#define INT_SW (1u << 31)
#define INT_TX_STOP (1u << 25)
#define INT_TX_IOC (1u << 21)
#define INT_CLEARABLE 0xff7ffff8u
/* IRQ_CFG (5.3.3) */
enum { IRQ_EN = 1 << 8, IRQ_INT = 1 << 12 };
/* HW_CFG (5.3.9), TX_CFG (5.3.8) */
enum { HW_SRST = 1 << 0, TX_STOP = 1 << 0, TX_ON = 1 << 1, TX_DROP_DATA = 1 << 14, TX_DROP_STATUS = 1 << 15 };
/* MAC_CSR_CMD (5.3.20), E2P_CMD (5.3.23) */
enum { MAC_CMD_READ = 1 << 30 };
#define BUSY (1u << 31)
enum { E2P_TIMEOUT = 1 << 9 };
/* MAC registers (5.4) and PHY registers (5.5) */
enum { MAC_CR = 1, MAC_ADDRH = 2, MAC_ADDRL = 3, MAC_MII_ACC = 6, MAC_MII_DATA = 7 };
enum { PHY_BCR = 0, PHY_BSR = 1, PHY_ID1 = 2, PHY_ID2 = 3, PHY_ANAR = 4, PHY_ISR = 29, PHY_IMR = 30 };
enum { CR_RXEN = 1 << 2, CR_TXEN = 1 << 3, CR_PROMISCUOUS = 1 << 18, CR_ALL_MULTICAST = 1 << 19 };
enum { BCR_LOOPBACK = 0x4000 };
enum { RX_DUMP = 1 << 15 };
#define RX_FFWD (1u << 31)
enum { GPT_ON = 1 << 29 };
enum { PM_READY = 1 << 0, PM_PHY_RESET = 1 << 10 };

enum tx_step { TX_COMMAND_A, TX_COMMAND_B, TX_DATA };

struct lan9118 {
    struct device dev;
    u32 irq_cfg, int_sts, int_en, fifo_int, rx_cfg, tx_cfg, hw_cfg, pmt, gpio, gpt, word_swap, afc, e2p_cmd, e2p_data;
    u32 mac_cmd, mac_data, mac[MAC_REGS];
    u16 phy[PHY_REGS];
    u32 tx_status[STATUS_DEPTH];
    u32 tx_first, tx_used;
    u32 command_a, command_b, data_left; /* of the buffer that is being written */
    u8 tx_step;
    u8 frame[FRAME_MAX];  /* to be sent, as far as it has been written */
    u32 frame_len, skip, take; /* of the buffer: bytes to skip, bytes to take */
    u32 rx_data[RX_WORDS], rx_status[STATUS_DEPTH], rx_words[STATUS_DEPTH]; /* the last: of each frame in rx_data */
    u32 rx_first, rx_used, rx_status_first, rx_status_used, rx_frame_first, rx_frames;
    u32 frames_lost, rx_dropped;
    u64 gpt_base;
    struct event gpt_zero;
};

static struct lan9118 *self(struct device *dev)
{
    return (struct lan9118 *)dev;
}

/* ---- interrupts ---- */

static u32 levels(const struct lan9118 *n)
{
    return (n->phy[PHY_ISR] & n->phy[PHY_IMR] ? INT_PHY : 0u) | (n->tx_used > bits(n->fifo_int, 23, 16) ? INT_TSFL : 0u) |
           (n->rx_status_used > bits(n->fifo_int, 7, 0) ? INT_RSFL : 0u);
}

static bool is_asserted(const struct lan9118 *n)
{
    return ((n->int_sts | levels(n)) & n->int_en) != 0;
}

/* The polarity and the driver of the pin (IRQ_CFG 4, 0) are the board's affair: an asserted interrupt is a high line. */
static void lan9118_update(struct device *dev)
{
    const struct lan9118 *n = self(dev);
    irq_set(&dev->irq[0], n->irq_cfg & IRQ_EN && is_asserted(n));
}

static u32 irq_cfg_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->irq_cfg | (is_asserted(self(dev)) ? IRQ_INT : 0u);
}

static u32 int_sts_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->int_sts | levels(self(dev));
}

static void int_sts_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->int_sts &= ~(value & INT_CLEARABLE);
    lan9118_update(dev);
}

/* SW_INT is raised by the 0 to 1 change of its enable. */
static void int_en_write(struct device *dev, u32 offset, u32 value)
{
    struct lan9118 *n = self(dev);
    (void)offset;
    n->int_sts |= value & ~n->int_en & INT_SW;
    n->int_en = value;
    lan9118_update(dev);
}

/* ---- receive ---- */

static bool is_for_us(const struct lan9118 *n, const u8 *frame)
{
    u64 own = (u64)(n->mac[MAC_ADDRH] & 0xffff) << 32 | n->mac[MAC_ADDRL], to = 0;
    memcpy(&to, frame, 6);
    return n->mac[MAC_CR] & CR_PROMISCUOUS || to == ones(48) || to == own || (frame[0] & 1 && n->mac[MAC_CR] & CR_ALL_MULTICAST);
}

/* IEEE 802.3, 3.2.9 */
static u32 crc32_of(const u8 *bytes, u32 len)
{
    u32 crc = ~0u;
    for (u32 i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (unsigned k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static u32 end_aligned(u32 bytes, u32 code)
{
    return (u32)align_up(bytes, code ? 8u << code : 4u);
}

/* A frame without its check sequence, from the wire. The offset before it and the padding behind it are as RX_CFG says. */
static void receive(struct lan9118 *n, const u8 *frame, u32 len)
{
    u8 image[FRAME_MAX + 96] = { 0 };
    u32 offset = (u32)bits(n->rx_cfg, 12, 8), words = end_aligned(offset + len + 4, (u32)bits(n->rx_cfg, 31, 30)) / 4, crc = crc32_of(frame, len);
    if (!(n->mac[MAC_CR] & CR_RXEN) || !is_for_us(n, frame))
        return;
    if (n->rx_used + words > RX_WORDS || n->rx_status_used == STATUS_DEPTH || n->rx_frames == STATUS_DEPTH) {
        n->rx_dropped++;
        n->int_sts |= INT_RSFF;
        return;
    }
    memcpy(image + offset, frame, len);
    memcpy(image + offset + len, &crc, 4);
    for (u32 i = 0; i < words; i++)
        memcpy(&n->rx_data[(n->rx_first + n->rx_used++) % RX_WORDS], image + 4 * i, 4);
    n->rx_words[(n->rx_frame_first + n->rx_frames++) % STATUS_DEPTH] = words;
    bool broadcast = frame[0] == 0xff && is_for_us(n, frame);
    n->rx_status[(n->rx_status_first + n->rx_status_used++) % STATUS_DEPTH] = (len + 4) << 16 | (u32)broadcast << 13 | (u32)(frame[0] & 1 && !broadcast) << 10 | 1 << 5;
}

static u32 rx_data_read(struct device *dev, u32 offset, bool peek)
{
    struct lan9118 *n = self(dev);
    u32 word = n->rx_used ? n->rx_data[n->rx_first] : 0;
    (void)offset;
    if (peek || !n->rx_used)
        return word;
    n->rx_first = (n->rx_first + 1) % RX_WORDS;
    n->rx_used--;
    if (--n->rx_words[n->rx_frame_first] == 0) {
        n->rx_frame_first = (n->rx_frame_first + 1) % STATUS_DEPTH;
        n->rx_frames--;
    }
    return word;
}

static u32 rx_status_read(struct device *dev, u32 offset, bool peek)
{
    struct lan9118 *n = self(dev);
    u32 value = n->rx_status_used ? n->rx_status[n->rx_status_first] : 0;
    if (peek || offset == 0x44 || !n->rx_status_used)
        return value;
    n->rx_status_first = (n->rx_status_first + 1) % STATUS_DEPTH;
    n->rx_status_used--;
    lan9118_update(dev);
    return value;
}

static u32 rx_fifo_inf_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->rx_status_used << 16 | self(dev)->rx_used * 4;
}

static void forget_received(struct lan9118 *n)
{
    n->rx_used = n->rx_status_used = n->rx_frames = 0;
}

static void rx_cfg_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->rx_cfg = value & 0xcfff1f00;
    if (value & RX_DUMP)
        forget_received(self(dev));
    lan9118_update(dev);
}

/* Fast-forward: the rest of the frame at the head is skipped, at once. */
static void rx_dp_write(struct device *dev, u32 offset, u32 value)
{
    struct lan9118 *n = self(dev);
    if (value & RX_FFWD && n->rx_frames)
        for (u32 left = n->rx_words[n->rx_frame_first]; left; left--)
            rx_data_read(dev, offset, false);
}

static u32 rx_dp_read(struct device *dev, u32 offset, bool peek)
{
    (void)dev;
    (void)offset;
    (void)peek;
    return 0;
}

static u32 rx_drop_read(struct device *dev, u32 offset, bool peek)
{
    u32 dropped = self(dev)->rx_dropped;
    (void)offset;
    if (!peek)
        self(dev)->rx_dropped = 0;
    return dropped;
}

/* ---- transmit: command A, command B, data (3.12.2) ---- */

/* A frame is complete: back by loopback, or out, with no carrier. */
static void frame_sent(struct lan9118 *n)
{
    bool loops = n->phy[PHY_BCR] & BCR_LOOPBACK;
    if (!(n->mac[MAC_CR] & CR_TXEN))
        log_once(n->dev.log, LOG_GUEST_ERRORS, "%s: a frame was sent while MAC_CR has the transmitter off (sent all the same)", n->dev.name);
    if (loops && n->frame_len >= 14)
        receive(n, n->frame, n->frame_len);
    n->frames_lost += !loops;
    if (!loops)
        log_once(n->dev.log, LOG_UNIMP, "%s: a frame was sent, and there is no network", n->dev.name);
    if (n->tx_used < STATUS_DEPTH) /* error, loss of carrier, no carrier */
        n->tx_status[(n->tx_first + n->tx_used++) % STATUS_DEPTH] = (n->command_b & 0xffff0000) | (loops ? 0 : 0x8c00);
    else
        n->int_sts |= INT_TSFF;
    if (n->command_a & 1u << 31)
        n->int_sts |= INT_TX_IOC;
    n->frame_len = 0;
}

/* Whole words come: the start offset and the end alignment are data, too. */
static void begin_buffer(struct lan9118 *n)
{
    n->skip = (u32)bits(n->command_a, 20, 16);
    n->take = (u32)bits(n->command_a, 10, 0);
    n->data_left = end_aligned(n->skip + n->take, (u32)bits(n->command_a, 25, 24)) / 4;
    if (bit(n->command_a, 13))
        n->frame_len = 0;
}

static void take_word(struct lan9118 *n, u32 word)
{
    n->data_left--;
    for (unsigned i = 0; i < 4; i++, word >>= 8) {
        if (n->skip) {
            n->skip--;
        } else if (n->take) {
            n->take--;
            if (n->frame_len < FRAME_MAX)
                n->frame[n->frame_len++] = (u8)word;
        }
    }
}

static void buffer_done(struct lan9118 *n)
{
    n->tx_step = TX_COMMAND_A;
    if (bit(n->command_a, 12))
        frame_sent(n);
}

static void tx_data_write(struct device *dev, u32 offset, u32 value)
{
    struct lan9118 *n = self(dev);
    (void)offset;
    if (n->tx_step == TX_COMMAND_A) {
        n->command_a = value;
        n->tx_step = TX_COMMAND_B;
    } else if (n->tx_step == TX_COMMAND_B) {
        n->command_b = value;
        n->tx_step = TX_DATA;
        begin_buffer(n);
    } else {
        take_word(n, value);
    }
    if (n->tx_step == TX_DATA && !n->data_left)
        buffer_done(n);
    lan9118_update(dev);
}

static u32 tx_status_read(struct device *dev, u32 offset, bool peek)
{
    struct lan9118 *n = self(dev);
    u32 value = n->tx_used ? n->tx_status[n->tx_first] : 0;
    if (peek || offset == 0x4c || !n->tx_used)
        return value;
    n->tx_first = (n->tx_first + 1) % STATUS_DEPTH;
    n->tx_used--;
    lan9118_update(dev);
    return value;
}

static u32 tx_fifo_inf_read(struct device *dev, u32 offset, bool peek)
{
    const struct lan9118 *n = self(dev);
    (void)offset;
    (void)peek;
    return n->tx_used << 16 | ((u32)bits(n->hw_cfg, 19, 16) * 1024 - 512); /* the status FIFO takes 512 bytes of the transmit memory */
}

static void tx_cfg_write(struct device *dev, u32 offset, u32 value)
{
    struct lan9118 *n = self(dev);
    (void)offset;
    if (value & TX_DROP_STATUS)
        n->tx_first = n->tx_used = 0;
    if (value & TX_DROP_DATA)
        n->tx_step = TX_COMMAND_A;
    n->tx_cfg = value & 6;
    if (value & TX_STOP && n->tx_cfg & TX_ON) {
        n->tx_cfg &= ~(u32)TX_ON;
        n->int_sts |= INT_TX_STOP;
    }
    lan9118_update(dev);
}

/* ---- PHY, behind the MAC's MII registers ---- */

static void phy_reset(struct lan9118 *n)
{
    for (unsigned i = 0; i < PHY_REGS; i++)
        n->phy[i] = 0;
    n->phy[PHY_BCR] = 0x3000; /* 100 Mbit/s, auto-negotiation */
    n->phy[PHY_BSR] = 0x7809; /* what it can do; no link, and so nothing negotiated */
    n->phy[PHY_ID1] = 0x0007;
    n->phy[PHY_ID2] = 0xc0d1;
    n->phy[PHY_ANAR] = 0x01e1;
    n->phy[18] = 0x00e1; /* special modes: all capable, address 1 */
    n->phy[31] = 0x0040;
}

static u16 phy_read(struct lan9118 *n, unsigned reg)
{
    u16 value = n->phy[reg];
    if (reg == PHY_ISR)
        n->phy[reg] = 0; /* cleared by reading */
    return value;
}

static void phy_write(struct lan9118 *n, unsigned reg, u16 value)
{
    if (reg == PHY_BCR && value & 0x8000)
        phy_reset(n);
    else if (reg == PHY_BCR)
        n->phy[reg] = value & 0x7d80; /* negotiation that is started again never ends: nobody is there */
    else if (reg == PHY_ANAR || reg == PHY_IMR || reg == 17 || reg == 18 || reg == 27)
        n->phy[reg] = value;
}

/* Any write starts an access: drivers do not set MIIBZY (bit 0). */
static void mii_access(struct lan9118 *n, u32 value)
{
    unsigned address = (unsigned)bits(value, 15, 11), reg = (unsigned)bits(value, 10, 6);
    n->mac[MAC_MII_ACC] = value & 0xffc2;
    if (value & 2) {
        if (address == 1)
            phy_write(n, reg, (u16)n->mac[MAC_MII_DATA]);
    } else {
        n->mac[MAC_MII_DATA] = address == 1 ? phy_read(n, reg) : 0xffff;
    }
}

/* ---- MAC registers, behind MAC_CSR_CMD ---- */

static void mac_cmd_write(struct device *dev, u32 offset, u32 value)
{
    struct lan9118 *n = self(dev);
    u32 reg = value & 0xff;
    (void)offset;
    n->mac_cmd = value & ~BUSY;
    if (!(value & BUSY))
        return;
    if (!reg || reg >= MAC_REGS)
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: there is no MAC register %u", dev->name, reg);
    else if (value & MAC_CMD_READ)
        n->mac_data = n->mac[reg];
    else if (reg == MAC_MII_ACC)
        mii_access(n, n->mac_data);
    else
        n->mac[reg] = n->mac_data;
    lan9118_update(dev);
}

/* There is no EEPROM: reads and writes time out, and nothing was loaded (bit 8 stays 0). */
static void e2p_cmd_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->e2p_cmd = (value & 0x700000ff) | (value & BUSY ? E2P_TIMEOUT : 0u);
}

/* ---- timers ---- */

static u32 free_run_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return (u32)clock_count_at(dev->clock, dev->clock->now, 25000000);
}

static u64 gpt_count(const struct lan9118 *n)
{
    return clock_count_at(n->dev.clock, n->dev.clock->now, 10000);
}

static void gpt_start(struct lan9118 *n)
{
    n->gpt_base = gpt_count(n);
    clock_cancel(n->dev.clock, &n->gpt_zero);
    if (n->gpt & GPT_ON)
        clock_schedule(n->dev.clock, &n->gpt_zero, clock_tick_of_count(n->dev.clock, n->gpt_base + (n->gpt & 0xffff) + 1, 10000));
}

/* It wraps to 0xffff, whatever it was loaded with. */
static void gpt_zero(void *owner)
{
    struct lan9118 *n = owner;
    n->int_sts |= INT_GPT;
    lan9118_update(&n->dev);
    clock_schedule(n->dev.clock, &n->gpt_zero, clock_tick_of_count(n->dev.clock, gpt_count(n) + 0x10000, 10000));
}

static void gpt_wrote(struct device *dev)
{
    gpt_start(self(dev));
}

static u32 gpt_cnt_read(struct device *dev, u32 offset, bool peek)
{
    const struct lan9118 *n = self(dev);
    (void)offset;
    (void)peek;
    return n->gpt & GPT_ON ? (n->gpt - (u32)(gpt_count(n) - n->gpt_base)) & 0xffff : 0xffff;
}

/* ---- reset ---- */

static void soft_reset(struct device *dev)
{
    struct lan9118 *n = self(dev);
    n->irq_cfg = n->int_sts = n->int_en = n->rx_cfg = n->tx_cfg = n->gpio = n->word_swap = n->afc = 0;
    n->e2p_cmd = n->e2p_data = n->mac_cmd = n->mac_data = 0;
    n->fifo_int = 0x48000000;
    n->hw_cfg = 0x00050000;
    n->pmt = PM_READY;
    n->gpt = 0xffff;
    for (unsigned i = 0; i < MAC_REGS; i++)
        n->mac[i] = 0;
    n->mac[MAC_CR] = 0x00040000;
    n->mac[MAC_ADDRH] = 0x0000ffff; /* no address */
    n->mac[MAC_ADDRL] = 0xffffffff;
    n->tx_first = n->tx_used = n->frame_len = n->rx_dropped = 0;
    n->tx_step = TX_COMMAND_A;
    forget_received(n);
    gpt_start(n);
    phy_reset(n);
    lan9118_update(dev);
}

static void hw_cfg_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    if (value & HW_SRST)
        soft_reset(dev);
    else
        self(dev)->hw_cfg = value & 0x003f3000;
}

static void pmt_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->pmt = (value & 0x133e) | PM_READY;
    if (value & PM_PHY_RESET)
        phy_reset(self(dev));
    lan9118_update(dev);
}

static void lan9118_reset(struct device *dev)
{
    struct lan9118 *n = self(dev);
    clock_cancel(dev->clock, &n->gpt_zero);
    n->gpt_zero = (struct event){ .name = "lan9118 timer", .fire = gpt_zero, .owner = n };
    n->frames_lost = 0;
    soft_reset(dev);
}

#define F(member) FIELD_OF(struct lan9118, member)

static const struct reg lan9118_regs[] = {
    { 0x000, "RX_DATA_FIFO", RO, .count = 8, .read = rx_data_read },
    { 0x020, "TX_DATA_FIFO", WO, .count = 8, .write = tx_data_write },
    { 0x040, "RX_STATUS_FIFO", RO, .count = 2, .read = rx_status_read },
    { 0x048, "TX_STATUS_FIFO", RO, .count = 2, .read = tx_status_read },
    { 0x050, "ID_REV", RO, .reset = 0x01180001 },
    { 0x054, "IRQ_CFG", RW, F(irq_cfg), .wmask = 0xff000111, .read = irq_cfg_read, .wrote = lan9118_update },
    { 0x058, "INT_STS", RW, F(int_sts), .read = int_sts_read, .write = int_sts_write },
    { 0x05c, "INT_EN", RW, F(int_en), .write = int_en_write },
    { 0x064, "BYTE_TEST", RO, .reset = 0x87654321 },
    { 0x068, "FIFO_INT", RW, F(fifo_int), .wrote = lan9118_update },
    { 0x06c, "RX_CFG", RW, F(rx_cfg), .write = rx_cfg_write },
    { 0x070, "TX_CFG", RW, F(tx_cfg), .write = tx_cfg_write },
    { 0x074, "HW_CFG", RW, F(hw_cfg), .write = hw_cfg_write },
    { 0x078, "RX_DP_CTRL", RW, .read = rx_dp_read, .write = rx_dp_write },
    { 0x07c, "RX_FIFO_INF", RO, .read = rx_fifo_inf_read },
    { 0x080, "TX_FIFO_INF", RO, .read = tx_fifo_inf_read },
    { 0x084, "PMT_CTRL", RW, F(pmt), .write = pmt_write },
    { 0x088, "GPIO_CFG", RW, F(gpio), .wmask = 0x7777071f },
    { 0x08c, "GPT_CFG", RW, F(gpt), .wmask = 0x2000ffff, .wrote = gpt_wrote },
    { 0x090, "GPT_CNT", RO, .read = gpt_cnt_read },
    { 0x098, "WORD_SWAP", RW, F(word_swap) },
    { 0x09c, "FREE_RUN", RO, .read = free_run_read },
    { 0x0a0, "RX_DROP", RO, .read = rx_drop_read },
    { 0x0a4, "MAC_CSR_CMD", RW, F(mac_cmd), .write = mac_cmd_write },
    { 0x0a8, "MAC_CSR_DATA", RW, F(mac_data) },
    { 0x0ac, "AFC_CFG", RW, F(afc), .wmask = 0x00ffffff },
    { 0x0b0, "E2P_CMD", RW, F(e2p_cmd), .write = e2p_cmd_write },
    { 0x0b4, "E2P_DATA", RW, F(e2p_data), .wmask = 0xff },
};

#define S(member) STATE_FIELD(struct lan9118, member)
#define A(member) STATE_ARRAY(struct lan9118, member)

static const struct state_field lan9118_state[] = {
    A(mac),         A(phy),          A(tx_status),     S(tx_first),  S(tx_used),        S(command_a),       S(command_b),       S(data_left),
    S(tx_step),     A(frame),        S(frame_len),     S(skip),      S(take),           A(rx_data),         A(rx_status),       A(rx_words),
    S(rx_first),    S(rx_used),      S(rx_frames),     S(rx_dropped), S(rx_status_first), S(rx_status_used), S(rx_frame_first), S(frames_lost),
    S(gpt_base),
};

const struct device_type lan9118_type = {
    .name = "lan9118",
    .size = 0x10000,
    .instance_size = sizeof(struct lan9118),
    .reg_bytes = 4,
    .regs = lan9118_regs,
    .reg_count = ARRAY_SIZE(lan9118_regs),
    .reset = lan9118_reset,
    .state = lan9118_state,
    .state_count = ARRAY_SIZE(lan9118_state),
    .fdt = { .node = "ethernet", .compatible = "smsc,lan9118;smsc,lan9115" },
};
