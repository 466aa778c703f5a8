/* Hooks of coprocessor registers whose writing or reading is more than storage (DDI 0487 G8.2; DDI 0406 B4.1). */
#include "cpu/sysreg_hooks_aarch32.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg_hooks.h"
#include "cpu/sysreg_rows.h"
#include "emu/platform/bits.h"

/* Bits of SCTLR and HSCTLR that are always 1: on ARMv7 what later became nTWI and nTWE is among them. */
#define SCTLR_RES1_V7 0x00c50058ull
#define SCTLR_RES1_V8 0x00400818ull
#define SCTLR_V8_ONLY (1ull << SCTLR_ITD | 1ull << SCTLR_SED | 1ull << SCTLR_NTWI | 1ull << SCTLR_NTWE | 1ull << SCTLR_SPAN)
#define SCTLR_V7_ONLY (1ull << SCTLR_SW | 1ull << 11) /* SWP; Z, branch prediction, which is RES1 later */
#define HSCTLR_RES1 0x30c50818ull

static u64 *stored(struct cpu *cpu, const struct sysreg *sr, s32 secure)
{
    bool is_secure = secure >= 0 && aarch32_uses_secure_copies(cpu);
    return (u64 *)(void *)((u8 *)cpu + (is_secure ? secure : sr->state));
}

static u64 sctlr_with_fixed(const struct cpu *cpu, u64 value)
{
    return cpu->model->aarch32_only ? (value & ~SCTLR_V8_ONLY) | SCTLR_RES1_V7 : (value & ~SCTLR_V7_ONLY) | SCTLR_RES1_V8;
}

void aarch32_reset_controls(struct cpu *cpu)
{
    cpu->sys.sctlr_el1 = cpu->sys.sctlr_s = SCTLR_RES1_V7 | 1u << SCTLR_CP15BEN;
    cpu->sys.sctlr_el2 = HSCTLR_RES1 | 1u << SCTLR_CP15BEN;
    cpu->sys.hcr_el2 = 0;
    cpu->sys.cptr_el3 = cpu->sys.mdcr_el3 = 0;
    cpu->sys.fpexc32_el2 = 0;
    cpu->sys.oslsr_el1 = 0; /* DDI 0406 C6.5: the lock's reset value of a Cortex-A15 and A7 is unlocked for software that never heard of it */
}

bool write_sctlr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    if (!cpu_has(cpu, FEAT_SSBS))
        value &= ~(1ull << SCTLR_DSSBS_AARCH32);
    bool hyp = sr->state == (s32)offsetof(struct cpu, sys.sctlr_el2);
    u64 *to = stored(cpu, sr, hyp ? -1 : (s32)offsetof(struct cpu, sys.sctlr_s));
    *to = hyp ? (cpu->model->aarch32_only ? value & ~SCTLR_V8_ONLY : value) | HSCTLR_RES1 : sctlr_with_fixed(cpu, value);
    cpu_regime_changed(cpu);
    return true;
}

bool write_regime_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    cpu_regime_changed(cpu);
    return true;
}

bool write_contextidr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    cpu_regime_changed(cpu);
    return write_debug(cpu, sr, value);
}

/* In Non-secure state the bank is another one from here on. */
bool write_scr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    cpu_regime_changed(cpu);
    if (cpu->pstate.mode != MODE_MON) /* NS written outside Monitor mode: the PE is Non-secure at once (DDI 0406 B1.5.1, which advises against it) */
        cpu_change_el(cpu, aarch32_el_of(cpu, cpu->pstate.mode));
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
    return true;
}

bool write_hcr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    if (cpu->model->aarch32_only)
        cpu->sys.hcr_el2 &= 0x0fffffff; /* HCD, TRVM and what follows are ARMv8's (DDI 0406 B4.1, HCR) */
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
    cpu->attention = true; /* TGE routes debug exceptions */
    return true;
}

/* HCR2 is the upper half of HCR_EL2 as an EL2 in AArch32 has it: CD, ID, TERR, TEA, TID4, TICAB, TOCU, TTLBIS, those that the PE has. */
bool write_hcr2(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    u64 mask = cpu->writable[SYSREG_HCR_EL2] & 0x00560033ull << 32;
    cpu->sys.hcr_el2 = (cpu->sys.hcr_el2 & ~mask) | (value << 32 & mask);
    return write_hcr_aarch32(cpu, sr, value);
}

u64 read_hcr2(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->sys.hcr_el2 >> 32 & 0x00560033;
}

/* ---- coprocessor access ---- */

/* NSACR.cp10 and cp11 = 0: CPACR's fields are RAZ/WI in Non-secure state; NSASEDIS: ASEDIS is RAO/WI. */
static u64 hidden_by_nsacr(const struct cpu *cpu)
{
    bool applies = cpu->model->aarch32_only && cpu->has_el3 && !cpu_is_secure(cpu);
    return applies && !bit(cpu->sys.nsacr, 10) ? 0xfu << 20 : 0;
}

