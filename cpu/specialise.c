/* Specialised handlers: chosen once a decode, so that what the row's general handler would test is known. */
#include "cpu/specialise.h"

#include "cpu/at_tlbi.h"
#include "cpu/cond.h"
#include "cpu/fuse.h"
#include "cpu/sysreg.h"

enum variant {
    VARIANT_NONE,
#define VARIANT(id) VARIANT_##id,
#include "cpu/variant.def"
#undef VARIANT
    VARIANTS
};

#define VARIANT(id) op_fn exec_fast_##id, exec_watched_##id;
#include "cpu/variant.def"
#undef VARIANT

static op_fn *const handlers[VARIANTS][ENGINES] = {
#define VARIANT(id) [VARIANT_##id] = { exec_fast_##id, exec_watched_##id },
#include "cpu/variant.def"
#undef VARIANT
};

/* Rows with a variant for "no shift". */
static const u16 unshifted[INSN_COUNT] = {
#define PAIR(name, width) [INSN_##name##_S##width] = VARIANT_##name##_R##width
    PAIR(AND, 32), PAIR(BIC, 32), PAIR(ORR, 32), PAIR(ORN, 32), PAIR(EOR, 32), PAIR(EON, 32), PAIR(ANDS, 32), PAIR(BICS, 32),
    PAIR(AND, 64), PAIR(BIC, 64), PAIR(ORR, 64), PAIR(ORN, 64), PAIR(EOR, 64), PAIR(EON, 64), PAIR(ANDS, 64), PAIR(BICS, 64),
    PAIR(ADD, 32), PAIR(ADDS, 32), PAIR(SUB, 32), PAIR(SUBS, 32), PAIR(ADD, 64), PAIR(ADDS, 64), PAIR(SUB, 64), PAIR(SUBS, 64),
#undef PAIR
};

/* The first of four variants, one a shift. */
static const u16 by_shift[INSN_COUNT] = {
#define PAIR(name) [INSN_##name##_S64] = VARIANT_##name##_LSL64, [INSN_##name##_S32] = VARIANT_##name##_LSL32
    PAIR(ADD), PAIR(SUB), PAIR(AND), PAIR(ORR), PAIR(EOR),
#undef PAIR
};

/* Rows with a variant that does not write a destination. */
static const u16 without_result[INSN_COUNT] = {
    [INSN_SUBS_I32] = VARIANT_CMP_I32, [INSN_SUBS_S32] = VARIANT_CMP_R32, [INSN_SUBS_I64] = VARIANT_CMP_I64,
    [INSN_SUBS_S64] = VARIANT_CMP_R64, [INSN_ANDS_I32] = VARIANT_TST_I32, [INSN_ANDS_I64] = VARIANT_TST_I64,
};

/* Rows with a variant for a target in the same page; B_COND has one for each condition. */
static const u16 near_branch[INSN_COUNT] = {
    [INSN_B] = VARIANT_B_NEAR,           [INSN_BL] = VARIANT_BL_NEAR,         [INSN_CBZ_32] = VARIANT_CBZ_NEAR32,
    [INSN_CBNZ_32] = VARIANT_CBNZ_NEAR32, [INSN_CBZ_64] = VARIANT_CBZ_NEAR64, [INSN_CBNZ_64] = VARIANT_CBNZ_NEAR64,
    [INSN_TBZ] = VARIANT_TBZ_NEAR,       [INSN_TBNZ] = VARIANT_TBNZ_NEAR,     [INSN_B_COND] = VARIANT_B_NEAR,
};

static const u16 near_cond[16] = {
    VARIANT_B_EQ_NEAR, VARIANT_B_NE_NEAR, VARIANT_B_CS_NEAR, VARIANT_B_CC_NEAR, VARIANT_B_MI_NEAR, VARIANT_B_PL_NEAR,
    VARIANT_B_VS_NEAR, VARIANT_B_VC_NEAR, VARIANT_B_HI_NEAR, VARIANT_B_LS_NEAR, VARIANT_B_GE_NEAR, VARIANT_B_LT_NEAR,
    VARIANT_B_GT_NEAR, VARIANT_B_LE_NEAR, VARIANT_B_NEAR,    VARIANT_B_NEAR,
};

