/* Long descriptors: stage 1 of PL1&0 and of Hyp mode, stage 2: rights, limits of tables, sizes, status of faults, PAR (DDI 0406 B3.6, B3.7, B3.13;
 * DDI 0487 G5.5). What is found is checked against the manual's rules, written down once more. */
#include "access_at.h"

/* Code is in the block at 0x40000000; what is tried, at PROBE, lies at TARGET. */
#define PROBE 0x80000000u
#define TARGET 0x44000000u
#define SCTLR_M 1u
#define SCTLR_WXN (1u << 19)
#define SCTLR_UWXN (1u << 20)
#define EAE (1u << 31)
#define AF (1ull << 10)
#define LEAF (AF | 3 << 8)

static u64 level1[4] __attribute__((aligned(4096))), level2[512] __attribute__((aligned(4096))), level3[512] __attribute__((aligned(4096)));
static u64 other1[4] __attribute__((aligned(4096)));
static u32 sctlr_off;

static void flush(void)
{
    __asm__ volatile("dsb\n mcr p15, 4, %0, c8, c7, 4\n mcr p15, 4, %0, c8, c7, 0\n dsb\n isb" : : "r"(0) : "memory"); /* TLBIALLNSNH, TLBIALLH */
}

static u64 get_par(void)
{
    u32 low, high;
    __asm__ volatile("isb\n mrrc p15, 0, %0, %1, c7" : "=r"(low), "=r"(high));
    return (u64)high << 32 | low;
}

static void set_wide(u32 which, u64 value) /* 0 TTBR0, 1 TTBR1, 4 HTTBR, 6 VTTBR */
{
    u32 low = (u32)value, high = (u32)(value >> 32);
    if (which == 0)
        __asm__ volatile("mcrr p15, 0, %0, %1, c2\n isb" : : "r"(low), "r"(high) : "memory");
    else if (which == 1)
        __asm__ volatile("mcrr p15, 1, %0, %1, c2\n isb" : : "r"(low), "r"(high) : "memory");
    else if (which == 4)
        __asm__ volatile("mcrr p15, 4, %0, %1, c2\n isb" : : "r"(low), "r"(high) : "memory");
    else
        __asm__ volatile("mcrr p15, 6, %0, %1, c2\n isb" : : "r"(low), "r"(high) : "memory");
}

/* A leaf of `level` at PROBE with these attributes, below tables with those limits. */
static void map(u32 level, u64 attributes, u64 limits)
{
    volatile u64 *l1 = level1, *l2 = level2, *l3 = level3;
    u64 block = level == 1 ? (TARGET & ~0x3fffffffu) : TARGET;
    l1[2] = level == 1 ? block | LEAF | attributes | 1 : (u32)level2 | 3 | limits;
    l2[0] = level == 2 ? block | LEAF | attributes | 1 : (u32)level3 | 3;
    l3[0] = block | LEAF | attributes | 3;
    flush();
}

static void tables_on(void)
{
    for (u32 i = 0; i < 512; i++)
        level2[i] = level3[i] = 0;
    level1[0] = level1[3] = 0;
    level1[1] = 0x40000000 | LEAF | 3 << 6 | 1; /* read-only, executable */
    sctlr_off = CP15_GET(0, 1, 0, 0) & ~(SCTLR_M | SCTLR_WXN | SCTLR_UWXN);
    CP15_SET(0, 10, 2, 0, 0xff44ff);
    CP15_SET(0, 2, 0, 2, EAE);
    set_wide(0, (u32)level1);
    set_wide(1, (u32)other1);
    *(volatile u32 *)TARGET = *(volatile u32 *)0x40000000 = 0xe7f000f0; /* UDF */
}

/* ---- rights of stage 1 ---- */

