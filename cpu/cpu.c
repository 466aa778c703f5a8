/* A PE's life and its views: reset, exception levels and stack pointers, security state, translation regimes. */
#include "cpu/aarch32.h"
#include "cpu/code_page.h"
#include "cpu/cp.h"
#include "cpu/engine.h"
#include "cpu/model.h"
#include "cpu/pmu.h"
#include "cpu/regime_aarch32.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

static void free_registers(struct cpu *cpu)
{
    free(cpu->model);
    free(cpu->writable);
}

struct cpu *cpu_new(const struct cpu_config *config, struct bus *bus, struct clock *clock, struct log *log, struct code_cache *code,
                    struct error *err)
{
    struct cpu *cpu = aligned_alloc(64, (sizeof *cpu + 63) & ~63ull);
    if (!cpu) {
        error_set(err, "no memory for CPU %u", config->index);
        return NULL;
    }
    memset(cpu, 0, sizeof *cpu);
    cpu->index = config->index;
    cpu->mpidr = 0x80000000ull | config->index;
    cpu->has_el2 = config->has_el2;
    cpu->has_el3 = config->has_el3;
    cpu->rvbar = config->rvbar;
    cpu->cluster = config->cpus == 0 ? 1 : config->cpus > 4 ? 4 : config->cpus;
    cpu->periphbase = config->periphbase;
    cpu->bus = bus;
    cpu->clock = clock;
    cpu->log = log;
    cpu->code = code;
    cpu->model = model_new(config->model, config->features_off, err);
    if (cpu->model)
        cpu->writable = sysreg_writable_new(cpu->model->features, err);
    if (!cpu->writable || !sysreg_tables_check(err) || !cp_tables_check(err) || !mmu_init(&cpu->mmu, bus, log, (u8)config->index, config->model->tlb, err)) {
        free_registers(cpu);
        free(cpu);
        return NULL;
    }
    cpu_attach_engine(cpu, config->timing_insn);
    return cpu;
}

void cpu_free(struct cpu *cpu)
{
    if (!cpu)
        return;
    mmu_free(&cpu->mmu);
    free_registers(cpu);
    free(cpu);
}

void cpu_reset(struct cpu *cpu)
{
    u32 lines = cpu->lines;
    memset(cpu->x, 0, sizeof cpu->x);
    memset(cpu->v, 0, sizeof cpu->v);
    memset(cpu->sp_el, 0, sizeof cpu->sp_el);
    memset(cpu->usr_bank, 0, sizeof cpu->usr_bank);
    memset(cpu->mon_bank, 0, sizeof cpu->mon_bank);
    cpu->it_now = 0;
    memset(&cpu->sys, 0, sizeof cpu->sys);
    cpu->fpcr = cpu->fpsr = 0;
    cpu->exclusive.armed = cpu->event_register = cpu->step_pending = false;
    cpu->run_state = CPU_RUNNING;
    cpu->engine = ENGINE_FAST;
    cpu_set_nzcv(cpu, 0);
    sysreg_reset(cpu);
    cp_reset(cpu);
    mmu_reset(&cpu->mmu);
    cpu->pstate = (struct pstate){ .el = cpu->has_el3 ? 3 : cpu->has_el2 ? 2 : 1, .sp_sel = 1, .daif = 15 };
    if (cpu->model->aarch32_only) { /* Secure where there is a Security Extension, else in Hyp mode where there is one (AArch32.TakeReset()) */
        cpu->pstate.aarch32 = true;
        cpu->pstate.sp_sel = 0;
        cpu->pstate.daif = DAIF_A | DAIF_I | DAIF_F;
        cpu->pstate.mode = cpu->pstate.el == 2 ? MODE_HYP : MODE_SVC;
    }
    cpu->lines = lines;
    cpu->pc = cpu->rvbar;
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
}

void cpu_enter_at(struct cpu *cpu, u8 el, u64 pc, u64 x0)
{
    if (cpu->has_el3 && el < 3 && cpu_has(cpu, FEAT_PAUTH))
        cpu->sys.scr_el3 |= 1ull << SCR_APK | 1ull << SCR_API;
    if (cpu->has_el3 && el < 3) /* as firmware leaves it: Non-secure, AArch64, HVC on */
        cpu->sys.scr_el3 |= 1ull << SCR_NS | 1ull << SCR_RW | 1ull << SCR_HCE;
    cpu->pstate.daif = 15;
    cpu_set_el(cpu, el, el ? 1 : 0);
    cpu->pc = pc;
    cpu->x[0] = x0;
    cpu->run_state = CPU_RUNNING;
    cpu_update_attention(cpu);
}

