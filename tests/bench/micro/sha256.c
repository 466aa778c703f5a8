/* SHA-256 (FIPS 180-4) in plain C: one operation is one block of 64 bytes. The constants are made from the primes' roots, in integers. */
#include "micro.h"

static u32 k[64], state[8];

/* floor(2^32 * (n^(1/root) mod 1)), by bisection over fixed-point numbers with 32 fractional bits */
static u32 fraction_of_root(u64 n, u32 root)
{
    u64 low = 0, high = 1ull << 40;
    while (high - low > 1) {
        u64 x = (low + high) / 2;
        unsigned __int128 power = (unsigned __int128)x * x; /* 64 fractional bits */
        unsigned __int128 limit = (unsigned __int128)n << 64;
        if (root == 3) {
            power = (power >> 32) * x; /* truncated below: harmless, limit has no fraction */
            limit = (unsigned __int128)n << 64;
        }
        if (power <= limit)
            low = x;
        else
            high = x;
    }
    return (u32)low;
}

static void setup(void)
{
    u32 found = 0;
    for (u32 n = 2; found < 64; n++) {
        bool prime = true;
        for (u32 d = 2; d * d <= n; d++)
            prime &= n % d != 0;
        if (!prime)
            continue;
        if (found < 8)
            state[found] = fraction_of_root(n, 2);
        k[found++] = fraction_of_root(n, 3);
    }
    if (k[0] != 0x428a2f98 || k[63] != 0xc67178f2 || state[7] != 0x5be0cd19)
        bench_fail("constants", k[0], k[63]);
}

static inline u32 ror(u32 x, u32 n)
{
    return x >> n | x << (32 - n);
}

static void block(u32 h[8], const u32 *words)
{
    u32 w[64], s[8];
    for (u32 i = 0; i < 16; i++)
        w[i] = __builtin_bswap32(words[i]);
    for (u32 i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
    for (u32 i = 0; i < 8; i++)
        s[i] = h[i];
    for (u32 i = 0; i < 64; i++) {
        u32 t1 = s[7] + (ror(s[4], 6) ^ ror(s[4], 11) ^ ror(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
        u32 t2 = (ror(s[0], 2) ^ ror(s[0], 13) ^ ror(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        for (u32 j = 7; j > 0; j--)
            s[j] = s[j - 1];
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (u32 i = 0; i < 8; i++)
        h[i] += s[i];
}

static u64 run(u64 n)
{
    u32 h[8], message[16];
    for (u32 i = 0; i < 8; i++)
        h[i] = state[i];
    for (u64 i = 0; i < n; i++) {
        for (u32 j = 0; j < 16; j++)
            message[j] = (u32)i + j;
        block(h, message);
    }
    return (u64)h[0] << 32 | h[7];
}

const struct bench bench = { "sha256", 4, setup, run };
