/* AArch32 below EL2 in AArch64: registers, syndromes and vectors of what is taken there and to an EL1 in AArch64 (DDI 0487 D1.20, D17.2.37, G1). */
#include "interwork.h"

#define HCR_RW (1ull << 31)
#define HCR_TGE (1ull << 27)
#define SCTLR_A32 0x00c50838u /* SCTLR_EL1 for an EL1 in AArch32: CP15BEN, RES1 bits, nTWI and nTWE */
#define UNMAPPED 0x80001234u

static u32 code[64] __attribute__((aligned(64)));
/* AArch32's vectors: HVC #0x100 + number of the vector */
static u32 vectors_a32[8] __attribute__((aligned(32)));

static void put_code(const u32 *words, u32 n)
{
    for (u32 i = 0; i < n; i++)
        ((volatile u32 *)code)[i] = words[i];
    for (u32 i = 0; i < sizeof code; i += 4)
        __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"((u8 *)code + i) : "memory");
}

/* Runs words from a mode. Registers are 0x100 + number before; R1 is an address that is not mapped by stage 2. */
static struct state32 run_words(u32 psr, const u32 *words, u32 n)
{
    struct state32 s = { .elr = (u64)code, .spsr = psr };
    for (u32 i = 0; i < 31; i++)
        s.x[i] = 0x100 + i;
    s.x[1] = UNMAPPED;
    put_code(words, n);
    run32(&s);
    return s;
}
#define RUN(psr, ...) ({ const u32 words_[] = { __VA_ARGS__ }; run_words(psr, words_, sizeof words_ / 4); })

static void check2(const char *name, const char *what, u64 got, u64 want)
{
    if (got != want) {
        print(name);
        print(": ");
    }
    check(what, got, want);
}

/* ---- which register is which ---- */

/* As AArch64 numbers R8 to R14 of a mode. */
static u32 view(u32 mode, u32 r)
{
    static const u8 r13[32] = { [IRQ] = 17, [SVC] = 19, [ABT] = 21, [UND] = 23, [FIQ] = 29 };
    if (mode == FIQ && r >= 8 && r < 13)
        return r + 16;
    if (r == 13 && r13[mode])
        return r13[mode];
    return r == 14 && r13[mode] ? mode == FIQ ? 30 : r13[mode] - 1u : r;
}

static const u8 modes[] = { FIQ, IRQ, SVC, ABT, UND, SYS };

static void mapping(void)
{
    for (u32 m = 0; m < sizeof modes; m++) {
        u32 words[16];
        for (u32 r = 0; r < 15; r++)
            words[r] = 0xe2800a01u | r << 16 | r << 12; /* ADD Rr, Rr, #0x1000 */
        words[15] = A32_HVC;
        struct state32 s = run_words(PSR_AIF | modes[m], words, 16);
        CHECK("the end", s.esr, ENDED);
        CHECK("vector: lower EL, AArch32", s.vector, 12);
        CHECK("ELR_EL2", s.elr, (u64)code + 64);
        CHECK("SPSR_EL2", s.spsr, PSR_AIF | modes[m]);
        for (u32 i = 0; i < 31; i++) {
            bool is_mine = false;
            for (u32 r = 0; r < 15; r++)
                is_mine |= view(modes[m], r) == i;
            u64 before = i == 1 ? UNMAPPED : 0x100 + i;
            CHECK("a register of the mode, or of another", s.x[i], before + (is_mine ? 0x1000 : 0));
        }
    }
}

/* ---- state ---- */

