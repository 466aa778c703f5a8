/* Advanced SIMD floating-point arithmetic: three same, pairwise, across lanes, by element (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

/* ---- three same ---- */

static NOINLINE void vector2(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), lane_of(&cpu->v[op->rm], n, i), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLERS(FMAXNM_V, vector2, fp_maxnum)
FP_HANDLERS(FMINNM_V, vector2, fp_minnum)
FP_HANDLERS(FADD_V, vector2, fp_add)
FP_HANDLERS(FSUB_V, vector2, fp_sub)
FP_HANDLERS(FMULX_V, vector2, fp_mulx)
FP_HANDLERS(FCMEQ_V, vector2, fp_cmeq)
FP_HANDLERS(FMAX_V, vector2, fp_max)
FP_HANDLERS(FMIN_V, vector2, fp_min)
FP_HANDLERS(FRECPS_V, vector2, fp_recip_step)
FP_HANDLERS(FRSQRTS_V, vector2, fp_rsqrt_step)
FP_HANDLERS(FABD_V, vector2, fp_abd)
FP_HANDLERS(FMUL_V, vector2, fp_mul)
FP_HANDLERS(FCMGE_V, vector2, fp_cmge)
FP_HANDLERS(FCMGT_V, vector2, fp_cmgt)
FP_HANDLERS(FACGE_V, vector2, fp_acge)
FP_HANDLERS(FACGT_V, vector2, fp_acgt)
FP_HANDLERS(FDIV_V, vector2, fp_div)
FP_HANDLERS(FMULX_SC, scalar2, fp_mulx)
FP_HANDLERS(FCMEQ_SC, scalar2, fp_cmeq)
FP_HANDLERS(FRECPS_SC, scalar2, fp_recip_step)
FP_HANDLERS(FRSQRTS_SC, scalar2, fp_rsqrt_step)
FP_HANDLERS(FABD_SC, scalar2, fp_abd)
FP_HANDLERS(FCMGE_SC, scalar2, fp_cmge)
FP_HANDLERS(FCMGT_SC, scalar2, fp_cmgt)
FP_HANDLERS(FACGE_SC, scalar2, fp_acge)
FP_HANDLERS(FACGT_SC, scalar2, fp_acgt)

/* Vd + Vn * Vm, or Vd - Vn * Vm, lane by lane; element: of Vm, or -1 for the same lane. */
static ALWAYS_INLINE void accumulate_lanes(struct cpu *cpu, const struct op *op, unsigned n, bool subtract, int element, unsigned lanes)
{
    struct fp_env env = env_of(cpu);
    u64 sign = subtract ? 1ull << (n - 1) : 0;
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, n, i, fp_muladd(n, lane_of(&cpu->v[op->rd], n, i), lane_of(&cpu->v[op->rn], n, i) ^ sign,
                                        lane_of(&cpu->v[op->rm], n, element < 0 ? i : (unsigned)element), &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void accumulate(struct cpu *cpu, const struct op *op, unsigned n, bool subtract)
{
    accumulate_lanes(cpu, op, n, subtract, -1, lanes_of(op, n));
}

FP_HANDLERS(FMLA_V, accumulate, false)
FP_HANDLERS(FMLS_V, accumulate, true)

/* ---- pairwise ---- */

static NOINLINE void pairs(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    unsigned lanes = lanes_of(op, n);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++) {
        const union vreg *from = &cpu->v[i < lanes / 2 ? op->rn : op->rm];
        unsigned first = 2 * i % lanes;
        set_lane_of(&r, n, i, f(n, lane_of(from, n, first), lane_of(from, n, first + 1), &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void scalar_pair(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    u64 r = f(n, lane_of(&cpu->v[op->rn], n, 0), lane_of(&cpu->v[op->rn], n, 1), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLERS(FMAXNMP_V, pairs, fp_maxnum)
FP_HANDLERS(FMINNMP_V, pairs, fp_minnum)
FP_HANDLERS(FADDP_V, pairs, fp_add)
FP_HANDLERS(FMAXP_V, pairs, fp_max)
FP_HANDLERS(FMINP_V, pairs, fp_min)
FP_HANDLERS(FMAXNMP_SC, scalar_pair, fp_maxnum)
FP_HANDLERS(FADDP_SC, scalar_pair, fp_add)
FP_HANDLERS(FMAXP_SC, scalar_pair, fp_max)
FP_HANDLERS(FMINNMP_SC, scalar_pair, fp_minnum)
FP_HANDLERS(FMINP_SC, scalar_pair, fp_min)

/* Reduce(): neighbours, then the results of neighbours. */
static NOINLINE void across(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    union vreg v = cpu->v[op->rn];
    for (unsigned lanes = lanes_of(op, n); lanes > 1; lanes /= 2)
        for (unsigned i = 0; i < lanes / 2; i++)
            set_lane_of(&v, n, i, f(n, lane_of(&v, n, 2 * i), lane_of(&v, n, 2 * i + 1), &env));
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, lane_of(&v, n, 0));
}

FP_HANDLERS(FMAXNMV_V, across, fp_maxnum)
FP_HANDLERS(FMINNMV_V, across, fp_minnum)
FP_HANDLERS(FMAXV_V, across, fp_max)
FP_HANDLERS(FMINV_V, across, fp_min)

/* ---- by element ---- */

/* H:L for single, H for double, and Vm is M:Rm, five bits. Half precision: cpu/insn_imm_simd.c, ELEMENT. */
static ALWAYS_INLINE unsigned element_of(const struct op *op)
{
    unsigned h = op->imm >> 11 & 1, l = op->imm >> 21 & 1;
    return width_of(op) == 64 ? h : h << 1 | l;
}

static NOINLINE void by_element(struct cpu *cpu, const struct op *op, unsigned n, unsigned element, fp2_fn *f, bool scalar)
{
    struct fp_env env = env_of(cpu);
    unsigned lanes = scalar ? 1 : lanes_of(op, n);
    u64 b = lane_of(&cpu->v[op->rm], n, element);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes; i++)
        set_lane_of(&r, n, i, f(n, lane_of(&cpu->v[op->rn], n, i), b, &env));
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

static NOINLINE void accumulate_by_element(struct cpu *cpu, const struct op *op, unsigned n, unsigned element, bool subtract, bool scalar)
{
    accumulate_lanes(cpu, op, n, subtract, (int)element, scalar ? 1 : lanes_of(op, n));
}

#define ELEMENT_HANDLERS(id, shape, ...)                                                                               \
    FP_HANDLER(id, shape, width_of(op), element_of(op), __VA_ARGS__)                                                   \
    FP_HANDLER(id##H, shape, 16, op->ra, __VA_ARGS__)

ELEMENT_HANDLERS(FMUL_E, by_element, fp_mul, false)
ELEMENT_HANDLERS(FMULX_E, by_element, fp_mulx, false)
ELEMENT_HANDLERS(FMLA_E, accumulate_by_element, false, false)
ELEMENT_HANDLERS(FMLS_E, accumulate_by_element, true, false)
ELEMENT_HANDLERS(FMUL_ESC, by_element, fp_mul, true)
ELEMENT_HANDLERS(FMULX_ESC, by_element, fp_mulx, true)
ELEMENT_HANDLERS(FMLA_ESC, accumulate_by_element, false, true)
ELEMENT_HANDLERS(FMLS_ESC, accumulate_by_element, true, true)
