/* One access from PL1 or PL0 at an address, and what came of it. */
#ifndef GUEST_ARMV7_ACCESS_AT_H
#define GUEST_ARMV7_ACCESS_AT_H

#include "hyp.h"

enum kind { READ, WRITE, FETCH };

struct outcome {
    u32 status, address; /* DFSR or IFSR, DFAR or IFAR; 0: it was done */
    bool other;          /* something else happened */
};

static inline struct outcome access_at(enum kind kind, bool user, u32 va)
{
    const u32 at[] = { A32("ldr r2, [r1]\n udf #0"), A32("str r2, [r1]\n udf #0"), A32("bx r1") };
    struct state s = { .pc = at[kind], .psr = PSR_AIF | (user ? USR : SVC), .r = { [1] = va, [2] = 0xe7f000f0 } };
    run(&s);
    u32 lr = GET(lr_und);
    if (s.hsr == TAKEN(1) && lr == (kind == FETCH ? va + 4 : at[kind] + 8))
        return (struct outcome){ 0 };
    if (s.hsr == TAKEN(3) && kind == FETCH)
        return (struct outcome){ CP15_GET(0, 5, 0, 1), CP15_GET(0, 6, 0, 2), GET(lr_abt) != va + 4 };
    return (struct outcome){ CP15_GET(0, 5, 0, 0), CP15_GET(0, 6, 0, 0), s.hsr != TAKEN(4) || kind == FETCH || GET(lr_abt) != at[kind] + 8 };
}

#endif
