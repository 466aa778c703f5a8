/* Board `vexpress-a15`: a CoreTile Express A15x2 (V2P-CA15, DUI 0604) in site 1 of the Motherboard Express uATX (V2M-P1, DUI 0447) with its RS1 memory
 * map. What is there and not modelled reads as zero ("absent"), so that software which looks for it finds nothing. */
#include "emu/boards/vexpress.h"

#include "devices/pl011.h"
#include "devices/pl031.h"
#include "devices/pl050.h"
#include "devices/pl111.h"
#include "devices/pl180.h"
#include "devices/sp804.h"
#include "devices/sp805.h"
#include "devices/sp810.h"
#include "devices/system_counter.h"
#include "devices/vexpress_sysreg.h"
#include "emu/platform/bits.h"

#include <stdlib.h>
#include <string.h>

#define TIMCLK_HZ 1000000
#define REFCLK_HZ 32768
#define SITE_MOTHERBOARD 0
#define SITE_DAUGHTERBOARD 1
#define OSC_CLCD 1 /* of the motherboard */

/* Interrupts of the motherboard are SPIs 0 to 42, by the same numbers. */
static const struct board_device vexpress_devices[] = {
    DEV(vexpress_sysreg, "sysreg", VEXPRESS_SYSREG, NO_SPI),
    DEV(sp810, "sysctl", 0x1c020000, NO_SPI),
    DEV(versatile_i2c, "i2c-pcie", 0x1c030000, NO_SPI),
    DEV(absent_4k, "aaci (PL041)", 0x1c040000, NO_SPI),
    DEV(pl180, "mmci", 0x1c050000, SPI(9), .irqs = 2),
    DEV(pl050, "kmi0", 0x1c060000, SPI(12)),
    DEV(pl050, "kmi1", 0x1c070000, SPI(13)),
    DEV(pl011, "uart0", 0x1c090000, SPI(5)),
    DEV(pl011, "uart1", 0x1c0a0000, SPI(6)),
    DEV(pl011, "uart2", 0x1c0b0000, SPI(7)),
    DEV(pl011, "uart3", 0x1c0c0000, SPI(8)),
    DEV(sp805, "watchdog", 0x1c0f0000, SPI(0)),
    DEV(sp804, "timer01", 0x1c110000, SPI(2)),
    DEV(sp804, "timer23", 0x1c120000, SPI(3)),
    DEV(versatile_i2c, "i2c-dvi", 0x1c160000, NO_SPI),
    DEV(pl031, "rtc", 0x1c170000, SPI(4)),
    DEV(absent_4k, "compact flash", 0x1c1a0000, NO_SPI),
    DEV(pl111, "clcd", 0x1c1f0000, SPI(14)),
    DEV(lan9118, "ethernet", 0x1a000000, SPI(15)),
    DEV(absent_128k, "usb (ISP1761)", 0x1b000000, NO_SPI),
    /* the daughterboard's own */
    DEV(absent_4k, "interconnect (PL301)", 0x2a000000, NO_SPI),
    DEV(absent_4k, "scc", 0x2a420000, NO_SPI),
    DEV(system_counter, "counter", 0x2a430000, NO_SPI),
    DEV(absent_4k, "hdlcd", 0x2b000000, NO_SPI),
    DEV(sp805, "watchdog1", 0x2b060000, SPI(98)),
    DEV(absent_4k, "dmc (PL341)", 0x2b0a0000, NO_SPI),
    DEV(absent_4k, "dma (PL330)", 0x7ffb0000, NO_SPI),
    DEV(absent_4k, "smc (PL354)", 0x7ffd0000, NO_SPI),
};

/* What the configuration controllers know: oscillators in Hz, voltages in uV, currents in uA, temperatures in millidegrees, power in uW, energy in uJ. */
static const struct vexpress_component components[] = {
    { SITE_MOTHERBOARD, VEXPRESS_OSC, 0, 50000000, 25000000, 60000000 },
    { SITE_MOTHERBOARD, VEXPRESS_OSC, OSC_CLCD, 23750000, 23750000, 65000000 },
    { SITE_MOTHERBOARD, VEXPRESS_OSC, 2, 24000000, 24000000, 24000000 },
    { SITE_MOTHERBOARD, VEXPRESS_VOLT, 0, 3300000, 0, 0 },
    { SITE_MOTHERBOARD, VEXPRESS_TEMP, 0, 30000, 0, 0 },
    { SITE_MOTHERBOARD, VEXPRESS_RESET, 0, 0, 0, 0 },
    { SITE_MOTHERBOARD, VEXPRESS_MUXFPGA, 0, SITE_MOTHERBOARD, 0, 2 }, /* whose video goes to the connector */
    { SITE_MOTHERBOARD, VEXPRESS_SHUTDOWN, 0, 0, 0, 0 },
    { SITE_MOTHERBOARD, VEXPRESS_REBOOT, 0, 0, 0, 0 },
    { SITE_MOTHERBOARD, VEXPRESS_DVIMODE, 0, 0, 0, 4 }, /* VGA, SVGA, XGA, SXGA, UXGA */
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 0, 60000000, 50000000, 60000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 4, 40000000, 20000000, 40000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 5, 23750000, 23750000, 165000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 6, 50000000, 20000000, 50000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 7, 60000000, 20000000, 60000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_OSC, 8, 40000000, 40000000, 40000000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_VOLT, 0, 900000, 800000, 1050000 },
    { SITE_DAUGHTERBOARD, VEXPRESS_AMP, 0, 500000, 0, 0 },
    { SITE_DAUGHTERBOARD, VEXPRESS_TEMP, 0, 30000, 0, 0 },
    { SITE_DAUGHTERBOARD, VEXPRESS_RESET, 0, 0, 0, 0 },
    { SITE_DAUGHTERBOARD, VEXPRESS_POWER, 0, 450000, 0, 0 },
    { SITE_DAUGHTERBOARD, VEXPRESS_ENERGY, 0, 0, 0, 0 }, /* two words of a meter that stands still */
    { SITE_DAUGHTERBOARD, VEXPRESS_ENERGY, 1, 0, 0, 0 },
};

