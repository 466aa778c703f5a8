/* The physical CPU interface (IHI 0048B 4.4): acknowledge, priority drop, deactivation, and which output is signalled. */
#include "gic/gic_internal.h"

#include "emu/platform/bits.h"

bool irq_is_group1(struct gic *gic, unsigned cpu, unsigned irq)
{
    return bit(irq_word(gic, cpu, irq)->group1, irq % 32);
}

/* The most urgent of a word's candidates; lower INTIDs win ties. */
static void better_of_word(struct gic *gic, unsigned cpu, unsigned n, u32 candidates, unsigned *irq, unsigned *priority)
{
    for (; candidates; candidates &= candidates - 1) {
        unsigned i = n * 32 + (unsigned)__builtin_ctz(candidates);
        if (n && gic->config.cpus > 1 && !(gic->targets[i] >> cpu & 1))
            continue;
        if (*irq_priority(gic, cpu, i) < *priority) {
            *irq = i;
            *priority = *irq_priority(gic, cpu, i);
        }
    }
}

unsigned highest_pending(struct gic *gic, unsigned cpu, u8 *priority_out)
{
    const struct cpu_interface *ci = &gic->pe[cpu].cpu;
    u32 groups = gic->ctlr & ci->ctlr & 3;
    unsigned irq = SPURIOUS, priority = IDLE_PRIORITY;
    for (unsigned n = 0; groups && n < gic->irqs / 32; n++) {
        const struct irq_bits *w = n ? &gic->spi[n] : &gic->pe[cpu].bits;
        u32 enabled = n ? w->enabled : w->enabled | 0xffff;
        u32 of_group = (groups & 1 ? ~w->group1 : 0) | (groups & 2 ? w->group1 : 0);
        better_of_word(gic, cpu, n, pending_word(w) & enabled & ~w->active & of_group, &irq, &priority);
    }
    *priority_out = (u8)priority;
    return irq;
}

/* The binary point that an interrupt is compared under. */
static u8 mask_of(const struct cpu_interface *ci, bool group1)
{
    bool own_bpr = group1 && !(ci->ctlr & GICC_CBPR);
    return group_mask(ci->bpr[own_bpr], own_bpr);
}

/* Is the interrupt urgent enough to be signalled? (3.3.2, 3.3.3) */
static bool preempts(const struct cpu_interface *ci, u8 priority, bool group1)
{
    return priority < ci->pmr && (priority & mask_of(ci, group1)) < active_priority(ci);
}

void gic_update(struct gic *gic, unsigned cpu)
{
    struct gic_pe *pe = &gic->pe[cpu];
    bool irq = false, fiq = false;
    u8 priority;
    gich_update(gic, cpu);
    unsigned id = highest_pending(gic, cpu, &priority);
    if (id != SPURIOUS) {
        bool group1 = irq_is_group1(gic, cpu, id);
        if (preempts(&pe->cpu, priority, group1)) {
            fiq = !group1 && (pe->cpu.ctlr & GICC_FIQEN);
            irq = !fiq;
        }
    }
    irq_set(&pe->outputs[GIC_OUT_IRQ], irq);
    irq_set(&pe->outputs[GIC_OUT_FIQ], fiq);
}

void gic_update_all(struct gic *gic)
{
    for (unsigned cpu = 0; cpu < gic->config.cpus; cpu++)
        gic_update(gic, cpu);
}

/* ---- acknowledge and end ---- */

/* What a view may acknowledge of the highest pending interrupt: its INTID, 1022 or 1023 (4.4.4). group1_only: the aliased registers. */
static unsigned acknowledgeable(struct gic *gic, const struct bus_access *acc, bool alias)
{
    u8 priority;
    const struct cpu_interface *ci = &gic->pe[acc->cpu].cpu;
    unsigned irq = highest_pending(gic, acc->cpu, &priority);
    if (irq == SPURIOUS)
        return SPURIOUS;
    bool group1 = irq_is_group1(gic, acc->cpu, irq);
    if (alias || !secure_view(gic, acc))
        return group1 ? irq : SPURIOUS;
    return group1 && !(ci->ctlr & GICC_ACKCTL) ? OTHER_GROUP : irq;
}

