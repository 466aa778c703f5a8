/* Flash: CFI, programming, erasing and locking of two x16 chips, and when reads come from memory. */
#include "devices/flash.h"
#include "tests/unit/dev_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BANK 0x04000000ull
#define BOTH(x) ((x) | (u32)(x) << 16)

struct bank {
    struct rig *r;
    struct flash *flash;
    unsigned changes;
};

static void count_change(void *owner)
{
    ((struct bank *)owner)->changes++;
}

static void open_bank(struct bank *b, const char *image, bool readonly)
{
    struct error err = { { 0 } };
    b->r = rig_new(NULL);
    b->changes = 0;
    struct flash_config config = {
        .name = "flash", .base = BANK, .size = 64 * MIB, .image = image, .readonly = readonly, .mode_changed = count_change, .owner = b
    };
    b->flash = flash_new(&config, &b->r->bus, &b->r->log, &err);
    assert_string_equal(err.text, "");
    assert_non_null(b->flash);
}

static void close_bank(struct bank *b)
{
    flash_free(b->flash);
    rig_free(b->r);
}

static u32 get(struct bank *b, u32 offset)
{
    return (u32)rig_access(b->r, BANK + offset, 4, false, 0, false);
}

static void put(struct bank *b, u32 offset, u32 value)
{
    rig_access(b->r, BANK + offset, 4, true, value, false);
}

static bool reads_from_memory(struct bank *b)
{
    return bus_ram_page(&b->r->bus, PA(BANK), false, NULL) != NULL;
}

static void erase_block(struct bank *b, u32 at)
{
    put(b, at, BOTH(0x20));
    put(b, at, BOTH(0xd0));
    assert_int_equal(get(b, at), BOTH(0x80));
    put(b, at, BOTH(0xff));
}

static void flash_answers_the_cfi_query_on_both_chips(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    put(&b, 0x55 * 4, BOTH(0x98));
    assert_int_equal(get(&b, 0x10 * 4), BOTH('Q'));
    assert_int_equal(get(&b, 0x11 * 4), BOTH('R'));
    assert_int_equal(get(&b, 0x12 * 4), BOTH('Y'));
    assert_int_equal(get(&b, 0x27 * 4), BOTH(25)); /* 32 MiB each */
    assert_int_equal(get(&b, 0x2d * 4), BOTH(255));
    assert_int_equal(get(&b, 0x30 * 4), BOTH(2));
    assert_int_equal(get(&b, 0x31 * 4), BOTH('P'));
    assert_int_equal(rig_access(b.r, BANK + 0x40, 2, false, 0, false), 'Q');
    put(&b, 0, BOTH(0xff));
    assert_int_equal(get(&b, 0x40), 0);
    close_bank(&b);
}

static void flash_leaves_memory_while_it_is_not_in_array_mode(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    assert_true(reads_from_memory(&b));
    put(&b, 0, BOTH(0x70));
    assert_false(reads_from_memory(&b));
    assert_int_equal(get(&b, 0), BOTH(0x80));
    assert_int_equal(b.changes, 1);
    put(&b, 0, 0x007000ff); /* one chip only */
    assert_false(reads_from_memory(&b));
    assert_int_equal(get(&b, 0), 0x80u << 16);
    put(&b, 0, BOTH(0xff));
    assert_true(reads_from_memory(&b));
    assert_int_equal(b.changes, 2);
    flash_reset(b.flash);
    assert_int_equal(b.changes, 2);
    close_bank(&b);
}

static void put16(struct bank *b, u32 offset, u16 value)
{
    rig_access(b->r, BANK + offset, 2, true, value, false);
}

static void flash_driven_as_one_chip_keeps_both_in_step(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    put16(&b, 0, 0x20);
    put16(&b, 0, 0xd0);
    put16(&b, 2, 0x40);
    put16(&b, 2, 0x1234);
    assert_int_equal(get(&b, 0), BOTH(0x80));
    put16(&b, 4, 0xe8);
    put16(&b, 4, 2); /* three words, on both chips in turn */
    put16(&b, 4, 1);
    put16(&b, 6, 2);
    put16(&b, 8, 3);
    put16(&b, 4, 0xd0);
    assert_int_equal(get(&b, 0), BOTH(0x80));
    put16(&b, 0, 0xff);
    assert_int_equal(get(&b, 0), 0x1234ffff);
    assert_int_equal(get(&b, 4), 0x00020001);
    assert_int_equal(get(&b, 8), 0xffff0003);
    close_bank(&b);
}

