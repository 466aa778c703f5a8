/* The global exclusive monitor (DDI 0487 B2.12.2): what other masters' stores do to a PE's marked granule.
 *
 * Only one PE runs at a time, and its own stores need not clear its own monitor. So a granule is watched only between the turns of the PE
 * that marked it: exclusive_guard then flags the page, no PE keeps a host pointer to write there, and each store comes by exclusive_stored,
 * which unflags the page when nobody's mark is left in it. Stores that are no PE's (DMA, a debugger) always come by.
 * A cleared monitor is an event for WFE (D1.6.1): that is how LDAXR with WFE waits for a store. */
#ifndef CPU_EXCLUSIVE_H
#define CPU_EXCLUSIVE_H

#include "cpu/cpu.h"

/* CTR_EL0.ERG of all models: 16 words. */
#define EXCLUSIVE_GRANULE 64

/* The turn of a PE that shares memory with others is over: from now on stores to what it marked are seen. */
void exclusive_guard(struct cpu *cpu);

/* A PE stored [addr, addr + len) to a page with RAM_PAGE_HAS_MONITOR. */
void exclusive_stored(struct cpu *by, struct bus_region *region, pa addr, u64 len);

/* Something that is no PE changed [addr, addr + len): the monitor of `cpu` is cleared if it marks any of it. */
void exclusive_changed(struct cpu *cpu, pa addr, u64 len);

#endif
