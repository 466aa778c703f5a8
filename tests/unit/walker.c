/* The table walker: granules, levels, fault kinds, permissions, stage 2, attributes (DDI 0487 D8). */
#include "tests/unit/walker_rig.h"

static const struct {
    unsigned granule, tsz;
} shapes[] = { { 12, 16 }, { 12, 25 }, { 12, 32 }, { 14, 17 }, { 14, 28 }, { 16, 16 }, { 16, 22 }, { 16, 30 } };

static void pages_translate_in_every_granule(void **state)
{
    struct fixture *x = *state;
    for (unsigned i = 0; i < ARRAY_SIZE(shapes); i++) {
        unsigned g = shapes[i].granule;
        u64 addr = ones(64 - shapes[i].tsz) & ~0xfffffull & 0xabcdef012345678full;
        stage1(x, g, shapes[i].tsz);
        leaf(x, g, chain(x, g, shapes[i].tsz, addr, 3), addr, 3, PAGE_TARGET | AF | VALID_PAGE);
        assert_true(walk(x, addr + 0x234, MMU_READ, true));
        assert_int_equal(x->t.pa.v, PAGE_TARGET + 0x234);
        assert_int_equal(x->t.page_shift, g);
        assert_true(x->t.readable && x->t.writable && x->t.executable);
    }
}

static void blocks_translate_where_the_granule_has_them(void **state)
{
    struct fixture *x = *state;
    static const struct {
        unsigned granule, level;
        bool allowed;
    } cases[] = { { 12, 1, true }, { 12, 2, true }, { 12, 0, false }, { 14, 2, true }, { 14, 1, false }, { 16, 2, true }, { 16, 1, false } };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        unsigned g = cases[i].granule, shift = (3 - cases[i].level) * (g - 3) + g, tsz = g == 14 ? 17 : 16;
        stage1(x, g, tsz);
        u64 table = chain(x, g, tsz, 0, cases[i].level);
        leaf(x, g, table, 0, cases[i].level, AF | VALID_BLOCK);
        bool ok = walk(x, 0x123456 & ones(shift), MMU_READ, true);
        assert_int_equal(ok, cases[i].allowed);
        if (ok)
            assert_int_equal(x->t.page_shift, shift);
        else
            expect_fault(x, 1, FAULT_TRANSLATION, (u8)cases[i].level);
    }
}

static void an_invalid_descriptor_faults_at_its_level(void **state)
{
    struct fixture *x = *state;
    for (unsigned level = 0; level <= 3; level++) {
        stage1(x, 12, 16);
        leaf(x, 12, chain(x, 12, 16, 0, level), 0, level, 0);
        assert_false(walk(x, 0, MMU_WRITE, true));
        expect_fault(x, 1, FAULT_TRANSLATION, (u8)level);
        assert_int_equal(fault_status_code(&x->f), 4 + level);
        assert_int_equal(x->f.kind, MMU_WRITE);
    }
    leaf(x, 12, chain(x, 12, 16, 0, 3), 0, 3, PAGE_TARGET | AF | 1); /* reserved at level 3 */
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 3);
}

static void the_access_flag_faults(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | VALID_PAGE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ACCESS_FLAG, 3);
    assert_int_equal(fault_status_code(&x->f), 0x0b);
}

static void output_addresses_beyond_ips_fault(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    x->rg.tcr &= ~(7ull << 32); /* IPS 32 bits */
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, 1ull << 32 | AF | VALID_PAGE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 3);
    put(x, ROOT, 0, 1ull << 33 | VALID_TABLE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 1);
    x->rg.ttbr0 = 1ull << 40;
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 0);
}

static void addresses_beyond_txsz_and_disabled_halves_fault_at_level_0(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    assert_false(walk(x, 1ull << 39, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 0);
    assert_false(walk(x, 0xffffff8000000000, MMU_READ, true)); /* EPD1 */
    expect_fault(x, 1, FAULT_TRANSLATION, 0);
    x->rg.tcr |= 1u << 7; /* EPD0 */
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 0);
}

static void the_upper_half_is_ttbr1s(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | VALID_PAGE);
    x->rg.ttbr1 = ROOT;
    x->rg.ttbr0 = 0;
    x->rg.tcr = 25 | 25ull << 16 | 2ull << 30 | 4ull << 32; /* TG1 4 KiB */
    assert_true(walk(x, 0xffffff8000000010, MMU_READ, true));
    assert_int_equal(x->t.pa.v, PAGE_TARGET + 0x10);
}

static void tbi_ignores_the_top_byte_where_it_is_set(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | VALID_PAGE);
    assert_false(walk(x, 0xab00000000000000, MMU_READ, true));
    x->rg.tcr |= 1ull << 37;
    assert_true(walk(x, 0xab00000000000000, MMU_READ, true));
}

