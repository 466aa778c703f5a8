/* A write of CONTEXTIDR_EL1, trapped by HCR_EL2.TVM, whose value the hypervisor takes from the frame. */
#include "micro.h"

INSN(loop_trap, "1: msr contextidr_el1, x0\n subs x0, x0, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(HCR_TVM);
}

static u64 run(u64 n)
{
    u64 events = run_guest(1, loop_trap, n, false);
    return bench_value == 1 ? events : 0;
}

const struct bench bench = { "trap", 100, setup, run };
