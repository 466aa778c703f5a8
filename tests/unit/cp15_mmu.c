/* AArch32's registers as a translation regime, CP15's address translation and TLB maintenance: DDI 0406 B3.10 and B4.2, DDI 0487 G5.9, G5.10, G8. */
#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"
#include "cpu/at_tlbi_aarch32.h"
#include "cpu/cp.h"
#include "cpu/model.h"
#include "cpu/regime_aarch32.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define LPAE_L1 0x100000ull /* VA 0: pages; 1 GiB at 1 GiB is a block */
#define LPAE_L2 0x101000ull
#define LPAE_L3 0x102000ull
#define STAGE2 0x103000ull /* level 1: flat, but for what tests put there */
#define SHORT_L1 0x104000ull
#define SHORT_L2 0x108000ull
#define EAE (1u << 31)
#define AF (1ull << 10)
#define NG (1ull << 11)
#define AP_EL0 (1ull << 6)
#define S2_LEAF (AF | 3ull << 8 | 0xfd) /* read, write, write-back, block */

static void put(struct bare_pe *b, u64 at, u64 desc)
{
    assert_true(bus_write_mem(&b->bus, PA(at), &desc, sizeof desc));
}

static void put32(struct bare_pe *b, u64 at, u32 desc)
{
    assert_true(bus_write_mem(&b->bus, PA(at), &desc, sizeof desc));
}

/* What a write of the register with this encoding does. */
static bool tlbi(struct bare_pe *b, u32 enc, u32 value)
{
    return write_tlbi_aarch32(b->cpu, &(struct sysreg){ .enc = (u16)enc }, value);
}

static unsigned broadcasts;

static void for_this_pe(void *cpu, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    broadcasts++;
    fn(cpu, arg);
}

/* Pages 1 (nG) and 2 (global) of 4 KiB at VA 0x1000 and 0x2000. */
static void fill_tables(struct bare_pe *b)
{
    put(b, LPAE_L1, LPAE_L2 | 3);
    put(b, LPAE_L1 + 8, 0x40000000 | AF | AP_EL0 | 1);
    put(b, LPAE_L2, LPAE_L3 | 3);
    put(b, LPAE_L3 + 8, 0x501000 | AF | AP_EL0 | NG | 3);
    put(b, LPAE_L3 + 16, 0x502000 | AF | AP_EL0 | 3);
    for (u64 i = 0; i < 4; i++)
        put(b, STAGE2 + i * 8, i << 30 | S2_LEAF);
}

/* An ARMv7 PE in Non-secure Supervisor mode, with the Security and Virtualization Extensions; long descriptors, stage 2 on. */
static int set_up(void **state)
{
    struct bare_pe *b = bare_pe_new(false, true);
    struct cpu *cpu = b->cpu;
    struct sysregs *s = &cpu->sys;
    struct error err = { { 0 } };
    fill_tables(b);
    mmu_free(&cpu->mmu); /* the tests want more ways than the model has */
    assert_true(mmu_init(&cpu->mmu, &b->bus, &b->log, 0, (struct tlb_geometry){ 256, 16 }, &err));
    cpu->model->aarch32_only = true;
    cpu->model->pa_bits = 40;
    cpu->has_el2 = cpu->has_el3 = true;
    cpu->host.for_each_cpu = for_this_pe;
    cpu->host.machine = cpu;
    cpu->pstate = (struct pstate){ .el = 1, .aarch32 = true, .mode = MODE_SVC, .daif = 7 };
    memset(s, 0, sizeof *s);
    s->scr_el3 = 1;
    s->sctlr_el1 = s->sctlr_s = s->sctlr_el2 = 1 | 1 << 2;
    s->tcr_el1 = s->ttbcr_s = EAE;
    s->ttbr0_el1 = s->ttbr0_s = LPAE_L1 | 5ull << 48;
    s->ttbr0_el2 = LPAE_L1;
    s->mair_el1 = s->mair_s = s->mair_el2 = 0xff;
    s->hcr_el2 = 1;
    s->vtcr_el2 = 1u << 31 | 1 << 6;
    s->vttbr_el2 = STAGE2 | 1ull << 48;
    s->vbar_el2 = 0x2000;
    broadcasts = 0;
    cpu_regime_changed(cpu);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bare_pe_free(*state);
    return 0;
}

