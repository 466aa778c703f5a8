/* The slow side of data accesses: everything but RAM that the current context has a tag for. AArch64.MemSingle() and its checks. */
#include "cpu/access.h"

#include "cpu/abort_syndrome.h"
#include "cpu/code_page.h"
#include "cpu/debug.h"
#include "cpu/exclusive.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* One access of an instruction. Where it crosses a page it is made in two parts. */
struct access {
    u64 addr;
    unsigned size;  /* 1, 2, 4, 8, 16 bytes */
    unsigned flags; /* enum access_flags */
    bool write;
    const struct atomic *atomic; /* a read-modify-write: it reads as well */
    u8 bytes[16];   /* read, or to be written */
    u64 old[2];     /* what an atomic read */
    bool unchanged; /* it was a compare-and-swap that failed: no store */
    pa first;       /* physical address of the first byte, once translated */
};

/* memcpy() of 1, 2, 4, 8 or 16 bytes */
static ALWAYS_INLINE void copy_small(void *to, const void *from, unsigned size)
{
    switch (size) {
    case 1:
        memcpy(to, from, 1);
        break;
    case 2:
        memcpy(to, from, 2);
        break;
    case 4:
        memcpy(to, from, 4);
        break;
    case 8:
        memcpy(to, from, 8);
        break;
    default:
        memcpy(to, from, 16);
    }
}

static bool is_aligned(const struct access *a)
{
    return !(a->addr & (a->size - 1));
}

/* Do LDTR and STTR, LDRT and STRT access as EL0 does? At EL1, in Secure PL1 modes, and at EL2 in a host with TGE; not with PSTATE.UAO. */
static bool is_demoted(const struct cpu *cpu)
{
    if (UNLIKELY(cpu->pstate.el == 3))
        return cpu->pstate.aarch32;
    return (cpu->pstate.el == 1 || (cpu->pstate.el == 2 && cpu_el0_is_host(cpu))) && !cpu->pstate.uao;
}

static bool is_unprivileged(const struct cpu *cpu, const struct access *a)
{
    return cpu->pstate.el == 0 || ((a->flags & ACCESS_UNPRIVILEGED) && is_demoted(cpu));
}

/* The context of the access: the current EL's, or that of EL0 in its regime. */
static struct mmu_context *context_of(struct cpu *cpu, const struct access *a)
{
    if (!(a->flags & ACCESS_UNPRIVILEGED) || cpu->pstate.el == 0 || !is_demoted(cpu))
        return cpu->ctx;
    if (!cpu->unprivileged_ctx)
        cpu->unprivileged_ctx = mmu_context_for(&cpu->mmu, &cpu->ctx->regime, false, cpu->engine);
    return cpu->unprivileged_ctx;
}

/* ESR_ELx.WnR says read for what a read would have met too, so of an atomic only a missing permission to write is a write's. */
static bool refuse(struct fault *fault, const struct access *a, u8 type, const char *why)
{
    *fault = (struct fault){ .type = type, .stage = 1, .kind = a->write && !a->atomic ? MMU_WRITE : MMU_READ, .va = VA(a->addr), .why = why };
    return false;
}

/* ---- the parts ---- */

static bool access_ram(struct cpu *cpu, struct access *a, u8 *host, struct bus_region *region, pa addr, unsigned at, unsigned n)
{
    if (!a->write) {
        memcpy(a->bytes + at, host, n);
        return true;
    }
    if (a->atomic) { /* aligned: at is 0, n all of it */
        a->unchanged = !atomic_apply(*a->atomic, host, a->old);
        memcpy(a->bytes, host, n);
        if (a->unchanged)
            return true;
    } else {
        memcpy(host, a->bytes + at, n);
    }
    u8 flags = region->page_flags[(addr.v - region->base) >> PAGE_SHIFT];
    if (flags & RAM_PAGE_HAS_MONITOR)
        exclusive_stored(cpu, region, addr, n);
    if (flags & RAM_PAGE_HAS_CODE) {
        cpu->bus->code_written(cpu->bus->code_owner, addr, n);
        code_cache_drop_written(cpu->code, PA(addr.v & PAGE_MASK), op_page(cpu->cur_op));
    }
    return true;
}

