/* The virtual machine: what it consists of, and who makes which part. `struct vm` owns everything. */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include "gicv2.h"
#include "pl011.h"
#include "sys.h"

#include <asm/termbits.h>

/* Exit statuses: 0 the guest powered off; 1 it did something else that ended it; 2 bad input (options, files, no /dev/kvm);
 * 3 KVM refused something or failed. */
enum { STATUS_GUEST = 1, STATUS_INPUT = 2, STATUS_KVM = 3 };

enum { MAX_VCPUS = 4 };

/* The guest's memory map, in IPA. */
#define GICD_BASE 0x08000000ul
#define GICC_BASE 0x08010000ul /* GICv2 */
#define GICR_BASE 0x080a0000ul /* GICv3: a pair of 64 KiB frames for each vCPU */
#define UART_BASE 0x09000000ul
#define RAM_BASE 0x40000000ul
enum { UART_SPI = 1 };
/* PPIs of the generic timer, BSA's numbers less 16 */
enum { TIMER_SECURE = 13, TIMER_PHYS = 14, TIMER_VIRT = 11, TIMER_HYP = 10 };
enum { GICR_BYTES_PER_CPU = 0x20000 };

/* Why KVM_RUN came back, for the report. */
enum exit_kind { EXIT_MMIO_READ, EXIT_MMIO_WRITE, EXIT_SYSTEM_EVENT, EXIT_INTERRUPTED, EXIT_OTHER, EXIT_KINDS };

struct vm;
struct kvm_run;

struct vcpu {
    struct vm *vm;
    u32 id;
    int fd;
    struct kvm_run *run;
    u64 exits[EXIT_KINDS]; /* its own thread's */
    u64 timer_levels;      /* of its timer's outputs, as last seen; with -g user, its own thread's */
};

/* Where the guest's parts lie, as IPAs; ends are exclusive. initrd == initrd_end: there is none. entry: the first instruction, in the kernel. */
struct layout {
    u64 kernel, entry, kernel_end, dtb, initrd, initrd_end;
};

/* How a kind of guest is recognised and started: a row in boot.c. The exits do not ask. */
struct boot_protocol {
    const char *name;
    bool is_aarch32; /* its vCPUs start in AArch32, and the device tree speaks of Armv7 */
    bool (*recognises)(const u8 *start, u64 bytes);
    /* Checks the file, and says where the kernel goes and how much memory it takes from there. */
    void (*place)(const char *name, const u8 *file, u64 bytes, struct layout *to);
    /* The boot CPU's registers. */
    void (*enter)(struct vcpu *vcpu, const struct layout *at);
};

/* Which addresses without a device were read, so that each is reported once, the first few of them. */
struct unknown_reads {
    struct lock lock;
    u64 ipa[16], count;
};

struct vm {
    /* options */
    u32 vcpus;
    u64 ram_bytes;
    u32 gic_version; /* 2 or 3; 0: KVM's version 2, else KVM's version 3, else our own. Known after kvm_create */
    bool gic_is_ours; /* gic_version is 2, and KVM has no part in it */
    const char *kernel, *initrd, *command_line, *dtb_file;
    bool report;

    const struct boot_protocol *protocol;
    struct layout layout;
    u8 *ram;
    u64 dtb_bytes;
    int fd, gic_fd;
    struct vcpu vcpu[MAX_VCPUS];
    struct pl011 uart;
    struct gicv2 gic; /* where it is ours */
    u64 line_changes; /* of the UART's interrupt; under its lock */
    struct unknown_reads unknown;
    struct termios terminal; /* as it was found */
    bool terminal_is_raw;
    struct lock stopping; /* taken once, by the thread that ends the program */
};

/* ---- boot.c: guest files into guest memory; they die with a message that names the file ---- */

/* Where RAM_BASE <= ipa lies in our memory. */
u8 *guest_memory(struct vm *vm, u64 ipa);
/* Loads kernel and initrd; fills in protocol and layout. */
void boot_load(struct vm *vm);

/* ---- board.c ---- */

/* Writes the device tree to layout.dtb; gic_version is known. */
void board_describe(struct vm *vm);

/* ---- kvm.c: each dies with a message that names the call ---- */

/* VM, memory, GIC, vCPUs: all that comes before the first KVM_RUN. */
void kvm_create(struct vm *vm);
void kvm_set_core(struct vcpu *vcpu, u64 offset_in_kvm_regs, u64 value);
/* The PC, for messages; all ones if KVM does not tell. */
u64 kvm_pc(struct vcpu *vcpu);
/* Change the level of a shared interrupt of KVM's GIC, and of a vCPU's IRQ where KVM has none. A negative error number on failure. */
long kvm_set_spi(struct vm *vm, u32 spi, bool level);
long kvm_set_irq(struct vm *vm, u32 vcpu, bool level);

/* ---- run.c ---- */

/* Runs a vCPU until the program ends. */
_Noreturn void vcpu_run(struct vcpu *vcpu);
/* Ends the program, whatever other threads do: terminal restored, message (NULL: none) and report written. */
_Noreturn void vm_stop(struct vm *vm, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- console.c: the UART's other end, on standard input and output ---- */

void console_start(struct vm *vm);
void console_restore(struct vm *vm);

#endif
