/* AArch32 saturating, parallel, packing and bit-field instructions, CRC32 (DDI 0487 F5.1). */
#include "cpu/a32_ops.h"

#define RESULT(id, expression)                                                                                         \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        cpu->x[op->rd] = (u32)(expression);                                                                            \
        NEXT();                                                                                                        \
    }

/* ---- saturation ---- */

/* SignedSat(), UnsignedSat(): the number in `bits` bits. */
static ALWAYS_INLINE s64 signed_sat(s64 x, unsigned bits)
{
    const s64 most = (1ll << (bits - 1)) - 1;
    return x > most ? most : x < -most - 1 ? -most - 1 : x;
}

static ALWAYS_INLINE s64 unsigned_sat(s64 x, unsigned bits)
{
    const s64 most = (1ll << bits) - 1;
    return x > most ? most : x < 0 ? 0 : x;
}

/* `to` is `from` saturated: Q is set where that changed it. */
static ALWAYS_INLINE u32 with_q(struct cpu *cpu, s64 from, s64 to)
{
    if (from != to)
        cpu->pstate.q = true;
    return (u32)to;
}

static ALWAYS_INLINE u32 signed_sat_q(struct cpu *cpu, s64 x)
{
    return with_q(cpu, x, signed_sat(x, 32));
}

static ALWAYS_INLINE s64 sn(const struct cpu *cpu, const struct op *op)
{
    return (s32)rn(cpu, op);
}

static ALWAYS_INLINE s64 sm(const struct cpu *cpu, const struct op *op)
{
    return (s32)rm(cpu, op);
}

RESULT(QADD, signed_sat_q(cpu, sm(cpu, op) + sn(cpu, op)))
RESULT(QSUB, signed_sat_q(cpu, sm(cpu, op) - sn(cpu, op)))
RESULT(QDADD, signed_sat_q(cpu, sm(cpu, op) + (s32)signed_sat_q(cpu, 2 * sn(cpu, op))))
RESULT(QDSUB, signed_sat_q(cpu, sm(cpu, op) - (s32)signed_sat_q(cpu, 2 * sn(cpu, op))))

/* rm: the shift's type, imm32 its amount, ra: how many bits. */
static ALWAYS_INLINE s64 to_saturate(const struct cpu *cpu, const struct op *op)
{
    return (s32)shift32(cpu, rn(cpu, op), (enum shift_type)op->rm, op->imm32);
}

RESULT(SSAT, with_q(cpu, to_saturate(cpu, op), signed_sat(to_saturate(cpu, op), op->ra)))
RESULT(USAT, with_q(cpu, to_saturate(cpu, op), unsigned_sat(to_saturate(cpu, op), op->ra)))

static ALWAYS_INLINE s64 half(u32 x, unsigned i)
{
    return (s16)(x >> 16 * i);
}

RESULT(SSAT16, with_q(cpu, half(rn(cpu, op), 0), signed_sat(half(rn(cpu, op), 0), op->ra)) % 0x10000 |
               with_q(cpu, half(rn(cpu, op), 1), signed_sat(half(rn(cpu, op), 1), op->ra)) << 16)
RESULT(USAT16, with_q(cpu, half(rn(cpu, op), 0), unsigned_sat(half(rn(cpu, op), 0), op->ra)) |
               with_q(cpu, half(rn(cpu, op), 1), unsigned_sat(half(rn(cpu, op), 1), op->ra)) << 16)

/* ---- parallel addition and subtraction ---- */

enum parallel { PLAIN_SIGNED, PLAIN_UNSIGNED, SATURATE_SIGNED, SATURATE_UNSIGNED, HALVE_SIGNED, HALVE_UNSIGNED };

static ALWAYS_INLINE s32 lane(u32 x, unsigned bits, unsigned i, enum parallel how)
{
    bool is_signed = how == PLAIN_SIGNED || how == SATURATE_SIGNED || how == HALVE_SIGNED;
    if (bits == 8)
        return is_signed ? (s8)(x >> 8 * i) : (u8)(x >> 8 * i);
    return is_signed ? (s16)(x >> 16 * i) : (u16)(x >> 16 * i);
}

