/* AArch32 below EL3 in AArch64: Hyp mode, Non-secure and Secure EL1, and the vector that each comes by (DDI 0487 D1.20, G1.11). */
#define HOME "3"
#include "interwork.h"

enum { NS = 1, RES1 = 0x30, HCE = 1 << 8, RW = 1 << 10, TWI = 1 << 12 };
#define SCTLR_A32 0x00c50838u
#define HSCTLR_A32 0x30c50838u
#define A32_SMC 0xe1600070u
#define ENDED_BY_SMC SYNDROME(EC_SMC32, 0)

static u32 code[64] __attribute__((aligned(64)));
static u32 vectors_a32[8] __attribute__((aligned(32))), vectors_hyp[8] __attribute__((aligned(32)));

static struct state32 run_words(u32 scr, u32 psr, const u32 *words, u32 n)
{
    struct state32 s = { .elr = (u64)code, .spsr = psr };
    for (u32 i = 0; i < 31; i++)
        s.x[i] = 0x100 + i;
    for (u32 i = 0; i < n; i++)
        ((volatile u32 *)code)[i] = words[i];
    for (u32 i = 0; i < sizeof code; i += 4)
        __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"((u8 *)code + i) : "memory");
    MSR("scr_el3", scr | RES1);
    run32(&s);
    return s;
}
#define RUN(scr, psr, ...) ({ const u32 words_[] = { __VA_ARGS__ }; run_words(scr, psr, words_, sizeof words_ / 4); })

static void check2(const char *name, const char *what, u64 got, u64 want)
{
    if (got != want) {
        print(name);
        print(": ");
    }
    check(what, got, want);
}

/* Vectors of A32 that call EL3: which one it was its address tells; 99: none of them. */
static u32 by_vector(const struct state32 *s, const u32 *vectors)
{
    u64 n = (s->elr - 4 - (u64)vectors) / 4;
    return (s->esr >> 26 & 63) == EC_SMC32 && n < 8 ? (u32)n : 99;
}

static void hyp_mode(void)
{
    struct state32 s = RUN(NS | HCE, PSR_AIF | HYP, 0xe28dda01 /* ADD SP, SP, #0x1000 */, 0xe28eea01 /* ADD LR, LR, #0x1000 */, A32_SMC);
    CHECK("SMC of Hyp mode: ESR_EL3", s.esr, ENDED_BY_SMC);
    CHECK("SMC of Hyp mode: vector", s.vector, 12);
    CHECK("SMC of Hyp mode: SPSR_EL3", s.spsr, PSR_AIF | HYP);
    CHECK("SMC of Hyp mode: ELR_EL3", s.elr, (u64)code + 12);
    CHECK("SP_hyp is X15", s.x[15], 0x100 + 15 + 0x1000);
    CHECK("LR of Hyp mode is X14", s.x[14], 0x100 + 14 + 0x1000);
    CHECK("X13 is User mode's SP", s.x[13], 0x100 + 13);
    s = RUN(NS | HCE, PSR_AIF | SVC, 0xe1400575, A32_SMC); /* HVC #0x55 */
    CHECK("HVC to Hyp mode", by_vector(&s, vectors_hyp), 5);
    CHECK("HSR is ESR_EL2", MRS("esr_el2"), ENDED);
    CHECK("ELR_hyp is ELR_EL2", MRS("elr_el2"), (u64)code + 4);
    CHECK("SPSR_hyp is SPSR_EL2", MRS("spsr_el2"), PSR_AIF | SVC);
    s = RUN(NS, PSR_AIF | SVC, 0xe1400575, A32_SMC);
    CHECK("HVC without HCE", by_vector(&s, vectors_a32), 1);
}

