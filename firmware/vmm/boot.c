/* Guest files into guest memory. Owns the layout: kernel, the device tree in the 2 MiB behind it, then the initrd.
 * Linux, Documentation/arm64/booting.rst and Documentation/arm/booting.rst; the PE sections of an EFI stub: PE Format, 2 to 4. */
#include "vmm.h"

#include <linux/kvm.h>

#define MAX_FILE_BYTES (1l << 40)
#define BLOCK (2 * MIB) /* the kernel wants its own start, and the tree's block, aligned to this */

u8 *guest_memory(struct vm *vm, u64 ipa)
{
    return vm->ram + (ipa - RAM_BASE);
}

static u64 little(const u8 *at, u32 bytes)
{
    u64 value = 0;
    while (bytes--)
        value = value << 8 | at[bytes];
    return value;
}

/* ---- arm64 Image ----
 *   0 code0   4 code1   8 text_offset  16 image_size  24 flags  32 res2  40 res3  48 res4   56 magic "ARM\x64"  60 offset of the PE header
 * flags: bit 0 big-endian, bits 2:1 page size, bit 3 may lie anywhere. image_size counts what the file leaves out (BSS). */
enum { HEADER_BYTES = 64, AT_TEXT_OFFSET = 8, AT_IMAGE_SIZE = 16, AT_FLAGS = 24, AT_MAGIC = 56, AT_PE = 60 };
#define ARM64_MAGIC 0x644d5241u

static bool arm64_recognises(const u8 *file, u64 bytes)
{
    return bytes >= HEADER_BYTES && little(file + AT_MAGIC, 4) == ARM64_MAGIC;
}

/* How long the file says that it is: the end of its last PE section; 0 if there is no EFI stub to say so. */
static u64 arm64_file_bytes(const u8 *file, u64 bytes)
{
    enum { SIGNATURE = 0x4550, COFF = 4, AT_SECTIONS = COFF + 2, AT_OPTIONAL_BYTES = COFF + 16, OPTIONAL = COFF + 20, SECTION = 40,
           RAW_SIZE = 16, RAW_AT = 20 };
    u64 pe = little(file + AT_PE, 4), end = 0;
    if (!pe || pe + OPTIONAL > bytes || little(file + pe, 4) != SIGNATURE)
        return 0;
    u64 section = pe + OPTIONAL + little(file + pe + AT_OPTIONAL_BYTES, 2);
    for (u64 n = little(file + pe + AT_SECTIONS, 2); n--; section += SECTION) {
        if (section + SECTION > bytes)
            return section + SECTION;
        u64 this_end = little(file + section + RAW_AT, 4) + little(file + section + RAW_SIZE, 4);
        end = this_end > end ? this_end : end;
    }
    return end;
}

static void arm64_place(const char *name, const u8 *file, u64 bytes, struct layout *to)
{
    u64 size = little(file + AT_IMAGE_SIZE, 8), offset = little(file + AT_TEXT_OFFSET, 8), whole = arm64_file_bytes(file, bytes);
    if (whole > bytes)
        die(STATUS_INPUT, "%s: truncated: %lu bytes, and its header speaks of %lu", name, bytes, whole);
    if (!size)
        die(STATUS_INPUT, "%s: no image_size in its header: Images older than Linux 3.17 are not supported", name);
    if (little(file + AT_FLAGS, 1) & 1)
        die(STATUS_INPUT, "%s: a big-endian kernel, which is not supported", name);
    if (offset >= BLOCK || size > MAX_FILE_BYTES)
        die(STATUS_INPUT, "%s: damaged header: text_offset %#lx, image_size %#lx", name, offset, size);
    to->kernel = to->entry = RAM_BASE + offset;
    to->kernel_end = to->kernel + (size > bytes ? size : bytes);
}

/* booting.rst, 4: x0 the device tree, x1 to x3 zero; KVM's reset has done the rest (EL1h, DAIF set, MMU off). */
static void arm64_enter(struct vcpu *vcpu, const struct layout *at)
{
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.pc), at->entry);
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.regs[0]), at->dtb);
}

