/* Rows of v8.1 and later, which capstone 4 does not know, against binutils' objdump: mnemonic and register operands; and words one bit away
 * from them, accept or reject. Skipped where there is no aarch64-linux-gnu-objdump. */
#include "cpu/insn.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "tests/unit/insn_registers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define WORDS_PER_ROW 60
#define FEATURES (~0ull)
#define OBJDUMP "aarch64-linux-gnu-objdump"

struct fixture {
    struct decoder *decoder;
    u64 random;
    u32 *words;
    unsigned count, room;
    char file[32];
};

/* Where objdump and the manual differ. */
static const struct {
    u32 mask, value;
    const char *why;
} skips[] = {
#include "tests/unit/insn_newer_skips.def"
    { 0xffffffff, 0xffffffff, "end" },
};

static bool is_skipped(u32 word)
{
    for (unsigned i = 0; i + 1 < ARRAY_SIZE(skips); i++)
        if ((word & skips[i].mask) == skips[i].value)
            return true;
    return false;
}

static u64 next_random(struct fixture *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

static int set_up(void **state)
{
    struct error err = { { 0 } };
    struct fixture *f = calloc(1, sizeof *f);
    f->decoder = decoder_new(INSN_SET_A64, &err);
    if (!f->decoder)
        print_error("%s\n", err.text);
    f->random = 88172645463325252ull;
    f->room = decoder_row_count(f->decoder) * WORDS_PER_ROW * 2;
    f->words = calloc(f->room, sizeof *f->words);
    strcpy(f->file, "/tmp/armature-words-XXXXXX");
    int fd = mkstemp(f->file);
    if (fd >= 0)
        close(fd);
    *state = f;
    return !f->decoder || !f->words || fd < 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->file);
    free(f->words);
    decoder_free(f->decoder);
    free(f);
    return 0;
}

/* Ignored bits as they should be: objdump takes no others. All 0, but for LDAPR's Rs. */
static u32 ignored_bits(const struct insn_row *row)
{
    u32 fields = row->mask;
    for (unsigned i = 0; i < row->field_count; i++)
        fields |= (u32)(ones(row->fields[i].width) << row->fields[i].shift);
    return ~fields;
}

static u32 with_should_be_bits(const struct insn_row *row, u32 word)
{
    return row->need == FEAT_LRCPC ? word | ignored_bits(row) : word & ~ignored_bits(row);
}

static void add_word(struct fixture *f, u32 word)
{
    const struct insn_row *row = decoder_find(f->decoder, word, FEATURES);
    if (row && is_newer_than_capstone(row))
        word = with_should_be_bits(row, word);
    if (!is_skipped(word) && f->count < f->room)
        f->words[f->count++] = word;
}

/* ---- what objdump prints ---- */

/* "w0, v12.4s, [sp]" as numbers. */
static unsigned registers_of(const char *text, int *out, unsigned room)
{
    unsigned n = 0;
    for (const char *p = text; *p && n < room; p++) {
        if (p != text && strchr("0123456789abcdefghijklmnopqrstuvwxyz.#", p[-1]))
            continue;
        if (!strncmp(p, "sp", 2) || !strncmp(p, "wsp", 3) || !strncmp(p, "xzr", 3) || !strncmp(p, "wzr", 3))
            out[n++] = 31;
        else if (strchr("xwvqdshb", *p) && p[1] >= '0' && p[1] <= '9')
            out[n++] = atoi(p + 1);
    }
    return n;
}

static bool has_mnemonic(const struct insn_row *row, const char *mnemonic)
{
    return !strcmp(row->mnemonic, mnemonic) || is_listed(row->aliases, mnemonic);
}

/* Is it the name of a row, so that the table ought to know its words? */
static bool is_ours(const struct fixture *f, const char *mnemonic)
{
    for (unsigned i = 0; i < decoder_row_count(f->decoder); i++)
        if (is_newer_than_capstone(decoder_row(f->decoder, i)) && has_mnemonic(decoder_row(f->decoder, i), mnemonic))
            return true;
    return false;
}

