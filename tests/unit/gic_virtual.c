/* GICH and GICV as tables (IHI 0048B chapter 5): each corner of the list registers' state machine is a story of register accesses.
 * Most were compared with QEMU 7.2, which agrees but for: HPPIR is 1023 there where PMR masks the interrupt (the manual has IAR alone look at the mask);
 * AIAR, AEOIR and AHPPIR are not there; DIR takes the first list register of an SGI, whatever the source. */
#include "tests/unit/gic_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The virtual interface on: VMCR with all priorities open and the given VMCR bits; En and the given HCR bits. */
#define OPEN(vmcr, hcr) W(GICH + VMCR, 0xf8000000 | (vmcr)), W(GICH + HCR, 1 | (hcr))
#define GRP0 1
#define GRP1 2
#define ACKCTL 4
#define FIQEN 8
#define CBPR 16
#define EOIMODE (1u << 9)
#define EOICOUNT(n) ((u32)(n) << 27)

static const struct story registers[] = {
    { "reset values", 0,
      { R(GICH + HCR, 0), R(GICH + VTR, 0x90000003), R(GICH + VMCR, 0x004c0000), R(GICH + MISR, 0), R(GICH + EISR, 0), R(GICH + ELRSR, 15),
        R(GICH + ELRSR + 4, 0), R(GICH + H_APR, 0), R(GICH + LR, 0), R(GICV + RPR, 0xff), R(GICV + IAR, 1023), R(GICV + HPPIR, 1023) } },
    { "one list register", 1, { R(GICH + VTR, 0x90000000), R(GICH + ELRSR, 1), W(GICH + LR + 4, 0xffffffff), R(GICH + LR + 4, 0) } },
    { "64 list registers", 64,
      { R(GICH + VTR, 0x9000003f), R(GICH + ELRSR, 0xffffffff), R(GICH + ELRSR + 4, 0xffffffff), W(GICH + LR + 0xfc, PENDING(40, 0)),
        R(GICH + ELRSR + 4, 0x7fffffff), W(GICH + LR + 0xfc, IDLE(40, 0) | ASK_EOI), R(GICH + EISR, 0), R(GICH + EISR + 4, 1u << 31),
        R(GICH + ELRSR + 4, 0x7fffffff), R(GICH + MISR, 1) } },
    { "VMCR and GICV show the same fields", 0,
      { W(GICH + VMCR, 0xffffffff), R(GICH + VMCR, 0xf8fc021f), R(GICV + CTLR, 0x21f), R(GICV + PMR, 0xf8), R(GICV + BPR, 7), R(GICV + ABPR, 7),
        W(GICV + CTLR, 0x205), W(GICV + PMR, 0xa7), W(GICV + BPR, 4), W(GICV + ABPR, 5), R(GICH + VMCR, 0xa0000000 | 4u << 21 | 5u << 18 | 0x205) } },
    { "binary points have a minimum", 0,
      { W(GICH + VMCR, 0), R(GICH + VMCR, 0x004c0000), W(GICV + BPR, 1), W(GICV + ABPR, 2), R(GICV + BPR, 2), R(GICV + ABPR, 3) } },
    { "LR bits 22:20 are reserved", 0, { W(GICH + LR, 0xffffffff), R(GICH + LR, 0xff8fffff) } },
    { "HCR holds EOICount and the enables", 0, { W(GICH + HCR, 0xfffffffe), R(GICH + HCR, 0xf80000fe) } },
    { "GICV_APR0 is GICH_APR", 0, { W(GICV + APR0, 0x80), R(GICH + H_APR, 0x80), W(GICH + H_APR, 0x100), R(GICV + APR0, 0x100),
        R(GICV + APR0 + 4, 0) } },
    { "read-only registers", 0,
      { W(GICH + ELRSR, 0), W(GICH + EISR, 5), W(GICH + MISR, 5), W(GICH + VTR, 5), R(GICH + ELRSR, 15), R(GICH + EISR, 0), R(GICH + MISR, 0),
        R(GICH + VTR, 0x90000003) } },
    { "each PE has its own registers, and all of them behind the common ones", 0,
      { W(GICH + LR, PENDING(30, 0)), PE(1), R(GICH + LR, 0), W(GICH + LR, PENDING(31, 0)), OPEN(GRP0, 0), OUT(VIRQ, 1), PE(0), OUT(VIRQ, 0),
        R(GICH + LR, PENDING(30, 0)), R(GICH + H_PER_PE + LR, PENDING(30, 0)), R(GICH + H_PER_PE + 0x200 + LR, PENDING(31, 0)),
        W(GICH + H_PER_PE + 0x200 + LR, 0), PE(1), OUT(VIRQ, 0), R(GICH + LR, 0), PE(0), R(GICH + H_PER_PE + 0x1000 - 0x200 + ELRSR, 0) } },
};

