/* Translation faults of both stages: kind, level, syndrome, FAR and HPFAR; the instruction syndrome of every load and store; AT and PAR. */
#include "tables.h"

#define CODE_BASE 0x40000000ull /* this program and its tables: one GiB, mapped flat by a block */
#define TEST_VA 0x0000000080000000ull /* the second GiB of RAM's neighbour: what tests map as they like */
#define TARGET 0x48000000ull          /* RAM behind it */

static table_page s1_l1, s1_l2, s1_l3, s2_l1, s2_l2, s2_l3;

INSN(ld_x, "ldr x3, [x0]")
INSN(st_x, "str x3, [x0]")
INSN(ld_w, "ldr w4, [x0]")
INSN(ld_b, "ldrb w5, [x0]")
INSN(ld_sb64, "ldrsb x6, [x0]")
INSN(ld_sh32, "ldrsh w7, [x0]")
INSN(ld_sw, "ldrsw x8, [x0]")
INSN(st_h, "strh w9, [x0]")
INSN(st_zr, "str xzr, [x0]")
INSN(ld_acq, "ldar x10, [x0]")
INSN(st_rel, "stlrb w11, [x0]")
INSN(ld_u, "ldur x12, [x0]")
INSN(ld_reg, "ldr x13, [x0, xzr]")
INSN(ld_pair, "ldp x14, x15, [x0]")
INSN(st_post, "str x16, [x0], #8")
INSN(ld_excl, "ldxr x17, [x0]")
INSN(ld_unaligned, "ldr x3, [x0, #1]")
INSN(call_there, "br x0")
INSN(dc_civac, "dc civac, x0")
INSN(ld_tr, "ldtr x3, [x0]")

#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
enum { IABORT_LOWER = 0x20, IABORT_SAME, DABORT_LOWER = 0x24, DABORT_SAME };

static void flush(void)
{
    DSB();
    __asm__ volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
}

/* Stage 1 and 2 with everything mapped: TEST_VA to TARGET through level-3 tables of both. */
static void map_all(bool stage1, bool stage2)
{
    for (u32 i = 0; i < 512; i++)
        s1_l1[i] = s1_l2[i] = s1_l3[i] = s2_l1[i] = s2_l2[i] = s2_l3[i] = 0;
    s1_l1[0] = S1_BLOCK | S1_DEVICE | S1_PXN | S1_UXN; /* devices */
    s1_l1[1] = CODE_BASE | S1_BLOCK;
    s1_l1[2] = (u64)s1_l2 | TABLE;
    s1_l2[0] = (u64)s1_l3 | TABLE;
    s1_l3[0] = TARGET | S1_PAGE;
    s2_l1[0] = S2_BLOCK;
    s2_l1[1] = CODE_BASE | S2_BLOCK;
    s2_l1[2] = (u64)s2_l2 | TABLE;
    s2_l2[0] = (u64)s2_l3 | TABLE;
    s2_l3[0] = TARGET | S2_PAGE;
    MSR("mair_el1", MAIR_TESTS);
    MSR("tcr_el1", TCR_39BIT);
    MSR("ttbr0_el1", (u64)s1_l1);
    MSR("vtcr_el2", VTCR_39BIT);
    MSR("vttbr_el2", (u64)s2_l1);
    MSR("sctlr_el1", 0x30d00800 | (stage1 ? 1 | 1u << 2 | 1u << 12 : 0));
    MSR("hcr_el2", 1ull << 31 | (stage2 ? 1 : 0));
    flush();
}

static void touch(unsigned el, const u32 *insn, u64 address)
{
    forget();
    run_at(el, insn, address);
}

static void expect(const char *name, u32 el, u64 esr, u64 far)
{
    CHECK(name, all_taken(), 1);
    CHECK(name, taken[el].esr, esr);
    CHECK(name, taken[el].far, far);
}

/* A fetch that faults: it goes on at the end of the function. */
static void jump(unsigned el, u64 address)
{
    forget();
    resume_pc = (u64)end_el1;
    resume_spsr = 0;
    resume_at = true;
    run_at(el, call_there, address);
    resume_at = false;
}

/* ---- stage 1 ---- */

