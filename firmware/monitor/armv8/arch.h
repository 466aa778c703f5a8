/* AArch64: the monitor is at EL3, the payload at Secure EL1, the Normal world at EL2 and below. */
#ifndef MONITOR_ARCH_H
#define MONITOR_ARCH_H

#define MONITOR_NAME "AArch64, EL3"
#define KERNEL_OFFSET 0x200000ul /* from the start of RAM */

#define MRS(reg) ({ u64 value_; __asm__ volatile("mrs %0, " reg : "=r"(value_)); value_; })
#define MSR(reg, value) __asm__ volatile("msr " reg ", %0" : : "r"((u64)(value)) : "memory")
#define ISB() __asm__ volatile("isb" : : : "memory")

/* General registers at an exception, as entry.S stores them. */
struct frame {
    unsigned long r[31];
    unsigned long pc, psr; /* ELR_EL3, SPSR_EL3 */
    unsigned long unused;  /* SP stays a multiple of 16 */
};

/* What the worlds share of EL1 and EL0, and both use. The payload has no use for CNTP, CNTV, pointer authentication's keys and AArch32's registers:
 * it leaves them alone, and so they are not here. EL2's are the Normal world's alone. */
#define WORLD_REGISTERS(X)                                                                                                                           \
    X(sctlr_el1) X(cpacr_el1) X(ttbr0_el1) X(ttbr1_el1) X(tcr_el1) X(mair_el1) X(amair_el1) X(vbar_el1) X(contextidr_el1) X(esr_el1) X(far_el1)      \
    X(afsr0_el1) X(afsr1_el1) X(par_el1) X(elr_el1) X(spsr_el1) X(sp_el1) X(sp_el0) X(tpidr_el0) X(tpidr_el1) X(tpidrro_el0) X(csselr_el1)           \
    X(cntkctl_el1) X(mdscr_el1)

struct fp_state {
    u8 q[32][16];
    u64 fpcr, fpsr;
};

struct world {
    struct frame frame;
#define X(name) u64 name;
    WORLD_REGISTERS(X)
#undef X
    bool fp_is_live; /* its FP registers are in the PE, else in fp; CPTR_EL3.TFP tells when they are wanted */
    struct fp_state fp __attribute__((aligned(16)));
};

struct cpu;

void world_save(struct world *w);
void world_load(const struct world *w, unsigned name);
void world_reset(struct world *w, unsigned name, unsigned long entry, unsigned long r0);

/* How much RAM a kernel at `base`, of `size` bytes in its file (0: not known), takes, and where it begins; 0: there is none. (image.c) */
unsigned long image_size(unsigned long base, unsigned long size, unsigned long *entry);

/* The registers that a kernel begins with. */
static inline void kernel_arguments(struct frame *f, unsigned long tree)
{
    f->r[0] = tree;
}

/* The first CPU has set RAM up: the others may go on. */
void release_others(void);

/* Translation tables for EL3 (el1: for the payload's EL1): flash, devices and Secure RAM, and Non-secure RAM as such. */
void mmu_on_el3(void);
void mmu_on_el1(void);

static inline void memory_barrier(void)
{
    __asm__ volatile("dsb sy" : : : "memory");
}

static inline bool is_entry_aligned(unsigned long address)
{
    return !(address & 3);
}

static inline unsigned this_cpu(void)
{
    return MRS("mpidr_el1") & 0xff;
}

static inline void wait_for_interrupt(void)
{
    __asm__ volatile("dsb sy\n wfi" : : : "memory");
}

static inline void wait_for_event(void)
{
    __asm__ volatile("wfe" : : : "memory");
}

static inline void send_event(void)
{
    __asm__ volatile("dsb sy\n sev" : : : "memory");
}

static inline void lock(volatile u32 *l)
{
    u32 taken;
    do
        __asm__ volatile("ldaxr %w0, [%1]\n cbnz %w0, 1f\n stxr %w0, %w2, [%1]\n1:" : "=&r"(taken) : "r"(l), "r"(1) : "memory");
    while (taken);
}

static inline void unlock(volatile u32 *l)
{
    __asm__ volatile("stlr wzr, [%0]" : : "r"(l) : "memory");
}

static inline void secure_timer_off(void)
{
    MSR("cntps_ctl_el1", 0);
}

static inline void secure_timer_start(u32 ticks)
{
    MSR("cntps_tval_el1", ticks);
    MSR("cntps_ctl_el1", 1);
    ISB();
}

static inline u64 counter_hz(void)
{
    return MRS("cntfrq_el0");
}

static inline void interrupts_open(bool open)
{
    if (open)
        __asm__ volatile("msr daifclr, #1" : : : "memory");
    else
        __asm__ volatile("msr daifset, #1" : : : "memory");
}

#endif
