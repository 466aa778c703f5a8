/* Board `virt`: the addresses and devices that other rooms ask for. */
#ifndef EMU_BOARDS_VIRT_H
#define EMU_BOARDS_VIRT_H

#include "devices/chardev.h"
#include "devices/device.h"
#include "devices/flash.h"
#include "emu/machine.h"

#define VIRT_FLASH_BASE 0x00000000ull /* two banks */
#define VIRT_FLASH_SIZE (64 * MIB)    /* of each */
#define VIRT_RAM_BASE 0x40000000ull
#define VIRT_RAM_MAX (255 * GIB)
#define VIRT_UARTS 2
#define VIRT_MAX_DEVICES 48

struct virt_board {
    struct device *devices[VIRT_MAX_DEVICES]; /* in the order of the board's table */
    u16 spi[VIRT_MAX_DEVICES];                /* SPI number of irq[0]; VIRT_NO_SPI */
    bool secure_only[VIRT_MAX_DEVICES];
    unsigned device_count;
    struct flash *flash[2];
    struct chardev serial[VIRT_UARTS]; /* front ends; [1] is the Secure UART where there is one */
    struct event power_key_release;
};

#define VIRT_NO_SPI 0xffff

/* The device of that board name ("uart0", "rtc", "gpio", "fw_cfg"), or NULL. */
struct device *virt_device(const struct virt_board *board, const char *name);
/* The power key, held for a tenth of a second: guests with gpio-keys begin an orderly shutdown. */
void virt_press_power_key(struct machine *m);

/* The device tree of this machine without /memory and what the boot protocol adds to /chosen (stdout-path and rng-seed are in).
 * Opened for further editing in `room` bytes. (emu/boards/virt_dtb.c) */
bool virt_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err);

#endif
