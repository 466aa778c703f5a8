/* The Security Extensions of ARMv7 seen from Monitor mode: calls, exceptions of both worlds, banked registers, SCR's controls (DDI 0406 B1.5, B1.8, B1.9,
 * B4.1.129). */
#include "hyp.h"

enum { MON = 0x16 };
enum { NS = 1, EA = 1 << 3, FW = 1 << 4, AW = 1 << 5, HCE = 1 << 8 };

/* secure.S knows its layout. */
struct world {
    u32 r[13], pc, psr, scr; /* pc: LR_mon behind it, psr: SPSR_mon */
    u32 vector, monitor_cpsr;
};
void run_world(struct world *w) __asm__("run");
extern u8 secure_vectors[], normal_vectors[], hyp_vectors[];

#define CODE_SMC(instruction_set, text)                                                                                                              \
    ({ u32 at_; __asm__ volatile(ASM_HEAD ".arch_extension sec\n.pushsection .text.code, \"ax\"\n.balign 8\n" instruction_set "\n77: " text                         \
                                 "\n smc #0\n.balign 4\n.arm\n.popsection\n movw %0, #:lower16:77b\n movt %0, #:upper16:77b" : "=r"(at_)); at_ & ~1u; })
#define A(text) CODE_SMC(".arm", text)
#define T(text) CODE_SMC(".thumb", text)

static struct world run_in(u32 scr, u32 pc, u32 psr)
{
    struct world w = { .pc = pc, .psr = psr, .scr = scr };
    for (u32 i = 0; i < 13; i++)
        w.r[i] = 0x1000 + i;
    run_world(&w);
    return w;
}

/* Which vector of which table called Monitor mode: its number, or 99. */
static u32 by_vector(const struct world *w, const u8 *vectors)
{
    u32 n = (w->pc - 4 - (u32)vectors) / 4;
    return w->vector == 2 && n < 8 ? n : 99;
}

static void scr(u32 value)
{
    CP15_SET(0, 1, 1, 0, value);
}

/* A CP15 register of one world, read in Monitor mode. */
#define OF_WORLD(ns, ...) ({ scr(ns); u32 of_ = CP15_GET(__VA_ARGS__); scr(0); of_; })
#define TO_WORLD(ns, ...) ({ scr(ns); CP15_SET(__VA_ARGS__); scr(0); })

/* ---- calls ---- */

static void calls(void)
{
    const struct {
        const char *name;
        u32 scr, at, psr, size;
    } table[] = {
        { "SMC of Secure SVC mode", 0, A("nop"), PSR_AIF | SVC, 8 }, { "SMC of Non-secure SVC mode", NS, A("nop"), SVC, 8 },
        { "SMC of Hyp mode", NS, A("nop"), PSR_A | HYP, 8 }, { "SMC of T32", NS, T("nop.w"), PSR_T | PSR_I | IRQ, 8 },
        { "SMC of FIQ mode, big-endian", NS, A("setend be"), FIQ | PSR_E, 8 }, { "SMC of Monitor mode", 0, A("nop"), PSR_AIF | MON, 8 },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct world w = run_in(table[i].scr, table[i].at, table[i].psr);
        check2(table[i].name, "vector", w.vector, 2);
        check2(table[i].name, "LR_mon", w.pc, table[i].at + table[i].size);
        check2(table[i].name, "SPSR_mon", w.psr, table[i].psr);
        check2(table[i].name, "CPSR", w.monitor_cpsr & 0x3ff, PSR_AIF | MON);
        check2(table[i].name, "SCR", w.scr, table[i].scr);
    }
}

