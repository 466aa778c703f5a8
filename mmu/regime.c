/* What the registers of a regime mean, before any table is read. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

enum { HCR_VM = 0, HCR_DC = 12, SCTLR_M = 0, TCR_A1 = 22, TCR_AS = 36 };

bool regime_has_unprivileged(const struct mmu_regime *rg)
{
    return rg->id == REGIME_EL10 || rg->id == REGIME_EL20;
}

bool regime_has_stage2(const struct mmu_regime *rg)
{
    return rg->id == REGIME_EL10 && rg->has_el2 && !rg->secure && (bit(rg->hcr, HCR_VM) || bit(rg->hcr, HCR_DC));
}

bool regime_stage1_enabled(const struct mmu_regime *rg)
{
    if (rg->id == REGIME_EL10 && rg->has_el2 && !rg->secure && bit(rg->hcr, HCR_DC))
        return false;
    return bit(rg->sctlr, SCTLR_M);
}

u16 regime_asid(const struct mmu_regime *rg)
{
    if (!regime_has_unprivileged(rg))
        return 0;
    u64 ttbr = bit(rg->tcr, TCR_A1) ? rg->ttbr1 : rg->ttbr0;
    return (u16)(bit(rg->tcr, TCR_AS) ? bits(ttbr, 63, 48) : bits(ttbr, 55, 48));
}

u16 regime_vmid(const struct mmu_regime *rg)
{
    return rg->id == REGIME_EL10 && rg->has_el2 && !rg->secure ? (u16)bits(rg->vttbr, 55, 48) : 0;
}

/* TBI: TCR_EL1.TBI0 (37), TBI1 (38) by bit 55, and TCR_EL2 in a host; TCR_EL2, TCR_EL3.TBI (20). */
u64 regime_strip_tag(const struct mmu_regime *rg, u64 addr)
{
    bool two_ranges = regime_has_unprivileged(rg), tbi = two_ranges ? bit(rg->tcr, bit(addr, 55) ? 38 : 37) : bit(rg->tcr, 20);
    if (!tbi)
        return addr;
    return two_ranges ? sign_extend(addr, 56) : bits(addr, 55, 0);
}
