/* What Hyp mode traps, and the syndromes in HSR, HDFAR, HPFAR (DDI 0406 B1.14, B3.13.6; DDI 0487 G1.11, G8.2.78). */
#include "hyp.h"

enum { HCR, HCPTR, HSTR, HDCR };
enum { READ = 1, WRITE = 0 };

static u32 control(u32 which)
{
    return which == HCR ? CP15_GET(4, 1, 1, 0) : which == HCPTR ? CP15_GET(4, 1, 1, 2) : which == HSTR ? CP15_GET(4, 1, 1, 3) : CP15_GET(4, 1, 1, 1);
}

static void set_control(u32 which, u32 value)
{
    if (which == HCR)
        CP15_SET(4, 1, 1, 0, value);
    else if (which == HCPTR)
        CP15_SET(4, 1, 1, 2, value);
    else if (which == HSTR)
        CP15_SET(4, 1, 1, 3, value);
    else
        CP15_SET(4, 1, 1, 1, value);
}

/* One instruction at a time, with END behind it, wherever it is executed. */
static volatile u32 code[4] __attribute__((aligned(16)));

static struct state run_word_at(u32 word, u8 mode, bool t32, u32 r4)
{
    struct state s = { .pc = (u32)code, .psr = PSR_AIF | mode | (t32 ? PSR_T : 0) };
    for (u32 i = 0; i < 15; i++)
        s.r[i] = 0x80001000; /* where nothing is */
    s.r[4] = r4;
    code[0] = t32 ? word >> 16 | word << 16 : word;
    code[1] = t32 ? 0x8055f7e0 : 0xe1400575; /* HVC #0x55 */
    __asm__ volatile("dsb\n mcr p15, 0, %0, c7, c5, 0\n mcr p15, 0, %0, c7, c5, 6\n dsb\n isb" : : "r"(0) : "memory");
    run(&s);
    return s;
}

static struct state run_word(u32 word, u8 mode, bool t32)
{
    return run_word_at(word, mode, t32, 0x80001000);
}

/* ---- coprocessor registers ---- */

struct access {
    const char *name;
    u8 cp, opc1, crn, crm, opc2, wide, write; /* wide: MRRC, MCRR with CRm */
    u8 which, bit;
};

static u32 instruction(const struct access *a, u32 cond)
{
    if (a->wide)
        return cond << 28 | 0x0c400000 | (!a->write) << 20 | 5 << 16 | 4 << 12 | a->cp << 8 | a->opc1 << 4 | a->crm;
    return cond << 28 | 0x0e000010 | a->opc1 << 21 | (!a->write) << 20 | a->crn << 16 | 4 << 12 | a->cp << 8 | a->opc2 << 5 | a->crm;
}

static u32 syndrome(const struct access *a)
{
    u32 ec = a->cp == 14 ? EC_CP14 : a->wide ? EC_CP15_64 : EC_CP15, iss = 1u << 24 | 14u << 20 | a->crm << 1 | !a->write | 4 << 5;
    return HSR(ec, a->wide ? iss | a->opc1 << 16 | 5 << 10 : iss | a->opc2 << 17 | a->opc1 << 14 | a->crn << 10);
}

#define MRC(name, cp, opc1, crn, crm, opc2, which, bit) { "read " #name, cp, opc1, crn, crm, opc2, 0, 0, which, bit }
#define MCR(name, cp, opc1, crn, crm, opc2, which, bit) { "write " #name, cp, opc1, crn, crm, opc2, 0, 1, which, bit }
#define MRRC(name, opc1, crm, which, bit) { "read wide " #name, 15, opc1, 0, crm, 0, 1, 0, which, bit }
#define MCRR(name, opc1, crm, which, bit) { "write wide " #name, 15, opc1, 0, crm, 0, 1, 1, which, bit }
/* TRVM is ARMv8's. */
#define VM(name, opc1, crn, crm, opc2) MCR(name, 15, opc1, crn, crm, opc2, HCR, 26)
#define TLB(crm, opc2) MCR(TLBI, 15, 0, 8, crm, opc2, HCR, 25)
#define ID(name, crm, opc2) MRC(name, 15, 0, 0, crm, opc2, HCR, 18)

