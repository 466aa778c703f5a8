/* Scalar floating-point arithmetic, comparison and selection (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

#include "cpu/cond.h"

static NOINLINE void scalar1(struct cpu *cpu, const struct op *op, unsigned n, fp1_fn *f)
{
    struct fp_env env = env_of(cpu);
    u64 r = f(n, lane_of(&cpu->v[op->rn], n, 0), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLERS(FMUL_F, scalar2, fp_mul)
FP_HANDLERS(FDIV_F, scalar2, fp_div)
FP_HANDLERS(FADD_F, scalar2, fp_add)
FP_HANDLERS(FSUB_F, scalar2, fp_sub)
FP_HANDLERS(FMAX_F, scalar2, fp_max)
FP_HANDLERS(FMIN_F, scalar2, fp_min)
FP_HANDLERS(FMAXNM_F, scalar2, fp_maxnum)
FP_HANDLERS(FMINNM_F, scalar2, fp_minnum)
FP_HANDLERS(FNMUL_F, scalar2, fp_nmul)
FP_HANDLERS(FABS_F, scalar1, fp_abs)
FP_HANDLERS(FNEG_F, scalar1, fp_neg)
FP_HANDLERS(FSQRT_F, scalar1, fp_sqrt)

static ALWAYS_INLINE void move(struct cpu *cpu, const struct op *op, unsigned n)
{
    set_scalar(cpu, op->rd, lane_of(&cpu->v[op->rn], n, 0));
}

static ALWAYS_INLINE void move_immediate(struct cpu *cpu, const struct op *op, unsigned n)
{
    set_scalar(cpu, op->rd, fp_expand_imm(n, (u8)bits(op->imm, 20, 13)));
}

FP_HANDLER(FMOV_F, move, width_of(op))
FP_HANDLER(FMOV_FH, move, 16)
FP_HANDLER(FMOV_IMM, move_immediate, width_of(op))
FP_HANDLER(FMOV_IMMH, move_immediate, 16)

/* ---- fused: addend Va, negated as the mnemonic says ---- */

static NOINLINE void fused(struct cpu *cpu, const struct op *op, unsigned n, bool negate_addend, bool negate_product)
{
    struct fp_env env = env_of(cpu);
    u64 sign = 1ull << (n - 1), addend = lane_of(&cpu->v[op->ra], n, 0), a = lane_of(&cpu->v[op->rn], n, 0);
    u64 r = fp_muladd(n, negate_addend ? addend ^ sign : addend, negate_product ? a ^ sign : a, lane_of(&cpu->v[op->rm], n, 0), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLERS(FMADD, fused, false, false)
FP_HANDLERS(FMSUB, fused, false, true)
FP_HANDLERS(FNMADD, fused, true, true)
FP_HANDLERS(FNMSUB, fused, true, false)

/* ---- comparison ---- */

static NOINLINE void compare(struct cpu *cpu, const struct op *op, unsigned n, bool with_zero, bool signal_nans)
{
    struct fp_env env = env_of(cpu);
    u32 nzcv = fp_compare(n, lane_of(&cpu->v[op->rn], n, 0), with_zero ? 0 : lane_of(&cpu->v[op->rm], n, 0), signal_nans, &env);
    cpu->fpsr = env.fpsr;
    cpu_set_nzcv(cpu, nzcv);
}

FP_HANDLERS(FCMP, compare, false, false)
FP_HANDLERS(FCMP_Z, compare, true, false)
FP_HANDLERS(FCMPE, compare, false, true)
FP_HANDLERS(FCMPE_Z, compare, true, true)

static NOINLINE void conditional_compare(struct cpu *cpu, const struct op *op, unsigned n, bool signal_nans)
{
    if (cond_holds(cpu, (unsigned)bits(op->imm, 15, 12)))
        compare(cpu, op, n, false, signal_nans);
    else
        cpu_set_nzcv(cpu, (u32)bits(op->imm, 3, 0) << 28);
}

FP_HANDLERS(FCCMP, conditional_compare, false)
FP_HANDLERS(FCCMPE, conditional_compare, true)

static ALWAYS_INLINE void conditional_select(struct cpu *cpu, const struct op *op, unsigned n)
{
    const union vreg *from = &cpu->v[cond_holds(cpu, (unsigned)bits(op->imm, 15, 12)) ? op->rn : op->rm];
    set_scalar(cpu, op->rd, lane_of(from, n, 0));
}

FP_HANDLER(FCSEL, conditional_select, width_of(op))
FP_HANDLER(FCSELH, conditional_select, 16)