static u32 with_source(const struct gic_pe *pe, unsigned irq)
{
    const u8 *sources = pe->sgi_sources;
    return irq < 16 && sources[irq] ? irq | (u32)__builtin_ctz(sources[irq]) << 10 : irq;
}

static u32 acknowledge(struct gic *gic, const struct bus_access *acc, bool alias)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    u8 priority;
    unsigned irq = highest_pending(gic, acc->cpu, &priority);
    bool group1 = irq < gic->irqs && irq_is_group1(gic, acc->cpu, irq);
    if (irq >= gic->irqs || !preempts(&pe->cpu, priority, group1)) /* 1022, too, is for what could be signalled (4.4.4) */
        return SPURIOUS;
    irq = acknowledgeable(gic, acc, alias);
    if (irq >= OTHER_GROUP)
        return irq;
    struct irq_bits *w = irq_word(gic, acc->cpu, irq);
    u32 one = 1u << irq % 32, value = with_source(pe, irq);
    if (acc->debug)
        return value;
    if (irq < 16)
        pe->sgi_sources[irq] &= (u8)~(1u << (value >> 10));
    if (irq >= 16 || !pe->sgi_sources[irq])
        w->pending &= ~one;
    w->active |= one;
    activate_priority(&pe->cpu, priority & mask_of(&pe->cpu, group1), group1);
    if (irq >= PRIVATE_IRQS)
        gic_update_all(gic); /* other targets have it no more: the 1-N model */
    else
        gic_update(gic, acc->cpu);
    return value;
}

void deactivate_irq(struct gic *gic, unsigned cpu, unsigned irq)
{
    if (irq >= gic->irqs)
        return;
    irq_word(gic, cpu, irq)->active &= ~(1u << irq % 32);
    if (irq >= PRIVATE_IRQS)
        gic_update_all(gic);
}

static bool may_end(struct gic *gic, const struct bus_access *acc, unsigned irq, bool alias)
{
    return irq < gic->irqs && ((secure_view(gic, acc) && !alias) || irq_is_group1(gic, acc->cpu, irq));
}

static bool splits_deactivation(const struct gic *gic, const struct bus_access *acc)
{
    return gic->pe[acc->cpu].cpu.ctlr & (secure_view(gic, acc) ? GICC_EOIMODE_S : GICC_EOIMODE_NS);
}

static void end_of_interrupt(struct gic *gic, const struct bus_access *acc, bool alias)
{
    unsigned irq = (unsigned)bits(acc->value, 9, 0);
    if (irq >= 1020 || !may_end(gic, acc, irq, alias))
        return;
    drop_priority(&gic->pe[acc->cpu].cpu, irq_is_group1(gic, acc->cpu, irq));
    if (!splits_deactivation(gic, acc))
        deactivate_irq(gic, acc->cpu, irq);
}

static void deactivate(struct gic *gic, const struct bus_access *acc)
{
    unsigned irq = (unsigned)bits(acc->value, 9, 0);
    if (splits_deactivation(gic, acc) && may_end(gic, acc, irq, false))
        deactivate_irq(gic, acc->cpu, irq);
    else
        log_line(gic->log, LOG_GUEST_ERRORS, "GICC_DIR: %u cannot be deactivated (EOImode is 0, or no such interrupt)", irq);
}

/* ---- registers ---- */

/* The Non-secure view of priorities: the lower half of the range, shifted. */
static u8 ns_priority(u8 priority)
{
    return priority & 0x80 ? (u8)(priority << 1) : 0;
}

