/* The physical memory map. */
#define _DEFAULT_SOURCE /* madvise */
#include "emu/platform/bus.h"

#include "emu/platform/bits.h"
#include "emu/platform/host.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE (2 * MIB) /* of the host */

void bus_init(struct bus *bus, struct log *log)
{
    memset(bus, 0, sizeof *bus);
    bus->log = log;
}

void bus_free(struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++) {
        struct bus_region *r = &bus->regions[i];
        if (r->host) {
            if (!r->is_alias)
                munmap(r->host, r->size);
            munmap(r->page_flags, align_up(r->size / PAGE_SIZE, PAGE_SIZE));
        }
    }
    bus->count = 0;
    bus->last = NULL;
}

static struct bus_region *insert_region(struct bus *bus, const struct bus_region *new, struct error *err)
{
    unsigned at = 0;
    for (unsigned i = 0; i < bus->count; i++) {
        const struct bus_region *r = &bus->regions[i];
        if (new->base < r->base + r->size && r->base < new->base + new->size) {
            error_set(err, "memory map: %s at %#llx overlaps %s at %#llx", new->name, (unsigned long long)new->base,
                      r->name, (unsigned long long)r->base);
            return NULL;
        }
        if (r->base < new->base)
            at = i + 1;
    }
    if (bus->count == BUS_MAX_REGIONS) {
        error_set(err, "memory map: no room for %s", new->name);
        return NULL;
    }
    memmove(&bus->regions[at + 1], &bus->regions[at], (bus->count - at) * sizeof bus->regions[0]);
    bus->regions[at] = *new;
    bus->count++;
    bus->last = NULL;
    return &bus->regions[at];
}

/* Memory that costs nothing until it is touched, page by page: on a host that gives 2 MiB where 4 KiB were touched, a guest that goes about would
 * take far more than it uses. It is aligned to 2 MiB, for what bus_fill_mem fills. */
static void *reserve(u64 size)
{
    u64 room = size + (size >= HUGE_PAGE ? HUGE_PAGE : 0);
    u8 *p = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    u8 *at = room > size ? (u8 *)align_up((uintptr_t)p, HUGE_PAGE) : p;
    if (at > p)
        munmap(p, (size_t)(at - p));
    if (at + size < p + room)
        munmap(at + size, (size_t)(p + room - at - size));
    madvise(at, size, MADV_NOHUGEPAGE);
    return at;
}

bool bus_add_ram(struct bus *bus, const char *name, pa base, u64 size, bool rom, bool secure_only, struct error *err)
{
    struct bus_region r = { .name = name, .base = base.v, .size = size, .rom = rom, .secure_only = secure_only };
    u64 flags_size = align_up(size / PAGE_SIZE, PAGE_SIZE);
    r.host = reserve(size);
    r.page_flags = reserve(flags_size);
    if (!r.host || !r.page_flags)
        error_set(err, "memory map: no host memory for %s (%llu MiB)", name, (unsigned long long)(size / MIB));
    else if (insert_region(bus, &r, err))
        return true;
    if (r.host)
        munmap(r.host, size);
    if (r.page_flags)
        munmap(r.page_flags, flags_size);
    return false;
}

bool bus_add_rom_alias(struct bus *bus, const char *name, pa base, pa of, struct error *err)
{
    const struct bus_region *rom = bus_find(bus, of);
    struct bus_region r = *rom;
    u64 flags_size = align_up(r.size / PAGE_SIZE, PAGE_SIZE);
    r.name = name;
    r.base = base.v;
    r.is_alias = r.has_twin = true;
    r.twin = rom->base;
    r.page_flags = reserve(flags_size);
    if (!r.page_flags)
        return error_set(err, "memory map: no host memory for %s", name);
    if (!insert_region(bus, &r, err)) {
        munmap(r.page_flags, flags_size);
        return false;
    }
    struct bus_region *first = bus_find(bus, PA(r.twin));
    first->has_twin = true;
    first->twin = base.v;
    return true;
}

bool bus_add_mmio(struct bus *bus, const char *name, pa base, u64 size, const struct bus_mmio_ops *ops, void *owner,
                  struct error *err)
{
    struct bus_region r = { .name = name, .base = base.v, .size = size, .ops = ops, .owner = owner };
    return insert_region(bus, &r, err) != NULL;
}

void bus_region_set_ops(struct bus_region *region, const struct bus_mmio_ops *ops, void *owner)
{
    region->ops = ops;
    region->owner = owner;
}

void bus_region_set_write_ops(struct bus_region *region, const struct bus_mmio_ops *ops, void *owner)
{
    region->write_ops = ops;
    region->owner = owner;
}

