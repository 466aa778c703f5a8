/* What a board needs of the system controller besides its device_type. */
#ifndef DEVICES_SP810_H
#define DEVICES_SP810_H

#include "devices/types.h"

#define SP810_TIMERS 4

/* Told, at reset and at each change, which clock enables TIMERCLKEN0 to 3 follow: TIMCLK, or REFCLK (false). */
void sp810_connect(struct device *dev, void (*timer_clock)(void *owner, unsigned timer, bool timclk), void *owner);

#endif
