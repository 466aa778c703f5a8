/* firmware/vmm's GICv2 alone, run by qemu-aarch64: what its registers say and its outputs do, step by step (IHI 0048B). Three CPUs, then one.
 * Exit status: 0 all as wanted; 1 not, and each line that differs. */
#include "gicv2.h"

void vmm_main(long argc, char **argv);

enum op { READ_D, WRITE_D, READ_D_BYTE, WRITE_D_BYTE, READ_C, WRITE_C, LINE, OUTPUTS };

/* READ_*: value is wanted. LINE: at is the INTID, value its level. OUTPUTS: value is a mask of the CPUs whose IRQ is high. */
struct step {
    enum op op;
    u32 cpu, at, value;
};

enum { CTLR = 0, PMR = 4, BPR = 8, IAR = 0xc, EOIR = 0x10, RPR = 0x14, HPPIR = 0x18, APR = 0xd0, DIR = 0x1000 };
enum { ISENABLER = 0x100, ICENABLER = 0x180, ISPENDR = 0x200, ICPENDR = 0x280, ISACTIVER = 0x300, ICACTIVER = 0x380, IPRIORITYR = 0x400,
       ITARGETSR = 0x800, ICFGR = 0xc00, SGIR = 0xf00, CPENDSGIR = 0xf10, SPENDSGIR = 0xf20 };

