/* Start-up, vectors and world switches of the guest tests. Runs at the EL it is entered at: 3, 2 or 1. */

.equ STACK_SIZE, 0x8000

.section .text.start, "ax"
.global _start
_start:
    adrp x1, stacks
    add x1, x1, #:lo12:stacks
    mov x2, #STACK_SIZE
    mrs x3, CurrentEL
    lsr x3, x3, #2
    /* a stack for each EL: stacks + el * STACK_SIZE upwards, top at the next one's start */
    add x4, x3, #1
    madd x4, x4, x2, x1
    mov sp, x4
    adrp x5, __bss_start
    add x5, x5, #:lo12:__bss_start
    adrp x6, __bss_end
    add x6, x6, #:lo12:__bss_end
1:  cmp x5, x6
    b.hs 2f
    str xzr, [x5], #8
    b 1b
2:  adrp x7, vectors
    add x7, x7, #:lo12:vectors
    cmp x3, #3
    b.ne 3f
    msr vbar_el3, x7
    msr cptr_el3, xzr
    mov x8, #0x5b1 /* SCR_EL3: RW, HCE, RES1, NS */
    msr scr_el3, x8
3:  cmp x3, #2
    b.lo 4f
    msr vbar_el2, x7
    mov x8, #0x33ff
    msr cptr_el2, x8
    mov x8, #1 << 31
    msr hcr_el2, x8
    mov x8, #3
    msr cnthctl_el2, x8
    add x9, x1, x2, lsl #1
    add x9, x9, x2 /* EL2's stack top: stacks + 3 * size */
    cmp x3, #3
    b.ne 4f
    /* below EL3: SP_EL2 is written from EL3 */
    msr sp_el2, x9
4:  msr vbar_el1, x7
    mov x8, #3 << 20
    msr cpacr_el1, x8
    cmp x3, #2
    b.lo 5f
    add x9, x1, x2, lsl #1
    msr sp_el1, x9
5:  add x9, x1, x2
    msr sp_el0, x9
    isb
    bl guest_main
    b .

/* Where a PE other than the first starts, at EL2 or EL1. X0: struct pe_start (guest.h), which keeps what it found. */
.global pe_entry
pe_entry:
    mrs x1, CurrentEL
    mrs x2, daif
    stp x1, x2, [x0, #24]
    adrp x7, vectors
    add x7, x7, #:lo12:vectors
    cmp x1, #(2 << 2)
    b.ne 1f
    mrs x3, sctlr_el2
    msr vbar_el2, x7
    mov x8, #0x33ff
    msr cptr_el2, x8
    mov x8, #1 << 31
    msr hcr_el2, x8
    mov x8, #3
    msr cnthctl_el2, x8
    b 2f
1:  mrs x3, sctlr_el1
2:  msr vbar_el1, x7
    str x3, [x0, #40]
    mov x8, #3 << 20
    msr cpacr_el1, x8
    ldp x4, x5, [x0]
    mov sp, x4
    isb
    ldr x0, [x0, #16]
    blr x5
    mov w0, #2 /* PSCI CPU_OFF */
    movk w0, #0x8400, lsl #16
    b psci

/* s64 psci(u64 function, u64 x1, u64 x2, u64 x3): by SMC where EL2 is, else by HVC. */
.global psci
psci:
    mrs x4, CurrentEL
    cmp x4, #(2 << 2)
    b.ne 1f
    smc #0
    ret
1:  hvc #0
    ret

/* ---- vectors: one table for all ELs ---- */

.macro entry number
    .balign 0x80
    sub sp, sp, #272
    stp x0, x1, [sp]
    mov x0, #\number
    b common
.endm

.text
.balign 0x800
vectors:
    entry 0
    entry 1
    entry 2
    entry 3
    entry 4
    entry 5
    entry 6
    entry 7
    entry 8
    entry 9
    entry 10
    entry 11
    entry 12
    entry 13
    entry 14
    entry 15

common:
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
    str x30, [sp, #240]
    mov x1, sp
    bl on_exception /* 0: go on where ELR says; else it came from the end of run_at */
    cbnz x0, 1f
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
    ldr x30, [sp, #240]
    ldp x0, x1, [sp]
    add sp, sp, #272
    eret
1:  /* back to who called run_at, on its own stack */
    ldr x1, [sp]
    adrp x2, saved_sp
    ldr x3, [x2, #:lo12:saved_sp]
    mov sp, x3
    mov x0, x1
    ldp x19, x20, [sp], #16
    ldp x21, x22, [sp], #16
    ldp x23, x24, [sp], #16
    ldp x25, x26, [sp], #16
    ldp x27, x28, [sp], #16
    ldp x29, x30, [sp], #16
    ret

/* u64 run_at_spsr(u64 spsr, void *fn, u64 arg): enters fn there; comes back with X0 when it returns (or reaches the end call). */
.global run_at_spsr
run_at_spsr:
    stp x29, x30, [sp, #-16]!
    stp x27, x28, [sp, #-16]!
    stp x25, x26, [sp, #-16]!
    stp x23, x24, [sp, #-16]!
    stp x21, x22, [sp, #-16]!
    stp x19, x20, [sp, #-16]!
    adrp x3, saved_sp
    mov x4, sp
    str x4, [x3, #:lo12:saved_sp]
    mrs x5, CurrentEL
    cmp x5, #(3 << 2)
    b.ne 1f
    msr spsr_el3, x0
    msr elr_el3, x1
    b 3f
1:  cmp x5, #(2 << 2)
    b.ne 2f
    msr spsr_el2, x0
    msr elr_el2, x1
    b 3f
2:  msr spsr_el1, x0
    msr elr_el1, x1
3:  and x6, x0, #0xc
    adr x30, end_el0
    cbz x6, 4f
    adr x30, end_el1
4:  mov x0, x2
    eret

/* Where functions at EL0 and at EL1 or EL2 return to. on_exception knows these calls by their immediates. */
end_el0:
    svc #0xfff
    b .
.global end_el1
end_el1:
    mrs x1, CurrentEL
    adrp x2, home_el
    ldr w2, [x2, #:lo12:home_el]
    cmp w2, #3
    b.eq 1f
    hvc #0xfff
    b .
1:  smc #0xfff
    b .

.bss
.balign 16
stacks:
    .skip 4 * STACK_SIZE
saved_sp:
    .skip 8
