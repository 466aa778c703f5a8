/* Several PEs: PSCI, SGIs, banked registers, events, exclusives, TLB and instruction-cache maintenance across PEs, the system counter. */
#include "smp.h"

static bool has_el2;

/* Outside the image: a reset loads that again. */
#define RESETS (*(volatile u64 *)0x48000000)
#define RESET_MARK 0x5245534554u

/* ---- PSCI ---- */

static void resets(u64 unused)
{
    (void)unused;
    psci(PSCI_SYSTEM_RESET, 0, 0, 0);
}

/* The first time the machine is reset by PE 1: the test goes on after that. */
static void reset_once(void)
{
    if (RESETS == RESET_MARK)
        return;
    RESETS = RESET_MARK;
    CHECK("CPU_ON for SYSTEM_RESET", start_pe(1, resets, 0), 0);
    for (u64 i = 0; i < 1000000; i++)
        __asm__ volatile("");
    CHECK("SYSTEM_RESET from PE 1", RESETS, 0);
    finish();
}

static void psci_errors(void)
{
    u64 here = (u64)pe_entry;
    CHECK("PSCI 1.1", psci(PSCI_VERSION, 0, 0, 0), 0x10001);
    CHECK("FEATURES of CPU_ON", psci(PSCI_FEATURES, PSCI_ON, 0, 0), 0);
    CHECK("FEATURES of CPU_ON, 32 bits", psci(PSCI_FEATURES, PSCI_ON32, 0, 0), 0);
    CHECK("FEATURES of nothing", psci(PSCI_FEATURES, 0x84000fff, 0, 0), -1);
    CHECK("CPU_ON of no PE", psci(PSCI_ON, 17, here, 0), -2);
    CHECK("CPU_ON with a reserved bit", psci(PSCI_ON, 1 | 1u << 31, here, 0), -2);
    CHECK("CPU_ON with U set", psci(PSCI_ON, 1 | 1u << 30, here, 0), -2);
    CHECK("CPU_ON where nothing is", psci(PSCI_ON, 1, 0x30000000, 0), -9);
    CHECK("CPU_ON in a device", psci(PSCI_ON, 1, 0x09000000, 0), -9);
    CHECK("CPU_ON at an odd address", psci(PSCI_ON, 1, here + 1, 0), -9);
    CHECK("CPU_ON of ourselves", psci(PSCI_ON, 0, here, 0), -4);
    CHECK("AFFINITY_INFO of no PE", psci(PSCI_AFFINITY_INFO, 17, 0, 0), -2);
    CHECK("AFFINITY_INFO of a level that is not there", psci(PSCI_AFFINITY_INFO, 0, 4, 0), -2);
    CHECK("AFFINITY_INFO: we are on", psci(PSCI_AFFINITY_INFO, 0, 0, 0), 0);
    CHECK("AFFINITY_INFO: PE 1 is off", psci(PSCI_AFFINITY_INFO, 1, 0, 0), 1);
    CHECK("AFFINITY_INFO: the cluster is on", psci(PSCI_AFFINITY_INFO, 0, 1, 0), 0);
    CHECK("AFFINITY_INFO: another cluster is not there", psci(PSCI_AFFINITY_INFO, 0x100, 1, 0), -2);
    CHECK("AFFINITY_INFO: the system is on", psci(PSCI_AFFINITY_INFO, 0, 3, 0), 0);
    CHECK("CPU_SUSPEND with reserved bits", psci(PSCI_SUSPEND, 1u << 20, 0, 0), -2);
    CHECK("CPU_SUSPEND to nowhere", psci(PSCI_SUSPEND, 1u << 16, 0x30000000, 0), -9);
}

static volatile u64 said[PES];
static volatile bool held;

static void says(u64 what)
{
    while (held)
        __asm__ volatile("yield");
    said[3] = what;
    SEV();
}

static void wait_until_off(u32 n)
{
    while (psci(PSCI_AFFINITY_INFO, n, 0, 0) != 1)
        __asm__ volatile("yield");
}