u64 read_cpacr_aarch32(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    u64 hidden = hidden_by_nsacr(cpu);
    bool no_simd = cpu->model->aarch32_only && cpu->has_el3 && !cpu_is_secure(cpu) && bit(cpu->sys.nsacr, 15);
    return (u32)(cpu->sys.cpacr_el1 & ~hidden) | (u32)no_simd << 31;
}

/* cp10 and cp11 are one: cp11's field follows cp10's. */
bool write_cpacr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    u64 cp10 = bits(value, 21, 20);
    if (!hidden_by_nsacr(cpu))
        cpu->sys.cpacr_el1 = (value & ~(3ull << 22)) | cp10 << 22;
    cpu_update_fp_enabled(cpu);
    return true;
}

/* Where EL3 is AArch64, or there is none, nothing is closed. */
u64 read_nsacr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->model->aarch32_only && cpu->has_el3 ? (u32)cpu->sys.nsacr : 0xc00;
}

/* TCP0 to 9, 12 and 13 trap coprocessors that are not there; TTA is RAZ/WI, since CP14 has no trace registers (DDI 0406 B4.1.50). */
u64 read_hcptr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return (cpu->sys.cptr_el2 & 0x80008c00) | 0x33ff;
}

/* TJDBX is ARMv7's. */
bool write_hstr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->sys.hstr_el2 = cpu->model->aarch32_only ? value : value & 0xffff;
    return true;
}

bool write_hcptr(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->sys.cptr_el2 = (value & ~(1ull << 11)) | (u64)bit(value, 10) << 11;
    cpu_update_fp_enabled(cpu);
    return true;
}

/* ---- identification ---- */

u64 read_ccsidr_aarch32(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    const u64 sizes[] = { cpu->model->ccsidr_l1d, cpu->model->ccsidr_l1i, cpu->model->ccsidr_l2 };
    u64 selected = aarch32_uses_secure_copies(cpu) ? cpu->sys.csselr_s : cpu->sys.csselr_el1;
    return selected < ARRAY_SIZE(sizes) ? sizes[selected] : 0; /* UNKNOWN: no such cache */
}

/* WRPs 4, BRPs 6, two of them for contexts; version: v7.1 (5) or v8 (6); Security Extensions; on ARMv7 the core's revision, and that DBGDEVID tells of
 * PC sampling. */
u64 read_dbgdidr(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    u32 revision = (u32)bits(cpu->model->midr, 23, 20) << 4 | (u32)bits(cpu->model->midr, 3, 0), v7 = 5u << 16 | 1u << 13 | revision;
    return 3u << 28 | 5u << 24 | 1u << 20 | (cpu->model->aarch32_only ? v7 : 6u << 16) | 1u << 15 | (u32)cpu->has_el3 << 14 | (u32)cpu->has_el3 << 12;
}

/* ARMv7: DBGEN, SPIDEN and their like are asserted, or there would be no debug exceptions but BKPT. ARMv8's do without. */
u64 read_dbgauthstatus(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    return cpu->model->aarch32_only ? 0xff : 0xaa;
}

/* PERIPHBASE's bits 31:15 (ARMv7) or 31:18, and below them its upper ones: 39:32 in 7:0, in ARMv8 43:32 in 11:0 (DDI 0438 4.3.59, 100095 4.5.78). */
u64 read_cbar_aarch32(struct cpu *cpu, const struct sysreg *sr)
{
    (void)sr;
    u64 base = cpu->periphbase;
    return cpu->model->aarch32_only ? (base & 0xffff8000) | bits(base, 39, 32) : (base & 0xfffc0000) | bits(base, 43, 32);
}

/* The Non-secure world writes none of it (DDI 0438 4.3.48). */
bool write_l2ctlr_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    if (!cpu->model->aarch32_only || !cpu->has_el3 || cpu_is_secure(cpu))
        cpu->sys.l2ctlr_imp = value & 0x7c7fffff;
    return true;
}

/* ---- operations ---- */

/* CP15ISB, CP15DSB, CP15DMB: SCTLR.CP15BEN switches them off. */
bool write_cp15_barrier(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    (void)value;
    u64 sctlr = aarch32_own_sctlr(cpu);
    if (bit(sctlr, SCTLR_CP15BEN))
        return true;
    cpu_undefined(cpu);
    return false;
}

/* Only the key locks. */
bool write_oslar_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    (void)sr;
    cpu->sys.oslsr_el1 = value == 0xc5acce55 ? 2 : 0;
    cpu->attention = true;
    return true;
}
