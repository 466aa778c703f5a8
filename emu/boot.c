/* Booting: the boot protocols of Linux for arm64 and Arm (Documentation/arm64/booting.rst, arm/booting.rst), Xen's boot modules (docs/misc/arm/device-tree/booting.txt),
 * firmware in flash, and plain images. */
#include "emu/boot.h"

#include "cpu/aarch32.h"
#include "emu/boards/board.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "loader/loader.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DTB_ROOM (1 * MIB)
#define INITRD_OFFSET (128 * MIB) /* from the start of RAM, or half of it: behind the kernel in any case */

struct boot {
    struct machine *m;
    struct load_plan plan;
    void *fdt;
    bool has_entry;
    struct loaded_image image; /* what starts */
};

/* ---- device tree ---- */

static bool fdt_ok(int rc, const char *what, struct error *err)
{
    return rc >= 0 || error_set(err, "device tree: %s: %s", what, fdt_strerror(rc));
}

static int subnode(void *fdt, int parent, const char *name)
{
    int node = fdt_subnode_offset(fdt, parent, name);
    return node >= 0 ? node : fdt_add_subnode(fdt, parent, name);
}

/* Built by the board, or read from -dtb; opened for editing. */
static bool open_tree(struct boot *b, struct error *err)
{
    const char *name = b->m->options->dtb;
    b->fdt = calloc(1, DTB_ROOM);
    if (!b->fdt)
        return error_set(err, "device tree: no memory");
    if (!name)
        return b->m->board->class->dtb_build(b->m, b->fdt, DTB_ROOM, err);
    struct file_data f;
    if (!file_data_read(&f, name, err))
        return false;
    int rc = fdt_check_full(f.bytes, f.size);
    if (rc == 0)
        rc = fdt_open_into(f.bytes, b->fdt, DTB_ROOM);
    file_data_free(&f);
    return rc == 0 || error_set(err, "-dtb %s: not a device tree that can be used: %s", name, fdt_strerror(rc));
}

static int drop_property(void *fdt, int node, const char *name)
{
    int rc = fdt_delprop(fdt, node, name);
    return rc == -FDT_ERR_NOTFOUND ? 0 : rc;
}

/* In the cells that the root asks for: a tree given by -dtb may have one where ours has two. */
static bool add_memory(struct boot *b, struct error *err)
{
    char name[32];
    int node = fdt_path_offset(b->fdt, "/memory");
    if (node < 0) {
        snprintf(name, sizeof name, "memory@%llx", (unsigned long long)b->plan.ram_base);
        node = subnode(b->fdt, 0, name);
    }
    return fdt_ok(node, "/memory", err) && fdt_ok(fdt_setprop_string(b->fdt, node, "device_type", "memory"), "/memory", err) &&
           fdt_ok(drop_property(b->fdt, node, "reg"), "/memory", err) &&
           fdt_ok(fdt_appendprop_addrrange(b->fdt, 0, node, "reg", b->plan.ram_base, b->m->options->mem), "/memory", err);
}

static int chosen(struct boot *b)
{
    return subnode(b->fdt, 0, "chosen");
}

static bool add_initrd(struct boot *b, u64 base, u64 size, struct error *err)
{
    int node = chosen(b);
    return fdt_ok(node, "/chosen", err) && fdt_ok(fdt_setprop_u64(b->fdt, node, "linux,initrd-start", base), "/chosen", err) &&
           fdt_ok(fdt_setprop_u64(b->fdt, node, "linux,initrd-end", base + size), "/chosen", err);
}

/* ---- Xen ---- */