/* AP[2:1] less what the tables above take (B3.7.1, B3.7.2). */
static bool is_allowed(u32 ap, bool xn, bool pxn, u32 limits, u32 sctlr, enum kind kind, bool user)
{
    bool read_only = (ap | limits >> 2) >> 1 & 1, el0 = ap & 1 && !(limits >> 2 & 1); /* limits: PXNTable, XNTable, APTable[0], APTable[1] */
    bool readable = !user || el0, writable = readable && !read_only, el0_writes = el0 && !read_only;
    if (kind == READ)
        return readable;
    if (kind == WRITE)
        return writable;
    return readable && !xn && !(limits >> 1 & 1) && !((pxn || (limits & 1)) && !user) && !((sctlr & SCTLR_WXN) && writable) &&
           !((sctlr & SCTLR_UWXN) && !user && el0_writes);
}

static void check_page(u32 level, u32 ap, bool xn, bool pxn, u32 limits, u32 sctlr)
{
    map(level, (u64)ap << 6 | (u64)xn << 54 | (u64)pxn << 53, (u64)limits << 59);
    CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M | sctlr);
    for (enum kind kind = READ; kind <= FETCH; kind++)
        for (u32 user = 0; user < 2; user++) {
            u32 status = is_allowed(ap, xn, pxn, level == 1 ? 0 : limits, sctlr, kind, user) ? 0 : 0x20c | level;
            struct outcome o = access_at(kind, user, PROBE);
            if (o.other || (o.status & 0x23f) != status || (status && o.address != PROBE) || (status && (o.status >> 11 & 1) != (kind == WRITE))) {
                print_hex(level << 28 | ap << 24 | (u32)xn << 21 | (u32)pxn << 20 | limits << 16 | sctlr >> 19 << 8 | kind << 4 | user);
                check2(" page: status", o.other ? "and something else" : "", o.status & 0xa3f, status | (kind == WRITE && status) << 11);
            } else {
                check("page", 0, 0);
            }
        }
    CP15_SET(0, 1, 0, 0, sctlr_off);
}

static void rights(void)
{
    static const u32 controls[] = { 0, SCTLR_WXN, SCTLR_UWXN };
    for (u32 level = 1; level < 4; level++)
        for (u32 i = 0; i < 256 * 3; i++)
            if (level > 1 || !(i & 0xf0))
                check_page(level, i & 3, i >> 2 & 1, i >> 3 & 1, i >> 4 & 15, controls[i >> 8]);
}

/* ---- faults of stage 1, by level ---- */

static void faults(void)
{
    static const struct {
        const char *name;
        u64 l1, l2, l3;
        u32 status;
    } table[] = {
        { "nothing at level 1", 0, 0, 0, 5 }, { "nothing at level 2", 3, 0, 0, 6 }, { "nothing at level 3", 3, 3, 0, 7 },
        { "reserved at level 3", 3, 3, TARGET | LEAF | 1, 7 }, { "access flag at level 1", 0x40000000 | 1 << 6 | 1, 0, 0, 9 },
        { "access flag at level 2", 3, TARGET | 1 << 6 | 1, 0, 10 }, { "access flag at level 3", 3, 3, TARGET | 1 << 6 | 3, 11 },
        { "a table of level 2 nowhere", 0x20000003, 0, 0, 0x16 }, { "a table of level 3 nowhere", 3, 0x20000003, 0, 0x17 },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        level1[2] = table[i].l1 == 3 ? (u32)level2 | 3 : table[i].l1;
        level2[0] = table[i].l2 == 3 ? (u32)level3 | 3 : table[i].l2;
        level3[0] = table[i].l3;
        flush();
        CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M);
        struct outcome o = access_at(WRITE, true, PROBE);
        check2(table[i].name, "DFSR", o.status & 0xe3f, 0xa00 | table[i].status);
        o = access_at(FETCH, false, PROBE);
        check2(table[i].name, "IFSR", o.status & 0xe3f, 0x200 | table[i].status);
        if (table[i].status < 0x10) {
            CP15_SET(0, 7, 8, 0, PROBE);
            check2(table[i].name, "PAR", (u32)get_par() & 0xb7f, 0x801 | table[i].status << 1);
        }
        CP15_SET(0, 1, 0, 0, sctlr_off);
    }
    struct state s = { .pc = A32("ldrd r2, r3, [r1]"), .psr = PSR_AIF | SVC, .r = { [1] = PROBE + 2 } };
    CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M);
    run(&s);
    check("alignment: DFSR", CP15_GET(0, 5, 0, 0) & 0xe3f, 0x221);
    s = (struct state){ .pc = A32("bkpt #0"), .psr = PSR_AIF | SVC };
    run(&s);
    check("BKPT: IFSR", CP15_GET(0, 5, 0, 1) & 0xe3f, 0x222);
    CP15_SET(0, 1, 0, 0, sctlr_off);
}

