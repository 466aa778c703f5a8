/* What a board needs of the Versatile Express motherboard's system registers besides their device_type. */
#ifndef DEVICES_VEXPRESS_SYSREG_H
#define DEVICES_VEXPRESS_SYSREG_H

#include "devices/types.h"

/* SYS_CFGCTRL's functions (DUI 0447, 4.3.15) */
enum vexpress_function {
    VEXPRESS_OSC = 1,
    VEXPRESS_VOLT = 2,
    VEXPRESS_AMP = 3,
    VEXPRESS_TEMP = 4,
    VEXPRESS_RESET = 5,
    VEXPRESS_SCC = 6,
    VEXPRESS_MUXFPGA = 7,
    VEXPRESS_SHUTDOWN = 8,
    VEXPRESS_REBOOT = 9,
    VEXPRESS_DVIMODE = 11,
    VEXPRESS_POWER = 12,
    VEXPRESS_ENERGY = 13,
};

/* The configuration components of a site: each row one device of one function. min == max: it cannot be set. A row that may be set keeps what
 * was set until the machine ends. */
struct vexpress_component {
    u8 site, function; /* site 0: the motherboard; 1: the daughterboard in site 1 */
    u16 device;
    u32 value, min, max;
};

struct vexpress_config {
    u32 sys_id, procid0, procid1;
    struct vexpress_component *components; /* the caller's; changed by writes */
    unsigned component_count;
    /* Told of shutdown, reboot and reset (function), and of each component that was set. */
    void (*control)(void *owner, unsigned site, enum vexpress_function function, unsigned device, u32 value);
    void *owner;
};

/* Before the first reset. */
void vexpress_sysreg_configure(struct device *dev, const struct vexpress_config *config);
/* The card slot: SYS_MCI. */
void vexpress_sysreg_set_card(struct device *dev, bool present, bool write_protected);
/* SYS_FLAGS, where the PEs of a pen find where to go. */
u32 vexpress_sysreg_flags(struct device *dev);

#endif
