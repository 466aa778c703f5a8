/* The virtual interface control registers and the virtual CPU interface (IHI 0048B 5.3, 5.5): a hypervisor puts interrupts into list
 * registers, a virtual machine takes them through GICV as if they were physical. */
#include "gic/gic_internal.h"

#include "emu/platform/bits.h"

/* List register: HW 31, Grp1 30, State 29:28 (active, pending), Priority 27:23, PhysicalID 19:10 (EOI 19, CPUID 12:10 when HW = 0), VirtualID 9:0 */
enum { LR_PENDING = 1 << 28, LR_ACTIVE = 1 << 29, LR_GROUP1 = 1 << 30, LR_EOI = 1 << 19 };
#define LR_HW (1u << 31)
#define LR_STATE ((u32)LR_PENDING | (u32)LR_ACTIVE)
#define HCR_EOI_COUNT (1u << 27) /* one, in GICH_HCR.EOICount 31:27: it wraps */
#define LR_WRITABLE 0xff8fffffu /* 22:20 are reserved */

static u8 lr_priority(u32 lr)
{
    return (u8)(bits(lr, 27, 23) << 3);
}

/* ---- the state of the virtual machine's interface ---- */

/* The most urgent pending list register of an enabled group; num_lrs: none. */
static unsigned highest_lr(const struct gic *gic, const struct gic_pe *pe)
{
    unsigned best = gic->config.num_lrs, priority = IDLE_PRIORITY;
    for (unsigned i = 0; i < gic->config.num_lrs; i++) {
        u32 lr = pe->list.lr[i];
        if ((lr & LR_STATE) != LR_PENDING)
            continue;
        bool enabled = pe->virtual.ctlr & (lr & LR_GROUP1 ? GICC_ENABLE1 : GICC_ENABLE0);
        if (enabled && lr_priority(lr) < priority) {
            best = i;
            priority = lr_priority(lr);
        }
    }
    return best;
}

static u8 virtual_mask(const struct gic_pe *pe, u32 lr)
{
    bool own_bpr = (lr & LR_GROUP1) && !(pe->virtual.ctlr & GICC_CBPR);
    return group_mask(pe->virtual.bpr[own_bpr], own_bpr);
}

/* GICH_APR: a bit for each of 32 group priorities. */
static unsigned virtual_running(const struct gic_pe *pe)
{
    return pe->list.apr ? (unsigned)__builtin_ctz(pe->list.apr) << 3 : IDLE_PRIORITY;
}

static bool lr_preempts(const struct gic_pe *pe, u32 lr)
{
    u8 priority = lr_priority(lr);
    return priority < pe->virtual.pmr && (priority & virtual_mask(pe, lr)) < virtual_running(pe);
}

static u32 eisr(const struct gic *gic, const struct gic_pe *pe, unsigned word)
{
    u32 value = 0;
    for (unsigned i = 0; i < 32 && word * 32 + i < gic->config.num_lrs; i++) {
        u32 lr = pe->list.lr[word * 32 + i];
        value |= (u32)(!(lr & LR_STATE) && !(lr & LR_HW) && (lr & LR_EOI)) << i;
    }
    return value;
}

static u32 elrsr(const struct gic *gic, const struct gic_pe *pe, unsigned word)
{
    u32 value = 0;
    for (unsigned i = 0; i < 32 && word * 32 + i < gic->config.num_lrs; i++) {
        u32 lr = pe->list.lr[word * 32 + i];
        value |= (u32)(!(lr & LR_STATE) && ((lr & LR_HW) || !(lr & LR_EOI))) << i;
    }
    return value;
}

/* GICH_MISR: EOI 0, U 1, LRENP 2, NP 3, VGrp0E 4, VGrp0D 5, VGrp1E 6, VGrp1D 7 */
static u32 misr(const struct gic *gic, const struct gic_pe *pe)
{
    u32 hcr = pe->list.hcr, ctlr = pe->virtual.ctlr;
    unsigned valid = 0, pending = 0;
    bool ended = false;
    for (unsigned i = 0; i < gic->config.num_lrs; i++) {
        u32 lr = pe->list.lr[i], state = lr & LR_STATE;
        valid += state != 0;
        pending += state == LR_PENDING;
        ended |= (lr & (LR_STATE | LR_HW | (u32)LR_EOI)) == (u32)LR_EOI;
    }
    return (u32)ended | (u32)((hcr & GICH_UIE) && valid < 2) << 1 |
           (u32)((hcr & GICH_LRENPIE) && hcr >> 27) << 2 | (u32)((hcr & GICH_NPIE) && !pending) << 3 |
           (u32)((hcr & GICH_VGRP0EIE) && (ctlr & GICC_ENABLE0)) << 4 | (u32)((hcr & GICH_VGRP0DIE) && !(ctlr & GICC_ENABLE0)) << 5 |
           (u32)((hcr & GICH_VGRP1EIE) && (ctlr & GICC_ENABLE1)) << 6 | (u32)((hcr & GICH_VGRP1DIE) && !(ctlr & GICC_ENABLE1)) << 7;
}

