/* PL180 with an SD card in it: identification, data both ways, errors, and what is protected. */
#include "devices/pl180.h"
#include "emu/platform/bits.h"
#include "tests/unit/dev_rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { POWER = 0, CLOCK = 4, ARGUMENT = 8, COMMAND = 0xc, RESPCMD = 0x10, RESPONSE0 = 0x14, DATATIMER = 0x24, DATALENGTH = 0x28, DATACTRL = 0x2c, DATACNT = 0x30,
       STATUS = 0x34, CLEAR = 0x38, MASK0 = 0x3c, MASK1 = 0x40, FIFOCNT = 0x48, FIFO = 0x80 };
enum { RESPONSE = 1 << 6, LONG = 1 << 7, ENABLE = 1 << 10 };
enum { CMD_CRC_FAIL = 1, CMD_TIMEOUT = 4, DATA_TIMEOUT = 8, CMD_RESP_END = 1 << 6, CMD_SENT = 1 << 7, DATA_END = 1 << 8, DATA_BLOCK_END = 1 << 10, RX_ACTIVE = 1 << 13,
       TX_ACTIVE = 1 << 12, RX_HALF_FULL = 1 << 15, TX_HALF_EMPTY = 1 << 14, RX_FULL = 1 << 17, RX_EMPTY = 1 << 19, TX_EMPTY = 1 << 18, RX_AVAILABLE = 1 << 21 };
enum { DATA_ON = 1, FROM_CARD = 2, BLOCK_512 = 9 << 4 };
enum { TRAN = 4, RCV = 6 };

#define STATIC_FLAGS 0x7ff
#define CARD_BYTES (4 * MIB)

struct slot {
    struct rig *r;
    struct sd_card *card;
    char name[32];
    u32 rca; /* in bits 31:16 */
};

static u8 content(u64 at)
{
    return (u8)(at * 7 + (at >> 9));
}

static void make_image(char *name, u64 size)
{
    strcpy(name, "/tmp/sd-card-XXXXXX");
    int fd = mkstemp(name);
    FILE *f = fdopen(fd, "wb");
    assert_non_null(f);
    for (u64 i = 0; i < size && i < 64 * KIB; i++)
        fputc(content(i), f);
    assert_int_equal(fflush(f), 0);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    fclose(f);
}

static struct slot *slot_new(u64 size, bool readonly)
{
    struct error err = { { 0 } };
    struct slot *s = calloc(1, sizeof *s);
    s->r = rig_new(&pl180_type);
    if (size) {
        make_image(s->name, size);
        s->card = sd_card_new(s->name, readonly, &s->r->log, &err);
        if (!s->card)
            fail_msg("%s", err.text);
        pl180_insert(s->r->dev, s->card);
    }
    device_reset(s->r->dev);
    wr(s->r, POWER, 3);
    wr(s->r, CLOCK, 0x100);
    return s;
}

static void slot_free(struct slot *s)
{
    if (s->name[0])
        unlink(s->name);
    rig_free(s->r);
    sd_card_free(s->card);
    free(s);
}

/* The flags that the command leaves. */
static u32 command(struct slot *s, unsigned index, u32 argument, u32 form)
{
    wr(s->r, CLEAR, STATIC_FLAGS);
    wr(s->r, ARGUMENT, argument);
    wr(s->r, COMMAND, index | form | ENABLE);
    return rd(s->r, STATUS) & 0xff;
}

/* A command with a short response, which it returns. */
static u32 r1(struct slot *s, unsigned index, u32 argument)
{
    assert_int_equal(command(s, index, argument, RESPONSE), CMD_RESP_END);
    assert_int_equal(rd(s->r, RESPCMD), index);
    return rd(s->r, RESPONSE0);
}

static u32 app(struct slot *s, unsigned index, u32 argument)
{
    assert_int_equal(r1(s, 55, s->rca) & 0x20, 0x20);
    return r1(s, index, argument);
}

static u32 state_of(u32 r1_status)
{
    return r1_status >> 9 & 0xf;
}