/* UNDEFINED is told by the world's vector. */
static void undefined_calls(void)
{
    struct world w = run_in(0, A("hvc #0"), PSR_AIF | SVC);
    check("HVC of Secure SVC mode", by_vector(&w, secure_vectors), 1);
    w = run_in(NS, A("hvc #0"), PSR_AIF | SVC);
    check("HVC without SCR.HCE", by_vector(&w, normal_vectors), 1);
    w = run_in(NS | HCE, A("hvc #0"), PSR_AIF | SVC);
    check("HVC with SCR.HCE", by_vector(&w, hyp_vectors), 5);
    w = run_in(NS | HCE, A("hvc #0"), PSR_AIF | MON);
    check("HVC of Monitor mode is UNDEFINED, in Secure state", by_vector(&w, secure_vectors), 1);
    check("SCR.NS is cleared", w.scr, HCE);
    check("SPSR_und", GET(spsr_und), PSR_AIF | MON);
    w = run_in(NS | HCE, A("udf #0"), PSR_AIF | MON);
    check("UDF of Monitor mode", by_vector(&w, secure_vectors), 1);
    check("SCR.NS is cleared, too", w.scr, HCE);
    w = run_in(NS | HCE, A("svc #0"), PSR_AIF | MON);
    check("SVC of Monitor mode", by_vector(&w, secure_vectors), 2);
    check("SCR.NS is cleared here as well", w.scr, HCE);
    w = run_in(0, A("smc #0"), USR);
    check("SMC of Secure User mode", by_vector(&w, secure_vectors), 1);
    w = run_in(NS, A("smc #0"), USR);
    check("SMC of Non-secure User mode", by_vector(&w, normal_vectors), 1);
    check("its LR_und", w.r[0], 0x1000);
}

/* ---- rights ---- */

static void rights(void)
{
    const struct {
        const char *name;
        u32 at;
        bool s_svc, ns_svc, hyp, mon, mon_ns; /* allowed? */
    } table[] = {
        { "SCR", A("mrc p15, 0, r0, c1, c1, 0"), 1, 0, 0, 1, 1 },
        { "SDER", A("mrc p15, 0, r0, c1, c1, 1"), 1, 0, 0, 1, 1 },
        { "NSACR", A("mrc p15, 0, r0, c1, c1, 2"), 1, 1, 1, 1, 1 },
        { "NSACR, written", A("mrc p15, 0, r0, c1, c1, 2\n mcr p15, 0, r0, c1, c1, 2"), 1, 0, 0, 1, 1 },
        { "MVBAR", A("mrc p15, 0, r0, c12, c0, 1"), 1, 0, 0, 1, 1 },
        { "HCR", A("mrc p15, 4, r0, c1, c1, 0"), 0, 0, 1, 0, 1 },
        { "HTTBR", A("mrrc p15, 4, r0, r1, c2"), 0, 0, 1, 0, 1 },
        { "CNTVOFF", A("mrrc p15, 4, r0, r1, c14"), 0, 0, 1, 0, 1 },
        { "ATS12NSOPR", A("mcr p15, 0, r0, c7, c8, 4"), 1, 0, 1, 1, 1 },
        { "ATS1HR", A("mcr p15, 4, r0, c7, c8, 0"), 0, 0, 1, 0, 1 },
        { "TLBIALLH", A("mcr p15, 4, r0, c8, c7, 0"), 0, 0, 1, 0, 1 },
        { "TLBIALLNSNH", A("mcr p15, 4, r0, c8, c7, 4"), 0, 0, 1, 0, 1 },
        { "SPSR_mon", A("mrs r0, spsr_mon"), 1, 0, 0, 0, 0 },
        { "SP_mon", A("mrs r0, sp_mon"), 1, 0, 0, 0, 0 },
        { "LR_mon, written", A("mrs r0, lr_mon\n msr lr_mon, r0"), 1, 0, 0, 0, 0 },
        { "SPSR_hyp", A("mrs r0, spsr_hyp"), 0, 0, 0, 1, 1 },
        { "SP_hyp", A("mrs r0, sp_hyp"), 0, 0, 0, 1, 1 },
        { "ELR_hyp", A("mrs r0, elr_hyp"), 0, 0, 1, 1, 1 },
        { "CNTFRQ, written", A("mrc p15, 0, r0, c14, c0, 0\n mcr p15, 0, r0, c14, c0, 0"), 1, 0, 0, 1, 1 },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        const bool allowed[] = { table[i].s_svc, table[i].ns_svc, table[i].hyp, table[i].mon, table[i].mon_ns };
        static const char *const where[] = { "in Secure SVC mode", "in Non-secure SVC mode", "in Hyp mode", "in Monitor mode", "in Monitor mode with NS" };
        static const u8 modes[] = { SVC, SVC, HYP, MON, MON }, worlds[] = { 0, NS, NS, 0, NS };
        for (u32 k = 0; k < 5; k++) {
            struct world w = run_in(worlds[k] | HCE, table[i].at, PSR_AIF | modes[k]);
            const u8 *vectors = k == 1 ? normal_vectors : k == 2 ? hyp_vectors : secure_vectors;
            check2(table[i].name, where[k], w.vector == 2 && by_vector(&w, vectors) != 1, allowed[k]);
        }
    }
}