/* Each is trapped by its bit; without it, it is not. (What has effects only of its own kind: none of it changes what the rest stands on.) */
static const struct access accesses[] = {
    VM(TTBR0, 0, 2, 0, 0), VM(TTBR1, 0, 2, 0, 1), VM(TTBCR, 0, 2, 0, 2), VM(DACR, 0, 3, 0, 0), VM(DFSR, 0, 5, 0, 0), VM(IFSR, 0, 5, 0, 1),
    VM(ADFSR, 0, 5, 1, 0), VM(AIFSR, 0, 5, 1, 1), VM(DFAR, 0, 6, 0, 0), VM(IFAR, 0, 6, 0, 2), VM(PRRR, 0, 10, 2, 0), VM(NMRR, 0, 10, 2, 1),
    VM(AMAIR0, 0, 10, 3, 0), VM(AMAIR1, 0, 10, 3, 1), VM(CONTEXTIDR, 0, 13, 0, 1),
    MCRR(TTBR0, 0, 2, HCR, 26), MCRR(TTBR1, 1, 2, HCR, 26),
    TLB(3, 0), TLB(3, 1), TLB(3, 2), TLB(3, 3), TLB(5, 0), TLB(5, 1), TLB(5, 2), TLB(6, 0), TLB(6, 1), TLB(6, 2), TLB(7, 0), TLB(7, 1), TLB(7, 2), TLB(7, 3),
    MCR(ICIALLUIS, 15, 0, 7, 1, 0, HCR, 24), MCR(ICIALLU, 15, 0, 7, 5, 0, HCR, 24), MCR(ICIMVAU, 15, 0, 7, 5, 1, HCR, 24),
    MCR(DCCMVAU, 15, 0, 7, 11, 1, HCR, 24), MCR(DCIMVAC, 15, 0, 7, 6, 1, HCR, 23), MCR(DCCMVAC, 15, 0, 7, 10, 1, HCR, 23),
    MCR(DCCIMVAC, 15, 0, 7, 14, 1, HCR, 23), MCR(DCISW, 15, 0, 7, 6, 2, HCR, 22), MCR(DCCSW, 15, 0, 7, 10, 2, HCR, 22),
    MCR(DCCISW, 15, 0, 7, 14, 2, HCR, 22), MRC(ACTLR, 15, 0, 1, 0, 1, HCR, 21),
    ID(ID_PFR0, 1, 0), ID(ID_PFR1, 1, 1), ID(ID_DFR0, 1, 2), ID(ID_AFR0, 1, 3), ID(ID_MMFR0, 1, 4), ID(ID_MMFR1, 1, 5), ID(ID_MMFR2, 1, 6),
    ID(ID_MMFR3, 1, 7), ID(ID_ISAR0, 2, 0), ID(ID_ISAR1, 2, 1), ID(ID_ISAR2, 2, 2), ID(ID_ISAR3, 2, 3), ID(ID_ISAR4, 2, 4), ID(ID_ISAR5, 2, 5),
    MRC(CTR, 15, 0, 0, 0, 1, HCR, 17), MRC(CCSIDR, 15, 1, 0, 0, 0, HCR, 17), MRC(CLIDR, 15, 1, 0, 0, 1, HCR, 17), MRC(CSSELR, 15, 2, 0, 0, 0, HCR, 17),
    MCR(CSSELR, 15, 2, 0, 0, 0, HCR, 17), MRC(TCMTR, 15, 0, 0, 0, 2, HCR, 16), MRC(TLBTR, 15, 0, 0, 0, 3, HCR, 16), MRC(AIDR, 15, 1, 0, 0, 7, HCR, 16),
    MRC(REVIDR, 15, 0, 0, 0, 6, HCR, 16), MRC(L2CTLR, 15, 1, 9, 0, 2, HCR, 20), MRC(CPACR, 15, 0, 1, 0, 2, HCPTR, 31), MCR(CPACR, 15, 0, 1, 0, 2, HCPTR, 31),
    MRC(PMCR, 15, 0, 9, 12, 0, HDCR, 5), MRC(PMCR, 15, 0, 9, 12, 0, HDCR, 6), MRC(PMCNTENSET, 15, 0, 9, 12, 1, HDCR, 6),
    MRC(PMCCNTR, 15, 0, 9, 13, 0, HDCR, 6), MRC(DBGDIDR, 14, 0, 0, 0, 0, HDCR, 9), MRC(DBGDSCRint, 14, 0, 0, 1, 0, HDCR, 9),
    MRC(DBGDRAR, 14, 0, 1, 0, 0, HDCR, 11), MRC(DBGDSAR, 14, 0, 2, 0, 0, HDCR, 11), MRC(DBGOSLSR, 14, 0, 1, 1, 4, HDCR, 10),
};

