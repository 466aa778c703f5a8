/* The Normal world's side of firmware/monitor, at EL2 and EL1: PSCI and other calls, what a call leaves alone, what of the Secure world can be seen
 * (nothing), and that its timer's interrupts come whatever is masked here. */
#include "smp.h"

#include "../../firmware/monitor/tee.h"

#define SECURE_RAM 0x0e000000ull
enum { SMCCC_VERSION = 0x80000000u, SMCCC_ARCH_FEATURES = 0x80000001u };
enum { IABORT_SAME = 0x21, DABORT_SAME = 0x25 };
enum { SYNC_EXTERNAL = 0x10, SYNC_EXTERNAL_ON_WALK_1 = 0x15 };

struct results {
    u64 x[4];
};

static struct results call(u64 function, u64 a1, u64 a2, u64 a3)
{
    register u64 x0 __asm__("x0") = function;
    register u64 x1 __asm__("x1") = a1;
    register u64 x2 __asm__("x2") = a2;
    register u64 x3 __asm__("x3") = a3;
    __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return (struct results){ { x0, x1, x2, x3 } };
}

static u64 tee(u32 function, u64 a1, u64 a2)
{
    return call(function | SMC64, a1, a2, 0).x[0];
}

/* ---- calls ---- */

static void conventions(void)
{
    CHECK("SMCCC 1.1", call(SMCCC_VERSION, 0, 0, 0).x[0], 0x10001);
    CHECK("SMCCC_ARCH_FEATURES of itself", call(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0).x[0], 0);
    CHECK("SMCCC_ARCH_FEATURES of nothing", call(SMCCC_ARCH_FEATURES, 0x80007fff, 0, 0).x[0], -1);
    CHECK("a call of no owner's", call(0x8b000000, 0, 0, 0).x[0], -1);
    CHECK("a yielding call", call(0x32000000, 0, 0, 0).x[0], -1);
    CHECK("no function of PSCI's", call(0x84000fff, 0, 0, 0).x[0], -1);
    CHECK("PSCI_VERSION has no 64-bit form", call(0xc4000000, 0, 0, 0).x[0], -1);
    CHECK("what the payload says to the monitor is not for us", call(0xb20000ff, 0, 0, 0).x[0], -1);
    CHECK("nor what the monitor says to it", call(0xb20000fe, 0, 0, 0).x[0], -1);
    CHECK("functions", call(TEE_CALLS, 0, 0, 0).x[0], TEE_FUNCTIONS);
    CHECK("UID", call(TEE_UID, 0, 0, 0).x[0], 0x5ec0de00);
    CHECK("revision", call(TEE_REVISION, 0, 0, 0).x[0], 1);
    CHECK("no function of the payload's", call(0xf2000077, 0, 0, 0).x[0], -1);
}

