/* A device: one file with a register table and a device_type, and one line on a board. The memory map, interrupt wiring, device
 * tree node, register names and reset follow from these. No device knows a CPU: who makes an access travels in struct bus_access.
 *
 * Size rules: a register is type->reg_bytes wide (4 for the PrimeCells). A wider access is split into register-wide ones, as a bridge
 * does; a narrower one at the register's own address reads its low bytes and writes zero-extended; one at another byte lane reads
 * that lane, and its write is a guest error. A write never reads the device first. Offsets with no row are RAZ/WI and a guest error. */
#ifndef DEVICES_DEVICE_H
#define DEVICES_DEVICE_H

#include "emu/platform/bus.h"
#include "emu/platform/clock.h"
#include "emu/platform/error.h"
#include "emu/platform/irq.h"
#include "emu/platform/log.h"
#include "emu/platform/state.h"
#include "emu/platform/types.h"

#define DEVICE_MAX_IRQS 64

struct device;

enum reg_rights { RO, WO, RW };

/* One register, or `count` equal ones that stand `reg_bytes` apart. Without hooks it is its field; without a field it reads `reset`. */
struct reg {
    u32 offset;
    const char *name;
    u8 rights;         /* enum reg_rights */
    u8 field_size;     /* FIELD_OF: 1, 2 or 4; 0: no storage */
    u16 count;         /* 0 and 1: one register */
    u32 field_offset;
    u16 mask_offset;   /* SEEN_THROUGH: reads give the field's bits that this one, of the same size, has too; 0: all */
    bool clears;       /* a write clears the field's bits that it has as 1 */
    u32 reset;
    u32 wmask;         /* bits a write may change; 0 with RW stands for all */
    /* offset: from the device's base. peek: a debugger looks, there must be no side effects. */
    u32 (*read)(struct device *dev, u32 offset, bool peek);
    void (*write)(struct device *dev, u32 offset, u32 value);
    void (*wrote)(struct device *dev); /* after the field was written */
};

#define FIELD_OF(type, member) .field_offset = offsetof(type, member), .field_size = sizeof(((type *)0)->member)
#define SEEN_THROUGH(type, member) .mask_offset = offsetof(type, member)

/* The eight identification registers at the end of a PrimeCell's page: peripheral ID 0 to 3, PrimeCell ID 0 to 3. */
#define PRIMECELL_ID_REGS(p0, p1, p2, p3)                                                                              \
    { 0xfe0, "PeriphID0", RO, .reset = p0 }, { 0xfe4, "PeriphID1", RO, .reset = p1 },                                  \
    { 0xfe8, "PeriphID2", RO, .reset = p2 }, { 0xfec, "PeriphID3", RO, .reset = p3 },                                  \
    { 0xff0, "PCellID0", RO, .reset = 0x0d }, { 0xff4, "PCellID1", RO, .reset = 0xf0 },                                \
    { 0xff8, "PCellID2", RO, .reset = 0x05 }, { 0xffc, "PCellID3", RO, .reset = 0xb1 }

/* What the device tree says of a device. Lists of strings are separated by ';'. */
struct device_fdt {
    const char *node;        /* "pl011": the unit address is added. NULL: no node (or the board makes it) */
    const char *compatible;
    const char *clock_names; /* each refers to the board's one fixed clock */
    bool dma_coherent, gpio_controller, edge_irq;
};

struct device_type {
    const char *name;
    u64 size;              /* of the MMIO window */
    size_t instance_size;  /* the struct that begins with struct device */
    u8 reg_bytes;
    const struct reg *regs;
    unsigned reg_count;
    /* Instead of a register table: the whole access. */
    enum bus_result (*access)(struct device *dev, struct bus_access *acc);
    void (*reset)(struct device *dev); /* after fields of the table were reset; may be NULL */
    void (*free)(struct device *dev);  /* may be NULL */
    /* State beyond the fields in the table. */
    const struct state_field *state;
    unsigned state_count;
    struct device_fdt fdt;
};

struct device {
    const struct device_type *type;
    const char *name; /* the board's name for it: "uart0" */
    u64 base;
    struct log *log;
    struct clock *clock;
    struct bus *bus;
    struct irq_line irq[DEVICE_MAX_IRQS]; /* outputs; most devices have one */
};

/* A device of that type, zeroed, not yet mapped. NULL: no memory, *err says so. */
struct device *device_new(const struct device_type *type, const char *name, u64 base, struct bus *bus, struct clock *clock,
                          struct log *log, struct error *err);
/* Puts it into the memory map. secure_only: Non-secure accesses find nothing there. */
bool device_map(struct device *dev, bool secure_only, struct error *err);
void device_reset(struct device *dev);
void device_free(struct device *dev);

/* The row of the register at `offset`, or NULL; for names in traces and the monitor. */
const struct reg *device_reg(const struct device_type *type, u32 offset);

/* Start-up check of a table: aligned, inside the window, no overlap, storage or a hook behind what can be read. NULL: sound. */
const char *device_type_flaw(const struct device_type *type);

#endif
