/* The ops that are not instructions: decoding in place, page ends, ways into and out of the engine. Compiled once an engine. */
#include "cpu/jump.h"

#include "cpu/engine_run.h"

/* Takes back what ENGINE_KICK took. */
static s64 unkick(struct cpu *cpu, s64 left)
{
    if (!cpu->kicked)
        return left;
    cpu->kicked = false;
    return left + ENGINE_KICK;
}

void ENGINE_NAME(decode_me)(struct cpu *cpu, const struct op *op, s64 budget)
{
    engine_decode(cpu, op);
    DISPATCH(op);
}

/* Behind the last slot of a page: a jump that costs nothing and counts no instruction. */
void ENGINE_NAME(page_end)(struct cpu *cpu, const struct op *op, s64 budget)
{
    const struct op *before = op - 1;
    JUMP_FAR_FROM(before, op_pc(cpu, op));
}

void ENGINE_NAME(leave)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->budget = unkick(cpu, budget - op_prefix(op));
    cpu->pc = op_pc(cpu, op);
    cpu->insns = cpu->insn_bias + op_index(op);
    cpu->next_op = NULL;
#ifdef EXEC_ISA_T32
    cpu->it_now = cpu->pstate.it;
#endif
}

void ENGINE_NAME(leave_after)(struct cpu *cpu, const struct op *op, s64 budget)
{
    ADVANCE();
    TAIL_CALL ENGINE_NAME(leave)(cpu, op, budget);
}

void ENGINE_NAME(refetch)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->budget = unkick(cpu, cpu->budget);
    op = engine_fetch(cpu);
    if (!op) {
        cpu->next_op = NULL;
        return;
    }
    budget = cpu->budget + op_prefix(op);
    DISPATCH(op);
}

void ENGINE_NAME(redirect)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu->insns = cpu->insn_bias + op_index(op) + 1;
    cpu->budget = budget - op_page(op)->prefix[op_index(op) + 1] - cpu->exception_ticks;
    TAIL_CALL ENGINE_NAME(refetch)(cpu, op, budget);
}

void ENGINE_NAME(fp_trap)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    cpu_fp_access_trap(cpu);
    EXCEPTION();
}

void ENGINE_NAME(undefined)(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    engine_undefined(cpu, op);
    EXCEPTION();
}
