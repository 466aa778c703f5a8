/* A translation from end to end: TLB, walks, combination of the stages, permissions (AArch64.TranslateAddress()). */
#include "mmu/walk_quick.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

bool mmu_init(struct mmu *mmu, struct bus *bus, struct log *log, u8 cpu, struct tlb_geometry geometry, struct error *err)
{
    memset(mmu, 0, sizeof *mmu);
    mmu->bus = bus;
    mmu->log = log;
    mmu->cpu = cpu;
    mmu->geometry = geometry;
    mmu->tlb_set_mask = geometry.entries / geometry.ways - 1u;
    mmu->tlb_way_bits = (u32)__builtin_ctz(geometry.ways);
    mmu->tlb = calloc(geometry.entries, sizeof *mmu->tlb);
    mmu->tlb_tags = calloc(geometry.entries, sizeof *mmu->tlb_tags);
    mmu->tlb_ages = calloc(geometry.entries, sizeof *mmu->tlb_ages);
    mmu->contexts = calloc(MMU_CONTEXTS, sizeof *mmu->contexts);
    mmu->cache = calloc(1, sizeof *mmu->cache);
    if (!mmu->tlb || !mmu->tlb_tags || !mmu->tlb_ages || !mmu->contexts || !mmu->cache) {
        mmu_free(mmu);
        return error_set(err, "no memory for the TLB");
    }
    mmu_reset(mmu);
    return true;
}

void mmu_free(struct mmu *mmu)
{
    free(mmu->tlb);
    free(mmu->tlb_tags);
    free(mmu->tlb_ages);
    free(mmu->contexts);
    free(mmu->cache);
    mmu->tlb = NULL;
    mmu->tlb_tags = NULL;
    mmu->tlb_ages = NULL;
    mmu->cache = NULL;
    mmu->contexts = NULL;
}

void mmu_reset(struct mmu *mmu)
{
    memset(mmu->tlb, 0, mmu->geometry.entries * sizeof *mmu->tlb);
    memset(mmu->tlb_tags, 0, mmu->geometry.entries * sizeof *mmu->tlb_tags);
    memset(mmu->tlb_ages, 0, mmu->geometry.entries * sizeof *mmu->tlb_ages);
    memset(mmu->tlb_count, 0, sizeof mmu->tlb_count);
    memset(mmu->fractured_count, 0, sizeof mmu->fractured_count);
    memset(mmu->fractured, 0, sizeof mmu->fractured);
    memset(mmu->tlb_sizes, 0, sizeof mmu->tlb_sizes);
    mmu->fractured_sizes = 0;
    mmu->filled = NULL;
    contexts_clear(mmu);
    walk_cache_clear(mmu);
}

/* A translation as it is in the TLB, or was made for it. */
struct found {
    u64 pa, ipa; /* of the page */
    const struct entry_traits *t;
    struct tlb_entry *entry; /* NULL: not in the TLB */
};

/* ---- the TLB's answer ---- */

static ALWAYS_INLINE bool tlb_lookup(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, struct found *out)
{
    for (u64 sizes = mmu->tlb_sizes[rg->id]; sizes; sizes &= sizes - 1) {
        unsigned shift = (unsigned)__builtin_ctzll(sizes), set = tlb_set(mmu, addr, shift), left = mmu->geometry.ways;
        u64 tag = (addr >> shift << shift) | shift | rg->tlb_tag;
        const u64 *at = mmu->tlb_tags + set;
        do {
            if (LIKELY(*at++ != tag))
                continue;
            struct tlb_entry *e = &mmu->tlb[at - 1 - mmu->tlb_tags];
            if (!((e->space ^ rg->space) & e->space_mask)) {
                *out = (struct found){ .pa = e->pa, .ipa = e->ipa, .t = &e->t, .entry = e };
                return true;
            }
        } while (--left);
    }
    return false;
}

