/* The EL2&0 translation regime of a host (HCR_EL2.E2H): two tables, ASIDs, EL0's permissions, PAN, LDTR, AT, and which TLBI reaches it or a guest's
 * EL1&0 regime. (DDI 0487 D8.1.2, D8.14, C5.4, C5.5.)
 *
 * A TLB may drop entries at any time, so that a TLBI left one alone shows only on our own (MIDR_EL1 0x000fa700), which keeps what it holds.
 * QEMU 7.2 on the same program differs in one thing: ISS.ISV of a stage-1 abort that EL2 takes from itself is 1; it is 0 but for stage 2 (D17.2.37). */
#include "guest.h"
#include "tables.h"

#define BIT(n) (1ull << (n))
#define HOST (BIT(31) | BIT(34) | BIT(27))
#define GUEST (BIT(31) | BIT(34) | BIT(0)) /* with stage 2 */
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
#define TTBR1_EL2 "s3_4_c2_c0_1"
#define PAN "s3_0_c4_c2_3"
#define TCR_HOST ((TCR_39BIT & ~BIT(23)) | 2ull << 30 | 3ull << 28 | 1ull << 26 | 1ull << 24) /* TTBR1_EL2: 4 KiB, like TTBR0_EL2 */

#define LOW 0xc0000000ull
#define HIGH 0xffffff8000000000ull
#define EL0_ALIAS 0x40000000ull /* the image once more, for EL0 to execute, that much above */
#define PAGE(n) ((u64)(n) << 12)

enum { IABORT_SAME = 0x21, DABORT_LOWER = 0x24, DABORT_SAME = 0x25 };
enum { A, B, C, D, PAGES };

static table_page low1, low2, low3, high1, high2, high3, guest1, guest2, guest3, stage2;
static u64 pages[PAGES][512] __attribute__((aligned(4096)));
static bool keeps_entries;

/* EL0's functions end in the library's call themselves: x30 leads to where EL0 may not execute. */
INSN(el0_load, "ldr x0, [x0]\n svc #0xfff")
INSN(el0_store, "str x0, [x0]\n svc #0xfff")
INSN(load, "ldr x0, [x0]")
INSN(unprivileged_load, "ldtr x0, [x0]")
INSN(unprivileged_store, "sttr x0, [x0]")
INSN(clean_pou, "str x1, [x0]\n dc cvau, x0")
INSN(clean_poc, "str x1, [x0]\n dc civac, x0")
INSN(zero, "str x1, [x0]\n dc zva, x0")

static void set_page(u64 *table, u32 n, u32 page, u64 attributes)
{
    table[n] = (u64)pages[page] | attributes;
    DSB();
}

static u64 read_at_el2(u64 addr)
{
    return *(volatile u64 *)addr;
}

static u64 read_at_el0(u64 addr)
{
    return run_at(0, (const u8 *)el0_load + EL0_ALIAS, addr);
}

static u64 read_in_guest(u64 addr)
{
    MSR("hcr_el2", GUEST);
    u64 value = run_at(1, load, addr);
    MSR("hcr_el2", HOST);
    return value;
}

static void forget_all(void)
{
    __asm__ volatile("dsb sy\n tlbi alle2\n tlbi alle1\n dsb sy\n isb" : : : "memory");
}

static void build(u64 *l1, u64 *l2, u64 *l3)
{
    l1[0] = 0 | S1_BLOCK | S1_DEVICE | S1_UXN | S1_PXN;
    l1[1] = 0x40000000 | S1_BLOCK | S1_UXN;
    l1[2] = 0x40000000 | S1_BLOCK | S1_EL0 | S1_RO | S1_PXN;
    l1[3] = (u64)l2 | TABLE;
    l2[0] = (u64)l3 | TABLE;
}

