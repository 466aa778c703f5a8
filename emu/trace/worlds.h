/* The world-switch report: who ran on the PEs, why each world was left, and what that cost. A world is the hypervisor, one VM (VMID and
 * VTTBR_EL2 base), EL1 without stage 2, applications of a hypervisor that is a host, EL3, or Secure EL1&0. docs/stats.md describes the
 * report. Times are ticks of the PE that they belong to (cpu->clock->now at the event): the same run gives the same report. */
#ifndef EMU_TRACE_WORLDS_H
#define EMU_TRACE_WORLDS_H

#include "cpu/cpu.h"

#include <stdio.h>

struct json_t;

enum world_kind {
    WORLD_HYPERVISOR, /* Non-secure EL2 */
    WORLD_HOST_APPS,  /* EL0 under HCR_EL2.TGE */
    WORLD_EL1,        /* Non-secure EL1&0 without stage 2: the host of an nVHE KVM, or software with no hypervisor */
    WORLD_EL3,
    WORLD_SECURE,     /* Secure EL1&0 */
    WORLD_VM,         /* Non-secure EL1&0 under stage 2 */
    WORLD_KINDS,
};

struct world_id {
    u8 kind;   /* enum world_kind */
    u16 vmid;  /* WORLD_VM; else 0 */
    u64 vttbr; /* VTTBR_EL2.BADDR, as an address; WORLD_VM; else 0 */
};

/* Why a world was left, in one word: enum world_cause in bits 63:56, then what tells two such exits apart (bits 55:0). */
enum world_cause {
    CAUSE_OTHER,  /* beyond WORLD_CAUSES and its kinds */
    CAUSE_CLASS,  /* ESR EC; ISS[15:0] in bits 23:8 for BRK */
    CAUSE_IRQ, CAUSE_FIQ, /* INTID, bit 16: it is known */
    CAUSE_SERROR,
    CAUSE_WFX,    /* ISS.TI: WFI, WFE */
    CAUSE_SYSREG, /* encoding as in cpu/sysreg.h, bit 16: a read */
    CAUSE_HVC,    /* immediate; for 0 bit 16 and W0 in bits 48:17 */
    CAUSE_XEN,    /* HVC #0xEA1: the hypercall number in X16 */
    CAUSE_SMC,    /* as CAUSE_HVC */
    CAUSE_MMIO,   /* IPA page, bit 40: a write */
    CAUSE_AGAIN,  /* as CAUSE_MMIO, where the board has RAM and the page has faulted before */
    CAUSE_FAULT,  /* enum mmu_access_kind; enum fault_type in bits 5:2, bit 6: on a stage-1 walk, bit 7: stage 2 */
    CAUSE_KINDS,
};
#define WORLD_CAUSE(kind, detail) ((u64)(kind) << 56 | (detail))
#define WORLD_CAUSE_REST(kind) WORLD_CAUSE(kind, (1ull << 56) - 1) /* all further ones of the kind */

/* Bounds: VMs beyond WORLD_VMS share one world; causes of a world beyond WORLD_CAUSES share one for each kind. */
#define WORLD_VMS 60
#define WORLD_CAUSES 256
#define WORLDS_AT_MOST (WORLD_VM + WORLD_VMS + 1) /* one of each other kind, the VMs, and what they overflow into */
#define WORLD_PES 8
#define WORLD_FAULTED 64 /* pages of which a world remembers that they faulted */

struct worlds;

/* NULL: no memory. `bus` tells devices from memory and names them, and its "gicc" names interrupts; it outlives the report and does not
 * change after the first event. */
struct worlds *worlds_new(struct bus *bus);
void worlds_free(struct worlds *w);

/* ---- the events, in the order of a PE's own time ---- */

/* The PE begins to execute (after power-on, WFI, WFE), in that world. Nothing where it executes already. */
void worlds_run(struct worlds *w, unsigned pe, u64 tick, const struct world_id *id);
/* It waits in WFI or WFE; it was switched off. */
void worlds_wait(struct worlds *w, unsigned pe, u64 tick);
void worlds_off(struct worlds *w, unsigned pe, u64 tick);
/* An exception took it to another world; and an exception return did. Nothing where the world is the same. */
void worlds_exit(struct worlds *w, unsigned pe, u64 tick, const struct world_id *to, u64 cause);
void worlds_enter(struct worlds *w, unsigned pe, u64 tick, const struct world_id *to);

/* The world that the PE executes in now; the cause of an exception that was taken to EL2 or EL3. */
struct world_id worlds_id(const struct cpu *cpu);
u64 worlds_cause(struct worlds *w, const struct cpu *cpu, const struct exception *e);

/* cpu_host's hooks, without the machine. */
void worlds_exception_taken(struct worlds *w, struct cpu *cpu, const struct exception *e);
void worlds_exception_returned(struct worlds *w, struct cpu *cpu, u8 from_el);

/* ---- the report (emu/trace/worlds_report.c) ---- */

/* Up to tick `now`, which is in no PE's future. */
void worlds_print(struct worlds *w, u64 now, FILE *out);
/* The value of "worlds" in the JSON of --stats. */
struct json_t *worlds_json(struct worlds *w, u64 now);

/* ---- what the report reads ---- */

struct cause_count {
    u64 key, count;
    u64 costed, cost; /* exits whose cost is known, and their sum in ticks: worlds.c says what a cost is */
};

struct world {
    struct world_id id;
    bool overflow;     /* of all VMs beyond WORLD_VMS */
    u32 pes;           /* that it ran on, by bit */
    u64 ran, waited;   /* ticks */
    u64 entries;       /* from another world */
    u64 exits;         /* to another world, by an exception */
    u64 switched_in;   /* entries after another world of its PE below EL2 */
    u64 virtual_interrupts; /* vIRQ, vFIQ, vSError taken in it */
    u64 stays, stay_sum, stay_max; /* stays that ended, ticks executing in them */
    struct cause_count *causes;
    unsigned cause_count;
    u16 *index;        /* hash table of places in causes, plus 1 */
    unsigned capacity; /* of causes, a power of two; index is twice as long */
    u64 faulted[WORLD_FAULTED]; /* IPA pages plus 1, by their low bits */
};

/* Accounts for the time up to `now`. The worlds that were entered follow: i from 0; NULL: no more. */
void worlds_settle(struct worlds *w, u64 now);
const struct world *worlds_at(const struct worlds *w, unsigned i);
const struct bus_region *worlds_device(const struct worlds *w, u64 addr); /* the board's device at that address, or NULL */

#endif
