/* The options of a CPU model: ID registers, system registers and their bits follow them (DDI 0487 D17.2, D17.3). */
#include "cpu/model.h"
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- ID registers ---- */

enum id { ISAR0, ISAR1, MMFR1, MMFR2, PFR0, PFR1, DFR0, IDS };

struct ids {
    u64 reg[IDS];
};

static struct ids ids_of(const struct cpu_model *m)
{
    return (struct ids){ { m->id_aa64isar0, m->id_aa64isar1, m->id_aa64mmfr1, m->id_aa64mmfr2, m->id_aa64pfr0, m->id_aa64pfr1, m->id_aa64dfr0 } };
}

/* What a feature's field says when it alone is left out of max, and which go with it because they need it. */
static const struct option {
    const char *name;
    enum id reg;
    u8 lsb, width, left;
    const char *takes[2];
} options[] = {
    { "aes", ISAR0, 4, 4, 0, { "pmull" } },
    { "pmull", ISAR0, 4, 4, 1, { NULL } },
    { "sha1", ISAR0, 8, 4, 0, { "sha256" } },
    { "sha256", ISAR0, 12, 4, 0, { NULL } },
    { "crc32", ISAR0, 16, 4, 0, { NULL } },
    { "lse", ISAR0, 20, 4, 0, { NULL } },
    { "rdm", ISAR0, 28, 4, 0, { NULL } },
    { "dotprod", ISAR0, 44, 4, 0, { NULL } },
    { "flagm", ISAR0, 52, 4, 0, { "flagm2" } },
    { "flagm2", ISAR0, 52, 4, 1, { NULL } },
    { "tlbios", ISAR0, 56, 4, 0, { "tlbirange" } },
    { "tlbirange", ISAR0, 56, 4, 1, { NULL } },
    { "dpb", ISAR1, 0, 4, 0, { "dpb2" } },
    { "dpb2", ISAR1, 0, 4, 1, { NULL } },
    { "pauth", ISAR1, 4, 4, 0, { "pacga" } },
    { "pacga", ISAR1, 24, 4, 0, { NULL } },
    { "jscvt", ISAR1, 12, 4, 0, { NULL } },
    { "fcma", ISAR1, 16, 4, 0, { NULL } },
    { "lrcpc", ISAR1, 20, 4, 0, { "lrcpc2" } },
    { "lrcpc2", ISAR1, 20, 4, 1, { NULL } },
    { "sb", ISAR1, 36, 4, 0, { NULL } },
    { "haf", MMFR1, 0, 4, 0, { "hafdbs" } },
    { "hafdbs", MMFR1, 0, 4, 1, { NULL } },
    { "vmid16", MMFR1, 4, 4, 0, { NULL } },
    { "vhe", MMFR1, 8, 4, 0, { "debugv8p1" } },
    { "debugv8p1", DFR0, 0, 4, 6, { NULL } },
    { "hpds", MMFR1, 12, 4, 0, { "hpds2" } },
    { "hpds2", MMFR1, 12, 4, 1, { NULL } },
    { "lor", MMFR1, 16, 4, 0, { NULL } },
    { "pan", MMFR1, 20, 4, 0, { "pan2" } },
    { "pan2", MMFR1, 20, 4, 1, { NULL } },
    { "xnx", MMFR1, 28, 4, 0, { NULL } },
    { "ttcnp", MMFR2, 0, 4, 0, { NULL } },
    { "uao", MMFR2, 4, 4, 0, { NULL } },
    { "iesb", MMFR2, 12, 4, 0, { NULL } },
    { "s2fwb", MMFR2, 40, 4, 0, { NULL } },
    { "ttl", MMFR2, 48, 4, 0, { NULL } },
    { "evt", MMFR2, 56, 4, 0, { NULL } },
    { "e0pd", MMFR2, 60, 4, 0, { NULL } },
    { "fp16", PFR0, 16, 8, 0, { "fcma" } },
    { "ras", PFR0, 28, 4, 0, { "iesb" } },
    { "csv2", PFR0, 56, 4, 0, { NULL } },
    { "csv3", PFR0, 60, 4, 0, { NULL } },
    { "ssbs", PFR1, 4, 4, 0, { "ssbs2" } },
    { "ssbs2", PFR1, 4, 4, 1, { NULL } },
    { "pmu", DFR0, 8, 4, 0, { NULL } },
};

