/* NOR flash: two x16 chips side by side, each with the Intel command set (as 28F128J3 and 28F640P30 have it; JESD68 for CFI).
 *
 *      byte offset in the bank     ... | word address | chip | byte |
 *                                       25           2    1      0
 *
 * While both chips are in read-array mode the bank is ROM with host memory behind it, and stores come here as commands. Otherwise reads come
 * here too. Programming and erasing take no time. A bank without an image file holds zeroes, not erased cells. */
#include "devices/flash.h"

#include "emu/platform/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHIPS 2
#define BLOCK_BYTES (256 * KIB) /* of the bank: 128 KiB of each chip */
#define BLOCK_WORDS (BLOCK_BYTES / 4)
#define MAX_BLOCKS 256
#define BUFFER_LOG2 10 /* bytes of a chip's write buffer */
#define BUFFER_WORDS ((1u << BUFFER_LOG2) / 2)

/* Commands: the low byte of a word written */
enum {
    CMD_LOCK = 0x01,
    CMD_PROGRAM_10 = 0x10,
    CMD_ERASE = 0x20,
    CMD_LOCK_DOWN = 0x2f,
    CMD_PROGRAM = 0x40,
    CMD_CLEAR_STATUS = 0x50,
    CMD_LOCK_SETUP = 0x60,
    CMD_READ_STATUS = 0x70,
    CMD_READ_ID = 0x90,
    CMD_CFI_QUERY = 0x98,
    CMD_SUSPEND = 0xb0,
    CMD_CONFIRM = 0xd0,
    CMD_BUFFERED = 0xe8,
    CMD_RESET_AMD = 0xf0, /* probing software sends it for the other command set */
    CMD_READ_ARRAY = 0xff,
};

/* Status register */
enum { SR_LOCKED = 1 << 1, SR_PROGRAM_ERROR = 1 << 4, SR_ERASE_ERROR = 1 << 5, SR_READY = 1 << 7 };

enum read_mode { READ_ARRAY, READ_STATUS, READ_ID, READ_CFI };
enum step { IDLE, WANT_DATA, WANT_COUNT, WANT_WORDS, WANT_BUFFER_CONFIRM, WANT_ERASE_CONFIRM, WANT_LOCK_COMMAND };

struct chip {
    u8 mode; /* enum read_mode */
    u8 step; /* enum step: what the next write means */
    u8 status;
    bool locked[MAX_BLOCKS];
    u32 block;   /* of a buffered program */
    u32 expected, received;
    u32 at[BUFFER_WORDS]; /* word addresses */
    u16 word[BUFFER_WORDS];
};

struct flash {
    struct flash_config config;
    struct bus *bus;
    struct log *log;
    struct chip chips[CHIPS];
    bool dirty[MAX_BLOCKS];
};

/* ---- CFI: JESD68, of one chip ---- */

static u8 cfi_byte(const struct flash *f, u32 n)
{
    static const u8 table[] = {
        /* 10 */ 'Q', 'R', 'Y', 0x01, 0, 0x31, 0, 0, 0, 0, 0, /* Intel extended command set; its table; no alternate */
        /* 1b */ 0x45, 0x55, 0, 0,                            /* VCC 4.5 to 5.5 V, no VPP */
        /* 1f */ 7, 7, 10, 0, 4, 4, 4, 0,                     /* typical and maximum times, powers of two */
        /* 27 */ 0, 1, 0, BUFFER_LOG2, 0,                     /* size (below), x16, write buffer */
        /* 2c */ 1, 0, 0, 0, 2,                               /* one region: blocks - 1 (below), of 512 * 256 bytes */
        /* 31 */ 'P', 'R', 'I', '1', '0', 0x20, 0, 0, 0,      /* instant individual block locking */
        /* 3a */ 0, 1, 0, 0x50, 0, 1, 0, 0, 0, 0,             /* lock bit in the block status */
    };
    if (n == 0x27)
        return (u8)__builtin_ctzll(f->config.size / CHIPS);
    if (n == 0x2d)
        return (u8)(f->config.size / BLOCK_BYTES - 1);
    return n >= 0x10 && n - 0x10 < sizeof table ? table[n - 0x10] : 0;
}

/* ---- cells ---- */

