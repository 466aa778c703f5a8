/* A window where the board has something that is not modelled: all of it reads as zero and ignores writes, so that software which looks for an
 * identification finds none. The first access is reported. */
#include "devices/types.h"

static enum bus_result absent_access(struct device *dev, struct bus_access *acc)
{
    if (!acc->debug)
        log_once(dev->log, LOG_UNIMP, "%s at %#llx: not modelled, reads as zero", dev->name, (unsigned long long)dev->base);
    acc->value = acc->write ? acc->value : 0;
    return BUS_OK;
}

#define ABSENT(bytes)                                                                                                  \
    {                                                                                                                  \
        .name = "absent", .size = bytes, .instance_size = sizeof(struct device), .reg_bytes = 4, .access = absent_access \
    }

const struct device_type absent_4k_type = ABSENT(0x1000);
const struct device_type absent_128k_type = ABSENT(0x20000);
