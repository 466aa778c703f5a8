/* Reset, EL3's vectors, and the way into a world. */

.equ STACK_SIZE, 0x2000
.equ FRAME_SIZE, 34 * 8
.equ RELEASED, 0x52454c45 /* what release_others writes */
.equ COUNTER_HZ, 62500000 /* the board's */

.section .text.start, "ax"
.global _start
_start:
    mov x0, #0x530 /* SCR_EL3: RW, HCE, RES1; Secure */
    msr scr_el3, x0
    msr cptr_el3, xzr
    mov x0, #1 << 16 /* MDCR_EL3.SDD: no self-hosted debug of the Secure world */
    msr mdcr_el3, x0
    ldr x0, =0x30c50830 /* SCTLR_EL3: RES1 */
    msr sctlr_el3, x0
    adr x0, vectors
    msr vbar_el3, x0
    ldr x0, =COUNTER_HZ
    msr cntfrq_el0, x0
    isb
    mrs x19, mpidr_el1
    and x19, x19, #0xff
    ldr x1, =stacks
    mov x2, #STACK_SIZE
    add x3, x19, #1
    madd x1, x2, x3, x1
    mov sp, x1
    cbnz x19, wait_for_release
    /* the first CPU: .data from flash to RAM, .bss cleared */
    ldr x0, =__data_start
    ldr x1, =__data_end
    ldr x2, =__data_load
1:  cmp x0, x1
    b.hs 2f
    ldr x3, [x2], #8
    str x3, [x0], #8
    b 1b
2:  ldr x0, =__bss_start
    ldr x1, =__bss_end
3:  cmp x0, x1
    b.hs go
    str xzr, [x0], #8
    b 3b
wait_for_release:
    ldr x0, =released
    ldr w2, =RELEASED
4:  ldr w1, [x0]
    cmp w1, w2
    b.eq go
    wfe
    b 4b
go: bl mmu_on_el3
    mov x0, x19
    b monitor_main

.global release_others
release_others:
    ldr x0, =released
    ldr w1, =RELEASED
    str w1, [x0]
    dc civac, x0
    dsb sy
    sev
    ret

/* ---- exceptions ---- */

.macro vector number
    .balign 0x80
    sub sp, sp, #FRAME_SIZE
    stp x0, x1, [sp]
    mov x1, #\number
    b taken
.endm

.text
.balign 0x800
vectors:
    vector 0
    vector 1
    vector 2
    vector 3
    vector 4
    vector 5
    vector 6
    vector 7
    vector 8
    vector 9
    vector 10
    vector 11
    vector 12
    vector 13
    vector 14
    vector 15

taken:
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    mrs x2, elr_el3
    stp x30, x2, [sp, #240]
    mrs x3, spsr_el3
    str x3, [sp, #256]
    mov x0, sp
    bl on_exception
resume:
    ldp x30, x2, [sp, #240]
    ldr x3, [sp, #256]
    msr elr_el3, x2
    msr spsr_el3, x3
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    ldp x0, x1, [sp]
    add sp, sp, #FRAME_SIZE
    eret

/* enter(f): the stack begins anew under a copy of the frame, and the next exception finds it empty. */
.global enter
enter:
    mrs x1, mpidr_el1
    and x1, x1, #0xff
    ldr x2, =stacks
    mov x3, #STACK_SIZE
    add x1, x1, #1
    madd x2, x3, x1, x2
    sub x4, x2, #FRAME_SIZE
    mov x5, #FRAME_SIZE
1:  sub x5, x5, #8
    ldr x6, [x0, x5]
    str x6, [x4, x5]
    cbnz x5, 1b
    mov sp, x4
    b resume

/* ---- FP registers: fp_save(struct fp_state *), fp_load ---- */

.macro each_pair op
    \op q0, q1, [x0]
    \op q2, q3, [x0, #32]
    \op q4, q5, [x0, #64]
    \op q6, q7, [x0, #96]
    \op q8, q9, [x0, #128]
    \op q10, q11, [x0, #160]
    \op q12, q13, [x0, #192]
    \op q14, q15, [x0, #224]
    \op q16, q17, [x0, #256]
    \op q18, q19, [x0, #288]
    \op q20, q21, [x0, #320]
    \op q22, q23, [x0, #352]
    \op q24, q25, [x0, #384]
    \op q26, q27, [x0, #416]
    \op q28, q29, [x0, #448]
    \op q30, q31, [x0, #480]
.endm

.global fp_save
fp_save:
    each_pair stp
    mrs x1, fpcr
    mrs x2, fpsr
    str x1, [x0, #512]
    str x2, [x0, #520]
    ret

.global fp_load
fp_load:
    each_pair ldp
    ldr x1, [x0, #512]
    ldr x2, [x0, #520]
    msr fpcr, x1
    msr fpsr, x2
    ret

.section .noinit, "aw", %nobits
.balign 64
released:
    .skip 64
.bss
.balign 16
stacks:
    .skip 8 * STACK_SIZE
