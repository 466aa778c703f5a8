/* The distributor (IHI 0048B 4.3): which interrupts are enabled, pending and active, their priorities, targets and groups. */
#include "gic/gic_internal.h"

#include "emu/platform/bits.h"

#include <string.h>

/* May this access see the interrupt at all? A Non-secure one sees Group 1 only. */
static u32 visible_mask(struct gic *gic, const struct bus_access *acc, const struct irq_bits *w)
{
    return secure_view(gic, acc) ? 0xffffffff : w->group1;
}

static struct irq_bits *word_of(struct gic *gic, const struct bus_access *acc, unsigned n)
{
    return n == 0 ? &gic->pe[acc->cpu].bits : &gic->spi[n];
}

/* INTIDs that exist in word n. */
static u32 existing(const struct gic *gic, unsigned n)
{
    return n * 32 < gic->irqs ? 0xffffffff : 0;
}

/* ---- bit registers: one word of 32 INTIDs each ---- */

enum bit_register { IGROUPR, ISENABLER, ICENABLER, ISPENDR, ICPENDR, ISACTIVER, ICACTIVER };

static u32 read_bits(struct gic *gic, const struct bus_access *acc, enum bit_register reg, unsigned n)
{
    struct irq_bits *w = word_of(gic, acc, n);
    u32 value;
    switch (reg) {
    case IGROUPR:
        return secure_view(gic, acc) && gic->config.security ? w->group1 & existing(gic, n) : gic->config.security ? 0 : w->group1;
    case ISENABLER:
    case ICENABLER:
        value = w->enabled;
        break;
    case ISPENDR:
    case ICPENDR:
        value = pending_word(w);
        break;
    default:
        value = w->active;
    }
    return value & visible_mask(gic, acc, w) & existing(gic, n);
}

static void write_bits(struct gic *gic, const struct bus_access *acc, enum bit_register reg, unsigned n, u32 value)
{
    struct irq_bits *w = word_of(gic, acc, n);
    u32 set = value & visible_mask(gic, acc, w) & existing(gic, n), sgis = n == 0 ? 0xffff : 0;
    switch (reg) {
    case IGROUPR:
        if (secure_view(gic, acc))
            w->group1 = value & existing(gic, n);
        break;
    case ISENABLER:
        w->enabled |= set;
        break;
    case ICENABLER:
        w->enabled &= ~(set & ~sgis); /* SGIs are always enabled here (4.3.6) */
        break;
    case ISPENDR:
        w->pending |= set & ~sgis;
        break;
    case ICPENDR:
        w->pending &= ~(set & ~sgis);
        break;
    case ISACTIVER:
        w->active |= set;
        break;
    case ICACTIVER:
        w->active &= ~set;
        break;
    }
}

/* ---- byte registers ---- */

static u8 *priority_of(struct gic *gic, const struct bus_access *acc, unsigned irq)
{
    return irq_priority(gic, acc->cpu, irq);
}

/* A Non-secure view shows the lower half of the range, shifted up (3.8.2). */
static u8 read_priority(struct gic *gic, const struct bus_access *acc, unsigned irq)
{
    u8 priority = *priority_of(gic, acc, irq);
    if (secure_view(gic, acc))
        return priority;
    return irq_is_group1(gic, acc->cpu, irq) ? (u8)(priority << 1) : 0;
}

static void write_priority(struct gic *gic, const struct bus_access *acc, unsigned irq, u8 value)
{
    u8 implemented = (u8)(0xff << (8 - gic->config.priority_bits));
    if (!secure_view(gic, acc)) {
        if (!irq_is_group1(gic, acc->cpu, irq))
            return;
        value = (u8)(0x80 | value >> 1);
    }
    *priority_of(gic, acc, irq) = value & implemented;
}

/* Private interrupts target the PE that reads; a uniprocessor has no targets (4.3.12). */
static u8 read_target(struct gic *gic, const struct bus_access *acc, unsigned irq)
{
    if (gic->config.cpus == 1)
        return 0;
    if (irq < PRIVATE_IRQS)
        return (u8)(1u << acc->cpu);
    return secure_view(gic, acc) || irq_is_group1(gic, acc->cpu, irq) ? gic->targets[irq] : 0;
}

