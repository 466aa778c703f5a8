/* Advanced SIMD shift by immediate, vector and scalar (DDI 0487 C4.1.69). op->ra: log2 of the element's bytes (of the narrow
 * one where widths differ), op->rm: the amount, 1 to esize to the right, 0 to esize - 1 to the left. */
#include "cpu/simd_lanes_shift.h"

/* ---- shapes ---- */

static ALWAYS_INLINE union vreg shift_lanes_sized(struct cpu *cpu, unsigned size, union vreg d, union vreg n, unsigned by, lane_fn *f)
{
    union vreg r;
    for (unsigned i = 0; i < 16u >> size; i++)
        set_lane(&r, size, i, f(cpu, lane(&d, size, i), lane(&n, size, i), by, 8u << size));
    return r;
}

static ALWAYS_INLINE union vreg shift_lanes(struct cpu *cpu, const struct op *op, union vreg d, union vreg n, lane_fn *f)
{
    switch (op->ra) {
    case 0:
        return shift_lanes_sized(cpu, 0, d, n, op->rm, f);
    case 1:
        return shift_lanes_sized(cpu, 1, d, n, op->rm, f);
    case 2:
        return shift_lanes_sized(cpu, 2, d, n, op->rm, f);
    default:
        return shift_lanes_sized(cpu, 3, d, n, op->rm, f);
    }
}

static ALWAYS_INLINE void vector_shift(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    cpu->v[op->rd] = cut(op, shift_lanes(cpu, op, cut(op, cpu->v[op->rd]), cut(op, cpu->v[op->rn]), f));
}

static ALWAYS_INLINE void scalar_shift(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    set_low(cpu, op, map_scalar(cpu, op->ra, cpu->v[op->rd].d[0], cpu->v[op->rn].d[0], op->rm, f));
}

static ALWAYS_INLINE u64 narrow_sized(struct cpu *cpu, const struct op *op, unsigned size, lane_fn *f)
{
    union vreg n = cpu->v[op->rn], r;
    for (unsigned i = 0; i < 8u >> size; i++)
        set_lane(&r, size, i, f(cpu, 0, lane(&n, size + 1, i), op->rm, 8u << size));
    return r.d[0];
}

static ALWAYS_INLINE void shift_narrow(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    set_half(cpu, op, part,
             op->ra == 0   ? narrow_sized(cpu, op, 0, f)
             : op->ra == 1 ? narrow_sized(cpu, op, 1, f)
                           : narrow_sized(cpu, op, 2, f));
}

static ALWAYS_INLINE void scalar_shift_narrow(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 a = cpu->v[op->rn].d[0];
    if (op->ra == 0)
        set_low(cpu, op, (u8)f(cpu, 0, (u16)a, op->rm, 8));
    else if (op->ra == 1)
        set_low(cpu, op, (u16)f(cpu, 0, (u32)a, op->rm, 16));
    else
        set_low(cpu, op, (u32)f(cpu, 0, a, op->rm, 32));
}

static ALWAYS_INLINE union vreg lengthen_sized(unsigned size, unsigned part, union vreg n, unsigned by, bool is_signed)
{
    union vreg r;
    unsigned lanes = 8u >> size;
    for (unsigned i = 0; i < lanes; i++) {
        u64 x = lane(&n, size, part * lanes + i);
        set_lane(&r, size + 1, i, (is_signed ? sign_extend(x, 8u << size) : x) << by);
    }
    return r;
}

static ALWAYS_INLINE void shift_long(struct cpu *cpu, const struct op *op, unsigned part, bool is_signed)
{
    union vreg n = cpu->v[op->rn];
    cpu->v[op->rd] = op->ra == 0   ? lengthen_sized(0, part, n, op->rm, is_signed)
                     : op->ra == 1 ? lengthen_sized(1, part, n, op->rm, is_signed)
                                   : lengthen_sized(2, part, n, op->rm, is_signed);
}

/* ---- handlers ---- */