static void saved_state(void)
{
    struct state32 s = RUN(PSR_AIF | SVC | 0xf80f0000 | PSR_E, A32_HVC);
    CHECK("SPSR_EL2: flags, GE, E", s.spsr, PSR_AIF | SVC | 0xf80f0000 | PSR_E);
    s = RUN(PSR_T | SVC | PSR_AIF, T32_HVC);
    CHECK("HVC of T32", s.esr, ENDED);
    CHECK("SPSR_EL2: T", s.spsr, PSR_T | SVC | PSR_AIF);
    CHECK("ELR_EL2 behind HVC", s.elr, (u64)code + 4);
    s = RUN(PSR_T | SVC | PSR_AIF | PSR_Z, 0x2001bf04, 0xdf55); /* ITT EQ; MOVEQ; SVCEQ */
    CHECK("SVC of T16 goes to EL1", s.esr, SYNDROME(EC_HVC32, 0x102));
    MSR("hcr_el2", HCR_TGE);
    s = RUN(PSR_T | USR | PSR_Z, 0xdf42bf04, 0x2001); /* ITT EQ; SVCEQ #0x42; MOVEQ */
    CHECK("TGE: SVC of T16: IL 0", s.esr & ~0xffffull, (u64)EC_SVC32 << 26);
    CHECK("TGE: SVC's SPSR_EL2: IT of the next", s.spsr, PSR_T | USR | PSR_Z | 2u << 10);
    CHECK("TGE: SVC's ELR_EL2", s.elr, (u64)code + 4);
    s = RUN(USR, 0xef000042);
    CHECK("TGE: SVC of A32", s.esr, SYNDROME(EC_SVC32, 0x42));
    s = RUN(USR, 0xe7f000f0);
    CHECK("TGE: UDF", s.esr, SYNDROME(EC_UNKNOWN, 0));
    s = RUN(USR, 0xe1212374);
    CHECK("TGE: BKPT", s.esr, SYNDROME(EC_BKPT32, 0x1234));
    s = RUN(USR | PSR_T, 0xbe34);
    CHECK("TGE: BKPT of T16", s.esr, (u64)EC_BKPT32 << 26 | 0x34);
    MSR("hcr_el2", 0);
}

/* ---- what is trapped from EL1 in AArch32 ---- */

struct trapped {
    const char *name;
    u32 word, rt; /* rt: the register in bits 9:5 of the ISS, of SVC mode's numbers; 0xff: none */
    u64 hcr, esr;
};

