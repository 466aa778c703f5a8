/* Branch target identification: every kind of branch to every kind of instruction, from and to guarded pages, at EL0, EL1 and EL2; what
 * SPSR.BTYPE holds when an exception comes between the branch and its target, and what an exception return does with it. */
#include "tables.h"

__asm__(".arch armv8.5-a");

#define HCR_RW (1ull << 31)
#define HCR_TGE (1ull << 27)
#define SCTLR_EL1_ON (0x30d00800 | 1 | 1 << 2 | 1 << 12)
#define BT0 (1ull << 35)
#define BT1 (1ull << 36)
#define GP (1ull << 50)
#define EL0_ALIAS 0x80000000ull  /* of PLAIN and GUARDED: EL0 may execute, EL1 may not */
#define PLAIN 0ull               /* what is added to an address of this program */
#define GUARDED 0x40000000ull
#define EC_BTI 0x0d
#define SPSR_BTYPE(spsr) ((u32)((spsr) >> 10 & 3))

static table_page el1_table, el2_table;

static void map(void)
{
    u64 block = 0x40000000 | S1_BLOCK;
    el1_table[0] = S1_BLOCK | S1_DEVICE | S1_UXN | S1_PXN;
    el1_table[1] = block | S1_UXN;
    el1_table[2] = block | S1_UXN | GP;
    el1_table[3] = block | S1_EL0 | S1_RO | S1_PXN;
    el1_table[4] = block | S1_EL0 | S1_RO | S1_PXN | GP;
    el2_table[0] = S1_BLOCK | S1_DEVICE;
    el2_table[1] = block;
    el2_table[2] = block | GP;
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", TCR_39BIT);
    MSR("ttbr0_el1", el1_table);
    MSR("mair_el2", MAIR_TESTS);
    MSR("tcr_el2", 0x80800000 | 25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16);
    MSR("ttbr0_el2", el2_table);
    MSR("hcr_el2", HCR_RW | 3ull << 40);
    DSB();
    MSR("sctlr_el1", SCTLR_EL1_ON);
    MSR("sctlr_el2", 0x30c50830 | 1 | 1 << 2 | 1 << 12);
}

/* ---- branches: to x0, from wherever they are mapped ---- */

