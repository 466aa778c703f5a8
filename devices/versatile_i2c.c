/* The two-wire bus registers of the Versatile boards (DUI 0447, 4.4.6; DUI 0225): software moves the lines itself. Both lines are open drain with
 * pull-ups, and nobody is on the bus, so a line reads as it is driven and no byte is acknowledged. */
#include "devices/types.h"

struct versatile_i2c {
    struct device dev;
    u32 lines; /* SCL 0, SDA 1; 1: released */
};

static struct versatile_i2c *self(struct device *dev)
{
    return (struct versatile_i2c *)dev;
}

static u32 control_read(struct device *dev, u32 offset, bool peek)
{
    (void)offset;
    (void)peek;
    return self(dev)->lines;
}

static void set_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->lines |= value & 3;
}

static void clear_write(struct device *dev, u32 offset, u32 value)
{
    (void)offset;
    self(dev)->lines &= ~value;
}

static const struct reg versatile_i2c_regs[] = {
    { 0x000, "SB_CONTROL/SB_CONTROLS", RW, FIELD_OF(struct versatile_i2c, lines), .reset = 3, .read = control_read, .write = set_write },
    { 0x004, "SB_CONTROLC", WO, .write = clear_write },
};

const struct device_type versatile_i2c_type = {
    .name = "versatile-i2c",
    .size = 0x1000,
    .instance_size = sizeof(struct versatile_i2c),
    .reg_bytes = 4,
    .regs = versatile_i2c_regs,
    .reg_count = ARRAY_SIZE(versatile_i2c_regs),
    .fdt = { .node = "i2c", .compatible = "arm,versatile-i2c" },
};
