/* The exits: what a vCPU's thread does when KVM_RUN comes back, and how the program ends. Linux, Documentation/virt/kvm/api.rst, 5.
 * Choice: a read of an address without a device gives 0, and is reported once an address (the first 16 of them); a write there ends the run. A probe
 * does no harm, a lost write would. */
#include "vmm.h"

#include <linux/kvm.h>

static u64 data_in(const u8 *data, u32 bytes)
{
    u64 value = 0;
    while (bytes--)
        value = value << 8 | data[bytes];
    return value;
}

static void data_out(u8 *data, u64 value)
{
    for (u32 i = 0; i < 8; i++)
        data[i] = (u8)(value >> 8 * i);
}

/* Lists an address that was not read before. False if it was, or none can be listed any more; and how many still can. */
static bool is_new(struct unknown_reads *seen, u64 ipa, u64 *left)
{
    lock_take(&seen->lock);
    bool is_listed = seen->count == ARRAY_SIZE(seen->ipa);
    for (u64 i = 0; i < seen->count; i++)
        is_listed |= seen->ipa[i] == ipa;
    if (!is_listed)
        seen->ipa[seen->count++] = ipa;
    *left = ARRAY_SIZE(seen->ipa) - seen->count;
    lock_release(&seen->lock);
    return !is_listed;
}

static void report_read(struct vcpu *vcpu, u64 ipa, u32 bytes)
{
    u64 left;
    if (!is_new(&vcpu->vm->unknown, ipa, &left))
        return;
    say("vCPU %lu read %lu bytes at IPA %#lx, where nothing is, at pc %#lx: it gets 0%s%s", (u64)vcpu->id, (u64)bytes, ipa, kvm_pc(vcpu),
        left ? "" : "; other addresses are not reported any more", vcpu->vm->terminal_is_raw ? "\r" : "");
}

/* Where the GIC is ours. False: the address is none of its. */
static bool gic_access(struct vcpu *vcpu)
{
    struct kvm_run *run = vcpu->run;
    struct gicv2 *gic = &vcpu->vm->gic;
    u64 gicd = run->mmio.phys_addr - GICD_BASE, gicc = run->mmio.phys_addr - GICC_BASE;
    u32 bytes = run->mmio.len, value = (u32)data_in(run->mmio.data, bytes);
    if (!vcpu->vm->gic_is_ours || (gicd >= GICD_BYTES && gicc >= GICC_BYTES))
        return false;
    if (gicd < GICD_BYTES && run->mmio.is_write)
        gicd_write(gic, vcpu->id, gicd, bytes, value);
    else if (gicd < GICD_BYTES)
        data_out(run->mmio.data, gicd_read(gic, vcpu->id, gicd, bytes));
    else if (run->mmio.is_write)
        gicc_write(gic, vcpu->id, gicc, bytes, value);
    else
        data_out(run->mmio.data, gicc_read(gic, vcpu->id, gicc, bytes));
    return true;
}

static void handle_mmio(struct vcpu *vcpu)
{
    struct kvm_run *run = vcpu->run;
    struct vm *vm = vcpu->vm;
    u64 ipa = run->mmio.phys_addr, offset = ipa - UART_BASE;
    vcpu->exits[run->mmio.is_write ? EXIT_MMIO_WRITE : EXIT_MMIO_READ]++;
    if (gic_access(vcpu))
        return;
    if (offset < PL011_BYTES && run->mmio.is_write) {
        pl011_write(&vm->uart, offset, (u32)data_in(run->mmio.data, run->mmio.len));
    } else if (offset < PL011_BYTES) {
        data_out(run->mmio.data, pl011_read(&vm->uart, offset));
    } else if (run->mmio.is_write) {
        vm_stop(vm, STATUS_GUEST, "vCPU %lu wrote %#lx (%lu bytes) to IPA %#lx, where nothing is, at pc %#lx", (u64)vcpu->id,
                data_in(run->mmio.data, run->mmio.len), (u64)run->mmio.len, ipa, kvm_pc(vcpu));
    } else {
        report_read(vcpu, ipa, run->mmio.len);
        data_out(run->mmio.data, 0);
    }
}

static _Noreturn void handle_system_event(struct vcpu *vcpu)
{
    static const char *const names[] = { [KVM_SYSTEM_EVENT_RESET] = "asked for a reset", [KVM_SYSTEM_EVENT_CRASH] = "reported a crash",
                                         [KVM_SYSTEM_EVENT_WAKEUP] = "woke up", [KVM_SYSTEM_EVENT_SUSPEND] = "asked to be suspended" };
    u32 type = vcpu->run->system_event.type;
    vcpu->exits[EXIT_SYSTEM_EVENT]++;
    if (type == KVM_SYSTEM_EVENT_SHUTDOWN)
        vm_stop(vcpu->vm, 0, NULL);
    if (type < ARRAY_SIZE(names) && names[type])
        vm_stop(vcpu->vm, STATUS_GUEST, "the guest %s, which is not supported (vCPU %lu, pc %#lx)", names[type], (u64)vcpu->id, kvm_pc(vcpu));
    vm_stop(vcpu->vm, STATUS_GUEST, "unknown system event %lu (vCPU %lu, pc %#lx)", (u64)type, (u64)vcpu->id, kvm_pc(vcpu));
}

