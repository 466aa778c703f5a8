/* What software reads of a core: the ID registers of Cortex-A15 (DDI 0438) and A7 (DDI 0464), by encodings; of all cores the number of PEs and the
 * place of the private peripherals, the event counters, and who writes CNTFRQ. */
#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"
#include "cpu/cp.h"
#include "cpu/model.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/boards/board.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define C15(opc1, crn, crm, opc2) CP_ENC(15, opc1, crn, crm, opc2)
#define A64(op1, crn, crm, op2) SYSREG_ENC(3, op1, crn, crm, op2)

static struct bare_pe *new_pe(const char *model, unsigned cpus, u64 periphbase, bool el2, bool el3)
{
    struct bare_pe *b = bare_pe_new_model(model, false, true);
    struct error err = { { 0 } };
    struct cpu_config config = { .model = cpu_model_by_name(model), .index = cpus - 1, .has_el2 = el2, .has_el3 = el3, .cpus = cpus, .periphbase = periphbase };
    struct cpu_timer_port timer = b->cpu->timer;
    cpu_free(b->cpu);
    b->cpu = cpu_new(&config, &b->bus, &b->clock, &b->log, b->code, &err);
    assert_non_null(b->cpu);
    b->cpu->timer = timer;
    cpu_reset(b->cpu);
    return b;
}

static u64 read_cp(struct bare_pe *b, u32 enc)
{
    const struct cp_row *row = cp_find(b->cpu, enc);
    assert_non_null(row);
    assert_true(cp_check(b->cpu, row, enc, false, 3, 4));
    return cp_read(b->cpu, row);
}

static void write_cp(struct bare_pe *b, u32 enc, u32 value)
{
    const struct cp_row *row = cp_find(b->cpu, enc);
    assert_true(cp_check(b->cpu, row, enc, true, 3, 4));
    cp_write(b->cpu, row, value);
}

static u64 read_a64(struct bare_pe *b, u32 enc)
{
    return sysreg_peek(b->cpu, sysreg_find(b->cpu->model->features, enc));
}

