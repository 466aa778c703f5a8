/* The A32 microbenchmarks' library: the same as micro.h, for ARMv7-A with Hyp mode and a guest at PL1 and PL0 under stage 2. */
#ifndef MICRO32_H
#define MICRO32_H

#include "../common.h"

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

/* AF, inner shareable, attribute 0 (Normal) or 1 (Device); AP[1]: PL1 and PL0, and one in Hyp mode's tables */
#define S1_PAGE (1ull << 10 | 3ull << 8 | 1ull << 6 | 3)
#define S1_BLOCK (1ull << 10 | 3ull << 8 | 1ull << 6 | 1)
#define S1_DEVICE (1ull << 54 | 1ull << 2)
#define S2_PAGE (1ull << 10 | 3ull << 8 | 3ull << 6 | 15ull << 2 | 3)
#define S2_BLOCK (1ull << 10 | 3ull << 8 | 3ull << 6 | 15ull << 2 | 1)
#define S2_DEVICE_PAGE (1ull << 54 | 1ull << 10 | 3ull << 6 | 1ull << 2 | 3)
#define TABLE 3ull

typedef u64 table_page[512] __attribute__((aligned(4096)));

#define REG(address) (*(volatile u32 *)(address))
#define GICH(offset) REG(0x08030000u + (offset))

#define HCR_VM 1u
#define HCR_IMO (1u << 4)
#define HCR_TVM (1u << 26)

#define CALL_END "0xfff" /* enter_guest returns */

enum guest_mode { GUEST_USR = 0x10, GUEST_SVC = 0x13 };

/* A loop of the guest's, in A32: R0 is how often. It ends by CALL; the registers need not be kept. */
#define LOOP(name, text, call) \
    __asm__(".pushsection .text\n.arm\n.balign 4\n" #name ":\n " text "\n " call "\n.popsection"); \
    extern const u32 name[];
#define END_OF_PL1 ".arch_extension virt\n hvc #" CALL_END
#define END_OF_PL0 "svc #" CALL_END

/* Tables, HCR = VM | more, stage 1 on for PL1 and PL0. */
void guest_world(u32 more);
/* fn(n) in one of the guest's modes; how many events the vectors served. */
u32 run_guest(enum guest_mode mode, const void *fn, u32 n, bool irqs);

#endif