static void traps(void)
{
    static const struct trapped table[] = {
        { "TVM: MCR SCTLR", 0xee018f10, 8, 1ull << 26, SYNDROME(EC_CP15, AL | 1 << 10) },
        { "TRVM: MRC SCTLR", 0xee11df10, 13, 1ull << 30, SYNDROME(EC_CP15, AL | 1 << 10 | 1) },
        { "TVM: MCRR TTBR1", 0xec454f12, 4, 1ull << 26, SYNDROME(EC_CP15_64, AL | 1 << 16 | 5 << 10 | 2 << 1) },
        { "TRVM: MRRC TTBR0", 0xec5edf02, 13, 1ull << 30, SYNDROME(EC_CP15_64, AL | 14 << 10 | 2 << 1 | 1) },
        { "TID3: MRC ID_PFR0", 0xee103f11, 3, 1ull << 18, SYNDROME(EC_CP15, AL | 1 << 1 | 1) },
        { "TID0: JIDR", 0xeef03e10, 3, 1ull << 15, SYNDROME(EC_CP14, AL | 7 << 14 | 1) },
        { "TID3: VMRS MVFR0", 0xeef79a10, 9, 1ull << 18, SYNDROME(EC_FP_ID, AL | 7 << 14 | 7 << 10 | 1) },
        { "TSC: SMC", 0xe1600071, 0xff, 1ull << 19, SYNDROME(EC_SMC32, AL) },
        { "TWI: WFI", 0xe320f003, 0xff, 1ull << 13, SYNDROME(EC_WFX, AL) },
    };
    MSR("cpacr_el1", 3 << 20);
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct trapped *t = &table[i];
        for (u32 m = 0; m < sizeof modes; m++) {
            MSR("hcr_el2", t->hcr);
            struct state32 s = RUN(PSR_AIF | modes[m], t->word, A32_HVC);
            MSR("hcr_el2", 0);
            u64 rt = t->rt == 0xff ? 0 : (u64)view(modes[m], t->rt) << 5, esr = t->esr;
            if ((t->esr >> 26 & 63) == EC_CP15_64) /* Rt2 */
                esr = (esr & ~0x7c00ull) | (u64)view(modes[m], t->esr >> 10 & 15) << 10;
            check2(t->name, "ESR_EL2", s.esr & ~(t->rt == 0xff ? 1u << 19 : 0), esr | rt);
            check2(t->name, "ELR_EL2", s.elr, (u64)code);
            check2(t->name, "vector", s.vector, 12);
        }
        MSR("hcr_el2", t->hcr);
        u32 conditional = (t->word & 0x0fffffff);
        check2(t->name, "fails its condition", RUN(PSR_AIF | SVC, conditional, A32_HVC).esr, ENDED);
        u64 esr = RUN(PSR_AIF | SVC | PSR_Z, conditional, A32_HVC).esr;
        check2(t->name, "passes it: COND is its own, or AL", esr >> 24 & 1 && ((esr >> 20 & 15) == 0 || (esr >> 20 & 15) == 14), 1);
        MSR("hcr_el2", 0);
    }
    MSR("fpexc32_el2", 1 << 30);
    MSR("cptr_el2", 0x33ff | 1 << 10);
    CHECK("TFP: VADD.F32", RUN(PSR_AIF | SVC, 0xee300a00, A32_HVC).esr, SYNDROME(EC_FP, AL));
    CHECK("TFP: VMRS FPSCR", RUN(PSR_AIF | SVC, 0xeef13a10, A32_HVC).esr, SYNDROME(EC_FP, AL));
    CHECK("TFP: VADD.I32", RUN(PSR_AIF | SVC, 0xf2200840, A32_HVC).esr, SYNDROME(EC_FP, AL));
    MSR("cptr_el2", 0x33ff);
    MSR("mdcr_el2", (MRS("mdcr_el2") & 0x1f) | 1 << 9 | 1 << 11 | 1 << 10);
    CHECK("TDA: MRC DBGDSCRint", RUN(PSR_AIF | SVC, 0xee103e11, A32_HVC).esr, SYNDROME(EC_CP14, AL | 3 << 5 | 1 << 1 | 1));
    CHECK("TDA: MRC DBGDSCRint to the flags", RUN(PSR_AIF | SVC, 0xee10fe11, A32_HVC).esr, SYNDROME(EC_CP14, AL | 31 << 5 | 1 << 1 | 1));
    CHECK("TDRA: MRRC DBGDRAR", RUN(PSR_AIF | SVC, 0xec543e01, A32_HVC).esr, SYNDROME(EC_CP14_64, AL | 4 << 10 | 3 << 5 | 1 << 1 | 1));
    MSR("mdcr_el2", MRS("mdcr_el2") & 0x1f);
}

/* LDC and STC of CP14: their base is named as AArch64 sees it. */
static void debug_transfers(void)
{
    MSR("mdcr_el2", (MRS("mdcr_el2") & 0x1f) | 1 << 9);
    for (u32 m = 0; m < sizeof modes; m++) {
        struct state32 s = RUN(PSR_AIF | modes[m], 0xedbd5e03 /* LDC p14, c5, [SP, #12]! */, A32_HVC);
        CHECK("TDA: LDC", s.esr, SYNDROME(EC_CP14_LDC, AL | 3 << 12 | view(modes[m], 13) << 5 | 1 << 4 | 3 << 1 | 1));
        CHECK("TDA: LDC's ELR_EL2", s.elr, (u64)code);
        s = RUN(PSR_AIF | modes[m], 0xec285efe /* STC p14, c5, [R8], #-0x3f8 */, A32_HVC);
        CHECK("TDA: STC", s.esr, SYNDROME(EC_CP14_LDC, AL | 0xfe << 12 | view(modes[m], 8) << 5 | 1 << 1));
        s = RUN(PSR_AIF | modes[m] | PSR_T, 0x5e07ed1f /* LDC p14, c5, [PC, #-28] */, T32_HVC);
        CHECK("TDA: LDC (literal) of T32", s.esr, SYNDROME(EC_CP14_LDC, AL | 7 << 12 | 6 << 1 | 1));
    }
    MSR("mdcr_el2", MRS("mdcr_el2") & 0x1f);
    CHECK("LDC", RUN(PSR_AIF | SVC, 0xed9f5e01, A32_HVC).esr, ENDED);
}

