/* The payload's start, its loop of calls, and its one vector: an FIQ while it runs itself. */

.equ STACK_SIZE, 0x1000
.equ PAYLOAD_DONE, 0xb20000ff

.text
.global payload_start
payload_start: /* x0: the CPU's index */
    ldr x1, =payload_stacks
    mov x2, #STACK_SIZE
    add x3, x0, #1
    madd x1, x2, x3, x1
    msr spsel, #1
    mov sp, x1
    ldr x0, =payload_vectors
    msr vbar_el1, x0
    mov x0, #3 << 20 /* CPACR_EL1.FPEN */
    msr cpacr_el1, x0
    isb
    bl mmu_on_el1
    bl payload_init
    sub sp, sp, #48
1:  ldr w0, =PAYLOAD_DONE
    smc #0
    /* the next request: x0 says which, x1 to x4 are its arguments */
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    str x4, [sp, #32]
    mov x0, sp
    bl payload_request
    ldp x1, x2, [sp]
    ldp x3, x4, [sp, #16]
    b 1b

/* u64 payload_fill(u64 seed): all FP registers are written, and summed up again; EL1's registers that are not needed here are written, too, and the
 * TLB emptied, so that those that are have to be right */
.global payload_fill
payload_fill:
    .irp name, ttbr1_el1, amair_el1, contextidr_el1, esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1, elr_el1, spsr_el1, sp_el0, tpidr_el0, tpidr_el1, tpidrro_el0
    msr \name, x0
    .endr
    tlbi vmalle1
    dsb sy
    isb
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    dup v\n\().2d, x0
    .endr
    .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    add v0.2d, v0.2d, v\n\().2d
    .endr
    mov x0, #0x3000000
    msr fpcr, x0
    umov x0, v0.d[0]
    ret

.balign 0x800
payload_vectors:
    .skip 0x200 /* with SP_EL0: not in use */
    b .         /* a fault of the payload's own */
    .balign 0x80
    b .
    .balign 0x80
    stp x0, x1, [sp, #-160]!
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x30, [sp, #144]
    b payload_fiq
    .balign 0x80
    b .
    .balign 0x800

payload_fiq:
    bl payload_interrupt
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x30, [sp, #144]
    ldp x0, x1, [sp], #160
    eret

.bss
.balign 16
payload_stacks:
    .skip 8 * STACK_SIZE
