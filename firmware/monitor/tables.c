/* Translation tables of the Secure world (VMSAv8-64 with a 4 KiB granule, and VMSAv7's long descriptors: the same): the first GiB in 2 MiB blocks, all
 * above in 1 GiB blocks. RAM above is mapped with NS = 1, so that neither the monitor nor the payload can be talked into touching Secure memory
 * through a caller's address. */
#include "monitor.h"

#define BLOCK (1u << 10 | 3u << 8 | 1u) /* AF, inner shareable */
#define DEVICE (1u << 2)                /* attribute 1 */
#define NS (1u << 5)
#define READ_ONLY (1u << 7)
#define XN (3ull << 53)                 /* PXN and UXN of EL1; at EL3 XN is the upper bit */
#define TABLE 3u

#define MIB2 0x200000ul
#define GIB 0x40000000ull

static const struct {
    u64 from, to, bits;
} areas[] = {
    { 0x00000000, 0x04000000, READ_ONLY },  /* flash 0: the monitor's code */
    { 0x08000000, 0x0c000000, DEVICE | XN },
    { 0x0e000000, 0x0f000000, XN },         /* Secure RAM */
};

void tables_build(struct tables *t, u64 bits)
{
    for (unsigned i = 0; i < sizeof areas / sizeof areas[0]; i++)
        for (u64 at = areas[i].from; at < areas[i].to; at += MIB2)
            t->l2[at / MIB2] = at | BLOCK | bits | areas[i].bits;
    for (u64 i = 1; i < 256; i++)
        t->l1[i] = i * GIB | BLOCK | NS | XN | bits;
    memory_barrier();
    t->l1[0] = (unsigned long)t->l2 | TABLE;
    memory_barrier();
}

