/* AArch32's long descriptors: stage 1 of PL1&0, of Hyp mode, and Hyp's stage 2; the registers in AArch32's layout (DDI 0406 B3.6, DDI 0487 G5.5). */
#include "tests/unit/walker_rig.h"

#define EAE (1u << 31)
#define TABLE2 0x120000ull
#define TABLE3 0x130000ull
#define ROOT1 0x140000ull
#define NG (1ull << 11)
#define PXN (1ull << 53)
#define XN (1ull << 54)

enum { M = 1, C = 1 << 2, I = 1 << 12, WXN = 1 << 19, UWXN = 1 << 20, EE = 1 << 25 };

static struct pl1_registers registers(void)
{
    return (struct pl1_registers){ .sctlr = M | C | I, .ttbcr = EAE, .ttbr0 = ROOT, .ttbr1 = ROOT1, .mair = 0x44ff };
}

static void use(struct fixture *x, const struct pl1_registers *r, bool v7)
{
    x->rg = (struct mmu_regime){ .pa_bits = 40, .v7 = v7 };
    regime_take_pl1(&x->rg, r);
}

static void use_hyp(struct fixture *x, u32 hsctlr, u32 htcr, u64 httbr)
{
    x->rg = (struct mmu_regime){ .pa_bits = 40, .v7 = true };
    regime_take_hyp(&x->rg, hsctlr, htcr, httbr, 0x44ff);
}

/* A table of blocks that maps 2^bits bytes to `out`, at the level that these bits begin at: 1 GiB blocks above 30 bits, else 2 MiB. */
static void flat_table(struct fixture *x, u64 at, unsigned bits_, u64 out)
{
    unsigned shift = bits_ > 30 ? 30 : 21;
    for (u64 i = 0; i < 1ull << (bits_ - shift); i++)
        put(x, at, i, out | i << shift | AF | AP_EL0 | VALID_BLOCK);
}

/* Level 1, 2 and 3 for the 1 GiB at 0 with one page; bits of the two table descriptors and of the page. */
static void page_at_0(struct fixture *x, u64 table1, u64 table2, u64 desc)
{
    put(x, ROOT, 0, TABLE2 | table1 | VALID_TABLE);
    put(x, TABLE2, 0, TABLE3 | table2 | VALID_TABLE);
    put(x, TABLE3, 0, desc);
}

/* ---- PL1&0 ---- */

/* DDI 0406 table B3-15: whose part an address is of; 0: TTBR0's, 1: TTBR1's, -1: nobody's. */
static int whose(unsigned t0sz, unsigned t1sz, u32 addr)
{
    u64 upper = t1sz ? (1ull << 32) - (1ull << (32 - t1sz)) : t0sz ? 1ull << (32 - t0sz) : 1ull << 32;
    u64 lower = t0sz ? 1ull << (32 - t0sz) : upper;
    return addr < lower ? 0 : addr >= upper ? 1 : -1;
}

static void sizes_split_the_addresses(void **state)
{
    struct fixture *x = *state;
    static const u32 around[] = { 0, 0x01ffffff, 0x02000000, 0x03ffffff, 0x04000000, 0x07ffffff, 0x08000000, 0x0fffffff, 0x10000000, 0x1fffffff,
                                  0x20000000, 0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000, 0xbfffffff, 0xc0000000, 0xdfffffff, 0xe0000000,
                                  0xefffffff, 0xf0000000, 0xf7ffffff, 0xf8000000, 0xfbffffff, 0xfc000000, 0xfdffffff, 0xfe000000, 0xffffffff };
    for (unsigned t0sz = 0; t0sz < 8; t0sz++)
        for (unsigned t1sz = 0; t1sz < 8; t1sz++) {
            struct pl1_registers r = registers();
            r.ttbcr = EAE | t0sz | t1sz << 16 | 0x3f00 | 0x3f000000; /* SH, ORGN, IRGN: attributes of the walk */
            r.ttbr0 = 0x150020 | 7ull << 48;                         /* no more aligned than 4 entries want */
            if (t0sz > 1)
                r.ttbr0 = 0x151000 | 7ull << 48;
            r.ttbr1 = 0x153000;
            use(x, &r, true);
            flat_table(x, bits(r.ttbr0, 39, 0), 32 - t0sz, 0x1000000000);
            flat_table(x, 0x153000, 32 - t1sz, 0x2000000000);
            for (unsigned i = 0; i < ARRAY_SIZE(around); i++) {
                int part = whose(t0sz, t1sz, around[i]);
                assert_int_equal(walk(x, around[i], MMU_READ, false), part >= 0);
                if (part < 0)
                    expect_fault(x, 1, FAULT_TRANSLATION, 1);
                else
                    assert_int_equal(x->t.pa.v, (part ? 0x2000000000 : 0x1000000000) | (around[i] & (u32)ones(32 - (part ? t1sz : t0sz))));
            }
        }
}

