/* Images of 32-bit Arm: zImage, legacy U-Boot images, ELF32: places, entries, and messages that name what is wrong. */
#include "tests/unit/loader_rig.h"

#include <zlib.h>

/* ---- zImage ---- */

#define ZIMAGE_SIZE 8192
enum { ORDER_NONE, ORDER_LITTLE = 0x04030201, ORDER_BIG = 0x01020304 };

static void put(struct file_data *d, u64 at, u32 word)
{
    memcpy(d->bytes + at, &word, sizeof word);
}

static struct file_data zimage(u32 start, u32 end, u32 order)
{
    struct file_data d = { .bytes = calloc(1, ZIMAGE_SIZE), .size = ZIMAGE_SIZE };
    put(&d, 0, 0xe1a00000); /* mov r0, r0 */
    put(&d, 0x24, 0x016f2818);
    put(&d, 0x28, start);
    put(&d, 0x2c, end);
    put(&d, 0x30, order);
    return d;
}

/* With its tags: a strange one that looks like the next one inside, then what the kernel needs. */
static struct file_data zimage_with_needs(u32 unpacked, u32 bss, u32 offset, u32 heap)
{
    struct file_data d = zimage(0, ZIMAGE_SIZE, ORDER_LITTLE);
    const u32 tags[] = { 4, 0x12345678, 6, 0x5a534c4b, 6, 0x5a534c4b, 0x1ffc, bss, offset, heap, 0 };
    put(&d, 0x34, 0x45454545);
    put(&d, 0x38, 0x100);
    memcpy(d.bytes + 0x100, tags, sizeof tags);
    put(&d, 0x1ffc, unpacked);
    return d;
}

static bool load_z(struct fixture *f, struct file_data *d, struct loaded_image *out)
{
    bool ok = load_zimage(&f->plan, "zImage", d, out, &f->err);
    file_data_free(d);
    return ok;
}

static void says(struct fixture *f, const char *text)
{
    if (!strstr(f->err.text, text))
        fail_msg("'%s' is not in '%s'", text, f->err.text);
    f->err = (struct error){ { 0 } }; /* the first one stays, else */
}

static void a_zimage_that_says_nothing_goes_low_and_may_use_half_of_ram(void **state)
{
    struct fixture *f = *state;
    struct file_data d = zimage(0, 0x4000, ORDER_NONE); /* like Xen's: the end is its .bss's */
    struct loaded_image out;
    assert_int_equal(image_format_of(&d), IMAGE_ZIMAGE);
    assert_true(load_z(f, &d, &out));
    assert_int_equal(out.entry, RAM_BASE + 0x10000);
    assert_int_equal(out.end, RAM_BASE + RAM_SIZE / 2);
    assert_true(out.aarch32 && out.is_linux);
    assert_int_equal(word_at(f, out.entry), 0xe1a00000);
    assert_int_equal(f->plan.parts[0].size, 0x4000);
}

static void a_zimage_with_a_start_goes_there(void **state)
{
    struct fixture *f = *state;
    struct file_data d = zimage(RAM_BASE + 0x8000, RAM_BASE + 0x8000 + ZIMAGE_SIZE, ORDER_LITTLE);
    struct loaded_image out;
    assert_true(load_z(f, &d, &out));
    assert_int_equal(out.entry, RAM_BASE + 0x8000);
    d = zimage(0x8000, 0x8000 + ZIMAGE_SIZE, ORDER_LITTLE);
    assert_false(load_z(f, &d, &out));
    says(f, "RAM starts at 0x40000000");
}

static void a_zimage_moves_itself_where_ram_is_short_and_all_that_is_kept_free(void **state)
{
    struct fixture *f = *state;
    struct file_data d = zimage_with_needs(4 * MIB, 0x1000, 0x208000, 0x10000);
    struct loaded_image out;
    assert_true(load_z(f, &d, &out));
    assert_int_equal(out.entry, RAM_BASE + 0x10000);
    assert_int_equal(out.end, RAM_BASE + 4 * MIB + 0x1000 + 0x208000 + ZIMAGE_SIZE + 0x10000 + 1 * MIB);
}

