/* The architectural TLB: entries stay until their TLBI, each TLBI removes exactly its scope, host pointers are a subset of it. */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RAM (64 * MIB)
#define L1 0x100000ull
#define L3 0x102000ull
#define S2_L1 0x200000ull
#define TARGET 0x2000000ull
#define AF (1ull << 10)
#define NG (1ull << 11)

struct fixture {
    struct bus bus;
    struct log log;
    struct mmu mmu;
};

static void put(struct fixture *x, u64 at, u64 desc)
{
    assert_true(bus_write_mem(&x->bus, PA(at), &desc, sizeof desc));
}

/* Page n of the test is at n * 4 KiB; odd pages are global. 2 MiB block at 2 MiB. */
static void fill_tables(struct fixture *x)
{
    put(x, L1, (L1 + 0x1000) | 3);
    put(x, L1 + 0x1000, L3 | 3);
    put(x, L1 + 0x1008, TARGET | AF | NG | 1);
    for (u64 n = 0; n < 16; n++)
        put(x, L3 + n * 8, (TARGET + n * 0x1000) | AF | (n % 2 ? 0 : NG) | 3);
    put(x, S2_L1, AF | 3ull << 6 | 15ull << 2 | 1);
}

static int set_up(void **state)
{
    struct error err = { { 0 } };
    struct fixture *x = calloc(1, sizeof *x);
    log_init(&x->log);
    bus_init(&x->bus, &x->log);
    *state = x;
    bool ok = bus_add_ram(&x->bus, "ram", PA(0), RAM, false, false, &err) &&
              mmu_init(&x->mmu, &x->bus, &x->log, 0, (struct tlb_geometry){ 256, 16 }, &err);
    if (ok)
        fill_tables(x);
    return !ok;
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

static struct mmu_regime el1(u16 asid, u16 vmid)
{
    return (struct mmu_regime){ .id = REGIME_EL10, .has_el2 = true, .pa_bits = 44, .sctlr = 1 | 1u << 2, .tcr = 25 | 4ull << 32 | 1ull << 23 | 1ull << 36,
                                .ttbr0 = L1 | (u64)asid << 48, .mair = 0xff, .hcr = 1, .vtcr = 25 | 1u << 6 | 4u << 16, .vttbr = S2_L1 | (u64)vmid << 48 };
}

static struct mmu_regime el2(void)
{
    return (struct mmu_regime){ .id = REGIME_EL2, .pa_bits = 44, .sctlr = 1 | 1u << 2, .tcr = 25 | 4u << 16, .ttbr0 = L1, .mair = 0xff };
}

/* Does the TLB answer? Asks with tables that are not there. */
static bool is_cached(struct fixture *x, struct mmu_regime rg, u64 addr)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_READ, .size = 4, .privileged = true, .at = true };
    struct translation t;
    struct fault f;
    rg.ttbr0 = (rg.ttbr0 & ~ones(48)) | 0x3000000; /* empty */
    walk_cache_clear(&x->mmu); /* what walks left is tested in walk_cache.c */
    return mmu_translate(&x->mmu, &rg, &rq, &t, &f);
}

static void touch(struct fixture *x, const struct mmu_regime *rg, u64 addr)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    assert_true(mmu_translate(&x->mmu, rg, &rq, &t, &f));
}

#define BLOCK 0x200000ull
enum { PRIVATE = 0, GLOBAL = 0x1000 };

/* Two VMIDs with two ASIDs each, and EL2: a private and a global page and a block of each. */
static void touch_all(struct fixture *x)
{
    for (u16 vmid = 1; vmid <= 2; vmid++)
        for (u16 asid = 5; asid <= 6; asid++) {
            struct mmu_regime rg = el1(asid, vmid);
            touch(x, &rg, PRIVATE);
            touch(x, &rg, BLOCK);
            if (asid == 5)
                touch(x, &rg, GLOBAL);
        }
    struct mmu_regime rg = el2();
    touch(x, &rg, PRIVATE);
    touch(x, &rg, GLOBAL);
}

