/* What loads, stores and branches of a random stream need: memory where the base points, code where the branch goes. */
#include "tests/diff/stream_a32.h"

#include "emu/platform/bits.h"

#include <string.h>

#define MIDDLE (A32_SCRATCH + A32_SCRATCH_BYTES / 2)

static unsigned base_of(const struct insn_row *row, u32 word)
{
    return a32_has(row, 'n') ? insn_field(row, word, 'n') : 13;
}

/* ---- loads and stores ---- */

static bool needs_alignment(const struct insn_row *row)
{
    return row->cls == CLS_LOADP || row->cls == CLS_STOREP || strstr(row->mnemonic, "ex") || !strncmp(row->mnemonic, "lda", 3) ||
           !strncmp(row->mnemonic, "stl", 3);
}

static bool is_store_exclusive(const struct insn_row *row)
{
    return a32_is_memory(row) && a32_has(row, 'd');
}

/* The index register so that its shift is small: what the row's fields o and i do to it. */
static void prepare_index(struct a32_batch *b, const struct insn_row *row, u32 *word)
{
    u32 small = (u32)a32_random(b) % 64 & (needs_alignment(row) ? ~3u : ~0u);
    unsigned rm = insn_field(row, *word, 'm');
    if (a32_has(row, 'o')) {
        u32 type = insn_field(row, *word, 'o'), by = insn_field(row, *word, 'i');
        if (type == 0)
            a32_set_field(row, word, 'i', by & 3);
        if (type == 3) {
            by = by ? by : 1; /* RRX would bring C */
            a32_set_field(row, word, 'i', by);
            small = small << by | (by ? small >> (32 - by) : 0);
        }
    }
    a32_emit_constant(b, rm, small);
}

/* A store-exclusive without its load-exclusive fails; one with another's is UNPREDICTABLE. */
static void emit_load_exclusive_for(struct a32_batch *b, const struct insn_row *row, u32 store)
{
    u32 base = (u32)bits(store, 19, 16), rt = base == 0 || base == 1 ? 2 : 0;
    struct insn_row wide = { .wide = true };
    u32 load;
    if (!b->t32)
        load = 0xe1900f9fu | (store & 0x00600000u) | base << 16 | rt << 12;
    else if (!strcmp(row->id, "STREX"))
        load = 0xe8500f00u | base << 16 | rt << 12 | (store & 0xff);
    else
        load = 0xe8d00f0fu | base << 16 | rt << 12 | (store & 0xf0);
    if (b->t32 && a32_has(row, 'U'))
        load = (load & ~0xf00u) | (rt + 1) << 8;
    a32_emit_insn(b, &wide, load);
}

void a32_prepare_memory(struct a32_batch *b, const struct insn_row *row, u32 *word)
{
    bool aligned = needs_alignment(row);
    if (strstr(row->id, "_LIT")) { /* forward: what the program itself is */
        if (a32_has(row, 'k'))
            a32_set_field(row, word, 'k', 1);
        return;
    }
    if (a32_has(row, 'm'))
        prepare_index(b, row, word);
    else if (aligned && row->cls <= CLS_STOREP && a32_has(row, 'i') && (a32_id_is(row, "LDRD") || a32_id_is(row, "STRD")) && !b->t32)
        a32_set_field(row, word, 'i', insn_field(row, *word, 'i') & ~3u);
    a32_emit_constant(b, base_of(row, *word), MIDDLE + (aligned ? 8 * ((u32)a32_random(b) % 4) : (u32)a32_random(b) % 32));
    if (is_store_exclusive(row) && a32_random(b) % 8)
        emit_load_exclusive_for(b, row, *word);
    else if (is_store_exclusive(row))
        a32_emit_insn(b, &(struct insn_row){ .wide = true }, b->t32 ? 0xf3bf8f2fu : 0xf57ff01fu); /* CLREX */
}

/* ---- branches ---- */

