/* What the files of mmu/ share: a leaf as the walkers find it, and the TLB entry that keeps it. */
#ifndef MMU_INTERNAL_H
#define MMU_INTERNAL_H

#include "mmu/mmu.h"

/* s1_level of an entry made with stage 1 off. */
#define S1_OFF 0xff

/* Of a leaf's `domain`: it has one. */
#define IN_DOMAIN 0x10

/* Permissions, as bits. */
enum { PERM_R = 1, PERM_W = 2, PERM_X = 4 };

/* Memory attributes of one stage or of both combined. */
struct memory_attr {
    u8 type;  /* enum mem_type */
    u8 outer, inner; /* Normal: cacheability in MAIR's 4-bit form */
    u8 sh;    /* 0 non, 2 outer, 3 inner */
    u8 force; /* enum s2_force, of stage 2 */
};

/* With HCR_EL2.FWB (FEAT_S2FWB) a Normal stage 2 decides alone, or leaves all to stage 1 (DDI 0487 D8.5.5). */
enum s2_force { FORCE_NONE, FORCE_WRITE_BACK, FORCE_STAGE1 };

/* What one stage's walk ends in. All but `out` follows from the descriptor's attributes and the registers, and is copied as two words. */
struct leaf {
    union {
        struct {
            u8 shift;     /* log2 of the block or page */
            u8 level;
            u8 perm[2];   /* PERM_*: [0] unprivileged, [1] privileged; stage 2 uses [1] only */
            bool ns;      /* output in Non-secure space */
            bool global;
            bool guarded; /* GP */
            bool clean;   /* writable, but for the dirty state that a write must set first (hardware dirty state): PERM_W is left out of perm */
            bool pending; /* the walk should have updated the descriptor and was not to */
            struct memory_attr attr;
            u8 domain;    /* IN_DOMAIN | number, or 0: not subject to DACR */
            u8 unused;
        };
        u64 traits[2];
    };
    u64 out; /* output address of the byte asked for */
};
_Static_assert(sizeof(struct leaf) == 24, "the traits of a leaf are two words");

/* What a translation is beside its addresses: of stage 1, and for Non-secure EL1&0 with stage 2 of the combination. */
struct entry_traits {
    u8 shift;     /* smallest leaf of the stages */
    u8 s1_shift;  /* stage 1's leaf: where it is larger, a TLBI of any of its addresses takes all that stage 2 made of it */
    u8 s1_level, s2_level;
    u8 s1_perm[2], s2_perm[2]; /* kept apart, so that a permission fault knows its stage */
    bool global, ns, has_s2, device_by_stage2;
    bool clean;   /* of a stage: a write must walk again */
    bool guarded; /* stage 1, GP: FEAT_BTI */
    u8 domain;    /* as in struct leaf */
    u8 type, attr, sh;
};

/* An entry's identity is one word, mmu->tlb_tags[]: the VA of its page and, in the bits that are 0 there, TAG_*; 0: none. Bits 63:56 of the VA are as
 * the regime's canonical form. */
enum { TAG_SHIFT = 0, TAG_VALID = 6, TAG_REGIME = 7, TAG_SECURE = 10, TAG_S1_OFF = 11 };

struct tlb_entry {
    u64 pa, ipa;   /* of the page */
    struct entry_traits t;
    u32 space, space_mask; /* as struct mmu_regime's; the ASID does not count where the entry is global */
    u32 contexts; /* translation contexts that hold host entries made from this one */
};

static inline unsigned tag_shift(u64 tag)
{
    return tag >> TAG_SHIFT & 63;
}

static inline u8 tag_regime(u64 tag)
{
    return tag >> TAG_REGIME & 7;
}

static inline bool tag_secure(u64 tag)
{
    return tag >> TAG_SECURE & 1;
}

/* What stage 1 lets an access do: perm[privileged], less what PSTATE.PAN takes from it: privileged data accesses to what EL0 can access. Stage 1
 * that is off has no permissions that PAN could go by. */