/* A block that goes beyond its table's part of the addresses is no TLB entry for the other's. */
static void blocks_end_with_their_part(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u32 ttbcr, mine, others;
    } cases[] = { { EAE | 3 << 16, 0xd0000000, 0xe0000000 }, { EAE | 3, 0x20000000, 0x1ff00000 } }; /* TTBR0 to 0xe0000000; TTBR1 from 0x20000000 */
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct pl1_registers r = registers();
        struct mmu_request rq = { .va = VA(cases[i].mine), .kind = MMU_READ, .size = 4, .privileged = true };
        r.ttbcr = cases[i].ttbcr;
        r.ttbr0 |= (u64)i << 48;
        r.ttbr1 |= (u64)i << 48;
        use(x, &r, true);
        flat_table(x, ROOT, i ? 29 : 32, 0x1000000000);
        flat_table(x, ROOT1, i ? 32 : 29, 0x2000000000);
        assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f));
        assert_int_equal(x->t.pa.v, (i ? 0x2000000000 : 0x1000000000) | cases[i].mine);
        assert_int_equal(x->t.page_shift, 29);
        rq.va = VA(cases[i].others);
        assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f));
        assert_int_equal(x->t.pa.v, (i ? 0x1000000000 : 0x2000000000) | (cases[i].others & ones(29)));
    }
}

static void epd_forbids_walks_at_level_1(void **state)
{
    struct fixture *x = *state;
    for (unsigned epd = 0; epd < 4; epd++) {
        struct pl1_registers r = registers();
        r.ttbcr = EAE | 1 | 1 << 16 | (epd & 1) << 7 | (epd & 2) << 22;
        use(x, &r, true);
        flat_table(x, ROOT, 31, 0);
        flat_table(x, ROOT1, 31, 0);
        for (unsigned upper = 0; upper < 2; upper++) {
            assert_int_equal(walk(x, upper ? 0x80000000 : 0, MMU_READ, true), !(epd >> upper & 1));
            if (epd >> upper & 1)
                expect_fault(x, 1, FAULT_TRANSLATION, 1);
        }
    }
}

static void a1_chooses_the_asid(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.ttbr0 |= 0x11ull << 48;
    r.ttbr1 |= 0x22ull << 48;
    r.contextidr = 0x33; /* the short format's */
    use(x, &r, true);
    assert_int_equal(regime_asid(&x->rg), 0x11);
    r.ttbcr |= 1 << 22;
    use(x, &r, true);
    assert_int_equal(regime_asid(&x->rg), 0x22);
}

static void each_level_faults(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use(x, &r, true);
    for (u64 reserved = 0; reserved <= 2; reserved += 2) { /* bit 0 is 0 */
        put(x, ROOT, 0, reserved);
        assert_false(walk(x, 0, MMU_READ, true));
        expect_fault(x, 1, FAULT_TRANSLATION, 1);
        page_at_0(x, 0, 0, reserved);
        assert_false(walk(x, 0, MMU_READ, true));
        expect_fault(x, 1, FAULT_TRANSLATION, 3);
        put(x, TABLE2, 0, reserved);
        assert_false(walk(x, 0, MMU_READ, true));
        expect_fault(x, 1, FAULT_TRANSLATION, 2);
    }
    page_at_0(x, 0, 0, PAGE_TARGET | AF | VALID_BLOCK); /* 0b01 is reserved at level 3 */
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 3);
    page_at_0(x, 0, 0, PAGE_TARGET | VALID_PAGE);
    for (unsigned level = 3; level; level--) {
        assert_false(walk(x, 0, MMU_READ, true));
        expect_fault(x, 1, FAULT_ACCESS_FLAG, (u8)level);
        put(x, level == 3 ? TABLE2 : ROOT, 0, VALID_BLOCK);
    }
    page_at_0(x, 0, 0, PAGE_TARGET | AF | VALID_PAGE);
    for (unsigned level = 3; level; level--) {
        assert_false(walk(x, 0, MMU_READ, false));
        expect_fault(x, 1, FAULT_PERMISSION, (u8)level);
        put(x, level == 3 ? TABLE2 : ROOT, 0, AF | VALID_BLOCK);
    }
    put(x, ROOT, 0, 0x7f00000000 | VALID_TABLE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_EXTERNAL_WALK, 2);
    r.ttbr0 = 0x7f00000000;
    use(x, &r, true);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_EXTERNAL_WALK, 1);
}