static void on_and_off(void)
{
    u64 el = MRS("CurrentEL");
    for (u64 i = 1; i < 4; i++) {
        held = true;
        CHECK("CPU_ON", start_pe(3, says, 0x100 + i), 0);
        CHECK("it is on at once", psci(PSCI_AFFINITY_INFO, 3, 0, 0), 0);
        CHECK("CPU_ON again", psci(PSCI_ON, 3, (u64)pe_entry, 0), -4);
        held = false;
        wait_until_off(3);
        CHECK("its argument", said[3], 0x100 + i);
        CHECK("its EL", pe_starts[3].current_el, el);
        CHECK("its DAIF", pe_starts[3].daif, 0x3c0);
        CHECK("its MMU and caches are off", pe_starts[3].sctlr & (1 | 1u << 2 | 1u << 12), 0);
    }
    pe_starts[3].arg = 0x777;
    CHECK("CPU_ON, 32 bits", psci(PSCI_ON32, 0xf00000003, 0xf00000000 | (u64)pe_entry, 0xf00000000 | (u64)&pe_starts[3]), 0);
    wait_until_off(3);
    CHECK("its argument", said[3], 0x777);
}

/* ---- interrupts: every PE handles its own ---- */

static volatile u32 got[PES][PES][16]; /* by receiver, sender, SGI */
static volatile u32 got_all[PES];

static void on_irq(void)
{
    u32 me = this_pe(), iar = GICC(0xc);
    if ((iar & 0x3ff) < 16)
        got[me][iar >> 10 & 7][iar & 15]++;
    GICC(0x10) = iar;
    got_all[me]++;
}

static u64 interrupts_on(u32 me)
{
    GICC(0) = 1;
    GICC(4) = 0xf8;
    if (has_el2)
        MSR("hcr_el2", MRS("hcr_el2") | 1u << 4);
    __asm__ volatile("msr daifclr, #2");
    return me;
}

static void forget_sgis(void)
{
    for (u32 i = 0; i < PES * PES * 16; i++)
        (&got[0][0][0])[i] = 0;
    for (u32 i = 0; i < PES; i++)
        got_all[i] = 0;
    DSB();
}

/* Only SGIs below 8 are used: those that firmware for two worlds leaves to the Normal one. Each sends its own SGI and SGI 7, which comes from all, to everybody else. */
static u64 send_to_others(u32 me)
{
    GICD(0xf00) = 1u << 24 | me;
    GICD(0xf00) = (0xffu & ~(1u << me)) << 16 | 7;
    while (got_all[me] < 2 * (PES - 1))
        __asm__ volatile("wfi");
    return 0;
}

static void sgis(void)
{
    GICD(0) = 1;
    forget_sgis();
    run_on_all(interrupts_on);
    run_on_all(send_to_others);
    for (u32 to = 0; to < PES; to++)
        for (u32 from = 0; from < PES; from++) {
            CHECK("an SGI for each sender", got[to][from][from], to != from);
            CHECK("the same SGI from each sender", got[to][from][7], to != from);
        }
    forget_sgis();
    GICD(0xf00) = 2u << 24 | 5; /* to ourselves */
    GICD(0xf00) = 1u << 18 | 6; /* to PE 2 */
    while (!got_all[0] || !got_all[2])
        __asm__ volatile("yield");
    CHECK("an SGI to ourselves", got[0][0][5], 1);
    CHECK("an SGI to PE 2", got[2][0][6], 1);
    CHECK("and no others", got_all[0] + got_all[1] + got_all[2] + got_all[3], 2);
}

static u64 write_banked(u32 me)
{
    GICD(0x410) = 0x10101010u * me; /* IPRIORITYR4: INTIDs 16 to 19, which nobody has wired */
    GICD(0x180) = 0x000f0000;       /* ICENABLER0 */
    GICD(0x100) = 1u << (16 + me);  /* ISENABLER0 */
    return 0;
}

static u64 read_banked(u32 me)
{
    (void)me;
    return (u64)GICD(0x410) << 32 | (GICD(0x100) & 0x000f0000) | (GICD(0x800) & 0xff);
}

static void banked(void)
{
    run_on_all(write_banked);
    run_on_all(read_banked);
    for (u32 n = 0; n < PES; n++)
        CHECK("banked distributor registers", boxes[n].result, (u64)(0x10101010u * n) << 32 | 1u << (16 + n) | 1u << n);
    CHECK("GICD_TYPER counts the PEs", GICD(4) >> 5 & 7, PES - 1);
}

