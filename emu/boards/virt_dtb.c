/* The device tree of board `virt` (Devicetree Specification 0.4; bindings named beside the nodes), written in one pass with libfdt. Devices
 * describe themselves (struct device_fdt); what belongs to no single device is here. There is no PCIe host, and no kaslr-seed: runs repeat. */
#include "cpu/model.h"
#include "emu/boards/virt.h"

#include "emu/platform/bits.h"

#include <libfdt.h>
#include <string.h>

/* <type number flags> of an interrupt specifier (arm,gic.yaml) */
enum { IRQ_SPI = 0, IRQ_PPI = 1 };
enum { IRQ_EDGE = 1, IRQ_LEVEL = 4 };

enum { PHANDLE_CLOCK = 0x8000, PHANDLE_GIC, PHANDLE_V2M, PHANDLE_GPIO, PHANDLE_SECURE_GPIO, PHANDLE_CPU };

struct dt {
    void *fdt;
    int rc; /* the first error; nothing is written after it */
};

/* ---- writing ---- */

static void note(struct dt *t, int rc)
{
    if (!t->rc && rc < 0)
        t->rc = rc;
}

static void begin(struct dt *t, const char *name)
{
    if (!t->rc)
        note(t, fdt_begin_node(t->fdt, name));
}

static void begin_at(struct dt *t, const char *name, u64 address)
{
    char full[64];
    snprintf(full, sizeof full, "%s@%llx", name, (unsigned long long)address);
    begin(t, full);
}

static void end(struct dt *t)
{
    if (!t->rc)
        note(t, fdt_end_node(t->fdt));
}

static void prop(struct dt *t, const char *name, const void *value, size_t len)
{
    if (!t->rc)
        note(t, fdt_property(t->fdt, name, value, (int)len));
}

static void flag(struct dt *t, const char *name)
{
    prop(t, name, NULL, 0);
}

static void cells(struct dt *t, const char *name, const u32 *values, size_t n)
{
    fdt32_t big[32];
    for (size_t i = 0; i < n; i++)
        big[i] = cpu_to_fdt32(values[i]);
    prop(t, name, big, n * sizeof big[0]);
}

#define CELLS(t, name, ...) cells(t, name, (const u32[]){ __VA_ARGS__ }, sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/* A string list; ';' separates. */
static void strings(struct dt *t, const char *name, const char *list)
{
    char text[128];
    size_t len = strlen(list) + 1;
    memcpy(text, list, len);
    for (size_t i = 0; i < len; i++)
        if (text[i] == ';')
            text[i] = '\0';
    prop(t, name, text, len);
}

/* ---- nodes ---- */

/* psci.yaml. The firmware of a Secure world brings its own. */
static void psci_node(struct dt *t, const struct machine *m)
{
    if (m->has_firmware || m->options->secure)
        return;
    begin(t, "psci");
    CELLS(t, "migrate", 0xc4000005);
    CELLS(t, "cpu_on", 0xc4000003);
    CELLS(t, "cpu_off", 0x84000002);
    CELLS(t, "cpu_suspend", 0xc4000001);
    strings(t, "method", m->options->virtualization ? "smc" : "hvc");
    strings(t, "compatible", "arm,psci-1.0;arm,psci-0.2;arm,psci");
    end(t);
}

static void secure_status(struct dt *t)
{
    strings(t, "secure-status", "okay");
    strings(t, "status", "disabled");
}

static void clocks(struct dt *t, const char *names)
{
    u32 refs[4] = { 0 };
    size_t n = 1;
    for (const char *c = names; *c; c++)
        n += *c == ';';
    for (size_t i = 0; i < n; i++)
        refs[i] = PHANDLE_CLOCK;
    strings(t, "clock-names", names);
    cells(t, "clocks", refs, n);
}

