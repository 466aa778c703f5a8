/* SVC from EL0 to EL1 and back, in a guest under stage 2. */
#include "micro.h"

INSN(loop_svc, "1: svc #0\n subs x0, x0, #1\n b.ne 1b\n svc #0xfff")

static void setup(void)
{
    guest_world(0);
}

static u64 run(u64 n)
{
    return run_guest(0, (u8 *)loop_svc + EL0_ALIAS, n, false);
}

const struct bench bench = { "svc", 100, setup, run };