bool cpu_is_aarch32_only(const struct cpu_model *model)
{
    return model->aarch32_only;
}

void cpu_enter_aarch32(struct cpu *cpu, u8 mode, u32 pc, const u32 r[3])
{
    bool stays_secure = cpu->model->aarch32_only && mode == MODE_SVC && cpu->pstate.el == 3 && !bit(cpu->sys.scr_el3, SCR_NS);
    if (cpu->has_el3 && !stays_secure)
        cpu->sys.scr_el3 |= 1ull << SCR_NS | 1ull << SCR_HCE;
    if (cpu->has_el3 && !stays_secure)
        cpu->sys.nsacr |= 3u << 10; /* cp10, cp11 */
    cpu->pstate.daif = DAIF_A | DAIF_I | DAIF_F;
    if (!cpu->model->aarch32_only) { /* the EL above says so */
        if (mode == MODE_HYP || !cpu->has_el2)
            cpu->sys.scr_el3 &= ~(1ull << SCR_RW);
        cpu->sys.hcr_el2 &= ~(1ull << HCR_RW);
    }
    if (!cpu->pstate.aarch32) {
        cpu->sp_el[cpu->pstate.sp_sel ? cpu->pstate.el : 0] = cpu->x[SLOT_SP];
        aarch32_enter(cpu, mode);
    } else {
        aarch32_set_mode(cpu, mode);
    }
    cpu->pstate.t = pc & 1;
    cpu->pc = pc & ~1u;
    for (unsigned i = 0; i < 3; i++)
        cpu->x[i] = r[i];
    cpu->run_state = CPU_RUNNING;
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
}

/* ---- views ---- */

bool cpu_is_secure(const struct cpu *cpu)
{
    return cpu->has_el3 && (cpu->pstate.el == 3 || !bit(cpu->sys.scr_el3, SCR_NS));
}

bool cpu_el2_enabled(const struct cpu *cpu)
{
    return cpu->has_el2 && !(cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS));
}

bool cpu_el0_is_host(const struct cpu *cpu)
{
    return bit(cpu->sys.hcr_el2, HCR_E2H) && bit(cpu->sys.hcr_el2, HCR_TGE) && cpu_el2_enabled(cpu);
}

bool cpu_is_in_host(const struct cpu *cpu)
{
    if (cpu->pstate.el == 0)
        return cpu_el0_is_host(cpu);
    return cpu->pstate.el == 2 && bit(cpu->sys.hcr_el2, HCR_E2H) && cpu_el2_enabled(cpu);
}

/* The fields that TGE, and E2H with TGE, make behave as 0 (DDI 0487 D17.2.48, field by field). */
#define HCR_OFF_BY_TGE                                                                                                  \
    (1ull << HCR_SWIO | 1ull << HCR_PTW | 1ull << HCR_VF | 1ull << HCR_VI | 1ull << HCR_VSE | 1ull << HCR_FB | 1ull << HCR_TID1 |     \
     1ull << HCR_TID3 | 1ull << HCR_TSC | 1ull << HCR_TACR | 1ull << HCR_TSW | 1ull << HCR_TTLB | 1ull << HCR_TVM | 1ull << HCR_TRVM | \
     1ull << HCR_TLOR | 1ull << HCR_TTLBIS | 1ull << HCR_TTLBOS)
#define HCR_OFF_BY_HOST                                                                                                 \
    (1ull << HCR_VM | 1ull << HCR_FMO | 1ull << HCR_IMO | 1ull << HCR_AMO | 3ull << HCR_BSU | 1ull << HCR_DC | 1ull << HCR_TWI |      \
     1ull << HCR_TWE | 1ull << HCR_TID0 | 1ull << HCR_TID2 | 1ull << HCR_TPC | 1ull << HCR_TPU | 1ull << HCR_TDZ | 1ull << HCR_CD |   \
     1ull << HCR_ID | 1ull << HCR_TIDCP | 1ull << HCR_TID4 | 1ull << HCR_TICAB | 1ull << HCR_TOCU)

