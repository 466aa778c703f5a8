/* Devices as register tables: life, reset, and the one MMIO access function that follows the rows (device.h has the rules). */
#include "devices/device.h"

#include "emu/platform/bits.h"

#include <stdlib.h>
#include <string.h>

static unsigned reg_copies(const struct reg *r)
{
    return r->count ? r->count : 1;
}

const struct reg *device_reg(const struct device_type *type, u32 offset)
{
    for (unsigned i = 0; i < type->reg_count; i++) {
        const struct reg *r = &type->regs[i];
        if (offset - r->offset < reg_copies(r) * type->reg_bytes)
            return r;
    }
    return NULL;
}

/* ---- fields ---- */

static u32 bytes_at(const struct device *dev, u32 offset, unsigned size)
{
    u32 value = 0;
    memcpy(&value, (const u8 *)dev + offset, size); /* hosts are little-endian x86 and Arm */
    return value;
}

static u32 field_get(const struct device *dev, const struct reg *r)
{
    return bytes_at(dev, r->field_offset, r->field_size);
}

static void field_set(struct device *dev, const struct reg *r, u32 value)
{
    memcpy((u8 *)dev + r->field_offset, &value, r->field_size);
}

/* ---- one register ---- */

static u32 reg_read(struct device *dev, const struct reg *r, u32 offset, bool peek)
{
    if (r->rights == WO) {
        if (!peek)
            log_line(dev->log, LOG_GUEST_ERRORS, "%s: read of write-only %s", dev->name, r->name);
        return 0;
    }
    if (r->read)
        return r->read(dev, offset, peek);
    if (!r->field_size)
        return r->reset;
    return field_get(dev, r) & (r->mask_offset ? bytes_at(dev, r->mask_offset, r->field_size) : ~0u);
}

static void reg_write(struct device *dev, const struct reg *r, u32 offset, u32 value)
{
    if (r->rights == RO) {
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: write of %#x to read-only %s", dev->name, value, r->name);
        return;
    }
    if (r->write) {
        r->write(dev, offset, value);
        return;
    }
    if (r->field_size) {
        u32 mask = r->clears ? value : r->wmask ? r->wmask : ~0u;
        field_set(dev, r, (field_get(dev, r) & ~mask) | (r->clears ? 0 : value & mask));
    }
    if (r->wrote)
        r->wrote(dev);
}

/* ---- accesses ---- */

static void unknown_reg(struct device *dev, struct bus_access *acc)
{
    if (!acc->debug)
        log_line(dev->log, LOG_GUEST_ERRORS, "%s: %s of %u bytes at offset %#llx, where there is no register", dev->name,
                 acc->write ? "write" : "read", acc->size, (unsigned long long)acc->offset);
    if (!acc->write)
        acc->value = 0;
}

/* An access that is not wider than a register. */
static void access_one(struct device *dev, struct bus_access *acc)
{
    u32 offset = (u32)align_down(acc->offset, dev->type->reg_bytes);
    unsigned lane = (unsigned)(acc->offset - offset);
    const struct reg *r = device_reg(dev->type, offset);
    if (!r || (acc->write && lane)) {
        unknown_reg(dev, acc);
        return;
    }
    if (acc->write)
        reg_write(dev, r, offset, (u32)(acc->value & ones(acc->size * 8u)));
    else
        acc->value = (u64)reg_read(dev, r, offset, acc->debug) >> (8 * lane) & ones(acc->size * 8u);
}

static void access_split(struct device *dev, struct bus_access *acc)
{
    unsigned width = dev->type->reg_bytes;
    u64 value = 0;
    for (unsigned done = 0; done < acc->size; done += width) {
        struct bus_access part = *acc;
        part.size = (u8)width;
        part.offset += done;
        part.value >>= 8 * done;
        access_one(dev, &part);
        value |= (part.value & ones(8 * width)) << (8 * done);
    }
    if (!acc->write)
        acc->value = value;
}

static enum bus_result device_access(void *owner, struct bus_access *acc)
{
    struct device *dev = owner;
    if (acc->debug && acc->write)
        return BUS_SLAVE_ERROR; /* every register write may have effects */
    if (dev->type->access)
        return dev->type->access(dev, acc);
    if (acc->size > dev->type->reg_bytes)
        access_split(dev, acc);
    else
        access_one(dev, acc);
    return BUS_OK;
}

static const struct bus_mmio_ops device_ops = { .access = device_access };

/* ---- life ---- */

struct device *device_new(const struct device_type *type, const char *name, u64 base, struct bus *bus, struct clock *clock,
                          struct log *log, struct error *err)
{
    struct device *dev = calloc(1, type->instance_size);
    if (!dev) {
        error_set(err, "%s: no memory", name);
        return NULL;
    }
    dev->type = type;
    dev->name = name;
    dev->base = base;
    dev->bus = bus;
    dev->clock = clock;
    dev->log = log;
    return dev;
}

bool device_map(struct device *dev, bool secure_only, struct error *err)
{
    const char *flaw = device_type_flaw(dev->type);
    if (flaw)
        return error_set(err, "%s: register table: %s", dev->type->name, flaw);
    if (!bus_add_mmio(dev->bus, dev->name, PA(dev->base), dev->type->size, &device_ops, dev, err))
        return false;
    bus_find(dev->bus, PA(dev->base))->secure_only = secure_only;
    return true;
}

void device_reset(struct device *dev)
{
    for (unsigned i = 0; i < dev->type->reg_count; i++)
        if (dev->type->regs[i].field_size)
            field_set(dev, &dev->type->regs[i], dev->type->regs[i].reset);
    if (dev->type->reset)
        dev->type->reset(dev);
}

void device_free(struct device *dev)
{
    if (!dev)
        return;
    if (dev->type->free)
        dev->type->free(dev);
    free(dev);
}

/* ---- the start-up check ---- */

static const char *row_flaw(const struct device_type *type, const struct reg *r)
{
    if (r->offset % type->reg_bytes)
        return "a row is not aligned";
    if (r->offset + reg_copies(r) * type->reg_bytes > type->size)
        return "a row lies outside the window";
    if (r->field_size && r->field_size != 1 && r->field_size != 2 && r->field_size != 4)
        return "a field is not 1, 2 or 4 bytes";
    if (r->field_size && r->field_offset + r->field_size > type->instance_size)
        return "a field lies outside the instance";
    if (r->mask_offset && (!r->field_size || r->mask_offset + r->field_size > type->instance_size))
        return "a field is seen through one that lies outside the instance";
    if (r->rights == RO && (r->write || r->wrote || r->wmask || r->clears))
        return "a read-only row has a write hook or mask";
    if (r->rights != RO && !r->write && !r->field_size)
        return "a writable row has neither field nor hook";
    if (r->rights == RW && !r->read && !r->field_size)
        return "a readable and writable row has neither field nor read hook";
    return NULL;
}

const char *device_type_flaw(const struct device_type *type)
{
    for (unsigned i = 0; i < type->reg_count; i++) {
        const struct reg *r = &type->regs[i];
        const char *flaw = row_flaw(type, r);
        if (flaw)
            return flaw;
        for (unsigned k = 0; k < reg_copies(r); k++)
            if (device_reg(type, r->offset + k * type->reg_bytes) != r)
                return "two rows overlap";
    }
    return NULL;
}
