/* Atomic instructions and others of v8.1 to v8.5: results, faults and their syndromes, and UNDEFINED where the ID registers do not have them. */
#include "tables.h"

__asm__(".arch armv8.5-a\n.arch_extension crypto");

#define CODE_BASE 0x40000000ull
#define TEST_VA 0x0000000080000000ull /* maps to TARGET as a test likes; the page behind it always does */
#define TARGET 0x48000000ull
#define UART 0x09000000ull

static table_page s1_l1, s1_l2, s1_l3, s2_l1, s2_l2, s2_l3;

#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
enum { DABORT_LOWER = 0x24, DABORT_SAME };
enum { WNR = 0x40, TRANSLATION_3 = 0x07, PERMISSION_3 = 0x0f, ALIGNMENT = 0x21, UNSUPPORTED = 0x35 };

static bool has_lse(void)
{
    return MRS("id_aa64isar0_el1") >> 20 & 15;
}

static bool has_lrcpc2(void)
{
    return (MRS("id_aa64isar1_el1") >> 20 & 15) >= 2;
}

/* ---- results ---- */

#define RMW(insn, memory, operand) ({                                                                                  \
        u64 old_, place_ = (memory);                                                                                   \
        __asm__ volatile(insn " %2, %0, [%1]" : "=&r"(old_) : "r"(&place_), "r"((u64)(operand)) : "memory");           \
        now = place_;                                                                                                  \
        old_; })
#define RMW_W(insn, memory, operand) ({                                                                                \
        u64 old_, place_ = (memory);                                                                                   \
        __asm__ volatile(insn " %w2, %w0, [%1]" : "=&r"(old_) : "r"(&place_), "r"((u64)(operand)) : "memory");         \
        now = place_;                                                                                                  \
        old_; })
#define CAS(insn, memory, expected, desired) ({                                                                        \
        u64 old_ = (expected), place_ = (memory);                                                                      \
        __asm__ volatile(insn : "+r"(old_) : "r"(&place_), "r"((u64)(desired)) : "memory");                            \
        now = place_;                                                                                                  \
        old_; })

static void fetch_and_op(void)
{
    u64 now;
    CHECK("ldadd returns the old value", RMW("ldadd", 40, 2), 40);
    CHECK("ldadd adds", now, 42);
    CHECK("ldaddal w returns 32 bits", RMW_W("ldaddal", 0xffffffffffffffff, 1), 0xffffffff);
    CHECK("ldaddal w leaves the rest", now, 0xffffffff00000000);
    CHECK("ldclrb", RMW_W("ldclrb", 0xffff, 0xff0f), 0xff);
    CHECK("ldclrb clears", now, 0xfff0);
    CHECK("ldeora", RMW("ldeora", 0xff00, 0x0ff0), 0xff00);
    CHECK("ldeora toggles", now, 0xf0f0);
    CHECK("ldsetlh", RMW_W("ldsetlh", 0x10001, 0x8000), 1);
    CHECK("ldsetlh sets", now, 0x18001);
    CHECK("ldsmaxb", RMW_W("ldsmaxb", 0x80, 0x17f), 0x80);
    CHECK("ldsmaxb is signed", now, 0x7f);
    CHECK("ldsmin", RMW("ldsmin", 1, -1ull), 1);
    CHECK("ldsmin is signed", now, -1ull);
    CHECK("ldumaxh", RMW_W("ldumaxh", 0x1, 0xfff00000), 1);
    CHECK("ldumaxh looks at 16 bits", now, 1);
    CHECK("ldumin w", RMW_W("ldumin", 5, 0x100000004), 5);
    CHECK("ldumin w stores", now, 4);
    CHECK("swpal", RMW("swpal", 7, 8), 7);
    CHECK("swpal stores", now, 8);
    u64 place = 5;
    __asm__ volatile("stadd %1, [%0]\n stclrlb %w1, [%0]" : : "r"(&place), "r"(3ull) : "memory");
    CHECK("stadd and stclrlb", place, 8);
}

static void compare_and_swap(void)
{
    u64 now;
    CHECK("cas succeeds", CAS("cas %0, %2, [%1]", 5, 5, 9), 5);
    CHECK("cas stores", now, 9);
    CHECK("cas fails", CAS("casal %0, %2, [%1]", 6, 5, 9), 6);
    CHECK("cas stores nothing", now, 6);
    CHECK("casab compares 8 bits", CAS("casab %w0, %w2, [%1]", 0x1234, 0xff34, 0x56), 0x34);
    CHECK("casab stores 8 bits", now, 0x1256);
}

