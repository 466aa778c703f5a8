/* The accounting of the world-switch report, fed with events; and a PE that runs as a VM under a small hypervisor. */
#include "emu/trace/worlds.h"

#include "cpu/syndrome.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/debug/monitor.h"
#include "tests/unit/bare_pe.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct world_id hypervisor = { .kind = WORLD_HYPERVISOR }, host = { .kind = WORLD_EL1 }, el3 = { .kind = WORLD_EL3 };
static const struct world_id vm1 = { .kind = WORLD_VM, .vmid = 1, .vttbr = 0x40001000 }, vm2 = { .kind = WORLD_VM, .vmid = 2, .vttbr = 0x40002000 };

#define IRQ WORLD_CAUSE(CAUSE_IRQ, 0)
#define WFI_ WORLD_CAUSE(CAUSE_WFX, 0)

struct rig {
    struct log log;
    struct bus bus;
    struct worlds *w;
    unsigned pending; /* GICC_HPPIR */
};

/* A CPU interface of which one can see what is pending. */
static enum bus_result gicc_access(void *pending, struct bus_access *acc)
{
    assert_true(acc->debug && !acc->write && acc->offset == 0x18 && acc->cpu == 0);
    acc->value = *(unsigned *)pending;
    return BUS_OK;
}

static int set_up(void **state)
{
    struct error err = { { 0 } };
    struct rig *r = calloc(1, sizeof *r);
    log_init(&r->log);
    bus_init(&r->bus, &r->log);
    *state = r;
    r->w = worlds_new(&r->bus);
    static const struct bus_mmio_ops none = { NULL }, gicc = { gicc_access };
    r->pending = 1023;
    return r->w && bus_add_ram(&r->bus, "ram", PA(0x40000000), 16 * MIB, false, false, &err) &&
                   bus_add_ram(&r->bus, "flash", PA(0), 64 * MIB, true, false, &err) &&
                   bus_add_mmio(&r->bus, "gicd", PA(0x08000000), 0x10000, &none, NULL, &err) &&
                   bus_add_mmio(&r->bus, "gicc", PA(0x08010000), 0x2000, &gicc, &r->pending, &err)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    worlds_free(r->w);
    bus_free(&r->bus);
    log_free(&r->log);
    free(r);
    return 0;
}

static const struct world *find(const struct worlds *w, const struct world_id *id)
{
    const struct world *v;
    for (unsigned i = 0; (v = worlds_at(w, i)); i++)
        if (v->id.kind == id->kind && v->id.vmid == id->vmid && v->id.vttbr == id->vttbr)
            return v;
    return NULL;
}

static const struct cause_count *cause_of(const struct world *v, u64 key)
{
    for (unsigned i = 0; i < v->cause_count; i++)
        if (v->causes[i].key == key)
            return &v->causes[i];
    return NULL;
}

/* ---- time ---- */

static void time_goes_to_the_world_that_ran_and_waiting_apart(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 0, 100, &hypervisor);
    worlds_enter(w, 0, 150, &vm1);
    worlds_wait(w, 0, 180);
    worlds_run(w, 0, 1000, &vm1);
    worlds_exit(w, 0, 1010, &hypervisor, IRQ);
    worlds_settle(w, 1015);
    const struct world *h = find(w, &hypervisor), *v = find(w, &vm1);
    assert_int_equal(h->ran, 50 + 5);
    assert_int_equal(v->ran, 30 + 10);
    assert_int_equal(v->waited, 820);
    assert_int_equal(v->stays, 1);
    assert_int_equal(v->stay_sum, 40);
    assert_int_equal(v->stay_max, 40);
    assert_int_equal(v->entries, 1);
    assert_int_equal(v->exits, 1);
    assert_int_equal(v->pes, 1);
}

static void settling_twice_or_at_an_earlier_tick_adds_nothing(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 0, 0, &hypervisor);
    worlds_settle(w, 50);
    worlds_settle(w, 50);
    worlds_settle(w, 20);
    assert_int_equal(find(w, &hypervisor)->ran, 50);
    worlds_enter(w, 0, 60, &vm1);
    assert_int_equal(find(w, &hypervisor)->ran, 60);
    assert_int_equal(find(w, &vm1)->ran, 0);
}

