/* Everything before the first KVM_RUN: the VM, its memory, its GIC, its vCPUs. Linux, Documentation/virt/kvm/api.rst, devices/arm-vgic*.rst.
 * VHE, nVHE and protected KVM are the same from here: this is a non-protected VM in all of them. */
#include "vmm.h"

#include <linux/kvm.h>

enum { API_VERSION = 12 };

static long must(long result, const char *call)
{
    if (result < 0)
        die(STATUS_KVM, "%s failed (error %ld)", call, -result);
    return result;
}

static int open_kvm(void)
{
    long fd = sys_open("/dev/kvm", true);
    if (fd < 0)
        die(STATUS_INPUT, "/dev/kvm: cannot be opened (error %ld): is KVM in this kernel, was it started at EL2, is devtmpfs mounted?", -fd);
    long version = must(sys_ioctl((int)fd, KVM_GET_API_VERSION, 0), "/dev/kvm: KVM_GET_API_VERSION");
    if (version != API_VERSION)
        die(STATUS_KVM, "/dev/kvm: API version %ld, not %lu", version, (u64)API_VERSION);
    return (int)fd;
}

static void create_memory(struct vm *vm)
{
    struct kvm_userspace_memory_region region = { .guest_phys_addr = RAM_BASE, .memory_size = vm->ram_bytes, .userspace_addr = (u64)vm->ram };
    must(sys_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, (u64)&region), "KVM_SET_USER_MEMORY_REGION");
}

static void gic_attribute(struct vm *vm, u32 group, u64 attribute, u64 value, const char *what)
{
    struct kvm_device_attr attr = { .group = group, .attr = attribute, .addr = (u64)&value };
    must(sys_ioctl(vm->gic_fd, KVM_SET_DEVICE_ATTR, (u64)&attr), what);
}

static long create_gic_device(struct vm *vm, u32 version)
{
    struct kvm_create_device device = { .type = version == 3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2 };
    long result = sys_ioctl(vm->fd, KVM_CREATE_DEVICE, (u64)&device);
    vm->gic_version = version;
    vm->gic_fd = (int)device.fd;
    return result;
}

static void board_irq(void *board, u32 cpu, bool level)
{
    long error = kvm_set_irq(board, cpu, level);
    if (error < 0)
        vm_stop(board, STATUS_KVM, "KVM_IRQ_LINE of vCPU %lu failed (error %ld)", (u64)cpu, -error);
}

/* Our own, without any part of KVM's: run.c passes accesses and the timers' levels on to it. */
static void create_own_gic(struct vm *vm, int kvm)
{
    if (sys_ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_USER_IRQ) <= 0)
        die(STATUS_KVM, "KVM cannot run guests without a GIC of its own (no KVM_CAP_ARM_USER_IRQ)%s", vm->gic_is_ours ? "" : ", and has none");
    vm->gic_is_ours = true;
    vm->gic_version = 2;
    vm->gic.interrupt = board_irq;
    vm->gic.board = vm;
    gicv2_reset(&vm->gic, vm->vcpus);
}

/* Before the vCPUs: KVM lowers the number of vCPUs to that of the GIC here. A guest's GICv2 wants a host's, or a GICv3 that can pose as one;
 * protected KVM has none on a GICv2 host. */
static void create_gic(struct vm *vm, int kvm)
{
    u32 wanted = vm->gic_version;
    long result = vm->gic_is_ours ? -ENODEV : create_gic_device(vm, wanted ? wanted : 2);
    if (result < 0 && !wanted)
        result = create_gic_device(vm, 3);
    if (result < 0 && wanted && !vm->gic_is_ours)
        die(STATUS_KVM, "-g %lu: KVM cannot create such a GIC on this host (error %ld)", (u64)wanted, -result);
    if (result < 0) {
        create_own_gic(vm, kvm);
    } else if (vm->gic_version == 3) {
        gic_attribute(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, GICD_BASE, "KVM_SET_DEVICE_ATTR: the GIC distributor's address");
        gic_attribute(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, GICR_BASE, "KVM_SET_DEVICE_ATTR: the GIC redistributors' address");
    } else {
        gic_attribute(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_BASE, "KVM_SET_DEVICE_ATTR: the GIC distributor's address");
        gic_attribute(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V2_ADDR_TYPE_CPU, GICC_BASE, "KVM_SET_DEVICE_ATTR: the GIC CPU interface's address");
    }
}

