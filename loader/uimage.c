/* uImage: U-Boot's legacy image (include/image.h there), a header of 64 bytes, all numbers big-endian, before the content:
 *
 *   0  magic 0x27051956    16 load address     28 operating system   32 name, 32 bytes
 *   4  CRC of the header   20 entry point      29 architecture
 *   8  time                24 CRC of the data  30 type
 *  12  size of the data                        31 compression
 *
 * The CRC of the header is taken with its own field as 0. Both are the CRC-32 of gzip. */
#include "loader/loader.h"

#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define UIMAGE_MAGIC 0x27051956u
#define UIMAGE_HEADER 64

enum { OS_LINUX = 5 };
enum { ARCH_ARM = 2, ARCH_ARM64 = 22 };
enum { TYPE_STANDALONE = 1, TYPE_KERNEL = 2, TYPE_RAMDISK = 3, TYPE_KERNEL_NOLOAD = 14 };
enum { COMPRESSION_NONE = 0, COMPRESSION_GZIP = 1 };

struct uimage {
    u32 size, load, entry;
    u8 os, arch, type, compression;
};

static u32 be32(const u8 *at)
{
    return (u32)at[0] << 24 | (u32)at[1] << 16 | (u32)at[2] << 8 | at[3];
}

bool image_is_uimage(const struct file_data *f)
{
    return f->size >= 4 && be32(f->bytes) == UIMAGE_MAGIC;
}

static u32 header_crc(const u8 *bytes)
{
    u8 header[UIMAGE_HEADER];
    memcpy(header, bytes, sizeof header);
    memset(header + 4, 0, 4);
    return (u32)crc32(0, header, sizeof header);
}

static bool read_header(struct uimage *u, const char *name, const struct file_data *f, struct error *err)
{
    const u8 *b = f->bytes;
    if (f->size < UIMAGE_HEADER)
        return error_set(err, "%s: the uImage is truncated in its header (%zu bytes)", name, f->size);
    if (header_crc(b) != be32(b + 4))
        return error_set(err, "%s: the uImage's header is damaged: its CRC is %#x, not %#x", name, header_crc(b), be32(b + 4));
    *u = (struct uimage){ .size = be32(b + 12), .load = be32(b + 16), .entry = be32(b + 20), .os = b[28], .arch = b[29], .type = b[30],
                          .compression = b[31] };
    if (u->size > f->size - UIMAGE_HEADER)
        return error_set(err, "%s: the uImage is truncated (%zu bytes of %u)", name, f->size - UIMAGE_HEADER, u->size);
    u32 crc = (u32)crc32(0, b + UIMAGE_HEADER, u->size);
    if (crc != be32(b + 24))
        return error_set(err, "%s: the uImage's data is damaged: its CRC is %#x, not %#x", name, crc, be32(b + 24));
    if (u->arch != ARCH_ARM && u->arch != ARCH_ARM64)
        return error_set(err, "%s: a uImage for architecture %u, neither Arm (%u) nor Arm64 (%u)", name, u->arch, ARCH_ARM, ARCH_ARM64);
    return true;
}

/* ---- what is in it ---- */

/* All of a gzip member, to memory of its own. */
static bool unpack(struct file_data *to, const char *name, u8 *from, u32 size, struct error *err)
{
    z_stream s = { .next_in = from, .avail_in = size };
    size_t room = 4 * MIB;
    int rc = Z_OK;
    *to = (struct file_data){ 0 };
    if (inflateInit2(&s, 15 + 16) != Z_OK) /* the largest window; gzip's framing */
        return error_set(err, "%s: no memory", name);
    while (rc == Z_OK && room <= LOADER_MAX_FILE) {
        u8 *bytes = realloc(to->bytes, room);
        if (!bytes) {
            rc = Z_MEM_ERROR;
            break;
        }
        to->bytes = bytes;
        s.next_out = bytes + to->size;
        s.avail_out = (uInt)(room - to->size);
        rc = inflate(&s, Z_NO_FLUSH);
        to->size = room - s.avail_out;
        if (!s.avail_out)
            room *= 2;
        else if (rc == Z_OK && !s.avail_in)
            rc = Z_BUF_ERROR;
    }
    inflateEnd(&s);
    if (rc == Z_STREAM_END && to->size)
        return true;
    file_data_free(to);
    return error_set(err, "%s: the uImage's gzip data is %s", name,
                     rc == Z_OK ? "larger than 1 GiB" : rc == Z_BUF_ERROR ? "too short" : rc == Z_MEM_ERROR ? "too large for this machine" : "corrupt");
}

