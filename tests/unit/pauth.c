/* AddPAC() where QEMU departs from the manual, so that tests/guest/pauth.c leaves it out: ranges that differ. Syndromes of LDRAA. */
#include "cpu/abort_syndrome.h"
#include "cpu/pauth.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static u64 add(struct bare_pe *b, u64 ptr)
{
    struct op op = { 0 };
    cpu_regime_changed(b->cpu);
    assert_true(pauth_add(b->cpu, &op, 0, PAUTH_IA, ptr, 0x1234));
    return b->cpu->slow.value[0];
}

/* Without tags bit 63 says which range a pointer is of, and so where its field begins; bit 55 then says it. */
static void bit_63_selects_the_range_without_tags(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    b->cpu->sys.sctlr_el1 |= 1ull << 31;
    b->cpu->sys.apkey_el1[0] = 77;
    b->cpu->sys.tcr_el1 = 16 | 32ull << 16;
    u64 odd = 0x8000111122223333; /* bit 63 set, bit 55 clear: of the upper range, whose field begins at bit 32 */
    u64 pac = add(b, odd);
    assert_int_equal(pac & 0xffffffff, 0x22223333);
    assert_int_equal(pac >> 55 & 1, 1);
    u64 code = add(b, 0xffffffff22223333); /* the address it is taken for: the same code but for the bit that spoils it */
    assert_int_equal(pac ^ code, 1ull << 62);
    bare_pe_free(b);
}

/* With tags in one range alone, bit 55 selects it for all pointers. */
static void bit_55_selects_the_range_where_one_has_tags(void **state)
{
    (void)state;
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    b->cpu->sys.sctlr_el1 |= 1ull << 31;
    b->cpu->sys.apkey_el1[0] = 78;
    b->cpu->sys.tcr_el1 = 16 | 32ull << 16 | 1ull << 38; /* TBI1 */
    u64 pac = add(b, 0x8000111122223333); /* bit 55 clear: the lower range, which has no tags */
    assert_int_equal(pac & 0xffffffffffff, 0x111122223333);
    assert_int_equal(pac >> 55 & 1, 0);
    assert_int_equal(pac ^ add(b, 0x0000111122223333), 1ull << 62);
    bare_pe_free(b);
}

/* ISS of a stage-2 abort: LDRAA is a load of one register, but not where it writes back. */
static void aborts_of_ldraa_have_a_syndrome(void **state)
{
    (void)state;
    static const u32 offset[] = { 0xf8200423, 0xf8bff443 }, back[] = { 0xf8200c23, 0xf8ffec43 };
    for (unsigned i = 0; i < 2; i++) {
        struct abort_syndrome s = abort_syndrome_of(offset[i]);
        assert_true(s.isv && s.sf && !s.sse && !s.ar);
        assert_int_equal(s.sas, 3);
        assert_int_equal(s.srt, 3);
        assert_false(abort_syndrome_of(back[i]).isv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bit_63_selects_the_range_without_tags),
        cmocka_unit_test(bit_55_selects_the_range_where_one_has_tags),
        cmocka_unit_test(aborts_of_ldraa_have_a_syndrome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
