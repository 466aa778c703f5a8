/* Instruction lines: "cpu0 EL2 0x0000000040080000: d53c1100  mrs x0, hcr_el2". */
#include "emu/trace/insn_log.h"

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
    csh capstone;
    struct {
        u64 first, last;
    } ranges[MAX_RANGES];
    unsigned range_count; /* 0: all addresses */
    struct cpu_watcher watchers[MACHINE_MAX_CPUS];
};

void insn_log_disassemble(struct insn_log *log, u64 pc, u32 word, char *text, size_t room)
{
    cs_insn *insn;
    const struct machine *m = log->machine;
    const struct insn_row *row = code_cache_row(m->code, INSN_SET_A64, word);
    size_t n = cs_disasm(log->capstone, (const uint8_t *)&word, sizeof word, pc, 1, &insn);
    bool is_nameless = n && row && (word & 0xffc00000) == 0xd5000000 && (strstr(insn->op_str, "s3_") || !strncmp(insn->mnemonic, "sys", 3));
    if (row && (!n || is_nameless))
        insn_text(row, word, m->cpus[0]->model->features, text, room);
    else if (n)
        snprintf(text, room, "%.31s%s%.63s", insn->mnemonic, *insn->op_str ? " " : "", insn->op_str);
    else
        snprintf(text, room, ".word 0x%08x", word);
    if (n)
        cs_free(insn, n);
}

static bool is_wanted(const struct insn_log *log, u64 pc)
{
    for (unsigned i = 0; i < log->range_count; i++)
        if (pc >= log->ranges[i].first && pc <= log->ranges[i].last)
            return true;
    return log->range_count == 0;
}

static void print_line(struct insn_log *log, enum log_category category, const struct cpu *cpu, u64 pc, u32 word)
{
    char text[128];
    if (!is_wanted(log, pc))
        return;
    insn_log_disassemble(log, pc, word, text, sizeof text);
    log_line(&log->machine->log, category, "cpu%u EL%u 0x%016llx: %08x  %s", cpu->index, cpu->pstate.el, (unsigned long long)pc,
             word, text);
}

static void decoded(void *machine, struct cpu *cpu, u64 pc, u32 word)
{
    struct machine *m = machine;
    print_line(m->insn_log, LOG_IN_ASM, cpu, pc, word);
}

static bool before(void *owner, struct cpu *cpu, u32 word)
{
    print_line(owner, LOG_EXEC, cpu, cpu->pc, word);
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

struct insn_log *insn_log_attach(struct machine *m, const char *filter, struct error *err)
{
    struct insn_log *log = calloc(1, sizeof *log);
    if (!log || cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &log->capstone) != CS_ERR_OK) {
        free(log);
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
    cs_close(&log->capstone);
    free(log);
}
