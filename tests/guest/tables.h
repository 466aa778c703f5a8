/* Page tables of the guest tests: 4 KiB granule, built where a test wants them. */
#ifndef GUEST_TABLES_H
#define GUEST_TABLES_H

#include "guest.h"

/* Stage-1 leaf attributes: AF, inner shareable, attribute 0 (Normal), EL0 and EL1 read/write unless said otherwise. */
#define S1_PAGE (1ull << 10 | 3ull << 8 | 3)
#define S1_BLOCK (1ull << 10 | 3ull << 8 | 1)
#define S1_EL0 (1ull << 6)
#define S1_RO (1ull << 7)
#define S1_DEVICE (1ull << 2) /* attribute 1 */
#define S1_PXN (1ull << 53)
#define S1_UXN (1ull << 54)
#define S1_NG (1ull << 11)
/* Stage-2: AF, inner shareable, Normal write-back, read and write */
#define S2_PAGE (1ull << 10 | 3ull << 8 | 15ull << 2 | 3ull << 6 | 3)
#define S2_BLOCK (1ull << 10 | 3ull << 8 | 15ull << 2 | 3ull << 6 | 1)
#define S2_DEVICE_PAGE (1ull << 10 | 3ull << 6 | 3)
#define TABLE 3ull

typedef u64 table_page[512] __attribute__((aligned(4096)));

/* 39-bit addresses, three levels: TCR/VTCR for them. */
#define TCR_39BIT (25ull | 25ull << 16 | 1ull << 23 | 1ull << 8 | 1ull << 10 | 3ull << 12 | 2ull << 32) /* EPD1; write-back, inner shareable; 40 bits */
#define VTCR_39BIT (1ull << 31 | 25ull | 1ull << 6 | 1ull << 8 | 1ull << 10 | 3ull << 12 | 2ull << 16)
#define MAIR_TESTS 0x00ffull /* 0: Normal write-back; 1: Device-nGnRnE */

/* The MMU of this PE at the EL it runs at, EL2 or EL1, with the translations of `table` (level 1, 39 bits). */
static inline void mmu_on(u64 *table)
{
    if (MRS("CurrentEL") == 2 << 2) {
        MSR("mair_el2", MAIR_TESTS);
        MSR("tcr_el2", 1u << 31 | 1u << 23 | 25 | 1u << 8 | 1u << 10 | 3u << 12 | 2u << 16);
        MSR("ttbr0_el2", (u64)table);
        __asm__ volatile("tlbi alle2\n dsb sy\n isb" : : : "memory");
        MSR("sctlr_el2", 0x30c50830 | 1 | 1u << 2 | 1u << 12);
    } else {
        MSR("mair_el1", MAIR_TESTS);
        MSR("tcr_el1", TCR_39BIT);
        MSR("ttbr0_el1", (u64)table);
        __asm__ volatile("tlbi vmalle1\n dsb sy\n isb" : : : "memory");
        MSR("sctlr_el1", 0x30d00800 | 1 | 1u << 2 | 1u << 12);
    }
}

#endif
