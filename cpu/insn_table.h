/* The three instruction tables as data: A64, A32, T32 (with T16). One decoder (cpu/decode.c) serves them all. */
#ifndef CPU_INSN_TABLE_H
#define CPU_INSN_TABLE_H

#include "cpu/insn.h"

/* Rows that may both match a word: the specific one wins. */
struct insn_overlap {
    u16 specific, general;
    const char *why;
};

struct insn_table {
    enum insn_set set;
    const struct insn_row *rows;
    unsigned count;
    const struct insn_overlap *overlaps;
    unsigned overlap_count;
};

extern const struct insn_table insn_table_a64, insn_table_a32, insn_table_t32;

#endif
