/* PL111 colour LCD controller (DDI 0293C). Owns registers, palette, hardware cursor and the interrupts of a frame; the picture is read from memory
 * when somebody looks (pl111_line), so DMA takes no bus time and the FIFO never underflows.
 *
 * A frame is, as lines: vertical sync | back porch | active | front porch. At its start the base address is taken (LNBU), and at the start of the part
 * that LCDControl.LcdVComp names comes the vertical compare. STN panels are shown as TFT panels would show the same memory; grey scaling and dual
 * panels are absent: the lower panel's base is stored, no effect. */
#include "devices/pl111.h"

#include "emu/platform/bits.h"

#define DEFAULT_HZ 24000000
#define PALETTE_WORDS 128
#define CURSOR_WORDS 256

/* LCDControl, 3.2.7 */
enum { CTRL_EN = 1 << 0, CTRL_BGR = 1 << 8, CTRL_BEBO = 1 << 9, CTRL_BEPO = 1 << 10, CTRL_PWR = 1 << 11 };
enum { BPP_16_1555 = 4, BPP_24 = 5, BPP_16_565 = 6, BPP_12_444 = 7 }; /* LcdBpp above the palette's */
/* LCDRIS, 3.2.9 */
enum { INT_FUF = 1 << 1, INT_LNBU = 1 << 2, INT_VCOMP = 1 << 3, INT_MBERROR = 1 << 4 };
/* ClcdCrsrConfig, 3.2.16 */
enum { CURSOR_64 = 1 << 0 };

struct pl111 {
    struct device dev;
    u32 timing[4], upbase, lpbase, control, imsc, ris, upcurr;
    u32 palette[PALETTE_WORDS];
    u32 image[CURSOR_WORDS];
    u32 cursor_ctrl, cursor_config, cursor_colour[2], cursor_xy, cursor_clip, cursor_imsc, cursor_ris;
    u64 hz;
    u64 frame_start; /* tick */
    struct event frame, compare;
};

static struct pl111 *self(struct device *dev)
{
    return (struct pl111 *)dev;
}

static void pl111_update(struct device *dev)
{
    const struct pl111 *l = self(dev);
    irq_set(&dev->irq[0], (l->ris & l->imsc) || (l->cursor_ris & l->cursor_imsc));
}

/* ---- a frame in time ---- */

static unsigned width_of(const struct pl111 *l)
{
    return 16 * ((unsigned)bits(l->timing[0], 7, 2) + 1);
}

static unsigned lines_of(const struct pl111 *l)
{
    return (unsigned)bits(l->timing[1], 9, 0) + 1;
}

/* Lines of vertical sync, back porch, active picture and front porch. */
static void parts(const struct pl111 *l, u64 part[4])
{
    part[0] = bits(l->timing[1], 15, 10) + 1;
    part[1] = bits(l->timing[1], 31, 24);
    part[2] = lines_of(l);
    part[3] = bits(l->timing[1], 23, 16);
}

static u64 ticks_of_lines(const struct pl111 *l, u64 lines)
{
    u64 clocks = width_of(l) + bits(l->timing[0], 15, 8) + 1 + bits(l->timing[0], 23, 16) + 1 + bits(l->timing[0], 31, 24) + 1;
    u64 divisor = bit(l->timing[2], 26) ? 1 : (bits(l->timing[2], 31, 27) << 5 | bits(l->timing[2], 4, 0)) + 2;
    return mul_div(lines * clocks * divisor, l->dev.clock->hz * TICKS_PER_CYCLE, l->hz);
}

static u64 ticks_of_frame(const struct pl111 *l)
{
    u64 part[4];
    parts(l, part);
    return ticks_of_lines(l, part[0] + part[1] + part[2] + part[3]);
}

static u64 ticks_to_compare(const struct pl111 *l)
{
    u64 part[4], before = 0;
    parts(l, part);
    for (unsigned i = 0; i < bits(l->control, 13, 12); i++)
        before += part[i];
    return ticks_of_lines(l, before);
}

