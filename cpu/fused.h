/* The handlers of sequences, made of steps: what a table of them (cpu/fused.def, cpu/fused_a32.def) becomes between includes.
 * Before it: FUSED_JUMP(), a taken branch inside the page. */
#define FUSED_NAME(id) exec_fast_##id
#define FUSED_HANDLER(id)                                                                                              \
    void FUSED_NAME(id)(struct cpu * cpu, const struct op *op, s64 budget);                                            \
    void FUSED_NAME(id)(struct cpu * cpu, const struct op *op, s64 budget)

/* One step, and on to the next op. */
#define DO(id)                                                                                                         \
    do {                                                                                                               \
        if (IS_NEAR_BRANCH_##id) {                                                                                     \
            if (!step_##id(cpu, op))                                                                                   \
                FUSED_JUMP();                                                                                          \
        } else if (UNLIKELY(!step_##id(cpu, op))) {                                                                    \
            TAIL_CALL FUSED_NAME(id)(cpu, op, budget);                                                                 \
        }                                                                                                              \
        op++;                                                                                                          \
    } while (0)

#define FUSED_FIRST(a) op_fn FUSED_NAME(a);
#define FUSED2(a, b)                                                                                                   \
    op_fn FUSED_NAME(b);                                                                                               \
    FUSED_HANDLER(a##__##b)                                                                                            \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED3(a, b, c)                                                                                                \
    op_fn FUSED_NAME(b), FUSED_NAME(c);                                                                                \
    FUSED_HANDLER(a##__##b##__##c)                                                                                     \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED4(a, b, c, d)                                                                                             \
    op_fn FUSED_NAME(b), FUSED_NAME(c), FUSED_NAME(d);                                                                 \
    FUSED_HANDLER(a##__##b##__##c##__##d)                                                                              \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED5(a, b, c, d, e)                                                                                          \
    op_fn FUSED_NAME(b), FUSED_NAME(c), FUSED_NAME(d), FUSED_NAME(e);                                                  \
    FUSED_HANDLER(a##__##b##__##c##__##d##__##e)                                                                       \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DO(e);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
#define FUSED6(a, b, c, d, e, f)                                                                                       \
    op_fn FUSED_NAME(b), FUSED_NAME(c), FUSED_NAME(d), FUSED_NAME(e), FUSED_NAME(f);                                   \
    FUSED_HANDLER(a##__##b##__##c##__##d##__##e##__##f)                                                                \
    {                                                                                                                  \
        DO(a);                                                                                                         \
        DO(b);                                                                                                         \
        DO(c);                                                                                                         \
        DO(d);                                                                                                         \
        DO(e);                                                                                                         \
        DO(f);                                                                                                         \
        DISPATCH(op);                                                                                                  \
    }