/* ---- suspend ---- */

static volatile u64 woke, suspended_result;

static u64 suspends(u32 me)
{
    (void)me;
    __asm__ volatile("msr daifset, #2");
    woke = 1;
    suspended_result = (u64)psci(PSCI_SUSPEND, 0, 0, 0);
    woke = 2;
    __asm__ volatile("msr daifclr, #2");
    return 0;
}

static u64 powers_down(u32 me)
{
    __asm__ volatile("msr daifset, #2");
    pe_starts[me].arg = 0x4321;
    pe_starts[me].fn = says;
    woke = 1;
    DSB();
    return (u64)psci(PSCI_SUSPEND, 1u << 16 | 1u << 24, (u64)pe_entry, (u64)&pe_starts[me]);
}

static void suspend(void)
{
    woke = 0;
    begin(1, suspends);
    while (woke != 1)
        __asm__ volatile("yield");
    delay(20000);
    CHECK("CPU_SUSPEND waits", woke, 1);
    CHECK("a suspended PE is on", psci(PSCI_AFFINITY_INFO, 1, 0, 0), 0);
    GICD(0xf00) = 1u << 17 | 3;
    finished(1);
    CHECK("CPU_SUSPEND came back", woke, 2);
    CHECK("with success", suspended_result, 0);
    woke = said[3] = 0;
    begin(3, powers_down);
    while (woke != 1)
        __asm__ volatile("yield");
    delay(20000);
    CHECK("a PE that is powered down waits", said[3], 0);
    CHECK("and is on", psci(PSCI_AFFINITY_INFO, 3, 0, 0), 0);
    GICD(0xf00) = 1u << 19 | 3;
    wait_until_off(3); /* pe_entry turns it off behind `says` */
    CHECK("it started at its entry point", said[3], 0x4321);
    GICD(0xf20) = 0;
    boxes[3].job = 0;
    boxes[3].ready = false;
    start_pe(3, serve, 3);
    while (!boxes[3].ready)
        WFE();
    run_on(3, interrupts_on); /* takes the SGI that woke it */
}

/* ---- events ---- */

static volatile u64 state;
static volatile u64 line[16] __attribute__((aligned(128))); /* two granules of 64 bytes */

static u64 waits_for_event(u32 me)
{
    (void)me;
    forget_event();
    state = 1;
    WFE();
    state = 2;
    return 0;
}

/* As a kernel waits for a store: the monitor's clearing is the event. */
static u64 waits_for_store(u32 me)
{
    (void)me;
    forget_event();
    u64 value = load_exclusive(&line[0]);
    state = 1;
    WFE();
    state = 2;
    return value;
}

/* Spins with no hint, no timer and interrupts off: the others must run all the same. */
static void wait_for_state(u64 wanted)
{
    while (state != wanted)
        ;
}

static void events(void)
{
    state = 0;
    begin(1, waits_for_event);
    wait_for_state(1);
    delay(20000);
    CHECK("WFE waits", state, 1);
    SEV();
    finished(1);
    CHECK("SEV wakes", state, 2);
    state = 0;
    begin(2, waits_for_store);
    wait_for_state(1);
    delay(20000);
    line[8] = 1;
    delay(20000);
    CHECK("WFE with a monitor: another granule is nothing", state, 1);
    line[7] = 1;
    wait_for_state(2);
    CHECK("a store to the granule is an event", state, 2);
    finished(2);
    state = 0;
    begin(2, waits_for_store);
    wait_for_state(1);
    GICD(0xf00) = 1u << 18 | 5;
    wait_for_state(2);
    CHECK("an interrupt wakes", state, 2);
    finished(2);
}

/* 32 counts a period of bit 4. */
static u64 counts_stream(u32 me)
{
    u64 control = 4u << 4 | 1u << 2, shortest = ~0ull, longest = 0, last = 0;
    (void)me;
    if (has_el2)
        MSR("cnthctl_el2", 3 | control);
    else
        MSR("cntkctl_el1", control);
    forget_event();
    for (u32 i = 0; i < 20; i++) {
        WFE();
        u64 now = MRS("cntpct_el0");
        if (i && now - last < shortest)
            shortest = now - last;
        if (i && now - last > longest)
            longest = now - last;
        last = now;
    }
    if (has_el2)
        MSR("cnthctl_el2", 3);
    else
        MSR("cntkctl_el1", 0);
    return shortest << 32 | longest;
}

