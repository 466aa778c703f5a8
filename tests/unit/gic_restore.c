/* All of the GIC's state can be read and written back: a hypervisor that saves it in the midst, and restores it into another GIC, goes on with the
 * same interrupts. Random accesses run on both; every answer and output is compared. A level interrupt's software latch is not readable apart from
 * its line (ISPENDR), so that those are left alone here. */
#include "tests/unit/gic_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PES 4
#define EDGES 0x0000ffffu /* of INTIDs 32 to 63 */
#define STEPS 400
#define ROUNDS 500

struct pair {
    struct story_teller a, b;
    u64 seed, random;
    u32 spi_lines, ppi_lines[PES];
};

static u32 next(struct pair *p)
{
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return (u32)(p->random >> 16);
}

/* ---- what a hypervisor saves ---- */

static const u16 banked_words[] = { IGROUPR, ISENABLER };
static const u16 interface_words[] = { CTLR, PMR, BPR, ABPR, APR0, NSAPR0 };
static const u16 list_words[] = { VMCR, H_APR, HCR, LR, LR + 4, LR + 8, LR + 12 };

static void copy(struct pair *p, u64 at)
{
    teller_access(&p->b, at, true, teller_access(&p->a, at, false, 0, 4), 4);
}

/* Registers that are written to set bits: b has none of them yet. */
static void restore_pe(struct pair *p)
{
    for (unsigned i = 0; i < sizeof banked_words / sizeof *banked_words; i++)
        copy(p, GICD + banked_words[i]);
    copy(p, GICD + ISACTIVER);
    for (u64 i = 0; i < 32; i += 4)
        copy(p, GICD + IPRIORITYR + i);
    for (u64 i = 0; i < 16; i += 4)
        copy(p, GICD + SPENDSGIR + i);
    for (unsigned i = 0; i < sizeof interface_words / sizeof *interface_words; i++)
        copy(p, GICC + interface_words[i]);
    for (unsigned i = 0; i < sizeof list_words / sizeof *list_words; i++)
        copy(p, GICH + list_words[i]);
}

static void restore(struct pair *p)
{
    gic_reset(p->b.gic);
    for (unsigned n = 0; n < 32; n++)
        gic_set_spi(p->b.gic, n, p->spi_lines >> n & 1);
    for (unsigned pe = 0; pe < PES; pe++)
        for (unsigned n = 16; n < 32; n++)
            if (n != 25)
                gic_set_ppi(p->b.gic, pe * 32 + n, p->ppi_lines[pe] >> n & 1);
    for (u64 n = 2; n < 4; n++)
        copy(p, GICD + ICFGR + 4 * n);
    copy(p, GICD + IGROUPR + 4);
    teller_access(&p->b, GICD + ISPENDR + 4, true, teller_access(&p->a, GICD + ISPENDR + 4, false, 0, 4) & EDGES, 4);
    copy(p, GICD + ISACTIVER + 4);
    for (u64 n = 32; n < 64; n += 4) {
        copy(p, GICD + IPRIORITYR + n);
        copy(p, GICD + ITARGETSR + n);
    }
    for (p->a.cpu = 0; p->a.cpu < PES; p->a.cpu++) {
        p->b.cpu = p->a.cpu;
        restore_pe(p);
    }
    p->a.cpu = p->b.cpu = 0;
    copy(p, GICD + ISENABLER + 4);
    copy(p, GICD + CTLR);
}

/* ---- random steps ---- */

static u32 list_register(struct pair *p)
{
    u32 lr = next(p) & (3u << 28 | GROUP1 | 31u << 23), id = 16 + next(p) % 80;
    if (next(p) % 3 == 0)
        return lr | HW(32 + next(p) % 32) | id;
    return lr | (next(p) % 2 ? ASK_EOI : 0) | (next(p) % 4 ? id : (id & 15) | SOURCE(next(p) % 8));
}

/* A value that keeps the interfaces going: mostly enabled, mostly open, ends of interrupts that may be there. */
static u32 value_for(struct pair *p, u64 at)
{
    u32 value = next(p) ^ next(p) << 16, n = value >> 8;
    if (at == GICC + EOIR || at == GICC + AEOIR || at == GICC + DIR)
        return value & 0xf ? 32 + n % 32 : n % 32;
    if (at == GICV + EOIR || at == GICV + DIR)
        return teller_access(&p->a, GICH + LR + 4 * (n % 4), false, 0, 4) & 0x1fff;
    if (at >= GICH + LR && at < GICH + LR + 16)
        return list_register(p);
    if (at == GICC + CTLR || at == GICV + CTLR || at == GICD + CTLR)
        return value | (n % 2 ? 3 : 1);
    if (at == GICC + PMR || at == GICV + PMR)
        return value | 0xc0;
    if (at == GICH + H_APR)
        return value & 1 ? 0 : 1u << n % 32;
    if (at == GICH + HCR)
        return value | 1;
    return at == GICD + ISPENDR + 4 ? value & EDGES : value;
}

static const u64 reads[] = {
    GICC + IAR, GICC + IAR,   GICC + IAR,  GICC + AIAR,   GICC + HPPIR,  GICC + RPR,  GICV + IAR,
    GICV + IAR, GICV + IAR,   GICV + AIAR, GICV + HPPIR,  GICH + MISR,   GICH + EISR, GICH + ELRSR,
};

