/* SCR.AW and FW: without the Virtualization Extensions they say whether the Non-secure world changes CPSR.A and F (DDI 0406 B1.5.1, B1.9.10). */
#include "hyp.h"

enum { NS = 1, FW = 1 << 4, AW = 1 << 5 };

/* secure.S knows its layout. */
struct world {
    u32 r[13], pc, psr, scr; /* pc: LR_mon behind it, psr: SPSR_mon */
    u32 vector, monitor_cpsr;
};
void run_world(struct world *w) __asm__("run");

#define A(text)                                                                                                                                      \
    ({ u32 at_; __asm__ volatile(ASM_HEAD ".arch_extension sec\n.pushsection .text.code, \"ax\"\n.balign 8\n77: " text                                              \
                                 "\n smc #0\n.popsection\n movw %0, #:lower16:77b\n movt %0, #:upper16:77b" : "=r"(at_)); at_; })

/* CPSR when Monitor mode is called. */
static u32 masks_behind(u32 scr, u32 at, u32 psr)
{
    struct world w = { .pc = at, .psr = psr, .scr = scr };
    run_world(&w);
    return w.psr & PSR_AIF;
}

void guest_main(void);
void guest_main(void)
{
    const u32 set = A("cpsid aif"), clear = A("cpsie aif"), msr_set = A("mov r0, #0x1d3\n orr r0, r0, #0x100\n msr cpsr_xc, r0"),
              returns_set = A("mov r0, #0xd3\n orr r0, r0, #0x100\n msr spsr_cxsf, r0\n adr lr, 1f\n movs pc, lr\n1: nop"),
              returns_clear = A("mov r0, #0x13\n msr spsr_cxsf, r0\n adr lr, 1f\n movs pc, lr\n1: nop"),
              loads_set = A("mov r0, #0xd3\n orr r0, r0, #0x100\n str r0, [r1, #4]\n adr r0, 1f\n str r0, [r1]\n rfeia r1\n1: nop"),
              aborts = A("mov r1, #0x40000001\n ldrd r2, r3, [r1]");
    static u32 words[2] __attribute__((aligned(8)));
    for (u32 i = 0; i < 4; i++) {
        u32 scr = NS | (i & 1 ? AW : 0) | (i & 2 ? FW : 0), may = PSR_I | (i & 1 ? PSR_A : 0) | (i & 2 ? PSR_F : 0);
        check("CPSID", masks_behind(scr, set, SVC), may);
        check("CPSIE", masks_behind(scr, clear, SVC | PSR_AIF), PSR_AIF & ~may);
        check("MSR", masks_behind(scr, msr_set, SVC), may);
        check("a return that sets them", masks_behind(scr, returns_set, SVC), may);
        check("a return that clears them", masks_behind(scr, returns_clear, SVC | PSR_AIF), PSR_AIF & ~may);
        struct world w = { .pc = loads_set, .psr = SVC, .scr = scr, .r = { [1] = (u32)words } };
        run_world(&w);
        check("RFE", w.psr & PSR_AIF, may);
        check("an abort's entry", masks_behind(scr, aborts, SVC), PSR_I | (may & PSR_A));
        check("CPSID in Secure state", masks_behind(scr & ~(u32)NS, set, SVC), PSR_AIF);
        check("a return in Secure state", masks_behind(scr & ~(u32)NS, returns_clear, SVC | PSR_AIF), 0);
    }
    finish();
}