static void event_stream(void)
{
    u64 periods = run_on(1, counts_stream);
    CHECK("the event stream is not faster than its bit", periods >> 32 >= 24, 1);
    CHECK("nor slower", (periods & 0xffffffff) <= 40, 1);
}

/* ---- exclusives ---- */

static volatile u64 lock __attribute__((aligned(64))), sum __attribute__((aligned(64))), adds __attribute__((aligned(64)));
#define ROUNDS 20000

static void lock_take(void)
{
    __asm__ volatile("sevl\n prfm pstl1keep, [%0]\n1: wfe\n2: ldaxr x9, [%0]\n cbnz x9, 1b\n stxr w9, %1, [%0]\n cbnz w9, 2b"
                     : : "r"(&lock), "r"(1ull) : "x9", "memory");
}

static u64 counts_under_lock(u32 me)
{
    for (u32 i = 0; i < ROUNDS; i++) {
        lock_take();
        sum = sum + me + 1;
        store_release(&lock, 0);
        atomic_add(&adds, me + 1);
    }
    return 0;
}

static void locks(void)
{
    run_on_all(counts_under_lock);
    CHECK("a lock taken by all", sum, ROUNDS * (1 + 2 + 3 + 4));
    CHECK("atomic additions by all", adds, ROUNDS * (1 + 2 + 3 + 4));
}

static volatile u64 value_to_store, offset_to_store;

static u64 stores(u32 me)
{
    (void)me;
    line[offset_to_store] = value_to_store;
    return 0;
}

static u64 stores_exclusively(u32 me)
{
    (void)me;
    load_exclusive(&line[offset_to_store]);
    return store_exclusive(&line[offset_to_store], value_to_store);
}

static u64 fails_to_store(u32 me)
{
    (void)me;
    return store_exclusive(&line[0], 99);
}

/* The result of our STXR when PE 1 did `what` between it and our LDXR. */
static u32 with_between(job what, u64 offset, u64 value)
{
    offset_to_store = offset;
    value_to_store = value;
    DMB();
    load_exclusive(&line[0]);
    run_on(1, what);
    return store_exclusive(&line[0], 42);
}

static void monitors(void)
{
    line[0] = 7;
    CHECK("a store between", with_between(stores, 0, 8), 1);
    CHECK("it is the other's", line[0], 8);
    CHECK("a store of the same value between", with_between(stores, 0, 8), 1);
    CHECK("a store elsewhere in the granule", with_between(stores, 7, 8), 1);
    CHECK("a store to the next granule", with_between(stores, 8, 8), 0);
    CHECK("ours is stored", line[0], 42);
    CHECK("an exclusive store between", with_between(stores_exclusively, 0, 9), 1);
    CHECK("that was stored", line[0], 9);
    CHECK("an exclusive store between that fails", with_between(fails_to_store, 0, 0), 0);
}

/* ---- code and translations that another PE changes ---- */

static u32 patch[64] __attribute__((aligned(256)));
#define MOVZ_X0(value) (0xd2800000u | (u32)(value) << 5)
#define RET 0xd65f03c0u

static u64 calls_patch(u32 me)
{
    (void)me;
    ISB();
    return ((u64 (*)(void))(void *)patch)();
}

static void patching(void)
{
    patch[1] = RET;
    for (u32 i = 0; i < 200; i++) {
        patch[0] = MOVZ_X0(i);
        __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"(patch) : "memory");
        CHECK("code that another PE changed", run_on(1 + i % 3, calls_patch), i);
    }
}

static table_page smp_l2, smp_l3;
static u64 frames[2][512] __attribute__((aligned(4096)));
#define WINDOW 0x80000000ull

INSN(read_at, "ldr x0, [x0]")
INSN(tlbi_vae1, "tlbi vae1, x0\n dsb ish\n isb")

/* At EL2 for EL2's regime; at EL1 for EL1's: below EL2 where that exists. */
static u64 reads_window(u32 me)
{
    (void)me;
    return *(volatile u64 *)WINDOW;
}

static u64 reads_window_at_el1(u32 me)
{
    (void)me;
    return run_at(1, read_at, WINDOW);
}