struct pair {
    u64 low, high;
} __attribute__((aligned(16)));

/* CASP wants neighbouring registers. What was there comes back. */
#define CASP(insn, place, expected, desired) ({                                                                        \
        register u64 x2_ __asm__("x2") = (expected).low, x3_ __asm__("x3") = (expected).high;                          \
        register u64 x4_ __asm__("x4") = (desired).low, x5_ __asm__("x5") = (desired).high;                            \
        __asm__ volatile(insn : "+r"(x2_), "+r"(x3_) : "r"(x4_), "r"(x5_), "r"(place) : "memory");                     \
        (struct pair){ x2_, x3_ }; })

static void compare_and_swap_pair(void)
{
    struct pair place = { 1, 2 }, one_two = { 1, 2 }, three_four = { 3, 4 }, three_five = { 3, 5 }, nine = { 9, 10 };
    struct pair old = CASP("caspal x2, x3, x4, x5, [%4]", &place, one_two, three_four);
    CHECK("casp returns the low half", old.low, 1);
    CHECK("casp returns the high half", old.high, 2);
    CHECK("casp stores the low half", place.low, 3);
    CHECK("casp stores the high half", place.high, 4);
    old = CASP("casp x2, x3, x4, x5, [%4]", &place, three_five, nine);
    CHECK("casp fails if one half differs", place.low, 3);
    CHECK("casp then returns what is there", old.high, 4);
    struct pair words = { 3, 0 };
    old = CASP("casp w2, w3, w4, w5, [%4]", &place, words, nine);
    CHECK("casp of words stores two", place.low, 9 | 10ull << 32);
    CHECK("casp of words leaves the rest", place.high, 4);
    CHECK("casp of words returns the low one", old.low, 3);
}

static const u32 patched[] = { 0xd2800020, 0xd65f03c0 }; /* mov x0, #1; ret */

/* An atomic that changes code has it decoded anew. */
static void atomic_to_code(void)
{
    u32 *code = (u32 *)(TARGET + 0x2000);
    code[0] = patched[0];
    code[1] = patched[1];
    DSB();
    ISB();
    CHECK("code runs", ((u64(*)(void))code)(), 1);
    __asm__ volatile("swp %w1, wzr, [%0]\n dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"(code), "r"(0xd2800040) : "memory");
    CHECK("and runs anew when an atomic changed it", ((u64(*)(void))code)(), 2);
}

/* ---- faults ---- */

INSN(at_ldadd, "ldadd x3, x4, [x0]")
INSN(at_stadd, "staddb w3, [x0]")
INSN(at_swp, "swpal w3, w4, [x0]")
INSN(at_cas, "cas x3, x4, [x0]")
INSN(at_casp, "casp x2, x3, x4, x5, [x0]")
INSN(at_ldapr, "ldapr x7, [x0]")
INSN(at_ldaprb, "ldaprb w8, [x0]")
INSN(at_ldapur_sw, "ldapursw x9, [x0, #8]")
INSN(at_ldapur_sh, "ldapursh w10, [x0, #8]")
INSN(at_stlur, "stlur x11, [x0, #8]")

static const u32 *const atomics[] = { at_ldadd, at_stadd, at_swp, at_cas, at_casp };

static void flush(void)
{
    DSB();
    __asm__ volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
}

static void map_all(bool stage2)
{
    s1_l1[0] = S1_BLOCK | S1_DEVICE | S1_PXN | S1_UXN;
    s1_l1[1] = CODE_BASE | S1_BLOCK;
    s1_l1[2] = (u64)s1_l2 | TABLE;
    s1_l2[0] = (u64)s1_l3 | TABLE;
    s1_l3[0] = (stage2 ? TEST_VA : TARGET) | S1_PAGE;
    s2_l1[0] = S2_BLOCK;
    s2_l1[1] = CODE_BASE | S2_BLOCK;
    s2_l1[2] = (u64)s2_l2 | TABLE;
    s2_l2[0] = (u64)s2_l3 | TABLE;
    s2_l3[0] = TARGET | S2_PAGE;
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", TCR_39BIT);
    MSR("ttbr0_el1", (u64)s1_l1);
    MSR("vtcr_el2", VTCR_39BIT);
    MSR("vttbr_el2", (u64)s2_l1);
    MSR("sctlr_el1", 0x30d00800 | 1 | 1u << 2 | 1u << 12);
    MSR("hcr_el2", 1ull << 31 | (stage2 ? 1 : 0));
    flush();
}

