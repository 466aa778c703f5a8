/* The physical memory map: RAM and ROM with host memory behind them, and devices behind a function.
 * Regions never overlap. A write never reads the device first; a wrong size is the region's own decision. */
#ifndef PLATFORM_BUS_H
#define PLATFORM_BUS_H

#include "emu/platform/error.h"
#include "emu/platform/log.h"
#include "emu/platform/types.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096ull
#define PAGE_MASK (~(PAGE_SIZE - 1))

enum bus_result {
    BUS_OK,
    BUS_DECODE_ERROR, /* nothing there: a synchronous external abort on a PE's access */
    BUS_SLAVE_ERROR,  /* the device refused it */
};

/* One access by a PE, a walker, a debugger or a DMA master. Who makes it travels here, so that no device knows a CPU. */
struct bus_access {
    pa addr;
    u64 offset;      /* from the region's base; set by the bus */
    u64 value;       /* written, or read back (zero-extended) */
    u8 size;         /* 1, 2, 4, 8 bytes; addr is aligned to it for devices */
    u8 cpu;          /* index of the PE */
    bool write;
    bool secure;     /* the transaction's NS bit, inverted */
    bool privileged;
    bool debug;      /* a debugger looks: no side effects; BUS_SLAVE_ERROR if that cannot be */
};

struct bus_mmio_ops {
    enum bus_result (*access)(void *owner, struct bus_access *acc);
};

/* Why no PE may keep a host pointer to write there */
enum {
    RAM_PAGE_HAS_CODE = 1,    /* a code page decoded from it is live: stores must tell the engine */
    RAM_PAGE_HAS_MONITOR = 2, /* a waiting PE's exclusive monitor marks some of it: stores must tell cpu/exclusive.h */
};

struct bus_region {
    const char *name;
    u64 base, size;
    bool secure_only; /* a Non-secure access gets BUS_DECODE_ERROR */
    bool rom;         /* host memory that PE stores do not change (BUS_SLAVE_ERROR) */
    bool is_alias;    /* of the ROM at `twin`, whose host memory it shares; */
    bool has_twin;    /* and that one knows it by the same member */
    u64 twin;
    u8 *host;         /* RAM and ROM; NULL for a device */
    u8 *page_flags;   /* RAM: one byte of RAM_PAGE_* for each 4 KiB page */
    const struct bus_mmio_ops *ops;
    const struct bus_mmio_ops *write_ops; /* ROM: takes PE stores (commands to a flash in read mode); NULL: BUS_SLAVE_ERROR */
    void *owner;
    u64 reads, writes; /* statistics; devices only */
};

#define BUS_MAX_REGIONS 96

struct bus {
    struct bus_region regions[BUS_MAX_REGIONS]; /* sorted by base */
    unsigned count;
    struct log *log;
    /* Told when bytes of a page with RAM_PAGE_HAS_CODE were changed by anybody. */
    void (*code_written)(void *owner, pa addr, u64 len);
    void *code_owner;
    /* Told of each change to RAM by anybody but a PE's stores (DMA, debuggers, loaders). May be NULL. */
    void (*memory_changed)(void *owner, pa addr, u64 len);
    void *change_owner;
    struct bus_region *last; /* the region found last */
};

void bus_init(struct bus *bus, struct log *log);
void bus_free(struct bus *bus); /* unmaps RAM that bus_add_ram allocated */

/* Reserves zeroed host memory, touched only where the guest touches it. base and size are multiples of 4 KiB.
 * False: overlap (the message names both regions) or no memory. */
bool bus_add_ram(struct bus *bus, const char *name, pa base, u64 size, bool rom, bool secure_only, struct error *err);
/* Shows the ROM at `of` at `base` as well. Whose functions answer there is each region's own. */
bool bus_add_rom_alias(struct bus *bus, const char *name, pa base, pa of, struct error *err);
bool bus_add_mmio(struct bus *bus, const char *name, pa base, u64 size, const struct bus_mmio_ops *ops, void *owner,
                  struct error *err);

/* Switches a RAM/ROM region to answer through `ops` (a flash that left read mode), or back with NULL.
 * The caller must then have the CPUs drop host pointers (machine_memory_map_changed). */
void bus_region_set_ops(struct bus_region *region, const struct bus_mmio_ops *ops, void *owner);
/* Stores to a ROM region go to `ops`, reads come from memory. */
void bus_region_set_write_ops(struct bus_region *region, const struct bus_mmio_ops *ops, void *owner);

/* The region that holds addr, or NULL. */
struct bus_region *bus_find(struct bus *bus, pa addr);

/* Host memory of the 4 KiB page that holds addr when reads there need no function; NULL for devices and holes. */
u8 *bus_ram_page(struct bus *bus, pa addr, bool secure, struct bus_region **region);

/* One access of acc->size bytes, little-endian, not crossing a 4 KiB page. */
enum bus_result bus_access(struct bus *bus, struct bus_access *acc);

/* For a device that changes ROM: bytes there, within one 4 KiB page, are new. Code that was decoded from them, wherever it was seen, is stale. */
void bus_rom_changed(struct bus *bus, pa addr, u64 len);

/* Bulk access to RAM and ROM for loaders, DMA and debuggers; rom content may be written. False: touched a hole or a device. */
bool bus_read_mem(struct bus *bus, pa addr, void *to, u64 len);
bool bus_write_mem(struct bus *bus, pa addr, const void *from, u64 len);
/* Host memory at addr, for the caller to fill with *len bytes or, where the region ends before, with the fewer that *len says then. The same
 * tidings go out as of bus_write_mem. NULL: a hole or a device. */
u8 *bus_fill_mem(struct bus *bus, pa addr, u64 *len);

/* Bytes of RAM and ROM that have host memory behind them, because the guest or a loader has touched their pages. */
u64 bus_resident(const struct bus *bus);

#endif
