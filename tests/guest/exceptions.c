/* Exceptions without traps: vectors, syndromes, return addresses, illegal returns, alignment, virtual interrupts. */
#include "guest.h"

INSN(i_svc, "svc #0x42")
INSN(i_hvc, "hvc #0x43")
INSN(i_brk, "brk #0x44")
INSN(i_hlt, "hlt #0x45")
INSN(i_udf, ".inst 0x00000000")
INSN(i_smc, "smc #0x46")
INSN(i_mrs_el2, "mrs x1, sctlr_el2")
INSN(i_msr_spsel, "msr spsel, #0")
INSN(i_sve, ".inst 0x04203000")
INSN(i_dcps1, "dcps1")
INSN(i_eret, "eret")
INSN(i_nop, "nop")
INSN(i_load_sp, "ldr x1, [sp]")
INSN(i_unmask, "msr daifclr, #7")

#define HCR_RW (1ull << 31)

static void expect(const char *name, u32 el, u32 vector, u64 esr, const void *elr)
{
    CHECK(name, all_taken(), 1);
    CHECK(name, taken[el].count, 1);
    CHECK(name, taken[el].vector, vector);
    CHECK(name, taken[el].esr, esr);
    CHECK(name, taken[el].elr, elr);
}

static void run_one(unsigned el, const u32 *insn)
{
    forget();
    run_at(el, insn, 0);
}

#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))

static void calls(void)
{
    run_one(0, i_svc);
    expect("SVC at EL0", 1, 8, ESR(0x15, 0x42), i_svc + 1);
    CHECK("SVC at EL0: SPSR", taken[1].spsr, 0x3c0);
    run_one(1, i_svc);
    expect("SVC at EL1", 1, 4, ESR(0x15, 0x42), i_svc + 1);
    run_one(1, i_hvc);
    expect("HVC at EL1", 2, 8, ESR(0x16, 0x43), i_hvc + 1);
    CHECK("HVC at EL1: SPSR", taken[2].spsr, 0x3c5);
    run_one(0, i_hvc);
    expect("HVC at EL0 is UNDEFINED", 1, 8, ESR(0, 0), i_hvc);
    run_one(0, i_smc);
    expect("SMC at EL0 is UNDEFINED", 1, 8, ESR(0, 0), i_smc);
    run_one(0, i_brk);
    expect("BRK at EL0", 1, 8, ESR(0x3c, 0x44), i_brk);
    run_one(1, i_brk);
    expect("BRK at EL1", 1, 4, ESR(0x3c, 0x44), i_brk);
    run_one(1, i_hlt);
    expect("HLT is UNDEFINED", 1, 4, ESR(0, 0), i_hlt);
}

static void undefined(void)
{
    run_one(0, i_udf);
    expect("UDF at EL0", 1, 8, ESR(0, 0), i_udf);
    run_one(1, i_mrs_el2);
    expect("EL2's register at EL1", 1, 4, ESR(0, 0), i_mrs_el2);
    run_one(0, i_msr_spsel);
    expect("MSR SPSel at EL0", 1, 8, ESR(0, 0), i_msr_spsel);
    run_one(1, i_sve);
    expect("an SVE instruction", 1, 4, ESR(0, 0), i_sve);
    run_one(1, i_dcps1);
    expect("DCPS1", 1, 4, ESR(0, 0), i_dcps1);
    run_one(0, i_eret);
    expect("ERET at EL0", 1, 8, ESR(0, 0), i_eret);
    MSR("hcr_el2", HCR_RW | 1ull << 27);
    run_one(0, i_udf);
    expect("UDF at EL0 under TGE", 2, 8, ESR(0, 0), i_udf);
    run_one(0, i_svc);
    expect("SVC at EL0 under TGE", 2, 8, ESR(0x15, 0x42), i_svc + 1);
    MSR("hcr_el2", HCR_RW);
}

/* From EL1 on SP_EL0: the vectors of the current EL with SP0. */
static void sp0_vectors(void)
{
    forget();
    run_at_spsr(0x3c4, i_svc, 0);
    expect("SVC at EL1t", 1, 0, ESR(0x15, 0x42), i_svc + 1);
}

