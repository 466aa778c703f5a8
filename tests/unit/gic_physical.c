/* The distributor and GICC as tables (IHI 0048B chapters 3 and 4): what hypervisors and several PEs use of them, and both worlds' views.
 * QEMU 7.2 differs in HPPIR under a mask and in the aliases (see gic_virtual.c), and its GICC_CTLR has no bypass disables. */
#include "tests/unit/gic_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { GRP0 = 1, GRP1 = 2, ACKCTL = 4, FIQEN = 8, CBPR = 16, EOIMODE = 1 << 9, EOIMODE_NS = 1 << 10 };

/* The acting PE's interface on, with these GICC_CTLR bits. */
#define INTERFACE(ctlr) W(GICC + CTLR, ctlr), W(GICC + PMR, 0xf8)
/* INTIDs 32 to 63 on; 40 to 43 are PE 0's. */
#define OPEN(ctlr) W(GICD + CTLR, 3), W(GICD + ISENABLER + 4, 0xffffffff), W(GICD + ITARGETSR + 40, 0x01010101), INTERFACE(ctlr)

static const struct story sgis[] = {
    { "a list of targets: each has its own, from the sender", 0,
      { OPEN(1), PE(2), INTERFACE(1), PE(7), INTERFACE(1), PE(3), INTERFACE(1), W(GICD + SGIR, 0x850000 | 9), OUT(IRQ, 0), R(GICC + IAR, 1023), PE(1),
        OUT(IRQ, 0), PE(0), R(GICC + IAR, 9 | SOURCE(3)), W(GICC + EOIR, 9 | SOURCE(3)), OUT(IRQ, 0), PE(2), OUT(IRQ, 1),
        R(GICC + HPPIR, 9 | SOURCE(3)), PE(7), R(GICC + IAR, 9 | SOURCE(3)), PE(2), R(GICD + CPENDSGIR + 8, 8u << 8), PE(7),
        R(GICD + CPENDSGIR + 8, 0) } },
    { "all but the sender; the list is not looked at", 0,
      { OPEN(1), PE(7), INTERFACE(1), PE(4), INTERFACE(1), W(GICD + SGIR, 1u << 24 | 0x100000 | 15), OUT(IRQ, 0), R(GICD + ISPENDR, 0), PE(0),
        OUT(IRQ, 1), PE(7), OUT(IRQ, 1), R(GICC + IAR, 15 | SOURCE(4)) } },
    { "the sender alone", 0,
      { OPEN(1), PE(6), INTERFACE(1), W(GICD + SGIR, 2u << 24 | 0xff0000 | 1), OUT(IRQ, 1), PE(0), OUT(IRQ, 0), PE(6),
        R(GICC + IAR, 1 | SOURCE(6)) } },
    { "filter 3 is reserved: nobody", 0, { OPEN(1), W(GICD + SGIR, 3u << 24 | 0xff0000 | 1), R(GICD + ISPENDR, 0), OUT(IRQ, 0) } },
    { "three sources are three interrupts, the lowest PE first", 0,
      { OPEN(1), PE(6), W(GICD + SGIR, 0x10000), PE(1), W(GICD + SGIR, 0x10000), W(GICD + SGIR, 0x10000), PE(4), W(GICD + SGIR, 0x10000), PE(0),
        R(GICD + CPENDSGIR, 0x52), R(GICD + SPENDSGIR, 0x52), R(GICC + IAR, SOURCE(1)), OUT(IRQ, 0), R(GICD + ISPENDR, 1), W(GICC + EOIR, SOURCE(1)),
        R(GICC + IAR, SOURCE(4)), W(GICC + EOIR, SOURCE(4)), R(GICC + IAR, SOURCE(6)), R(GICD + ISPENDR, 0), W(GICC + EOIR, SOURCE(6)),
        R(GICC + IAR, 1023) } },
    { "SPENDSGIR sets and CPENDSGIR clears, a bit a source", 0,
      { OPEN(1), W8(GICD + SPENDSGIR + 5, 8), W8(GICD + SPENDSGIR + 5, 4), OUT(IRQ, 1), R(GICD + SPENDSGIR + 4, 0x0c00), R(GICD + ISPENDR, 1u << 5),
        W8(GICD + CPENDSGIR + 5, 4), R8(GICD + CPENDSGIR + 5, 8), OUT(IRQ, 1), R(GICC + HPPIR, 5 | SOURCE(3)), W(GICD + CPENDSGIR + 4, 0xffffffff),
        OUT(IRQ, 0), R(GICD + ISPENDR, 0), W(GICD + SPENDSGIR + 12, 0x80000000), R(GICC + IAR, 15 | SOURCE(7)), PE(1), R(GICD + SPENDSGIR + 4, 0) } },
    { "ISPENDR, ICPENDR, ICENABLER and ICFGR0 do not reach SGIs", 0,
      { OPEN(1), W(GICD + ISPENDR, 0xffff), R(GICD + ISPENDR, 0), W(GICD + SGIR, 2u << 24), W(GICD + ICPENDR, 0xffff), R(GICD + ISPENDR, 1),
        W(GICD + ICENABLER, 0xffff), R(GICD + ISENABLER, 0xffff), W(GICD + ICFGR, 0), R(GICD + ICFGR, 0xaaaaaaaa), OUT(IRQ, 1) } },
};

