/* DecodeBitMasks() of DDI 0487 (shared pseudocode aarch64/instrs/integer/bitmasks). */
#ifndef CPU_BITMASK_H
#define CPU_BITMASK_H

#include "emu/platform/bits.h"

/* The wmask of a logical immediate, replicated to 64 bits. False: reserved encoding. */
static inline bool decode_bit_masks(unsigned n, unsigned imms, unsigned immr, u64 *wmask)
{
    unsigned pattern = n << 6 | (~imms & 0x3f);
    if (pattern < 2)
        return false; /* len < 1 */
    unsigned esize = 1u << (31 - __builtin_clz(pattern));
    unsigned s = imms & (esize - 1), r = immr & (esize - 1);
    if (s == esize - 1)
        return false;
    u64 element = rotate_right(ones(s + 1), esize, r);
    for (unsigned width = esize; width < 64; width *= 2)
        element |= element << width;
    *wmask = element;
    return true;
}

#endif
