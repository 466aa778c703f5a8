/* Every trap control of EL2 and EL1: one case with the instruction trapped (EC, ISS, ELR, EL exact), one with it let through. */
#include "guest.h"

INSN(i_mrs_sctlr, "mrs x1, sctlr_el1")
INSN(i_msr_ttbr0, "msr ttbr0_el1, x1")
INSN(i_mrs_ttbr0, "mrs x2, ttbr0_el1")
INSN(i_msr_contextidr, "msr contextidr_el1, x3")
INSN(i_msr_mair, "msr mair_el1, x1")
INSN(i_mrs_actlr, "mrs x4, actlr_el1")
INSN(i_mrs_aidr, "mrs x5, aidr_el1")
INSN(i_mrs_revidr, "mrs x5, revidr_el1")
INSN(i_mrs_ctr, "mrs x6, ctr_el0")
INSN(i_mrs_clidr, "mrs x7, clidr_el1")
INSN(i_msr_csselr, "msr csselr_el1, x0")
INSN(i_mrs_pfr0, "mrs x8, id_aa64pfr0_el1")
INSN(i_mrs_isar0, "mrs x9, id_aa64isar0_el1")
INSN(i_mrs_mvfr0, "mrs x9, mvfr0_el1")
INSN(i_mrs_id_reserved, "mrs x10, s3_0_c0_c7_5")
INSN(i_mrs_l2ctlr, "mrs x11, s3_1_c11_c0_2")
INSN(i_mrs_cpuectlr, "mrs x11, s3_1_c15_c2_1")
INSN(i_dc_isw, "dc isw, x12")
INSN(i_dc_cisw, "dc cisw, x12")
INSN(i_dc_civac, "dc civac, x13")
INSN(i_dc_ivac, "dc ivac, x13")
INSN(i_dc_cvac, "dc cvac, x13")
INSN(i_dc_cvau, "dc cvau, x13")
INSN(i_ic_ivau, "ic ivau, x13")
INSN(i_ic_iallu, "ic iallu")
INSN(i_tlbi_vmalle1, "tlbi vmalle1")
INSN(i_tlbi_vae1is, "tlbi vae1is, x14")
INSN(i_dc_zva, "dc zva, x13")
INSN(i_smc, "smc #0x123")
INSN(i_hvc, "hvc #0x456")
INSN(i_wfi, "wfi")
/* The event register is set by every exception return: the first WFE empties it, the second would wait. */
__asm__(".pushsection .text\nwfe_twice:\n wfe\ni_wfe:\n wfe\n ret\n.popsection");
extern u32 wfe_twice[], i_wfe[];
INSN(i_mrs_cpacr, "mrs x15, cpacr_el1")
INSN(i_fmov, "fmov x16, d0")
INSN(i_mrs_fpcr, "mrs x16, fpcr")
INSN(i_mrs_pmcr, "mrs x17, pmcr_el0")
INSN(i_mrs_pmccntr, "mrs x18, pmccntr_el0")
INSN(i_mrs_mdscr, "mrs x19, mdscr_el1")
INSN(i_msr_oslar, "msr oslar_el1, xzr")
INSN(i_mrs_mdrar, "mrs x20, mdrar_el1")
INSN(i_mrs_bvr0, "mrs x20, dbgbvr0_el1")
INSN(i_mrs_cntpct, "mrs x21, cntpct_el0")
INSN(i_mrs_cntvct, "mrs x21, cntvct_el0")
INSN(i_mrs_cntp_ctl, "mrs x22, cntp_ctl_el0")
INSN(i_msr_cntp_cval, "msr cntp_cval_el0, xzr")
INSN(i_mrs_cntv_ctl, "mrs x22, cntv_ctl_el0")
INSN(i_mrs_cntfrq, "mrs x22, cntfrq_el0")
INSN(i_msr_daifset, "msr daifset, #2")
INSN(i_mrs_daif, "mrs x23, daif")

enum where { HCR_EL2, CPTR_EL2, MDCR_EL2, CNTHCTL_EL2, CPACR_EL1, SCTLR_EL1, CNTKCTL_EL1, PMUSERENR_EL0 };

static u64 get(enum where reg)
{
    switch (reg) {
    case HCR_EL2: return MRS("hcr_el2");
    case CPTR_EL2: return MRS("cptr_el2");
    case MDCR_EL2: return MRS("mdcr_el2");
    case CNTHCTL_EL2: return MRS("cnthctl_el2");
    case CPACR_EL1: return MRS("cpacr_el1");
    case SCTLR_EL1: return MRS("sctlr_el1");
    case CNTKCTL_EL1: return MRS("cntkctl_el1");
    default: return MRS("pmuserenr_el0");
    }
}

