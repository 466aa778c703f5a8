/* A GICv2 of our own (IHI 0048B), for hosts whose KVM has none for guests: distributor and CPU interfaces. Safe to call from several threads. */
#ifndef VMM_GICV2_H
#define VMM_GICV2_H

#include "sys.h"

enum { GICV2_WORDS = 2, GICV2_IRQS = 32 * GICV2_WORDS, GICV2_SGIS = 16, GICV2_CPUS = 8, GICD_BYTES = 0x1000, GICC_BYTES = 0x2000 };
/* INTIDs */
enum { GICV2_PPI = 16, GICV2_SPI = 32 };

/* 32 interrupts: those of INTID 32 * word up, bit 0 or element 0 first. */
struct gicv2_word {
    u32 enabled, active, edge;
    u32 line;    /* inputs */
    u32 latched; /* pending by an edge, by GICD_ISPENDR, or, an SGI, by GICD_SGIR */
    u8 priority[32], targets[32];
};

struct gicv2_cpu {
    struct gicv2_word own;       /* SGIs and PPIs */
    u8 sgi_from[GICV2_SGIS];     /* by which CPUs each SGI is pending; own.latched says whether by any */
    u32 ctlr, pmr, bpr;
    u32 apr;                     /* active group priorities: bit n is priority 8 * n */
    bool output;                 /* IRQ to the vCPU, as last told */
};

struct gicv2 {
    struct lock lock;
    u32 cpus, ctlr;
    struct gicv2_word spis[GICV2_WORDS - 1];
    struct gicv2_cpu cpu[GICV2_CPUS];
    /* The board: a CPU's IRQ. Called with the lock held, when the level changes. */
    void (*interrupt)(void *board, u32 cpu, bool level);
    void *board;
};

/* Registers as after reset; interrupt and board are the caller's to fill in. */
void gicv2_reset(struct gicv2 *g, u32 cpus);
/* Accesses of a CPU: offset below GICD_BYTES or GICC_BYTES. A size or an alignment that 4.1.4 does not have reads as zero, and is ignored. */
u32 gicd_read(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes);
void gicd_write(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes, u32 value);
u32 gicc_read(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes);
void gicc_write(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes, u32 value);
/* An input changes its level: a PPI of that CPU, or an SPI, whatever the CPU. */
void gicv2_set_line(struct gicv2 *g, u32 cpu, u32 intid, bool level);

#endif