struct expectation {
    const char *name;
    struct tlbi op;
    /* what stays: VMID 1 ASID 5 page, global page, block; VMID 1 ASID 6 page; VMID 2 ASID 5 page, global; EL2 page, global */
    bool page15, global1, block15, page16, page25, global2, el2_page, el2_global;
};

static void each_tlbi_removes_exactly_its_scope(void **state)
{
    struct fixture *x = *state;
    static const struct expectation cases[] = {
        { "ALLE1", { .scope = TLBI_ALL_EL1 }, 0, 0, 0, 0, 0, 0, 1, 1 },
        { "ALLE2", { .scope = TLBI_ALL_EL2 }, 1, 1, 1, 1, 1, 1, 0, 0 },
        { "VMALLE1", { .scope = TLBI_VMALL_S1, .use_vmid = true, .vmid = 1 }, 0, 0, 0, 0, 1, 1, 1, 1 },
        { "VMALLS12E1", { .scope = TLBI_VMALL_S12, .use_vmid = true, .vmid = 2 }, 1, 1, 1, 1, 0, 0, 1, 1 },
        { "ASIDE1", { .scope = TLBI_ASID, .use_vmid = true, .vmid = 1, .asid = 5 }, 0, 1, 0, 1, 1, 1, 1, 1 },
        { "VAE1", { .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 5, .va = { PRIVATE } }, 0, 1, 1, 1, 1, 1, 1, 1 },
        { "VAE1 of a global page", { .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 9, .va = { GLOBAL } }, 1, 0, 1, 1, 1, 1, 1, 1 },
        { "VAE1 inside a block", { .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 5, .va = { BLOCK + 0x5000 } }, 1, 1, 0, 1, 1, 1, 1, 1 },
        { "VAAE1", { .scope = TLBI_VA_ALL_ASID, .use_vmid = true, .vmid = 1, .va = { PRIVATE } }, 0, 1, 1, 0, 1, 1, 1, 1 },
        { "VAE2", { .scope = TLBI_VA_EL2, .va = { PRIVATE } }, 1, 1, 1, 1, 1, 1, 0, 1 },
        { "IPAS2E1 leaves combined entries", { .scope = TLBI_IPA_S2, .use_vmid = true, .vmid = 1 }, 1, 1, 1, 1, 1, 1, 1, 1 },
        { "ALLE1 of the Secure state", { .scope = TLBI_ALL_EL1, .secure = true }, 1, 1, 1, 1, 1, 1, 1, 1 },
        { "ALLE3", { .scope = TLBI_ALL_EL3 }, 1, 1, 1, 1, 1, 1, 1, 1 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct expectation *c = &cases[i];
        mmu_reset(&x->mmu);
        touch_all(x);
        mmu_tlbi(&x->mmu, &c->op);
        bool stays[8] = { is_cached(x, el1(5, 1), PRIVATE), is_cached(x, el1(5, 1), GLOBAL), is_cached(x, el1(5, 1), BLOCK), is_cached(x, el1(6, 1), PRIVATE),
                          is_cached(x, el1(5, 2), PRIVATE), is_cached(x, el1(5, 2), GLOBAL), is_cached(x, el2(), PRIVATE), is_cached(x, el2(), GLOBAL) };
        bool want[8] = { c->page15, c->global1, c->block15, c->page16, c->page25, c->global2, c->el2_page, c->el2_global };
        for (unsigned k = 0; k < 8; k++)
            if (stays[k] != want[k])
                print_error("%s: entry %u %s\n", c->name, k, stays[k] ? "stays" : "is gone");
        assert_memory_equal(stays, want, sizeof want);
    }
}

static void a_stale_entry_is_used_until_its_tlbi(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    struct mmu_request rq = { .va = VA(0x123), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    touch(x, &rg, PRIVATE);
    put(x, L3, (TARGET + 0x8000) | AF | NG | 3);
    assert_true(mmu_translate(&x->mmu, &rg, &rq, &t, &f));
    assert_int_equal(t.pa.v, TARGET + 0x123);
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 5, .va = VA(0) });
    assert_true(mmu_translate(&x->mmu, &rg, &rq, &t, &f));
    assert_int_equal(t.pa.v, TARGET + 0x8123);
}