static void stage1_faults(void)
{
    map_all(true, false);
    touch(1, ld_x, TEST_VA);
    CHECK("stage 1 maps", all_taken(), 0);
    touch(1, st_x, TEST_VA);
    CHECK("stage 1 maps writes", all_taken(), 0);

    s1_l3[0] = 0;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 translation level 3 read", 1, ESR(DABORT_SAME, 0x07), TEST_VA);
    touch(1, st_x, TEST_VA + 8);
    expect("s1 translation level 3 write", 1, ESR(DABORT_SAME, 0x47), TEST_VA + 8);
    jump(1, TEST_VA);
    expect("s1 translation level 3 fetch", 1, ESR(IABORT_SAME, 0x07), TEST_VA);
    touch(1, dc_civac, TEST_VA);
    expect("s1 translation by DC: CM, WnR", 1, ESR(DABORT_SAME, 0x147), TEST_VA);
    touch(0, ld_x, TEST_VA);
    expect("s1 translation from EL0", 1, ESR(DABORT_LOWER, 0x07), TEST_VA);

    s1_l2[0] = 0;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 translation level 2", 1, ESR(DABORT_SAME, 0x06), TEST_VA);
    s1_l1[2] = 0;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 translation level 1", 1, ESR(DABORT_SAME, 0x05), TEST_VA);
    touch(1, ld_x, 1ull << 39);
    expect("s1 beyond T0SZ", 1, ESR(DABORT_SAME, 0x04), 1ull << 39);

    map_all(true, false);
    s1_l3[0] = (TARGET | S1_PAGE) & ~(1ull << 10);
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 access flag level 3", 1, ESR(DABORT_SAME, 0x0b), TEST_VA);
    s1_l2[0] = (TARGET | S1_BLOCK) & ~(1ull << 10);
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 access flag level 2", 1, ESR(DABORT_SAME, 0x0a), TEST_VA);

}

static void stage1_permissions(void)
{
    map_all(true, false);
    s1_l3[0] = TARGET | S1_PAGE | S1_RO;
    flush();
    touch(1, st_x, TEST_VA);
    expect("s1 permission write", 1, ESR(DABORT_SAME, 0x4f), TEST_VA);
    touch(1, ld_x, TEST_VA);
    CHECK("s1 read-only reads", all_taken(), 0);
    touch(0, ld_x, TEST_VA);
    expect("s1 permission EL0", 1, ESR(DABORT_LOWER, 0x0f), TEST_VA);
    touch(1, ld_tr, TEST_VA);
    expect("s1 permission LDTR", 1, ESR(DABORT_SAME, 0x0f), TEST_VA);
    s1_l3[0] = TARGET | S1_PAGE | S1_PXN;
    flush();
    jump(1, TEST_VA);
    expect("s1 PXN", 1, ESR(IABORT_SAME, 0x0f), TEST_VA);
    s1_l3[0] = TARGET | S1_PAGE | S1_EL0;
    flush();
    jump(1, TEST_VA);
    expect("EL1 does not execute what EL0 writes", 1, ESR(IABORT_SAME, 0x0f), TEST_VA);

}

static void stage1_addresses_and_alignment(void)
{
    map_all(true, false);
    s1_l3[0] = (1ull << 41) | S1_PAGE;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("s1 address size level 3", 1, ESR(DABORT_SAME, 0x03), TEST_VA);
    s1_l3[0] = 0x20000000 | S1_PAGE;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("external abort", 1, ESR(DABORT_SAME, 0x10), TEST_VA);
    s1_l2[0] = 0x20000000 | TABLE;
    flush();
    touch(1, ld_x, TEST_VA);
    expect("external abort on a walk", 1, ESR(DABORT_SAME, 0x17), TEST_VA);

    map_all(true, false);
    s1_l3[0] = TARGET | S1_PAGE | S1_DEVICE;
    flush();
    touch(1, ld_unaligned, TEST_VA);
    expect("unaligned Device", 1, ESR(DABORT_SAME, 0x21), TEST_VA + 1);
    map_all(true, false);
    touch(1, ld_unaligned, TEST_VA);
    CHECK("unaligned Normal", all_taken(), 0);
    MSR("sctlr_el1", MRS("sctlr_el1") | 2);
    touch(1, ld_unaligned, TEST_VA);
    expect("unaligned under SCTLR.A", 1, ESR(DABORT_SAME, 0x21), TEST_VA + 1);
    touch(1, ld_excl, TEST_VA + 4);
    expect("unaligned exclusive", 1, ESR(DABORT_SAME, 0x21), TEST_VA + 4);
}

/* ---- stage 2 ---- */

static void expect2(const char *name, u64 esr, u64 far, u64 ipa)
{
    expect(name, 2, esr, far);
    CHECK(name, taken[2].hpfar, ipa >> 12 << 4);
}

