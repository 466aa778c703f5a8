/* PL111: what a picture in memory looks like on the panel, and when a frame interrupts. */
#include "devices/pl111.h"
#include "tests/unit/dev_rig.h"

#include <string.h>

#define US 1000ull

enum { TIMING0 = 0, TIMING1 = 4, TIMING2 = 8, UPBASE = 0x10, CONTROL = 0x18, IMSC = 0x1c, RIS = 0x20, MIS = 0x24, ICR = 0x28, UPCURR = 0x2c,
       PALETTE = 0x200, IMAGE = 0x800, CRSR_CTRL = 0xc00, CRSR_CONFIG = 0xc04, CRSR_PAL0 = 0xc08, CRSR_PAL1 = 0xc0c, CRSR_XY = 0xc10,
       CRSR_CLIP = 0xc14, CRSR_IMSC = 0xc20, CRSR_ICR = 0xc24, CRSR_RIS = 0xc28 };
enum { EN = 1, BPP1 = 0 << 1, BPP2 = 1 << 1, BPP4 = 2 << 1, BPP8 = 3 << 1, BPP1555 = 4 << 1, BPP24 = 5 << 1, BPP565 = 6 << 1, BPP444 = 7 << 1, BGR = 1 << 8,
       BEBO = 1 << 9, BEPO = 1 << 10, PWR = 1 << 11 };
enum { LNBU = 4, VCOMP = 8 };

/* 32 x 4 pixels with BCD: a line is 32 + 8 clocks of 1 us; a frame is 1 sync + 2 back porch + 4 active + 3 front porch lines = 400 us. */
static struct rig *panel(u32 control)
{
    struct rig *r = rig_new(&pl111_type);
    pl111_set_clock(r->dev, 1000000);
    wr(r, TIMING0, 1 << 2 | 1u << 8 | 2u << 16 | 2u << 24);
    wr(r, TIMING1, 3 | 0u << 10 | 3u << 16 | 2u << 24);
    wr(r, TIMING2, 1u << 26);
    wr(r, UPBASE, RIG_RAM);
    wr(r, CONTROL, control | EN | PWR);
    rig_pass_ns(r, 0); /* the frame begins */
    return r;
}

static void put(struct rig *r, u32 offset, u32 word)
{
    assert_true(bus_write_mem(&r->bus, PA(RIG_RAM + offset), &word, 4));
}

static u32 pixel(struct rig *r, unsigned x, unsigned y)
{
    u32 line[32];
    assert_true(pl111_line(r->dev, y, line));
    return line[x];
}

static void size_is_what_the_timing_says(void **state)
{
    struct rig *r = panel(BPP24);
    unsigned width, height;
    u32 line[32];
    (void)state;
    assert_true(pl111_size(r->dev, &width, &height));
    assert_int_equal(width, 32);
    assert_int_equal(height, 4);
    assert_false(pl111_line(r->dev, 4, line));
    wr(r, CONTROL, BPP24 | EN); /* no power */
    assert_false(pl111_size(r->dev, &width, &height));
    assert_false(pl111_line(r->dev, 0, line));
    rig_free(r);
}

static void true_colour_has_red_low_and_bgr_turns_it(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    put(r, 4 * (32 * 2 + 5), 0x00332211);
    assert_int_equal(pixel(r, 5, 2), 0x112233);
    wr(r, CONTROL, BPP24 | BGR | EN | PWR);
    assert_int_equal(pixel(r, 5, 2), 0x332211);
    rig_free(r);
}

