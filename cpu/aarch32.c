/* AArch32 modes, banked registers and PSRs (DDI 0487 G1.9; DDI 0406 B1.3). */
#include "cpu/aarch32.h"

#include "cpu/cond.h"
#include "cpu/model.h"
#include "cpu/op.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <string.h>

/* ---- which EL, which state ---- */

static const struct mode_row {
    const char *name;
    u8 r13, r14; /* slots where it is kept while it is not current; 0: no register of its own */
} modes[32] = {
    [MODE_USR] = { "usr", 0, 0 },   [MODE_SYS] = { "sys", 0, 0 },   [MODE_FIQ] = { "fiq", 29, 30 }, [MODE_IRQ] = { "irq", 17, 16 },
    [MODE_SVC] = { "svc", 19, 18 }, [MODE_ABT] = { "abt", 21, 20 }, [MODE_UND] = { "und", 23, 22 }, [MODE_HYP] = { "hyp", 15, 0 },
    [MODE_MON] = { "mon", 0, 0 },
};

const char *aarch32_mode_name(u8 mode)
{
    return modes[mode & 31].name ? modes[mode & 31].name : "???";
}

bool cpu_el_is_aarch32(const struct cpu *cpu, u8 el)
{
    if (cpu->model->aarch32_only)
        return true;
    if (!(cpu->model->features & FEATURE_BIT(AARCH32)) || el == 3)
        return false;
    if (el == cpu->pstate.el)
        return cpu->pstate.aarch32;
    if (el == 0 && cpu->pstate.aarch32)
        return true;
    if (!(cpu->model->features & FEATURE_BIT(AARCH32_EL1)))
        return el == 0; /* EL0 as it was last: only an exception return tells */
    if (cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_RW))
        return true;
    return el < 2 && cpu_el2_enabled(cpu) && !bit(cpu->sys.hcr_el2, HCR_RW) && !cpu_el0_is_host(cpu);
}

bool aarch32_is_secure_bank(const struct cpu *cpu)
{
    return cpu->model->aarch32_only && cpu_is_secure(cpu);
}

bool aarch32_uses_secure_copies(const struct cpu *cpu)
{
    return cpu->model->aarch32_only && cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS);
}

const char *aarch32_world(const struct cpu *cpu, u8 mode)
{
    return cpu->has_el3 && mode != MODE_MON && mode != MODE_HYP && !bit(cpu->sys.scr_el3, SCR_NS) ? "S-" : "";
}

u64 aarch32_sctlr(const struct cpu *cpu)
{
    return aarch32_is_secure_bank(cpu) ? cpu->sys.sctlr_s : cpu->sys.sctlr_el1;
}

u64 aarch32_own_sctlr(const struct cpu *cpu)
{
    bool is_el2 = cpu->pstate.el == 2 || (cpu->pstate.el == 0 && cpu_el0_is_host(cpu));
    return is_el2 ? cpu->sys.sctlr_el2 : aarch32_sctlr(cpu);
}

u8 aarch32_el_of(const struct cpu *cpu, u8 mode)
{
    if (mode == MODE_USR || mode == MODE_HYP)
        return mode == MODE_HYP ? 2 : 0;
    if (mode == MODE_MON)
        return 3;
    return cpu->model->aarch32_only && cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS) ? 3 : 1;
}

bool aarch32_mode_is_bad(const struct cpu *cpu, u8 mode)
{
    if (!modes[mode & 31].name || mode < MODE_USR)
        return true;
    if (mode == MODE_MON)
        return !(cpu->has_el3 && cpu->model->aarch32_only);
    return mode == MODE_HYP && !cpu->has_el2;
}

/* ---- banked registers ---- */

enum { BANK_R13 = 5, BANK_R14 = 6 }; /* usr_bank: R8 to R14 */

static bool is_usr(u8 mode)
{
    return mode == MODE_USR || mode == MODE_SYS;
}

