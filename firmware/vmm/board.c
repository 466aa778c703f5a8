/* The board as its guest sees it: the device tree. Devicetree Specification v0.4, chapter 3, and Linux's bindings arm,gic, arm,gic-v3,
 * arm,arch_timer, arm,pl011, arm,psci. Numbers are those of the memory map in vmm.h. */
#include "fdt.h"
#include "vmm.h"

enum { DTB_ROOM = 64 << 10 };
enum { PHANDLE_GIC = 1, PHANDLE_CLOCK = 2 };
/* Interrupt specifiers of arm,gic and arm,gic-v3: kind, number, flags; for GICv2's PPIs, flags 15:8 is a mask of CPUs */
enum { GIC_SPI = 0, GIC_PPI = 1, LEVEL_HIGH = 4 };
enum { UART_CLOCK_HZ = 24000000 };

static void describe_cpus(struct fdt *fdt, const struct vm *vm)
{
    fdt_node(fdt, "cpus");
    fdt_cell(fdt, "#address-cells", 1);
    fdt_cell(fdt, "#size-cells", 0);
    for (u32 i = 0; i < vm->vcpus; i++) {
        char name[] = "cpu@0";
        name[4] = (char)('0' + i);
        fdt_node(fdt, name);
        fdt_text(fdt, "device_type", "cpu");
        fdt_text(fdt, "compatible", vm->protocol->is_aarch32 ? "arm,armv7" : "arm,armv8");
        fdt_cell(fdt, "reg", i); /* KVM gives vCPU i the affinity 0.0.0.i */
        fdt_text(fdt, "enable-method", "psci");
        fdt_end(fdt);
    }
    fdt_end(fdt);
}

static void describe_gic(struct fdt *fdt, const struct vm *vm)
{
    fdt_node(fdt, "intc@8000000");
    fdt_text(fdt, "compatible", vm->gic_version == 3 ? "arm,gic-v3" : "arm,cortex-a15-gic");
    fdt_cell(fdt, "#address-cells", 0);
    fdt_cell(fdt, "#interrupt-cells", 3);
    fdt_empty(fdt, "interrupt-controller");
    if (vm->gic_version == 3)
        FDT_CELLS(fdt, "reg", 0, GICD_BASE, 0, 0x10000, 0, GICR_BASE, 0, vm->vcpus * GICR_BYTES_PER_CPU);
    else
        FDT_CELLS(fdt, "reg", 0, GICD_BASE, 0, 0x1000, 0, GICC_BASE, 0, 0x2000);
    fdt_cell(fdt, "phandle", PHANDLE_GIC);
    fdt_end(fdt);
}

static void describe_timer(struct fdt *fdt, const struct vm *vm)
{
    u32 flags = (vm->gic_version == 3 ? 0 : ((1u << vm->vcpus) - 1) << 8) | LEVEL_HIGH;
    fdt_node(fdt, "timer");
    fdt_text(fdt, "compatible", vm->protocol->is_aarch32 ? "arm,armv7-timer" : "arm,armv8-timer");
    FDT_CELLS(fdt, "interrupts", GIC_PPI, TIMER_SECURE, flags, GIC_PPI, TIMER_PHYS, flags, GIC_PPI, TIMER_VIRT, flags, GIC_PPI, TIMER_HYP, flags);
    fdt_empty(fdt, "always-on");
    fdt_end(fdt);
}

static void describe_uart(struct fdt *fdt)
{
    fdt_node(fdt, "apb-pclk");
    fdt_text(fdt, "compatible", "fixed-clock");
    fdt_cell(fdt, "#clock-cells", 0);
    fdt_cell(fdt, "clock-frequency", UART_CLOCK_HZ);
    fdt_text(fdt, "clock-output-names", "clk24mhz");
    fdt_cell(fdt, "phandle", PHANDLE_CLOCK);
    fdt_end(fdt);

    fdt_node(fdt, "pl011@9000000");
    fdt_texts(fdt, "compatible", "arm,pl011;arm,primecell");
    FDT_CELLS(fdt, "reg", 0, UART_BASE, 0, PL011_BYTES);
    FDT_CELLS(fdt, "interrupts", GIC_SPI, UART_SPI, LEVEL_HIGH);
    FDT_CELLS(fdt, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
    fdt_texts(fdt, "clock-names", "uartclk;apb_pclk");
    fdt_end(fdt);
}

/* The seed is fixed: the same guest runs the same way each time. Nothing secret may rest on this machine's random numbers. */
static void describe_chosen(struct fdt *fdt, const struct vm *vm)
{
    u8 seed[64];
    for (u32 i = 0; i < sizeof(seed); i++)
        seed[i] = (u8)(i * 37 + 11);
    fdt_node(fdt, "chosen");
    fdt_text(fdt, "bootargs", vm->command_line);
    fdt_text(fdt, "stdout-path", "/pl011@9000000");
    fdt_bytes(fdt, "rng-seed", seed, sizeof(seed));
    if (vm->layout.initrd != vm->layout.initrd_end) {
        fdt_u64(fdt, "linux,initrd-start", vm->layout.initrd);
        fdt_u64(fdt, "linux,initrd-end", vm->layout.initrd_end);
    }
    fdt_end(fdt);
}

void board_describe(struct vm *vm)
{
    struct fdt fdt;
    fdt_start(&fdt, guest_memory(vm, vm->layout.dtb), DTB_ROOM);
    fdt_node(&fdt, "");
    fdt_text(&fdt, "compatible", "linux,dummy-virt");
    fdt_text(&fdt, "model", "Armature KVM VMM");
    fdt_cell(&fdt, "#address-cells", 2);
    fdt_cell(&fdt, "#size-cells", 2);
    fdt_cell(&fdt, "interrupt-parent", PHANDLE_GIC);

    fdt_node(&fdt, "memory@40000000");
    fdt_text(&fdt, "device_type", "memory");
    FDT_CELLS(&fdt, "reg", 0, RAM_BASE, (u32)(vm->ram_bytes >> 32), (u32)vm->ram_bytes);
    fdt_end(&fdt);

    fdt_node(&fdt, "psci");
    fdt_texts(&fdt, "compatible", "arm,psci-1.0;arm,psci-0.2");
    fdt_text(&fdt, "method", "hvc");
    fdt_end(&fdt);

    describe_cpus(&fdt, vm);
    describe_gic(&fdt, vm);
    describe_timer(&fdt, vm);
    describe_uart(&fdt);
    describe_chosen(&fdt, vm);
    fdt_end(&fdt);
    vm->dtb_bytes = fdt_finish(&fdt);
    if (!vm->dtb_bytes)
        die(STATUS_INPUT, "the device tree does not fit into %lu bytes: the command line is too long", (u64)DTB_ROOM);
}
