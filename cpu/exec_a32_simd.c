/* Advanced SIMD of AArch32 (DDI 0487 F6.1): data processing, compiled once in cpu/aarch32_simd*.c, and loads and stores of structures. */
#include "cpu/aarch32_fp_checks.h"

#include "cpu/a32_ops.h"

void ENGINE_NAME(simd_trap)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    aarch32_fp_access_trap(cpu, true);
    EXCEPTION();
}

#define SIMD(id, ...)                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        SIMD_CHECK();                                                                                                  \
        simd32_##id(cpu, op);                                                                                          \
        NEXT();                                                                                                        \
    }
#define SIMD_LDST(id, ...)
#include "cpu/insn_aarch32_simd.def"
#undef SIMD
#undef SIMD_LDST

/* ---- structures: op->rm bytes at Rn, aligned to op->ra + 1. They go through a copy, where a page does not hold them all ---- */

/* What the base becomes: Rm is R15: nothing; R13: the next structures; else Rm is added. */
static ALWAYS_INLINE void step_base(struct cpu *cpu, const struct op *op)
{
    const unsigned m = op->imm32 & 15;
    if (m != 15)
        cpu->x[op->rn] = (u32)(cpu->x[op->rn] + (m == 13 ? op->rm : cpu->x[m]));
}

/* The element's size: a big-endian access turns each around. */
static ALWAYS_INLINE unsigned element_bytes(const struct op *op, unsigned size_at)
{
    const unsigned size = op->imm32 >> size_at & 3;
    return size_at == 6 && size == 3 && (op->imm32 >> 23 & 1) ? 4 : 1u << size; /* VLD4 of words to all lanes, aligned */
}

static ALWAYS_INLINE bool load_memory(struct cpu *cpu, const struct op *op, s64 *budget, unsigned size_at, u8 *memory)
{
    const u32 addr = rn(cpu, op);
    const unsigned size = element_bytes(op, size_at);
    if (UNLIKELY(addr & op->ra)) {
        access_alignment_fault(cpu, op, *budget, addr, false);
        return false;
    }
    for (unsigned at = 0; at < op->rm; at += size) {
        if (!access_load_slow(cpu, op, *budget, (u32)(addr + at), size, 0))
            return false;
        memcpy(memory + at, &cpu->slow.value[0], size);
        *budget = cpu->slow.budget;
    }
    return true;
}

static ALWAYS_INLINE bool store_memory(struct cpu *cpu, const struct op *op, s64 *budget, unsigned size_at, const u8 *memory)
{
    const u32 addr = rn(cpu, op);
    const unsigned size = element_bytes(op, size_at);
    if (UNLIKELY(addr & op->ra)) {
        access_alignment_fault(cpu, op, *budget, addr, true);
        return false;
    }
    for (unsigned at = 0; at < op->rm; at += size) {
        u64 value = 0;
        memcpy(&value, memory + at, size);
        if (!access_store_slow(cpu, op, *budget, (u32)(addr + at), size, 0, value, 0))
            return false;
        *budget = cpu->slow.budget;
    }
    return true;
}

#define STRUCTURES_LOAD(id, transfer, size_at)                                                                         \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        u8 memory[32];                                                                                                 \
        if (!load_memory(cpu, op, &budget, size_at, memory))                                                           \
            EXCEPTION();                                                                                               \
        transfer(cpu, op, memory);                                                                                     \
        step_base(cpu, op);                                                                                            \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        SIMD_CHECK();                                                                                                  \
        const u8 *host = host_for_load(cpu, rn(cpu, op), op->rm);                                                      \
        if (UNLIKELY(!host || rn(cpu, op) & op->ra))                                                                   \
            TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                         \
        transfer(cpu, op, host);                                                                                       \
        step_base(cpu, op);                                                                                            \
        NEXT();                                                                                                        \
    }

#define STRUCTURES_STORE(id, transfer, size_at)                                                                        \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        u8 memory[32];                                                                                                 \
        transfer(cpu, op, memory);                                                                                     \
        if (!store_memory(cpu, op, &budget, size_at, memory))                                                          \
            EXCEPTION();                                                                                               \
        step_base(cpu, op);                                                                                            \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        SIMD_CHECK();                                                                                                  \
        u8 *host = host_for_store(cpu, rn(cpu, op), op->rm);                                                           \
        if (UNLIKELY(!host || rn(cpu, op) & op->ra))                                                                   \
            TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                         \
        transfer(cpu, op, host);                                                                                       \
        step_base(cpu, op);                                                                                            \
        NEXT();                                                                                                        \
    }

STRUCTURES_LOAD(VLD_M, simd32_load_structures, 6)
STRUCTURES_LOAD(VLD_L, simd32_load_lane, 10)
STRUCTURES_LOAD(VLD_A, simd32_load_all_lanes, 6)
STRUCTURES_STORE(VST_M, simd32_store_structures, 6)
STRUCTURES_STORE(VST_L, simd32_store_lane, 10)
