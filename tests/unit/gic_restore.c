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

/* An access of the acting PE: an address and a value; a read where size is 0. */
static struct step random_access(struct pair *p)
{
    static const struct {
        u64 at;
        bool write;
    } targets[] = {
        { GICC + IAR, false },     { GICC + IAR, false },      { GICC + AIAR, false },      { GICC + EOIR, true },      { GICC + AEOIR, true },
        { GICC + DIR, true },      { GICC + HPPIR, false },    { GICC + RPR, false },       { GICC + CTLR, true },      { GICC + PMR, true },
        { GICC + BPR, true },      { GICC + ABPR, true },      { GICV + IAR, false },       { GICV + IAR, false },      { GICV + AIAR, false },
        { GICV + EOIR, true },     { GICV + EOIR, true },      { GICV + DIR, true },        { GICV + HPPIR, false },    { GICV + CTLR, true },
        { GICV + PMR, true },      { GICV + BPR, true },       { GICH + HCR, true },        { GICH + MISR, false },     { GICH + ELRSR, false },
        { GICH + EISR, false },    { GICH + LR, true },        { GICH + LR + 4, true },     { GICH + LR + 8, true },    { GICH + LR + 12, true },
        { GICH + H_APR, true },    { GICD + SGIR, true },      { GICD + ISPENDR + 4, true }, { GICD + ICPENDR + 4, true }, { GICD + ICACTIVER + 4, true },
        { GICD + ISENABLER, true }, { GICD + ISENABLER + 4, true }, { GICD + ICENABLER + 4, true }, { GICD + ITARGETSR + 32, true }, { GICD + ISPENDR, false },
        { GICD + IPRIORITYR + 36, true }, { GICD + IGROUPR, true }, { GICD + IGROUPR + 4, true }, { GICD + SPENDSGIR, true }, { GICD + CTLR, true },
    };
    unsigned i = next(p) % (sizeof targets / sizeof *targets);
    u64 at = targets[i].at;
    u32 value = next(p) ^ next(p) << 16;
    if (at == GICC + EOIR || at == GICC + AEOIR || at == GICC + DIR)
        value = value & 0xf ? 32 + (value >> 8) % 32 : (value >> 8) % 32;
    if (at == GICV + EOIR || at == GICV + DIR)
        value = teller_access(&p->a, GICH + LR + 4 * (value % 4), false, 0, 4) & 0x1fff;
    if (at >= GICH + LR && at < GICH + LR + 16)
        value = list_register(p);
    if (at == GICC + CTLR || at == GICV + CTLR || at == GICD + CTLR)
        value |= value & 1u << 20 ? 3 : 1;
    if (at == GICC + PMR || at == GICV + PMR)
        value |= 0xc0;
    if (at == GICH + H_APR)
        value = value & 1 ? 0 : 1u << (value >> 8) % 32;
    if (at == GICH + HCR)
        value |= 1;
    if (at == GICD + ISPENDR + 4)
        value &= EDGES;
    return (struct step){ targets[i].write ? STEP_WRITE : STEP_READ, 4, at, value };
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
        u32 a = teller_access(&p->a, s.at, s.kind == STEP_WRITE, s.value, 4), b = teller_access(&p->b, s.at, s.kind == STEP_WRITE, s.value, 4);
        if (a != b)
            print_error("seed %llu: %s of %#llx: %#x, and %#x after the restoration\n", (unsigned long long)p->seed, s.kind == STEP_WRITE ? "write" : "read", (unsigned long long)s.at, a, b);
        assert_int_equal(a, b);
        taken[0] += s.at == GICC + IAR && (a & 0x3ff) < 1020;
        taken[1] += s.at == GICV + IAR && (a & 0x3ff) < 1020;
    }
    outputs_are_equal(p);
}

static void a_restored_gic_goes_on_as_the_saved_one(void **state)
{
    (void)state;
    unsigned taken[2] = { 0, 0 };
    for (u64 seed = 1; seed <= ROUNDS; seed++) {
        struct pair p = { .seed = seed, .random = seed * 0x9e3779b97f4a7c15ull };
        assert_true(teller_open(&p.a, PES, 4, false) && teller_open(&p.b, PES, 4, false));
        teller_access(&p.a, GICD + ICFGR + 8, true, 0xaaaaaaaa, 4);
        teller_access(&p.a, GICD + CTLR, true, 3, 4);
        teller_access(&p.a, GICD + ISENABLER + 4, true, 0xffffffff, 4);
        for (p.a.cpu = 0; p.a.cpu < PES; p.a.cpu++)
            for (unsigned i = 0; i < 2; i++) {
                teller_access(&p.a, (i ? GICC : GICV) + PMR, true, 0xf8, 4);
                teller_access(&p.a, (i ? GICC : GICV) + CTLR, true, 7, 4);
                teller_access(&p.a, GICH + HCR, true, 1, 4);
            }
        p.a.cpu = 0;
        for (u64 n = 32; n < 64; n += 4) {
            teller_access(&p.a, GICD + ITARGETSR + n, true, next(&p), 4);
            teller_access(&p.a, GICD + IPRIORITYR + n, true, next(&p) ^ next(&p) << 16, 4);
        }
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
