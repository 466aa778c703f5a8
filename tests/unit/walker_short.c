/* Short descriptors: every field, each fault at each level, TEX with and without remap, domains, stage 2 below (DDI 0406 B3.5 and B3.8, DDI 0487 G5.4
 * and G5.7). What is expected stands here as the manual's tables have it. */
#include "tests/unit/walker_rig.h"

#define L1_TABLE 0x104000ull /* 16 KiB aligned */
#define L2_TABLE 0x108400ull /* 1 KiB aligned */
#define CLIENTS 0x55555555u

enum { M = 1, C = 1 << 2, I = 1 << 12, WXN = 1 << 19, UWXN = 1 << 20, EE = 1 << 25, TRE = 1 << 28, AFE = 1 << 29 };
enum { PD0 = 1 << 4, PD1 = 1 << 5 };

static struct pl1_registers registers(void)
{
    return (struct pl1_registers){ .sctlr = M | C | I, .dacr = CLIENTS, .ttbr0 = L1_TABLE };
}

static void use_with(struct fixture *x, const struct pl1_registers *r, bool secure)
{
    x->rg = (struct mmu_regime){ .pa_bits = 40, .v7 = true, .secure = secure };
    regime_take_pl1(&x->rg, r);
}

static void use(struct fixture *x, const struct pl1_registers *r)
{
    use_with(x, r, false);
}

static void put32(struct fixture *x, u64 at, u32 desc)
{
    assert_true(bus_write_mem(&x->bus, PA(at), &desc, sizeof desc));
}

static void put_l1(struct fixture *x, u32 addr, u32 desc)
{
    put32(x, L1_TABLE + (addr >> 20) * 4, desc);
}

/* The 2 MiB around addr by a second-level table of domain d; NS bit 3, PXN bit 2. */
static void put_l2(struct fixture *x, u32 addr, unsigned d, u32 table_bits, u32 desc)
{
    put_l1(x, addr, (u32)L2_TABLE | d << 5 | table_bits | 1);
    put32(x, L2_TABLE + (addr >> 12 & 0xff) * 4, desc);
}

/* AP[2:0] in a section, and in a page. */
static u32 ap_section(unsigned ap)
{
    return (ap & 3) << 10 | (ap >> 2) << 15;
}

static u32 ap_page(unsigned ap)
{
    return (ap & 3) << 4 | (ap >> 2) << 9;
}

static void expect_domain(struct fixture *x, u8 domain)
{
    assert_int_equal(x->f.domain, domain);
}