/* Rows with a variant for an index that is shifted only, and by how much when S is set. */
static const struct {
    u16 variant;
    u8 shift;
} indexed[INSN_COUNT] = {
    [INSN_STRB_R] = { VARIANT_STRB_INDEX, 0 },   [INSN_LDRB_R] = { VARIANT_LDRB_INDEX, 0 },   [INSN_STRH_R] = { VARIANT_STRH_INDEX, 1 },
    [INSN_LDRH_R] = { VARIANT_LDRH_INDEX, 1 },   [INSN_STR32_R] = { VARIANT_STR32_INDEX, 2 }, [INSN_LDR32_R] = { VARIANT_LDR32_INDEX, 2 },
    [INSN_LDRSW_R] = { VARIANT_LDRSW_INDEX, 2 }, [INSN_STR64_R] = { VARIANT_STR64_INDEX, 3 }, [INSN_LDR64_R] = { VARIANT_LDR64_INDEX, 3 },
};

/* The first of fourteen variants, one a condition. */
static const u16 by_condition[INSN_COUNT] = {
    [INSN_CSEL_64] = VARIANT_CSEL64_EQ, [INSN_CSEL_32] = VARIANT_CSEL32_EQ,
    [INSN_CSINC_64] = VARIANT_CSINC64_EQ, [INSN_CSINC_32] = VARIANT_CSINC32_EQ,
};

/* A register access names its row at once; the encoding stays where there is none. */
static enum variant resolve_register(enum insn_id id, u64 features, struct op *op)
{
    const u32 enc = (u32)op->imm;
    const struct sysreg *sr = sysreg_find(features, enc);
    if (sr)
        op->imm = (u64)(uintptr_t)sr;
    if (id == INSN_MRS && enc == SYSREG_ENC(3, 0, 4, 1, 0))
        return VARIANT_MRS_SP_EL0;
    if (id == INSN_SYS && enc == SYSREG_ENC(1, 3, 7, 4, 1))
        return VARIANT_DC_ZVA;
    if (id == INSN_SYS && sr && tlbi_is_page_of_el1(enc))
        return VARIANT_TLBI_PAGE;
    bool cleans = enc == SYSREG_ENC(1, 3, 7, 10, 1) || enc == SYSREG_ENC(1, 3, 7, 11, 1) || enc == SYSREG_ENC(1, 3, 7, 14, 1);
    return id == INSN_SYS && cleans ? VARIANT_DC_CLEAN : VARIANT_NONE;
}

/* PACIASP and its like, which are NOPs without the feature: CRm:op2 to a handler and its registers. */
static const struct {
    u16 variant;
    u8 rd, rn;
} pauth_hints[32] = {
    [7] = { VARIANT_XPACI, 30, 0 },         [8] = { VARIANT_PACIA, 17, 16 },       [10] = { VARIANT_PACIB, 17, 16 },
    [12] = { VARIANT_AUTIA, 17, 16 },       [14] = { VARIANT_AUTIB, 17, 16 },      [24] = { VARIANT_PACIZA, 30, 0 },
    [25] = { VARIANT_PACIA, 30, SLOT_SP },  [26] = { VARIANT_PACIZB, 30, 0 },      [27] = { VARIANT_PACIB, 30, SLOT_SP },
    [28] = { VARIANT_AUTIZA, 30, 0 },       [29] = { VARIANT_AUTIA, 30, SLOT_SP }, [30] = { VARIANT_AUTIZB, 30, 0 },
    [31] = { VARIANT_AUTIB, 30, SLOT_SP },
};

static enum variant hint_variant(u64 features, struct op *op)
{
    if (features & FEATURE_BIT(PAUTH) && op->imm < ARRAY_SIZE(pauth_hints) && pauth_hints[op->imm].variant) {
        op->rd = pauth_hints[op->imm].rd;
        op->rn = pauth_hints[op->imm].rn;
        return pauth_hints[op->imm].variant;
    }
    if (op->imm == 16 && features & FEATURE_BIT(RAS))
        return VARIANT_ESB;
    return op->imm == 0 || op->imm > 5 ? VARIANT_NOP : VARIANT_NONE;
}

