/* The device tree of board `virt` (Devicetree Specification 0.4; bindings named beside the nodes), written in one pass with libfdt. Devices
 * describe themselves (struct device_fdt); what belongs to no single device is here. There is no PCIe host, and no kaslr-seed: runs repeat. */
#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "emu/boards/dt.h"
#include "emu/boards/virt.h"
#include "emu/platform/bits.h"

enum { PHANDLE_CLOCK = 0x8000, PHANDLE_GIC, PHANDLE_V2M, PHANDLE_GPIO, PHANDLE_SECURE_GPIO, PHANDLE_CPU };

/* ---- nodes ---- */

static bool is_aarch32(const struct machine *m)
{
    return cpu_is_aarch32_only(m->cpus[0]->model);
}

/* psci.yaml. The firmware of a Secure world brings its own. Function numbers are for drivers of PSCI 0.1: later ones know them, and take the
 * 32-bit ones in AArch32. */
static void psci_node(struct dt *t, const struct machine *m)
{
    u32 smc64 = is_aarch32(m) ? 0 : 0x40000000;
    if (m->has_firmware || m->options->secure)
        return;
    dt_begin(t, "psci");
    DT_CELLS(t, "migrate", smc64 | 0x84000005);
    DT_CELLS(t, "cpu_on", smc64 | 0x84000003);
    DT_CELLS(t, "cpu_off", 0x84000002);
    DT_CELLS(t, "cpu_suspend", smc64 | 0x84000001);
    dt_strings(t, "method", m->options->virtualization ? "smc" : "hvc");
    dt_strings(t, "compatible", "arm,psci-1.0;arm,psci-0.2;arm,psci");
    dt_end(t);
}

static void secure_status(struct dt *t)
{
    dt_strings(t, "secure-status", "okay");
    dt_strings(t, "status", "disabled");
}

static void clocks(struct dt *t, const char *names)
{
    u32 refs[4] = { 0 };
    size_t n = 1;
    for (const char *c = names; *c; c++)
        n += *c == ';';
    for (size_t i = 0; i < n; i++)
        refs[i] = PHANDLE_CLOCK;
    dt_strings(t, "clock-names", names);
    dt_cells(t, "clocks", refs, n);
}

static void device_node(struct dt *t, const struct board *board, unsigned i)
{
    const struct device *dev = board->devices[i];
    const struct device_fdt *d = &dev->type->fdt;
    if (!d->node)
        return;
    dt_begin_at(t, d->node, dev->base);
    if (board->secure_only[i])
        secure_status(t);
    if (d->dma_coherent)
        dt_flag(t, "dma-coherent");
    if (d->clock_names)
        clocks(t, d->clock_names);
    if (board->spi[i] != NO_SPI)
        DT_CELLS(t, "interrupts", IRQ_SPI, board->spi[i], d->edge_irq ? IRQ_EDGE : IRQ_LEVEL);
    if (d->gpio_controller) {
        DT_CELLS(t, "phandle", board->secure_only[i] ? PHANDLE_SECURE_GPIO : PHANDLE_GPIO);
        dt_flag(t, "gpio-controller");
        DT_CELLS(t, "#gpio-cells", 2);
    }
    DT_CELLS(t, "reg", 0, (u32)dev->base, 0, (u32)dev->type->size);
    dt_strings(t, "compatible", d->compatible);
    dt_end(t);
}

/* gpio-keys.yaml: KEY_POWER on pin 3 */
static void gpio_keys_node(struct dt *t)
{
    dt_begin(t, "gpio-keys");
    dt_strings(t, "compatible", "gpio-keys");
    dt_begin(t, "poweroff");
    DT_CELLS(t, "gpios", PHANDLE_GPIO, 3, 0);
    DT_CELLS(t, "linux,code", 116);
    dt_strings(t, "label", "GPIO Key Poweroff");
    dt_end(t);
    dt_end(t);
}

/* gpio-restart.yaml, gpio-poweroff.yaml: pins of the Secure GPIO */
static void secure_gpio_node(struct dt *t, const char *name, u32 pin)
{
    dt_begin(t, name);
    secure_status(t);
    DT_CELLS(t, "gpios", PHANDLE_SECURE_GPIO, pin, 0);
    dt_strings(t, "compatible", name);
    dt_end(t);
}

/* PPI flags 15:8: the mask of PEs that it goes to (arm,gic.yaml) */
static u32 ppi_flags(const struct machine *m)
{
    return (u32)ones(m->cpu_count) << 8 | IRQ_LEVEL;
}

/* pmu.yaml: those of ARMv7 have a core's name */
static void pmu_node(struct dt *t, const struct machine *m)
{
    char v7[64];
    snprintf(v7, sizeof v7, "%s-pmu", cpu_model_compatible(m->cpus[0]->model));
    dt_begin(t, "pmu");
    DT_CELLS(t, "interrupts", IRQ_PPI, 7, ppi_flags(m));
    dt_strings(t, "compatible", is_aarch32(m) ? v7 : "arm,armv8-pmuv3");
    dt_end(t);
}

