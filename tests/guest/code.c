/* Code that changes, and exclusives. */
#include "tables.h"

static u32 patch[64] __attribute__((aligned(256)));

static void clean(void *at)
{
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" : : "r"(at) : "memory");
}

static u64 call(void)
{
    return ((u64 (*)(void))(void *)patch)();
}

#define MOVZ_X0(value) (0xd2800000u | (u32)(value) << 5)
#define RET 0xd65f03c0u

static void changed_code(void)
{
    for (u32 i = 0; i < 200; i++) {
        patch[0] = MOVZ_X0(i);
        patch[1] = RET;
        clean(patch);
        CHECK("changed code", call(), i);
    }
}

/* A function that changes the instruction behind its own store, in its own page. */
extern u32 self_changing[], changed_insn[];
__asm__(".pushsection .text\n.balign 64\nself_changing:\n"
        " adr x1, changed_insn\n str w0, [x1]\n dc cvau, x1\n dsb ish\n ic ivau, x1\n dsb ish\n isb\n"
        " mov x0, #0\nchanged_insn:\n mov x0, #1\n ret\n.popsection");

static void self_changing_code(void)
{
    u64 (*f)(u64) = (u64 (*)(u64))(void *)self_changing;
    CHECK("self-changing code", f(MOVZ_X0(77)), 77);
    CHECK("self-changing code again", f(MOVZ_X0(78)), 78);
}

/* ---- exclusives, with the MMU on: they want Normal memory ---- */

static table_page l1;
static u64 cell, other;

static u32 store_exclusive(u64 *to, u64 value)
{
    u32 status;
    __asm__ volatile("stxr %w0, %1, [%2]" : "=&r"(status) : "r"(value), "r"(to) : "memory");
    return status;
}

static u64 load_exclusive(u64 *from)
{
    u64 value;
    __asm__ volatile("ldxr %0, [%1]" : "=r"(value) : "r"(from) : "memory");
    return value;
}

INSN(nothing, "nop")

static void exclusives(void)
{
    l1[0] = S1_BLOCK | S1_DEVICE;
    l1[1] = 0x40000000 | S1_BLOCK;
    MSR("mair_el2", MAIR_TESTS);
    MSR("tcr_el2", 1u << 31 | 1u << 23 | 25 | 1u << 8 | 1u << 10 | 3u << 12 | 2u << 16);
    MSR("ttbr0_el2", (u64)l1);
    __asm__ volatile("tlbi alle2\n dsb sy\n isb" : : : "memory");
    MSR("sctlr_el2", 0x30c50830 | 1 | 1u << 2 | 1u << 12);
    cell = 5;
    CHECK("a store without a load fails", store_exclusive(&cell, 6), 1);
    CHECK("and stores nothing", cell, 5);
    CHECK("load", load_exclusive(&cell), 5);
    CHECK("store", store_exclusive(&cell, 6), 0);
    CHECK("stored", cell, 6);
    CHECK("the monitor is used up", store_exclusive(&cell, 7), 1);
    load_exclusive(&cell);
    CHECK("another address", store_exclusive(&other, 7), 1);
    load_exclusive(&cell);
    __asm__ volatile("clrex");
    CHECK("CLREX", store_exclusive(&cell, 7), 1);
    load_exclusive(&cell);
    run_at(1, nothing, 0);
    CHECK("an exception return clears the monitor", store_exclusive(&cell, 7), 1);
    u64 low, high;
    u32 status;
    static u64 pair[2] __attribute__((aligned(16))) = { 1, 2 };
    __asm__ volatile("1: ldxp %0, %1, [%3]\n add %0, %0, #10\n add %1, %1, #20\n stxp %w2, %0, %1, [%3]\n cbnz %w2, 1b"
                     : "=&r"(low), "=&r"(high), "=&r"(status) : "r"(pair) : "memory");
    CHECK("LDXP, STXP: low", pair[0], 11);
    CHECK("LDXP, STXP: high", pair[1], 22);
    MSR("sctlr_el2", 0x30c50830);
}

void guest_main(void)
{
    home_el = 2;
    changed_code();
    self_changing_code();
    exclusives();
    finish();
}
