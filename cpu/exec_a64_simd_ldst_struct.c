/* LD1 to LD4, ST1 to ST4: multiple structures, single structures, replicating loads (DDI 0487 C4.1.67).
 *
 * In memory the elements of a structure are neighbours; in registers each goes to one of `s` consecutive registers (modulo 32).
 * A fault may come at any element: loads gather first, then write. Where all bytes lie in one page of the host table there is
 * no fault. Alignment is checked by element (CheckAlignment in the pseudocode's Mem[]). */
#include "cpu/simd_ldst_ops.h"

#include "cpu/simd_ops.h"

/* The bytes of four registers; elements move as 8 bytes, whatever their size, so there is room behind the last. */
struct gather {
    u8 b[64 + 8];
};

static ALWAYS_INLINE bool read_elements(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                        unsigned bytes, unsigned esize, struct gather *to)
{
    const u8 *host = host_for_load(cpu, addr, bytes);
    if (LIKELY(host)) {
        memcpy(to->b, host, bytes);
        return true;
    }
    if (path == ACCESS_HIT)
        return false;
    for (unsigned at = 0; at < bytes; at += esize) {
        union vreg element;
        if (!vload(cpu, op, budget, ACCESS_ANY, addr + at, esize, &element))
            return false;
        memcpy(to->b + at, &element, 8);
    }
    return true;
}

static ALWAYS_INLINE bool write_elements(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 addr,
                                         unsigned bytes, unsigned esize, const struct gather *from)
{
    u8 *host = host_for_store(cpu, addr, bytes);
    if (LIKELY(host)) {
        memcpy(host, from->b, bytes);
        return true;
    }
    if (path == ACCESS_HIT)
        return false;
    for (unsigned at = 0; at < bytes; at += esize) {
        union vreg element = { .d = { 0, 0 } };
        memcpy(&element, from->b + at, 8);
        if (!vstore(cpu, op, budget, ACCESS_ANY, addr + at, esize, &element))
            return false;
    }
    return true;
}

/* Rm 31 (which reads the zero slot) stands for the number of bytes moved. */
static ALWAYS_INLINE void post_index(struct cpu *cpu, const struct op *op, bool post, unsigned bytes)
{
    if (post)
        cpu->x[op->rn] += op->rm == SLOT_ZERO ? bytes : cpu->x[op->rm];
}

/* ---- multiple structures ---- */

static ALWAYS_INLINE unsigned multiple_size(const struct op *op)
{
    return (unsigned)(op->imm >> 10 & 3);
}

/* LD1: registers one after the other. */
static ALWAYS_INLINE bool load_registers(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                         unsigned regs, bool post)
{
    struct gather g;
    unsigned width = op_q(op) ? 16 : 8, bytes = regs * width;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    if (!(width == 16 ? read_elements(cpu, op, budget, path, cpu->x[op->rn], regs * 16, 1u << multiple_size(op), &g)
                      : read_elements(cpu, op, budget, path, cpu->x[op->rn], regs * 8, 1u << multiple_size(op), &g)))
        return false;
    for (unsigned r = 0; r < regs; r++) {
        union vreg *v = &cpu->v[(op->rd + r) % 32];
        memcpy(&v->d[0], g.b + r * width, 8);
        v->d[1] = 0;
        if (width == 16)
            memcpy(&v->d[1], g.b + r * width + 8, 8);
    }
    post_index(cpu, op, post, bytes);
    return true;
}

static ALWAYS_INLINE bool store_registers(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                          unsigned regs, bool post)
{
    struct gather g;
    unsigned width = op_q(op) ? 16 : 8, bytes = regs * width;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    for (unsigned r = 0; r < regs; r++) {
        memcpy(g.b + r * width, &cpu->v[(op->rd + r) % 32], 8);
        if (width == 16)
            memcpy(g.b + r * width + 8, &cpu->v[(op->rd + r) % 32].d[1], 8);
    }
    if (!(width == 16 ? write_elements(cpu, op, budget, path, cpu->x[op->rn], regs * 16, 1u << multiple_size(op), &g)
                      : write_elements(cpu, op, budget, path, cpu->x[op->rn], regs * 8, 1u << multiple_size(op), &g)))
        return false;
    post_index(cpu, op, post, bytes);
    return true;
}

