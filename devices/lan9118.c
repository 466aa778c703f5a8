/* LAN9118 Ethernet controller (SMSC LAN9118 datasheet, revision 1.5) with no cable in it: registers, MAC, PHY, EEPROM interface and timers answer,
 * the link is down, what is sent is counted and lost, and nothing is received. The EEPROM is empty, so the MAC address is what software sets.
 * Power management states, VLAN, flow control and checksums: stored, no effect. */
#include "devices/types.h"

#include "emu/platform/bits.h"

#define TX_STATUS_DEPTH 128
#define MAC_REGS 13
#define PHY_REGS 32

/* INT_STS, INT_EN (5.3.4) */
enum { INT_TSFL = 1 << 7, INT_TSFF = 1 << 8, INT_PHY = 1 << 18, INT_GPT = 1 << 19 };
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
enum { MAC_CR = 1, MAC_MII_ACC = 6, MAC_MII_DATA = 7 };
enum { PHY_BCR = 0, PHY_BSR = 1, PHY_ID1 = 2, PHY_ID2 = 3, PHY_ANAR = 4, PHY_ISR = 29, PHY_IMR = 30 };
enum { GPT_ON = 1 << 29 };
enum { PM_READY = 1 << 0, PM_PHY_RESET = 1 << 10 };

enum tx_step { TX_COMMAND_A, TX_COMMAND_B, TX_DATA };

