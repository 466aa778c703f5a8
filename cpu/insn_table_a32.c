/* The A32 instruction table (DDI 0487 F4): cpu/insn_a32.def as rows. */
#include "cpu/insn_table.h"

#include "cpu/insn_imm.h"
#include "cpu/legal.h"
#include "cpu/legal_a32.h"
#include "cpu/legal_a32_fp.h"

enum a32_id {
#define OP32(id, ...) A32_##id,
#define OP16(id, ...) A32_##id,
#include "cpu/insn_a32.def"
#undef OP32
#undef OP16
    A32_COUNT,
};

#define OP32(id, fn, ...) op_fn exec_fast_a32_##fn, exec_watched_a32_##fn;
#define OP16(id, fn, fn_in_it, ...) op_fn exec_fast_a32_##fn, exec_watched_a32_##fn, exec_fast_a32_##fn_in_it, exec_watched_a32_##fn_in_it;
#include "cpu/insn_a32.def"
#undef OP32
#undef OP16

static const struct insn_row rows[A32_COUNT] = {
#define OP32(opid, fn, mn, pattern, immkind, cl, leg, needs, alias)                                                    \
    [A32_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,             \
                     .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                      \
                     .handler = { exec_fast_a32_##fn, exec_watched_a32_##fn } },
#define OP16(opid, fn, fn_in_it, mn, pattern, immkind, cl, leg, needs, alias)                                          \
    [A32_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,             \
                     .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                      \
                     .handler = { exec_fast_a32_##fn, exec_watched_a32_##fn },                                   \
                     .handler_in_it = { exec_fast_a32_##fn_in_it, exec_watched_a32_##fn_in_it } },
#include "cpu/insn_a32.def"
#undef OP32
#undef OP16
};

static const struct insn_overlap overlaps[] = {
#define OVERLAP(specific, general, why) { A32_##specific, A32_##general, why },
#include "cpu/insn_overlap_a32.def"
#undef OVERLAP
};

const struct insn_table insn_table_a32 = { INSN_SET_A32, rows, A32_COUNT, overlaps, ARRAY_SIZE(overlaps) };