static const struct step three_cpus[] = {
    /* after reset */
    { READ_D, 0, CTLR, 0 }, { READ_D, 0, 4, 0x441 }, { READ_D, 1, ISENABLER, 0xffff }, { READ_D, 0, ISENABLER + 4, 0 }, { READ_D, 0, 0xfe8, 0x2b },
    { READ_C, 0, RPR, 0xff }, { READ_C, 0, IAR, 1023 }, { READ_C, 0, HPPIR, 1023 }, { READ_C, 0, BPR, 2 }, { READ_C, 0, 0xfc, 0x0202143b },
    { READ_D, 2, ITARGETSR, 0x04040404 }, { READ_D, 0, ITARGETSR + 32, 0 }, { READ_D, 0, ICFGR, 0xaaaaaaaa }, { READ_D, 0, ICFGR + 4, 0 },
    /* nothing is beyond 64 interrupts; what is read-only, and what is not implemented, stays */
    { WRITE_D, 0, ISENABLER + 8, ~0u }, { READ_D, 0, ISENABLER + 8, 0 }, { WRITE_D, 0, IPRIORITYR + 64, ~0u }, { READ_D, 0, IPRIORITYR + 64, 0 },
    { WRITE_D, 0, 0x080, ~0u }, { READ_D, 0, 0x080, 0 }, { WRITE_D, 0, ICFGR + 4, ~0u }, { READ_D, 0, ICFGR + 4, 0 }, { WRITE_D, 0, ITARGETSR, 0 },
    { READ_D, 0, ITARGETSR, 0x01010101 }, { WRITE_D, 0, ICENABLER, 0xffff }, { READ_D, 0, ISENABLER, 0xffff }, { READ_D_BYTE, 0, ISENABLER, 0 },
    /* fields as wide as they are */
    { WRITE_D, 0, CTLR, ~0u }, { READ_D, 0, CTLR, 1 }, { WRITE_C, 0, PMR, ~0u }, { READ_C, 0, PMR, 0xf8 }, { WRITE_C, 0, BPR, 1 },
    { READ_C, 0, BPR, 2 }, { WRITE_D, 0, ITARGETSR + 32, ~0u }, { READ_D, 0, ITARGETSR + 32, 0x07070707 },
    { WRITE_D_BYTE, 0, IPRIORITYR + 33, 0xff }, { READ_D, 0, IPRIORITYR + 32, 0xf800 }, { READ_D_BYTE, 0, IPRIORITYR + 33, 0xf8 },
    { WRITE_D, 0, IPRIORITYR + 32, 0 }, { WRITE_D, 0, ITARGETSR + 32, 0 }, { WRITE_C, 0, CTLR, ~0u }, { READ_C, 0, CTLR, 0x261 },
    { WRITE_C, 0, CTLR, 1 }, { WRITE_C, 1, CTLR, 1 }, { WRITE_C, 2, CTLR, 1 }, { WRITE_C, 1, PMR, 0xf0 }, { WRITE_C, 2, PMR, 0xf0 },
    /* SGIs: the list, all others, oneself; each source is one interrupt */
    { WRITE_D, 0, SGIR, 0x00060001 }, { OUTPUTS, 0, 0, 6 }, { WRITE_D, 2, SGIR, 0x01000001 }, { OUTPUTS, 0, 0, 7 },
    { WRITE_D, 1, SGIR, 0x02000002 }, { READ_D, 1, SPENDSGIR, 0x00020500 }, { READ_D, 1, ISPENDR, 6 }, { READ_C, 1, HPPIR, 1 },
    { READ_C, 1, IAR, 1 }, { OUTPUTS, 0, 0, 5 }, { READ_D, 1, ISPENDR, 6 }, { READ_D, 1, ISACTIVER, 2 }, { WRITE_C, 1, EOIR, 1 },
    { OUTPUTS, 0, 0, 7 }, { READ_C, 1, IAR, 0x801 }, { WRITE_C, 1, EOIR, 0x801 }, { READ_C, 1, IAR, 0x402 }, { WRITE_C, 1, EOIR, 0x402 },
    { READ_C, 1, IAR, 1023 }, { READ_C, 0, IAR, 0x801 }, { WRITE_C, 0, EOIR, 0x801 }, { READ_C, 2, IAR, 1 }, { WRITE_C, 2, EOIR, 1 },
    { OUTPUTS, 0, 0, 0 }, { WRITE_D, 0, SGIR, 0x03070001 }, { OUTPUTS, 0, 0, 0 }, { WRITE_D_BYTE, 0, SPENDSGIR + 5, 0xfe },
    { WRITE_D, 0, ICPENDR, ~0u }, { READ_D, 0, ISPENDR, 0x20 }, { WRITE_D_BYTE, 0, CPENDSGIR + 5, 2 }, { READ_C, 0, HPPIR, 0x805 },
    { WRITE_D_BYTE, 0, CPENDSGIR + 5, 4 }, { READ_D, 0, ISPENDR, 0 }, { OUTPUTS, 0, 0, 0 },
    /* preemption: 1 at 0xa0, then 2 at 0x80, not 3 at 0x80; the mask; the binary point */
    { WRITE_D, 0, IPRIORITYR, 0x8080a000 }, { WRITE_D, 0, SGIR, 0x02000001 }, { READ_C, 0, IAR, 1 }, { READ_C, 0, RPR, 0xa0 },
    { READ_C, 0, APR, 1u << 20 }, { WRITE_D, 0, SGIR, 0x02000002 }, { WRITE_C, 0, PMR, 0x80 }, { OUTPUTS, 0, 0, 0 }, { READ_C, 0, IAR, 1023 },
    { READ_C, 0, HPPIR, 2 }, { WRITE_C, 0, PMR, 0x88 }, { OUTPUTS, 0, 0, 1 }, { READ_C, 0, IAR, 2 }, { READ_C, 0, RPR, 0x80 },
    { WRITE_D, 0, SGIR, 0x02000003 }, { READ_C, 0, IAR, 1023 }, { WRITE_C, 0, EOIR, 2 }, { READ_C, 0, RPR, 0xa0 }, { READ_C, 0, IAR, 3 },
    { WRITE_C, 0, EOIR, 3 }, { WRITE_C, 0, EOIR, 1023 }, { READ_C, 0, RPR, 0xa0 }, { WRITE_C, 0, EOIR, 1 }, { READ_C, 0, RPR, 0xff },
    { READ_D, 0, ISACTIVER, 0 }, { WRITE_C, 0, PMR, 0xf0 },
    /* the binary point: 0xa0 and 0x80 are of one group with 7:6, and of two with 7:5 */
    { WRITE_C, 0, BPR, 5 }, { WRITE_D, 0, SGIR, 0x02000001 }, { READ_C, 0, IAR, 1 }, { READ_C, 0, RPR, 0x80 }, { WRITE_D, 0, SGIR, 0x02000002 },
    { OUTPUTS, 0, 0, 0 }, { WRITE_C, 0, EOIR, 1 }, { OUTPUTS, 0, 0, 1 }, { READ_C, 0, IAR, 2 }, { WRITE_C, 0, EOIR, 2 }, { WRITE_C, 0, BPR, 4 },
    { WRITE_D, 0, SGIR, 0x02000001 }, { READ_C, 0, IAR, 1 }, { READ_C, 0, RPR, 0xa0 }, { WRITE_D, 0, SGIR, 0x02000002 }, { OUTPUTS, 0, 0, 1 },
    { READ_C, 0, IAR, 2 }, { WRITE_C, 0, EOIR, 2 }, { WRITE_C, 0, EOIR, 1 }, { WRITE_C, 0, BPR, 0 },
    /* two steps to the end: the drop lets others in, DIR lets the same in again */
    { WRITE_C, 0, CTLR, 0x201 }, { WRITE_D, 0, SGIR, 0x02000001 }, { READ_C, 0, IAR, 1 }, { WRITE_C, 0, EOIR, 1 }, { READ_C, 0, RPR, 0xff },
    { READ_D, 0, ISACTIVER, 2 }, { WRITE_D, 0, SGIR, 0x02000001 }, { OUTPUTS, 0, 0, 0 }, { WRITE_C, 0, DIR, 1 }, { OUTPUTS, 0, 0, 1 },
    { READ_C, 0, IAR, 1 }, { WRITE_C, 0, EOIR, 1 }, { WRITE_C, 0, DIR, 1 }, { READ_D, 0, ISACTIVER, 0 }, { WRITE_C, 0, CTLR, 1 },
    { WRITE_D, 0, ISACTIVER, 2 }, { WRITE_C, 0, DIR, 1 }, { READ_D, 0, ISACTIVER, 2 }, { WRITE_D, 0, ICACTIVER, 2 }, { READ_D, 0, ISACTIVER, 0 },
    /* a PPI of CPU 1: banked; level-sensitive, so pending again for as long as its input is high; two enables */
    { LINE, 1, 27, 1 }, { READ_D, 1, ISPENDR, 1u << 27 }, { READ_D, 0, ISPENDR, 0 }, { OUTPUTS, 0, 0, 0 }, { WRITE_D, 1, ISENABLER, 1u << 27 },
    { OUTPUTS, 0, 0, 2 }, { WRITE_D, 1, ICPENDR, 1u << 27 }, { OUTPUTS, 0, 0, 2 }, { WRITE_C, 1, CTLR, 0 }, { OUTPUTS, 0, 0, 0 },
    { WRITE_C, 1, CTLR, 1 }, { WRITE_D, 0, CTLR, 0 }, { OUTPUTS, 0, 0, 0 }, { READ_C, 1, HPPIR, 1023 }, { WRITE_D, 0, CTLR, 1 },
    { READ_C, 1, IAR, 27 }, { READ_D, 1, ISPENDR, 1u << 27 }, { OUTPUTS, 0, 0, 0 }, { WRITE_C, 1, EOIR, 27 }, { OUTPUTS, 0, 0, 2 },
    { READ_C, 1, IAR, 27 }, { LINE, 1, 27, 0 }, { WRITE_C, 1, EOIR, 27 }, { OUTPUTS, 0, 0, 0 }, { LINE, 1, 27, 1 }, { LINE, 1, 27, 0 },
    { OUTPUTS, 0, 0, 0 },
    /* ISPENDR of a level-sensitive one lasts until it is taken */
    { WRITE_D, 1, ISPENDR, 1u << 27 }, { OUTPUTS, 0, 0, 2 }, { READ_C, 1, IAR, 27 }, { READ_D, 1, ISPENDR, 0 }, { WRITE_C, 1, EOIR, 27 },
    { OUTPUTS, 0, 0, 0 },
    /* SPI 33 for CPUs 0 and 2: the first takes it; then an edge, which is kept while active */
    { WRITE_D_BYTE, 1, ITARGETSR + 33, 5 }, { WRITE_D, 1, ISENABLER + 4, 2 }, { LINE, 0, 33, 1 }, { OUTPUTS, 0, 0, 5 }, { READ_C, 1, IAR, 1023 },
    { READ_C, 2, IAR, 33 }, { OUTPUTS, 0, 0, 0 }, { READ_C, 0, IAR, 1023 }, { LINE, 0, 33, 0 }, { WRITE_C, 2, EOIR, 33 }, { OUTPUTS, 0, 0, 0 },
    { WRITE_D, 0, ICFGR + 8, ~0u }, { READ_D, 0, ICFGR + 8, 0xaaaaaaaa }, { READ_D, 0, ICFGR + 12, 0 }, { LINE, 0, 33, 1 }, { READ_C, 0, IAR, 33 },
    { OUTPUTS, 0, 0, 0 }, { LINE, 0, 33, 1 }, { READ_D, 0, ISPENDR + 4, 0 }, { LINE, 0, 33, 0 }, { LINE, 0, 33, 1 }, { READ_D, 0, ISPENDR + 4, 2 },
    { WRITE_C, 0, EOIR, 33 }, { OUTPUTS, 0, 0, 5 }, { WRITE_D, 2, ICPENDR + 4, 2 }, { OUTPUTS, 0, 0, 0 }, { WRITE_D, 0, ISPENDR + 4, 2 },
    { OUTPUTS, 0, 0, 5 }, { WRITE_D, 0, ICENABLER + 4, 2 }, { OUTPUTS, 0, 0, 0 }, { READ_D, 0, ISENABLER + 4, 0 }, { WRITE_D, 0, ICPENDR + 4, 2 },
    /* the lowest of equals, the highest of all */
    { WRITE_D, 0, ITARGETSR + 36, 0x01010101 }, { WRITE_D, 0, IPRIORITYR + 36, 0x20304030 }, { WRITE_D, 0, ISENABLER + 4, 0xf0 },
    { WRITE_D, 0, ISPENDR + 4, 0x70 }, { READ_C, 0, HPPIR, 36 }, { WRITE_D, 0, ISPENDR + 4, 0x80 }, { READ_C, 0, HPPIR, 39 },
};