static void flash_programs_words_by_clearing_bits(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    erase_block(&b, 0x40000);
    assert_int_equal(get(&b, 0x40000), 0xffffffff);
    assert_int_equal(get(&b, 0x7fffc), 0xffffffff);
    assert_int_equal(get(&b, 0x3fffc), 0);
    assert_int_equal(get(&b, 0x80000), 0);
    put(&b, 0x40010, BOTH(0x40));
    put(&b, 0x40010, 0x12345678);
    assert_int_equal(get(&b, 0), BOTH(0x80));
    put(&b, 0, BOTH(0x10));
    put(&b, 0x40010, 0xffff0000);
    put(&b, 0, BOTH(0xff));
    assert_int_equal(get(&b, 0x40010), 0x12340000);
    close_bank(&b);
}

static void flash_programs_a_buffer(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    erase_block(&b, 0);
    put(&b, 0x100, BOTH(0xe8));
    assert_int_equal(get(&b, 0x100), BOTH(0x80));
    put(&b, 0x100, BOTH(31));
    for (u32 i = 0; i < 32; i++)
        put(&b, 0x100 + 4 * i, 0x01010101 * i);
    put(&b, 0x100, BOTH(0xd0));
    assert_int_equal(get(&b, 0x100), BOTH(0x80));
    put(&b, 0, BOTH(0xff));
    for (u32 i = 0; i < 32; i++)
        assert_int_equal(get(&b, 0x100 + 4 * i), 0x01010101 * i);
    close_bank(&b);
}

static void flash_reports_sequence_errors(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    put(&b, 0, BOTH(0x20));
    put(&b, 0, BOTH(0x00)); /* not confirmed */
    assert_int_equal(get(&b, 0), BOTH(0xb0));
    put(&b, 0, BOTH(0x50));
    put(&b, 0, BOTH(0xe8));
    put(&b, 0, BOTH(0));
    put(&b, 0x40000, 0); /* another block */
    put(&b, 0, BOTH(0xd0));
    assert_int_equal(get(&b, 0), BOTH(0xb0));
    put(&b, 0, BOTH(0x50));
    put(&b, 0, BOTH(0xe8));
    put(&b, 0, BOTH(0xffff)); /* too many words */
    assert_int_equal(get(&b, 0), BOTH(0xb0));
    close_bank(&b);
}

static void flash_locked_blocks_refuse(void **state)
{
    struct bank b;
    (void)state;
    open_bank(&b, NULL, false);
    put(&b, 0x40000, BOTH(0x60));
    put(&b, 0x40000, BOTH(0x01));
    put(&b, 0x40000, BOTH(0x90));
    assert_int_equal(get(&b, 0x40008), BOTH(1));
    assert_int_equal(get(&b, 0x00008), 0);
    assert_int_equal(get(&b, 0x40000), BOTH(0x89));
    put(&b, 0x40000, BOTH(0x20));
    put(&b, 0x40000, BOTH(0xd0));
    assert_int_equal(get(&b, 0), BOTH(0xa2));
    put(&b, 0x40000, BOTH(0x50));
    put(&b, 0x40000, BOTH(0x60));
    put(&b, 0x40000, BOTH(0xd0));
    erase_block(&b, 0x40000);
    assert_int_equal(get(&b, 0x40000), 0xffffffff);
    close_bank(&b);
}

struct code {
    u64 pages[4];
    unsigned count;
};

static void note_code(void *owner, pa addr, u64 len)
{
    struct code *c = owner;
    (void)len;
    assert_true(c->count < ARRAY_SIZE(c->pages));
    c->pages[c->count++] = addr.v & PAGE_MASK;
}

static u8 *code_flags(struct bus *bus, u64 at)
{
    struct bus_region *r = bus_find(bus, PA(at));
    return &r->page_flags[(at - r->base) >> PAGE_SHIFT];
}