/* GICC_CTLR, Secure: EOImodeNS 10, EOImodeS 9, IRQ and FIQ bypass disable of Group 1 8:7 and of Group 0 6:5, CBPR 4, FIQEn 3, AckCtl 2,
 * EnableGrp1 1, EnableGrp0 0; Non-secure: EOImodeNS 9, bypass disable of Group 1 6:5, EnableGrp1 0. No input is bypassed here: the disables are
 * storage. */
#define CTLR_OF_GROUP1 ((u32)GICC_ENABLE1 | 3u << 7 | (u32)GICC_EOIMODE_NS)

static u32 read_ctlr(const struct gic *gic, const struct bus_access *acc, const struct cpu_interface *ci)
{
    if (secure_view(gic, acc))
        return ci->ctlr;
    return (u32)bit(ci->ctlr, 1) | (u32)bits(ci->ctlr, 8, 7) << 5 | (u32)bit(ci->ctlr, 10) << 9;
}

static void write_ctlr(const struct gic *gic, const struct bus_access *acc, struct cpu_interface *ci)
{
    u32 value = (u32)acc->value;
    if (secure_view(gic, acc))
        ci->ctlr = value & (gic->config.security ? 0x7ff : 0x3ff);
    else
        ci->ctlr = (ci->ctlr & ~CTLR_OF_GROUP1) | (u32)bit(value, 0) << 1 | (u32)bits(value, 6, 5) << 7 | (u32)bit(value, 9) << 10;
}

static u32 read_rpr(const struct gic *gic, const struct bus_access *acc, const struct cpu_interface *ci)
{
    unsigned running = active_priority(ci);
    if (running == IDLE_PRIORITY)
        return 0xff;
    return secure_view(gic, acc) ? running : ns_priority((u8)running);
}

static void write_pmr(const struct gic *gic, const struct bus_access *acc, struct cpu_interface *ci)
{
    u8 implemented = (u8)(0xff << (8 - gic->config.priority_bits)), value = (u8)acc->value;
    if (secure_view(gic, acc))
        ci->pmr = value & implemented;
    else if (ci->pmr & 0x80) /* a Non-secure write reaches the lower half only */
        ci->pmr = (u8)(0x80 | value >> 1) & implemented;
}

static u8 at_least(u8 value, unsigned lowest)
{
    value &= 7;
    return value < lowest ? (u8)lowest : value;
}

/* GICC_BPR. With CBPR the Non-secure copy shows what counts, Secure BPR + 1, and is not written (4.4.3). */
static u32 read_bpr(const struct cpu_interface *ci, bool secure)
{
    if (!secure && (ci->ctlr & GICC_CBPR))
        return ci->bpr[0] < 7 ? ci->bpr[0] + 1u : 7;
    return ci->bpr[!secure];
}

static void write_bpr(const struct gic *gic, struct cpu_interface *ci, bool secure, u8 value)
{
    if (secure || !(ci->ctlr & GICC_CBPR))
        ci->bpr[!secure] = at_least(value, lowest_bpr(gic) + !secure);
}

/* GICC_APRn. To the Non-secure side it is the upper half of NSAPR, as its priorities are the upper half (4.4.13) of 256 >> apr_shift levels. */
static u32 read_apr(const struct cpu_interface *ci, bool secure, unsigned n)
{
    unsigned half = 128u >> ci->apr_shift;
    if (secure)
        return ci->apr[n];
    if (half < 32)
        return n == 0 ? ci->nsapr[0] >> half : 0;
    return n < half / 32 ? ci->nsapr[n + half / 32] : 0;
}

static void write_apr(struct cpu_interface *ci, bool secure, unsigned n, u32 value)
{
    unsigned half = 128u >> ci->apr_shift;
    if (secure)
        ci->apr[n] = value;
    else if (half < 32 && n == 0)
        ci->nsapr[0] = (ci->nsapr[0] & (u32)ones(half)) | value << half;
    else if (half >= 32 && n < half / 32)
        ci->nsapr[n + half / 32] = value;
}

