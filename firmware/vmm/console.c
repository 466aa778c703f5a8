/* The UART's other end: standard output, and a thread that reads standard input. Owns the terminal's settings while the guest runs: raw, so that
 * each key, Ctrl-C too, goes to the guest. Ctrl-] ends the VMM. */
#include "vmm.h"

#include <asm/ioctls.h>

enum { STDIN = 0, STDOUT = 1, LEAVE_KEY = 0x1d };

static void transmit(void *board, u8 byte)
{
    long error = sys_write_all(STDOUT, &byte, 1);
    if (error)
        vm_stop(board, STATUS_INPUT, "standard output cannot be written (error %ld)", -error);
}

static void interrupt(void *board, bool level)
{
    struct vm *vm = board;
    vm->line_changes++;
    if (vm->gic_is_ours) {
        gicv2_set_line(&vm->gic, 0, GICV2_SPI + UART_SPI, level);
        return;
    }
    long error = kvm_set_spi(vm, UART_SPI, level);
    if (error < 0)
        vm_stop(vm, STATUS_KVM, "KVM_IRQ_LINE failed (error %ld)", -error);
}

/* The input thread. At the input's end the guest runs on, and hears nothing more. */
static void read_input(void *arg)
{
    struct vm *vm = arg;
    u8 bytes[64];
    for (;;) {
        long n = sys_read(STDIN, bytes, sizeof(bytes));
        if (n == -EINTR)
            continue;
        if (n <= 0)
            return;
        for (long i = 0; i < n; i++) {
            if (vm->terminal_is_raw && bytes[i] == LEAVE_KEY)
                vm_stop(vm, STATUS_GUEST, "left by Ctrl-]");
            pl011_receive(&vm->uart, bytes[i]);
        }
    }
}

static void make_raw(struct vm *vm)
{
    if (sys_ioctl(STDIN, TCGETS, (u64)&vm->terminal) < 0)
        return; /* not a terminal */
    struct termios raw = vm->terminal;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    raw.c_oflag &= ~(tcflag_t)OPOST;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    vm->terminal_is_raw = sys_ioctl(STDIN, TCSETSW, (u64)&raw) == 0;
}

void console_start(struct vm *vm)
{
    vm->uart.transmit = transmit;
    vm->uart.interrupt = interrupt;
    vm->uart.board = vm;
    pl011_reset(&vm->uart);
    make_raw(vm);
    long error = thread_start(read_input, vm);
    if (error < 0)
        vm_stop(vm, STATUS_INPUT, "the input thread cannot be started (error %ld)", -error);
}

void console_restore(struct vm *vm)
{
    if (vm->terminal_is_raw)
        sys_ioctl(STDIN, TCSETSW, (u64)&vm->terminal);
}
