/* SMCs by owner (DEN0028), and the switch between the worlds. */
#include "monitor.h"

enum { SMCCC_VERSION = 0x80000000, SMCCC_ARCH_FEATURES = 0x80000001 };
enum owner { OWNER_ARCH = 0, OWNER_STANDARD = 4, OWNER_TRUSTED_OS = 50, OWNER_TRUSTED_OS_QUERIES = 63 };

void switch_world(struct cpu *cpu, struct frame *f, enum world_name to)
{
    struct world *left = &cpu->world[cpu->current];
    left->frame = *f;
    world_save(left);
    cpu->current = to;
    world_load(&cpu->world[to], to);
    *f = cpu->world[to].frame;
}

void start_worlds(struct cpu *cpu, struct frame *f, unsigned long entry, unsigned long context)
{
    world_reset(&cpu->world[NORMAL], NORMAL, entry, context);
    world_reset(&cpu->world[SECURE], SECURE, (unsigned long)payload_start, cpu->index);
    cpu->current = SECURE;
    cpu->request = REQUEST_START;
    world_load(&cpu->world[SECURE], SECURE);
    *f = cpu->world[SECURE].frame;
}

/* Into the payload, which finds `first` in its first register, and the caller's others. */
static void ask_payload(struct cpu *cpu, struct frame *f, enum request why, unsigned long first)
{
    unsigned long arg[5];
    for (unsigned i = 1; i < 5; i++)
        arg[i] = f->r[i];
    cpu->request = why;
    switch_world(cpu, f, SECURE);
    f->r[0] = first;
    for (unsigned i = 1; i < 5; i++)
        f->r[i] = arg[i];
}

/* The payload is done; its results are in registers 1 to 4 (0 to 3 of the caller). */
static void payload_done(struct cpu *cpu, struct frame *f)
{
    unsigned long result[4];
    if ((u32)f->r[0] != (u32)PAYLOAD_DONE)
        panic("an SMC from the payload that nobody knows");
    for (unsigned i = 0; i < 4; i++)
        result[i] = f->r[1 + i];
    switch_world(cpu, f, NORMAL);
    if (cpu->request == REQUEST_CALL)
        for (unsigned i = 0; i < 4; i++)
            f->r[i] = result[i];
}

static unsigned long arch_call(const struct frame *f)
{
    u32 asked = (u32)f->r[1];
    switch ((u32)f->r[0]) {
    case SMCCC_VERSION:
        return 0x10001; /* 1.1: registers that hold no result are kept */
    case SMCCC_ARCH_FEATURES:
        return asked == SMCCC_VERSION || asked == SMCCC_ARCH_FEATURES ? 0 : (unsigned long)NOT_SUPPORTED;
    default:
        return (unsigned long)NOT_SUPPORTED;
    }
}

void handle_smc(struct cpu *cpu, struct frame *f)
{
    u32 function = (u32)f->r[0];
    bool fast = function >> 31;
    if (cpu->current == SECURE) {
        payload_done(cpu, f);
        return;
    }
    switch (fast ? function >> 24 & 63 : ~0u) {
    case OWNER_STANDARD:
        if (psci_call(cpu, f))
            return;
        break;
    case OWNER_TRUSTED_OS:
        if ((function & 0xffff) >= PAYLOAD_PRIVATE)
            break;
        ask_payload(cpu, f, REQUEST_CALL, f->r[0]);
        return;
    case OWNER_TRUSTED_OS_QUERIES:
        ask_payload(cpu, f, REQUEST_CALL, f->r[0]);
        return;
    case OWNER_ARCH:
        f->r[0] = arch_call(f);
        return;
    }
    f->r[0] = (unsigned long)NOT_SUPPORTED;
}

/* An FIQ, which is a Group 0 interrupt: taken here while the Normal world runs, by the payload itself while the Secure one does. */
void handle_secure_interrupt(struct cpu *cpu, struct frame *f)
{
    if (cpu->current == SECURE)
        panic("an FIQ out of the Secure world");
    ask_payload(cpu, f, REQUEST_INTERRUPT, PAYLOAD_INTERRUPT);
}
