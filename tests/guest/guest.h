/* The guest tests' library: exceptions recorded, functions run at lower ELs, checks printed. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define MRS(reg) ({ u64 value_; __asm__ volatile("mrs %0, " reg : "=r"(value_)); value_; })
#define MSR(reg, value) __asm__ volatile("msr " reg ", %0\n isb" : : "r"((u64)(value)) : "memory")
#define ISB() __asm__ volatile("isb" : : : "memory")
#define DSB() __asm__ volatile("dsb sy" : : : "memory")

/* A function that is one instruction, and returns. Its address is the instruction's. */
#define INSN(name, text)                                                                                               \
    __asm__(".pushsection .text\n.balign 4\n" #name ":\n " text "\n ret\n.popsection");                                \
    extern u32 name[];

/* The last exception taken to each EL, and how many there were. */
struct record {
    u64 esr, elr, far, hpfar, spsr;
    u32 vector; /* offset / 0x80 */
    u32 count;
};
extern volatile struct record taken[4];
extern u32 home_el; /* where guest_main runs */
/* What a sync exception's handler does: skip the instruction (default), or go on at resume_pc with resume_spsr. */
extern volatile u64 resume_pc, resume_spsr;
extern volatile bool resume_at;
/* Called by the IRQ and FIQ vectors of an EL, if set. */
extern void (*volatile on_interrupt[4])(void);
/* Called at EL2 by HVC #0x77 from below, if set. */
extern void (*volatile on_hypercall)(void);
extern u32 end_el1[]; /* where a function at EL1 may end */

void forget(void); /* clears the records */
u32 all_taken(void); /* how many exceptions there were since */

u64 run_at_spsr(u64 spsr, const void *fn, u64 arg);
/* At EL 0, 1, 2 (below home), with DAIF masked. Returns X0. */
u64 run_at(unsigned el, const void *fn, u64 arg);

/* ---- other PEs (-smp) ---- */

#define MAX_PES 8

enum { PSCI_VERSION = 0x84000000, PSCI_SUSPEND = 0xc4000001, PSCI_OFF = 0x84000002, PSCI_ON = 0xc4000003, PSCI_ON32 = 0x84000003,
       PSCI_AFFINITY_INFO = 0xc4000004, PSCI_SYSTEM_RESET = 0x84000009, PSCI_FEATURES = 0x8400000a };

/* What a PE starts with, and finds. The offsets are start.S's. */
struct pe_start {
    u64 stack;
    void (*fn)(u64 arg); /* at its end the PE turns itself off */
    u64 arg;
    u64 current_el, daif, sctlr; /* at the entry */
};
extern struct pe_start pe_starts[MAX_PES];
extern u32 pe_entry[];

int64_t psci(u64 function, u64 x1, u64 x2, u64 x3);
/* CPU_ON: fn(arg) on PE n, with a stack of its own, at the EL we run at, MMU off, interrupts masked. */
int64_t start_pe(u32 n, void (*fn)(u64 arg), u64 arg);
static inline u32 this_pe(void)
{
    return (u32)MRS("mpidr_el1") & 0xff;
}

void print(const char *text);
void print_hex(u64 value);
/* Prints "ok NAME" or "not ok NAME: got … want …"; counts. */
void check(const char *name, u64 got, u64 want);
#define CHECK(name, got, want) check(name, (u64)(got), (u64)(want))
/* The last line, and power off where PSCI answers. */
void finish(void);

void guest_main(void);

/* ESR fields */
static inline u32 ec_of(u64 esr)
{
    return (u32)(esr >> 26 & 63);
}

static inline u32 iss_of(u64 esr)
{
    return (u32)(esr & 0x1ffffff);
}

/* ISS of EC 0x18 from an MSR, MRS or SYS instruction. */
static inline u32 sys_iss(u32 word)
{
    return (word >> 19 & 3) << 20 | (word >> 5 & 7) << 17 | (word >> 16 & 7) << 14 | (word >> 12 & 15) << 10 | (word & 31) << 5 |
           (word >> 8 & 15) << 1 | (word >> 21 & 1);
}

#endif
