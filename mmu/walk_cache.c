/* What walks leave behind beside the TLB's entries, as cores keep it too (DDI 0487 D8.13.2, "intermediate caching"): stage-2 leaves by IPA, and the
 * table of the last two levels that a stage-1 or stage-2 walk came by. An entry stays until the maintenance that names it, or another takes
 * its place; which one that is depends on walks alone, so that all engines agree. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

#include <string.h>

static struct stage2_cached *stage2_slot(struct mmu *mmu, u16 vmid, u64 ipa_addr)
{
    return &mmu->cache->stage2[(ipa_addr >> PAGE_SHIFT ^ ipa_addr >> 20 ^ vmid * 37u) % STAGE2_CACHED];
}

bool walk_cache_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out)
{
    const struct stage2_cached *c = stage2_slot(mmu, regime_vmid(rg), ipa_addr);
    if (!want->cached || !c->valid || c->page != ipa_addr >> PAGE_SHIFT || c->vmid != regime_vmid(rg) || (c->leaf.clean && want->write))
        return false;
    *out = c->leaf;
    out->out |= ipa_addr & ~PAGE_MASK;
    return true;
}

void walk_cache_add_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, const struct leaf *leaf)
{
    if (!want->cached || leaf->pending)
        return;
    struct stage2_cached *c = stage2_slot(mmu, regime_vmid(rg), ipa_addr);
    *c = (struct stage2_cached){ .valid = true, .vmid = regime_vmid(rg), .page = ipa_addr >> PAGE_SHIFT, .leaf = *leaf };
    c->leaf.out &= PAGE_MASK;
    mmu->cache->has_large |= leaf->shift > PAGE_SHIFT;
}

/* ---- tables ---- */

/* The regime of a stage-2 table, beside enum mmu_regime_id. */
#define STAGE2_TABLES 0xff

static struct table_key key_for(const struct mmu_regime *rg, bool stage2, u64 addr, unsigned shift)
{
    return (struct table_key){ .prefix = addr >> shift, .shift = (u8)shift, .regime = stage2 ? STAGE2_TABLES : rg->id, .secure = rg->secure,
                               .vmid = regime_vmid(rg), .asid = stage2 ? 0 : regime_asid(rg) };
}

static bool same_key(const struct table_key *a, const struct table_key *b)
{
    return a->prefix == b->prefix && a->shift == b->shift && a->regime == b->regime && a->secure == b->secure && a->vmid == b->vmid &&
           a->asid == b->asid;
}

/* The place does not depend on the ASID: maintenance by VA finds all of an address's at once. */
static struct table_cached *table_slot(struct mmu *mmu, const struct table_key *k)
{
    return &mmu->cache->tables[(k->prefix ^ k->prefix >> 7 ^ k->vmid * 37u ^ k->regime * 5u ^ k->shift) % TABLES_CACHED];
}

bool walk_cache_table(struct mmu *mmu, const struct mmu_regime *rg, bool stage2, u64 addr, unsigned shift, struct table_found *out)
{
    struct table_key k = key_for(rg, stage2, addr, shift);
    const struct table_cached *c = table_slot(mmu, &k);
    if (!c->valid || !same_key(&c->key, &k))
        return false;
    *out = c->found;
    return true;
}

void walk_cache_add_table(struct mmu *mmu, const struct mmu_regime *rg, bool stage2, u64 addr, unsigned shift, const struct table_found *found)
{
    struct table_key k = key_for(rg, stage2, addr, shift);
    *table_slot(mmu, &k) = (struct table_cached){ .valid = true, .key = k, .found = *found };
    mmu->cache->shifts |= 1ull << shift;
}

void walk_cache_clear(struct mmu *mmu)
{
    memset(mmu->cache, 0, sizeof *mmu->cache);
}

/* ---- maintenance ---- */

