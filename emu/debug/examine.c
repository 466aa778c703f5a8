/* The monitor's x and xp: /[count][format][size] and an address, which may be a register ($pc, $sp, $x0 …) with an offset. */
#include "emu/debug/examine.h"

#include "emu/platform/bits.h"
#include "emu/trace/insn_log.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 65536
#define STRING_MAX 256

struct format {
    unsigned count;
    char as;       /* x d u c s i */
    unsigned size; /* bytes of one item */
};

/* ---- arguments ---- */

static bool parse_format(const char **text, struct format *f, FILE *out)
{
    const char *s = *text;
    bool sized = false;
    *f = (struct format){ 1, 'x', 4 };
    if (*s != '/')
        return true;
    s++;
    if (isdigit((unsigned char)*s)) {
        char *after;
        unsigned long n = strtoul(s, &after, 10);
        f->count = n < COUNT_MAX ? (unsigned)n : COUNT_MAX;
        s = after;
    }
    for (; *s && *s != ' ' && *s != '\t'; s++) {
        static const char sizes[] = "bhwg";
        if (strchr("xducsi", *s)) {
            f->as = *s;
        } else if (strchr(sizes, *s)) {
            f->size = 1u << (strchr(sizes, *s) - sizes);
            sized = true;
        } else {
            fprintf(out, "x: '%c' is neither a format (x d u c s i) nor a size (b h w g)\n", *s);
            return false;
        }
    }
    if (f->as == 'i')
        f->size = 4;
    else if (!sized && (f->as == 'c' || f->as == 's'))
        f->size = 1;
    *text = s;
    return true;
}

/* $pc, $sp, $lr, $x0 to $x30; $r0 to $r14 are the same in AArch32, whose $sp and $lr are R13 and R14 */
static bool parse_register(const struct cpu *cpu, const char **text, u64 *value)
{
    const char *s = *text + 1;
    if (!strncmp(s, "pc", 2) || !strncmp(s, "sp", 2) || !strncmp(s, "lr", 2)) {
        bool a32 = cpu->pstate.aarch32;
        *value = *s == 'p' ? cpu->pc : cpu->x[*s == 's' ? (a32 ? 13 : SLOT_SP) : a32 ? 14 : 30];
        *text = s + 2;
        return true;
    }
    if ((*s == 'x' || *s == 'r') && isdigit((unsigned char)s[1])) {
        char *after;
        unsigned long n = strtoul(s + 1, &after, 10);
        *text = after;
        *value = n <= 30 ? cpu->x[n] : 0;
        return n <= 30;
    }
    return false;
}

/* TERM { + TERM | - TERM } */
static bool parse_address(const struct cpu *cpu, const char *text, u64 *address, FILE *out)
{
    const char *s = text;
    char sign = '+';
    *address = 0;
    for (;;) {
        u64 term = 0;
        while (*s == ' ' || *s == '\t')
            s++;
        if (*s == '$') {
            if (!parse_register(cpu, &s, &term))
                break;
        } else {
            char *after;
            if (!isdigit((unsigned char)*s))
                break;
            term = strtoull(s, &after, 0);
            s = after;
        }
        *address = sign == '+' ? *address + term : *address - term;
        while (*s == ' ' || *s == '\t')
            s++;
        if (!*s)
            return true;
        if (*s != '+' && *s != '-')
            break;
        sign = *s++;
    }
    fprintf(out, "x: '%s' is not an address (0x…, a decimal number, $pc, $sp, $lr, $x0 to $x30 or $r0 to $r14, joined by + or -)\n", text);
    return false;
}

/* ---- memory ---- */

static bool read_bytes(struct monitor *mon, u64 at, bool physical, void *to, unsigned len)
{
    struct cpu *cpu = mon->m->cpus[mon->cpu];
    if (!physical)
        return cpu_debug_read(cpu, at, to, len);
    if (bus_read_mem(&mon->m->bus, PA(at), to, len))
        return true;
    struct bus_access acc = { .addr = PA(at), .size = (u8)len, .secure = true, .privileged = true, .debug = true };
    if (at % len || bus_access(&mon->m->bus, &acc) != BUS_OK)
        return false;
    memcpy(to, &acc.value, len);
    return true;
}

