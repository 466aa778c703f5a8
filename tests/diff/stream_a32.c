/* Generates random streams from the A32 or T32 table. */
#include "tests/diff/stream_a32.h"

#include "emu/platform/bits.h"

#include <stddef.h>
#include <string.h>

u64 a32_random(struct a32_batch *b)
{
    b->random ^= b->random << 13;
    b->random ^= b->random >> 7;
    b->random ^= b->random << 17;
    return b->random * 0x2545f4914f6cdd1dull;
}

u32 a32_here(const struct a32_batch *b)
{
    return A32_CODE + b->len;
}

/* ---- emitting ---- */

void a32_emit_word(struct a32_batch *b, u32 word)
{
    memcpy(b->code + b->len, &word, 4);
    b->len += 4;
}

void a32_emit_half(struct a32_batch *b, u32 half)
{
    memcpy(b->code + b->len, &half, 2);
    b->len += 2;
}

static void emit_wide(struct a32_batch *b, u32 word)
{
    a32_emit_half(b, word >> 16);
    a32_emit_half(b, word & 0xffff);
}

void a32_emit_insn(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    if (b->it_for == row) {
        a32_emit_half(b, b->it_before);
        b->it_for = NULL;
    }
    if (!b->t32)
        a32_emit_word(b, word);
    else if (row->wide)
        emit_wide(b, word);
    else
        a32_emit_half(b, word >> 16);
}

void a32_align(struct a32_batch *b)
{
    if (b->len & 2)
        a32_emit_half(b, 0x46c0);
}

static u32 a32_movw(unsigned rd, u32 half, bool top)
{
    return (top ? 0xe3400000u : 0xe3000000u) | (u32)bits(half, 15, 12) << 16 | rd << 12 | (u32)bits(half, 11, 0);
}

static u32 t32_movw(unsigned rd, u32 half, bool top)
{
    return (top ? 0xf2c00000u : 0xf2400000u) | (u32)bits(half, 15, 12) << 16 | (u32)bit(half, 11) << 26 | (u32)bits(half, 10, 8) << 12 | rd << 8 |
           (u32)bits(half, 7, 0);
}

static void emit_constant(struct a32_batch *b, bool t32, unsigned rd, u32 value)
{
    for (unsigned top = 0; top < 2; top++) {
        u32 half = top ? value >> 16 : value & 0xffff;
        if (t32)
            emit_wide(b, t32_movw(rd, half, top));
        else
            a32_emit_word(b, a32_movw(rd, half, top));
    }
}

u32 a32_emit_constant(struct a32_batch *b, unsigned rd, u32 value)
{
    u32 at = b->len;
    emit_constant(b, b->t32, rd, value);
    return at;
}

void a32_patch_constant(struct a32_batch *b, u32 at, unsigned rd, u32 value)
{
    u32 end = b->len;
    b->len = at;
    emit_constant(b, b->t32, rd, value);
    b->len = end;
}

void a32_emit_store_word(struct a32_batch *b, unsigned rt, unsigned rn, int offset)
{
    if (!b->t32)
        a32_emit_word(b, (offset < 0 ? 0xe5000000u | (u32)-offset : 0xe5800000u | (u32)offset) | rn << 16 | rt << 12);
    else
        emit_wide(b, (offset < 0 ? 0xf8400c00u | (u32)-offset : 0xf8c00000u | (u32)offset) | rn << 16 | rt << 12);
}

/* ---- around the streams: A32 by hand ---- */

#define BLOCK_CPSR 60
#define MCR_TPIDRURW(rt) (0xee0d0f50u | (rt) << 12)
#define MRC_TPIDRURW(rt) (0xee1d0f50u | (rt) << 12)

