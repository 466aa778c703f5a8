/* Advanced SIMD of AArch32 on integers: three registers, by scalar (DDI 0487 F6.1). */
#include "cpu/aarch32_simd.h"

static ALWAYS_INLINE unsigned size_of(const struct op *op)
{
    return op->imm32 >> 20 & 3;
}

/* ---- three registers of the same length ---- */

static ALWAYS_INLINE void bitwise(struct cpu *cpu, const struct op *op, words_fn *f)
{
    union vreg d = get_vector(cpu, op->rd, is_q(op)), n = get_vector(cpu, op->rn, is_q(op)), m = get_vector(cpu, op->rm, is_q(op));
    set_vector(cpu, op->rd, is_q(op), (union vreg){ .d = { f(d.d[0], n.d[0], m.d[0]), f(d.d[1], n.d[1], m.d[1]) } });
}

SIMD32(VAND, bitwise, words_and)
SIMD32(VBIC, bitwise, words_bic)
SIMD32(VORR, bitwise, words_orr)
SIMD32(VORN, bitwise, words_orn)
SIMD32(VEOR, bitwise, words_eor)
SIMD32(VBSL, bitwise, words_bsl)
SIMD32(VBIT, bitwise, words_bit)
SIMD32(VBIF, bitwise, words_bif)

static ALWAYS_INLINE void three_regs(struct cpu *cpu, const struct op *op, unsigned rn, unsigned rm, lane_fn *f)
{
    bool q = is_q(op);
    set_vector(cpu, op->rd, q, map(cpu, size_of(op), get_vector(cpu, op->rd, q), get_vector(cpu, rn, q), get_vector(cpu, rm, q), f));
}

static ALWAYS_INLINE void three(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    three_regs(cpu, op, op->rn, op->rm, f);
}

/* Shifts: Vm by Vn. */
static ALWAYS_INLINE void shift(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    three_regs(cpu, op, op->rm, op->rn, f);
}

SIMD32(VHADD_S, three, lane_shadd)
SIMD32(VHADD_U, three, lane_uhadd)
SIMD32(VQADD_S, three, lane_sqadd)
SIMD32(VQADD_U, three, lane_uqadd)
SIMD32(VRHADD_S, three, lane_srhadd)
SIMD32(VRHADD_U, three, lane_urhadd)
SIMD32(VHSUB_S, three, lane_shsub)
SIMD32(VHSUB_U, three, lane_uhsub)
SIMD32(VQSUB_S, three, lane_sqsub)
SIMD32(VQSUB_U, three, lane_uqsub)
SIMD32(VCGT_S, three, lane_cmgt)
SIMD32(VCGT_U, three, lane_cmhi)
SIMD32(VCGE_S, three, lane_cmge)
SIMD32(VCGE_U, three, lane_cmhs)
SIMD32(VSHL_R_S, shift, lane_sshl)
SIMD32(VSHL_R_U, shift, lane_ushl)
SIMD32(VQSHL_R_S, shift, lane_sqshl_r)
SIMD32(VQSHL_R_U, shift, lane_uqshl_r)
SIMD32(VRSHL_S, shift, lane_srshl)
SIMD32(VRSHL_U, shift, lane_urshl)
SIMD32(VQRSHL_S, shift, lane_sqrshl)
SIMD32(VQRSHL_U, shift, lane_uqrshl)
SIMD32(VMAX_S, three, lane_smax)
SIMD32(VMAX_U, three, lane_umax)
SIMD32(VMIN_S, three, lane_smin)
SIMD32(VMIN_U, three, lane_umin)
SIMD32(VABD_S, three, lane_sabd)
SIMD32(VABD_U, three, lane_uabd)
SIMD32(VABA_S, three, lane_saba)
SIMD32(VABA_U, three, lane_uaba)
SIMD32(VADD_I, three, lane_add)
SIMD32(VSUB_I, three, lane_sub)
SIMD32(VTST, three, lane_cmtst)
SIMD32(VCEQ, three, lane_cmeq)
SIMD32(VMLA_I, three, lane_mla)
SIMD32(VMLS_I, three, lane_mls)
SIMD32(VMUL_I, three, lane_mul)
SIMD32(VMUL_P8, three, lane_pmul)
SIMD32(VQDMULH, three, lane_sqdmulh)
SIMD32(VQRDMULH, three, lane_sqrdmulh)
SIMD32(VQRDMLAH, three, lane_sqrdmlah)
SIMD32(VQRDMLSH, three, lane_sqrdmlsh)

/* Neighbours of n, then of m. */
static ALWAYS_INLINE void pairs(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg both = { .d = { get_d(cpu, op->rn), get_d(cpu, op->rm) } };
    set_d(cpu, op->rd,
          size_of(op) == 0   ? half_of_pairs(cpu, 0, both, f)
          : size_of(op) == 1 ? half_of_pairs(cpu, 1, both, f)
                             : half_of_pairs(cpu, 2, both, f));
}

SIMD32(VPMAX_S, pairs, lane_smax)
SIMD32(VPMAX_U, pairs, lane_umax)
SIMD32(VPMIN_S, pairs, lane_smin)
SIMD32(VPMIN_U, pairs, lane_umin)
SIMD32(VPADD_I, pairs, lane_add)