/* SCTLR.DSSBS on entry, MSR and SPSRs (DDI 0487 G1.11, J1.2). */
static void speculative_store_bypass(void)
{
    u64 has = MRS("id_aa64pfr1_el1") >> 4 & 15 ? 1 : 0;
    enum { SSBS = 1 << 23 };
    CHECK("ID_PFR2.SSBS", MRS("s3_0_c0_c3_4") >> 4 & 15, has);
    /* MRC SCTLR; ORR #1 << 31; MCR; MRC; the old one back */
    struct state32 s = RUN(PSR_AIF | SVC, 0xee112f10, 0xe3823102, 0xee013f10, 0xee114f10, 0xee012f10, A32_HVC);
    CHECK("SCTLR.DSSBS", s.x[4] >> 31 & 1, has);
    for (u64 i = 0; i < 4 * has; i++) {
        u32 before = i & 1 ? SSBS : 0, set = i & 2 ? SSBS : 0;
        MSR("sctlr_el1", SCTLR_A32 | (set ? 1u << 31 : 0));
        s = RUN(PSR_AIF | SVC | before, A32_SVC);
        CHECK("PSTATE.SSBS of an exception of EL1", s.spsr & SSBS, set);
        CHECK("SPSR_svc.SSBS", MRS("spsr_el1") & SSBS, before);
    }
    MSR("sctlr_el1", SCTLR_A32);
    s = RUN(PSR_AIF | SVC, 0xe324f502 /* MSR CPSR_s, #1 << 23 */, A32_HVC);
    CHECK("MSR CPSR_s", s.spsr & SSBS, has ? SSBS : 0);
}

/* ---- stage 2 ---- */

static void stage2_on(void)
{
    static u64 level1[4] __attribute__((aligned(4096)));
    level1[0] = 0x7fd; /* the first and second GiB are there */
    level1[1] = 0x40000000u | 0x7fd;
    MSR("vttbr_el2", (u64)level1);
    MSR("vtcr_el2", 1u << 31 | 32 | 1u << 6 | 2u << 16);
    MSR("hcr_el2", 1);
    __asm__ volatile("dsb sy\n tlbi alle1\n dsb sy\n isb" : : : "memory");
}

struct load {
    const char *name;
    u32 word, rt;
    u64 iss;
};

static void stage2(u64 hcr, u32 mode, u32 vector)
{
    static const struct load table[] = {
        { "LDR SP", 0xe591d000, 13, 1u << 24 | 2 << 22 | 5 }, { "LDR LR", 0xe591e000, 14, 1u << 24 | 2 << 22 | 5 },
        { "LDR R8", 0xe5918000, 8, 1u << 24 | 2 << 22 | 5 }, { "STR R12", 0xe581c000, 12, 1u << 24 | 2 << 22 | 1 << 6 | 5 },
        { "LDRSH R4", 0xe1d140f0, 4, 1u << 24 | 1 << 22 | 1 << 21 | 5 }, { "LDRB R4", 0xe5d14000, 4, 1u << 24 | 5 },
        { "LDR R4, writing back", 0xe4914004, 0xff, 5 }, { "LDRT R4", 0xe4b14004, 0xff, 5 }, { "LDREX R4", 0xe1914f9f, 0xff, 5 },
    };
    stage2_on();
    MSR("hcr_el2", 1 | hcr);
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct load *l = &table[i];
        struct state32 s = RUN(PSR_AIF | mode, l->word);
        check2(l->name, "ESR_EL2", s.esr, SYNDROME(EC_DABORT, l->iss | (l->rt == 0xff ? 0 : (u64)view(mode, l->rt) << 16)));
        check2(l->name, "FAR_EL2", s.far, UNMAPPED);
        check2(l->name, "HPFAR_EL2", s.hpfar, UNMAPPED >> 12 << 4);
        check2(l->name, "vector: by the state of EL1", s.vector, vector);
        check2(l->name, "SPSR_EL2", s.spsr, PSR_AIF | mode);
    }
    struct state32 s = RUN(PSR_AIF | mode, 0xe12fff11); /* BX R1 */
    CHECK("a fetch: ESR_EL2", s.esr, SYNDROME(EC_IABORT, 5));
    CHECK("a fetch: FAR_EL2", s.far, UNMAPPED);
    CHECK("a fetch: ELR_EL2", s.elr, UNMAPPED);
    CHECK("a fetch: vector", s.vector, vector);
    MSR("hcr_el2", hcr);
}

