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

/* Bits top:bottom: what extends an address. Bit 55 among them says which range it is of, the others are the code's. */
static u64 extension(const struct mmu_regime *rg, bool upper, bool tag)
{
    return (tag ? ones(56) : ~0ull) & ~ones(bottom_bit(rg, upper));
}

static NOINLINE void lay_out(struct cpu *cpu)
{
    const struct mmu_regime *rg = &cpu->ctx->regime;
    struct pauth_layout *l = &cpu->pauth_layout;
    l->tcr = rg->tcr;
    l->regime = rg->id;
    l->valid = true;
    for (unsigned data = 0; data < 2; data++)
        for (unsigned upper = 0; upper < 2; upper++)
            l->extension[data][upper] = extension(rg, upper, regime_has_tag(rg, upper ? ~0ull : 0, !data));
}

/* Of a pointer to the range that its bit 55 names. */
static ALWAYS_INLINE u64 extension_of(struct cpu *cpu, u64 ptr, bool data)
{
    const struct pauth_layout *l = &cpu->pauth_layout;
    if (UNLIKELY(l->tcr != cpu->ctx->regime.tcr || l->regime != cpu->ctx->regime.id || !l->valid))
        lay_out(cpu);
    return l->extension[data][ptr >> 55 & 1];
}

static ALWAYS_INLINE u64 extended(u64 ptr, bool upper, u64 ext)
{
    return upper ? ptr | ext : ptr & ~ext;
}

/* ---- codes ---- */

/* ComputePAC(). What was added is mostly checked soon: nine of ten codes of a Linux boot are remembered ones. */
static u64 compute(struct cpu *cpu, enum pauth_key key, u64 data, u64 modifier)
{
    u64 low = cpu->sys.apkey_el1[2 * key], high = cpu->sys.apkey_el1[2 * key + 1];
    if (cpu_has(cpu, FEAT_PAUTH_IMPDEF))
        return pauth_impdef(data, modifier, high, low);
    struct pauth_memo *m = &cpu->pauth_memo[(data >> 2 ^ data >> 10 ^ modifier >> 4 ^ modifier >> 12) % PAUTH_MEMOS];
    if (LIKELY(!((m->data ^ data) | (m->modifier ^ modifier) | (m->key_low ^ low) | (m->key_high ^ high)) && m->valid))
        return m->pac;
    *m = (struct pauth_memo){ data, modifier, low, high, pauth_qarma5(data, modifier, high, low), true };
    return m->pac;
}

#define BIT_55 (1ull << 55)

/* Which range a code is added for: bit 55 where either range may have tags, for one of the ranges alone must not decide. */
static bool selects_upper(const struct mmu_regime *rg, u64 ptr, bool data)
{
    bool either = regime_has_tag(rg, 0, !data) || regime_has_tag(rg, ~0ull, !data); /* in one range: the same */
    return bit(ptr, either ? 55 : 63);
}

/* AddPAC() of what is no address, whose code is made wrong. */
static NOINLINE u64 add_pac_to_no_address(struct cpu *cpu, enum pauth_key key, u64 ptr, u64 modifier)
{
    const struct mmu_regime *rg = &cpu->ctx->regime;
    bool data = key >= PAUTH_DA, tag = regime_has_tag(rg, ptr, !data), upper = selects_upper(rg, ptr, data);
    u64 ext = extension(rg, upper, tag), pac = compute(cpu, key, extended(ptr, upper, ext), modifier);
    if ((ptr & ext) != 0 && (ptr & ext) != ext)
        pac ^= 1ull << (tag ? 54 : 62);
    return (extended(ptr, upper, ext) & ~(ext & ~BIT_55)) | (pac & ext & ~BIT_55);
}

static u64 add_pac(struct cpu *cpu, enum pauth_key key, u64 ptr, u64 modifier) /* AddPAC() */
{
    u64 ext = extension_of(cpu, ptr, key >= PAUTH_DA);
    if (UNLIKELY(extended(ptr, bit(ptr, 55), ext) != ptr))
        return add_pac_to_no_address(cpu, key, ptr, modifier);
    return (ptr & ~(ext & ~BIT_55)) | (compute(cpu, key, ptr, modifier) & ext & ~BIT_55);
}

static u64 auth(struct cpu *cpu, enum pauth_key key, u64 ptr, u64 modifier) /* Auth() */
{
    u64 ext = extension_of(cpu, ptr, key >= PAUTH_DA), original = extended(ptr, bit(ptr, 55), ext);
    u64 pac = compute(cpu, key, original, modifier);
    if (LIKELY(!((pac ^ ptr) & ext & ~BIT_55)))
        return original;
    u64 error_code = key == PAUTH_IB || key == PAUTH_DB ? 2 : 1; /* key_number : NOT(key_number) */
    return bit(ext, 63) ? with_bits(original, 62, 61, error_code) : with_bits(original, 54, 53, error_code);
}

u64 pauth_strip(struct cpu *cpu, u64 ptr, bool data)
{
    return extended(ptr, bit(ptr, 55), extension_of(cpu, ptr, data));
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
