/* The run loop's own state and what other rooms may ask of it. */
#ifndef EMU_RUN_H
#define EMU_RUN_H

#include "emu/machine.h"

/* A turn of a PE that runs alone. It ends at the next event or when it wakes another PE; the bound is for the terminal's sake. */
#define RUN_LONE_CYCLES 1000000ull
/* Host time between looks at the terminal, the debugger and --timeout, in instructions of one PE. */
#define RUN_POLL_INSNS 2000000

/* Wires the clock and the PEs to the run loop. Called once by machine_new, after the board is built. */
void run_attach(struct machine *m);

#endif
