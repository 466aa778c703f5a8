/* Instruction lines: "cpu0 EL2 0x0000000040080000: d53c1100  mrs x0, hcr_el2", of AArch32 "cpu0 EL1 svc 0x40008000: 4770  bx lr". */
#include "emu/trace/insn_log.h"

#include "cpu/aarch32.h"
#include "cpu/code_page.h"
#include "cpu/insn_text.h"
#include "cpu/model.h"
#include "emu/platform/error.h"

#include <capstone/capstone.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANGES 8

struct insn_log {
    struct machine *machine;
    csh capstone[INSN_SET_T32 + 1];
    struct {
        u64 first, last;
    } ranges[MAX_RANGES];
    unsigned range_count; /* 0: all addresses */
    struct cpu_watcher watchers[MACHINE_MAX_CPUS];
};

/* ---- one instruction ---- */

struct insn_view insn_view_here(const struct cpu *cpu, u32 word)
{
    const struct pstate *p = &cpu->pstate;
    return (struct insn_view){ cpu->pc, word, !p->aarch32 ? INSN_SET_A64 : p->t ? INSN_SET_T32 : INSN_SET_A32, p->it };
}

bool insn_view_is_narrow(const struct insn_view *view)
{
    return view->set == INSN_SET_T32 && view->word >> 27 < 0x1d;
}

/* IT itself: firstcond and mask (DDI 0487 F5.1.57); mask 0 is a hint. */
static bool is_it(const struct insn_view *view)
{
    return view->set == INSN_SET_T32 && view->word >> 24 == 0xbf && (view->word & 0xf0000);
}

struct insn_view insn_view_next(const struct insn_view *view)
{
    bool goes_on = view->it & 7; /* ITAdvance() */
    u8 it = is_it(view) ? (u8)(view->word >> 16) : goes_on ? (u8)((view->it & 0xe0) | (view->it << 1 & 0x1f)) : 0;
    return (struct insn_view){ view->pc + (insn_view_is_narrow(view) ? 2 : 4), 0, view->set, it };
}

/* Capstone remembers the IT instructions that it saw. It sees one of our own before what stands in a block, and after an IT what uses that up. */
static size_t capstone_t32(struct insn_log *log, const struct insn_view *view, cs_insn **insn, size_t *which)
{
    enum { NOP = 0xbf00, IT_ONE = 0xbf08 };
    u16 code[7];
    unsigned n = 0;
    *which = view->it != 0;
    if (view->it)
        code[n++] = (u16)(IT_ONE | (view->it & 0xf0));
    code[n++] = (u16)(view->word >> 16);
    if (!insn_view_is_narrow(view))
        code[n++] = (u16)view->word;
    for (unsigned i = 0; is_it(view) && i < 4; i++)
        code[n++] = NOP;
    size_t count = cs_disasm(log->capstone[INSN_SET_T32], (const uint8_t *)code, n * 2, view->pc - 2 * *which, 0, insn);
    if (count > *which)
        return count;
    if (count)
        cs_free(*insn, count);
    if (view->it) { /* it is not known, and its IT is still remembered: four NOPs use that up */
        static const u16 nops[] = { NOP, NOP, NOP, NOP };
        size_t used = cs_disasm(log->capstone[INSN_SET_T32], (const uint8_t *)nops, sizeof nops, 0, 0, insn);
        cs_free(*insn, used);
    }
    return 0;
}

static bool is_nameless_a64(const cs_insn *insn, u32 word)
{
    return (word & 0xffc00000) == 0xd5000000 && (strstr(insn->op_str, "s3_") || !strncmp(insn->mnemonic, "sys", 3));
}

void insn_log_disassemble(struct insn_log *log, const struct insn_view *view, char *text, size_t room)
{
    cs_insn *insn = NULL;
    const struct machine *m = log->machine;
    bool is_a64 = view->set == INSN_SET_A64;
    const struct insn_row *row = code_cache_row(m->code, view->set, view->word);
    size_t which = 0, n;
    unsigned digits = insn_view_is_narrow(view) ? 4 : 8;
    u32 shown = digits == 4 ? view->word >> 16 : view->word;
    if (view->set == INSN_SET_T32)
        n = capstone_t32(log, view, &insn, &which);
    else
        n = cs_disasm(log->capstone[view->set], (const uint8_t *)&view->word, sizeof view->word, view->pc, 1, &insn);
    int used = snprintf(text, room, "%0*x  ", (int)digits, shown);
    text += used;
    room -= (size_t)used;
    if (is_a64 && row && (!n || is_nameless_a64(insn, view->word)))
        insn_text(row, view->word, m->cpus[0]->model->features, text, room);
    else if (n)
        snprintf(text, room, "%.31s%s%.63s", insn[which].mnemonic, *insn[which].op_str ? " " : "", insn[which].op_str);
    else if (row)
        snprintf(text, room, "%s", row->mnemonic);
    else
        snprintf(text, room, "%s 0x%0*x", digits == 4 ? ".hword" : ".word", (int)digits, shown);
    if (n)
        cs_free(insn, n);
}