/* One boot module: loaded behind everything else, and named in the node of its domain. */
static bool add_module(struct boot *b, int parent_of(struct boot *, const char *), const char *domain, const char *file, const char *kind,
                       const char *bootargs, struct error *err)
{
    struct file_data f;
    char name[64], compatible[64];
    if (!file_data_read(&f, file, err))
        return false;
    u64 base = load_find_room(&b->plan, b->plan.ram_base + 256 * MIB, f.size, 2 * MIB);
    bool ok = base ? load_place_file(&b->plan, file, base, &f, 0, err)
                   : error_set(err, "%s: %zu KiB do not fit into %llu MiB of RAM", file, f.size / 1024, (unsigned long long)(b->plan.ram_size / MIB));
    fdt64_t reg[2] = { cpu_to_fdt64(base), cpu_to_fdt64(f.size) };
    file_data_free(&f);
    if (!ok)
        return false;
    snprintf(name, sizeof name, "module@%llx", (unsigned long long)base);
    int len = snprintf(compatible, sizeof compatible, "%s%cmultiboot,module", kind, 0) + 1;
    int node = fdt_add_subnode(b->fdt, parent_of(b, domain), name);
    return fdt_ok(node, name, err) && fdt_ok(fdt_setprop(b->fdt, node, "compatible", compatible, len), name, err) &&
           fdt_ok(fdt_setprop(b->fdt, node, "reg", reg, sizeof reg), name, err) &&
           (!bootargs || fdt_ok(fdt_setprop_string(b->fdt, node, "bootargs", bootargs), name, err));
}

static int node_of_dom0(struct boot *b, const char *domain)
{
    (void)domain;
    return chosen(b);
}

static int node_of_domu(struct boot *b, const char *domain)
{
    return fdt_subnode_offset(b->fdt, chosen(b), domain);
}

/* The node that a path or an alias of the tree names, up to the options that may follow it (stdout-path = "serial0:115200n8"). */
static int node_named_by(const void *fdt, const char *node_path, const char *property)
{
    int len, node = fdt_path_offset(fdt, node_path);
    const char *text = node >= 0 ? fdt_getprop(fdt, node, property, &len) : NULL;
    return text && len > 0 && !text[len - 1] ? fdt_path_offset_namelen(fdt, text, (int)strcspn(text, ":")) : -FDT_ERR_NOTFOUND;
}

/* The serial line of the tree in use: the one that it says, its first one by alias, or its first PL011. False: it has none. */
static bool find_serial_line(const struct boot *b, char *path, size_t room)
{
    int node = node_named_by(b->fdt, "/chosen", "stdout-path");
    if (node < 0)
        node = node_named_by(b->fdt, "/aliases", "serial0");
    if (node < 0)
        node = fdt_node_offset_by_compatible(b->fdt, -1, "arm,pl011");
    return node >= 0 && fdt_get_path(b->fdt, node, path, (int)room) == 0;
}

/* Xen's own command line: -append, with what dom0 needs put in where it is not said. */
static bool add_xen_bootargs(struct boot *b, struct error *err)
{
    const struct options *o = b->m->options;
    char text[1024], uart[256] = "";
    int n;
    if (o->append)
        n = snprintf(text, sizeof text, "%s", o->append);
    else if (find_serial_line(b, uart, sizeof uart))
        n = snprintf(text, sizeof text, "console=dtuart dtuart=%s bootscrub=0", uart);
    else
        n = snprintf(text, sizeof text, "bootscrub=0");
    if (n < (int)sizeof text && o->has_dom0 && !strstr(text, "dom0_mem="))
        n += snprintf(text + n, sizeof text - (size_t)n, " dom0_mem=%lluM", (unsigned long long)(o->dom0.mem / MIB));
    if (n < (int)sizeof text && o->has_dom0 && !strstr(text, "dom0_max_vcpus="))
        n += snprintf(text + n, sizeof text - (size_t)n, " dom0_max_vcpus=%u", o->dom0.cpus);
    if (n >= (int)sizeof text)
        return error_set(err, "-append: longer than %zu bytes", sizeof text - 1);
    return fdt_ok(fdt_setprop_string(b->fdt, chosen(b), "xen,xen-bootargs", text), "/chosen", err);
}

