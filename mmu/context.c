/* Translation contexts: host pointers by virtual page, for one regime, VMID, ASID and privilege. Several are kept, so that a world switch
 * only chooses another. What they hold is always a subset of the architectural TLB: an entry that goes takes its host entries along. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

#include <string.h>

/* Bits of the registers that decide what an address means while the TLB's contents stay: M, A, WXN; TBI, E0PD; VM, DC. */
#define SCTLR_KEY (1ull | 1ull << 1 | 1ull << 19)
#define TCR_KEY_EL1 (3ull << 37 | 3ull << 55)
#define TCR_KEY_EL2 (1ull << 20)
#define HCR_KEY (1ull | 1ull << 12)

static struct context_key key_of(const struct mmu_regime *rg, bool privileged, u8 engine)
{
    struct context_key key;
    memset(&key, 0, sizeof key);
    key.sctlr = rg->sctlr & SCTLR_KEY;
    key.tcr = rg->tcr & (regime_has_unprivileged(rg) ? TCR_KEY_EL1 : TCR_KEY_EL2);
    key.hcr = rg->id == REGIME_EL10 && rg->has_el2 && !rg->secure ? rg->hcr & HCR_KEY : 0;
    key.asid = regime_asid(rg);
    key.vmid = regime_vmid(rg);
    key.regime = rg->id;
    key.secure = rg->secure;
    key.privileged = privileged;
    key.engine = engine;
    key.pan = rg->pan && privileged;
    key.big_endian = rg->big_endian;
    key.format = rg->format;
    key.dacr = rg->dacr;
    return key;
}

static void clear(struct mmu_context *ctx)
{
    for (unsigned i = 0; i < HOST_ENTRIES; i++) {
        ctx->host[i].tag_r = ctx->host[i].tag_w = HOST_TAG_NONE;
        ctx->fetch[i].tag = HOST_TAG_NONE;
    }
}

void contexts_clear(struct mmu *mmu)
{
    mmu->recycled++;
    for (unsigned i = 0; i < MMU_CONTEXTS; i++) {
        mmu->contexts[i].index = (u8)i;
        mmu->contexts[i].live = false;
        clear(&mmu->contexts[i]);
    }
}

struct mmu_context *mmu_context_for(struct mmu *mmu, const struct mmu_regime *rg, bool privileged, u8 engine)
{
    struct context_key key = key_of(rg, privileged, engine);
    struct mmu_context *oldest = &mmu->contexts[0], *found = NULL;
    for (unsigned i = 0; i < MMU_CONTEXTS && !found; i++) {
        struct mmu_context *ctx = &mmu->contexts[i];
        if (ctx->live && !memcmp(&ctx->key, &key, sizeof key))
            found = ctx;
        else if (!ctx->live || (oldest->live && ctx->last_used < oldest->last_used))
            oldest = ctx;
    }
    if (!found) {
        found = oldest;
        mmu->recycled++;
        clear(found);
        found->key = key;
        found->live = true;
    }
    if (memcmp(&found->regime, rg, offsetof(struct mmu_regime, two_stages)) || !found->regime.tlb_tag) {
        found->regime = *rg;
        regime_settle(&found->regime);
        found->regime.stamp = ++mmu->stamps;
    }
    found->last_used = ++mmu->use_counter;
    return found;
}

/* The upper half of a page of T32 lies elsewhere: fetch_slot. */
static void forget_slot(struct mmu_context *ctx, unsigned slot)
{
    ctx->host[slot].tag_r = ctx->host[slot].tag_w = HOST_TAG_NONE;
    ctx->fetch[slot].tag = HOST_TAG_NONE;
    if (ctx->fetch[slot ^ HOST_ENTRIES / 2].tag & FETCH_T32)
        ctx->fetch[slot ^ HOST_ENTRIES / 2].tag = HOST_TAG_NONE;
}

/* Of an entry that is larger than a page. */
static NOINLINE void forget_pages(struct mmu *mmu, const struct tlb_entry *e, u64 tag)
{
    u64 pages = 1ull << (e->t.shift - PAGE_SHIFT), first = tag >> e->t.shift << e->t.shift >> PAGE_SHIFT;
    for (u32 left = e->contexts; left; left &= left - 1) {
        struct mmu_context *ctx = &mmu->contexts[__builtin_ctz(left)];
        if (UNLIKELY(pages >= HOST_ENTRIES)) {
            clear(ctx);
            continue;
        }
        for (u64 page = first; page < first + pages; page++)
            forget_slot(ctx, (unsigned)page % HOST_ENTRIES);
    }
}

void contexts_forget_entry(struct mmu *mmu, struct tlb_entry *e, u64 tag)
{
    if (UNLIKELY(tag_shift(tag) != PAGE_SHIFT))
        forget_pages(mmu, e, tag);
    else
        for (u32 left = e->contexts; left; left &= left - 1)
            forget_slot(&mmu->contexts[__builtin_ctz(left)], (unsigned)(tag >> PAGE_SHIFT) % HOST_ENTRIES);
    e->contexts = 0;
}

void mmu_install_fetch(struct mmu *mmu, struct mmu_context *ctx, va at, enum fetch_set set, void *code, bool guarded)
{
    unsigned slot = fetch_slot(at.v, set);
    ctx->fetch[slot] = (struct fetch_entry){ fetch_tag(at.v & ~3ull, set), code };
    ctx->guarded[slot] = guarded;
    if (mmu->filled) /* none: a flat map, which only a change of the context's key ends */
        mmu->filled->contexts |= 1u << ctx->index;
}

void mmu_forbid_host_writes(struct mmu *mmu, pa page)
{
    for (unsigned i = 0; i < MMU_CONTEXTS; i++)
        for (unsigned k = 0; mmu->contexts[i].live && k < HOST_ENTRIES; k++)
            if (mmu->contexts[i].host[k].pa == page.v)
                mmu->contexts[i].host[k].tag_w = HOST_TAG_NONE;
}

void mmu_forget_code(struct mmu *mmu, void *code)
{
    for (unsigned i = 0; i < MMU_CONTEXTS; i++)
        for (unsigned k = 0; mmu->contexts[i].live && k < HOST_ENTRIES; k++)
            if (!code || mmu->contexts[i].fetch[k].code == code)
                mmu->contexts[i].fetch[k].tag = HOST_TAG_NONE;
}