/* ABPR, AIAR, AEOIR and AHPPIR are Secure registers where there are two worlds, and RAZ/WI to the other. */
static bool is_secure_alias(u64 offset)
{
    return offset == 0x1c || offset == 0x20 || offset == 0x24 || offset == 0x28;
}

static u32 read_register(struct gic *gic, const struct bus_access *acc)
{
    struct cpu_interface *ci = &gic->pe[acc->cpu].cpu;
    bool secure = secure_view(gic, acc);
    if (!secure && is_secure_alias(acc->offset))
        return 0;
    switch (acc->offset) {
    case 0x00:
        return read_ctlr(gic, acc, ci);
    case 0x04:
        return secure ? ci->pmr : ns_priority(ci->pmr);
    case 0x08:
        return read_bpr(ci, secure);
    case 0x0c:
        return acknowledge(gic, acc, false);
    case 0x14:
        return read_rpr(gic, acc, ci);
    case 0x18:
        return with_source(&gic->pe[acc->cpu], acknowledgeable(gic, acc, false));
    case 0x1c:
        return ci->bpr[1];
    case 0x20:
        return acknowledge(gic, acc, true);
    case 0x28:
        return with_source(&gic->pe[acc->cpu], acknowledgeable(gic, acc, true));
    case 0xd0:
    case 0xd4:
    case 0xd8:
    case 0xdc:
        return read_apr(ci, secure, (unsigned)(acc->offset - 0xd0) / 4);
    case 0xe0:
    case 0xe4:
    case 0xe8:
    case 0xec:
        return secure ? ci->nsapr[(acc->offset - 0xe0) / 4] : 0;
    case 0xfc:
        return 0x0202143b;
    default:
        log_line(gic->log, LOG_GUEST_ERRORS, "GICC: read of offset %#llx, which is write-only or no register", (unsigned long long)acc->offset);
        return 0;
    }
}

static void write_register(struct gic *gic, const struct bus_access *acc)
{
    struct cpu_interface *ci = &gic->pe[acc->cpu].cpu;
    bool secure = secure_view(gic, acc);
    if (!secure && is_secure_alias(acc->offset))
        return;
    switch (acc->offset) {
    case 0x00:
        write_ctlr(gic, acc, ci);
        break;
    case 0x04:
        write_pmr(gic, acc, ci);
        break;
    case 0x08:
        write_bpr(gic, ci, secure, (u8)acc->value);
        break;
    case 0x10:
        end_of_interrupt(gic, acc, false);
        break;
    case 0x1c:
        ci->bpr[1] = at_least((u8)acc->value, lowest_bpr(gic) + 1);
        break;
    case 0x24:
        end_of_interrupt(gic, acc, true);
        break;
    case 0xd0:
    case 0xd4:
    case 0xd8:
    case 0xdc:
        write_apr(ci, secure, (unsigned)(acc->offset - 0xd0) / 4, (u32)acc->value);
        break;
    case 0xe0:
    case 0xe4:
    case 0xe8:
    case 0xec:
        if (secure)
            ci->nsapr[(acc->offset - 0xe0) / 4] = (u32)acc->value;
        break;
    case 0x1000:
        deactivate(gic, acc);
        break;
    default:
        log_line(gic->log, LOG_GUEST_ERRORS, "GICC: write to offset %#llx, which is read-only or no register", (unsigned long long)acc->offset);
    }
}

enum bus_result gicc_access(void *owner, struct bus_access *acc)
{
    struct gic *gic = owner;
    if (acc->size != 4 || acc->cpu >= gic->config.cpus) {
        log_line(gic->log, LOG_GUEST_ERRORS, "GICC: %u-byte access to offset %#llx", acc->size, (unsigned long long)acc->offset);
        return BUS_SLAVE_ERROR;
    }
    if (!acc->write) {
        acc->value = read_register(gic, acc);
        return BUS_OK;
    }
    write_register(gic, acc);
    gic_update(gic, acc->cpu);
    return BUS_OK;
}
