/* Which handler an AArch32 op gets, and what stands before it. */
#include "cpu/specialise.h"

#include "cpu/cond.h"

#define FLAVOURS(id) op_fn exec_fast_a32_##id, exec_watched_a32_##id;
#define CONDITION(cond) FLAVOURS(IF_##cond) FLAVOURS(PC_IF_##cond)
CONDITION(EQ) CONDITION(NE) CONDITION(CS) CONDITION(CC) CONDITION(MI) CONDITION(PL) CONDITION(VS) CONDITION(VC)
CONDITION(HI) CONDITION(LS) CONDITION(GE) CONDITION(LT) CONDITION(GT) CONDITION(LE)
FLAVOURS(PC_AL)
#undef CONDITION
#undef FLAVOURS
op_fn exec_fast_t32_PC_AL, exec_watched_t32_PC_AL, exec_fast_t32_IT_STEP, exec_watched_t32_IT_STEP, exec_fast_t32_IT_STEP_PC, exec_watched_t32_IT_STEP_PC;
op_fn exec_fast_t32_IT_PAGE_END, exec_watched_t32_IT_PAGE_END, exec_fast_t32_CROSSING, exec_watched_t32_CROSSING;

#define CONDITIONS(prefix)                                                                                             \
    { prefix##EQ, prefix##NE, prefix##CS, prefix##CC, prefix##MI, prefix##PL, prefix##VS, prefix##VC,                 \
      prefix##HI, prefix##LS, prefix##GE, prefix##LT, prefix##GT, prefix##LE, NULL }
#define CONDITIONS_PC(prefix, al)                                                                                      \
    { prefix##EQ, prefix##NE, prefix##CS, prefix##CC, prefix##MI, prefix##PL, prefix##VS, prefix##VC,                 \
      prefix##HI, prefix##LS, prefix##GE, prefix##LT, prefix##GT, prefix##LE, al }

op_fn *const aarch32_wrapper[ENGINES][2][2][15] = {
    [ENGINE_FAST] = { { CONDITIONS(exec_fast_a32_IF_), CONDITIONS_PC(exec_fast_a32_PC_IF_, exec_fast_a32_PC_AL) },
                      { { NULL }, { [COND_AL] = exec_fast_t32_PC_AL } } },
    [ENGINE_WATCHED] = { { CONDITIONS(exec_watched_a32_IF_), CONDITIONS_PC(exec_watched_a32_PC_IF_, exec_watched_a32_PC_AL) },
                         { { NULL }, { [COND_AL] = exec_watched_t32_PC_AL } } },
};

op_fn *const aarch32_it_step[ENGINES][2] = { { exec_fast_t32_IT_STEP, exec_fast_t32_IT_STEP_PC },
                                             { exec_watched_t32_IT_STEP, exec_watched_t32_IT_STEP_PC } };
op_fn *const aarch32_it_page_end[ENGINES] = { exec_fast_t32_IT_PAGE_END, exec_watched_t32_IT_PAGE_END };
op_fn *const aarch32_crossing[ENGINES] = { exec_fast_t32_CROSSING, exec_watched_t32_CROSSING };

op_fn *specialise_aarch32(const struct insn_row *row, unsigned id, enum cpu_engine engine, bool in_it, struct op *op)
{
    (void)id;
    (void)op;
    return in_it && row->handler_in_it[engine] ? row->handler_in_it[engine] : row->handler[engine];
}
