/* Translation for one PE: two-stage walker, architectural TLB, translation contexts with host pointers, faults.
 * It takes the registers that it needs as a value (struct mmu_regime) and never sees a CPU.
 * DDI 0487 D8 (VMSAv8-64) and G5 (VMSAv8-32), DDI 0406 B3 (VMSAv7). */
#ifndef MMU_MMU_H
#define MMU_MMU_H

#include "emu/platform/bus.h"
#include "emu/platform/types.h"

/* ---- what translates ---- */

enum mmu_regime_id {
    REGIME_EL10, /* EL1&0, with stage 2 when it applies */
    REGIME_EL2,
    REGIME_EL3,
    REGIME_EL20, /* EL2&0, with HCR_EL2.E2H */
};

/* Of stage 1's tables. */
enum table_format {
    FORMAT_VMSA64,
    FORMAT_LONG,  /* AArch32's long descriptors: TTBCR.EAE, or Hyp */
    FORMAT_SHORT, /* 32-bit descriptors, domains */
};

/* The registers a translation reads. Fields that do not apply are 0. AArch32's are kept in the layout of the AArch64 registers that hold the
 * same fields, so that sizes, ASID and VMID are read in one way: see "AArch32" below. */
struct mmu_regime {
    u8 id;      /* enum mmu_regime_id */
    bool secure;
    bool sif;   /* SCR_EL3.SIF: no Secure fetches from Non-secure memory */
    bool has_el2; /* EL2 is implemented and applies (EL10, Non-secure): hcr, vtcr, vttbr are live */
    u8 pa_bits; /* implemented physical address size: 40, 44, 48 */
    bool pan;   /* PSTATE.PAN, where the access at hand obeys it */
    bool big_endian; /* of data: every access goes the slow way, which swaps */
    bool xnx;   /* FEAT_XNX: stage 2's XN has two bits */
    u64 sctlr, tcr, ttbr0, ttbr1, mair;
    u64 hcr, vtcr, vttbr; /* EL10 Non-secure only */
    /* AArch32 */
    u8 format;            /* enum table_format */
    bool s2_aarch32;      /* stage 2 is that of a Hyp mode */
    bool s1_ee, s2_ee;    /* SCTLR.EE of the regime, HSCTLR.EE: descriptors are big-endian */
    bool v7;              /* descriptors have 40-bit addresses, and bits 47:40 no meaning (ARMv7); false: they must be 0 (VMSAv8-32) */
    u32 dacr;             /* FORMAT_SHORT */
    /* Made from those above by regime_settle(): */
    bool two_stages, stage1_on;
    bool plain_tables;    /* stage 1 is on, and all tables are little-endian VMSAv8-64 */
    bool careful;         /* a leaf's permissions are not all that counts: PAN, or domains */
    u32 space;            /* ASID, and above it the VMID */
    u64 tlb_tag;          /* of the identity of TLB entries, what is not their address */
    u64 tables_tag[2];    /* the same of tables that walks leave behind, of stage 1 and stage 2; and */
    u32 tables_seed[2];   /* of their place */
    u64 stage2_space;     /* of stage-2 pages that walks leave behind, likewise: their tag, */
    u32 stage2_seed;      /* and their place */
    u64 s1_key, s2_key;   /* what a leaf's meaning depends on beside its descriptor */
    u64 stamp;            /* of a context: no two different ones have the same; else 0 */
};

/* HasUnprivileged(): EL1&0, EL2&0: EL0, two address ranges, ASIDs */
static inline bool regime_has_unprivileged(const struct mmu_regime *rg)
{
    return rg->id == REGIME_EL10 || rg->id == REGIME_EL20;
}

bool regime_has_stage2(const struct mmu_regime *rg);   /* HCR_EL2.VM or DC, in EL1&0 Non-secure */
bool regime_stage1_enabled(const struct mmu_regime *rg); /* SCTLR.M, and not HCR_EL2.DC */
u16 regime_asid(const struct mmu_regime *rg);          /* by TCR.A1 and TCR.AS; 0 where the regime has none */
u16 regime_vmid(const struct mmu_regime *rg);          /* VTTBR_EL2.VMID, 8 or 16 bits by VTCR_EL2.VS; 0 where stage 2 cannot apply */

/* Fills in what follows from the rest. Code outside mmu/ need not call it. */
void regime_settle(struct mmu_regime *rg);

