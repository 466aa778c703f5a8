/* The accounting behind the world-switch report. It is told of each change of world of each PE, by the hooks of struct cpu_host and by
 * the run loop, and does no more than add: no allocation but for a cause that a world has not had before.
 *
 * The cost of an exit is the time that its PE then executed, waits apart, until it entered
 * - a VM again, where a VM was left: a host at EL1 or EL0 that has a part in it belongs to the cost;
 * - any world below EL2, where another world was left. */
#include "emu/trace/worlds.h"

#include "cpu/syndrome.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <stdlib.h>
#include <string.h>

#define XEN_HYPERCALL_TAG 0xea1 /* Xen's public/arch-arm.h: HVC #0xEA1, number in X16 */
#define GICC_HPPIR 0x18 /* IHI 0048B 4.4.9 */
#define FIRST_SPECIAL_INTID 1020
#define FIRST_CAPACITY 16
#define CAUSES_AT_MOST (WORLD_CAUSES + CAUSE_KINDS)
#define NO_WORLD (-1)

enum activity { PE_OFF, PE_RUNS, PE_WAITS };

/* An exit whose cost is being measured. */
struct open_exit {
    int world; /* NO_WORLD: none */
    unsigned cause;
    u64 ran_at;
};

enum { OPEN_FROM_VM, OPEN_FROM_OTHER, OPENS };

struct pe_account {
    u8 activity;  /* enum activity */
    int world;    /* in it now, when not off */
    int below_el2; /* the last world below EL2 */
    u64 since;    /* up to here its time is accounted for */
    u64 ran;      /* ticks it has executed */
    u64 entered;  /* of `ran`, when it entered its world */
    struct open_exit open[OPENS];
};

struct worlds {
    struct bus *bus;
    const struct bus_region *gicc; /* looked for at the first interrupt; NULL: there is none */
    bool knows_gicc;
    struct pe_account pes[WORLD_PES];
    struct world list[WORLDS_AT_MOST];
    unsigned count;
};

struct worlds *worlds_new(struct bus *bus)
{
    struct worlds *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->bus = bus;
    w->count = WORLD_VM;
    for (u8 kind = 0; kind < WORLD_VM; kind++)
        w->list[kind].id.kind = kind;
    for (unsigned i = 0; i < WORLD_PES; i++)
        w->pes[i] = (struct pe_account){ .world = NO_WORLD, .below_el2 = NO_WORLD, .open = { { .world = NO_WORLD }, { .world = NO_WORLD } } };
    return w;
}

void worlds_free(struct worlds *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < w->count; i++) {
        free(w->list[i].causes);
        free(w->list[i].index);
    }
    free(w);
}

/* ---- worlds ---- */

static int world_of(struct worlds *w, const struct world_id *id)
{
    if (id->kind != WORLD_VM)
        return id->kind;
    for (unsigned i = WORLD_VM; i < w->count; i++)
        if (w->list[i].overflow || (w->list[i].id.vttbr == id->vttbr && w->list[i].id.vmid == id->vmid))
            return (int)i;
    struct world *vm = &w->list[w->count];
    vm->id = *id;
    if (w->count == WORLD_VM + WORLD_VMS) {
        vm->overflow = true;
        vm->id = (struct world_id){ .kind = WORLD_VM };
    }
    return (int)w->count++;
}

struct world_id worlds_id(const struct cpu *cpu)
{
    u64 hcr = cpu->sys.hcr_el2;
    if (cpu->pstate.el == 3)
        return (struct world_id){ .kind = WORLD_EL3 };
    if (cpu->pstate.el == 2)
        return (struct world_id){ .kind = WORLD_HYPERVISOR };
    if (!cpu_el2_enabled(cpu))
        return (struct world_id){ .kind = cpu_is_secure(cpu) ? WORLD_SECURE : WORLD_EL1 };
    if (bit(hcr, HCR_TGE))
        return (struct world_id){ .kind = WORLD_HOST_APPS };
    if (!bit(hcr, HCR_VM) && !bit(hcr, HCR_DC))
        return (struct world_id){ .kind = WORLD_EL1 };
    return (struct world_id){ .kind = WORLD_VM, .vmid = cpu_vmid(cpu), .vttbr = bits(cpu->sys.vttbr_el2, 47, 1) << 1 };
}