static void a_zimage_goes_above_the_kernel_in_it_where_ram_allows(void **state)
{
    struct fixture *f = *state;
    f->plan.ram_base = RAM_BASE + 1 * GIB;
    f->plan.ram_size = 128 * MIB;
    assert_true(bus_add_ram(&f->bus, "more", PA(RAM_BASE + 1 * GIB), 128 * MIB, false, false, &f->err));
    struct file_data d = zimage_with_needs(4 * MIB, 0x1000, 0x208000, 0x10000);
    struct loaded_image out;
    assert_true(load_z(f, &d, &out));
    assert_int_equal(out.entry, f->plan.ram_base + 32 * MIB);
    assert_int_equal(out.end, out.entry + ZIMAGE_SIZE + 0x10000 + 1 * MIB);
    f->plan.count = 0;
    d = zimage_with_needs(40 * MIB, 0x1000, 0x8000, 0x10000);
    assert_true(load_z(f, &d, &out));
    assert_int_equal(out.entry, f->plan.ram_base + 42 * MIB);
}

static void zimages_that_cannot_be_are_refused(void **state)
{
    struct fixture *f = *state;
    struct loaded_image out;
    struct file_data d = zimage(0, ZIMAGE_SIZE + 4, ORDER_LITTLE);
    assert_false(load_z(f, &d, &out));
    says(f, "truncated (8192 bytes of 8196)");
    d = zimage(0, ZIMAGE_SIZE, ORDER_BIG);
    assert_false(load_z(f, &d, &out));
    says(f, "big-endian");
    d = zimage(0x8000, 0x8000, ORDER_LITTLE);
    assert_false(load_z(f, &d, &out));
    says(f, "before its start");
    d = zimage_with_needs(20 * MIB, 0, 0x8000, 0x10000);
    assert_false(load_z(f, &d, &out));
    says(f, "there are 16 MiB");
    d = zimage(0, 0x2000000, ORDER_NONE);
    assert_false(load_z(f, &d, &out));
    says(f, "there are 16 MiB");
}

static void a_damaged_table_is_as_good_as_none(void **state)
{
    static const u32 bad[][2] = { { 0x38, 0xfffffffe }, { 0x110, 0 }, { 0x118, 0xfffffff0 }, { 0x110, 0x40000000 } };
    struct fixture *f = *state;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        struct file_data d = zimage_with_needs(1 * MIB, 0x1000, 0x8000, 0x10000);
        struct loaded_image out;
        put(&d, bad[i][0], bad[i][1]);
        if (i == 3) /* a tag that runs out of the file */
            put(&d, 0x114, 0);
        f->plan.count = 0;
        assert_true(load_z(f, &d, &out));
        assert_int_equal(out.end, RAM_BASE + RAM_SIZE / 2);
    }
}

/* ---- legacy images ---- */

enum { ARM = 2, X86 = 3, ARM64 = 22, KERNEL = 2, RAMDISK = 3, NOLOAD = 14, NONE = 0, GZIP = 1, LZMA = 3 };

static void put_be(u8 *at, u32 value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (u8)(value >> (24 - 8 * i));
}

static struct file_data uimage(u32 load, u32 entry, u8 arch, u8 type, u8 compression, const void *content, u32 size)
{
    struct file_data d = { .bytes = calloc(1, 64 + size), .size = 64 + size };
    u8 *b = d.bytes;
    put_be(b, 0x27051956);
    put_be(b + 12, size);
    put_be(b + 16, load);
    put_be(b + 20, entry);
    memcpy(b + 64, content, size);
    put_be(b + 24, (u32)crc32(0, content, size));
    b[28] = 5; /* Linux */
    b[29] = arch;
    b[30] = type;
    b[31] = compression;
    put_be(b + 4, (u32)crc32(0, b, 64));
    return d;
}

static bool load_u(struct fixture *f, struct file_data *d, struct loaded_image *out)
{
    bool ok = load_uimage(&f->plan, "uImage", d, out, &f->err);
    file_data_free(d);
    return ok;
}

