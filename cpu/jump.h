/* Taken branches: where time and instruction counts are settled from op positions. */
#ifndef CPU_JUMP_H
#define CPU_JUMP_H

#include "cpu/bti.h"
#include "cpu/engine.h"

/* Leaves the engine before `op`, which is where it goes on later. */
op_fn ENGINE_NAME(leave);
/* Finds code for cpu->pc, with cpu->insns and cpu->budget settled, and goes on there; or leaves. */
op_fn ENGINE_NAME(refetch);
/* Lands at cpu->slow.value[0] with PSTATE.BTYPE as enum landing in cpu->slow.value[1] says. */
op_fn ENGINE_NAME(land);

/* A branch inside the page: op->imm is the distance in bytes of ops (cpu/specialise.c). Both ends count from the same prefix table. */
#define JUMP_NEAR() JUMP_NEAR_BY((s64)op->imm)

#define JUMP_NEAR_BY(distance)                                                                                         \
    do {                                                                                                               \
        const s64 near_distance = (distance);                                                                          \
        const struct op *near_to = (const struct op *)((uintptr_t)op + (u64)near_distance);                            \
        const u32 *near_prefix = op_page(op)->prefix;                                                                  \
        const u64 near_from = op_index(op) + 1, near_at = near_from - 1 + (u64)(near_distance >> 4);                    \
        s64 near_left = budget - near_prefix[near_from];                                                               \
        cpu->insn_bias += 1 - (u64)(near_distance >> 4);                                                               \
        budget = near_left + near_prefix[near_at];                                                                     \
        if (UNLIKELY(near_left <= 0))                                                                                  \
            TAIL_CALL ENGINE_NAME(leave)(cpu, near_to, budget);                                                        \
        DISPATCH(near_to);                                                                                             \
    } while (0)

/* The op at virtual address `to` when its code page is at hand and time is left; else NULL with pc, insns and budget settled. */
static ALWAYS_INLINE const struct op *jump_target_in(struct cpu *cpu, const struct op *op, s64 *budget, u64 to, enum fetch_set set)
{
    const unsigned shift = set == FETCH_T32 ? 1 : 2;
    unsigned from = op_index(op) + 1, at = to >> shift & (CODE_SLOTS - 1);
    s64 left = *budget - op_page(op)->prefix[from];
    u64 insns = cpu->insn_bias + from;
    const struct fetch_entry *e = &cpu->ctx->fetch[fetch_slot(to, set)];
    if (LIKELY(e->tag == fetch_tag(to, set) && left > 0)) {
        const struct code_page *page = e->code;
        cpu->page_va = to & -((u64)CODE_SLOTS << shift);
        cpu->insn_bias = insns - at;
        *budget = left + page->prefix[at];
        return &page->ops[at];
    }
    cpu->pc = to;
    cpu->insns = insns;
    cpu->budget = left;
    return NULL;
}

static ALWAYS_INLINE const struct op *jump_target(struct cpu *cpu, const struct op *op, s64 *budget, u64 to)
{
    return jump_target_in(cpu, op, budget, to, THIS_SET);
}

/* The same for BR and BLR where there is FEAT_BTI: NULL, with nothing settled, also where PSTATE.BTYPE is to be checked. */
static ALWAYS_INLINE const struct op *unguarded_target(struct cpu *cpu, const struct op *op, s64 *budget, u64 to, enum landing landing)
{
    unsigned from = op_index(op) + 1, at = to >> 2 & (CODE_SLOTS - 1), slot = (to >> PAGE_SHIFT) % HOST_ENTRIES;
    s64 left = *budget - op_page(op)->prefix[from];
    u64 insns = cpu->insn_bias + from;
    const struct fetch_entry *e = &cpu->ctx->fetch[slot];
    if (THIS_ENGINE == ENGINE_WATCHED || UNLIKELY(e->tag != (to & ~0xffcull) || left <= 0 || cpu->ctx->guarded[slot]))
        return NULL;
    const struct code_page *page = e->code;
    if (landing == LANDS_BY_OTHER)
        cpu->landing_from = cpu->page_va;
    cpu->landing = insns << 2 | landing;
    cpu->page_va = to & PAGE_MASK;
    cpu->insn_bias = insns - at;
    *budget = left + page->prefix[at];
    return &page->ops[at];
}

/* An indirect branch that sets PSTATE.BTYPE. */
#define JUMP_LANDING(to, kind)                                                                                         \
    do {                                                                                                               \
        const u64 landing_at = (to);                                                                                   \
        const enum landing landing_kind = (kind);                                                                      \
        const struct op *far_to = unguarded_target(cpu, op, &budget, landing_at, landing_kind);                                        \
        if (UNLIKELY(!far_to)) {                                                                                       \
            cpu->slow.value[0] = landing_at;                                                                           \
            cpu->slow.value[1] = landing_kind;                                                                         \
            TAIL_CALL ENGINE_NAME(land)(cpu, op, budget);                                                              \
        }                                                                                                              \
        DISPATCH(far_to);                                                                                              \
    } while (0)

#define JUMP_FAR(to) JUMP_FAR_FROM(op, to)

/* The same for a branch that is not at `op`. */
#define JUMP_FAR_FROM(from, to)                                                                                        \
    do {                                                                                                               \
        const struct op *far_to = jump_target(cpu, from, &budget, (to));                                               \
        if (UNLIKELY(!far_to))                                                                                         \
            TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);                                                           \
        DISPATCH(far_to);                                                                                              \
    } while (0)

#endif