/* AP[2:1], UXN, PXN, WXN and their hierarchical forms against what the manual's table says. */
static void permissions_follow_the_manual(void **state)
{
    struct fixture *x = *state;
    for (unsigned c = 0; c < 256; c++) {
        bool ro = c & 1, el0 = c & 2, uxn = c & 4, pxn = c & 8, wxn = c & 16, apt_ro = c & 32, apt_no_el0 = c & 64, xnt = c & 128;
        stage1(x, 12, 25);
        x->rg.sctlr |= (u64)wxn << 19;
        u64 table = chain(x, 12, 25, 0, 3);
        put(x, ROOT + 0x20000, 0, (ROOT + 0x30000) | VALID_TABLE | (u64)apt_ro << 62 | (u64)apt_no_el0 << 61 | (u64)xnt << 60);
        leaf(x, 12, table, 0, 3, PAGE_TARGET | AF | VALID_PAGE | (ro ? AP_RO : 0) | (el0 ? AP_EL0 : 0) | (u64)uxn << 54 | (u64)pxn << 53);
        bool w = !ro && !apt_ro, u = el0 && !apt_no_el0;
        assert_true(walk(x, 0, MMU_READ, true));
        assert_int_equal(walk(x, 0, MMU_WRITE, true), w);
        assert_int_equal(walk(x, 0, MMU_FETCH, true), !pxn && !(w && wxn) && !(u && w));
        assert_int_equal(walk(x, 0, MMU_READ, false), u);
        assert_int_equal(walk(x, 0, MMU_WRITE, false), u && w);
        assert_int_equal(walk(x, 0, MMU_FETCH, false), !uxn && !xnt && !(u && w && wxn));
        if (!walk(x, 0, MMU_WRITE, false))
            expect_fault(x, 1, FAULT_PERMISSION, 3);
    }
}

static void a_table_outside_memory_is_an_external_abort(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    put(x, ROOT, 0, 0x3f000000000ull | VALID_TABLE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_EXTERNAL_WALK, 2);
    assert_int_equal(fault_status_code(&x->f), 0x16);
}

/* ---- stage 2 ---- */

static void stage2_translates_with_concatenated_tables(void **state)
{
    struct fixture *x = *state;
    stage2(x, 24, 1); /* 40 bits from level 1: two tables side by side */
    put(x, S2_ROOT, 512 + 3, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    assert_true(walk(x, (512ull + 3) << 30 | 0x1234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0x1234);
    assert_int_equal(x->t.page_shift, 30);
    assert_int_equal(x->t.type, MEM_DEVICE_nGnRnE); /* stage 1 is off */
}

static void an_inconsistent_vtcr_is_a_level_0_fault(void **state)
{
    struct fixture *x = *state;
    stage2(x, 16, 0); /* 48 bits do not start at level 2 */
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 0);
    stage2(x, 25, 3);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 0);
}

