/* PL031, PL061, GICv2m, the empty virtio slot, and every register table. */
#include "devices/pl031.h"
#include "devices/pl061.h"
#include "tests/unit/dev_rig.h"

#define SECOND 1000000000ull

static void register_tables_have_no_flaw(void **state)
{
    static const struct device_type *const types[] = { &absent_128k_type, &absent_4k_type, &fw_cfg_type, &gicv2m_type, &lan9118_type, &pl011_type, &pl031_type,
                                                      &pl050_type, &pl061_type, &pl111_type, &pl180_type, &sp804_type, &sp805_type, &sp810_type,
                                                      &system_counter_type, &versatile_i2c_type, &vexpress_sysreg_type, &virtio_mmio_type };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(types); i++)
        assert_null(device_type_flaw(types[i]));
}

static void a_flawed_table_is_named(void **state)
{
    static const struct reg overlapping[] = { { 0, "A", RO, .count = 2 }, { 4, "B", RO, .reset = 1 } };
    static const struct reg misaligned[] = { { 2, "A", RO, .reset = 1 } };
    static const struct reg mute[] = { { 0, "A", RW, .reset = 1 } };
    static const struct reg seen_through_nothing[] = { { 0, "A", RO, .field_offset = 8, .field_size = 4, .mask_offset = 0xffff } };
    static const struct reg cleared_read_only[] = { { 0, "A", RO, .field_offset = 8, .field_size = 4, .clears = true } };
    struct device_type t = { .size = 0x1000, .instance_size = sizeof(struct device), .reg_bytes = 4 };
    (void)state;
    t.regs = overlapping;
    t.reg_count = 2;
    assert_non_null(device_type_flaw(&t));
    t.regs = misaligned;
    t.reg_count = 1;
    assert_non_null(device_type_flaw(&t));
    t.regs = mute;
    assert_non_null(device_type_flaw(&t));
    t.regs = seen_through_nothing;
    assert_non_null(device_type_flaw(&t));
    t.regs = cleared_read_only;
    assert_non_null(device_type_flaw(&t));
}

static void pl031_counts_virtual_seconds_from_its_base(void **state)
{
    struct rig *r = rig_new(&pl031_type);
    (void)state;
    pl031_set_base(r->dev, 1704067200);
    device_reset(r->dev);
    assert_int_equal(rd(r, 0), 1704067200);
    rig_pass_ns(r, 3 * SECOND / 2);
    assert_int_equal(rd(r, 0), 1704067201);
    wr(r, 8, 5);
    assert_int_equal(rd(r, 0), 5);
    rig_pass_ns(r, SECOND);
    assert_int_equal(rd(r, 0), 6);
    rig_free(r);
}

static void pl031_match_interrupts_when_the_second_comes(void **state)
{
    struct rig *r = rig_new(&pl031_type);
    (void)state;
    wr(r, 0x10, 1);
    wr(r, 4, rd(r, 0) + 2);
    rig_pass_ns(r, SECOND);
    assert_false(irq_is_up(r));
    rig_pass_ns(r, SECOND + 10);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, 0x18), 1);
    wr(r, 0x1c, 1);
    assert_false(irq_is_up(r));
    rig_free(r);
}

static void pl061_data_is_masked_by_the_address(void **state)
{
    struct rig *r = rig_new(&pl061_type);
    (void)state;
    wr(r, 0x400, 0x0f);
    wr(r, 0x3fc, 0xff);
    assert_int_equal(rd(r, 0x3fc), 0x0f);
    wr(r, 0x01 << 2, 0);
    assert_int_equal(rd(r, 0x3fc), 0x0e);
    pl061_set_pin(r->dev, 0, true); /* an output: what is driven from outside does not count */
    assert_int_equal(rd(r, 0x3fc), 0x0e);
    pl061_set_pin(r->dev, 7, true);
    assert_int_equal(rd(r, 0x80 << 2), 0x80);
    assert_int_equal(rd(r, 0x40 << 2), 0);
    rig_free(r);
}

static void pl061_outputs_drive_lines(void **state)
{
    struct rig *r = rig_new(&pl061_type);
    (void)state;
    pl061_set_pin(r->dev, 2, true);
    assert_false(r->dev->irq[PL061_PIN_OUT(2)].level);
    wr(r, 0x400, 0x06);
    wr(r, 0x3fc, 0xff);
    assert_true(r->dev->irq[PL061_PIN_OUT(1)].level && r->dev->irq[PL061_PIN_OUT(2)].level);
    assert_false(r->dev->irq[PL061_PIN_OUT(0)].level);
    wr(r, 0x400, 0x04);
    assert_false(r->dev->irq[PL061_PIN_OUT(1)].level);
    device_reset(r->dev);
    assert_false(r->dev->irq[PL061_PIN_OUT(2)].level);
    rig_free(r);
}

static void pl061_edges_are_latched_and_levels_are_not(void **state)
{
    struct rig *r = rig_new(&pl061_type);
    (void)state;
    wr(r, 0x40c, 8); /* rising edge on pin 3 */
    wr(r, 0x410, 8);
    pl061_set_pin(r->dev, 3, true);
    pl061_set_pin(r->dev, 3, false);
    assert_true(irq_is_up(r));
    wr(r, 0x41c, 8);
    assert_false(irq_is_up(r));
    wr(r, 0x404, 8); /* high level */
    pl061_set_pin(r->dev, 3, true);
    assert_int_equal(rd(r, 0x418), 8);
    wr(r, 0x41c, 8); /* a level cannot be cleared */
    assert_true(irq_is_up(r));
    pl061_set_pin(r->dev, 3, false);
    assert_false(irq_is_up(r));
    rig_free(r);
}

static void pl061_both_edges(void **state)
{
    struct rig *r = rig_new(&pl061_type);
    (void)state;
    wr(r, 0x408, 1);
    wr(r, 0x410, 1);
    pl061_set_pin(r->dev, 0, true);
    wr(r, 0x41c, 1);
    pl061_set_pin(r->dev, 0, false);
    assert_int_equal(r->edges, 2);
    rig_free(r);
}

static void gicv2m_raises_an_edge_for_its_own_interrupts(void **state)
{
    struct rig *r = rig_new(&gicv2m_type);
    (void)state;
    assert_int_equal(rd(r, 8), 80 << 16 | 64);
    wr(r, 0x40, 80);
    assert_int_equal(r->edges, 1);
    assert_false(irq_is_up(r));
    wr(r, 0x40, 144);
    wr(r, 0x40, 32);
    assert_int_equal(r->edges, 1);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 2);
    rig_free(r);
}

static void virtio_slot_says_that_it_is_empty(void **state)
{
    struct rig *r = rig_new(&virtio_mmio_type);
    (void)state;
    assert_int_equal(rd(r, 0), 0x74726976);
    assert_int_equal(rd(r, 8), 0);
    wr(r, 0x70, 1);
    assert_int_equal(rd(r, 0x70), 0);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 0);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(register_tables_have_no_flaw),
        cmocka_unit_test(a_flawed_table_is_named),
        cmocka_unit_test(pl031_counts_virtual_seconds_from_its_base),
        cmocka_unit_test(pl031_match_interrupts_when_the_second_comes),
        cmocka_unit_test(pl061_data_is_masked_by_the_address),
        cmocka_unit_test(pl061_outputs_drive_lines),
        cmocka_unit_test(pl061_edges_are_latched_and_levels_are_not),
        cmocka_unit_test(pl061_both_edges),
        cmocka_unit_test(gicv2m_raises_an_edge_for_its_own_interrupts),
        cmocka_unit_test(virtio_slot_says_that_it_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
