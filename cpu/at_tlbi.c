/* System instructions by address: AT (C5.4), TLBI (C5.5), DC and IC (C5.3). They are rows of cpu/sysreg.def with op0 1. */
#include "cpu/at_tlbi.h"

#include "cpu/exclusive.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg_hooks.h"
#include "emu/platform/bits.h"

#include <string.h>

/* ---- TLBI ---- */

static void invalidate(struct cpu *cpu, void *arg)
{
    mmu_tlbi(&cpu->mmu, arg);
}

/* How a TLBI is encoded: CRm 0 and 4 (op1 4) are by IPA; 1, 3, 7 by VA, ASID or all, for the Outer Shareable, Inner Shareable domain and this PE
 * alone; 5, 2, 6 the same by range (FEAT_TLBIRANGE). */
enum { CRM_IPA_IS = 0, CRM_OS = 1, CRM_RANGE_IS = 2, CRM_IS = 3, CRM_IPA = 4, CRM_RANGE_OS = 5, CRM_RANGE = 6, CRM_LOCAL = 7 };

static bool is_by_ipa(unsigned op1, unsigned crm)
{
    return op1 == 4 && (crm == CRM_IPA_IS || crm == CRM_IPA);
}

/* By IPA, op2 2, 3, 6 and 7 are the range forms. */
static bool is_by_range(unsigned op1, unsigned crm, unsigned op2)
{
    return is_by_ipa(op1, crm) ? bit(op2, 1) : crm == CRM_RANGE_IS || crm == CRM_RANGE_OS || crm == CRM_RANGE;
}

/* The L forms: op2 5, 7 by VA; 4 to 7 by IPA. */
static bool is_last_level(unsigned op1, unsigned crm, unsigned op2)
{
    return is_by_ipa(op1, crm) ? op2 >= 4 : op2 == 5 || op2 == 7;
}

/* op1 and op2 of the EL1 forms (op1 0), of EL2's (op1 4) and EL3's (op1 6). */
static u8 scope_of(unsigned op1, unsigned crm, unsigned op2)
{
    static const u8 el1[8] = { TLBI_VMALL_S1, TLBI_VA, TLBI_ASID, TLBI_VA_ALL_ASID, 0, TLBI_VA, 0, TLBI_VA_ALL_ASID };
    static const u8 el2[8] = { TLBI_ALL_EL2, TLBI_VA_EL2, 0, 0, TLBI_ALL_EL1, TLBI_VA_EL2, TLBI_VMALL_S12, 0 };
    if (op1 == 0)
        return el1[op2];
    if (op1 == 6)
        return op2 == 0 ? TLBI_ALL_EL3 : TLBI_VA_EL3;
    return is_by_ipa(op1, crm) ? TLBI_IPA_S2 : el2[op2];
}

/* By its encoding, an operation reaches the other PEs of its domain; all PEs here are in one Inner Shareable domain. */
static bool is_broadcast(unsigned op1, unsigned crm, unsigned op2)
{
    if (is_by_ipa(op1, crm)) /* CRm 4: op2 0, 3, 4, 7 are the Outer Shareable forms */
        return crm == CRM_IPA_IS || op2 == 0 || op2 == 3 || op2 == 4 || op2 == 7;
    return crm != CRM_LOCAL && crm != CRM_RANGE;
}

/* TTL and TG: a granule (1, 2, 3: 4, 16, 64 KiB) and the level of the leaf; 0: any (D8.14.5.2). A leaf that the granule does not have, and
 * no granule, say nothing. */
static u8 level_of(u64 granule, u64 level)
{
    return granule == 0 || (granule == 2 && level == 1) ? 0 : (u8)level;
}

/* Bits 47:44. Without FEAT_TTL they are RES0. */
static u8 level_hint(const struct cpu *cpu, u64 value)
{
    return cpu_has(cpu, FEAT_TTL) ? level_of(bits(value, 47, 46), bits(value, 45, 44)) : 0;
}

/* The range forms: TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, BaseADDR 36:0 in granules (D8.14.5.3). */
static void take_range(u64 value, struct tlbi *op)
{
    static const u8 shifts[4] = { 0, 12, 14, 16 };
    unsigned shift = shifts[bits(value, 47, 46)], scale = (unsigned)bits(value, 45, 44);
    if (!shift) {
        op->scope = TLBI_NONE; /* reserved: no entry need go */
        return;
    }
    op->bytes = (bits(value, 43, 39) + 1) << (5 * scale + 1 + shift);
    op->va = VA(sign_extend(bits(value, 36, 0), 37) << shift);
    op->ipa = IPA(bits(value, 36, 0) << shift);
    op->level = level_of(bits(value, 47, 46), bits(value, 38, 37));
}

