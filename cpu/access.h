/* Memory as handlers see it: an inline check of the current context's host table, and everything else out of line.
 * Each accessor returns false when an exception was taken: the handler then says EXCEPTION() and nothing else.
 * Out-of-line results come back in cpu->slow, so that no local of a handler has its address taken. */
#ifndef CPU_ACCESS_H
#define CPU_ACCESS_H

#include "cpu/engine.h"

#include <string.h>

enum access_flags {
    ACCESS_UNPRIVILEGED = 1, /* LDTR, STTR: as EL0 when at EL1 */
    ACCESS_ALIGNED = 2,      /* must be naturally aligned whatever SCTLR.A says (exclusive, acquire/release) */
    ACCESS_EXCLUSIVE = 4,
};

/* Slow paths: any VA, any kind of memory, page crossing, alignment rules, watchpoints. size 1, 2, 4, 8, 16.
 * Value in cpu->slow.value[0..1]; new biased budget in cpu->slow.budget. */
bool access_load_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags);
bool access_store_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags,
                       u64 low, u64 high);
/* SP alignment check failed or may have: takes the fault if SCTLR_ELx.SA(0) asks for it. False: taken. */
bool access_sp_check(struct cpu *cpu, const struct op *op, s64 budget);

#ifdef ENGINE_IS_WATCHED
#define ACCESS_INLINE 0
#else
#define ACCESS_INLINE 1
#endif

/* The base register of an address, with CheckSPAlignment() when it is SP. Declares nothing; false: exception taken. */
static ALWAYS_INLINE bool base_ok(struct cpu *cpu, const struct op *op, s64 budget)
{
    if (UNLIKELY(op->rn == SLOT_SP && (cpu->x[SLOT_SP] & 15)))
        return access_sp_check(cpu, op, budget);
    return true;
}

static ALWAYS_INLINE bool mem_load(struct cpu *cpu, const struct op *op, s64 *budget, u64 addr, unsigned size, u64 *out)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + size - 1) & PAGE_MASK) == e->tag_r)) {
        u64 value = 0;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
        *out = value;
        return true;
    }
    if (!access_load_slow(cpu, op, *budget, addr, size, 0))
        return false;
    *out = cpu->slow.value[0];
    *budget = cpu->slow.budget;
    return true;
}

static ALWAYS_INLINE bool mem_store(struct cpu *cpu, const struct op *op, s64 *budget, u64 addr, unsigned size, u64 value)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + size - 1) & PAGE_MASK) == e->tag_w)) {
        memcpy((void *)(uintptr_t)(addr + e->addend), &value, size);
        return true;
    }
    if (!access_store_slow(cpu, op, *budget, addr, size, 0, value, 0))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

/* A 16-byte access (LDR/STR Q): alignment-checked as one, no atomicity. */
static ALWAYS_INLINE bool mem_load128(struct cpu *cpu, const struct op *op, s64 *budget, u64 addr, union vreg *out)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + 15) & PAGE_MASK) == e->tag_r)) {
        memcpy(out, (const void *)(uintptr_t)(addr + e->addend), 16);
        return true;
    }
    if (!access_load_slow(cpu, op, *budget, addr, 16, 0))
        return false;
    out->d[0] = cpu->slow.value[0];
    out->d[1] = cpu->slow.value[1];
    *budget = cpu->slow.budget;
    return true;
}

static ALWAYS_INLINE bool mem_store128(struct cpu *cpu, const struct op *op, s64 *budget, u64 addr, union vreg value)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + 15) & PAGE_MASK) == e->tag_w)) {
        memcpy((void *)(uintptr_t)(addr + e->addend), &value, 16);
        return true;
    }
    if (!access_store_slow(cpu, op, *budget, addr, 16, 0, value.d[0], value.d[1]))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

#endif
