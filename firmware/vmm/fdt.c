/* The flattened device tree's writer. Owns the blob between fdt_start and fdt_finish. Devicetree Specification v0.4, chapter 5. */
#include "fdt.h"

/* 5.2: the header, ten big-endian words in this order */
enum { H_MAGIC, H_TOTALSIZE, H_OFF_STRUCT, H_OFF_STRINGS, H_OFF_RESERVED, H_VERSION, H_LAST_COMPATIBLE, H_BOOT_CPU,
       H_STRINGS_SIZE, H_STRUCT_SIZE, H_WORDS };
/* 5.4.1: tokens of the structure block */
enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, END = 9 };

#define MAGIC 0xd00dfeedu

enum {
    VERSION = 17,
    LAST_COMPATIBLE = 16,
    RESERVED_AT = H_WORDS * 4,       /* one entry of two zero u64s ends the reservation block; it wants 8-byte alignment */
    STRUCT_AT = RESERVED_AT + 16,
};

static void put_byte(struct fdt *fdt, u8 byte)
{
    if (fdt->used < fdt->room)
        fdt->blob[fdt->used++] = byte;
    else
        fdt->full = true;
}

static void put_word(struct fdt *fdt, u32 word)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        put_byte(fdt, (u8)(word >> shift));
}

static void put_bytes(struct fdt *fdt, const void *from, u64 bytes)
{
    for (const u8 *p = from; bytes--;)
        put_byte(fdt, *p++);
}

static void align(struct fdt *fdt)
{
    while (fdt->used % 4 && !fdt->full)
        put_byte(fdt, 0);
}

/* Where a property's name stands in the strings block. */
static u32 name_offset(struct fdt *fdt, const char *name)
{
    u64 at = 0, bytes = text_length(name) + 1;
    for (; at < fdt->strings_used; at += text_length(fdt->strings + at) + 1)
        if (text_equal(fdt->strings + at, name))
            return (u32)at;
    if (at + bytes > FDT_STRINGS_BYTES) {
        fdt->full = true;
        return 0;
    }
    memcpy(fdt->strings + at, name, bytes);
    fdt->strings_used += bytes;
    return (u32)at;
}

static void begin_property(struct fdt *fdt, const char *name, u64 bytes)
{
    put_word(fdt, PROP);
    put_word(fdt, (u32)bytes);
    put_word(fdt, name_offset(fdt, name));
}

void fdt_start(struct fdt *fdt, void *blob, u64 room)
{
    *fdt = (struct fdt){ .blob = blob, .room = room };
    for (u32 i = 0; i < STRUCT_AT; i++)
        put_byte(fdt, 0);
}

u64 fdt_finish(struct fdt *fdt)
{
    put_word(fdt, END);
    u64 strings_at = fdt->used;
    put_bytes(fdt, fdt->strings, fdt->strings_used);
    align(fdt);
    u64 total = fdt->used;
    if (fdt->full || fdt->depth)
        return 0;
    const u32 header[H_WORDS] = {
        [H_MAGIC] = MAGIC,
        [H_TOTALSIZE] = (u32)total,
        [H_OFF_STRUCT] = STRUCT_AT,
        [H_OFF_STRINGS] = (u32)strings_at,
        [H_OFF_RESERVED] = RESERVED_AT,
        [H_VERSION] = VERSION,
        [H_LAST_COMPATIBLE] = LAST_COMPATIBLE,
        [H_STRINGS_SIZE] = (u32)fdt->strings_used,
        [H_STRUCT_SIZE] = (u32)(strings_at - STRUCT_AT),
    };
    fdt->used = 0;
    for (u32 i = 0; i < H_WORDS; i++)
        put_word(fdt, header[i]);
    fdt->used = total;
    return total;
}

void fdt_node(struct fdt *fdt, const char *name)
{
    put_word(fdt, BEGIN_NODE);
    put_bytes(fdt, name, text_length(name) + 1);
    align(fdt);
    fdt->depth++;
}

void fdt_end(struct fdt *fdt)
{
    put_word(fdt, END_NODE);
    fdt->depth--;
}

void fdt_bytes(struct fdt *fdt, const char *name, const void *value, u64 bytes)
{
    begin_property(fdt, name, bytes);
    put_bytes(fdt, value, bytes);
    align(fdt);
}

void fdt_empty(struct fdt *fdt, const char *name)
{
    begin_property(fdt, name, 0);
}

void fdt_text(struct fdt *fdt, const char *name, const char *text)
{
    fdt_bytes(fdt, name, text, text_length(text) + 1);
}

void fdt_texts(struct fdt *fdt, const char *name, const char *texts)
{
    begin_property(fdt, name, text_length(texts) + 1);
    for (; *texts; texts++)
        put_byte(fdt, *texts == ';' ? 0 : (u8)*texts);
    put_byte(fdt, 0);
    align(fdt);
}

void fdt_cells(struct fdt *fdt, const char *name, const u32 *cells, u32 count)
{
    begin_property(fdt, name, count * 4ul);
    for (u32 i = 0; i < count; i++)
        put_word(fdt, cells[i]);
}

void fdt_cell(struct fdt *fdt, const char *name, u32 cell)
{
    fdt_cells(fdt, name, &cell, 1);
}

void fdt_u64(struct fdt *fdt, const char *name, u64 value)
{
    FDT_CELLS(fdt, name, (u32)(value >> 32), (u32)value);
}