/* ---- banks ---- */

static void banks(void)
{
#define BANKED(name, a, b, ...)                                                                                                                      \
    do {                                                                                                                                             \
        u32 s_ = OF_WORLD(0, __VA_ARGS__), n_ = OF_WORLD(NS, __VA_ARGS__);                                                                           \
        TO_WORLD(0, __VA_ARGS__, a);                                                                                                                 \
        TO_WORLD(NS, __VA_ARGS__, b);                                                                                                                \
        check(name ", Secure", OF_WORLD(0, __VA_ARGS__), a);                                                                                         \
        check(name ", Non-secure", OF_WORLD(NS, __VA_ARGS__), b);                                                                                    \
        TO_WORLD(0, __VA_ARGS__, s_);                                                                                                                \
        TO_WORLD(NS, __VA_ARGS__, n_);                                                                                                               \
    } while (0)
    BANKED("CSSELR", 2, 1, 2, 0, 0, 0);
    BANKED("TTBR0", 0x40000000, 0x50000000, 0, 2, 0, 0);
    BANKED("TTBR1", 0x41000000, 0x51000000, 0, 2, 0, 1);
    BANKED("TTBCR", 1, 2, 0, 2, 0, 2);
    BANKED("DACR", 0x12345678, 0x55aa55aa, 0, 3, 0, 0);
    BANKED("DFSR", 5, 7, 0, 5, 0, 0);
    BANKED("IFSR", 0xd, 0xf, 0, 5, 0, 1);
    BANKED("DFAR", 0x11111111, 0x22222222, 0, 6, 0, 0);
    BANKED("IFAR", 0x33333333, 0x44444444, 0, 6, 0, 2);
    BANKED("PAR", 0x55555001, 0x66666001, 0, 7, 4, 0);
    BANKED("PRRR", 0x77777777, 0x0a0a0a0a, 0, 10, 2, 0);
    BANKED("NMRR", 0x12121212, 0x34343434, 0, 10, 2, 1);
    BANKED("VBAR", 0x46000000, 0x47000020, 0, 12, 0, 0);
    BANKED("CONTEXTIDR", 0x101, 0x202, 0, 13, 0, 1);
    BANKED("TPIDRURW", 1, 2, 0, 13, 0, 2);
    BANKED("TPIDRURO", 3, 4, 0, 13, 0, 3);
    BANKED("TPIDRPRW", 5, 6, 0, 13, 0, 4);
}

/* ---- external aborts ---- */

#define NOWHERE 0x20000000u

static void external_aborts(void)
{
    u32 at = A("movw r1, #0\n movt r1, #0x2000\n ldr r2, [r1]") ;
    struct world w = run_in(NS | EA, at, SVC);
    check("SCR.EA: an external abort of SVC mode", w.vector, 4);
    check("LR_mon", w.pc, at + 8 + 8);
    check("SPSR_mon", w.psr, SVC);
    check("DFSR, Secure", OF_WORLD(0, 0, 5, 0, 0) & 0xc0f, 8);
    check("DFAR, Secure", OF_WORLD(0, 0, 6, 0, 0), NOWHERE);
    w = run_in(NS | EA, at, HYP);
    check("SCR.EA: an external abort of Hyp mode", w.vector, 4);
    check("DFSR, Secure, in the long format", OF_WORLD(0, 0, 5, 0, 0) & 0xe3f, 0x210);
    TO_WORLD(NS, 0, 2, 0, 2, 1u << 31); /* TTBCR.EAE */
    w = run_in(NS | EA, at, SVC);
    check("SCR.EA: an external abort with EAE", w.vector, 4);
    check("DFSR, Secure, in the long format as well", OF_WORLD(0, 0, 5, 0, 0) & 0xe3f, 0x210);
    TO_WORLD(NS, 0, 2, 0, 2, 0);
    w = run_in(EA, at, SVC);
    check("SCR.EA: an external abort of Secure SVC mode", w.vector, 4);
    check("DFSR", OF_WORLD(0, 0, 5, 0, 0) & 0xe0f, 8);
    w = run_in(NS, at, SVC);
    check("an external abort without SCR.EA", by_vector(&w, normal_vectors), 4);
    check("DFSR, Non-secure", OF_WORLD(NS, 0, 5, 0, 0) & 0xe0f, 8);
    w = run_in(NS | EA, NOWHERE, SVC);
    check("a fetch", w.vector, 3);
    check("its LR_mon", w.pc, NOWHERE + 4);
    check("IFSR, Secure", OF_WORLD(0, 0, 5, 0, 1) & 0x60f, 8);
    check("IFAR, Secure", OF_WORLD(0, 0, 6, 0, 2), NOWHERE);
}