/* One lane's result, and its GE flag: a sum that is not negative or that carries, a difference that is not negative. */
static ALWAYS_INLINE u32 finish_lane(s32 r, unsigned bits, enum parallel how, bool subtracted, bool *ge)
{
    *ge = how == PLAIN_UNSIGNED && !subtracted ? r >> bits : r >= 0;
    switch (how) {
    case SATURATE_SIGNED:
        r = (s32)signed_sat(r, bits);
        break;
    case SATURATE_UNSIGNED:
        r = (s32)unsigned_sat(r, bits);
        break;
    case HALVE_SIGNED:
    case HALVE_UNSIGNED:
        r >>= 1;
        break;
    default:
        break;
    }
    return (u32)r & (u32)ones(bits);
}

/* subtract: bit i says so of lane i. exchange: Rm's halves change places. */
static ALWAYS_INLINE u32 parallel(struct cpu *cpu, const struct op *op, unsigned bits, enum parallel how, unsigned subtract, bool exchange)
{
    const u32 a = rn(cpu, op), b = exchange ? rm(cpu, op) >> 16 | rm(cpu, op) << 16 : rm(cpu, op);
    u32 result = 0, flags = 0;
    for (unsigned i = 0; i < 32 / bits; i++) {
        bool minus = subtract >> i & 1, ge;
        s32 x = lane(a, bits, i, how), y = lane(b, bits, i, how);
        result |= finish_lane(minus ? x - y : x + y, bits, how, minus, &ge) << bits * i;
        flags |= (ge ? (u32)ones(bits / 8) : 0) << bits / 8 * i;
    }
    if (how == PLAIN_SIGNED || how == PLAIN_UNSIGNED)
        cpu->pstate.ge = (u8)flags;
    return result;
}