static const struct option *option(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(options); i++)
        if (!strcmp(options[i].name, name))
            return &options[i];
    fail_msg("no option %s", name);
    return NULL;
}

static struct ids ids_with(const char *spec)
{
    struct error err = { { 0 } };
    const struct cpu_model *base;
    u64 off;
    assert_true(cpu_model_parse(spec, &base, &off, &err));
    struct cpu_model *m = model_new(base, off, &err);
    struct ids ids = ids_of(m);
    free(m);
    return ids;
}

static void leave_out(struct ids *ids, const struct option *o)
{
    ids->reg[o->reg] = with_bits(ids->reg[o->reg], o->lsb + o->width - 1u, o->lsb, o->left);
    for (unsigned i = 0; i < ARRAY_SIZE(o->takes) && o->takes[i]; i++)
        if (option(o->takes[i])->reg != o->reg || option(o->takes[i])->lsb != o->lsb)
            leave_out(ids, option(o->takes[i]));
}

static void each_option_off_changes_its_field_and_what_needs_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(options); i++) {
        char spec[64];
        struct ids want = ids_with("max"), got;
        u64 before = want.reg[options[i].reg];
        snprintf(spec, sizeof spec, "max,%s=off", options[i].name);
        got = ids_with(spec);
        leave_out(&want, &options[i]);
        if (memcmp(&got, &want, sizeof got))
            print_error("%s\n", spec);
        assert_memory_equal(&got, &want, sizeof got);
        assert_true(got.reg[options[i].reg] != before);
    }
}

static void an_option_given_twice_counts_last(void **state)
{
    struct ids max = ids_with("max"), again = ids_with("max,pan=off,pan=on"), off = ids_with("max,pan=on,pan=off"), plain = ids_with("max,pan=off");
    (void)state;
    assert_memory_equal(&max, &again, sizeof max);
    assert_memory_equal(&off, &plain, sizeof off);
}

static void an_option_on_does_not_bring_back_what_it_needs(void **state)
{
    struct ids a = ids_with("max,haf=off,hafdbs=on"), b = ids_with("max,haf=off");
    (void)state;
    assert_memory_equal(&a, &b, sizeof a);
}

static void bad_options_are_refused_by_name(void **state)
{
    static const struct {
        const char *spec, *says;
    } cases[] = {
        { "max,nonsense=off", "nonsense" }, { "max,pan", "pan" },           { "max,pan=", "pan" },        { "max,pan=maybe", "pan=maybe" },
        { "max,pan=offf", "pan=offf" },     { "max,pa=off", "pa" },         { "max,pann=off", "pann" },   { "max,=off", "''" },
        { "max,PAN=off", "PAN" },           { "max,pan=off,", "''" },       { "max,fp=off", "fp" },       { "cortex-a57,pan=on", "pan" },
        { "cortex-a76,e0pd=on", "e0pd" },   { "cortex-a53,lse=on", "lse" }, { "cortex-a99", "cortex-a99" }, { "", "" },
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error err = { { 0 } };
        const struct cpu_model *base;
        u64 off;
        if (cpu_model_parse(cases[i].spec, &base, &off, &err) || !strstr(err.text, cases[i].says))
            fail_msg("-cpu %s: '%s'", cases[i].spec, err.text);
    }
}

/* What a core does not have may be left out by name all the same: scripts need not know. */
static void leaving_out_what_is_not_there_is_allowed(void **state)
{
    struct ids a = ids_with("cortex-a57,pan=off,e0pd=off"), b = ids_with("cortex-a57");
    (void)state;
    assert_memory_equal(&a, &b, sizeof a);
}

static void cores_of_v80_offer_nothing_newer(void **state)
{
    static const char *const cores[] = { "cortex-a53", "cortex-a57", "cortex-a72" };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cores); i++) {
        struct ids ids = ids_with(cores[i]);
        assert_int_equal(ids.reg[ISAR0], 0x11120);
        assert_int_equal(ids.reg[ISAR1] | ids.reg[MMFR1] | ids.reg[MMFR2] | ids.reg[PFR1], 0);
    }
}

