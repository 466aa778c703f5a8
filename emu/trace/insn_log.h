/* -d in_asm and -d exec: instructions as text, by capstone. */
#ifndef EMU_TRACE_INSN_LOG_H
#define EMU_TRACE_INSN_LOG_H

#include "emu/machine.h"

struct insn_log; /* the disassembler and the address filter */

/* Hooks the PEs as the log's mask asks for (-d exec needs the watched engine). filter: -dfilter's ranges "START+LEN,START..END", or NULL.
 * NULL with *err set: the filter does not parse. A machine whose log shows neither gets a log that does nothing. */
struct insn_log *insn_log_attach(struct machine *m, const char *filter, struct error *err);
void insn_log_free(struct insn_log *log);

/* "mov x0, x1" into text: by capstone, else from our own tables (cpu/insn_text.h), else ".word 0x…". */
void insn_log_disassemble(struct insn_log *log, u64 pc, u32 word, char *text, size_t room);

#endif
