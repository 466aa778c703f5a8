/* What a board needs of the GPIO controller besides its device_type. */
#ifndef DEVICES_PL061_H
#define DEVICES_PL061_H

#include "devices/types.h"

#define PL061_PINS 8
#define PL061_PIN_OUT(pin) (1 + (pin)) /* irq[]: the level that an output pin drives, 0 where it is an input */

/* Drives input pin 0 to 7 from outside. */
void pl061_set_pin(struct device *dev, unsigned pin, bool level);

#endif
