/* What v8.1 to v8.5 added to the tables: hardware access flag and dirty state, hierarchical permissions off, XNX, E0PD, forced write-back.
 * Without the feature its control is RES0.
 * QEMU 7.2 differs: AT S1E1W makes a page dirty; an update of a table that stage 2 maps read-only has WnR 0; forced Device memory of stage 2 is not
 * combined with stage 1's. */
#include "stages.h"

__asm__(".arch armv8.5-a");

INSN(ld, "ldr x3, [x0]")
INSN(st, "str x3, [x0]")
INSN(ldt, "ldtr x3, [x0]")
INSN(dc_civac, "dc civac, x0")
INSN(dc_ivac, "dc ivac, x0")
INSN(swap, "1: ldxr x3, [x0]\n stxr w4, x3, [x0]\n cbnz w4, 1b")
INSN(call_there, "br x0")

#define HA (1ull << 39)
#define HD (1ull << 40)
#define S2_HA (1ull << 21)
#define S2_HD (1ull << 22)
#define HPD0 (1ull << 41)
#define E0PD0 (1ull << 55)
#define E0PD1 (1ull << 56)
#define FWB (1ull << 46)
#define S2_W (1ull << 7)

static void set_tcr(u64 bits)
{
    MSR("tcr_el1", TCR_39BIT | bits);
    flush();
}

static void set_vtcr(u64 bits)
{
    MSR("vtcr_el2", VTCR_39BIT | bits);
    flush();
}

/* As touch(); where it faults, that is the end of it. */
static void touch_once(unsigned el, const u32 *insn, u64 address)
{
    forget();
    resume_pc = (u64)end_el1;
    resume_spsr = 0x3c5; /* at EL1 also from EL0 */
    resume_at = true;
    run_at(el, insn, address);
    resume_at = false;
}

/* A fetch: where it is permitted, there is a RET. */
static void jump(unsigned el, u64 address)
{
    *(volatile u32 *)TARGET = 0xd65f03c0;
    touch_once(el, call_there, address);
}

/* ---- the access flag ---- */

static void access_flag(void)
{
    u32 have = HAS("id_aa64mmfr1_el1", 0);
    map_all(false);
    put(&s1_l3[0], (TARGET | S1_PAGE) & ~AF);
    touch(1, ld, TEST_VA);
    expect("HA 0: access flag fault", 1, ESR(DABORT_SAME, 0x0b), TEST_VA);
    CHECK("HA 0: AF stays", now(&s1_l3[0]) & AF, 0);
    set_tcr(HA);
    CHECK("TCR_EL1.HA", MRS("tcr_el1") & HA, have ? HA : 0);
    touch(1, ld, TEST_VA);
    if (!have) {
        expect("without FEAT_HAFDBS", 1, ESR(DABORT_SAME, 0x0b), TEST_VA);
        return;
    }
    NOTHING_TAKEN("HA: no fault");
    CHECK("HA: AF is set in memory", now(&s1_l3[0]), TARGET | S1_PAGE);
    put(&s1_l3[0], (TARGET | S1_PAGE) & ~AF);
    touch(1, st, TEST_VA);
    CHECK("HA: and by a write", now(&s1_l3[0]), TARGET | S1_PAGE);
    put(&s1_l3[0], (TARGET | S1_PAGE) & ~AF);
    jump(1, TEST_VA);
    CHECK("HA: and by a fetch", now(&s1_l3[0]), TARGET | S1_PAGE);
    put(&s1_l2[0], (TARGET | S1_BLOCK) & ~AF);
    touch(1, ld, TEST_VA + 0x5000);
    CHECK("HA: of a block", now(&s1_l2[0]), TARGET | S1_BLOCK);
    put(&s1_l2[0], (u64)s1_l3 | TABLE);
    put(&s1_l3[0], (TARGET | S1_PAGE) & ~(AF | 1));
    touch(1, ld, TEST_VA);
    expect("HA: an invalid descriptor", 1, ESR(DABORT_SAME, 0x07), TEST_VA);
    CHECK("HA: and it stays as it is", now(&s1_l3[0]) & AF, 0);
    put(&s1_l3[0], (TARGET | S1_PAGE) & ~AF);
    CHECK("HA: AT has no access flag fault", AT("s1e1r", TEST_VA) & 1, 0);
}

