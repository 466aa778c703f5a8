/* PL050 with a PS/2 keyboard or mouse behind it. */
#include "devices/pl050.h"
#include "tests/unit/dev_rig.h"

#include <string.h>

#define MS 1000000ull

enum { CR = 0, STAT = 4, DATA = 8, IR = 16 };
enum { EN = 4, TXINTREN = 8, RXINTREN = 16 };
enum { RXFULL = 0x10, RXBUSY = 8, TXBUSY = 0x20, TXEMPTY = 0x40, RXPARITY = 4 };

static struct rig *kmi(const struct ps2_kind *kind)
{
    struct rig *r = rig_new(&pl050_type);
    pl050_plug(r->dev, kind);
    device_reset(r->dev);
    wr(r, CR, EN | RXINTREN);
    return r;
}

/* The next byte of the device, or -1 where none comes within 5 ms. */
static int next(struct rig *r)
{
    for (unsigned i = 0; i < 10 && !(rd(r, STAT) & RXFULL); i++)
        rig_pass_ns(r, MS / 2);
    return rd(r, STAT) & RXFULL ? (int)rd(r, DATA) : -1;
}

static void send(struct rig *r, u8 byte)
{
    wr(r, DATA, byte);
    rig_pass_ns(r, MS);
}

/* Sends a byte and compares what comes back. */
static void expect(struct rig *r, int byte, const char *reply, unsigned n)
{
    if (byte >= 0)
        send(r, (u8)byte);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(next(r), (u8)reply[i]);
    assert_int_equal(next(r), -1);
}

#define EXPECT(r, byte, reply) expect(r, byte, reply, sizeof(reply) - 1)

static void a_byte_takes_its_time_and_interrupts(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    assert_int_equal(rd(r, STAT) & (RXFULL | RXBUSY), RXBUSY); /* the keyboard says that it is well */
    assert_false(irq_is_up(r));
    rig_pass_ns(r, MS);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, IR), 1);
    assert_int_equal(peek(r, DATA), 0xaa);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, DATA), 0xaa);
    assert_false(irq_is_up(r));
    rig_free(r);
}

static void sending_is_busy_until_the_device_has_it(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r);
    wr(r, CR, EN | TXINTREN);
    assert_int_equal(rd(r, IR), 2);
    wr(r, DATA, 0xee);
    assert_int_equal(rd(r, STAT) & (TXBUSY | TXEMPTY), TXBUSY);
    assert_int_equal(rd(r, IR), 0);
    rig_pass_ns(r, MS);
    assert_int_equal(rd(r, STAT) & (TXBUSY | TXEMPTY), TXEMPTY);
    assert_int_equal(rd(r, IR), 2);
    rig_free(r);
}

static void nothing_comes_while_the_interface_is_off(void **state)
{
    struct rig *r = rig_new(&pl050_type);
    (void)state;
    pl050_plug(r->dev, &ps2_keyboard);
    device_reset(r->dev);
    rig_pass_ns(r, 10 * MS);
    assert_int_equal(rd(r, STAT) & (RXFULL | RXBUSY), 0);
    wr(r, CR, EN | 1); /* the clock held low */
    rig_pass_ns(r, 10 * MS);
    assert_int_equal(rd(r, STAT) & (RXFULL | RXBUSY | 2), 0);
    wr(r, CR, EN);
    assert_int_equal(next(r), 0xaa);
    rig_free(r);
}

static void parity_is_odd(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r); /* 0xaa: four ones */
    assert_int_equal(rd(r, STAT) & RXPARITY, RXPARITY);
    send(r, 0xf2);
    next(r);
    assert_int_equal(next(r), 0xab); /* five ones */
    assert_int_equal(rd(r, STAT) & RXPARITY, 0);
    rig_free(r);
}

static void an_empty_socket_is_silent(void **state)
{
    struct rig *r = kmi(NULL);
    (void)state;
    assert_null(pl050_plugged(r->dev));
    send(r, 0xff);
    assert_int_equal(next(r), -1);
    rig_free(r);
}

/* ---- keyboard ---- */

static void keyboard_answers_commands(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    EXPECT(r, -1, "\xaa");
    EXPECT(r, 0xff, "\xfa\xaa");
    EXPECT(r, 0xf2, "\xfa\xab\x83");
    EXPECT(r, 0xee, "\xee");
    EXPECT(r, 0xed, "\xfa");
    EXPECT(r, 0x05, "\xfa");
    assert_int_equal(pl050_plugged(r->dev)->leds, 5);
    EXPECT(r, 0xf0, "\xfa");
    EXPECT(r, 0x00, "\xfa\x02");
    EXPECT(r, 0xf0, "\xfa");
    EXPECT(r, 0x03, "\xfe"); /* set 3 is not there */
    EXPECT(r, 0x12, "\xfe"); /* no command */
    EXPECT(r, 0xf5, "\xfa");
    EXPECT(r, 0xf4, "\xfa");
    EXPECT(r, 0xf2, "\xfa\xab\x83");
    EXPECT(r, 0xfe, "\x83"); /* again */
    rig_free(r);
}

static void a_command_in_the_place_of_an_argument_is_a_command(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r);
    EXPECT(r, 0xed, "\xfa");
    EXPECT(r, 0xee, "\xee");
    EXPECT(r, 0x02, "\xfe");
    rig_free(r);
}

static void key(struct rig *r, u8 usage, bool pressed)
{
    assert_true(ps2_key(pl050_plugged(r->dev), usage, pressed));
}

