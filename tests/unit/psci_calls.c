/* PSCI 1.1 as the machine answers it (DEN0022E). Two PEs, nothing else. */
#include "emu/boards/virt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cpu/aarch32.h"
#include "cpu/code_page.h"

enum { VERSION = 0x84000000, CPU_SUSPEND32 = 0x84000001, CPU_SUSPEND64 = 0xc4000001, CPU_OFF_ = 0x84000002, CPU_ON32 = 0x84000003, CPU_ON64 = 0xc4000003,
       AFFINITY_INFO64 = 0xc4000004, MIGRATE_TYPE = 0x84000006, SYSTEM_OFF = 0x84000008, SYSTEM_RESET = 0x84000009, FEATURES = 0x8400000a };
enum { NOT_SUPPORTED = -1, INVALID_PARAMETERS = -2, ALREADY_ON = -4, INVALID_ADDRESS = -9 };

static struct machine *pair_of(const char *model, bool el2, bool el3)
{
    struct error err = { { 0 } };
    struct machine *m = calloc(1, sizeof *m);
    log_init(&m->log);
    clock_init(&m->clock, 1000000000);
    bus_init(&m->bus, &m->log);
    assert_true(bus_add_ram(&m->bus, "ram", PA(VIRT_RAM_BASE), 16 * MIB, false, false, &err));
    m->code = code_cache_new(&m->bus, &m->log, false, &err);
    for (unsigned i = 0; i < 2; i++) {
        struct cpu_config config = { .model = cpu_model_by_name(model), .index = i, .has_el2 = el2, .has_el3 = el3 };
        m->cpus[i] = cpu_new(&config, &m->bus, &m->clock, &m->log, m->code, &err);
        assert_non_null(m->cpus[i]);
        cpu_reset(m->cpus[i]);
        m->cpu_count++;
    }
    m->cpus[0]->run_state = CPU_RUNNING;
    m->cpus[1]->run_state = CPU_OFF;
    return m;
}

static struct machine *pair(bool el2, bool el3)
{
    return pair_of("cortex-a57", el2, el3);
}

static void drop(struct machine *m)
{
    for (unsigned i = 0; i < m->cpu_count; i++)
        cpu_free(m->cpus[i]);
    code_cache_free(m->code);
    bus_free(&m->bus);
    log_free(&m->log);
    free(m);
}

static s64 call_of(struct machine *m, unsigned pe, u32 id, u64 a, u64 b, u64 c)
{
    struct cpu *cpu = m->cpus[pe];
    cpu->x[0] = 0xdead000000000000 | id; /* W0 counts */
    cpu->x[1] = a;
    cpu->x[2] = b;
    cpu->x[3] = c;
    assert_true(psci_call(m, cpu, cpu->has_el2 ? CONDUIT_SMC : CONDUIT_HVC));
    return (s64)cpu->x[0];
}

static s64 call(struct machine *m, u32 id, u64 a, u64 b, u64 c)
{
    return call_of(m, 0, id, a, b, c);
}

static u64 affinity(const struct machine *m, unsigned i)
{
    return m->cpus[i]->mpidr & 0xff00ffffff;
}

static void psci_version_features_and_unknown_functions(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_int_equal(call(m, VERSION, 0, 0, 0), 0x10001);
    assert_int_equal(call(m, MIGRATE_TYPE, 0, 0, 0), 2);
    assert_int_equal(call(m, FEATURES, CPU_ON64, 0, 0), 0);
    assert_int_equal(call(m, FEATURES, SYSTEM_OFF, 0, 0), 0);
    assert_int_equal(call(m, FEATURES, 0xc4000002, 0, 0), NOT_SUPPORTED); /* CPU_OFF has no 64-bit form */
    assert_int_equal(call(m, FEATURES, 0x80000000, 0, 0), NOT_SUPPORTED);
    assert_int_equal(call(m, 0x84000012, 0, 0, 0), NOT_SUPPORTED);
    assert_int_equal(call(m, 0x12345678, 0, 0, 0), NOT_SUPPORTED);
    drop(m);
}