/* With the Security and Virtualization Extensions. ID_PFR0.State3 is 0 in place of 1: ThumbEE is not implemented here. */
static void id_registers_are_the_cores_own(void **state)
{
    static const struct {
        const char *name;
        u16 enc;
        u32 a15, a7;
    } rows[] = {
        { "MIDR", C15(0, 0, 0, 0), 0x412fc0f1, 0x410fc075 },     { "CTR", C15(0, 0, 0, 1), 0x8444c004, 0x84448003 },
        { "TCMTR", C15(0, 0, 0, 2), 0, 0 },                      { "TLBTR", C15(0, 0, 0, 3), 0, 0 },
        { "MIDR alias", C15(0, 0, 0, 4), 0x412fc0f1, 0x410fc075 }, { "MPIDR", C15(0, 0, 0, 5), 0x80000001, 0x80000001 },
        { "REVIDR", C15(0, 0, 0, 6), 0, 0 },                     { "MIDR alias", C15(0, 0, 0, 7), 0x412fc0f1, 0x410fc075 },
        { "ID_PFR0", C15(0, 0, 1, 0), 0x00000131, 0x00000131 },  { "ID_PFR1", C15(0, 0, 1, 1), 0x00011011, 0x00011011 },
        { "ID_DFR0", C15(0, 0, 1, 2), 0x02010555, 0x02010555 },  { "ID_AFR0", C15(0, 0, 1, 3), 0, 0 },
        { "ID_MMFR0", C15(0, 0, 1, 4), 0x10201105, 0x10101105 }, { "ID_MMFR1", C15(0, 0, 1, 5), 0x20000000, 0x40000000 },
        { "ID_MMFR2", C15(0, 0, 1, 6), 0x01240000, 0x01240000 }, { "ID_MMFR3", C15(0, 0, 1, 7), 0x02102211, 0x02102211 },
        { "ID_ISAR0", C15(0, 0, 2, 0), 0x02101110, 0x02101110 }, { "ID_ISAR1", C15(0, 0, 2, 1), 0x13112111, 0x13112111 },
        { "ID_ISAR2", C15(0, 0, 2, 2), 0x21232041, 0x21232041 }, { "ID_ISAR3", C15(0, 0, 2, 3), 0x11112131, 0x11112131 },
        { "ID_ISAR4", C15(0, 0, 2, 4), 0x10011142, 0x10011142 }, { "ID_ISAR5", C15(0, 0, 2, 5), 0, 0 },
        { "reserved", C15(0, 0, 3, 0), 0, 0 },                   { "reserved", C15(0, 0, 7, 7), 0, 0 },
        { "CLIDR", C15(1, 0, 0, 1), 0x0a200023, 0x0a200023 },    { "AIDR", C15(1, 0, 0, 7), 0, 0 },
        { "CCSIDR of L1D", C15(1, 0, 0, 0), 0x701fe00a, 0x700fe01a },
        { "PMCR", C15(0, 9, 12, 0), 0x410f3000, 0x41072000 },    { "DBGDIDR", CP_ENC(14, 0, 0, 0, 0), 0x3515f021, 0x3515f005 },
    };
    (void)state;
    struct bare_pe *a15 = new_pe("cortex-a15", 2, 0, true, true), *a7 = new_pe("cortex-a7", 2, 0, true, true);
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        u64 of_a15 = read_cp(a15, rows[i].enc), of_a7 = read_cp(a7, rows[i].enc);
        if (of_a15 != rows[i].a15 || of_a7 != rows[i].a7)
            fail_msg("%s: %#llx, %#llx", rows[i].name, (unsigned long long)of_a15, (unsigned long long)of_a7);
    }
    const u32 l1i[2] = { 0x201fe00a, 0x203fe009 }, l2[2] = { 0x70ffe07a, 0x70ffe03a };
    for (unsigned i = 0; i < 2; i++) {
        struct bare_pe *b = i ? a7 : a15;
        write_cp(b, C15(2, 0, 0, 0), 1);
        assert_int_equal(read_cp(b, C15(1, 0, 0, 0)), l1i[i]);
        write_cp(b, C15(2, 0, 0, 0), 2);
        assert_int_equal(read_cp(b, C15(1, 0, 0, 0)), l2[i]);
        assert_int_equal(b->cpu->model->mvfr0, 0x10110222); /* VFP and SIMD: no short vectors */
        assert_int_equal(b->cpu->model->mvfr1, 0x11111111);
        assert_int_equal(b->cpu->model->fpsid, i ? 0x41023075 : 0x410430f0);
    }
    bare_pe_free(a15);
    bare_pe_free(a7);
}

/* L2CTLR, on ARMv7: bit 23; L2ECTLR; what is written to them stays but for that. */
static void l2ctlr_counts_the_cores(void **state)
{
    static const char *const models[] = { "cortex-a15", "cortex-a7", "cortex-a53", "cortex-a57", "cortex-a72" };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        for (unsigned cpus = 1; cpus <= 5; cpus++) {
            struct bare_pe *b = new_pe(models[i], cpus, 0, false, false);
            u32 number = (cpus > 4 ? 3 : cpus - 1) << 24, want = number | (i < 2 ? 1u << 23 : 0);
            u32 enc = C15(1, 9, 0, 2);
            assert_int_equal(cp_read(b->cpu, cp_find(b->cpu, enc)), want);
            assert_int_equal(read_a64(b, A64(1, 11, 0, 2)), want);
            cp_write(b->cpu, cp_find(b->cpu, enc), 0x83800001);
            assert_int_equal(cp_read(b->cpu, cp_find(b->cpu, enc)), want | 1);
            cp_write(b->cpu, cp_find(b->cpu, enc + 1), 1u << 29);
            assert_int_equal(cp_read(b->cpu, cp_find(b->cpu, enc + 1)), 1u << 29);
            bare_pe_free(b);
        }
}

