/* The Versatile Express motherboard's own: system registers and configuration controller, two-wire bus, Ethernet without a cable, absent devices. */
#include "devices/vexpress_sysreg.h"
#include "tests/unit/dev_rig.h"

#define US 1000ull
#define MS 1000000ull

/* ---- system registers ---- */

enum { SYS_ID = 0, SYS_LED = 8, SYS_100HZ = 0x24, SYS_FLAGS = 0x30, SYS_FLAGSCLR = 0x34, SYS_NVFLAGS = 0x38, SYS_NVFLAGSCLR = 0x3c, SYS_MCI = 0x48, SYS_24MHZ = 0x5c,
       SYS_MISC = 0x60, SYS_PROCID0 = 0x84, SYS_PROCID1 = 0x88, CFGDATA = 0xa0, CFGCTRL = 0xa4, CFGSTAT = 0xa8 };

struct told {
    unsigned count, site, function, device;
    u32 value;
};

static void tell(void *owner, unsigned site, enum vexpress_function function, unsigned device, u32 value)
{
    struct told *t = owner;
    *t = (struct told){ t->count + 1, site, function, device, value };
}

static struct rig *sysreg(struct told *told, struct vexpress_component *parts)
{
    static const struct vexpress_component initial[4] = { { 0, VEXPRESS_OSC, 1, 23750000, 23750000, 65000000 },
                                                          { 0, VEXPRESS_SHUTDOWN, 0, 0, 0, 0 },
                                                          { 1, VEXPRESS_VOLT, 0, 900000, 0, 0 },
                                                          { 1, VEXPRESS_ENERGY, 1, 77, 0, 0 } };
    struct rig *r = rig_new(&vexpress_sysreg_type);
    struct vexpress_config config = { 0x1190f500, 0x14000237, 0xff000000, parts, 4, tell, told };
    for (unsigned i = 0; i < 4; i++)
        parts[i] = initial[i];
    *told = (struct told){ 0 };
    vexpress_sysreg_configure(r->dev, &config);
    device_reset(r->dev);
    return r;
}

#define SYSREG(r)                                                                                                      \
    struct told told;                                                                                                  \
    struct vexpress_component parts[4];                                                                                \
    struct rig *r = sysreg(&told, parts)

static void sysreg_identifies_the_boards(void **state)
{
    SYSREG(r);
    (void)state;
    assert_int_equal(rd(r, SYS_ID), 0x1190f500);
    assert_int_equal(rd(r, SYS_PROCID0), 0x14000237);
    assert_int_equal(rd(r, SYS_PROCID1), 0xff000000);
    assert_int_equal(rd(r, SYS_MISC), 0); /* the master is in site 1 */
    rig_free(r);
}

static void sysreg_counts_time(void **state)
{
    SYSREG(r);
    (void)state;
    rig_pass_ns(r, 1000 * MS);
    assert_int_equal(rd(r, SYS_100HZ), 100);
    assert_int_equal(rd(r, SYS_24MHZ), 24000000);
    rig_pass_ns(r, 1 * US);
    assert_int_equal(rd(r, SYS_24MHZ), 24000024);
    rig_free(r);
}

static void sysreg_flags_are_set_and_cleared_by_bit(void **state)
{
    SYSREG(r);
    (void)state;
    wr(r, SYS_FLAGS, 0xf0);
    wr(r, SYS_FLAGS, 0x0f);
    assert_int_equal(rd(r, SYS_FLAGS), 0xff);
    wr(r, SYS_FLAGSCLR, 0x3c);
    assert_int_equal(rd(r, SYS_FLAGS), 0xc3);
    assert_int_equal(vexpress_sysreg_flags(r->dev), 0xc3);
    wr(r, SYS_NVFLAGS, 5);
    wr(r, SYS_NVFLAGSCLR, 1);
    device_reset(r->dev);
    assert_int_equal(rd(r, SYS_FLAGS), 0);
    assert_int_equal(rd(r, SYS_NVFLAGS), 4);
    rig_free(r);
}

static void sysreg_tells_of_the_card(void **state)
{
    SYSREG(r);
    (void)state;
    assert_int_equal(rd(r, SYS_MCI), 0);
    vexpress_sysreg_set_card(r->dev, true, false);
    assert_int_equal(rd(r, SYS_MCI), 1);
    vexpress_sysreg_set_card(r->dev, true, true);
    device_reset(r->dev);
    assert_int_equal(rd(r, SYS_MCI), 3);
    wr(r, SYS_LED, 0x1a5);
    assert_int_equal(rd(r, SYS_LED), 0xa5);
    rig_free(r);
}

