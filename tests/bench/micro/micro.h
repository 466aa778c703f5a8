/* The microbenchmarks' library, over the guest tests' one (tests/guest): a guest at EL1 under stage 2, vectors that count. */
#ifndef MICRO_H
#define MICRO_H

#include "../../guest/guest.h"
#include "../../guest/tables.h"
#include "../common.h"

#define EL0_ALIAS 0x80000000ull /* EL0 sees RAM at its address plus this */

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))
#define GICH(offset) (*(volatile u32 *)(0x08030000ull + (offset)))
#define GICV(offset) (*(volatile u32 *)(0x08040000ull + (offset)))

#define HCR_VM 1ull
#define HCR_IMO (1ull << 4)
#define HCR_TVM (1ull << 26)
#define HCR_RW (1ull << 31)

extern volatile u64 bench_ipis[2]; /* SGIs that a PE has taken at EL2 */
extern u32 bench_vectors_el2[], bench_vectors_el1[];
extern u64 bench_library_vbar[2]; /* of EL1, EL2: whom the end of a guest is handed to */

/* Tables, HCR_EL2 = RW | VM | more, stage 1 on for EL1 and EL0, our vectors. */
void guest_world(u64 more);
/* fn(n) at EL1 or at EL0 (by its alias); how many events the vectors served. */
u64 run_guest(unsigned el, const void *fn, u64 n, bool irqs);

#endif
