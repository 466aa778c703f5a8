/* What a kernel finds when it starts: the PE's state, its registers, the tree; and images that the PEs cannot start. */
#include "tests/unit/board_rig.h"

#include "cpu/aarch32.h"
#include "emu/boot.h"
#include "emu/platform/bits.h"

#include <elf.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct started {
    struct machine *m;
    struct cpu *cpu;
    void *tree; /* as it stands in memory */
    char kernel[40], initrd[40];
};

static void file_with(char *name, const void *bytes, size_t size)
{
    strcpy(name, "/tmp/armature-boot-XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

static void put(u8 *at, u32 word)
{
    memcpy(at, &word, sizeof word);
}

/* Loads `bytes` as -kernel, with a small -initrd, and puts the first PE to its start. */
static struct started start(struct options *o, const void *bytes, size_t size)
{
    struct started s = { 0 };
    struct error err = { { 0 } };
    file_with(s.kernel, bytes, size);
    file_with(s.initrd, "initrd", 6);
    o->kernel = s.kernel;
    o->initrd = s.initrd;
    s.m = board(o);
    s.cpu = s.m->cpus[0];
    cpu_reset(s.cpu);
    if (!boot_load_all(s.m, &err))
        fail_msg("%s", err.text);
    boot_enter(s.m, s.cpu, s.m->entry);
    s.tree = malloc(1 * MIB);
    assert_true(bus_read_mem(&s.m->bus, PA(s.m->entry_tree), s.tree, 1 * MIB));
    assert_int_equal(fdt_check_header(s.tree), 0);
    return s;
}

static void end(struct started *s)
{
    unlink(s->kernel);
    unlink(s->initrd);
    drop(s->m);
    free(s->tree);
}

static void refuses(struct options *o, const void *bytes, size_t size, const char *text)
{
    struct error err = { { 0 } };
    char name[40];
    file_with(name, bytes, size);
    o->kernel = name;
    struct machine *m = board(o);
    assert_false(boot_load_all(m, &err));
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in '%s'", text, err.text);
    drop(m);
    unlink(name);
}

static u64 chosen_cell(const struct started *s, const char *name)
{
    fdt64_t value;
    int len, node = fdt_path_offset(s->tree, "/chosen");
    const void *at = fdt_getprop(s->tree, node, name, &len);
    assert_int_equal(len, 8);
    memcpy(&value, at, 8);
    return fdt64_to_cpu(value);
}

static const u8 *zimage(size_t *size)
{
    static u8 bytes[4096];
    put(bytes + 0x24, 0x016f2818);
    put(bytes + 0x2c, sizeof bytes);
    *size = sizeof bytes;
    return bytes;
}

/* One segment at the start of RAM; a T32 entry */
static const u8 *elf(size_t *size, bool is64)
{
    static u8 bytes[4096];
    memset(bytes, 0, sizeof bytes);
    Elf32_Ehdr eh32 = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC,
                        .e_machine = EM_ARM, .e_version = EV_CURRENT, .e_entry = VIRT_RAM_BASE + 0x11, .e_phoff = 64, .e_ehsize = 52,
                        .e_phentsize = 32, .e_phnum = 1 };
    Elf64_Ehdr eh64 = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC,
                        .e_machine = EM_AARCH64, .e_version = EV_CURRENT, .e_entry = VIRT_RAM_BASE + 0x10, .e_phoff = 64, .e_ehsize = 64,
                        .e_phentsize = 56, .e_phnum = 1 };
    Elf32_Phdr ph32 = { .p_type = PT_LOAD, .p_paddr = VIRT_RAM_BASE, .p_filesz = 0x100, .p_memsz = 0x100 };
    Elf64_Phdr ph64 = { .p_type = PT_LOAD, .p_paddr = VIRT_RAM_BASE, .p_filesz = 0x100, .p_memsz = 0x100 };
    if (is64) {
        memcpy(bytes, &eh64, sizeof eh64);
        memcpy(bytes + 64, &ph64, sizeof ph64);
    } else {
        memcpy(bytes, &eh32, sizeof eh32);
        memcpy(bytes + 64, &ph32, sizeof ph32);
    }
    *size = sizeof bytes;
    return bytes;
}