static void the_longest_stay_is_kept_and_an_open_one_is_no_stay(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    static const u64 lengths[] = { 10, 70, 20 };
    u64 tick = 0;
    worlds_run(w, 0, tick, &hypervisor);
    for (unsigned i = 0; i < 3; i++) {
        worlds_enter(w, 0, tick, &vm1);
        worlds_exit(w, 0, tick += lengths[i], &hypervisor, IRQ);
    }
    worlds_enter(w, 0, tick, &vm1);
    worlds_settle(w, tick + 1000);
    const struct world *v = find(w, &vm1);
    assert_int_equal(v->stay_max, 70);
    assert_int_equal(v->stay_sum, 100);
    assert_int_equal(v->stays, 3);
    assert_int_equal(v->ran, 1100);
    assert_int_equal(cause_of(v, IRQ)->count, 3);
}

/* ---- costs ---- */

static void the_cost_of_an_exit_is_what_ran_until_the_next_entry(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 0, 0, &vm1);
    worlds_exit(w, 0, 10, &hypervisor, WFI_);
    worlds_wait(w, 0, 15); /* the hypervisor idles */
    worlds_run(w, 0, 500, &hypervisor);
    worlds_enter(w, 0, 507, &vm2);
    worlds_exit(w, 0, 520, &hypervisor, IRQ);
    const struct cause_count *c = cause_of(find(w, &vm1), WFI_);
    assert_int_equal(c->costed, 1);
    assert_int_equal(c->cost, 12);
    assert_int_equal(cause_of(find(w, &vm2), IRQ)->costed, 0); /* not over yet */
}

static void the_host_of_a_vm_belongs_to_the_cost_of_its_exits(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    u64 hvc = WORLD_CAUSE(CAUSE_HVC, 1ull << 16);
    worlds_run(w, 0, 0, &vm1);
    worlds_exit(w, 0, 10, &hypervisor, IRQ);
    worlds_enter(w, 0, 20, &host);
    worlds_exit(w, 0, 90, &hypervisor, hvc);
    worlds_enter(w, 0, 95, &vm1);
    assert_int_equal(cause_of(find(w, &vm1), IRQ)->cost, 85);
    assert_int_equal(cause_of(find(w, &host), hvc)->cost, 5);
}

static void el3_between_exit_and_entry_is_no_entry(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    u64 smc = WORLD_CAUSE(CAUSE_SMC, 1);
    worlds_run(w, 0, 0, &vm1);
    worlds_exit(w, 0, 10, &hypervisor, IRQ);
    worlds_exit(w, 0, 20, &el3, smc);
    worlds_enter(w, 0, 40, &hypervisor);
    worlds_enter(w, 0, 50, &vm1);
    assert_int_equal(cause_of(find(w, &vm1), IRQ)->cost, 40);
    assert_int_equal(cause_of(find(w, &hypervisor), smc)->count, 1);
    assert_int_equal(find(w, &el3)->ran, 20);
    assert_int_equal(find(w, &vm1)->switched_in, 0);
}

/* ---- which VM ---- */

static void a_recycled_vmid_is_another_vm(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    struct world_id recycled = vm1;
    recycled.vttbr += 0x1000;
    worlds_run(w, 0, 0, &hypervisor);
    worlds_enter(w, 0, 10, &vm1);
    worlds_exit(w, 0, 20, &hypervisor, IRQ);
    worlds_enter(w, 0, 30, &recycled);
    worlds_exit(w, 0, 45, &hypervisor, IRQ);
    assert_int_equal(find(w, &vm1)->ran, 10);
    assert_int_equal(find(w, &recycled)->ran, 15);
}