/* Beyond struct board. */
struct vexpress {
    struct vexpress_component components[ARRAY_SIZE(components)];
    struct sd_card *card;
};

/* ---- wires ---- */

static void request_reset(void *machine)
{
    struct machine *m = machine;
    m->reset_requested = true;
    for (unsigned i = 0; i < m->cpu_count; i++)
        cpu_request_yield(m->cpus[i]);
}

static void control(void *machine, unsigned site, enum vexpress_function function, unsigned device, u32 value)
{
    struct machine *m = machine;
    if (function == VEXPRESS_SHUTDOWN)
        machine_stop(m, END_POWER_OFF);
    else if (function == VEXPRESS_REBOOT || function == VEXPRESS_RESET)
        request_reset(m);
    else if (function == VEXPRESS_OSC && site == SITE_MOTHERBOARD && device == OSC_CLCD)
        pl111_set_clock(board_find(m->board, "clcd"), value);
}

/* TIMERCLKEN 0 and 1 feed the first dual timer, 2 and 3 the second. */
static void timer_clock(void *machine, unsigned timer, bool timclk)
{
    const struct machine *m = machine;
    sp804_set_rate(board_find(m->board, timer < 2 ? "timer01" : "timer23"), timer & 1, timclk ? TIMCLK_HZ : REFCLK_HZ);
}

static u64 counter_value(void *machine)
{
    return timer_cntpct(((struct machine *)machine)->timer);
}

/* ---- building ---- */

static bool add_memory(struct machine *m, struct error *err)
{
    static const struct flash_place flash[MAX_FLASH] = {
        { .base = VEXPRESS_FLASH0, .size = VEXPRESS_FLASH_SIZE, .has_alias = true, .alias = VEXPRESS_BOOT },
        { .base = VEXPRESS_FLASH1, .size = VEXPRESS_FLASH_SIZE },
    };
    u64 size = m->options->mem;
    if (size > VEXPRESS_RAM_MAX)
        return error_set(err, "-m: vexpress-a15 has at most %llu GiB", VEXPRESS_RAM_MAX / GIB);
    if (!size || size % PAGE_SIZE)
        return error_set(err, "-m: the size must be a multiple of 4 KiB");
    return board_add_flash(m, 0, &flash[0], err) && board_add_flash(m, 1, &flash[1], err) &&
           bus_add_ram(&m->bus, "psram", PA(VEXPRESS_PSRAM), VEXPRESS_PSRAM_SIZE, false, false, err) &&
           bus_add_ram(&m->bus, "vram", PA(VEXPRESS_VRAM), VEXPRESS_VRAM_SIZE, false, false, err) &&
           bus_add_ram(&m->bus, "sram", PA(VEXPRESS_SRAM), VEXPRESS_SRAM_SIZE, false, false, err) &&
           bus_add_ram(&m->bus, "ram", PA(VEXPRESS_RAM), size, false, false, err);
}

static bool insert_card(struct machine *m, struct vexpress *v, struct error *err)
{
    const struct options *o = m->options;
    if (!o->sd_card)
        return true;
    v->card = sd_card_new(o->sd_card, o->sd_readonly, &m->log, err);
    if (!v->card)
        return false;
    pl180_insert(board_find(m->board, "mmci"), v->card);
    vexpress_sysreg_set_card(board_find(m->board, "sysreg"), true, o->sd_readonly);
    return true;
}

