/* Advanced SIMD of AArch32 on floating-point numbers of 32 bits (DDI 0487 F6.1), by the standard FPSCR value, and of 16 bits in conversions. */
#include "cpu/aarch32_simd.h"

#include "cpu/fp_ops.h"

/* StandardFPSCRValue(): FPSCR's AHP, DN and FZ set, to nearest. */
static ALWAYS_INLINE struct fp_env standard_env(const struct cpu *cpu)
{
    return (struct fp_env){ (cpu->fpcr & 1u << 26) | 1u << 25 | 1u << 24, cpu->fpsr };
}

static ALWAYS_INLINE unsigned words_in(bool q)
{
    return q ? 4 : 2;
}

/* ---- three registers ---- */

static void three(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg n = get_vector(cpu, op->rn, q), m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)f(32, n.s[i], m.s[i], &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

/* FPRecipStep(), FPRSqrtStep() as AArch32 has them: the product is rounded; infinity times zero counts as 0. */
static u64 step(u64 from, u64 a, u64 b, struct fp_env *env)
{
    bool zero_a = !(a & 0x7f800000), zero_b = !(b & 0x7f800000), inf_a = (a & 0x7fffffff) == 0x7f800000, inf_b = (b & 0x7fffffff) == 0x7f800000;
    if ((zero_a && inf_b) || (inf_a && zero_b)) {
        fp_mul(32, zero_a ? a : b, 0, env); /* a denormal is an input denormal */
        return from;
    }
    return fp_sub(32, from, fp_mul(32, a, b, env), env);
}

static u64 recip_step(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    (void)n;
    return step(0x40000000, a, b, env);
}

/* (3 - a * b) / 2: where the difference is finite and not 0, halving it is exact. */
static u64 rsqrt_step(unsigned n, u64 a, u64 b, struct fp_env *env)
{
    (void)n;
    return fp_mul(32, step(0x40400000, a, b, env), 0x3f000000, env);
}

SIMD32(VADD_F, three, fp_add)
SIMD32(VSUB_F, three, fp_sub)
SIMD32(VMUL_F, three, fp_mul)
SIMD32(VABD_F, three, fp_abd)
SIMD32(VMAX_F, three, fp_max)
SIMD32(VMIN_F, three, fp_min)
SIMD32(VMAXNM_F, three, fp_maxnum)
SIMD32(VMINNM_F, three, fp_minnum)
SIMD32(VCEQ_F, three, fp_cmeq)
SIMD32(VCGE_F, three, fp_cmge)
SIMD32(VCGT_F, three, fp_cmgt)
SIMD32(VACGE_F, three, fp_acge)
SIMD32(VACGT_F, three, fp_acgt)
SIMD32(VRECPS_F, three, recip_step)
SIMD32(VRSQRTS_F, three, rsqrt_step)

static void pairs(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = standard_env(cpu);
    union vreg n = get_vector(cpu, op->rn, false), m = get_vector(cpu, op->rm, false), r = { 0 };
    r.s[0] = (u32)f(32, n.s[0], n.s[1], &env);
    r.s[1] = (u32)f(32, m.s[0], m.s[1], &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, false, r);
}

SIMD32(VPADD_F, pairs, fp_add)
SIMD32(VPMAX_F, pairs, fp_max)
SIMD32(VPMIN_F, pairs, fp_min)

static void fused(struct cpu *cpu, const struct op *op, u32 sign)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg n = get_vector(cpu, op->rn, q), m = get_vector(cpu, op->rm, q), r = get_vector(cpu, op->rd, q);
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_muladd(32, r.s[i], n.s[i] ^ sign, m.s[i], &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VFMA_F, fused, 0)
SIMD32(VFMS_F, fused, 1u << 31)

/* The product is rounded before it is added. */
static void chained(struct cpu *cpu, const struct op *op, bool q, union vreg m, u32 sign)
{
    struct fp_env env = standard_env(cpu);
    union vreg n = get_vector(cpu, op->rn, q), r = get_vector(cpu, op->rd, q);
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_add(32, r.s[i], fp_mul(32, n.s[i], m.s[i], &env) ^ sign, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VMLA_F, chained, is_q(op), get_vector(cpu, op->rm, is_q(op)), 0)
SIMD32(VMLS_F, chained, is_q(op), get_vector(cpu, op->rm, is_q(op)), 1u << 31)

/* ---- by a scalar: op->ra is its index, and 16 for Q ---- */

static ALWAYS_INLINE union vreg scalar_of(const struct cpu *cpu, const struct op *op)
{
    return splat(get_s(cpu, 2u * op->rm + (op->ra & 1u)), 2);
}

SIMD32(VMLA_EF, chained, op->ra >> 4, scalar_of(cpu, op), 0)
SIMD32(VMLS_EF, chained, op->ra >> 4, scalar_of(cpu, op), 1u << 31)

void simd32_VMUL_EF(struct cpu *cpu, const struct op *op)
{
    struct fp_env env = standard_env(cpu);
    bool q = op->ra >> 4;
    union vreg n = get_vector(cpu, op->rn, q), m = scalar_of(cpu, op), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_mul(32, n.s[i], m.s[i], &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

/* ---- one operand ---- */

static void one(struct cpu *cpu, const struct op *op, fp1_fn *f)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)f(32, m.s[i], &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VABS_F, one, fp_abs)
SIMD32(VNEG_F, one, fp_neg)
SIMD32(VRECPE_F, one, fp_recip_estimate)
SIMD32(VRSQRTE_F, one, fp_rsqrt_estimate)

static u64 unsigned_recip(unsigned n, u64 a, struct fp_env *env)
{
    (void)n;
    (void)env;
    return fp_unsigned_recip_estimate((u32)a);
}

static u64 unsigned_rsqrt(unsigned n, u64 a, struct fp_env *env)
{
    (void)n;
    (void)env;
    return fp_unsigned_rsqrt_estimate((u32)a);
}

SIMD32(VRECPE_I, one, unsigned_recip)
SIMD32(VRSQRTE_I, one, unsigned_rsqrt)

/* Against zero; swapped: zero is the left operand. */
static void with_zero(struct cpu *cpu, const struct op *op, fp2_fn *f, bool swapped)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)(swapped ? f(32, 0, m.s[i], &env) : f(32, m.s[i], 0, &env));
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VCGT_ZF, with_zero, fp_cmgt, false)
SIMD32(VCGE_ZF, with_zero, fp_cmge, false)
SIMD32(VCEQ_ZF, with_zero, fp_cmeq, false)
SIMD32(VCLE_ZF, with_zero, fp_cmge, true)
SIMD32(VCLT_ZF, with_zero, fp_cmgt, true)

/* ---- conversion ---- */

static void to_integers(struct cpu *cpu, const struct op *op, unsigned fbits, enum fp_rounding rounding, bool is_unsigned)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_to_fixed(32, m.s[i], fbits, is_unsigned, rounding, 32, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

static void from_integers(struct cpu *cpu, const struct op *op, unsigned fbits, bool is_unsigned)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_from_fixed(32, m.s[i], fbits, is_unsigned, 32, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VCVT_S_F, to_integers, 0, FP_ZERO, false)
SIMD32(VCVT_U_F, to_integers, 0, FP_ZERO, true)
SIMD32(VCVTA_SF, to_integers, 0, FP_TIEAWAY, false)
SIMD32(VCVTA_UF, to_integers, 0, FP_TIEAWAY, true)
SIMD32(VCVTN_SF, to_integers, 0, FP_TIEEVEN, false)
SIMD32(VCVTN_UF, to_integers, 0, FP_TIEEVEN, true)
SIMD32(VCVTP_SF, to_integers, 0, FP_POSINF, false)
SIMD32(VCVTP_UF, to_integers, 0, FP_POSINF, true)
SIMD32(VCVTM_SF, to_integers, 0, FP_NEGINF, false)
SIMD32(VCVTM_UF, to_integers, 0, FP_NEGINF, true)
SIMD32(VCVT_SX_F, to_integers, op->rn, FP_ZERO, false)
SIMD32(VCVT_UX_F, to_integers, op->rn, FP_ZERO, true)
SIMD32(VCVT_F_S, from_integers, 0, false)
SIMD32(VCVT_F_U, from_integers, 0, true)
SIMD32(VCVT_F_SX, from_integers, op->rn, false)
SIMD32(VCVT_F_UX, from_integers, op->rn, true)

static void round_int(struct cpu *cpu, const struct op *op, enum fp_rounding rounding, bool exact)
{
    struct fp_env env = standard_env(cpu);
    bool q = is_q(op);
    union vreg m = get_vector(cpu, op->rm, q), r = { 0 };
    for (unsigned i = 0; i < words_in(q); i++)
        r.s[i] = (u32)fp_round_int(32, m.s[i], rounding, exact, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, q, r);
}

SIMD32(VRINTN_F, round_int, FP_TIEEVEN, false)
SIMD32(VRINTX_F, round_int, FP_TIEEVEN, true)
SIMD32(VRINTA_F, round_int, FP_TIEAWAY, false)
SIMD32(VRINTZ_F, round_int, FP_ZERO, false)
SIMD32(VRINTM_F, round_int, FP_NEGINF, false)
SIMD32(VRINTP_F, round_int, FP_POSINF, false)

void simd32_VCVT_HF(struct cpu *cpu, const struct op *op)
{
    struct fp_env env = standard_env(cpu);
    union vreg m = get_vector(cpu, op->rm, true), r = { 0 };
    for (unsigned i = 0; i < 4; i++)
        r.h[i] = (u16)fp_convert(16, 32, m.s[i], FP_TIEEVEN, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, false, r);
}

void simd32_VCVT_FH(struct cpu *cpu, const struct op *op)
{
    struct fp_env env = standard_env(cpu);
    union vreg m = get_vector(cpu, op->rm, false), r;
    for (unsigned i = 0; i < 4; i++)
        r.s[i] = (u32)fp_convert(32, 16, m.h[i], FP_TIEEVEN, &env);
    cpu->fpsr = env.fpsr;
    set_vector(cpu, op->rd, true, r);
}
