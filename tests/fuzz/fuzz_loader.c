/* Images of any content: refused with a message or loaded inside RAM, never a crash or a write elsewhere. */
#include "loader/loader.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM_BASE 0x40000000ull
#define RAM_SIZE (4 * MIB)

/* What a random input lacks to be looked at: the first byte chooses a magic number for it. */
static void dress(u8 *bytes, size_t size, u8 choice)
{
    static const u8 elf[20] = { 0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xb7, 0 };
    if (choice % 3 == 1 && size >= 64) {
        memcpy(bytes, elf, sizeof elf);
        bytes[32] = 64; /* e_phoff */
        memset(bytes + 33, 0, 7);
        bytes[54] = 56; /* e_phentsize */
        bytes[55] = 0;
        bytes[56] &= 3; /* e_phnum */
        bytes[57] = 0;
    } else if (choice % 3 == 2 && size >= 64) {
        memcpy(bytes + 56, "ARM\x64", 4);
        memset(bytes + 11, 0, 5);
        memset(bytes + 20, 0, 4);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct error err = { { 0 } };
    struct log log;
    struct bus *bus = calloc(1, sizeof *bus);
    struct load_plan plan = { .bus = bus, .ram_base = RAM_BASE, .ram_size = RAM_SIZE };
    u64 entry, end;
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
        ok = load_elf(&plan, "fuzz", &f, &entry, &err);
        break;
    case IMAGE_ARM64:
        ok = load_arm64_image(&plan, "fuzz", &f, &entry, &end, &err);
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