/* ---- AArch32 ---- */

/* CP15 registers of PL1&0, of one Security state. */
struct pl1_registers {
    u32 sctlr, ttbcr, dacr, contextidr;
    u64 ttbr0, ttbr1;
    u64 mair; /* PRRR or MAIR0 in bits 31:0, NMRR or MAIR1 in bits 63:32 */
};

/* These fill a regime that is otherwise 0 but for secure, sif, has_el2, pa_bits, pan, xnx and v7, which are the caller's.
 * PL1&0 becomes REGIME_EL10, Secure or not, whether Secure PL1 is EL1 or EL3; Hyp mode becomes REGIME_EL2.
 * Where stage 2 applies (has_el2, Non-secure), regime_take_hyp_stage2 tells of a Hyp mode's; an AArch64 EL2's goes as it is into hcr, vtcr, vttbr.
 * EL0 in AArch32 under an EL1 in AArch64 uses EL1's regime, with a VA whose bits 63:32 are 0. All VAs given to a regime of AArch32 are such. */
void regime_take_pl1(struct mmu_regime *rg, const struct pl1_registers *r);
void regime_take_hyp(struct mmu_regime *rg, u32 hsctlr, u32 htcr, u64 httbr, u64 hmair);
void regime_take_hyp_stage2(struct mmu_regime *rg, u64 hcr, u32 vtcr, u64 vttbr, u32 hsctlr);

/* EffectiveTBI(): is the top byte of the address a tag? Not of an instruction's, where TCR_ELx.TBID says so. */
bool regime_has_tag(const struct mmu_regime *rg, u64 addr, bool fetch);
u64 regime_strip_tag(const struct mmu_regime *rg, u64 addr, bool fetch); /* the address without its tag: as the TLB, or PC, has it */

/* ---- what is asked ---- */

enum mmu_access_kind { MMU_READ, MMU_WRITE, MMU_FETCH };

struct mmu_request {
    va va;
    u8 kind;          /* enum mmu_access_kind */
    u8 size;          /* bytes; alignment and page crossing are the caller's business, but see `aligned` */
    bool privileged;  /* false: EL0 or an unprivileged load/store */
    bool cache_op;    /* DC/IC by VA: faults have CM set; a DC IVAC asks for MMU_WRITE */
    bool at;          /* an AT instruction: nothing is installed in host tables */
    bool no_update;   /* no hardware update of access flag and dirty state */
    bool stage1_only; /* AT S1E0R and friends: stop with the IPA in out->pa (stage 2 still translates the walk) */
};

/* ---- what comes back ---- */

enum mem_type { MEM_DEVICE_nGnRnE, MEM_DEVICE_nGnRE, MEM_DEVICE_nGRE, MEM_DEVICE_GRE, MEM_NORMAL };

struct translation {
    pa pa;            /* of the byte asked for */
    ipa ipa;          /* stage 1's output; equals pa without stage 2 */
    bool ns;          /* the output is in the Non-secure physical address space */
    u8 page_shift;    /* smallest leaf of the stages: 12, 14, 16, 21, … */
    bool readable, writable, executable; /* at the privilege asked for, both stages combined */
    u8 type;          /* enum mem_type, stages combined */
    bool device_by_stage2; /* Device only because stage 2 says so */
    u8 attr;          /* in MAIR form, stages combined: what PAR_EL1.ATTR shows */
    u8 sh;            /* shareability as in descriptors: 0 non, 2 outer, 3 inner */
    bool global;
    bool guarded;     /* GP: branch targets are checked there (FEAT_BTI) */
};

enum fault_type {
    FAULT_NONE,
    FAULT_ADDRESS_SIZE,
    FAULT_TRANSLATION,
    FAULT_ACCESS_FLAG,
    FAULT_PERMISSION,
    FAULT_EXTERNAL,      /* synchronous external abort, not on a walk */
    FAULT_EXTERNAL_WALK, /* on a translation table walk, at `level` */
    FAULT_ALIGNMENT,
    FAULT_TLB_CONFLICT,
    FAULT_UNSUPPORTED_EXCLUSIVE, /* exclusive or atomic to memory that cannot do it */
    FAULT_UNSUPPORTED_UPDATE,    /* a hardware update of a descriptor likewise (FEAT_HAFDBS) */
    FAULT_DEBUG,         /* a watchpoint matched */
    FAULT_DOMAIN,        /* DACR gives no access to the domain (short descriptors) */
};