static void set_up(void)
{
    for (u32 i = 0; i < PAGES; i++)
        pages[i][0] = 0xa000 + i;
    build(low1, low2, low3);
    build(guest1, guest2, guest3);
    high1[0] = (u64)high2 | TABLE;
    high2[0] = (u64)high3 | TABLE;
    stage2[0] = 0 | S2_BLOCK;
    stage2[1] = 0x40000000 | S2_BLOCK;
    DSB();
    MSR("vtcr_el2", VTCR_39BIT);
    MSR("vttbr_el2", (u64)stage2 | 5ull << 48);
    MSR("hcr_el2", GUEST);
    MSR("s3_5_c10_c2_0", MAIR_TESTS); /* MAIR_EL12, TCR, TTBR0, SCTLR */
    MSR("s3_5_c2_c0_2", TCR_39BIT);
    MSR("s3_5_c2_c0_0", (u64)guest1 | 7ull << 48);
    MSR("s3_5_c1_c0_0", 0x30d00800 | 1 | 1u << 2 | 1u << 12);
    MSR("hcr_el2", HOST);
    MSR("mair_el2", MAIR_TESTS);
    MSR("tcr_el2", TCR_HOST);
    MSR("ttbr0_el2", (u64)low1 | 1ull << 48);
    MSR(TTBR1_EL2, (u64)high1 | 3ull << 48);
    forget_all();
    MSR("sctlr_el2", 0x30c50830 | 1 | 1u << 2 | 1u << 12 | BIT(23));
}

/* ---- two ranges, permissions ---- */

static void fault_at(const char *name, u32 ec, u32 iss, u64 far)
{
    check(name, all_taken(), 1);
    check(name, taken[2].esr, ESR(ec, iss));
    check(name, taken[2].far, far);
    check(name, taken[2].vector, ec == DABORT_LOWER ? 8 : 4);
}

static void ranges(void)
{
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    set_page(low3, 1, B, S1_PAGE);
    set_page(high3, 0, C, S1_PAGE | S1_EL0);
    set_page(high3, 1, D, S1_PAGE);
    forget();
    CHECK("TTBR0_EL2 at EL2", read_at_el2(LOW), 0xa000);
    CHECK("TTBR1_EL2 at EL2", read_at_el2(HIGH), 0xa002);
    CHECK("TTBR1_EL2, EL2's page", read_at_el2(HIGH + PAGE(1)), 0xa003);
    CHECK("TTBR0_EL2 at EL0", read_at_el0(LOW), 0xa000);
    CHECK("TTBR1_EL2 at EL0", read_at_el0(HIGH), 0xa002);
    CHECK("no fault", all_taken(), 0);
    read_at_el0(LOW + PAGE(1));
    fault_at("EL0 on EL2's page", DABORT_LOWER, 0xf, LOW + PAGE(1));
    forget();
    read_at_el0(HIGH + PAGE(1));
    fault_at("EL0 on EL2's upper page", DABORT_LOWER, 0xf, HIGH + PAGE(1));
    forget();
    run_at(0, (const u8 *)el0_store + EL0_ALIAS, (u64)pages + EL0_ALIAS);
    fault_at("EL0 writes a read-only block", DABORT_LOWER, 0x4d, (u64)pages + EL0_ALIAS);
    forget();
    read_at_el2(HIGH + PAGE(2));
    fault_at("EL2 on nothing", DABORT_SAME, 7, HIGH + PAGE(2));
    forget();
    read_at_el2(BIT(40));
    fault_at("EL2 between the ranges", DABORT_SAME, 4, BIT(40));
    if (MRS("id_aa64mmfr2_el1") >> 60) {
        MSR("tcr_el2", TCR_HOST | BIT(56)); /* E0PD1 */
        forget();
        read_at_el0(HIGH);
        fault_at("TCR_EL2.E0PD1", DABORT_LOWER, 4, HIGH);
    }
    MSR("tcr_el2", TCR_HOST | BIT(23)); /* EPD1 */
    forget_all();
    forget();
    read_at_el2(HIGH);
    fault_at("TCR_EL2.EPD1", DABORT_SAME, 4, HIGH);
    MSR("tcr_el2", TCR_HOST | BIT(37)); /* TBI0 */
    forget();
    CHECK("TCR_EL2.TBI0 at EL0", read_at_el0(LOW | 0x5aull << 56), 0xa000);
    CHECK("TCR_EL2.TBI0: no fault", all_taken(), 0);
    MSR("tcr_el2", TCR_HOST);
}

