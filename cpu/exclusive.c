/* The global exclusive monitor; cpu/exclusive.h says how it works. */
#include "cpu/exclusive.h"

static u8 *flags_of(const struct bus_region *region, pa addr)
{
    return &region->page_flags[(addr.v - region->base) >> PAGE_SHIFT];
}

static void forbid_writes(struct cpu *cpu, void *page)
{
    mmu_forbid_host_writes(&cpu->mmu, *(const pa *)page);
}

void exclusive_guard(struct cpu *cpu)
{
    if (!cpu->exclusive.armed)
        return;
    struct bus_region *region = bus_find(cpu->bus, cpu->exclusive.addr);
    u8 *flags = flags_of(region, cpu->exclusive.addr);
    if (*flags & RAM_PAGE_HAS_MONITOR)
        return;
    *flags |= RAM_PAGE_HAS_MONITOR;
    pa page = PA(cpu->exclusive.addr.v & PAGE_MASK);
    cpu->host.for_each_cpu(cpu->host.machine, forbid_writes, &page);
}

void exclusive_changed(struct cpu *cpu, pa addr, u64 len)
{
    u64 granule = cpu->exclusive.addr.v & ~(u64)(EXCLUSIVE_GRANULE - 1);
    if (!cpu->exclusive.armed || addr.v + len <= granule || addr.v >= granule + EXCLUSIVE_GRANULE)
        return;
    cpu->exclusive.armed = false;
    cpu_send_event(cpu);
}

struct store {
    const struct cpu *by;
    pa addr;
    u64 len;
    bool marks_left; /* of other PEs, in the page */
};

static void see_store(struct cpu *cpu, void *arg)
{
    struct store *s = arg;
    if (cpu == s->by)
        return;
    exclusive_changed(cpu, s->addr, s->len);
    s->marks_left |= cpu->exclusive.armed && (cpu->exclusive.addr.v & PAGE_MASK) == (s->addr.v & PAGE_MASK);
}

void exclusive_stored(struct cpu *by, struct bus_region *region, pa addr, u64 len)
{
    struct store s = { .by = by, .addr = addr, .len = len };
    by->host.for_each_cpu(by->host.machine, see_store, &s);
    if (!s.marks_left)
        *flags_of(region, addr) &= (u8)~RAM_PAGE_HAS_MONITOR;
}