static const struct story acknowledging[] = {
    { "pending, active, idle", 0,
      { OPEN(GRP0, 0), W(GICH + LR + 8, PENDING(40, 0x80)), OUT(VIRQ, 1), R(GICV + HPPIR, 40), R(GICV + IAR, 40), OUT(VIRQ, 0),
        R(GICH + LR + 8, ACTIVE(40, 0x80)), R(GICH + H_APR, 1u << 16), R(GICV + RPR, 0x80), R(GICV + IAR, 1023), R(GICH + ELRSR, 11),
        W(GICV + EOIR, 40), R(GICH + LR + 8, IDLE(40, 0x80)), R(GICH + H_APR, 0), R(GICV + RPR, 0xff), R(GICH + ELRSR, 15) } },
    { "pending again while active: pending after the EOI", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICH + LR, BOTH(40, 0x80)), OUT(VIRQ, 0), R(GICV + HPPIR, 1023),
        W(GICV + EOIR, 40), R(GICH + LR, PENDING(40, 0x80)), OUT(VIRQ, 1), R(GICV + IAR, 40) } },
    { "the most urgent first, the lowest list register at a tie", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(60, 0x90)), W(GICH + LR + 4, PENDING(50, 0x40)), W(GICH + LR + 8, PENDING(40, 0x40)), R(GICV + IAR, 50),
        W(GICV + EOIR, 50), R(GICV + IAR, 40), W(GICV + EOIR, 40), R(GICV + IAR, 60) } },
    { "En off: nothing is signalled and IAR is spurious", 0,
      { W(GICH + VMCR, 0xf8000001), W(GICH + LR, PENDING(40, 0)), OUT(VIRQ, 0), R(GICV + IAR, 1023), R(GICV + HPPIR, 1023), W(GICH + HCR, 1),
        OUT(VIRQ, 1), W(GICH + HCR, 0), OUT(VIRQ, 0), R(GICH + LR, PENDING(40, 0)) } },
    { "a mask equal to the priority holds it back; HPPIR shows it", 0,
      { W(GICH + VMCR, 0x80000001), W(GICH + HCR, 1), W(GICH + LR, PENDING(40, 0x80)), OUT(VIRQ, 0), R(GICV + IAR, 1023), R(GICV + HPPIR, 40),
        W(GICV + PMR, 0x88), OUT(VIRQ, 1), R(GICV + IAR, 40) } },
    { "a disabled group is not seen", 0,
      { OPEN(GRP1, 0), W(GICH + LR, PENDING(40, 0)), W(GICH + LR + 4, PENDING(41, 0x80) | GROUP1), OUT(VIRQ, 1), R(GICV + AIAR, 41) } },
    { "Group 1 through IAR: 1022 unless AckCtl", 0,
      { OPEN(GRP1, 0), W(GICH + LR, PENDING(40, 0x80) | GROUP1), R(GICV + HPPIR, 1022), R(GICV + IAR, 1022), R(GICH + H_APR, 0), R(GICV + AHPPIR, 40),
        W(GICV + CTLR, GRP1 | ACKCTL), R(GICV + HPPIR, 40), R(GICV + IAR, 40), W(GICV + EOIR, 40), R(GICH + ELRSR, 15) } },
    { "1022 is for an interrupt that could be signalled (4.4.4)", 0,
      { W(GICH + VMCR, 0x80000002), W(GICH + HCR, 1), W(GICH + LR, PENDING(40, 0x80) | GROUP1), R(GICV + IAR, 1023), R(GICV + AIAR, 1023),
        R(GICV + HPPIR, 1022), W(GICV + PMR, 0xf8), R(GICV + IAR, 1022), W(GICH + H_APR, 1), R(GICV + IAR, 1023) } },
    { "Group 0 through the aliases: 1023", 0,
      { OPEN(GRP0 | GRP1, 0), W(GICH + LR, PENDING(40, 0x80)), W(GICH + LR + 4, PENDING(41, 0x90) | GROUP1), R(GICV + AHPPIR, 1023),
        R(GICV + AIAR, 1023), R(GICV + IAR, 40), W(GICV + EOIR, 40), R(GICV + AIAR, 41), W(GICV + AEOIR, 41), R(GICH + ELRSR, 15),
        R(GICH + H_APR, 0) } },
    { "FIQEn: Group 0 is a virtual FIQ, Group 1 never", 0,
      { OPEN(GRP0 | GRP1 | FIQEN, 0), W(GICH + LR, PENDING(40, 0x80)), OUT(VFIQ, 1), OUT(VIRQ, 0), W(GICH + LR + 4, PENDING(41, 0x40) | GROUP1),
        OUT(VFIQ, 0), OUT(VIRQ, 1), R(GICV + AIAR, 41), OUT(VFIQ, 0), W(GICV + AEOIR, 41), OUT(VFIQ, 1) } },
    { "SGIs carry their source", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(5, 0x80) | SOURCE(3)), R(GICV + HPPIR, 5 | SOURCE(3)), R(GICV + IAR, 5 | SOURCE(3)),
        W(GICV + EOIR, 5 | SOURCE(3)), R(GICH + ELRSR, 15) } },
    { "one SGI from two sources: the source says which is ended", 0,
      { OPEN(GRP0 | EOIMODE, 0), W(GICH + LR, PENDING(5, 0x80) | SOURCE(1)), W(GICH + LR + 4, PENDING(5, 0x80) | SOURCE(2)),
        R(GICV + IAR, 5 | SOURCE(1)), W(GICV + EOIR, 5 | SOURCE(1)), R(GICV + IAR, 5 | SOURCE(2)), W(GICV + EOIR, 5 | SOURCE(2)),
        R(GICH + ELRSR, 12), W(GICV + DIR, 5 | SOURCE(2)), R(GICH + ELRSR, 14), W(GICV + DIR, 5), R(GICH + ELRSR, 15), R(GICH + HCR, 1) } },
};

