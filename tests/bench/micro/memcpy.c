/* Copies of 64 KiB by pairs of registers, 64 bytes a round. One operation is one copy. */
#include "micro.h"

#define SIZE 0x10000
static u8 from[SIZE] __attribute__((aligned(64))), to[SIZE] __attribute__((aligned(64)));

static void copy(u8 *t, const u8 *f, u64 n)
{
    __asm__ volatile("1: ldp x3, x4, [%1]\n ldp x5, x6, [%1, #16]\n ldp x7, x8, [%1, #32]\n ldp x9, x10, [%1, #48]\n"
                     "add %1, %1, #64\n"
                     "stp x3, x4, [%0]\n stp x5, x6, [%0, #16]\n stp x7, x8, [%0, #32]\n stp x9, x10, [%0, #48]\n"
                     "add %0, %0, #64\n subs %2, %2, #64\n b.ne 1b"
                     : "+r"(t), "+r"(f), "+r"(n)
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "memory", "cc");
}

static void setup(void)
{
    for (u32 i = 0; i < SIZE; i++)
        from[i] = (u8)(i * 7);
}

static u64 run(u64 n)
{
    for (u64 i = 0; i < n; i++)
        copy(to, from, SIZE);
    return to[SIZE - 1] | (u64)to[SIZE / 2 + 1] << 8;
}

const struct bench bench = { "memcpy", 2, setup, run };
