/* The board's parts that are the Secure world's: PL011 at 0x09040000, PL061 at 0x090b0000, and of the GIC what the Non-secure side cannot write
 * (IHI 0048B: GICD_IGROUPR, priorities of Group 0, GICC_CTLR.FIQEn). */
#include "monitor.h"

#define REG(address) (*(volatile u32 *)(address))
#define UART 0x09040000ul
#define GPIO 0x090b0000ul
#define GICD 0x08000000ul
#define GICC 0x08010000ul

/* Interrupts of Group 0: the Secure UART's and GPIO's (SPIs 8 and 0), the Secure timer (PPI 29), SGIs 8 to 15. */
#define SECURE_SPIS (1u << 8 | 1u << 0)
#define SECURE_PRIVATE (1u << 29 | 0xff00)
#define PRIORITY_SECURE 0x40
#define PRIORITY_NORMAL 0xa0

/* ---- output ---- */

void print(const char *text)
{
    for (; *text; text++)
        REG(UART) = (u8)*text;
}

void print_hex(u64 value)
{
    print("0x");
    for (int shift = 60; shift >= 0; shift -= 4)
        if (value >> shift || !shift)
            REG(UART) = (u8)"0123456789abcdef"[value >> shift & 15];
}

void board_init(void)
{
    REG(UART + 0x2c) = 0x70;  /* UARTLCR_H: 8 bits, FIFOs */
    REG(UART + 0x30) = 0x301; /* UARTCR: on, both ways */
}

/* ---- power ---- */

static _Noreturn void pull(u32 pin)
{
    REG(GPIO + 0x400) = 1u << pin;           /* GPIODIR: an output */
    REG(GPIO + (4u << pin)) = 1u << pin; /* GPIODATA, this pin alone */
    for (;;)
        wait_for_interrupt();
}

void board_power_off(void)
{
    pull(0);
}

void board_reset(void)
{
    pull(1);
}

void panic(const char *what)
{
    print("monitor: ");
    print(what);
    print("\r\n");
    for (;;)
        wait_for_interrupt();
}

/* ---- GIC ---- */

unsigned gic_cpus(void)
{
    return (REG(GICD + 4) >> 5 & 7) + 1;
}

static void set_priority(unsigned irq, u8 priority)
{
    *(volatile u8 *)(GICD + 0x400 + irq) = priority;
}

/* All is the Normal world's but what SECURE_SPIS names. Its priorities are the lower half's, as a Non-secure write would make them. */
void gic_init(void)
{
    unsigned words = (REG(GICD + 4) & 31) + 1;
    REG(GICD) = 0;
    for (unsigned n = 1; n < words; n++)
        REG(GICD + 0x80 + 4 * n) = n == 1 ? ~SECURE_SPIS : ~0u;
    for (unsigned irq = 32; irq < 32 * words; irq++)
        set_priority(irq, irq < 64 && SECURE_SPIS >> (irq - 32) & 1 ? PRIORITY_SECURE : PRIORITY_NORMAL);
    REG(GICD) = 1; /* EnableGrp0; the other is the Normal world's to set */
}

void gic_init_cpu(void)
{
    REG(GICD + 0x80) = ~SECURE_PRIVATE;
    for (unsigned irq = 0; irq < 32; irq++)
        set_priority(irq, SECURE_PRIVATE >> irq & 1 ? PRIORITY_SECURE : PRIORITY_NORMAL);
    REG(GICD + 0x100) = SECURE_PRIVATE;
    REG(GICC + 4) = 0xff;    /* PMR: a Non-secure write moves it within the lower half, and only from there */
    REG(GICC) = 1 | 1u << 3; /* EnableGrp0, FIQEn */
}
