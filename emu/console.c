/* Serial lines on the host: standard input and output with the escapes of Ctrl-A, files, and the watch for --expect and --fail-on.
 * Bytes that come from a terminal or a pipe wait here until the UART has room, so a script's input is never lost. */
#define _GNU_SOURCE /* ppoll */
#include "emu/console.h"

#include "devices/pl011.h"
#include "emu/boards/board.h"
#include "emu/debug/monitor.h"
#include "emu/platform/host.h"
#include "emu/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PENDING_MAX 4096
#define INPUT_AT_ONCE 256
#define LINE_MAX_CHARS 512
#define CTRL_A 1
#define XEN_SWITCH_COUNT 3 /* Xen: "type 'CTRL-a' three times to switch input" */
#define QUIET_SECONDS 0.5
#define IDLE_MIN_MS 10u  /* shorter waits are saved up: a timer's event stream comes every 0.1 ms */
#define IDLE_MAX_MS 100 /* --timeout and gdb are looked at between waits */

/* Finds a text in a stream of bytes, as Knuth, Morris and Pratt do: nothing is looked at twice. */
struct matcher {
    const char *text; /* NULL: off */
    size_t len, matched;
    u16 *fallback;    /* [i]: how much of the text still matches when byte i does not */
};

struct port {
    struct console *console;
    struct chardev *chr;
    FILE *out;       /* NULL: what is printed is lost (but watched) */
    bool owns_out;
    bool mid_line; /* the last byte was no newline */
    struct matcher expect[MAX_EXPECTS], fail_on;
};

enum focus { FOCUS_SERIAL, FOCUS_MONITOR };

struct console {
    struct machine *m;
    struct port ports[BOARD_MAX_UARTS];
    bool came[MAX_EXPECTS]; /* --expect: which were printed, on whatever line */
    unsigned awaited;       /* how many were not */
    struct port *input;     /* whose device gets what is typed; NULL: nobody */
    bool reads_stdin;       /* stdin is in use and has not ended */
    bool is_terminal;
    bool has_escapes;       /* Ctrl-A is ours */
    bool has_monitor;
    bool escape;            /* the last byte was Ctrl-A */
    bool busy;              /* a byte went in or out since `last_busy` was set */
    double last_busy;       /* host seconds */
    u64 idle_ns;            /* virtual time skipped and not yet waited for */
    u8 focus;               /* enum focus */
    u8 pending[PENDING_MAX]; /* for the UART; a ring */
    unsigned pending_first, pending_count;
    char line[LINE_MAX_CHARS]; /* the monitor's */
    unsigned line_len;
    struct monitor monitor;
    struct terminal terminal;
};

/* ---- the watch ---- */

static bool matcher_init(struct matcher *k, const char *text)
{
    if (!text || !*text)
        return true;
    *k = (struct matcher){ .text = text, .len = strlen(text) };
    k->fallback = calloc(k->len + 1, sizeof *k->fallback);
    if (!k->fallback)
        return false;
    for (size_t i = 1, n = 0; i < k->len; i++) {
        while (n && text[i] != text[n])
            n = k->fallback[n - 1];
        n += text[i] == text[n];
        k->fallback[i] = (u16)n;
    }
    return true;
}

/* True when the byte completes the text. */
static bool matcher_push(struct matcher *k, u8 byte)
{
    if (!k->text)
        return false;
    while (k->matched && (u8)k->text[k->matched] != byte)
        k->matched = k->fallback[k->matched - 1];
    k->matched += (u8)k->text[k->matched] == byte;
    if (k->matched < k->len)
        return false;
    k->matched = 0;
    return true;
}

/* One printed text stands for one --expect: of two that are equal the second waits for the text to come again. True: all have come. */
static bool expected_byte(struct port *p, u8 byte)
{
    struct console *c = p->console;
    const struct options *o = c->m->options;
    bool was_awaited = c->awaited;
    for (unsigned i = 0; i < o->expect_count; i++) {
        if (c->came[i] || !matcher_push(&p->expect[i], byte))
            continue;
        c->came[i] = true;
        c->awaited--;
        for (unsigned j = i + 1; j < o->expect_count; j++)
            if (!strcmp(o->expect[i], o->expect[j]))
                p->expect[j].matched = 0;
    }
    return was_awaited && !c->awaited;
}

/* chardev.transmit */
static void port_transmit(void *back, u8 byte)
{
    struct port *p = back;
    p->console->busy = true;
    bool failed = matcher_push(&p->fail_on, byte), expected = expected_byte(p, byte);
    if (p->out) {
        putc_unlocked(byte, p->out);
        p->mid_line = byte != '\n';
        if (byte == '\n')
            fflush(p->out);
    }
    if (failed)
        machine_stop(p->console->m, END_FAIL_TEXT);
    else if (expected)
        machine_stop(p->console->m, END_EXPECTED);
}

/* ---- input ---- */

static void deliver(struct console *c)
{
    if (!c->input)
        return;
    struct chardev *chr = c->input->chr;
    while (c->pending_count && chardev_room(chr)) {
        u8 byte = c->pending[c->pending_first];
        c->pending_first = (c->pending_first + 1) % PENDING_MAX;
        c->pending_count--;
        chr->receive(chr->front, byte);
    }
}