/* One transaction; the status it leaves. */
static u32 config(struct rig *r, bool write, unsigned site, unsigned function, unsigned device, u32 value)
{
    wr(r, CFGDATA, value);
    wr(r, CFGSTAT, 0);
    wr(r, CFGCTRL, 1u << 31 | (u32)write << 30 | function << 20 | site << 16 | device);
    assert_int_equal(rd(r, CFGCTRL) >> 31, 0);
    return rd(r, CFGSTAT);
}

static void configuration_reads_and_sets_components(void **state)
{
    SYSREG(r);
    (void)state;
    assert_int_equal(config(r, false, 1, VEXPRESS_VOLT, 0, 0xdeadbeef), 1);
    assert_int_equal(rd(r, CFGDATA), 900000);
    assert_int_equal(config(r, false, 1, VEXPRESS_ENERGY, 1, 0), 1);
    assert_int_equal(rd(r, CFGDATA), 77);
    assert_int_equal(config(r, true, 0, VEXPRESS_OSC, 1, 25000000), 1);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.function, VEXPRESS_OSC);
    assert_int_equal(told.device, 1);
    assert_int_equal(told.value, 25000000);
    assert_int_equal(config(r, false, 0, VEXPRESS_OSC, 1, 0), 1);
    assert_int_equal(rd(r, CFGDATA), 25000000);
    rig_free(r);
}

static void configuration_refuses_what_is_not_there(void **state)
{
    SYSREG(r);
    (void)state;
    assert_int_equal(config(r, false, 0, VEXPRESS_VOLT, 0, 0), 3);         /* another site's */
    assert_int_equal(config(r, false, 1, VEXPRESS_ENERGY, 0, 0), 3);       /* another device */
    assert_int_equal(config(r, true, 1, VEXPRESS_VOLT, 0, 1000000), 3);    /* it cannot be set */
    assert_int_equal(config(r, true, 0, VEXPRESS_OSC, 1, 66000000), 3);    /* too fast */
    assert_int_equal(config(r, true, 0, VEXPRESS_OSC, 1, 23000000), 3);    /* too slow */
    assert_int_equal(config(r, false, 1, VEXPRESS_VOLT, 0x1000, 0), 3);    /* position 1 */
    assert_int_equal(told.count, 0);
    wr(r, CFGSTAT, 0);
    wr(r, CFGCTRL, 2u << 20 | 1u << 16); /* not started */
    assert_int_equal(rd(r, CFGSTAT), 0);
    rig_free(r);
}

static void configuration_shuts_down(void **state)
{
    SYSREG(r);
    (void)state;
    assert_int_equal(config(r, false, 0, VEXPRESS_SHUTDOWN, 0, 0), 1); /* a question */
    assert_int_equal(told.count, 0);
    assert_int_equal(config(r, true, 0, VEXPRESS_SHUTDOWN, 0, 0), 1);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.function, VEXPRESS_SHUTDOWN);
    rig_free(r);
}

/* ---- two-wire bus, absent devices ---- */

static void a_bus_with_nobody_on_it_reads_as_it_is_driven(void **state)
{
    struct rig *r = rig_new(&versatile_i2c_type);
    (void)state;
    assert_int_equal(rd(r, 0), 3);
    wr(r, 4, 2);
    assert_int_equal(rd(r, 0), 1);
    wr(r, 0, 2);
    assert_int_equal(rd(r, 0), 3);
    wr(r, 4, 1);
    assert_int_equal(rd(r, 0), 2);
    rig_free(r);
}

static void an_absent_device_reads_as_zero_and_says_so_once(void **state)
{
    struct rig *r = rig_new(&absent_4k_type);
    (void)state;
    assert_int_equal(peek(r, 0xfe0), 0);
    assert_int_equal(r->log.count[LOG_UNIMP], 0);
    assert_int_equal(rd(r, 0xfe0), 0);
    wr(r, 0, 1);
    assert_int_equal(rd(r, 0), 0);
    assert_int_equal(r->log.once_count, 1);
    rig_free(r);
}

/* ---- LAN9118 ---- */