static const struct story of_two_pes[] = {
    { "sources that do not exist are not pending", 0, { W(GICD + SPENDSGIR, 0xffffffff), R(GICD + SPENDSGIR, 0x03030303) } },
    { "nor are they targets", 0, { W(GICD + ITARGETSR + 32, 0xffffffff), R(GICD + ITARGETSR + 32, 0x03030303) } },
};

static const struct story states[] = {
    { "EOImode: dropped, and active until DIR", 0,
      { OPEN(1 | EOIMODE), SPI(8, 1), R(GICC + IAR, 40), W(GICC + EOIR, 40), R(GICC + RPR, 0xff), R(GICD + ISACTIVER + 4, 1u << 8), OUT(IRQ, 0),
        SPI(9, 1), R(GICC + IAR, 41), W(GICC + EOIR, 41), SPI(9, 0), W(GICC + DIR, 40), OUT(IRQ, 1), R(GICD + ISACTIVER + 4, 1u << 9),
        W(GICC + DIR, 41), R(GICD + ISACTIVER + 4, 0) } },
    { "DIR without EOImode is ignored (UNPREDICTABLE)", 0, { OPEN(1), SPI(8, 1), R(GICC + IAR, 40), W(GICC + DIR, 40),
        R(GICD + ISACTIVER + 4, 1u << 8) } },
    { "DIR from another PE, before the EOI", 0,
      { OPEN(1 | EOIMODE), SPI(8, 1), R(GICC + IAR, 40), PE(5), INTERFACE(1 | EOIMODE), W(GICC + DIR, 40), R(GICD + ISACTIVER + 4, 0), PE(0),
        R(GICC + RPR, 0), W(GICC + EOIR, 40), OUT(IRQ, 1) } },
    { "DIR of one that is not active, or does not exist", 0,
      { OPEN(1 | EOIMODE), SPI(8, 1), W(GICC + DIR, 40), W(GICC + DIR, 1023), W(GICC + DIR, 200), OUT(IRQ, 1), R(GICC + IAR, 40) } },
    { "made active by ISACTIVER: not signalled until ICACTIVER", 0,
      { OPEN(1), SPI(8, 1), W(GICD + ISACTIVER + 4, 1u << 8), OUT(IRQ, 0), R(GICD + ICACTIVER + 4, 1u << 8), R(GICD + ISPENDR + 4, 1u << 8),
        R(GICC + HPPIR, 1023), R(GICC + RPR, 0xff), W(GICD + ICACTIVER + 4, 1u << 8), OUT(IRQ, 1), R(GICC + IAR, 40),
        W(GICD + ICACTIVER + 4, 1u << 8), R(GICC + RPR, 0), W(GICC + EOIR, 40), R(GICC + IAR, 40) } },
    { "active bits of private interrupts are the PE's own", 0,
      { OPEN(1), PE(3), W(GICD + ISACTIVER, 1u << 27 | 2), PE(0), R(GICD + ISACTIVER, 0), W(GICD + ICACTIVER, 0xffffffff), PE(3),
        R(GICD + ISACTIVER, 1u << 27 | 2) } },
    { "a level interrupt made pending by software", 0,
      { OPEN(1), W(GICD + ISPENDR + 4, 1u << 8), OUT(IRQ, 1), W(GICD + ICPENDR + 4, 1u << 8), OUT(IRQ, 0), SPI(8, 1), W(GICD + ICPENDR + 4, 1u << 8),
        OUT(IRQ, 1), W(GICD + ISPENDR + 4, 1u << 8), SPI(8, 0), OUT(IRQ, 1), R(GICC + IAR, 40), R(GICD + ISPENDR + 4, 0), W(GICC + EOIR, 40),
        OUT(IRQ, 0) } },
    { "a pending one moves with its target, and waits without any", 0,
      { OPEN(1), PE(5), INTERFACE(1), SPI(8, 1), OUT(IRQ, 0), W8(GICD + ITARGETSR + 40, 0x20), OUT(IRQ, 1), PE(0), OUT(IRQ, 0), R(GICC + IAR, 1023),
        W8(GICD + ITARGETSR + 40, 0), PE(5), OUT(IRQ, 0), R(GICD + ISPENDR + 4, 1u << 8), W8(GICD + ITARGETSR + 40, 0x21), OUT(IRQ, 1), PE(0),
        OUT(IRQ, 1), R(GICC + IAR, 40), PE(5), OUT(IRQ, 0), R(GICC + IAR, 1023) } },
    { "an active one that gets another target: ended where it was taken", 0,
      { OPEN(1), PE(5), INTERFACE(1), PE(0), SPI(8, 1), R(GICC + IAR, 40), W8(GICD + ITARGETSR + 40, 0x20), W(GICC + EOIR, 40), R(GICC + RPR, 0xff),
        OUT(IRQ, 0), PE(5), OUT(IRQ, 1), R(GICC + IAR, 40) } },
    { "Group 1 without Security Extensions: 1022, AckCtl, the aliases", 0,
      { OPEN(3 | FIQEN), W(GICD + IGROUPR + 4, 1u << 8), R(GICD + IGROUPR + 4, 1u << 8), SPI(8, 1), OUT(IRQ, 1), OUT(FIQ, 0), R(GICC + HPPIR, 1022),
        R(GICC + IAR, 1022), R(GICC + AHPPIR, 40), R(GICC + AIAR, 40), R(GICC + NSAPR0, 1), R(GICC + APR0, 0), W(GICC + AEOIR, 40),
        R(GICC + NSAPR0, 0), W(GICC + CTLR, 3 | ACKCTL), R(GICC + HPPIR, 40), R(GICC + IAR, 40), W(GICC + EOIR, 40), SPI(8, 0), SPI(9, 1),
        R(GICC + AIAR, 1023), R(GICC + IAR, 41) } },
    { "1022 is for an interrupt that could be signalled (4.4.4)", 0,
      { OPEN(3), W(GICD + IGROUPR + 4, 1u << 8), W8(GICD + IPRIORITYR + 40, 0x80), W(GICC + PMR, 0x80), SPI(8, 1), OUT(IRQ, 0), R(GICC + IAR, 1023),
        R(GICC + HPPIR, 1022), W(GICC + PMR, 0x88), OUT(IRQ, 1), R(GICC + IAR, 1022) } },
    { "NSACR is not there", 0, { W(GICD + NSACR + 8, 0xffffffff), R(GICD + NSACR + 8, 0) } },
    { "GICC_CTLR, with the bypass disables", 0, { W(GICC + CTLR, 0xffffffff), R(GICC + CTLR, 0x3ff), W(GICC + CTLR, 0x1e1), R(GICC + CTLR, 0x1e1) } },
    { "Group 1 has its own binary point, one further up; CBPR", 0,
      { OPEN(3 | ACKCTL), W(GICD + IGROUPR + 4, 0x300), W(GICC + BPR, 2), W(GICC + ABPR, 6), W8(GICD + IPRIORITYR + 40, 0xf0),
        W8(GICD + IPRIORITYR + 41, 0xc8), SPI(8, 1), R(GICC + IAR, 40), R(GICC + RPR, 0xc0), SPI(9, 1), OUT(IRQ, 0),
        W8(GICD + IPRIORITYR + 41, 0xb8), OUT(IRQ, 1), W(GICC + EOIR, 40), W8(GICD + IPRIORITYR + 41, 0xc8), SPI(8, 0), R(GICC + IAR, 41),
        W(GICC + EOIR, 41), W(GICC + CTLR, 3 | ACKCTL | CBPR), R(GICC + IAR, 41), R(GICC + RPR, 0xc8), R(GICC + ABPR, 6) } },
};

