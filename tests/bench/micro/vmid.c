/* Two VMs in turn: each touches 16 pages and is left by an HVC, whose handler writes VTTBR_EL2 with the other VMID and table. */
#include "micro.h"

INSN(loop_vmid, "mov x3, #0x80000000\n"
                "1: mov x1, x3\n mov x2, #16\n"
                "2: ldr x4, [x1]\n add x1, x1, #0x1000\n subs x2, x2, #1\n b.ne 2b\n"
                "hvc #" CALL_SWITCH "\n subs x0, x0, #1\n b.ne 1b")

static void setup(void)
{
    guest_world(0);
}

static u64 run(u64 n)
{
    return run_guest(1, loop_vmid, n, false);
}

const struct bench bench = { "vmid", 100, setup, run };