/* ---- causes ---- */

static unsigned hash(u64 key, unsigned capacity)
{
    return (unsigned)(key * 0x9e3779b97f4a7c15ull >> 40) & (2 * capacity - 1);
}

static void index_cause(struct world *v, unsigned place)
{
    unsigned at = hash(v->causes[place].key, v->capacity), mask = 2 * v->capacity - 1;
    while (v->index[at])
        at = (at + 1) & mask;
    v->index[at] = (u16)(place + 1);
}

/* Room for one more. False: no memory; the tables are as they were. */
static bool grow(struct world *v)
{
    if (v->cause_count < v->capacity)
        return true;
    unsigned capacity = v->capacity ? 2 * v->capacity : FIRST_CAPACITY;
    u16 *index = calloc(2 * capacity, sizeof *index);
    struct cause_count *causes = index ? realloc(v->causes, capacity * sizeof *causes) : NULL;
    if (!causes) {
        free(index);
        return false;
    }
    free(v->index);
    v->causes = causes;
    v->index = index;
    v->capacity = capacity;
    for (unsigned i = 0; i < v->cause_count; i++)
        index_cause(v, i);
    return true;
}

/* The place of the cause in v->causes, or -1. */
static int find_cause(const struct world *v, u64 key)
{
    if (!v->capacity)
        return -1;
    unsigned mask = 2 * v->capacity - 1;
    for (unsigned at = hash(key, v->capacity); v->index[at]; at = (at + 1) & mask)
        if (v->causes[v->index[at] - 1].key == key)
            return v->index[at] - 1;
    return -1;
}

static int add_cause(struct world *v, u64 key, unsigned limit)
{
    if (v->cause_count >= limit || !grow(v))
        return -1;
    v->causes[v->cause_count] = (struct cause_count){ .key = key };
    index_cause(v, v->cause_count);
    return (int)v->cause_count++;
}

/* Where an exit for that cause is counted, or -1: nowhere, memory ran out. */
static int cause_place(struct world *v, u64 key)
{
    int place = find_cause(v, key);
    if (place < 0)
        place = add_cause(v, key, WORLD_CAUSES);
    if (place >= 0)
        return place;
    key = WORLD_CAUSE_REST(key >> 56);
    place = find_cause(v, key);
    return place >= 0 ? place : add_cause(v, key, CAUSES_AT_MOST);
}

static u64 call_cause(enum world_cause kind, u64 iss, const struct cpu *cpu)
{
    u64 imm = bits(iss, 15, 0);
    if (kind == CAUSE_HVC && imm == XEN_HYPERCALL_TAG)
        return WORLD_CAUSE(CAUSE_XEN, bits(cpu->x[16], 31, 0));
    return WORLD_CAUSE(kind, imm ? imm : 1ull << 16 | bits(cpu->x[0], 31, 0) << 17); /* SMCCC: #0, function in W0 */
}

/* Has the page had a translation fault before in the PE's world? Then it is not memory that was mapped on demand. Remembers it. */
static bool faulted_before(struct worlds *w, const struct cpu *cpu, u64 page)
{
    if (w->pes[cpu->index].activity == PE_OFF)
        return false;
    u64 *at = &w->list[w->pes[cpu->index].world].faulted[page % WORLD_FAULTED];
    bool before = *at == page + 1;
    *at = page + 1;
    return before;
}

/* A stage-2 abort where the board has no RAM is an access to a device, the board's or one that the hypervisor plays. */
static u64 abort_cause(struct worlds *w, const struct cpu *cpu, const struct exception *e)
{
    const struct fault *f = e->fault;
    bool page_matters = f->type == FAULT_TRANSLATION || f->type == FAULT_ACCESS_FLAG || f->type == FAULT_PERMISSION;
    if (f->stage == 2 && f->ipa_valid && !f->s1ptw && f->kind != MMU_FETCH && page_matters) {
        u64 page = bits(f->ipa.v, 51, 12), detail = page | (u64)(f->kind == MMU_WRITE) << 40;
        const struct bus_region *region = bus_find(w->bus, PA(f->ipa.v));
        if (!region || !region->host || region->rom)
            return WORLD_CAUSE(CAUSE_MMIO, detail);
        if (f->type == FAULT_TRANSLATION && faulted_before(w, cpu, page))
            return WORLD_CAUSE(CAUSE_AGAIN, detail);
    }
    return WORLD_CAUSE(CAUSE_FAULT, f->kind | (u64)f->type << 2 | (u64)f->s1ptw << 6 | (u64)(f->stage == 2) << 7);
}