static void faults_are_not_cached(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    struct mmu_request rq = { .va = VA(20 * 0x1000), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    assert_false(mmu_translate(&x->mmu, &rg, &rq, &t, &f));
    put(x, L3 + 20 * 8, TARGET | AF | 3);
    assert_true(mmu_translate(&x->mmu, &rg, &rq, &t, &f));
}

static bool has_host_entry(const struct mmu_context *ctx, u64 page)
{
    return ctx->host[(page >> 12) % HOST_ENTRIES].tag_r == page;
}

static void fill(struct fixture *x, struct mmu_context *ctx, u64 addr, u8 kind)
{
    struct mmu_request rq = { .va = VA(addr), .kind = kind, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    assert_true(mmu_fill(&x->mmu, ctx, &rq, &t, &f));
}

static void host_pointers_go_with_their_entry(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    fill(x, ctx, 0x10, MMU_READ);
    fill(x, ctx, BLOCK + 0x5000, MMU_READ);
    fill(x, ctx, 0x2000, MMU_FETCH);
    mmu_install_fetch(&x->mmu, ctx, VA(0x2000), FETCH_A64, x, false);
    assert_true(has_host_entry(ctx, 0));
    assert_true(has_host_entry(ctx, BLOCK + 0x5000));
    assert_ptr_equal((void *)(uintptr_t)(ctx->host[0].addend), x->bus.regions[0].host + TARGET);
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 5, .va = VA(0) });
    assert_false(has_host_entry(ctx, 0));
    assert_true(has_host_entry(ctx, BLOCK + 0x5000));
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_ASID, .use_vmid = true, .vmid = 1, .asid = 5 });
    assert_false(has_host_entry(ctx, BLOCK + 0x5000));
    assert_int_equal(ctx->fetch[2].tag, HOST_TAG_NONE);
}

static void evicted_entries_take_their_host_pointers_along(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el2();
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    for (u64 n = 0; n < 512; n++)
        put(x, L3 + n * 8, (TARGET + n * 0x1000) | AF | 3);
    for (u64 n = 0; n < 512; n++)
        fill(x, ctx, n * 0x1000, MMU_READ);
    unsigned tags = 0;
    for (u64 n = 0; n < 512; n++)
        if (has_host_entry(ctx, n * 0x1000)) {
            tags++;
            assert_true(is_cached(x, el2(), n * 0x1000));
        }
    assert_true(tags > 100);
}

static void pages_with_code_get_no_write_tag(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el2();
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    fill(x, ctx, 0, MMU_WRITE);
    assert_int_equal(ctx->host[0].tag_w, 0);
    mmu_forbid_host_writes(&x->mmu, PA(TARGET));
    assert_int_equal(ctx->host[0].tag_w, HOST_TAG_NONE);
    assert_int_equal(ctx->host[0].tag_r, 0);
    x->bus.regions[0].page_flags[TARGET >> 12] |= RAM_PAGE_HAS_CODE;
    fill(x, ctx, 0, MMU_WRITE);
    assert_int_equal(ctx->host[0].tag_w, HOST_TAG_NONE);
}

static void contexts_are_told_apart_and_found_again(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime a = el1(5, 1), b = el1(6, 1), c = el1(5, 2), d = el2();
    struct mmu_context *ca = mmu_context_for(&x->mmu, &a, true, 0);
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &b, true, 0), ca);
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &c, true, 0), ca);
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &d, true, 0), ca);
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &a, false, 0), ca);
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &a, true, 1), ca);
    assert_ptr_equal(mmu_context_for(&x->mmu, &a, true, 0), ca);
    for (u16 asid = 100; asid < 100 + MMU_CONTEXTS; asid++) {
        struct mmu_regime other = el1(asid, 1);
        mmu_context_for(&x->mmu, &other, true, 0);
    }
    fill(x, ca, 0, MMU_READ); /* recycled: it is another's now */
    struct mmu_context *again = mmu_context_for(&x->mmu, &a, true, 0);
    assert_false(has_host_entry(again, 0));
}

