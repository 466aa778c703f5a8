/* gdb's register numbers of an ARMv7 PE, and what they stand for. */
#include "emu/debug/gdb_regs.h"

#include "cpu/aarch32.h"
#include "cpu/aarch32_fp.h"
#include "cpu/cp.h"
#include "emu/platform/bits.h"

#include <stdio.h>
#include <string.h>

/* Registers of modes, wherever they are now: Rn, or the SPSR of the mode, or Hyp's ELR. */
enum { SPSR = 15, ELR = 16 };

static const struct banked {
    const char *name;
    u8 mode, n;
} banked[] = {
    { "r8_usr", MODE_USR, 8 },       { "r9_usr", MODE_USR, 9 },   { "r10_usr", MODE_USR, 10 }, { "r11_usr", MODE_USR, 11 },   { "r12_usr", MODE_USR, 12 },
    { "sp_usr", MODE_USR, 13 },      { "lr_usr", MODE_USR, 14 },  { "r8_fiq", MODE_FIQ, 8 },   { "r9_fiq", MODE_FIQ, 9 },     { "r10_fiq", MODE_FIQ, 10 },
    { "r11_fiq", MODE_FIQ, 11 },     { "r12_fiq", MODE_FIQ, 12 }, { "sp_fiq", MODE_FIQ, 13 },  { "lr_fiq", MODE_FIQ, 14 },    { "spsr_fiq", MODE_FIQ, SPSR },
    { "sp_irq", MODE_IRQ, 13 },      { "lr_irq", MODE_IRQ, 14 },  { "spsr_irq", MODE_IRQ, SPSR }, { "sp_svc", MODE_SVC, 13 }, { "lr_svc", MODE_SVC, 14 },
    { "spsr_svc", MODE_SVC, SPSR },  { "sp_abt", MODE_ABT, 13 },  { "lr_abt", MODE_ABT, 14 },  { "spsr_abt", MODE_ABT, SPSR }, { "sp_und", MODE_UND, 13 },
    { "lr_und", MODE_UND, 14 },      { "spsr_und", MODE_UND, SPSR }, { "sp_mon", MODE_MON, 13 }, { "lr_mon", MODE_MON, 14 },  { "spsr_mon", MODE_MON, SPSR },
    { "sp_hyp", MODE_HYP, 13 },      { "spsr_hyp", MODE_HYP, SPSR }, { "elr_hyp", MODE_HYP, ELR },
};

enum { REG_SP = 13, REG_LR = 14, REG_PC = 15, REG_CPSR = 16, REG_D0 = 17, REG_FPSCR_OF_GDB = 49, REG_BANKED = 50, REG_CP = REG_BANKED + ARRAY_SIZE(banked) };

/* NULL: there is none of this number that can be read. */
static const struct cp_row *row_of(const struct cpu *cpu, unsigned n)
{
    const struct cp_row *row = n < REG_CP || n - REG_CP >= cp_count() ? NULL : cp_row_at(cpu, n - REG_CP + 1);
    return row && cp_is_readable(row) ? row : NULL;
}

static bool is_wide(const struct cp_row *row)
{
    return cp_encoding(row) >> 15;
}

static unsigned size_of(const struct cpu *cpu, unsigned n)
{
    if (n >= REG_CP) {
        const struct cp_row *row = row_of(cpu, n);
        return !row ? 0 : is_wide(row) ? 8 : 4;
    }
    return n >= REG_D0 && n < REG_FPSCR_OF_GDB ? 8 : 4;
}

static u64 *banked_storage(struct cpu *cpu, const struct banked *b)
{
    if (b->n == ELR)
        return &cpu->sys.elr_el2;
    if (b->n == SPSR)
        return aarch32_spsr(cpu, b->mode);
    return b->mode == MODE_USR ? aarch32_user_register(cpu, b->n) : aarch32_banked_register(cpu, b->mode, b->n);
}

static u8 *vector_of(struct cpu *cpu, unsigned n)
{
    return (u8 *)cpu->v + 8 * (n - REG_D0);
}

