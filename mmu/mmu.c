/* A translation from end to end: TLB, walks, combination of the stages, permissions (AArch64.TranslateAddress()). */
#include "mmu/mmu_internal.h"

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
    mmu->tlb = calloc(geometry.entries, sizeof *mmu->tlb);
    mmu->contexts = calloc(MMU_CONTEXTS, sizeof *mmu->contexts);
    mmu->cache = calloc(1, sizeof *mmu->cache);
    if (!mmu->tlb || !mmu->contexts || !mmu->cache) {
        mmu_free(mmu);
        return error_set(err, "no memory for the TLB");
    }
    mmu_reset(mmu);
    return true;
}

void mmu_free(struct mmu *mmu)
{
    free(mmu->tlb);
    free(mmu->contexts);
    free(mmu->cache);
    mmu->tlb = NULL;
    mmu->cache = NULL;
    mmu->contexts = NULL;
}

void mmu_reset(struct mmu *mmu)
{
    memset(mmu->tlb, 0, mmu->geometry.entries * sizeof *mmu->tlb);
    memset(mmu->tlb_count, 0, sizeof mmu->tlb_count);
    memset(mmu->fractured_count, 0, sizeof mmu->fractured_count);
    memset(mmu->fractured, 0, sizeof mmu->fractured);
    mmu->tlb_sizes = mmu->fractured_sizes = 0;
    mmu->filled = NULL;
    contexts_clear(mmu);
    walk_cache_clear(mmu);
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

/* Walks; the entry is as the TLB would keep it. */
static bool make_entry(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, bool cached, struct tlb_entry *e,
                       struct fault *fault)
{
    struct leaf s1, s2;
    bool fetch = rq->kind == MMU_FETCH, two = regime_has_stage2(rg) && !rq->stage1_only;
    struct walk_intent want = { .write = rq->kind == MMU_WRITE, .dirties = rq->kind == MMU_WRITE && !rq->cache_op, .privileged = rq->privileged,
                                .update = !rq->no_update, .cached = cached };
    mmu->stats.walks++;
    if (regime_stage1_enabled(rg) ? !walk_stage1(mmu, rg, addr, &want, &s1, fault) : !stage1_off(rg, addr, fetch, &s1, fault))
        return false;
    *e = (struct tlb_entry){ .regime = rg->id, .secure = rg->secure, .global = s1.global, .ns = s1.ns, .shift = s1.shift, .s1_level = s1.level,
                             .guarded = s1.guarded,
                             .s1_perm = { s1.perm[0], s1.perm[1] }, .s2_perm = { 7, 7 }, .clean = s1.clean || s1.pending, .asid = regime_asid(rg), .vmid = regime_vmid(rg) };
    struct memory_attr attr = s1.attr;
    u64 phys = s1.out;
    if (two) {
        /* A permission of stage 1 that fails comes before anything of stage 2. */
        u8 need = rq->kind == MMU_READ ? PERM_R : rq->kind == MMU_WRITE ? PERM_W : PERM_X;
        if (regime_stage1_perm(rg, s1.perm, rq->privileged) & need) {
            if (!walk_stage2(mmu, rg, s1.out, &want, &s2, fault))
                return false;
            phys = s2.out;
            e->has_s2 = true;
            e->s2_level = s2.level;
            e->s2_perm[0] = s2.perm[0];
            e->s2_perm[1] = s2.perm[1];
            e->clean |= s2.clean || s2.pending;
            attr = attr_combine(&s1.attr, &s2.attr);
            e->device_by_stage2 = s1.attr.type == MEM_NORMAL && attr.type != MEM_NORMAL;
            if (s2.shift < e->shift)
                e->shift = s2.shift;
        } else {
            e->shift = PAGE_SHIFT; /* only for the fault */
        }
    }
    e->s1_shift = s1.level == S1_OFF ? e->shift : s1.shift;
    e->page = addr & ~ones(e->shift);
    e->pa = phys & ~ones(e->shift);
    e->ipa = s1.out & ~ones(e->shift);
    e->type = attr.type;
    e->attr = attr_as_mair(&attr);
    e->sh = attr.sh;
    return true;
}

/* ---- using an entry ---- */

/* AArch64.S1CheckPermissions() and S2's: which of them it was. Cache maintenance does not obey PAN. */
static NOINLINE bool refuse_permission(const struct tlb_entry *e, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr,
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
    u8 need = kinds[rq->kind].need;
    fault->type = FAULT_PERMISSION;
    u8 plain = e->s1_perm[rq->privileged], allowed = rq->cache_op ? plain : regime_stage1_perm(rg, e->s1_perm, rq->privileged);
    if (!(allowed & need)) {
        fault->stage = 1;
        fault->level = e->s1_level;
        fault->why = plain & need ? "PSTATE.PAN: a privileged access to what EL0 may access" : kinds[rq->kind].s1;
        return false;
    }
    if (rq->kind == MMU_FETCH && rg->secure && rg->sif && e->ns) {
        fault->stage = 1;
        fault->level = e->s1_level == S1_OFF ? 0 : e->s1_level;
        fault->why = "SCR_EL3.SIF forbids Secure fetches from Non-secure memory";
        return false;
    }
    if (!(e->s2_perm[rq->privileged] & need)) {
        fault->stage = 2;
        fault->level = e->s2_level;
        fault->ipa = IPA(e->ipa | (addr & ones(e->shift)));
        fault->ipa_valid = true;
        fault->why = kinds[rq->kind].s2;
        return false;
    }
    return true;
}

static bool check_permission(const struct tlb_entry *e, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct fault *fault)
{
    u8 allowed = regime_stage1_perm(rg, e->s1_perm, rq->privileged) & e->s2_perm[rq->privileged];
    if (LIKELY(allowed >> rq->kind & 1 && !rg->sif)) /* PERM_R, PERM_W, PERM_X in the order of enum mmu_access_kind */
        return true;
    return refuse_permission(e, rg, rq, addr, fault);
}

static void describe(const struct tlb_entry *e, const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct translation *out)
{
    u8 perm = regime_stage1_perm(rg, e->s1_perm, rq->privileged) & e->s2_perm[rq->privileged];
    u64 offset = addr & ones(e->shift);
    *out = (struct translation){ .pa = PA(e->pa | offset), .ipa = IPA(e->ipa | offset), .ns = e->ns, .page_shift = e->shift,
                                 .readable = perm & PERM_R, .writable = perm & PERM_W, .executable = perm & PERM_X,
                                 .type = e->type, .device_by_stage2 = e->device_by_stage2, .attr = e->attr, .sh = e->sh, .global = e->global,
                                 .guarded = e->guarded };
    /* With stage 1 off data is Device-nGnRnE, whatever stage 2 says, also where a fetch made the entry (AArch64.TranslateAddressS1Off()). */
    if (e->s1_level == S1_OFF && rq->kind != MMU_FETCH && !default_cacheable(rg)) {
        out->type = MEM_DEVICE_nGnRnE;
        out->device_by_stage2 = false;
        out->attr = 0;
        out->sh = 2;
    }
}

/* What every fault says of its access. */
static bool faulted(struct mmu *mmu, const struct mmu_request *rq, struct fault *fault)
{
    fault->va = rq->va;
    fault->kind = rq->kind;
    fault->cache_op = rq->cache_op;
    *(fault->stage == 2 ? &mmu->stats.faults_s2 : &mmu->stats.faults_s1) += 1;
    return false;
}

/* TCR_ELx.E0PD comes before any TLB entry. */
static bool is_closed_to_el0(const struct mmu_regime *rg, const struct mmu_request *rq, u64 addr, struct fault *fault)
{
    if (rq->privileged || !regime_e0pd(rg, addr))
        return false;
    *fault = (struct fault){ .type = FAULT_TRANSLATION, .stage = 1, .why = "TCR_ELx.E0PD closes this half of the address space to EL0" };
    return true;
}

bool mmu_translate(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    u64 addr = regime_strip_tag(rg, rq->va.v, rq->kind == MMU_FETCH);
    *fault = (struct fault){ 0 };
    mmu->filled = NULL;
    mmu->stats.lookups++;
    if (is_closed_to_el0(rg, rq, addr, fault))
        return faulted(mmu, rq, fault);
    struct tlb_entry *e = rq->stage1_only ? NULL : tlb_lookup(mmu, rg, addr);
    struct tlb_entry made;
    if (e && UNLIKELY(e->clean && rq->kind == MMU_WRITE)) { /* dirty state is set in memory by a new walk */
        tlb_remove(mmu, e);
        e = NULL;
    }
    if (!e) {
        u64 reads = mmu->stats.walk_reads;
        mmu->stats.misses++;
        bool ok = make_entry(mmu, rg, rq, addr, true, &made, fault);
        mmu->stall += mmu->tlb_miss_ticks + (mmu->stats.walk_reads - reads) * mmu->walk_read_ticks;
        if (!ok)
            return faulted(mmu, rq, fault);
        e = &made;
    }
    if (!check_permission(e, rg, rq, addr, fault))
        return faulted(mmu, rq, fault);
    fault->type = FAULT_NONE;
    describe(e, rg, rq, addr, out);
    bool flat = e->s1_level == S1_OFF && !e->has_s2;
    if (e == &made && !flat && !rq->stage1_only && !((rq->no_update || rq->cache_op) && e->clean))
        e = tlb_allocate(mmu, e);
    if (e != &made)
        mmu->filled = e;
    return true;
}

bool mmu_walk(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    struct tlb_entry e;
    struct mmu_stats before = mmu->stats;
    u64 addr = regime_strip_tag(rg, rq->va.v, rq->kind == MMU_FETCH);
    struct mmu_request look = *rq;
    look.no_update = true;
    *fault = (struct fault){ 0 };
    bool ok = !is_closed_to_el0(rg, rq, addr, fault) && make_entry(mmu, rg, &look, addr, false, &e, fault) && check_permission(&e, rg, rq, addr, fault);
    if (ok) {
        describe(&e, rg, rq, addr, out);
        fault->type = FAULT_NONE;
    } else {
        faulted(mmu, rq, fault);
    }
    mmu->stats = before;
    return ok;
}

bool mmu_fill(struct mmu *mmu, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *out, struct fault *fault)
{
    if (!mmu_translate(mmu, &ctx->regime, rq, out, fault))
        return false;
    if (rq->kind != MMU_FETCH && !rq->at && mmu->filled)
        context_install(mmu, ctx, mmu->filled, rq->va.v, out);
    return true;
}
