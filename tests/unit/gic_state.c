/* The GIC's state machine through its registers (IHI 0048B): what the guest programs do not reach, above all several CPUs and both worlds. */
#include "gic/gic.h"

#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GICD 0x08000000ull
#define GICC 0x08010000ull
#define GICH 0x08030000ull
#define GICV 0x08040000ull

struct fixture {
    struct bus bus;
    struct log log;
    struct gic *gic;
    u8 cpu;
    bool secure;
};

static int make(void **state, unsigned cpus, bool security)
{
    struct error err = { { 0 } };
    struct fixture *x = calloc(1, sizeof *x);
    struct gic_config config = { .cpus = cpus, .spis = 64, .num_lrs = 4, .security = security, .iidr = 0x0200143b, .priority_bits = 5 };
    log_init(&x->log);
    bus_init(&x->bus, &x->log);
    x->gic = gic_new(&config, &x->log, &err);
    x->secure = security;
    *state = x;
    if (!x->gic || !gic_map(x->gic, &x->bus, PA(GICD), PA(GICC), PA(GICH), PA(GICV), &err))
        return 1;
    gic_reset(x->gic);
    return 0;
}

static int set_up(void **state)
{
    return make(state, 2, false);
}

static int set_up_secure(void **state)
{
    return make(state, 1, true);
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    gic_free(x->gic);
    bus_free(&x->bus);
    log_free(&x->log);
    free(x);
    return 0;
}

static u32 access_size(struct fixture *x, u64 at, bool write, u32 value, u8 size)
{
    struct bus_access acc = { .addr = PA(at), .size = size, .write = write, .value = value, .cpu = x->cpu, .secure = x->secure };
    assert_int_equal(bus_access(&x->bus, &acc), BUS_OK);
    return (u32)acc.value;
}

static u32 rd(struct fixture *x, u64 at)
{
    return access_size(x, at, false, 0, 4);
}

static void wr(struct fixture *x, u64 at, u32 value)
{
    access_size(x, at, true, value, 4);
}

static void wr8(struct fixture *x, u64 at, u8 value)
{
    access_size(x, at, true, value, 1);
}

static bool irq(struct fixture *x, unsigned cpu)
{
    return gic_line_level(x->gic, cpu, GIC_OUT_IRQ);
}

static bool fiq(struct fixture *x, unsigned cpu)
{
    return gic_line_level(x->gic, cpu, GIC_OUT_FIQ);
}

/* Distributor and both CPU interfaces on, all SPIs enabled and at CPU 0. */
static void open_gic(struct fixture *x)
{
    wr(x, GICD, 1);
    for (x->cpu = 2; x->cpu-- > 0;) {
        wr(x, GICC, 1);
        wr(x, GICC + 4, 0xf8);
    }
    x->cpu = 0;
    wr(x, GICD + 0x104, 0xffffffff);
    for (u64 i = 32; i < 64; i++) {
        wr8(x, GICD + 0x400 + i, 0x80);
        wr8(x, GICD + 0x800 + i, 1);
    }
}

static void typer_says_what_there_is(void **state)
{
    struct fixture *x = *state;
    assert_int_equal(rd(x, GICD + 4), 2 | 1 << 5);
    assert_int_equal(rd(x, GICD + 8), 0x0200143b);
    assert_int_equal(rd(x, GICC + 0xfc), 0x0202143b);
}

static void a_level_interrupt_follows_its_line(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    gic_set_spi(x->gic, 3, true);
    assert_true(irq(x, 0));
    gic_set_spi(x->gic, 3, false);
    assert_false(irq(x, 0));
    gic_set_spi(x->gic, 3, true);
    assert_int_equal(rd(x, GICC + 0xc), 35);
    assert_false(irq(x, 0));
    wr(x, GICC + 0x10, 35);
    assert_true(irq(x, 0)); /* the line is still up: pending again */
}

