/* Code in AArch32 below EL2 or EL3 in AArch64: a state is run by run32() until something is taken there, which is recorded in it. HOME: "2" or "3". */
#ifndef GUEST_INTERWORK_H
#define GUEST_INTERWORK_H

#include "guest.h"

#ifndef HOME
#define HOME "2"
#endif

/* Its layout is run32's. x[] holds R0 to R14 and the banked registers as AArch64 sees them. */
struct state32 {
    u64 x[31], elr, spsr;
    u64 vector, esr, far, hpfar; /* vector: offset / 0x80 */
};
void run32(struct state32 *s);

enum { USR = 0x10, FIQ = 0x11, IRQ = 0x12, SVC = 0x13, MON = 0x16, ABT = 0x17, HYP = 0x1a, UND = 0x1b, SYS = 0x1f };
enum { PSR_T = 1 << 5, PSR_F = 1 << 6, PSR_I = 1 << 7, PSR_A = 1 << 8, PSR_E = 1 << 9, PSR_AIF = 7 << 6, PSR_IL = 1 << 20, PSR_Z = 1 << 30 };
enum { EC_UNKNOWN, EC_WFX, EC_CP15 = 3, EC_CP15_64, EC_CP14, EC_CP14_LDC, EC_FP, EC_FP_ID, EC_CP14_64 = 12, EC_ILLEGAL = 14, EC_SVC32 = 0x11, EC_HVC32,
       EC_SMC32, EC_HVC64 = 0x16, EC_IABORT = 0x20, EC_DABORT = 0x24, EC_BKPT32 = 0x38 };
#define SYNDROME(ec, iss) ((u64)(ec) << 26 | 1u << 25 | (iss))
#define AL (0x1eu << 20) /* CV, and COND AL */
#define A32_HVC 0xe1400575u /* HVC #0x55 */
#define A32_SVC 0xef000055u
#define T32_HVC 0x8055f7e0u
#define T16_SVC 0xdf55u
#define ENDED SYNDROME(EC_HVC32, 0x55)

/* Offsets of struct state32 for run32 */
__asm__(".pushsection .text\n"
        ".global run32\nrun32:\n"
        " stp x19, x20, [sp, #-112]!\n stp x21, x22, [sp, #16]\n stp x23, x24, [sp, #32]\n stp x25, x26, [sp, #48]\n stp x27, x28, [sp, #64]\n"
        " stp x29, x30, [sp, #80]\n mrs x1, vbar_el" HOME "\n str x1, [sp, #96]\n adr x1, vectors32\n msr vbar_el" HOME ", x1\n msr tpidr_el" HOME ", x0\n"
        " ldp x1, x2, [x0, #248]\n msr elr_el" HOME ", x1\n msr spsr_el" HOME ", x2\n isb\n"
        " ldp x2, x3, [x0, #16]\n ldp x4, x5, [x0, #32]\n ldp x6, x7, [x0, #48]\n ldp x8, x9, [x0, #64]\n ldp x10, x11, [x0, #80]\n"
        " ldp x12, x13, [x0, #96]\n ldp x14, x15, [x0, #112]\n ldp x16, x17, [x0, #128]\n ldp x18, x19, [x0, #144]\n ldp x20, x21, [x0, #160]\n"
        " ldp x22, x23, [x0, #176]\n ldp x24, x25, [x0, #192]\n ldp x26, x27, [x0, #208]\n ldp x28, x29, [x0, #224]\n ldr x30, [x0, #240]\n"
        " ldp x0, x1, [x0]\n eret\n"
        "back32:\n mrs x0, tpidr_el" HOME "\n"
        " stp x2, x3, [x0, #16]\n stp x4, x5, [x0, #32]\n stp x6, x7, [x0, #48]\n stp x8, x9, [x0, #64]\n stp x10, x11, [x0, #80]\n"
        " stp x12, x13, [x0, #96]\n stp x14, x15, [x0, #112]\n stp x16, x17, [x0, #128]\n stp x18, x19, [x0, #144]\n stp x20, x21, [x0, #160]\n"
        " stp x22, x23, [x0, #176]\n stp x24, x25, [x0, #192]\n stp x26, x27, [x0, #208]\n stp x28, x29, [x0, #224]\n str x30, [x0, #240]\n"
        " ldp x2, x3, [sp], #16\n stp x2, x3, [x0]\n mrs x2, elr_el" HOME "\n mrs x3, spsr_el" HOME "\n stp x2, x3, [x0, #248]\n"
        " mrs x2, esr_el" HOME "\n stp x1, x2, [x0, #264]\n mrs x2, far_el" HOME "\n mrs x3, hpfar_el2\n stp x2, x3, [x0, #280]\n"
        " ldr x1, [sp, #96]\n msr vbar_el" HOME ", x1\n isb\n ldp x21, x22, [sp, #16]\n ldp x23, x24, [sp, #32]\n ldp x25, x26, [sp, #48]\n"
        " ldp x27, x28, [sp, #64]\n ldp x29, x30, [sp, #80]\n ldp x19, x20, [sp], #112\n ret\n"
        ".balign 0x800\nvectors32:\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n.balign 0x80\n stp x0, x1, [sp, #-16]!\n mov x1, #\\n\n b back32\n.endr\n"
        /* EL1's vectors in AArch64: each calls EL2 with its number */
        ".balign 0x800\n.global vectors_el1\nvectors_el1:\n"
        ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n.balign 0x80\n hvc #0x200 + \\n\n b .\n.endr\n"
        ".popsection");
extern u32 vectors_el1[];

#endif
