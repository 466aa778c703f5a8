/* VLDR, VSTR, VLDM, VSTM (DDI 0487 F6.1): aligned words; a D register is two of them, the first one the high one in big-endian memory. */
#include "cpu/aarch32_fp_checks.h"

#include "cpu/jump_a32.h"
#include "cpu/ldst_a32.h"

/* R15 as a base is that of a word. */
static ALWAYS_INLINE u32 base(const struct cpu *cpu, const struct op *op)
{
    return THIS_SET == FETCH_T32 && op->rn == SLOT_PC ? rn(cpu, op) & ~3u : rn(cpu, op);
}

/* Words of cpu->v, which is all S and D registers in order. */
static ALWAYS_INLINE u8 *words_of(struct cpu *cpu, unsigned first, unsigned size)
{
    return (u8 *)cpu->v + first * size;
}

/* The word of big-endian memory that belongs to the i-th of the registers. */
static ALWAYS_INLINE unsigned word_at(const struct cpu *cpu, unsigned i, unsigned size)
{
    return size == 8 && cpu->pstate.e ? i ^ 1 : i;
}

static ALWAYS_INLINE bool load_words(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u32 addr, unsigned words,
                                     unsigned size)
{
    if (path == ACCESS_HIT) {
        const u8 *host = words_hit(cpu, addr, 4 * words, false);
        if (UNLIKELY(!host))
            return false;
        memcpy(words_of(cpu, op->rd, size), host, 4 * words);
        return true;
    }
    u32 loaded[32];
    for (unsigned i = 0; i < words; i++)
        if (!load_aligned_word(cpu, op, budget, addr + 4 * i, &loaded[word_at(cpu, i, size)]))
            return false;
    memcpy(words_of(cpu, op->rd, size), loaded, 4 * words);
    return true;
}

static ALWAYS_INLINE bool store_words(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u32 addr, unsigned words,
                                      unsigned size)
{
    if (path == ACCESS_HIT) {
        u8 *host = words_hit(cpu, addr, 4 * words, true);
        if (UNLIKELY(!host))
            return false;
        memcpy(host, words_of(cpu, op->rd, size), 4 * words);
        return true;
    }
    for (unsigned i = 0; i < words; i++) {
        u32 word;
        memcpy(&word, words_of(cpu, op->rd, size) + 4 * word_at(cpu, i, size), 4);
        if (!store_aligned_word(cpu, op, budget, addr + 4 * i, word))
            return false;
    }
    return true;
}

static ALWAYS_INLINE bool load_one(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    return load_words(cpu, op, budget, path, base(cpu, op) + op->imm32, size / 4, size);
}

static ALWAYS_INLINE bool store_one(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size)
{
    return store_words(cpu, op, budget, path, base(cpu, op) + op->imm32, size / 4, size);
}

VMEM_HANDLER(VLDR_S, load_one, 4)
VMEM_HANDLER(VLDR_D, load_one, 8)
VMEM_HANDLER(VSTR_S, store_one, 4)
VMEM_HANDLER(VSTR_D, store_one, 8)

/* imm32: words in memory; an odd one of D registers counts for the base that is written back alone. */
enum stepping { IA, IA_W, DB_W };

static ALWAYS_INLINE u32 lowest(const struct cpu *cpu, const struct op *op, enum stepping step)
{
    return step == DB_W ? base(cpu, op) - 4 * op->imm32 : base(cpu, op);
}

static ALWAYS_INLINE void step_base(struct cpu *cpu, const struct op *op, enum stepping step)
{
    if (step != IA)
        cpu->x[op->rn] = step == DB_W ? rn(cpu, op) - 4 * op->imm32 : rn(cpu, op) + 4 * op->imm32;
}

static ALWAYS_INLINE unsigned words_moved(const struct op *op, unsigned size)
{
    return size == 8 ? op->imm32 & ~1u : op->imm32;
}

static ALWAYS_INLINE bool load_list(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size, enum stepping step)
{
    if (!load_words(cpu, op, budget, path, lowest(cpu, op, step), words_moved(op, size), size))
        return false;
    step_base(cpu, op, step);
    return true;
}

static ALWAYS_INLINE bool store_list(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, unsigned size, enum stepping step)
{
    if (!store_words(cpu, op, budget, path, lowest(cpu, op, step), words_moved(op, size), size))
        return false;
    step_base(cpu, op, step);
    return true;
}

#define LISTS(step)                                                                                                    \
    VMEM_HANDLER(VLDMS_##step, load_list, 4, step)                                                                     \
    VMEM_HANDLER(VLDMD_##step, load_list, 8, step)                                                                     \
    VMEM_HANDLER(VSTMS_##step, store_list, 4, step)                                                                    \
    VMEM_HANDLER(VSTMD_##step, store_list, 8, step)
LISTS(IA)
LISTS(IA_W)
LISTS(DB_W)
