/* Which translation regime a TLBI reaches, by its name, HCR_EL2.E2H and TGE, the EL and Security state it is executed in (DDI 0487 C5.5, D8.14):
 * from the instruction to what stays in the TLB. */
#include "cpu/sysreg.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "mmu/mmu_internal.h"
#include "tests/unit/bare_pe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define L1 0x100000ull
#define L2 0x101000ull
#define L3 0x102000ull
#define TARGET 0x2000000ull
#define EMPTY 0x3000000ull
#define PRIVATE 0x3000ull
#define GLOBAL 0x4000ull
#define AF (1ull << 10)
#define NG (1ull << 11)
#define ASID(n) ((u64)(n) << 48)

#define HOST (1ull << HCR_E2H | 1ull << HCR_TGE)
#define GUEST (1ull << HCR_E2H)
#define OLD 0ull
#define TGE_ALONE (1ull << HCR_TGE)

static void only_this_pe(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
    fn(machine, arg);
}

static int set_up(void **state)
{
    struct bare_pe *b = bare_pe_new_model("max", false, true);
    u64 tables[] = { L2 | 3 }, leaves[] = { TARGET | AF | NG | 3, (TARGET + 0x1000) | AF | 3 };
    struct cpu *cpu = b->cpu;
    bus_write_mem(&b->bus, PA(L1), tables, sizeof tables);
    bus_write_mem(&b->bus, PA(L2), &(u64){ L3 | 3 }, 8);
    bus_write_mem(&b->bus, PA(L3 + (PRIVATE >> 12) * 8), leaves, sizeof leaves);
    struct error err = { { 0 } };
    mmu_free(&cpu->mmu); /* a TLB with room for the same page of all address spaces */
    assert_true(mmu_init(&cpu->mmu, &b->bus, &b->log, 0, (struct tlb_geometry){ 256, 16 }, &err));
    cpu_regime_changed(cpu);
    cpu->host.machine = cpu;
    cpu->host.for_each_cpu = only_this_pe;
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bare_pe_free(*state);
    return 0;
}

/* ---- what is in the TLB ---- */

/* Address spaces: of EL2&0 by ASID, of EL1&0 by VMID and ASID, EL2 without E2H, Secure EL1&0, EL3. */
enum space { HOST_1, HOST_2, GUEST_5_1, GUEST_5_2, GUEST_6_1, PLAIN_EL2, SECURE_1, MONITOR, SPACES };

static struct mmu_regime regime(enum space space)
{
    static const struct {
        u8 id;
        u8 asid, vmid;
    } spaces[SPACES] = { { REGIME_EL20, 1, 0 }, { REGIME_EL20, 2, 0 }, { REGIME_EL10, 1, 5 }, { REGIME_EL10, 2, 5 },
                         { REGIME_EL10, 1, 6 }, { REGIME_EL2, 0, 0 },  { REGIME_EL10, 1, 0 }, { REGIME_EL3, 0, 0 } };
    bool secure = space == SECURE_1 || space == MONITOR;
    return (struct mmu_regime){ .id = spaces[space].id, .secure = secure, .has_el2 = spaces[space].id == REGIME_EL10 && !secure, .pa_bits = 48,
                                .sctlr = 1 | 1u << 2, .tcr = 25 | (spaces[space].id == REGIME_EL10 || spaces[space].id == REGIME_EL20 ? 1ull << 23 : 0),
                                .ttbr0 = L1 | ASID(spaces[space].asid), .mair = 0xff, .vttbr = (u64)spaces[space].vmid << 48 };
}

static bool translates(struct cpu *cpu, const struct mmu_regime *rg, u64 addr)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_READ, .size = 4, .privileged = true, .at = true };
    struct translation t;
    struct fault f;
    return mmu_translate(&cpu->mmu, rg, &rq, &t, &f);
}

static void touch_all(struct cpu *cpu)
{
    mmu_reset(&cpu->mmu);
    for (unsigned i = 0; i < SPACES; i++) {
        struct mmu_regime rg = regime(i);
        assert_true(translates(cpu, &rg, PRIVATE));
        assert_true(translates(cpu, &rg, GLOBAL));
    }
}

