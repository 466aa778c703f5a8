/* ComputePAC(): what turns a pointer, a modifier and a 128-bit key into a pointer authentication code (DDI 0487 D8.9, J1.3). */
#ifndef CPU_PAUTH_QARMA_H
#define CPU_PAUTH_QARMA_H

#include "emu/platform/types.h"

/* ComputePACQARMA5(): QARMA-64 with the S-box sigma2 and 5 rounds. key_hi is the manual's key0 (bits 127:64), key_lo its key1. */
u64 pauth_qarma5(u64 data, u64 modifier, u64 key_hi, u64 key_lo);
/* The same by the manual's steps, for hosts without byte shuffles and as the other's check. */
u64 pauth_qarma5_portable(u64 data, u64 modifier, u64 key_hi, u64 key_lo);
/* ComputePACIMPDEF(), of our own choice (-cpu max,pauth-impdef=on): quick, and no cipher. */
u64 pauth_impdef(u64 data, u64 modifier, u64 key_hi, u64 key_lo);

#endif
