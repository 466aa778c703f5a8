/* The translation registers of AArch32 as a struct mmu_regime. Non-secure registers are kept in the AArch64 registers that they are mapped on; an
 * EL3 in AArch32 has Secure copies of those of PL1&0 (DDI 0487 G1.19; DDI 0406 B3.15.4). */
#include "cpu/regime_aarch32.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <string.h>

static void begin(const struct cpu *cpu, struct mmu_regime *rg)
{
    memset(rg, 0, sizeof *rg);
    rg->pa_bits = cpu->model->pa_bits;
    rg->v7 = cpu->model->aarch32_only;
    rg->sif = bit(cpu->sys.scr_el3, SCR_SIF);
    rg->xnx = cpu_has(cpu, FEAT_XNX);
    rg->big_endian = cpu->pstate.e;
}

static struct pl1_registers registers_of(const struct cpu *cpu, bool secure_copies)
{
    const struct sysregs *s = &cpu->sys;
    if (secure_copies)
        return (struct pl1_registers){ .sctlr = (u32)s->sctlr_s, .ttbcr = (u32)s->ttbcr_s, .dacr = (u32)s->dacr_s, .contextidr = (u32)s->contextidr_s,
                                       .ttbr0 = s->ttbr0_s, .ttbr1 = s->ttbr1_s, .mair = s->mair_s };
    return (struct pl1_registers){ .sctlr = (u32)s->sctlr_el1, .ttbcr = (u32)s->tcr_el1, .dacr = (u32)s->dacr32_el2,
                                   .contextidr = (u32)s->contextidr_el1, .ttbr0 = s->ttbr0_el1, .ttbr1 = s->ttbr1_el1, .mair = s->mair_el1 };
}

/* Stage 2 is in the format of EL2's state. */
static void take_stage2(const struct cpu *cpu, struct mmu_regime *rg)
{
    const struct sysregs *s = &cpu->sys;
    if (cpu_el_is_aarch32(cpu, 2)) {
        regime_take_hyp_stage2(rg, s->hcr_el2, (u32)s->vtcr_el2, s->vttbr_el2, (u32)s->sctlr_el2);
    } else {
        rg->hcr = s->hcr_el2;
        rg->vtcr = s->vtcr_el2;
        rg->vttbr = s->vttbr_el2;
    }
    if (bit(s->hcr_el2, HCR_TGE)) /* SCTLR.M is taken as 0 */
        rg->sctlr &= ~1ull;
}

void cpu_regime_pl1(const struct cpu *cpu, bool secure, struct mmu_regime *rg)
{
    begin(cpu, rg);
    struct pl1_registers r = registers_of(cpu, secure && cpu_el_is_aarch32(cpu, 3));
    rg->secure = secure;
    rg->has_el2 = cpu->has_el2 && !secure;
    regime_take_pl1(rg, &r);
    rg->pan = cpu->pstate.pan;
    if (rg->has_el2)
        take_stage2(cpu, rg);
}

void cpu_regime_aarch32(const struct cpu *cpu, u8 el, struct mmu_regime *rg)
{
    const struct sysregs *s = &cpu->sys;
    if (el != 2) {
        cpu_regime_pl1(cpu, el == 3 || (cpu->has_el3 && !bit(s->scr_el3, SCR_NS)), rg);
        return;
    }
    begin(cpu, rg);
    regime_take_hyp(rg, (u32)s->sctlr_el2, (u32)s->tcr_el2, s->ttbr0_el2, s->mair_el2);
}
