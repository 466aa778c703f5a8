/* The console: what is watched for, escapes, and input that waits for the UART. The monitor: its commands. */
#include "emu/console.h"
#include "emu/debug/monitor.h"
#include "tests/unit/board_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define UART 0x09000000ull

static u64 uart(struct machine *m, u32 offset, bool write, u64 value)
{
    struct bus_access acc = { .addr = PA(UART + offset), .size = 4, .write = write, .value = value };
    assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
    return acc.value;
}

static void print(struct machine *m, const char *text)
{
    for (; *text; text++)
        uart(m, 0, true, (u8)*text);
}

static struct machine *with_console(const struct options *o)
{
    struct error err = { { 0 } };
    struct machine *m = board(o);
    m->console = console_new(m, &err);
    if (!m->console)
        fail_msg("%s", err.text);
    return m;
}

static void close_all(struct machine *m)
{
    console_free(m->console);
    drop(m);
}

static void expected_text_ends_the_run(void **state)
{
    struct options o = defaults();
    o.serial[0] = "null";
    o.expect[o.expect_count++] = "aab";
    (void)state;
    struct machine *m = with_console(&o);
    print(m, "xaa");
    assert_int_equal(m->end, END_RUNNING);
    print(m, "ab"); /* the text begins inside what matched before */
    assert_int_equal(m->end, END_EXPECTED);
    close_all(m);
}

static void each_expected_text_must_come_as_often_as_it_is_given(void **state)
{
    struct options o = defaults();
    o.serial[0] = "null";
    o.expect[o.expect_count++] = "upup";
    o.expect[o.expect_count++] = "dom0";
    o.expect[o.expect_count++] = "upup";
    (void)state;
    struct machine *m = with_console(&o);
    print(m, "upupup upup dom");
    assert_int_equal(m->end, END_RUNNING);
    print(m, "0");
    assert_int_equal(m->end, END_EXPECTED);
    close_all(m);
    m = with_console(&o);
    print(m, "dom0 upupup dom0"); /* the two may not overlap */
    assert_int_equal(m->end, END_RUNNING);
    print(m, "upup");
    assert_int_equal(m->end, END_EXPECTED);
    close_all(m);
}

static void failing_text_ends_the_run(void **state)
{
    struct options o = defaults();
    o.serial[0] = "null";
    o.expect[o.expect_count++] = "done";
    o.fail_on = "panic: done"; /* both at once: it failed */
    (void)state;
    struct machine *m = with_console(&o);
    print(m, "don kernel panic: don");
    assert_int_equal(m->end, END_RUNNING);
    print(m, "e");
    assert_int_equal(m->end, END_FAIL_TEXT);
    close_all(m);
}

static void serial_output_goes_to_a_file(void **state)
{
    char path[] = "/tmp/serial-XXXXXX", where[64], got[32] = { 0 };
    struct options o = defaults();
    (void)state;
    close(mkstemp(path));
    snprintf(where, sizeof where, "file:%s", path);
    o.serial[0] = where;
    struct machine *m = with_console(&o);
    print(m, "hello\npart");
    console_poll(m->console);
    FILE *f = fopen(path, "r");
    assert_int_equal(fread(got, 1, sizeof got - 1, f), 10);
    assert_string_equal(got, "hello\npart");
    fclose(f);
    unlink(path);
    close_all(m);
}

static void bad_serial_option_is_named(void **state)
{
    static const char *const bad[] = { "pty", "file:/nonexistent/dir/x", "mon:pty" };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        struct options o = defaults();
        struct error err = { { 0 } };
        o.serial[0] = bad[i];
        struct machine *m = board(&o);
        assert_null(console_new(m, &err));
        assert_non_null(strstr(err.text, bad[i]));
        drop(m);
    }
}

/* A console whose standard input is a pipe with `text`, ended. Standard output goes to /dev/null meanwhile. */
struct piped {
    struct machine *m;
    int in, out;
};

static struct piped piped_console(const struct options *o, const char *text)
{
    struct piped p = { .in = dup(0), .out = dup(1) };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    fflush(stdout);
    assert_non_null(freopen("/dev/null", "w", stdout));
    p.m = with_console(o);
    return p;
}

static void close_piped(struct piped *p)
{
    close_all(p->m);
    fflush(stdout);
    dup2(p->in, 0);
    dup2(p->out, 1);
    close(p->in);
    close(p->out);
}

static void escapes_are_taken_out_of_the_input(void **state)
{
    struct options o = defaults();
    struct piped p = piped_console(&o, "ab\001\001c\001ad\001x");
    char got[16] = { 0 };
    (void)state;
    uart(p.m, 0x2c, true, 0x10); /* FIFOs on */
    console_poll(p.m->console);
    for (unsigned i = 0; i < 6; i++)
        got[i] = (char)uart(p.m, 0, false, 0);
    bool empty = uart(p.m, 0x18, false, 0) & 0x10;
    enum machine_end end = p.m->end;
    close_piped(&p);
    assert_string_equal(got, "ab\001c\001d");
    assert_true(empty);
    assert_int_equal(end, END_QUIT);
}

static void one_key_switches_the_console_of_xen(void **state)
{
    struct options o = defaults();
    struct piped p = piped_console(&o, "\001nx\001c\001n\001c");
    char got[8] = { 0 };
    (void)state;
    uart(p.m, 0x2c, true, 0x10);
    console_poll(p.m->console);
    for (unsigned i = 0; i < 4; i++)
        got[i] = (char)uart(p.m, 0, false, 0);
    bool empty = uart(p.m, 0x18, false, 0) & 0x10; /* what is typed into the monitor is the monitor's */
    close_piped(&p);
    assert_string_equal(got, "\001\001\001x");
    assert_true(empty);
}

