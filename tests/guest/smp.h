/* Guest tests on several PEs: PE 0 hands out jobs, the others wait for them in WFE. */
#ifndef GUEST_SMP_H
#define GUEST_SMP_H

#include "tables.h"

#define PES 4
#define GICD(offset) (*(volatile u32 *)(0x08000000ull + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000ull + (offset)))

/* Barriers and accesses that the compiler leaves alone */
#define DMB() __asm__ volatile("dmb sy" : : : "memory")
#define SEV() __asm__ volatile("dsb sy\n sev" : : : "memory")
#define WFE() __asm__ volatile("wfe" : : : "memory")

typedef u64 (*job)(u32 me);

struct box {
    volatile job job;
    volatile u64 result;
    volatile bool ready;
} __attribute__((aligned(64)));

static struct box boxes[PES];
static table_page smp_l1;

static inline u64 load_acquire(const volatile u64 *from)
{
    u64 value;
    __asm__ volatile("ldar %0, [%1]" : "=r"(value) : "r"(from) : "memory");
    return value;
}

static inline void store_release(volatile u64 *to, u64 value)
{
    __asm__ volatile("stlr %0, [%1]" : : "r"(value), "r"(to) : "memory");
}

static inline u64 load_exclusive(const volatile u64 *from)
{
    u64 value;
    __asm__ volatile("ldaxr %0, [%1]" : "=r"(value) : "r"(from) : "memory");
    return value;
}

/* 0: stored */
static inline u32 store_exclusive(volatile u64 *to, u64 value)
{
    u32 status;
    __asm__ volatile("stlxr %w0, %1, [%2]" : "=&r"(status) : "r"(value), "r"(to) : "memory");
    return status;
}

static inline u64 atomic_add(volatile u64 *to, u64 n)
{
    u64 old;
    do
        old = load_exclusive(to);
    while (store_exclusive(to, old + n));
    return old;
}

/* Forgets an event that came before: WFE then waits for the next one. */
static inline void forget_event(void)
{
    __asm__ volatile("sevl\n wfe" : : : "memory");
}

static inline void delay(u64 loops)
{
    for (u64 i = 0; i < loops; i++)
        __asm__ volatile("");
}

static void serve(u64 me)
{
    mmu_on(smp_l1);
    struct box *box = &boxes[me];
    box->ready = true;
    SEV();
    for (;;) {
        job job;
        while (!(job = box->job))
            WFE();
        DMB();
        box->result = job((u32)me);
        DMB();
        box->job = 0;
        SEV();
    }
}

/* The job runs on PE n; `finished` waits for its result. */
static inline void begin(u32 n, job job)
{
    DMB();
    boxes[n].job = job;
    SEV();
}

static inline u64 finished(u32 n)
{
    while (boxes[n].job)
        WFE();
    DMB();
    return boxes[n].result;
}

static inline u64 run_on(u32 n, job job)
{
    begin(n, job);
    return finished(n);
}

/* The job runs on all PEs at a time, this one too. */
static inline void run_on_all(job job)
{
    for (u32 n = 1; n < PES; n++)
        begin(n, job);
    boxes[0].result = job(0);
    for (u32 n = 1; n < PES; n++)
        finished(n);
}

static inline void smp_l1_init(void)
{
    smp_l1[0] = S1_BLOCK | S1_DEVICE;
    smp_l1[1] = 0x40000000 | S1_BLOCK;
}

static inline void serve_all(void)
{
    for (u32 n = 1; n < PES; n++)
        start_pe(n, serve, n);
    for (u32 n = 1; n < PES; n++)
        while (!boxes[n].ready)
            WFE();
}

#endif