static void stage2_access_flag(void)
{
    u32 have = HAS("id_aa64mmfr1_el1", 0);
    map_all(true);
    put(&s2_l3[0], (TARGET | S2_PAGE) & ~AF);
    touch(1, ld, TEST_VA);
    CHECK("VTCR_EL2.HA 0: access flag fault", iss_of(taken[2].esr) & 0x3f, 0x0b);
    set_vtcr(S2_HA);
    CHECK("VTCR_EL2.HA", MRS("vtcr_el2") & S2_HA, have ? S2_HA : 0);
    touch(1, ld, TEST_VA);
    if (!have) {
        CHECK("without FEAT_HAFDBS, stage 2", iss_of(taken[2].esr) & 0x3f, 0x0b);
        return;
    }
    NOTHING_TAKEN("VTCR_EL2.HA: no fault");
    CHECK("VTCR_EL2.HA: AF is set in memory", now(&s2_l3[0]), TARGET | S2_PAGE);
    put(&s2_l1[1], (CODE_BASE | S2_BLOCK) & ~AF);
    touch(1, ld, TEST_VA);
    NOTHING_TAKEN("VTCR_EL2.HA: of what holds stage 1's tables");
    CHECK("VTCR_EL2.HA: set by a walk", now(&s2_l1[1]), CODE_BASE | S2_BLOCK);
}

/* ---- dirty state ---- */

#define CLEAN (TARGET | S1_PAGE | S1_RO | DBM)

