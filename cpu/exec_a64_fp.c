/* Scalar floating-point arithmetic, comparison and selection (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

#include "cpu/cond.h"

static NOINLINE void scalar1(struct cpu *cpu, const struct op *op, fp1_fn *f)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    u64 r = f(n, lane_of(&cpu->v[op->rn], n, 0), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FMUL_F, scalar2, fp_mul)
FP_HANDLER(FDIV_F, scalar2, fp_div)
FP_HANDLER(FADD_F, scalar2, fp_add)
FP_HANDLER(FSUB_F, scalar2, fp_sub)
FP_HANDLER(FMAX_F, scalar2, fp_max)
FP_HANDLER(FMIN_F, scalar2, fp_min)
FP_HANDLER(FMAXNM_F, scalar2, fp_maxnum)
FP_HANDLER(FMINNM_F, scalar2, fp_minnum)
FP_HANDLER(FNMUL_F, scalar2, fp_nmul)
FP_HANDLER(FABS_F, scalar1, fp_abs)
FP_HANDLER(FNEG_F, scalar1, fp_neg)
FP_HANDLER(FSQRT_F, scalar1, fp_sqrt)

HANDLER(FMOV_F)
{
    FP_CHECK();
    set_scalar(cpu, op->rd, lane_of(&cpu->v[op->rn], width_of(op), 0));
    NEXT();
}

HANDLER(FMOV_IMM)
{
    FP_CHECK();
    set_scalar(cpu, op->rd, fp_expand_imm(width_of(op), (u8)bits(op->imm, 20, 13)));
    NEXT();
}

/* ---- fused: addend Va, negated as the mnemonic says ---- */

static NOINLINE void fused(struct cpu *cpu, const struct op *op, bool negate_addend, bool negate_product)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    u64 sign = 1ull << (n - 1), addend = lane_of(&cpu->v[op->ra], n, 0), a = lane_of(&cpu->v[op->rn], n, 0);
    u64 r = fp_muladd(n, negate_addend ? addend ^ sign : addend, negate_product ? a ^ sign : a, lane_of(&cpu->v[op->rm], n, 0), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FMADD, fused, false, false)
FP_HANDLER(FMSUB, fused, false, true)
FP_HANDLER(FNMADD, fused, true, true)
FP_HANDLER(FNMSUB, fused, true, false)

/* ---- comparison ---- */

static NOINLINE void compare(struct cpu *cpu, const struct op *op, bool with_zero, bool signal_nans)
{
    struct fp_env env = env_of(cpu);
    unsigned n = width_of(op);
    u32 nzcv = fp_compare(n, lane_of(&cpu->v[op->rn], n, 0), with_zero ? 0 : lane_of(&cpu->v[op->rm], n, 0), signal_nans, &env);
    cpu->fpsr = env.fpsr;
    cpu_set_nzcv(cpu, nzcv);
}

FP_HANDLER(FCMP, compare, false, false)
FP_HANDLER(FCMP_Z, compare, true, false)
FP_HANDLER(FCMPE, compare, false, true)
FP_HANDLER(FCMPE_Z, compare, true, true)

static NOINLINE void conditional_compare(struct cpu *cpu, const struct op *op, bool signal_nans)
{
    if (cond_holds(cpu, (unsigned)bits(op->imm, 15, 12)))
        compare(cpu, op, false, signal_nans);
    else
        cpu_set_nzcv(cpu, (u32)bits(op->imm, 3, 0) << 28);
}

FP_HANDLER(FCCMP, conditional_compare, false)
FP_HANDLER(FCCMPE, conditional_compare, true)

HANDLER(FCSEL)
{
    FP_CHECK();
    const union vreg *from = &cpu->v[cond_holds(cpu, (unsigned)bits(op->imm, 15, 12)) ? op->rn : op->rm];
    set_scalar(cpu, op->rd, lane_of(from, width_of(op), 0));
    NEXT();
}
