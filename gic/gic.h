/* GICv2 with the Security and Virtualization Extensions (IHI 0048B): distributor, CPU interfaces, virtual interface
 * control (GICH) and virtual CPU interfaces (GICV). No CPU is known here: the PE that makes an access travels in
 * struct bus_access, and the outputs are interrupt lines. */
#ifndef GIC_GIC_H
#define GIC_GIC_H

#include "emu/platform/bus.h"
#include "emu/platform/clock.h"
#include "emu/platform/irq.h"
#include "emu/platform/state.h"

#define GIC_MAX_CPUS 8
#define GIC_MAX_IRQS 1020
#define GIC_MAX_LRS 64

enum gic_output { GIC_OUT_IRQ, GIC_OUT_FIQ, GIC_OUT_VIRQ, GIC_OUT_VFIQ, GIC_OUTPUTS };

struct gic_config {
    unsigned cpus;      /* 1 to 8 */
    unsigned spis;      /* multiple of 32, 32 to 988 */
    unsigned num_lrs;   /* 1 to 64; 0: no virtualization extensions */
    bool security;      /* Security Extensions: groups differ by the access's security */
    u32 iidr;           /* GICD_IIDR, GICC_IIDR product: 0x0200143b for GIC-400 (GICC 0x0202143b) */
    u8 priority_bits;   /* 5 (GIC-400) to 8, Secure view */
};

struct gic; /* gic/gic_internal.h */

struct gic *gic_new(const struct gic_config *config, struct log *log, struct error *err);
void gic_free(struct gic *gic);
void gic_reset(struct gic *gic);

/* Maps GICD (4 KiB), GICC (8 KiB), GICH (8 KiB: the PE's own registers, then those of each PE) and GICV (8 KiB). GICH and GICV are left out without
 * virtualization extensions. */
bool gic_map(struct gic *gic, struct bus *bus, pa gicd, pa gicc, pa gich, pa gicv, struct error *err);

/* Output line of a CPU interface, to be connected by the machine. */
struct irq_line *gic_output(struct gic *gic, unsigned cpu, enum gic_output out);

/* Sinks for irq_connect: n = SPI number (0 is INTID 32); and n = cpu * 32 + PPI INTID (16 to 31), level sensitive. */
void gic_set_spi(void *gic, unsigned n, bool level);
void gic_set_ppi(void *gic, unsigned n, bool level);

/* A wake-up condition for WFI: some interrupt is signalled on the given physical output line. */
bool gic_line_level(const struct gic *gic, unsigned cpu, enum gic_output out);

/* One-line summaries for the monitor (`info gic`). */
void gic_print(const struct gic *gic, FILE *out);

#endif
