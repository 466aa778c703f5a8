/* Advanced SIMD three same, vector and scalar (DDI 0487 C4.1.69). */
#include "cpu/simd_lanes_shift.h"

/* ---- bitwise: whole registers ---- */

static ALWAYS_INLINE void bitwise(struct cpu *cpu, const struct op *op, words_fn *f)
{
    union vreg d = cpu->v[op->rd], n = cpu->v[op->rn], m = cpu->v[op->rm], r;
    r.d[0] = f(d.d[0], n.d[0], m.d[0]);
    r.d[1] = f(d.d[1], n.d[1], m.d[1]);
    cpu->v[op->rd] = cut(op, r);
}

SIMD_HANDLER(AND_V, bitwise, words_and)
SIMD_HANDLER(BIC_V, bitwise, words_bic)
SIMD_HANDLER(ORR_V, bitwise, words_orr)
SIMD_HANDLER(ORN_V, bitwise, words_orn)
SIMD_HANDLER(EOR_V, bitwise, words_eor)
SIMD_HANDLER(BSL_V, bitwise, words_bsl)
SIMD_HANDLER(BIT_V, bitwise, words_bit)
SIMD_HANDLER(BIF_V, bitwise, words_bif)

/* ---- pairwise: neighbours of n, then of m ---- */

static ALWAYS_INLINE union vreg pairs_sized(struct cpu *cpu, unsigned size, union vreg n, union vreg m, lane_fn *f)
{
    return (union vreg){ .d = { half_of_pairs(cpu, size, n, f), half_of_pairs(cpu, size, m, f) } };
}

static ALWAYS_INLINE void pairwise(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg n = cpu->v[op->rn], m = cpu->v[op->rm], r;
    if (!op_q(op)) { /* the halves of one register */
        n.d[1] = m.d[0];
        m = n;
    }
    switch (op_size(op)) {
    case 0:
        r = pairs_sized(cpu, 0, n, m, f);
        break;
    case 1:
        r = pairs_sized(cpu, 1, n, m, f);
        break;
    case 2:
        r = pairs_sized(cpu, 2, n, m, f);
        break;
    default:
        r.d[0] = f(cpu, 0, n.d[0], n.d[1], 64);
        r.d[1] = f(cpu, 0, m.d[0], m.d[1], 64);
        break;
    }
    cpu->v[op->rd] = cut(op, r);
}

/* ---- handlers ---- */