/* ---- SRS, CPS ---- */

static void monitor_stack(void)
{
    static volatile u32 words[4];
    struct world w = (struct world){ .pc = A("mrs r3, sp_mon\n msr sp_mon, r4\n mov lr, #0x50\n srsia sp!, #0x16\n mrs r5, sp_mon\n msr sp_mon, r3"),
                        .psr = PSR_AIF | SVC, .r = { [4] = (u32)words } };
    SET(spsr_svc, 0x1234);
    run_world(&w);
    check("SRS to Monitor's stack: LR", words[0], 0x50);
    check("SRS to Monitor's stack: SPSR", words[1], 0x1234);
    check("SRS to Monitor's stack: SP", w.r[5], (u32)words + 8);
    w = run_in(0, A("cps #0x16\n mrs r0, cpsr\n cps #0x13\n mrs r1, cpsr"), PSR_AIF | SVC);
    check("CPS to Monitor mode", w.r[0] & 31, MON);
    check("CPS back", w.r[1] & 31, SVC);
    w = run_in(NS, A("cps #0x16\n mrs r0, cpsr"), PSR_AIF | SVC);
    check("CPS to Monitor mode in Non-secure state does nothing", w.r[0] & 31, SVC);
    w = run_in(0, A("cps #0x1a\n mrs r0, cpsr"), PSR_AIF | SVC);
    check("CPS to Hyp mode in Secure state does nothing", w.r[0] & 31, SVC);
}

/* ---- NSACR ---- */

static void coprocessor_access(void)
{
    CP15_SET(0, 1, 0, 2, 0xf00000); /* CPACR */
    CP15_SET(0, 1, 1, 2, 0);        /* NSACR: none */
    struct world w = run_in(NS, A("mrc p15, 0, r0, c1, c0, 2"), PSR_AIF | SVC);
    check("CPACR's fields are RAZ without NSACR's", w.r[0] & 0xf00000, 0);
    w = run_in(NS, A(".fpu neon-vfpv4\n vmrs r0, fpexc"), PSR_AIF | SVC);
    check("VMRS in Non-secure state", by_vector(&w, normal_vectors), 1);
    w = run_in(0, A(".fpu neon-vfpv4\n vmrs r0, fpexc"), PSR_AIF | SVC);
    check("VMRS in Secure state", by_vector(&w, secure_vectors), 99);
    CP15_SET(0, 1, 1, 2, 0xc00);
    w = run_in(NS, A(".fpu neon-vfpv4\n vmrs r0, fpexc\n mrc p15, 0, r1, c1, c0, 2"), PSR_AIF | SVC);
    check("VMRS with NSACR", by_vector(&w, normal_vectors), 99);
    check("CPACR with NSACR", w.r[1] & 0xf00000, 0xf00000);
    CP15_SET(0, 1, 1, 2, 0x8c00); /* NSASEDIS */
    w = run_in(NS, A(".fpu neon-vfpv4\n mov r0, #0x40000000\n vmsr fpexc, r0\n vadd.i32 q0, q0, q0"), PSR_AIF | SVC);
    check("NSASEDIS", by_vector(&w, normal_vectors), 1);
    CP15_SET(0, 1, 1, 2, 0xc00);
}

void guest_main(void);
void guest_main(void)
{
    scr(NS | HCE);
    CP15_SET(4, 12, 0, 0, hyp_vectors);
    scr(0);
    calls();
    undefined_calls();
    rights();
    banks();
    external_aborts();
    monitor_stack();
    coprocessor_access();
    finish();
}
