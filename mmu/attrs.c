/* Memory attributes: MAIR, stage-2 MemAttr, and their combination (DDI 0487 D8.5, CombineS1S2Desc()); those of short descriptors (G5.7). */
#include "mmu/mmu_internal.h"

#include "emu/platform/bits.h"

/* Cacheability in MAIR's form: 0b0100 Non-cacheable, 0b10xx write-through, 0b11xx write-back, 0b00xx and 0b01xx transient. */
enum { NON_CACHEABLE = 4 };

static bool is_device(const struct memory_attr *a)
{
    return a->type != MEM_NORMAL;
}

static bool is_cacheable(const struct memory_attr *a)
{
    return a->outer != NON_CACHEABLE || a->inner != NON_CACHEABLE;
}

/* Device and Non-cacheable Normal memory are Outer Shareable whatever the descriptor says. */
static struct memory_attr with_effective_sh(struct memory_attr a)
{
    if (is_device(&a) || !is_cacheable(&a))
        a.sh = 2;
    return a;
}

struct memory_attr attr_from_mair(u64 mair, unsigned index, unsigned sh)
{
    u8 byte = (u8)bits(mair, index * 8 + 7, index * 8);
    if (bits(byte, 7, 4) == 0) /* 0b0000dd00; the rest UNPREDICTABLE: taken as its nearest Device type */
        return with_effective_sh((struct memory_attr){ .type = (u8)bits(byte, 3, 2), .sh = 2 });
    struct memory_attr a = { .type = MEM_NORMAL, .outer = (u8)bits(byte, 7, 4), .inner = (u8)bits(byte, 3, 0), .sh = (u8)sh };
    return with_effective_sh(a);
}

/* ---- short descriptors ---- */

/* ShortConvertAttrsHints(): 0 Non-cacheable, 1 write-back, 2 write-through without write-allocation, 3 write-back without it. */
static u8 short_cacheability(unsigned two_bits)
{
    static const u8 as_mair[4] = { NON_CACHEABLE, 0xf, 0xa, 0xe };
    return as_mair[two_bits & 3];
}

static struct memory_attr short_normal(unsigned outer, unsigned inner, u8 sh)
{
    return with_effective_sh((struct memory_attr){ .type = MEM_NORMAL, .outer = short_cacheability(outer), .inner = short_cacheability(inner), .sh = sh });
}

/* AArch32.DefaultTEXDecode(). What is reserved or IMPLEMENTATION DEFINED is taken as Normal Non-cacheable. There is one shareability: outer. */
struct memory_attr attr_from_tex(unsigned tex_c_b, bool shared)
{
    u8 sh = shared ? 2 : 0;
    if (bit(tex_c_b, 4)) /* TEX 0b1oo: outer; C, B: inner */
        return short_normal(tex_c_b >> 2, tex_c_b, sh);
    switch (tex_c_b) {
    case 0: /* Strongly-ordered */
        return (struct memory_attr){ .type = MEM_DEVICE_nGnRnE, .sh = 2 };
    case 1: /* TEX 0b000, shareable Device; 0b010, Non-shareable Device */
    case 8:
        return (struct memory_attr){ .type = MEM_DEVICE_nGnRE, .sh = 2 };
    case 2:
    case 3:
        return short_normal(tex_c_b, tex_c_b, sh);
    case 7: /* TEX 0b001, C and B: with write-allocation */
        return short_normal(1, 1, sh);
    default:
        return short_normal(0, 0, sh);
    }
}

