/* Advanced SIMD floating-point: one operand, comparison with zero, conversion (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

/* A scalar instruction is a vector of one lane. */
static ALWAYS_INLINE unsigned lanes_or_one(const struct op *op, unsigned n, bool scalar)
{
    return scalar ? 1 : lanes_of(op, n);
}

static NOINLINE void lanes1(struct cpu *cpu, const struct op *op, unsigned n, fp1_fn *f, bool scalar)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLERS(FABS_V, lanes1, fp_abs, false)
FP_HANDLERS(FNEG_V, lanes1, fp_neg, false)
FP_HANDLERS(FSQRT_V, lanes1, fp_sqrt, false)
FP_HANDLERS(FRECPE_V, lanes1, fp_recip_estimate, false)
FP_HANDLERS(FRSQRTE_V, lanes1, fp_rsqrt_estimate, false)
FP_HANDLERS(FRECPE_SC, lanes1, fp_recip_estimate, true)
FP_HANDLERS(FRSQRTE_SC, lanes1, fp_rsqrt_estimate, true)
FP_HANDLERS(FRECPX_SC, lanes1, fp_recpx, true)

/* Against zero; swapped: zero is the left operand. */
static NOINLINE void with_zero(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f, bool swapped, bool scalar)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_or_one(op, n, scalar); i++) {
        u64 a = lane_of(&cpu->v[op->rn], n, i);
        set_lane_of(&r, n, i, swapped ? f(n, 0, a, &env) : f(n, a, 0, &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLERS(FCMGT_Z_V, with_zero, fp_cmgt, false, false)
FP_HANDLERS(FCMGT_Z_SC, with_zero, fp_cmgt, false, true)
FP_HANDLERS(FCMEQ_Z_V, with_zero, fp_cmeq, false, false)
FP_HANDLERS(FCMEQ_Z_SC, with_zero, fp_cmeq, false, true)
FP_HANDLERS(FCMLT_Z_V, with_zero, fp_cmgt, true, false)
FP_HANDLERS(FCMLT_Z_SC, with_zero, fp_cmgt, true, true)
FP_HANDLERS(FCMGE_Z_V, with_zero, fp_cmge, false, false)
FP_HANDLERS(FCMGE_Z_SC, with_zero, fp_cmge, false, true)
FP_HANDLERS(FCMLE_Z_V, with_zero, fp_cmge, true, false)
FP_HANDLERS(FCMLE_Z_SC, with_zero, fp_cmge, true, true)

/* ---- rounding, integers, fixed point ---- */

static NOINLINE void round_lanes(struct cpu *cpu, const struct op *op, unsigned n, int rounding, bool exact)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i++)
        set_lane_of(&r, n, i, fp_round_int(n, lane_of(&cpu->v[op->rn], n, i), rounding_of(&env, rounding), exact, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLERS(FRINTN_V, round_lanes, FP_TIEEVEN, false)
FP_HANDLERS(FRINTM_V, round_lanes, FP_NEGINF, false)
FP_HANDLERS(FRINTP_V, round_lanes, FP_POSINF, false)
FP_HANDLERS(FRINTZ_V, round_lanes, FP_ZERO, false)
FP_HANDLERS(FRINTA_V, round_lanes, FP_TIEAWAY, false)
FP_HANDLERS(FRINTX_V, round_lanes, FP_RMODE, true)
FP_HANDLERS(FRINTI_V, round_lanes, FP_RMODE, false)

static ALWAYS_INLINE void to_integer_lanes(struct cpu *cpu, const struct op *op, unsigned n, unsigned fbits, enum fp_rounding rounding,
                                           bool is_unsigned, bool scalar)
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

static NOINLINE void to_integers(struct cpu *cpu, const struct op *op, unsigned n, enum fp_rounding rounding, bool is_unsigned, bool scalar)
{
    to_integer_lanes(cpu, op, n, 0, rounding, is_unsigned, scalar);
}

static NOINLINE void from_integers(struct cpu *cpu, const struct op *op, unsigned n, bool is_unsigned, bool scalar)
{
    from_integer_lanes(cpu, op, n, 0, is_unsigned, scalar);
}

/* immh:immb: the width by its top bit, then twice the width less it are the fraction bits. */
static ALWAYS_INLINE unsigned fixed_width(const struct op *op)
{
    return op->imm >> 22 & 1 ? 64 : 32;
}

static ALWAYS_INLINE unsigned fixed_fraction(const struct op *op, unsigned n)
{
    return 2 * n - (unsigned)bits(op->imm, 22, 16);
}

static NOINLINE void to_fixed(struct cpu *cpu, const struct op *op, unsigned n, bool is_unsigned, bool scalar)
{
    to_integer_lanes(cpu, op, n, fixed_fraction(op, n), FP_ZERO, is_unsigned, scalar);
}

static NOINLINE void from_fixed(struct cpu *cpu, const struct op *op, unsigned n, bool is_unsigned, bool scalar)
{
    from_integer_lanes(cpu, op, n, fixed_fraction(op, n), is_unsigned, scalar);
}

#define FIXED_HANDLERS(id, shape, ...)                                                                                 \
    FP_HANDLER(id, shape, fixed_width(op), __VA_ARGS__)                                                                \
    FP_HANDLER(id##H, shape, 16, __VA_ARGS__)

FP_HANDLERS(FCVTNS_V, to_integers, FP_TIEEVEN, false, false)
FP_HANDLERS(FCVTNS_SC, to_integers, FP_TIEEVEN, false, true)
FP_HANDLERS(FCVTNU_V, to_integers, FP_TIEEVEN, true, false)
FP_HANDLERS(FCVTNU_SC, to_integers, FP_TIEEVEN, true, true)
FP_HANDLERS(FCVTMS_V, to_integers, FP_NEGINF, false, false)
FP_HANDLERS(FCVTMS_SC, to_integers, FP_NEGINF, false, true)
FP_HANDLERS(FCVTMU_V, to_integers, FP_NEGINF, true, false)
FP_HANDLERS(FCVTMU_SC, to_integers, FP_NEGINF, true, true)
FP_HANDLERS(FCVTAS_V, to_integers, FP_TIEAWAY, false, false)
FP_HANDLERS(FCVTAS_SC, to_integers, FP_TIEAWAY, false, true)
FP_HANDLERS(FCVTAU_V, to_integers, FP_TIEAWAY, true, false)
FP_HANDLERS(FCVTAU_SC, to_integers, FP_TIEAWAY, true, true)
FP_HANDLERS(FCVTPS_V, to_integers, FP_POSINF, false, false)
FP_HANDLERS(FCVTPS_SC, to_integers, FP_POSINF, false, true)
FP_HANDLERS(FCVTPU_V, to_integers, FP_POSINF, true, false)
FP_HANDLERS(FCVTPU_SC, to_integers, FP_POSINF, true, true)
FP_HANDLERS(FCVTZS_V, to_integers, FP_ZERO, false, false)
FP_HANDLERS(FCVTZS_SC, to_integers, FP_ZERO, false, true)
FP_HANDLERS(FCVTZU_V, to_integers, FP_ZERO, true, false)
FP_HANDLERS(FCVTZU_SC, to_integers, FP_ZERO, true, true)
FP_HANDLERS(SCVTF_V, from_integers, false, false)
FIXED_HANDLERS(SCVTF_FIX_V, from_fixed, false, false)
FIXED_HANDLERS(FCVTZS_FIX_V, to_fixed, false, false)
FP_HANDLERS(SCVTF_SC, from_integers, false, true)
FIXED_HANDLERS(SCVTF_FIX_SC, from_fixed, false, true)
FIXED_HANDLERS(FCVTZS_FIX_SC, to_fixed, false, true)
FP_HANDLERS(UCVTF_V, from_integers, true, false)
FIXED_HANDLERS(UCVTF_FIX_V, from_fixed, true, false)
FIXED_HANDLERS(FCVTZU_FIX_V, to_fixed, true, false)
FP_HANDLERS(UCVTF_SC, from_integers, true, true)
FIXED_HANDLERS(UCVTF_FIX_SC, from_fixed, true, true)
FIXED_HANDLERS(FCVTZU_FIX_SC, to_fixed, true, true)

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

/* FMOV (vector, immediate) of half precision: a to h of the immediate stand in bits 18:16 and 9:5. */
HANDLER(FMOV_VI16)
{
    FP_CHECK();
    u64 x = fp_expand_imm(16, (u8)(bits(op->imm, 18, 16) << 5 | bits(op->imm, 9, 5))) * 0x0001000100010001;
    cpu->v[op->rd].d[0] = x;
    cpu->v[op->rd].d[1] = op->imm >> 30 & 1 ? x : 0;
    NEXT();
}

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
