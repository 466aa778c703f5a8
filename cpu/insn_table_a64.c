/* The A64 instruction table (DDI 0487 C4.1): cpu/insn_a64*.def as rows. */
#include "cpu/insn_table.h"

#include "cpu/insn_imm.h"
#include "cpu/legal.h"
#if __has_include("cpu/legal_simd.h")
#include "cpu/legal_simd.h"
#endif
#if __has_include("cpu/legal_system.h")
#include "cpu/legal_system.h"
#endif
#if __has_include("cpu/legal_fp.h")
#include "cpu/legal_fp.h"
#endif

#define OP(id, ...) op_fn exec_fast_##id, exec_watched_##id;
#include "cpu/insn_a64.def"
#undef OP

static const struct insn_row rows[INSN_COUNT] = {
#define OP(opid, mn, pattern, immkind, cl, leg, needs, alias)                                                          \
    [INSN_##opid] = { .id = #opid, .mnemonic = mn, .bits = pattern, .aliases = alias, .imm = IMM_##immkind,            \
                      .cls = CLS_##cl, .need = FEAT_##needs, .legal = legal_##leg,                                     \
                      .handler = { exec_fast_##opid, exec_watched_##opid } },
#include "cpu/insn_a64.def"
#undef OP
};

static const struct insn_overlap overlaps[] = {
#define OVERLAP(specific, general, why) { INSN_##specific, INSN_##general, why },
#include "cpu/insn_overlap.def"
#undef OVERLAP
};

const struct insn_table insn_table_a64 = { INSN_SET_A64, rows, INSN_COUNT, overlaps, ARRAY_SIZE(overlaps) };
