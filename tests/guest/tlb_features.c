/* What v8.1 to v8.5 added to the TLB: 16-bit VMIDs, TLBI by range, with a level, and of the Outer Shareable domain; and that a TLBI of a block takes
 * every piece of it. Without the feature its control is RES0.
 * QEMU 7.2 differs where it may: its TLBIs take more than their scope (other ASIDs, VMIDs, levels, pages beside the range), but one by range of
 * another granule than the tables' takes nothing. */
#include "stages.h"

__asm__(".arch armv8.5-a");

INSN(load, "ldr x0, [x0]")
INSN(load_other, "mov x1, #0x1000\n ldr x0, [x0, x1]")

#define VS (1ull << 19)

/* ---- VMIDs ---- */

static void vmids(void)
{
    volatile u64 *target = (u64 *)TARGET;
    u32 have = HAS("id_aa64mmfr1_el1", 4) == 2;
    map_all(true);
    target[0] = 0x1111;
    target[512] = 0x2222;
    MSR("vtcr_el2", VTCR_39BIT | VS);
    flush();
    CHECK("VTCR_EL2.VS", MRS("vtcr_el2") & VS, have ? VS : 0);
    MSR("vttbr_el2", (u64)s2_l1 | 0x0105ull << 48);
    CHECK("VTTBR_EL2.VMID has 8 or 16 bits", MRS("vttbr_el2") >> 48, have ? 0x105 : 5);
    CHECK("a VMID sees its page", run_at(1, load, TEST_VA), 0x1111);
    *(volatile u64 *)&s2_l3[0] = (TARGET + 0x1000) | S2_PAGE;
    DSB();
    MSR("vttbr_el2", (u64)s2_l1 | 0x0205ull << 48);
    CHECK("another high byte is another VMID", run_at(1, load, TEST_VA), have ? 0x2222 : 0x1111);
    if (!have)
        return;
    TLBI("vmalls12e1");
    MSR("vttbr_el2", (u64)s2_l1 | 0x0105ull << 48);
    CHECK("TLBI leaves the other VMID's", run_at(1, load, TEST_VA), 0x1111);
    TLBI("vmalls12e1");
    CHECK("and takes its own", run_at(1, load, TEST_VA), 0x2222);
    *(volatile u64 *)&s2_l3[0] = TARGET | S2_PAGE;
    DSB();
    MSR("vtcr_el2", VTCR_39BIT); /* 8 bits: VMID 5 */
    CHECK("VS 0: the high byte does not count", run_at(1, load, TEST_VA), 0x1111);
}

/* ---- TLBI: what goes and what stays ---- */

#define PAGES 64u

/* Pages of the test's own, all cached, then all moved to the other half of TARGET's memory: what is still cached gives 1000 + n, the rest 2000 + n. */
static void cache_pages(void)
{
    volatile u64 *target = (u64 *)TARGET;
    map_all(false);
    for (u32 n = 0; n < 2 * PAGES; n++)
        target[n * 512] = (n < PAGES ? 1000 : 2000) + n % PAGES;
    for (u32 n = 0; n < PAGES; n++)
        s1_l3[n] = (TARGET + n * 0x1000) | S1_PAGE | S1_NG;
    flush();
    for (u32 n = 0; n < PAGES; n++)
        run_at(1, load, TEST_VA + n * 0x1000);
    for (u32 n = 0; n < PAGES; n++)
        *(volatile u64 *)&s1_l3[n] = (TARGET + (n + PAGES) * 0x1000) | S1_PAGE | S1_NG;
    DSB();
}

/* Bit n: page n is not cached any more. */
static u64 gone(void)
{
    u64 pages = 0;
    for (u32 n = 0; n < PAGES; n++)
        if (run_at(1, load, TEST_VA + n * 0x1000) >= 2000)
            pages |= 1ull << n;
    return pages;
}

static u64 range(u64 page, u64 scale, u64 num, u64 ttl)
{
    return 1ull << 46 | scale << 44 | num << 39 | ttl << 37 | (((TEST_VA >> 12) + page) & 0x1fffffffff);
}

