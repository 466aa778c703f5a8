/* Advanced SIMD three different, and vector by element; vector and scalar (DDI 0487 C4.1.69). */
#include "cpu/simd_lanes.h"

/* ---- shapes ---- */

static ALWAYS_INLINE void vector_long(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    cpu->v[op->rd] = map_long(cpu, op_size(op), part, cpu->v[op->rd], cpu->v[op->rn], cpu->v[op->rm], f);
}

static ALWAYS_INLINE void vector_wide(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    cpu->v[op->rd] = map_long(cpu, op_size(op), part, cpu->v[op->rn], cpu->v[op->rm], cpu->v[op->rm], f);
}

static ALWAYS_INLINE void vector_narrow(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    set_half(cpu, op, part, map_narrow(cpu, op_size(op), cpu->v[op->rn], cpu->v[op->rm], f));
}

/* Sizes 1 and 2 only. */
static ALWAYS_INLINE void scalar_long(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 d = cpu->v[op->rd].d[0], a = cpu->v[op->rn].d[0], b = cpu->v[op->rm].d[0];
    set_low(cpu, op, op_size(op) == 1 ? (u32)f(cpu, (u32)d, (u16)a, (u16)b, 16) : f(cpu, d, (u32)a, (u32)b, 32));
}

/* The element of Vm that every lane meets. */
static ALWAYS_INLINE u64 element(const struct cpu *cpu, const struct op *op)
{
    return op_size(op) == 1 ? cpu->v[op->rm].h[op->ra] : cpu->v[op->rm].s[op->ra];
}

static ALWAYS_INLINE void element_same(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg m = cut(op, splat(element(cpu, op), op_size(op)));
    union vreg d = cut(op, cpu->v[op->rd]), n = cut(op, cpu->v[op->rn]);
    cpu->v[op->rd] = cut(op, op_size(op) == 1 ? map_sized(cpu, 1, d, n, m, f) : map_sized(cpu, 2, d, n, m, f));
}

static ALWAYS_INLINE void element_long(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    union vreg m = splat(element(cpu, op), op_size(op)), d = cpu->v[op->rd], n = cpu->v[op->rn];
    cpu->v[op->rd] = op_size(op) == 1 ? map_long_sized(cpu, 1, part, d, n, m, f) : map_long_sized(cpu, 2, part, d, n, m, f);
}

static ALWAYS_INLINE void element_scalar(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 m = element(cpu, op), n = cpu->v[op->rn].d[0], d = cpu->v[op->rd].d[0];
    set_low(cpu, op, op_size(op) == 1 ? (u16)f(cpu, (u16)d, (u16)n, m, 16) : (u32)f(cpu, (u32)d, (u32)n, m, 32));
}

static ALWAYS_INLINE void element_scalar_long(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 m = element(cpu, op), n = cpu->v[op->rn].d[0], d = cpu->v[op->rd].d[0];
    set_low(cpu, op, op_size(op) == 1 ? (u32)f(cpu, (u32)d, (u16)n, m, 16) : f(cpu, d, (u32)n, m, 32));
}

/* ---- handlers ---- */

SIMD_HANDLER(SADDL_V, vector_long, 0, lane_saddl)
SIMD_HANDLER(SADDL2_V, vector_long, 1, lane_saddl)
SIMD_HANDLER(UADDL_V, vector_long, 0, lane_add)
SIMD_HANDLER(UADDL2_V, vector_long, 1, lane_add)
SIMD_HANDLER(SADDW_V, vector_wide, 0, lane_saddw)
SIMD_HANDLER(SADDW2_V, vector_wide, 1, lane_saddw)
SIMD_HANDLER(UADDW_V, vector_wide, 0, lane_uaddw)
SIMD_HANDLER(UADDW2_V, vector_wide, 1, lane_uaddw)
SIMD_HANDLER(SSUBL_V, vector_long, 0, lane_ssubl)
SIMD_HANDLER(SSUBL2_V, vector_long, 1, lane_ssubl)
SIMD_HANDLER(USUBL_V, vector_long, 0, lane_sub)
SIMD_HANDLER(USUBL2_V, vector_long, 1, lane_sub)
SIMD_HANDLER(SSUBW_V, vector_wide, 0, lane_ssubw)
SIMD_HANDLER(SSUBW2_V, vector_wide, 1, lane_ssubw)
SIMD_HANDLER(USUBW_V, vector_wide, 0, lane_usubw)
SIMD_HANDLER(USUBW2_V, vector_wide, 1, lane_usubw)
SIMD_HANDLER(SABAL_V, vector_long, 0, lane_sabal)
SIMD_HANDLER(SABAL2_V, vector_long, 1, lane_sabal)
SIMD_HANDLER(UABAL_V, vector_long, 0, lane_uabal)
SIMD_HANDLER(UABAL2_V, vector_long, 1, lane_uabal)
SIMD_HANDLER(SABDL_V, vector_long, 0, lane_sabdl)
SIMD_HANDLER(SABDL2_V, vector_long, 1, lane_sabdl)
SIMD_HANDLER(UABDL_V, vector_long, 0, lane_uabdl)
SIMD_HANDLER(UABDL2_V, vector_long, 1, lane_uabdl)
SIMD_HANDLER(SMLAL_V, vector_long, 0, lane_smlal)
SIMD_HANDLER(SMLAL2_V, vector_long, 1, lane_smlal)
SIMD_HANDLER(UMLAL_V, vector_long, 0, lane_mla)
SIMD_HANDLER(UMLAL2_V, vector_long, 1, lane_mla)
SIMD_HANDLER(SMLSL_V, vector_long, 0, lane_smlsl)
SIMD_HANDLER(SMLSL2_V, vector_long, 1, lane_smlsl)
SIMD_HANDLER(UMLSL_V, vector_long, 0, lane_mls)
SIMD_HANDLER(UMLSL2_V, vector_long, 1, lane_mls)
SIMD_HANDLER(SMULL_V, vector_long, 0, lane_smull)
SIMD_HANDLER(SMULL2_V, vector_long, 1, lane_smull)
SIMD_HANDLER(UMULL_V, vector_long, 0, lane_mul)
SIMD_HANDLER(UMULL2_V, vector_long, 1, lane_mul)
SIMD_HANDLER(ADDHN_V, vector_narrow, 0, lane_addhn)
SIMD_HANDLER(ADDHN2_V, vector_narrow, 1, lane_addhn)
SIMD_HANDLER(RADDHN_V, vector_narrow, 0, lane_raddhn)
SIMD_HANDLER(RADDHN2_V, vector_narrow, 1, lane_raddhn)
SIMD_HANDLER(SUBHN_V, vector_narrow, 0, lane_subhn)
SIMD_HANDLER(SUBHN2_V, vector_narrow, 1, lane_subhn)
SIMD_HANDLER(RSUBHN_V, vector_narrow, 0, lane_rsubhn)
SIMD_HANDLER(RSUBHN2_V, vector_narrow, 1, lane_rsubhn)
SIMD_HANDLER(SQDMLAL_V, vector_long, 0, lane_sqdmlal)
SIMD_HANDLER(SQDMLAL2_V, vector_long, 1, lane_sqdmlal)
SIMD_HANDLER(SQDMLSL_V, vector_long, 0, lane_sqdmlsl)
SIMD_HANDLER(SQDMLSL2_V, vector_long, 1, lane_sqdmlsl)
SIMD_HANDLER(SQDMULL_V, vector_long, 0, lane_sqdmull)
SIMD_HANDLER(SQDMULL2_V, vector_long, 1, lane_sqdmull)
SIMD_HANDLER(PMULL_V, vector_long, 0, lane_pmul)
SIMD_HANDLER(PMULL2_V, vector_long, 1, lane_pmul)