static const struct story priorities[] = {
    { "preemption nests, and unwinds in order", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICH + LR + 4, PENDING(41, 0x80)), OUT(VIRQ, 0), R(GICV + IAR, 1023),
        W(GICH + LR + 8, PENDING(42, 0x78)), OUT(VIRQ, 1), R(GICV + IAR, 42), W(GICH + LR + 12, PENDING(43, 0)), R(GICV + IAR, 43),
        R(GICH + H_APR, 1u << 16 | 1u << 15 | 1), R(GICV + RPR, 0), W(GICV + EOIR, 43), R(GICV + RPR, 0x78), W(GICV + EOIR, 42), R(GICV + RPR, 0x80),
        OUT(VIRQ, 0), W(GICV + EOIR, 40), OUT(VIRQ, 1), R(GICV + IAR, 41) } },
    { "the binary point groups priorities", 0,
      { OPEN(GRP0 | 5u << 21, 0), W(GICH + LR, PENDING(40, 0xb8)), R(GICV + IAR, 40), R(GICH + H_APR, 1u << 16), R(GICV + RPR, 0x80),
        W(GICH + LR + 4, PENDING(41, 0x80)), OUT(VIRQ, 0), W(GICH + LR + 8, PENDING(42, 0x78)), OUT(VIRQ, 1), R(GICV + IAR, 42),
        R(GICV + RPR, 0x40) } },
    { "BPR 7: nothing preempts", 0,
      { OPEN(GRP0 | 7u << 21, 0), W(GICH + LR, PENDING(40, 0xf0)), R(GICV + IAR, 40), R(GICV + RPR, 0), W(GICH + LR + 4, PENDING(41, 0)),
        OUT(VIRQ, 0), W(GICV + EOIR, 40), R(GICV + IAR, 41) } },
    { "Group 1 has its own binary point, one further up", 0,
      { OPEN(GRP0 | GRP1 | 2u << 21 | 6u << 18, 0), W(GICH + LR, PENDING(40, 0xf0) | GROUP1), R(GICV + AIAR, 40), R(GICV + RPR, 0xc0),
        W(GICH + LR + 4, PENDING(41, 0xc8) | GROUP1), OUT(VIRQ, 0), W(GICH + LR + 8, PENDING(42, 0xb8) | GROUP1), OUT(VIRQ, 1), R(GICV + AIAR, 42),
        W(GICH + LR + 12, PENDING(43, 0x78)), OUT(VIRQ, 1), R(GICV + IAR, 43), R(GICV + RPR, 0x78) } },
    { "CBPR: both groups take BPR's", 0,
      { OPEN(GRP0 | GRP1 | CBPR | 2u << 21 | 7u << 18, 0), W(GICH + LR, PENDING(40, 0xb8) | GROUP1), R(GICV + AIAR, 40), R(GICV + RPR, 0xb8),
        W(GICH + LR + 4, PENDING(41, 0xb0) | GROUP1), OUT(VIRQ, 1), R(GICV + ABPR, 7) } },
    { "a restored APR holds back what it held back", 0,
      { OPEN(GRP0, 0), W(GICH + LR, ACTIVE(40, 0x80)), W(GICH + LR + 4, PENDING(41, 0x88)), OUT(VIRQ, 1), W(GICH + H_APR, 1u << 16), OUT(VIRQ, 0),
        R(GICV + RPR, 0x80), W(GICV + EOIR, 40), OUT(VIRQ, 1), R(GICH + LR, IDLE(40, 0x80)) } },
    { "two nested interrupts saved, another machine runs, and restored", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICH + LR + 4, PENDING(41, 0x40)), R(GICV + IAR, 41),
        W(GICH + LR, PENDING(90, 0xf0) | GROUP1), W(GICH + LR + 4, 0), W(GICH + H_APR, 0), W(GICH + VMCR, 0xf8000002), R(GICV + AIAR, 90),
        W(GICV + AEOIR, 90), R(GICH + H_APR, 0), /* back */ W(GICH + VMCR, 0xf8000001), W(GICH + LR, ACTIVE(40, 0x80)),
        W(GICH + LR + 4, ACTIVE(41, 0x40)), W(GICH + H_APR, 1u << 16 | 1u << 8), R(GICV + RPR, 0x40), W(GICV + EOIR, 41), R(GICV + RPR, 0x80),
        W(GICV + EOIR, 40), R(GICV + RPR, 0xff), R(GICH + ELRSR, 15), R(GICH + HCR, 1) } },
};

