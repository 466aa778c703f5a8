/* What the registers of a regime mean, before any table is read. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

enum { HCR_VM = 0, HCR_DC = 12, SCTLR_M = 0, TCR_A1 = 22, TCR_AS = 36, TCR_E0PD0 = 55, VTCR_VS = 19 };

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
    if (rg->id != REGIME_EL10 || !rg->has_el2 || rg->secure)
        return 0;
    return (u16)(bit(rg->vtcr, VTCR_VS) ? bits(rg->vttbr, 63, 48) : bits(rg->vttbr, 55, 48));
}

/* The identity of TLB entries: TAG_*. The keys: SCTLR.WXN, C, and does the regime manage dirty state, here with EL0 and Secure or not (beside 5 bits
 * of LIMIT_* and 8 of MAIR); HCR_EL2.FWB, CD, VTCR_EL2.HA with HD, FEAT_XNX, and is it a Hyp mode's. 1 on top: a key is never 0. */
void regime_settle(struct mmu_regime *rg)
{
    unsigned ha = regime_has_unprivileged(rg) ? 39 : 21;
    rg->two_stages = regime_has_stage2(rg);
    rg->stage1_on = regime_stage1_enabled(rg);
    rg->plain_tables = rg->stage1_on && !rg->format && !rg->s1_ee && !(rg->two_stages && rg->s2_ee);
    rg->careful = rg->pan || rg->format == FORMAT_SHORT;
    rg->space = (u32)regime_vmid(rg) << 16 | regime_asid(rg);
    rg->tlb_tag = 1ull << TAG_VALID | (u64)rg->id << TAG_REGIME | (u64)rg->secure << TAG_SECURE | (u64)!rg->stage1_on << TAG_S1_OFF;
    for (unsigned stage = 1; stage <= 2; stage++) {
        unsigned of = stage == 1 ? rg->id : STAGE2_TABLES;
        rg->tables_tag[stage - 1] = 1ull << TAG_VALID | (u64)of << TAG_REGIME | (u64)rg->secure << TAG_SECURE;
        rg->tables_seed[stage - 1] = table_seed(of, (u16)(rg->space >> 16));
    }
    rg->stage2_seed = stage2_seed((u16)(rg->space >> 16));
    rg->stage2_space = stage2_space((u16)(rg->space >> 16));
    rg->s1_key = (u64)bit(rg->sctlr, 19) << 13 | (u64)bit(rg->sctlr, 2) << 14 | (u64)(bits(rg->tcr, ha + 1, ha) == 3) << 15 |
                 (u64)regime_has_unprivileged(rg) << 16 | (u64)rg->secure << 17 | 1u << 18 |
                 (rg->format ? 1u << 19 | (u64)bit(rg->sctlr, 20) << 20 : 0);
    rg->s2_key = (u64)bit(rg->hcr, 46) | (u64)bit(rg->hcr, 32) << 1 | (u64)(bits(rg->vtcr, 22, 21) == 3) << 2 | (u64)rg->xnx << 3 | (u64)rg->s2_aarch32 << 4 | 1u << 5;
}

bool regime_e0pd(const struct mmu_regime *rg, u64 addr)
{
    return regime_has_unprivileged(rg) && bit(rg->tcr, TCR_E0PD0 + bit(addr, 55)) && regime_stage1_enabled(rg);
}

/* TBI: TCR_EL1.TBI0 (37), TBI1 (38) by bit 55, and TCR_EL2 in a host; TCR_EL2, TCR_EL3.TBI (20). TBID: 51, 52; 29. */
bool regime_has_tag(const struct mmu_regime *rg, u64 addr, bool fetch)
{
    bool two_ranges = regime_has_unprivileged(rg), upper = bit(addr, 55);
    unsigned tbi = two_ranges ? 37 + upper : 20, tbid = two_ranges ? 51 + upper : 29;
    return bit(rg->tcr, tbi) && !(fetch && bit(rg->tcr, tbid));
}

u64 regime_strip_tag(const struct mmu_regime *rg, u64 addr, bool fetch)
{
    u64 untagged = regime_has_unprivileged(rg) ? sign_extend(addr, 56) : bits(addr, 55, 0);
    return LIKELY(untagged == addr) || !regime_has_tag(rg, addr, fetch) ? addr : untagged;
}