static void each_size_translates(void **state)
{
    struct fixture *x = *state;
    static const struct {
        u32 addr, l1, l2;
        u64 pa;
        unsigned shift;
    } cases[] = {
        { 0x12345678, 0x02300000 | 3 << 10 | 2, 0, 0x02345678, 20 },
        { 0xffffffff, 0xfff00000 | 3 << 10 | 2, 0, 0xffffffff, 20 },
        /* supersection: [31:24], [23:20] = PA[35:32], [8:5] = PA[39:36] */
        { 0x89abcdef, 0x5a000000 | 0xc << 20 | 1 << 18 | 3 << 10 | 0x9 << 5 | 2, 0, 0x9c5aabcdef, 24 },
        { 0x00654321, L2_TABLE | 1, 0x7bcd0000 | 3 << 4 | 1, 0x7bcd4321, 16 },
        { 0x00654321, L2_TABLE | 1, 0x7bcd3000 | 3 << 4 | 2, 0x7bcd3321, 12 },
        { 0x80000fff, L2_TABLE | 1, 0xfffff000 | 3 << 4 | 2, 0xffffffff, 12 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct pl1_registers r = registers();
        use(x, &r);
        put_l1(x, cases[i].addr, cases[i].l1);
        put32(x, L2_TABLE + (cases[i].addr >> 12 & 0xff) * 4, cases[i].l2);
        assert_true(walk(x, cases[i].addr, MMU_READ, true));
        assert_int_equal(x->t.pa.v, cases[i].pa);
        assert_int_equal(x->t.page_shift, cases[i].shift);
        assert_true(x->t.ns && x->t.global);
    }
}

/* TTBCR.N: TTBR0 has the lowest 2^(32-N) bytes and a table of 2^(14-N), TTBR1 the rest and a table for 4 GiB. */
static void ttbcr_n_splits_the_addresses(void **state)
{
    struct fixture *x = *state;
    for (unsigned n = 0; n < 8; n++) {
        struct pl1_registers r = registers();
        u32 edge = n ? (u32)(1ull << (32 - n)) : 0xfff00000; /* first of TTBR1's, or the last of TTBR0's */
        u64 small = 0x110000 + (n ? 0x4000u >> n : 0);       /* no more aligned than it must be */
        r.ttbcr = n;
        r.ttbr0 = small | 0x4a; /* IRGN, RGN, S, NOS: attributes of the walk */
        r.ttbr1 = L1_TABLE | 0x3fca; /* bits 13:7 are none of its base */
        use(x, &r);
        put32(x, small + 5 * 4, 0x11100000 | ap_section(1) | 2);
        put32(x, small + (n ? (edge - 1) >> 20 : 0xfff) * 4, 0x22200000 | ap_section(1) | 2);
        put32(x, L1_TABLE + (n ? edge >> 20 : 0) * 4, 0x33300000 | ap_section(1) | 2);
        put32(x, L1_TABLE + 0xfff * 4, 0x44400000 | ap_section(1) | 2);
        assert_true(walk(x, 0x00512345, MMU_READ, true));
        assert_int_equal(x->t.pa.v, 0x11112345);
        assert_true(walk(x, (n ? edge : 0) - 1, MMU_READ, true));
        assert_int_equal(x->t.pa.v, 0x222fffff);
        if (n) {
            assert_true(walk(x, edge, MMU_READ, true));
            assert_int_equal(x->t.pa.v, 0x33300000);
            assert_true(walk(x, 0xfff00001, MMU_READ, true));
            assert_int_equal(x->t.pa.v, 0x44400001);
        }
        r.ttbcr = n | PD0;
        use(x, &r);
        assert_false(walk(x, 0x00512345, MMU_WRITE, true));
        expect_fault(x, 1, FAULT_TRANSLATION, 1);
        if (n)
            assert_true(walk(x, edge, MMU_READ, true));
        r.ttbcr = n | PD1;
        use(x, &r);
        assert_true(walk(x, 0x00512345, MMU_READ, true));
        assert_int_equal(walk(x, edge, MMU_READ, true), n == 0);
        if (n)
            expect_fault(x, 1, FAULT_TRANSLATION, 1);
    }
}

static void invalid_descriptors_fault_at_their_level(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use(x, &r);
    put_l1(x, 0x100000, 0xfffffffc); /* bits 1:0 decide alone */
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 1);
    expect_domain(x, 0); /* not known */
    put_l2(x, 0x100000, 11, 0, 0xfffffffc);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 2);
    expect_domain(x, 11);
}

static void tables_outside_memory_abort_at_their_level(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use(x, &r);
    put_l1(x, 0x100000, 0xf0000000 | 7 << 5 | 1);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_EXTERNAL_WALK, 2);
    expect_domain(x, 7);
    r.ttbr0 = 0xf0000000;
    use(x, &r);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_EXTERNAL_WALK, 1);
}

static void afe_makes_ap0_the_access_flag(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    for (unsigned afe = 0; afe < 2; afe++) {
        r.sctlr = M | C | (afe ? AFE : 0);
        use(x, &r);
        put_l1(x, 0x100000, 0x700000 | ap_section(2) | 9 << 5 | 2);
        assert_int_equal(walk(x, 0x100000, MMU_READ, true), !afe);
        if (afe) {
            expect_fault(x, 1, FAULT_ACCESS_FLAG, 1);
            expect_domain(x, 9);
        }
        for (unsigned small = 1; small <= 2; small++) {
            put_l2(x, 0x100000, 10, 0, 0x700000 | ap_page(2) | small);
            assert_int_equal(walk(x, 0x100000, MMU_READ, true), !afe);
            if (afe) {
                expect_fault(x, 1, FAULT_ACCESS_FLAG, 2);
                expect_domain(x, 10);
            }
        }
    }
}

