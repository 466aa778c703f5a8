/* PL011: FIFO levels, interrupts, flags, loopback (DDI 0183). */
#include "devices/pl011.h"
#include "tests/unit/dev_rig.h"

enum { DR = 0x00, RSR = 0x04, FR = 0x18, IBRD = 0x24, LCR_H = 0x2c, CR = 0x30, IFLS = 0x34, IMSC = 0x38, RIS = 0x3c, MIS = 0x40, ICR = 0x44 };
enum { RXFE = 0x10, RXFF = 0x40, TXFE = 0x80, FEN = 0x10, LBE = 0x80, RX = 0x10, TX = 0x20, RT = 0x40, BE = 0x200, OE = 0x400 };

struct line {
    struct chardev chr;
    char sent[64];
    unsigned count;
};

static void keep(void *back, u8 byte)
{
    struct line *l = back;
    l->sent[l->count++] = (char)byte;
}

static struct rig *uart(struct line *l)
{
    struct rig *r = rig_new(&pl011_type);
    *l = (struct line){ .chr = { .transmit = keep, .back = l } };
    pl011_connect(r->dev, &l->chr);
    wr(r, CR, 0x301);
    return r;
}

static void type_bytes(struct line *l, const char *text)
{
    for (; *text; text++)
        l->chr.receive(l->chr.front, (u8)*text);
}

static void pl011_reset_values_and_identification(void **state)
{
    static const u8 id[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
    struct rig *r = rig_new(&pl011_type);
    (void)state;
    assert_int_equal(rd(r, CR), 0x300);
    assert_int_equal(rd(r, IFLS), 0x12);
    assert_int_equal(rd(r, FR), TXFE | RXFE);
    for (u32 i = 0; i < 8; i++)
        assert_int_equal(rd(r, 0xfe0 + 4 * i), id[i]);
    rig_free(r);
}

static void pl011_sends_a_byte_and_raises_the_transmit_interrupt(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, DR, 0x100 | 'A');
    assert_int_equal(l.count, 1);
    assert_int_equal(l.sent[0], 'A');
    assert_int_equal(rd(r, RIS), TX);
    assert_false(irq_is_up(r));
    wr(r, IMSC, TX);
    assert_true(irq_is_up(r));
    wr(r, ICR, TX);
    assert_false(irq_is_up(r));
    rig_free(r);
}

static void pl011_without_fifo_holds_one_byte(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    assert_int_equal(chardev_room(&l.chr), 1);
    type_bytes(&l, "a");
    assert_int_equal(chardev_room(&l.chr), 0);
    assert_int_equal(rd(r, FR) & (RXFE | RXFF), RXFF);
    assert_int_equal(rd(r, RIS) & RX, RX);
    assert_int_equal(rd(r, DR), 'a');
    assert_int_equal(rd(r, RIS) & RX, 0);
    assert_int_equal(rd(r, FR) & (RXFE | RXFF), RXFE);
    rig_free(r);
}

static void pl011_fifo_interrupts_at_its_level_and_after_a_pause(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, LCR_H, FEN | 0x60);
    wr(r, IFLS, 1 << 3); /* receive at 1/4: 4 bytes */
    wr(r, IMSC, RX | RT);
    type_bytes(&l, "abc");
    assert_false(irq_is_up(r));
    type_bytes(&l, "d");
    assert_int_equal(rd(r, MIS), RX);
    assert_int_equal(rd(r, DR), 'a');
    assert_int_equal(rd(r, MIS), 0);
    rig_pass_ns(r, 1000000); /* 32 bit periods at 115200 baud are 278 us */
    assert_int_equal(rd(r, MIS), RT);
    rd(r, DR), rd(r, DR), rd(r, DR);
    assert_int_equal(rd(r, MIS), 0);
    rig_free(r);
}

static void pl011_timeout_waits_32_bit_periods_of_the_chosen_rate(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, LCR_H, FEN);
    wr(r, IBRD, 15); /* 24 MHz / (16 * 15) = 100 kbaud: 320 us */
    type_bytes(&l, "a");
    rig_pass_ns(r, 319000);
    assert_int_equal(rd(r, RIS) & RT, 0);
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, RIS) & RT, RT);
    rig_free(r);
}