static void stage2_faults(void)
{
    map_all(false, true);
    s2_l3[0] = 0;
    flush();
    touch(1, ld_pair, TEST_VA + 0x10);
    expect2("s2 translation level 3", ESR(DABORT_LOWER, 0x07), TEST_VA + 0x10, TEST_VA);
    jump(1, TEST_VA);
    expect2("s2 translation level 3 fetch", ESR(IABORT_LOWER, 0x07), TEST_VA, TEST_VA);
    s2_l2[0] = 0;
    flush();
    touch(1, ld_pair, TEST_VA);
    expect2("s2 translation level 2", ESR(DABORT_LOWER, 0x06), TEST_VA, TEST_VA);
    s2_l1[2] = 0;
    flush();
    touch(1, ld_pair, TEST_VA);
    expect2("s2 translation level 1", ESR(DABORT_LOWER, 0x05), TEST_VA, TEST_VA);
    touch(1, ld_pair, 1ull << 39);
    expect2("s2 beyond T0SZ", ESR(DABORT_LOWER, 0x04), 1ull << 39, 1ull << 39);
    map_all(false, true);
    s2_l3[0] = (TARGET | S2_PAGE) & ~(1ull << 10);
    flush();
    touch(1, ld_pair, TEST_VA);
    expect2("s2 access flag", ESR(DABORT_LOWER, 0x0b), TEST_VA, TEST_VA);
    s2_l3[0] = (TARGET | S2_PAGE) & ~(1ull << 7);
    flush();
    touch(1, st_post, TEST_VA);
    expect2("s2 permission write, write-back: no ISV", ESR(DABORT_LOWER, 0x4f), TEST_VA, TEST_VA);
    s2_l3[0] = TARGET | S2_PAGE | 1ull << 54;
    flush();
    jump(1, TEST_VA);
    expect2("s2 XN", ESR(IABORT_LOWER, 0x0f), TEST_VA, TEST_VA);

    map_all(true, true);
    s1_l3[0] = TEST_VA | S1_PAGE;
    s2_l3[0] = TARGET | S2_DEVICE_PAGE;
    flush();
    touch(1, ld_unaligned, TEST_VA);
    expect2("unaligned, Device by stage 2", ESR(DABORT_LOWER, 0x21 | 1u << 24 | 3u << 22 | 3u << 16 | 1u << 15), TEST_VA + 1, TEST_VA);

    /* With stage 1 on: FAR is the VA, HPFAR the IPA; a walk's own fault is the descriptor's. */
    map_all(true, true);
    s1_l3[0] = (TEST_VA + 0x5000) | S1_PAGE;
    flush();
    touch(1, ld_pair, TEST_VA + 0x18);
    expect2("both stages", ESR(DABORT_LOWER, 0x07), TEST_VA + 0x18, TEST_VA + 0x5000);
    s1_l2[0] = (TEST_VA + 0x7000) | TABLE;
    flush();
    touch(1, ld_pair, TEST_VA);
    expect2("s2 fault on a s1 walk", ESR(DABORT_LOWER, 0x87), TEST_VA, TEST_VA + 0x7000);
}

/* ISV, SAS, SSE, SRT, SF, AR of stage-2 data aborts. */
static void instruction_syndromes(void)
{
    static const struct {
        const char *name;
        const u32 *insn;
        bool isv, sse, sf, ar, wnr;
        u8 sas, srt;
    } forms[] = {
        { "ldr x", ld_x, 1, 0, 1, 0, 0, 3, 3 }, { "str x", st_x, 1, 0, 1, 0, 1, 3, 3 }, { "ldr w", ld_w, 1, 0, 0, 0, 0, 2, 4 },
        { "ldrb", ld_b, 1, 0, 0, 0, 0, 0, 5 }, { "ldrsb x", ld_sb64, 1, 1, 1, 0, 0, 0, 6 }, { "ldrsh w", ld_sh32, 1, 1, 0, 0, 0, 1, 7 },
        { "ldrsw", ld_sw, 1, 1, 1, 0, 0, 2, 8 }, { "strh", st_h, 1, 0, 0, 0, 1, 1, 9 }, { "str xzr", st_zr, 1, 0, 1, 0, 1, 3, 31 },
        { "ldar", ld_acq, 1, 0, 1, 1, 0, 3, 10 }, { "stlrb", st_rel, 1, 0, 0, 1, 1, 0, 11 }, { "ldur", ld_u, 1, 0, 1, 0, 0, 3, 12 },
        { "ldr register", ld_reg, 1, 0, 1, 0, 0, 3, 13 }, { "ldp", ld_pair, 0, 0, 0, 0, 0, 0, 0 }, { "str post-index", st_post, 0, 0, 0, 0, 1, 0, 0 },
        { "ldxr", ld_excl, 0, 0, 0, 0, 0, 0, 0 }, { "ldtr", ld_tr, 1, 0, 1, 0, 0, 3, 3 },
    };
    for (u32 i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        map_all(true, true);
        s2_l3[0] = 0;
        s1_l3[0] = TEST_VA | S1_PAGE | S1_EL0;
        flush();
        touch(1, forms[i].insn, TEST_VA + 0x40);
        u64 iss = 0x07 | (u64)forms[i].wnr << 6;
        if (forms[i].isv)
            iss |= 1u << 24 | (u64)forms[i].sas << 22 | (u64)forms[i].sse << 21 | (u64)forms[i].srt << 16 | (u64)forms[i].sf << 15 | (u64)forms[i].ar << 14;
        expect(forms[i].name, 2, ESR(DABORT_LOWER, iss), TEST_VA + 0x40);
    }
}

