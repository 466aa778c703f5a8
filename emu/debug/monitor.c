/* The monitor's commands, as tables: a command, its arguments, one line of help, a function. */
#include "emu/debug/monitor.h"

#include "cpu/aarch32.h"
#include "cpu/cp.h"
#include "cpu/model.h"
#include "emu/boards/board.h"
#include "emu/debug/examine.h"
#include "emu/platform/bits.h"
#include "emu/trace/worlds.h"

#include <stdlib.h>
#include <string.h>

struct command {
    const char *name, *alias, *arguments, *help;
    void (*run)(struct monitor *mon, const char *rest, FILE *out);
};

static const char *skip_blanks(const char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    return s;
}

/* The rest of `line` after the word `name`, if it begins with it. "x/4x" is the word x. */
static const char *after_word(const char *line, const char *name)
{
    size_t n = name ? strlen(name) : 0;
    if (!n || strncmp(line, name, n) || !strchr(" \t/", line[n])) /* finds the end of the line, too */
        return NULL;
    return skip_blanks(line + n);
}

/* Runs the table's command that `line` names. False: there is none. */
static bool dispatch(const struct command *table, size_t count, struct monitor *mon, const char *line, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *rest = after_word(line, table[i].name);
        if (!rest)
            rest = after_word(line, table[i].alias);
        if (!rest)
            continue;
        table[i].run(mon, rest, out);
        return true;
    }
    return false;
}

static void print_help(const struct command *table, size_t count, const char *prefix, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        char form[64];
        snprintf(form, sizeof form, "%s%s%s%s %s", prefix, table[i].name, table[i].alias ? "|" : "", table[i].alias ? table[i].alias : "",
                 table[i].arguments);
        fprintf(out, "%-26s %s\n", form, table[i].help);
    }
}

/* ---- info ---- */

static const char *run_state_name(const struct cpu *cpu)
{
    static const char *const names[] = { [CPU_RUNNING] = "running",
                                         [CPU_WFI] = "in WFI",
                                         [CPU_WFE] = "in WFE",
                                         [CPU_OFF] = "off",
                                         [CPU_LOCKED_UP] = "locked up" };
    return cpu->run_state < ARRAY_SIZE(names) ? names[cpu->run_state] : "?";
}

/* GE, the instruction set, endianness, ITSTATE and the mode are AArch32's. */
static void print_cpsr(const struct cpu *cpu, FILE *out)
{
    const struct pstate *p = &cpu->pstate;
    u32 nzcv = cpu_nzcv(cpu);
    fprintf(out, "CPSR %08x %c%c%c%c%c %c%c%c %s%s EL%u %s %s%s", aarch32_psr(cpu, p->it), bit(nzcv, 31) ? 'N' : '-', bit(nzcv, 30) ? 'Z' : '-',
            bit(nzcv, 29) ? 'C' : '-', bit(nzcv, 28) ? 'V' : '-', p->q ? 'Q' : '-', p->daif & DAIF_A ? 'A' : '-', p->daif & DAIF_I ? 'I' : '-',
            p->daif & DAIF_F ? 'F' : '-', p->t ? "T32" : "A32", p->e ? " big-endian data" : "", p->el, aarch32_mode_name(p->mode),
            cpu_is_secure(cpu) ? "Secure" : "Non-secure", p->il ? " IL" : "");
    if (p->it)
        fprintf(out, " IT %02x", p->it);
    fputc('\n', out);
}

static void print_pstate(const struct cpu *cpu, FILE *out)
{
    u32 nzcv = cpu_nzcv(cpu);
    fprintf(out, "PSTATE %c%c%c%c %c%c%c%c EL%u%c %s%s\n", bit(nzcv, 31) ? 'N' : '-', bit(nzcv, 30) ? 'Z' : '-', bit(nzcv, 29) ? 'C' : '-',
            bit(nzcv, 28) ? 'V' : '-', cpu->pstate.daif & DAIF_D ? 'D' : '-', cpu->pstate.daif & DAIF_A ? 'A' : '-',
            cpu->pstate.daif & DAIF_I ? 'I' : '-', cpu->pstate.daif & DAIF_F ? 'F' : '-', cpu->pstate.el, cpu->pstate.sp_sel ? 'h' : 't',
            cpu_is_secure(cpu) ? "Secure" : "Non-secure", cpu->pstate.il ? " IL" : "");
}

struct named_sysreg {
    const char *name;
    u16 offset; /* in struct sysregs */
    u8 el;      /* shown where this EL exists */
};

#define SYSREG(name, el) { #name, offsetof(struct sysregs, name), el }