static void psci_cpu_on_starts_the_other_pe_at_el2(void **state)
{
    struct machine *m = pair(true, false);
    struct cpu *other = m->cpus[1];
    (void)state;
    assert_int_equal(call(m, AFFINITY_INFO64, affinity(m, 1), 0, 0), 1);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), VIRT_RAM_BASE + 0x1000, 0x1234567890), 0);
    assert_int_equal(other->run_state, CPU_RUNNING);
    assert_int_equal(other->pstate.el, 2);
    assert_int_equal(other->pc, VIRT_RAM_BASE + 0x1000);
    assert_int_equal(other->x[0], 0x1234567890);
    assert_int_equal(call(m, AFFINITY_INFO64, affinity(m, 1), 0, 0), 0);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), VIRT_RAM_BASE, 0), ALREADY_ON);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 0), VIRT_RAM_BASE, 0), ALREADY_ON);
    drop(m);
}

static void psci_cpu_on_refuses_what_is_not_there(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_int_equal(call(m, CPU_ON64, 7, VIRT_RAM_BASE, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1) | 1ull << 31, VIRT_RAM_BASE, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), 0x20000000, 0), INVALID_ADDRESS);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), VIRT_RAM_BASE + 2, 0), INVALID_ADDRESS);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), 1ull << 60 | VIRT_RAM_BASE, 0), INVALID_ADDRESS);
    assert_int_equal(call(m, AFFINITY_INFO64, 7, 0, 0), INVALID_PARAMETERS);
    for (u64 level = 1; level < 4; level++)
        assert_int_equal(call(m, AFFINITY_INFO64, 0, level, 0), 0);
    assert_int_equal(call(m, AFFINITY_INFO64, 0, 4, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, AFFINITY_INFO64, 0x100, 1, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, AFFINITY_INFO64, 0xff, 1, 0), 0); /* the level's own field and those above count */
    assert_int_equal(m->cpus[1]->run_state, CPU_OFF);
    drop(m);
}

static void psci_32_bit_calls_read_w_registers(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_int_equal(call(m, CPU_ON32, 0xffffffff00000000 | affinity(m, 1), 0xff00000000 | VIRT_RAM_BASE, 0xff00000001), 0);
    assert_int_equal(m->cpus[1]->pc, VIRT_RAM_BASE);
    assert_int_equal(m->cpus[1]->x[0], 1);
    drop(m);
}

static void psci_without_el2_uses_hvc_and_el1(void **state)
{
    struct machine *m = pair(false, false);
    (void)state;
    assert_false(psci_call(m, m->cpus[0], CONDUIT_SMC));
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), VIRT_RAM_BASE, 0), 0);
    assert_int_equal(m->cpus[1]->pstate.el, 1);
    drop(m);
}

static void psci_is_not_ours_where_firmware_or_el3_is(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_false(psci_call(m, m->cpus[0], CONDUIT_HVC));
    m->has_firmware = true;
    assert_false(psci_call(m, m->cpus[0], CONDUIT_SMC));
    drop(m);
    m = pair(true, true);
    assert_false(psci_call(m, m->cpus[0], CONDUIT_SMC));
    drop(m);
}

static void psci_of_aarch32_has_32_bit_calls_and_answers(void **state)
{
    struct machine *m = pair_of("cortex-a15", true, false);
    (void)state;
    assert_int_equal(call(m, VERSION, 0, 0, 0), 0x10001);
    assert_int_equal(call(m, FEATURES, CPU_ON32, 0, 0), 0);
    assert_int_equal(call(m, FEATURES, CPU_ON64, 0, 0), (u32)NOT_SUPPORTED);
    assert_int_equal(call(m, CPU_ON64, affinity(m, 1), VIRT_RAM_BASE, 0), (u32)NOT_SUPPORTED);
    assert_int_equal(call(m, CPU_ON32, 7, VIRT_RAM_BASE, 0), (u32)INVALID_PARAMETERS);
    assert_int_equal(call(m, CPU_ON32, affinity(m, 1), VIRT_RAM_BASE + 2, 0), (u32)INVALID_ADDRESS);
    assert_int_equal(m->cpus[1]->run_state, CPU_OFF);
    drop(m);
}