struct bus_region *bus_find(struct bus *bus, pa addr)
{
    if (bus->last && addr.v - bus->last->base < bus->last->size)
        return bus->last;
    unsigned lo = 0, hi = bus->count;
    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        struct bus_region *r = &bus->regions[mid];
        if (addr.v < r->base)
            hi = mid;
        else if (addr.v - r->base >= r->size)
            lo = mid + 1;
        else
            return bus->last = r;
    }
    return NULL;
}

u8 *bus_ram_page(struct bus *bus, pa addr, bool secure, struct bus_region **region)
{
    struct bus_region *r = bus_find(bus, addr);
    if (region)
        *region = r;
    if (!r || !r->host || r->ops || (r->secure_only && !secure))
        return NULL;
    return r->host + ((addr.v & PAGE_MASK) - r->base);
}

static void tell_change_there(struct bus *bus, const struct bus_region *r, pa addr, u64 len)
{
    if (r->page_flags[(addr.v - r->base) >> PAGE_SHIFT] & RAM_PAGE_HAS_CODE)
        bus->code_written(bus->code_owner, addr, len);
    if (bus->memory_changed)
        bus->memory_changed(bus->change_owner, addr, len);
}

static void tell_change(struct bus *bus, const struct bus_region *r, pa addr, u64 len)
{
    u64 offset = addr.v - r->base;
    tell_change_there(bus, r, addr, len);
    if (r->has_twin)
        tell_change_there(bus, bus_find(bus, PA(r->twin)), PA(r->twin + offset), len);
}

void bus_rom_changed(struct bus *bus, pa addr, u64 len)
{
    tell_change(bus, bus_find(bus, addr), addr, len);
}

static enum bus_result access_memory(struct bus *bus, struct bus_region *r, struct bus_access *acc)
{
    u8 *host = r->host + acc->offset;
    if (!acc->write) {
        acc->value = 0;
        memcpy(&acc->value, host, acc->size);
        return BUS_OK;
    }
    if (r->rom && !acc->debug)
        return r->write_ops ? r->write_ops->access(r->owner, acc) : BUS_SLAVE_ERROR;
    memcpy(host, &acc->value, acc->size);
    tell_change(bus, r, acc->addr, acc->size);
    return BUS_OK;
}

enum bus_result bus_access(struct bus *bus, struct bus_access *acc)
{
    struct bus_region *r = bus_find(bus, acc->addr);
    if (!r || (r->secure_only && !acc->secure && !acc->debug))
        return BUS_DECODE_ERROR;
    acc->offset = acc->addr.v - r->base;
    if (!r->ops)
        return access_memory(bus, r, acc);
    if (!acc->debug) {
        if (acc->write)
            r->writes++;
        else
            r->reads++;
    }
    return r->ops->access(r->owner, acc);
}

/* Calls for each run of bytes that lies in one RAM page. */
static bool for_each_page(struct bus *bus, pa addr, void *to, const void *from, u64 len)
{
    while (len) {
        struct bus_region *r = bus_find(bus, addr);
        u64 n = PAGE_SIZE - (addr.v & (PAGE_SIZE - 1));
        if (n > len)
            n = len;
        if (!r || !r->host)
            return false;
        u64 offset = addr.v - r->base;
        if (to) {
            memcpy(to, r->host + offset, n);
            to = (u8 *)to + n;
        } else {
            memcpy(r->host + offset, from, n);
            from = (const u8 *)from + n;
            tell_change(bus, r, addr, n);
        }
        addr.v += n;
        len -= n;
    }
    return true;
}

bool bus_read_mem(struct bus *bus, pa addr, void *to, u64 len)
{
    return for_each_page(bus, addr, to, NULL, len);
}

bool bus_write_mem(struct bus *bus, pa addr, const void *from, u64 len)
{
    return for_each_page(bus, addr, NULL, from, len);
}

u8 *bus_fill_mem(struct bus *bus, pa addr, u64 *len)
{
    struct bus_region *r = bus_find(bus, addr);
    if (!r || !r->host)
        return NULL;
    u64 offset = addr.v - r->base;
    if (*len > r->size - offset)
        *len = r->size - offset;
    for (u64 done = 0, n; done < *len; done += n) {
        n = PAGE_SIZE - ((addr.v + done) & (PAGE_SIZE - 1));
        if (n > *len - done)
            n = *len - done;
        tell_change(bus, r, PA(addr.v + done), n);
    }
    u64 first = align_up(offset, HUGE_PAGE), end = (offset + *len) & ~(HUGE_PAGE - 1); /* all of this is about to be touched */
    if (first < end)
        madvise(r->host + first, end - first, MADV_HUGEPAGE);
    return r->host + offset;
}

u64 bus_resident(const struct bus *bus)
{
    u64 sum = 0;
    for (unsigned i = 0; i < bus->count; i++)
        if (bus->regions[i].host && !bus->regions[i].is_alias)
            sum += host_resident(bus->regions[i].host, bus->regions[i].size);
    return sum;
}
