/* Walks of tables with 64-bit descriptors, one stage each: VMSAv8-64 (DDI 0487 D8.2, AArch64.TranslationTableWalk()) and AArch32's long descriptors
 * (DDI 0487 G5.5, DDI 0406 B3.6, AArch32.TranslationTableWalkLD()), whose registers come in the same layout (regime32.c). A stage-1 walk
 * translates the addresses of its descriptors by stage 2 where that applies. */
#include "mmu/walk_quick.h"

#include "emu/platform/bits.h"

#include <string.h>

/* TCR_ELx.{I}PS, VTCR_EL2.PS; 6 and 7 are reserved, and taken as 48 bits. */
static unsigned output_size(unsigned ps, unsigned pa_bits)
{
    static const u8 sizes[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };
    return sizes[ps] < pa_bits ? sizes[ps] : pa_bits;
}

/* Least significant bit that a level resolves. */
static unsigned level_shift(const struct table_shape *s, unsigned level)
{
    return (3 - level) * s->stride + s->granule;
}

/* What the look-ups need, from the sizes. */
static void finish_shape(struct table_shape *s, u64 control, u64 base, const struct mmu_regime *rg)
{
    s->control = control;
    s->from = base;
    s->pa_bits = rg->pa_bits;
    s->first_mask = ones(s->input - level_shift(s, s->level));
    s->mask = ones(s->stride);
    for (unsigned level = 0; level < 4; level++)
        s->shift[level] = (u8)level_shift(s, level);
    s->address = ones(rg->v7 ? 40 : 48) & ~ones(s->granule);
    s->beyond = ones(48) & ~ones(s->output);
    s->excess = s->address & s->beyond;
}

/* Checked again, or made anew: it fits the regime. */
static void stamp_shape(const struct mmu_regime *rg, struct table_shape *s)
{
    s->stamp = rg->stamp;
    s->quick = shape_may_be_quick(s) ? rg->stamp : 0;
}

/* A level that may hold a block: 4 KiB granule: 1 and 2; 16 and 64 KiB: 2. */
static bool block_allowed(const struct table_shape *s, unsigned level)
{
    return level == 2 || (level == 1 && s->granule == 12);
}

NOINLINE bool walk_read(struct mmu *mmu, u64 addr, bool secure, unsigned size, u64 *value)
{
    struct bus_region *region;
    const u8 *page = bus_ram_page(mmu->bus, PA(addr), secure, &region);
    *value = 0;
    if (page) {
        memcpy(value, page + (addr & ~PAGE_MASK), size);
        return true;
    }
    struct bus_access acc = { .addr = PA(addr), .size = (u8)size, .cpu = mmu->cpu, .secure = secure, .privileged = true };
    if (bus_access(mmu->bus, &acc) != BUS_OK)
        return false;
    *value = acc.value;
    return true;
}

static ALWAYS_INLINE bool read_descriptor(struct mmu *mmu, u64 addr, bool secure, u64 *value)
{
    const struct bus_region *r = mmu->bus->last;
    if (LIKELY(is_plain_memory(r) && addr - r->base < r->size)) {
        memcpy(value, r->host + (addr - r->base), sizeof *value);
        return true;
    }
    return walk_read(mmu, addr, secure, sizeof *value, value);
}

/* Where a walk begins: at the last table that an earlier walk came by, else at the first. Returns its level. */
static ALWAYS_INLINE unsigned resume(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s, u64 addr,
                                     const struct walk_intent *want, struct table_found *from)
{
    if (LIKELY(want->cached)) {
        if (s->level < 3 && walk_cache_table(mmu, rg, stage, addr, shift_of(s, 2), from))
            return 3;
        if (s->level < 2 && walk_cache_table(mmu, rg, stage, addr, shift_of(s, 1), from))
            return 2;
    }
    *from = (struct table_found){ .table = s->base };
    return s->level;
}

/* A table of `level` was found: later walks may begin there. */
static ALWAYS_INLINE void remember(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, const struct table_shape *s, u64 addr, unsigned level,
                                   const struct walk_intent *want, const struct table_found *found)
{
    if (want->cached && level >= 2)
        walk_cache_add_table(mmu, rg, stage, addr, shift_of(s, level - 1), found);
}