/* Nothing that asserts the maintenance interrupt is asked for: most hypervisors leave it so while a virtual machine runs. */
static bool is_maintenance_unwanted(const struct gic *gic, const struct gic_pe *pe)
{
    const u32 asks = GICH_UIE | GICH_LRENPIE | GICH_NPIE | GICH_VGRP0EIE | GICH_VGRP0DIE | GICH_VGRP1EIE | GICH_VGRP1DIE;
    u32 any = 0;
    for (unsigned i = 0; i < gic->config.num_lrs; i++)
        any |= pe->list.lr[i];
    return !(pe->list.hcr & asks) && !(any & LR_EOI);
}

#define MAINTENANCE_INTID 25

void gich_update(struct gic *gic, unsigned cpu)
{
    struct gic_pe *pe = &gic->pe[cpu];
    if (!gic->config.num_lrs)
        return;
    bool on = pe->list.hcr & GICH_EN, virq = false, vfiq = false;
    unsigned i = on ? highest_lr(gic, pe) : gic->config.num_lrs;
    if (i < gic->config.num_lrs && lr_preempts(pe, pe->list.lr[i])) {
        vfiq = !(pe->list.lr[i] & LR_GROUP1) && (pe->virtual.ctlr & GICC_FIQEN);
        virq = !vfiq;
    }
    bool maintenance = on && !is_maintenance_unwanted(gic, pe) && misr(gic, pe);
    pe->bits.level = (pe->bits.level & ~(1u << MAINTENANCE_INTID)) | (u32)maintenance << MAINTENANCE_INTID;
    irq_set(&pe->outputs[GIC_OUT_VIRQ], virq);
    irq_set(&pe->outputs[GIC_OUT_VFIQ], vfiq);
}

/* List registers or the virtual interface changed: the physical interface has to look only where the maintenance interrupt did. */
static void virtual_changed(struct gic *gic, unsigned cpu)
{
    u32 before = gic->pe[cpu].bits.level;
    gich_update(gic, cpu);
    if (gic->pe[cpu].bits.level != before)
        gic_update(gic, cpu);
}

/* ---- GICV: acknowledge and end ---- */

static unsigned virtual_acknowledgeable(const struct gic *gic, const struct gic_pe *pe, bool alias, unsigned *index)
{
    unsigned i = *index = pe->list.hcr & GICH_EN ? highest_lr(gic, pe) : gic->config.num_lrs;
    if (i == gic->config.num_lrs)
        return SPURIOUS;
    u32 lr = pe->list.lr[i];
    bool group1 = lr & LR_GROUP1;
    if (alias && !group1)
        return SPURIOUS;
    if (!alias && group1 && !(pe->virtual.ctlr & GICC_ACKCTL))
        return OTHER_GROUP;
    unsigned id = lr & 0x3ff;
    return id < 16 && !(lr & LR_HW) ? id | (unsigned)bits(lr, 12, 10) << 10 : id;
}

static u32 virtual_acknowledge(struct gic *gic, const struct bus_access *acc, bool alias)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    unsigned i, id = virtual_acknowledgeable(gic, pe, alias, &i);
    if (i == gic->config.num_lrs || !lr_preempts(pe, pe->list.lr[i])) /* 1022, too, is for what could be signalled (4.4.4) */
        return SPURIOUS;
    u32 *lr = &pe->list.lr[i];
    if ((id & 0x3ff) >= OTHER_GROUP || acc->debug)
        return id;
    pe->list.apr |= 1u << ((lr_priority(*lr) & virtual_mask(pe, *lr)) >> 3);
    *lr = (*lr & ~LR_STATE) | LR_ACTIVE;
    virtual_changed(gic, acc->cpu);
    return id;
}

/* The active list register that an EOIR or DIR value names; num_lrs: none. Of an SGI that is active from several sources it is the one of
 * that source, and the first one where software left the source out. */
static unsigned active_lr(const struct gic *gic, const struct gic_pe *pe, u32 value)
{
    unsigned found = gic->config.num_lrs;
    for (unsigned i = gic->config.num_lrs; i-- > 0;) {
        u32 lr = pe->list.lr[i];
        if (!(lr & LR_ACTIVE) || bits(lr, 9, 0) != bits(value, 9, 0))
            continue;
        if (bits(value, 9, 0) < 16 && !(lr & LR_HW) && bits(lr, 12, 10) == bits(value, 12, 10))
            return i;
        found = i;
    }
    return found;
}

/* Deactivates a virtual interrupt. A hardware one takes its physical interrupt along, as a Non-secure write to GICC_DIR would; an SGI there is
 * UNPREDICTABLE: ignored. */
