/* TLBIMVA of one of 16 pages, and a load that brings its translation back through both stages. */
#include "micro32.h"

LOOP(loop_tlbi, "mov r3, #0x80000000\n mov r1, #0\n mov r6, #0\n"
                "1: add r1, r1, #0x1000\n and r1, r1, #0xf000\n add r2, r3, r1\n"
                "mcr p15, 0, r2, c8, c7, 1\n dsb ish\n isb\n ldr r5, [r2]\n"
                "subs r0, r0, #1\n bne 1b", END_OF_PL1)

static void setup(void)
{
    guest_world(0);
}

static u32 run(u32 n)
{
    run_guest(GUEST_SVC, loop_tlbi, n, false);
    return n;
}

const struct bench bench = { "tlbi32", 100, setup, run };
