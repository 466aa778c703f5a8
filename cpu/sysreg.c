/* The system-register table: start-up checks, look-up by encoding, access rights and traps, values. */
#include "cpu/sysreg_hooks.h"

#include "cpu/sysreg_rows.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "cpu/syndrome.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

enum { R = 1, W = 2, RW = 3 };

/* ---- traps as data ---- */

enum trap_when { ALWAYS, NO_E2H, E2H_GUEST };

static const struct trap_row {
    u32 reg; /* offset of the u64 in struct cpu */
    u8 bit, on, low_el, high_el, direction, target, when;
} trap_rows[] = {
#define TRAP(name, reg, bitno, on, from, upto, dir, to, when) { offsetof(struct cpu, sys.reg), bitno, on, from, upto, dir, to, when },
#include "cpu/trap.def"
#undef TRAP
};

/* ---- registers as data ---- */

#define STATE(field) .state = offsetof(struct cpu, sys.field), .model = -1
#define MODEL(field) .state = -1, .model = offsetof(struct cpu_model, field)
#define CONST(value) .state = -1, .model = -1, .constant = value
#define NONE .state = -1, .model = -1

static const struct sysreg table[SYSREG_ROWS] = {
#define SRF(feature, nm, op0, op1, crn, crm, op2, rdel, wrel, tr, storage, mask, rst, rfn, wfn)                         \
    [SYSREG_##nm] = { .name = #nm, .enc = SYSREG_ENC(op0, op1, crn, crm, op2), .rd = rdel, .wr = wrel, .need = FEAT_##feature, \
                      .traps = tr, .wmask = mask, .reset = rst, storage, .read = rfn, .write = wfn },
#define SR(nm, op0, op1, crn, crm, op2, rdel, wrel, tr, storage, mask, rst, rfn, wfn)                                  \
    [SYSREG_##nm] = { .name = #nm, .enc = SYSREG_ENC(op0, op1, crn, crm, op2), .rd = rdel, .wr = wrel, .traps = tr, .wmask = mask, \
                      .reset = rst, storage, .read = rfn, .write = wfn },
#include "cpu/sysreg.def"
#undef SR
#undef SRF
#define E2H(from, to) [SYSREG_##from].e2h = SYSREG_##to,
#define ALIAS(from, to) [SYSREG_##from].alias = SYSREG_##to,
#include "cpu/sysreg_e2h.def"
#undef E2H
#undef ALIAS
};

/* Bits of a row that only a feature makes writable. */
static const struct optional_bits {
    u16 row;
    u8 feature;
    u64 mask;
} optional[] = {
#define OPTIONAL(nm, feature, mask) { SYSREG_##nm, FEAT_##feature, mask },
#include "cpu/sysreg_optional.def"
#undef OPTIONAL
};

/* ---- look-up ---- */

bool sysreg_tables_check(struct error *err)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
        static const u8 lowest_el[8] = { 1, 1, 1, 0, 2, 2, 3, 1 }; /* by op1 */
        if (table[i].rd < lowest_el[bits(table[i].enc, 13, 11)] || table[i].wr < lowest_el[bits(table[i].enc, 13, 11)])
            return error_set(err, "system-register table: %s is laxer than its op1", table[i].name);
        for (unsigned k = 0; k < i; k++)
            if (table[i].enc == table[k].enc)
                return error_set(err, "system-register table: %s and %s have one encoding", table[i].name, table[k].name);
    }
    return true;
}

const struct sysreg *sysreg_find(u64 features, u32 enc)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].enc == enc)
            return table[i].need == FEAT_NONE || features >> table[i].need & 1 ? &table[i] : NULL;
    return NULL;
}

