/* A GICv2 put together: memory map, input lines, reset. */
#include "gic/gic_internal.h"

#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

struct gic *gic_new(const struct gic_config *config, struct log *log, struct error *err)
{
    if (config->cpus < 1 || config->cpus > GIC_MAX_CPUS || config->num_lrs > GIC_MAX_LRS || config->spis % 32 || config->spis < 32 ||
        config->spis > GIC_MAX_IRQS - PRIVATE_IRQS) {
        error_set(err, "GIC: %u CPUs, %u SPIs, %u list registers is not possible", config->cpus, config->spis, config->num_lrs);
        return NULL;
    }
    struct gic *gic = calloc(1, sizeof *gic);
    if (!gic) {
        error_set(err, "no memory for the GIC");
        return NULL;
    }
    gic->config = *config;
    gic->log = log;
    gic->irqs = PRIVATE_IRQS + config->spis;
    return gic;
}

void gic_free(struct gic *gic)
{
    free(gic);
}

/* Registers go back; what the input lines say, and the outputs' connections, stay. */
void gic_reset(struct gic *gic)
{
    unsigned lowest = lowest_bpr(gic);
    gic->ctlr = 0;
    memset(gic->priority, 0, sizeof gic->priority);
    memset(gic->targets, 0, sizeof gic->targets);
    for (unsigned n = 1; n < WORDS; n++)
        gic->spi[n] = (struct irq_bits){ .level = gic->spi[n].level };
    for (unsigned cpu = 0; cpu < gic->config.cpus; cpu++) {
        struct gic_pe *pe = &gic->pe[cpu];
        pe->bits = (struct irq_bits){ .level = pe->bits.level, .edge = 0xffff, .enabled = 0xffff };
        memset(pe->priority, 0, sizeof pe->priority);
        memset(pe->sgi_sources, 0, sizeof pe->sgi_sources);
        memset(&pe->list, 0, sizeof pe->list);
        pe->cpu = (struct cpu_interface){ .bpr = { (u8)lowest, (u8)(lowest + 1) }, .apr_shift = (u8)(lowest + 1) };
        pe->virtual = (struct cpu_interface){ .bpr = { 2, 3 } };
    }
    gic_update_all(gic);
}

bool gic_map(struct gic *gic, struct bus *bus, pa gicd, pa gicc, pa gich, pa gicv, struct error *err)
{
    static const struct bus_mmio_ops d = { gicd_access }, c = { gicc_access }, h = { gich_access }, v = { gicv_access };
    if (!bus_add_mmio(bus, "gicd", gicd, 0x1000, &d, gic, err) || !bus_add_mmio(bus, "gicc", gicc, 0x2000, &c, gic, err))
        return false;
    return !gic->config.num_lrs || (bus_add_mmio(bus, "gich", gich, 0x2000, &h, gic, err) && bus_add_mmio(bus, "gicv", gicv, 0x2000, &v, gic, err));
}

struct irq_line *gic_output(struct gic *gic, unsigned cpu, enum gic_output out)
{
    return &gic->pe[cpu].outputs[out];
}

bool gic_line_level(const struct gic *gic, unsigned cpu, enum gic_output out)
{
    return gic->pe[cpu].outputs[out].level;
}

/* A rising edge latches where the interrupt is edge-triggered. */
static void set_level(struct irq_bits *w, unsigned n, bool level)
{
    u32 one = 1u << n;
    if (level && !(w->level & one) && (w->edge & one))
        w->pending |= one;
    w->level = level ? w->level | one : w->level & ~one;
}

void gic_set_spi(void *owner, unsigned n, bool level)
{
    struct gic *gic = owner;
    set_level(&gic->spi[1 + n / 32], n % 32, level);
    gic_update_all(gic);
}

void gic_set_ppi(void *owner, unsigned n, bool level)
{
    struct gic *gic = owner;
    set_level(&gic->pe[n / 32].bits, n % 32, level);
    gic_update(gic, n / 32);
}

void gic_print(const struct gic *gic, FILE *out)
{
    fprintf(out, "GICv2, %u interrupts, %u list registers%s; GICD_CTLR %#x\n", gic->irqs, gic->config.num_lrs,
            gic->config.security ? ", Security Extensions" : "", gic->ctlr);
    for (unsigned cpu = 0; cpu < gic->config.cpus; cpu++) {
        const struct gic_pe *pe = &gic->pe[cpu];
        fprintf(out, "cpu%u GICC_CTLR %#x PMR %#x; PPIs and SGIs enabled %08x pending %08x active %08x lines %08x\n", cpu, pe->cpu.ctlr, pe->cpu.pmr,
                pe->bits.enabled, pending_word(&pe->bits), pe->bits.active, pe->bits.level);
        gich_print(gic, cpu, out);
    }
    for (unsigned n = 1; n < gic->irqs / 32; n++)
        if (gic->spi[n].enabled)
            fprintf(out, "INTIDs %u to %u: enabled %08x pending %08x active %08x lines %08x\n", n * 32, n * 32 + 31, gic->spi[n].enabled,
                    pending_word(&gic->spi[n]), gic->spi[n].active, gic->spi[n].level);
}
