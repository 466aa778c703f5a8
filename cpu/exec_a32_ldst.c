/* AArch32 loads and stores of one or two registers (DDI 0487 F5.1, F4.1.6). ID_I, ID_R: immediate and register offset, ID_LSL: the
 * common case of the latter; _PRE, _POST: with write-back; ID_LIT: from the word that R15 is in; ID_PC_…: loads R15. */
#include "cpu/jump_a32.h"
#include "cpu/ldst_a32.h"

#define LOADS(id, size, kind)                                                                                          \
    MEM_HANDLER(id##_I, load32, size, kind, BY_IMM, PLAIN)                                                             \
    MEM_HANDLER(id##_I_PRE, load32, size, kind, BY_IMM, PRE)                                                           \
    MEM_HANDLER(id##_I_POST, load32, size, kind, BY_IMM, POST)                                                         \
    MEM_HANDLER(id##_R, load32, size, kind, BY_REG, PLAIN)                                                             \
    MEM_HANDLER(id##_R_PRE, load32, size, kind, BY_REG, PRE)                                                           \
    MEM_HANDLER(id##_R_POST, load32, size, kind, BY_REG, POST)                                                         \
    MEM_HANDLER(id##_LSL, load32, size, kind, BY_LSL, PLAIN)                                                           \
    MEM_HANDLER(id##_LIT, load_literal32, size, kind)                                                                  \
    MEM_HANDLER(id##T_I, load_unprivileged32, size, kind, BY_IMM, PLAIN)                                               \
    MEM_HANDLER(id##T_I_POST, load_unprivileged32, size, kind, BY_IMM, POST)                                           \
    MEM_HANDLER(id##T_R_POST, load_unprivileged32, size, kind, BY_REG, POST)
#define STORES(id, size)                                                                                               \
    MEM_HANDLER(id##_I, store32, size, BY_IMM, PLAIN)                                                                  \
    MEM_HANDLER(id##_I_PRE, store32, size, BY_IMM, PRE)                                                                \
    MEM_HANDLER(id##_I_POST, store32, size, BY_IMM, POST)                                                              \
    MEM_HANDLER(id##_R, store32, size, BY_REG, PLAIN)                                                                  \
    MEM_HANDLER(id##_R_PRE, store32, size, BY_REG, PRE)                                                                \
    MEM_HANDLER(id##_R_POST, store32, size, BY_REG, POST)                                                              \
    MEM_HANDLER(id##_LSL, store32, size, BY_LSL, PLAIN)                                                                \
    MEM_HANDLER(id##T_I, store_unprivileged32, size, BY_IMM, PLAIN)                                                    \
    MEM_HANDLER(id##T_I_POST, store_unprivileged32, size, BY_IMM, POST)                                                \
    MEM_HANDLER(id##T_R_POST, store_unprivileged32, size, BY_REG, POST)

static ALWAYS_INLINE u32 literal_address(const struct cpu *cpu, const struct op *op)
{
    return ((u32)op_pc(cpu, op) & ~3u) + op->imm32;
}

static ALWAYS_INLINE bool load_literal32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                         enum load_kind kind)
{
    u64 value;
    if (!mem_load_by(cpu, op, budget, path, literal_address(cpu, op), size, &value))
        return false;
    cpu->x[op->rd] = extend_loaded32(value, size, kind);
    return true;
}

/* Where an unprivileged access of this page hits, or NULL. */
static ALWAYS_INLINE const struct host_entry *unprivileged_entry(const struct cpu *cpu, u32 addr)
{
    const struct mmu_context *ctx = cpu->unprivileged_ctx;
    return ctx && ACCESS_INLINE ? &ctx->host[((u64)addr >> PAGE_SHIFT) % HOST_ENTRIES] : NULL;
}

static ALWAYS_INLINE bool load_unprivileged32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                              enum load_kind kind, enum offset offset, enum indexing index)
{
    const u32 moved = with_offset(cpu, op, offset);
    const u64 addr = index == POST ? rn(cpu, op) : moved;
    u64 value = 0;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = unprivileged_entry(cpu, (u32)addr);
        if (!e || ((addr + size - 1) & PAGE_MASK) != e->tag_r)
            return false;
        memcpy(&value, (const void *)(uintptr_t)(addr + e->addend), size);
    } else {
        if (!access_load_slow(cpu, op, *budget, addr, size, ACCESS_UNPRIVILEGED))
            return false;
        *budget = cpu->slow.budget;
        value = cpu->slow.value[0];
    }
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    cpu->x[op->rd] = extend_loaded32(value, size, kind);
    return true;
}

static ALWAYS_INLINE bool store_unprivileged32(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size,
                                               enum offset offset, enum indexing index)
{
    const u32 moved = with_offset(cpu, op, offset);
    const u64 addr = index == POST ? rn(cpu, op) : moved;
    if (path == ACCESS_HIT) {
        const struct host_entry *e = unprivileged_entry(cpu, (u32)addr);
        if (!e || ((addr + size - 1) & PAGE_MASK) != e->tag_w)
            return false;
        memcpy((void *)(uintptr_t)(addr + e->addend), &cpu->x[op->rd], size);
    } else {
        if (!access_store_slow(cpu, op, *budget, addr, size, ACCESS_UNPRIVILEGED, cpu->x[op->rd], 0))
            return false;
        *budget = cpu->slow.budget;
    }
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    return true;
}

LOADS(LDR, 4, LOAD_U)
LOADS(LDRB, 1, LOAD_U)
LOADS(LDRH, 2, LOAD_U)
LOADS(LDRSB, 1, LOAD_S)
LOADS(LDRSH, 2, LOAD_S)
STORES(STR, 4)
STORES(STRB, 1)
STORES(STRH, 2)

/* ---- to R15: LoadWritePC() ---- */

static ALWAYS_INLINE bool load_target(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 *to, enum offset offset,
                                      enum indexing index)
{
    const u32 moved = with_offset(cpu, op, offset);
    if (!mem_load_by(cpu, op, budget, path, index == POST ? rn(cpu, op) : moved, 4, to))
        return false;
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    return true;
}

static ALWAYS_INLINE bool load_literal_target(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 *to)
{
    return mem_load_by(cpu, op, budget, path, literal_address(cpu, op), 4, to);
}

#define JUMP_HANDLER(id, template, ...)                                                                                \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        u64 to = 0;                                                                                                    \
        if (!template(cpu, op, &budget, ACCESS_ANY, &to __VA_OPT__(, ) __VA_ARGS__))                                   \
            EXCEPTION();                                                                                               \
        JUMP_EXCHANGE(to);                                                                                             \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        u64 to = 0;                                                                                                    \
        if (LIKELY(template(cpu, op, &budget, ACCESS_HIT, &to __VA_OPT__(, ) __VA_ARGS__)))                            \
            JUMP_EXCHANGE(to);                                                                                         \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

JUMP_HANDLER(LDR_PC_I, load_target, BY_IMM, PLAIN)
JUMP_HANDLER(LDR_PC_I_PRE, load_target, BY_IMM, PRE)
JUMP_HANDLER(LDR_PC_I_POST, load_target, BY_IMM, POST)
JUMP_HANDLER(LDR_PC_R, load_target, BY_REG, PLAIN)
JUMP_HANDLER(LDR_PC_R_PRE, load_target, BY_REG, PRE)
JUMP_HANDLER(LDR_PC_R_POST, load_target, BY_REG, POST)
JUMP_HANDLER(LDR_PC_LIT, load_literal_target)

/* ---- two registers: rd and ra, of words that are aligned ---- */

enum dual_offset { DUAL_IMM, DUAL_REG, DUAL_LIT };

/* DUAL_REG: imm32 says that Rm is subtracted. */
static ALWAYS_INLINE u32 dual_address(const struct cpu *cpu, const struct op *op, enum dual_offset offset)
{
    if (offset == DUAL_IMM)
        return rn(cpu, op) + op->imm32;
    if (offset == DUAL_LIT)
        return literal_address(cpu, op);
    return op->imm32 ? rn(cpu, op) - rm(cpu, op) : rn(cpu, op) + rm(cpu, op);
}

static ALWAYS_INLINE bool load_dual(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, enum dual_offset offset,
                                    enum indexing index)
{
    const u32 moved = dual_address(cpu, op, offset), addr = index == POST ? rn(cpu, op) : moved;
    u32 first, second;
    if (path == ACCESS_HIT) {
        const u8 *host = words_hit(cpu, addr, 8, false);
        if (UNLIKELY(!host))
            return false;
        memcpy(&first, host, 4);
        memcpy(&second, host + 4, 4);
    } else if (!load_aligned_word(cpu, op, budget, addr, &first) || !load_aligned_word(cpu, op, budget, addr + 4, &second)) {
        return false;
    }
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    cpu->x[op->rd] = first;
    cpu->x[op->ra] = second;
    return true;
}

static ALWAYS_INLINE bool store_dual(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, enum dual_offset offset,
                                     enum indexing index)
{
    const u32 moved = dual_address(cpu, op, offset), addr = index == POST ? rn(cpu, op) : moved;
    if (path == ACCESS_HIT) {
        u8 *host = words_hit(cpu, addr, 8, true);
        if (UNLIKELY(!host))
            return false;
        memcpy(host, &cpu->x[op->rd], 4);
        memcpy(host + 4, &cpu->x[op->ra], 4);
    } else if (!store_aligned_word(cpu, op, budget, addr, cpu->x[op->rd]) ||
               !store_aligned_word(cpu, op, budget, addr + 4, cpu->x[op->ra])) {
        return false;
    }
    if (index != PLAIN)
        cpu->x[op->rn] = moved;
    return true;
}

#define DUAL(id, template)                                                                                             \
    MEM_HANDLER(id##_I, template, DUAL_IMM, PLAIN)                                                                     \
    MEM_HANDLER(id##_I_PRE, template, DUAL_IMM, PRE)                                                                   \
    MEM_HANDLER(id##_I_POST, template, DUAL_IMM, POST)                                                                 \
    MEM_HANDLER(id##_R, template, DUAL_REG, PLAIN)                                                                     \
    MEM_HANDLER(id##_R_PRE, template, DUAL_REG, PRE)                                                                   \
    MEM_HANDLER(id##_R_POST, template, DUAL_REG, POST)

DUAL(LDRD, load_dual)
DUAL(STRD, store_dual)
MEM_HANDLER(LDRD_LIT, load_dual, DUAL_LIT, PLAIN)

/* ---- table branches of T32: halfword or byte offsets in halfwords from R15 ---- */

static ALWAYS_INLINE bool load_table(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u64 *to, unsigned size)
{
    u64 value;
    if (!mem_load_by(cpu, op, budget, path, (u32)(rn(cpu, op) + rm(cpu, op) * size), size, &value))
        return false;
    *to = op_pc(cpu, op) + 4 + 2 * value;
    return true;
}

#define TABLE_BRANCH(id, size)                                                                                         \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        u64 to = 0;                                                                                                    \
        if (!load_table(cpu, op, &budget, ACCESS_ANY, &to, size))                                                      \
            EXCEPTION();                                                                                               \
        JUMP_A32(to);                                                                                                  \
    }

TABLE_BRANCH(TBB, 1)
TABLE_BRANCH(TBH, 2)