/* Where the descriptor of an address lies in the table of `level`. */
static ALWAYS_INLINE u64 descriptor_at(const struct table_shape *s, u64 table, u64 addr, unsigned level)
{
    return table + (addr >> shift_of(s, level) & (level == s->level ? s->first_mask : s->mask)) * 8;
}

/* Nothing is left to do: the usual leaf. */
static bool is_managed(u64 desc, const struct leaf *leaf)
{
    return bit(desc, DESC_AF) && !leaf->clean;
}

/* Writes what the walk changed of a leaf; a page that stays clean is not yet writable. */
static bool finish_update(struct mmu *mmu, u64 at, u64 desc, u64 updated, const struct walk_intent *want, struct leaf *out, struct fault *fault)
{
    if (out->clean)
        for (unsigned i = 0; i < 2; i++)
            out->perm[i] &= (u8)~PERM_W;
    out->pending |= updated != desc && !want->update;
    if (updated == desc || !want->update)
        return true;
    return bus_write_mem(mmu->bus, PA(at), &updated, sizeof updated) ||
           fail(fault, 0, FAULT_UNSUPPORTED_UPDATE, out->level, "a hardware update of a descriptor that does not lie in memory");
}

/* Does the regime manage them? TCR_EL1.HA, HD (39, 40), and TCR_EL2's in a host; TCR_EL2, TCR_EL3.HA, HD (21, 22). Dirty state goes with HA. */
static bool manages_af(const struct mmu_regime *rg)
{
    return bit(rg->tcr, regime_has_unprivileged(rg) ? 39 : 21);
}

static bool manages_dirty(const struct mmu_regime *rg)
{
    return manages_af(rg) && bit(rg->tcr, regime_has_unprivileged(rg) ? 40 : 22);
}

/* ---- stage 2 ---- */

/* The combinations of SL0, T0SZ and granule that are allowed (DDI 0487 D8.2.10). */
static bool stage2_shape(const struct mmu_regime *rg, struct table_shape *s)
{
    static const u8 granules[4] = { 12, 16, 14, 12 };
    unsigned t0sz = (unsigned)bits(rg->vtcr, 5, 0), sl0 = (unsigned)bits(rg->vtcr, 7, 6), tg0 = (unsigned)bits(rg->vtcr, 15, 14);
    s->granule = granules[tg0];
    s->stride = s->granule - 3;
    s->input = 64 - (t0sz < 16 ? 16 : t0sz > 39 ? 39 : t0sz);
    s->output = output_size((unsigned)bits(rg->vtcr, 18, 16), rg->pa_bits);
    if (sl0 == 3 || s->input > rg->pa_bits)
        return false;
    s->level = (s->granule == 12 ? 2 : 3) - sl0;
    if ((s->granule == 12 && s->level == 0 && rg->pa_bits <= 42) || (s->granule == 14 && s->level == 1 && rg->pa_bits <= 40) ||
        (s->granule == 16 && s->level == 1 && rg->pa_bits <= 42))
        return false;
    /* The first table resolves 1 bit at least, and 4 more than a level's by concatenation at most. */
    int resolved = (int)s->input - (int)level_shift(s, s->level);
    if (resolved < 1 || resolved > (int)s->stride + 4)
        return false;
    s->base = bits(rg->vttbr, 47, 0) & ~ones(3 + (unsigned)resolved);
    return true;
}

/* Made anew when a register that it comes from has changed. */
static NOINLINE void check_stage2_shape(const struct mmu_regime *rg, struct table_shape *s)
{
    if (s->control != rg->vtcr || s->from != rg->vttbr || s->pa_bits != rg->pa_bits) {
        *s = (struct table_shape){ .why_type = FAULT_TRANSLATION };
        bool ok = stage2_shape(rg, s);
        finish_shape(s, rg->vtcr, rg->vttbr, rg);
        if (!ok) {
            s->why = "VTCR_EL2 is inconsistent (SL0, T0SZ, TG0, PS)";
        } else if (rg->vttbr & s->beyond) {
            s->why_type = FAULT_ADDRESS_SIZE;
            s->why = "VTTBR_EL2.BADDR lies beyond the output size";
        }
    }
    stamp_shape(rg, s);
}

