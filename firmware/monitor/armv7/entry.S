/* Reset, Monitor mode's vectors, and the way into a world. */

.syntax unified
.arch armv7ve
.fpu neon-vfpv4
.arm

.equ STACK_SIZE, 0x2000
.equ FRAME_SIZE, 15 * 4
.equ RELEASED, 0x52454c45 /* what release_others writes */
.equ COUNTER_HZ, 62500000 /* the board's */
.equ MODE_MON, 0x16
.equ KIND_SMC, 0
.equ KIND_FIQ, 1
.equ KIND_OTHER, 2

.section .text.start, "ax"
.global _start
_start: /* also the Secure vectors until the payload has its own */
    b reset
    b .
    b .
    b .
    b .
    b .
    b .
    b .

reset:
    cpsid aif, #MODE_MON
    mov r0, #0x200 /* SCR.SIF; Secure */
    mcr p15, 0, r0, c1, c1, 0
    ldr r0, =monitor_vectors
    mcr p15, 0, r0, c12, c0, 1 /* MVBAR */
    ldr r0, =0x40c00 /* NSACR: CP10, CP11, and ACTLR.SMP for the Normal world */
    mcr p15, 0, r0, c1, c1, 2
    mrc p15, 0, r0, c1, c0, 1 /* ACTLR.SMP: the caches of all CPUs agree */
    orr r0, r0, #0x40
    mcr p15, 0, r0, c1, c0, 1
    ldr r0, =COUNTER_HZ
    mcr p15, 0, r0, c14, c0, 0 /* CNTFRQ */
    isb
    mrc p15, 0, r4, c0, c0, 5 /* MPIDR */
    and r4, r4, #0xff
    ldr r1, =stacks
    mov r2, #STACK_SIZE
    add r3, r4, #1
    mla sp, r2, r3, r1
    cmp r4, #0
    bne wait_for_release
    /* the first CPU: .data from flash to RAM, .bss cleared */
    ldr r0, =__data_start
    ldr r1, =__data_end
    ldr r2, =__data_load
1:  cmp r0, r1
    ldrlo r3, [r2], #4
    strlo r3, [r0], #4
    blo 1b
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r3, #0
2:  cmp r0, r1
    strlo r3, [r0], #4
    blo 2b
    b go
wait_for_release:
    ldr r0, =released
    ldr r2, =RELEASED
3:  ldr r1, [r0]
    cmp r1, r2
    wfene
    bne 3b
go: bl mmu_on
    mov r0, r4
    b monitor_main

.global release_others
release_others:
    ldr r0, =released
    ldr r1, =RELEASED
    str r1, [r0]
    mcr p15, 0, r0, c7, c14, 1 /* DCCIMVAC */
    dsb
    sev
    bx lr

/* ---- exceptions ---- */

.text
.balign 32
monitor_vectors:
    b other
    b other
    b smc
    b other
    b other
    b .
    b other
    /* FIQ: LR is one instruction too far */
    sub lr, lr, #4
    sub sp, sp, #4 /* SP stays a multiple of 8 */
    srsdb sp!, #MODE_MON
    push {r0-r12}
    mov r1, #KIND_FIQ
    b taken
smc:
    sub sp, sp, #4
    srsdb sp!, #MODE_MON
    push {r0-r12}
    mov r1, #KIND_SMC
    b taken
other:
    sub sp, sp, #4
    srsdb sp!, #MODE_MON
    push {r0-r12}
    mov r1, #KIND_OTHER
taken:
    mov r0, sp
    bl on_exception
resume:
    clrex
    pop {r0-r12}
    /* RFE leaves the empty word on the stack: it goes first */
    push {r0, r1}
    ldr r0, [sp, #8]
    ldr r1, [sp, #12]
    str r0, [sp, #12]
    str r1, [sp, #16]
    pop {r0, r1}
    add sp, sp, #4
    rfeia sp!

/* enter(f): the stack begins anew under a copy of the frame, and the next exception finds it empty. */
.global enter
enter:
    mrc p15, 0, r1, c0, c0, 5
    and r1, r1, #0xff
    ldr r2, =stacks
    mov r3, #STACK_SIZE
    add r1, r1, #1
    mla r2, r3, r1, r2
    sub r4, r2, #FRAME_SIZE + 4
    mov r5, #FRAME_SIZE
1:  subs r5, r5, #4
    ldr r6, [r0, r5]
    str r6, [r4, r5]
    bne 1b
    mov sp, r4
    b resume

/* modes_save(struct modes *), modes_load: by going through the modes, which Monitor mode may with SCR.NS = 0 */
.equ MODE_FIQ, 0x11
.equ MODE_IRQ, 0x12
.equ MODE_SVC, 0x13
.equ MODE_ABT, 0x17
.equ MODE_UND, 0x1b
.equ MODE_SYS, 0x1f

.global modes_save
modes_save:
    cps #MODE_SYS
    str sp, [r0], #4
    str lr, [r0], #4
    .irp mode, MODE_SVC, MODE_ABT, MODE_UND, MODE_IRQ
    cps #\mode
    str sp, [r0], #4
    str lr, [r0], #4
    mrs r1, spsr
    str r1, [r0], #4
    .endr
    cps #MODE_FIQ
    stmia r0!, {r8-r12}
    str sp, [r0], #4
    str lr, [r0], #4
    mrs r1, spsr
    str r1, [r0]
    cps #MODE_MON
    bx lr

.global modes_load
modes_load:
    cps #MODE_SYS
    ldr sp, [r0], #4
    ldr lr, [r0], #4
    .irp mode, MODE_SVC, MODE_ABT, MODE_UND, MODE_IRQ
    cps #\mode
    ldr sp, [r0], #4
    ldr lr, [r0], #4
    ldr r1, [r0], #4
    msr spsr_fsxc, r1
    .endr
    cps #MODE_FIQ
    ldmia r0!, {r8-r12}
    ldr sp, [r0], #4
    ldr lr, [r0], #4
    ldr r1, [r0]
    msr spsr_fsxc, r1
    cps #MODE_MON
    bx lr

.section .noinit, "aw", %nobits
.balign 64
released:
    .skip 64
.bss
.balign 16
stacks:
    .skip 8 * STACK_SIZE

.section .note.GNU-stack, "", %progbits
