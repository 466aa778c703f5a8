/* An empty virtio-mmio slot (virtio 1.2, 4.2.2): a transport that says "no device here". Drivers read three registers and leave. */
#include "devices/types.h"

static void ignore_write(struct device *dev, u32 offset, u32 value)
{
    (void)dev;
    (void)offset;
    (void)value;
}

static u32 read_zero(struct device *dev, u32 offset, bool peek)
{
    (void)dev;
    (void)offset;
    (void)peek;
    return 0;
}

static const struct reg virtio_mmio_regs[] = {
    { 0x000, "MagicValue", RO, .reset = 0x74726976 }, /* "virt" */
    { 0x004, "Version", RO, .reset = 1 },
    { 0x008, "DeviceID", RO, .reset = 0 }, /* placeholder: drivers must ignore the slot */
    { 0x00c, "VendorID", RO, .reset = 0x4d4f4441 },
    { 0x010, "reserved", RW, .count = 124, .read = read_zero, .write = ignore_write }, /* RAZ/WI with DeviceID 0 */
};

const struct device_type virtio_mmio_type = {
    .name = "virtio-mmio",
    .size = 0x200,
    .instance_size = sizeof(struct device),
    .reg_bytes = 4,
    .regs = virtio_mmio_regs,
    .reg_count = ARRAY_SIZE(virtio_mmio_regs),
    .fdt = { .node = "virtio_mmio", .compatible = "virtio,mmio", .dma_coherent = true, .edge_irq = true },
};
