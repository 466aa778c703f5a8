/* The gdb remote stub (-gdb, -s, -S): one connection, all-stop, a thread for each PE. */
#ifndef EMU_DEBUG_GDB_H
#define EMU_DEBUG_GDB_H

#include "emu/machine.h"

/* Listens at "tcp:[HOST]:PORT" (HOST defaults to localhost). NULL: *err names the option. */
struct gdb_stub *gdb_start(struct machine *m, const char *where, struct error *err);
void gdb_stop(struct gdb_stub *gdb);

/* Between turns: takes a connection, notices an interrupt from gdb, reports a stop. While the machine is paused for gdb
 * it answers gdb's packets until gdb lets it go on, or `ms` have passed. */
void gdb_poll(struct gdb_stub *gdb, int ms);

#endif
