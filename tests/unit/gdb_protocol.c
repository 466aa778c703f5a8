/* The gdb stub's lower floors: packets, and what gdb's register numbers stand for. */
#include "emu/debug/gdb_packet.h"
#include "emu/debug/gdb_regs.h"
#include "cpu/sysreg.h"
#include "emu/platform/error.h"
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

/* ---- ARMv7 ---- */

static struct bare_pe *armv7_pe(void)
{
    struct bare_pe *b = calloc(1, sizeof *b);
    struct error err = { { 0 } };
    log_init(&b->log);
    clock_init(&b->clock, 1000000000);
    bus_init(&b->bus, &b->log);
    struct cpu_config config = { .model = cpu_model_by_name("cortex-a15") };
    assert_true(bus_add_ram(&b->bus, "ram", PA(0), BARE_RAM, false, false, &err));
    b->code = code_cache_new(&b->bus, &b->log, false, &err);
    b->cpu = cpu_new(&config, &b->bus, &b->clock, &b->log, b->code, &err);
    b->cpu->timer = (struct cpu_timer_port){ bare_timer_hz, bare_timer_count, bare_timer_count, bare_timer_zero, bare_timer_set,
                                             bare_timer_read, bare_timer_write, bare_timer_events, &b->clock, NULL };
    cpu_reset(b->cpu);
    return b;
}

/* The number of a register by its name in the description. */
static unsigned number_of(const struct bare_pe *b, const char *name)
{
    char *xml = gdb_regs_aarch32.target_xml(b->cpu), text[64];
    snprintf(text, sizeof text, "name=\"%s\"", name);
    const char *at = strstr(xml, text);
    assert_non_null(at);
    unsigned n = (unsigned)strtoul(strstr(at, "regnum=\"") + 8, NULL, 10);
    free(xml);
    return n;
}

static void an_armv7_pe_has_the_arm_description(void **state)
{
    struct bare_pe *b = armv7_pe(), *v8 = bare_pe_new(false, true);
    (void)state;
    assert_ptr_equal(gdb_regs_of(b->cpu), &gdb_regs_aarch32);
    assert_ptr_not_equal(gdb_regs_of(v8->cpu), &gdb_regs_aarch32);
    char *xml = gdb_regs_aarch32.target_xml(b->cpu);
    assert_non_null(strstr(xml, "org.gnu.gdb.arm.core"));
    assert_non_null(strstr(xml, "name=\"d31\""));
    assert_null(strstr(xml, "name=\"TLBIALL\"")); /* an operation */
    free(xml);
    bare_pe_free(v8);
    bare_pe_free(b);
}

static void armv7_registers_are_read_and_written(void **state)
{
    struct bare_pe *b = armv7_pe();
    u64 value = 0, back = 0;
    (void)state;
    for (unsigned n = 0; n < 50; n++) {
        if (n == 16 || n == 49) /* CPSR and FPSCR keep what they have */
            continue;
        value = 0x0102030405060708ull * (n + 1) & ~3ull;
        back = 0;
        assert_true(gdb_regs_aarch32.write(b->cpu, n, &value));
        gdb_regs_aarch32.read(b->cpu, n, &back);
        assert_memory_equal(&back, &value, gdb_regs_aarch32.size(b->cpu, n));
    }
    assert_int_equal(b->cpu->x[13], 0x05060708u * 14 & ~3u);
    value = 0x1234;
    assert_true(gdb_regs_aarch32.write(b->cpu, number_of(b, "sp_irq"), &value));
    value = 0x600001d2; /* ZC, A, I and F masked, irq */
    assert_true(gdb_regs_aarch32.write(b->cpu, 16, &value));
    assert_int_equal(b->cpu->pstate.mode, 0x12);
    back = 0;
    gdb_regs_aarch32.read(b->cpu, 13, &back); /* now the current one */
    assert_int_equal(back, 0x1234);
    gdb_regs_aarch32.read(b->cpu, 16, &back);
    assert_int_equal(back, 0x600001d2);
    bare_pe_free(b);
}

static void cp15_registers_have_numbers_and_names(void **state)
{
    struct bare_pe *b = armv7_pe();
    u64 value = 0x8000, back = 0;
    (void)state;
    unsigned n = number_of(b, "VBAR");
    assert_int_equal(gdb_regs_aarch32.size(b->cpu, n), 4);
    assert_int_equal(gdb_regs_aarch32.size(b->cpu, number_of(b, "TTBR0_WIDE")), 8);
    assert_true(gdb_regs_aarch32.write(b->cpu, n, &value));
    gdb_regs_aarch32.read(b->cpu, n, &back);
    assert_int_equal(back, 0x8000);
    assert_false(gdb_regs_aarch32.write(b->cpu, number_of(b, "MIDR"), &value));
    gdb_regs_aarch32.read(b->cpu, number_of(b, "MIDR"), &back);
    assert_int_equal(back, 0x412fc0f1);
    bare_pe_free(b);
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
        cmocka_unit_test(an_armv7_pe_has_the_arm_description),
        cmocka_unit_test(armv7_registers_are_read_and_written),
        cmocka_unit_test(cp15_registers_have_numbers_and_names),
    };
    return cmocka_run_group_tests_name("gdb_protocol", tests, NULL, NULL);
}
