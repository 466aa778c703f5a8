/* An AArch32 instruction table against capstone and against itself: what insn_table_a32.c and insn_table_t32.c share. */
#ifndef TESTS_INSN_TABLE_AARCH32_H
#define TESTS_INSN_TABLE_AARCH32_H

#include "cpu/insn.h"
#include "cpu/insn_imm.h"
#include "cpu/legal_a32_fp.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "tests/unit/insn_registers.h"

#include <capstone/capstone.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define WORDS_PER_ROW 300
#define FEATURES (~0ull)

/* Where capstone 4 and the manual differ, where a row is UNPREDICTABLE and we chose, or what capstone cannot print. The manual wins. */
struct skip {
    u32 mask, value;
    const char *why;
};

struct fixture {
    struct decoder *decoder;
    const struct skip *skips;
    unsigned skip_count;
    bool t32;
    csh capstone;
    cs_insn *insn;
    u64 random;
};

static inline u64 next_random(struct fixture *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return f->random;
}

static inline struct fixture *fixture_new(enum insn_set set, const struct skip *skips, unsigned skip_count)
{
    struct error err = { { 0 } };
    struct fixture *f = calloc(1, sizeof *f);
    f->t32 = set == INSN_SET_T32;
    f->skips = skips;
    f->skip_count = skip_count;
    f->random = 88172645463325252ull;
    f->decoder = decoder_new(set, &err);
    if (!f->decoder)
        print_error("%s\n", err.text);
    cs_mode mode = (f->t32 ? CS_MODE_THUMB : CS_MODE_ARM) | CS_MODE_V8;
    if (!f->decoder || cs_open(CS_ARCH_ARM, mode, &f->capstone) != CS_ERR_OK)
        return NULL;
    cs_option(f->capstone, CS_OPT_DETAIL, CS_OPT_ON);
    f->insn = cs_malloc(f->capstone);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    cs_free(f->insn, 1);
    cs_close(&f->capstone);
    decoder_free(f->decoder);
    free(f);
}

static inline bool is_skipped(const struct fixture *f, u32 word)
{
    for (unsigned i = 0; i < f->skip_count; i++)
        if ((word & f->skips[i].mask) == f->skips[i].value)
            return true;
    return false;
}

static inline bool capstone_decodes(struct fixture *f, const void *code, size_t len)
{
    const uint8_t *at = code;
    size_t left = len;
    uint64_t address = 0;
    return cs_disasm_iter(f->capstone, &at, &left, &address, f->insn) && f->insn->size == len;
}

/* T32: the first halfword in bits 31:16, as decode has it; a T16 instruction lies there alone. */
static inline bool capstone_takes(struct fixture *f, u32 word)
{
    u16 halves[2] = { (u16)(word >> 16), (u16)word }, mov = 0x4600;
    if (!f->t32)
        return capstone_decodes(f, &word, 4);
    for (unsigned i = 0; i < 4; i++) /* ends the IT block that it remembers */
        capstone_decodes(f, &mov, 2);
    return capstone_decodes(f, halves, word >> 27 > 0x1c ? 4 : 2);
}

/* Bits that decode ignores: capstone may want them to be what they should be. */
static inline u32 ignored_bits(const struct insn_row *row)
{
    u32 ignored = 0;
    for (unsigned i = 0; row && row->bits[i]; i++)
        if (row->bits[i] == '-')
            ignored |= 1u << (31 - i);
    return ignored;
}

static inline int register_number_of(csh capstone, unsigned reg)
{
    static const char *const names[] = { "sb", "sl", "fp", "ip", "sp", "lr", "pc" };
    const char *name = cs_reg_name(capstone, reg);
    for (unsigned i = 0; name && i < ARRAY_SIZE(names); i++)
        if (!strcmp(name, names[i]))
            return 9 + (int)i;
    return name && strchr("rsdq", *name) ? atoi(name + 1) : -1;
}

/* An operand has a register, or a base and an index, and the shift's. A list of 32 registers and its base are 33 operands. */
enum { PRINTED_MOST = 3 * ARRAY_SIZE(((cs_arm *)0)->operands) };

/* All registers that capstone prints, in order; out has room for PRINTED_MOST. */
static inline unsigned printed_registers(struct fixture *f, int *out)
{
    const cs_arm *d = &f->insn->detail->arm;
    unsigned n = 0;
    for (unsigned i = 0; i < d->op_count; i++) {
        const cs_arm_op *op = &d->operands[i];
        if (op->type == ARM_OP_REG)
            out[n++] = register_number_of(f->capstone, (unsigned)op->reg);
        if (op->type == ARM_OP_MEM) {
            out[n++] = register_number_of(f->capstone, op->mem.base);
            if (op->mem.index != ARM_REG_INVALID)
                out[n++] = register_number_of(f->capstone, op->mem.index);
        }
        if (op->shift.type >= ARM_SFT_ASR_REG)
            out[n++] = register_number_of(f->capstone, op->shift.value);
    }
    return n;
}

