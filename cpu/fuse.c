/* Which slots execute a sequence. What each slot holds is in its page (struct code_page, kind). */
#include "cpu/fuse.h"

#include "cpu/fuse_links.h"

#define FUSED_FIRST(id)
#define FUSED(name, steps) op_fn exec_fast_##name;
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED

struct fused_step {
    u8 kind;
    u32 links;
};

struct sequence {
    op_fn *fn;
    u8 length;
    const struct fused_step *steps;
};

#define S(id, links) { KIND_##id, (links) },
#define STEPS(...) (const struct fused_step[]){ __VA_ARGS__ }
#define FUSED(name, ...) { exec_fast_##name, sizeof(STEPS(__VA_ARGS__)) / sizeof(struct fused_step), STEPS(__VA_ARGS__) },
static const struct sequence sequences[] = {
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
    { NULL, 0, NULL },
};
#undef S
#undef STEPS
#undef FUSED
#undef FUSED_FIRST

/* Where the sequences that begin with a kind begin: numbered as they are written. */
enum {
#define FUSED_FIRST(id) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define FUSED(name, steps) AT_##name,
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED
#undef FUSED_FIRST
    SEQUENCES,
};
_Static_assert(ARRAY_SIZE(sequences) == SEQUENCES + 1, "each sequence has its number");

/* 0 for a kind that begins none: the first of all begins with another one, or the kind would have its own. */
static const u16 first_sequence[FUSED_KINDS] = {
#define FUSED_FIRST(id) [KIND_##id] = FIRST_##id,
#define FUSED(name, steps)
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED
#undef FUSED_FIRST
};

#define KIND_ROW(id, reads, writes) op_fn exec_fast_##id;
#define KIND_VARIANT(id, reads, writes) op_fn exec_fast_##id;
#define KIND_A32(id) op_fn exec_fast_a32_##id;
#define KIND_A32_IF(cond, id) op_fn exec_fast_a32_IF_##cond##_##id;
#include "cpu/fused_kind.def"
#include "cpu/fused_kind_a32.def"
#undef KIND_ROW
#undef KIND_VARIANT
#undef KIND_A32
#undef KIND_A32_IF

/* Each kind's own handler, and the registers that it reads and writes, by the letters of their fields: what links ask for, which A32 has not. */
static const struct {
    op_fn *handler;
    const char *reads, *writes;
} alone[FUSED_KINDS] = {
#define KIND_ROW(id, reads, writes) [KIND_##id] = { exec_fast_##id, reads, writes },
#define KIND_VARIANT(id, reads, writes) [KIND_##id] = { exec_fast_##id, reads, writes },
#define KIND_A32(id) [KIND_a32_##id] = { exec_fast_a32_##id, "", "" },
#define KIND_A32_IF(cond, id) [KIND_a32_IF_##cond##_##id] = { exec_fast_a32_IF_##cond##_##id, "", "" },
#include "cpu/fused_kind.def"
#include "cpu/fused_kind_a32.def"
#undef KIND_ROW
#undef KIND_VARIANT
#undef KIND_A32
#undef KIND_A32_IF
};

static u8 register_of(const struct op *op, char letter)
{
    return letter == 'n' ? op->rn : letter == 'm' ? op->rm : letter == 'a' ? op->ra : op->rd;
}

static unsigned link_of(u32 links, char letter)
{
    return letter == 'n' ? LINKED_N(links) : letter == 'm' ? LINKED_M(links) : letter == 'a' ? LINKED_A(links) : LINKED_T(links);
}

static bool writes_it(const struct fused_step *step, const struct op *op, u8 reg)
{
    for (const char *letter = alone[step->kind].writes; *letter; letter++)
        if (register_of(op, *letter) == reg)
            return true;
    return false;
}

/* By no link, that is. */
static bool reads_it(const struct fused_step *step, const struct op *op, u8 reg)
{
    for (const char *letter = alone[step->kind].reads; *letter; letter++)
        if (!link_of(step->links, *letter) && register_of(op, *letter) == reg)
            return true;
    return false;
}

/* Is `reg` at step `at` what step `from` (from 1) has left there? */
static bool is_left_by(const struct sequence *s, const struct op *ops, unsigned from, unsigned at, u8 reg)
{
    for (unsigned i = from; i < at; i++)
        if (writes_it(&s->steps[i], &ops[i], reg))
            return false;
    return ops[from - 1].rd == reg;
}

/* Is the destination of step `at` overwritten by step `by` (from 1), and read by no other way than links before? */
static bool is_dead(const struct sequence *s, const struct op *ops, unsigned at, unsigned by)
{
    for (unsigned i = at + 1; i < by; i++)
        if (reads_it(&s->steps[i], &ops[i], ops[at].rd))
            return false;
    return ops[by - 1].rd == ops[at].rd;
}

static bool links_hold_at(const struct sequence *s, const struct op *ops, unsigned at)
{
    u32 links = s->steps[at].links;
    for (const char *letter = alone[s->steps[at].kind].reads; *letter; letter++) {
        unsigned from = link_of(links, *letter);
        if (from && !is_left_by(s, ops, from, at, register_of(&ops[at], *letter)))
            return false;
    }
    return !(DEAD_BY(links) && !is_dead(s, ops, at, DEAD_BY(links))) && !(links & NOT_SP && ops[at].rn == SLOT_SP);
}

static bool links_hold(const struct sequence *s, const struct op *ops)
{
    for (unsigned i = 0; i < s->length; i++)
        if (s->steps[i].links && !links_hold_at(s, ops, i))
            return false;
    return true;
}

/* Do the page's slots from there on hold the sequence? What a page lacks at its end is KIND_NONE. */
static bool is_there(const struct sequence *s, const struct code_page *page, unsigned slot)
{
    for (unsigned i = 1; i < s->length; i++)
        if (page->kind[slot + i] != s->steps[i].kind)
            return false;
    return links_hold(s, &page->ops[slot]);
}

static void choose(struct code_page *page, unsigned slot)
{
    u8 kind = page->kind[slot];
    if (!kind)
        return;
    op_fn *fn = alone[kind].handler;
    for (const struct sequence *s = &sequences[first_sequence[kind]]; s->length && s->steps[0].kind == kind; s++)
        if (is_there(s, page, slot)) {
            fn = s->fn;
            break;
        }
    page->ops[slot].fn = (u32)(uintptr_t)fn;
}

void fuse_decoded(struct code_page *page, unsigned first, unsigned last)
{
    unsigned reach = page->isa == ISA_A32 ? FUSED_STEPS_A32 - 1 : FUSED_STEPS - 1;
    for (unsigned i = first < reach ? 0 : first - reach; i <= last; i++)
        choose(page, i);
}

void fuse_forget(struct code_page *page, unsigned slot)
{
    page->kind[slot] = KIND_NONE;
    fuse_decoded(page, slot, slot);
}
