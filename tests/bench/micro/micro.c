/* What is alike in all microbenchmarks: start, markers, the guest's world. */
#include "micro.h"

u64 bench_vttbr[2];
volatile u64 bench_events, bench_value, bench_ipis[2];
u64 bench_library_vbar[2];

static table_page el2_l1, s1_l1, s1_l2, s1_l3[8], s2_l1[2], s2_l2[2], s2_l3[2][8], s2_devices_l2, s2_devices_l3;

/* ---- markers ---- */

void print_decimal(u64 value)
{
    char text[24], *at = text + sizeof text - 1;
    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    print(at);
}

static void marker(const char *word, u64 n)
{
    print(word);
    print(" ");
    print(bench.name);
    print(" ");
    print_decimal(n);
}

void bench_fail(const char *what, u64 a, u64 b)
{
    marker("BENCH-FAIL", 0);
    print(" ");
    print(what);
    print(" ");
    print_hex(a);
    print(" ");
    print_hex(b);
    print("\r\n");
    psci(PSCI_OFF + 6, 0, 0, 0); /* SYSTEM_OFF */
    for (;;)
        ;
}

void guest_main(void)
{
    u64 n = (u64)bench_iterations;
    home_el = 2;
    el2_l1[0] = S1_BLOCK | S1_DEVICE;
    el2_l1[1] = 0x40000000 | S1_BLOCK;
    mmu_on(el2_l1);
    if (bench.setup)
        bench.setup();
    bench.run(bench.warm);
    marker("BENCH", n);
    print("\r\n");
    u64 result = bench.run(n);
    marker("BENCH-END", n);
    print(" ");
    print_hex(result);
    print("\r\n");
    psci(PSCI_OFF + 6, 0, 0, 0);
    for (;;)
        ;
}

/* ---- a guest ---- */

static void stage1_tables(void)
{
    s1_l1[0] = S1_BLOCK | S1_DEVICE;
    s1_l1[1] = 0x40000000 | S1_BLOCK;
    s1_l1[2] = (u64)s1_l2 | TABLE;
    s1_l1[3] = 0x40000000 | S1_BLOCK | S1_EL0;
    for (u64 i = 0; i < WINDOW_PAGES; i++)
        s1_l3[i / 512][i % 512] = (WINDOW + i * 4096) | S1_PAGE;
    for (u64 i = 0; i < WINDOW_PAGES / 512; i++)
        s1_l2[i] = (u64)s1_l3[i] | TABLE;
}

static void stage2_tables(u32 vm, u64 pa)
{
    s2_devices_l3[0x40] = 0x08040000 | S2_DEVICE_PAGE;
    s2_devices_l3[0x41] = 0x08041000 | S2_DEVICE_PAGE;
    s2_devices_l2[0x40] = (u64)s2_devices_l3 | TABLE;
    s2_l1[vm][0] = (u64)s2_devices_l2 | TABLE;
    s2_l1[vm][1] = 0x40000000 | S2_BLOCK;
    s2_l1[vm][2] = (u64)s2_l2[vm] | TABLE;
    for (u64 i = 0; i < WINDOW_PAGES; i++)
        s2_l3[vm][i / 512][i % 512] = (pa + i * 4096) | S2_PAGE;
    for (u64 i = 0; i < WINDOW_PAGES / 512; i++)
        s2_l2[vm][i] = (u64)s2_l3[vm][i] | TABLE;
    bench_vttbr[vm] = (u64)s2_l1[vm] | (vm + 1ull) << 48;
}

void guest_world(u64 more)
{
    stage1_tables();
    stage2_tables(0, WINDOW_PA);
    stage2_tables(1, WINDOW_PA2);
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
