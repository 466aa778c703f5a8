/* Which PE runs, until when. PEs take turns of a fixed length of virtual time on one host thread; every PE starts a turn at the
 * same tick, and what it overran counts against its next one. When all wait, time skips to the next event. */
#include "emu/run.h"

#include "cpu/code_page.h"
#include "emu/console.h"
#include "emu/debug/gdb.h"
#include "emu/trace/worlds.h"

#include <time.h>

static double host_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- what others ask ---- */

static void yield_all(struct machine *m)
{
    for (unsigned i = 0; i < m->cpu_count; i++)
        cpu_request_yield(m->cpus[i]);
}

/* An event now lies before the end of the running PE's turn: the turn ends early. */
static void deadline_moved(void *owner)
{
    struct machine *m = owner;
    if (m->running && clock_deadline(&m->clock) < m->running->slice_end)
        cpu_request_yield(m->running);
}

void run_attach(struct machine *m)
{
    m->clock.deadline_moved = deadline_moved;
    m->clock.deadline_owner = m;
    for (unsigned i = 0; m->options->watched && i < m->cpu_count; i++)
        cpu_watch_add(m->cpus[i], &m->always_watched[i]);
}

void machine_stop(struct machine *m, enum machine_end end)
{
    if (m->end == END_RUNNING)
        m->end = end;
    yield_all(m);
}

void machine_memory_map_changed(struct machine *m)
{
    m->map_changed = true;
    yield_all(m);
}

u64 machine_insns(const struct machine *m)
{
    u64 sum = 0;
    for (unsigned i = 0; i < m->cpu_count; i++)
        sum += m->cpus[i]->insns;
    return sum;
}

/* ---- turns ---- */

/* Outside all engines: host pointers into memory that changed its nature are dropped. */
static void drop_host_pointers(struct machine *m)
{
    m->map_changed = false;
    code_cache_reset(m->code);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        mmu_reset(&m->cpus[i]->mmu);
        cpu_regime_changed(m->cpus[i]);
    }
}

/* Near the end of --max-insns a PE runs in the watched engine, which stops at the very instruction. Returns the ticks it may run. */
static u64 bound_by_insns(struct machine *m, struct cpu *cpu, u64 ticks)
{
    u64 max = m->options->max_insns;
    if (!max)
        return ticks;
    u64 done = machine_insns(m);
    u64 left = done < max ? max - done : 0;
    if (left > 4 * CODE_SLOTS)
        return ticks < left - 2 * CODE_SLOTS ? ticks : left - 2 * CODE_SLOTS; /* an instruction costs a tick at least; a page may be overrun */
    cpu->watch.insn_limit = cpu->insns + left;
    cpu->watch.bounded = true;
    return ticks;
}

/* Who executes or waits from here on, for the world-switch report. */
static void tell_worlds(struct machine *m, const struct cpu *cpu)
{
    struct world_id id = worlds_id(cpu);
    if (cpu->run_state == CPU_RUNNING)
        worlds_run(m->worlds, cpu->index, m->clock.now, &id);
    else if (cpu->run_state == CPU_OFF)
        worlds_off(m->worlds, cpu->index, m->clock.now);
    else
        worlds_wait(m->worlds, cpu->index, m->clock.now);
}

/* One turn that should end at tick `end`. The PE may have overrun its last turn. */
static void run_turn(struct machine *m, unsigned i, u64 end)
{
    struct cpu *cpu = m->cpus[i];
    if (cpu->run_state != CPU_RUNNING || m->turn_end[i] >= end)
        return;
    u64 from = m->turn_end[i] > m->clock.now ? m->turn_end[i] : m->clock.now;
    m->clock.now = from;
    m->running = cpu;
    tell_worlds(m, cpu);
    cpu_run(cpu, bound_by_insns(m, cpu, end - from));
    tell_worlds(m, cpu);
    m->running = NULL;
    m->turn_end[i] = m->clock.now;
    if (m->cpu_count > 1)
        cpu->exclusive.armed = false; /* other PEs may store there now */
    if (m->options->max_insns && machine_insns(m) >= m->options->max_insns)
        machine_stop(m, END_LIMIT);
}

