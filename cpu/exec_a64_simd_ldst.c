/* Loads and stores of SIMD&FP registers: single and pair (DDI 0487 C4.1.67). Forms as in cpu/ldst_ops.h. */
#include "cpu/simd_ldst_ops.h"

#include "cpu/cond.h"

static ALWAYS_INLINE u64 offset_address(const struct cpu *cpu, const struct op *op, bool post)
{
    return cpu->x[op->rn] + (post ? 0 : op->imm);
}

static ALWAYS_INLINE void write_back(struct cpu *cpu, const struct op *op, bool back)
{
    if (back)
        cpu->x[op->rn] += op->imm;
}

static ALWAYS_INLINE bool vload_imm(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                    unsigned size, bool post, bool back)
{
    union vreg value;
    if (!base_ok_by(cpu, op, *budget, path) || !vload(cpu, op, budget, path, offset_address(cpu, op, post), size, &value))
        return false;
    write_back(cpu, op, back);
    cpu->v[op->rd] = value;
    return true;
}

static ALWAYS_INLINE bool vstore_imm(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                     unsigned size, bool post, bool back)
{
    if (!base_ok_by(cpu, op, *budget, path) ||
        !vstore(cpu, op, budget, path, offset_address(cpu, op, post), size, &cpu->v[op->rd]))
        return false;
    write_back(cpu, op, back);
    return true;
}

static ALWAYS_INLINE u64 register_address(const struct cpu *cpu, const struct op *op, unsigned log2_size)
{
    return cpu->x[op->rn] + (extend_reg(cpu->x[op->rm], op->ra) << (op->imm ? log2_size : 0));
}

static ALWAYS_INLINE bool vload_reg(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned log2_size)
{
    union vreg value;
    if (!base_ok_by(cpu, op, *budget, path) ||
        !vload(cpu, op, budget, path, register_address(cpu, op, log2_size), 1u << log2_size, &value))
        return false;
    cpu->v[op->rd] = value;
    return true;
}

static ALWAYS_INLINE bool vstore_reg(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned log2_size)
{
    return base_ok_by(cpu, op, *budget, path) &&
           vstore(cpu, op, budget, path, register_address(cpu, op, log2_size), 1u << log2_size, &cpu->v[op->rd]);
}

static ALWAYS_INLINE bool vload_literal(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    union vreg value;
    if (!vload(cpu, op, budget, path, op_pc(cpu, op) + op->imm, size, &value))
        return false;
    cpu->v[op->rd] = value;
    return true;
}

static ALWAYS_INLINE bool vload_pair(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                     unsigned size, bool post, bool back)
{
    union vreg first, second;
    u64 addr = offset_address(cpu, op, post);
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    const u8 *host = host_for_load(cpu, addr, 2 * size);
    if (LIKELY(host)) {
        first = vreg_from(host, size);
        second = vreg_from(host + size, size);
    } else if (path == ACCESS_HIT || !vload(cpu, op, budget, path, addr, size, &first) ||
               !vload(cpu, op, budget, path, addr + size, size, &second)) {
        return false;
    }
    write_back(cpu, op, back);
    cpu->v[op->rd] = first;
    cpu->v[op->ra] = second;
    return true;
}

static ALWAYS_INLINE bool vstore_pair(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                      unsigned size, bool post, bool back)
{
    u64 addr = offset_address(cpu, op, post);
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    u8 *host = host_for_store(cpu, addr, 2 * size);
    if (LIKELY(host)) {
        memcpy(host, &cpu->v[op->rd], size);
        memcpy(host + size, &cpu->v[op->ra], size);
    } else if (path == ACCESS_HIT || !vstore(cpu, op, budget, path, addr, size, &cpu->v[op->rd]) ||
               !vstore(cpu, op, budget, path, addr + size, size, &cpu->v[op->ra])) {
        return false;
    }
    write_back(cpu, op, back);
    return true;
}

/* ---- unsigned offset ---- */

VMEM_HANDLER(STR_B_U, vstore_imm, 1, false, false)
VMEM_HANDLER(LDR_B_U, vload_imm, 1, false, false)
VMEM_HANDLER(STR_H_U, vstore_imm, 2, false, false)
VMEM_HANDLER(LDR_H_U, vload_imm, 2, false, false)
VMEM_HANDLER(STR_S_U, vstore_imm, 4, false, false)
VMEM_HANDLER(LDR_S_U, vload_imm, 4, false, false)
VMEM_HANDLER(STR_D_U, vstore_imm, 8, false, false)
VMEM_HANDLER(LDR_D_U, vload_imm, 8, false, false)
VMEM_HANDLER(STR_Q_U, vstore_imm, 16, false, false)
VMEM_HANDLER(LDR_Q_U, vload_imm, 16, false, false)

/* ---- unscaled offset ---- */

VMEM_HANDLER(STR_B_N, vstore_imm, 1, false, false)
VMEM_HANDLER(LDR_B_N, vload_imm, 1, false, false)
VMEM_HANDLER(STR_H_N, vstore_imm, 2, false, false)
VMEM_HANDLER(LDR_H_N, vload_imm, 2, false, false)
VMEM_HANDLER(STR_S_N, vstore_imm, 4, false, false)
VMEM_HANDLER(LDR_S_N, vload_imm, 4, false, false)
VMEM_HANDLER(STR_D_N, vstore_imm, 8, false, false)
VMEM_HANDLER(LDR_D_N, vload_imm, 8, false, false)
VMEM_HANDLER(STR_Q_N, vstore_imm, 16, false, false)
VMEM_HANDLER(LDR_Q_N, vload_imm, 16, false, false)

