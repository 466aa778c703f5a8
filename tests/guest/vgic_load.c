/* A hypervisor's use of GICv2 under load: more virtual interrupts than list registers, refilled by maintenance interrupts; each maintenance cause
 * taken as an interrupt, and its control; spilled active interrupts; two machines that share the virtual timer's PPI as a hardware interrupt.
 * Runs with any number of list registers. Stage 2 shows the guests GICV where they look for GICC, and no GICD or GICH. */
#include "guest.h"
#include "tables.h"

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset))) /* at EL1: GICV */
#define GICH(offset) (*(volatile u32 *)(0x08030000ull + (offset)))

enum { CTLR = 0, PMR = 4, BPR = 8, IAR = 0xc, EOIR = 0x10, RPR = 0x14, HPPIR = 0x18, DIR = 0x1000 };
enum { ISENABLER = 0x100, ICENABLER = 0x180, ISPENDR = 0x200, ISACTIVER = 0x300, ICACTIVER = 0x380, IPRIORITYR = 0x400 };
enum { HCR = 0, VTR = 4, VMCR = 8, MISR = 0x10, EISR = 0x20, ELRSR = 0x30, APR = 0xf0, LR = 0x100 };
enum { EN = 1, UIE = 2, LRENPIE = 4, NPIE = 8, GRP0_ON = 16, GRP0_OFF = 32, GRP1_ON = 64, GRP1_OFF = 128 };

#define HCR_EL2 (1ull << 31 | 1ull << 4 | 1) /* RW, IMO, VM */
#define EL1_OPEN 0x345ull                    /* EL1h with IRQs open */
#define EOIMODE (1u << 9)
#define EOICOUNT(n) ((u32)(n) << 27)
#define PENDING(id, priority) (1u << 28 | (u32)(priority) >> 3 << 23 | (u32)(id))
#define ACTIVE(id, priority) (2u << 28 | (u32)(priority) >> 3 << 23 | (u32)(id))
#define STATE_OF(lr) ((lr) >> 28 & 3)
#define ASK_EOI (1u << 19)
#define HW(physical) (1u << 31 | (u32)(physical) << 10)
#define PATIENCE 2000000 /* loops: on a busy host QEMU's timer may be late */
#define MAINTENANCE 25
#define TIMER 27

static u32 lrs; /* how many list registers there are */

static void set_lr(u32 i, u32 value)
{
    GICH(LR + 4 * i) = value;
}

static u32 get_lr(u32 i)
{
    return GICH(LR + 4 * i);
}

static void clear_interface(u32 hcr)
{
    for (u32 i = 0; i < lrs; i++)
        set_lr(i, 0);
    GICH(APR) = 0;
    GICH(VMCR) = 0xf8000001;
    GICH(HCR) = hcr;
}

/* ---- stage 2 ---- */

static table_page level1, level2, level3;

static void map_guest(void)
{
    for (u64 i = 0; i < 512; i++) {
        level2[i] = i << 21 | (S2_DEVICE_PAGE & ~2ull);
        level3[i] = 0;
    }
    level3[0x10] = 0x08040000 | S2_DEVICE_PAGE;
    level3[0x11] = 0x08041000 | S2_DEVICE_PAGE;
    level2[0x08000000 >> 21] = (u64)level3 | TABLE;
    level1[0] = (u64)level2 | TABLE;
    level1[1] = 0x40000000 | S2_BLOCK;
    DSB();
    MSR("vtcr_el2", VTCR_39BIT);
    MSR("vttbr_el2", (u64)level1);
    __asm__ volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
    MSR("hcr_el2", HCR_EL2);
}

/* ---- load: a queue behind the list registers ---- */

#define QUEUE 256
#define FIRST_ID 100
#define LATE 8 /* urgent ones that come while the others are delivered */

enum refill { BY_UNDERFLOW, BY_NO_PENDING, BY_EOI };
static enum refill strategy;
static u8 queue[QUEUE];  /* priority of FIRST_ID + n, while it waits */
static bool waiting[QUEUE];
static u32 queued, total, delivered_times[QUEUE];
static volatile u32 delivered, out_of_order, last_priority, refills, strange;

static u32 most_urgent(void)
{
    u32 best = QUEUE;
    for (u32 n = 0; n < queued; n++)
        if (waiting[n] && (best == QUEUE || queue[n] < queue[best]))
            best = n;
    return best;
}