static ALWAYS_INLINE void tlb_add(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, struct found *found)
{
    unsigned shift = found->t->shift;
    struct tlb_entry *e = tlb_allocate(mmu, (addr >> shift << shift) | shift | rg->tlb_tag, addr, found->t);
    e->pa = found->pa;
    e->ipa = found->ipa;
    e->space = rg->space;
    e->space_mask = found->t->global ? 0xffff0000 : ~0u;
    found->entry = e;
}

/* ---- domains ---- */

/* DACR, two bits a domain. */
enum domain_access { DOMAIN_NO_ACCESS, DOMAIN_CLIENT, DOMAIN_RESERVED, DOMAIN_MANAGER };

static enum domain_access access_of(const struct mmu_regime *rg, u8 domain)
{
    unsigned n = domain & 15;
    return domain & IN_DOMAIN ? (enum domain_access)bits(rg->dacr, 2 * n + 1, 2 * n) : DOMAIN_CLIENT;
}

/* AArch32.CheckDomain(): what a client may do becomes what DACR makes of it. Of a manager nothing is checked. The reserved value gives no access. */
static NOINLINE u8 in_domain(const struct mmu_regime *rg, u8 domain, u8 allowed)
{
    enum domain_access a = access_of(rg, domain);
    return a == DOMAIN_MANAGER ? PERM_R | PERM_W | PERM_X : a == DOMAIN_CLIENT ? allowed : 0;
}

/* What stage 1 lets an access do. */
static ALWAYS_INLINE u8 stage1_perm(const struct mmu_regime *rg, const u8 perm[2], u8 domain, bool privileged, bool obeys_pan)
{
    if (LIKELY(!rg->careful))
        return perm[privileged];
    u8 allowed = obeys_pan ? regime_stage1_perm(rg, perm, privileged) : perm[privileged];
    return domain ? in_domain(rg, domain, allowed) : allowed;
}

static bool is_refused_by_domain(const struct entry_traits *t, const struct mmu_regime *rg, struct fault *fault)
{
    enum domain_access a = access_of(rg, t->domain);
    if (a == DOMAIN_CLIENT || a == DOMAIN_MANAGER)
        return false;
    return !fail(fault, 1, FAULT_DOMAIN, t->s1_level, "DACR gives no access to the domain");
}

/* ---- making an entry ---- */

/* HCR_EL2.DC applies: stage 1 counts as off and its memory as Normal write-back. */
static bool default_cacheable(const struct mmu_regime *rg)
{
    return rg->id == REGIME_EL10 && rg->has_el2 && !rg->secure && bit(rg->hcr, 12);
}

/* Stage 1 off: addresses are passed on, data is Device-nGnRnE (or, under HCR_EL2.DC, Normal write-back), nothing is forbidden. */
static bool stage1_off(const struct mmu_regime *rg, u64 addr, bool fetch, struct leaf *out, struct fault *fault)
{
    if (addr >> rg->pa_bits) {
        fault->type = FAULT_ADDRESS_SIZE;
        fault->stage = 1;
        fault->why = "stage 1 is off and the address lies beyond the physical address size";
        return false;
    }
    *out = (struct leaf){ .out = addr, .shift = 30, .level = S1_OFF, .perm = { 7, 7 }, .ns = !rg->secure, .global = true };
    if (default_cacheable(rg))
        out->attr = (struct memory_attr){ .type = MEM_NORMAL, .outer = 0xf, .inner = 0xf, .sh = 0 };
    else if (fetch) /* SCTLR_ELx.I: write-through or Non-cacheable */
        out->attr = (struct memory_attr){ .type = MEM_NORMAL, .outer = bit(rg->sctlr, 12) ? 0xa : 4, .inner = bit(rg->sctlr, 12) ? 0xa : 4, .sh = 2 };
    else
        out->attr = (struct memory_attr){ .type = MEM_DEVICE_nGnRnE, .sh = 2 };
    return true;
}

