/* The stub: what gdb asks, answered from the machine. Stops come from a watcher on every PE, which is there only while there is something
 * to stop for: without break- or watchpoints the fast engine runs. */
#include "emu/debug/gdb.h"

#include "emu/debug/gdb_packet.h"
#include "emu/debug/gdb_regs.h"
#include "emu/debug/monitor.h"
#include "emu/platform/error.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_BREAKPOINTS 64
#define MAX_WATCHPOINTS 16

enum watch_kind { WATCH_WRITE = 2, WATCH_READ = 3, WATCH_ACCESS = 4 }; /* gdb's Z2, Z3, Z4 */

struct gdb_stub {
    struct machine *machine;
    int listener;
    struct gdb_link link;
    u64 breakpoints[MAX_BREAKPOINTS];
    unsigned breakpoint_count;
    struct {
        u64 addr, len;
        u8 kind;
    } watchpoints[MAX_WATCHPOINTS];
    unsigned watchpoint_count;
    struct cpu_watcher watchers[MACHINE_MAX_CPUS];
    bool watching;
    unsigned thread;      /* the PE that g, G, m, M speak of */
    bool stepping;
    unsigned step_thread;
    u64 step_from_insns;  /* its count when the step began: one more ends it */
    bool skip_here[MACHINE_MAX_CPUS]; /* going on from a breakpoint at pc: not again */
    u64 skip_pc[MACHINE_MAX_CPUS];
    bool stop_pending;    /* to be reported */
    char stop_reply[96];
    const struct gdb_regs *regs; /* what target_xml describes */
    char *target_xml;
};

/* ---- stopping ---- */

static void stop(struct gdb_stub *g, unsigned thread, const char *why)
{
    if (g->stop_pending)
        return;
    g->stop_pending = true;
    g->thread = thread;
    g->stepping = false;
    g->machine->paused = true;
    snprintf(g->stop_reply, sizeof g->stop_reply, "T05thread:%x;%s", thread + 1, why);
    for (unsigned i = 0; i < g->machine->cpu_count; i++)
        cpu_request_yield(g->machine->cpus[i]);
}

static bool is_breakpoint(const struct gdb_stub *g, u64 pc)
{
    for (unsigned i = 0; i < g->breakpoint_count; i++)
        if (g->breakpoints[i] == pc)
            return true;
    return false;
}

static bool before(void *owner, struct cpu *cpu, u32 word)
{
    struct gdb_stub *g = owner;
    unsigned n = cpu->index;
    (void)word;
    if (g->machine->paused)
        return false;
    bool skip = g->skip_here[n] && g->skip_pc[n] == cpu->pc;
    g->skip_here[n] = false;
    if (g->stepping && g->step_thread == n && cpu->insns != g->step_from_insns)
        stop(g, n, "");
    else if (!skip && is_breakpoint(g, cpu->pc))
        stop(g, n, "swbreak:;");
    return !g->machine->paused;
}

/* gdb expects a watchpoint to stop before the access, as the architecture's own do. */
static bool may_access(void *owner, struct cpu *cpu, u64 addr, unsigned size, bool write)
{
    struct gdb_stub *g = owner;
    if (g->stepping && g->step_thread == cpu->index) /* gdb steps off the access that it stopped at */
        return true;
    for (unsigned i = 0; i < g->watchpoint_count; i++) {
        u8 kind = g->watchpoints[i].kind;
        if (addr >= g->watchpoints[i].addr + g->watchpoints[i].len || g->watchpoints[i].addr >= addr + size)
            continue;
        if (kind == WATCH_ACCESS || (kind == WATCH_WRITE) == write) {
            char why[64];
            snprintf(why, sizeof why, "%s:%llx;", kind == WATCH_ACCESS ? "awatch" : write ? "watch" : "rwatch",
                     (unsigned long long)g->watchpoints[i].addr);
            stop(g, cpu->index, why);
            return false;
        }
    }
    return true;
}

/* Watches while there is something to watch for. */
static void update_watchers(struct gdb_stub *g)
{
    bool want = g->breakpoint_count || g->watchpoint_count || g->stepping;
    if (want == g->watching)
        return;
    g->watching = want;
    for (unsigned i = 0; i < g->machine->cpu_count; i++) {
        g->watchers[i] = (struct cpu_watcher){ .before = before, .may_access = may_access, .owner = g, .next = g->watchers[i].next };
        (want ? cpu_watch_add : cpu_watch_remove)(g->machine->cpus[i], &g->watchers[i]);
    }
}

static void go_on(struct gdb_stub *g, bool step)
{
    struct machine *m = g->machine;
    for (unsigned i = 0; i < m->cpu_count; i++) {
        g->skip_here[i] = true;
        g->skip_pc[i] = m->cpus[i]->pc;
    }
    g->stepping = step;
    g->step_thread = g->thread;
    g->step_from_insns = m->cpus[g->thread]->insns;
    g->stop_pending = false;
    m->paused = false;
    update_watchers(g);
}