/* LD2 to LD4: element e of register r is the r-th of structure e. */
static ALWAYS_INLINE void deinterleave(struct cpu *cpu, const struct op *op, unsigned s, unsigned size, const struct gather *g)
{
    for (unsigned r = 0; r < s; r++) {
        union vreg v = { .d = { 0, 0 } };
        for (unsigned e = 0; e < (op_q(op) ? 16u : 8u) >> size; e++)
            memcpy(&v.b[e << size], g->b + ((e * s + r) << size), 1u << size);
        cpu->v[(op->rd + r) % 32] = v;
    }
}

static ALWAYS_INLINE void interleave(const struct cpu *cpu, const struct op *op, unsigned s, unsigned size, struct gather *g)
{
    for (unsigned r = 0; r < s; r++)
        for (unsigned e = 0; e < (op_q(op) ? 16u : 8u) >> size; e++)
            memcpy(g->b + ((e * s + r) << size), &cpu->v[(op->rd + r) % 32].b[e << size], 1u << size);
}

static ALWAYS_INLINE bool load_structures(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                          unsigned s, bool post)
{
    struct gather g;
    unsigned bytes = s * (op_q(op) ? 16 : 8), size = multiple_size(op);
    if (!base_ok_by(cpu, op, *budget, path) ||
        !read_elements(cpu, op, budget, path, cpu->x[op->rn], bytes, 1u << size, &g))
        return false;
    if (size == 0)
        deinterleave(cpu, op, s, 0, &g);
    else if (size == 1)
        deinterleave(cpu, op, s, 1, &g);
    else if (size == 2)
        deinterleave(cpu, op, s, 2, &g);
    else
        deinterleave(cpu, op, s, 3, &g);
    post_index(cpu, op, post, bytes);
    return true;
}

static ALWAYS_INLINE bool store_structures(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                           unsigned s, bool post)
{
    struct gather g;
    unsigned bytes = s * (op_q(op) ? 16 : 8), size = multiple_size(op);
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    if (size == 0)
        interleave(cpu, op, s, 0, &g);
    else if (size == 1)
        interleave(cpu, op, s, 1, &g);
    else if (size == 2)
        interleave(cpu, op, s, 2, &g);
    else
        interleave(cpu, op, s, 3, &g);
    if (!write_elements(cpu, op, budget, path, cpu->x[op->rn], bytes, 1u << size, &g))
        return false;
    post_index(cpu, op, post, bytes);
    return true;
}

/* ---- single structure ---- */

/* index: Q:S:size of a byte, less of wider elements. */
static ALWAYS_INLINE unsigned single_index(const struct op *op, unsigned size)
{
    unsigned q_s_size = (unsigned)((op->imm >> 30 & 1) << 3 | (op->imm >> 10 & 7));
    return q_s_size >> size;
}

static ALWAYS_INLINE bool load_single(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                      unsigned s, unsigned size, bool post)
{
    struct gather g;
    if (!base_ok_by(cpu, op, *budget, path) ||
        !read_elements(cpu, op, budget, path, cpu->x[op->rn], s << size, 1u << size, &g))
        return false;
    for (unsigned r = 0; r < s; r++)
        memcpy(&cpu->v[(op->rd + r) % 32].b[single_index(op, size) << size], g.b + (r << size), 1u << size);
    post_index(cpu, op, post, s << size);
    return true;
}

static ALWAYS_INLINE bool store_single(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                       unsigned s, unsigned size, bool post)
{
    struct gather g;
    if (!base_ok_by(cpu, op, *budget, path))
        return false;
    for (unsigned r = 0; r < s; r++)
        memcpy(g.b + (r << size), &cpu->v[(op->rd + r) % 32].b[single_index(op, size) << size], 1u << size);
    if (!write_elements(cpu, op, budget, path, cpu->x[op->rn], s << size, 1u << size, &g))
        return false;
    post_index(cpu, op, post, s << size);
    return true;
}

