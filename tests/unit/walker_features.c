/* The walker with what v8.1 to v8.5 added: access flag and dirty state in hardware, HPD, XNX, E0PD, PAN, forced write-back (DDI 0487 D8). */
#include "tests/unit/walker_rig.h"

#define DBM (1ull << 51)
#define TCR_HA (1ull << 39)
#define TCR_HD (1ull << 40)
#define TCR_HPD0 (1ull << 41)
#define TCR_E0PD0 (1ull << 55)
#define VTCR_HA (1ull << 21)
#define VTCR_HD (1ull << 22)
#define HCR_FWB (1ull << 46)

/* A device that answers reads, and refuses writes. */
static enum bus_result read_only_table(void *owner, struct bus_access *acc)
{
    acc->value = *(const u64 *)owner;
    return acc->write ? BUS_SLAVE_ERROR : BUS_OK;
}

static u64 get(struct fixture *x, u64 table, u64 index)
{
    u64 desc;
    assert_true(bus_read_mem(&x->bus, PA(table + index * 8), &desc, sizeof desc));
    return desc;
}

/* An access as a PE makes it: what the walk updates is updated. */
static bool use(struct fixture *x, u64 addr, u8 kind, bool privileged)
{
    struct mmu_request rq = { .va = VA(addr), .kind = kind, .size = 4, .privileged = privileged };
    mmu_reset(&x->mmu);
    return mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f);
}

static void the_walk_sets_the_access_flag_under_ha(void **state)
{
    struct fixture *x = *state;
    u64 clear = PAGE_TARGET | VALID_PAGE;
    stage1(x, 12, 25);
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, clear);
    x->rg.tcr |= TCR_HA;
    assert_true(walk(x, 0, MMU_READ, true)); /* a debugger's look changes nothing */
    assert_int_equal(get(x, table, 0), clear);
    assert_true(use(x, 0, MMU_READ, true));
    assert_int_equal(get(x, table, 0), clear | AF);
    leaf(x, 12, table, 0, 3, 0x3f000000000ull | VALID_PAGE); /* where there is no memory: the page is not touched by the walk */
    assert_true(use(x, 0, MMU_READ, true));
}

/* TCR_EL2 and TCR_EL3 have HA and HD in other places than TCR_EL1. */
static void ha_and_hd_stand_elsewhere_in_el2(void **state)
{
    struct fixture *x = *state;
    static const u64 ha = 1ull << 21, hd = 1ull << 22;
    u64 clean = PAGE_TARGET | AP_RO | DBM | VALID_PAGE;
    stage1(x, 12, 25);
    x->rg.id = REGIME_EL2;
    x->rg.tcr = 25 | 4u << 16;
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, clean);
    x->rg.tcr |= TCR_HA | TCR_HD;
    assert_false(use(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ACCESS_FLAG, 3);
    x->rg.tcr = 25 | 4u << 16 | ha | hd;
    assert_true(use(x, 0, MMU_WRITE, true));
    assert_int_equal(get(x, table, 0), (clean | AF) & ~AP_RO);
}

static void a_write_makes_a_clean_page_dirty_and_a_read_does_not(void **state)
{
    struct fixture *x = *state;
    u64 clean = PAGE_TARGET | AF | AP_RO | DBM | VALID_PAGE;
    stage1(x, 12, 25);
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, clean);
    for (unsigned tcr = 0; tcr < 3; tcr++) { /* both HA and HD are needed */
        x->rg.tcr = (x->rg.tcr & ~(TCR_HA | TCR_HD)) | (tcr & 1 ? TCR_HA : 0) | (tcr & 2 ? TCR_HD : 0);
        assert_false(use(x, 0, MMU_WRITE, true));
        expect_fault(x, 1, FAULT_PERMISSION, 3);
    }
    x->rg.tcr |= TCR_HA | TCR_HD;
    assert_true(use(x, 0, MMU_READ, true));
    assert_false(x->t.writable); /* nobody may keep a pointer to write there */
    assert_int_equal(get(x, table, 0), clean);
    assert_false(use(x, 0, MMU_WRITE, false));
    assert_int_equal(get(x, table, 0), clean);
    assert_true(use(x, 0, MMU_WRITE, true));
    assert_true(x->t.writable);
    assert_int_equal(get(x, table, 0), clean & ~AP_RO);
}