/* Stage 1 off: a fetch sees Normal memory, data Device-nGnRnE, whoever made the entry. */
static void data_stays_device_after_a_fetch_with_stage1_off(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    struct mmu_request fetch = { .va = VA(0x1000), .kind = MMU_FETCH, .size = 4, .privileged = true };
    struct mmu_request read = { .va = VA(0x1008), .kind = MMU_READ, .size = 4, .privileged = true };
    struct translation t;
    struct fault f;
    rg.sctlr = 1u << 12;
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    assert_true(mmu_fill(&x->mmu, ctx, &fetch, &t, &f));
    assert_int_equal(t.type, MEM_NORMAL);
    assert_true(mmu_fill(&x->mmu, ctx, &read, &t, &f));
    assert_int_equal(t.type, MEM_DEVICE_nGnRnE);
    assert_int_equal(t.attr, 0);
    assert_true(ctx->host[1].tag_r == HOST_TAG_NONE);
}

/* ---- v8.1 to v8.5 ---- */

/* PRIVATE is page 0, GLOBAL page 1; page n of VMID 1, ASID 5 below. */
static struct mmu_regime pages_of(struct fixture *x)
{
    struct mmu_regime rg = el1(5, 1);
    mmu_reset(&x->mmu);
    for (u64 n = 0; n < 16; n++)
        touch(x, &rg, n * 0x1000);
    touch(x, &rg, BLOCK);
    return rg;
}

/* Bit n: page n is still there; bit 16: the block. */
static u32 cached_pages(struct fixture *x, const struct mmu_regime *rg)
{
    u32 pages = (u32)is_cached(x, *rg, BLOCK) << 16;
    for (u32 n = 0; n < 16; n++)
        pages |= (u32)is_cached(x, *rg, n * 0x1000) << n;
    return pages;
}

static void a_range_takes_its_pages_and_no_other(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u64 first, bytes;
        u8 level;
        u32 stay;
    } cases[] = {
        { 0x2000, 0x2000, 0, 0x1fff3 },   { 0, 0x10000, 0, 0x10000 },      { 0, 0x200000, 0, 0x10000 },     { 0, 0x201000, 0, 0 },
        { 0x3ff000, 0x2000, 0, 0x0ffff }, { 0x10000, 0x8000, 0, 0x1ffff }, { 0, 0x400000, 2, 0x0ffff },     { 0, 0x400000, 3, 0x10000 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct mmu_regime rg = pages_of(x);
        mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VA_ALL_ASID, .use_vmid = true, .vmid = 1, .va = VA(cases[i].first), .bytes = cases[i].bytes,
                                          .level = cases[i].level });
        assert_int_equal(cached_pages(x, &rg), cases[i].stay);
    }
}

/* No first page follows the last one. */
static void a_range_ends_with_the_address_space(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    u64 top = ~0xfffull;
    rg.tcr = 25 | 25ull << 16 | 2ull << 30 | 4ull << 32 | 1ull << 36;
    rg.ttbr1 = L1;
    put(x, L1 + 511 * 8, (L1 + 0x1000) | 3);
    put(x, L1 + 0x1000 + 511 * 8, L3 | 3);
    put(x, L3 + 511 * 8, TARGET | AF | NG | 3);
    touch(x, &rg, top);
    touch(x, &rg, PRIVATE);
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VA_ALL_ASID, .use_vmid = true, .vmid = 1, .va = VA(top), .bytes = 0x4000 });
    assert_true(is_cached(x, rg, PRIVATE));
    rg.ttbr1 = 0x3000000; /* empty */
    assert_false(is_cached(x, rg, top));
}

