/* What Secure software sees through its translations (DDI 0487 D8.4): NS = 1 in a descriptor is the Non-secure address space, with what a Non-secure
 * access finds there; NSTable; SCR_EL3.SIF; and that the other state then sees as much, and no more. Runs at EL3. */
#include "tables.h"

#define SECURE_RAM 0x0e000000ull
#define OTHER (512ull << 30)       /* as far up again is the same, with NS = 1 */
#define SECURE_RAM_EL1 0x80000000ull /* it once more, closed to EL0 and so open to EL1's fetches */
#define GICD_BASE 0x08000000ull
#define UART1 0x09040000ull
#define BIT(n) (1ull << (n))
#define S1_NS BIT(5)
#define NSTABLE BIT(63)
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
enum { IABORT_SAME = 0x21, DABORT_SAME = 0x25, IABORT_LOWER = 0x20, DABORT_LOWER = 0x24 };
enum { PERMISSION_1 = 0xd, SYNC_EXTERNAL = 0x10, EXTERNAL_ON_WALK_2 = 0x16 };

#define SCR_SECURE 0x530ull /* RES1, RW, HCE */
#define SCR_NS (SCR_SECURE | 1)
#define SCR_SIF BIT(9)

static table_page l0, l1, l1_other, l2_secure_table, l2_ns_table;

/* 40 bits: level 0 has two entries; the upper one is the lower one with NS = 1. EL3's and EL1's translations alike. */
static void map(void)
{
    l0[0] = (u64)l1 | TABLE;
    l0[1] = (u64)l1_other | TABLE;
    l1[0] = S1_BLOCK | S1_EL0 | S1_DEVICE;
    l1[1] = 0x40000000 | S1_BLOCK;
    l1[2] = (u64)l2_secure_table | TABLE;
    l1[3] = (u64)l2_ns_table | TABLE | NSTABLE;
    l2_secure_table[0] = SECURE_RAM | S1_BLOCK;
    l2_secure_table[1] = SECURE_RAM | S1_BLOCK | S1_NS;
    l2_ns_table[0] = SECURE_RAM | S1_BLOCK; /* the table's NSTable makes it Non-secure */
    l1_other[0] = S1_BLOCK | S1_DEVICE | S1_NS;
    l1_other[1] = 0x40000000 | S1_BLOCK | S1_NS;
    MSR("mair_el3", MAIR_TESTS);
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el3", 1u << 31 | 1u << 23 | 24 | 1u << 8 | 1u << 10 | 3u << 12 | 2u << 16);
    MSR("tcr_el1", 24 | 1ull << 23 | 1u << 8 | 1u << 10 | 3u << 12 | 2ull << 32);
    MSR("ttbr0_el3", (u64)l0);
    MSR("ttbr0_el1", (u64)l0);
    __asm__ volatile("tlbi alle3\n tlbi alle1\n dsb sy\n isb" : : : "memory");
}

static void mmu_el3(bool on)
{
    MSR("sctlr_el3", 0x30c50830 | on);
}

