/* The A32 microbenchmarks' library: start, end, the guest's world. The tables are LPAE's (ARM DDI 0406C, B3.6). */
#include "micro32.h"

#define UART_DR REG(0x09000000u)
#define PSCI_SYSTEM_OFF 0x84000008u

#define MAIR 0x04ffu /* 0: Normal write-back; 1: Device */
#define WALKS 0x3500u /* of TTBCR, HTCR, VTCR: write-back, inner shareable; T0SZ = 0: 32 bits */
#define EAE (1u << 31)
#define ON (1u << 12 | 1u << 2 | 1u) /* SCTLR.I, C, M */

#define WRITE_CP15(opc1, crn, crm, opc2, value) __asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : : "r"(value) : "memory")
#define WRITE_CP15_64(opc1, crm, value) __asm__ volatile("mcrr p15, " #opc1 ", %Q0, %R0, " #crm : : "r"((u64)(value)) : "memory")
#define BARRIER() __asm__ volatile("dsb\n isb" : : : "memory")

static table_page s1_l1;

extern const u8 bench_vectors_pl1[];
void enter_guest(u32 n, const void *fn, u32 spsr);
void guest_main(void);

/* ---- for common.c ---- */

void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

void print_hex(u32 value)
{
    print("0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        UART_DR = (u8)"0123456789abcdef"[value >> shift & 15];
}

_Noreturn void power_off(void)
{
    register u32 r0 __asm__("r0") = PSCI_SYSTEM_OFF;
    __asm__ volatile(".arch_extension sec\n smc #0" : "+r"(r0) : : "r1", "r2", "r3", "memory");
    for (;;)
        ;
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
    hyp_mmu_on();
    bench_main();
}

/* ---- a guest ---- */

void guest_world(u32 more)
{
    bench_tables(s1_l1);
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
