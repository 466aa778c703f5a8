/* A small KVM virtual machine monitor for Linux guests of arm64 and 32-bit Arm, without a C library: options, and the order of things. */
#include "vmm.h"

enum { DEFAULT_MIB = 192, MAX_MIB = 3072 }; /* RAM ends below 4 GiB, so one cell is enough wherever an address is written */

static const char usage[] = "usage: vmm -k IMAGE [-i INITRD] [-a CMDLINE] [-m MIB] [-c VCPUS] [-g 2|3|user] [-d DTB] [-e]; see firmware/README.md";

static u64 number(const char *text, u64 least, u64 most, char option)
{
    u64 value = 0;
    const char *p = text;
    while (*p >= '0' && *p <= '9' && value <= most)
        value = value * 10 + (u64)(*p++ - '0');
    if (p == text || *p || value < least || value > most)
        die(STATUS_INPUT, "-%c %s: a number from %lu to %lu is wanted", option, text, least, most);
    return value;
}

static void set_option(struct vm *vm, char option, const char *value)
{
    switch (option) {
    case 'k':
        vm->kernel = value;
        break;
    case 'i':
        vm->initrd = value;
        break;
    case 'a':
        vm->command_line = value;
        break;
    case 'd':
        vm->dtb_file = value;
        break;
    case 'g':
        vm->gic_is_ours = text_equal(value, "user");
        vm->gic_version = vm->gic_is_ours ? 2 : (u32)number(value, 2, 3, option);
        break;
    case 'm':
        vm->ram_bytes = number(value, 1, MAX_MIB, option) * MIB;
        break;
    case 'c':
        vm->vcpus = (u32)number(value, 1, MAX_VCPUS, option);
        break;
    default:
        die(STATUS_INPUT, "-%c: no such option; %s", option, usage);
    }
}

static void parse_options(struct vm *vm, long argc, char **argv)
{
    for (long i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (word[0] != '-' || !word[1] || word[2])
            die(STATUS_INPUT, "%s: not an option; %s", word, usage);
        if (word[1] == 'e') {
            vm->report = true;
            continue;
        }
        if (i + 1 == argc)
            die(STATUS_INPUT, "%s: no such option, or its value is missing; %s", word, usage);
        set_option(vm, word[1], argv[++i]);
    }
    if (!vm->kernel)
        die(STATUS_INPUT, "no kernel; %s", usage);
}

/* -d: the tree into a file, to be read by dtc; no guest is run, and KVM is not asked. */
static _Noreturn void save_dtb(struct vm *vm)
{
    if (!vm->gic_version)
        vm->gic_version = 2;
    board_describe(vm);
    long fd = sys_create(vm->dtb_file);
    long error = fd < 0 ? fd : sys_write_all((int)fd, guest_memory(vm, vm->layout.dtb), vm->dtb_bytes);
    if (error < 0)
        die(STATUS_INPUT, "%s: cannot be written (error %ld)", vm->dtb_file, -error);
    sys_exit_all(0);
}

/* RAM starts at a 2 MiB block here as it does in IPA, so that KVM can map a huge page of ours by one stage-2 block. */
static void map_ram(struct vm *vm)
{
    u8 *room = sys_map(-1, vm->ram_bytes + 2 * MIB);
    if (!room)
        die(STATUS_INPUT, "-m %lu: there is no such room in this process", vm->ram_bytes / MIB);
    vm->ram = (u8 *)round_up((u64)room, 2 * MIB);
}

static void vcpu_thread(void *vcpu)
{
    vcpu_run(vcpu);
}

void vmm_main(long argc, char **argv);

/* From start.S. */
void vmm_main(long argc, char **argv)
{
    struct vm vm = { .vcpus = 1, .ram_bytes = DEFAULT_MIB * MIB, .command_line = "console=ttyAMA0" };
    parse_options(&vm, argc, argv);
    map_ram(&vm);
    boot_load(&vm);
    if (vm.dtb_file)
        save_dtb(&vm);
    kvm_create(&vm);
    board_describe(&vm);
    console_start(&vm);
    for (u32 id = 1; id < vm.vcpus; id++) {
        long error = thread_start(vcpu_thread, &vm.vcpu[id]);
        if (error < 0)
            vm_stop(&vm, STATUS_INPUT, "vCPU %lu's thread cannot be started (error %ld)", (u64)id, -error);
    }
    vcpu_run(&vm.vcpu[0]);
}
