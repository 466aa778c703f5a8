/* Coprocessors 14 and 15: the table's start-up checks, look-up, access rights and traps, values (DDI 0487 G1.11, G8). */
#include "cpu/cp.h"

#include "cpu/aarch32.h"
#include "cpu/at_tlbi_aarch32.h"
#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "cpu/sysreg_hooks.h"
#include "cpu/sysreg_hooks_aarch32.h"
#include "cpu/sysreg_rows.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <string.h>

enum part { ALL, LO, HI };
enum architecture { ANY, V7, V8 };

struct cp_row {
    struct sysreg sr;  /* enc: CP_ENC(); its hooks get it */
    s32 state_s;       /* Secure copy, offset in struct cpu; -1: none */
    s32 via, via_s;    /* row of cpu/sysreg.def, and the one of Secure state where that is another; -1: none */
    u8 part, architecture;
};

/* Encodings, with the storage macros of cpu/cp.def. */
#define N(cp, opc1, crn, crm, opc2) CP_ENC(cp, opc1, crn, crm, opc2)
#define D(cp, opc1, crm) CP_ENC_WIDE(cp, opc1, crm)
#define FIELD(field) (s32) offsetof(struct cpu, sys.field)
#define BANK(field, secure) .sr.state = FIELD(field), .sr.model = -1, .state_s = FIELD(secure), .via = -1, .via_s = -1
#define HALF(field, secure, half) BANK(field, secure), .part = half
#define STATE(field) .sr.state = FIELD(field), .sr.model = -1, .state_s = -1, .via = -1, .via_s = -1
#define MODEL(field) .sr.state = -1, .sr.model = offsetof(struct cpu_model, field), .state_s = -1, .via = -1, .via_s = -1
#define CONST(value) .sr.state = -1, .sr.model = -1, .sr.constant = value, .state_s = -1, .via = -1, .via_s = -1
#define NONE CONST(0)
#define TIMER(ns, secure, half) .sr.state = -1, .sr.model = -1, .state_s = -1, .via = SYSREG_##ns, .via_s = SYSREG_##secure, .part = half
#define VIA(row, half) TIMER(row, row, half)

static const struct cp_row table[] = {
#define HEAD(nm, encoding, feature, arch, rdel, wrel, tr, mask, rst, rfn, wfn)                                          \
    .sr.name = #nm, .sr.enc = encoding, .sr.need = FEAT_##feature, .architecture = arch, .sr.rd = rdel, .sr.wr = wrel, .sr.traps = tr, \
    .sr.wmask = mask, .sr.reset = rst, .sr.read = rfn, .sr.write = wfn
#define CP(nm, enc, rd, wr, tr, storage, mask, rst, rfn, wfn) { HEAD(nm, enc, NONE, ANY, rd, wr, tr, mask, rst, rfn, wfn), storage },
#define CP7(nm, enc, rd, wr, tr, storage, mask, rst, rfn, wfn) { HEAD(nm, enc, NONE, V7, rd, wr, tr, mask, rst, rfn, wfn), storage },
#define CP8(nm, enc, rd, wr, tr, storage, mask, rst, rfn, wfn) { HEAD(nm, enc, NONE, V8, rd, wr, tr, mask, rst, rfn, wfn), storage },
#define CPF(feature, nm, enc, rd, wr, tr, storage, mask, rst, rfn, wfn) { HEAD(nm, enc, feature, ANY, rd, wr, tr, mask, rst, rfn, wfn), storage },
#include "cpu/cp.def"
};

/* ---- look-up ---- */

bool cp_tables_check(struct error *err)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++) {
        const struct sysreg *sr = &table[i].sr;
        if ((sr->rd > 3 && sr->wr > 3) || (sr->rd <= 3 && table[i].via < 0 && sr->state < 0 && sr->model < 0 && sr->write && sr->wmask))
            return error_set(err, "coprocessor table: %s has rights without storage", sr->name);
        for (unsigned k = 0; k < i; k++)
            if (sr->enc == table[k].sr.enc)
                return error_set(err, "coprocessor table: %s and %s have one encoding", sr->name, table[k].sr.name);
    }
    return true;
}

unsigned cp_row_index(u32 enc)
{
    for (unsigned i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].sr.enc == enc)
            return i + 1;
    return 0;
}

