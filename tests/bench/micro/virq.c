/* A virtual interrupt: HVC, the handler writes list register 0, and behind it the guest takes, acknowledges and ends INTID 27 by GICV. */
#include "micro.h"

INSN(loop_virq, "1: hvc #" CALL_INJECT "\n subs x0, x0, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(HCR_IMO);
    GICH(0) = 1; /* GICH_HCR.En */
    GICH(8) = 0xf8000001; /* GICH_VMCR: priority mask, EnableGrp0 */
    ISB();
}

static u64 run(u64 n)
{
    return run_guest(1, loop_virq, n, true);
}

const struct bench bench = { "virq", 100, setup, run };