static const struct story ending[] = {
    { "EOImode: EOIR drops, DIR deactivates", 0,
      { OPEN(GRP0 | EOIMODE, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICV + EOIR, 40), R(GICH + H_APR, 0),
        R(GICH + LR, ACTIVE(40, 0x80)), W(GICH + LR + 4, PENDING(41, 0xf0)), OUT(VIRQ, 1), W(GICV + DIR, 40), R(GICH + LR, IDLE(40, 0x80)),
        R(GICH + HCR, 1) } },
    { "DIR before EOIR", 0,
      { OPEN(GRP0 | EOIMODE, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICV + DIR, 40), R(GICH + LR, IDLE(40, 0x80)),
        R(GICV + RPR, 0x80), W(GICV + EOIR, 40), R(GICV + RPR, 0xff), R(GICH + HCR, 1) } },
    { "without EOImode DIR does nothing (UNPREDICTABLE)", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(40, 0x80)), R(GICV + IAR, 40), W(GICV + DIR, 40), W(GICV + DIR, 50), R(GICH + LR, ACTIVE(40, 0x80)),
        R(GICH + HCR, 1) } },
    { "an EOI that no list register holds is counted", 0,
      { OPEN(GRP0, 0), W(GICH + H_APR, 3), W(GICV + EOIR, 77), R(GICH + HCR, 1 | EOICOUNT(1)), R(GICH + H_APR, 2), W(GICV + EOIR, 77),
        R(GICH + HCR, 1 | EOICOUNT(2)) } },
    { "one that drops no priority is not counted", 0, { OPEN(GRP0, 0), W(GICV + EOIR, 77), R(GICH + HCR, 1) } },
    { "one that is pending and not active is not what the EOI means", 0,
      { OPEN(GRP0, 0), W(GICH + H_APR, 1), W(GICH + LR, PENDING(77, 0x80)), W(GICV + EOIR, 77), R(GICH + LR, PENDING(77, 0x80)),
        R(GICH + HCR, 1 | EOICOUNT(1)) } },
    { "the count wraps from 31 to 0", 0,
      { OPEN(GRP0, 4 | EOICOUNT(31)), R(GICH + MISR, 4), W(GICH + H_APR, 1), W(GICV + EOIR, 77), R(GICH + HCR, 5), R(GICH + MISR, 0) } },
    { "spurious numbers are ignored", 0,
      { OPEN(GRP0, 0), W(GICH + H_APR, 1), W(GICV + EOIR, 1023), W(GICV + EOIR, 1022), R(GICH + H_APR, 1), R(GICH + HCR, 1),
        W(GICV + CTLR, GRP0 | EOIMODE), W(GICV + DIR, 1023), W(GICV + DIR, 1022), R(GICH + HCR, 1) } },
    { "with EOImode EOIR counts nothing, and DIR does", 0,
      { OPEN(GRP0 | EOIMODE, 0), W(GICH + H_APR, 1), W(GICV + EOIR, 77), R(GICH + HCR, 1), R(GICH + H_APR, 0), W(GICV + DIR, 77),
        R(GICH + HCR, 1 | EOICOUNT(1)) } },
    { "active in a list register without an active priority: the EOI ends it", 0,
      { OPEN(GRP0, 0), W(GICH + LR, ACTIVE(40, 0x80)), W(GICV + EOIR, 40), R(GICH + LR, IDLE(40, 0x80)), R(GICH + HCR, 1) } },
};

