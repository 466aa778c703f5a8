/* The monitor: one line in, text out. */
#ifndef EMU_DEBUG_MONITOR_H
#define EMU_DEBUG_MONITOR_H

#include "emu/machine.h"

#include <stdio.h>

#define MONITOR_PROMPT "(armature) "

struct monitor {
    struct machine *m;
    unsigned cpu; /* the PE that `x`, `info registers` and $names mean */
};

/* Does what the line says and prints the answer; an unknown command or bad argument is one line. Called between turns only. */
void monitor_line(struct monitor *mon, const char *line, FILE *out);
/* The same from elsewhere (gdb's `monitor`), about PE 0. */
void monitor_command(struct machine *m, const char *line, FILE *out);

#endif