static void a_range_is_of_its_asid_and_vmid(void **state)
{
    struct fixture *x = *state;
    struct tlbi op = { .scope = TLBI_VA, .use_vmid = true, .vmid = 2, .asid = 5, .bytes = 0x400000 };
    struct mmu_regime rg = pages_of(x);
    mmu_tlbi(&x->mmu, &op);
    assert_int_equal(cached_pages(x, &rg), 0x1ffff);
    op.vmid = 1;
    op.asid = 6; /* global pages, which are the odd ones, go with any ASID */
    mmu_tlbi(&x->mmu, &op);
    assert_int_equal(cached_pages(x, &rg), 0x15555);
    op.scope = TLBI_NONE;
    op.asid = 5;
    mmu_tlbi(&x->mmu, &op);
    assert_int_equal(cached_pages(x, &rg), 0x15555);
}

/* Our choice: an entry of another level stays, which D8.14.5.2 permits. */
static void a_level_keeps_entries_of_others(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = pages_of(x);
    struct tlbi op = { .scope = TLBI_VA, .use_vmid = true, .vmid = 1, .asid = 5, .va = VA(BLOCK), .level = 3 };
    mmu_tlbi(&x->mmu, &op);
    assert_true(is_cached(x, rg, BLOCK));
    op.level = 2;
    mmu_tlbi(&x->mmu, &op);
    assert_false(is_cached(x, rg, BLOCK));
}

static void sixteen_bits_of_vmid_count_with_vs(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime a = el1(5, 0x105), b = el1(5, 0x205);
    touch(x, &a, PRIVATE);
    assert_true(is_cached(x, b, PRIVATE)); /* 8 bits: VMID 5, both */
    mmu_reset(&x->mmu);
    a.vtcr |= 1u << 19;
    b.vtcr |= 1u << 19;
    touch(x, &a, PRIVATE);
    assert_true(is_cached(x, a, PRIVATE));
    assert_false(is_cached(x, b, PRIVATE));
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VMALL_S1, .use_vmid = true, .vmid = 0x205 });
    assert_true(is_cached(x, a, PRIVATE));
    mmu_tlbi(&x->mmu, &(struct tlbi){ .scope = TLBI_VMALL_S1, .use_vmid = true, .vmid = 0x105 });
    assert_false(is_cached(x, a, PRIVATE));
}

/* Stage 2 maps by pages what stage 1 maps by a block: software names the block once, by any address (D8.14.5). */
static void a_tlbi_of_a_block_takes_all_its_pieces(void **state)
{
    struct fixture *x = *state;
    static const struct tlbi ops[] = {
        { .scope = TLBI_VA, .asid = 5, .va = { BLOCK } },
        { .scope = TLBI_VA, .asid = 5, .va = { BLOCK + 0x9000 } }, /* of no page that is cached */
        { .scope = TLBI_VA, .asid = 5, .va = { BLOCK + 0x9000 }, .level = 2 },
        { .scope = TLBI_VA_ALL_ASID, .va = { BLOCK + 0x1ff000 }, .bytes = 0x1000 },
        { .scope = TLBI_VA_ALL_ASID, .va = { BLOCK }, .bytes = 0x1000 },
    };
    put(x, S2_L1, (S2_L1 + 0x1000) | 3);
    put(x, S2_L1 + 0x1000, AF | 3ull << 6 | 15ull << 2 | 1);
    put(x, S2_L1 + 0x1000 + TARGET / 0x200000 * 8, (S2_L1 + 0x2000) | 3);
    for (u64 n = 0; n < 8; n++)
        put(x, S2_L1 + 0x2000 + n * 8, (TARGET + n * 0x1000) | AF | 3ull << 6 | 15ull << 2 | 3);
    for (unsigned i = 0; i < ARRAY_SIZE(ops); i++) {
        struct mmu_regime rg = el1(5, 1);
        struct tlbi op = ops[i];
        mmu_reset(&x->mmu);
        for (u64 n = 0; n < 8; n++)
            touch(x, &rg, BLOCK + n * 0x1000);
        op.use_vmid = true;
        op.vmid = 2;
        mmu_tlbi(&x->mmu, &op);
        op.vmid = 1;
        op.va = VA(op.va.v + 0x200000);
        mmu_tlbi(&x->mmu, &op);
        for (u64 n = 0; n < 8; n++)
            assert_true(is_cached(x, rg, BLOCK + n * 0x1000));
        op.va = VA(op.va.v - 0x200000);
        mmu_tlbi(&x->mmu, &op);
        for (u64 n = 0; n < 8; n++)
            assert_false(is_cached(x, rg, BLOCK + n * 0x1000));
        assert_int_equal(x->mmu.fractured_sizes, 0);
    }
}