static bool add_domu(struct boot *b, unsigned n, const struct xen_domain *d, struct error *err)
{
    char name[16];
    snprintf(name, sizeof name, "domU%u", n + 1);
    int node = fdt_add_subnode(b->fdt, chosen(b), name);
    bool ok = fdt_ok(node, name, err) && fdt_ok(fdt_setprop_string(b->fdt, node, "compatible", "xen,domain"), name, err) &&
              fdt_ok(fdt_setprop_u32(b->fdt, node, "#address-cells", 2), name, err) &&
              fdt_ok(fdt_setprop_u32(b->fdt, node, "#size-cells", 2), name, err) && fdt_ok(fdt_setprop_u32(b->fdt, node, "cpus", d->cpus), name, err) &&
              fdt_ok(fdt_setprop_u64(b->fdt, node, "memory", d->mem / KIB), name, err) && fdt_ok(fdt_setprop_empty(b->fdt, node, "vpl011"), name, err);
    return ok &&
           add_module(b, node_of_domu, name, d->kernel, "multiboot,kernel", d->append ? d->append : "console=ttyAMA0", err) &&
           (!d->initrd || add_module(b, node_of_domu, name, d->initrd, "multiboot,ramdisk", NULL, err));
}

static bool add_xen(struct boot *b, struct error *err)
{
    const struct options *o = b->m->options;
    const struct xen_domain *d = &o->dom0;
    int node = chosen(b);
    bool ok = fdt_ok(node, "/chosen", err) && fdt_ok(fdt_setprop_u32(b->fdt, node, "#address-cells", 2), "/chosen", err) &&
              fdt_ok(fdt_setprop_u32(b->fdt, chosen(b), "#size-cells", 2), "/chosen", err) && add_xen_bootargs(b, err);
    if (ok && o->has_dom0)
        ok = add_module(b, node_of_dom0, NULL, d->kernel, "multiboot,kernel", d->append ? d->append : "console=hvc0", err) &&
             (!d->initrd || add_module(b, node_of_dom0, NULL, d->initrd, "multiboot,ramdisk", NULL, err));
    for (unsigned i = o->domu_count; ok && i-- > 0;) /* a new node goes before its siblings: last first, so that domU1 is Xen's d1 */
        ok = add_domu(b, i, &o->domus[i], err);
    return ok;
}

/* ---- images ---- */

static bool starts_in_aarch32(const struct boot *b)
{
    return cpu_is_aarch32_only(b->m->cpus[0]->model);
}

/* By its format. A raw file stands where Linux's Image of old stood, or, in AArch32, behind the page tables of a kernel that starts. */
static bool load_by_format(struct boot *b, const char *name, struct file_data *f, struct error *err)
{
    switch (image_format_of(f)) {
    case IMAGE_ELF:
        return load_elf(&b->plan, name, f, &b->image, err);
    case IMAGE_ARM64:
        return load_arm64_image(&b->plan, name, f, &b->image, err);
    case IMAGE_ZIMAGE:
        return load_zimage(&b->plan, name, f, &b->image, err);
    case IMAGE_UIMAGE:
        return load_uimage(&b->plan, name, f, &b->image, err);
    default:
        if (image_not_supported(f))
            return error_set(err, "%s: %s, not a kernel", name, image_not_supported(f));
        b->image.aarch32 = starts_in_aarch32(b);
        b->image.entry = b->plan.ram_base + (b->image.aarch32 ? 0x10000 : 0x80000);
        return load_place_file(&b->plan, name, b->image.entry, f, 0, err);
    }
}

/* The state that an image starts in must be the one that the PEs start in. */
static bool check_state(const struct boot *b, const char *name, const struct loaded_image *image, struct error *err)
{
    const char *model = cpu_model_name(b->m->cpus[0]->model);
    if (image->aarch32 == starts_in_aarch32(b))
        return true;
    return image->aarch32 ? error_set(err, "%s: a 32-bit Arm image, and -cpu %s starts in AArch64", name, model)
                          : error_set(err, "%s: a 64-bit Arm image, and -cpu %s has AArch32 alone", name, model);
}

/* A machine that starts Secure is handed over by firmware, which gives the GIC's interrupts and PSCI to the Non-secure world: a kernel that is
 * put there without it has neither. On a board without PSCI a 32-bit one stays in the Secure world. */
static bool check_world(const struct boot *b, const char *name, struct error *err)
{
    const struct machine *m = b->m;
    if (!m->options->secure || !b->image.is_linux || boot_has_firmware(m) || (b->image.aarch32 && !m->board->class->has_psci))
        return true;
    return error_set(err, "-kernel %s: with -M secure=on this kernel needs firmware (-bios) that starts it in the Non-secure world", name);
}

