/* The walk that nearly all walks are: in VMSAv8-64 tables of the 4 KiB granule that lie in RAM, to a leaf whose descriptor says what others have
 * said, where stage 2 knows the pages of stage 1's tables. Whatever is not so is for walk_lpae.c, which goes on where a quick walk ended: behind
 * the last table that it left in the cache, up to which its reads are counted. */
#ifndef MMU_WALK_QUICK_H
#define MMU_WALK_QUICK_H

#include "mmu/mmu_internal.h"

#include <string.h>

/* Least significant bit that a level of a finished shape resolves. */
static ALWAYS_INLINE unsigned shift_of(const struct table_shape *s, unsigned level)
{
    return s->shift[level];
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

static ALWAYS_INLINE struct known_leaf *leaf_place(const struct mmu *mmu, unsigned stage, u64 key)
{
    return &mmu->cache->leaves[stage - 1][kept_index(key)];
}

/* What the meaning of a stage-1 leaf depends on beside the descriptor, and MAIR's byte by AttrIndx, bits 4:2. */
static ALWAYS_INLINE u64 stage1_key(const struct mmu_regime *rg, u64 desc, u8 limits)
{
    return rg->s1_key | (u64)limits << 8 | (rg->mair >> (desc << 1 & 0x38) & 0xff);
}

/* Where a leaf of 2^shift bytes leads. */
static ALWAYS_INLINE u64 leaf_output(u64 desc, u64 address, unsigned shift, u64 addr)
{
    u64 low = (1ull << shift) - 1;
    return (desc & address & ~low) | (addr & low);
}

/* Where a stage-1 descriptor that is only read lies physically, if stage 2 is known there and lets it be read. */
static ALWAYS_INLINE bool descriptor_known(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, u64 *phys)
{
    const struct stage2_cached *c = stage2_slot(mmu, rg->stage2_seed, ipa_addr);
    *phys = c->leaf.out | (ipa_addr & ~PAGE_MASK);
    return c->tag == stage2_tag(rg->stage2_space, ipa_addr) && c->leaf.perm[1] & PERM_R && c->leaf.attr.type == MEM_NORMAL;
}

/* A descriptor that lies in the RAM that was accessed last, as all of a walk do. */
static ALWAYS_INLINE bool quick_descriptor(const struct bus_region *r, u64 phys, u64 *desc)
{
    u64 at = phys - r->base;
    if (UNLIKELY(at >= r->size))
        return false;
    memcpy(desc, r->host + at, sizeof *desc);
    return *desc & 1;
}

static ALWAYS_INLINE bool is_plain_memory(const struct bus_region *r)
{
    return r && r->host && !r->ops && !r->secure_only;
}

/* The granule of quick walks, 4 KiB, resolves bits 38:30, 29:21 and 20:12 at levels 1, 2 and 3. */
static ALWAYS_INLINE unsigned quick_shift(unsigned level)
{
    return 39 - 9 * level;
}

static ALWAYS_INLINE bool shape_may_be_quick(const struct table_shape *s)
{
    return !s->why && s->granule == 12 && s->level < 3;
}

/* What the descriptor of a leaf says, but for the address, which is in *out. NULL: nothing that is known, or not all that is to be done. */
static ALWAYS_INLINE const struct leaf *quick_leaf(const struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s,
                                                   u64 addr, u64 desc, unsigned level, u8 limits, u64 *out)
{
    u64 key = leaf_key(desc, level, quick_shift(level), stage == 1 ? stage1_key(rg, desc, limits) : rg->s2_key);
    const struct known_leaf *known = leaf_place(mmu, stage, key);
    bool simple = desc & 1ull << DESC_AF && !(desc & s->excess) && (level < 3 || desc & 2);
    *out = leaf_output(desc, s->address, quick_shift(level), addr);
    return LIKELY(simple && known->key == key && !known->leaf.clean) ? &known->leaf : NULL;
}

/* From the table of level 2 that an earlier walk left, or from the first. `last`: the place of a table of level 3. */
static ALWAYS_INLINE const struct leaf *quick_tables(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s,
                                                     u64 addr, struct table_cached *last, u64 *out, unsigned *reads)
{
    const struct bus_region *r = mmu->bus->last;
    struct table_cached *middle = table_slot(mmu, rg->tables_seed[stage - 1], addr, quick_shift(1));
    u64 table = s->base, mask = s->first_mask, desc;
    const bool two = stage == 1 && rg->two_stages;
    unsigned level = s->level, uncounted = 1;
    u8 limits = 0;
    if (level < 2 && is_table(middle, rg, stage, addr, quick_shift(1))) {
        table = middle->found.table;
        limits = middle->found.limits;
        mask = s->mask;
        level = 2;
    }
    for (;; mask = s->mask) {
        u64 phys = table + (addr >> quick_shift(level) & mask) * 8;
        if (two && UNLIKELY(!descriptor_known(mmu, rg, phys, &phys)))
            return NULL;
        if (UNLIKELY(!quick_descriptor(r, phys, &desc)))
            return NULL;
        *reads = uncounted;
        if (level == 3 || !(desc & 2))
            return quick_leaf(mmu, rg, stage, s, addr, desc, level, limits, out);
        if (UNLIKELY(desc & s->excess))
            return NULL;
        table = desc & s->address;
        limits |= (u8)(desc >> 59) & s->limits;
        uncounted++;
        if (++level >= 2) {
            struct table_found found = { .table = table, .limits = limits };
            keep_table(mmu, rg, level == 3 ? last : middle, stage, addr, quick_shift(level - 1), &found);
            mmu->stats.walk_reads += uncounted - 1;
            uncounted = 1;
        }
    }
}

static NOINLINE const struct leaf *quick_tables1(struct mmu *mmu, const struct mmu_regime *rg, const struct table_shape *s, u64 addr,
                                                 struct table_cached *last, u64 *out, unsigned *reads)
{
    return quick_tables(mmu, rg, 1, s, addr, last, out, reads);
}

static NOINLINE const struct leaf *quick_tables2(struct mmu *mmu, const struct mmu_regime *rg, const struct table_shape *s, u64 addr,
                                                 struct table_cached *last, u64 *out, unsigned *reads)
{
    return quick_tables(mmu, rg, 2, s, addr, last, out, reads);
}

/* A stage's leaf of `addr`, but for its address, which is in *out; *reads are the caller's to count. NULL: it is not that simple. */
static ALWAYS_INLINE const struct leaf *quick_walk(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s, u64 addr,
                                                   u64 *out, unsigned *reads)
{
    const struct bus_region *r = mmu->bus->last;
    u64 phys, desc;
    if (UNLIKELY(s->quick != rg->stamp || addr >> s->input != s->top || !is_plain_memory(r)))
        return NULL;
    struct table_cached *last = table_slot(mmu, rg->tables_seed[stage - 1], addr, quick_shift(2));
    if (!is_table(last, rg, stage, addr, quick_shift(2)))
        return (stage == 1 ? quick_tables1 : quick_tables2)(mmu, rg, s, addr, last, out, reads);
    phys = last->found.table + (addr >> quick_shift(3) & 0x1ff) * 8;
    if (stage == 1 && rg->two_stages && UNLIKELY(!descriptor_known(mmu, rg, phys, &phys)))
        return NULL;
    if (UNLIKELY(!quick_descriptor(r, phys, &desc)))
        return NULL;
    *reads = 1;
    return quick_leaf(mmu, rg, stage, s, addr, desc, 3, last->found.limits, out);
}

/* The stage-2 leaf of an IPA, kept as a page, `clean` only if nothing is written. NULL: it is not that simple. */
static ALWAYS_INLINE const struct leaf *quick_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, bool write)
{
    struct stage2_cached *c = stage2_slot(mmu, rg->stage2_seed, ipa_addr);
    const struct leaf *found;
    unsigned reads;
    u64 out;
    if (LIKELY(c->tag == stage2_tag(rg->stage2_space, ipa_addr)))
        return UNLIKELY(c->leaf.clean && write) ? NULL : &c->leaf;
    if (UNLIKELY(!(found = quick_walk(mmu, rg, 2, &mmu->stage2_shape, ipa_addr, &out, &reads))))
        return NULL;
    mmu->stats.walk_reads += reads;
    keep_stage2(mmu, rg, c, ipa_addr, found, out);
    return &c->leaf;
}

#endif