/* A device sees naturally aligned accesses of at most 8 bytes. */
static bool access_device(struct cpu *cpu, struct access *a, const struct translation *t, struct fault *fault)
{
    if (a->flags & ACCESS_EXCLUSIVE)
        return refuse(fault, a, FAULT_UNSUPPORTED_EXCLUSIVE, "exclusive or atomic access to something that is not memory");
    unsigned size = a->size > 8 ? 8 : a->size;
    for (unsigned at = 0; at < a->size; at += size) {
        struct bus_access acc = { .addr = PA(t->pa.v + at), .size = (u8)size, .cpu = (u8)cpu->index, .write = a->write,
                                  .secure = !t->ns, .privileged = !is_unprivileged(cpu, a) };
        if (a->write)
            memcpy(&acc.value, a->bytes + at, size);
        *(a->write ? &cpu->stats.mmio_writes : &cpu->stats.mmio_reads) += 1;
        cpu->mmu.stall += cpu->mmio_ticks;
        if (bus_access(cpu->bus, &acc) != BUS_OK)
            return refuse(fault, a, FAULT_EXTERNAL, "nothing answers there, or the device refused it");
        if (!a->write)
            memcpy(a->bytes + at, &acc.value, size);
    }
    return true;
}

/* An atomic wants both permissions. Where a read would fault as well, the fault is the read's (ESR_ELx.WnR). */
static bool translate(struct cpu *cpu, const struct access *a, struct mmu_context *ctx, const struct mmu_request *rq, struct translation *t,
                      struct fault *fault)
{
    if (mmu_fill(&cpu->mmu, ctx, rq, t, fault) && (!a->atomic || t->readable))
        return true;
    if (a->atomic) {
        struct mmu_request read = *rq;
        struct fault of_read;
        read.kind = MMU_READ;
        if (!mmu_fill(&cpu->mmu, ctx, &read, t, &of_read))
            *fault = of_read;
    }
    return false;
}

/* Of AArch32 addresses wrap at 4 GiB. */
static u64 part_address(const struct cpu *cpu, const struct access *a, unsigned at)
{
    u64 addr = a->addr + at;
    return UNLIKELY(cpu->pstate.aarch32) ? (u32)addr : addr;
}

/* Bytes [at, at + n) of the access, which t says where to find. */
static bool access_translated(struct cpu *cpu, struct access *a, unsigned at, unsigned n, const struct translation *t, struct fault *fault)
{
    if (t->type != MEM_NORMAL && !is_aligned(a)) {
        refuse(fault, a, FAULT_ALIGNMENT, "unaligned access to Device memory");
        if (t->device_by_stage2) { /* then it is EL2's */
            fault->stage = 2;
            fault->ipa = t->ipa;
            fault->ipa_valid = true;
        }
        return false;
    }
    if (at == 0)
        a->first = t->pa;
    struct bus_region *region;
    u8 *host = bus_ram_page(cpu->bus, t->pa, !t->ns, &region);
    if (host && !(a->write && region->rom))
        return access_ram(cpu, a, host + (t->pa.v & ~PAGE_MASK), region, t->pa, at, n);
    if (n != a->size || !is_aligned(a)) /* Normal memory that is a device: one aligned access or none */
        return refuse(fault, a, FAULT_ALIGNMENT, "unaligned access to a device");
    return access_device(cpu, a, t, fault);
}

/* Bytes [at, at + n) of the access, which lie in one page. */
static bool access_part(struct cpu *cpu, struct access *a, unsigned at, unsigned n, struct fault *fault)
{
    struct mmu_context *ctx = context_of(cpu, a);
    struct mmu_request rq = { .va = VA(part_address(cpu, a, at)), .kind = a->write ? MMU_WRITE : MMU_READ, .size = (u8)n,
                              .privileged = !is_unprivileged(cpu, a) };
    struct translation t;
    return translate(cpu, a, ctx, &rq, &t, fault) && access_translated(cpu, a, at, n, &t, fault);
}

/* ---- the whole ---- */

