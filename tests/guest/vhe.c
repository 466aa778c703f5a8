/* Virtualization Host Extensions: registers that HCR_EL2.E2H moves, controls of a host's EL0 and of its guests, exceptions and interrupts under
 * TGE, timers. Translation is vhe_mmu.c's. At EL2, MMU off. (DDI 0487 D1.3, D13.1.2, D17.2, D11.2.)
 *
 * QEMU 7.2 on the same program, and why the manual is followed instead:
 * - *_EL12 names without E2H work, and *_EL02 names trap with EC 0x18: "UNDEFINED" (their accessibility pseudocode).
 * - MSR DAIFSet under SCTLR_ELx.UMA has op1 and op2 exchanged in its ISS: the encoding of PSTATE fields (C5.2.3) says 3 and 6.
 * - WFE never waits, so never traps; SP alignment and DC ZVA of Device memory are not checked.
 * - CNTHCTL_EL2.EL1PCTEN at EL0 with TGE alone does not trap: CNTPCT_EL0's pseudocode asks only for E2H 0.
 * - HCR_EL2.TWI traps a host's EL0: "the Effective value of this field is 0" (HCR_EL2).
 * - The board has no wire for CNTHV (PPI 12). */
#include "guest.h"

#define BIT(n) (1ull << (n))
#define RW BIT(31)
#define TGE BIT(27)
#define E2H BIT(34)
#define HOST (RW | E2H | TGE)
#define GUEST (RW | E2H)
#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
#define CONTEXTIDR_EL2 "s3_4_c13_c0_1"
#define CNTHV_CTL_EL2 "s3_4_c14_c3_1"
#define CNTHV_CVAL_EL2 "s3_4_c14_c3_2"
#define PAN "s3_0_c4_c2_3"
#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))

enum { EC_UNKNOWN = 0, EC_WFX = 1, EC_FP = 7, EC_ILLEGAL = 0xe, EC_SVC = 0x15, EC_SMC = 0x17, EC_SYS = 0x18, EC_DABORT_LOWER = 0x24, EC_BRK = 0x3c };

/* ---- registers that move ---- */

/* EL1's name, EL2's, the _EL12 or _EL02 name (by encoding: the assembler is told v8.0), two values that both registers hold. */
#define MOVED(R)                                                                                                       \
    R(SCTLR, "sctlr_el1", "sctlr_el2", "s3_5_c1_c0_0", 0x30d01802, 0x30d00806)                                         \
    R(TTBR0, "ttbr0_el1", "ttbr0_el2", "s3_5_c2_c0_0", 0x1234000041000000, 0x0056000042000000)                         \
    R(TTBR1, "ttbr1_el1", "s3_4_c2_c0_1", "s3_5_c2_c0_1", 0x4321000043000000, 0x0065000044000000)                      \
    R(TCR, "tcr_el1", "tcr_el2", "s3_5_c2_c0_2", 0x80803519, 0x8080351c)                                               \
    R(SPSR, "spsr_el1", "spsr_el2", "s3_5_c4_c0_0", 0x3c5, 0x600003c0)                                                 \
    R(ELR, "elr_el1", "elr_el2", "s3_5_c4_c0_1", 0x40123450, 0xffffffc012345678)                                       \
    R(AFSR0, "afsr0_el1", "afsr0_el2", "s3_5_c5_c1_0", 0, 0)                                                           \
    R(AFSR1, "afsr1_el1", "afsr1_el2", "s3_5_c5_c1_1", 0, 0)                                                           \
    R(ESR, "esr_el1", "esr_el2", "s3_5_c5_c2_0", 0x56000123, 0x96000045)                                               \
    R(FAR, "far_el1", "far_el2", "s3_5_c6_c0_0", 0x123456789abcdef0, 0xffff000011112222)                               \
    R(MAIR, "mair_el1", "mair_el2", "s3_5_c10_c2_0", 0xff4404, 0x44ff00)                                               \
    R(AMAIR, "amair_el1", "amair_el2", "s3_5_c10_c3_0", 0, 0)                                                          \
    R(VBAR, "vbar_el1", "vbar_el2", "s3_5_c12_c0_0", 0x41000800, 0xffffffc000081000)                                   \
    R(CONTEXTIDR, "contextidr_el1", CONTEXTIDR_EL2, "s3_5_c13_c0_1", 0x77, 0x88)                                       \
    R(CNTKCTL, "cntkctl_el1", "cnthctl_el2", "s3_5_c14_c1_0", 0x51, 0xa2)                                              \
    R(CNTP_CVAL, "cntp_cval_el0", "cnthp_cval_el2", "s3_5_c14_c2_2", 0x7000000012345678, 0x6000000087654321)           \
    R(CNTP_CTL, "cntp_ctl_el0", "cnthp_ctl_el2", "s3_5_c14_c2_1", 2, 3)                                                \
    R(CNTV_CVAL, "cntv_cval_el0", CNTHV_CVAL_EL2, "s3_5_c14_c3_2", 0x7000000012345670, 0x6000000087654320)             \
    R(CNTV_CTL, "cntv_ctl_el0", CNTHV_CTL_EL2, "s3_5_c14_c3_1", 2, 3)

/* And those whose two registers share no layout, or do not keep a value. */
#define MOVED_TOO(R)                                                                                                   \
    R(CPACR, "cpacr_el1", "cptr_el2", "s3_5_c1_c0_2", 0, 0)                                                            \
    R(CNTP_TVAL, "cntp_tval_el0", "cnthp_tval_el2", "s3_5_c14_c2_0", 0, 0)                                             \
    R(CNTV_TVAL, "cntv_tval_el0", "s3_4_c14_c3_0", "s3_5_c14_c3_0", 0, 0)

