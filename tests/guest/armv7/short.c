/* Short descriptors seen from PL1 and PL0: rights, domains, access flag, status of faults, TTBCR, attributes, PAR (DDI 0406 B3.5, B3.7, B3.13; DDI 0487
 * G5.4). What each access does is checked against rules() below, which is the manual's text once more. */
#include "access_at.h"

/* Code is at 0x42000000; what is tried, at PROBE, lies at TARGET. */
#define PROBE 0x80000000u
#define TARGET 0x44000000u
#define SCTLR_M 1u
#define SCTLR_WXN (1u << 19)
#define SCTLR_UWXN (1u << 20)
#define SCTLR_TRE (1u << 28)
#define SCTLR_AFE (1u << 29)

enum leaf { SECTION, SUPERSECTION, LARGE, SMALL };
static u32 level1[4096] __attribute__((aligned(16384))), upper[4096] __attribute__((aligned(16384))), level2[256] __attribute__((aligned(1024)));
static u32 sctlr_off;

static void flush(void)
{
    __asm__ volatile("dsb\n mcr p15, 4, %0, c8, c7, 4\n dsb\n isb" : : "r"(0) : "memory"); /* TLBIALLNSNH */
}

/* A leaf at PROBE; attributes: TEX, C and B as one number. */
static void map(enum leaf leaf, u32 ap, bool xn, bool pxn, u32 domain, u32 tex_c_b, bool shared, bool ng)
{
    volatile u32 *l1 = level1, *l2 = level2;
    u32 tex = tex_c_b >> 2, cb = tex_c_b & 3, n = leaf == SUPERSECTION ? 16 : 1;
    u32 high = (ap >> 2) << 15 | (ap & 3) << 10 | (u32)shared << 16 | (u32)ng << 17;
    for (u32 i = 0; i < 16; i++)
        l1[(PROBE >> 20) + i] = 0;
    for (u32 i = 0; i < n; i++)
        l1[(PROBE >> 20) + i] = leaf >= LARGE ? (u32)level2 | domain << 5 | (u32)pxn << 2 | 1
                              : TARGET | high | tex << 12 | (leaf == SUPERSECTION ? 1u << 18 : domain << 5) | (u32)xn << 4 | cb << 2 | 2 | pxn;
    for (u32 i = 0; i < 16; i++)
        l2[i] = 0;
    high = (ap >> 2) << 9 | (ap & 3) << 4 | (u32)shared << 10 | (u32)ng << 11 | cb << 2;
    if (leaf == SMALL)
        l2[0] = TARGET | high | tex << 6 | 2 | xn;
    for (u32 i = 0; leaf == LARGE && i < 16; i++)
        l2[i] = TARGET | high | tex << 12 | (u32)xn << 15 | 1;
    flush();
}

static void tables_on(void)
{
    for (u32 i = 0; i < 4096; i++)
        level1[i] = upper[i] = 0;
    level1[0x420] = 0x42000000 | 1 << 15 | 3 << 10 | 15 << 5 | 1 << 12 | 3 << 2 | 2; /* read-only and executable, domain 15 */
    sctlr_off = CP15_GET(0, 1, 0, 0) & ~(SCTLR_M | SCTLR_WXN | SCTLR_UWXN | SCTLR_TRE | SCTLR_AFE);
    CP15_SET(0, 2, 0, 2, 0);
    CP15_SET(0, 2, 0, 0, level1);
    CP15_SET(0, 2, 0, 1, upper);
    CP15_SET(0, 3, 0, 0, 1u << 30);
    *(volatile u32 *)TARGET = 0xe7f000f0; /* UDF */
}

/* PAR of ATS1CPR, CPW, CUR, CUW at PL1. */
static u32 translate(bool write, bool user, u32 va)
{
    const u32 at[] = { A32("mcr p15, 0, r1, c7, c8, 0\n isb\n mrc p15, 0, r0, c7, c4, 0"), A32("mcr p15, 0, r1, c7, c8, 1\n isb\n mrc p15, 0, r0, c7, c4, 0"),
                       A32("mcr p15, 0, r1, c7, c8, 2\n isb\n mrc p15, 0, r0, c7, c4, 0"), A32("mcr p15, 0, r1, c7, c8, 3\n isb\n mrc p15, 0, r0, c7, c4, 0") };
    struct state s = { .pc = at[2 * user + write], .psr = PSR_AIF | SVC, .r = { [1] = va } };
    run(&s);
    return s.r[0];
}