static void psci_of_aarch32_starts_in_hyp_mode_and_the_instruction_set_of_bit_0(void **state)
{
    struct machine *m = pair_of("cortex-a15", true, false);
    struct cpu *other = m->cpus[1];
    (void)state;
    assert_int_equal(call(m, CPU_ON32, affinity(m, 1), VIRT_RAM_BASE + 0x1000, 0x12345678), 0);
    assert_int_equal(other->run_state, CPU_RUNNING);
    assert_true(other->pstate.aarch32 && !other->pstate.t);
    assert_int_equal(other->pstate.mode, MODE_HYP);
    assert_int_equal(other->pstate.daif, DAIF_A | DAIF_I | DAIF_F);
    assert_int_equal(other->pc, VIRT_RAM_BASE + 0x1000);
    assert_int_equal(other->x[0], 0x12345678);
    other->run_state = CPU_OFF;
    assert_int_equal(call(m, CPU_ON32, affinity(m, 1), VIRT_RAM_BASE + 0x1003, 0), 0);
    assert_true(other->pstate.t);
    assert_int_equal(other->pc, VIRT_RAM_BASE + 0x1002);
    drop(m);
    m = pair_of("cortex-a7", false, false);
    assert_int_equal(call(m, CPU_ON32, affinity(m, 1), VIRT_RAM_BASE, 0), 0);
    assert_int_equal(m->cpus[1]->pstate.mode, MODE_SVC);
    drop(m);
}

static void psci_of_aarch32_wakes_from_power_down_at_its_entry(void **state)
{
    struct machine *m = pair_of("cortex-a15", true, false);
    struct cpu *cpu = m->cpus[0];
    (void)state;
    cpu->x[7] = 77;
    call(m, CPU_SUSPEND32, 1u << 16, VIRT_RAM_BASE + 0x2001, 0x99);
    assert_int_equal(cpu->run_state, CPU_WFI);
    cpu->run_state = CPU_RUNNING;
    psci_woken(m, cpu);
    assert_true(cpu->pstate.aarch32 && cpu->pstate.t);
    assert_int_equal(cpu->pstate.mode, MODE_HYP);
    assert_int_equal(cpu->pc, VIRT_RAM_BASE + 0x2000);
    assert_int_equal(cpu->x[0], 0x99);
    assert_int_equal(cpu->x[7], 0);
    drop(m);
}

static void psci_suspend_waits_unless_something_is_pending(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_int_equal(call(m, CPU_SUSPEND64, 0, 0, 0), 0);
    assert_int_equal(m->cpus[0]->run_state, CPU_WFI);
    m->cpus[0]->run_state = CPU_RUNNING;
    cpu_set_line(m->cpus[0], LINE_IRQ, true);
    assert_int_equal(call(m, CPU_SUSPEND64, 0, 0, 0), 0);
    assert_int_equal(m->cpus[0]->run_state, CPU_RUNNING);
    drop(m);
}

static void psci_suspend_checks_power_state_and_entry(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    assert_int_equal(call(m, CPU_SUSPEND64, 1u << 26, 0, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, CPU_SUSPEND64, 1u << 17, 0, 0), INVALID_PARAMETERS);
    assert_int_equal(call(m, CPU_SUSPEND64, 1u << 16, 0x20000000, 0), INVALID_ADDRESS);
    assert_int_equal(m->cpus[0]->run_state, CPU_RUNNING);
    assert_int_equal(call(m, CPU_SUSPEND64, 3u << 24 | 0x1234, 0x20000000, 0), 0); /* standby needs no entry */
    assert_int_equal(m->cpus[0]->run_state, CPU_WFI);
    drop(m);
}

