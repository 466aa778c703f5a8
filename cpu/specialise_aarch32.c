/* Which handler an AArch32 op gets, and what stands before it. */
#include "cpu/specialise.h"

#include "cpu/a32_ops.h"
#include "cpu/cp.h"
#include "cpu/insn_imm.h"

#define FLAVOURS(id) op_fn exec_fast_a32_##id, exec_watched_a32_##id;
#define CONDITION(cond) FLAVOURS(IF_##cond) FLAVOURS(PC_IF_##cond)
CONDITION(EQ) CONDITION(NE) CONDITION(CS) CONDITION(CC) CONDITION(MI) CONDITION(PL) CONDITION(VS) CONDITION(VC)
CONDITION(HI) CONDITION(LS) CONDITION(GE) CONDITION(LT) CONDITION(GT) CONDITION(LE)
FLAVOURS(PC_AL)
#undef CONDITION
#undef FLAVOURS
op_fn exec_fast_t32_PC_AL, exec_watched_t32_PC_AL, exec_fast_t32_IT_STEP, exec_watched_t32_IT_STEP, exec_fast_t32_IT_STEP_PC, exec_watched_t32_IT_STEP_PC;
op_fn exec_fast_t32_IT_STEP_ALWAYS, exec_watched_t32_IT_STEP_ALWAYS, exec_fast_t32_IT_CROSSED, exec_watched_t32_IT_CROSSED;
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

op_fn *const aarch32_it_always[ENGINES] = { exec_fast_t32_IT_STEP_ALWAYS, exec_watched_t32_IT_STEP_ALWAYS };
op_fn *const aarch32_it_crossed[ENGINES] = { exec_fast_t32_IT_CROSSED, exec_watched_t32_IT_CROSSED };
op_fn *const aarch32_it_step[ENGINES][2] = { { exec_fast_t32_IT_STEP, exec_fast_t32_IT_STEP_PC },
                                             { exec_watched_t32_IT_STEP, exec_watched_t32_IT_STEP_PC } };
op_fn *const aarch32_it_page_end[ENGINES] = { exec_fast_t32_IT_PAGE_END, exec_watched_t32_IT_PAGE_END };
op_fn *const aarch32_crossing[ENGINES] = { exec_fast_t32_CROSSING, exec_watched_t32_CROSSING };

/* ---- variants: found by the handler that the row has, which A32 and T32 share ---- */

struct flavours {
    op_fn *of[2][ENGINES]; /* [T32] */
};

#define FLAVOURS(id) op_fn exec_fast_a32_##id, exec_watched_a32_##id, exec_fast_t32_##id, exec_watched_t32_##id;
#define SHIFTED(id) FLAVOURS(id##_S) FLAVOURS(id##_R) FLAVOURS(id##_LSL) FLAVOURS(id##_LSR) FLAVOURS(id##_ASR) FLAVOURS(id##_ROR)
#define INDEXED(id) FLAVOURS(id##_R) FLAVOURS(id##_LSL)
#define NEAR(id) FLAVOURS(id) FLAVOURS(id##_NEAR)
#include "cpu/variant_a32.def"
#define CONDITION(cond) FLAVOURS(B_##cond##_NEAR)
CONDITION(EQ) CONDITION(NE) CONDITION(CS) CONDITION(CC) CONDITION(MI) CONDITION(PL) CONDITION(VS) CONDITION(VC)
CONDITION(HI) CONDITION(LS) CONDITION(GE) CONDITION(LT) CONDITION(GT) CONDITION(LE)
FLAVOURS(B_COND) FLAVOURS(MCR) FLAVOURS(MCR_CLEAN)
#undef CONDITION
#undef SHIFTED
#undef INDEXED
#undef NEAR
#undef FLAVOURS

#define FLAVOURS(id) { { { exec_fast_a32_##id, exec_watched_a32_##id }, { exec_fast_t32_##id, exec_watched_t32_##id } } }
#define INDEXED(id)
#define NEAR(id)

/* The shifts in the order of enum shift_type; RRX has no variant. */
static const struct {
    struct flavours general, unshifted, by[SHIFT_RRX];
} shifted_rows[] = {
#define SHIFTED(id) { FLAVOURS(id##_S), FLAVOURS(id##_R), { FLAVOURS(id##_LSL), FLAVOURS(id##_LSR), FLAVOURS(id##_ASR), FLAVOURS(id##_ROR) } },
#include "cpu/variant_a32.def"
#undef SHIFTED
};

#define SHIFTED(id)
#undef INDEXED
static const struct {
    struct flavours general, shifted_left;
} indexed_rows[] = {
#define INDEXED(id) { FLAVOURS(id##_R), FLAVOURS(id##_LSL) },
#include "cpu/variant_a32.def"
#undef INDEXED
};

#define INDEXED(id)
#undef NEAR
static const struct {
    struct flavours general, near;
} near_rows[] = {
#define NEAR(id) { FLAVOURS(id), FLAVOURS(id##_NEAR) },
#include "cpu/variant_a32.def"
#undef NEAR
};

