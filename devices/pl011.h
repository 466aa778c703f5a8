/* What a board needs of the UART besides its device_type. */
#ifndef DEVICES_PL011_H
#define DEVICES_PL011_H

#include "devices/chardev.h"
#include "devices/types.h"



/* Connects the UART's front end to chr, which must outlive it. */
void pl011_connect(struct device *dev, struct chardev *chr);
/* The other end sends a break condition. */
void pl011_receive_break(struct device *dev);

#endif