/* ---- registers and their bits ---- */

#define SCTLR_EL1 SYSREG_ENC(3, 0, 1, 0, 0)
#define TCR_EL1 SYSREG_ENC(3, 0, 2, 0, 2)
#define TCR_EL3 SYSREG_ENC(3, 6, 2, 0, 2)
#define HCR_EL2 SYSREG_ENC(3, 4, 1, 1, 0)
#define VTCR_EL2 SYSREG_ENC(3, 4, 2, 1, 2)
#define VTTBR_EL2 SYSREG_ENC(3, 4, 2, 1, 0)
#define SCR_EL3 SYSREG_ENC(3, 6, 1, 1, 0)

static const struct control {
    const char *feature;
    u32 enc;
    u8 high, low;
} controls[] = {
    { "pan", SCTLR_EL1, 23, 23 },  { "iesb", SCTLR_EL1, 21, 21 }, { "ssbs", SCTLR_EL1, 44, 44 },   { "haf", TCR_EL1, 39, 39 },
    { "hafdbs", TCR_EL1, 40, 40 }, { "hpds", TCR_EL1, 42, 41 },   { "e0pd", TCR_EL1, 56, 55 },     { "haf", TCR_EL3, 21, 21 },
    { "hafdbs", TCR_EL3, 22, 22 }, { "hpds", TCR_EL3, 24, 24 },   { "haf", VTCR_EL2, 21, 21 },     { "hafdbs", VTCR_EL2, 22, 22 },
    { "vmid16", VTCR_EL2, 19, 19 }, { "vmid16", VTTBR_EL2, 63, 56 }, { "lor", HCR_EL2, 35, 35 },   { "ras", HCR_EL2, 37, 36 },
    { "s2fwb", HCR_EL2, 46, 46 },  { "evt", HCR_EL2, 50, 49 },    { "evt", HCR_EL2, 52, 52 },      { "evt", HCR_EL2, 55, 54 },
    { "lor", SCR_EL3, 14, 14 },    { "ras", SCR_EL3, 15, 15 },    { "pauth", HCR_EL2, 41, 40 },    { "vhe", HCR_EL2, 34, 34 },
};

/* The bits of the register that can be written, with these features. */
static u64 writable(u64 features, u32 enc)
{
    struct error err = { { 0 } };
    u64 *masks = sysreg_writable_new(features, &err), mask = masks[sysreg_find(features, enc) - sysreg_at(0)];
    free(masks);
    return mask;
}

static u64 features_with(const char *spec)
{
    struct error err = { { 0 } };
    const struct cpu_model *base;
    u64 off;
    assert_true(cpu_model_parse(spec, &base, &off, &err));
    struct cpu_model *m = model_new(base, off, &err);
    u64 features = m->features;
    free(m);
    return features;
}

static void control_bits_are_res0_without_their_feature(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(controls); i++) {
        const struct control *c = &controls[i];
        char spec[64];
        u64 field = ones(c->high - c->low + 1u) << c->low;
        snprintf(spec, sizeof spec, "max,%s=off", c->feature);
        if ((writable(features_with("max"), c->enc) & field) != field || writable(features_with(spec), c->enc) & field ||
            writable(features_with("cortex-a57"), c->enc) & field)
            fail_msg("%s, bits %u:%u of %s", c->feature, c->high, c->low, sysreg_name(sysreg_find(~0ull, c->enc)));
    }
}