static void switches_are_counted_between_different_worlds_of_one_pe(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    static const struct world_id *const order[] = { &vm1, &vm1, &vm2, &vm1, &vm1 };
    worlds_run(w, 0, 0, &hypervisor);
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
        worlds_enter(w, 0, 20 * i, order[i]);
        worlds_exit(w, 0, 20 * i + 10, &hypervisor, IRQ);
    }
    worlds_run(w, 1, 0, &vm2);
    assert_int_equal(find(w, &vm1)->switched_in, 1);
    assert_int_equal(find(w, &vm2)->switched_in, 1);
    assert_int_equal(find(w, &vm2)->pes, 3);
}

static void a_pe_that_is_off_takes_no_time(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 2, 0, &vm1);
    worlds_off(w, 2, 10);
    worlds_settle(w, 100);
    worlds_run(w, 2, 200, &vm1);
    worlds_settle(w, 205);
    assert_int_equal(find(w, &vm1)->ran, 15);
    assert_int_equal(find(w, &vm1)->entries, 2);
}

/* ---- bounds ---- */

static void causes_beyond_the_limit_are_counted_by_kind(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    u64 tick = 0;
    worlds_run(w, 0, tick, &hypervisor);
    for (u64 i = 0; i < WORLD_CAUSES + 40; i++) {
        worlds_enter(w, 0, ++tick, &vm1);
        worlds_exit(w, 0, ++tick, &hypervisor, WORLD_CAUSE(CAUSE_MMIO, i));
    }
    worlds_enter(w, 0, ++tick, &vm1);
    worlds_exit(w, 0, ++tick, &hypervisor, WORLD_CAUSE(CAUSE_MMIO, 3));
    worlds_enter(w, 0, ++tick, &vm1);
    worlds_exit(w, 0, ++tick, &hypervisor, IRQ);
    const struct world *v = find(w, &vm1);
    assert_int_equal(v->cause_count, WORLD_CAUSES + 2);
    assert_int_equal(cause_of(v, WORLD_CAUSE_REST(CAUSE_MMIO))->count, 40);
    assert_int_equal(cause_of(v, WORLD_CAUSE_REST(CAUSE_IRQ))->count, 1);
    assert_int_equal(cause_of(v, WORLD_CAUSE(CAUSE_MMIO, 3))->count, 2);
    u64 sum = 0;
    for (unsigned i = 0; i < v->cause_count; i++)
        sum += v->causes[i].count;
    assert_int_equal(sum, v->exits);
}

static void vms_beyond_the_limit_share_a_world(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 0, 0, &hypervisor);
    for (u16 i = 0; i < WORLD_VMS + 5; i++) {
        struct world_id id = { .kind = WORLD_VM, .vmid = i, .vttbr = 0x1000 };
        worlds_enter(w, 0, 10 + i, &id);
        worlds_exit(w, 0, 10 + i, &hypervisor, IRQ);
    }
    const struct world *last = worlds_at(w, WORLD_VMS + 1);
    assert_true(last->overflow);
    assert_int_equal(last->entries, 5);
    assert_null(worlds_at(w, WORLD_VMS + 2));
}

/* ---- causes of exceptions ---- */

static struct exception sync_exception(u8 ec, u32 iss)
{
    return (struct exception){ .kind = EXC_SYNC, .target_el = 2, .from_el = 1, .esr = (u64)ec << 26 | 1u << 25 | iss };
}

static void a_syndrome_names_its_register_and_direction(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    struct cpu *cpu = calloc(1, sizeof *cpu);
    /* MRS X5, ID_AA64PFR0_EL1: op0 3, op1 0, CRn 0, CRm 4, op2 0 */
    struct exception e = sync_exception(EC_SYS64, 3u << 20 | 5u << 5 | 4u << 1 | 1);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(3, 0, 0, 4, 0) | 1u << 16));
    /* MSR TTBR0_EL1, X3: op0 3, op1 0, CRn 2, CRm 0, op2 0 */
    e = sync_exception(EC_SYS64, 3u << 20 | 2u << 10 | 3u << 5);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(3, 0, 2, 0, 0)));
    free(cpu);
}

