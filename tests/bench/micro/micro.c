/* The A64 microbenchmarks' library: start, end, the guest's world. */
#include "micro.h"

volatile u64 bench_ipis[2];
u64 bench_library_vbar[2];

static table_page el2_l1, s1_l1;

_Noreturn void power_off(void)
{
    psci(PSCI_OFF + 6, 0, 0, 0); /* SYSTEM_OFF */
    for (;;)
        ;
}

void guest_main(void)
{
    home_el = 2;
    el2_l1[0] = S1_BLOCK | S1_DEVICE;
    el2_l1[1] = 0x40000000 | S1_BLOCK;
    mmu_on(el2_l1);
    bench_main();
}

void guest_world(u64 more)
{
    s1_l1[0] = S1_BLOCK | S1_DEVICE;
    s1_l1[1] = 0x40000000 | S1_BLOCK;
    s1_l1[3] = 0x40000000 | S1_BLOCK | S1_EL0;
    bench_tables(s1_l1);
    DSB();
    MSR("vtcr_el2", VTCR_39BIT);
    MSR("vttbr_el2", bench_vttbr[0]);
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", TCR_39BIT);
    MSR("ttbr0_el1", (u64)s1_l1);
    MSR("sctlr_el1", 0x30d00800 | 1 | 1u << 2 | 1u << 12);
    MSR("hcr_el2", HCR_RW | HCR_VM | more);
    __asm__ volatile("tlbi alle1\n tlbi alle2\n dsb sy\n isb" : : : "memory");
    bench_library_vbar[0] = MRS("vbar_el1");
    bench_library_vbar[1] = MRS("vbar_el2");
}

u64 run_guest(unsigned el, const void *fn, u64 n, bool irqs)
{
    MSR("vbar_el1", (u64)bench_vectors_el1);
    MSR("vbar_el2", (u64)bench_vectors_el2);
    bench_events = 0;
    run_at_spsr((irqs ? 0x340 : 0x3c0) | el << 2 | (el ? 1 : 0), fn, n);
    return bench_events;
}
