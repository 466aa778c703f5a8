/* The architectural TLB: sets and ways after the model's geometry; an entry stays until a TLBI, an eviction, or reset, as on hardware.
 * Pages of several sizes share the array: a look-up probes the sizes that are in it. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SHIFT 48

/* ---- blocks of stage 1 that are in the TLB in pieces ---- */

static u16 *fractured_by_address(struct mmu *mmu, u64 addr, unsigned shift)
{
    u64 n = addr >> shift;
    return &mmu->fractured[(n ^ n >> 8 ^ shift) % ARRAY_SIZE(mmu->fractured)];
}

static bool is_fractured(const struct entry_traits *t)
{
    return t->shift < t->s1_shift;
}

static void count_fractured(struct mmu *mmu, const struct entry_traits *t, u64 addr, int change)
{
    u16 *count = &mmu->fractured_count[t->s1_shift], *here = fractured_by_address(mmu, addr, t->s1_shift);
    *count = (u16)(*count + change);
    *here = (u16)(*here + change);
    mmu->fractured_sizes = with_bits(mmu->fractured_sizes, t->s1_shift, t->s1_shift, *count != 0);
}

static void count_size(struct mmu *mmu, u64 tag, unsigned shift, int change)
{
    u16 *count = &mmu->tlb_count[tag_regime(tag)][shift];
    *count = (u16)(*count + change);
    if (UNLIKELY(*count == (change > 0))) /* the first, or none is left */
        mmu->tlb_sizes[tag_regime(tag)] ^= 1ull << shift;
}

/* Host entries and blocks forget it. */
static ALWAYS_INLINE void detach(struct mmu *mmu, struct tlb_entry *e, u64 tag)
{
    if (e->contexts)
        contexts_forget_entry(mmu, e, tag);
    if (UNLIKELY(is_fractured(&e->t)))
        count_fractured(mmu, &e->t, tag, -1);
}

static ALWAYS_INLINE void remove_at(struct mmu *mmu, unsigned at)
{
    u64 tag = mmu->tlb_tags[at];
    detach(mmu, &mmu->tlb[at], tag);
    count_size(mmu, tag, tag_shift(tag), -1);
    mmu->tlb_tags[at] = 0;
    mmu->tlb_ages[at] = 0;
}

void tlb_remove(struct mmu *mmu, struct tlb_entry *e)
{
    remove_at(mmu, (unsigned)(e - mmu->tlb));
}

/* A free place, or that of the entry that came first: not of the one used longest ago, because host pointers spare lookups, more of them in one
 * engine than in another, and must not decide what is in the TLB. */
struct tlb_entry *tlb_allocate(struct mmu *mmu, u64 tag, u64 addr, const struct entry_traits *t)
{
    unsigned at = tlb_set(mmu, addr, t->shift), end = at + mmu->geometry.ways;
    for (unsigned way = at + 1; way < end; way++)
        at = mmu->tlb_ages[way] < mmu->tlb_ages[at] ? way : at;
    struct tlb_entry *e = &mmu->tlb[at];
    u64 old = mmu->tlb_tags[at];
    if (LIKELY(old))
        detach(mmu, e, old);
    if (UNLIKELY((old ^ tag) & (7u << TAG_REGIME | 63u << TAG_SHIFT | 1u << TAG_VALID))) { /* else one comes for one of its kind */
        if (old)
            count_size(mmu, old, tag_shift(old), -1);
        count_size(mmu, tag, t->shift, 1);
    }
    mmu->tlb_tags[at] = tag;
    mmu->tlb_ages[at] = ++mmu->tlb_clock;
    e->t = *t;
    e->contexts = 0;
    if (UNLIKELY(is_fractured(t)))
        count_fractured(mmu, t, addr, 1);
    return e;
}

/* ---- maintenance ---- */

/* Does the operation's scope, but for its address, take in the entry? */
static bool scope_takes(const struct tlbi *op, const struct tlb_entry *e, u8 regime)
{
    bool vmid_ok = op->host || !op->use_vmid || e->space >> 16 == op->vmid, asid_ok = !(((e->space ^ op->asid) & e->space_mask) & 0xffff);
    u8 el1 = op->host ? REGIME_EL20 : REGIME_EL10;
    switch (op->scope) {
    case TLBI_ALL_EL1:
        return regime == REGIME_EL10;
    case TLBI_ALL_EL20:
        return regime == REGIME_EL20;
    case TLBI_ALL_EL2:
    case TLBI_VA_EL2:
        return regime == REGIME_EL2;
    case TLBI_ALL_EL3:
    case TLBI_VA_EL3:
        return regime == REGIME_EL3;
    case TLBI_VMALL_S1:
    case TLBI_VMALL_S12:
    case TLBI_VA_ALL_ASID:
        return regime == el1 && vmid_ok;
    case TLBI_ASID:
        return regime == el1 && vmid_ok && !e->t.global && asid_ok;
    case TLBI_VA: /* global, or of the ASID */
        return regime == el1 && vmid_ok && asid_ok;
    default:
        return false; /* TLBI_IPA_S2: only combined entries are kept, and those may stay (D8.14.5) */
    }
}

