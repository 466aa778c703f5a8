/* The registers that gdb sees: the AArch64 core and FP features, and every system register of the table. */
#ifndef EMU_DEBUG_GDB_REGS_H
#define EMU_DEBUG_GDB_REGS_H

#include "cpu/cpu.h"

/* gdb's numbers: X0-X30, SP, PC, CPSR, V0-V31, FPSR, FPCR, then the system registers in table order. */
unsigned gdb_reg_count(void);
/* Bytes of a register (4, 8 or 16), 0 for a number that there is not. */
unsigned gdb_reg_size(unsigned n);
/* Values as gdb wants them, little-endian. Reading has no side effect. */
void gdb_reg_read(struct cpu *cpu, unsigned n, void *value);
bool gdb_reg_write(struct cpu *cpu, unsigned n, const void *value);
/* The target description; heap, the caller frees. NULL: no memory. */
char *gdb_target_xml(void);

/* NZCV, DAIF, SS, IL, EL and SP as in an SPSR. */
u32 gdb_cpsr(const struct cpu *cpu);

#endif
