/* The microbenchmarks' library, over the guest tests' one (tests/guest): markers, a guest under stage 2, vectors that count. */
#ifndef MICRO_H
#define MICRO_H

#include "../../guest/guest.h"
#include "../../guest/tables.h"

/* One program is one benchmark. It starts at EL2 with the MMU on (the first 2 GiB as they are: devices, then RAM). */
struct bench {
    const char *name;
    u64 warm; /* operations before the marker */
    void (*setup)(void);
    u64 (*run)(u64 n); /* n operations; gives what is printed at the end, equal on every right machine */
};
extern const struct bench bench;

/* How many operations are measured: a linker symbol's address (CMakeLists.txt, tests/bench/cases). */
extern const u8 bench_iterations[];

void print_decimal(u64 value);
/* Says what went wrong, and powers off. */
void bench_fail(const char *what, u64 a, u64 b);

/* ---- a guest at EL1 under stage 2 ---- */

#define WINDOW 0x80000000ull /* VA and IPA; pages of 4 KiB in both stages */
#define WINDOW_PAGES 4096
#define WINDOW_PA 0x44000000ull
#define WINDOW_PA2 0x46000000ull /* of the second VM */
#define EL0_ALIAS 0x80000000ull /* EL0 sees RAM at its address plus this */
#define NOT_MAPPED 0x0b000000ull /* mapped in stage 1 only */

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))
#define GICH(offset) (*(volatile u32 *)(0x08030000ull + (offset)))
#define GICV(offset) (*(volatile u32 *)(0x08040000ull + (offset)))

#define HCR_VM 1ull
#define HCR_IMO (1ull << 4)
#define HCR_TVM (1ull << 26)
#define HCR_RW (1ull << 31)

/* The immediates of HVC that vectors.S serves */
#define CALL_COUNT "0"
#define CALL_SWITCH "1" /* VTTBR_EL2 becomes the other one of bench_vttbr */
#define CALL_INJECT "2" /* list register 0: INTID 27, pending */

extern u64 bench_vttbr[2]; /* VMIDs 1 and 2 */
extern volatile u64 bench_events; /* what the vectors have served */
extern volatile u64 bench_value; /* the last trapped write, the last fault's IPA */
extern volatile u64 bench_ipis[2]; /* SGIs that a PE has taken at EL2 */
extern u32 bench_vectors_el2[], bench_vectors_el1[];
extern u64 bench_library_vbar[2]; /* of EL1, EL2: whom the end of a guest is handed to */

/* Tables, HCR_EL2 = RW | VM | more, stage 1 on for EL1 and EL0, our vectors. */
void guest_world(u64 more);
/* fn(n) at EL1 or at EL0 (by its alias); how many events the vectors served. */
u64 run_guest(unsigned el, const void *fn, u64 n, bool irqs);

#endif
