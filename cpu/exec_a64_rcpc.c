/* Load-acquire RCpc, and the unscaled acquire and release forms (FEAT_LRCPC, FEAT_LRCPC2; DDI 0487 C4.1.67). Without FEAT_LSE2 every one must
 * be naturally aligned. */
#include "cpu/ldst_ops.h"

/* Does an aligned access of RAM hit? */
static ALWAYS_INLINE bool hits(u64 tag, u64 addr, unsigned size)
{
    return ACCESS_INLINE && (addr & (PAGE_MASK | (size - 1u))) == tag;
}

static ALWAYS_INLINE bool load_acquire(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                       enum load_kind kind)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 addr = cpu->x[op->rn] + op->imm, value = 0;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
        if (!hits(e->tag_r, addr, size))
            return false;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
    } else {
        if (!access_load_slow(cpu, op, *budget, addr, size, ACCESS_ALIGNED))
            return false;
        value = cpu->slow.value[0];
        *budget = cpu->slow.budget;
    }
    cpu->x[op->rd] = extend_loaded(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_release(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 addr = cpu->x[op->rn] + op->imm;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
        if (!hits(e->tag_w, addr, size))
            return false;
        memcpy((void *)(uintptr_t)(addr + e->addend), &cpu->x[op->rd], size);
        return true;
    }
    if (!access_store_slow(cpu, op, *budget, addr, size, ACCESS_ALIGNED, cpu->x[op->rd], 0))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

MEM_HANDLER(LDAPR8, load_acquire, 1, LOAD_U)
MEM_HANDLER(LDAPR16, load_acquire, 2, LOAD_U)
MEM_HANDLER(LDAPR32, load_acquire, 4, LOAD_U)
MEM_HANDLER(LDAPR64, load_acquire, 8, LOAD_U)

MEM_HANDLER(STLURB, store_release, 1)
MEM_HANDLER(LDAPURB, load_acquire, 1, LOAD_U)
MEM_HANDLER(LDAPURSB64, load_acquire, 1, LOAD_S64)
MEM_HANDLER(LDAPURSB32, load_acquire, 1, LOAD_S32)
MEM_HANDLER(STLURH, store_release, 2)
MEM_HANDLER(LDAPURH, load_acquire, 2, LOAD_U)
MEM_HANDLER(LDAPURSH64, load_acquire, 2, LOAD_S64)
MEM_HANDLER(LDAPURSH32, load_acquire, 2, LOAD_S32)
MEM_HANDLER(STLUR32, store_release, 4)
MEM_HANDLER(LDAPUR32, load_acquire, 4, LOAD_U)
MEM_HANDLER(LDAPURSW, load_acquire, 4, LOAD_S64)
MEM_HANDLER(STLUR64, store_release, 8)
MEM_HANDLER(LDAPUR64, load_acquire, 8, LOAD_U)