/* ---- the regime ---- */

static struct mmu_regime regime(struct bare_pe *b, u8 el)
{
    struct mmu_regime rg;
    cpu_regime(b->cpu, el, &rg);
    return rg;
}

static void secure_pl1_has_its_own_copies(void **state)
{
    struct bare_pe *b = *state;
    struct sysregs *s = &b->cpu->sys;
    s->sctlr_s = 0x30000005;
    s->ttbcr_s = 3;
    s->ttbr0_s = 0x12344000;
    s->ttbr1_s = 0x56784000;
    s->dacr_s = 0x89abcdef;
    s->contextidr_s = 0x17;
    s->mair_s = 0x1122334455667788;
    for (unsigned how = 0; how < 3; how++) {
        s->scr_el3 = how == 0;
        struct mmu_regime rg = regime(b, how == 0 ? 3 : how == 1 ? 1 : 0); /* Monitor mode, whatever SCR.NS; the others by it */
        assert_true(rg.secure && rg.v7 && !rg.has_el2 && !regime_has_stage2(&rg));
        assert_int_equal(rg.id, REGIME_EL10);
        assert_int_equal(rg.format, FORMAT_SHORT);
        assert_int_equal(rg.sctlr, 0x30000005);
        assert_int_equal(rg.tcr, 3);
        assert_int_equal(rg.ttbr0 & ones(32), 0x12344000);
        assert_int_equal(rg.ttbr1, 0x56784000);
        assert_int_equal(rg.dacr, 0x89abcdef);
        assert_int_equal(regime_asid(&rg), 0x17);
        assert_int_equal(rg.mair, 0x1122334455667788);
    }
}

static void nonsecure_pl1_is_in_el1s_registers(void **state)
{
    struct bare_pe *b = *state;
    struct sysregs *s = &b->cpu->sys;
    s->tcr_el1 = 0;
    s->dacr32_el2 = 0x55;
    s->contextidr_el1 = 0x9;
    s->ttbr1_el1 = 0x8000;
    struct mmu_regime rg = regime(b, 1);
    assert_false(rg.secure);
    assert_int_equal(rg.format, FORMAT_SHORT);
    assert_int_equal(rg.dacr, 0x55);
    assert_int_equal(regime_asid(&rg), 9);
    assert_int_equal(regime_vmid(&rg), 1);
    assert_true(rg.has_el2 && rg.s2_aarch32 && regime_has_stage2(&rg));
    s->hcr_el2 = 1ull << HCR_TGE;
    rg = regime(b, 0);
    assert_false(regime_stage1_enabled(&rg));
    s->sctlr_el2 |= 1 << 25;
    rg = regime(b, 1);
    assert_true(rg.s2_ee && !rg.s1_ee);
}

static void hyp_is_in_el2s_registers(void **state)
{
    struct bare_pe *b = *state;
    b->cpu->sys.tcr_el2 = 3;
    b->cpu->sys.sctlr_el2 |= 1 << 25;
    b->cpu->sys.mair_el2 = 0xab;
    struct mmu_regime rg = regime(b, 2);
    assert_int_equal(rg.id, REGIME_EL2);
    assert_int_equal(rg.format, FORMAT_LONG);
    assert_int_equal(bits(rg.tcr, 5, 0), 35);
    assert_true(rg.s1_ee && !rg.secure && !rg.has_el2);
    assert_int_equal(rg.mair, 0xab);
    assert_int_equal(rg.ttbr0, LPAE_L1);
}