/* VMSAv8-32: bits 47:40 must be 0; ARMv7 does not look at them. */
static void addresses_have_40_bits(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use(x, &r, false);
    x->rg.pa_bits = 44;
    page_at_0(x, 0, 0, 0xff00001000 | AF | VALID_PAGE);
    assert_true(walk(x, 0x234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0xff00001234);
    page_at_0(x, 0, 0, 1ull << 40 | AF | VALID_PAGE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 3);
    put(x, TABLE2, 0, TABLE3 | 1ull << 47 | VALID_TABLE);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 2);
    r.ttbr0 = ROOT | 1ull << 40;
    use(x, &r, false);
    assert_false(walk(x, 0, MMU_READ, true));
    expect_fault(x, 1, FAULT_ADDRESS_SIZE, 0);
    use(x, &r, true);
    page_at_0(x, 1ull << 41, 1ull << 47, PAGE_TARGET | 1ull << 40 | AF | VALID_PAGE);
    assert_true(walk(x, 0x234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, PAGE_TARGET + 0x234);
}

/* AP[2:1] (table B3-9), XN for both, PXN, their hierarchical forms at either level, WXN, UWXN, and execution only of what can be read (B3.7.2). */
static void permissions_follow_the_manual(void **state)
{
    struct fixture *x = *state;
    for (unsigned c = 0; c < 1024; c++) {
        bool ro = c & 1, el0 = c & 2, xn = c & 4, pxn = c & 8, wxn = c & 16, uwxn = c & 32;
        bool apt_ro = c & 64, apt_el0 = c & 128, xnt = c & 256, pxnt = c & 512;
        struct pl1_registers r = registers();
        r.sctlr |= (wxn ? WXN : 0) | (uwxn ? UWXN : 0);
        use(x, &r, true);
        u64 limits = (u64)apt_ro << 62 | (u64)apt_el0 << 61 | (u64)xnt << 60 | (u64)pxnt << 59;
        page_at_0(x, c % 3 ? limits : 0, c % 3 != 1 ? limits : 0,
                  PAGE_TARGET | AF | (ro ? AP_RO : 0) | (el0 ? AP_EL0 : 0) | (xn ? XN : 0) | (pxn ? PXN : 0) | VALID_PAGE);
        bool w1 = !ro && !apt_ro, r0 = el0 && !apt_el0, w0 = w1 && r0, never = xn || xnt;
        assert_true(walk(x, 0, MMU_READ, true));
        assert_int_equal(walk(x, 0, MMU_WRITE, true), w1);
        assert_int_equal(walk(x, 0, MMU_FETCH, true), !never && !pxn && !pxnt && !(w1 && wxn) && !(w0 && uwxn));
        assert_int_equal(walk(x, 0, MMU_READ, false), r0);
        assert_int_equal(walk(x, 0, MMU_WRITE, false), w0);
        assert_int_equal(walk(x, 0, MMU_FETCH, false), r0 && !never && !(w0 && wxn));
    }
}

/* What a descriptor means is kept from walk to walk: not across a change of SCTLR.UWXN, nor of the format. */
static void one_descriptor_has_many_meanings(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    page_at_0(x, 0, 0, PAGE_TARGET | AF | AP_EL0 | VALID_PAGE);
    for (unsigned round = 0; round < 4; round++) {
        r.sctlr = M | C | (round & 1 ? UWXN : 0);
        use(x, &r, true);
        assert_int_equal(walk(x, 0, MMU_FETCH, true), !(round & 1));
        x->rg.format = FORMAT_VMSA64; /* the same registers of AArch64 */
        assert_false(walk(x, 0, MMU_FETCH, true));
    }
}

static void attributes_are_mairs(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.mair = 0xee44aabbff0c0400; /* MAIR1:MAIR0 */
    static const u8 attr[8] = { 0x00, 0x04, 0x0c, 0xff, 0xbb, 0xaa, 0x44, 0xee };
    for (unsigned i = 0; i < 8; i++)
        for (unsigned sh = 0; sh < 4; sh++) {
            if (sh == 1)
                continue;
            use(x, &r, true);
            page_at_0(x, 0, 0, PAGE_TARGET | AF | sh << 8 | i << 2 | 1ull << 52 /* contiguous */ | VALID_PAGE);
            assert_true(walk(x, 0, MMU_READ, true));
            assert_int_equal(x->t.attr, attr[i]);
            assert_int_equal(x->t.sh, i < 3 || i == 6 ? 2 : sh);
            assert_int_equal(x->t.type, i < 3 ? attr[i] >> 2 : MEM_NORMAL);
            assert_int_equal(x->t.page_shift, 12);
        }
}

/* NSTable reads what lies below as Non-secure, makes it so, and in Secure state non-global (AArch32.TranslationTableWalkLD()). */
static void secure_tables_and_nstable(void **state)
{
    struct fixture *x = *state;
    struct error err = { { 0 } };
    struct pl1_registers r = registers();
    assert_true(bus_add_ram(&x->bus, "secure", PA(0x8000000), MIB, false, true, &err));
    for (unsigned c = 0; c < 16; c++) {
        bool ns1 = c & 1, ns2 = c & 2, ns = c & 4, ng = c & 8;
        u64 table3 = ns1 || ns2 ? TABLE3 : 0x8003000, table2 = ns1 ? TABLE2 : 0x8002000;
        r.ttbr0 = 0x8001000;
        put(x, 0x8001000, 0, table2 | (u64)ns1 << 63 | VALID_TABLE);
        put(x, table2, 0, table3 | (u64)ns2 << 63 | VALID_TABLE);
        put(x, table3, 0, PAGE_TARGET | AF | (u64)ns << 5 | (ng ? NG : 0) | VALID_PAGE);
        use(x, &r, true);
        x->rg.secure = true;
        assert_true(walk(x, 0, MMU_READ, true));
        assert_int_equal(x->t.ns, ns1 || ns2 || ns);
        assert_int_equal(x->t.global, !ng && !ns1 && !ns2);
        x->rg.secure = false;
        assert_false(walk(x, 0, MMU_READ, true));
        expect_fault(x, 1, FAULT_EXTERNAL_WALK, 1);
    }
    use(x, &r, true);
    page_at_0(x, 1ull << 63, 0, PAGE_TARGET | AF | VALID_PAGE);
    x->rg.ttbr0 = ROOT;
    assert_true(walk(x, 0, MMU_READ, true)); /* of no meaning in Non-secure state */
    assert_true(x->t.ns && x->t.global);
}

static void sctlr_ee_reverses_descriptors(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.sctlr |= EE;
    use(x, &r, true);
    put(x, ROOT, 0, 0x0104004002000000); /* 0x240000401 */
    assert_true(walk(x, 0x12345, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0x240012345);
    assert_int_equal(x->t.page_shift, 30);
}

/* One register change from one format to the other: nothing of the old shape stays. */
static void eae_changes_the_format(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    put(x, ROOT, 0, AF | VALID_BLOCK);
    put(x, ROOT + 0x4000, 0, 0x00700c02); /* a section for EL1 and EL0 */
    use(x, &r, true);
    assert_true(walk(x, 0x123, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0x123);
    r.ttbcr = 0;
    r.ttbr0 += 0x4000;
    r.dacr = 1;
    use(x, &r, true);
    assert_true(walk(x, 0x123, MMU_READ, false));
    assert_int_equal(x->t.pa.v, 0x700123);
}

/* ---- Hyp ---- */

static void hyp_has_one_table_and_one_privilege(void **state)
{
    struct fixture *x = *state;
    for (u32 t0sz = 0; t0sz < 8; t0sz++) {
        use_hyp(x, M | C, 1u << 31 | 1 << 23 | 0x3f00 | t0sz, ROOT1);
        flat_table(x, ROOT1, 32 - t0sz, 0x1000000000);
        u32 last = (u32)ones(32 - t0sz);
        assert_true(walk(x, last, MMU_WRITE, true));
        assert_int_equal(x->t.pa.v, 0x1000000000 | last);
        assert_int_equal(x->t.global, true);
        assert_int_equal(regime_asid(&x->rg), 0);
        if (t0sz) {
            assert_false(walk(x, last + 1, MMU_READ, true));
            expect_fault(x, 1, FAULT_TRANSLATION, 1);
        }
    }
}

/* AP[2], XN, WXN decide; AP[1], PXN, nG and their hierarchical forms mean nothing there. */
static void hyp_permissions(void **state)
{
    struct fixture *x = *state;
    for (unsigned c = 0; c < 128; c++) {
        bool ro = c & 1, xn = c & 2, wxn = c & 4, apt_ro = c & 8, xnt = c & 16;
        u64 none = c & 32 ? AP_EL0 | PXN | NG : 0, none_table = c & 64 ? 1ull << 61 | 1ull << 59 : 0;
        use_hyp(x, M | C | (wxn ? WXN : 0) | UWXN, 0, ROOT);
        page_at_0(x, (u64)apt_ro << 62 | (u64)xnt << 60 | none_table, 0, PAGE_TARGET | AF | none | (ro ? AP_RO : 0) | (xn ? XN : 0) | VALID_PAGE);
        bool w = !ro && !apt_ro;
        assert_true(walk(x, 0, MMU_READ, true));
        assert_int_equal(walk(x, 0, MMU_WRITE, true), w);
        assert_int_equal(walk(x, 0, MMU_FETCH, true), !xn && !xnt && !(w && wxn));
        assert_true(walk(x, 0, MMU_READ, true) && x->t.ns && x->t.global);
        assert_int_equal(x->t.attr, 0xff);
    }
}

static void hyp_descriptors_obey_hsctlr_ee(void **state)
{
    struct fixture *x = *state;
    put(x, ROOT, 0, 0x0104000010000000); /* 0x1000000401 */
    use_hyp(x, M | EE, 0, ROOT);
    assert_true(walk(x, 0x1234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0x1000001234);
}

/* ---- Hyp's stage 2 ---- */

static void use_stage2(struct fixture *x, u32 vtcr, u32 hsctlr)
{
    struct pl1_registers r = { .sctlr = 0 };
    use(x, &r, true);
    x->rg.has_el2 = true;
    regime_take_hyp_stage2(&x->rg, 1, vtcr, S2_ROOT | 0xa5c3ull << 48, hsctlr);
}

/* T0SZ is -8 to 7; SL0 0 begins at level 2, with 2 to 8192 entries, SL0 1 at level 1, with 2 to 1024 (DDI 0406 table B3-16). */
static void vtcr_sizes_and_start_levels(void **state)
{
    struct fixture *x = *state;
    for (int t0sz = -8; t0sz < 8; t0sz++)
        for (u32 sl0 = 0; sl0 < 4; sl0++) {
            unsigned input = (unsigned)(32 - t0sz), shift = sl0 ? 30 : 21;
            bool ok = sl0 == 0 ? t0sz >= -2 : sl0 == 1 && t0sz <= 1;
            use_stage2(x, 1u << 31 | ((u32)t0sz & 0x1f) | sl0 << 6, 0); /* S and T0SZ agree */
            x->rg.pa_bits = 44;                                          /* then AArch64 would allow level 0 */
            u64 last = ones(input) & ~0xfffull;
            put(x, S2_ROOT, last >> shift & ones(20), 0x3fc0000000 | AF | S2_RW | S2_NORMAL | VALID_BLOCK);
            u64 addr = last & ones(32); /* stage 1 is off: 32-bit IPAs here; larger ones are walker_short's */
            put(x, S2_ROOT, addr >> shift, 0x3fc0000000 | AF | S2_RW | S2_NORMAL | VALID_BLOCK);
            assert_int_equal(walk(x, addr, MMU_READ, true), ok);
            if (ok)
                assert_int_equal(x->t.pa.v, 0x3fc0000000 | (addr & ones(shift)));
            else
                expect_fault(x, 2, FAULT_TRANSLATION, 1);
            if (ok && input < 32) {
                assert_false(walk(x, 1ull << input, MMU_READ, true));
                expect_fault(x, 2, FAULT_TRANSLATION, 1);
                assert_int_equal(x->f.ipa.v, 1ull << input);
            }
        }
}

static void stage2_faults_at_each_level(void **state)
{
    struct fixture *x = *state;
    use_stage2(x, 1u << 31 | 1 << 6, 0);
    for (unsigned level = 1; level <= 3; level++) {
        u64 table = level == 1 ? S2_ROOT : level == 2 ? TABLE2 : TABLE3, leaf_bits = level == 3 ? VALID_PAGE : VALID_BLOCK;
        put(x, S2_ROOT, 0, TABLE2 | VALID_TABLE);
        put(x, TABLE2, 0, TABLE3 | VALID_TABLE);
        put(x, table, 0, 0);
        assert_false(walk(x, 0x123, MMU_WRITE, true));
        expect_fault(x, 2, FAULT_TRANSLATION, (u8)level);
        put(x, table, 0, S2_RW | S2_NORMAL | leaf_bits);
        assert_false(walk(x, 0x123, MMU_WRITE, true));
        expect_fault(x, 2, FAULT_ACCESS_FLAG, (u8)level);
        put(x, table, 0, AF | 1 << 6 | S2_NORMAL | leaf_bits);
        assert_true(walk(x, 0x123, MMU_READ, true));
        assert_false(walk(x, 0x123, MMU_WRITE, true));
        expect_fault(x, 2, FAULT_PERMISSION, (u8)level);
        assert_int_equal(x->f.ipa.v, 0x123);
        put(x, table, 0, AF | 2 << 6 | S2_NORMAL | leaf_bits);
        assert_false(walk(x, 0x123, MMU_READ, false));
        expect_fault(x, 2, FAULT_PERMISSION, (u8)level);
        put(x, table, 0, AF | S2_RW | S2_NORMAL | XN | leaf_bits);
        assert_false(walk(x, 0x123, MMU_FETCH, true));
        expect_fault(x, 2, FAULT_PERMISSION, (u8)level);
        put(x, table, 0, 0x7f00000000 | VALID_TABLE);
        if (level < 3) {
            assert_false(walk(x, 0x123, MMU_READ, true));
            expect_fault(x, 2, FAULT_EXTERNAL_WALK, (u8)level + 1);
        }
    }
}

static void stage2_has_an_8_bit_vmid_and_its_own_order_of_bytes(void **state)
{
    struct fixture *x = *state;
    use_stage2(x, 1u << 31 | 1 << 6, EE);
    assert_int_equal(regime_vmid(&x->rg), 0xc3);
    put(x, S2_ROOT, 0, 0xfd04000010000000); /* 0x10000004fd: read, write, write-back */
    assert_true(walk(x, 0x1234, MMU_WRITE, true));
    assert_int_equal(x->t.pa.v, 0x1000001234);
}

/* An AArch64 EL2 has its own format below AArch32's stage 1. */
static void stage2_of_an_aarch64_el2(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use(x, &r, false);
    x->rg.pa_bits = 44;
    x->rg.has_el2 = true;
    x->rg.hcr = 1;
    x->rg.vtcr = 20 | 2 << 6 | 4ull << 16 | 1ull << 19; /* 44 bits from level 0, 16-bit VMIDs */
    x->rg.vttbr = S2_ROOT | 0xa5c3ull << 48;
    assert_int_equal(regime_vmid(&x->rg), 0xa5c3);
    put(x, S2_ROOT, 0, 0x203000 | VALID_TABLE);
    put(x, 0x203000, 0, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, 0x203000, 1, 0xfc0000000 | AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, ROOT, 0, 0x40000000 | AF | VALID_BLOCK);
    assert_true(walk(x, 0x1234, MMU_READ, true));
    assert_int_equal(x->t.pa.v, 0xfc0001234);
    put(x, S2_ROOT, 0, 0);
    assert_false(walk(x, 0x1234, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 0);
    assert_true(x->f.s1ptw);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sizes_split_the_addresses),
        TEST(blocks_end_with_their_part),
        TEST(epd_forbids_walks_at_level_1),
        TEST(a1_chooses_the_asid),
        TEST(each_level_faults),
        TEST(addresses_have_40_bits),
        TEST(permissions_follow_the_manual),
        TEST(one_descriptor_has_many_meanings),
        TEST(attributes_are_mairs),
        TEST(secure_tables_and_nstable),
        TEST(sctlr_ee_reverses_descriptors),
        TEST(eae_changes_the_format),
        TEST(hyp_has_one_table_and_one_privilege),
        TEST(hyp_permissions),
        TEST(hyp_descriptors_obey_hsctlr_ee),
        TEST(vtcr_sizes_and_start_levels),
        TEST(stage2_faults_at_each_level),
        TEST(stage2_has_an_8_bit_vmid_and_its_own_order_of_bytes),
        TEST(stage2_of_an_aarch64_el2),
    };
    return cmocka_run_group_tests_name("walker_aarch32", tests, NULL, NULL);
}