static void write_target(struct gic *gic, const struct bus_access *acc, unsigned irq, u8 value)
{
    if (irq < PRIVATE_IRQS || gic->config.cpus == 1 || !(secure_view(gic, acc) || irq_is_group1(gic, acc->cpu, irq)))
        return;
    gic->targets[irq] = value & (u8)ones(gic->config.cpus);
}

/* ICFGR: two bits an INTID, the upper one says edge. SGIs are edge, PPIs level (as GIC-400). */
static u32 read_config(struct gic *gic, const struct bus_access *acc, unsigned n)
{
    const struct irq_bits *w = word_of(gic, acc, n / 2);
    u32 value = 0, edge = w->edge & visible_mask(gic, acc, w);
    for (unsigned i = 0; i < 16; i++)
        value |= (u32)bit(edge, n % 2 * 16 + i) << (2 * i + 1);
    return value;
}

static void write_config(struct gic *gic, const struct bus_access *acc, unsigned n, u32 value)
{
    struct irq_bits *w = word_of(gic, acc, n / 2);
    u32 allowed = visible_mask(gic, acc, w);
    if (n < 2)
        return;
    for (unsigned i = 0; i < 16; i++) {
        u32 one = 1u << (n % 2 * 16 + i);
        if (allowed & one)
            w->edge = bit(value, 2 * i + 1) ? w->edge | one : w->edge & ~one;
    }
}

/* ---- SGIs ---- */

static void send_sgi(struct gic *gic, const struct bus_access *acc, u32 value)
{
    unsigned irq = value & 15, filter = (unsigned)bits(value, 25, 24);
    u8 targets = (u8)(filter == 0 ? bits(value, 23, 16) : filter == 1 ? ~(1u << acc->cpu) : 1u << acc->cpu);
    bool nsatt = bit(value, 15);
    for (unsigned cpu = 0; cpu < gic->config.cpus; cpu++) {
        bool group1 = bit(gic->pe[cpu].bits.group1, irq);
        if (!(targets >> cpu & 1) || filter == 3)
            continue;
        if (gic->config.security && (acc->secure ? nsatt != group1 : !group1)) /* a Non-secure write reaches Group 1 only (4.3.15) */
            continue;
        gic->pe[cpu].sgi_sources[irq] |= (u8)(1u << acc->cpu);
        gic->pe[cpu].bits.pending |= 1u << irq;
        gic_update(gic, cpu);
    }
}

/* A byte of CPENDSGIR or SPENDSGIR: who has the SGI pending at this PE. */
static u8 read_sgi_sources(struct gic *gic, const struct bus_access *acc, unsigned irq)
{
    return secure_view(gic, acc) || irq_is_group1(gic, acc->cpu, irq) ? gic->pe[acc->cpu].sgi_sources[irq] : 0;
}

static void set_sgi_pending(struct gic *gic, const struct bus_access *acc, unsigned irq, u8 sources, bool set)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    if (!secure_view(gic, acc) && !irq_is_group1(gic, acc->cpu, irq))
        return;
    sources &= (u8)ones(gic->config.cpus);
    pe->sgi_sources[irq] = set ? pe->sgi_sources[irq] | sources : pe->sgi_sources[irq] & (u8)~sources;
    pe->bits.pending = pe->sgi_sources[irq] ? pe->bits.pending | 1u << irq : pe->bits.pending & ~(1u << irq);
}

/* ---- registers ---- */

static u32 read_ctlr(struct gic *gic, const struct bus_access *acc)
{
    return secure_view(gic, acc) ? gic->ctlr : gic->ctlr >> 1 & 1;
}

static void write_ctlr(struct gic *gic, const struct bus_access *acc, u32 value)
{
    if (secure_view(gic, acc))
        gic->ctlr = value & 3;
    else
        gic->ctlr = (gic->ctlr & 1) | (value & 1) << 1;
}

static u32 read_typer(const struct gic *gic)
{
    return (gic->irqs / 32 - 1) | (gic->config.cpus - 1) << 5 | (u32)gic->config.security << 10;
}

/* GIC-400's peripheral and component ID registers, 0xfd0 to 0xffc. */
static u32 read_id(u64 offset)
{
    static const u8 ids[12] = { 0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1 };
    return ids[(offset - 0xfd0) / 4];
}

