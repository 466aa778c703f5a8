/* What a board and a window need of the PS/2 controller besides its device_type. irq[0]: KMIINTR, the combined interrupt. */
#ifndef DEVICES_PL050_H
#define DEVICES_PL050_H

#include "devices/ps2.h"
#include "devices/types.h"

/* What is plugged in; before the first reset. */
void pl050_plug(struct device *dev, const struct ps2_kind *kind);
/* The device there, for ps2_key and ps2_move; NULL: none. */
struct ps2_device *pl050_plugged(struct device *dev);

#endif