static void illegal_returns(void)
{
    static const u32 spsrs[] = { PSR_AIF | MON, PSR_AIF | 0x14, PSR_AIF | 0x0d, PSR_AIF | 5 };
    for (u32 i = 0; i < 4; i++) {
        struct state32 s = { 0 };
        const u32 words[] = { 0xe12ef301 /* MSR ELR_hyp, R1 */, 0xe16ff000 /* MSR SPSR_fsxc, R0 */, 0xe160006e /* ERET */, A32_SMC };
        for (u32 k = 0; k < 4; k++)
            ((volatile u32 *)code)[k] = words[k];
        __asm__ volatile("dsb sy\n ic iallu\n dsb sy\n isb" : : : "memory");
        s.elr = (u64)code;
        s.spsr = PSR_AIF | HYP;
        s.x[0] = spsrs[i] | 0x50000000;
        s.x[1] = (u64)code + 12;
        MSR("scr_el3", NS | HCE | RES1);
        run32(&s);
        CHECK("an illegal return of Hyp mode: its Undefined Instruction", by_vector(&s, vectors_hyp), 1);
        CHECK("HSR: illegal state", MRS("esr_el2"), SYNDROME(EC_ILLEGAL, 0));
        CHECK("ELR_hyp", MRS("elr_el2"), (u64)code + 12);
        CHECK("SPSR_hyp", MRS("spsr_el2"), 0x50000000 | PSR_AIF | PSR_IL | HYP);
    }
}

/* What is Monitor mode's where EL3 is AArch32 is EL3's to see where it is AArch64, if it is tried in Secure EL1; elsewhere it is UNDEFINED. */
static void monitors_registers(void)
{
    static const struct {
        const char *name;
        u32 word, iss;
        bool ns_reads; /* Non-secure EL1 and EL2 may */
    } table[] = {
        { "MRC SCR", 0xee113f11, 1 << 10 | 3 << 5 | 1 << 1 | 1, false }, { "MCR SCR", 0xee013f11, 1 << 10 | 3 << 5 | 1 << 1, false },
        { "MRC NSACR", 0xee113f51, 2 << 17 | 1 << 10 | 3 << 5 | 1 << 1 | 1, true },
        { "MCR NSACR", 0xee013f51, 2 << 17 | 1 << 10 | 3 << 5 | 1 << 1, false }, { "MRC MVBAR", 0xee1c3f30, 1 << 17 | 12 << 10 | 3 << 5 | 1, false },
        { "MRC SDCR", 0xee113f33, 1 << 17 | 1 << 10 | 3 << 5 | 3 << 1 | 1, false },
        { "ATS12NSOPR", 0xee073f98, 4 << 17 | 7 << 10 | 3 << 5 | 8 << 1, false },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct state32 s = RUN(0, PSR_AIF | SYS, table[i].word, A32_SMC);
        check2(table[i].name, "in Secure EL1: ESR_EL3", s.esr, SYNDROME(EC_CP15, AL | table[i].iss));
        check2(table[i].name, "in Secure EL1: vector", s.vector, 12);
        check2(table[i].name, "in Secure EL1: ELR_EL3", s.elr, (u64)code);
        s = RUN(NS, PSR_AIF | SVC, table[i].word, A32_SMC);
        check2(table[i].name, "in Non-secure EL1", by_vector(&s, vectors_a32), table[i].ns_reads ? 99 : 1);
        if (table[i].ns_reads)
            check2(table[i].name, "in Non-secure EL1: NSACR", s.x[3], 0xc00);
        if (table[i].ns_reads) {
            s = RUN(NS, PSR_AIF | HYP, table[i].word, A32_SMC);
            check2(table[i].name, "in Hyp mode: NSACR", s.x[3], 0xc00);
        }
    }
}

