/* AArch32 instructions that take exceptions or return from them (DDI 0487 F5.1, G1.13). */
#include "cpu/access.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* ESR.IL: not of a T16 instruction. */
static u64 il(const struct op *op)
{
    return THIS_SET != FETCH_T32 || op->then & OP_WIDE ? 1u << 25 : 0;
}

static u32 next_pc(const struct cpu *cpu, const struct op *op)
{
    return (u32)cpu->pc + (il(op) ? 4 : 2);
}

static void take(struct cpu *cpu, const struct op *op, u8 target, enum exception_class ec, u32 iss, u32 return_pc)
{
    struct exception e = { .kind = EXC_SYNC, .target_el = target, .esr = (u64)ec << 26 | il(op) | iss, .return_pc = return_pc,
                           .to_monitor = ec == EC_SMC32 && target == 3 };
    cpu_take_exception(cpu, &e);
}

HANDLER(SVC)
{
    cpu_sync(cpu, op, budget);
    take(cpu, op, exception_default_target(cpu), EC_SVC32, op->imm32 & 0xffff, next_pc(cpu, op));
    EXCEPTION();
}

HANDLER(UDF)
{
    cpu_sync(cpu, op, budget);
    cpu->stats.undefined++;
    cpu_undefined(cpu);
    EXCEPTION();
}

/* A Prefetch Abort, or with MDCR_EL2.TDE or HCR_EL2.TGE Hyp's. */
HANDLER(BKPT)
{
    cpu_sync(cpu, op, budget);
    bool to_el2 = cpu->pstate.el < 2 && cpu_el2_enabled(cpu) && (bit(cpu->sys.mdcr_el2, 8) || bit(cpu->sys.hcr_el2, HCR_TGE));
    take(cpu, op, to_el2 ? 2 : exception_default_target(cpu), EC_BKPT32, op->imm32 & 0xffff, (u32)cpu->pc);
    EXCEPTION();
}

/* True: handled by our firmware, which is there where EL2 is not. */
static NOINLINE bool hvc(struct cpu *cpu, const struct op *op)
{
    u8 el = cpu->pstate.el;
    if (!cpu->has_el2 && el && cpu->host.firmware_call(cpu->host.machine, cpu, CONDUIT_HVC))
        return true;
    bool disabled = cpu->has_el3 ? !bit(cpu->sys.scr_el3, SCR_HCE) : bit(cpu->sys.hcr_el2, HCR_HCD);
    if (el == 0 || el == 3 || !cpu->has_el2 || disabled || !cpu_el2_enabled(cpu)) /* Monitor mode is Secure */
        cpu_undefined(cpu);
    else
        take(cpu, op, 2, EC_HVC32, op->imm32 & 0xffff, next_pc(cpu, op));
    return false;
}

HANDLER(HVC)
{
    cpu_sync(cpu, op, budget);
    if (!hvc(cpu, op))
        EXCEPTION();
    END_SYSTEM();
}

static NOINLINE bool smc(struct cpu *cpu, const struct op *op)
{
    u8 el = cpu->pstate.el;
    if (el == 0) {
        cpu_undefined(cpu);
    } else if (el == 1 && bit(cpu_hcr(cpu), HCR_TSC)) {
        take(cpu, op, 2, EC_SMC32, aarch32_iss_condition(cpu), (u32)cpu->pc);
    } else if (!cpu->has_el3) {
        if (cpu->host.firmware_call(cpu->host.machine, cpu, CONDUIT_SMC))
            return true;
        cpu_undefined(cpu);
    } else if (bit(cpu->sys.scr_el3, SCR_SMD) && (!cpu->model->aarch32_only || !cpu_is_secure(cpu))) {
        cpu_undefined(cpu);
    } else {
        take(cpu, op, 3, EC_SMC32, 0, next_pc(cpu, op));
    }
    return false;
}

HANDLER(SMC)
{
    cpu_sync(cpu, op, budget);
    if (!smc(cpu, op))
        EXCEPTION();
    END_SYSTEM();
}

/* ---- returns ---- */

/* UNPREDICTABLE where the mode has no SPSR: UNDEFINED here, which is one of the ways allowed. */
static bool has_spsr(struct cpu *cpu)
{
    if (aarch32_spsr(cpu, cpu->pstate.mode))
        return true;
    cpu_undefined(cpu);
    return false;
}

/* To `to` with the SPSR of the mode. In Hyp mode only ERET does that. */
static void exception_return(struct cpu *cpu, u32 to)
{
    if (cpu->pstate.el == 2)
        cpu_undefined(cpu);
    else if (has_spsr(cpu))
        aarch32_exception_return(cpu, to, (u32)*aarch32_spsr(cpu, cpu->pstate.mode));
}

HANDLER(ERET)
{
    cpu_sync(cpu, op, budget);
    if (cpu->pstate.el == 2)
        aarch32_exception_return(cpu, (u32)cpu->sys.elr_el2, (u32)cpu->sys.spsr_el2);
    else
        exception_return(cpu, (u32)cpu->x[14]);
    EXCEPTION();
}

