/* AArch32 PSR access, coprocessor registers, hints (DDI 0487 F5.1). */
#include "cpu/engine.h"

#include "cpu/aarch32.h"
#include "cpu/cp.h"
#include "cpu/hint.h"
#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* ---- MRS, MSR ---- */

/* The SPSR of the mode, or UNDEFINED (UNPREDICTABLE) where it has none: NULL, the exception was taken. */
static u64 *own_spsr(struct cpu *cpu)
{
    u64 *spsr = aarch32_spsr(cpu, cpu->pstate.mode);
    if (!spsr)
        cpu_undefined(cpu);
    return spsr;
}

static NOINLINE bool read_psr(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    if (!op->imm32) { /* from User mode the rest is UNKNOWN: it is what it is */
        cpu->slow.value[0] = aarch32_cpsr(cpu);
        return true;
    }
    u64 *spsr = own_spsr(cpu);
    if (spsr)
        cpu->slow.value[0] = (u32)*spsr;
    return spsr;
}

HANDLER(MRS)
{
    if (!read_psr(cpu, op, budget))
        EXCEPTION();
    cpu->x[op->rd] = cpu->slow.value[0];
    NEXT();
}

/* `fields`: R << 4 | mask. False: an exception was taken. */
static NOINLINE bool write_psr(struct cpu *cpu, const struct op *op, s64 budget, unsigned fields, u32 value)
{
    static const u32 bytes[16] = { 0, 0xff, 0xff00, 0xffff, 0xff0000, 0xff00ff, 0xffff00, 0xffffff, 0xff000000, 0xff0000ff, 0xff00ff00, 0xff00ffff,
                                   0xffff0000, 0xffff00ff, 0xffffff00, 0xffffffff };
    cpu_sync(cpu, op, budget);
    if (!(fields & 16)) {
        aarch32_write_cpsr(cpu, value, fields & 15);
        return true;
    }
    u64 *spsr = own_spsr(cpu);
    if (spsr)
        *spsr = ((u32)*spsr & ~bytes[fields & 15]) | (value & bytes[fields & 15]);
    return spsr;
}

HANDLER(MSR_R)
{
    if (!write_psr(cpu, op, budget, op->imm32, (u32)cpu->x[op->rn]))
        EXCEPTION();
    END_SYSTEM();
}

HANDLER(MSR_I)
{
    if (!write_psr(cpu, op, budget, op->ra, op->imm32))
        EXCEPTION();
    END_SYSTEM();
}

/* ---- banked registers by name (F5.1.121, F6.1: SYSm) ---- */

enum { NUMBER_SPSR = 16, NUMBER_ELR = 17 };

/* Mode and register of R:SYSm; mode 0: none. */
static void banked_name(u32 r_sysm, u8 *mode, unsigned *n)
{
    static const u8 pairs[8] = { MODE_IRQ, MODE_SVC, MODE_ABT, MODE_UND, 0, 0, MODE_MON, MODE_HYP };
    unsigned sysm = r_sysm & 31;
    bool spsr = r_sysm & 32;
    *mode = 0;
    *n = spsr ? NUMBER_SPSR : 8 + (sysm & 7);
    if (sysm < 16) {
        bool fiq = sysm & 8;
        if (spsr ? sysm == 14 : (sysm & 7) < 7)
            *mode = fiq ? MODE_FIQ : MODE_USR;
    } else if (!spsr || !(sysm & 1)) {
        *mode = pairs[sysm >> 1 & 7];
        bool elr = *mode == MODE_HYP && !(sysm & 1);
        *n = spsr ? NUMBER_SPSR : elr ? NUMBER_ELR : sysm & 1 ? 13 : 14;
    }
}

