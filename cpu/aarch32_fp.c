/* Who may use VFP and Advanced SIMD in AArch32, and their system registers (DDI 0487 G1.17, AArch32.CheckAdvSIMDOrFPEnabled(); DDI 0406 B1.11). */
#include "cpu/aarch32_fp.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

enum { CPACR_ASEDIS = 31, NSACR_CP10 = 10, NSACR_NSASEDIS = 15, HCPTR_TCP10 = 10, HCPTR_TASE = 15, CPTR_TFP = 10, FPEXC_EN = 30 };

/* What refuses an instruction: nothing, UNDEFINED, or a trap to that EL. */
enum { ALLOWED = 0, IS_UNDEFINED = 4 };

/* NSACR closes the coprocessors to the Non-secure state; its bits are those of an EL3 in AArch32. */
static bool nsacr_applies(const struct cpu *cpu)
{
    return cpu->model->aarch32_only && cpu->has_el3 && !cpu_is_secure(cpu);
}

static bool cpacr_closes(const struct cpu *cpu, bool simd)
{
    u64 cp10 = bits(cpu->sys.cpacr_el1, 21, 20);
    bool ns = nsacr_applies(cpu), no_simd = bit(cpu->sys.cpacr_el1, CPACR_ASEDIS) || (ns && bit(cpu->sys.nsacr, NSACR_NSASEDIS));
    return (simd && no_simd) || (ns && !bit(cpu->sys.nsacr, NSACR_CP10)) || cp10 == 0 || cp10 == 2 || (cp10 == 1 && cpu->pstate.el == 0);
}

static bool hcptr_closes(const struct cpu *cpu, bool simd)
{
    bool ns = nsacr_applies(cpu);
    return bit(cpu->sys.cptr_el2, HCPTR_TCP10) || (ns && !bit(cpu->sys.nsacr, NSACR_CP10)) ||
           (simd && (bit(cpu->sys.cptr_el2, HCPTR_TASE) || (ns && bit(cpu->sys.nsacr, NSACR_NSASEDIS))));
}

/* fpexc: FPEXC.EN counts. Under an EL1 in AArch64 EL0 is judged as in AArch64, and FPEXC.EN counts as 1. */
static u8 refusal(const struct cpu *cpu, bool simd, bool fpexc)
{
    u8 el = cpu->pstate.el;
    if (el == 0 && !cpu_el_is_aarch32(cpu, 1))
        return fp_trap_target(cpu);
    if (el != 2 && cpacr_closes(cpu, simd))
        return IS_UNDEFINED;
    if (fpexc && !bit(cpu->sys.fpexc32_el2, FPEXC_EN))
        return IS_UNDEFINED;
    if (el <= 2 && cpu_el2_enabled(cpu) && (cpu_el_is_aarch32(cpu, 2) ? hcptr_closes(cpu, simd) : fp_closed_by_cptr_el2(cpu)))
        return 2;
    return cpu->has_el3 && !cpu->model->aarch32_only && bit(cpu->sys.cptr_el3, CPTR_TFP) ? 3 : ALLOWED;
}

bool aarch32_fp_is_enabled(const struct cpu *cpu, bool simd)
{
    return refusal(cpu, simd, true) == ALLOWED;
}

/* Takes what refusal() said; nothing for ALLOWED. */
static bool take_refusal(struct cpu *cpu, u8 refused, bool simd)
{
    if (refused == ALLOWED)
        return true;
    bool by_cpacr = refused == 2 && cpu->pstate.el == 0 && !cpu_el_is_aarch32(cpu, 1) && !fp_closed_by_cptr_el2(cpu);
    u32 iss = aarch32_iss_condition(cpu);
    if (refused == 2 && cpu_el_is_aarch32(cpu, 2))
        iss |= simd ? 1u << 5 : 10; /* TA, or coproc */
    if (refused == IS_UNDEFINED)
        cpu_undefined(cpu);
    else if (by_cpacr) /* a trap to EL1 that TGE sends to EL2 */
        exception_sync(cpu, 2, EC_UNKNOWN, 0, cpu->pc);
    else
        exception_sync(cpu, refused, EC_FP_ACCESS, iss, cpu->pc);
    return false;
}

void aarch32_fp_access_trap(struct cpu *cpu, bool simd)
{
    take_refusal(cpu, refusal(cpu, simd, true), simd);
}

/* ---- system registers ---- */

/* HCR.TID0: FPSID; TID3: MVFR0 to MVFR2. VMSR of them is not trapped: it does nothing, or is no instruction. */
static bool is_trapped_id(const struct cpu *cpu, unsigned reg)
{
    u64 hcr = cpu->pstate.el == 1 && cpu_el2_enabled(cpu) ? cpu->sys.hcr_el2 : 0;
    return (reg == REG_FPSID && bit(hcr, 15)) || (reg >= REG_MVFR2 && reg <= REG_MVFR0 && bit(hcr, 18));
}

bool aarch32_fp_register_check(struct cpu *cpu, unsigned reg, bool write, unsigned rt)
{
    if (reg == REG_FPSCR)
        return take_refusal(cpu, refusal(cpu, false, true), false);
    if (cpu->pstate.el == 0 || (reg == REG_MVFR2 && cpu->model->aarch32_only)) {
        cpu_undefined(cpu);
        return false;
    }
    if (!take_refusal(cpu, refusal(cpu, false, false), false))
        return false;
    if (!is_trapped_id(cpu, reg))
        return true;
    exception_sync(cpu, 2, EC_VMRS_ID,
                   aarch32_iss_condition(cpu) | 7u << 14 | reg << 10 | aarch32_syndrome_register(cpu, rt, 2) << 5 | !write, cpu->pc);
    return false;
}

u32 aarch32_fpscr(const struct cpu *cpu)
{
    return (cpu->fpcr & 0x07ff9f00) | (cpu->fpsr & 0xf800009f);
}

/* ARMv7's PEs keep Stride and Len, by which VFP data processing becomes UNDEFINED: MVFR0.FPShVec is 0. For ARMv8's they are RAZ. */
void aarch32_write_fpscr(struct cpu *cpu, u32 value)
{
    u32 control = 0x07c00000 | (cpu->model->aarch32_only ? FPSCR_SHORT_VECTORS : 0) | (cpu_has(cpu, FEAT_FP16) ? 1u << 19 : 0);
    cpu->fpcr = value & control;
    cpu->fpsr = value & 0xf800009f;
}

u32 aarch32_fp_register(const struct cpu *cpu, unsigned reg)
{
    const struct cpu_model *m = cpu->model;
    switch (reg) {
    case REG_FPSID:
        return (u32)m->fpsid;
    case REG_FPSCR:
        return aarch32_fpscr(cpu);
    case REG_MVFR0:
        return (u32)m->mvfr0;
    case REG_MVFR1:
        return (u32)m->mvfr1;
    case REG_MVFR2:
        return (u32)m->mvfr2;
    default:
        return cpu->sys.fpexc32_el2 & 1u << FPEXC_EN;
    }
}

/* FPSID: ignored. FPEXC: EN alone, for there are no trapped exceptions. */
void aarch32_write_fp_register(struct cpu *cpu, unsigned reg, u32 value)
{
    if (reg == REG_FPSCR)
        aarch32_write_fpscr(cpu, value);
    if (reg == REG_FPEXC) {
        cpu->sys.fpexc32_el2 = (cpu->sys.fpexc32_el2 & 0x700) | (value & 1u << FPEXC_EN);
        cpu_update_fp_enabled(cpu);
    }
}