static void load_lr(u32 i, u32 n)
{
    waiting[n] = false;
    set_lr(i, PENDING(FIRST_ID + n, queue[n]) | (strategy == BY_EOI ? ASK_EOI : 0));
}

/* The list register that holds the least urgent pending interrupt; lrs: none is pending. */
static u32 least_urgent_lr(void)
{
    u32 worst = lrs;
    for (u32 i = 0; i < lrs; i++)
        if (STATE_OF(get_lr(i)) == 1 && (worst == lrs || (get_lr(i) & 31u << 23) > (get_lr(worst) & 31u << 23)))
            worst = i;
    return worst;
}

/* Empty list registers take the most urgent; then those that are still more urgent displace pending ones. */
static void refill(void)
{
    u32 n, i;
    for (i = 0; i < lrs; i++)
        if (!STATE_OF(get_lr(i)))
            set_lr(i, 0);
    for (i = 0; i < lrs && (n = most_urgent()) < QUEUE; i++)
        if (!STATE_OF(get_lr(i)))
            load_lr(i, n);
    while ((n = most_urgent()) < QUEUE && (i = least_urgent_lr()) < lrs && queue[n] < (get_lr(i) >> 20 & 0xf8)) {
        waiting[(get_lr(i) & 0x3ff) - FIRST_ID] = true;
        load_lr(i, n);
    }
    u32 enable = strategy == BY_UNDERFLOW ? UIE : strategy == BY_NO_PENDING ? NPIE : 0;
    GICH(HCR) = EN | (most_urgent() < QUEUE ? enable : 0);
}

static void on_maintenance(void)
{
    u32 id = GICC(IAR);
    strange += id != MAINTENANCE || !GICH(MISR);
    refills++;
    refill();
    strange += GICH(MISR) != 0;
    GICC(EOIR) = id;
}

static void enqueue(u8 priority)
{
    queue[queued] = priority;
    waiting[queued++] = true;
}

/* HVC from the guest's handler: urgent interrupts arrive in the midst. */
static void on_late_interrupts(void)
{
    for (u32 n = 0; n < LATE; n++)
        enqueue((u8)(8 + 8 * (n & 3)));
    last_priority = 0;
    refill();
}

static void take_delivery(void)
{
    u32 id = GICC(IAR);
    if (id < FIRST_ID || id >= FIRST_ID + queued) {
        strange++;
        return;
    }
    u32 priority = queue[id - FIRST_ID];
    out_of_order += priority < last_priority || GICC(RPR) != priority;
    last_priority = priority;
    delivered_times[id - FIRST_ID]++;
    delivered++;
    GICC(EOIR) = id;
    if (delivered == 10 && queued < total)
        __asm__ volatile("hvc #0x77" : : : "memory");
}

/* At EL1: until all came, or nothing comes any more. */
static u64 wait_for_deliveries(u64 unused)
{
    (void)unused;
    GICC(PMR) = 0xf8;
    GICC(CTLR) = 1;
    for (u32 patience = 0; delivered < total && patience < PATIENCE; patience++)
        ISB();
    return delivered;
}

static void deliver_all(enum refill how, u32 count, u32 late, const char *name)
{
    u32 doubled_or_lost = 0;
    strategy = how;
    total = count + late;
    queued = delivered = out_of_order = last_priority = refills = strange = 0;
    for (u32 n = 0; n < QUEUE; n++)
        delivered_times[n] = 0;
    clear_interface(EN);
    for (u32 n = 0; n < count; n++)
        enqueue((u8)(40 + n * 7 % 26 * 8)); /* 0x28 to 0xf0 */
    on_interrupt[1] = take_delivery;
    on_interrupt[2] = on_maintenance;
    on_hypercall = on_late_interrupts;
    forget();
    refill();
    print(name);
    print("\r\n");
    CHECK("all were delivered", run_at_spsr(EL1_OPEN, wait_for_deliveries, 0), total);
    for (u32 n = 0; n < total; n++)
        doubled_or_lost += delivered_times[n] != 1;
    CHECK("each once", doubled_or_lost, 0);
    CHECK("in the order of their priorities", out_of_order, 0);
    CHECK("by maintenance interrupts where the list registers were too few", refills > 0, count > lrs || how == BY_EOI);
    CHECK("none of them strange", strange, 0);
    CHECK("one virtual interrupt each", taken[1].count, total);
    CHECK("EL2 took the maintenance interrupts alone", taken[2].count, refills);
    CHECK("no active priority is left", GICH(APR), 0);
    CHECK("no EOI went uncounted", GICH(HCR) >> 27, 0);
    on_interrupt[1] = on_interrupt[2] = on_hypercall = 0;
}

