/* The firmware configuration device with its MMIO and DMA interfaces, as firmware for the `virt` board drives it
 * ("QEMU Firmware Configuration (fw_cfg) Device" specification; Linux's binding qemu,fw-cfg-mmio).
 *
 *   +0x00 data      read, 1 to 8 bytes: the next bytes of the selected item, in memory order
 *   +0x08 selector  write, 2 bytes big-endian
 *   +0x10 DMA       8 bytes big-endian (or two halves): the address of a descriptor; writing the low half starts. Reads "QEMU CFG". */
#include "devices/fw_cfg.h"

#include "emu/platform/bits.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FILES 32
#define ITEMS (FW_CFG_FIRST_FILE + MAX_FILES)
#define NAME_BYTES 56
#define DIR_ENTRY_BYTES 64 /* size 4, key 2, reserved 2, name */

/* The DMA descriptor's control word */
enum { DMA_ERROR = 1, DMA_READ = 2, DMA_SKIP = 4, DMA_SELECT = 8, DMA_WRITE = 16 };

struct item {
    u8 *data;
    size_t len;
};

struct fw_cfg {
    struct device dev;
    struct item items[ITEMS];
    char names[MAX_FILES][NAME_BYTES];
    unsigned file_count;
    u32 selected; /* key; ~0: nothing of ours */
    u64 offset;   /* in the selected item */
    u64 dma;      /* address register */
};

static struct fw_cfg *self(struct device *dev)
{
    return (struct fw_cfg *)dev;
}

/* ---- content ---- */

static void put_be(u8 *at, u64 value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (u8)(value >> 8 * (bytes - 1 - i));
}

