/* Advanced SIMD of AArch32: shifts by an immediate, modified immediates, one operand, permutations (DDI 0487 F6.1). */
#include "cpu/aarch32_simd.h"

/* ---- shifts: op->rn the amount, op->ra log2 of the element's bytes (of the narrow one) ---- */

static ALWAYS_INLINE union vreg shift_sized(struct cpu *cpu, unsigned size, union vreg d, union vreg m, unsigned by, lane_fn *f)
{
    union vreg r;
    for (unsigned i = 0; i < 16u >> size; i++)
        set_lane(&r, size, i, f(cpu, lane(&d, size, i), lane(&m, size, i), by, 8u << size));
    return r;
}

static ALWAYS_INLINE void shift(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    bool q = is_q(op);
    union vreg d = get_vector(cpu, op->rd, q), m = get_vector(cpu, op->rm, q);
    set_vector(cpu, op->rd, q,
               op->ra == 0   ? shift_sized(cpu, 0, d, m, op->rn, f)
               : op->ra == 1 ? shift_sized(cpu, 1, d, m, op->rn, f)
               : op->ra == 2 ? shift_sized(cpu, 2, d, m, op->rn, f)
                             : shift_sized(cpu, 3, d, m, op->rn, f));
}

SIMD32(VSHR_S, shift, lane_sshr)
SIMD32(VSHR_U, shift, lane_ushr)
SIMD32(VSRA_S, shift, lane_ssra)
SIMD32(VSRA_U, shift, lane_usra)
SIMD32(VRSHR_S, shift, lane_srshr)
SIMD32(VRSHR_U, shift, lane_urshr)
SIMD32(VRSRA_S, shift, lane_srsra)
SIMD32(VRSRA_U, shift, lane_ursra)
SIMD32(VSRI, shift, lane_sri)
SIMD32(VSHL_I, shift, lane_shl)
SIMD32(VSLI, shift, lane_sli)
SIMD32(VQSHLU, shift, lane_sqshlu)
SIMD32(VQSHL_S, shift, lane_sqshl)
SIMD32(VQSHL_U, shift, lane_uqshl)

static ALWAYS_INLINE u64 shift_narrow_sized(struct cpu *cpu, unsigned size, union vreg m, unsigned by, lane_fn *f)
{
    union vreg r;
    for (unsigned i = 0; i < 8u >> size; i++)
        set_lane(&r, size, i, f(cpu, 0, lane(&m, size + 1, i), by, 8u << size));
    return r.d[0];
}

static ALWAYS_INLINE void shift_narrow(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg m = get_vector(cpu, op->rm, true);
    set_d(cpu, op->rd,
          op->ra == 0   ? shift_narrow_sized(cpu, 0, m, op->rn, f)
          : op->ra == 1 ? shift_narrow_sized(cpu, 1, m, op->rn, f)
                        : shift_narrow_sized(cpu, 2, m, op->rn, f));
}

SIMD32(VSHRN, shift_narrow, lane_shrn)
SIMD32(VRSHRN, shift_narrow, lane_rshrn)
SIMD32(VQSHRUN, shift_narrow, lane_sqshrun)
SIMD32(VQRSHRUN, shift_narrow, lane_sqrshrun)
SIMD32(VQSHRN_S, shift_narrow, lane_sqshrn)
SIMD32(VQSHRN_U, shift_narrow, lane_uqshrn)
SIMD32(VQRSHRN_S, shift_narrow, lane_sqrshrn)
SIMD32(VQRSHRN_U, shift_narrow, lane_uqrshrn)

static ALWAYS_INLINE void shift_long(struct cpu *cpu, const struct op *op, unsigned size, unsigned by, bool is_signed)
{
    union vreg m = get_vector(cpu, op->rm, false), r;
    for (unsigned i = 0; i < 8u >> size; i++) {
        u64 x = lane(&m, size, i);
        set_lane(&r, size + 1, i, (is_signed ? sign_extend(x, 8u << size) : x) << by);
    }
    set_vector(cpu, op->rd, true, r);
}

SIMD32(VSHLL_S, shift_long, op->ra, op->rn, true)
SIMD32(VSHLL_U, shift_long, op->ra, op->rn, false)
SIMD32(VSHLL_M, shift_long, (unsigned)bits(op->imm32, 19, 18), 8u << bits(op->imm32, 19, 18), false)

/* ---- modified immediates: imm32, repeated; op->ra is Q ---- */

enum modify { MODIFY_SET, MODIFY_OR, MODIFY_AND };

