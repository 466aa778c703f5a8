/* What the host says of the program itself: time and memory, for reports and for pacing. None of it reaches a guest, unless --realtime asks. */
#ifndef PLATFORM_HOST_H
#define PLATFORM_HOST_H

#include "emu/platform/types.h"

double host_seconds(void);     /* of a clock that never goes back */
double host_cpu_seconds(void); /* processor time of the process, the kernel's for it included */
u64 host_resident_peak(void);  /* bytes: the most memory that the process had at any time; 0: the host does not say */
/* How much of [at, at + len), page-aligned and mapped without a file, has memory behind it: what was never touched has none. */
u64 host_resident(const void *at, u64 len);

#endif
