/* The A32 microbenchmarks' library: the same as micro.h, for ARMv7-A with Hyp mode and a guest at PL1 and PL0 under stage 2. */
#ifndef MICRO32_H
#define MICRO32_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

/* One program is one benchmark. It starts in Hyp mode with the MMU on (the first 2 GiB as they are: devices, then RAM). */
struct bench {
    const char *name;
    u32 warm; /* operations before the marker */
    void (*setup)(void);
    u32 (*run)(u32 n); /* n operations; gives what is printed at the end, equal on every right machine */
};
extern const struct bench bench;

/* How many operations are measured: a linker symbol's address (CMakeLists.txt, tests/bench/cases). */
extern const u8 bench_iterations[];

/* Says what went wrong, and powers off. */
void bench_fail(const char *what, u32 a, u32 b);

/* ---- a guest under stage 2 ---- */

#define WINDOW 0x80000000u /* VA and IPA; pages of 4 KiB in both stages */
#define WINDOW_PAGES 4096
#define WINDOW_PA 0x44000000u
#define WINDOW_PA2 0x46000000u /* of the second VM */
#define NOT_MAPPED 0x0b000000u /* mapped in stage 1 only */

#define REG(address) (*(volatile u32 *)(address))
#define GICH(offset) REG(0x08030000u + (offset))

#define HCR_VM 1u
#define HCR_IMO (1u << 4)
#define HCR_TVM (1u << 26)

/* The immediates of HVC that vectors.S serves */
#define CALL_COUNT "0"
#define CALL_SWITCH "1" /* VTTBR becomes the other one of bench_vttbr */
#define CALL_INJECT "2" /* list register 0: INTID 27, pending */
#define CALL_END "0xfff" /* enter_guest returns */

enum guest_mode { GUEST_USR = 0x10, GUEST_SVC = 0x13 };

extern u64 bench_vttbr[2]; /* VMIDs 1 and 2 */
extern volatile u32 bench_events; /* what the vectors have served */
extern volatile u32 bench_value; /* the last trapped write, the last fault's IPA */

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