static ALWAYS_INLINE void modify(struct cpu *cpu, const struct op *op, u64 imm, enum modify how)
{
    for (unsigned i = 0; i <= op->ra; i++) {
        u64 old = get_d(cpu, op->rd + i);
        set_d(cpu, op->rd + i, how == MODIFY_OR ? old | imm : how == MODIFY_AND ? old & imm : imm);
    }
}

static ALWAYS_INLINE u64 twice(const struct op *op)
{
    return (u64)op->imm32 << 32 | op->imm32;
}

SIMD32(VMOV_32, modify, twice(op), MODIFY_SET)
SIMD32(VMOV_16, modify, twice(op), MODIFY_SET)
SIMD32(VMOV_8, modify, twice(op), MODIFY_SET)
SIMD32(VMOV_F, modify, twice(op), MODIFY_SET)
SIMD32(VMOV_ONES, modify, twice(op), MODIFY_SET)
SIMD32(VMVN_32, modify, twice(op), MODIFY_SET)
SIMD32(VMVN_16, modify, twice(op), MODIFY_SET)
SIMD32(VMVN_ONES, modify, twice(op), MODIFY_SET)
SIMD32(VORR_32, modify, twice(op), MODIFY_OR)
SIMD32(VORR_16, modify, twice(op), MODIFY_OR)
SIMD32(VBIC_32, modify, twice(op), MODIFY_AND)
SIMD32(VBIC_16, modify, twice(op), MODIFY_AND)

static u64 bits_to_bytes(u32 imm8)
{
    u64 x = 0;
    for (unsigned i = 0; i < 8; i++)
        x |= imm8 >> i & 1 ? 0xffull << 8 * i : 0;
    return x;
}

SIMD32(VMOV_I64, modify, bits_to_bytes(op->imm32), MODIFY_SET)

/* ---- one operand: size in bits 19:18 ---- */

static ALWAYS_INLINE unsigned size_of(const struct op *op)
{
    return op->imm32 >> 18 & 3;
}

static ALWAYS_INLINE void one(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    bool q = is_q(op);
    union vreg d = get_vector(cpu, op->rd, q), m = get_vector(cpu, op->rm, q);
    set_vector(cpu, op->rd, q, map(cpu, size_of(op), d, m, m, f));
}

SIMD32(VCLS, one, lane_cls)
SIMD32(VCLZ, one, lane_clz)
SIMD32(VCNT, one, lane_cnt)
SIMD32(VQABS, one, lane_sqabs)
SIMD32(VQNEG, one, lane_sqneg)
SIMD32(VABS_I, one, lane_abs)
SIMD32(VNEG_I, one, lane_neg)
SIMD32(VCGT_Z, one, lane_cmgt_z)
SIMD32(VCGE_Z, one, lane_cmge_z)
SIMD32(VCEQ_Z, one, lane_cmeq_z)
SIMD32(VCLE_Z, one, lane_cmle_z)
SIMD32(VCLT_Z, one, lane_cmlt_z)

void simd32_VMVN_R(struct cpu *cpu, const struct op *op)
{
    union vreg m = get_vector(cpu, op->rm, is_q(op));
    set_vector(cpu, op->rd, is_q(op), (union vreg){ .d = { ~m.d[0], ~m.d[1] } });
}

static ALWAYS_INLINE void narrow(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    union vreg m = get_vector(cpu, op->rm, true);
    set_d(cpu, op->rd, map_narrow(cpu, size_of(op), m, m, f));
}

SIMD32(VMOVN, narrow, lane_xtn)
SIMD32(VQMOVUN, narrow, lane_sqxtun)
SIMD32(VQMOVN_S, narrow, lane_sqxtn)
SIMD32(VQMOVN_U, narrow, lane_uqxtn)

static ALWAYS_INLINE void add_pairs(struct cpu *cpu, const struct op *op, bool is_signed, bool accumulate)
{
    bool q = is_q(op);
    union vreg sums = pair_sums(size_of(op), get_vector(cpu, op->rm, q), is_signed);
    if (accumulate)
        sums = map(cpu, size_of(op) + 1, sums, get_vector(cpu, op->rd, q), sums, lane_add);
    set_vector(cpu, op->rd, q, sums);
}

SIMD32(VPADDL_S, add_pairs, true, false)
SIMD32(VPADDL_U, add_pairs, false, false)
SIMD32(VPADAL_S, add_pairs, true, true)
SIMD32(VPADAL_U, add_pairs, false, true)

