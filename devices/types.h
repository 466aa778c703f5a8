/* The devices that a board's list may name. */
#ifndef DEVICES_TYPES_H
#define DEVICES_TYPES_H

#include "devices/device.h"

extern const struct device_type fw_cfg_type;
extern const struct device_type gicv2m_type;
extern const struct device_type pl011_type;
extern const struct device_type pl031_type;
extern const struct device_type pl061_type;
extern const struct device_type virtio_mmio_type;

#endif
