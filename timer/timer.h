/* The Generic Timer of all PEs (DDI 0487 D11; DDI 0406 B8): one counter, and for each PE the timers CNTP (Non-secure
 * EL1 physical), CNTV, CNTHP, CNTPS and CNTHV. Trap controls are the CPU's business: here are counters and compares. */
#ifndef TIMER_TIMER_H
#define TIMER_TIMER_H

#include "emu/platform/clock.h"
#include "emu/platform/error.h"
#include "emu/platform/irq.h"
#include "emu/platform/state.h"

#define TIMER_MAX_CPUS 8

enum timer_id { TIMER_PHYS, TIMER_VIRT, TIMER_HYP, TIMER_SEC, TIMER_HYPVIRT, TIMERS };
enum timer_reg { TIMER_CVAL, TIMER_TVAL, TIMER_CTL };

struct generic_timer; /* timer/generic_timer.c */

/* freq: CNTFRQ in Hz, not 0. Time comes from clock alone. */
struct generic_timer *timer_new(struct clock *clock, unsigned cpus, u64 freq, struct error *err);
void timer_free(struct generic_timer *t);
void timer_reset(struct generic_timer *t);

u64 timer_frequency(const struct generic_timer *t);
u64 timer_cntpct(const struct generic_timer *t);
u64 timer_cntvct(const struct generic_timer *t, unsigned cpu);
u64 timer_cntvoff(const struct generic_timer *t, unsigned cpu);
void timer_set_cntvoff(struct generic_timer *t, unsigned cpu, u64 offset);

u64 timer_read(const struct generic_timer *t, unsigned cpu, enum timer_id id, enum timer_reg reg);
void timer_write(struct generic_timer *t, unsigned cpu, enum timer_id id, enum timer_reg reg, u64 value);

/* The level-sensitive output (ENABLE && !IMASK && condition), to be connected to the PPI. */
struct irq_line *timer_output(struct generic_timer *t, unsigned cpu, enum timer_id id);

/* Event stream of CNTKCTL_EL1/CNTHCTL_EL2.{EVNTEN,EVNTDIR,EVNTI}: an event at each chosen edge of bit `bit`, which timer_stream_wait delivers.
 * virtual_count: CNTVCT (CNTKCTL_EL1) or CNTPCT (CNTHCTL_EL2). enable=false stops it. */
void timer_event_stream(struct generic_timer *t, unsigned cpu, bool virtual_count, bool enable, bool falling,
                        unsigned bit, void (*wake)(void *owner), void *owner);
/* The PE wants to wait for an event. True: a stream had an edge since it was asked last, or woke it. False: wake(owner) is called at the
 * next edge. A PE that does not wait costs nothing. */
bool timer_stream_wait(struct generic_timer *t, unsigned cpu);
/* What a reset of one PE does to its timers. */
void timer_reset_cpu(struct generic_timer *t, unsigned cpu);

#endif
