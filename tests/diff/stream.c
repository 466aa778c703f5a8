/* Generates random streams from the instruction table. */
#include "tests/diff/stream.h"

#include "emu/platform/bits.h"

#include <string.h>

static u64 next_random(struct stream_batch *b)
{
    b->random ^= b->random << 13;
    b->random ^= b->random >> 7;
    b->random ^= b->random << 17;
    return b->random * 0x2545f4914f6cdd1dull;
}

static void emit(struct stream_batch *b, u32 word)
{
    b->code[b->code_len++] = word;
}

/* ---- fixed code: A64 by hand ---- */

static void emit_constant(struct stream_batch *b, unsigned rd, u64 value)
{
    emit(b, 0xd2800000u | (u32)bits(value, 15, 0) << 5 | rd); /* movz */
    for (unsigned i = 1; i < 4; i++)
        if (bits(value, 16 * i + 15, 16 * i))
            emit(b, 0xf2800000u | i << 21 | (u32)bits(value, 16 * i + 15, 16 * i) << 5 | rd); /* movk */
}

#define LDR_X(rt, rn, offset) (0xf9400000u | (u32)(offset) / 8 << 10 | (rn) << 5 | (rt))
#define STR_X(rt, rn, offset) (0xf9000000u | (u32)(offset) / 8 << 10 | (rn) << 5 | (rt))
#define LDR_Q(rt, rn, offset) (0x3dc00000u | (u32)(offset) / 16 << 10 | (rn) << 5 | (rt))
#define STR_Q(rt, rn, offset) (0x3d800000u | (u32)(offset) / 16 << 10 | (rn) << 5 | (rt))
#define MSR_NZCV(rt) (0xd51b4200u | (rt))
#define MSR_FPCR(rt) (0xd51b4400u | (rt))
#define MSR_FPSR(rt) (0xd51b4420u | (rt))
#define MSR_TPIDR(rt) (0xd51bd040u | (rt))
#define MRS_NZCV(rt) (0xd53b4200u | (rt))
#define MRS_FPCR(rt) (0xd53b4400u | (rt))
#define MRS_FPSR(rt) (0xd53b4420u | (rt))
#define MRS_TPIDR(rt) (0xd53bd040u | (rt))
#define SVC 0xd4000001u
#define CLREX 0xd5033f5fu

static void emit_load_all(struct stream_batch *b, u64 block)
{
    emit_constant(b, 30, block);
    emit(b, LDR_X(0, 30, offsetof(struct stream_block, sp)));
    emit(b, 0x9100001fu); /* mov sp, x0 */
    emit(b, LDR_X(0, 30, offsetof(struct stream_block, nzcv)));
    emit(b, MSR_NZCV(0));
    emit(b, LDR_X(0, 30, offsetof(struct stream_block, fpcr)));
    emit(b, MSR_FPCR(0));
    emit(b, LDR_X(0, 30, offsetof(struct stream_block, fpsr)));
    emit(b, MSR_FPSR(0));
    for (unsigned i = 0; i < 32; i++)
        emit(b, LDR_Q(i, 30, offsetof(struct stream_block, v) + 16 * i));
    for (unsigned i = 0; i < 31; i++) /* X30 last: it is the base */
        emit(b, LDR_X(i, 30, 8 * i));
}

static void emit_store_all(struct stream_batch *b, u64 block)
{
    emit(b, MSR_TPIDR(0));
    emit_constant(b, 0, block);
    for (unsigned i = 1; i < 31; i++)
        emit(b, STR_X(i, 0, 8 * i));
    emit(b, MRS_TPIDR(1));
    emit(b, STR_X(1, 0, 0));
    emit(b, 0x910003e1u); /* mov x1, sp */
    emit(b, STR_X(1, 0, offsetof(struct stream_block, sp)));
    emit(b, MRS_NZCV(1));
    emit(b, STR_X(1, 0, offsetof(struct stream_block, nzcv)));
    emit(b, MRS_FPSR(1));
    emit(b, STR_X(1, 0, offsetof(struct stream_block, fpsr)));
    emit(b, MRS_FPCR(1));
    emit(b, STR_X(1, 0, offsetof(struct stream_block, fpcr)));
    for (unsigned i = 0; i < 32; i++)
        emit(b, STR_Q(i, 0, offsetof(struct stream_block, v) + 16 * i));
}