/* s2: NULL where stage 2 does not apply. */
static NOINLINE void combine(const struct leaf *s1, const struct leaf *s2, struct entry_traits *t)
{
    struct memory_attr attr = s2 ? attr_combine(&s1->attr, &s2->attr) : s1->attr;
    *t = (struct entry_traits){ .shift = s1->shift, .s1_level = s1->level, .s1_perm = { s1->perm[0], s1->perm[1] }, .s2_perm = { 7, 7 },
                                .global = s1->global, .ns = s1->ns, .clean = s1->clean || s1->pending, .guarded = s1->guarded,
                                .domain = s1->domain,
                                .type = attr.type, .attr = attr_as_mair(&attr), .sh = attr.sh };
    if (s2) {
        t->has_s2 = true;
        t->s2_level = s2->level;
        t->s2_perm[0] = s2->perm[0];
        t->s2_perm[1] = s2->perm[1];
        t->clean |= s2->clean || s2->pending;
        t->device_by_stage2 = s1->attr.type == MEM_NORMAL && attr.type != MEM_NORMAL;
        if (s2->shift < t->shift)
            t->shift = s2->shift;
    }
    t->s1_shift = s1->level == S1_OFF ? t->shift : s1->shift;
}

/* As combine(), which few kinds of pages ask again and again. The result is valid until the next call. */
static ALWAYS_INLINE const struct entry_traits *combined(struct mmu *mmu, const struct leaf *s1, const struct leaf *s2)
{
    u64 a = s2 ? s2->traits[0] : 0, b = s2 ? s2->traits[1] : 0;
    struct combined_traits *kept = &mmu->cache->combined[kept_index(s1->traits[0] ^ s1->traits[1] << 24 ^ a << 32 ^ b << 8)];
    if (LIKELY(kept->s1[0] == s1->traits[0] && kept->s1[1] == s1->traits[1] && kept->s2[0] == a && kept->s2[1] == b))
        return &kept->t;
    *kept = (struct combined_traits){ .s1 = { s1->traits[0], s1->traits[1] }, .s2 = { a, b } };
    combine(s1, s2, &kept->t);
    return &kept->t;
}

/* What a quick walk of stage 1 found. */
struct quick_stage1 {
    const struct leaf *leaf; /* but for its address; NULL: nothing, it was not that simple */
    u64 ipa;
};

/* Walks, stage 1 only if a quick walk did not do that; what is found is as the TLB would keep it. */
static ALWAYS_INLINE bool make_entry(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, bool cached,
                                     const struct quick_stage1 *quick, struct found *out, struct fault *fault)
{
    struct leaf s1, s2;
    bool fetch = rq->kind == MMU_FETCH, two = rg->two_stages && !rq->stage1_only;
    struct walk_intent want = { .write = rq->kind == MMU_WRITE, .dirties = rq->kind == MMU_WRITE && !rq->cache_op, .privileged = rq->privileged,
                                .update = !rq->no_update, .cached = cached };
    if (quick->leaf) {
        s1 = *quick->leaf;
        s1.out = quick->ipa;
    } else if (!rg->stage1_on ? !stage1_off(rg, addr, fetch, &s1, fault) : !walk_stage1(mmu, rg, addr, &want, &s1, fault)) {
        return false;
    }
    u64 phys = s1.out;
    if (two) { /* a permission of stage 1 that fails comes before anything of stage 2 */
        two = stage1_perm(rg, s1.perm, s1.domain, rq->privileged, !rq->cache_op) >> rq->kind & 1;
        if (two && !walk_cache_stage2(mmu, rg, s1.out, &want, &s2) && !walk_stage2_tables(mmu, rg, s1.out, &want, &s2, fault))
            return false;
        phys = two ? s2.out : phys;
    }
    const struct entry_traits *t = combined(mmu, &s1, two ? &s2 : NULL);
    *out = (struct found){ .pa = phys >> t->shift << t->shift, .ipa = s1.out >> t->shift << t->shift, .t = t };
    return true;
}

/* ---- using an entry ---- */