static void print_sysregs(const struct cpu *cpu, FILE *out)
{
    static const struct named_sysreg regs[] = {
        SYSREG(sctlr_el1, 1), SYSREG(tcr_el1, 1),   SYSREG(ttbr0_el1, 1), SYSREG(ttbr1_el1, 1), SYSREG(mair_el1, 1),  SYSREG(vbar_el1, 1),
        SYSREG(esr_el1, 1),   SYSREG(far_el1, 1),   SYSREG(elr_el1, 1),   SYSREG(spsr_el1, 1),  SYSREG(sctlr_el2, 2), SYSREG(hcr_el2, 2),
        SYSREG(tcr_el2, 2),   SYSREG(ttbr0_el2, 2), SYSREG(vtcr_el2, 2),  SYSREG(vttbr_el2, 2), SYSREG(vbar_el2, 2),  SYSREG(cptr_el2, 2),
        SYSREG(esr_el2, 2),   SYSREG(far_el2, 2),   SYSREG(hpfar_el2, 2), SYSREG(elr_el2, 2),   SYSREG(spsr_el2, 2),  SYSREG(sctlr_el3, 3),
        SYSREG(scr_el3, 3),   SYSREG(tcr_el3, 3),   SYSREG(ttbr0_el3, 3), SYSREG(vbar_el3, 3),  SYSREG(esr_el3, 3),   SYSREG(far_el3, 3),
        SYSREG(elr_el3, 3),   SYSREG(spsr_el3, 3),
    };
    unsigned column = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(regs); i++) {
        u64 value;
        if ((regs[i].el == 2 && !cpu->has_el2) || (regs[i].el == 3 && !cpu->has_el3))
            continue;
        memcpy(&value, (const u8 *)&cpu->sys + regs[i].offset, sizeof value);
        fprintf(out, "%-10s %016llx%s", regs[i].name, (unsigned long long)value, ++column % 3 ? "  " : "\n");
    }
    if (column % 3)
        fputc('\n', out);
}

/* Where a mode's R13, R14 and SPSR are now; Hyp's link is ELR_hyp. */
static void print_modes(struct cpu *cpu, FILE *out)
{
    static const u8 modes[] = { MODE_USR, MODE_SVC, MODE_ABT, MODE_UND, MODE_IRQ, MODE_FIQ, MODE_MON, MODE_HYP };
    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        u8 mode = modes[i];
        const u64 *spsr = aarch32_spsr(cpu, mode);
        bool usr = mode == MODE_USR;
        if ((mode == MODE_MON && !(cpu->has_el3 && cpu->model->aarch32_only)) || (mode == MODE_HYP && !cpu->has_el2))
            continue;
        u64 sp = usr ? *aarch32_user_register(cpu, 13) : *aarch32_banked_register(cpu, mode, 13);
        u64 lr = usr ? *aarch32_user_register(cpu, 14) : mode == MODE_HYP ? cpu->sys.elr_el2 : *aarch32_banked_register(cpu, mode, 14);
        fprintf(out, "%s SP %08x  %s %08x  ", aarch32_mode_name(mode), (u32)sp, mode == MODE_HYP ? "ELR" : "LR", (u32)lr);
        if (spsr)
            fprintf(out, "SPSR %08x", (u32)*spsr);
        fputc('\n', out);
    }
}

/* The copies of the Secure or Non-secure state that the PE is in. */
static void print_cp15(struct cpu *cpu, FILE *out)
{
    static const char *const names[] = { "SCTLR", "TTBCR", "TTBR0", "TTBR1", "DACR", "CONTEXTIDR", "DFSR", "DFAR", "IFSR", "IFAR", "VBAR", "CPACR",
                                         "HSCTLR", "HCR", "HCPTR", "HSTR", "HSR", "HDFAR", "HIFAR", "HPFAR", "HVBAR", "VTCR", "VTTBR", "SCR", "NSACR", "MVBAR" };
    unsigned column = 0;
    for (unsigned index = 1; index <= cp_count(); index++) {
        const struct cp_row *row = cp_row_at(cpu, index);
        for (unsigned i = 0; row && i < ARRAY_SIZE(names); i++)
            if (!strcmp(cp_name(row), names[i]))
                fprintf(out, "%-10s %0*llx%s", names[i], cp_encoding(row) >> 15 ? 16 : 8, (unsigned long long)cp_read(cpu, row), ++column % 4 ? "  " : "\n");
    }
    if (column % 4)
        fputc('\n', out);
}

