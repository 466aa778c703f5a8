/* What the command line asks to be in memory at power-on, and where CPU 0 starts. */
#ifndef EMU_BOOT_H
#define EMU_BOOT_H

#include "emu/machine.h"

/* Loads kernel, initrd, device tree, firmware, Xen modules and -device loader images; sets m->entry and m->has_firmware.
 * False: *err names the file or option. */
bool boot_load_all(struct machine *m, struct error *err);

#endif
