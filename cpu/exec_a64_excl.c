/* Load/store exclusive, load-acquire, store-release (DDI 0487 C4.1.67, B2.12). The memory model is sequentially consistent: PEs take
 * turns, so acquire and release add only their alignment rule. */
#include "cpu/ldst_ops.h"

static ALWAYS_INLINE struct host_entry *entry_of(struct cpu *cpu, u64 addr)
{
    return &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
}

static ALWAYS_INLINE bool load_exclusive(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 addr = cpu->x[op->rn], value = 0;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = entry_of(cpu, addr);
        if (!hits(e->tag_r, addr, size))
            return false;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
        cpu->exclusive = (struct exclusive){ .armed = true, .size = (u8)size, .addr = PA(e->pa | (addr & ~PAGE_MASK)) };
    } else {
        if (!access_load_slow(cpu, op, *budget, addr, size, ACCESS_ALIGNED | ACCESS_EXCLUSIVE))
            return false;
        value = cpu->slow.value[0];
        *budget = cpu->slow.budget;
    }
    cpu->x[op->rd] = value;
    return true;
}

static ALWAYS_INLINE bool store_exclusive(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 addr = cpu->x[op->rn];
    if (path == ACCESS_HIT) {
        const struct host_entry *e = entry_of(cpu, addr);
        if (!hits(e->tag_w, addr, size))
            return false;
        bool pass = exclusive_passes(cpu, PA(e->pa | (addr & ~PAGE_MASK)), size);
        cpu->exclusive.armed = false;
        if (pass)
            memcpy((void *)(uintptr_t)(addr + e->addend), &cpu->x[op->rd], size);
        cpu->x[op->rm] = !pass;
        return true;
    }
    if (!access_store_exclusive_slow(cpu, op, *budget, addr, size, cpu->x[op->rd], 0))
        return false;
    *budget = cpu->slow.budget;
    cpu->x[op->rm] = cpu->slow.value[0];
    return true;
}

/* A pair is one access of twice the size. */
static ALWAYS_INLINE bool load_pair_exclusive(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (path == ACCESS_HIT || !base_ok(cpu, op, *budget))
        return false;
    if (!access_load_slow(cpu, op, *budget, cpu->x[op->rn], 2 * size, ACCESS_ALIGNED | ACCESS_EXCLUSIVE))
        return false;
    *budget = cpu->slow.budget;
    u64 low = cpu->slow.value[0];
    cpu->x[op->rd] = size == 8 ? low : (u32)low;
    cpu->x[op->ra] = size == 8 ? cpu->slow.value[1] : low >> 32;
    return true;
}

static ALWAYS_INLINE bool store_pair_exclusive(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (path == ACCESS_HIT || !base_ok(cpu, op, *budget))
        return false;
    u64 low = cpu->x[op->rd], high = cpu->x[op->ra];
    if (size == 4)
        low = (u32)low | high << 32;
    if (!access_store_exclusive_slow(cpu, op, *budget, cpu->x[op->rn], 2 * size, low, high))
        return false;
    *budget = cpu->slow.budget;
    cpu->x[op->rm] = cpu->slow.value[0];
    return true;
}

#define ORDERED(bits, size)                                                                                            \
    MEM_HANDLER(LDXR##bits, load_exclusive, size)                                                                      \
    MEM_HANDLER(LDAXR##bits, load_exclusive, size)                                                                     \
    MEM_HANDLER(LDAR##bits, load_acquire, size, LOAD_U)                                                                \
    MEM_HANDLER(LDLAR##bits, load_acquire, size, LOAD_U)                                                               \
    MEM_HANDLER(STLLR##bits, store_release, size)                                                                      \
    MEM_HANDLER(STLR##bits, store_release, size)                                                                       \
    MEM_HANDLER(STXR##bits, store_exclusive, size)                                                                     \
    MEM_HANDLER(STLXR##bits, store_exclusive, size)

ORDERED(8, 1)
ORDERED(16, 2)
ORDERED(32, 4)
ORDERED(64, 8)

MEM_HANDLER(LDXP32, load_pair_exclusive, 4)
MEM_HANDLER(LDAXP32, load_pair_exclusive, 4)
MEM_HANDLER(STXP32, store_pair_exclusive, 4)
MEM_HANDLER(STLXP32, store_pair_exclusive, 4)
MEM_HANDLER(LDXP64, load_pair_exclusive, 8)
MEM_HANDLER(LDAXP64, load_pair_exclusive, 8)
MEM_HANDLER(STXP64, store_pair_exclusive, 8)
MEM_HANDLER(STLXP64, store_pair_exclusive, 8)