/* ---- illegal returns ---- */

static void illegal_return(const char *name, u64 hcr, u64 spsr)
{
    extern u32 landing[];
    __asm__(".pushsection .text\n.balign 4\n.global landing\nlanding: nop\n.popsection");
    struct state32 s = { .elr = (u64)landing, .spsr = spsr };
    MSR("hcr_el2", hcr);
    run32(&s);
    MSR("hcr_el2", 0);
    check2(name, "ESR_EL2", s.esr, SYNDROME(EC_ILLEGAL, 0));
    check2(name, "vector: same EL", s.vector, 4);
    check2(name, "ELR_EL2", s.elr, (u64)landing);
    check2(name, "SPSR_EL2: IL, EL2, flags and masks of the SPSR", s.spsr, PSR_IL | 9 | (spsr & (0xf0000000 | 0x3c0)));
}

static void illegal_returns(void)
{
    illegal_return("to Hyp mode", 0, 0x900001c0 | HYP);
    illegal_return("to Monitor mode", 0, 0x1c0 | MON);
    illegal_return("to mode 0x14", 0, 0x1c0 | 0x14);
    illegal_return("to mode 0x1e", 0, 0x1c0 | 0x1e);
    illegal_return("to SVC mode with RW", HCR_RW, 0x3c0 | SVC);
    illegal_return("to System mode with RW", HCR_RW, 0x1c0 | SYS);
    illegal_return("to EL1 in AArch64 without RW", 0, 0x3c5);
    illegal_return("to EL0 in AArch64 without RW", 0, 0x3c0);
    illegal_return("to SVC mode with TGE", HCR_TGE, 0x1c0 | SVC);
    illegal_return("to EL2 in AArch32's User mode's neighbour", HCR_RW, 0x3c0 | 2);
    struct state32 s = RUN(PSR_AIF | PSR_IL | SVC, 0xe320f000, A32_HVC);
    CHECK("a return with IL set: EL1's Undefined Instruction", s.esr, SYNDROME(EC_HVC32, 0x101));
    CHECK("its SPSR_und", MRS("spsr_und"), PSR_AIF | PSR_IL | SVC);
    CHECK("its LR_und", s.x[22], (u64)code + 4);
}

/* ---- registers of AArch32 that EL2 has ---- */

static void registers(void)
{
    MSR("dacr32_el2", 0x12345678);
    MSR("ifsr32_el2", 0x5);
    MSR("fpexc32_el2", 1 << 30);
    MSR("spsr_irq", IRQ | 0x80000000);
    MSR("spsr_abt", ABT | 0x40000000);
    MSR("spsr_und", UND | 0x20000000);
    MSR("spsr_fiq", FIQ | 0x10000000);
    MSR("spsr_el1", SVC | 0x90000000);
    MSR("far_el1", 0x1111222233334444);
    MSR("esr_el1", 0x805);
    MSR("mair_el1", 0x5555666677778888);
    MSR("vbar_el1", (u64)vectors_a32);
    MSR("contextidr_el1", 0x99);
    MSR("par_el1", 0);
    CHECK("FPEXC32_EL2", MRS("fpexc32_el2") & 1 << 30, 1 << 30);
    MSR("cptr_el2", 0x33ff | 1 << 10);
    forget();
    MRS("fpexc32_el2");
    CHECK("TFP: FPEXC32_EL2", taken[2].esr, SYNDROME(EC_FP, AL));
    MRS("dacr32_el2");
    CHECK("TFP: DACR32_EL2 is not trapped", taken[2].count, 1);
    MSR("cptr_el2", 0x33ff);
    struct state32 s = RUN(PSR_AIF | SVC, 0xee130f10 /* DACR */, 0xee152f30 /* IFSR */, 0xee153f10 /* DFSR */, 0xee164f10 /* DFAR */, 0xee165f50 /* IFAR */,
                           0xee1a6f12 /* PRRR */, 0xee1a7f32 /* NMRR */, 0xee1c8f10 /* VBAR */, 0xee1d9f30 /* CONTEXTIDR */, 0xe14fa000 /* MRS SPSR */,
                           0xe1a00000, A32_HVC);
    CHECK("DACR32_EL2", s.x[0], 0x12345678);
    CHECK("IFSR32_EL2", s.x[2], 5);
    CHECK("ESR_EL1 is DFSR", s.x[3], 0x805);
    CHECK("FAR_EL1 is DFAR", s.x[4], 0x33334444);
    CHECK("FAR_EL1 is IFAR", s.x[5], 0x11112222);
    CHECK("MAIR_EL1 is PRRR", s.x[6], 0x77778888);
    CHECK("MAIR_EL1 is NMRR", s.x[7], 0x55556666);
    CHECK("VBAR_EL1", s.x[8], (u64)vectors_a32);
    CHECK("CONTEXTIDR_EL1", s.x[9], 0x99);
    CHECK("SPSR_EL1 is SPSR_svc", s.x[10], SVC | 0x90000000);
}

