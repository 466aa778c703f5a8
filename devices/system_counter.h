/* What a board needs of the system counter's control frame besides its device_type. */
#ifndef DEVICES_SYSTEM_COUNTER_H
#define DEVICES_SYSTEM_COUNTER_H

#include "devices/types.h"

/* The counter itself is the generic timer's: its frequency, and how to read it. */
void system_counter_connect(struct device *dev, u64 hz, u64 (*count)(void *owner), void *owner);

#endif