/* ---- three registers of different lengths ---- */

static ALWAYS_INLINE void lengthening(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg n = get_vector(cpu, op->rn, false), m = get_vector(cpu, op->rm, false);
    set_vector(cpu, op->rd, true, map_long(cpu, size_of(op), 0, get_vector(cpu, op->rd, true), n, m, f));
}

static ALWAYS_INLINE void wide(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg m = get_vector(cpu, op->rm, false);
    set_vector(cpu, op->rd, true, map_long(cpu, size_of(op), 0, get_vector(cpu, op->rn, true), m, m, f));
}

static ALWAYS_INLINE void narrowing(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    set_d(cpu, op->rd, map_narrow(cpu, size_of(op), get_vector(cpu, op->rn, true), get_vector(cpu, op->rm, true), f));
}

SIMD32(VADDL_S, lengthening, lane_saddl)
SIMD32(VADDL_U, lengthening, lane_add)
SIMD32(VSUBL_S, lengthening, lane_ssubl)
SIMD32(VSUBL_U, lengthening, lane_sub)
SIMD32(VADDW_S, wide, lane_saddw)
SIMD32(VADDW_U, wide, lane_uaddw)
SIMD32(VSUBW_S, wide, lane_ssubw)
SIMD32(VSUBW_U, wide, lane_usubw)
SIMD32(VADDHN, narrowing, lane_addhn)
SIMD32(VRADDHN, narrowing, lane_raddhn)
SIMD32(VSUBHN, narrowing, lane_subhn)
SIMD32(VRSUBHN, narrowing, lane_rsubhn)
SIMD32(VABAL_S, lengthening, lane_sabal)
SIMD32(VABAL_U, lengthening, lane_uabal)
SIMD32(VABDL_S, lengthening, lane_sabdl)
SIMD32(VABDL_U, lengthening, lane_uabdl)
SIMD32(VMLAL_S, lengthening, lane_smlal)
SIMD32(VMLAL_U, lengthening, lane_mla)
SIMD32(VMLSL_S, lengthening, lane_smlsl)
SIMD32(VMLSL_U, lengthening, lane_mls)
SIMD32(VMULL_S, lengthening, lane_smull)
SIMD32(VMULL_U, lengthening, lane_mul)
SIMD32(VQDMLAL, lengthening, lane_sqdmlal)
SIMD32(VQDMLSL, lengthening, lane_sqdmlsl)
SIMD32(VQDMULL, lengthening, lane_sqdmull)
SIMD32(VMULL_P8, lengthening, lane_pmul)

/* ---- by a scalar: op->ra is its index, and 16 for Q ---- */

static ALWAYS_INLINE union vreg scalar_of(const struct cpu *cpu, const struct op *op)
{
    unsigned size = size_of(op);
    return splat(get_d(cpu, op->rm) >> ((op->ra & 3u) * (8u << size)), size);
}

static ALWAYS_INLINE void by_scalar(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    bool q = op->ra >> 4;
    union vreg d = get_vector(cpu, op->rd, q), n = get_vector(cpu, op->rn, q), m = scalar_of(cpu, op);
    if (!q)
        m.d[1] = 0;
    set_vector(cpu, op->rd, q, size_of(op) == 1 ? map_sized(cpu, 1, d, n, m, f) : map_sized(cpu, 2, d, n, m, f));
}

static ALWAYS_INLINE void by_scalar_long(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg d = get_vector(cpu, op->rd, true), n = get_vector(cpu, op->rn, false), m = scalar_of(cpu, op);
    set_vector(cpu, op->rd, true, size_of(op) == 1 ? map_long_sized(cpu, 1, 0, d, n, m, f) : map_long_sized(cpu, 2, 0, d, n, m, f));
}

SIMD32(VMLA_E, by_scalar, lane_mla)
SIMD32(VMLS_E, by_scalar, lane_mls)
SIMD32(VMUL_E, by_scalar, lane_mul)
SIMD32(VQDMULH_E, by_scalar, lane_sqdmulh)
SIMD32(VQRDMULH_E, by_scalar, lane_sqrdmulh)
SIMD32(VQRDMLAH_E, by_scalar, lane_sqrdmlah)
SIMD32(VQRDMLSH_E, by_scalar, lane_sqrdmlsh)
SIMD32(VMLAL_ES, by_scalar_long, lane_smlal)
SIMD32(VMLAL_EU, by_scalar_long, lane_mla)
SIMD32(VMLSL_ES, by_scalar_long, lane_smlsl)
SIMD32(VMLSL_EU, by_scalar_long, lane_mls)
SIMD32(VMULL_ES, by_scalar_long, lane_smull)
SIMD32(VMULL_EU, by_scalar_long, lane_mul)
SIMD32(VQDMLAL_E, by_scalar_long, lane_sqdmlal)
SIMD32(VQDMLSL_E, by_scalar_long, lane_sqdmlsl)
SIMD32(VQDMULL_E, by_scalar_long, lane_sqdmull)
