/* AArch32 load and store multiple (DDI 0487 F5.1.65-67, F5.1.193-196): aligned words, in one block where their page hits.
 * imm32: the list; rd: its bytes; rm: from the base to the lowest address, ra: from the base to the base written back (both s8). */
#include "cpu/jump_a32.h"
#include "cpu/ldst_a32.h"

#include "cpu/aarch32.h"

static ALWAYS_INLINE u32 lowest_address(const struct cpu *cpu, const struct op *op)
{
    return rn(cpu, op) + (u32)(s8)op->rm;
}

static ALWAYS_INLINE void write_back(struct cpu *cpu, const struct op *op)
{
    cpu->x[op->rn] = rn(cpu, op) + (u32)(s8)op->ra;
}

/* R0 to R14 of the list, from words. */
static ALWAYS_INLINE const u8 *take_words(struct cpu *cpu, u32 list, const u8 *from)
{
    for (list &= 0x7fff; list; list &= list - 1, from += 4) {
        u32 word;
        memcpy(&word, from, 4);
        cpu->x[__builtin_ctz(list)] = word;
    }
    return from;
}

/* Loads the list; *to: the last word, R15's if the list has it. */
static ALWAYS_INLINE bool load_multiple(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, u32 *to, bool back)
{
    const u32 addr = lowest_address(cpu, op);
    const u8 *from;
    u32 words[16];
    if (path == ACCESS_HIT) {
        from = words_hit(cpu, addr, op->rd, false);
        if (UNLIKELY(!from))
            return false;
    } else {
        for (unsigned i = 0; i < op->rd / 4u; i++)
            if (!load_aligned_word(cpu, op, budget, addr + 4 * i, &words[i]))
                return false;
        from = (const u8 *)words;
    }
    if (back)
        write_back(cpu, op);
    from = take_words(cpu, op->imm32, from);
    if (to)
        memcpy(to, from, 4);
    return true;
}

static ALWAYS_INLINE bool store_multiple(struct cpu *cpu, const struct op *op, s64 *budget, enum access_path path, bool back)
{
    u32 addr = lowest_address(cpu, op), list = op->imm32 & 0x7fff;
    const u64 r15 = (u32)(op_pc(cpu, op) + (THIS_SET == FETCH_T32 ? 4 : 8));
    if (path == ACCESS_HIT) {
        u8 *host = words_hit(cpu, addr, op->rd, true);
        if (UNLIKELY(!host))
            return false;
        for (; list; list &= list - 1, host += 4)
            memcpy(host, &cpu->x[__builtin_ctz(list)], 4);
        if (op->imm32 >> 15)
            memcpy(host, &r15, 4);
    } else {
        for (; list; list &= list - 1, addr += 4)
            if (!store_aligned_word(cpu, op, budget, addr, cpu->x[__builtin_ctz(list)]))
                return false;
        if (op->imm32 >> 15 && !store_aligned_word(cpu, op, budget, addr, r15))
            return false;
    }
    if (back)
        write_back(cpu, op);
    return true;
}

MEM_HANDLER(LDM, load_multiple, NULL, false)
MEM_HANDLER(LDM_W, load_multiple, NULL, true)
MEM_HANDLER(STM, store_multiple, false)
MEM_HANDLER(STM_W, store_multiple, true)

#define LOAD_WITH_R15(id, back)                                                                                        \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        u32 to = 0;                                                                                                    \
        if (!load_multiple(cpu, op, &budget, ACCESS_ANY, &to, back))                                                   \
            EXCEPTION();                                                                                               \
        JUMP_EXCHANGE(to);                                                                                             \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        u32 to = 0;                                                                                                    \
        if (LIKELY(load_multiple(cpu, op, &budget, ACCESS_HIT, &to, back)))                                            \
            JUMP_EXCHANGE(to);                                                                                         \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

LOAD_WITH_R15(LDM_PC, false)
LOAD_WITH_R15(LDM_PC_W, true)

/* ---- with ^ and R15: the mode's own registers, then the return; UNDEFINED in Hyp mode, and without an SPSR (UNPREDICTABLE) ---- */

/* The budget comes back in cpu->slow. */
static NOINLINE void load_and_return(struct cpu *cpu, const struct op *op, s64 budget)
{
    const u64 *spsr = cpu->pstate.el == 2 ? NULL : aarch32_spsr(cpu, cpu->pstate.mode);
    u32 to = 0;
    cpu->slow.budget = budget;
    if (!spsr) {
        cpu_sync(cpu, op, budget);
        cpu_undefined(cpu);
        return;
    }
    if (!load_multiple(cpu, op, &budget, ACCESS_HIT, &to, true) && !load_multiple(cpu, op, &budget, ACCESS_ANY, &to, true))
        return;
    cpu_sync(cpu, op, budget);
    cpu->slow.budget = budget;
    aarch32_exception_return(cpu, to, (u32)*spsr);
}

HANDLER(LDM_RETURN)
{
    load_and_return(cpu, op, budget);
    budget = cpu->slow.budget;
    EXCEPTION();
}

/* ---- with ^: User mode's registers; UNDEFINED in Hyp mode, in User and System mode (UNPREDICTABLE) as without ---- */

/* The budget comes back in cpu->slow. */
static NOINLINE bool load_user(struct cpu *cpu, const struct op *op, s64 budget)
{
    const u32 addr = lowest_address(cpu, op);
    u32 words[16], list = op->imm32;
    if (cpu->pstate.mode == MODE_HYP) {
        cpu_sync(cpu, op, budget);
        cpu_undefined(cpu);
        return false;
    }
    for (unsigned i = 0; i < op->rd / 4u; i++)
        if (!load_aligned_word(cpu, op, &budget, addr + 4 * i, &words[i]))
            return false;
    for (unsigned i = 0; list; list &= list - 1, i++)
        *aarch32_user_register(cpu, (unsigned)__builtin_ctz(list)) = words[i];
    cpu->slow.budget = budget;
    return true;
}

static NOINLINE bool store_user(struct cpu *cpu, const struct op *op, s64 budget)
{
    u32 addr = lowest_address(cpu, op), list = op->imm32;
    if (cpu->pstate.mode == MODE_HYP) {
        cpu_sync(cpu, op, budget);
        cpu_undefined(cpu);
        return false;
    }
    for (; list; list &= list - 1, addr += 4) {
        unsigned n = (unsigned)__builtin_ctz(list);
        u64 value = n == 15 ? (u32)op_pc(cpu, op) + 8 : *aarch32_user_register(cpu, n);
        if (!store_aligned_word(cpu, op, &budget, addr, value))
            return false;
    }
    cpu->slow.budget = budget;
    return true;
}

HANDLER(LDM_USER)
{
    if (!load_user(cpu, op, budget))
        EXCEPTION();
    budget = cpu->slow.budget;
    NEXT();
}

HANDLER(STM_USER)
{
    if (!store_user(cpu, op, budget))
        EXCEPTION();
    budget = cpu->slow.budget;
    NEXT();
}