static bool load_kernel(struct boot *b, struct error *err)
{
    const char *name = b->m->options->kernel;
    struct file_data f;
    if (!name)
        return true;
    if (!file_data_read(&f, name, err))
        return false;
    bool ok = load_by_format(b, name, &f, err) && check_state(b, name, &b->image, err) && check_world(b, name, err);
    b->has_entry = true;
    file_data_free(&f);
    return ok;
}

static bool load_initrd(struct boot *b, struct error *err)
{
    const char *name = b->m->options->initrd;
    struct file_data f;
    if (!name)
        return true;
    if (!file_data_read(&f, name, err))
        return false;
    if (!uimage_unwrap_ramdisk(name, &f, err)) {
        file_data_free(&f);
        return false;
    }
    u64 offset = b->plan.ram_size / 2 < INITRD_OFFSET ? b->plan.ram_size / 2 : INITRD_OFFSET;
    u64 from = b->plan.ram_base + offset > b->image.end ? b->plan.ram_base + offset : b->image.end;
    u64 base = load_find_room(&b->plan, from, f.size, PAGE_SIZE);
    bool ok = base ? load_place_file(&b->plan, name, base, &f, 0, err)
                   : error_set(err, "-initrd %s: %zu KiB do not fit into %llu MiB of RAM", name, f.size / 1024, (unsigned long long)(b->plan.ram_size / MIB));
    ok = ok && add_initrd(b, base, f.size, err);
    file_data_free(&f);
    return ok;
}

/* -device loader,data=…: the bytes of a number. */
static bool load_data(struct boot *b, const struct loader_image *image, struct error *err)
{
    u8 bytes[8];
    for (unsigned i = 0; i < image->data_len; i++)
        bytes[image->data_be ? image->data_len - 1 - i : i] = (u8)(image->data >> 8 * i);
    return load_place(&b->plan, "-device loader,data", image->addr, bytes, image->data_len, 0, err);
}

/* As it was reset, but for the address */
static void start_there(struct cpu *cpu, u64 entry)
{
    if (cpu->pstate.aarch32)
        cpu_enter_aarch32(cpu, cpu->pstate.mode, (u32)entry, (const u32[3]){ 0 });
    else
        cpu_enter_at(cpu, cpu->pstate.el, entry, 0);
}

static bool load_image(struct boot *b, const struct loader_image *image, struct error *err)
{
    struct machine *m = b->m;
    struct file_data f = { 0 };
    struct loaded_image loaded = { .entry = image->addr, .aarch32 = starts_in_aarch32(b) };
    bool ok = true;
    if (image->has_cpu && image->cpu >= m->cpu_count)
        return error_set(err, "-device loader,cpu-num=%u: there are %u CPUs", image->cpu, m->cpu_count);
    if (image->has_data)
        return load_data(b, image, err);
    if (image->file) {
        if (!file_data_read(&f, image->file, err))
            return false;
        if (image_format_of(&f) == IMAGE_ELF && !image->force_raw)
            ok = load_elf(&b->plan, image->file, &f, &loaded, err);
        else if (!image->has_addr)
            ok = error_set(err, "-device loader,file=%s: a raw image needs addr=", image->file);
        else
            ok = load_place_file(&b->plan, image->file, image->addr, &f, 0, err);
        file_data_free(&f);
    }
    ok = ok && check_state(b, image->file ? image->file : "-device loader", &loaded, err);
    if (ok && image->has_cpu) {
        start_there(m->cpus[image->cpu], loaded.entry);
        if (image->cpu == 0) {
            b->has_entry = true;
            b->image = loaded;
        }
    }
    return ok;
}

static bool load_firmware(struct boot *b, struct error *err)
{
    const char *name = b->m->options->bios;
    const struct board_class *class = b->m->board->class;
    struct file_data f;
    b->m->has_firmware = boot_has_firmware(b->m) && b->m->options->secure;
    if (!name)
        return true;
    if (!file_data_read(&f, name, err))
        return false;
    bool ok = f.size <= class->bios_size ? load_place_file(&b->plan, name, class->bios_base, &f, 0, err)
                                         : error_set(err, "-bios %s: larger than the flash of %llu MiB", name, class->bios_size / MIB);
    file_data_free(&f);
    return ok;
}

