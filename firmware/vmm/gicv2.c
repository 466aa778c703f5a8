/* GICv2 (IHI 0048B.b), as Non-secure software sees one that has the Security Extensions: all interrupts are in Group 1, with one enable bit on each
 * side. Owns distributor and CPU interfaces. 32 SPIs, 32 levels of priority in that view; ID registers are those of a GIC-400 (DDI 0471B).
 * Choices: SGIs are always enabled (4.3.5 leaves that open); an SGI that is active waits with its other sources; GICC_APR0 is our 32 levels;
 * an EOI or a deactivation out of order, which 3.2.1 calls UNPREDICTABLE, drops the highest active priority, and clears what active state there is.
 * Not there, so RAZ/WI: groups, GICD_NSACR, the aliased Group 1 registers (all three RAZ/WI to Non-secure accesses), bypass. */
#include "gicv2.h"

/* 4.1.2, table 4-1. Registers of one bit an interrupt take 0x80 bytes each. */
enum { GICD_CTLR = 0x000, GICD_TYPER = 0x004, GICD_IIDR = 0x008, GICD_ISENABLER = 0x100, GICD_ICENABLER = 0x180, GICD_ISPENDR = 0x200,
       GICD_ICPENDR = 0x280, GICD_ISACTIVER = 0x300, GICD_ICACTIVER = 0x380, GICD_IPRIORITYR = 0x400, GICD_ITARGETSR = 0x800,
       GICD_ICFGR = 0xc00, GICD_ICFGR_END = 0xd00, GICD_SGIR = 0xf00, GICD_CPENDSGIR = 0xf10, GICD_SPENDSGIR = 0xf20, GICD_SPENDSGIR_END = 0xf30,
       GICD_IDS = 0xfd0 };
enum { BITS_BLOCK = 0x80 };
/* 4.1.3, table 4-2 */
enum { GICC_CTLR = 0x00, GICC_PMR = 0x04, GICC_BPR = 0x08, GICC_IAR = 0x0c, GICC_EOIR = 0x10, GICC_RPR = 0x14, GICC_HPPIR = 0x18,
       GICC_APR0 = 0xd0, GICC_IIDR = 0xfc, GICC_DIR = 0x1000 };
/* 4.3.1 and 4.4.1, the Non-secure copies; the bypass disables are stored, no effect */
enum { ENABLE_GRP1 = 1 << 0, EOI_MODE = 1 << 9, GICC_CTLR_BITS = ENABLE_GRP1 | 3 << 5 | EOI_MODE };
/* 4.3.2 */
enum { TYPER_CPUS = 5, TYPER_SECURITY = 1 << 10 };
/* 4.3.15: whom an SGI is for */
enum { SGI_TO_LIST, SGI_TO_OTHERS, SGI_TO_SELF };
enum { SPURIOUS = 1023, INTID_MASK = 0x3ff, SOURCE_SHIFT = 10, SGI_BITS = 0xffff };
/* Five bits of priority; the finest binary point splits none off (3.3.3). */
enum { PRIORITY_SHIFT = 3, PRIORITY_BITS = 0xf8, IDLE = 0xff, BPR_LEAST = 2 };

#define GICD_IIDR_VALUE 0x0200143bu
#define GICC_IIDR_VALUE 0x0202143bu

