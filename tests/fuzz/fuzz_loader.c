/* Images of any content: refused with a message or loaded inside RAM, never a crash or a write elsewhere. */
#include "loader/loader.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define RAM_BASE 0x40000000ull
#define RAM_SIZE (4 * MIB)

static void put_be32(u8 *at, u32 value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (u8)(value >> (24 - 8 * i));
}

/* A legacy image for Arm with addresses in RAM and right CRCs; the choice spoils the data's now and then. */
static void dress_uimage(u8 *bytes, size_t size, u8 choice)
{
    put_be32(bytes, 0x27051956);
    put_be32(bytes + 4, 0);
    put_be32(bytes + 12, (u32)(size - 64));
    bytes[16] = bytes[20] = RAM_BASE >> 24;
    bytes[17] &= 0x7f;
    memcpy(bytes + 21, bytes + 17, 3);
    put_be32(bytes + 24, (u32)crc32(0, bytes + 64, (unsigned)(size - 64)) + (choice >= 0xf0));
    bytes[29] = choice & 0x10 ? 2 : 22;
    bytes[30] = choice & 0x20 ? 2 : bytes[30] & 15;
    bytes[31] &= 1;
    put_be32(bytes + 4, (u32)crc32(0, bytes, 64));
}

/* What a random input lacks to be looked at: the first byte chooses a magic number for it. */
static void dress(u8 *bytes, size_t size, u8 choice)
{
    static const u8 elf[20] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xb7, 0 };
    static const u8 elf32[20] = { 0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x28, 0 };
    static const u8 zimage[4] = { 0x18, 0x28, 0x6f, 0x01 };
    if (size < 64)
        return;
    switch (choice % 6) {
    case 1:
        memcpy(bytes, elf, sizeof elf);
        bytes[32] = 64; /* e_phoff */
        memset(bytes + 33, 0, 7);
        bytes[54] = 56; /* e_phentsize */
        bytes[55] = 0;
        bytes[56] &= 3; /* e_phnum */
        bytes[57] = 0;
        break;
    case 2:
        memcpy(bytes + 56, "ARM\x64", 4);
        memset(bytes + 11, 0, 5);
        memset(bytes + 20, 0, 4);
        break;
    case 3:
        memcpy(bytes, elf32, sizeof elf32);
        put_be32(bytes + 28, 52u << 24); /* e_phoff */
        bytes[42] = 32;                  /* e_phentsize */
        bytes[43] = 0;
        bytes[44] &= 3; /* e_phnum */
        bytes[45] = 0;
        break;
    case 4:
        memcpy(bytes + 0x24, zimage, sizeof zimage);
        memset(bytes + 0x28, 0, choice & 0x40 ? 4 : 0);
        bytes[0x2f] = choice & 0x80 ? 0 : bytes[0x2f];
        memset(bytes + 0x34, 0x45, choice & 0x20 ? 4 : 0);
        memset(bytes + 0x39, 0, 3);
        break;
    case 5:
        dress_uimage(bytes, size, choice);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct error err = { { 0 } };
    struct log log;
    struct bus *bus = calloc(1, sizeof *bus);
    struct load_plan plan = { .bus = bus, .ram_base = RAM_BASE, .ram_size = RAM_SIZE };
    struct loaded_image out;
    if (!bus || size < 2) {
        free(bus);
        return 0;
    }
    struct file_data f = { .bytes = malloc(size - 1), .size = size - 1 };
    log_init(&log);
    bus_init(bus, &log);
    if (!f.bytes || !bus_add_ram(bus, "ram", PA(RAM_BASE), RAM_SIZE, false, false, &err))
        abort();
    memcpy(f.bytes, data + 1, size - 1);
    dress(f.bytes, f.size, data[0]);
    bool ok;
    switch (image_format_of(&f)) {
    case IMAGE_ELF:
        ok = load_elf(&plan, "fuzz", &f, &out, &err);
        break;
    case IMAGE_ARM64:
        ok = load_arm64_image(&plan, "fuzz", &f, &out, &err);
        break;
    case IMAGE_ZIMAGE:
        ok = load_zimage(&plan, "fuzz", &f, &out, &err);
        break;
    case IMAGE_UIMAGE:
        ok = data[0] & 8 ? load_uimage(&plan, "fuzz", &f, &out, &err) : uimage_unwrap_ramdisk("fuzz", &f, &err);
        break;
    default:
        ok = load_place(&plan, "fuzz", RAM_BASE + (u64)data[0] * 0x8000, f.bytes, f.size, 0, &err);
    }
    if (!ok && !*err.text)
        abort(); /* refused without a word */
    for (unsigned i = 0; i < plan.count; i++)
        if (ok && plan.parts[i].base >= RAM_BASE && plan.parts[i].base + plan.parts[i].size > RAM_BASE + RAM_SIZE)
            abort();
    bus_free(bus);
    free(bus);
    file_data_free(&f);
    log_free(&log);
    return 0;
}
