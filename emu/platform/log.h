/* The log that -d selects and -D redirects: text lines by category, and the counters of what is not implemented.
 * A guest error or an unimplemented feature is counted even when its category is not shown. */
#ifndef PLATFORM_LOG_H
#define PLATFORM_LOG_H

#include "emu/platform/types.h"

#include <stdio.h>

enum log_category {
    LOG_INT,          /* exceptions taken and returned from, with syndromes */
    LOG_IN_ASM,       /* each instruction when first decoded */
    LOG_EXEC,         /* each instruction executed (watched engine) */
    LOG_MMU,          /* translation faults: VA, IPA, PA, VMID, level, HPFAR */
    LOG_UNIMP,        /* what the guest asked for and the model does not have */
    LOG_GUEST_ERRORS, /* what the guest did wrong */
    LOG_CATEGORIES
};

#define LOG_ONCE_MAX 256

struct log {
    FILE *out;                   /* never NULL after log_init */
    u32 mask;                    /* 1 << category: shown */
    u64 count[LOG_CATEGORIES];   /* lines asked for, shown or not (UNIMP and GUEST_ERRORS only) */
    char *once[LOG_ONCE_MAX];    /* texts already seen by log_once; owned */
    unsigned once_count;
};

void log_init(struct log *log);    /* everything off, to stderr */
void log_free(struct log *log);

/* Parses "int,mmu,…" as -d gives it. On an unknown name returns it through `bad` (points into text) and returns false. */
bool log_parse(struct log *log, const char *text, const char **bad, size_t *bad_len);
void log_print_names(FILE *out); /* the list for `-d help` */

static inline bool log_on(const struct log *log, enum log_category cat)
{
    return log->mask >> cat & 1;
}

/* Prints one line (newline added) if the category is on; counts it in any case. */
void log_line(struct log *log, enum log_category cat, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, but the same text is printed once only; texts are kept for the list at exit. */
void log_once(struct log *log, enum log_category cat, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