static bool meets_watchpoint(struct cpu *cpu, const struct access *a, struct fault *fault)
{
    bool unprivileged = is_unprivileged(cpu, a);
    return (a->atomic && cpu_debug_watchpoint(cpu, a->addr, a->size, false, unprivileged, fault)) ||
           cpu_debug_watchpoint(cpu, a->addr, a->size, a->write, unprivileged, fault);
}

static bool access_checked(struct cpu *cpu, struct access *a, struct fault *fault)
{
    if (!is_aligned(a) && ((a->flags & ACCESS_ALIGNED) || bit(cpu->ctx->regime.sctlr, 1)))
        return refuse(fault, a, FAULT_ALIGNMENT, a->flags & ACCESS_ALIGNED ? "this instruction needs alignment" : "SCTLR_ELx.A");
    if (cpu->engine == ENGINE_WATCHED && meets_watchpoint(cpu, a, fault))
        return false;
    unsigned here = (unsigned)(PAGE_SIZE - (a->addr & ~PAGE_MASK));
    if (here >= a->size)
        return access_part(cpu, a, 0, a->size, fault);
    if (a->write) { /* both pages must be there before either is changed */
        struct mmu_request rq = { .va = VA(part_address(cpu, a, here)), .kind = MMU_WRITE, .size = 1, .privileged = !is_unprivileged(cpu, a), .at = true };
        struct translation t;
        if (!mmu_fill(&cpu->mmu, context_of(cpu, a), &rq, &t, fault))
            return false;
    }
    return access_part(cpu, a, 0, here, fault) && access_part(cpu, a, here, a->size - here, fault);
}

/* The biased budget behind the access: less its stalls, and pushed below 0 where the engine must leave. */
static void settle(struct cpu *cpu, const struct op *op, s64 left)
{
    left -= (s64)cpu->mmu.stall;
    cpu->mmu.stall = 0;
    if (cpu->attention && !cpu->kicked) {
        left -= ENGINE_KICK;
        cpu->kicked = true;
    }
    cpu->slow.budget = left + op_prefix(op);
}

/* Does a watcher stop the PE at this access? Then the instruction has not happened: what redirect() will count for it is given back. */
static bool is_stopped_by_watcher(struct cpu *cpu, const struct op *op, const struct access *a)
{
    bool stop = false;
    for (struct cpu_watcher *w = cpu->watch.first; w; w = w->next) {
        if (w->may_access && a->atomic && !w->may_access(w->owner, cpu, a->addr, a->size, false))
            stop = true;
        if (w->may_access && !w->may_access(w->owner, cpu, a->addr, a->size, a->write))
            stop = true;
    }
    if (stop) {
        cpu->insn_bias--;
        cpu->mmu.stall -= op_page(op)->prefix[op_index(op) + 1] - op_prefix(op) + cpu->exception_ticks;
    }
    return stop;
}

static void tell_watchers(struct cpu *cpu, const struct access *a, bool write, const u64 value[2])
{
    for (struct cpu_watcher *w = cpu->watch.first; w; w = w->next)
        if (w->data)
            w->data(w->owner, cpu, a->addr, a->size, write, value[0], value[1]);
}

static NOINLINE void take_abort(struct cpu *cpu, const struct op *op, const struct fault *fault)
{
    struct abort_syndrome syn = UNLIKELY(cpu->pstate.aarch32) ? abort_syndrome_aarch32(cpu, op_word(op)) : abort_syndrome_of(op_word(op));
    cpu_data_abort(cpu, fault, &syn);
}

static bool perform(struct cpu *cpu, const struct op *op, s64 budget, struct access *a)
{
    s64 left = budget - op_prefix(op);
    struct fault fault;
    cpu_sync(cpu, op, budget);
    if (cpu->watch.first && is_stopped_by_watcher(cpu, op, a))
        return false;
    if (!access_checked(cpu, a, &fault)) {
        take_abort(cpu, op, &fault);
        return false;
    }
    settle(cpu, op, left);
    if (LIKELY(!cpu->watch.first))
        return true;
    if (a->atomic)
        tell_watchers(cpu, a, false, a->old);
    if (!a->unchanged) {
        u64 value[2];
        memcpy(value, a->bytes, 16);
        tell_watchers(cpu, a, a->write, value);
    }
    return true;
}