/* Judges a word by objdump's line for it; prints what disagrees. */
static bool word_agrees(const struct fixture *f, u32 word, const char *mnemonic, const char *operands)
{
    const struct insn_row *row = decoder_find(f->decoder, word, FEATURES);
    bool known = *mnemonic != '.' && !strstr(operands, "undefined");
    if (row && !is_newer_than_capstone(row)) /* capstone's business */
        return true;
    if (!row && !(known && is_ours(f, mnemonic)))
        return true;
    if (!row)
        print_error("%08x: objdump says %s %s, we reject it\n", word, mnemonic, operands);
    else if (!known)
        print_error("%08x: we say %s (%s), objdump rejects it\n", word, row->mnemonic, row->id);
    else if (!has_mnemonic(row, mnemonic))
        print_error("%08x: we say %s (%s), objdump %s %s\n", word, row->mnemonic, row->id, mnemonic, operands);
    else {
        int printed[16];
        if (strcmp(row->mnemonic, mnemonic) || registers_are_in(row, word, printed, registers_of(operands, printed, 16)))
            return true;
        print_error("%08x: %s %s: registers differ from %s's\n", word, mnemonic, operands, row->id);
    }
    return false;
}

/* Has objdump print all words. -1: there is none. */
static int disagreements(struct fixture *f)
{
    FILE *out = fopen(f->file, "wb");
    assert_non_null(out);
    fwrite(f->words, sizeof *f->words, f->count, out);
    fclose(out);
    char command[128], line[256];
    snprintf(command, sizeof command, OBJDUMP " -D -z -b binary -m aarch64 -M no-aliases %s 2>/dev/null", f->file);
    FILE *in = popen(command, "r");
    unsigned seen = 0;
    int bad = 0;
    while (in && fgets(line, sizeof line, in)) {
        unsigned long at, word;
        char mnemonic[32] = "", operands[128] = "";
        if (sscanf(line, " %lx:\t%lx \t%31s %127[^\n]", &at, &word, mnemonic, operands) < 3)
            continue;
        assert_int_equal(word, f->words[seen]);
        bad += !word_agrees(f, f->words[seen++], mnemonic, operands);
    }
    if (in)
        pclose(in);
    if (!seen)
        return -1;
    assert_int_equal(seen, f->count);
    return bad;
}

static void newer_rows_agree_with_objdump(void **state)
{
    struct fixture *f = *state;
    f->count = 0;
    for (unsigned i = 0; i < decoder_row_count(f->decoder); i++) {
        const struct insn_row *row = decoder_row(f->decoder, i);
        unsigned seen = 0;
        for (unsigned k = 0; k < WORDS_PER_ROW * 20 && seen < WORDS_PER_ROW && is_newer_than_capstone(row); k++) {
            u32 word = ((u32)(next_random(f) >> 16) & ~row->mask) | row->value;
            if (decoder_find(f->decoder, word, FEATURES) != row)
                continue;
            add_word(f, word);
            seen++;
        }
        if (is_newer_than_capstone(row) && !seen)
            fail_msg("no word decodes to %s", row->id);
    }
    int bad = disagreements(f);
    if (bad < 0)
        skip();
    assert_int_equal(bad, 0);
}

static void words_one_bit_away_are_accepted_as_objdump_accepts_them(void **state)
{
    struct fixture *f = *state;
    f->count = 0;
    for (unsigned i = 0; i < decoder_row_count(f->decoder); i++) {
        const struct insn_row *row = decoder_row(f->decoder, i);
        for (unsigned b = 0; b < 32 && is_newer_than_capstone(row); b++)
            add_word(f, (((u32)(next_random(f) >> 16) & ~row->mask) | row->value) ^ 1u << b);
    }
    int bad = disagreements(f);
    if (bad < 0)
        skip();
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_rows_agree_with_objdump),
        cmocka_unit_test(words_one_bit_away_are_accepted_as_objdump_accepts_them),
    };
    return cmocka_run_group_tests_name("insn_newer", tests, set_up, tear_down);
}
