/* PL180 multimedia card interface (DDI 0172A). The card's clock stops where the FIFO is full or empty, and the bus takes no time: a command is answered
 * at once, data moves whenever there is room for it, and there is no overrun, underrun or CRC error. DMA requests are not wired: MCIDataCtrl's
 * DMAEnable is stored, no effect. */
#include "devices/pl180.h"

#include "emu/platform/bits.h"

#define FIFO_WORDS 16

/* MCIPower, 3.3.1 */
enum { POWER_ON = 3 };
/* MCICommand, 3.3.4 */
enum { CMD_RESPONSE = 1 << 6, CMD_LONG = 1 << 7, CMD_INTERRUPT = 1 << 8, CMD_PENDING = 1 << 9, CMD_ENABLE = 1 << 10 };
/* MCIDataCtrl, 3.3.9 */
enum { DATA_ENABLE = 1 << 0, DATA_FROM_CARD = 1 << 1, DATA_STREAM = 1 << 2 };
/* MCIStatus, 3.3.11; 10:0 stay until MCIClear */
enum {
    CMD_CRC_FAIL = 1 << 0,
    CMD_TIMEOUT = 1 << 2,
    DATA_TIMEOUT = 1 << 3,
    CMD_RESP_END = 1 << 6,
    CMD_SENT = 1 << 7,
    DATA_END = 1 << 8,
    DATA_BLOCK_END = 1 << 10,
    TX_ACTIVE = 1 << 12,
    RX_ACTIVE = 1 << 13,
    TX_HALF_EMPTY = 1 << 14,
    RX_HALF_FULL = 1 << 15,
    TX_FULL = 1 << 16,
    RX_FULL = 1 << 17,
    TX_EMPTY = 1 << 18,
    RX_EMPTY = 1 << 19,
    TX_DATA = 1 << 20,
    RX_DATA = 1 << 21,
};

struct pl180 {
    struct device dev;
    u32 power, clock, argument, command, respcmd, response[4], timer, length, ctrl, count, latched, mask[2], select;
    u32 fifo[FIFO_WORDS];
    u8 first, used;
    bool active;      /* a data transfer is under way */
    u32 block_done;   /* bytes of the block */
    struct sd_card *card;
    struct event data_timeout;
};

static struct pl180 *self(struct device *dev)
{
    return (struct pl180 *)dev;
}

static bool from_card(const struct pl180 *p)
{
    return p->ctrl & DATA_FROM_CARD;
}

/* The FIFO belongs to the direction that is active, and its flags are low in the other one (2.3.3); receiving ends when the FIFO has been read. */
static u32 status(const struct pl180 *p)
{
    u32 s = p->latched;
    bool rx = from_card(p) && (p->active || p->used), tx = !from_card(p) && p->active;
    if (rx)
        s |= RX_ACTIVE | (p->used ? RX_DATA : RX_EMPTY) | (p->used >= FIFO_WORDS / 2 ? RX_HALF_FULL : 0) | (p->used == FIFO_WORDS ? RX_FULL : 0);
    if (tx)
        s |= TX_ACTIVE | (p->used ? TX_DATA : TX_EMPTY) | (p->used <= FIFO_WORDS / 2 ? TX_HALF_EMPTY : 0) | (p->used == FIFO_WORDS ? TX_FULL : 0);
    return s;
}

static void pl180_update(struct device *dev)
{
    const struct pl180 *p = self(dev);
    for (unsigned i = 0; i < 2; i++)
        irq_set(&dev->irq[i], (status(p) & p->mask[i]) != 0);
}

/* ---- data ---- */

static u32 block_size(const struct pl180 *p)
{
    unsigned log2 = (unsigned)bits(p->ctrl, 7, 4);
    return log2 > 11 ? 2048 : 1u << log2;
}

static void count_bytes(struct pl180 *p, u32 n)
{
    p->count -= n;
    if (!(p->ctrl & DATA_STREAM)) {
        p->block_done += n;
        if (p->block_done >= block_size(p)) {
            p->block_done = 0;
            p->latched |= DATA_BLOCK_END;
        }
    }
    if (p->count)
        return;
    p->latched |= DATA_END;
    p->active = false;
}

/* MCIDataTimer counts periods of MCICLK, which is MCLK / (2 * (ClkDiv + 1)), or MCLK with Bypass; MCLK is 24 MHz on the boards at hand. */
static u64 timeout_ns(const struct pl180 *p)
{
    u64 divisor = bit(p->clock, 10) ? 1 : 2 * (bits(p->clock, 7, 0) + 1);
    return (u64)p->timer * divisor * 1000 / 24;
}