/* A guest fault is a value that remembers why. */
struct fault {
    u8 type;        /* enum fault_type */
    u8 stage;       /* 1 or 2; 0 where no stage is to blame */
    u8 level;       /* 0 to 3; meaningful for walk-related types */
    u8 kind;        /* enum mmu_access_kind of the access */
    bool s1ptw;     /* stage-2 fault on a stage-1 walk */
    bool walk_write; /* of a hardware update that the walk wanted to make: becomes ISS.WnR */
    bool cache_op;  /* becomes ISS.CM */
    bool ipa_valid; /* HPFAR_EL2 is to be written */
    u8 domain;      /* short descriptors: of the address, where the walk came to know it; else 0 */
    va va;
    ipa ipa;        /* faulting IPA (page) for stage 2 */
    const char *why; /* static text for -d mmu and `why`: "descriptor bit 0 is 0", "AP[2:1]=0b11 forbids writes" … */
};

/* The DFSC/IFSC code of a fault (DDI 0487 D17.2.37, "Data Fault Status Code"). */
u8 fault_status_code(const struct fault *fault);
const char *fault_type_name(u8 type);
/* Bits 9:0 of the ISS of a data or instruction abort, in ESR_ELx and HSR alike. */
u32 fault_iss(const struct fault *fault);
/* DFSR, or of a fetch IFSR: in the form of short descriptors (TTBCR.EAE 0) and of long ones (DDI 0487 G8.2.44, G8.2.81). */
u32 fault_fsr_short(const struct fault *fault);
u32 fault_fsr_long(const struct fault *fault);

/* PAR: what an address translation operation found, in its 32-bit form (of short descriptors) and its 64-bit form, which is PAR_EL1's too. */
u32 par_short(const struct translation *t);
u64 par_long(const struct translation *t);
u32 par_short_of_fault(const struct fault *fault);
u64 par_long_of_fault(const struct fault *fault);

/* ---- translation contexts: host pointers by virtual page ---- */

#define HOST_ENTRIES 1024
#define HOST_TAG_NONE (~0ull) /* no page-aligned address equals it */
#define HOST_TAG_ALIGNED 0x800ull /* with SCTLR.A, in a tag: the page may be accessed, if aligned; plain comparisons fail */

/* Fast path: e = &ctx->host[(va >> 12) % HOST_ENTRIES];
 * hit if ((va + size - 1) & PAGE_MASK) == tag_r (or tag_w): then the bytes lie at va + addend on the host.
 * Only Normal memory (any alignment allowed) of RAM gets a tag; tag_w also wants: not ROM, and no RAM_PAGE_* flag. */
struct host_entry {
    u64 tag_r, tag_w;
    u64 addend;
    u64 pa; /* physical page */
};

/* fetch[fetch_slot(pc, set)]; hit if fetch_tag(pc, set) == tag. A misaligned A64 PC misses. */
struct fetch_entry {
    u64 tag;
    void *code; /* the engine's code page */
};

/* What a code page is decoded as, in its tag: A64 and A32 pages are 4 KiB, T32 ones half of that. */
enum fetch_set { FETCH_A64 = 0, FETCH_A32 = 4, FETCH_T32 = 8 };

static ALWAYS_INLINE u64 fetch_tag(u64 pc, enum fetch_set set)
{
    return set == FETCH_A64 ? pc & ~0xffcull : set == FETCH_A32 ? (pc & PAGE_MASK) | FETCH_A32 : (pc & ~0x7ffull) | FETCH_T32;
}

static ALWAYS_INLINE unsigned fetch_slot(u64 pc, enum fetch_set set)
{
    unsigned slot = (unsigned)(pc >> PAGE_SHIFT) % HOST_ENTRIES;
    return set == FETCH_T32 ? slot ^ (unsigned)(pc >> (PAGE_SHIFT - 1) & 1) * (HOST_ENTRIES / 2) : slot;
}

/* Everything that decides what a virtual address means, other than TLB contents. Compared with memcmp: no padding. */
struct context_key {
    u64 sctlr, tcr, hcr, vtcr; /* the bits that change permissions or the shape of addresses */
    u16 asid, vmid;
    u8 regime, secure, privileged, engine;
    u8 pan, big_endian, format, unused;
    u32 dacr; /* of short descriptors: a change of it needs no TLB maintenance */
};

