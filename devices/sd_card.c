/* An SD memory card (SD Physical Layer Simplified Specification 2.00; section numbers below are its). Programming and erasing take no time, so
 * the states prg and dis are never seen. There is no lock, no SDIO, no SPI mode, no write protection by groups, and CMD6 knows the default functions
 * only. What is not there is an illegal command: no response, and ILLEGAL_COMMAND in the next card status. */
#define _GNU_SOURCE /* pread, pwrite */
#include "devices/sd_card.h"

#include "emu/platform/bits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512u
#define RCA_FIRST 0x4567u

/* CURRENT_STATE, 4.10.1 */
enum state { IDLE, READY, IDENT, STBY, TRAN, DATA, RCV, PRG, DIS, INACTIVE };

/* Card status, 4.10.1 */
enum {
    STATUS_APP_CMD = 1 << 5,
    STATUS_READY_FOR_DATA = 1 << 8,
    STATUS_ERASE_RESET = 1 << 13,
    STATUS_ERROR = 1 << 19,
    STATUS_ILLEGAL = 1 << 22,
    STATUS_WP_VIOLATION = 1 << 26,
    STATUS_ERASE_PARAM = 1 << 27,
    STATUS_ERASE_SEQ = 1 << 28,
    STATUS_BLOCK_LEN = 1 << 29,
    STATUS_ADDRESS = 1 << 30,
};
#define STATUS_OUT_OF_RANGE (1u << 31)

/* OCR: 2.7 to 3.6 V; CCS; power-up is done */
#define OCR_VOLTAGES 0x00ff8000u
#define OCR_CCS (1u << 30)
#define OCR_DONE (1u << 31)

struct sd_card {
    struct log *log;
    const char *name;
    int fd;
    u64 size;
    bool readonly, high_capacity;
    u8 state;         /* enum state */
    bool app;         /* CMD55 was the command before */
    bool high_ok;     /* ACMD41 said HCS */
    u16 rca;
    u32 status;       /* errors, until they are told */
    u32 block_len;    /* CMD16; standard capacity only */
    u32 erase_first, erase_last;
    bool has_first, has_last;
    u8 bus_width;
    u32 written;      /* ACMD22: blocks of the last write */
    /* the data phase */
    u64 at;           /* byte address of the block under way */
    bool multiple;
    u32 len, pos;     /* of the buffer */
    bool from_file;   /* data of the card, not a register */
    u8 buffer[BLOCK];
};

/* ---- registers of the card ---- */

static u8 crc7(const u8 *bytes, unsigned n)
{
    unsigned crc = 0;
    for (unsigned i = 0; i < n * 8; i++) {
        unsigned top = (crc >> 6 ^ bytes[i / 8] >> (7 - i % 8)) & 1;
        crc = (crc << 1 & 0x7f) ^ (top ? 0x09 : 0);
    }
    return (u8)(crc << 1 | 1);
}

/* 5.2: manufacturer, OEM, name, revision, serial number, date. Manufacturer 0 is nobody's. */
static void cid(u8 out[16])
{
    static const u8 bytes[15] = { 0x00, 'A', 'R', 'A', 'R', 'M', 'A', 'T', 0x10, 0xde, 0xca, 0xfb, 0xad, 0x01, 0x81 };
    memcpy(out, bytes, 15);
    out[15] = crc7(out, 15);
}

/* Sets bits hi:lo of a 128-bit register whose bit 127 is the first byte's highest. */
static void put_field(u8 *reg, unsigned hi, unsigned lo, u32 value)
{
    for (unsigned n = lo; n <= hi; n++, value >>= 1)
        reg[15 - n / 8] = (u8)with_bits(reg[15 - n / 8], n % 8, n % 8, value & 1);
}

/* Standard capacity: (C_SIZE + 1) << (C_SIZE_MULT + 2) blocks; the smallest multiplier that is enough. */
static unsigned size_mult(u64 size)
{
    unsigned mult = 0;
    while (mult < 7 && size > (u64)4096 * (BLOCK << (mult + 2)))
        mult++;
    return mult;
}

