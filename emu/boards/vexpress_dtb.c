/* The device tree of board `vexpress-a15` where -dtb gives none: what the board has, under the names and bindings that kernels know it by
 * (arm,vexpress-*.yaml), without what is absent. It is flat: every device stands at the root, with its interrupt as an SPI. */
#include "cpu/model.h"
#include "emu/boards/dt.h"
#include "emu/boards/vexpress.h"
#include "emu/platform/bits.h"

#include <string.h>

enum { PHANDLE_GIC = 1, PHANDLE_24MHZ, PHANDLE_1MHZ, PHANDLE_32KHZ, PHANDLE_SYSREG, PHANDLE_SYSCTL, PHANDLE_LED, PHANDLE_MCI, PHANDLE_FLASH,
       PHANDLE_3V3, PHANDLE_VRAM };

static void fixed_clock(struct dt *t, const char *name, u32 hz, u32 phandle)
{
    dt_begin(t, name);
    dt_strings(t, "compatible", "fixed-clock");
    DT_CELLS(t, "#clock-cells", 0);
    DT_CELLS(t, "clock-frequency", hz);
    DT_CELLS(t, "phandle", phandle);
    dt_end(t);
}

static void clock_nodes(struct dt *t)
{
    fixed_clock(t, "clk24mhz", 24000000, PHANDLE_24MHZ);
    fixed_clock(t, "refclk1mhz", 1000000, PHANDLE_1MHZ);
    fixed_clock(t, "refclk32khz", 32768, PHANDLE_32KHZ);
    dt_begin(t, "fixed-regulator-0");
    dt_strings(t, "compatible", "regulator-fixed");
    dt_strings(t, "regulator-name", "3V3");
    DT_CELLS(t, "regulator-min-microvolt", 3300000);
    DT_CELLS(t, "regulator-max-microvolt", 3300000);
    dt_flag(t, "regulator-always-on");
    DT_CELLS(t, "phandle", PHANDLE_3V3);
    dt_end(t);
}

/* ---- devices: what is not in struct device_fdt ---- */

static void sysreg_gpio(struct dt *t, const char *node, const char *compatible, u32 offset, u32 phandle)
{
    dt_begin(t, node);
    dt_strings(t, "compatible", compatible);
    DT_CELLS(t, "reg", offset, 4);
    dt_flag(t, "gpio-controller");
    DT_CELLS(t, "#gpio-cells", 2);
    DT_CELLS(t, "phandle", phandle);
    dt_end(t);
}

static void sysreg_children(struct dt *t)
{
    DT_CELLS(t, "phandle", PHANDLE_SYSREG);
    DT_CELLS(t, "#address-cells", 1);
    DT_CELLS(t, "#size-cells", 1);
    DT_CELLS(t, "ranges", 0, 0, (u32)VEXPRESS_SYSREG, 0x1000);
    sysreg_gpio(t, "gpio@8", "arm,vexpress-sysreg,sys_led", 0x8, PHANDLE_LED);
    sysreg_gpio(t, "gpio@48", "arm,vexpress-sysreg,sys_mci", 0x48, PHANDLE_MCI);
    sysreg_gpio(t, "gpio@4c", "arm,vexpress-sysreg,sys_flash", 0x4c, PHANDLE_FLASH);
}

/* arm,sp810: TIMERCLKEN 0 to 3, all from the 1 MHz clock */
static void sysctl_details(struct dt *t)
{
    DT_CELLS(t, "clocks", PHANDLE_32KHZ, PHANDLE_1MHZ, PHANDLE_24MHZ);
    dt_strings(t, "clock-names", "refclk;timclk;apb_pclk");
    DT_CELLS(t, "#clock-cells", 1);
    dt_strings(t, "clock-output-names", "timerclken0;timerclken1;timerclken2;timerclken3");
    DT_CELLS(t, "assigned-clocks", PHANDLE_SYSCTL, 0, PHANDLE_SYSCTL, 1, PHANDLE_SYSCTL, 2, PHANDLE_SYSCTL, 3);
    DT_CELLS(t, "assigned-clock-parents", PHANDLE_1MHZ, PHANDLE_1MHZ, PHANDLE_1MHZ, PHANDLE_1MHZ);
    DT_CELLS(t, "phandle", PHANDLE_SYSCTL);
}

static void mmci_details(struct dt *t)
{
    DT_CELLS(t, "cd-gpios", PHANDLE_MCI, 0, 0);
    DT_CELLS(t, "wp-gpios", PHANDLE_MCI, 1, 0);
    DT_CELLS(t, "max-frequency", 12000000);
    DT_CELLS(t, "vmmc-supply", PHANDLE_3V3);
}