SIMD_HANDLER(SSHR_V, vector_shift, lane_sshr)
SIMD_HANDLER(USHR_V, vector_shift, lane_ushr)
SIMD_HANDLER(SSRA_V, vector_shift, lane_ssra)
SIMD_HANDLER(USRA_V, vector_shift, lane_usra)
SIMD_HANDLER(SRSHR_V, vector_shift, lane_srshr)
SIMD_HANDLER(URSHR_V, vector_shift, lane_urshr)
SIMD_HANDLER(SRSRA_V, vector_shift, lane_srsra)
SIMD_HANDLER(URSRA_V, vector_shift, lane_ursra)
SIMD_HANDLER(SRI_V, vector_shift, lane_sri)
SIMD_HANDLER(SHL_V, vector_shift, lane_shl)
SIMD_HANDLER(SLI_V, vector_shift, lane_sli)
SIMD_HANDLER(SQSHLU_V, vector_shift, lane_sqshlu)
SIMD_HANDLER(SQSHL_V, vector_shift, lane_sqshl)
SIMD_HANDLER(UQSHL_V, vector_shift, lane_uqshl)
SIMD_HANDLER(SHRN_V, shift_narrow, 0, lane_shrn)
SIMD_HANDLER(SHRN2_V, shift_narrow, 1, lane_shrn)
SIMD_HANDLER(RSHRN_V, shift_narrow, 0, lane_rshrn)
SIMD_HANDLER(RSHRN2_V, shift_narrow, 1, lane_rshrn)
SIMD_HANDLER(SQSHRN_V, shift_narrow, 0, lane_sqshrn)
SIMD_HANDLER(SQSHRN2_V, shift_narrow, 1, lane_sqshrn)
SIMD_HANDLER(SQRSHRN_V, shift_narrow, 0, lane_sqrshrn)
SIMD_HANDLER(SQRSHRN2_V, shift_narrow, 1, lane_sqrshrn)
SIMD_HANDLER(SQSHRUN_V, shift_narrow, 0, lane_sqshrun)
SIMD_HANDLER(SQSHRUN2_V, shift_narrow, 1, lane_sqshrun)
SIMD_HANDLER(SQRSHRUN_V, shift_narrow, 0, lane_sqrshrun)
SIMD_HANDLER(SQRSHRUN2_V, shift_narrow, 1, lane_sqrshrun)
SIMD_HANDLER(UQSHRN_V, shift_narrow, 0, lane_uqshrn)
SIMD_HANDLER(UQSHRN2_V, shift_narrow, 1, lane_uqshrn)
SIMD_HANDLER(UQRSHRN_V, shift_narrow, 0, lane_uqrshrn)
SIMD_HANDLER(UQRSHRN2_V, shift_narrow, 1, lane_uqrshrn)
SIMD_HANDLER(SSHLL_V, shift_long, 0, true)
SIMD_HANDLER(SSHLL2_V, shift_long, 1, true)
SIMD_HANDLER(USHLL_V, shift_long, 0, false)
SIMD_HANDLER(USHLL2_V, shift_long, 1, false)

SIMD_HANDLER(SSHR_SC, scalar_shift, lane_sshr)
SIMD_HANDLER(USHR_SC, scalar_shift, lane_ushr)
SIMD_HANDLER(SSRA_SC, scalar_shift, lane_ssra)
SIMD_HANDLER(USRA_SC, scalar_shift, lane_usra)
SIMD_HANDLER(SRSHR_SC, scalar_shift, lane_srshr)
SIMD_HANDLER(URSHR_SC, scalar_shift, lane_urshr)
SIMD_HANDLER(SRSRA_SC, scalar_shift, lane_srsra)
SIMD_HANDLER(URSRA_SC, scalar_shift, lane_ursra)
SIMD_HANDLER(SRI_SC, scalar_shift, lane_sri)
SIMD_HANDLER(SHL_SC, scalar_shift, lane_shl)
SIMD_HANDLER(SLI_SC, scalar_shift, lane_sli)
SIMD_HANDLER(SQSHLU_SC, scalar_shift, lane_sqshlu)
SIMD_HANDLER(SQSHL_SC, scalar_shift, lane_sqshl)
SIMD_HANDLER(UQSHL_SC, scalar_shift, lane_uqshl)
SIMD_HANDLER(SQSHRN_SC, scalar_shift_narrow, lane_sqshrn)
SIMD_HANDLER(SQRSHRN_SC, scalar_shift_narrow, lane_sqrshrn)
SIMD_HANDLER(SQSHRUN_SC, scalar_shift_narrow, lane_sqshrun)
SIMD_HANDLER(SQRSHRUN_SC, scalar_shift_narrow, lane_sqrshrun)
SIMD_HANDLER(UQSHRN_SC, scalar_shift_narrow, lane_uqshrn)
SIMD_HANDLER(UQRSHRN_SC, scalar_shift_narrow, lane_uqrshrn)
