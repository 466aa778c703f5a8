/* fw_cfg: the data window, DMA, and the file directory. */
#include "devices/fw_cfg.h"
#include "tests/unit/dev_rig.h"

#include <string.h>

static void choose(struct rig *r, u16 key)
{
    rig_access(r, RIG_BASE + 8, 2, true, __builtin_bswap16(key), false);
}

static u64 data(struct rig *r, unsigned size)
{
    return rig_access(r, RIG_BASE, size, false, 0, false);
}

static void start_dma(struct rig *r, u64 descriptor)
{
    rig_access(r, RIG_BASE + 0x10, 8, true, __builtin_bswap64(descriptor), false);
}

static void put_descriptor(struct rig *r, u32 control, u32 len, u64 address)
{
    u32 words[4] = { __builtin_bswap32(control), __builtin_bswap32(len), __builtin_bswap32((u32)(address >> 32)),
                     __builtin_bswap32((u32)address) };
    assert_true(bus_write_mem(&r->bus, PA(RIG_RAM), words, sizeof words));
}

static u32 control_after(struct rig *r)
{
    u32 control;
    assert_true(bus_read_mem(&r->bus, PA(RIG_RAM), &control, 4));
    return __builtin_bswap32(control);
}

static void fw_cfg_signature_and_features(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    (void)state;
    choose(r, 0);
    assert_memory_equal(&(u32){ (u32)data(r, 4) }, "QEMU", 4);
    choose(r, 1);
    assert_int_equal(data(r, 4), 3);
    assert_int_equal(data(r, 8), 0); /* past the end */
    assert_memory_equal(&(u64){ rig_access(r, RIG_BASE + 0x10, 8, false, 0, false) }, "QEMU CFG", 8);
    rig_free(r);
}

static void fw_cfg_data_comes_in_memory_order_for_every_size(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    (void)state;
    assert_true(fw_cfg_add(r->dev, FW_CFG_KERNEL_DATA, "0123456789abcdef", 16));
    choose(r, FW_CFG_KERNEL_DATA);
    assert_int_equal(data(r, 1), '0');
    assert_int_equal(data(r, 2), '1' | '2' << 8);
    assert_memory_equal(&(u32){ (u32)data(r, 4) }, "3456", 4);
    assert_int_equal(rig_access(r, RIG_BASE, 1, false, 0, true), '7'); /* a peek does not advance */
    assert_memory_equal(&(u64){ data(r, 8) }, "789abcde", 8);
    rig_free(r);
}

static void fw_cfg_directory_lists_files(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    u8 dir[4 + 2 * 64];
    (void)state;
    assert_true(fw_cfg_add_file(r->dev, "opt/one", "x", 1));
    assert_true(fw_cfg_add_file(r->dev, "etc/two", "yyy", 3));
    assert_true(fw_cfg_add_file(r->dev, "opt/one", "zz", 2));
    choose(r, FW_CFG_FILE_DIR);
    for (unsigned i = 0; i < sizeof dir; i++)
        dir[i] = (u8)data(r, 1);
    assert_int_equal(dir[3], 2);
    assert_int_equal(dir[4 + 3], 2);
    assert_int_equal(dir[4 + 5], 0x20);
    assert_string_equal(dir + 4 + 8, "opt/one");
    assert_int_equal(dir[68 + 3], 3);
    assert_string_equal(dir + 68 + 8, "etc/two");
    choose(r, 0x20);
    assert_int_equal(data(r, 2), 'z' | 'z' << 8);
    rig_free(r);
}

static void fw_cfg_dma_selects_skips_and_reads(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    char got[8] = { 0 };
    (void)state;
    fw_cfg_add(r->dev, FW_CFG_INITRD_DATA, "abcdefgh", 8);
    put_descriptor(r, FW_CFG_INITRD_DATA << 16 | 8 | 4, 2, 0);
    start_dma(r, RIG_RAM);
    assert_int_equal(control_after(r), 0);
    put_descriptor(r, 2, 4, RIG_RAM + 0x100);
    rig_access(r, RIG_BASE + 0x10, 4, true, 0, false); /* two halves, high first: it does not start anything */
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 0);
    rig_access(r, RIG_BASE + 0x14, 4, true, __builtin_bswap32((u32)RIG_RAM), false);
    assert_int_equal(control_after(r), 0);
    bus_read_mem(&r->bus, PA(RIG_RAM + 0x100), got, 4);
    assert_string_equal(got, "cdef");
    rig_free(r);
}

static void fw_cfg_dma_refuses_writes_and_holes(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    (void)state;
    put_descriptor(r, 16, 4, RIG_RAM + 0x100);
    start_dma(r, RIG_RAM);
    assert_int_equal(control_after(r), 1);
    put_descriptor(r, 2, 4, 0x10);
    start_dma(r, RIG_RAM);
    assert_int_equal(control_after(r), 1);
    start_dma(r, 0x10);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 3);
    rig_free(r);
}

static void fw_cfg_dma_is_non_secure(void **state)
{
    struct rig *r = rig_new(&fw_cfg_type);
    struct error err = { { 0 } };
    u64 secure_ram = RIG_RAM + 1 * MIB; /* right behind the other */
    u32 got;
    (void)state;
    assert_true(bus_add_ram(&r->bus, "secure-ram", PA(secure_ram), 1 * MIB, false, true, &err));
    put_descriptor(r, 2, 4, secure_ram);
    start_dma(r, RIG_RAM);
    assert_int_equal(control_after(r), 1);
    put_descriptor(r, 2, 8, secure_ram - 4); /* the last bytes cross over */
    start_dma(r, RIG_RAM);
    assert_int_equal(control_after(r), 1);
    bus_read_mem(&r->bus, PA(secure_ram), &got, 4);
    assert_int_equal(got, 0);
    start_dma(r, secure_ram);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 3);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fw_cfg_signature_and_features),
        cmocka_unit_test(fw_cfg_data_comes_in_memory_order_for_every_size),
        cmocka_unit_test(fw_cfg_directory_lists_files),
        cmocka_unit_test(fw_cfg_dma_selects_skips_and_reads),
        cmocka_unit_test(fw_cfg_dma_refuses_writes_and_holes),
        cmocka_unit_test(fw_cfg_dma_is_non_secure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
