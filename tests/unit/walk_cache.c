/* What walks leave behind: it is used, it goes with the maintenance that names it, and with no other. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define RAM (64 * MIB)
#define L1 0x100000ull
#define S2_L1 0x200000ull
#define TARGET 0x400000ull /* IPA of page 0 */
#define AF (1ull << 10)
#define PAGES 8

struct fixture {
    struct bus bus;
    struct log log;
    struct mmu mmu;
    struct mmu_regime rg;
    bool quick; /* by a context, as PEs do, where walks may take the short ways (mmu/walk_quick.h) */
};

static void put(struct fixture *x, u64 at, u64 desc)
{
    assert_true(bus_write_mem(&x->bus, PA(at), &desc, sizeof desc));
}

/* Stage 1: pages 0 to 7 at VA 0; stage 2: IPA = PA by pages below 2 MiB * 4. */
static int set_up(void **state)
{
    struct error err = { { 0 } };
    struct fixture *x = calloc(1, sizeof *x);
    log_init(&x->log);
    bus_init(&x->bus, &x->log);
    *state = x;
    if (!bus_add_ram(&x->bus, "ram", PA(0), RAM, false, false, &err) ||
        !mmu_init(&x->mmu, &x->bus, &x->log, 0, (struct tlb_geometry){ 64, 4 }, &err))
        return 1;
    put(x, L1, (L1 + 0x1000) | 3);
    put(x, L1 + 0x1000, (L1 + 0x2000) | 3);
    for (u64 n = 0; n < PAGES; n++)
        put(x, L1 + 0x2000 + n * 8, (TARGET + n * 0x1000) | AF | 1ull << 11 | 3);
    put(x, S2_L1, (S2_L1 + 0x1000) | 3);
    for (u64 n = 0; n < 4; n++) {
        put(x, S2_L1 + 0x1000 + n * 8, (S2_L1 + 0x2000 + n * 0x1000) | 3);
        for (u64 page = 0; page < 512; page++)
            put(x, S2_L1 + 0x2000 + n * 0x1000 + page * 8, (n << 21 | page << 12) | AF | 3ull << 6 | 15ull << 2 | 3);
    }
    x->rg = (struct mmu_regime){ .id = REGIME_EL10, .has_el2 = true, .pa_bits = 40, .sctlr = 1 | 1u << 2, .tcr = 25 | 25ull << 16 | 1ull << 32,
                                 .ttbr0 = L1 | 5ull << 48, .mair = 0xff, .hcr = 1, .vtcr = 25 | 1u << 6 | 2u << 16, .vttbr = S2_L1 | 1ull << 48 };
    return 0;
}

static int set_up_quick(void **state)
{
    int failed = set_up(state);
    ((struct fixture *)*state)->quick = true;
    return failed;
}

static int tear_down(void **state)
{
    struct fixture *x = *state;
    mmu_free(&x->mmu);
    bus_free(&x->bus);
    log_free(&x->log);
    free(x);
    return 0;
}

