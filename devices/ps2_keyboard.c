/* A PS/2 keyboard with 101/102 keys and scan code set 2, typematic repeat included (IBM PS/2 Hardware Interface Technical Reference, Keyboard).
 * Sets 1 and 3 are refused with a Resend, and so are the commands that only set 3 has. */
#include "devices/ps2.h"

#include "emu/platform/bits.h"

#include <string.h>

enum {
    CMD_LEDS = 0xed,
    CMD_ECHO = 0xee,
    CMD_SCAN_SET = 0xf0,
    CMD_IDENTIFY = 0xf2,
    CMD_TYPEMATIC = 0xf3,
    CMD_ENABLE = 0xf4,
    CMD_DISABLE = 0xf5,
    CMD_DEFAULTS = 0xf6,
    CMD_RESET = 0xff,
};

#define TYPEMATIC_DEFAULT 0x2b /* 500 ms, 10.9 a second */
#define EXT 0x100              /* an E0 comes before */
#define PRINT_SCREEN 0x46
#define PAUSE 0x48

/* Set 2 make codes by HID usage. 0: none, or a sequence of its own (Print Screen, Pause). */
static const u16 make_codes[256] = {
    [0x04] = 0x1c, 0x32, 0x21, 0x23, 0x24, 0x2b, 0x34, 0x33, 0x43, 0x3b, 0x42, 0x4b, 0x3a, /* A to M */
    [0x11] = 0x31, 0x44, 0x4d, 0x15, 0x2d, 0x1b, 0x2c, 0x3c, 0x2a, 0x1d, 0x22, 0x35, 0x1a, /* N to Z */
    [0x1e] = 0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36, 0x3d, 0x3e, 0x46, 0x45,                   /* 1 to 9, 0 */
    [0x28] = 0x5a, 0x76, 0x66, 0x0d, 0x29, 0x4e, 0x55, 0x54, 0x5b, 0x5d,                   /* Enter Esc Backspace Tab Space - = [ ] \ */
    [0x32] = 0x5d, 0x4c, 0x52, 0x0e, 0x41, 0x49, 0x4a, 0x58,                               /* # ; ' ` , . / CapsLock */
    [0x3a] = 0x05, 0x06, 0x04, 0x0c, 0x03, 0x0b, 0x83, 0x0a, 0x01, 0x09, 0x78, 0x07,       /* F1 to F12 */
    [0x47] = 0x7e,                                                                         /* ScrollLock */
    [0x49] = EXT | 0x70, EXT | 0x6c, EXT | 0x7d, EXT | 0x71, EXT | 0x69, EXT | 0x7a,       /* Insert Home PageUp Delete End PageDown */
    [0x4f] = EXT | 0x74, EXT | 0x6b, EXT | 0x72, EXT | 0x75,                               /* Right Left Down Up */
    [0x53] = 0x77, EXT | 0x4a, 0x7c, 0x7b, 0x79, EXT | 0x5a,                               /* NumLock, keypad / * - + Enter */
    [0x59] = 0x69, 0x72, 0x7a, 0x6b, 0x73, 0x74, 0x6c, 0x75, 0x7d, 0x70, 0x71,             /* keypad 1 to 9, 0, . */
    [0x64] = 0x61, EXT | 0x2f,                                                             /* the 102nd key, Menu */
    [0xe0] = 0x14, 0x12, 0x11, EXT | 0x1f, EXT | 0x14, 0x59, EXT | 0x11, EXT | 0x27,       /* Ctrl Shift Alt GUI, left and right */
};

/* ---- keys ---- */

static unsigned key_bytes(u8 usage, bool pressed, u8 *to)
{
    static const u8 print_make[] = { 0xe0, 0x12, 0xe0, 0x7c }, print_break[] = { 0xe0, 0xf0, 0x7c, 0xe0, 0xf0, 0x12 };
    static const u8 pause_make[] = { 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77 }; /* and nothing when it is let go */
    const u8 *special = usage == PAUSE ? pause_make : pressed ? print_make : print_break;
    unsigned n = 0;
    if (usage == PAUSE || usage == PRINT_SCREEN) {
        n = usage == PAUSE ? pressed ? sizeof pause_make : 0 : pressed ? sizeof print_make : sizeof print_break;
        memcpy(to, special, n);
        return n;
    }
    u16 code = make_codes[usage];
    if (!code)
        return 0;
    if (code & EXT)
        to[n++] = 0xe0;
    if (!pressed)
        to[n++] = 0xf0;
    to[n++] = (u8)code;
    return n;
}

