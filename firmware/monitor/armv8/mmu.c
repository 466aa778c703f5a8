/* Translation tables of the Secure world: 4 KiB granule, 39-bit addresses; the first GiB in 2 MiB blocks, all above in 1 GiB blocks. RAM above is
 * mapped with NS = 1, so that neither the monitor nor the payload can be talked into touching Secure memory through a caller's address. */
#include "monitor.h"

#define BLOCK (1u << 10 | 3u << 8 | 1u) /* AF, inner shareable */
#define DEVICE (1u << 2)                /* attribute 1 */
#define NS (1u << 5)
#define AP1 (1u << 6)                   /* RES1 at EL3; at EL1 it would open the block to EL0 */
#define READ_ONLY (1u << 7)
#define XN (3ull << 53)                 /* PXN and UXN of EL1; at EL3 XN is the upper bit */
#define TABLE 3u
#define MAIR 0x00ff /* 0: Normal write-back, 1: Device-nGnRnE */

#define MIB2 0x200000ul
#define GIB 0x40000000ul

/* T0SZ 25; walks are write-back, inner shareable; addresses have 40 bits */
#define TCR_BOTH (25u | 1u << 8 | 1u << 10 | 3u << 12)
#define TCR_EL3 (TCR_BOTH | 1u << 31 | 1u << 23 | 2u << 16)
#define TCR_EL1 (TCR_BOTH | 1ull << 23 | 2ull << 32) /* EPD1 */
#define SCTLR_ON (1u | 1u << 2 | 1u << 12)

static const struct {
    u64 from, to, bits;
} areas[] = {
    { 0x00000000, 0x04000000, READ_ONLY },  /* flash 0: the monitor's code */
    { 0x08000000, 0x0c000000, DEVICE | XN },
    { 0x0e000000, 0x0f000000, XN },         /* Secure RAM */
};

struct tables {
    u64 l1[512], l2[512];
};

static struct tables tables_el3 __attribute__((aligned(4096))), tables_el1 __attribute__((aligned(4096)));

static void build(struct tables *t, u64 bits)
{
    for (unsigned i = 0; i < sizeof areas / sizeof areas[0]; i++)
        for (u64 at = areas[i].from; at < areas[i].to; at += MIB2)
            t->l2[at / MIB2] = at | BLOCK | bits | areas[i].bits;
    for (u64 i = 1; i < 256; i++)
        t->l1[i] = i * GIB | BLOCK | NS | XN | bits;
    __asm__ volatile("dsb sy" : : : "memory");
    t->l1[0] = (u64)t->l2 | TABLE;
    __asm__ volatile("dsb sy" : : : "memory");
}

/* The first CPU builds both, before there are others. */
void mmu_on_el3(void)
{
    if (!tables_el3.l1[0]) {
        build(&tables_el3, AP1);
        build(&tables_el1, 0);
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