/* Shift_C() of a register by an immediate, without the carry out (DDI 0487 F2.4.3). */
static u32 shift_operand(const struct cpu *cpu, u32 word)
{
    u32 x = (u32)cpu->x[bits(word, 3, 0) == 15 ? SLOT_PC : bits(word, 3, 0)];
    unsigned amount = (unsigned)bits(word, 11, 7);
    switch (bits(word, 6, 5)) {
    case 0:
        return x << amount;
    case 1:
        return amount ? x >> amount : 0;
    case 2:
        return (u32)((s32)x >> (amount ? amount : 31));
    default:
        return amount ? x >> amount | x << (32 - amount) : (u32)cpu->cf << 31 | x >> 1;
    }
}

/* MOVS PC, LR; SUBS PC, LR, #4 and all others of the kind. */
static NOINLINE void return_dp(struct cpu *cpu, u32 word)
{
    u32 imm = (u32)bits(word, 7, 0), by = 2 * (u32)bits(word, 11, 8), c = (u32)cpu->cf;
    u32 b = bit(word, 25) ? imm >> by | imm << (-by & 31) : shift_operand(cpu, word);
    u32 a = (u32)cpu->x[bits(word, 19, 16) == 15 ? SLOT_PC : bits(word, 19, 16)];
    const u32 results[16] = { a & b, a ^ b, a - b, b - a, a + b, a + b + c, a - b - !c, b - a - !c, 0, 0, 0, 0, a | b, b, a & ~b, ~b };
    exception_return(cpu, results[bits(word, 24, 21)]);
}

HANDLER(RETURN_DP)
{
    cpu_sync(cpu, op, budget);
    return_dp(cpu, op->imm32);
    EXCEPTION();
}

/* ---- loads and stores of state ---- */

/* The lowest address of `count` words that P and U place at a base. */
static u32 block_start(u32 base, u32 word, unsigned count)
{
    bool up = bit(word, 23), before = bit(word, 24);
    return up ? base + 4 * before : base - 4 * count + 4 * !before;
}

static u32 block_end(u32 base, u32 word, unsigned count)
{
    return bit(word, 23) ? base + 4 * count : base - 4 * count;
}

/* False: an exception was taken. */
static bool load_word(struct cpu *cpu, const struct op *op, s64 *budget, u32 addr, u32 *value)
{
    if (!access_load_slow(cpu, op, *budget, addr, 4, ACCESS_ALIGNED))
        return false;
    *value = (u32)cpu->slow.value[0];
    *budget = cpu->slow.budget;
    return true;
}

/* The budget comes back in cpu->slow. */
static NOINLINE void rfe(struct cpu *cpu, const struct op *op, s64 budget)
{
    u32 word = op->imm32, base = (u32)cpu->x[op->rn], addr = block_start(base, word, 2), pc, psr;
    cpu_sync(cpu, op, budget);
    cpu->slow.budget = budget;
    if (cpu->pstate.el == 0 || cpu->pstate.el == 2) {
        cpu_undefined(cpu);
        return;
    }
    if (!load_word(cpu, op, &budget, addr, &pc) || !load_word(cpu, op, &budget, addr + 4, &psr))
        return;
    cpu_sync(cpu, op, budget);
    if (bit(word, 21))
        cpu->x[op->rn] = block_end(base, word, 2);
    aarch32_exception_return(cpu, pc, psr);
}

HANDLER(RFE)
{
    rfe(cpu, op, budget);
    budget = cpu->slow.budget;
    EXCEPTION();
}

/* LR and SPSR of this mode to the stack of another. False: an exception was taken. */
static NOINLINE bool srs(struct cpu *cpu, const struct op *op, s64 budget)
{
    u32 word = op->imm32;
    u8 mode = (u8)bits(word, 4, 0);
    u64 *sp = aarch32_banked_register(cpu, mode, 13);
    u32 addr = block_start((u32)*sp, word, 2);
    cpu_sync(cpu, op, budget);
    if (mode == MODE_MON && aarch32_spsr(cpu, cpu->pstate.mode) && aarch32_monitor_is_trapped(cpu)) {
        aarch32_monitor_mode_trap(cpu);
        return false;
    }
    bool is_reachable = !aarch32_mode_is_bad(cpu, mode) && mode != MODE_HYP && (mode != MODE_MON || cpu_is_secure(cpu));
    if (cpu->pstate.el == 2 || !is_reachable || !aarch32_spsr(cpu, cpu->pstate.mode)) { /* else UNPREDICTABLE */
        cpu_undefined(cpu);
        return false;
    }
    if (!access_store_slow(cpu, op, budget, addr, 4, ACCESS_ALIGNED, (u32)cpu->x[14], 0) ||
        !access_store_slow(cpu, op, cpu->slow.budget, addr + 4, 4, ACCESS_ALIGNED, *aarch32_spsr(cpu, cpu->pstate.mode), 0))
        return false;
    if (bit(word, 21))
        *sp = block_end((u32)*sp, word, 2);
    return true;
}

HANDLER(SRS)
{
    if (!srs(cpu, op, budget))
        EXCEPTION();
    budget = cpu->slow.budget;
    END_SYSTEM();
}