/* ---- plain accesses: nothing watches, and they lie in one page and are aligned where that matters. Most of them find RAM there ---- */

static ALWAYS_INLINE bool is_plain(const struct cpu *cpu, u64 addr, unsigned size, unsigned flags)
{
    return !flags && !cpu->pstate.e && cpu->engine == ENGINE_FAST && !cpu->watch.first && !((addr ^ (addr + size - 1)) & PAGE_MASK) &&
           !(bit(cpu->ctx->regime.sctlr, 1) && addr & (size - 1));
}

/* The host's bytes of a plain access under SCTLR.A, which handlers leave to this side, where its page is at hand; else NULL. */
static ALWAYS_INLINE u8 *aligned_host(const struct cpu *cpu, u64 addr, bool write)
{
    const struct host_entry *e = &cpu->ctx->host[(addr >> PAGE_SHIFT) % HOST_ENTRIES];
    return (write ? e->tag_w : e->tag_r) == ((addr & PAGE_MASK) | HOST_TAG_ALIGNED) ? (u8 *)(uintptr_t)(addr + e->addend) : NULL;
}

/* The host's bytes of a plain access; NULL: it faulted, or is another thing than RAM, as *filled says. */
static ALWAYS_INLINE u8 *plain_host(struct cpu *cpu, const struct op *op, s64 budget, struct mmu_request *rq, enum mmu_filled *filled,
                                    struct translation *t, struct fault *fault)
{
    rq->privileged = cpu->pstate.el != 0;
    cpu_sync(cpu, op, budget);
    *filled = mmu_fill_host(&cpu->mmu, cpu->ctx, rq, t, fault);
    return LIKELY(*filled == MMU_HOST) ? (u8 *)(uintptr_t)(rq->va.v + cpu->ctx->host[(rq->va.v >> PAGE_SHIFT) % HOST_ENTRIES].addend) : NULL;
}

/* What is left of one that did not find RAM. A store to the page that it is executed from changes the prefix of `op`. */
static NOINLINE bool plain_rest(struct cpu *cpu, const struct op *op, s64 left, struct access *a, enum mmu_filled filled,
                                const struct translation *t, struct fault *fault)
{
    if (filled == MMU_FAULTED || !access_translated(cpu, a, 0, a->size, t, fault)) {
        take_abort(cpu, op, fault);
        return false;
    }
    settle(cpu, op, left);
    return true;
}

static ALWAYS_INLINE bool load_plain(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_READ, .size = (u8)size };
    struct translation t;
    struct fault fault;
    enum mmu_filled filled;
    s64 left = budget - op_prefix(op);
    const u8 *host = aligned_host(cpu, addr, false);
    if (host) {
        cpu->slow.value[0] = cpu->slow.value[1] = 0;
        copy_small(cpu->slow.value, host, size);
        cpu->slow.budget = budget;
        return true;
    }
    host = plain_host(cpu, op, budget, &rq, &filled, &t, &fault);
    if (UNLIKELY(!host)) {
        struct access a = { .addr = addr, .size = size };
        if (!plain_rest(cpu, op, left, &a, filled, &t, &fault))
            return false;
        memcpy(cpu->slow.value, a.bytes, 16);
        return true;
    }
    cpu->slow.value[0] = cpu->slow.value[1] = 0;
    copy_small(cpu->slow.value, host, size);
    settle(cpu, op, left);
    return true;
}

static ALWAYS_INLINE bool store_plain(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, u64 low, u64 high)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_WRITE, .size = (u8)size };
    u64 value[2] = { low, high };
    struct translation t;
    struct fault fault;
    enum mmu_filled filled;
    s64 left = budget - op_prefix(op);
    u8 *host = aligned_host(cpu, addr, true);
    if (host) {
        copy_small(host, value, size);
        cpu->slow.budget = budget;
        return true;
    }
    host = plain_host(cpu, op, budget, &rq, &filled, &t, &fault);
    if (UNLIKELY(!host)) {
        struct access a = { .addr = addr, .size = size, .write = true };
        memcpy(a.bytes, value, 16);
        return plain_rest(cpu, op, left, &a, filled, &t, &fault);
    }
    copy_small(host, value, size);
    settle(cpu, op, left);
    return true;
}