/* ---- rights ---- */

struct page {
    enum leaf leaf;
    u32 ap, domain_access, sctlr;
    bool xn, pxn;
};

/* FS[4:0] of the fault, or 0. Table B3-8, B3-9; B3.7.2 and B3.7.3 for XN, PXN, WXN, UWXN; B3.12.3 for the order. */
static u32 rules(const struct page *p, enum kind kind, bool user)
{
    static const char pl1[] = "-wwwrrrr", pl0[] = "--rw--rr", afe1[] = "wwrr", afe0[] = "-w-r"; /* w: read and write */
    bool small = p->leaf >= LARGE, afe = p->sctlr & SCTLR_AFE;
    char to_pl1 = afe ? afe1[p->ap >> 1] : pl1[p->ap], to_pl0 = afe ? afe0[p->ap >> 1] : pl0[p->ap], to = user ? to_pl0 : to_pl1;
    if (afe && !(p->ap & 1))
        return small ? 6 : 3;
    if (p->domain_access == 3)
        return 0;
    if (p->domain_access != 1)
        return small ? 0xb : 9;
    bool ok = kind == WRITE ? to == 'w' : to != '-';
    if (kind == FETCH) {
        ok &= !p->xn && !(p->pxn && !user);
        ok &= !((p->sctlr & SCTLR_WXN) && to == 'w');
        ok &= !((p->sctlr & SCTLR_UWXN) && !user && to_pl0 == 'w');
    }
    return ok ? 0 : small ? 0xf : 0xd;
}

static void check_page(const struct page *p)
{
    u32 domain = p->leaf == SUPERSECTION ? 0 : 5;
    CP15_SET(0, 3, 0, 0, 1u << 30 | p->domain_access << 2 * domain);
    CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M | p->sctlr);
    map(p->leaf, p->ap, p->xn, p->pxn, domain, 7, false, false);
    for (enum kind kind = READ; kind <= FETCH; kind++)
        for (u32 user = 0; user < 2; user++) {
            u32 fs = rules(p, kind, user);
            struct outcome o = access_at(kind, user, PROBE);
            u32 what = p->leaf << 28 | p->ap << 24 | p->domain_access << 20 | (u32)p->xn << 17 | (u32)p->pxn << 16 | (p->sctlr >> 19 & 3) << 12 |
                       (p->sctlr >> 29 & 1) << 8 | kind << 4 | user;
            if (o.other || (o.status & 0x40f) != fs || (fs && o.address != PROBE) || (fs && (o.status >> 11 & 1) != (kind == WRITE))) {
                print_hex(what);
                check2(" page: status", o.other ? "and something else" : "", o.status & 0xc0f, fs | (kind == WRITE && fs) << 11);
            }
            if (fs && kind != FETCH && (fs & 0xd) != 0xd && domain && fs != 3)
                check("DFSR's domain", o.status >> 4 & 15, domain);
            if (kind == FETCH)
                continue;
            u32 par = translate(kind == WRITE, user, PROBE + 0x123);
            check("PAR", fs ? par & 0x7f : par & 0xfffff001, fs ? fs << 1 | 1 : p->leaf == SUPERSECTION ? TARGET & 0xff000000 : TARGET);
        }
    CP15_SET(0, 1, 0, 0, sctlr_off);
}

static void rights(void)
{
    static const u32 controls[] = { 0, SCTLR_AFE, SCTLR_WXN, SCTLR_UWXN, SCTLR_WXN | SCTLR_UWXN | SCTLR_AFE };
    for (u32 leaf = SECTION; leaf <= SMALL; leaf++)
        for (u32 ap = 0; ap < 8; ap++)
            for (u32 more = 0; more < 80; more++) {
                struct page p = { leaf, ap, more & 3, controls[more >> 4], more >> 2 & 1, more >> 3 & 1 };
                if (ap != 4 && p.domain_access != 2) /* reserved */
                    check_page(&p);
            }
}

/* ---- TTBCR ---- */