/* ---- lines ---- */

static bool is_wanted(const struct insn_log *log, u64 pc)
{
    for (unsigned i = 0; i < log->range_count; i++)
        if (pc >= log->ranges[i].first && pc <= log->ranges[i].last)
            return true;
    return log->range_count == 0;
}

static void print_line(struct insn_log *log, enum log_category category, const struct cpu *cpu, const struct insn_view *view)
{
    char text[128];
    if (!is_wanted(log, view->pc))
        return;
    insn_log_disassemble(log, view, text, sizeof text);
    log_line(&log->machine->log, category, "cpu%u EL%u%s%s 0x%0*llx: %s", cpu->index, cpu->pstate.el, cpu->pstate.aarch32 ? " " : "",
             cpu->pstate.aarch32 ? aarch32_mode_name(cpu->pstate.mode) : "", cpu->pstate.aarch32 ? 8 : 16, (unsigned long long)view->pc, text);
}

/* Outside IT blocks: where the instruction is executed alone tells whether it is in one. */
static void decoded(void *machine, struct cpu *cpu, u64 pc, u32 word)
{
    struct machine *m = machine;
    struct insn_view view = insn_view_here(cpu, word);
    view.pc = pc;
    view.it = 0;
    print_line(m->insn_log, LOG_IN_ASM, cpu, &view);
}

static bool before(void *owner, struct cpu *cpu, u32 word)
{
    struct insn_view view = insn_view_here(cpu, word);
    print_line(owner, LOG_EXEC, cpu, &view);
    return true;
}

/* START+LENGTH, START-LENGTH, START..END, as -dfilter has them. */
static bool parse_range(const char **at, u64 *first, u64 *last)
{
    char *end;
    errno = 0;
    u64 start = strtoull(*at, &end, 0);
    char form = *end;
    if (end == *at || errno || !(form == '+' || form == '-' || (form == '.' && end[1] == '.')))
        return false;
    *at = end + (form == '.' ? 2 : 1);
    u64 second = strtoull(*at, &end, 0);
    if (end == *at || errno || (*end && *end != ','))
        return false;
    *at = *end ? end + 1 : end;
    *first = form == '-' ? start - second + 1 : start;
    *last = form == '+' ? start + second - 1 : form == '-' ? start : second;
    return *first <= *last;
}

static bool open_capstone(struct insn_log *log)
{
    return cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &log->capstone[INSN_SET_A64]) == CS_ERR_OK &&
           cs_open(CS_ARCH_ARM, CS_MODE_ARM | CS_MODE_V8, &log->capstone[INSN_SET_A32]) == CS_ERR_OK &&
           cs_open(CS_ARCH_ARM, CS_MODE_THUMB | CS_MODE_V8, &log->capstone[INSN_SET_T32]) == CS_ERR_OK;
}

struct insn_log *insn_log_attach(struct machine *m, const char *filter, struct error *err)
{
    struct insn_log *log = calloc(1, sizeof *log);
    if (!log || !open_capstone(log)) {
        insn_log_free(log);
        error_set(err, "-d: capstone could not be started");
        return NULL;
    }
    log->machine = m;
    for (const char *at = filter; at && *at;) {
        if (log->range_count == MAX_RANGES || !parse_range(&at, &log->ranges[log->range_count].first, &log->ranges[log->range_count].last)) {
            error_set(err, "-dfilter %s: not a list of at most %d START+LENGTH, START-LENGTH or START..END", filter, MAX_RANGES);
            insn_log_free(log);
            return NULL;
        }
        log->range_count++;
    }
    for (unsigned i = 0; i < m->cpu_count; i++) {
        struct cpu *cpu = m->cpus[i];
        cpu->host.decoded = decoded;
        if (!log_on(&m->log, LOG_EXEC))
            continue;
        log->watchers[i] = (struct cpu_watcher){ .before = before, .owner = log };
        cpu_watch_add(cpu, &log->watchers[i]);
    }
    return log;
}

void insn_log_free(struct insn_log *log)
{
    if (!log)
        return;
    for (unsigned i = 0; i < ARRAY_SIZE(log->capstone); i++)
        if (log->capstone[i])
            cs_close(&log->capstone[i]);
    free(log);
}