static bool translates(struct fixture *x, u64 page, u64 *out)
{
    struct mmu_request rq = { .va = VA(page * 0x1000), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    bool ok = x->quick ? mmu_fill(&x->mmu, mmu_context_for(&x->mmu, &x->rg, true, 0), &rq, &t, &f) : mmu_translate(&x->mmu, &x->rg, &rq, &t, &f);
    *out = ok ? t.pa.v : 0;
    return ok;
}

/* Descriptors that a translation of the page reads; 0: a TLB hit. */
static u64 reads(struct fixture *x, u64 page)
{
    u64 before = x->mmu.stats.walk_reads, at;
    assert_true(translates(x, page, &at));
    assert_int_equal(at, TARGET + page * 0x1000);
    return x->mmu.stats.walk_reads - before;
}

static void tlbi(struct fixture *x, struct tlbi op)
{
    op.use_vmid = true;
    op.vmid = op.vmid ? op.vmid : 1;
    op.asid = op.asid ? op.asid : 5;
    mmu_tlbi(&x->mmu, &op);
}

static void a_second_page_reads_two_descriptors(void **state)
{
    struct fixture *x = *state;
    u64 cold = reads(x, 0);
    assert_true(cold > 8 && cold <= 3 + 4 * 3);
    assert_int_equal(reads(x, 0), 0);
    assert_int_equal(reads(x, 1), 2); /* its own descriptor of each stage */
}

static void a_changed_stage_2_page_shows_after_its_ipa_is_invalidated(void **state)
{
    struct fixture *x = *state;
    u64 at, desc = S2_L1 + 0x2000 + 2 * 0x1000 + 3 * 8; /* of IPA TARGET + 0x3000 */
    reads(x, 3);
    put(x, desc, 0x800000 | AF | 3ull << 6 | 15ull << 2 | 3);
    tlbi(x, (struct tlbi){ .scope = TLBI_VMALL_S1 });
    assert_true(translates(x, 3, &at));
    assert_int_equal(at, TARGET + 0x3000); /* as before: stage 2 was not invalidated */
    tlbi(x, (struct tlbi){ .scope = TLBI_IPA_S2, .ipa = IPA(TARGET + 0x2000) });
    tlbi(x, (struct tlbi){ .scope = TLBI_IPA_S2, .ipa = IPA(TARGET + 0x3000), .vmid = 2 });
    tlbi(x, (struct tlbi){ .scope = TLBI_VMALL_S1 });
    assert_true(translates(x, 3, &at));
    assert_int_equal(at, TARGET + 0x3000); /* another page, another VMID */
    tlbi(x, (struct tlbi){ .scope = TLBI_IPA_S2, .ipa = IPA(TARGET + 0x3000), .last_level = true });
    tlbi(x, (struct tlbi){ .scope = TLBI_VMALL_S1 });
    assert_true(translates(x, 3, &at));
    assert_int_equal(at, 0x800000);
}

static void a_range_of_ipas_takes_its_pages(void **state)
{
    struct fixture *x = *state;
    u64 at, desc = S2_L1 + 0x2000 + 2 * 0x1000 + 3 * 8;
    reads(x, 3);
    put(x, desc, 0x800000 | AF | 3ull << 6 | 15ull << 2 | 3);
    tlbi(x, (struct tlbi){ .scope = TLBI_IPA_S2, .ipa = IPA(TARGET), .bytes = 0x2000 });
    tlbi(x, (struct tlbi){ .scope = TLBI_VMALL_S1 });
    assert_true(translates(x, 3, &at));
    assert_int_equal(at, TARGET + 0x3000);
    tlbi(x, (struct tlbi){ .scope = TLBI_IPA_S2, .ipa = IPA(TARGET), .bytes = 0x4000 });
    tlbi(x, (struct tlbi){ .scope = TLBI_VMALL_S1 });
    assert_true(translates(x, 3, &at));
    assert_int_equal(at, 0x800000);
}

static void vmalls12e1_and_alle1_take_stage_2_too(void **state)
{
    struct fixture *x = *state;
    static const u8 scopes[] = { TLBI_VMALL_S12, TLBI_ALL_EL1 };
    for (unsigned i = 0; i < ARRAY_SIZE(scopes); i++) {
        u64 at, moved = 0x800000 + i * 0x1000;
        assert_true(translates(x, 0, &at));
        put(x, S2_L1 + 0x2000 + 2 * 0x1000, moved | AF | 3ull << 6 | 15ull << 2 | 3);
        tlbi(x, (struct tlbi){ .scope = scopes[i] });
        assert_true(translates(x, 0, &at));
        assert_int_equal(at, moved);
    }
}

/* A table that was replaced shows with the forms that are not of the last level. */
static void a_replaced_table_shows_with_vae1_and_not_with_vale1(void **state)
{
    struct fixture *x = *state;
    u64 at;
    reads(x, 2);
    put(x, L1 + 0x3000 + 2 * 8, (TARGET + 0x100000) | AF | 1ull << 11 | 3);
    put(x, L1 + 0x1000, (L1 + 0x3000) | 3);
    tlbi(x, (struct tlbi){ .scope = TLBI_VA, .va = VA(0x2000), .last_level = true });
    assert_int_equal(reads(x, 2), 1);
    tlbi(x, (struct tlbi){ .scope = TLBI_VA, .va = VA(0x200000) }); /* of another table */
    tlbi(x, (struct tlbi){ .scope = TLBI_VA, .va = VA(0x2000), .last_level = true });
    assert_int_equal(reads(x, 2), 1);
    tlbi(x, (struct tlbi){ .scope = TLBI_VA, .va = VA(0x2000) });
    assert_true(translates(x, 2, &at));
    assert_int_equal(at, TARGET + 0x100000);
}

static void asids_and_vmids_have_tables_of_their_own(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime mine = x->rg;
    reads(x, 0);
    x->rg.ttbr0 = L1 | 6ull << 48;
    assert_true(reads(x, 1) > 2);
    x->rg = mine;
    x->rg.vttbr = S2_L1 | 2ull << 48;
    assert_true(reads(x, 1) > 2);
    x->rg = mine;
    reads(x, 4); /* the ASIDs had one place between them */
    tlbi(x, (struct tlbi){ .scope = TLBI_ASID, .asid = 6 });
    assert_int_equal(reads(x, 2), 2);
    tlbi(x, (struct tlbi){ .scope = TLBI_ASID, .asid = 5 });
    assert_true(reads(x, 3) > 2);
}

static void a_debuggers_walk_sees_the_tables_as_they_are(void **state)
{
    struct fixture *x = *state;
    struct mmu_request rq = { .va = VA(0x2000), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    reads(x, 2);
    put(x, L1 + 0x1000, 0);
    assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &t, &f));
    assert_false(mmu_walk(&x->mmu, &x->rg, &rq, &t, &f));
    assert_int_equal(f.level, 2);
    put(x, L1 + 0x1000, (L1 + 0x2000) | 3);
    put(x, S2_L1 + 0x2000 + 2 * 0x1000 + 2 * 8, 0);
    assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &t, &f));
    assert_false(mmu_walk(&x->mmu, &x->rg, &rq, &t, &f));
    assert_int_equal(f.stage, 2);
}

