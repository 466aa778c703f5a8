/* The host's terminal in raw mode, given back whatever happens. */
#ifndef EMU_TERMINAL_H
#define EMU_TERMINAL_H

#include "emu/platform/types.h"

struct terminal {
    bool raw; /* terminal_raw was called and worked */
};

/* Standard input without line editing and echo. keys_too: Ctrl-C and its kin are bytes, not signals. */
void terminal_raw(struct terminal *t, bool keys_too);
void terminal_restore(struct terminal *t);

#endif
