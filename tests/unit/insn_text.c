/* What a trace prints for instructions that the disassembler library does not know. */
#include "cpu/insn_text.h"

#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    u32 word;
    const char *text;
} cases[] = {
    { 0xf8210062, "ldadd x1, x2, [x3]" },
    { 0xb8a183ff, "swpa x1, xzr, [sp]" },
    { 0xf8bfc041, "ldapr x1, [x2]" },
    { 0xdac103e1, "pacia x1, sp" },
    { 0x2e828420, "sqrdmlah v0, v1, v2" },
    { 0xd53d1003, "mrs x3, sctlr_el12" },
    { 0xd51c2023, "msr ttbr1_el2, x3" },
    { 0xd5088224, "tlbi rvae1is, x4" },
};

static void newer_instructions_have_names_and_registers(void **state)
{
    struct error err;
    struct decoder *d = decoder_new(INSN_SET_A64, &err);
    (void)state;
    assert_non_null(d);
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        char text[64];
        const struct insn_row *row = decoder_find(d, cases[i].word, ~0ull);
        assert_non_null(row);
        insn_text(row, cases[i].word, ~0ull, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    decoder_free(d);
}

static void a_short_buffer_is_not_overrun(void **state)
{
    struct error err;
    struct decoder *d = decoder_new(INSN_SET_A64, &err);
    char text[9] = "";
    (void)state;
    insn_text(decoder_find(d, cases[0].word, ~0ull), cases[0].word, ~0ull, text, sizeof text);
    assert_string_equal(text, "ldadd x1");
    decoder_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_instructions_have_names_and_registers),
        cmocka_unit_test(a_short_buffer_is_not_overrun),
    };
    return cmocka_run_group_tests_name("insn_text", tests, NULL, NULL);
}
