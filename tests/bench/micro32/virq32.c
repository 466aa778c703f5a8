/* A virtual interrupt: HVC, the handler writes list register 0, and behind it the guest takes, acknowledges and ends INTID 27 by GICV. */
#include "micro32.h"

LOOP(loop_virq, ".arch_extension virt\n 1: hvc #" CALL_INJECT "\n subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(HCR_IMO);
    GICH(0) = 1; /* GICH_HCR.En */
    GICH(8) = 0xf8000001; /* GICH_VMCR: priority mask, EnableGrp0 */
}

static u32 run(u32 n)
{
    return run_guest(GUEST_SVC, loop_virq, n, true);
}

const struct bench bench = { "virq32", 100, setup, run };