static void virtual_deactivate(struct gic *gic, unsigned cpu, unsigned i)
{
    u32 *lr = &gic->pe[cpu].list.lr[i];
    unsigned physical = (unsigned)bits(*lr, 19, 10);
    *lr &= ~(u32)LR_ACTIVE;
    if ((*lr & LR_HW) && physical >= 16 && physical < gic->irqs && (!gic->config.security || irq_is_group1(gic, cpu, physical)))
        deactivate_irq(gic, cpu, physical);
    if ((*lr & LR_HW) && physical < PRIVATE_IRQS) /* it may be pending again */
        gic_update(gic, cpu);
}

/* GICV_EOIR, GICV_AEOIR. EOICount counts those that drop a priority and are in no list register (GICH_HCR.EOICount). */
static void virtual_end(struct gic *gic, const struct bus_access *acc)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    bool dropped = pe->list.apr;
    unsigned i = active_lr(gic, pe, (u32)acc->value);
    if (bits(acc->value, 9, 0) >= 1020)
        return;
    if (dropped)
        pe->list.apr &= pe->list.apr - 1; /* the most urgent active priority */
    if (pe->virtual.ctlr & GICC_EOIMODE_S)
        return;
    if (i < gic->config.num_lrs)
        virtual_deactivate(gic, acc->cpu, i);
    else if (dropped)
        pe->list.hcr += HCR_EOI_COUNT;
}

/* GICV_DIR; without EOImode it is UNPREDICTABLE: ignored. */
static void virtual_deactivation(struct gic *gic, const struct bus_access *acc)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    unsigned i = active_lr(gic, pe, (u32)acc->value);
    if (!(pe->virtual.ctlr & GICC_EOIMODE_S) || bits(acc->value, 9, 0) >= 1020)
        log_line(gic->log, LOG_GUEST_ERRORS, "GICV_DIR: %#llx without EOImode, or no interrupt", (unsigned long long)acc->value);
    else if (i < gic->config.num_lrs)
        virtual_deactivate(gic, acc->cpu, i);
    else
        pe->list.hcr += HCR_EOI_COUNT;
}

/* ---- GICV registers ---- */

static u32 read_gicv(struct gic *gic, const struct bus_access *acc)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    unsigned index, running = virtual_running(pe);
    switch (acc->offset) {
    case 0x00:
        return pe->virtual.ctlr;
    case 0x04:
        return pe->virtual.pmr;
    case 0x08:
        return pe->virtual.bpr[0];
    case 0x0c:
        return virtual_acknowledge(gic, acc, false);
    case 0x14:
        return running == IDLE_PRIORITY ? 0xff : running;
    case 0x18:
        return virtual_acknowledgeable(gic, pe, false, &index);
    case 0x1c:
        return pe->virtual.bpr[1];
    case 0x20:
        return virtual_acknowledge(gic, acc, true);
    case 0x28:
        return virtual_acknowledgeable(gic, pe, true, &index);
    case 0xd0:
        return pe->list.apr;
    case 0xfc:
        return 0x0202143b;
    default:
        log_line(gic->log, LOG_GUEST_ERRORS, "GICV: read of offset %#llx, which is write-only or no register", (unsigned long long)acc->offset);
        return 0;
    }
}

static void write_gicv(struct gic *gic, const struct bus_access *acc)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    switch (acc->offset) {
    case 0x00:
        pe->virtual.ctlr = (u32)acc->value & 0x21f;
        break;
    case 0x04:
        pe->virtual.pmr = (u8)acc->value & 0xf8;
        break;
    case 0x08:
        pe->virtual.bpr[0] = (acc->value & 7) < 2 ? 2 : (u8)(acc->value & 7);
        break;
    case 0x10:
    case 0x24:
        virtual_end(gic, acc);
        break;
    case 0x1c:
        pe->virtual.bpr[1] = (acc->value & 7) < 3 ? 3 : (u8)(acc->value & 7);
        break;
    case 0xd0:
        pe->list.apr = (u32)acc->value;
        break;
    case 0x1000:
        virtual_deactivation(gic, acc);
        break;
    default:
        log_line(gic->log, LOG_GUEST_ERRORS, "GICV: write to offset %#llx, which is read-only or no register", (unsigned long long)acc->offset);
    }
}

enum bus_result gicv_access(void *owner, struct bus_access *acc)
{
    struct gic *gic = owner;
    if (acc->size != 4 || acc->cpu >= gic->config.cpus)
        return BUS_SLAVE_ERROR;
    if (!acc->write) {
        acc->value = read_gicv(gic, acc);
        return BUS_OK;
    }
    write_gicv(gic, acc);
    virtual_changed(gic, acc->cpu);
    return BUS_OK;
}

/* ---- GICH registers ---- */

