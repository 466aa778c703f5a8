/* Self-hosted debug: software step, breakpoints, watchpoints, the OS lock; routing to EL2. */
#include "guest.h"

#define BIT(n) (1ull << (n))
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
#define HCR_RW BIT(31)
enum { BREAKPOINT_LOWER = 0x30, BREAKPOINT_SAME, STEP_LOWER, STEP_SAME, WATCHPOINT_LOWER, WATCHPOINT_SAME };

__asm__(".pushsection .text\n.global three_nops\nthree_nops:\n nop\n nop\n nop\n ret\n"
        ".global with_svc\nwith_svc:\n nop\n svc #0x11\n nop\n ret\n.popsection");
extern u32 three_nops[], with_svc[];
INSN(i_load, "ldr x3, [x0]")
INSN(i_load_byte, "ldrb w3, [x0, #5]")
INSN(i_store, "str w3, [x0]")
INSN(i_load_exclusive, "ldxr x3, [x0]")
INSN(i_pair, "ldp x3, x4, [x0, #-8]")

static u64 cell[4] __attribute__((aligned(32)));

/* Debug exceptions go to EL2 (MDCR_EL2.TDE); EL1 is debugged. */
static void open_debug(u64 mdscr)
{
    MSR("oslar_el1", 0);
    MSR("mdcr_el2", BIT(8) | 6);
    MSR("mdscr_el1", mdscr);
}

static void close_debug(void)
{
    MSR("mdscr_el1", 0);
    for (u32 i = 0; i < 1; i++) {
        MSR("dbgbcr0_el1", 0);
        MSR("dbgbcr1_el1", 0);
        MSR("dbgbcr5_el1", 0);
        MSR("dbgwcr0_el1", 0);
        MSR("dbgwcr1_el1", 0);
    }
    MSR("mdcr_el2", 6);
}

/* ---- software step ---- */

#define SPSR_SS BIT(21)

/* Steps once from `from`; where it stopped is in taken[2].elr. The debugged code is left at once. */
static void step_once(const u32 *from)
{
    open_debug(1);
    forget();
    resume_at = true;
    resume_pc = (u64)&&done;
    resume_spsr = 0x3c9;
    MSR("elr_el2", (u64)from);
    MSR("spsr_el2", 0x3c5 | SPSR_SS);
    register u64 x0 __asm__("x0") = (u64)cell;
    __asm__ volatile goto("eret" : : "r"(x0) : "memory" : done);
done:
    close_debug();
}

static void software_step(void)
{
    step_once(three_nops);
    CHECK("a step", taken[2].count, 1);
    CHECK("a step: ESR", taken[2].esr, ESR(STEP_LOWER, 1u << 24 | 0x22));
    CHECK("a step: ELR", taken[2].elr, (u64)&three_nops[1]);
    CHECK("a step: SPSR.SS is clear", taken[2].spsr & SPSR_SS, 0);
    step_once(&with_svc[1]);
    CHECK("a step over SVC ends at EL1's vector", taken[2].elr, MRS("vbar_el1") + 0x200);
    CHECK("a step over SVC: EC", ec_of(taken[2].esr), STEP_LOWER);
    CHECK("SPSR_EL1.SS of the stepped SVC is clear", MRS("spsr_el1") & SPSR_SS, 0);
    step_once(i_load_exclusive);
    CHECK("a step over LDXR: EX", taken[2].esr, ESR(STEP_LOWER, 1u << 24 | 1u << 6 | 0x22));
    forget();
    run_at(1, three_nops, 0);
    CHECK("no step without MDSCR.SS", all_taken(), 0);
}

/* ---- breakpoints ---- */