/* write(1, results and scratch, all), exit(0) */
static void emit_end(struct stream_batch *b)
{
    emit_constant(b, 0, 1);
    emit_constant(b, 1, STREAM_RESULT);
    emit_constant(b, 2, STREAM_SCRATCH + STREAM_SCRATCH_BYTES - STREAM_RESULT);
    emit_constant(b, 8, 64);
    emit(b, SVC);
    emit_constant(b, 0, 0);
    emit_constant(b, 8, 93);
    emit(b, SVC);
}

/* ---- random registers ---- */

/* Numbers that arithmetic is interested in. */
static u64 interesting(struct stream_batch *b)
{
    static const u64 corners[] = {
        0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000,
        ~0ull, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffa00001, 0x00000001, 0x00800000, 0x007fffff,
        0x80000001, 0x7f7fffff, 0x4b000000, 0x4f000000, 0x5f000000, 0x3effffff, 0x3f000000, 0x3fc00000, 0x40200000,
        0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001,
        0xfff4000000000001, 0x0010000000000000, 0x000fffffffffffff, 0x8000000000000001, 0x7fefffffffffffff, 0x41e0000000000000,
        0x43e0000000000000, 0x3fe0000000000000, 0x36a0000000000000, 0x3810000000000000, 0x47f0000000000000, 0x3c003c003c003c00,
        0x7c007c017e00fc00, 0x0001040003ff8001, 0x8080808080808080, 0x7f7f7f7f7f7f7f7f, 0x3f8000003f800000, 0x7fc000007f800000,
    };
    u64 r = next_random(b);
    switch (r % 4) {
    case 0:
        return corners[r / 4 % ARRAY_SIZE(corners)];
    case 1: /* floating-point numbers near each other, so that sums cancel */
        return with_bits(next_random(b), 62, 55, 0x7f + next_random(b) % 3) & ~(next_random(b) & next_random(b) & ones(40));
    case 2:
        return (u64)(u32)corners[r / 4 % ARRAY_SIZE(corners)] << 32 | (u32)corners[r / 1024 % ARRAY_SIZE(corners)];
    default:
        return next_random(b);
    }
}

static void random_block(struct stream_batch *b, struct stream_block *block)
{
    for (unsigned i = 0; i < 31; i++)
        block->x[i] = interesting(b);
    block->sp = interesting(b);
    block->nzcv = (next_random(b) & 15) << 28;
    block->fpsr = next_random(b) % 4 ? 0 : next_random(b) & 0x0800009f;
    /* AHP, DN, FZ, RMode, FZ16: each plain half of the time */
    block->fpcr = next_random(b) % 2 ? 0 : (next_random(b) & 31) << 22 | (next_random(b) & 1) << 19;
    b->fpcr = block->fpcr;
    for (unsigned i = 0; i < 32; i++)
        for (unsigned k = 0; k < 2; k++)
            block->v[i][k] = interesting(b);
}

/* ---- random instructions ---- */

static bool is_memory(const struct insn_row *row)
{
    return row->cls == CLS_LOAD || row->cls == CLS_STORE || row->cls == CLS_LOADP || row->cls == CLS_STOREP ||
           row->cls == CLS_SIMD_LOAD || row->cls == CLS_SIMD_STORE;
}

/* Pointer authentication: the peer's keys are random, so its results are nobody's (tests/guest/pauth.c sets keys, and runs there too). */
bool stream_covers(const struct insn_row *row)
{
    if (row->need == FEAT_PAUTH || row->need == FEAT_PACGA)
        return false;
    return row->cls != CLS_EXC && row->cls != CLS_SYS && row->cls != CLS_HINT;
}

/* Where QEMU 7.2 departs from the manual; tests/unit/half_precision.c has these cases. fpcr: with one of these bits set; 0: always. */
static const struct {
    enum insn_id id;
    u32 fpcr;
    const char *why;
} qemu_errs[] = {
    { INSN_FCVTZS_FIX_SCH, 0, "a negative 16-bit result extends its sign into bits 31:16, which are 0" },
    { INSN_FJCVTZS, 1u << 24, "PSTATE.Z is set for a denormal that FZ flushed, which is not exact" },
};