static void gic_node(struct dt *t, const struct machine *m)
{
    dt_begin(t, "intc@8000000");
    DT_CELLS(t, "phandle", PHANDLE_GIC);
    if (m->options->virtualization) {
        DT_CELLS(t, "interrupts", IRQ_PPI, 9, IRQ_LEVEL);
        DT_CELLS(t, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000, 0, 0x8030000, 0, 0x10000, 0, 0x8040000, 0, 0x10000);
    } else {
        DT_CELLS(t, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000);
    }
    dt_strings(t, "compatible", "arm,cortex-a15-gic");
    dt_flag(t, "ranges");
    DT_CELLS(t, "#size-cells", 2);
    DT_CELLS(t, "#address-cells", 2);
    dt_flag(t, "interrupt-controller");
    DT_CELLS(t, "#interrupt-cells", 3);
    dt_begin(t, "v2m@8020000");
    DT_CELLS(t, "phandle", PHANDLE_V2M);
    DT_CELLS(t, "reg", 0, 0x8020000, 0, 0x1000);
    dt_flag(t, "msi-controller");
    dt_strings(t, "compatible", "arm,gic-v2m-frame");
    dt_end(t);
    dt_end(t);
}

static void flash_node(struct dt *t, const char *name, u32 base, u32 banks, bool secure)
{
    dt_begin_at(t, name, base);
    if (secure)
        secure_status(t);
    DT_CELLS(t, "bank-width", 4);
    if (banks == 2)
        DT_CELLS(t, "reg", 0, base, 0, VIRT_FLASH_SIZE, 0, base + VIRT_FLASH_SIZE, 0, VIRT_FLASH_SIZE);
    else
        DT_CELLS(t, "reg", 0, base, 0, VIRT_FLASH_SIZE);
    dt_strings(t, "compatible", "cfi-flash");
    dt_end(t);
}

static void memories(struct dt *t, const struct machine *m)
{
    if (!m->options->secure) {
        flash_node(t, "flash", 0, 2, false);
        return;
    }
    flash_node(t, "flash", VIRT_FLASH_SIZE, 1, false);
    flash_node(t, "secflash", 0, 1, true);
    dt_begin(t, "secram@e000000");
    secure_status(t);
    DT_CELLS(t, "reg", 0, 0xe000000, 0, 0x1000000);
    dt_strings(t, "device_type", "memory");
    dt_end(t);
}

static void cpu_map_node(struct dt *t, const struct machine *m)
{
    dt_begin(t, "cpu-map");
    dt_begin(t, "socket0");
    dt_begin(t, "cluster0");
    for (unsigned i = 0; i < m->cpu_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "core%u", i);
        dt_begin(t, name);
        DT_CELLS(t, "cpu", PHANDLE_CPU + i);
        dt_end(t);
    }
    dt_end(t);
    dt_end(t);
    dt_end(t);
}

/* arm/cpus.yaml */
static void cpus_node(struct dt *t, const struct machine *m)
{
    dt_begin(t, "cpus");
    DT_CELLS(t, "#size-cells", 0);
    DT_CELLS(t, "#address-cells", 1);
    cpu_map_node(t, m);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        u32 affinity = (u32)(m->cpus[i]->mpidr & 0xffffff);
        dt_begin_at(t, "cpu", affinity);
        DT_CELLS(t, "phandle", PHANDLE_CPU + i);
        DT_CELLS(t, "reg", affinity);
        if (!m->has_firmware && !m->options->secure && m->cpu_count > 1)
            dt_strings(t, "enable-method", "psci");
        dt_strings(t, "compatible", cpu_model_compatible(m->cpus[i]->model));
        dt_strings(t, "device_type", "cpu");
        dt_end(t);
    }
    dt_end(t);
}

/* arm,arch_timer.yaml: Secure, Non-secure, virtual, hypervisor */
static void timer_node(struct dt *t, const struct machine *m)
{
    u32 f = ppi_flags(m);
    dt_begin(t, "timer");
    DT_CELLS(t, "interrupts", IRQ_PPI, 13, f, IRQ_PPI, 14, f, IRQ_PPI, 11, f, IRQ_PPI, 10, f);
    dt_flag(t, "always-on");
    dt_strings(t, "compatible", is_aarch32(m) ? "arm,armv7-timer" : "arm,armv8-timer;arm,armv7-timer");
    dt_end(t);
}

static void clock_node(struct dt *t)
{
    dt_begin(t, "apb-pclk");
    DT_CELLS(t, "phandle", PHANDLE_CLOCK);
    dt_strings(t, "clock-output-names", "clk24mhz");
    DT_CELLS(t, "clock-frequency", 24000000);
    DT_CELLS(t, "#clock-cells", 0);
    dt_strings(t, "compatible", "fixed-clock");
    dt_end(t);
}

static void root(struct dt *t, const struct machine *m)
{
    dt_begin(t, "");
    DT_CELLS(t, "interrupt-parent", PHANDLE_GIC);
    dt_strings(t, "model", "linux,dummy-virt");
    DT_CELLS(t, "#size-cells", 2);
    DT_CELLS(t, "#address-cells", 2);
    dt_strings(t, "compatible", "linux,dummy-virt");
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
        dt_chosen(t, "secure-chosen", "/pl011@9040000", ~m->options->seed);
    dt_chosen(t, "chosen", "/pl011@9000000", m->options->seed);
    dt_end(t);
}

bool virt_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err)
{
    return dt_build(m, fdt, room, root, err);
}
