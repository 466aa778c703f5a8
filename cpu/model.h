/* CPU models: what software can read of a core, and what the model needs to behave like it. */
#ifndef CPU_MODEL_H
#define CPU_MODEL_H

#include "cpu/cpu.h"

struct cpu_model {
    const char *name, *compatible;
    u64 hz;
    u32 features; /* 1 << enum insn_need */
    u8 pa_bits;
    struct tlb_geometry tlb;
    u8 pmu_idcode;
    /* ID registers, named as in cpu/sysreg.def */
    u64 midr;
    u64 id_pfr0, id_pfr1, id_dfr0, id_mmfr0, id_mmfr1, id_mmfr2, id_mmfr3;
    u64 id_isar0, id_isar1, id_isar2, id_isar3, id_isar4, id_isar5, mvfr0, mvfr1, mvfr2;
    u64 id_aa64dfr0, id_aa64isar0, id_aa64mmfr0;
    u64 clidr, ctr, ccsidr_l1d, ccsidr_l1i, ccsidr_l2;
};

#endif
