/* Pointer authentication: codes of known keys in every layout of a pointer, what a wrong one does, enables and traps. The digest of random
 * pointers is QEMU's. */
#include "guest.h"

__asm__(".arch armv8.3-a");

#define KEY_HI 0x84be85ce9804e94bull
#define KEY_LO 0xec2802d4e0a488e9ull
#define SCTLR_RES1 0x30c50830ull
#define EN_IA (1ull << 31)
#define EN_IB (1ull << 30)
#define EN_DA (1ull << 27)
#define EN_DB (1ull << 13)
#define EN_ALL (EN_IA | EN_IB | EN_DA | EN_DB)
#define HCR_RW (1ull << 31)
#define HCR_APK (1ull << 40)
#define HCR_API (1ull << 41)
#define TCR_RES1 0x80800000ull
#define TBI (1ull << 20)
#define TBID (1ull << 29)

#define KEY_REGISTERS(X)                                                                                               \
    X(apiakeylo_el1) X(apiakeyhi_el1) X(apibkeylo_el1) X(apibkeyhi_el1) X(apdakeylo_el1) X(apdakeyhi_el1)              \
    X(apdbkeylo_el1) X(apdbkeyhi_el1) X(apgakeylo_el1) X(apgakeyhi_el1)

#define TWO(name)                                                                                                      \
    static u64 name(u64 x, u64 y)                                                                                      \
    {                                                                                                                  \
        __asm__ volatile(#name " %0, %1" : "+r"(x) : "r"(y));                                                          \
        return x;                                                                                                      \
    }
#define ONE(name)                                                                                                      \
    static u64 name(u64 x)                                                                                             \
    {                                                                                                                  \
        __asm__ volatile(#name " %0" : "+r"(x));                                                                       \
        return x;                                                                                                      \
    }
TWO(pacia) TWO(pacib) TWO(pacda) TWO(pacdb) TWO(autia) TWO(autib) TWO(autda) TWO(autdb)
ONE(paciza) ONE(pacizb) ONE(pacdza) ONE(pacdzb) ONE(autiza) ONE(autizb) ONE(autdza) ONE(autdzb) ONE(xpaci) ONE(xpacd)

static u64 pacga(u64 x, u64 y)
{
    __asm__ volatile("pacga %0, %0, %1" : "+r"(x) : "r"(y));
    return x;
}

static void set_keys(u64 step)
{
    u64 value = KEY_LO;
#define SET(name)                                                                                                      \
    MSR(#name, value);                                                                                                 \
    value = value * 0x9e3779b97f4a7c15ull * step + step * KEY_HI;
    KEY_REGISTERS(SET)
#undef SET
}

/* All five keys are the published one. */
static void set_known_keys(void)
{
#define SET(low, high) MSR(#low, KEY_LO); MSR(#high, KEY_HI)
    SET(apiakeylo_el1, apiakeyhi_el1);
    SET(apibkeylo_el1, apibkeyhi_el1);
    SET(apdakeylo_el1, apdakeyhi_el1);
    SET(apdbkeylo_el1, apdbkeyhi_el1);
    SET(apgakeylo_el1, apgakeyhi_el1);
#undef SET
}

static void open_all(void)
{
    MSR("hcr_el2", HCR_RW | HCR_APK | HCR_API);
    MSR("sctlr_el2", SCTLR_RES1 | EN_ALL);
    MSR("sctlr_el1", 0x30d00800 | EN_ALL);
    MSR("tcr_el2", TCR_RES1 | 16);
    MSR("tcr_el1", 16 | 16ull << 16);
}

/* ---- what the ID registers say, and the published vector ---- */

static u32 field(u32 lsb)
{
    return (u32)(MRS("id_aa64isar1_el1") >> lsb & 15);
}

/* FEAT_PAuth and no more: no FEAT_EPAC, FEAT_PAuth2, FEAT_FPAC. */
static void identification(bool impdef)
{
    CHECK("APA", field(4), !impdef);
    CHECK("API", field(8), impdef);
    CHECK("GPA", field(24), !impdef);
    CHECK("GPI", field(28), impdef);
    if (impdef)
        return;
    set_known_keys();
    CHECK("PACGA of the paper's vector", pacga(0xfb623599da6e8127, 0x477d469dec0b8762), 0xc003b93900000000);
    CHECK("and again", pacga(0xfb623599da6e8127, 0x477d469dec0b8762), 0xc003b93900000000);
    MSR("apgakeylo_el1", KEY_LO + 1);
    CHECK("another key, another code", pacga(0xfb623599da6e8127, 0x477d469dec0b8762) != 0xc003b93900000000, 1);
    MSR("apgakeylo_el1", KEY_LO);
}

/* ---- layouts ---- */

/* What PACIA must give at EL2, whose one range is the lower; with equal keys PACGA gives the code's upper half. */
static u64 expected_pac(u64 ptr, u64 modifier, u32 tsz, bool tag)
{
    u32 bottom = 64 - tsz, top = tag ? 55 : 63;
    u64 below = (1ull << bottom) - 1, upper = ptr >> (tag ? 55 : 63) & 1;
    u64 field = (tag ? (1ull << 56) - 1 : ~0ull) & ~below;
    u64 clean = (ptr & ~field) | (upper ? field : 0);
    u64 pac = pacga(clean, modifier);
    if ((ptr & field) != 0 && (ptr & field) != field)
        pac ^= 1ull << (top - 1);
    field &= ~(1ull << 55);
    return (ptr & ~field & ~(1ull << 55)) | upper << 55 | (pac & field);
}

static void one_layout(u32 tsz, bool tbi, bool tbid)
{
    static const u64 pointers[] = { 0, 0x12345678, 0x0000004012345678, 0x00ffffc012345678, 0xffffffc012345678,
                                    0x7f00000012345678, 0x0123456789abcdef, ~0ull };
    MSR("tcr_el2", TCR_RES1 | tsz | (tbi ? TBI : 0) | (tbid ? TBID : 0));
    for (u32 i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        u64 p = pointers[i], m = 0x1000 * i + 0x3ff8;
        bool i_tag = tbi && !tbid;
        CHECK("PACIA", pacia(p, m), expected_pac(p, m, tsz, i_tag));
        CHECK("PACIB", pacib(p, m), expected_pac(p, m, tsz, i_tag));
        CHECK("PACDA", pacda(p, m), expected_pac(p, m, tsz, tbi));
        CHECK("PACDB", pacdb(p, m), expected_pac(p, m, tsz, tbi));
        CHECK("PACIZA", paciza(p), expected_pac(p, 0, tsz, i_tag));
        CHECK("PACIZB", pacizb(p), expected_pac(p, 0, tsz, i_tag));
        CHECK("PACDZA", pacdza(p), expected_pac(p, 0, tsz, tbi));
        CHECK("PACDZB", pacdzb(p), expected_pac(p, 0, tsz, tbi));
    }
}

static void layouts(void)
{
    static const u8 sizes[] = { 16, 17, 24, 25, 32 };
    set_known_keys();
    for (u32 i = 0; i < sizeof sizes; i++) {
        u32 tsz = sizes[i];
        one_layout(tsz, false, false);
        one_layout(tsz, true, false);
        one_layout(tsz, true, true);
        one_layout(tsz, false, true);
    }
    open_all();
}

/* ---- checking ---- */

static void checking(void)
{
    u64 p = 0x0000123456789abc, m = 0xffff000012340010;
    set_keys(3);
    CHECK("AUTIA", autia(pacia(p, m), m), p);
    CHECK("AUTIB", autib(pacib(p, m), m), p);
    CHECK("AUTDA", autda(pacda(p, m), m), p);
    CHECK("AUTDB", autdb(pacdb(p, m), m), p);
    CHECK("AUTIZA", autiza(paciza(p)), p);
    CHECK("AUTIZB", autizb(pacizb(p)), p);
    CHECK("AUTDZA", autdza(pacdza(p)), p);
    CHECK("AUTDZB", autdzb(pacdzb(p)), p);
    CHECK("the keys differ", pacia(p, m) != pacib(p, m) && pacda(p, m) != pacdb(p, m) && pacia(p, m) != pacda(p, m), 1);
    /* error codes: 01 for A, 10 for B, in bits 62:61, or 54:53 where there is a tag */
    CHECK("AUTIA fails", autia(pacia(p, m) ^ 1ull << 50, m), p | 1ull << 61);
    CHECK("AUTIB fails", autib(pacib(p, m) ^ 1ull << 63, m), p | 2ull << 61);
    CHECK("AUTDA fails", autda(pacda(p, m), m + 16), p | 1ull << 61);
    CHECK("AUTDB fails", autdb(pacdb(p, m) ^ 1ull << 48, m), p | 2ull << 61);
    CHECK("a code of another key", autia(pacib(p, m), m), p | 1ull << 61);
    CHECK("no code at all", autia(p, m), p | 1ull << 61);
    CHECK("a pointer that was no address", autia(pacia(p | 1ull << 50, m), m), p | 1ull << 61);
    CHECK("XPACI", xpaci(pacia(p, m)), p);
    CHECK("XPACD", xpacd(pacda(p, m)), p);
    CHECK("XPACI, bit 55 set", xpaci(0xabcd123456789abc | 1ull << 55), 0xffff123456789abc);
    MSR("tcr_el2", TCR_RES1 | 16 | TBI);
    u64 tagged = p | 0x5aull << 56;
    CHECK("AUTDA keeps the tag", autda(pacda(tagged, m), m), tagged);
    CHECK("AUTIB with a tag fails", autib(pacib(tagged, m) ^ 1ull << 54, m), tagged | 2ull << 53);
    CHECK("AUTDA with a tag fails", autda(pacda(tagged, m) ^ 1ull << 48, m), tagged | 1ull << 53);
    CHECK("XPACD keeps the tag", xpacd(pacda(tagged, m)), tagged);
    MSR("tcr_el2", TCR_RES1 | 16 | TBI | TBID);
    CHECK("TBID: XPACI takes the tag", xpaci(tagged), p);
    CHECK("TBID: XPACD keeps it", xpacd(tagged), tagged);
    open_all();
}

/* ---- the hint space ---- */

#define HINT_SP(name)                                                                                                  \
    static u64 name(u64 x, u64 sp)                                                                                     \
    {                                                                                                                  \
        __asm__ volatile("mov x9, sp\n mov x10, x30\n mov sp, %1\n mov x30, %0\n" #name "\n mov %0, x30\n mov sp, x9\n mov x30, x10" \
                         : "+r"(x) : "r"(sp) : "x9", "x10", "memory");                                                 \
        return x;                                                                                                      \
    }
#define HINT_1716(name)                                                                                                \
    static u64 name(u64 x, u64 m)                                                                                      \
    {                                                                                                                  \
        __asm__ volatile("mov x16, %1\n mov x17, %0\n" #name "\n mov %0, x17" : "+r"(x) : "r"(m) : "x16", "x17");      \
        return x;                                                                                                      \
    }
HINT_SP(paciasp) HINT_SP(pacibsp) HINT_SP(paciaz) HINT_SP(pacibz) HINT_SP(autiasp) HINT_SP(autibsp) HINT_SP(autiaz) HINT_SP(autibz)
HINT_SP(xpaclri)
HINT_1716(pacia1716) HINT_1716(pacib1716) HINT_1716(autia1716) HINT_1716(autib1716)

static void hints(void)
{
    u64 p = 0x0000123456789abc, m = 0x40123450;
    set_keys(5);
    CHECK("PACIASP", paciasp(p, m), pacia(p, m));
    CHECK("PACIBSP", pacibsp(p, m), pacib(p, m));
    CHECK("PACIAZ", paciaz(p, m), paciza(p));
    CHECK("PACIBZ", pacibz(p, m), pacizb(p));
    CHECK("AUTIASP", autiasp(pacia(p, m), m), p);
    CHECK("AUTIBSP", autibsp(pacib(p, m), m), p);
    CHECK("AUTIAZ", autiaz(paciza(p), m), p);
    CHECK("AUTIBZ", autibz(pacizb(p), m), p);
    CHECK("AUTIASP fails", autiasp(pacib(p, m), m), p | 1ull << 61);
    CHECK("PACIA1716", pacia1716(p, m), pacia(p, m));
    CHECK("PACIB1716", pacib1716(p, m), pacib(p, m));
    CHECK("AUTIA1716", autia1716(pacia(p, m), m), p);
    CHECK("AUTIB1716", autib1716(pacib(p, m), m), p);
    CHECK("XPACLRI", xpaclri(pacia(p, m), m), p);
}

/* ---- SCTLR_ELx.En ---- */

static void one_enable(u64 bit, u64 (*pac)(u64, u64), u64 (*aut)(u64, u64), const char *name)
{
    u64 p = 0x0000123456789abc, m = 0x40123450, with = pac(p, m);
    MSR("sctlr_el2", SCTLR_RES1 | (EN_ALL & ~bit));
    check(name, pac(p, m), p);
    check(name, aut(with, m), with);
    MSR("sctlr_el2", SCTLR_RES1 | bit);
    check(name, pac(p, m), with);
    check(name, aut(with, m), p);
    open_all();
}

static void enables(void)
{
    one_enable(EN_IA, pacia, autia, "EnIA");
    one_enable(EN_IB, pacib, autib, "EnIB");
    one_enable(EN_DA, pacda, autda, "EnDA");
    one_enable(EN_DB, pacdb, autdb, "EnDB");
    one_enable(EN_IA, paciasp, autiasp, "EnIA, hints");
    one_enable(EN_IB, pacibsp, autibsp, "EnIB, hints");
}

/* ---- traps ---- */

INSN(i_pacia, "pacia x0, x1")
INSN(i_pacdzb, "pacdzb x0")
INSN(i_autib, "autib x0, x1")
INSN(i_autdza, "autdza x0")
INSN(i_pacga, "pacga x0, x1, x2")
INSN(i_paciasp, "paciasp\n autiasp")
INSN(i_autibz, "autibz")
INSN(i_pacia1716, "pacia1716")
INSN(i_xpaci, "xpaci x0")
INSN(i_xpaclri, "mov x9, x30\n xpaclri\n mov x30, x9")
INSN(i_retaa, "retaa")
INSN(i_braaz, "braaz x0")
INSN(i_blrab, "blrab x0, x1")
INSN(i_ldraa, "ldraa x0, [x1, #8]")

static const struct {
    const char *name;
    u32 *insn;
} uses[] = { { "PACIA", i_pacia }, { "PACDZB", i_pacdzb }, { "AUTIB", i_autib }, { "AUTDZA", i_autdza }, { "PACGA", i_pacga },
             { "AUTIBZ", i_autibz }, { "PACIA1716", i_pacia1716 }, { "PACIASP", i_paciasp }, { "BLRAB", i_blrab }, { "BRAAZ", i_braaz },
             { "LDRAA", i_ldraa }, { "RETAA", i_retaa } };

/* Trapped ones are skipped. Let through, some would go astray; they are tried for themselves below. */
static bool goes_on(u32 i)
{
    return uses[i].insn != i_retaa && uses[i].insn != i_braaz && uses[i].insn != i_blrab && uses[i].insn != i_ldraa && uses[i].insn != i_autibz;
}

static void one_use(u32 i, u32 el)
{
    const char *name = uses[i].name;
    bool twice = uses[i].insn == i_paciasp;
    if (goes_on(i)) {
        forget();
        run_at(el, uses[i].insn, 0);
        check(name, all_taken(), 0);
    }
    MSR("hcr_el2", HCR_RW | HCR_APK);
    forget();
    run_at(el, uses[i].insn, 0);
    check(name, all_taken(), 1 + twice);
    check(name, taken[2].esr, 0x26000000);
    check(name, taken[2].elr, (u64)(uses[i].insn + twice));
    check(name, taken[2].vector, 8);
    /* not enabled: nothing to trap, but for PACGA, which has no enable */
    MSR("sctlr_el1", 0x30d00800);
    forget();
    if (goes_on(i) || uses[i].insn == i_autibz || uses[i].insn == i_retaa)
        run_at(el, uses[i].insn, 0);
    check(name, all_taken(), uses[i].insn == i_pacga);
    open_all();
}

static void use_traps(void)
{
    for (u32 el = 0; el < 2; el++)
        for (u32 i = 0; i < sizeof uses / sizeof uses[0]; i++)
            one_use(i, el);
    MSR("hcr_el2", HCR_RW);
    forget();
    run_at(1, i_xpaci, 0);
    run_at(0, i_xpaclri, 0);
    CHECK("XPACI and XPACLRI are not trapped", all_taken(), 0);
    forget();
    pacia(1, 2);
    pacga(1, 2);
    CHECK("nor is EL2", all_taken(), 0);
    open_all();
}

#define KEY_INSNS(name) INSN(read_##name, "mrs x3, " #name) INSN(write_##name, "msr " #name ", x4")
KEY_REGISTERS(KEY_INSNS)

static void one_key_access(const char *name, u32 *insn)
{
    forget();
    run_at(1, insn, 0);
    check(name, all_taken(), 0);
    MSR("hcr_el2", HCR_RW | HCR_API);
    forget();
    run_at(1, insn, 0);
    check(name, all_taken(), 1);
    check(name, taken[2].esr, 0x62000000ull | sys_iss(*insn));
    check(name, taken[2].elr, (u64)insn);
    open_all();
    forget();
    run_at(0, insn, 0);
    check(name, all_taken(), 1);
    check(name, taken[1].esr, 0x02000000); /* UNDEFINED at EL0 */
}

static void key_traps(void)
{
#define BOTH(name) one_key_access(#name, read_##name), one_key_access(#name, write_##name);
    KEY_REGISTERS(BOTH)
#undef BOTH
    set_keys(7);
    u64 value = KEY_LO;
#define EACH(name)                                                                                                     \
    CHECK(#name " keeps its value", MRS(#name), value);                                                                \
    value = value * 0x9e3779b97f4a7c15ull * 7 + 7 * KEY_HI;
    KEY_REGISTERS(EACH)
#undef EACH
}

/* ---- branches, returns ---- */

/* x0: what to branch to with x1 as modifier; both return to their caller. */
__asm__(".pushsection .text\n"
        "target_1:\n mov x0, #0x51\n ret\n"
        "by_braa:\n braa x0, x1\n"
        "by_brabz:\n brabz x0\n"
        "by_blraa:\n mov x9, x30\n blraa x0, x1\n add x0, x0, #1\n mov x30, x9\n ret\n"
        "by_blrabz:\n mov x9, x30\n blrabz x0\n add x0, x0, #2\n mov x30, x9\n ret\n"
        "by_retaa:\n paciasp\n mov x0, #0x61\n retaa\n"
        "by_retab:\n pacibsp\n mov x0, #0x62\n retab\n"
        ".popsection");
extern u32 target_1[], by_braa[], by_brabz[], by_blraa[], by_blrabz[], by_retaa[], by_retab[];
typedef u64 two_arguments(u64 x0, u64 x1);
#define CALL(label, x0, x1) (((two_arguments *)(void *)(label))(x0, x1))

static void branches(void)
{
    u64 to = (u64)target_1, m = 0x77;
    set_keys(11);
    CHECK("BRAA", CALL(by_braa, pacia(to, m), m), 0x51);
    CHECK("BRABZ", CALL(by_brabz, pacizb(to), m), 0x51);
    CHECK("BLRAA", CALL(by_blraa, pacia(to, m), m), 0x52);
    CHECK("BLRABZ", CALL(by_blrabz, pacizb(to), m), 0x53);
    CHECK("RETAA", CALL(by_retaa, 0, 0), 0x61);
    CHECK("RETAB", CALL(by_retab, 0, 0), 0x62);
    MSR("sctlr_el2", SCTLR_RES1);
    CHECK("BRAA is BR without EnIA", CALL(by_braa, to, m), 0x51);
    CHECK("RETAA is RET without EnIA", CALL(by_retaa, 0, 0), 0x61);
    open_all();
    forget();
    resume_pc = to;
    resume_at = true;
    CALL(by_braa, pacia(to, m) ^ 1ull << 50, m);
    CHECK("BRAA with a wrong code is taken", taken[2].count, 1);
    CHECK("and faults at the target", ec_of(taken[2].esr), 0x21);
    CHECK("whose address says so", taken[2].far, to | 1ull << 61);
    CHECK("as ELR does", taken[2].elr, to | 1ull << 61);
}

static void tagged_branches(void)
{
    u64 to = (u64)target_1 | 0x5aull << 56;
    MSR("tcr_el2", TCR_RES1 | 16 | TBI);
    CHECK("a branch drops the tag", CALL(to, 0, 0), 0x51);
    MSR("tcr_el2", TCR_RES1 | 16 | TBI | TBID);
    forget();
    resume_pc = (u64)target_1;
    resume_at = true;
    CALL(to, 0, 0);
    CHECK("with TBID it is address", ec_of(taken[2].esr), 0x21);
    CHECK("with all its bits", taken[2].far, to);
    open_all();
}

/* At EL1, to EL1: x0 is flipped into the code. */
#define RETURN(label, pac, eret)                                                                                       \
    __asm__(".pushsection .text\n" #label ":\n adr x1, 1f\n mov x2, sp\n " pac " x1, x2\n eor x1, x1, x0\n msr elr_el1, x1\n" \
            " mov x2, #0x3c5\n msr spsr_el1, x2\n isb\n" #label "_eret:\n " eret "\n b .\n1: mov x0, #0x71\n ret\n.popsection"); \
    extern u32 label[], label##_eret[];
RETURN(by_eretaa, "pacia", "eretaa")
RETURN(by_eretab, "pacib", "eretab")
INSN(i_eretaa, "eretaa")

static void returns(void)
{
    forget();
    CHECK("ERETAA", run_at(1, by_eretaa, 0), 0x71);
    CHECK("ERETAB", run_at(1, by_eretab, 0), 0x71);
    CHECK("without exceptions", all_taken(), 0);
    resume_pc = (u64)end_el1;
    resume_at = true;
    run_at(1, by_eretab, 1ull << 56);
    CHECK("ERETAB with a wrong code goes astray", ec_of(taken[1].esr), 0x21);
    CHECK("with B's error code", taken[1].far, ((u64)(by_eretab_eret + 2)) | 2ull << 61);
    MSR("sctlr_el1", 0x30d00800);
    forget();
    CHECK("ERETAA is ERET without EnIA", run_at(1, by_eretaa, 0), 0x71);
    MSR("sctlr_el1", 0x30d00800 | EN_IA);
    MSR("hcr_el2", HCR_RW | HCR_APK);
    resume_pc = (u64)end_el1;
    resume_at = true;
    forget();
    run_at(1, i_eretaa, 0);
    CHECK("ERETAA is trapped by API", taken[2].esr, 0x26000000);
    CHECK("before it does anything", taken[2].elr, (u64)i_eretaa);
    open_all();
    forget();
    run_at(0, i_eretaa, 0);
    CHECK("ERETAA is UNDEFINED at EL0", taken[1].esr, 0x02000000);
}

/* ---- loads ---- */

static u64 loaded_words[4];

#define LOAD(label, text)                                                                                              \
    static u64 label(u64 base, u64 *after)                                                                             \
    {                                                                                                                  \
        u64 value;                                                                                                     \
        __asm__ volatile(text : "=&r"(value), "+r"(base) : : "memory");                                                \
        *after = base;                                                                                                 \
        return value;                                                                                                  \
    }
LOAD(ldraa_0, "ldraa %0, [%1]")
LOAD(ldraa_8, "ldraa %0, [%1, #8]")
LOAD(ldraa_minus, "ldraa %0, [%1, #-4096]")
LOAD(ldrab_plus, "ldrab %0, [%1, #4088]")
LOAD(ldraa_back, "ldraa %0, [%1, #16]!")
LOAD(ldrab_back, "ldrab %0, [%1, #-8]!")

static void loads(void)
{
    u64 base = (u64)loaded_words, after;
    set_keys(13);
    for (u32 i = 0; i < 4; i++)
        loaded_words[i] = 0x1111 * (i + 1);
    CHECK("LDRAA", ldraa_0(pacdza(base), &after), 0x1111);
    CHECK("LDRAA, offset", ldraa_8(pacdza(base), &after), 0x2222);
    CHECK("without write-back", after, pacdza(base));
    CHECK("LDRAA, least offset", ldraa_minus(pacdza(base + 4096), &after), 0x1111);
    CHECK("LDRAB, greatest offset", ldrab_plus(pacdzb(base - 4088), &after), 0x1111);
    CHECK("LDRAA, write-back", ldraa_back(pacdza(base), &after), 0x3333);
    CHECK("of the clean address", after, base + 16);
    CHECK("LDRAB, write-back", ldrab_back(pacdzb(base + 16), &after), 0x2222);
    CHECK("of the clean address, B", after, base + 8);
    forget();
    ldraa_back(pacdzb(base), &after);
    CHECK("LDRAA of B's code faults", ec_of(taken[2].esr), 0x25);
    CHECK("where the error code leads", taken[2].far, (base | 1ull << 61) + 16);
    CHECK("and does not write back", after, pacdzb(base));
}

/* ---- many ---- */

static u64 next_random(u64 *seed)
{
    u64 z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Every second pointer is an address; all, with a seed that is odd. */
static u64 digest(u64 seed)
{
    u64 sum = 0;
    bool addresses = seed & 1;
    for (u32 i = 0; i < 400; i++) {
        u64 p = next_random(&seed), m = next_random(&seed);
        if ((i & 1) || addresses)
            p = xpacd(p);
        u64 code = i & 2 ? pacia(p, m) : pacdb(p, m);
        sum = sum * 31 + code + autia(code, m) * 3 + autdb(p, m) * 5 + pacga(p, m) * 7 + xpaci(p) * 11;
    }
    return sum;
}

static u64 digest_at_el2(u64 tcr, u64 seed)
{
    MSR("tcr_el2", TCR_RES1 | tcr);
    return digest(seed);
}

static u64 digest_below(u32 el, u64 tcr, u64 seed)
{
    MSR("tcr_el1", tcr);
    return run_at(el, digest, seed);
}

/* QEMU 7.2's values. Where the ranges differ in size or tags, and bits 63 and 55 of what is no address too, it departs from AddPAC(): left out. */
static void many(void)
{
    u64 tbi = 3ull << 37, tbid = 3ull << 51;
    set_keys(17);
    CHECK("digest, 48 bits", digest_at_el2(16, 2), 0xc0aa7b9ded17650);
    CHECK("digest, 48 bits, TBI", digest_at_el2(16 | TBI, 4), 0xe0eb863df4702344);
    CHECK("digest, 39 bits", digest_at_el2(25, 6), 0xfcf77a6678885f1c);
    CHECK("digest, 39 bits, TBI, TBID", digest_at_el2(25 | TBI | TBID, 8), 0x98e32ffc3011a050);
    CHECK("digest, 25 bits", digest_at_el2(39, 10), 0xce79dc5105db0514);
    CHECK("digest at EL1", digest_below(1, 16 | 16 << 16, 12), 0x1861b1a441e730d8);
    CHECK("digest at EL1, 48 and 39 bits", digest_below(1, 16 | 25 << 16, 13), 0xc64381be6c0b8628);
    CHECK("digest at EL1, TBI", digest_below(1, 16 | 16 << 16 | tbi, 14), 0xeb33059eb19b8e3c);
    CHECK("digest at EL1, TBI, TBID", digest_below(1, 20 | 20 << 16 | tbi | tbid, 15), 0x8b57c74b22c08e00);
    CHECK("digest at EL1, TBI of the lower", digest_below(1, 20 | 16 << 16 | 1ull << 37, 17), 0xfb5df139d128537c);
    CHECK("digest at EL0", digest_below(0, 16 | 25 << 16, 19), 0x104c7f00e998f9d8);
    open_all();
}

/* ---- without the feature ---- */

INSN(i_ldrab, "ldrab x0, [x1, #8]!")
INSN(i_autda, "autda x0, x1")
INSN(i_brab, "brab x0, x1")
INSN(i_blraaz, "blraaz x0")
INSN(i_retab, "retab")

static void one_undefined(u32 *insn)
{
    forget();
    run_at(1, insn, 0);
    CHECK("UNDEFINED without the feature", taken[1].esr, 0x02000000);
    CHECK("at the instruction", taken[1].elr, (u64)insn);
}

static void without(void)
{
    static u32 *const gone[] = { i_pacia, i_pacdzb, i_autib, i_autdza, i_pacga, i_xpaci, i_retaa, i_braaz, i_blrab, i_ldraa,
                                 i_eretaa, i_ldrab, i_autda, i_brab, i_blraaz, i_retab, read_apiakeylo_el1, write_apgakeyhi_el1 };
    u64 p = 0x0000123456789abc;
    for (u32 i = 0; i < sizeof gone / sizeof gone[0]; i++)
        one_undefined(gone[i]);
    CHECK("PACIASP is a NOP", paciasp(p, 0x40), p);
    CHECK("AUTIBSP is a NOP", autibsp(p, 0x40), p);
    CHECK("PACIA1716 is a NOP", pacia1716(p, 0x40), p);
    CHECK("XPACLRI is a NOP", xpaclri(~p, 0x40), ~p);
    CHECK("HCR_EL2.APK and API are RES0", MRS("hcr_el2") >> 40 & 3, 0);
    /* EnIB and EnDB are AArch32's TE and V: where EL1 may be in AArch32 they are kept. */
    CHECK("SCTLR_EL1.EnIA is RES0", MRS("sctlr_el1") & (EN_IA | EN_DA), 0);
    print("without PAuth: ");
    finish();
}

/* ---- in a host: EL2&0, whose EL0 is SCTLR_EL2's and TCR_EL2's, in TCR_EL1's layout ---- */

#define HCR_TGE (1ull << 27)
#define HCR_E2H (1ull << 34)

static void in_a_host(bool impdef)
{
    if (!(MRS("id_aa64mmfr1_el1") >> 8 & 15))
        return;
    MSR("sctlr_el1", 0x30d00800);
    MSR("hcr_el2", HCR_RW | HCR_E2H | HCR_TGE);
    MSR("tcr_el2", 16 | 25 << 16);
    forget();
    run_at(0, i_pacia, 0);
    run_at(0, i_pacga, 0);
    CHECK("host: API does not trap EL0", all_taken(), 0);
    if (!impdef) {
        set_keys(17);
        CHECK("host: digest at EL0", run_at(0, digest, 19), 0x104c7f00e998f9d8);
        CHECK("host: digest at EL2", digest(13), 0xc64381be6c0b8628);
    }
    MSR("sctlr_el2", SCTLR_RES1);
    CHECK("host: EnIA of SCTLR_EL2 is EL0's", run_at(0, i_pacia, 0x1234), 0x1234);
    MSR("hcr_el2", HCR_RW | HCR_E2H);
    MSR("s3_5_c1_c0_0", 0x30d00800 | EN_ALL); /* SCTLR_EL12 */
    forget();
    run_at(0, i_pacia, 0);
    CHECK("guest of a host: EL0 is trapped", taken[2].esr, 0x26000000);
    MSR("hcr_el2", HCR_RW | HCR_E2H | HCR_APK | HCR_API);
    forget();
    run_at(0, i_pacia, 0);
    CHECK("guest of a host: and let through", all_taken(), 0);
    MSR("hcr_el2", HCR_RW);
    open_all();
}

void guest_main(void)
{
    bool impdef = field(8) != 0;
    home_el = 2;
    open_all();
    if (!field(4) && !impdef)
        without();
    identification(impdef);
    layouts();
    checking();
    hints();
    enables();
    use_traps();
    key_traps();
    branches();
    tagged_branches();
    returns();
    loads();
    if (!impdef)
        many();
    in_a_host(impdef);
    print(impdef ? "with a code of our own: " : "with QARMA5: ");
    finish();
}
