/* ISV, SAS, SSE, SRT and AR from an A32, T32 or T16 instruction: loads and stores of one register, not R15, without write-back
 * (DDI 0487 G8.2.78 HSR, ISS of a Data Abort; DDI 0406 B3.13.6). */
#include "cpu/abort_syndrome.h"

#include "cpu/aarch32.h"
#include "emu/platform/bits.h"

static struct abort_syndrome of(unsigned rt, unsigned size, bool sign, bool halfword)
{
    return (struct abort_syndrome){ .isv = rt != 15, .sas = (u8)size, .sse = sign, .srt = (u8)rt, .halfword = halfword };
}

static struct abort_syndrome of_a32(u32 word)
{
    unsigned rt = (unsigned)bits(word, 15, 12);
    bool plain = bit(word, 24) && !bit(word, 21); /* P = 1, W = 0 */
    if (bits(word, 27, 26) == 1 && !(bit(word, 25) && bit(word, 4)))
        return plain ? of(rt, bit(word, 22) ? 0 : 2, false, false) : (struct abort_syndrome){ 0 };
    if (bits(word, 27, 23) == 3 && bits(word, 11, 8) == 12 && bits(word, 7, 4) == 9) { /* LDA, STL */
        static const u8 sizes[4] = { 2, 3, 0, 1 };
        bool load = bit(word, 20);
        struct abort_syndrome s = of(load ? rt : (unsigned)bits(word, 3, 0), sizes[bits(word, 22, 21)], false, false);
        s.ar = true;
        s.isv &= s.sas != 3;
        return s;
    }
    bool extra = bits(word, 27, 25) == 0 && bit(word, 7) && bit(word, 4) && bits(word, 6, 5);
    bool dual = !bit(word, 20) && bit(word, 6);
    if (!extra || dual || !plain)
        return (struct abort_syndrome){ 0 };
    return of(rt, bits(word, 6, 5) == 2 ? 0 : 1, bit(word, 6), false);
}

static struct abort_syndrome of_t16(u32 halfword)
{
    static const struct {
        u8 size, sign;
    } by_register[8] = { { 2, 0 }, { 1, 0 }, { 0, 0 }, { 0, 1 }, { 2, 0 }, { 1, 0 }, { 0, 0 }, { 1, 1 } };
    unsigned low = halfword & 7, high = (unsigned)bits(halfword, 10, 8);
    if (bits(halfword, 15, 12) == 5)
        return of(low, by_register[bits(halfword, 11, 9)].size, by_register[bits(halfword, 11, 9)].sign, true);
    switch (bits(halfword, 15, 12)) {
    case 6:
        return of(low, 2, false, true);
    case 7:
        return of(low, 0, false, true);
    case 8:
        return of(low, 1, false, true);
    case 9:
        return of(high, 2, false, true);
    case 4: /* literal */
        return bit(halfword, 11) ? of(high, 2, false, true) : (struct abort_syndrome){ 0 };
    default:
        return (struct abort_syndrome){ 0 };
    }
}

static struct abort_syndrome of_t32(u32 word)
{
    unsigned size = (unsigned)bits(word, 22, 21);
    bool literal = bits(word, 19, 16) == 15, long_offset = bit(word, 23), by_register = !bits(word, 11, 6);
    bool plain = literal || long_offset || by_register || bits(word, 11, 8) == 12 || bits(word, 11, 8) == 14; /* negative, unprivileged */
    bool structure = bit(word, 24) && !bit(word, 20); /* Advanced SIMD's */
    if (bits(word, 31, 25) == 0x7c && size != 3 && plain && !structure)
        return of((unsigned)bits(word, 15, 12), size, bit(word, 24), false);
    if (bits(word, 31, 21) == 0x746 && bits(word, 7, 6) == 2) { /* LDA, STL */
        struct abort_syndrome s = of((unsigned)bits(word, 15, 12), (unsigned)bits(word, 5, 4), false, false);
        s.ar = true;
        s.isv &= s.sas != 3;
        return s;
    }
    return (struct abort_syndrome){ 0 };
}

struct abort_syndrome abort_syndrome_aarch32(const struct cpu *cpu, u32 word)
{
    struct abort_syndrome s = !cpu->pstate.t ? of_a32(word) : word >> 27 > 0x1c ? of_t32(word) : of_t16(word >> 16);
    if (!s.isv)
        return (struct abort_syndrome){ 0 };
    s.srt = (u8)aarch32_syndrome_register(cpu, s.srt, 2);
    return s;
}
