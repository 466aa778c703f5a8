/* The payload's start, its loop of calls, and its one vector: an FIQ while it runs itself. */

.syntax unified
.arch armv7ve
.fpu neon-vfpv4
.arch_extension sec
.arm

.equ STACK_SIZE, 0x1000
.equ FIQ_STACK_SIZE, 0x400
.equ PAYLOAD_DONE, 0xb20000ff
.equ MODE_FIQ, 0x11
.equ MODE_IRQ, 0x12
.equ MODE_SVC, 0x13
.equ MODE_ABT, 0x17
.equ MODE_UND, 0x1b
.equ MODE_SYS, 0x1f

.text
.global payload_start
payload_start: /* Secure SVC; r0: the CPU's index. The monitor's translations are its, too */
    add r3, r0, #1
    ldr r1, =payload_fiq_stacks
    mov r2, #FIQ_STACK_SIZE
    mla r1, r2, r3, r1
    cps #MODE_FIQ
    mov sp, r1
    cps #MODE_SVC
    ldr r1, =payload_stacks
    mov r2, #STACK_SIZE
    mla sp, r2, r3, r1
    ldr r0, =payload_vectors
    mcr p15, 0, r0, c12, c0, 0 /* VBAR */
    mov r0, #0xf00000
    mcr p15, 0, r0, c1, c0, 2 /* CPACR: CP10, CP11 */
    isb
    mov r0, #0x40000000
    vmsr fpexc, r0
    bl payload_init
    sub sp, sp, #24
1:  ldr r0, =PAYLOAD_DONE
    smc #0
    /* the next request: r0 says which, r1 to r4 are its arguments */
    stm sp, {r0-r4}
    mov r0, sp
    bl payload_request
    ldm sp, {r1-r4}
    b 1b

/* u32 payload_fill(u32 seed): all FP registers are written, and summed up again; those of the other modes are written, too, and the TLB emptied */
.global payload_fill
payload_fill:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    vdup.32 d\n, r0
    .endr
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    vadd.i32 d0, d0, d\n
    .endr
    mov r1, #0xc00000
    vmsr fpscr, r1
    .irp mode, MODE_IRQ, MODE_ABT, MODE_UND
    cps #\mode
    mov sp, r0
    mov lr, r0
    msr spsr_fsxc, r0
    .endr
    cps #MODE_SYS
    mov sp, r0
    mov lr, r0
    cps #MODE_FIQ
    mov r8, r0
    mov r12, r0
    mov lr, r0
    msr spsr_fsxc, r0
    cps #MODE_SVC
    mcr p15, 0, r0, c8, c7, 0 /* TLBIALL */
    dsb
    isb
    vmov.32 r0, d0[0]
    bx lr

.balign 32
payload_vectors:
    b .
    b .
    b .
    b .
    b .
    b .
    b .
    sub lr, lr, #4
    push {r0-r3, r12, lr}
    bl payload_interrupt
    pop {r0-r3, r12, lr}
    movs pc, lr

.bss
.balign 16
payload_stacks:
    .skip 8 * STACK_SIZE
payload_fiq_stacks:
    .skip 8 * FIQ_STACK_SIZE

.section .note.GNU-stack, "", %progbits