static void ethernet_details(struct dt *t)
{
    dt_strings(t, "phy-mode", "mii");
    DT_CELLS(t, "reg-io-width", 4);
    dt_flag(t, "smsc,irq-active-high");
    dt_flag(t, "smsc,irq-push-pull");
    DT_CELLS(t, "vdd33a-supply", PHANDLE_3V3);
    DT_CELLS(t, "vddvario-supply", PHANDLE_3V3);
}

static void details(struct dt *t, const char *name)
{
    if (!strcmp(name, "sysreg"))
        sysreg_children(t);
    else if (!strcmp(name, "sysctl"))
        sysctl_details(t);
    else if (!strcmp(name, "mmci"))
        mmci_details(t);
    else if (!strcmp(name, "ethernet"))
        ethernet_details(t);
    else if (!strcmp(name, "clcd"))
        DT_CELLS(t, "memory-region", PHANDLE_VRAM);
}

static void clock_refs(struct dt *t, const struct device *dev)
{
    const char *names = dev->type->fdt.clock_names;
    if (!names)
        return;
    dt_strings(t, "clock-names", names);
    if (!strncmp(dev->name, "timer", 5)) {
        u32 first = strcmp(dev->name, "timer01") ? 2 : 0;
        DT_CELLS(t, "clocks", PHANDLE_SYSCTL, first, PHANDLE_SYSCTL, first + 1, PHANDLE_24MHZ);
    } else if (!strncmp(dev->name, "watchdog", 8)) {
        DT_CELLS(t, "clocks", PHANDLE_32KHZ, PHANDLE_24MHZ);
    } else if (strchr(names, ';')) {
        DT_CELLS(t, "clocks", PHANDLE_24MHZ, PHANDLE_24MHZ);
    } else {
        DT_CELLS(t, "clocks", PHANDLE_24MHZ);
    }
}

static void device_node(struct dt *t, const struct board *board, unsigned i)
{
    const struct device *dev = board->devices[i];
    const struct device_fdt *d = &dev->type->fdt;
    if (!d->node)
        return;
    dt_begin_at(t, d->node, dev->base);
    dt_strings(t, "compatible", d->compatible);
    DT_CELLS(t, "reg", 0, (u32)dev->base, 0, (u32)dev->type->size);
    if (board->spi[i] != NO_SPI && !strcmp(dev->name, "mmci"))
        DT_CELLS(t, "interrupts", IRQ_SPI, board->spi[i], IRQ_LEVEL, IRQ_SPI, board->spi[i] + 1u, IRQ_LEVEL);
    else if (board->spi[i] != NO_SPI)
        DT_CELLS(t, "interrupts", IRQ_SPI, board->spi[i], IRQ_LEVEL);
    clock_refs(t, dev);
    details(t, dev->name);
    dt_end(t);
}

/* The configuration components that a kernel needs to power off and to start anew. */
static void mcc_node(struct dt *t)
{
    static const struct {
        const char *name, *compatible;
        u32 function;
    } functions[] = { { "reset", "arm,vexpress-reset", 5 }, { "shutdown", "arm,vexpress-shutdown", 8 }, { "reboot", "arm,vexpress-reboot", 9 } };
    dt_begin(t, "mcc");
    dt_strings(t, "compatible", "arm,vexpress,config-bus");
    DT_CELLS(t, "arm,vexpress,config-bridge", PHANDLE_SYSREG);
    DT_CELLS(t, "arm,vexpress,site", 0);
    for (unsigned i = 0; i < ARRAY_SIZE(functions); i++) {
        dt_begin(t, functions[i].name);
        dt_strings(t, "compatible", functions[i].compatible);
        DT_CELLS(t, "arm,vexpress-sysreg,func", functions[i].function, 0);
        dt_end(t);
    }
    dt_end(t);
}

/* ---- memory and the daughterboard ---- */

static void memories(struct dt *t)
{
    dt_begin_at(t, "flash", VEXPRESS_FLASH0);
    dt_strings(t, "compatible", "arm,vexpress-flash;cfi-flash");
    DT_CELLS(t, "reg", 0, (u32)VEXPRESS_FLASH0, 0, (u32)VEXPRESS_FLASH_SIZE, 0, (u32)VEXPRESS_FLASH1, 0, (u32)VEXPRESS_FLASH_SIZE);
    DT_CELLS(t, "bank-width", 4);
    dt_end(t);
    dt_begin_at(t, "psram", VEXPRESS_PSRAM);
    dt_strings(t, "compatible", "arm,vexpress-psram;mtd-ram");
    DT_CELLS(t, "reg", 0, (u32)VEXPRESS_PSRAM, 0, (u32)VEXPRESS_PSRAM_SIZE);
    DT_CELLS(t, "bank-width", 4);
    dt_end(t);
    dt_begin(t, "reserved-memory");
    DT_CELLS(t, "#address-cells", 2);
    DT_CELLS(t, "#size-cells", 2);
    dt_flag(t, "ranges");
    dt_begin_at(t, "vram", VEXPRESS_VRAM);
    dt_strings(t, "compatible", "shared-dma-pool");
    DT_CELLS(t, "reg", 0, (u32)VEXPRESS_VRAM, 0, (u32)VEXPRESS_VRAM_SIZE);
    dt_flag(t, "no-map");
    DT_CELLS(t, "phandle", PHANDLE_VRAM);
    dt_end(t);
    dt_end(t);
}