const struct cp_row *cp_row_at(const struct cpu *cpu, unsigned index)
{
    const struct cp_row *row = index ? &table[index - 1] : NULL;
    if (!row || (row->architecture && row->architecture != (cpu->model->aarch32_only ? V7 : V8)))
        return NULL;
    return row->sr.need == FEAT_NONE || cpu->model->features >> row->sr.need & 1 ? row : NULL;
}

const struct cp_row *cp_find(const struct cpu *cpu, u32 enc)
{
    return cp_row_at(cpu, cp_row_index(enc));
}

unsigned cp_count(void)
{
    return ARRAY_SIZE(table);
}

const char *cp_name(const struct cp_row *row)
{
    return row->sr.name;
}

bool cp_is_readable(const struct cp_row *row)
{
    return row->sr.rd <= 3;
}

bool cp_is_writable(const struct cp_row *row)
{
    return row->sr.wr <= 3;
}

u32 cp_encoding(const struct cp_row *row)
{
    return row->sr.enc;
}

u64 cp_traps(unsigned index)
{
    return table[index - 1].sr.traps;
}

/* ---- rights and traps ---- */

static bool is_wide(u32 enc)
{
    return enc >> 15;
}

static bool is_cp15(u32 enc)
{
    return enc >> 14 & 1;
}

/* CRn; of a wide access CRm. What HSTR counts by. */
static unsigned primary(u32 enc)
{
    return is_wide(enc) ? enc >> 3 & 15 : enc >> 7 & 15;
}

/* What an instruction asks for, as a syndrome tells it. */
struct transfer {
    u32 enc;
    bool write;
    unsigned rt, rt2;
    u32 word; /* LDC, STC: the instruction; 0: another one */
};

/* ISS of EC 0x03 to 0x05 and 0x0c. Registers are reported as AArch64 sees them, or to Hyp mode by number. */
static u32 iss_of(const struct cpu *cpu, u8 target, const struct transfer *t)
{
    u32 iss = aarch32_iss_condition(cpu) | aarch32_syndrome_register(cpu, t->rt, target) << 5 | (t->enc >> 3 & 15) << 1 | !t->write;
    if (is_wide(t->enc))
        return iss | (t->enc >> 7 & 15) << 16 | aarch32_syndrome_register(cpu, t->rt2, target) << 10;
    return iss | (t->enc & 7) << 17 | (t->enc >> 11 & 7) << 14 | (t->enc >> 7 & 15) << 10;
}

/* ISS of EC 0x06: CV, COND, imm8 19:12, Rn 9:5 (none of LDC (literal)), Offset 4: U, AM 3:1: literal, P, W, Direction 0: LDC. */
static u32 iss_of_memory(const struct cpu *cpu, u8 target, u32 word)
{
    unsigned n = (unsigned)bits(word, 19, 16), load = bit(word, 20), literal = load && n == 15;
    u32 base = literal ? 0 : aarch32_syndrome_register(cpu, n, target) << 5;
    return aarch32_iss_condition(cpu) | (u32)bits(word, 7, 0) << 12 | base | (u32)bit(word, 23) << 4 | literal << 3 | (u32)bit(word, 24) << 2 |
           (u32)bit(word, 21) << 1 | load;
}

/* Where an EL1 in AArch32 would take it, it is UNDEFINED, which is what Hyp mode gets of it by HCR.TGE too. Always false. */
static bool trap_to(struct cpu *cpu, u8 target, const struct transfer *t)
{
    static const u8 classes[2][2] = { { EC_CP14_32, EC_CP14_64 }, { EC_CP15_32, EC_CP15_64 } };
    bool is_ours = target == 1;
    if (is_ours)
        target = exception_default_target(cpu);
    if (is_ours && cpu_el_is_aarch32(cpu, target))
        cpu_undefined(cpu);
    else if (t->word)
        exception_sync(cpu, target, EC_CP14_LDC, iss_of_memory(cpu, target, t->word), cpu->pc);
    else
        exception_sync(cpu, target, classes[is_cp15(t->enc)][is_wide(t->enc)], iss_of(cpu, target, t), cpu->pc);
    return false;
}

static bool is_below_hyp(const struct cpu *cpu)
{
    return cpu->pstate.el < 2 && cpu_el2_enabled(cpu) && !cpu_is_in_host(cpu);
}

