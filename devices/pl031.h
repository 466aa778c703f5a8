/* What a board needs of the real-time clock besides its device_type. */
#ifndef DEVICES_PL031_H
#define DEVICES_PL031_H

#include "devices/types.h"

/* Seconds since 1970 at power-on. The time then counts with the virtual clock. */
void pl031_set_base(struct device *dev, u32 seconds);

#endif
