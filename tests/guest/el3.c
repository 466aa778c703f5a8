/* EL3: routing and disables of SCR_EL3, traps of CPTR_EL3 and MDCR_EL3, both security states. */
#include "guest.h"

INSN(i_smc, "smc #0x21")
INSN(i_hvc, "hvc #0x22")
INSN(i_wfi, "wfi")
__asm__(".pushsection .text\nwfe_twice:\n wfe\ni_wfe:\n wfe\n ret\n.popsection");
extern u32 wfe_twice[], i_wfe[];
INSN(i_fmov, "fmov x1, d0")
INSN(i_mrs_cpacr, "mrs x1, cpacr_el1")
INSN(i_mrs_cptr2, "mrs x1, cptr_el2")
INSN(i_mrs_pmcr, "mrs x1, pmcr_el0")
INSN(i_mrs_mdscr, "mrs x1, mdscr_el1")
INSN(i_msr_oslar, "msr oslar_el1, xzr")
INSN(i_mrs_cntps, "mrs x1, cntps_ctl_el1")
INSN(i_svc, "svc #0x23")
INSN(i_nop, "nop")
INSN(i_mrs_hcr, "mrs x1, hcr_el2")
INSN(i_mrs_scr, "mrs x1, scr_el3")

#define BIT(n) (1ull << (n))
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
/* RES1, RW, HCE; Non-secure or not */
#define SCR_SECURE 0x530ull
#define SCR_NS (SCR_SECURE | 1)
#define RW BIT(31)

static void setup(u64 scr)
{
    MSR("scr_el3", scr);
    MSR("cptr_el3", 0);
    MSR("mdcr_el3", 0);
    MSR("hcr_el2", RW);
    MSR("cptr_el2", 0x33ff);
    MSR("mdcr_el2", 6);
    MSR("cpacr_el1", 3u << 20);
    MSR("sctlr_el1", 0x30d00800 | BIT(16) | BIT(18));
}

static void run_one(unsigned el, const u32 *insn)
{
    forget();
    run_at(el, insn, 0);
}

static void expect(const char *name, u32 el, u32 vector, u64 esr, const void *elr)
{
    CHECK(name, all_taken(), 1);
    CHECK(name, taken[el].count, 1);
    CHECK(name, taken[el].vector, vector);
    CHECK(name, taken[el].esr, esr);
    CHECK(name, taken[el].elr, elr);
}

static void smc_and_hvc(void)
{
    setup(SCR_NS);
    run_one(1, i_smc);
    expect("SMC from NS EL1", 3, 8, ESR(0x17, 0x21), i_smc + 1);
    run_one(2, i_smc);
    expect("SMC from EL2", 3, 8, ESR(0x17, 0x21), i_smc + 1);
    setup(SCR_SECURE);
    run_one(1, i_smc);
    expect("SMC from Secure EL1", 3, 8, ESR(0x17, 0x21), i_smc + 1);
    run_one(1, i_hvc);
    expect("HVC in Secure state is UNDEFINED", 1, 4, ESR(0, 0), i_hvc);
    setup(SCR_NS & ~BIT(8));
    run_one(1, i_hvc);
    expect("HVC without SCR.HCE is UNDEFINED", 1, 4, ESR(0, 0), i_hvc);
    setup(SCR_NS);
    run_one(1, i_hvc);
    expect("HVC from NS EL1", 2, 8, ESR(0x16, 0x22), i_hvc + 1);
}

