/* What a board and a window need of the display controller besides its device_type. irq[0]: CLCDINTR, the combined interrupt. */
#ifndef DEVICES_PL111_H
#define DEVICES_PL111_H

#include "devices/types.h"

/* The rate of CLCDCLK in Hz, not 0 (24 MHz until said). */
void pl111_set_clock(struct device *dev, u64 hz);
/* The size of the picture; false: the panel is off. */
bool pl111_size(const struct device *dev, unsigned *width, unsigned *height);
/* Line y of the picture as it is now, hardware cursor included, as 0x00RRGGBB into rgb[width]. False: off, no such line, or no memory there. */
bool pl111_line(struct device *dev, unsigned y, u32 *rgb);

#endif
