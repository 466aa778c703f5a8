/* What the loads and stores of general-purpose registers share, one template an addressing mode (DDI 0487 C4.1.67).
 *
 * Every access comes before any register write, so that an instruction which faults restarts. Write-back happens before the
 * loaded value is written: where Rt is Rn (CONSTRAINED UNPREDICTABLE, C6.2.130), the loaded value wins. */
#ifndef CPU_LDST_OPS_H
#define CPU_LDST_OPS_H

#include "cpu/access.h"

#include "cpu/cond.h"
#include "emu/platform/bits.h"

/* How a loaded value fills its register. */
enum load_kind { LOAD_U, LOAD_S32, LOAD_S64 };

static ALWAYS_INLINE u64 extend_loaded(u64 value, unsigned size, enum load_kind kind)
{
    if (kind == LOAD_U)
        return value;
    u64 wide = sign_extend(value, size * 8);
    return kind == LOAD_S32 ? (u32)wide : wide;
}

/* Base, immediate offset; `back`: write-back of the base. post: the offset is added after the access. */
static ALWAYS_INLINE bool load_imm(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                   unsigned size, enum load_kind kind, bool post, bool back)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 base = cpu->x[op->rn], value;
    if (!mem_load_by(cpu, op, budget, path, post ? base : base + op->imm, size, &value))
        return false;
    if (back)
        cpu->x[op->rn] = base + op->imm;
    cpu->x[op->rd] = extend_loaded(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_imm(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                    unsigned size, bool post, bool back)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 base = cpu->x[op->rn];
    if (!mem_store_by(cpu, op, budget, path, post ? base : base + op->imm, size, cpu->x[op->rd]))
        return false;
    if (back)
        cpu->x[op->rn] = base + op->imm;
    return true;
}

static ALWAYS_INLINE u64 register_offset(const struct cpu *cpu, const struct op *op, unsigned log2_size)
{
    return extend_reg(cpu->x[op->rm], op->ra) << (op->imm ? log2_size : 0);
}

static ALWAYS_INLINE bool load_reg(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                   unsigned log2_size, enum load_kind kind)
{
    u64 value;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    if (!mem_load_by(cpu, op, budget, path, cpu->x[op->rn] + register_offset(cpu, op, log2_size), 1u << log2_size, &value))
        return false;
    cpu->x[op->rd] = extend_loaded(value, 1u << log2_size, kind);
    return true;
}

static ALWAYS_INLINE bool store_reg(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                    unsigned log2_size)
{
    return base_ok_by(cpu, op, *budget, path) &&
           mem_store_by(cpu, op, budget, path, cpu->x[op->rn] + register_offset(cpu, op, log2_size), 1u << log2_size,
                        cpu->x[op->rd]);
}

/* The same with an index that is shifted only (option LSL) and a base that is not SP: op->imm is the amount (cpu/specialise.c). */
static ALWAYS_INLINE bool load_index(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                     enum load_kind kind)
{
    u64 value;
    if (!mem_load_by(cpu, op, budget, path, cpu->x[op->rn] + (cpu->x[op->rm] << op->imm), size, &value))
        return false;
    cpu->x[op->rd] = extend_loaded(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_index(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    return mem_store_by(cpu, op, budget, path, cpu->x[op->rn] + (cpu->x[op->rm] << op->imm), size, cpu->x[op->rd]);
}

/* ---- load-acquire, store-release: naturally aligned ---- */

/* Does an aligned access of RAM hit? Then the inline path may be used. */
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

/* ---- unprivileged, literal ---- */

/* LDTR, STTR: as EL0 does, in the context that the slow path has found for it. */
static ALWAYS_INLINE bool load_unprivileged(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                            enum load_kind kind)
{
    u64 addr = cpu->x[op->rn] + op->imm, value = 0;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    if (path == ACCESS_HIT) {
        const struct mmu_context *ctx = cpu->unprivileged_ctx;
        const struct host_entry *e = ctx ? &ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES] : NULL;
        if (!ACCESS_INLINE || UNLIKELY(!e || ((addr + size - 1) & PAGE_MASK) != e->tag_r))
            return false;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
    } else {
        if (!access_load_slow(cpu, op, *budget, addr, size, ACCESS_UNPRIVILEGED))
            return false;
        *budget = cpu->slow.budget;
        value = cpu->slow.value[0];
    }
    cpu->x[op->rd] = extend_loaded(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_unprivileged(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    u64 addr = cpu->x[op->rn] + op->imm;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    if (path == ACCESS_HIT) {
        const struct mmu_context *ctx = cpu->unprivileged_ctx;
        const struct host_entry *e = ctx ? &ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES] : NULL;
        if (!ACCESS_INLINE || UNLIKELY(!e || ((addr + size - 1) & PAGE_MASK) != e->tag_w))
            return false;
        memcpy((void *)(uintptr_t)(addr + e->addend), &cpu->x[op->rd], size);
        return true;
    }
    if (!access_store_slow(cpu, op, *budget, addr, size, ACCESS_UNPRIVILEGED, cpu->x[op->rd], 0))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

static ALWAYS_INLINE bool load_literal(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                       unsigned size, enum load_kind kind)
{
    u64 value;
    if (!mem_load_by(cpu, op, budget, path, op_pc(cpu, op) + op->imm, size, &value))
        return false;
    cpu->x[op->rd] = extend_loaded(value, size, kind);
    return true;
}

/* Both registers of a pair in one check where they lie in one page. */
static ALWAYS_INLINE bool load_two(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                   unsigned size, u64 *a, u64 *b)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + 2 * size - 1) & PAGE_MASK) == e->tag_r)) {
        const u8 *host = (const u8 *)(uintptr_t)(addr + e->addend);
        u64 first = 0, second = 0;
        memcpy(&first, host, size);
        memcpy(&second, host + size, size);
        *a = first;
        *b = second;
        return true;
    }
    return path == ACCESS_ANY && mem_load(cpu, op, budget, addr, size, a) &&
           mem_load(cpu, op, budget, addr + size, size, b);
}

static ALWAYS_INLINE bool load_pair(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                    unsigned size, enum load_kind kind, bool post, bool back)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 base = cpu->x[op->rn], first, second;
    if (!load_two(cpu, op, budget, path, post ? base : base + op->imm, size, &first, &second))
        return false;
    if (back)
        cpu->x[op->rn] = base + op->imm;
    cpu->x[op->rd] = extend_loaded(first, size, kind);
    cpu->x[op->ra] = extend_loaded(second, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_two(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                    unsigned size)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (ACCESS_INLINE && LIKELY(((addr + 2 * size - 1) & PAGE_MASK) == e->tag_w)) {
        u8 *host = (u8 *)(uintptr_t)(addr + e->addend);
        memcpy(host, &cpu->x[op->rd], size);
        memcpy(host + size, &cpu->x[op->ra], size);
        return true;
    }
    return path == ACCESS_ANY && mem_store(cpu, op, budget, addr, size, cpu->x[op->rd]) &&
           mem_store(cpu, op, budget, addr + size, size, cpu->x[op->ra]);
}

static ALWAYS_INLINE bool store_pair(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                     unsigned size, bool post, bool back)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 base = cpu->x[op->rn];
    if (!store_two(cpu, op, budget, path, post ? base : base + op->imm, size))
        return false;
    if (back)
        cpu->x[op->rn] = base + op->imm;
    return true;
}

#endif
