/* Which slots execute a sequence. What each slot holds is in its page (struct code_page, kind). */
#include "cpu/fuse.h"

#define FUSED_FIRST(a)
#define FUSED2(a, b) op_fn exec_fast_##a##__##b;
#define FUSED3(a, b, c) op_fn exec_fast_##a##__##b##__##c;
#define FUSED4(a, b, c, d) op_fn exec_fast_##a##__##b##__##c##__##d;
#define FUSED5(a, b, c, d, e) op_fn exec_fast_##a##__##b##__##c##__##d##__##e;
#define FUSED6(a, b, c, d, e, f) op_fn exec_fast_##a##__##b##__##c##__##d##__##e##__##f;
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED_FIRST
#undef FUSED2
#undef FUSED3
#undef FUSED4
#undef FUSED5
#undef FUSED6

struct sequence {
    u8 kinds[FUSED_STEPS];
    op_fn *fn;
};

static const struct sequence sequences[] = {
#define FUSED_FIRST(a)
#define FUSED2(a, b) { { KIND_##a, KIND_##b }, exec_fast_##a##__##b },
#define FUSED3(a, b, c) { { KIND_##a, KIND_##b, KIND_##c }, exec_fast_##a##__##b##__##c },
#define FUSED4(a, b, c, d) { { KIND_##a, KIND_##b, KIND_##c, KIND_##d }, exec_fast_##a##__##b##__##c##__##d },
#define FUSED5(a, b, c, d, e) { { KIND_##a, KIND_##b, KIND_##c, KIND_##d, KIND_##e }, exec_fast_##a##__##b##__##c##__##d##__##e },
#define FUSED6(a, b, c, d, e, f) { { KIND_##a, KIND_##b, KIND_##c, KIND_##d, KIND_##e, KIND_##f }, exec_fast_##a##__##b##__##c##__##d##__##e##__##f },
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED_FIRST
#undef FUSED2
#undef FUSED3
#undef FUSED4
#undef FUSED5
#undef FUSED6
    { { KIND_NONE }, NULL },
};

/* Where the sequences that begin with a kind begin: numbered as they are written. */
enum {
#define FUSED_FIRST(a) FIRST_##a, BEFORE_##a = FIRST_##a - 1,
#define FUSED2(a, b) AT_##a##__##b,
#define FUSED3(a, b, c) AT_##a##__##b##__##c,
#define FUSED4(a, b, c, d) AT_##a##__##b##__##c##__##d,
#define FUSED5(a, b, c, d, e) AT_##a##__##b##__##c##__##d##__##e,
#define FUSED6(a, b, c, d, e, f) AT_##a##__##b##__##c##__##d##__##e##__##f,
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED_FIRST
#undef FUSED2
#undef FUSED3
#undef FUSED4
#undef FUSED5
#undef FUSED6
    SEQUENCES,
};
_Static_assert(ARRAY_SIZE(sequences) == SEQUENCES + 1, "each sequence has its number");

/* 0 for a kind that begins none: the first of all begins with another one, or the kind would have its own. */
static const u16 first_sequence[FUSED_KINDS] = {
#define FUSED_FIRST(a) [KIND_##a] = FIRST_##a,
#define FUSED2(a, b)
#define FUSED3(a, b, c)
#define FUSED4(a, b, c, d)
#define FUSED5(a, b, c, d, e)
#define FUSED6(a, b, c, d, e, f)
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED_FIRST
#undef FUSED2
#undef FUSED3
#undef FUSED4
#undef FUSED5
#undef FUSED6
};

#define KIND_ROW(id) op_fn exec_fast_##id;
#define KIND_VARIANT(id) op_fn exec_fast_##id;
#define KIND_A32(id) op_fn exec_fast_a32_##id;
#define KIND_A32_IF(cond, id) op_fn exec_fast_a32_IF_##cond##_##id;
#include "cpu/fused_kind.def"
#include "cpu/fused_kind_a32.def"
#undef KIND_ROW
#undef KIND_VARIANT
#undef KIND_A32
#undef KIND_A32_IF

/* Each kind's own handler. */
static op_fn *const alone[FUSED_KINDS] = {
#define KIND_ROW(id) [KIND_##id] = exec_fast_##id,
#define KIND_VARIANT(id) [KIND_##id] = exec_fast_##id,
#define KIND_A32(id) [KIND_a32_##id] = exec_fast_a32_##id,
#define KIND_A32_IF(cond, id) [KIND_a32_IF_##cond##_##id] = exec_fast_a32_IF_##cond##_##id,
#include "cpu/fused_kind.def"
#include "cpu/fused_kind_a32.def"
#undef KIND_ROW
#undef KIND_VARIANT
#undef KIND_A32
#undef KIND_A32_IF
};

/* Do the page's slots from there on hold the sequence? What a page lacks at its end is KIND_NONE. */
static bool is_there(const struct sequence *s, const u8 *kinds)
{
    for (unsigned i = 0; i < FUSED_STEPS && s->kinds[i]; i++)
        if (kinds[i] != s->kinds[i])
            return false;
    return true;
}

static void choose(struct code_page *page, unsigned slot)
{
    u8 kind = page->kind[slot];
    if (!kind)
        return;
    op_fn *fn = alone[kind];
    for (const struct sequence *s = &sequences[first_sequence[kind]]; s->kinds[0] == kind; s++)
        if (is_there(s, &page->kind[slot])) {
            fn = s->fn;
            break;
        }
    page->ops[slot].fn = (u32)(uintptr_t)fn;
}

/* The slot, and those before it whose sequence may reach it. */
static void choose_around(struct code_page *page, unsigned slot)
{
    for (unsigned i = slot < FUSED_STEPS ? 0 : slot - FUSED_STEPS + 1; i <= slot; i++)
        choose(page, i);
}

void fuse_decoded(struct op *op, enum fused_kind kind)
{
    struct code_page *page = op_page(op);
    if (!kind) /* nor had the slot any: those before it do without it already */
        return;
    page->kind[op_index(op)] = (u8)kind;
    choose_around(page, op_index(op));
}

void fuse_forget(struct code_page *page, unsigned slot)
{
    page->kind[slot] = KIND_NONE;
    choose_around(page, slot);
}