/* EL1 in AArch32 under an AArch64 EL2 and EL3: stage 2 is VMSAv8-64, and Secure EL1 has the one copy there is. */
static void under_aarch64(void **state)
{
    struct bare_pe *b = *state;
    struct sysregs *s = &b->cpu->sys;
    b->cpu->model->aarch32_only = false;
    b->cpu->model->features |= FEATURE_BIT(AARCH32) | FEATURE_BIT(AARCH32_EL1);
    s->scr_el3 = 1 | 1u << SCR_RW;
    s->vtcr_el2 = 20 | 2 << 6 | 4 << 16;
    struct mmu_regime rg = regime(b, 1);
    assert_int_equal(rg.format, FORMAT_LONG);
    assert_true(rg.has_el2 && !rg.s2_aarch32 && !rg.v7);
    assert_int_equal(rg.vtcr, s->vtcr_el2);
    assert_int_equal(regime(b, 2).format, FORMAT_VMSA64);
    s->scr_el3 = 0;
    s->sctlr_s = 0;
    rg = regime(b, 1);
    assert_true(rg.secure && regime_stage1_enabled(&rg));
    /* EL0 in AArch32 under an EL1 in AArch64: EL1's */
    s->scr_el3 = 1 | 1u << SCR_RW;
    s->hcr_el2 |= 1ull << HCR_RW;
    b->cpu->pstate = (struct pstate){ .aarch32 = true, .mode = MODE_USR, .e = true };
    rg = regime(b, 0);
    assert_int_equal(rg.format, FORMAT_VMSA64);
    assert_true(rg.big_endian);
}

/* ---- TLB maintenance ---- */

enum { IN_VM1, GLOBAL_IN_VM1, ASID6, IN_VM2, SECURE, HYP1, HYP2, ENTRIES };

/* The regime that an entry is of; registers stay as they are. */
static struct mmu_regime regime_of(struct bare_pe *b, unsigned entry)
{
    struct sysregs before = b->cpu->sys, *s = &b->cpu->sys;
    struct mmu_regime rg;
    s->ttbr0_el1 = LPAE_L1 | (entry == ASID6 ? 6ull : 5ull) << 48;
    s->vttbr_el2 = STAGE2 | (entry == IN_VM2 ? 2ull : 1ull) << 48;
    if (entry == HYP1 || entry == HYP2)
        cpu_regime_aarch32(b->cpu, 2, &rg);
    else
        cpu_regime_pl1(b->cpu, entry == SECURE, &rg);
    *s = before;
    return rg;
}