/* An alias that does less than its row. */
static enum variant alias_of(enum insn_id id, const struct op *op)
{
    if (id == INSN_MADD_64 && op->ra == SLOT_ZERO)
        return VARIANT_MUL_64;
    if (id == INSN_ORR_S64 && op->imm == 0 && op->rn == SLOT_ZERO)
        return VARIANT_MOV_64;
    if (id == INSN_ORR_S32 && op->imm == 0 && op->rn == SLOT_ZERO)
        return VARIANT_MOV_32;
    if (id == INSN_UBFM_64 && (op->ra == 0 || op->rm == 0)) /* left by ra, then right by rm */
        return op->ra == 0 ? VARIANT_LSR_I64 : VARIANT_LSL_I64;
    if (id == INSN_SBFM_64 && op->ra == 32 && op->rm == 32)
        return VARIANT_SXTW_64;
    if (id == INSN_ADD_X64 && (op->ra & 3) == 2) /* UXTW, SXTW */
        return op->ra == 2 ? VARIANT_ADD_UXTW64 : VARIANT_ADD_SXTW64;
    bool shifts = unshifted[id] && op->imm;
    return op->rd == SLOT_SINK && !shifts ? without_result[id] : VARIANT_NONE;
}

static enum variant variant_of(enum insn_id id, u64 features, struct op *op)
{
    enum variant alias = alias_of(id, op);
    if (alias)
        return alias;
    if (unshifted[id] && op->imm == 0) /* by 0, the four shift types are one */
        return unshifted[id];
    if (by_shift[id])
        return by_shift[id] + op->ra;
    if (near_branch[id]) {
        s64 slot = (s64)op_index(op) + (s64)op->imm / 4;
        if (slot >= 0 && slot < CODE_SLOTS) {
            op->imm = (u64)((s64)op->imm / 4 * (s64)sizeof *op);
            return id == INSN_B_COND ? near_cond[op->ra] : near_branch[id];
        }
    }
    if (indexed[id].variant && (op->ra & 3) == 3 && op->rn != SLOT_SP) { /* UXTX, SXTX */
        op->imm = op->imm ? indexed[id].shift : 0;
        return indexed[id].variant;
    }
    if (by_condition[id] && op->ra < COND_AL)
        return by_condition[id] + op->ra;
    if (id == INSN_BR && features & FEATURE_BIT(BTI))
        return op->rn == 16 || op->rn == 17 ? VARIANT_BR_X16_LANDING : VARIANT_BR_LANDING;
    if (id == INSN_BLR && features & FEATURE_BIT(BTI))
        return VARIANT_BLR_LANDING;
    if (id == INSN_HINT)
        return hint_variant(features, op);
    if (id == INSN_MRS || id == INSN_MSR || id == INSN_SYS || id == INSN_SYSL)
        return resolve_register(id, features, op);
    return VARIANT_NONE;
}

/* What sequences know the instruction as (cpu/fuse.h). */
static const u8 kind_of_row[INSN_COUNT] = {
#define KIND_ROW(id, reads, writes) [INSN_##id] = KIND_##id,
#define KIND_VARIANT(id, reads, writes)
#include "cpu/fused_kind.def"
#undef KIND_ROW
#undef KIND_VARIANT
};

static const u8 kind_of_variant[VARIANTS] = {
#define KIND_ROW(id, reads, writes)
#define KIND_VARIANT(id, reads, writes) [VARIANT_##id] = KIND_##id,
#include "cpu/fused_kind.def"
#undef KIND_ROW
#undef KIND_VARIANT
};

void specialise(enum insn_id id, const struct insn_row *row, enum cpu_engine engine, u64 features, struct op *op)
{
    enum variant v = variant_of(id, features, op);
    op->fn = (u32)(uintptr_t)(v ? handlers[v][engine] : row->handler[engine]);
    if (engine == ENGINE_FAST)
        op_page(op)->kind[op_index(op)] = v ? kind_of_variant[v] : kind_of_row[id];
}