struct mmu_context {
    struct host_entry host[HOST_ENTRIES];
    struct fetch_entry fetch[HOST_ENTRIES];
    bool guarded[HOST_ENTRIES]; /* of fetch: GP */
    struct context_key key;
    struct mmu_regime regime; /* the regime it was last looked up with */
    u64 last_used;
    u8 index; /* in mmu->contexts */
    bool live;
};

#define MMU_CONTEXTS 16

/* ---- the architectural TLB ---- */

struct tlb_geometry {
    u16 entries; /* power of two */
    u8 ways;     /* likewise */
};

struct tlb_entry;
struct walk_cache;

struct mmu_stats {
    u64 lookups, misses;        /* architectural TLB, i.e. after the host tables */
    u64 walks, walk_reads;      /* stage-1 (or only) walks, descriptors read in both stages */
    u64 faults_s1, faults_s2;
    u64 tlbi, entries_removed;
};

/* The shape of a stage's tables, and what it was made from. */
struct table_shape {
    u64 control, from;    /* TCR_ELx or VTCR_EL2; TTBRn_ELx or VTTBR_EL2 */
    u64 base;             /* of the first table */
    u64 first_mask, mask; /* of the index into the first table, and into others */
    u64 address, beyond;  /* bits of a descriptor that are an address; those beyond the size of outputs; */
    u64 excess;           /* both */
    unsigned granule;     /* log2 bytes: 12, 14, 16 */
    unsigned stride;      /* bits resolved a level: granule - 3 */
    u8 shift[4];          /* by level: the lowest bit that it resolves */
    unsigned input;       /* size of input addresses in bits */
    unsigned output;      /* size of output addresses in bits */
    unsigned level;       /* of the first look-up */
    u8 pa_bits;           /* 0: not made yet */
    u8 limits;            /* what table descriptors may add: LIMIT_* */
    u8 why_type;          /* enum fault_type */
    const char *why;      /* why no address can be translated; NULL: some can */
    u64 top;              /* bits of an address above `input` */
    u64 stamp;            /* of the regime that it was last found to fit; */
    u64 quick;            /* the same, if walk_quick.h may use it */
};
_Static_assert(sizeof(struct table_shape) == 128, "its place in an array is found by a shift");

struct mmu {
    struct bus *bus;
    struct log *log;
    u8 cpu; /* index, for bus accesses of the walker */
    struct tlb_entry *tlb;   /* geometry.entries of them, way by way of each set, and likewise: */
    u64 *tlb_tags;           /* their identities */
    u32 *tlb_ages;           /* 0: free */
    u32 tlb_set_mask, tlb_way_bits;
    struct walk_cache *cache;
    struct tlb_geometry geometry;
    u64 tlb_sizes[8];        /* by enum mmu_regime_id, 1 << shift: page sizes that entries have; */
    u16 tlb_count[8][64];    /* entries of each size */
    u64 fractured_sizes;     /* 1 << shift: sizes of stage-1 blocks of which the TLB has smaller entries, as stage 2 cuts them */
    u16 fractured_count[64]; /* those entries by the size of their block, */
    u16 fractured[256];      /* and by its address (tlb.c) */
    u32 tlb_clock;           /* for the age of entries */
    struct tlb_entry *filled; /* what the last translation came from; NULL: a flat map */
    struct mmu_context *contexts; /* MMU_CONTEXTS of them */
    u64 use_counter;
    u64 stamps; /* given to regimes */
    u64 recycled; /* contexts that were given away, or emptied: whoever keeps a pointer to one looks at this first */
    struct table_shape stage2_shape, stage1_shape[4][2]; /* stage 1: by enum mmu_regime_id, lower and upper half */
    u64 stall; /* ticks spent on TLB misses and walks since the owner last took them */
    u32 tlb_miss_ticks, walk_read_ticks; /* cost of a miss, and of each descriptor read; set by the CPU model */
    struct mmu_stats stats;
};

bool mmu_init(struct mmu *mmu, struct bus *bus, struct log *log, u8 cpu, struct tlb_geometry geometry,
              struct error *err);
void mmu_free(struct mmu *mmu);
/* Drops TLB and host tables (reset, or a memory map that changed). */
void mmu_reset(struct mmu *mmu);

