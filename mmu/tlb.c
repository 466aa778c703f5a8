/* The architectural TLB: sets and ways after the model's geometry; an entry stays until a TLBI, an eviction, or reset, as on hardware.
 * Pages of several sizes share the array: a look-up probes the sizes that are in it. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SHIFT 48

static struct tlb_entry *set_of(const struct mmu *mmu, u64 addr, unsigned shift)
{
    u64 n = addr >> shift;
    unsigned sets = mmu->geometry.entries / mmu->geometry.ways;
    return &mmu->tlb[((n ^ n >> 9 ^ shift) & (sets - 1)) * mmu->geometry.ways];
}

/* Is the entry one of this regime, in this VM and address space? */
static bool entry_applies(const struct tlb_entry *e, const struct mmu_regime *rg, u16 asid, u16 vmid, bool s1_off)
{
    return e->valid && e->regime == rg->id && e->secure == rg->secure && e->vmid == vmid && (e->s1_level == S1_OFF) == s1_off &&
           (e->global || e->asid == asid);
}

struct tlb_entry *tlb_lookup(struct mmu *mmu, const struct mmu_regime *rg, u64 addr)
{
    u16 asid = regime_asid(rg), vmid = regime_vmid(rg);
    bool s1_off = !regime_stage1_enabled(rg);
    for (u64 sizes = mmu->tlb_sizes; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes);
        struct tlb_entry *set = set_of(mmu, addr, shift);
        for (unsigned way = 0; way < mmu->geometry.ways; way++) {
            struct tlb_entry *e = &set[way];
            if (e->page == (addr & ~ones(shift)) && e->shift == shift && entry_applies(e, rg, asid, vmid, s1_off))
                return e;
        }
    }
    return NULL;
}

/* ---- blocks of stage 1 that are in the TLB in pieces ---- */

static u16 *fractured_by_address(struct mmu *mmu, u64 addr, unsigned shift)
{
    u64 n = addr >> shift;
    return &mmu->fractured[(n ^ n >> 8 ^ shift) % ARRAY_SIZE(mmu->fractured)];
}

static bool is_fractured(const struct tlb_entry *e)
{
    return e->shift < e->s1_shift;
}

static void count_fractured(struct mmu *mmu, const struct tlb_entry *e, int change)
{
    u16 *count = &mmu->fractured_count[e->s1_shift], *here = fractured_by_address(mmu, e->page, e->s1_shift);
    *count = (u16)(*count + change);
    *here = (u16)(*here + change);
    mmu->fractured_sizes = with_bits(mmu->fractured_sizes, e->s1_shift, e->s1_shift, *count != 0);
}

void tlb_remove(struct mmu *mmu, struct tlb_entry *e)
{
    contexts_forget_entry(mmu, e);
    if (is_fractured(e))
        count_fractured(mmu, e, -1);
    e->valid = false;
    if (--mmu->tlb_count[e->shift] == 0)
        mmu->tlb_sizes &= ~(1ull << e->shift);
}

/* The entry that came first goes: not the one used longest ago, because host pointers spare lookups, more of them in one engine than in another,
 * and must not decide what is in the TLB. */
struct tlb_entry *tlb_allocate(struct mmu *mmu, const struct tlb_entry *new)
{
    struct tlb_entry *set = set_of(mmu, new->page, new->shift), *e = set;
    for (unsigned way = 0; way < mmu->geometry.ways; way++) {
        if (!set[way].valid) {
            e = &set[way];
            break;
        }
        if (set[way].age < e->age)
            e = &set[way];
    }
    if (e->valid)
        tlb_remove(mmu, e);
    *e = *new;
    e->valid = true;
    e->contexts = 0;
    e->age = ++mmu->tlb_clock;
    mmu->tlb_count[e->shift]++;
    mmu->tlb_sizes |= 1ull << e->shift;
    if (is_fractured(e))
        count_fractured(mmu, e, 1);
    return e;
}

/* ---- maintenance ---- */

/* Does the operation's scope, but for its address, take in the entry? */
static bool scope_takes(const struct tlbi *op, const struct tlb_entry *e)
{
    bool vmid_ok = op->host || !op->use_vmid || e->vmid == op->vmid;
    u8 el1 = op->host ? REGIME_EL20 : REGIME_EL10;
    switch (op->scope) {
    case TLBI_ALL_EL1:
        return e->regime == REGIME_EL10;
    case TLBI_ALL_EL20:
        return e->regime == REGIME_EL20;
    case TLBI_ALL_EL2:
    case TLBI_VA_EL2:
        return e->regime == REGIME_EL2;
    case TLBI_ALL_EL3:
    case TLBI_VA_EL3:
        return e->regime == REGIME_EL3;
    case TLBI_VMALL_S1:
    case TLBI_VMALL_S12:
    case TLBI_VA_ALL_ASID:
        return e->regime == el1 && vmid_ok;
    case TLBI_ASID:
        return e->regime == el1 && vmid_ok && !e->global && e->asid == op->asid;
    case TLBI_VA:
        return e->regime == el1 && vmid_ok && (e->global || e->asid == op->asid);
    default:
        return false; /* TLBI_IPA_S2: only combined entries are kept, and those may stay (D8.14.5) */
    }
}

static bool entry_is_of(const struct tlbi *op, const struct tlb_entry *e)
{
    return e->regime == REGIME_EL3 || e->secure == op->secure;
}

static void invalidate(struct mmu *mmu, const struct tlbi *op, struct tlb_entry *e)
{
    if (!e->valid || !entry_is_of(op, e) || !scope_takes(op, e) || (op->level && e->s1_level != op->level))
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

/* The pieces of a block that holds the address: software that changed the block need name no other (D8.14.5). */
static void invalidate_pieces(struct mmu *mmu, const struct tlbi *op, u64 addr)
{
    for (u64 sizes = mmu->fractured_sizes; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes);
        if (!*fractured_by_address(mmu, addr, shift))
            continue;
        for (unsigned i = 0; i < mmu->geometry.entries; i++) {
            struct tlb_entry *e = &mmu->tlb[i];
            if (e->s1_shift == shift && is_fractured(e) && e->page >> shift == addr >> shift)
                invalidate(mmu, op, e);
        }
    }
}

void mmu_tlbi(struct mmu *mmu, const struct tlbi *op)
{
    mmu->stats.tlbi++;
    walk_cache_tlbi(mmu, op);
    if (op->scope == TLBI_IPA_S2 || op->scope == TLBI_NONE)
        return;
    if (!tlbi_is_by_va(op) || op->bytes) {
        for (unsigned i = 0; i < mmu->geometry.entries; i++) {
            struct tlb_entry *e = &mmu->tlb[i]; /* of a range, with the block that it may be a piece of */
            if (!op->bytes || tlbi_touches(op, e->page & ~ones(e->s1_shift), e->s1_shift))
                invalidate(mmu, op, e);
        }
        return;
    }
    u64 addr = tlbi_address(op);
    for (u64 sizes = mmu->tlb_sizes; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes);
        struct tlb_entry *set = set_of(mmu, addr, shift);
        for (unsigned way = 0; way < mmu->geometry.ways; way++)
            if (set[way].page == (addr & ~ones(shift)) && set[way].shift == shift)
                invalidate(mmu, op, &set[way]);
    }
    invalidate_pieces(mmu, op, addr);
}