static void l2ctlr_is_the_secure_worlds_to_write(void **state)
{
    (void)state;
    struct bare_pe *b = new_pe("cortex-a15", 1, 0, true, true);
    aarch32_set_mode(b->cpu, MODE_MON);
    b->cpu->sys.scr_el3 = 1;
    aarch32_set_mode(b->cpu, MODE_SVC);
    write_cp(b, C15(1, 9, 0, 2), 2);
    assert_int_equal(read_cp(b, C15(1, 9, 0, 2)), 1u << 23);
    bare_pe_free(b);
}

static void cbar_is_where_the_board_has_its_gic(void **state)
{
    (void)state;
    assert_int_equal(virt_board.periphbase, 0x08000000);
    assert_int_equal(vexpress_board.periphbase, 0x2c000000);
    const u64 base = 0xa52c040000;
    struct bare_pe *v7 = new_pe("cortex-a15", 1, base | 0x8000, true, false), *v8 = new_pe("cortex-a72", 1, base | 0x20000, false, false);
    assert_int_equal(read_cp(v7, C15(4, 15, 0, 0)), 0x2c0480a5);
    assert_null(cp_find(v7->cpu, C15(1, 15, 3, 0)));
    assert_int_equal(cp_read(v8->cpu, cp_find(v8->cpu, C15(1, 15, 3, 0))), 0x2c0400a5);
    assert_null(cp_find(v8->cpu, C15(4, 15, 0, 0)));
    assert_true(read_a64(v8, A64(1, 15, 3, 0)) == base);
    bare_pe_free(v7);
    bare_pe_free(v8);
}

/* PMCR.N counters, and no more: of a Cortex-A7 four. */
static void event_counters_beyond_n_are_not_there(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct bare_pe *b = new_pe(i ? "cortex-a7" : "cortex-a15", 1, 0, false, false);
        u32 n = i ? 4 : 6;
        assert_int_equal(bits(read_cp(b, C15(0, 9, 12, 0)), 15, 11), n);
        write_cp(b, C15(0, 9, 12, 1), 0xffffffff);
        assert_int_equal(read_cp(b, C15(0, 9, 12, 1)), 1u << 31 | ((1u << n) - 1));
        for (u32 k = 0; k < 7; k++) {
            write_cp(b, C15(0, 9, 12, 5), k);
            write_cp(b, C15(0, 9, 13, 2), 0x100 + k);
            assert_int_equal(read_cp(b, C15(0, 9, 13, 2)), k < n ? 0x100 + k : 0);
        }
        b->cpu->has_el2 = true;
        cpu_reset(b->cpu);
        assert_int_equal(b->cpu->sys.mdcr_el2, n); /* HDCR.HPMN */
        bare_pe_free(b);
    }
}

/* AArch64's: the highest EL there is. */
static void cntfrq_el0_is_written_at_the_highest_el(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool el2 = i & 1, el3 = i & 2;
        struct bare_pe *b = new_pe("cortex-a57", 1, 0, el2, el3);
        const struct sysreg *sr = sysreg_find(b->cpu->model->features, A64(3, 14, 0, 0));
        u8 highest = el3 ? 3 : el2 ? 2 : 1;
        for (u8 el = 0; el <= highest; el++) {
            if (el == 2 && !el2)
                continue;
            cpu_reset(b->cpu);
            b->cpu->sys.scr_el3 = 1u << SCR_NS | 1u << SCR_RW;
            cpu_set_el(b->cpu, el, el > 0);
            assert_int_equal(sysreg_check(b->cpu, sr, true, 3), el == highest);
        }
        bare_pe_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id_registers_are_the_cores_own),
        cmocka_unit_test(l2ctlr_counts_the_cores),
        cmocka_unit_test(l2ctlr_is_the_secure_worlds_to_write),
        cmocka_unit_test(cbar_is_where_the_board_has_its_gic),
        cmocka_unit_test(event_counters_beyond_n_are_not_there),
        cmocka_unit_test(cntfrq_el0_is_written_at_the_highest_el),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