/* Something that a branch jumps over: ADD R7, #1. */
static void emit_filler(struct a32_batch *b)
{
    if (b->t32)
        a32_emit_half(b, 0x3701);
    else
        a32_emit_word(b, 0xe2877001u);
}

/* Behind a branch: where it goes to. In the other set there is only the way back. */
static u32 emit_landing(struct a32_batch *b, bool other_set)
{
    if (!other_set) {
        emit_filler(b);
        return a32_here(b) | b->t32;
    }
    if (!b->t32) {
        a32_emit_word(b, 0xea000000u); /* b, over one word */
        u32 at = a32_here(b);
        a32_emit_half(b, 0x4778); /* bx pc */
        a32_emit_half(b, 0x46c0);
        return at | 1;
    }
    u32 over = (u32)align_up(a32_here(b) + 2, 4) + 8;
    a32_emit_half(b, 0xe000u | (over - a32_here(b) - 4) / 2);
    a32_align(b);
    u32 at = a32_here(b);
    a32_emit_word(b, 0xe51ff004u); /* ldr pc, [pc, #-4] */
    a32_emit_word(b, over | 1);
    return at;
}

/* A register that is none of these. */
static unsigned other_register(u32 used)
{
    unsigned r = 0;
    while (used >> r & 1)
        r++;
    return r;
}

/* To a label: over one instruction, or into the other set. */
static void emit_direct(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    bool exchange = a32_id_is(row, "BLX");
    if (b->t32 && exchange)
        a32_align(b);
    if (!b->t32 || !row->wide) {
        a32_set_field(row, &word, 'i', 0);
        a32_set_field(row, &word, 'h', 0);
    } else {
        a32_set_field(row, &word, 'o', a32_id_is(row, "B_COND") ? 0 : 3);
        a32_set_field(row, &word, 'i', exchange ? 2 : 1);
    }
    a32_emit_insn(b, row, word);
    emit_landing(b, exchange);
}

/* The operands of data processing whose result is the target, with C set; imm: the second one is 0. */
static void operands_for(const struct insn_row *row, u32 to, u32 k, u32 *first, u32 *second)
{
    static const struct {
        const char *id;
        char how;
    } ops[] = { { "AND", '&' }, { "EOR", '^' }, { "SUB", '-' }, { "RSB", 'r' }, { "ADD", '+' }, { "ADC", 'c' }, { "SBC", '-' }, { "RSC", 'r' },
                { "ORR", '|' }, { "MOV", '=' }, { "BIC", '|' }, { "MVN", '~' } };
    for (unsigned i = 0; i < ARRAY_SIZE(ops); i++) {
        if (!a32_id_is(row, ops[i].id))
            continue;
        char how = ops[i].how;
        *second = how == '&' ? ~0u : how == '|' ? 0 : how == '=' ? to : how == '~' ? ~to : k;
        *first = how == '^' ? to ^ k : how == '-' ? to + k : how == 'r' ? k - to : how == '+' ? to - k : how == 'c' ? to - k - 1 : to;
        return;
    }
}

static void emit_computed(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    bool imm = strstr(row->id, "_PC_I"), one = a32_id_is(row, "MOV") || a32_id_is(row, "MVN");
    unsigned rn = (unsigned)a32_random(b) % 7, rm = 8 + (unsigned)a32_random(b) % 5;
    u32 k = imm ? 0 : (u32)a32_random(b), first = 0, second = 0;
    a32_set_field(row, &word, 'i', 0);
    a32_set_field(row, &word, 'o', 0);
    a32_set_field(row, &word, 'h', 0);
    a32_set_field(row, &word, 'n', rn);
    a32_set_field(row, &word, 'm', rm);
    a32_emit_word(b, 0xe1500000u | rn << 16 | rn); /* cmp: sets C */
    u32 first_at = one ? 0 : a32_emit_constant(b, rn, 0), second_at = imm ? 0 : a32_emit_constant(b, rm, 0);
    a32_emit_insn(b, row, word);
    u32 to = emit_landing(b, a32_random(b) % 2);
    operands_for(row, to, k, &first, &second);
    if (!one)
        a32_patch_constant(b, first_at, rn, first);
    if (!imm)
        a32_patch_constant(b, second_at, rm, second);
}

