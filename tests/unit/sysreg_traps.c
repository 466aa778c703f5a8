/* The system-register table: each row at each EL, read and written, without traps and with each trap bit alone. */
#include "cpu/cp.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "tests/unit/bare_pe.h"

#include <capstone/capstone.h>
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { R = 1, W = 2, RW = 3 };
enum { ALWAYS, NO_E2H, E2H_GUEST };

/* The trap controls once more, from the same list that cpu/sysreg.c reads. */
static const struct {
    const char *name, *reg;
    u32 offset;
    u8 bit, on, low_el, high_el, direction, target, when;
} traps[] = {
#define TRAP(nm, field, bitno, value, low, high, dir, to, e2h) { #nm, #field, offsetof(struct cpu, sys.field), bitno, value, low, high, dir, to, e2h },
#include "cpu/trap.def"
#undef TRAP
};

static u64 *control(struct cpu *cpu, unsigned i)
{
    return (u64 *)(void *)((u8 *)cpu + traps[i].offset);
}

/* A PE with EL2 and EL3, Non-secure, where nothing traps: every control stands at its other value. */
static struct bare_pe *fixture;

static int set_up(void **state)
{
    (void)state;
    fixture = bare_pe_new(false, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bare_pe_free(fixture);
    return 0;
}

static void open_all(struct cpu *cpu)
{
    cpu->has_el2 = cpu->has_el3 = true;
    cpu_reset(cpu);
    cpu->sys.scr_el3 = 1u << SCR_NS | 1u << SCR_RW | 1u << SCR_HCE | 1u << SCR_ST;
    cpu->sys.cpacr_el1 = 3u << 20;
    cpu->sys.pmuserenr_el0 = 0xf;
    cpu->sys.mdcr_el2 = 6;
    for (unsigned i = 0; i < ARRAY_SIZE(traps); i++)
        *control(cpu, i) = with_bits(*control(cpu, i), traps[i].bit, traps[i].bit, !traps[i].on);
    cpu_regime_changed(cpu);
}

static void at_el(struct cpu *cpu, u8 el)
{
    cpu_set_el(cpu, el, el ? 1 : 0);
    cpu->pc = 0x1000;
}

static const struct sysreg *row(unsigned i)
{
    return sysreg_at(i);
}

/* RMR and RVBAR of the highest EL only, where alone CNTFRQ_EL0 is written; CNTPS in Secure state only; the *_EL12 and *_EL02 names with HCR_EL2.E2H. */
static bool exists_here(const struct sysreg *sr, u8 el, bool write)
{
    if (write && sr->enc == SYSREG_ENC(3, 3, 14, 0, 0))
        return el == 3;
    if (sr->alias && !bit(fixture->cpu->sys.hcr_el2, HCR_E2H))
        return false;
    bool per_el = bits(sr->enc, 10, 3) == 0x60 && bits(sr->enc, 2, 0) && bits(sr->enc, 15, 14) == 3;
    if (per_el)
        return bits(sr->enc, 13, 11) == 6;
    return bits(sr->enc, 13, 11) != 7 || el == 3;
}

static u64 esr_at(const struct cpu *cpu)
{
    return cpu->pstate.el == 1 ? cpu->sys.esr_el1 : cpu->pstate.el == 2 ? cpu->sys.esr_el2 : cpu->sys.esr_el3;
}

static void access_rights_follow_the_table_at_every_el(void **state)
{
    struct cpu *cpu = fixture->cpu;
    (void)state;
    for (unsigned i = 0; i < sysreg_count(); i++)
        for (u8 el = 0; el <= 3; el++)
            for (unsigned write = 0; write <= 1; write++) {
                open_all(cpu);
                at_el(cpu, el);
                bool allowed = el >= (write ? row(i)->wr : row(i)->rd) && exists_here(row(i), el, write);
                bool ok = sysreg_check(cpu, row(i), write, 3);
                if (ok != allowed)
                    print_error("%s at EL%u, %s: %s\n", row(i)->name, el, write ? "write" : "read", ok ? "allowed" : "refused");
                assert_int_equal(ok, allowed);
                if (!ok) {
                    assert_int_equal(esr_at(cpu) >> 26, EC_UNKNOWN);
                    assert_int_equal(cpu->pstate.el, el ? el : 1);
                }
            }
}

static u32 expected_iss(const struct sysreg *sr, bool write, unsigned rt)
{
    return (u32)(bits(sr->enc, 15, 14) << 20 | bits(sr->enc, 2, 0) << 17 | bits(sr->enc, 13, 11) << 14 | bits(sr->enc, 10, 7) << 10 | rt << 5 |
                 bits(sr->enc, 6, 3) << 1 | !write);
}

static void each_trap_bit_alone_traps_its_registers_and_nothing_else(void **state)
{
    struct cpu *cpu = fixture->cpu;
    unsigned trapped = 0;
    (void)state;
    for (unsigned t = 0; t < ARRAY_SIZE(traps); t++)
        for (unsigned i = 0; i < sysreg_count(); i++)
            for (u8 el = 0; el <= 3; el++)
                for (unsigned write = 0; write <= 1; write++) {
                    if (el < (write ? row(i)->wr : row(i)->rd) || !exists_here(row(i), el, write))
                        continue;
                    open_all(cpu);
                    cpu->sys.hcr_el2 |= (u64)(traps[t].when == E2H_GUEST) << HCR_E2H;
                    cpu->sys.cptr_el2 |= 3u << 20; /* FPEN, with E2H */
                    *control(cpu, t) ^= 1ull << traps[t].bit;
                    at_el(cpu, el);
                    bool should = (row(i)->traps >> t & 1) && el >= traps[t].low_el && el <= traps[t].high_el && (traps[t].direction & (write ? W : R));
                    bool ok = sysreg_check(cpu, row(i), write, 7);
                    if (ok == should)
                        print_error("%s=%u, %s at EL%u, %s: %s\n", traps[t].name, traps[t].on, row(i)->name, el, write ? "write" : "read",
                                    ok ? "not trapped" : "trapped");
                    assert_int_equal(ok, !should);
                    if (!should)
                        continue;
                    trapped++;
                    assert_int_equal(cpu->pstate.el, traps[t].target);
                    assert_int_equal(esr_at(cpu) >> 26, EC_SYS64);
                    assert_int_equal(esr_at(cpu) & 0x1ffffff, expected_iss(row(i), write, 7));
                }
    assert_true(trapped > 400);
}

static void every_trap_control_is_used_by_a_row(void **state)
{
    u64 used = 0;
    (void)state;
    for (unsigned i = 0; i < sysreg_rows(); i++)
        used |= row(i)->traps;
    for (unsigned i = 1; i <= cp_count(); i++)
        used |= cp_traps(i);
    for (unsigned t = 0; t < ARRAY_SIZE(traps); t++) {
        if (!(used >> t & 1))
            print_error("no register is trapped by %s\n", traps[t].name);
        assert_true(used >> t & 1);
    }
}

static void tge_sends_el0_traps_to_el2(void **state)
{
    struct cpu *cpu = fixture->cpu;
    const struct sysreg *ctr = sysreg_find(~0ull, SYSREG_ENC(3, 3, 0, 0, 1));
    (void)state;
    open_all(cpu);
    cpu->sys.hcr_el2 |= 1ull << HCR_TGE;
    cpu->sys.sctlr_el1 &= ~(1ull << SCTLR_UCT);
    at_el(cpu, 0);
    assert_false(sysreg_check(cpu, ctr, false, 0));
    assert_int_equal(cpu->pstate.el, 2);
}

static void tge_makes_debug_traps_to_el2_of_el0(void **state)
{
    struct cpu *cpu = fixture->cpu;
    const struct sysreg *mdccsr = sysreg_find(~0ull, SYSREG_ENC(2, 3, 0, 1, 0));
    (void)state;
    open_all(cpu);
    at_el(cpu, 0);
    assert_true(sysreg_check(cpu, mdccsr, false, 0));
    cpu->sys.hcr_el2 |= 1ull << HCR_TGE;
    assert_false(sysreg_check(cpu, mdccsr, false, 0));
    assert_int_equal(cpu->pstate.el, 2);
    assert_int_equal(cpu->sys.esr_el2 >> 26, EC_SYS64);
}

static void names_of_el12_are_undefined_at_el3_in_secure_state(void **state)
{
    struct cpu *cpu = fixture->cpu;
    const struct sysreg *sctlr_el12 = sysreg_find(~0ull, SYSREG_ENC(3, 5, 1, 0, 0));
    (void)state;
    open_all(cpu);
    cpu->sys.hcr_el2 |= 1ull << HCR_E2H;
    at_el(cpu, 3);
    assert_true(sysreg_check(cpu, sctlr_el12, false, 0));
    cpu->sys.scr_el3 &= ~(1ull << SCR_NS);
    assert_false(sysreg_check(cpu, sctlr_el12, false, 0));
    assert_int_equal(cpu->sys.esr_el3 >> 26, EC_UNKNOWN);
}

static void traps_to_el2_do_not_apply_in_secure_state(void **state)
{
    struct cpu *cpu = fixture->cpu;
    const struct sysreg *ttbr = sysreg_find(~0ull, SYSREG_ENC(3, 0, 2, 0, 0));
    (void)state;
    open_all(cpu);
    cpu->sys.hcr_el2 |= 1ull << HCR_TVM;
    cpu->sys.scr_el3 &= ~(1ull << SCR_NS);
    at_el(cpu, 1);
    assert_true(sysreg_check(cpu, ttbr, true, 0));
}

static void unallocated_encodings_are_undefined_and_named(void **state)
{
    struct cpu *cpu = fixture->cpu;
    (void)state;
    open_all(cpu);
    at_el(cpu, 1);
    assert_null(sysreg_find(~0ull, SYSREG_ENC(3, 0, 1, 2, 0))); /* ZCR_EL1: SVE */
    sysreg_unallocated(cpu, SYSREG_ENC(3, 0, 1, 2, 0), false, 0);
    assert_int_equal(cpu->sys.esr_el1 >> 26, EC_UNKNOWN);
    assert_true(cpu->log->count[LOG_UNIMP] > 0);
}

static void tidcp_traps_unallocated_implementation_defined_space(void **state)
{
    struct cpu *cpu = fixture->cpu;
    (void)state;
    open_all(cpu);
    cpu->sys.hcr_el2 |= 1ull << HCR_TIDCP;
    at_el(cpu, 1);
    sysreg_unallocated(cpu, SYSREG_ENC(3, 7, 15, 9, 1), true, 4);
    assert_int_equal(cpu->pstate.el, 2);
    assert_int_equal(cpu->sys.esr_el2 >> 26, EC_SYS64);
}

static void vpidr_and_vmpidr_are_what_el1_reads(void **state)
{
    struct cpu *cpu = fixture->cpu;
    const struct sysreg *midr = sysreg_find(~0ull, SYSREG_ENC(3, 0, 0, 0, 0)), *mpidr = sysreg_find(~0ull, SYSREG_ENC(3, 0, 0, 0, 5));
    (void)state;
    open_all(cpu);
    cpu->sys.vpidr_el2 = 0x1234;
    cpu->sys.vmpidr_el2 = 0x80000105;
    at_el(cpu, 1);
    assert_int_equal(sysreg_read(cpu, midr), 0x1234);
    assert_int_equal(sysreg_read(cpu, mpidr), 0x80000105);
    at_el(cpu, 2);
    assert_int_equal(sysreg_read(cpu, midr), 0x411fd070);
    assert_int_equal(sysreg_read(cpu, mpidr), 0x80000000);
}

/* EL3 without EL2: its registers are RES0, but what EL3 saves of EL1 is there (SP_EL1, AArch32's SPSRs). */
static void el2_registers_are_res0_where_there_is_no_el2(void **state)
{
    static const struct {
        u32 enc;
        bool stores;
    } cases[] = {
        { SYSREG_ENC(3, 4, 1, 0, 0), false },  { SYSREG_ENC(3, 4, 1, 1, 0), false },  { SYSREG_ENC(3, 4, 4, 0, 1), false },
        { SYSREG_ENC(3, 4, 2, 1, 0), false },  { SYSREG_ENC(3, 4, 14, 2, 2), false }, { SYSREG_ENC(3, 4, 14, 2, 0), false },
        { SYSREG_ENC(3, 4, 4, 1, 0), true },   { SYSREG_ENC(3, 4, 4, 3, 0), true },   { SYSREG_ENC(3, 4, 3, 0, 0), true },
        { SYSREG_ENC(3, 4, 12, 0, 0), false }, { SYSREG_ENC(3, 4, 5, 0, 1), true },   { SYSREG_ENC(3, 6, 12, 0, 0), true },
    };
    struct cpu *cpu = fixture->cpu;
    (void)state;
    cpu->has_el2 = false;
    cpu->has_el3 = true;
    cpu_reset(cpu);
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct sysreg *sr = sysreg_find(~0ull, cases[i].enc);
        assert_true(sysreg_check(cpu, sr, true, 0) && sysreg_check(cpu, sr, false, 0));
        if (!cases[i].stores)
            assert_int_equal(sysreg_read(cpu, sr), 0);
        assert_true(sysreg_write(cpu, sr, 0x800));
        if (sysreg_read(cpu, sr) != (cases[i].stores ? 0x800 : 0))
            print_error("%s\n", sr->name);
        assert_int_equal(sysreg_read(cpu, sr), cases[i].stores ? 0x800 : 0);
    }
    const struct sysreg *vpidr = sysreg_find(~0ull, SYSREG_ENC(3, 4, 0, 0, 0));
    assert_true(sysreg_write(cpu, vpidr, 1));
    assert_int_equal(sysreg_read(cpu, vpidr), 0x411fd070);
    cpu->has_el2 = true;
}