struct moved {
    const char *name;
    u64 (*get[3])(void); /* by EL1's, EL2's, the alias's name */
    void (*set[3])(u64 value);
    const u32 *read_alias, *write_alias;
    u64 a, b;
};

enum { BY_EL1, BY_EL2, BY_ALIAS };

#define ACCESSORS(id, el1, el2, alias, va, vb)                                                                         \
    INSN(read_##id, "mrs x1, " alias)                                                                                  \
    INSN(write_##id, "msr " alias ", x0")                                                                             \
    static u64 get_##id##_1(void) { return MRS(el1); }                                                                 \
    static u64 get_##id##_2(void) { return MRS(el2); }                                                                 \
    static u64 get_##id##_12(void) { return MRS(alias); }                                                              \
    static void set_##id##_1(u64 value) { MSR(el1, value); }                                                           \
    static void set_##id##_2(u64 value) { MSR(el2, value); }                                                           \
    static void set_##id##_12(u64 value) { MSR(alias, value); }
MOVED(ACCESSORS)
MOVED_TOO(ACCESSORS)

#define ENTRY(id, el1, el2, alias, va, vb)                                                                             \
    { #id, { get_##id##_1, get_##id##_2, get_##id##_12 }, { set_##id##_1, set_##id##_2, set_##id##_12 }, read_##id, write_##id, va, vb },
static const struct moved moved[] = { MOVED(ENTRY) }, moved_too[] = { MOVED_TOO(ENTRY) };

static void hcr(u64 value)
{
    MSR("hcr_el2", value);
}

/* What both registers hold of a and b, by their own names, without E2H: left at a in EL1's and b in EL2's. */
static void values_without_e2h(const struct moved *m, u64 el1[2], u64 el2[2])
{
    hcr(RW);
    m->set[BY_EL1](m->b);
    m->set[BY_EL2](m->a);
    el1[1] = m->get[BY_EL1]();
    el2[0] = m->get[BY_EL2]();
    m->set[BY_EL1](m->a);
    m->set[BY_EL2](m->b);
    el1[0] = m->get[BY_EL1]();
    el2[1] = m->get[BY_EL2]();
}

static void one_moves(const struct moved *m, u64 mode)
{
    u64 el1[2], el2[2], keep1 = m->get[BY_EL1](), keep2 = m->get[BY_EL2]();
    values_without_e2h(m, el1, el2);
    hcr(mode);
    u64 by_el1 = m->get[BY_EL1](), by_el2 = m->get[BY_EL2](), by_alias = m->get[BY_ALIAS]();
    m->set[BY_EL1](m->a);
    m->set[BY_ALIAS](m->b);
    hcr(RW);
    u64 after1 = m->get[BY_EL1](), after2 = m->get[BY_EL2]();
    m->set[BY_EL1](keep1);
    m->set[BY_EL2](keep2);
    check(m->name, by_el1, el2[1]);
    check(m->name, by_el2, el2[1]);
    check(m->name, by_alias, el1[0]);
    check(m->name, after2, el2[0]);
    check(m->name, after1, el1[1]);
}

/* At EL2 without E2H, and at EL1 and EL0 always, the alias is UNDEFINED. */
static void alias_is_undefined(const struct moved *m)
{
    static const struct {
        u64 hcr;
        u8 el, target;
    } where[] = { { RW, 2, 2 }, { RW | TGE, 2, 2 }, { GUEST, 1, 1 }, { RW, 1, 1 }, { GUEST, 0, 1 }, { HOST, 0, 2 } };
    hcr(RW);
    u64 keep = m->get[BY_EL1]();
    for (u32 i = 0; i < 2 * sizeof where / sizeof where[0]; i++) {
        hcr(where[i / 2].hcr);
        forget();
        run_at(where[i / 2].el, i & 1 ? m->write_alias : m->read_alias, keep);
        hcr(RW);
        check(m->name, all_taken() << 8 | i, 1 << 8 | i);
        check(m->name, taken[where[i / 2].target].esr, ESR(EC_UNKNOWN, 0));
    }
}

/* CPACR_EL1 means CPTR_EL2 in its other layout. */
static void cpacr_moves(void)
{
    hcr(RW);
    MSR("cpacr_el1", 1u << 20);
    hcr(GUEST);
    MSR("cpacr_el1", 3u << 20);
    CHECK("CPTR_EL2 by CPACR_EL1's name", MRS("cptr_el2") >> 20 & 3, 3);
    CHECK("CPACR_EL12", MRS("s3_5_c1_c0_2"), 1u << 20);
    MSR("s3_5_c1_c0_2", 2u << 20);
    CHECK("CPACR_EL12 leaves CPTR_EL2 alone", MRS("cptr_el2") >> 20 & 3, 3);
    hcr(RW);
    CHECK("CPACR_EL1 by CPACR_EL12", MRS("cpacr_el1"), 2u << 20);
    MSR("cpacr_el1", 3u << 20);
}

/* TVAL: through CVAL of the timer that it belongs to. */
static void tvals_move(void)
{
    hcr(GUEST);
    u64 now = MRS("cntpct_el0");
    MSR("cntp_tval_el0", 1u << 20);
    MSR("cntv_tval_el0", 2u << 20);
    MSR("s3_5_c14_c2_0", 4u << 20);
    MSR("s3_5_c14_c3_0", 8u << 20);
    CHECK("CNTP_TVAL_EL0 sets CNTHP_CVAL_EL2", (MRS("cnthp_cval_el2") - now) >> 20, 1);
    CHECK("CNTV_TVAL_EL0 sets CNTHV_CVAL_EL2", (MRS(CNTHV_CVAL_EL2) - now) >> 20, 2);
    CHECK("CNTP_TVAL_EL02 sets CNTP_CVAL_EL0", (MRS("s3_5_c14_c2_2") - now) >> 20, 4);
    CHECK("CNTV_TVAL_EL02 sets CNTV_CVAL_EL0", (MRS("s3_5_c14_c3_2") - now) >> 20, 8);
    hcr(RW);
}

static void registers(void)
{
    MSR("cntvoff_el2", 0);
    for (u32 i = 0; i < sizeof moved / sizeof moved[0]; i++) {
        one_moves(&moved[i], GUEST);
        one_moves(&moved[i], HOST);
        alias_is_undefined(&moved[i]);
    }
    for (u32 i = 0; i < sizeof moved_too / sizeof moved_too[0]; i++)
        alias_is_undefined(&moved_too[i]);
    cpacr_moves();
    tvals_move();
}

/* ---- traps ---- */

INSN(i_mrs_ctr, "mrs x6, ctr_el0")
INSN(i_dc_cvau, "dc cvau, x13")
INSN(i_dc_civac, "dc civac, x13")
INSN(i_ic_ivau, "ic ivau, x13")
INSN(i_dc_zva, "dc zva, x13")
INSN(i_mrs_daif, "mrs x23, daif")
INSN(i_msr_daifset, "msr daifset, #2")
INSN(i_mrs_cntpct, "mrs x21, cntpct_el0")
INSN(i_mrs_cntvct, "mrs x21, cntvct_el0")
INSN(i_mrs_cntp_ctl, "mrs x22, cntp_ctl_el0")
INSN(i_msr_cntp_cval, "msr cntp_cval_el0, xzr")
INSN(i_mrs_cntv_ctl, "mrs x22, cntv_ctl_el0")
INSN(i_mrs_cntfrq, "mrs x22, cntfrq_el0")
INSN(i_fmov, "fmov x16, d0")
INSN(i_msr_ttbr0, "msr ttbr0_el1, x0")
INSN(i_mrs_ttbr0, "mrs x2, ttbr0_el1")
INSN(i_mrs_pfr0, "mrs x8, id_aa64pfr0_el1")
INSN(i_mrs_clidr, "mrs x7, clidr_el1")
INSN(i_tlbi_vmalle1, "tlbi vmalle1")
INSN(i_mrs_mdccsr, "mrs x9, mdccsr_el0")
INSN(i_mrs_cpacr, "mrs x15, cpacr_el1")
INSN(i_smc, "smc #0x123")
INSN(i_wfi, "wfi")
/* The exception return sets the event register: the first WFE empties it, the second would wait. */
__asm__(".pushsection .text\nwfe_twice:\n wfe\ni_wfe:\n wfe\n ret\n.popsection");
extern u32 wfe_twice[], i_wfe[];

enum where { HCR_EL2, CPTR_EL2, CNTHCTL_EL2, MDCR_EL2, SCTLR_EL2, SCTLR_EL1, CPACR_EL1, CNTKCTL_EL1 };

/* EL1's registers by their _EL12 names, for which E2H must be 1; EL2's by their own, in the layout of the mode. */
static u64 get(enum where reg)
{
    u64 mode = MRS("hcr_el2"), value;
    switch (reg) {
    case HCR_EL2: return MRS("hcr_el2");
    case CPTR_EL2: return MRS("cptr_el2");
    case CNTHCTL_EL2: return MRS("cnthctl_el2");
    case MDCR_EL2: return MRS("mdcr_el2");
    case SCTLR_EL2: return MRS("sctlr_el2");
    default: break;
    }
    hcr(mode | E2H);
    value = reg == SCTLR_EL1 ? MRS("s3_5_c1_c0_0") : reg == CPACR_EL1 ? MRS("s3_5_c1_c0_2") : MRS("s3_5_c14_c1_0");
    hcr(mode);
    return value;
}

static void set(enum where reg, u64 value)
{
    u64 mode = MRS("hcr_el2");
    switch (reg) {
    case HCR_EL2: MSR("hcr_el2", value); return;
    case CPTR_EL2: MSR("cptr_el2", value); return;
    case CNTHCTL_EL2: MSR("cnthctl_el2", value); return;
    case MDCR_EL2: MSR("mdcr_el2", value); return;
    case SCTLR_EL2: MSR("sctlr_el2", value); return;
    default: break;
    }
    hcr(mode | E2H);
    if (reg == SCTLR_EL1)
        MSR("s3_5_c1_c0_0", value);
    else if (reg == CPACR_EL1)
        MSR("s3_5_c1_c0_2", value);
    else
        MSR("s3_5_c14_c1_0", value);
    hcr(mode);
}

#define EL0_CONTROLS (BIT(9) | BIT(14) | BIT(15) | BIT(16) | BIT(18) | BIT(26)) /* UMA, DZE, UCT, nTWI, nTWE, UCI */

/* Everything open, by the registers that count in this mode; those that do not count stand the other way. */
static void open_all(u64 mode)
{
    bool host_el0 = (mode & HOST) == HOST;
    hcr(GUEST);
    MSR("cptr_el2", 3u << 20);
    MSR("mdcr_el2", 6);
    MSR("cnthctl_el2", host_el0 ? 0x303 : 0xc00);
    MSR("sctlr_el2", 0x30c50830 & ~EL0_CONTROLS);
    if (host_el0)
        MSR("sctlr_el2", 0x30c50830 | EL0_CONTROLS);
    MSR("s3_5_c1_c0_0", 0x30d00800 & ~EL0_CONTROLS);
    if (!host_el0)
        MSR("s3_5_c1_c0_0", 0x30d00800 | EL0_CONTROLS);
    MSR("s3_5_c1_c0_2", host_el0 ? 0 : 3u << 20); /* CPACR_EL1 */
    MSR("s3_5_c14_c1_0", host_el0 ? 0 : 0x303);   /* CNTKCTL_EL1 */
    if (!(mode & E2H)) {
        hcr(RW);
        MSR("cptr_el2", 0x33ff);
        MSR("cnthctl_el2", 3);
    }
    hcr(mode);
}

static void close_all(void)
{
    open_all(RW);
    MSR("sctlr_el2", 0x30c50830);
}

struct trap {
    const char *name;
    u64 mode;
    u8 reg;
    u64 mask, trapping; /* bits of the control, and their value that traps */
    const u32 *insn;
    u8 el, target;      /* target 0: it does not trap */
    u8 ec;
};

#define TRAP(label, mode, reg, bitno, on, insn, el, target) { label, mode, reg, BIT(bitno), (on) ? BIT(bitno) : 0, insn, el, target, EC_SYS }
#define FPEN(label, mode, reg, value, el, target, ec) { label, mode, reg, 3ull << 20, (u64)(value) << 20, i_fmov, el, target, ec }
static const struct trap traps[] = {
    /* SCTLR_EL2 for a host's EL0, while SCTLR_EL1 says the opposite */
    TRAP("host EL0 SCTLR_EL2.UCT", HOST, SCTLR_EL2, 15, 0, i_mrs_ctr, 0, 2),
    TRAP("host EL0 SCTLR_EL2.UCI dc cvau", HOST, SCTLR_EL2, 26, 0, i_dc_cvau, 0, 2),
    TRAP("host EL0 SCTLR_EL2.UCI dc civac", HOST, SCTLR_EL2, 26, 0, i_dc_civac, 0, 2),
    TRAP("host EL0 SCTLR_EL2.UCI ic ivau", HOST, SCTLR_EL2, 26, 0, i_ic_ivau, 0, 2),
    TRAP("host EL0 SCTLR_EL2.DZE", HOST, SCTLR_EL2, 14, 0, i_dc_zva, 0, 2),
    TRAP("host EL0 SCTLR_EL2.UMA mrs", HOST, SCTLR_EL2, 9, 0, i_mrs_daif, 0, 2),
    TRAP("host EL0 SCTLR_EL2.UMA daifset", HOST, SCTLR_EL2, 9, 0, i_msr_daifset, 0, 2),
    { "host EL0 SCTLR_EL2.nTWI", HOST, SCTLR_EL2, BIT(16), 0, i_wfi, 0, 2, EC_WFX },
    { "host EL0 SCTLR_EL2.nTWE", HOST, SCTLR_EL2, BIT(18), 0, i_wfe, 0, 2, EC_WFX },
    /* SCTLR_EL1 for a guest's EL0, while SCTLR_EL2's bits of EL0 are 0 */
    TRAP("guest EL0 SCTLR_EL1.UCT", GUEST, SCTLR_EL1, 15, 0, i_mrs_ctr, 0, 1),
    TRAP("guest EL0 SCTLR_EL1.UCI", GUEST, SCTLR_EL1, 26, 0, i_dc_civac, 0, 1),
    TRAP("guest EL0 SCTLR_EL1.UMA", GUEST, SCTLR_EL1, 9, 0, i_mrs_daif, 0, 1),
    TRAP("TGE alone SCTLR_EL1.UCT", RW | TGE, SCTLR_EL1, 15, 0, i_mrs_ctr, 0, 2),
    /* CNTHCTL_EL2's layout with E2H */
    TRAP("host EL0 CNTHCTL_EL2.EL0PCTEN", HOST, CNTHCTL_EL2, 0, 0, i_mrs_cntpct, 0, 2),
    TRAP("host EL0 CNTHCTL_EL2.EL0VCTEN", HOST, CNTHCTL_EL2, 1, 0, i_mrs_cntvct, 0, 2),
    TRAP("host EL0 CNTHCTL_EL2.EL0VTEN", HOST, CNTHCTL_EL2, 8, 0, i_mrs_cntv_ctl, 0, 2),
    TRAP("host EL0 CNTHCTL_EL2.EL0PTEN", HOST, CNTHCTL_EL2, 9, 0, i_mrs_cntp_ctl, 0, 2),
    TRAP("host EL0 CNTHCTL_EL2.EL0PTEN msr", HOST, CNTHCTL_EL2, 9, 0, i_msr_cntp_cval, 0, 2),
    { "host EL0 CNTHCTL_EL2 both counters, cntfrq", HOST, CNTHCTL_EL2, 3, 0, i_mrs_cntfrq, 0, 2, EC_SYS },
    { "host EL0 CNTHCTL_EL2.EL0VCTEN is enough for cntfrq", HOST, CNTHCTL_EL2, 3, 2, i_mrs_cntfrq, 0, 0, 0 },
    TRAP("guest EL1 CNTHCTL_EL2.EL1PCTEN", GUEST, CNTHCTL_EL2, 10, 0, i_mrs_cntpct, 1, 2),
    TRAP("guest EL0 CNTHCTL_EL2.EL1PCTEN", GUEST, CNTHCTL_EL2, 10, 0, i_mrs_cntpct, 0, 2),
    TRAP("guest EL1 CNTHCTL_EL2.EL1PTEN", GUEST, CNTHCTL_EL2, 11, 0, i_mrs_cntp_ctl, 1, 2),
    TRAP("guest EL1 CNTHCTL_EL2.EL1PTEN msr", GUEST, CNTHCTL_EL2, 11, 0, i_msr_cntp_cval, 1, 2),
    TRAP("guest EL0 CNTHCTL_EL2.EL1PTEN", GUEST, CNTHCTL_EL2, 11, 0, i_mrs_cntp_ctl, 0, 2),
    TRAP("guest EL1 CNTHCTL_EL2.EL1PCTEN leaves cntvct", GUEST, CNTHCTL_EL2, 10, 0, i_mrs_cntvct, 1, 0),
    TRAP("guest EL0 CNTKCTL_EL1.EL0PCTEN", GUEST, CNTKCTL_EL1, 0, 0, i_mrs_cntpct, 0, 1),
    TRAP("guest EL0 CNTKCTL_EL1.EL0VTEN", GUEST, CNTKCTL_EL1, 8, 0, i_mrs_cntv_ctl, 0, 1),
    TRAP("host EL0 CNTHCTL_EL2.EL1PCTEN is a guest's", HOST, CNTHCTL_EL2, 10, 0, i_mrs_cntpct, 0, 0),
    TRAP("TGE alone CNTKCTL_EL1.EL0PCTEN", RW | TGE, CNTKCTL_EL1, 0, 0, i_mrs_cntpct, 0, 2),
    TRAP("TGE alone CNTHCTL_EL2.EL1PCTEN", RW | TGE, CNTHCTL_EL2, 0, 0, i_mrs_cntpct, 0, 2),
    /* CPTR_EL2 with CPACR_EL1's layout; CPACR_EL1 says nothing in a host */
    FPEN("host EL0 FPEN 0", HOST, CPTR_EL2, 0, 0, 2, EC_FP),
    FPEN("host EL0 FPEN 1", HOST, CPTR_EL2, 1, 0, 2, EC_FP),
    FPEN("host EL0 FPEN 2", HOST, CPTR_EL2, 2, 0, 2, EC_FP),
    FPEN("host EL0 FPEN 3", HOST, CPTR_EL2, 3, 0, 0, 0),
    FPEN("host EL2 FPEN 0", HOST, CPTR_EL2, 0, 2, 2, EC_FP),
    FPEN("host EL2 FPEN 1", HOST, CPTR_EL2, 1, 2, 0, 0),
    FPEN("host EL2 FPEN 2", HOST, CPTR_EL2, 2, 2, 2, EC_FP),
    FPEN("host EL2 FPEN 3", HOST, CPTR_EL2, 3, 2, 0, 0),
    FPEN("guest EL1 FPEN 0", GUEST, CPTR_EL2, 0, 1, 2, EC_FP),
    FPEN("guest EL1 FPEN 1", GUEST, CPTR_EL2, 1, 1, 0, 0),
    FPEN("guest EL1 FPEN 2", GUEST, CPTR_EL2, 2, 1, 2, EC_FP),
    FPEN("guest EL0 FPEN 0", GUEST, CPTR_EL2, 0, 0, 2, EC_FP),
    FPEN("guest EL0 FPEN 1", GUEST, CPTR_EL2, 1, 0, 0, 0),
    FPEN("guest EL0 CPACR_EL1.FPEN 1", GUEST, CPACR_EL1, 1, 0, 1, EC_FP),
    FPEN("guest EL1 CPACR_EL1.FPEN 0", GUEST, CPACR_EL1, 0, 1, 1, EC_FP),
    FPEN("TGE alone, EL0, CPACR_EL1.FPEN 0: unknown", RW | TGE, CPACR_EL1, 0, 0, 2, EC_UNKNOWN),
    FPEN("TGE alone, EL0, CPACR_EL1.FPEN 1: unknown", RW | TGE, CPACR_EL1, 1, 0, 2, EC_UNKNOWN),
    { "TGE alone, EL0, CPTR_EL2.TFP", RW | TGE, CPTR_EL2, BIT(10), BIT(10), i_fmov, 0, 2, EC_FP },
    TRAP("guest EL1 CPTR_EL2.TCPAC", GUEST, CPTR_EL2, 31, 1, i_mrs_cpacr, 1, 2),
    TRAP("host EL2 CPTR_EL2.TCPAC", HOST, CPTR_EL2, 31, 1, i_mrs_cpacr, 2, 0),
    /* HCR_EL2: of a guest, and ignored with E2H and TGE, or not meant for EL2 */
    TRAP("guest HCR.TVM", GUEST, HCR_EL2, 26, 1, i_msr_ttbr0, 1, 2),
    TRAP("guest HCR.TRVM", GUEST, HCR_EL2, 30, 1, i_mrs_ttbr0, 1, 2),
    TRAP("guest HCR.TID3", GUEST, HCR_EL2, 18, 1, i_mrs_pfr0, 1, 2),
    TRAP("guest HCR.TTLB", GUEST, HCR_EL2, 25, 1, i_tlbi_vmalle1, 1, 2),
    TRAP("guest HCR.TDZ", GUEST, HCR_EL2, 28, 1, i_dc_zva, 1, 2),
    TRAP("guest HCR.TID2", GUEST, HCR_EL2, 17, 1, i_mrs_ctr, 0, 2),
    { "guest HCR.TSC", GUEST, HCR_EL2, BIT(19), BIT(19), i_smc, 1, 2, EC_SMC },
    { "guest HCR.TWI", GUEST, HCR_EL2, BIT(13), BIT(13), i_wfi, 1, 2, EC_WFX },
    { "guest HCR.TWE at EL0", GUEST, HCR_EL2, BIT(14), BIT(14), i_wfe, 0, 2, EC_WFX },
    TRAP("host EL0 HCR.TID2", HOST, HCR_EL2, 17, 1, i_mrs_ctr, 0, 0),
    TRAP("host EL0 HCR.TPC", HOST, HCR_EL2, 23, 1, i_dc_civac, 0, 0),
    TRAP("host EL0 HCR.TPU dc cvau", HOST, HCR_EL2, 24, 1, i_dc_cvau, 0, 0),
    TRAP("host EL0 HCR.TPU ic ivau", HOST, HCR_EL2, 24, 1, i_ic_ivau, 0, 0),
    TRAP("host EL0 HCR.TOCU", HOST, HCR_EL2, 52, 1, i_dc_cvau, 0, 0),
    { "host EL0 HCR.TDZ: DC ZVA of Device memory", HOST, HCR_EL2, BIT(28), BIT(28), i_dc_zva, 0, 2, EC_DABORT_LOWER },
    TRAP("TGE alone, EL0, HCR.TID2", RW | TGE, HCR_EL2, 17, 1, i_mrs_ctr, 0, 2),
    TRAP("TGE alone, EL0, HCR.TPC", RW | TGE, HCR_EL2, 23, 1, i_dc_civac, 0, 2),
    TRAP("host EL2 HCR.TVM", HOST, HCR_EL2, 26, 1, i_msr_ttbr0, 2, 0),
    TRAP("host EL2 HCR.TRVM", HOST, HCR_EL2, 30, 1, i_mrs_ttbr0, 2, 0),
    TRAP("host EL2 HCR.TID3", HOST, HCR_EL2, 18, 1, i_mrs_pfr0, 2, 0),
    TRAP("host EL2 HCR.TID2", HOST, HCR_EL2, 17, 1, i_mrs_clidr, 2, 0),
    TRAP("host EL2 HCR.TTLB", HOST, HCR_EL2, 25, 1, i_tlbi_vmalle1, 2, 0),
    /* MDCR_EL2.TDA is taken as 1 under TGE, or where TDE is 1 */
    { "host EL0 mdccsr", HOST, MDCR_EL2, 0, 0, i_mrs_mdccsr, 0, 2, EC_SYS },
    { "TGE alone mdccsr", RW | TGE, MDCR_EL2, 0, 0, i_mrs_mdccsr, 0, 2, EC_SYS },
    { "guest EL0 mdccsr", GUEST, MDCR_EL2, 0, 0, i_mrs_mdccsr, 0, 0, 0 },
    TRAP("guest EL0 mdccsr, MDCR_EL2.TDA", GUEST, MDCR_EL2, 9, 1, i_mrs_mdccsr, 0, 2),
    TRAP("guest EL0 mdccsr, MDCR_EL2.TDE", GUEST, MDCR_EL2, 8, 1, i_mrs_mdccsr, 0, 2),
};

static u32 wanted_iss(const struct trap *t)
{
    if (t->ec == EC_FP || t->ec == EC_WFX)
        return 0x1e00000 | (t->insn == i_wfe);
    if (t->insn == i_msr_daifset)
        return 6 << 17 | 3 << 14 | 4 << 10 | 31 << 5 | 2 << 1;
    if (t->ec == EC_SMC)
        return *t->insn >> 5 & 0xffff;
    return t->ec == EC_SYS ? sys_iss(*t->insn) : 0;
}

/* X13 and X0 must be harmless addresses: run_at leaves them as they are here. */
static void run(const struct trap *t)
{
    register u64 x13 __asm__("x13") = 0x40800000;
    __asm__ volatile("" : : "r"(x13));
    run_at(t->el, t->insn == i_wfe ? wfe_twice : t->insn, 0);
}

static void trap(const struct trap *t)
{
    bool waits = t->insn == i_wfi || t->insn == i_wfe, never_open = waits || t->insn == i_smc || t->insn == i_dc_zva || !t->mask;
    u64 ttbr0 = MRS("ttbr0_el2");
    if (!never_open) {
        open_all(t->mode);
        forget();
        run(t);
        check(t->name, all_taken(), 0);
    }
    open_all(t->mode);
    set(t->reg, (get(t->reg) & ~t->mask) | t->trapping);
    forget();
    run(t);
    close_all();
    MSR("ttbr0_el2", ttbr0);
    check(t->name, all_taken(), t->target != 0);
    if (!t->target)
        return;
    check(t->name, taken[t->target].count, 1);
    check(t->name, ec_of(taken[t->target].esr), t->ec);
    if (t->ec != EC_DABORT_LOWER)
        check(t->name, iss_of(taken[t->target].esr), wanted_iss(t));
    check(t->name, taken[t->target].elr, (u64)t->insn);
    check(t->name, taken[t->target].vector, t->target == t->el ? 4 : 8);
}

/* ---- exceptions of a host's EL0 ---- */

INSN(i_svc, "svc #0x42")
INSN(i_udf, "udf #1")
INSN(i_brk, "brk #7")
INSN(i_hvc, "hvc #3")
INSN(i_smc_0, "smc #0")
INSN(i_misaligned, "ldxr x1, [x0]")
INSN(i_eret, "eret")
INSN(i_mrs_dczid, "mrs x0, dczid_el0")
INSN(i_nop, "nop")
INSN(i_spin, "sub x0, x0, #1\n cbnz x0, i_spin")
__asm__(".pushsection .text\n.balign 4\nload_by_sp:\n mov x2, sp\n mov sp, x0\ni_by_sp:\n ldr x1, [sp]\n mov sp, x2\n ret\n.popsection");
extern u32 load_by_sp[], i_by_sp[];

static u64 cell[4] __attribute__((aligned(32)));

static void from_el0(const char *name, const u32 *fn, const u32 *insn, u64 arg, u64 esr, u32 behind)
{
    open_all(HOST);
    forget();
    run_at(0, fn, arg);
    close_all();
    check(name, all_taken(), 1);
    check(name, taken[2].esr, esr);
    check(name, taken[2].elr, (u64)insn + behind);
    check(name, taken[2].vector, 8);
    check(name, taken[2].spsr & 15, 0);
}

static void exceptions(void)
{
    from_el0("host EL0: SVC", i_svc, i_svc, 0, ESR(EC_SVC, 0x42), 4);
    from_el0("host EL0: UDF", i_udf, i_udf, 0, ESR(EC_UNKNOWN, 0), 0);
    from_el0("host EL0: BRK", i_brk, i_brk, 0, ESR(EC_BRK, 7), 0);
    from_el0("host EL0: HVC", i_hvc, i_hvc, 0, ESR(EC_UNKNOWN, 0), 0);
    from_el0("host EL0: SMC", i_smc_0, i_smc_0, 0, ESR(EC_UNKNOWN, 0), 0);
    from_el0("host EL0: ERET", i_eret, i_eret, 0, ESR(EC_UNKNOWN, 0), 0);
    from_el0("host EL0: EL1's register", i_mrs_ttbr0, i_mrs_ttbr0, 0, ESR(EC_UNKNOWN, 0), 0);
    from_el0("host EL0: misaligned LDXR", i_misaligned, i_misaligned, (u64)cell + 1, ESR(EC_DABORT_LOWER, 0x21), 0);
    CHECK("host EL0: misaligned LDXR: FAR_EL2", taken[2].far, (u64)cell + 1);
    from_el0("host EL0: SP alignment", load_by_sp, i_by_sp, (u64)cell + 8, ESR(0x26, 0), 0);
    open_all(HOST);
    MSR("sctlr_el2", MRS("sctlr_el2") & ~BIT(4)); /* SA0, while SCTLR_EL1.SA0 is 1 */
    MSR("s3_5_c1_c0_0", MRS("s3_5_c1_c0_0") | BIT(4));
    forget();
    run_at(0, load_by_sp, (u64)cell + 8);
    CHECK("host EL0 without SCTLR_EL2.SA0", all_taken(), 0);
    MSR("hcr_el2", HOST | BIT(28));
    CHECK("host EL0: DCZID_EL0.DZP without TDZ", run_at(0, i_mrs_dczid, 0) & 16, 0);
    MSR("sctlr_el2", MRS("sctlr_el2") & ~BIT(14));
    CHECK("host EL0: DCZID_EL0.DZP by SCTLR_EL2.DZE", run_at(0, i_mrs_dczid, 0) & 16, 16);
    close_all();
}

/* PSTATE.PAN is set on exceptions from a host's EL0, as SCTLR_EL2.SPAN says; not on those of a guest. */
static u64 pan_after(u64 mode, u64 span, u32 el, const u32 *insn)
{
    open_all(mode);
    MSR("sctlr_el2", (MRS("sctlr_el2") & ~BIT(23)) | span);
    MSR(PAN, 0);
    run_at(el, insn, 0);
    u64 pan = MRS(PAN) >> 22 & 1;
    MSR(PAN, 0);
    close_all();
    return pan;
}

static void pan_on_entry(void)
{
    CHECK("PAN: from host EL0", pan_after(HOST, 0, 0, i_nop), 1);
    CHECK("PAN: from host EL0 with SPAN", pan_after(HOST, BIT(23), 0, i_nop), 0);
    CHECK("PAN: from a guest's EL1", pan_after(GUEST, 0, 1, i_nop), 0);
    CHECK("PAN: without E2H", pan_after(RW | TGE, 0, 0, i_nop), 0);
}

/* ERET to EL1 under TGE is illegal: EL2 goes on at ELR with PSTATE.IL. */
static void illegal_return(u64 mode)
{
    open_all(mode);
    forget();
    run_at(1, i_nop, 0);
    close_all();
    CHECK("illegal return", all_taken(), 1);
    CHECK("illegal return: ESR", taken[2].esr, ESR(EC_ILLEGAL, 0));
    CHECK("illegal return: ELR", taken[2].elr, (u64)i_nop);
    CHECK("illegal return: still EL2, IL", taken[2].spsr & (BIT(20) | 15), BIT(20) | 9);
    CHECK("illegal return: vector", taken[2].vector, 4);
}

/* ---- timers and interrupts ---- */

INSN(i_set_cntv_cval, "msr cntv_cval_el0, x0")
INSN(i_get_cntvct, "mrs x0, cntvct_el0")

static u32 pending(void)
{
    return GICD(0x200) & 0xffff0000;
}

static u32 seen_intid;

/* The interrupt in i_spin: its timer stopped, and out of the loop by the return behind i_nop. */
static void acknowledge(void)
{
    seen_intid = GICC(0xc);
    MSR(CNTHV_CTL_EL2, 0);
    MSR("cnthp_ctl_el2", 0);
    GICC(0x10) = seen_intid;
    MSR("elr_el2", (u64)&i_nop[1]);
}

/* How far the virtual count lies behind the physical: 0 or CNTVOFF_EL2, give or take what the reads take. */
static u64 offset_at(u32 el)
{
    u64 virtual = el == 2 ? MRS("cntvct_el0") : run_at(el, i_get_cntvct, 0), physical = MRS("cntpct_el0");
    return (physical - virtual) >> 32;
}

static void counts(void)
{
    u64 far = 5ull << 32;
    hcr(RW);
    MSR("cntvoff_el2", far);
    CHECK("CNTVCT_EL0 at EL2 without E2H", offset_at(2), 5);
    hcr(GUEST);
    CHECK("CNTVCT_EL0 at EL2 with E2H", offset_at(2), 0);
    open_all(GUEST);
    CHECK("CNTVCT_EL0 in a guest's EL1", offset_at(1), 5);
    CHECK("CNTVCT_EL0 in a guest's EL0", offset_at(0), 5);
    open_all(HOST);
    CHECK("CNTVCT_EL0 in a host's EL0", offset_at(0), 0);
    open_all(RW | TGE);
    CHECK("CNTVCT_EL0 at EL0 with TGE alone", offset_at(0), 5);
    close_all();
    MSR("cntvoff_el2", 0);
}

#define FIRES(label, cval, ctl, intid)                                                                                 \
    do {                                                                                                               \
        MSR(cval, MRS("cntpct_el0") + 5000);                                                                           \
        MSR(ctl, 1);                                                                                                   \
        CHECK(label ": not yet", pending(), 0);                                                                        \
        for (u32 i = 0; i < 200000 && !pending(); i++)                                                                 \
            ;                                                                                                          \
        CHECK(label ": PPI", pending(), 1u << (intid));                                                                \
        CHECK(label ": ISTATUS", MRS(ctl), 5);                                                                         \
        MSR(ctl, 0);                                                                                                   \
        CHECK(label ": PPI is gone", pending(), 0);                                                                    \
    } while (0)

static void timers(void)
{
    open_all(HOST);
    MSR("cntvoff_el2", 0);
    FIRES("CNTHV", CNTHV_CVAL_EL2, CNTHV_CTL_EL2, 28);
    FIRES("CNTV at EL2 in a host", "cntv_cval_el0", "cntv_ctl_el0", 28);
    FIRES("CNTP at EL2 in a host", "cntp_cval_el0", "cntp_ctl_el0", 26);
    FIRES("CNTV by its _EL02 names", "s3_5_c14_c3_2", "s3_5_c14_c3_1", 27);
    FIRES("CNTP by its _EL02 names", "s3_5_c14_c2_2", "s3_5_c14_c2_1", 30);
    MSR("cntvoff_el2", 5ull << 32); /* CNTHV knows no offset */
    FIRES("CNTHV with an offset", CNTHV_CVAL_EL2, CNTHV_CTL_EL2, 28);
    MSR("cntvoff_el2", 0);
    run_at(0, i_set_cntv_cval, 0x123456);
    CHECK("CNTV_CVAL_EL0 in a host's EL0 is CNTHV's", MRS(CNTHV_CVAL_EL2), 0x123456);
    open_all(RW | TGE);
    run_at(0, i_set_cntv_cval, 0x654321);
    CHECK("CNTV_CVAL_EL0 at EL0 with TGE alone is CNTV's", MRS("cntv_cval_el0"), 0x654321);
    CHECK("and leaves CNTHV's", MRS(CNTHV_CVAL_EL2), 0x123456);
    close_all();
}

/* A timer's interrupt in that function at EL0 with that SPSR: taken, or kept back. */
static void interrupt_at_el0(const char *name, u64 mode, u64 spsr, const u32 *fn, u32 intid, u32 takes)
{
    open_all(mode);
    on_interrupt[2] = acknowledge;
    MSR(CNTHV_CVAL_EL2, MRS("cntpct_el0") + 5000);
    MSR("cnthp_cval_el2", MRS("cntpct_el0") + 5000);
    forget();
    seen_intid = 0;
    MSR(CNTHV_CTL_EL2, intid == 28);
    MSR("cnthp_ctl_el2", intid == 26);
    run_at_spsr(spsr, fn, takes ? 10000000 : 200000);
    on_interrupt[2] = 0;
    check(name, pending(), takes ? 0 : 1u << intid);
    MSR(CNTHV_CTL_EL2, 0);
    MSR("cnthp_ctl_el2", 0);
    close_all();
    check(name, all_taken(), takes);
    check(name, taken[2].count, takes);
    if (!takes)
        return;
    check(name, taken[2].vector, 9);
    check(name, taken[2].elr - (u64)fn < 12, 1);
    check(name, seen_intid, intid);
}

/* A host's EL0 is masked by PSTATE.I like EL2 itself, and like a guest's EL0 for EL1's interrupts; what else goes to EL2 is not (D1.3.6.2). */
static void interrupts(void)
{
    interrupt_at_el0("CNTHV's IRQ at a host's EL0", HOST, 0x340, i_spin, 28, 1);
    interrupt_at_el0("IRQ at a host's EL0", HOST, 0x340, i_spin, 26, 1);
    interrupt_at_el0("IRQ at a host's EL0, masked", HOST, 0x3c0, i_spin, 26, 0);
    interrupt_at_el0("IRQ at EL0 with TGE alone, masked in vain", RW | TGE, 0x3c0, i_spin, 26, 1);
    interrupt_at_el0("IRQ at a guest's EL0 with IMO, masked in vain", GUEST | BIT(4), 0x3c0, i_spin, 26, 1);
    interrupt_at_el0("IRQ at a guest's EL0 without IMO, masked", GUEST, 0x3c0, i_spin, 26, 0);
    interrupt_at_el0("WFI at a host's EL0 with HCR.TWI", HOST | BIT(13), 0x340, i_wfi, 26, 1);
    interrupt_at_el0("WFE at a host's EL0 with HCR.TWE", HOST | BIT(14), 0x340, wfe_twice, 26, 1);
    hcr(HOST | BIT(7)); /* VI: no virtual interrupts under TGE */
    forget();
    run_at_spsr(0, i_nop, 0);
    hcr(RW);
    CHECK("no virtual interrupt in a host", all_taken(), 0);
}

/* HCR_EL2.HCD: HVC is UNDEFINED at EL2 as well, in a host as elsewhere. */
static void hvc_disabled(u64 mode)
{
    hcr(mode | BIT(29));
    forget();
    __asm__ volatile("hvc #3" : : : "memory");
    hcr(RW);
    CHECK("HCR_EL2.HCD at EL2", taken[2].esr, ESR(EC_UNKNOWN, 0));
    CHECK("HCR_EL2.HCD at EL2: vector", taken[2].vector, 4);
    CHECK("HCR_EL2.HCD at EL2: once", all_taken(), 1);
}

void guest_main(void)
{
    home_el = 2;
    GICD(0) = 1;
    GICC(0) = 1;
    GICC(4) = 0xf8;
    GICD(0x100) = 0xffff0000;
    CHECK("ID_AA64MMFR1_EL1.VH", MRS("id_aa64mmfr1_el1") >> 8 & 15, 1);
    registers();
    for (u32 i = 0; i < sizeof traps / sizeof traps[0]; i++)
        trap(&traps[i]);
    exceptions();
    pan_on_entry();
    illegal_return(HOST);
    illegal_return(RW | TGE);
    counts();
    timers();
    interrupts();
    hvc_disabled(RW);
    hvc_disabled(GUEST);
    hvc_disabled(HOST);
    finish();
}
