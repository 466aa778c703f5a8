/* QARMA-64, sigma2, r = 5 (DDI 0487 ComputePAC(); R. Avanzi, "The QARMA Block Cipher Family", IACR ePrint 2016/444).
 *
 * The state is sixteen 4-bit cells, cell 0 in bits 63:60, seen as a matrix of four rows of four. The portable form keeps them in a u64;
 * the quick one spreads them over the bytes of a vector register, where one byte shuffle is a permutation of the cells and another
 * is a table look-up in each of them. */
#include "cpu/pauth_qarma.h"

#ifdef __x86_64__
#include <tmmintrin.h>
#endif

#define LAST_ROUND 4 /* the manual's `iterations` */
#define ALPHA 0xc0ac29b7c97c50ddull

static const u64 round_constants[LAST_ROUND + 1] = {
    0, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89, 0x452821e638d01377,
};

/* PACSub(), PACInvSub() */
static const u8 sub[16] = { 11, 6, 8, 15, 12, 0, 9, 14, 3, 7, 4, 5, 13, 2, 1, 10 };
static const u8 inv_sub[16] = { 5, 14, 13, 8, 10, 11, 1, 9, 2, 6, 15, 0, 4, 12, 7, 3 };
/* PACCellShuffle(): which cell comes to each place; TweakShuffle() likewise, and the cells that its LFSR then changes. */
static const u8 tau[16] = { 0, 11, 6, 13, 10, 1, 12, 7, 5, 14, 3, 8, 15, 4, 9, 2 };
static const u8 inv_tau[16] = { 0, 5, 15, 10, 13, 8, 2, 7, 11, 14, 4, 1, 6, 3, 9, 12 };
static const u8 tweak_from[16] = { 6, 5, 14, 15, 0, 1, 2, 3, 7, 12, 13, 4, 8, 9, 10, 11 };
static const u8 tweak_lfsr[16] = { 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0 };

static ALWAYS_INLINE u64 rotate_key(u64 key_hi) /* modk0 */
{
    return (key_hi >> 1 | key_hi << 63) ^ key_hi >> 63;
}

/* ---- portable ---- */

static u8 cell(u64 state, unsigned i)
{
    return state >> (60 - 4 * i) & 15;
}

static u64 substitute(u64 state, const u8 box[16])
{
    u64 out = 0;
    for (unsigned i = 0; i < 16; i++)
        out = out << 4 | box[cell(state, i)];
    return out;
}

static u64 permute(u64 state, const u8 from[16])
{
    u64 out = 0;
    for (unsigned i = 0; i < 16; i++)
        out = out << 4 | cell(state, from[i]);
    return out;
}

/* RotCell() of every cell, by 1 or 2 */
static u64 rotate_cells(u64 state, unsigned by)
{
    u64 low = 0x1111111111111111ull * ((1u << by) - 1);
    return (state << by & ~low) | (state >> (4 - by) & low);
}

/* PACMult(): each row is rho(r + 1) + rho^2(r + 2) + rho(r + 3) of the rows. */
static u64 multiply(u64 state)
{
    u64 one = state << 16 | state >> 48, two = state << 32 | state >> 32, three = state << 48 | state >> 16;
    return rotate_cells(one ^ three, 1) ^ rotate_cells(two, 2);
}

/* TweakCellRot() */
static u8 lfsr(u8 x)
{
    return (u8)(x >> 1 | ((x ^ x >> 1) & 1) << 3);
}

static u64 next_tweak(u64 tweak)
{
    u64 out = 0;
    for (unsigned i = 0; i < 16; i++) {
        u8 from = cell(tweak, tweak_from[i]);
        out = out << 4 | (tweak_lfsr[i] ? lfsr(from) : from);
    }
    return out;
}

u64 pauth_qarma5_portable(u64 data, u64 modifier, u64 key_hi, u64 key_lo)
{
    u64 tweak[LAST_ROUND + 2], state = data ^ key_hi, mod_key = rotate_key(key_hi);
    tweak[0] = modifier;
    for (unsigned i = 0; i <= LAST_ROUND; i++) {
        tweak[i + 1] = next_tweak(tweak[i]);
        state ^= key_lo ^ tweak[i] ^ round_constants[i];
        if (i)
            state = multiply(permute(state, tau));
        state = substitute(state, sub);
    }
    u64 middle = tweak[LAST_ROUND + 1];
    state = substitute(multiply(permute(state ^ mod_key ^ middle, tau)), sub);
    state = permute(multiply(permute(state, tau)) ^ key_lo, inv_tau);
    state = permute(multiply(substitute(state, inv_sub)), inv_tau) ^ key_hi ^ middle;
    for (unsigned i = LAST_ROUND + 1; i--;) {
        state = substitute(state, inv_sub);
        if (i)
            state = permute(multiply(state), inv_tau);
        state ^= round_constants[i] ^ key_lo ^ tweak[i] ^ ALPHA;
    }
    return state ^ mod_key;
}