static void touch(const u32 *insn, u64 address)
{
    forget();
    run_at(1, insn, address);
}

/* Every atomic takes this abort, and changes nothing. */
static void all_fault(const char *name, u32 el, u64 address, u32 iss)
{
    volatile u64 *target = (u64 *)TARGET;
    target[0] = target[1] = 0x5a5a;
    for (u32 i = 0; i < sizeof atomics / sizeof atomics[0]; i++) {
        touch(atomics[i], address);
        CHECK(name, all_taken(), 1);
        CHECK(name, taken[el].esr, ESR(el == 1 ? DABORT_SAME : DABORT_LOWER, iss));
        CHECK(name, taken[el].far, address);
    }
    CHECK(name, target[0], 0x5a5a);
    CHECK(name, target[1], 0x5a5a);
}

static void stage1_faults(void)
{
    map_all(false);
    touch(at_ldadd, TEST_VA);
    CHECK("stage 1 maps", all_taken(), 0);
    s1_l3[0] = 0;
    flush();
    all_fault("translation: a read would fault, too", 1, TEST_VA, TRANSLATION_3);
    s1_l3[0] = TARGET | S1_PAGE | S1_RO;
    flush();
    all_fault("read-only: WnR", 1, TEST_VA, PERMISSION_3 | WNR);
    map_all(false);
    u64 odd = 1;
    touch(at_ldadd, TEST_VA + odd);
    CHECK("unaligned", taken[1].esr, ESR(DABORT_SAME, ALIGNMENT));
    touch(at_casp, TEST_VA + 8);
    CHECK("a pair aligned to one register", taken[1].esr, ESR(DABORT_SAME, ALIGNMENT));
    touch(at_swp, TEST_VA + 2);
    CHECK("unaligned word", taken[1].esr, ESR(DABORT_SAME, ALIGNMENT));
    touch(at_stadd, TEST_VA + 3);
    CHECK("a byte is always aligned", all_taken(), 0);
    all_fault("a device", 1, UART, UNSUPPORTED);
}

static void stage2_faults(void)
{
    map_all(true);
    touch(at_ldadd, TEST_VA);
    CHECK("both stages map", all_taken(), 0);
    s2_l3[0] = 0;
    flush();
    all_fault("s2 translation: no ISV, no WnR", 2, TEST_VA, TRANSLATION_3);
    s2_l3[0] = (TARGET | S2_PAGE) & ~(1ull << 7);
    flush();
    all_fault("s2 read-only: WnR", 2, TEST_VA, PERMISSION_3 | WNR);
    s2_l3[0] = (TARGET | S2_PAGE) & ~(1ull << 6);
    flush();
    all_fault("s2 write-only: not WnR", 2, TEST_VA, PERMISSION_3);
    CHECK("HPFAR", taken[2].hpfar, TEST_VA >> 12 << 4);
}

static void rcpc_syndromes(void)
{
    static const struct {
        const u32 *insn;
        bool sse, sf, wnr;
        u8 sas, srt, offset;
    } forms[] = { { at_ldapr, 0, 1, 0, 3, 7, 0 }, { at_ldaprb, 0, 0, 0, 0, 8, 0 }, { at_ldapur_sw, 1, 1, 0, 2, 9, 8 },
                  { at_ldapur_sh, 1, 0, 0, 1, 10, 8 }, { at_stlur, 0, 1, 1, 3, 11, 8 } };
    map_all(true);
    s2_l3[0] = 0;
    flush();
    for (u32 i = 0; i < (has_lrcpc2() ? 5 : 2); i++) {
        touch(forms[i].insn, TEST_VA + 0x40);
        u32 iss = TRANSLATION_3 | 1u << 24 | forms[i].sas << 22 | forms[i].sse << 21 | forms[i].srt << 16 | forms[i].sf << 15 | 1u << 14 |
                  (forms[i].wnr ? WNR : 0);
        CHECK("acquire and release have ISV and AR", taken[2].esr, ESR(DABORT_LOWER, iss));
        CHECK("acquire and release: FAR", taken[2].far, TEST_VA + 0x40 + forms[i].offset);
    }
    map_all(true);
    touch(at_ldapr, TEST_VA + 4);
    CHECK("ldapr must be aligned", taken[1].esr, ESR(DABORT_SAME, ALIGNMENT));
}