/* DDI 0406 table B3-8 (AP[2:0]) and B3-9 (AP[2:1], with AFE): PL1 and PL0, as letters. 0b100 is reserved. */
static const char *const rights[2][8][2] = {
    { { "", "" }, { "rw", "" }, { "rw", "r" }, { "rw", "rw" }, { "r", "" }, { "r", "" }, { "r", "r" }, { "r", "r" } },
    { { "?", "?" }, { "rw", "" }, { "?", "?" }, { "rw", "rw" }, { "?", "?" }, { "r", "" }, { "?", "?" }, { "r", "r" } },
};

/* Execution (B3.7.2): of what may be read, not XN, not PXN at PL1, not what WXN or UWXN take. */
static void check_rights(struct fixture *x, u32 addr, unsigned afe, unsigned ap, bool xn, bool pxn, bool wxn, bool uwxn, u8 level)
{
    const char *el1 = rights[afe][ap][0], *el0 = rights[afe][ap][1];
    bool w1 = strchr(el1, 'w'), w0 = strchr(el0, 'w');
    assert_int_equal(walk(x, addr, MMU_READ, true), strchr(el1, 'r') != NULL);
    assert_int_equal(walk(x, addr, MMU_WRITE, true), w1);
    assert_int_equal(walk(x, addr, MMU_FETCH, true), strchr(el1, 'r') && !xn && !pxn && !(w1 && wxn) && !(w0 && uwxn));
    assert_int_equal(walk(x, addr, MMU_READ, false), strchr(el0, 'r') != NULL);
    assert_int_equal(walk(x, addr, MMU_FETCH, false), strchr(el0, 'r') && !xn && !(w0 && wxn));
    assert_int_equal(walk(x, addr, MMU_WRITE, false), w0);
    if (!w0) {
        expect_fault(x, 1, FAULT_PERMISSION, level);
        expect_domain(x, 3);
    }
}

static void permissions_follow_the_manual(void **state)
{
    struct fixture *x = *state;
    for (unsigned c = 0; c < 256; c++) {
        unsigned ap = c & 7;
        bool afe = c & 8, xn = c & 16, pxn = c & 32, wxn = c & 64, uwxn = c & 128;
        struct pl1_registers r = registers();
        if (afe && !(ap & 1))
            continue; /* an access flag fault */
        r.sctlr |= (wxn ? WXN : 0) | (uwxn ? UWXN : 0) | (afe ? AFE : 0);
        use(x, &r);
        put_l1(x, 0x100000, 0x700000 | ap_section(ap) | 3 << 5 | (u32)xn << 4 | 2 | pxn);
        check_rights(x, 0x100000, afe, ap, xn, pxn, wxn, uwxn, 1);
        put_l2(x, 0x100000, 3, (u32)pxn << 2, 0x700000 | ap_page(ap) | (u32)xn << 15 | 1);
        check_rights(x, 0x100000, afe, ap, xn, pxn, wxn, uwxn, 2);
        put_l2(x, 0x100000, 3, (u32)pxn << 2, 0x700000 | ap_page(ap) | 2 | xn);
        check_rights(x, 0x100000, afe, ap, xn, pxn, wxn, uwxn, 2);
    }
}

static void each_domain_has_its_field_of_dacr(void **state)
{
    struct fixture *x = *state;
    for (unsigned d = 0; d < 16; d++)
        for (unsigned access = 0; access < 4; access++)
            for (unsigned level = 1; level <= 2; level++) {
                struct pl1_registers r = registers();
                r.dacr = (CLIENTS & ~(3u << 2 * d)) | access << 2 * d;
                use(x, &r);
                put_l1(x, 0x100000, 0x700000 | d << 5 | 1 << 4 | 2 | 1); /* AP 0, XN, PXN: nothing is allowed */
                if (level == 2)
                    put_l2(x, 0x100000, d, 4, 0x700000 | 2 | 1);
                for (unsigned kind = MMU_READ; kind <= MMU_FETCH; kind++) {
                    assert_int_equal(walk(x, 0x100000, (u8)kind, false), access == 3);
                    if (access == 3)
                        assert_true(x->t.readable && x->t.writable && x->t.executable);
                    else
                        expect_fault(x, 1, access == 1 ? FAULT_PERMISSION : FAULT_DOMAIN, (u8)level);
                    if (access != 3)
                        expect_domain(x, (u8)d);
                }
            }
}