/* Asks with tables that are not there, and none left by walks. */
static bool is_cached(struct cpu *cpu, enum space space, u64 addr)
{
    struct mmu_regime rg = regime(space);
    rg.ttbr0 = (rg.ttbr0 & ~ones(48)) | EMPTY;
    walk_cache_clear(&cpu->mmu);
    return translates(cpu, &rg, addr);
}

/* ---- the instructions ---- */

#define TLBI(op1, crm, op2) SYSREG_ENC(1, op1, 8, crm, op2)
enum {
    VMALLE1 = TLBI(0, 7, 0), VAE1 = TLBI(0, 7, 1), ASIDE1 = TLBI(0, 7, 2), VAAE1 = TLBI(0, 7, 3), VMALLE1IS = TLBI(0, 3, 0), ASIDE1OS = TLBI(0, 1, 2),
    RVAE1 = TLBI(0, 6, 1), RVAAE1IS = TLBI(0, 2, 3), ALLE2 = TLBI(4, 7, 0), VAE2 = TLBI(4, 7, 1), ALLE1 = TLBI(4, 7, 4), VALE2IS = TLBI(4, 3, 5),
    VMALLS12E1 = TLBI(4, 7, 6), RVAE2 = TLBI(4, 6, 1), IPAS2E1 = TLBI(4, 4, 1), ALLE3 = TLBI(6, 7, 0),
};

/* A range of two pages from PRIVATE: TG 4 KiB, SCALE 0, NUM 0. */
#define RANGE (1ull << 46 | PRIVATE >> 12)
#define PAGE (PRIVATE >> 12)

/* Bits: 1 << space, for the private page; the global one goes with the scopes that say so. */
#define HOSTS (1u << HOST_1 | 1u << HOST_2)
#define VM5 (1u << GUEST_5_1 | 1u << GUEST_5_2)
#define VMS (VM5 | 1u << GUEST_6_1)

