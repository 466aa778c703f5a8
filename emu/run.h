/* The run loop's own state and what other rooms may ask of it. */
#ifndef EMU_RUN_H
#define EMU_RUN_H

#include "emu/machine.h"

/* A turn of one PE in virtual time. Short enough that a PE which spins for another one burns little (20 us at 1 GHz). */
#define RUN_TURN_CYCLES 20000
/* Host time between looks at the terminal, the debugger and --timeout, in instructions of one PE. */
#define RUN_POLL_INSNS 2000000

/* Wires the clock and the PEs to the run loop. Called once by machine_new, after the board is built. */
void run_attach(struct machine *m);

#endif