static u64 get_be(const u8 *at, unsigned bytes)
{
    u64 value = 0;
    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

bool fw_cfg_add(struct device *dev, u16 key, const void *data, size_t len)
{
    if (key >= ITEMS)
        return false;
    struct item *item = &self(dev)->items[key];
    u8 *copy = malloc(len ? len : 1);
    if (!copy)
        return false;
    if (len)
        memcpy(copy, data, len);
    free(item->data);
    *item = (struct item){ copy, len };
    return true;
}

static bool add_number(struct device *dev, u16 key, u64 value, unsigned bytes)
{
    u8 le[8];
    for (unsigned i = 0; i < bytes; i++)
        le[i] = (u8)(value >> 8 * i);
    return fw_cfg_add(dev, key, le, bytes);
}

bool fw_cfg_add_u16(struct device *dev, u16 key, u16 value)
{
    return add_number(dev, key, value, 2);
}

bool fw_cfg_add_u32(struct device *dev, u16 key, u32 value)
{
    return add_number(dev, key, value, 4);
}

bool fw_cfg_add_u64(struct device *dev, u16 key, u64 value)
{
    return add_number(dev, key, value, 8);
}

static bool rebuild_directory(struct fw_cfg *f)
{
    size_t len = 4 + (size_t)f->file_count * DIR_ENTRY_BYTES;
    u8 dir[4 + MAX_FILES * DIR_ENTRY_BYTES] = { 0 };
    put_be(dir, f->file_count, 4);
    for (unsigned i = 0; i < f->file_count; i++) {
        u8 *entry = dir + 4 + i * DIR_ENTRY_BYTES;
        put_be(entry, f->items[FW_CFG_FIRST_FILE + i].len, 4);
        put_be(entry + 4, FW_CFG_FIRST_FILE + i, 2);
        memcpy(entry + 8, f->names[i], NAME_BYTES);
    }
    return fw_cfg_add(&f->dev, FW_CFG_FILE_DIR, dir, len);
}

bool fw_cfg_add_file(struct device *dev, const char *name, const void *data, size_t len)
{
    struct fw_cfg *f = self(dev);
    unsigned i = 0;
    while (i < f->file_count && strcmp(f->names[i], name))
        i++;
    if (i == MAX_FILES || strlen(name) >= NAME_BYTES)
        return false;
    if (!fw_cfg_add(dev, (u16)(FW_CFG_FIRST_FILE + i), data, len))
        return false;
    if (i == f->file_count) {
        strncpy(f->names[i], name, NAME_BYTES - 1);
        f->file_count++;
    }
    return rebuild_directory(f);
}

/* ---- the guest's side ---- */

static void select_item(struct fw_cfg *f, u16 key)
{
    f->selected = (key & 0x3fffu) < ITEMS ? key & 0x3fffu : ~0u; /* bits 15:14: architecture-local, write */
    f->offset = 0;
}

/* Bytes past the end of an item, or of none, read as 0. */
static u8 next_byte(struct fw_cfg *f)
{
    const struct item *item = f->selected < ITEMS ? &f->items[f->selected] : NULL;
    u8 byte = item && f->offset < item->len ? item->data[f->offset] : 0;
    f->offset++;
    return byte;
}

/* DMA is a Non-secure master's: it reaches neither Secure RAM nor Secure flash. */
static bool can_reach(const struct fw_cfg *f, u64 addr, u64 len)
{
    for (u64 page = addr & PAGE_MASK; page < addr + len; page += PAGE_SIZE)
        if (!bus_ram_page(f->dev.bus, PA(page), false, NULL))
            return false;
    return true;
}

static bool dma_read(struct fw_cfg *f, u64 addr, u64 len)
{
    u8 chunk[4096];
    while (len) {
        u64 n = len < sizeof chunk ? len : sizeof chunk;
        if (!can_reach(f, addr, n))
            return false;
        for (u64 i = 0; i < n; i++)
            chunk[i] = next_byte(f);
        if (!bus_write_mem(f->dev.bus, PA(addr), chunk, n))
            return false;
        addr += n;
        len -= n;
    }
    return true;
}

static void dma_start(struct fw_cfg *f)
{
    u8 desc[16], result[4] = { 0 };
    u64 at = f->dma;
    f->dma = 0;
    if (!can_reach(f, at, sizeof desc) || !bus_read_mem(f->dev.bus, PA(at), desc, sizeof desc)) {
        log_line(f->dev.log, LOG_GUEST_ERRORS, "fw_cfg: no DMA descriptor in memory at %#llx", (unsigned long long)at);
        return;
    }
    u32 control = (u32)get_be(desc, 4), len = (u32)get_be(desc + 4, 4);
    bool ok = true;
    if (control & DMA_SELECT)
        select_item(f, (u16)(control >> 16));
    if (control & DMA_READ)
        ok = dma_read(f, get_be(desc + 8, 8), len);
    else if (control & DMA_WRITE)
        ok = false; /* no item here can be written */
    else if (control & DMA_SKIP)
        f->offset += len;
    put_be(result, ok ? 0 : DMA_ERROR, 4);
    if (!ok)
        log_line(f->dev.log, LOG_GUEST_ERRORS, "fw_cfg: DMA control %#x, %u bytes: refused", control, len);
    bus_write_mem(f->dev.bus, PA(at), result, sizeof result);
}

static u64 byte_swapped(u64 value, unsigned bytes)
{
    return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

static void dma_write(struct fw_cfg *f, const struct bus_access *acc)
{
    u64 value = byte_swapped(acc->value, acc->size);
    if (acc->size == 8 && acc->offset == 0x10)
        f->dma = value;
    else if (acc->size == 4 && acc->offset == 0x10)
        f->dma = with_bits(f->dma, 63, 32, value);
    else if (acc->size == 4 && acc->offset == 0x14)
        f->dma = with_bits(f->dma, 31, 0, value);
    else
        return;
    if (acc->offset + acc->size == 0x18)
        dma_start(f);
}

static void fw_cfg_read(struct fw_cfg *f, struct bus_access *acc)
{
    acc->value = 0;
    if (acc->offset < 8) {
        u64 before = f->offset;
        for (unsigned i = 0; i < acc->size; i++)
            acc->value |= (u64)next_byte(f) << (8 * i);
        if (acc->debug)
            f->offset = before;
    } else if (acc->offset >= 0x10) {
        static const char signature[8] = { 'Q', 'E', 'M', 'U', ' ', 'C', 'F', 'G' };
        memcpy(&acc->value, signature + (acc->offset - 0x10), acc->size);
    }
}

static enum bus_result fw_cfg_access(struct device *dev, struct bus_access *acc)
{
    struct fw_cfg *f = self(dev);
    if (!acc->write)
        fw_cfg_read(f, acc);
    else if (acc->offset == 8 && acc->size == 2)
        select_item(f, (u16)byte_swapped(acc->value, 2));
    else if (acc->offset >= 0x10)
        dma_write(f, acc);
    else
        log_line(dev->log, LOG_GUEST_ERRORS, "fw_cfg: write of %u bytes at offset %#llx", acc->size, (unsigned long long)acc->offset);
    return BUS_OK;
}

static void fw_cfg_reset(struct device *dev)
{
    struct fw_cfg *f = self(dev);
    select_item(f, FW_CFG_SIGNATURE);
    f->dma = 0;
    fw_cfg_add(dev, FW_CFG_SIGNATURE, "QEMU", 4);
    fw_cfg_add_u32(dev, FW_CFG_ID, 3); /* traditional interface, DMA */
    fw_cfg_add_u16(dev, FW_CFG_NOGRAPHIC, 1);
    fw_cfg_add_u16(dev, FW_CFG_BOOT_MENU, 0);
    rebuild_directory(f);
}

static void fw_cfg_free(struct device *dev)
{
    for (unsigned i = 0; i < ITEMS; i++)
        free(self(dev)->items[i].data);
}

static const struct state_field fw_cfg_state[] = {
    STATE_FIELD(struct fw_cfg, selected),
    STATE_FIELD(struct fw_cfg, offset),
    STATE_FIELD(struct fw_cfg, dma),
};

const struct device_type fw_cfg_type = {
    .name = "fw_cfg",
    .size = 0x18,
    .instance_size = sizeof(struct fw_cfg),
    .reg_bytes = 8,
    .access = fw_cfg_access,
    .reset = fw_cfg_reset,
    .free = fw_cfg_free,
    .state = fw_cfg_state,
    .state_count = ARRAY_SIZE(fw_cfg_state),
    .fdt = { .node = "fw-cfg", .compatible = "qemu,fw-cfg-mmio", .dma_coherent = true },
};