/* ---- post-index ---- */

VMEM_HANDLER(STR_B_P, vstore_imm, 1, true, true)
VMEM_HANDLER(LDR_B_P, vload_imm, 1, true, true)
VMEM_HANDLER(STR_H_P, vstore_imm, 2, true, true)
VMEM_HANDLER(LDR_H_P, vload_imm, 2, true, true)
VMEM_HANDLER(STR_S_P, vstore_imm, 4, true, true)
VMEM_HANDLER(LDR_S_P, vload_imm, 4, true, true)
VMEM_HANDLER(STR_D_P, vstore_imm, 8, true, true)
VMEM_HANDLER(LDR_D_P, vload_imm, 8, true, true)
VMEM_HANDLER(STR_Q_P, vstore_imm, 16, true, true)
VMEM_HANDLER(LDR_Q_P, vload_imm, 16, true, true)

/* ---- pre-index ---- */

VMEM_HANDLER(STR_B_W, vstore_imm, 1, false, true)
VMEM_HANDLER(LDR_B_W, vload_imm, 1, false, true)
VMEM_HANDLER(STR_H_W, vstore_imm, 2, false, true)
VMEM_HANDLER(LDR_H_W, vload_imm, 2, false, true)
VMEM_HANDLER(STR_S_W, vstore_imm, 4, false, true)
VMEM_HANDLER(LDR_S_W, vload_imm, 4, false, true)
VMEM_HANDLER(STR_D_W, vstore_imm, 8, false, true)
VMEM_HANDLER(LDR_D_W, vload_imm, 8, false, true)
VMEM_HANDLER(STR_Q_W, vstore_imm, 16, false, true)
VMEM_HANDLER(LDR_Q_W, vload_imm, 16, false, true)

/* ---- register offset ---- */

VMEM_HANDLER(STR_B_R, vstore_reg, 0)
VMEM_HANDLER(LDR_B_R, vload_reg, 0)
VMEM_HANDLER(STR_H_R, vstore_reg, 1)
VMEM_HANDLER(LDR_H_R, vload_reg, 1)
VMEM_HANDLER(STR_S_R, vstore_reg, 2)
VMEM_HANDLER(LDR_S_R, vload_reg, 2)
VMEM_HANDLER(STR_D_R, vstore_reg, 3)
VMEM_HANDLER(LDR_D_R, vload_reg, 3)
VMEM_HANDLER(STR_Q_R, vstore_reg, 4)
VMEM_HANDLER(LDR_Q_R, vload_reg, 4)

/* ---- literal ---- */

VMEM_HANDLER(LDR_S_L, vload_literal, 4)
VMEM_HANDLER(LDR_D_L, vload_literal, 8)
VMEM_HANDLER(LDR_Q_L, vload_literal, 16)

/* ---- pairs ---- */

VMEM_HANDLER(STP_S_NP, vstore_pair, 4, false, false)
VMEM_HANDLER(LDP_S_NP, vload_pair, 4, false, false)
VMEM_HANDLER(STP_D_NP, vstore_pair, 8, false, false)
VMEM_HANDLER(LDP_D_NP, vload_pair, 8, false, false)
VMEM_HANDLER(STP_Q_NP, vstore_pair, 16, false, false)
VMEM_HANDLER(LDP_Q_NP, vload_pair, 16, false, false)
VMEM_HANDLER(STP_S_P, vstore_pair, 4, true, true)
VMEM_HANDLER(LDP_S_P, vload_pair, 4, true, true)
VMEM_HANDLER(STP_D_P, vstore_pair, 8, true, true)
VMEM_HANDLER(LDP_D_P, vload_pair, 8, true, true)
VMEM_HANDLER(STP_Q_P, vstore_pair, 16, true, true)
VMEM_HANDLER(LDP_Q_P, vload_pair, 16, true, true)
VMEM_HANDLER(STP_S_U, vstore_pair, 4, false, false)
VMEM_HANDLER(LDP_S_U, vload_pair, 4, false, false)
VMEM_HANDLER(STP_D_U, vstore_pair, 8, false, false)
VMEM_HANDLER(LDP_D_U, vload_pair, 8, false, false)
VMEM_HANDLER(STP_Q_U, vstore_pair, 16, false, false)
VMEM_HANDLER(LDP_Q_U, vload_pair, 16, false, false)
VMEM_HANDLER(STP_S_W, vstore_pair, 4, false, true)
VMEM_HANDLER(LDP_S_W, vload_pair, 4, false, true)
VMEM_HANDLER(STP_D_W, vstore_pair, 8, false, true)
VMEM_HANDLER(LDP_D_W, vload_pair, 8, false, true)
VMEM_HANDLER(STP_Q_W, vstore_pair, 16, false, true)
VMEM_HANDLER(LDP_Q_W, vload_pair, 16, false, true)
