/* HVC from EL1, a handler of about 30 instructions at EL2, and back. */
#include "micro.h"

/* X0: how often. Returns to the library's end. */
INSN(loop_hvc, "1: hvc #0\n subs x0, x0, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(0);
}

static u64 run(u64 n)
{
    return run_guest(1, loop_hvc, n, false);
}

const struct bench bench = { "hvc", 100, setup, run };