static void keys_send_scan_codes_of_set_2(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r);
    key(r, 0x04, true);
    key(r, 0x04, false);
    EXPECT(r, -1, "\x1c\xf0\x1c"); /* A */
    key(r, 0x52, true);
    key(r, 0x52, false);
    EXPECT(r, -1, "\xe0\x75\xe0\xf0\x75"); /* up */
    key(r, 0x46, true);
    key(r, 0x46, false);
    EXPECT(r, -1, "\xe0\x12\xe0\x7c\xe0\xf0\x7c\xe0\xf0\x12"); /* Print Screen */
    key(r, 0x48, true);
    key(r, 0x48, false);
    EXPECT(r, -1, "\xe1\x14\x77\xe1\xf0\x14\xf0\x77"); /* Pause */
    assert_false(ps2_key(pl050_plugged(r->dev), 0xff, true));
    rig_free(r);
}

static void a_disabled_keyboard_is_silent(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r);
    EXPECT(r, 0xf5, "\xfa");
    key(r, 0x04, true);
    assert_int_equal(next(r), -1);
    rig_free(r);
}

static void a_held_key_repeats_until_it_is_let_go(void **state)
{
    struct rig *r = kmi(&ps2_keyboard);
    (void)state;
    next(r);
    EXPECT(r, 0xf3, "\xfa");
    EXPECT(r, 0x00, "\xfa"); /* 250 ms, then every 33 ms */
    key(r, 0x05, true);
    EXPECT(r, -1, "\x32");
    rig_pass_ns(r, 230 * MS);
    assert_int_equal(rd(r, STAT) & RXFULL, 0);
    rig_pass_ns(r, 20 * MS);
    assert_int_equal(next(r), 0x32);
    rig_pass_ns(r, 34 * MS);
    assert_int_equal(next(r), 0x32);
    key(r, 0x05, false);
    EXPECT(r, -1, "\xf0\x32");
    rig_pass_ns(r, 500 * MS);
    assert_int_equal(next(r), -1);
    rig_free(r);
}

/* ---- mouse ---- */

static void mouse_answers_commands(void **state)
{
    struct rig *r = kmi(&ps2_mouse);
    (void)state;
    EXPECT(r, -1, "\xaa\x00");
    EXPECT(r, 0xff, "\xfa\xaa\x00");
    EXPECT(r, 0xf2, "\xfa\x00");
    EXPECT(r, 0xe8, "\xfa");
    EXPECT(r, 0x03, "\xfa");
    EXPECT(r, 0xe9, "\xfa\x00\x03\x64");
    EXPECT(r, 0xf4, "\xfa");
    EXPECT(r, 0xe7, "\xfa");
    EXPECT(r, 0xe9, "\xfa\x30\x03\x64");
    EXPECT(r, 0xf6, "\xfa");
    EXPECT(r, 0xe9, "\xfa\x00\x02\x64");
    EXPECT(r, 0x11, "\xfe");
    EXPECT(r, 0xee, "\xfa"); /* wrap: an echo */
    EXPECT(r, 0xf2, "\xf2");
    EXPECT(r, 0xec, "\xfa");
    rig_free(r);
}

static void mouse_moves_in_packets(void **state)
{
    struct rig *r = kmi(&ps2_mouse);
    (void)state;
    next(r);
    next(r);
    ps2_move(pl050_plugged(r->dev), 5, -3, 0, 1);
    assert_int_equal(next(r), -1); /* not asked for */
    EXPECT(r, 0xf4, "\xfa");
    ps2_move(pl050_plugged(r->dev), 5, -3, 0, 1);
    EXPECT(r, -1, "\x29\x05\xfd");
    ps2_move(pl050_plugged(r->dev), 300, 0, 0, 0);
    EXPECT(r, -1, "\x08\xff\x00\x08\x2d\x00");
    rig_free(r);
}

static void mouse_has_a_wheel_for_those_who_ask(void **state)
{
    static const u8 rates[] = { 200, 100, 80 };
    struct rig *r = kmi(&ps2_mouse);
    (void)state;
    next(r);
    next(r);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT(r, 0xf3, "\xfa");
        EXPECT(r, rates[i], "\xfa");
    }
    EXPECT(r, 0xf2, "\xfa\x03");
    EXPECT(r, 0xf4, "\xfa");
    ps2_move(pl050_plugged(r->dev), 0, 0, -1, 0);
    EXPECT(r, -1, "\x08\x00\x00\xff");
    rig_free(r);
}

static void mouse_in_remote_mode_waits_to_be_read(void **state)
{
    struct rig *r = kmi(&ps2_mouse);
    (void)state;
    next(r);
    next(r);
    EXPECT(r, 0xf0, "\xfa");
    EXPECT(r, 0xf4, "\xfa");
    ps2_move(pl050_plugged(r->dev), 7, 0, 0, 0);
    assert_int_equal(next(r), -1);
    EXPECT(r, 0xeb, "\xfa\x08\x07\x00");
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_takes_its_time_and_interrupts),
        cmocka_unit_test(sending_is_busy_until_the_device_has_it),
        cmocka_unit_test(nothing_comes_while_the_interface_is_off),
        cmocka_unit_test(parity_is_odd),
        cmocka_unit_test(an_empty_socket_is_silent),
        cmocka_unit_test(keyboard_answers_commands),
        cmocka_unit_test(a_command_in_the_place_of_an_argument_is_a_command),
        cmocka_unit_test(keys_send_scan_codes_of_set_2),
        cmocka_unit_test(a_disabled_keyboard_is_silent),
        cmocka_unit_test(a_held_key_repeats_until_it_is_let_go),
        cmocka_unit_test(mouse_answers_commands),
        cmocka_unit_test(mouse_moves_in_packets),
        cmocka_unit_test(mouse_has_a_wheel_for_those_who_ask),
        cmocka_unit_test(mouse_in_remote_mode_waits_to_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