/* 5.3.2 and 5.3.3 */
static void csd(const struct sd_card *c, u8 out[16])
{
    memset(out, 0, 16);
    put_field(out, 127, 126, c->high_capacity);
    put_field(out, 119, 112, 0x0e);  /* TAAC 1 ms */
    put_field(out, 103, 96, 0x32);   /* TRAN_SPEED 25 MHz */
    put_field(out, 95, 84, 0x5b5);   /* classes 0, 2, 4, 5, 7, 8, 10 */
    put_field(out, 83, 80, 9);       /* READ_BL_LEN 512 */
    if (c->high_capacity) {
        put_field(out, 69, 48, (u32)(c->size / (512 * KIB) - 1));
    } else {
        unsigned mult = size_mult(c->size);
        put_field(out, 79, 79, 1);   /* READ_BL_PARTIAL */
        put_field(out, 73, 62, (u32)(c->size / (BLOCK << (mult + 2)) - 1));
        put_field(out, 61, 50, 0xdb6);     /* currents */
        put_field(out, 49, 47, mult);
    }
    put_field(out, 46, 46, 1);       /* ERASE_BLK_EN */
    put_field(out, 45, 39, 0x7f);    /* SECTOR_SIZE */
    put_field(out, 28, 26, 2);       /* R2W_FACTOR 4 */
    put_field(out, 25, 22, 9);       /* WRITE_BL_LEN 512 */
    put_field(out, 12, 12, c->readonly); /* TMP_WRITE_PROTECT */
    out[15] = crc7(out, 15);
}

/* ---- responses ---- */

static void no_response(struct sd_response *r)
{
    r->kind = SD_NO_RESPONSE;
}

static void illegal(struct sd_card *c, struct sd_response *r, u8 index)
{
    log_line(c->log, LOG_UNIMP, "sd: %s%u in state %u is illegal", c->app ? "ACMD" : "CMD", index, c->state);
    c->status |= STATUS_ILLEGAL;
    no_response(r);
}

static void r1_in(struct sd_card *c, struct sd_response *r, enum state before)
{
    bool ready = before != RCV;
    r->kind = SD_SHORT;
    r->word[0] = c->status | (u32)before << 9 | (ready ? (u32)STATUS_READY_FOR_DATA : 0u) | (c->app ? (u32)STATUS_APP_CMD : 0u);
    c->status = 0;
}

static void r2(struct sd_response *r, const u8 reg[16])
{
    r->kind = SD_LONG;
    for (unsigned i = 0; i < 4; i++)
        r->word[i] = (u32)reg[4 * i] << 24 | (u32)reg[4 * i + 1] << 16 | (u32)reg[4 * i + 2] << 8 | reg[4 * i + 3];
}

/* ---- data ---- */

static bool read_block(struct sd_card *c)
{
    return pread(c->fd, c->buffer, c->len, (off_t)c->at) == (ssize_t)c->len;
}

static void end_of_data(struct sd_card *c)
{
    if (c->state == DATA || c->state == RCV)
        c->state = TRAN;
    c->len = c->pos = 0;
}

/* The block at c->at is the one that goes over the bus next. */
static void begin_block(struct sd_card *c)
{
    c->pos = 0;
    if (c->at + c->len > c->size) {
        c->status |= STATUS_OUT_OF_RANGE;
        end_of_data(c);
    } else if (c->state == DATA && !read_block(c)) {
        log_line(c->log, LOG_UNIMP, "sd: %s: %s", c->name, strerror(errno));
        c->status |= STATUS_ERROR;
        end_of_data(c);
    }
}

static void block_done(struct sd_card *c)
{
    c->at += c->len;
    if (c->multiple) /* until CMD12 */
        begin_block(c);
    else
        end_of_data(c);
}

bool sd_card_read(struct sd_card *c, u8 *byte)
{
    if (c->state != DATA || c->pos == c->len)
        return false;
    *byte = c->buffer[c->pos++];
    if (c->pos == c->len) {
        if (c->from_file)
            block_done(c);
        else
            end_of_data(c);
    }
    return true;
}

bool sd_card_write(struct sd_card *c, u8 byte)
{
    if (c->state != RCV || !c->len)
        return false;
    c->buffer[c->pos++] = byte;
    if (c->pos < c->len)
        return true;
    if (pwrite(c->fd, c->buffer, c->len, (off_t)c->at) != (ssize_t)c->len) {
        log_line(c->log, LOG_UNIMP, "sd: %s: %s", c->name, strerror(errno));
        c->status |= STATUS_ERROR;
    } else {
        c->written++;
    }
    block_done(c);
    return true;
}

