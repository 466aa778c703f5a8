/* Pointer authentication: adding, checking and removing codes (FEAT_PAuth; DDI 0487 D8.9). ID_AA64ISAR1_EL1.APA is 1: no FEAT_EPAC,
 * FEAT_PAuth2 or FEAT_FPAC, so a code that does not fit puts an error code into the pointer and nothing faults there.
 *
 * What instructions call returns false when the use was trapped and the exception taken; else the result is in cpu->slow.value[0]. */
#ifndef CPU_PAUTH_H
#define CPU_PAUTH_H

#include "cpu/op.h"

/* In the order of sys.apkey_el1, which has the low half of each first. */
enum pauth_key { PAUTH_IA, PAUTH_IB, PAUTH_DA, PAUTH_DB, PAUTH_GA };

bool pauth_add(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key, u64 ptr, u64 modifier);  /* AddPACIA() and the like */
bool pauth_auth(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key, u64 ptr, u64 modifier); /* AuthIA() and the like */
bool pauth_generic(struct cpu *cpu, const struct op *op, s64 budget, u64 value, u64 modifier);                /* AddPACGA() */
u64 pauth_strip(struct cpu *cpu, u64 ptr, bool data);                                                         /* Strip() */

#endif