/* HSTR.Tn, n being CRn or CRm; 4 and 14 have none. */
static bool is_trapped_by_number(const struct cpu *cpu, u32 enc)
{
    return is_cp15(enc) && is_below_hyp(cpu) && primary(enc) != 4 && primary(enc) != 14 && bit(cpu->sys.hstr_el2, primary(enc));
}

/* HSTR.TJDBX: JOSCR, JMCR, and BXJ where there is a Jazelle. */
static bool is_trapped_jazelle(const struct cpu *cpu, u32 enc)
{
    return !is_cp15(enc) && (enc >> 11 & 7) == 7 && (enc & 0x7ff) && is_below_hyp(cpu) && bit(cpu->sys.hstr_el2, 17);
}

/* Rights: EL2's registers are Hyp mode's and, of the Non-secure world, Monitor mode's. Not those of opc1 0: ATS12NSOxx, which are Secure PL1's too. */
static bool is_undefined(const struct cpu *cpu, u32 enc, u8 needs)
{
    u8 el = cpu->pstate.el;
    if (needs == 2 && el == 3 && (is_wide(enc) || enc >> 11 & 7))
        return !(cpu->has_el2 && cpu->pstate.mode == MODE_MON && bit(cpu->sys.scr_el3, SCR_NS));
    return el < needs;
}

/* What Secure PL1 has where EL3 is AArch32, an EL3 in AArch64 traps of Secure EL1: SCR, NSACR, SDCR, MVBAR, ATS12NSOxx (DDI 0487 G1.11, EL3's traps). */
static bool is_trapped_by_el3(const struct cpu *cpu, u32 enc)
{
    if (cpu->model->aarch32_only || !cpu->has_el3 || cpu->pstate.el != 1 || !cpu_is_secure(cpu))
        return false;
    return enc == CP_ENC(15, 0, 1, 1, 0) || enc == CP_ENC(15, 0, 1, 1, 2) || enc == CP_ENC(15, 0, 1, 3, 1) || enc == CP_ENC(15, 0, 12, 0, 1) ||
           (enc & ~3u) == CP_ENC(15, 0, 7, 8, 4);
}

/* CNTFRQ is written at the highest EL there is. */
static u8 rights_of(const struct cpu *cpu, const struct cp_row *row, bool write)
{
    if (write && row->via == SYSREG_CNTFRQ_EL0)
        return cpu->has_el3 ? 3 : cpu->has_el2 ? 2 : 1;
    return write ? row->sr.wr : row->sr.rd;
}

static bool check(struct cpu *cpu, const struct cp_row *row, const struct transfer *t)
{
    const struct sysreg *via = row->via >= 0 ? sysreg_at((unsigned)row->via) : NULL;
    if (UNLIKELY(is_trapped_by_el3(cpu, t->enc)))
        return trap_to(cpu, 3, t);
    if (is_undefined(cpu, t->enc, rights_of(cpu, row, t->write))) {
        cpu_undefined(cpu);
        return false;
    }
    u8 target = sysreg_trap_target(cpu, via, row->sr.traps | (via ? via->traps : 0), t->write);
    if (target == 1)
        return trap_to(cpu, 1, t);
    if (is_trapped_by_number(cpu, t->enc) || is_trapped_jazelle(cpu, t->enc))
        target = 2;
    return !target || trap_to(cpu, target, t);
}

bool cp_check(struct cpu *cpu, const struct cp_row *row, u32 enc, bool write, unsigned rt, unsigned rt2)
{
    return check(cpu, row, &(struct transfer){ enc, write, rt, rt2, 0 });
}

bool cp_check_memory(struct cpu *cpu, const struct cp_row *row, u32 word)
{
    return check(cpu, row, &(struct transfer){ .enc = row->sr.enc, .write = bit(word, 20), .word = word });
}

