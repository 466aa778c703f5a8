/* zImage: the kernel of 32-bit Arm that unpacks itself (Linux Documentation/arm/booting.rst; Xen for 32-bit Arm has the same header).
 *
 *   0x24  magic 0x016f2818
 *   0x28  start: where it must be, 0: anywhere
 *   0x2c  end: behind its last byte, counted like start; Xen's covers its .bss too
 *   0x30  0x04030201 in the byte order of the kernel's data; Linux only
 *   0x34  0x45454545, where there is a table of tags, and at 0x38 its offset
 *
 * A tag is its length in words, itself included, its name, and its words. "KLSZ" says what the unpacked kernel needs: the offset of a word with
 * its size in the file, the size of its .bss, its distance from the start of RAM, and the memory that unpacking takes. */
#include "loader/loader.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <string.h>

#define ZIMAGE_MAGIC 0x016f2818u
#define ZIMAGE_HEADER 0x30
#define ZIMAGE_LITTLE_ENDIAN 0x04030201u
#define ZIMAGE_BIG_ENDIAN 0x01020304u
#define ZIMAGE_TABLE_MAGIC 0x45454545u
#define TAG_KERNEL_SIZE 0x5a534c4bu /* "KLSZ" */

#define KERNEL_WINDOW (128 * MIB) /* the image must lie in the first 128 MiB: it rounds its own address down to find RAM */
#define SAFE_OFFSET (32 * MIB)    /* above it no kernel has to move itself out of its own way */
#define LOW_OFFSET 0x10000u       /* behind the page tables that the unpacking makes, where there is less RAM */
#define STACK_ROOM (1 * MIB)      /* behind the image: its stack, and what a kernel adds to the heap that it tells of */

/* Places in memory are offsets from the start of RAM. */
struct zimage {
    u64 start, size;  /* where it wants to be, or 0; with its .bss */
    bool has_needs;
    u64 unpacked_end; /* the highest byte that the unpacked kernel takes */
    u64 heap;
};

static bool word_at(const struct file_data *f, u64 at, u32 *word)
{
    if (f->size < 4 || at > f->size - 4)
        return false;
    memcpy(word, f->bytes + at, 4); /* the host is little-endian too */
    return true;
}

bool image_is_zimage(const struct file_data *f)
{
    u32 magic;
    return f->size >= ZIMAGE_HEADER && word_at(f, 0x24, &magic) && magic == ZIMAGE_MAGIC;
}

/* ---- the header ---- */

/* Reads the tags; a table that is not what it should be is as good as none. */
static void read_needs(struct zimage *z, const struct file_data *f)
{
    u32 magic, at, words, name, size_at, size, bss, offset, heap;
    if (!word_at(f, 0x34, &magic) || magic != ZIMAGE_TABLE_MAGIC || !word_at(f, 0x38, &at))
        return;
    for (u64 tag = at; word_at(f, tag, &words) && words >= 2 && word_at(f, tag + 4, &name); tag += 4ull * words) {
        if (name != TAG_KERNEL_SIZE || words < 6)
            continue;
        if (!word_at(f, tag + 8, &size_at) || !word_at(f, tag + 12, &bss) || !word_at(f, tag + 16, &offset) || !word_at(f, tag + 20, &heap) ||
            !word_at(f, size_at, &size))
            return;
        z->has_needs = true;
        z->unpacked_end = (u64)offset + size + bss;
        z->heap = heap;
        return;
    }
}

static bool read_header(struct zimage *z, const char *name, const struct file_data *f, struct error *err)
{
    u32 start = 0, end = 0, order = 0;
    word_at(f, 0x28, &start); /* image_is_zimage has seen to it that they are there */
    word_at(f, 0x2c, &end);
    bool is_linux = word_at(f, 0x30, &order) && (order == ZIMAGE_LITTLE_ENDIAN || order == ZIMAGE_BIG_ENDIAN);
    *z = (struct zimage){ .start = start, .size = f->size };
    if (end <= start)
        return error_set(err, "%s: a zImage that ends at %#x, before its start at %#x", name, end, start);
    if (order == ZIMAGE_BIG_ENDIAN)
        return error_set(err, "%s: a big-endian kernel, which is not supported", name);
    if (is_linux && end - start > f->size)
        return error_set(err, "%s: the zImage is truncated (%zu bytes of %u)", name, f->size, end - start);
    if (end - start > z->size)
        z->size = end - start;
    read_needs(z, f);
    return true;
}

/* ---- its place ---- */

/* Where it need not move before it unpacks itself, if RAM has that. */
static u64 choose_offset(const struct zimage *z, const struct load_plan *plan)
{
    u64 at = align_up(z->unpacked_end, 2 * MIB), room = z->size + z->heap + STACK_ROOM;
    if (at < SAFE_OFFSET)
        at = SAFE_OFFSET;
    return z->has_needs && at + room <= plan->ram_size && at + z->size <= KERNEL_WINDOW ? at : LOW_OFFSET;
}

/* The end of what it writes before it reads its device tree. One that does not tell may use all of the window. */
static u64 reach_of(const struct zimage *z, const struct load_plan *plan, u64 at)
{
    u64 window = plan->ram_size / 2 < KERNEL_WINDOW ? plan->ram_size / 2 : KERNEL_WINDOW;
    u64 end = at + z->size + z->heap + STACK_ROOM;
    if (!z->has_needs)
        return end > window ? end : window;
    if (at < z->unpacked_end) /* it moves itself behind the kernel first */
        end = align_up(z->unpacked_end, 256) + z->size + z->heap + STACK_ROOM;
    return end;
}

bool load_zimage(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err)
{
    struct zimage z = { 0 };
    if (!read_header(&z, name, f, err))
        return false;
    u64 at = z.start >= plan->ram_base ? z.start - plan->ram_base : choose_offset(&z, plan), reach = reach_of(&z, plan, at);
    if (z.start && z.start < plan->ram_base)
        return error_set(err, "%s: a zImage for %#llx, and RAM starts at %#llx", name, (unsigned long long)z.start, (unsigned long long)plan->ram_base);
    if (reach > plan->ram_size)
        return error_set(err, "%s: the kernel needs %llu KiB of RAM to start, and there are %llu MiB", name, (unsigned long long)(reach / KIB),
                         (unsigned long long)(plan->ram_size / MIB));
    *out = (struct loaded_image){ .entry = plan->ram_base + at, .end = plan->ram_base + reach, .aarch32 = true, .is_linux = true };
    return load_place_file(plan, name, plan->ram_base + at, f, z.size, err);
}
