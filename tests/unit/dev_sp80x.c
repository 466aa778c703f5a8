/* SP804 dual timer, SP805 watchdog, SP810 system controller, and the system counter's frame. */
#include "devices/sp804.h"
#include "devices/sp805.h"
#include "devices/sp810.h"
#include "devices/system_counter.h"
#include "tests/unit/dev_rig.h"

#define US 1000ull
#define MS 1000000ull

enum { LOAD = 0x00, VALUE = 0x04, CONTROL = 0x08, INTCLR = 0x0c, RIS = 0x10, MIS = 0x14, BGLOAD = 0x18, TIMER2 = 0x20 };
enum { ONE_SHOT = 1, BITS32 = 2, DIV16 = 4, DIV256 = 8, INTEN = 0x20, PERIODIC = 0x40, ENABLE = 0x80 };

static void sp804_reset_state_is_the_manuals(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    assert_int_equal(rd(r, LOAD), 0);
    assert_int_equal(rd(r, VALUE), 0xffffffff);
    assert_int_equal(rd(r, CONTROL), 0x20);
    assert_int_equal(rd(r, TIMER2 + VALUE), 0xffffffff);
    assert_int_equal(rd(r, 0xfe0) | rd(r, 0xfe4) << 8 | rd(r, 0xfe8) << 16, 0x141804);
    rig_free(r);
}

static void sp804_periodic_interrupts_every_load_counts(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 100);
    wr(r, CONTROL, PERIODIC | BITS32 | INTEN | ENABLE);
    rig_pass_ns(r, 40 * US);
    assert_int_equal(rd(r, VALUE), 60);
    rig_pass_ns(r, 59 * US);
    assert_false(irq_is_up(r));
    rig_pass_ns(r, 1 * US);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, MIS), 1);
    wr(r, INTCLR, 0);
    assert_false(irq_is_up(r));
    rig_pass_ns(r, 30 * US);
    assert_int_equal(rd(r, VALUE), 70);
    for (unsigned i = 0; i < 10; i++) {
        rig_pass_ns(r, 100 * US);
        wr(r, INTCLR, 0);
    }
    assert_int_equal(r->edges, 11);
    rig_free(r);
}

static void sp804_one_shot_stops_at_zero_until_it_is_loaded(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 10);
    wr(r, CONTROL, ONE_SHOT | BITS32 | INTEN | ENABLE);
    rig_pass_ns(r, 10 * US);
    assert_true(irq_is_up(r));
    wr(r, INTCLR, 0);
    rig_pass_ns(r, 10 * MS);
    assert_int_equal(rd(r, VALUE), 0);
    assert_int_equal(r->edges, 1);
    wr(r, LOAD, 5);
    rig_pass_ns(r, 5 * US);
    assert_int_equal(r->edges, 2);
    rig_free(r);
}

static void sp804_free_running_wraps_to_the_top_of_its_size(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 3);
    wr(r, CONTROL, ENABLE); /* 16 bits, no interrupt */
    rig_pass_ns(r, 4 * US);
    assert_int_equal(rd(r, VALUE), 0xffff);
    assert_int_equal(rd(r, RIS), 1);
    assert_false(irq_is_up(r));
    wr(r, CONTROL, ENABLE | INTEN);
    assert_true(irq_is_up(r));
    wr(r, INTCLR, 0);
    rig_pass_ns(r, 0xfffe * US);
    assert_int_equal(rd(r, RIS), 0);
    rig_pass_ns(r, 1 * US);
    assert_int_equal(rd(r, RIS), 1);
    rig_free(r);
}

static void sp804_prescales_and_keeps_its_value_while_disabled(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 1000);
    wr(r, CONTROL, DIV16 | BITS32 | PERIODIC | ENABLE);
    rig_pass_ns(r, 160 * US);
    assert_int_equal(rd(r, VALUE), 990);
    wr(r, CONTROL, DIV16 | BITS32 | PERIODIC);
    rig_pass_ns(r, 5 * MS);
    assert_int_equal(rd(r, VALUE), 990);
    wr(r, CONTROL, DIV256 | BITS32 | PERIODIC | ENABLE);
    rig_pass_ns(r, 2560 * US);
    assert_int_equal(rd(r, VALUE), 980);
    rig_free(r);
}