/* Elements in reverse order within containers of so many bytes. */
static ALWAYS_INLINE void reverse(struct cpu *cpu, const struct op *op, unsigned container)
{
    union vreg m = get_vector(cpu, op->rm, is_q(op)), r;
    unsigned swap = container - (1u << size_of(op));
    for (unsigned i = 0; i < 16; i++)
        r.b[i] = m.b[i ^ swap];
    set_vector(cpu, op->rd, is_q(op), r);
}

SIMD32(VREV64, reverse, 8)
SIMD32(VREV32, reverse, 4)
SIMD32(VREV16, reverse, 2)

/* ---- permutations of both registers ---- */

/* Element i of the 2 * lanes elements of d and m, in order. */
static ALWAYS_INLINE u64 element_of_two(const union vreg *d, const union vreg *m, unsigned size, unsigned lanes, unsigned i)
{
    return i < lanes ? lane(d, size, i) : lane(m, size, i - lanes);
}

enum permutation { TRANSPOSE, UNZIP, ZIP };

/* Which of those becomes element i. */
static ALWAYS_INLINE unsigned source_of(enum permutation p, unsigned i, unsigned lanes)
{
    unsigned in_second = i >= lanes, at = i - (in_second ? lanes : 0);
    if (p == TRANSPOSE)
        return (at & ~1u) + in_second + (at & 1 ? lanes : 0);
    if (p == UNZIP)
        return 2 * at + in_second;
    return i / 2 + (i & 1 ? lanes : 0);
}

/* Where d and m are one register (UNKNOWN), the second result stays. */
static void permute(struct cpu *cpu, const struct op *op, enum permutation p)
{
    bool q = is_q(op);
    unsigned size = size_of(op), lanes = (q ? 16u : 8u) >> size;
    union vreg d = get_vector(cpu, op->rd, q), m = get_vector(cpu, op->rm, q), r[2] = { 0 };
    for (unsigned i = 0; i < 2 * lanes; i++)
        set_lane(&r[i >= lanes], size, i % lanes, element_of_two(&d, &m, size, lanes, source_of(p, i, lanes)));
    set_vector(cpu, op->rd, q, r[0]);
    set_vector(cpu, op->rm, q, r[1]);
}

SIMD32(VTRN, permute, TRANSPOSE)
SIMD32(VUZP, permute, UNZIP)
SIMD32(VZIP, permute, ZIP)

void simd32_VSWP(struct cpu *cpu, const struct op *op)
{
    union vreg d = get_vector(cpu, op->rd, is_q(op)), m = get_vector(cpu, op->rm, is_q(op));
    set_vector(cpu, op->rd, is_q(op), m);
    set_vector(cpu, op->rm, is_q(op), d);
}

void simd32_VEXT(struct cpu *cpu, const struct op *op)
{
    bool q = is_q(op);
    union vreg n = get_vector(cpu, op->rn, q), m = get_vector(cpu, op->rm, q), r = n;
    unsigned by = 8 * (unsigned)bits(op->imm32, 11, 8);
    if (!q)
        r.d[0] = (u64)(((u128)m.d[0] << 64 | n.d[0]) >> by);
    else if (by)
        r.q = n.q >> by | m.q << (128 - by);
    set_vector(cpu, op->rd, q, r);
}

/* Indexes beyond the table give 0, or leave the byte. */
static void look_up(struct cpu *cpu, const struct op *op, bool extend)
{
    u8 table[32];
    unsigned registers = 1 + (unsigned)bits(op->imm32, 9, 8);
    union vreg m = get_vector(cpu, op->rm, false), r = get_vector(cpu, op->rd, false);
    for (unsigned i = 0; i < registers; i++) {
        u64 d = get_d(cpu, op->rn + i);
        memcpy(table + 8 * i, &d, 8);
    }
    for (unsigned i = 0; i < 8; i++)
        r.b[i] = m.b[i] < 8 * registers ? table[m.b[i]] : extend ? r.b[i] : 0;
    set_d(cpu, op->rd, r.d[0]);
}

SIMD32(VTBL, look_up, false)
SIMD32(VTBX, look_up, true)

/* imm4: the index above a 1 that marks the size. */
void simd32_VDUP_E(struct cpu *cpu, const struct op *op)
{
    unsigned imm4 = (unsigned)bits(op->imm32, 19, 16), size = (unsigned)__builtin_ctz(imm4 | 8), index = imm4 >> (size + 1);
    union vreg m = get_vector(cpu, op->rm, false);
    set_vector(cpu, op->rd, is_q(op), splat(lane(&m, size, index), size));
}