static void dirty_state(void)
{
    u32 have = HAS("id_aa64mmfr1_el1", 0);
    map_all(false);
    set_tcr(HA | HD);
    CHECK("TCR_EL1.HD", MRS("tcr_el1") & HD, have == 2 ? HD : 0);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_RO);
    touch(1, st, TEST_VA);
    expect("HD: read-only without DBM", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    put(&s1_l3[0], CLEAN);
    touch(1, st, TEST_VA);
    if (have < 2) {
        expect("without hardware dirty state", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
        return;
    }
    NOTHING_TAKEN("HD: a write to what is clean");
    CHECK("HD: it is dirty in memory", now(&s1_l3[0]), CLEAN & ~S1_RO);
    put(&s1_l3[0], CLEAN);
    touch(1, ld, TEST_VA);
    CHECK("HD: a read leaves it clean", now(&s1_l3[0]), CLEAN);
    touch(1, dc_civac, TEST_VA);
    touch(1, dc_ivac, TEST_VA);
    NOTHING_TAKEN("HD: DC IVAC may");
    CHECK("HD: cache maintenance leaves it clean", now(&s1_l3[0]), CLEAN);
    CHECK("HD: AT S1E1W may", AT("s1e1w", TEST_VA) & 1, 0);
    CHECK("HD: AT leaves it clean", now(&s1_l3[0]), CLEAN);
    touch(1, st, TEST_VA);
    NOTHING_TAKEN("HD: a write, the entry in the TLB");
    CHECK("HD: then it is dirty", now(&s1_l3[0]), CLEAN & ~S1_RO);
    put(&s1_l3[0], CLEAN & ~AF);
    touch(1, st, TEST_VA);
    CHECK("HD: with the access flag at once", now(&s1_l3[0]), CLEAN & ~S1_RO);
    put(&s1_l3[0], CLEAN);
    touch(1, swap, TEST_VA);
    CHECK("HD: an exclusive pair", now(&s1_l3[0]), CLEAN & ~S1_RO);
    put(&s1_l3[0], CLEAN);
    touch(0, st, TEST_VA);
    expect("HD: EL0 may not write EL1's", 1, ESR(DABORT_LOWER, 0x4f), TEST_VA);
    CHECK("HD: and it stays clean", now(&s1_l3[0]), CLEAN);
    s1_l2[0] = (u64)s1_l3 | TABLE | 1ull << 62;
    put(&s1_l3[0], CLEAN);
    touch(1, st, TEST_VA);
    expect("HD: APTable forbids all the same", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    CHECK("HD: APTable, clean", now(&s1_l3[0]), CLEAN);
    s1_l2[0] = (u64)s1_l3 | TABLE;
    set_tcr(HD);
    put(&s1_l3[0], CLEAN);
    touch(1, st, TEST_VA);
    expect("HD without HA", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
}

#define S2_CLEAN ((TARGET | S2_PAGE | DBM) & ~S2_W)

static void stage2_dirty_state(void)
{
    u32 have = HAS("id_aa64mmfr1_el1", 0);
    map_all(true);
    set_vtcr(S2_HA | S2_HD);
    CHECK("VTCR_EL2.HD", MRS("vtcr_el2") & S2_HD, have == 2 ? S2_HD : 0);
    put(&s2_l3[0], S2_CLEAN & ~DBM);
    touch(1, st, TEST_VA);
    CHECK("stage 2: read-only without DBM", iss_of(taken[2].esr) & 0x7f, 0x4f);
    put(&s2_l3[0], S2_CLEAN);
    touch(1, st, TEST_VA);
    if (have < 2) {
        CHECK("without hardware dirty state, stage 2", iss_of(taken[2].esr) & 0x7f, 0x4f);
        return;
    }
    NOTHING_TAKEN("stage 2: a write to what is clean");
    CHECK("stage 2: it is dirty in memory", now(&s2_l3[0]), S2_CLEAN | S2_W);
    put(&s2_l3[0], S2_CLEAN);
    touch(1, ld, TEST_VA);
    CHECK("stage 2: a read leaves it clean", now(&s2_l3[0]), S2_CLEAN);
    touch(1, st, TEST_VA);
    CHECK("stage 2: a write, the entry in the TLB", now(&s2_l3[0]), S2_CLEAN | S2_W);
    put(&s2_l3[0], S2_CLEAN);
    put(&s1_l3[0], TEST_VA | S1_PAGE | S1_RO);
    touch(1, st, TEST_VA);
    expect("stage 1 forbids the write", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    CHECK("and stage 2 stays clean", now(&s2_l3[0]), S2_CLEAN);
}

/* A table of stage 1 whose page stage 2 maps read-only, or clean. */
static void update_through_stage2(void)
{
    if (HAS("id_aa64mmfr1_el1", 0) < 2)
        return;
    map_all(true);
    set_tcr(HA | HD);
    s1_l2[0] = (TEST_VA + 0x1000) | TABLE; /* the level-3 table by an IPA of its own */
    s2_l3[1] = ((u64)s1_l3 | S2_PAGE) & ~S2_W;
    put(&s1_l3[0], TEST_VA | S1_PAGE);
    touch(1, st, TEST_VA);
    NOTHING_TAKEN("nothing to update: a read-only table will do");
    put(&s1_l3[0], (TEST_VA | S1_PAGE) & ~AF);
    touch(1, ld, TEST_VA);
    expect("update of a table that stage 2 maps read-only", 2, ESR(DABORT_LOWER, 0xcf), TEST_VA);
    CHECK("HPFAR_EL2 is the table's", taken[2].hpfar, (TEST_VA + 0x1000) >> 12 << 4);
    CHECK("and AF stays", now(&s1_l3[0]) & AF, 0);
    set_vtcr(S2_HA | S2_HD);
    put(&s2_l3[1], ((u64)s1_l3 | S2_PAGE | DBM) & ~S2_W);
    touch(1, ld, TEST_VA);
    NOTHING_TAKEN("stage 2 maps the table clean");
    CHECK("then the update makes it dirty", now(&s2_l3[1]) & S2_W, S2_W);
    CHECK("and AF is set", now(&s1_l3[0]) & AF, AF);
}

/* ---- hierarchical permissions ---- */

static void hierarchical(void)
{
    u32 have = HAS("id_aa64mmfr1_el1", 12);
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    put(&s1_l2[0], (u64)s1_l3 | TABLE | 3ull << 61); /* read-only, and not for EL0 */
    touch(1, st, TEST_VA);
    expect("APTable: read-only", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    touch(0, ld, TEST_VA);
    expect("APTable: not for EL0", 1, ESR(DABORT_LOWER, 0x0f), TEST_VA);
    set_tcr(HPD0);
    CHECK("TCR_EL1.HPD0", MRS("tcr_el1") & HPD0, have ? HPD0 : 0);
    touch(1, st, TEST_VA);
    CHECK("HPD0: writes", all_taken(), !have);
    touch(0, ld, TEST_VA);
    CHECK("HPD0: EL0 reads", all_taken(), !have);
    put(&s1_l3[0], TARGET | S1_PAGE);
    put(&s1_l2[0], (u64)s1_l3 | TABLE | 3ull << 59); /* XNTable, PXNTable */
    jump(1, TEST_VA);
    CHECK("HPD0: EL1 executes", all_taken(), !have);
    set_tcr(HPD0 << 1);
    jump(1, TEST_VA);
    expect("HPD1 is the other half's", 1, ESR(IABORT_SAME, 0x0f), TEST_VA);
}

/* ---- stage-2 XN[1:0] ---- */

static void execute_never(void)
{
    static const struct {
        u8 xn;
        bool el1, el0; /* with FEAT_XNX */
    } codes[] = { { 0, 1, 1 }, { 1, 0, 1 }, { 2, 0, 0 }, { 3, 1, 0 } };
    u32 have = HAS("id_aa64mmfr1_el1", 28);
    for (u32 i = 0; i < 4; i++) {
        map_all(true);
        put(&s1_l3[0], TEST_VA | S1_PAGE);
        put(&s2_l3[0], TARGET | S2_PAGE | (u64)codes[i].xn << 53);
        bool plain = !(codes[i].xn & 2);
        jump(1, TEST_VA);
        CHECK("XN at EL1", all_taken(), !(have ? codes[i].el1 : plain));
        if (all_taken())
            CHECK("its syndrome", taken[2].esr, ESR(IABORT_LOWER, 0x0f));
        jump(0, TEST_VA);
        CHECK("XN at EL0", taken[2].count, !(have ? codes[i].el0 : plain));
    }
}

/* ---- E0PD ---- */

static void e0pd(void)
{
    u32 have = HAS("id_aa64mmfr2_el1", 60);
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    touch(0, ld, TEST_VA);
    NOTHING_TAKEN("without E0PD0");
    MSR("tcr_el1", TCR_39BIT | E0PD1); /* no TLBI: an entry that is there lets nobody in */
    touch(0, ld, TEST_VA);
    NOTHING_TAKEN("E0PD1 is the other half's");
    MSR("tcr_el1", TCR_39BIT | E0PD0);
    CHECK("TCR_EL1.E0PD0", MRS("tcr_el1") & E0PD0, have ? E0PD0 : 0);
    if (!have)
        return;
    touch(1, ld, TEST_VA);
    NOTHING_TAKEN("E0PD0 says nothing of EL1");
    touch(1, ldt, TEST_VA);
    expect("E0PD0: LDTR", 1, ESR(DABORT_SAME, 0x04), TEST_VA);
    CHECK("E0PD0: AT S1E0R", AT("s1e0r", TEST_VA) & 0xfff, 0x809);
    CHECK("E0PD0: AT S1E1R", AT("s1e1r", TEST_VA) & 1, 0);
    for (u32 cold = 0; cold < 2; cold++) {
        touch_once(0, ld, TEST_VA); /* its own fetch is from that half */
        expect(cold ? "E0PD0: a fetch, cold" : "E0PD0: a fetch, warm", 1, ESR(IABORT_LOWER, 0x04), (u64)ld);
        flush();
    }
}

/* An upper half with EL0's code, so that loads of the lower one can be seen. */
static void e0pd_of_loads(void)
{
    u64 high = 0xffffff8000000000ull;
    if (!HAS("id_aa64mmfr2_el1", 60))
        return;
    map_all(false);
    put(&s1_l3[0], TARGET | S1_PAGE | S1_EL0);
    MSR("ttbr1_el1", (u64)s1_l1); /* the same tables */
    u64 tcr = (TCR_39BIT & ~(1ull << 23)) | 2ull << 30 | 1ull << 24 | 1ull << 26 | 3ull << 28;
    MSR("tcr_el1", tcr);
    flush();
    const u32 *insn = (const u32 *)(high + (u64)ld);
    touch(0, insn, TEST_VA);
    NOTHING_TAKEN("EL0 in the upper half");
    MSR("tcr_el1", tcr | E0PD0);
    touch_once(0, insn, TEST_VA);
    expect("E0PD0: a load of the lower half, warm", 1, ESR(DABORT_LOWER, 0x04), TEST_VA);
    flush();
    touch_once(0, insn, TEST_VA);
    expect("E0PD0: and cold", 1, ESR(DABORT_LOWER, 0x04), TEST_VA);
    touch_once(0, insn, high + TEST_VA);
    CHECK("E0PD0: the upper half is open, and the way back closed", taken[1].esr, ESR(IABORT_LOWER, 0x04));
    MSR("tcr_el1", tcr);
    touch(0, insn, TEST_VA);
    NOTHING_TAKEN("E0PD0 cleared");
}

/* ---- forced write-back ---- */

static void forced_write_back(void)
{
    static const struct {
        u8 mair, memattr, attr; /* of stage 1; of stage 2; of both */
        bool fwb;
    } cases[] = {
        { 0xff, 0xf, 0xff, 0 }, { 0xff, 0x5, 0x44, 0 }, { 0x00, 0xf, 0x00, 0 }, { 0x44, 0xf, 0x44, 0 },
        { 0xff, 0x6, 0xff, 1 }, { 0x44, 0x6, 0xff, 1 }, { 0x00, 0x6, 0xff, 1 }, { 0xee, 0x6, 0xee, 1 }, { 0xaa, 0x6, 0xee, 1 }, { 0xf4, 0x6, 0xff, 1 },
        { 0xff, 0x7, 0xff, 1 }, { 0x44, 0x7, 0x44, 1 }, { 0x04, 0x7, 0x04, 1 }, { 0xbb, 0x7, 0xbb, 1 },
        { 0xff, 0x5, 0x44, 1 }, { 0xbb, 0x5, 0x44, 1 }, { 0x08, 0x5, 0x08, 1 },
        { 0xff, 0x1, 0x04, 1 }, { 0x0c, 0x1, 0x04, 1 }, { 0x00, 0x3, 0x00, 1 },
    };
    u32 have = HAS("id_aa64mmfr2_el1", 40);
    map_all(true);
    MSR("hcr_el2", HCR_RW | 1 | FWB);
    CHECK("HCR_EL2.FWB", MRS("hcr_el2") & FWB, have ? FWB : 0);
    for (u32 i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].fwb && !have)
            continue;
        MSR("hcr_el2", HCR_RW | 1 | (cases[i].fwb ? FWB : 0));
        MSR("mair_el1", cases[i].mair << 16 | MAIR_TESTS);
        put(&s1_l3[0], TEST_VA | S1_PAGE | 2ull << 2);
        put(&s2_l3[0], (TARGET | S2_PAGE | (u64)cases[i].memattr << 2) & ~((u64)(~cases[i].memattr & 15) << 2));
        u64 par = AT("s12e1r", TEST_VA);
        CHECK("memory type of both stages", par & 1 ? ~0ull : par >> 56, cases[i].attr);
    }
}

void guest_main(void)
{
    home_el = 2;
    access_flag();
    stage2_access_flag();
    dirty_state();
    stage2_dirty_state();
    update_through_stage2();
    hierarchical();
    execute_never();
    e0pd();
    e0pd_of_loads();
    forced_write_back();
    print(HAS("id_aa64mmfr1_el1", 0) == 2 ? "with HAFDBS: " : "without HAFDBS: ");
    finish();
}