/* INTID 40 is Group 0, INTIDs 41 to 43 are Group 1, as are SGIs 8 to 15. Begins Secure. */
#define WORLDS(ctlr) OPEN(ctlr), W(GICD + IGROUPR, 0xff00), W(GICD + IGROUPR + 4, 0xfffffeff)

static const struct story worlds[] = {
    { "NSATT chooses the group a Secure SGI is for", 0,
      { WORLDS(3), W(GICD + SGIR, 0x10000 | 9), W(GICD + SGIR, 0x18000 | 2), R(GICD + ISPENDR, 0), W(GICD + SGIR, 0x18000 | 9),
        W(GICD + SGIR, 0x10000 | 2), R(GICD + ISPENDR, 1u << 9 | 1u << 2), W(GICD + CPENDSGIR, 0xffffffff), W(GICD + CPENDSGIR + 8, 0xffffffff),
        NON_SECURE, W(GICD + SGIR, 0x10000 | 9), W(GICD + SGIR, 0x18000 | 2), R(GICD + ISPENDR, 1u << 9), SECURE, R(GICD + ISPENDR, 1u << 9) } },
    { "Non-secure accesses do not see Group 0 SGIs' sources", 0,
      { WORLDS(3), W(GICD + SPENDSGIR, 1), W(GICD + SPENDSGIR + 8, 1), NON_SECURE, R(GICD + SPENDSGIR, 0), R(GICD + CPENDSGIR, 0),
        R(GICD + CPENDSGIR + 8, 1), W(GICD + CPENDSGIR, 1), W(GICD + SPENDSGIR + 4, 1), SECURE, R(GICD + SPENDSGIR, 1),
        R(GICD + SPENDSGIR + 4, 0) } },
    { "nor their trigger", 0,
      { WORLDS(3), W(GICD + ICFGR + 8, 0x000a0000), NON_SECURE, R(GICD + ICFGR, 0xaaaa0000), R(GICD + ICFGR + 8, 0x00080000), W(GICD + ICFGR + 8, 0),
        SECURE, R(GICD + ICFGR + 8, 0x00020000) } },
    { "nor their lines", 0, { WORLDS(3), SPI(8, 1), SPI(9, 1), R(GICD + PPISR + 4, 0x300), NON_SECURE, R(GICD + PPISR + 4, 0x200) } },
    { "CBPR: the Non-secure BPR is the Secure one and one more, and stays", 0,
      { WORLDS(3 | CBPR), W(GICC + BPR, 4), NON_SECURE, R(GICC + BPR, 5), W(GICC + BPR, 6), SECURE, R(GICC + BPR, 4), R(GICC + ABPR, 3),
        W(GICC + BPR, 7), NON_SECURE, R(GICC + BPR, 7), SECURE, W(GICC + CTLR, 3), NON_SECURE, W(GICC + BPR, 6), R(GICC + BPR, 6),
        SECURE, R(GICC + ABPR, 6), R(GICC + BPR, 7) } },
    { "Non-secure active priorities are the upper half", 0,
      { WORLDS(3), W8(GICD + IPRIORITYR + 41, 0xa0), SPI(9, 1), NON_SECURE, R8(GICD + IPRIORITYR + 41, 0x40), R(GICC + IAR, 41), R(GICC + RPR, 0x40),
        R(GICC + APR0, 1u << 8 >> 4), R(GICC + NSAPR0, 0), W(GICC + NSAPR0, 0xffffffff), SECURE, R(GICC + NSAPR0, 1u << 20), R(GICC + APR0, 0),
        W(GICC + NSAPR0, 0x80), NON_SECURE, R(GICC + APR0, 0), W(GICC + APR0, 0xffff0100), SECURE, R(GICC + NSAPR0, 1u << 24 | 0x80),
        R(GICC + APR0, 0) } },
    { "a Non-secure EOI drops no Secure priority", 0,
      { WORLDS(3), W8(GICD + IPRIORITYR + 40, 0x20), W8(GICD + IPRIORITYR + 41, 0xa0), SPI(9, 1), NON_SECURE, R(GICC + IAR, 41), SECURE, SPI(8, 1),
        R(GICC + IAR, 40), NON_SECURE, W(GICC + EOIR, 41), R(GICC + RPR, 0), SECURE, R(GICC + APR0, 1u << 4), R(GICC + NSAPR0, 0),
        R(GICC + RPR, 0x20), W(GICC + EOIR, 40), R(GICC + RPR, 0xff) } },
    { "the aliases are Secure", 0,
      { WORLDS(3), SPI(9, 1), W(GICC + ABPR, 5), NON_SECURE, R(GICC + ABPR, 0), W(GICC + ABPR, 6), R(GICC + AIAR, 0), R(GICC + AHPPIR, 0),
        R(GICC + BPR, 5), R(GICC + IAR, 41), W(GICC + AEOIR, 41), R(GICC + RPR, 0), SECURE, R(GICC + NSAPR0, 1), W(GICC + AEOIR, 41),
        R(GICC + NSAPR0, 0) } },
    { "who is told what by which line, and may acknowledge it (4.4.4, 4.4.7)", 0,
      { WORLDS(3 | FIQEN), W8(GICD + IPRIORITYR + 40, 0x20), W8(GICD + IPRIORITYR + 41, 0xa0), SPI(9, 1), OUT(IRQ, 1), OUT(FIQ, 0),
        R(GICC + HPPIR, 1022), R(GICC + IAR, 1022), R(GICC + AHPPIR, 41), NON_SECURE, R(GICC + HPPIR, 41), W(GICC + PMR, 0), OUT(IRQ, 0), SPI(8, 1),
        OUT(FIQ, 1), OUT(IRQ, 0), R(GICC + HPPIR, 1023), R(GICC + IAR, 1023), W(GICC + CTLR, 0), W(GICD + CTLR, 0), OUT(FIQ, 1), SECURE,
        R(GICC + AHPPIR, 1023), R(GICC + AIAR, 1023), R(GICC + HPPIR, 40), R(GICC + IAR, 40), OUT(FIQ, 0) } },
    { "AckCtl: Secure software acknowledges and ends Group 1, too", 0,
      { WORLDS(3 | FIQEN | ACKCTL), W8(GICD + IPRIORITYR + 41, 0xa0), SPI(9, 1), OUT(IRQ, 1), R(GICC + HPPIR, 41), R(GICC + IAR, 41), R(GICC + NSAPR0, 1u << 20),
        W(GICC + EOIR, 41), R(GICC + NSAPR0, 0), R(GICD + ISACTIVER + 4, 0) } },
    { "each world has its EOImode", 0,
      { WORLDS(3 | EOIMODE_NS), NON_SECURE, R(GICC + CTLR, 0x201), SPI(9, 1), R(GICC + IAR, 41), W(GICC + EOIR, 41), R(GICC + RPR, 0xff),
        R(GICD + ISACTIVER + 4, 1u << 9), SECURE, SPI(8, 1), R(GICC + IAR, 40), W(GICC + EOIR, 40), R(GICD + ISACTIVER + 4, 1u << 9),
        W(GICC + DIR, 41), R(GICD + ISACTIVER + 4, 1u << 9), W(GICD + ISACTIVER + 4, 1u << 8), NON_SECURE, W(GICC + DIR, 40), W(GICC + DIR, 41),
        SECURE, R(GICD + ISACTIVER + 4, 1u << 8), NON_SECURE, W(GICC + CTLR, 1), SECURE, R(GICC + CTLR, 3) } },
    { "a Non-secure PMR moves in the upper half, and only there", 0,
      { WORLDS(3), NON_SECURE, W(GICC + PMR, 0x80), R(GICC + PMR, 0x80), SECURE, R(GICC + PMR, 0xc0), W(GICC + PMR, 0x78),
        NON_SECURE, R(GICC + PMR, 0), W(GICC + PMR, 0xf0), SECURE, R(GICC + PMR, 0x78) } },
    { "NSACR is not there", 0, { W(GICD + NSACR + 8, 0xffffffff), R(GICD + NSACR + 8, 0) } },
    { "GICC_CTLR: what is Group 1's is at other places in the Non-secure view", 0,
      { W(GICC + CTLR, 0xffffffff), R(GICC + CTLR, 0x7ff), NON_SECURE, R(GICC + CTLR, 0x261), W(GICC + CTLR, 0x20), R(GICC + CTLR, 0x20), SECURE,
        R(GICC + CTLR, 0x2fd), NON_SECURE, W(GICC + CTLR, 0x41), SECURE, R(GICC + CTLR, 0x37f) } },
};