/* All other reasons end the run. */
static _Noreturn void handle_end(struct vcpu *vcpu)
{
    struct kvm_run *run = vcpu->run;
    struct vm *vm = vcpu->vm;
    u64 id = vcpu->id, pc = kvm_pc(vcpu);
    vcpu->exits[EXIT_OTHER]++;
    if (run->exit_reason == KVM_EXIT_FAIL_ENTRY)
        vm_stop(vm, STATUS_KVM, "vCPU %lu cannot be entered: hardware reason %#lx, pc %#lx", id,
                (u64)run->fail_entry.hardware_entry_failure_reason, pc);
    if (run->exit_reason == KVM_EXIT_INTERNAL_ERROR)
        vm_stop(vm, STATUS_KVM, "KVM's internal error %lu on vCPU %lu, pc %#lx", (u64)run->internal.suberror, id, pc);
    if (run->exit_reason == KVM_EXIT_ARM_NISV)
        vm_stop(vm, STATUS_GUEST, "vCPU %lu accessed IPA %#lx, where nothing is, by an instruction without a syndrome (ISS %#lx), at pc %#lx", id,
                (u64)run->arm_nisv.fault_ipa, (u64)run->arm_nisv.esr_iss, pc);
    vm_stop(vm, STATUS_KVM, "unknown exit reason %lu on vCPU %lu, pc %#lx", (u64)run->exit_reason, id, pc);
}

/* Where the GIC is ours, KVM_RUN comes back (EINTR) when an output of the timer has changed, and tells all levels whenever it comes back: before the
 * access that it may have come back for, so that the GIC has seen a level fall before it is told of the interrupt's end. */
static void see_timer(struct vcpu *vcpu)
{
    static const struct {
        u32 level, ppi;
    } outputs[] = { { KVM_ARM_DEV_EL1_VTIMER, TIMER_VIRT }, { KVM_ARM_DEV_EL1_PTIMER, TIMER_PHYS } };
    u64 levels = vcpu->run->s.regs.device_irq_level, changed = levels ^ vcpu->timer_levels;
    vcpu->timer_levels = levels;
    for (u32 i = 0; i < ARRAY_SIZE(outputs); i++)
        if (changed & outputs[i].level)
            gicv2_set_line(&vcpu->vm->gic, vcpu->id, GICV2_PPI + outputs[i].ppi, levels & outputs[i].level);
}

void vcpu_run(struct vcpu *vcpu)
{
    for (;;) {
        long result = sys_ioctl(vcpu->fd, KVM_RUN, 0);
        if (vcpu->vm->gic_is_ours)
            see_timer(vcpu);
        if (result == -EINTR || result == -EAGAIN)
            vcpu->exits[EXIT_INTERRUPTED]++;
        else if (result < 0)
            vm_stop(vcpu->vm, STATUS_KVM, "KVM_RUN of vCPU %lu failed (error %ld), pc %#lx", (u64)vcpu->id, -result, kvm_pc(vcpu));
        else if (vcpu->run->exit_reason == KVM_EXIT_MMIO)
            handle_mmio(vcpu);
        else if (vcpu->run->exit_reason == KVM_EXIT_SYSTEM_EVENT)
            handle_system_event(vcpu);
        else
            handle_end(vcpu);
    }
}

/* ---- the end ---- */

static void report(const struct vm *vm)
{
    static const char *const names[EXIT_KINDS] = { [EXIT_MMIO_READ] = "MMIO read", [EXIT_MMIO_WRITE] = "MMIO write",
                                                   [EXIT_SYSTEM_EVENT] = "system event",
                                                   [EXIT_INTERRUPTED] = "interrupted", [EXIT_OTHER] = "other" };
    u64 all = 0;
    for (u32 kind = 0; kind < EXIT_KINDS; kind++) {
        u64 sum = 0;
        for (u32 id = 0; id < vm->vcpus; id++)
            sum += vm->vcpu[id].exits[kind];
        all += sum;
        say("exits: %s %lu", names[kind], sum);
    }
    say("exits: all %lu; changes of the UART's interrupt %lu", all, vm->line_changes);
}

void vm_stop(struct vm *vm, int status, const char *format, ...)
{
    lock_take(&vm->stopping); /* never released: a second thread waits here until the first has ended all */
    console_restore(vm);
    if (format) {
        va_list arguments;
        va_start(arguments, format);
        vsay(format, arguments);
        va_end(arguments);
    }
    if (vm->report)
        report(vm);
    sys_exit_all(status);
}
