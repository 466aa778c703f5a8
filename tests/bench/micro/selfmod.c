/* Self-modifying code: an instruction is written, cleaned and invalidated as the architecture wants (B2.4.4), and executed. */
#include "micro.h"

static u32 code[1024] __attribute__((aligned(4096)));

static void write_insn(u32 *at, u32 word)
{
    *(volatile u32 *)at = word;
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"(at) : "memory");
}

static void setup(void)
{
    code[1] = 0xd65f03c0; /* RET */
    write_insn(code + 1, code[1]);
}

static u64 run(u64 n)
{
    u64 sum = 0;
    for (u64 i = 0; i < n; i++) {
        write_insn(code, 0xd2800000 | (u32)(i & 0xffff) << 5); /* MOVZ X0, #i */
        sum += ((u64(*)(void))code)();
    }
    return sum;
}

const struct bench bench = { "selfmod", 10, setup, run };