static void create_vcpu(struct vm *vm, u32 id, u64 run_bytes)
{
    struct vcpu *vcpu = &vm->vcpu[id];
    vcpu->vm = vm;
    vcpu->id = id;
    vcpu->fd = (int)must(sys_ioctl(vm->fd, KVM_CREATE_VCPU, id), "KVM_CREATE_VCPU");
    vcpu->run = sys_map(vcpu->fd, run_bytes);
    if (!vcpu->run)
        die(STATUS_KVM, "mapping vCPU %lu's kvm_run failed", (u64)id);
    struct kvm_vcpu_init init;
    must(sys_ioctl(vm->fd, KVM_ARM_PREFERRED_TARGET, (u64)&init), "KVM_ARM_PREFERRED_TARGET");
    init.features[0] = 1u << KVM_ARM_VCPU_PSCI_0_2 | (vm->protocol->is_aarch32 ? 1u << KVM_ARM_VCPU_EL1_32BIT : 0) |
                       (id ? 1u << KVM_ARM_VCPU_POWER_OFF : 0);
    must(sys_ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, (u64)&init), "KVM_ARM_VCPU_INIT");
}

/* Aborts that KVM cannot decode come to us instead of failing KVM_RUN, where the kernel knows how (5.5 and later). */
static void ask_for_undecodable_accesses(struct vm *vm)
{
    struct kvm_enable_cap cap = { .cap = KVM_CAP_ARM_NISV_TO_USER };
    sys_ioctl(vm->fd, KVM_ENABLE_CAP, (u64)&cap);
}

void kvm_create(struct vm *vm)
{
    int kvm = open_kvm();
    if (vm->protocol->is_aarch32 && sys_ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_EL1_32BIT) <= 0)
        die(STATUS_KVM, "%s: a 32-bit kernel, and KVM has no AArch32 at EL1 for it on this CPU", vm->kernel);
    vm->fd = (int)must(sys_ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
    ask_for_undecodable_accesses(vm);
    create_memory(vm);
    create_gic(vm, kvm);
    u64 run_bytes = (u64)must(sys_ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
    for (u32 id = 0; id < vm->vcpus; id++)
        create_vcpu(vm, id, run_bytes);
    if (!vm->gic_is_ours)
        gic_attribute(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, 0, "KVM_DEV_ARM_VGIC_CTRL_INIT");
    vm->protocol->enter(&vm->vcpu[0], &vm->layout);
    sys_close(kvm);
}

/* Core registers are numbered by their place in struct kvm_regs, in words. */
static u64 core_id(u64 offset_in_kvm_regs)
{
    return KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | offset_in_kvm_regs / sizeof(u32);
}

void kvm_set_core(struct vcpu *vcpu, u64 offset_in_kvm_regs, u64 value)
{
    struct kvm_one_reg reg = { .id = core_id(offset_in_kvm_regs), .addr = (u64)&value };
    must(sys_ioctl(vcpu->fd, KVM_SET_ONE_REG, (u64)&reg), "KVM_SET_ONE_REG");
}

u64 kvm_pc(struct vcpu *vcpu)
{
    u64 pc = 0;
    struct kvm_one_reg reg = { .id = core_id(offsetof(struct kvm_regs, regs.pc)), .addr = (u64)&pc };
    return sys_ioctl(vcpu->fd, KVM_GET_ONE_REG, (u64)&reg) < 0 ? ~0ul : pc;
}

long kvm_set_spi(struct vm *vm, u32 spi, bool level)
{
    struct kvm_irq_level line = { .irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | (GICV2_SPI + spi), .level = level };
    return sys_ioctl(vm->fd, KVM_IRQ_LINE, (u64)&line);
}

long kvm_set_irq(struct vm *vm, u32 vcpu, bool level)
{
    u32 to = KVM_ARM_IRQ_TYPE_CPU << KVM_ARM_IRQ_TYPE_SHIFT | vcpu << KVM_ARM_IRQ_VCPU_SHIFT | KVM_ARM_IRQ_CPU_IRQ;
    struct kvm_irq_level line = { .irq = to, .level = level };
    return sys_ioctl(vm->fd, KVM_IRQ_LINE, (u64)&line);
}
