/* A load from an IPA that stage 2 does not map: the handler reads HSR, HDFAR and HPFAR, gives a value and skips the load. */
#include "micro32.h"

LOOP(loop_load, "mov r2, #0x0b000000\n1: ldr r1, [r2, #0x18]\n subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(0);
}

static u32 run(u32 n)
{
    u32 events = run_guest(GUEST_SVC, loop_load, n, false);
    return bench_value == NOT_MAPPED + 0x18 ? events : 0;
}

const struct bench bench = { "s2fault32", 100, setup, run };
