/* Board `vexpress-a15`: its memory map, its wires, its own device tree, its pen. No PE runs. */
#include "tests/unit/board_rig.h"

#include "devices/pl111.h"
#include "emu/boards/vexpress.h"
#include "emu/platform/bits.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOM 65536

static u8 fdt[ROOM];

static struct options on_vexpress(void)
{
    struct options o = defaults();
    o.machine = "vexpress-a15";
    return o;
}

static u32 get(struct machine *m, u64 at)
{
    struct bus_access acc = { .addr = PA(at), .size = 4 };
    assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
    return (u32)acc.value;
}

static void put(struct machine *m, u64 at, u32 value)
{
    struct bus_access acc = { .addr = PA(at), .size = 4, .write = true, .value = value };
    assert_int_equal(bus_access(&m->bus, &acc), BUS_OK);
}

static void pass_ns(struct machine *m, u64 ns)
{
    u64 until = m->clock.now + clock_ticks_from_ns(&m->clock, ns);
    while (clock_deadline(&m->clock) <= until) {
        m->clock.now = clock_deadline(&m->clock);
        clock_run_due(&m->clock);
    }
    m->clock.now = until;
}

/* GICD_ISPENDR of an SPI */
static bool is_pending(struct machine *m, unsigned spi)
{
    return get(m, VEXPRESS_GIC + 0x1200 + (32 + spi) / 32 * 4) >> (spi % 32) & 1;
}

/* ---- map ---- */

static void vexpress_has_its_devices_where_guests_expect_them(void **state)
{
    static const struct {
        u64 at;
        const char *name;
    } map[] = { { 0x08000000, "flash0" },     { 0x0c000000, "flash1" },   { 0x14000000, "psram" },    { 0x18000000, "vram" },       { 0x1a000000, "ethernet" },
                { 0x1c010000, "sysreg" },     { 0x1c020000, "sysctl" },   { 0x1c050000, "mmci" },     { 0x1c060000, "kmi0" },       { 0x1c070000, "kmi1" },
                { 0x1c090000, "uart0" },      { 0x1c0c0000, "uart3" },    { 0x1c0f0000, "watchdog" }, { 0x1c110000, "timer01" },    { 0x1c120000, "timer23" },
                { 0x1c170000, "rtc" },        { 0x1c1f0000, "clcd" },     { 0x2a430000, "counter" },  { 0x2b060000, "watchdog1" },  { 0x2e000000, "sram" },
                { 0x2c001000, "gicd" },       { 0x2c002000, "gicc" },     { 0x2c004000, "gich" },     { 0x2c006000, "gicv" },       { 0x80000000, "ram" },
                { 0xbfffffff, "ram" },        { 0, "flash alias" },         { 0x03ffffff, "flash alias" } };
    static const u64 holes[] = { 0x04000000, 0x10000000, 0x1c080000, 0x1c130000, 0x2c000000, 0x2c008000, 0x7fffffff, 0xc0000000, 0x880000000 };
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(map); i++) {
        assert_non_null(bus_find(&m->bus, PA(map[i].at)));
        assert_string_equal(bus_find(&m->bus, PA(map[i].at))->name, map[i].name);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(holes); i++)
        assert_null(bus_find(&m->bus, PA(holes[i])));
    drop(m);
}

/* What the AMBA bus of a kernel reads of each device that Debian's tree names. */
static void vexpress_devices_have_their_identities(void **state)
{
    static const struct {
        u64 at;
        u32 id; /* 0: absent */
    } ids[] = { { 0x1c050000, 0x41180 }, { 0x1c060000, 0x41050 }, { 0x1c070000, 0x41050 }, { 0x1c090000, 0x141011 }, { 0x1c0f0000, 0x141805 },
                { 0x1c110000, 0x141804 }, { 0x1c120000, 0x141804 }, { 0x1c170000, 0x41031 }, { 0x1c1f0000, 0x241111 }, { 0x2b060000, 0x141805 },
                { 0x1c040000, 0 },       { 0x2b0a0000, 0 },       { 0x7ffb0000, 0 },       { 0x7ffd0000, 0 } };
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
        u32 id = 0, cell = 0;
        for (unsigned k = 0; k < 4; k++) {
            id |= get(m, ids[i].at + 0xfe0 + 4 * k) << 8 * k;
            cell |= get(m, ids[i].at + 0xff0 + 4 * k) << 8 * k;
        }
        assert_int_equal(id, ids[i].id);
        assert_int_equal(cell, ids[i].id ? 0xb105f00d : 0);
    }
    drop(m);
}