static bool add_bootargs(struct boot *b, struct error *err)
{
    const struct options *o = b->m->options;
    return !o->append || o->has_dom0 || o->domu_count ||
           fdt_ok(fdt_setprop_string(b->fdt, chosen(b), "bootargs", o->append), "/chosen/bootargs", err);
}

/* The tree goes to the start of RAM, as the board's programs expect, or behind everything where that is taken. */
static bool place_tree(struct boot *b, struct error *err)
{
    if (!fdt_ok(fdt_pack(b->fdt), "packing", err))
        return false;
    u64 size = fdt_totalsize(b->fdt), from = b->image.end ? b->image.end : b->plan.ram_base;
    u64 base = load_find_room(&b->plan, from, size + 64 * KIB, 2 * MIB);
    if (!base)
        return error_set(err, "device tree: no room in %llu MiB of RAM", (unsigned long long)(b->plan.ram_size / MIB));
    b->m->entry_tree = base;
    return load_place(&b->plan, "device tree", base, b->fdt, size, 0, err);
}

static bool dump_tree(struct boot *b, const char *name, struct error *err)
{
    FILE *f = fopen(name, "wb");
    fdt_pack(b->fdt);
    bool ok = f && fwrite(b->fdt, fdt_totalsize(b->fdt), 1, f) == 1;
    ok = f && !fclose(f) && ok;
    return ok || error_set(err, "-M dumpdtb=%s: cannot be written", name);
}

/* Where CPU 0 starts: an image's entry at the highest EL that is there, else the reset vector. */
static void set_entry(struct boot *b)
{
    struct machine *m = b->m;
    if (!b->has_entry)
        return;
    m->entry = b->image.entry;
    m->entry_el = m->options->secure ? 3 : m->options->virtualization ? 2 : 1;
}

/* Linux Documentation/arm/booting.rst: R0 0, R1 no board's number, R2 the tree. In AArch32 EL3's Supervisor mode is the Secure one. */
static void enter_aarch32(const struct machine *m, struct cpu *cpu, u64 entry, u64 tree)
{
    const u32 r[3] = { 0, ~0u, (u32)tree };
    cpu_enter_aarch32(cpu, m->entry_el == 2 ? MODE_HYP : MODE_SVC, (u32)entry, r);
}

void boot_enter(struct machine *m, struct cpu *cpu, u64 entry)
{
    u64 tree = cpu->index == 0 ? m->entry_tree : 0;
    if (cpu_is_aarch32_only(cpu->model))
        enter_aarch32(m, cpu, entry, tree);
    else
        cpu_enter_at(cpu, m->entry_el, entry, tree);
}

bool boot_load_all(struct machine *m, struct error *err)
{
    const struct options *o = m->options;
    struct boot b = { .m = m, .plan = { .bus = &m->bus, .ram_base = m->board->class->ram_base, .ram_size = o->mem } };
    if (starts_in_aarch32(&b) && b.plan.ram_base + b.plan.ram_size > 4 * GIB) /* nothing that is loaded is where only LPAE gets */
        b.plan.ram_size = 4 * GIB - b.plan.ram_base;
    bool offers = boot_has_firmware(m) && board_find(m->board, "fw_cfg");
    bool ok = load_firmware(&b, err) && (offers ? boot_offer_to_firmware(m, err) : load_kernel(&b, err));
    for (unsigned i = 0; ok && i < o->image_count; i++)
        ok = load_image(&b, &o->images[i], err);
    ok = ok && open_tree(&b, err) && add_memory(&b, err) && (offers || load_initrd(&b, err)) && (!(o->has_dom0 || o->domu_count) || add_xen(&b, err));
    ok = ok && add_bootargs(&b, err);
    if (ok && o->dumpdtb) {
        ok = dump_tree(&b, o->dumpdtb, err);
        machine_stop(m, END_QUIT);
    }
    ok = ok && place_tree(&b, err);
    if (ok)
        set_entry(&b);
    if (ok && b.has_entry && !m->has_firmware && m->board->class->place_pen)
        ok = m->board->class->place_pen(m, &m->pen, err);
    free(b.fdt);
    return ok;
}