/* ---- TTBCR ---- */

/* Which table translates, B3.6.4: 0, 1, 2 neither. */
static u32 chosen(u32 va, u32 t0sz, u32 t1sz)
{
    u32 top1 = t1sz ? va >> (32 - t1sz) : 0;
    if (t1sz && top1 == (1u << t1sz) - 1)
        return 1;
    if (!t0sz || !(va >> (32 - t0sz)))
        return 0;
    return t1sz ? 2 : 1;
}

static void sizes(void)
{
    static u64 l2_low[512] __attribute__((aligned(4096))), l2_high[512] __attribute__((aligned(4096)));
    for (u32 i = 0; i < 4; i++) {
        level1[i] = (u32)l2_low | 3;
        other1[i] = (u32)l2_high | 3;
    }
    for (u32 i = 0; i < 512; i++) {
        l2_low[i] = 0x44000000 | LEAF | 1 << 6 | 1;
        l2_high[i] = 0x46000000 | LEAF | 1 << 6 | 1;
    }
    for (u32 i = 0; i < 64; i++)
        for (u32 epd = 0; epd < 4; epd++) {
            u32 t0sz = i & 7, t1sz = i >> 3;
            set_wide(0, t0sz < 2 ? (u32)level1 : (u32)l2_low);
            set_wide(1, t1sz < 2 && (t1sz || t0sz < 2) ? (u32)other1 : (u32)l2_high);
            if (!t1sz) /* TTBR1's part begins where TTBR0's ends: a table of level 1 where it has more than 1 GB */
                set_wide(1, (u32)other1);
            CP15_SET(0, 2, 0, 2, EAE | t0sz | t1sz << 16 | (epd & 1) << 7 | (epd >> 1) << 23);
            CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M);
            flush();
            for (u32 top = 0; top < 32; top++) {
                u32 va = top << 27 | 0x123000, which = chosen(va, t0sz, t1sz);
                CP15_SET(0, 7, 8, 0, va);
                u64 par = get_par();
                u32 want = which == 2 || (epd >> which & 1) ? 0x80b : (which ? 0x46000000 : 0x44000000) | 0x123000;
                if (want & 1 ? ((u32)par & 0xb7f) != want : ((u32)par & 0xfffff001) != want) {
                    print_hex(t0sz << 24 | t1sz << 16 | epd << 8 | top);
                    check2(" TTBCR", "PAR", (u32)par & 0xfffff37f, want);
                } else {
                    check("TTBCR", 0, 0);
                }
            }
            CP15_SET(0, 1, 0, 0, sctlr_off);
        }
    CP15_SET(0, 2, 0, 2, EAE);
    level1[0] = level1[3] = 0;
    level1[1] = 0x40000000 | LEAF | 3 << 6 | 1;
    set_wide(0, (u32)level1);
}

/* ---- stage 2 ---- */

static u64 s2_level1[1024] __attribute__((aligned(8192))), s2_level2[8192] __attribute__((aligned(65536))), s2_level3[512] __attribute__((aligned(4096)));

static void translate_both(bool write, u32 va)
{
    if (write)
        CP15_SET(0, 7, 8, 5, va);
    else
        CP15_SET(0, 7, 8, 4, va);
}