static u32 op_cond(struct slot *s, u32 argument)
{
    r1(s, 55, 0);
    assert_int_equal(command(s, 41, argument, RESPONSE), CMD_CRC_FAIL); /* R3 has no CRC */
    return rd(s->r, RESPONSE0);
}

static void to_transfer(struct slot *s)
{
    command(s, 0, 0, 0);
    assert_int_equal(r1(s, 8, 0x1aa), 0x1aa);
    assert_int_equal(op_cond(s, 0x40ff8000) >> 31, 1);
    assert_int_equal(command(s, 2, 0, RESPONSE | LONG), CMD_RESP_END);
    s->rca = r1(s, 3, 0) & 0xffff0000;
    assert_int_not_equal(s->rca, 0);
    assert_int_equal(state_of(r1(s, 7, s->rca)), 3); /* the state before: stby */
    assert_int_equal(state_of(r1(s, 13, s->rca)), TRAN);
}

static void data(struct slot *s, u32 length, u32 ctrl)
{
    wr(s->r, DATATIMER, 24000);
    wr(s->r, DATALENGTH, length);
    wr(s->r, DATACTRL, ctrl | DATA_ON);
}

/* ---- commands ---- */

static void an_empty_slot_times_out(void **state)
{
    struct slot *s = slot_new(0, false);
    (void)state;
    assert_int_equal(command(s, 0, 0, 0), CMD_SENT);
    assert_int_equal(command(s, 8, 0x1aa, RESPONSE), CMD_TIMEOUT);
    slot_free(s);
}

static void a_card_without_power_is_silent(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    wr(s->r, POWER, 0);
    assert_int_equal(command(s, 8, 0x1aa, RESPONSE), CMD_TIMEOUT);
    slot_free(s);
}

static void identification_ends_in_the_transfer_state(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    slot_free(s);
}

static void check_standard_capacity(u64 size)
{
    struct slot *s = slot_new(size, false);
    u32 csd[4];
    to_transfer(s);
    command(s, 7, 0, 0); /* deselected */
    assert_int_equal(command(s, 9, s->rca, RESPONSE | LONG), CMD_RESP_END);
    assert_int_equal(rd(s->r, RESPCMD), 0x3f);
    for (unsigned i = 0; i < 4; i++)
        csd[i] = rd(s->r, RESPONSE0 + 4 * i);
    u32 c_size = bits((u64)csd[1] << 32 | csd[2], 41, 30), mult = bits(csd[2], 17, 15), read_bl_len = bits(csd[1], 19, 16);
    assert_int_equal(csd[0] >> 30, 0);
    assert_int_equal((u64)(c_size + 1) << (mult + 2) << read_bl_len, size);
    assert_int_equal(csd[3] & 1, 0);
    slot_free(s);
}

static void standard_capacity_is_in_the_csd(void **state)
{
    (void)state;
    check_standard_capacity(2048);
    check_standard_capacity(CARD_BYTES);
    check_standard_capacity(64 * MIB);
    check_standard_capacity(1 * GIB);
}

static void high_capacity_counts_in_blocks(void **state)
{
    struct slot *s = slot_new(4 * GIB, false);
    (void)state;
    command(s, 0, 0, 0);
    r1(s, 8, 0x1aa);
    assert_int_equal(op_cond(s, 0x00ff8000) >> 31, 0); /* for a host without HCS it stays busy */
    assert_int_equal(op_cond(s, 0x40ff8000) >> 30, 3);
    command(s, 2, 0, RESPONSE | LONG);
    s->rca = r1(s, 3, 0) & 0xffff0000;
    assert_int_equal(command(s, 9, s->rca, RESPONSE | LONG), CMD_RESP_END);
    assert_int_equal(rd(s->r, RESPONSE0) >> 30, 1);
    u32 c_size = (rd(s->r, RESPONSE0 + 4) & 0x3f) << 16 | rd(s->r, RESPONSE0 + 8) >> 16;
    assert_int_equal(c_size + 1, 4 * GIB / (512 * KIB));
    r1(s, 7, s->rca);
    data(s, 512, FROM_CARD | BLOCK_512);
    r1(s, 17, 3); /* block 3 */
    assert_int_equal(rd(s->r, FIFO) & 0xff, content(3 * 512));
    slot_free(s);
}

