/* Stage-1 walks of tables with 32-bit descriptors (DDI 0487 G5.4, DDI 0406 B3.5, AArch32.TranslationTableWalkSD()). Rights are those of a client of
 * the domain: what DACR says is asked when the leaf is used, because it may change without TLB maintenance.
 *
 *  level 1  31          24 23   20 19 18 17 16 15 14  12 11 10 9 8    5  4  3  2  1  0
 *  table    [ table, 31:10                                    ] .[domain] .  NS PXN 0  1
 *  section  [ base, 31:20        ] NS 0  nG S AP2 [TEX ] AP1:0 .[domain] XN C  B  1 PXN
 *  superse. [ 31:24     ][35:32  ] NS 1  nG S AP2 [TEX ] AP1:0 .[39:36 ] XN C  B  1 PXN
 *  level 2
 *  large    [ base, 31:16                    ] XN [TEX ] nG S AP2 .   .  AP1:0 C  B  0  1
 *  small    [ base, 31:12                              ] nG S AP2 [TEX ] AP1:0 C  B  1 XN   */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

enum { SCTLR_C = 2, SCTLR_WXN = 19, SCTLR_UWXN = 20, SCTLR_TRE = 28, SCTLR_AFE = 29 };
enum { TTBCR_PD0 = 4, TTBCR_PD1 = 5 };
enum { SECTION_SHIFT = 20, SUPERSECTION_SHIFT = 24, LARGE_SHIFT = 16, SMALL_SHIFT = 12 };

/* A leaf of any size: its fields in one place. */
struct short_leaf {
    u64 base;
    unsigned shift, level, ap, tex_c_b;
    bool xn, pxn, ns, not_global, shared;
    u8 domain; /* IN_DOMAIN | number */
};

/* TEX, C, B as one number. */
static unsigned tex_c_b(u32 desc, unsigned tex_at)
{
    return (unsigned)(bits(desc, tex_at + 2, tex_at) << 2 | bits(desc, 3, 2));
}

/* Supersections are of domain 0, and have 40-bit addresses. */
static struct short_leaf section(u32 desc)
{
    bool super = bit(desc, 18);
    u64 above = bits(desc, 8, 5) << 36 | bits(desc, 23, 20) << 32;
    return (struct short_leaf){ .base = super ? above | bits(desc, 31, 24) << 24 : bits(desc, 31, 20) << 20,
                                .shift = super ? SUPERSECTION_SHIFT : SECTION_SHIFT,
                                .level = 1,
                                .ap = (unsigned)((u32)bit(desc, 15) << 2 | bits(desc, 11, 10)),
                                .tex_c_b = tex_c_b(desc, 12),
                                .xn = bit(desc, 4), .pxn = bit(desc, 0), .ns = bit(desc, 19), .not_global = bit(desc, 17), .shared = bit(desc, 16),
                                .domain = (u8)(IN_DOMAIN | (super ? 0 : bits(desc, 8, 5))) };
}

static struct short_leaf page(u32 desc, const struct table_found *found)
{
    bool small = bit(desc, 1);
    unsigned shift = small ? SMALL_SHIFT : LARGE_SHIFT;
    return (struct short_leaf){ .base = desc & ~(u32)ones(shift), .shift = shift, .level = 2,
                                .ap = (unsigned)((u32)bit(desc, 9) << 2 | bits(desc, 5, 4)),
                                .tex_c_b = tex_c_b(desc, small ? 6 : 12),
                                .xn = bit(desc, small ? 0 : 15), .pxn = found->limits & LIMIT_PXN, .ns = found->limits & LIMIT_NS, .not_global = bit(desc, 11), .shared = bit(desc, 10),
                                .domain = found->domain };
}

/* AArch32.CheckPermission(): AP[2:0]; where SCTLR.AFE leaves AP[2:1], AP[0] is 1 here. What cannot be read cannot be executed. AP 0b100 is reserved:
 * EL1 may read. */
static void permissions(const struct mmu_regime *rg, const struct short_leaf *l, u8 perm[2])
{
    static const struct {
        u8 el1, el0;
    } rights[8] = { { 0, 0 }, { PERM_R | PERM_W, 0 }, { PERM_R | PERM_W, PERM_R }, { PERM_R | PERM_W, PERM_R | PERM_W },
                    { PERM_R, 0 }, { PERM_R, 0 }, { PERM_R, PERM_R }, { PERM_R, PERM_R } };
    bool wxn = bit(rg->sctlr, SCTLR_WXN), uwxn = bit(rg->sctlr, SCTLR_UWXN);
    u8 el0 = rights[l->ap].el0, el1 = rights[l->ap].el1;
    bool el0_xn = !(el0 & PERM_R) || l->xn || ((el0 & PERM_W) && wxn);
    bool el1_xn = !(el1 & PERM_R) || l->xn || l->pxn || ((el1 & PERM_W) && wxn) || ((el0 & PERM_W) && uwxn);
    perm[0] = el0 | (el0_xn ? 0 : PERM_X);
    perm[1] = el1 | (el1_xn ? 0 : PERM_X);
}