/* SL0, T0SZ: inconsistent ones and addresses beyond are translation faults at level 1 (B3.6.6). */
static void stage2_sizes(void)
{
    for (u32 i = 0; i < 1024; i++)
        s2_level1[i] = (u32)s2_level2 | 3;
    for (u32 i = 0; i < 8192; i++)
        s2_level2[i] = 0x44000000 | AF | 3 << 6 | 15 << 2 | 1;
    for (u32 sl0 = 0; sl0 < 2; sl0++)
        for (s32 t0sz = -8; t0sz < 8; t0sz++) {
            u32 bits = 32 - t0sz;
            bool ok = sl0 ? t0sz <= 1 : t0sz >= -2;
            set_wide(6, sl0 ? (u32)s2_level1 : (u32)s2_level2);
            CP15_SET(4, 2, 1, 2, 1u << 31 | sl0 << 6 | ((u32)t0sz & 15) | (t0sz < 0) << 4);
            CP15_SET(4, 1, 1, 0, 1);
            flush();
            for (u32 top = 0; top < 128; top += 3) {
                u32 ipa = top << 25 | 0x123000;
                translate_both(false, ipa);
                u64 par = get_par();
                bool beyond = bits < 32 && ipa >> bits;
                u32 want = !ok || beyond ? 0xa0b : 0x44123000;
                if (want & 1 ? ((u32)par & 0xb7f) != want : ((u32)par & 0xfffff001) != want) {
                    print_hex(sl0 << 16 | (t0sz & 15) << 8 | top);
                    check2(" VTCR", "PAR", (u32)par & 0xfffff37f, want);
                } else {
                    check("VTCR", 0, 0);
                }
            }
            CP15_SET(4, 1, 1, 0, 0);
        }
}

/* S2AP, XN and the access flag, at each level. */
static void stage2_rights(void)
{
    for (u32 i = 0; i < 1024; i++)
        s2_level1[i] = 0;
    s2_level1[1] = 0x40000000 | AF | 3 << 6 | 15 << 2 | 1;
    s2_level2[0] = (u32)s2_level3 | 3;
    set_wide(6, (u32)s2_level1);
    CP15_SET(4, 2, 1, 2, 1u << 31 | 1 << 6);
    for (u32 level = 1; level < 4; level++)
        for (u32 i = 0; i < 16; i++) {
            u32 ap = i & 3, xn = i >> 2 & 1, af = i >> 3;
            u64 leaf = (level == 1 ? 0x40000000 : TARGET) | (u64)af << 10 | ap << 6 | 15 << 2 | (u64)xn << 54 | 1;
            s2_level1[2] = level == 1 ? leaf : (u32)s2_level2 | 3;
            s2_level2[0] = level == 2 ? leaf : (u32)s2_level3 | 3;
            s2_level3[0] = leaf | 2;
            CP15_SET(4, 1, 1, 0, 1);
            flush();
            for (enum kind kind = READ; kind <= FETCH; kind++) {
                const u32 at[] = { A32("ldr r2, [r1]\n udf #0"), A32("str r2, [r1]\n udf #0"), A32("bx r1") };
                struct state s = { .pc = at[kind], .psr = PSR_AIF | SVC, .r = { [1] = PROBE + 8, [2] = 0xe7f000f0 } };
                *(volatile u32 *)(TARGET + 8) = *(volatile u32 *)0x40000008 = 0xe7f000f0;
                run(&s);
                bool ok = af && (kind == FETCH ? !xn && ap & 1 : kind == READ ? ap & 1 : ap >> 1);
                u32 status = (af ? 0xc : 8) | level;
                u32 want = ok ? TAKEN(1) : kind == FETCH ? HSR(EC_PABT, status) : HSR(EC_DABT, 1 << 24 | 2 << 22 | 2 << 16 | (kind == WRITE) << 6 | status);
                check2("stage 2", "HSR", s.hsr, want);
                if (!ok)
                    check2("stage 2", "address", kind == FETCH ? s.hifar : s.hdfar, PROBE + 8);
                if (!ok && !af) /* of permission faults it is UNKNOWN */
                    check2("stage 2", "HPFAR", s.hpfar, PROBE >> 12 << 4);
                CP15_SET(4, 1, 1, 0, 1);
                if (kind == FETCH)
                    continue;
                translate_both(kind == WRITE, PROBE + 0x123);
                u32 par = (u32)get_par();
                check2("stage 2", "PAR", ok ? par & 0xfffff001 : par & 0xb7f, ok ? level == 1 ? 0x40000000 : TARGET : 0xa01 | status << 1);
            }
            CP15_SET(4, 1, 1, 0, 0);
        }
}