static const struct {
    const char *name;
    u32 enc;
    u8 el;
    bool ns;
    u64 hcr, value;
    u32 private_gone, global_gone;
} cases[] = {
    { "ALLE2 in a host", ALLE2, 2, true, HOST, 0, HOSTS, HOSTS },
    { "ALLE2 with E2H alone", ALLE2, 2, true, GUEST, 0, HOSTS, HOSTS },
    { "ALLE2 without E2H", ALLE2, 2, true, OLD, 0, 1u << PLAIN_EL2, 1u << PLAIN_EL2 },
    { "VAE2 in a host", VAE2, 2, true, HOST, ASID(1) | PAGE, 1u << HOST_1, 0 },
    { "VAE2 with E2H alone", VAE2, 2, true, GUEST, ASID(2) | PAGE, 1u << HOST_2, 0 },
    { "VAE2 of a global page in a host", VAE2, 2, true, HOST, ASID(9) | GLOBAL >> 12, 0, HOSTS },
    { "VAE2 without E2H knows no ASID", VAE2, 2, true, OLD, ASID(9) | PAGE, 1u << PLAIN_EL2, 0 },
    { "VALE2IS in a host", VALE2IS, 2, true, HOST, ASID(1) | PAGE, 1u << HOST_1, 0 },
    { "RVAE2 in a host", RVAE2, 2, true, HOST, ASID(1) | RANGE, 1u << HOST_1, HOSTS },
    { "RVAE2 without E2H", RVAE2, 2, true, OLD, RANGE, 1u << PLAIN_EL2, 1u << PLAIN_EL2 },
    { "VMALLE1 in a host", VMALLE1, 2, true, HOST, 0, HOSTS, HOSTS },
    { "VMALLE1IS in a host", VMALLE1IS, 2, true, HOST, 0, HOSTS, HOSTS },
    { "VMALLE1 with E2H alone", VMALLE1, 2, true, GUEST, 0, VM5, VM5 },
    { "VMALLE1 with TGE alone", VMALLE1, 2, true, TGE_ALONE, 0, VM5, VM5 },
    { "VMALLE1 of a guest", VMALLE1, 1, true, GUEST, 0, VM5, VM5 },
    { "VAE1 in a host", VAE1, 2, true, HOST, ASID(1) | PAGE, 1u << HOST_1, 0 },
    { "VAE1 with E2H alone", VAE1, 2, true, GUEST, ASID(1) | PAGE, 1u << GUEST_5_1, 0 },
    { "VAE1 of a guest", VAE1, 1, true, GUEST, ASID(2) | PAGE, 1u << GUEST_5_2, 0 },
    { "VAAE1 in a host", VAAE1, 2, true, HOST, PAGE, HOSTS, 0 },
    { "VAAE1 with E2H alone", VAAE1, 2, true, GUEST, PAGE, VM5, 0 },
    { "RVAE1 in a host", RVAE1, 2, true, HOST, ASID(2) | RANGE, 1u << HOST_2, HOSTS },
    { "RVAAE1IS with E2H alone", RVAAE1IS, 2, true, GUEST, RANGE, VM5, VM5 },
    { "ASIDE1 in a host", ASIDE1, 2, true, HOST, ASID(1), 1u << HOST_1, 0 },
    { "ASIDE1OS in a host", ASIDE1OS, 2, true, HOST, ASID(2), 1u << HOST_2, 0 },
    { "ASIDE1 with E2H alone", ASIDE1, 2, true, GUEST, ASID(1), 1u << GUEST_5_1, 0 },
    { "ALLE1 in a host", ALLE1, 2, true, HOST, 0, VMS, VMS },
    { "ALLE1 with E2H alone", ALLE1, 2, true, GUEST, 0, VMS, VMS },
    { "VMALLS12E1 with E2H alone", VMALLS12E1, 2, true, GUEST, 0, VM5, VM5 },
    { "IPAS2E1 with E2H alone leaves what combines stages", IPAS2E1, 2, true, GUEST, TARGET >> 12, 0, 0 },
    { "VMALLE1 at EL3, Non-secure, for a host", VMALLE1, 3, true, HOST, 0, HOSTS, HOSTS },
    { "VMALLE1 at EL3, Non-secure, with E2H alone", VMALLE1, 3, true, GUEST, 0, VM5, VM5 },
    { "VMALLE1 at EL3, Secure, whatever HCR_EL2 says", VMALLE1, 3, false, HOST, 0, 1u << SECURE_1, 1u << SECURE_1 },
    { "VMALLE1 at Secure EL1, whatever HCR_EL2 says", VMALLE1, 1, false, HOST, 0, 1u << SECURE_1, 1u << SECURE_1 },
    { "VAE1 at EL3, Secure", VAE1, 3, false, HOST, ASID(1) | PAGE, 1u << SECURE_1, 0 },
    { "ALLE2 at EL3, Non-secure, for a host", ALLE2, 3, true, GUEST, 0, HOSTS, HOSTS },
    { "ALLE3", ALLE3, 3, true, HOST, 0, 1u << MONITOR, 1u << MONITOR },
};

static void enter(struct cpu *cpu, u8 el, bool ns, u64 hcr)
{
    cpu->has_el2 = cpu->has_el3 = true;
    cpu->sys.scr_el3 = 1u << SCR_RW | 1u << SCR_HCE | (u64)ns << SCR_NS;
    cpu->sys.hcr_el2 = 1ull << HCR_RW | hcr;
    cpu->sys.vttbr_el2 = 5ull << 48;
    cpu->sys.tcr_el1 |= 1ull << 36; /* AS: 16 bits */
    cpu->sys.tcr_el2 |= 1ull << 36;
    cpu_set_el(cpu, el, el ? 1 : 0);
    cpu_regime_changed(cpu);
}

static void each_tlbi_reaches_the_regime_that_its_context_names(void **state)
{
    struct cpu *cpu = ((struct bare_pe *)*state)->cpu;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct sysreg *row = sysreg_find(~0ull, cases[i].enc);
        enter(cpu, cases[i].el, cases[i].ns, cases[i].hcr);
        touch_all(cpu);
        assert_true(sysreg_check(cpu, row, true, 0));
        assert_true(sysreg_write(cpu, row, cases[i].value));
        for (unsigned space = 0; space < SPACES; space++) {
            bool private_gone = !is_cached(cpu, space, PRIVATE), global_gone = !is_cached(cpu, space, GLOBAL);
            if (private_gone != (cases[i].private_gone >> space & 1) || global_gone != (cases[i].global_gone >> space & 1))
                print_error("%s: space %u: page %s, global page %s\n", cases[i].name, space, private_gone ? "gone" : "kept", global_gone ? "gone" : "kept");
            assert_int_equal(private_gone, cases[i].private_gone >> space & 1);
            assert_int_equal(global_gone, cases[i].global_gone >> space & 1);
        }
    }
}

