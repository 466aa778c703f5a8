/* Big-endian data and big-endian translation tables at PL1 in AArch32 (CPSR.E, SETEND, SCTLR.EE): on ARMv7 entered in Supervisor mode, on ARMv8 by
 * tests/guest/endian.c. Stands alone: a flat image. */
#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define UART_DR (*(volatile u32 *)0x09000000u)
#define HEAD ".syntax unified\n.fpu neon-vfpv4\n"
#define CP15_GET(opc1, crn, crm, opc2)                                                                                                               \
    ({ u32 value_; __asm__ volatile("mrc p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 : "=r"(value_)); value_; })
#define CP15_SET(opc1, crn, crm, opc2, value)                                                                                                        \
    __asm__ volatile("mcr p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 "\n isb" : : "r"((u32)(value)) : "memory")

/* An SVC gives the CPSR that it enters with; nothing else should be taken. */
__asm__(".syntax unified\n.arch armv7-a\n.fpu neon-vfpv4\n.pushsection .text.start, \"ax\"\n.global _start\n_start:\n"
        " ldr sp, =stack_top\n ldr r0, =__bss_start\n ldr r1, =__bss_end\n mov r2, #0\n"
        "1: cmp r0, r1\n strlo r2, [r0], #4\n blo 1b\n"
        " ldr r0, =vectors\n mcr p15, 0, r0, c12, c0, 0\n mov r0, #0xf00000\n mcr p15, 0, r0, c1, c0, 2\n isb\n mov r0, #0x40000000\n vmsr fpexc, r0\n"
        " bl guest_main\n b .\n.ltorg\n.popsection\n"
        ".pushsection .text\n.balign 32\nvectors:\n b .\n b v_other\n b v_call\n b v_other\n b v_other\n b .\n b v_other\n b v_other\n"
        "v_call: mrs r0, cpsr\n movs pc, lr\n"
        "v_other: setend le\n ldr sp, =stack_top\n bl unexpected\n b .\n.ltorg\n.popsection\n"
        ".pushsection .bss\n.balign 16\n .skip 0x2000\nstack_top:\n.popsection");

static u8 memory[64] __attribute__((aligned(64)));
static u32 checks, failures;

static void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

static void print_hex(u32 value)
{
    print(" 0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        UART_DR = (u8)"0123456789abcdef"[value >> shift & 15];
}

void unexpected(void);
void unexpected(void)
{
    u32 mode, lr;
    __asm__ volatile("mrs %0, cpsr\n mov %1, lr" : "=r"(mode), "=r"(lr));
    print("GUEST-FAIL an exception:");
    print_hex(mode);
    print_hex(CP15_GET(0, 5, 0, 0));
    print_hex(CP15_GET(0, 5, 0, 1));
    print_hex(CP15_GET(0, 6, 0, 0));
    print("\r\n");
}

static void check(const char *what, u32 got, u32 got_too, u32 want, u32 want_too)
{
    checks++;
    if (got == want && got_too == want_too)
        return;
    failures++;
    print("not ok ");
    print(what);
    print(": got");
    print_hex(got);
    print_hex(got_too);
    print(" want");
    print_hex(want);
    print_hex(want_too);
    print("\r\n");
}

static void fill(void)
{
    for (u32 i = 0; i < 32; i++)
        ((volatile u8 *)memory)[i] = (u8)(i + (i < 8 ? 0x10 : 0x90));
}

static void clear(void)
{
    for (u32 i = 0; i < 16; i++)
        ((volatile u8 *)memory)[i] = 0;
}

static u32 bytes_at(u32 i)
{
    const volatile u8 *m = memory + i;
    return (u32)m[0] << 24 | (u32)m[1] << 16 | (u32)m[2] << 8 | m[3];
}

#define IN_SET(name) name##_a32
#define JUMP_BIT "0"
#define PSR_BIT "0"
#include "endian.h"
#undef IN_SET
#undef JUMP_BIT
#undef PSR_BIT

#pragma GCC push_options
#pragma GCC target("thumb")
#define IN_SET(name) name##_t32
#define JUMP_BIT "1"
#define PSR_BIT "0x20"
#include "endian.h"

/* TBH's table is data too: its second entry goes by two halfwords' worth of code. */
static __attribute__((noinline)) void table_branch(void)
{
    register u32 r2 __asm__("r2") = 1;
    __asm__ volatile(HEAD "setend be\n tbh [pc, r2, lsl #1]\n1: .byte 0, (2f - 1b) / 2, 0, (3f - 1b) / 2\n2: mov r2, #0x20\n b 4f\n3: mov r2, #0x30\n4: setend le"
                     : "+r"(r2) : : "memory");
    check("tbh", r2, 0, 0x30, 0);
}
#pragma GCC pop_options

/* ---- translation tables ---- */

#define ALIAS 0x80000000u /* where `memory` is seen, by a section or block; a page of it at PAGE */
#define PAGE 0x80300000u
#define SCTLR_M 1u
#define SCTLR_EE (1u << 25)

static u32 sections[4096] __attribute__((aligned(16384))), pages[256] __attribute__((aligned(1024)));
static u64 level1[4] __attribute__((aligned(32))), level2[512] __attribute__((aligned(4096))), level3[512] __attribute__((aligned(4096)));

static u32 in_order(u32 value, bool big)
{
    return big ? __builtin_bswap32(value) : value;
}

static u64 in_order_64(u64 value, bool big)
{
    return big ? __builtin_bswap64(value) : value;
}

/* Sections: Normal memory from 1 GB to 2 GB, the rest Device; full access. */
static void short_tables(bool big)
{
    for (u32 i = 0; i < 4096; i++)
        sections[i] = in_order(i << 20 | 3 << 10 | 2 | (i >= 1024 && i < 2048 ? 0x100c : 4), big);
    sections[ALIAS >> 20] = in_order(((u32)memory & 0xfff00000) | 3 << 10 | 0x100c | 2, big);
    sections[PAGE >> 20] = in_order((u32)pages | 1, big);
    for (u32 i = 0; i < 256; i++)
        pages[i] = in_order(((u32)memory & ~0xfffu) | 3 << 4 | 0x4c | 2, big);
}

/* Blocks of 1 GB and 2 MB, pages; attribute 0 is Normal, 1 Device. */
static void long_tables(bool big)
{
    const u64 normal = 0x701, device = 0x405;
    level1[0] = in_order_64(device, big);
    level1[1] = in_order_64(0x40000000 | normal, big);
    level1[2] = in_order_64((u32)level2 | 3, big);
    level1[3] = 0;
    for (u32 i = 0; i < 512; i++) {
        level2[i] = in_order_64(((u32)memory & 0xffe00000) | normal, big);
        level3[i] = in_order_64(((u32)memory & ~0xfffu) | normal | 2, big);
    }
    level2[PAGE >> 21 & 511] = in_order_64((u32)level3 | 3, big);
}

static void translation_off(void)
{
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) & ~(SCTLR_M | SCTLR_EE));
}

static void translation_on(bool lpae, bool big)
{
    translation_off();
    if (lpae)
        long_tables(big);
    else
        short_tables(big);
    CP15_SET(0, 3, 0, 0, 1);                        /* DACR: client */
    CP15_SET(0, 10, 2, 0, lpae ? 0x04ff : 0x98aa4); /* MAIR0; PRRR is not looked at */
    __asm__ volatile("mcrr p15, 0, %0, %1, c2" : : "r"(lpae ? (u32)level1 : (u32)sections), "r"(0) : "memory");
    CP15_SET(0, 2, 0, 2, lpae ? 1u << 31 : 0);
    CP15_SET(0, 8, 7, 0, 0); /* TLBIALL */
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) | SCTLR_M | (big ? SCTLR_EE : 0));
}

static u32 psr_of_call(void)
{
    register u32 r0 __asm__("r0");
    __asm__ volatile("svc #0" : "=r"(r0) : : "lr", "memory");
    return r0;
}

static void tables(bool lpae, bool big)
{
    u32 in_section = lpae ? ALIAS | ((u32)memory & 0x1fffff) : ALIAS | ((u32)memory & 0xfffff), in_page = PAGE | ((u32)memory & 0xfff);
    translation_on(lpae, big);
    fill();
    check(lpae ? "long: a block, a page" : "short: a section, a page", *(volatile u32 *)in_section, *(volatile u32 *)in_page, 0x13121110, 0x13121110);
    check("SCTLR.EE is CPSR.E of exceptions", psr_of_call() >> 9 & 1, 0, big, 0);
}

void guest_main(void);
void guest_main(void)
{
    translation_on(false, false); /* accesses that are not aligned need Normal memory */
    loads_a32();
    stores_a32();
    vectors_of_data_a32();
    jumps_a32();
    loads_t32();
    stores_t32();
    vectors_of_data_t32();
    jumps_t32();
    table_branch();
    for (u32 i = 0; i < 4; i++)
        tables(i & 1, i & 2);
    translation_off();
    print(failures ? "GUEST-FAIL" : "GUEST-PASS");
    print_hex(failures ? failures : checks);
    print("\r\n");
    __asm__ volatile(".arch_extension virt\n ldr r0, =0x84000008\n hvc #0" : : : "r0", "r1", "r2", "r3", "memory"); /* PSCI SYSTEM_OFF where there is no EL2 */
}