static void stage2_permissions_and_ipa_are_reported(void **state)
{
    struct fixture *x = *state;
    stage2(x, 25, 1);
    put(x, S2_ROOT, 1, 1ull << 30 | AF | 1ull << 6 | S2_NORMAL | VALID_BLOCK); /* read-only */
    assert_true(walk(x, 0x40000010, MMU_READ, true));
    assert_false(walk(x, 0x40000010, MMU_WRITE, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    assert_true(x->f.ipa_valid);
    assert_int_equal(x->f.ipa.v, 0x40000010);
    assert_false(x->f.s1ptw);
    put(x, S2_ROOT, 1, 1ull << 30 | AF | S2_RW | S2_NORMAL | 1ull << 54 | VALID_BLOCK);
    assert_false(walk(x, 0x40000010, MMU_FETCH, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
}

static void a_stage1_walk_faults_in_stage2_as_s1ptw(void **state)
{
    struct fixture *x = *state;
    stage2(x, 25, 1);
    x->rg.sctlr = 1;
    x->rg.tcr = 25 | 4ull << 32 | 1ull << 23;
    x->rg.ttbr0 = ROOT;
    put(x, S2_ROOT, 0, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, ROOT, 0, 0x7fc0000000ull | VALID_TABLE); /* an IPA that stage 2 does not map */
    assert_false(walk(x, 0x1000, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 1);
    assert_true(x->f.s1ptw);
    assert_int_equal(x->f.ipa.v, 0x7fc0000000);
    assert_int_equal(x->f.va.v, 0x1000);
}

static void ptw_forbids_tables_in_device_memory(void **state)
{
    struct fixture *x = *state;
    stage2(x, 25, 1);
    x->rg.sctlr = 1;
    x->rg.tcr = 25 | 4ull << 32 | 1ull << 23;
    x->rg.ttbr0 = ROOT;
    put(x, S2_ROOT, 0, AF | S2_RW | VALID_BLOCK); /* Device */
    put(x, ROOT, 0, AF | VALID_BLOCK);
    assert_true(walk(x, 0x1000, MMU_READ, true));
    x->rg.hcr |= 4;
    assert_false(walk(x, 0x1000, MMU_READ, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    assert_true(x->f.s1ptw);
}

static void dc_makes_stage1_off_normal_and_stage2_on(void **state)
{
    struct fixture *x = *state;
    stage2(x, 25, 1);
    x->rg.hcr = 1ull << 12; /* DC without VM: VM is taken as 1 */
    x->rg.sctlr = 1;        /* M is taken as 0 */
    put(x, S2_ROOT, 1, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    assert_true(walk(x, 0x40001234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0x1234);
    assert_int_equal(x->t.type, MEM_NORMAL);
    assert_int_equal(x->t.attr, 0xff);
}

/* The weaker attribute wins (CombineS1S2Desc()). */
static void attributes_combine_to_the_weaker_one(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u8 mair, memattr, attr;
    } cases[] = {
        { 0xff, 0xf, 0xff }, { 0xff, 0x5, 0x44 }, { 0x44, 0xf, 0x44 }, { 0xff, 0xa, 0xbb }, { 0xbb, 0xf, 0xbb },
        { 0xff, 0x0, 0x00 }, { 0x00, 0xf, 0x00 }, { 0x04, 0xf, 0x04 }, { 0x0c, 0x1, 0x04 }, { 0x04, 0x3, 0x04 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        stage2(x, 25, 1);
        x->rg.sctlr = 1 | 1u << 2 | 1u << 12;
        x->rg.tcr = 25 | 4ull << 32 | 1ull << 23;
        x->rg.ttbr0 = ROOT;
        x->rg.mair = cases[i].mair;
        put(x, ROOT, 0, AF | VALID_BLOCK);
        put(x, S2_ROOT, 0, AF | S2_RW | (u64)cases[i].memattr << 2 | VALID_BLOCK);
        assert_true(walk(x, 0x1000, MMU_READ, true));
        assert_int_equal(x->t.attr, cases[i].attr);
    }
}

static void el2_has_no_upper_half_and_one_privilege(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    x->rg.id = REGIME_EL2;
    x->rg.tcr = 25 | 4u << 16;
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | VALID_PAGE | AP_EL0 | 1ull << 54);
    assert_true(walk(x, 0, MMU_WRITE, true));
    assert_false(walk(x, 0, MMU_FETCH, true)); /* XN */
    assert_false(walk(x, 0xffffff8000000000, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 0);
}

static void secure_tables_reach_both_address_spaces(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    x->rg.secure = true;
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, PAGE_TARGET | AF | VALID_PAGE);
    assert_true(walk(x, 0, MMU_READ, true));
    assert_false(x->t.ns);
    leaf(x, 12, table, 0, 3, PAGE_TARGET | AF | VALID_PAGE | 1ull << 5);
    assert_true(walk(x, 0, MMU_READ, true));
    assert_true(x->t.ns);
    x->rg.sif = true;
    assert_false(walk(x, 0, MMU_FETCH, true));
    expect_fault(x, 1, FAULT_PERMISSION, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(pages_translate_in_every_granule),
        TEST(blocks_translate_where_the_granule_has_them),
        TEST(an_invalid_descriptor_faults_at_its_level),
        TEST(the_access_flag_faults),
        TEST(output_addresses_beyond_ips_fault),
        TEST(addresses_beyond_txsz_and_disabled_halves_fault_at_level_0),
        TEST(the_upper_half_is_ttbr1s),
        TEST(tbi_ignores_the_top_byte_where_it_is_set),
        TEST(permissions_follow_the_manual),
        TEST(a_table_outside_memory_is_an_external_abort),
        TEST(stage2_translates_with_concatenated_tables),
        TEST(an_inconsistent_vtcr_is_a_level_0_fault),
        TEST(stage2_permissions_and_ipa_are_reported),
        TEST(a_stage1_walk_faults_in_stage2_as_s1ptw),
        TEST(ptw_forbids_tables_in_device_memory),
        TEST(dc_makes_stage1_off_normal_and_stage2_on),
        TEST(attributes_combine_to_the_weaker_one),
        TEST(el2_has_no_upper_half_and_one_privilege),
        TEST(secure_tables_reach_both_address_spaces),
    };
    return cmocka_run_group_tests_name("walker", tests, NULL, NULL);
}