static const u64 writes[] = {
    GICC + EOIR,          GICC + AEOIR,         GICC + DIR,           GICC + CTLR,           GICC + PMR,
    GICC + BPR,           GICC + ABPR,          GICV + EOIR,          GICV + EOIR,           GICV + DIR,
    GICV + CTLR,          GICV + PMR,           GICV + BPR,           GICH + HCR,            GICH + H_APR,
    GICH + LR,            GICH + LR + 4,        GICH + LR + 8,        GICH + LR + 12,        GICD + SGIR,
    GICD + ISPENDR + 4,   GICD + ICPENDR + 4,   GICD + ICACTIVER + 4, GICD + ISENABLER,      GICD + ISENABLER + 4,
    GICD + ICENABLER + 4, GICD + ITARGETSR + 32, GICD + IPRIORITYR + 36, GICD + IGROUPR,     GICD + IGROUPR + 4,
    GICD + SPENDSGIR,     GICD + CTLR,
};

/* An access of the acting PE. */
static struct step random_access(struct pair *p)
{
    if (next(p) % 3 == 0)
        return (struct step){ STEP_READ, 4, reads[next(p) % (sizeof reads / sizeof *reads)], 0 };
    u64 at = writes[next(p) % (sizeof writes / sizeof *writes)];
    return (struct step){ STEP_WRITE, 4, at, value_for(p, at) };
}

static void move_line(struct pair *p)
{
    u32 n = next(p) % 32, pe = next(p) % PES;
    if (next(p) % 2) {
        p->spi_lines ^= 1u << n;
        gic_set_spi(p->a.gic, n, p->spi_lines >> n & 1);
        gic_set_spi(p->b.gic, n, p->spi_lines >> n & 1);
    } else if (n >= 16 && n != 25) {
        p->ppi_lines[pe] ^= 1u << n;
        gic_set_ppi(p->a.gic, pe * 32 + n, p->ppi_lines[pe] >> n & 1);
        gic_set_ppi(p->b.gic, pe * 32 + n, p->ppi_lines[pe] >> n & 1);
    }
}

static void outputs_are_equal(const struct pair *p)
{
    for (unsigned pe = 0; pe < PES; pe++)
        for (unsigned out = 0; out < GIC_OUTPUTS; out++)
            assert_int_equal(gic_line_level(p->a.gic, pe, (enum gic_output)out), gic_line_level(p->b.gic, pe, (enum gic_output)out));
}

/* One step on both; the counts say that the test tests something. */
static void step_both(struct pair *p, unsigned *taken)
{
    if (next(p) % 4 == 0) {
        move_line(p);
    } else {
        struct step s = random_access(p);
        p->a.cpu = p->b.cpu = (u8)(next(p) % PES);
        bool write = s.kind == STEP_WRITE;
        u32 a = teller_access(&p->a, s.at, write, s.value, 4), b = teller_access(&p->b, s.at, write, s.value, 4);
        if (a != b)
            print_error("seed %llu: %s of %#llx: %#x, and %#x after the restoration\n", (unsigned long long)p->seed, write ? "write" : "read",
                        (unsigned long long)s.at, a, b);
        assert_int_equal(a, b);
        taken[0] += s.at == GICC + IAR && (a & 0x3ff) < 1020;
        taken[1] += s.at == GICV + IAR && (a & 0x3ff) < 1020;
    }
    outputs_are_equal(p);
}

/* Everything on, SPIs anywhere. */
static void open_all(struct pair *p)
{
    teller_access(&p->a, GICD + ICFGR + 8, true, 0xaaaaaaaa, 4);
    teller_access(&p->a, GICD + CTLR, true, 3, 4);
    teller_access(&p->a, GICD + ISENABLER + 4, true, 0xffffffff, 4);
    for (p->a.cpu = 0; p->a.cpu < PES; p->a.cpu++) {
        teller_access(&p->a, GICC + PMR, true, 0xf8, 4);
        teller_access(&p->a, GICC + CTLR, true, 7, 4);
        teller_access(&p->a, GICH + VMCR, true, 0xf8000007, 4);
        teller_access(&p->a, GICH + HCR, true, 1, 4);
    }
    p->a.cpu = 0;
    for (u64 n = 32; n < 64; n += 4) {
        teller_access(&p->a, GICD + ITARGETSR + n, true, next(p), 4);
        teller_access(&p->a, GICD + IPRIORITYR + n, true, next(p) ^ next(p) << 16, 4);
    }
}

static void a_restored_gic_goes_on_as_the_saved_one(void **state)
{
    (void)state;
    unsigned taken[2] = { 0, 0 };
    for (u64 seed = 1; seed <= ROUNDS; seed++) {
        struct pair p = { .seed = seed, .random = seed * 0x9e3779b97f4a7c15ull };
        assert_true(teller_open(&p.a, PES, 4, false) && teller_open(&p.b, PES, 4, false));
        open_all(&p);
        for (unsigned i = 0; i < 8; i++) {
            restore(&p);
            outputs_are_equal(&p);
            for (unsigned j = 0; j < STEPS / 8; j++)
                step_both(&p, taken);
        }
        teller_close(&p.a);
        teller_close(&p.b);
    }
    print_message("%u physical and %u virtual interrupts were taken\n", taken[0], taken[1]);
    assert_true(taken[0] > ROUNDS && taken[1] > ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_restored_gic_goes_on_as_the_saved_one) };
    return cmocka_run_group_tests_name("gic_restore", tests, NULL, NULL);
}