static void a_uimage_goes_to_its_load_address(void **state)
{
    struct fixture *f = *state;
    struct file_data d = uimage(RAM_BASE + 0x8000, RAM_BASE + 0x8004, ARM, KERNEL, NONE, "abcdefgh", 8);
    struct loaded_image out;
    assert_int_equal(image_format_of(&d), IMAGE_UIMAGE);
    assert_true(load_u(f, &d, &out));
    assert_int_equal(out.entry, RAM_BASE + 0x8004);
    assert_int_equal(out.end, RAM_BASE + RAM_SIZE / 2);
    assert_true(out.aarch32 && out.is_linux);
    assert_int_equal(word_at(f, RAM_BASE + 0x8004), 0x68676665);
    f->plan.count = 0;
    d = uimage(RAM_BASE + 0x80000, RAM_BASE + 0x80000, ARM64, KERNEL, NONE, "abcdefgh", 8);
    assert_true(load_u(f, &d, &out));
    assert_false(out.aarch32);
}

/* gzip's framing around 100000 bytes; returns its length */
static u32 gzipped(u8 *to, u32 room)
{
    static u8 content[100000] = "wxyz";
    z_stream s = { .next_in = content, .avail_in = sizeof content, .next_out = to, .avail_out = room };
    assert_int_equal(deflateInit2(&s, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
    deflateEnd(&s);
    return room - s.avail_out;
}

static void a_gzipped_uimage_is_unpacked(void **state)
{
    struct fixture *f = *state;
    u8 packed[4096];
    u32 size = gzipped(packed, sizeof packed);
    struct loaded_image out;
    struct file_data d = uimage(RAM_BASE + 0x8000, RAM_BASE + 0x8000, ARM, KERNEL, GZIP, packed, size);
    assert_true(load_u(f, &d, &out));
    assert_int_equal(word_at(f, RAM_BASE + 0x8000), 0x7a797877);
    assert_int_equal(f->plan.parts[0].size, 100000);
    d = uimage(RAM_BASE + 0x8000, RAM_BASE + 0x8000, ARM, KERNEL, GZIP, packed, size - 12);
    assert_false(load_u(f, &d, &out));
    says(f, "too short");
    packed[30] ^= 0xff;
    d = uimage(RAM_BASE + 0x8000, RAM_BASE + 0x8000, ARM, KERNEL, GZIP, packed, size);
    assert_false(load_u(f, &d, &out));
    says(f, "corrupt");
}

static void a_uimage_without_an_address_holds_a_zimage(void **state)
{
    struct fixture *f = *state;
    struct file_data z = zimage(0, ZIMAGE_SIZE, ORDER_LITTLE);
    struct file_data d = uimage(0, 0, ARM, NOLOAD, NONE, z.bytes, ZIMAGE_SIZE);
    struct loaded_image out;
    file_data_free(&z);
    assert_true(load_u(f, &d, &out));
    assert_int_equal(out.entry, RAM_BASE + 0x10000);
    d = uimage(0, 0, ARM, NOLOAD, NONE, "abcd", 4);
    assert_false(load_u(f, &d, &out));
    says(f, "no zImage");
}

static void damaged_uimages_are_refused(void **state)
{
    static const struct {
        unsigned at;
        const char *says;
    } damage[] = { { 5, "header is damaged" }, { 40, "header is damaged" }, { 66, "data is damaged" } };
    struct fixture *f = *state;
    struct loaded_image out;
    for (unsigned i = 0; i < ARRAY_SIZE(damage); i++) {
        struct file_data d = uimage(RAM_BASE, RAM_BASE, ARM, KERNEL, NONE, "abcdefgh", 8);
        d.bytes[damage[i].at] ^= 1;
        assert_false(load_u(f, &d, &out));
        says(f, damage[i].says);
    }
    struct file_data d = uimage(RAM_BASE, RAM_BASE, ARM, KERNEL, NONE, "abcdefgh", 8);
    d.size -= 1;
    assert_false(load_u(f, &d, &out));
    says(f, "truncated (7 bytes of 8)");
    d = uimage(RAM_BASE, RAM_BASE, ARM, KERNEL, NONE, "abcdefgh", 8);
    d.size = 40;
    assert_false(load_u(f, &d, &out));
    says(f, "truncated in its header");
}

static void uimages_that_fit_nowhere_are_refused(void **state)
{
    static const struct {
        u32 load, entry;
        u8 arch, type, compression;
        const char *says;
    } bad[] = { { RAM_BASE, RAM_BASE, X86, KERNEL, NONE, "architecture 3" },
                { RAM_BASE, RAM_BASE, ARM, RAMDISK, NONE, "type 3, not a kernel" },
                { RAM_BASE, RAM_BASE, ARM, KERNEL, LZMA, "method 3" },
                { 0x8000, 0x8000, ARM, KERNEL, NONE, "RAM is 16 MiB" },
                { RAM_BASE + RAM_SIZE - 4, RAM_BASE + RAM_SIZE - 4, ARM, KERNEL, NONE, "RAM is 16 MiB" },
                { RAM_BASE, RAM_BASE + 8, ARM, KERNEL, NONE, "entry 0x40000008 is not in it" } };
    struct fixture *f = *state;
    struct loaded_image out;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        struct file_data d = uimage(bad[i].load, bad[i].entry, bad[i].arch, bad[i].type, bad[i].compression, "abcdefgh", 8);
        assert_false(load_u(f, &d, &out));
        says(f, bad[i].says);
        assert_int_equal(f->plan.count, 0);
    }
}

static void a_ramdisk_is_taken_out_of_its_uimage(void **state)
{
    struct fixture *f = *state;
    struct file_data d = uimage(0, 0, ARM, RAMDISK, GZIP, "abcdefgh", 8); /* gzip: the kernel's business */
    assert_true(uimage_unwrap_ramdisk("initrd", &d, &f->err));
    assert_int_equal(d.size, 8);
    assert_memory_equal(d.bytes, "abcdefgh", 8);
    assert_true(uimage_unwrap_ramdisk("initrd", &d, &f->err));
    assert_int_equal(d.size, 8);
    file_data_free(&d);
    d = uimage(RAM_BASE, RAM_BASE, ARM, KERNEL, NONE, "abcdefgh", 8);
    assert_false(uimage_unwrap_ramdisk("initrd", &d, &f->err));
    says(f, "not a ramdisk");
    file_data_free(&d);
}

/* ---- ELF32 ---- */

static struct file_data elf32(u16 machine, u8 order, u32 entry)
{
    struct file_data d = { .bytes = calloc(1, 4096), .size = 4096 };
    Elf32_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, order, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = machine,
                      .e_version = EV_CURRENT, .e_entry = entry, .e_phoff = 52, .e_ehsize = 52, .e_phentsize = 32, .e_phnum = 1 };
    Elf32_Phdr ph = { .p_type = PT_LOAD, .p_offset = 0x200, .p_vaddr = 0xc0008000, .p_paddr = RAM_BASE + 0x8000, .p_filesz = 0x100, .p_memsz = 0x1000 };
    memcpy(d.bytes, &eh, sizeof eh);
    memcpy(d.bytes + 52, &ph, sizeof ph);
    memcpy(d.bytes + 0x200, "wxyz", 4);
    return d;
}

