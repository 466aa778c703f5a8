/* What stands before an AArch32 instruction: its condition, R15 as it reads it, PSTATE.IT; and the IT instruction itself
 * (DDI 0487 F2.3, F1.2.1, F5.1.57). An op's handler is one of these where op->then is the instruction's own. */
#include "cpu/jump_a32.h"

#include "cpu/cond.h"
#include "cpu/engine_run.h"

#define THEN() TAIL_CALL((op_fn *)(uintptr_t)(op->then & ~OP_WIDE))(cpu, op, budget)

/* R15 reads as the address of the instruction and two more of the short form. */
static ALWAYS_INLINE void set_r15(struct cpu *cpu, const struct op *op)
{
    cpu->x[SLOT_PC] = (u32)(op_pc(cpu, op) + (THIS_SET == FETCH_T32 ? 4 : 8));
}

HANDLER(PC_AL)
{
    set_r15(cpu, op);
    THEN();
}

#ifndef EXEC_ISA_T32

#define CONDITIONAL(cond)                                                                                              \
    HANDLER(IF_##cond)                                                                                                 \
    {                                                                                                                  \
        if (cond_holds_const(cpu, COND_##cond))                                                                        \
            THEN();                                                                                                    \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(PC_IF_##cond)                                                                                              \
    {                                                                                                                  \
        if (cond_holds_const(cpu, COND_##cond)) {                                                                      \
            set_r15(cpu, op);                                                                                          \
            THEN();                                                                                                    \
        }                                                                                                              \
        NEXT();                                                                                                        \
    }

CONDITIONAL(EQ)
CONDITIONAL(NE)
CONDITIONAL(CS)
CONDITIONAL(CC)
CONDITIONAL(MI)
CONDITIONAL(PL)
CONDITIONAL(VS)
CONDITIONAL(VC)
CONDITIONAL(HI)
CONDITIONAL(LS)
CONDITIONAL(GE)
CONDITIONAL(LT)
CONDITIONAL(GT)
CONDITIONAL(LE)

#else

/* The same slot of the other view of these halfwords, with the budget that counts there; NULL: it has no other view yet. */
static ALWAYS_INLINE const struct op *in_twin(const struct op *op, s64 *budget)
{
    const struct code_page *page = op_page(op), *twin = page->twin;
    unsigned i = op_index(op);
    if (!twin)
        return NULL;
    *budget += (s64)twin->prefix[i] - page->prefix[i];
    return &twin->ops[i];
}

/* Goes on at `op` by way of the slow side, which makes views. */
static ALWAYS_INLINE void settle_before(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->pc = op_pc(cpu, op);
    cpu->insns = cpu->insn_bias + op_index(op);
    cpu->budget = budget - op_prefix(op);
}

HANDLER(IT)
{
    cpu->pstate.it = (u8)op->imm32;
    cpu->it_now = 0;
    const struct op *next = in_twin(op + 1, &budget);
    if (next)
        DISPATCH(next);
    settle_before(cpu, op + 1, budget);
    TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);
}

/* ITAdvance() */
static ALWAYS_INLINE u8 it_advance(u8 it)
{
    return it & 7 ? (u8)((it & 0xe0) | (it << 1 & 0x1f)) : 0;
}

static ALWAYS_INLINE bool it_next_holds(struct cpu *cpu)
{
    cpu->it_now = cpu->pstate.it;
    cpu->pstate.it = it_advance(cpu->it_now);
    return cond_holds(cpu, cpu->it_now >> 4);
}

/* The block has ended: back to the view outside of blocks. */
HANDLER(IT_END)
{
    cpu->it_now = 0;
    const struct op *next = in_twin(op, &budget);
    if (next)
        DISPATCH(next);
    settle_before(cpu, op, budget);
    TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);
}

HANDLER(IT_STEP)
{
    if (!cpu->pstate.it)
        TAIL_CALL ENGINE_NAME(IT_END)(cpu, op, budget);
    if (it_next_holds(cpu))
        THEN();
    NEXT();
}

HANDLER(IT_STEP_PC)
{
    if (!cpu->pstate.it)
        TAIL_CALL ENGINE_NAME(IT_END)(cpu, op, budget);
    if (it_next_holds(cpu)) {
        set_r15(cpu, op);
        THEN();
    }
    NEXT();
}

HANDLER(IT_STEP_ALWAYS)
{
    if (!cpu->pstate.it)
        TAIL_CALL ENGINE_NAME(IT_END)(cpu, op, budget);
    it_next_holds(cpu);
    THEN();
}

HANDLER(IT_CROSSED)
{
    if (cond_holds(cpu, cpu->it_now >> 4)) {
        set_r15(cpu, op);
        THEN();
    }
    NEXT();
}

/* The block may go on in the next page, in its view of blocks: only the slow side tells. */
HANDLER(IT_PAGE_END)
{
    settle_before(cpu, op, budget);
    TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);
}

/* The second half lies in the next page, which is mapped as it may be: looked for each time. */
HANDLER(CROSSING)
{
    const struct op *whole = engine_cross(cpu, op, budget);
    if (!whole)
        EXCEPTION();
    budget += (s64)op_prefix(whole) - op_prefix(op);
    DISPATCH(whole);
}

#endif