static void traps_to_el3(void)
{
    setup(SCR_NS | BIT(12));
    run_one(1, i_wfi);
    expect("SCR.TWI from EL1", 3, 8, ESR(0x01, 0x1e00000), i_wfi);
    run_one(2, i_wfi);
    expect("SCR.TWI from EL2", 3, 8, ESR(0x01, 0x1e00000), i_wfi);
    setup(SCR_NS | BIT(13));
    run_one(1, wfe_twice);
    expect("SCR.TWE", 3, 8, ESR(0x01, 0x1e00001), i_wfe);
    setup(SCR_NS);
    run_one(2, i_fmov);
    CHECK("FP is open at EL2", all_taken(), 0);
    MSR("cptr_el3", BIT(10));
    run_one(2, i_fmov);
    expect("CPTR_EL3.TFP from EL2", 3, 8, ESR(0x07, 0x1e00000), i_fmov);
    run_one(0, i_fmov);
    expect("CPTR_EL3.TFP from EL0", 3, 8, ESR(0x07, 0x1e00000), i_fmov);
    MSR("cptr_el3", BIT(31));
    run_one(1, i_mrs_cpacr);
    expect("CPTR_EL3.TCPAC: CPACR_EL1", 3, 8, ESR(0x18, sys_iss(*i_mrs_cpacr)), i_mrs_cpacr);
    run_one(2, i_mrs_cptr2);
    expect("CPTR_EL3.TCPAC: CPTR_EL2", 3, 8, ESR(0x18, sys_iss(*i_mrs_cptr2)), i_mrs_cptr2);
    setup(SCR_NS);
    run_one(2, i_mrs_cptr2);
    CHECK("CPTR_EL2 is open", all_taken(), 0);
    MSR("mdcr_el3", BIT(6));
    run_one(1, i_mrs_pmcr);
    expect("MDCR_EL3.TPM", 3, 8, ESR(0x18, sys_iss(*i_mrs_pmcr)), i_mrs_pmcr);
    MSR("mdcr_el3", BIT(9));
    run_one(2, i_mrs_mdscr);
    expect("MDCR_EL3.TDA", 3, 8, ESR(0x18, sys_iss(*i_mrs_mdscr)), i_mrs_mdscr);
    MSR("mdcr_el3", BIT(10));
    run_one(1, i_msr_oslar);
    expect("MDCR_EL3.TDOSA", 3, 8, ESR(0x18, sys_iss(*i_msr_oslar)), i_msr_oslar);
    setup(SCR_SECURE);
    run_one(1, i_mrs_cntps);
    expect("CNTPS without SCR.ST", 3, 8, ESR(0x18, sys_iss(*i_mrs_cntps)), i_mrs_cntps);
    setup(SCR_SECURE | BIT(11));
    run_one(1, i_mrs_cntps);
    CHECK("CNTPS with SCR.ST", all_taken(), 0);
    setup(SCR_NS);
    run_one(1, i_mrs_cntps);
    expect("CNTPS in Non-secure state is UNDEFINED", 1, 4, ESR(0, 0), i_mrs_cntps);
}

/* EL2 is not there for Secure state. */
static void secure_state(void)
{
    setup(SCR_SECURE);
    MSR("hcr_el2", RW | BIT(27)); /* TGE */
    run_one(0, i_svc);
    expect("TGE does not reach Secure state", 1, 8, ESR(0x15, 0x23), i_svc + 1);
    run_one(1, i_mrs_hcr);
    expect("HCR_EL2 from Secure EL1", 1, 4, ESR(0, 0), i_mrs_hcr);
    run_one(1, i_mrs_scr);
    expect("SCR_EL3 from Secure EL1", 1, 4, ESR(0, 0), i_mrs_scr);
    MSR("hcr_el2", RW);
}

/* A return to EL2 in Secure state is illegal. */
static void illegal_return(void)
{
    setup(SCR_SECURE);
    forget();
    MSR("elr_el3", (u64)i_nop);
    MSR("spsr_el3", 0x3c9);
    resume_pc = (u64)&&back;
    resume_spsr = 0x3cd;
    resume_at = true;
    __asm__ volatile goto("eret" : : : "memory" : back);
back:
    CHECK("return to Secure EL2", taken[3].esr, ESR(0x0e, 0));
    CHECK("return to Secure EL2: ELR", taken[3].elr, (u64)i_nop);
    setup(SCR_NS);
}

/* ---- interrupt routing: an SGI of the Secure group is an FIQ to EL3, one of Group 1 an IRQ to EL2 ---- */

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))

static u32 acknowledged;

static void acknowledge_at_el3(void)
{
    acknowledged = GICC(0xc);
    GICC(0x10) = acknowledged;
}

static void acknowledge_at_el2(void)
{
    acknowledged = GICC(0xc);
    GICC(0x10) = acknowledged;
}

static void routing(void)
{
    setup(SCR_NS | BIT(2)); /* FIQ to EL3 */
    GICD(0x080) = 0xfffffffe; /* SGI 0 is Group 0 */
    GICD(0) = 3;
    GICC(0) = 3 | 1u << 3; /* both groups, FIQEn */
    GICC(4) = 0xf8;
    for (u32 i = 0; i < 16; i++)
        *(volatile u8 *)(0x08000400ull + i) = i ? 0xa0 : 0x40;
    on_interrupt[3] = acknowledge_at_el3;
    on_interrupt[2] = acknowledge_at_el2;
    acknowledged = 99;
    GICD(0xf00) = 2u << 24;
    run_one(1, i_nop);
    CHECK("FIQ to EL3, though masked below", taken[3].count, 1);
    CHECK("FIQ vector", taken[3].vector, 10);
    CHECK("Group 0 INTID", acknowledged, 0);
    GICD(0xf00) = 2u << 24 | 1u << 15 | 3; /* NSATT */
    CHECK("a Group 1 interrupt is 1022 for EL3", GICC(0xc), 1022);
    CHECK("and 3 through the alias", GICC(0x28), 3);
    MSR("hcr_el2", RW | BIT(4));
    run_one(1, i_nop);
    CHECK("IRQ to EL2", taken[2].count, 1);
    CHECK("IRQ vector", taken[2].vector, 9);
    CHECK("the Non-secure IAR gives it", acknowledged, 3);
}

void guest_main(void)
{
    home_el = 3;
    smc_and_hvc();
    traps_to_el3();
    secure_state();
    illegal_return();
    routing();
    finish();
}
