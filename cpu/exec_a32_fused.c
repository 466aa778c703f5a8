/* A32 handlers that execute a sequence of instructions, or an instruction with its condition (cpu/fuse.h). The watched engine has none, nor has T32. */
#include "cpu/jump_a32.h"
#include "cpu/steps_a32.h"

#if !defined(ENGINE_IS_WATCHED) && defined(EXEC_ISA_A32)

/* What does not hit has its condition asked again. */
#define KIND_A32(id)
#define KIND_A32_IF(cond, id)                                                                                          \
    op_fn ENGINE_NAME(IF_##cond);                                                                                      \
    HANDLER(IF_##cond##_##id)                                                                                          \
    {                                                                                                                  \
        if (LIKELY(step_a32_IF_##cond##_##id(cpu, op)))                                                                \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(IF_##cond)(cpu, op, budget);                                                             \
    }
#include "cpu/fused_kind_a32.def"
#undef KIND_A32
#undef KIND_A32_IF

#define FUSED_JUMP() JUMP_NEAR_A32()
#define FUSED_STEP(id, links) step_##id(cpu, op)
#include "cpu/fused.h"

#include "cpu/fused_a32.def"

#endif