/* Sends n bytes that are no content of the card. */
static void send_register(struct sd_card *c, const void *bytes, unsigned n)
{
    memcpy(c->buffer, bytes, n);
    c->len = n;
    c->pos = 0;
    c->from_file = false;
    c->state = DATA;
}

/* Addresses are bytes, or blocks on a high-capacity card. Errors are in the response. */
static bool set_address(struct sd_card *c, u32 argument)
{
    c->at = c->high_capacity ? (u64)argument * BLOCK : argument;
    if (c->at + c->block_len > c->size)
        c->status |= STATUS_OUT_OF_RANGE;
    else if (c->at / BLOCK != (c->at + c->block_len - 1) / BLOCK)
        c->status |= STATUS_ADDRESS; /* a block may not cross one of the card's (READ_BLK_MISALIGN 0) */
    else
        return true;
    return false;
}

static void transfer(struct sd_card *c, u32 argument, bool write, bool multiple, struct sd_response *r)
{
    bool ok = set_address(c, argument);
    if (write && c->readonly) {
        c->status |= STATUS_WP_VIOLATION;
        ok = false;
    }
    if (write && ok && c->block_len != BLOCK) {
        c->status |= STATUS_BLOCK_LEN; /* WRITE_BL_PARTIAL 0 */
        ok = false;
    }
    r1_in(c, r, TRAN);
    if (!ok)
        return;
    c->state = write ? RCV : DATA;
    c->len = c->block_len;
    c->multiple = multiple;
    c->from_file = true;
    c->written = write ? 0 : c->written;
    begin_block(c);
}

/* ---- erase: to zeroes (SCR.DATA_STAT_AFTER_ERASE 0) ---- */

static void set_erase(struct sd_card *c, u32 argument, bool first)
{
    u64 at = c->high_capacity ? (u64)argument * BLOCK : argument;
    if (at >= c->size)
        c->status |= STATUS_OUT_OF_RANGE;
    else if (first)
        c->erase_first = (u32)(at / BLOCK);
    else
        c->erase_last = (u32)(at / BLOCK);
    c->has_first |= first;
    c->has_last |= !first;
}

static void erase(struct sd_card *c)
{
    static const u8 zeroes[BLOCK];
    if (!c->has_first || !c->has_last)
        c->status |= STATUS_ERASE_SEQ;
    else if (c->erase_first > c->erase_last)
        c->status |= STATUS_ERASE_PARAM;
    else if (c->readonly)
        c->status |= STATUS_WP_VIOLATION;
    else
        for (u64 block = c->erase_first; block <= c->erase_last; block++)
            if (pwrite(c->fd, zeroes, BLOCK, (off_t)(block * BLOCK)) != (ssize_t)BLOCK)
                c->status |= STATUS_ERROR;
    c->has_first = c->has_last = false;
}

/* ---- commands ---- */

void sd_card_power_on(struct sd_card *c)
{
    c->state = IDLE;
    c->app = c->high_ok = c->has_first = c->has_last = false;
    c->rca = 0;
    c->status = 0;
    c->block_len = BLOCK;
    c->bus_width = 0;
    c->written = 0;
    c->len = c->pos = 0;
}

/* CMD6 (4.3.10): only the default function of each group; asking for more is answered with 0xF. */
static void switch_function(struct sd_card *c, u32 argument)
{
    u8 status[64] = { 0, 100 }; /* 100 mA */
    for (unsigned group = 0; group < 6; group++) {
        unsigned wanted = argument >> 4 * group & 0xf, result = wanted == 0 || wanted == 0xf ? 0 : 0xf;
        status[2 + 2 * (5 - group)] = 0x80;      /* functions 15 (none) and, below, 0 are there */
        status[3 + 2 * (5 - group)] = 0x01;
        status[16 - group / 2] |= (u8)(result << 4 * (group & 1));
    }
    send_register(c, status, sizeof status);
}

static bool is_addressed(const struct sd_card *c, u32 argument)
{
    return argument >> 16 == c->rca;
}

/* CMD7: the card whose address it is goes to tran, another one to stby. */
static void select_card(struct sd_card *c, u32 argument, struct sd_response *r)
{
    enum state before = (enum state)c->state;
    if (!is_addressed(c, argument)) {
        c->state = STBY;
        no_response(r);
        return;
    }
    if (before != STBY) {
        illegal(c, r, 7);
        return;
    }
    c->state = TRAN;
    r1_in(c, r, before);
}

