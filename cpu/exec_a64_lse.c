/* Atomic memory operations, compare and swap (FEAT_LSE; DDI 0487 C4.1.67, C3.2.12). Acquire and release add nothing where PEs take turns. */
#include "cpu/access.h"

/* The whole instruction but for its registers: `*old` is what the location held. */
static ALWAYS_INLINE bool mem_atomic_by(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, struct atomic atomic,
                                        u64 old[2])
{
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u64 addr = cpu->x[op->rn];
    if (path == ACCESS_ANY) {
        if (!access_atomic_slow(cpu, op, *budget, addr, atomic))
            return false;
        old[0] = cpu->slow.value[0];
        old[1] = cpu->slow.value[1];
        *budget = cpu->slow.budget;
        return true;
    }
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    u64 page = addr & (PAGE_MASK | (atomic.size - 1u)); /* no page where the address is not aligned */
    if (!ACCESS_INLINE || UNLIKELY(page != e->tag_w || page != e->tag_r))
        return false;
    atomic_apply(atomic, (u8 *)(uintptr_t)(addr + e->addend), old);
    return true;
}

/* LDADD and its like, SWP: Rs is the operand, Rt gets the old value. */
static ALWAYS_INLINE bool load_and_op(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                      enum atomic_op what)
{
    u64 old[2];
    struct atomic atomic = { .what = (u8)what, .size = (u8)size, .operand = { cpu->x[op->rm] } };
    if (!mem_atomic_by(cpu, op, budget, path, atomic, old))
        return false;
    cpu->x[op->rd] = old[0];
    return true;
}

/* CAS: Rs is what is expected, and gets the old value; Rt is the new one. op->ra is Rs as a destination. */
static ALWAYS_INLINE bool compare_and_swap(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    u64 old[2];
    struct atomic atomic = { .what = ATOMIC_CAS, .size = (u8)size, .operand = { cpu->x[op->rd] }, .expected = { cpu->x[op->rm] } };
    if (!mem_atomic_by(cpu, op, budget, path, atomic, old))
        return false;
    cpu->x[op->ra] = old[0];
    return true;
}

/* CASP: a pair is one location of twice the size. op->imm: the slot of Rt+1; op->ra: that of Rs+1 as a destination. */
static ALWAYS_INLINE bool compare_and_swap_pair(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    u64 old[2], new_low = cpu->x[op->rd], new_high = cpu->x[op->imm];
    u64 low = cpu->x[op->rm], high = cpu->x[op->ra == SLOT_SINK ? SLOT_ZERO : op->ra];
    struct atomic atomic = { .what = ATOMIC_CAS, .size = 16, .operand = { new_low, new_high }, .expected = { low, high } };
    if (size == 4)
        atomic = (struct atomic){ .what = ATOMIC_CAS, .size = 8, .operand = { (u32)new_low | new_high << 32 },
                                  .expected = { (u32)low | high << 32 } };
    if (!mem_atomic_by(cpu, op, budget, path, atomic, old))
        return false;
    cpu->x[op->rm] = size == 4 ? (u32)old[0] : old[0];
    cpu->x[op->ra] = size == 4 ? old[0] >> 32 : old[1];
    return true;
}

/* A fast handler for each order, one slow twin for the four. */
#define ORDERED_HANDLER(id, slow, template, ...)                                                                       \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (LIKELY(template(cpu, op, &budget, ACCESS_HIT, __VA_ARGS__)))                                               \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(slow)(cpu, op, budget);                                                                  \
    }

#define ALL_ORDERS(name, bits, template, ...)                                                                          \
    static NOINLINE void ENGINE_NAME(name##bits##_slow)(struct cpu * cpu, const struct op *op, s64 budget)             \
    {                                                                                                                  \
        if (!template(cpu, op, &budget, ACCESS_ANY, __VA_ARGS__))                                                      \
            EXCEPTION();                                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    ORDERED_HANDLER(name##bits, name##bits##_slow, template, __VA_ARGS__)                                              \
    ORDERED_HANDLER(name##A##bits, name##bits##_slow, template, __VA_ARGS__)                                           \
    ORDERED_HANDLER(name##L##bits, name##bits##_slow, template, __VA_ARGS__)                                           \
    ORDERED_HANDLER(name##AL##bits, name##bits##_slow, template, __VA_ARGS__)

#define ALL_SIZES(name, what)                                                                                          \
    ALL_ORDERS(name, 8, load_and_op, 1, what)                                                                          \
    ALL_ORDERS(name, 16, load_and_op, 2, what)                                                                         \
    ALL_ORDERS(name, 32, load_and_op, 4, what)                                                                         \
    ALL_ORDERS(name, 64, load_and_op, 8, what)

ALL_SIZES(LDADD, ATOMIC_ADD)
ALL_SIZES(LDCLR, ATOMIC_CLR)
ALL_SIZES(LDEOR, ATOMIC_EOR)
ALL_SIZES(LDSET, ATOMIC_SET)
ALL_SIZES(LDSMAX, ATOMIC_SMAX)
ALL_SIZES(LDSMIN, ATOMIC_SMIN)
ALL_SIZES(LDUMAX, ATOMIC_UMAX)
ALL_SIZES(LDUMIN, ATOMIC_UMIN)
ALL_SIZES(SWP, ATOMIC_SWP)

ALL_ORDERS(CAS, 8, compare_and_swap, 1)
ALL_ORDERS(CAS, 16, compare_and_swap, 2)
ALL_ORDERS(CAS, 32, compare_and_swap, 4)
ALL_ORDERS(CAS, 64, compare_and_swap, 8)
ALL_ORDERS(CASP, 32, compare_and_swap_pair, 4)
ALL_ORDERS(CASP, 64, compare_and_swap_pair, 8)