/* AArch64.S1CheckPermissions() and S2's: which of them it was. Cache maintenance does not obey PAN. */
static NOINLINE bool refuse_permission(const struct found *found, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr,
                                       struct fault *fault)
{
    static const struct {
        u8 need;
        const char *s1, *s2;
    } kinds[] = {
        [MMU_READ] = { PERM_R, "AP[1] forbids reads from EL0", "S2AP forbids reads" },
        [MMU_WRITE] = { PERM_W, "AP forbids writes", "S2AP forbids writes" },
        [MMU_FETCH] = { PERM_X, "UXN, PXN, XN or WXN forbids execution", "stage-2 XN forbids execution" },
    };
    const struct entry_traits *t = found->t;
    u8 need = kinds[rq->kind].need;
    *fault = (struct fault){ 0 };
    fault->domain = t->domain & 15;
    if (is_refused_by_domain(t, rg, fault))
        return false;
    fault->type = FAULT_PERMISSION;
    u8 plain = t->s1_perm[rq->privileged];
    if (!(stage1_perm(rg, t->s1_perm, t->domain, rq->privileged, !rq->cache_op) & need)) {
        fault->stage = 1;
        fault->level = t->s1_level;
        fault->why = plain & need ? "PSTATE.PAN: a privileged access to what EL0 may access" : kinds[rq->kind].s1;
        return false;
    }
    if (rq->kind == MMU_FETCH && rg->secure && rg->sif && t->ns) {
        fault->stage = 1;
        fault->level = t->s1_level == S1_OFF ? 0 : t->s1_level;
        fault->why = "SCR_EL3.SIF forbids Secure fetches from Non-secure memory";
        return false;
    }
    if (!(t->s2_perm[rq->privileged] & need)) {
        fault->stage = 2;
        fault->level = t->s2_level;
        fault->ipa = IPA(found->ipa | (addr & ones(t->shift)));
        fault->ipa_valid = true;
        fault->why = kinds[rq->kind].s2;
        return false;
    }
    return true;
}

/* Of the page, for accesses that obey PAN: host pointers are for those. */
static ALWAYS_INLINE u8 permissions(const struct entry_traits *t, const struct mmu_regime *rg, const struct mmu_request *rq)
{
    return stage1_perm(rg, t->s1_perm, t->domain, rq->privileged, true) & t->s2_perm[rq->privileged];
}

static ALWAYS_INLINE bool check_permission(const struct found *found, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr,
                                           struct fault *fault)
{
    if (LIKELY(permissions(found->t, rg, rq) >> rq->kind & 1 && !rg->sif)) /* PERM_R, PERM_W, PERM_X in the order of enum mmu_access_kind */
        return true;
    return refuse_permission(found, rg, rq, addr, fault);
}

/* With stage 1 off data is Device-nGnRnE, whatever stage 2 says, also where a fetch made the entry (AArch64.TranslateAddressS1Off()). */
static bool is_data_of_stage1_off(const struct entry_traits *t, const struct mmu_regime *rg, const struct mmu_request *rq)
{
    return t->s1_level == S1_OFF && rq->kind != MMU_FETCH && !default_cacheable(rg);
}

static void describe(const struct found *found, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct translation *out)
{
    const struct entry_traits *t = found->t;
    u8 perm = permissions(t, rg, rq);
    u64 offset = addr & ones(t->shift);
    *out = (struct translation){ .pa = PA(found->pa | offset), .ipa = IPA(found->ipa | offset), .ns = t->ns, .page_shift = t->shift,
                                 .readable = perm & PERM_R, .writable = perm & PERM_W, .executable = perm & PERM_X,
                                 .type = t->type, .device_by_stage2 = t->device_by_stage2, .attr = t->attr, .sh = t->sh, .global = t->global,
                                 .guarded = t->guarded };
    if (is_data_of_stage1_off(t, rg, rq)) {
        out->type = MEM_DEVICE_nGnRnE;
        out->device_by_stage2 = false;
        out->attr = 0;
        out->sh = 2;
    }
}

/* What every fault says of its access. */
static NOINLINE bool faulted(struct mmu *mmu, const struct mmu_request *rq, struct fault *fault)
{
    fault->kind = rq->kind;
    fault->va = rq->va;
    fault->cache_op = rq->cache_op;
    *(fault->stage == 2 ? &mmu->stats.faults_s2 : &mmu->stats.faults_s1) += 1;
    return false;
}

