/* Integer mix: shifts, multiplications, rotations, compares and selects on a few live values of 32 bits; no memory. */
#include "micro32.h"

static u32 run(u32 n)
{
    u32 a = 0x9e3779b9, b = 1, c = 0;
    for (u32 i = 0; i < n; i++) {
        a ^= a << 13;
        a ^= a >> 17;
        a ^= a << 5;
        b = b * 1664525 + a;
        c += (u32)((u64)b * a >> 32);
        c = (c << 11 | c >> 21) ^ (i & 0xff);
        if ((a & 7) == 3)
            c -= b;
        b = a > c ? b + 1 : b ^ c;
    }
    return a ^ b ^ c;
}

const struct bench bench = { "int32", 100, 0, run };
