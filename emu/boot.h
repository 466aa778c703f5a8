/* What the command line asks to be in memory at power-on, and where CPU 0 starts. */
#ifndef EMU_BOOT_H
#define EMU_BOOT_H

#include "emu/machine.h"

/* Loads kernel, initrd, device tree, firmware, Xen modules and -device loader images; sets m->entry and m->has_firmware.
 * False: *err names the file or option. */
bool boot_load_all(struct machine *m, struct error *err);

/* Puts a PE that has been reset to `entry` as the boot protocols want it: m->entry_el, masked interrupts, and for the first one the tree. */
void boot_enter(struct machine *m, struct cpu *cpu, u64 entry);

/* Does firmware boot, rather than the machine itself? */
bool boot_has_firmware(const struct machine *m);
/* Kernel, initrd and command line into fw_cfg, for firmware to fetch. False: *err names the file. (emu/boot_firmware.c) */
bool boot_offer_to_firmware(struct machine *m, struct error *err);

#endif
