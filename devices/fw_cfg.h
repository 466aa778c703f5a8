/* The firmware configuration device: numbered items, and files by name. */
#ifndef DEVICES_FW_CFG_H
#define DEVICES_FW_CFG_H

#include "devices/types.h"

enum fw_cfg_key {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_RAM_SIZE = 0x03,
    FW_CFG_NOGRAPHIC = 0x04,
    FW_CFG_NB_CPUS = 0x05,
    FW_CFG_KERNEL_SIZE = 0x08,
    FW_CFG_INITRD_SIZE = 0x0b,
    FW_CFG_BOOT_MENU = 0x0e,
    FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_KERNEL_DATA = 0x11,
    FW_CFG_INITRD_DATA = 0x12,
    FW_CFG_CMDLINE_SIZE = 0x14,
    FW_CFG_CMDLINE_DATA = 0x15,
    FW_CFG_FILE_DIR = 0x19,
    FW_CFG_FIRST_FILE = 0x20,
};

/* These copy the data and replace an item that is there already. False: no memory or no room. Numbers are stored little-endian. */
bool fw_cfg_add(struct device *dev, u16 key, const void *data, size_t len);
bool fw_cfg_add_u16(struct device *dev, u16 key, u16 value);
bool fw_cfg_add_u32(struct device *dev, u16 key, u32 value);
bool fw_cfg_add_u64(struct device *dev, u16 key, u64 value);
/* A file ("etc/…", "opt/…"; 55 characters at most), listed in FILE_DIR. */
bool fw_cfg_add_file(struct device *dev, const char *name, const void *data, size_t len);

#endif