/* GICD_PIDR4 to 7, 0 to 3, GICD_CIDR0 to 3 */
static const u8 ids[12] = { 0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static struct gicv2_word *word_of(struct gicv2 *g, u32 cpu, u32 n)
{
    return n ? &g->spis[n - 1] : &g->cpu[cpu].own;
}

/* 4.3.7: a level-sensitive interrupt is pending while its input is high, too. */
static u32 pending_bits(const struct gicv2_word *w)
{
    return w->latched | (w->line & ~w->edge);
}

/* ---- priorities: 3.3 ---- */

static u32 running_priority(const struct gicv2_cpu *c)
{
    return c->apr ? (u32)__builtin_ctz(c->apr) << PRIORITY_SHIFT : IDLE;
}

static u32 group_priority(const struct gicv2_cpu *c, u32 priority)
{
    return priority & 0xfeu << c->bpr;
}

/* What the distributor forwards to a CPU: the highest priority, the lowest INTID of several. An interrupt that is active and pending is not forwarded
 * (3.2.4). */
static u32 forwarded(struct gicv2 *g, u32 cpu, u32 *priority)
{
    u32 best = SPURIOUS;
    *priority = IDLE;
    for (u32 n = 0; n < GICV2_WORDS && g->ctlr & ENABLE_GRP1; n++) {
        const struct gicv2_word *w = word_of(g, cpu, n);
        for (u32 left = pending_bits(w) & w->enabled & ~w->active; left; left &= left - 1) {
            u32 i = (u32)__builtin_ctz(left);
            if (w->targets[i] >> cpu & 1 && w->priority[i] < *priority) {
                best = n * 32 + i;
                *priority = w->priority[i];
            }
        }
    }
    return best;
}

/* What the CPU interface signals: enough priority for GICC_PMR, and to preempt. */
static u32 signalled(struct gicv2 *g, u32 cpu, u32 *priority)
{
    const struct gicv2_cpu *c = &g->cpu[cpu];
    u32 intid = forwarded(g, cpu, priority);
    bool is_enough = c->ctlr & ENABLE_GRP1 && *priority < c->pmr && group_priority(c, *priority) < running_priority(c);
    return is_enough ? intid : SPURIOUS;
}

/* The one place where the outputs are computed. */
static void update(struct gicv2 *g)
{
    u32 priority;
    for (u32 cpu = 0; cpu < g->cpus; cpu++) {
        bool level = signalled(g, cpu, &priority) != SPURIOUS;
        if (level != g->cpu[cpu].output)
            g->interrupt(g->board, cpu, level);
        g->cpu[cpu].output = level;
    }
}

/* ---- distributor ---- */

static void set_sgi_sources(struct gicv2_cpu *to, u32 sgi, u32 sources)
{
    to->sgi_from[sgi] = (u8)sources;
    to->own.latched = (to->own.latched & ~(1u << sgi)) | (u32)(sources != 0) << sgi;
}

/* GICD_SGIR: 25:24 whom to, 23:16 list, 3:0 INTID; NSATT (bit 15) is for Secure accesses */
static void send_sgi(struct gicv2 *g, u32 cpu, u32 value)
{
    u32 self = 1u << cpu, sgi = value & 15, to = 0;
    switch (value >> 24 & 3) {
    case SGI_TO_LIST:
        to = value >> 16 & 0xff;
        break;
    case SGI_TO_OTHERS:
        to = ~self;
        break;
    case SGI_TO_SELF:
        to = self;
        break;
    }
    for (u32 i = 0; i < g->cpus; i++)
        if (to >> i & 1)
            set_sgi_sources(&g->cpu[i], sgi, g->cpu[i].sgi_from[sgi] | self);
}

/* Two bits an interrupt, of which the upper one is 1 for edges (4.3.13). n: 16 interrupts each. */
static u32 config_read(struct gicv2 *g, u32 cpu, u32 n)
{
    u32 edge = n / 2 < GICV2_WORDS ? word_of(g, cpu, n / 2)->edge >> n % 2 * 16 : 0, value = 0;
    for (u32 i = 0; i < 16; i++)
        value |= (edge >> i & 1) << (2 * i + 1);
    return value;
}

/* Those of SGIs and PPIs are read-only. */
static void config_write(struct gicv2 *g, u32 n, u32 value)
{
    if (n < 2 || n / 2 >= GICV2_WORDS)
        return;
    u32 *edge = &word_of(g, 0, n / 2)->edge;
    for (u32 i = 0; i < 16; i++) {
        u32 bit = 1u << (n % 2 * 16 + i);
        *edge = value >> (2 * i + 1) & 1 ? *edge | bit : *edge & ~bit;
    }
}

static u32 gicd_read_word(struct gicv2 *g, u32 cpu, u32 offset)
{
    u32 n = offset % BITS_BLOCK / 4;
    if (offset == GICD_CTLR)
        return g->ctlr;
    if (offset == GICD_TYPER)
        return (GICV2_WORDS - 1) | (g->cpus - 1) << TYPER_CPUS | TYPER_SECURITY;
    if (offset == GICD_IIDR)
        return GICD_IIDR_VALUE;
    if (offset >= GICD_IDS)
        return ids[(offset - GICD_IDS) / 4];
    if (offset >= GICD_ICFGR && offset < GICD_ICFGR_END)
        return config_read(g, cpu, (offset - GICD_ICFGR) / 4);
    if (offset < GICD_ISENABLER || offset >= GICD_IPRIORITYR || n >= GICV2_WORDS)
        return 0;
    const struct gicv2_word *w = word_of(g, cpu, n);
    return offset < GICD_ISPENDR ? w->enabled : offset < GICD_ISACTIVER ? pending_bits(w) : w->active;
}

static void gicd_write_word(struct gicv2 *g, u32 cpu, u32 offset, u32 value)
{
    u32 n = offset % BITS_BLOCK / 4;
    if (offset == GICD_CTLR)
        g->ctlr = value & ENABLE_GRP1;
    else if (offset == GICD_SGIR)
        send_sgi(g, cpu, value);
    else if (offset >= GICD_ICFGR && offset < GICD_ICFGR_END)
        config_write(g, (offset - GICD_ICFGR) / 4, value);
    if (offset < GICD_ISENABLER || offset >= GICD_IPRIORITYR || n >= GICV2_WORDS)
        return;
    struct gicv2_word *w = word_of(g, cpu, n);
    u32 but_sgis = n ? value : value & ~(u32)SGI_BITS; /* their pending bits are read-only here (4.3.7) */
    switch (offset - n * 4) {
    case GICD_ISENABLER:
        w->enabled |= value;
        break;
    case GICD_ICENABLER:
        w->enabled &= ~but_sgis;
        break;
    case GICD_ISPENDR:
        w->latched |= but_sgis;
        break;
    case GICD_ICPENDR:
        w->latched &= ~but_sgis;
        break;
    case GICD_ISACTIVER:
        w->active |= value;
        break;
    case GICD_ICACTIVER:
        w->active &= ~value;
        break;
    }
}

static bool is_of_bytes(u64 offset)
{
    return (offset >= GICD_IPRIORITYR && offset < GICD_ICFGR) || (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR_END);
}

/* One CPU's GICD_ITARGETSR are RAZ/WI (4.3.12). */
static u32 gicd_read_byte(struct gicv2 *g, u32 cpu, u32 offset)
{
    u32 intid = offset % GICD_IPRIORITYR;
    if (offset >= GICD_CPENDSGIR)
        return g->cpu[cpu].sgi_from[offset % GICV2_SGIS];
    if (intid >= GICV2_IRQS)
        return 0;
    const struct gicv2_word *w = word_of(g, cpu, intid / 32);
    return offset < GICD_ITARGETSR ? w->priority[intid % 32] : g->cpus > 1 ? w->targets[intid % 32] : 0;
}

static void gicd_write_byte(struct gicv2 *g, u32 cpu, u32 offset, u32 value)
{
    u32 intid = offset % GICD_IPRIORITYR, sgi = offset % GICV2_SGIS, all = (1u << g->cpus) - 1;
    struct gicv2_cpu *c = &g->cpu[cpu];
    if (offset >= GICD_SPENDSGIR)
        set_sgi_sources(c, sgi, c->sgi_from[sgi] | (value & all));
    else if (offset >= GICD_CPENDSGIR)
        set_sgi_sources(c, sgi, c->sgi_from[sgi] & ~value);
    else if (offset < GICD_ITARGETSR && intid < GICV2_IRQS)
        word_of(g, cpu, intid / 32)->priority[intid % 32] = value & PRIORITY_BITS;
    else if (offset >= GICD_ITARGETSR && intid >= GICV2_SPI && intid < GICV2_IRQS && g->cpus > 1)
        word_of(g, cpu, intid / 32)->targets[intid % 32] = (u8)(value & all);
}

/* ---- CPU interface ---- */

/* What GICC_IAR and GICC_HPPIR say of an interrupt: an SGI comes with its source. */
static u32 with_source(const struct gicv2_cpu *c, u32 intid)
{
    return intid < GICV2_SGIS ? (u32)__builtin_ctz(c->sgi_from[intid]) << SOURCE_SHIFT | intid : intid;
}

static u32 acknowledge(struct gicv2 *g, u32 cpu)
{
    struct gicv2_cpu *c = &g->cpu[cpu];
    u32 priority, intid = signalled(g, cpu, &priority);
    if (intid == SPURIOUS)
        return SPURIOUS;
    struct gicv2_word *w = word_of(g, cpu, intid / 32);
    u32 bit = 1u << intid % 32, value = with_source(c, intid);
    w->active |= bit;
    w->latched &= ~bit;
    c->apr |= 1u << (group_priority(c, priority) >> PRIORITY_SHIFT);
    if (intid < GICV2_SGIS)
        set_sgi_sources(c, intid, c->sgi_from[intid] & (c->sgi_from[intid] - 1u));
    return value;
}

static void deactivate(struct gicv2 *g, u32 cpu, u32 intid)
{
    if (intid < GICV2_IRQS)
        word_of(g, cpu, intid / 32)->active &= ~(1u << intid % 32);
}

static void end_of_interrupt(struct gicv2 *g, u32 cpu, u32 intid)
{
    struct gicv2_cpu *c = &g->cpu[cpu];
    if (intid >= GICV2_IRQS)
        return;
    c->apr &= c->apr - 1; /* 0 stays 0 */
    if (!(c->ctlr & EOI_MODE))
        deactivate(g, cpu, intid);
}

static u32 gicc_read_word(struct gicv2 *g, u32 cpu, u32 offset)
{
    struct gicv2_cpu *c = &g->cpu[cpu];
    u32 priority, intid;
    switch (offset) {
    case GICC_CTLR:
        return c->ctlr;
    case GICC_PMR:
        return c->pmr;
    case GICC_BPR:
        return c->bpr;
    case GICC_IAR:
        return acknowledge(g, cpu);
    case GICC_RPR:
        return running_priority(c);
    case GICC_HPPIR:
        intid = forwarded(g, cpu, &priority);
        return with_source(c, intid);
    case GICC_APR0:
        return c->apr;
    case GICC_IIDR:
        return GICC_IIDR_VALUE;
    default:
        return 0;
    }
}

static void gicc_write_word(struct gicv2 *g, u32 cpu, u32 offset, u32 value)
{
    struct gicv2_cpu *c = &g->cpu[cpu];
    switch (offset) {
    case GICC_CTLR:
        c->ctlr = value & GICC_CTLR_BITS;
        break;
    case GICC_PMR:
        c->pmr = value & PRIORITY_BITS;
        break;
    case GICC_BPR:
        c->bpr = (value & 7) < BPR_LEAST ? BPR_LEAST : value & 7;
        break;
    case GICC_EOIR:
        end_of_interrupt(g, cpu, value & INTID_MASK);
        break;
    case GICC_APR0:
        c->apr = value;
        break;
    case GICC_DIR:
        if (c->ctlr & EOI_MODE) /* else UNPREDICTABLE (4.4.15): ignored */
            deactivate(g, cpu, value & INTID_MASK);
        break;
    }
}

/* ---- from outside ---- */

void gicv2_reset(struct gicv2 *g, u32 cpus)
{
    g->cpus = cpus;
    for (u32 i = 0; i < GICV2_CPUS; i++) {
        struct gicv2_cpu *c = &g->cpu[i];
        c->own.enabled = c->own.edge = SGI_BITS;
        c->bpr = BPR_LEAST;
        for (u32 n = 0; n < 32; n++)
            c->own.targets[n] = (u8)(1 << i);
    }
    for (u32 n = 0; n < 32 * (GICV2_WORDS - 1) && cpus == 1; n++)
        g->spis[n / 32].targets[n % 32] = 1;
}

u32 gicd_read(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes)
{
    u32 value = 0, at = (u32)offset;
    lock_take(&g->lock);
    if (is_of_bytes(offset) && (bytes == 1 || bytes == 4) && at % bytes == 0)
        for (u32 i = 0; i < bytes; i++)
            value |= gicd_read_byte(g, cpu, at + i) << 8 * i;
    else if (bytes == 4 && at % 4 == 0)
        value = gicd_read_word(g, cpu, at);
    lock_release(&g->lock);
    return value;
}

void gicd_write(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes, u32 value)
{
    u32 at = (u32)offset;
    lock_take(&g->lock);
    if (is_of_bytes(offset) && (bytes == 1 || bytes == 4) && at % bytes == 0)
        for (u32 i = 0; i < bytes; i++)
            gicd_write_byte(g, cpu, at + i, value >> 8 * i & 0xff);
    else if (bytes == 4 && at % 4 == 0)
        gicd_write_word(g, cpu, at, value);
    update(g);
    lock_release(&g->lock);
}

u32 gicc_read(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes)
{
    lock_take(&g->lock);
    u32 value = bytes == 4 ? gicc_read_word(g, cpu, (u32)offset) : 0;
    update(g);
    lock_release(&g->lock);
    return value;
}

void gicc_write(struct gicv2 *g, u32 cpu, u64 offset, u32 bytes, u32 value)
{
    lock_take(&g->lock);
    if (bytes == 4)
        gicc_write_word(g, cpu, (u32)offset, value);
    update(g);
    lock_release(&g->lock);
}

void gicv2_set_line(struct gicv2 *g, u32 cpu, u32 intid, bool level)
{
    struct gicv2_word *w = word_of(g, cpu, intid / 32);
    u32 bit = 1u << intid % 32;
    lock_take(&g->lock);
    if (level)
        w->latched |= bit & w->edge & ~w->line;
    w->line = level ? w->line | bit : w->line & ~bit;
    update(g);
    lock_release(&g->lock);
}
