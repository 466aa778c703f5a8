/* Images into memory: files read (gzip unpacked), formats told apart, ELF segments and blobs placed without overlap, device trees edited.
 * Nothing here knows a machine: it works on a bus and a plan. */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include "emu/platform/bus.h"

#define LOADER_MAX_PARTS 64
#define LOADER_MAX_FILE (1 * GIB) /* also of an unpacked one */

/* What has been placed so far: each part is named in messages about overlaps. */
struct load_plan {
    struct bus *bus;
    u64 ram_base, ram_size;
    struct {
        char name[96];
        u64 base, size;
    } parts[LOADER_MAX_PARTS];
    unsigned count;
};

struct file_data {
    u8 *bytes;
    size_t size;
};

/* Reads a whole file; a gzip'd one is unpacked. False: *err names the file. Free with file_data_free. */
bool file_data_read(struct file_data *f, const char *name, struct error *err);
void file_data_free(struct file_data *f);

enum image_format { IMAGE_RAW, IMAGE_ELF, IMAGE_ARM64 };
enum image_format image_format_of(const struct file_data *f);

/* Copies to [base, base + size); reserved >= size bytes count as taken. False: overlap, or no memory there; *err names both. */
bool load_place(struct load_plan *plan, const char *name, u64 base, const void *data, u64 size, u64 reserved, struct error *err);

/* ELF64 for AArch64: PT_LOAD segments at their physical addresses. */
bool load_elf(struct load_plan *plan, const char *name, const struct file_data *f, u64 *entry, struct error *err);

/* arm64 Image (Documentation/arm64/booting): at ram_base + text_offset, aligned to 2 MiB as the header asks. *end: behind image_size. */
bool load_arm64_image(struct load_plan *plan, const char *name, const struct file_data *f, u64 *entry, u64 *end, struct error *err);

/* The lowest free place of `size` bytes at or above `from`, aligned, inside RAM; 0: none. */
u64 load_find_room(const struct load_plan *plan, u64 from, u64 size, u64 align);

#endif