/* What EL0 may write, EL2 may not execute; and what has PXN. */
static void execution(const char *name, u64 attributes, u32 faults)
{
    pages[D][1] = *(u64 *)"\x20\x00\x80\xd2\xc0\x03\x5f\xd6"; /* mov x0, #1; ret */
    set_page(low3, 4, D, attributes);
    __asm__ volatile("dsb sy\n ic iallu\n dsb sy\n isb" : : : "memory");
    forget_all();
    forget();
    resume_at = true;
    resume_pc = (u64)&load[1]; /* a return */
    resume_spsr = 0;
    ((void (*)(void))(LOW + PAGE(4) + 8))();
    resume_at = false;
    check(name, taken[2].count, faults);
    if (faults)
        check(name, taken[2].esr, ESR(IABORT_SAME, 0xf));
}

static void unprivileged(void)
{
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    set_page(low3, 1, B, S1_PAGE);
    forget_all();
    forget();
    CHECK("LDTR at EL2 under TGE, EL0's page", ((u64(*)(u64))unprivileged_load)(LOW), 0xa000);
    CHECK("LDTR at EL2 under TGE, EL0's page: no fault", all_taken(), 0);
    ((u64(*)(u64))unprivileged_load)(LOW + PAGE(1));
    fault_at("LDTR at EL2 under TGE, EL2's page", DABORT_SAME, 0xf, LOW + PAGE(1));
    forget();
    ((u64(*)(u64))unprivileged_store)(LOW + PAGE(1));
    fault_at("STTR at EL2 under TGE, EL2's page", DABORT_SAME, 0x4f, LOW + PAGE(1));
    MSR("hcr_el2", GUEST);
    forget();
    CHECK("LDTR at EL2 without TGE", ((u64(*)(u64))unprivileged_load)(LOW + PAGE(1)), 0xa001);
    CHECK("LDTR at EL2 without TGE: no fault", all_taken(), 0);
    MSR("hcr_el2", HOST);
    MSR(PAN, BIT(22));
    read_at_el2(LOW);
    MSR(PAN, 0);
    fault_at("PAN at EL2", DABORT_SAME, 0xf, LOW);
    MSR("hcr_el2", GUEST);
    MSR(PAN, BIT(22));
    forget();
    read_at_el2(LOW);
    MSR(PAN, 0);
    MSR("hcr_el2", HOST);
    fault_at("PAN at EL2 without TGE", DABORT_SAME, 0xf, LOW);
    forget();
    MSR(PAN, BIT(22));
    CHECK("LDTR under PAN", ((u64(*)(u64))unprivileged_load)(LOW), 0xa000);
    MSR(PAN, 0);
    CHECK("LDTR under PAN: no fault", all_taken(), 0);
}

/* ---- address translation instructions ---- */

#define AT(name, op, addr, want)                                                                                       \
    do {                                                                                                               \
        __asm__ volatile("at " op ", %0\n isb" : : "r"((u64)(addr)) : "memory");                                       \
        u64 par_ = MRS("par_el1");                                                                                     \
        CHECK(op ": " name, par_ & 1 ? par_ & 0x37f : par_ & 0x0000fffffffff001, want);                                \
    } while (0)

/* PAR_EL1 of a fault: S 9, PTW 8, FST 6:1, F */
enum { PERMISSION3 = 0xf << 1 | 1, TRANSLATION3 = 7 << 1 | 1, STAGE2 = 1 << 9 };