static void read_reg(struct cpu *cpu, unsigned n, void *value)
{
    u64 word = 0;
    if (n < REG_PC)
        word = cpu->x[n];
    else if (n == REG_PC)
        word = cpu->pc;
    else if (n == REG_CPSR)
        word = gdb_cpsr(cpu);
    else if (n < REG_FPSCR_OF_GDB)
        memcpy(&word, vector_of(cpu, n), 8);
    else if (n == REG_FPSCR_OF_GDB)
        word = aarch32_fpscr(cpu);
    else if (n < REG_CP)
        word = *banked_storage(cpu, &banked[n - REG_BANKED]);
    else if (row_of(cpu, n))
        word = cp_read(cpu, row_of(cpu, n));
    memcpy(value, &word, size_of(cpu, n));
}

/* The mode only where it is implemented; Hyp is Non-secure. */
static void write_cpsr(struct cpu *cpu, u32 cpsr)
{
    u8 mode = (u8)bits(cpsr, 4, 0);
    aarch32_set_psr_fields(cpu, cpsr);
    if (!aarch32_mode_is_bad(cpu, mode) && !(mode == MODE_HYP && cpu->has_el3 && !bit(cpu->sys.scr_el3, 0)))
        aarch32_set_mode(cpu, mode);
    cpu_update_attention(cpu);
}

static bool write_reg(struct cpu *cpu, unsigned n, const void *value)
{
    u64 word = 0;
    if (!size_of(cpu, n))
        return false;
    memcpy(&word, value, size_of(cpu, n));
    if (n < REG_PC)
        cpu->x[n] = word;
    else if (n == REG_PC)
        cpu->pc = word & (cpu->pstate.t ? ~1ull : ~3ull);
    else if (n == REG_CPSR)
        write_cpsr(cpu, (u32)word);
    else if (n < REG_FPSCR_OF_GDB)
        memcpy(vector_of(cpu, n), &word, 8);
    else if (n == REG_FPSCR_OF_GDB)
        aarch32_write_fpscr(cpu, (u32)word);
    else if (n < REG_CP)
        *banked_storage(cpu, &banked[n - REG_BANKED]) = word;
    else
        return cp_is_writable(row_of(cpu, n)) && cp_write(cpu, row_of(cpu, n), word);
    return true;
}

static void print_core(FILE *out)
{
    fprintf(out, "<feature name=\"org.gnu.gdb.arm.core\">");
    for (unsigned n = 0; n < REG_SP; n++)
        fprintf(out, "<reg name=\"r%u\" bitsize=\"32\" type=\"uint32\"/>", n);
    fprintf(out, "<reg name=\"sp\" bitsize=\"32\" type=\"data_ptr\"/><reg name=\"lr\" bitsize=\"32\"/>"
                 "<reg name=\"pc\" bitsize=\"32\" type=\"code_ptr\"/><reg name=\"cpsr\" bitsize=\"32\" regnum=\"%u\"/></feature>", REG_CPSR);
    fprintf(out, "<feature name=\"org.gnu.gdb.arm.vfp\">");
    for (unsigned n = 0; n < 32; n++)
        fprintf(out, "<reg name=\"d%u\" bitsize=\"64\" type=\"ieee_double\" regnum=\"%u\"/>", n, REG_D0 + n);
    fprintf(out, "<reg name=\"fpscr\" bitsize=\"32\" type=\"int\" group=\"float\" regnum=\"%u\"/></feature>", REG_FPSCR_OF_GDB);
    fprintf(out, "<feature name=\"org.gnu.gdb.arm.neon\"/>"); /* Q0 to Q15 are gdb's own then */
}

static char *target_xml(const struct cpu *cpu)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\"><architecture>arm</architecture>");
    print_core(out);
    fprintf(out, "<feature name=\"armature.banked\">");
    for (unsigned i = 0; i < ARRAY_SIZE(banked); i++)
        fprintf(out, "<reg name=\"%s\" bitsize=\"32\" regnum=\"%u\" group=\"system\"/>", banked[i].name, REG_BANKED + i);
    fprintf(out, "</feature><feature name=\"armature.system\">");
    for (unsigned n = REG_CP; n < REG_CP + cp_count(); n++)
        if (row_of(cpu, n))
            fprintf(out, "<reg name=\"%s\" bitsize=\"%u\" regnum=\"%u\" group=\"system\"/>", cp_name(row_of(cpu, n)), 8 * size_of(cpu, n), n);
    fprintf(out, "</feature></target>");
    return fclose(out) ? NULL : text;
}

const struct gdb_regs gdb_regs_aarch32 = { REG_BANKED, size_of, read_reg, write_reg, target_xml };
