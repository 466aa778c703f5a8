/* Log categories and their sink. */
#include "emu/platform/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *what;
} categories[LOG_CATEGORIES] = {
    [LOG_INT] = { "int", "exceptions taken and returned from, with their syndromes" },
    [LOG_IN_ASM] = { "in_asm", "each instruction when it is first decoded" },
    [LOG_EXEC] = { "exec", "each instruction executed" },
    [LOG_MMU] = { "mmu", "translation faults: VA, IPA, PA, VMID, level, HPFAR" },
    [LOG_UNIMP] = { "unimp", "what the guest asked for and the model does not have" },
    [LOG_GUEST_ERRORS] = { "guest_errors", "what the guest did wrong" },
};

void log_init(struct log *log)
{
    memset(log, 0, sizeof *log);
    log->out = stderr;
}

void log_free(struct log *log)
{
    for (unsigned i = 0; i < log->once_count; i++)
        free(log->once[i]);
    log->once_count = 0;
    if (log->out && log->out != stderr && log->out != stdout)
        fclose(log->out);
    log->out = stderr;
}

bool log_parse(struct log *log, const char *text, const char **bad, size_t *bad_len)
{
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, ",");
        unsigned c;
        for (c = 0; c < LOG_CATEGORIES; c++)
            if (strlen(categories[c].name) == n && !strncmp(categories[c].name, p, n))
                break;
        if (c == LOG_CATEGORIES) {
            *bad = p;
            *bad_len = n;
            return false;
        }
        log->mask |= 1u << c;
        p += n + (p[n] == ',');
    }
    return true;
}

void log_print_names(FILE *out)
{
    for (unsigned c = 0; c < LOG_CATEGORIES; c++)
        fprintf(out, "  %-14s %s\n", categories[c].name, categories[c].what);
}

static void put(struct log *log, const char *text)
{
    fprintf(log->out, "%s\n", text);
    fflush(log->out);
}

void log_line(struct log *log, enum log_category cat, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    log->count[cat]++;
    if (!log_on(log, cat))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    put(log, text);
}

void log_once(struct log *log, enum log_category cat, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    log->count[cat]++;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (unsigned i = 0; i < log->once_count; i++)
        if (!strcmp(log->once[i], text))
            return;
    if (log->once_count < LOG_ONCE_MAX)
        log->once[log->once_count++] = strdup(text);
    if (log_on(log, cat))
        put(log, text);
}