/* ---- by byte shuffles: byte i holds the cell of bits 4i+3:4i ---- */

#ifdef __x86_64__

#define SSSE3 __attribute__((target("ssse3")))
#define SSSE3_INLINE static inline __attribute__((always_inline, target("ssse3")))

/* A shuffle that brings cell from(i) to cell i, written cell 0 first. */
#define SHUFFLE(from)                                                                                                  \
    _mm_set_epi8(15 - from(0), 15 - from(1), 15 - from(2), 15 - from(3), 15 - from(4), 15 - from(5), 15 - from(6), 15 - from(7), 15 - from(8), \
                 15 - from(9), 15 - from(10), 15 - from(11), 15 - from(12), 15 - from(13), 15 - from(14), 15 - from(15))
/* A table of 16 values, indexed by a cell. */
#define TABLE(f)                                                                                                       \
    _mm_setr_epi8((char)f(0), (char)f(1), (char)f(2), (char)f(3), (char)f(4), (char)f(5), (char)f(6), (char)f(7), (char)f(8), (char)f(9), \
                  (char)f(10), (char)f(11), (char)f(12), (char)f(13), (char)f(14), (char)f(15))

/* Where multiply(), `n` rows further down, finds what comes to cell i: after permute(tau); before permute(inv_tau); between both. */
#define AFTER_TAU(i, n) tau[(i + 4 * n) & 15]
#define BEFORE_INV_TAU(i, n) ((inv_tau[i] + 4 * n) & 15)
#define BETWEEN(i, n) tau[(inv_tau[i] + 4 * n) & 15]
#define AFTER_TAU_1(i) AFTER_TAU(i, 1)
#define AFTER_TAU_2(i) AFTER_TAU(i, 2)
#define AFTER_TAU_3(i) AFTER_TAU(i, 3)
#define BEFORE_INV_TAU_1(i) BEFORE_INV_TAU(i, 1)
#define BEFORE_INV_TAU_2(i) BEFORE_INV_TAU(i, 2)
#define BEFORE_INV_TAU_3(i) BEFORE_INV_TAU(i, 3)
#define BETWEEN_1(i) BETWEEN(i, 1)
#define BETWEEN_2(i) BETWEEN(i, 2)
#define BETWEEN_3(i) BETWEEN(i, 3)
#define INV_TAU(i) inv_tau[i]
#define TWEAK_FROM(i) tweak_from[i]
/* rho and rho^2, alone and of a substituted cell: they commute with permutations, so that one look-up does both. */
#define RHO_1(i) (((i) << 1 | (i) >> 3) & 15)
#define RHO_2(i) (((i) << 2 | (i) >> 2) & 15)
#define SUB_RHO_1(i) RHO_1(sub[i])
#define SUB_RHO_2(i) RHO_2(sub[i])
#define INV_SUB_RHO_1(i) RHO_1(inv_sub[i])
#define INV_SUB_RHO_2(i) RHO_2(inv_sub[i])
#define INV_SUB(i) inv_sub[i]
#define LFSR_CHANGES(i) ((i >> 1 | ((i ^ i >> 1) & 1) << 3) ^ i)
#define LFSR_MASK(i) (15 + tweak_lfsr[i]) /* SHUFFLE() makes it 0 or -1 */

SSSE3_INLINE __m128i spread(u64 x)
{
    __m128i low = _mm_cvtsi64_si128((long long)(x & 0x0f0f0f0f0f0f0f0full)), high = _mm_cvtsi64_si128((long long)(x >> 4 & 0x0f0f0f0f0f0f0f0full));
    return _mm_unpacklo_epi8(low, high);
}

SSSE3_INLINE u64 gather(__m128i cells)
{
    __m128i pairs = _mm_maddubs_epi16(cells, _mm_set1_epi16(0x1001)); /* even cell + 16 * odd cell */
    return (u64)_mm_cvtsi128_si64(_mm_packus_epi16(pairs, pairs));
}

/* Substitution and rotations by the tables, the rows' sum with its permutations by the shuffles, and a key. */
SSSE3_INLINE __m128i layer(__m128i x, __m128i table_1, __m128i table_2, __m128i by_1, __m128i by_2, __m128i by_3, __m128i key)
{
    __m128i rho_1 = _mm_shuffle_epi8(table_1, x), rho_2 = _mm_shuffle_epi8(table_2, x);
    return _mm_xor_si128(_mm_xor_si128(_mm_shuffle_epi8(rho_1, by_1), _mm_shuffle_epi8(rho_1, by_3)),
                         _mm_xor_si128(_mm_shuffle_epi8(rho_2, by_2), key));
}

