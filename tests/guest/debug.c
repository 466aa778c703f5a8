/* Self-hosted debug: software step, breakpoints, watchpoints, the OS lock; routing to EL2. */
#include "guest.h"

#define BIT(n) (1ull << (n))
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
#define HCR_RW BIT(31)
enum { BREAKPOINT_LOWER = 0x30, BREAKPOINT_SAME, STEP_LOWER, STEP_SAME, WATCHPOINT_LOWER, WATCHPOINT_SAME };

__asm__(".pushsection .text\n.global three_nops\nthree_nops:\n nop\n nop\n nop\n ret\n"
        ".global with_svc\nwith_svc:\n nop\n svc #0x11\n nop\n ret\n"
        ".global with_hvc\nwith_hvc:\n hvc #0x11\n nop\n ret\n.popsection");
extern u32 three_nops[], with_svc[], with_hvc[];
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

/* Returns to EL1 at `from` with SPSR.SS as said; where that stopped is in taken[2].elr. The debugged code is left at once. */
static void step_with(const u32 *from, u64 arg, u64 ss)
{
    open_debug(1);
    forget();
    resume_at = true;
    resume_pc = (u64)&&done;
    resume_spsr = 0x3c9;
    MSR("elr_el2", (u64)from);
    MSR("spsr_el2", 0x3c5 | ss);
    register u64 x0 __asm__("x0") = arg;
    __asm__ volatile goto("eret" : : "r"(x0) : "memory" : done);
done:
    close_debug();
}

static void step_once(const u32 *from)
{
    step_with(from, (u64)cell, SPSR_SS);
}

/* ISS.ISV and EX speak of a stepped instruction. After an exception there is none: "might return TRUE or FALSE" (SoftwareStep_DidNotStep()),
 * and it is taken as not stepped here, as in QEMU. */
static void step_into_exceptions(void)
{
    step_once(&with_svc[1]);
    CHECK("a step over SVC: ISV", taken[2].esr, ESR(STEP_LOWER, 0x22));
    step_with(i_load_exclusive, (u64)cell + 1, SPSR_SS);
    CHECK("a step over LDXR that faults ends at EL1's vector", taken[2].elr, MRS("vbar_el1") + 0x200);
    CHECK("a step over LDXR that faults: neither ISV nor EX", taken[2].esr, ESR(STEP_LOWER, 0x22));
    step_once(with_hvc);
    CHECK("a step over HVC: the HVC's own", ec_of(taken[2].esr), 0x16);
    step_with(three_nops, 0, 0);
    CHECK("without SPSR.SS nothing is stepped", taken[2].elr, (u64)three_nops);
    CHECK("without SPSR.SS: ISV is 0, whatever was stepped before", taken[2].esr, ESR(STEP_LOWER, 0x22));
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

/* Context breakpoints by type, of a guest, a host's EL0 and a host's EL2: which see CONTEXTIDR_EL1 (7), CONTEXTIDR_EL2 (9) and VMID 3.
 * As AArch64.BreakpointValueMatch() says. QEMU 7.2 differs: no VMIDs, CONTEXTIDR_EL1 matched in a host, CONTEXTIDR_EL2 looked for in bits 31:0. */
static const struct {
    const char *name;
    u32 type;
    u64 value;
    bool hits[3]; /* at EL1 of a guest, at a host's EL0, at its EL2 */
} contexts[] = {
    { "BT 3, CONTEXTIDR_EL1", 3, 7, { true, false, false } },
    { "BT 3, CONTEXTIDR_EL2", 3, 9, { false, true, true } },
    { "BT 7, CONTEXTIDR_EL1", 7, 7, { true, false, false } },
    { "BT 7, CONTEXTIDR_EL2", 7, 9, { false, false, false } },
    { "BT 7, bits 63:32 are ignored", 7, 5ull << 32 | 7, { true, false, false } },
    { "BT 9, VMID", 9, 3ull << 32, { true, false, false } },
    { "BT 9, another VMID", 9, 2ull << 32, { false, false, false } },
    { "BT 11, VMID and CONTEXTIDR_EL1", 11, 3ull << 32 | 7, { true, false, false } },
    { "BT 11, VMID and another CONTEXTIDR_EL1", 11, 3ull << 32 | 8, { false, false, false } },
    { "BT 13, CONTEXTIDR_EL2", 13, 9ull << 32, { true, true, true } },
    { "BT 13, the wrong half", 13, 9, { false, false, false } },
    { "BT 15, both", 15, 9ull << 32 | 7, { true, false, false } },
    { "BT 15, another CONTEXTIDR_EL1", 15, 9ull << 32 | 8, { false, false, false } },
    { "BT 15, another CONTEXTIDR_EL2", 15, 8ull << 32 | 7, { false, false, false } },
    { "BT 5, reserved", 5, 7, { false, false, false } },
};

/* three_nops at EL1 of a guest with E2H, at EL0 of a host, at EL2 with D open. */
static void run_in_context(u32 where)
{
    MSR("hcr_el2", HCR_RW | BIT(34) | (where ? BIT(27) : 0));
    if (where < 2) {
        run_at(where ? 0 : 1, three_nops, 0);
    } else {
        __asm__ volatile("msr daifclr, #8\n isb\n blr %0\n msr daifset, #8\n isb" : : "r"(three_nops) : "x30", "memory");
    }
    MSR("hcr_el2", HCR_RW);
}

static void context_breakpoints(void)
{
    if ((MRS("id_aa64dfr0_el1") & 15) < 7) /* FEAT_Debugv8p1 */
        return;
    MSR("contextidr_el1", 7);
    MSR("s3_4_c13_c0_1", 9); /* CONTEXTIDR_EL2 */
    MSR("vttbr_el2", 3ull << 48);
    for (u32 i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
        for (u32 where = 0; where < 3; where++) {
            open_debug(BIT(15) | BIT(13));
            MSR("dbgbvr0_el1", (u64)&three_nops[1]);
            MSR("dbgbvr5_el1", contexts[i].value);
            MSR("dbgbcr5_el1", 1 | 3u << 1 | BIT(13) | 15u << 5 | contexts[i].type << 20);
            MSR("dbgbcr0_el1", 1 | 3u << 1 | BIT(13) | 15u << 5 | 1u << 20 | 5u << 16);
            forget();
            run_in_context(where);
            CHECK(contexts[i].name, taken[2].count | where << 8, contexts[i].hits[where] | where << 8);
            CHECK(contexts[i].name, all_taken(), taken[2].count);
            close_debug();
        }
    MSR("vttbr_el2", 0);
    MSR("contextidr_el1", 0);
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
    step_into_exceptions();
    context_breakpoints();
    finish();
}