/* A page that may become writable counts as writable for WXN, and for EL1's fetches from what EL0 writes. */
static void a_clean_page_is_writable_for_wxn(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    u64 table = chain(x, 12, 25, 0, 3);
    leaf(x, 12, table, 0, 3, PAGE_TARGET | AF | AP_RO | AP_EL0 | DBM | VALID_PAGE);
    assert_true(use(x, 0, MMU_FETCH, true));
    x->rg.tcr |= TCR_HA | TCR_HD;
    assert_false(use(x, 0, MMU_FETCH, true));
    assert_true(use(x, 0, MMU_FETCH, false));
    x->rg.sctlr |= 1u << 19;
    assert_false(use(x, 0, MMU_FETCH, false));
}

/* A descriptor where nothing can be written: DFSC 0b110001. */
static void an_update_outside_memory_is_an_unsupported_update(void **state)
{
    struct fixture *x = *state;
    struct error err = { { 0 } };
    static u64 value;
    value = PAGE_TARGET | VALID_PAGE;
    assert_true(bus_add_mmio(&x->bus, "tables", PA(RAM), PAGE_SIZE, &(const struct bus_mmio_ops){ read_only_table }, &value, &err));
    stage1(x, 12, 25);
    chain(x, 12, 25, 0, 3);
    put(x, ROOT + 0x20000, 0, RAM | VALID_TABLE);
    put(x, ROOT, 0, (ROOT + 0x20000) | VALID_TABLE);
    x->rg.tcr |= TCR_HA;
    assert_false(use(x, 0, MMU_READ, true));
    assert_int_equal(x->f.type, FAULT_UNSUPPORTED_UPDATE);
    assert_int_equal(fault_status_code(&x->f), 0x31);
    value |= AF;
    assert_true(use(x, 0, MMU_READ, true));
}

static void hpd_disables_hierarchical_permissions_of_its_half(void **state)
{
    struct fixture *x = *state;
    u64 all = 1ull << 62 | 1ull << 61 | 1ull << 60 | 1ull << 59, high = 0xffffff8000000000;
    stage1(x, 12, 25);
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | AP_EL0 | VALID_PAGE);
    put(x, ROOT + 0x20000, 0, (ROOT + 0x30000) | VALID_TABLE | all);
    x->rg.ttbr1 = ROOT;
    x->rg.tcr = 25 | 25ull << 16 | 2ull << 30 | 4ull << 32;
    for (unsigned hpd = 0; hpd < 4; hpd++) {
        x->rg.tcr = (x->rg.tcr & ~(3 * TCR_HPD0)) | hpd * TCR_HPD0;
        for (unsigned half = 0; half < 2; half++) {
            bool off = hpd >> half & 1;
            assert_int_equal(use(x, half * high, MMU_WRITE, true), off);
            assert_int_equal(use(x, half * high, MMU_READ, false), off);
            assert_int_equal(use(x, half * high, MMU_FETCH, false), off);
        }
    }
}

/* A Secure walk's NSTable is no permission: HPD leaves it. */
static void hpd_leaves_nstable(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    x->rg.secure = true;
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | VALID_PAGE);
    put(x, ROOT + 0x20000, 0, (ROOT + 0x30000) | VALID_TABLE | 1ull << 63);
    x->rg.tcr |= TCR_HPD0;
    assert_true(use(x, 0, MMU_READ, true));
    assert_true(x->t.ns);
}

static void stage2_xn_has_four_codes_with_xnx_and_two_without(void **state)
{
    struct fixture *x = *state;
    static const bool el1[4] = { true, false, false, true }, el0[4] = { true, true, false, false };
    for (unsigned xn = 0; xn < 4; xn++) {
        stage2(x, 25, 1);
        put(x, S2_ROOT, 0, AF | S2_RW | S2_NORMAL | (u64)xn << 53 | VALID_BLOCK);
        assert_int_equal(walk(x, 0x1000, MMU_FETCH, true), xn < 2);
        assert_int_equal(walk(x, 0x1000, MMU_FETCH, false), xn < 2);
        x->rg.xnx = true;
        assert_int_equal(walk(x, 0x1000, MMU_FETCH, true), el1[xn]);
        assert_int_equal(walk(x, 0x1000, MMU_FETCH, false), el0[xn]);
        assert_true(walk(x, 0x1000, MMU_WRITE, true));
    }
}

