/* The instruction table, parsed and indexed: words to rows, rows to operands. DDI 0487 C4.1. */
#include "cpu/insn_imm.h"

#include "cpu/legal.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

#if __has_include("cpu/legal_simd.h")
#include "cpu/legal_simd.h"
#endif
#if __has_include("cpu/legal_system.h")
#include "cpu/legal_system.h"
#endif
#if __has_include("cpu/legal_fp.h")
#include "cpu/legal_fp.h"
#endif

#define OP(id, ...) op_fn exec_fast_##id, exec_watched_##id;
#include "cpu/insn_a64.def"
#undef OP

static const struct insn_row table[INSN_COUNT] = {
#define OP(opid, mn, pattern, immkind, cl, leg, needs, alias)                                                          \
    [INSN_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,            \
                      .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                     \
                      .handler = { exec_fast_##opid, exec_watched_##opid } },
#include "cpu/insn_a64.def"
#undef OP
};

static const struct {
    u16 specific, general;
    const char *why;
} overlaps[] = {
#define OVERLAP(specific, general, why) { INSN_##specific, INSN_##general, why },
#include "cpu/insn_overlap.def"
#undef OVERLAP
    { INSN_NONE, INSN_NONE, "" },
};

static const struct {
    void (*build)(const struct insn_row *row, u32 word, struct op *op);
    const char *letters;
} imm_kinds[IMM_KINDS] = {
#define IMM(name, letters) { build_##name, letters },
#include "cpu/insn_imm.def"
#undef IMM
};

/* Letters that name registers, and the op field and the reading of 31 that they mean (cpu/insn.h). */
static const struct {
    char letter;
    u8 field; /* 0 rd, 1 rn, 2 rm, 3 ra */
    u8 r31;   /* what 31 becomes */
} register_letters[] = {
    { 'd', 0, SLOT_SINK }, { 'e', 0, SLOT_SP },   { 't', 0, SLOT_SINK }, { 'T', 0, SLOT_ZERO }, { 'V', 0, 31 },
    { 'n', 1, SLOT_ZERO }, { 'b', 1, SLOT_SP },   { 'j', 2, SLOT_SP },   { 'W', 1, 31 },        { 'm', 2, SLOT_ZERO }, { 'X', 2, 31 },
    { 'w', 2, SLOT_SINK }, { 'a', 3, SLOT_ZERO }, { 'u', 3, SLOT_SINK }, { 'U', 3, SLOT_ZERO }, { 'Y', 3, 31 },
    { 'g', 2, SLOT_ZERO },
};

/* Words are sorted into buckets by their bits 31:22; a bucket lists the rows that could match, the specific ones first. */
#define BUCKET_SHIFT 22
#define BUCKETS (1u << (32 - BUCKET_SHIFT))

struct decoder {
    struct insn_row rows[INSN_COUNT];
    u32 bucket_start[BUCKETS + 1];
    u16 *bucket_rows;
};

static int register_letter(char c)
{
    for (unsigned i = 0; i < ARRAY_SIZE(register_letters); i++)
        if (register_letters[i].letter == c)
            return (int)i;
    return -1;
}

static bool parse_bits(struct insn_row *row, struct error *err)
{
    if (strlen(row->bits) != 32)
        return error_set(err, "instruction table: %s has %zu bits", row->id, strlen(row->bits));
    for (unsigned i = 0; i < 32; i++) {
        char c = row->bits[i];
        u32 one = 1u << (31 - i);
        if (c == '0' || c == '1') {
            row->mask |= one;
            row->value |= c == '1' ? one : 0;
        } else if (c != '-') {
            struct insn_field *f = row->field_count ? &row->fields[row->field_count - 1] : NULL;
            if (f && f->letter == c && i && row->bits[i - 1] == c) {
                f->width++;
                f->shift--;
            } else if (row->field_count == INSN_MAX_FIELDS) {
                return error_set(err, "instruction table: %s has too many fields", row->id);
            } else {
                row->fields[row->field_count++] = (struct insn_field){ c, (u8)(31 - i), 1 };
            }
        }
    }
    return true;
}

/* Every letter has a reader, and every reader its letter. */
static bool check_letters(const struct insn_row *row, struct error *err)
{
    const char *wanted = imm_kinds[row->imm].letters;
    if (row->imm == IMM_SYSREG)
        wanted = "";
    if (*wanted == '*')
        return true;
    for (unsigned i = 0; i < row->field_count; i++) {
        char c = row->fields[i].letter;
        if (register_letter(c) < 0 && !strchr(imm_kinds[row->imm].letters, c))
            return error_set(err, "instruction table: nothing reads '%c' of %s", c, row->id);
    }
    for (; *wanted; wanted++)
        if (!strchr(row->bits, *wanted))
            return error_set(err, "instruction table: %s lacks '%c', which its immediate reads", row->id, *wanted);
    return true;
}

static bool is_overridden_by(u16 general, u16 specific)
{
    for (unsigned i = 0; i + 1 < ARRAY_SIZE(overlaps); i++)
        if (overlaps[i].general == general && overlaps[i].specific == specific)
            return true;
    return false;
}

static bool is_general(u16 id)
{
    for (unsigned i = 0; i + 1 < ARRAY_SIZE(overlaps); i++)
        if (overlaps[i].general == id)
            return true;
    return false;
}

/* The bits of a bucket's number that the row leaves free: it is in every bucket that has its fixed ones. */
static u32 free_bits(const struct insn_row *row)
{
    return ~row->mask >> BUCKET_SHIFT;
}

/* From all of the bits to none, through every subset of them. False: that was none. */
static bool next_subset(u32 *bits_set, u32 all)
{
    bool more = *bits_set != 0;
    *bits_set = (*bits_set - 1) & all;
    return more;
}

/* How many rows each bucket has, and so where they begin. */
static void count_rows(struct decoder *d)
{
    for (unsigned id = 0; id < INSN_COUNT; id++) {
        u32 fixed = d->rows[id].value >> BUCKET_SHIFT, all = free_bits(&d->rows[id]), b = all;
        do
            d->bucket_start[(fixed | b) + 1]++;
        while (next_subset(&b, all));
    }
    for (unsigned b = 0; b < BUCKETS; b++)
        d->bucket_start[b + 1] += d->bucket_start[b];
}

/* Rows that some other row overrides come last in their buckets. */
static void fill_buckets(struct decoder *d)
{
    u32 next[BUCKETS];
    memcpy(next, d->bucket_start, sizeof next);
    for (unsigned pass = 0; pass < 2; pass++)
        for (u16 id = 0; id < INSN_COUNT; id++) {
            if (is_general(id) != pass)
                continue;
            u32 fixed = d->rows[id].value >> BUCKET_SHIFT, all = free_bits(&d->rows[id]), b = all;
            do
                d->bucket_rows[next[fixed | b]++] = id;
            while (next_subset(&b, all));
        }
}

struct decoder *decoder_new(struct error *err)
{
    struct decoder *d = calloc(1, sizeof *d);
    if (!d) {
        error_set(err, "no memory for the instruction table");
        return NULL;
    }
    memcpy(d->rows, table, sizeof table);
    for (unsigned id = 0; id < INSN_COUNT; id++)
        if (!parse_bits(&d->rows[id], err) || !check_letters(&d->rows[id], err))
            goto failed;
    count_rows(d);
    d->bucket_rows = malloc(d->bucket_start[BUCKETS] * sizeof *d->bucket_rows);
    if (!d->bucket_rows) {
        error_set(err, "no memory for the instruction table");
        goto failed;
    }
    fill_buckets(d);
    return d;
failed:
    free(d);
    return NULL;
}

void decoder_free(struct decoder *d)
{
    if (d)
        free(d->bucket_rows);
    free(d);
}

static bool row_matches(const struct insn_row *row, u32 word)
{
    return (word & row->mask) == row->value && row->legal(word);
}

const struct insn_row *decoder_find(const struct decoder *d, u32 word, u64 features)
{
    u32 b = word >> BUCKET_SHIFT;
    for (u32 i = d->bucket_start[b]; i < d->bucket_start[b + 1]; i++) {
        const struct insn_row *row = &d->rows[d->bucket_rows[i]];
        if (row_matches(row, word))
            return row->need == FEAT_NONE || features >> row->need & 1 ? row : NULL;
    }
    return NULL;
}

unsigned decoder_row_count(const struct decoder *d)
{
    (void)d;
    return INSN_COUNT;
}

const struct insn_row *decoder_row(const struct decoder *d, unsigned i)
{
    return &d->rows[i];
}

enum insn_id decoder_row_id(const struct decoder *d, const struct insn_row *row)
{
    return (enum insn_id)(row - d->rows);
}

/* Two rows may match the same word if their fixed bits agree; the legal predicates then decide, which only words can tell. */
bool decoder_check_overlaps(const struct decoder *d, struct error *err)
{
    for (u16 a = 0; a < INSN_COUNT; a++)
        for (u16 b = a + 1; b < INSN_COUNT; b++) {
            const struct insn_row *x = &d->rows[a], *y = &d->rows[b];
            bool may = !((x->value ^ y->value) & x->mask & y->mask);
            bool listed = is_overridden_by(a, b) || is_overridden_by(b, a);
            if (may && !listed && x->legal == legal_ALL && y->legal == legal_ALL)
                return error_set(err, "instruction table: %s and %s overlap", x->id, y->id);
            if (!may && listed)
                return error_set(err, "instruction table: %s and %s do not overlap, yet are listed", x->id, y->id);
        }
    return true;
}

u32 insn_field(const struct insn_row *row, u32 word, char letter)
{
    u32 value = 0;
    for (unsigned i = 0; i < row->field_count; i++)
        if (row->fields[i].letter == letter)
            value = value << row->fields[i].width | (u32)bits(word, row->fields[i].shift + row->fields[i].width - 1u, row->fields[i].shift);
    return value;
}

void insn_extract(const struct insn_row *row, u32 word, struct op *op)
{
    u8 *const to[] = { &op->rd, &op->rn, &op->rm, &op->ra };
    for (unsigned i = 0; i < 4; i++)
        *to[i] = 0;
    for (unsigned i = 0; i < row->field_count; i++) {
        int r = register_letter(row->fields[i].letter);
        if (r < 0)
            continue;
        u8 n = (u8)bits(word, row->fields[i].shift + 4u, row->fields[i].shift);
        *to[register_letters[r].field] = n == 31 ? register_letters[r].r31 : n;
    }
    imm_kinds[row->imm].build(row, word, op);
}