static void at_instructions(void)
{
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    set_page(low3, 1, B, S1_PAGE);
    set_page(low3, 2, A, S1_PAGE | S1_EL0 | S1_RO);
    low3[3] = 0;
    set_page(guest3, 0, C, S1_PAGE);
    set_page(guest3, 1, D, S1_PAGE | S1_EL0);
    set_page(guest3, 3, A, S1_PAGE);
    forget_all();
    AT("host", "s1e1r", LOW, (u64)pages[A]);
    AT("host, EL2's page", "s1e1r", LOW + PAGE(1), (u64)pages[B]);
    AT("host, upper", "s1e1r", HIGH, (u64)pages[C]);
    AT("host, nothing", "s1e1r", LOW + PAGE(3), TRANSLATION3);
    AT("host, read-only", "s1e1w", LOW + PAGE(2), PERMISSION3);
    AT("host", "s1e0r", LOW, (u64)pages[A]);
    AT("host, EL2's page", "s1e0r", LOW + PAGE(1), PERMISSION3);
    AT("host, read-only", "s1e0w", LOW + PAGE(2), PERMISSION3);
    AT("host", "s1e2r", LOW + PAGE(1), (u64)pages[B]);
    AT("host, nothing", "s1e2w", LOW + PAGE(3), TRANSLATION3);
    AT("host", "s12e1r", LOW, (u64)pages[A]);
    AT("host, nothing", "s12e1r", LOW + PAGE(3), TRANSLATION3);
    AT("host, EL2's page", "s12e0r", LOW + PAGE(1), PERMISSION3);
    MSR(PAN, BIT(22));
    AT("host under PAN", "s1e1r", LOW, (u64)pages[A]);
    AT("host under PAN", "s1e2r", LOW, (u64)pages[A]);
    __asm__ volatile("sys #0, c7, c9, #0, %0\n isb" : : "r"(LOW) : "memory"); /* AT S1E1RP */
    CHECK("AT S1E1RP in a host under PAN", MRS("par_el1") & 0x37f, PERMISSION3);
    MSR(PAN, 0);
    MSR("hcr_el2", GUEST);
    AT("guest", "s1e1r", LOW, (u64)pages[C]);
    AT("guest, EL1's page", "s1e0r", LOW, PERMISSION3);
    AT("guest", "s12e1r", LOW + PAGE(1), (u64)pages[D]);
    AT("guest", "s12e0r", LOW + PAGE(1), (u64)pages[D]);
    AT("guest, what EL2 has not", "s12e1w", LOW + PAGE(3), (u64)pages[A]);
    AT("TGE 0: still EL2&0", "s1e2r", LOW + PAGE(1), (u64)pages[B]);
    MSR("hcr_el2", HOST);
}

/* ---- ASIDs ---- */

static void use_asid(u64 asid)
{
    MSR("ttbr0_el2", (u64)low1 | asid << 48);
}

static void asids(void)
{
    use_asid(1);
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    forget_all();
    CHECK("ASID 1", read_at_el0(LOW), 0xa000);
    set_page(low3, 0, B, S1_PAGE | S1_EL0 | S1_NG);
    use_asid(2);
    CHECK("ASID 2 sees its own", read_at_el0(LOW), 0xa001);
    CHECK("ASID 2 at EL2", read_at_el2(LOW), 0xa001);
    use_asid(1);
    if (keeps_entries)
        CHECK("ASID 1 is kept", read_at_el0(LOW), 0xa000);
    __asm__ volatile("tlbi aside1, %0\n dsb sy\n isb" : : "r"(1ull << 48) : "memory");
    CHECK("ASID 1 after TLBI ASIDE1", read_at_el0(LOW), 0xa001);
    set_page(low3, 0, C, S1_PAGE | S1_EL0 | S1_NG);
    use_asid(0x101); /* AS 0: 8 bits; it is ASID 1 */
    if (keeps_entries)
        CHECK("ASIDs have 8 bits with TCR_EL2.AS 0", read_at_el0(LOW), 0xa001);
    MSR("tcr_el2", TCR_HOST | BIT(36));
    CHECK("ASIDs have 16 bits with TCR_EL2.AS", read_at_el0(LOW), 0xa002);
    set_page(low3, 0, D, S1_PAGE | S1_EL0 | S1_NG);
    __asm__ volatile("tlbi aside1, %0\n dsb sy\n isb" : : "r"(1ull << 48) : "memory");
    if (keeps_entries)
        CHECK("TLBI ASIDE1 of ASID 1 leaves 0x101", read_at_el0(LOW), 0xa002);
    __asm__ volatile("tlbi aside1, %0\n dsb sy\n isb" : : "r"(0x101ull << 48) : "memory");
    CHECK("TLBI ASIDE1 of 16 bits", read_at_el0(LOW), 0xa003);
    MSR("tcr_el2", TCR_HOST | BIT(22)); /* A1: TTBR1_EL2's, 3 */
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    CHECK("ASID of TTBR1_EL2", read_at_el0(LOW), 0xa000);
    set_page(low3, 0, B, S1_PAGE | S1_EL0 | S1_NG);
    use_asid(9);
    if (keeps_entries)
        CHECK("TTBR0_EL2's is not used", read_at_el0(LOW), 0xa000);
    __asm__ volatile("tlbi vae1, %0\n dsb sy\n isb" : : "r"(3ull << 48 | LOW >> 12) : "memory");
    CHECK("TLBI VAE1 with TTBR1_EL2's", read_at_el0(LOW), 0xa001);
    MSR("tcr_el2", TCR_HOST);
    use_asid(1);
    forget_all();
}