enum { TX_DATA = 0x20, TX_STATUS = 0x48, TX_STATUS_PEEK = 0x4c, IRQ_CFG = 0x54, INT_STS = 0x58, INT_EN = 0x5c, FIFO_INT = 0x68, TX_CFG = 0x70, HW_CFG = 0x74, TX_FIFO_INF = 0x80,
       PMT_CTRL = 0x84, GPT_CFG = 0x8c, GPT_CNT = 0x90, FREE_RUN = 0x9c, MAC_CMD = 0xa4, MAC_DATA = 0xa8, E2P_CMD = 0xb0 };
enum { MAC_CR = 1, MAC_ADDRH = 2, MAC_ADDRL = 3, MII_ACC = 6, MII_DATA = 7 };
#define MAC_BUSY (1u << 31)
#define MAC_READ (1u << 30)

static u32 mac_read(struct rig *r, u32 reg)
{
    wr(r, MAC_CMD, MAC_BUSY | MAC_READ | reg);
    assert_int_equal(rd(r, MAC_CMD) >> 31, 0);
    return rd(r, MAC_DATA);
}

static void mac_write(struct rig *r, u32 reg, u32 value)
{
    wr(r, MAC_DATA, value);
    wr(r, MAC_CMD, MAC_BUSY | reg);
}

static u32 phy_read(struct rig *r, u32 reg)
{
    mac_write(r, MII_ACC, 1u << 11 | reg << 6 | 1);
    assert_int_equal(mac_read(r, MII_ACC) & 1, 0);
    return mac_read(r, MII_DATA);
}

static void phy_write(struct rig *r, u32 reg, u32 value)
{
    mac_write(r, MII_DATA, value);
    mac_write(r, MII_ACC, 1u << 11 | reg << 6 | 2); /* without MIIBZY, as drivers do */
}

static void ethernet_identifies_itself(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    assert_int_equal(rd(r, 0x50) >> 16, 0x118);
    assert_int_equal(rd(r, 0x64), 0x87654321);
    assert_int_equal(rd(r, PMT_CTRL) & 1, 1);
    assert_int_equal(rd(r, 0x7c), 0); /* nothing was received */
    rig_free(r);
}

static void ethernet_mac_address_is_what_software_sets(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    assert_int_equal(mac_read(r, MAC_ADDRL), 0xffffffff);
    mac_write(r, MAC_ADDRL, 0x12345678);
    mac_write(r, MAC_ADDRH, 0x9abc);
    assert_int_equal(mac_read(r, MAC_ADDRL), 0x12345678);
    assert_int_equal(mac_read(r, MAC_ADDRH), 0x9abc);
    mac_read(r, 13);
    assert_int_equal(r->log.count[LOG_GUEST_ERRORS], 1);
    wr(r, HW_CFG, 1); /* soft reset */
    assert_int_equal(rd(r, HW_CFG) & 1, 0);
    assert_int_equal(mac_read(r, MAC_ADDRL), 0xffffffff);
    wr(r, E2P_CMD, 1u << 31);
    assert_int_equal(rd(r, E2P_CMD) & (1u << 31 | 0x200), 0x200); /* no EEPROM: it timed out */
    rig_free(r);
}

static void ethernet_phy_has_no_link(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    assert_int_equal(phy_read(r, 2), 0x0007);
    assert_int_equal(phy_read(r, 3) & 0xfff0, 0xc0d0);
    assert_int_equal(phy_read(r, 1) & 0x24, 0); /* nothing negotiated, no link */
    phy_write(r, 4, 0x0181);
    assert_int_equal(phy_read(r, 4), 0x0181);
    phy_write(r, 0, 0x8000);
    assert_int_equal(phy_read(r, 4), 0x01e1);
    mac_write(r, MII_ACC, 2u << 11 | 2u << 6 | 1);
    assert_int_equal(mac_read(r, MII_DATA), 0xffff); /* nobody at address 2 */
    rig_free(r);
}

static void ethernet_software_interrupt_reaches_the_line(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    wr(r, INT_EN, 1u << 31);
    assert_int_equal(rd(r, INT_STS) >> 31, 1);
    assert_false(irq_is_up(r));
    wr(r, IRQ_CFG, 0x111);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, IRQ_CFG), 0x1111);
    wr(r, INT_STS, 1u << 31);
    assert_false(irq_is_up(r));
    rig_free(r);
}