static void interrupt(struct pl111 *l, u32 interrupts)
{
    l->ris |= interrupts;
    pl111_update(&l->dev);
}

static void frame_begins(void *owner)
{
    struct pl111 *l = owner;
    struct clock *clock = l->dev.clock;
    l->frame_start = l->frame.when;
    l->upcurr = l->upbase;
    clock_schedule(clock, &l->compare, l->frame_start + ticks_to_compare(l));
    clock_schedule(clock, &l->frame, l->frame_start + ticks_of_frame(l));
    if (l->cursor_ctrl & 1)
        l->cursor_ris = 1; /* the last line of the cursor was shown in the frame that ends */
    interrupt(l, INT_LNBU);
}

static void compare_reached(void *owner)
{
    interrupt(owner, INT_VCOMP);
}

static void control_write(struct device *dev, u32 offset, u32 value)
{
    struct pl111 *l = self(dev);
    bool was_on = l->control & CTRL_EN, on = value & CTRL_EN;
    (void)offset;
    l->control = value & 0x13fff;
    if (on && !was_on) {
        clock_schedule(dev->clock, &l->frame, dev->clock->now);
    } else if (!on) {
        clock_cancel(dev->clock, &l->frame);
        clock_cancel(dev->clock, &l->compare);
    }
    pl111_update(dev);
}

void pl111_set_clock(struct device *dev, u64 hz)
{
    self(dev)->hz = hz;
}

/* ---- the picture ---- */

bool pl111_size(const struct device *dev, unsigned *width, unsigned *height)
{
    const struct pl111 *l = (const struct pl111 *)dev;
    *width = width_of(l);
    *height = lines_of(l);
    return l->control & CTRL_EN && l->control & CTRL_PWR;
}

/* A value of n bits over 0 to 255. */
static u32 widen(u64 value, unsigned n)
{
    return (u32)(value * 255 / ones(n));
}

/* Red is lowest (table 2-8); LCDControl.BGR swaps red and blue. */
static u32 colour(const struct pl111 *l, u32 pixel, unsigned red, unsigned green, unsigned blue)
{
    u32 r = widen(pixel & ones(red), red), g = widen(pixel >> red & ones(green), green), b = widen(pixel >> (red + green) & ones(blue), blue);
    return l->control & CTRL_BGR ? b << 16 | g << 8 | r : r << 16 | g << 8 | b;
}

static u32 pixel_colour(const struct pl111 *l, u32 pixel)
{
    switch (bits(l->control, 3, 1)) {
    case BPP_24:
        return colour(l, pixel, 8, 8, 8);
    case BPP_16_565:
        return colour(l, pixel, 5, 6, 5);
    case BPP_12_444:
        return colour(l, pixel, 4, 4, 4);
    case BPP_16_1555:
        return colour(l, pixel, 5, 5, 5);
    default: /* two entries a word */
        return colour(l, l->palette[pixel / 2] >> (pixel & 1 ? 16 : 0), 5, 5, 5);
    }
}

static unsigned bits_of_pixel(const struct pl111 *l)
{
    static const u8 width[8] = { 1, 2, 4, 8, 16, 32, 16, 16 };
    return width[bits(l->control, 3, 1)];
}

/* Pixel k of a word (tables 2-2 to 2-4): little-endian, big-endian, and big-endian pixels in little-endian bytes. */
static u32 pixel_of_word(const struct pl111 *l, u32 word, unsigned k)
{
    unsigned n = bits_of_pixel(l), in_byte = n < 8 ? 8 / n : 1;
    unsigned shift = k * n;
    if (l->control & CTRL_BEBO)
        shift = 32 - (k + 1) * n;
    else if (l->control & CTRL_BEPO && n < 8)
        shift = k / in_byte * 8 + 8 - (k % in_byte + 1) * n;
    return word >> shift & (u32)ones(n);
}

