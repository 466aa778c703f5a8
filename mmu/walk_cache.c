/* What walks leave behind beside the TLB's entries, as cores keep it too (DDI 0487 D8.13.2, "intermediate caching"): stage-2 leaves by IPA, and the
 * table of the last two levels that a stage-1 or stage-2 walk came by. An entry stays until the maintenance that names it, or another takes
 * its place; which one that is depends on walks alone, so that all engines agree. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

#include <string.h>

void walk_cache_clear(struct mmu *mmu)
{
    memset(mmu->cache, 0, sizeof *mmu->cache);
}

/* ---- maintenance ---- */

static bool is_of_regime(const struct tlbi *op, u8 regime)
{
    u8 el1 = op->host ? REGIME_EL20 : REGIME_EL10;
    switch (op->scope) {
    case TLBI_ALL_EL1:
        return regime == REGIME_EL10 || regime == STAGE2_TABLES;
    case TLBI_ALL_EL2:
    case TLBI_VA_EL2:
        return regime == REGIME_EL2;
    case TLBI_ALL_EL3:
    case TLBI_VA_EL3:
        return regime == REGIME_EL3;
    case TLBI_ALL_EL20:
        return regime == REGIME_EL20;
    case TLBI_IPA_S2:
        return regime == STAGE2_TABLES;
    case TLBI_VMALL_S12:
        return regime == REGIME_EL10 || regime == STAGE2_TABLES;
    default:
        return regime == el1;
    }
}

static bool has_address(const struct tlbi *op)
{
    return tlbi_is_by_va(op) || op->scope == TLBI_IPA_S2;
}

/* By VA the ASID does not count: a table may lead to global pages, whose maintenance may name any. */
static void drop_table(const struct tlbi *op, struct table_cached *c)
{
    u8 regime = tag_regime(c->tag);
    bool vmid_counts = op->use_vmid && !op->host && op->scope != TLBI_ALL_EL1;
    bool has_vmid = regime == REGIME_EL10 || regime == STAGE2_TABLES;
    if (!c->tag || !is_of_regime(op, regime) || (regime != REGIME_EL3 && tag_secure(c->tag) != op->secure))
        return;
    if ((vmid_counts && has_vmid && c->space >> 16 != op->vmid) || (op->scope == TLBI_ASID && (u16)c->space != op->asid))
        return;
    if (!has_address(op) || tlbi_touches(op, c->tag >> tag_shift(c->tag) << tag_shift(c->tag), tag_shift(c->tag)))
        c->tag = 0;
}

/* Of one page of these regimes there is one place for each size of table: the operations that are hot. */
static bool has_one_place(const struct tlbi *op)
{
    bool el1 = op->scope == TLBI_VA || op->scope == TLBI_VA_ALL_ASID;
    return !op->bytes && (el1 ? op->host || op->use_vmid : op->scope == TLBI_VA_EL2);
}

static ALWAYS_INLINE void drop_tables_of_page(struct mmu *mmu, const struct tlbi *op)
{
    u64 regime = op->scope == TLBI_VA_EL2 ? REGIME_EL2 : op->host ? REGIME_EL20 : REGIME_EL10, addr = tlbi_address(op);
    u64 tag = 1ull << TAG_VALID | regime << TAG_REGIME | (u64)op->secure << TAG_SECURE;
    u16 vmid = regime == REGIME_EL10 ? op->vmid : 0;
    u32 seed = table_seed((unsigned)regime, vmid);
    for (u64 left = mmu->cache->shifts; left; left &= left - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(left);
        struct table_cached *c = table_slot(mmu, seed, addr, shift);
        if (c->tag == table_tag(tag, addr, shift) && c->space >> 16 == vmid)
            c->tag = 0;
    }
}

/* The L forms leave tables alone. */
static ALWAYS_INLINE void drop_tables(struct mmu *mmu, const struct tlbi *op)
{
    if (!mmu->cache->shifts || (has_address(op) && op->last_level))
        return;
    if (LIKELY(has_one_place(op))) {
        drop_tables_of_page(mmu, op);
        return;
    }
    for (unsigned i = 0; i < TABLES_CACHED; i++)
        drop_table(op, &mmu->cache->tables[i]);
}

/* A cached page of a larger stage-2 leaf goes with any address of the leaf. */
static void drop_stage2(struct mmu *mmu, const struct tlbi *op)
{
    if (op->secure || (op->scope != TLBI_ALL_EL1 && op->scope != TLBI_VMALL_S12 && op->scope != TLBI_IPA_S2))
        return;
    if (op->scope == TLBI_IPA_S2 && !op->bytes && !mmu->cache->has_large) {
        struct stage2_cached *c = stage2_slot(mmu, stage2_seed(op->vmid), op->ipa.v);
        if (c->tag == stage2_tag(stage2_space(op->vmid), op->ipa.v))
            c->tag = 0;
        return;
    }
    for (unsigned i = 0; i < STAGE2_CACHED; i++) {
        struct stage2_cached *c = &mmu->cache->stage2[i];
        if (!c->tag || (op->scope != TLBI_ALL_EL1 && c->tag >> 48 != op->vmid))
            continue;
        if (op->scope != TLBI_IPA_S2 || tlbi_touches(op, bits(c->tag, 47, PAGE_SHIFT) << PAGE_SHIFT & ~ones(c->leaf.shift), c->leaf.shift))
            c->tag = 0;
    }
}

void walk_cache_tlbi(struct mmu *mmu, const struct tlbi *op)
{
    if (op->scope == TLBI_NONE)
        return;
    drop_tables(mmu, op);
    if (!tlbi_is_by_va(op))
        drop_stage2(mmu, op);
}
