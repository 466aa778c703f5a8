/* What the AArch32 loads and stores share: addresses of 32 bits, one template for each kind of transfer (DDI 0487 F5.1).
 *
 * Every access comes before any register write, so that an instruction which faults restarts. The base is written back before the loaded
 * value: where they are one register (UNPREDICTABLE), the loaded value wins. */
#ifndef CPU_LDST_A32_H
#define CPU_LDST_A32_H

#include "cpu/access.h"

#include "cpu/a32_ops.h"

/* The offset: imm32, signed; Rm << imm32; Rm by the shift ra<2:0> and imm32, subtracted with ra<3>. */
enum offset { BY_IMM, BY_LSL, BY_REG };
#define OFFSET_SUBTRACTED 8

/* When the offset is added, and whether the base is written back. */
enum indexing { PLAIN, PRE, POST };

enum load_kind { LOAD_U, LOAD_S };

static ALWAYS_INLINE u32 with_offset(const struct cpu *cpu, const struct op *op, enum offset offset)
{
    if (offset == BY_IMM)
        return rn(cpu, op) + op->imm32;
    if (offset == BY_LSL)
        return rn(cpu, op) + (rm(cpu, op) << op->imm32);
    u32 by = shift32(cpu, rm(cpu, op), (enum shift_type)(op->ra & 7), op->imm32);
    return op->ra & OFFSET_SUBTRACTED ? rn(cpu, op) - by : rn(cpu, op) + by;
}

static ALWAYS_INLINE u32 extend_loaded32(u64 value, unsigned size, enum load_kind kind)
{
    return kind == LOAD_U ? (u32)value : (u32)sign_extend(value, size * 8);
}

static ALWAYS_INLINE bool load32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                 enum load_kind kind, enum offset offset, enum indexing index)
{
    const u32 moved = with_offset(cpu, op, offset);
    u64 value;
    if (!mem_load_by(cpu, op, budget, path, index == POST ? rn(cpu, op) : moved, size, &value))
        return false;
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    cpu->x[op->rd] = extend_loaded32(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                  enum offset offset, enum indexing index)
{
    const u32 moved = with_offset(cpu, op, offset);
    if (!mem_store_by(cpu, op, budget, path, index == POST ? rn(cpu, op) : moved, size, cpu->x[op->rd]))
        return false;
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    return true;
}

/* Aligned words only, whatever SCTLR.A says: LDM, LDRD and their like. */
static ALWAYS_INLINE bool load_aligned_word(struct cpu *cpu, const struct op *op, s64 *budget, u32 addr, u32 *out)
{
    u64 value;
    if (UNLIKELY(addr & 3)) {
        access_load_slow(cpu, op, *budget, addr, 4, ACCESS_ALIGNED);
        return false;
    }
    if (!mem_load(cpu, op, budget, addr, 4, &value))
        return false;
    *out = (u32)value;
    return true;
}

static ALWAYS_INLINE bool store_aligned_word(struct cpu *cpu, const struct op *op, s64 *budget, u32 addr, u64 value)
{
    if (UNLIKELY(addr & 3)) {
        access_store_slow(cpu, op, *budget, addr, 4, ACCESS_ALIGNED, value, 0);
        return false;
    }
    return mem_store(cpu, op, budget, addr, 4, value);
}

/* The host memory of aligned words [addr, addr + bytes) that hit, or NULL. */
static ALWAYS_INLINE u8 *words_hit(struct cpu *cpu, u32 addr, unsigned bytes, bool write)
{
    const struct host_entry *e = &cpu->ctx->host[((u64)addr >> PAGE_SHIFT) % HOST_ENTRIES];
    const u64 last = (u64)addr + bytes - 1, tag = write ? e->tag_w : e->tag_r;
    if (!ACCESS_INLINE || UNLIKELY((last & PAGE_MASK) != (tag & ~HOST_TAG_ALIGNED) || addr & 3))
        return NULL;
    return (u8 *)(uintptr_t)(addr + e->addend);
}

#endif