/* ---- Hyp mode's stage 1 ---- */

static u64 hyp_level1[4] __attribute__((aligned(4096)));

static void hyp_stage1(void)
{
    u32 hsctlr = CP15_GET(4, 1, 0, 0);
    hyp_level1[0] = 1 << 6 | AF | 1;               /* devices: attribute 0 */
    hyp_level1[1] = 0x40000000 | LEAF | 1 << 6 | 1 << 2 | 1;
    CP15_SET(4, 10, 2, 0, 0xff00);
    CP15_SET(4, 2, 0, 2, 0x80800000);
    set_wide(4, (u32)hyp_level1);
    for (u32 level = 1; level < 4; level++)
        for (u32 i = 0; i < 8; i++) {
            u32 ro = i & 1, xn = i >> 1 & 1, af = i >> 2;
            u64 leaf = (level == 1 ? 0x40000000 : TARGET) | 3 << 8 | (u64)af << 10 | 1 << 6 | ro << 7 | 1 << 2 | (u64)xn << 54 | 1;
            hyp_level1[2] = level == 1 ? leaf : (u32)level2 | 3;
            level2[0] = level == 2 ? leaf : (u32)level3 | 3;
            level3[0] = leaf | 2;
            flush();
            for (enum kind kind = READ; kind <= FETCH; kind++) {
                const u32 at[] = { A32("ldr r2, [r1]\n udf #0"), A32("str r2, [r1]\n udf #0"), A32("bx r1") };
                struct state s = { .pc = at[kind], .psr = PSR_AIF | HYP, .r = { [1] = PROBE + 8, [2] = 0xe7f000f0 } };
                CP15_SET(4, 1, 0, 0, hsctlr | SCTLR_M);
                run(&s);
                CP15_SET(4, 7, 8, 0, PROBE + 0x123);
                u32 par_r = (u32)get_par();
                CP15_SET(4, 7, 8, 1, PROBE + 0x123);
                u32 par_w = (u32)get_par();
                CP15_SET(4, 1, 0, 0, hsctlr);
                bool ok = af && (kind == FETCH ? !xn : kind == READ || !ro);
                u32 status = (af ? 0xc : 8) | level;
                check2("Hyp mode", "HSR", s.hsr, ok ? HSR(0, 0) : HSR(kind == FETCH ? 0x21 : EC_DABT_HYP, (kind == WRITE) << 6 | status));
                check2("Hyp mode", "vector", s.vector, ok ? 1 : kind == FETCH ? 3 : 4);
                if (!ok)
                    check2("Hyp mode", "address", kind == FETCH ? s.hifar : s.hdfar, PROBE + 8);
                check2("Hyp mode", "PAR of ATS1HR", af ? par_r & 0xfffff001 : par_r & 0xb7f, af ? level == 1 ? 0x40000000 : TARGET : 0x801 | status << 1);
                check2("Hyp mode", "PAR of ATS1HW", af && !ro ? par_w & 0xfffff001 : par_w & 0xb7f,
                       af && !ro ? level == 1 ? 0x40000000 : TARGET : 0x801 | status << 1);
            }
        }
    CP15_SET(4, 1, 0, 0, hsctlr);
    flush();
}

void guest_main(void);
void guest_main(void)
{
    tables_on();
    rights();
    faults();
    sizes();
    CP15_SET(0, 2, 0, 2, 0);
    stage2_sizes();
    stage2_rights();
    hyp_stage1();
    finish();
}