static void print_lines(const struct cpu *cpu, FILE *out)
{
    fprintf(out, "lines %s%s%s%s%s\n", cpu->lines >> LINE_IRQ & 1 ? " IRQ" : "", cpu->lines >> LINE_FIQ & 1 ? " FIQ" : "",
            cpu->lines >> LINE_VIRQ & 1 ? " vIRQ" : "", cpu->lines >> LINE_VFIQ & 1 ? " vFIQ" : "",
            cpu->lines >> LINE_SERROR & 1 ? " SError" : "");
}

static void print_cpu_aarch32(struct cpu *cpu, FILE *out)
{
    fprintf(out, "CPU %u, %s\nPC  %08x  ", cpu->index, run_state_name(cpu), (u32)cpu->pc);
    print_cpsr(cpu, out);
    for (unsigned i = 0; i < 15; i++)
        fprintf(out, "R%-2u %08x%s", i, (u32)cpu->x[i], i % 5 == 4 ? "\n" : "  ");
    print_modes(cpu, out);
    print_lines(cpu, out);
    print_cp15(cpu, out);
    if (!cpu->model->aarch32_only)
        print_sysregs(cpu, out);
}

static void print_cpu(struct cpu *cpu, FILE *out)
{
    if (cpu->pstate.aarch32) {
        print_cpu_aarch32(cpu, out);
        return;
    }
    fprintf(out, "CPU %u, %s\nPC  %016llx  SP  %016llx  ", cpu->index, run_state_name(cpu), (unsigned long long)cpu->pc,
            (unsigned long long)cpu->x[SLOT_SP]);
    print_pstate(cpu, out);
    for (unsigned i = 0; i <= 30; i++)
        fprintf(out, "X%-2u %016llx%s", i, (unsigned long long)cpu->x[i], i % 4 == 3 || i == 30 ? "\n" : "  ");
    for (u8 el = 0; el <= 3; el++)
        if (el < 2 || (el == 2 && cpu->has_el2) || (el == 3 && cpu->has_el3))
            fprintf(out, "SP_EL%u %016llx  ", el, (unsigned long long)cpu_get_sp(cpu, el));
    fputc('\n', out);
    print_lines(cpu, out);
    print_sysregs(cpu, out);
}

static void info_registers(struct monitor *mon, const char *rest, FILE *out)
{
    if (*rest && strcmp(rest, "-a")) {
        fprintf(out, "info registers: '%s' is not -a\n", rest);
        return;
    }
    for (unsigned i = 0; i < mon->m->cpu_count; i++)
        if (*rest || i == mon->cpu)
            print_cpu(mon->m->cpus[i], out);
}

static void info_cpus(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    for (unsigned i = 0; i < mon->m->cpu_count; i++) {
        const struct cpu *cpu = mon->m->cpus[i];
        fprintf(out, "%c CPU %u  MPIDR %08llx  PC %016llx  EL%u%s%s  %s  %llu instructions\n", i == mon->cpu ? '*' : ' ', i,
                (unsigned long long)cpu->mpidr, (unsigned long long)cpu->pc, cpu->pstate.el, cpu->pstate.aarch32 ? " " : "",
                cpu->pstate.aarch32 ? aarch32_mode_name(cpu->pstate.mode) : "", run_state_name(cpu),
                (unsigned long long)cpu->insns);
    }
}

static void info_mtree(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    for (unsigned i = 0; i < mon->m->bus.count; i++) {
        const struct bus_region *r = &mon->m->bus.regions[i];
        fprintf(out, "%016llx-%016llx %-4s %s%s", (unsigned long long)r->base, (unsigned long long)(r->base + r->size - 1),
                r->host ? r->rom ? "rom" : "ram" : "i/o", r->name, r->secure_only ? " (Secure)" : "");
        if (!r->host || r->ops)
            fprintf(out, "  %llu reads, %llu writes", (unsigned long long)r->reads, (unsigned long long)r->writes);
        fputc('\n', out);
    }
}

static void info_gic(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    gic_print(mon->m->gic, out);
}

static void info_status(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    fprintf(out, "%s, %llu instructions, %.6f s of guest time\n", mon->m->paused ? "stopped" : "running",
            (unsigned long long)machine_insns(mon->m), (double)clock_ns(&mon->m->clock) * 1e-9);
}

static void info_worlds(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    worlds_print(mon->m->worlds, mon->m->clock.now, out);
}

static const struct command infos[] = {
    { "registers", NULL, "[-a]", "registers of the chosen PE, or of all", info_registers },
    { "cpus", NULL, "", "each PE: where it is, what it does", info_cpus },
    { "mtree", NULL, "", "the physical memory map, with access counts", info_mtree },
    { "gic", "irq", "", "interrupt controller: pending, active, list registers", info_gic },
    { "status", NULL, "", "running or stopped, instructions, time", info_status },
    { "worlds", NULL, "", "hypervisor and VMs: time, entries, exits by cause", info_worlds },
};

