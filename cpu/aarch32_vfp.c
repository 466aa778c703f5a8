/* VFP data processing (DDI 0487 F6.1; VFPv4 and ARMv8's additions): one function for each row of cpu/insn_aarch32_vfp.def. */
#include "cpu/aarch32_fp.h"

#include "cpu/cond.h"
#include "cpu/fp_ops.h"

/* A register of n bits: S or D. */
static ALWAYS_INLINE u64 get(const struct cpu *cpu, unsigned n, unsigned reg)
{
    return n == 64 ? get_d(cpu, reg) : get_s(cpu, reg);
}

static ALWAYS_INLINE void set(struct cpu *cpu, unsigned n, unsigned reg, u64 x)
{
    if (n == 64)
        set_d(cpu, reg, x);
    else
        set_s(cpu, reg, (u32)x);
}

#define BOTH(id, shape, ...)                                                                                           \
    void vfp_##id##_S(struct cpu *cpu, const struct op *op)                                                            \
    {                                                                                                                  \
        shape(cpu, op, 32, __VA_ARGS__);                                                                               \
    }                                                                                                                  \
    void vfp_##id##_D(struct cpu *cpu, const struct op *op)                                                            \
    {                                                                                                                  \
        shape(cpu, op, 64, __VA_ARGS__);                                                                               \
    }

#define ONE(id, shape, ...)                                                                                            \
    void vfp_##id(struct cpu *cpu, const struct op *op)                                                                \
    {                                                                                                                  \
        shape(cpu, op, __VA_ARGS__);                                                                                   \
    }

/* ---- arithmetic ---- */

