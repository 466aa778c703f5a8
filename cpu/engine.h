/* How handlers are written. Each cpu/exec_*.c is compiled twice (ENGINE_IS_WATCHED): handlers differ in name and in how
 * they go on. In the fast engine, where the compiler tail-calls, NEXT jumps to the next handler; elsewhere it returns
 * to a loop.
 *
 *     HANDLER(ADD_I64)
 *     {
 *         cpu->x[op->rd] = cpu->x[op->rn] + op->imm;
 *         NEXT();
 *     }
 *
 * Rules for a handler:
 * - All memory accesses come before any register write: an instruction that faults restarts.
 * - Never take the address of a local where it escapes into a call that is not inlined (it would prevent the tail call).
 * - What may take an exception or needs pc or time calls cpu_sync(cpu, op, budget) first. When an exception was taken (cpu->pc is the
 *   vector now): `EXCEPTION();`. Memory accessors (cpu/access.h) sync by themselves; when one returns false, an exception was taken.
 * - After writing state that changes masks, traps, translation: `END_SYSTEM();` instead of NEXT: it looks at cpu->attention.
 * - FP and SIMD handlers begin with `FP_CHECK();`. */
#ifndef CPU_ENGINE_H
#define CPU_ENGINE_H

#include "cpu/op.h"

/* cpu/exec_a64_*.c and exec_engine.c; cpu/exec_a32_*.c are compiled twice more each, for A32 and T32 (EXEC_ISA_A32, EXEC_ISA_T32). */
#if defined(EXEC_ISA_T32)
#define EXEC_ISA_NAME(engine, id) exec_##engine##_t32_##id
#define THIS_SET FETCH_T32
#elif defined(EXEC_ISA_A32)
#define EXEC_ISA_NAME(engine, id) exec_##engine##_a32_##id
#define THIS_SET FETCH_A32
#else
#define EXEC_ISA_NAME(engine, id) exec_##engine##_##id
#define THIS_SET FETCH_A64
#endif

#ifdef ENGINE_IS_WATCHED
#define ENGINE_NAME(id) EXEC_ISA_NAME(watched, id)
#define THIS_ENGINE ENGINE_WATCHED
#else
#define ENGINE_NAME(id) EXEC_ISA_NAME(fast, id)
#define THIS_ENGINE ENGINE_FAST
#endif

#if !defined(ENGINE_IS_WATCHED) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(ARMATURE_NO_TAIL_CALLS)
#define ENGINE_TAIL_CALLS 1
#else
#define ENGINE_TAIL_CALLS 0
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#undef ENGINE_TAIL_CALLS
#define ENGINE_TAIL_CALLS 0
#endif
#endif

#ifdef __clang__
#define TAIL_CALL __attribute__((musttail)) return
#else
#define TAIL_CALL return
#endif

#define HANDLER(id)                                                                                                    \
    void ENGINE_NAME(id)(struct cpu * cpu, const struct op *op, s64 budget);                                           \
    void ENGINE_NAME(id)(struct cpu * cpu, const struct op *op, s64 budget)

#if ENGINE_TAIL_CALLS
#define DISPATCH(target)                                                                                               \
    do {                                                                                                               \
        const struct op *dispatch_to = (target);                                                                       \
        TAIL_CALL((op_fn *)(uintptr_t)dispatch_to->fn)(cpu, dispatch_to, budget);                                      \
    } while (0)
#else
#define DISPATCH(target)                                                                                               \
    do {                                                                                                               \
        cpu->next_op = (target);                                                                                       \
        cpu->loop_budget = budget;                                                                                     \
        return;                                                                                                        \
    } while (0)
#endif

#ifdef EXEC_ISA_T32
/* Past both slots of a wide instruction, which is one instruction; the slot in its middle may be decoded too and have a cost. */
#define ADVANCE()                                                                                                      \
    do {                                                                                                               \
        if (op->then & OP_WIDE) {                                                                                      \
            const u32 *next_prefix = &op_page(op)->prefix[op_index(op)];                                               \
            budget += next_prefix[2] - next_prefix[1];                                                                 \
            cpu->insn_bias--;                                                                                          \
            op++;                                                                                                      \
        }                                                                                                              \
        op++;                                                                                                          \
    } while (0)
#else
#define ADVANCE() op++
#endif
#define NEXT()                                                                                                         \
    do {                                                                                                               \
        ADVANCE();                                                                                                     \
        DISPATCH(op);                                                                                                  \
    } while (0)
#define EXCEPTION()                                                                                                    \
    do {                                                                                                               \
        TAIL_CALL ENGINE_NAME(redirect)(cpu, op, budget);                                                              \
    } while (0)
#define END_SYSTEM()                                                                                                   \
    do {                                                                                                               \
        if (UNLIKELY(cpu->attention))                                                                                  \
            TAIL_CALL ENGINE_NAME(leave_after)(cpu, op, budget);                                                       \
        NEXT();                                                                                                        \
    } while (0)
#define FP_CHECK()                                                                                                     \
    do {                                                                                                               \
        if (UNLIKELY(!cpu->fp_enabled))                                                                                \
            TAIL_CALL ENGINE_NAME(fp_trap)(cpu, op, budget);                                                           \
    } while (0)

/* Goes on at cpu->pc, which the instruction changed (exception, ERET); settles `op` as executed. */
op_fn ENGINE_NAME(redirect);
/* Leaves the engine with `op` executed; the run loop looks at attention, then goes on behind it. */
op_fn ENGINE_NAME(leave_after);
/* FP/SIMD is disabled at this EL: takes the trap. */
op_fn ENGINE_NAME(fp_trap);
/* UNDEFINED, taken as an exception. A legal handler of last resort for any row. */
op_fn ENGINE_NAME(undefined);
op_fn ENGINE_NAME(decode_me);
op_fn ENGINE_NAME(page_end);

/* Ticks taken off the budget so that the engine leaves at the next branch; cpu->kicked says that they are to be given back. */
#define ENGINE_KICK (1ll << 44)

/* Makes pc, insns and the clock current for `op` (not yet executed). */
static ALWAYS_INLINE void cpu_sync(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->pc = op_pc(cpu, op);
    cpu->cur_op = op;
    s64 left = budget - op_prefix(op) + (cpu->kicked ? ENGINE_KICK : 0);
    cpu->clock->now = cpu->slice_end - (u64)left;
    cpu->insns = cpu->insn_bias + op_index(op);
}

#endif