/* ---- AT ---- */

#define AT(op, va) __asm__ volatile("at " op ", %0\n isb" : : "r"((u64)(va)) : "memory")

static void address_translation(void)
{
    map_all(true, true);
    s1_l3[0] = TEST_VA | S1_PAGE | S1_EL0;
    flush();
    AT("s1e1r", TEST_VA + 0x123);
    CHECK("AT S1E1R gives the IPA", MRS("par_el1") & 0xfffffffff001, TEST_VA);
    AT("s12e1r", TEST_VA + 0x123);
    CHECK("AT S12E1R gives the PA", MRS("par_el1") & 0xfffffffff001, TARGET);
    CHECK("AT: attributes", MRS("par_el1") >> 56, 0xff);
    s2_l3[0] = 0;
    flush();
    AT("s12e0w", TEST_VA);
    CHECK("AT S12E0W: stage-2 fault", MRS("par_el1") & 0xfff, 0xa0f);
    s1_l3[0] = 0;
    flush();
    AT("s1e1w", TEST_VA);
    CHECK("AT S1E1W: stage-1 fault", MRS("par_el1") & 0xfff, 0x80f);
    s1_l3[0] = TEST_VA | S1_PAGE;
    flush();
    MSR("vtcr_el2", VTCR_39BIT & ~(3ull << 6)); /* SL0 0 does not go with 39 bits */
    flush();
    AT("s12e1r", TEST_VA);
    CHECK("AT under an inconsistent VTCR_EL2", MRS("par_el1") & 0xfff, 0xb09);
    MSR("vtcr_el2", VTCR_39BIT);
    flush();
    AT("s1e0r", TEST_VA);
    CHECK("AT S1E0R: permission", MRS("par_el1") & 0xfff, 0x81f);
}

/* ---- TLB: entries of a VMID and an ASID are nobody else's ---- */

static void isolation(void)
{
    volatile u64 *target = (u64 *)TARGET;
    map_all(true, true);
    target[0] = 0x1111;
    target[512] = 0x2222;
    s1_l3[0] = TEST_VA | S1_PAGE | S1_NG;
    flush();
    static const u32 load[] = { 0xf9400000, 0xd65f03c0 }; /* ldr x0, [x0]; ret */
    CHECK("VMID 0 sees its page", run_at(1, load, TEST_VA), 0x1111);
    s2_l3[0] = (TARGET + 0x1000) | S2_PAGE; /* no TLBI: another VMID must see the new table */
    MSR("vttbr_el2", (u64)s2_l1 | 1ull << 48);
    CHECK("VMID 1 sees the other page", run_at(1, load, TEST_VA), 0x2222);
    MSR("vttbr_el2", (u64)s2_l1);
    flush();
    CHECK("VMID 0 sees it after TLBI", run_at(1, load, TEST_VA), 0x2222);
    s2_l3[0] = TARGET | S2_PAGE;
    flush();
    CHECK("ASID 0", run_at(1, load, TEST_VA), 0x1111);
    s2_l3[1] = (TARGET + 0x1000) | S2_PAGE;
    s1_l3[0] = (TEST_VA + 0x1000) | S1_PAGE | S1_NG;
    MSR("ttbr0_el1", (u64)s1_l1 | 5ull << 48);
    CHECK("ASID 5 walks for itself", run_at(1, load, TEST_VA), 0x2222);
    MSR("ttbr0_el1", (u64)s1_l1);
    DSB();
    __asm__ volatile("tlbi vmalle1\n dsb sy\n isb" : : : "memory");
    CHECK("ASID 0 after TLBI VMALLE1", run_at(1, load, TEST_VA), 0x2222);
}

void guest_main(void)
{
    home_el = 2;
    stage1_faults();
    stage1_permissions();
    stage1_addresses_and_alignment();
    stage2_faults();
    instruction_syndromes();
    address_translation();
    isolation();
    finish();
}
