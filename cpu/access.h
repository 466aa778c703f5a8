/* Memory as handlers see it: an inline check of the current context's host table, and everything else out of line.
 * Each accessor returns false when an exception was taken: the handler then says EXCEPTION() and nothing else.
 * Out-of-line results come back in cpu->slow, so that no local of a handler has its address taken. */
#ifndef CPU_ACCESS_H
#define CPU_ACCESS_H

#include "cpu/atomic.h"
#include "cpu/engine.h"

#include <string.h>

enum access_flags {
    ACCESS_UNPRIVILEGED = 1, /* LDTR, STTR: as EL0 when at EL1 */
    ACCESS_ALIGNED = 2,      /* must be naturally aligned whatever SCTLR.A says (exclusive, acquire/release) */
    ACCESS_EXCLUSIVE = 4, /* exclusive or atomic: wants memory */
};

/* Slow paths: any VA, any kind of memory, page crossing, alignment rules, watchpoints. size 1, 2, 4, 8, 16.
 * Value in cpu->slow.value[0..1]; new biased budget in cpu->slow.budget. */
bool access_load_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags);
bool access_store_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags,
                       u64 low, u64 high);
/* STXR, STXP and their release forms. cpu->slow.value[0]: the status, 0 when it was stored. */
bool access_store_exclusive_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, u64 low, u64 high);
/* An atomic read-modify-write: needs permission to read and to write, natural alignment, and memory. The old value is in cpu->slow.value. */
bool access_atomic_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, struct atomic atomic);
/* An AArch32 instruction names a larger alignment than the address has: takes the fault. */
void access_alignment_fault(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, bool write);
/* SP alignment check failed or may have: takes the fault if SCTLR_ELx.SA(0) asks for it. False: taken. */
bool access_sp_check(struct cpu *cpu, const struct op *op, s64 budget);

/* Would a store-exclusive of `size` bytes there succeed? It wants exactly what was loaded (B2.12.2 permits more). */
static ALWAYS_INLINE bool exclusive_passes(const struct cpu *cpu, pa addr, unsigned size)
{
    return cpu->exclusive.armed && cpu->exclusive.addr.v == addr.v && cpu->exclusive.size == size;
}

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

/* A handler whose accesses all hit is straight-line code; one that misses starts again as its slow twin, which may call.
 * So a template says by which path it goes: ACCESS_HIT (false: a miss, nothing done) or ACCESS_ANY (false: exception taken). */
enum access_path { ACCESS_HIT, ACCESS_ANY };

#define MEM_HANDLER(id, template, ...)                                                                                 \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        if (!template(cpu, op, &budget, ACCESS_ANY, __VA_ARGS__))                                                      \
            EXCEPTION();                                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (LIKELY(template(cpu, op, &budget, ACCESS_HIT, __VA_ARGS__)))                                               \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

static ALWAYS_INLINE bool base_ok_by(struct cpu *cpu, const struct op *op, s64 budget, enum access_path path)
{
    return path == ACCESS_ANY ? base_ok(cpu, op, budget) : !(op->rn == SLOT_SP && (cpu->x[SLOT_SP] & 15));
}

static ALWAYS_INLINE bool mem_load_by(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                      unsigned size, u64 *out)
{
    if (path == ACCESS_ANY)
        return mem_load(cpu, op, budget, addr, size, out);
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (!ACCESS_INLINE || UNLIKELY(((addr + size - 1) & PAGE_MASK) != e->tag_r))
        return false;
    u64 value = 0;
    memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
    *out = value;
    return true;
}

static ALWAYS_INLINE bool mem_store_by(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                       unsigned size, u64 value)
{
    if (path == ACCESS_ANY)
        return mem_store(cpu, op, budget, addr, size, value);
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (!ACCESS_INLINE || UNLIKELY(((addr + size - 1) & PAGE_MASK) != e->tag_w))
        return false;
    memcpy((void *)(uintptr_t)(addr + e->addend), &value, size);
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
