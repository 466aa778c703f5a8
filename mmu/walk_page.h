/* The walk that nearly all walks are: of a page, by a table of the last level that an earlier walk left, whose descriptor says what others have said.
 * Whatever is not so is for walk_lpae.c, which begins afresh: nothing has happened then. */
#ifndef MMU_WALK_PAGE_H
#define MMU_WALK_PAGE_H

#include "mmu/mmu_internal.h"

#include <string.h>

/* Least significant bit that a level of a finished shape resolves. */
static ALWAYS_INLINE unsigned shift_of(const struct table_shape *s, unsigned level)
{
    return s->shift[level];
}

static ALWAYS_INLINE bool read_descriptor(struct mmu *mmu, u64 addr, bool secure, u64 *value)
{
    const struct bus_region *r = mmu->bus->last;
    if (LIKELY(r && addr - r->base < r->size && r->host && !r->ops && !r->secure_only)) {
        memcpy(value, r->host + (addr - r->base), sizeof *value);
        return true;
    }
    return walk_read(mmu, addr, secure, sizeof *value, value);
}

/* Hardware management of the access flag and of dirty state (D8.4.6): bits of a leaf. */
enum { DESC_AP2 = 7, DESC_S2AP1 = 7, DESC_AF = 10, DESC_DBM = 51 };

/* The attributes of a descriptor, bits 63:48 and 11:2; the key of what they mean has level and size of the leaf between them, and from KEY_REST on
 * what else counts. */
#define DESC_ATTRIBUTES (0xffffull << 48 | 0xffcull)
enum { KEY_LEVEL = 12, KEY_SHIFT = 14, KEY_REST = 20 };

static ALWAYS_INLINE u64 leaf_key(u64 desc, unsigned level, unsigned shift, u64 rest)
{
    return (desc & DESC_ATTRIBUTES) | (u64)level << KEY_LEVEL | (u64)shift << KEY_SHIFT | rest << KEY_REST;
}

/* The leaf of a descriptor whose meaning is known; false: it is to be decoded, and kept in *place. */
static ALWAYS_INLINE bool known_leaf(struct mmu *mmu, unsigned stage, u64 key, u64 out_addr, struct leaf *out, struct leaf_traits **place)
{
    struct leaf_traits *kept = &mmu->cache->leaves[stage - 1][kept_index(key)];
    *place = kept;
    out->out = out_addr;
    memcpy(out->traits, kept->traits, sizeof out->traits); /* in one piece, as it will be read: two halves would have to be stored first */
    return LIKELY(kept->key == key);
}

/* What the meaning of a stage-1 leaf depends on beside the descriptor, and MAIR's byte by AttrIndx, bits 4:2. */
static ALWAYS_INLINE u64 stage1_key(const struct mmu_regime *rg, u64 desc, u8 limits)
{
    return rg->s1_key | (u64)limits << 8 | (rg->mair >> (desc << 1 & 0x38) & 0xff);
}

/* Where a stage-1 descriptor that is only read lies physically, if stage 2 is known there and lets it be read. */
static ALWAYS_INLINE bool descriptor_known(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, u64 *phys)
{
    const struct stage2_cached *c = stage2_slot(mmu, (u16)(rg->space >> 16), ipa_addr);
    *phys = c->leaf.out | (ipa_addr & ~PAGE_MASK);
    return want->cached && c->tag == stage2_tag((u16)(rg->space >> 16), ipa_addr) && c->leaf.perm[1] & PERM_R && c->leaf.attr.type == MEM_NORMAL;
}

/* The leaf of a page whose table is known. False: it is not that simple. */
static ALWAYS_INLINE bool walk_page(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s, u64 addr,
                                    const struct walk_intent *want, struct leaf *out)
{
    struct table_found from;
    struct leaf_traits *place;
    u64 phys, desc;
    const struct bus_region *r = mmu->bus->last;
    if (UNLIKELY(s->stamp != rg->stamp || !rg->stamp || s->why || addr >> s->input != s->top || s->level == 3 || !want->cached || !r))
        return false;
    if (!walk_cache_table(mmu, rg, stage, addr, shift_of(s, 2), &from))
        return false;
    phys = from.table + (addr >> s->granule & s->mask) * 8;
    if (stage == 1 && rg->two_stages && UNLIKELY(!descriptor_known(mmu, rg, phys, want, &phys)))
        return false;
    if (UNLIKELY(phys - r->base >= r->size || !r->host || r->ops || r->secure_only))
        return false;
    memcpy(&desc, r->host + (phys - r->base), sizeof desc);
    if (UNLIKELY((desc & (3 | 1ull << DESC_AF)) != (3 | 1ull << DESC_AF) || desc & s->address & s->beyond))
        return false;
    u64 key = (desc & DESC_ATTRIBUTES) | s->page_key | (stage == 1 ? stage1_key(rg, desc, from.limits) : rg->s2_key) << KEY_REST;
    if (!known_leaf(mmu, stage, key, (desc & s->address) | (addr & ((1ull << s->granule) - 1)), out, &place) || UNLIKELY(out->clean))
        return false;
    mmu->stats.walk_reads++;
    return true;
}

static ALWAYS_INLINE bool walk_page_stage1(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out)
{
    bool upper = addr >> 55 & 1 && regime_has_unprivileged(rg);
    return !rg->format && !rg->s1_ee && walk_page(mmu, rg, 1, &mmu->stage1_shape[rg->id][upper], addr, want, out);
}

static ALWAYS_INLINE bool walk_page_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out)
{
    if (rg->s2_ee || !walk_page(mmu, rg, 2, &mmu->stage2_shape, ipa_addr, want, out))
        return false;
    walk_cache_add_stage2(mmu, rg, ipa_addr, want, out);
    return true;
}

#endif