/* A hypervisor restores the SCTLR_EL1 of an EL1 in AArch32 while its own EL1 is AArch64: nothing of it may be lost, but where EL1 is AArch64 only. */
static void sctlr_el1_keeps_the_bits_of_aarch32(void **state)
{
    static const char *const models[] = { "cortex-a53", "cortex-a57", "cortex-a72", "max" };
    const u64 controls_of_aarch32 = 1ull << SCTLR_V | 1ull << SCTLR_UWXN | 1ull << SCTLR_EE | 1ull << SCTLR_TRE | 1ull << SCTLR_AFE | 1ull << SCTLR_TE;
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++) {
        struct bare_pe *b = bare_pe_new_model(models[i], false, true);
        const struct sysreg *sr = sysreg_find(b->cpu->model->features, SCTLR_EL1);
        b->cpu->sys.hcr_el2 |= 1ull << HCR_RW;
        assert_true(sysreg_write(b->cpu, sr, controls_of_aarch32));
        assert_int_equal(sysreg_read(b->cpu, sr) & controls_of_aarch32, controls_of_aarch32);
        assert_true(sysreg_write(b->cpu, sr, 0));
        assert_int_equal(sysreg_read(b->cpu, sr) & controls_of_aarch32, 0);
        bare_pe_free(b);
    }
    assert_int_equal(writable(features_with("cortex-a76"), SCTLR_EL1) & (1ull << SCTLR_UWXN | 1ull << SCTLR_TRE | 1ull << SCTLR_AFE), 0);
}

static void registers_come_and_go_with_their_feature(void **state)
{
    static const struct {
        const char *feature;
        u32 enc;
    } rows[] = {
        { "pan", SYSREG_ENC(3, 0, 4, 2, 3) },    { "uao", SYSREG_ENC(3, 0, 4, 2, 4) },    { "ssbs", SYSREG_ENC(3, 3, 4, 2, 6) },
        { "pan2", SYSREG_ENC(1, 0, 7, 9, 0) },   { "pan2", SYSREG_ENC(1, 0, 7, 9, 1) },   { "lor", SYSREG_ENC(3, 0, 10, 4, 3) },
        { "lor", SYSREG_ENC(3, 0, 10, 4, 7) },   { "ras", SYSREG_ENC(3, 0, 12, 1, 1) },   { "ras", SYSREG_ENC(3, 4, 12, 1, 1) },
        { "ras", SYSREG_ENC(3, 4, 5, 2, 3) },    { "ras", SYSREG_ENC(3, 0, 5, 3, 0) },    { "dpb", SYSREG_ENC(1, 3, 7, 12, 1) },
        { "dpb2", SYSREG_ENC(1, 3, 7, 13, 1) },  { "tlbios", SYSREG_ENC(1, 0, 8, 1, 0) }, { "tlbirange", SYSREG_ENC(1, 0, 8, 6, 1) },
        { "tlbirange", SYSREG_ENC(1, 4, 8, 4, 7) }, { "vhe", SYSREG_ENC(3, 5, 1, 0, 0) }, { "pauth", SYSREG_ENC(3, 0, 2, 1, 0) },
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        char spec[64];
        snprintf(spec, sizeof spec, "max,%s=off", rows[i].feature);
        if (!sysreg_find(features_with("max"), rows[i].enc) || sysreg_find(features_with(spec), rows[i].enc) ||
            sysreg_find(features_with("cortex-a72"), rows[i].enc))
            fail_msg("%s: %s", rows[i].feature, sysreg_name(sysreg_find(~0ull, rows[i].enc)));
    }
}

/* ---- with EL3 ---- */

static struct bare_pe *max_with_el3(void)
{
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    b->cpu->has_el2 = b->cpu->has_el3 = true;
    cpu_reset(b->cpu);
    return b;
}

static bool may_read(struct cpu *cpu, u32 enc, u8 el)
{
    cpu_set_el(cpu, el, 1);
    return sysreg_check(cpu, sysreg_find(~0ull, enc), false, 0);
}

static void loregions_are_undefined_in_secure_state(void **state)
{
    struct bare_pe *b = max_with_el3();
    (void)state;
    for (unsigned op2 = 0; op2 < 8; op2++) {
        u32 enc = SYSREG_ENC(3, 0, 10, 4, op2);
        if (op2 == 4 || op2 == 5 || op2 == 6)
            continue;
        b->cpu->sys.scr_el3 |= 1u << SCR_NS;
        assert_true(may_read(b->cpu, enc, 1));
        assert_true(may_read(b->cpu, enc, 3));
        b->cpu->sys.scr_el3 &= ~(1ull << SCR_NS);
        assert_int_equal(may_read(b->cpu, enc, 1), op2 == 7); /* LORID_EL1 */
        assert_int_equal(may_read(b->cpu, enc, 3), op2 == 7);
    }
    bare_pe_free(b);
}

