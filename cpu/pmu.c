/* Counters are brought up to date when somebody looks, when the EL changes (their filters), and at the end of a turn: an overflow
 * interrupt is late by a turn at most. */
#include "cpu/pmu.h"

#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg_hooks.h"
#include "emu/platform/bits.h"

enum { CYCLE_BIT = 31, EVENT_SW_INCR = 0x00, EVENT_INST_RETIRED = 0x08, EVENT_CPU_CYCLES = 0x11 };

static unsigned counters(const struct cpu *cpu)
{
    return cpu->model->pmu_counters;
}

static u64 all_counters(const struct cpu *cpu)
{
    return 1ull << CYCLE_BIT | ones(counters(cpu));
}

/* P, U, NSK, NSU, NSH, M (D12.11.3): does a counter count at this EL? */
static bool counts_here(const struct cpu *cpu, u64 filter)
{
    bool p = bit(filter, 31), u = bit(filter, 30), non_secure = !cpu_is_secure(cpu);
    switch (cpu->pstate.el) {
    case 0:
        return non_secure && cpu->has_el3 ? u == bit(filter, 28) : !u;
    case 1:
        return non_secure && cpu->has_el3 ? p == bit(filter, 29) : !p;
    case 2:
        return bit(filter, 27);
    default:
        return p == bit(filter, 26);
    }
}

static void update_irq(struct cpu *cpu)
{
    irq_set(&cpu->pmu_irq, pmu_is_on(cpu) && (cpu->sys.pmovsset_el0 & cpu->sys.pmintenset_el1));
}

/* Event counters have 32 bits; the cycle counter 64, with its overflow at 32 unless PMCR.LC. */
static void add(struct cpu *cpu, unsigned n, u64 by)
{
    u64 *counter = n == CYCLE_BIT ? &cpu->sys.pmccntr_el0 : &cpu->sys.pmevcntr_el0[n];
    bool is_long = n == CYCLE_BIT && bit(cpu->sys.pmcr_el0, 6);
    u64 old = *counter, sum = old + by;
    bool overflow = is_long ? sum < old : (u64)(u32)old + by > 0xffffffff;
    *counter = n == CYCLE_BIT ? sum : (u32)sum;
    if (overflow)
        cpu->sys.pmovsset_el0 |= 1ull << n;
}

void pmu_sync(struct cpu *cpu)
{
    u64 cycles = cpu->clock->now / TICKS_PER_CYCLE, insns = cpu->insns;
    u64 d_cycles = cycles - cpu->pmu_cycles, d_insns = insns - cpu->pmu_insns, on = cpu->sys.pmcntenset_el0;
    cpu->pmu_cycles = cycles;
    cpu->pmu_insns = insns;
    if (!pmu_is_on(cpu))
        return;
    if (bit(on, CYCLE_BIT) && counts_here(cpu, cpu->sys.pmccfiltr_el0)) {
        u64 by = d_cycles;
        if (bit(cpu->sys.pmcr_el0, 3) && !bit(cpu->sys.pmcr_el0, 6)) /* PMCR.D: every 64th */
            by = cycles / 64 - (cycles - d_cycles) / 64;
        add(cpu, CYCLE_BIT, by);
    }
    for (unsigned n = 0; n < counters(cpu); n++) {
        u64 type = cpu->sys.pmevtyper_el0[n], event = bits(type, 9, 0);
        if (bit(on, n) && counts_here(cpu, type))
            add(cpu, n, event == EVENT_INST_RETIRED ? d_insns : event == EVENT_CPU_CYCLES ? d_cycles : 0);
    }
    update_irq(cpu);
}

u64 read_pmcr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return 0x41000000 | (u64)cpu->model->pmu_idcode << 16 | (u64)counters(cpu) << 11 | (cpu->sys.pmcr_el0 & 0x69);
}

