/* Formats of bootable images, and placing things in memory. */
#include "loader/loader.h"

#include "emu/platform/bits.h"

#include <stdio.h>
#include <string.h>

/* The arm64 Image header: text_offset 8, image_size 16, flags 24, magic "ARM\x64" 56. */
#define IMAGE_HEADER 64

static u64 header_word(const struct file_data *f, size_t at)
{
    u64 value;
    memcpy(&value, f->bytes + at, sizeof value);
    return value;
}

enum image_format image_format_of(const struct file_data *f)
{
    if (image_is_elf(f))
        return IMAGE_ELF;
    if (f->size >= IMAGE_HEADER && !memcmp(f->bytes + 56, "ARM\x64", 4))
        return IMAGE_ARM64;
    if (image_is_zimage(f))
        return IMAGE_ZIMAGE;
    if (image_is_uimage(f))
        return IMAGE_UIMAGE;
    return IMAGE_RAW;
}

const char *image_not_supported(const struct file_data *f)
{
    static const struct {
        const char *what, *magic;
        size_t at, size;
    } formats[] = { { "a device tree or a FIT image", "\xd0\x0d\xfe\xed", 0, 4 },
                    { "a compressed EFI image", "zimg", 4, 4 },
                    { "XZ data, which must be unpacked first", "\xfd" "7zXZ", 0, 6 },
                    { "Zstandard data, which must be unpacked first", "\x28\xb5\x2f\xfd", 0, 4 },
                    { "LZ4 data, which must be unpacked first", "\x02\x21\x4c\x18", 0, 4 },
                    { "bzip2 data, which must be unpacked first", "BZh", 0, 3 } };
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        if (f->size >= formats[i].at + formats[i].size && !memcmp(f->bytes + formats[i].at, formats[i].magic, formats[i].size))
            return formats[i].what;
    return NULL;
}

/* ---- places ---- */

static bool add_part(struct load_plan *plan, const char *name, u64 base, u64 size, struct error *err)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (base < plan->parts[i].base + plan->parts[i].size && plan->parts[i].base < base + size)
            return error_set(err, "%s at %#llx to %#llx overlaps %s at %#llx to %#llx", name, (unsigned long long)base,
                             (unsigned long long)(base + size - 1), plan->parts[i].name, (unsigned long long)plan->parts[i].base,
                             (unsigned long long)(plan->parts[i].base + plan->parts[i].size - 1));
    if (plan->count == LOADER_MAX_PARTS)
        return error_set(err, "%s: more than %d things to load", name, LOADER_MAX_PARTS);
    snprintf(plan->parts[plan->count].name, sizeof plan->parts[0].name, "%s", name);
    plan->parts[plan->count].base = base;
    plan->parts[plan->count++].size = size;
    return true;
}

static bool in_ram(const struct load_plan *plan, u64 base, u64 size)
{
    return base >= plan->ram_base && size <= plan->ram_size && base - plan->ram_base <= plan->ram_size - size;
}

/* The part is checked and noted. */
static bool take_place(struct load_plan *plan, const char *name, u64 base, u64 reserved, struct error *err)
{
    if (base + reserved < base)
        return error_set(err, "%s: %#llx bytes at %#llx do not fit into the address space", name, (unsigned long long)reserved, (unsigned long long)base);
    if (base >= plan->ram_base && !in_ram(plan, base, reserved))
        return error_set(err, "%s: %llu KiB at %#llx do not fit into %llu MiB of RAM at %#llx", name, (unsigned long long)(reserved / KIB),
                         (unsigned long long)base, (unsigned long long)(plan->ram_size / MIB), (unsigned long long)plan->ram_base);
    return add_part(plan, name, base, reserved, err);
}

static bool no_memory_at(const char *name, u64 base, struct error *err)
{
    return error_set(err, "%s: no memory at %#llx", name, (unsigned long long)base);
}

bool load_place(struct load_plan *plan, const char *name, u64 base, const void *data, u64 size, u64 reserved, struct error *err)
{
    return take_place(plan, name, base, reserved ? reserved : size, err) &&
           (bus_write_mem(plan->bus, PA(base), data, size) || no_memory_at(name, base, err));
}

/* To one region of memory after the other. */
static bool fill_from_file(struct load_plan *plan, const char *name, u64 base, struct file_data *f, u64 offset, u64 size, bool last, struct error *err)
{
    for (u64 at = 0, n; at < size; at += n) {
        n = size - at;
        u8 *to = bus_fill_mem(plan->bus, PA(base + at), &n);
        if (!to)
            return no_memory_at(name, base, err);
        if (!file_data_copy(f, name, offset + at, to, n, last, err))
            return false;
    }
    return true;
}

bool load_place_file(struct load_plan *plan, const char *name, u64 base, struct file_data *f, u64 reserved, struct error *err)
{
    return take_place(plan, name, base, reserved ? reserved : f->size, err) && fill_from_file(plan, name, base, f, 0, f->size, true, err);
}

bool load_place_part(struct load_plan *plan, const char *name, u64 base, struct file_data *f, u64 offset, u64 size, u64 reserved, struct error *err)
{
    return take_place(plan, name, base, reserved, err) && fill_from_file(plan, name, base, f, offset, size, false, err);
}

u64 load_find_room(const struct load_plan *plan, u64 from, u64 size, u64 align)
{
    u64 at = align_up(from, align);
    bool moved = true;
    while (moved) {
        moved = false;
        for (unsigned i = 0; i < plan->count; i++)
            if (at < plan->parts[i].base + plan->parts[i].size && plan->parts[i].base < at + size) {
                at = align_up(plan->parts[i].base + plan->parts[i].size, align);
                moved = true;
            }
    }
    return in_ram(plan, at, size) ? at : 0;
}

/* ---- formats ---- */

bool load_arm64_image(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err)
{
    u64 text_offset = header_word(f, 8), image_size = header_word(f, 16);
    if (!image_size) { /* before Linux 3.17 */
        text_offset = 0x80000;
        image_size = f->size;
    }
    if (image_size < f->size)
        image_size = f->size;
    u64 base = align_up(plan->ram_base, 2 * MIB) + text_offset;
    if (text_offset >= 2 * MIB || !in_ram(plan, base, image_size))
        return error_set(err, "%s: the image needs %llu KiB from %#llx on, and there are %llu MiB of RAM", name,
                         (unsigned long long)(image_size / KIB), (unsigned long long)base, (unsigned long long)(plan->ram_size / MIB));
    *out = (struct loaded_image){ .entry = base, .end = base + image_size, .is_linux = true };
    return load_place_file(plan, name, base, f, image_size, err);
}