/* ---- printing ---- */

static void print_value(u64 value, const struct format *f, FILE *out)
{
    switch (f->as) {
    case 'd':
        fprintf(out, " %lld", (long long)sign_extend(value, f->size * 8));
        break;
    case 'u':
        fprintf(out, " %llu", (unsigned long long)value);
        break;
    case 'c':
        if (value >= ' ' && value < 0x7f)
            fprintf(out, " '%c'", (int)value);
        else
            fprintf(out, " '\\x%02llx'", (unsigned long long)value);
        break;
    default:
        fprintf(out, " 0x%0*llx", (int)f->size * 2, (unsigned long long)value);
        break;
    }
}

static void print_string(struct monitor *mon, u64 *at, bool physical, FILE *out)
{
    char c = 0;
    fprintf(out, "%016llx: \"", (unsigned long long)*at);
    for (unsigned i = 0; i < STRING_MAX; i++) {
        if (!read_bytes(mon, *at, physical, &c, 1)) {
            fprintf(out, "\" cannot be read further\n");
            return;
        }
        ++*at;
        if (!c)
            break;
        if (c >= ' ' && c < 0x7f)
            fputc(c, out);
        else
            fprintf(out, "\\x%02x", (u8)c);
    }
    fprintf(out, "\"%s\n", c ? "…" : "");
}

/* In the instruction set that the PE is in; IT blocks are followed from an IT instruction or, at its pc, as PSTATE says. */
static void examine_insns(struct monitor *mon, u64 at, unsigned count, bool physical, FILE *out)
{
    const struct cpu *cpu = mon->m->cpus[mon->cpu];
    struct insn_view view = insn_view_here(cpu, 0);
    if (at != view.pc)
        view.it = 0;
    view.pc = view.set == INSN_SET_T32 ? at & ~1ull : at;
    for (unsigned i = 0; i < count; i++) {
        char text[128];
        u16 half[2] = { 0, 0 };
        bool t32 = view.set == INSN_SET_T32, ok = read_bytes(mon, view.pc, physical, t32 ? (void *)half : &view.word, t32 ? 2 : 4);
        if (t32) {
            view.word = (u32)half[0] << 16;
            if (ok && !insn_view_is_narrow(&view))
                ok = read_bytes(mon, view.pc + 2, physical, &half[1], 2);
            view.word |= half[1];
        }
        fprintf(out, "%016llx: ", (unsigned long long)view.pc);
        if (ok)
            insn_log_disassemble(mon->m->insn_log, &view, text, sizeof text);
        fprintf(out, "%s\n", ok ? text : "cannot be read");
        if (!ok)
            return;
        view = insn_view_next(&view);
    }
}

void examine(struct monitor *mon, const char *text, bool physical, FILE *out)
{
    struct format f;
    u64 at;
    if (!parse_format(&text, &f, out) || !parse_address(mon->m->cpus[mon->cpu], text, &at, out))
        return;
    if (f.as == 'i') {
        examine_insns(mon, at, f.count, physical, out);
        return;
    }
    unsigned per_line = f.as == 'c' || f.size == 1 ? 8 : 16 / f.size;
    for (unsigned i = 0; i < f.count; i++) {
        u64 value = 0;
        if (f.as == 's') {
            print_string(mon, &at, physical, out);
            continue;
        }
        if (!read_bytes(mon, at, physical, &value, f.size)) {
            fprintf(out, "%s%016llx: cannot be read\n", i % per_line ? "\n" : "", (unsigned long long)at);
            return;
        }
        if (i % per_line == 0)
            fprintf(out, "%016llx:", (unsigned long long)at);
        print_value(value, &f, out);
        if (i % per_line == per_line - 1 || i + 1 == f.count)
            fputc('\n', out);
        at += f.size;
    }
}