/* The cursor's two-bit pixel: 0, 1: a colour, 2: transparent, 3: inverted. Four pixels a byte, the first one highest. */
static unsigned cursor_pixel(const struct pl111 *l, unsigned x, unsigned y)
{
    unsigned words_a_line = l->cursor_config & CURSOR_64 ? 4 : 2;
    unsigned first = l->cursor_config & CURSOR_64 ? 0 : (unsigned)bits(l->cursor_ctrl, 5, 4) * 64;
    u32 word = l->image[first + y * words_a_line + x / 16];
    unsigned byte = x / 4 % 4, at = 6 - 2 * (x % 4);
    return word >> (byte * 8 + at) & 3;
}

static void draw_cursor(const struct pl111 *l, unsigned y, u32 *rgb)
{
    unsigned size = l->cursor_config & CURSOR_64 ? 64 : 32, width = width_of(l);
    unsigned left = (unsigned)bits(l->cursor_xy, 9, 0), top = (unsigned)bits(l->cursor_xy, 25, 16);
    unsigned clip_x = (unsigned)bits(l->cursor_clip, 5, 0), clip_y = (unsigned)bits(l->cursor_clip, 13, 8);
    if (!(l->cursor_ctrl & 1) || y < top || y - top + clip_y >= size)
        return;
    for (unsigned x = clip_x; x < size && left + x - clip_x < width; x++) {
        u32 *at = &rgb[left + x - clip_x];
        unsigned kind = cursor_pixel(l, x, y - top + clip_y);
        u32 c = l->cursor_colour[kind & 1];
        if (kind < 2)
            *at = (u32)(bits(c, 7, 0) << 16 | bits(c, 15, 8) << 8 | bits(c, 23, 16));
        else if (kind == 3)
            *at ^= 0xffffff;
    }
}

bool pl111_line(struct device *dev, unsigned y, u32 *rgb)
{
    struct pl111 *l = self(dev);
    unsigned width, height, per_word = 32 / bits_of_pixel(l);
    u32 words[1024];
    if (!pl111_size(dev, &width, &height) || y >= height)
        return false;
    unsigned count = (width + per_word - 1) / per_word;
    if (!bus_read_mem(dev->bus, PA((u64)l->upcurr + (u64)y * count * 4), words, count * 4))
        return false;
    for (unsigned x = 0; x < width; x++)
        rgb[x] = pixel_colour(l, pixel_of_word(l, words[x / per_word], x % per_word));
    draw_cursor(l, y, rgb);
    return true;
}

/* ---- registers ---- */

/* An approximation of where the DMA is (3.2.12): by the lines that have been shown. */
static u32 upcurr_read(struct device *dev, u32 offset, bool peek)
{
    const struct pl111 *l = self(dev);
    u64 part[4], line = ticks_of_lines(l, 1);
    (void)offset;
    (void)peek;
    if (!(l->control & CTRL_EN) || !line)
        return l->upcurr;
    parts(l, part);
    u64 shown = (dev->clock->now - l->frame_start) / line, porch = part[0] + part[1];
    shown = shown < porch ? 0 : shown - porch;
    if (shown > part[2])
        shown = part[2];
    return l->upcurr + (u32)(shown * width_of(l) * bits_of_pixel(l) / 8);
}

static u32 palette_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return self(dev)->palette[(offset - 0x200) / 4];
}

static void palette_write(struct device *dev, u32 offset, u32 value)
{
    self(dev)->palette[(offset - 0x200) / 4] = value;
}

static u32 image_read(struct device *dev, u32 offset, bool peek)
{
    (void)peek;
    return self(dev)->image[(offset - 0x800) / 4];
}

static void image_write(struct device *dev, u32 offset, u32 value)
{
    self(dev)->image[(offset - 0x800) / 4] = value;
}

static void pl111_reset(struct device *dev)
{
    struct pl111 *l = self(dev);
    if (!l->hz)
        l->hz = DEFAULT_HZ;
    clock_cancel(dev->clock, &l->frame);
    clock_cancel(dev->clock, &l->compare);
    l->frame = (struct event){ .name = "pl111 frame", .fire = frame_begins, .owner = l };
    l->compare = (struct event){ .name = "pl111 vertical compare", .fire = compare_reached, .owner = l };
    l->frame_start = 0;
    l->upcurr = 0;
    pl111_update(dev);
}