void cp_unallocated(struct cpu *cpu, u32 enc, bool write, unsigned rt, unsigned rt2)
{
    unsigned crn = enc >> 7 & 15, crm = enc >> 3 & 15;
    bool lockdown = is_cp15(enc) && !is_wide(enc) && ((crn == 9 && crm <= 8 && crm != 3 && crm != 4) || (crn == 10 && (crm <= 1 || crm == 4 || crm == 8)) ||
                                                      (crn == 11 && (crm <= 8 || crm == 15)));
    const struct transfer transfer = { enc, write, rt, rt2, 0 };
    if (is_trapped_by_el3(cpu, enc)) {
        trap_to(cpu, 3, &transfer);
        return;
    }
    if (cpu->pstate.el == 1 && is_below_hyp(cpu) && (is_trapped_by_number(cpu, enc) || (lockdown && bit(cpu->sys.hcr_el2, HCR_TIDCP)))) {
        trap_to(cpu, 2, &transfer);
        return;
    }
    const char *done = write ? "written" : "read";
    if (is_wide(enc))
        log_once(cpu->log, LOG_UNIMP, "coprocessor register p%u, %u, c%u (wide) is UNDEFINED here (%s, first at pc %#llx)", is_cp15(enc) ? 15u : 14u, crn,
                 crm, done, (unsigned long long)cpu->pc);
    else
        log_once(cpu->log, LOG_UNIMP, "coprocessor register p%u, %u, c%u, c%u, %u is UNDEFINED here (%s, first at pc %#llx)", is_cp15(enc) ? 15u : 14u,
                 enc >> 11 & 7, crn, crm, enc & 7, done, (unsigned long long)cpu->pc);
    cpu_undefined(cpu);
}

/* ---- values ---- */

static const struct sysreg *via_of(const struct cpu *cpu, const struct cp_row *row)
{
    return sysreg_at((unsigned)(aarch32_uses_secure_copies(cpu) ? row->via_s : row->via));
}

static u64 *storage_of(struct cpu *cpu, const struct cp_row *row)
{
    bool secure = row->state_s >= 0 && aarch32_uses_secure_copies(cpu);
    return (u64 *)(void *)((u8 *)cpu + (secure ? row->state_s : row->sr.state));
}

static u64 part_of(u64 value, u8 part)
{
    return part == HI ? value >> 32 : part == LO ? (u32)value : value;
}

static u64 with_part(u64 old, u64 value, u8 part)
{
    return part == HI ? (u32)old | value << 32 : part == LO ? (old & ~0xffffffffull) | (u32)value : value;
}

u64 cp_read(struct cpu *cpu, const struct cp_row *row)
{
    u64 value = row->sr.constant;
    if (row->via >= 0)
        return part_of(sysreg_read(cpu, via_of(cpu, row)), row->part);
    if (row->sr.read)
        return row->sr.read(cpu, &row->sr);
    if (row->sr.state >= 0)
        value = *storage_of(cpu, row);
    else if (row->sr.model >= 0)
        memcpy(&value, (const u8 *)cpu->model + row->sr.model, sizeof value);
    return is_wide(row->sr.enc) ? value : (u32)part_of(value, row->part);
}

bool cp_write(struct cpu *cpu, const struct cp_row *row, u64 value)
{
    if (row->via >= 0) {
        const struct sysreg *sr = via_of(cpu, row);
        u64 old = sr->state >= 0 ? *(u64 *)(void *)((u8 *)cpu + sr->state) : 0;
        return sysreg_write(cpu, sr, with_part(old, value, row->part));
    }
    if (row->sr.state >= 0) {
        u64 *to = storage_of(cpu, row), mask = row->part == HI ? row->sr.wmask << 32 : row->sr.wmask;
        if (row->part == HI)
            value <<= 32;
        value = (*to & ~mask) | (value & mask);
        *to = value;
    }
    return !row->sr.write || row->sr.write(cpu, &row->sr, value);
}

/* The resets of ARMv7; an ARMv8 PE's registers are reset by cpu/sysreg.c. */
void cp_reset(struct cpu *cpu)
{
    for (unsigned i = 0; cpu->model->aarch32_only && i < ARRAY_SIZE(table); i++) {
        const struct cp_row *row = &table[i];
        if (row->sr.state < 0 || (is_wide(row->sr.enc) && row->state_s >= 0))
            continue;
        u64 *ns = (u64 *)(void *)((u8 *)cpu + row->sr.state), *secure = row->state_s >= 0 ? (u64 *)(void *)((u8 *)cpu + row->state_s) : NULL;
        *ns = row->part ? with_part(*ns, row->sr.reset, row->part) : row->sr.reset;
        if (secure)
            *secure = row->part ? with_part(*secure, row->sr.reset, row->part) : row->sr.reset;
    }
    if (cpu->model->aarch32_only)
        aarch32_reset_controls(cpu);
}