static void e0pd_closes_a_half_to_el0_at_level_0(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    leaf(x, 12, chain(x, 12, 25, 0, 3), 0, 3, PAGE_TARGET | AF | AP_EL0 | AP_RO | VALID_PAGE);
    assert_true(use(x, 0, MMU_READ, false));
    x->rg.tcr |= TCR_E0PD0 << 1;
    assert_true(use(x, 0, MMU_READ, false));
    x->rg.tcr |= TCR_E0PD0;
    for (unsigned kind = MMU_READ; kind <= MMU_FETCH; kind++) {
        assert_false(use(x, 0, (u8)kind, false));
        expect_fault(x, 1, FAULT_TRANSLATION, 0);
    }
    assert_true(use(x, 0, MMU_READ, true));
    x->rg.sctlr &= ~1ull; /* stage 1 off has no halves */
    assert_true(use(x, 0, MMU_READ, false));
}

static void pan_takes_el0s_pages_from_privileged_data(void **state)
{
    struct fixture *x = *state;
    stage1(x, 12, 25);
    u64 table = chain(x, 12, 25, 0, 3);
    x->rg.pan = true;
    for (unsigned ap = 0; ap < 4; ap++) {
        leaf(x, 12, table, 0, 3, PAGE_TARGET | AF | (u64)ap << 6 | VALID_PAGE);
        assert_int_equal(use(x, 0, MMU_READ, true), !(ap & 1));
        assert_int_equal(use(x, 0, MMU_WRITE, true), ap == 0);
        assert_int_equal(use(x, 0, MMU_READ, false), ap & 1);
    }
    assert_true(use(x, 0, MMU_FETCH, true)); /* read-only for both: fetches do not obey PAN */
}

