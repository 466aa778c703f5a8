/* Where physical interrupts go and which of them PSTATE holds back, at each EL under HCR_EL2 and SCR_EL3 (DDI 0487 D1.3.6). */
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define E2H (1ull << HCR_E2H)
#define TGE (1ull << HCR_TGE)
#define IMO (1ull << HCR_IMO | 1ull << HCR_AMO)
#define NS (1ull << SCR_NS)
#define TO_EL3 (1ull << SCR_IRQ | 1ull << SCR_EA)

static const struct {
    const char *name;
    u64 hcr, scr;
    u8 el;
    u8 open, masked; /* EL that takes it with PSTATE.{A,I} 0, and 1; 0: none */
    bool deferred;   /* an SError is ESB's, with PSTATE.A 1 */
} cases[] = {
    { "EL1's, at EL0", 0, NS, 0, 1, 0, true },
    { "EL1's, at EL1", 0, NS, 1, 1, 0, true },
    { "EL1's, at EL2", 0, NS, 2, 0, 0, false },
    { "EL1's, at EL3", 0, NS, 3, 0, 0, false },
    { "EL2's, at EL0", IMO, NS, 0, 2, 2, false },
    { "EL2's, at EL1", IMO, NS, 1, 2, 2, false },
    { "EL2's, at EL2", IMO, NS, 2, 2, 0, true },
    { "EL2's, at EL3", IMO, NS, 3, 0, 0, false },
    { "TGE alone, at EL0", TGE, NS, 0, 2, 2, false },
    { "TGE alone, at EL2", TGE, NS, 2, 2, 0, true },
    { "E2H alone, EL1's, at EL0", E2H, NS, 0, 1, 0, true },
    { "E2H alone, EL1's, at EL2", E2H, NS, 2, 0, 0, false },
    { "E2H alone, EL2's, at EL0", E2H | IMO, NS, 0, 2, 2, false },
    { "E2H alone, EL2's, at EL1", E2H | IMO, NS, 1, 2, 2, false },
    { "host, at EL0", E2H | TGE, NS, 0, 2, 0, true },
    { "host, at EL2", E2H | TGE, NS, 2, 2, 0, true },
    { "host with IMO, at EL0", E2H | TGE | IMO, NS, 0, 2, 0, true },
    { "EL3's, at a host's EL0", E2H | TGE, NS | TO_EL3, 0, 3, 3, false },
    { "EL3's, at a host's EL2", E2H | TGE, NS | TO_EL3, 2, 3, 3, false },
    { "EL3's, at EL3", 0, NS | TO_EL3, 3, 3, 0, true },
    { "Secure EL1's, at EL0, whatever HCR_EL2 says", E2H | TGE | IMO, 0, 0, 1, 0, true },
    { "Secure EL1's, at EL1", E2H | TGE | IMO, 0, 1, 1, 0, true },
};

static u8 taken_to(struct cpu *cpu, unsigned i, u8 daif, enum cpu_line line)
{
    cpu->has_el2 = cpu->has_el3 = true;
    cpu->lines = 0;
    cpu->sys.scr_el3 = 1ull << SCR_RW | cases[i].scr;
    cpu->sys.hcr_el2 = 1ull << HCR_RW | cases[i].hcr;
    cpu_set_el(cpu, cases[i].el, cases[i].el ? 1 : 0);
    cpu->pstate.daif = daif;
    cpu_set_line(cpu, line, true);
    bool deferred = cpu_serror_is_masked(cpu);
    assert_int_equal(deferred, line == LINE_SERROR && daif && cases[i].deferred);
    return cpu_take_interrupt(cpu) ? cpu->pstate.el : 0;
}

static void interrupts_go_where_they_are_routed_and_wait_where_they_are_masked(void **state)
{
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        for (unsigned serror = 0; serror < 2; serror++) {
            enum cpu_line line = serror ? LINE_SERROR : LINE_IRQ;
            u8 open = taken_to(b->cpu, i, 0, line), masked = taken_to(b->cpu, i, serror ? DAIF_A : DAIF_I, line);
            if (open != cases[i].open || masked != cases[i].masked)
                print_error("%s: open: to EL%u, masked: to EL%u (0: none)\n", cases[i].name, open, masked);
            assert_int_equal(open, cases[i].open);
            assert_int_equal(masked, cases[i].masked);
        }
    bare_pe_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(interrupts_go_where_they_are_routed_and_wait_where_they_are_masked) };
    return cmocka_run_group_tests_name("interrupt_masks", tests, NULL, NULL);
}
