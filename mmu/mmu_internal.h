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
};

/* What one stage's walk ends in. */
struct leaf {
    u64 out;      /* output address of the byte asked for */
    u8 shift;     /* log2 of the block or page */
    u8 level;
    u8 perm[2];   /* PERM_*: [0] unprivileged, [1] privileged; stage 2 uses [1] only */
    bool ns;      /* output in Non-secure space */
    bool global;
    struct memory_attr attr;
};

/* Stage 1, and for Non-secure EL1&0 with stage 2 the combination. */
struct tlb_entry {
    bool valid;
    u8 regime;    /* enum mmu_regime_id */
    bool secure, global, ns;
    u8 shift;     /* smallest leaf of the stages */
    u8 s1_level, s2_level;
    u8 s1_perm[2], s2_perm; /* kept apart, so that a permission fault knows its stage */
    bool has_s2, device_by_stage2;
    u8 type, attr, sh;
    u16 asid, vmid;
    u64 page;     /* VA of the page, low `shift` bits 0; bits 63:56 as the regime's canonical form */
    u64 pa, ipa;   /* of the page */
    u32 contexts; /* translation contexts that hold host entries made from this one */
    u32 age;
};

/* VA as the TLB knows it: without its tag. */
u64 regime_strip_tag(const struct mmu_regime *rg, u64 addr);

/* walk_lpae.c. `probe`: nothing is counted. False: *fault is filled, but for kind, va and cache_op. */
bool walk_stage1(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, struct leaf *out, struct fault *fault);
bool walk_stage2(struct mmu *mmu, const struct mmu_regime *rg, u64 ipa_addr, struct leaf *out, struct fault *fault);

/* attrs.c */
struct memory_attr attr_from_mair(u64 mair, unsigned index, unsigned sh);
struct memory_attr attr_from_stage2(unsigned memattr, unsigned sh);
struct memory_attr attr_combine(const struct memory_attr *s1, const struct memory_attr *s2); /* CombineS1S2Desc() */
u8 attr_as_mair(const struct memory_attr *a);

/* tlb.c */
struct tlb_entry *tlb_lookup(struct mmu *mmu, const struct mmu_regime *rg, u64 addr);
struct tlb_entry *tlb_allocate(struct mmu *mmu, const struct tlb_entry *e); /* a place for e, which is copied into it */

/* context.c: host entries made from `e` go away. */
void contexts_forget_entry(struct mmu *mmu, struct tlb_entry *e);
void contexts_clear(struct mmu *mmu);
/* The page of `va`, which e translates as t says, gets host tags if it is Normal RAM. */
void context_install(struct mmu *mmu, struct mmu_context *ctx, struct tlb_entry *e, u64 addr, const struct translation *t);

#endif
