/* The A32 instruction table against capstone: accept or reject, mnemonic or alias, register operands in order; and against itself. */
#include "tests/unit/insn_table_aarch32.h"

#define RANDOM_WORDS 2000000

static const struct skip skips[] = {
#include "tests/unit/insn_table_a32_skips.def"
};

static int set_up(void **state)
{
    *state = fixture_new(INSN_SET_A32, skips, ARRAY_SIZE(skips));
    return !*state;
}

static void random_words_are_accepted_as_capstone_accepts_them(void **state)
{
    struct fixture *f = *state;
    unsigned bad = 0;
    for (unsigned k = 0; k < RANDOM_WORDS && bad < 60; k++)
        bad += !word_agrees(f, random_word(f));
    assert_int_equal(bad, 0);
}

/* ARMv8's instructions and optional ones are UNDEFINED on cores that lack them. */
static void gated_rows_vanish_without_their_feature(void **state)
{
    struct fixture *f = *state;
    u32 lda = 0xe1910c9f, crc32b = 0xe1010042, add = 0xe0810002;
    assert_non_null(decoder_find(f->decoder, lda, FEATURE_BIT(AARCH32)));
    assert_null(decoder_find(f->decoder, lda, 0));
    assert_non_null(decoder_find(f->decoder, crc32b, FEATURE_BIT(CRC32)));
    assert_null(decoder_find(f->decoder, crc32b, 0));
    assert_non_null(decoder_find(f->decoder, add, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_agrees_with_capstone),
        cmocka_unit_test(random_words_are_accepted_as_capstone_accepts_them),
        cmocka_unit_test(gated_rows_vanish_without_their_feature),
        cmocka_unit_test(rows_overlap_only_where_listed),
    };
    return cmocka_run_group_tests_name("insn_table_a32", tests, set_up, tear_down);
}
