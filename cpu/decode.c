/* An instruction table, parsed and indexed: words to rows, rows to operands. DDI 0487 C4.1, F3, F4. */
#include "cpu/insn_imm.h"

#include "cpu/insn_table.h"
#include "cpu/legal.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    void (*build)(const struct insn_row *row, u32 word, struct op *op);
    const char *letters;
} imm_kinds[IMM_KINDS] = {
#define IMM(name, letters) { build_##name, letters },
#include "cpu/insn_imm.def"
#undef IMM
};

/* Letters that name registers, the op field that they mean, and what the last register number becomes (cpu/insn.h). */
enum letter_kind { READ, WRITTEN, VECTOR, SINGLE };

struct register_letter {
    char letter;
    u8 field; /* 0 rd, 1 rn, 2 rm, 3 ra */
    u8 last;  /* A64: what 31 becomes */
    u8 kind;  /* enum letter_kind */
};

static const struct register_letter letters_a64[] = {
    { 'd', 0, SLOT_SINK, WRITTEN }, { 'e', 0, SLOT_SP, WRITTEN }, { 't', 0, SLOT_SINK, WRITTEN }, { 'T', 0, SLOT_ZERO, READ },
    { 'V', 0, 31, VECTOR },         { 'n', 1, SLOT_ZERO, READ },  { 'b', 1, SLOT_SP, READ },      { 'j', 2, SLOT_SP, READ },
    { 'W', 1, 31, VECTOR },         { 'm', 2, SLOT_ZERO, READ },  { 'X', 2, 31, VECTOR },         { 'w', 2, SLOT_SINK, WRITTEN },
    { 'a', 3, SLOT_ZERO, READ },    { 'u', 3, SLOT_SINK, WRITTEN }, { 'U', 3, SLOT_ZERO, READ },  { 'Y', 3, 31, VECTOR },
    { 'g', 2, SLOT_ZERO, READ },    { 0 },
};

static const struct register_letter letters_a32[] = {
    { 'd', 0, SLOT_PC, WRITTEN }, { 't', 0, SLOT_PC, WRITTEN }, { 'T', 0, SLOT_PC, READ },    { 'n', 1, SLOT_PC, READ }, { 'b', 1, SLOT_PC, WRITTEN },
    { 'm', 2, SLOT_PC, READ },    { 'r', 2, SLOT_PC, READ },    { 's', 3, SLOT_PC, READ },    { 'a', 3, SLOT_PC, READ }, { 'u', 3, SLOT_PC, WRITTEN },
    { 'U', 3, SLOT_PC, READ },    { 'V', 0, 31, VECTOR },       { 'W', 1, 31, VECTOR },       { 'X', 2, 31, VECTOR },    { 'v', 0, 31, SINGLE },
    { 'w', 1, 31, SINGLE },       { 'x', 2, 31, SINGLE },       { 0 },
};

/* Words are sorted into buckets by their bits 31:22; a bucket lists the rows that could match, the specific ones first. */
#define BUCKET_SHIFT 22
#define BUCKETS (1u << (32 - BUCKET_SHIFT))

struct decoder {
    const struct insn_table *table;
    const struct register_letter *letters;
    u32 bucket_start[BUCKETS + 1];
    u16 *bucket_rows;
    struct insn_row rows[];
};

static const struct register_letter *letters_of(enum insn_set set)
{
    return set == INSN_SET_A64 ? letters_a64 : letters_a32;
}

static const struct register_letter *register_letter(const struct register_letter *letters, char c)
{
    for (; letters->letter; letters++)
        if (letters->letter == c)
            return letters;
    return NULL;
}

