/* What is alike in all A32 microbenchmarks: markers, tables, the guest's world. The tables are LPAE's (ARM DDI 0406C, B3.6). */
#include "micro32.h"

#define UART_DR REG(0x09000000u)
#define PSCI_SYSTEM_OFF 0x84000008u

/* AF, inner shareable, attribute 0 (Normal) or 1 (Device); AP[1]: PL1 and PL0, and one in Hyp mode's tables */
#define S1_PAGE (1ull << 10 | 3ull << 8 | 1ull << 6 | 3)
#define S1_BLOCK (1ull << 10 | 3ull << 8 | 1ull << 6 | 1)
#define S1_DEVICE (1ull << 54 | 1ull << 2)
#define S2_PAGE (1ull << 10 | 3ull << 8 | 3ull << 6 | 15ull << 2 | 3)
#define S2_BLOCK (1ull << 10 | 3ull << 8 | 3ull << 6 | 15ull << 2 | 1)
#define S2_DEVICE_PAGE (1ull << 54 | 1ull << 10 | 3ull << 6 | 1ull << 2 | 3)
#define TABLE 3ull

#define MAIR 0x04ffu /* 0: Normal write-back; 1: Device */
#define WALKS 0x3500u /* of TTBCR, HTCR, VTCR: write-back, inner shareable; T0SZ = 0: 32 bits */
#define EAE (1u << 31)
#define ON (1u << 12 | 1u << 2 | 1u) /* SCTLR.I, C, M */

#define WRITE_CP15(opc1, crn, crm, opc2, value) __asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : : "r"(value) : "memory")
#define WRITE_CP15_64(opc1, crm, value) __asm__ volatile("mcrr p15, " #opc1 ", %Q0, %R0, " #crm : : "r"((u64)(value)) : "memory")
#define BARRIER() __asm__ volatile("dsb\n isb" : : : "memory")

typedef u64 table_page[512] __attribute__((aligned(4096)));

u64 bench_vttbr[2];
volatile u32 bench_events, bench_value;

static u64 s1_l1[4] __attribute__((aligned(32))), s2_l1[2][4] __attribute__((aligned(32)));
static table_page s1_l2, s1_l3[8], s2_l2[2], s2_l3[2][8], s2_devices_l2, s2_devices_l3;

extern const u8 bench_vectors_pl1[];
void enter_guest(u32 n, const void *fn, u32 spsr);
void guest_main(void);

/* ---- markers ---- */

static void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

static void print_hex(u32 value)
{
    print("0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        UART_DR = (u8)"0123456789abcdef"[value >> shift & 15];
}

static void print_decimal(u32 value)
{
    char text[12], *at = text + sizeof text - 1;
    *at = 0;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    print(at);
}

static void marker(const char *word, u32 n)
{
    print(word);
    print(" ");
    print(bench.name);
    print(" ");
    print_decimal(n);
}

static void power_off(void)
{
    register u32 r0 __asm__("r0") = PSCI_SYSTEM_OFF;
    __asm__ volatile(".arch_extension sec\n smc #0" : "+r"(r0) : : "r1", "r2", "r3", "memory");
    for (;;)
        ;
}

void bench_fail(const char *what, u32 a, u32 b)
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

/* ---- start ---- */

static void hyp_mmu_on(void)
{
    s1_l1[0] = S1_BLOCK | S1_DEVICE;
    s1_l1[1] = 0x40000000 | S1_BLOCK;
    BARRIER();
    WRITE_CP15(4, c10, c2, 0, MAIR); /* HMAIR0 */
    WRITE_CP15(4, c2, c0, 2, 1u << 31 | 1u << 23 | WALKS); /* HTCR */
    WRITE_CP15_64(4, c2, (u32)s1_l1); /* HTTBR */
    WRITE_CP15(4, c8, c7, 0, 0); /* TLBIALLH */
    BARRIER();
    WRITE_CP15(4, c1, c0, 0, 0x30c50878 | ON); /* HSCTLR */
    BARRIER();
}

void guest_main(void)
{
    u32 n = (u32)bench_iterations;
    hyp_mmu_on();
    if (bench.setup)
        bench.setup();
    bench.run(bench.warm);
    marker("BENCH", n);
    print("\r\n");
    u32 result = bench.run(n);
    marker("BENCH-END", n);
    print(" ");
    print_hex(result);
    print("\r\n");
    power_off();
}

/* ---- a guest ---- */

static void stage1_tables(void)
{
    s1_l1[2] = (u32)s1_l2 | TABLE;
    for (u32 i = 0; i < WINDOW_PAGES; i++)
        s1_l3[i / 512][i % 512] = (WINDOW + i * 4096) | S1_PAGE;
    for (u32 i = 0; i < WINDOW_PAGES / 512; i++)
        s1_l2[i] = (u32)s1_l3[i] | TABLE;
}

static void stage2_tables(u32 vm, u32 pa)
{
    s2_devices_l3[0x40] = 0x08040000 | S2_DEVICE_PAGE;
    s2_devices_l3[0x41] = 0x08041000 | S2_DEVICE_PAGE;
    s2_devices_l2[0x40] = (u32)s2_devices_l3 | TABLE;
    s2_l1[vm][0] = (u32)s2_devices_l2 | TABLE;
    s2_l1[vm][1] = 0x40000000 | S2_BLOCK;
    s2_l1[vm][2] = (u32)s2_l2[vm] | TABLE;
    for (u32 i = 0; i < WINDOW_PAGES; i++)
        s2_l3[vm][i / 512][i % 512] = (pa + i * 4096) | S2_PAGE;
    for (u32 i = 0; i < WINDOW_PAGES / 512; i++)
        s2_l2[vm][i] = (u32)s2_l3[vm][i] | TABLE;
    bench_vttbr[vm] = (u32)s2_l1[vm] | (vm + 1ull) << 48;
}

void guest_world(u32 more)
{
    stage1_tables();
    stage2_tables(0, WINDOW_PA);
    stage2_tables(1, WINDOW_PA2);
    BARRIER();
    WRITE_CP15(4, c2, c1, 2, 1u << 31 | WALKS | 1u << 6); /* VTCR; SL0 = 1: from level 1 */
    WRITE_CP15_64(6, c2, bench_vttbr[0]); /* VTTBR */
    WRITE_CP15(0, c10, c2, 0, MAIR); /* MAIR0 */
    WRITE_CP15(0, c2, c0, 2, EAE | WALKS); /* TTBCR */
    WRITE_CP15_64(0, c2, (u32)s1_l1); /* TTBR0 */
    WRITE_CP15(0, c1, c0, 0, 0x00c50878 | ON); /* SCTLR */
    WRITE_CP15(0, c12, c0, 0, bench_vectors_pl1); /* VBAR */
    WRITE_CP15(4, c1, c1, 0, HCR_VM | more); /* HCR */
    WRITE_CP15(4, c8, c7, 4, 0); /* TLBIALLNSNH */
    WRITE_CP15(4, c8, c7, 0, 0); /* TLBIALLH: the window is new in Hyp mode, too */
    BARRIER();
}

u32 run_guest(enum guest_mode mode, const void *fn, u32 n, bool irqs)
{
    bench_events = 0;
    enter_guest(n, fn, (irqs ? 0x140 : 0x1c0) | mode);
    return bench_events;
}
