/* System registers and instructions, barriers, hints (DDI 0487 C4.1.66). The op of a register access holds a pointer to its row of
 * cpu/sysreg.def, or the encoding where there is none (cpu/specialise.c). */
#include "cpu/access.h"
#include "cpu/at_tlbi.h"
#include "cpu/debug.h"
#include "cpu/hint.h"
#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* Rows are pointers above all encodings. */
static ALWAYS_INLINE const struct sysreg *row_of(const struct op *op)
{
    return op->imm > 0xffff ? (const struct sysreg *)(uintptr_t)op->imm : NULL;
}

static ALWAYS_INLINE unsigned transfer_register(const struct op *op)
{
    return op->rd >= SLOT_SP ? 31 : op->rd;
}

/* ---- MRS, MSR, SYS ---- */

/* False: an exception was taken; else the value is in cpu->slow.value[0]. */
static NOINLINE bool read_register(struct cpu *cpu, const struct op *op, s64 budget)
{
    const struct sysreg *sr = row_of(op);
    cpu_sync(cpu, op, budget);
    if (!sr) {
        sysreg_unallocated(cpu, (u32)op->imm, false, transfer_register(op));
        return false;
    }
    if (!sysreg_check(cpu, sr, false, transfer_register(op)))
        return false;
    cpu->slow.value[0] = sysreg_read(cpu, sysreg_in_effect(cpu, sr));
    return true;
}

HANDLER(MRS_SLOW)
{
    if (!read_register(cpu, op, budget))
        EXCEPTION();
    cpu->x[op->rd] = cpu->slow.value[0];
    NEXT();
}

/* At EL2 with HCR_EL2.E2H the name means another register. */
static ALWAYS_INLINE bool is_moved(const struct cpu *cpu, const struct sysreg *sr)
{
    return sr->e2h && cpu->pstate.el == 2 && bit(cpu->sys.hcr_el2, HCR_E2H);
}

HANDLER(MRS)
{
    const struct sysreg *sr = row_of(op);
    if (LIKELY(sr && sr->state >= 0 && !sr->traps && !sr->read && cpu->pstate.el >= sr->rd && !is_moved(cpu, sr))) {
        u64 value;
        memcpy(&value, (const u8 *)cpu + sr->state, sizeof value);
        cpu->x[op->rd] = value;
        NEXT();
    }
    TAIL_CALL ENGINE_NAME(MRS_SLOW)(cpu, op, budget);
}

/* SP_EL0 as kernels use it: at EL1 or above, on SP_ELx. */
HANDLER(MRS_SP_EL0)
{
    if (LIKELY(cpu->pstate.el && cpu->pstate.sp_sel)) {
        cpu->x[op->rd] = cpu->sp_el[0];
        NEXT();
    }
    TAIL_CALL ENGINE_NAME(MRS_SLOW)(cpu, op, budget);
}

static NOINLINE bool write_register(struct cpu *cpu, const struct op *op, s64 budget)
{
    const struct sysreg *sr = row_of(op);
    cpu_sync(cpu, op, budget);
    if (!sr) {
        sysreg_unallocated(cpu, (u32)op->imm, true, transfer_register(op));
        return false;
    }
    return sysreg_check(cpu, sr, true, transfer_register(op)) && sysreg_write(cpu, sysreg_in_effect(cpu, sr), cpu->x[op->rd]);
}

HANDLER(MSR)
{
    if (!write_register(cpu, op, budget))
        EXCEPTION();
    END_SYSTEM();
}

/* Of a translation, here or before; paid now, not with the next slow access, which is another one in each engine. */
static ALWAYS_INLINE s64 take_stall(struct cpu *cpu)
{
    s64 stall = (s64)cpu->mmu.stall;
    cpu->mmu.stall = 0;
    return stall;
}

HANDLER(SYS)
{
    if (!write_register(cpu, op, budget))
        EXCEPTION();
    budget -= take_stall(cpu);
    END_SYSTEM();
}

/* DC CIVAC, CVAC, CVAU where the page is at hand and nothing traps it: hot in hypervisors. */
HANDLER(DC_CLEAN)
{
    u64 addr = cpu->x[op->rd];
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    bool may_trap = cpu->pstate.el < 2 && (cpu->pstate.el == 0 || (cpu->sys.hcr_el2 & (1ull << HCR_TPC | 1ull << HCR_TPU | 1ull << HCR_TOCU)));
    if (LIKELY((addr & PAGE_MASK) == e->tag_r && !may_trap))
        NEXT();
    TAIL_CALL ENGINE_NAME(SYS)(cpu, op, budget);
}

/* TLBI VAE1 and its like where nothing traps them: hot in kernels. */
HANDLER(TLBI_PAGE)
{
    const u64 traps = 1ull << HCR_TTLB | 1ull << HCR_TTLBIS | 1ull << HCR_TTLBOS;
    if (UNLIKELY(cpu->pstate.el < 2 && (cpu->pstate.el == 0 || (cpu->sys.hcr_el2 & traps))))
        TAIL_CALL ENGINE_NAME(SYS)(cpu, op, budget);
    tlbi_page_of_el1(cpu, row_of(op), cpu->x[op->rd]);
    budget -= take_stall(cpu);
    END_SYSTEM();
}