static void traps(void)
{
    u32 before[4] = { control(HCR), control(HCPTR), control(HSTR), control(HDCR) };
    for (u32 i = 0; i < sizeof accesses / sizeof accesses[0]; i++)
        for (u32 t32 = 0; t32 < 2; t32++) {
            const struct access *a = &accesses[i];
            struct state s = run_word(instruction(a, 14), SVC, t32);
            check2(a->name, "not trapped", s.hsr, ENDED);
            set_control(a->which, before[a->which] | 1u << a->bit);
            s = run_word(instruction(a, 14), SVC, t32);
            check2(a->name, "HSR", s.hsr, syndrome(a));
            check2(a->name, "vector", s.vector, 5);
            check2(a->name, "ELR_hyp", s.pc, (u32)code);
            check2(a->name, "SPSR_hyp", s.psr, PSR_AIF | SVC | (t32 ? PSR_T : 0));
            check2(a->name, "handler", s.handler_cpsr & 0x3df, PSR_AIF | HYP);
            if (a->which == HCR)
                check2(a->name, "not in Hyp mode", run_word(instruction(a, 14), HYP, t32).hsr, ENDED);
            s = run_word(instruction(a, 0), SVC, false); /* EQ, Z = 0 */
            check2(a->name, "fails its condition", s.hsr, ENDED);
            set_control(a->which, before[a->which]);
        }
}

/* A CP15 write that is UNDEFINED where it is tried is that first: at PL0 to PL1, whatever is trapped. */
static void undefined_first(void)
{
    set_control(HCR, 1u << 26);
    const struct access *a = &accesses[0];
    check("TTBR0 in User mode is UNDEFINED", run_word(instruction(a, 14), USR, false).hsr, TAKEN(1));
    set_control(HCR, 0);
}

static void by_number(void)
{
    static const struct access one_of[16] = {
        MRC(c0, 15, 0, 0, 0, 0, HSTR, 0), MRC(c1, 15, 0, 1, 0, 0, HSTR, 1), MRC(c2, 15, 0, 2, 0, 0, HSTR, 2), MRC(c3, 15, 0, 3, 0, 0, HSTR, 3), { 0 },
        MRC(c5, 15, 0, 5, 0, 0, HSTR, 5), MRC(c6, 15, 0, 6, 0, 0, HSTR, 6), MCR(c7, 15, 0, 7, 5, 4, HSTR, 7), MCR(c8, 15, 0, 8, 7, 0, HSTR, 8),
        MRC(c9, 15, 0, 9, 12, 0, HSTR, 9), MRC(c10, 15, 0, 10, 2, 0, HSTR, 10), { 0 }, MRC(c12, 15, 0, 12, 0, 0, HSTR, 12),
        MRC(c13, 15, 0, 13, 0, 3, HSTR, 13), { 0 }, { 0 },
    };
    static const struct access wide[] = { MRRC(c2, 0, 2, HSTR, 2), MRRC(c7, 0, 7, HSTR, 7), MRRC(c14, 1, 14, HSTR, 15) };
    for (u32 n = 0; n < 16; n++) {
        const struct access *a = &one_of[n];
        if (!a->name)
            continue;
        set_control(HSTR, 0xbfef & ~(1u << n));
        check2(a->name, "HSTR: all but its own", run_word(instruction(a, 14), SVC, false).hsr, ENDED);
        set_control(HSTR, 1u << n);
        check2(a->name, "HSTR", run_word(instruction(a, 14), SVC, false).hsr, syndrome(a));
    }
    set_control(HSTR, 1 << 2 | 1 << 7);
    check("HSTR: wide c2", run_word(instruction(&wide[0], 14), SVC, false).hsr, syndrome(&wide[0]));
    check("HSTR: wide c7", run_word(instruction(&wide[1], 14), SVC, false).hsr, syndrome(&wide[1]));
    set_control(HSTR, 0xbfef);
    check("HSTR: wide c14 is not there", run_word(instruction(&wide[2], 14), SVC, false).hsr, ENDED);
    set_control(HSTR, 0);
}

/* HCR.TIDCP: lockdown, DMA and TCM operations (DDI 0406 B1.14.3), whether they are implemented or not. */
static void lockdown(void)
{
    static const struct {
        u32 crn, crms;
    } ranges[] = { { 9, 0x1e7 }, { 10, 0x113 }, { 11, 0x81ff } };
    set_control(HCR, 1 << 20);
    for (u32 i = 0; i < 3; i++)
        for (u32 n = 0; n < 16 * 64; n++) {
            struct access a = { "TIDCP", 15, (u8)(n >> 3 & 7), (u8)ranges[i].crn, (u8)(n >> 6), (u8)(n & 7), 0, (u8)(n & 1), HCR, 20 };
            if (ranges[i].crms >> a.crm & 1)
                check(a.name, run_word(instruction(&a, 14), SVC, n & 2).hsr, syndrome(&a));
        }
    set_control(HCR, 0);
    const struct access unallocated[] = { MRC(c11, 15, 0, 11, 0, 0, HSTR, 11), MRC(c15, 15, 3, 15, 2, 1, HSTR, 15) };
    for (u32 i = 0; i < 2; i++) {
        set_control(HSTR, 0);
        check2(unallocated[i].name, "UNDEFINED", run_word(instruction(&unallocated[i], 14), SVC, true).hsr, TAKEN(1));
        set_control(HSTR, 1u << unallocated[i].bit);
        check2(unallocated[i].name, "HSTR, unallocated", run_word(instruction(&unallocated[i], 14), SVC, true).hsr, syndrome(&unallocated[i]));
    }
    set_control(HSTR, 0);
}