/* What the mode has of its own goes home, and User mode's is current. */
static void bank_out(struct cpu *cpu, u8 mode)
{
    const struct mode_row *m = &modes[mode];
    if (is_usr(mode))
        return;
    if (mode == MODE_MON) {
        cpu->mon_bank[0] = cpu->x[13];
        cpu->mon_bank[1] = cpu->x[14];
    } else {
        cpu->x[m->r13] = cpu->x[13];
        *(m->r14 ? &cpu->x[m->r14] : &cpu->usr_bank[BANK_R14]) = cpu->x[14]; /* Hyp uses R14_usr */
    }
    if (mode == MODE_FIQ) {
        memcpy(&cpu->x[24], &cpu->x[8], 5 * sizeof cpu->x[0]);
        memcpy(&cpu->x[8], cpu->usr_bank, 5 * sizeof cpu->x[0]);
    }
    cpu->x[13] = cpu->usr_bank[BANK_R13];
    cpu->x[14] = cpu->usr_bank[BANK_R14];
}

/* From User mode's registers to the mode's. */
static void bank_in(struct cpu *cpu, u8 mode)
{
    const struct mode_row *m = &modes[mode];
    if (is_usr(mode))
        return;
    cpu->usr_bank[BANK_R13] = cpu->x[13];
    cpu->usr_bank[BANK_R14] = cpu->x[14];
    if (mode == MODE_FIQ) {
        memcpy(cpu->usr_bank, &cpu->x[8], 5 * sizeof cpu->x[0]);
        memcpy(&cpu->x[8], &cpu->x[24], 5 * sizeof cpu->x[0]);
    }
    cpu->x[13] = mode == MODE_MON ? cpu->mon_bank[0] : cpu->x[m->r13];
    if (mode == MODE_MON)
        cpu->x[14] = cpu->mon_bank[1];
    else if (m->r14)
        cpu->x[14] = cpu->x[m->r14];
}

u64 *aarch32_user_register(struct cpu *cpu, unsigned n)
{
    u8 mode = cpu->pstate.mode;
    if (n < 8 || is_usr(mode) || (n < 13 && mode != MODE_FIQ) || (n == 14 && mode == MODE_HYP))
        return &cpu->x[n];
    return &cpu->usr_bank[n - 8];
}

u64 *aarch32_banked_register(struct cpu *cpu, u8 mode, unsigned n)
{
    const struct mode_row *m = &modes[mode & 31];
    if (mode == cpu->pstate.mode)
        return &cpu->x[n];
    if (mode == MODE_MON && n >= 13)
        return &cpu->mon_bank[n - 13];
    if (mode == MODE_FIQ && n >= 8 && n < 13)
        return &cpu->x[24 + n - 8];
    if (n == 13 && m->r13)
        return &cpu->x[m->r13];
    if (n == 14 && m->r14)
        return &cpu->x[m->r14];
    return aarch32_user_register(cpu, n);
}

u64 *aarch32_spsr(struct cpu *cpu, u8 mode)
{
    struct sysregs *s = &cpu->sys;
    switch (mode) {
    case MODE_FIQ:
        return &s->spsr_fiq;
    case MODE_IRQ:
        return &s->spsr_irq;
    case MODE_SVC:
        return &s->spsr_el1;
    case MODE_ABT:
        return &s->spsr_abt;
    case MODE_UND:
        return &s->spsr_und;
    case MODE_HYP:
        return &s->spsr_el2;
    case MODE_MON:
        return &s->spsr_el3;
    default:
        return NULL;
    }
}

bool aarch32_monitor_is_trapped(const struct cpu *cpu)
{
    return cpu->has_el3 && !cpu->model->aarch32_only && cpu->pstate.el == 1 && cpu_is_secure(cpu);
}

void aarch32_monitor_mode_trap(struct cpu *cpu)
{
    exception_sync(cpu, 3, EC_UNKNOWN, 0, cpu->pc);
}

/* ---- changing mode ---- */

void aarch32_set_mode(struct cpu *cpu, u8 mode)
{
    u8 el = aarch32_el_of(cpu, mode);
    if (mode != cpu->pstate.mode) {
        bank_out(cpu, cpu->pstate.mode);
        bank_in(cpu, mode);
        cpu->pstate.mode = mode;
    }
    cpu_change_el(cpu, el);
}

void aarch32_enter(struct cpu *cpu, u8 mode)
{
    for (unsigned i = 0; i < 31; i++)
        cpu->x[i] = (u32)cpu->x[i];
    cpu->pstate.aarch32 = true;
    cpu->pstate.mode = MODE_USR;
    aarch32_set_mode(cpu, mode);
}

void aarch32_leave(struct cpu *cpu)
{
    bank_out(cpu, cpu->pstate.mode);
    aarch32_set_endianness(cpu, false);
    cpu->pstate.aarch32 = cpu->pstate.t = cpu->pstate.q = false;
    cpu->pstate.mode = cpu->pstate.ge = cpu->pstate.it = cpu->it_now = 0;
}