static void calls_are_told_apart_by_immediate_and_function(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    struct cpu *cpu = calloc(1, sizeof *cpu);
    cpu->x[0] = 0xffffffff84000003;
    cpu->x[16] = 18;
    struct exception e = sync_exception(EC_HVC64, 0);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_HVC, 1u << 16 | 0x84000003ull << 17));
    e = sync_exception(EC_HVC64, 0xea1);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_XEN, 18));
    e = sync_exception(EC_HVC64, 7);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_HVC, 7));
    e = sync_exception(EC_SMC64, 0xea1);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_SMC, 0xea1));
    e = sync_exception(EC_WFX, 1);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_WFX, 1));
    e = (struct exception){ .kind = EXC_FIQ, .target_el = 2 };
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_FIQ, 0));
    free(cpu);
}

static void an_interrupt_has_the_number_that_the_gic_shows(void **state)
{
    struct rig *r = *state;
    struct cpu *cpu = calloc(1, sizeof *cpu);
    struct exception e = { .kind = EXC_IRQ, .target_el = 2 };
    assert_int_equal(worlds_cause(r->w, cpu, &e), IRQ);
    r->pending = 27;
    assert_int_equal(worlds_cause(r->w, cpu, &e), WORLD_CAUSE(CAUSE_IRQ, 27 | 1u << 16));
    r->pending = 3u << 10 | 0; /* SGI 0 of PE 3 */
    assert_int_equal(worlds_cause(r->w, cpu, &e), WORLD_CAUSE(CAUSE_IRQ, 0 | 1u << 16));
    e.kind = EXC_SERROR;
    assert_int_equal(worlds_cause(r->w, cpu, &e), WORLD_CAUSE(CAUSE_SERROR, 0));
    free(cpu);
}

static void a_stage_2_fault_off_memory_is_a_device_access(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    struct cpu *cpu = calloc(1, sizeof *cpu);
    struct fault f = { .type = FAULT_TRANSLATION, .stage = 2, .kind = MMU_WRITE, .ipa_valid = true, .ipa = IPA(0x22000018) };
    struct exception e = sync_exception(EC_DABORT_LOWER, 0);
    e.fault = &f;
    worlds_run(w, 0, 0, &vm1);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_MMIO, 0x22000 | 1ull << 40));
    f.ipa = IPA(0x03001000); /* the board has a flash there: no memory to hand out */
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_MMIO, 0x3001 | 1ull << 40));
    f.ipa = IPA(0x40003000);
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_FAULT, MMU_WRITE | FAULT_TRANSLATION << 2 | 1u << 7));
    f = (struct fault){ .type = FAULT_PERMISSION, .stage = 2, .kind = MMU_READ, .ipa_valid = true, .s1ptw = true, .ipa = IPA(0x8000000) };
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_FAULT, MMU_READ | FAULT_PERMISSION << 2 | 1u << 6 | 1u << 7));
    free(cpu);
}

static void memory_that_faults_again_is_counted_by_page(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    struct cpu *cpu = calloc(1, sizeof *cpu);
    struct fault f = { .type = FAULT_TRANSLATION, .stage = 2, .kind = MMU_READ, .ipa_valid = true };
    struct exception e = sync_exception(EC_DABORT_LOWER, 0);
    u64 first = WORLD_CAUSE(CAUSE_FAULT, MMU_READ | FAULT_TRANSLATION << 2 | 1u << 7);
    e.fault = &f;
    worlds_run(w, 0, 0, &hypervisor);
    worlds_enter(w, 0, 0, &vm1);
    for (u64 page = 0; page < 2 * WORLD_FAULTED; page++) { /* mapped on demand, page by page */
        f.ipa = IPA(0x40000000 + (page << 12));
        assert_int_equal(worlds_cause(w, cpu, &e), first);
    }
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_AGAIN, 0x40000 + 2 * WORLD_FAULTED - 1));
    worlds_exit(w, 0, 10, &hypervisor, IRQ);
    worlds_enter(w, 0, 20, &vm2); /* its page is another one */
    assert_int_equal(worlds_cause(w, cpu, &e), first);
    f.type = FAULT_PERMISSION;
    assert_int_equal(worlds_cause(w, cpu, &e), WORLD_CAUSE(CAUSE_FAULT, MMU_READ | FAULT_PERMISSION << 2 | 1u << 7));
    free(cpu);
}

