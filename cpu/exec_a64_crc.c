/* CRC32 and CRC32C of general-purpose registers (DDI 0487 C6.2, BitReverse() and Poly32Mod2()). Both run on reflected
 * values, so the polynomials are 0xedb88320 and 0x82f63b78; the tables hold the remainders of four bits. */
#include "cpu/int_ops.h"

static const u32 crc32_table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static const u32 crc32c_table[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static ALWAYS_INLINE void crc32(struct cpu *cpu, const struct op *op, const u32 *table, unsigned bytes)
{
    u32 crc = (u32)xn(cpu, op);
    u64 data = xm(cpu, op);
    for (unsigned i = 0; i < bytes; i++) {
        crc ^= (u8)(data >> 8 * i);
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    set_w(cpu, op, crc);
}

HANDLER(CRC32B)
{
    crc32(cpu, op, crc32_table, 1);
    NEXT();
}

HANDLER(CRC32H)
{
    crc32(cpu, op, crc32_table, 2);
    NEXT();
}

HANDLER(CRC32W)
{
    crc32(cpu, op, crc32_table, 4);
    NEXT();
}

HANDLER(CRC32X)
{
    crc32(cpu, op, crc32_table, 8);
    NEXT();
}

HANDLER(CRC32CB)
{
    crc32(cpu, op, crc32c_table, 1);
    NEXT();
}

HANDLER(CRC32CH)
{
    crc32(cpu, op, crc32c_table, 2);
    NEXT();
}

HANDLER(CRC32CW)
{
    crc32(cpu, op, crc32c_table, 4);
    NEXT();
}

HANDLER(CRC32CX)
{
    crc32(cpu, op, crc32c_table, 8);
    NEXT();
}
