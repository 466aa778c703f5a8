/* The one form in which user and host errors travel. */
#include "emu/platform/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, const char *fmt, ...)
{
    if (err && !err->text[0]) {
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(err->text, sizeof err->text, fmt, ap);
        va_end(ap);
    }
    return false;
}

void error_prefix(struct error *err, const char *fmt, ...)
{
    char head[256], tail[sizeof err->text];
    va_list ap;
    if (!err || !err->text[0])
        return;
    va_start(ap, fmt);
    vsnprintf(head, sizeof head, fmt, ap);
    va_end(ap);
    memcpy(tail, err->text, sizeof tail);
    size_t n = (size_t)snprintf(err->text, sizeof err->text, "%s: ", head);
    snprintf(err->text + n, sizeof err->text - n, "%s", tail);
}