static void to_guest(struct console *c, u8 byte)
{
    if (c->pending_count == PENDING_MAX)
        return; /* only a terminal's typing can come to this */
    c->pending[(c->pending_first + c->pending_count++) % PENDING_MAX] = byte;
}

static void monitor_byte(struct console *c, u8 byte)
{
    if (byte == '\r' || byte == '\n') {
        fputc('\n', stdout);
        c->line[c->line_len] = '\0';
        c->line_len = 0;
        monitor_line(&c->monitor, c->line, stdout);
        if (c->m->end == END_RUNNING)
            fputs(MONITOR_PROMPT, stdout);
    } else if (byte == 0x7f || byte == '\b') {
        if (c->line_len) {
            c->line_len--;
            fputs("\b \b", stdout);
        }
    } else if (byte == 0x15) { /* Ctrl-U */
        for (; c->line_len; c->line_len--)
            fputs("\b \b", stdout);
    } else if (byte >= ' ' && c->line_len < LINE_MAX_CHARS - 1) {
        c->line[c->line_len++] = (char)byte;
        fputc(byte, stdout);
    }
    fflush(stdout);
}

static void switch_focus(struct console *c)
{
    if (!c->has_monitor)
        return;
    c->focus = c->focus == FOCUS_SERIAL ? FOCUS_MONITOR : FOCUS_SERIAL;
    if (c->focus == FOCUS_MONITOR)
        fputs("\nArmature monitor: \"help\" lists commands, Ctrl-A c goes back\n" MONITOR_PROMPT, stdout);
    else
        fputc('\n', stdout);
    fflush(stdout);
}

static void escape_help(void)
{
    fputs("\nCtrl-A h  this help\nCtrl-A x  quit\nCtrl-A c  between the console and the monitor\nCtrl-A b  send a break\n"
          "Ctrl-A a  send Ctrl-A (so does Ctrl-A Ctrl-A)\nCtrl-A n  send Ctrl-A three times: Xen's console goes to the next domain\n",
          stdout);
    fflush(stdout);
}

static void plain_byte(struct console *c, u8 byte)
{
    if (c->focus == FOCUS_MONITOR)
        monitor_byte(c, byte);
    else
        to_guest(c, byte);
}

static void send_break(struct console *c)
{
    struct device *uart = board_find(c->m->board, "uart0");
    if (c->input && c->focus == FOCUS_SERIAL)
        pl011_receive_break(uart);
}

/* The byte after Ctrl-A. */
static void escaped_byte(struct console *c, u8 byte)
{
    switch (byte) {
    case 'x':
        if (c->focus == FOCUS_MONITOR)
            fputc('\n', stdout);
        console_end_line(c);
        fputs("armature: quit\n", stdout);
        fflush(stdout);
        machine_stop(c->m, END_QUIT);
        break;
    case 'c':
        switch_focus(c);
        break;
    case 'b':
        send_break(c);
        break;
    case 'h':
    case '?':
        escape_help();
        break;
    case 'a':
    case CTRL_A:
        plain_byte(c, CTRL_A);
        break;
    case 'n':
        for (unsigned i = 0; i < XEN_SWITCH_COUNT; i++)
            plain_byte(c, CTRL_A);
        break;
    default:
        break;
    }
}

static void typed(struct console *c, u8 byte)
{
    if (c->escape) {
        c->escape = false;
        escaped_byte(c, byte);
    } else if (c->has_escapes && byte == CTRL_A) {
        c->escape = true;
    } else {
        plain_byte(c, byte);
    }
}

/* A pipe is not read further than the guest can take; a terminal always is, for Ctrl-A. */
static bool takes_input(const struct console *c)
{
    return c->reads_stdin && (c->is_terminal || PENDING_MAX - c->pending_count >= INPUT_AT_ONCE);
}

/* Waits `ms` for input. */
static bool read_input(struct console *c, int ms)
{
    u8 buffer[INPUT_AT_ONCE];
    struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
    if (!takes_input(c)) {
        if (ms)
            poll(NULL, 0, ms);
        return false;
    }
    if (poll(&fd, 1, ms) <= 0)
        return false;
    ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
    if (n <= 0) {
        c->reads_stdin = n < 0 && errno == EINTR;
        return false;
    }
    c->busy = true;
    for (ssize_t i = 0; i < n; i++)
        typed(c, buffer[i]);
    return true;
}

void console_flush(struct console *c)
{
    for (unsigned i = 0; i < BOARD_MAX_UARTS; i++)
        if (c->ports[i].out)
            fflush(c->ports[i].out);
}

void console_end_line(struct console *c)
{
    for (unsigned i = 0; i < BOARD_MAX_UARTS; i++) {
        struct port *p = &c->ports[i];
        if (p->out == stdout && p->mid_line)
            fputc('\n', stdout);
        p->mid_line = false;
    }
    console_flush(c);
}

bool console_wait(struct console *c, int ms)
{
    console_flush(c);
    bool came = read_input(c, ms);
    deliver(c);
    return came;
}

