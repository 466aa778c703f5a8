/* What v8.1 to v8.5 added to the PE, without the page tables (mmu_features.c): PAN, UAO, SSBS, traps of FEAT_EVT, DC to the points of persistence,
 * LORegions, RAS. Each is tried where ID registers have it and where they have not: then its instructions are UNDEFINED.
 * QEMU 7.2 differs: ERRSELR_EL1 and ERX* are UNDEFINED (without error records that is permitted); a fault of DC CVAP has no CM and WnR;
 * something answers at 0x20000000, so that there is no external abort. */
#include "stages.h"

__asm__(".arch armv8.5-a");

#define SPSR_EL1H 0x3c5ull
#define PAN (1ull << 22)
#define UAO (1ull << 23)
#define SSBS (1ull << 12)
#define SPAN (1ull << 23)
#define DSSBS (1ull << 44)

INSN(ld, "ldr x3, [x0]")
INSN(st, "str x3, [x0]")
INSN(ldt, "ldtr x3, [x0]")
INSN(stt, "sttr x3, [x0]")
INSN(dc_civac, "dc civac, x0")
INSN(dc_zva, "dc zva, x0")

/* An instruction that is not there. */
static void expect_undefined(const char *name, u32 el, const u32 *insn)
{
    touch(el, insn, TEST_VA);
    CHECK(name, all_taken(), 1);
    CHECK(name, taken[el ? el : 1].esr, ESR(UNKNOWN, 0));
}

static void enter(u64 spsr, const u32 *insn, u64 address)
{
    forget();
    run_at_spsr(spsr, insn, address);
}

/* ---- what an exception to EL1 does to PSTATE ---- */

/* At EL1, X0 a page of EL0: an SVC, whose handler accesses the page, and an access behind it.
 * X0: 1 PAN in the handler, 2 it faulted, 4 PAN behind it, 8 that faulted, 0x10 SSBS in the handler. */
__asm__(".pushsection .text\n"
        "probe:\n svc #1\n mov x6, x4\n mov x5, #0\n mrs x5, s3_0_c4_c2_3\n mov x4, #0\n ldr x3, [x0]\n"
        " lsr x0, x1, #22\n orr x0, x0, x6, lsl #1\n lsr x5, x5, #22\n orr x0, x0, x5, lsl #2\n orr x0, x0, x4, lsl #3\n"
        " lsr x2, x2, #12\n orr x0, x0, x2, lsl #4\n ret\n"
        ".balign 0x800\nprobe_vectors:\n .space 0x200\n"
        " mrs x9, esr_el1\n lsr x9, x9, #26\n cmp x9, #0x15\n b.ne 1f\n"
        " mrs x10, elr_el1\n mrs x11, spsr_el1\n mov x1, #0\n mov x2, #0\n mrs x1, s3_0_c4_c2_3\n mrs x2, s3_3_c4_c2_6\n"
        " mov x4, #0\n ldr x3, [x0]\n msr elr_el1, x10\n msr spsr_el1, x11\n eret\n"
        "1: mov x4, #1\n mrs x12, elr_el1\n add x12, x12, #4\n msr elr_el1, x12\n eret\n" /* a fault: skipped, noted */
        ".popsection");
extern u32 probe[], probe_vectors[];

static u64 probe_at(u64 spsr, u64 sctlr)
{
    u64 vbar = MRS("vbar_el1");
    MSR("sctlr_el1", sctlr | SCTLR_ON);
    MSR("vbar_el1", (u64)probe_vectors);
    u64 got = run_at_spsr(spsr, probe, TEST_VA);
    MSR("vbar_el1", vbar);
    return got;
}

/* ---- PAN ---- */