static u32 load(u64 address)
{
    u32 value = 0x5eed;
    __asm__ volatile("ldr %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
    return value;
}

static void store(u64 address, u32 value)
{
    __asm__ volatile("str %w0, [%1]\n dsb sy" : : "r"(value), "r"(address) : "memory");
}

INSN(i_load, "ldr w0, [x0]")
INSN(i_store, "str w1, [x0]")
INSN(i_nop, "nop")

static void aborts(const char *name, u64 address, u32 status)
{
    forget();
    load(address);
    CHECK(name, taken[3].count, 1);
    CHECK(name, ec_of(taken[3].esr), DABORT_SAME);
    CHECK(name, taken[3].esr & 0x7f, status);
    CHECK(name, taken[3].far, address);
}

/* ---- EL3 ---- */

static void both_spaces(void)
{
    static volatile u32 word = 1;
    u64 here = (u64)&word;
    mmu_el3(true);
    forget();
    store(SECURE_RAM + 0x100, 0x5ec0de);
    CHECK("Secure RAM", load(SECURE_RAM + 0x100), 0x5ec0de);
    CHECK("RAM is in both spaces", load(here), load(OTHER + here));
    store(OTHER + here, 99);
    CHECK("and the same", load(here), 99);
    CHECK("no exception", all_taken(), 0);
    aborts("Secure RAM is not in the Non-secure space", OTHER + SECURE_RAM + 0x100, SYNC_EXTERNAL);
    aborts("the Secure UART neither", OTHER + UART1 + 0x18, SYNC_EXTERNAL);
    aborts("nor Secure flash", OTHER, SYNC_EXTERNAL);
    forget();
    store(OTHER + SECURE_RAM + 0x100, 1);
    CHECK("a store there", taken[3].esr & 0x7f, SYNC_EXTERNAL | 1u << 6);
    CHECK("changes nothing", load(SECURE_RAM + 0x100), 0x5ec0de);
    mmu_el3(false);
}

static void tables_by_world(void)
{
    mmu_el3(true);
    forget();
    CHECK("NS = 0 in a table's block", load(0x80000100), 0x5ec0de);
    CHECK("no exception", all_taken(), 0);
    aborts("NS = 1 in it", 0x80200100, SYNC_EXTERNAL);
    aborts("NSTable counts for what is below", 0xc0000100, SYNC_EXTERNAL);
    mmu_el3(false);
    l1[3] = SECURE_RAM | TABLE | NSTABLE; /* and for the table itself */
    __asm__ volatile("tlbi alle3\n dsb sy\n isb" : : : "memory");
    mmu_el3(true);
    aborts("a table in Secure RAM is not found by a Non-secure walk", 0xc0000100, EXTERNAL_ON_WALK_2);
    mmu_el3(false);
    l1[3] = 0;
    __asm__ volatile("tlbi alle3\n dsb sy\n isb" : : : "memory");
}

/* The GIC answers by who asks: an access with NS = 1 gets the Non-secure copies. */
static void both_views_of_the_gic(void)
{
    mmu_el3(true);
    forget();
    store(GICD_BASE + 0x080, 0xfffffffe);
    store(GICD_BASE + 0x400, 0x88804020); /* priorities of INTIDs 3 to 0 */
    CHECK("GICD_IGROUPR", load(GICD_BASE + 0x080), 0xfffffffe);
    CHECK("GICD_IGROUPR, Non-secure", load(OTHER + GICD_BASE + 0x080), 0);
    store(OTHER + GICD_BASE + 0x080, 0);
    CHECK("is not written", load(GICD_BASE + 0x080), 0xfffffffe);
    CHECK("GICD_IPRIORITYR, Non-secure", load(OTHER + GICD_BASE + 0x400), 0x10008000);
    store(GICD_BASE, 1);
    CHECK("GICD_CTLR, Non-secure", load(OTHER + GICD_BASE), 0);
    store(OTHER + GICD_BASE, 1);
    CHECK("GICD_CTLR: both groups", load(GICD_BASE), 3);
    store(0x08010000, 9);
    CHECK("GICC_CTLR", load(0x08010000), 9);
    CHECK("GICC_CTLR, Non-secure", load(OTHER + 0x08010000), 0);
    store(0x08010004, 0xc0);
    CHECK("GICC_PMR, Non-secure", load(OTHER + 0x08010004), 0x80);
    CHECK("no exception", all_taken(), 0);
    store(GICD_BASE, 0);
    mmu_el3(false);
}

/* ---- EL1 of both states, with the same tables ---- */

static void at_el1(u64 scr)
{
    MSR("scr_el3", scr);
    MSR("sctlr_el1", 0x30d00801);
    MSR("hcr_el2", BIT(31));
    __asm__ volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
    forget();
}

static void el1_of_both(void)
{
    store(SECURE_RAM + 0x200, 0xabcd);
    at_el1(SCR_SECURE);
    CHECK("Secure EL1", (u32)run_at(1, i_load, SECURE_RAM + 0x200), 0xabcd);
    CHECK("Secure EL1", all_taken(), 0);
    run_at(1, i_load, OTHER + SECURE_RAM + 0x200);
    CHECK("Secure EL1 with NS = 1", taken[1].esr, ESR(DABORT_SAME, SYNC_EXTERNAL));
    at_el1(SCR_SECURE);
    run_at(1, i_load, OTHER + 0x40200000);
    CHECK("Secure EL1, Non-secure RAM", all_taken(), 0);
    MSR("scr_el3", SCR_NS); /* what Secure EL1 left in the TLB is Secure's */
    run_at(1, i_load, SECURE_RAM + 0x200);
    CHECK("Non-secure EL1", taken[1].esr, ESR(DABORT_SAME, SYNC_EXTERNAL));
    forget();
    run_at(1, i_load, SECURE_RAM + 0x200);
    CHECK("again, now that its own entry is there", taken[1].esr, ESR(DABORT_SAME, SYNC_EXTERNAL));
    forget();
    run_at(1, i_load, UART1 + 0x18);
    CHECK("Non-secure EL1: the Secure UART", taken[1].esr, ESR(DABORT_SAME, SYNC_EXTERNAL));
    forget();
    run_at(1, i_store, SECURE_RAM + 0x200);
    CHECK("Non-secure EL1 stores", taken[1].esr, ESR(DABORT_SAME, SYNC_EXTERNAL | 1u << 6));
    MSR("scr_el3", SCR_SECURE); /* and the other way round */
    forget();
    CHECK("Secure EL1 still sees it", (u32)run_at(1, i_load, SECURE_RAM + 0x200), 0xabcd);
    CHECK("Secure EL1 still sees it", all_taken(), 0);
    MSR("scr_el3", SCR_NS | BIT(3)); /* EA */
    forget();
    run_at(1, i_load, SECURE_RAM + 0x200);
    CHECK("SCR_EL3.EA takes it to EL3", taken[3].esr, ESR(DABORT_LOWER, SYNC_EXTERNAL));
    MSR("scr_el3", SCR_NS);
}

static void fetches(const char *name, u64 scr, u64 at, u64 esr)
{
    at_el1(scr);
    resume_pc = (u64)end_el1; /* the code lies below, mapped without NS: Secure code returns there */
    resume_spsr = 0;
    resume_at = true;
    run_at(1, (void *)at, 0);
    CHECK(name, taken[1].esr, esr);
    CHECK(name, taken[1].count, esr != 0);
    resume_at = false;
}

static void secure_instruction_fetch(void)
{
    fetches("a Secure fetch from Non-secure memory", SCR_SECURE, OTHER + (u64)i_nop, 0);
    fetches("SCR_EL3.SIF forbids it", SCR_SECURE | SCR_SIF, OTHER + (u64)i_nop, ESR(IABORT_SAME, PERMISSION_1));
    fetches("it says nothing of Secure memory", SCR_SECURE | SCR_SIF, (u64)i_nop, 0);
    fetches("nor in Non-secure state", SCR_NS | SCR_SIF, OTHER + (u64)i_nop, 0);
    fetches("which fetches nothing from Secure RAM", SCR_NS, SECURE_RAM_EL1, ESR(IABORT_SAME, SYNC_EXTERNAL));
}

/* AT and PAR_EL1.NS (bit 9) */
static void translations_tell_the_space(void)
{
    MSR("scr_el3", SCR_SECURE);
    mmu_el3(true);
    __asm__ volatile("at s1e3r, %0\n isb" : : "r"(SECURE_RAM));
    CHECK("AT S1E3R: Secure", MRS("par_el1") & (BIT(9) | 1), 0);
    __asm__ volatile("at s1e3r, %0\n isb" : : "r"(OTHER + SECURE_RAM));
    CHECK("AT S1E3R: Non-secure", MRS("par_el1") & (BIT(9) | 1), BIT(9));
    mmu_el3(false);
}

void guest_main(void)
{
    home_el = 3;
    map();
    both_spaces();
    tables_by_world();
    both_views_of_the_gic();
    el1_of_both();
    secure_instruction_fetch();
    translations_tell_the_space();
    finish();
}