/* False: an IPA that the tables cannot translate, and why. */
static NOINLINE bool refuse_stage2(const struct mmu_regime *rg, const struct table_shape *s, u64 ipa_addr, struct fault *fault)
{
    bool beyond = ipa_addr >> s->input, inconsistent = s->why && s->why_type == FAULT_TRANSLATION;
    if (inconsistent || !beyond)
        return fail(fault, 2, s->why_type, s->why_type == FAULT_TRANSLATION && rg->s2_aarch32, s->why);
    return fail(fault, 2, FAULT_TRANSLATION, rg->s2_aarch32, "the IPA lies beyond VTCR_EL2.T0SZ");
}

/* XN[1:0], bits 54:53: 0b01 forbids EL1, 0b10 both, 0b11 EL0; without FEAT_XNX bit 54 forbids both. A Hyp mode's stage 2 also wants it readable
 * (AArch32.CheckS2Permission()). */
static bool stage2_executable(const struct mmu_regime *rg, u64 desc, bool privileged)
{
    if (rg->s2_aarch32 && !bit(desc, 6))
        return false;
    if (!rg->xnx || !bit(desc, 53))
        return !bit(desc, 54);
    return privileged == bit(desc, 54);
}

static NOINLINE void decode_stage2(const struct mmu_regime *rg, u64 desc, unsigned level, unsigned shift, struct leaf *out)
{
    bool dirty_managed = bit(rg->vtcr, 21) && bit(rg->vtcr, 22) && bit(desc, DESC_DBM);
    u8 data = (u8)((bit(desc, 6) ? PERM_R : 0) | (bit(desc, DESC_S2AP1) || dirty_managed ? PERM_W : 0));
    *out = (struct leaf){ .shift = (u8)shift, .level = (u8)level,
                          .perm = { data, data }, .ns = true, .clean = dirty_managed && !bit(desc, DESC_S2AP1),
                          .attr = attr_from_stage2((unsigned)bits(desc, 5, 2), (unsigned)bits(desc, 9, 8), bit(rg->hcr, 46)) };
    for (unsigned privileged = 0; privileged < 2; privileged++)
        out->perm[privileged] |= stage2_executable(rg, desc, privileged) ? PERM_X : 0;
    if (bit(rg->hcr, 32) && out->attr.type == MEM_NORMAL) /* HCR_EL2.CD: data is Non-cacheable at stage 2 */
        out->attr = (struct memory_attr){ .type = MEM_NORMAL, .outer = 4, .inner = 4, .sh = 2 };
}

static ALWAYS_INLINE void stage2_leaf(struct mmu *mmu, const struct mmu_regime *rg, const struct table_shape *s, u64 desc, unsigned level,
                                      u64 ipa_addr, struct leaf *out)
{
    unsigned shift = shift_of(s, level);
    u64 key = leaf_key(desc, level, shift, rg->s2_key);
    struct known_leaf *known = leaf_place(mmu, 2, key);
    if (UNLIKELY(known->key != key))
        decode_stage2(rg, desc, level, shift, &known->leaf);
    known->key = key;
    *out = known->leaf;
    out->out = leaf_output(desc, s->address, shift, ipa_addr);
}

/* A leaf was found: access flag and dirty state are seen to, in memory too. `at`: where the descriptor lies. False: *fault. */
static bool stage2_manage(struct mmu *mmu, const struct mmu_regime *rg, u64 at, u64 desc, const struct walk_intent *want, struct leaf *out,
                          struct fault *fault)
{
    u64 updated = desc;
    if (!bit(desc, DESC_AF)) {
        if (!bit(rg->vtcr, 21))
            return fail(fault, 2, FAULT_ACCESS_FLAG, out->level, "the stage-2 access flag is 0");
        updated |= 1ull << DESC_AF;
    }
    if (out->clean && want->write) {
        updated |= want->dirties ? 1ull << DESC_S2AP1 : 0;
        out->pending |= !want->dirties;
        out->clean = false;
    }
    return finish_update(mmu, at, desc, updated, want, out, fault);
}

