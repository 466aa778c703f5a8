/* Two stages with everything mapped, for tests that then change one leaf: TEST_VA, an IPA of the same number, and TARGET behind it. */
#ifndef GUEST_STAGES_H
#define GUEST_STAGES_H

#include "tables.h"

#define CODE_BASE 0x40000000ull /* this program and its tables: one GiB, mapped flat by a block */
#define TEST_VA 0x0000000080000000ull
#define TARGET 0x48000000ull
#define AF (1ull << 10)
#define DBM (1ull << 51)
#define HCR_RW (1ull << 31)
#define SCTLR_RES1 0x30d00800ull /* with SPAN */
#define SCTLR_ON (1 | 1u << 2 | 1u << 12)

static table_page s1_l1, s1_l2, s1_l3, s2_l1, s2_l2, s2_l3;

#define ESR(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
enum { UNKNOWN = 0, SYS_TRAP = 0x18, IABORT_LOWER = 0x20, IABORT_SAME, DABORT_LOWER = 0x24, DABORT_SAME };

/* A field of an ID register. */
#define HAS(reg, lsb) ((u32)(MRS(reg) >> (lsb) & 15))

#define TLBI(op) __asm__ volatile("dsb sy\n tlbi " op "\n dsb sy\n isb" : : : "memory")
#define TLBI_BY(op, value) __asm__ volatile("dsb sy\n tlbi " op ", %0\n dsb sy\n isb" : : "r"((u64)(value)) : "memory")
#define AT(op, va) ({ __asm__ volatile("at " op ", %0\n isb" : : "r"((u64)(va)) : "memory"); MRS("par_el1"); })

static void flush(void)
{
    TLBI("alle1");
}

/* Stage 1 is on, stage 2 as asked. */
static void map_all(bool stage2)
{
    for (u32 i = 0; i < 512; i++)
        s1_l1[i] = s1_l2[i] = s1_l3[i] = s2_l1[i] = s2_l2[i] = s2_l3[i] = 0;
    s1_l1[0] = S1_BLOCK | S1_DEVICE | S1_PXN | S1_UXN; /* devices */
    s1_l1[1] = CODE_BASE | S1_BLOCK;
    s1_l1[2] = (u64)s1_l2 | TABLE;
    s1_l2[0] = (u64)s1_l3 | TABLE;
    s1_l3[0] = (stage2 ? TEST_VA : TARGET) | S1_PAGE;
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
    MSR("sctlr_el1", SCTLR_RES1 | SCTLR_ON);
    MSR("hcr_el2", HCR_RW | (stage2 ? 1 : 0));
    flush();
}

/* One leaf of stage 1 or 2 is changed. */
static inline void put(u64 *leaf, u64 value)
{
    *(volatile u64 *)leaf = value;
    flush();
}

static inline u64 now(const u64 *leaf)
{
    return *(const volatile u64 *)leaf;
}

static inline void touch(unsigned el, const u32 *insn, u64 address)
{
    forget();
    run_at(el, insn, address);
}

static inline void expect(const char *name, u32 el, u64 esr, u64 far)
{
    CHECK(name, all_taken(), 1);
    CHECK(name, taken[el].esr, esr);
    CHECK(name, taken[el].far, far);
}

#define NOTHING_TAKEN(name) CHECK(name, all_taken(), 0)

#endif