/* Reads as zero: the reserved ID space has no name that capstone would know. */
static void names_agree_with_capstone(void **state)
{
    csh cs;
    (void)state;
    assert_int_equal(cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &cs), CS_ERR_OK);
    unsigned compared = 0;
    for (unsigned i = 0; i < sysreg_count(); i++) {
        const struct sysreg *sr = row(i);
        bool readable = sr->rd <= 3;
        u32 word = (readable ? 0xd5300000 : 0xd5100000) | (u32)bits(sr->enc, 14, 0) << 5;
        char name[32];
        cs_insn *insn;
        for (unsigned k = 0; k < sizeof name; k++)
            if (!(name[k] = (char)tolower((unsigned char)sr->name[k])))
                break;
        size_t n = cs_disasm(cs, (const uint8_t *)&word, 4, 0, 1, &insn);
        assert_int_equal(n, 1);
        const char *printed = readable ? strchr(insn->op_str, ' ') + 1 : insn->op_str;
        if (printed[0] != 's' || !isdigit((unsigned char)printed[1])) { /* S3_…: capstone 4 does not know it */
            size_t len = strcspn(printed, ",");
            if (strlen(name) != len || strncmp(printed, name, len))
                print_error("%s: capstone says %s\n", sr->name, printed);
            assert_true(strlen(name) == len && !strncmp(printed, name, len));
            compared++;
        }
        cs_free(insn, n);
    }
    cs_close(&cs);
    assert_true(compared > 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_rights_follow_the_table_at_every_el),
        cmocka_unit_test(each_trap_bit_alone_traps_its_registers_and_nothing_else),
        cmocka_unit_test(every_trap_control_is_used_by_a_row),
        cmocka_unit_test(tge_sends_el0_traps_to_el2),
        cmocka_unit_test(tge_makes_debug_traps_to_el2_of_el0),
        cmocka_unit_test(names_of_el12_are_undefined_at_el3_in_secure_state),
        cmocka_unit_test(traps_to_el2_do_not_apply_in_secure_state),
        cmocka_unit_test(unallocated_encodings_are_undefined_and_named),
        cmocka_unit_test(tidcp_traps_unallocated_implementation_defined_space),
        cmocka_unit_test(vpidr_and_vmpidr_are_what_el1_reads),
        cmocka_unit_test(el2_registers_are_res0_where_there_is_no_el2),
        cmocka_unit_test(names_agree_with_capstone),
    };
    return cmocka_run_group_tests_name("sysreg_traps", tests, set_up, tear_down);
}