static void vexpress_refuses_memory_it_cannot_have(void **state)
{
    static const struct {
        u64 mem;
        bool ok;
    } sizes[] = { { 2 * GIB, true }, { 2 * GIB + 4096, false }, { 4095, false } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct options o = on_vexpress();
        struct error err = { { 0 } };
        o.mem = sizes[i].mem;
        struct machine m = { .options = &o };
        struct gic_config gic = { .cpus = 2, .spis = 128, .num_lrs = 4, .priority_bits = 5 };
        log_init(&m.log);
        clock_init(&m.clock, 1000000000);
        bus_init(&m.bus, &m.log);
        m.gic = gic_new(&gic, &m.log, &err);
        assert_true(board_new(&m, &err));
        assert_int_equal(board_build(&m, &err), sizes[i].ok);
        board_free(&m);
        gic_free(m.gic);
        bus_free(&m.bus);
        log_free(&m.log);
    }
}

static void vexpress_has_two_cpus_at_most(void **state)
{
    struct options o = on_vexpress();
    struct error err = { { 0 } };
    struct machine m = { .options = &o };
    (void)state;
    o.smp = 3;
    assert_false(board_new(&m, &err));
    assert_non_null(strstr(err.text, "vexpress-a15 has 1 to 2"));
    board_free(&m);
}

/* ---- wires ---- */

static void vexpress_interrupts_have_the_motherboards_numbers(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    put(m, 0x1c120000, 1);    /* timer 2: load, and go */
    put(m, 0x1c120008, 0xe2);
    pass_ns(m, 100000);
    assert_true(is_pending(m, 3));
    assert_false(is_pending(m, 2));
    put(m, 0x1c060000, 0x14); /* the keyboard says hello */
    pass_ns(m, 2000000);
    assert_true(is_pending(m, 12));
    assert_false(is_pending(m, 13));
    put(m, 0x1c05003c, 1 << 7); /* MCIMask0: command sent */
    put(m, 0x1c05000c, 1 << 10);
    assert_true(is_pending(m, 9));
    assert_false(is_pending(m, 10));
    put(m, 0x1c050040, 1 << 7);
    assert_true(is_pending(m, 10));
    drop(m);
}

static void vexpress_timers_follow_the_system_controller(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    put(m, 0x1c110008, 0x82); /* free running, 32 bits, from the top */
    pass_ns(m, 1000000000);
    assert_int_equal(~get(m, 0x1c110004), 32768);
    put(m, 0x1c020000, 1u << 15);
    pass_ns(m, 1000000000);
    assert_int_equal(~get(m, 0x1c110004), 32768 + 1000000);
    drop(m);
}

static void vexpress_watchdog_resets_the_machine(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    put(m, 0x1c0f0000, 32767);
    put(m, 0x1c0f0008, 3);
    pass_ns(m, 1100000000);
    assert_false(m->reset_requested);
    assert_true(is_pending(m, 0));
    pass_ns(m, 1000000000);
    assert_true(m->reset_requested);
    drop(m);
}

static void configure(struct machine *m, u32 function, u32 device, u32 value)
{
    put(m, VEXPRESS_SYSREG + 0xa0, value);
    put(m, VEXPRESS_SYSREG + 0xa4, 3u << 30 | function << 20 | device);
    assert_int_equal(get(m, VEXPRESS_SYSREG + 0xa8), 1);
}

static void vexpress_shuts_down_and_reboots(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    configure(m, 9, 0, 0);
    assert_true(m->reset_requested);
    assert_int_equal(m->end, END_RUNNING);
    m->reset_requested = false;
    configure(m, 5, 0, 0);
    assert_true(m->reset_requested);
    configure(m, 8, 0, 0);
    assert_int_equal(m->end, END_POWER_OFF);
    drop(m);
}

/* 32 x 1 pixels: a frame is 2 lines of 40 pixel clocks. */
static void vexpress_oscillator_1_drives_the_display(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    configure(m, 1, 1, 40000000);
    put(m, 0x1c1f0000, 1 << 2 | 1u << 8 | 2u << 16 | 2u << 24);
    put(m, 0x1c1f0004, 0);
    put(m, 0x1c1f0008, 1u << 26);
    put(m, 0x1c1f001c, 4);
    put(m, 0x1c1f0018, 0x80b);
    pass_ns(m, 0);
    put(m, 0x1c1f0028, 4);
    pass_ns(m, 1900);
    assert_false(is_pending(m, 14));
    pass_ns(m, 200);
    assert_true(is_pending(m, 14));
    drop(m);
}

static void vexpress_takes_a_card(void **state)
{
    struct options o = on_vexpress();
    char name[] = "/tmp/card-XXXXXX";
    int fd = mkstemp(name);
    (void)state;
    assert_int_equal(ftruncate(fd, 1 * MIB), 0);
    close(fd);
    struct machine *m = board(&o);
    assert_int_equal(get(m, VEXPRESS_SYSREG + 0x48), 0);
    drop(m);
    o.sd_card = name;
    o.sd_readonly = true;
    m = board(&o);
    assert_int_equal(get(m, VEXPRESS_SYSREG + 0x48), 3);
    put(m, 0x1c050000, 3);
    put(m, 0x1c050008, 0x1aa);
    put(m, 0x1c05000c, 8 | 1 << 6 | 1 << 10); /* CMD8 */
    assert_int_equal(get(m, 0x1c050014), 0x1aa);
    drop(m);
    unlink(name);
}