/* ---- LDC and STC of CP14 ---- */

enum { TDE = 1 << 8, TDA = 1 << 9, UDCCDIS = 1 << 12 };
enum { UNINDEXED, POST, OFFSET, PRE, LITERAL_UNINDEXED, LITERAL = 6 }; /* HSR.AM */
#define DEBUG(crm, opc2, value) __asm__ volatile("mcr p14, 0, %0, c0, c" #crm ", " #opc2 "\n isb" : : "r"((u32)(value)) : "memory")

static const struct transfer {
    const char *name;
    u32 word;
    u8 rn, imm8, up, am, load, a32_only;
    signed char at, moved; /* of the base in R4 */
} transfers[] = {
    { "LDC [r4, #12]", 0xed945e03, 4, 3, 1, OFFSET, 1, 0, 12, 0 },     { "STC [r4, #12]", 0xed845e03, 4, 3, 1, OFFSET, 0, 0, 12, 0 },
    { "LDC [r4, #-8]", 0xed145e02, 4, 2, 0, OFFSET, 1, 0, -8, 0 },     { "STC [r4, #-8]", 0xed045e02, 4, 2, 0, OFFSET, 0, 0, -8, 0 },
    { "LDC [r4, #8]!", 0xedb45e02, 4, 2, 1, PRE, 1, 0, 8, 8 },         { "STC [r4, #8]!", 0xeda45e02, 4, 2, 1, PRE, 0, 0, 8, 8 },
    { "LDC [r4, #-4]!", 0xed345e01, 4, 1, 0, PRE, 1, 0, -4, -4 },      { "STC [r4, #-4]!", 0xed245e01, 4, 1, 0, PRE, 0, 0, -4, -4 },
    { "LDC [r4], #16", 0xecb45e04, 4, 4, 1, POST, 1, 0, 0, 16 },       { "STC [r4], #16", 0xeca45e04, 4, 4, 1, POST, 0, 0, 0, 16 },
    { "LDC [r4], #-12", 0xec345e03, 4, 3, 0, POST, 1, 0, 0, -12 },     { "STC [r4], #-12", 0xec245e03, 4, 3, 0, POST, 0, 0, 0, -12 },
    { "LDC [r4], {3}", 0xec945e03, 4, 3, 1, UNINDEXED, 1, 0, 0, 0 },   { "STC [r4], {3}", 0xec845e03, 4, 3, 1, UNINDEXED, 0, 0, 0, 0 },
    { "LDC [pc, #4]", 0xed9f5e01, 0, 1, 1, LITERAL, 1, 0, 0, 0 },      { "LDC [pc, #-4]", 0xed1f5e01, 0, 1, 0, LITERAL, 1, 0, 0, 0 },
    { "LDC [pc], {1}", 0xec9f5e01, 0, 1, 1, LITERAL_UNINDEXED, 1, 1, 0, 0 }, { "STC [pc, #4]", 0xed8f5e01, 15, 1, 1, OFFSET, 0, 1, 0, 0 },
};

static u32 syndrome_of(const struct transfer *f)
{
    return HSR(EC_CP14_LDC, 1u << 24 | 14u << 20 | f->imm8 << 12 | f->rn << 5 | f->up << 4 | f->am << 1 | f->load);
}

/* What it does, and to which word, which an unaligned base tells. */
static void transfer_done(const struct transfer *f, bool t32)
{
    static volatile u32 words[16];
    u32 base = (u32)&words[8], hit = f->rn ? 8u + (u32)f->at / 4 : 99;
    for (u32 i = 0; i < 16; i++)
        words[i] = 0x01010101;
    struct state s = run_word_at(f->word, SVC, t32, base);
    check2(f->name, "not trapped", s.hsr, ENDED);
    check2(f->name, "R4", s.r[4], base + (u32)f->moved);
    for (u32 i = 0; i < 16 && f->rn != 15; i++)
        check2(f->name, "DBGDTRRXint, which is 0, where STC puts it", words[i], f->load || i != (hit & 15) ? 0x01010101 : 0);
    if (f->rn != 4)
        return;
    s = run_word_at(f->word, SVC, t32, base + 1);
    check2(f->name, "an Alignment fault", s.hsr, TAKEN(4));
    check2(f->name, "DFSR", CP15_GET(0, 5, 0, 0) & 0xc0f, !f->load << 11 | 1);
    check2(f->name, "DFAR", CP15_GET(0, 6, 0, 0), base + 1 + (u32)f->at);
    check2(f->name, "R4 as it was", s.r[4], base + 1);
}