static void device_node(struct dt *t, const struct board *board, unsigned i)
{
    const struct device *dev = board->devices[i];
    const struct device_fdt *d = &dev->type->fdt;
    if (!d->node)
        return;
    begin_at(t, d->node, dev->base);
    if (board->secure_only[i])
        secure_status(t);
    if (d->dma_coherent)
        flag(t, "dma-coherent");
    if (d->clock_names)
        clocks(t, d->clock_names);
    if (board->spi[i] != NO_SPI)
        CELLS(t, "interrupts", IRQ_SPI, board->spi[i], d->edge_irq ? IRQ_EDGE : IRQ_LEVEL);
    if (d->gpio_controller) {
        CELLS(t, "phandle", board->secure_only[i] ? PHANDLE_SECURE_GPIO : PHANDLE_GPIO);
        flag(t, "gpio-controller");
        CELLS(t, "#gpio-cells", 2);
    }
    CELLS(t, "reg", 0, (u32)dev->base, 0, (u32)dev->type->size);
    strings(t, "compatible", d->compatible);
    end(t);
}

/* gpio-keys.yaml: KEY_POWER on pin 3 */
static void gpio_keys_node(struct dt *t)
{
    begin(t, "gpio-keys");
    strings(t, "compatible", "gpio-keys");
    begin(t, "poweroff");
    CELLS(t, "gpios", PHANDLE_GPIO, 3, 0);
    CELLS(t, "linux,code", 116);
    strings(t, "label", "GPIO Key Poweroff");
    end(t);
    end(t);
}

/* gpio-restart.yaml, gpio-poweroff.yaml: pins of the Secure GPIO */
static void secure_gpio_node(struct dt *t, const char *name, u32 pin)
{
    begin(t, name);
    secure_status(t);
    CELLS(t, "gpios", PHANDLE_SECURE_GPIO, pin, 0);
    strings(t, "compatible", name);
    end(t);
}

/* PPI flags 15:8: the mask of PEs that it goes to (arm,gic.yaml) */
static u32 ppi_flags(const struct machine *m)
{
    return (u32)ones(m->cpu_count) << 8 | IRQ_LEVEL;
}

static void pmu_node(struct dt *t, const struct machine *m)
{
    begin(t, "pmu");
    CELLS(t, "interrupts", IRQ_PPI, 7, ppi_flags(m));
    strings(t, "compatible", "arm,armv8-pmuv3");
    end(t);
}

static void gic_node(struct dt *t, const struct machine *m)
{
    begin(t, "intc@8000000");
    CELLS(t, "phandle", PHANDLE_GIC);
    if (m->options->virtualization) {
        CELLS(t, "interrupts", IRQ_PPI, 9, IRQ_LEVEL);
        CELLS(t, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000, 0, 0x8030000, 0, 0x10000, 0, 0x8040000, 0, 0x10000);
    } else {
        CELLS(t, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000);
    }
    strings(t, "compatible", "arm,cortex-a15-gic");
    flag(t, "ranges");
    CELLS(t, "#size-cells", 2);
    CELLS(t, "#address-cells", 2);
    flag(t, "interrupt-controller");
    CELLS(t, "#interrupt-cells", 3);
    begin(t, "v2m@8020000");
    CELLS(t, "phandle", PHANDLE_V2M);
    CELLS(t, "reg", 0, 0x8020000, 0, 0x1000);
    flag(t, "msi-controller");
    strings(t, "compatible", "arm,gic-v2m-frame");
    end(t);
    end(t);
}

static void flash_node(struct dt *t, const char *name, u32 base, u32 banks, bool secure)
{
    begin_at(t, name, base);
    if (secure)
        secure_status(t);
    CELLS(t, "bank-width", 4);
    if (banks == 2)
        CELLS(t, "reg", 0, base, 0, VIRT_FLASH_SIZE, 0, base + VIRT_FLASH_SIZE, 0, VIRT_FLASH_SIZE);
    else
        CELLS(t, "reg", 0, base, 0, VIRT_FLASH_SIZE);
    strings(t, "compatible", "cfi-flash");
    end(t);
}

static void memories(struct dt *t, const struct machine *m)
{
    if (!m->options->secure) {
        flash_node(t, "flash", 0, 2, false);
        return;
    }
    flash_node(t, "flash", VIRT_FLASH_SIZE, 1, false);
    flash_node(t, "secflash", 0, 1, true);
    begin(t, "secram@e000000");
    secure_status(t);
    CELLS(t, "reg", 0, 0xe000000, 0, 0x1000000);
    strings(t, "device_type", "memory");
    end(t);
}