/* TCR_ELx.E0PDx: a translation fault at level 0, which comes before any TLB entry. */
static NOINLINE bool refuse_el0(struct fault *fault)
{
    *fault = (struct fault){ .type = FAULT_TRANSLATION, .stage = 1, .why = "TCR_ELx.E0PD closes this half of the address space to EL0" };
    return true;
}

static ALWAYS_INLINE bool is_closed_to_el0(const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct fault *fault)
{
    return !rq->privileged && UNLIKELY(rg->tcr & 3ull << 55) && regime_e0pd(rg, addr) && refuse_el0(fault); /* E0PD0, E0PD1 */
}

static ALWAYS_INLINE void charge_miss(struct mmu *mmu, u64 reads_before)
{
    mmu->stall += mmu->tlb_miss_ticks + (mmu->stats.walk_reads - reads_before) * mmu->walk_read_ticks;
}

/* Any miss: walks, checks, and keeps it in the TLB. `reads`: the count before the walk, which may have begun. */
static NOINLINE bool miss_any(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, u64 reads,
                              const struct quick_stage1 *quick, struct found *out, struct fault *fault)
{
    *fault = (struct fault){ 0 };
    bool ok = make_entry(mmu, rg, rq, addr, true, quick, out, fault);
    charge_miss(mmu, reads);
    if (!ok || !check_permission(out, rg, rq, addr, fault))
        return false;
    const struct entry_traits *t = out->t;
    bool flat = t->s1_level == S1_OFF && !t->has_s2;
    if (!flat && !rq->stage1_only && !((rq->no_update || rq->cache_op) && t->clean))
        tlb_add(mmu, rg, addr, out);
    return true;
}

/* The same where all is as it mostly is. False: it is not; nothing has happened but to the caches of walks, and *quick says how far it came. */
static ALWAYS_INLINE bool miss_plain(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, u64 reads_before,
                                     struct quick_stage1 *quick, struct found *out)
{
    bool upper = addr >> 55 & 1 && regime_has_unprivileged(rg);
    unsigned reads;
    const struct leaf *s2 = NULL, *s1 = quick_walk(mmu, rg, 1, &mmu->stage1_shape[rg->id][upper], addr, &quick->ipa, &reads);
    quick->leaf = s1;
    if (UNLIKELY(!s1))
        return false;
    mmu->stats.walk_reads += reads;
    if (UNLIKELY(!(stage1_perm(rg, s1->perm, 0, rq->privileged, true) >> rq->kind & 1)))
        return false;
    u64 phys = quick->ipa;
    if (rg->two_stages) {
        s2 = quick_stage2(mmu, rg, quick->ipa, rq->kind == MMU_WRITE);
        if (UNLIKELY(!s2 || !(s2->perm[rq->privileged] >> rq->kind & 1)))
            return false;
        phys = s2->out | (phys & ~PAGE_MASK);
    }
    const struct bus_region *r = mmu->bus->last; /* the access comes soon, and most often to the same memory as the tables */
    __builtin_prefetch(r->host + (phys - r->base < r->size ? phys - r->base : 0));
    charge_miss(mmu, reads_before);
    const struct entry_traits *t = combined(mmu, s1, s2);
    *out = (struct found){ .pa = phys >> t->shift << t->shift, .ipa = quick->ipa >> t->shift << t->shift, .t = t };
    tlb_add(mmu, rg, addr, out);
    return true;
}

/* Not in the TLB. */
static NOINLINE bool miss(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct found *out, struct fault *fault)
{
    struct quick_stage1 quick = { 0 };
    u64 reads = mmu->stats.walk_reads;
    mmu->stats.misses++;
    mmu->stats.walks++;
    bool plain = rg->plain_tables && !rg->sif && !rq->stage1_only && !rq->no_update && !rq->cache_op;
    return (LIKELY(plain) && LIKELY(miss_plain(mmu, rg, rq, addr, reads, &quick, out))) || miss_any(mmu, rg, rq, addr, reads, &quick, out, fault);
}