static void cpus_node(struct dt *t, const struct machine *m)
{
    dt_begin(t, "cpus");
    DT_CELLS(t, "#address-cells", 1);
    DT_CELLS(t, "#size-cells", 0);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        u32 affinity = (u32)(m->cpus[i]->mpidr & 0xffffff);
        dt_begin_at(t, "cpu", affinity);
        dt_strings(t, "device_type", "cpu");
        dt_strings(t, "compatible", cpu_model_compatible(m->cpus[i]->model));
        DT_CELLS(t, "reg", affinity);
        dt_end(t);
    }
    dt_end(t);
}

static void gic_node(struct dt *t, const struct machine *m)
{
    u32 base = (u32)VEXPRESS_GIC;
    dt_begin_at(t, "interrupt-controller", VEXPRESS_GIC + 0x1000);
    dt_strings(t, "compatible", "arm,cortex-a15-gic;arm,cortex-a9-gic");
    DT_CELLS(t, "#interrupt-cells", 3);
    DT_CELLS(t, "#address-cells", 0);
    dt_flag(t, "interrupt-controller");
    if (m->options->virtualization) {
        DT_CELLS(t, "reg", 0, base + 0x1000, 0, 0x1000, 0, base + 0x2000, 0, 0x2000, 0, base + 0x4000, 0, 0x2000, 0, base + 0x6000, 0, 0x2000);
        DT_CELLS(t, "interrupts", IRQ_PPI, 9, 0xf00 | IRQ_LEVEL);
    } else {
        DT_CELLS(t, "reg", 0, base + 0x1000, 0, 0x1000, 0, base + 0x2000, 0, 0x2000);
    }
    DT_CELLS(t, "phandle", PHANDLE_GIC);
    dt_end(t);
}

static void timer_and_pmu(struct dt *t, const struct machine *m)
{
    u32 f = 0xf00 | IRQ_LEVEL_LOW;
    dt_begin(t, "timer");
    dt_strings(t, "compatible", "arm,armv7-timer");
    DT_CELLS(t, "interrupts", IRQ_PPI, 13, f, IRQ_PPI, 14, f, IRQ_PPI, 11, f, IRQ_PPI, 10, f);
    dt_end(t);
    if (!cpu_has(m->cpus[0], FEAT_PMUV3))
        return;
    dt_begin(t, "pmu");
    dt_strings(t, "compatible", m->cpus[0]->pstate.aarch32 ? "arm,cortex-a15-pmu" : "arm,armv8-pmuv3");
    DT_CELLS(t, "interrupts", IRQ_SPI, 68, IRQ_LEVEL, IRQ_SPI, 69, IRQ_LEVEL);
    dt_end(t);
}

static void root(struct dt *t, const struct machine *m)
{
    dt_begin(t, "");
    dt_strings(t, "model", "V2P-CA15");
    dt_strings(t, "compatible", "arm,vexpress,v2p-ca15,tc1;arm,vexpress,v2p-ca15;arm,vexpress");
    DT_CELLS(t, "arm,hbi", 0x237);
    DT_CELLS(t, "arm,vexpress,site", 0xf);
    DT_CELLS(t, "interrupt-parent", PHANDLE_GIC);
    DT_CELLS(t, "#address-cells", 2);
    DT_CELLS(t, "#size-cells", 2);
    dt_chosen(t, "chosen", VEXPRESS_UART0, m->options->seed);
    dt_begin(t, "aliases");
    dt_strings(t, "serial0", VEXPRESS_UART0);
    dt_strings(t, "serial1", "/pl011@1c0a0000");
    dt_strings(t, "serial2", "/pl011@1c0b0000");
    dt_strings(t, "serial3", "/pl011@1c0c0000");
    dt_end(t);
    cpus_node(t, m);
    memories(t);
    clock_nodes(t);
    gic_node(t, m);
    timer_and_pmu(t, m);
    for (unsigned i = 0; i < m->board->device_count; i++)
        device_node(t, m->board, i);
    mcc_node(t);
    dt_end(t);
}

bool vexpress_dtb_build(struct machine *m, void *fdt, size_t room, struct error *err)
{
    return dt_build(m, fdt, room, root, err);
}
