/* How faults are told: DFSR and IFSR in both formats, the ISS of ESR_EL2 and HSR, PAR in both formats. Codes are copied from the manual's tables
 * (DDI 0406 tables B3-23 and B3-24, B4.1.112; DDI 0487 G8.2.44, G8.2.121). */
#include "mmu/mmu.h"

#include "emu/platform/bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    u8 type, level;
    u8 fs;     /* FS[4:0] of the short format; 0xff: no such fault there */
    u8 status; /* of the long one */
} codes[] = {
    { FAULT_ALIGNMENT, 0, 0x01, 0x21 },
    { FAULT_DEBUG, 0, 0x02, 0x22 },
    { FAULT_ACCESS_FLAG, 1, 0x03, 0x09 }, { FAULT_ACCESS_FLAG, 2, 0x06, 0x0a }, { FAULT_ACCESS_FLAG, 3, 0xff, 0x0b },
    { FAULT_TRANSLATION, 1, 0x05, 0x05 }, { FAULT_TRANSLATION, 2, 0x07, 0x06 }, { FAULT_TRANSLATION, 3, 0xff, 0x07 },
    { FAULT_EXTERNAL, 0, 0x08, 0x10 },
    { FAULT_DOMAIN, 1, 0x09, 0x3d }, { FAULT_DOMAIN, 2, 0x0b, 0x3e },
    { FAULT_EXTERNAL_WALK, 1, 0x0c, 0x15 }, { FAULT_EXTERNAL_WALK, 2, 0x0e, 0x16 }, { FAULT_EXTERNAL_WALK, 3, 0xff, 0x17 },
    { FAULT_PERMISSION, 1, 0x0d, 0x0d }, { FAULT_PERMISSION, 2, 0x0f, 0x0e }, { FAULT_PERMISSION, 3, 0xff, 0x0f },
    { FAULT_TLB_CONFLICT, 0, 0x10, 0x30 },
    { FAULT_UNSUPPORTED_EXCLUSIVE, 0, 0x15, 0x35 },
    { FAULT_ADDRESS_SIZE, 0, 0xff, 0x00 }, { FAULT_ADDRESS_SIZE, 1, 0xff, 0x01 }, { FAULT_ADDRESS_SIZE, 2, 0xff, 0x02 },
    { FAULT_ADDRESS_SIZE, 3, 0xff, 0x03 },
};

/* DFSR: CM 13, ExT 12, WnR 11, FS[4] 10, LPAE 9, domain 7:4, FS[3:0]; IFSR has neither CM, WnR nor domain. */
static void dfsr_and_ifsr_short(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++)
        for (unsigned kind = MMU_READ; codes[i].fs != 0xff && kind <= MMU_FETCH; kind++)
            for (unsigned domain = 0; domain < 16; domain += 5) {
                struct fault f = { .type = codes[i].type, .level = codes[i].level, .stage = 1, .kind = (u8)kind, .domain = (u8)domain };
                u32 fs = (codes[i].fs & 15u) | (codes[i].fs & 16u) << 6;
                assert_int_equal(fault_fsr_short(&f), kind == MMU_FETCH ? fs : fs | domain << 4 | (kind == MMU_WRITE ? 0x800 : 0));
            }
}

static void dfsr_and_ifsr_long(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++)
        for (unsigned kind = MMU_READ; kind <= MMU_FETCH; kind++) {
            struct fault f = { .type = codes[i].type, .level = codes[i].level, .stage = 1, .kind = (u8)kind, .domain = 15 };
            assert_int_equal(fault_fsr_long(&f), 0x200u | codes[i].status | (kind == MMU_WRITE ? 0x800 : 0));
        }
}

/* Maintenance and address translation: CM, and WnR whatever they wanted. */
static void cache_maintenance_sets_cm_and_wnr(void **state)
{
    (void)state;
    struct fault f = { .type = FAULT_TRANSLATION, .level = 2, .stage = 1, .kind = MMU_READ, .cache_op = true, .domain = 3 };
    assert_int_equal(fault_fsr_short(&f), 0x2837);
    assert_int_equal(fault_fsr_long(&f), 0x2a06);
    assert_int_equal(fault_iss(&f), 0x146);
}

/* ISS 9:0: EA, CM, S1PTW, WnR, DFSC. */
static void iss_of_aborts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++) {
        struct fault f = { .type = codes[i].type, .level = codes[i].level, .stage = 2, .kind = MMU_WRITE };
        assert_int_equal(fault_iss(&f), 0x40u | codes[i].status);
        f.s1ptw = true;
        assert_int_equal(fault_iss(&f), 0xc0u | codes[i].status);
        f.kind = MMU_READ;
        assert_int_equal(fault_iss(&f), 0x80u | codes[i].status);
        f.walk_write = true;
        assert_int_equal(fault_iss(&f), 0xc0u | codes[i].status);
        f.kind = MMU_FETCH;
        assert_int_equal(fault_iss(&f), 0x80u | codes[i].status);
    }
}

