/* Every row of cpu/cp.def on ARMv7: who may access it, and which of HCR's and HSTR's bits trap it from PL1; by encodings, as DDI 0406 B1.14 lists them. */
#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"
#include "cpu/cp.h"
#include "cpu/model.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define E(opc1, crn, crm, opc2) CP_ENC(15, opc1, crn, crm, opc2)

/* A Cortex-A15 with Hyp mode and without EL3. It executes UDF once: syndromes are of a current instruction. */
static struct bare_pe *new_v7(void)
{
    struct bare_pe *b = bare_pe_new_model("cortex-a15", false, true);
    b->cpu->has_el2 = true;
    b->cpu->has_el3 = false;
    cpu_reset(b->cpu);
    const u32 code[2] = { 0xe7f000f0, 0xeafffffe }, here = 0xeafffffe;
    for (u64 at = 0; at < 0x400; at += 4)
        bus_write_mem(&b->bus, PA(at), &here, 4);
    bus_write_mem(&b->bus, PA(BARE_CODE), code, sizeof code);
    b->cpu->pc = BARE_CODE;
    cpu_run(b->cpu, 20);
    assert_non_null(b->cpu->cur_op);
    return b;
}

/* The mode that an access from `from` ends in: the same if it is allowed. */
static u8 access_from(struct bare_pe *b, u8 from, u32 enc, bool write)
{
    struct cpu *cpu = b->cpu;
    aarch32_set_mode(cpu, from);
    cpu->pstate.t = false;
    cp_check(cpu, cp_find(cpu, enc), enc, write, 3, 4);
    return cpu->pstate.mode;
}

static bool is_one_of(u32 enc, const u16 *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i] == enc)
            return true;
    return false;
}

static bool is_cp15_narrow(u32 enc, unsigned opc1, unsigned crn)
{
    return enc >> 14 == 1 && (enc >> 11 & 7) == opc1 && (enc >> 7 & 15) == crn;
}

/* Does this bit of HCR trap this access? Its encodings, in the order of the bits. */
static bool hcr_traps(unsigned n, u32 enc, bool write)
{
    static const u16 tvm[] = { E(0, 1, 0, 0), E(0, 2, 0, 0), E(0, 2, 0, 1), E(0, 2, 0, 2), E(0, 3, 0, 0), E(0, 5, 0, 0), E(0, 5, 0, 1), E(0, 5, 1, 0),
                               E(0, 5, 1, 1), E(0, 6, 0, 0), E(0, 6, 0, 2), E(0, 10, 2, 0), E(0, 10, 2, 1), E(0, 10, 3, 0), E(0, 10, 3, 1),
                               E(0, 13, 0, 1), CP_ENC_WIDE(15, 0, 2), CP_ENC_WIDE(15, 1, 2) };
    static const u16 tid1[] = { E(0, 0, 0, 2), E(0, 0, 0, 3), E(0, 0, 0, 6), E(1, 0, 0, 7) };
    static const u16 tid2[] = { E(0, 0, 0, 1), E(1, 0, 0, 0), E(1, 0, 0, 1), E(2, 0, 0, 0) };
    static const u16 tsw[] = { E(0, 7, 6, 2), E(0, 7, 10, 2), E(0, 7, 14, 2) }, tpc[] = { E(0, 7, 6, 1), E(0, 7, 10, 1), E(0, 7, 14, 1) };
    static const u16 tpu[] = { E(0, 7, 1, 0), E(0, 7, 5, 0), E(0, 7, 5, 1), E(0, 7, 11, 1) };
    switch (n) {
    case 15:
        return enc == CP_ENC(14, 7, 0, 0, 0); /* JIDR */
    case 16:
        return is_one_of(enc, tid1, ARRAY_SIZE(tid1));
    case 17:
        return is_one_of(enc, tid2, ARRAY_SIZE(tid2));
    case 18: /* all of c0, c1 to c7 */
        return is_cp15_narrow(enc, 0, 0) && (enc >> 3 & 15);
    case 20:
        return is_cp15_narrow(enc, 1, 9) && (enc >> 3 & 15) == 0;
    case 21:
        return enc == E(0, 1, 0, 1);
    case 22:
        return is_one_of(enc, tsw, ARRAY_SIZE(tsw));
    case 23:
        return is_one_of(enc, tpc, ARRAY_SIZE(tpc));
    case 24:
        return is_one_of(enc, tpu, ARRAY_SIZE(tpu));
    case 25:
        return is_cp15_narrow(enc, 0, 8);
    case 26:
        return write && is_one_of(enc, tvm, ARRAY_SIZE(tvm));
    default:
        return false;
    }
}

/* HSTR's bit of an access, or 32. */
static unsigned hstr_bit(u32 enc)
{
    unsigned n = enc >> 15 ? enc >> 3 & 15 : enc >> 7 & 15;
    return enc >> 14 & 1 && n != 4 && n != 14 ? n : 32;
}

static void check_row(struct bare_pe *b, u32 enc, bool write)
{
    struct cpu *cpu = b->cpu;
    bool open = access_from(b, MODE_SVC, enc, write) == MODE_SVC;
    if (access_from(b, MODE_USR, enc, write) == MODE_USR)
        assert_true(open); /* what User mode may, PL1 may */
    for (unsigned n = 0; n < 28; n++) {
        cpu->sys.hcr_el2 = n == 27 ? 0 : 1u << n; /* TGE is of User mode */
        u8 want = !open ? MODE_UND : hcr_traps(n, enc, write) ? MODE_HYP : MODE_SVC, got = access_from(b, MODE_SVC, enc, write);
        if (got != want)
            fail_msg("%s %s, HCR bit %u: in %s, not in %s", write ? "write" : "read", cp_name(cp_find(cpu, enc)), n, aarch32_mode_name(got),
                     aarch32_mode_name(want));
    }
    cpu->sys.hcr_el2 = 0;
    for (unsigned n = 0; n < 16; n++) {
        cpu->sys.hstr_el2 = 1u << n;
        u8 want = !open ? MODE_UND : hstr_bit(enc) == n ? MODE_HYP : MODE_SVC, got = access_from(b, MODE_SVC, enc, write);
        if (got != want)
            fail_msg("%s %s, HSTR bit %u: in %s", write ? "write" : "read", cp_name(cp_find(cpu, enc)), n, aarch32_mode_name(got));
    }
    cpu->sys.hstr_el2 = 0;
}

static void rows_and_bits(void **state)
{
    (void)state;
    struct bare_pe *b = new_v7();
    for (unsigned i = 1; i <= cp_count(); i++) {
        const struct cp_row *row = cp_row_at(b->cpu, i);
        if (!row)
            continue;
        check_row(b, cp_encoding(row), false);
        check_row(b, cp_encoding(row), true);
    }
    bare_pe_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_and_bits) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
