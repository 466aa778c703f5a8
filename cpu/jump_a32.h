/* Branches of AArch32: addresses are 32 bits, and bit 0 of some chooses the instruction set. */
#ifndef CPU_JUMP_A32_H
#define CPU_JUMP_A32_H

#include "cpu/jump.h"

/* JUMP_NEAR for ops that keep their distance, in bytes of ops, as the s32 imm32. */
#define JUMP_NEAR_A32() JUMP_NEAR_BY((s32)op->imm32)

/* A branch ends an IT block: there is no other place for one. */
static ALWAYS_INLINE void leave_it_block(struct cpu *cpu)
{
    if (THIS_SET == FETCH_T32)
        cpu->it_now = 0;
}

/* BranchWritePC(): in the instruction set that is executing. */
#define JUMP_A32(to)                                                                                                   \
    do {                                                                                                               \
        const u32 same_to = (u32)(to) & (THIS_SET == FETCH_T32 ? ~1u : ~3u);                                           \
        leave_it_block(cpu);                                                                                           \
        JUMP_FAR(same_to);                                                                                             \
    } while (0)

/* BXWritePC(). An A32 address whose bit 1 is set is UNPREDICTABLE: it is aligned. */
static ALWAYS_INLINE const struct op *exchange_target(struct cpu *cpu, const struct op *op, s64 *budget, u32 to)
{
    leave_it_block(cpu);
    cpu->pstate.t = to & 1;
    return to & 1 ? jump_target_in(cpu, op, budget, to & ~1u, FETCH_T32) : jump_target_in(cpu, op, budget, to & ~3u, FETCH_A32);
}

/* BXWritePC(), LoadWritePC(); what A32's data processing writes to R15 as well (ALUWritePC()). */
#define JUMP_EXCHANGE(to)                                                                                              \
    do {                                                                                                               \
        const u32 exchange_to = (u32)(to);                                                                             \
        const struct op *exchange_op = exchange_target(cpu, op, &budget, exchange_to);                                 \
        if (UNLIKELY(!exchange_op))                                                                                    \
            TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);                                                           \
        DISPATCH(exchange_op);                                                                                         \
    } while (0)

#endif
