/* The Generic Timer (DDI 0487 D11.2): one system counter, five timers a PE. A timer's condition is CounterValue >= CompareValue, unsigned; one clock
 * event each fires at the tick where it becomes true. Outputs are recomputed in update() alone. */
#include "timer/timer.h"

#include "emu/platform/bits.h"

#include <stdlib.h>

enum { CTL_ENABLE = 1, CTL_IMASK = 2, CTL_ISTATUS = 4 };

struct one_timer {
    u64 cval;
    u32 ctl; /* ENABLE, IMASK */
    struct irq_line output;
    struct event event;
    struct pe_timers *pe;
    u8 id;
};

/* The event stream of CNTKCTL_EL1 or CNTHCTL_EL2: a WFE event at each chosen edge of a counter bit. Edges are found when the PE asks for
 * them, and made events of the clock only while it waits. */
struct event_stream {
    bool enabled, falling;
    u8 bit;
    u64 told; /* the count up to which the PE knows of edges */
    struct event event;
    void (*wake)(void *owner);
    void *owner;
    struct pe_timers *pe;
    bool virtual_count;
};

struct pe_timers {
    struct one_timer timers[TIMERS];
    struct event_stream streams[2]; /* [1]: of the virtual count */
    u64 cntvoff;
    struct generic_timer *all;
};

struct generic_timer {
    struct clock *clock;
    unsigned cpus;
    u64 freq;
    struct pe_timers pe[TIMER_MAX_CPUS];
};

u64 timer_frequency(const struct generic_timer *t)
{
    return t->freq;
}

u64 timer_cntpct(const struct generic_timer *t)
{
    return clock_count_at(t->clock, t->clock->now, t->freq);
}

u64 timer_cntvct(const struct generic_timer *t, unsigned cpu)
{
    return timer_cntpct(t) - t->pe[cpu].cntvoff;
}

u64 timer_cntvoff(const struct generic_timer *t, unsigned cpu)
{
    return t->pe[cpu].cntvoff;
}

/* ---- timers ---- */

/* CNTV counts from CNTVOFF; CNTHV does not (its offset is CNTVOFF only with HCR_EL2.E2H, which is not in v8.0). */
static u64 offset_of(const struct one_timer *o)
{
    return o->id == TIMER_VIRT ? o->pe->cntvoff : 0;
}

static u64 count_of(const struct one_timer *o)
{
    return timer_cntpct(o->pe->all) - offset_of(o);
}

static bool condition(const struct one_timer *o)
{
    return (o->ctl & CTL_ENABLE) && count_of(o) >= o->cval;
}

static void update(struct one_timer *o)
{
    struct clock *clock = o->pe->all->clock;
    bool met = condition(o);
    u64 when = CLOCK_NEVER;
    if ((o->ctl & CTL_ENABLE) && !met) {
        u64 count = o->cval + offset_of(o);
        if (count >= o->cval) /* else the counter wraps first: centuries away */
            when = clock_tick_of_count(clock, count, o->pe->all->freq);
    }
    if (when == CLOCK_NEVER)
        clock_cancel(clock, &o->event);
    else
        clock_schedule(clock, &o->event, when);
    irq_set(&o->output, met && !(o->ctl & CTL_IMASK));
}

static void fire(void *owner)
{
    update(owner);
}

u64 timer_read(const struct generic_timer *t, unsigned cpu, enum timer_id id, enum timer_reg reg)
{
    const struct one_timer *o = &t->pe[cpu].timers[id];
    switch (reg) {
    case TIMER_CVAL:
        return o->cval;
    case TIMER_TVAL:
        return (u32)(o->cval - count_of(o));
    default:
        return o->ctl | (condition(o) ? CTL_ISTATUS : 0);
    }
}

void timer_write(struct generic_timer *t, unsigned cpu, enum timer_id id, enum timer_reg reg, u64 value)
{
    struct one_timer *o = &t->pe[cpu].timers[id];
    switch (reg) {
    case TIMER_CVAL:
        o->cval = value;
        break;
    case TIMER_TVAL:
        o->cval = count_of(o) + sign_extend(value, 32);
        break;
    default:
        o->ctl = (u32)value & (CTL_ENABLE | CTL_IMASK);
    }
    update(o);
}