/* Two VMs whose stage-2 pages compete for one place in the cache. */
static void stage_2_pages_are_of_their_vmid(void **state)
{
    struct fixture *x = *state;
    u64 at, other = 0x300000;
    for (u64 n = 0; n < 4; n++) { /* blocks of 1 GiB would do, but the same shape as the first VM's */
        put(x, other + 0x1000 + n * 8, (n << 21) | AF | 3ull << 6 | 15ull << 2 | 1);
        put(x, other, (other + 0x1000) | 3);
    }
    put(x, other + 0x1000 + 2 * 8, 0x800000 | AF | 3ull << 6 | 15ull << 2 | 1);
    x->rg.vtcr |= 1u << 19; /* VS: 16-bit VMIDs */
    assert_true(translates(x, 0, &at));
    assert_int_equal(at, TARGET);
    x->rg.vttbr = other | (1ull + STAGE2_CACHED) << 48;
    assert_true(translates(x, 0, &at));
    assert_int_equal(at, 0x800000);
}

/* EL2 and a host have no VMID: one page of theirs has one place for each size of table, too. */
static void tables_of_el2_and_of_a_host_go_with_the_maintenance_of_their_page(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u8 id, scope;
        bool host;
    } regimes[] = { { REGIME_EL2, TLBI_VA_EL2, false }, { REGIME_EL20, TLBI_VA, true }, { REGIME_EL10, TLBI_VA_ALL_ASID, false } };
    for (unsigned i = 0; i < ARRAY_SIZE(regimes); i++) {
        const u8 scope = regimes[i].scope;
        const bool host = regimes[i].host;
        u64 at;
        put(x, L1 + 0x1000, (L1 + 0x2000) | 3);
        x->rg.id = regimes[i].id;
        x->rg.tcr = 25 | 2u << 16 | 1ull << 32; /* PS of EL2; of the others IPS, and a T1SZ that nothing asks for */
        reads(x, 2);
        put(x, L1 + 0x3000 + 2 * 8, (TARGET + 0x100000) | AF | 1ull << 11 | 3);
        put(x, L1 + 0x1000, (L1 + 0x3000) | 3);
        tlbi(x, (struct tlbi){ .scope = scope, .host = host, .va = VA(0x2000), .last_level = true });
        tlbi(x, (struct tlbi){ .scope = scope, .host = host, .va = VA(0x200000) }); /* of another table */
        tlbi(x, (struct tlbi){ .scope = scope == TLBI_VA_EL2 ? TLBI_VA : TLBI_VA_EL2, .va = VA(0x2000) }); /* of another regime */
        assert_int_equal(reads(x, 2), 1);
        tlbi(x, (struct tlbi){ .scope = scope, .host = host, .va = VA(0x2000) });
        assert_true(translates(x, 2, &at));
        assert_int_equal(at, TARGET + 0x100000);
    }
}