static void an_unfinished_line_is_ended_once(void **state)
{
    char path[] = "/tmp/stdout-XXXXXX", got[16] = { 0 };
    struct options o = defaults();
    struct piped p = piped_console(&o, "");
    (void)state;
    close(mkstemp(path));
    assert_non_null(freopen(path, "w+", stdout));
    print(p.m, "ab");
    console_end_line(p.m->console);
    console_end_line(p.m->console);
    print(p.m, "c\n");
    console_end_line(p.m->console);
    rewind(stdout);
    size_t n = fread(got, 1, sizeof got - 1, stdout);
    unlink(path);
    assert_non_null(freopen("/dev/null", "w", stdout));
    close_piped(&p);
    assert_int_equal(n, 5);
    assert_string_equal(got, "ab\nc\n");
}

static void plain_stdio_has_no_escapes(void **state)
{
    struct options o = defaults();
    o.serial[0] = "stdio";
    struct piped p = piped_console(&o, "\001x");
    (void)state;
    uart(p.m, 0x2c, true, 0x10);
    console_poll(p.m->console);
    u64 first = uart(p.m, 0, false, 0), second = uart(p.m, 0, false, 0);
    enum machine_end end = p.m->end;
    close_piped(&p);
    assert_int_equal(first, 1);
    assert_int_equal(second, 'x');
    assert_int_equal(end, END_RUNNING);
}

static void input_waits_until_the_uart_has_room(void **state)
{
    static const char text[] = "one byte at a time, because the FIFOs are off";
    struct options o = defaults();
    struct piped p = piped_console(&o, text);
    char got[sizeof text] = { 0 };
    (void)state;
    for (unsigned i = 0; i < sizeof text - 1; i++) {
        console_poll(p.m->console);
        got[i] = (char)uart(p.m, 0, false, 0);
    }
    bool came = console_wait(p.m->console, 1); /* at the end of the input */
    close_piped(&p);
    assert_string_equal(got, text);
    assert_false(came);
}

/* ---- the monitor ---- */

static char *ask(struct machine *m, const char *line)
{
    static char text[16384];
    struct monitor mon = { .m = m };
    FILE *out = fmemopen(text, sizeof text, "w");
    memset(text, 0, sizeof text);
    monitor_line(&mon, line, out);
    fclose(out);
    return text;
}

static void monitor_shows_memory(void **state)
{
    static const u32 words[4] = { 0x11223344, 0xffffffff, 0x00414243, 7 };
    struct options o = defaults();
    struct machine *m = board(&o);
    (void)state;
    bus_write_mem(&m->bus, PA(VIRT_RAM_BASE), words, sizeof words);
    assert_string_equal(ask(m, "xp/2xw 0x40000000"), "0000000040000000: 0x11223344 0xffffffff\n");
    assert_string_equal(ask(m, "xp /1dw 0x40000004"), "0000000040000004: -1\n");
    assert_string_equal(ask(m, "xp/uh 0x40000000+4"), "0000000040000004: 65535\n");
    assert_string_equal(ask(m, "xp/xg 0x40000010-8"), "0000000040000008: 0x0000000700414243\n");
    assert_string_equal(ask(m, "xp/s 0x40000008"), "0000000040000008: \"CBA\"\n");
    assert_string_equal(ask(m, "xp/2c 0x40000008"), "0000000040000008: 'C' 'B'\n");
    assert_string_equal(ask(m, "xp/xw 0x09000018"), "0000000009000018: 0x00000090\n");
    assert_string_equal(ask(m, "xp/xw 0x3ffffffc"), "000000003ffffffc: cannot be read\n");
    drop(m);
}

static void monitor_answers_nonsense_with_one_line(void **state)
{
    static const char *const lines[] = { "frobnicate", "x",  "x/z 0",   "xp/4 0x4000zz", "xp $x99", "info teapots", "info registers -b",
                                         "cpu",        "cpu 9", "cpu -1", "log sandwich",  "helpless" };
    struct options o = defaults();
    struct machine *m = board(&o);
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
        const char *answer = ask(m, lines[i]), *newline = strchr(answer, '\n');
        assert_non_null(newline);
        assert_string_equal(newline, "\n");
    }
    assert_string_equal(ask(m, "   "), "");
    drop(m);
}

static void monitor_holds_resets_and_quits(void **state)
{
    struct options o = defaults();
    struct machine *m = board(&o);
    (void)state;
    ask(m, "stop");
    assert_true(m->paused);
    ask(m, "c");
    assert_false(m->paused);
    ask(m, "system_reset");
    assert_true(m->reset_requested);
    assert_non_null(strstr(ask(m, "info mtree"), "uart0"));
    assert_non_null(strstr(ask(m, "info registers -a"), "CPU 1"));
    assert_non_null(strstr(ask(m, "help"), "system_powerdown"));
    ask(m, "q");
    assert_int_equal(m->end, END_QUIT);
    drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_text_ends_the_run),
        cmocka_unit_test(each_expected_text_must_come_as_often_as_it_is_given),
        cmocka_unit_test(failing_text_ends_the_run),
        cmocka_unit_test(serial_output_goes_to_a_file),
        cmocka_unit_test(bad_serial_option_is_named),
        cmocka_unit_test(escapes_are_taken_out_of_the_input),
        cmocka_unit_test(one_key_switches_the_console_of_xen),
        cmocka_unit_test(an_unfinished_line_is_ended_once),
        cmocka_unit_test(plain_stdio_has_no_escapes),
        cmocka_unit_test(input_waits_until_the_uart_has_room),
        cmocka_unit_test(monitor_shows_memory),
        cmocka_unit_test(monitor_answers_nonsense_with_one_line),
        cmocka_unit_test(monitor_holds_resets_and_quits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
