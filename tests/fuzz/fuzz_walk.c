/* Random tables under random registers of AArch32 and AArch64: whatever they hold, the TLB, what walks leave behind, and what descriptors were
 * decoded to answer as a walk of the bare tables does; and each fault has a status in the format that it is told in.
 *
 * Each round of an input takes its registers from the next 64 bytes; what remains of it fills the tables. */
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "mmu/mmu.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM_BYTES (1 * MIB)
#define TABLES 0x10000ull /* bytes from 0 on that hold tables; addresses in descriptors are bent to lie there */
#define FLAT_STAGE2 0x20000ull /* level 1, 4 GiB to themselves */
#define ROUNDS 8
#define REQUESTS 48

struct registers {
    u64 sctlr, ttbcr, ttbr0, ttbr1, mair, vtcr, hcr, choice;
};

static const char *say(const struct fault *f)
{
    return f->type ? fault_type_name(f->type) : "no fault";
}

static void must(bool ok, const char *what, const struct fault *a, const struct fault *b, u64 addr)
{
    if (ok)
        return;
    fprintf(stderr, "%s at %#llx: %s, stage %u level %u; by the tables: %s, stage %u level %u\n", what, (unsigned long long)addr, say(a), a->stage,
            a->level, say(b), b->stage, b->level);
    abort();
}

/* The registers, with their tables inside RAM, mostly with translation on, and without what makes walks write (HA, HD). */
static struct mmu_regime regime_from(const struct registers *in)
{
    unsigned kind = in->choice & 7; /* 0 to 3: PL1&0; 4: Hyp; 5: an AArch64 stage 2 below PL1&0; 6, 7: EL1&0 of AArch64 */
    struct mmu_regime rg = { .pa_bits = in->choice & 8 ? 40 : 44, .v7 = kind < 5 && in->choice & 16, .xnx = in->choice & 32,
                             .pan = in->choice & 64, .sif = in->choice & 128 };
    u64 base0 = (in->ttbr0 & (TABLES - 1) & ~0x3full) | (in->ttbr0 & 0x00ff000000000000), sctlr = (u32)in->sctlr | (in->choice & 0x300 ? 1 : 0);
    u64 base1 = (in->ttbr1 & (TABLES - 1) & ~0x3full) | (in->ttbr1 & 0x00ff000000000000);
    rg.secure = kind < 4 && in->choice & 0x400;
    rg.has_el2 = kind != 4 && !rg.secure;
    if (kind == 4) {
        regime_take_hyp(&rg, (u32)sctlr, (u32)in->ttbcr, base0, in->mair);
        return rg;
    }
    struct pl1_registers r = { .sctlr = (u32)sctlr, .ttbcr = (u32)in->ttbcr, .dacr = (u32)(in->mair ^ in->vtcr), .contextidr = (u32)in->vtcr,
                               .ttbr0 = base0, .ttbr1 = base1, .mair = in->mair };
    if (kind < 6) {
        regime_take_pl1(&rg, &r);
    } else {
        rg.id = REGIME_EL10;
        rg.sctlr = sctlr;
        rg.tcr = in->ttbcr & ~(3ull << 39);
        rg.ttbr0 = base0;
        rg.ttbr1 = base1;
        rg.mair = in->mair;
    }
    if (kind < 4 && rg.has_el2)
        regime_take_hyp_stage2(&rg, in->hcr, (u32)in->vtcr, (in->vtcr >> 32 & (TABLES - 1)) | (in->hcr & 0x00ff000000000000), (u32)in->sctlr);
    if (kind >= 5) {
        rg.hcr = in->hcr;
        rg.vtcr = in->vtcr & ~(3ull << 21);
        rg.vttbr = in->vtcr >> 32 & (TABLES - 1);
    }
    if (rg.has_el2 && in->choice & 0x3000) { /* mostly a stage 2 that lets walks find their tables */
        rg.s2_ee = false;
        rg.vtcr = 32 | 1 << 6 | 2 << 16;
        rg.vttbr = FLAT_STAGE2;
    }
    return rg;
}

/* Words that are half a long descriptor each, or a short one. Three of four point to tables that are there. Stage 2's may forbid something. */
static void fill_tables(struct bus *bus, const u8 *data, size_t size)
{
    for (u64 at = 0; at < TABLES; at += 8) {
        u64 desc = 0;
        for (unsigned i = 0; i < 8; i++)
            desc |= (u64)data[(at * 5 / 8 + i) % size] << 8 * i;
        if (at >> 3 & 3)
            desc &= 0xfff0000000000000 | (at >> 3 & 1 ? 0x0000ffff0000ffff : 0xffff);
        bus_write_mem(bus, PA(at), &desc, sizeof desc);
    }
    for (u64 i = 0; i < 4; i++) {
        u64 block = i << 30 | 1ull << 10 | (i ? 0 : 3 << 6) | (u64)(data[i % size] & 0x6f) << 2 | 1; /* MemAttr, S2AP, SH */
        bus_write_mem(bus, PA(FLAT_STAGE2 + i * 8), &block, sizeof block);
    }
}