/* AArch32.RemappedTEXDecode(): TEX[0], C, B choose a field of PRRR and two of NMRR. TR 0b11 is reserved and taken as Normal; region 6 is like others. */
struct memory_attr attr_from_tex_remap(u32 prrr, u32 nmrr, unsigned tex_c_b, bool shared)
{
    unsigned region = tex_c_b & 7, type = (unsigned)bits(prrr, 2 * region + 1, 2 * region);
    if (type < 2)
        return (struct memory_attr){ .type = (u8)(type ? MEM_DEVICE_nGnRE : MEM_DEVICE_nGnRnE), .sh = 2 }; /* whatever DS0 and DS1 say */
    bool shareable = bit(prrr, shared ? 19 : 18), not_outer = bit(prrr, 24 + region); /* NS1, NS0; NOSn */
    return short_normal((unsigned)bits(nmrr, 2 * region + 17, 2 * region + 16), (unsigned)bits(nmrr, 2 * region + 1, 2 * region),
                        shareable ? (not_outer ? 3 : 2) : 0);
}

/* ---- stage 2 ---- */

/* MemAttr[1:0] of Normal memory: 1 Non-cacheable, 2 write-through, 3 write-back; 0 is reserved and taken as Non-cacheable. */
static u8 stage2_cacheability(unsigned two_bits)
{
    return two_bits == 3 ? 0xf : two_bits == 2 ? 0xa : NON_CACHEABLE;
}

struct memory_attr attr_from_stage2(unsigned memattr, unsigned sh, bool fwb)
{
    if (fwb && bit(memattr, 2)) { /* 0b110 Normal write-back, 0b111 as stage 1, 0b101 (and 0b100, reserved) Non-cacheable unless Device */
        bool decided = bit(memattr, 1);
        struct memory_attr a = { .type = MEM_NORMAL, .outer = decided ? 0xf : NON_CACHEABLE, .inner = decided ? 0xf : NON_CACHEABLE, .sh = (u8)sh };
        a.force = decided ? (bit(memattr, 0) ? FORCE_STAGE1 : FORCE_WRITE_BACK) : FORCE_NONE;
        return a;
    }
    if (fwb || memattr < 4)
        return (struct memory_attr){ .type = (u8)(memattr & 3), .sh = 2 };
    struct memory_attr a = { .type = MEM_NORMAL, .outer = stage2_cacheability(memattr >> 2), .inner = stage2_cacheability(memattr & 3),
                             .sh = (u8)sh };
    return with_effective_sh(a);
}

/* CombineS1S2AttrHints(): Non-cacheable wins over write-through, which wins over write-back; hints are stage 1's. */
static u8 combine_cacheability(u8 s1, u8 s2)
{
    if (s1 == NON_CACHEABLE || s2 == NON_CACHEABLE)
        return NON_CACHEABLE;
    bool write_through = !bit(s1, 2) || !bit(s2, 2);
    return (u8)(write_through ? (s1 & ~4u) | 8 : s1);
}

/* Forced write-back keeps stage 1's hints, where it has any: 0b00xx and 0b10xx (write-through) become 0b01xx and 0b11xx. */
static u8 forced_write_back(const struct memory_attr *s1, u8 cacheability)
{
    return is_device(s1) || cacheability == NON_CACHEABLE ? 0xf : cacheability | 4;
}

struct memory_attr attr_combine(const struct memory_attr *s1, const struct memory_attr *s2)
{
    struct memory_attr a = { .type = s1->type < s2->type ? s1->type : s2->type, .sh = 2 };
    if (s2->force == FORCE_WRITE_BACK)
        a.type = MEM_NORMAL;
    if (is_device(&a))
        return a;
    if (s2->force == FORCE_WRITE_BACK) {
        a.outer = forced_write_back(s1, s1->outer);
        a.inner = forced_write_back(s1, s1->inner);
    } else {
        a.outer = s2->force == FORCE_STAGE1 ? s1->outer : combine_cacheability(s1->outer, s2->outer);
        a.inner = s2->force == FORCE_STAGE1 ? s1->inner : combine_cacheability(s1->inner, s2->inner);
    }
    if (s1->sh == 2 || s2->sh == 2)
        a.sh = 2;
    else
        a.sh = s1->sh == 3 || s2->sh == 3 ? 3 : 0;
    return with_effective_sh(a);
}

u8 attr_as_mair(const struct memory_attr *a)
{
    return (u8)(is_device(a) ? a->type << 2 : a->outer << 4 | a->inner);
}