/* Supersections are of domain 0, and bits 8:5 are of the address. */
static void supersections_are_of_domain_0(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.dacr = 3; /* manager of 0, no access to the rest */
    use(x, &r);
    put_l1(x, 0x01000000, 0x02000000 | 1 << 18 | 15 << 5 | 2);
    assert_true(walk(x, 0x01000000, MMU_WRITE, false));
    assert_int_equal(x->t.pa.v, 0xf002000000);
}

/* A translation fault comes before the domain's, and the domain's before the permission's (B3.12). */
static void domains_come_after_the_access_flag(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.dacr = 0;
    r.sctlr |= AFE;
    use(x, &r);
    put_l1(x, 0x100000, 0x700000 | 2);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_ACCESS_FLAG, 1);
    put_l2(x, 0x100000, 0, 0, 0);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_TRANSLATION, 2);
}

/* DACR may change with no TLB maintenance, and takes its effect. */
static void dacr_is_not_kept_in_the_tlb(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    struct mmu_request rq = { .va = VA(0x100000), .kind = MMU_WRITE, .size = 4, .privileged = false };
    put_l1(x, 0x100000, 0x700000 | ap_section(2) | 1 << 12 | 5 << 5 | 3 << 2 | 2);
    static const struct {
        u32 access;
        u8 fault;
    } steps[] = { { 3, FAULT_NONE }, { 0, FAULT_DOMAIN }, { 1, FAULT_PERMISSION }, { 3, FAULT_NONE }, { 2, FAULT_DOMAIN } };
    u64 contexts[ARRAY_SIZE(steps)];
    for (unsigned i = 0; i < ARRAY_SIZE(steps); i++) {
        r.dacr = steps[i].access << 10;
        use(x, &r);
        struct mmu_context *ctx = mmu_context_for(&x->mmu, &x->rg, false, 0);
        assert_int_equal(mmu_fill(&x->mmu, ctx, &rq, &x->t, &x->f), steps[i].fault == FAULT_NONE);
        assert_int_equal(x->f.type, steps[i].fault);
        assert_int_equal(x->mmu.stats.misses, 1);
        assert_int_equal(ctx->host[0x100 % HOST_ENTRIES].tag_w, steps[i].fault ? HOST_TAG_NONE : 0x100000); /* each DACR has its host pointers */
        contexts[i] = ctx->index;
    }
    assert_int_equal(contexts[0], contexts[3]);
}

/* ---- attributes ---- */

/* DDI 0406 table B3-10 in MAIR's form: TEX, C, B; S 0 and 1 give Non-shareable and Outer Shareable where the memory is cacheable. */
static void tex_without_remap(void **state)
{
    struct fixture *x = *state;
    static const u8 low[8] = { 0x00, 0x04, 0xaa, 0xee, 0x44, 0x44, 0x44, 0xff }; /* TEX 0b000 and 0b001; 0b00101 and 0b00110 are ours */
    static const u8 policy[4] = { 0x4, 0xf, 0xa, 0xe };                            /* Non-cacheable, WB WA, WT, WB */
    for (unsigned tcb = 0; tcb < 32; tcb++)
        for (unsigned s = 0; s < 2; s++)
            for (unsigned size = 0; size < 3; size++) {
                unsigned tex = tcb >> 2, cb = tcb & 3;
                if ((tex == 2 && cb) || tex == 3)
                    continue; /* reserved */
                u8 attr = tcb < 8 ? low[tcb] : tex == 2 ? 0x04 : (u8)(policy[tex & 3] << 4 | policy[cb]);
                struct pl1_registers r = registers();
                use(x, &r);
                if (size == 0)
                    put_l1(x, 0x100000, 0x700000 | ap_section(3) | s << 16 | tex << 12 | cb << 2 | 2);
                else
                    put_l2(x, 0x100000, 0, 0, 0x700000 | ap_page(3) | s << 10 | tex << (size == 1 ? 12 : 6) | cb << 2 | size);
                assert_true(walk(x, 0x100000, MMU_READ, true));
                assert_int_equal(x->t.attr, attr);
                assert_int_equal(x->t.type, attr == 0 ? MEM_DEVICE_nGnRnE : attr == 4 ? MEM_DEVICE_nGnRE : MEM_NORMAL);
                assert_int_equal(x->t.sh, attr == 0 || attr == 4 || attr == 0x44 || s ? 2 : 0);
            }
}