static void set(enum where reg, u64 value)
{
    switch (reg) {
    case HCR_EL2: MSR("hcr_el2", value); break;
    case CPTR_EL2: MSR("cptr_el2", value); break;
    case MDCR_EL2: MSR("mdcr_el2", value); break;
    case CNTHCTL_EL2: MSR("cnthctl_el2", value); break;
    case CPACR_EL1: MSR("cpacr_el1", value); break;
    case SCTLR_EL1: MSR("sctlr_el1", value); break;
    case CNTKCTL_EL1: MSR("cntkctl_el1", value); break;
    default: MSR("pmuserenr_el0", value); break;
    }
}

/* EC_SYS: the ISS follows from the instruction. */
enum { EC_WFX = 0x01, EC_FP = 0x07, EC_SMC = 0x17, EC_SYS = 0x18 };

static const struct trap {
    const char *name;
    enum where reg;
    u64 mask, trapping; /* bits of the control, and their value that traps */
    u32 *insn;
    u8 el, target;
    u8 ec;
    u32 iss;
} traps[] = {
#define BIT(n) (1ull << (n))
#define SYS(label, reg, bitno, on, insn, el, target) { label, reg, BIT(bitno), (on) ? BIT(bitno) : 0, insn, el, target, EC_SYS, 0 }
    SYS("HCR.TVM msr ttbr0", HCR_EL2, 26, 1, i_msr_ttbr0, 1, 2),
    SYS("HCR.TVM msr contextidr", HCR_EL2, 26, 1, i_msr_contextidr, 1, 2),
    SYS("HCR.TVM msr mair", HCR_EL2, 26, 1, i_msr_mair, 1, 2),
    SYS("HCR.TRVM mrs ttbr0", HCR_EL2, 30, 1, i_mrs_ttbr0, 1, 2),
    SYS("HCR.TRVM mrs sctlr", HCR_EL2, 30, 1, i_mrs_sctlr, 1, 2),
    SYS("HCR.TACR mrs actlr", HCR_EL2, 21, 1, i_mrs_actlr, 1, 2),
    SYS("HCR.TID1 mrs aidr", HCR_EL2, 16, 1, i_mrs_aidr, 1, 2),
    SYS("HCR.TID1 mrs revidr", HCR_EL2, 16, 1, i_mrs_revidr, 1, 2),
    SYS("HCR.TID2 mrs ctr", HCR_EL2, 17, 1, i_mrs_ctr, 1, 2),
    SYS("HCR.TID2 mrs clidr", HCR_EL2, 17, 1, i_mrs_clidr, 1, 2),
    SYS("HCR.TID2 msr csselr", HCR_EL2, 17, 1, i_msr_csselr, 1, 2),
    SYS("HCR.TID2 mrs ctr at EL0", HCR_EL2, 17, 1, i_mrs_ctr, 0, 2),
    SYS("HCR.TID3 mrs id_aa64pfr0", HCR_EL2, 18, 1, i_mrs_pfr0, 1, 2),
    SYS("HCR.TID3 mrs id_aa64isar0", HCR_EL2, 18, 1, i_mrs_isar0, 1, 2),
    SYS("HCR.TID3 mrs mvfr0", HCR_EL2, 18, 1, i_mrs_mvfr0, 1, 2),
    SYS("HCR.TID3 reserved ID register", HCR_EL2, 18, 1, i_mrs_id_reserved, 1, 2),
    SYS("HCR.TIDCP mrs l2ctlr", HCR_EL2, 20, 1, i_mrs_l2ctlr, 1, 2),
    SYS("HCR.TIDCP mrs cpuectlr", HCR_EL2, 20, 1, i_mrs_cpuectlr, 1, 2),
    SYS("HCR.TSW dc isw", HCR_EL2, 22, 1, i_dc_isw, 1, 2),
    SYS("HCR.TSW dc cisw", HCR_EL2, 22, 1, i_dc_cisw, 1, 2),
    SYS("HCR.TPC dc civac", HCR_EL2, 23, 1, i_dc_civac, 1, 2),
    SYS("HCR.TPC dc ivac", HCR_EL2, 23, 1, i_dc_ivac, 1, 2),
    SYS("HCR.TPC dc cvac", HCR_EL2, 23, 1, i_dc_cvac, 1, 2),
    SYS("HCR.TPU dc cvau", HCR_EL2, 24, 1, i_dc_cvau, 1, 2),
    SYS("HCR.TPU ic ivau", HCR_EL2, 24, 1, i_ic_ivau, 1, 2),
    SYS("HCR.TPU ic iallu", HCR_EL2, 24, 1, i_ic_iallu, 1, 2),
    SYS("HCR.TTLB tlbi vmalle1", HCR_EL2, 25, 1, i_tlbi_vmalle1, 1, 2),
    SYS("HCR.TTLB tlbi vae1is", HCR_EL2, 25, 1, i_tlbi_vae1is, 1, 2),
    SYS("HCR.TDZ dc zva", HCR_EL2, 28, 1, i_dc_zva, 1, 2),
    { "HCR.TSC smc", HCR_EL2, BIT(19), BIT(19), i_smc, 1, 2, EC_SMC, 0x123 },
    { "HCR.TWI wfi", HCR_EL2, BIT(13), BIT(13), i_wfi, 1, 2, EC_WFX, 0x1e00000 },
    { "HCR.TWE wfe", HCR_EL2, BIT(14), BIT(14), i_wfe, 1, 2, EC_WFX, 0x1e00001 },
    { "HCR.TWI wfi at EL0", HCR_EL2, BIT(13), BIT(13), i_wfi, 0, 2, EC_WFX, 0x1e00000 },
    SYS("CPTR_EL2.TCPAC mrs cpacr", CPTR_EL2, 31, 1, i_mrs_cpacr, 1, 2),
    { "CPTR_EL2.TFP fmov", CPTR_EL2, BIT(10), BIT(10), i_fmov, 1, 2, EC_FP, 0x1e00000 },
    { "CPTR_EL2.TFP fmov at EL0", CPTR_EL2, BIT(10), BIT(10), i_fmov, 0, 2, EC_FP, 0x1e00000 },
    { "CPTR_EL2.TFP mrs fpcr", CPTR_EL2, BIT(10), BIT(10), i_mrs_fpcr, 1, 2, EC_FP, 0x1e00000 },
    SYS("MDCR_EL2.TPM mrs pmccntr", MDCR_EL2, 6, 1, i_mrs_pmccntr, 1, 2),
    SYS("MDCR_EL2.TPMCR mrs pmcr", MDCR_EL2, 5, 1, i_mrs_pmcr, 1, 2),
    SYS("MDCR_EL2.TDA mrs mdscr", MDCR_EL2, 9, 1, i_mrs_mdscr, 1, 2),
    SYS("MDCR_EL2.TDA mrs dbgbvr0", MDCR_EL2, 9, 1, i_mrs_bvr0, 1, 2),
    SYS("MDCR_EL2.TDOSA msr oslar", MDCR_EL2, 10, 1, i_msr_oslar, 1, 2),
    SYS("MDCR_EL2.TDRA mrs mdrar", MDCR_EL2, 11, 1, i_mrs_mdrar, 1, 2),
    SYS("MDCR_EL2.TDE mrs mdscr", MDCR_EL2, 8, 1, i_mrs_mdscr, 1, 2),
    SYS("CNTHCTL_EL2.EL1PCTEN mrs cntpct", CNTHCTL_EL2, 0, 0, i_mrs_cntpct, 1, 2),
    SYS("CNTHCTL_EL2.EL1PCEN mrs cntp_ctl", CNTHCTL_EL2, 1, 0, i_mrs_cntp_ctl, 1, 2),
    SYS("CNTHCTL_EL2.EL1PCEN msr cntp_cval", CNTHCTL_EL2, 1, 0, i_msr_cntp_cval, 1, 2),
    { "CPACR_EL1.FPEN fmov at EL1", CPACR_EL1, 3ull << 20, 0, i_fmov, 1, 1, EC_FP, 0x1e00000 },
    { "CPACR_EL1.FPEN fmov at EL0", CPACR_EL1, 3ull << 20, 1ull << 20, i_fmov, 0, 1, EC_FP, 0x1e00000 },
    SYS("SCTLR_EL1.UCT mrs ctr", SCTLR_EL1, 15, 0, i_mrs_ctr, 0, 1),
    SYS("SCTLR_EL1.UCI dc cvau", SCTLR_EL1, 26, 0, i_dc_cvau, 0, 1),
    SYS("SCTLR_EL1.UCI dc civac", SCTLR_EL1, 26, 0, i_dc_civac, 0, 1),
    SYS("SCTLR_EL1.UCI ic ivau", SCTLR_EL1, 26, 0, i_ic_ivau, 0, 1),
    SYS("SCTLR_EL1.DZE dc zva", SCTLR_EL1, 14, 0, i_dc_zva, 0, 1),
    SYS("SCTLR_EL1.UMA mrs daif", SCTLR_EL1, 9, 0, i_mrs_daif, 0, 1),
    { "SCTLR_EL1.UMA msr daifset", SCTLR_EL1, BIT(9), 0, i_msr_daifset, 0, 1, EC_SYS, 6 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 2 << 1 },
    { "SCTLR_EL1.nTWI wfi", SCTLR_EL1, BIT(16), 0, i_wfi, 0, 1, EC_WFX, 0x1e00000 },
    { "SCTLR_EL1.nTWE wfe", SCTLR_EL1, BIT(18), 0, i_wfe, 0, 1, EC_WFX, 0x1e00001 },
    SYS("CNTKCTL_EL1.EL0PCTEN mrs cntpct", CNTKCTL_EL1, 0, 0, i_mrs_cntpct, 0, 1),
    SYS("CNTKCTL_EL1.EL0VCTEN mrs cntvct", CNTKCTL_EL1, 1, 0, i_mrs_cntvct, 0, 1),
    SYS("CNTKCTL_EL1.EL0VTEN mrs cntv_ctl", CNTKCTL_EL1, 8, 0, i_mrs_cntv_ctl, 0, 1),
    SYS("CNTKCTL_EL1.EL0PTEN mrs cntp_ctl", CNTKCTL_EL1, 9, 0, i_mrs_cntp_ctl, 0, 1),
    { "CNTKCTL_EL1.EL0xCTEN mrs cntfrq", CNTKCTL_EL1, 3, 0, i_mrs_cntfrq, 0, 1, EC_SYS, 0 },
    { "PMUSERENR.EN mrs pmccntr", PMUSERENR_EL0, 15, 0, i_mrs_pmccntr, 0, 1, EC_SYS, 0 },
};

