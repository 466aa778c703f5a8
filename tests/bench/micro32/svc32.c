/* SVC from PL0 to PL1 and back, in a guest under stage 2. The handler reads the immediate from the instruction. */
#include "micro32.h"

LOOP(loop_svc, "1: svc #0\n subs r0, r0, #1\n bne 1b", END_OF_PL0)

static void setup(void)
{
    guest_world(0);
}

static u32 run(u32 n)
{
    return run_guest(GUEST_USR, loop_svc, n, false);
}

const struct bench bench = { "svc32", 100, setup, run };
