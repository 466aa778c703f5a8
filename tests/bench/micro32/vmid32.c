/* Two VMs in turn: each touches 16 pages and is left by an HVC, whose handler writes VTTBR with the other VMID and table. */
#include "micro32.h"

LOOP(loop_vmid, ".arch_extension virt\n mov r3, #0x80000000\n"
                "1: mov r1, r3\n mov r2, #16\n"
                "2: ldr r4, [r1]\n add r1, r1, #0x1000\n subs r2, r2, #1\n bne 2b\n"
                "hvc #" CALL_SWITCH "\n subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(0);
}

static u32 run(u32 n)
{
    return run_guest(GUEST_SVC, loop_vmid, n, false);
}

const struct bench bench = { "vmid32", 100, setup, run };
