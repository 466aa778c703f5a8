/* HVC from PL1, a small handler in Hyp mode that saves and loads 14 registers, and back. */
#include "micro32.h"

LOOP(loop_hvc, ".arch_extension virt\n 1: hvc #" CALL_COUNT "\n subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(0);
}

static u32 run(u32 n)
{
    return run_guest(GUEST_SVC, loop_hvc, n, false);
}

const struct bench bench = { "hvc32", 100, setup, run };