struct irq_line *timer_output(struct generic_timer *t, unsigned cpu, enum timer_id id)
{
    return &t->pe[cpu].timers[id].output;
}

/* ---- event streams ---- */

static u64 stream_offset(const struct event_stream *s)
{
    return s->virtual_count ? s->pe->cntvoff : 0;
}

static u64 stream_count(const struct event_stream *s)
{
    return timer_cntpct(s->pe->all) - stream_offset(s);
}

/* The last count, up to this one, at which the bit went to 1 (rising) or 0 (falling). */
static u64 edge_before(const struct event_stream *s, u64 count)
{
    u64 period = 2ull << s->bit, phase = s->falling ? 0 : 1ull << s->bit;
    return align_down(count - phase, period) + phase;
}

static bool stream_wait(struct event_stream *s)
{
    const struct generic_timer *t = s->pe->all;
    u64 now = stream_count(s), edge = edge_before(s, now);
    if (!s->enabled)
        return false;
    if (edge != edge_before(s, s->told)) {
        s->told = now;
        return true;
    }
    clock_schedule(t->clock, &s->event, clock_tick_of_count(t->clock, edge + (2ull << s->bit) + stream_offset(s), t->freq));
    return false;
}

bool timer_stream_wait(struct generic_timer *t, unsigned cpu)
{
    bool physical = stream_wait(&t->pe[cpu].streams[0]), virtual = stream_wait(&t->pe[cpu].streams[1]); /* both are to be asked */
    return physical || virtual;
}

static void stream_fire(void *owner)
{
    struct event_stream *s = owner;
    s->told = stream_count(s);
    s->wake(s->owner);
}

void timer_event_stream(struct generic_timer *t, unsigned cpu, bool virtual_count, bool enable, bool falling, unsigned bit_number,
                        void (*wake)(void *owner), void *owner)
{
    struct event_stream *s = &t->pe[cpu].streams[virtual_count];
    s->enabled = enable;
    s->falling = falling;
    s->bit = (u8)bit_number;
    s->wake = wake;
    s->owner = owner;
    s->told = stream_count(s);
    clock_cancel(t->clock, &s->event);
}

void timer_set_cntvoff(struct generic_timer *t, unsigned cpu, u64 offset)
{
    t->pe[cpu].cntvoff = offset;
    t->pe[cpu].streams[1].told = stream_count(&t->pe[cpu].streams[1]);
    update(&t->pe[cpu].timers[TIMER_VIRT]);
}

/* ---- life ---- */

struct generic_timer *timer_new(struct clock *clock, unsigned cpus, u64 freq, struct error *err)
{
    static const char *const names[TIMERS] = { "CNTP", "CNTV", "CNTHP", "CNTPS", "CNTHV" };
    struct generic_timer *t = calloc(1, sizeof *t);
    if (!t) {
        error_set(err, "no memory for the timers");
        return NULL;
    }
    t->clock = clock;
    t->cpus = cpus;
    t->freq = freq;
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        struct pe_timers *pe = &t->pe[cpu];
        pe->all = t;
        for (unsigned id = 0; id < TIMERS; id++) {
            struct one_timer *o = &pe->timers[id];
            o->pe = pe;
            o->id = (u8)id;
            o->event = (struct event){ .name = names[id], .fire = fire, .owner = o };
        }
        for (unsigned i = 0; i < 2; i++) {
            pe->streams[i].pe = pe;
            pe->streams[i].virtual_count = i;
            pe->streams[i].event = (struct event){ .name = "event stream", .fire = stream_fire, .owner = &pe->streams[i], .priority = 1 };
        }
    }
    return t;
}

void timer_free(struct generic_timer *t)
{
    free(t);
}

void timer_reset_cpu(struct generic_timer *t, unsigned cpu)
{
    struct pe_timers *pe = &t->pe[cpu];
    pe->cntvoff = 0;
    for (unsigned i = 0; i < 2; i++) {
        pe->streams[i].enabled = false;
        clock_cancel(t->clock, &pe->streams[i].event);
    }
    for (unsigned id = 0; id < TIMERS; id++) {
        pe->timers[id].cval = 0;
        pe->timers[id].ctl = 0;
        update(&pe->timers[id]);
    }
}

void timer_reset(struct generic_timer *t)
{
    for (unsigned cpu = 0; cpu < t->cpus; cpu++)
        timer_reset_cpu(t, cpu);
}