INSN(pan_imm, "msr pan, #1\n mrs x0, pan\n msr pan, #0")
INSN(pan_reg, "mov x1, #0x400000\n msr pan, x1\n ldr x3, [x0]\n msr pan, xzr\n ldr x3, [x0]\n msr pan, #1\n ldr x3, [x0]\n msr pan, #0\n ldr x3, [x0]")
INSN(msr_pan, "msr pan, #1")
INSN(mrs_pan, "mrs x0, pan")
INSN(brk, "brk #1")

static void pan_permissions(void)
{
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    enter(SPSR_EL1H | PAN, ld, TEST_VA);
    expect("PAN: a load of EL0's page", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
    CHECK("PAN is kept in SPSR", taken[1].spsr & PAN, PAN);
    enter(SPSR_EL1H | PAN, st, TEST_VA);
    expect("PAN: a store to EL0's page", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    enter(SPSR_EL1H | PAN, dc_zva, TEST_VA);
    expect("PAN: DC ZVA", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    enter(SPSR_EL1H | PAN, dc_civac, TEST_VA);
    NOTHING_TAKEN("DC CIVAC does not obey PAN");
    enter(SPSR_EL1H | PAN, ldt, TEST_VA);
    NOTHING_TAKEN("LDTR does not obey PAN");
    enter(SPSR_EL1H | PAN, stt, TEST_VA);
    NOTHING_TAKEN("STTR does not obey PAN");
    enter(SPSR_EL1H, ld, TEST_VA);
    NOTHING_TAKEN("without PAN");
    enter(0x3c0 | PAN, ld, TEST_VA);
    NOTHING_TAKEN("PAN says nothing of EL0");
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0 | S1_RO);
    enter(SPSR_EL1H | PAN, ld, TEST_VA);
    expect("PAN: a page EL0 only reads", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
    put(&s1_l3[0], TARGET | S1_PAGE);
    enter(SPSR_EL1H | PAN, st, TEST_VA);
    NOTHING_TAKEN("PAN: a page of EL1's own");
    put(&s1_l2[0], TARGET | S1_BLOCK | S1_EL0);
    enter(SPSR_EL1H | PAN, ld, TEST_VA + 8);
    expect("PAN: a block, level 2", 1, ESR(DABORT_SAME, 0x0e), TEST_VA + 8);
    MSR("sctlr_el1", SCTLR_RES1);
    enter(SPSR_EL1H | PAN, ld, TARGET);
    NOTHING_TAKEN("PAN with stage 1 off");
}

static void pan_state(void)
{
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    CHECK("MSR PAN, #1", run_at(1, pan_imm, 0), PAN);
    touch(1, pan_reg, TEST_VA);
    CHECK("MSR PAN in both forms", all_taken(), 2);
    expect_undefined("MSR PAN at EL0", 0, msr_pan);
    expect_undefined("MRS PAN at EL0", 0, mrs_pan);
    CHECK("SPAN 0 sets PAN on entry", probe_at(SPSR_EL1H, SCTLR_RES1 & ~SPAN) & 15, 3);
    CHECK("SPAN 1 leaves it clear", probe_at(SPSR_EL1H, SCTLR_RES1) & 15, 0);
    CHECK("SPAN 1 leaves it set", probe_at(SPSR_EL1H | PAN, SCTLR_RES1) & 15, 15);
    CHECK("SPAN 0 and PAN set", probe_at(SPSR_EL1H | PAN, SCTLR_RES1 & ~SPAN) & 15, 15);
    MSR("sctlr_el1", (SCTLR_RES1 & ~SPAN) | SCTLR_ON);
    __asm__ volatile("msr pan, #0");
    touch(1, brk, 0);
    CHECK("PAN was clear before", taken[1].spsr & PAN, 0);
    CHECK("an exception to EL2 sets no PAN", MRS("s3_0_c4_c2_3"), 0);
}

static void pan_and_at(void)
{
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    __asm__ volatile("msr pan, #1");
    CHECK("AT S1E1R ignores PAN", AT("s1e1r", TEST_VA) & 1, 0);
    CHECK("AT S1E1W ignores PAN", AT("s1e1w", TEST_VA) & 1, 0);
    CHECK("AT S12E1R ignores PAN", AT("s12e1r", TEST_VA) & 1, 0);
    CHECK("AT S1E1RP obeys PAN", AT("s1e1rp", TEST_VA) & 0xfff, 0x81f);
    CHECK("AT S1E1WP obeys PAN", AT("s1e1wp", TEST_VA) & 0xfff, 0x81f);
    __asm__ volatile("msr pan, #0");
    CHECK("AT S1E1RP without PAN", AT("s1e1rp", TEST_VA) & 0xfffffffff001, TARGET);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_RO);
    CHECK("AT S1E1WP of what is read-only", AT("s1e1wp", TEST_VA) & 0xfff, 0x81f);
}

INSN(at_rp, "at s1e1rp, x0")

static void pan(void)
{
    if (!HAS("id_aa64mmfr1_el1", 20)) {
        map_all(false);
        expect_undefined("MSR PAN without FEAT_PAN", 1, msr_pan);
        expect_undefined("MRS PAN without FEAT_PAN", 1, mrs_pan);
        expect_undefined("AT S1E1RP without FEAT_PAN2", 1, at_rp);
        put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
        enter(SPSR_EL1H | PAN, ld, TEST_VA);
        NOTHING_TAKEN("SPSR.PAN without FEAT_PAN");
        return;
    }
    pan_permissions();
    pan_state();
    if (HAS("id_aa64mmfr1_el1", 20) > 1)
        pan_and_at();
}

/* ---- UAO ---- */

INSN(uao_imm, "msr uao, #1\n mrs x0, uao\n msr uao, #0")
INSN(uao_reg, "mov x1, #0x800000\n msr uao, x1\n ldtr x3, [x0]\n msr uao, xzr\n ldtr x3, [x0]")
INSN(msr_uao, "msr uao, #1")

static void uao(void)
{
    map_all(false);
    enter(SPSR_EL1H, ldt, TEST_VA);
    expect("LDTR of EL1's page", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
    if (!HAS("id_aa64mmfr2_el1", 4)) {
        expect_undefined("MSR UAO without FEAT_UAO", 1, msr_uao);
        enter(SPSR_EL1H | UAO, ldt, TEST_VA);
        expect("SPSR.UAO without FEAT_UAO", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
        return;
    }
    enter(SPSR_EL1H | UAO, ldt, TEST_VA);
    NOTHING_TAKEN("LDTR with UAO is LDR");
    enter(SPSR_EL1H | UAO, stt, TEST_VA);
    NOTHING_TAKEN("STTR with UAO is STR");
    touch(1, uao_reg, TEST_VA);
    CHECK("MSR UAO", all_taken(), 1);
    CHECK("MSR UAO, #1", run_at(1, uao_imm, 0), UAO);
    expect_undefined("MSR UAO at EL0", 0, msr_uao);
    enter(SPSR_EL1H | UAO, brk, 0);
    CHECK("UAO is kept in SPSR", taken[1].spsr & UAO, UAO);
    CHECK("and clear after an exception", MRS("s3_0_c4_c2_4"), 0);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    enter(SPSR_EL1H | UAO, ldt, TEST_VA);
    NOTHING_TAKEN("LDTR of EL0's page with UAO");
    if (HAS("id_aa64mmfr1_el1", 20)) {
        enter(SPSR_EL1H | UAO | PAN, ldt, TEST_VA);
        expect("LDTR with UAO obeys PAN", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
    }
}

/* ---- SSBS ---- */

INSN(ssbs_imm, "msr ssbs, #1\n mrs x0, ssbs\n msr ssbs, #0\n mrs x1, ssbs\n lsr x1, x1, #12\n orr x0, x0, x1")
INSN(ssbs_reg, "mov x1, #0x1000\n msr ssbs, x1\n mrs x0, ssbs")
INSN(ssbs_brk, "msr ssbs, #1\n brk #1")
INSN(msr_ssbs, "msr ssbs, #1")

static void ssbs(void)
{
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    if (HAS("id_aa64pfr1_el1", 4) < 2) {
        expect_undefined("MSR SSBS without FEAT_SSBS2", 1, msr_ssbs);
        return;
    }
    CHECK("MSR SSBS, #imm", run_at(1, ssbs_imm, 0), SSBS);
    CHECK("MSR SSBS, register, at EL0", run_at(0, ssbs_reg, 0), SSBS);
    touch(1, ssbs_brk, 0);
    CHECK("SSBS is kept in SPSR", taken[1].spsr & SSBS, SSBS);
    enter(SPSR_EL1H, brk, 0);
    CHECK("and so is its 0", taken[1].spsr & SSBS, 0);
    CHECK("DSSBS 1 sets SSBS on entry", probe_at(SPSR_EL1H, SCTLR_RES1 | DSSBS) >> 4, 1);
    CHECK("DSSBS 0 clears it", probe_at(SPSR_EL1H | SSBS, SCTLR_RES1) >> 4, 0);
}

/* ---- traps: FEAT_EVT, LOR, RAS ---- */

INSN(mrs_ccsidr, "mrs x1, ccsidr_el1")
INSN(mrs_clidr, "mrs x2, clidr_el1")
INSN(mrs_csselr, "mrs x3, csselr_el1")
INSN(msr_csselr, "msr csselr_el1, xzr")
INSN(mrs_ctr, "mrs x3, ctr_el0")
INSN(ic_ialluis, "ic ialluis")
INSN(ic_iallu, "ic iallu")
INSN(ic_ivau, "ic ivau, x0")
INSN(dc_cvau, "dc cvau, x0")
INSN(dc_cvac, "dc cvac, x0")
INSN(tlbi_local, "tlbi vmalle1")
INSN(tlbi_is, "tlbi vmalle1is")
INSN(tlbi_va_is, "tlbi vaae1is, x9")
INSN(tlbi_os, "tlbi vmalle1os")
INSN(tlbi_va_os, "tlbi vale1os, x10")
INSN(tlbi_range, "tlbi rvae1, xzr")
INSN(tlbi_range_is, "tlbi rvae1is, x11")
INSN(tlbi_range_os, "tlbi rvaale1os, x12")
INSN(mrs_lorid, "mrs x1, lorid_el1")
INSN(msr_lorc, "msr lorc_el1, x2")
INSN(mrs_lorsa, "mrs x3, lorsa_el1")
INSN(mrs_erridr, "mrs x1, erridr_el1")
INSN(msr_errselr, "msr errselr_el1, x2")
INSN(mrs_erxstatus, "mrs x3, erxstatus_el1")
INSN(mrs_disr, "mrs x3, disr_el1")

enum { TID4 = 49, TICAB, TOCU = 52, TTLBIS = 54, TTLBOS, TLOR = 35, TERR = 36 };

static const struct trapped {
    const u32 *insn;
    u8 bit; /* of HCR_EL2 */
    bool el0; /* at EL0 too */
} trapped[] = {
    { mrs_ccsidr, TID4, 0 }, { mrs_clidr, TID4, 0 }, { mrs_csselr, TID4, 0 }, { msr_csselr, TID4, 0 }, { ic_ialluis, TICAB, 0 }, { ic_iallu, TOCU, 0 },
    { ic_ivau, TOCU, 1 }, { dc_cvau, TOCU, 1 }, { tlbi_is, TTLBIS, 0 }, { tlbi_va_is, TTLBIS, 0 }, { tlbi_range_is, TTLBIS, 0 }, { tlbi_os, TTLBOS, 0 },
    { tlbi_va_os, TTLBOS, 0 }, { tlbi_range_os, TTLBOS, 0 }, { mrs_lorid, TLOR, 0 }, { msr_lorc, TLOR, 0 }, { mrs_lorsa, TLOR, 0 }, { mrs_erridr, TERR, 0 },
    { msr_errselr, TERR, 0 }, { mrs_erxstatus, TERR, 0 },
};
/* Not trapped by any of them. */
static const u32 *const never[] = { mrs_ctr, dc_cvac, tlbi_local, tlbi_range, mrs_disr };

static bool has_control(u32 bit)
{
    u32 evt = HAS("id_aa64mmfr2_el1", 56);
    return bit == TLOR ? HAS("id_aa64mmfr1_el1", 16) : bit == TERR ? HAS("id_aa64pfr0_el1", 28) : bit == TTLBIS || bit == TTLBOS ? evt == 2 : evt != 0;
}

/* Is the instruction itself there? */
static bool has_insn(const u32 *insn)
{
    u32 tlb = HAS("id_aa64isar0_el1", 56);
    if (insn == tlbi_range || insn == tlbi_range_is || insn == tlbi_range_os)
        return tlb == 2;
    if (insn == tlbi_os || insn == tlbi_va_os)
        return tlb;
    if (insn == mrs_lorid || insn == msr_lorc || insn == mrs_lorsa)
        return HAS("id_aa64mmfr1_el1", 16);
    if (insn == mrs_erridr || insn == msr_errselr || insn == mrs_erxstatus || insn == mrs_disr)
        return HAS("id_aa64pfr0_el1", 28);
    return true;
}

static void one_trap(const struct trapped *t, u32 el, u32 bit, bool want)
{
    u64 hcr = MRS("hcr_el2");
    MSR("hcr_el2", hcr | 1ull << bit);
    touch(el, t->insn, TEST_VA);
    MSR("hcr_el2", hcr);
    if (!has_insn(t->insn)) {
        CHECK("a trapped instruction that is not there", taken[1].esr, ESR(UNKNOWN, 0));
    } else if (want) {
        expect("trapped", 2, ESR(SYS_TRAP, sys_iss(*t->insn)), taken[2].far);
        CHECK("trapped: ELR", taken[2].elr, (u64)t->insn);
    } else {
        NOTHING_TAKEN("not trapped");
    }
}

static void traps(void)
{
    static const u8 bits[] = { TID4, TICAB, TOCU, TTLBIS, TTLBOS, TLOR, TERR };
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    MSR("sctlr_el1", SCTLR_RES1 | SCTLR_ON | 1u << 26); /* UCI */
    for (u32 b = 0; b < sizeof bits; b++) {
        u64 hcr = MRS("hcr_el2");
        MSR("hcr_el2", hcr | 1ull << bits[b]);
        CHECK("a control is RES0 without its feature", (MRS("hcr_el2") >> bits[b] & 1) != 0, has_control(bits[b]));
        MSR("hcr_el2", hcr);
        for (u32 i = 0; i < sizeof trapped / sizeof trapped[0]; i++) {
            bool want = trapped[i].bit == bits[b] && has_control(bits[b]);
            one_trap(&trapped[i], 1, bits[b], want);
            if (trapped[i].el0)
                one_trap(&trapped[i], 0, bits[b], want);
        }
        for (u32 i = 0; i < sizeof never / sizeof never[0]; i++)
            one_trap(&(struct trapped){ never[i], 0, 0 }, 1, bits[b], false);
    }
}

/* ---- DC CVAP, CVADP ---- */

INSN(dc_cvap, "dc cvap, x0")
INSN(dc_cvadp, "dc cvadp, x0")

static void persistence(void)
{
    u32 dpb = HAS("id_aa64isar1_el1", 0);
    const struct {
        const u32 *insn;
        bool there;
    } ops[] = { { dc_cvap, dpb >= 1 }, { dc_cvadp, dpb >= 2 } };
    for (u32 i = 0; i < 2; i++) {
        map_all(false);
        if (!ops[i].there) {
            expect_undefined("DC CVAP, CVADP without FEAT_DPB", 1, ops[i].insn);
            continue;
        }
        touch(1, ops[i].insn, TEST_VA);
        NOTHING_TAKEN("DC CVAP, CVADP");
        touch(1, ops[i].insn, TEST_VA + 0x1000);
        expect("DC CVAP, CVADP of what is not mapped", 1, ESR(DABORT_SAME, 0x147), TEST_VA + 0x1000);
        MSR("hcr_el2", HCR_RW | 1u << 23); /* TPCP */
        touch(1, ops[i].insn, TEST_VA);
        expect("DC CVAP, CVADP under HCR_EL2.TPCP", 2, ESR(SYS_TRAP, sys_iss(*ops[i].insn)), taken[2].far);
        MSR("hcr_el2", HCR_RW);
        put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
        touch(0, ops[i].insn, TEST_VA);
        expect("DC CVAP, CVADP at EL0 without UCI", 1, ESR(SYS_TRAP, sys_iss(*ops[i].insn)), taken[1].far);
        MSR("sctlr_el1", SCTLR_RES1 | SCTLR_ON | 1u << 26);
        touch(0, ops[i].insn, TEST_VA);
        NOTHING_TAKEN("DC CVAP, CVADP at EL0 with UCI");
    }
}

/* ---- LORegions: none, so that LDLAR is LDAR ---- */

INSN(stllr, "stllr x0, [x0]")
INSN(ldlar, "ldlar x0, [x0]")
INSN(ldlarb, "ldlarb w0, [x0]")

static void lor(void)
{
    map_all(false);
    if (!HAS("id_aa64mmfr1_el1", 16)) {
        expect_undefined("LDLAR without FEAT_LOR", 1, ldlar);
        expect_undefined("LORID_EL1 without FEAT_LOR", 1, mrs_lorid);
        return;
    }
    run_at(1, stllr, TEST_VA);
    CHECK("STLLR", *(volatile u64 *)TARGET, TEST_VA);
    *(volatile u64 *)TARGET = 0x1122334455667788;
    CHECK("LDLAR", run_at(1, ldlar, TEST_VA), 0x1122334455667788);
    CHECK("LDLARB", run_at(1, ldlarb, TEST_VA), 0x88);
    touch(1, ldlar, TEST_VA + 4);
    expect("LDLAR unaligned", 1, ESR(DABORT_SAME, 0x21), TEST_VA + 4);
    MSR("s3_0_c10_c4_3", ~0ull);
    if (!MRS("s3_0_c10_c4_7")) /* LORID_EL1: no region */
        CHECK("LORC_EL1 is RES0", MRS("s3_0_c10_c4_3"), 0);
}

/* ---- RAS ---- */

#define AMO (1ull << 5)
#define VSE (1ull << 8)
#define TEA (1ull << 37)
#define DISR_A (1ull << 31)

INSN(esb_and_disr, "esb\n mrs x0, disr_el1")
INSN(disr_write, "mov x1, #0x1234\n msr disr_el1, x1\n mrs x0, disr_el1")
INSN(esb, "esb")
INSN(nop, "nop")

static void error_barrier(void)
{
    map_all(false);
    MSR("s3_4_c12_c1_1", 0); /* VDISR_EL2 */
    MSR("disr_el1", 0);
    MSR("s3_4_c5_c2_3", 0x1abcdef); /* VSESR_EL2 */
    MSR("hcr_el2", HCR_RW | AMO | VSE);
    forget();
    CHECK("ESB: DISR_EL1 is VDISR_EL2", run_at_spsr(SPSR_EL1H, esb_and_disr, 0), DISR_A | 0x1abcdef);
    NOTHING_TAKEN("ESB takes no masked SError");
    CHECK("ESB: VDISR_EL2", MRS("s3_4_c12_c1_1"), DISR_A | 0x1abcdef);
    CHECK("ESB clears HCR_EL2.VSE", MRS("hcr_el2") & VSE, 0);
    CHECK("ESB: DISR_EL1 stays EL2's", MRS("disr_el1"), 0);
    MSR("hcr_el2", HCR_RW | VSE);
    run_at_spsr(SPSR_EL1H, esb, 0);
    CHECK("ESB without AMO leaves VSE", MRS("hcr_el2") & VSE, VSE);
    MSR("hcr_el2", HCR_RW | AMO);
    CHECK("MSR DISR_EL1 with AMO", run_at(1, disr_write, 0), 0x1234);
    CHECK("it wrote VDISR_EL2", MRS("s3_4_c12_c1_1"), 0x1234);
    MSR("hcr_el2", HCR_RW);
    MSR("s3_4_c12_c1_1", 0);
    CHECK("MSR DISR_EL1 without AMO", run_at(1, disr_write, 0), 0x1234);
    CHECK("it wrote DISR_EL1", MRS("disr_el1"), 0x1234);
    CHECK("and not VDISR_EL2", MRS("s3_4_c12_c1_1"), 0);
}

static void virtual_serror(void)
{
    map_all(false);
    MSR("s3_4_c5_c2_3", 0x1fedcba);
    MSR("hcr_el2", HCR_RW | AMO | VSE);
    enter(SPSR_EL1H & ~0x100ull, nop, 0);
    CHECK("a virtual SError is taken once", taken[1].count, 1);
    CHECK("at EL1's vector", taken[1].vector, 7);
    CHECK("with VSESR_EL2's syndrome", taken[1].esr, ESR(0x2f, 0x1fedcba));
    CHECK("and VSE is clear", MRS("hcr_el2") & VSE, 0);
    MSR("hcr_el2", HCR_RW | AMO | VSE);
    enter(SPSR_EL1H & ~0x100ull, esb, 0);
    CHECK("ESB with an unmasked one: taken", taken[1].count, 1);
}

static void external_aborts(void)
{
    map_all(false);
    put(&s1_l3[0], 0x20000000 | S1_PAGE);
    touch(1, ld, TEST_VA);
    expect("external abort", 1, ESR(DABORT_SAME, 0x10), TEST_VA);
    MSR("hcr_el2", HCR_RW | TEA);
    touch(1, ld, TEST_VA);
    expect("external abort under TEA", 2, ESR(DABORT_LOWER, 0x10), TEST_VA);
    put(&s1_l2[0], 0x20000000 | TABLE);
    touch(1, ld, TEST_VA);
    expect("external abort on a walk under TEA", 2, ESR(DABORT_LOWER, 0x17), TEST_VA);
    put(&s1_l2[0], 0);
    touch(1, ld, TEST_VA);
    expect("TEA is of external aborts alone", 1, ESR(DABORT_SAME, 0x06), TEST_VA);
}

static void ras(void)
{
    if (!HAS("id_aa64pfr0_el1", 28)) {
        map_all(false);
        expect_undefined("DISR_EL1 without FEAT_RAS", 1, mrs_disr);
        MSR("hcr_el2", HCR_RW | AMO | VSE);
        touch(1, esb, 0);
        NOTHING_TAKEN("ESB without FEAT_RAS is a NOP");
        CHECK("and leaves VSE", MRS("hcr_el2") & VSE, VSE);
        enter(SPSR_EL1H & ~0x100ull, nop, 0);
        CHECK("a virtual SError without FEAT_RAS", taken[1].esr, ESR(0x2f, 0));
        return;
    }
    error_barrier();
    virtual_serror();
    external_aborts();
    MSR("hcr_el2", HCR_RW);
}

void guest_main(void)
{
    home_el = 2;
    pan();
    uao();
    ssbs();
    traps();
    persistence();
    lor();
    ras();
    print(HAS("id_aa64mmfr1_el1", 20) ? "with PAN: " : "without PAN: ");
    finish();
}
