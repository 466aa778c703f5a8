/* Virtual time. The unit is the tick: TICKS_PER_CYCLE ticks make one CPU cycle, so that a three-wide core's issue cost
 * is a whole number. The running CPU keeps `now` current whenever it leaves its engine (MMIO, system registers, events).
 * Events are ordered by time, then by priority, then by order of scheduling. */
#ifndef PLATFORM_CLOCK_H
#define PLATFORM_CLOCK_H

#include "emu/platform/types.h"

#define TICKS_PER_CYCLE 8
#define CLOCK_NEVER (~0ull)

struct event {
    const char *name;
    void (*fire)(void *owner);
    void *owner;
    unsigned priority; /* lower fires first at the same tick */
    u64 when;          /* tick; meaningful while queued */
    bool queued;
    struct event *next; /* clock's */
};

struct clock {
    u64 now;      /* ticks since power-on */
    u64 hz;       /* cycles a second of the board's CPUs; ticks a second = hz * TICKS_PER_CYCLE */
    struct event *first;
    void (*deadline_moved)(void *owner); /* called when the first event became earlier; may be NULL */
    void *deadline_owner;
};

/* hz: cycles a second, not 0. */
void clock_init(struct clock *clock, u64 hz);

/* The tick of the first event, or CLOCK_NEVER. */
static inline u64 clock_deadline(const struct clock *clock)
{
    return clock->first ? clock->first->when : CLOCK_NEVER;
}

/* Puts ev on the queue at tick `when` (in the past: fires at the next chance); moves it if it is queued already. */
void clock_schedule(struct clock *clock, struct event *ev, u64 when);
void clock_cancel(struct clock *clock, struct event *ev);

/* Fires all events that are due at clock->now. Returns how many. */
unsigned clock_run_due(struct clock *clock);

/* x * num / den without overflow, rounded down; and rounded up. */
u64 mul_div(u64 x, u64 num, u64 den);
u64 mul_div_up(u64 x, u64 num, u64 den);

/* A counter of freq Hz that started at tick 0: its value now, and the first tick at which it has reached `count`. */
u64 clock_count_at(const struct clock *clock, u64 tick, u64 freq);
u64 clock_tick_of_count(const struct clock *clock, u64 count, u64 freq);

u64 clock_ns(const struct clock *clock); /* virtual nanoseconds since power-on */
u64 clock_ticks_from_ns(const struct clock *clock, u64 ns);

#endif