bool walk_stage2_tables(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out,
                        struct fault *fault)
{
    fault->ipa = IPA(ipa_addr); /* should it fail */
    fault->ipa_valid = true;
    struct table_shape *s = &mmu->stage2_shape;
    if (UNLIKELY(s->stamp != rg->stamp || !rg->stamp))
        check_stage2_shape(rg, s);
    if (UNLIKELY(s->why || ipa_addr >> s->input))
        return refuse_stage2(rg, s, ipa_addr, fault);
    struct table_found from;
    for (unsigned level = resume(mmu, rg, 2, s, ipa_addr, want, &from);; level++) {
        u64 desc, at = descriptor_at(s, from.table, ipa_addr, level);
        mmu->stats.walk_reads++;
        if (UNLIKELY(!read_descriptor(mmu, at, false, &desc)))
            return fail(fault, 2, FAULT_EXTERNAL_WALK, level, "a stage-2 table lies where no memory is");
        if (UNLIKELY(rg->s2_ee))
            desc = __builtin_bswap64(desc);
        if (UNLIKELY(!bit(desc, 0)))
            return fail(fault, 2, FAULT_TRANSLATION, level, "stage-2 descriptor bit 0 is 0");
        if (level == 3 ? !bit(desc, 1) : !bit(desc, 1) && !block_allowed(s, level))
            return fail(fault, 2, FAULT_TRANSLATION, level, "reserved stage-2 descriptor, or a block where none may be");
        if (UNLIKELY(desc & s->excess))
            return fail(fault, 2, FAULT_ADDRESS_SIZE, level, "the stage-2 output lies beyond VTCR_EL2.PS");
        if (level == 3 || !bit(desc, 1)) {
            stage2_leaf(mmu, rg, s, desc, level, ipa_addr, out);
            if (!is_managed(desc, out) && !stage2_manage(mmu, rg, at, desc, want, out, fault))
                return false;
            walk_cache_add_stage2(mmu, rg, ipa_addr, want, out);
            return true;
        }
        from.table = desc & s->address;
        remember(mmu, rg, 2, s, ipa_addr, level + 1, want, &from);
    }
}

/* ---- stage 1 ---- */

static NOINLINE void stage1_sizes(const struct mmu_regime *rg, bool upper, u64 ttbr, struct table_shape *s)
{
    static const u8 granule0[4] = { 12, 16, 14, 12 }, granule1[4] = { 12, 14, 12, 16 };
    unsigned at = upper ? 16 : 0;
    unsigned tsz = (unsigned)bits(rg->tcr, at + 5, at);
    s->granule = upper ? granule1[bits(rg->tcr, 31, 30)] : granule0[bits(rg->tcr, 15, 14)];
    s->stride = s->granule - 3;
    s->input = 64 - (tsz < 16 ? 16 : tsz > 39 ? 39 : tsz); /* out of range: taken as the nearest limit */
    s->output = output_size((unsigned)(regime_has_unprivileged(rg) ? bits(rg->tcr, 34, 32) : bits(rg->tcr, 18, 16)), rg->pa_bits);
    s->level = 3 - (s->input - s->granule - 1) / s->stride;
    s->base = bits(ttbr, 47, 0) & ~ones(3 + s->input - level_shift(s, s->level));
    finish_shape(s, rg->tcr, ttbr, rg);
}

/* What table descriptors add for all below them. TCR_ELx.HPD disables all but NS: TCR_EL1.HPD0, HPD1 (41, 42), TCR_EL2, TCR_EL3.HPD (24). */
static u8 limits_in_force(const struct mmu_regime *rg, bool upper)
{
    return bit(rg->tcr, regime_has_unprivileged(rg) ? 41 + upper : 24) ? LIMIT_NS : 31;
}