static void emit_load_all(struct a32_batch *b, u32 block)
{
    emit_constant(b, false, 14, block + (u32)offsetof(struct a32_block, d));
    a32_emit_word(b, 0xecbe0b20u); /* vldm lr!, {d0-d15} */
    a32_emit_word(b, 0xecfe0b20u); /* vldm lr!, {d16-d31} */
    a32_emit_word(b, 0xe59e0000u); /* ldr r0, [lr] */
    a32_emit_word(b, 0xeee10a10u); /* vmsr fpscr, r0 */
    emit_constant(b, false, 14, block);
    a32_emit_word(b, 0xe59e0000u | BLOCK_CPSR); /* ldr r0, [lr, #60] */
    a32_emit_word(b, 0xe12cf000u);              /* msr apsr_nzcvqg, r0 */
    a32_emit_word(b, 0xe89e7fffu);              /* ldm lr, {r0-lr} */
    if (b->t32) {
        a32_emit_word(b, 0xe51ff004u); /* ldr pc, [pc, #-4] */
        a32_emit_word(b, (a32_here(b) + 4) | 1);
    }
}

static void emit_store_all(struct a32_batch *b, u32 block)
{
    if (b->t32) {
        a32_align(b);
        a32_emit_half(b, 0x4778); /* bx pc */
        a32_emit_half(b, 0x46c0);
    }
    a32_emit_word(b, MCR_TPIDRURW(0));
    emit_constant(b, false, 0, block);
    a32_emit_word(b, 0xe9807ffeu); /* stmib r0, {r1-lr} */
    a32_emit_word(b, 0xe10f1000u); /* mrs r1, cpsr */
    a32_emit_word(b, 0xe5801000u | BLOCK_CPSR);
    a32_emit_word(b, MRC_TPIDRURW(1));
    a32_emit_word(b, 0xe5801000u); /* str r1, [r0] */
    a32_emit_word(b, 0xe2801000u | (u32)offsetof(struct a32_block, d)); /* add r1, r0, #d */
    a32_emit_word(b, 0xeca10b20u); /* vstm r1!, {d0-d15} */
    a32_emit_word(b, 0xece10b20u); /* vstm r1!, {d16-d31} */
    a32_emit_word(b, 0xeef10a10u); /* vmrs r0, fpscr */
    a32_emit_word(b, 0xe5810000u); /* str r0, [r1] */
}

/* write(1, results and scratch, all), exit(0) */
static void emit_end(struct a32_batch *b)
{
    emit_constant(b, false, 0, 1);
    emit_constant(b, false, 1, A32_RESULT);
    emit_constant(b, false, 2, A32_SCRATCH + A32_SCRATCH_BYTES - A32_RESULT);
    emit_constant(b, false, 7, 4);
    a32_emit_word(b, 0xef000000u);
    emit_constant(b, false, 0, 0);
    emit_constant(b, false, 7, 1);
    a32_emit_word(b, 0xef000000u);
}

static u32 interesting(struct a32_batch *b)
{
    static const u32 corners[] = { 0, 1, 2, 0x1f, 0x20, 0x21, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
                                   0x80008000, 0x7fff7fff, 0x80807f7f, 0x7f80ff01, 0x8000ffff, 0xffff8000, 0x00010001, 0x80000001, 0xfffffffe };
    u64 r = a32_random(b);
    return r % 3 ? (u32)(r >> 20) : corners[r / 3 % ARRAY_SIZE(corners)];
}

/* ---- random instructions ---- */

bool a32_has(const struct insn_row *row, char letter)
{
    return strchr(row->bits, letter) != NULL;
}

bool a32_id_is(const struct insn_row *row, const char *prefix)
{
    return !strncmp(row->id, prefix, strlen(prefix));
}

/* A field may be in parts, the highest first. */
void a32_set_field(const struct insn_row *row, u32 *word, char letter, u32 value)
{
    for (unsigned i = row->field_count; i-- > 0;)
        if (row->fields[i].letter == letter) {
            *word = (u32)with_bits(*word, row->fields[i].shift + row->fields[i].width - 1u, row->fields[i].shift, value);
            value >>= row->fields[i].width;
        }
}

bool a32_is_memory(const struct insn_row *row)
{
    return row->cls == CLS_LOAD || row->cls == CLS_STORE || row->cls == CLS_LOADP || row->cls == CLS_STOREP;
}