static struct options options_for(const char *cpu)
{
    struct options o = defaults();
    o.cpu = cpu;
    return o;
}

/* Linux Documentation/arm/booting.rst */
static void a_zimage_starts_in_hyp_mode_with_the_tree_in_r2(void **state)
{
    struct options o = options_for("cortex-a15");
    size_t size;
    const u8 *bytes = zimage(&size);
    struct started s = start(&o, bytes, size);
    (void)state;
    assert_true(s.cpu->pstate.aarch32 && !s.cpu->pstate.t);
    assert_int_equal(s.cpu->pstate.mode, MODE_HYP);
    assert_int_equal(s.cpu->pstate.daif, DAIF_A | DAIF_I | DAIF_F);
    assert_int_equal(s.cpu->pc, VIRT_RAM_BASE + 0x10000);
    assert_int_equal(s.cpu->x[0], 0);
    assert_int_equal(s.cpu->x[1], 0xffffffff);
    assert_int_equal(s.cpu->x[2], s.m->entry_tree);
    assert_int_equal(s.m->entry_tree & 3, 0);
    /* clear of the window that the kernel may unpack itself into */
    assert_in_range(s.m->entry_tree, VIRT_RAM_BASE + 128 * MIB, 4 * GIB - 1);
    assert_in_range(chosen_cell(&s, "linux,initrd-start"), VIRT_RAM_BASE + 128 * MIB, 4 * GIB - 1);
    end(&s);
}

static void a_zimage_starts_in_supervisor_mode_without_el2(void **state)
{
    struct options o = options_for("cortex-a7");
    size_t size;
    o.virtualization = false;
    const u8 *bytes = zimage(&size);
    struct started s = start(&o, bytes, size);
    (void)state;
    assert_int_equal(s.cpu->pstate.mode, MODE_SVC);
    assert_int_equal(s.cpu->x[2], s.m->entry_tree);
    end(&s);
}

/* No firmware of ours is in a Secure world: an image that is no Linux starts there itself. */
static void an_elf_starts_secure_with_its_instruction_set(void **state)
{
    struct options o = options_for("cortex-a15");
    size_t size;
    const u8 *bytes = elf(&size, false);
    struct started s = start(&o, bytes, size);
    (void)state;
    assert_true(s.cpu->pstate.t);
    assert_int_equal(s.cpu->pstate.mode, MODE_HYP);
    assert_int_equal(s.cpu->pc, VIRT_RAM_BASE + 0x10);
    end(&s);
    o.secure = true;
    bytes = elf(&size, false);
    s = start(&o, bytes, size);
    assert_int_equal(s.cpu->pstate.mode, MODE_SVC);
    assert_true(cpu_is_secure(s.cpu));
    end(&s);
}

static void a_raw_image_of_aarch32_stands_behind_the_page_tables(void **state)
{
    struct options o = options_for("cortex-a15");
    const u32 loop = 0xeafffffe;
    struct started s = start(&o, &loop, sizeof loop);
    u32 word;
    (void)state;
    assert_int_equal(s.cpu->pc, VIRT_RAM_BASE + 0x10000);
    assert_true(bus_read_mem(&s.m->bus, PA(s.cpu->pc), &word, sizeof word));
    assert_int_equal(word, loop);
    end(&s);
}