/* Is EL2&0 what an instruction of EL2 (op1 4), or one of EL1 (op1 0) from EL2 or EL3, works on? HCR_EL2.E2H says the first, E2H and TGE the second. */
static bool works_on_el20(const struct cpu *cpu, unsigned op1)
{
    return op1 == 4 ? cpu->has_el2 && bit(cpu->sys.hcr_el2, HCR_E2H) : op1 == 0 && cpu_el0_is_host(cpu);
}

/* The scope of the same instruction in the EL2&0 regime. */
static u8 el20_scope(u8 scope)
{
    switch (scope) {
    case TLBI_ALL_EL2:
    case TLBI_VMALL_S1:
        return TLBI_ALL_EL20;
    case TLBI_VA_EL2:
        return TLBI_VA;
    default:
        return scope;
    }
}

/* On all PEs of the domain, or on this one. HCR_EL2.FB makes EL1's operations reach all. */
static void broadcast_or_local(struct cpu *cpu, bool broadcast, bool of_el1, struct tlbi *op)
{
    bool forced = of_el1 && cpu->pstate.el == 1 && bit(cpu->sys.hcr_el2, HCR_FB) && bit(cpu_hcr(cpu), HCR_FB);
    if (broadcast || forced)
        cpu->host.for_each_cpu(cpu->host.machine, invalidate, op);
    else
        mmu_tlbi(&cpu->mmu, op);
}

static bool is_secure_maintenance(const struct cpu *cpu)
{
    return cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS);
}

static u16 asid_of(const struct cpu *cpu, bool host, u64 value)
{
    return (u16)(bit(host ? cpu->sys.tcr_el2 : cpu->sys.tcr_el1, 36) ? bits(value, 63, 48) : bits(value, 55, 48));
}

bool tlbi_is_page_of_el1(u32 enc)
{
    unsigned crm = (unsigned)bits(enc, 6, 3);
    return (enc & ~0x7fu) == SYSREG_ENC(1, 0, 8, 0, 0) && bit(enc, 0) && (crm == CRM_OS || crm == CRM_IS || crm == CRM_LOCAL);
}

void tlbi_page_of_el1(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    unsigned crm = (unsigned)bits(sr->enc, 6, 3), op2 = (unsigned)bits(sr->enc, 2, 0);
    bool host = works_on_el20(cpu, 0);
    struct tlbi op = { .scope = scope_of(0, crm, op2), .secure = is_secure_maintenance(cpu), .last_level = is_last_level(0, crm, op2),
                       .use_vmid = cpu_el2_enabled(cpu), .host = host, .asid = asid_of(cpu, host, value), .vmid = cpu_vmid(cpu),
                       .va = VA(sign_extend(bits(value, 43, 0) << 12, 56)), .level = level_hint(cpu, value) };
    broadcast_or_local(cpu, crm != CRM_LOCAL, true, &op);
}

bool write_tlbi(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    unsigned op1 = (unsigned)bits(sr->enc, 13, 11), crm = (unsigned)bits(sr->enc, 6, 3), op2 = (unsigned)bits(sr->enc, 2, 0);
    if (tlbi_is_page_of_el1(sr->enc)) {
        tlbi_page_of_el1(cpu, sr, value);
        return true;
    }
    u8 scope = scope_of(op1, crm, op2);
    bool host = works_on_el20(cpu, op1) && scope != TLBI_ALL_EL1 && scope != TLBI_VMALL_S12 && scope != TLBI_IPA_S2;
    struct tlbi op = { .scope = host ? el20_scope(scope) : scope, .secure = is_secure_maintenance(cpu), .use_vmid = cpu_el2_enabled(cpu),
                       .host = host, .asid = asid_of(cpu, host, value), .vmid = cpu_vmid(cpu),
                       .va = VA(sign_extend(bits(value, 43, 0) << 12, 56)), .ipa = IPA(bits(value, 35, 0) << 12) };
    op.last_level = is_last_level(op1, crm, op2);
    if (is_by_range(op1, crm, op2))
        take_range(value, &op);
    else if (tlbi_is_by_va(&op))
        op.level = level_hint(cpu, value);
    broadcast_or_local(cpu, is_broadcast(op1, crm, op2), op1 == 0, &op);
    return true;
}