static void an_edge_interrupt_is_latched_once(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    wr(x, GICD + 0xc08, 2u << 6); /* INTID 35: edge */
    gic_set_spi(x->gic, 3, true);
    gic_set_spi(x->gic, 3, false);
    assert_true(irq(x, 0));
    assert_int_equal(rd(x, GICC + 0xc), 35);
    wr(x, GICC + 0x10, 35);
    assert_false(irq(x, 0));
    gic_set_spi(x->gic, 3, true);
    assert_int_equal(rd(x, GICC + 0xc), 35);
    gic_set_spi(x->gic, 3, false);
    gic_set_spi(x->gic, 3, true); /* while active: pending and active */
    assert_int_equal(rd(x, GICD + 0x204), 1u << 3);
    assert_false(irq(x, 0));
    wr(x, GICC + 0x10, 35);
    assert_true(irq(x, 0));
}

static void targets_choose_the_cpu(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    wr8(x, GICD + 0x800 + 36, 2);
    gic_set_spi(x->gic, 4, true);
    assert_false(irq(x, 0));
    assert_true(irq(x, 1));
    x->cpu = 1;
    assert_int_equal(rd(x, GICC + 0xc), 36);
    assert_int_equal(rd(x, GICD + 0x800) & 0xff, 2); /* private ones target the reader */
}

static void an_sgi_names_its_source(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    x->cpu = 1;
    wr(x, GICD + 0xf00, 1u << 16 | 5); /* to CPU 0 */
    x->cpu = 0;
    assert_true(irq(x, 0));
    assert_int_equal(rd(x, GICC + 0xc), 1u << 10 | 5);
    wr(x, GICC + 0x10, 1u << 10 | 5);
    wr(x, GICD + 0xf00, 1u << 24 | 6); /* all but oneself */
    assert_false(irq(x, 0));
    assert_true(irq(x, 1));
    wr(x, GICD + 0xf00, 2u << 24 | 7); /* oneself */
    assert_int_equal(rd(x, GICC + 0xc), 7);
}

static void private_registers_are_banked(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    wr(x, GICD + 0x100, 1u << 27);
    wr8(x, GICD + 0x400 + 27, 0x40);
    gic_set_ppi(x->gic, 0 * 32 + 27, true);
    assert_true(irq(x, 0));
    gic_set_ppi(x->gic, 1 * 32 + 27, true);
    assert_false(irq(x, 1)); /* not enabled there */
    x->cpu = 1;
    assert_int_equal(rd(x, GICD + 0x100) >> 16, 0);
    assert_int_equal(access_size(x, GICD + 0x400 + 27, false, 0, 1), 0);
}

static void priorities_have_five_bits(void **state)
{
    struct fixture *x = *state;
    wr8(x, GICD + 0x400 + 40, 0xff);
    assert_int_equal(access_size(x, GICD + 0x400 + 40, false, 0, 1), 0xf8);
    wr(x, GICC + 4, 0xff);
    assert_int_equal(rd(x, GICC + 4), 0xf8);
}

static void the_binary_point_holds_preemption_back(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    wr(x, GICC + 8, 5); /* group priority: bits 7:6 */
    wr8(x, GICD + 0x400 + 33, 0x50);
    wr8(x, GICD + 0x400 + 34, 0x48);
    wr8(x, GICD + 0x400 + 35, 0x30);
    gic_set_spi(x->gic, 1, true);
    assert_int_equal(rd(x, GICC + 0xc), 33);
    assert_int_equal(rd(x, GICC + 0x14), 0x40); /* running: the group priority */
    assert_int_equal(rd(x, GICC + 0xd0), 1u << (0x40 >> 3));
    gic_set_spi(x->gic, 2, true);
    assert_false(irq(x, 0)); /* more urgent, but of the same group priority */
    gic_set_spi(x->gic, 3, true);
    assert_true(irq(x, 0));
    assert_int_equal(rd(x, GICC + 0xc), 35);
}

static void a_disabled_interrupt_stays_pending(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    wr(x, GICD + 0x184, 1u << 3);
    gic_set_spi(x->gic, 3, true);
    assert_false(irq(x, 0));
    assert_int_equal(rd(x, GICD + 0x204), 1u << 3);
    wr(x, GICD + 0x104, 1u << 3);
    assert_true(irq(x, 0));
}

static void a_debugger_acknowledges_nothing(void **state)
{
    struct fixture *x = *state;
    open_gic(x);
    gic_set_spi(x->gic, 3, true);
    struct bus_access acc = { .addr = PA(GICC + 0xc), .size = 4, .debug = true };
    assert_int_equal(bus_access(&x->bus, &acc), BUS_OK);
    assert_int_equal(acc.value, 35);
    assert_true(irq(x, 0));
    assert_int_equal(rd(x, GICD + 0x304), 0);
}

