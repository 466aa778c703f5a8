/* Guests of firmware/vmm, a few instructions each, for what Linux never does. Flat arm64 Images; KIND picks one (tests/boot/vmm_exits.sh). */

#define UART 0x09000000
#define GICD 0x08000000
#define GICC 0x08010000
#define NOWHERE 0x0b000000
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_SYSTEM_RESET 0x84000009
#define PSCI_CPU_ON 0xc4000003

#ifndef TEXT_OFFSET
#define TEXT_OFFSET 0
#endif

.macro put letter
    mov w2, #\letter
    str w2, [x1]
.endm

.macro psci function
    ldr x0, =\function
    hvc #0
    b .
.endm

    .text
    b start
    .long 0
    .quad TEXT_OFFSET, 0x10000, 0, 0, 0, 0 /* text_offset, image_size, flags, reserved */
    .ascii "ARM\x64"
    .long 0

start:
    ldr x1, =UART
    ldr x3, =NOWHERE
    b KIND

serial: /* each size of write; FR with nothing received, an ID byte at each end */
    put 'a'
    strb w2, [x1]
    strh w2, [x1]
    str x2, [x1]
    ldr w4, [x1, #0x18]
    ldr w5, [x1, #0xfe0]
    ldr w6, [x1, #0xffc]
    sub w4, w4, #0x90
    sub w5, w5, #0x11
    sub w6, w6, #0xb1
    orr w4, w4, w5
    orr w4, w4, w6
    cbnz w4, 1f
    put 'y'
1:  put '\n'
    psci PSCI_SYSTEM_OFF

input: /* echoes until 'q' */
    ldr w4, [x1, #0x18]
    tbnz w4, #4, input
    ldr w2, [x1]
    str w2, [x1]
    cmp w2, #'q'
    b.ne input
    put '\n'
    psci PSCI_SYSTEM_OFF

cpu_on: /* vCPU 3 ends it */
    ldr x0, =PSCI_CPU_ON
    mov x4, x1
    mov x1, #3
    adr x2, 2f
    mov x3, #'s'
    hvc #0
    b .
2:  ldr x1, =UART
    str w0, [x1]
    put '\n'
    psci PSCI_SYSTEM_OFF

reset:
    psci PSCI_SYSTEM_RESET

read: /* twice the same, once another, of other sizes; all read as zero */
    mov x4, #-1
    ldrb w4, [x3]
    cbnz w4, 3f
    ldrb w4, [x3]
    mov x4, #-1
    ldr x4, [x3, #8]
    cbnz x4, 3f
    put 'z'
3:  put '\n'
    psci PSCI_SYSTEM_OFF

scan: /* 20 addresses, more than are reported */
    mov x4, #20
4:  ldr w5, [x3]
    add x3, x3, #4
    sub x4, x4, #1
    cbnz x4, 4b
    psci PSCI_SYSTEM_OFF

write:
    mov w2, #0x1234
    strh w2, [x3, #4]
    psci PSCI_SYSTEM_OFF

undecodable: /* a pair: no syndrome (ISV 0) */
    ldp x4, x5, [x3]
    psci PSCI_SYSTEM_OFF

/* The GICv2, KVM's or the VMM's own. x10 GICD, x11 GICC. Interrupts stay masked: WFI ends all the same, and GICC_IAR says why. */
.macro gicc_on
    ldr x10, =GICD
    ldr x11, =GICC
    mov w2, #0xf0
    str w2, [x11, #4]
    mov w2, #1
    str w2, [x11]
.endm

/* Waits for an interrupt, ends it after the instruction that takes its cause away, and checks that it is gone. */
.macro wait_for intid, letter, calm:vararg
8:  wfi
    ldr w4, [x11, #0xc]
    mov w5, #1023
    cmp w4, w5
    b.eq 8b
    \calm
    str w4, [x11, #0x10]
    ldr w6, [x11, #0xc]
    mov w2, #'!'
    cmp w6, w5
    b.ne 9f
    mov w5, #\intid
    cmp w4, w5
    b.ne 9f
    mov w2, #\letter
9:  str w2, [x1]
.endm

gic: /* the timer's PPI, the UART's SPI, an SGI to another vCPU and one back */
    gicc_on
    str w2, [x10]
    mov w2, #1 << 27
    str w2, [x10, #0x100]
    mov x2, #1000
    msr cntv_tval_el0, x2
    mov x2, #1
    msr cntv_ctl_el0, x2
    wait_for 27, 't', msr cntv_ctl_el0, xzr
    mov w2, #2
    str w2, [x10, #0x104]
    mov w2, #1
    strb w2, [x10, #0x821]
    mov w2, #1 << 5
    str w2, [x1, #0x38]
    put 'x'
    wait_for 33, 'u', str wzr, [x1, #0x38]
    ldr x0, =PSCI_CPU_ON
    mov x1, #1
    adr x2, 5f
    mov x3, #0
    hvc #0
    ldr x1, =UART
    mov w2, #0x20000
    orr w2, w2, #2
    str w2, [x10, #0xf00]
    wait_for 0x403, 's', nop
    put '\n'
    psci PSCI_SYSTEM_OFF
5:  ldr x1, =UART
    gicc_on
    wait_for 2, 'r', nop
    mov w2, #0x10000
    orr w2, w2, #3
    str w2, [x10, #0xf00]
6:  wfi
    b 6b

    .ltorg