bool a32_covers(const struct insn_row *row, const char **why)
{
    static const struct {
        const char *id, *why;
    } left_out[] = {
        { "SWP", "ARMv8 has none, ARMv7 wants SCTLR.SW" },
        { "AND_PC_I", "R15 from an 8-bit mask: no code there" },
        { "MOV_PC_I", "R15 from an 8-bit constant: no code there" },
        { "MVN_PC_I", "R15 from an 8-bit constant: no code there" },
        { "BXJ", "QEMU takes it for Jazelle's, and asks a CP14 register" },
    };
    *why = "not a user program's";
    if (strstr(row->id, "_USER") || a32_id_is(row, "SRS") || a32_id_is(row, "RFE") || a32_id_is(row, "LDM_RETURN"))
        return false;
    if (row->cls == CLS_EXC || row->cls == CLS_SYS || row->cls == CLS_HINT || row->cls == CLS_BARRIER)
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(left_out); i++)
        if (a32_id_is(row, left_out[i].id)) {
            *why = left_out[i].why;
            return false;
        }
    return true;
}

static bool same(const struct insn_row *row, u32 word, char x, char y)
{
    return a32_has(row, x) && a32_has(row, y) && insn_field(row, word, x) == insn_field(row, word, y);
}

/* R15 may be read as an operand of A32 data processing and of T16's high registers, and be stored by A32. */
static bool may_be_pc(const struct a32_batch *b, const struct insn_row *row, char letter)
{
    bool is_alu = row->cls == CLS_ALU || row->cls == CLS_ALU_SHIFT;
    if (!b->t32)
        return (is_alu && (row->value & 0x0c000000) == 0 && !a32_has(row, 's') && strchr("nm", letter) && !a32_id_is(row, "CLZ") &&
                !a32_id_is(row, "Q") && !a32_id_is(row, "CRC")) ||
               (letter == 'T' && (a32_id_is(row, "STR_I") || a32_id_is(row, "STR_R")));
    return letter == 'm' && (a32_id_is(row, "ADD_HIGH") || a32_id_is(row, "MOV_HIGH"));
}

/* Write-back, by the row's name. */
static bool writes_back(const struct insn_row *row)
{
    size_t n = strlen(row->id);
    return strstr(row->id, "_PRE") || strstr(row->id, "_POST") || (n > 2 && !strcmp(row->id + n - 2, "_W")) ||
           (row->set == INSN_SET_A32 && (row->value & 0x0d200000) == 0x04200000) || /* LDRT and its like */
           (row->set == INSN_SET_A32 && (row->value & 0x0f200090) == 0x00200090);
}

static bool is_odd_list(const struct a32_batch *b, const struct insn_row *row, u32 word)
{
    bool is_list = row->wide && (a32_id_is(row, "LDM") || a32_id_is(row, "STM"));
    u32 list = word & 0xffff, base = (u32)bits(word, 19, 16);
    if (!is_list)
        return false;
    bool is_odd_in_t32 = !(list & (list - 1)) || bit(list, 13) || list >> 14 == 3 || (word & 0x00108000) == 0x8000;
    return (writes_back(row) && bit(list, base)) || (b->t32 && is_odd_in_t32);
}

/* UNPREDICTABLE choices of registers. */
static bool is_awkward(struct a32_batch *b, const struct insn_row *row, u32 word)
{
    static const char registers[] = "dtTnmbrsauU";
    static const char *const memory_pairs[] = { "nt", "nT", "nu", "nU", "nm" };
    for (const char *r = registers; *r; r++)
        if (a32_has(row, *r) && insn_field(row, word, *r) == 15 && !may_be_pc(b, row, *r))
            return true;
    if (a32_is_memory(row)) {
        bool dual = a32_id_is(row, "LDRD");
        for (unsigned i = 0; i < ARRAY_SIZE(memory_pairs); i++)
            if (writes_back(row) && same(row, word, memory_pairs[i][0], memory_pairs[i][1]))
                return true;
        if (same(row, word, 'n', 'm') || same(row, word, 'd', 'n') || same(row, word, 'd', 'r') || same(row, word, 'd', 'U') ||
            same(row, word, 't', 'u'))
            return true;
        u32 t = dual ? insn_field(row, word, 't') : insn_field(row, word, 'T'), base = insn_field(row, word, 'n');
        if (row->set == INSN_SET_A32 && writes_back(row) && (dual || a32_id_is(row, "STRD")) && base == t + 1)
            return true;
        if (dual && a32_has(row, 'm') && insn_field(row, word, 'm') >> 1 == t >> 1)
            return true;
        bool pair = row->set == INSN_SET_A32 && (a32_id_is(row, "STREXD") || a32_id_is(row, "STLEXD"));
        return (pair && insn_field(row, word, 'd') == insn_field(row, word, 'r') + 1) || is_odd_list(b, row, word);
    }
    if (a32_is_vector(row))
        return a32_is_awkward_vector(row, word);
    u32 lsb = insn_field(row, word, 'i'), k = insn_field(row, word, 'k');
    if ((a32_id_is(row, "BF") && k < lsb) || ((a32_id_is(row, "SBFX") || a32_id_is(row, "UBFX")) && k + lsb > 31))
        return true;
    bool goes_by_table = a32_id_is(row, "TB") || a32_id_is(row, "LDR_PC");
    return same(row, word, 'd', 'u') || (goes_by_table && same(row, word, 'n', 'm')) || (row->cls == CLS_BRANCH && is_odd_list(b, row, word));
}