#define TELL(stories, cpus, security) assert_int_equal(tell(stories, sizeof stories / sizeof *stories, cpus, security), 0)

static void sgis_reach_whom_they_name(void **state)
{
    (void)state;
    TELL(sgis, 8, false);
    TELL(of_two_pes, 2, false);
}

static void states_follow_hypervisors(void **state)
{
    (void)state;
    TELL(states, 8, false);
}

static void each_world_has_its_view(void **state)
{
    (void)state;
    TELL(worlds, 2, true);
}

/* Registers of INTIDs 0 to 31, and of GICC and GICH: what a PE writes is there for that PE alone. */
static void eight_pes_have_their_own_registers(void **state)
{
    static const struct {
        u64 at;
        u32 of_pe[2]; /* what PE n writes: [0] + n * [1] */
        u32 reset;
    } banked[] = {
        { GICD + IGROUPR, { 0x10000, 0x100000 }, 0 },
        { GICD + ISENABLER, { 0x1ffff, 0x100000 }, 0xffff },
        { GICD + ISPENDR, { 0x10000, 0x100000 }, 0 },
        { GICD + ISACTIVER, { 0x10000, 0x100000 }, 0 },
        { GICD + IPRIORITYR + 24, { 0x08101820, 0x08080808 }, 0 },
        { GICD + SPENDSGIR + 4, { 0x01020304, 0x01010101 }, 0 },
        { GICC + PMR, { 0x08, 0x08 }, 0 },
        { GICC + APR0, { 1, 0x10 }, 0 },
        { GICH + VMCR, { 0x084c0000, 0x08000000 }, 0x004c0000 },
        { GICH + H_APR, { 1, 0x10 }, 0 },
        { GICH + LR + 12, { PENDING(40, 0), 1 }, 0 },
    };
    struct story_teller t;
    (void)state;
    assert_true(teller_open(&t, 8, 4, false));
    for (unsigned i = 0; i < sizeof banked / sizeof *banked; i++) {
        for (t.cpu = 0; t.cpu < 8; t.cpu++) {
            assert_int_equal(teller_access(&t, banked[i].at, false, 0, 4), banked[i].reset);
            teller_access(&t, banked[i].at, true, banked[i].of_pe[0] + t.cpu * banked[i].of_pe[1], 4);
        }
        for (t.cpu = 0; t.cpu < 8; t.cpu++)
            assert_int_equal(teller_access(&t, banked[i].at, false, 0, 4), banked[i].of_pe[0] + t.cpu * banked[i].of_pe[1]);
    }
    for (t.cpu = 0; t.cpu < 8; t.cpu++)
        assert_int_equal(teller_access(&t, GICD + ITARGETSR, false, 0, 4), 0x01010101u << t.cpu);
    teller_close(&t);
}