/* Content and commands are the bank's in both places; code is known by where it was fetched from. */
static void flash_is_one_bank_in_two_places(void **state)
{
    struct error err = { { 0 } };
    struct bank b = { .r = rig_new(NULL) };
    struct bus *bus = &b.r->bus;
    struct flash_config config = { .name = "flash", .base = BANK, .size = 1 * MIB, .has_alias = true, .alias = 0, .mode_changed = count_change, .owner = &b };
    struct code code = { .count = 0 };
    (void)state;
    b.flash = flash_new(&config, bus, &b.r->log, &err);
    assert_non_null(b.flash);
    assert_string_equal(bus_find(bus, PA(0))->name, "flash alias");
    rig_access(b.r, 0x10, 4, true, BOTH(0x40), false); /* programmed here, read there */
    assert_null(bus_ram_page(bus, PA(BANK), false, NULL));
    assert_null(bus_ram_page(bus, PA(0), false, NULL));
    rig_access(b.r, 0x10, 4, true, 0x12345678, false);
    put(&b, 0, BOTH(0xff));
    assert_ptr_equal(bus_ram_page(bus, PA(BANK), false, NULL), bus_ram_page(bus, PA(0), false, NULL));
    assert_int_equal(b.changes, 2);
    erase_block(&b, 0);
    assert_int_equal(rig_access(b.r, 0x10, 4, false, 0, false), 0xffffffff);
    bus->code_written = note_code;
    bus->code_owner = &code;
    *code_flags(bus, 0x1000) |= RAM_PAGE_HAS_CODE; /* fetched from the alias */
    assert_int_equal(*code_flags(bus, BANK + 0x1000), 0);
    put(&b, 0x1010, BOTH(0x40));
    put(&b, 0x1010, 0xffff1234); /* one chip's word after the other's */
    assert_int_equal(code.count, 2);
    assert_int_equal(code.pages[0], 0x1000);
    close_bank(&b);
}

static void make_image(char *path, size_t len)
{
    int fd = mkstemp(path);
    char *bytes = calloc(1, len);
    memcpy(bytes, "boot", 4);
    assert_int_equal(write(fd, bytes, len), len);
    free(bytes);
    close(fd);
}

static void flash_writes_changed_blocks_back_to_its_image(void **state)
{
    struct bank b;
    char path[] = "/tmp/flash-XXXXXX";
    u32 word = 0;
    (void)state;
    make_image(path, 0x100000);
    open_bank(&b, path, false);
    assert_memory_equal(&(u32){ get(&b, 0) }, "boot", 4);
    erase_block(&b, 0x40000);
    close_bank(&b);
    FILE *f = fopen(path, "rb");
    fseek(f, 0x40000, SEEK_SET);
    assert_int_equal(fread(&word, 1, 4, f), 4);
    assert_int_equal(word, 0xffffffff);
    fclose(f);
    unlink(path);
}

static void flash_leaves_a_readonly_image_alone(void **state)
{
    struct bank b;
    char path[] = "/tmp/flash-XXXXXX";
    u32 word = 1;
    (void)state;
    make_image(path, 0x80000);
    open_bank(&b, path, true);
    erase_block(&b, 0);
    close_bank(&b);
    FILE *f = fopen(path, "rb");
    assert_int_equal(fread(&word, 1, 4, f), 4);
    assert_memory_equal(&word, "boot", 4);
    fclose(f);
    unlink(path);
}

static void flash_names_an_image_that_cannot_be_used(void **state)
{
    struct error err = { { 0 } };
    struct rig *r = rig_new(NULL);
    struct flash_config config = { .name = "flash0", .base = BANK, .size = 64 * MIB, .image = "/nonexistent/x" };
    (void)state;
    assert_null(flash_new(&config, &r->bus, &r->log, &err));
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_answers_the_cfi_query_on_both_chips),
        cmocka_unit_test(flash_leaves_memory_while_it_is_not_in_array_mode),
        cmocka_unit_test(flash_driven_as_one_chip_keeps_both_in_step),
        cmocka_unit_test(flash_programs_words_by_clearing_bits),
        cmocka_unit_test(flash_programs_a_buffer),
        cmocka_unit_test(flash_reports_sequence_errors),
        cmocka_unit_test(flash_locked_blocks_refuse),
        cmocka_unit_test(flash_is_one_bank_in_two_places),
        cmocka_unit_test(flash_writes_changed_blocks_back_to_its_image),
        cmocka_unit_test(flash_leaves_a_readonly_image_alone),
        cmocka_unit_test(flash_names_an_image_that_cannot_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