static void transfer_trapped(const struct transfer *f, bool t32, u8 mode, u32 by)
{
    u32 hdcr = control(HDCR);
    set_control(HDCR, hdcr | by);
    struct state s = run_word(f->word, mode, t32);
    check2(f->name, "HSR", s.hsr, syndrome_of(f));
    check2(f->name, "vector", s.vector, 5);
    check2(f->name, "ELR_hyp", s.pc, (u32)code);
    if (!t32 && mode == SVC)
        check2(f->name, "fails its condition", run_word(f->word & 0x0fffffff, mode, false).hsr, ENDED);
    set_control(HDCR, hdcr);
}

/* DBGDSCR.UDCCdis is PL1's, and comes first; with TGE Hyp mode gets what is UNDEFINED, not what is trapped. */
static void transfer_disabled(const struct transfer *f, bool t32)
{
    u32 hdcr = control(HDCR);
    DEBUG(2, 2, UDCCDIS);
    set_control(HDCR, hdcr | TDA);
    check2(f->name, "with UDCCdis", run_word(f->word, USR, t32).hsr, TAKEN(1));
    check2(f->name, "with UDCCdis, in SVC mode", run_word(f->word, SVC, t32).hsr, syndrome_of(f));
    set_control(HCR, 1 << 27);
    check2(f->name, "with UDCCdis and TGE", run_word(f->word, USR, t32).hsr, HSR(0, 0));
    set_control(HCR, 0);
    set_control(HDCR, hdcr);
    DEBUG(2, 2, 0);
}

static void debug_transfers(void)
{
    /* c6; p15; LDCL; LDC2; neither P, U nor W; R15 written back */
    static const u32 undefined[] = { 0xed946e03, 0xed945f03, 0xedd45e03, 0xfd945e03, 0xec145e03, 0xec045e03, 0xedbf5e01, 0xed846e03, 0xed845f03 };
    for (u32 i = 0; i < sizeof transfers / sizeof transfers[0]; i++)
        for (u32 t32 = 0; t32 < (transfers[i].a32_only ? 1 : 2); t32++) {
            transfer_done(&transfers[i], t32);
            transfer_trapped(&transfers[i], t32, SVC, TDA);
            transfer_trapped(&transfers[i], t32, USR, TDE);
            transfer_disabled(&transfers[i], t32);
        }
    for (u32 i = 0; i < sizeof undefined / sizeof undefined[0]; i++)
        for (u32 t32 = 0; t32 < 2; t32++)
            check("LDC, STC of nothing", run_word(undefined[i], SVC, t32).hsr, TAKEN(1));
    check("LDC [pc], {1} of T32", run_word(0xec9f5e01, SVC, true).hsr, TAKEN(1));
    check("STC [pc, #4] of T32", run_word(0xed8f5e01, SVC, true).hsr, TAKEN(1));
}

/* ---- instructions ---- */

static void instructions(void)
{
    set_control(HCR, 1u << 19); /* TSC */
    check("HCR.TSC", run_word(0xe1600070, SVC, false).hsr & 0xfe000000, HSR(EC_SMC, 0));
    set_control(HCR, 1u << 13); /* TWI */
    check("HCR.TWI", run_word(0xe320f003, SVC, false).hsr, HSR(EC_WFX, 0x1e00000));
    check("HCR.TWI, T32", run_word(0xf3af8003, SVC, true).hsr, HSR(EC_WFX, 0x1e00000));
    check("HCR.TWI, its condition failed", run_word(0x0320f003, SVC, false).hsr, ENDED);
    set_control(HCR, 1u << 14); /* TWE */
    struct state s = { .pc = A32("wfe\n wfe"), .psr = PSR_AIF | SVC }; /* the return to it is an event */
    u32 at = s.pc;
    run(&s);
    check("HCR.TWE", s.hsr, HSR(EC_WFX, 0x1e00001));
    check("HCR.TWE: ELR_hyp", s.pc, at + 4);
    set_control(HCR, 3u << 28 | 1u << 30);
    check("TRVM and HCD are not there", control(HCR), 0);
    set_control(HCR, 0);
}

