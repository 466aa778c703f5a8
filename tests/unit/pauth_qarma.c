/* QARMA5 against the published vector, the quick form against the portable one. */
#include "cpu/pauth_qarma.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* R. Avanzi, "The QARMA Block Cipher Family", Table 6: QARMA-64 with sigma2, r = 5. w0 is key0, k0 is key1. */
static void the_papers_vector(void **state)
{
    (void)state;
    u64 w0 = 0x84be85ce9804e94b, k0 = 0xec2802d4e0a488e9, tweak = 0x477d469dec0b8762, plain = 0xfb623599da6e8127;
    assert_int_equal(pauth_qarma5_portable(plain, tweak, w0, k0), 0xc003b93999b33765);
    assert_int_equal(pauth_qarma5(plain, tweak, w0, k0), 0xc003b93999b33765);
}

/* splitmix64 */
static u64 random64(u64 *seed)
{
    u64 z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void both_forms_agree(void **state)
{
    (void)state;
    u64 seed = 5;
    for (unsigned i = 0; i < 20000; i++) {
        u64 data = random64(&seed), modifier = random64(&seed), hi = random64(&seed), lo = random64(&seed);
        assert_int_equal(pauth_qarma5(data, modifier, hi, lo), pauth_qarma5_portable(data, modifier, hi, lo));
    }
}

/* Every input bit changes about half of the code. */
static void every_bit_matters(void **state)
{
    (void)state;
    u64 seed = 9;
    for (unsigned form = 0; form < 2; form++) {
        u64 (*f)(u64, u64, u64, u64) = form ? pauth_impdef : pauth_qarma5;
        for (unsigned i = 0; i < 256; i++) {
            unsigned changed = 0;
            for (unsigned n = 0; n < 64; n++) {
                u64 in[4] = { random64(&seed), random64(&seed), random64(&seed), random64(&seed) };
                u64 before = f(in[0], in[1], in[2], in[3]);
                in[i / 64] ^= 1ull << i % 64;
                changed += (unsigned)__builtin_popcountll(before ^ f(in[0], in[1], in[2], in[3]));
            }
            assert_in_range(changed, 64 * 20, 64 * 44);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_papers_vector),
        cmocka_unit_test(both_forms_agree),
        cmocka_unit_test(every_bit_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