static void load(void)
{
    u32 more = lrs * 2 + 10 > 40 ? lrs * 2 + 10 : 40;
    if (lrs > 1) { /* with one list register underflow is always, and an active interrupt would leave no room */
        deliver_all(BY_UNDERFLOW, more, LATE, "load, refilled at underflow");
        deliver_all(BY_NO_PENDING, more, LATE, "load, refilled when none is pending");
    }
    deliver_all(BY_EOI, more, LATE, "load, refilled at each EOI");
    if (lrs > 1)
        deliver_all(BY_UNDERFLOW, lrs > 40 ? 40 : lrs, 0, "load that fits");
}

/* ---- maintenance causes: as interrupts at EL2 ---- */

static volatile u32 cause, eisr, elrsr;

static void note_cause(void)
{
    u32 id = GICC(IAR);
    strange += id != MAINTENANCE;
    cause = GICH(MISR);
    eisr = GICH(EISR);
    elrsr = GICH(ELRSR);
    GICH(HCR) = GICH(HCR) & ~0xfeu;
    for (u32 i = 0; i < lrs; i++)
        set_lr(i, get_lr(i) & ~ASK_EOI);
    GICC(EOIR) = id;
}

/* What the guest does, at EL1. */
static u64 nothing(u64 unused)
{
    return unused;
}

static u64 acknowledge(u64 unused)
{
    (void)unused;
    return GICC(IAR);
}

static u64 acknowledge_and_end(u64 unused)
{
    u64 id = acknowledge(unused);
    GICC(EOIR) = (u32)id;
    return id;
}

static u64 end(u64 id)
{
    GICC(EOIR) = (u32)id;
    return id;
}

static u64 deactivate(u64 id)
{
    GICC(DIR) = (u32)id;
    return id;
}

static u64 control(u64 value)
{
    GICC(CTLR) = (u32)value;
    return GICC(CTLR);
}

static const struct cause_row {
    const char *name;
    u32 hcr, lr0, lr1, apr, vmcr; /* vmcr 0: Group 0 on */
    u64 (*guest)(u64);
    u64 argument, answer;
    u32 misr; /* 0: a control row, no interrupt */
} causes[] = {
    { "no enables, all empty", 0, 0, 0, 0, 0, nothing, 7, 7, 0 },
    { "EOI asked for and done", 0, PENDING(40, 0x80) | ASK_EOI, 0, 0, 0, acknowledge_and_end, 0, 40, 1 },
    { "EOI asked for, acknowledged only", 0, PENDING(40, 0x80) | ASK_EOI, 0, 0, 0, acknowledge, 0, 40, 0 },
    { "EOI not asked for", 0, PENDING(40, 0x80), 0, 0, 0, acknowledge_and_end, 0, 40, 0 },
    { "underflow: two become one", UIE, PENDING(40, 0x80), PENDING(41, 0x90), 0, 0, acknowledge_and_end, 0, 40, 2 },
    { "underflow: two, one of them active", UIE, PENDING(40, 0x80), PENDING(41, 0x90), 0, 0, acknowledge, 0, 40, 0 },
    { "underflow: two become one, not enabled", 0, PENDING(40, 0x80), PENDING(41, 0x90), 0, 0, acknowledge_and_end, 0, 40, 0 },
    { "EOI of what no list register holds", LRENPIE, 0, 0, 1u << 16, 0, end, 77, 77, 4 },
    { "EOI of what no list register holds, not enabled", 0, 0, 0, 1u << 16, 0, end, 77, 77, 0 },
    { "EOI of what no list register holds and no priority is active", LRENPIE, 0, 0, 0, 0, end, 77, 77, 0 },
    { "EOI of what a list register holds", LRENPIE, ACTIVE(40, 0x80), 0, 1u << 16, 0, end, 40, 40, 0 },
    { "EOI of a spurious number", LRENPIE, 0, 0, 1u << 16, 0, end, 1023, 1023, 0 },
    { "DIR of what no list register holds", LRENPIE, 0, 0, 0, 0xf8000001 | EOIMODE, deactivate, 77, 77, 4 },
    { "DIR of what a list register holds", LRENPIE, ACTIVE(40, 0x80), 0, 0, 0xf8000001 | EOIMODE, deactivate, 40, 40, 0 },
    { "EOI with EOImode of what no list register holds", LRENPIE, 0, 0, 1u << 16, 0xf8000001 | EOIMODE, end, 77, 77, 0 },
    { "no pending: acknowledged", NPIE, PENDING(40, 0x80), 0, 0, 0, acknowledge, 0, 40, 8 },
    { "no pending: one left", NPIE, PENDING(40, 0x80), PENDING(41, 0x90), 0, 0, acknowledge, 0, 40, 0 },
    { "no pending: not enabled", 0, PENDING(40, 0x80), 0, 0, 0, acknowledge, 0, 40, 0 },
    { "Group 0 goes on", GRP0_ON, 0, 0, 0, 0xf8000000, control, 1, 1, 16 },
    { "Group 0 stays off", GRP0_ON, 0, 0, 0, 0xf8000000, control, 2, 2, 0 },
    { "Group 0 goes off", GRP0_OFF, 0, 0, 0, 0xf8000003, control, 2, 2, 32 },
    { "Group 0 stays on", GRP0_OFF, 0, 0, 0, 0xf8000003, control, 1, 1, 0 },
    { "Group 1 goes on", GRP1_ON, 0, 0, 0, 0xf8000000, control, 2, 2, 64 },
    { "Group 1 stays off", GRP1_ON, 0, 0, 0, 0xf8000000, control, 1, 1, 0 },
    { "Group 1 goes off", GRP1_OFF, 0, 0, 0, 0xf8000003, control, 1, 1, 128 },
    { "Group 1 stays on", GRP1_OFF, 0, 0, 0, 0xf8000003, control, 2, 2, 0 },
};