static void two(struct cpu *cpu, const struct op *op, unsigned n, fp2_fn *f)
{
    struct fp_env env = env_of(cpu);
    u64 r = f(n, get(cpu, n, op->rn), get(cpu, n, op->rm), &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VADD, two, fp_add)
BOTH(VSUB, two, fp_sub)
BOTH(VMUL, two, fp_mul)
BOTH(VNMUL, two, fp_nmul)
BOTH(VDIV, two, fp_div)
BOTH(VMAXNM, two, fp_maxnum)
BOTH(VMINNM, two, fp_minnum)

/* The product is rounded before it is added. */
static void chained(struct cpu *cpu, const struct op *op, unsigned n, bool negate_addend, bool negate_product)
{
    struct fp_env env = env_of(cpu);
    u64 sign = 1ull << (n - 1), addend = get(cpu, n, op->rd);
    u64 product = fp_mul(n, get(cpu, n, op->rn), get(cpu, n, op->rm), &env);
    u64 r = fp_add(n, negate_addend ? addend ^ sign : addend, negate_product ? product ^ sign : product, &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VMLA, chained, false, false)
BOTH(VMLS, chained, false, true)
BOTH(VNMLA, chained, true, true)
BOTH(VNMLS, chained, true, false)

static void fused(struct cpu *cpu, const struct op *op, unsigned n, bool negate_addend, bool negate_product)
{
    struct fp_env env = env_of(cpu);
    u64 sign = 1ull << (n - 1), addend = get(cpu, n, op->rd), a = get(cpu, n, op->rn);
    u64 r = fp_muladd(n, negate_addend ? addend ^ sign : addend, negate_product ? a ^ sign : a, get(cpu, n, op->rm), &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VFMA, fused, false, false)
BOTH(VFMS, fused, false, true)
BOTH(VFNMA, fused, true, true)
BOTH(VFNMS, fused, true, false)

static void one(struct cpu *cpu, const struct op *op, unsigned n, fp1_fn *f)
{
    struct fp_env env = env_of(cpu);
    u64 r = f(n, get(cpu, n, op->rm), &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VABS, one, fp_abs)
BOTH(VNEG, one, fp_neg)
BOTH(VSQRT, one, fp_sqrt)

static u64 fp_copy(unsigned n, u64 a, struct fp_env *env)
{
    (void)n;
    (void)env;
    return a;
}

BOTH(VMOV_R, one, fp_copy)

static void immediate(struct cpu *cpu, const struct op *op, unsigned n, u8 imm8)
{
    set(cpu, n, op->rd, fp_expand_imm(n, imm8));
}

BOTH(VMOV_I, immediate, (u8)op->imm32)

static void select_if(struct cpu *cpu, const struct op *op, unsigned n, unsigned cond)
{
    set(cpu, n, op->rd, get(cpu, n, cond_holds(cpu, cond) ? op->rn : op->rm));
}

BOTH(VSELEQ, select_if, COND_EQ)
BOTH(VSELVS, select_if, COND_VS)
BOTH(VSELGE, select_if, COND_GE)
BOTH(VSELGT, select_if, COND_GT)

/* ---- comparison: FPSCR's flags ---- */

static void compare(struct cpu *cpu, const struct op *op, unsigned n, bool with_zero, bool signal_nans)
{
    struct fp_env env = env_of(cpu);
    u32 nzcv = fp_compare(n, get(cpu, n, op->rd), with_zero ? 0 : get(cpu, n, op->rm), signal_nans, &env);
    cpu->fpsr = (env.fpsr & 0x0fffffff) | nzcv;
}

BOTH(VCMP, compare, false, false)
BOTH(VCMPE, compare, false, true)
BOTH(VCMP_Z, compare, true, false)
BOTH(VCMPE_Z, compare, true, true)

/* ---- conversion between formats ---- */

static void convert(struct cpu *cpu, const struct op *op, unsigned to, unsigned from)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_convert(to, from, get(cpu, from, op->rm), fp_rmode(&env), &env);
    cpu->fpsr = env.fpsr;
    set(cpu, to, op->rd, r);
}

ONE(VCVT_DS, convert, 64, 32)
ONE(VCVT_SD, convert, 32, 64)

static void from_half(struct cpu *cpu, const struct op *op, unsigned to, unsigned top)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_convert(to, 16, (u16)(get_s(cpu, op->rm) >> 16 * top), fp_rmode(&env), &env);
    cpu->fpsr = env.fpsr;
    set(cpu, to, op->rd, r);
}

ONE(VCVTB_SH, from_half, 32, 0)
ONE(VCVTT_SH, from_half, 32, 1)
ONE(VCVTB_DH, from_half, 64, 0)
ONE(VCVTT_DH, from_half, 64, 1)

/* The other half stays. */
static void to_half(struct cpu *cpu, const struct op *op, unsigned from, unsigned top)
{
    struct fp_env env = env_of(cpu);
    u32 r = (u32)fp_convert(16, from, get(cpu, from, op->rm), fp_rmode(&env), &env);
    cpu->fpsr = env.fpsr;
    set_s(cpu, op->rd, (get_s(cpu, op->rd) & (top ? 0xffff : 0xffff0000)) | r << 16 * top);
}

ONE(VCVTB_HS, to_half, 32, 0)
ONE(VCVTT_HS, to_half, 32, 1)
ONE(VCVTB_HD, to_half, 64, 0)
ONE(VCVTT_HD, to_half, 64, 1)

/* ---- integers and fixed point ---- */

static void from_integer(struct cpu *cpu, const struct op *op, unsigned n, bool is_unsigned)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_from_fixed(n, get_s(cpu, op->rm), 0, is_unsigned, 32, &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

ONE(VCVT_SU, from_integer, 32, true)
ONE(VCVT_SS, from_integer, 32, false)
ONE(VCVT_DU, from_integer, 64, true)
ONE(VCVT_DSI, from_integer, 64, false)

static void to_integer(struct cpu *cpu, const struct op *op, unsigned n, int rounding, bool is_unsigned)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_to_fixed(n, get(cpu, n, op->rm), 0, is_unsigned, rounding_of(&env, rounding), 32, &env);
    cpu->fpsr = env.fpsr;
    set_s(cpu, op->rd, (u32)r);
}

ONE(VCVT_US, to_integer, 32, FP_ZERO, true)
ONE(VCVT_SIS, to_integer, 32, FP_ZERO, false)
ONE(VCVT_UD, to_integer, 64, FP_ZERO, true)
ONE(VCVT_SID, to_integer, 64, FP_ZERO, false)
ONE(VCVTR_US, to_integer, 32, FP_RMODE, true)
ONE(VCVTR_SIS, to_integer, 32, FP_RMODE, false)
ONE(VCVTR_UD, to_integer, 64, FP_RMODE, true)
ONE(VCVTR_SID, to_integer, 64, FP_RMODE, false)
#define TO_INTEGER(mode, rounding)                                                                                     \
    ONE(VCVT##mode##_US, to_integer, 32, rounding, true)                                                               \
    ONE(VCVT##mode##_SS, to_integer, 32, rounding, false)                                                              \
    ONE(VCVT##mode##_UD, to_integer, 64, rounding, true)                                                               \
    ONE(VCVT##mode##_SD, to_integer, 64, rounding, false)
TO_INTEGER(A, FP_TIEAWAY)
TO_INTEGER(N, FP_TIEEVEN)
TO_INTEGER(P, FP_POSINF)
TO_INTEGER(M, FP_NEGINF)

/* imm32: fraction bits, ra: the integer's width, rm: unsigned. The result fills the register. */
static void to_fixed(struct cpu *cpu, const struct op *op, unsigned n, unsigned width)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_to_fixed(n, get(cpu, n, op->rd), op->imm32, op->rm, FP_ZERO, width, &env);
    cpu->fpsr = env.fpsr;
    r &= ones(width);
    set(cpu, n, op->rd, op->rm ? r : sign_extend(r, width));
}

BOTH(VCVT_TO_FIXED, to_fixed, op->ra)

/* To nearest, whatever FPSCR says. */
static void from_fixed(struct cpu *cpu, const struct op *op, unsigned n, unsigned width)
{
    struct fp_env env = env_of(cpu);
    env.fpcr &= ~(3u << 22);
    u64 r = fp_from_fixed(n, get(cpu, n, op->rd) & ones(width), op->imm32, op->rm, width, &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VCVT_FROM_FIXED, from_fixed, op->ra)

static void round_int(struct cpu *cpu, const struct op *op, unsigned n, int rounding, bool exact)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_round_int(n, get(cpu, n, op->rm), rounding_of(&env, rounding), exact, &env);
    cpu->fpsr = env.fpsr;
    set(cpu, n, op->rd, r);
}

BOTH(VRINTR, round_int, FP_RMODE, false)
BOTH(VRINTZ, round_int, FP_ZERO, false)
BOTH(VRINTX, round_int, FP_RMODE, true)
BOTH(VRINTA, round_int, FP_TIEAWAY, false)
BOTH(VRINTN, round_int, FP_TIEEVEN, false)
BOTH(VRINTP, round_int, FP_POSINF, false)
BOTH(VRINTM, round_int, FP_NEGINF, false)