u64 cpu_hcr(const struct cpu *cpu)
{
    u64 hcr = cpu->sys.hcr_el2;
    if (!cpu_el2_enabled(cpu))
        return 0;
    if (bit(hcr, HCR_TGE))
        hcr &= ~(HCR_OFF_BY_TGE | (bit(hcr, HCR_E2H) ? HCR_OFF_BY_HOST : 0));
    return hcr;
}

u16 cpu_vmid(const struct cpu *cpu)
{
    return (u16)(bit(cpu->sys.vtcr_el2, 19) ? bits(cpu->sys.vttbr_el2, 63, 48) : bits(cpu->sys.vttbr_el2, 55, 48));
}

u64 cpu_el0_sctlr(const struct cpu *cpu)
{
    return cpu_el0_is_host(cpu) ? cpu->sys.sctlr_el2 : cpu->sys.sctlr_el1;
}

u32 cpu_nzcv(const struct cpu *cpu)
{
    return (u32)(cpu->nf >> 63) << 31 | (u32)(cpu->zf == 0) << 30 | (u32)cpu->cf << 29 | (u32)(cpu->vf >> 63) << 28;
}

void cpu_set_nzcv(struct cpu *cpu, u32 nzcv)
{
    cpu->nf = (u64)nzcv << 32;
    cpu->zf = !bit(nzcv, 30);
    cpu->cf = bit(nzcv, 29);
    cpu->vf = (u64)nzcv << 35;
}

u64 cpu_spsr_from_pstate(const struct cpu *cpu)
{
    const struct pstate *p = &cpu->pstate;
    if (p->aarch32)
        return aarch32_psr(cpu, cpu->it_now);
    return cpu_nzcv(cpu) | (u64)p->uao << 23 | (u64)p->pan << 22 | (u64)p->ss << 21 | (u64)p->il << 20 | (u64)p->ssbs << 12 |
           (u64)p->btype << 10 | (u64)p->daif << 6 | (u64)p->el << 2 | p->sp_sel;
}

/* ---- EL and SP ---- */

enum { NO_BANK = 4 };

/* Which SP the slot holds; in AArch32 none of them. */
static unsigned sp_bank(const struct pstate *p)
{
    return p->aarch32 ? NO_BANK : p->sp_sel ? p->el : 0;
}

u64 cpu_get_sp(const struct cpu *cpu, u8 el)
{
    return el == sp_bank(&cpu->pstate) ? cpu->x[SLOT_SP] : cpu->sp_el[el];
}

void cpu_set_sp(struct cpu *cpu, u8 el, u64 value)
{
    *(el == sp_bank(&cpu->pstate) ? &cpu->x[SLOT_SP] : &cpu->sp_el[el]) = value;
}

static ALWAYS_INLINE void change_el(struct cpu *cpu, u8 el)
{
    bool changed = el != cpu->pstate.el;
    if (pmu_is_on(cpu) && changed)
        pmu_sync(cpu);
    cpu->pstate.el = el;
    cpu_choose_context(cpu);
    if (changed)
        cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
}

void cpu_change_el(struct cpu *cpu, u8 el)
{
    change_el(cpu, el);
}

void cpu_set_el(struct cpu *cpu, u8 el, u8 sp_sel)
{
    if (UNLIKELY(cpu->pstate.aarch32))
        aarch32_leave(cpu);
    else
        cpu->sp_el[sp_bank(&cpu->pstate)] = cpu->x[SLOT_SP];
    cpu->pstate.sp_sel = sp_sel;
    change_el(cpu, el);
    cpu->x[SLOT_SP] = cpu->sp_el[sp_bank(&cpu->pstate)];
}

/* ---- translation ---- */

/* Is the regime of the EL one of AArch32's? EL0's is that of the EL above it. */
static bool is_aarch32_regime(const struct cpu *cpu, u8 el)
{
    return cpu->model->aarch32_only ||
           (cpu_has(cpu, FEAT_AARCH32_EL1) && !(el == 0 && cpu_el0_is_host(cpu)) && cpu_el_is_aarch32(cpu, el ? el : 1));
}