static void psci_suspend_to_power_down_wakes_at_its_entry(void **state)
{
    struct machine *m = pair(true, false);
    struct cpu *cpu = m->cpus[0];
    (void)state;
    cpu->x[7] = 77;
    cpu->pc = VIRT_RAM_BASE;
    call(m, CPU_SUSPEND64, 1u << 16, VIRT_RAM_BASE + 0x2000, 0x99);
    assert_int_equal(cpu->run_state, CPU_WFI);
    assert_int_equal(call_of(m, 1, AFFINITY_INFO64, affinity(m, 0), 0, 0), 0);
    cpu->run_state = CPU_RUNNING;
    psci_woken(m, cpu);
    assert_int_equal(cpu->pc, VIRT_RAM_BASE + 0x2000);
    assert_int_equal(cpu->x[0], 0x99);
    assert_int_equal(cpu->x[7], 0);
    assert_int_equal(cpu->pstate.el, 2);
    cpu->pc = VIRT_RAM_BASE;
    psci_woken(m, cpu); /* from a plain WFI */
    assert_int_equal(cpu->pc, VIRT_RAM_BASE);
    drop(m);
}

static void psci_a_secondary_ends_the_machine(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    m->cpus[1]->run_state = CPU_RUNNING;
    call_of(m, 1, CPU_OFF_, 0, 0, 0);
    assert_int_equal(m->cpus[1]->run_state, CPU_OFF);
    assert_int_equal(call(m, AFFINITY_INFO64, affinity(m, 1), 0, 0), 1);
    m->cpus[1]->run_state = CPU_RUNNING;
    call_of(m, 1, SYSTEM_RESET, 0, 0, 0);
    assert_true(m->reset_requested);
    m->cpus[1]->run_state = CPU_RUNNING;
    call_of(m, 1, SYSTEM_OFF, 0, 0, 0);
    assert_int_equal(m->end, END_POWER_OFF);
    assert_int_equal(m->cpus[0]->run_state, CPU_RUNNING);
    drop(m);
}

static void psci_off_calls_end_what_they_name(void **state)
{
    struct machine *m = pair(true, false);
    (void)state;
    call(m, SYSTEM_RESET, 0, 0, 0);
    assert_true(m->reset_requested);
    assert_int_equal(m->end, END_RUNNING);
    m->cpus[0]->run_state = CPU_RUNNING;
    call(m, CPU_OFF_, 0, 0, 0);
    assert_int_equal(m->cpus[0]->run_state, CPU_OFF);
    assert_int_equal(m->end, END_RUNNING);
    call(m, SYSTEM_OFF, 0, 0, 0);
    assert_int_equal(m->end, END_POWER_OFF);
    drop(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(psci_version_features_and_unknown_functions),
        cmocka_unit_test(psci_cpu_on_starts_the_other_pe_at_el2),
        cmocka_unit_test(psci_cpu_on_refuses_what_is_not_there),
        cmocka_unit_test(psci_32_bit_calls_read_w_registers),
        cmocka_unit_test(psci_without_el2_uses_hvc_and_el1),
        cmocka_unit_test(psci_is_not_ours_where_firmware_or_el3_is),
        cmocka_unit_test(psci_of_aarch32_has_32_bit_calls_and_answers),
        cmocka_unit_test(psci_of_aarch32_starts_in_hyp_mode_and_the_instruction_set_of_bit_0),
        cmocka_unit_test(psci_of_aarch32_wakes_from_power_down_at_its_entry),
        cmocka_unit_test(psci_suspend_waits_unless_something_is_pending),
        cmocka_unit_test(psci_suspend_checks_power_state_and_entry),
        cmocka_unit_test(psci_suspend_to_power_down_wakes_at_its_entry),
        cmocka_unit_test(psci_a_secondary_ends_the_machine),
        cmocka_unit_test(psci_off_calls_end_what_they_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
