/* Integer mix: shifts, multiplications, rotations, compares and selects on a few live values; no memory. */
#include "micro.h"

static u64 run(u64 n)
{
    u64 a = 0x9e3779b97f4a7c15, b = 1, c = 0;
    for (u64 i = 0; i < n; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b = b * 6364136223846793005 + a;
        c += (u64)((unsigned __int128)b * a >> 64);
        c = (c << 11 | c >> 53) ^ (i & 0xff);
        if ((a & 7) == 3)
            c -= b;
        b = a > c ? b + 1 : b ^ c;
    }
    return a ^ b ^ c;
}

const struct bench bench = { "int", 100, 0, run };
