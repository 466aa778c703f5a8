/* GIC tests as tables: a story is a list of register accesses and line changes, with what must be read and signalled after each. */
#ifndef TESTS_UNIT_GIC_STORY_H
#define TESTS_UNIT_GIC_STORY_H

#include "emu/platform/error.h"
#include "gic/gic.h"

#include <stdio.h>

#define GICD 0x08000000ull
#define GICC 0x08010000ull
#define GICH 0x08030000ull
#define GICV 0x08040000ull

/* Registers by the manual's names, from the base of their block; the same for GICC and GICV. */
enum { CTLR = 0, PMR = 4, BPR = 8, IAR = 0xc, EOIR = 0x10, RPR = 0x14, HPPIR = 0x18, ABPR = 0x1c, AIAR = 0x20, AEOIR = 0x24, AHPPIR = 0x28 };
enum { APR0 = 0xd0, NSAPR0 = 0xe0, DIR = 0x1000 };
enum { IGROUPR = 0x80, ISENABLER = 0x100, ICENABLER = 0x180, ISPENDR = 0x200, ICPENDR = 0x280, ISACTIVER = 0x300, ICACTIVER = 0x380 };
enum { IPRIORITYR = 0x400, ITARGETSR = 0x800, ICFGR = 0xc00, PPISR = 0xd00, NSACR = 0xe00, SGIR = 0xf00, CPENDSGIR = 0xf10, SPENDSGIR = 0xf20 };
enum { HCR = 0, VTR = 4, VMCR = 8, MISR = 0x10, EISR = 0x20, ELRSR = 0x30, H_APR = 0xf0, LR = 0x100, H_PER_PE = 0x1000 };

/* List registers */
#define PENDING(id, priority) (1u << 28 | (u32)(priority) >> 3 << 23 | (u32)(id))
#define ACTIVE(id, priority) (2u << 28 | (u32)(priority) >> 3 << 23 | (u32)(id))
#define BOTH(id, priority) (3u << 28 | (u32)(priority) >> 3 << 23 | (u32)(id))
#define IDLE(id, priority) ((u32)(priority) >> 3 << 23 | (u32)(id))
#define GROUP1 (1u << 30)
#define HW(physical) (1u << 31 | (u32)(physical) << 10)
#define ASK_EOI (1u << 19)
#define SOURCE(cpu) ((u32)(cpu) << 10)

enum step_kind { STEP_END, STEP_WRITE, STEP_READ, STEP_SPI, STEP_PPI, STEP_PE, STEP_WORLD, STEP_OUTPUT };

struct step {
    enum step_kind kind;
    u8 size;
    u64 at; /* address, line, PE or output */
    u32 value;
};

#define W(at, value) { STEP_WRITE, 4, at, value }
#define R(at, value) { STEP_READ, 4, at, value }
#define W8(at, value) { STEP_WRITE, 1, at, value }
#define R8(at, value) { STEP_READ, 1, at, value }
#define SPI(n, level) { STEP_SPI, 0, n, level }   /* INTID 32 + n */
#define PPI(n, level) { STEP_PPI, 0, n, level }   /* the acting PE's INTID n */
#define PE(n) { STEP_PE, 0, n, 0 }                /* who acts from here on */
#define SECURE { STEP_WORLD, 0, 0, 1 }
#define NON_SECURE { STEP_WORLD, 0, 0, 0 }
#define OUT(which, level) { STEP_OUTPUT, 0, GIC_OUT_##which, level } /* of the acting PE */

struct story {
    const char *name;
    unsigned lrs; /* 0: 4 */
    struct step steps[48];
};

struct story_teller {
    struct bus bus;
    struct log log;
    struct gic *gic;
    u8 cpu;
    bool secure;
};

static inline bool teller_open(struct story_teller *t, unsigned cpus, unsigned lrs, bool security)
{
    struct error err = { { 0 } };
    struct gic_config config = { .cpus = cpus, .spis = 64, .num_lrs = lrs, .security = security, .iidr = 0x0200143b, .priority_bits = 5 };
    log_init(&t->log);
    bus_init(&t->bus, &t->log);
    t->cpu = 0;
    t->secure = security;
    t->gic = gic_new(&config, &t->log, &err);
    if (!t->gic || !gic_map(t->gic, &t->bus, PA(GICD), PA(GICC), PA(GICH), PA(GICV), &err))
        return false;
    gic_reset(t->gic);
    return true;
}

static inline void teller_close(struct story_teller *t)
{
    gic_free(t->gic);
    bus_free(&t->bus);
    log_free(&t->log);
}

static inline u32 teller_access(struct story_teller *t, u64 at, bool write, u32 value, u8 size)
{
    struct bus_access acc = { .addr = PA(at), .size = size, .write = write, .value = value, .cpu = t->cpu, .secure = t->secure };
    return bus_access(&t->bus, &acc) == BUS_OK ? (u32)acc.value : 0xbadbadba;
}

/* One step. False: what was read or signalled is not what the story says; got has it. */
static inline bool teller_step(struct story_teller *t, const struct step *s, u32 *got)
{
    *got = s->value;
    switch (s->kind) {
    case STEP_WRITE:
        teller_access(t, s->at, true, s->value, s->size);
        break;
    case STEP_READ:
        *got = teller_access(t, s->at, false, 0, s->size);
        break;
    case STEP_SPI:
        gic_set_spi(t->gic, (unsigned)s->at, s->value);
        break;
    case STEP_PPI:
        gic_set_ppi(t->gic, t->cpu * 32u + (unsigned)s->at, s->value);
        break;
    case STEP_PE:
        t->cpu = (u8)s->at;
        break;
    case STEP_WORLD:
        t->secure = s->value;
        break;
    case STEP_OUTPUT:
        *got = gic_line_level(t->gic, t->cpu, (enum gic_output)s->at);
        break;
    case STEP_END:
        break;
    }
    return *got == s->value;
}

/* Tells all stories, each to a new GIC; returns how many went wrong. */
static inline unsigned tell(const struct story *stories, unsigned count, unsigned cpus, bool security)
{
    unsigned wrong = 0;
    for (unsigned i = 0; i < count; i++) {
        struct story_teller t;
        u32 got;
        bool good = teller_open(&t, cpus, stories[i].lrs ? stories[i].lrs : 4, security);
        if (!good)
            printf("%s: no GIC\n", stories[i].name);
        for (const struct step *s = stories[i].steps; good && s->kind != STEP_END; s++) {
            good = teller_step(&t, s, &got);
            if (!good)
                printf("%s: step %u: got %#x, want %#x\n", stories[i].name, (unsigned)(s - stories[i].steps), got, s->value);
        }
        wrong += !good;
        teller_close(&t);
    }
    return wrong;
}

#endif
