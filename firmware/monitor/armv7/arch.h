/* ARMv7-A with the Security Extensions: the monitor is in Monitor mode, the payload in
 * Secure SVC, the Normal world in Hyp mode or Non-secure SVC. CP15's banked registers change with SCR.NS and need no saving (DDI 0406C B3.15). */
#ifndef MONITOR_ARCH_H
#define MONITOR_ARCH_H

#define MONITOR_NAME "ARMv7, Monitor mode"
/* A zImage unpacks itself to the start of RAM: it stands behind what it writes */
#define KERNEL_OFFSET 0x2000000ul

#define CP15_READ(opc1, crn, crm, opc2)                                                                                                              \
    ({ u32 value_; __asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : "=r"(value_)); value_; })
#define CP15_WRITE(opc1, crn, crm, opc2, value)                                                                                                      \
    __asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 : : "r"((u32)(value)) : "memory")
#define CP15_WRITE64(opc1, crm, value)                                                                                                               \
    __asm__ volatile("mcrr p15, " #opc1 ", %Q0, %R0, " #crm : : "r"((u64)(value)) : "memory")
#define ISB() __asm__ volatile("isb" : : : "memory")
#define DSB() __asm__ volatile("dsb" : : : "memory")

/* General registers at an exception, as entry.S stores them. */
struct frame {
    unsigned long r[13];
    unsigned long pc, psr; /* LR_mon, SPSR_mon */
};

/* The modes' registers, which the worlds share, in the order of modes_save (entry.S). Hyp mode's are the Normal world's alone. */
struct modes {
    u32 sys[2]; /* SP, LR */
    u32 svc[3], abt[3], und[3], irq[3]; /* SP, LR, SPSR */
    u32 fiq[8]; /* R8 to R12, SP, LR, SPSR */
};

struct world {
    struct frame frame;
    struct modes modes;
    u32 cpacr, cntkctl, fpexc, fpscr; /* CP15, CP10: not banked */
    u64 d[32];
};

struct cpu;

void world_save(struct world *w);
void world_load(const struct world *w, unsigned name);
void world_reset(struct world *w, unsigned name, unsigned long entry, unsigned long r0);

static inline void kernel_arguments(struct frame *f, unsigned long tree)
{
    f->r[0] = 0;
    f->r[1] = ~0ul;
    f->r[2] = tree;
}

unsigned long image_size(unsigned long base, unsigned long size, unsigned long *entry);

void release_others(void);
void mmu_on(void);

static inline void memory_barrier(void)
{
    DSB();
}

/* Bit 0 set: it begins in Thumb. */
static inline bool is_entry_aligned(unsigned long address)
{
    return (address & 3) != 2;
}

static inline unsigned this_cpu(void)
{
    return CP15_READ(0, c0, c0, 5) & 0xff;
}

static inline void wait_for_interrupt(void)
{
    __asm__ volatile("dsb\n wfi" : : : "memory");
}

static inline void wait_for_event(void)
{
    __asm__ volatile("wfe" : : : "memory");
}

static inline void send_event(void)
{
    __asm__ volatile("dsb\n sev" : : : "memory");
}

static inline void lock(volatile u32 *l)
{
    u32 taken;
    do
        __asm__ volatile("ldrex %0, [%1]\n cmp %0, #0\n strexeq %0, %2, [%1]" : "=&r"(taken) : "r"(l), "r"(1) : "memory", "cc");
    while (taken);
    __asm__ volatile("dmb" : : : "memory");
}

static inline void unlock(volatile u32 *l)
{
    __asm__ volatile("dmb" : : : "memory");
    *l = 0;
}

/* The Secure copy of CNTP: SCR.NS is 0 wherever this is called. */
static inline void secure_timer_off(void)
{
    CP15_WRITE(0, c14, c2, 1, 0);
}

static inline void secure_timer_start(u32 ticks)
{
    CP15_WRITE(0, c14, c2, 0, ticks);
    CP15_WRITE(0, c14, c2, 1, 1);
    ISB();
}

static inline u64 counter_hz(void)
{
    return CP15_READ(0, c14, c0, 0);
}

static inline void interrupts_open(bool open)
{
    if (open)
        __asm__ volatile("cpsie f" : : : "memory");
    else
        __asm__ volatile("cpsid f" : : : "memory");
}

#endif
