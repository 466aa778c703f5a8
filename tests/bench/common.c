/* The part of the microbenchmarks' library that is the same in A64 and A32; tables of 4 KiB granule, from level 1. */
#ifdef __arm__
#include "micro32/micro32.h"
#else
#include "micro/micro.h"
#endif

uint64_t bench_vttbr[2];
volatile uintptr_t bench_events, bench_value;

static table_page s1_l2, s1_l3[8], s2_l1[2], s2_l2[2], s2_l3[2][8], s2_devices_l2, s2_devices_l3;

/* ---- markers ---- */

static void print_decimal(uintptr_t value)
{
    char text[24], *at = text + sizeof text - 1;
    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    print(at);
}

static void marker(const char *word, uintptr_t n)
{
    print(word);
    print(" ");
    print(bench.name);
    print(" ");
    print_decimal(n);
}

_Noreturn void bench_fail(const char *what, uintptr_t a, uintptr_t b)
{
    marker("BENCH-FAIL", 0);
    print(" ");
    print(what);
    print(" ");
    print_hex(a);
    print(" ");
    print_hex(b);
    print("\r\n");
    power_off();
}

_Noreturn void bench_main(void)
{
    uintptr_t n = (uintptr_t)bench_iterations;
    if (bench.setup)
        bench.setup();
    bench.run(bench.warm);
    marker("BENCH", n);
    print("\r\n");
    uintptr_t result = bench.run(n);
    marker("BENCH-END", n);
    print(" ");
    print_hex(result);
    print("\r\n");
    power_off();
}

/* ---- a guest ---- */

static void stage2_tables(u32 vm, u64 pa)
{
    s2_devices_l3[0x40] = 0x08040000 | S2_DEVICE_PAGE;
    s2_devices_l3[0x41] = 0x08041000 | S2_DEVICE_PAGE;
    s2_devices_l2[0x40] = (uintptr_t)s2_devices_l3 | TABLE;
    s2_l1[vm][0] = (uintptr_t)s2_devices_l2 | TABLE;
    s2_l1[vm][1] = 0x40000000 | S2_BLOCK;
    s2_l1[vm][2] = (uintptr_t)s2_l2[vm] | TABLE;
    for (u32 i = 0; i < WINDOW_PAGES; i++)
        s2_l3[vm][i / 512][i % 512] = (pa + i * 4096) | S2_PAGE;
    for (u32 i = 0; i < WINDOW_PAGES / 512; i++)
        s2_l2[vm][i] = (uintptr_t)s2_l3[vm][i] | TABLE;
    bench_vttbr[vm] = (uintptr_t)s2_l1[vm] | (vm + 1ull) << 48;
}

void bench_tables(uint64_t *stage1)
{
    stage1[2] = (uintptr_t)s1_l2 | TABLE;
    for (u32 i = 0; i < WINDOW_PAGES; i++)
        s1_l3[i / 512][i % 512] = (WINDOW + i * 4096) | S1_PAGE;
    for (u32 i = 0; i < WINDOW_PAGES / 512; i++)
        s1_l2[i] = (uintptr_t)s1_l3[i] | TABLE;
    stage2_tables(0, WINDOW_PA);
    stage2_tables(1, WINDOW_PA2);
}