/* ---- PSRs ---- */

u32 aarch32_psr(const struct cpu *cpu, u8 it)
{
    const struct pstate *p = &cpu->pstate;
    return cpu_nzcv(cpu) | (u32)p->q << PSR_Q | (u32)(it & 3) << 25 | (u32)p->ssbs << PSR_SSBS | (u32)p->pan << PSR_PAN | (u32)p->ss << PSR_SS |
           (u32)p->il << PSR_IL | (u32)p->ge << PSR_GE | (u32)(it >> 2) << 10 | (u32)p->e << PSR_E | (u32)(p->daif & 7) << PSR_F |
           (u32)p->t << PSR_T | p->mode;
}

/* Execution state (J, IT, T), IL and SS read as zero. */
u32 aarch32_cpsr(const struct cpu *cpu)
{
    return aarch32_psr(cpu, 0) & ~(1u << PSR_T | 1u << PSR_IL | 1u << PSR_SS);
}

void aarch32_set_endianness(struct cpu *cpu, bool big)
{
    if (cpu->pstate.e == big)
        return;
    cpu->pstate.e = big;
    cpu_regime_changed(cpu);
}

void aarch32_set_psr_fields(struct cpu *cpu, u32 psr)
{
    struct pstate *p = &cpu->pstate;
    cpu_set_nzcv(cpu, psr & 0xf0000000);
    p->q = bit(psr, PSR_Q);
    p->ge = (u8)bits(psr, 19, 16);
    p->t = bit(psr, PSR_T);
    p->it = p->t ? (u8)(bits(psr, 15, 10) << 2 | bits(psr, 26, 25)) : 0;
    cpu->it_now = p->it;
    p->daif = (u8)((p->daif & DAIF_D) | bits(psr, 8, 6));
    p->pan = cpu_has(cpu, FEAT_PAN) && bit(psr, PSR_PAN);
    p->ssbs = cpu_has(cpu, FEAT_SSBS) && bit(psr, PSR_SSBS);
    aarch32_set_endianness(cpu, bit(psr, PSR_E));
}

/* SCR.AW and FW let Non-secure state change A and F, where there is no EL2 to make that harmless (DDI 0406 B1.5.1). */
static u8 writable_masks(const struct cpu *cpu)
{
    u8 mask = DAIF_A | DAIF_I | DAIF_F;
    bool open = !cpu->model->aarch32_only || !cpu->has_el3 || cpu_is_secure(cpu) || cpu->has_el2;
    if (!open && !bit(cpu->sys.scr_el3, SCR_AW))
        mask &= (u8)~DAIF_A;
    if (!open && !bit(cpu->sys.scr_el3, SCR_FW))
        mask &= (u8)~DAIF_F;
    if (aarch32_is_secure_bank(cpu) ? bit(cpu->sys.sctlr_s, SCTLR_NMFI) : false)
        mask &= (u8)~DAIF_F;
    return mask;
}

/* May an instruction go from the current mode to `mode`? Hyp and Monitor are entered by exceptions, left by returns; Monitor mode may also be
 * entered from Secure modes, and left for any (DDI 0406 B1.3.1). */
static bool may_write_mode(const struct cpu *cpu, u8 mode)
{
    u8 now = cpu->pstate.mode;
    if (aarch32_mode_is_bad(cpu, mode) || (mode == MODE_HYP) != (now == MODE_HYP))
        return false;
    return mode != MODE_MON || cpu_is_secure(cpu);
}