u64 *sysreg_writable_new(u64 features, struct error *err)
{
    u64 *writable = malloc(ARRAY_SIZE(table) * sizeof *writable);
    if (!writable) {
        error_set(err, "no memory for the system registers");
        return NULL;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        writable[i] = table[i].wmask;
    for (unsigned i = 0; i < ARRAY_SIZE(optional); i++)
        if (features >> optional[i].feature & 1)
            writable[optional[i].row] |= optional[i].mask;
    return writable;
}

/* System instructions (op0 1) stand behind the registers in the table. */
unsigned sysreg_count(void)
{
    unsigned n = 0;
    while (n < ARRAY_SIZE(table) && table[n].enc >> 14 != 1)
        n++;
    return n;
}

unsigned sysreg_rows(void)
{
    return ARRAY_SIZE(table);
}

const struct sysreg *sysreg_at(unsigned i)
{
    return &table[i];
}

const char *sysreg_name(const struct sysreg *sr)
{
    return sr->name;
}

/* ---- check ---- */

/* ISS of EC 0x18: op0, op2, op1, CRn, Rt, CRm, direction. */
static u32 iss_of(u32 enc, bool write, unsigned rt)
{
    return (u32)(bits(enc, 15, 14) << 20 | bits(enc, 2, 0) << 17 | bits(enc, 13, 11) << 14 | bits(enc, 10, 7) << 10 | rt << 5 |
                 bits(enc, 6, 3) << 1 | !write);
}

/* Takes the trap's exception. A trap to EL1 goes to EL2 under HCR_EL2.TGE. */
static bool trap_to(struct cpu *cpu, u8 target, u32 enc, bool write, unsigned rt)
{
    exception_sync(cpu, target == 1 ? exception_default_target(cpu) : target, EC_SYS64, iss_of(enc, write, rt), cpu->pc);
    return false;
}

static bool el_applies(const struct cpu *cpu, u8 target)
{
    return target == 3 ? cpu->has_el3 : target == 2 ? cpu_el2_enabled(cpu) : true;
}

/* MDCR_EL2.TDE, TDA, TDOSA, TDRA: HCR_EL2.TGE makes them 1. */
#define MDCR_TGE (15ull << 8)

/* The control register as it takes effect: HCR_EL2 and MDCR_EL2 under TGE, and EL0's controls in a host (E2H and TGE). */
static u64 control_value(const struct cpu *cpu, const struct trap_row *t, bool host_el0)
{
    u64 reg;
    if (t->reg == offsetof(struct cpu, sys.hcr_el2))
        return cpu_hcr(cpu);
    if (host_el0 && t->reg == offsetof(struct cpu, sys.sctlr_el1))
        return cpu->sys.sctlr_el2;
    if (host_el0 && t->reg == offsetof(struct cpu, sys.cntkctl_el1))
        return cpu->sys.cnthctl_el2;
    memcpy(&reg, (const u8 *)cpu + t->reg, sizeof reg);
    bool debug_to_el2 = t->reg == offsetof(struct cpu, sys.mdcr_el2) && bit(cpu->sys.hcr_el2, HCR_TGE);
    return debug_to_el2 ? reg | MDCR_TGE : reg;
}

static bool is_in_force(const struct cpu *cpu, const struct trap_row *t)
{
    bool e2h = bit(cpu->sys.hcr_el2, HCR_E2H);
    return t->when == ALWAYS || (t->when == NO_E2H ? !e2h : e2h && !bit(cpu->sys.hcr_el2, HCR_TGE));
}

/* Does one of these controls trap to `target`? */
static bool is_trapped_to(const struct cpu *cpu, u64 traps, bool write, u8 target)
{
    u8 el = cpu->pstate.el;
    bool host_el0 = el == 0 && cpu_is_in_host(cpu);
    for (u64 left = traps; left; left &= left - 1) {
        unsigned id = (unsigned)__builtin_ctzll(left);
        if (id == TRAP_EL0ANYCNT) {
            if (target == 1 && el == 0 && !((host_el0 ? cpu->sys.cnthctl_el2 : cpu->sys.cntkctl_el1) & 3))
                return true;
            continue;
        }
        const struct trap_row *t = &trap_rows[id];
        if (t->target == target && el >= t->low_el && el <= t->high_el && (t->direction & (write ? W : R)) && is_in_force(cpu, t) &&
            bit(control_value(cpu, t, host_el0), t->bit) == t->on)
            return true;
    }
    return false;
}

/* PMUSERENR_EL0: EN opens everything to EL0, ER, CR and SW some of it. */
static bool pmu_closed_to_el0(const struct cpu *cpu, const struct sysreg *sr, bool write)
{
    u64 en = cpu->sys.pmuserenr_el0;
    if (cpu->pstate.el != 0 || !(sr->traps & T(TPM2)) || bit(en, 0) || sr->state == (s32)offsetof(struct cpu, sys.pmuserenr_el0))
        return false;
    bool is_selr = sr->enc == SYSREG_ENC(3, 3, 9, 12, 5), is_swinc = sr->enc == SYSREG_ENC(3, 3, 9, 12, 4);
    bool is_ccntr = sr->enc == SYSREG_ENC(3, 3, 9, 13, 0), is_evcntr = sr->enc == SYSREG_ENC(3, 3, 9, 13, 2) || bits(sr->enc, 10, 3) == 0xe8;
    return !((is_selr && bit(en, 3)) || (is_evcntr && !write && bit(en, 3)) || (is_ccntr && !write && bit(en, 2)) || (is_swinc && bit(en, 1)));
}

/* CNTPS_*_EL1: EL3, and Secure EL1 when SCR_EL3.ST lets it. */
static bool is_secure_only(const struct sysreg *sr)
{
    return bits(sr->enc, 13, 11) == 7;
}

/* LORSA_EL1, LOREA_EL1, LORN_EL1, LORC_EL1. */
static bool is_nonsecure_only(const struct sysreg *sr)
{
    return sr->enc >= SYSREG_ENC(3, 0, 10, 4, 0) && sr->enc <= SYSREG_ENC(3, 0, 10, 4, 3);
}

/* FPCR, FPSR, FPEXC32_EL2: trapped like FP instructions. */
static bool is_fp_status(const struct sysreg *sr)
{
    return sr->enc == SYSREG_ENC(3, 3, 4, 4, 0) || sr->enc == SYSREG_ENC(3, 3, 4, 4, 1) || sr->enc == SYSREG_ENC(3, 4, 5, 3, 0);
}

/* TLBI ALLE2, VAE2, VALE2 and their like, AT S1E2R and S1E2W: the operations on EL2's own regime. */
static bool is_el2_operation(const struct sysreg *sr)
{
    unsigned crn = (unsigned)bits(sr->enc, 10, 7), crm = (unsigned)bits(sr->enc, 6, 3), op2 = (unsigned)bits(sr->enc, 2, 0);
    if (bits(sr->enc, 15, 14) != 1 || bits(sr->enc, 13, 11) != 4)
        return false;
    return crn == 7 ? op2 < 2 : crm % 4 && (op2 == 0 || op2 == 1 || op2 == 5); /* CRm 0 and 4: by IPA */
}

u8 sysreg_trap_target(const struct cpu *cpu, const struct sysreg *pmu, u64 traps, bool write)
{
    u8 el = cpu->pstate.el;
    if (pmu && pmu_closed_to_el0(cpu, pmu, write))
        return 1;
    for (u8 target = !traps ? 4 : el == 0 ? 1 : el == 1 ? 2 : 3; target <= 3; target++) /* a trap goes to a higher EL */
        if (el_applies(cpu, target) && is_trapped_to(cpu, traps, write, target))
            return target;
    return 0;
}

/* Is a register UNDEFINED here for another reason than its lowest EL? */
static bool is_register_undefined(const struct cpu *cpu, const struct sysreg *sr, bool write)
{
    bool is_rmr_or_rvbar = bits(sr->enc, 10, 3) == 0x60 && bits(sr->enc, 2, 0) && bits(sr->enc, 15, 14) == 3;
    u8 highest = cpu->has_el3 ? 3 : cpu->has_el2 ? 2 : 1;
    if (is_rmr_or_rvbar && highest != (bits(sr->enc, 13, 11) == 0 ? 1 : bits(sr->enc, 13, 11) / 2)) /* only the highest EL's exist */
        return true;
    if (write && sr->enc == SYSREG_ENC(3, 3, 14, 0, 0) && cpu->pstate.el != highest) /* CNTFRQ_EL0 */
        return true;
    if (sr->alias && !(bit(cpu->sys.hcr_el2, HCR_E2H) && cpu_el2_enabled(cpu)))
        return true;
    return (is_secure_only(sr) && !(cpu_is_secure(cpu) && cpu->pstate.el != 2)) ||
           (cpu->has_el3 && !bit(cpu->sys.scr_el3, SCR_NS) && is_nonsecure_only(sr));
}

bool sysreg_check(struct cpu *cpu, const struct sysreg *sr, bool write, unsigned rt)
{
    u8 el = cpu->pstate.el;
    bool is_operation = sr->enc >> 14 == 1; /* TLBI and its like are hot */
    if (el < (write ? sr->wr : sr->rd) || (is_operation ? el == 3 && is_el2_operation(sr) && !cpu_el2_enabled(cpu) : is_register_undefined(cpu, sr, write))) {
        cpu_undefined(cpu);
        return false;
    }
    if (!is_operation && is_fp_status(sr) && !cpu->fp_enabled) {
        cpu_fp_access_trap(cpu);
        return false;
    }
    u8 target = 0;
    if (sr->traps)
        target = sysreg_trap_target(cpu, is_operation ? NULL : sr, sr->traps, write);
    return !target || trap_to(cpu, target, sr->enc, write, rt);
}

void sysreg_unallocated(struct cpu *cpu, u32 enc, bool write, unsigned rt)
{
    unsigned crn = (unsigned)bits(enc, 10, 7);
    bool implementation_defined = (crn == 11 || crn == 15) && bits(enc, 15, 14) != 2;
    if (implementation_defined && cpu->pstate.el == 1 && cpu_el2_enabled(cpu) && bit(cpu->sys.hcr_el2, HCR_TIDCP)) {
        trap_to(cpu, 2, enc, write, rt);
        return;
    }
    log_once(cpu->log, LOG_UNIMP, "system register S%llu_%llu_C%u_C%llu_%llu is UNDEFINED here (%s, first at pc %#llx, EL%u)",
             (unsigned long long)bits(enc, 15, 14), (unsigned long long)bits(enc, 13, 11), crn, (unsigned long long)bits(enc, 6, 3),
             (unsigned long long)bits(enc, 2, 0), write ? "written" : "read", (unsigned long long)cpu->pc, cpu->pstate.el);
    cpu_undefined(cpu);
}

/* ---- values ---- */

/* Timers: in a host's EL0 too. */
const struct sysreg *sysreg_in_effect(const struct cpu *cpu, const struct sysreg *sr)
{
    if (sr->alias)
        return &table[sr->alias];
    if (sr->e2h && cpu_is_in_host(cpu) && (cpu->pstate.el == 2 || bits(sr->enc, 10, 7) == 14))
        return &table[sr->e2h];
    return sr;
}

static u64 stored(const struct cpu *cpu, const struct sysreg *sr)
{
    u64 value = sr->constant;
    if (sr->state >= 0)
        memcpy(&value, (const u8 *)cpu + sr->state, sizeof value);
    else if (sr->model >= 0)
        memcpy(&value, (const u8 *)cpu->model + sr->model, sizeof value);
    return value;
}

/* EL2's own registers, which are RES0 at EL3 where EL2 is not implemented (D17.2). Not SP_EL1 and AArch32's state, which have op1 4 too and are
 * EL3's to save; not VPIDR_EL2 and VMPIDR_EL2, which show MIDR_EL1 and MPIDR_EL1. */
static bool is_res0_without_el2(const struct sysreg *sr)
{
    unsigned crn = (unsigned)bits(sr->enc, 10, 7), crm = (unsigned)bits(sr->enc, 6, 3);
    bool of_el2 = bits(sr->enc, 15, 14) == 3 && bits(sr->enc, 13, 11) == 4;
    bool aarch32 = crn == 3 || (crn == 5 && (crm == 3 || (crm == 0 && bits(sr->enc, 2, 0) == 1)));
    return of_el2 && crn != 0 && !aarch32 && (crn != 4 || crm == 0);
}

static bool is_id_of_el2(const struct sysreg *sr)
{
    return sr->enc == SYSREG_ENC(3, 4, 0, 0, 0) || sr->enc == SYSREG_ENC(3, 4, 0, 0, 5);
}

u64 sysreg_read(struct cpu *cpu, const struct sysreg *sr)
{
    if (UNLIKELY(!cpu->has_el2 && is_res0_without_el2(sr)))
        return 0;
    return sr->read ? sr->read(cpu, sr) : stored(cpu, sr);
}

bool sysreg_write(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    if (UNLIKELY(!cpu->has_el2 && (is_res0_without_el2(sr) || is_id_of_el2(sr))))
        return true;
    if (sr->state >= 0) {
        u64 *to = (u64 *)(void *)((u8 *)cpu + sr->state);
        u64 mask = cpu->writable[sr - table];
        value = (*to & ~mask) | (value & mask);
        *to = value;
    }
    return !sr->write || sr->write(cpu, sr, value);
}

u64 sysreg_peek(struct cpu *cpu, const struct sysreg *sr)
{
    if (sr->alias)
        sr = &table[sr->alias];
    return sr->rd > 3 && !sr->read ? 0 : sysreg_read(cpu, sr);
}

bool sysreg_poke(struct cpu *cpu, const struct sysreg *sr, u64 value)
{
    if (sr->alias)
        sr = &table[sr->alias];
    return sr->wr <= 3 && sysreg_write(cpu, sr, value);
}

void sysreg_reset(struct cpu *cpu)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].state >= 0)
            memcpy((u8 *)cpu + table[i].state, &table[i].reset, sizeof table[i].reset);
    cpu->sys.vpidr_el2 = cpu->model->midr;
    cpu->sys.vmpidr_el2 = cpu->mpidr;
    cpu->sys.mdcr_el2 = cpu->model->pmu_counters; /* HPMN */
    cpu->sys.hcr_el2 = 1ull << HCR_RW;
    for (unsigned i = 0; !cpu->has_el2 && i < ARRAY_SIZE(table); i++)
        if (table[i].state >= 0 && is_res0_without_el2(&table[i]))
            memset((u8 *)cpu + table[i].state, 0, sizeof(u64));
}