#define CONDITION(cond) [COND_##cond] = FLAVOURS(B_##cond##_NEAR)
static const struct flavours near_if[COND_AL] = {
    CONDITION(EQ), CONDITION(NE), CONDITION(CS), CONDITION(CC), CONDITION(MI), CONDITION(PL), CONDITION(VS), CONDITION(VC),
    CONDITION(HI), CONDITION(LS), CONDITION(GE), CONDITION(LT), CONDITION(GT), CONDITION(LE),
};
static const struct flavours branch = FLAVOURS(B), conditional_branch = FLAVOURS(B_COND);

static op_fn *shifted_variant(op_fn *handler, bool t32, enum cpu_engine engine, const struct op *op)
{
    for (unsigned i = 0; i < ARRAY_SIZE(shifted_rows); i++) {
        if (shifted_rows[i].general.of[t32][engine] != handler)
            continue;
        if (op->ra == SHIFT_LSL && op->imm32 == 0)
            return shifted_rows[i].unshifted.of[t32][engine];
        if (op->ra < SHIFT_RRX && op->imm32 < 32)
            return shifted_rows[i].by[op->ra].of[t32][engine];
    }
    return handler;
}

static op_fn *indexed_variant(op_fn *handler, bool t32, enum cpu_engine engine, const struct op *op)
{
    for (unsigned i = 0; i < ARRAY_SIZE(indexed_rows); i++)
        if (indexed_rows[i].general.of[t32][engine] == handler && op->ra == SHIFT_LSL)
            return indexed_rows[i].shifted_left.of[t32][engine];
    return handler;
}

/* A branch inside the page: imm32 becomes the distance in bytes of ops. A condition is asked by the branch itself. */
static op_fn *near_variant(op_fn *handler, bool t32, enum cpu_engine engine, struct op *op, unsigned *cond)
{
    s64 distance = (s32)op->imm32 / (t32 ? 2 : 4), slot = (s64)op_index(op) + distance;
    op_fn *near = NULL;
    if (slot < 0 || slot >= CODE_SLOTS || op_page(op)->is_crossing)
        return handler;
    for (unsigned i = 0; i < ARRAY_SIZE(near_rows); i++)
        if (near_rows[i].general.of[t32][engine] == handler)
            near = near_rows[i].near.of[t32][engine];
    if (handler == conditional_branch.of[t32][engine])
        near = near_if[op->ra].of[t32][engine];
    if (handler == branch.of[t32][engine] && *cond != COND_AL) {
        near = near_if[*cond].of[t32][engine];
        *cond = COND_AL;
    }
    if (!near)
        return handler;
    op->imm = (u32)(distance * (s64)sizeof *op);
    return near;
}

static op_fn *coprocessor_variant(op_fn *handler, bool t32, enum cpu_engine engine, const struct op *op)
{
    static const struct flavours general = FLAVOURS(MCR), clean = FLAVOURS(MCR_CLEAN);
    const u32 enc = op->imm32 & 0xffff;
    bool cleans = enc == CP_ENC(15, 0, 7, 10, 1) || enc == CP_ENC(15, 0, 7, 11, 1) || enc == CP_ENC(15, 0, 7, 14, 1);
    return cleans && handler == general.of[t32][engine] ? clean.of[t32][engine] : handler;
}

op_fn *specialise_aarch32(const struct insn_row *row, enum cpu_engine engine, bool in_it, struct op *op, unsigned *cond)
{
    const bool t32 = row->set == INSN_SET_T32;
    op_fn *handler = in_it && row->handler_in_it[engine] ? row->handler_in_it[engine] : row->handler[engine];
    if (row->imm == IMM_IMM_SHIFT)
        return shifted_variant(handler, t32, engine, op);
    if (row->cls == CLS_BRANCH && !in_it) /* out of an IT block the way leads to another view of the page */
        return near_variant(handler, t32, engine, op, cond);
    if (row->imm == IMM_OFFSET_REG || row->imm == IMM_OFFSET_RM)
        return indexed_variant(handler, t32, engine, op);
    if (row->imm == IMM_CP)
        return coprocessor_variant(handler, t32, engine, op);
    return handler;
}

/* ---- sequences ---- */

#define KIND_A32(id) op_fn exec_fast_a32_##id;
#define KIND_A32_IF(cond, id) op_fn exec_fast_a32_##id;
#include "cpu/fused_kind_a32.def"
#undef KIND_A32
#undef KIND_A32_IF

enum fused_kind aarch32_kind(const struct op *op)
{
    static const struct {
        op_fn *fn, *then;
        enum fused_kind kind;
    } kinds[] = {
#define KIND_A32(id) { exec_fast_a32_##id, exec_fast_a32_##id, KIND_a32_##id },
#define KIND_A32_IF(cond, id) { exec_fast_a32_IF_##cond, exec_fast_a32_##id, KIND_a32_IF_##cond##_##id },
#include "cpu/fused_kind_a32.def"
#undef KIND_A32
#undef KIND_A32_IF
    };
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
        if (op->then == (u32)(uintptr_t)kinds[i].then && op->fn == (u32)(uintptr_t)kinds[i].fn)
            return kinds[i].kind;
    return KIND_NONE;
}