/* ---- what is made for programs ---- */

static int node(const char *path)
{
    return fdt_path_offset(fdt, path);
}

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

static void build_tree(struct machine *m)
{
    struct error err = { { 0 } };
    memset(fdt, 0, sizeof fdt);
    if (!m->board->class->dtb_build(m, fdt, sizeof fdt, &err))
        fail_msg("%s", err.text);
    assert_int_equal(fdt_check_full(fdt, sizeof fdt), 0);
}

static void vexpress_tree_names_what_the_board_has(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    (void)state;
    build_tree(m);
    assert_int_equal(fdt_node_check_compatible(fdt, 0, "arm,vexpress"), 0);
    assert_int_equal(cell("/pl011@1c090000", "interrupts", 1), 5);
    assert_int_equal(cell("/mmc@1c050000", "interrupts", 4), 10);
    assert_int_equal(cell("/mmc@1c050000", "cd-gpios", 0), cell("/sysreg@1c010000/gpio@48", "phandle", 0));
    assert_int_equal(cell("/timer@1c120000", "clocks", 1), 2);
    assert_int_equal(cell("/timer@1c120000", "clocks", 0), cell("/sysctl@1c020000", "phandle", 0));
    assert_int_equal(cell("/interrupt-controller@2c001000", "reg", 13), 0x2c006000);
    assert_int_equal(cell("/mcc/shutdown", "arm,vexpress-sysreg,func", 0), 8);
    assert_true(node("/cpus/cpu@1") > 0);
    assert_string_equal(fdt_getprop(fdt, node("/chosen"), "stdout-path", NULL), "/pl011@1c090000");
    assert_true(node("/pl011@1c090000") > 0);
    assert_true(node("/aaci@1c040000") < 0);
    drop(m);
}

static void vexpress_tree_without_el2_has_no_virtual_interface(void **state)
{
    struct options o = on_vexpress();
    int len;
    (void)state;
    o.virtualization = false;
    struct machine *m = board(&o);
    build_tree(m);
    fdt_getprop(fdt, node("/interrupt-controller@2c001000"), "reg", &len);
    assert_int_equal(len, 2 * 16);
    drop(m);
}

static void vexpress_pen_suits_the_pes(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    struct error err = { { 0 } };
    u64 entry;
    (void)state;
    assert_true(m->board->class->place_pen(m, &entry, &err));
    assert_int_equal(get(m, entry + 9 * 4), 0xd503207f); /* WFI */
    m->cpus[0]->pstate.aarch32 = true;
    assert_true(m->board->class->place_pen(m, &entry, &err));
    assert_int_equal(get(m, entry + 9 * 4), 0xe320f003);
    drop(m);
}

/* Any access to any device leaves the program whole (run it under the sanitizers). */
static void vexpress_devices_survive_random_accesses(void **state)
{
    struct options o = on_vexpress();
    struct machine *m = board(&o);
    u64 seed = 1;
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        const struct device *dev = m->board->devices[(seed >> 58) % m->board->device_count];
        unsigned size = 1u << (seed >> 56 & 3);
        u64 reach = seed >> 20 & 1 ? 0x100 : dev->type->size < 0x1000 ? dev->type->size : 0x1000;
        struct bus_access acc = { .addr = PA(dev->base + align_down((seed >> 30) % reach, size)), .size = (u8)size, .write = seed >> 21 & 1,
                                  .value = seed >> 22 & 1 ? seed >> 32 : seed >> 40 & 0xff };
        bus_access(&m->bus, &acc);
        if (i % 16 == 0)
            pass_ns(m, 1000);
    }
    m->end = END_RUNNING;
    board_reset(m);
    drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vexpress_has_its_devices_where_guests_expect_them),
        cmocka_unit_test(vexpress_devices_have_their_identities),
        cmocka_unit_test(vexpress_refuses_memory_it_cannot_have),
        cmocka_unit_test(vexpress_has_two_cpus_at_most),
        cmocka_unit_test(vexpress_interrupts_have_the_motherboards_numbers),
        cmocka_unit_test(vexpress_timers_follow_the_system_controller),
        cmocka_unit_test(vexpress_watchdog_resets_the_machine),
        cmocka_unit_test(vexpress_shuts_down_and_reboots),
        cmocka_unit_test(vexpress_oscillator_1_drives_the_display),
        cmocka_unit_test(vexpress_takes_a_card),
        cmocka_unit_test(vexpress_tree_names_what_the_board_has),
        cmocka_unit_test(vexpress_tree_without_el2_has_no_virtual_interface),
        cmocka_unit_test(vexpress_pen_suits_the_pes),
        cmocka_unit_test(vexpress_devices_survive_random_accesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