/* ---- 32-bit Arm: zImage, and U-Boot's legacy image of an unpacked kernel ----
 * zImage: 0x24 magic, 0x28 where it must be (0: anywhere), 0x2c its end, 0x30 a word that tells the byte order.
 * uImage, big-endian: 0 magic, 12 bytes of data, 16 load address, 20 entry, 28 system, architecture, type, compression; 64 the data.
 * Its CRCs are not looked at: they would cost more than the loading. */
enum { ZIMAGE_HEADER = 0x34, AT_ZIMAGE_MAGIC = 0x24, AT_ZIMAGE_START = 0x28, AT_ZIMAGE_END = 0x2c, AT_ZIMAGE_ORDER = 0x30 };
enum { UIMAGE_HEADER = 64, AT_UIMAGE_BYTES = 12, AT_UIMAGE_LOAD = 16, AT_UIMAGE_ENTRY = 20, AT_UIMAGE_KIND = 28 };
#define ZIMAGE_MAGIC 0x016f2818u
#define ZIMAGE_LITTLE_ENDIAN 0x04030201u
#define ZIMAGE_AT (64 * MIB)   /* above what it unpacks, in the first 128 MiB, by which it finds the start of RAM */
#define ZIMAGE_ROOM (2 * MIB)  /* its .bss, stack and heap, which lie behind it */
#define UIMAGE_BSS (16 * MIB)  /* the header does not tell how much the kernel has */
#define UIMAGE_LINUX_ARM_KERNEL 0x05020200u /* not compressed */

static u64 big(const u8 *at)
{
    return (u64)at[0] << 24 | (u64)at[1] << 16 | (u64)at[2] << 8 | at[3];
}

static bool zimage_recognises(const u8 *file, u64 bytes)
{
    return bytes >= ZIMAGE_HEADER && little(file + AT_ZIMAGE_MAGIC, 4) == ZIMAGE_MAGIC;
}

static void zimage_place(const char *name, const u8 *file, u64 bytes, struct layout *to)
{
    u64 start = little(file + AT_ZIMAGE_START, 4), end = little(file + AT_ZIMAGE_END, 4);
    if (start)
        die(STATUS_INPUT, "%s: a zImage that must be at %#lx, which is not supported", name, start);
    if (little(file + AT_ZIMAGE_ORDER, 4) != ZIMAGE_LITTLE_ENDIAN)
        die(STATUS_INPUT, "%s: not a little-endian Linux kernel", name);
    if (end > bytes)
        die(STATUS_INPUT, "%s: truncated: %lu bytes, and its header speaks of %lu", name, bytes, end);
    to->kernel = to->entry = RAM_BASE + ZIMAGE_AT;
    to->kernel_end = to->kernel + bytes + ZIMAGE_ROOM;
}

static bool uimage_recognises(const u8 *file, u64 bytes)
{
    return bytes >= UIMAGE_HEADER && big(file) == 0x27051956;
}

/* The data go to their address, the header before them. */
static void uimage_place(const char *name, const u8 *file, u64 bytes, struct layout *to)
{
    u64 size = big(file + AT_UIMAGE_BYTES), load = big(file + AT_UIMAGE_LOAD), entry = big(file + AT_UIMAGE_ENTRY);
    if (big(file + AT_UIMAGE_KIND) != UIMAGE_LINUX_ARM_KERNEL)
        die(STATUS_INPUT, "%s: a uImage, but not of an uncompressed Linux kernel for 32-bit Arm (kind %#lx)", name, big(file + AT_UIMAGE_KIND));
    if (size > bytes - UIMAGE_HEADER)
        die(STATUS_INPUT, "%s: truncated: %lu bytes, and its header speaks of %lu", name, bytes, size + UIMAGE_HEADER);
    if (load < RAM_BASE + UIMAGE_HEADER || entry < load || entry >= load + size)
        die(STATUS_INPUT, "%s: load address %#lx, entry %#lx: they must be in RAM, from %#lx, and the entry in its data", name, load, entry, RAM_BASE);
    to->kernel = load - UIMAGE_HEADER;
    to->entry = entry;
    to->kernel_end = load + size + UIMAGE_BSS;
}

/* Documentation/arm/booting.rst, 5: SVC mode, asynchronous aborts and interrupts masked; r0 zero, r1 the machine type (none), r2 the device tree.
 * Of an AArch32 guest, KVM's pstate is the CPSR, and Rn is Xn (DDI 0487J, D1.5.1). */