static void floating_point(void)
{
    CP15_SET(0, 1, 0, 2, 0xf00000);
    u32 hcptr = control(HCPTR);
    set_control(HCPTR, hcptr & ~0xc00u);
    __asm__ volatile(".fpu neon-vfpv4\n vmsr fpexc, %0\n isb" : : "r"(1 << 30));
    u32 vmov = 0xee004a10, vmrs_mvfr0 = 0xeef74a10, vadd = 0xf2000800;
    check("VMOV, not trapped", run_word(vmov, SVC, false).hsr, ENDED);
    set_control(HCPTR, hcptr | 0xc00);
    struct state s = run_word(vmov, SVC, false);
    check("HCPTR.TCP10", s.hsr & ~0x2fu, HSR(EC_FP, 0x1e00000));
    check("its coproc", s.hsr & 0x2f, 10);
    set_control(HCPTR, (hcptr & ~0xc00u) | 1 << 15);
    s = run_word(vadd, SVC, false);
    check("HCPTR.TASE", s.hsr & ~0xfu, HSR(EC_FP, 0x1e00020));
    check("VMOV with TASE", run_word(vmov, SVC, false).hsr, ENDED);
    set_control(HCPTR, hcptr & ~0xc00u);
    set_control(HCR, 1 << 18); /* TID3 */
    s = run_word(vmrs_mvfr0, SVC, false);
    check("TID3: VMRS MVFR0", s.hsr, HSR(EC_CP10_ID, 0x1e00000 | 7 << 14 | 7 << 10 | 4 << 5 | 1));
    set_control(HCR, 1 << 15); /* TID0 */
    s = run_word(0xeef04a10, SVC, false);
    check("TID0: VMRS FPSID", s.hsr, HSR(EC_CP10_ID, 0x1e00000 | 7 << 14 | 0 << 10 | 4 << 5 | 1));
    set_control(HCR, 0);
    set_control(HCPTR, hcptr);
}

/* HCR.TGE: User mode's exceptions are Hyp's. */
static void general_exceptions(void)
{
    set_control(HCR, 1 << 27);
    struct state s = run_word(0xef000042, USR, false);
    check("TGE: SVC", s.hsr, HSR(EC_SVC, 0x42));
    check("TGE: SVC's ELR_hyp", s.pc, (u32)code + 4);
    check("TGE: its vector", s.vector, 5);
    s = run_word(0xe7f000f0, USR, false);
    check("TGE: UDF", s.hsr & 0xfc000000, 0);
    check("TGE: UDF's ELR_hyp", s.pc, (u32)code);
    s = run_word(0xe1200070, USR, false);
    check("TGE: BKPT", s.hsr & ~(1u << 25), (u32)EC_PABT << 26 | 0x22);
    s = run_word(0xe1c120d1, USR, false); /* LDRD R2, R3, [R1, #1] */
    check("TGE: an Alignment fault", s.hsr & ~(1u << 25), (u32)EC_DABT << 26 | 0x21);
    check("TGE: HDFAR", s.hdfar, 0x80001001);
    set_control(HCR, 0);
}

/* ---- debug exceptions ---- */

/* With HDCR.TDE they are Hyp mode's, as aborts of a status of their own; without it PL1's. */
static void debug_exceptions(void)
{
    u32 hdcr = control(HDCR), nop = 0xe320f000, dscr;
    static volatile u32 word;
    __asm__ volatile("mcr p14, 0, %0, c1, c0, 4\n isb" : : "r"(0)); /* DBGOSLAR */
    DEBUG(2, 2, 1 << 15);                                            /* DBGDSCR.MDBGen */
    for (u32 tde = 0; tde < 2; tde++) {
        set_control(HDCR, tde ? hdcr | 0xf00 : hdcr);
        DEBUG(0, 4, code); /* DBGBVR0 */
        DEBUG(0, 5, 0x1e7);
        struct state s = run_word(nop, SVC, false);
        check("a breakpoint's HSR", s.hsr | (tde << 25), tde ? HSR(EC_PABT, 0x22) : TAKEN(3));
        check("a breakpoint's ELR_hyp or LR", tde ? s.pc : GET(lr_abt) - 4, (u32)code);
        DEBUG(0, 5, 0);
        DEBUG(0, 6, &word); /* DBGWVR0 */
        DEBUG(0, 7, 0x1ff);
        s = (struct state){ .pc = A32("ldr r2, [r1]"), .psr = PSR_AIF | SVC, .r = { [1] = (u32)&word } };
        u32 at = s.pc;
        run(&s);
        check("a watchpoint's HSR", s.hsr & ~(tde << 25), tde ? (u32)EC_DABT << 26 | 0x22 : TAKEN(4));
        check("a watchpoint's ELR_hyp or LR", tde ? s.pc : GET(lr_abt) - 8, at);
        if (tde)
            check("a watchpoint's HDFAR", s.hdfar, (u32)&word);
        DEBUG(0, 7, 0);
        __asm__ volatile("mrc p14, 0, %0, c0, c2, 2" : "=r"(dscr));
        if (!tde)
            check("DBGDSCR.MOE, IFSR, DFSR", (dscr & 0x3c) << 16 | (CP15_GET(0, 5, 0, 1) & 0x40f) << 12 | (CP15_GET(0, 5, 0, 0) & 0x40f), 0x282002);
    }
    set_control(HDCR, hdcr);
}