/* GICH_VMCR: VMPriMask 31:27, VMBP 23:21, VMABP 20:18, VEM 9, VMCBPR 4, VMFIQEn 3, VMAckCtl 2, VMGrp1En 1, VMGrp0En 0 */
static u32 read_vmcr(const struct gic_pe *pe)
{
    return (u32)(pe->virtual.pmr >> 3) << 27 | (u32)pe->virtual.bpr[0] << 21 | (u32)pe->virtual.bpr[1] << 18 | pe->virtual.ctlr;
}

static void write_vmcr(struct gic_pe *pe, u32 value)
{
    pe->virtual.pmr = (u8)(bits(value, 31, 27) << 3);
    pe->virtual.bpr[0] = bits(value, 23, 21) < 2 ? 2 : (u8)bits(value, 23, 21);
    pe->virtual.bpr[1] = bits(value, 20, 18) < 3 ? 3 : (u8)bits(value, 20, 18);
    pe->virtual.ctlr = value & 0x21f;
}

static u32 read_gich(const struct gic *gic, const struct bus_access *acc)
{
    const struct gic_pe *pe = &gic->pe[acc->cpu];
    u64 at = acc->offset;
    if (at >= 0x100 && at < 0x100 + 4 * gic->config.num_lrs)
        return pe->list.lr[(at - 0x100) / 4];
    switch (at) {
    case 0x00:
        return pe->list.hcr;
    case 0x04: /* VTR: PRIbits - 1, PREbits - 1, ListRegs */
        return 4u << 29 | 4u << 26 | (gic->config.num_lrs - 1);
    case 0x08:
        return read_vmcr(pe);
    case 0x10:
        return misr(gic, pe);
    case 0x20:
    case 0x24:
        return eisr(gic, pe, (unsigned)(at - 0x20) / 4);
    case 0x30:
    case 0x34:
        return elrsr(gic, pe, (unsigned)(at - 0x30) / 4);
    case 0xf0:
        return pe->list.apr;
    default:
        log_line(gic->log, LOG_GUEST_ERRORS, "GICH: read of offset %#llx, where no register is", (unsigned long long)at);
        return 0;
    }
}

static void write_gich(struct gic *gic, const struct bus_access *acc)
{
    struct gic_pe *pe = &gic->pe[acc->cpu];
    u64 at = acc->offset;
    u32 value = (u32)acc->value;
    if (at >= 0x100 && at < 0x100 + 4 * gic->config.num_lrs)
        pe->list.lr[(at - 0x100) / 4] = value & LR_WRITABLE;
    else if (at == 0x00)
        pe->list.hcr = value & 0xf80000ff;
    else if (at == 0x08)
        write_vmcr(pe, value);
    else if (at == 0xf0)
        pe->list.apr = value;
    else
        log_line(gic->log, LOG_GUEST_ERRORS, "GICH: write to offset %#llx, which is read-only or no register", (unsigned long long)at);
}

/* The first 4 KiB are those of the PE that asks; behind them stand those of each PE, 0x200 apart (as in GIC-400). */
enum bus_result gich_access(void *owner, struct bus_access *acc)
{
    struct gic *gic = owner;
    struct bus_access own = *acc;
    if (acc->size != 4 || acc->cpu >= gic->config.cpus)
        return BUS_SLAVE_ERROR;
    if (acc->offset >= 0x1000) {
        own.cpu = (u8)((acc->offset - 0x1000) / 0x200);
        own.offset = acc->offset % 0x200;
    }
    if (own.cpu >= gic->config.cpus) {
        acc->value = 0;
    } else if (!acc->write) {
        acc->value = read_gich(gic, &own);
    } else {
        write_gich(gic, &own);
        virtual_changed(gic, own.cpu);
    }
    return BUS_OK;
}

void gich_print(const struct gic *gic, unsigned cpu, FILE *out)
{
    static const char *const state[] = { "idle", "pending", "active", "pending and active" };
    const struct gic_pe *pe = &gic->pe[cpu];
    if (gic->config.num_lrs && (pe->list.hcr || pe->list.apr))
        fprintf(out, "  GICH_HCR %08x VMCR %08x MISR %02x APR %08x\n", pe->list.hcr, read_vmcr(pe), misr(gic, pe), pe->list.apr);
    for (unsigned i = 0; i < gic->config.num_lrs; i++) {
        u32 lr = pe->list.lr[i];
        if (!lr)
            continue;
        fprintf(out, "  GICH_LR%u %08x: %u %s, priority %#x, group %u", i, lr, (unsigned)bits(lr, 9, 0), state[bits(lr, 29, 28)], lr_priority(lr),
                (unsigned)bit(lr, 30));
        if (lr & LR_HW)
            fprintf(out, ", hardware %u", (unsigned)bits(lr, 19, 10));
        fprintf(out, "\n");
    }
}
