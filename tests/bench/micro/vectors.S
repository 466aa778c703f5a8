/* The microbenchmarks' vectors: a hypervisor's and a guest kernel's, as small as such are at best: about 30 instructions a round. */

.macro save
    sub sp, sp, #144
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
.endm

.macro leave
    ldp x16, x17, [sp, #128]
    ldp x14, x15, [sp, #112]
    ldp x12, x13, [sp, #96]
    ldp x10, x11, [sp, #80]
    ldp x8, x9, [sp, #64]
    ldp x6, x7, [sp, #48]
    ldp x4, x5, [sp, #32]
    ldp x2, x3, [sp, #16]
    ldp x0, x1, [sp]
    add sp, sp, #144
    eret
.endm

.macro count
    adrp x16, bench_events
    ldr x17, [x16, #:lo12:bench_events]
    add x17, x17, #1
    str x17, [x16, #:lo12:bench_events]
.endm

.macro skip el
    mrs x15, elr_\el
    add x15, x15, #4
    msr elr_\el, x15
.endm

/* The end of a guest: the call is made again, to the library's vectors. */
.macro hand_on el offset
    adrp x2, bench_library_vbar
    add x2, x2, #:lo12:bench_library_vbar
    ldr x2, [x2, #\offset]
    msr vbar_\el, x2
    mrs x3, elr_\el
    sub x3, x3, #4
    msr elr_\el, x3
    leave
.endm

.macro none el
    .balign 0x80
    mrs x1, esr_\el
    mrs x2, elr_\el
    b unexpected_\el
.endm

.text
unexpected_el1: /* the guest cannot print */
    hvc #0xbad
unexpected_el2:
unexpected:
    adr x0, what
    bl bench_fail
    b .
what:
    .asciz "exception: ESR, ELR"

/* ---- EL2 ---- */

.global bench_vectors_el2
.balign 0x800
bench_vectors_el2:
    none el2
    none el2
    none el2
    none el2
    none el2
    .balign 0x80 /* an IRQ at EL2 */
    save
    b el2_irq
    none el2
    none el2
    .balign 0x80 /* synchronous, from EL1 */
    save
    mrs x0, esr_el2
    ubfx x1, x0, #26, #6
    cmp x1, #0x16
    b.eq hypercall
    cmp x1, #0x18
    b.eq trapped_write
    cmp x1, #0x24
    b.eq data_abort
    mrs x2, elr_el2
    mov x1, x0
    b unexpected
    .rept 7
    none el2
    .endr

hypercall:
    and x1, x0, #0xffff
    cbnz x1, 1f
    count
    leave
1:  cmp x1, #1
    b.ne 2f
    adrp x2, bench_vttbr
    add x2, x2, #:lo12:bench_vttbr
    ldp x3, x4, [x2]
    mrs x5, vttbr_el2
    cmp x5, x3
    csel x3, x4, x3, eq
    msr vttbr_el2, x3
    isb
    count
    leave
2:  cmp x1, #0xfff
    b.eq 3f
    mrs x2, elr_el2
    cmp x1, #2
    mov x1, x0
    b.ne unexpected
    mov x2, #0x08030000
    mov w3, #0x1800 << 16 /* pending, priority 0x80 */
    orr w3, w3, #27 & 0x18
    orr w3, w3, #27 & 0x03
    str w3, [x2, #0x100]
    leave
3:  hand_on el2, 8

trapped_write:
    ubfx x2, x0, #5, #5 /* ISS.Rt */
    ldr x3, [sp, x2, lsl #3]
    adrp x4, bench_value
    str x3, [x4, #:lo12:bench_value]
    skip el2
    count
    leave

data_abort:
    mrs x1, far_el2
    mrs x2, hpfar_el2
    and x1, x1, #0xfff
    ubfx x2, x2, #4, #28
    orr x1, x1, x2, lsl #12
    adrp x4, bench_value
    str x1, [x4, #:lo12:bench_value]
    ubfx x2, x0, #16, #5 /* ISS.SRT */
    str x1, [sp, x2, lsl #3]
    skip el2
    count
    leave

el2_irq:
    mov x1, #0x08010000
    ldr w2, [x1, #0xc] /* GICC_IAR */
    mrs x3, mpidr_el1
    and x3, x3, #1
    adrp x4, bench_ipis
    add x4, x4, #:lo12:bench_ipis
    ldr x5, [x4, x3, lsl #3]
    add x5, x5, #1
    str x5, [x4, x3, lsl #3]
    str w2, [x1, #0x10] /* GICC_EOIR */
    leave

/* ---- EL1 ---- */

.global bench_vectors_el1
.balign 0x800
bench_vectors_el1:
    none el1
    none el1
    none el1
    none el1
    none el1
    .balign 0x80 /* a virtual IRQ at EL1 */
    save
    mov x1, #0x08040000
    ldr w2, [x1, #0xc] /* GICV_IAR */
    cmp w2, #27
    b.ne 1f
    count
1:  str w2, [x1, #0x10] /* GICV_EOIR */
    b el1_leave
    none el1
    none el1
    .balign 0x80 /* synchronous, from EL0 */
    save
    mrs x0, esr_el1
    ubfx x1, x0, #26, #6
    cmp x1, #0x15
    b.eq system_call
    b unexpected_el1
    .rept 7
    none el1
    .endr

system_call:
    and x1, x0, #0xffff
    cbnz x1, 1f
    count
el1_leave:
    leave
1:  hand_on el1, 0
