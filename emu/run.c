/* Which PE runs, until when. PEs share one host thread and live in one virtual time: the PE that is furthest behind runs next, for a turn
 * (--turn) or until the next event, so that no two running PEs are further apart than a turn, and none starves. A PE that wakes goes on at
 * the tick at which it was woken. While others wait, a PE runs alone in long turns, which end when it wakes one. When all wait, time skips
 * to the next event. Nothing here depends on the host, but for what --realtime asks of emu/pace.c: the same options give the same run. */
#include "emu/run.h"

#include "cpu/code_page.h"
#include "cpu/exclusive.h"
#include "emu/console.h"
#include "emu/debug/gdb.h"
#include "emu/platform/host.h"
#include "emu/trace/worlds.h"

static u64 turn_ticks(const struct machine *m)
{
    return m->options->turn * TICKS_PER_CYCLE;
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

/* A PE goes on that had waited: not before the tick at which that was decided, and soon. */
static void woken(void *machine, struct cpu *cpu)
{
    struct machine *m = machine;
    if (m->turn_end[cpu->index] < m->clock.now)
        m->turn_end[cpu->index] = m->clock.now;
    if (m->running && m->running->slice_end > m->clock.now + turn_ticks(m))
        cpu_request_yield(m->running);
    psci_woken(m, cpu);
}

/* DMA, a debugger or a loader wrote there. */
static void memory_changed(void *machine, pa addr, u64 len)
{
    struct machine *m = machine;
    for (unsigned i = 0; i < m->cpu_count; i++)
        exclusive_changed(m->cpus[i], addr, len);
}

void run_attach(struct machine *m)
{
    m->bus.memory_changed = memory_changed;
    m->bus.change_owner = m;
    for (unsigned i = 0; i < m->cpu_count; i++)
        m->cpus[i]->host.woken = woken;
    m->clock.deadline_moved = deadline_moved;
    m->clock.deadline_owner = m;
    for (unsigned i = 0; m->options->watched && i < m->cpu_count; i++)
        cpu_watch_add(m->cpus[i], &m->always_watched[i]);
}

void machine_request_reset(struct machine *m)
{
    m->reset_requested = true;
    yield_all(m);
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

/* Who is to run: the PE that is furthest behind (of several the one with the lowest number), and the tick of the next one. */
struct choice {
    struct cpu *cpu; /* NULL: all wait */
    u64 at, next;    /* CLOCK_NEVER: no other PE runs */
};

static struct choice choose(const struct machine *m)
{
    struct choice c = { NULL, CLOCK_NEVER, CLOCK_NEVER };
    for (unsigned i = 0; i < m->cpu_count; i++) {
        if (m->cpus[i]->run_state != CPU_RUNNING)
            continue;
        if (!c.cpu || m->turn_end[i] < c.at) {
            c.next = c.at;
            c.at = m->turn_end[i];
            c.cpu = m->cpus[i];
        } else if (m->turn_end[i] < c.next) {
            c.next = m->turn_end[i];
        }
    }
    return c;
}

/* YIELD lets time pass until the next PE has caught up: a PE that spins politely costs an iteration a turn. */
static void run_turn(struct machine *m, const struct choice *c)
{
    struct cpu *cpu = c->cpu;
    u64 *at = &m->turn_end[cpu->index];
    u64 end = m->clock.now + (c->next == CLOCK_NEVER ? RUN_LONE_CYCLES * TICKS_PER_CYCLE : turn_ticks(m));
    if (clock_deadline(&m->clock) < end)
        end = clock_deadline(&m->clock);
    m->running = cpu;
    cpu->gave_way = false;
    tell_worlds(m, cpu);
    cpu_run(cpu, bound_by_insns(m, cpu, end - m->clock.now));
    tell_worlds(m, cpu);
    m->running = NULL;
    *at = m->clock.now;
    if (cpu->gave_way && c->next != CLOCK_NEVER && *at < c->next)
        *at = c->next;
    if (m->cpu_count > 1)
        exclusive_guard(cpu);
    if (m->options->max_insns && machine_insns(m) >= m->options->max_insns)
        machine_stop(m, END_LIMIT);
}

/* Nothing that may still happen makes a PE run. */
static bool all_stopped(const struct machine *m)
{
    for (unsigned i = 0; i < m->cpu_count; i++)
        if (m->cpus[i]->run_state != CPU_LOCKED_UP && m->cpus[i]->run_state != CPU_OFF)
            return false;
    return true;
}

/* No event is ahead: is nobody left who could cause one either? What was typed before the input ended may. */
static bool is_beyond_waking(struct machine *m)
{
    if (m->gdb || console_listens(m->console))
        return false;
    console_poll(m->console);
    return !choose(m).cpu && clock_deadline(&m->clock) == CLOCK_NEVER;
}

/* Nothing runs: to the next event at once, or wait for the host where there is none. */
static void idle(struct machine *m)
{
    if (clock_deadline(&m->clock) == CLOCK_NEVER && is_beyond_waking(m)) {
        machine_stop(m, END_WAITS);
        return;
    }
    if (m->options->realtime) {
        pace_idle(m);
        return;
    }
    if (clock_deadline(&m->clock) != CLOCK_NEVER) {
        if (clock_deadline(&m->clock) > m->clock.now) {
            u64 ahead = clock_deadline(&m->clock) - m->clock.now;
            console_idle(m->console, mul_div(ahead, 1000000000, m->clock.hz * TICKS_PER_CYCLE));
            m->clock.now = clock_deadline(&m->clock);
        }
        return;
    }
    console_wait(m->console, 100);
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
    case END_WAITS:
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
    bool done = machine_reset(m, &err);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        m->turn_end[i] = m->clock.now; /* time goes on */
        m->power_downs[i].is = false;
    }
    if (done)
        return true;
    fprintf(stderr, "armature: %s\n", err.text);
    return false;
}

int machine_run(struct machine *m)
{
    u64 next_poll = 0;
    m->started_at = host_seconds();
    pace_begin(m);
    while (m->end == END_RUNNING) {
        if (m->reset_requested && !reset_now(m))
            return 2;
        if (m->paused) { /* the debugger or the monitor holds it */
            poll_host(m);
            continue;
        }
        if (m->map_changed)
            drop_host_pointers(m);
        struct choice c = choose(m);
        if (c.cpu)
            m->clock.now = c.at;
        if (clock_run_due(&m->clock))
            continue; /* it may have woken a PE */
        if (c.cpu)
            run_turn(m, &c);
        else if (all_stopped(m))
            machine_stop(m, END_LOCKUP);
        else
            idle(m);
        if (m->options->realtime)
            pace_turn(m);
        if (machine_insns(m) >= next_poll || !c.cpu) {
            poll_host(m);
            next_poll = machine_insns(m) + RUN_POLL_INSNS;
        }
    }
    if (m->options->realtime)
        pace_end(m);
    return exit_status(m);
}