/* ---- the report ---- */

/* What the text or JSON says; the caller frees it. */
static char *printed(struct worlds *w, u64 now)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    worlds_print(w, now, out);
    fclose(out);
    return text;
}

static void the_report_names_devices_registers_and_calls(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    static const struct {
        u64 cause;
        const char *text;
    } rows[] = {
        { WORLD_CAUSE(CAUSE_MMIO, 0x8000 | 1ull << 40), "MMIO write, IPA 0x8000000 gicd\n" },
        { WORLD_CAUSE(CAUSE_MMIO, 0x22000), "MMIO read, IPA 0x22000000\n" },
        { WORLD_CAUSE(CAUSE_AGAIN, 0x50000), "stage-2 translation fault, read, again on IPA 0x50000000\n" },
        { WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(3, 0, 2, 0, 0)), "MSR TTBR0_EL1\n" },
        { WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(1, 0, 8, 3, 0)), "TLBI VMALLE1IS\n" },
        { WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(3, 3, 15, 15, 7) | 1u << 16), "MRS S3_3_C15_C15_7\n" },
        { WORLD_CAUSE(CAUSE_SYSREG, SYSREG_ENC(1, 3, 11, 15, 7)), " S1_3_C11_C15_7\n" },
        { WORLD_CAUSE(CAUSE_IRQ, 27 | 1u << 16), "IRQ, INTID 27 CNTV timer\n" },
        { WORLD_CAUSE(CAUSE_FIQ, 1u << 16), "FIQ, INTID 0 SGI\n" },
        { WORLD_CAUSE(CAUSE_IRQ, 33 | 1u << 16), "IRQ, INTID 33\n" },
        { WORLD_CAUSE(CAUSE_IRQ, 0), " IRQ\n" },
        { WORLD_CAUSE(CAUSE_XEN, 32), "HVC #0xea1, X16 32 Xen event_channel_op\n" },
        { WORLD_CAUSE(CAUSE_SMC, 1u << 16 | 0xc4000003ull << 17), "SMC #0, W0 0xc4000003 CPU_ON\n" },
        { WORLD_CAUSE(CAUSE_FAULT, MMU_FETCH | FAULT_ACCESS_FLAG << 2 | 1u << 7), "stage-2 access flag fault, fetch\n" },
        { WORLD_CAUSE(CAUSE_CLASS, EC_FP_ACCESS), "FP access\n" },
        { WORLD_CAUSE(CAUSE_CLASS, EC_BRK64 | 0x800 << 8), "BRK #0x800\n" },
        { WORLD_CAUSE(CAUSE_WFX, 1), "WFE\n" },
        { WORLD_CAUSE_REST(CAUSE_MMIO), "MMIO, others\n" },
    };
    worlds_run(w, 0, 0, &hypervisor);
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        worlds_enter(w, 0, 20 * i, &vm1);
        worlds_exit(w, 0, 20 * i + 10, &hypervisor, rows[i].cause);
    }
    char *text = printed(w, 1000);
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
        if (!strstr(text, rows[i].text))
            fail_msg("'%s' is not in:\n%s", rows[i].text, text);
    assert_non_null(strstr(text, "VM VMID 1, VTTBR_EL2 base 0x40001000: "));
    free(text);
}

static void vms_are_listed_by_vmid(void **state)
{
    struct machine *m = calloc(1, sizeof *m);
    m->worlds = ((struct rig *)*state)->w;
    worlds_run(m->worlds, 0, 0, &hypervisor);
    worlds_enter(m->worlds, 0, 10, &vm2);
    worlds_exit(m->worlds, 0, 20, &hypervisor, IRQ);
    worlds_enter(m->worlds, 0, 30, &vm1);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    monitor_command(m, "info worlds", out);
    fclose(out);
    const char *first = strstr(text, "VMID 1,"), *second = strstr(text, "VMID 2,");
    assert_true(first && second && first < second);
    free(text);
    free(m);
}

