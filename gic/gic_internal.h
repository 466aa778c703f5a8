/* The state of a GICv2 and what its files share (IHI 0048B). */
#ifndef GIC_INTERNAL_H
#define GIC_INTERNAL_H

#include "gic/gic.h"

#define WORDS (GIC_MAX_IRQS / 32 + 1)
#define PRIVATE_IRQS 32 /* SGIs 0 to 15, PPIs 16 to 31: banked */
#define SPURIOUS 1023
#define OTHER_GROUP 1022 /* a Group 1 interrupt is pending and this view may not take it */
#define IDLE_PRIORITY 0x100

/* Per-interrupt bits; private ones are banked, so that a PE has its own first word. */
struct irq_bits {
    u32 enabled, pending, active, group1, edge, level; /* level: the line as it is */
};

/* The CPU interface as one PE or one virtual machine sees it: the same rules, other interrupts behind them. */
struct cpu_interface {
    u32 ctlr;   /* as Secure, or only, software sees it */
    u8 pmr;
    u8 bpr[2];  /* BPR, ABPR */
    u8 apr_shift; /* priority >> apr_shift is the bit of an active priority: 3 where 5 bits are implemented (IHI 0048 4.4.13) */
    u32 apr[4]; /* active priorities of Group 0, as bits */
    u32 nsapr[4]; /* of Group 1 */
};

struct list_state {
    u32 hcr, apr; /* GICH_VMCR is a view of the virtual CPU interface */
    u32 lr[GIC_MAX_LRS];
};

struct gic_pe {
    struct irq_bits bits;            /* word 0 */
    u8 priority[PRIVATE_IRQS];
    u8 sgi_sources[16];              /* pending, a bit a source CPU */
    struct cpu_interface cpu;        /* GICC */
    struct cpu_interface virtual;    /* GICV, through VMCR */
    struct list_state list;          /* GICH */
    struct irq_line outputs[GIC_OUTPUTS];
};

struct gic {
    struct gic_config config;
    struct log *log;
    u32 ctlr;                        /* EnableGrp0, EnableGrp1 */
    unsigned irqs;                   /* number of INTIDs */
    struct irq_bits spi[WORDS];      /* words 1 and up */
    u8 priority[GIC_MAX_IRQS];
    u8 targets[GIC_MAX_IRQS];
    struct gic_pe pe[GIC_MAX_CPUS];
};

enum { GICC_ENABLE0 = 1, GICC_ENABLE1 = 2, GICC_ACKCTL = 4, GICC_FIQEN = 8, GICC_CBPR = 16, GICC_EOIMODE_S = 1 << 9, GICC_EOIMODE_NS = 1 << 10 };
enum { GICH_EN = 1, GICH_UIE = 2, GICH_LRENPIE = 4, GICH_NPIE = 8, GICH_VGRP0EIE = 16, GICH_VGRP0DIE = 32, GICH_VGRP1EIE = 64, GICH_VGRP1DIE = 128 };

/* The word of an INTID as a PE sees it. */
static inline struct irq_bits *irq_word(struct gic *gic, unsigned cpu, unsigned irq)
{
    return irq < PRIVATE_IRQS ? &gic->pe[cpu].bits : &gic->spi[irq / 32];
}

static inline u8 *irq_priority(struct gic *gic, unsigned cpu, unsigned irq)
{
    return irq < PRIVATE_IRQS ? &gic->pe[cpu].priority[irq] : &gic->priority[irq];
}

/* Has the access the Secure view? Without Security Extensions every access has it. */
static inline bool secure_view(const struct gic *gic, const struct bus_access *acc)
{
    return !gic->config.security || acc->secure;
}

/* GICC_BPR's minimum: how many bits cannot be group priority. */
static inline unsigned lowest_bpr(const struct gic *gic)
{
    return gic->config.priority_bits < 7 ? 7u - gic->config.priority_bits : 0;
}

/* Pending in effect: latched, or level-sensitive with its line up. */
static inline u32 pending_word(const struct irq_bits *w)
{
    return w->pending | (w->level & ~w->edge);
}

/* priority.c */
/* The group priority part of a priority under a binary point (IHI 0048 3.3.3): a mask for the 8 bits. */
u8 group_mask(unsigned bpr, bool group1_view);
unsigned active_priority(const struct cpu_interface *ci); /* running priority, IDLE_PRIORITY when none */
void activate_priority(struct cpu_interface *ci, u8 priority, bool group1);
void drop_priority(struct cpu_interface *ci, bool group1); /* the most urgent active one of the group, if there is one */

/* gicc.c: the highest pending interrupt for a CPU; SPURIOUS when none. */
unsigned highest_pending(struct gic *gic, unsigned cpu, u8 *priority);
bool irq_is_group1(struct gic *gic, unsigned cpu, unsigned irq);
void deactivate_irq(struct gic *gic, unsigned cpu, unsigned irq);

/* Recomputes all outputs of a CPU, or of all. The only place that sets them. */
void gic_update(struct gic *gic, unsigned cpu);
void gic_update_all(struct gic *gic);
void gich_print(const struct gic *gic, unsigned cpu, FILE *out); /* the part of gic_print */
void gich_update(struct gic *gic, unsigned cpu); /* virtual outputs and maintenance; called by gic_update */

enum bus_result gicd_access(void *gic, struct bus_access *acc);
enum bus_result gicc_access(void *gic, struct bus_access *acc);
enum bus_result gich_access(void *gic, struct bus_access *acc);
enum bus_result gicv_access(void *gic, struct bus_access *acc);

#endif
