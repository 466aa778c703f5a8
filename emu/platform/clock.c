/* The event queue: a sorted list, because a machine has a dozen events at most. */
#include "emu/platform/clock.h"

#include <string.h>

void clock_init(struct clock *clock, u64 hz)
{
    memset(clock, 0, sizeof *clock);
    clock->hz = hz;
}

static bool fires_before(const struct event *a, const struct event *b)
{
    return a->when != b->when ? a->when < b->when : a->priority < b->priority;
}

void clock_cancel(struct clock *clock, struct event *ev)
{
    if (!ev->queued)
        return;
    struct event **at = &clock->first;
    while (*at != ev)
        at = &(*at)->next;
    *at = ev->next;
    ev->queued = false;
}

void clock_schedule(struct clock *clock, struct event *ev, u64 when)
{
    if (ev->queued && ev->when == when)
        return;
    clock_cancel(clock, ev);
    if (when == CLOCK_NEVER)
        return;
    ev->when = when;
    struct event **at = &clock->first;
    while (*at && !fires_before(ev, *at))
        at = &(*at)->next;
    ev->next = *at;
    *at = ev;
    ev->queued = true;
    if (clock->first == ev && clock->deadline_moved)
        clock->deadline_moved(clock->deadline_owner);
}

unsigned clock_run_due(struct clock *clock)
{
    unsigned fired = 0;
    while (clock->first && clock->first->when <= clock->now) {
        struct event *ev = clock->first;
        clock->first = ev->next;
        ev->queued = false;
        ev->fire(ev->owner);
        fired++;
    }
    return fired;
}

u64 mul_div(u64 x, u64 num, u64 den)
{
    u128 q = (u128)x * num / den;
    return q > ~0ull ? ~0ull : (u64)q;
}

u64 mul_div_up(u64 x, u64 num, u64 den)
{
    u128 q = ((u128)x * num + den - 1) / den;
    return q > ~0ull ? ~0ull : (u64)q;
}

u64 clock_count_at(const struct clock *clock, u64 tick, u64 freq)
{
    return mul_div(tick, freq, clock->hz * TICKS_PER_CYCLE);
}

u64 clock_tick_of_count(const struct clock *clock, u64 count, u64 freq)
{
    return mul_div_up(count, clock->hz * TICKS_PER_CYCLE, freq);
}

u64 clock_ns(const struct clock *clock)
{
    return mul_div(clock->now, 1000000000ull, clock->hz * TICKS_PER_CYCLE);
}

u64 clock_ticks_from_ns(const struct clock *clock, u64 ns)
{
    return mul_div_up(ns, clock->hz * TICKS_PER_CYCLE, 1000000000ull);
}
