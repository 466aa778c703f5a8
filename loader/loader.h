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
    u8 *bytes; /* all of it, from malloc, or a private mapping of the file */
    size_t size;
    bool is_mapped;
    int fd; /* of a mapped file */
};

/* The content of a file; a gzip'd one is unpacked. False: *err names the file. Free with file_data_free. */
bool file_data_read(struct file_data *f, const char *name, struct error *err);
void file_data_free(struct file_data *f);
/* The bytes from `offset` on, which lie within f->size, to `to`. `last`: nobody looks at them again in f->bytes, so that what was unpacked is given
 * back meanwhile, and an image is never there twice. False: the file cannot be read any more. */
bool file_data_copy(struct file_data *f, const char *name, size_t offset, u8 *to, size_t len, bool last, struct error *err);

enum image_format { IMAGE_RAW, IMAGE_ELF, IMAGE_ARM64, IMAGE_ZIMAGE, IMAGE_UIMAGE };
enum image_format image_format_of(const struct file_data *f);
/* What a file is that looks like an image but is none that can be loaded ("a device tree …"); NULL: nothing that is known. */
const char *image_not_supported(const struct file_data *f);
bool image_is_elf(const struct file_data *f);
bool image_is_zimage(const struct file_data *f);
bool image_is_uimage(const struct file_data *f);

/* Copies to [base, base + size); reserved >= size bytes count as taken. False: overlap, or no memory there; *err names both. */
bool load_place(struct load_plan *plan, const char *name, u64 base, const void *data, u64 size, u64 reserved, struct error *err);
/* The same with a whole file, whose content may be gone from f->bytes then (file_data_move). */
bool load_place_file(struct load_plan *plan, const char *name, u64 base, struct file_data *f, u64 reserved, struct error *err);
/* The same with a part of a file, which stays in f->bytes. */
bool load_place_part(struct load_plan *plan, const char *name, u64 base, struct file_data *f, u64 offset, u64 size, u64 reserved, struct error *err);

/* What is known of an image that stands in memory. */
struct loaded_image {
    u64 entry;     /* AArch32: bit 0 set: T32 */
    u64 end;       /* all of RAM below it is the image's, also while it starts; 0: only what it was loaded to */
    bool aarch32;  /* it starts in AArch32 state */
    bool is_linux; /* by the boot protocol of Linux, which Xen shares */
};

/* The formats' loaders. False: *err says what is wrong with the file, or where it does not fit. Their content may be gone from f->bytes then. */

/* ELF for AArch64 or Arm: PT_LOAD segments at their physical addresses. */
bool load_elf(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err);
/* arm64 Image (Documentation/arm64/booting): at ram_base + text_offset, aligned to 2 MiB as the header asks. */
bool load_arm64_image(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err);
/* zImage of 32-bit Arm: where it need not move before it unpacks itself. */
bool load_zimage(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err);
/* U-Boot's legacy image of a kernel: at its load address. */
bool load_uimage(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err);
/* A ramdisk in such an image becomes its content; any other file stays as it is. */
bool uimage_unwrap_ramdisk(const char *name, struct file_data *f, struct error *err);

/* The lowest free place of `size` bytes at or above `from`, aligned, inside RAM; 0: none. */
u64 load_find_room(const struct load_plan *plan, u64 from, u64 size, u64 align);

#endif