static ALWAYS_INLINE bool translate(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct found *out,
                                    struct fault *fault)
{
    mmu->filled = NULL;
    mmu->stats.lookups++;
    if (UNLIKELY(is_closed_to_el0(rg, rq, addr, fault)))
        return faulted(mmu, rq, fault);
    bool hit = !rq->stage1_only && tlb_lookup(mmu, rg, addr, out);
    if (hit && UNLIKELY(out->t->clean && rq->kind == MMU_WRITE)) { /* dirty state is set in memory by a new walk */
        tlb_remove(mmu, out->entry);
        hit = false;
    }
    if (UNLIKELY(!(hit ? check_permission(out, rg, rq, addr, fault) : miss(mmu, rg, rq, addr, out, fault))))
        return faulted(mmu, rq, fault);
    fault->type = FAULT_NONE;
    mmu->filled = out->entry;
    return true;
}

static struct mmu_regime settled(const struct mmu_regime *rg)
{
    struct mmu_regime own = *rg;
    regime_settle(&own);
    own.plain_tables = false; /* without a stamp no shape is known to fit it */
    return own;
}

bool mmu_translate(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    struct mmu_regime own = settled(rg);
    struct found found;
    u64 addr = regime_strip_tag(rg, rq->va.v, rq->kind == MMU_FETCH);
    if (!translate(mmu, &own, rq, addr, &found, fault))
        return false;
    describe(&found, &own, rq, addr, out);
    return true;
}

bool mmu_walk(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    struct mmu_regime own = settled(rg);
    struct found found;
    struct mmu_stats before = mmu->stats;
    u64 addr = regime_strip_tag(rg, rq->va.v, rq->kind == MMU_FETCH);
    struct mmu_request look = *rq;
    look.no_update = true;
    *fault = (struct fault){ 0 };
    bool ok = !is_closed_to_el0(&own, rq, addr, fault) && make_entry(mmu, &own, &look, addr, false, &(struct quick_stage1){ 0 }, &found, fault) &&
              check_permission(&found, &own, rq, addr, fault);
    if (ok) {
        describe(&found, &own, rq, addr, out);
        fault->type = FAULT_NONE;
    } else {
        faulted(mmu, rq, fault);
    }
    mmu->stats = before;
    return ok;
}

enum mmu_filled mmu_fill_host(struct mmu *mmu, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    const struct mmu_regime *rg = &ctx->regime;
    struct found found;
    u64 addr = rq->va.v;
    if (UNLIKELY(sign_extend(addr, 56) != addr || rg->id == REGIME_EL2 || rg->id == REGIME_EL3)) /* it may have a tag */
        addr = regime_strip_tag(rg, addr, rq->kind == MMU_FETCH);
    if (UNLIKELY(!translate(mmu, rg, rq, addr, &found, fault)))
        return MMU_FAULTED;
    if (LIKELY(found.entry && rq->kind != MMU_FETCH && !rq->at && found.t->type == MEM_NORMAL && !is_data_of_stage1_off(found.t, rg, rq))) {
        u64 page = found.pa | (addr & ones(found.t->shift) & PAGE_MASK);
        u8 tags = context_install(mmu, ctx, found.entry, rq->va.v, PA(page), !found.t->ns, permissions(found.t, rg, rq));
        if (LIKELY(tags >> rq->kind & 1))
            return MMU_HOST;
    }
    describe(&found, rg, rq, addr, out);
    return MMU_TRANSLATED;
}

bool mmu_fill(struct mmu *mmu, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    const struct mmu_regime *rg = &ctx->regime;
    struct found found;
    u64 addr = regime_strip_tag(rg, rq->va.v, rq->kind == MMU_FETCH);
    if (!translate(mmu, rg, rq, addr, &found, fault))
        return false;
    describe(&found, rg, rq, addr, out);
    if (rq->kind != MMU_FETCH && !rq->at && found.entry && out->type == MEM_NORMAL)
        context_install(mmu, ctx, found.entry, rq->va.v, PA(out->pa.v & PAGE_MASK), !out->ns, permissions(found.t, rg, rq));
    return true;
}
