/* Advanced SIMD copy, modified immediate, permute, extract and table lookup (DDI 0487 C4.1.69). */
#include "cpu/simd_ops.h"

/* ---- copy: imm5 holds index:1:zeros, as many zeros as log2 of the element's bytes ---- */

static ALWAYS_INLINE unsigned copy_size(const struct op *op)
{
    return (unsigned)__builtin_ctz((unsigned)(op->imm >> 16 & 15));
}

static ALWAYS_INLINE u64 copy_element(const struct cpu *cpu, const struct op *op)
{
    return lane(&cpu->v[op->rn], copy_size(op), (unsigned)(op->imm >> 16 & 31) >> (copy_size(op) + 1));
}

HANDLER(DUP_E_V)
{
    FP_CHECK();
    cpu->v[op->rd] = cut(op, splat(copy_element(cpu, op), copy_size(op)));
    NEXT();
}

HANDLER(DUP_R_V)
{
    FP_CHECK();
    cpu->v[op->rd] = cut(op, splat(cpu->x[op->rn], copy_size(op)));
    NEXT();
}

HANDLER(DUP_SC)
{
    FP_CHECK();
    set_low(cpu, op, copy_element(cpu, op));
    NEXT();
}

HANDLER(SMOV_32)
{
    FP_CHECK();
    cpu->x[op->rd] = (u32)sign_extend(copy_element(cpu, op), 8u << copy_size(op));
    NEXT();
}

HANDLER(SMOV_64)
{
    FP_CHECK();
    cpu->x[op->rd] = sign_extend(copy_element(cpu, op), 8u << copy_size(op));
    NEXT();
}

HANDLER(UMOV_32)
{
    FP_CHECK();
    cpu->x[op->rd] = copy_element(cpu, op);
    NEXT();
}

HANDLER(UMOV_64)
{
    FP_CHECK();
    cpu->x[op->rd] = cpu->v[op->rn].d[op->imm >> 20 & 1];
    NEXT();
}

static ALWAYS_INLINE void insert(struct cpu *cpu, const struct op *op, u64 x)
{
    set_lane(&cpu->v[op->rd], copy_size(op), (unsigned)(op->imm >> 16 & 31) >> (copy_size(op) + 1), x);
}

HANDLER(INS_R)
{
    FP_CHECK();
    insert(cpu, op, cpu->x[op->rn]);
    NEXT();
}

/* imm4 is the source's index, in bits as imm5's. */
HANDLER(INS_E)
{
    FP_CHECK();
    insert(cpu, op, lane(&cpu->v[op->rn], copy_size(op), (unsigned)(op->imm >> 11 & 15) >> copy_size(op)));
    NEXT();
}

/* ---- modified immediate: op->imm is the 64-bit value (inverted for MVNI and BIC), op->ra is Q ---- */

enum modify { MODIFY_SET, MODIFY_OR, MODIFY_AND };

static ALWAYS_INLINE void modified_immediate(struct cpu *cpu, const struct op *op, enum modify how)
{
    union vreg *v = &cpu->v[op->rd];
    u64 low = how == MODIFY_OR ? v->d[0] | op->imm : how == MODIFY_AND ? v->d[0] & op->imm : op->imm;
    u64 high = how == MODIFY_OR ? v->d[1] | op->imm : how == MODIFY_AND ? v->d[1] & op->imm : op->imm;
    v->d[0] = low;
    v->d[1] = op->ra ? high : 0;
}

SIMD_HANDLER(MOVI_8, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MOVI_16, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MOVI_32, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MOVI_MSL, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MOVI_64, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MVNI_16, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MVNI_32, modified_immediate, MODIFY_SET)
SIMD_HANDLER(MVNI_MSL, modified_immediate, MODIFY_SET)
SIMD_HANDLER(FMOV_VI32, modified_immediate, MODIFY_SET)
SIMD_HANDLER(FMOV_VI64, modified_immediate, MODIFY_SET)
SIMD_HANDLER(ORR_VI16, modified_immediate, MODIFY_OR)
SIMD_HANDLER(ORR_VI32, modified_immediate, MODIFY_OR)
SIMD_HANDLER(BIC_VI16, modified_immediate, MODIFY_AND)
SIMD_HANDLER(BIC_VI32, modified_immediate, MODIFY_AND)

