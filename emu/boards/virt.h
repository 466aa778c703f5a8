/* Board `virt`: the addresses and devices that other rooms ask for. */
#ifndef EMU_BOARDS_VIRT_H
#define EMU_BOARDS_VIRT_H

#include "emu/boards/board.h"

#define VIRT_FLASH_BASE 0x00000000ull /* two banks */
#define VIRT_FLASH_SIZE (64 * MIB)    /* of each */
#define VIRT_RAM_BASE 0x40000000ull
#define VIRT_RAM_MAX (255 * GIB)

/* board_class.dtb_build (emu/boards/virt_dtb.c) */
bool virt_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err);

#endif