/* Are the ignored bits of the row should-be-one? */
static bool should_be_ones(const struct insn_row *row)
{
    if (a32_is_vector(row))
        return false;
    static const char *const zeros[] = { "QADD", "QSUB", "QDADD", "QDSUB" };
    if (row->set == INSN_SET_T32)
        return a32_is_memory(row) || row->cls == CLS_DIV;
    for (unsigned i = 0; i < ARRAY_SIZE(zeros); i++)
        if (!strcmp(row->id, zeros[i]))
            return false;
    if (a32_id_is(row, "SXT") || a32_id_is(row, "UXT"))
        return false;
    bool is_data_processing = (row->value & 0x0c000000) == 0 && !a32_id_is(row, "BX") && !a32_id_is(row, "BLX") && !a32_id_is(row, "CLZ");
    bool is_ordered = (row->value & 0x0f8000f0) == 0x01800090;
    return row->cls != CLS_MUL && (!is_data_processing || is_ordered);
}

/* Bits that are ignored here as they should be: QEMU wants them so. */
static u32 with_should_be_bits(const struct insn_row *row, u32 word)
{
    u32 ignored = 0;
    for (unsigned i = 0; row->bits[i]; i++)
        if (row->bits[i] == '-')
            ignored |= 1u << (31 - i);
    word = should_be_ones(row) ? word | ignored : word & ~ignored;
    if (row->set == INSN_SET_A32)
        return word;
    if (a32_id_is(row, "REV") || a32_id_is(row, "RBIT") || a32_id_is(row, "CLZ")) /* Rm, which is there twice */
        word |= row->wide ? (u32)bits(word, 19, 16) : 0;
    if (a32_id_is(row, "TB"))
        word |= 0xf000;
    if (a32_id_is(row, "LDRD_LIT")) /* P, not W */
        word &= ~0x00200000u;
    return word;
}

static bool random_word(struct a32_batch *b, const struct insn_row *row, u32 *word)
{
    for (unsigned tries = 0; tries < 300; tries++) {
        *word = ((u32)(a32_random(b) >> 8) & ~row->mask) | row->value;
        if (!row->wide)
            *word &= 0xffff0000;
        if (row->conditional && (row->need == FEAT_CRC32 || a32_random(b) % 2))
            *word = (*word & 0x0fffffff) | 0xe0000000;
        *word = with_should_be_bits(row, *word);
        if (decoder_find(b->decoder, *word, b->features) == row && !is_awkward(b, row, *word))
            return true;
    }
    return false;
}

/* A row's instruction; false: there is none. */
static bool choose(struct a32_batch *b, const struct insn_row *row, u32 *word)
{
    const char *why;
    if (!a32_covers(row, &why) || (row->need != FEAT_NONE && !(b->features >> row->need & 1)) || !random_word(b, row, word))
        return false;
    b->row_count[decoder_row_id(b->decoder, row)]++;
    return true;
}

static const struct insn_row *any_row(struct a32_batch *b)
{
    return decoder_row(b->decoder, (unsigned)(a32_random(b) % decoder_row_count(b->decoder)));
}

