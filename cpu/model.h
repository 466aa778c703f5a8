/* CPU models: what software can read of a core, and what the model needs to behave like it. */
#ifndef CPU_MODEL_H
#define CPU_MODEL_H

#include "cpu/cpu.h"
#include "cpu/feature.h"

struct cpu_model {
    const char *name, *compatible;
    u64 hz;
    u64 features; /* 1 << enum cpu_feature; by model_new */
    u8 pa_bits;
    struct tlb_geometry tlb;
    u8 set;       /* which of the sets in cpu/feature.def it is */
    u8 pmu_idcode, pmu_counters; /* PMCR.IDCODE, N */
    bool aarch32_only; /* ARMv7: no EL is AArch64 */
    /* ID registers, named as in cpu/sysreg.def */
    u64 midr;
    u64 id_pfr0, id_pfr1, id_dfr0, id_mmfr0, id_mmfr1, id_mmfr2, id_mmfr3;
    u64 id_isar0, id_isar1, id_isar2, id_isar3, id_isar4, id_isar5, mvfr0, mvfr1, mvfr2;
    u64 id_aa64pfr0, id_aa64pfr1, id_aa64dfr0, id_aa64isar0, id_aa64isar1, id_aa64mmfr0, id_aa64mmfr1, id_aa64mmfr2;
    u64 fpsid;
    u64 clidr, ctr, ccsidr_l1d, ccsidr_l1i, ccsidr_l2;
};

static inline bool cpu_has(const struct cpu *cpu, enum cpu_feature f)
{
    return cpu->model->features >> f & 1;
}

/* A copy of `base` without the features in `off` and those that need one of them, its ID registers as the features say. The caller frees
 * it. NULL: *err. */
struct cpu_model *model_new(const struct cpu_model *base, u64 off, struct error *err);

#endif
