/* The A32 microbenchmarks' start and vectors: a hypervisor's and a guest kernel's, as small as such are at best. They do what micro/vectors.S does,
 * in fewer instructions, for the 14 registers of a frame are saved and loaded by one. */

.syntax unified
.arch armv7ve
.arm

.macro count
    movw r4, #:lower16:bench_events
    movt r4, #:upper16:bench_events
    ldr r5, [r4]
    add r5, r5, #1
    str r5, [r4]
.endm

.macro note_value register
    movw r4, #:lower16:bench_value
    movt r4, #:upper16:bench_value
    str \register, [r4]
.endm

.macro leave_hyp
    pop {r0-r12, lr}
    eret
.endm

.macro skip_hyp
    mrs r6, elr_hyp
    add r6, r6, #4
    msr elr_hyp, r6
.endm

.section .text.start, "ax"
.global _start
_start:
    ldr r0, =__bss_start
    ldr r1, =__bss_end
    mov r2, #0
1:  cmp r0, r1
    strlo r2, [r0], #4
    blo 1b
    mrs r0, cpsr
    and r1, r0, #31
    ldr sp, =hyp_stack
    cmp r1, #0x1a
    bne unexpected /* not in Hyp mode */
    ldr r0, =hyp_vectors
    mcr p15, 4, r0, c12, c0, 0 /* HVBAR */
    ldr r0, =svc_stack
    msr sp_svc, r0
    ldr r0, =irq_stack
    msr sp_irq, r0
    isb
    bl guest_main
    b .

/* enter_guest(n, fn, spsr): fn, with n in R0, until it says CALL_END. This stack is where an exception's frame is put, too. */
.text
.global enter_guest
enter_guest:
    push {r4-r12, lr}
    msr elr_hyp, r1
    msr spsr_cxsf, r2
    eret
end_of_guest:
    add sp, sp, #14 * 4
    pop {r4-r12, pc}

/* ---- Hyp mode ---- */

.balign 32
hyp_vectors:
    b .
    b unexpected
    b unexpected
    b unexpected
    b unexpected
    b hyp_trap
    b unexpected
    b unexpected

hyp_trap:
    push {r0-r12, lr}
    mrc p15, 4, r0, c5, c2, 0 /* HSR */
    lsr r1, r0, #26
    cmp r1, #0x12
    beq hypercall
    cmp r1, #0x03
    beq trapped_write
    cmp r1, #0x24
    beq data_abort
unexpected: /* R0: HSR, where there is one */
    mrs r2, elr_hyp
    mov r1, r0
    ldr r0, =what
    bl bench_fail
    b .
.ltorg
what:
    .asciz "exception: HSR, ELR_hyp"
    .balign 4

hypercall:
    uxth r1, r0
    cmp r1, #0
    bne 1f
    count
    leave_hyp
1:  cmp r1, #1
    bne 2f
    movw r2, #:lower16:bench_vttbr
    movt r2, #:upper16:bench_vttbr
    ldrd r4, r5, [r2]
    mrrc p15, 6, r8, r9, c2 /* VTTBR */
    cmp r8, r4
    ldrdeq r4, r5, [r2, #8]
    mcrr p15, 6, r4, r5, c2
    isb
    count
    leave_hyp
2:  movw r2, #0xfff
    cmp r1, r2
    beq end_of_guest
    cmp r1, #2
    bne unexpected
    movw r2, #0x0000
    movt r2, #0x0803
    movw r3, #27
    movt r3, #0x1800 /* pending, priority 0x80 */
    str r3, [r2, #0x100] /* GICH_LR0 */
    leave_hyp

trapped_write:
    ubfx r2, r0, #5, #4 /* ISS.Rt */
    ldr r3, [sp, r2, lsl #2]
    note_value r3
    skip_hyp
    count
    leave_hyp

data_abort:
    mrc p15, 4, r1, c6, c0, 0 /* HDFAR */
    mrc p15, 4, r2, c6, c0, 4 /* HPFAR */
    ubfx r1, r1, #0, #12
    lsr r2, r2, #4
    orr r1, r1, r2, lsl #12
    note_value r1
    ubfx r2, r0, #16, #4 /* ISS.SRT */
    str r1, [sp, r2, lsl #2]
    skip_hyp
    count
    leave_hyp

/* ---- PL1 ---- */

.balign 32
.global bench_vectors_pl1
bench_vectors_pl1:
    b .
    hvc #0xbad
    b system_call
    hvc #0xbad
    hvc #0xbad
    b .
    b virtual_irq
    hvc #0xbad

system_call:
    push {r0-r12, lr}
    ldr r1, [lr, #-4] /* no register holds the immediate */
    bic r1, r1, #0xff000000
    cmp r1, #0
    bne 1f
    count
    ldm sp!, {r0-r12, pc}^
1:  add sp, sp, #14 * 4
    hvc #0xfff

virtual_irq:
    sub lr, lr, #4
    push {r0-r12, lr}
    movw r1, #0x0000
    movt r1, #0x0804
    ldr r2, [r1, #0xc] /* GICV_IAR */
    cmp r2, #27
    bne 1f
    count
1:  str r2, [r1, #0x10] /* GICV_EOIR */
    ldm sp!, {r0-r12, pc}^

.bss
.balign 16
    .skip 0x4000
hyp_stack:
    .skip 0x400
svc_stack:
    .skip 0x400
irq_stack:

.section .note.GNU-stack, "", %progbits