static struct bus_region *region_of(const struct flash *f)
{
    return bus_find(f->bus, PA(f->config.base));
}

static u64 lane(u32 word, unsigned chip)
{
    return (u64)word * 4 + chip * 2;
}

static u16 cell_get(const struct flash *f, u32 word, unsigned chip)
{
    u16 value;
    memcpy(&value, region_of(f)->host + lane(word, chip), sizeof value);
    return value;
}

static void cell_set(struct flash *f, u32 word, unsigned chip, u16 value)
{
    memcpy(region_of(f)->host + lane(word, chip), &value, sizeof value);
    f->dirty[word / BLOCK_WORDS] = true;
}

/* Code that was decoded from these bytes is stale. */
static void content_changed(struct flash *f, u64 offset, u64 len)
{
    for (u64 at = align_down(offset, PAGE_SIZE); at < offset + len; at += PAGE_SIZE)
        bus_rom_changed(f->bus, PA(f->config.base + at), PAGE_SIZE);
}

/* Programming clears bits and sets none. */
static void program(struct flash *f, unsigned chip, u32 word, u16 value)
{
    struct chip *c = &f->chips[chip];
    if (c->locked[word / BLOCK_WORDS]) {
        c->status |= SR_PROGRAM_ERROR | SR_LOCKED;
        return;
    }
    cell_set(f, word, chip, cell_get(f, word, chip) & value);
    content_changed(f, lane(word, chip), 2);
}

static void erase(struct flash *f, unsigned chip, u32 block)
{
    struct chip *c = &f->chips[chip];
    if (c->locked[block]) {
        c->status |= SR_ERASE_ERROR | SR_LOCKED;
        return;
    }
    for (u32 i = 0; i < BLOCK_WORDS; i++)
        cell_set(f, (u32)(block * BLOCK_WORDS + i), chip, 0xffff);
    content_changed(f, block * BLOCK_BYTES, BLOCK_BYTES);
}

/* ---- commands ---- */

static void to_mode(struct chip *c, enum read_mode mode, enum step next)
{
    c->mode = (u8)mode;
    c->step = (u8)next;
}

static void first_cycle(struct flash *f, struct chip *c, u32 word, u16 value)
{
    switch (value & 0xff) {
    case CMD_READ_ARRAY:
    case CMD_RESET_AMD:
        to_mode(c, READ_ARRAY, IDLE);
        break;
    case CMD_READ_STATUS:
    case CMD_SUSPEND: /* nothing ever is under way */
    case CMD_CONFIRM:
        to_mode(c, READ_STATUS, IDLE);
        break;
    case CMD_CLEAR_STATUS:
        c->status = SR_READY;
        break;
    case CMD_READ_ID:
        to_mode(c, READ_ID, IDLE);
        break;
    case CMD_CFI_QUERY:
        to_mode(c, READ_CFI, IDLE);
        break;
    case CMD_PROGRAM:
    case CMD_PROGRAM_10:
        to_mode(c, READ_STATUS, WANT_DATA);
        break;
    case CMD_BUFFERED:
        to_mode(c, READ_STATUS, WANT_COUNT);
        c->block = word / BLOCK_WORDS;
        break;
    case CMD_ERASE:
        to_mode(c, READ_STATUS, WANT_ERASE_CONFIRM);
        break;
    case CMD_LOCK_SETUP:
        to_mode(c, READ_STATUS, WANT_LOCK_COMMAND);
        break;
    default:
        log_line(f->log, LOG_GUEST_ERRORS, "%s: unknown command %#x", f->config.name, value);
        break;
    }
}

static void lock_command(struct chip *c, u32 word, u16 value)
{
    u8 cmd = (u8)value;
    if (cmd == CMD_LOCK || cmd == CMD_LOCK_DOWN)
        c->locked[word / BLOCK_WORDS] = true;
    else if (cmd == CMD_CONFIRM)
        c->locked[word / BLOCK_WORDS] = false;
    else
        c->status |= SR_PROGRAM_ERROR | SR_ERASE_ERROR; /* command sequence error */
}

static void buffer_count(struct chip *c, u16 value)
{
    c->expected = value + 1u;
    c->received = 0;
    c->step = WANT_WORDS;
    if (c->expected > BUFFER_WORDS) {
        c->status |= SR_PROGRAM_ERROR | SR_ERASE_ERROR;
        c->step = IDLE;
    }
}

