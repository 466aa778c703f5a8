/* What the microbenchmarks of both instruction sets share: what a program is, its markers, the pages of a guest under stage 2. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdbool.h>
#include <stdint.h>

/* One program is one benchmark. It starts at EL2 or in Hyp mode with the MMU on (the first 2 GiB as they are: devices, then RAM). */
struct bench {
    const char *name;
    uintptr_t warm; /* operations before the marker */
    void (*setup)(void);
    uintptr_t (*run)(uintptr_t n); /* n operations; gives what is printed at the end, equal on every right machine */
};
extern const struct bench bench;

/* How many operations are measured: a linker symbol's address (CMakeLists.txt, tests/bench/cases). */
extern const uint8_t bench_iterations[];

/* The whole of a program: set-up, warm-up, the measured run between two markers, power off. */
_Noreturn void bench_main(void);
/* Says what went wrong, and powers off. */
_Noreturn void bench_fail(const char *what, uintptr_t a, uintptr_t b);

/* ---- a guest under stage 2 ---- */

#define WINDOW ((uintptr_t)0x80000000) /* VA and IPA; pages of 4 KiB in both stages */
#define WINDOW_PAGES 4096
#define WINDOW_PA 0x44000000u
#define WINDOW_PA2 0x46000000u /* of the second VM */
#define NOT_MAPPED ((uintptr_t)0x0b000000) /* mapped in stage 1 only */

/* The immediates of HVC that vectors.S serves */
#define CALL_COUNT "0"
#define CALL_SWITCH "1" /* VTTBR becomes the other one of bench_vttbr */
#define CALL_INJECT "2" /* list register 0: INTID 27, pending */

extern uint64_t bench_vttbr[2]; /* VMIDs 1 and 2 */
extern volatile uintptr_t bench_events; /* what the vectors have served */
extern volatile uintptr_t bench_value; /* the last trapped write, the last fault's IPA */

/* The window in a stage-1 table of level 1, and the tables of both VMs: the GIC's virtual CPU interface, RAM as it is, the window at the VM's own place. */
void bench_tables(uint64_t *stage1);

/* ---- what each instruction set's library has for common.c ---- */

void print(const char *text);
void print_hex(uintptr_t value);
_Noreturn void power_off(void);

#endif
