/* The host's terminal in raw mode. Owns the one mutable static of the program: a signal handler gets no argument, and it must put the
 * terminal back before the process dies. */
#include "emu/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
    struct termios before;
    volatile sig_atomic_t changed;
} saved;

static const int deadly[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };

static void restore(void)
{
    if (saved.changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &saved.before);
    saved.changed = 0;
}

/* The handler is gone by SA_RESETHAND: the second delivery ends the process as it would have ended without us. */
static void on_signal(int number)
{
    restore();
    raise(number);
}

static void catch_signals(void)
{
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    for (unsigned i = 0; i < ARRAY_SIZE(deadly); i++)
        if (sigaction(deadly[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(deadly[i], &action, NULL);
}

void terminal_raw(struct terminal *t, bool keys_too)
{
    struct termios now;
    if (tcgetattr(STDIN_FILENO, &saved.before))
        return;
    now = saved.before;
    now.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    now.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | (keys_too ? ISIG : 0));
    now.c_cflag = (now.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    saved.changed = 1;
    catch_signals();
    atexit(restore);
    t->raw = tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
}

void terminal_restore(struct terminal *t)
{
    if (t->raw)
        restore();
    t->raw = false;
}