static bool qemu_is_wrong(const struct stream_batch *b, enum insn_id id)
{
    for (unsigned i = 0; i < ARRAY_SIZE(qemu_errs); i++)
        if (qemu_errs[i].id == id && (!qemu_errs[i].fpcr || b->fpcr & qemu_errs[i].fpcr))
            return true;
    return false;
}

static bool has(const struct insn_row *row, char letter)
{
    return strchr(row->bits, letter) != NULL;
}

static void set_field(const struct insn_row *row, u32 *word, char letter, u32 value)
{
    for (unsigned i = 0; i < row->field_count; i++)
        if (row->fields[i].letter == letter)
            *word = (u32)with_bits(*word, row->fields[i].shift + row->fields[i].width - 1u, row->fields[i].shift, value);
}

static bool same(const struct insn_row *row, u32 word, char a, char b)
{
    return has(row, a) && has(row, b) && insn_field(row, word, a) == insn_field(row, word, b);
}

/* Register choices that are CONSTRAINED UNPREDICTABLE, or that would overwrite an address. */
static bool is_awkward(const struct insn_row *row, u32 word)
{
    static const char *const pairs[] = { "tb", "Tb", "ub", "Ub", "tu", "wt", "wT", "wu", "wU", "wb", "VY", "mb" };
    if (!is_memory(row))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(pairs); i++)
        if (same(row, word, pairs[i][0], pairs[i][1]) && (pairs[i][0] != 'V' || row->cls == CLS_SIMD_LOAD))
            return true;
    return has(row, 'b') && insn_field(row, word, 'b') == 31;
}

/* Bits that should be 0 or 1 and are ignored here, where QEMU takes only what they should be. */
static u32 with_should_be_bits(const struct insn_row *row, u32 word)
{
    if (row->need == FEAT_LRCPC)
        return word | 0x001f0000u;
    bool has_crm = (row->need == FEAT_FLAGM || row->need == FEAT_FLAGM2 || row->need == FEAT_SB) && !has(row, 'n');
    return has_crm ? word & ~0xf00u : word;
}

static bool random_word(struct stream_batch *b, const struct decoder *d, const struct insn_row *row, u64 features, u32 *word)
{
    for (unsigned tries = 0; tries < 200; tries++) {
        *word = with_should_be_bits(row, ((u32)next_random(b) & ~row->mask) | row->value);
        if (is_memory(row) && !has(row, 'b')) /* literal: words of the code itself */
            *word = (*word & ~0x00ffffe0u) | (u32)(next_random(b) & 15) << 5;
        if (decoder_find(d, *word, features) == row && !is_awkward(row, *word))
            return true;
    }
    return false;
}

static bool needs_alignment(const struct insn_row *row)
{
    return (row->value & 0x3f000000) == 0x08000000 || /* exclusive, acquire, release; compare and swap */
           row->need == FEAT_LSE || row->need == FEAT_LRCPC || row->need == FEAT_LRCPC2;
}

/* A store-exclusive whose size or address is not its load-exclusive's is CONSTRAINED UNPREDICTABLE (QEMU 7.2 stores and says that it
 * did not); so each gets its own load, or none at all. */
static void emit_load_exclusive_for(struct stream_batch *b, u32 store)
{
    u32 load = (store | 1u << 22) & ~0x001f801fu; /* same size and base, L = 1, Rs and Rt 0 */
    load |= 0x001f0000u;
    u32 base = store >> 5 & 31, rt = base == 0 ? 1 : 0;
    if (bit(store, 21))
        load = (load & ~0x7c00u) | (base == 2 ? 3u : 2u) << 10;
    else
        load |= 0x7c00u;
    emit(b, load | rt);
}

static bool is_compare_and_swap(const struct insn_row *row)
{
    return has(row, 'g') && has(row, 'T');
}