/* Made anew when a register that it comes from has changed. TTBR's bit 0 is CnP: entries are never shared here, which it permits. */
static NOINLINE void check_stage1_shape(const struct mmu_regime *rg, bool upper, struct table_shape *s)
{
    u64 ttbr = upper ? rg->ttbr1 : rg->ttbr0;
    if (s->control != rg->tcr || s->from != ttbr || s->pa_bits != rg->pa_bits) {
        stage1_sizes(rg, upper, ttbr, s);
        s->limits = limits_in_force(rg, upper);
        s->top = upper ? ones(64 - s->input) : 0;
        s->why_type = FAULT_TRANSLATION;
        s->why = NULL;
        if (regime_has_unprivileged(rg) && bit(rg->tcr, upper ? 23 : 7)) {
            s->why = "TCR_ELx.EPDx forbids walks";
        } else if (ttbr & ~1ull & s->beyond) {
            s->why_type = FAULT_ADDRESS_SIZE;
            s->why = "TTBRx_ELx.BADDR lies beyond the output size";
        }
    }
    stamp_shape(rg, s);
}

static NOINLINE void refuse_stage1(const struct mmu_regime *rg, const struct table_shape *s, u64 addr, struct fault *fault)
{
    bool beyond = addr >> s->input != s->top;
    u8 type = beyond ? FAULT_TRANSLATION : s->why_type;
    fail(fault, 1, type, type == FAULT_TRANSLATION && rg->format == FORMAT_LONG, /* AArch32 has no level 0 */
         beyond ? "the address lies beyond TCR_ELx.TxSZ" : s->why);
}

/* The half of the address space, its size and its tables. NULL: *fault. */
static ALWAYS_INLINE const struct table_shape *stage1_shape(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, struct fault *fault)
{
    bool upper = bit(addr, 55) && regime_has_unprivileged(rg);
    struct table_shape *s = &mmu->stage1_shape[rg->id][upper];
    if (UNLIKELY(s->stamp != rg->stamp || !rg->stamp))
        check_stage1_shape(rg, upper, s);
    if (UNLIKELY(s->why || addr >> s->input != s->top)) {
        refuse_stage1(rg, s, addr, fault);
        return NULL;
    }
    return s;
}

/* AArch32.CheckPermission() of PL1&0: what cannot be read cannot be executed, XN is for both privileges, and of what EL0 may write only SCTLR.UWXN
 * says that EL1 does not execute it. */
static void long_permissions(const struct mmu_regime *rg, u64 desc, u8 limits, u8 perm[2])
{
    bool wxn = bit(rg->sctlr, 19), uwxn = bit(rg->sctlr, 20), writable = !bit(desc, DESC_AP2) && !(limits & LIMIT_READ_ONLY);
    bool el0 = bit(desc, 6) && !(limits & LIMIT_NO_EL0), el0_writes = el0 && writable;
    bool xn = bit(desc, 54) || limits & LIMIT_UXN, pxn = bit(desc, 53) || limits & LIMIT_PXN;
    perm[0] = (u8)((el0 ? PERM_R : 0) | (el0_writes ? PERM_W : 0) | (!el0 || xn || (el0_writes && wxn) ? 0 : PERM_X));
    perm[1] = (u8)(PERM_R | (writable ? PERM_W : 0) | (xn || pxn || (writable && wxn) || (el0_writes && uwxn) ? 0 : PERM_X));
}

/* AArch64.CheckPermission(): the rights of both privileges. */
static void stage1_permissions(const struct mmu_regime *rg, u64 desc, u8 limits, u8 perm[2])
{
    bool dirty_managed = bit(desc, DESC_DBM) && manages_dirty(rg), xn = bit(desc, 54) || limits & LIMIT_UXN;
    bool wxn = bit(rg->sctlr, 19), read_only = (bit(desc, DESC_AP2) && !dirty_managed) || limits & LIMIT_READ_ONLY;
    if (!regime_has_unprivileged(rg)) {
        perm[1] = (u8)(PERM_R | (read_only ? 0 : PERM_W) | (xn || (!read_only && wxn) ? 0 : PERM_X));
        perm[0] = perm[1];
        return;
    }
    if (rg->format == FORMAT_LONG) {
        long_permissions(rg, desc, limits, perm);
        return;
    }
    bool el0 = bit(desc, 6) && !(limits & LIMIT_NO_EL0), pxn = bit(desc, 53) || limits & LIMIT_PXN, el0_writes = el0 && !read_only;
    perm[0] = (u8)((el0 ? PERM_R : 0) | (el0_writes ? PERM_W : 0) | (xn || (el0_writes && wxn) ? 0 : PERM_X));
    perm[1] = (u8)(PERM_R | (read_only ? 0 : PERM_W) | (pxn || (!read_only && wxn) || el0_writes ? 0 : PERM_X));
}