static bool is_of_regime(const struct tlbi *op, const struct table_key *k)
{
    u8 el1 = op->host ? REGIME_EL20 : REGIME_EL10;
    switch (op->scope) {
    case TLBI_ALL_EL1:
        return k->regime == REGIME_EL10 || k->regime == STAGE2_TABLES;
    case TLBI_ALL_EL2:
    case TLBI_VA_EL2:
        return k->regime == REGIME_EL2;
    case TLBI_ALL_EL3:
    case TLBI_VA_EL3:
        return k->regime == REGIME_EL3;
    case TLBI_ALL_EL20:
        return k->regime == REGIME_EL20;
    case TLBI_IPA_S2:
        return k->regime == STAGE2_TABLES;
    case TLBI_VMALL_S12:
        return k->regime == REGIME_EL10 || k->regime == STAGE2_TABLES;
    default:
        return k->regime == el1;
    }
}

static bool has_address(const struct tlbi *op)
{
    return tlbi_is_by_va(op) || op->scope == TLBI_IPA_S2;
}

/* By VA the ASID does not count: a table may lead to global pages, whose maintenance may name any. */
static void drop_table(const struct tlbi *op, struct table_cached *c)
{
    const struct table_key *k = &c->key;
    bool vmid_counts = op->use_vmid && !op->host && op->scope != TLBI_ALL_EL1;
    bool has_vmid = k->regime == REGIME_EL10 || k->regime == STAGE2_TABLES;
    if (!c->valid || !is_of_regime(op, k) || (k->regime != REGIME_EL3 && k->secure != op->secure))
        return;
    if ((vmid_counts && has_vmid && k->vmid != op->vmid) || (op->scope == TLBI_ASID && k->asid != op->asid))
        return;
    if (!has_address(op) || tlbi_touches(op, k->prefix << k->shift, k->shift))
        c->valid = false;
}

/* The L forms leave tables alone. One page of EL1&0, the operation that is hot, has one place for each size of table. */
static void drop_tables(struct mmu *mmu, const struct tlbi *op)
{
    struct walk_cache *cache = mmu->cache;
    if (!cache->shifts || (has_address(op) && op->last_level))
        return;
    if ((op->scope == TLBI_VA || op->scope == TLBI_VA_ALL_ASID) && !op->bytes && !op->host && op->use_vmid) {
        for (u64 left = cache->shifts; left; left &= left - 1) {
            unsigned shift = (unsigned)__builtin_ctzll(left);
            struct table_key k = { .prefix = tlbi_address(op) >> shift, .shift = (u8)shift, .regime = REGIME_EL10, .vmid = op->vmid };
            drop_table(op, table_slot(mmu, &k));
        }
        return;
    }
    for (unsigned i = 0; i < TABLES_CACHED; i++)
        drop_table(op, &cache->tables[i]);
}

/* A cached page of a larger stage-2 leaf goes with any address of the leaf. */
static void drop_stage2(struct mmu *mmu, const struct tlbi *op)
{
    if (op->secure || (op->scope != TLBI_ALL_EL1 && op->scope != TLBI_VMALL_S12 && op->scope != TLBI_IPA_S2))
        return;
    if (op->scope == TLBI_IPA_S2 && !op->bytes && !mmu->cache->has_large) {
        struct stage2_cached *c = stage2_slot(mmu, op->vmid, op->ipa.v);
        if (c->vmid == op->vmid && c->page == op->ipa.v >> PAGE_SHIFT)
            c->valid = false;
        return;
    }
    for (unsigned i = 0; i < STAGE2_CACHED; i++) {
        struct stage2_cached *c = &mmu->cache->stage2[i];
        if (!c->valid || (op->scope != TLBI_ALL_EL1 && c->vmid != op->vmid))
            continue;
        if (op->scope != TLBI_IPA_S2 || tlbi_touches(op, c->page << PAGE_SHIFT & ~ones(c->leaf.shift), c->leaf.shift))
            c->valid = false;
    }
}

void walk_cache_tlbi(struct mmu *mmu, const struct tlbi *op)
{
    if (op->scope == TLBI_NONE)
        return;
    drop_tables(mmu, op);
    drop_stage2(mmu, op);
}