/* What the board tells the PE: one core and a GIC; its distributor's ICDICTR has the SPIs of both boards. */
static void private_peripherals(void)
{
    u32 base = CP15_GET(4, 15, 0, 0);
    check("L2CTLR", CP15_GET(1, 9, 0, 2), 1 << 23);
    check("CBAR", base, 0x08000000);
    check("ITLinesNumber there", *(volatile u32 *)(base + 4) & 31, 8);
}

/* ---- stage 2 ---- */

struct form {
    const char *name;
    u32 at, t32, isv, sas, sse, srt, write, il;
};

#define BOTH(text, ...) { "A32 " text, A32(text), 0, __VA_ARGS__, 1 }, { "T32.W " text, T32(".balign 4\n" text), 1, __VA_ARGS__, 1 }
#define WIDE(text, ...) { "T32.W " text, T32(".balign 4\n" text), 1, __VA_ARGS__, 1 }
#define NARROW(text, ...) { "T16 " text, T32(text), 1, __VA_ARGS__, 0 }

static void check_form(const struct form *f)
{
    struct state s = { .pc = f->at, .psr = PSR_AIF | SVC | (f->t32 ? PSR_T : 0), .r = { [1] = 0x80001234, [2] = 0x10 } };
    s.r[12] = 0x80001234;
    run(&s);
    u32 iss = f->isv ? 1u << 24 | f->sas << 22 | f->sse << 21 | f->srt << 16 : 0, hsr = s.hsr;
    u32 il = f->isv ? f->il << 25 : hsr & 1u << 25; /* IL is of no meaning without ISV */
    check2(f->name, "HSR", hsr, (u32)EC_DABT << 26 | il | iss | f->write << 6 | 5);
    check2(f->name, "HPFAR", s.hpfar, 0x800010);
    check2(f->name, "ELR_hyp", s.pc, f->at);
    check2(f->name, "R1 as it was", s.r[1], 0x80001234);
}

#define FORMS(...)                                                                                                                                   \
    do {                                                                                                                                             \
        const struct form table[] = { __VA_ARGS__ };                                                                                                 \
        for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)                                                                                     \
            check_form(&table[i]);                                                                                                                   \
    } while (0)

static void forms_of_loads(void)
{
    FORMS(BOTH("ldr r8, [r1]", 1, 2, 0, 8, 0), BOTH("ldr r8, [r1, r2]", 1, 2, 0, 8, 0), BOTH("ldr r8, [r1, #-4]", 1, 2, 0, 8, 0),
          BOTH("ldrb r9, [r1]", 1, 0, 0, 9, 0), BOTH("ldrb r9, [r1, r2, lsl #2]", 1, 0, 0, 9, 0), BOTH("ldrh r10, [r1]", 1, 1, 0, 10, 0),
          BOTH("ldrh r10, [r1, r2]", 1, 1, 0, 10, 0), BOTH("ldrsb r11, [r1]", 1, 0, 1, 11, 0), BOTH("ldrsb r11, [r1, #-8]", 1, 0, 1, 11, 0),
          BOTH("ldrsh r9, [r1, #8]", 1, 1, 1, 9, 0), BOTH("ldrsh r12, [r1, r2]", 1, 1, 1, 12, 0), BOTH("ldr lr, [r1]", 1, 2, 0, 14, 0),
          BOTH("ldr r8, [r1, #4]!", 0, 0, 0, 0, 0), BOTH("ldr r8, [r1], #4", 0, 0, 0, 0, 0), BOTH("ldrh r8, [r1], #4", 0, 0, 0, 0, 0),
          BOTH("ldrd r4, r5, [r1, #4]", 0, 0, 0, 0, 0), BOTH("ldm r1, {r4, r8}", 0, 0, 0, 0, 0), BOTH("ldrex r4, [r1]", 0, 0, 0, 0, 0),
          BOTH("ldrexb r4, [r1]", 0, 0, 0, 0, 0), WIDE("ldrt r8, [r1]", 1, 2, 0, 8, 0), WIDE("ldrsbt r8, [r1]", 1, 0, 1, 8, 0),
          WIDE("ldrht r8, [r1, #4]", 1, 1, 0, 8, 0), NARROW("ldr r3, [r1]", 1, 2, 0, 3, 0), NARROW("ldr r3, [r1, r2]", 1, 2, 0, 3, 0),
          NARROW("ldrb r4, [r1]", 1, 0, 0, 4, 0), NARROW("ldrb r4, [r1, r2]", 1, 0, 0, 4, 0), NARROW("ldrh r5, [r1, #2]", 1, 1, 0, 5, 0),
          NARROW("ldrh r5, [r1, r2]", 1, 1, 0, 5, 0), NARROW("ldrsb r6, [r1, r2]", 1, 0, 1, 6, 0), NARROW("ldrsh r7, [r1, r2]", 1, 1, 1, 7, 0));
}