/* INTID 25 is the maintenance interrupt. */
#define MAINTENANCE(misr) R(GICH + MISR, misr), R(GICD + ISPENDR, (misr) ? 1u << 25 : 0)

static const struct story causes[] = {
    { "EOI: asked for, not HW, ended; each in turn", 0,
      { OPEN(GRP0, 0), W(GICH + LR, PENDING(40, 0x80) | ASK_EOI), MAINTENANCE(0), R(GICV + IAR, 40), MAINTENANCE(0), W(GICV + EOIR, 40),
        MAINTENANCE(1), R(GICH + EISR, 1), R(GICH + ELRSR, 14), W(GICH + LR, 0), MAINTENANCE(0), W(GICH + LR, IDLE(40, 0x80) | HW(512)),
        R(GICH + EISR, 0), R(GICH + ELRSR, 15), MAINTENANCE(0), W(GICH + LR, IDLE(40, 0)), MAINTENANCE(0) } },
    { "underflow: none or one valid", 0,
      { OPEN(GRP0, 2), MAINTENANCE(2), W(GICH + LR, ACTIVE(40, 0x80)), MAINTENANCE(2), W(GICH + LR + 12, PENDING(41, 0x80)), MAINTENANCE(0),
        W(GICH + LR, IDLE(40, 0x80)), MAINTENANCE(2), W(GICH + LR, BOTH(40, 0x80)), MAINTENANCE(0), W(GICH + LR, 0), MAINTENANCE(2), W(GICH + HCR, 1),
        MAINTENANCE(0) } },
    { "underflow of one list register: always", 1, { OPEN(GRP0, 2), MAINTENANCE(2), W(GICH + LR, PENDING(40, 0x80)), MAINTENANCE(2) } },
    { "entry not present: while the count is not 0", 0,
      { OPEN(GRP0, 4), MAINTENANCE(0), W(GICH + H_APR, 1), W(GICV + EOIR, 77), MAINTENANCE(4), W(GICH + HCR, 1 | EOICOUNT(1)), MAINTENANCE(0),
        W(GICH + HCR, 5), MAINTENANCE(0) } },
    { "no pending: active ones are not, nor both (the state is its own)", 0,
      { OPEN(GRP0, 8), MAINTENANCE(8), W(GICH + LR, PENDING(40, 0x80)), MAINTENANCE(0), R(GICV + IAR, 40), MAINTENANCE(8),
        W(GICH + LR, BOTH(40, 0x80)), MAINTENANCE(8), W(GICV + EOIR, 40), MAINTENANCE(0) } },
    { "group enables, both ways", 0,
      { OPEN(0, 16), MAINTENANCE(0), W(GICV + CTLR, GRP0), MAINTENANCE(16), W(GICH + HCR, 1 | 32), MAINTENANCE(0), W(GICV + CTLR, GRP1),
        MAINTENANCE(32), W(GICH + HCR, 1 | 64), MAINTENANCE(64), W(GICV + CTLR, GRP0), MAINTENANCE(0), W(GICH + HCR, 1 | 128), MAINTENANCE(128),
        W(GICV + CTLR, GRP1), MAINTENANCE(0) } },
    { "En off: MISR says why, and no interrupt", 0,
      { W(GICH + HCR, 2), R(GICH + MISR, 2), R(GICD + ISPENDR, 0), W(GICH + HCR, 3), MAINTENANCE(2) } },
    { "the maintenance interrupt is a PPI like others", 0,
      { OPEN(GRP0, 2), W(GICD + CTLR, 1), W(GICC + CTLR, 1), W(GICC + PMR, 0xf8), OUT(IRQ, 0), W(GICD + ISENABLER, 1u << 25), OUT(IRQ, 1), PE(1),
        OUT(IRQ, 0), PE(0), R(GICC + IAR, 25), OUT(IRQ, 0), W(GICC + EOIR, 25), OUT(IRQ, 1), W(GICH + HCR, 1), OUT(IRQ, 0) } },
};

