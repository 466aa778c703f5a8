/* HVC from EL1, a handler of about 30 instructions at EL2, and back. */
#include "micro.h"

/* X0: how often; the call's X0 is a function number that stays, as with SMCCC. Returns to the library's end. */
INSN(loop_hvc, "mov x19, x0\n mov w0, #0x82000000\n 1: hvc #" CALL_COUNT "\n subs x19, x19, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(0);
}

static u64 run(u64 n)
{
    return run_guest(1, loop_hvc, n, false);
}

const struct bench bench = { "hvc", 100, setup, run };