void cpu_regime(const struct cpu *cpu, u8 el, struct mmu_regime *rg)
{
    const struct sysregs *s = &cpu->sys;
    if (UNLIKELY(is_aarch32_regime(cpu, el))) {
        cpu_regime_aarch32(cpu, el, rg);
        return;
    }
    memset(rg, 0, sizeof *rg);
    rg->big_endian = cpu->pstate.aarch32 && cpu->pstate.e;
    rg->pa_bits = cpu->model->pa_bits;
    rg->sif = bit(s->scr_el3, SCR_SIF);
    rg->xnx = cpu_has(cpu, FEAT_XNX);
    if (el == 3) {
        rg->id = REGIME_EL3;
        rg->secure = true;
        rg->sctlr = s->sctlr_el3;
        rg->tcr = s->tcr_el3;
        rg->ttbr0 = s->ttbr0_el3;
        rg->mair = s->mair_el3;
    } else if (el == 2 || (el == 0 && cpu_el0_is_host(cpu))) {
        rg->id = bit(s->hcr_el2, HCR_E2H) ? REGIME_EL20 : REGIME_EL2;
        rg->sctlr = s->sctlr_el2;
        rg->tcr = s->tcr_el2;
        rg->ttbr0 = s->ttbr0_el2;
        rg->ttbr1 = s->ttbr1_el2;
        rg->mair = s->mair_el2;
    } else {
        rg->id = REGIME_EL10;
        rg->secure = cpu->has_el3 && !bit(s->scr_el3, SCR_NS);
        rg->sctlr = s->sctlr_el1;
        rg->tcr = s->tcr_el1;
        rg->ttbr0 = s->ttbr0_el1;
        rg->ttbr1 = s->ttbr1_el1;
        rg->mair = s->mair_el1;
        rg->has_el2 = cpu_el2_enabled(cpu);
        if (rg->has_el2) {
            rg->hcr = s->hcr_el2;
            rg->vtcr = s->vtcr_el2;
            rg->vttbr = s->vttbr_el2;
            if (bit(s->hcr_el2, HCR_TGE)) /* EL0 under TGE: SCTLR_EL1.M is taken as 0 (D13.2.48) */
                rg->sctlr &= ~1ull;
        }
    }
    rg->pan = cpu->pstate.pan && regime_has_unprivileged(rg);
    if (rg->id == REGIME_EL2) /* bits that E2H's layout makes writable and that mean what the PE may lack: HA, HD (21, 22), HPD (24) */
        rg->tcr &= ~((cpu_has(cpu, FEAT_HAF) ? 0 : 1ull << 21) | (cpu_has(cpu, FEAT_HAFDBS) ? 0 : 1ull << 22) | (cpu_has(cpu, FEAT_HPDS) ? 0 : 1ull << 24));
}

void cpu_regime_changed(struct cpu *cpu)
{
    memset(cpu->el_ctx, 0, sizeof cpu->el_ctx);
    cpu_choose_context(cpu);
}

void cpu_el10_changed(struct cpu *cpu)
{
    memset(cpu->el_ctx[0], 0, sizeof cpu->el_ctx[0]);
    memset(cpu->el_ctx[1], 0, sizeof cpu->el_ctx[1]);
    if (cpu->pstate.el < 2)
        cpu_choose_context(cpu);
}

void cpu_choose_context(struct cpu *cpu)
{
    struct mmu_context **known = &cpu->el_ctx[cpu->pstate.el][cpu->pstate.pan];
    cpu->unprivileged_ctx = NULL;
    if (LIKELY(*known && cpu->ctx_recycled == cpu->mmu.recycled)) {
        cpu->ctx = *known;
        mmu_context_used(&cpu->mmu, cpu->ctx);
        return;
    }
    struct mmu_regime rg;
    cpu_regime(cpu, cpu->pstate.el, &rg);
    cpu->ctx = mmu_context_for(&cpu->mmu, &rg, cpu->pstate.el != 0, cpu->engine);
    if (cpu->ctx_recycled != cpu->mmu.recycled)
        memset(cpu->el_ctx, 0, sizeof cpu->el_ctx);
    cpu->ctx_recycled = cpu->mmu.recycled;
    *known = cpu->ctx;
}