/* Translates through the architectural TLB; walks and allocates on a miss; checks permissions.
 * False: *fault says why (va, kind, … all filled). Logs nothing. */
bool mmu_translate(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out,
                   struct fault *fault);

/* A walk without the TLB, with no side effect (debugger, `why`, AT when at is set and the TLB is not to be used). */
bool mmu_walk(struct mmu *mmu, const struct mmu_regime *rg, const struct mmu_request *rq, struct translation *out,
              struct fault *fault);

/* The context of this regime at this privilege: found by its key, or recycled from the one used longest ago. */
struct mmu_context *mmu_context_for(struct mmu *mmu, const struct mmu_regime *rg, bool privileged, u8 engine);

/* For those that chose a context without mmu_context_for: it is in use now. */
static inline void mmu_context_used(struct mmu *mmu, struct mmu_context *ctx)
{
    ctx->last_used = ++mmu->use_counter;
}

/* mmu_translate for the context's regime, plus the entry in ctx->host when the page qualifies (see struct host_entry).
 * For MMU_FETCH nothing is installed: the engine calls mmu_install_fetch. */
bool mmu_fill(struct mmu *mmu, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *out,
              struct fault *fault);

/* As mmu_fill, for an access to one page. MMU_HOST: the context has a host entry that lets it be made, and *out is not filled. */
enum mmu_filled { MMU_FAULTED, MMU_HOST, MMU_TRANSLATED };
enum mmu_filled mmu_fill_host(struct mmu *mmu, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *out, struct fault *fault);

/* Remembers a code page for the page (T32: half of it) of `va`, which the last mmu_fill(MMU_FETCH) in ctx translated. */
void mmu_install_fetch(struct mmu *mmu, struct mmu_context *ctx, va va, enum fetch_set set, void *code, bool guarded);

/* The physical page got a live code page: no context keeps a write tag for it. */
void mmu_forbid_host_writes(struct mmu *mmu, pa page);
/* A code page goes away: no context keeps it. NULL: all code pages. */
void mmu_forget_code(struct mmu *mmu, void *code);

/* ---- TLB maintenance, DDI 0487 D8.14 ---- */

enum tlbi_scope {
    TLBI_ALL_EL1,      /* ALLE1: EL1&0, both stages, all VMIDs, of one security state */
    TLBI_ALL_EL2,
    TLBI_ALL_EL3,
    TLBI_ALL_EL20,     /* ALLE2 and VMALLE1 in a host */
    TLBI_VMALL_S1,     /* VMALLE1: stage-1 (and combined) entries of one VMID */
    TLBI_VMALL_S12,    /* VMALLS12E1 */
    TLBI_ASID,         /* ASIDE1: non-global entries of ASID, VMID */
    TLBI_VA,           /* VAE1, VALE1: VA and (ASID or global), VMID */
    TLBI_VA_ALL_ASID,  /* VAAE1, VAALE1 */
    TLBI_VA_EL2,
    TLBI_VA_EL3,
    TLBI_NONE,         /* a reserved operand: nothing */
    TLBI_IPA_S2,       /* IPAS2E1, IPAS2LE1: stage-2-only entries; combined entries may stay, and do */
};

struct tlbi {
    u8 scope;      /* enum tlbi_scope */
    bool secure;
    bool last_level; /* the L forms: tables that walks left stay */
    bool use_vmid;   /* EL2 applies: entries must match vmid */
    bool host;       /* TLBI_ASID, TLBI_VA*: of EL2&0, which has no VMID, not of EL1&0 */
    u16 asid, vmid;
    va va;           /* sign-extended, page-aligned */
    ipa ipa;
    u8 level;        /* FEAT_TTL: only entries whose stage-1 leaf is of this level (1 to 3); 0: any */
    u64 bytes;       /* FEAT_TLBIRANGE: of the range that begins at va; 0: one page */
};

/* Is it one of the forms that name a VA, and not an IPA? */
static inline bool tlbi_is_by_va(const struct tlbi *op)
{
    return op->scope == TLBI_VA || op->scope == TLBI_VA_ALL_ASID || op->scope == TLBI_VA_EL2 || op->scope == TLBI_VA_EL3;
}

void mmu_tlbi(struct mmu *mmu, const struct tlbi *op);

#endif