/* What names Monitor mode's registers: EL3 has them. A change to that mode is an illegal one (AArch64.MonitorModeTrap(), G1.11.3). */
static void monitor_mode(void)
{
    static const struct {
        const char *name;
        u32 word, t32;
    } table[] = {
        { "SRSDB SP!, #22", 0xf96d0516, 0xc016e82d }, { "SRSIA SP, #22", 0xf8cd0516, 0xc016e98d },
        { "MRS LR_mon", 0xe10c3300, 0x8330f3ec }, { "MRS SP_mon", 0xe10d3300, 0x8330f3ed }, { "MRS SPSR_mon", 0xe14c3300, 0x8330f3fc },
        { "MSR LR_mon", 0xe12cf303, 0x8c30f383 }, { "MSR SP_mon", 0xe12df303, 0x8d30f383 }, { "MSR SPSR_mon", 0xe16cf303, 0x8c30f393 },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)
        for (u32 t32 = 0; t32 < 2; t32++) {
            u32 word = t32 ? table[i].t32 : table[i].word, psr = PSR_AIF | (t32 ? PSR_T : 0);
            struct state32 s = RUN(0, psr | SVC, word, A32_SMC);
            check2(table[i].name, "in Secure EL1: ESR_EL3", s.esr, SYNDROME(EC_UNKNOWN, 0));
            check2(table[i].name, "in Secure EL1: vector", s.vector, 12);
            check2(table[i].name, "in Secure EL1: ELR_EL3", s.elr, (u64)code);
            check2(table[i].name, "in Secure EL1: SPSR_EL3", s.spsr, psr | SVC);
            check2(table[i].name, "in Secure EL1: R3", s.x[3], 0x103);
            s = RUN(NS, psr | SVC, word, A32_SMC);
            check2(table[i].name, "in Non-secure EL1", by_vector(&s, vectors_a32), 1);
            s = RUN(0, psr | USR, word, A32_SMC);
            check2(table[i].name, "in User mode", by_vector(&s, vectors_a32), 1);
        }
    struct state32 s = RUN(0, PSR_AIF | SYS, 0xf96d0516, A32_SMC);
    CHECK("SRS of System mode, which has no SPSR", by_vector(&s, vectors_a32), 1);
    s = RUN(0, PSR_AIF | SVC, 0xf1020016 /* CPS #22 */, A32_SMC);
    CHECK("CPS to Monitor mode: an illegal state", by_vector(&s, vectors_a32), 1);
    CHECK("its SPSR_und", MRS("spsr_und"), PSR_AIF | PSR_IL | SVC);
}

/* HSCTLR.DSSBS, bit 31, which is EnIA to AArch64 */
static void hyp_ssbs(void)
{
    enum { SSBS = 1 << 23 };
    bool has = MRS("id_aa64pfr1_el1") >> 4 & 15;
    struct state32 s = RUN(NS | HCE, PSR_AIF | HYP, 0xee912f10 /* MRC HSCTLR */, 0xe3823102, 0xee813f10, 0xee914f10, A32_SMC);
    CHECK("HSCTLR.DSSBS", s.x[4] >> 31 & 1, has);
    s = RUN(NS | HCE, PSR_AIF | SVC, 0xe1400575, A32_SMC);
    CHECK("PSTATE.SSBS of HVC", s.spsr & SSBS, has ? SSBS : 0);
    CHECK("SPSR_hyp.SSBS", MRS("spsr_el2") & SSBS, 0);
    RUN(NS | HCE, PSR_AIF | HYP, 0xee912f10, 0xe3c23102 /* BIC R3, R2, #1 << 31 */, 0xee813f10, A32_SMC);
    s = RUN(NS | HCE, PSR_AIF | SSBS | SVC, 0xe1400575, A32_SMC);
    CHECK("PSTATE.SSBS of HVC without DSSBS", s.spsr & SSBS, 0);
    CHECK("SPSR_hyp.SSBS as it was", MRS("spsr_el2") & SSBS, has ? SSBS : 0);
}

