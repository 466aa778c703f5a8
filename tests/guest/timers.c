/* The generic timers: each fires with its PPI, offsets, masks, and WFI waits for them. */
#include "guest.h"

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))

INSN(read_cntvct, "mrs x0, cntvct_el0")
INSN(read_cntpct, "mrs x0, cntpct_el0")

static u32 pending(void)
{
    return GICD(0x200) & 0xffff0000;
}

#define TIMER_TEST(label, prefix, suffix, intid)                                                                       \
    do {                                                                                                               \
        MSR(prefix "_cval_" suffix, MRS("cntpct_el0") + 10000);                                                        \
        MSR(prefix "_ctl_" suffix, 1);                                                                                 \
        CHECK(label ": not yet", MRS(prefix "_ctl_" suffix), 1);                                                       \
        CHECK(label ": no PPI yet", pending(), 0);                                                                     \
        u32 left = (u32)MRS(prefix "_tval_" suffix);                                                                   \
        CHECK(label ": TVAL counts down", left <= 10000 && left > 1000, 1);                                            \
        __asm__ volatile("wfi");                                                                                       \
        CHECK(label ": ISTATUS", MRS(prefix "_ctl_" suffix), 5);                                                       \
        CHECK(label ": PPI", pending(), 1u << (intid));                                                                \
        CHECK(label ": acknowledged", GICC(0xc), intid);                                                               \
        CHECK(label ": TVAL is negative", (u32)MRS(prefix "_tval_" suffix) >> 31, 1);                                  \
        MSR(prefix "_ctl_" suffix, 3);                                                                                 \
        CHECK(label ": masked", MRS(prefix "_ctl_" suffix), 7);                                                        \
        CHECK(label ": PPI is gone", pending(), 0);                                                                    \
        MSR(prefix "_ctl_" suffix, 0);                                                                                 \
        GICC(0x10) = intid;                                                                                            \
        MSR(prefix "_tval_" suffix, 5000);                                                                             \
        MSR(prefix "_ctl_" suffix, 1);                                                                                 \
        __asm__ volatile("wfi");                                                                                       \
        CHECK(label ": TVAL fires", GICC(0xc), intid);                                                                 \
        MSR(prefix "_ctl_" suffix, 0);                                                                                 \
        GICC(0x10) = intid;                                                                                            \
    } while (0)

static void offsets(void)
{
    MSR("cntvoff_el2", 1000000);
    u64 physical = MRS("cntpct_el0"), virtual = run_at(1, read_cntvct, 0);
    CHECK("CNTVOFF", virtual + 1000000 - physical < 100000, 1);
    CHECK("CNTPCT at EL1", run_at(1, read_cntpct, 0) >= physical, 1);
    MSR("cntv_cval_el0", virtual - 1);
    MSR("cntv_ctl_el0", 1);
    CHECK("CNTV compares the virtual count", MRS("cntv_ctl_el0"), 5);
    MSR("cntvoff_el2", 2000000);
    CHECK("and again when the offset changes", MRS("cntv_ctl_el0"), 1);
    MSR("cntv_ctl_el0", 0);
    MSR("cntvoff_el2", 0);
}

void guest_main(void)
{
    home_el = 2;
    GICD(0) = 1;
    GICC(0) = 1;
    GICC(4) = 0xf8;
    GICD(0x100) = 0xffff0000;
    MSR("hcr_el2", 1ull << 31 | 1ull << 4);
    MSR("cntvoff_el2", 0);
    CHECK("CNTFRQ", MRS("cntfrq_el0"), 62500000);
    TIMER_TEST("CNTP", "cntp", "el0", 30);
    TIMER_TEST("CNTV", "cntv", "el0", 27);
    TIMER_TEST("CNTHP", "cnthp", "el2", 26);
    offsets();
    finish();
}