/* One CPU: it is every SPI's target, and the registers that would say so are RAZ/WI. */
static const struct step one_cpu[] = {
    { READ_D, 0, 4, 0x401 }, { READ_D, 0, ITARGETSR, 0 }, { WRITE_D, 0, ITARGETSR + 32, 0 }, { READ_D, 0, ITARGETSR + 32, 0 },
    { WRITE_D, 0, CTLR, 1 }, { WRITE_C, 0, CTLR, 1 }, { WRITE_C, 0, PMR, 0xf0 }, { WRITE_D, 0, ISENABLER + 4, 1 }, { LINE, 0, 32, 1 },
    { OUTPUTS, 0, 0, 1 }, { READ_C, 0, IAR, 32 },
};

static void interrupt(void *outputs, u32 cpu, bool level)
{
    u32 *mask = outputs;
    *mask = (*mask & ~(1u << cpu)) | (u32)level << cpu;
}

/* What the step reads; what it wants, where it reads nothing. */
static u32 take(struct gicv2 *g, const struct step *s, u32 outputs)
{
    switch (s->op) {
    case READ_D:
        return gicd_read(g, s->cpu, s->at, 4);
    case READ_D_BYTE:
        return gicd_read(g, s->cpu, s->at, 1);
    case READ_C:
        return gicc_read(g, s->cpu, s->at, 4);
    case OUTPUTS:
        return outputs;
    case WRITE_D:
        gicd_write(g, s->cpu, s->at, 4, s->value);
        break;
    case WRITE_D_BYTE:
        gicd_write(g, s->cpu, s->at, 1, s->value);
        break;
    case WRITE_C:
        gicc_write(g, s->cpu, s->at, 4, s->value);
        break;
    case LINE:
        gicv2_set_line(g, s->cpu, s->at, s->value);
        break;
    }
    return s->value;
}

static u64 run(const char *name, u32 cpus, const struct step *steps, u64 count)
{
    u32 outputs = 0;
    u64 wrong = 0;
    struct gicv2 g = { .interrupt = interrupt, .board = &outputs };
    gicv2_reset(&g, cpus);
    for (u64 i = 0; i < count; i++) {
        const struct step *s = &steps[i];
        u32 got = take(&g, s, outputs);
        if (got != s->value) {
            say("%s, step %lu (op %lu, CPU %lu, %#lx): %#lx, not %#lx", name, i, (u64)s->op, (u64)s->cpu, (u64)s->at, (u64)got, (u64)s->value);
            wrong++;
        }
    }
    return wrong;
}

void vmm_main(long argc, char **argv)
{
    (void)argc;
    (void)argv;
    u64 wrong = run("three CPUs", 3, three_cpus, ARRAY_SIZE(three_cpus)) + run("one CPU", 1, one_cpu, ARRAY_SIZE(one_cpu));
    sys_exit_all(wrong != 0);
}
