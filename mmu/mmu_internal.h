/* What the files of mmu/ share: a leaf as the walkers find it, and the TLB entry that keeps it. */
#ifndef MMU_INTERNAL_H
#define MMU_INTERNAL_H

#include "mmu/mmu.h"

/* s1_level of an entry made with stage 1 off. */
#define S1_OFF 0xff

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

/* What one stage's walk ends in. */
struct leaf {
    u64 out;      /* output address of the byte asked for */
    u8 shift;     /* log2 of the block or page */
    u8 level;
    u8 perm[2];   /* PERM_*: [0] unprivileged, [1] privileged; stage 2 uses [1] only */
    bool ns;      /* output in Non-secure space */
    bool global;
    bool guarded; /* GP */
    bool clean;   /* writable, but for the dirty state that a write must set first (hardware dirty state): PERM_W is left out of perm */
    bool pending; /* the walk should have updated the descriptor and was not to */
    struct memory_attr attr;
};

/* Stage 1, and for Non-secure EL1&0 with stage 2 the combination. */
struct tlb_entry {
    bool valid;
    u8 regime;    /* enum mmu_regime_id */
    bool secure, global, ns;
    u8 shift;     /* smallest leaf of the stages */
    u8 s1_shift;  /* stage 1's leaf: where it is larger, a TLBI of any of its addresses takes all that stage 2 made of it */
    u8 s1_level, s2_level;
    u8 s1_perm[2], s2_perm[2]; /* kept apart, so that a permission fault knows its stage */
    bool has_s2, device_by_stage2;
    bool clean;   /* of a stage: a write must walk again */
    bool guarded; /* stage 1, GP: FEAT_BTI */
    u8 type, attr, sh;
    u16 asid, vmid;
    u64 page;     /* VA of the page, low `shift` bits 0; bits 63:56 as the regime's canonical form */
    u64 pa, ipa;   /* of the page */
    u32 contexts; /* translation contexts that hold host entries made from this one */
    u32 age;
};

/* What stage 1 lets an access do: perm[privileged], less what PSTATE.PAN takes from it: privileged data accesses to what EL0 can access. Stage 1
 * that is off has no permissions that PAN could go by. */
static inline u8 regime_stage1_perm(const struct mmu_regime *rg, const u8 perm[2], bool privileged)
{
    if (!rg->pan || !privileged)
        return perm[privileged];
    bool barred = (perm[0] & (PERM_R | PERM_W)) && regime_stage1_enabled(rg);
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

/* What table descriptors add for everything below them. */
struct hierarchy {
    bool ns, read_only, no_el0, uxn, pxn;
};

/* walk_cache.c */
#define STAGE2_CACHED 512
#define TABLES_CACHED 128

struct stage2_cached {
    bool valid;
    u16 vmid;
    u64 page; /* IPA >> PAGE_SHIFT */
    struct leaf leaf;
};

struct table_key {
    u64 prefix; /* the address without its low `shift` bits: all that the table translates begins with it */
    u8 shift, regime;
    bool secure;
    u16 vmid, asid;
};

/* A table, by the address that the descriptor above it gave, and what it inherits. */
struct table_found {
    u64 table;
    struct hierarchy h;
};

struct table_cached {
    bool valid;
    struct table_key key;
    struct table_found found;
};

struct walk_cache {
    struct stage2_cached stage2[STAGE2_CACHED];
    struct table_cached tables[TABLES_CACHED];
    bool has_large; /* pages of stage-2 blocks have been kept */
    u64 shifts;     /* 1 << shift: sizes of tables that have been kept */
};

/* The stage-2 leaf of an IPA, kept as 4 KiB pages. False: unknown, or a write must walk. */
bool walk_cache_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out);
void walk_cache_add_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, const struct leaf *leaf);
/* The table that resolves the bits of `addr` below `shift`. */
bool walk_cache_table(struct mmu *mmu, const struct mmu_regime *rg, bool stage2, u64 addr, unsigned shift, struct table_found *out);
void walk_cache_add_table(struct mmu *mmu, const struct mmu_regime *rg, bool stage2, u64 addr, unsigned shift, const struct table_found *found);
void walk_cache_clear(struct mmu *mmu);
void walk_cache_tlbi(struct mmu *mmu, const struct tlbi *op);

/* walk_lpae.c. False: *fault is filled, but for kind, va and cache_op. */
bool walk_stage1(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out, struct fault *fault);
bool walk_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, const struct walk_intent *want, struct leaf *out,
                 struct fault *fault);

/* attrs.c */
struct memory_attr attr_from_mair(u64 mair, unsigned index, unsigned sh);
struct memory_attr attr_from_stage2(unsigned memattr, unsigned sh, bool fwb);
struct memory_attr attr_combine(const struct memory_attr *s1, const struct memory_attr *s2); /* CombineS1S2Desc() */
u8 attr_as_mair(const struct memory_attr *a);

/* tlb.c */
/* The first address that an operation by VA or IPA names, as entries have it. */
u64 tlbi_address(const struct tlbi *op);
/* Does [at, at + 2^shift) hold an address of such an operation? A range that goes beyond the last address ends there. */
bool tlbi_touches(const struct tlbi *op, u64 at, unsigned shift);
struct tlb_entry *tlb_lookup(struct mmu *mmu, const struct mmu_regime *rg, u64 addr);
void tlb_remove(struct mmu *mmu, struct tlb_entry *e);
struct tlb_entry *tlb_allocate(struct mmu *mmu, const struct tlb_entry *e); /* a place for e, which is copied into it */

/* context.c: host entries made from `e` go away. */
void contexts_forget_entry(struct mmu *mmu, struct tlb_entry *e);
void contexts_clear(struct mmu *mmu);
/* The page of `va`, which e translates as t says, gets host tags if it is Normal RAM. */
void context_install(struct mmu *mmu, struct mmu_context *ctx, struct tlb_entry *e, u64 addr, const struct translation *t);

#endif