static inline u8 regime_stage1_perm(const struct mmu_regime *rg, const u8 perm[2], bool privileged)
{
    if (!rg->pan || !privileged)
        return perm[privileged];
    bool barred = (perm[0] & (PERM_R | PERM_W)) && rg->stage1_on;
    return perm[1] & (u8)~(barred ? PERM_R | PERM_W : 0);
}

/* TCR_ELx.E0PDx: is the half of the address space closed to unprivileged accesses? */
bool regime_e0pd(const struct mmu_regime *rg, u64 addr);

/* What a walk is for, which decides what hardware management of access flag and dirty state (D8.4.6) does. */
struct walk_intent {
    bool write;      /* a write follows, if it is permitted: dirty state must let it */
    bool dirties;    /* and is set; not by cache maintenance, which only wants the permission */
    bool privileged;
    bool update;     /* false: descriptors stay as they are (AT, debuggers), and what an update would make good counts as good */
    bool cached;     /* what earlier walks left may be used; not by a debugger, who wants to see the tables */
};

/* What table descriptors add for everything below them: their bits 63:59, NSTable, APTable, UXNTable (XNTable) and PXNTable. */
enum { LIMIT_PXN = 1, LIMIT_UXN = 2, LIMIT_NO_EL0 = 4, LIMIT_READ_ONLY = 8, LIMIT_NS = 16 };

/* walk_cache.c */
#define STAGE2_CACHED 512
#define TABLES_CACHED 128
#define TRAITS_KEPT 64

struct stage2_cached {
    u64 tag; /* VMID, IPA of the page, and 1; 0: none */
    struct leaf leaf;
};

/* The regime of a stage-2 table, beside enum mmu_regime_id. */
#define STAGE2_TABLES 7

/* A table, by the address that the descriptor above it gave, and what it inherits. */
struct table_found {
    u64 table;
    u8 limits; /* LIMIT_* */
    u8 domain; /* of a short descriptor, as in struct leaf */
};

struct table_cached {
    u64 tag;   /* as an entry's (TAG_*): all that the table translates begins with the address, but for its low `shift` bits; 0: none */
    u32 space; /* as struct mmu_regime's; of a stage-2 table without the ASID */
    struct table_found found;
};

/* What decoding gave, by all that it depends on: leaves but for their address, and what they combine to. */
struct known_leaf {
    u64 key; /* attributes of the descriptor; in the place of its address level, size and registers; 0: none */
    struct leaf leaf;
};

struct combined_traits {
    u64 s1[2], s2[2]; /* traits of the leaves; s2: 0 where stage 2 did not apply */
    struct entry_traits t;
};

struct walk_cache {
    struct stage2_cached stage2[STAGE2_CACHED];
    struct table_cached tables[TABLES_CACHED];
    bool has_large; /* pages of stage-2 blocks have been kept */
    u64 shifts;     /* 1 << shift: sizes of tables that have been kept */
    struct known_leaf leaves[2][TRAITS_KEPT]; /* of stage 1, of stage 2 */
    struct combined_traits combined[TRAITS_KEPT];
};

static inline unsigned kept_index(u64 key)
{
    return (unsigned)(key * 0x9e3779b97f4a7c15 >> 58); /* TRAITS_KEPT: 64 */
}
_Static_assert(TRAITS_KEPT == 64, "kept_index() gives 6 bits");

/* The place of an IPA's page; and its tag, less the address. */
static inline u32 stage2_seed(u16 vmid)
{
    return vmid * 37u;
}

static inline u64 stage2_space(u16 vmid)
{
    return (u64)vmid << 48 | 1;
}

static inline struct stage2_cached *stage2_slot(const struct mmu *mmu, u32 seed, u64 ipa_addr)
{
    return &mmu->cache->stage2[(ipa_addr >> PAGE_SHIFT ^ ipa_addr >> 20 ^ seed) % STAGE2_CACHED];
}

static inline u64 stage2_tag(u64 space, u64 ipa_addr)
{
    return (ipa_addr & PAGE_MASK) | space;
}