/* Looks, as a debugger would, at what the handler is about to acknowledge. */
static u64 interrupt_cause(struct worlds *w, const struct cpu *cpu, enum world_cause kind)
{
    for (unsigned i = 0; !w->knows_gicc && i < w->bus->count; i++)
        if (!strcmp(w->bus->regions[i].name, "gicc"))
            w->gicc = &w->bus->regions[i];
    w->knows_gicc = true;
    if (!w->gicc)
        return WORLD_CAUSE(kind, 0);
    struct bus_access acc = { .addr = PA(w->gicc->base + GICC_HPPIR), .offset = GICC_HPPIR, .size = 4, .cpu = (u8)cpu->index,
                              .secure = cpu_is_secure(cpu), .privileged = true, .debug = true };
    if (w->gicc->ops->access(w->gicc->owner, &acc) != BUS_OK || bits(acc.value, 9, 0) >= FIRST_SPECIAL_INTID)
        return WORLD_CAUSE(kind, 0);
    return WORLD_CAUSE(kind, bits(acc.value, 9, 0) | 1u << 16);
}

u64 worlds_cause(struct worlds *w, const struct cpu *cpu, const struct exception *e)
{
    if (e->kind == EXC_IRQ || e->kind == EXC_FIQ)
        return interrupt_cause(w, cpu, e->kind == EXC_IRQ ? CAUSE_IRQ : CAUSE_FIQ);
    if (e->kind == EXC_SERROR)
        return WORLD_CAUSE(CAUSE_SERROR, 0);
    u64 ec = bits(e->esr, 31, 26), iss = bits(e->esr, 24, 0);
    switch (ec) {
    case EC_WFX:
        return WORLD_CAUSE(CAUSE_WFX, bits(iss, 1, 0));
    case EC_SYS64: /* Op0, Op2, Op1, CRn, Rt, CRm, Direction (D17.2.37) */
        return WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(bits(iss, 21, 20), bits(iss, 16, 14), bits(iss, 13, 10), bits(iss, 4, 1), bits(iss, 19, 17)) |
                                             bits(iss, 0, 0) << 16);
    case EC_HVC64:
        return call_cause(CAUSE_HVC, iss, cpu);
    case EC_SMC64:
        return call_cause(CAUSE_SMC, iss, cpu);
    case EC_DABORT_LOWER:
    case EC_IABORT_LOWER:
        if (e->fault)
            return abort_cause(w, cpu, e);
        break;
    case EC_BRK64:
        return WORLD_CAUSE(CAUSE_CLASS, ec | bits(iss, 15, 0) << 8);
    default:
        break;
    }
    return WORLD_CAUSE(CAUSE_CLASS, ec);
}

const struct bus_region *worlds_device(const struct worlds *w, u64 addr)
{
    const struct bus_region *region = bus_find(w->bus, PA(addr));
    return region && !region->host ? region : NULL;
}

/* ---- time ---- */

/* A tick that lies in the past (a turn begins where the PE's last one should have ended) accounts for nothing. */
static void account(struct worlds *w, struct pe_account *p, u64 tick)
{
    if (tick <= p->since)
        return;
    u64 ticks = tick - p->since;
    p->since = tick;
    if (p->activity == PE_RUNS) {
        p->ran += ticks;
        w->list[p->world].ran += ticks;
    } else if (p->activity == PE_WAITS) {
        w->list[p->world].waited += ticks;
    }
}

void worlds_settle(struct worlds *w, u64 now)
{
    for (unsigned i = 0; i < WORLD_PES; i++)
        account(w, &w->pes[i], now);
}

const struct world *worlds_at(const struct worlds *w, unsigned i)
{
    for (unsigned j = 0; j < w->count; j++)
        if (w->list[j].pes && i-- == 0)
            return &w->list[j];
    return NULL;
}

/* ---- events ---- */

static bool is_below_el2(int world)
{
    return world != WORLD_HYPERVISOR && world != WORLD_EL3;
}

