/* Start in Hyp mode, its vectors, and run(): leaves Hyp mode with an ERET for a state, and comes back with what was trapped. */
    .syntax unified
    .arch armv7ve
    .arch_extension sec
    .fpu neon-vfpv4
    .pushsection .text.start, "ax"
    .global _start
_start:
    ldr sp, =stack_top
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
1:  cmp r0, r1
    strlo r2, [r0], #4
    blo 1b
    ldr r0, =hyp_vectors
    mcr p15, 4, r0, c12, c0, 0          /* HVBAR */
    ldr r0, =low_vectors
    mcr p15, 0, r0, c12, c0, 0          /* VBAR */
    isb
    bl guest_main
    b .
    .ltorg
    .popsection

    .text
    .balign 32
hyp_vectors:
    b .
    b h1
    b h2
    b h3
    b h4
    b h5
    b h6
    b h7
    .irp n, 1, 2, 3, 4, 5, 6, 7
h\n: push {r0}
    mov r0, #\n
    b trapped
    .endr

/* struct state: r[15], pc, psr, then what is known of the trap. Hyp mode's LR is User mode's. */
    .global run
run:
    push {r4-r12, lr}
    ldr r1, =current
    str r0, [r1]
    ldr r1, [r0, #60]
    msr elr_hyp, r1
    ldr r1, [r0, #64]
    msr spsr_cxsf, r1
    ldr lr, [r0, #56]
    ldm r0, {r0-r12}
    eret
trapped:
    push {r0}
    ldr r0, =current
    ldr r0, [r0]
    add r0, r0, #4
    stm r0, {r1-r12}
    sub r0, r0, #4
    pop {r1, r2}
    str r2, [r0]
    str lr, [r0, #56]
    mrs r2, elr_hyp
    str r2, [r0, #60]
    mrs r2, spsr
    str r2, [r0, #64]
    str r1, [r0, #68]
    mrc p15, 4, r2, c5, c2, 0           /* HSR */
    str r2, [r0, #72]
    mrc p15, 4, r2, c6, c0, 0           /* HDFAR */
    str r2, [r0, #76]
    mrc p15, 4, r2, c6, c0, 2           /* HIFAR */
    str r2, [r0, #80]
    mrc p15, 4, r2, c6, c0, 4           /* HPFAR */
    str r2, [r0, #84]
    mrs r2, cpsr
    str r2, [r0, #88]
    pop {r4-r12, pc}
    .ltorg

/* PL1's vectors call Hyp mode, which finds the handler's state in its SPSR: the call's number is 0x100 and the vector's. */
    .balign 32
    .global low_vectors
low_vectors:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    hvc #0x100 + \n
    .endr
    .balign 32
    .thumb
    .global thumb_vectors
thumb_vectors:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    hvc #0x100 + \n
    .endr
    .arm

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
