/* GICv2m MSI frame (SBSA, appendix E): a write of an interrupt ID raises that SPI as an edge. irq[i] is the frame's i-th SPI. */
#include "devices/types.h"

#define V2M_BASE_INTID 80
#define V2M_SPIS 64

static void setspi_write(struct device *dev, u32 offset, u32 value)
{
    u32 n = (value & 0x3ff) - V2M_BASE_INTID;
    (void)offset;
    if (n >= V2M_SPIS) {
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: MSI for interrupt %u, which is not in this frame", dev->name, value & 0x3ff);
        return;
    }
    irq_set(&dev->irq[n], true);
    irq_set(&dev->irq[n], false);
}

static const struct reg gicv2m_regs[] = {
    { 0x008, "MSI_TYPER", RO, .reset = V2M_BASE_INTID << 16 | V2M_SPIS },
    { 0x040, "MSI_SETSPI_NS", WO, .write = setspi_write },
    { 0xfcc, "MSI_IIDR", RO, .reset = 0 },
    { 0xfd0, "PeriphID4", RO, .count = 12, .reset = 0 },
};

const struct device_type gicv2m_type = {
    .name = "gicv2m",
    .size = 0x1000,
    .instance_size = sizeof(struct device),
    .reg_bytes = 4,
    .regs = gicv2m_regs,
    .reg_count = ARRAY_SIZE(gicv2m_regs),
};
