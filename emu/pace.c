/* Virtual time held back to the host's. The only place where a guest's time depends on the host. */
#include "emu/pace.h"

#include "emu/console.h"
#include "emu/platform/host.h"

static double seconds_of(const struct machine *m, u64 tick)
{
    return (double)tick / (double)(m->clock.hz * TICKS_PER_CYCLE);
}

/* The tick that the host's clock has reached. */
static u64 reached(struct machine *m)
{
    struct pace *p = &m->pace;
    double at = host_seconds() - p->zero, lag = at - seconds_of(m, m->clock.now);
    if (lag > PACE_LAG_SECONDS) {
        p->zero += lag - PACE_LAG_SECONDS;
        at -= lag - PACE_LAG_SECONDS;
    }
    return at > 0 ? (u64)(at * (double)(m->clock.hz * TICKS_PER_CYCLE)) : 0;
}

/* Until the host's clock is at `tick`, but not long, and not beyond the first input. */
static void sleep_until(struct machine *m, u64 tick, u64 now)
{
    double seconds = tick == CLOCK_NEVER ? PACE_SLEEP_SECONDS : seconds_of(m, tick - now), before = host_seconds();
    console_sleep(m->console, seconds < PACE_SLEEP_SECONDS ? seconds : PACE_SLEEP_SECONDS);
    m->pace.sleeps++;
    m->pace.slept += host_seconds() - before;
}

void pace_begin(struct machine *m)
{
    m->pace = (struct pace){ .zero = host_seconds() - seconds_of(m, m->clock.now) };
}

/* Input ends a sleep early, and may end the run. */
static void catch_up_with_host(struct machine *m)
{
    for (u64 now; m->end != END_QUIT && (now = reached(m)) < m->clock.now; console_poll(m->console))
        sleep_until(m, m->clock.now, now);
}

void pace_turn(struct machine *m)
{
    if (m->clock.now < m->pace.check_at)
        return;
    catch_up_with_host(m);
    m->pace.check_at = m->clock.now + clock_ticks_from_ns(&m->clock, PACE_CHECK_NS);
}

void pace_idle(struct machine *m)
{
    u64 event = clock_deadline(&m->clock), now = reached(m);
    if (now < event) {
        sleep_until(m, event, now);
        now = reached(m);
    }
    if (now > event)
        now = event;
    if (m->clock.now < now)
        m->clock.now = now;
}

void pace_end(struct machine *m)
{
    catch_up_with_host(m);
}