static void close_exit(struct worlds *w, struct pe_account *p, unsigned which)
{
    struct open_exit *o = &p->open[which];
    if (o->world == NO_WORLD)
        return;
    struct cause_count *c = &w->list[o->world].causes[o->cause];
    c->costed++;
    c->cost += p->ran - o->ran_at;
    o->world = NO_WORLD;
}

static void leave(struct worlds *w, struct pe_account *p)
{
    struct world *v = &w->list[p->world];
    u64 stay = p->ran - p->entered;
    v->stays++;
    v->stay_sum += stay;
    if (stay > v->stay_max)
        v->stay_max = stay;
}

static void arrive(struct worlds *w, unsigned pe, int world)
{
    struct pe_account *p = &w->pes[pe];
    struct world *v = &w->list[world];
    p->world = world;
    p->entered = p->ran;
    v->pes |= 1u << pe;
    v->entries++;
    if (!is_below_el2(world))
        return;
    if (v->id.kind == WORLD_VM)
        close_exit(w, p, OPEN_FROM_VM);
    close_exit(w, p, OPEN_FROM_OTHER);
    if (p->below_el2 != NO_WORLD && p->below_el2 != world)
        v->switched_in++;
    p->below_el2 = world;
}

void worlds_run(struct worlds *w, unsigned pe, u64 tick, const struct world_id *id)
{
    struct pe_account *p = &w->pes[pe];
    if (p->activity == PE_RUNS)
        return;
    account(w, p, tick);
    if (p->activity == PE_OFF)
        arrive(w, pe, world_of(w, id));
    p->activity = PE_RUNS;
}

void worlds_wait(struct worlds *w, unsigned pe, u64 tick)
{
    account(w, &w->pes[pe], tick);
    if (w->pes[pe].activity == PE_RUNS)
        w->pes[pe].activity = PE_WAITS;
}

void worlds_off(struct worlds *w, unsigned pe, u64 tick)
{
    struct pe_account *p = &w->pes[pe];
    if (p->activity == PE_OFF)
        return;
    account(w, p, tick);
    leave(w, p);
    p->activity = PE_OFF;
    p->world = p->below_el2 = p->open[OPEN_FROM_VM].world = p->open[OPEN_FROM_OTHER].world = NO_WORLD;
}

void worlds_exit(struct worlds *w, unsigned pe, u64 tick, const struct world_id *to, u64 cause)
{
    struct pe_account *p = &w->pes[pe];
    int next = world_of(w, to), from = p->world;
    if (p->activity != PE_RUNS || next == from)
        return;
    account(w, p, tick);
    leave(w, p);
    struct world *v = &w->list[from];
    v->exits++;
    int place = cause_place(v, cause);
    if (place >= 0) {
        v->causes[place].count++;
        if (is_below_el2(from))
            p->open[v->id.kind == WORLD_VM ? OPEN_FROM_VM : OPEN_FROM_OTHER] = (struct open_exit){ from, (unsigned)place, p->ran };
    }
    arrive(w, pe, next);
}

void worlds_enter(struct worlds *w, unsigned pe, u64 tick, const struct world_id *to)
{
    struct pe_account *p = &w->pes[pe];
    int next = world_of(w, to);
    if (p->activity != PE_RUNS || next == p->world)
        return;
    account(w, p, tick);
    leave(w, p);
    arrive(w, pe, next);
}

/* ---- hooks ---- */

void worlds_exception_taken(struct worlds *w, struct cpu *cpu, const struct exception *e)
{
    struct pe_account *p = &w->pes[cpu->index];
    if (e->target_el < 2) {
        if (e->is_virtual && p->activity != PE_OFF)
            w->list[p->world].virtual_interrupts++;
        return;
    }
    if (e->from_el == e->target_el)
        return;
    struct world_id to = { .kind = e->target_el == 3 ? WORLD_EL3 : WORLD_HYPERVISOR };
    worlds_exit(w, cpu->index, cpu->clock->now, &to, worlds_cause(w, cpu, e));
}

void worlds_exception_returned(struct worlds *w, struct cpu *cpu, u8 from_el)
{
    if (from_el < 2 || from_el == cpu->pstate.el)
        return;
    struct world_id to = worlds_id(cpu);
    worlds_enter(w, cpu->index, cpu->clock->now, &to);
}