static inline bool is_simd(const char *mnemonic)
{
    return *mnemonic == 'v' || !strncmp(mnemonic, "sha", 3) || !strncmp(mnemonic, "aes", 3);
}

/* Vector registers are printed as S, D or Q, and rows have D or S numbers: a letter's number as capstone would print it. */
static inline unsigned vector_letter(const struct insn_row *row, u32 word, char letter)
{
    u32 four = 0, one = 0;
    for (unsigned i = 0; i < row->field_count; i++)
        if (row->fields[i].letter == letter)
            *(row->fields[i].width == 4 ? &four : &one) = (u32)bits(word, row->fields[i].shift + row->fields[i].width - 1u, row->fields[i].shift);
    return letter >= 'a' ? four << 1 | one : one << 4 | four;
}

/* Vd, Vn, Vm in the order that assembly has them, but for shifts by a register (Vm before Vn) and lists, which capstone takes apart. */
static inline bool vectors_agree(struct fixture *f, const struct insn_row *row, u32 word)
{
    const cs_arm *d = &f->insn->detail->arm;
    bool shift = row->cls == CLS_SIMD && strstr(row->id, "SHL_") && strchr(row->bits, 'W');
    unsigned at = 0;
    if (!is_simd(row->mnemonic)) /* W is another letter there */
        return true;
    for (const char *letter = shift ? "VXW" : "VvWwXx"; *letter; letter++) {
        if (!strchr(row->bits, *letter) || (*letter == 'X' && row->imm == IMM_BY_SCALAR))
            continue;
        for (;; at++) {
            while (at < d->op_count && d->operands[at].type != ARM_OP_REG)
                at++;
            if (at == d->op_count)
                return false;
            const char *name = cs_reg_name(f->capstone, (unsigned)d->operands[at].reg);
            unsigned number = (unsigned)atoi(name + 1) * (*name == 'q' ? 2 : 1);
            if (strchr("sdq", *name) && number == vector_letter(row, word, *letter))
                break;
        }
        at++;
    }
    return true;
}

/* In the order that assembly has them. */
static inline const char *letter_order(const struct insn_row *row)
{
    if (!strncmp(row->mnemonic, "qadd", 5) || !strncmp(row->mnemonic, "qsub", 5) || !strncmp(row->mnemonic, "qd", 2))
        return "dmn";
    if (row->cls == CLS_LOAD || row->cls == CLS_STORE || row->cls == CLS_LOADP || row->cls == CLS_STOREP || !strncmp(row->mnemonic, "ldr", 3))
        return "dtTruUnbm";
    return "dunbmrsa";
}

/* Letters of system instructions that are single bits are none. */
static inline bool is_register(const struct insn_row *row, char letter)
{
    unsigned width = 0;
    for (unsigned i = 0; i < row->field_count; i++)
        width += row->fields[i].letter == letter ? row->fields[i].width : 0;
    return width >= 3;
}

static inline bool letters_agree(struct fixture *f, const struct insn_row *row, u32 word)
{
    int printed[PRINTED_MOST];
    unsigned n = printed_registers(f, printed), at = 0;
    for (const char *letter = letter_order(row); *letter; letter++) {
        if (!is_register(row, *letter))
            continue;
        int want = (int)insn_field(row, word, *letter);
        while (at < n && printed[at] != want)
            at++;
        if (at++ >= n)
            return false;
    }
    return vectors_agree(f, row, word);
}