/* ---- packets ---- */

static void send_text(struct gdb_stub *g, const char *text)
{
    gdb_link_send(&g->link, text, strlen(text));
}

static void PRINTF_LIKE(2, 3) sendf(struct gdb_stub *g, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    send_text(g, text);
}

static struct cpu *current(const struct gdb_stub *g)
{
    return g->machine->cpus[g->thread];
}

static unsigned size_of(const struct gdb_stub *g, unsigned n)
{
    return g->regs->size(current(g), n);
}

/* g: the core and FP registers; gdb asks for the others one by one. */
#define GENERAL_MAX 68

static void read_all(struct gdb_stub *g)
{
    char text[GENERAL_MAX * 32 + 1], *to = text;
    for (unsigned n = 0; n < g->regs->general && n < GENERAL_MAX; n++) {
        u8 value[16];
        g->regs->read(current(g), n, value);
        gdb_to_hex(to, value, size_of(g, n));
        to += 2 * size_of(g, n);
    }
    send_text(g, text);
}

static void write_all(struct gdb_stub *g, const char *text)
{
    for (unsigned n = 0; n < g->regs->general; n++) {
        u8 value[16];
        if (!gdb_from_hex(value, text, size_of(g, n))) {
            send_text(g, "E01");
            return;
        }
        g->regs->write(current(g), n, value);
        text += 2 * size_of(g, n);
    }
    send_text(g, "OK");
}

static void read_one(struct gdb_stub *g, const char *args)
{
    unsigned n = (unsigned)strtoul(args, NULL, 16);
    u8 value[16];
    char text[33];
    if (!size_of(g, n)) {
        send_text(g, "E01");
        return;
    }
    g->regs->read(current(g), n, value);
    gdb_to_hex(text, value, size_of(g, n));
    send_text(g, text);
}

static void write_one(struct gdb_stub *g, const char *args)
{
    char *equals;
    unsigned n = (unsigned)strtoul(args, &equals, 16);
    u8 value[16];
    bool ok = *equals == '=' && size_of(g, n) && gdb_from_hex(value, equals + 1, size_of(g, n)) && g->regs->write(current(g), n, value);
    send_text(g, ok ? "OK" : "E01");
}

static void read_memory(struct gdb_stub *g, const char *args)
{
    char *at, text[GDB_PACKET_MAX / 2];
    u8 bytes[(sizeof text - 1) / 2];
    u64 addr = strtoull(args, &at, 16), len = *at == ',' ? strtoull(at + 1, NULL, 16) : 0;
    if (len > sizeof bytes)
        len = sizeof bytes;
    if (!cpu_debug_read(current(g), addr, bytes, len)) {
        send_text(g, "E14");
        return;
    }
    gdb_to_hex(text, bytes, len);
    send_text(g, text);
}

/* M: hex digits; X: bytes. */
static void write_memory(struct gdb_stub *g, const char *args, bool binary)
{
    char *at;
    u8 bytes[GDB_PACKET_MAX];
    u64 addr = strtoull(args, &at, 16), len = *at == ',' ? strtoull(at + 1, &at, 16) : 0;
    size_t have = (size_t)(g->link.packet + g->link.packet_len - at) - 1;
    bool ok = *at == ':' && len <= sizeof bytes && have >= len * (binary ? 1 : 2);
    if (ok && binary)
        memcpy(bytes, at + 1, len);
    else if (ok)
        ok = gdb_from_hex(bytes, at + 1, len);
    send_text(g, ok && cpu_debug_write(current(g), addr, bytes, len) ? "OK" : "E14");
}

static bool set_breakpoint(struct gdb_stub *g, u64 addr, bool insert)
{
    for (unsigned i = 0; i < g->breakpoint_count; i++)
        if (g->breakpoints[i] == addr) {
            if (!insert)
                g->breakpoints[i] = g->breakpoints[--g->breakpoint_count];
            return true;
        }
    if (insert && g->breakpoint_count == MAX_BREAKPOINTS)
        return false;
    if (insert)
        g->breakpoints[g->breakpoint_count++] = addr;
    return true;
}

static bool set_watchpoint(struct gdb_stub *g, u8 kind, u64 addr, u64 len, bool insert)
{
    for (unsigned i = 0; i < g->watchpoint_count; i++)
        if (g->watchpoints[i].addr == addr && g->watchpoints[i].len == len && g->watchpoints[i].kind == kind) {
            if (!insert)
                g->watchpoints[i] = g->watchpoints[--g->watchpoint_count];
            return true;
        }
    if (insert && g->watchpoint_count == MAX_WATCHPOINTS)
        return false;
    if (insert) {
        g->watchpoints[g->watchpoint_count].addr = addr;
        g->watchpoints[g->watchpoint_count].len = len;
        g->watchpoints[g->watchpoint_count++].kind = kind;
    }
    return true;
}

