/* The monitor: one line in, text out. */
#ifndef EMU_DEBUG_MONITOR_H
#define EMU_DEBUG_MONITOR_H

#include "emu/machine.h"

#include <stdio.h>

#define MONITOR_PROMPT "(armature) "

/* Does what the line says and prints the answer; an unknown command or bad argument is one line. */
void monitor_line(struct machine *m, const char *line, FILE *out);

#endif