/* The mnemonic without its condition. */
static inline void bare_mnemonic(struct fixture *f, char *out, size_t size)
{
    static const char *const conditions[] = { "", "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "" };
    const char *cond = conditions[f->insn->detail->arm.cc & 15];
    snprintf(out, size, "%s", f->insn->mnemonic);
    char *dot = strchr(out, '.'); /* .w, or data types */
    if (dot)
        *dot = 0;
    size_t len = strlen(out), tail = strlen(cond);
    if (len > tail && !strcmp(out + len - tail, cond))
        out[len - tail] = 0;
}

/* R15 where it may not be named (cpu/a32_ops.h says what we do): capstone rejects some of these. */
static inline bool names_pc(const struct insn_row *row, u32 word)
{
    static const char registers[] = "dtTnbmrsauU";
    for (const char *r = registers; *r; r++)
        if (strchr(row->bits, *r) && insn_field(row, word, *r) == 15)
            return true;
    return false;
}

/* A T32 list that is UNPREDICTABLE (cpu/a32_ops.h): with the base that is written back, or of one register. */
static inline bool is_odd_list(const struct insn_row *row, u32 word)
{
    u32 list = word & 0xffff, base = word >> 16 & 15;
    bool is_list = row->wide && row->set == INSN_SET_T32 && (!strncmp(row->mnemonic, "ldm", 3) || !strncmp(row->mnemonic, "stm", 3));
    return is_list && ((bit(word, 21) && bit(list, base)) || !(list & (list - 1)));
}

/* Lists of vector registers where capstone does not see what we do, all but the last UNPREDICTABLE: structures that go on at D0, VLDM and VSTM of
 * none or beyond the last register; and FLDMX and FSTMX from D16 on. */
static inline bool is_odd_vector_list(const struct insn_row *row, u32 word)
{
    if (!row)
        return bits(word, 27, 25) == 6 && bits(word, 11, 9) == 5 && !(bit(word, 8) ? legal_vldm_d(word) : legal_vldm_s(word));
    bool is_structure = row->cls == CLS_SIMD_LOAD || row->cls == CLS_SIMD_STORE ? row->mnemonic[3] >= '1' && row->mnemonic[3] <= '4' : false;
    return (is_structure && vector_letter(row, word, 'V') >= 25) || (row->mnemonic[3] == 'm' && strstr(row->id, "MD_") && bit(word, 0));
}

/* Does capstone print what the row says? */
static inline bool is_same(struct fixture *f, const struct insn_row *row, u32 word)
{
    char name[40];
    bare_mnemonic(f, name, sizeof name);
    if (!strcmp(row->mnemonic, "it"))
        return !strncmp(name, "it", 2);
    return strcmp(row->mnemonic, name) ? is_listed(row->aliases, name) : letters_agree(f, row, word);
}

/* Judges one word; prints what disagrees. Ignored bits may be as capstone wants them. */
static inline bool word_agrees(struct fixture *f, u32 word)
{
    static const u32 tries[] = { 0, ~0u, 0xf000, 0x0f00, 0x0f0f, 0xf00f, 0xf0ff, 0x000f0f0f, 0x000f0f00, 0x000e0f00, 0x000f0000, 0x000dc000, 0xc000,
                                 0x000ff000, 0x0a00, 0x000d0500, 0xe };
    const struct insn_row *row = decoder_find(f->decoder, word, FEATURES);
    u32 ignored = ignored_bits(row);
    bool known = capstone_takes(f, word);
    if (is_skipped(f, word) || (!row && !known))
        return true;
    /* Capstone 4 takes words outside of the Advanced SIMD space for ARMv8's Advanced SIMD instructions, where T32 has nothing. */
    if (!row && ((f->t32 && is_simd(f->insn->mnemonic)) || is_odd_vector_list(row, word) || !strncmp(f->insn->mnemonic, "vtb", 3)))
        return true; /* VTBL, VTBX: a table beyond D31 */
    if (!row) {
        print_error("%08x: capstone says %s %s, we reject it\n", word, f->insn->mnemonic, f->insn->op_str);
        return false;
    }
    if (known && is_same(f, row, word))
        return true;
    for (unsigned i = 0; ignored && i < ARRAY_SIZE(tries); i++)
        if (capstone_takes(f, (word & ~ignored) | (tries[i] & ignored)) && is_same(f, row, word))
            return true;
    if (names_pc(row, word) || is_odd_list(row, word) || is_odd_vector_list(row, word))
        return true;
    known = capstone_takes(f, word);
    print_error("%08x: we say %s (%s), capstone %s %s\n", word, row->mnemonic, row->id, known ? f->insn->mnemonic : "rejects it",
                known ? f->insn->op_str : "");
    return false;
}

static inline u32 random_word(struct fixture *f)
{
    return (u32)(next_random(f) >> 16);
}

/* At most so many words of the row that agree, or a few that do not. */
static inline bool row_agrees(struct fixture *f, const struct insn_row *row)
{
    unsigned bad = 0, seen = 0;
    for (unsigned k = 0; k < WORDS_PER_ROW * 20 && seen < WORDS_PER_ROW && bad < 3; k++) {
        u32 word = (random_word(f) & ~row->mask) | row->value;
        if (!row->wide)
            word &= 0xffff0000;
        if (decoder_find(f->decoder, word, FEATURES) != row)
            continue;
        seen++;
        bad += !word_agrees(f, word);
    }
    if (!seen)
        print_error("no word decodes to %s\n", row->id);
    return seen && !bad;
}

static inline void every_row_agrees_with_capstone(void **state)
{
    struct fixture *f = *state;
    unsigned bad_rows = 0;
    for (unsigned i = 0; i < decoder_row_count(f->decoder); i++)
        bad_rows += !row_agrees(f, decoder_row(f->decoder, i));
    assert_int_equal(bad_rows, 0);
}

static inline void rows_overlap_only_where_listed(void **state)
{
    struct fixture *f = *state;
    struct error err = { { 0 } };
    bool ok = decoder_check_overlaps(f->decoder, &err);
    if (!ok)
        print_error("%s\n", err.text);
    assert_true(ok);
}

static inline int tear_down(void **state)
{
    fixture_free(*state);
    return 0;
}

#endif