/* A frame of `bytes` in one buffer. */
static void send_frame(struct rig *r, u32 bytes, u32 tag)
{
    wr(r, TX_DATA, 1u << 31 | 3u << 12 | bytes);
    wr(r, TX_DATA, tag << 16 | bytes);
    for (u32 i = 0; i < (bytes + 3) / 4; i++)
        wr(r, TX_DATA, i);
}

static void ethernet_frames_go_nowhere_and_have_a_status(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    wr(r, INT_EN, 1u << 21);
    wr(r, IRQ_CFG, 0x100);
    send_frame(r, 61, 0x1234);
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 1);
    send_frame(r, 64, 0x5678);
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 2);
    assert_int_equal(rd(r, TX_STATUS_PEEK) >> 16, 0x1234);
    assert_int_equal(rd(r, TX_STATUS), 0x1234u << 16 | 0x8c00); /* error: no carrier */
    assert_int_equal(rd(r, TX_STATUS) >> 16, 0x5678);
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 0);
    rig_free(r);
}

static void ethernet_buffers_make_a_frame(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    wr(r, TX_DATA, 1u << 13 | 2u << 16 | 6); /* first: two bytes of offset and six of data are two words */
    wr(r, TX_DATA, 0x00010010);
    wr(r, TX_DATA, 0);
    wr(r, TX_DATA, 0);
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 0);
    wr(r, TX_DATA, 1u << 24 | 1u << 12 | 10); /* last: ten bytes to the end of sixteen */
    wr(r, TX_DATA, 0x00010010);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 0);
        wr(r, TX_DATA, 0);
    }
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 1);
    wr(r, TX_CFG, 1u << 15); /* drop the status */
    assert_int_equal(rd(r, TX_FIFO_INF) >> 16, 0);
    rig_free(r);
}

/* Sends `bytes` in loopback, the first six of them `to`. */
static void loop_frame(struct rig *r, u32 bytes, u32 to_low, u32 to_high)
{
    wr(r, TX_DATA, 3u << 12 | bytes);
    wr(r, TX_DATA, bytes << 16 | bytes);
    wr(r, TX_DATA, to_low);
    wr(r, TX_DATA, to_high);
    for (u32 i = 2; i < (bytes + 3) / 4; i++)
        wr(r, TX_DATA, 0x01010101 * i);
}

static struct rig *looping(u32 mac_cr)
{
    struct rig *r = rig_new(&lan9118_type);
    phy_write(r, 0, 0x4100);
    mac_write(r, MAC_ADDRL, 0x44332211);
    mac_write(r, MAC_ADDRH, 0x6655);
    mac_write(r, MAC_CR, mac_cr | 0xc);
    return r;
}

enum { RX_DATA = 0, RX_STATUS = 0x40, RX_STATUS_PEEK = 0x44, RX_CFG = 0x6c, RX_DP_CTRL = 0x78, RX_FIFO_INF = 0x7c };

static void ethernet_loopback_brings_a_frame_back(void **state)
{
    struct rig *r = looping(0);
    (void)state;
    wr(r, INT_EN, 1 << 3);
    wr(r, IRQ_CFG, 0x100);
    wr(r, FIFO_INT, 0);
    loop_frame(r, 64, 0xffffffff, 0xffff);
    assert_int_equal(rd(r, TX_STATUS), 64u << 16); /* no error */
    assert_true(irq_is_up(r));
    assert_int_equal(rd(r, RX_FIFO_INF), 1u << 16 | 68);
    assert_int_equal(rd(r, RX_STATUS_PEEK), 68u << 16 | 1 << 13 | 1 << 5);
    assert_int_equal(rd(r, RX_STATUS), 68u << 16 | 1 << 13 | 1 << 5);
    assert_false(irq_is_up(r));
    assert_int_equal(rd(r, RX_DATA), 0xffffffff);
    assert_int_equal(rd(r, RX_DATA), 0x0000ffff);
    for (u32 i = 2; i < 16; i++)
        assert_int_equal(rd(r, RX_DATA), 0x01010101 * i);
    assert_int_equal(rd(r, RX_DATA), 0x804c0ae2); /* the check sequence, as an independent program computes it */
    assert_int_equal(rd(r, RX_FIFO_INF), 0);
    rig_free(r);
}