/* E 0, P 1 (event counters to 0), C 2 (cycle counter to 0), D 3, X 4, DP 5, LC 6. */
bool write_pmcr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    pmu_sync(cpu);
    cpu->sys.pmcr_el0 = value & 0x69;
    if (bit(value, 1))
        for (unsigned n = 0; n < counters(cpu); n++)
            cpu->sys.pmevcntr_el0[n] = 0;
    if (bit(value, 2))
        cpu->sys.pmccntr_el0 = 0;
    update_irq(cpu);
    return true;
}

/* ---- the other registers, by encoding ---- */

/* PMEVCNTRn, PMEVTYPERn: CRm<1:0>:op2; PMXEV*: PMSELR_EL0.SEL. 32 and up: none. */
static unsigned counter_of(const struct cpu *cpu, const struct sysreg *sr)
{
    if (bits(sr->enc, 10, 7) == 14)
        return (unsigned)(bits(sr->enc, 4, 3) << 3 | bits(sr->enc, 2, 0));
    return (unsigned)bits(cpu->sys.pmselr_el0, 4, 0);
}

static bool is_type_register(const struct sysreg *sr)
{
    return bits(sr->enc, 10, 7) == 14 ? bit(sr->enc, 5) : bits(sr->enc, 2, 0) == 1;
}

static u64 *event_register(struct cpu *cpu, const struct sysreg *sr)
{
    unsigned n = counter_of(cpu, sr);
    if (n == CYCLE_BIT && is_type_register(sr))
        return &cpu->sys.pmccfiltr_el0;
    if (n >= counters(cpu))
        return NULL;
    return is_type_register(sr) ? &cpu->sys.pmevtyper_el0[n] : &cpu->sys.pmevcntr_el0[n];
}

/* CRn, CRm, op2 of the set and clear registers. */
#define WHICH(crn, crm, op2) ((crn) << 7 | (crm) << 3 | (op2))

static u64 *bit_register(struct cpu *cpu, const struct sysreg *sr)
{
    switch (bits(sr->enc, 10, 0)) {
    case WHICH(9, 12, 1):
    case WHICH(9, 12, 2):
        return &cpu->sys.pmcntenset_el0;
    case WHICH(9, 12, 3):
    case WHICH(9, 14, 3):
        return &cpu->sys.pmovsset_el0;
    case WHICH(9, 14, 1):
    case WHICH(9, 14, 2):
        return &cpu->sys.pmintenset_el1;
    default:
        return NULL;
    }
}

static bool clears(const struct sysreg *sr)
{
    u64 which = bits(sr->enc, 10, 0);
    return which == WHICH(9, 12, 2) || which == WHICH(9, 12, 3) || which == WHICH(9, 14, 2);
}

u64 read_pmu(struct cpu *cpu, const struct sysreg *sr)
{
    pmu_sync(cpu);
    if (bits(sr->enc, 10, 0) == WHICH(9, 13, 0))
        return cpu->sys.pmccntr_el0;
    const u64 *reg = bit_register(cpu, sr);
    if (!reg)
        reg = event_register(cpu, sr);
    return reg ? *reg : 0;
}

bool write_pmu(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    u64 which = bits(sr->enc, 10, 0), *reg = bit_register(cpu, sr);
    pmu_sync(cpu);
    if (which == WHICH(9, 12, 4)) { /* PMSWINC */
        for (unsigned n = 0; n < counters(cpu); n++)
            if (bit(value & cpu->sys.pmcntenset_el0, n) && bits(cpu->sys.pmevtyper_el0[n], 9, 0) == EVENT_SW_INCR && pmu_is_on(cpu))
                add(cpu, n, 1);
    } else if (which == WHICH(9, 13, 0)) {
        cpu->sys.pmccntr_el0 = value;
    } else if (reg) {
        *reg = clears(sr) ? *reg & ~value : *reg | (value & all_counters(cpu));
    } else if ((reg = event_register(cpu, sr))) {
        *reg = is_type_register(sr) ? value & (counter_of(cpu, sr) == CYCLE_BIT ? 0xfc000000 : 0xfc0003ff) : (u32)value;
    }
    update_irq(cpu);
    return true;
}
