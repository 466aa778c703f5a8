/* A write of CONTEXTIDR, trapped by HCR.TVM, whose value the hypervisor takes from the frame. */
#include "micro32.h"

LOOP(loop_trap, "1: mcr p15, 0, r0, c13, c0, 1\n subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(HCR_TVM);
}

static u32 run(u32 n)
{
    u32 events = run_guest(GUEST_SVC, loop_trap, n, false);
    return bench_value == 1 ? events : 0;
}

const struct bench bench = { "trap32", 100, setup, run };
