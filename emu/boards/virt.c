/* Board `virt`: which devices stand where, and how their interrupts are wired. The memory map is the one of the widely used virtual board of
 * that name with a GICv2, so that what boots there boots here. */
#define _GNU_SOURCE /* strptime, timegm */
#include "emu/boards/virt.h"

#include "devices/fw_cfg.h"
#include "devices/pl011.h"
#include "devices/pl031.h"
#include "devices/pl061.h"
#include "emu/platform/bits.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GICD_BASE 0x08000000ull
#define GICC_BASE 0x08010000ull
#define GICH_BASE 0x08030000ull
#define GICV_BASE 0x08040000ull
#define SECURE_RAM_BASE 0x0e000000ull
#define SECURE_RAM_SIZE (16 * MIB)
#define V2M_FIRST_SPI 48 /* interrupt ID 80 */
#define V2M_SPIS 64
#define POWER_KEY_PIN 3
#define POWER_KEY_NS 100000000u
#define RTC_FIXED_BASE 1704067200u /* 2024-01-01 00:00:00 UTC */

enum { EVERYWHERE, SECURE_ONLY };

struct board_device {
    const struct device_type *type;
    const char *name;
    u64 base;
    u16 spi;
    u8 where;    /* SECURE_ONLY: there with secure=on, for Secure accesses */
    u8 count;    /* instances, one window and one SPI after the other; 0 is 1 */
};

#define SPI(n) n
#define DEV(t, name_, base_, spi_, ...) { .type = &t##_type, .name = name_, .base = base_, .spi = spi_, __VA_ARGS__ }

/* In the order of the device tree. */
static const struct board_device virt_devices[] = {
    DEV(fw_cfg, "fw_cfg", 0x09020000, VIRT_NO_SPI),
    DEV(virtio_mmio, "virtio-mmio", 0x0a000000, SPI(16), .count = 32),
    DEV(pl061, "gpio", 0x09030000, SPI(7)),
    DEV(pl031, "rtc", 0x09010000, SPI(2)),
    DEV(pl011, "uart0", 0x09000000, SPI(1)),
    DEV(pl011, "uart1", 0x09040000, SPI(8), .where = SECURE_ONLY),
    DEV(gicv2m, "gicv2m", 0x08020000, VIRT_NO_SPI),
};

struct device *virt_device(const struct virt_board *board, const char *name)
{
    for (unsigned i = 0; i < board->device_count; i++)
        if (!strcmp(board->devices[i]->name, name))
            return board->devices[i];
    return NULL;
}

static void release_power_key(void *gpio)
{
    pl061_set_pin(gpio, POWER_KEY_PIN, false);
}

/* A guest that debounces looks at the pin some time after the edge. */
void virt_press_power_key(struct machine *m)
{
    struct event *release = &m->board->power_key_release;
    release->name = "power key release";
    release->fire = release_power_key;
    release->owner = virt_device(m->board, "gpio");
    pl061_set_pin(release->owner, POWER_KEY_PIN, true);
    clock_schedule(&m->clock, release, m->clock.now + clock_ticks_from_ns(&m->clock, POWER_KEY_NS));
}

/* ---- building ---- */

static bool add_device(struct machine *m, const struct board_device *row, unsigned copy, struct error *err)
{
    struct virt_board *b = m->board;
    u64 base = row->base + copy * row->type->size;
    struct device *dev = device_new(row->type, row->name, base, &m->bus, &m->clock, &m->log, err);
    if (!dev)
        return false;
    unsigned at = b->device_count++;
    b->devices[at] = dev;
    b->secure_only[at] = row->where == SECURE_ONLY;
    b->spi[at] = row->spi == VIRT_NO_SPI ? VIRT_NO_SPI : (u16)(row->spi + copy);
    if (row->spi != VIRT_NO_SPI)
        irq_connect(&dev->irq[0], gic_set_spi, m->gic, b->spi[at]);
    return device_map(dev, b->secure_only[at], err);
}