static void stage2_manages_its_own_flags(void **state)
{
    struct fixture *x = *state;
    u64 clean = S2_NORMAL | 1ull << 6 | DBM | VALID_BLOCK;
    stage2(x, 25, 1);
    put(x, S2_ROOT, 0, clean);
    assert_false(use(x, 0x1000, MMU_READ, true));
    expect_fault(x, 2, FAULT_ACCESS_FLAG, 1);
    x->rg.vtcr |= VTCR_HA;
    assert_true(use(x, 0x1000, MMU_READ, true));
    assert_int_equal(get(x, S2_ROOT, 0), clean | AF);
    assert_false(use(x, 0x1000, MMU_WRITE, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    x->rg.vtcr |= VTCR_HD;
    assert_true(use(x, 0x1000, MMU_READ, true));
    assert_int_equal(get(x, S2_ROOT, 0), clean | AF);
    assert_true(use(x, 0x1000, MMU_WRITE, true));
    assert_int_equal(get(x, S2_ROOT, 0), clean | AF | 1ull << 7);
}

/* Stage 1's update of a table that stage 2 maps read-only. */
static void an_update_that_stage2_forbids_is_its_permission_fault(void **state)
{
    struct fixture *x = *state;
    stage2(x, 25, 1);
    x->rg.sctlr = 1 | 1u << 2;
    x->rg.tcr = 25 | 4ull << 32 | 1ull << 23 | TCR_HA;
    x->rg.ttbr0 = ROOT;
    put(x, S2_ROOT, 0, AF | 1ull << 6 | S2_NORMAL | VALID_BLOCK);
    put(x, ROOT, 0, AF | VALID_BLOCK);
    assert_true(use(x, 0x1000, MMU_READ, true));
    put(x, ROOT, 0, VALID_BLOCK);
    assert_false(use(x, 0x1000, MMU_READ, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    assert_true(x->f.s1ptw && x->f.walk_write);
    assert_int_equal(x->f.ipa.v, ROOT);
    assert_int_equal(get(x, ROOT, 0), VALID_BLOCK);
}

/* Cache maintenance does not obey PAN (D8.4.3), so that stage 2 is what it goes on to. */
static void maintenance_under_pan_goes_through_stage2(void **state)
{
    struct fixture *x = *state;
    struct mmu_request clean = { .va = VA(0x1000), .kind = MMU_READ, .size = 1, .privileged = true, .cache_op = true };
    stage2(x, 25, 1);
    x->rg.sctlr = 1 | 1u << 2;
    x->rg.tcr = 25 | 4ull << 32 | 1ull << 23;
    x->rg.ttbr0 = ROOT;
    x->rg.pan = true;
    put(x, S2_ROOT, 0, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, S2_ROOT, 2, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, ROOT, 0, 2ull << 30 | AF | AP_EL0 | VALID_BLOCK);
    assert_true(mmu_translate(&x->mmu, &x->rg, &clean, &x->t, &x->f));
    assert_int_equal(x->t.pa.v, 0x1000);
    assert_true(mmu_translate(&x->mmu, &x->rg, &(struct mmu_request){ .va = VA(0x1000), .kind = MMU_READ, .size = 4 }, &x->t, &x->f));
    assert_int_equal(x->t.pa.v, 0x1000);
    assert_false(use(x, 0x1000, MMU_READ, true));
    expect_fault(x, 1, FAULT_PERMISSION, 1);
}

/* What maintenance may reach, data may not: there is no host pointer behind it. */
static void maintenance_under_pan_leaves_no_host_pointer(void **state)
{
    struct fixture *x = *state;
    struct mmu_request clean = { .va = VA(0x1000), .kind = MMU_READ, .size = 1, .privileged = true, .cache_op = true };
    stage1(x, 12, 25);
    put(x, ROOT, 0, AF | AP_EL0 | VALID_BLOCK);
    for (unsigned pan = 0; pan < 2; pan++) {
        x->rg.pan = pan;
        struct mmu_context *ctx = mmu_context_for(&x->mmu, &x->rg, true, 0);
        assert_true(mmu_fill(&x->mmu, ctx, &clean, &x->t, &x->f));
        assert_int_equal(ctx->host[1].tag_r, pan ? HOST_TAG_NONE : 0x1000);
        assert_int_equal(ctx->host[1].tag_w, pan ? HOST_TAG_NONE : 0x1000);
    }
}

/* HCR_EL2.FWB: S2ApplyFWBMemAttrs(). */
static void forced_attributes_follow_the_manual(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u8 mair, memattr, attr;
    } cases[] = {
        { 0xff, 6, 0xff }, { 0x00, 6, 0xff }, { 0x44, 6, 0xff }, { 0xee, 6, 0xee }, { 0xaa, 6, 0xee }, { 0x4f, 6, 0xff }, { 0x11, 6, 0x55 },
        { 0xff, 7, 0xff }, { 0x44, 7, 0x44 }, { 0x08, 7, 0x08 }, { 0xbb, 7, 0xbb }, { 0xff, 5, 0x44 }, { 0x0c, 5, 0x0c },
        { 0xff, 0, 0x00 }, { 0xff, 3, 0x0c }, { 0x04, 3, 0x04 }, { 0x0c, 1, 0x04 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        for (u64 ignored = 0; ignored <= 8; ignored += 8) { /* MemAttr[3] is RES0 */
            stage2(x, 25, 1);
            x->rg.sctlr = 1 | 1u << 2;
            x->rg.tcr = 25 | 4ull << 32 | 1ull << 23;
            x->rg.hcr |= HCR_FWB;
            x->rg.ttbr0 = ROOT;
            x->rg.mair = cases[i].mair;
            put(x, ROOT, 0, AF | VALID_BLOCK);
            put(x, S2_ROOT, 0, AF | S2_RW | (cases[i].memattr | ignored) << 2 | VALID_BLOCK);
            assert_true(walk(x, 0x1000, MMU_READ, true));
            if (x->t.attr != cases[i].attr)
                fail_msg("stage 1 %#x, stage 2 %u: %#x, not %#x", cases[i].mair, cases[i].memattr, x->t.attr, cases[i].attr);
        }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_walk_sets_the_access_flag_under_ha),
        TEST(ha_and_hd_stand_elsewhere_in_el2),
        TEST(a_write_makes_a_clean_page_dirty_and_a_read_does_not),
        TEST(a_clean_page_is_writable_for_wxn),
        TEST(an_update_outside_memory_is_an_unsupported_update),
        TEST(hpd_disables_hierarchical_permissions_of_its_half),
        TEST(hpd_leaves_nstable),
        TEST(stage2_xn_has_four_codes_with_xnx_and_two_without),
        TEST(e0pd_closes_a_half_to_el0_at_level_0),
        TEST(pan_takes_el0s_pages_from_privileged_data),
        TEST(stage2_manages_its_own_flags),
        TEST(an_update_that_stage2_forbids_is_its_permission_fault),
        TEST(maintenance_under_pan_goes_through_stage2),
        TEST(maintenance_under_pan_leaves_no_host_pointer),
        TEST(forced_attributes_follow_the_manual),
    };
    return cmocka_run_group_tests_name("walker_features", tests, NULL, NULL);
}