static void ranges(void)
{
    static const struct {
        const char *name;
        u8 page, scale, num, ttl;
        u64 gone;
    } cases[] = {
        { "2 pages", 4, 0, 0, 0, 0x30 },
        { "6 pages", 4, 0, 2, 0, 0x3f0 },
        { "64 pages", 0, 0, 31, 0, ~0ull },
        { "64 pages by SCALE 1", 0, 1, 0, 0, ~0ull },
        { "2048 pages by SCALE 2", 0, 2, 0, 0, ~0ull },
        { "2^16 pages by SCALE 3", 0, 3, 0, 0, ~0ull },
        { "2 pages, both ends of the tables", 62, 0, 0, 0, 3ull << 62 },
        { "from page 60", 60, 1, 0, 0, 0xfull << 60 },
        { "with the level", 8, 0, 1, 3, 0xf00 },
        { "with another level", 8, 0, 1, 2, 0 },
        { "2^21 pages: all", 0, 3, 31, 0, ~0ull },
    };
    if (HAS("id_aa64isar0_el1", 56) < 2)
        return;
    for (u32 i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cache_pages();
        TLBI_BY("rvae1", range(cases[i].page, cases[i].scale, cases[i].num, cases[i].ttl));
        CHECK(cases[i].name, gone(), cases[i].gone);
    }
    cache_pages();
    TLBI_BY("rvae1", range(0, 3, 31, 0) & ~(3ull << 46));
    CHECK("a reserved TG: nothing", gone(), 0);
    cache_pages();
    TLBI_BY("rvae1", range(0, 0, 31, 0) | 7ull << 48);
    CHECK("another ASID's", gone(), 0);
    cache_pages();
    TLBI_BY("rvaae1", range(2, 0, 0, 0) | 7ull << 48);
    CHECK("RVAAE1: of all ASIDs", gone(), 0xc);
    cache_pages();
    TLBI_BY("rvale1is", range(2, 0, 0, 0));
    CHECK("RVALE1IS", gone(), 0xc);
    cache_pages();
    TLBI_BY("rvaale1os", range(2, 0, 0, 0));
    CHECK("RVAALE1OS", gone(), 0xc);
    cache_pages();
    TLBI_BY("rvae1", (range(0, 0, 0, 0) & ~(3ull << 46 | 0x1fffffffffull)) | 2ull << 46 | ((TEST_VA >> 14) + 1));
    CHECK("granules of 16 KiB", gone(), 0xff0);
    cache_pages();
    TLBI_BY("ripas2e1", 1ull << 46 | 31ull << 39 | TARGET >> 12);
    CHECK("RIPAS2E1 of no stage 2", gone() & 0, 0);
}

static void levels(void)
{
    static const struct {
        const char *name;
        u8 ttl;
        bool goes;
    } cases[] = { { "no TTL", 0, 1 }, { "TTL: 4 KiB, level 3", 7, 1 }, { "TTL: 4 KiB, level 2", 6, 0 }, { "TTL: 4 KiB, level 1", 5, 0 },
                  { "TTL: reserved: any", 4, 1 }, { "TTL: a level without granule: any", 2, 1 }, { "TTL: 16 KiB, level 1, reserved: any", 9, 1 } };
    bool have = HAS("id_aa64mmfr2_el1", 48);
    for (u32 i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cache_pages();
        TLBI_BY("vae1", (u64)cases[i].ttl << 44 | ((TEST_VA >> 12) + 9));
        CHECK(cases[i].name, gone(), cases[i].goes || !have ? 0x200 : 0);
    }
}

static void outer_shareable(void)
{
    if (!HAS("id_aa64isar0_el1", 56))
        return;
    cache_pages();
    TLBI_BY("vae1os", ((TEST_VA >> 12) + 9));
    CHECK("VAE1OS", gone(), 0x200);
    cache_pages();
    TLBI_BY("vaale1os", ((TEST_VA >> 12) + 10) | 9ull << 48);
    CHECK("VAALE1OS", gone(), 0x400);
    cache_pages();
    TLBI_BY("aside1os", 1ull << 48);
    CHECK("ASIDE1OS of another", gone(), 0);
    cache_pages();
    TLBI_BY("aside1os", 0);
    CHECK("ASIDE1OS", gone(), ~0ull);
    cache_pages();
    TLBI("vmalle1os");
    CHECK("VMALLE1OS", gone(), ~0ull);
    cache_pages();
    TLBI("vmalls12e1os");
    CHECK("VMALLS12E1OS", gone(), ~0ull);
    cache_pages();
    TLBI("alle1os");
    CHECK("ALLE1OS", gone(), ~0ull);
    cache_pages();
    TLBI("alle2os");
    CHECK("ALLE2OS", gone(), 0);
}