#define BRANCH(name, text)                                                                                             \
    __asm__(".pushsection .text\n.balign 4\n" #name ":\n " text "\n b .\n.popsection");                                \
    extern u32 name[];
BRANCH(br_x16, "mov x16, x0\n br x16")
BRANCH(br_x17, "mov x17, x0\n br x17")
BRANCH(br_x1, "mov x1, x0\n br x1")
BRANCH(br_x30, "mov x30, x0\n br x30")
BRANCH(blr_x1, "mov x1, x0\n blr x1")
BRANCH(blr_x16, "mov x16, x0\n blr x16")
BRANCH(ret_x1, "mov x1, x0\n ret x1")
BRANCH(braa_x1, "mov x1, x0\n braa x1, x2")
BRANCH(brabz_x16, "mov x16, x0\n brabz x16")
BRANCH(blraa_x17, "mov x17, x0\n blraa x17, x2")
BRANCH(blrabz_x3, "mov x3, x0\n blrabz x3")
BRANCH(retaa_, "mov x30, x0\n retaa")

/* BTYPE, from a page that is not guarded, and from one that is */
static const struct branch {
    const char *name;
    u32 *code;
    u8 plain, guarded;
} branches[] = {
    { "BR X16", br_x16, 1, 1 },          { "BR X17", br_x17, 1, 1 },       { "BR X1", br_x1, 1, 3 },          { "BR X30", br_x30, 1, 3 },
    { "BLR X1", blr_x1, 2, 2 },          { "BLR X16", blr_x16, 2, 2 },     { "RET X1", ret_x1, 0, 0 },        { "BRAA X1", braa_x1, 1, 3 },
    { "BRABZ X16", brabz_x16, 1, 1 },    { "BLRAA X17", blraa_x17, 2, 2 }, { "BLRABZ X3", blrabz_x3, 2, 2 },  { "RETAA", retaa_, 0, 0 },
};

/* ---- targets: each gives 0x99 and ends ---- */

#define TARGET(name, text)                                                                                             \
    __asm__(".pushsection .text\n.balign 4\n" #name ":\n " text "\n mov x0, #0x99\n svc #0xfff\n b .\n.popsection");   \
    extern u32 name[];
TARGET(t_nop, "nop")
TARGET(t_bti, "bti")
TARGET(t_c, "bti c")
TARGET(t_j, "bti j")
TARGET(t_jc, "bti jc")
TARGET(t_paciasp, "paciasp")
TARGET(t_pacibsp, "pacibsp")
TARGET(t_paciaz, "paciaz")
TARGET(t_autiasp, "autiasp")
TARGET(t_hint, "hint #40")
TARGET(t_b, "b 1f\n1:")
TARGET(t_ldr, "ldr x2, [sp]")

/* By BTYPE 1, 2, 3; PACIxSP's last as SCTLR.BT is 0 */
static const struct target {
    const char *name;
    u32 *code;
    bool lands[4];
    bool is_pac;
} targets[] = {
    { "NOP", t_nop, { 1, 0, 0, 0 }, 0 },         { "BTI", t_bti, { 1, 0, 0, 0 }, 0 },         { "BTI c", t_c, { 1, 1, 1, 0 }, 0 },
    { "BTI j", t_j, { 1, 1, 0, 1 }, 0 },         { "BTI jc", t_jc, { 1, 1, 1, 1 }, 0 },       { "PACIASP", t_paciasp, { 1, 1, 1, 1 }, 1 },
    { "PACIBSP", t_pacibsp, { 1, 1, 1, 1 }, 1 }, { "PACIAZ", t_paciaz, { 1, 0, 0, 0 }, 0 },   { "AUTIASP", t_autiasp, { 1, 0, 0, 0 }, 0 },
    { "HINT 40", t_hint, { 1, 0, 0, 0 }, 0 },    { "B", t_b, { 1, 0, 0, 0 }, 0 },
};

static const char *branch_name;

static void check_here(const char *what, u64 got, u64 want)
{
    if (got != want) {
        print(branch_name);
        print(" to ");
    }
    check(what, got, want);
}

static u64 el1_stack;

/* What is taken resumes behind the target, with BTYPE 0. A run at EL0 leaves a frame on EL1's stack: there are many. */
static u64 enter(u32 el, const void *fn, u64 to)
{
    MSR("sp_el1", el1_stack);
    forget();
    resume_pc = to + 4;
    resume_spsr = el ? 0x3c5 : 0x3c0;
    resume_at = true;
    u64 x0 = run_at(el, fn, to);
    resume_at = false;
    resume_spsr = 0;
    return x0;
}

static void one_landing(u32 el, const struct branch *b, const struct target *t, u64 from, u64 into, bool bt)
{
    u64 alias = el ? 0 : EL0_ALIAS, to = (u64)t->code + into + alias;
    u8 btype = from == GUARDED ? b->guarded : b->plain;
    bool lands = into == PLAIN || (t->lands[btype] && !(t->is_pac && bt && btype == 3));
    branch_name = b->name;
    check_here(t->name, enter(el, (const u8 *)b->code + from + alias, to), 0x99);
    check_here(t->name, taken[1].count, !lands);
    if (lands)
        return;
    check_here(t->name, taken[1].esr, (u64)EC_BTI << 26 | 1 << 25 | btype);
    check_here(t->name, taken[1].elr, to);
    check_here(t->name, SPSR_BTYPE(taken[1].spsr), btype);
    check_here(t->name, taken[1].vector, el ? 4 : 8);
}

static void landings(u32 el, u64 bt)
{
    MSR("sctlr_el1", SCTLR_EL1_ON | bt);
    bool mine = bt & (el ? BT1 : BT0);
    for (u32 b = 0; b < sizeof branches / sizeof branches[0]; b++)
        for (u32 t = 0; t < sizeof targets / sizeof targets[0]; t++)
            for (u32 pages = 0; pages < 4; pages++)
                one_landing(el, &branches[b], &targets[t], pages & 1 ? GUARDED : PLAIN, pages & 2 ? GUARDED : PLAIN, mine);
    MSR("sctlr_el1", SCTLR_EL1_ON);
}

/* Direct branches, and running on from one guarded page, have nothing to say. */
__asm__(".pushsection .text\n.balign 4\nby_b:\n b t_nop\nby_bl:\n bl t_nop\nby_cbz:\n cbz xzr, t_nop\n.popsection");
extern u32 by_b[], by_bl[], by_cbz[];

static void direct(void)
{
    static u32 *const codes[] = { by_b, by_bl, by_cbz };
    for (u32 i = 0; i < 3; i++) {
        CHECK("a direct branch", enter(1, (u8 *)codes[i] + GUARDED, (u64)t_nop + GUARDED), 0x99);
        CHECK("is never checked", all_taken(), 0);
    }
}

/* EL2's own regime, whose SCTLR_EL2.BT is bit 36; HCR_EL2.TGE leads what EL0 raises to EL2. */
static u64 call_at_el2(u32 *code, u64 into)
{
    u64 to = (u64)code + into;
    forget();
    resume_pc = to + 4;
    resume_at = true;
    __asm__ volatile("mov x9, x30\n blr %0\n mov x30, x9" : : "r"(to) : "x9", "x30", "x0", "memory");
    resume_at = false;
    return taken[2].count;
}

__asm__(".pushsection .text\n.balign 4\ne_nop:\n ret\n ret\ne_c:\n bti c\n ret\ne_j:\n bti j\n ret\n"
        "e_br:\n br x1\n.popsection");
extern u32 e_nop[], e_c[], e_j[], e_br[];

static void at_el2(void)
{
    resume_spsr = 0x3c9;
    CHECK("BLR at EL2, not guarded", call_at_el2(e_nop, PLAIN), 0);
    CHECK("BLR at EL2 to BTI c", call_at_el2(e_c, GUARDED), 0);
    CHECK("BLR at EL2 to RET", call_at_el2(e_nop, GUARDED), 1);
    CHECK("is a branch target exception", taken[2].esr, (u64)EC_BTI << 26 | 1 << 25 | 2);
    CHECK("at EL2", taken[2].vector, 4);
    CHECK("BLR at EL2 to BTI j", call_at_el2(e_j, GUARDED), 1);
    resume_spsr = 0;
}

/* ---- BTYPE in SPSR ---- */

/* ERET, where SPSR.BTYPE is not 0, checks what it returns to. */
static void exception_returns(void)
{
    for (u32 btype = 0; btype < 4; btype++)
        for (u32 t = 0; t < sizeof targets / sizeof targets[0]; t++)
            for (u32 guarded = 0; guarded < 2; guarded++) {
                u64 to = (u64)targets[t].code + (guarded ? GUARDED : PLAIN);
                MSR("sp_el1", el1_stack);
                forget();
                resume_pc = to + 4;
                resume_spsr = 0x3c5;
                resume_at = true;
                run_at_spsr(0x3c5 | btype << 10, (void *)to, 0);
                resume_at = false;
                branch_name = "ERET";
                check_here(targets[t].name, taken[1].count, guarded && !targets[t].lands[btype]);
                check_here(targets[t].name, SPSR_BTYPE(taken[1].spsr), taken[1].count ? btype : 0);
            }
    resume_spsr = 0;
}

TARGET(t_brk, "brk #0x44")
TARGET(t_hlt, "hlt #0x55")
TARGET(t_svc, "svc #0x66")

/* Of the exceptions that instructions raise, BRK's SPSR must have it; others' may. BRK and HLT may be landed on. */
static void at_the_target(void)
{
    for (u32 guarded = 0; guarded < 2; guarded++) {
        u64 into = guarded ? GUARDED : PLAIN;
        enter(1, (u8 *)blr_x1 + PLAIN, (u64)t_brk + into);
        CHECK("BLR to BRK", ec_of(taken[1].esr), 0x3c);
        CHECK("has BTYPE in SPSR", SPSR_BTYPE(taken[1].spsr), 2);
        enter(1, (u8 *)br_x1 + GUARDED, (u64)t_brk + into);
        CHECK("BR to BRK", ec_of(taken[1].esr), 0x3c);
        CHECK("has BTYPE 3 in SPSR", SPSR_BTYPE(taken[1].spsr), 3);
        enter(1, (u8 *)ret_x1 + GUARDED, (u64)t_brk + into);
        CHECK("RET to BRK has none", SPSR_BTYPE(taken[1].spsr), 0);
        enter(1, (u8 *)blr_x1 + PLAIN, (u64)t_hlt + into);
        CHECK("BLR to HLT", ec_of(taken[1].esr), 0);
    }
    enter(1, (u8 *)blr_x1 + PLAIN, (u64)t_svc + GUARDED);
    CHECK("BLR to SVC", ec_of(taken[1].esr), EC_BTI);
    enter(1, (u8 *)by_b + PLAIN, (u64)t_brk);
    CHECK("BTYPE is 0 after other instructions", SPSR_BTYPE(taken[1].spsr), 0);
}

/* Taken instead of the target. */
static void before_the_target(void)
{
    u64 end = (u64)t_nop + 4;
    forget();
    resume_pc = end;
    resume_spsr = 0x3c5;
    resume_at = true;
    run_at(1, (u8 *)blr_x1 + PLAIN, 0x7000000000);
    CHECK("BLR to nowhere", ec_of(taken[1].esr), 0x21);
    CHECK("has BTYPE 2", SPSR_BTYPE(taken[1].spsr), 2);
    forget();
    resume_at = true;
    run_at(1, (u8 *)br_x1 + GUARDED, (u64)t_j + GUARDED + 2);
    CHECK("BR to a misaligned address", ec_of(taken[1].esr), 0x22);
    CHECK("has BTYPE 3", SPSR_BTYPE(taken[1].spsr), 3);
    /* software step of the branch (to itself: x1 is where run_at goes), taken to EL2, which stays there */
    resume_pc = (u64)end_el1;
    resume_spsr = 0x3c9;
    MSR("oslar_el1", 0);
    MSR("mdscr_el1", 1);
    MSR("mdcr_el2", 6 | 1 << 8);
    for (u32 i = 0; i < 2; i++) {
        forget();
        resume_at = true;
        run_at_spsr(0x3c5 | 1 << 21, (u8 *)blr_x1 + 4 + (i ? GUARDED : PLAIN), 0);
        CHECK("a step of BLR", ec_of(taken[2].esr), 0x32);
        CHECK("stops with BTYPE 2", SPSR_BTYPE(taken[2].spsr), 2);
    }
    MSR("mdscr_el1", 0);
    MSR("mdcr_el2", 6);
    resume_pc = end;
    resume_spsr = 0x3c5;
    /* PSTATE.IL: an illegal state comes before the check */
    forget();
    resume_at = true;
    run_at_spsr(0x3c5 | 1 << 20 | 2 << 10, (u8 *)t_nop + GUARDED, 0);
    CHECK("illegal state", ec_of(taken[1].esr), 0x0e);
    CHECK("has BTYPE of SPSR", SPSR_BTYPE(taken[1].spsr), 2);
    resume_spsr = 0;
}

/* A page that loses GP, and gets it, is seen after a TLBI. (Two targets: QEMU 7.2 keeps code it has translated as it was.) */
static void remapping(void)
{
    el1_table[2] &= ~GP;
    DSB();
    __asm__ volatile("tlbi vmalle1\n dsb sy\n isb" : : : "memory");
    CHECK("BLR to LDR where GP went", enter(1, blr_x1, (u64)t_ldr + GUARDED), 0x99);
    CHECK("lands", all_taken(), 0);
    el1_table[2] |= GP;
    DSB();
    __asm__ volatile("tlbi vmalle1\n dsb sy\n isb" : : : "memory");
    enter(1, blr_x1, (u64)t_nop + GUARDED);
    CHECK("and where it came back does not", taken[1].count, 1);
    MSR("sctlr_el1", 0x30d00800);
    enter(1, blr_x1, (u64)t_nop);
    CHECK("nor does anything with the MMU off", all_taken(), 0);
    MSR("sctlr_el1", SCTLR_EL1_ON);
}

/* EL0 in a host: EL2&0's tables, SCTLR_EL2's BT0, and exceptions to EL2. */
static void one_in_a_host(u64 bt, u32 *code, u8 btype)
{
    MSR("sctlr_el2", 0x30c50830 | 1 | 1 << 2 | 1 << 12 | bt);
    CHECK("host: EL0", enter(0, (u8 *)br_x1 + GUARDED + EL0_ALIAS, (u64)code + GUARDED + EL0_ALIAS), 0x99);
    CHECK("host: EL0", all_taken(), btype != 0);
    CHECK("host: EL0", taken[2].esr, btype ? (u64)EC_BTI << 26 | 1 << 25 | btype : 0);
}

static void in_a_host(void)
{
    if (!(MRS("id_aa64mmfr1_el1") >> 8 & 15))
        return;
    MSR("sctlr_el2", 0x30c50830);
    MSR("hcr_el2", HCR_RW | HCR_TGE | 1ull << 34);
    MSR("tcr_el2", TCR_39BIT);
    MSR("ttbr0_el2", el1_table);
    __asm__ volatile("dsb sy\n tlbi alle2\n dsb sy\n isb" : : : "memory");
    one_in_a_host(0, t_paciasp, 0);
    one_in_a_host(BT1, t_paciasp, 0);
    one_in_a_host(BT0, t_paciasp, 3);
    one_in_a_host(0, t_j, 0);
    one_in_a_host(0, t_c, 3);
    MSR("sctlr_el2", 0x30c50830);
    MSR("hcr_el2", HCR_RW);
}

static void without(void)
{
    for (u32 i = 0; i < 6; i++) {
        CHECK("without the feature GP is ignored", enter(1, (u8 *)branches[i].code + GUARDED, (u64)t_nop + GUARDED), 0x99);
        CHECK("and nothing is checked", all_taken(), 0);
    }
    enter(1, (u8 *)blr_x1 + PLAIN, (u64)t_brk + GUARDED);
    CHECK("and SPSR has no BTYPE", SPSR_BTYPE(taken[1].spsr), 0);
    run_at_spsr(0x3c5 | 2 << 10, (u8 *)t_nop + GUARDED, 0);
    MSR("sctlr_el1", SCTLR_EL1_ON | BT0 | BT1);
    CHECK("SCTLR_EL1.BT0 and BT1 are RES0", MRS("sctlr_el1") & (BT0 | BT1), 0);
    MSR("sctlr_el1", SCTLR_EL1_ON);
    print("without BTI: ");
    finish();
}

void guest_main(void)
{
    home_el = 2;
    el1_stack = MRS("sp_el1");
    map();
    if (!(MRS("id_aa64pfr1_el1") & 15))
        without();
    CHECK("ID_AA64PFR1_EL1.BT", MRS("id_aa64pfr1_el1") & 15, 1);
    for (u32 el = 0; el < 2; el++) {
        landings(el, 0);
        landings(el, BT0);
        landings(el, BT1);
    }
    direct();
    at_el2();
    exception_returns();
    at_the_target();
    before_the_target();
    remapping();
    in_a_host();
    print("with BTI: ");
    finish();
}