static void an_illegal_command_is_silent_and_told_later(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    assert_int_equal(command(s, 5, 0, RESPONSE), CMD_TIMEOUT); /* SDIO */
    assert_int_equal(r1(s, 13, s->rca) >> 22 & 1, 1);
    assert_int_equal(r1(s, 13, s->rca) >> 22 & 1, 0);
    assert_int_equal(command(s, 2, 0, RESPONSE | LONG), CMD_TIMEOUT); /* not in tran */
    assert_int_equal(command(s, 13, s->rca ^ 0x10000, RESPONSE), CMD_TIMEOUT); /* somebody else's */
    slot_free(s);
}

/* ---- data ---- */

static void a_block_comes_through_the_fifo(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    wr(s->r, MASK1, RX_HALF_FULL);
    data(s, 512, FROM_CARD | BLOCK_512);
    assert_int_equal(rd(s->r, STATUS) & (RX_ACTIVE | RX_EMPTY), RX_ACTIVE | RX_EMPTY);
    assert_false(s->r->dev->irq[1].level);
    assert_int_equal(state_of(r1(s, 17, 1024)), TRAN);
    assert_true(s->r->dev->irq[1].level);
    assert_false(s->r->dev->irq[0].level);
    assert_int_equal(rd(s->r, STATUS) & (RX_FULL | RX_HALF_FULL | RX_AVAILABLE | RX_ACTIVE), RX_FULL | RX_HALF_FULL | RX_AVAILABLE | RX_ACTIVE);
    assert_int_equal(rd(s->r, DATACNT), 512 - 64);
    assert_int_equal(rd(s->r, FIFOCNT), 128 - 16);
    for (unsigned i = 0; i < 128; i++) {
        u32 word = rd(s->r, FIFO + 4 * (i % 16));
        for (unsigned k = 0; k < 4; k++)
            assert_int_equal(word >> 8 * k & 0xff, content(1024 + 4 * i + k));
    }
    assert_int_equal(rd(s->r, STATUS), DATA_END | DATA_BLOCK_END | CMD_RESP_END);
    assert_int_equal(state_of(r1(s, 13, s->rca)), TRAN);
    slot_free(s);
}

static void end_of_data_may_come_before_the_fifo_is_read(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    wr(s->r, MASK0, DATA_END);
    data(s, 8, FROM_CARD | 3 << 4);
    r1(s, 55, s->rca);
    r1(s, 51, 0); /* SCR: 8 bytes, big-endian */
    assert_true(irq_is_up(s->r));
    assert_int_equal(rd(s->r, STATUS) & (RX_ACTIVE | RX_AVAILABLE), RX_ACTIVE | RX_AVAILABLE);
    assert_int_equal(rd(s->r, FIFO), 0x00000502);
    rd(s->r, FIFO);
    assert_int_equal(rd(s->r, STATUS) & (RX_ACTIVE | RX_AVAILABLE), 0);
    wr(s->r, CLEAR, DATA_END);
    assert_false(irq_is_up(s->r));
    slot_free(s);
}

static void many_blocks_go_on_until_cmd12(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    data(s, 2048, FROM_CARD | BLOCK_512);
    r1(s, 18, 0);
    for (unsigned i = 0; i < 512; i++)
        assert_int_equal(rd(s->r, FIFO) & 0xff, content(4 * i));
    assert_int_equal(rd(s->r, STATUS) & DATA_END, DATA_END);
    assert_int_equal(state_of(r1(s, 13, s->rca)), 5);
    assert_int_equal(state_of(r1(s, 12, 0)), 5);
    assert_int_equal(state_of(r1(s, 13, s->rca)), TRAN);
    slot_free(s);
}

static void write_blocks(struct slot *s, unsigned index, u32 at, unsigned words)
{
    r1(s, index, at);
    data(s, words * 4, BLOCK_512);
    for (unsigned i = 0; i < words; i++)
        wr(s->r, FIFO, 0xa5000000 + i);
}