/* The distributor and GICC open for INTIDs 32 to 63, EOImode set as hypervisors do. */
#define PHYSICAL                                                                                                                           \
    W(GICD + CTLR, 1), W(GICC + CTLR, 1 | EOIMODE), W(GICC + PMR, 0xf8), W(GICD + ISENABLER + 4, 0xffffffff), W(GICD + ITARGETSR + 44, 0x01010101), \
        W(GICD + ISENABLER, 1u << 27)

static const struct story hardware[] = {
    { "the guest's EOI deactivates the physical interrupt", 0,
      { PHYSICAL, OPEN(GRP0, 0), SPI(12, 1), R(GICC + IAR, 44), W(GICC + EOIR, 44), R(GICD + ISACTIVER + 4, 1u << 12), OUT(IRQ, 0),
        W(GICH + LR, PENDING(100, 0x80) | HW(44)), R(GICV + IAR, 100), R(GICD + ISACTIVER + 4, 1u << 12), W(GICV + EOIR, 100),
        R(GICD + ISACTIVER + 4, 0), OUT(IRQ, 1), SPI(12, 0), OUT(IRQ, 0), R(GICH + ELRSR, 15) } },
    { "with the guest's EOImode DIR does", 0,
      { PHYSICAL, OPEN(GRP0 | EOIMODE, 0), SPI(12, 1), R(GICC + IAR, 44), W(GICC + EOIR, 44), W(GICH + LR, PENDING(100, 0x80) | HW(44)),
        R(GICV + IAR, 100), W(GICV + EOIR, 100), R(GICD + ISACTIVER + 4, 1u << 12), W(GICV + DIR, 100), R(GICD + ISACTIVER + 4, 0) } },
    { "a PPI is the PE's own", 0,
      { PHYSICAL, PE(1), W(GICD + ISACTIVER, 1u << 27), PE(0), PPI(27, 1), OPEN(GRP0, 0), R(GICC + IAR, 27), W(GICC + EOIR, 27),
        W(GICH + LR, PENDING(27, 0x80) | HW(27)), R(GICV + IAR, 27), W(GICV + EOIR, 27), R(GICD + ISACTIVER, 0), OUT(IRQ, 1), PE(1),
        R(GICD + ISACTIVER, 1u << 27) } },
    { "already deactivated: nothing happens to it", 0,
      { PHYSICAL, OPEN(GRP0, 0), SPI(12, 1), R(GICC + IAR, 44), W(GICC + EOIR, 44), W(GICH + LR, PENDING(100, 0x80) | HW(44)), R(GICV + IAR, 100),
        W(GICC + DIR, 44), R(GICD + ISACTIVER + 4, 0), OUT(IRQ, 1), W(GICV + EOIR, 100), R(GICD + ISACTIVER + 4, 0), R(GICD + ISPENDR + 4, 1u << 12),
        R(GICH + ELRSR, 15) } },
    { "an SGI or no interrupt at all as the physical one is ignored (UNPREDICTABLE)", 0,
      { PHYSICAL, OPEN(GRP0, 0), W(GICD + ISACTIVER, 1u << 3), W(GICH + LR, PENDING(100, 0x80) | HW(3)), R(GICV + IAR, 100), W(GICV + EOIR, 100),
        R(GICD + ISACTIVER, 1u << 3), W(GICH + LR, PENDING(100, 0x80) | HW(1023)), R(GICV + IAR, 100), W(GICV + EOIR, 100), R(GICH + ELRSR, 15) } },
    { "a virtual SGI of a HW list register has no source", 0,
      { PHYSICAL, OPEN(GRP0, 0), W(GICH + LR, PENDING(5, 0x80) | HW(44)), R(GICV + IAR, 5), W(GICV + EOIR, 5), R(GICH + ELRSR, 15) } },
    { "bit 19 of a HW list register is of the physical number", 0,
      { PHYSICAL, OPEN(GRP0, 0), W(GICH + LR, PENDING(100, 0x80) | HW(512)), R(GICV + IAR, 100), W(GICV + EOIR, 100), R(GICH + EISR, 0),
        R(GICH + ELRSR, 15) } },
};