/* With SCTLR.TRE: TR, IR, OR, NOS of region n by TEX[0], C, B; NS0, NS1 make a shareability of S (DDI 0406 B4.1.104, B4.1.127). */
static void tex_with_remap(void **state)
{
    struct fixture *x = *state;
    static const u8 policy[4] = { 0x4, 0xf, 0xa, 0xe };
    unsigned seed = 1;
    for (unsigned round = 0; round < 400; round++) {
        seed = seed * 1103515245 + 12345;
        u32 prrr = seed ^ seed << 16;
        seed = seed * 1103515245 + 12345;
        u32 nmrr = seed ^ seed << 16;
        unsigned n = round & 7, s = round >> 3 & 1, tex_high = round >> 4 & 3;
        unsigned tr = prrr >> 2 * n & 3, ir = nmrr >> 2 * n & 3, or = nmrr >> (16 + 2 * n) & 3;
        if (tr == 3)
            continue; /* reserved */
        bool shareable = prrr >> (s ? 19 : 18) & 1, not_outer = prrr >> (24 + n) & 1;
        u8 attr = tr == 0 ? 0 : tr == 1 ? 4 : (u8)(policy[or] << 4 | policy[ir]);
        u8 sh = tr < 2 || attr == 0x44 || (shareable && !not_outer) ? 2 : shareable ? 3 : 0;
        struct pl1_registers r = registers();
        r.sctlr |= TRE;
        r.mair = (u64)nmrr << 32 | prrr;
        use(x, &r);
        put_l1(x, 0x100000, 0x700000 | ap_section(3) | s << 16 | (tex_high << 1 | n >> 2) << 12 | (n & 3) << 2 | 2);
        assert_true(walk(x, 0x100000, MMU_READ, true));
        assert_int_equal(x->t.attr, attr);
        assert_int_equal(x->t.sh, sh);
    }
}

static void without_sctlr_c_normal_memory_is_not_cacheable(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.sctlr = M;
    use(x, &r);
    put_l1(x, 0x100000, 0x700000 | ap_section(3) | 7 << 12 | 3 << 2 | 2);
    assert_true(walk(x, 0x100000, MMU_READ, true));
    assert_int_equal(x->t.attr, 0x44);
    assert_int_equal(x->t.sh, 2);
}

static void with_stage1_off_data_is_strongly_ordered(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.sctlr = I;
    r.dacr = 0;
    use(x, &r);
    assert_true(walk(x, 0xfedcba98, MMU_WRITE, false));
    assert_int_equal(x->t.pa.v, 0xfedcba98);
    assert_int_equal(x->t.type, MEM_DEVICE_nGnRnE);
    assert_true(walk(x, 0xfedcba98, MMU_FETCH, true));
    assert_int_equal(x->t.attr, 0xaa);
}

/* ---- nG, NS, order of bytes ---- */

static void global_by_ng_and_asid_by_contextidr(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.contextidr = 0xabcdef42; /* PROCID, ASID */
    r.ttbcr = 0x7fffff00;      /* nothing there is the short format's: A1, T1SZ, EPD1 */
    use(x, &r);
    assert_int_equal(regime_asid(&x->rg), 0x42);
    assert_int_equal(regime_vmid(&x->rg), 0);
    for (unsigned ng = 0; ng < 2; ng++) {
        put_l1(x, 0x100000, 0x700000 | ap_section(3) | ng << 17 | 2);
        assert_true(walk(x, 0x100000, MMU_READ, true));
        assert_int_equal(x->t.global, !ng);
        for (u32 size = 1; size < 3; size++) {
            put_l2(x, 0x100000, 0, 0, 0x700000 | ap_page(3) | ng << 11 | size);
            assert_true(walk(x, 0x100000, MMU_READ, true));
            assert_int_equal(x->t.global, !ng);
        }
    }
}

