/* -d in_asm and -d exec: instructions as text, by capstone. */
#ifndef EMU_TRACE_INSN_LOG_H
#define EMU_TRACE_INSN_LOG_H

#include "cpu/insn.h"
#include "emu/machine.h"

struct insn_log; /* the disassembler and the address filter */

/* Hooks the PEs as the log's mask asks for (-d exec needs the watched engine). filter: -dfilter's ranges "START+LEN,START..END", or NULL.
 * NULL with *err set: the filter does not parse. A machine whose log shows neither gets a log that does nothing. */
struct insn_log *insn_log_attach(struct machine *m, const char *filter, struct error *err);
void insn_log_free(struct insn_log *log);

/* An instruction to be shown. Of T32 the first halfword is in bits 31:16 of `word`; `it`: ITSTATE of this instruction, 0 outside an IT block. */
struct insn_view {
    u64 pc;
    u32 word;
    enum insn_set set;
    u8 it;
};

/* The instruction at cpu->pc, as PSTATE has it executed. */
struct insn_view insn_view_here(const struct cpu *cpu, u32 word);
/* Of T32: one halfword? */
bool insn_view_is_narrow(const struct insn_view *view);
/* The one behind it, without its word. */
struct insn_view insn_view_next(const struct insn_view *view);
/* "d53c1100  mrs x0, hcr_el2" or "4770  bx lr" into text: by capstone, else from our own tables (cpu/insn_text.h), else ".word 0x…". */
void insn_log_disassemble(struct insn_log *log, const struct insn_view *view, char *text, size_t room);

#endif
