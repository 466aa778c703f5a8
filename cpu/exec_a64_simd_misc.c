/* Advanced SIMD two-register miscellaneous, across lanes, scalar pairwise (DDI 0487 C4.1.69). */
#include "cpu/simd_lanes.h"

/* ---- shapes ---- */

static ALWAYS_INLINE void vector_narrow(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    set_half(cpu, op, part, map_narrow(cpu, op_size(op), cpu->v[op->rn], cpu->v[op->rn], f));
}

static ALWAYS_INLINE void scalar_narrow(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    u64 a = cpu->v[op->rn].d[0];
    switch (op_size(op)) {
    case 0:
        set_low(cpu, op, (u8)f(cpu, 0, (u16)a, 0, 8));
        break;
    case 1:
        set_low(cpu, op, (u16)f(cpu, 0, (u32)a, 0, 16));
        break;
    default:
        set_low(cpu, op, (u32)f(cpu, 0, a, 0, 32));
        break;
    }
}

static ALWAYS_INLINE void vector_long(struct cpu *cpu, const struct op *op, unsigned part, lane_fn *f)
{
    cpu->v[op->rd] = map_long(cpu, op_size(op), part, cpu->v[op->rd], cpu->v[op->rn], cpu->v[op->rn], f);
}

static ALWAYS_INLINE void add_pairs(struct cpu *cpu, const struct op *op, bool is_signed)
{
    cpu->v[op->rd] = cut(op, pair_sums(op_size(op), cpu->v[op->rn], is_signed));
}

static ALWAYS_INLINE void accumulate_pairs(struct cpu *cpu, const struct op *op, bool is_signed)
{
    union vreg sums = pair_sums(op_size(op), cpu->v[op->rn], is_signed);
    cpu->v[op->rd] = cut(op, map(cpu, op_size(op) + 1, sums, cpu->v[op->rd], sums, lane_add));
}

/* Elements of 1 << size bytes in reverse order within containers of `container` bytes. */
static ALWAYS_INLINE void reverse(struct cpu *cpu, const struct op *op, unsigned container)
{
    union vreg n = cpu->v[op->rn], r;
    unsigned swap = container - (1u << op_size(op));
    for (unsigned i = 0; i < 16; i++)
        r.b[i] = n.b[i ^ swap];
    cpu->v[op->rd] = cut(op, r);
}

