/* Fused handlers: a slot whose instruction begins a frequent sequence (cpu/fused.def, cpu/fused_a32.def) executes the whole of it, and goes on
 * behind it. The other slots of the sequence keep their own handlers for who jumps there; so only op->fn of the first differs, and counts, which
 * follow from positions, are the same. A step that does not hit goes to its own handler, at its own op: faults are precise. */
#ifndef CPU_FUSE_H
#define CPU_FUSE_H

#include "cpu/op.h"

/* The instructions that sequences are made of. */
enum fused_kind {
    KIND_NONE,
#define KIND_ROW(id, reads, writes) KIND_##id,
#define KIND_VARIANT(id, reads, writes) KIND_##id,
#include "cpu/fused_kind.def"
#undef KIND_ROW
#undef KIND_VARIANT
#define KIND_A32(id) KIND_a32_##id,
#define KIND_A32_IF(cond, id) KIND_a32_IF_##cond##_##id,
#include "cpu/fused_kind_a32.def"
#undef KIND_A32
#undef KIND_A32_IF
    FUSED_KINDS,
};

/* The longest sequence of A64, and of A32. */
#define FUSED_STEPS 25
#define FUSED_STEPS_A32 6

/* The page's slots from `first` to `last` were decoded, and their kinds noted: chooses handlers for them and for those before them that they may
 * belong to. A64 and A32, fast engine. */
void fuse_decoded(struct code_page *page, unsigned first, unsigned last);

/* The slot's instruction is not known any more: those before it do without it. */
void fuse_forget(struct code_page *page, unsigned slot);

#endif
