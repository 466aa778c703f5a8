/* The generic timers against the clock: conditions, outputs, the tick at which they fire, the event stream. */
#include "timer/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HZ 1000000000ull
#define FREQ 62500000ull
#define TICKS_A_COUNT (HZ * TICKS_PER_CYCLE / FREQ)

struct fixture {
    struct clock clock;
    struct generic_timer *timer;
    bool level[TIMERS];
    unsigned changes, wakes;
};

static void changed(void *sink, unsigned n, bool level)
{
    struct fixture *x = sink;
    x->level[n] = level;
    x->changes++;
}

static void wake(void *owner)
{
    ((struct fixture *)owner)->wakes++;
}

static int set_up(void **state)
{
    struct error err = { { 0 } };
    struct fixture *x = calloc(1, sizeof *x);
    clock_init(&x->clock, HZ);
    x->timer = timer_new(&x->clock, 2, FREQ, &err);
    for (unsigned id = 0; x->timer && id < TIMERS; id++)
        irq_connect(timer_output(x->timer, 0, (enum timer_id)id), changed, x, id);
    *state = x;
    return !x->timer;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    timer_free(x->timer);
    free(x);
    return 0;
}

static void advance_to(struct fixture *x, u64 tick)
{
    while (clock_deadline(&x->clock) <= tick) {
        x->clock.now = clock_deadline(&x->clock);
        clock_run_due(&x->clock);
    }
    x->clock.now = tick;
}

static void each_timer_fires_at_its_very_tick(void **state)
{
    struct fixture *x = *state;
    for (unsigned id = 0; id < TIMERS; id++) {
        timer_write(x->timer, 0, (enum timer_id)id, TIMER_CVAL, 1000 + id);
        timer_write(x->timer, 0, (enum timer_id)id, TIMER_CTL, 1);
        advance_to(x, (1000 + id) * TICKS_A_COUNT - 1);
        assert_false(x->level[id]);
        assert_int_equal(timer_read(x->timer, 0, (enum timer_id)id, TIMER_CTL), 1);
        advance_to(x, (1000 + id) * TICKS_A_COUNT);
        assert_true(x->level[id]);
        assert_int_equal(timer_read(x->timer, 0, (enum timer_id)id, TIMER_CTL), 5);
    }
}

static void the_mask_and_the_enable_bit_take_the_output_down(void **state)
{
    struct fixture *x = *state;
    timer_write(x->timer, 0, TIMER_PHYS, TIMER_CTL, 1); /* CVAL 0: met at once */
    assert_true(x->level[TIMER_PHYS]);
    timer_write(x->timer, 0, TIMER_PHYS, TIMER_CTL, 3);
    assert_false(x->level[TIMER_PHYS]);
    assert_int_equal(timer_read(x->timer, 0, TIMER_PHYS, TIMER_CTL), 7);
    timer_write(x->timer, 0, TIMER_PHYS, TIMER_CTL, 0);
    assert_int_equal(timer_read(x->timer, 0, TIMER_PHYS, TIMER_CTL), 0);
}

static void tval_is_signed_and_counts_down(void **state)
{
    struct fixture *x = *state;
    advance_to(x, 5000 * TICKS_A_COUNT);
    timer_write(x->timer, 0, TIMER_HYP, TIMER_TVAL, 0xffffffff); /* -1 */
    assert_int_equal(timer_read(x->timer, 0, TIMER_HYP, TIMER_CVAL), 4999);
    timer_write(x->timer, 0, TIMER_HYP, TIMER_TVAL, 100);
    advance_to(x, 5040 * TICKS_A_COUNT);
    assert_int_equal(timer_read(x->timer, 0, TIMER_HYP, TIMER_TVAL), 60);
    advance_to(x, 5101 * TICKS_A_COUNT);
    assert_int_equal(timer_read(x->timer, 0, TIMER_HYP, TIMER_TVAL), 0xffffffff);
}

static void cntvoff_moves_the_virtual_timer(void **state)
{
    struct fixture *x = *state;
    advance_to(x, 5000 * TICKS_A_COUNT);
    timer_set_cntvoff(x->timer, 0, 4000);
    assert_int_equal(timer_cntvct(x->timer, 0), 1000);
    assert_int_equal(timer_cntvct(x->timer, 1), 5000);
    timer_write(x->timer, 0, TIMER_VIRT, TIMER_CVAL, 1500);
    timer_write(x->timer, 0, TIMER_VIRT, TIMER_CTL, 1);
    advance_to(x, 5499 * TICKS_A_COUNT);
    assert_false(x->level[TIMER_VIRT]);
    timer_set_cntvoff(x->timer, 0, 3000);
    assert_true(x->level[TIMER_VIRT]);
    timer_set_cntvoff(x->timer, 0, 4000);
    assert_false(x->level[TIMER_VIRT]);
    advance_to(x, 5500 * TICKS_A_COUNT);
    assert_true(x->level[TIMER_VIRT]);
}

static void a_far_compare_value_never_fires(void **state)
{
    struct fixture *x = *state;
    timer_write(x->timer, 0, TIMER_PHYS, TIMER_CVAL, ~0ull);
    timer_write(x->timer, 0, TIMER_PHYS, TIMER_CTL, 1);
    advance_to(x, 1ull << 50);
    assert_false(x->level[TIMER_PHYS]);
}

static void the_event_stream_wakes_who_waits_at_each_edge_of_its_bit(void **state)
{
    struct fixture *x = *state;
    timer_event_stream(x->timer, 0, false, true, false, 4, wake, x); /* rising edges of bit 4: every 32 counts */
    assert_false(timer_stream_wait(x->timer, 0));
    advance_to(x, 15 * TICKS_A_COUNT);
    assert_int_equal(x->wakes, 0);
    advance_to(x, 16 * TICKS_A_COUNT);
    assert_int_equal(x->wakes, 1);
    advance_to(x, (16 + 31) * TICKS_A_COUNT);
    assert_false(timer_stream_wait(x->timer, 0));
    advance_to(x, (16 + 32) * TICKS_A_COUNT);
    assert_int_equal(x->wakes, 2);
    advance_to(x, (16 + 320) * TICKS_A_COUNT); /* nobody waits: no events, but the edges are remembered as one */
    assert_int_equal(x->wakes, 2);
    assert_true(timer_stream_wait(x->timer, 0));
    assert_false(timer_stream_wait(x->timer, 0));
    timer_event_stream(x->timer, 0, false, false, false, 4, wake, x);
    advance_to(x, 100000 * TICKS_A_COUNT);
    assert_false(timer_stream_wait(x->timer, 0));
    assert_int_equal(x->wakes, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_timer_fires_at_its_very_tick), TEST(the_mask_and_the_enable_bit_take_the_output_down),
        TEST(tval_is_signed_and_counts_down),    TEST(cntvoff_moves_the_virtual_timer),
        TEST(a_far_compare_value_never_fires),   TEST(the_event_stream_wakes_who_waits_at_each_edge_of_its_bit),
    };
    return cmocka_run_group_tests_name("timer_events", tests, NULL, NULL);
}