/* Faults: F 0, FS 6:1 = DFSR[12, 10, 3:0]; and F, FST 6:1, S2WLK 8, FSTAGE 9, LPAE 11. */
static void par_of_faults(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++) {
        struct fault f = { .type = codes[i].type, .level = codes[i].level, .stage = 1, .kind = MMU_WRITE, .domain = 9 };
        if (codes[i].fs != 0xff)
            assert_int_equal(par_short_of_fault(&f), codes[i].fs << 1 | 1);
        assert_int_equal(par_long_of_fault(&f), 0x801u | codes[i].status << 1);
        f.stage = 2;
        assert_int_equal(par_long_of_fault(&f), 0xa01u | codes[i].status << 1);
        f.s1ptw = true;
        assert_int_equal(par_long_of_fault(&f), 0xb01u | codes[i].status << 1);
    }
}

/* Outer 3:2 and Inner 6:4 of B4.1.112; shareability: SH 7, NOS 10. */
static void par_short_attributes(void **state)
{
    (void)state;
    static const struct {
        u8 type, attr, sh;
        u32 par;
    } cases[] = {
        { MEM_DEVICE_nGnRnE, 0x00, 2, 1 << 4 | 1 << 7 },
        { MEM_DEVICE_nGnRE, 0x04, 2, 3 << 4 | 1 << 7 },
        { MEM_NORMAL, 0x44, 2, 1 << 7 },
        { MEM_NORMAL, 0xff, 0, 5 << 4 | 1 << 2 },
        { MEM_NORMAL, 0xff, 2, 5 << 4 | 1 << 2 | 1 << 7 },
        { MEM_NORMAL, 0xff, 3, 5 << 4 | 1 << 2 | 1 << 7 | 1 << 10 },
        { MEM_NORMAL, 0xaa, 0, 6 << 4 | 2 << 2 },
        { MEM_NORMAL, 0xee, 0, 7 << 4 | 3 << 2 },
        { MEM_NORMAL, 0x4f, 0, 5 << 4 },
        { MEM_NORMAL, 0xe4, 0, 3 << 2 },
        { MEM_NORMAL, 0xfa, 0, 6 << 4 | 1 << 2 },
    };
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++)
        for (unsigned ns = 0; ns < 2; ns++) {
            struct translation t = { .pa = PA(0x8765432f), .page_shift = 12, .type = cases[i].type, .attr = cases[i].attr, .sh = cases[i].sh, .ns = ns };
            assert_int_equal(par_short(&t), 0x87654000u | cases[i].par | ns << 9);
            t.page_shift = 20;
            assert_int_equal(par_short(&t), 0x87654000u | cases[i].par | ns << 9);
        }
}

/* SS 1: PA[31:24] in place, PA[39:32] in bits 23:16. */
static void par_short_of_a_supersection(void **state)
{
    (void)state;
    struct translation t = { .pa = PA(0x9c5aabcdef), .page_shift = 24, .type = MEM_NORMAL, .attr = 0x44, .sh = 2 };
    assert_int_equal(par_short(&t), 0x5a9c0000u | 1 << 7 | 2);
}

static void par_long_has_a_40_bit_address(void **state)
{
    (void)state;
    struct translation t = { .pa = PA(0x9c5aabcdef), .page_shift = 12, .type = MEM_NORMAL, .attr = 0xbb, .sh = 3, .ns = true };
    assert_int_equal(par_long(&t), 0xbb00009c5aabc000ull | 1 << 11 | 1 << 9 | 3 << 7);
}

static void types_have_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++)
        assert_string_not_equal(fault_type_name(codes[i].type), "?");
    assert_string_equal(fault_type_name(FAULT_DOMAIN), "domain");
}

int main(void)
{
#define TEST(name) cmocka_unit_test(name)
    const struct CMUnitTest tests[] = {
        TEST(dfsr_and_ifsr_short),
        TEST(dfsr_and_ifsr_long),
        TEST(cache_maintenance_sets_cm_and_wnr),
        TEST(iss_of_aborts),
        TEST(par_of_faults),
        TEST(par_short_attributes),
        TEST(par_short_of_a_supersection),
        TEST(par_long_has_a_40_bit_address),
        TEST(types_have_names),
    };
    return cmocka_run_group_tests_name("fault_status", tests, NULL, NULL);
}