static const struct story hardware_of_two_worlds[] = {
    { "a guest's EOI is Non-secure: Group 0 interrupts stay active", 0,
      { OPEN(GRP0, 0), SECURE, W(GICD + IGROUPR + 4, 1u << 13), W(GICD + ISACTIVER + 4, 3u << 12),
        NON_SECURE, W(GICH + LR, PENDING(100, 0x80) | HW(44)), W(GICH + LR + 4, PENDING(101, 0x80) | HW(45)), R(GICV + IAR, 100),
        W(GICV + EOIR, 100), R(GICV + IAR, 101), W(GICV + EOIR, 101), SECURE, R(GICD + ISACTIVER + 4, 1u << 12) } },
};

#define TELL(stories, cpus, security) assert_int_equal(tell(stories, sizeof stories / sizeof *stories, cpus, security), 0)

static void registers_hold_what_the_manual_says(void **state)
{
    (void)state;
    TELL(registers, 2, false);
}

static void interrupts_are_acknowledged(void **state)
{
    (void)state;
    TELL(acknowledging, 2, false);
}

static void active_priorities_decide(void **state)
{
    (void)state;
    TELL(priorities, 2, false);
}

static void ends_are_matched_and_counted(void **state)
{
    (void)state;
    TELL(ending, 2, false);
}