SIMD_HANDLER(SHADD_V, vector_three, lane_shadd)
SIMD_HANDLER(UHADD_V, vector_three, lane_uhadd)
SIMD_HANDLER(SQADD_V, vector_three, lane_sqadd)
SIMD_HANDLER(UQADD_V, vector_three, lane_uqadd)
SIMD_HANDLER(SRHADD_V, vector_three, lane_srhadd)
SIMD_HANDLER(URHADD_V, vector_three, lane_urhadd)
SIMD_HANDLER(SHSUB_V, vector_three, lane_shsub)
SIMD_HANDLER(UHSUB_V, vector_three, lane_uhsub)
SIMD_HANDLER(SQSUB_V, vector_three, lane_sqsub)
SIMD_HANDLER(UQSUB_V, vector_three, lane_uqsub)
SIMD_HANDLER(CMGT_V, vector_three, lane_cmgt)
SIMD_HANDLER(CMHI_V, vector_three, lane_cmhi)
SIMD_HANDLER(CMGE_V, vector_three, lane_cmge)
SIMD_HANDLER(CMHS_V, vector_three, lane_cmhs)
SIMD_HANDLER(SSHL_V, vector_three, lane_sshl)
SIMD_HANDLER(USHL_V, vector_three, lane_ushl)
SIMD_HANDLER(SQSHL_R_V, vector_three, lane_sqshl_r)
SIMD_HANDLER(UQSHL_R_V, vector_three, lane_uqshl_r)
SIMD_HANDLER(SRSHL_V, vector_three, lane_srshl)
SIMD_HANDLER(URSHL_V, vector_three, lane_urshl)
SIMD_HANDLER(SQRSHL_V, vector_three, lane_sqrshl)
SIMD_HANDLER(UQRSHL_V, vector_three, lane_uqrshl)
SIMD_HANDLER(SMAX_V, vector_three, lane_smax)
SIMD_HANDLER(UMAX_V, vector_three, lane_umax)
SIMD_HANDLER(SMIN_V, vector_three, lane_smin)
SIMD_HANDLER(UMIN_V, vector_three, lane_umin)
SIMD_HANDLER(SABD_V, vector_three, lane_sabd)
SIMD_HANDLER(UABD_V, vector_three, lane_uabd)
SIMD_HANDLER(SABA_V, vector_three, lane_saba)
SIMD_HANDLER(UABA_V, vector_three, lane_uaba)
SIMD_HANDLER(ADD_V, vector_three, lane_add)
SIMD_HANDLER(SUB_V, vector_three, lane_sub)
SIMD_HANDLER(CMTST_V, vector_three, lane_cmtst)
SIMD_HANDLER(CMEQ_V, vector_three, lane_cmeq)
SIMD_HANDLER(MLA_V, vector_three, lane_mla)
SIMD_HANDLER(MLS_V, vector_three, lane_mls)
SIMD_HANDLER(MUL_V, vector_three, lane_mul)
SIMD_HANDLER(PMUL_V, vector_three, lane_pmul)
SIMD_HANDLER(SMAXP_V, pairwise, lane_smax)
SIMD_HANDLER(UMAXP_V, pairwise, lane_umax)
SIMD_HANDLER(SMINP_V, pairwise, lane_smin)
SIMD_HANDLER(UMINP_V, pairwise, lane_umin)
SIMD_HANDLER(SQDMULH_V, vector_three, lane_sqdmulh)
SIMD_HANDLER(SQRDMULH_V, vector_three, lane_sqrdmulh)
SIMD_HANDLER(ADDP_V, pairwise, lane_add)
SIMD_HANDLER(SQRDMLAH_V, vector_three, lane_sqrdmlah)
SIMD_HANDLER(SQRDMLSH_V, vector_three, lane_sqrdmlsh)

SIMD_HANDLER(SQADD_SC, scalar_three, lane_sqadd)
SIMD_HANDLER(UQADD_SC, scalar_three, lane_uqadd)
SIMD_HANDLER(SQSUB_SC, scalar_three, lane_sqsub)
SIMD_HANDLER(UQSUB_SC, scalar_three, lane_uqsub)
SIMD_HANDLER(SQSHL_R_SC, scalar_three, lane_sqshl_r)
SIMD_HANDLER(UQSHL_R_SC, scalar_three, lane_uqshl_r)
SIMD_HANDLER(SQRSHL_SC, scalar_three, lane_sqrshl)
SIMD_HANDLER(UQRSHL_SC, scalar_three, lane_uqrshl)
SIMD_HANDLER(SQDMULH_SC, scalar_three, lane_sqdmulh)
SIMD_HANDLER(SQRDMULH_SC, scalar_three, lane_sqrdmulh)
SIMD_HANDLER(CMGT_SC, scalar_three, lane_cmgt)
SIMD_HANDLER(CMHI_SC, scalar_three, lane_cmhi)
SIMD_HANDLER(CMGE_SC, scalar_three, lane_cmge)
SIMD_HANDLER(CMHS_SC, scalar_three, lane_cmhs)
SIMD_HANDLER(SSHL_SC, scalar_three, lane_sshl)
SIMD_HANDLER(USHL_SC, scalar_three, lane_ushl)
SIMD_HANDLER(SRSHL_SC, scalar_three, lane_srshl)
SIMD_HANDLER(URSHL_SC, scalar_three, lane_urshl)
SIMD_HANDLER(ADD_SC, scalar_three, lane_add)
SIMD_HANDLER(SUB_SC, scalar_three, lane_sub)
SIMD_HANDLER(CMTST_SC, scalar_three, lane_cmtst)
SIMD_HANDLER(CMEQ_SC, scalar_three, lane_cmeq)
SIMD_HANDLER(SQRDMLAH_SC, scalar_three, lane_sqrdmlah)
SIMD_HANDLER(SQRDMLSH_SC, scalar_three, lane_sqrdmlsh)
