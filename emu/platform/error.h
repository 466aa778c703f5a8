/* User and host errors: one message that names the file or option. Guest faults are never errors. */
#ifndef PLATFORM_ERROR_H
#define PLATFORM_ERROR_H

#include "emu/platform/types.h"

struct error {
    char text[512]; /* one line, no newline; empty: no error */
};

/* Stores the message (first one wins) and returns false, so that `return error_set(err, …)` reads well. err may be NULL. */
bool error_set(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
