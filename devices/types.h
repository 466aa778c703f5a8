/* The devices that a board's list may name. */
#ifndef DEVICES_TYPES_H
#define DEVICES_TYPES_H

#include "devices/device.h"

extern const struct device_type absent_128k_type;
extern const struct device_type absent_4k_type;
extern const struct device_type fw_cfg_type;
extern const struct device_type gicv2m_type;
extern const struct device_type lan9118_type;
extern const struct device_type pl011_type;
extern const struct device_type pl031_type;
extern const struct device_type pl050_type;
extern const struct device_type pl061_type;
extern const struct device_type pl111_type;
extern const struct device_type pl180_type;
extern const struct device_type sp804_type;
extern const struct device_type sp805_type;
extern const struct device_type sp810_type;
extern const struct device_type system_counter_type;
extern const struct device_type versatile_i2c_type;
extern const struct device_type vexpress_sysreg_type;
extern const struct device_type virtio_mmio_type;

#endif
