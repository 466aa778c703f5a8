/* A flattened device tree, written from front to back (Devicetree Specification v0.4, chapter 5). Nodes and properties follow in the order
 * of the calls. Running out of room is remembered, not reported: fdt_finish() says so once. */
#ifndef VMM_FDT_H
#define VMM_FDT_H

#include "sys.h"

enum { FDT_STRINGS_BYTES = 1024 };

struct fdt {
    u8 *blob;
    u64 room;    /* bytes at blob */
    u64 used;    /* of them, to the end of the structure block so far */
    u32 depth;   /* open nodes */
    bool full;
    char strings[FDT_STRINGS_BYTES]; /* property names, each once */
    u64 strings_used;
};

void fdt_start(struct fdt *fdt, void *blob, u64 room);
/* Ends the tree and fills in the header. The blob's size, or 0 when it did not fit. */
u64 fdt_finish(struct fdt *fdt);

/* A node with its unit name ("" is the root); fdt_end closes the innermost. */
void fdt_node(struct fdt *fdt, const char *name);
void fdt_end(struct fdt *fdt);

void fdt_bytes(struct fdt *fdt, const char *name, const void *value, u64 bytes);
void fdt_empty(struct fdt *fdt, const char *name);
void fdt_text(struct fdt *fdt, const char *name, const char *text);
/* A list of strings, written as one string with ';' between them. */
void fdt_texts(struct fdt *fdt, const char *name, const char *texts);
void fdt_cells(struct fdt *fdt, const char *name, const u32 *cells, u32 count);
void fdt_cell(struct fdt *fdt, const char *name, u32 cell);
/* Two cells, high half first. */
void fdt_u64(struct fdt *fdt, const char *name, u64 value);

#define FDT_CELLS(fdt, name, ...) fdt_cells(fdt, name, (const u32[]){ __VA_ARGS__ }, sizeof((u32[]){ __VA_ARGS__ }) / sizeof(u32))

#endif