/* ---- AT ---- */

bool write_at(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    unsigned op1 = (unsigned)bits(sr->enc, 13, 11), op2 = (unsigned)bits(sr->enc, 2, 0);
    bool obeys_pan = bits(sr->enc, 6, 3) == 9; /* S1E1RP, S1E1WP */
    bool s1e2 = op1 == 4 && op2 < 2;
    u8 el = op1 == 6 ? 3 : s1e2 || works_on_el20(cpu, 0) ? 2 : 1; /* S1E1, S1E0, S12E1 and S12E0 in a host: stage 1 of EL2&0 */
    struct mmu_regime rg;
    struct mmu_request rq = { .va = VA(value), .kind = op2 & 1 ? MMU_WRITE : MMU_READ, .size = 1, .privileged = !(op2 & 2), .at = true, .no_update = true,
                              .stage1_only = el == 1 && op1 == 0 };
    struct translation t;
    struct fault f;
    cpu_regime(cpu, el, &rg);
    rg.pan &= obeys_pan;
    if (rg.format != FORMAT_VMSA64) /* EL1 is AArch32: bits 63:32 are none of the address (C5.4.6) */
        rq.va = VA((u32)value);
    if (mmu_translate(&cpu->mmu, &rg, &rq, &t, &f)) {
        cpu->sys.par_el1 = par_long(&t);
        return true;
    }
    /* A stage-2 fault on the walk of an EL1 instruction is EL2's, and an external abort is nobody's result (D8.12.4). */
    if ((f.s1ptw && cpu->pstate.el == 1) || f.type == FAULT_EXTERNAL_WALK) {
        f.cache_op = true;
        cpu_data_abort(cpu, &f, NULL);
        return false;
    }
    cpu->sys.par_el1 = par_long_of_fault(&f);
    return true;
}

/* ---- DC, IC by VA ---- */

/* Caches hold nothing here that memory does not: what remains is the translation and its faults. */
bool write_dc_va(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    bool invalidates = bits(sr->enc, 10, 0) == (7 << 7 | 6 << 3 | 1); /* DC IVAC wants to write */
    struct mmu_request rq = { .va = VA(value), .kind = invalidates ? MMU_WRITE : MMU_READ, .size = 1, .privileged = cpu->pstate.el != 0,
                              .cache_op = true };
    struct translation t;
    struct fault f;
    if (mmu_fill(&cpu->mmu, cpu->ctx, &rq, &t, &f)) /* with host pointers for the page: the next 63 lines of it are quick */
        return true;
    if (f.type == FAULT_PERMISSION && cpu->pstate.el != 0 && !invalidates) /* no read permission is needed above EL0 */
        return true;
    cpu_data_abort(cpu, &f, NULL);
    return false;
}

bool write_dc_zva(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    u64 addr = value & ~63ull;
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_WRITE, .size = 64, .privileged = cpu->pstate.el != 0 };
    struct translation t;
    struct fault f;
    struct bus_region *region;
    (void)sr;
    if (!mmu_fill(&cpu->mmu, cpu->ctx, &rq, &t, &f)) {
        f.va = VA(value);
        cpu_data_abort(cpu, &f, NULL);
        return false;
    }
    u8 *host = bus_ram_page(cpu->bus, t.pa, !t.ns, &region);
    if (t.type != MEM_NORMAL || !host || region->rom) {
        f = (struct fault){ .type = FAULT_ALIGNMENT, .stage = 1, .kind = MMU_WRITE, .va = VA(value), .why = "DC ZVA of Device memory" };
        cpu_data_abort(cpu, &f, NULL);
        return false;
    }
    memset(host + (t.pa.v & ~PAGE_MASK), 0, 64);
    u8 flags = region->page_flags[(t.pa.v - region->base) >> PAGE_SHIFT];
    if (flags & RAM_PAGE_HAS_MONITOR)
        exclusive_stored(cpu, region, t.pa, 64);
    if (flags & RAM_PAGE_HAS_CODE)
        cpu->bus->code_written(cpu->bus->code_owner, t.pa, 64);
    return true;
}