/* ---- watchpoints: of an atomic, both its read and its write are looked at, and the read is told first ---- */

static void watchpoint_on(const char *name, u32 lsc, u32 iss)
{
    volatile u64 *target = (u64 *)TARGET;
    target[0] = 7;
    MSR("dbgwcr0_el1", 1 | 1u << 1 | lsc << 3 | 0xffu << 5);
    touch(at_swp, TEST_VA);
    CHECK(name, taken[2].esr, ESR(0x34, iss));
    CHECK(name, taken[2].far, TEST_VA);
    CHECK(name, target[0], 7);
}

static void watchpoints(void)
{
    map_all(false);
    MSR("mdcr_el2", 1u << 8); /* TDE */
    MSR("mdscr_el1", 1u << 15);
    MSR("oslar_el1", 0);
    MSR("dbgwvr0_el1", TEST_VA);
    watchpoint_on("watchpoint on loads", 1, 0x22);
    watchpoint_on("watchpoint on stores", 2, 0x22 | WNR);
    watchpoint_on("watchpoint on both", 3, 0x22);
    MSR("dbgwcr0_el1", 0);
    MSR("mdscr_el1", 0);
    MSR("mdcr_el2", 0);
}

/* ---- UNDEFINED where the ID registers say so ---- */

INSN(is_ldadd, "ldadd x3, x4, [x0]")
INSN(is_cas, "cas x3, x4, [x0]")
INSN(is_casp, "casp x2, x3, x4, x5, [x0]")
INSN(is_casp_odd_s, ".inst 0x48237c04") /* casp x3, x4, x4, x5, [x0] */
INSN(is_casp_odd_t, ".inst 0x48227c05")
INSN(is_cas_rt2, ".inst 0xc8a37804")    /* cas with Rt2 not 31 */
INSN(is_ldapr, "ldapr x3, [x0]")
INSN(is_stlur, "stlur x3, [x0]")
INSN(is_cfinv, "cfinv")
INSN(is_rmif, "rmif x0, #3, #15")
INSN(is_axflag, "axflag")
INSN(is_sb, "sb")
INSN(is_sdot, ".inst 0x4e829420")     /* sdot v0.4s, v1.16b, v2.16b */
INSN(is_sqrdmlah, ".inst 0x6e828420") /* sqrdmlah v0.4s, v1.4s, v2.4s */

static void undefined_as_the_id_registers_say(void)
{
    u64 isar0 = MRS("id_aa64isar0_el1"), isar1 = MRS("id_aa64isar1_el1");
    const struct {
        const char *name;
        const u32 *insn;
        bool there;
    } rows[] = {
        { "ldadd", is_ldadd, has_lse() },
        { "cas", is_cas, has_lse() },
        { "casp", is_casp, has_lse() },
        { "casp with odd Rs", is_casp_odd_s, false },
        { "casp with odd Rt", is_casp_odd_t, false },
        { "cas with Rt2", is_cas_rt2, false },
        { "ldapr", is_ldapr, (isar1 >> 20 & 15) >= 1 },
        { "stlur", is_stlur, has_lrcpc2() },
        { "cfinv", is_cfinv, (isar0 >> 52 & 15) >= 1 },
        { "rmif", is_rmif, (isar0 >> 52 & 15) >= 1 },
        { "axflag", is_axflag, (isar0 >> 52 & 15) >= 2 },
        { "sb", is_sb, isar1 >> 36 & 15 },
        { "sdot", is_sdot, isar0 >> 44 & 15 },
        { "sqrdmlah", is_sqrdmlah, isar0 >> 28 & 15 },
    };
    map_all(false);
    for (u32 i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        touch(rows[i].insn, TEST_VA);
        CHECK(rows[i].name, all_taken(), !rows[i].there);
        if (!rows[i].there)
            CHECK(rows[i].name, taken[1].esr, ESR(0, 0));
    }
}

void guest_main(void)
{
    home_el = 2;
    undefined_as_the_id_registers_say();
    if (has_lse()) {
        fetch_and_op();
        compare_and_swap();
        compare_and_swap_pair();
        atomic_to_code();
        stage1_faults();
        stage2_faults();
        rcpc_syndromes();
        watchpoints();
    }
    print(has_lse() ? "with LSE: " : "without LSE: ");
    finish();
}