/* A page that is clean in the TLB has no host pointer to write with; the first write walks, and then it has one. */
static void a_clean_entry_is_walked_again_by_a_write(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    rg.tcr |= 3ull << 39; /* HA, HD */
    u64 clean = TARGET | AF | NG | 1ull << 7 | 1ull << 51 | 3, desc;
    put(x, L3, clean);
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    fill(x, ctx, 0, MMU_READ);
    assert_int_equal(ctx->host[0].tag_r, 0);
    assert_int_equal(ctx->host[0].tag_w, HOST_TAG_NONE);
    assert_true(bus_read_mem(&x->bus, PA(L3), &desc, sizeof desc));
    assert_int_equal(desc, clean);
    fill(x, ctx, 0, MMU_WRITE);
    assert_int_equal(ctx->host[0].tag_w, 0);
    assert_true(bus_read_mem(&x->bus, PA(L3), &desc, sizeof desc));
    assert_int_equal(desc, clean & ~(1ull << 7));
}

static void maintenance_leaves_a_clean_page_clean(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1);
    rg.tcr |= 3ull << 39;
    u64 clean = TARGET | AF | NG | 1ull << 7 | 1ull << 51 | 3, desc;
    put(x, L3, clean);
    struct mmu_context *ctx = mmu_context_for(&x->mmu, &rg, true, 0);
    struct mmu_request ivac = { .va = VA(0), .kind = MMU_WRITE, .size = 1, .privileged = true, .cache_op = true };
    struct translation t;
    struct fault f;
    assert_true(mmu_fill(&x->mmu, ctx, &ivac, &t, &f));
    assert_true(bus_read_mem(&x->bus, PA(L3), &desc, sizeof desc));
    assert_int_equal(desc, clean);
    assert_int_equal(ctx->host[0].tag_w, HOST_TAG_NONE);
}

/* PAN and its absence have contexts of their own; the TLB's entries serve both. */
static void pan_chooses_another_context(void **state)
{
    struct fixture *x = *state;
    struct mmu_regime rg = el1(5, 1), pan = rg;
    pan.pan = true;
    assert_ptr_not_equal(mmu_context_for(&x->mmu, &rg, true, 0), mmu_context_for(&x->mmu, &pan, true, 0));
    assert_ptr_equal(mmu_context_for(&x->mmu, &rg, false, 0), mmu_context_for(&x->mmu, &pan, false, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_tlbi_removes_exactly_its_scope),
        TEST(a_stale_entry_is_used_until_its_tlbi),
        TEST(faults_are_not_cached),
        TEST(data_stays_device_after_a_fetch_with_stage1_off),
        TEST(host_pointers_go_with_their_entry),
        TEST(evicted_entries_take_their_host_pointers_along),
        TEST(pages_with_code_get_no_write_tag),
        TEST(contexts_are_told_apart_and_found_again),
        TEST(a_range_takes_its_pages_and_no_other),
        TEST(a_range_ends_with_the_address_space),
        TEST(a_range_is_of_its_asid_and_vmid),
        TEST(a_level_keeps_entries_of_others),
        TEST(sixteen_bits_of_vmid_count_with_vs),
        TEST(a_tlbi_of_a_block_takes_all_its_pieces),
        TEST(a_clean_entry_is_walked_again_by_a_write),
        TEST(maintenance_leaves_a_clean_page_clean),
        TEST(pan_chooses_another_context),
    };
    return cmocka_run_group_tests_name("tlb_scope", tests, NULL, NULL);
}
