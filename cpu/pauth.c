/* Pointer authentication codes: where they lie in a pointer, who may use them, and how they are checked (DDI 0487 D8.9, J1.3). */
#include "cpu/pauth.h"

#include "cpu/engine.h"
#include "cpu/model.h"
#include "cpu/pauth_qarma.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* ---- who may ---- */

/* The EL that traps the use of keys (HCR_EL2.API, SCR_EL3.API); 0: none. */
static u8 trap_target(const struct cpu *cpu)
{
    u8 el = cpu->pstate.el;
    if (el < 2 && !bit(cpu->sys.hcr_el2, HCR_API) && cpu_el2_enabled(cpu) && !cpu_is_in_host(cpu))
        return 2;
    return el < 3 && cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_API) ? 3 : 0;
}

/* TrapPACUse(). False: trapped. */
static bool is_open(struct cpu *cpu, const struct op *op, s64 budget)
{
    u8 target = trap_target(cpu);
    if (LIKELY(!target))
        return true;
    cpu_sync(cpu, op, budget);
    exception_sync(cpu, target, EC_PAUTH, 0, cpu->pc);
    return false;
}

static bool is_enabled(const struct cpu *cpu, enum pauth_key key)
{
    static const u8 enables[] = { [PAUTH_IA] = SCTLR_ENIA, [PAUTH_IB] = SCTLR_ENIB, [PAUTH_DA] = SCTLR_ENDA, [PAUTH_DB] = SCTLR_ENDB };
    return bit(cpu->ctx->regime.sctlr, enables[key]);
}

/* ---- where ---- */

/* CalculateBottomPACBit(). TxSZ out of range is taken as the nearest limit, as in translation. */
static unsigned bottom_bit(const struct mmu_regime *rg, bool upper)
{
    unsigned tsz = (unsigned)(regime_has_unprivileged(rg) && upper ? bits(rg->tcr, 21, 16) : bits(rg->tcr, 5, 0));
    return 64 - (tsz < 16 ? 16 : tsz > 39 ? 39 : tsz);
}

/* The pointer with copies of `upper` in the field of the code, which begins at `bottom`. */
static u64 extended(u64 ptr, bool upper, bool tag, unsigned bottom)
{
    unsigned top = tag ? 55 : 63;
    return with_bits(ptr, top, bottom, upper ? ~0ull : 0);
}

/* ---- codes ---- */

/* ComputePAC(). What was added is mostly checked soon: nine of ten codes of a Linux boot are remembered ones. */
static u64 compute(struct cpu *cpu, enum pauth_key key, u64 data, u64 modifier)
{
    u64 low = cpu->sys.apkey_el1[2 * key], high = cpu->sys.apkey_el1[2 * key + 1];
    if (cpu_has(cpu, FEAT_PAUTH_IMPDEF))
        return pauth_impdef(data, modifier, high, low);
    struct pauth_memo *m = &cpu->pauth_memo[(data >> 2 ^ data >> 10 ^ modifier >> 4 ^ modifier >> 12) % PAUTH_MEMOS];
    if (m->data == data && m->modifier == modifier && m->key_low == low && m->key_high == high && m->valid)
        return m->pac;
    *m = (struct pauth_memo){ data, modifier, low, high, pauth_qarma5(data, modifier, high, low), true };
    return m->pac;
}

/* Which range a code is added for: bit 55 where either range may have tags, for one of the ranges alone must not decide. */
static bool selects_upper(const struct mmu_regime *rg, u64 ptr, bool data)
{
    bool either = regime_has_tag(rg, 0, !data) || regime_has_tag(rg, ~0ull, !data); /* in one range: the same */
    return bit(ptr, either ? 55 : 63);
}

static u64 add_pac(struct cpu *cpu, enum pauth_key key, u64 ptr, u64 modifier) /* AddPAC() */
{
    const struct mmu_regime *rg = &cpu->ctx->regime;
    bool data = key >= PAUTH_DA, tag = regime_has_tag(rg, ptr, !data), upper = selects_upper(rg, ptr, data);
    unsigned bottom = bottom_bit(rg, upper), top = tag ? 55 : 63;
    u64 pac = compute(cpu, key, extended(ptr, upper, tag, bottom), modifier);
    u64 was = bits(ptr, top, bottom);
    if (was != 0 && was != ones(top - bottom + 1)) /* no address: the code is made wrong */
        pac ^= 1ull << (top - 1);
    u64 field = ones(top + 1) & ~ones(bottom) & ~(1ull << 55);
    return (ptr & ~field & ~(1ull << 55)) | (u64)upper << 55 | (pac & field);
}

static u64 auth(struct cpu *cpu, enum pauth_key key, u64 ptr, u64 modifier) /* Auth() */
{
    const struct mmu_regime *rg = &cpu->ctx->regime;
    bool data = key >= PAUTH_DA, upper = bit(ptr, 55), tag = regime_has_tag(rg, ptr, !data);
    unsigned bottom = bottom_bit(rg, upper), top = tag ? 55 : 63;
    u64 original = extended(ptr, upper, tag, bottom);
    u64 pac = compute(cpu, key, original, modifier);
    u64 field = ones(top + 1) & ~ones(bottom) & ~(1ull << 55);
    if (!((pac ^ ptr) & field))
        return original;
    u64 error_code = key == PAUTH_IB || key == PAUTH_DB ? 2 : 1; /* key_number : NOT(key_number) */
    return tag ? with_bits(original, 54, 53, error_code) : with_bits(original, 62, 61, error_code);
}

u64 pauth_strip(const struct cpu *cpu, u64 ptr, bool data)
{
    const struct mmu_regime *rg = &cpu->ctx->regime;
    bool upper = bit(ptr, 55);
    return extended(ptr, upper, regime_has_tag(rg, ptr, !data), bottom_bit(rg, upper));
}

/* ---- what instructions call ---- */

bool pauth_add(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key, u64 ptr, u64 modifier)
{
    cpu->slow.value[0] = ptr;
    if (!is_enabled(cpu, key))
        return true;
    if (!is_open(cpu, op, budget))
        return false;
    cpu->slow.value[0] = add_pac(cpu, key, ptr, modifier);
    return true;
}

bool pauth_auth(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key, u64 ptr, u64 modifier)
{
    cpu->slow.value[0] = ptr;
    if (!is_enabled(cpu, key))
        return true;
    if (!is_open(cpu, op, budget))
        return false;
    cpu->slow.value[0] = auth(cpu, key, ptr, modifier);
    return true;
}

bool pauth_generic(struct cpu *cpu, const struct op *op, s64 budget, u64 value, u64 modifier)
{
    if (!is_open(cpu, op, budget))
        return false;
    cpu->slow.value[0] = compute(cpu, PAUTH_GA, value, modifier) & ~ones(32);
    return true;
}