static ALWAYS_INLINE bool load_replicate_sized(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                               unsigned s, unsigned size, bool post)
{
    struct gather g;
    if (!base_ok_by(cpu, op, *budget, path) ||
        !read_elements(cpu, op, budget, path, cpu->x[op->rn], s << size, 1u << size, &g))
        return false;
    for (unsigned r = 0; r < s; r++) {
        u64 x = 0;
        memcpy(&x, g.b + (r << size), 1u << size);
        cpu->v[(op->rd + r) % 32] = cut(op, splat(x, size));
    }
    post_index(cpu, op, post, s << size);
    return true;
}

static ALWAYS_INLINE bool load_replicate(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path,
                                         unsigned s, bool post)
{
    switch (multiple_size(op)) {
    case 0:
        return load_replicate_sized(cpu, op, budget, path, s, 0, post);
    case 1:
        return load_replicate_sized(cpu, op, budget, path, s, 1, post);
    case 2:
        return load_replicate_sized(cpu, op, budget, path, s, 2, post);
    default:
        return load_replicate_sized(cpu, op, budget, path, s, 3, post);
    }
}

/* ---- handlers ---- */

VMEM_HANDLER(ST1_M1, store_registers, 1, false)
VMEM_HANDLER(ST1_M2, store_registers, 2, false)
VMEM_HANDLER(ST1_M3, store_registers, 3, false)
VMEM_HANDLER(ST1_M4, store_registers, 4, false)
VMEM_HANDLER(ST2_M, store_structures, 2, false)
VMEM_HANDLER(ST3_M, store_structures, 3, false)
VMEM_HANDLER(ST4_M, store_structures, 4, false)
VMEM_HANDLER(ST1_B, store_single, 1, 0, false)
VMEM_HANDLER(ST1_H, store_single, 1, 1, false)
VMEM_HANDLER(ST1_S, store_single, 1, 2, false)
VMEM_HANDLER(ST1_D, store_single, 1, 3, false)
VMEM_HANDLER(ST2_B, store_single, 2, 0, false)
VMEM_HANDLER(ST2_H, store_single, 2, 1, false)
VMEM_HANDLER(ST2_S, store_single, 2, 2, false)
VMEM_HANDLER(ST2_D, store_single, 2, 3, false)
VMEM_HANDLER(ST3_B, store_single, 3, 0, false)
VMEM_HANDLER(ST3_H, store_single, 3, 1, false)
VMEM_HANDLER(ST3_S, store_single, 3, 2, false)
VMEM_HANDLER(ST3_D, store_single, 3, 3, false)
VMEM_HANDLER(ST4_B, store_single, 4, 0, false)
VMEM_HANDLER(ST4_H, store_single, 4, 1, false)
VMEM_HANDLER(ST4_S, store_single, 4, 2, false)
VMEM_HANDLER(ST4_D, store_single, 4, 3, false)
VMEM_HANDLER(LD1_M1, load_registers, 1, false)
VMEM_HANDLER(LD1_M2, load_registers, 2, false)
VMEM_HANDLER(LD1_M3, load_registers, 3, false)
VMEM_HANDLER(LD1_M4, load_registers, 4, false)
VMEM_HANDLER(LD2_M, load_structures, 2, false)
VMEM_HANDLER(LD3_M, load_structures, 3, false)
VMEM_HANDLER(LD4_M, load_structures, 4, false)
VMEM_HANDLER(LD1_B, load_single, 1, 0, false)
VMEM_HANDLER(LD1_H, load_single, 1, 1, false)
VMEM_HANDLER(LD1_S, load_single, 1, 2, false)
VMEM_HANDLER(LD1_D, load_single, 1, 3, false)
VMEM_HANDLER(LD2_B, load_single, 2, 0, false)
VMEM_HANDLER(LD2_H, load_single, 2, 1, false)
VMEM_HANDLER(LD2_S, load_single, 2, 2, false)
VMEM_HANDLER(LD2_D, load_single, 2, 3, false)
VMEM_HANDLER(LD3_B, load_single, 3, 0, false)
VMEM_HANDLER(LD3_H, load_single, 3, 1, false)
VMEM_HANDLER(LD3_S, load_single, 3, 2, false)
VMEM_HANDLER(LD3_D, load_single, 3, 3, false)
VMEM_HANDLER(LD4_B, load_single, 4, 0, false)
VMEM_HANDLER(LD4_H, load_single, 4, 1, false)
VMEM_HANDLER(LD4_S, load_single, 4, 2, false)
VMEM_HANDLER(LD4_D, load_single, 4, 3, false)
VMEM_HANDLER(LD1R, load_replicate, 1, false)
VMEM_HANDLER(LD2R, load_replicate, 2, false)
VMEM_HANDLER(LD3R, load_replicate, 3, false)
VMEM_HANDLER(LD4R, load_replicate, 4, false)

