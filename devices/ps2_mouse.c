/* A PS/2 mouse with a wheel: three-byte packets, and four after the host has set the rates 200, 100, 80 (IBM PS/2 Hardware Interface Technical
 * Reference, Mouse; the wheel as the IntelliMouse has it). Five buttons (200, 200, 80) are not there: the identity stays what it was. */
#include "devices/ps2.h"

enum {
    CMD_SCALING_1 = 0xe6,
    CMD_SCALING_2 = 0xe7,
    CMD_RESOLUTION = 0xe8,
    CMD_STATUS = 0xe9,
    CMD_STREAM = 0xea,
    CMD_READ = 0xeb,
    CMD_UNWRAP = 0xec,
    CMD_WRAP = 0xee,
    CMD_REMOTE = 0xf0,
    CMD_IDENTIFY = 0xf2,
    CMD_RATE = 0xf3,
    CMD_ENABLE = 0xf4,
    CMD_DISABLE = 0xf5,
    CMD_DEFAULTS = 0xf6,
    CMD_RESET = 0xff,
};

enum { ID_PLAIN = 0, ID_WHEEL = 3 };

/* ---- packets: 0 YV XV YS XS 1 M R L | X | Y [| Z] ---- */

static s32 take(s32 *left, s32 bound)
{
    s32 part = *left > bound ? bound : *left < -bound ? -bound : *left;
    *left -= part;
    return part;
}

static void send_packet(struct ps2_device *d)
{
    s32 x = take(&d->dx, 255), y = take(&d->dy, 255), z = take(&d->dz, 7);
    u8 packet[4] = { (u8)(8 | (d->buttons & 7) | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0)), (u8)x, (u8)y, (u8)z };
    ps2_send(d, packet, d->id == ID_WHEEL ? 4 : 3);
}

void ps2_move(struct ps2_device *d, s32 dx, s32 dy, s32 dz, u8 buttons)
{
    bool changed = dx || dy || dz || buttons != d->buttons;
    d->dx += dx;
    d->dy += dy;
    d->dz += dz;
    d->buttons = buttons;
    if (!d->reporting || d->remote || d->wrap || !changed)
        return;
    do
        send_packet(d);
    while ((d->dx || d->dy) && d->count + 4u <= PS2_QUEUE);
}

/* ---- commands ---- */

static void defaults(struct ps2_device *d)
{
    d->rate = 100;
    d->resolution = 2;
    d->scaling = d->remote = d->wrap = d->reporting = false;
    d->dx = d->dy = d->dz = 0;
}

static void mouse_power_on(struct ps2_device *d)
{
    static const u8 hello[] = { PS2_TEST_PASSED, ID_PLAIN };
    defaults(d);
    d->id = ID_PLAIN;
    ps2_send(d, hello, sizeof hello);
}

static void rate(struct ps2_device *d, u8 value)
{
    d->rate = value;
    d->rates[0] = d->rates[1];
    d->rates[1] = d->rates[2];
    d->rates[2] = value;
    if (d->rates[0] == 200 && d->rates[1] == 100 && value == 80)
        d->id = ID_WHEEL;
}

static void status(struct ps2_device *d)
{
    u8 left_to_right = (u8)((d->buttons & 1) << 2 | (d->buttons & 4) >> 1 | (d->buttons & 2) >> 1);
    u8 reply[] = { PS2_ACK, (u8)(left_to_right | d->scaling << 4 | d->reporting << 5 | d->remote << 6), d->resolution, d->rate };
    ps2_send(d, reply, sizeof reply);
}

static void after_ack(struct ps2_device *d, u8 byte)
{
    switch (byte) {
    case CMD_SCALING_1:
    case CMD_SCALING_2:
        d->scaling = byte == CMD_SCALING_2; /* stored, no effect: window systems scale */
        break;
    case CMD_STREAM:
    case CMD_REMOTE:
        d->remote = byte == CMD_REMOTE;
        d->dx = d->dy = d->dz = 0;
        break;
    case CMD_READ:
        send_packet(d);
        break;
    case CMD_WRAP:
    case CMD_UNWRAP:
        d->wrap = byte == CMD_WRAP;
        break;
    case CMD_IDENTIFY:
        ps2_send_byte(d, d->id);
        break;
    case CMD_ENABLE:
    case CMD_DISABLE:
        d->reporting = byte == CMD_ENABLE;
        d->dx = d->dy = d->dz = 0;
        break;
    case CMD_DEFAULTS:
        defaults(d);
        break;
    case CMD_RESET:
        mouse_power_on(d);
        break;
    default: /* its argument comes */
        d->wants = byte;
    }
}

static bool is_command(u8 byte)
{
    return byte == CMD_RESET || (byte >= CMD_SCALING_1 && byte <= CMD_DEFAULTS && byte != 0xed && byte != 0xef && byte != 0xf1);
}

static void mouse_received(struct ps2_device *d, u8 byte)
{
    u8 wants = d->wants;
    d->wants = 0;
    if (d->wrap && byte != CMD_RESET && byte != CMD_UNWRAP) {
        ps2_send_byte(d, byte);
        return;
    }
    if (wants) {
        if (wants == CMD_RATE)
            rate(d, byte);
        else
            d->resolution = byte & 3;
        ps2_send_byte(d, PS2_ACK);
        return;
    }
    if (byte == CMD_STATUS) {
        status(d);
        return;
    }
    ps2_send_byte(d, is_command(byte) ? PS2_ACK : PS2_RESEND);
    if (is_command(byte))
        after_ack(d, byte);
    else
        log_line(d->log, LOG_UNIMP, "mouse: command %#x", byte);
}

const struct ps2_kind ps2_mouse = { .name = "mouse", .power_on = mouse_power_on, .received = mouse_received };