static bool add_devices(struct machine *m, struct error *err)
{
    for (unsigned i = 0; i < ARRAY_SIZE(virt_devices); i++) {
        const struct board_device *row = &virt_devices[i];
        if (row->where == SECURE_ONLY && !m->options->secure)
            continue;
        for (unsigned copy = 0; copy < (row->count ? row->count : 1u); copy++)
            if (!add_device(m, row, copy, err))
                return false;
    }
    struct device *v2m = virt_device(m->board, "gicv2m");
    for (unsigned i = 0; i < V2M_SPIS; i++)
        irq_connect(&v2m->irq[i], gic_set_spi, m->gic, V2M_FIRST_SPI + i);
    return true;
}

static void flash_mode_changed(void *owner)
{
    machine_memory_map_changed(owner);
}

static bool add_flash(struct machine *m, struct error *err)
{
    static const char *const names[2] = { "flash0", "flash1" };
    for (unsigned i = 0; i < 2; i++) {
        struct flash_config config = { .name = names[i],
                                       .base = VIRT_FLASH_BASE + i * VIRT_FLASH_SIZE,
                                       .size = VIRT_FLASH_SIZE,
                                       .secure_only = i == 0 && m->options->secure,
                                       .image = m->options->pflash[i],
                                       .readonly = m->options->pflash_readonly[i],
                                       .mode_changed = flash_mode_changed,
                                       .owner = m };
        m->board->flash[i] = flash_new(&config, &m->bus, &m->log, err);
        if (!m->board->flash[i])
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

/* "2024-01-31T12:00:00", "2024-01-31", "utc", "host" (-rtc base=). */
static bool rtc_base(const char *text, u32 *seconds, struct error *err)
{
    struct tm tm = { 0 };
    *seconds = RTC_FIXED_BASE;
    if (!text)
        return true;
    if (!strcmp(text, "host") || !strcmp(text, "utc") || !strcmp(text, "localtime")) {
        *seconds = (u32)time(NULL);
        return true;
    }
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest) {
        tm = (struct tm){ 0 };
        rest = strptime(text, "%Y-%m-%d", &tm);
    }
    if (!rest || *rest)
        return error_set(err, "-rtc base=%s: neither host, utc nor a date like 2024-01-31T12:00:00", text);
    *seconds = (u32)timegm(&tm);
    return true;
}

static bool set_up_devices(struct machine *m, struct error *err)
{
    struct virt_board *b = m->board;
    u32 seconds;
    if (!rtc_base(m->options->rtc_base, &seconds, err))
        return false;
    pl031_set_base(virt_device(b, "rtc"), seconds);
    pl011_connect(virt_device(b, "uart0"), &b->serial[0]);
    if (m->options->secure)
        pl011_connect(virt_device(b, "uart1"), &b->serial[1]);
    struct device *fw = virt_device(b, "fw_cfg");
    fw_cfg_add_u16(fw, FW_CFG_NB_CPUS, (u16)m->cpu_count);
    fw_cfg_add_u16(fw, FW_CFG_MAX_CPUS, (u16)m->cpu_count);
    fw_cfg_add_u64(fw, FW_CFG_RAM_SIZE, m->options->mem);
    return true;
}

bool virt_build(struct machine *m, struct error *err)
{
    m->board = calloc(1, sizeof *m->board);
    if (!m->board)
        return error_set(err, "board: no memory");
    return add_memory(m, err) && add_flash(m, err) &&
           gic_map(m->gic, &m->bus, PA(GICD_BASE), PA(GICC_BASE), PA(GICH_BASE), PA(GICV_BASE), err) && add_devices(m, err) &&
           set_up_devices(m, err);
}

void virt_reset(struct machine *m)
{
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_reset(m->board->devices[i]);
    for (unsigned i = 0; i < 2; i++)
        flash_reset(m->board->flash[i]);
}

void virt_free(struct machine *m)
{
    if (!m->board)
        return;
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_free(m->board->devices[i]);
    for (unsigned i = 0; i < 2; i++)
        flash_free(m->board->flash[i]);
    free(m->board);
    m->board = NULL;
}
