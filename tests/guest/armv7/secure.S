/* Start in Secure Supervisor mode, from there to Monitor mode, its vectors, and run(): leaves Monitor mode for a state and a world. */
    .syntax unified
    .arch armv7ve
    .arch_extension sec
    .arch_extension virt
    .fpu neon-vfpv4
    .pushsection .text.start, "ax"
    .global _start
_start:
    cps #0x16
    ldr sp, =stack_top
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
1:  cmp r0, r1
    strlo r2, [r0], #4
    blo 1b
    ldr r0, =monitor_vectors
    mcr p15, 0, r0, c12, c0, 1          /* MVBAR */
    ldr r0, =secure_vectors
    mcr p15, 0, r0, c12, c0, 0          /* VBAR */
    mov r0, #1
    mcr p15, 0, r0, c1, c1, 0           /* SCR.NS */
    isb
    ldr r0, =normal_vectors
    mcr p15, 0, r0, c12, c0, 0
    mov r0, #0
    mcr p15, 0, r0, c1, c1, 0
    isb
    bl guest_main
    b .
    .ltorg
    .popsection

    .text
    .balign 32
monitor_vectors:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    b m\n
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
m\n: push {r0}
    mov r0, #\n
    b trapped
    .endr

/* struct world: r[13], pc, psr, scr, then what is known of what ended it. */
    .global run
run:
    push {r4-r12, lr}
    ldr r1, =current
    str r0, [r1]
    ldr lr, [r0, #52]
    ldr r1, [r0, #56]
    msr spsr_cxsf, r1
    ldr r1, [r0, #60]
    mcr p15, 0, r1, c1, c1, 0
    isb
    ldm r0, {r0-r12}
    movs pc, lr
trapped:
    push {r0}
    ldr r0, =current
    ldr r0, [r0]
    add r0, r0, #4
    stm r0, {r1-r12}
    sub r0, r0, #4
    pop {r1, r2}
    str r2, [r0]
    str lr, [r0, #52]
    mrs r2, spsr
    str r2, [r0, #56]
    mrc p15, 0, r2, c1, c1, 0
    str r2, [r0, #60]
    str r1, [r0, #64]
    mrs r2, cpsr
    str r2, [r0, #68]
    mov r2, #0
    mcr p15, 0, r2, c1, c1, 0
    isb
    pop {r4-r12, pc}
    .ltorg

/* PL1's and PL2's vectors call Monitor mode, which finds out by its LR. */
    .irp world, secure, normal, hyp
    .balign 32
    .global \world\()_vectors
\world\()_vectors:
    .rept 8
    smc #0
    .endr
    .endr

    .balign 4
    .global memset
memset:
    mov r3, r0
1:  subs r2, r2, #1
    strbhs r1, [r3], #1
    bhi 1b
    bx lr
    .global memcpy
memcpy:
    mov r3, r0
1:  subs r2, r2, #1
    ldrbhs r12, [r1], #1
    strbhs r12, [r3], #1
    bhi 1b
    bx lr

    .pushsection .bss
current:
    .skip 4
    .balign 16
    .skip 0x2000
stack_top:
    .popsection
    .section .note.GNU-stack, "", %progbits
