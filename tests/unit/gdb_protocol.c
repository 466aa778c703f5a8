/* The gdb stub's lower floors: packets, and what gdb's register numbers stand for. */
#include "emu/debug/gdb_packet.h"
#include "emu/debug/gdb_regs.h"
#include "cpu/sysreg.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct pair {
    struct gdb_link link;
    int peer;
};

static int set_up(void **state)
{
    int ends[2];
    struct pair *p = calloc(1, sizeof *p);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    p->link.socket = ends[0];
    p->peer = ends[1];
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *p = *state;
    if (p->link.socket >= 0)
        close(p->link.socket);
    close(p->peer);
    free(p);
    return 0;
}

static void peer_sends(struct pair *p, const char *text)
{
    assert_int_equal(write(p->peer, text, strlen(text)), strlen(text));
    assert_true(gdb_link_receive(&p->link, 100));
}

static void peer_gets(struct pair *p, const char *text)
{
    char got[256] = { 0 };
    assert_int_equal(read(p->peer, got, sizeof got - 1), strlen(text));
    assert_string_equal(got, text);
}

static void a_packet_with_the_right_sum_is_taken_and_acknowledged(void **state)
{
    struct pair *p = *state;
    peer_sends(p, "$qSupported#37");
    assert_true(gdb_link_next(&p->link));
    assert_string_equal(p->link.packet, "qSupported");
    peer_gets(p, "+");
    assert_false(gdb_link_next(&p->link));
}

static void a_packet_with_a_wrong_sum_is_refused(void **state)
{
    struct pair *p = *state;
    peer_sends(p, "$g#00");
    assert_false(gdb_link_next(&p->link));
    peer_gets(p, "-");
}

static void a_packet_in_pieces_is_taken_when_it_is_whole(void **state)
{
    struct pair *p = *state;
    peer_sends(p, "+$m40");
    assert_false(gdb_link_next(&p->link));
    peer_sends(p, ",4#");
    assert_false(gdb_link_next(&p->link));
    peer_sends(p, "31$?#3f");
    assert_true(gdb_link_next(&p->link));
    assert_string_equal(p->link.packet, "m40,4");
    assert_true(gdb_link_next(&p->link));
    assert_string_equal(p->link.packet, "?");
}

static void escaped_bytes_are_restored(void **state)
{
    struct pair *p = *state;
    const char packet[] = { '$', 'X', '}', 0x03, '}', 0x5d, '#', 0 };
    unsigned sum = ('X' + '}' + 3 + '}' + 0x5d) & 0xff;
    char text[16];
    snprintf(text, sizeof text, "%s%02x", packet, sum);
    peer_sends(p, text);
    assert_true(gdb_link_next(&p->link));
    assert_int_equal(p->link.packet_len, 3);
    assert_memory_equal(p->link.packet, "X#}", 3);
}

static void an_interrupt_is_noticed_between_packets(void **state)
{
    struct pair *p = *state;
    peer_sends(p, "\x03");
    assert_false(gdb_link_next(&p->link));
    assert_true(p->link.interrupted);
}

static void what_is_sent_has_a_sum(void **state)
{
    struct pair *p = *state;
    gdb_link_send(&p->link, "OK", 2);
    peer_gets(p, "$OK#9a");
}

static void a_peer_that_leaves_ends_the_link(void **state)
{
    struct pair *p = *state;
    shutdown(p->peer, SHUT_RDWR);
    assert_false(gdb_link_receive(&p->link, 100));
    assert_int_equal(p->link.socket, -1);
}

static void hex_goes_both_ways_and_bad_digits_are_refused(void **state)
{
    const u8 bytes[] = { 0x00, 0x7f, 0xff, 0xa5 };
    u8 back[4];
    char text[9];
    (void)state;
    gdb_to_hex(text, bytes, 4);
    assert_string_equal(text, "007fffa5");
    assert_true(gdb_from_hex(back, text, 4));
    assert_memory_equal(back, bytes, 4);
    assert_false(gdb_from_hex(back, "0g", 1));
    assert_false(gdb_from_hex(back, "0", 1));
}

static void every_register_is_read_and_core_ones_are_written(void **state)
{
    struct bare_pe *b = bare_pe_new(false, true);
    u8 value[16], again[16];
    (void)state;
    for (unsigned n = 0; n < gdb_reg_count(); n++) {
        memset(value, 0, sizeof value);
        gdb_reg_read(b->cpu, n, value);
        assert_in_range(gdb_reg_size(n), 4, 16);
    }
    assert_int_equal(gdb_reg_size(gdb_reg_count()), 0);
    for (unsigned n = 0; n < 66; n++) {
        if (n == 33) /* CPSR: its EL must exist */
            continue;
        memset(value, (int)n + 1, sizeof value);
        assert_true(gdb_reg_write(b->cpu, n, value));
        gdb_reg_read(b->cpu, n, again);
        assert_memory_equal(value, again, gdb_reg_size(n));
    }
    bare_pe_free(b);
}

static void system_registers_have_numbers_behind_the_fp_feature(void **state)
{
    struct bare_pe *b = bare_pe_new(false, true);
    u64 value = 0x123456000, back = 0;
    (void)state;
    unsigned n = 0;
    while (strcmp(sysreg_name(sysreg_at(n)), "VBAR_EL1"))
        n++;
    assert_true(gdb_reg_write(b->cpu, 68 + n, &value));
    assert_int_equal(b->cpu->sys.vbar_el1, value);
    gdb_reg_read(b->cpu, 68 + n, &back);
    assert_int_equal(back, value);
    bare_pe_free(b);
}

static void the_target_description_names_all_registers(void **state)
{
    (void)state;
    char *xml = gdb_target_xml();
    unsigned regs = 0;
    assert_non_null(xml);
    for (const char *at = xml; (at = strstr(at, "<reg ")); at++)
        regs++;
    assert_int_equal(regs, gdb_reg_count());
    assert_non_null(strstr(xml, "name=\"HPFAR_EL2\""));
    free(xml);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_packet_with_the_right_sum_is_taken_and_acknowledged),
        TEST(a_packet_with_a_wrong_sum_is_refused),
        TEST(a_packet_in_pieces_is_taken_when_it_is_whole),
        TEST(escaped_bytes_are_restored),
        TEST(an_interrupt_is_noticed_between_packets),
        TEST(what_is_sent_has_a_sum),
        TEST(a_peer_that_leaves_ends_the_link),
        cmocka_unit_test(hex_goes_both_ways_and_bad_digits_are_refused),
        cmocka_unit_test(every_register_is_read_and_core_ones_are_written),
        cmocka_unit_test(system_registers_have_numbers_behind_the_fp_feature),
        cmocka_unit_test(the_target_description_names_all_registers),
    };
    return cmocka_run_group_tests_name("gdb_protocol", tests, NULL, NULL);
}