static void memory_beyond_4_gib_is_told_of_but_not_loaded_to(void **state)
{
    struct options o = options_for("cortex-a15");
    size_t size;
    o.mem = 4 * GIB;
    const u8 *bytes = zimage(&size);
    struct started s = start(&o, bytes, size);
    int len, node = fdt_path_offset(s.tree, "/memory");
    const fdt32_t *reg = fdt_getprop(s.tree, node, "reg", &len);
    (void)state;
    assert_int_equal(len, 16);
    assert_int_equal(fdt32_to_cpu(reg[2]), 1); /* 4 GiB */
    assert_true(s.m->entry_tree < 4 * GIB);
    end(&s);
}

static void images_of_the_other_state_are_refused(void **state)
{
    struct options a15 = options_for("cortex-a15"), a57 = options_for("cortex-a57");
    static u8 image[4096];
    size_t size;
    (void)state;
    memcpy(image + 56, "ARM\x64", 4);
    refuses(&a15, image, sizeof image, "a 64-bit Arm image, and -cpu cortex-a15 has AArch32 alone");
    const u8 *bytes = elf(&size, true);
    refuses(&a15, bytes, size, "a 64-bit Arm image, and -cpu cortex-a15 has AArch32 alone");
    bytes = elf(&size, false);
    refuses(&a57, bytes, size, "a 32-bit Arm image, and -cpu cortex-a57 starts in AArch64");
    bytes = zimage(&size);
    refuses(&a57, bytes, size, "a 32-bit Arm image, and -cpu cortex-a57 starts in AArch64");
}

/* In the Non-secure world, where it belongs, it would have no interrupt and no PSCI. */
static void a_kernel_is_not_started_below_a_secure_world_that_is_empty(void **state)
{
    struct options a15 = options_for("cortex-a15"), a57 = options_for("cortex-a57");
    static u8 image[4096];
    size_t size;
    const u8 *bytes = zimage(&size);
    (void)state;
    a15.secure = a57.secure = true;
    refuses(&a15, bytes, size, "with -M secure=on this kernel needs firmware");
    memcpy(image + 56, "ARM\x64", 4);
    refuses(&a57, image, sizeof image, "with -M secure=on this kernel needs firmware");
    a15.machine = a57.machine = "vexpress-a15"; /* where firmware has no PSCI to offer, ARMv7's Linux starts in the Secure world */
    refuses(&a57, image, sizeof image, "with -M secure=on this kernel needs firmware");
    struct started s = start(&a15, bytes, size);
    assert_int_equal(s.cpu->pstate.mode, MODE_SVC);
    assert_true(cpu_is_secure(s.cpu));
    end(&s);
}

static const void *property(const struct started *s, const char *path, const char *name, int *len)
{
    const void *value = fdt_getprop(s->tree, fdt_path_offset(s->tree, path), name, len);
    if (!value)
        fail_msg("%s has no %s", path, name);
    return value;
}

static void the_tree_of_an_armv7_core_says_so(void **state)
{
    struct options o = options_for("cortex-a15");
    size_t size;
    int len;
    const u8 *bytes = zimage(&size);
    struct started s = start(&o, bytes, size);
    (void)state;
    assert_string_equal(property(&s, "/timer", "compatible", &len), "arm,armv7-timer");
    assert_int_equal(len, sizeof "arm,armv7-timer");
    assert_string_equal(property(&s, "/cpus/cpu@0", "compatible", &len), "arm,cortex-a15");
    assert_string_equal(property(&s, "/cpus/cpu@1", "enable-method", &len), "psci");
    assert_string_equal(property(&s, "/psci", "method", &len), "smc");
    assert_int_equal(fdt32_to_cpu(*(const fdt32_t *)property(&s, "/psci", "cpu_on", &len)), 0x84000003);
    assert_int_equal(fdt32_to_cpu(*(const fdt32_t *)property(&s, "/psci", "cpu_suspend", &len)), 0x84000001);
    end(&s);
}

/* ---- Xen's serial line ---- */

/* A tree with two PL011s and, where they are given, a stdout-path and an alias; NULL: the board's own. */
struct tree {
    const char *stdout_path, *serial0;
};

