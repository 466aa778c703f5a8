/* Litmus tests of the memory model (DDI 0487 B2.3): what the architecture forbids is never seen, and enough of what needs the PEs' instructions
 * to alternate is seen to know that they did. The last depends on the length of turns: the last line says whether it was so. */
#include "smp.h"

#define ROUNDS 1500

/* A round: the PEs start together, each after a delay of its own; then PE 0 looks at what they read and clears the cells. */
static struct cell {
    volatile u64 v;
} x __attribute__((aligned(256))), y __attribute__((aligned(256)));
static volatile u64 r[PES] __attribute__((aligned(256)));

struct litmus {
    const char *name;
    void (*part[PES])(void); /* of each PE, or 0 */
    bool (*forbidden)(void);
    bool (*alternated)(void); /* an outcome that needs one PE between two instructions of another */
};

static const struct litmus *volatile running;
static u32 seen_forbidden, seen_alternated, not_alternated;

/* ---- a barrier of all PEs ---- */

static volatile u64 arrived __attribute__((aligned(64))), generation __attribute__((aligned(64)));

static void meet(void)
{
    u64 before = load_acquire(&generation);
    if (atomic_add(&arrived, 1) == PES - 1) {
        arrived = 0;
        store_release(&generation, before + 1);
        return;
    }
    while (load_acquire(&generation) == before)
        __asm__ volatile("yield");
}

static u32 seeds[PES][16]; /* a line for each PE */

