/* The T32 instruction table and T16 (DDI 0487 F3): cpu/insn_t32.def and cpu/insn_t16.def as rows. */
#include "cpu/insn_table.h"

#include "cpu/insn_imm.h"
#include "cpu/legal.h"
#include "cpu/legal_a32.h"
#include "cpu/legal_a32_fp.h"

enum t32_id {
#define OP32(id, ...) T32_##id,
#define OP16(id, ...) T32_##id,
#include "cpu/insn_t32.def"
#undef OP32
#undef OP16
    T32_COUNT,
};

#define OP32(id, fn, ...) op_fn exec_fast_t32_##fn, exec_watched_t32_##fn;
#define OP16(id, fn, fn_in_it, ...) op_fn exec_fast_t32_##fn, exec_watched_t32_##fn, exec_fast_t32_##fn_in_it, exec_watched_t32_##fn_in_it;
#include "cpu/insn_t32.def"
#undef OP32
#undef OP16

static const struct insn_row rows[T32_COUNT] = {
#define OP32(opid, fn, mn, pattern, immkind, cl, leg, needs, alias)                                                    \
    [T32_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,             \
                     .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                      \
                     .handler = { exec_fast_t32_##fn, exec_watched_t32_##fn } },
#define OP16(opid, fn, fn_in_it, mn, pattern, immkind, cl, leg, needs, alias)                                          \
    [T32_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,             \
                     .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                      \
                     .handler = { exec_fast_t32_##fn, exec_watched_t32_##fn },                                   \
                     .handler_in_it = { exec_fast_t32_##fn_in_it, exec_watched_t32_##fn_in_it } },
#include "cpu/insn_t32.def"
#undef OP32
#undef OP16
};

static const struct insn_overlap overlaps[] = {
#define OVERLAP(specific, general, why) { T32_##specific, T32_##general, why },
#include "cpu/insn_overlap_t32.def"
#undef OVERLAP
};

const struct insn_table insn_table_t32 = { INSN_SET_T32, rows, T32_COUNT, overlaps, ARRAY_SIZE(overlaps) };