static void write_tree(char *name, const struct tree *t)
{
    static u8 fdt[4096];
    bool ok = !fdt_create(fdt, sizeof fdt) && !fdt_finish_reservemap(fdt) && !fdt_begin_node(fdt, "") && !fdt_property_u32(fdt, "#address-cells", 2) &&
              !fdt_property_u32(fdt, "#size-cells", 2) && !fdt_begin_node(fdt, "aliases") &&
              (!t->serial0 || !fdt_property_string(fdt, "serial0", t->serial0)) && !fdt_end_node(fdt) && !fdt_begin_node(fdt, "chosen") &&
              (!t->stdout_path || !fdt_property_string(fdt, "stdout-path", t->stdout_path)) && !fdt_end_node(fdt) && !fdt_begin_node(fdt, "bus");
    for (unsigned i = 0; i < 2; i++)
        ok = ok && !fdt_begin_node(fdt, i ? "serial@2" : "serial@1") && !fdt_property(fdt, "compatible", "arm,pl011\0arm,primecell", 24) &&
             !fdt_end_node(fdt);
    assert_true(ok && !fdt_end_node(fdt) && !fdt_end_node(fdt) && !fdt_finish(fdt));
    file_with(name, fdt, fdt_totalsize(fdt));
}

static void xen_is_told(const struct tree *t, const char *bootargs)
{
    static const u8 bytes[64];
    struct options o = options_for("cortex-a15");
    char dtb[40] = "", dom0[40];
    int len;
    if (t)
        write_tree(dtb, t);
    file_with(dom0, "dom0", 4);
    o.dtb = t ? dtb : NULL;
    o.has_dom0 = true;
    o.dom0 = (struct xen_domain){ .kernel = dom0, .mem = 256 * MIB, .cpus = 1 };
    struct started s = start(&o, bytes, sizeof bytes);
    assert_string_equal(property(&s, "/chosen", "xen,xen-bootargs", &len), bootargs);
    end(&s);
    unlink(dom0);
    if (t)
        unlink(dtb);
}

#define DOM0_ARGS " bootscrub=0 dom0_mem=256M dom0_max_vcpus=1"

static void xens_console_is_the_serial_line_of_the_tree_in_use(void **state)
{
    (void)state;
    xen_is_told(NULL, "console=dtuart dtuart=/pl011@9000000" DOM0_ARGS);
    xen_is_told(&(struct tree){ "serial0:115200n8", "/bus/serial@2" }, "console=dtuart dtuart=/bus/serial@2" DOM0_ARGS);
    xen_is_told(&(struct tree){ "/bus/serial@1", "/bus/serial@2" }, "console=dtuart dtuart=/bus/serial@1" DOM0_ARGS);
    xen_is_told(&(struct tree){ NULL, "/bus/serial@2" }, "console=dtuart dtuart=/bus/serial@2" DOM0_ARGS);
    xen_is_told(&(struct tree){ "/no/such/node", NULL }, "console=dtuart dtuart=/bus/serial@1" DOM0_ARGS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zimage_starts_in_hyp_mode_with_the_tree_in_r2),
        cmocka_unit_test(a_zimage_starts_in_supervisor_mode_without_el2),
        cmocka_unit_test(an_elf_starts_secure_with_its_instruction_set),
        cmocka_unit_test(a_raw_image_of_aarch32_stands_behind_the_page_tables),
        cmocka_unit_test(memory_beyond_4_gib_is_told_of_but_not_loaded_to),
        cmocka_unit_test(images_of_the_other_state_are_refused),
        cmocka_unit_test(a_kernel_is_not_started_below_a_secure_world_that_is_empty),
        cmocka_unit_test(the_tree_of_an_armv7_core_says_so),
        cmocka_unit_test(xens_console_is_the_serial_line_of_the_tree_in_use),
    };
    return cmocka_run_group_tests_name("boot_protocol", tests, NULL, NULL);
}