/* A T16 row describes the first halfword: bits 31:16 of the word that decode sees. */
static bool parse_bits(struct insn_row *row, enum insn_set set, struct error *err)
{
    size_t count = strlen(row->bits);
    if (count != 32 && !(set == INSN_SET_T32 && count == 16))
        return error_set(err, "instruction table: %s has %zu bits", row->id, count);
    row->set = (u8)set;
    row->wide = count == 32;
    row->conditional = set == INSN_SET_A32 && row->bits[0] == 'c';
    for (unsigned i = 0; i < count; i++) {
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
static bool check_letters(const struct insn_row *row, const struct register_letter *letters, struct error *err)
{
    const char *wanted = imm_kinds[row->imm].letters;
    if (row->imm == IMM_SYSREG)
        wanted = "";
    if (*wanted == '*')
        return true;
    for (unsigned i = 0; i < row->field_count; i++) {
        char c = row->fields[i].letter;
        bool is_condition = c == 'c' && row->conditional;
        if (!is_condition && !register_letter(letters, c) && !strchr(imm_kinds[row->imm].letters, c))
            return error_set(err, "instruction table: nothing reads '%c' of %s", c, row->id);
    }
    for (; *wanted; wanted++)
        if (!strchr(row->bits, *wanted))
            return error_set(err, "instruction table: %s lacks '%c', which its immediate reads", row->id, *wanted);
    return true;
}

static bool is_overridden_by(const struct insn_table *table, u16 general, u16 specific)
{
    for (unsigned i = 0; i < table->overlap_count; i++)
        if (table->overlaps[i].general == general && table->overlaps[i].specific == specific)
            return true;
    return false;
}

static bool is_general(const struct insn_table *table, u16 id)
{
    for (unsigned i = 0; i < table->overlap_count; i++)
        if (table->overlaps[i].general == id)
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
    for (unsigned id = 0; id < d->table->count; id++) {
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
        for (u16 id = 0; id < d->table->count; id++) {
            if (is_general(d->table, id) != pass)
                continue;
            u32 fixed = d->rows[id].value >> BUCKET_SHIFT, all = free_bits(&d->rows[id]), b = all;
            do
                d->bucket_rows[next[fixed | b]++] = id;
            while (next_subset(&b, all));
        }
}

struct decoder *decoder_new(enum insn_set set, struct error *err)
{
    static const struct insn_table *const tables[] = { &insn_table_a64, &insn_table_a32, &insn_table_t32 };
    const struct insn_table *table = tables[set];
    struct decoder *d = calloc(1, sizeof *d + table->count * sizeof d->rows[0]);
    if (!d) {
        error_set(err, "no memory for the instruction table");
        return NULL;
    }
    d->table = table;
    d->letters = letters_of(set);
    memcpy(d->rows, table->rows, table->count * sizeof d->rows[0]);
    for (unsigned id = 0; id < table->count; id++)
        if (!parse_bits(&d->rows[id], set, err) || !check_letters(&d->rows[id], d->letters, err))
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
    return (word & row->mask) == row->value && !(row->conditional && word >> 28 == 15) && row->legal(word);
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
    return d->table->count;
}

const struct insn_row *decoder_row(const struct decoder *d, unsigned i)
{
    return &d->rows[i];
}

unsigned decoder_row_id(const struct decoder *d, const struct insn_row *row)
{
    return (unsigned)(row - d->rows);
}

/* Two rows may match the same word if their fixed bits agree; the legal predicates then decide, which only words can tell. */
bool decoder_check_overlaps(const struct decoder *d, struct error *err)
{
    const struct insn_table *table = d->table;
    for (u16 a = 0; a < table->count; a++)
        for (u16 b = a + 1; b < table->count; b++) {
            const struct insn_row *x = &d->rows[a], *y = &d->rows[b];
            bool apart = (x->conditional && y->value >> 28 == 15) || (y->conditional && x->value >> 28 == 15);
            bool may = !apart && !((x->value ^ y->value) & x->mask & y->mask);
            bool listed = is_overridden_by(table, a, b) || is_overridden_by(table, b, a);
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

/* AArch32: four bits and one apart, which is the highest of a D register (D:Vd) and the lowest of an S register (Vd:D). */
static u8 vector_number(const struct insn_row *row, u32 word, const struct register_letter *r)
{
    u32 four = 0, one = 0;
    for (unsigned i = 0; i < row->field_count; i++) {
        const struct insn_field *f = &row->fields[i];
        if (f->letter == r->letter)
            *(f->width == 4 ? &four : &one) = (u32)bits(word, f->shift + f->width - 1u, f->shift);
    }
    return (u8)(r->kind == SINGLE ? four << 1 | one : one << 4 | four);
}

/* A register number as its letter means it; A64's stand in one piece. */
static u8 register_number(const struct insn_row *row, u32 word, const struct register_letter *r, const struct insn_field *f)
{
    if (row->set == INSN_SET_A64) {
        u8 n = (u8)bits(word, f->shift + 4u, f->shift);
        return n == 31 ? r->last : n;
    }
    if (r->kind == VECTOR || r->kind == SINGLE)
        return vector_number(row, word, r);
    u32 n = insn_field(row, word, r->letter);
    return (u8)(n == 15 ? r->last : n);
}

bool insn_extract(const struct insn_row *row, u32 word, struct op *op)
{
    const struct register_letter *letters = letters_of((enum insn_set)row->set);
    u8 *const to[] = { &op->rd, &op->rn, &op->rm, &op->ra };
    bool reads_pc = false;
    for (unsigned i = 0; i < 4; i++)
        *to[i] = 0;
    for (unsigned i = 0; i < row->field_count; i++) {
        const struct register_letter *r = register_letter(letters, row->fields[i].letter);
        if (!r)
            continue;
        u8 n = register_number(row, word, r, &row->fields[i]);
        *to[r->field] = n;
        reads_pc |= row->set != INSN_SET_A64 && r->kind == READ && n == SLOT_PC;
    }
    imm_kinds[row->imm].build(row, word, op);
    return reads_pc;
}