static ALWAYS_INLINE u64 reverse_bits_of_bytes(u64 x)
{
    x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
    x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
    return (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
}

/* Reduce() with an operation that gives the same result in any order. */
static ALWAYS_INLINE u64 reduce_sized(struct cpu *cpu, const struct op *op, unsigned size, lane_fn *f)
{
    union vreg n = cpu->v[op->rn];
    u64 r = lane(&n, size, 0);
    for (unsigned i = 1; i < (op_q(op) ? 16u : 8u) >> size; i++)
        r = f(cpu, 0, r, lane(&n, size, i), 8u << size);
    return r & ones(8u << size);
}

static ALWAYS_INLINE void reduce(struct cpu *cpu, const struct op *op, lane_fn *f)
{
    set_low(cpu, op,
            op_size(op) == 0   ? reduce_sized(cpu, op, 0, f)
            : op_size(op) == 1 ? reduce_sized(cpu, op, 1, f)
                               : reduce_sized(cpu, op, 2, f));
}

/* The sum in twice the width. */
static ALWAYS_INLINE void reduce_long(struct cpu *cpu, const struct op *op, bool is_signed)
{
    union vreg n = cpu->v[op->rn];
    unsigned size = op_size(op);
    u64 sum = 0;
    for (unsigned i = 0; i < (op_q(op) ? 16u : 8u) >> size; i++)
        sum += is_signed ? sign_extend(lane(&n, size, i), 8u << size) : lane(&n, size, i);
    set_low(cpu, op, sum & ones(16u << size));
}

/* ---- handlers ---- */

SIMD_HANDLER(REV64_V, reverse, 8)
SIMD_HANDLER(REV32_V, reverse, 4)
SIMD_HANDLER(REV16_V, reverse, 2)

HANDLER(NOT_V)
{
    FP_CHECK();
    union vreg n = cpu->v[op->rn];
    cpu->v[op->rd] = cut(op, (union vreg){ .d = { ~n.d[0], ~n.d[1] } });
    NEXT();
}

HANDLER(RBIT_V)
{
    FP_CHECK();
    union vreg n = cpu->v[op->rn];
    cpu->v[op->rd] = cut(op, (union vreg){ .d = { reverse_bits_of_bytes(n.d[0]), reverse_bits_of_bytes(n.d[1]) } });
    NEXT();
}

HANDLER(CNT_V)
{
    FP_CHECK();
    union vreg n = cpu->v[op->rn];
    cpu->v[op->rd] = cut(op, map_sized(cpu, 0, n, n, n, lane_cnt));
    NEXT();
}

HANDLER(ADDP_SC)
{
    FP_CHECK();
    set_low(cpu, op, cpu->v[op->rn].d[0] + cpu->v[op->rn].d[1]);
    NEXT();
}

SIMD_HANDLER(SADDLP_V, add_pairs, true)
SIMD_HANDLER(UADDLP_V, add_pairs, false)
SIMD_HANDLER(SADALP_V, accumulate_pairs, true)
SIMD_HANDLER(UADALP_V, accumulate_pairs, false)
SIMD_HANDLER(SUQADD_V, vector_two, lane_suqadd)
SIMD_HANDLER(USQADD_V, vector_two, lane_usqadd)
SIMD_HANDLER(CLS_V, vector_two, lane_cls)
SIMD_HANDLER(CLZ_V, vector_two, lane_clz)
SIMD_HANDLER(SQABS_V, vector_two, lane_sqabs)
SIMD_HANDLER(SQNEG_V, vector_two, lane_sqneg)
SIMD_HANDLER(CMGT_Z_V, vector_two, lane_cmgt_z)
SIMD_HANDLER(CMGE_Z_V, vector_two, lane_cmge_z)
SIMD_HANDLER(CMEQ_Z_V, vector_two, lane_cmeq_z)
SIMD_HANDLER(CMLE_Z_V, vector_two, lane_cmle_z)
SIMD_HANDLER(CMLT_Z_V, vector_two, lane_cmlt_z)
SIMD_HANDLER(ABS_V, vector_two, lane_abs)
SIMD_HANDLER(NEG_V, vector_two, lane_neg)
SIMD_HANDLER(XTN_V, vector_narrow, 0, lane_xtn)
SIMD_HANDLER(XTN2_V, vector_narrow, 1, lane_xtn)
SIMD_HANDLER(SQXTN_V, vector_narrow, 0, lane_sqxtn)
SIMD_HANDLER(SQXTN2_V, vector_narrow, 1, lane_sqxtn)
SIMD_HANDLER(SQXTUN_V, vector_narrow, 0, lane_sqxtun)
SIMD_HANDLER(SQXTUN2_V, vector_narrow, 1, lane_sqxtun)
SIMD_HANDLER(UQXTN_V, vector_narrow, 0, lane_uqxtn)
SIMD_HANDLER(UQXTN2_V, vector_narrow, 1, lane_uqxtn)
SIMD_HANDLER(SHLL_V, vector_long, 0, lane_shll)
SIMD_HANDLER(SHLL2_V, vector_long, 1, lane_shll)

SIMD_HANDLER(SUQADD_SC, scalar_two, lane_suqadd)
SIMD_HANDLER(USQADD_SC, scalar_two, lane_usqadd)
SIMD_HANDLER(SQABS_SC, scalar_two, lane_sqabs)
SIMD_HANDLER(SQNEG_SC, scalar_two, lane_sqneg)
SIMD_HANDLER(CMGT_Z_SC, scalar_two, lane_cmgt_z)
SIMD_HANDLER(CMGE_Z_SC, scalar_two, lane_cmge_z)
SIMD_HANDLER(CMEQ_Z_SC, scalar_two, lane_cmeq_z)
SIMD_HANDLER(CMLE_Z_SC, scalar_two, lane_cmle_z)
SIMD_HANDLER(CMLT_Z_SC, scalar_two, lane_cmlt_z)
SIMD_HANDLER(ABS_SC, scalar_two, lane_abs)
SIMD_HANDLER(NEG_SC, scalar_two, lane_neg)
SIMD_HANDLER(SQXTN_SC, scalar_narrow, lane_sqxtn)
SIMD_HANDLER(SQXTUN_SC, scalar_narrow, lane_sqxtun)
SIMD_HANDLER(UQXTN_SC, scalar_narrow, lane_uqxtn)

SIMD_HANDLER(SADDLV_V, reduce_long, true)
SIMD_HANDLER(UADDLV_V, reduce_long, false)
SIMD_HANDLER(SMAXV_V, reduce, lane_smax)
SIMD_HANDLER(UMAXV_V, reduce, lane_umax)
SIMD_HANDLER(SMINV_V, reduce, lane_smin)
SIMD_HANDLER(UMINV_V, reduce, lane_umin)
SIMD_HANDLER(ADDV_V, reduce, lane_add)
