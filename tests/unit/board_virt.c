/* Board `virt`: its memory map, its device tree, its power key. No PE runs. */
#include "tests/unit/board_rig.h"

#include "emu/platform/bits.h"

#include <libfdt.h>
#include <string.h>

#define ROOM 65536

static u8 fdt[ROOM];

static void build_tree(struct machine *m)
{
    struct error err = { { 0 } };
    memset(fdt, 0, sizeof fdt);
    if (!virt_dtb_build(m, fdt, sizeof fdt, &err))
        fail_msg("%s", err.text);
    assert_int_equal(fdt_check_full(fdt, sizeof fdt), 0);
}

static int node(const char *path)
{
    return fdt_path_offset(fdt, path);
}

/* Cell n of a property. */
static u32 cell(const char *path, const char *name, unsigned n)
{
    int len;
    const void *p = fdt_getprop(fdt, node(path), name, &len);
    u32 value;
    assert_non_null(p);
    assert_true((unsigned)len >= 4 * (n + 1));
    memcpy(&value, (const u8 *)p + 4 * n, 4);
    return fdt32_to_cpu(value);
}

static const char *text(const char *path, const char *name)
{
    return fdt_getprop(fdt, node(path), name, NULL);
}

static void virt_has_its_devices_where_guests_expect_them(void **state)
{
    static const struct {
        u64 at;
        const char *name;
    } map[] = { { 0, "flash0" },          { 0x04000000, "flash1" },      { 0x08020000, "gicv2m" }, { 0x09000000, "uart0" }, { 0x09010000, "rtc" },
                { 0x09020000, "fw_cfg" }, { 0x09030000, "gpio" },        { 0x0a000000, "virtio-mmio" },
                { 0x0a003fff, "virtio-mmio" }, { 0x40000000, "ram" }, { 0x7fffffff, "ram" } };
    struct options o = defaults();
    struct machine *m = board(&o);
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(map); i++) {
        assert_non_null(bus_find(&m->bus, PA(map[i].at)));
        assert_string_equal(bus_find(&m->bus, PA(map[i].at))->name, map[i].name);
    }
    static const u64 holes[] = { 0x0a004000, 0x09040000, 0x0e000000, 0x3fffffff, 0x80000000, 0x09020018 };
    for (unsigned i = 0; i < ARRAY_SIZE(holes); i++)
        assert_null(bus_find(&m->bus, PA(holes[i])));
    drop(m);
}

static void virt_secure_extras_are_for_secure_accesses(void **state)
{
    struct options o = defaults();
    o.secure = true;
    struct machine *m = board(&o);
    static const u64 at[] = { 0, 0x09040018, 0x090b0400, 0x0e000000 };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(at); i++) {
        struct bus_access acc = { .addr = PA(at[i]), .size = 4 };
        assert_int_equal(bus_access(&m->bus, &acc), BUS_DECODE_ERROR);
        acc.secure = true;
        assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
    }
    build_tree(m);
    assert_true(node("/psci") < 0);
    assert_string_equal(text("/pl011@9040000", "status"), "disabled");
    assert_string_equal(text("/secure-chosen", "stdout-path"), "/pl011@9040000");
    assert_string_equal(text("/pl061@90b0000", "secure-status"), "okay");
    assert_string_equal(text("/gpio-poweroff", "status"), "disabled");
    assert_int_equal(cell("/gpio-poweroff", "gpios", 0), cell("/pl061@90b0000", "phandle", 0));
    assert_int_not_equal(cell("/pl061@90b0000", "phandle", 0), cell("/pl061@9030000", "phandle", 0));
    assert_int_equal(cell("/gpio-restart", "gpios", 1), 1);
    assert_true(node("/secflash@0") > 0 && node("/flash@4000000") > 0 && node("/secram@e000000") > 0);
    drop(m);
}