/* Z and z: type,addr,kind. The kind is the size of the breakpoint instruction that gdb would write (A32 4, T32 2 or 3); nothing is written here. */
static void set_point(struct gdb_stub *g, const char *args, bool insert)
{
    char *at;
    unsigned type = (unsigned)strtoul(args, &at, 16);
    u64 addr = *at == ',' ? strtoull(at + 1, &at, 16) : 0, len = *at == ',' ? strtoull(at + 1, NULL, 16) : 0;
    if (type > 4) {
        send_text(g, "");
        return;
    }
    bool ok = type < 2 ? set_breakpoint(g, addr, insert) : set_watchpoint(g, (u8)type, addr, len, insert);
    send_text(g, ok ? "OK" : "E28");
}

static unsigned thread_of(const struct gdb_stub *g, const char *text)
{
    unsigned long id = strtoul(text, NULL, 16);
    return id >= 1 && id <= g->machine->cpu_count ? (unsigned)id - 1 : g->thread;
}

/* "vCont;s:2;c": the action of the thread to step, or going on. */
static void continue_as_told(struct gdb_stub *g, const char *actions)
{
    const char *step = strstr(actions, ";s");
    if (step && step[2] == ':')
        g->thread = thread_of(g, step + 3);
    go_on(g, step != NULL);
}

static void send_part(struct gdb_stub *g, const char *text, const char *range)
{
    char *at, part[GDB_PACKET_MAX / 2];
    size_t offset = strtoul(range, &at, 16), len = *at == ',' ? strtoul(at + 1, NULL, 16) : 0, total = strlen(text);
    if (len > sizeof part - 2)
        len = sizeof part - 2;
    if (offset > total)
        offset = total;
    bool last = offset + len >= total;
    size_t n = last ? total - offset : len;
    part[0] = last ? 'l' : 'm';
    memcpy(part + 1, text + offset, n);
    gdb_link_send(&g->link, part, n + 1);
}

