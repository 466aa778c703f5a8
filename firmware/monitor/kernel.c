/* The Normal world's kernel: what -kernel, -initrd and -append named waits in fw_cfg; an image that somebody put at KERNEL_BASE does as well. Layout:
 * the board's tree at the start of RAM, then the kernel, and behind it the new tree and the initrd. */
#include "monitor.h"

#define KERNEL_BASE (RAM_BASE + KERNEL_OFFSET)
#define FW_CFG 0x09020000ul
#define SCRATCH (RAM_BASE + 0x180000) /* fw_cfg's DMA is Non-secure: so is its descriptor */
#define MIB2 0x200000ul

enum { KERNEL_SIZE = 0x08, INITRD_SIZE = 0x0b, KERNEL_DATA = 0x11, INITRD_DATA = 0x12 }; /* items */
enum { DMA_ERROR = 1, DMA_READ = 2, DMA_SELECT = 8 };

struct dma {
    u32 control, length;
    u64 address;
};

static u32 size_of(u16 item)
{
    u32 size = 0;
    *(volatile u16 *)(FW_CFG + 8) = __builtin_bswap16(item);
    for (unsigned i = 0; i < 4; i++)
        size |= (u32) * (volatile u8 *)FW_CFG << 8 * i;
    return size;
}

static void fetch(u16 item, unsigned long to, u32 size)
{
    volatile struct dma *d = (volatile struct dma *)SCRATCH;
    *d = (struct dma){ __builtin_bswap32((u32)item << 16 | DMA_SELECT | DMA_READ), __builtin_bswap32(size), __builtin_bswap64(to) };
    memory_barrier();
    *(volatile u32 *)(FW_CFG + 0x10) = 0;
    *(volatile u32 *)(FW_CFG + 0x14) = __builtin_bswap32((u32)SCRATCH);
    memory_barrier();
    while (d->control & ~__builtin_bswap32(DMA_ERROR))
        ;
    if (d->control)
        panic("fw_cfg: DMA was refused");
}

static unsigned long up(unsigned long value)
{
    return (value + MIB2 - 1) & ~(MIB2 - 1);
}

struct kernel kernel_load(void)
{
    struct kernel k = { .entry = KERNEL_BASE };
    u32 kernel = size_of(KERNEL_SIZE), initrd = size_of(INITRD_SIZE);
    if (kernel)
        fetch(KERNEL_DATA, KERNEL_BASE, kernel);
    unsigned long size = image_size(KERNEL_BASE, kernel, &k.entry);
    if (!size)
        panic("no kernel: neither -kernel nor an image in RAM");
    k.tree = up(KERNEL_BASE + size);
    unsigned long initrd_at = k.tree + MIB2;
    if (initrd)
        fetch(INITRD_DATA, initrd_at, initrd);
    if (!tree_rewrite((void *)k.tree, (const void *)RAM_BASE, initrd ? initrd_at : 0, initrd ? initrd_at + initrd : 0, &monitor.ram_size))
        panic("no device tree at the start of RAM");
    return k;
}