static void write_gpio(struct machine *m, u64 offset, u32 value)
{
    struct bus_access acc = { .addr = PA(0x090b0000 + offset), .size = 4, .write = true, .value = value, .secure = true };
    assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
}

static void virt_secure_gpio_switches_the_machine(void **state)
{
    struct options o = defaults();
    o.secure = true;
    struct machine *m = board(&o);
    (void)state;
    write_gpio(m, 0x3fc, 3); /* the pins are inputs yet */
    assert_int_equal(m->end, END_RUNNING);
    assert_false(m->reset_requested);
    write_gpio(m, 0x400, 3);
    write_gpio(m, 0x3fc, 2);
    assert_true(m->reset_requested);
    assert_int_equal(m->end, END_RUNNING);
    write_gpio(m, 0x3fc, 1);
    assert_int_equal(m->end, END_POWER_OFF);
    drop(m);
}

static void virt_tree_names_what_the_board_has(void **state)
{
    struct options o = defaults();
    struct machine *m = board(&o);
    (void)state;
    build_tree(m);
    assert_string_equal(text("/psci", "method"), "smc");
    assert_int_equal(cell("/pl011@9000000", "interrupts", 1), 1);
    assert_int_equal(cell("/pl031@9010000", "interrupts", 1), 2);
    assert_int_equal(cell("/pl061@9030000", "interrupts", 1), 7);
    assert_int_equal(cell("/virtio_mmio@a003e00", "interrupts", 1), 47);
    assert_int_equal(cell("/virtio_mmio@a003e00", "interrupts", 2), 1);
    assert_int_equal(cell("/timer", "interrupts", 2), 0x304);
    assert_int_equal(cell("/timer", "interrupts", 10), 10);
    assert_int_equal(cell("/intc@8000000", "reg", 13), 0x8040000);
    assert_int_equal(cell("/intc@8000000", "phandle", 0), cell("/", "interrupt-parent", 0));
    assert_int_equal(cell("/gpio-keys/poweroff", "gpios", 0), cell("/pl061@9030000", "phandle", 0));
    assert_string_equal(text("/cpus/cpu@1", "compatible"), "arm,cortex-a53");
    assert_string_equal(text("/cpus/cpu@1", "enable-method"), "psci");
    assert_string_equal(text("/chosen", "stdout-path"), "/pl011@9000000");
    assert_null(text("/chosen", "kaslr-seed"));
    assert_true(node("/pcie@10000000") < 0);
    drop(m);
}

static void virt_without_el2_says_hvc_and_no_virtual_interface(void **state)
{
    struct options o = defaults();
    o.virtualization = false;
    o.smp = 1;
    struct machine *m = board(&o);
    int len;
    (void)state;
    build_tree(m);
    assert_string_equal(text("/psci", "method"), "hvc");
    fdt_getprop(fdt, node("/intc@8000000"), "reg", &len);
    assert_int_equal(len, 32);
    assert_null(text("/intc@8000000", "interrupts"));
    assert_int_equal(cell("/timer", "interrupts", 2), 0x104);
    assert_null(bus_find(&m->bus, PA(0x08030000)));
    drop(m);
}

static void virt_tree_depends_on_the_seed_alone(void **state)
{
    static u8 first[ROOM];
    struct options o = defaults();
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct machine *m = board(&o);
        build_tree(m);
        if (i == 0)
            memcpy(first, fdt, sizeof fdt);
        assert_memory_equal(first, fdt, sizeof fdt);
        drop(m);
    }
    o.seed = 8;
    struct machine *m = board(&o);
    build_tree(m);
    assert_memory_not_equal(first, fdt, sizeof fdt);
    drop(m);
}

static void virt_tree_needs_room(void **state)
{
    struct options o = defaults();
    struct machine *m = board(&o);
    struct error err = { { 0 } };
    (void)state;
    assert_false(virt_dtb_build(m, fdt, 1024, &err));
    assert_non_null(strstr(err.text, "device tree"));
    drop(m);
}

