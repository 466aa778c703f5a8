/* A device tree, written in one pass with libfdt: nodes and properties one after the other, the first error kept. */
#ifndef EMU_BOARDS_DT_H
#define EMU_BOARDS_DT_H

#include "emu/platform/error.h"
#include "emu/platform/types.h"

struct machine;

struct dt {
    void *fdt;
    int rc; /* the first error; nothing is written after it */
};

/* <type number flags> of an interrupt specifier (arm,gic.yaml) */
enum { IRQ_SPI = 0, IRQ_PPI = 1 };
enum { IRQ_EDGE = 1, IRQ_LEVEL = 4, IRQ_LEVEL_LOW = 8 };

void dt_begin(struct dt *t, const char *name);
void dt_begin_at(struct dt *t, const char *name, u64 address); /* "name@address" */
void dt_end(struct dt *t);
void dt_flag(struct dt *t, const char *name); /* a property without a value */
void dt_cells(struct dt *t, const char *name, const u32 *values, size_t n);
void dt_strings(struct dt *t, const char *name, const char *list); /* ';' separates */
/* /chosen, or what takes its place: stdout-path, and rng-seed from a number. */
void dt_chosen(struct dt *t, const char *name, const char *uart, u64 seed);

#define DT_CELLS(t, name, ...) dt_cells(t, name, (const u32[]){ __VA_ARGS__ }, sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/* The whole tree, which `root` writes, opened for further editing in `room` bytes. */
bool dt_build(struct machine *m, void *fdt, size_t room, void (*root)(struct dt *t, const struct machine *m), struct error *err);

#endif