/* ---- TLBI ---- */

/* A function for each, so that it can be run at EL2 in a host, or on a guest's behalf. */
#define TLBI(id, text) static void id(u64 operand) { __asm__ volatile("tlbi " text "\n dsb sy\n isb" : : "r"(operand) : "memory"); }
TLBI(vae2, "vae2, %0")
TLBI(vale2, "vale2, %0")
TLBI(vae2is, "vae2is, %0")
TLBI(alle2, "alle2")
TLBI(alle2is, "alle2is")
TLBI(vmalle1, "vmalle1")
TLBI(vmalle1is, "vmalle1is")
TLBI(vae1, "vae1, %0")
TLBI(vale1, "vale1, %0")
TLBI(vaae1, "vaae1, %0")
TLBI(vaale1is, "vaale1is, %0")
TLBI(aside1, "aside1, %0")
TLBI(aside1is, "aside1is, %0")
TLBI(alle1, "alle1")
TLBI(alle1is, "alle1is")
TLBI(vmalls12e1, "vmalls12e1")
TLBI(vmalls12e1is, "vmalls12e1is")

/* What reaches the host's page at LOW (ASID 1) and the guest's there (ASID 7, VMID 5), both non-global. */
static const struct {
    const char *name;
    void (*run)(u64 operand);
    u64 hcr, operand;
    bool host, guest;
} tlbis[] = {
#define H_ASID (1ull << 48)
#define G_ASID (7ull << 48)
#define VA (LOW >> 12)
    { "host: VAE2", vae2, HOST, H_ASID | VA, true, false },
    { "host: VAE2, another ASID", vae2, HOST, G_ASID | VA, false, false },
    { "host: VALE2", vale2, HOST, H_ASID | VA, true, false },
    { "host: VAE2IS", vae2is, HOST, H_ASID | VA, true, false },
    { "host: ALLE2", alle2, HOST, 0, true, false },
    { "host: ALLE2IS", alle2is, HOST, 0, true, false },
    { "host: VMALLE1", vmalle1, HOST, 0, true, false },
    { "host: VMALLE1IS", vmalle1is, HOST, 0, true, false },
    { "host: VAE1", vae1, HOST, H_ASID | VA, true, false },
    { "host: VAE1, the guest's ASID", vae1, HOST, G_ASID | VA, false, false },
    { "host: VALE1", vale1, HOST, H_ASID | VA, true, false },
    { "host: VAAE1", vaae1, HOST, VA, true, false },
    { "host: VAALE1IS", vaale1is, HOST, VA, true, false },
    { "host: ASIDE1", aside1, HOST, H_ASID, true, false },
    { "host: ASIDE1IS", aside1is, HOST, H_ASID, true, false },
    { "host: ASIDE1, the guest's ASID", aside1, HOST, G_ASID, false, false },
    { "host: ALLE1", alle1, HOST, 0, false, true },
    { "host: ALLE1IS", alle1is, HOST, 0, false, true },
    { "host: VAE2, another page", vae2, HOST, H_ASID | (VA + 1), false, false },
    { "TGE 0: VMALLE1", vmalle1, GUEST, 0, false, true },
    { "TGE 0: VAE1", vae1, GUEST, G_ASID | VA, false, true },
    { "TGE 0: VAE1, the host's ASID", vae1, GUEST, H_ASID | VA, false, false },
    { "TGE 0: VAAE1", vaae1, GUEST, VA, false, true },
    { "TGE 0: ASIDE1", aside1, GUEST, G_ASID, false, true },
    { "TGE 0: ASIDE1, the host's ASID", aside1, GUEST, H_ASID, false, false },
    { "TGE 0: ALLE1", alle1, GUEST, 0, false, true },
    { "TGE 0: VMALLS12E1", vmalls12e1, GUEST, 0, false, true },
    { "TGE 0: VMALLS12E1IS", vmalls12e1is, GUEST, 0, false, true },
    { "TGE 0: VAE2", vae2, GUEST, H_ASID | VA, true, false },
    { "TGE 0: ALLE2", alle2, GUEST, 0, true, false },
};