/* Every PE sends every filter: who has it pending afterwards. */
static void each_pe_can_send_with_each_filter(void **state)
{
    (void)state;
    for (unsigned sender = 0; sender < 8; sender++)
        for (unsigned filter = 0; filter < 4; filter++) {
            struct story_teller t;
            const u32 list = 0xa5, all[4] = { list, 0xff & ~(1u << sender), 1u << sender, 0 };
            u32 reached = 0;
            assert_true(teller_open(&t, 8, 4, false));
            t.cpu = (u8)sender;
            teller_access(&t, GICD + SGIR, true, filter << 24 | list << 16 | 7, 4);
            for (t.cpu = 0; t.cpu < 8; t.cpu++) {
                u32 sources = teller_access(&t, GICD + SPENDSGIR + 7, false, 0, 1);
                assert_true(sources == 0 || sources == 1u << sender);
                reached |= (u32)!!sources << t.cpu;
            }
            assert_int_equal(reached, all[filter]);
            teller_close(&t);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sgis_reach_whom_they_name),        cmocka_unit_test(states_follow_hypervisors),
        cmocka_unit_test(each_world_has_its_view),          cmocka_unit_test(eight_pes_have_their_own_registers),
        cmocka_unit_test(each_pe_can_send_with_each_filter),
    };
    return cmocka_run_group_tests_name("gic_physical", tests, NULL, NULL);
}
