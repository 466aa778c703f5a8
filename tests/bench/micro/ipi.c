/* SGIs between two PEs at EL2, there and back: one operation is two interrupts, taken from WFI, acknowledged and ended. */
#include "micro.h"

#define SGIR 0xf00

static u64 *table;

static void gic_on(void)
{
    GICC(4) = 0xf8; /* GICC_PMR */
    GICC(0) = 1;
    MSR("vbar_el2", (u64)bench_vectors_el2);
    MSR("hcr_el2", HCR_RW | HCR_IMO);
}

/* Until this PE has taken more than `seen` */
static void wait_beyond(u32 me, u64 seen)
{
    while (bench_ipis[me] <= seen)
        __asm__ volatile("wfi\n msr daifclr, #2\n isb\n msr daifset, #2" : : : "memory");
}

static void send_to(u32 n)
{
    DSB();
    GICD(SGIR) = 1u << (16 + n) | 1;
}

static void answer(u64 unused)
{
    (void)unused;
    mmu_on(table);
    gic_on();
    for (u64 seen = 0;; seen++) {
        wait_beyond(1, seen);
        send_to(0);
    }
}

static void setup(void)
{
    table = (u64 *)MRS("ttbr0_el2");
    GICD(0) = 1;
    gic_on();
    DSB();
    if (start_pe(1, answer, 0))
        bench_fail("no second PE: -smp 2", 0, 0);
}

static u64 run(u64 n)
{
    u64 first = bench_ipis[0];
    for (u64 i = 0; i < n; i++) {
        send_to(1);
        wait_beyond(0, first + i);
    }
    return bench_ipis[0] - first;
}

const struct bench bench = { "ipi", 10, setup, run };
