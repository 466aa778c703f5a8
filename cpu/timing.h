/* What instructions and events cost, by CPU model: the approximate timing of design.md section 4. */
#ifndef CPU_TIMING_H
#define CPU_TIMING_H

#include "cpu/insn.h"

struct timing {
    u16 ticks[TIMING_CLASSES]; /* issue cost of an instruction of a class, at least 1 */
    u16 undefined;             /* of a word that is no instruction */
    u16 exception;             /* entry or return: pipeline refill */
    u16 tlb_miss, walk_read;   /* of a miss in the TLB, and of each descriptor read */
    u16 mmio;                  /* of a device access */
};

/* insn: every instruction one cycle and nothing else costs anything (--timing=insn). model: see cpu_model_name; an unknown
 * one gets the Cortex-A57's costs. */
void timing_for(const char *model_name, bool insn, struct timing *out);

#endif
