/* What a kernel for 32-bit Arm looks like (Linux Documentation/arm/booting.rst). */
#include "monitor.h"

#define WORD(base, offset) (*(const u32 *)((base) + (offset)))

/* How much RAM the image takes, from `base`; 0: there is none. Without zImage's header it is a plain program of `size` bytes, with as much room for
 * what it wants cleared. */
unsigned long image_size(unsigned long base, unsigned long size, unsigned long *entry)
{
    *entry = base;
    if (WORD(base, 0x24) != 0x016f2818)
        return size ? size + 0x1000000 : 0;
    return WORD(base, 0x2c) - WORD(base, 0x28) + 0x1000000; /* it works behind itself */
}
