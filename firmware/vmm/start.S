/* The two things that C cannot say: a program's first instruction, and a thread that wakes up on another stack. */

#define SYS_EXIT 93
#define SYS_CLONE 220

    .text

/* The kernel enters with SP at argc, argv[0] … argv[argc - 1], 0, and all registers unknown. */
    .global _start
_start:
    mov x29, xzr
    mov x30, xzr
    ldr x0, [sp]
    add x1, sp, #8
    bl vmm_main
    b .

/* long thread_clone(u64 flags, void *stack_top, void (*fn)(void *), void *arg): the thread's number, or a negative error number. */
    .global thread_clone
thread_clone:
    stp x2, x3, [x1, #-16]!
    mov x2, xzr
    mov x3, xzr
    mov x4, xzr
    mov x8, #SYS_CLONE
    svc #0
    cbz x0, 1f
    ret
1:  mov x29, xzr
    mov x30, xzr
    ldp x2, x0, [sp], #16
    blr x2
    mov x0, xzr
    mov x8, #SYS_EXIT
    svc #0
    b .

    .section .note.GNU-stack, "", %progbits
