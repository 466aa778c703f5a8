/* The system registers and system instructions of AArch64: one table (cpu/sysreg.def), three verbs.
 * check may take an exception and has no other effect; read and write check nothing; peek and poke are a debugger's. */
#ifndef CPU_SYSREG_H
#define CPU_SYSREG_H

#include "cpu/cpu.h"

/* op0:op1:CRn:CRm:op2, 16 bits: as in the instruction word's bits 20:5. */
#define SYSREG_ENC(op0, op1, crn, crm, op2) ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

struct sysreg;
typedef u64 sysreg_read_fn(struct cpu *cpu, const struct sysreg *sr);
/* False: an exception was taken. */
typedef bool sysreg_write_fn(struct cpu *cpu, const struct sysreg *sr, u64 value);

struct sysreg {
    const char *name;
    u16 enc;
    u8 rd, wr;   /* lowest EL that reads, writes; 4: none */
    u8 need;     /* enum cpu_feature: the row exists with it alone */
    u16 e2h;     /* row that it means at EL2 with HCR_EL2.E2H; 0: itself */
    u16 alias;   /* row whose other name it is, with E2H; 0: none */
    u64 traps;   /* 1 << enum trap */
    s32 state;   /* offset in struct cpu of a u64; -1: none */
    s32 model;   /* offset in struct cpu_model; -1: none */
    u64 wmask;   /* bits that a write changes, before cpu/sysreg_optional.def; the rest keep their value */
    u64 reset, constant;
    sysreg_read_fn *read;
    sysreg_write_fn *write;
};

/* Each encoding stands once, each trap and storage exists. False: *err. Cheap after the first time. */
bool sysreg_tables_check(struct error *err);
void sysreg_reset(struct cpu *cpu); /* reset values of all rows with storage */
/* cpu->writable for the PE's features; the caller frees it. NULL: *err. */
u64 *sysreg_writable_new(u64 features, struct error *err);

const struct sysreg *sysreg_find(u64 features, u32 enc); /* NULL: unallocated, or of a feature that is not there */

/* UNDEFINED, EL1's enables, EL2's traps, EL3's traps, in that order. rt: transfer register, for the syndrome. False: exception taken. */
bool sysreg_check(struct cpu *cpu, const struct sysreg *sr, bool write, unsigned rt);
/* The EL that one of the controls (1 << enum trap) sends an access of the current EL to, or PMUSERENR_EL0 if `pmu` is one of its registers; 0: none. */
u8 sysreg_trap_target(const struct cpu *cpu, const struct sysreg *pmu, u64 traps, bool write);
/* The row that an access to sr means now (cpu/sysreg_e2h.def). */
const struct sysreg *sysreg_in_effect(const struct cpu *cpu, const struct sysreg *sr);
u64 sysreg_read(struct cpu *cpu, const struct sysreg *sr);
bool sysreg_write(struct cpu *cpu, const struct sysreg *sr, u64 value);
/* An encoding that is in no row: UNDEFINED with a -d unimp line, or HCR_EL2.TIDCP's trap. */
void sysreg_unallocated(struct cpu *cpu, u32 enc, bool write, unsigned rt);

/* For debuggers: the registers (op0 2 and 3), in table order. */
unsigned sysreg_count(void);
unsigned sysreg_rows(void); /* with the system instructions, which stand behind them */
const struct sysreg *sysreg_at(unsigned i);
const char *sysreg_name(const struct sysreg *sr);
u64 sysreg_peek(struct cpu *cpu, const struct sysreg *sr);
bool sysreg_poke(struct cpu *cpu, const struct sysreg *sr, u64 value); /* false: read-only */

#endif