SIMD_HANDLER(SQDMLAL_SC, scalar_long, lane_sqdmlal)
SIMD_HANDLER(SQDMLSL_SC, scalar_long, lane_sqdmlsl)
SIMD_HANDLER(SQDMULL_SC, scalar_long, lane_sqdmull)

SIMD_HANDLER(MLA_E, element_same, lane_mla)
SIMD_HANDLER(MLS_E, element_same, lane_mls)
SIMD_HANDLER(MUL_E, element_same, lane_mul)
SIMD_HANDLER(SQDMULH_E, element_same, lane_sqdmulh)
SIMD_HANDLER(SQRDMULH_E, element_same, lane_sqrdmulh)
SIMD_HANDLER(SQRDMLAH_E, element_same, lane_sqrdmlah)
SIMD_HANDLER(SQRDMLSH_E, element_same, lane_sqrdmlsh)
SIMD_HANDLER(SMLAL_E, element_long, 0, lane_smlal)
SIMD_HANDLER(SMLAL2_E, element_long, 1, lane_smlal)
SIMD_HANDLER(UMLAL_E, element_long, 0, lane_mla)
SIMD_HANDLER(UMLAL2_E, element_long, 1, lane_mla)
SIMD_HANDLER(SMLSL_E, element_long, 0, lane_smlsl)
SIMD_HANDLER(SMLSL2_E, element_long, 1, lane_smlsl)
SIMD_HANDLER(UMLSL_E, element_long, 0, lane_mls)
SIMD_HANDLER(UMLSL2_E, element_long, 1, lane_mls)
SIMD_HANDLER(SMULL_E, element_long, 0, lane_smull)
SIMD_HANDLER(SMULL2_E, element_long, 1, lane_smull)
SIMD_HANDLER(UMULL_E, element_long, 0, lane_mul)
SIMD_HANDLER(UMULL2_E, element_long, 1, lane_mul)
SIMD_HANDLER(SQDMLAL_E, element_long, 0, lane_sqdmlal)
SIMD_HANDLER(SQDMLAL2_E, element_long, 1, lane_sqdmlal)
SIMD_HANDLER(SQDMLSL_E, element_long, 0, lane_sqdmlsl)
SIMD_HANDLER(SQDMLSL2_E, element_long, 1, lane_sqdmlsl)
SIMD_HANDLER(SQDMULL_E, element_long, 0, lane_sqdmull)
SIMD_HANDLER(SQDMULL2_E, element_long, 1, lane_sqdmull)
SIMD_HANDLER(SQDMULH_ESC, element_scalar, lane_sqdmulh)
SIMD_HANDLER(SQRDMULH_ESC, element_scalar, lane_sqrdmulh)
SIMD_HANDLER(SQRDMLAH_ESC, element_scalar, lane_sqrdmlah)
SIMD_HANDLER(SQRDMLSH_ESC, element_scalar, lane_sqrdmlsh)
SIMD_HANDLER(SQDMLAL_ESC, element_scalar_long, lane_sqdmlal)
SIMD_HANDLER(SQDMLSL_ESC, element_scalar_long, lane_sqdmlsl)
SIMD_HANDLER(SQDMULL_ESC, element_scalar_long, lane_sqdmull)
