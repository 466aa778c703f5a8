/* Loads from 4,096 pages of 4 KiB in turn, each mapped by pages in both stages: more than any model's TLB holds. */
#include "micro32.h"

LOOP(loop_tlbmiss, "mov r3, #0x80000000\n mov r1, #0\n mov r6, #0\n"
                   "1: ldr r5, [r3, r1]\n add r6, r6, r5\n add r1, r1, #0x1000\n bic r1, r1, #0xff000000\n"
                   "subs r0, r0, #1\n bne 1b\n movw r1, #:lower16:bench_value\n movt r1, #:upper16:bench_value\n str r6, [r1]", END_OF_PL1)

static void setup(void)
{
    guest_world(0);
    for (u32 i = 0; i < WINDOW_PAGES; i++)
        REG(WINDOW_PA + i * 4096) = i;
}

static u32 run(u32 n)
{
    run_guest(GUEST_SVC, loop_tlbmiss, n, false);
    return bench_value;
}

const struct bench bench = { "tlbmiss32", WINDOW_PAGES, setup, run };
