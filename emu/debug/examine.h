/* The monitor's x and xp. */
#ifndef EMU_DEBUG_EXAMINE_H
#define EMU_DEBUG_EXAMINE_H

#include "emu/debug/monitor.h"

/* text: "[/FMT] ADDR". Prints memory, or one line that says what is wrong. */
void examine(struct monitor *mon, const char *text, bool physical, FILE *out);

#endif
