/* Loading images: formats, places, overlaps, sizes, gzip, and messages that name what is wrong. */
#include "tests/unit/loader_rig.h"

#include <unistd.h>
#include <zlib.h>

static void parts_that_overlap_are_refused_by_both_names(void **state)
{
    struct fixture *f = *state;
    assert_true(load_place(&f->plan, "first", RAM_BASE, "abcd", 4, 0x1000, &f->err));
    assert_false(load_place(&f->plan, "second", RAM_BASE + 0xfff, "abcd", 4, 0, &f->err));
    assert_non_null(strstr(f->err.text, "first"));
    assert_non_null(strstr(f->err.text, "second"));
}

static void a_part_beyond_ram_is_refused_with_sizes(void **state)
{
    struct fixture *f = *state;
    assert_false(load_place(&f->plan, "big", RAM_BASE + 15 * MIB, "abcd", 4, 2 * MIB, &f->err));
    assert_non_null(strstr(f->err.text, "16 MiB"));
}

static void room_is_found_between_parts(void **state)
{
    struct fixture *f = *state;
    assert_true(load_place(&f->plan, "low", RAM_BASE, "abcd", 4, 1 * MIB, &f->err));
    assert_true(load_place(&f->plan, "next", RAM_BASE + 2 * MIB, "abcd", 4, 1 * MIB, &f->err));
    assert_int_equal(load_find_room(&f->plan, RAM_BASE, 1 * MIB, PAGE_SIZE), RAM_BASE + 1 * MIB);
    assert_int_equal(load_find_room(&f->plan, RAM_BASE, 2 * MIB, 2 * MIB), RAM_BASE + 4 * MIB);
    assert_int_equal(load_find_room(&f->plan, RAM_BASE, 14 * MIB, PAGE_SIZE), 0);
}

static struct file_data arm64_image(u64 text_offset, u64 image_size)
{
    struct file_data d = { .bytes = calloc(1, 4096), .size = 4096 };
    u32 first = 0x14000010;
    memcpy(d.bytes, &first, 4);
    memcpy(d.bytes + 8, &text_offset, 8);
    memcpy(d.bytes + 16, &image_size, 8);
    memcpy(d.bytes + 56, "ARM\x64", 4);
    return d;
}

static void an_image_goes_to_its_text_offset(void **state)
{
    struct fixture *f = *state;
    struct file_data d = arm64_image(0x80000, 0x200000);
    struct loaded_image out;
    assert_int_equal(image_format_of(&d), IMAGE_ARM64);
    assert_true(load_arm64_image(&f->plan, "Image", &d, &out, &f->err));
    assert_int_equal(out.entry, RAM_BASE + 0x80000);
    assert_int_equal(out.end, RAM_BASE + 0x280000);
    assert_int_equal(word_at(f, out.entry), 0x14000010);
    file_data_free(&d);
}

static void an_image_without_a_size_is_an_old_one(void **state)
{
    struct fixture *f = *state;
    struct file_data d = arm64_image(0x1234, 0);
    struct loaded_image out;
    assert_true(load_arm64_image(&f->plan, "Image", &d, &out, &f->err));
    assert_int_equal(out.entry, RAM_BASE + 0x80000);
    file_data_free(&d);
}

static void an_image_larger_than_ram_is_refused(void **state)
{
    struct fixture *f = *state;
    struct file_data d = arm64_image(0, 1 * GIB);
    struct loaded_image out;
    assert_false(load_arm64_image(&f->plan, "Image", &d, &out, &f->err));
    assert_non_null(strstr(f->err.text, "Image"));
    file_data_free(&d);
}

static struct file_data elf(u16 machine, u64 paddr, u64 filesz, u64 memsz)
{
    struct file_data d = { .bytes = calloc(1, 4096), .size = 4096 };
    Elf64_Ehdr eh = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = machine,
                      .e_version = EV_CURRENT, .e_entry = paddr + 8, .e_phoff = 64, .e_ehsize = 64, .e_phentsize = 56, .e_phnum = 1 };
    Elf64_Phdr ph = { .p_type = PT_LOAD, .p_offset = 0x200, .p_vaddr = 0x123000, .p_paddr = paddr, .p_filesz = filesz, .p_memsz = memsz };
    memcpy(d.bytes, &eh, sizeof eh);
    memcpy(d.bytes + 64, &ph, sizeof ph);
    memcpy(d.bytes + 0x200, "wxyz", 4);
    return d;
}

