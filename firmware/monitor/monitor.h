/* A secure monitor for the board `virt`: it starts in flash, at the highest Exception level of the Secure world, and keeps two worlds apart. The
 * Secure world is the payload (payload.c); the Normal one is a kernel. What depends on the architecture is in armv8/ and armv7/ (arch.h there). */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#include "arch.h"

#define MAX_CPUS 8
#define RAM_BASE 0x40000000ul /* Non-secure RAM; the board's device tree lies at its start */

enum world_name { SECURE, NORMAL };

enum cpu_state { CPU_OFF, CPU_ON_PENDING, CPU_ON };

/* Why the Secure world runs, and so what the Normal one gets when it is done. */
enum request { REQUEST_START, REQUEST_CALL, REQUEST_INTERRUPT };

struct cpu {
    unsigned index;
    enum world_name current;
    enum request request;
    struct world world[2]; /* by world_name: what is saved of the one that does not run */
    volatile enum cpu_state state;
    unsigned long entry, context; /* CPU_ON's */
};

struct monitor {
    struct cpu cpu[MAX_CPUS];
    unsigned cpus;
    u64 ram_size;
    volatile u32 lock; /* of the CPUs' states */
};

extern struct monitor monitor;

/* ---- calls (SMC Calling Convention, DEN0028) ---- */

enum { NOT_SUPPORTED = -1 };

/* What the monitor and its payload say to each other: the payload's SMC, and what it finds in its first register when that returns. */
enum { PAYLOAD_PRIVATE = 0xf0, PAYLOAD_DONE = 0xb20000ff, PAYLOAD_INTERRUPT = 0xb20000fe }; /* function numbers that no caller may use */

void handle_smc(struct cpu *cpu, struct frame *f);
void handle_secure_interrupt(struct cpu *cpu, struct frame *f);
/* Saves what runs and goes on with the other. */
void switch_world(struct cpu *cpu, struct frame *f, enum world_name to);
/* Both worlds afresh: the payload initialises itself, then the Normal world begins at `entry`. */
void start_worlds(struct cpu *cpu, struct frame *f, unsigned long entry, unsigned long context);

/* ---- PSCI (DEN0022) ---- */

/* False: no function of PSCI's. */
bool psci_call(struct cpu *cpu, struct frame *f);
/* Waits, turned off, until CPU_ON. */
void psci_wait(struct cpu *cpu);

/* ---- the board ---- */

void print(const char *text); /* on the Secure UART */
void print_hex(u64 value);
void board_init(void);
_Noreturn void board_power_off(void);
_Noreturn void board_reset(void);
_Noreturn void panic(const char *what);

/* The distributor once, and what each CPU has of its own. */
void gic_init(void);
void gic_init_cpu(void);
unsigned gic_cpus(void);

/* The Normal world's kernel, found in fw_cfg or in RAM already, and a device tree that knows this monitor. */
struct kernel {
    unsigned long entry, tree;
};
struct kernel kernel_load(void);

/* The board's tree, with PSCI and the initrd, to `to`; *ram_size is what its /memory says. Returns its size; 0: not a tree. */
unsigned long tree_rewrite(void *to, const void *from, u64 initrd, u64 initrd_end, u64 *ram_size);

/* 64-bit descriptors: level 1, and level 2 of its first GiB. `bits` go into all blocks. */
struct tables {
    u64 l1[512], l2[512];
};
void tables_build(struct tables *t, u64 bits);

/* ---- entry.S, and what it calls ---- */

_Noreturn void enter(struct frame *f); /* the world that is current, from there */
void payload_start(void);
_Noreturn void monitor_main(unsigned index);

#endif
