/* Text from the instruction table's letters (cpu/insn.h) and the system-register table. */
#include "cpu/insn_text.h"

#include "cpu/sysreg.h"
#include "emu/platform/bits.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Register letters in the order in which assembler lists them; a base address comes last. */
static const char order[] = "gwtTuUdeVYnbWmjXa";

static bool is_memory(const struct insn_row *row)
{
    return row->cls == CLS_LOAD || row->cls == CLS_LOADP || row->cls == CLS_STORE || row->cls == CLS_STOREP || row->cls == CLS_SIMD_LOAD ||
           row->cls == CLS_SIMD_STORE;
}

static void register_name(char letter, unsigned n, char name[8])
{
    bool vector = strchr("VWXY", letter) != NULL, may_be_sp = strchr("ebj", letter) != NULL;
    if (n == 31 && !vector)
        snprintf(name, 8, "%s", may_be_sp ? "sp" : "xzr");
    else
        snprintf(name, 8, "%c%u", vector ? 'v' : 'x', n & 31);
}

static void append(char *text, size_t room, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, room - used, "%s", more);
}

static void registers_text(const struct insn_row *row, u32 word, char *text, size_t room)
{
    const char *separator = " ";
    for (const char *c = order; *c; c++) {
        char name[8], operand[16];
        if (!strchr(row->bits, *c) || (*c == 'b' && is_memory(row)))
            continue;
        register_name(*c, insn_field(row, word, *c), name);
        snprintf(operand, sizeof operand, "%s%s", separator, name);
        append(text, room, operand);
        separator = ", ";
    }
    if (is_memory(row) && strchr(row->bits, 'b')) {
        char name[8], operand[16];
        register_name('b', insn_field(row, word, 'b'), name);
        snprintf(operand, sizeof operand, "%s[%s]", separator, name);
        append(text, room, operand);
    }
}

/* MRS, MSR, SYS of a row of cpu/sysreg.def. False: there is none. */
static bool system_text(u32 word, u64 features, char *text, size_t room)
{
    const struct sysreg *sr = (word & 0xffc00000) == 0xd5000000 ? sysreg_find(features, (u32)bits(word, 20, 5)) : NULL;
    if (!sr)
        return false;
    bool reads = bit(word, 21), instruction = bits(word, 20, 19) == 1;
    char name[40], xt[8];
    register_name('t', (unsigned)bits(word, 4, 0), xt);
    for (unsigned i = 0; i < sizeof name && (name[i] = (char)tolower((unsigned char)sr->name[i])); i++)
        if (instruction && name[i] == '_')
            name[i] = ' ';
    if (instruction)
        snprintf(text, room, "%s, %s", name, xt);
    else if (reads)
        snprintf(text, room, "mrs %s, %s", xt, name);
    else
        snprintf(text, room, "msr %s, %s", name, xt);
    return true;
}

void insn_text(const struct insn_row *row, u32 word, u64 features, char *text, size_t room)
{
    if (system_text(word, features, text, room))
        return;
    snprintf(text, room, "%s", row->mnemonic);
    registers_text(row, word, text, room);
}
