/* Do a row's register letters say what a disassembler prints? */
#ifndef TESTS_INSN_REGISTERS_H
#define TESTS_INSN_REGISTERS_H

#include "cpu/insn.h"

#include <string.h>

/* The row's register letters, in the order that assembly has them, must be a subsequence of what is printed. */
static inline bool registers_are_in(const struct insn_row *row, u32 word, const int *printed, unsigned n)
{
    bool is_memory = row->cls == CLS_LOAD || row->cls == CLS_STORE || row->cls == CLS_LOADP || row->cls == CLS_STOREP ||
                     row->cls == CLS_SIMD_LOAD || row->cls == CLS_SIMD_STORE;
    unsigned at = 0;
    for (const char *order = is_memory ? "wgdetTVuUYbnm" : "wdetTVuUnbWmjXaY"; *order; order++) {
        if (!strchr(row->bits, *order))
            continue;
        int want = (int)insn_field(row, word, *order);
        while (at < n && printed[at] != want)
            at++;
        if (at++ >= n)
            return false;
    }
    return true;
}

/* Is the name one of those in the list, which spaces separate? */
static inline bool is_listed(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p++)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

/* Capstone 4 knows nothing of v8.1 and later; binutils do. */
static inline bool is_newer_than_capstone(const struct insn_row *row)
{
    return row->need != FEAT_NONE && row->need != FEAT_FP && row->need != FEAT_CRC32 && row->need != FEAT_AES && row->need != FEAT_PMULL &&
           row->need != FEAT_SHA1 && row->need != FEAT_SHA256;
}

#endif
