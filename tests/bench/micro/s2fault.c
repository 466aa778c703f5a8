/* A load from an IPA that stage 2 does not map: the handler reads ESR, FAR and HPFAR, gives a value and skips the load, as for an emulated device. */
#include "micro.h"

INSN(loop_load, "mov x2, #0x0b000000\n1: ldr w1, [x2, #0x18]\n subs x0, x0, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(0);
}

static u64 run(u64 n)
{
    u64 events = run_guest(1, loop_load, n, false);
    return bench_value == NOT_MAPPED + 0x18 ? events : 0;
}

const struct bench bench = { "s2fault", 100, setup, run };
