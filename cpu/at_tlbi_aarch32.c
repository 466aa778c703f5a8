/* Operations of CP15 by address: address translation in c7 (DDI 0487 G8.2.11 and on, DDI 0406 B4.2.4) and TLB maintenance in c8 (G8.2.151, B4.2.2).
 * Which one it is the encoding of its row says. */
#include "cpu/at_tlbi_aarch32.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "cpu/regime_aarch32.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

static unsigned opc1_of(const struct sysreg *sr)
{
    return (unsigned)bits(sr->enc, 13, 11);
}

static unsigned crm_of(const struct sysreg *sr)
{
    return (unsigned)bits(sr->enc, 6, 3);
}

static unsigned opc2_of(const struct sysreg *sr)
{
    return (unsigned)bits(sr->enc, 2, 0);
}

/* ---- c8 ---- */

/* opc1 0: CRm 3 Inner Shareable, 5 instruction TLB, 6 data TLB, 7 unified, which here are one. opc1 4, Hyp's: CRm 3 and 7, and by IPA 0 (Inner
 * Shareable) and 4. */
enum { CRM_IPA_IS = 0, CRM_IS = 3, CRM_IPA = 4 };

static bool is_by_ipa(const struct sysreg *sr)
{
    return opc1_of(sr) == 4 && (crm_of(sr) == CRM_IPA_IS || crm_of(sr) == CRM_IPA);
}

/* In Hyp mode TLBIALL is of both stages. */
static u8 scope_of(const struct cpu *cpu, const struct sysreg *sr)
{
    static const u8 pl1[8] = { TLBI_VMALL_S1, TLBI_VA, TLBI_ASID, TLBI_VA_ALL_ASID, TLBI_NONE, TLBI_VA, TLBI_NONE, TLBI_VA_ALL_ASID };
    static const u8 hyp[8] = { TLBI_ALL_EL2, TLBI_VA_EL2, TLBI_NONE, TLBI_NONE, TLBI_ALL_EL1, TLBI_VA_EL2, TLBI_NONE, TLBI_NONE };
    if (is_by_ipa(sr))
        return TLBI_IPA_S2;
    if (opc1_of(sr) == 4)
        return hyp[opc2_of(sr)];
    u8 scope = pl1[opc2_of(sr)];
    return scope == TLBI_VMALL_S1 && cpu->pstate.el == 2 ? TLBI_VMALL_S12 : scope;
}

static void invalidate(struct cpu *cpu, void *arg)
{
    mmu_tlbi(&cpu->mmu, arg);
}

/* Those of Hyp are of Non-secure state, from Monitor mode too; the others of the current one. */
bool write_tlbi_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    bool hyp = opc1_of(sr) == 4, secure = !hyp && cpu_is_secure(cpu);
    struct tlbi op = { .scope = scope_of(cpu, sr), .secure = secure, .last_level = opc2_of(sr) == 5 || opc2_of(sr) == 7,
                       .use_vmid = cpu->has_el2 && !secure, .vmid = cpu_vmid(cpu), .asid = (u16)bits(value, 7, 0),
                       .va = VA(bits(value, 31, 12) << 12), .ipa = IPA(bits(value, 27, 0) << 12) };
    bool broadcast = crm_of(sr) == CRM_IS || (hyp && crm_of(sr) == CRM_IPA_IS);
    bool forced = !hyp && cpu->pstate.el == 1 && bit(cpu_hcr(cpu), HCR_FB);
    if (op.scope == TLBI_IPA_S2 && cpu_is_secure(cpu) && !bit(cpu->sys.scr_el3, SCR_NS))
        return true; /* there is no VM in Secure state */
    if (broadcast || forced)
        cpu->host.for_each_cpu(cpu->host.machine, invalidate, &op);
    else
        invalidate(cpu, &op);
    return true;
}

/* ---- c7, c8 ---- */

/* The regime that an operation translates in, and how. ATS1Cxx: opc2 0 to 3; ATS12NSOxx: 4 to 7; ATS1Hx: opc1 4. */
static void at_regime(const struct cpu *cpu, const struct sysreg *sr, struct mmu_regime *rg)
{
    if (opc1_of(sr) == 4)
        cpu_regime_aarch32(cpu, 2, rg);
    else
        cpu_regime_pl1(cpu, !bit(opc2_of(sr), 2) && cpu_is_secure(cpu), rg);
    rg->pan &= crm_of(sr) == 9; /* ATS1CPRP, ATS1CPWP */
}

/* PAR has 64 bits where the regime's descriptors have, for all that Hyp mode asks of one stage, and where a stage 2 was part of it. */
static bool is_par_long(const struct cpu *cpu, const struct sysreg *sr, const struct mmu_regime *rg)
{
    bool both_stages = opc1_of(sr) == 0 && bit(opc2_of(sr), 2);
    return rg->format == FORMAT_LONG || (both_stages ? regime_has_stage2(rg) : cpu->pstate.el == 2);
}

/* PAR's copy is that of SCR.NS, in Monitor mode too. */
static u64 *par_of(struct cpu *cpu)
{
    bool secure = cpu_el_is_aarch32(cpu, 3) && cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS);
    return secure ? &cpu->sys.par_s : &cpu->sys.par_el1;
}

bool write_at_aarch32(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    unsigned opc2 = opc2_of(sr);
    bool hyp = opc1_of(sr) == 4;
    struct mmu_request rq = { .va = VA((u32)value), .kind = opc2 & 1 ? MMU_WRITE : MMU_READ, .size = 1, .privileged = hyp || !(opc2 & 2), .at = true,
                              .no_update = true, .stage1_only = !hyp && !bit(opc2, 2) };
    struct mmu_regime rg;
    struct translation t;
    struct fault f;
    at_regime(cpu, sr, &rg);
    bool is_long = is_par_long(cpu, sr, &rg);
    if (mmu_translate(&cpu->mmu, &rg, &rq, &t, &f)) {
        *par_of(cpu) = is_long ? par_long(&t) : par_short(&t);
        return true;
    }
    /* A stage-2 fault on the walk of a PL1 operation is Hyp's, and an external abort is nobody's result (G5.10.3, B3.13.5). */
    if ((f.s1ptw && cpu->pstate.el == 1) || f.type == FAULT_EXTERNAL_WALK) {
        f.cache_op = true;
        cpu_data_abort(cpu, &f, NULL);
        return false;
    }
    *par_of(cpu) = is_long ? par_long_of_fault(&f) : par_short_of_fault(&f);
    return true;
}