/* ---- EL0 in AArch32 below EL1 in AArch64 ---- */

#define EL1_TOOK SYNDROME(EC_HVC64, 0x200 + 12)

struct user {
    const char *name;
    u32 t32, word, word2;
    u64 esr, elr; /* ESR_EL1, ELR_EL1 behind the code; esr 0: not taken */
};

static void user_case(const struct user *u)
{
    u32 end = u->t32 ? T16_SVC : A32_SVC;
    struct state32 s = RUN(USR | (u->t32 ? PSR_T : 0), u->word, u->word2 ? u->word2 : end, end);
    check2(u->name, "EL1's vector: lower EL, AArch32", s.esr, EL1_TOOK);
    check2(u->name, "vector of EL2: from EL1 in AArch64", s.vector, 8);
    if (!u->esr) {
        check2(u->name, "not taken", MRS("esr_el1") & 0xfc00ffff, (u64)EC_SVC32 << 26 | 0x55);
        return;
    }
    check2(u->name, "ESR_EL1", MRS("esr_el1"), u->esr);
    check2(u->name, "ELR_EL1", MRS("elr_el1"), (u64)code + u->elr);
    check2(u->name, "SPSR_EL1", MRS("spsr_el1"), USR | (u->t32 ? PSR_T : 0));
}
#define USER(...) user_case(&(struct user){ __VA_ARGS__ })
#define SCTLR_A64 0x30d00800u