static void maintenance_causes(void)
{
    on_interrupt[2] = note_cause;
    strange = 0;
    for (u32 i = 0; i < sizeof causes / sizeof *causes; i++) {
        const struct cause_row *c = &causes[i];
        if (c->lr1 && lrs == 1)
            continue;
        clear_interface(0);
        GICH(VMCR) = c->vmcr ? c->vmcr : 0xf8000001;
        GICH(APR) = c->apr;
        set_lr(0, c->lr0);
        if (c->lr1)
            set_lr(1, c->lr1);
        GICH(HCR) = EN | c->hcr;
        CHECK(c->name, GICH(MISR), 0);
        forget();
        cause = 0;
        CHECK(c->name, run_at(1, c->guest, c->argument), c->answer);
        CHECK(c->name, cause, c->misr);
        CHECK(c->name, taken[2].count, c->misr != 0);
        CHECK(c->name, GICD(ISPENDR) >> MAINTENANCE & 1, 0);
        if (c->misr == 1) {
            CHECK("EISR names the list register", eisr, 1);
            CHECK("ELRSR does not", elrsr & 1, 0);
        }
    }
    CHECK("maintenance interrupts only", strange, 0);
    on_interrupt[2] = 0;
}

/* ---- active interrupts that had to leave their list register ---- */

/* Nested interrupts through one list register: each is taken out while it is active, and its EOI is counted instead. */
static void spilled_active_interrupts(void)
{
    static const u8 priority[3] = { 0xc0, 0x80, 0x40 };
    clear_interface(EN);
    for (u32 n = 0; n < 3; n++) {
        set_lr(0, PENDING(50 + n, priority[n]));
        CHECK("preempts", run_at(1, acknowledge, 0), 50 + n);
        CHECK("active in its list register", get_lr(0), ACTIVE(50 + n, priority[n]));
    }
    CHECK("three active priorities", GICH(APR), 1u << 24 | 1u << 16 | 1u << 8);
    set_lr(0, ACTIVE(51, 0x80));
    run_at(1, end, 52);
    CHECK("the first EOI is counted", GICH(HCR), EN | EOICOUNT(1));
    CHECK("one active priority less", GICH(APR), 1u << 24 | 1u << 16);
    run_at(1, end, 51);
    CHECK("the second finds its list register", STATE_OF(get_lr(0)), 0);
    CHECK("and is not counted", GICH(HCR), EN | EOICOUNT(1));
    run_at(1, end, 50);
    CHECK("the third is counted", GICH(HCR), EN | EOICOUNT(2));
    CHECK("no active priority is left", GICH(APR), 0);
    run_at(1, end, 50);
    CHECK("one too many is not", GICH(HCR), EN | EOICOUNT(2));
    GICH(APR) = 1;
    GICH(HCR) = EN | LRENPIE | EOICOUNT(31);
    CHECK("a count of 31 asks for maintenance", GICH(MISR), 4);
    GICH(HCR) = EN | EOICOUNT(31);
    run_at(1, end, 50);
    CHECK("and wraps to 0", GICH(HCR), EN);
}