static u32 next_random(void)
{
    u32 *seed = &seeds[this_pe()][0];
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

/* Between two accesses: a turn can end at a branch only. */
static void gap(void)
{
    delay(next_random() % 24);
}

static void judge(void)
{
    seen_forbidden += running->forbidden();
    seen_alternated += running->alternated();
    x.v = y.v = r[0] = r[1] = r[2] = r[3] = 0;
}

static u64 plays(u32 me)
{
    void (*part)(void) = running->part[me];
    for (u32 i = 0; i < ROUNDS; i++) {
        meet();
        delay(next_random() % (i % 40 + 1));
        if (part)
            part();
        meet();
        if (me == 0)
            judge();
    }
    return 0;
}

static void play(const struct litmus *test)
{
    running = test;
    seen_forbidden = seen_alternated = 0;
    run_on_all(plays);
    CHECK(test->name, seen_forbidden, 0);
    if (seen_alternated)
        return;
    not_alternated++;
    print("not alternated: ");
    print(test->name);
    print("\r\n");
}

/* ---- message passing: who sees the flag sees the message ---- */

static void mp_write(void) { x.v = 1; DMB(); gap(); y.v = 1; }
static void mp_read(void) { r[0] = y.v; DMB(); gap(); r[1] = x.v; }
static void mp_release(void) { x.v = 1; gap(); store_release(&y.v, 1); }
static void mp_acquire(void) { r[0] = load_acquire(&y.v); gap(); r[1] = x.v; }
static bool mp_forbidden(void) { return r[0] == 1 && r[1] == 0; }
static bool mp_alternated(void) { return r[0] == 0 && r[1] == 1; }

/* ---- store buffering: one of them sees the other's store ---- */

static void sb_0(void) { x.v = 1; DMB(); gap(); r[0] = y.v; }
static void sb_1(void) { y.v = 1; DMB(); gap(); r[1] = x.v; }
static void sb_release_0(void) { store_release(&x.v, 1); gap(); r[0] = load_acquire(&y.v); }
static void sb_release_1(void) { store_release(&y.v, 1); gap(); r[1] = load_acquire(&x.v); }
static bool sb_forbidden(void) { return r[0] == 0 && r[1] == 0; }
static bool sb_alternated(void) { return r[0] == 1 && r[1] == 1; }

/* ---- load buffering: values do not come out of nothing ---- */

static void lb_0(void) { r[0] = x.v; DMB(); gap(); y.v = 1; }
static void lb_1(void) { r[1] = y.v; DMB(); gap(); x.v = 1; }
static bool lb_forbidden(void) { return r[0] == 1 && r[1] == 1; }
static bool lb_alternated(void) { return r[0] == 0 && r[1] == 0; }

/* ---- independent reads of independent writes: all see them in one order ---- */

static void writes_x(void) { x.v = 1; }
static void writes_y(void) { y.v = 1; }
static void iriw_2(void) { u64 a = x.v; DMB(); gap(); u64 b = y.v; r[2] = a << 1 | b; }
static void iriw_3(void) { u64 a = y.v; DMB(); gap(); u64 b = x.v; r[3] = a << 1 | b; }
static bool iriw_forbidden(void) { return r[2] == 2 && r[3] == 2; }
static bool iriw_alternated(void) { return r[2] == 1 || r[3] == 1; }

/* ---- write to read causality ---- */

static void wrc_1(void) { r[1] = x.v; DMB(); gap(); y.v = 1; }
static void wrc_2(void) { u64 a = y.v; DMB(); gap(); u64 b = x.v; r[2] = a << 1 | b; }
static bool wrc_forbidden(void) { return r[1] == 1 && r[2] == 2; }
static bool wrc_alternated(void) { return r[2] == 1; }

/* ---- two writes each: the last ones are not both the first ---- */

static void ww_0(void) { x.v = 1; DMB(); gap(); y.v = 2; }
static void ww_1(void) { y.v = 1; DMB(); gap(); x.v = 2; }
static bool ww_forbidden(void) { return x.v == 1 && y.v == 1; }
static bool ww_alternated(void) { return x.v == 2 && y.v == 2; }

/* ---- coherence: one cell, one order (CoRR, CoWW, CoRW) ---- */

static void co_write(void)
{
    x.v = 1;
    gap();
    x.v = 2;
}

static void co_read(void)
{
    u64 a = x.v;
    gap();
    u64 b = x.v;
    gap();
    r[this_pe()] = a << 8 | b << 4 | x.v;
}

static bool goes_back(u64 seen)
{
    return (seen >> 8 & 15) > (seen >> 4 & 15) || (seen >> 4 & 15) > (seen & 15);
}

static bool co_forbidden(void) { return x.v != 2 || goes_back(r[1]) || goes_back(r[2]) || goes_back(r[3]); }
static bool co_alternated(void) { return (r[1] && r[1] != 0x222) || (r[2] && r[2] != 0x222) || (r[3] && r[3] != 0x222); }

static const struct litmus tests[] = {
    { "MP+dmbs", { mp_write, mp_read }, mp_forbidden, mp_alternated },
    { "MP+stlr+ldar", { mp_release, mp_acquire }, mp_forbidden, mp_alternated },
    { "MP, other PEs", { 0, 0, mp_acquire, mp_release }, mp_forbidden, mp_alternated },
    { "SB+dmbs", { sb_0, sb_1 }, sb_forbidden, sb_alternated },
    { "SB+stlr+ldar", { sb_release_0, 0, sb_release_1 }, sb_forbidden, sb_alternated },
    { "LB+dmbs", { lb_0, lb_1 }, lb_forbidden, lb_alternated },
    { "IRIW+dmbs", { writes_x, writes_y, iriw_2, iriw_3 }, iriw_forbidden, iriw_alternated },
    { "WRC+dmbs", { writes_x, wrc_1, wrc_2 }, wrc_forbidden, wrc_alternated },
    { "2+2W+dmbs", { ww_0, 0, 0, ww_1 }, ww_forbidden, ww_alternated },
    { "coherence", { co_write, co_read, co_read, co_read }, co_forbidden, co_alternated },
};

/* ---- increments: with exclusives none is lost, without them some are where PEs alternate ---- */

#define INCREMENTS 5000
static volatile u64 total __attribute__((aligned(64))), lossy __attribute__((aligned(64)));

static u64 increments(u32 me)
{
    u64 failures = 0, value;
    (void)me;
    for (u32 i = 0; i < INCREMENTS; i++) {
        do {
            value = load_exclusive(&total);
            gap();
        } while (store_exclusive(&total, value + 1) && ++failures);
        value = lossy;
        gap();
        lossy = value + 1;
    }
    return failures;
}

static void count_together(void)
{
    run_on_all(increments);
    CHECK("increments by LDAXR and STLXR", total, PES * INCREMENTS);
    not_alternated += lossy == PES * INCREMENTS;
    not_alternated += boxes[0].result + boxes[1].result + boxes[2].result + boxes[3].result == 0;
}

void guest_main(void)
{
    home_el = 2;
    smp_l1_init();
    mmu_on(smp_l1);
    serve_all();
    for (u32 i = 0; i < sizeof tests / sizeof *tests; i++)
        play(&tests[i]);
    count_together();
    print(not_alternated ? "some things did not alternate: " : "all alternated: ");
    finish();
}