static void user_mode(void)
{
    MSR("hcr_el2", HCR_RW);
    MSR("vbar_el1", (u64)vectors_el1);
    MSR("sctlr_el1", SCTLR_A64 | 1 << 5 | 1 << 16 | 1 << 18);
    MSR("cpacr_el1", 3 << 20);
    MSR("cntkctl_el1", 0);
    USER("SVC", 0, 0xef001234, 0, SYNDROME(EC_SVC32, 0x1234), 4);
    USER("SVC of T16", 1, 0xdf12, 0, (u64)EC_SVC32 << 26 | 0x12, 2);
    USER("UDF", 0, 0xe7f000f0, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("HVC", 0, A32_HVC, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("SMC", 0, 0xe1600071, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("BKPT", 0, 0xe1212374, 0, SYNDROME(EC_BKPT32, 0x1234), 0);
    USER("MRC SCTLR", 0, 0xee11df10, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("MRRC CNTVCT, closed", 0, 0xec532f1e, 0, SYNDROME(EC_CP15_64, AL | 1 << 16 | 3 << 10 | 2 << 5 | 14 << 1 | 1), 0);
    USER("MRC CNTP_CTL, closed", 0, 0xee1e2f32, 0, SYNDROME(EC_CP15, AL | 1 << 17 | 14 << 10 | 2 << 5 | 2 << 1 | 1), 0);
    USER("MRC CNTFRQ, closed", 0, 0xee1e2f10, 0, SYNDROME(EC_CP15, AL | 14 << 10 | 2 << 5 | 1), 0);
    MSR("cntkctl_el1", 3);
    USER("MRRC CNTVCT", 0, 0xec532f1e, 0, 0, 0);
    MSR("cntkctl_el1", 1 << 8 | 1 << 9);
    USER("MRC CNTP_CTL", 0, 0xee1e2f32, 0, 0, 0);
    USER("MRRC CNTPCT, closed", 0, 0xec532f0e, 0, SYNDROME(EC_CP15_64, AL | 3 << 10 | 2 << 5 | 14 << 1 | 1), 0);
    MSR("pmuserenr_el0", 0);
    USER("MRC PMCCNTR, closed", 0, 0xee192f1d, 0, SYNDROME(EC_CP15, AL | 9 << 10 | 2 << 5 | 13 << 1 | 1), 0);
    MSR("pmuserenr_el0", 4);
    USER("MRC PMCCNTR by CR", 0, 0xee192f1d, 0, 0, 0);
    USER("MRC PMXEVCNTR by CR", 0, 0xee192f5d, 0, SYNDROME(EC_CP15, AL | 2 << 17 | 9 << 10 | 2 << 5 | 13 << 1 | 1), 0);
    USER("MCR PMCCNTR by CR", 0, 0xee092f1d, 0, SYNDROME(EC_CP15, AL | 9 << 10 | 2 << 5 | 13 << 1), 0);
    MSR("pmuserenr_el0", 0);
    USER("LDC p14, c5, [PC, #4]", 0, 0xed9f5e01, 0, 0, 0);
    MSR("mdscr_el1", 1 << 12);
    USER("LDC p14, c5, [R4, #12]! with TDCC", 0, 0xedb45e03, 0, SYNDROME(EC_CP14_LDC, AL | 3 << 12 | 4 << 5 | 1 << 4 | 3 << 1 | 1), 0);
    USER("STC p14, c5, [SP], {3} with TDCC, T32", 1, 0x5e03ec8d, T16_SVC, SYNDROME(EC_CP14_LDC, AL | 3 << 12 | 13 << 5 | 1 << 4), 0);
    MSR("mdscr_el1", 0);
    USER("MCR CP15DMB", 0, 0xee070fba, 0, 0, 0);
    USER("SETEND", 0, 0xf1010000, 0, 0, 0);
    USER("SETEND of T16", 1, 0xb650, T16_SVC, 0, 0);
    USER("WFI", 0, 0xe320f001, 0, 0, 0);
    MSR("sctlr_el1", SCTLR_A64 | 1 << 8 | 1 << 18);
    USER("MCR CP15DMB without CP15BEN", 0, 0xee070fba, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("SETEND with SED", 0, 0xf1010000, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("SETEND of T16 with SED", 1, 0xb650, 0, SYNDROME(EC_UNKNOWN, 0), 0);
    USER("WFI without nTWI", 0, 0xe320f003, 0, SYNDROME(EC_WFX, AL), 0);
    USER("WFI of T16 without nTWI", 1, 0xbf30, 0, (u64)EC_WFX << 26 | AL, 0);
    MSR("cpacr_el1", 0);
    USER("VADD.F32 without FPEN", 0, 0xee300a00, 0, SYNDROME(EC_FP, AL), 0);
    MSR("cpacr_el1", 1 << 20);
    USER("VADD.I32 with FPEN of EL1", 0, 0xf2200840, 0, SYNDROME(EC_FP, AL), 0);
    MSR("fpexc32_el2", 0);
    MSR("cpacr_el1", 3 << 20);
    USER("VADD.I32, whatever FPEXC says", 0, 0xf2200840, 0, 0, 0);
    MSR("sctlr_el1", SCTLR_A64 | 1 << 5 | 1 << 16 | 1 << 18);
    MSR("hcr_el2", 0);
}

/* ---- EL0 in AArch32 of a host at EL2 ---- */

static void host_case(const char *name, u32 word, u64 esr)
{
    struct state32 s = RUN(USR, word, A32_SVC);
    check2(name, "ESR_EL2", esr ? s.esr : s.esr & 0xfc00ffff, esr ? esr : (u64)EC_SVC32 << 26 | 0x55);
    check2(name, "vector: lower EL, AArch32", s.vector, 12);
    check2(name, "ELR_EL2", s.elr, (u64)code + (esr ? 0 : 8));
}

static void host(void)
{
    if (!(MRS("id_aa64mmfr1_el1") >> 8 & 15))
        return;
    u64 sctlr = MRS("sctlr_el2"), opposite = 1 << 5 | 1 << 8;
    MSR("hcr_el2", HCR_RW | HCR_TGE | 1ull << 34);
    MSR("cptr_el2", 3 << 20);
    MSR("sctlr_el1", SCTLR_A64 | 1 << 8); /* is not what counts */
    MSR("s3_4_c1_c0_0", (sctlr & ~opposite) | 1 << 5 | 1 << 16 | 1 << 18);
    MSR("cntkctl_el1", 0); /* a host's CNTHCTL_EL2 */
    host_case("a host's NOP", 0xe320f000, 0);
    host_case("a host's SETEND", 0xf1010000, 0);
    host_case("a host's MCR CP15DMB", 0xee070fba, 0);
    host_case("a host's UDF", 0xe7f000f0, SYNDROME(EC_UNKNOWN, 0));
    host_case("a host's MRRC CNTVCT, closed", 0xec532f1e, SYNDROME(EC_CP15_64, AL | 1 << 16 | 3 << 10 | 2 << 5 | 14 << 1 | 1));
    MSR("cntkctl_el1", 3);
    host_case("a host's MRRC CNTVCT", 0xec532f1e, 0);
    MSR("mdscr_el1", 1 << 12);
    host_case("a host's LDC p14, c5, [R4, #12]! with TDCC", 0xedb45e03, SYNDROME(EC_CP14_LDC, AL | 3 << 12 | 4 << 5 | 1 << 4 | 3 << 1 | 1));
    MSR("mdscr_el1", 0);
    MSR("cntkctl_el1", 0);
    MSR("s3_4_c1_c0_0", (sctlr & ~(opposite | 1 << 16)) | 1 << 8);
    MSR("s3_5_c1_c0_0", SCTLR_A64 | 1 << 5 | 1 << 16); /* SCTLR_EL12: is not what counts either */
    host_case("a host's SETEND with SED", 0xf1010000, SYNDROME(EC_UNKNOWN, 0));
    host_case("a host's MCR CP15DMB without CP15BEN", 0xee070fba, SYNDROME(EC_UNKNOWN, 0));
    host_case("a host's WFI without nTWI", 0xe320f003, SYNDROME(EC_WFX, AL));
    MSR("cptr_el2", 1 << 20);
    host_case("a host's VADD.I32 with FPEN of EL2", 0xf2200840, SYNDROME(EC_FP, AL));
    MSR("cptr_el2", 3 << 20);
    host_case("a host's VADD.I32", 0xf2200840, 0);
    MSR("s3_4_c1_c0_0", sctlr);
    MSR("hcr_el2", HCR_RW);
    MSR("cptr_el2", 0x33ff);
    MSR("cnthctl_el2", 3);
}

void guest_main(void)
{
    home_el = 2;
    for (u32 i = 0; i < 8; i++)
        vectors_a32[i] = 0xe1400070 | (0x100 + i) >> 4 << 8 | ((0x100 + i) & 15);
    MSR("vbar_el1", (u64)vectors_a32);
    MSR("sctlr_el1", SCTLR_A32);
    MSR("hcr_el2", 0);
    MSR("cnthctl_el2", 3);
    mapping();
    saved_state();
    traps();
    debug_transfers();
    speculative_store_bypass();
    stage2(0, SVC, 12);
    stage2(0, FIQ, 12);
    stage2(0, USR, 12);
    illegal_returns();
    registers();
    user_mode();
    stage2(HCR_RW, USR, 8);
    host();
    finish();
}