#define F(member) FIELD_OF(struct pl111, member)

static const struct reg pl111_regs[] = {
    { 0x000, "LCDTiming0", RW, F(timing[0]), .wmask = 0xfffffffc },
    { 0x004, "LCDTiming1", RW, F(timing[1]) },
    { 0x008, "LCDTiming2", RW, F(timing[2]), .wmask = 0xffff7fff },
    { 0x00c, "LCDTiming3", RW, F(timing[3]), .wmask = 0x1007f }, /* stored, no effect: line end signal */
    { 0x010, "LCDUPBASE", RW, F(upbase), .wmask = 0xfffffff8 },
    { 0x014, "LCDLPBASE", RW, F(lpbase), .wmask = 0xfffffff8 },
    { 0x018, "LCDControl", RW, F(control), .write = control_write },
    { 0x01c, "LCDIMSC", RW, F(imsc), .wmask = 0x1e, .wrote = pl111_update },
    { 0x020, "LCDRIS", RO, F(ris) },
    { 0x024, "LCDMIS", RO, F(ris), SEEN_THROUGH(struct pl111, imsc) },
    { 0x028, "LCDICR", WO, F(ris), .clears = true, .wrote = pl111_update },
    { 0x02c, "LCDUPCURR", RO, .read = upcurr_read },
    { 0x030, "LCDLPCURR", RO, F(lpbase) },
    { 0x200, "LCDPalette", RW, .count = PALETTE_WORDS, .read = palette_read, .write = palette_write },
    { 0x800, "CursorImage", RW, .count = CURSOR_WORDS, .read = image_read, .write = image_write },
    { 0xc00, "ClcdCrsrCtrl", RW, F(cursor_ctrl), .wmask = 0x31 },
    { 0xc04, "ClcdCrsrConfig", RW, F(cursor_config), .wmask = 3 }, /* FrameSync: always, the picture is read as a whole */
    { 0xc08, "ClcdCrsrPalette0", RW, F(cursor_colour[0]), .wmask = 0xffffff },
    { 0xc0c, "ClcdCrsrPalette1", RW, F(cursor_colour[1]), .wmask = 0xffffff },
    { 0xc10, "ClcdCrsrXY", RW, F(cursor_xy), .wmask = 0x03ff03ff },
    { 0xc14, "ClcdCrsrClip", RW, F(cursor_clip), .wmask = 0x3f3f },
    { 0xc20, "ClcdCrsrIMSC", RW, F(cursor_imsc), .wmask = 1, .wrote = pl111_update },
    { 0xc24, "ClcdCrsrICR", WO, F(cursor_ris), .clears = true, .wrote = pl111_update },
    { 0xc28, "ClcdCrsrRIS", RO, F(cursor_ris) },
    { 0xc2c, "ClcdCrsrMIS", RO, F(cursor_ris), SEEN_THROUGH(struct pl111, cursor_imsc) },
    PRIMECELL_ID_REGS(0x11, 0x11, 0x24, 0x00),
};

static const struct state_field pl111_state[] = {
    STATE_FIELD(struct pl111, upcurr),
    STATE_FIELD(struct pl111, hz),
    STATE_FIELD(struct pl111, frame_start),
    STATE_ARRAY(struct pl111, palette),
    STATE_ARRAY(struct pl111, image),
};

const struct device_type pl111_type = {
    .name = "pl111",
    .size = 0x1000,
    .instance_size = sizeof(struct pl111),
    .reg_bytes = 4,
    .regs = pl111_regs,
    .reg_count = ARRAY_SIZE(pl111_regs),
    .reset = pl111_reset,
    .state = pl111_state,
    .state_count = ARRAY_SIZE(pl111_state),
    .fdt = { .node = "clcd", .compatible = "arm,pl111;arm,primecell", .clock_names = "clcdclk;apb_pclk" },
};
