/* armv7/endian.c at an EL1 in AArch32 below EL2 in AArch64, which it never comes back to: it prints its result itself. */
#include "guest.h"

#define ENTRY 0x42000000ull /* armv7/guest.ld */

__asm__(".pushsection .rodata\n.balign 16\nimage: .incbin \"" IMAGE "\"\nimage_end:\n.popsection");
extern const u8 image[], image_end[];

void guest_main(void)
{
    for (u64 i = 0; i < (u64)(image_end - image); i++)
        ((volatile u8 *)ENTRY)[i] = image[i];
    __asm__ volatile("dsb ish\n ic iallu\n dsb ish\n isb");
    MSR("hcr_el2", 0);               /* RW: EL1 is in AArch32 */
    MSR("sctlr_el1", 0x00c50838);    /* CP15BEN, nTWI, nTWE, RES1 */
    MSR("spsr_el2", 0x1d3);          /* Supervisor mode, all masked */
    MSR("elr_el2", ENTRY);
    __asm__ volatile("eret");
}