/* BX, BLX, MOV PC, ADD PC: by the register m. */
static void emit_by_register(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    unsigned rm = insn_field(row, word, 'm');
    bool stays = a32_id_is(row, "MOV_PC_HIGH") || a32_id_is(row, "ADD_PC_HIGH");
    u32 at = a32_emit_constant(b, rm, 0), from = a32_here(b);
    a32_emit_insn(b, row, word);
    u32 to = emit_landing(b, !stays && a32_random(b) % 2);
    a32_patch_constant(b, at, rm, a32_id_is(row, "ADD_PC_HIGH") ? to - from - 4 : to);
}

/* The target is in memory at the base; index and offset are 0. LDM: behind the other registers. */
static void emit_loaded(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    bool list = a32_id_is(row, "LDM") || a32_id_is(row, "POP_PC");
    unsigned rn = base_of(row, word), rm = a32_has(row, 'm') ? insn_field(row, word, 'm') : rn;
    unsigned temporary = other_register(1u << rn | 1u << rm);
    int offset = 0;
    if (list) {
        u32 registers = a32_id_is(row, "POP_PC") ? 0x8000 | (u32)bits(word, 23, 16) : word & 0xffff;
        int last = 4 * (__builtin_popcount(registers) - 1);
        offset = a32_id_is(row, "LDMDB") ? -4 : a32_id_is(row, "LDMDA") ? 0 : a32_id_is(row, "LDMIB") ? last + 4 : last;
    } else {
        a32_set_field(row, &word, 'i', 0);
        a32_set_field(row, &word, 'o', 0);
    }
    a32_emit_constant(b, rn, MIDDLE);
    if (rm != rn)
        a32_emit_constant(b, rm, 0);
    u32 at = a32_emit_constant(b, temporary, 0);
    a32_emit_store_word(b, temporary, rn, offset);
    a32_emit_insn(b, row, word);
    a32_patch_constant(b, at, temporary, emit_landing(b, a32_random(b) % 2));
}

/* The target is a word of the program, behind a branch around it. */
static void emit_literal(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    if (b->t32)
        a32_align(b);
    a32_set_field(row, &word, 'k', 1);
    a32_set_field(row, &word, 'i', b->t32 ? 4 : 0);
    a32_emit_insn(b, row, word);
    if (b->t32) {
        a32_emit_half(b, 0xe002); /* b, over two halfwords more */
        a32_emit_half(b, 0x46c0);
    } else {
        a32_emit_word(b, 0xea000000u);
    }
    a32_emit_word(b, (a32_here(b) + 4) | b->t32);
}

/* TBB, TBH: an entry of 1, over one halfword. */
static void emit_table_branch(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    unsigned rn = insn_field(row, word, 'n'), rm = insn_field(row, word, 'm'), temporary = other_register(1u << rn | 1u << rm);
    a32_emit_constant(b, temporary, a32_id_is(row, "TBB") ? 0x01010101 : 0x00010001);
    a32_emit_constant(b, rn, MIDDLE);
    a32_emit_store_word(b, temporary, rn, 0);
    a32_emit_constant(b, rm, 0);
    a32_emit_insn(b, row, word);
    emit_filler(b);
}

void a32_emit_branch(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    if (strstr(row->id, "_LIT"))
        emit_literal(b, row, word);
    else if (a32_id_is(row, "TB"))
        emit_table_branch(b, row, word);
    else if (a32_id_is(row, "LD") || a32_id_is(row, "POP"))
        emit_loaded(b, row, word);
    else if (strstr(row->id, "_PC_I") || strstr(row->id, "_PC_S"))
        emit_computed(b, row, word);
    else if (a32_has(row, 'm'))
        emit_by_register(b, row, word);
    else
        emit_direct(b, row, word);
}
