/* Handlers that execute a sequence of instructions (cpu/fuse.h). The watched engine has none: it looks between the steps. */
#include "cpu/steps.h"

#ifndef ENGINE_IS_WATCHED

/* One step, and on to the next op. */
#define DO(id)                                                                                                         \
    do {                                                                                                               \
        if (IS_NEAR_BRANCH_##id) {                                                                                     \
            if (!step_##id(cpu, op))                                                                                   \
                JUMP_NEAR();                                                                                           \
        } else if (UNLIKELY(!step_##id(cpu, op))) {                                                                    \
            TAIL_CALL ENGINE_NAME(id)(cpu, op, budget);                                                                \
        }                                                                                                              \
        op++;                                                                                                          \
    } while (0)

#define FUSED_FIRST(a) op_fn ENGINE_NAME(a);
#define FUSED2(a, b)                                                                                                   \
    op_fn ENGINE_NAME(b);                                                                                              \
    HANDLER(a##__##b)                                                                                                  \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED3(a, b, c)                                                                                                \
    op_fn ENGINE_NAME(b), ENGINE_NAME(c);                                                                              \
    HANDLER(a##__##b##__##c)                                                                                           \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED4(a, b, c, d)                                                                                             \
    op_fn ENGINE_NAME(b), ENGINE_NAME(c), ENGINE_NAME(d);                                                              \
    HANDLER(a##__##b##__##c##__##d)                                                                                    \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED5(a, b, c, d, e)                                                                                          \
    op_fn ENGINE_NAME(b), ENGINE_NAME(c), ENGINE_NAME(d), ENGINE_NAME(e);                                              \
    HANDLER(a##__##b##__##c##__##d##__##e)                                                                             \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DO(e);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED6(a, b, c, d, e, f)                                                                                       \
    op_fn ENGINE_NAME(b), ENGINE_NAME(c), ENGINE_NAME(d), ENGINE_NAME(e), ENGINE_NAME(f);                              \
    HANDLER(a##__##b##__##c##__##d##__##e##__##f)                                                                      \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DO(e);                                                                                                         \
        DO(f);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }

#include "cpu/fused.def"

#endif