static void disr_is_el3s_where_serrors_are(void **state)
{
    struct bare_pe *b = max_with_el3();
    struct cpu *cpu = b->cpu;
    const struct sysreg *disr = sysreg_find(~0ull, SYSREG_ENC(3, 0, 12, 1, 1));
    (void)state;
    cpu->sys.scr_el3 |= 1u << SCR_NS;
    cpu->sys.disr_el1 = 0x80000011;
    cpu->sys.vdisr_el2 = 0x80000022;
    cpu_set_el(cpu, 1, 1);
    assert_int_equal(sysreg_read(cpu, disr), 0x80000011);
    cpu->sys.scr_el3 |= 1u << SCR_EA;
    assert_int_equal(sysreg_read(cpu, disr), 0);
    assert_true(sysreg_write(cpu, disr, 0x33));
    assert_int_equal(cpu->sys.disr_el1, 0x80000011);
    cpu->sys.hcr_el2 |= 1u << HCR_AMO;
    assert_int_equal(sysreg_read(cpu, disr), 0x80000022);
    cpu_set_el(cpu, 2, 1);
    assert_int_equal(sysreg_read(cpu, disr), 0);
    cpu_set_el(cpu, 3, 1);
    assert_int_equal(sysreg_read(cpu, disr), 0x80000011);
    assert_true(sysreg_write(cpu, disr, ~0ull));
    assert_int_equal(cpu->sys.disr_el1, 0x81ffffff);
    bare_pe_free(b);
}

/* ---- TLBI ---- */

static void count_call(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    (void)fn;
    (void)arg;
    ++*(unsigned *)machine;
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

/* The name says whether an operation reaches the other PEs; at EL1, HCR_EL2.FB makes all of them. */
static void tlbis_of_a_shareability_domain_are_broadcast(void **state)
{
    struct bare_pe *b = max_with_el3();
    struct cpu *cpu = b->cpu;
    unsigned calls = 0, seen = 0;
    (void)state;
    cpu->host.machine = &calls;
    cpu->host.for_each_cpu = count_call;
    cpu->sys.scr_el3 |= 1u << SCR_NS;
    for (unsigned i = sysreg_count(); i < sysreg_rows(); i++) {
        const struct sysreg *sr = sysreg_at(i);
        if (strncmp(sr->name, "TLBI_", 5))
            continue;
        bool wants = ends_in(sr->name, "IS") || ends_in(sr->name, "OS");
        for (unsigned fb = 0; fb < 2; fb++) {
            cpu->sys.hcr_el2 = with_bits(cpu->sys.hcr_el2, HCR_FB, HCR_FB, fb);
            cpu_set_el(cpu, sr->wr, 1);
            calls = 0;
            assert_true(sysreg_write(cpu, sr, 1ull << 46));
            if (calls != (wants || (fb && sr->wr == 1)))
                fail_msg("%s with FB %u: %u broadcasts", sr->name, fb, calls);
        }
        seen++;
    }
    assert_int_equal(seen, 78); /* 32 of v8.0, 16 Outer Shareable ones, 30 by range */
    bare_pe_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_option_off_changes_its_field_and_what_needs_it),
        cmocka_unit_test(an_option_given_twice_counts_last),
        cmocka_unit_test(an_option_on_does_not_bring_back_what_it_needs),
        cmocka_unit_test(bad_options_are_refused_by_name),
        cmocka_unit_test(leaving_out_what_is_not_there_is_allowed),
        cmocka_unit_test(cores_of_v80_offer_nothing_newer),
        cmocka_unit_test(control_bits_are_res0_without_their_feature),
        cmocka_unit_test(sctlr_el1_keeps_the_bits_of_aarch32),
        cmocka_unit_test(registers_come_and_go_with_their_feature),
        cmocka_unit_test(loregions_are_undefined_in_secure_state),
        cmocka_unit_test(disr_is_el3s_where_serrors_are),
        cmocka_unit_test(tlbis_of_a_shareability_domain_are_broadcast),
    };
    return cmocka_run_group_tests_name("features", tests, NULL, NULL);
}