static void info(struct monitor *mon, const char *rest, FILE *out)
{
    if (!*rest)
        print_help(infos, ARRAY_SIZE(infos), "info ", out);
    else if (!dispatch(infos, ARRAY_SIZE(infos), mon, rest, out))
        fprintf(out, "info: unknown item '%s'; \"info\" lists them\n", rest);
}

/* ---- the rest ---- */

static void choose_cpu(struct monitor *mon, const char *rest, FILE *out)
{
    char *after;
    unsigned long n = strtoul(rest, &after, 0);
    if (!*rest || *after || n >= mon->m->cpu_count)
        fprintf(out, "cpu: '%s' is not a PE; there are 0 to %u\n", rest, mon->m->cpu_count - 1);
    else
        mon->cpu = (unsigned)n;
}

static void stop(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    (void)out;
    mon->m->paused = true;
}

static void cont(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    (void)out;
    mon->m->paused = false;
}

static void system_reset(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    (void)out;
    mon->m->reset_requested = true;
}

static void system_powerdown(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    void (*press)(struct machine *) = mon->m->board->class->press_power_key;
    if (press)
        press(mon->m);
    else
        fprintf(out, "this board has no power key\n");
}

static void quit(struct monitor *mon, const char *rest, FILE *out)
{
    (void)rest;
    (void)out;
    machine_stop(mon->m, END_QUIT);
}

/* Replaces the selection of -d. What follows single instructions is hooked up at start only. */
static void set_log(struct monitor *mon, const char *rest, FILE *out)
{
    struct log *log = &mon->m->log;
    u32 before = log->mask, hooked = before & (1u << LOG_IN_ASM | 1u << LOG_EXEC);
    const char *bad;
    size_t bad_len;
    if (!*rest) {
        fprintf(out, "log: none, or items separated by commas:\n");
        log_print_names(out);
        return;
    }
    log->mask = 0;
    if (!strcmp(rest, "none"))
        return;
    if (!log_parse(log, rest, &bad, &bad_len)) {
        fprintf(out, "log: unknown item '%.*s'\n", (int)bad_len, bad);
        log->mask = before;
    } else if (log->mask & (1u << LOG_IN_ASM | 1u << LOG_EXEC) & ~hooked) {
        fprintf(out, "log: in_asm and exec must be asked for with -d at start\n");
        log->mask = before;
    }
}

static void examine_virtual(struct monitor *mon, const char *rest, FILE *out)
{
    examine(mon, rest, false, out);
}

static void examine_physical(struct monitor *mon, const char *rest, FILE *out)
{
    examine(mon, rest, true, out);
}

static void help(struct monitor *mon, const char *rest, FILE *out);

static const struct command commands[] = {
    { "help", "?", "", "this list", help },
    { "info", NULL, "[ITEM]", "what the machine is doing; alone: the list of items", info },
    { "x", NULL, "[/FMT] ADDR", "memory as the chosen PE sees it; FMT: count, x d u c s i, b h w g", examine_virtual },
    { "xp", NULL, "[/FMT] ADDR", "physical memory", examine_physical },
    { "cpu", NULL, "N", "chooses the PE", choose_cpu },
    { "stop", "s", "", "holds the machine", stop },
    { "cont", "c", "", "lets it run", cont },
    { "system_reset", NULL, "", "power-on reset", system_reset },
    { "system_powerdown", NULL, "", "presses the power key", system_powerdown },
    { "log", NULL, "ITEMS|none", "what is logged, as -d", set_log },
    { "quit", "q", "", "ends the program", quit },
};

static void help(struct monitor *mon, const char *rest, FILE *out)
{
    (void)mon;
    (void)rest;
    print_help(commands, ARRAY_SIZE(commands), "", out);
}

void monitor_line(struct monitor *mon, const char *line, FILE *out)
{
    char text[512];
    size_t len;
    line = skip_blanks(line);
    len = strnlen(line, sizeof text - 1);
    while (len && strchr(" \t\r\n", line[len - 1]))
        len--;
    memcpy(text, line, len);
    text[len] = '\0';
    if (len && !dispatch(commands, ARRAY_SIZE(commands), mon, text, out))
        fprintf(out, "unknown command '%s'; \"help\" lists them\n", text);
}

void monitor_command(struct machine *m, const char *line, FILE *out)
{
    struct monitor mon = { .m = m };
    monitor_line(&mon, line, out);
}
