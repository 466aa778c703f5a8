/* What a board is to the rest of the program: one row of facts and functions (struct board_class), and what all boards are made of
 * (struct board: devices from a table, flash banks, serial lines). */
#ifndef EMU_BOARDS_BOARD_H
#define EMU_BOARDS_BOARD_H

#include "devices/chardev.h"
#include "devices/device.h"
#include "devices/flash.h"
#include "emu/machine.h"

#define BOARD_MAX_DEVICES 64
#define BOARD_MAX_UARTS 4
#define NO_SPI 0xffff
#define SPI(n) n

struct board_class {
    const char *name, *help;         /* of -M */
    const char *default_cpu;
    u64 ram_base;
    u64 periphbase;                  /* the PEs' private peripherals: CBAR */
    u64 reset_pc;                    /* where PEs start that nobody sends elsewhere */
    u64 bios_base, bios_size;        /* where -bios goes */
    unsigned max_cpus, gic_spis, uarts;
    unsigned pmu_spi;                /* each PE's PMU has the SPI behind the one before; 0: it is PPI 7 */
    bool has_psci;                   /* the board's firmware, which we play, starts PEs by PSCI */
    /* Memory and devices into m->bus. m->board is there, zeroed but for its class. */
    bool (*build)(struct machine *m, struct error *err);
    void (*reset)(struct machine *m); /* beyond devices and flash; may be NULL */
    void (*free)(struct machine *m);  /* beyond devices and flash; may be NULL */
    /* The device tree of this machine without /memory and what the boot protocol adds to /chosen (stdout-path and rng-seed are in).
     * Opened for further editing in `room` bytes. */
    bool (*dtb_build)(struct machine *m, void *fdt, size_t room, struct error *err);
    /* Where PEs but the first wait while there is neither PSCI nor firmware: puts the code there. NULL: they are off. */
    bool (*place_pen)(struct machine *m, u64 *entry, struct error *err);
    void (*press_power_key)(struct machine *m); /* NULL: there is none */
};

struct board {
    const struct board_class *class;
    struct device *devices[BOARD_MAX_DEVICES]; /* in the order of the board's table */
    u16 spi[BOARD_MAX_DEVICES];                /* SPI number of irq[0], or NO_SPI */
    bool secure_only[BOARD_MAX_DEVICES];
    unsigned device_count;
    struct flash *flash[MAX_FLASH];
    struct chardev serial[BOARD_MAX_UARTS]; /* front ends */
    struct event power_key_release;
    void *own; /* the class's */
};

enum { EVERYWHERE, SECURE_ONLY };

/* A line of a board's table of devices. */
struct board_device {
    const struct device_type *type;
    const char *name;
    u64 base;
    u16 spi;
    u8 where; /* SECURE_ONLY: there with secure=on, for Secure accesses */
    u8 count; /* instances, one window and one SPI after the other; 0 is 1 */
    u8 irqs;  /* outputs of one instance, on consecutive SPIs; 0 is 1 */
};

#define DEV(t, name_, base_, spi_, ...) { .type = &t##_type, .name = name_, .base = base_, .spi = spi_, __VA_ARGS__ }

/* The board of that name, or NULL; and each of them, NULL past the last one. */
const struct board_class *board_by_name(const char *name);
const struct board_class *board_at(unsigned i);

/* m->board with its class by options.machine (NULL, in tests: the first board); then, with PEs and GIC there, memory and devices. False: *err. */
bool board_new(struct machine *m, struct error *err);
bool board_build(struct machine *m, struct error *err);
void board_reset(struct machine *m);
void board_free(struct machine *m);

/* The device of that board name ("uart0", "rtc"), or NULL. */
struct device *board_find(const struct board *board, const char *name);

/* For boards' own files: devices of a table, flash banks of `size` bytes, what the RTC starts from (-rtc base=). */
bool board_add_devices(struct machine *m, const struct board_device *table, unsigned count, struct error *err);
struct flash_place {
    u64 base, size;
    bool secure_only, has_alias;
    u64 alias; /* the bank is there as well */
};
bool board_add_flash(struct machine *m, unsigned bank, const struct flash_place *place, struct error *err);
bool board_rtc_base(const struct machine *m, u32 *seconds, struct error *err);

extern const struct board_class virt_board, vexpress_board;

#endif