/* ERET to what SPSR_EL2 must not hold: PSTATE.IL, the EL stays, and the next instruction is an Illegal Execution State exception. */
static void illegal_returns(void)
{
    static const struct {
        const char *name;
        u64 spsr, hcr;
    } cases[] = {
        { "return to EL3", 0x3cd, HCR_RW },
        { "return to EL0 with SP_ELx", 0x3c1, HCR_RW },
        { "return with M[1] set", 0x3c7, HCR_RW },
        { "return to Supervisor mode where EL1 is AArch64", 0x3d3, HCR_RW },
        { "return to Hyp mode where EL2 is AArch64", 0x3da, HCR_RW },
        { "return to a mode that there is not", 0x3d5, HCR_RW },
        { "return to EL1 under TGE", 0x3c5, HCR_RW | 1ull << 27 },
    };
    for (u32 i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        forget();
        MSR("hcr_el2", cases[i].hcr);
        MSR("elr_el2", (u64)i_nop);
        MSR("spsr_el2", cases[i].spsr);
        resume_pc = (u64)&&back;
        resume_spsr = 0x3c9;
        resume_at = true;
        __asm__ volatile goto("eret" : : : "memory" : back);
    back:
        CHECK(cases[i].name, taken[2].count, 1);
        CHECK(cases[i].name, taken[2].esr, ESR(0x0e, 0));
        CHECK(cases[i].name, taken[2].elr, (u64)i_nop);
        CHECK(cases[i].name, taken[2].vector, 4);
        CHECK(cases[i].name, taken[2].spsr >> 20 & 1, 1);
        MSR("hcr_el2", HCR_RW);
    }
}

static void alignment(void)
{
    forget();
    resume_pc = (u64)end_el1;
    resume_at = true;
    resume_spsr = 0;
    run_at(1, (const u8 *)i_nop + 2, 0);
    CHECK("PC alignment", taken[1].count, 1);
    CHECK("PC alignment", taken[1].esr, ESR(0x22, 0));
    CHECK("PC alignment", taken[1].far, (u64)i_nop + 2);
    CHECK("PC alignment", taken[1].elr, (u64)i_nop + 2);
}

/* ---- virtual interrupts by HCR_EL2.VI, VF, VSE ---- */

static void call_hypervisor(void)
{
    __asm__ volatile("hvc #0x77");
}

static void clear_virtual(void)
{
    MSR("hcr_el2", HCR_RW);
}

static void virtual_interrupts(void)
{
    static const struct {
        const char *name;
        u32 pending, route, vector;
    } cases[] = { { "vIRQ", 7, 4, 5 }, { "vFIQ", 6, 3, 6 }, { "vSError", 8, 5, 7 } };
    for (u32 i = 0; i < 3; i++) {
        u64 hcr = HCR_RW | 1ull << cases[i].pending | 1ull << cases[i].route;
        MSR("hcr_el2", hcr);
        run_one(1, i_nop);
        CHECK("masked virtual interrupt", taken[1].count, 0);
        on_interrupt[1] = call_hypervisor;
        on_hypercall = clear_virtual;
        forget();
        MSR("hcr_el2", hcr & ~(1ull << cases[i].route));
        run_at_spsr(5, i_nop, 0);
        CHECK("virtual interrupt that is not routed", taken[1].count, 0);
        MSR("hcr_el2", hcr);
        CHECK("virtual interrupt at EL2", taken[2].count, 0);
        run_at_spsr(5, i_nop, 0);
        CHECK(cases[i].name, taken[1].count, 1);
        CHECK(cases[i].name, taken[1].vector, cases[i].vector);
        CHECK(cases[i].name, taken[1].elr, (u64)i_nop);
        on_interrupt[1] = 0;
        MSR("hcr_el2", HCR_RW);
    }
}

void guest_main(void)
{
    home_el = 2;
    calls();
    undefined();
    sp0_vectors();
    illegal_returns();
    alignment();
    virtual_interrupts();
    finish();
}
