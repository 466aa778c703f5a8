/* What a board needs of the watchdog besides its device_type. irq[0]: WDOGINT. */
#ifndef DEVICES_SP805_H
#define DEVICES_SP805_H

#include "devices/types.h"

/* WDOGCLK in Hz (32768 until said), and who is told when the watchdog asks for a reset (WDOGRES; NULL: nobody). */
void sp805_connect(struct device *dev, u64 hz, void (*bites)(void *owner), void *owner);

#endif