/* ---- permute ---- */

enum permutation { ZIP, UZP, TRN };

/* Which element of n:m becomes element i of `lanes`. */
static ALWAYS_INLINE unsigned permuted(enum permutation p, unsigned part, unsigned i, unsigned lanes)
{
    if (p == ZIP)
        return part * (lanes / 2) + i / 2 + (i & 1 ? lanes : 0);
    if (p == UZP)
        return 2 * i + part;
    return (i & ~1u) + part + (i & 1 ? lanes : 0);
}

static ALWAYS_INLINE void permute_sized(struct cpu *cpu, const struct op *op, unsigned size, enum permutation p, unsigned part)
{
    union vreg n = cpu->v[op->rn], m = cpu->v[op->rm], r = { .d = { 0, 0 } };
    unsigned lanes = (op_q(op) ? 16u : 8u) >> size;
    for (unsigned i = 0; i < lanes; i++) {
        unsigned from = permuted(p, part, i, lanes);
        set_lane(&r, size, i, from < lanes ? lane(&n, size, from) : lane(&m, size, from - lanes));
    }
    cpu->v[op->rd] = r;
}

static ALWAYS_INLINE void permute(struct cpu *cpu, const struct op *op, enum permutation p, unsigned part)
{
    switch (op_size(op)) {
    case 0:
        permute_sized(cpu, op, 0, p, part);
        break;
    case 1:
        permute_sized(cpu, op, 1, p, part);
        break;
    case 2:
        permute_sized(cpu, op, 2, p, part);
        break;
    default:
        permute_sized(cpu, op, 3, p, part);
        break;
    }
}

SIMD_HANDLER(ZIP1_V, permute, ZIP, 0)
SIMD_HANDLER(ZIP2_V, permute, ZIP, 1)
SIMD_HANDLER(UZP1_V, permute, UZP, 0)
SIMD_HANDLER(UZP2_V, permute, UZP, 1)
SIMD_HANDLER(TRN1_V, permute, TRN, 0)
SIMD_HANDLER(TRN2_V, permute, TRN, 1)

/* ---- extract ---- */

HANDLER(EXT_V)
{
    FP_CHECK();
    union vreg n = cpu->v[op->rn], m = cpu->v[op->rm];
    unsigned by = 8 * (unsigned)(op->imm >> 11 & 15);
    if (op_q(op))
        cpu->v[op->rd].q = by ? n.q >> by | m.q << (128 - by) : n.q;
    else
        cpu->v[op->rd].q = (u64)(((u128)m.d[0] << 64 | n.d[0]) >> by);
    NEXT();
}

/* ---- table lookup ---- */

/* Indexes beyond the table give 0 (TBL) or leave the byte (TBX). */
static ALWAYS_INLINE void table_lookup(struct cpu *cpu, const struct op *op, unsigned registers, bool extend)
{
    u8 table[64];
    union vreg m = cpu->v[op->rm], r = cpu->v[op->rd];
    for (unsigned i = 0; i < registers; i++)
        memcpy(table + 16 * i, &cpu->v[(op->rn + i) % 32], 16);
    for (unsigned i = 0; i < 16; i++)
        r.b[i] = m.b[i] < 16 * registers ? table[m.b[i]] : extend ? r.b[i] : 0;
    cpu->v[op->rd] = cut(op, r);
}

SIMD_HANDLER(TBL1_V, table_lookup, 1, false)
SIMD_HANDLER(TBL2_V, table_lookup, 2, false)
SIMD_HANDLER(TBL3_V, table_lookup, 3, false)
SIMD_HANDLER(TBL4_V, table_lookup, 4, false)
SIMD_HANDLER(TBX1_V, table_lookup, 1, true)
SIMD_HANDLER(TBX2_V, table_lookup, 2, true)
SIMD_HANDLER(TBX3_V, table_lookup, 3, true)
SIMD_HANDLER(TBX4_V, table_lookup, 4, true)
