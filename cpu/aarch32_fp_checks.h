/* What stands at the beginning of VFP and Advanced SIMD handlers of AArch32, after FP_CHECK of cpu/engine.h. */
#ifndef CPU_AARCH32_FP_CHECKS_H
#define CPU_AARCH32_FP_CHECKS_H

#include "cpu/aarch32_fp.h"
#include "cpu/engine.h"
#include "cpu/simd_ldst_ops.h"
#include "emu/platform/bits.h"

/* Advanced SIMD is disabled here, maybe alone (CPACR.ASEDIS, HCPTR.TASE, NSACR.NSASEDIS). */
op_fn ENGINE_NAME(simd_trap);

#define SIMD_CHECK()                                                                                                   \
    do {                                                                                                               \
        if (UNLIKELY(!cpu->simd_enabled))                                                                              \
            TAIL_CALL ENGINE_NAME(simd_trap)(cpu, op, budget);                                                         \
    } while (0)

/* FPSCR.Len or Stride is set: data processing that could work on short vectors is UNDEFINED. */
#define VFP_SCALAR_CHECK()                                                                                             \
    do {                                                                                                               \
        FP_CHECK();                                                                                                    \
        if (UNLIKELY(cpu->fpcr & FPSCR_SHORT_VECTORS))                                                                 \
            TAIL_CALL ENGINE_NAME(undefined)(cpu, op, budget);                                                         \
    } while (0)

#endif