static void split(void)
{
    CP15_SET(0, 3, 0, 0, 0x55555555);
    CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M);
    map(SECTION, 3, false, false, 0, 7, false, false);
    upper[PROBE >> 20] = (level1[PROBE >> 20] & 0xfffff) | (TARGET + 0x100000); /* other memory */
    upper[0x400] = level1[0x400] = upper[PROBE >> 20];
    upper[0x420] = level1[0x420];
    for (u32 n = 0; n < 8; n++)
        for (u32 pd = 0; pd < 4; pd++) {
            static const u32 probes[] = { PROBE, 0x40000000, 0x42000000 };
            for (u32 i = 0; i < 3; i++) {
                u32 va = probes[i];
                bool second = n && va >> (32 - n);
                u32 want = pd >> second & 1 ? 5u << 1 | 1 : va == 0x42000000 ? 0x42000000 : va == PROBE && !second ? TARGET : TARGET + 0x100000;
                CP15_SET(0, 2, 0, 2, n | pd << 4);
                CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M);
                flush();
                CP15_SET(0, 7, 8, 0, va);
                u32 par = CP15_GET(0, 7, 4, 0); /* of Hyp mode: 64 bits, with the status of the short format's walk */
                CP15_SET(0, 1, 0, 0, sctlr_off);
                if (want & 1)
                    check("TTBCR.PD: PAR.F", par & 1, 1);
                else
                    check("TTBCR.N: PAR", par & 0xfffff001, want);
            }
        }
    CP15_SET(0, 2, 0, 2, 0);
    flush();
}

/* ---- attributes ---- */

#define PRRR 0xa50a89a8u
#define NMRR 0x44e048e0u
enum { STRONGLY_ORDERED = 0x10, DEVICE = 0x30 }; /* PAR's Inner field */

/* PAR[10, 7:2]: NOS, SH, Inner, Outer. The cacheabilities are those of Table B3-11: 0 none, 1 write-back with allocation, 2 write-through, 3 write-back. */
static u32 normal(u32 outer, u32 inner, bool shared, bool not_outer)
{
    bool cached = outer || inner; /* Normal memory that nothing caches is Outer Shareable (A3.5.5) */
    return (inner ? inner | 4 : 0) << 4 | outer << 2 | (shared || !cached) << 7 | (u32)(shared && not_outer && cached) << 10;
}

/* Table B3-10; what is reserved there is Normal and Non-cacheable here. */
static u32 attributes_of(u32 tcb, bool s)
{
    static const u8 kind[16] = { STRONGLY_ORDERED, DEVICE, 2, 3, 0, 0, 0, 1, DEVICE, 0, 0, 0, 0, 0, 0, 0 };
    if (tcb & 16)
        return normal(tcb >> 2 & 3, tcb & 3, s, false);
    return kind[tcb] >= 0x10 ? kind[tcb] | 0x80u : normal(kind[tcb], kind[tcb], s, false);
}

/* B3.8.3 */
static u32 remapped(u32 tcb, bool s)
{
    u32 n = tcb & 7, type = PRRR >> 2 * n & 3;
    if (type < 2)
        return (type ? DEVICE : STRONGLY_ORDERED) | 0x80u;
    return normal(NMRR >> (16 + 2 * n) & 3, NMRR >> 2 * n & 3, PRRR >> (18 + s) & 1, PRRR >> (24 + n) & 1);
}

/* QEMU 7.2 has none of them in PAR. */
static void attributes(void)
{
    CP15_SET(0, 3, 0, 0, 0x55555555);
    CP15_SET(0, 10, 2, 0, PRRR);
    CP15_SET(0, 10, 2, 1, NMRR);
    for (u32 tre = 0; tre < 2; tre++)
        for (u32 tcb = 0; tcb < 32; tcb++)
            for (u32 s = 0; s < 2; s++) {
                CP15_SET(0, 1, 0, 0, sctlr_off | SCTLR_M | (tre ? SCTLR_TRE : 0) | 4);
                map(s ? SMALL : SECTION, 3, false, false, 0, tcb, s, false);
                u32 par = translate(false, false, PROBE);
                CP15_SET(0, 1, 0, 0, sctlr_off);
                check(tre ? "attributes, remapped" : "attributes", (par & 0x4fc) << 8 | tcb, (tre ? remapped(tcb, s) : attributes_of(tcb, s)) << 8 | tcb);
            }
}

void guest_main(void);
void guest_main(void)
{
    tables_on();
    rights();
    split();
    attributes();
    finish();
}
