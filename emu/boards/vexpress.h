/* Board `vexpress-a15`: the addresses that its files share. */
#ifndef EMU_BOARDS_VEXPRESS_H
#define EMU_BOARDS_VEXPRESS_H

#include "emu/boards/board.h"

#define VEXPRESS_BOOT 0ull /* flash 0 again: where the PEs start, and their vectors */
#define VEXPRESS_FLASH0 0x08000000ull
#define VEXPRESS_FLASH1 0x0c000000ull
#define VEXPRESS_FLASH_SIZE (64 * MIB) /* of each */
#define VEXPRESS_PSRAM 0x14000000ull
#define VEXPRESS_PSRAM_SIZE (32 * MIB)
#define VEXPRESS_VRAM 0x18000000ull
#define VEXPRESS_VRAM_SIZE (8 * MIB)
#define VEXPRESS_SYSREG 0x1c010000ull
#define VEXPRESS_GIC 0x2c000000ull /* GICD +0x1000, GICC +0x2000, GICH +0x4000, GICV +0x6000 */
#define VEXPRESS_SRAM 0x2e000000ull
#define VEXPRESS_SRAM_SIZE (64 * KIB)
#define VEXPRESS_RAM 0x80000000ull
#define VEXPRESS_RAM_MAX (2 * GIB)
#define VEXPRESS_UART0 "/pl011@1c090000"

/* board_class.dtb_build (emu/boards/vexpress_dtb.c) */
bool vexpress_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err);

#endif
