/* A guest that waits: twenty times for a timer, then for a key, or for a timer that is far away. tests/boot/realtime.sh looks at what it costs. */
#include "guest.h"

#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))
#define UART(offset) (*(volatile u32 *)(0x09000000ull + (offset)))

enum { INTID_CNTP = 30, INTID_UART = 33, WAITS = 20, FAR_SECONDS = 100 };

static void set_up(void)
{
    GICD(0) = 1;
    GICC(0) = 1;
    GICC(4) = 0xf8;
    GICD(0x100) = 1u << INTID_CNTP;
    GICD(0x104) = 1u << (INTID_UART - 32);
    GICD(0x820) = 0x01010101; /* GICD_ITARGETSR8: the UART's too is ours */
    UART(0x30) = 0x301;       /* UARTCR: on */
    UART(0x38) = 0x10;        /* UARTIMSC: RXIM, at the first byte, for the FIFO is off */
}

/* Returns the interrupt that ended the wait, and ends it. */
static u32 wait_for(u64 ticks)
{
    MSR("cntp_cval_el0", MRS("cntpct_el0") + ticks);
    MSR("cntp_ctl_el0", 1);
    __asm__ volatile("wfi" : : : "memory");
    u32 intid = GICC(0xc);
    MSR("cntp_ctl_el0", 0);
    GICC(0x10) = intid;
    return intid;
}

void guest_main(void)
{
    home_el = 2;
    u64 hz = MRS("cntfrq_el0"), start = MRS("cntpct_el0");
    set_up();
    for (u32 i = 0; i < WAITS; i++)
        CHECK("a wait ends with its timer, not before", wait_for(hz / 10), INTID_CNTP);
    u64 took = MRS("cntpct_el0") - start;
    CHECK("twenty waits of 0.1 s take 2 s", took * 100 / hz, 200);
    u32 ended = wait_for(FAR_SECONDS * hz);
    if (ended == INTID_UART) {
        CHECK("the key", UART(0), 'k');
        CHECK("a key ends a wait at once", (MRS("cntpct_el0") - start) / hz < FAR_SECONDS / 2, 1);
        print("key: ");
    } else {
        CHECK("without a key the timer ends it", ended, INTID_CNTP);
    }
    finish();
}