static void finish(const struct mmu_regime *rg, const struct short_leaf *l, u64 addr, struct leaf *out)
{
    *out = (struct leaf){ .out = l->base | (addr & ones(l->shift)), .shift = (u8)l->shift, .level = (u8)l->level, .domain = l->domain,
                          .ns = !rg->secure || l->ns, .global = !l->not_global };
    out->attr = bit(rg->sctlr, SCTLR_TRE) ? attr_from_tex_remap((u32)rg->mair, (u32)(rg->mair >> 32), l->tex_c_b, l->shared)
                                          : attr_from_tex(l->tex_c_b, l->shared);
    permissions(rg, l, out->perm);
    if (out->attr.type == MEM_NORMAL && !bit(rg->sctlr, SCTLR_C))
        out->attr = (struct memory_attr){ .type = MEM_NORMAL, .outer = 4, .inner = 4, .sh = 2 };
}

/* The descriptor at an IPA or, without stage 2, a physical address. Walks of Secure PL1&0 read Secure memory at both levels. */
static bool read_word(struct mmu *mmu, const struct mmu_regime *rg, u64 at, const struct walk_intent *want, unsigned level, u32 *desc,
                      struct fault *fault)
{
    u64 phys = at, value;
    u8 domain = fault->domain;
    if (rg->two_stages && !descriptor_address(mmu, rg, at, false, want, &phys, fault)) {
        fault->domain = domain;
        return false;
    }
    mmu->stats.walk_reads++;
    if (!walk_read(mmu, phys, rg->secure, sizeof *desc, &value))
        return fail(fault, 1, FAULT_EXTERNAL_WALK, level, "a table lies where no memory is");
    *desc = rg->s1_ee ? __builtin_bswap32((u32)value) : (u32)value;
    return true;
}

/* Level 1. True: *found is a table of level 2, or its domain is 0 and *l is the leaf. */
static bool first_level(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct table_found *found,
                        struct short_leaf *l, struct fault *fault)
{
    unsigned n = (unsigned)bits(rg->tcr, 2, 0);
    bool upper = n && addr >> (32 - n);
    u32 desc;
    *found = (struct table_found){ 0 };
    if (bit(rg->tcr, upper ? TTBCR_PD1 : TTBCR_PD0))
        return fail(fault, 1, FAULT_TRANSLATION, 1, upper ? "TTBCR.PD1 forbids walks" : "TTBCR.PD0 forbids walks");
    if (want->cached && walk_cache_table(mmu, rg, 1, addr, SECTION_SHIFT, found))
        return true;
    if (upper)
        n = 0; /* TTBR1's table is always that of 4 GiB */
    u64 base = bits(upper ? rg->ttbr1 : rg->ttbr0, 31, 14 - n) << (14 - n);
    if (!read_word(mmu, rg, base | bits(addr, 31, SECTION_SHIFT) << 2, want, 1, &desc, fault))
        return false;
    if (bits(desc, 1, 0) == 0)
        return fail(fault, 1, FAULT_TRANSLATION, 1, "descriptor bits 1:0 are 0");
    if (bit(desc, 1)) {
        *l = section(desc);
        return true;
    }
    *found = (struct table_found){ .table = desc & ~(u32)ones(10),
                                   .limits = (u8)((bit(desc, 3) ? LIMIT_NS : 0) | (bit(desc, 2) ? LIMIT_PXN : 0)),
                                   .domain = (u8)(IN_DOMAIN | bits(desc, 8, 5)) };
    if (want->cached)
        walk_cache_add_table(mmu, rg, 1, addr, SECTION_SHIFT, found);
    return true;
}

bool walk_short(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, const struct walk_intent *want, struct leaf *out, struct fault *fault)
{
    struct table_found found;
    struct short_leaf l;
    u32 desc;
    if (!first_level(mmu, rg, addr, want, &found, &l, fault))
        return false;
    fault->domain = (found.domain ? found.domain : l.domain) & 15;
    if (found.domain) {
        if (!read_word(mmu, rg, found.table | bits(addr, 19, 12) << 2, want, 2, &desc, fault))
            return false;
        if (bits(desc, 1, 0) == 0)
            return fail(fault, 1, FAULT_TRANSLATION, 2, "descriptor bits 1:0 are 0");
        l = page(desc, &found);
    }
    if (bit(rg->sctlr, SCTLR_AFE) && !(l.ap & 1)) /* no PE here sets it (SCTLR.HA is RAZ) */
        return fail(fault, 1, FAULT_ACCESS_FLAG, l.level, "the access flag, AP[0], is 0");
    finish(rg, &l, addr, out);
    return true;
}