/* ---- what handlers call ---- */

/* BigEndianReverse(), of AArch32's data with PSTATE.E: an access there is of one element. */
static void reverse(u8 *bytes, unsigned size)
{
    for (unsigned i = 0; i < size / 2; i++) {
        u8 low = bytes[i];
        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = low;
    }
}

static NOINLINE bool load_any(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags)
{
    struct access a = { .addr = addr, .size = size, .flags = flags };
    if (!perform(cpu, op, budget, &a))
        return false;
    if (UNLIKELY(cpu->pstate.e))
        reverse(a.bytes, size);
    memcpy(cpu->slow.value, a.bytes, 16);
    if (flags & ACCESS_EXCLUSIVE) /* AArch64.SetExclusiveMonitors() */
        cpu->exclusive = (struct exclusive){ .armed = true, .size = (u8)size, .addr = a.first };
    return true;
}

bool access_load_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags)
{
    return LIKELY(is_plain(cpu, addr, size, flags)) ? load_plain(cpu, op, budget, addr, size) : load_any(cpu, op, budget, addr, size, flags);
}

static NOINLINE bool store_any(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags, u64 low, u64 high)
{
    struct access a = { .addr = addr, .size = size, .flags = flags, .write = true };
    memcpy(a.bytes, &low, 8);
    memcpy(a.bytes + 8, &high, 8);
    if (UNLIKELY(cpu->pstate.e))
        reverse(a.bytes, size);
    return perform(cpu, op, budget, &a);
}

bool access_store_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, unsigned flags, u64 low, u64 high)
{
    return LIKELY(is_plain(cpu, addr, size, flags)) ? store_plain(cpu, op, budget, addr, size, low, high)
                                                    : store_any(cpu, op, budget, addr, size, flags, low, high);
}

/* MemAtomic(). Like a store, it leaves this PE's monitor alone and clears those of other PEs (access_ram). */
bool access_atomic_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, struct atomic atomic)
{
    struct access a = { .addr = addr, .size = atomic.size, .flags = ACCESS_ALIGNED | ACCESS_EXCLUSIVE, .write = true, .atomic = &atomic };
    if (!perform(cpu, op, budget, &a))
        return false;
    memcpy(cpu->slow.value, a.old, 16);
    return true;
}

/* AArch64.ExclusiveMonitorsPass(): alignment and translation faults come whether or not the monitor is armed. */
bool access_store_exclusive_slow(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, unsigned size, u64 low, u64 high)
{
    struct access a = { .addr = addr, .size = size, .flags = ACCESS_ALIGNED | ACCESS_EXCLUSIVE, .write = true };
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_WRITE, .size = (u8)size, .privileged = cpu->pstate.el != 0 };
    struct translation t;
    struct fault fault;
    s64 left = budget - op_prefix(op);
    cpu_sync(cpu, op, budget);
    if (is_aligned(&a) && mmu_fill(&cpu->mmu, cpu->ctx, &rq, &t, &fault)) {
        bool pass = exclusive_passes(cpu, t.pa, size);
        cpu->exclusive.armed = false;
        if (!pass) {
            settle(cpu, op, left);
            cpu->slow.value[0] = 1;
            return true;
        }
    }
    if (!access_store_slow(cpu, op, budget, addr, size, ACCESS_ALIGNED | ACCESS_EXCLUSIVE, low, high))
        return false;
    cpu->slow.value[0] = 0;
    return true;
}

bool access_sp_check(struct cpu *cpu, const struct op *op, s64 budget)
{
    if (!bit(cpu->ctx->regime.sctlr, cpu->pstate.el == 0 ? 4 : 3)) /* SCTLR_ELx.SA0, SA */
        return true;
    cpu_sync(cpu, op, budget);
    cpu_sp_alignment_fault(cpu);
    return false;
}

void access_alignment_fault(struct cpu *cpu, const struct op *op, s64 budget, u64 addr, bool write)
{
    struct access a = { .addr = addr, .write = write };
    struct fault fault;
    cpu_sync(cpu, op, budget);
    refuse(&fault, &a, FAULT_ALIGNMENT, "the instruction names an alignment");
    take_abort(cpu, op, &fault);
}