static void traps(void)
{
    MSR("mdcr_el3", 1 << 9);
    struct state32 d = RUN(0, PSR_AIF | SYS, 0xed9d5e02 /* LDC p14, c5, [SP, #8] */, A32_SMC);
    CHECK("MDCR_EL3.TDA: LDC", d.esr, SYNDROME(EC_CP14_LDC, AL | 2 << 12 | 13 << 5 | 1 << 4 | 2 << 1 | 1));
    d = RUN(NS, PSR_AIF | HYP, 0xed0d5e02 /* STC p14, c5, [SP, #-8] */, A32_SMC);
    CHECK("MDCR_EL3.TDA: STC of Hyp mode", d.esr, SYNDROME(EC_CP14_LDC, AL | 2 << 12 | 15 << 5 | 2 << 1));
    MSR("mdcr_el3", 0);
    MSR("cptr_el3", 1u << 31);
    struct state32 s = RUN(0, PSR_AIF | SYS, 0xee113f50, A32_SMC);
    CHECK("CPTR_EL3.TCPAC: MRC CPACR", s.esr, SYNDROME(EC_CP15, AL | 2 << 17 | 1 << 10 | 3 << 5 | 1));
    s = RUN(NS, PSR_AIF | HYP, 0xee913f51, A32_SMC);
    CHECK("CPTR_EL3.TCPAC: MRC HCPTR", s.esr, SYNDROME(EC_CP15, AL | 2 << 17 | 4 << 14 | 1 << 10 | 3 << 5 | 1 << 1 | 1));
    MSR("cptr_el3", 0);
    MSR("cpacr_el1", 3 << 20);
    MSR("fpexc32_el2", 1 << 30);
    MSR("cptr_el3", 1 << 10);
    s = RUN(0, PSR_AIF | SYS, 0xeef19a10, A32_SMC);
    CHECK("CPTR_EL3.TFP: VMRS", s.esr, SYNDROME(EC_FP, AL));
    MSR("cptr_el3", 0);
    s = RUN(0, PSR_AIF | SYS, 0xeef19a10, A32_SMC);
    CHECK("VMRS", s.esr, ENDED_BY_SMC);
    s = RUN(TWI, PSR_AIF | SYS, 0xe320f003, A32_SMC);
    CHECK("SCR_EL3.TWI", s.esr, SYNDROME(EC_WFX, AL));
}

/* By the state of the EL below EL3: EL2 where there is one, else EL1; of an EL0 in AArch32 that is not the same. */
static void vectors(void)
{
    struct state32 s = RUN(RW | NS | HCE, PSR_AIF | SVC, A32_SMC); /* EL2 in AArch64 and HCR_EL2.RW 0 */
    CHECK("from EL1 in AArch32 below EL2 in AArch64", s.esr, ENDED_BY_SMC);
    CHECK("its vector", s.vector, 8);
    CHECK("its SPSR_EL3", s.spsr, PSR_AIF | SVC);
    s = RUN(RW | 8 /* EA */, USR, 0xe3a01202 /* MOV R1, #0x20000000 */, 0xe5912000 /* LDR R2, [R1] */);
    CHECK("an external abort of EL0 in AArch32 below Secure EL1 in AArch64", s.esr >> 26 & 63, EC_DABORT);
    CHECK("its vector: EL1 is AArch64", s.vector, 8);
    CHECK("its FAR_EL3", s.far, 0x20000000);
    s = RUN(8, USR, 0xe3a01202, 0xe5912000);
    CHECK("an external abort of EL0 below Secure EL1 in AArch32", s.esr >> 26 & 63, EC_DABORT);
    CHECK("its vector: EL1 is AArch32", s.vector, 12);
}

void guest_main(void)
{
    home_el = 3;
    for (u32 i = 0; i < 8; i++)
        vectors_a32[i] = vectors_hyp[i] = A32_SMC;
    MSR("vbar_el1", (u64)vectors_a32);
    MSR("vbar_el2", (u64)vectors_hyp);
    MSR("sctlr_el1", SCTLR_A32);
    MSR("sctlr_el2", HSCTLR_A32);
    MSR("hcr_el2", 0);
    MSR("cptr_el2", 0x33ff);
    hyp_mode();
    illegal_returns();
    monitors_registers();
    monitor_mode();
    hyp_ssbs();
    traps();
    vectors();
    finish();
}