static NOINLINE void decode_stage1(const struct mmu_regime *rg, u64 desc, unsigned level, unsigned shift, u8 limits, struct leaf *out)
{
    *out = (struct leaf){ .shift = (u8)shift, .level = (u8)level,
                          .clean = bit(desc, DESC_DBM) && manages_dirty(rg) && bit(desc, DESC_AP2) && !(limits & LIMIT_READ_ONLY),
                          .ns = !rg->secure || limits & LIMIT_NS || bit(desc, 5), .global = !regime_has_unprivileged(rg) || !(bit(desc, 11) || (rg->secure && limits & LIMIT_NS)),
                          .guarded = bit(desc, 50),
                          .attr = attr_from_mair(rg->mair, (unsigned)bits(desc, 4, 2), (unsigned)bits(desc, 9, 8)) };
    stage1_permissions(rg, desc, limits, out->perm);
    /* SCTLR_ELx.C. SCTLR_ELx.I and HCR_EL2.ID make fetches Non-cacheable, which nothing can see here: no caches, and PAR is of data. */
    if (out->attr.type == MEM_NORMAL && !bit(rg->sctlr, 2))
        out->attr = (struct memory_attr){ .type = MEM_NORMAL, .outer = 4, .inner = 4, .sh = 2 };
}

static ALWAYS_INLINE void stage1_leaf(struct mmu *mmu, const struct mmu_regime *rg, const struct table_shape *s, u64 desc, unsigned level, u64 addr,
                                      u8 limits, struct leaf *out)
{
    unsigned shift = shift_of(s, level);
    u64 key = leaf_key(desc, level, shift, stage1_key(rg, desc, limits));
    struct known_leaf *known = leaf_place(mmu, 1, key);
    if (UNLIKELY(known->key != key))
        decode_stage1(rg, desc, level, shift, limits, &known->leaf);
    known->key = key;
    *out = known->leaf;
    out->out = leaf_output(desc, s->address, shift, addr);
}

NOINLINE bool descriptor_address(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, bool write, const struct walk_intent *walk, u64 *phys,
                                 struct fault *fault)
{
    struct walk_intent want = { .write = write, .dirties = write, .privileged = true, .update = walk->update, .cached = walk->cached };
    struct leaf leaf;
    struct fault f = { 0 };
    if (walk_cache_stage2(mmu, rg, ipa_addr, &want, &leaf) || walk_stage2_tables(mmu, rg, ipa_addr, &want, &leaf, &f)) {
        *phys = leaf.out;
        if (!(leaf.perm[1] & PERM_R))
            fail(&f, 2, FAULT_PERMISSION, leaf.level, "stage 2 forbids the read of a stage-1 descriptor");
        else if (write && !(leaf.perm[1] & PERM_W))
            fail(&f, 2, FAULT_PERMISSION, leaf.level, "stage 2 forbids the hardware update of a stage-1 descriptor");
        else if (bit(rg->hcr, 2) && leaf.attr.type != MEM_NORMAL)
            fail(&f, 2, FAULT_PERMISSION, leaf.level, "HCR_EL2.PTW: a stage-1 descriptor in Device memory");
        else
            return true;
    }
    f.s1ptw = true;
    f.walk_write = write;
    f.ipa = IPA(ipa_addr);
    f.ipa_valid = true;
    *fault = f;
    return false;
}

/* As stage2_manage, for the descriptor at `at`, an IPA where stage 2 applies. */
static bool stage1_manage(struct mmu *mmu, const struct mmu_regime *rg, u64 at, u64 desc, const struct walk_intent *want, struct leaf *out,
                          struct fault *fault)
{
    u64 updated = desc, phys;
    if (!bit(desc, DESC_AF)) {
        if (!manages_af(rg))
            return fail(fault, 1, FAULT_ACCESS_FLAG, out->level, "the access flag is 0");
        updated |= 1ull << DESC_AF;
    }
    if (out->clean && want->write && (regime_stage1_perm(rg, out->perm, want->privileged) & PERM_W)) {
        updated &= ~(want->dirties ? 1ull << DESC_AP2 : 0);
        out->pending |= !want->dirties;
        out->clean = false;
    }
    phys = at;
    if (updated != desc && want->update && rg->two_stages && !descriptor_address(mmu, rg, at, true, want, &phys, fault))
        return false;
    return finish_update(mmu, phys, desc, updated, want, out, fault);
}