static void invalidate(struct mmu *mmu, const struct tlbi *op, struct tlb_entry *e)
{
    u64 tag = mmu->tlb_tags[e - mmu->tlb];
    u8 regime = tag_regime(tag);
    if (!tag || (regime != REGIME_EL3 && tag_secure(tag) != op->secure) || !scope_takes(op, e, regime) || (op->level && e->t.s1_level != op->level))
        return;
    mmu->stats.entries_removed++;
    tlb_remove(mmu, e);
}

/* Bits [55:12] name the page; the regimes of EL2 and EL3 have no upper half. */
u64 tlbi_address(const struct tlbi *op)
{
    if (op->scope == TLBI_IPA_S2)
        return op->ipa.v;
    return op->scope == TLBI_VA_EL2 || op->scope == TLBI_VA_EL3 ? bits(op->va.v, 55, 0) : sign_extend(op->va.v, 56);
}

bool tlbi_touches(const struct tlbi *op, u64 at, unsigned shift)
{
    u64 first = tlbi_address(op), last = op->bytes ? first + op->bytes - 1 : first;
    return at <= (last < first ? ~0ull : last) && (at | ones(shift)) >= first;
}

static u64 page_of(const struct mmu *mmu, const struct tlb_entry *e)
{
    return mmu->tlb_tags[e - mmu->tlb] >> e->t.shift << e->t.shift;
}

/* The pieces of a block that holds the address: software that changed the block need name no other (D8.14.5). */
static void invalidate_pieces(struct mmu *mmu, const struct tlbi *op, u64 addr)
{
    for (u64 sizes = mmu->fractured_sizes; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes);
        if (!*fractured_by_address(mmu, addr, shift))
            continue;
        for (unsigned i = 0; i < mmu->geometry.entries; i++) {
            struct tlb_entry *e = &mmu->tlb[i];
            if (e->t.s1_shift == shift && is_fractured(&e->t) && page_of(mmu, e) >> shift == addr >> shift)
                invalidate(mmu, op, e);
        }
    }
}

/* The regime of an operation by VA. */
static u8 regime_of(const struct tlbi *op)
{
    if (op->scope == TLBI_VA_EL2)
        return REGIME_EL2;
    return op->scope == TLBI_VA_EL3 ? REGIME_EL3 : op->host ? REGIME_EL20 : REGIME_EL10;
}

/* Which bits of an entry's space an operation by VA names. */
static u32 space_named(const struct tlbi *op)
{
    bool vmid = op->use_vmid && !op->host && (op->scope == TLBI_VA || op->scope == TLBI_VA_ALL_ASID);
    return (vmid ? 0xffff0000 : 0) | (op->scope == TLBI_VA ? 0xffff : 0);
}

/* One page, of whatever size: it has one set for each. */
static ALWAYS_INLINE void invalidate_page(struct mmu *mmu, const struct tlbi *op)
{
    u64 addr = tlbi_address(op), regime = regime_of(op);
    u64 loose = 1ull << TAG_S1_OFF | (u64)(regime == REGIME_EL3) << TAG_SECURE;
    u64 tag = (1ull << TAG_VALID | regime << TAG_REGIME | (u64)op->secure << TAG_SECURE) & ~loose;
    u32 space = (u32)op->vmid << 16 | op->asid, named = space_named(op);
    for (u64 sizes = mmu->tlb_sizes[regime]; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes), set = tlb_set(mmu, addr, shift), left = mmu->geometry.ways;
        u64 wanted = (addr >> shift << shift) | shift | tag;
        const u64 *at = mmu->tlb_tags + set;
        do {
            if (LIKELY((*at++ & ~loose) != wanted))
                continue;
            unsigned found = (unsigned)(at - 1 - mmu->tlb_tags);
            const struct tlb_entry *e = &mmu->tlb[found];
            if ((e->space ^ space) & e->space_mask & named || (op->level && e->t.s1_level != op->level))
                continue;
            mmu->stats.entries_removed++;
            remove_at(mmu, found);
        } while (--left);
    }
    if (UNLIKELY(mmu->fractured_sizes))
        invalidate_pieces(mmu, op, addr);
}

void mmu_tlbi(struct mmu *mmu, const struct tlbi *op)
{
    mmu->stats.tlbi++;
    walk_cache_tlbi(mmu, op);
    if (op->scope == TLBI_IPA_S2 || op->scope == TLBI_NONE)
        return;
    if (LIKELY(tlbi_is_by_va(op) && !op->bytes)) {
        invalidate_page(mmu, op);
        return;
    }
    for (unsigned i = 0; i < mmu->geometry.entries; i++) {
        struct tlb_entry *e = &mmu->tlb[i]; /* of a range, with the block that it may be a piece of */
        if (!op->bytes || tlbi_touches(op, page_of(mmu, e) & ~ones(e->t.s1_shift), e->t.s1_shift))
            invalidate(mmu, op, e);
    }
}