/* One step of a run of maintenance and accesses; what it did goes into the line. */
static void step(struct fixture *x, u64 random, u64 line[3])
{
    static const struct tlbi ops[] = { { .scope = TLBI_VA }, { .scope = TLBI_VA, .last_level = true }, { .scope = TLBI_VA_ALL_ASID },
                                       { .scope = TLBI_IPA_S2 }, { .scope = TLBI_VMALL_S1 }, { .scope = TLBI_VMALL_S12 } };
    u64 page = bits(random, 34, 32), before = x->mmu.stats.walk_reads;
    if (bits(random, 39, 36) < ARRAY_SIZE(ops)) {
        struct tlbi op = ops[bits(random, 39, 36)];
        op.va = VA(page * 0x1000);
        op.ipa = IPA(bit(random, 35) ? TARGET + page * 0x1000 : L1 + page % 4 * 0x1000);
        op.vmid = (u16)(1 + bit(random, 45));
        tlbi(x, op);
    }
    if (bits(random, 44, 40) == 0) /* a table more, or less, between the first and the pages */
        put(x, L1 + 0x1000, bit(random, 46) ? (L1 + 0x2000) | 3 : TARGET | AF | 1ull << 11 | 1);
    if (bits(random, 50, 48) == 0)
        x->rg.vttbr = S2_L1 | (1ull + bit(random, 47)) << 48;
    line[0] = translates(x, page, &line[1]);
    line[2] = x->mmu.stats.walk_reads - before;
}

static void quick_walks_find_and_read_what_others_do(void **state)
{
    void *other;
    u64 random = 1;
    assert_int_equal(set_up(&other), 0);
    for (unsigned i = 0; i < 20000; i++) {
        u64 quick[3], slow[3];
        random = random * 6364136223846793005 + 1442695040888963407;
        step(*state, random, quick);
        step(other, random, slow);
        assert_memory_equal(quick, slow, sizeof quick);
    }
    tear_down(&other);
}

/* Both ways in. */
#define BOTH(name) { #name, name, set_up, tear_down, NULL }, { #name " (quick)", name, set_up_quick, tear_down, NULL }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_second_page_reads_two_descriptors),
        BOTH(a_changed_stage_2_page_shows_after_its_ipa_is_invalidated),
        BOTH(a_range_of_ipas_takes_its_pages),
        BOTH(vmalls12e1_and_alle1_take_stage_2_too),
        BOTH(a_replaced_table_shows_with_vae1_and_not_with_vale1),
        BOTH(asids_and_vmids_have_tables_of_their_own),
        BOTH(stage_2_pages_are_of_their_vmid),
        BOTH(a_debuggers_walk_sees_the_tables_as_they_are),
        BOTH(tables_of_el2_and_of_a_host_go_with_the_maintenance_of_their_page),
        cmocka_unit_test_setup_teardown(quick_walks_find_and_read_what_others_do, set_up_quick, tear_down),
    };
    return cmocka_run_group_tests_name("walk_cache", tests, NULL, NULL);
}
