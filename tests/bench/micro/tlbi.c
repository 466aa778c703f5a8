/* TLBI VAE1 of one of 16 pages, and a load that brings its translation back through both stages. */
#include "micro.h"

INSN(loop_tlbi, "mov x3, #0x80000000\n mov x1, xzr\n"
                "1: add x1, x1, #0x1000\n and x1, x1, #0xf000\n add x2, x3, x1\n lsr x4, x2, #12\n"
                "tlbi vae1, x4\n dsb ish\n isb\n ldr x5, [x2]\n"
                "subs x0, x0, #1\n b.ne 1b\n mov x0, x5")

static void setup(void)
{
    guest_world(0);
    *(volatile u64 *)WINDOW_PA = 0;
}

static u64 run(u64 n)
{
    run_guest(1, loop_tlbi, n, false);
    return n;
}

const struct bench bench = { "tlbi", 100, setup, run };
