/* ISV, SAS, SSE, SRT, SF and AR from the instruction word. */
#include "cpu/abort_syndrome.h"

#include "emu/platform/bits.h"

/* Load register (literal): 011 V 00 */
static struct abort_syndrome of_literal(u32 word)
{
    u8 opc = (u8)bits(word, 31, 30); /* W, X, SW; 3 is PRFM */
    return (struct abort_syndrome){ .isv = opc != 3, .sas = opc == 1 ? 3 : 2, .sse = opc == 2, .srt = word & 31, .sf = opc != 0 };
}

/* Load-acquire, store-release: 001000 with o2 = 1, o1 = 0 */
static struct abort_syndrome of_ordered(u32 word)
{
    u8 size = (u8)bits(word, 31, 30);
    return (struct abort_syndrome){ .isv = true, .sas = size, .srt = word & 31, .sf = size == 3, .ar = bit(word, 15) };
}

/* Load/store register: 111 V 0x */
static struct abort_syndrome of_register(u32 word)
{
    if (!bit(word, 24) && bit(word, 21) && bit(word, 10)) /* LDRAA, LDRAB; bit 11: write-back */
        return (struct abort_syndrome){ .isv = !bit(word, 11), .sas = 3, .srt = word & 31, .sf = true };
    bool has_offset_form = bit(word, 24) ||                                  /* unsigned offset */
                           (bit(word, 21) ? bits(word, 11, 10) == 2          /* register offset */
                                          : bits(word, 11, 10) % 2 == 0);    /* unscaled, unprivileged: no write-back */
    u8 size = (u8)bits(word, 31, 30), opc = (u8)bits(word, 23, 22);
    bool prefetch = size == 3 && opc == 2;
    return (struct abort_syndrome){ .isv = has_offset_form && !prefetch,
                                    .sas = size,
                                    .sse = opc >= 2,
                                    .srt = word & 31,
                                    .sf = opc == 2 || (opc < 2 && size == 3) };
}

/* LDAPR; LDAPUR, STLUR: single registers with acquire or release. The atomics, encoded like LDAPR, have no ISV. */
static bool is_rcpc(u32 word)
{
    bool is_ldapr = (word & 0x3fe0fc00) == 0x38a0c000, is_unscaled = (word & 0x3f200c00) == 0x19000000;
    return is_ldapr || is_unscaled;
}

static struct abort_syndrome of_rcpc(u32 word)
{
    bool is_ldapr = bit(word, 29) && bit(word, 21);
    u8 size = (u8)bits(word, 31, 30), opc = is_ldapr ? 1 : (u8)bits(word, 23, 22);
    return (struct abort_syndrome){ .isv = true, .sas = size, .sse = opc >= 2, .srt = word & 31,
                                    .sf = opc == 2 || (opc < 2 && size == 3), .ar = true };
}

struct abort_syndrome abort_syndrome_of(u32 word)
{
    struct abort_syndrome s = { 0 };
    if (bits(word, 29, 24) == 0x08) {
        if (bit(word, 23) && !bit(word, 21))
            s = of_ordered(word);
    } else if (is_rcpc(word)) {
        s = of_rcpc(word);
    } else if (!bit(word, 26)) {
        if (bits(word, 29, 24) == 0x18)
            s = of_literal(word);
        else if (bits(word, 29, 25) == 0x1c)
            s = of_register(word);
    }
    if (!s.isv)
        s = (struct abort_syndrome){ 0 };
    return s;
}
