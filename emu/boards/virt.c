/* Board `virt`: which devices stand where, and how their interrupts are wired. The memory map is the one of the widely used virtual board of
 * that name with a GICv2, so that what boots there boots here. */
#include "emu/boards/virt.h"

#include "devices/fw_cfg.h"
#include "devices/pl011.h"
#include "devices/pl031.h"
#include "devices/pl061.h"
#include "emu/platform/bits.h"

#define GICD_BASE 0x08000000ull
#define GICC_BASE 0x08010000ull
#define GICH_BASE 0x08030000ull
#define GICV_BASE 0x08040000ull
#define SECURE_RAM_BASE 0x0e000000ull
#define SECURE_RAM_SIZE (16 * MIB)
#define V2M_FIRST_SPI 48 /* interrupt ID 80 */
#define V2M_SPIS 64
#define POWER_OFF_PIN 0 /* of the Secure GPIO */
#define RESTART_PIN 1
#define POWER_KEY_PIN 3
#define POWER_KEY_NS 100000000u

/* In the order of the device tree. */
static const struct board_device virt_devices[] = {
    DEV(fw_cfg, "fw_cfg", 0x09020000, NO_SPI),
    DEV(virtio_mmio, "virtio-mmio", 0x0a000000, SPI(16), .count = 32),
    DEV(pl061, "gpio", 0x09030000, SPI(7)),
    DEV(pl061, "secure-gpio", 0x090b0000, SPI(0), .where = SECURE_ONLY),
    DEV(pl031, "rtc", 0x09010000, SPI(2)),
    DEV(pl011, "uart0", 0x09000000, SPI(1)),
    DEV(pl011, "uart1", 0x09040000, SPI(8), .where = SECURE_ONLY),
    DEV(gicv2m, "gicv2m", 0x08020000, NO_SPI),
};

static void release_power_key(void *gpio)
{
    pl061_set_pin(gpio, POWER_KEY_PIN, false);
}

/* A guest that debounces looks at the pin some time after the edge. */
static void press_power_key(struct machine *m)
{
    struct event *release = &m->board->power_key_release;
    release->name = "power key release";
    release->fire = release_power_key;
    release->owner = board_find(m->board, "gpio");
    pl061_set_pin(release->owner, POWER_KEY_PIN, true);
    clock_schedule(&m->clock, release, m->clock.now + clock_ticks_from_ns(&m->clock, POWER_KEY_NS));
}

/* The Secure GPIO's outputs are the board's power switches: firmware without PSCI below it has nothing else. */
static void power_pin_changed(void *machine, unsigned pin, bool level)
{
    struct machine *m = machine;
    if (!level)
        return;
    if (pin == POWER_OFF_PIN)
        machine_stop(m, END_POWER_OFF);
    else
        machine_request_reset(m);
}

/* ---- building ---- */

static bool add_devices(struct machine *m, struct error *err)
{
    if (!board_add_devices(m, virt_devices, ARRAY_SIZE(virt_devices), err))
        return false;
    struct device *v2m = board_find(m->board, "gicv2m");
    for (unsigned i = 0; i < V2M_SPIS; i++)
        irq_connect(&v2m->irq[i], gic_set_spi, m->gic, V2M_FIRST_SPI + i);
    return true;
}

static bool add_flash(struct machine *m, struct error *err)
{
    for (unsigned i = 0; i < MAX_FLASH; i++) {
        struct flash_place place = { .base = VIRT_FLASH_BASE + i * VIRT_FLASH_SIZE, .size = VIRT_FLASH_SIZE,
                                     .secure_only = i == 0 && m->options->secure };
        if (!board_add_flash(m, i, &place, err))
            return false;
    }
    return true;
}

static bool add_memory(struct machine *m, struct error *err)
{
    u64 size = m->options->mem;
    if (size > VIRT_RAM_MAX)
        return error_set(err, "-m: at most %llu GiB", VIRT_RAM_MAX / GIB);
    if (!m->options->highmem && size > 3 * GIB)
        return error_set(err, "-m: at most 3 GiB with highmem=off");
    if (!size || size % PAGE_SIZE)
        return error_set(err, "-m: the size must be a multiple of 4 KiB");
    if (!bus_add_ram(&m->bus, "ram", PA(VIRT_RAM_BASE), size, false, false, err))
        return false;
    return !m->options->secure || bus_add_ram(&m->bus, "secure-ram", PA(SECURE_RAM_BASE), SECURE_RAM_SIZE, false, true, err);
}

static bool set_up_devices(struct machine *m, struct error *err)
{
    struct board *b = m->board;
    u32 seconds;
    if (!board_rtc_base(m, &seconds, err))
        return false;
    pl031_set_base(board_find(b, "rtc"), seconds);
    pl011_connect(board_find(b, "uart0"), &b->serial[0]);
    if (m->options->secure) {
        struct device *gpio = board_find(b, "secure-gpio");
        pl011_connect(board_find(b, "uart1"), &b->serial[1]);
        irq_connect(&gpio->irq[PL061_PIN_OUT(POWER_OFF_PIN)], power_pin_changed, m, POWER_OFF_PIN);
        irq_connect(&gpio->irq[PL061_PIN_OUT(RESTART_PIN)], power_pin_changed, m, RESTART_PIN);
    }
    struct device *fw = board_find(b, "fw_cfg");
    fw_cfg_add_u16(fw, FW_CFG_NB_CPUS, (u16)m->cpu_count);
    fw_cfg_add_u16(fw, FW_CFG_MAX_CPUS, (u16)m->cpu_count);
    fw_cfg_add_u64(fw, FW_CFG_RAM_SIZE, m->options->mem);
    return true;
}

static bool build(struct machine *m, struct error *err)
{
    return add_memory(m, err) && add_flash(m, err) &&
           gic_map(m->gic, &m->bus, PA(GICD_BASE), PA(GICC_BASE), PA(GICH_BASE), PA(GICV_BASE), err) && add_devices(m, err) &&
           set_up_devices(m, err);
}

const struct board_class virt_board = {
    .name = "virt",
    .help = "QEMU-compatible virtual board with a GICv2",
    .default_cpu = "cortex-a57",
    .ram_base = VIRT_RAM_BASE,
    .periphbase = GICD_BASE,
    .reset_pc = VIRT_FLASH_BASE,
    .bios_base = VIRT_FLASH_BASE,
    .bios_size = VIRT_FLASH_SIZE,
    .max_cpus = 8,
    .gic_spis = 256,
    .uarts = 2,
    .has_psci = true,
    .build = build,
    .dtb_build = virt_dtb_build,
    .press_power_key = press_power_key,
};