static void forms_of_stores(void)
{
    FORMS(BOTH("str r8, [r1]", 1, 2, 0, 8, 1), BOTH("str r8, [r1, r2]", 1, 2, 0, 8, 1), BOTH("str r8, [r1, #-4]", 1, 2, 0, 8, 1),
          BOTH("strb r9, [r1]", 1, 0, 0, 9, 1), BOTH("strb r9, [r1, r2, lsl #2]", 1, 0, 0, 9, 1), BOTH("strh r10, [r1, #2]", 1, 1, 0, 10, 1),
          BOTH("strh r10, [r1, r2]", 1, 1, 0, 10, 1), BOTH("str r8, [r1, #4]!", 0, 0, 0, 0, 1), BOTH("str r8, [r1], #4", 0, 0, 0, 0, 1),
          BOTH("strb r8, [r1, #4]!", 0, 0, 0, 0, 1), BOTH("strd r4, r5, [r1, #4]", 0, 0, 0, 0, 1), BOTH("stm r1, {r4, r8}", 0, 0, 0, 0, 1),
          WIDE("strt r8, [r1]", 1, 2, 0, 8, 1), WIDE("strbt r8, [r1, #1]", 1, 0, 0, 8, 1),
          NARROW("str r3, [r1]", 1, 2, 0, 3, 1), NARROW("str r3, [r1, r2]", 1, 2, 0, 3, 1), NARROW("strb r4, [r1]", 1, 0, 0, 4, 1),
          NARROW("strb r4, [r1, r2]", 1, 0, 0, 4, 1), NARROW("strh r5, [r1, #2]", 1, 1, 0, 5, 1), NARROW("strh r5, [r1, r2]", 1, 1, 0, 5, 1));
}

static void stage2(void)
{
    stage2_on(0);
    forms_of_loads();
    forms_of_stores();
    struct state s = run_word(0xe5912234, USR, false); /* LDR R2, [R1, #0x234] */
    check("HDFAR", s.hdfar, 0x80001234);
    check("its vector", s.vector, 5);
    s = run_word(0xe12fff11, USR, false); /* BX R1 */
    check("a fetch's HSR", s.hsr & ~(1u << 25), (u32)EC_PABT << 26 | 5);
    check("a fetch's HIFAR", s.hifar, 0x80001000);
    check("a fetch's HPFAR", s.hpfar, 0x800010);
    check("a fetch's ELR_hyp", s.pc, 0x80001000);
    s = run_word(0xee071f3a, SVC, false); /* MCR p15, 0, R1, c7, c10, 1: DCCMVAC */
    check("DCCMVAC: CM, WnR", s.hsr & ~(1u << 25), (u32)EC_DABT << 26 | 1 << 8 | 1 << 6 | 5);
    check("DCCMVAC: HDFAR", s.hdfar, 0x80001000);
    s = (struct state){ .pc = T32("itt eq\n moveq r0, #1\n ldreq r3, [r1]"), .psr = PSR_AIF | SVC | PSR_T | PSR_Z, .r = { [1] = 0x80001000 } };
    run(&s);
    check("in an IT block", s.hsr, (u32)EC_DABT << 26 | 1u << 24 | 2u << 22 | 3u << 16 | 5);
    check("SPSR_hyp.IT", s.psr, PSR_AIF | SVC | PSR_T | PSR_Z | 2u << 10);
    CP15_SET(0, 2, 0, 2, 0);          /* TTBCR: short descriptors, TTBR0 */
    CP15_SET(0, 2, 0, 0, 0x90000000); /* stage 1's table is not there */
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) | 1);
    s = run_word(0xe320f000, SVC, false);
    check("a stage 1 walk's HSR: S1PTW", s.hsr & ~(1u << 25), (u32)EC_PABT << 26 | 1 << 7 | 5);
    check("a stage 1 walk's HIFAR", s.hifar, (u32)code);
    check("a stage 1 walk's HPFAR", s.hpfar, ((0x90000000 + ((u32)code >> 20) * 4) >> 12) << 4);
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) & ~1u);
    set_control(HCR, 0);
}

void guest_main(void);
void guest_main(void)
{
    traps();
    undefined_first();
    by_number();
    lockdown();
    debug_transfers();
    instructions();
    floating_point();
    general_exceptions();
    debug_exceptions();
    private_peripherals();
    stage2();
    finish();
}