/* BankedRegisterAccessValid(), SPSRaccessValid(): NULL where it is UNPREDICTABLE, which is UNDEFINED here. */
static u64 *banked(struct cpu *cpu, u32 r_sysm)
{
    u8 mode, now = cpu->pstate.mode;
    unsigned n;
    banked_name(r_sysm, &mode, &n);
    if (!mode || cpu->pstate.el == 0 || aarch32_mode_is_bad(cpu, mode) || mode == now)
        return n == NUMBER_ELR && mode == MODE_HYP && now == MODE_HYP ? &cpu->sys.elr_el2 : NULL;
    if (mode == MODE_MON && !cpu_is_secure(cpu))
        return NULL;
    if (mode == MODE_HYP && now != MODE_MON)
        return NULL;
    if (mode == MODE_USR && n < 13 && now != MODE_FIQ)
        return NULL;
    if (mode == MODE_USR && (now == MODE_SYS || (n == 14 && now == MODE_HYP)))
        return NULL;
    if (n == NUMBER_ELR)
        return &cpu->sys.elr_el2;
    return n == NUMBER_SPSR ? aarch32_spsr(cpu, mode) : aarch32_banked_register(cpu, mode, n);
}

/* Those of Monitor mode, in Secure EL1: EL3 in AArch64 has them. */
static bool is_for_el3(const struct cpu *cpu, u32 r_sysm)
{
    u8 mode;
    unsigned n;
    banked_name(r_sysm, &mode, &n);
    return mode == MODE_MON && aarch32_monitor_is_trapped(cpu);
}

static NOINLINE void monitor_trap(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    aarch32_monitor_mode_trap(cpu);
}

HANDLER(MRS_BANKED)
{
    const u64 *from = banked(cpu, op->imm32);
    if (UNLIKELY(is_for_el3(cpu, op->imm32))) {
        monitor_trap(cpu, op, budget);
        EXCEPTION();
    }
    if (!from)
        TAIL_CALL ENGINE_NAME(undefined)(cpu, op, budget);
    cpu->x[op->rd] = (u32)*from;
    NEXT();
}

HANDLER(MSR_BANKED)
{
    u64 *to = banked(cpu, op->imm32);
    if (UNLIKELY(is_for_el3(cpu, op->imm32))) {
        monitor_trap(cpu, op, budget);
        EXCEPTION();
    }
    if (!to)
        TAIL_CALL ENGINE_NAME(undefined)(cpu, op, budget);
    *to = (u32)cpu->x[op->rn];
    NEXT();
}

/* ---- CPS, SETEND, SETPAN ---- */

static NOINLINE bool cps(struct cpu *cpu, const struct op *op, s64 budget)
{
    u32 word = op->imm32;
    cpu_sync(cpu, op, budget);
    if (cpu->pstate.el == 0)
        return true;
    u32 psr = aarch32_cpsr(cpu), masks = (u32)bits(word, 8, 6) << 6;
    if (bit(word, 19))
        psr = bit(word, 18) ? psr | masks : psr & ~masks;
    if (bit(word, 17))
        psr = (psr & ~31u) | (word & 31);
    aarch32_write_cpsr(cpu, psr, 3);
    return true;
}

HANDLER(CPS)
{
    cps(cpu, op, budget);
    END_SYSTEM();
}

/* SETEND: SCTLR.SED disables it. */
static NOINLINE bool setend(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    u64 sctlr = aarch32_own_sctlr(cpu);
    if (!cpu->model->aarch32_only && bit(sctlr, SCTLR_SED)) {
        cpu_undefined(cpu);
        return false;
    }
    aarch32_set_endianness(cpu, op->imm32);
    return true;
}

HANDLER(SETEND)
{
    if (!setend(cpu, op, budget))
        EXCEPTION();
    END_SYSTEM();
}

HANDLER(SETPAN)
{
    cpu_sync(cpu, op, budget);
    if (cpu->pstate.el) {
        cpu->pstate.pan = op->imm32;
        cpu_choose_context(cpu);
    }
    END_SYSTEM();
}

/* ---- coprocessors 14 and 15 ---- */

static ALWAYS_INLINE unsigned transfer_register(u8 slot)
{
    return slot == SLOT_PC ? 15 : slot;
}

