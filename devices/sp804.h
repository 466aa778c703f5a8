/* What a board needs of the dual timer besides its device_type. irq[0]: TIMINTC, the combined interrupt. */
#ifndef DEVICES_SP804_H
#define DEVICES_SP804_H

#include "devices/types.h"

/* The rate of timer 0 or 1: what its clock-enable input lets through, in Hz, not 0. 1 MHz until said. Counting goes on from where it is. */
void sp804_set_rate(struct device *dev, unsigned timer, u64 hz);

#endif
