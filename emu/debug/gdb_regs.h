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

/* NZCV, DAIF, SS, IL, EL and SP, or what AArch32 has, as in an SPSR. */
u32 gdb_cpsr(const struct cpu *cpu);

/* What the stub offers for a PE: a target description, and its registers by the numbers there. */
struct gdb_regs {
    unsigned general; /* how many g and G carry, from 0 */
    unsigned (*size)(const struct cpu *cpu, unsigned n);
    void (*read)(struct cpu *cpu, unsigned n, void *value);
    bool (*write)(struct cpu *cpu, unsigned n, const void *value);
    char *(*target_xml)(const struct cpu *cpu);
};

/* AArch32's of PEs that have nothing else (ARMv7): a description holds for a whole session, so an ARMv8 PE has AArch64's whatever state it is in. */
const struct gdb_regs *gdb_regs_of(const struct cpu *cpu);

/* R0-R12, SP, LR, PC, CPSR, D0-D31, FPSCR, then the registers of other modes by name, then those of coprocessors in table order (size 0: an
 * operation, or not on this model). emu/debug/gdb_regs_aarch32.c */
extern const struct gdb_regs gdb_regs_aarch32;

#endif
