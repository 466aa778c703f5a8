/* What a world owns of EL1, EL0 and of EL3's controls, and the exceptions that come to EL3 (DDI 0487 D1.3, D17.2). */
#include "monitor.h"

/* SCR_EL3: NS 0, FIQ 2, RES1 5:4, HCE 8, SIF 9, RW 10, ST 11, APK 16, API 17 */
#define SCR_BOTH (3u << 4 | 1u << 10)
#define SCR_NORMAL (SCR_BOTH | 1u << 0 | 1u << 2 | 1u << 8)
#define SCR_SECURE (SCR_BOTH | 1u << 9 | 1u << 11)
#define SCR_PAUTH (3u << 16)

#define CPTR_TFP (1u << 10)
#define SCTLR_EL1_RESET 0x30d00800
#define SCTLR_EL2_RESET 0x30c50830
#define DAIF (15u << 6)

enum { EL1H = 5, EL2H = 9 };
enum { FROM_BELOW = 8, SYNC = 0, IRQ = 1, FIQ = 2 }; /* vectors: from below in AArch64 8 to 11, in AArch32 12 to 15; four kinds */
enum { EC_FP = 0x07, EC_SMC32 = 0x13, EC_SMC64 = 0x17 };

void fp_save(struct fp_state *to);
void fp_load(const struct fp_state *from);

static bool has_el2(void)
{
    return MRS("id_aa64pfr0_el1") >> 8 & 15;
}

static bool has_pauth(void)
{
    return MRS("id_aa64isar1_el1") >> 4 & 0xff;
}

/* ---- a world ---- */

void world_save(struct world *w)
{
#define X(name) w->name = MRS(#name);
    WORLD_REGISTERS(X)
#undef X
}

void world_load(const struct world *w, unsigned name)
{
#define X(name) MSR(#name, w->name);
    WORLD_REGISTERS(X)
#undef X
    MSR("cptr_el3", w->fp_is_live ? 0 : CPTR_TFP);
    MSR("scr_el3", name == SECURE ? SCR_SECURE : SCR_NORMAL | (has_pauth() ? SCR_PAUTH : 0));
    ISB();
}

/* The Normal world has EL2 to itself: it begins as after a reset. */
static void reset_el2(void)
{
    MSR("sctlr_el2", SCTLR_EL2_RESET);
    MSR("hcr_el2", 0);
    MSR("cptr_el2", 0x33ff); /* RES1; nothing is trapped */
    MSR("mdcr_el2", MRS("pmcr_el0") >> 11 & 31); /* HPMN: all event counters are below EL2 */
    MSR("hstr_el2", 0);
    MSR("cnthctl_el2", 3);
    MSR("cntvoff_el2", 0);
    MSR("vttbr_el2", 0);
    MSR("vpidr_el2", MRS("midr_el1"));
    MSR("vmpidr_el2", MRS("mpidr_el1"));
}

void world_reset(struct world *w, unsigned name, unsigned long entry, unsigned long r0)
{
    bool at_el2 = name == NORMAL && has_el2();
    *w = (struct world){ .frame = { .r = { r0 }, .pc = entry, .psr = DAIF | (at_el2 ? EL2H : EL1H) }, .sctlr_el1 = SCTLR_EL1_RESET };
    if (at_el2)
        reset_el2();
}

/* ---- exceptions ---- */

/* A world wants its FP registers, and the other's are there. */
static void fp_wanted(struct cpu *cpu)
{
    struct world *mine = &cpu->world[cpu->current], *other = &cpu->world[!cpu->current];
    MSR("cptr_el3", 0);
    ISB();
    if (other->fp_is_live)
        fp_save(&other->fp);
    other->fp_is_live = false;
    fp_load(&mine->fp);
    mine->fp_is_live = true;
}

void on_exception(struct frame *f, unsigned vector);
void on_exception(struct frame *f, unsigned vector)
{
    struct cpu *cpu = &monitor.cpu[this_cpu()];
    u32 class = (u32)(MRS("esr_el3") >> 26 & 63);
    if (vector >= FROM_BELOW && vector % 4 == FIQ) {
        handle_secure_interrupt(cpu, f);
    } else if (vector >= FROM_BELOW && vector % 4 == SYNC && (class == EC_SMC64 || class == EC_SMC32)) {
        handle_smc(cpu, f);
    } else if (vector >= FROM_BELOW && vector % 4 == SYNC && class == EC_FP) {
        fp_wanted(cpu);
    } else {
        print("monitor: vector ");
        print_hex(vector);
        print(", ESR_EL3 ");
        print_hex(MRS("esr_el3"));
        print(", ELR_EL3 ");
        print_hex(f->pc);
        print(", FAR_EL3 ");
        print_hex(MRS("far_el3"));
        print("\r\n");
        panic("an exception that nobody handles");
    }
}
