/* Loads from 4,096 pages of 4 KiB in turn, each mapped by pages in both stages: more than any model's TLB holds. */
#include "micro.h"

INSN(loop_tlbmiss, "mov x3, #0x80000000\n mov x1, xzr\n mov x6, xzr\n"
                   "1: ldr x5, [x3, x1]\n add x6, x6, x5\n add x1, x1, #0x1000\n and x1, x1, #0xfff000\n"
                   "subs x0, x0, #1\n b.ne 1b\n mov x0, x6")

static void setup(void)
{
    guest_world(0);
    for (u64 i = 0; i < WINDOW_PAGES; i++)
        *(volatile u64 *)(WINDOW_PA + i * 4096) = i;
}

static u64 run(u64 n)
{
    MSR("vbar_el2", (u64)bench_vectors_el2);
    return run_at(1, loop_tlbmiss, n);
}

const struct bench bench = { "tlbmiss", WINDOW_PAGES, setup, run };