/* CMD8: R7 echoes the check pattern where the voltage (2.7 to 3.6 V) is one of ours. */
static void if_cond(struct sd_card *c, u32 argument, struct sd_response *r)
{
    (void)c;
    if (bits(argument, 11, 8) != 1)
        return; /* nobody answers */
    r->kind = SD_SHORT;
    r->word[0] = argument & 0xfff;
}

/* ACMD41: R3. A high-capacity card stays busy for a host that does not say that it knows such cards. */
static void op_cond(struct sd_card *c, u32 argument, struct sd_response *r)
{
    u32 ocr = OCR_VOLTAGES | (c->high_capacity ? OCR_CCS : 0u);
    r->kind = SD_SHORT;
    r->word[0] = OCR_VOLTAGES;
    if (!(argument & OCR_VOLTAGES)) /* a question */
        return;
    if (c->high_capacity && !(argument & OCR_CCS))
        return;
    c->state = READY;
    r->word[0] = ocr | OCR_DONE;
}

static void stop(struct sd_card *c, struct sd_response *r)
{
    enum state before = (enum state)c->state;
    end_of_data(c);
    r1_in(c, r, before);
}

static void set_block_len(struct sd_card *c, u32 argument, struct sd_response *r)
{
    if (argument > BLOCK || !argument)
        c->status |= STATUS_BLOCK_LEN;
    else if (!c->high_capacity)
        c->block_len = argument;
    r1_in(c, r, TRAN);
}

static void send_all(struct sd_card *c, struct sd_response *r)
{
    u8 reg[16];
    cid(reg);
    r2(r, reg);
    c->state = IDENT;
}

static void send_address(struct sd_card *c, struct sd_response *r)
{
    u32 errors = c->status;
    c->rca = (u16)(c->rca ? c->rca + 1u : RCA_FIRST);
    r->kind = SD_SHORT; /* R6: bits 23, 22, 19 of the status come down to 15:13 */
    r->word[0] = (u32)c->rca << 16 | (bits(errors, 23, 22) << 14 | (u32)bit(errors, 19) << 13) | (u32)c->state << 9 | STATUS_READY_FOR_DATA;
    c->status = 0;
    c->state = STBY;
}

static void send_long(struct sd_card *c, bool is_csd, struct sd_response *r)
{
    u8 reg[16];
    if (is_csd)
        csd(c, reg);
    else
        cid(reg);
    r2(r, reg);
}

/* Where each command is legal: a bit for each state (table 4-31). */
#define IN(s) (1u << (s))
#define ANY_DATA (IN(STBY) | IN(TRAN) | IN(DATA) | IN(RCV))

static const u16 legal[64] = {
    [0] = 0x3ff,
    [2] = IN(READY),
    [3] = IN(IDENT) | IN(STBY),
    [6] = IN(TRAN),
    [7] = IN(STBY) | IN(TRAN) | IN(DATA),
    [8] = IN(IDLE),
    [9] = IN(STBY),
    [10] = IN(STBY),
    [12] = IN(TRAN) | IN(DATA) | IN(RCV), /* in tran, too: what is at its end ends at once here */
    [13] = ANY_DATA,
    [15] = ANY_DATA,
    [16] = IN(TRAN),
    [17] = IN(TRAN),
    [18] = IN(TRAN),
    [24] = IN(TRAN),
    [25] = IN(TRAN),
    [32] = IN(TRAN),
    [33] = IN(TRAN),
    [38] = IN(TRAN),
    [55] = IN(IDLE) | ANY_DATA,
};

static void data_command(struct sd_card *c, u8 index, u32 argument, struct sd_response *r)
{
    switch (index) {
    case 6:
        r1_in(c, r, TRAN);
        switch_function(c, argument);
        break;
    case 16:
        set_block_len(c, argument, r);
        break;
    case 17:
    case 18:
        transfer(c, argument, false, index == 18, r);
        break;
    case 24:
    case 25:
        transfer(c, argument, true, index == 25, r);
        break;
    default: /* 32, 33, 38 */
        if (index == 38)
            erase(c);
        else
            set_erase(c, argument, index == 32);
        r1_in(c, r, TRAN);
    }
}

