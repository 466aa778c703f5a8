/* Advanced SIMD floating-point: one operand, comparison with zero, conversion (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

/* A scalar instruction is a vector of one lane. */
static ALWAYS_INLINE unsigned lanes_or_one(const struct op *op, unsigned n, bool scalar)
{
    return scalar ? 1 : lanes_of(op, n);
}

static NOINLINE void lanes1(struct cpu *cpu, const struct op *op, fp1_fn *f, bool scalar)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FABS_V, lanes1, fp_abs, false)
FP_HANDLER(FNEG_V, lanes1, fp_neg, false)
FP_HANDLER(FSQRT_V, lanes1, fp_sqrt, false)
FP_HANDLER(FRECPE_V, lanes1, fp_recip_estimate, false)
FP_HANDLER(FRSQRTE_V, lanes1, fp_rsqrt_estimate, false)
FP_HANDLER(FRECPE_SC, lanes1, fp_recip_estimate, true)
FP_HANDLER(FRSQRTE_SC, lanes1, fp_rsqrt_estimate, true)
FP_HANDLER(FRECPX_SC, lanes1, fp_recpx, true)

/* Against zero; swapped: zero is the left operand. */
static NOINLINE void with_zero(struct cpu *cpu, const struct op *op, fp2_fn *f, bool swapped, bool scalar)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++) {
        u64 a = lane_of(&cpu->v[op->rn], n, i);
        set_lane_of(&r, n, i, swapped ? f(n, 0, a, &env) : f(n, a, 0, &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FCMGT_Z_V, with_zero, fp_cmgt, false, false)
FP_HANDLER(FCMGT_Z_SC, with_zero, fp_cmgt, false, true)
FP_HANDLER(FCMEQ_Z_V, with_zero, fp_cmeq, false, false)
FP_HANDLER(FCMEQ_Z_SC, with_zero, fp_cmeq, false, true)
FP_HANDLER(FCMLT_Z_V, with_zero, fp_cmgt, true, false)
FP_HANDLER(FCMLT_Z_SC, with_zero, fp_cmgt, true, true)
FP_HANDLER(FCMGE_Z_V, with_zero, fp_cmge, false, false)
FP_HANDLER(FCMGE_Z_SC, with_zero, fp_cmge, false, true)
FP_HANDLER(FCMLE_Z_V, with_zero, fp_cmge, true, false)
FP_HANDLER(FCMLE_Z_SC, with_zero, fp_cmge, true, true)

/* ---- rounding, integers, fixed point ---- */

static NOINLINE void round_lanes(struct cpu *cpu, const struct op *op, int rounding, bool exact)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i++)
        set_lane_of(&r, n, i, fp_round_int(n, lane_of(&cpu->v[op->rn], n, i), rounding_of(&env, rounding), exact, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FRINTN_V, round_lanes, FP_TIEEVEN, false)
FP_HANDLER(FRINTM_V, round_lanes, FP_NEGINF, false)
FP_HANDLER(FRINTP_V, round_lanes, FP_POSINF, false)
FP_HANDLER(FRINTZ_V, round_lanes, FP_ZERO, false)
FP_HANDLER(FRINTA_V, round_lanes, FP_TIEAWAY, false)
FP_HANDLER(FRINTX_V, round_lanes, FP_RMODE, true)
FP_HANDLER(FRINTI_V, round_lanes, FP_RMODE, false)

static ALWAYS_INLINE void to_integer_lanes(struct cpu *cpu, const struct op *op, unsigned n, unsigned fbits, enum fp_rounding rounding, bool is_unsigned,
                                           bool scalar)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++)
        set_lane_of(&r, n, i, fp_to_fixed(n, lane_of(&cpu->v[op->rn], n, i), fbits, is_unsigned, rounding, n, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static ALWAYS_INLINE void from_integer_lanes(struct cpu *cpu, const struct op *op, unsigned n, unsigned fbits, bool is_unsigned, bool scalar)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++)
        set_lane_of(&r, n, i, fp_from_fixed(n, lane_of(&cpu->v[op->rn], n, i), fbits, is_unsigned, n, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void to_integers(struct cpu *cpu, const struct op *op, enum fp_rounding rounding, bool is_unsigned, bool scalar)
{
    to_integer_lanes(cpu, op, width_of(op), 0, rounding, is_unsigned, scalar);
}

static NOINLINE void from_integers(struct cpu *cpu, const struct op *op, bool is_unsigned, bool scalar)
{
    from_integer_lanes(cpu, op, width_of(op), 0, is_unsigned, scalar);
}

/* immh:immb: the width by its top bit, then twice the width less it are the fraction bits. */
static ALWAYS_INLINE unsigned fixed_width(const struct op *op)
{
    return op->imm >> 22 & 1 ? 64 : 32;
}

static ALWAYS_INLINE unsigned fixed_fraction(const struct op *op)
{
    return 2 * fixed_width(op) - (unsigned)bits(op->imm, 22, 16);
}

static NOINLINE void to_fixed(struct cpu *cpu, const struct op *op, bool is_unsigned, bool scalar)
{
    to_integer_lanes(cpu, op, fixed_width(op), fixed_fraction(op), FP_ZERO, is_unsigned, scalar);
}

static NOINLINE void from_fixed(struct cpu *cpu, const struct op *op, bool is_unsigned, bool scalar)
{
    from_integer_lanes(cpu, op, fixed_width(op), fixed_fraction(op), is_unsigned, scalar);
}

FP_HANDLER(FCVTNS_V, to_integers, FP_TIEEVEN, false, false)
FP_HANDLER(FCVTNS_SC, to_integers, FP_TIEEVEN, false, true)
FP_HANDLER(FCVTNU_V, to_integers, FP_TIEEVEN, true, false)
FP_HANDLER(FCVTNU_SC, to_integers, FP_TIEEVEN, true, true)
FP_HANDLER(FCVTMS_V, to_integers, FP_NEGINF, false, false)
FP_HANDLER(FCVTMS_SC, to_integers, FP_NEGINF, false, true)
FP_HANDLER(FCVTMU_V, to_integers, FP_NEGINF, true, false)
FP_HANDLER(FCVTMU_SC, to_integers, FP_NEGINF, true, true)
FP_HANDLER(FCVTAS_V, to_integers, FP_TIEAWAY, false, false)
FP_HANDLER(FCVTAS_SC, to_integers, FP_TIEAWAY, false, true)
FP_HANDLER(FCVTAU_V, to_integers, FP_TIEAWAY, true, false)
FP_HANDLER(FCVTAU_SC, to_integers, FP_TIEAWAY, true, true)
FP_HANDLER(FCVTPS_V, to_integers, FP_POSINF, false, false)
FP_HANDLER(FCVTPS_SC, to_integers, FP_POSINF, false, true)
FP_HANDLER(FCVTPU_V, to_integers, FP_POSINF, true, false)
FP_HANDLER(FCVTPU_SC, to_integers, FP_POSINF, true, true)
FP_HANDLER(FCVTZS_V, to_integers, FP_ZERO, false, false)
FP_HANDLER(FCVTZS_SC, to_integers, FP_ZERO, false, true)
FP_HANDLER(FCVTZU_V, to_integers, FP_ZERO, true, false)
FP_HANDLER(FCVTZU_SC, to_integers, FP_ZERO, true, true)
FP_HANDLER(SCVTF_V, from_integers, false, false)
FP_HANDLER(SCVTF_FIX_V, from_fixed, false, false)
FP_HANDLER(FCVTZS_FIX_V, to_fixed, false, false)
FP_HANDLER(SCVTF_SC, from_integers, false, true)
FP_HANDLER(SCVTF_FIX_SC, from_fixed, false, true)
FP_HANDLER(FCVTZS_FIX_SC, to_fixed, false, true)
FP_HANDLER(UCVTF_V, from_integers, true, false)
FP_HANDLER(UCVTF_FIX_V, from_fixed, true, false)
FP_HANDLER(FCVTZU_FIX_V, to_fixed, true, false)
FP_HANDLER(UCVTF_SC, from_integers, true, true)
FP_HANDLER(UCVTF_FIX_SC, from_fixed, true, true)
FP_HANDLER(FCVTZU_FIX_SC, to_fixed, true, true)

/* ---- narrower and wider; z, bit 22: between single and double, else half and single ---- */

static NOINLINE void narrow(struct cpu *cpu, const struct op *op, bool to_odd, bool upper)
{
    struct fp_env env = env_of(cpu);
    unsigned from = width_of(op), to = from / 2, lanes = 128 / from;
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, to, i, fp_convert(to, from, lane_of(&cpu->v[op->rn], from, i), to_odd ? FP_ODD : fp_rmode(&env), &env));
    cpu->fpsr = env.fpsr;
    if (upper)
        cpu->v[op->rd].d[1] = r.d[0];
    else
        cpu->v[op->rd] = r;
}

FP_HANDLER(FCVTN, narrow, false, false)
FP_HANDLER(FCVTN2, narrow, false, true)
FP_HANDLER(FCVTXN, narrow, true, false)
FP_HANDLER(FCVTXN2, narrow, true, true)

static NOINLINE void narrow_scalar(struct cpu *cpu, const struct op *op, enum fp_rounding rounding)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_convert(32, 64, cpu->v[op->rn].d[0], rounding, &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FCVTXN_SC, narrow_scalar, FP_ODD)

static NOINLINE void widen(struct cpu *cpu, const struct op *op, unsigned upper)
{
    struct fp_env env = env_of(cpu);
    unsigned to = width_of(op), from = to / 2, lanes = 128 / to;
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, to, i, fp_convert(to, from, lane_of(&cpu->v[op->rn], from, upper * lanes + i), fp_rmode(&env), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FCVTL, widen, 0)
FP_HANDLER(FCVTL2, widen, 1)

/* ---- estimates of integers ---- */

typedef u32 estimate_fn(u32 a);

static NOINLINE void estimate(struct cpu *cpu, const struct op *op, estimate_fn *f)
{
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, 32); i++)
        r.s[i] = f(cpu->v[op->rn].s[i]);
    cpu->v[op->rd] = r;
}

FP_HANDLER(URECPE_V, estimate, fp_unsigned_recip_estimate)
FP_HANDLER(URSQRTE_V, estimate, fp_unsigned_rsqrt_estimate)