/* `whose`: the address with the bits that tell which half it is of. */
static ALWAYS_INLINE bool walk_tables(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, u64 whose, const struct walk_intent *want, struct leaf *out,
                                      struct fault *fault)
{
    const struct table_shape *s = stage1_shape(mmu, rg, whose, fault);
    struct table_found from;
    u64 phys, desc;
    bool two = rg->two_stages;
    if (!s)
        return false;
    for (unsigned level = resume(mmu, rg, 1, s, addr, want, &from);; level++) {
        u64 at = descriptor_at(s, from.table, addr, level);
        phys = at;
        if (two && UNLIKELY(!want->cached || !descriptor_known(mmu, rg, at, &phys)) && !descriptor_address(mmu, rg, at, false, want, &phys, fault))
            return false;
        mmu->stats.walk_reads++;
        if (UNLIKELY(!read_descriptor(mmu, phys, rg->secure && !(from.limits & LIMIT_NS), &desc)))
            return fail(fault, 1, FAULT_EXTERNAL_WALK, level, "a table lies where no memory is");
        if (UNLIKELY(rg->s1_ee))
            desc = __builtin_bswap64(desc);
        if (UNLIKELY(!bit(desc, 0)))
            return fail(fault, 1, FAULT_TRANSLATION, level, "descriptor bit 0 is 0");
        if (level == 3 ? !bit(desc, 1) : !bit(desc, 1) && !block_allowed(s, level))
            return fail(fault, 1, FAULT_TRANSLATION, level, "reserved descriptor, or a block where none may be");
        if (UNLIKELY(desc & s->excess))
            return fail(fault, 1, FAULT_ADDRESS_SIZE, level, "the output lies beyond TCR_ELx.IPS");
        if (level == 3 || !bit(desc, 1)) {
            stage1_leaf(mmu, rg, s, desc, level, addr, from.limits, out);
            return is_managed(desc, out) || stage1_manage(mmu, rg, at, desc, want, out, fault);
        }
        from.limits |= (u8)(desc >> 59) & s->limits;
        from.table = desc & s->address;
        remember(mmu, rg, 1, s, addr, level + 1, want, &from);
    }
}

/* TTBCR.T0SZ and T1SZ (here 32 greater) leave a part of 4 GiB to each of two tables, and perhaps a gap. Addresses of TTBR1's part get the bits 63:32
 * that an upper half has in VMSAv8-64. Where one size is 0 its table's first blocks may go beyond its part: of those only what is as small as the other
 * part is kept. */
static NOINLINE bool walk_long(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out,
                               struct fault *fault)
{
    if (!regime_has_unprivileged(rg))
        return walk_tables(mmu, rg, addr, addr, want, out, fault);
    unsigned t0sz = (unsigned)bits(rg->tcr, 5, 0) - 32, t1sz = (unsigned)bits(rg->tcr, 21, 16) - 32;
    bool lower = addr >> (32 - t0sz) == 0, upper = t1sz ? addr >> (32 - t1sz) == ones(t1sz) : !lower;
    if (!walk_tables(mmu, rg, addr, upper ? addr | ~ones(32) : addr, want, out, fault))
        return false;
    unsigned part = 32 - (t0sz > t1sz ? t0sz : t1sz);
    if (out->shift > part)
        out->shift = (u8)part;
    return true;
}

bool walk_stage1(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out, struct fault *fault)
{
    if (UNLIKELY(rg->format))
        return rg->format == FORMAT_SHORT ? walk_short(mmu, rg, addr, want, out, fault) : walk_long(mmu, rg, addr, want, out, fault);
    return walk_tables(mmu, rg, addr, addr, want, out, fault);
}
