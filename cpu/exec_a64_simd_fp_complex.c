/* Advanced SIMD complex arithmetic (FEAT_FCMA; DDI 0487 C7.2, FCADD and FCMLA): a number is a pair of lanes, real part below. */
#include "cpu/fp_ops.h"

static ALWAYS_INLINE unsigned complex_width(const struct op *op)
{
    return 8u << bits(op->imm, 23, 22);
}

/* Vd += Vn's real or imaginary part times Vm, turned by rotation * 90 degrees; pair: of Vm, or -1 for the same lanes. */
static NOINLINE void fcmla(struct cpu *cpu, const struct op *op, unsigned rotation, int pair)
{
    struct fp_env env = env_of(cpu);
    const union vreg *d = &cpu->v[op->rd], *a = &cpu->v[op->rn], *b = &cpu->v[op->rm];
    unsigned n = complex_width(op), part = rotation & 1;
    u64 sign = 1ull << (n - 1), real_sign = rotation == 1 || rotation == 2 ? sign : 0, imaginary_sign = rotation >= 2 ? sign : 0;
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i += 2) {
        unsigned at = pair < 0 ? i : 2 * (unsigned)pair;
        u64 factor = lane_of(a, n, i + part);
        set_lane_of(&r, n, i, fp_muladd(n, lane_of(d, n, i), factor, lane_of(b, n, at + part) ^ real_sign, &env));
        set_lane_of(&r, n, i + 1, fp_muladd(n, lane_of(d, n, i + 1), factor, lane_of(b, n, at + !part) ^ imaginary_sign, &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

/* H:L for half precision, H for single. Vm is M:Rm, five bits. */
static ALWAYS_INLINE unsigned pair_of(const struct op *op)
{
    unsigned h = op->imm >> 11 & 1, l = op->imm >> 21 & 1;
    return complex_width(op) == 32 ? h : h << 1 | l;
}

FP_HANDLER(FCMLA_V, fcmla, (unsigned)bits(op->imm, 12, 11), -1)
FP_HANDLER(FCMLA_E, fcmla, (unsigned)bits(op->imm, 14, 13), (int)pair_of(op))

/* Vn + Vm turned by 90 or 270 degrees. */
static NOINLINE void fcadd(struct cpu *cpu, const struct op *op, bool by_270)
{
    struct fp_env env = env_of(cpu);
    const union vreg *a = &cpu->v[op->rn], *b = &cpu->v[op->rm];
    unsigned n = complex_width(op);
    union vreg r = { 0 };
    for (unsigned i = 0; i < lanes_of(op, n); i += 2) {
        u64 real = lane_of(b, n, i), imaginary = lane_of(b, n, i + 1);
        set_lane_of(&r, n, i, fp_add(n, lane_of(a, n, i), by_270 ? imaginary : fp_neg(n, imaginary, &env), &env));
        set_lane_of(&r, n, i + 1, fp_add(n, lane_of(a, n, i + 1), by_270 ? fp_neg(n, real, &env) : real, &env));
    }
    cpu->fpsr = env.fpsr;
    cpu->v[op->rd] = r;
}

FP_HANDLER(FCADD_V, fcadd, op->imm >> 12 & 1)