static void ethernet_receives_what_is_for_it(void **state)
{
    struct rig *r = looping(0);
    (void)state;
    loop_frame(r, 60, 0x44332211, 0x6655);
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 1);
    loop_frame(r, 60, 0x44332211, 0x6656);
    loop_frame(r, 60, 0x44332201, 0x6655); /* a group */
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 1);
    mac_write(r, MAC_CR, 0x8000c | 1 << 19);
    loop_frame(r, 60, 0x44332201, 0x6655);
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 2);
    mac_write(r, MAC_CR, 0xc | 1 << 18);
    loop_frame(r, 60, 0x44332211, 0x6656);
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 3);
    mac_write(r, MAC_CR, 0x8 | 1 << 18); /* the receiver is off */
    loop_frame(r, 60, 0x44332211, 0x6655);
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 3);
    rig_free(r);
}

static void ethernet_frames_are_aligned_skipped_and_dumped(void **state)
{
    struct rig *r = looping(0);
    (void)state;
    wr(r, RX_CFG, 1u << 30 | 2u << 8); /* to 16 bytes, behind 2 */
    loop_frame(r, 60, 0x44332211, 0x6655);
    loop_frame(r, 60, 0xffffffff, 0xffff);
    assert_int_equal(rd(r, RX_FIFO_INF), 2u << 16 | 160);
    assert_int_equal(rd(r, RX_DATA), 0x22110000);
    wr(r, RX_DP_CTRL, 1u << 31);
    assert_int_equal(rd(r, RX_DP_CTRL), 0);
    assert_int_equal(rd(r, RX_FIFO_INF), 2u << 16 | 80);
    assert_int_equal(rd(r, RX_DATA), 0xffff0000);
    wr(r, RX_CFG, 1 << 15);
    assert_int_equal(rd(r, RX_FIFO_INF), 0);
    rig_free(r);
}

static void ethernet_drops_what_does_not_fit(void **state)
{
    struct rig *r = looping(0);
    (void)state;
    for (unsigned i = 0; i < 140; i++)
        loop_frame(r, 60, 0xffffffff, 0xffff);
    assert_int_equal(rd(r, RX_FIFO_INF) >> 16, 128);
    assert_int_equal(rd(r, 0xa0), 12);
    assert_int_equal(rd(r, 0xa0), 0);
    assert_int_equal(rd(r, INT_STS) >> 4 & 1, 1);
    rig_free(r);
}

static void ethernet_timers_run(void **state)
{
    struct rig *r = rig_new(&lan9118_type);
    (void)state;
    u32 before = rd(r, FREE_RUN);
    rig_pass_ns(r, 4 * US);
    assert_int_equal(rd(r, FREE_RUN) - before, 100);
    wr(r, GPT_CFG, 1u << 29 | 49);
    rig_pass_ns(r, 1 * MS);
    assert_in_range(rd(r, GPT_CNT), 38, 40);
    assert_int_equal(rd(r, INT_STS) >> 19 & 1, 0);
    rig_pass_ns(r, 4 * MS);
    assert_int_equal(rd(r, INT_STS) >> 19 & 1, 1);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sysreg_identifies_the_boards),
        cmocka_unit_test(sysreg_counts_time),
        cmocka_unit_test(sysreg_flags_are_set_and_cleared_by_bit),
        cmocka_unit_test(sysreg_tells_of_the_card),
        cmocka_unit_test(configuration_reads_and_sets_components),
        cmocka_unit_test(configuration_refuses_what_is_not_there),
        cmocka_unit_test(configuration_shuts_down),
        cmocka_unit_test(a_bus_with_nobody_on_it_reads_as_it_is_driven),
        cmocka_unit_test(an_absent_device_reads_as_zero_and_says_so_once),
        cmocka_unit_test(ethernet_identifies_itself),
        cmocka_unit_test(ethernet_mac_address_is_what_software_sets),
        cmocka_unit_test(ethernet_phy_has_no_link),
        cmocka_unit_test(ethernet_software_interrupt_reaches_the_line),
        cmocka_unit_test(ethernet_frames_go_nowhere_and_have_a_status),
        cmocka_unit_test(ethernet_buffers_make_a_frame),
        cmocka_unit_test(ethernet_loopback_brings_a_frame_back),
        cmocka_unit_test(ethernet_receives_what_is_for_it),
        cmocka_unit_test(ethernet_frames_are_aligned_skipped_and_dumped),
        cmocka_unit_test(ethernet_drops_what_does_not_fit),
        cmocka_unit_test(ethernet_timers_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