/* multiply(permute(substitute(x), tau)) ^ key */
SSSE3_INLINE __m128i forward(__m128i x, __m128i key)
{
    return layer(x, TABLE(SUB_RHO_1), TABLE(SUB_RHO_2), SHUFFLE(AFTER_TAU_1), SHUFFLE(AFTER_TAU_2), SHUFFLE(AFTER_TAU_3), key);
}

/* permute(multiply(inverse substitute(x)), inv_tau) ^ key */
SSSE3_INLINE __m128i backward(__m128i x, __m128i key)
{
    return layer(x, TABLE(INV_SUB_RHO_1), TABLE(INV_SUB_RHO_2), SHUFFLE(BEFORE_INV_TAU_1), SHUFFLE(BEFORE_INV_TAU_2), SHUFFLE(BEFORE_INV_TAU_3), key);
}

/* permute(multiply(permute(substitute(x), tau)), inv_tau) ^ key */
SSSE3_INLINE __m128i reflect(__m128i x, __m128i key)
{
    return layer(x, TABLE(SUB_RHO_1), TABLE(SUB_RHO_2), SHUFFLE(BETWEEN_1), SHUFFLE(BETWEEN_2), SHUFFLE(BETWEEN_3), key);
}

/* multiply(permute(x, tau)): a key that the manual adds before these steps, to be added behind them. */
SSSE3_INLINE __m128i delayed(__m128i x)
{
    return layer(x, TABLE(RHO_1), TABLE(RHO_2), SHUFFLE(AFTER_TAU_1), SHUFFLE(AFTER_TAU_2), SHUFFLE(AFTER_TAU_3), _mm_setzero_si128());
}

SSSE3_INLINE __m128i vector_next_tweak(__m128i tweak)
{
    __m128i moved = _mm_shuffle_epi8(tweak, SHUFFLE(TWEAK_FROM));
    return _mm_xor_si128(moved, _mm_and_si128(_mm_shuffle_epi8(TABLE(LFSR_CHANGES), moved), SHUFFLE(LFSR_MASK)));
}

static SSSE3 u64 qarma5_ssse3(u64 data, u64 modifier, u64 key_hi, u64 key_lo)
{
    __m128i tweak[LAST_ROUND + 2], k1 = spread(key_lo), k1_alpha = spread(key_lo ^ ALPHA);
    __m128i state = spread(data ^ key_hi ^ key_lo ^ modifier);
    tweak[0] = spread(modifier);
    tweak[1] = vector_next_tweak(tweak[0]);
#pragma GCC unroll 4
    for (unsigned i = 1; i <= LAST_ROUND; i++) {
        state = forward(state, delayed(_mm_xor_si128(_mm_xor_si128(k1, spread(round_constants[i])), tweak[i])));
        tweak[i + 1] = vector_next_tweak(tweak[i]);
    }
    __m128i middle = tweak[LAST_ROUND + 1], mod_key = spread(rotate_key(key_hi));
    state = forward(state, delayed(_mm_xor_si128(mod_key, middle)));
    state = reflect(state, _mm_shuffle_epi8(k1, SHUFFLE(INV_TAU)));
    state = backward(state, _mm_xor_si128(spread(key_hi), middle));
#pragma GCC unroll 4
    for (unsigned i = LAST_ROUND; i; i--)
        state = backward(state, _mm_xor_si128(_mm_xor_si128(k1_alpha, spread(round_constants[i])), tweak[i]));
    return gather(_mm_shuffle_epi8(TABLE(INV_SUB), state)) ^ key_lo ^ modifier ^ ALPHA ^ rotate_key(key_hi);
}

#endif

u64 pauth_qarma5(u64 data, u64 modifier, u64 key_hi, u64 key_lo)
{
#ifdef __x86_64__
    if (LIKELY(__builtin_cpu_supports("ssse3")))
        return qarma5_ssse3(data, modifier, key_hi, key_lo);
#endif
    return pauth_qarma5_portable(data, modifier, key_hi, key_lo);
}

/* ---- the implementation's own ---- */

/* Products of odd constants, folded: all bits of all four inputs reach the field of the code. */
u64 pauth_impdef(u64 data, u64 modifier, u64 key_hi, u64 key_lo)
{
    u128 x = (u128)(data ^ key_hi ^ 0x9e3779b97f4a7c15ull) * 0xd6e8feb86659fd93ull;
    u128 y = (u128)(modifier ^ key_lo ^ 0xc2b2ae3d27d4eb4full) * 0xa0761d6478bd642full;
    u64 mixed = ((u64)x ^ (u64)(x >> 64)) + 31 * ((u64)y ^ (u64)(y >> 64));
    u128 z = (u128)(mixed ^ key_lo) * 0xe7037ed1a0b428dbull;
    return (u64)z ^ (u64)(z >> 64);
}