#define PARALLEL(prefix, how)                                                                                          \
    RESULT(prefix##ADD16, parallel(cpu, op, 16, how, 0, false))                                                        \
    RESULT(prefix##ASX, parallel(cpu, op, 16, how, 1, true))                                                           \
    RESULT(prefix##SAX, parallel(cpu, op, 16, how, 2, true))                                                           \
    RESULT(prefix##SUB16, parallel(cpu, op, 16, how, 3, false))                                                        \
    RESULT(prefix##ADD8, parallel(cpu, op, 8, how, 0, false))                                                          \
    RESULT(prefix##SUB8, parallel(cpu, op, 8, how, 15, false))

PARALLEL(S, PLAIN_SIGNED)
PARALLEL(U, PLAIN_UNSIGNED)
PARALLEL(Q, SATURATE_SIGNED)
PARALLEL(UQ, SATURATE_UNSIGNED)
PARALLEL(SH, HALVE_SIGNED)
PARALLEL(UH, HALVE_UNSIGNED)

/* Bytes of Rn where GE is set, of Rm elsewhere. */
HANDLER(SEL)
{
    u32 ge = cpu->pstate.ge, mask = 0;
    for (unsigned i = 0; i < 4; i++)
        mask |= (ge >> i & 1) * 0xffu << 8 * i;
    cpu->x[op->rd] = (rn(cpu, op) & mask) | (rm(cpu, op) & ~mask);
    NEXT();
}

static ALWAYS_INLINE u32 absolute_differences(u32 a, u32 b)
{
    u32 sum = 0;
    for (unsigned i = 0; i < 32; i += 8) {
        s32 difference = (u8)(a >> i) - (u8)(b >> i);
        sum += (u32)(difference < 0 ? -difference : difference);
    }
    return sum;
}

RESULT(USAD8, absolute_differences(rn(cpu, op), rm(cpu, op)))
RESULT(USADA8, absolute_differences(rn(cpu, op), rm(cpu, op)) + ra(cpu, op))

/* ---- packing, extension, reversal ---- */

RESULT(PKHBT, (rn(cpu, op) & 0xffff) | (rm(cpu, op) << op->imm32 & 0xffff0000))
RESULT(PKHTB, (rn(cpu, op) & 0xffff0000) | (shift32(cpu, rm(cpu, op), SHIFT_ASR, op->imm32) & 0xffff))

/* Bits 23:16 and 7:0 to halfwords; with the signs spread, sums are made by halves. */
static ALWAYS_INLINE u32 unsigned_bytes(u32 x)
{
    return x & 0x00ff00ff;
}

static ALWAYS_INLINE u32 signed_bytes(u32 x)
{
    return (u16)(s16)(s8)x | (u32)(s32)(s8)(x >> 16) << 16;
}

static ALWAYS_INLINE u32 add_halves(u32 a, u32 b)
{
    return (u16)(a + b) | ((a & 0xffff0000) + (b & 0xffff0000));
}

RESULT(SXTB, (s8)rotated(cpu, op))
RESULT(SXTH, (s16)rotated(cpu, op))
RESULT(UXTB, (u8)rotated(cpu, op))
RESULT(UXTH, (u16)rotated(cpu, op))
RESULT(SXTB16, signed_bytes(rotated(cpu, op)))
RESULT(UXTB16, unsigned_bytes(rotated(cpu, op)))
RESULT(SXTAB, rn(cpu, op) + (u32)(s8)rotated(cpu, op))
RESULT(SXTAH, rn(cpu, op) + (u32)(s16)rotated(cpu, op))
RESULT(UXTAB, rn(cpu, op) + (u8)rotated(cpu, op))
RESULT(UXTAH, rn(cpu, op) + (u16)rotated(cpu, op))
RESULT(SXTAB16, add_halves(rn(cpu, op), signed_bytes(rotated(cpu, op))))
RESULT(UXTAB16, add_halves(rn(cpu, op), unsigned_bytes(rotated(cpu, op))))

RESULT(REV, __builtin_bswap32(rm(cpu, op)))
RESULT(REV16, (rm(cpu, op) >> 8 & 0x00ff00ff) | (rm(cpu, op) & 0x00ff00ff) << 8)
RESULT(REVSH, (s16)__builtin_bswap16((u16)rm(cpu, op)))
RESULT(CLZ, rm(cpu, op) ? __builtin_clz(rm(cpu, op)) : 32)

HANDLER(RBIT)
{
    u32 x = __builtin_bswap32(rm(cpu, op));
    x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
    x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
    cpu->x[op->rd] = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
    NEXT();
}

/* ---- bit fields ---- */

/* imm32: the mask of where it lands, ra: its lowest bit */
RESULT(BFI, (cpu->x[op->rd] & ~op->imm32) | (rn(cpu, op) << op->ra & op->imm32))
RESULT(BFC, cpu->x[op->rd] & ~op->imm32)
/* Left by ra, so that the field's top bit is bit 31, then right by imm32. */
RESULT(UBFX, (rn(cpu, op) << op->ra) >> op->imm32)
RESULT(SBFX, (s32)(rn(cpu, op) << op->ra) >> op->imm32)

/* ---- CRC32: on reflected values, bit by bit ---- */

static ALWAYS_INLINE u32 crc(u32 acc, u32 value, unsigned width, u32 polynomial)
{
    acc ^= width == 32 ? value : value & (u32)ones(width);
    for (unsigned i = 0; i < width; i++)
        acc = acc >> 1 ^ (acc & 1 ? polynomial : 0);
    return acc;
}

#define CRC(suffix, width)                                                                                             \
    RESULT(CRC32##suffix, crc(rn(cpu, op), rm(cpu, op), width, 0xedb88320))                                            \
    RESULT(CRC32C##suffix, crc(rn(cpu, op), rm(cpu, op), width, 0x82f63b78))

CRC(B, 8)
CRC(H, 16)
CRC(W, 32)
