/* The Secure world's translations at EL3 and at EL1: 39-bit addresses. */
#include "monitor.h"

#define AP1 (1u << 6)       /* RES1 at EL3; at EL1 it would open a block to EL0 */
#define MAIR 0x00ff /* 0: Normal write-back, 1: Device-nGnRnE */

/* T0SZ 25; walks are write-back, inner shareable; addresses have 40 bits */
#define TCR_BOTH (25u | 1u << 8 | 1u << 10 | 3u << 12)
#define TCR_EL3 (TCR_BOTH | 1u << 31 | 1u << 23 | 2u << 16)
#define TCR_EL1 (TCR_BOTH | 1ull << 23 | 2ull << 32) /* EPD1 */
#define SCTLR_ON (1u | 1u << 2 | 1u << 12)

static struct tables tables_el3 __attribute__((aligned(4096))), tables_el1 __attribute__((aligned(4096)));

/* The first CPU builds both, before there are others. */
void mmu_on_el3(void)
{
    if (!tables_el3.l1[0]) {
        tables_build(&tables_el3, AP1);
        tables_build(&tables_el1, 0);
    }
    MSR("mair_el3", MAIR);
    MSR("tcr_el3", TCR_EL3);
    MSR("ttbr0_el3", (u64)tables_el3.l1);
    __asm__ volatile("tlbi alle3\n ic iallu\n dsb sy\n isb" : : : "memory");
    MSR("sctlr_el3", MRS("sctlr_el3") | SCTLR_ON);
    ISB();
}

void mmu_on_el1(void)
{
    MSR("mair_el1", MAIR);
    MSR("tcr_el1", TCR_EL1);
    MSR("ttbr0_el1", (u64)tables_el1.l1);
    __asm__ volatile("tlbi vmalle1\n dsb sy\n isb" : : : "memory");
    MSR("sctlr_el1", MRS("sctlr_el1") | SCTLR_ON);
    ISB();
}