/* TCR_EL2.AS, not TCR_EL1's, says how wide the ASID of a TLBI in a host is. */
static void tcr_el2_says_how_wide_asids_are(void **state)
{
    struct cpu *cpu = ((struct bare_pe *)*state)->cpu;
    const struct sysreg *aside1 = sysreg_find(~0ull, ASIDE1);
    enter(cpu, 2, true, HOST);
    cpu->sys.tcr_el2 &= ~(1ull << 36);
    touch_all(cpu);
    sysreg_write(cpu, aside1, ASID(0x4401));
    assert_false(is_cached(cpu, HOST_1, PRIVATE));
    cpu->sys.tcr_el2 |= 1ull << 36;
    cpu->sys.tcr_el1 &= ~(1ull << 36);
    touch_all(cpu);
    sysreg_write(cpu, aside1, ASID(0x4401));
    assert_true(is_cached(cpu, HOST_1, PRIVATE));
}

/* At EL3 the operations of EL2 are UNDEFINED in Secure state. */
static void operations_of_el2_are_undefined_in_secure_state(void **state)
{
    struct cpu *cpu = ((struct bare_pe *)*state)->cpu;
    static const struct {
        u32 enc;
        bool undefined;
    } ops[] = { { ALLE2, true }, { VAE2, true }, { VALE2IS, true }, { RVAE2, true }, { SYSREG_ENC(1, 4, 7, 8, 0), true }, /* AT S1E2R */
                { ALLE1, false }, { VMALLS12E1, false }, { IPAS2E1, false }, { ALLE3, false }, { VMALLE1, false }, { SYSREG_ENC(1, 4, 7, 8, 4), false } };
    for (unsigned i = 0; i < ARRAY_SIZE(ops); i++)
        for (unsigned ns = 0; ns < 2; ns++) {
            enter(cpu, 3, ns, OLD);
            assert_int_equal(sysreg_check(cpu, sysreg_find(~0ull, ops[i].enc), true, 0), ns || !ops[i].undefined);
        }
}

/* ---- AT ---- */

static bool at_succeeds(struct cpu *cpu, u32 op1, u32 op2, u64 value)
{
    sysreg_write(cpu, sysreg_find(~0ull, SYSREG_ENC(1, op1, 7, 8, op2)), value);
    return !(cpu->sys.par_el1 & 1);
}

/* EL2&0 maps PRIVATE, for EL2 alone; EL1&0 maps nothing. */
static void at_translates_by_el20_in_a_host(void **state)
{
    struct cpu *cpu = ((struct bare_pe *)*state)->cpu;
    enter(cpu, 2, true, HOST);
    mmu_reset(&cpu->mmu);
    cpu->sys.ttbr0_el2 = L1;
    cpu->sys.mair_el2 = 0xff;
    cpu->sys.tcr_el2 = 25 | 1ull << 23;
    cpu->sys.sctlr_el2 |= 1;
    cpu->sys.ttbr0_el1 = EMPTY;
    static const struct {
        u8 op1, op2;
        bool host, guest; /* succeeds */
    } ats[] = { { 0, 0, true, false }, { 0, 2, false, false }, { 4, 0, true, true }, { 4, 4, true, false }, { 4, 6, false, false } };
    for (unsigned i = 0; i < ARRAY_SIZE(ats); i++) {
        enter(cpu, 2, true, HOST);
        assert_int_equal(at_succeeds(cpu, ats[i].op1, ats[i].op2, PRIVATE), ats[i].host);
        enter(cpu, 2, true, GUEST);
        assert_int_equal(at_succeeds(cpu, ats[i].op1, ats[i].op2, PRIVATE), ats[i].guest);
        enter(cpu, 3, true, HOST);
        assert_int_equal(at_succeeds(cpu, ats[i].op1, ats[i].op2, PRIVATE), ats[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_tlbi_reaches_the_regime_that_its_context_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tcr_el2_says_how_wide_asids_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(operations_of_el2_are_undefined_in_secure_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(at_translates_by_el20_in_a_host, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("tlb_host", tests, NULL, NULL);
}
