/* The Secure world's translations, of Monitor mode and of the payload alike: long descriptors, 32-bit addresses, level 1 has four entries. */
#include "monitor.h"

#define MAIR 0x00ff            /* 0: Normal write-back, 1: Strongly-ordered */
#define TTBCR (1u << 31 | 1u << 23 | 1u << 8 | 1u << 10 | 3u << 12) /* EAE, EPD1; write-back, inner shareable */
#define SCTLR_ON (1u | 1u << 2 | 1u << 12)

static struct tables tables __attribute__((aligned(4096)));

/* The first CPU builds them, before there are others. */
void mmu_on(void)
{
    if (!tables.l1[0])
        tables_build(&tables, 0);
    CP15_WRITE(0, c10, c2, 0, MAIR);
    CP15_WRITE(0, c2, c0, 2, TTBCR);
    CP15_WRITE64(0, c2, (unsigned long)tables.l1);
    CP15_WRITE(0, c8, c7, 0, 0); /* TLBIALL */
    CP15_WRITE(0, c7, c5, 0, 0); /* ICIALLU */
    DSB();
    ISB();
    CP15_WRITE(0, c1, c0, 0, CP15_READ(0, c1, c0, 0) | SCTLR_ON);
    ISB();
}