/* False: an exception was taken; else the value is in cpu->slow.value[0]. */
static NOINLINE bool read_cp(struct cpu *cpu, const struct op *op, s64 budget, u8 rt2)
{
    u32 enc = op->imm32 & 0xffff;
    const struct cp_row *row = cp_row_at(cpu, op->imm32 >> 16);
    unsigned rt = transfer_register(op->rd);
    cpu_sync(cpu, op, budget);
    if (!row) {
        cp_unallocated(cpu, enc, false, rt, transfer_register(rt2));
        return false;
    }
    if (!cp_check(cpu, row, enc, false, rt, transfer_register(rt2)))
        return false;
    cpu->slow.value[0] = cp_read(cpu, row);
    return true;
}

static NOINLINE bool write_cp(struct cpu *cpu, const struct op *op, s64 budget, u8 rt2, u64 value)
{
    u32 enc = op->imm32 & 0xffff;
    const struct cp_row *row = cp_row_at(cpu, op->imm32 >> 16);
    unsigned rt = transfer_register(op->rd);
    cpu_sync(cpu, op, budget);
    if (!row) {
        cp_unallocated(cpu, enc, true, rt, transfer_register(rt2));
        return false;
    }
    return cp_check(cpu, row, enc, true, rt, transfer_register(rt2)) && cp_write(cpu, row, value);
}

HANDLER(MRC)
{
    if (!read_cp(cpu, op, budget, 0))
        EXCEPTION();
    if (op->rd == SLOT_PC) /* APSR_nzcv */
        cpu_set_nzcv(cpu, (u32)cpu->slow.value[0] & 0xf0000000);
    else
        cpu->x[op->rd] = (u32)cpu->slow.value[0];
    END_SYSTEM();
}

HANDLER(MCR)
{
    if (!write_cp(cpu, op, budget, 0, (u32)cpu->x[op->rd]))
        EXCEPTION();
    budget -= (s64)cpu->mmu.stall; /* of an address translation: paid now (as in exec_a64_system.c) */
    cpu->mmu.stall = 0;
    END_SYSTEM();
}

/* DCCMVAC, DCCMVAU, DCCIMVAC where the page is at hand and nothing traps them: hot in kernels. With attention the engine leaves here, whether or
 * not the page is at hand. */
HANDLER(MCR_CLEAN)
{
    const u32 addr = (u32)cpu->x[op->rd];
    const struct host_entry *e = &cpu->ctx->host[((u64)addr >> PAGE_SHIFT) % HOST_ENTRIES];
    const u64 traps = cpu->sys.hcr_el2 & (1ull << HCR_TPC | 1ull << HCR_TPU | 1ull << HCR_TOCU);
    const bool may_trap = cpu->pstate.el < 2 && (cpu->pstate.el == 0 || traps || bit(cpu->sys.hstr_el2, 7));
    if (LIKELY((addr & PAGE_MASK) == (e->tag_r & ~HOST_TAG_ALIGNED) && !may_trap && !cpu->attention))
        NEXT();
    TAIL_CALL ENGINE_NAME(MCR)(cpu, op, budget);
}

HANDLER(MRRC)
{
    if (!read_cp(cpu, op, budget, op->ra))
        EXCEPTION();
    cpu->x[op->rd] = (u32)cpu->slow.value[0];
    cpu->x[op->ra] = cpu->slow.value[0] >> 32;
    END_SYSTEM();
}

HANDLER(MCRR)
{
    if (!write_cp(cpu, op, budget, op->ra, (u32)cpu->x[op->rd] | cpu->x[op->ra] << 32))
        EXCEPTION();
    END_SYSTEM();
}

/* ---- hints ---- */

HANDLER(HINT)
{
    bool sevl_is_nop = cpu->model->aarch32_only && op->imm32 == HINT_SEVL;
    if (LIKELY(op->imm32 == HINT_NOP || op->imm32 > HINT_SEVL || sevl_is_nop))
        NEXT();
    cpu_sync(cpu, op, budget);
    if (!cpu_hint(cpu, op->imm32))
        EXCEPTION();
    END_SYSTEM();
}
