/* AArch32 load and store exclusive, load-acquire, store-release, barriers, SWP (DDI 0487 F5.1, E2.10). As for A64, acquire and release add only their
 * alignment rule. Base rn, offset imm32 (T32 LDREX, STREX), status rd, data rm and ra; loads: rd and ra. */
#include "cpu/ldst_a32.h"

#include "cpu/engine_run.h"

static ALWAYS_INLINE bool hits_aligned(u64 tag, u32 addr, unsigned size)
{
    return ACCESS_INLINE && (addr & (u32)(PAGE_MASK | (size - 1))) == tag;
}

static ALWAYS_INLINE struct host_entry *entry_of(struct cpu *cpu, u32 addr)
{
    return &cpu->ctx->host[((u64)addr >> PAGE_SHIFT) % HOST_ENTRIES];
}

/* LDA and LDREX: marks: the monitor is set. */
static ALWAYS_INLINE bool load_ordered(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size, bool marks)
{
    const u32 addr = rn(cpu, op) + op->imm32;
    u64 value = 0;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = entry_of(cpu, addr);
        if (!hits_aligned(e->tag_r, addr, size))
            return false;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
        if (marks)
            cpu->exclusive = (struct exclusive){ .armed = true, .size = (u8)size, .addr = PA(e->pa | (addr & ~PAGE_MASK)) };
    } else {
        if (!access_load_slow(cpu, op, *budget, addr, size, marks ? ACCESS_ALIGNED | ACCESS_EXCLUSIVE : ACCESS_ALIGNED))
            return false;
        value = cpu->slow.value[0];
        *budget = cpu->slow.budget;
    }
    if (size == 8) { /* the register of the lower address first */
        cpu->x[op->ra] = cpu->pstate.e ? (u32)value : value >> 32;
        value = cpu->pstate.e ? value >> 32 : (u32)value;
    }
    cpu->x[op->rd] = value;
    return true;
}

static ALWAYS_INLINE bool store_ordered(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    const u32 addr = rn(cpu, op) + op->imm32;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = entry_of(cpu, addr);
        if (!hits_aligned(e->tag_w, addr, size))
            return false;
        memcpy((void *)(uintptr_t)(addr + e->addend), &cpu->x[op->rm], size);
        return true;
    }
    if (!access_store_slow(cpu, op, *budget, addr, size, ACCESS_ALIGNED, cpu->x[op->rm], 0))
        return false;
    *budget = cpu->slow.budget;
    return true;
}

static ALWAYS_INLINE bool store_exclusive32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    const u32 addr = rn(cpu, op) + op->imm32;
    u64 value = cpu->x[op->rm];
    if (size == 8)
        value = cpu->pstate.e ? value << 32 | ra(cpu, op) : (u64)ra(cpu, op) << 32 | value;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = entry_of(cpu, addr);
        if (!hits_aligned(e->tag_w, addr, size))
            return false;
        bool pass = exclusive_passes(cpu, PA(e->pa | (addr & ~PAGE_MASK)), size);
        cpu->exclusive.armed = false;
        if (pass)
            memcpy((void *)(uintptr_t)(addr + e->addend), &value, size);
        cpu->x[op->rd] = !pass;
        return true;
    }
    if (!access_store_exclusive_slow(cpu, op, *budget, addr, size, value, 0))
        return false;
    *budget = cpu->slow.budget;
    cpu->x[op->rd] = cpu->slow.value[0];
    return true;
}

#define ORDERED(suffix, size)                                                                                          \
    MEM_HANDLER(LDREX##suffix, load_ordered, size, true)                                                               \
    MEM_HANDLER(STREX##suffix, store_exclusive32, size)
#define ACQUIRE_RELEASE(suffix, size)                                                                                  \
    MEM_HANDLER(LDA##suffix, load_ordered, size, false)                                                                \
    MEM_HANDLER(STL##suffix, store_ordered, size)

ORDERED(, 4)
ORDERED(B, 1)
ORDERED(H, 2)
ORDERED(D, 8)
ACQUIRE_RELEASE(, 4)
ACQUIRE_RELEASE(B, 1)
ACQUIRE_RELEASE(H, 2)

HANDLER(CLREX)
{
    cpu->exclusive.armed = false;
    NEXT();
}

/* DMB, DSB, SB: everything is in order anyway. */
HANDLER(BARRIER)
{
    (void)cpu;
    NEXT();
}

HANDLER(ISB)
{
    END_SYSTEM();
}

/* Swaps in one atomic access; UNDEFINED unless SCTLR.SW asks for it, which ARMv8 does not have, and in Hyp mode. */
static ALWAYS_INLINE bool swap(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    if (path == ACCESS_HIT)
        return false;
    if (!bit(cpu->ctx->regime.sctlr, 10) || cpu->pstate.el == 2) {
        cpu_sync(cpu, op, *budget);
        engine_undefined(cpu, op);
        return false;
    }
    struct atomic atomic = { .what = ATOMIC_SWP, .size = (u8)size, .operand = { cpu->x[op->rm] } };
    if (!access_atomic_slow(cpu, op, *budget, rn(cpu, op), atomic))
        return false;
    *budget = cpu->slow.budget;
    cpu->x[op->rd] = cpu->slow.value[0];
    return true;
}

MEM_HANDLER(SWP, swap, 4)
MEM_HANDLER(SWPB, swap, 1)