/* It is the card that keeps the transfer waiting: the timer runs until it does not. */
static void wait_for_card(struct pl180 *p, bool waits)
{
    struct clock *clock = p->dev.clock;
    if (!waits)
        clock_cancel(clock, &p->data_timeout);
    else if (!p->data_timeout.queued)
        clock_schedule(clock, &p->data_timeout, clock->now + clock_ticks_from_ns(clock, timeout_ns(p)));
}

static u32 word_bytes(const struct pl180 *p)
{
    return p->count < 4 ? p->count : 4;
}

/* From the card, as long as it has some and there is room. True: it has none yet. */
static bool fill(struct pl180 *p)
{
    while (p->active && p->used < FIFO_WORDS) {
        u32 word = 0, n = word_bytes(p);
        for (u32 i = 0; i < n; i++) {
            u8 byte;
            if (!p->card || !sd_card_read(p->card, &byte))
                return true;
            word |= (u32)byte << 8 * i;
        }
        p->fifo[(p->first + p->used++) % FIFO_WORDS] = word;
        count_bytes(p, n);
    }
    return false;
}

static u32 pop(struct pl180 *p)
{
    u32 word = p->fifo[p->first];
    p->first = (u8)((p->first + 1) % FIFO_WORDS);
    p->used--;
    return word;
}

/* To the card, as long as it takes some. True: it takes none yet. */
static bool drain(struct pl180 *p)
{
    while (p->active && p->used) {
        u32 word = p->fifo[p->first], n = word_bytes(p);
        for (u32 i = 0; i < n; i++)
            if (!p->card || !sd_card_write(p->card, (u8)(word >> 8 * i)))
                return true;
        pop(p);
        count_bytes(p, n);
    }
    return false;
}

static void move(struct pl180 *p)
{
    wait_for_card(p, from_card(p) ? fill(p) : drain(p));
    pl180_update(&p->dev);
}

/* The card had nothing to say, or took nothing. */
static void data_timed_out(void *owner)
{
    struct pl180 *p = owner;
    if (!p->active)
        return;
    p->latched |= DATA_TIMEOUT;
    p->active = false;
    pl180_update(&p->dev);
}

static void ctrl_wrote(struct device *dev)
{
    struct pl180 *p = self(dev);
    bool starts = p->ctrl & DATA_ENABLE && p->length;
    p->active = starts;
    p->first = p->used = 0;
    p->block_done = 0;
    p->count = p->length;
    clock_cancel(dev->clock, &p->data_timeout);
    if (p->ctrl & DATA_ENABLE && !p->length)
        p->latched |= DATA_END;
    move(p);
}

static u32 fifo_read(struct device *dev, u32 offset, bool peek)
{
    struct pl180 *p = self(dev);
    (void)offset;
    if (!p->used || !from_card(p))
        return 0;
    if (peek)
        return p->fifo[p->first];
    u32 word = pop(p);
    move(p);
    return word;
}

static void fifo_write(struct device *dev, u32 offset, u32 value)
{
    struct pl180 *p = self(dev);
    (void)offset;
    if (!p->active || from_card(p) || p->used == FIFO_WORDS) {
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: data written that nobody takes", dev->name);
        return;
    }
    p->fifo[(p->first + p->used++) % FIFO_WORDS] = value;
    move(p);
}

/* Words that are still to pass between FIFO and card: what a driver subtracts from what it waits for, to know how many it may read at once. */
static u32 fifocnt_read(struct device *dev, u32 offset, bool peek)
{
    const struct pl180 *p = self(dev);
    (void)offset;
    (void)peek;
    return (p->count + 3) / 4;
}

/* ---- commands ---- */

static void answered(struct pl180 *p, u8 index, const struct sd_response *r)
{
    p->respcmd = r->kind == SD_LONG ? 0x3f : index;
    for (unsigned i = 0; i < 4; i++)
        p->response[i] = r->kind == SD_LONG || i == 0 ? r->word[i] : 0;
    if (r->kind == SD_LONG)
        p->response[3] &= ~1u; /* the end bit is not part of it (table 3-7) */
    p->latched |= CMD_RESP_END;
}

