/* A board put together: everything hangs off struct machine. */
#ifndef EMU_MACHINE_H
#define EMU_MACHINE_H

#include "cpu/cpu.h"
#include "emu/options.h"
#include "emu/pace.h"
#include "gic/gic.h"
#include "timer/timer.h"

#define MACHINE_MAX_CPUS 8

enum machine_end {
    END_RUNNING,
    END_POWER_OFF,   /* PSCI SYSTEM_OFF, semihosting exit 0: exit status 0 */
    END_QUIT,        /* the user: Ctrl-A x, monitor quit, gdb kill: 0 */
    END_EXPECTED,    /* --expect matched: 0 */
    END_FAIL_TEXT,   /* --fail-on matched: 1 */
    END_STOPPED_EARLY, /* --expect given and the machine stopped first: 1 */
    END_LIMIT,       /* --max-insns, --timeout: 124 */
    END_LOCKUP,      /* 3 */
    END_WAITS,       /* 3: all PEs wait, and nothing is left that could wake one */
    END_GUEST_STATUS, /* semihosting SYS_EXIT with a status: that status */
};

struct board;      /* emu/boards/board.h */
struct console;    /* emu/console.h: host terminal, Ctrl-A, --expect */
struct gdb_stub;   /* emu/debug/gdb.h */
struct insn_log;
struct worlds;     /* emu/trace/worlds.h */

/* What PSCI CPU_SUSPEND leaves to do when a PE that was powered down wakes. */
struct power_down {
    bool is;
    u64 entry, context;
};

struct machine {
    const struct options *options;
    struct log log;
    struct clock clock;
    struct bus bus;
    struct code_cache *code;
    unsigned cpu_count;
    struct cpu *cpus[MACHINE_MAX_CPUS];
    struct gic *gic;
    struct generic_timer *timer;
    struct board *board;
    struct console *console;
    struct gdb_stub *gdb;
    struct insn_log *insn_log; /* emu/trace/insn_log.h */
    struct worlds *worlds; /* who runs, and why it was left: the report of --stats and `info worlds` */

    enum machine_end end;
    int guest_status;
    bool reset_requested;
    bool paused;          /* gdb or monitor holds the machine */
    bool map_changed;     /* machine_memory_map_changed was called */
    struct cpu *running;  /* inside cpu_run, or NULL */
    struct cpu_watcher always_watched[MACHINE_MAX_CPUS]; /* --engine=watched: no hooks, but the engine that has them */
    u64 turn_end[MACHINE_MAX_CPUS]; /* the tick each PE has reached */
    u64 count_seen;       /* the highest CNTPCT that any PE has read */
    struct power_down power_downs[MACHINE_MAX_CPUS];
    struct pace pace;     /* --realtime */
    double began_at;      /* host_seconds() when main began; */
    double started_at;    /* when the first instruction was about to be executed */

    /* What the loaders left for reset: where CPU 0 starts. */
    bool has_firmware;    /* -bios or EL3 code loaded: no PSCI conduit of ours */
    u64 entry;            /* AArch32: bit 0 chooses T32 */
    u64 entry_tree;       /* the device tree, for X0 or R2; 0: none */
    u8 entry_el;          /* 0: architectural reset at rvbar */
    u64 pen;              /* where the other PEs start; 0: they are off */
};

/* Builds the board, loads the images, resets. NULL: *err says why (user error, exit 2). */
struct machine *machine_new(const struct options *options, struct error *err);
void machine_free(struct machine *m);
/* Power-on state of everything, images loaded again: run at start and for SYSTEM_RESET. */
bool machine_reset(struct machine *m, struct error *err);

/* Runs until machine->end is set. Returns the exit status. (emu/run.c) */
int machine_run(struct machine *m);
/* Asks for the end; the run loop leaves at the next instruction boundary. First one wins. */
void machine_stop(struct machine *m, enum machine_end end);
/* Asks for machine_reset, likewise. */
void machine_request_reset(struct machine *m);
/* A region changed its nature (flash mode): CPUs drop translations of host memory. */
void machine_memory_map_changed(struct machine *m);
u64 machine_insns(const struct machine *m); /* of all CPUs */

/* PSCI 1.1 when no firmware is loaded (emu/psci.c); the cpu_host.firmware_call hook. */
bool psci_call(void *machine, struct cpu *cpu, enum conduit conduit);
/* A PE that waited goes on: at the entry point of its CPU_SUSPEND if that powered it down. */
void psci_woken(struct machine *m, struct cpu *cpu);

/* The report of --stats (emu/trace/stats.c). */
bool stats_report(struct machine *m, const char *json_path, struct error *err);

#endif