static void tlbi(u32 i)
{
    set_page(low3, 0, A, S1_PAGE | S1_EL0 | S1_NG);
    set_page(guest3, 0, C, S1_PAGE | S1_NG);
    forget_all();
    check(tlbis[i].name, read_at_el0(LOW), 0xa000);
    check(tlbis[i].name, read_in_guest(LOW), 0xa002);
    set_page(low3, 0, B, S1_PAGE | S1_EL0 | S1_NG);
    set_page(guest3, 0, D, S1_PAGE | S1_NG);
    MSR("hcr_el2", tlbis[i].hcr);
    tlbis[i].run(tlbis[i].operand);
    MSR("hcr_el2", HOST);
    if (tlbis[i].host || keeps_entries)
        check(tlbis[i].name, read_at_el0(LOW), tlbis[i].host ? 0xa001 : 0xa000);
    if (tlbis[i].guest || keeps_entries)
        check(tlbis[i].name, read_in_guest(LOW), tlbis[i].guest ? 0xa003 : 0xa002);
}

/* Cache maintenance of memory that was just accessed: trapped in a guest all the same, not at EL2 nor in a host's EL0 (TPC, TPU, TDZ, TOCU). */
static void cache_traps(void)
{
    static const struct {
        const char *name;
        const u32 *fn;
        u32 bit;
    } cases[] = { { "TPC", clean_poc, 23 }, { "TPU", clean_pou, 24 }, { "TDZ", zero, 28 }, { "TOCU", clean_pou, 52 } };
    bool evt = MRS("id_aa64mmfr2_el1") >> 56 & 15;
    set_page(guest3, 5, D, S1_PAGE);
    set_page(low3, 5, D, S1_PAGE);
    forget_all();
    for (u32 i = 0; i < sizeof cases / sizeof cases[0] - !evt; i++) {
        MSR("hcr_el2", GUEST);
        forget();
        run_at(1, cases[i].fn, LOW + PAGE(5) + 0x800);
        run_at(1, cases[i].fn, LOW + PAGE(5) + 0x800);
        check(cases[i].name, all_taken(), 0);
        MSR("hcr_el2", GUEST | BIT(cases[i].bit));
        run_at(1, cases[i].fn, LOW + PAGE(5) + 0x800);
        check(cases[i].name, all_taken(), 1);
        check(cases[i].name, taken[2].esr, ESR(0x18, sys_iss(cases[i].fn[1])));
        MSR("hcr_el2", HOST | BIT(cases[i].bit));
        forget();
        run_at(2, cases[i].fn, LOW + PAGE(5) + 0x800);
        check(cases[i].name, all_taken(), 0);
        MSR("hcr_el2", HOST);
    }
}

void guest_main(void)
{
    home_el = 2;
    keeps_entries = MRS("midr_el1") == 0x000fa700;
    set_up();
    ranges();
    execution("EL2 executes its own page", S1_PAGE | S1_UXN, 0);
    execution("EL2 executes what EL0 may write", S1_PAGE | S1_EL0 | S1_NG, 1);
    execution("EL2 executes what EL0 may read", S1_PAGE | S1_EL0 | S1_RO, 0);
    execution("EL2 executes a page with PXN", S1_PAGE | S1_PXN, 1);
    unprivileged();
    at_instructions();
    asids();
    cache_traps();
    for (u32 i = 0; i < sizeof tlbis / sizeof tlbis[0]; i++)
        tlbi(i);
    finish();
}