static void basic_command(struct sd_card *c, u8 index, u32 argument, struct sd_response *r)
{
    no_response(r);
    switch (index) {
    case 0:
        sd_card_power_on(c);
        break;
    case 2:
        send_all(c, r);
        break;
    case 3:
        send_address(c, r);
        break;
    case 7:
        select_card(c, argument, r);
        break;
    case 8:
        if_cond(c, argument, r);
        break;
    case 9:
    case 10:
        if (is_addressed(c, argument))
            send_long(c, index == 9, r);
        break;
    case 12:
        stop(c, r);
        break;
    case 13:
        if (is_addressed(c, argument))
            r1_in(c, r, (enum state)c->state);
        break;
    case 15:
        if (is_addressed(c, argument))
            c->state = INACTIVE;
        break;
    default: /* 55 */
        if (!is_addressed(c, argument))
            break;
        c->app = true;
        r1_in(c, r, (enum state)c->state);
    }
}

/* The commands behind CMD55. False: none of them; it is taken for the plain command of that number (4.3.9.1). */
static bool app_command(struct sd_card *c, u8 index, u32 argument, struct sd_response *r)
{
    static const u8 scr[8] = { 0x02, 0x05 }; /* version 2.00, zeroes after erase, 1 and 4 lines */
    u8 sd_status[64] = { 0 };
    u8 written[4] = { (u8)(c->written >> 24), (u8)(c->written >> 16), (u8)(c->written >> 8), (u8)c->written };
    if (index == 41 && c->state == IDLE) {
        op_cond(c, argument, r);
        return true;
    }
    if (c->state != TRAN || (index != 6 && index != 13 && index != 22 && index != 23 && index != 42 && index != 51))
        return false;
    r1_in(c, r, TRAN);
    sd_status[0] = (u8)(c->bus_width << 6);
    if (index == 6)
        c->bus_width = argument & 3; /* ACMD23, 42 (pre-erase, pull-up): nothing to do */
    else if (index == 13)
        send_register(c, sd_status, sizeof sd_status);
    else if (index == 22)
        send_register(c, written, sizeof written);
    else if (index == 51)
        send_register(c, scr, sizeof scr);
    return true;
}

void sd_card_command(struct sd_card *c, u8 index, u32 argument, struct sd_response *r)
{
    bool app = c->app;
    no_response(r);
    if (c->state == INACTIVE)
        return;
    if (app) {
        bool done = app_command(c, index, argument, r);
        c->app = false;
        if (done)
            return;
    }
    if (index >= ARRAY_SIZE(legal) || !(legal[index] >> c->state & 1))
        illegal(c, r, index);
    else if (index == 6 || (index >= 16 && index != 55))
        data_command(c, index, argument, r);
    else
        basic_command(c, index, argument, r);
}

/* ---- life ---- */

static bool check_size(struct sd_card *c, struct error *err)
{
    u64 unit;
    c->high_capacity = c->size > 1 * GIB;
    unit = c->high_capacity ? 512 * KIB : (u64)BLOCK << (size_mult(c->size) + 2);
    if (c->size && c->size % unit == 0 && c->size <= 2048 * GIB)
        return true;
    return error_set(err, "%s: the size of an SD card of about that size is a multiple of %llu KiB", c->name, (unsigned long long)(unit / KIB));
}

struct sd_card *sd_card_new(const char *image, bool readonly, struct log *log, struct error *err)
{
    struct sd_card *c = calloc(1, sizeof *c);
    struct stat st;
    if (!c) {
        error_set(err, "sd card: no memory");
        return NULL;
    }
    c->log = log;
    c->name = image;
    c->readonly = readonly;
    c->fd = open(image, readonly ? O_RDONLY : O_RDWR);
    if (c->fd < 0 || fstat(c->fd, &st))
        error_set(err, "%s: %s", image, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        error_set(err, "%s: not a regular file", image);
    else {
        c->size = (u64)st.st_size;
        if (check_size(c, err)) {
            sd_card_power_on(c);
            return c;
        }
    }
    sd_card_free(c);
    return NULL;
}

void sd_card_free(struct sd_card *c)
{
    if (!c)
        return;
    if (c->fd >= 0)
        close(c->fd);
    free(c);
}

bool sd_card_is_protected(const struct sd_card *c)
{
    return c->readonly;
}