/* Every form, as the assembler encodes it: none is UNDEFINED at EL2, or each of them. */
__asm__(".pushsection .text\n"
        "all_os:\n"
        " tlbi vmalle1os\n tlbi vae1os, xzr\n tlbi aside1os, xzr\n tlbi vaae1os, xzr\n"
        " tlbi vale1os, xzr\n tlbi vaale1os, xzr\n tlbi alle2os\n tlbi vae2os, xzr\n"
        " tlbi alle1os\n tlbi vale2os, xzr\n tlbi vmalls12e1os\n tlbi ipas2e1os, xzr\n"
        " tlbi ipas2le1os, xzr\n"
        " ret\n.popsection");
extern u32 all_os[];
__asm__(".pushsection .text\n"
        "all_ranges:\n"
        " tlbi rvae1, xzr\n tlbi rvaae1, xzr\n tlbi rvale1, xzr\n tlbi rvaale1, xzr\n"
        " tlbi rvae2, xzr\n tlbi rvale2, xzr\n tlbi ripas2e1, xzr\n tlbi ripas2le1, xzr\n"
        " tlbi rvae1is, xzr\n tlbi rvaae1is, xzr\n tlbi rvale1is, xzr\n tlbi rvaale1is, xzr\n"
        " tlbi rvae2is, xzr\n tlbi rvale2is, xzr\n tlbi ripas2e1is, xzr\n tlbi ripas2le1is, xzr\n"
        " tlbi rvae1os, xzr\n tlbi rvaae1os, xzr\n tlbi rvale1os, xzr\n tlbi rvaale1os, xzr\n"
        " tlbi rvae2os, xzr\n tlbi rvale2os, xzr\n tlbi ripas2e1os, xzr\n tlbi ripas2le1os, xzr\n"
        " ret\n.popsection");
extern u32 all_ranges[];

enum { OS_FORMS = 13, RANGE_FORMS = 24 };

static void every_form(void)
{
    u32 have = HAS("id_aa64isar0_el1", 56);
    map_all(false);
    forget();
    ((void (*)(void))all_os)();
    CHECK("Outer Shareable forms that are UNDEFINED", taken[2].count, have >= 1 ? 0 : OS_FORMS);
    forget();
    ((void (*)(void))all_ranges)();
    CHECK("range forms that are UNDEFINED", taken[2].count, have == 2 ? 0 : RANGE_FORMS);
    forget();
    run_at(1, all_os, 0);
    CHECK("forms of EL2 are UNDEFINED at EL1", taken[1].count, have >= 1 ? OS_FORMS - 6 : OS_FORMS);
    forget();
    run_at(1, all_ranges, 0);
    CHECK("range forms of EL2 are UNDEFINED at EL1", taken[1].count, have == 2 ? RANGE_FORMS - 12 : RANGE_FORMS);
}

/* A block of stage 1 that stage 2 maps by pages: one TLBI of it takes all of its pieces. */
static void pieces_of_a_block(void)
{
    volatile u64 *target = (u64 *)TARGET;
    for (u32 form = 0; form < 3; form++) {
        if ((form == 1 && !HAS("id_aa64mmfr2_el1", 48)) || (form == 2 && HAS("id_aa64isar0_el1", 56) < 2))
            continue;
        map_all(true);
        for (u32 n = 0; n < 8; n++) {
            target[n * 512] = 1000 + n;
            s2_l3[n] = (TARGET + n * 0x1000) | S2_PAGE;
        }
        put(&s1_l2[0], TEST_VA | S1_BLOCK | S1_NG);
        run_at(1, load, TEST_VA);
        CHECK("a page of the block", run_at(1, load_other, TEST_VA), 1001);
        *(volatile u64 *)&s1_l2[0] = (u64)s1_l3 | TABLE;
        s1_l3[0] = (TEST_VA + 0x2000) | S1_PAGE | S1_NG;
        s1_l3[1] = (TEST_VA + 0x3000) | S1_PAGE | S1_NG;
        DSB();
        if (form == 2)
            TLBI_BY("rvae1", range(8, 0, 0, 2));
        else
            TLBI_BY("vae1", TEST_VA >> 12 | (form ? 6ull << 44 : 0));
        CHECK("the page that was named is gone", run_at(1, load, TEST_VA), 1002);
        CHECK("and so is the other", run_at(1, load_other, TEST_VA), 1003);
    }
}

void guest_main(void)
{
    home_el = 2;
    vmids();
    ranges();
    levels();
    outer_shareable();
    every_form();
    pieces_of_a_block();
    print(HAS("id_aa64isar0_el1", 56) == 2 ? "with ranges: " : "without ranges: ");
    finish();
}