static bool set_up_devices(struct machine *m, struct error *err)
{
    static const char *const uarts[BOARD_MAX_UARTS] = { "uart0", "uart1", "uart2", "uart3" };
    struct board *b = m->board;
    struct vexpress *v = b->own;
    u32 seconds;
    if (!board_rtc_base(m, &seconds, err))
        return false;
    pl031_set_base(board_find(b, "rtc"), seconds);
    for (unsigned i = 0; i < BOARD_MAX_UARTS; i++)
        pl011_connect(board_find(b, uarts[i]), &b->serial[i]);
    memcpy(v->components, components, sizeof components);
    struct vexpress_config config = { .sys_id = 0x1190f500,  /* revision B, HBI-0190, AXI */
                                      .procid0 = 0x14000237, /* Cortex-A15, HBI-0237 */
                                      .procid1 = 0xff000000, /* nothing in site 2 */
                                      .components = v->components,
                                      .component_count = ARRAY_SIZE(components),
                                      .control = control,
                                      .owner = m };
    vexpress_sysreg_configure(board_find(b, "sysreg"), &config);
    sp805_connect(board_find(b, "watchdog"), REFCLK_HZ, request_reset, m);
    sp805_connect(board_find(b, "watchdog1"), REFCLK_HZ, request_reset, m);
    pl050_plug(board_find(b, "kmi0"), &ps2_keyboard);
    pl050_plug(board_find(b, "kmi1"), &ps2_mouse);
    pl111_set_clock(board_find(b, "clcd"), 23750000);
    if (m->timer) /* a board's, not a test's */
        system_counter_connect(board_find(b, "counter"), timer_frequency(m->timer), counter_value, m);
    return insert_card(m, v, err);
}

static bool build(struct machine *m, struct error *err)
{
    m->board->own = calloc(1, sizeof(struct vexpress));
    if (!m->board->own)
        return error_set(err, "board: no memory");
    return add_memory(m, err) &&
           gic_map(m->gic, &m->bus, PA(VEXPRESS_GIC + 0x1000), PA(VEXPRESS_GIC + 0x2000), PA(VEXPRESS_GIC + 0x4000), PA(VEXPRESS_GIC + 0x6000), err) &&
           board_add_devices(m, vexpress_devices, ARRAY_SIZE(vexpress_devices), err) && set_up_devices(m, err);
}

/* The timers' clocks follow the system controller once both are reset. */
static void reset(struct machine *m)
{
    sp810_connect(board_find(m->board, "sysctl"), timer_clock, m);
}

static void release(struct machine *m)
{
    struct vexpress *v = m->board->own;
    if (v)
        sd_card_free(v->card);
    free(v);
}

/* ---- the pen ---- */

/* What the boot monitor has the other PEs do (DUI 0447; Linux's and Xen's start of secondary PEs rely on it): with the CPU interface on, wait for an
 * interrupt, and go where SYS_FLAGS points as soon as it points anywhere. For each state that a PE may start in. */
static const u32 pen_a32[] = {
    0xe3020000, 0xe3420c00, /*    movw r0, #0x2000; movt r0, #0x2c00     GICC */
    0xe3a010ff, 0xe5801004, /*    mov r1, #0xff; str r1, [r0, #4]        GICC_PMR */
    0xe3a01001, 0xe5801000, /*    mov r1, #1; str r1, [r0]               GICC_CTLR */
    0xe3002030, 0xe3412c01, /*    movw r2, #0x0030; movt r2, #0x1c01     SYS_FLAGS */
    0xf57ff04f,             /*    dsb */
    0xe320f003,             /* 1: wfi */
    0xe5923000, 0xe3530000, /*    ldr r3, [r2]; cmp r3, #0 */
    0x0afffffb, 0xe12fff13, /*    beq 1b; bx r3 */
};
static const u32 pen_a64[] = {
    0xd2840000, 0xf2a58000, /*    mov x0, #0x2000; movk x0, #0x2c00, lsl #16 */
    0x52801fe1, 0xb9000401, /*    mov w1, #0xff; str w1, [x0, #4] */
    0x52800021, 0xb9000001, /*    mov w1, #1; str w1, [x0] */
    0xd2800602, 0xf2a38022, /*    mov x2, #0x0030; movk x2, #0x1c01, lsl #16 */
    0xd5033f9f,             /*    dsb sy */
    0xd503207f,             /* 1: wfi */
    0xb9400043, 0x34ffffc3, /*    ldr w3, [x2]; cbz w3, 1b */
    0xd61f0060,             /*    br x3 */
};

static bool place_pen(struct machine *m, u64 *entry, struct error *err)
{
    bool aarch32 = m->cpus[0]->pstate.aarch32;
    *entry = VEXPRESS_SRAM;
    return bus_write_mem(&m->bus, PA(*entry), aarch32 ? pen_a32 : pen_a64, aarch32 ? sizeof pen_a32 : sizeof pen_a64) ||
           error_set(err, "board: no memory for the pen");
}

const struct board_class vexpress_board = {
    .name = "vexpress-a15",
    .help = "Arm Versatile Express with a CoreTile Express A15x2",
    .default_cpu = "cortex-a15",
    .ram_base = VEXPRESS_RAM,
    .periphbase = VEXPRESS_GIC,
    .reset_pc = VEXPRESS_BOOT,
    .bios_base = VEXPRESS_FLASH0,
    .bios_size = VEXPRESS_FLASH_SIZE,
    .max_cpus = 2,
    .gic_spis = 128,
    .uarts = 4,
    .pmu_spi = 68,
    .build = build,
    .reset = reset,
    .free = release,
    .dtb_build = vexpress_dtb_build,
    .place_pen = place_pen,
};