/* ---- priority drop and deactivation apart ---- */

static void split(void)
{
    clear_interface(EN);
    GICH(VMCR) = 0xf8000001 | EOIMODE;
    set_lr(0, PENDING(60, 0x40));
    CHECK("taken", run_at(1, acknowledge, 0), 60);
    run_at(1, end, 60);
    CHECK("EOIR drops the priority", GICH(APR), 0);
    CHECK("and leaves it active", get_lr(0), ACTIVE(60, 0x40));
    if (lrs > 1) {
        set_lr(1, PENDING(61, 0xf0));
        CHECK("a less urgent one comes now", run_at(1, acknowledge_and_end, 0), 61);
        CHECK("both are active", STATE_OF(get_lr(0)) & STATE_OF(get_lr(1)), 2);
        run_at(1, deactivate, 61);
        CHECK("DIR ends it", STATE_OF(get_lr(1)), 0);
    }
    set_lr(0, get_lr(0) | 1u << 28);
    CHECK("active and pending is not taken", run_at(1, acknowledge, 0), 1023);
    run_at(1, deactivate, 60);
    CHECK("DIR leaves it pending", get_lr(0), PENDING(60, 0x40));
    CHECK("so it is taken again", run_at(1, acknowledge_and_end, 0), 60);
    run_at(1, deactivate, 60);
    CHECK("nothing was counted", GICH(HCR), EN);
}

/* ---- two machines and one timer ---- */

/* What of the GIC and the timer belongs to a machine when another one runs. */
static struct machine {
    u32 hcr, vmcr, apr, lr[64];
    u32 physically_active; /* of the timer's PPI */
    u64 cval, ctl;
    u32 stage;
} machines[2];
static u32 running;
static volatile u32 injected;

static void save(struct machine *m)
{
    m->hcr = GICH(HCR);
    m->vmcr = GICH(VMCR);
    m->apr = GICH(APR);
    for (u32 i = 0; i < lrs; i++)
        m->lr[i] = get_lr(i);
    m->ctl = MRS("cntv_ctl_el0");
    m->cval = MRS("cntv_cval_el0");
    MSR("cntv_ctl_el0", 0);
    m->physically_active = GICD(ISACTIVER) & 1u << TIMER;
    GICD(ICACTIVER) = 1u << TIMER;
    GICH(HCR) = 0;
}

static void restore(const struct machine *m)
{
    for (u32 i = 0; i < lrs; i++)
        set_lr(i, m->lr[i]);
    GICH(APR) = m->apr;
    GICH(VMCR) = m->vmcr;
    GICD(ISACTIVER) = m->physically_active;
    MSR("cntv_cval_el0", m->cval);
    MSR("cntv_ctl_el0", m->ctl);
    GICH(HCR) = m->hcr;
}

static u32 differences(const struct machine *m)
{
    u32 n = (GICH(HCR) != m->hcr) + (GICH(VMCR) != m->vmcr) + (GICH(APR) != m->apr);
    for (u32 i = 0; i < lrs; i++)
        n += get_lr(i) != m->lr[i];
    return n;
}

/* At EL2: the timer's interrupt goes on to the machine that runs, still active in the distributor. */
static void inject_timer(void)
{
    u32 id = GICC(IAR);
    strange += id != TIMER;
    GICC(EOIR) = id;
    set_lr(lrs - 1, PENDING(TIMER, 0x80) | HW(TIMER));
    injected++;
}

/* A machine's three stages, at EL1. The second machine splits its ends, and has another priority mask. */
static u64 arm_timer(u64 machine)
{
    GICC(PMR) = machine ? 0xa0 : 0xf0;
    GICC(BPR) = machine ? 4 : 2;
    GICC(CTLR) = machine ? 1 | EOIMODE : 1;
    MSR("cntv_cval_el0", MRS("cntvct_el0") + 200);
    MSR("cntv_ctl_el0", 1);
    for (u32 patience = 0; GICC(HPPIR) != TIMER && patience < PATIENCE; patience++)
        ISB();
    return GICC(HPPIR);
}