static void pl011_fifo_is_sixteen_deep_and_wraps(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, LCR_H, FEN);
    for (unsigned round = 0; round < 3; round++) {
        assert_int_equal(chardev_room(&l.chr), 16);
        type_bytes(&l, "0123456789abcdef");
        assert_int_equal(chardev_room(&l.chr), 0);
        assert_int_equal(rd(r, FR) & RXFF, RXFF);
        for (unsigned i = 0; i < 16; i++)
            assert_int_equal(rd(r, DR), "0123456789abcdef"[i]);
    }
    rig_free(r);
}

static void pl011_peeking_takes_nothing(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    type_bytes(&l, "z");
    assert_int_equal(peek(r, DR), 'z');
    assert_int_equal(peek(r, DR), 'z');
    assert_int_equal(rd(r, DR), 'z');
    assert_int_equal(rd(r, FR) & RXFE, RXFE);
    rig_free(r);
}

static void pl011_loopback_feeds_data_and_modem_lines(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, LCR_H, FEN);
    wr(r, CR, 0x301 | LBE | 1 << 11); /* RTS */
    assert_int_equal(rd(r, FR) & 7, 1); /* CTS */
    assert_int_equal(rd(r, RIS) & 0xf, 2);
    wr(r, DR, 'q');
    assert_int_equal(l.count, 0);
    assert_int_equal(rd(r, DR), 'q');
    rig_free(r);
}

static void pl011_overrun_marks_the_next_byte(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, CR, 0x301 | LBE);
    wr(r, DR, '1');
    wr(r, DR, '2'); /* lost */
    assert_int_equal(rd(r, RIS) & OE, OE);
    assert_int_equal(rd(r, DR), '1');
    wr(r, DR, '3');
    assert_int_equal(rd(r, DR), 0x800 | '3');
    assert_int_equal(rd(r, RSR), 8);
    wr(r, RSR, 0);
    assert_int_equal(rd(r, RSR), 0);
    rig_free(r);
}

static void pl011_break_arrives_as_an_error(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    pl011_receive_break(r->dev);
    assert_int_equal(rd(r, RIS) & BE, BE);
    assert_int_equal(rd(r, DR) & 0x400, 0x400);
    rig_free(r);
}

static void device_tables_are_sound_and_sizes_follow_the_rule(void **state)
{
    struct line l;
    struct rig *r = uart(&l);
    (void)state;
    wr(r, IBRD, 0x1234);
    assert_int_equal(rig_access(r, RIG_BASE + IBRD, 1, false, 0, false), 0x34);
    assert_int_equal(rig_access(r, RIG_BASE + IBRD + 1, 1, false, 0, false), 0x12);
    assert_int_equal(rig_access(r, RIG_BASE + IBRD, 2, false, 0, false), 0x1234);
    wr(r, LCR_H, 0x70);
    assert_int_equal(rig_access(r, RIG_BASE + 0x28, 8, false, 0, false), 0x70ull << 32);
    rig_access(r, RIG_BASE + 0x20, 8, true, 0x4321ull << 32 | 0x99, false);
    assert_int_equal(rd(r, IBRD), 0x4321);
    assert_int_equal(rd(r, 0x20), 0x99);
    wr(r, IBRD, 0x1234);
    rig_access(r, RIG_BASE + IBRD + 1, 1, true, 0xff, false); /* a lane: no effect, a guest error */
    assert_int_equal(rd(r, IBRD), 0x1234);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 1);
    assert_int_equal(rd(r, 0x800), 0); /* no register */
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 2);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pl011_reset_values_and_identification),
        cmocka_unit_test(pl011_sends_a_byte_and_raises_the_transmit_interrupt),
        cmocka_unit_test(pl011_without_fifo_holds_one_byte),
        cmocka_unit_test(pl011_fifo_interrupts_at_its_level_and_after_a_pause),
        cmocka_unit_test(pl011_timeout_waits_32_bit_periods_of_the_chosen_rate),
        cmocka_unit_test(pl011_fifo_is_sixteen_deep_and_wraps),
        cmocka_unit_test(pl011_peeking_takes_nothing),
        cmocka_unit_test(pl011_loopback_feeds_data_and_modem_lines),
        cmocka_unit_test(pl011_overrun_marks_the_next_byte),
        cmocka_unit_test(pl011_break_arrives_as_an_error),
        cmocka_unit_test(device_tables_are_sound_and_sizes_follow_the_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
