/* Tables in RAM and a walker over them, for the tests of mmu/walk_lpae.c. */
#ifndef TESTS_UNIT_WALKER_RIG_H
#define TESTS_UNIT_WALKER_RIG_H

#include "mmu/mmu.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RAM (64 * MIB)
#define ROOT 0x100000ull   /* stage-1 root, then tables behind it */
#define S2_ROOT 0x200000ull
#define PAGE_TARGET 0x2000000ull

enum { VALID_TABLE = 3, VALID_PAGE = 3, VALID_BLOCK = 1 };
#define AF (1ull << 10)
#define AP_EL0 (1ull << 6)
#define AP_RO (1ull << 7)

struct fixture {
    struct bus bus;
    struct log log;
    struct mmu mmu;
    struct mmu_regime rg;
    struct translation t;
    struct fault f;
};

static inline int set_up(void **state)
{
    struct error err = { { 0 } };
    struct fixture *x = calloc(1, sizeof *x);
    log_init(&x->log);
    bus_init(&x->bus, &x->log);
    *state = x;
    return !bus_add_ram(&x->bus, "ram", PA(0), RAM, false, false, &err) ||
           !mmu_init(&x->mmu, &x->bus, &x->log, 0, (struct tlb_geometry){ 64, 4 }, &err);
}

static inline int tear_down(void **state)
{
    struct fixture *x = *state;
    mmu_free(&x->mmu);
    bus_free(&x->bus);
    log_free(&x->log);
    free(x);
    return 0;
}

static inline void put(struct fixture *x, u64 table, u64 index, u64 desc)
{
    assert_true(bus_write_mem(&x->bus, PA(table + index * 8), &desc, sizeof desc));
}

static inline bool walk(struct fixture *x, u64 addr, u8 kind, bool privileged)
{
    struct mmu_request rq = { .va = VA(addr), .kind = kind, .size = 4, .privileged = privileged };
    return mmu_walk(&x->mmu, &x->rg, &rq, &x->t, &x->f);
}

static inline void expect_fault(struct fixture *x, u8 stage, u8 type, u8 level)
{
    assert_int_equal(x->f.stage, stage);
    assert_int_equal(x->f.type, type);
    assert_int_equal(x->f.level, level);
    assert_non_null(x->f.why);
}

/* TG0 by granule: 4 KiB 0, 64 KiB 1, 16 KiB 2. */
static inline u64 tg0(unsigned granule)
{
    return (granule == 12 ? 0ull : granule == 16 ? 1ull : 2ull) << 14;
}

/* EL1&0 stage 1 alone with 2^(64 - tsz) bytes, IPS 44 bits. */
static inline void stage1(struct fixture *x, unsigned granule, unsigned tsz)
{
    x->rg = (struct mmu_regime){ .id = REGIME_EL10, .pa_bits = 44, .sctlr = 1 | 1u << 2 | 1u << 12, .tcr = tsz | tg0(granule) | 4ull << 32 | 1ull << 23,
                                 .ttbr0 = ROOT, .mair = 0x44ff };
}

/* A chain of tables for the address down to level 3, one granule apart; the leaf is the caller's. Returns the level-3 table. */
static inline u64 chain(struct fixture *x, unsigned granule, unsigned tsz, u64 addr, unsigned to_level)
{
    unsigned stride = granule - 3, level = 3 - (64 - tsz - granule - 1) / stride;
    u64 table = ROOT;
    for (; level < to_level; level++) {
        u64 next = ROOT + (level + 1) * 0x10000ull;
        put(x, table, addr >> ((3 - level) * stride + granule) & ones(stride), next | VALID_TABLE);
        table = next;
    }
    return table;
}

static inline void leaf(struct fixture *x, unsigned granule, u64 table, u64 addr, unsigned level, u64 desc)
{
    put(x, table, addr >> ((3 - level) * (granule - 3) + granule) & ones(granule - 3), desc);
}

static inline void stage2(struct fixture *x, unsigned t0sz, unsigned sl0)
{
    x->rg = (struct mmu_regime){ .id = REGIME_EL10, .has_el2 = true, .pa_bits = 44, .hcr = 1, .vtcr = t0sz | sl0 << 6 | 4ull << 16, .vttbr = S2_ROOT };
}

#define S2_RW (3ull << 6)
#define S2_NORMAL (15ull << 2)

#endif
