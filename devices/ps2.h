/* PS/2 keyboard and mouse: what they answer to the host's bytes, and what they send of themselves. The wire (its timing, parity, who may
 * talk) is the controller's: here are whole bytes. */
#ifndef DEVICES_PS2_H
#define DEVICES_PS2_H

#include "devices/device.h"

#define PS2_QUEUE 64

struct ps2_device;

/* What one kind of device does. */
struct ps2_kind {
    const char *name;
    void (*power_on)(struct ps2_device *d);
    void (*received)(struct ps2_device *d, u8 byte); /* from the host */
};

struct ps2_device {
    const struct ps2_kind *kind;
    struct clock *clock;
    struct log *log;
    u8 queue[PS2_QUEUE]; /* bytes on their way to the host: a ring */
    u8 first, count, last; /* last: what 0xFE asks for again */
    u8 wants;              /* the command whose argument comes next, or 0 */
    bool reporting;        /* scanning or stream mode is on */
    void (*ready)(void *controller); /* the queue is no longer empty */
    void *controller;
    /* keyboard */
    u8 leds, typematic;    /* as the host set them */
    u8 repeat[8], repeat_len; /* the make code of the key held last */
    u8 repeat_key;
    struct event repeats;
    /* mouse */
    u8 id, resolution, rate, rates[3], buttons;
    bool scaling, remote, wrap;
    s32 dx, dy, dz;        /* moved since the last report */
};

extern const struct ps2_kind ps2_keyboard, ps2_mouse;

/* Zeroes d and powers it on. ready may be NULL. */
void ps2_init(struct ps2_device *d, const struct ps2_kind *kind, struct clock *clock, struct log *log, void (*ready)(void *), void *controller);
/* The next byte for the host; false: none. */
bool ps2_take(struct ps2_device *d, u8 *byte);
void ps2_give(struct ps2_device *d, u8 byte); /* the host sent it */

/* A key by its HID usage on page 7 (USB HID Usage Tables, 10), which window systems use. False: no such key on a PS/2 keyboard. */
bool ps2_key(struct ps2_device *keyboard, u8 usage, bool pressed);
/* Movement to the right, up and of the wheel towards the user; buttons: left 0, right 1, middle 2. */
void ps2_move(struct ps2_device *mouse, s32 dx, s32 dy, s32 dz, u8 buttons);

/* For ps2_kind's: queues bytes; those that do not fit are lost, all of one call or none. */
void ps2_send(struct ps2_device *d, const u8 *bytes, unsigned n);
void ps2_send_byte(struct ps2_device *d, u8 byte);
void ps2_forget(struct ps2_device *d); /* empties the queue */

enum { PS2_ACK = 0xfa, PS2_RESEND = 0xfe, PS2_TEST_PASSED = 0xaa };

#endif