static void secure_descriptors_choose_by_ns(void **state)
{
    struct fixture *x = *state;
    struct error err = { { 0 } };
    struct pl1_registers r = registers();
    /* The tables are in memory that Non-secure walks do not see: both levels are read as Secure. */
    assert_true(bus_add_ram(&x->bus, "secure", PA(0x8000000), MIB, false, true, &err));
    r.ttbr0 = 0x8000000;
    for (u32 ns = 0; ns < 2; ns++)
        for (u32 level = 1; level <= 2; level++) {
            put32(x, 0x8000000 + 4, level == 1 ? 0x700000 | ap_section(3) | ns << 19 | 2 : 0x8004000 | ns << 3 | 1);
            put32(x, 0x8004000, 0x700000 | ap_page(3) | 2);
            use_with(x, &r, true);
            assert_true(walk(x, 0x100000, MMU_READ, true));
            assert_int_equal(x->t.ns, ns);
            x->rg.sif = true;
            assert_int_equal(walk(x, 0x100000, MMU_FETCH, true), !ns);
            use_with(x, &r, false);
            assert_false(walk(x, 0x100000, MMU_READ, true));
            expect_fault(x, 1, FAULT_EXTERNAL_WALK, 1);
        }
}

static void sctlr_ee_reverses_descriptors(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.sctlr |= EE;
    use(x, &r);
    put_l1(x, 0x100000, 0x01841000); /* 0x00108401 */
    put32(x, L2_TABLE, 0x32607500);  /* 0x00756032: AP 0b011 */
    assert_true(walk(x, 0x100123, MMU_WRITE, false));
    assert_int_equal(x->t.pa.v, 0x756123);
}

/* ---- stage 2 ---- */

