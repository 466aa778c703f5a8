/* Advanced SIMD three same, vector and scalar (DDI 0487 C4.1.69). */
#include "cpu/simd_lanes.h"

/* ---- bitwise: whole registers ---- */

typedef u64 words_fn(u64 d, u64 n, u64 m);

static ALWAYS_INLINE void bitwise(struct cpu *cpu, const struct op *op, words_fn *f)
{
    union vreg d = cpu->v[op->rd], n = cpu->v[op->rn], m = cpu->v[op->rm], r;
    r.d[0] = f(d.d[0], n.d[0], m.d[0]);
    r.d[1] = f(d.d[1], n.d[1], m.d[1]);
    cpu->v[op->rd] = cut(op, r);
}

static ALWAYS_INLINE u64 words_and(u64 d, u64 n, u64 m)
{
    (void)d;
    return n & m;
}

static ALWAYS_INLINE u64 words_bic(u64 d, u64 n, u64 m)
{
    (void)d;
    return n & ~m;
}

static ALWAYS_INLINE u64 words_orr(u64 d, u64 n, u64 m)
{
    (void)d;
    return n | m;
}

static ALWAYS_INLINE u64 words_orn(u64 d, u64 n, u64 m)
{
    (void)d;
    return n | ~m;
}

static ALWAYS_INLINE u64 words_eor(u64 d, u64 n, u64 m)
{
    (void)d;
    return n ^ m;
}

static ALWAYS_INLINE u64 words_bsl(u64 d, u64 n, u64 m)
{
    return m ^ ((m ^ n) & d);
}

static ALWAYS_INLINE u64 words_bit(u64 d, u64 n, u64 m)
{
    return d ^ ((d ^ n) & m);
}

static ALWAYS_INLINE u64 words_bif(u64 d, u64 n, u64 m)
{
    return d ^ ((d ^ n) & ~m);
}

SIMD_HANDLER(AND_V, bitwise, words_and)
SIMD_HANDLER(BIC_V, bitwise, words_bic)
SIMD_HANDLER(ORR_V, bitwise, words_orr)
SIMD_HANDLER(ORN_V, bitwise, words_orn)
SIMD_HANDLER(EOR_V, bitwise, words_eor)
SIMD_HANDLER(BSL_V, bitwise, words_bsl)
SIMD_HANDLER(BIT_V, bitwise, words_bit)
SIMD_HANDLER(BIF_V, bitwise, words_bif)

/* ---- halving and saturating addition and subtraction ---- */

LANE(lane_shadd)
{
    return (u64)((sx(a, esize) + sx(b, esize)) >> 1);
}

LANE(lane_uhadd)
{
    return (a + b) >> 1;
}

LANE(lane_srhadd)
{
    return (u64)((sx(a, esize) + sx(b, esize) + 1) >> 1);
}

LANE(lane_urhadd)
{
    return (a + b + 1) >> 1;
}

LANE(lane_shsub)
{
    return (u64)((sx(a, esize) - sx(b, esize)) >> 1);
}

LANE(lane_uhsub)
{
    return (a - b) >> 1;
}

LANE(lane_sqadd)
{
    return sat_s(cpu, (s128)sx(a, esize) + sx(b, esize), esize);
}

LANE(lane_uqadd)
{
    return sat_u(cpu, (s128)a + b, esize);
}

LANE(lane_sqsub)
{
    return sat_s(cpu, (s128)sx(a, esize) - sx(b, esize), esize);
}

LANE(lane_uqsub)
{
    return sat_u(cpu, (s128)a - b, esize);
}

/* ---- absolute difference ---- */

LANE(lane_sabd)
{
    return sx(a, esize) > sx(b, esize) ? a - b : b - a;
}

LANE(lane_uabd)
{
    return a > b ? a - b : b - a;
}

LANE(lane_saba)
{
    return d + lane_sabd(cpu, d, a, b, esize);
}

LANE(lane_uaba)
{
    return d + lane_uabd(cpu, d, a, b, esize);
}

/* ---- shift by register ---- */

/* x shifted by the signed low byte of `by`, rounding to nearest when to the right; beyond every width where bits fall off the top. */
static ALWAYS_INLINE s128 shift_by(s128 x, u64 by, unsigned esize, bool round)
{
    int n = (s8)by;
    if (n >= (int)esize)
        return x > 0 ? (s128)1 << 100 : x < 0 ? -((s128)1 << 100) : 0;
    if (n >= 0)
        return x * ((s128)1 << n);
    unsigned right = n < -66 ? 66 : (unsigned)-n;
    return (x + (round ? (s128)1 << (right - 1) : 0)) >> right;
}

LANE(lane_sshl)
{
    return (u64)shift_by(sx(a, esize), b, esize, false);
}

LANE(lane_ushl)
{
    return (u64)shift_by(a, b, esize, false);
}

LANE(lane_srshl)
{
    return (u64)shift_by(sx(a, esize), b, esize, true);
}

LANE(lane_urshl)
{
    return (u64)shift_by(a, b, esize, true);
}

LANE(lane_sqshl)
{
    return sat_s(cpu, shift_by(sx(a, esize), b, esize, false), esize);
}

LANE(lane_uqshl)
{
    return sat_u(cpu, shift_by(a, b, esize, false), esize);
}

LANE(lane_sqrshl)
{
    return sat_s(cpu, shift_by(sx(a, esize), b, esize, true), esize);
}

LANE(lane_uqrshl)
{
    return sat_u(cpu, shift_by(a, b, esize, true), esize);
}

/* ---- pairwise: neighbours of n, then of m ---- */

/* The pairs of one operand, in 64 bits; a pair is read as one lane of twice the width, which compilers vectorize. */
static ALWAYS_INLINE u64 half_of_pairs(struct cpu *cpu, unsigned size, union vreg v, lane_fn *f)
{
    union vreg r;
    unsigned esize = 8u << size;
    for (unsigned i = 0; i < 8u >> size; i++)
        set_lane(&r, size, i, f(cpu, 0, lane(&v, size + 1, i) & ones(esize), lane(&v, size + 1, i) >> esize, esize));
    return r.d[0];
}

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
SIMD_HANDLER(SQSHL_R_V, vector_three, lane_sqshl)
SIMD_HANDLER(UQSHL_R_V, vector_three, lane_uqshl)
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
SIMD_HANDLER(SQSHL_R_SC, scalar_three, lane_sqshl)
SIMD_HANDLER(UQSHL_R_SC, scalar_three, lane_uqshl)
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