static void buffer_word(struct chip *c, u32 word, u16 value)
{
    c->at[c->received] = word;
    c->word[c->received] = value;
    if (++c->received == c->expected)
        c->step = WANT_BUFFER_CONFIRM;
}

static void buffer_confirm(struct flash *f, unsigned chip, u16 value)
{
    struct chip *c = &f->chips[chip];
    bool sound = (value & 0xff) == CMD_CONFIRM;
    for (u32 i = 0; i < c->expected; i++)
        sound &= c->at[i] / BLOCK_WORDS == c->block;
    if (!sound)
        c->status |= SR_PROGRAM_ERROR | SR_ERASE_ERROR;
    for (u32 i = 0; sound && i < c->expected; i++)
        program(f, chip, c->at[i], c->word[i]);
}

static void chip_write(struct flash *f, unsigned chip, u32 word, u16 value)
{
    struct chip *c = &f->chips[chip];
    u8 now = c->step;
    if (now == IDLE) {
        first_cycle(f, c, word, value);
        return;
    }
    if (now != WANT_COUNT && now != WANT_WORDS)
        c->step = IDLE;
    if (now == WANT_DATA)
        program(f, chip, word, value);
    else if (now == WANT_COUNT)
        buffer_count(c, value);
    else if (now == WANT_WORDS)
        buffer_word(c, word, value);
    else if (now == WANT_BUFFER_CONFIRM)
        buffer_confirm(f, chip, value);
    else if (now == WANT_LOCK_COMMAND)
        lock_command(c, word, value);
    else if ((value & 0xff) == CMD_CONFIRM)
        erase(f, chip, word / BLOCK_WORDS);
    else
        c->status |= SR_PROGRAM_ERROR | SR_ERASE_ERROR;
}

static u16 chip_read(const struct flash *f, unsigned chip, u32 word)
{
    static const u8 id[2] = { 0x89, 0x18 };
    const struct chip *c = &f->chips[chip];
    u32 in_block = word % BLOCK_WORDS;
    switch (c->mode) {
    case READ_STATUS:
        return c->status;
    case READ_ID:
        return in_block < 2 ? id[in_block] : in_block == 2 ? c->locked[word / BLOCK_WORDS] : 0;
    case READ_CFI:
        return cfi_byte(f, in_block);
    default:
        return cell_get(f, word, chip);
    }
}

/* ---- the bank ---- */

static enum bus_result flash_access(void *owner, struct bus_access *acc);
static const struct bus_mmio_ops flash_ops = { .access = flash_access };

/* Reads come from memory exactly while both chips are in read-array mode. */
static void flash_update(struct flash *f)
{
    struct bus_region *r = region_of(f);
    bool array = f->chips[0].mode == READ_ARRAY && f->chips[1].mode == READ_ARRAY;
    if (array == !r->ops)
        return;
    bus_region_set_ops(r, array ? NULL : &flash_ops, f);
    if (f->config.has_alias)
        bus_region_set_ops(bus_find(f->bus, PA(f->config.alias)), array ? NULL : &flash_ops, f);
    if (f->config.mode_changed)
        f->config.mode_changed(f->config.owner);
}

static bool wants_data(const struct chip *c)
{
    return c->step == WANT_DATA || c->step == WANT_WORDS;
}

/* A store narrower than the bank reaches both chips, so that they stay in step for software that takes the bank for one x16 chip: the other
 * one gets the same command, or a data word that programs nothing. */
static void narrow_write(struct flash *f, unsigned chip, u32 word, u16 value)
{
    u16 other = wants_data(&f->chips[!chip]) ? 0xffff : value;
    chip_write(f, chip, word, value);
    chip_write(f, !chip, word, other);
}

static void bank_write(struct flash *f, const struct bus_access *acc)
{
    unsigned chip = acc->offset >> 1 & 1;
    u32 word = (u32)(acc->offset >> 2);
    if (acc->size <= 2) {
        unsigned lane_shift = acc->size == 1 ? 8 * (acc->offset & 1) : 0;
        narrow_write(f, chip, word, (u16)(acc->value << lane_shift));
        return;
    }
    for (unsigned i = 0; i < acc->size; i += 4) {
        chip_write(f, 0, word + i / 4, (u16)(acc->value >> (8 * i)));
        chip_write(f, 1, word + i / 4, (u16)(acc->value >> (8 * i + 16)));
    }
}