static void sp804_background_load_waits_for_zero(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 100);
    wr(r, CONTROL, BITS32 | PERIODIC | INTEN | ENABLE);
    rig_pass_ns(r, 50 * US);
    wr(r, BGLOAD, 20);
    assert_int_equal(rd(r, LOAD), 20);
    assert_int_equal(rd(r, VALUE), 50);
    rig_pass_ns(r, 50 * US);
    assert_int_equal(r->edges, 1);
    wr(r, INTCLR, 0);
    rig_pass_ns(r, 20 * US);
    assert_int_equal(r->edges, 2);
    rig_free(r);
}

static void sp804_timers_share_one_interrupt_and_nothing_else(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, TIMER2 + LOAD, 7);
    wr(r, TIMER2 + CONTROL, BITS32 | PERIODIC | INTEN | ENABLE);
    rig_pass_ns(r, 7 * US);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, RIS), 0);
    assert_int_equal(rd(r, TIMER2 + RIS), 1);
    assert_int_equal(rd(r, VALUE), 0xffffffff);
    wr(r, INTCLR, 0);
    assert_true(irq_is_up(r));
    wr(r, TIMER2 + INTCLR, 0);
    assert_false(irq_is_up(r));
    rig_free(r);
}

static void sp804_another_rate_goes_on_from_the_same_value(void **state)
{
    struct rig *r = rig_new(&sp804_type);
    (void)state;
    wr(r, LOAD, 1000);
    wr(r, CONTROL, BITS32 | PERIODIC | ENABLE);
    rig_pass_ns(r, 100 * US);
    sp804_set_rate(r->dev, 0, 10000);
    assert_int_equal(rd(r, VALUE), 900);
    rig_pass_ns(r, 1 * MS);
    assert_int_equal(rd(r, VALUE), 890);
    rig_free(r);
}

/* ---- SP805 ---- */

enum { W_LOAD = 0, W_VALUE = 4, W_CONTROL = 8, W_INTCLR = 12, W_RIS = 16, W_MIS = 20, W_LOCK = 0xc00 };

static void bite(void *count)
{
    ++*(unsigned *)count;
}

static void sp805_interrupts_and_then_bites(void **state)
{
    struct rig *r = rig_new(&sp805_type);
    unsigned bites = 0;
    (void)state;
    sp805_connect(r->dev, 1000, bite, &bites);
    wr(r, W_LOAD, 99);
    rig_pass_ns(r, 1000 * MS);
    assert_int_equal(rd(r, W_VALUE), 99); /* stands while interrupts are off */
    wr(r, W_CONTROL, 3);
    rig_pass_ns(r, 98 * MS);
    assert_false(irq_is_up(r));
    rig_pass_ns(r, 1 * MS);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, W_MIS), 1);
    wr(r, W_INTCLR, 1); /* fed: from the start again */
    assert_false(irq_is_up(r));
    assert_int_equal(rd(r, W_VALUE), 99);
    rig_pass_ns(r, 99 * MS);
    assert_int_equal(bites, 0);
    rig_pass_ns(r, 100 * MS);
    assert_int_equal(bites, 1);
    rig_free(r);
}

static void sp805_without_reset_enable_only_interrupts(void **state)
{
    struct rig *r = rig_new(&sp805_type);
    unsigned bites = 0;
    (void)state;
    sp805_connect(r->dev, 1000, bite, &bites);
    wr(r, W_LOAD, 9);
    wr(r, W_CONTROL, 1);
    rig_pass_ns(r, 100 * MS);
    assert_true(irq_is_up(r));
    assert_int_equal(bites, 0);
    wr(r, W_CONTROL, 0);
    assert_false(irq_is_up(r));
    assert_int_equal(rd(r, W_RIS), 1);
    rig_free(r);
}