static void group0_is_fiq_and_hidden_from_the_non_secure_side(void **state)
{
    struct fixture *x = *state;
    x->secure = true;
    wr(x, GICD, 3);
    wr(x, GICD + 0x084, ~(1u << 3)); /* INTID 35 alone is Group 0 */
    wr(x, GICD + 0x104, 0xffffffff);
    wr8(x, GICD + 0x400 + 35, 0x40);
    wr8(x, GICD + 0x400 + 36, 0xa0);
    wr(x, GICC, 3 | 1u << 3);
    wr(x, GICC + 4, 0xf8);
    gic_set_spi(x->gic, 3, true);
    assert_true(fiq(x, 0));
    assert_false(irq(x, 0));
    x->secure = false;
    assert_int_equal(rd(x, GICC + 0xc), 1023);
    assert_int_equal(rd(x, GICD + 0x204) & 1u << 3, 0);
    assert_int_equal(access_size(x, GICD + 0x400 + 35, false, 0, 1), 0);
    wr(x, GICD + 0x184, 1u << 3); /* no effect */
    assert_true(fiq(x, 0));
    gic_set_spi(x->gic, 3, false);
    gic_set_spi(x->gic, 4, true);
    assert_true(irq(x, 0));
    assert_false(fiq(x, 0));
    assert_int_equal(access_size(x, GICD + 0x400 + 36, false, 0, 1), 0x40); /* the lower half, shifted */
    x->secure = true;
    assert_int_equal(rd(x, GICC + 0xc), 1022);
    x->secure = false;
    assert_int_equal(rd(x, GICC + 0xc), 36);
    wr(x, GICC + 0x10, 36);
}

static void each_interrupt_can_be_routed_through_every_list_register(void **state)
{
    struct fixture *x = *state;
    wr(x, GICV, 1);
    wr(x, GICV + 4, 0xf8);
    wr(x, GICH, 1);
    for (u64 i = 0; i < 4; i++) {
        wr(x, GICH + 0x100 + 4 * i, 1u << 28 | 16u << 23 | (u32)(100 + i));
        assert_true(gic_line_level(x->gic, 0, GIC_OUT_VIRQ));
        assert_int_equal(rd(x, GICV + 0xc), 100 + i);
        assert_false(gic_line_level(x->gic, 0, GIC_OUT_VIRQ));
        assert_int_equal(rd(x, GICH + 0x100 + 4 * i) >> 28 & 3, 2);
        wr(x, GICV + 0x10, (u32)(100 + i));
        assert_int_equal(rd(x, GICH + 0x30), 15);
    }
}

static void a_group0_virtual_interrupt_can_be_a_virtual_fiq(void **state)
{
    struct fixture *x = *state;
    wr(x, GICH + 8, 0xf8000000 | 1 | 1u << 3); /* VMCR: priority mask, group 0, FIQEn */
    assert_int_equal(rd(x, GICV), 9);
    wr(x, GICH, 1);
    wr(x, GICH + 0x100, 1u << 28 | 50);
    assert_true(gic_line_level(x->gic, 0, GIC_OUT_VFIQ));
    assert_false(gic_line_level(x->gic, 0, GIC_OUT_VIRQ));
    wr(x, GICH, 0);
    assert_false(gic_line_level(x->gic, 0, GIC_OUT_VFIQ));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(typer_says_what_there_is),
        TEST(a_level_interrupt_follows_its_line),
        TEST(an_edge_interrupt_is_latched_once),
        TEST(targets_choose_the_cpu),
        TEST(an_sgi_names_its_source),
        TEST(private_registers_are_banked),
        TEST(priorities_have_five_bits),
        TEST(the_binary_point_holds_preemption_back),
        TEST(a_disabled_interrupt_stays_pending),
        TEST(a_debugger_acknowledges_nothing),
        cmocka_unit_test_setup_teardown(group0_is_fiq_and_hidden_from_the_non_secure_side, set_up_secure, tear_down),
        TEST(each_interrupt_can_be_routed_through_every_list_register),
        TEST(a_group0_virtual_interrupt_can_be_a_virtual_fiq),
    };
    return cmocka_run_group_tests_name("gic_state", tests, NULL, NULL);
}
