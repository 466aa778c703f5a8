/* --realtime: the host's clock paces the machine. Virtual time never runs ahead of it: a machine that would sleeps, and one in which all PEs wait
 * sleeps until the next event or input. Virtual time that is behind catches up while the machine waits, but only PACE_LAG_SECONDS: what is
 * beyond was lost to a slow host (or a debugger), and making it up would let the guest's timers run fast. */
#ifndef EMU_PACE_H
#define EMU_PACE_H

#include "emu/platform/types.h"

#define PACE_LAG_SECONDS 0.1
#define PACE_SLEEP_SECONDS 0.1 /* at most, because --timeout and the debugger are looked at between sleeps */
#define PACE_CHECK_NS 100000   /* virtual time between looks at the host's clock while PEs run */

struct machine;

struct pace {
    double zero;   /* the host's time at tick 0, if virtual time had never been behind */
    u64 check_at;  /* tick */
    u64 sleeps;    /* statistics */
    double slept;
};

void pace_begin(struct machine *m);
/* Between turns: sleeps while virtual time is ahead of the host's. */
void pace_turn(struct machine *m);
/* All PEs wait: sleeps until the next event is due or input came, PACE_SLEEP_SECONDS at most, and takes the clock there. */
void pace_idle(struct machine *m);
/* At the end of the run: until the host's time is what the guest's is. */
void pace_end(struct machine *m);

#endif