static void sp805_lock_refuses_writes(void **state)
{
    struct rig *r = rig_new(&sp805_type);
    (void)state;
    assert_int_equal(rd(r, W_LOCK), 0);
    wr(r, W_LOCK, 1);
    assert_int_equal(rd(r, W_LOCK), 1);
    wr(r, W_LOAD, 5);
    wr(r, W_CONTROL, 3);
    assert_int_equal(rd(r, W_LOAD), 0xffffffff);
    assert_int_equal(rd(r, W_CONTROL), 0);
    wr(r, W_LOCK, 0x1acce551);
    wr(r, W_LOAD, 5);
    assert_int_equal(rd(r, W_LOAD), 5);
    rig_free(r);
}

/* ---- SP810 ---- */

static void note_clock(void *bits, unsigned timer, bool timclk)
{
    u32 *b = bits;
    *b = (*b & ~(1u << timer)) | (u32)timclk << timer;
}

static void sp810_chooses_the_timers_clocks(void **state)
{
    struct rig *r = rig_new(&sp810_type);
    u32 timclk = 0xff;
    (void)state;
    sp810_connect(r->dev, note_clock, &timclk);
    assert_int_equal(timclk, 0xf0);
    wr(r, 0, 1u << 15 | 1u << 19);
    assert_int_equal(timclk, 0xf5);
    wr(r, 0, 1u << 17 | 4);
    assert_int_equal(timclk, 0xf2);
    assert_int_equal(rd(r, 0), 1u << 17 | 4 | 4 << 3); /* the mode is reached */
    device_reset(r->dev);
    assert_int_equal(timclk, 0xf0);
    rig_free(r);
}

static void sp810_peripheral_clocks_are_set_and_cleared(void **state)
{
    struct rig *r = rig_new(&sp810_type);
    (void)state;
    wr(r, 0x28, 0xf0);
    assert_int_equal(rd(r, 0x2c), 0xffffff0f);
    wr(r, 0x24, 0x30);
    assert_int_equal(rd(r, 0x2c), 0xffffff3f);
    rig_free(r);
}

/* ---- system counter ---- */

static u64 some_count(void *owner)
{
    return *(u64 *)owner;
}

static void system_counter_shows_the_timers_count(void **state)
{
    struct rig *r = rig_new(&system_counter_type);
    u64 count = 0x123456789abcdef0;
    (void)state;
    system_counter_connect(r->dev, 62500000, some_count, &count);
    assert_int_equal(rd(r, 0x20), 62500000);
    assert_int_equal(rig_access(r, RIG_BASE + 8, 8, false, 0, false), count);
    wr(r, 8, 5);
    wr(r, 0, 0);
    assert_int_equal(rd(r, 8), 0x9abcdef0);
    assert_int_equal(r->log.count[LOG_UNIMP], 2); /* set, and stopped: refused out loud */
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sp804_reset_state_is_the_manuals),
        cmocka_unit_test(sp804_periodic_interrupts_every_load_counts),
        cmocka_unit_test(sp804_one_shot_stops_at_zero_until_it_is_loaded),
        cmocka_unit_test(sp804_free_running_wraps_to_the_top_of_its_size),
        cmocka_unit_test(sp804_prescales_and_keeps_its_value_while_disabled),
        cmocka_unit_test(sp804_background_load_waits_for_zero),
        cmocka_unit_test(sp804_timers_share_one_interrupt_and_nothing_else),
        cmocka_unit_test(sp804_another_rate_goes_on_from_the_same_value),
        cmocka_unit_test(sp805_interrupts_and_then_bites),
        cmocka_unit_test(sp805_without_reset_enable_only_interrupts),
        cmocka_unit_test(sp805_lock_refuses_writes),
        cmocka_unit_test(sp810_chooses_the_timers_clocks),
        cmocka_unit_test(sp810_peripheral_clocks_are_set_and_cleared),
        cmocka_unit_test(system_counter_shows_the_timers_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
