/* The performance monitors (PMUv3, DDI 0487 D12): a cycle counter and six event counters for SW_INCR, INST_RETIRED and CPU_CYCLES. */
#ifndef CPU_PMU_H
#define CPU_PMU_H

#include "cpu/cpu.h"

/* Brings the counters up to now, for the EL that was current since the last time; sets the overflow interrupt. */
void pmu_sync(struct cpu *cpu);

static inline bool pmu_is_on(const struct cpu *cpu)
{
    return cpu->sys.pmcr_el0 & 1;
}

#endif