static void send_threads(struct gdb_stub *g)
{
    char text[64] = "m";
    for (unsigned i = 0; i < g->machine->cpu_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%x", i ? "," : "", i + 1);
    send_text(g, text);
}

/* "monitor COMMAND": the monitor's own commands. */
static void run_monitor(struct gdb_stub *g, const char *hex)
{
    char command[256], *output = NULL;
    size_t size = 0, len = strlen(hex) / 2;
    if (len >= sizeof command || !gdb_from_hex(command, hex, len)) {
        send_text(g, "E01");
        return;
    }
    command[len] = 0;
    FILE *out = open_memstream(&output, &size);
    if (!out) {
        send_text(g, "E01");
        return;
    }
    monitor_command(g->machine, command, out);
    fclose(out);
    for (size_t at = 0; at < size; at += 2000) {
        char text[4002] = "O";
        size_t n = size - at > 2000 ? 2000 : size - at;
        gdb_to_hex(text + 1, output + at, n);
        send_text(g, text);
    }
    free(output);
    send_text(g, "OK");
}

static bool starts_with(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

static void answer_query(struct gdb_stub *g, const char *p)
{
    static const char features[] = "qXfer:features:read:target.xml:";
    if (starts_with(p, "qSupported"))
        sendf(g, "PacketSize=%x;qXfer:features:read+;vContSupported+;QStartNoAckMode+;swbreak+;hwbreak+", GDB_PACKET_MAX / 2 - 16);
    else if (starts_with(p, features))
        send_part(g, g->target_xml, p + sizeof features - 1);
    else if (starts_with(p, "qfThreadInfo"))
        send_threads(g);
    else if (starts_with(p, "qsThreadInfo"))
        send_text(g, "l");
    else if (starts_with(p, "qThreadExtraInfo,")) {
        char name[16], hex[33];
        snprintf(name, sizeof name, "CPU %u", thread_of(g, p + 17));
        gdb_to_hex(hex, name, strlen(name));
        send_text(g, hex);
    } else if (starts_with(p, "qRcmd,"))
        run_monitor(g, p + 6);
    else if (!strcmp(p, "qC"))
        sendf(g, "QC%x", g->thread + 1);
    else if (starts_with(p, "qAttached"))
        send_text(g, "1");
    else if (!strcmp(p, "QStartNoAckMode")) {
        send_text(g, "OK");
        g->link.no_ack = true;
    } else
        send_text(g, "");
}

static void detach(struct gdb_stub *g)
{
    g->breakpoint_count = g->watchpoint_count = 0;
    go_on(g, false);
}

static void answer_v(struct gdb_stub *g, const char *p)
{
    if (!strcmp(p, "vCont?"))
        send_text(g, "vCont;c;C;s;S");
    else if (starts_with(p, "vCont"))
        continue_as_told(g, p + 5);
    else if (starts_with(p, "vKill")) {
        send_text(g, "OK");
        machine_stop(g->machine, END_QUIT);
    } else
        send_text(g, "");
}

static void answer(struct gdb_stub *g)
{
    const char *p = g->link.packet;
    switch (*p) {
    case '?':
        send_text(g, *g->stop_reply ? g->stop_reply : "T05thread:1;");
        break;
    case 'g':
        read_all(g);
        break;
    case 'G':
        write_all(g, p + 1);
        break;
    case 'p':
        read_one(g, p + 1);
        break;
    case 'P':
        write_one(g, p + 1);
        break;
    case 'm':
        read_memory(g, p + 1);
        break;
    case 'M':
    case 'X':
        write_memory(g, p + 1, *p == 'X');
        break;
    case 'Z':
    case 'z':
        set_point(g, p + 1, *p == 'Z');
        break;
    case 'H':
        g->thread = thread_of(g, p + 2);
        send_text(g, "OK");
        break;
    case 'T':
        send_text(g, "OK");
        break;
    case 'c':
    case 's':
        go_on(g, *p == 's');
        break;
    case 'D':
        send_text(g, "OK");
        detach(g);
        break;
    case 'k':
        machine_stop(g->machine, END_QUIT);
        break;
    case 'v':
        answer_v(g, p);
        break;
    case 'q':
    case 'Q':
        answer_query(g, p);
        break;
    default:
        send_text(g, "");
    }
}

/* ---- connection ---- */

static void take_connection(struct gdb_stub *g)
{
    struct pollfd p = { .fd = g->listener, .events = POLLIN };
    if (g->link.socket >= 0 || poll(&p, 1, 0) <= 0)
        return;
    g->link = (struct gdb_link){ .socket = accept(g->listener, NULL, NULL) };
    if (g->link.socket < 0)
        return;
    stop(g, g->thread, "");
    g->stop_pending = false; /* gdb asks for it */
}

void gdb_poll(struct gdb_stub *g, int ms)
{
    take_connection(g);
    if (g->link.socket < 0) {
        if (g->machine->paused)
            poll(&(struct pollfd){ .fd = g->listener, .events = POLLIN }, 1, ms);
        return;
    }
    if (g->stop_pending) {
        g->stop_pending = false;
        send_text(g, g->stop_reply);
    }
    if (!gdb_link_receive(&g->link, g->machine->paused ? ms : 0)) {
        detach(g);
        return;
    }
    while (g->link.socket >= 0 && gdb_link_next(&g->link))
        answer(g);
    if (g->link.interrupted) {
        g->link.interrupted = false;
        if (!g->machine->paused)
            stop(g, g->thread, "");
    }
}

static int listen_at(const char *host, const char *port, struct error *err)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *info;
    int rc = getaddrinfo(*host ? host : "127.0.0.1", port, &hints, &info), on = 1;
    if (rc) {
        error_set(err, "-gdb tcp:%s:%s: %s", host, port, gai_strerror(rc));
        return -1;
    }
    int fd = socket(info->ai_family, info->ai_socktype, 0);
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(fd, info->ai_addr, info->ai_addrlen) || listen(fd, 1)) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(info);
    if (fd < 0)
        error_set(err, "-gdb tcp:%s:%s: %s", host, port, strerror(errno));
    return fd;
}

struct gdb_stub *gdb_start(struct machine *m, const char *where, struct error *err)
{
    char text[128];
    snprintf(text, sizeof text, "%s", where);
    char *port = strrchr(text, ':');
    if (!starts_with(text, "tcp:") || port < text + 4) {
        error_set(err, "-gdb %s: only tcp:[HOST]:PORT is supported", where);
        return NULL;
    }
    *port++ = 0;
    struct gdb_stub *g = calloc(1, sizeof *g);
    const struct gdb_regs *regs = gdb_regs_of(m->cpus[0]);
    if (!g || !(g->target_xml = regs->target_xml(m->cpus[0]))) {
        free(g);
        error_set(err, "-gdb: no memory");
        return NULL;
    }
    g->machine = m;
    g->regs = regs;
    g->link.socket = -1;
    g->listener = listen_at(text + 4, port, err);
    if (g->listener < 0) {
        free(g->target_xml);
        free(g);
        return NULL;
    }
    return g;
}

void gdb_stop(struct gdb_stub *g)
{
    if (!g)
        return;
    if (g->link.socket >= 0) {
        send_text(g, "W00");
        close(g->link.socket);
    }
    close(g->listener);
    free(g->target_xml);
    free(g);
}
