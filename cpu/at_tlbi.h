/* TLB maintenance that handlers do themselves (cpu/at_tlbi.c). */
#ifndef CPU_AT_TLBI_H
#define CPU_AT_TLBI_H

#include "cpu/sysreg.h"

/* Is it TLBI VAE1, VAAE1, VALE1 or VAALE1, or one of their shareable forms? */
bool tlbi_is_page_of_el1(u32 enc);
/* Such a one; that it is allowed has been seen to. */
void tlbi_page_of_el1(struct cpu *cpu, const struct sysreg *sr, u64 value);

#endif
