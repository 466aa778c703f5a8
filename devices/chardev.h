/* A character line between a UART (front) and whatever stands outside the machine (back: the terminal, a file, nothing). */
#ifndef DEVICES_CHARDEV_H
#define DEVICES_CHARDEV_H

#include "emu/platform/types.h"

struct chardev {
    void (*transmit)(void *back, u8 byte); /* NULL: what is sent is lost */
    void *back;
    unsigned (*room)(void *front);         /* how many bytes the device can take now; NULL: nobody listens */
    void (*receive)(void *front, u8 byte);
    void *front;
};

static inline void chardev_transmit(const struct chardev *chr, u8 byte)
{
    if (chr && chr->transmit)
        chr->transmit(chr->back, byte);
}

static inline unsigned chardev_room(const struct chardev *chr)
{
    return chr->room ? chr->room(chr->front) : 0;
}

#endif