/* Loads what is there into Rs, sign-extended where narrow (the bits above do not count), so that it is what CAS expects. */
static void emit_expected_for(struct stream_batch *b, u32 cas)
{
    u32 rs = (u32)bits(cas, 20, 16), base = (u32)bits(cas, 9, 5), size = (u32)bits(cas, 31, 30);
    if (!bit(cas, 23)) { /* a pair */
        if ((base & 30) != rs)
            emit(b, (bit(cas, 30) ? 0xa9400000u : 0x29400000u) | (rs + 1) << 10 | base << 5 | rs);
    } else if (rs != 31 && rs != base) {
        emit(b, (size == 3 ? 0xf9400000u : 0x39800000u | size << 30) | base << 5 | rs);
    }
}

static void emit_memory(struct stream_batch *b, const struct insn_row *row, u32 word)
{
    unsigned align = needs_alignment(row) ? 0 : next_random(b) % 16;
    if (has(row, 'm') && insn_field(row, word, 'm') != 31)
        emit_constant(b, insn_field(row, word, 'm'), next_random(b) % 64);
    if (has(row, 'b'))
        emit_constant(b, insn_field(row, word, 'b'), STREAM_SCRATCH + STREAM_SCRATCH_BYTES / 2 + align);
    if (needs_alignment(row) && has(row, 'i'))
        set_field(row, &word, 'i', (u32)next_random(b) << 4);
    if (is_compare_and_swap(row) && next_random(b) % 2)
        emit_expected_for(b, word);
    if (needs_alignment(row) && has(row, 'w')) {
        if (next_random(b) % 8)
            emit_load_exclusive_for(b, word);
        else
            emit(b, CLREX);
    }
    emit(b, word);
}

/* A branch goes over the instruction behind it, or not. */
static void emit_branch(struct stream_batch *b, const struct insn_row *row, u32 word)
{
    if (has(row, 'n')) {
        unsigned rn = insn_field(row, word, 'n');
        u64 to = STREAM_CODE + 4ull * (b->code_len + 2 + 2); /* movz, movk; the branch; one more */
        emit_constant(b, rn == 31 ? 0 : rn, to);
        if (rn == 31)
            set_field(row, &word, 'n', 0);
    } else {
        set_field(row, &word, 'i', 2);
    }
    emit(b, word);
    emit(b, 0x91000400u | 7u << 5 | 7u); /* add x7, x7, #1 */
}

static void emit_random(struct stream_batch *b, const struct decoder *d, const struct insn_row *row, u64 features)
{
    u32 word;
    if (!stream_covers(row) || qemu_is_wrong(b, decoder_row_id(d, row)) || !random_word(b, d, row, features, &word))
        return;
    b->row_count[decoder_row_id(d, row)]++;
    if (row->cls == CLS_BRANCH)
        emit_branch(b, row, word);
    else if (is_memory(row))
        emit_memory(b, row, word);
    else
        emit(b, word);
}

static const struct insn_row *row_in_turn(const struct decoder *d, u64 features, unsigned *next)
{
    for (;;) {
        const struct insn_row *row = decoder_row(d, (*next)++ % decoder_row_count(d));
        if (stream_covers(row) && (row->need == FEAT_NONE || features >> row->need & 1))
            return row;
    }
}

void stream_generate(struct stream_batch *b, const struct decoder *d, u64 features, u64 seed, unsigned *next_row)
{
    b->random = seed * 0x9e3779b97f4a7c15ull | 1;
    b->code_len = 0;
    for (unsigned s = 0; s < STREAMS; s++) {
        random_block(b, &b->inputs[s].input);
        emit_load_all(b, STREAM_INPUT + (u64)s * STREAM_BLOCK);
        u32 start = b->code_len;
        emit_random(b, d, row_in_turn(d, features, next_row), features);
        for (u64 more = next_random(b) % 6; more; more--)
            emit_random(b, d, decoder_row(d, (unsigned)(next_random(b) % decoder_row_count(d))), features);
        b->body_len[s] = b->code_len - start;
        memcpy(b->bodies[s], b->code + start, b->body_len[s] * 4);
        emit_store_all(b, STREAM_RESULT + (u64)s * STREAM_BLOCK);
    }
    emit_end(b);
}