static void check_file(const struct slot *s, u64 at, u32 first, unsigned words)
{
    FILE *f = fopen(s->name, "rb");
    u32 word;
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)at, SEEK_SET), 0);
    for (unsigned i = 0; i < words; i++) {
        assert_int_equal(fread(&word, 4, 1, f), 1);
        assert_int_equal(word, first ? first + i : 0);
    }
    fclose(f);
}

static void what_is_written_is_in_the_file(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    write_blocks(s, 24, 512, 128);
    assert_int_equal(rd(s->r, STATUS) & (DATA_END | DATA_BLOCK_END | TX_ACTIVE), DATA_END | DATA_BLOCK_END);
    check_file(s, 512, 0xa5000000, 128);
    write_blocks(s, 25, 4096, 256);
    assert_int_equal(state_of(r1(s, 12, 0)), RCV);
    check_file(s, 4096, 0xa5000000, 256);
    data(s, 4, FROM_CARD | 2 << 4);
    assert_int_equal(app(s, 22, 0) >> 19 & 1, 0);
    assert_int_equal(rd(s->r, FIFO), 2u << 24); /* two blocks, big-endian */
    slot_free(s);
}

static void the_fifo_waits_for_the_card_and_the_program(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    data(s, 512, BLOCK_512); /* before its command: the card takes nothing yet */
    assert_int_equal(rd(s->r, STATUS) & (TX_ACTIVE | TX_EMPTY | TX_HALF_EMPTY), TX_ACTIVE | TX_EMPTY | TX_HALF_EMPTY);
    for (unsigned i = 0; i < 16; i++)
        wr(s->r, FIFO, i + 1);
    assert_int_equal(rd(s->r, STATUS) & (TX_EMPTY | TX_HALF_EMPTY), 0);
    wr(s->r, FIFO, 99);
    assert_int_equal(s->r->log.count[LOG_GUEST_ERRORS], 1);
    r1(s, 24, 0);
    assert_int_equal(rd(s->r, STATUS) & TX_EMPTY, TX_EMPTY);
    for (unsigned i = 16; i < 128; i++)
        wr(s->r, FIFO, i + 1);
    check_file(s, 0, 1, 128);
    slot_free(s);
}

static void data_that_never_comes_times_out(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    wr(s->r, MASK0, DATA_TIMEOUT);
    data(s, 512, FROM_CARD | BLOCK_512);
    rig_pass_ns(s->r, 1900000); /* 24000 periods of 12 MHz are 2 ms */
    assert_false(irq_is_up(s->r));
    rig_pass_ns(s->r, 100000);
    assert_true(irq_is_up(s->r));
    assert_int_equal(rd(s->r, STATUS) & (RX_ACTIVE | DATA_TIMEOUT), DATA_TIMEOUT);
    slot_free(s);
}

static void a_slow_program_is_no_timeout(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    data(s, 512, FROM_CARD | BLOCK_512);
    r1(s, 17, 0);
    rig_pass_ns(s->r, 100000000);
    assert_int_equal(rd(s->r, STATUS) & DATA_TIMEOUT, 0);
    slot_free(s);
}

static void the_end_of_the_card_is_out_of_range(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    assert_int_equal(r1(s, 17, CARD_BYTES) >> 31, 1);
    assert_int_equal(state_of(r1(s, 13, s->rca)), TRAN);
    assert_int_equal(r1(s, 17, 256) >> 30, 1); /* across two blocks */
    data(s, 1024, FROM_CARD | BLOCK_512);
    r1(s, 18, CARD_BYTES - 512);
    for (unsigned i = 0; i < 128; i++)
        rd(s->r, FIFO);
    assert_int_equal(rd(s->r, DATACNT), 512);
    assert_int_equal(r1(s, 13, s->rca) >> 31, 1);
    slot_free(s);
}

static void short_blocks_are_read_and_not_written(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    r1(s, 16, 16);
    data(s, 16, FROM_CARD | 4 << 4);
    r1(s, 17, 32);
    assert_int_equal(rd(s->r, FIFO) & 0xff, content(32));
    assert_int_equal(rd(s->r, STATUS) & DATA_END, DATA_END);
    assert_int_equal(r1(s, 24, 0) >> 29 & 1, 1);
    assert_int_equal(r1(s, 16, 1024) >> 29 & 1, 1);
    slot_free(s);
}

