/* What VFP and Advanced SIMD instructions of a random stream need: numbers worth computing with, memory where the base points. */
#include "tests/diff/stream_a32.h"

#include "emu/platform/bits.h"

#include <string.h>

#define MIDDLE (A32_SCRATCH + A32_SCRATCH_BYTES / 2)

bool a32_is_vector(const struct insn_row *row)
{
    return row->cls >= CLS_FP_MOV || row->mnemonic[0] == 'v';
}

bool a32_is_vector_memory(const struct insn_row *row)
{
    return row->cls == CLS_SIMD_LOAD || row->cls == CLS_SIMD_STORE;
}

/* ---- numbers ---- */

static u32 single(struct a32_batch *b)
{
    static const u32 corners[] = { 0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fc12345, 0xffc00001, 0x7f800001, 0xff812345,
                                   0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0xff7fffff, 0x3f000000, 0x3effffff, 0x4f000000, 0xcf000000, 0x4effffff,
                                   0x4f800000, 0x47000000, 0x47800000, 0xc7000100, 0x477fe000, 0x477ff000, 0x38800000, 0x33800000, 0x00400000, 0x3fc00000, 0x40200000 };
    u64 r = a32_random(b);
    u32 near_one = (u32)(r >> 8 & 0x80ffffff) | (u32)(0x38 + (r >> 3) % 16) << 24;
    return r % 4 == 0 ? corners[(r >> 40) % ARRAY_SIZE(corners)] : r % 4 == 1 ? near_one : (u32)(r >> 30);
}

static u64 twice(struct a32_batch *b)
{
    static const u64 corners[] = { 0, 1ull << 63, 0x3ff0000000000000, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x7ff8000000012345,
                                   0x7ff0000000000001, 0xfff4000000000001, 1, 0x800fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
                                   0x41dfffffffc00000, 0x41dfffffffe00000, 0xc1e0000000000000, 0x41f0000000000000, 0x3fe0000000000000, 0x47efffffe0000000,
                                   0x47effffff0000000, 0x36a0000000000000, 0x380fffffffffffff, 0x40effc0000000000, 0x40f0000000000000, 0x3e70000000000000 };
    u64 r = a32_random(b);
    u64 near_one = (a32_random(b) & 0x800fffffffffffff) | (0x3f0 + (r >> 4) % 48) << 52;
    return r % 3 == 0 ? corners[(r >> 40) % ARRAY_SIZE(corners)] : r % 3 == 1 ? near_one : a32_random(b);
}

static u64 halves(struct a32_batch *b)
{
    static const u16 corners[] = { 0, 0x8000, 0x3c00, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0x0001, 0x83ff, 0x0400, 0x7bff, 0xffff, 0x7fff, 0x00ff, 0xff00, 0x0080 };
    u64 x = 0;
    for (unsigned i = 0; i < 4; i++)
        x = x << 16 | corners[(a32_random(b) >> 20) % ARRAY_SIZE(corners)];
    return x;
}

u64 a32_interesting_d(struct a32_batch *b)
{
    switch (a32_random(b) >> 30 & 7) {
    case 0:
        return a32_random(b);
    case 1:
        return halves(b);
    case 2:
    case 3:
    case 4:
        return twice(b);
    default:
        return (u64)single(b) << 32 | single(b);
    }
}

/* AHP, DN, FZ, RMode; and all flags. */
u32 a32_interesting_fpscr(struct a32_batch *b)
{
    u64 r = a32_random(b);
    return (u32)(r >> 8) & (r % 4 ? 0xffc0009f : 0xf800009f);
}

/* ---- registers ---- */

static unsigned d_number(const struct insn_row *row, u32 word, char letter)
{
    u32 four = 0, one = 0;
    for (unsigned i = 0; i < row->field_count; i++)
        if (row->fields[i].letter == letter)
            *(row->fields[i].width == 4 ? &four : &one) = (u32)bits(word, row->fields[i].shift + row->fields[i].width - 1u, row->fields[i].shift);
    return one << 4 | four;
}

bool a32_is_awkward_vector(const struct insn_row *row, u32 word)
{
    static const char *const swapping[] = { "VTRN", "VUZP", "VZIP", "VSWP" };
    for (unsigned i = 0; i < ARRAY_SIZE(swapping); i++)
        if (a32_id_is(row, swapping[i]) && d_number(row, word, 'V') == d_number(row, word, 'X'))
            return true;
    bool core_pair = a32_has(row, 't') && a32_has(row, 'u') && insn_field(row, word, 't') == insn_field(row, word, 'u');
    bool structures = a32_is_vector_memory(row) && row->mnemonic[3] >= '1' && row->mnemonic[3] <= '4';
    return core_pair || (structures && d_number(row, word, 'V') > 24) || (strstr(row->id, "MD_") && bit(word, 0));
}

/* ---- memory: aligned as any of them may ask ---- */

void a32_prepare_vector_memory(struct a32_batch *b, const struct insn_row *row, u32 *word)
{
    unsigned rn = insn_field(row, *word, 'n');
    bool structures = row->mnemonic[3] >= '1' && row->mnemonic[3] <= '4';
    if (a32_id_is(row, "VLDR") && a32_random(b) % 4 == 0) { /* from the program itself */
        a32_set_field(row, word, 'n', 15);
        a32_set_field(row, word, 'k', 1);
        return;
    }
    bool aligned_alone = structures && !(*word & 0x30) && !(*word >> 23 & 1);
    if (structures) {
        unsigned rm = (unsigned)a32_random(b) % 16;
        *word = (*word & ~15u) | (rm == rn ? 15 : rm);
    }
    a32_emit_constant(b, rn, MIDDLE + (aligned_alone ? (u32)a32_random(b) % 32 : structures ? 32 * ((u32)a32_random(b) % 4) : 4 * ((u32)a32_random(b) % 8)));
}