static void cpu_map_node(struct dt *t, const struct machine *m)
{
    begin(t, "cpu-map");
    begin(t, "socket0");
    begin(t, "cluster0");
    for (unsigned i = 0; i < m->cpu_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "core%u", i);
        begin(t, name);
        CELLS(t, "cpu", PHANDLE_CPU + i);
        end(t);
    }
    end(t);
    end(t);
    end(t);
}

/* arm/cpus.yaml */
static void cpus_node(struct dt *t, const struct machine *m)
{
    begin(t, "cpus");
    CELLS(t, "#size-cells", 0);
    CELLS(t, "#address-cells", 1);
    cpu_map_node(t, m);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        u32 affinity = (u32)(m->cpus[i]->mpidr & 0xffffff);
        begin_at(t, "cpu", affinity);
        CELLS(t, "phandle", PHANDLE_CPU + i);
        CELLS(t, "reg", affinity);
        if (!m->has_firmware && !m->options->secure && m->cpu_count > 1)
            strings(t, "enable-method", "psci");
        strings(t, "compatible", cpu_model_compatible(m->cpus[i]->model));
        strings(t, "device_type", "cpu");
        end(t);
    }
    end(t);
}

/* arm,arch_timer.yaml: Secure, Non-secure, virtual, hypervisor */
static void timer_node(struct dt *t, const struct machine *m)
{
    u32 f = ppi_flags(m);
    begin(t, "timer");
    CELLS(t, "interrupts", IRQ_PPI, 13, f, IRQ_PPI, 14, f, IRQ_PPI, 11, f, IRQ_PPI, 10, f);
    flag(t, "always-on");
    strings(t, "compatible", "arm,armv8-timer;arm,armv7-timer");
    end(t);
}

static void clock_node(struct dt *t)
{
    begin(t, "apb-pclk");
    CELLS(t, "phandle", PHANDLE_CLOCK);
    strings(t, "clock-output-names", "clk24mhz");
    CELLS(t, "clock-frequency", 24000000);
    CELLS(t, "#clock-cells", 0);
    strings(t, "compatible", "fixed-clock");
    end(t);
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same tree. */
static u64 next_random(u64 *state)
{
    u64 z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void chosen_node(struct dt *t, const char *name, const char *uart, u64 seed)
{
    u32 random[8];
    for (unsigned i = 0; i < ARRAY_SIZE(random); i++)
        random[i] = (u32)(next_random(&seed) >> 32);
    begin(t, name);
    strings(t, "stdout-path", uart);
    cells(t, "rng-seed", random, ARRAY_SIZE(random));
    end(t);
}

static void root(struct dt *t, const struct machine *m)
{
    begin(t, "");
    CELLS(t, "interrupt-parent", PHANDLE_GIC);
    strings(t, "model", "linux,dummy-virt");
    CELLS(t, "#size-cells", 2);
    CELLS(t, "#address-cells", 2);
    strings(t, "compatible", "linux,dummy-virt");
    psci_node(t, m);
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_node(t, m->board, i);
    gpio_keys_node(t);
    if (m->options->secure) {
        secure_gpio_node(t, "gpio-restart", 1);
        secure_gpio_node(t, "gpio-poweroff", 0);
    }
    if (cpu_has(m->cpus[0], FEAT_PMUV3))
        pmu_node(t, m);
    gic_node(t, m);
    memories(t, m);
    cpus_node(t, m);
    timer_node(t, m);
    clock_node(t);
    if (m->options->secure)
        chosen_node(t, "secure-chosen", "/pl011@9040000", ~m->options->seed);
    chosen_node(t, "chosen", "/pl011@9000000", m->options->seed);
    end(t);
}

bool virt_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err)
{
    struct dt t = { .fdt = fdt };
    note(&t, fdt_create(fdt, (int)room));
    if (!t.rc)
        note(&t, fdt_finish_reservemap(fdt));
    root(&t, m);
    if (!t.rc)
        note(&t, fdt_finish(fdt));
    if (!t.rc)
        note(&t, fdt_open_into(fdt, fdt, (int)room));
    return !t.rc || error_set(err, "device tree: %s", fdt_strerror(t.rc));
}
