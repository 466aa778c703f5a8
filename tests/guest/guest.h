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