static void breakpoints(void)
{
    open_debug(BIT(15)); /* MDE */
    MSR("dbgbvr0_el1", (u64)&three_nops[1]);
    MSR("dbgbcr0_el1", 1 | 1u << 1 | 15u << 5); /* enabled, EL1, all bytes */
    forget();
    run_at(1, three_nops, 0);
    CHECK("breakpoint", taken[2].count, 1);
    CHECK("breakpoint: ESR", taken[2].esr, ESR(BREAKPOINT_LOWER, 0x22));
    CHECK("breakpoint: ELR", taken[2].elr, (u64)&three_nops[1]);
    MSR("dbgbcr0_el1", 1 | 2u << 1 | 15u << 5); /* EL0 only */
    forget();
    run_at(1, three_nops, 0);
    CHECK("breakpoint of EL0 at EL1", all_taken(), 0);
    run_at(0, three_nops, 0);
    CHECK("breakpoint of EL0 at EL0", taken[2].count, 1);
    MSR("contextidr_el1", 7);
    MSR("dbgbvr5_el1", 7);
    MSR("dbgbcr5_el1", 1 | 1u << 1 | 15u << 5 | 3u << 20); /* linked context ID */
    MSR("dbgbcr0_el1", 1 | 1u << 1 | 15u << 5 | 1u << 20 | 5u << 16);
    forget();
    run_at(1, three_nops, 0);
    CHECK("linked breakpoint", taken[2].count, 1);
    MSR("contextidr_el1", 8);
    forget();
    run_at(1, three_nops, 0);
    CHECK("linked breakpoint of another context", all_taken(), 0);
    MSR("contextidr_el1", 0);
    MSR("dbgbcr0_el1", 1 | 1u << 1 | 15u << 5);
    MSR("oslar_el1", 1);
    forget();
    run_at(1, three_nops, 0);
    CHECK("the OS lock silences it", all_taken(), 0);
    CHECK("OSLSR shows the lock", MRS("oslsr_el1"), 0xa);
    MSR("oslar_el1", 0);
    close_debug();
    MSR("mdscr_el1", BIT(15) | BIT(13)); /* KDE: at EL1 itself, when D is open */
    MSR("dbgbcr0_el1", 1 | 1u << 1 | 15u << 5);
    forget();
    run_at_spsr(0x1c5, three_nops, 0);
    CHECK("breakpoint at EL1 with KDE", taken[1].count, 1);
    CHECK("breakpoint at EL1: ESR", taken[1].esr, ESR(BREAKPOINT_SAME, 0x22));
    forget();
    run_at_spsr(0x3c5, three_nops, 0);
    CHECK("masked by D", all_taken(), 0);
    close_debug();
}

/* ---- watchpoints ---- */

static void watch(const char *name, const u32 *insn, u64 address, u32 hits, u64 far, bool write)
{
    forget();
    run_at(1, insn, address);
    CHECK(name, taken[2].count, hits);
    if (!hits)
        return;
    CHECK(name, taken[2].esr, ESR(WATCHPOINT_LOWER, 0x22 | (u64)write << 6));
    CHECK(name, taken[2].far, far);
    CHECK(name, taken[2].elr, (u64)insn);
}

static void watchpoints(void)
{
    u64 at = (u64)&cell[1];
    open_debug(BIT(15));
    MSR("dbgwvr0_el1", at);
    MSR("dbgwcr0_el1", 1 | 1u << 1 | 1u << 3 | 0xffu << 5); /* EL1, loads, all bytes */
    watch("watchpoint on a load", i_load, at, 1, at, false);
    watch("a store is not watched", i_store, at, 0, 0, false);
    watch("a neighbour is not watched", i_load, at + 8, 0, 0, false);
    watch("the second of a pair", i_pair, at, 1, at, false);
    MSR("dbgwcr0_el1", 1 | 1u << 1 | 3u << 3 | 1u << 5 << 5); /* byte 5, both ways */
    watch("one byte: hit", i_load_byte, at, 1, at + 5, false);
    watch("one byte: a word beside it", i_store, at, 0, 0, false);
    watch("one byte: a double word over it", i_load, at, 1, at, false);
    MSR("dbgwcr0_el1", 1 | 1u << 1 | 2u << 3 | 0xffu << 5);
    watch("watchpoint on a store", i_store, at, 1, at, true);
    MSR("dbgwvr0_el1", (u64)cell & ~31ull);
    MSR("dbgwcr0_el1", 1 | 1u << 1 | 3u << 3 | 0xffu << 5 | 5u << 24); /* MASK: 32 bytes */
    watch("watchpoint with a mask", i_load, (u64)&cell[3], 1, (u64)&cell[3], false);
    close_debug();
    forget();
    run_at(1, i_load, at);
    CHECK("no watchpoint when MDE is 0", all_taken(), 0);
}

void guest_main(void)
{
    home_el = 2;
    MSR("hcr_el2", HCR_RW);
    breakpoints();
    watchpoints();
    software_step();
    finish();
}