static u64 bank_read(const struct flash *f, u64 offset, unsigned size)
{
    u64 value = 0;
    for (unsigned i = 0; i < size; i++) {
        u64 at = offset + i;
        u16 word = chip_read(f, at >> 1 & 1, (u32)(at >> 2));
        value |= (u64)(word >> (8 * (at & 1)) & 0xff) << (8 * i);
    }
    return value;
}

static enum bus_result flash_access(void *owner, struct bus_access *acc)
{
    struct flash *f = owner;
    if (!acc->write) {
        acc->value = bank_read(f, acc->offset, acc->size);
        return BUS_OK;
    }
    if (acc->debug)
        return BUS_SLAVE_ERROR;
    bank_write(f, acc);
    flash_update(f);
    return BUS_OK;
}

/* ---- life ---- */

static bool load_image(struct flash *f, struct error *err)
{
    const struct flash_config *c = &f->config;
    if (!c->image)
        return true;
    FILE *file = fopen(c->image, "rb");
    if (!file)
        return error_set(err, "%s: cannot read %s", c->name, c->image);
    u8 *host = region_of(f)->host;
    size_t len = fread(host, 1, c->size, file);
    bool longer = len == c->size && fgetc(file) != EOF, broken = ferror(file);
    fclose(file);
    if (broken || !len)
        return error_set(err, "%s: cannot read %s, or it is empty", c->name, c->image);
    if (longer)
        return error_set(err, "%s: %s is larger than the bank's %llu MiB", c->name, c->image, (unsigned long long)(c->size / MIB));
    memset(host + len, 0xff, align_up(len, BLOCK_BYTES) - len);
    return true;
}

/* Into the memory map, once or twice: each place takes commands. */
static bool map_bank(struct flash *f, struct error *err)
{
    const struct flash_config *c = &f->config;
    if (!bus_add_ram(f->bus, c->name, PA(c->base), c->size, true, c->secure_only, err))
        return false;
    bus_region_set_write_ops(region_of(f), &flash_ops, f);
    return !c->has_alias || bus_add_rom_alias(f->bus, "flash alias", PA(c->alias), PA(c->base), err);
}

struct flash *flash_new(const struct flash_config *config, struct bus *bus, struct log *log, struct error *err)
{
    struct flash *f = calloc(1, sizeof *f);
    if (!f) {
        error_set(err, "%s: no memory", config->name);
        return NULL;
    }
    f->config = *config;
    f->bus = bus;
    f->log = log;
    if (config->size % BLOCK_BYTES || config->size > MAX_BLOCKS * BLOCK_BYTES)
        error_set(err, "%s: the size must be a multiple of 256 KiB, 64 MiB at most", config->name);
    else if (map_bank(f, err) && load_image(f, err)) {
        flash_reset(f);
        return f;
    }
    free(f);
    return NULL;
}

void flash_reset(struct flash *f)
{
    memset(f->chips, 0, sizeof f->chips);
    for (unsigned i = 0; i < CHIPS; i++)
        f->chips[i].status = SR_READY;
    flash_update(f);
}

static void write_back(const struct flash *f)
{
    const struct flash_config *c = &f->config;
    FILE *file = NULL;
    bool failed = false;
    for (u64 i = 0; i < c->size / BLOCK_BYTES && !failed; i++) {
        if (!f->dirty[i])
            continue;
        if (!file)
            file = fopen(c->image, "r+b");
        failed = !file || fseek(file, (long)(i * BLOCK_BYTES), SEEK_SET) ||
                 fwrite(region_of(f)->host + i * BLOCK_BYTES, 1, BLOCK_BYTES, file) != BLOCK_BYTES;
    }
    if (file && fclose(file))
        failed = true;
    if (failed)
        fprintf(stderr, "armature: %s: cannot write back to %s\n", c->name, c->image);
}

void flash_free(struct flash *f)
{
    if (!f)
        return;
    if (f->config.image && !f->config.readonly)
        write_back(f);
    free(f);
}