static bool same_fault(const struct fault *a, const struct fault *b)
{
    return a->type == b->type && (!a->type || (a->stage == b->stage && a->level == b->level && a->s1ptw == b->s1ptw && a->domain == b->domain &&
                                               a->ipa_valid == b->ipa_valid && (!a->ipa_valid || a->ipa.v == b->ipa.v)));
}

static bool same_translation(const struct translation *a, const struct translation *b)
{
    return a->pa.v == b->pa.v && a->ipa.v == b->ipa.v && a->ns == b->ns && a->readable == b->readable && a->writable == b->writable &&
           a->executable == b->executable && a->type == b->type && a->attr == b->attr && a->sh == b->sh && a->global == b->global;
}

static void check_status(const struct mmu_regime *rg, const struct fault *f)
{
    bool told_short = rg->format == FORMAT_SHORT && f->stage == 1;
    must((fault_status_code(f) || f->type == FAULT_ADDRESS_SIZE) && f->level <= 3, "a fault without a status", f, f, f->va.v);
    must(!told_short || (fault_fsr_short(f) & 0x40f && f->level >= 1 && f->level <= 2), "no status in the short format", f, f, f->va.v);
    must(rg->format == FORMAT_VMSA64 || f->stage != 1 || f->level || f->type == FAULT_ADDRESS_SIZE, "level 0 in AArch32", f, f, f->va.v);
}

static void ask(struct mmu *mmu, const struct mmu_regime *rg, u64 addr, unsigned how)
{
    struct mmu_request rq = { .va = VA(addr), .kind = (u8)(how % 3), .size = 1, .privileged = how & 4, .no_update = true, .cache_op = (how & 24) == 24 };
    struct translation by_tables, t;
    struct fault why, f;
    bool ok = mmu_walk(mmu, rg, &rq, &by_tables, &why);
    if (rq.kind == MMU_FETCH && !regime_stage1_enabled(rg))
        return; /* an entry made by a data access has data's attributes, and the other way round: the fetch's are not kept apart */
    struct mmu_context *ctx = mmu_context_for(mmu, rg, rq.privileged, 0); /* its regime may take the short ways */
    for (unsigned again = 0; again < 2; again++) {
        must(mmu_fill(mmu, ctx, &rq, &t, &f) == ok, again ? "again" : "first", &f, &why, addr);
        must(same_fault(&f, &why), "the fault", &f, &why, addr);
        must(!ok || same_translation(&t, &by_tables), "the translation", &f, &why, addr);
    }
    if (!ok)
        check_status(rg, &f);
    else if (rg->format == FORMAT_SHORT)
        (void)par_short(&t);
}

/* Addresses near each other and at the ends, so that entries are met again. */
static u64 address(const struct mmu_regime *rg, const u8 *data, size_t size, unsigned i)
{
    u64 addr = 0;
    for (unsigned k = 0; k < 4; k++)
        addr |= (u64)data[(i * 7 + k * 13) % size] << 8 * k;
    if (i & 1)
        addr &= 0xf01ff7ff;
    if (rg->format == FORMAT_VMSA64 && i & 2)
        addr |= 0xffffffff00000000;
    return addr;
}

/* What came of the tables goes; what descriptors were decoded to stays. */
static void forget(struct mmu *mmu)
{
    mmu_tlbi(mmu, &(struct tlbi){ .scope = TLBI_ALL_EL1 });
    mmu_tlbi(mmu, &(struct tlbi){ .scope = TLBI_ALL_EL1, .secure = true });
    mmu_tlbi(mmu, &(struct tlbi){ .scope = TLBI_ALL_EL2 });
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct error err = { { 0 } };
    struct log log;
    struct bus *bus = malloc(sizeof *bus);
    struct mmu *mmu = malloc(sizeof *mmu);
    if (!bus || !mmu)
        abort();
    log_init(&log);
    bus_init(bus, &log);
    if (!bus_add_ram(bus, "ram", PA(0), RAM_BYTES, false, false, &err) || !mmu_init(mmu, bus, &log, 0, (struct tlb_geometry){ 64, 4 }, &err))
        abort();
    for (unsigned round = 0; round < ROUNDS && size > (round + 2) * sizeof(struct registers); round++) {
        struct registers in;
        const u8 *rest = data + (round + 1) * sizeof in;
        size_t left = size - (round + 1) * sizeof in;
        memcpy(&in, data + round * sizeof in, sizeof in);
        struct mmu_regime rg = regime_from(&in);
        fill_tables(bus, rest, left);
        forget(mmu);
        for (unsigned i = 0; i < REQUESTS; i++) {
            if (rg.format == FORMAT_SHORT) /* supersections and large pages are not repeated here as they must be: their entries overlap others */
                forget(mmu);
            ask(mmu, &rg, address(&rg, rest, left, i), rest[(i * 3) % left]);
        }
    }
    mmu_free(mmu);
    bus_free(bus);
    log_free(&log);
    free(mmu);
    free(bus);
    return 0;
}
