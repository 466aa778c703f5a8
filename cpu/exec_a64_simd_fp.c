/* Advanced SIMD floating-point arithmetic: three same, pairwise, across lanes, by element (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

/* ---- three same ---- */

static NOINLINE void vector2(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), lane_of(&cpu->v[op->rm], n, i), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FMAXNM_V, vector2, fp_maxnum)
FP_HANDLER(FMINNM_V, vector2, fp_minnum)
FP_HANDLER(FADD_V, vector2, fp_add)
FP_HANDLER(FSUB_V, vector2, fp_sub)
FP_HANDLER(FMULX_V, vector2, fp_mulx)
FP_HANDLER(FCMEQ_V, vector2, fp_cmeq)
FP_HANDLER(FMAX_V, vector2, fp_max)
FP_HANDLER(FMIN_V, vector2, fp_min)
FP_HANDLER(FRECPS_V, vector2, fp_recip_step)
FP_HANDLER(FRSQRTS_V, vector2, fp_rsqrt_step)
FP_HANDLER(FABD_V, vector2, fp_abd)
FP_HANDLER(FMUL_V, vector2, fp_mul)
FP_HANDLER(FCMGE_V, vector2, fp_cmge)
FP_HANDLER(FCMGT_V, vector2, fp_cmgt)
FP_HANDLER(FACGE_V, vector2, fp_acge)
FP_HANDLER(FACGT_V, vector2, fp_acgt)
FP_HANDLER(FDIV_V, vector2, fp_div)
FP_HANDLER(FMULX_SC, scalar2, fp_mulx)
FP_HANDLER(FCMEQ_SC, scalar2, fp_cmeq)
FP_HANDLER(FRECPS_SC, scalar2, fp_recip_step)
FP_HANDLER(FRSQRTS_SC, scalar2, fp_rsqrt_step)
FP_HANDLER(FABD_SC, scalar2, fp_abd)
FP_HANDLER(FCMGE_SC, scalar2, fp_cmge)
FP_HANDLER(FCMGT_SC, scalar2, fp_cmgt)
FP_HANDLER(FACGE_SC, scalar2, fp_acge)
FP_HANDLER(FACGT_SC, scalar2, fp_acgt)

/* Vd + Vn * Vm, or Vd - Vn * Vm, lane by lane; element: of Vm, or -1 for the same lane. */
static ALWAYS_INLINE void accumulate_lanes(struct cpu *cpu, const struct op *op, unsigned rm, bool subtract, int element, unsigned lanes)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    u64 sign = subtract ? 1ull << (n - 1) : 0;
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, n, i, fp_muladd(n, lane_of(&cpu->v[op->rd], n, i), lane_of(&cpu->v[op->rn], n, i) ^ sign,
                                        lane_of(&cpu->v[rm], n, element < 0 ? i : (unsigned)element), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void accumulate(struct cpu *cpu, const struct op *op, bool subtract)
{
    accumulate_lanes(cpu, op, op->rm, subtract, -1, lanes_of(op, width_of(op)));
}

FP_HANDLER(FMLA_V, accumulate, false)
FP_HANDLER(FMLS_V, accumulate, true)

/* ---- pairwise ---- */

static NOINLINE void pairs(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op), lanes = lanes_of(op, n);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++) {
        const union vreg *from = &cpu->v[i < lanes / 2 ? op->rn : op->rm];
        unsigned first = 2 * i % lanes;
        set_lane_of(&r, n, i, f(n, lane_of(from, n, first), lane_of(from, n, first + 1), &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void scalar_pair(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    u64 r = f(n, lane_of(&cpu->v[op->rn], n, 0), lane_of(&cpu->v[op->rn], n, 1), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FMAXNMP_V, pairs, fp_maxnum)
FP_HANDLER(FMINNMP_V, pairs, fp_minnum)
FP_HANDLER(FADDP_V, pairs, fp_add)
FP_HANDLER(FMAXP_V, pairs, fp_max)
FP_HANDLER(FMINP_V, pairs, fp_min)
FP_HANDLER(FMAXNMP_SC, scalar_pair, fp_maxnum)
FP_HANDLER(FADDP_SC, scalar_pair, fp_add)
FP_HANDLER(FMAXP_SC, scalar_pair, fp_max)
FP_HANDLER(FMINNMP_SC, scalar_pair, fp_minnum)
FP_HANDLER(FMINP_SC, scalar_pair, fp_min)

/* Reduce(): the lower half, the upper half, then both. Four singles. */
static NOINLINE void across(struct cpu *cpu, const struct op *op, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    const u32 *s = cpu->v[op->rn].s;
    u64 low = f(32, s[0], s[1], &env), high = f(32, s[2], s[3], &env), r = f(32, low, high, &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FMAXNMV_V, across, fp_maxnum)
FP_HANDLER(FMINNMV_V, across, fp_minnum)
FP_HANDLER(FMAXV_V, across, fp_max)
FP_HANDLER(FMINV_V, across, fp_min)

/* ---- by element ---- */

/* H:L for single, H for double. Vm is M:Rm, five bits. */
static ALWAYS_INLINE unsigned element_of(const struct op *op)
{
    unsigned h = op->imm >> 11 & 1, l = op->imm >> 21 & 1;
    return width_of(op) == 64 ? h : h << 1 | l;
}

static NOINLINE void vector_by_element(struct cpu *cpu, const struct op *op, fp2_fn *f, bool scalar)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op), lanes = scalar ? 1 : lanes_of(op, n);
    u64 element = lane_of(&cpu->v[op->rm], n, element_of(op));
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), element, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void accumulate_by_element(struct cpu *cpu, const struct op *op, bool subtract, bool scalar)
{
    accumulate_lanes(cpu, op, op->rm, subtract, (int)element_of(op), scalar ? 1 : lanes_of(op, width_of(op)));
}

FP_HANDLER(FMUL_E, vector_by_element, fp_mul, false)
FP_HANDLER(FMULX_E, vector_by_element, fp_mulx, false)
FP_HANDLER(FMLA_E, accumulate_by_element, false, false)
FP_HANDLER(FMLS_E, accumulate_by_element, true, false)
FP_HANDLER(FMUL_ESC, vector_by_element, fp_mul, true)
FP_HANDLER(FMULX_ESC, vector_by_element, fp_mulx, true)
FP_HANDLER(FMLA_ESC, accumulate_by_element, false, true)
FP_HANDLER(FMLS_ESC, accumulate_by_element, true, true)