/* The stage-2 leaf of an IPA, kept as 4 KiB pages. False: unknown, or a write must walk. */
static inline bool walk_cache_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out)
{
    const struct stage2_cached *c = stage2_slot(mmu, rg->stage2_seed, ipa_addr);
    if (!want->cached || c->tag != stage2_tag(rg->stage2_space, ipa_addr) || (c->leaf.clean && want->write))
        return false;
    *out = c->leaf;
    out->out |= ipa_addr & ~PAGE_MASK;
    return true;
}

static ALWAYS_INLINE void keep_stage2(struct mmu *mmu, const struct mmu_regime *rg, struct stage2_cached *c, u64 ipa_addr, const struct leaf *leaf,
                                      u64 out)
{
    c->tag = stage2_tag(rg->stage2_space, ipa_addr);
    c->leaf = *leaf;
    c->leaf.out = out & PAGE_MASK;
    mmu->cache->has_large |= leaf->shift > PAGE_SHIFT;
}

static inline void walk_cache_add_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want,
                                         const struct leaf *leaf)
{
    if (want->cached && !leaf->pending)
        keep_stage2(mmu, rg, stage2_slot(mmu, rg->stage2_seed, ipa_addr), ipa_addr, leaf, leaf->out);
}

/* The place of a table does not depend on the ASID: maintenance by VA finds all of an address's at once. */
static inline u32 table_seed(unsigned regime, u16 vmid)
{
    return vmid * 37u ^ (regime == STAGE2_TABLES ? 0xffu : regime) * 5u;
}

static inline struct table_cached *table_slot(const struct mmu *mmu, u32 seed, u64 addr, unsigned shift)
{
    u64 prefix = addr >> shift;
    return &mmu->cache->tables[(prefix ^ prefix >> 7 ^ seed ^ shift) % TABLES_CACHED];
}

static inline u64 table_tag(u64 tag, u64 addr, unsigned shift)
{
    return (addr >> shift << shift) | shift | tag;
}

static inline u32 table_space(const struct mmu_regime *rg, unsigned stage)
{
    return stage == 2 ? rg->space & 0xffff0000 : rg->space;
}

/* Is it the table of a stage that resolves the bits of `addr` below `shift`? */
static ALWAYS_INLINE bool is_table(const struct table_cached *c, const struct mmu_regime *rg, unsigned stage, u64 addr, unsigned shift)
{
    return c->tag == table_tag(rg->tables_tag[stage - 1], addr, shift) && c->space == table_space(rg, stage);
}

static ALWAYS_INLINE void keep_table(struct mmu *mmu, const struct mmu_regime *rg, struct table_cached *c, unsigned stage, u64 addr, unsigned shift,
                                     const struct table_found *found)
{
    c->tag = table_tag(rg->tables_tag[stage - 1], addr, shift);
    c->space = table_space(rg, stage);
    c->found = *found;
    mmu->cache->shifts |= 1ull << shift;
}

/* The same for who does not have the place at hand. */
static inline bool walk_cache_table(const struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, u64 addr, unsigned shift, struct table_found *out)
{
    const struct table_cached *c = table_slot(mmu, rg->tables_seed[stage - 1], addr, shift);
    if (!is_table(c, rg, stage, addr, shift))
        return false;
    *out = c->found;
    return true;
}

static inline void walk_cache_add_table(struct mmu *mmu, const struct mmu_regime *rg, unsigned stage, u64 addr, unsigned shift,
                                        const struct table_found *found)
{
    keep_table(mmu, rg, table_slot(mmu, rg->tables_seed[stage - 1], addr, shift), stage, addr, shift, found);
}

void walk_cache_clear(struct mmu *mmu);
void walk_cache_tlbi(struct mmu *mmu, const struct tlbi *op);

/* walk_lpae.c. False: *fault is filled, but for kind, va and cache_op. */
bool walk_stage1(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out, struct fault *fault);
bool walk_stage2_tables(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out,
                        struct fault *fault);