static void send_command(struct pl180 *p)
{
    struct sd_response r = { .kind = SD_NO_RESPONSE };
    u8 index = p->command & 0x3f;
    if (p->command & (CMD_INTERRUPT | CMD_PENDING))
        log_line(p->dev.log, LOG_UNIMP, "%s: MCICommand %#x: neither interrupt nor pending mode", p->dev.name, p->command);
    if (p->card && (p->power & 3) == POWER_ON)
        sd_card_command(p->card, index, p->argument, &r);
    if (!(p->command & CMD_RESPONSE)) {
        p->latched |= CMD_SENT;
    } else if (r.kind == SD_NO_RESPONSE) {
        p->latched |= CMD_TIMEOUT;
    } else {
        answered(p, index, &r);
        if (index == 41) /* R3 has no command number and no CRC */
            p->respcmd = 0x3f;
        if (index == 41)
            p->latched = (p->latched & ~(u32)CMD_RESP_END) | CMD_CRC_FAIL;
    }
}

static void command_wrote(struct device *dev)
{
    struct pl180 *p = self(dev);
    if (p->command & CMD_ENABLE)
        send_command(p);
    move(p); /* data that waited for its command */
}

static void power_wrote(struct device *dev)
{
    struct pl180 *p = self(dev);
    if (p->card && (p->power & 3) != POWER_ON)
        sd_card_power_on(p->card);
}

static u32 status_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return status(self(dev));
}

static void clear_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->latched &= ~value;
    pl180_update(dev);
}

void pl180_insert(struct device *dev, struct sd_card *card)
{
    self(dev)->card = card;
}

static void pl180_reset(struct device *dev)
{
    struct pl180 *p = self(dev);
    p->first = p->used = 0;
    p->active = false;
    p->block_done = p->latched = 0;
    clock_cancel(dev->clock, &p->data_timeout);
    p->data_timeout = (struct event){ .name = "pl180 data timeout", .fire = data_timed_out, .owner = p };
    if (p->card)
        sd_card_power_on(p->card);
    pl180_update(dev);
}

#define F(member) FIELD_OF(struct pl180, member)

static const struct reg pl180_regs[] = {
    { 0x000, "MCIPower", RW, F(power), .wmask = 0xff, .wrote = power_wrote },
    { 0x004, "MCIClock", RW, F(clock), .wmask = 0xfff },
    { 0x008, "MCIArgument", RW, F(argument) },
    { 0x00c, "MCICommand", RW, F(command), .wmask = 0x7ff, .wrote = command_wrote },
    { 0x010, "MCIRespCmd", RO, F(respcmd) },
    { 0x014, "MCIResponse0", RO, F(response[0]) },
    { 0x018, "MCIResponse1", RO, F(response[1]) },
    { 0x01c, "MCIResponse2", RO, F(response[2]) },
    { 0x020, "MCIResponse3", RO, F(response[3]) },
    { 0x024, "MCIDataTimer", RW, F(timer) },
    { 0x028, "MCIDataLength", RW, F(length), .wmask = 0xffff },
    { 0x02c, "MCIDataCtrl", RW, F(ctrl), .wmask = 0xff, .wrote = ctrl_wrote },
    { 0x030, "MCIDataCnt", RO, F(count) },
    { 0x034, "MCIStatus", RO, .read = status_read },
    { 0x038, "MCIClear", WO, .write = clear_write },
    { 0x03c, "MCIMask0", RW, F(mask[0]), .wmask = 0x3fffff, .wrote = pl180_update },
    { 0x040, "MCIMask1", RW, F(mask[1]), .wmask = 0x3fffff, .wrote = pl180_update },
    { 0x044, "MCISelect", RW, F(select), .wmask = 0xf }, /* stored, no effect: one card */
    { 0x048, "MCIFifoCnt", RO, .read = fifocnt_read },
    { 0x080, "MCIFIFO", RW, .count = FIFO_WORDS, .read = fifo_read, .write = fifo_write },
    PRIMECELL_ID_REGS(0x80, 0x11, 0x04, 0x00),
};

static const struct state_field pl180_state[] = {
    STATE_ARRAY(struct pl180, fifo),
    STATE_FIELD(struct pl180, first),
    STATE_FIELD(struct pl180, used),
    STATE_FIELD(struct pl180, active),
    STATE_FIELD(struct pl180, latched),
    STATE_FIELD(struct pl180, block_done),
};

const struct device_type pl180_type = {
    .name = "pl180",
    .size = 0x1000,
    .instance_size = sizeof(struct pl180),
    .reg_bytes = 4,
    .regs = pl180_regs,
    .reg_count = ARRAY_SIZE(pl180_regs),
    .reset = pl180_reset,
    .state = pl180_state,
    .state_count = ARRAY_SIZE(pl180_state),
    .fdt = { .node = "mmc", .compatible = "arm,pl180;arm,primecell", .clock_names = "mclk;apb_pclk" },
};