static void sixteen_bits_come_in_three_layouts(void **state)
{
    struct rig *r = panel(BPP565);
    (void)state;
    put(r, 0, 0x07e0001f); /* red, then green */
    assert_int_equal(pixel(r, 0, 0), 0xff0000);
    assert_int_equal(pixel(r, 1, 0), 0x00ff00);
    wr(r, CONTROL, BPP1555 | EN | PWR);
    put(r, 0, 0x7c0003e0);
    assert_int_equal(pixel(r, 0, 0), 0x00ff00);
    assert_int_equal(pixel(r, 1, 0), 0x0000ff);
    wr(r, CONTROL, BPP444 | EN | PWR);
    put(r, 0, 0x0f0000f0);
    assert_int_equal(pixel(r, 0, 0), 0x00ff00);
    assert_int_equal(pixel(r, 1, 0), 0x0000ff);
    wr(r, CONTROL, BPP565 | BEBO | EN | PWR); /* big-endian: the upper half is first */
    put(r, 0, 0x001f07e0);
    assert_int_equal(pixel(r, 0, 0), 0xff0000);
    rig_free(r);
}

static void palette_entries_are_two_a_word(void **state)
{
    struct rig *r = panel(BPP8);
    (void)state;
    wr(r, PALETTE + 4 * 0x40, 0x001f << 16 | 0x7c00); /* 0x80 blue, 0x81 red */
    assert_int_equal(rd(r, PALETTE + 4 * 0x40), 0x001f7c00);
    put(r, 0, 0x81800000);
    assert_int_equal(pixel(r, 2, 0), 0x0000ff);
    assert_int_equal(pixel(r, 3, 0), 0xff0000);
    rig_free(r);
}

static void small_pixels_follow_the_byte_and_pixel_order(void **state)
{
    struct rig *r = panel(BPP1);
    (void)state;
    wr(r, PALETTE, 0x7fff0000); /* 0 black, 1 white */
    put(r, 0, 0x00000001);
    assert_int_equal(pixel(r, 0, 0), 0xffffff);
    wr(r, CONTROL, BPP1 | BEPO | EN | PWR);
    assert_int_equal(pixel(r, 0, 0), 0);
    assert_int_equal(pixel(r, 7, 0), 0xffffff);
    wr(r, CONTROL, BPP1 | BEPO | BEBO | EN | PWR);
    assert_int_equal(pixel(r, 7, 0), 0);
    assert_int_equal(pixel(r, 31, 0), 0xffffff);
    wr(r, CONTROL, BPP2 | EN | PWR);
    put(r, 0, 1 << 4);
    assert_int_equal(pixel(r, 2, 0), 0xffffff);
    wr(r, CONTROL, BPP4 | EN | PWR);
    assert_int_equal(pixel(r, 1, 0), 0xffffff);
    rig_free(r);
}

static void a_picture_where_no_memory_is_is_refused(void **state)
{
    struct rig *r = panel(BPP24);
    u32 line[32];
    (void)state;
    wr(r, UPBASE, 0x10000000);
    assert_int_equal(rd(r, UPCURR), RIG_RAM);
    rig_pass_ns(r, 400 * US); /* the next frame takes the new base */
    assert_false(pl111_line(r->dev, 0, line));
    rig_free(r);
}

static void cursor_is_drawn_over_the_picture(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    for (unsigned i = 0; i < 128; i++)
        put(r, 4 * i, 0x00808080);
    for (unsigned i = 0; i < 256; i++)
        wr(r, IMAGE + 4 * i, 0xaaaaaaaa); /* transparent */
    wr(r, IMAGE + 4 * (64 + 2), 0xaaaaaa1e); /* cursor 1, line 1: colours 0 and 1, inverted, transparent */
    wr(r, CRSR_PAL0, 0x0000ff);
    wr(r, CRSR_PAL1, 0x00ff00);
    wr(r, CRSR_XY, 10 | 2u << 16);
    wr(r, CRSR_CTRL, 1 | 1 << 4);
    assert_int_equal(pixel(r, 10, 2), 0x808080);
    assert_int_equal(pixel(r, 10, 3), 0xff0000);
    assert_int_equal(pixel(r, 11, 3), 0x00ff00);
    assert_int_equal(pixel(r, 12, 3), 0x7f7f7f);
    assert_int_equal(pixel(r, 13, 3), 0x808080);
    wr(r, CRSR_XY, 0 | 3u << 16);
    wr(r, CRSR_CLIP, 1 | 1 << 8);
    assert_int_equal(pixel(r, 0, 3), 0x00ff00);
    wr(r, CRSR_CTRL, 0);
    assert_int_equal(pixel(r, 0, 3), 0x808080);
    rig_free(r);
}