static void virt_refuses_memory_it_cannot_have(void **state)
{
    static const u64 sizes[] = { 0, 4097, 256 * GIB };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct options o = defaults();
        struct machine m = { .options = &o };
        struct error err = { { 0 } };
        o.mem = sizes[i];
        log_init(&m.log);
        bus_init(&m.bus, &m.log);
        assert_true(board_new(&m, &err));
        assert_false(board_build(&m, &err));
        assert_non_null(strstr(err.text, "-m"));
        board_free(&m);
        bus_free(&m.bus);
    }
}

static void virt_rtc_base_is_fixed_or_given(void **state)
{
    static const struct {
        const char *text;
        u32 seconds;
    } bases[] = { { NULL, 1704067200 }, { "2000-01-01", 946684800 }, { "2001-09-09T01:46:40", 1000000000 } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(bases); i++) {
        struct options o = defaults();
        o.rtc_base = bases[i].text;
        struct machine *m = board(&o);
        struct bus_access acc = { .addr = PA(0x09010000), .size = 4 };
        bus_access(&m->bus, &acc);
        assert_int_equal(acc.value, bases[i].seconds);
        drop(m);
    }
}

static void virt_power_key_is_held_for_a_while(void **state)
{
    struct options o = defaults();
    struct machine *m = board(&o);
    struct bus_access acc = { .addr = PA(0x09030000 + (8 << 2)), .size = 4 };
    (void)state;
    m->board->class->press_power_key(m);
    bus_access(&m->bus, &acc);
    assert_int_equal(acc.value, 8);
    m->clock.now = clock_deadline(&m->clock);
    clock_run_due(&m->clock);
    bus_access(&m->bus, &acc);
    assert_int_equal(acc.value, 0);
    drop(m);
}

/* Any access to any device leaves the program whole (run it under the sanitizers). */
static void virt_devices_survive_random_accesses(void **state)
{
    struct options o = defaults();
    o.secure = true;
    struct machine *m = board(&o);
    u64 seed = 0x2545f4914f6cdd1d;
    (void)state;
    for (unsigned i = 0; i < 300000; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        const struct bus_region *r = &m->bus.regions[(seed >> 33) % m->bus.count];
        unsigned size = 1u << (seed >> 20 & 3);
        u64 span = r->size < 4096 || seed >> 62 ? r->size : 4096;
        struct bus_access acc = { .addr = PA(r->base + align_down((seed >> 24) % span, size)), .size = (u8)size, .write = seed >> 40 & 1,
                                  .value = seed >> (seed >> 56 & 31) & (seed >> 61 & 1 ? 0xff : ~0ull), .secure = true,
                                  .debug = (seed >> 44 & 7) == 0, .cpu = seed >> 48 & 1 };
        if (r->host && !r->rom)
            continue; /* RAM is not what is tested */
        bus_access(&m->bus, &acc);
        if (i % 64 == 0) {
            m->clock.now += 1000000;
            clock_run_due(&m->clock);
        }
    }
    board_reset(m);
    drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virt_has_its_devices_where_guests_expect_them),
        cmocka_unit_test(virt_secure_extras_are_for_secure_accesses),
        cmocka_unit_test(virt_secure_gpio_switches_the_machine),
        cmocka_unit_test(virt_tree_names_what_the_board_has),
        cmocka_unit_test(virt_without_el2_says_hvc_and_no_virtual_interface),
        cmocka_unit_test(virt_tree_depends_on_the_seed_alone),
        cmocka_unit_test(virt_tree_needs_room),
        cmocka_unit_test(virt_refuses_memory_it_cannot_have),
        cmocka_unit_test(virt_rtc_base_is_fixed_or_given),
        cmocka_unit_test(virt_power_key_is_held_for_a_while),
        cmocka_unit_test(virt_devices_survive_random_accesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