struct lan9118 {
    struct device dev;
    u32 irq_cfg, int_sts, int_en, fifo_int, rx_cfg, tx_cfg, hw_cfg, rx_dp, pmt, gpio, gpt, word_swap, afc, e2p_cmd, e2p_data;
    u32 mac_cmd, mac_data, mac[MAC_REGS];
    u16 phy[PHY_REGS];
    u32 tx_status[TX_STATUS_DEPTH];
    u32 tx_first, tx_used;
    u32 command_a, command_b, data_left; /* of the buffer that is being written */
    u8 tx_step;
    u32 frames_lost;
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
    return (n->phy[PHY_ISR] & n->phy[PHY_IMR] ? INT_PHY : 0u) | (n->tx_used > bits(n->fifo_int, 23, 16) ? INT_TSFL : 0u);
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

/* ---- transmit: command A, command B, data (3.12.2) ---- */

/* A frame is complete: it went out, with no carrier. */
static void frame_sent(struct lan9118 *n)
{
    n->frames_lost++;
    log_once(n->dev.log, LOG_UNIMP, "%s: a frame was sent, and there is no network", n->dev.name);
    if (n->tx_used < TX_STATUS_DEPTH)
        n->tx_status[(n->tx_first + n->tx_used++) % TX_STATUS_DEPTH] = (n->command_b & 0xffff0000) | 0x8c00; /* error; loss of carrier; no carrier */
    else
        n->int_sts |= INT_TSFF;
    if (n->command_a & 1u << 31)
        n->int_sts |= INT_TX_IOC;
}

/* Whole words come: the start offset and the end alignment (16 or 32 bytes) are data, too. */
static u32 words_of_buffer(const struct lan9118 *n)
{
    u32 bytes = (u32)bits(n->command_a, 20, 16) + (u32)bits(n->command_a, 10, 0), align = 4u << (bits(n->command_a, 25, 24) ? 1 + bits(n->command_a, 25, 24) : 0);
    return (u32)align_up(bytes, align) / 4;
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
        n->data_left = words_of_buffer(n);
        n->tx_step = TX_DATA;
    } else {
        n->data_left--;
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
    n->tx_first = (n->tx_first + 1) % TX_STATUS_DEPTH;
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

static void mii_access(struct lan9118 *n, u32 value)
{
    unsigned address = (unsigned)bits(value, 15, 11), reg = (unsigned)bits(value, 10, 6);
    n->mac[MAC_MII_ACC] = value & 0xffc2;
    if (!(value & 1))
        return;
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
    n->irq_cfg = n->int_sts = n->int_en = n->rx_cfg = n->tx_cfg = n->rx_dp = n->gpio = n->word_swap = n->afc = 0;
    n->e2p_cmd = n->e2p_data = n->mac_cmd = n->mac_data = 0;
    n->fifo_int = 0x48000000;
    n->hw_cfg = 0x00050000;
    n->pmt = PM_READY;
    n->gpt = 0xffff;
    for (unsigned i = 0; i < MAC_REGS; i++)
        n->mac[i] = 0;
    n->mac[MAC_CR] = 0x00040000;
    n->mac[2] = 0x0000ffff; /* no address */
    n->mac[3] = 0xffffffff;
    n->tx_first = n->tx_used = 0;
    n->tx_step = TX_COMMAND_A;
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
    { 0x000, "RX_DATA_FIFO", RO, .count = 8 }, /* empty */
    { 0x020, "TX_DATA_FIFO", WO, .count = 8, .write = tx_data_write },
    { 0x040, "RX_STATUS_FIFO", RO, .count = 2 },
    { 0x048, "TX_STATUS_FIFO", RO, .count = 2, .read = tx_status_read },
    { 0x050, "ID_REV", RO, .reset = 0x01180001 },
    { 0x054, "IRQ_CFG", RW, F(irq_cfg), .wmask = 0xff000111, .read = irq_cfg_read, .wrote = lan9118_update },
    { 0x058, "INT_STS", RW, F(int_sts), .read = int_sts_read, .write = int_sts_write },
    { 0x05c, "INT_EN", RW, F(int_en), .write = int_en_write },
    { 0x064, "BYTE_TEST", RO, .reset = 0x87654321 },
    { 0x068, "FIFO_INT", RW, F(fifo_int), .wrote = lan9118_update },
    { 0x06c, "RX_CFG", RW, F(rx_cfg), .wmask = 0xcfff1f00 },
    { 0x070, "TX_CFG", RW, F(tx_cfg), .write = tx_cfg_write },
    { 0x074, "HW_CFG", RW, F(hw_cfg), .write = hw_cfg_write },
    { 0x078, "RX_DP_CTRL", RW, F(rx_dp), .wmask = 0x1 },
    { 0x07c, "RX_FIFO_INF", RO, .reset = 0 },
    { 0x080, "TX_FIFO_INF", RO, .read = tx_fifo_inf_read },
    { 0x084, "PMT_CTRL", RW, F(pmt), .write = pmt_write },
    { 0x088, "GPIO_CFG", RW, F(gpio), .wmask = 0x7777071f },
    { 0x08c, "GPT_CFG", RW, F(gpt), .wmask = 0x2000ffff, .wrote = gpt_wrote },
    { 0x090, "GPT_CNT", RO, .read = gpt_cnt_read },
    { 0x098, "WORD_SWAP", RW, F(word_swap) },
    { 0x09c, "FREE_RUN", RO, .read = free_run_read },
    { 0x0a0, "RX_DROP", RO, .reset = 0 },
    { 0x0a4, "MAC_CSR_CMD", RW, F(mac_cmd), .write = mac_cmd_write },
    { 0x0a8, "MAC_CSR_DATA", RW, F(mac_data) },
    { 0x0ac, "AFC_CFG", RW, F(afc), .wmask = 0x00ffffff },
    { 0x0b0, "E2P_CMD", RW, F(e2p_cmd), .write = e2p_cmd_write },
    { 0x0b4, "E2P_DATA", RW, F(e2p_data), .wmask = 0xff },
};

static const struct state_field lan9118_state[] = {
    STATE_ARRAY(struct lan9118, mac),       STATE_ARRAY(struct lan9118, phy),       STATE_ARRAY(struct lan9118, tx_status),
    STATE_FIELD(struct lan9118, tx_first),  STATE_FIELD(struct lan9118, tx_used),   STATE_FIELD(struct lan9118, command_a),
    STATE_FIELD(struct lan9118, command_b), STATE_FIELD(struct lan9118, data_left), STATE_FIELD(struct lan9118, tx_step),
    STATE_FIELD(struct lan9118, frames_lost), STATE_FIELD(struct lan9118, gpt_base),
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
