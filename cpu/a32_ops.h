/* What the AArch32 integer handlers share: Shift_C() and the flags of logical operations (DDI 0487 F1.2.3, E1.2.2).
 * Registers hold 32 bits, zero-extended; flags are kept as cpu/int_ops.h says.
 *
 * Choices where the manual says UNPREDICTABLE (DDI 0487 K1.1), for all of A32 and T32:
 * - R15 as a source reads as it does where it may be named; R15 as a destination drops the result. Where a T32 encoding with R15 is
 *   another instruction, that one is meant.
 * - Should-be-zero and should-be-one bits are ignored.
 * - A load that writes its base back and loads it: the loaded value wins. A store that does stores the value from before.
 * - LDRD and STRD of A32 with an odd Rt or Rt 14, LDM and STM with an empty list: UNDEFINED. A T32 LDRD of one register twice: the second
 *   word wins, as it does for two results of a multiplication in one register (the high half).
 * - BFI and BFC whose msb is below their lsb change nothing; SBFX and UBFX end at bit 31.
 * - An instruction with a condition of its own in an IT block obeys both; one that may not stand there executes.
 * - A branch to a halfword in A32 state goes to the word (cpu/jump_a32.h). */
#ifndef CPU_A32_OPS_H
#define CPU_A32_OPS_H

#include "cpu/int_ops.h"

/* SRType; op->ra or a constant */
enum shift_type { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR, SHIFT_RRX };

/* Shift_C()'s results: both fit registers. */
struct shifted {
    u32 value;
    u64 carry; /* 0 or 1 */
};

/* Shift_C() with an amount of 0 to 255 (RRX: any); by 0 the carry stays. */
static ALWAYS_INLINE struct shifted shift_c(const struct cpu *cpu, u32 x, enum shift_type type, unsigned by)
{
    if (type == SHIFT_RRX)
        return (struct shifted){ (u32)(cpu->cf << 31) | x >> 1, x & 1 };
    if (by == 0)
        return (struct shifted){ x, cpu->cf };
    unsigned most = by > 33 ? 33 : by; /* beyond that nothing changes */
    u64 wide;
    switch (type) {
    case SHIFT_LSL:
        wide = (u64)x << most;
        return (struct shifted){ (u32)wide, wide >> 32 & 1 };
    case SHIFT_LSR:
        wide = (u64)x << 32 >> most; /* the bit shifted out last is bit 31 */
        return (struct shifted){ (u32)(wide >> 32), wide >> 31 & 1 };
    case SHIFT_ASR:
        wide = (u64)((s64)((u64)x << 32) >> most);
        return (struct shifted){ (u32)(wide >> 32), wide >> 31 & 1 };
    default:
        x = x >> (by & 31) | x << (-by & 31);
        return (struct shifted){ x, x >> 31 };
    }
}

/* Shift() */
static ALWAYS_INLINE u32 shift32(const struct cpu *cpu, u32 x, enum shift_type type, unsigned by)
{
    return shift_c(cpu, x, type, by).value;
}

static ALWAYS_INLINE void set_nz32(struct cpu *cpu, u32 r)
{
    cpu->zf = r;
    cpu->nf = (u64)r << 32;
}

/* The registers of an instruction, as 32 bits. */
static ALWAYS_INLINE u32 rn(const struct cpu *cpu, const struct op *op)
{
    return (u32)cpu->x[op->rn];
}

static ALWAYS_INLINE u32 rm(const struct cpu *cpu, const struct op *op)
{
    return (u32)cpu->x[op->rm];
}

static ALWAYS_INLINE u32 ra(const struct cpu *cpu, const struct op *op)
{
    return (u32)cpu->x[op->ra];
}

/* Rm rotated by imm32 */
static ALWAYS_INLINE u32 rotated(const struct cpu *cpu, const struct op *op)
{
    return rm(cpu, op) >> op->imm32 | rm(cpu, op) << (-op->imm32 & 31);
}

/* Two registers: the low word in rd, the high one in ra. */
static ALWAYS_INLINE void set_long(struct cpu *cpu, const struct op *op, u64 r)
{
    cpu->x[op->rd] = (u32)r;
    cpu->x[op->ra] = r >> 32;
}

#endif
