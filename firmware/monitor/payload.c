/* The Secure world: it keeps a key in Secure RAM and signs with it (SipHash-2-4: Aumasson, Bernstein 2012), counts, and has a timer of its own
 * whose interrupt, of Group 0, comes as an FIQ whatever the Normal world does. The key is no secret to a reader of this file: it is the one of
 * SipHash's published test vectors, so that whoever calls can check the answers. */
#include "payload.h"

#define GICC 0x08010000ul
#define SECURE_TIMER 29
#define SPURIOUS 1023
#define REG(address) (*(volatile u32 *)(address))

static u64 key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

static struct {
    u64 calls, ticks; /* of the timer */
    u64 at_home;      /* ticks that came while the Secure world ran */
    u32 period;       /* 0: the timer is off */
} state[MAX_CPUS];

/* ---- signing ---- */

static u64 rotated(u64 value, unsigned by)
{
    return value << by | value >> (64 - by);
}

static void sip_rounds(u64 v[4], unsigned n)
{
    while (n--) {
        v[0] += v[1], v[1] = rotated(v[1], 13) ^ v[0], v[0] = rotated(v[0], 32);
        v[2] += v[3], v[3] = rotated(v[3], 16) ^ v[2];
        v[0] += v[3], v[3] = rotated(v[3], 21) ^ v[0];
        v[2] += v[1], v[1] = rotated(v[1], 17) ^ v[2], v[2] = rotated(v[2], 32);
    }
}

static u64 word_of(const volatile u8 *from, unsigned long bytes)
{
    u64 word = 0;
    for (unsigned long i = 0; i < bytes; i++)
        word |= (u64)from[i] << 8 * i;
    return word;
}

static u64 sign(const volatile u8 *data, unsigned long len)
{
    u64 v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };
    for (unsigned long at = 0; at <= len; at += 8) {
        bool last = len - at < 8;
        u64 m = last ? word_of(data + at, len - at) | (u64)len << 56 : word_of(data + at, 8);
        v[3] ^= m;
        sip_rounds(v, 2);
        v[0] ^= m;
    }
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Only Non-secure RAM: whatever else the caller names is not the caller's. It is mapped as Non-secure, too. */
static bool is_callers(unsigned long address, unsigned long len)
{
    return address >= RAM_BASE && len <= monitor.ram_size && address - RAM_BASE <= monitor.ram_size - len;
}

/* ---- the timer ---- */

static void timer_start(u32 period)
{
    state[this_cpu()].period = period;
    if (period)
        secure_timer_start(period);
    else
        secure_timer_off();
}

/* False: there was none. */
static bool timer_interrupt(void)
{
    u32 irq = REG(GICC + 0xc); /* GICC_IAR, the Secure one */
    if ((irq & 0x3ff) == SPURIOUS)
        return false;
    if (irq == SECURE_TIMER) {
        state[this_cpu()].ticks++;
        timer_start(state[this_cpu()].period);
    }
    REG(GICC + 0x10) = irq; /* GICC_EOIR */
    return true;
}

void payload_interrupt(void)
{
    if (timer_interrupt())
        state[this_cpu()].at_home++;
}

/* ---- requests ---- */

static void work(unsigned long rounds)
{
    interrupts_open(true);
    for (unsigned long i = 0; i < rounds; i++)
        __asm__ volatile("" : : : "memory");
    interrupts_open(false);
}

static void answer(struct call *c, u64 value)
{
    c->r[0] = (unsigned long)value;
    if (sizeof c->r[0] == 4) /* a 64-bit result is in two registers */
        c->r[1] = (unsigned long)(value >> 32);
}

void payload_init(void)
{
    timer_start(0);
}

/* c->r[0] is the function's identifier, then come its arguments; the results go to c->r[0] and up. */
void payload_request(struct call *c)
{
    unsigned cpu = this_cpu();
    if ((u32)c->r[0] == (u32)PAYLOAD_INTERRUPT) {
        timer_interrupt();
        return;
    }
    state[cpu].calls++;
    switch ((u32)c->r[0] & ~SMC64) {
    case TEE_CALLS:
        c->r[0] = TEE_FUNCTIONS;
        break;
    case TEE_UID:
        c->r[0] = 0x5ec0de00, c->r[1] = 0x4a3f11ee, c->r[2] = 0x8c990242, c->r[3] = 0xac120002;
        break;
    case TEE_REVISION:
        c->r[0] = 1, c->r[1] = 0;
        break;
    case TEE_COUNT:
        answer(c, state[cpu].calls);
        break;
    case TEE_SIGN: {
        u64 word = sizeof c->r[0] == 4 ? c->r[1] | (u64)c->r[2] << 32 : c->r[1];
        answer(c, sign((const u8 *)&word, sizeof word));
        break;
    }
    case TEE_SIGN_BUFFER:
        answer(c, is_callers(c->r[1], c->r[2]) ? sign((const u8 *)c->r[1], c->r[2]) : 0);
        break;
    case TEE_TIMER:
        timer_start((u32)c->r[1]);
        c->r[0] = (unsigned long)counter_hz();
        break;
    case TEE_TICKS:
        c->r[0] = (unsigned long)state[cpu].ticks;
        c->r[1] = (unsigned long)state[cpu].at_home;
        break;
    case TEE_WORK:
        work(c->r[1]);
        c->r[0] = 0;
        break;
    case TEE_FILL:
        c->r[0] = payload_fill(c->r[1]);
        break;
    default:
        c->r[0] = (unsigned long)NOT_SUPPORTED;
    }
}