static void an_elf32_goes_to_its_physical_address_and_keeps_its_thumb_bit(void **state)
{
    struct fixture *f = *state;
    struct file_data d = elf32(EM_ARM, ELFDATA2LSB, RAM_BASE + 0x8001);
    struct loaded_image out;
    assert_true(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    assert_int_equal(out.entry, RAM_BASE + 0x8001);
    assert_true(out.aarch32 && !out.is_linux);
    assert_int_equal(word_at(f, RAM_BASE + 0x8000), 0x7a797877);
    file_data_free(&d);
}

static void an_elf32_of_another_kind_is_refused(void **state)
{
    struct fixture *f = *state;
    struct loaded_image out;
    struct file_data d = elf32(EM_386, ELFDATA2LSB, RAM_BASE + 0x8000);
    assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    says(f, "machine 3");
    file_data_free(&d);
    d = elf32(EM_AARCH64, ELFDATA2LSB, RAM_BASE + 0x8000); /* ILP32 */
    assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    says(f, "class 1");
    file_data_free(&d);
    d = elf32(EM_ARM, ELFDATA2LSB, RAM_BASE + 0x8002);
    assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    says(f, "neither an A32 nor a T32 address");
    file_data_free(&d);
}

static void an_elf32_that_is_not_whole_or_fits_nowhere_is_refused(void **state)
{
    static const struct {
        u32 paddr, filesz, memsz;
        size_t size;
        const char *says;
    } bad[] = { { RAM_BASE, 0x100, 0x1000, 0x2ff, "segment 0: the file is truncated (767 bytes)" },
                { RAM_BASE, 0xfffffff0, 0xfffffff0, 4096, "segment 0: the file is truncated" },
                { RAM_BASE, 0x200, 0x100, 4096, "segment 0: the file is truncated" },
                { RAM_BASE, 0x100, 0x1000, 60, "truncated before their end" },
                { RAM_BASE + RAM_SIZE - 0xfff, 0x100, 0x1000, 4096, "do not fit into 16 MiB of RAM" },
                { RAM_BASE + 0x8000, 0x100, 0xfffffff0, 4096, "do not fit into 16 MiB of RAM" },
                { 0x8000, 0x100, 0x1000, 4096, "segment 0: no memory at 0x8000" } };
    struct fixture *f = *state;
    struct loaded_image out;
    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        struct file_data d = elf32(EM_ARM, ELFDATA2LSB, RAM_BASE);
        const u32 program_header[] = { PT_LOAD, 0x200, 0xc0008000, bad[i].paddr, bad[i].filesz, bad[i].memsz };
        memcpy(d.bytes + 52, program_header, sizeof program_header);
        d.size = bad[i].size;
        assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
        says(f, bad[i].says);
        file_data_free(&d);
    }
}