static void arm_enter(struct vcpu *vcpu, const struct layout *at)
{
    enum { MODE_SVC = 0x13, CPSR_F = 1 << 6, CPSR_I = 1 << 7, CPSR_A = 1 << 8 };
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.pstate), MODE_SVC | CPSR_A | CPSR_I | CPSR_F);
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.pc), at->entry);
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.regs[0]), 0);
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.regs[1]), 0xffffffff);
    kvm_set_core(vcpu, offsetof(struct kvm_regs, regs.regs[2]), at->dtb);
}

static const struct boot_protocol protocols[] = {
    { "arm64 Image", false, arm64_recognises, arm64_place, arm64_enter },
    { "zImage", true, zimage_recognises, zimage_place, arm_enter },
    { "uImage", true, uimage_recognises, uimage_place, arm_enter },
};

/* ---- all kinds ---- */

static int open_or_die(const char *name, u64 *bytes)
{
    long fd = sys_open(name, false);
    if (fd < 0)
        die(STATUS_INPUT, "%s: cannot be opened (error %ld)", name, -fd);
    long size = sys_file_size((int)fd);
    if (size <= 0 || size > MAX_FILE_BYTES) /* a folder's size is any number */
        die(STATUS_INPUT, "%s: is empty, or not a file", name);
    *bytes = (u64)size;
    return (int)fd;
}

/* Reads a whole file to an IPA. */
static void read_to(struct vm *vm, const char *name, int fd, u64 ipa, u64 bytes)
{
    u64 end = RAM_BASE + vm->ram_bytes;
    if (ipa > end || bytes > end - ipa)
        die(STATUS_INPUT, "%s: does not fit: %lu bytes at %#lx, and RAM ends at %#lx; give more by -m", name, bytes, ipa, end);
    long error = sys_read_all(fd, guest_memory(vm, ipa), bytes);
    if (error)
        die(STATUS_INPUT, "%s: truncated: %lu bytes cannot be read (error %ld)", name, bytes, -error);
    sys_close(fd);
}

/* Recognises the kernel by its first bytes, places it, and loads it there. */
static void load_kernel(struct vm *vm)
{
    u64 bytes;
    int fd = open_or_die(vm->kernel, &bytes);
    read_to(vm, vm->kernel, fd, RAM_BASE, bytes);
    for (u32 i = 0; i < ARRAY_SIZE(protocols) && !vm->protocol; i++)
        if (protocols[i].recognises(vm->ram, bytes))
            vm->protocol = &protocols[i];
    if (!vm->protocol && bytes >= 2 && vm->ram[0] == 0x1f && vm->ram[1] == 0x8b)
        die(STATUS_INPUT, "%s: compressed by gzip; gunzip it first", vm->kernel);
    if (!vm->protocol && bytes < HEADER_BYTES)
        die(STATUS_INPUT, "%s: truncated: %lu bytes, and an arm64 Image's header alone has %lu", vm->kernel, bytes, (u64)HEADER_BYTES);
    if (!vm->protocol)
        die(STATUS_INPUT, "%s: not an arm64 Image, a zImage or a uImage", vm->kernel);
    vm->protocol->place(vm->kernel, vm->ram, bytes, &vm->layout);
    if (vm->layout.kernel != RAM_BASE) { /* 32-bit ones, and a text_offset; read again where it belongs */
        fd = open_or_die(vm->kernel, &bytes);
        read_to(vm, vm->kernel, fd, vm->layout.kernel, bytes);
    }
}

void boot_load(struct vm *vm)
{
    load_kernel(vm);
    vm->layout.dtb = round_up(vm->layout.kernel_end, BLOCK);
    vm->layout.initrd = vm->layout.initrd_end = vm->layout.dtb + BLOCK;
    if (vm->layout.initrd > RAM_BASE + vm->ram_bytes)
        die(STATUS_INPUT, "%s: needs RAM up to %#lx with its device tree; give more by -m", vm->kernel, vm->layout.initrd);
    if (vm->initrd) {
        u64 bytes;
        int fd = open_or_die(vm->initrd, &bytes);
        read_to(vm, vm->initrd, fd, vm->layout.initrd, bytes);
        vm->layout.initrd_end += bytes;
    }
}