static bool waits(const struct trap *t)
{
    return t->insn == i_wfi || t->insn == i_wfe;
}

/* Everything open: no control traps. */
static void open_all(void)
{
    MSR("hcr_el2", BIT(31));
    MSR("cptr_el2", 0x33ff);
    MSR("mdcr_el2", 6);
    MSR("cnthctl_el2", 3);
    MSR("cpacr_el1", 3u << 20);
    MSR("sctlr_el1", 0x30d00800 | BIT(9) | BIT(14) | BIT(15) | BIT(16) | BIT(18) | BIT(26));
    MSR("cntkctl_el1", 0x303);
    MSR("pmuserenr_el0", 15);
}

/* X13 and the like must be harmless addresses: run_at leaves them as they are here. */
static u64 run(const struct trap *t)
{
    register u64 x13 __asm__("x13") = 0x40800000;
    __asm__ volatile("" : : "r"(x13));
    return run_at(t->el, t->insn == i_wfe ? wfe_twice : t->insn, 0);
}

static void one(const struct trap *t)
{
    u32 want_iss = t->iss ? t->iss : t->ec == EC_SYS ? sys_iss(*t->insn) : 0;
    open_all();
    /* A wait that is let through would wait, SMC would go to the firmware, DC ZVA faults while the MMU is off (Device memory). */
    if (!waits(t) && t->insn != i_smc && t->insn != i_dc_zva) {
        forget();
        run(t);
        check(t->name, all_taken(), 0);
    }
    set(t->reg, (get(t->reg) & ~t->mask) | t->trapping);
    forget();
    run(t);
    check(t->name, all_taken(), 1);
    check(t->name, taken[t->target].count, 1);
    check(t->name, ec_of(taken[t->target].esr), t->ec);
    check(t->name, iss_of(taken[t->target].esr), want_iss);
    check(t->name, taken[t->target].elr, (u64)t->insn);
    check(t->name, taken[t->target].vector, t->target == t->el ? 4 : 8); /* synchronous; from the same EL with SP_ELx, from a lower one */
    open_all();
}

/* A trap to EL1 of an EL0 instruction goes to EL2 under TGE. */
static void tge(void)
{
    open_all();
    MSR("hcr_el2", BIT(31) | BIT(27));
    MSR("sctlr_el1", MRS("sctlr_el1") & ~BIT(15));
    forget();
    run_at(0, i_mrs_ctr, 0);
    CHECK("TGE: UCT trap goes to EL2", taken[2].count, 1);
    open_all();
}

/* HVC is UNDEFINED at EL1 with HCD, and arrives without. */
static void hvc_disable(void)
{
    open_all();
    forget();
    run_at(1, i_hvc, 0);
    CHECK("HVC arrives", taken[2].esr, 0x5a000456);
    CHECK("HVC returns behind itself", taken[2].elr, (u64)i_hvc + 4);
}

void guest_main(void)
{
    home_el = 2;
    for (u32 i = 0; i < sizeof traps / sizeof traps[0]; i++)
        one(&traps[i]);
    tge();
    hvc_disable();
    finish();
}
