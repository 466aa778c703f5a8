/* The registers of coprocessors 14 and 15 (DDI 0487 G8, DDI 0406 B4): one table (cpu/cp.def), the verbs of cpu/sysreg.h. */
#ifndef CPU_CP_H
#define CPU_CP_H

#include "cpu/cpu.h"

/* How an access names a register: by MCR and MRC, or (wide) by MCRR and MRRC, which have no CRn and opc2. 16 bits. */
#define CP_ENC(cp, opc1, crn, crm, opc2) (((cp) == 15) << 14 | (opc1) << 11 | (crn) << 7 | (crm) << 3 | (opc2))
#define CP_ENC_WIDE(cp, opc1, crm) (1 << 15 | CP_ENC(cp, 0, opc1, crm, 0))

struct cp_row;

/* NULL: unallocated, or of a feature that the PE lacks. */
const struct cp_row *cp_find(const struct cpu *cpu, u32 enc);
/* Where its row stands, for an op; and the row. */
unsigned cp_row_index(u32 enc); /* 0: in no row */
const struct cp_row *cp_row_at(const struct cpu *cpu, unsigned index);

/* Coprocessor access controls, UNDEFINED, then the traps of Hyp and of EL2 in AArch64, EL3's, in the manual's order. rt, rt2: transfer registers, for
 * the syndrome. False: an exception was taken. */
bool cp_check(struct cpu *cpu, const struct cp_row *row, u32 enc, bool write, unsigned rt, unsigned rt2);
/* The same for LDC, which writes the register, and STC: the word is A32's or T32's, which are alike in bits 27:0. */
bool cp_check_memory(struct cpu *cpu, const struct cp_row *row, u32 word);
/* A narrow register's value is in bits 31:0. */
u64 cp_read(struct cpu *cpu, const struct cp_row *row);
/* False: an exception was taken. */
bool cp_write(struct cpu *cpu, const struct cp_row *row, u64 value);
/* An encoding that is in no row: a trap by number (HSTR.Tx, HCR.TIDCP), else UNDEFINED with a -d unimp line. */
void cp_unallocated(struct cpu *cpu, u32 enc, bool write, unsigned rt, unsigned rt2);

/* Reset values of what no AArch64 register holds. */
void cp_reset(struct cpu *cpu);
/* Unique encodings, rights and storage that make sense. False: *err. */
bool cp_tables_check(struct error *err);
/* For debuggers and tests. */
unsigned cp_count(void);
const char *cp_name(const struct cp_row *row);
bool cp_is_readable(const struct cp_row *row); /* by some EL: not an operation alone */
bool cp_is_writable(const struct cp_row *row);
u32 cp_encoding(const struct cp_row *row);
u64 cp_traps(unsigned index); /* of the row, 1 << enum trap; index 1 to cp_count() */

#endif
