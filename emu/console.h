/* The host side of the machine's serial lines: terminal, files, Ctrl-A, --expect and --fail-on. */
#ifndef EMU_CONSOLE_H
#define EMU_CONSOLE_H

#include "emu/machine.h"

/* Connects the board's serial lines as -serial, -monitor and -nographic say. NULL: *err names the option. */
struct console *console_new(struct machine *m, struct error *err);
/* Puts the terminal back as it was. */
void console_free(struct console *c);

/* Takes what the terminal has, without waiting, and shows what the guest has printed. */
void console_poll(struct console *c);
/* The same, but waits for input, `ms` at most. True: something came. */
bool console_wait(struct console *c, int ms);
/* May input still come? Not when standard input has ended, or is nobody's. */
bool console_listens(const struct console *c);
/* Waits until there is input to take, `seconds` at most, and takes nothing. */
void console_sleep(struct console *c, double seconds);
/* Every PE waits for an event that lies `ns` of virtual time ahead. At a terminal where nothing was typed or printed for a moment this takes as
 * long in host time, so that a guest at its prompt does not keep the host busy; otherwise it returns at once. Input ends it. */
void console_idle(struct console *c, u64 ns);
/* Shows what the guest has printed. */
void console_flush(struct console *c);
/* The same, at the end: what the program prints next begins a line of its own, even if the guest did not finish its last. */
void console_end_line(struct console *c);

#endif