static u64 sets_up_el1(u32 me)
{
    (void)me;
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", TCR_39BIT);
    MSR("ttbr0_el1", (u64)smp_l1);
    MSR("sctlr_el1", 0x30d00800 | 1 | 1u << 2 | 1u << 12);
    return 0;
}

static void map_frame(u32 n)
{
    smp_l3[0] = (u64)frames[n] | S1_PAGE;
    DSB();
}

static void tlbi_window(bool shared)
{
    u64 page = WINDOW >> 12;
    if (has_el2 && shared)
        __asm__ volatile("tlbi vae2is, %0\n dsb ish\n isb" : : "r"(page) : "memory");
    else if (has_el2)
        __asm__ volatile("tlbi vae2, %0\n dsb nsh\n isb" : : "r"(page) : "memory");
    else if (shared)
        __asm__ volatile("tlbi vae1is, %0\n dsb ish\n isb" : : "r"(page) : "memory");
    else
        __asm__ volatile("tlbi vae1, %0\n dsb nsh\n isb" : : "r"(page) : "memory");
}

static void broadcast_tlbi(void)
{
    frames[0][0] = 0xaaaa;
    frames[1][0] = 0xbbbb;
    smp_l1[2] = (u64)smp_l2 | TABLE;
    smp_l2[0] = (u64)smp_l3 | TABLE;
    map_frame(0);
    CHECK("a mapping", run_on(1, reads_window), 0xaaaa);
    CHECK("ours", reads_window(0), 0xaaaa);
    map_frame(1);
    tlbi_window(false);
    CHECK("TLBI reaches us", reads_window(0), 0xbbbb);
    CHECK("and not PE 1", run_on(1, reads_window), 0xaaaa);
    tlbi_window(true);
    CHECK("TLBI IS reaches PE 1", run_on(1, reads_window), 0xbbbb);
}

static void forced_broadcast(void)
{
    run_on_all(sets_up_el1);
    map_frame(0);
    __asm__ volatile("tlbi alle1is\n dsb ish\n isb" : : : "memory");
    CHECK("a mapping at EL1", run_on(1, reads_window_at_el1), 0xaaaa);
    map_frame(1);
    run_at(1, tlbi_vae1, WINDOW >> 12);
    CHECK("TLBI at EL1 is local", run_on(1, reads_window_at_el1), 0xaaaa);
    u64 hcr = MRS("hcr_el2");
    MSR("hcr_el2", hcr | 1u << 9);
    run_at(1, tlbi_vae1, WINDOW >> 12);
    MSR("hcr_el2", hcr);
    CHECK("HCR_EL2.FB makes it reach PE 1", run_on(1, reads_window_at_el1), 0xbbbb);
}

/* ---- time ---- */

static volatile u64 latest __attribute__((aligned(64)));

/* Whoever sees a count in memory reads no smaller one. */
static u64 compares_counters(u32 me)
{
    u64 backwards = 0;
    for (u32 i = 0; i < 3000; i++) {
        u64 seen = latest;
        __asm__ volatile("dmb sy\n isb" : : : "memory");
        u64 now = MRS("cntpct_el0");
        backwards += now < seen;
        latest = now;
        delay(me + 1);
    }
    return backwards;
}

static void counter(void)
{
    run_on_all(compares_counters);
    CHECK("the counter never goes back between PEs", boxes[0].result + boxes[1].result + boxes[2].result + boxes[3].result, 0);
}

void guest_main(void)
{
    has_el2 = MRS("CurrentEL") == 2 << 2;
    home_el = has_el2 ? 2 : 1;
    on_interrupt[home_el] = on_irq;
    reset_once();
    smp_l1_init();
    CHECK("L2CTLR_EL1 counts the cores", MRS("s3_1_c11_c0_2") >> 24 & 3, 3);
    CHECK("CBAR_EL1 is where the GIC is", MRS("s3_1_c15_c3_0"), 0x08000000);
    psci_errors();
    on_and_off();
    mmu_on(smp_l1);
    serve_all();
    banked();
    sgis();
    suspend();
    events();
    event_stream();
    locks();
    monitors();
    patching();
    broadcast_tlbi();
    if (has_el2)
        forced_broadcast();
    counter();
    finish();
}
