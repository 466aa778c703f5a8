/* What a world owns besides CP15's banked registers, and the exceptions that come to Monitor mode (DDI 0406C B1.8, B4.1.129). */
#include "monitor.h"

/* SCR: NS 0, FIQ 2, HCE 8, SIF 9. FW (4) is 0: Non-secure CPSR.F masks no FIQ on its way here. */
#define SCR_NORMAL (1u << 0 | 1u << 2 | 1u << 8)
#define SCR_SECURE (1u << 9)

#define AIF (7u << 6)
#define THUMB (1u << 5)
#define SCTLR_RESET 0x00c50078
#define HSCTLR_RESET 0x30c50830
#define FPEXC_EN (1u << 30)

enum { MODE_SVC = 0x13, MODE_HYP = 0x1a };
enum kind { KIND_SMC, KIND_FIQ, KIND_OTHER }; /* entry.S's */

void modes_save(struct modes *to); /* entry.S */
void modes_load(const struct modes *from);

static bool has_hyp(void)
{
    return CP15_READ(0, c0, c1, 1) >> 12 & 15; /* ID_PFR1.Virtualization */
}

static void set_scr(u32 scr)
{
    CP15_WRITE(0, c1, c1, 0, scr);
    ISB();
}

static u32 scr_of(unsigned name)
{
    return name == SECURE ? SCR_SECURE : SCR_NORMAL;
}

/* ---- FP: saved eagerly. CPACR is common, so it is opened for that ---- */

static void fp_open(void)
{
    CP15_WRITE(0, c1, c0, 2, 0xfu << 20);
    ISB();
}

static void fp_save(struct world *w)
{
    fp_open();
    __asm__ volatile(".fpu neon-vfpv4\n vmrs %0, fpexc" : "=r"(w->fpexc));
    __asm__ volatile("vmsr fpexc, %0" : : "r"(FPEXC_EN));
    __asm__ volatile("vstmia %1!, {d0-d15}\n vstmia %1!, {d16-d31}\n vmrs %0, fpscr" : "=&r"(w->fpscr) : "r"(w->d) : "memory", "cc");
}

static void fp_load(const struct world *w)
{
    fp_open();
    __asm__ volatile(".fpu neon-vfpv4\n vmsr fpexc, %0" : : "r"(FPEXC_EN));
    __asm__ volatile("vldmia %0!, {d0-d15}\n vldmia %0!, {d16-d31}\n vmsr fpscr, %1" : : "r"(w->d), "r"(w->fpscr) : "memory");
    __asm__ volatile("vmsr fpexc, %0" : : "r"(w->fpexc));
}

/* ---- a world ---- */

void world_save(struct world *w)
{
    modes_save(&w->modes);
    w->cpacr = CP15_READ(0, c1, c0, 2);
    w->cntkctl = CP15_READ(0, c14, c1, 0);
    fp_save(w);
}

/* SCR follows when Monitor mode is left: until then CP15 is the Secure world's. */
void world_load(const struct world *w, unsigned name)
{
    (void)name;
    modes_load(&w->modes);
    fp_load(w);
    CP15_WRITE(0, c14, c1, 0, w->cntkctl);
    CP15_WRITE(0, c1, c0, 2, w->cpacr);
    ISB();
}

/* The Non-secure copies, and Hyp mode's, begin as after a reset. */
static void reset_normal(void)
{
    set_scr(SCR_NORMAL);
    CP15_WRITE(0, c1, c0, 0, SCTLR_RESET);
    CP15_WRITE(0, c2, c0, 2, 0);  /* TTBCR */
    CP15_WRITE(0, c12, c0, 0, 0); /* VBAR */
    if (has_hyp()) {
        CP15_WRITE(4, c1, c0, 0, HSCTLR_RESET);
        CP15_WRITE(4, c1, c1, 0, 0); /* HCR */
        CP15_WRITE(4, c1, c1, 1, CP15_READ(0, c9, c12, 0) >> 11 & 31); /* HDCR.HPMN: PMCR.N */
        CP15_WRITE(4, c1, c1, 2, 0); /* HCPTR */
        CP15_WRITE(4, c1, c1, 3, 0); /* HSTR */
        CP15_WRITE(4, c14, c1, 0, 3); /* CNTHCTL */
        CP15_WRITE64(4, c14, 0);      /* CNTVOFF */
        CP15_WRITE64(6, c2, 0);       /* VTTBR */
        CP15_WRITE(4, c0, c0, 0, CP15_READ(0, c0, c0, 0)); /* VPIDR */
        CP15_WRITE(4, c0, c0, 5, CP15_READ(0, c0, c0, 5)); /* VMPIDR */
    }
    set_scr(SCR_SECURE);
}

void world_reset(struct world *w, unsigned name, unsigned long entry, unsigned long r0)
{
    u32 mode = name == NORMAL && has_hyp() ? MODE_HYP : MODE_SVC;
    *w = (struct world){ .frame = { .r = { r0 }, .pc = entry & ~1ul, .psr = AIF | mode | (entry & 1 ? THUMB : 0) } };
    if (name == NORMAL)
        reset_normal();
}

/* ---- exceptions ---- */

void on_exception(struct frame *f, enum kind kind);
void on_exception(struct frame *f, enum kind kind)
{
    struct cpu *cpu = &monitor.cpu[this_cpu()];
    set_scr(SCR_SECURE);
    if (kind == KIND_SMC) {
        handle_smc(cpu, f);
    } else if (kind == KIND_FIQ) {
        handle_secure_interrupt(cpu, f);
    } else {
        print("monitor: PC ");
        print_hex(f->pc);
        print(", CPSR ");
        print_hex(f->psr);
        print(", DFAR ");
        print_hex(CP15_READ(0, c6, c0, 0));
        print("\r\n");
        panic("an exception that nobody handles");
    }
    set_scr(scr_of(cpu->current));
}
