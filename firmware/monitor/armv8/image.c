/* What a kernel for AArch64 looks like (Linux Documentation/arm64/booting.rst). */
#include "monitor.h"

struct image {
    u32 code[2];
    u64 text_offset, image_size, flags, reserved[3];
    u32 magic;
};

/* How much RAM the image takes, from `base`; 0: there is none. Without the header it is a plain program of `size` bytes, with as much room for what
 * it wants cleared. */
unsigned long image_size(unsigned long base, unsigned long size, unsigned long *entry)
{
    const struct image *image = (const struct image *)base;
    *entry = base;
    if (image->magic != 0x644d5241)
        return size ? size + 0x1000000 : 0;
    if (image->text_offset)
        panic("a kernel with a text offset");
    return image->image_size;
}