static void each_maintenance_cause_comes_and_goes(void **state)
{
    (void)state;
    TELL(causes, 2, false);
}

static void hardware_interrupts_are_deactivated(void **state)
{
    (void)state;
    TELL(hardware, 2, false);
    TELL(hardware_of_two_worlds, 2, true);
}

/* Every number of list registers: all are filled, all come out in the order of their priorities, and each once. */
static void any_number_of_list_registers_empties_in_order(void **state)
{
    (void)state;
    for (unsigned lrs = 1; lrs <= 64; lrs++) {
        struct story_teller t;
        assert_true(teller_open(&t, 1, lrs, false));
        teller_access(&t, GICH + VMCR, true, 0xf8000001, 4);
        teller_access(&t, GICH + HCR, true, 1 | 8, 4);
        for (unsigned i = 0; i < lrs; i++)
            teller_access(&t, GICH + LR + 4 * i, true, PENDING(100 + i, i * 7 % 31 * 8), 4);
        u32 last = 0, seen = 0;
        for (unsigned i = 0; i < lrs; i++) {
            assert_int_equal(teller_access(&t, GICH + MISR, false, 0, 4), 0);
            u32 id = teller_access(&t, GICV + IAR, false, 0, 4), priority = (id - 100) * 7 % 31;
            assert_true(id >= 100 && id < 100 + lrs && priority >= last);
            teller_access(&t, GICV + EOIR, true, id, 4);
            last = priority;
            seen += id;
        }
        assert_int_equal(seen, 100 * lrs + lrs * (lrs - 1) / 2);
        assert_int_equal(teller_access(&t, GICV + IAR, false, 0, 4), 1023);
        assert_int_equal(teller_access(&t, GICH + MISR, false, 0, 4), 8);
        teller_close(&t);
    }
}

static void list_registers_are_printed_in_words(void **state)
{
    (void)state;
    struct story_teller t;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_true(out && teller_open(&t, 1, 4, false));
    teller_access(&t, GICH + HCR, true, 3, 4);
    teller_access(&t, GICH + LR + 4, true, PENDING(100, 0x80) | HW(44), 4);
    teller_access(&t, GICH + LR + 8, true, ACTIVE(5, 0x40) | GROUP1, 4);
    gic_print(t.gic, out);
    fclose(out);
    assert_non_null(strstr(text, "GICH_HCR 00000003 VMCR 004c0000 MISR 00 APR 00000000\n"));
    assert_non_null(strstr(text, "GICH_LR1 9800b064: 100 pending, priority 0x80, group 0, hardware 44\n"));
    assert_non_null(strstr(text, "GICH_LR2 64000005: 5 active, priority 0x40, group 1\n"));
    assert_null(strstr(text, "GICH_LR3"));
    free(text);
    teller_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_hold_what_the_manual_says),
        cmocka_unit_test(interrupts_are_acknowledged),
        cmocka_unit_test(active_priorities_decide),
        cmocka_unit_test(ends_are_matched_and_counted),
        cmocka_unit_test(each_maintenance_cause_comes_and_goes),
        cmocka_unit_test(hardware_interrupts_are_deactivated),
        cmocka_unit_test(any_number_of_list_registers_empties_in_order),
        cmocka_unit_test(list_registers_are_printed_in_words),
    };
    return cmocka_run_group_tests_name("gic_virtual", tests, NULL, NULL);
}