/* The content as a file of its own: a copy, so that it can be freed like any. */
static bool content_of(struct file_data *to, const char *name, const struct file_data *f, const struct uimage *u, struct error *err)
{
    if (u->compression == COMPRESSION_GZIP)
        return unpack(to, name, f->bytes + UIMAGE_HEADER, u->size, err);
    if (u->compression != COMPRESSION_NONE)
        return error_set(err, "%s: a uImage compressed by method %u; only none (0) and gzip (1) are supported", name, u->compression);
    if (!u->size)
        return error_set(err, "%s: a uImage without content", name);
    *to = (struct file_data){ .bytes = malloc(u->size), .size = u->size };
    if (!to->bytes)
        return error_set(err, "%s: no memory", name);
    memcpy(to->bytes, f->bytes + UIMAGE_HEADER, u->size);
    return true;
}

/* ---- loading ---- */

static bool place_kernel(struct load_plan *plan, const char *name, const struct uimage *u, struct file_data *content, struct loaded_image *out,
                         struct error *err)
{
    u64 window = plan->ram_size / 2 < 128 * MIB ? plan->ram_size / 2 : 128 * MIB; /* loader/zimage.c: what may be in it */
    u64 end = (u64)u->load + content->size;
    if (u->type == TYPE_KERNEL_NOLOAD) { /* it may be anywhere; its entry is counted from its start */
        if (image_is_zimage(content))
            return load_zimage(plan, name, content, out, err);
        return error_set(err, "%s: a uImage without a load address, and no zImage in it", name);
    }
    if (u->load < plan->ram_base || end - plan->ram_base > plan->ram_size)
        return error_set(err, "%s: the uImage is for %#x to %#llx, and RAM is %llu MiB at %#llx", name, u->load, (unsigned long long)(end - 1),
                         (unsigned long long)(plan->ram_size / MIB), (unsigned long long)plan->ram_base);
    if (u->entry < u->load || u->entry >= end)
        return error_set(err, "%s: the uImage's entry %#x is not in it (%#x to %#llx)", name, u->entry, u->load, (unsigned long long)(end - 1));
    *out = (struct loaded_image){ .entry = u->entry, .end = end, .aarch32 = u->arch == ARCH_ARM, .is_linux = u->os == OS_LINUX };
    if (out->is_linux && end < plan->ram_base + window)
        out->end = plan->ram_base + window;
    return load_place_file(plan, name, u->load, content, 0, err);
}

bool load_uimage(struct load_plan *plan, const char *name, struct file_data *f, struct loaded_image *out, struct error *err)
{
    struct uimage u = { 0 };
    struct file_data content;
    if (!read_header(&u, name, f, err))
        return false;
    if (u.type != TYPE_KERNEL && u.type != TYPE_KERNEL_NOLOAD && u.type != TYPE_STANDALONE)
        return error_set(err, "%s: a uImage of type %u, not a kernel", name, u.type);
    if (!content_of(&content, name, f, &u, err))
        return false;
    bool ok = place_kernel(plan, name, &u, &content, out, err);
    file_data_free(&content);
    return ok;
}

bool uimage_unwrap_ramdisk(const char *name, struct file_data *f, struct error *err)
{
    struct uimage u = { 0 };
    struct file_data content;
    if (!image_is_uimage(f))
        return true;
    if (!read_header(&u, name, f, err))
        return false;
    if (u.type != TYPE_RAMDISK)
        return error_set(err, "%s: a uImage of type %u, not a ramdisk", name, u.type);
    u.compression = COMPRESSION_NONE; /* the kernel unpacks it */
    if (!content_of(&content, name, f, &u, err))
        return false;
    file_data_free(f);
    *f = content;
    return true;
}