static void the_json_has_the_numbers_of_the_text(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    worlds_run(w, 0, 0, &hypervisor);
    worlds_enter(w, 0, 8 * TICKS_PER_CYCLE, &vm2);
    worlds_exit(w, 0, 20 * TICKS_PER_CYCLE, &hypervisor, IRQ);
    worlds_enter(w, 0, 25 * TICKS_PER_CYCLE, &vm2);
    json_t *o = worlds_json(w, 30 * TICKS_PER_CYCLE), *vm = json_array_get(json_object_get(o, "list"), 1);
    json_t *cause = json_array_get(json_object_get(vm, "causes"), 0);
#define NUMBER(from, key) json_integer_value(json_object_get(from, key))
    assert_int_equal(NUMBER(o, "pe_cycles"), 30);
    assert_int_equal(NUMBER(vm, "vmid"), 2);
    assert_string_equal(json_string_value(json_object_get(vm, "vttbr_base")), "0x40002000");
    assert_int_equal(NUMBER(vm, "cycles"), 17);
    assert_int_equal(NUMBER(vm, "entries"), 2);
    assert_int_equal(NUMBER(vm, "longest_stay_cycles"), 12);
    assert_int_equal(NUMBER(cause, "count"), 1);
    assert_int_equal(NUMBER(cause, "cost_cycles"), 5);
    assert_string_equal(json_string_value(json_object_get(cause, "class")), "IRQ");
    json_decref(o);
}

/* ---- a PE ---- */

static void taken(void *worlds, struct cpu *cpu, const struct exception *e)
{
    worlds_exception_taken(worlds, cpu, e);
}

static void returned(void *worlds, struct cpu *cpu, u8 from_el)
{
    worlds_exception_returned(worlds, cpu, from_el);
}

#define GUEST_S2_TABLE 0x02802000ull
#define HYP_VECTORS 0x02803000ull
#define ERET_WORD 0xd69f03e0u
#define NOP_WORD 0xd503201fu
#define HVC7_WORD 0xd40000e2u

/* At EL2 before an ERET to a guest with an identity stage 2: two NOPs, HVC #7, a branch back. The vector: NOP, ERET. */
static struct bare_pe *small_hypervisor(u64 vttbr)
{
    struct bare_pe *b = bare_pe_new(false, true);
    static const u32 guest[] = { NOP_WORD, NOP_WORD, HVC7_WORD, 0x17fffffd }, vector[] = { NOP_WORD, ERET_WORD };
    u64 block = 1u << 10 | 3u << 8 | 3u << 6 | 0xfu << 2 | 1; /* AF, inner shareable, S2AP read/write, Normal: 1 GiB at 0 */
    bus_write_mem(&b->bus, PA(GUEST_S2_TABLE), &block, sizeof block);
    bus_write_mem(&b->bus, PA(BARE_CODE), guest, sizeof guest);
    bus_write_mem(&b->bus, PA(HYP_VECTORS + 0x400), vector, sizeof vector);
    struct cpu *cpu = b->cpu;
    cpu->has_el2 = true;
    cpu_enter_at(cpu, 2, HYP_VECTORS + 0x404, 0);
    cpu->sys.sctlr_el1 &= ~1ull;
    cpu->sys.vbar_el2 = HYP_VECTORS;
    cpu->sys.hcr_el2 = 1ull << HCR_VM | 1ull << HCR_RW;
    cpu->sys.vtcr_el2 = 1ull << 31 | 2u << 16 | 1u << 6 | 25; /* 40-bit PA, start at level 1, 39-bit IPA */
    cpu->sys.vttbr_el2 = vttbr | GUEST_S2_TABLE;
    cpu->sys.elr_el2 = BARE_CODE;
    cpu->sys.spsr_el2 = 0x3c5; /* EL1h, DAIF */
    cpu_regime_changed(cpu);
    return b;
}

