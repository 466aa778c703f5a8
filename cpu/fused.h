/* The handlers of sequences, made of steps: what a table of them (cpu/fused.def, cpu/fused_a32.def) becomes between includes.
 * Before it: FUSED_JUMP(), a taken branch inside the page; FUSED_STEP(id, links), the step, with `done` and `number` for struct step. */
#include "cpu/fuse.h"
#include "cpu/fuse_links.h"

#define FUSED_NAME(id) exec_fast_##id

/* One step, and on to the next op. */
#define S(id, links)                                                                                                   \
    do {                                                                                                               \
        op_fn FUSED_NAME(id);                                                                                          \
        _Static_assert(IS_LINKABLE_##id || (links) == 0, "the step neither takes nor leaves values");                   \
        number++;                                                                                                      \
        if (IS_NEAR_BRANCH_##id) {                                                                                     \
            if (!FUSED_STEP(id, links))                                                                                \
                FUSED_JUMP();                                                                                          \
        } else if (UNLIKELY(!FUSED_STEP(id, links))) {                                                                 \
            TAIL_CALL FUSED_NAME(id)(cpu, op, budget);                                                                 \
        }                                                                                                              \
        op++;                                                                                                          \
    } while (0);

/* `restrict`: what a handler writes is neither the op nor reached in two ways, so that flags which a later step sets again are not stored. */
#define FUSED_FIRST(id)
#define FUSED(name, steps)                                                                                             \
    void FUSED_NAME(name)(struct cpu *restrict cpu, const struct op *restrict op, s64 budget);                         \
    void FUSED_NAME(name)(struct cpu *restrict cpu, const struct op *restrict op, s64 budget)                          \
    {                                                                                                                  \
        u64 done[FUSED_STEPS + 1];                                                                                     \
        unsigned number = 0;                                                                                           \
        (void)done, (void)number;                                                                                      \
        steps                                                                                                          \
        DISPATCH(op);                                                                                                  \
    }