/* SipHash-2-4's published vectors, of 8 and of 15 bytes, under the key that nobody here can read */
static void signatures(void)
{
    static u8 message[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    CHECK("of a word", tee(TEE_SIGN, 0x0706050403020100, 0), 0x93f5f5799a932462);
    CHECK("of a buffer", tee(TEE_SIGN_BUFFER, (u64)message, 15), 0xa129ca6149be45e5);
    CHECK("not of Secure RAM", tee(TEE_SIGN_BUFFER, SECURE_RAM, 8), 0);
    CHECK("nor of flash", tee(TEE_SIGN_BUFFER, 0, 8), 0);
    CHECK("nor past the end of RAM", tee(TEE_SIGN_BUFFER, 0x4ffffff8, 16), 0);
    CHECK("nor all around", tee(TEE_SIGN_BUFFER, (u64)message, -8ull), 0);
}

/* ---- what a call leaves alone ---- */

/* void smc_with(u64 x[31]): all general registers from there, SMC, and back */
__asm__(".pushsection .text\nsmc_with:\n stp x19, x20, [sp, #-112]!\n stp x21, x22, [sp, #16]\n stp x23, x24, [sp, #32]\n stp x25, x26, [sp, #48]\n"
        " stp x27, x28, [sp, #64]\n stp x29, x30, [sp, #80]\n str x0, [sp, #96]\n mov x30, x0\n ldp x0, x1, [x30]\n ldp x2, x3, [x30, #16]\n"
        " ldp x4, x5, [x30, #32]\n ldp x6, x7, [x30, #48]\n ldp x8, x9, [x30, #64]\n ldp x10, x11, [x30, #80]\n ldp x12, x13, [x30, #96]\n"
        " ldp x14, x15, [x30, #112]\n ldp x16, x17, [x30, #128]\n ldp x18, x19, [x30, #144]\n ldp x20, x21, [x30, #160]\n ldp x22, x23, [x30, #176]\n"
        " ldp x24, x25, [x30, #192]\n ldp x26, x27, [x30, #208]\n ldp x28, x29, [x30, #224]\n ldr x30, [x30, #240]\n smc #0\n"
        " str x30, [sp, #104]\n ldr x30, [sp, #96]\n stp x0, x1, [x30]\n stp x2, x3, [x30, #16]\n stp x4, x5, [x30, #32]\n stp x6, x7, [x30, #48]\n"
        " stp x8, x9, [x30, #64]\n stp x10, x11, [x30, #80]\n stp x12, x13, [x30, #96]\n stp x14, x15, [x30, #112]\n stp x16, x17, [x30, #128]\n"
        " stp x18, x19, [x30, #144]\n stp x20, x21, [x30, #160]\n stp x22, x23, [x30, #176]\n stp x24, x25, [x30, #192]\n stp x26, x27, [x30, #208]\n"
        " stp x28, x29, [x30, #224]\n ldr x0, [sp, #104]\n str x0, [x30, #240]\n ldp x21, x22, [sp, #16]\n ldp x23, x24, [sp, #32]\n"
        " ldp x25, x26, [sp, #48]\n ldp x27, x28, [sp, #64]\n ldp x29, x30, [sp, #80]\n ldp x19, x20, [sp], #112\n ret\n.popsection");
void smc_with(u64 x[31]);

static void general_registers(const char *name, u64 function, u32 results)
{
    u64 x[31];
    for (u64 i = 0; i < 31; i++)
        x[i] = i ? i * 0x0101010101010101 : function;
    smc_with(x);
    for (u64 i = results; i < 31; i++)
        CHECK(name, x[i], i * 0x0101010101010101);
}

#define EL1_REGISTERS(X)                                                                                                                             \
    X(cpacr_el1) X(ttbr0_el1) X(ttbr1_el1) X(tcr_el1) X(mair_el1) X(amair_el1) X(vbar_el1) X(contextidr_el1) X(esr_el1) X(far_el1) X(afsr0_el1)      \
    X(afsr1_el1) X(par_el1) X(elr_el1) X(spsr_el1) X(sp_el1) X(sp_el0) X(tpidr_el0) X(tpidr_el1) X(tpidrro_el0) X(csselr_el1) X(cntkctl_el1)         \
    X(mdscr_el1) X(sctlr_el1) X(vttbr_el2) X(hcr_el2) X(tpidr_el2) X(elr_el2) X(spsr_el2) X(far_el2) X(esr_el2) X(cptr_el2) X(vbar_el2)

struct el1 {
#define X(name) u64 name;
    EL1_REGISTERS(X)
#undef X
};

static struct el1 el1_now(void)
{
    struct el1 e;
#define X(name) e.name = MRS(#name);
    EL1_REGISTERS(X)
#undef X
    return e;
}

static void system_registers(void)
{
    struct el1 before = el1_now(), set, after;
    u64 n = 0;
    MSR("ttbr0_el1", 0x00aa000041234000);
    MSR("ttbr1_el1", 0x00bb000041235000);
    MSR("tcr_el1", TCR_39BIT);
    MSR("mair_el1", 0x0123456789abcdef);
    MSR("vbar_el1", 0xffff000012345800);
    MSR("contextidr_el1", 0x89abcdef);
    MSR("esr_el1", 0x96000045);
    MSR("far_el1", 0xfedcba9876543210);
    MSR("elr_el1", 0x1122334455667788);
    MSR("spsr_el1", 0x600003c5);
    MSR("tpidr_el0", ++n << 60);
    MSR("tpidr_el1", ++n << 60);
    MSR("tpidrro_el0", ++n << 60);
    MSR("tpidr_el2", ++n << 60);
    MSR("cpacr_el1", 1u << 20);
    MSR("cntkctl_el1", 3);
    MSR("csselr_el1", 1);
    MSR("sp_el0", 0x1230);
    MSR("par_el1", 0);
    set = el1_now();
    tee(TEE_SIGN, 1, 2);
    tee(TEE_FILL, 1, 2);
    after = el1_now();
#define X(name) CHECK("kept over a call: " #name, after.name, set.name);
    EL1_REGISTERS(X)
#undef X
#define X(name) MSR(#name, before.name);
    EL1_REGISTERS(X)
#undef X
}

#define EACH_V "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31"
/* fp_fill(x): Vn = { x + n, x }; u64 fp_wrong(x): how many halves are not */
__asm__(".pushsection .text\n.arch armv8-a+fp\nfp_fill:\n .irp n, " EACH_V "\n dup v\\n\\().2d, x0\n add x1, x0, #\\n\n fmov d\\n, x1\n"
        " ins v\\n\\().d[1], x0\n .endr\n ret\n"
        "fp_wrong:\n mov x2, #0\n .irp n, " EACH_V "\n add x1, x0, #\\n\n umov x3, v\\n\\().d[0]\n cmp x3, x1\n cinc x2, x2, ne\n"
        " umov x3, v\\n\\().d[1]\n cmp x3, x0\n cinc x2, x2, ne\n .endr\n mov x0, x2\n ret\n.popsection");
void fp_fill(u64 x);
u64 fp_wrong(u64 x);

static void fp_registers(void)
{
    fp_fill(0x123456789abcdef0);
    MSR("fpcr", 0x2000000);
    MSR("fpsr", 0x8000001);
    CHECK("the payload's FP registers", tee(TEE_FILL, 5, 0), 160);
    CHECK("V0 to V31 are ours again", fp_wrong(0x123456789abcdef0), 0);
    CHECK("FPCR", MRS("fpcr"), 0x2000000);
    CHECK("FPSR", MRS("fpsr"), 0x8000001);
    MSR("fpcr", 0);
}

/* ---- what cannot be seen ---- */

static u64 load(u64 address)
{
    u64 value = 0x5eed;
    __asm__ volatile("ldr %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
    return value;
}

static void store(u64 address, u32 value)
{
    __asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static void closed(const char *name, u64 address)
{
    forget();
    load(address);
    CHECK(name, taken[2].count, 1);
    CHECK(name, ec_of(taken[2].esr), DABORT_SAME);
    CHECK(name, taken[2].esr & 0x3f, SYNC_EXTERNAL);
    CHECK(name, taken[2].far, address);
    store(address, 0x12345678);
    CHECK(name, taken[2].count, 2);
    CHECK(name, taken[2].esr & 0x7f, SYNC_EXTERNAL | 1u << 6);
}

static void secure_memory(void)
{
    closed("Secure RAM", SECURE_RAM);
    closed("Secure RAM's end", SECURE_RAM + 0xfffffc);
    closed("Secure flash", 0);
    closed("Secure UART", 0x09040018);
    closed("Secure GPIO", 0x090b0400);
    forget();
    resume_pc = (u64)end_el1;
    resume_spsr = 0;
    resume_at = true;
    run_at(1, (void *)0x10, 0);
    CHECK("code in Secure flash", ec_of(taken[1].esr), IABORT_SAME);
    CHECK("code in Secure flash", taken[1].esr & 0x3f, SYNC_EXTERNAL);
}

INSN(i_load, "ldr x0, [x0]")
static table_page l1;

/* Through translations it is the same: there is no NS bit to clear. And no table can lie there. */
static void secure_memory_translated(void)
{
    l1[0] = S1_BLOCK | S1_DEVICE;
    l1[1] = 0x40000000 | S1_BLOCK;
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", (TCR_39BIT & ~(1ull << 23)) | 1ull << 31); /* TTBR1 is in use, with 4 KiB granules */
    MSR("ttbr0_el1", (u64)l1);
    MSR("ttbr1_el1", SECURE_RAM);
    MSR("sctlr_el1", 0x30d00801);
    __asm__ volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
    forget();
    run_at(1, i_load, SECURE_RAM);
    CHECK("Secure RAM, mapped", taken[1].esr & 0x3f, SYNC_EXTERNAL);
    CHECK("Secure RAM, mapped: FAR", taken[1].far, SECURE_RAM);
    forget();
    run_at(1, i_load, 0xffffff8000000000);
    CHECK("a table in Secure RAM", taken[1].esr & 0x3f, SYNC_EXTERNAL_ON_WALK_1);
    MSR("sctlr_el1", 0x30d00800);
}

INSN(r_scr, "mrs x0, scr_el3")
INSN(w_scr, "msr scr_el3, x0")
INSN(r_sctlr3, "mrs x0, sctlr_el3")
INSN(r_vbar3, "mrs x0, vbar_el3")
INSN(r_cptr3, "mrs x0, cptr_el3")
INSN(r_mdcr3, "mrs x0, mdcr_el3")
INSN(r_ttbr3, "mrs x0, ttbr0_el3")
INSN(r_tpidr3, "mrs x0, tpidr_el3")
INSN(r_cntps_ctl, "mrs x0, cntps_ctl_el1")
INSN(w_cntps_tval, "msr cntps_tval_el1, x0")
INSN(r_sder, "mrs x0, sder32_el3")
INSN(w_cntfrq, "msr cntfrq_el0, x0")
INSN(tlbi_alle3, "tlbi alle3")

static void secure_registers(void)
{
    static const struct {
        const char *name;
        const u32 *insn;
    } rows[] = { { "read SCR_EL3", r_scr },      { "write SCR_EL3", w_scr },   { "SCTLR_EL3", r_sctlr3 },     { "VBAR_EL3", r_vbar3 },
                 { "CPTR_EL3", r_cptr3 },        { "MDCR_EL3", r_mdcr3 },      { "TTBR0_EL3", r_ttbr3 },      { "TPIDR_EL3", r_tpidr3 },
                 { "CNTPS_CTL_EL1", r_cntps_ctl }, { "CNTPS_TVAL_EL1", w_cntps_tval }, { "SDER32_EL3", r_sder }, { "write CNTFRQ_EL0", w_cntfrq },
                 { "TLBI ALLE3", tlbi_alle3 } };
    for (u32 i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (u32 el = 1; el <= 2; el++) {
            forget();
            run_at(el, rows[i].insn, 0);
            CHECK(rows[i].name, taken[el].count, 1);
            CHECK(rows[i].name, taken[el].esr, 1u << 25); /* EC 0: UNDEFINED */
        }
}

/* GICD_IGROUPR and Group 0's fields are RAZ/WI; GICC shows the Non-secure copies (IHI 0048B 4.3, 4.4). */
static void secure_gic(void)
{
    static volatile u8 *const priority = (volatile u8 *)0x08000400;
    GICD(0x080) = 0;
    CHECK("GICD_IGROUPR", GICD(0x080), 0);
    GICD(0x084) = 0;
    CHECK("GICD_IGROUPR1", GICD(0x084), 0);
    CHECK("GICD_ISENABLER, of Group 0", GICD(0x100) & (1u << 29 | 0xff00), 0);
    GICD(0x180) = 1u << 29;
    GICD(0x200) = 1u << 29;
    CHECK("GICD_ISPENDR, of Group 0", GICD(0x200) & (1u << 29), 0);
    priority[29] = 0xf0;
    CHECK("GICD_IPRIORITYR, of Group 0", priority[29], 0);
    CHECK("of Group 1: the monitor's 0xa0", priority[27], 0x40);
    priority[27] = 0;
    CHECK("it can be 0", priority[27], 0);
    GICD(0xf00) = 2u << 24 | 8; /* SGI 8 is Group 0 */
    CHECK("a Group 0 SGI cannot be sent", GICD(0x200) & 0x100, 0);
    GICC(0) = 0xffffffff;
    CHECK("GICC_CTLR", GICC(0), 0x261);
    GICC(0) = 1;
    CHECK("GICC_AIAR", GICC(0x20), 0);
    CHECK("GICC_AHPPIR", GICC(0x28), 0);
    CHECK("GICC_IAR", GICC(0xc), 1023);
}

/* A device that masters the bus is Non-secure. */
static void secure_memory_by_dma(void)
{
    static volatile struct {
        u32 control, length;
        u64 address;
    } d __attribute__((aligned(16)));
    d.control = __builtin_bswap32(8 | 2); /* select item 0, read */
    d.length = __builtin_bswap32(4);
    d.address = __builtin_bswap64(SECURE_RAM);
    DSB();
    *(volatile u32 *)0x09020010 = 0;
    *(volatile u32 *)0x09020014 = __builtin_bswap32((u32)(u64)&d);
    DSB();
    CHECK("fw_cfg's DMA to Secure RAM is refused", d.control, __builtin_bswap32(1));
}

/* ---- its interrupts ---- */

static void wait_for(u64 ticks)
{
    for (u64 until = MRS("cntpct_el0") + ticks; MRS("cntpct_el0") < until;)
        ;
}

/* All is masked here: PSTATE.DAIF (as always in these tests), GICC_PMR, GICD_CTLR. */
static void secure_timer(void)
{
    struct results before, after;
    GICC(4) = 0;
    GICD(0) = 0;
    forget();
    u64 hz = tee(TEE_TIMER, 20000, 0);
    CHECK("CNTFRQ", hz, MRS("cntfrq_el0"));
    before = call(TEE_TICKS | SMC64, 0, 0, 0);
    wait_for(110000);
    after = call(TEE_TICKS | SMC64, 0, 0, 0);
    CHECK("it ticks while we run", after.x[0] - before.x[0] >= 4 && after.x[0] - before.x[0] <= 6, 1);
    CHECK("none of these came while the Secure world ran", after.x[1], before.x[1]);
    tee(TEE_WORK, 3000000, 0);
    CHECK("some come there", call(TEE_TICKS | SMC64, 0, 0, 0).x[1] > after.x[1], 1);
    CHECK("nothing is taken here", all_taken(), 0);
    CHECK("nothing is pending here", GICC(0x18), 1023);
    run_at(1, end_el1, 0);
    tee(TEE_TIMER, 0, 0);
    before = call(TEE_TICKS | SMC64, 0, 0, 0);
    wait_for(110000);
    CHECK("and none when it is off", call(TEE_TICKS | SMC64, 0, 0, 0).x[0], before.x[0]);
}

/* Registers of a loop that is interrupted by the other world stay what they are. */
static void interrupted(void)
{
    tee(TEE_TIMER, 3000, 0);
    u64 before = call(TEE_TICKS | SMC64, 0, 0, 0).x[0], sum = 0;
    fp_fill(77);
    for (u64 i = 1; i <= 1000000; i++)
        __asm__ volatile("add %0, %0, %1" : "+r"(sum) : "r"(i));
    u64 wrong = fp_wrong(77);
    tee(TEE_TIMER, 0, 0);
    CHECK("interrupted", call(TEE_TICKS | SMC64, 0, 0, 0).x[0] - before > 3, 1);
    CHECK("a sum", sum, 500000500000);
    CHECK("FP registers", wrong, 0);
}

/* ---- two CPUs ---- */

static u64 other_counts(u32 me)
{
    (void)me;
    return tee(TEE_COUNT, 0, 0);
}

static u64 other_looks(u32 me)
{
    (void)me;
    forget();
    load(SECURE_RAM);
    return taken[2].esr & 0x3f;
}

static u64 both_sign(u32 me)
{
    u64 wrong = 0;
    for (u32 i = 0; i < 200; i++)
        wrong += tee(TEE_SIGN, 0x0706050403020100, 0) != 0x93f5f5799a932462;
    fp_fill(me);
    tee(TEE_FILL, me + 9, 0);
    return wrong + fp_wrong(me);
}

static void two_cpus(void)
{
    smp_l1_init();
    mmu_on(smp_l1);
    start_pe(1, serve, 1);
    while (!boxes[1].ready)
        WFE();
    CHECK("the other CPU's payload has its own count", run_on(1, other_counts), 1);
    CHECK("Secure RAM is closed to it", run_on(1, other_looks), SYNC_EXTERNAL);
    begin(1, both_sign);
    CHECK("one signs", both_sign(0), 0);
    CHECK("the other, too", finished(1), 0);
    CHECK("CPU_ON: ALREADY_ON", psci(PSCI_ON, 1, (u64)pe_entry, 0), -4);
    CHECK("CPU_ON in Secure RAM", psci(PSCI_ON, 1, SECURE_RAM, 0), -9);
}

void guest_main(void)
{
    home_el = 2;
    conventions();
    signatures();
    general_registers("registers over PSCI", PSCI_VERSION, 1);
    general_registers("registers over a call", TEE_COUNT | SMC64, 4);
    system_registers();
    fp_registers();
    secure_memory();
    secure_memory_translated();
    secure_registers();
    secure_gic();
    secure_memory_by_dma();
    secure_timer();
    interrupted();
    two_cpus();
    finish();
}