bool console_listens(const struct console *c)
{
    return c->reads_stdin;
}

void console_sleep(struct console *c, double seconds)
{
    struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
    struct timespec t = { .tv_sec = (time_t)seconds };
    t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9) + 1;
    console_flush(c);
    ppoll(&fd, takes_input(c), &t, NULL);
}

void console_poll(struct console *c)
{
    console_wait(c, 0);
}

void console_idle(struct console *c, u64 ns)
{
    if (!c->is_terminal || !c->reads_stdin)
        return;
    double now = host_seconds();
    if (c->busy)
        c->last_busy = now;
    c->busy = false;
    if (now - c->last_busy < QUIET_SECONDS) {
        c->idle_ns = 0;
        return;
    }
    c->idle_ns += ns;
    if (c->idle_ns < IDLE_MIN_MS * 1000000)
        return;
    u64 ms = c->idle_ns / 1000000;
    console_wait(c, ms < IDLE_MAX_MS ? (int)ms : IDLE_MAX_MS);
    c->idle_ns = 0;
}

/* ---- options ---- */

static bool starts_with(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

/* -serial stdio, mon:stdio, file:F, null, none */
static bool open_port(struct console *c, struct port *p, const char *where, struct error *err)
{
    const char *name = starts_with(where, "mon:") ? where + 4 : where;
    if (!strcmp(name, "stdio") || !strcmp(name, "chardev:stdio")) {
        if (c->input)
            return error_set(err, "-serial %s: standard input is in use already", where);
        p->out = stdout;
        c->input = p;
        c->reads_stdin = true;
        c->has_escapes = c->has_monitor = name != where;
        return true;
    }
    if (starts_with(name, "file:")) {
        p->out = fopen(name + 5, "w");
        p->owns_out = true;
        return p->out || error_set(err, "-serial %s: cannot be written", where);
    }
    if (!strcmp(name, "none") || !strcmp(name, "null"))
        return true;
    return error_set(err, "-serial %s: not one of stdio, mon:stdio, file:FILE, null, none", where);
}

/* -monitor stdio gives the terminal to the monitor; none takes the monitor away. */
static bool open_monitor(struct console *c, const char *where, struct error *err)
{
    if (!where || !strcmp(where, "mon:stdio"))
        return true;
    if (!strcmp(where, "none") || !strcmp(where, "null")) {
        c->has_monitor = false;
        return true;
    }
    if (strcmp(where, "stdio"))
        return error_set(err, "-monitor %s: not one of stdio, none", where);
    if (c->input && !c->has_monitor)
        return error_set(err, "-monitor stdio: standard input is in use already (-serial mon:stdio shares it)");
    c->has_monitor = c->reads_stdin = true;
    if (!c->input) {
        c->focus = FOCUS_MONITOR;
        fputs(MONITOR_PROMPT, stdout);
    }
    return true;
}

static const char *serial_option(const struct options *o, unsigned n)
{
    if (o->serial[n])
        return o->serial[n];
    if (n > 0 || o->nodefaults)
        return "null";
    return o->monitor && !strcmp(o->monitor, "stdio") ? "null" : "mon:stdio";
}

static bool watch_texts(struct port *p, const struct options *o)
{
    bool ok = matcher_init(&p->fail_on, o->fail_on);
    for (unsigned i = 0; i < o->expect_count; i++)
        ok = matcher_init(&p->expect[i], o->expect[i]) && ok;
    return ok;
}

static bool set_up(struct console *c, struct error *err)
{
    const struct options *o = c->m->options;
    c->awaited = o->expect_count;
    for (unsigned i = 0; i < BOARD_MAX_UARTS; i++) {
        struct port *p = &c->ports[i];
        p->console = c;
        p->chr = &c->m->board->serial[i];
        p->chr->transmit = port_transmit;
        p->chr->back = p;
        if (!watch_texts(p, o))
            return error_set(err, "console: no memory");
        if (!open_port(c, p, serial_option(o, i), err))
            return false;
    }
    if (!open_monitor(c, o->monitor, err))
        return false;
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    c->is_terminal = c->reads_stdin && isatty(STDIN_FILENO);
    if (c->is_terminal)
        terminal_raw(&c->terminal, c->has_escapes);
    return true;
}

struct console *console_new(struct machine *m, struct error *err)
{
    struct console *c = calloc(1, sizeof *c);
    if (!c) {
        error_set(err, "console: no memory");
        return NULL;
    }
    c->m = m;
    c->monitor.m = m;
    if (set_up(c, err))
        return c;
    console_free(c);
    return NULL;
}

void console_free(struct console *c)
{
    if (!c)
        return;
    console_flush(c);
    terminal_restore(&c->terminal);
    for (unsigned i = 0; i < BOARD_MAX_UARTS; i++) {
        struct port *p = &c->ports[i];
        for (unsigned j = 0; j < MAX_EXPECTS; j++)
            free(p->expect[j].fallback);
        free(p->fail_on.fallback);
        if (p->owns_out && p->out)
            fclose(p->out);
        if (p->chr)
            p->chr->transmit = NULL;
    }
    free(c);
}