VMEM_HANDLER(ST1_M1P, store_registers, 1, true)
VMEM_HANDLER(ST1_M2P, store_registers, 2, true)
VMEM_HANDLER(ST1_M3P, store_registers, 3, true)
VMEM_HANDLER(ST1_M4P, store_registers, 4, true)
VMEM_HANDLER(ST2_MP, store_structures, 2, true)
VMEM_HANDLER(ST3_MP, store_structures, 3, true)
VMEM_HANDLER(ST4_MP, store_structures, 4, true)
VMEM_HANDLER(ST1_BP, store_single, 1, 0, true)
VMEM_HANDLER(ST1_HP, store_single, 1, 1, true)
VMEM_HANDLER(ST1_SP, store_single, 1, 2, true)
VMEM_HANDLER(ST1_DP, store_single, 1, 3, true)
VMEM_HANDLER(ST2_BP, store_single, 2, 0, true)
VMEM_HANDLER(ST2_HP, store_single, 2, 1, true)
VMEM_HANDLER(ST2_SP, store_single, 2, 2, true)
VMEM_HANDLER(ST2_DP, store_single, 2, 3, true)
VMEM_HANDLER(ST3_BP, store_single, 3, 0, true)
VMEM_HANDLER(ST3_HP, store_single, 3, 1, true)
VMEM_HANDLER(ST3_SP, store_single, 3, 2, true)
VMEM_HANDLER(ST3_DP, store_single, 3, 3, true)
VMEM_HANDLER(ST4_BP, store_single, 4, 0, true)
VMEM_HANDLER(ST4_HP, store_single, 4, 1, true)
VMEM_HANDLER(ST4_SP, store_single, 4, 2, true)
VMEM_HANDLER(ST4_DP, store_single, 4, 3, true)
VMEM_HANDLER(LD1_M1P, load_registers, 1, true)
VMEM_HANDLER(LD1_M2P, load_registers, 2, true)
VMEM_HANDLER(LD1_M3P, load_registers, 3, true)
VMEM_HANDLER(LD1_M4P, load_registers, 4, true)
VMEM_HANDLER(LD2_MP, load_structures, 2, true)
VMEM_HANDLER(LD3_MP, load_structures, 3, true)
VMEM_HANDLER(LD4_MP, load_structures, 4, true)
VMEM_HANDLER(LD1_BP, load_single, 1, 0, true)
VMEM_HANDLER(LD1_HP, load_single, 1, 1, true)
VMEM_HANDLER(LD1_SP, load_single, 1, 2, true)
VMEM_HANDLER(LD1_DP, load_single, 1, 3, true)
VMEM_HANDLER(LD2_BP, load_single, 2, 0, true)
VMEM_HANDLER(LD2_HP, load_single, 2, 1, true)
VMEM_HANDLER(LD2_SP, load_single, 2, 2, true)
VMEM_HANDLER(LD2_DP, load_single, 2, 3, true)
VMEM_HANDLER(LD3_BP, load_single, 3, 0, true)
VMEM_HANDLER(LD3_HP, load_single, 3, 1, true)
VMEM_HANDLER(LD3_SP, load_single, 3, 2, true)
VMEM_HANDLER(LD3_DP, load_single, 3, 3, true)
VMEM_HANDLER(LD4_BP, load_single, 4, 0, true)
VMEM_HANDLER(LD4_HP, load_single, 4, 1, true)
VMEM_HANDLER(LD4_SP, load_single, 4, 2, true)
VMEM_HANDLER(LD4_DP, load_single, 4, 3, true)
VMEM_HANDLER(LD1RP, load_replicate, 1, true)
VMEM_HANDLER(LD2RP, load_replicate, 2, true)
VMEM_HANDLER(LD3RP, load_replicate, 3, true)
VMEM_HANDLER(LD4RP, load_replicate, 4, true)
