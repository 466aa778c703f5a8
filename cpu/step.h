/* Steps of A32: what an instruction does, apart from going on (A64 has its own in cpu/steps.h, which know of each other).
 *
 * step_ID() is true when the instruction at op is done and the next one follows. False: nothing is done, ID's own handler does it all (a memory
 * access that missed, a branch out of the page); or, of a near branch, it is taken. */
#ifndef CPU_STEP_H
#define CPU_STEP_H

#include "cpu/access.h"
#include "cpu/cond.h"

#define STEP(id, ...)                                                                                                  \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(struct cpu *cpu, const struct op *op)                                          \
    {                                                                                                                  \
        __VA_ARGS__;                                                                                                   \
        return true;                                                                                                   \
    }

#define STEP_MEM(id, template, ...)                                                                                    \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(struct cpu *cpu, const struct op *op)                                          \
    {                                                                                                                  \
        s64 not_charged = 0;                                                                                           \
        return template(cpu, op, &not_charged, ACCESS_HIT, __VA_ARGS__);                                               \
    }                                                                                                                  \
    static ALWAYS_INLINE bool access_##id(struct cpu *cpu, const struct op *op, s64 *budget)                           \
    {                                                                                                                  \
        return template(cpu, op, budget, ACCESS_ANY, __VA_ARGS__);                                                     \
    }

#define STEP_NEAR_BRANCH(id, condition)                                                                                \
    enum { IS_NEAR_BRANCH_##id = 1, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(const struct cpu *cpu, const struct op *op)                                    \
    {                                                                                                                  \
        (void)cpu, (void)op;                                                                                           \
        return !(condition);                                                                                           \
    }

/* A branch that its own handler makes: it comes last where it is fused. */
#define STEP_LEAVING(id)                                                                                               \
    enum { IS_NEAR_BRANCH_##id = 0, IS_LINKABLE_##id = 0 };                                                            \
    static ALWAYS_INLINE bool step_##id(const struct cpu *cpu, const struct op *op)                                    \
    {                                                                                                                  \
        (void)cpu, (void)op;                                                                                           \
        return false;                                                                                                  \
    }

/* The handler of a step alone. */
#define STEP_HANDLER(id)                                                                                               \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        step_##id(cpu, op);                                                                                            \
        NEXT();                                                                                                        \
    }

#define STEP_MEM_HANDLER(id)                                                                                           \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        if (!access_##id(cpu, op, &budget))                                                                            \
            EXCEPTION();                                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (LIKELY(step_##id(cpu, op)))                                                                                \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

#define STEP_NEAR_HANDLER(id)                                                                                          \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!step_##id(cpu, op))                                                                                       \
            JUMP_NEAR();                                                                                               \
        NEXT();                                                                                                        \
    }

#endif
