/* AArch32's translation registers in the layout of AArch64's (DDI 0487 G8.2, DDI 0406 B4.1): the contract of struct mmu_regime. A field that both
 * states have keeps its meaning: sizes are 64 less the bits of an address, TG0, TG1 and PS are filled in (4 KiB, 40 bits), and the short format's
 * ASID, which is CONTEXTIDR's, stands where TTBR0_EL1 has it. What is not a field is 0, so that nothing that only AArch64 has can be read there. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

enum { TTBCR_EAE = 31, SCTLR_EE = 25 };

#define PS_40_BITS 2ull
/* IRGN0, ORGN0, SH0 and EPD0; A1; EPD1, IRGN1, ORGN1, SH1: where TCR_EL1 has them */
#define TTBCR_AS_TCR (0x3f80ull | 1ull << 22 | 0x3f800000ull)
/* PD1, PD0, N */
#define TTBCR_SHORT 0x37u

/* A TTBR's ASID or VMID and its table, of which ARMv7 has no bits 47:40. */
static u64 base_of(const struct mmu_regime *rg, u64 ttbr)
{
    return rg->v7 ? ttbr & ~(0xffull << 40) : ttbr;
}

static void take_long(struct mmu_regime *rg, const struct pl1_registers *r)
{
    u64 t0sz = 32 + bits(r->ttbcr, 2, 0), t1sz = 32 + bits(r->ttbcr, 18, 16);
    rg->format = FORMAT_LONG;
    rg->tcr = (r->ttbcr & TTBCR_AS_TCR) | t0sz | t1sz << 16 | 2ull << 30 /* TG1: 4 KiB */ | PS_40_BITS << 32;
    rg->ttbr0 = base_of(rg, r->ttbr0);
    rg->ttbr1 = base_of(rg, r->ttbr1);
}

static void take_short(struct mmu_regime *rg, const struct pl1_registers *r)
{
    rg->format = FORMAT_SHORT;
    rg->tcr = r->ttbcr & TTBCR_SHORT;
    rg->ttbr0 = bits(r->ttbr0, 31, 0) | bits(r->contextidr, 7, 0) << 48;
    rg->ttbr1 = bits(r->ttbr1, 31, 0);
    rg->dacr = r->dacr;
}

void regime_take_pl1(struct mmu_regime *rg, const struct pl1_registers *r)
{
    rg->id = REGIME_EL10;
    rg->sctlr = r->sctlr;
    rg->mair = r->mair;
    rg->s1_ee = bit(r->sctlr, SCTLR_EE);
    if (bit(r->ttbcr, TTBCR_EAE))
        take_long(rg, r);
    else
        take_short(rg, r);
}

/* HTCR: T0SZ, IRGN0, ORGN0, SH0, where TCR_EL2 has them too. */
void regime_take_hyp(struct mmu_regime *rg, u32 hsctlr, u32 htcr, u64 httbr, u64 hmair)
{
    rg->id = REGIME_EL2;
    rg->format = FORMAT_LONG;
    rg->sctlr = hsctlr;
    rg->mair = hmair;
    rg->s1_ee = bit(hsctlr, SCTLR_EE);
    rg->tcr = (htcr & 0x3f00u) | (32 + bits(htcr, 2, 0)) | PS_40_BITS << 16;
    rg->ttbr0 = base_of(rg, httbr);
}

/* VTCR: T0SZ is signed, of 4 bits, and S is its sign again: where they differ, which is UNPREDICTABLE, T0SZ counts. SL0 is 0 or 1, for level 2 or
 * 1; others are reserved, and so is VTCR_EL2's 3. */
void regime_take_hyp_stage2(struct mmu_regime *rg, u64 hcr, u32 vtcr, u64 vttbr, u32 hsctlr)
{
    u64 t0sz = (32 + sign_extend(vtcr, 4)) & 0x3f, sl0 = bits(vtcr, 7, 6);
    rg->s2_aarch32 = true;
    rg->s2_ee = bit(hsctlr, SCTLR_EE);
    rg->hcr = hcr;
    rg->vtcr = (vtcr & 0x3f00u) | t0sz | (sl0 > 1 ? 3 : sl0) << 6 | PS_40_BITS << 16;
    rg->vttbr = base_of(rg, vttbr);
}