static bool touch(struct bare_pe *b, unsigned entry)
{
    struct mmu_regime rg = regime_of(b, entry);
    struct mmu_request rq = { .va = VA(entry == GLOBAL_IN_VM1 || entry == HYP2 ? 0x2000 : 0x1000), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    u64 misses = b->cpu->mmu.stats.misses;
    assert_true(mmu_translate(&b->cpu->mmu, &rg, &rq, &t, &f));
    return b->cpu->mmu.stats.misses == misses;
}

/* Which entries an operation removed, as bits. */
static unsigned removed_by(struct bare_pe *b, u32 enc, u32 value)
{
    unsigned gone = 0;
    mmu_reset(&b->cpu->mmu);
    for (unsigned e = 0; e < ENTRIES; e++)
        touch(b, e);
    tlbi(b, enc, value);
    for (unsigned e = 0; e < ENTRIES; e++)
        gone |= (unsigned)!touch(b, e) << e;
    return gone;
}

enum { VM1 = 1 << IN_VM1 | 1 << GLOBAL_IN_VM1 | 1 << ASID6, NSNH = VM1 | 1 << IN_VM2, HYPS = 1 << HYP1 | 1 << HYP2 };

/* opc1, CRm, opc2, value; what goes at PL1 Non-secure, in Hyp mode, at Secure PL1 (and in Monitor mode). */
static const struct {
    const char *name;
    u8 opc1, crm, opc2;
    u32 value;
    unsigned pl1, hyp, secure;
    bool broadcast;
} maintenance[] = {
    { "TLBIALLIS", 0, 3, 0, 0, VM1, VM1, 1 << SECURE, true },
    { "TLBIMVAIS", 0, 3, 1, 0x1005, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, true },
    { "TLBIASIDIS", 0, 3, 2, 5, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, true },
    { "TLBIMVAAIS", 0, 3, 3, 0x1000, 1 << IN_VM1 | 1 << ASID6, 1 << IN_VM1 | 1 << ASID6, 1 << SECURE, true },
    { "TLBIMVALIS", 0, 3, 5, 0x1006, 1 << ASID6, 1 << ASID6, 0, true },
    { "TLBIMVAALIS", 0, 3, 7, 0x2000, 1 << GLOBAL_IN_VM1, 1 << GLOBAL_IN_VM1, 0, true },
    { "ITLBIALL", 0, 5, 0, 0, VM1, VM1, 1 << SECURE, false },
    { "ITLBIMVA", 0, 5, 1, 0x2009, 1 << GLOBAL_IN_VM1, 1 << GLOBAL_IN_VM1, 0, false },
    { "ITLBIASID", 0, 5, 2, 6, 1 << ASID6, 1 << ASID6, 0, false },
    { "DTLBIALL", 0, 6, 0, 0, VM1, VM1, 1 << SECURE, false },
    { "DTLBIMVA", 0, 6, 1, 0x1005, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, false },
    { "DTLBIASID", 0, 6, 2, 0xff05, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, false },
    { "TLBIALL", 0, 7, 0, 0, VM1, VM1, 1 << SECURE, false },
    { "TLBIMVA", 0, 7, 1, 0x1007, 0, 0, 0, false },
    { "TLBIASID", 0, 7, 2, 5, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, false },
    { "TLBIMVAA", 0, 7, 3, 0x1fff, 1 << IN_VM1 | 1 << ASID6, 1 << IN_VM1 | 1 << ASID6, 1 << SECURE, false },
    { "TLBIMVAL", 0, 7, 5, 0x1005, 1 << IN_VM1, 1 << IN_VM1, 1 << SECURE, false },
    { "TLBIMVAAL", 0, 7, 7, 0x3000, 0, 0, 0, false },
    { "TLBIALLHIS", 4, 3, 0, 0, HYPS, HYPS, HYPS, true },
    { "TLBIMVAHIS", 4, 3, 1, 0x1000, 1 << HYP1, 1 << HYP1, 1 << HYP1, true },
    { "TLBIALLNSNHIS", 4, 3, 4, 0, NSNH, NSNH, NSNH, true },
    { "TLBIMVALHIS", 4, 3, 5, 0x2000, 1 << HYP2, 1 << HYP2, 1 << HYP2, true },
    { "TLBIALLH", 4, 7, 0, 0, HYPS, HYPS, HYPS, false },
    { "TLBIMVAH", 4, 7, 1, 0x2000, 1 << HYP2, 1 << HYP2, 1 << HYP2, false },
    { "TLBIALLNSNH", 4, 7, 4, 0, NSNH, NSNH, NSNH, false },
    { "TLBIMVALH", 4, 7, 5, 0x1000, 1 << HYP1, 1 << HYP1, 1 << HYP1, false },
    { "TLBIIPAS2IS", 4, 0, 1, 0x501, 0, 0, 0, true }, /* combined entries may stay */
    { "TLBIIPAS2LIS", 4, 0, 5, 0x501, 0, 0, 0, true },
    { "TLBIIPAS2", 4, 4, 1, 0x501, 0, 0, 0, false },
    { "TLBIIPAS2L", 4, 4, 5, 0x501, 0, 0, 0, false },
};

static void go_to(struct bare_pe *b, u8 mode, bool ns)
{
    b->cpu->sys.scr_el3 = ns;
    b->cpu->pstate.mode = mode;
    b->cpu->pstate.el = mode == MODE_HYP ? 2 : mode == MODE_MON || !ns ? 3 : 1;
}

static void maintenance_has_its_scope(void **state)
{
    struct bare_pe *b = *state;
    for (unsigned i = 0; i < ARRAY_SIZE(maintenance); i++) {
        u32 enc = CP_ENC(15, maintenance[i].opc1, 8, maintenance[i].crm, maintenance[i].opc2), value = maintenance[i].value;
        broadcasts = 0;
        go_to(b, MODE_SVC, true);
        if (maintenance[i].opc1 == 0 && removed_by(b, enc, value) != maintenance[i].pl1)
            fail_msg("%s at PL1", maintenance[i].name);
        assert_int_equal(broadcasts, maintenance[i].opc1 == 0 && maintenance[i].broadcast);
        go_to(b, MODE_HYP, true);
        if (removed_by(b, enc, value) != maintenance[i].hyp)
            fail_msg("%s in Hyp mode", maintenance[i].name);
        assert_int_equal(broadcasts, maintenance[i].broadcast ? 1 + (maintenance[i].opc1 == 0) : 0);
        go_to(b, MODE_SVC, false);
        if (maintenance[i].opc1 == 0 && removed_by(b, enc, value) != maintenance[i].secure)
            fail_msg("%s at Secure PL1", maintenance[i].name);
        go_to(b, MODE_MON, true);
        if (removed_by(b, enc, value) != maintenance[i].secure)
            fail_msg("%s in Monitor mode", maintenance[i].name);
    }
}

static void hcr_fb_broadcasts_what_pl1_does(void **state)
{
    struct bare_pe *b = *state;
    b->cpu->sys.hcr_el2 |= 1 << HCR_FB;
    for (unsigned i = 0; i < ARRAY_SIZE(maintenance); i++) {
        if (maintenance[i].opc1)
            continue;
        u32 enc = CP_ENC(15, 0, 8, maintenance[i].crm, maintenance[i].opc2);
        broadcasts = 0;
        go_to(b, MODE_SVC, true);
        tlbi(b, enc, maintenance[i].value);
        assert_int_equal(broadcasts, 1);
        go_to(b, MODE_HYP, true);
        tlbi(b, enc, maintenance[i].value);
        go_to(b, MODE_SVC, false);
        tlbi(b, enc, maintenance[i].value);
        assert_int_equal(broadcasts, 1 + 2 * maintenance[i].broadcast);
    }
}

/* What is kept of stage 2 goes by IPA, in Hyp mode by TLBIALL too; the stage-1 forms alone leave it. IPAs have 40 bits: [39:12] in 27:0. */
static void stage2_goes_by_ipa(void **state)
{
    struct bare_pe *b = *state;
    static const struct {
        u8 opc1, crm, opc2;
        u32 value;
        bool stage2_goes;
    } ops[] = { { 4, 0, 1, 0x501, true }, { 4, 4, 1, 0x501, true }, { 4, 4, 5, 0x501, true }, { 4, 0, 5, 0x501, true }, { 4, 4, 1, 0x40501, false },
                { 0, 7, 0, 0, true }, { 0, 7, 3, 0x1000, false }, { 4, 7, 4, 0, true } };
    for (unsigned i = 0; i < ARRAY_SIZE(ops); i++) {
        go_to(b, MODE_HYP, true);
        mmu_reset(&b->cpu->mmu);
        put(b, STAGE2, S2_LEAF);
        touch(b, IN_VM1);
        put(b, STAGE2, 0); /* a break, which the TLB need not see before its maintenance */
        tlbi(b, CP_ENC(15, ops[i].opc1, 8, ops[i].crm, ops[i].opc2), ops[i].value);
        tlbi(b, CP_ENC(15, 0, 8, 7, 7), 0x1000); /* TLBIMVAAL: the combined entry */
        struct mmu_regime rg = regime_of(b, IN_VM1);
        struct mmu_request rq = { .va = VA(0x1000), .kind = MMU_READ, .size = 4, .privileged = true };
        struct translation t;
        struct fault f;
        /* The tables of stage 1 lie under stage 2 as well: known pages of both stages answer, or the walk meets the break. */
        bool ok = mmu_translate(&b->cpu->mmu, &rg, &rq, &t, &f);
        assert_int_equal(ok, !ops[i].stage2_goes);
    }
}

/* The L forms take the page and leave the tables above it. */
static void last_level_forms_leave_tables(void **state)
{
    struct bare_pe *b = *state;
    for (unsigned opc2 = 1; opc2 < 8; opc2++) {
        if (opc2 == 2 || opc2 == 4 || opc2 == 6)
            continue;
        mmu_reset(&b->cpu->mmu);
        put(b, LPAE_L2, LPAE_L3 | 3);
        touch(b, IN_VM1);
        put(b, LPAE_L2, 0);
        tlbi(b, CP_ENC(15, 0, 8, 7, opc2), 0x1005);
        struct mmu_regime rg = regime_of(b, IN_VM1);
        struct mmu_request rq = { .va = VA(0x1000), .kind = MMU_READ, .size = 4, .privileged = true };
        struct translation t;
        struct fault f;
        assert_int_equal(mmu_translate(&b->cpu->mmu, &rg, &rq, &t, &f), opc2 >= 5);
    }
}

/* ---- address translation ---- */

enum { ATS1CPR, ATS1CPW, ATS1CUR, ATS1CUW, ATS12NSOPR, ATS12NSOPW, ATS12NSOUR, ATS12NSOUW };

static bool at(struct bare_pe *b, unsigned opc1, unsigned opc2, u32 value)
{
    b->cpu->sys.par_el1 = b->cpu->sys.par_s = 0xdeadbeefdeadbeef;
    return write_at_aarch32(b->cpu, &(struct sysreg){ .enc = CP_ENC(15, opc1, 7, 8, opc2) }, value);
}

/* Short descriptors: a section at 1 MiB that EL0 may read, a small page that only EL1 may read, a supersection. */
static void use_short(struct bare_pe *b)
{
    struct sysregs *s = &b->cpu->sys;
    put32(b, SHORT_L1 + 4, 0x00600000 | 2 << 10 | 1 << 16 | 1 << 12 | 3 << 2 | 3 << 5 | 2); /* AP 0b010, write-back write-allocate, S, domain 3 */
    put32(b, SHORT_L1 + 8, (u32)SHORT_L2 | 3 << 5 | 1);
    put32(b, SHORT_L2, 0x00700000 | 1 << 9 | 1 << 4 | 2); /* AP 0b101 */
    put32(b, SHORT_L1 + 0x40, 0x12000000 | 3 << 20 | 1 << 18 | 3 << 10 | 2);
    s->tcr_el1 = s->ttbcr_s = 0;
    s->ttbr0_el1 = s->ttbr0_s = SHORT_L1;
    s->dacr32_el2 = s->dacr_s = 0x55;
    s->hcr_el2 = 0;
}

static void ats1c_in_the_short_format(void **state)
{
    struct bare_pe *b = *state;
    u64 *par = &b->cpu->sys.par_el1;
    use_short(b);
    assert_true(at(b, 0, ATS1CPR, 0x123456));
    assert_int_equal(*par, 0x00623000 | 1 << 9 | 1 << 7 | 5 << 4 | 1 << 2); /* NS, SH, write-back write-allocate */
    assert_true(at(b, 0, ATS1CPW, 0x123456));
    assert_int_equal(*par & ~ones(12), 0x00623000);
    assert_true(at(b, 0, ATS1CUR, 0x123456));
    assert_int_equal(*par & ~ones(12), 0x00623000);
    assert_true(at(b, 0, ATS1CUW, 0x123456));
    assert_int_equal(*par, 0x0d << 1 | 1); /* permission, first level */
    assert_true(at(b, 0, ATS1CPW, 0x200000));
    assert_int_equal(*par, 0x0f << 1 | 1);
    assert_true(at(b, 0, ATS1CPR, 0x200000));
    assert_int_equal(*par, 0x00700000 | 1 << 9 | 1 << 7 | 1 << 4); /* Strongly-ordered */
    assert_true(at(b, 0, ATS1CUR, 0x200000));
    assert_int_equal(*par, 0x0f << 1 | 1);
    assert_true(at(b, 0, ATS1CPR, 0x201000));
    assert_int_equal(*par, 0x07 << 1 | 1); /* translation, second level */
    assert_true(at(b, 0, ATS1CPR, 0x300000));
    assert_int_equal(*par, 0x05 << 1 | 1);
    assert_true(at(b, 0, ATS1CPR, 0x1000000));
    assert_int_equal(*par, 0x12000000 | 3 << 16 | 1 << 9 | 1 << 7 | 1 << 4 | 2); /* SS, PA[39:32] */
    b->cpu->sys.dacr32_el2 = 0;
    assert_true(at(b, 0, ATS1CPR, 0x123456));
    assert_int_equal(*par, 0x09 << 1 | 1); /* domain */
    assert_true(at(b, 0, ATS1CPR, 0x200000));
    assert_int_equal(*par, 0x0b << 1 | 1);
}

/* EAE, an operation in Hyp mode, and a stage 2 that takes part make it the 64-bit format. */
static void the_format_of_par(void **state)
{
    struct bare_pe *b = *state;
    u64 *par = &b->cpu->sys.par_el1;
    const u64 hit = 0xff00000000501800 | 1 << 9;
    assert_true(at(b, 0, ATS1CPR, 0x1abc));
    assert_int_equal(*par, hit);
    assert_true(at(b, 0, ATS1CPR, 0x3000));
    assert_int_equal(*par, 0x800 | 7 << 1 | 1);
    go_to(b, MODE_HYP, true);
    assert_true(at(b, 4, 0, 0x1abc)); /* ATS1HR */
    assert_int_equal(*par, hit);
    assert_true(at(b, 4, 1, 0x3000)); /* ATS1HW */
    assert_int_equal(*par, 0x800 | 7 << 1 | 1);
    use_short(b);
    put32(b, SHORT_L1 + 4, 0x00600c02);
    assert_true(at(b, 0, ATS1CPR, 0x100000));
    assert_int_equal(*par, 0x600000 | 1 << 11 | 1 << 9 | 2 << 7); /* Strongly-ordered, Outer Shareable */
    assert_true(at(b, 0, ATS12NSOPR, 0x100000)); /* no stage 2: short */
    assert_int_equal(*par, 0x600000 | 1 << 9 | 1 << 7 | 1 << 4);
    b->cpu->sys.hcr_el2 = 1;
    assert_true(at(b, 0, ATS12NSOPR, 0x100000));
    assert_int_equal(*par, 0x600000 | 1 << 11 | 1 << 9 | 2 << 7);
    assert_true(at(b, 0, ATS12NSOPR, 0x300000));
    assert_int_equal(*par, 0x800 | 5 << 1 | 1);
    b->cpu->sys.dacr32_el2 = 0;
    put32(b, SHORT_L1 + 4, 0x00600c02);
    assert_true(at(b, 0, ATS12NSOUW, 0x100000));
    assert_int_equal(*par, 0x800 | 0x3d << 1 | 1); /* a domain fault, in the long format */
}

static void ats12_goes_through_both_stages(void **state)
{
    struct bare_pe *b = *state;
    u64 *par = &b->cpu->sys.par_el1;
    put(b, STAGE2 + 8, 0x2040000000 | (S2_LEAF & ~0x80ull)); /* IPA 1 GiB: read-only */
    go_to(b, MODE_HYP, true);
    assert_true(at(b, 0, ATS12NSOUR, 0x40001234));
    assert_int_equal(*par, 0xff00002040001800 | 1 << 9 | 3 << 7); /* Inner Shareable, as stage 2 has it */
}

static void faults_of_stage2(void **state)
{
    struct bare_pe *b = *state;
    u64 *par = &b->cpu->sys.par_el1;
    put(b, STAGE2 + 8, 0x2040000000 | (S2_LEAF & ~0x80ull));
    go_to(b, MODE_HYP, true);
    assert_true(at(b, 0, ATS12NSOPW, 0x40001234));
    assert_int_equal(*par, 0xa00 | 0x0d << 1 | 1); /* permission, level 1, stage 2 */
    put(b, LPAE_L1, 0xc0000000 | 3); /* the table of level 2 is an IPA that stage 2 does not map */
    put(b, STAGE2 + 24, 0);
    assert_true(at(b, 0, ATS1CPR, 0x1000));
    assert_int_equal(*par, 0xb00 | 5 << 1 | 1);
    /* At PL1 it is an abort that Hyp mode takes: CM, S1PTW, WnR. */
    go_to(b, MODE_SVC, true);
    b->cpu->pc = 0x4000;
    assert_false(at(b, 0, ATS1CPR, 0x1000));
    assert_int_equal(b->cpu->pstate.mode, MODE_HYP);
    assert_int_equal(b->cpu->sys.esr_el2, 0x24u << 26 | 1u << 25 | 0x1c5);
    assert_int_equal(b->cpu->sys.hpfar_el2, 0xc0000000 >> 8);
    assert_int_equal((u32)b->cpu->sys.far_el2, 0x1000);
    assert_int_equal(*par, 0xdeadbeefdeadbeef);
}

static void an_external_abort_is_taken(void **state)
{
    struct bare_pe *b = *state;
    use_short(b);
    put32(b, SHORT_L1 + 8, 0xf0000000 | 1);
    assert_false(at(b, 0, ATS1CPR, 0x200000));
    assert_int_equal(b->cpu->pstate.mode, MODE_ABT);
    assert_int_equal(b->cpu->sys.esr_el1, 0x280e); /* CM, WnR, external abort on the second level's walk */
}

/* AT of an AArch64 EL2: the 64-bit PAR, whatever the format; an address of 32 bits. */
static void at_from_aarch64(void **state)
{
    struct bare_pe *b = *state;
    struct cpu *cpu = b->cpu;
    const struct sysreg *s1e1r = sysreg_find(cpu->model->features, SYSREG_ENC(1, 0, 7, 8, 0));
    cpu->sys.scr_el3 = 1 | 1u << SCR_RW;
    cpu->sys.hcr_el2 = 0;
    cpu->model->aarch32_only = false;
    cpu->model->features |= FEATURE_BIT(AARCH32) | FEATURE_BIT(AARCH32_EL1);
    cpu->pstate = (struct pstate){ .el = 2, .sp_sel = 1, .daif = 15 };
    assert_true(s1e1r->write(cpu, s1e1r, 0xffffffff00001abc));
    assert_int_equal(cpu->sys.par_el1, 0xff00000000501800 | 1 << 9);
    use_short(b);
    assert_true(s1e1r->write(cpu, s1e1r, 0x123456));
    assert_int_equal(cpu->sys.par_el1, 0xff00000000623800 | 1 << 9 | 2 << 7);
    cpu->sys.dacr32_el2 = 0;
    assert_true(s1e1r->write(cpu, s1e1r, 0x123456));
    assert_int_equal(cpu->sys.par_el1, 0x800 | 0x3d << 1 | 1);
}

/* ATS1C is of the current state, Monitor mode's Secure; ATS12NSO of Non-secure. The result goes to the copy of PAR that SCR.NS says. */
static void security_states(void **state)
{
    struct bare_pe *b = *state;
    struct sysregs *s = &b->cpu->sys;
    put(b, LPAE_L1 + 0x20, LPAE_L2 | 3); /* Secure PL1's level 1, at an address of its own */
    put(b, LPAE_L1 + 0x28, 0x80000000 | AF | AP_EL0 | 1);
    s->ttbr0_s = LPAE_L1 + 0x20;
    go_to(b, MODE_SVC, false);
    assert_true(at(b, 0, ATS1CPR, 0x40000000));
    assert_int_equal(s->par_s, 0xff00000080000800);
    assert_int_equal(s->par_el1, 0xdeadbeefdeadbeef);
    assert_true(at(b, 0, ATS12NSOPR, 0x40000000));
    assert_int_equal(s->par_s, 0xff00000040000800 | 1 << 9 | 3 << 7);
    go_to(b, MODE_MON, true);
    assert_true(at(b, 0, ATS1CPR, 0x40000000));
    assert_int_equal(s->par_el1, 0xff00000080000800);
    assert_int_equal(s->par_s, 0xdeadbeefdeadbeef);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(secure_pl1_has_its_own_copies),
        TEST(nonsecure_pl1_is_in_el1s_registers),
        TEST(hyp_is_in_el2s_registers),
        TEST(under_aarch64),
        TEST(maintenance_has_its_scope),
        TEST(hcr_fb_broadcasts_what_pl1_does),
        TEST(stage2_goes_by_ipa),
        TEST(last_level_forms_leave_tables),
        TEST(ats1c_in_the_short_format),
        TEST(the_format_of_par),
        TEST(ats12_goes_through_both_stages),
        TEST(faults_of_stage2),
        TEST(an_external_abort_is_taken),
        TEST(at_from_aarch64),
        TEST(security_states),
    };
    return cmocka_run_group_tests_name("cp15_mmu", tests, NULL, NULL);
}