void aarch32_write_cpsr(struct cpu *cpu, u32 value, unsigned mask)
{
    struct pstate *p = &cpu->pstate;
    bool privileged = p->el != 0;
    if (bit(mask, 3)) {
        cpu_set_nzcv(cpu, value & 0xf0000000);
        p->q = bit(value, PSR_Q);
    }
    if (bit(mask, 2)) {
        p->ge = (u8)bits(value, 19, 16);
        p->ssbs = cpu_has(cpu, FEAT_SSBS) && bit(value, PSR_SSBS);
        if (privileged && cpu_has(cpu, FEAT_PAN)) {
            p->pan = bit(value, PSR_PAN);
            cpu_choose_context(cpu);
        }
    }
    u8 may = privileged ? writable_masks(cpu) : 0;
    if (bit(mask, 1)) {
        aarch32_set_endianness(cpu, bit(value, PSR_E));
        p->daif = (u8)((p->daif & ~(may & DAIF_A)) | (bits(value, 8, 6) & may & DAIF_A));
    }
    if (bit(mask, 0)) {
        may &= DAIF_I | DAIF_F;
        p->daif = (u8)((p->daif & ~may) | (bits(value, 8, 6) & may));
        u8 mode = (u8)bits(value, 4, 0);
        if (privileged && mode != p->mode) {
            if (may_write_mode(cpu, mode)) {
                aarch32_set_mode(cpu, mode);
            } else if (!cpu->model->aarch32_only) { /* v7: UNPREDICTABLE, the write of the mode is ignored here */
                p->il = true;
                cpu_request_yield(cpu); /* the next instruction is not executed */
            }
        }
    }
    cpu_update_attention(cpu);
}

/* IllegalExceptionReturn() */
static bool is_illegal_return(const struct cpu *cpu, u8 mode)
{
    if (aarch32_mode_is_bad(cpu, mode))
        return true;
    u8 el = aarch32_el_of(cpu, mode), now = cpu->pstate.el;
    if (el > now && !(now == 3 || el == now))
        return true;
    if (mode == MODE_HYP && (now == 3 ? !bit(cpu->sys.scr_el3, SCR_NS) : now != 2))
        return true;
    return el == 1 && cpu_el2_enabled(cpu) && bit(cpu->sys.hcr_el2, HCR_TGE);
}

void aarch32_exception_return(struct cpu *cpu, u32 to, u32 spsr)
{
    u8 mode = (u8)(bits(spsr, 4, 0)), from = cpu->pstate.el;
    bool illegal = is_illegal_return(cpu, mode);
    cpu->stats.erets++;
    cpu->exclusive.armed = false;
    cpu->event_register = true;
    if (illegal)
        log_line(cpu->log, LOG_GUEST_ERRORS, "cpu%u illegal exception return in %s mode, pc %#llx: SPSR %#x", cpu->index,
                 aarch32_mode_name(cpu->pstate.mode), (unsigned long long)cpu->pc, spsr);
    if (log_on(cpu->log, LOG_INT))
        log_line(cpu->log, LOG_INT, "cpu%u return %s%s->%s%s to %#x SPSR %#x", cpu->index, aarch32_world(cpu, cpu->pstate.mode),
                 aarch32_mode_name(cpu->pstate.mode), aarch32_world(cpu, illegal ? cpu->pstate.mode : mode),
                 aarch32_mode_name(illegal ? cpu->pstate.mode : mode), to, spsr);
    cpu->pstate.ss = false;
    u8 may = writable_masks(cpu), kept = cpu->pstate.daif & (u8)~may; /* a return is no way around SCR.AW and FW */
    aarch32_set_psr_fields(cpu, spsr);
    cpu->pstate.daif = (cpu->pstate.daif & may) | kept;
    cpu->pstate.il = illegal || bit(spsr, PSR_IL);
    if (!illegal)
        aarch32_set_mode(cpu, mode);
    cpu->pc = to & (cpu->pstate.t ? ~1u : ~3u);
    cpu_update_attention(cpu);
    if (cpu->host.exception_returned)
        cpu->host.exception_returned(cpu->host.machine, cpu, from);
}

/* ---- syndromes ---- */

u32 aarch32_iss_condition(const struct cpu *cpu)
{
    if (!cpu->pstate.aarch32)
        return 1u << 24 | COND_AL << 20;
    u32 word = op_word(cpu->cur_op);
    unsigned cond = cpu->pstate.t ? (cpu->it_now ? cpu->it_now >> 4 : COND_AL) : word >> 28 == 15 ? COND_AL : word >> 28;
    return 1u << 24 | cond << 20;
}

u32 aarch32_syndrome_register(const struct cpu *cpu, unsigned n, u8 target)
{
    const struct mode_row *m = &modes[cpu->pstate.mode & 31];
    if (cpu_el_is_aarch32(cpu, target))
        return n;
    if (cpu->pstate.mode == MODE_FIQ && n >= 8 && n < 13)
        return n + 16;
    if (n == 13 && m->r13)
        return m->r13;
    return n == 14 && m->r14 ? m->r14 : n == 15 ? 31 : n;
}
