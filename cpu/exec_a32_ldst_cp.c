/* LDC and STC, whose only registers are DBGDTRTXint, from memory, and DBGDTRRXint, to memory (DDI 0487 F5.1; DDI 0406 C6.4). The checks come before
 * the access, which is one of an aligned word (DDI 0487 E2.5.1). op->imm32 is the word: A32's and T32's are alike below the condition. */
#include "cpu/ldst_a32.h"

#include "cpu/cp.h"
#include "emu/platform/bits.h"

static const struct cp_row *debug_transfer_register(const struct cpu *cpu)
{
    return cp_find(cpu, CP_ENC(14, 0, 0, 5, 0));
}

/* R15 as a base is that of a word: in A32 it is one anyway, in T32 only LDC (literal) has it. */
static u32 base_of(const struct cpu *cpu, const struct op *op)
{
    return op->rn == SLOT_PC ? rn(cpu, op) & ~3u : rn(cpu, op);
}

static u32 with_offset_of(u32 word, u32 base)
{
    u32 by = 4 * (u32)bits(word, 7, 0);
    return bit(word, 23) ? base + by : base - by;
}

/* False: an exception was taken. The budget comes back in cpu->slow. */
static NOINLINE bool transfer(struct cpu *cpu, const struct op *op, s64 budget)
{
    u32 word = op->imm32, base = base_of(cpu, op), moved = with_offset_of(word, base), addr = bit(word, 24) ? moved : base;
    const struct cp_row *row = debug_transfer_register(cpu);
    cpu_sync(cpu, op, budget);
    if (!cp_check_memory(cpu, row, word))
        return false;
    if (bit(word, 20)) {
        if (!access_load_slow(cpu, op, budget, addr, 4, ACCESS_ALIGNED) || !cp_write(cpu, row, (u32)cpu->slow.value[0]))
            return false;
    } else if (!access_store_slow(cpu, op, budget, addr, 4, ACCESS_ALIGNED, cp_read(cpu, row), 0)) {
        return false;
    }
    if (bit(word, 21))
        cpu->x[op->rn] = moved;
    return true;
}

HANDLER(LDC)
{
    if (!transfer(cpu, op, budget))
        EXCEPTION();
    budget = cpu->slow.budget;
    END_SYSTEM();
}

HANDLER(STC)
{
    if (!transfer(cpu, op, budget))
        EXCEPTION();
    budget = cpu->slow.budget;
    END_SYSTEM();
}