/* One cycle an instruction, and an instruction belongs to the world that it leads to: ERET, NOP, NOP; then HVC, NOP. */
static void a_pe_tells_of_each_exit_at_its_own_time(void **state)
{
    struct worlds *w = ((struct rig *)*state)->w;
    static const u64 vttbr = 0x0305ull << 48;
    struct world_id vm = { .kind = WORLD_VM, .vmid = 5, .vttbr = GUEST_S2_TABLE };
    struct bare_pe *b = small_hypervisor(vttbr);
    b->cpu->host = (struct cpu_host){ .machine = w, .exception_taken = taken, .exception_returned = returned };
    struct world_id id = worlds_id(b->cpu);
    worlds_run(w, 0, b->clock.now, &id);
    while (b->cpu->insns < 1000)
        cpu_run(b->cpu, 400);
    const struct world *v = find(w, &vm);
    assert_non_null(v);
    const struct cause_count *c = cause_of(v, WORLD_CAUSE(CAUSE_HVC, 7));
    assert_true(v->exits > 100 && v->cause_count == 1 && c && c->count == v->exits);
    assert_int_equal(v->stay_max, 4 * TICKS_PER_CYCLE); /* with the branch back */
    assert_int_equal(v->stay_sum, (4 * v->stays - 1) * TICKS_PER_CYCLE); /* the first stay has none */
    assert_int_equal(c->cost, 2 * c->costed * TICKS_PER_CYCLE);
    bare_pe_free(b);
}

static void the_vmid_has_16_bits_where_vtcr_says_so(void **state)
{
    (void)state;
    struct bare_pe *b = small_hypervisor(0x0305ull << 48 | 1);
    cpu_set_el(b->cpu, 1, 1);
    assert_int_equal(worlds_id(b->cpu).vmid, 5);
    assert_int_equal(worlds_id(b->cpu).vttbr, GUEST_S2_TABLE); /* CnP is no part of the address */
    b->cpu->sys.vtcr_el2 |= 1u << 19;
    assert_int_equal(worlds_id(b->cpu).vmid, 0x305);
    b->cpu->sys.hcr_el2 = 1ull << HCR_RW;
    assert_int_equal(worlds_id(b->cpu).kind, WORLD_EL1);
    cpu_set_el(b->cpu, 0, 0);
    b->cpu->sys.hcr_el2 = 1ull << HCR_TGE | 1ull << HCR_E2H | 1ull << HCR_VM;
    assert_int_equal(worlds_id(b->cpu).kind, WORLD_HOST_APPS);
    b->cpu->has_el3 = true; /* SCR_EL3.NS is 0 */
    assert_int_equal(worlds_id(b->cpu).kind, WORLD_SECURE);
    bare_pe_free(b);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(time_goes_to_the_world_that_ran_and_waiting_apart),
        TEST(settling_twice_or_at_an_earlier_tick_adds_nothing),
        TEST(the_longest_stay_is_kept_and_an_open_one_is_no_stay),
        TEST(the_cost_of_an_exit_is_what_ran_until_the_next_entry),
        TEST(the_host_of_a_vm_belongs_to_the_cost_of_its_exits),
        TEST(el3_between_exit_and_entry_is_no_entry),
        TEST(a_recycled_vmid_is_another_vm),
        TEST(switches_are_counted_between_different_worlds_of_one_pe),
        TEST(a_pe_that_is_off_takes_no_time),
        TEST(causes_beyond_the_limit_are_counted_by_kind),
        TEST(vms_beyond_the_limit_share_a_world),
        TEST(a_syndrome_names_its_register_and_direction),
        TEST(calls_are_told_apart_by_immediate_and_function),
        TEST(an_interrupt_has_the_number_that_the_gic_shows),
        TEST(a_stage_2_fault_off_memory_is_a_device_access),
        TEST(memory_that_faults_again_is_counted_by_page),
        TEST(the_report_names_devices_registers_and_calls),
        TEST(vms_are_listed_by_vmid),
        TEST(the_json_has_the_numbers_of_the_text),
        TEST(a_pe_tells_of_each_exit_at_its_own_time),
        TEST(the_vmid_has_16_bits_where_vtcr_says_so),
    };
    return cmocka_run_group_tests_name("worlds", tests, NULL, NULL);
}
