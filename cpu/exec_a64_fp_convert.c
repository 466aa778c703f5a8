/* Scalar floating-point conversion (DDI 0487 C4.1.69). */
#include "cpu/fp_ops.h"

/* ---- rounding to integral values ---- */

static NOINLINE void round_int(struct cpu *cpu, const struct op *op, unsigned n, int rounding, bool exact)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_round_int(n, lane_of(&cpu->v[op->rn], n, 0), rounding_of(&env, rounding), exact, &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLERS(FRINTN_F, round_int, FP_TIEEVEN, false)
FP_HANDLERS(FRINTP_F, round_int, FP_POSINF, false)
FP_HANDLERS(FRINTM_F, round_int, FP_NEGINF, false)
FP_HANDLERS(FRINTZ_F, round_int, FP_ZERO, false)
FP_HANDLERS(FRINTA_F, round_int, FP_TIEAWAY, false)
FP_HANDLERS(FRINTX_F, round_int, FP_RMODE, true)
FP_HANDLERS(FRINTI_F, round_int, FP_RMODE, false)

/* ---- between precisions ---- */

static NOINLINE void convert(struct cpu *cpu, const struct op *op, unsigned to, unsigned from)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_convert(to, from, lane_of(&cpu->v[op->rn], from, 0), fp_rmode(&env), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

FP_HANDLER(FCVT_DS, convert, 64, 32)
FP_HANDLER(FCVT_HS, convert, 16, 32)
FP_HANDLER(FCVT_SD, convert, 32, 64)
FP_HANDLER(FCVT_HD, convert, 16, 64)
FP_HANDLER(FCVT_SH, convert, 32, 16)
FP_HANDLER(FCVT_DH, convert, 64, 16)

/* ---- to and from general registers; sf, bit 31: a 64-bit integer ---- */

static ALWAYS_INLINE unsigned integer_width(const struct op *op)
{
    return op->imm >> 31 & 1 ? 64 : 32;
}

static NOINLINE void to_general(struct cpu *cpu, const struct op *op, unsigned n, int rounding, bool is_unsigned, unsigned fbits)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_to_fixed(n, lane_of(&cpu->v[op->rn], n, 0), fbits, is_unsigned, rounding_of(&env, rounding), integer_width(op), &env);
    cpu->fpsr = env.fpsr;
    cpu->x[op->rd] = r;
}

static NOINLINE void from_general(struct cpu *cpu, const struct op *op, unsigned n, bool is_unsigned, unsigned fbits)
{
    struct fp_env env = env_of(cpu);
    u64 r = fp_from_fixed(n, cpu->x[op->rn], fbits, is_unsigned, integer_width(op), &env);
    cpu->fpsr = env.fpsr;
    set_scalar(cpu, op->rd, r);
}

static ALWAYS_INLINE unsigned fraction_bits(const struct op *op)
{
    return 64 - (unsigned)bits(op->imm, 15, 10);
}

FP_HANDLERS(FCVTNS_F, to_general, FP_TIEEVEN, false, 0)
FP_HANDLERS(FCVTNU_F, to_general, FP_TIEEVEN, true, 0)
FP_HANDLERS(FCVTPS_F, to_general, FP_POSINF, false, 0)
FP_HANDLERS(FCVTPU_F, to_general, FP_POSINF, true, 0)
FP_HANDLERS(FCVTMS_F, to_general, FP_NEGINF, false, 0)
FP_HANDLERS(FCVTMU_F, to_general, FP_NEGINF, true, 0)
FP_HANDLERS(FCVTZS_F, to_general, FP_ZERO, false, 0)
FP_HANDLERS(FCVTZU_F, to_general, FP_ZERO, true, 0)
FP_HANDLERS(FCVTAS_F, to_general, FP_TIEAWAY, false, 0)
FP_HANDLERS(FCVTAU_F, to_general, FP_TIEAWAY, true, 0)
FP_HANDLERS(SCVTF_F, from_general, false, 0)
FP_HANDLERS(UCVTF_F, from_general, true, 0)
FP_HANDLERS(FCVTZS_FIX, to_general, FP_ZERO, false, fraction_bits(op))
FP_HANDLERS(FCVTZU_FIX, to_general, FP_ZERO, true, fraction_bits(op))
FP_HANDLERS(SCVTF_FIX, from_general, false, fraction_bits(op))
FP_HANDLERS(UCVTF_FIX, from_general, true, fraction_bits(op))

/* FPToFixedJS(): NZCV says whether the conversion was exact. */
static NOINLINE void to_javascript(struct cpu *cpu, const struct op *op, u64 a)
{
    struct fp_env env = env_of(cpu);
    bool z;
    u32 r = fp_to_fixed_js(a, &z, &env);
    cpu->fpsr = env.fpsr;
    cpu->x[op->rd] = r;
    cpu_set_nzcv(cpu, (u32)z << 30);
}

FP_HANDLER(FJCVTZS, to_javascript, cpu->v[op->rn].d[0])