/* Branches that may be in an IT block, and whose place does not depend on their address. */
static bool may_end_it_block(const struct insn_row *row)
{
    static const char *const ids[] = { "B16", "BX", "BLX_R", "MOV_PC", "LDR_PC", "LDM", "POP_PC", "TB" };
    if (row->cls != CLS_BRANCH || strstr(row->id, "_LIT"))
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(ids); i++)
        if (a32_id_is(row, ids[i]))
            return true;
    return !strcmp(row->id, "B") || !strcmp(row->id, "BL");
}

/* A branch alone in an IT block. */
static void emit_conditional_branch(struct a32_batch *b, u32 it)
{
    const struct insn_row *row;
    u32 word;
    do
        row = any_row(b);
    while (!may_end_it_block(row) || !choose(b, row, &word));
    b->it_for = row;
    b->it_before = (it >> 16 & 0xfff0) | 8;
    a32_emit_branch(b, row, word);
}

/* One to four instructions, of which the first may be a load or store. The one of `row` is the IT itself. */
static void emit_it_block(struct a32_batch *b, const struct insn_row *row, u32 it)
{
    const struct insn_row *rows[4];
    u32 words[4], mask = (u32)bits(it, 19, 16);
    unsigned count = 4 - (unsigned)__builtin_ctz(mask);
    for (unsigned i = 0; i < count; i++) {
        do
            rows[i] = any_row(b);
        while (rows[i]->cls == CLS_BRANCH || a32_is_vector_memory(rows[i]) || (a32_is_vector(rows[i]) && (rows[i]->value >> 28 != 14)) || a32_id_is(rows[i], "IT") || (i && a32_is_memory(rows[i])) || !choose(b, rows[i], &words[i]));
    }
    if (a32_is_memory(rows[0]))
        a32_prepare_memory(b, rows[0], &words[0]);
    a32_emit_insn(b, row, it);
    for (unsigned i = 0; i < count; i++)
        a32_emit_insn(b, rows[i], words[i]);
}

static void emit_random(struct a32_batch *b, const struct insn_row *row)
{
    u32 word;
    if (!choose(b, row, &word))
        return;
    if (row->cls == CLS_BRANCH) {
        a32_emit_branch(b, row, word);
    } else if (!strcmp(row->id, "IT") && a32_random(b) % 3 == 0) {
        emit_conditional_branch(b, word);
    } else if (!strcmp(row->id, "IT")) {
        emit_it_block(b, row, word);
    } else {
        if (a32_is_vector_memory(row))
            a32_prepare_vector_memory(b, row, &word);
        else if (a32_is_memory(row))
            a32_prepare_memory(b, row, &word);
        a32_emit_insn(b, row, word);
    }
}

static const struct insn_row *row_in_turn(struct a32_batch *b, unsigned *next)
{
    for (;;) {
        const char *why;
        const struct insn_row *row = decoder_row(b->decoder, (*next)++ % decoder_row_count(b->decoder));
        if (a32_covers(row, &why))
            return row;
    }
}

void a32_generate(struct a32_batch *b, u64 seed, unsigned *next_row)
{
    const struct insn_row *it = NULL;
    for (unsigned i = 0; i < decoder_row_count(b->decoder); i++)
        if (!strcmp(decoder_row(b->decoder, i)->id, "IT"))
            it = decoder_row(b->decoder, i);
    b->random = seed * 0x9e3779b97f4a7c15ull | 1;
    b->len = 0;
    for (unsigned s = 0; s < A32_STREAMS; s++) {
        for (unsigned i = 0; i < 15; i++)
            b->inputs[s].r[i] = interesting(b);
        for (unsigned i = 0; i < 32; i++)
            b->inputs[s].d[i] = a32_interesting_d(b);
        b->inputs[s].fpscr = a32_interesting_fpscr(b);
        b->inputs[s].cpsr = (u32)(a32_random(b) >> 9) & A32_FLAGS;
        emit_load_all(b, A32_INPUT + s * (u32)sizeof(struct a32_block));
        b->body_start[s] = b->len;
        emit_random(b, row_in_turn(b, next_row));
        for (u64 more = a32_random(b) % 6; more; more--)
            emit_random(b, it && a32_random(b) % 4 == 0 ? it : any_row(b));
        b->body_end[s] = b->len;
        emit_store_all(b, A32_RESULT + s * (u32)sizeof(struct a32_block));
    }
    emit_end(b);
}