/* GIC-400's PPISR (n = 0) and SPISRn: the lines. */
static u32 read_lines(struct gic *gic, const struct bus_access *acc, unsigned n)
{
    const struct irq_bits *w = word_of(gic, acc, n);
    return (w->level & visible_mask(gic, acc, w) & existing(gic, n)) >> (n == 0 ? 16 : 0);
}

static u32 read_word(struct gic *gic, const struct bus_access *acc)
{
    u64 at = acc->offset;
    if (at >= 0x080 && at < 0x400)
        return read_bits(gic, acc, (enum bit_register)((at - 0x080) / 0x80), (unsigned)(at & 0x7f) / 4);
    if (at >= 0xc00 && at < 0xd00)
        return read_config(gic, acc, (unsigned)(at & 0xff) / 4);
    if (at >= 0xe00 && at < 0xf00)
        return 0; /* NSACR is optional, and GIC-400 has none: RAZ/WI (4.3.14) */
    switch (at) {
    case 0x000:
        return read_ctlr(gic, acc);
    case 0x004:
        return read_typer(gic);
    case 0x008:
        return gic->config.iidr;
    }
    if (at >= 0xd00 && at < 0xd80)
        return read_lines(gic, acc, (unsigned)(at - 0xd00) / 4);
    if (at >= 0xfd0)
        return read_id(at);
    log_line(gic->log, LOG_GUEST_ERRORS, "GICD: read of offset %#llx, where no register is", (unsigned long long)at);
    return 0;
}

static void write_word(struct gic *gic, const struct bus_access *acc)
{
    u64 at = acc->offset;
    u32 value = (u32)acc->value;
    if (at >= 0x080 && at < 0x400)
        write_bits(gic, acc, (enum bit_register)((at - 0x080) / 0x80), (unsigned)(at & 0x7f) / 4, value);
    else if (at >= 0xc00 && at < 0xd00)
        write_config(gic, acc, (unsigned)(at & 0xff) / 4, value);
    else if (at == 0x000)
        write_ctlr(gic, acc, value);
    else if (at == 0xf00)
        send_sgi(gic, acc, value);
    else
        log_line(gic->log, LOG_GUEST_ERRORS, "GICD: write of %#x to offset %#llx, which is read-only or no register", value, (unsigned long long)at);
}

/* IPRIORITYR, ITARGETSR, CPENDSGIR, SPENDSGIR are byte-accessible; a word is four bytes. */
static bool access_bytes(struct gic *gic, struct bus_access *acc)
{
    u64 at = acc->offset;
    bool priority = at >= 0x400 && at < 0x800, target = at >= 0x800 && at < 0xc00, sgi = at >= 0xf10 && at < 0xf30;
    if (!priority && !target && !sgi)
        return false;
    u64 value = 0;
    for (unsigned i = 0; i < acc->size; i++) {
        unsigned n = (unsigned)((at + i) & (sgi ? 0xf : 0x3ff));
        u8 in = (u8)(acc->value >> 8 * i), out = 0;
        if (n >= gic->irqs)
            continue;
        if (!acc->write)
            out = priority ? read_priority(gic, acc, n) : target ? read_target(gic, acc, n) : read_sgi_sources(gic, acc, n);
        else if (priority)
            write_priority(gic, acc, n, in);
        else if (target)
            write_target(gic, acc, n, in);
        else
            set_sgi_pending(gic, acc, n, in, at >= 0xf20);
        value |= (u64)out << 8 * i;
    }
    if (!acc->write)
        acc->value = value;
    return true;
}

enum bus_result gicd_access(void *owner, struct bus_access *acc)
{
    struct gic *gic = owner;
    if (!access_bytes(gic, acc)) {
        if (acc->size != 4) { /* word registers; GIC-400 answers other sizes with an error */
            log_line(gic->log, LOG_GUEST_ERRORS, "GICD: %u-byte access to offset %#llx", acc->size, (unsigned long long)acc->offset);
            return BUS_SLAVE_ERROR;
        }
        if (acc->write)
            write_word(gic, acc);
        else
            acc->value = read_word(gic, acc);
    }
    if (acc->write)
        gic_update_all(gic);
    return BUS_OK;
}