static void an_elf_segment_goes_to_its_physical_address(void **state)
{
    struct fixture *f = *state;
    struct file_data d = elf(EM_AARCH64, RAM_BASE + 0x10000, 0x100, 0x1000);
    struct loaded_image out;
    assert_int_equal(image_format_of(&d), IMAGE_ELF);
    assert_true(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    assert_int_equal(out.entry, RAM_BASE + 0x10008);
    assert_int_equal(word_at(f, RAM_BASE + 0x10000), 0x7a797877);
    assert_int_equal(f->plan.parts[0].size, 0x1000);
    file_data_free(&d);
}

static void an_elf_for_another_machine_is_refused(void **state)
{
    struct fixture *f = *state;
    struct file_data d = elf(EM_X86_64, RAM_BASE, 4, 4);
    struct loaded_image out;
    assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    assert_non_null(strstr(f->err.text, "AArch64"));
    file_data_free(&d);
}

static void a_truncated_elf_is_refused(void **state)
{
    struct fixture *f = *state;
    struct file_data d = elf(EM_AARCH64, RAM_BASE, 0x10000, 0x10000);
    struct loaded_image out;
    assert_false(load_elf(&f->plan, "x.elf", &d, &out, &f->err));
    assert_non_null(strstr(f->err.text, "truncated"));
    file_data_free(&d);
}

static u8 content[5 * MIB + 12345];

/* A file of `content`, which does not get short by packing. mode: of gzopen, "wT" for one that is not packed. */
static void make_file(char *name, const char *mode)
{
    u32 random = 1;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (u8)((random = random * 1664525 + 1013904223) >> 24);
    close(mkstemp(name));
    gzFile out = gzopen(name, mode);
    assert_int_equal(gzwrite(out, content, sizeof content), sizeof content);
    gzclose(out);
}

static void file_comes_to_its_place(struct fixture *f, const char *mode, u64 base)
{
    static u8 placed[sizeof content];
    char name[] = "/tmp/armature-loader-XXXXXX";
    struct file_data d;
    make_file(name, mode);
    assert_true(file_data_read(&d, name, &f->err));
    assert_int_equal(d.size, sizeof content);
    assert_true(load_place_file(&f->plan, name, base, &d, 0, &f->err));
    file_data_free(&d);
    assert_true(bus_read_mem(&f->bus, PA(base), placed, sizeof placed));
    assert_memory_equal(placed, content, sizeof placed);
    assert_int_equal(word_at(f, base + sizeof content) & 0xff, 0);
    assert_int_equal(f->plan.parts[0].size, sizeof content);
    unlink(name);
}

static void a_plain_file_comes_to_its_place(void **state)
{
    file_comes_to_its_place(*state, "wT", RAM_BASE + 0x123);
}

static void an_unpacked_file_comes_to_its_place(void **state)
{
    file_comes_to_its_place(*state, "wb", RAM_BASE + 2 * MIB);
}

static void a_file_may_go_on_in_the_next_region(void **state)
{
    struct fixture *f = *state;
    assert_true(bus_add_ram(&f->bus, "below", PA(RAM_BASE - 2 * MIB), 2 * MIB, true, false, &f->err));
    file_comes_to_its_place(f, "wT", RAM_BASE - 1 * MIB);
}

static void a_file_is_refused_where_memory_ends(void **state)
{
    struct fixture *f = *state;
    char name[] = "/tmp/armature-loader-XXXXXX";
    struct file_data d;
    make_file(name, "wT");
    assert_true(bus_add_ram(&f->bus, "low", PA(0), 2 * MIB, true, false, &f->err));
    assert_true(file_data_read(&d, name, &f->err));
    assert_false(load_place_file(&f->plan, name, 1 * MIB, &d, 0, &f->err));
    assert_non_null(strstr(f->err.text, name));
    assert_non_null(strstr(f->err.text, "no memory"));
    file_data_free(&d);
    unlink(name);
}

static void a_file_that_gets_shorter_meanwhile_is_refused(void **state)
{
    struct fixture *f = *state;
    char name[] = "/tmp/armature-loader-XXXXXX";
    struct file_data d;
    make_file(name, "wT");
    assert_true(file_data_read(&d, name, &f->err));
    assert_int_equal(truncate(name, 4000), 0);
    assert_false(load_place_file(&f->plan, name, RAM_BASE, &d, 0, &f->err));
    assert_non_null(strstr(f->err.text, name));
    assert_non_null(strstr(f->err.text, "shorter"));
    file_data_free(&d);
    unlink(name);
}

static void refuses_to_read(const char *name, const char *why)
{
    struct error err = { { 0 } };
    struct file_data d;
    assert_false(file_data_read(&d, name, &err));
    assert_non_null(strstr(err.text, name));
    assert_non_null(strstr(err.text, why));
}

static void what_is_no_file_with_content_is_refused(void **state)
{
    char name[] = "/tmp/armature-loader-XXXXXX";
    (void)state;
    close(mkstemp(name));
    refuses_to_read(name, "the file is empty");
    unlink(name);
    refuses_to_read(name, "No such file");
    refuses_to_read("/tmp", "Is a directory");
}

/* What is loaded, and what is touched, has memory behind it, and nothing else has, whatever size of pages the host likes. */
static void memory_is_taken_page_by_page(void **state)
{
    struct fixture *f = *state;
    u64 before = bus_resident(&f->bus);
    for (u64 at = 0; at < 16 * MIB; at += 2 * MIB)
        assert_true(bus_write_mem(&f->bus, PA(RAM_BASE + at), "abcd", 4));
    assert_int_equal(bus_resident(&f->bus) - before, 8 * PAGE_SIZE);
    bus_free(&f->bus);
    assert_true(bus_add_ram(&f->bus, "ram", PA(RAM_BASE), 16 * MIB, false, false, &f->err));
    file_comes_to_its_place(f, "wT", RAM_BASE);
    assert_int_equal(bus_resident(&f->bus), (sizeof content + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE);
}

static void gzip_is_unpacked_and_a_short_one_refused(void **state)
{
    struct fixture *f = *state;
    char name[] = "/tmp/armature-loader-XXXXXX";
    make_file(name, "wb");
    struct file_data d;
    assert_true(file_data_read(&d, name, &f->err));
    assert_int_equal(d.size, sizeof content);
    assert_memory_equal(d.bytes, content, sizeof content);
    file_data_free(&d);
    assert_int_equal(truncate(name, 5000), 0);
    assert_false(file_data_read(&d, name, &f->err));
    assert_non_null(strstr(f->err.text, name));
    unlink(name);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(parts_that_overlap_are_refused_by_both_names),
        TEST(a_part_beyond_ram_is_refused_with_sizes),
        TEST(room_is_found_between_parts),
        TEST(an_image_goes_to_its_text_offset),
        TEST(an_image_without_a_size_is_an_old_one),
        TEST(an_image_larger_than_ram_is_refused),
        TEST(an_elf_segment_goes_to_its_physical_address),
        TEST(an_elf_for_another_machine_is_refused),
        TEST(a_truncated_elf_is_refused),
        TEST(gzip_is_unpacked_and_a_short_one_refused),
        TEST(a_plain_file_comes_to_its_place),
        TEST(an_unpacked_file_comes_to_its_place),
        TEST(a_file_may_go_on_in_the_next_region),
        TEST(a_file_is_refused_where_memory_ends),
        TEST(a_file_that_gets_shorter_meanwhile_is_refused),
        TEST(what_is_no_file_with_content_is_refused),
        TEST(memory_is_taken_page_by_page),
    };
    return cmocka_run_group_tests_name("loader_images", tests, NULL, NULL);
}
