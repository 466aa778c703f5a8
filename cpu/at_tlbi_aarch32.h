/* Address translation and TLB maintenance by CP15: write hooks of its table. The row's encoding has opc1 in bits 13:11, CRm in 6:3, opc2 in 2:0; who
 * may execute an operation, and what traps it, is asked before. */
#ifndef CPU_AT_TLBI_AARCH32_H
#define CPU_AT_TLBI_AARCH32_H

#include "cpu/sysreg.h"

/* c8, all CRm and opc2: unified, instruction, data; of one PE, of the Inner Shareable domain; Hyp's. */
bool write_tlbi_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value);
/* c7, CRm 8 and 9: ATS1CPR, CPW, CUR, CUW, ATS12NSOPR, OPW, OUR, OUW, ATS1CPRP, CPWP, ATS1HR, HW. The result is in PAR; false: an exception was taken. */
bool write_at_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value);

#endif
