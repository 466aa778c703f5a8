/* The guest tests' library. */
#include "guest.h"

#define UART_DR (*(volatile u32 *)0x09000000)

volatile struct record taken[4];
u32 home_el;
volatile u64 resume_pc, resume_spsr;
volatile bool resume_at;
void (*volatile on_interrupt[4])(void);
void (*volatile on_hypercall)(void);
static u32 checks, failures;

static u32 current_el(void)
{
    return (u32)(MRS("CurrentEL") >> 2);
}

/* ---- exceptions ---- */

static void set_return(u32 el, u64 elr, u64 spsr)
{
    if (el == 3) {
        MSR("elr_el3", elr);
        MSR("spsr_el3", spsr);
    } else if (el == 2) {
        MSR("elr_el2", elr);
        MSR("spsr_el2", spsr);
    } else {
        MSR("elr_el1", elr);
        MSR("spsr_el1", spsr);
    }
}

static struct record read_record(u32 el, u32 vector)
{
    struct record r = { .vector = vector };
    if (el == 3)
        r = (struct record){ MRS("esr_el3"), MRS("elr_el3"), MRS("far_el3"), 0, MRS("spsr_el3"), vector, 0 };
    else if (el == 2)
        r = (struct record){ MRS("esr_el2"), MRS("elr_el2"), MRS("far_el2"), MRS("hpfar_el2"), MRS("spsr_el2"), vector, 0 };
    else
        r = (struct record){ MRS("esr_el1"), MRS("elr_el1"), MRS("far_el1"), 0, MRS("spsr_el1"), vector, 0 };
    return r;
}

/* Calls that come behind their instruction: SVC, HVC, SMC. */
static bool returns_behind(u32 ec, u64 elr)
{
    if (ec == 0x17) /* a trapped SMC returns to itself */
        return *(u32 *)(elr - 4) == (0xd4000003 | (*(u32 *)(elr - 4) & 0x1fffe0));
    return ec == 0x15 || ec == 0x16;
}

u64 on_exception(u32 vector, u64 *frame)
{
    u32 el = current_el();
    struct record r = read_record(el, vector);
    u32 ec = ec_of(r.esr);
    bool sync = vector % 4 == 0;
    bool is_end = sync && (ec == 0x15 || ec == 0x16 || ec == 0x17) && (r.esr & 0xffff) == 0xfff && returns_behind(ec, r.elr);
    if (is_end && el == home_el)
        return 1;
    if (is_end) { /* from EL0, taken to EL1: hand it on */
        register u64 x0 __asm__("x0") = frame[0];
        if (home_el == 3)
            __asm__ volatile("smc #0xfff" : : "r"(x0));
        __asm__ volatile("hvc #0xfff" : : "r"(x0));
    }
    if (sync && el == 2 && ec == 0x16 && (r.esr & 0xffff) == 0x77 && on_hypercall) {
        on_hypercall();
        return 0;
    }
    r.count = taken[el].count + 1;
    taken[el] = r;
    if (!sync) {
        if (on_interrupt[el])
            on_interrupt[el]();
    } else if (resume_at) {
        resume_at = false;
        set_return(el, resume_pc, resume_spsr ? resume_spsr : r.spsr & ~(1ull << 20));
    } else if (!returns_behind(ec, r.elr)) {
        set_return(el, r.elr + 4, r.spsr & ~(1ull << 20));
    }
    return 0;
}

void forget(void)
{
    for (u32 i = 0; i < 4; i++)
        taken[i] = (struct record){ 0 };
}

u32 all_taken(void)
{
    return taken[1].count + taken[2].count + taken[3].count;
}

u64 run_at(unsigned el, const void *fn, u64 arg)
{
    return run_at_spsr(0x3c0 | el << 2 | (el ? 1 : 0), fn, arg);
}

/* ---- other PEs ---- */

struct pe_start pe_starts[MAX_PES] __attribute__((aligned(64)));
static u8 pe_stacks[MAX_PES][0x2000] __attribute__((aligned(16)));

int64_t start_pe(u32 n, void (*fn)(u64 arg), u64 arg)
{
    pe_starts[n] = (struct pe_start){ .stack = (u64)pe_stacks[n] + sizeof pe_stacks[n], .fn = fn, .arg = arg };
    DSB();
    return psci(PSCI_ON, n, (u64)pe_entry, (u64)&pe_starts[n]);
}

/* ---- output ---- */

void print(const char *text)
{
    while (*text)
        UART_DR = (u8)*text++;
}

void print_hex(u64 value)
{
    bool started = false;
    print("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        u32 digit = value >> shift & 15;
        started |= digit || !shift;
        if (started)
            UART_DR = (u8)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
}

void check(const char *name, u64 got, u64 want)
{
    checks++;
    if (got == want)
        return;
    failures++;
    print("not ok ");
    print(name);
    print(": got ");
    print_hex(got);
    print(" want ");
    print_hex(want);
    print("\r\n");
}

void finish(void)
{
    print(failures ? "GUEST-FAIL " : "GUEST-PASS ");
    print_hex(failures ? failures : checks);
    print("\r\n");
    for (;;)
        ;
}

void *memset(void *to, int value, unsigned long n)
{
    for (volatile u8 *p = to; n--;)
        *p++ = (u8)value;
    return to;
}

void *memcpy(void *to, const void *from, unsigned long n)
{
    volatile u8 *p = to;
    for (const u8 *q = from; n--;)
        *p++ = *q++;
    return to;
}