/* Bits 6:5: (n + 1) * 250 ms; bits 4:0: the period is (8 + A) * 2^B * 4.17 ms. */
static u64 delay_ns(const struct ps2_device *d)
{
    return (bits(d->typematic, 6, 5) + 1) * 250000000u;
}

static u64 period_ns(const struct ps2_device *d)
{
    return ((8 + bits(d->typematic, 2, 0)) << bits(d->typematic, 4, 3)) * 4170000u;
}

static void repeat_after(struct ps2_device *d, u64 ns)
{
    clock_schedule(d->clock, &d->repeats, d->clock->now + clock_ticks_from_ns(d->clock, ns));
}

static void repeat(void *owner)
{
    struct ps2_device *d = owner;
    if (!d->reporting || !d->repeat_len)
        return;
    ps2_send(d, d->repeat, d->repeat_len);
    repeat_after(d, period_ns(d));
}

static void stop_repeat(struct ps2_device *d)
{
    d->repeat_len = 0;
    clock_cancel(d->clock, &d->repeats);
}

bool ps2_key(struct ps2_device *d, u8 usage, bool pressed)
{
    u8 code[8];
    unsigned n = key_bytes(usage, pressed, code);
    if (!n)
        return usage == PAUSE;
    if (!d->reporting)
        return true;
    ps2_send(d, code, n);
    if (pressed && usage != PAUSE) {
        memcpy(d->repeat, code, n);
        d->repeat_len = (u8)n;
        d->repeat_key = usage;
        repeat_after(d, delay_ns(d));
    } else if (usage == d->repeat_key) {
        stop_repeat(d);
    }
    return true;
}

/* ---- commands ---- */

static void defaults(struct ps2_device *d)
{
    stop_repeat(d);
    d->typematic = TYPEMATIC_DEFAULT;
}

static void keyboard_power_on(struct ps2_device *d)
{
    d->repeats = (struct event){ .name = "typematic", .fire = repeat, .owner = d };
    defaults(d);
    d->reporting = true;
    d->leds = 0;
    ps2_send_byte(d, PS2_TEST_PASSED);
}

/* The byte behind a command that has an argument. */
static void argument(struct ps2_device *d, u8 command, u8 value)
{
    if (command == CMD_SCAN_SET && value != 0 && value != 2) {
        log_line(d->log, LOG_UNIMP, "keyboard: scan code set %u", value);
        ps2_send_byte(d, PS2_RESEND);
        return;
    }
    ps2_send_byte(d, PS2_ACK);
    if (command == CMD_LEDS)
        d->leds = value & 7;
    else if (command == CMD_TYPEMATIC)
        d->typematic = value & 0x7f;
    else if (value == 0)
        ps2_send_byte(d, 2); /* which set is in use */
}

static void command(struct ps2_device *d, u8 byte)
{
    static const u8 identity[] = { PS2_ACK, 0xab, 0x83 };
    switch (byte) {
    case CMD_LEDS:
    case CMD_SCAN_SET:
    case CMD_TYPEMATIC:
        d->wants = byte;
        ps2_send_byte(d, PS2_ACK);
        break;
    case CMD_ECHO:
        ps2_send_byte(d, CMD_ECHO);
        break;
    case CMD_IDENTIFY:
        ps2_send(d, identity, sizeof identity);
        break;
    case CMD_ENABLE:
    case CMD_DISABLE:
    case CMD_DEFAULTS:
        if (byte != CMD_ENABLE)
            defaults(d);
        d->reporting = byte != CMD_DISABLE;
        ps2_send_byte(d, PS2_ACK);
        break;
    case CMD_RESET:
        ps2_send_byte(d, PS2_ACK);
        keyboard_power_on(d);
        break;
    default:
        log_line(d->log, LOG_UNIMP, "keyboard: command %#x", byte);
        ps2_send_byte(d, PS2_RESEND);
    }
}

static void keyboard_received(struct ps2_device *d, u8 byte)
{
    u8 wants = d->wants;
    d->wants = 0;
    if (wants && byte < 0x80) /* a command in the place of an argument is a command */
        argument(d, wants, byte);
    else
        command(d, byte);
}

const struct ps2_kind ps2_keyboard = { .name = "keyboard", .power_on = keyboard_power_on, .received = keyboard_received };