HANDLER(DC_ZVA)
{
    u64 addr = cpu->x[op->rd] & ~63ull;
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    bool may_trap = cpu->pstate.el < 2 && (cpu->pstate.el == 0 || bit(cpu->sys.hcr_el2, HCR_TDZ));
    if (ACCESS_INLINE && LIKELY((addr & PAGE_MASK) == e->tag_w && !may_trap)) {
        memset((void *)(uintptr_t)(addr + e->addend), 0, 64);
        NEXT();
    }
    TAIL_CALL ENGINE_NAME(SYS)(cpu, op, budget);
}

/* No v8.0 instruction returns a result through SYSL. */
HANDLER(SYSL)
{
    cpu_sync(cpu, op, budget);
    sysreg_unallocated(cpu, row_of(op) ? 1u << 14 : (u32)op->imm, false, transfer_register(op));
    EXCEPTION();
}

/* MSR DAIFSet, DAIFClr. False: an exception was taken. */
static bool write_daif_imm(struct cpu *cpu, const struct op *op, bool clear)
{
    u8 value = op->imm & 15;
    if (cpu->pstate.el == 0 && !bit(cpu_el0_sctlr(cpu), SCTLR_UMA)) { /* op0 0, op1 3, CRn 4, CRm, op2, Rt 31 */
        u32 iss = (u32)((op->imm >> 4 & 7) << 17 | 3 << 14 | 4 << 10 | 31 << 5 | (op->imm & 15) << 1);
        exception_sync(cpu, exception_default_target(cpu), EC_SYS64, iss, cpu->pc);
        return false;
    }
    cpu->pstate.daif = clear ? cpu->pstate.daif & (u8)~value : cpu->pstate.daif | value;
    cpu_update_attention(cpu);
    if (value & DAIF_D)
        cpu_debug_state_changed(cpu);
    return true;
}

enum { PSTATE_UAO = 0 << 3 | 3, PSTATE_PAN = 0 << 3 | 4, PSTATE_SP = 0 << 3 | 5, PSTATE_SSBS = 3 << 3 | 1, PSTATE_DAIFSET = 3 << 3 | 6, PSTATE_DAIFCLR = 3 << 3 | 7 };

/* MSR (immediate); imm: op1, op2, CRm. False: an exception was taken. */
static NOINLINE bool write_pstate(struct cpu *cpu, const struct op *op, s64 budget)
{
    unsigned field = (unsigned)(op->imm >> 4), value = (unsigned)(op->imm & 1);
    cpu_sync(cpu, op, budget);
    if (field == PSTATE_DAIFSET || field == PSTATE_DAIFCLR)
        return write_daif_imm(cpu, op, field == PSTATE_DAIFCLR);
    bool privileged = cpu->pstate.el != 0;
    if (field == PSTATE_SP && privileged) {
        cpu_set_el(cpu, cpu->pstate.el, (u8)value);
    } else if (field == PSTATE_PAN && privileged && cpu_has(cpu, FEAT_PAN)) {
        cpu->pstate.pan = value;
        cpu_choose_context(cpu);
    } else if (field == PSTATE_UAO && privileged && cpu_has(cpu, FEAT_UAO)) {
        cpu->pstate.uao = value;
        cpu->unprivileged_ctx = NULL;
    } else if (field == PSTATE_SSBS && cpu_has(cpu, FEAT_SSBS2)) {
        cpu->pstate.ssbs = value;
    } else {
        cpu_undefined(cpu);
        return false;
    }
    return true;
}

HANDLER(MSR_IMM)
{
    if (!write_pstate(cpu, op, budget))
        EXCEPTION();
    END_SYSTEM();
}

/* ---- barriers: accesses happen in program order, and nothing is prefetched ---- */

HANDLER(DSB)
{
    NEXT();
}

HANDLER(DMB)
{
    NEXT();
}

HANDLER(SB) /* nothing is speculated here */
{
    NEXT();
}

HANDLER(ISB)
{
    END_SYSTEM();
}

HANDLER(CLREX)
{
    cpu->exclusive.armed = false;
    NEXT();
}

/* ---- hints ---- */

/* ESB: an SError that is pending and masked is noted in DISR_EL1 or VDISR_EL2 and is gone (AArch64.ESBOperation()). One that is not
 * masked has been taken already. */
HANDLER(ESB)
{
    if (UNLIKELY(cpu->pstate.el < 2 && (cpu->pstate.daif & DAIF_A) && bit(cpu_hcr(cpu), HCR_AMO) && bit(cpu_hcr(cpu), HCR_VSE))) {
        cpu->sys.vdisr_el2 = 1u << 31 | cpu->sys.vsesr_el2;
        cpu->sys.hcr_el2 &= ~(1ull << HCR_VSE);
    }
    if (UNLIKELY(cpu_serror_is_masked(cpu))) {
        cpu->sys.disr_el1 = 1u << 31;
        cpu->lines &= ~(1u << LINE_SERROR);
    }
    NEXT();
}

HANDLER(NOP)
{
    NEXT();
}

HANDLER(HINT)
{
    if (LIKELY(op->imm == HINT_NOP || op->imm > HINT_SEVL))
        NEXT();
    cpu_sync(cpu, op, budget);
    if (!cpu_hint(cpu, (unsigned)op->imm))
        EXCEPTION();
    END_SYSTEM();
}
