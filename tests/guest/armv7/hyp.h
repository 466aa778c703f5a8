/* What the programs in Hyp mode share: running code below it or in it and looking at what is trapped; checks and their output. */
#ifndef GUEST_ARMV7_HYP_H
#define GUEST_ARMV7_HYP_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define UART_DR (*(volatile u32 *)0x09000000u)
#define ASM_HEAD ".syntax unified\n.arch_extension virt\n"
#define GET(name) ({ u32 value_; __asm__ volatile(ASM_HEAD "mrs %0, " #name : "=r"(value_)); value_; })
#define SET(name, value) __asm__ volatile(ASM_HEAD "msr " #name ", %0" : : "r"((u32)(value)) : "memory")
#define CP15_GET(opc1, crn, crm, opc2)                                                                                                               \
    ({ u32 value_; __asm__ volatile("mrc p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 : "=r"(value_)); value_; })
#define CP15_SET(opc1, crn, crm, opc2, value)                                                                                                        \
    __asm__ volatile("mcr p15, " #opc1 ", %0, c" #crn ", c" #crm ", " #opc2 "\n isb" : : "r"((u32)(value)) : "memory")

enum { USR = 0x10, FIQ = 0x11, IRQ = 0x12, SVC = 0x13, ABT = 0x17, HYP = 0x1a, UND = 0x1b, SYS = 0x1f };
enum { PSR_T = 1 << 5, PSR_F = 1 << 6, PSR_I = 1 << 7, PSR_A = 1 << 8, PSR_E = 1 << 9, PSR_AIF = 7 << 6, PSR_Z = 1 << 30 };
enum { EC_WFX = 1, EC_CP15 = 3, EC_CP15_64 = 4, EC_CP14 = 5, EC_CP14_LDC, EC_FP = 7, EC_CP10_ID = 8, EC_SVC = 0x11, EC_HVC = 0x12, EC_SMC = 0x13, EC_PABT = 0x20,
       EC_DABT = 0x24, EC_DABT_HYP = 0x25 };
#define HSR(ec, iss) ((u32)(ec) << 26 | 1u << 25 | (iss))
#define END 0x55 /* the call that ends a piece of code */
#define ENDED HSR(EC_HVC, END)
#define TAKEN(vector) HSR(EC_HVC, 0x100 + (vector)) /* by PL1, at this vector's number */

/* hyp.S knows its layout. */
struct state {
    u32 r[15], pc, psr;                                     /* r[13] is not used; r[14] is User mode's */
    u32 vector, hsr, hdfar, hifar, hpfar, handler_cpsr;
};
void run(struct state *s);
extern u8 low_vectors[], thumb_vectors[];

/* The address of a piece of code of the given state, with END behind it. */
#define CODE(instruction_set, text)                                                                                                                  \
    ({ u32 at_; __asm__ volatile(ASM_HEAD ".pushsection .text.code, \"ax\"\n.balign 8\n" instruction_set "\n77: " text "\n hvc #0x55\n.balign 4\n.arm\n.popsection\n"  \
                                 " movw %0, #:lower16:77b\n movt %0, #:upper16:77b" : "=r"(at_)); at_ & ~1u; })
#define A32(text) CODE(".arm", text)
#define T32(text) CODE(".thumb", text)

static u32 checks, failures;

static inline void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

static inline void print_hex(u32 value)
{
    print("0x");
    for (int shift = 28; shift >= 0; shift -= 4)
        UART_DR = (u8)"0123456789abcdef"[value >> shift & 15];
}

static inline void check2(const char *name, const char *what, u32 got, u32 want)
{
    checks++;
    if (got == want)
        return;
    failures++;
    print("not ok ");
    print(name);
    print(" ");
    print(what);
    print(": got ");
    print_hex(got);
    print(" want ");
    print_hex(want);
    print("\r\n");
}

static inline void check(const char *name, u32 got, u32 want)
{
    check2(name, "", got, want);
}

static inline void finish(void)
{
    print(failures ? "GUEST-FAIL " : "GUEST-PASS ");
    print_hex(failures ? failures : checks);
    print("\r\n");
    register u32 r0 __asm__("r0") = 0x84000008; /* PSCI's SYSTEM_OFF */
    __asm__ volatile(".arch_extension sec\n smc #0" : "+r"(r0) : : "memory");
    for (;;)
        ;
}

/* IPA 1 GB to 2 GB is RAM, the rest is not mapped but the last 2 MB: they are the 2 MB at `last`. Stage 1 is off. */
static inline void stage2_on(u32 last)
{
    static u64 level1[4] __attribute__((aligned(4096))), level2[512] __attribute__((aligned(4096)));
    level1[1] = 0x40000000u | 0x7fd;
    level1[3] = (u32)level2 | 3;
    level2[511] = last ? last | 0x7fd : 0;
    __asm__ volatile("mcrr p15, 6, %0, %1, c2" : : "r"((u32)level1), "r"(0) : "memory"); /* VTTBR */
    CP15_SET(4, 2, 1, 2, 1u << 31 | 1 << 6);                                             /* VTCR: from level 1, 32 bits of IPA */
    CP15_SET(4, 1, 1, 0, 1);                                                             /* HCR.VM */
    __asm__ volatile("dsb\n mcr p15, 4, %0, c8, c7, 4\n dsb\n isb" : : "r"(0) : "memory"); /* TLBIALLNSNH */
}

#endif