static void a_large_cursor_has_four_words_a_line(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    for (unsigned i = 0; i < 256; i++)
        wr(r, IMAGE + 4 * i, 0xaaaaaaaa);
    wr(r, IMAGE + 4 * (4 + 1), 0xaaaaaa6a); /* line 1, pixel 16: colour 1 */
    wr(r, CRSR_PAL1, 0xffffff);
    wr(r, CRSR_CONFIG, 1);
    wr(r, CRSR_CTRL, 1);
    assert_int_equal(pixel(r, 16, 1), 0xffffff);
    assert_int_equal(pixel(r, 17, 1), 0);
    rig_free(r);
}

static void a_frame_takes_the_base_and_interrupts(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    wr(r, ICR, 0x1e);
    wr(r, IMSC, LNBU);
    wr(r, UPBASE, RIG_RAM + 0x1000);
    rig_pass_ns(r, 399 * US);
    assert_false(irq_is_up(r));
    rig_pass_ns(r, 1 * US);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, MIS), LNBU);
    assert_int_equal(rd(r, UPCURR), RIG_RAM + 0x1000);
    wr(r, ICR, LNBU);
    assert_false(irq_is_up(r));
    wr(r, CONTROL, 0);
    rig_pass_ns(r, 4000 * US);
    assert_int_equal(r->edges, 1);
    rig_free(r);
}

static void vertical_compare_comes_at_the_part_that_is_chosen(void **state)
{
    static const u32 at[4] = { 0, 40, 120, 280 }; /* sync, back porch, active, front porch */
    (void)state;
    for (u32 part = 0; part < 4; part++) {
        struct rig *r = panel(BPP24 | part << 12);
        wr(r, IMSC, VCOMP);
        if (at[part]) {
            rig_pass_ns(r, (at[part] - 1) * US);
            assert_int_equal(rd(r, RIS) & VCOMP, 0);
            rig_pass_ns(r, 1 * US);
        }
        assert_int_equal(rd(r, RIS) & VCOMP, VCOMP);
        assert_true(irq_is_up(r));
        rig_free(r);
    }
}

static void the_current_address_follows_the_lines(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    rig_pass_ns(r, 110 * US);
    assert_int_equal(rd(r, UPCURR), RIG_RAM);
    rig_pass_ns(r, 60 * US); /* the second active line */
    assert_int_equal(rd(r, UPCURR), RIG_RAM + 4 * 32);
    rig_pass_ns(r, 150 * US);
    assert_int_equal(rd(r, UPCURR), RIG_RAM + 4 * 32 * 4);
    rig_free(r);
}

static void cursor_interrupts_once_a_frame(void **state)
{
    struct rig *r = panel(BPP24);
    (void)state;
    wr(r, CRSR_CTRL, 1);
    wr(r, CRSR_IMSC, 1);
    rig_pass_ns(r, 400 * US);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, CRSR_RIS), 1);
    wr(r, CRSR_ICR, 1);
    assert_false(irq_is_up(r));
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_is_what_the_timing_says),
        cmocka_unit_test(true_colour_has_red_low_and_bgr_turns_it),
        cmocka_unit_test(sixteen_bits_come_in_three_layouts),
        cmocka_unit_test(palette_entries_are_two_a_word),
        cmocka_unit_test(small_pixels_follow_the_byte_and_pixel_order),
        cmocka_unit_test(a_picture_where_no_memory_is_is_refused),
        cmocka_unit_test(cursor_is_drawn_over_the_picture),
        cmocka_unit_test(a_large_cursor_has_four_words_a_line),
        cmocka_unit_test(a_frame_takes_the_base_and_interrupts),
        cmocka_unit_test(vertical_compare_comes_at_the_part_that_is_chosen),
        cmocka_unit_test(the_current_address_follows_the_lines),
        cmocka_unit_test(cursor_interrupts_once_a_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
