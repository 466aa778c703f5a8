/* Costs in ticks (1/8 cycle), estimated from the issue widths and result latencies that the cores' software optimization guides
 * publish, averaged over straight-line code: a dual-issue in-order core takes about 5/8 cycle an ALU instruction, a three-wide
 * out-of-order one 3/8. */
#include "cpu/timing.h"

#include "emu/platform/clock.h"

#include <string.h>

static const struct {
    const char *model;
    struct timing timing;
} table[] = {
    { "cortex-a57",
      { .ticks = {
            [CLS_ALU] = 3, [CLS_ALU_SHIFT] = 5, [CLS_MUL] = 8, [CLS_MUL64] = 12, [CLS_DIV] = 96, [CLS_LOAD] = 8,
            [CLS_LOADP] = 10, [CLS_STORE] = 8, [CLS_STOREP] = 10, [CLS_BRANCH] = 6, [CLS_EXC] = 8, [CLS_SYS] = 16,
            [CLS_BARRIER] = 40, [CLS_HINT] = 2, [CLS_CRC] = 8, [CLS_FP_MOV] = 6, [CLS_FP_ALU] = 10, [CLS_FP_MUL] = 10,
            [CLS_FP_FMA] = 14, [CLS_FP_DIV] = 120, [CLS_FP_CVT] = 10, [CLS_SIMD] = 6, [CLS_SIMD_MUL] = 12,
            [CLS_SIMD_LOAD] = 9, [CLS_SIMD_STORE] = 9, [CLS_CRYPTO] = 8 },
        .undefined = 8, .exception = 96, .tlb_miss = 40, .walk_read = 64, .mmio = 480 } },
    { "cortex-a72",
      { .ticks = {
            [CLS_ALU] = 3, [CLS_ALU_SHIFT] = 4, [CLS_MUL] = 8, [CLS_MUL64] = 10, [CLS_DIV] = 64, [CLS_LOAD] = 7,
            [CLS_LOADP] = 9, [CLS_STORE] = 8, [CLS_STOREP] = 9, [CLS_BRANCH] = 5, [CLS_EXC] = 8, [CLS_SYS] = 16,
            [CLS_BARRIER] = 40, [CLS_HINT] = 2, [CLS_CRC] = 8, [CLS_FP_MOV] = 5, [CLS_FP_ALU] = 8, [CLS_FP_MUL] = 8,
            [CLS_FP_FMA] = 12, [CLS_FP_DIV] = 80, [CLS_FP_CVT] = 8, [CLS_SIMD] = 5, [CLS_SIMD_MUL] = 10,
            [CLS_SIMD_LOAD] = 8, [CLS_SIMD_STORE] = 8, [CLS_CRYPTO] = 7 },
        .undefined = 8, .exception = 88, .tlb_miss = 40, .walk_read = 56, .mmio = 480 } },
    { "cortex-a53",
      { .ticks = {
            [CLS_ALU] = 5, [CLS_ALU_SHIFT] = 6, [CLS_MUL] = 14, [CLS_MUL64] = 20, [CLS_DIV] = 96, [CLS_LOAD] = 10,
            [CLS_LOADP] = 14, [CLS_STORE] = 8, [CLS_STOREP] = 12, [CLS_BRANCH] = 8, [CLS_EXC] = 8, [CLS_SYS] = 16,
            [CLS_BARRIER] = 32, [CLS_HINT] = 4, [CLS_CRC] = 10, [CLS_FP_MOV] = 8, [CLS_FP_ALU] = 16, [CLS_FP_MUL] = 16,
            [CLS_FP_FMA] = 24, [CLS_FP_DIV] = 160, [CLS_FP_CVT] = 16, [CLS_SIMD] = 10, [CLS_SIMD_MUL] = 16,
            [CLS_SIMD_LOAD] = 14, [CLS_SIMD_STORE] = 12, [CLS_CRYPTO] = 14 },
        .undefined = 8, .exception = 72, .tlb_miss = 40, .walk_read = 64, .mmio = 400 } },
};

void timing_for(const char *model_name, bool insn, struct timing *out)
{
    *out = table[0].timing;
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (!strcmp(table[i].model, model_name))
            *out = table[i].timing;
    if (!insn)
        return;
    memset(out, 0, sizeof *out);
    out->undefined = TICKS_PER_CYCLE;
    for (unsigned i = 0; i < TIMING_CLASSES; i++)
        out->ticks[i] = TICKS_PER_CYCLE;
}