/* What is there already keeps its place: the second image is refused by both names. */
static void images_of_32_bits_that_overlap_are_refused(void **state)
{
    struct fixture *f = *state;
    struct loaded_image out;
    struct file_data z = zimage(RAM_BASE + 0x8000, RAM_BASE + 0x8000 + ZIMAGE_SIZE, ORDER_LITTLE), e = elf32(EM_ARM, ELFDATA2LSB, RAM_BASE + 0x8000);
    assert_true(load_zimage(&f->plan, "zImage", &z, &out, &f->err));
    assert_false(load_elf(&f->plan, "x.elf", &e, &out, &f->err));
    says(f, "x.elf segment 0 at 0x40008000 to 0x40008fff overlaps zImage at 0x40008000");
    file_data_free(&e);
    file_data_free(&z);
    struct file_data u = uimage(RAM_BASE + 0x9000, RAM_BASE + 0x9000, ARM, KERNEL, NONE, "abcdefgh", 8);
    assert_false(load_u(f, &u, &out));
    says(f, "overlaps zImage");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_zimage_that_says_nothing_goes_low_and_may_use_half_of_ram),
        TEST(a_zimage_with_a_start_goes_there),
        TEST(a_zimage_moves_itself_where_ram_is_short_and_all_that_is_kept_free),
        TEST(a_zimage_goes_above_the_kernel_in_it_where_ram_allows),
        TEST(zimages_that_cannot_be_are_refused),
        TEST(a_damaged_table_is_as_good_as_none),
        TEST(a_uimage_goes_to_its_load_address),
        TEST(a_gzipped_uimage_is_unpacked),
        TEST(a_uimage_without_an_address_holds_a_zimage),
        TEST(damaged_uimages_are_refused),
        TEST(uimages_that_fit_nowhere_are_refused),
        TEST(a_ramdisk_is_taken_out_of_its_uimage),
        TEST(an_elf32_goes_to_its_physical_address_and_keeps_its_thumb_bit),
        TEST(an_elf32_of_another_kind_is_refused),
        TEST(an_elf32_that_is_not_whole_or_fits_nowhere_is_refused),
        TEST(images_of_32_bits_that_overlap_are_refused),
    };
    return cmocka_run_group_tests_name("loader_arm32", tests, NULL, NULL);
}