static bool any_running(const struct machine *m)
{
    for (unsigned i = 0; i < m->cpu_count; i++)
        if (m->cpus[i]->run_state == CPU_RUNNING)
            return true;
    return false;
}

static bool all_locked_up(const struct machine *m)
{
    bool locked = false;
    for (unsigned i = 0; i < m->cpu_count; i++) {
        if (m->cpus[i]->run_state != CPU_LOCKED_UP && m->cpus[i]->run_state != CPU_OFF)
            return false;
        locked |= m->cpus[i]->run_state == CPU_LOCKED_UP;
    }
    return locked;
}

/* All PEs get the same stretch of virtual time: to the next event, or a turn's length. */
static void run_round(struct machine *m)
{
    u64 start = m->clock.now;
    u64 end = start + (u64)RUN_TURN_CYCLES * TICKS_PER_CYCLE * (m->cpu_count == 1 ? 50 : 1);
    if (clock_deadline(&m->clock) < end)
        end = clock_deadline(&m->clock);
    if (end <= start)
        end = start + 1;
    for (unsigned i = 0; i < m->cpu_count && m->end == END_RUNNING && !m->reset_requested; i++) {
        m->clock.now = start;
        run_turn(m, i, end);
        if (clock_deadline(&m->clock) < end) /* this PE made an event that the others should meet */
            end = clock_deadline(&m->clock) > start ? clock_deadline(&m->clock) : start + 1;
    }
    /* The round is over when its first PE stopped short of the end for an event; time never goes back. */
    u64 reached = end;
    for (unsigned i = 0; i < m->cpu_count; i++)
        if (m->cpus[i]->run_state == CPU_RUNNING && m->turn_end[i] < reached)
            reached = m->turn_end[i];
    m->clock.now = reached > start ? reached : start;
}

/* Nothing runs: to the next event at once, or wait for the host where there is none. */
static void idle(struct machine *m)
{
    if (clock_deadline(&m->clock) != CLOCK_NEVER) {
        if (clock_deadline(&m->clock) > m->clock.now) {
            u64 ahead = clock_deadline(&m->clock) - m->clock.now;
            console_idle(m->console, mul_div(ahead, 1000000000, m->clock.hz * TICKS_PER_CYCLE));
            m->clock.now = clock_deadline(&m->clock);
        }
        return;
    }
    if (!console_wait(m->console, 100) && all_locked_up(m))
        machine_stop(m, END_LOCKUP);
}

static void poll_host(struct machine *m)
{
    console_poll(m->console);
    if (m->gdb)
        gdb_poll(m->gdb, m->paused ? 20 : 0);
    else if (m->paused)
        console_wait(m->console, 20);
    if (m->options->timeout > 0 && host_seconds() - m->started_at >= m->options->timeout)
        machine_stop(m, END_LIMIT);
}

/* ---- the end ---- */

static int exit_status(const struct machine *m)
{
    switch (m->end) {
    case END_FAIL_TEXT:
    case END_STOPPED_EARLY:
        return 1;
    case END_LIMIT:
        return 124;
    case END_LOCKUP:
        return 3;
    case END_GUEST_STATUS:
        return m->guest_status;
    default:
        return m->options->expect_count && m->end != END_EXPECTED && m->end != END_QUIT ? 1 : 0;
    }
}

static bool reset_now(struct machine *m)
{
    struct error err = { { 0 } };
    m->reset_requested = false;
    if (machine_reset(m, &err))
        return true;
    fprintf(stderr, "armature: %s\n", err.text);
    return false;
}

int machine_run(struct machine *m)
{
    u64 next_poll = 0;
    m->started_at = host_seconds();
    while (m->end == END_RUNNING) {
        if (m->reset_requested && !reset_now(m))
            return 2;
        if (m->paused) { /* the debugger or the monitor holds it */
            poll_host(m);
            continue;
        }
        if (m->map_changed)
            drop_host_pointers(m);
        clock_run_due(&m->clock);
        if (all_locked_up(m))
            machine_stop(m, END_LOCKUP);
        else if (any_running(m))
            run_round(m);
        else
            idle(m);
        if (machine_insns(m) >= next_poll || !any_running(m)) {
            poll_host(m);
            next_poll = machine_insns(m) + RUN_POLL_INSNS;
        }
    }
    return exit_status(m);
}