/* Parts of a walk that both formats have. A fault's stage, type, level and reason; always false. */
static inline bool fail(struct fault *f, u8 stage, u8 type, unsigned level, const char *why)
{
    f->type = type;
    f->stage = stage;
    f->level = (u8)level;
    f->why = why;
    return false;
}

/* A descriptor of 4 or 8 bytes; false: no memory is there. */
bool walk_read(struct mmu *mmu, u64 addr, bool secure, unsigned size, u64 *value);
/* Where a stage-1 descriptor lies physically, by stage 2, which applies; `write`: it must let the walk write it. */
bool descriptor_address(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, bool write, const struct walk_intent *walk, u64 *phys,
                        struct fault *fault);
/* walk_short.c: walk_stage1 of FORMAT_SHORT */
bool walk_short(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out, struct fault *fault);

/* attrs.c */
struct memory_attr attr_from_mair(u64 mair, unsigned index, unsigned sh);
struct memory_attr attr_from_stage2(unsigned memattr, unsigned sh, bool fwb);
struct memory_attr attr_combine(const struct memory_attr *s1, const struct memory_attr *s2); /* CombineS1S2Desc() */
u8 attr_as_mair(const struct memory_attr *a);
/* Short descriptors: TEX, C and B as one number, by themselves and through PRRR and NMRR (SCTLR.TRE). */
struct memory_attr attr_from_tex(unsigned tex_c_b, bool shared);
struct memory_attr attr_from_tex_remap(u32 prrr, u32 nmrr, unsigned tex_c_b, bool shared);

/* tlb.c */
/* The first address that an operation by VA or IPA names, as entries have it. */
u64 tlbi_address(const struct tlbi *op);
/* Does [at, at + 2^shift) hold an address of such an operation? A range that goes beyond the last address ends there. */
bool tlbi_touches(const struct tlbi *op, u64 at, unsigned shift);
void tlb_remove(struct mmu *mmu, struct tlb_entry *e);
/* A place for a new entry, whose identity is `tag`; the caller fills in the rest, but for its contexts. */
struct tlb_entry *tlb_allocate(struct mmu *mmu, u64 tag, u64 addr, const struct entry_traits *t);

/* The first way of the set of a page. */
static inline unsigned tlb_set(const struct mmu *mmu, u64 addr, unsigned shift)
{
    u64 n = addr >> shift;
    return ((unsigned)(n ^ n >> 9 ^ shift) & mmu->tlb_set_mask) << mmu->tlb_way_bits;
}

/* context.c: host entries made from `e` go away. `tag` is its identity. */
void contexts_forget_entry(struct mmu *mmu, struct tlb_entry *e, u64 tag);
void contexts_clear(struct mmu *mmu);
/* The page of `addr`, which lies at `at` and may be accessed as PERM_* say, gets host tags if it is RAM; it is known to be Normal. Returns PERM_R and
 * PERM_W as there are tags; PERM_X says nothing. */
static ALWAYS_INLINE u8 context_install(struct mmu *mmu, struct mmu_context *ctx, struct tlb_entry *e, u64 addr, pa at, bool secure, u8 perm)
{
    struct bus_region *region = mmu->bus->last;
    u8 *host = region && at.v - region->base < region->size && region->host && !region->ops && !region->secure_only
                   ? region->host + (at.v - region->base)
                   : bus_ram_page(mmu->bus, at, secure, &region);
    if (UNLIKELY(!host || ctx->key.big_endian))
        return 0;
    u64 page = addr & PAGE_MASK;
    struct host_entry *h = &ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    if (UNLIKELY(region->rom || region->page_flags[(at.v - region->base) >> PAGE_SHIFT])) /* RAM_PAGE_* */
        perm &= (u8)~PERM_W;
    u64 tag = page | (ctx->key.sctlr & 2 ? HOST_TAG_ALIGNED : 0);
    h->tag_r = perm & PERM_R ? tag : HOST_TAG_NONE;
    h->tag_w = perm & PERM_W ? tag : HOST_TAG_NONE;
    h->addend = (u64)(uintptr_t)host - page;
    h->pa = at.v;
    e->contexts |= 1u << ctx->index;
    return perm;
}

#endif
