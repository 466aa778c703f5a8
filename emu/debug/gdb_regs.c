/* gdb's register numbers and what they stand for. */
#include "emu/debug/gdb_regs.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/sysreg.h"
#include "emu/platform/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REG_SP = 31, REG_PC = 32, REG_CPSR = 33, REG_V0 = 34, REG_FPSR = 66, REG_FPCR = 67, REG_SYSTEM = 68 };

unsigned gdb_reg_count(void)
{
    return REG_SYSTEM + sysreg_count();
}

unsigned gdb_reg_size(unsigned n)
{
    if (n >= gdb_reg_count())
        return 0;
    if (n == REG_CPSR || n == REG_FPSR || n == REG_FPCR)
        return 4;
    return n >= REG_V0 && n < REG_FPSR ? 16 : 8;
}

u32 gdb_cpsr(const struct cpu *cpu)
{
    return cpu->pstate.aarch32 ? aarch32_psr(cpu, cpu->pstate.it) : (u32)cpu_spsr_from_pstate(cpu);
}

void gdb_reg_read(struct cpu *cpu, unsigned n, void *value)
{
    u64 word;
    if (n < REG_SP)
        word = cpu->x[n];
    else if (n == REG_SP)
        word = cpu->x[SLOT_SP];
    else if (n == REG_PC)
        word = cpu->pc;
    else if (n == REG_CPSR)
        word = gdb_cpsr(cpu);
    else if (n == REG_FPSR)
        word = cpu->fpsr;
    else if (n == REG_FPCR)
        word = cpu->fpcr;
    else if (n >= REG_SYSTEM)
        word = sysreg_peek(cpu, sysreg_at(n - REG_SYSTEM));
    else {
        memcpy(value, &cpu->v[n - REG_V0], 16);
        return;
    }
    memcpy(value, &word, gdb_reg_size(n));
}

/* NZCV, DAIF and the SP selection; the EL only where it is implemented. In AArch32 all but the mode. */
static void write_cpsr(struct cpu *cpu, u32 cpsr)
{
    if (cpu->pstate.aarch32) {
        aarch32_set_psr_fields(cpu, cpsr);
        cpu_update_attention(cpu);
        return;
    }
    u8 el = (u8)bits(cpsr, 3, 2);
    cpu_set_nzcv(cpu, cpsr & 0xf0000000);
    cpu->pstate.daif = (u8)bits(cpsr, 9, 6);
    if ((el == 2 && !cpu->has_el2) || (el == 3 && !cpu->has_el3))
        el = cpu->pstate.el;
    cpu_set_el(cpu, el, el ? cpsr & 1 : 0);
    cpu_update_attention(cpu);
}

bool gdb_reg_write(struct cpu *cpu, unsigned n, const void *value)
{
    u64 word = 0;
    if (!gdb_reg_size(n))
        return false;
    if (n >= REG_V0 && n < REG_FPSR) {
        memcpy(&cpu->v[n - REG_V0], value, 16);
        return true;
    }
    memcpy(&word, value, gdb_reg_size(n));
    if (n < REG_SP)
        cpu->x[n] = word;
    else if (n == REG_SP)
        cpu->x[SLOT_SP] = word;
    else if (n == REG_PC)
        cpu->pc = word;
    else if (n == REG_CPSR)
        write_cpsr(cpu, (u32)word);
    else if (n == REG_FPSR)
        cpu->fpsr = (u32)word;
    else if (n == REG_FPCR)
        cpu->fpcr = (u32)word;
    else
        return sysreg_poke(cpu, sysreg_at(n - REG_SYSTEM), word);
    return true;
}

char *gdb_target_xml(void)
{
    static const char flags[] =
        "<flags id=\"cpsr_flags\" size=\"4\"><field name=\"SP\" start=\"0\" end=\"0\"/><field name=\"EL\" start=\"2\" end=\"3\"/>"
        "<field name=\"F\" start=\"6\" end=\"6\"/><field name=\"I\" start=\"7\" end=\"7\"/><field name=\"A\" start=\"8\" end=\"8\"/>"
        "<field name=\"D\" start=\"9\" end=\"9\"/><field name=\"IL\" start=\"20\" end=\"20\"/><field name=\"SS\" start=\"21\" end=\"21\"/>"
        "<field name=\"V\" start=\"28\" end=\"28\"/><field name=\"C\" start=\"29\" end=\"29\"/><field name=\"Z\" start=\"30\" end=\"30\"/>"
        "<field name=\"N\" start=\"31\" end=\"31\"/></flags>";
    static const char vectors[] =
        "<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/><vector id=\"v2u\" type=\"uint64\" count=\"2\"/>"
        "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/><vector id=\"v4u\" type=\"uint32\" count=\"4\"/>"
        "<vector id=\"v8u\" type=\"uint16\" count=\"8\"/><vector id=\"v16u\" type=\"uint8\" count=\"16\"/>"
        "<union id=\"aarch64v\"><field name=\"d\" type=\"v2d\"/><field name=\"f\" type=\"v4f\"/><field name=\"q\" type=\"uint128\"/>"
        "<field name=\"du\" type=\"v2u\"/><field name=\"su\" type=\"v4u\"/><field name=\"hu\" type=\"v8u\"/><field name=\"bu\" type=\"v16u\"/></union>";
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">"
                 "<architecture>aarch64</architecture><feature name=\"org.gnu.gdb.aarch64.core\">%s", flags);
    for (unsigned n = 0; n < REG_SP; n++)
        fprintf(out, "<reg name=\"x%u\" bitsize=\"64\"/>", n);
    fprintf(out, "<reg name=\"sp\" bitsize=\"64\" type=\"data_ptr\"/><reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>"
                 "<reg name=\"cpsr\" bitsize=\"32\" type=\"cpsr_flags\"/></feature>"
                 "<feature name=\"org.gnu.gdb.aarch64.fpu\">%s", vectors);
    for (unsigned n = 0; n < 32; n++)
        fprintf(out, "<reg name=\"v%u\" bitsize=\"128\" type=\"aarch64v\"/>", n);
    fprintf(out, "<reg name=\"fpsr\" bitsize=\"32\"/><reg name=\"fpcr\" bitsize=\"32\"/></feature>"
                 "<feature name=\"armature.system\">");
    for (unsigned i = 0; i < sysreg_count(); i++)
        fprintf(out, "<reg name=\"%s\" bitsize=\"64\" regnum=\"%u\" group=\"system\"/>", sysreg_name(sysreg_at(i)), REG_SYSTEM + i);
    fprintf(out, "</feature></target>");
    return fclose(out) ? NULL : text;
}

/* ---- the choice ---- */

static unsigned size_of(const struct cpu *cpu, unsigned n)
{
    (void)cpu;
    return gdb_reg_size(n);
}

static char *xml_of(const struct cpu *cpu)
{
    (void)cpu;
    return gdb_target_xml();
}

static const struct gdb_regs gdb_regs_aarch64 = { REG_SYSTEM, size_of, gdb_reg_read, gdb_reg_write, xml_of };

const struct gdb_regs *gdb_regs_of(const struct cpu *cpu)
{
    return cpu->model->aarch32_only ? &gdb_regs_aarch32 : &gdb_regs_aarch64;
}