static u64 take_timer(u64 machine)
{
    u32 id = GICC(IAR);
    MSR("cntv_ctl_el0", 0);
    return id | (u64)GICC(PMR) << 16 | (u64)GICC(RPR) << 32 | (machine << 63);
}

static u64 end_timer(u64 machine)
{
    GICC(EOIR) = TIMER;
    if (machine)
        GICC(DIR) = TIMER;
    return GICC(RPR);
}

static void switch_to(u32 machine)
{
    if (machine == running)
        return;
    save(&machines[running]);
    restore(&machines[machine]);
    running = machine;
    CHECK("the state comes back as it was", differences(&machines[machine]), 0);
}

static void next_stage(u32 machine)
{
    const u64 mask = machine ? 0xa0 : 0xf0;
    u32 before = injected;
    switch_to(machine);
    if (machines[machine].stage == 0) {
        CHECK("the timer's interrupt is pending in the guest", run_at(1, arm_timer, machine), TIMER);
        CHECK("it came through EL2", injected, before + 1);
        CHECK("and is active in the distributor", GICD(ISACTIVER), 1u << TIMER);
    } else if (machines[machine].stage == 1) {
        CHECK("the guest takes it", run_at(1, take_timer, machine), TIMER | mask << 16 | 0x80ull << 32 | (u64)machine << 63);
        CHECK("once", STATE_OF(get_lr(lrs - 1)), 2);
        CHECK("the distributor keeps it active", GICD(ISACTIVER), 1u << TIMER);
    } else {
        CHECK("the guest ends it", run_at(1, end_timer, machine), 0xff);
        CHECK("its list register is empty", STATE_OF(get_lr(lrs - 1)), 0);
        CHECK("so it is in the distributor", GICD(ISACTIVER), 0);
    }
    machines[machine].stage = (machines[machine].stage + 1) % 3;
}

/* Every way to interleave three stages of two machines. */
static void two_machines(void)
{
    GICC(CTLR) = 1 | EOIMODE; /* the physical interface splits its ends too */
    GICD(ISENABLER) = 1u << TIMER;
    on_interrupt[2] = inject_timer;
    strange = injected = 0;
    for (u32 m = 0; m < 2; m++)
        machines[m] = (struct machine){ .hcr = EN, .vmcr = 0xf84c0001 };
    running = 0;
    restore(&machines[0]);
    for (u32 order = 0; order < 64; order++) {
        u32 of_second = 0;
        for (u32 i = 0; i < 6; i++)
            of_second += order >> i & 1;
        for (u32 i = 0; of_second == 3 && i < 6; i++)
            next_stage(order >> i & 1);
    }
    CHECK("two timer interrupts in each of 20 orders", injected, 40);
    CHECK("nothing else came", strange, 0);
    CHECK("no EOI was missing", (GICH(HCR) | machines[0].hcr | machines[1].hcr) >> 27, 0);
    GICD(ICENABLER) = 1u << TIMER;
    GICC(CTLR) = 1;
    on_interrupt[2] = 0;
}

/* The guest finds no distributor and no GICH: stage 2 has none. */
static u64 look_at(u64 at)
{
    return *(volatile u32 *)at;
}

static void guests_see_gicv_only(void)
{
    static const u64 hidden[] = { 0x08000000, 0x08030000, 0x08040000 };
    for (u32 i = 0; i < 3; i++) {
        forget();
        run_at(1, look_at, hidden[i]);
        CHECK("a stage 2 fault", taken[2].count, 1);
        CHECK("of the page", taken[2].hpfar, hidden[i] >> 8);
    }
    clear_interface(EN);
    GICH(VMCR) = 0x50000001;
    CHECK("GICC is GICV", run_at(1, look_at, 0x08010000 + PMR), 0x50);
}

void guest_main(void)
{
    home_el = 2;
    lrs = (GICH(VTR) & 63) + 1;
    GICD(CTLR) = 1;
    GICC(CTLR) = 1;
    GICC(PMR) = 0xf8;
    GICD(ISENABLER) = 1u << MAINTENANCE;
    map_guest();
    guests_see_gicv_only();
    load();
    maintenance_causes();
    spilled_active_interrupts();
    split();
    two_machines();
    print("with ");
    print_hex(lrs);
    print(" list registers: ");
    finish();
}