/* A Hyp mode's stage 2: 32-bit IPAs from level 1, 1 GiB blocks; the first is the memory there is. */
static void use_stage2(struct fixture *x, const struct pl1_registers *r, u64 hcr)
{
    use(x, r);
    x->rg.has_el2 = true;
    regime_take_hyp_stage2(&x->rg, hcr, 1u << 31 | 1 << 6, S2_ROOT | 9ull << 48, 0);
    put(x, S2_ROOT, 0, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
}

static void stage2_translates_both_levels_and_the_output(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    r.ttbr0 = 0x40000000 + L1_TABLE; /* an IPA */
    use_stage2(x, &r, 1);
    put(x, S2_ROOT, 1, AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put(x, S2_ROOT, 2, 0x4000000000 | AF | 1 << 6 | S2_NORMAL | VALID_BLOCK); /* read-only */
    put_l1(x, 0x100000, 0x40000000 | (u32)L2_TABLE | 1);
    put32(x, L2_TABLE, 0x80002000 | ap_page(3) | 2);
    assert_true(walk(x, 0x100004, MMU_READ, false));
    assert_int_equal(x->t.pa.v, 0x4000002004);
    assert_int_equal(x->t.ipa.v, 0x80002004);
    assert_false(walk(x, 0x100004, MMU_WRITE, false));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    assert_int_equal(x->f.ipa.v, 0x80002004);
    assert_int_equal(regime_vmid(&x->rg), 9);
}

static void stage2_faults_of_walks_are_s1ptw(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use_stage2(x, &r, 1);
    put_l1(x, 0x100000, 0xc0000400 | 5 << 5 | 1);
    assert_false(walk(x, 0x1ff000, MMU_WRITE, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 1);
    assert_true(x->f.s1ptw && x->f.ipa_valid);
    assert_int_equal(x->f.ipa.v, 0xc0000400 + 0xff * 4);
    r.ttbr0 = 0xc0000000;
    use_stage2(x, &r, 1);
    assert_false(walk(x, 0x12300000, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 1);
    assert_int_equal(x->f.ipa.v, 0xc0000000 + 0x123 * 4);
    r = registers();
    use_stage2(x, &r, 1 | 4); /* HCR.PTW */
    put(x, S2_ROOT, 0, AF | S2_RW | VALID_BLOCK);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 2, FAULT_PERMISSION, 1);
    assert_true(x->f.s1ptw);
}

/* Faults of stage 1, the domain's among them, come before any of stage 2. */
static void stage1_is_asked_first(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    put_l1(x, 0x100000, 0xc0000000 | ap_section(3) | 4 << 5 | 2); /* an IPA that stage 2 does not map */
    r.dacr = 0;
    use_stage2(x, &r, 1);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 1, FAULT_DOMAIN, 1);
    r.dacr = CLIENTS;
    use_stage2(x, &r, 1);
    assert_false(walk(x, 0x100000, MMU_READ, true));
    expect_fault(x, 2, FAULT_TRANSLATION, 1);
    r.dacr = 3 << 8; /* a manager's access goes on to stage 2 */
    use_stage2(x, &r, 1);
    put_l1(x, 0x100000, 0xc0000000 | 4 << 5 | 2);
    assert_false(walk(x, 0x100000, MMU_WRITE, false));
    expect_fault(x, 2, FAULT_TRANSLATION, 1);
}

static void a_supersections_ipa_has_40_bits(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    use_stage2(x, &r, 1);
    regime_take_hyp_stage2(&x->rg, 1, 1u << 31 | 1 << 6 | 0x18, S2_ROOT, 0); /* T0SZ -8: 40 bits, two tables of level 1 */
    put(x, S2_ROOT, 0x3ff, 0x80000000 | AF | S2_RW | S2_NORMAL | VALID_BLOCK);
    put_l1(x, 0x01000000, 0xc2000000 | 0xf << 20 | 1 << 18 | ap_section(3) | 0xf << 5 | 2);
    assert_true(walk(x, 0x01034567, MMU_READ, true));
    assert_int_equal(x->t.ipa.v, 0xffc2034567);
    assert_int_equal(x->t.pa.v, 0x82034567);
}

/* ---- what walks leave behind ---- */

static void tables_are_kept_until_their_tlbi(void **state)
{
    struct fixture *x = *state;
    struct pl1_registers r = registers();
    struct mmu_request rq = { .va = VA(0x100000), .kind = MMU_READ, .size = 4, .privileged = true };
    put_l2(x, 0x100000, 6, 8 | 4, 0x700000 | ap_page(3) | 2);
    put32(x, L2_TABLE + 4, 0x800000 | ap_page(3) | 2);
    put32(x, L2_TABLE + 8, 0x900000 | ap_page(3) | 2);
    use_with(x, &r, true);
    assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f));
    put_l1(x, 0x100000, 0); /* no maintenance: the table is still known, with what it hands down */
    rq.va = VA(0x101000);
    assert_true(mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f));
    assert_int_equal(x->t.pa.v, 0x800000);
    assert_true(x->t.ns && !x->t.executable); /* NS, PXN */
    assert_int_equal(x->mmu.stats.walk_reads, 3);
    struct tlbi op = { .scope = TLBI_VA_ALL_ASID, .secure = true, .va = VA(0x101000) };
    mmu_tlbi(&x->mmu, &op);
    assert_false(mmu_translate(&x->mmu, &x->rg, &rq, &x->t, &x->f));
    expect_fault(x, 1, FAULT_TRANSLATION, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_size_translates),
        TEST(ttbcr_n_splits_the_addresses),
        TEST(invalid_descriptors_fault_at_their_level),
        TEST(tables_outside_memory_abort_at_their_level),
        TEST(afe_makes_ap0_the_access_flag),
        TEST(permissions_follow_the_manual),
        TEST(each_domain_has_its_field_of_dacr),
        TEST(supersections_are_of_domain_0),
        TEST(domains_come_after_the_access_flag),
        TEST(dacr_is_not_kept_in_the_tlb),
        TEST(tex_without_remap),
        TEST(tex_with_remap),
        TEST(without_sctlr_c_normal_memory_is_not_cacheable),
        TEST(with_stage1_off_data_is_strongly_ordered),
        TEST(global_by_ng_and_asid_by_contextidr),
        TEST(secure_descriptors_choose_by_ns),
        TEST(sctlr_ee_reverses_descriptors),
        TEST(stage2_translates_both_levels_and_the_output),
        TEST(stage2_faults_of_walks_are_s1ptw),
        TEST(stage1_is_asked_first),
        TEST(a_supersections_ipa_has_40_bits),
        TEST(tables_are_kept_until_their_tlbi),
    };
    return cmocka_run_group_tests_name("walker_short", tests, NULL, NULL);
}
