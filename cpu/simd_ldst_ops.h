/* Memory to and from SIMD&FP registers, by the paths of cpu/access.h. */
#ifndef CPU_SIMD_LDST_OPS_H
#define CPU_SIMD_LDST_OPS_H

#include "cpu/access.h"

/* As MEM_HANDLER; the access check of CPACR and CPTR comes before the address is looked at. */
#define VMEM_HANDLER(id, template, ...)                                                                                \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        if (!template(cpu, op, &budget, ACCESS_ANY, __VA_ARGS__))                                                      \
            EXCEPTION();                                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        FP_CHECK();                                                                                                    \
        if (LIKELY(template(cpu, op, &budget, ACCESS_HIT, __VA_ARGS__)))                                               \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

/* Where `size` bytes at addr lie in the host, or NULL: not in one page of the host table. */
static ALWAYS_INLINE const u8 *host_for_load(const struct cpu *cpu, u64 addr, unsigned size)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (!ACCESS_INLINE || UNLIKELY(((addr + size - 1) & PAGE_MASK) != e->tag_r))
        return NULL;
    return (const u8 *)(uintptr_t)(addr + e->addend);
}

static ALWAYS_INLINE u8 *host_for_store(const struct cpu *cpu, u64 addr, unsigned size)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (!ACCESS_INLINE || UNLIKELY(((addr + size - 1) & PAGE_MASK) != e->tag_w))
        return NULL;
    return (u8 *)(uintptr_t)(addr + e->addend);
}

/* The low `size` bytes, and zeros. */
static ALWAYS_INLINE union vreg vreg_from(const u8 *host, unsigned size)
{
    union vreg v = { .d = { 0, 0 } };
    memcpy(&v, host, size);
    return v;
}

static ALWAYS_INLINE bool vload(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                unsigned size, union vreg *out)
{
    const u8 *host = host_for_load(cpu, addr, size);
    if (LIKELY(host)) {
        *out = vreg_from(host, size);
        return true;
    }
    if (path == ACCESS_HIT || !access_load_slow(cpu, op, *budget, addr, size, 0))
        return false;
    out->d[0] = cpu->slow.value[0];
    out->d[1] = size == 16 ? cpu->slow.value[1] : 0;
    *budget = cpu->slow.budget;
    return true;
}

static ALWAYS_INLINE bool vstore(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                 unsigned size, const union vreg *value)
{
    u8 *host = host_for_store(cpu, addr, size);
    if (LIKELY(host)) {
        memcpy(host, value, size);
        return true;
    }
    u64 low = size >= 8 ? value->d[0] : value->d[0] & ((1ull << (8 * size & 63)) - 1);
    if (path == ACCESS_HIT || !access_store_slow(cpu, op, *budget, addr, size, 0, low, size == 16 ? value->d[1] : 0))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

#endif
