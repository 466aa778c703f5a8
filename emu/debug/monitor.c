/* The monitor's commands, as one table. */
#include "emu/debug/monitor.h"

#include <string.h>

void monitor_line(struct machine *m, const char *line, FILE *out)
{
    if (!strcmp(line, "quit"))
        machine_stop(m, END_QUIT);
    else
        fprintf(out, "unknown command\n");
}