static void erase_makes_zeroes(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    (void)state;
    to_transfer(s);
    assert_int_equal(r1(s, 38, 0) >> 28 & 1, 1); /* nothing was chosen */
    r1(s, 32, 512);
    r1(s, 33, 1024);
    assert_int_equal(r1(s, 38, 0) >> 27, 0);
    check_file(s, 512, 0, 256);
    data(s, 512, FROM_CARD | BLOCK_512);
    r1(s, 17, 1536);
    assert_int_equal(rd(s->r, FIFO) & 0xff, content(1536));
    slot_free(s);
}

static void a_protected_card_refuses_writes(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, true);
    (void)state;
    to_transfer(s);
    assert_int_equal(r1(s, 24, 0) >> 26 & 1, 1);
    assert_int_equal(state_of(r1(s, 13, s->rca)), TRAN);
    r1(s, 32, 0);
    r1(s, 33, 512);
    assert_int_equal(r1(s, 38, 0) >> 26 & 1, 1);
    slot_free(s);
}

static void switching_functions_offers_the_default_only(void **state)
{
    struct slot *s = slot_new(CARD_BYTES, false);
    u8 status[64];
    (void)state;
    to_transfer(s);
    data(s, 64, FROM_CARD | 6 << 4);
    r1(s, 6, 0x00fffff1); /* high speed? */
    for (unsigned i = 0; i < 16; i++) {
        u32 word = rd(s->r, FIFO);
        memcpy(status + 4 * i, &word, 4);
    }
    assert_int_equal(status[12] << 8 | status[13], 0x8001);
    assert_int_equal(status[16], 0x0f);
    assert_int_equal(status[15], 0);
    slot_free(s);
}

static void sizes_that_no_card_has_are_refused(void **state)
{
    static const struct {
        u64 size;
        bool ok;
    } sizes[] = { { 0, false }, { 2048, true }, { 3000, false }, { 9 * MIB, true }, { 9 * MIB + 2048, false }, { 1 * GIB, true }, { 1 * GIB + 256 * KIB, false } };
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct error err = { { 0 } };
        struct log log;
        char name[32];
        log_init(&log);
        make_image(name, sizes[i].size);
        struct sd_card *card = sd_card_new(name, false, &log, &err);
        assert_int_equal(card != NULL, sizes[i].ok);
        assert_int_equal(err.text[0] == 0, sizes[i].ok);
        sd_card_free(card);
        unlink(name);
        log_free(&log);
    }
}

static void a_missing_image_is_named(void **state)
{
    struct error err = { { 0 } };
    struct log log;
    (void)state;
    log_init(&log);
    assert_null(sd_card_new("/nowhere/card.img", false, &log, &err));
    assert_non_null(strstr(err.text, "/nowhere/card.img"));
    log_free(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_slot_times_out),
        cmocka_unit_test(a_card_without_power_is_silent),
        cmocka_unit_test(identification_ends_in_the_transfer_state),
        cmocka_unit_test(standard_capacity_is_in_the_csd),
        cmocka_unit_test(high_capacity_counts_in_blocks),
        cmocka_unit_test(an_illegal_command_is_silent_and_told_later),
        cmocka_unit_test(a_block_comes_through_the_fifo),
        cmocka_unit_test(end_of_data_may_come_before_the_fifo_is_read),
        cmocka_unit_test(many_blocks_go_on_until_cmd12),
        cmocka_unit_test(what_is_written_is_in_the_file),
        cmocka_unit_test(the_fifo_waits_for_the_card_and_the_program),
        cmocka_unit_test(data_that_never_comes_times_out),
        cmocka_unit_test(a_slow_program_is_no_timeout),
        cmocka_unit_test(the_end_of_the_card_is_out_of_range),
        cmocka_unit_test(short_blocks_are_read_and_not_written),
        cmocka_unit_test(erase_makes_zeroes),
        cmocka_unit_test(a_protected_card_refuses_writes),
        cmocka_unit_test(switching_functions_offers_the_default_only),
        cmocka_unit_test(sizes_that_no_card_has_are_refused),
        cmocka_unit_test(a_missing_image_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
