/* Priorities: binary points, active priorities, preemption (IHI 0048B 3.3). */
#include "gic/gic_internal.h"

#include "emu/platform/bits.h"

/* BPR n: the group priority is the bits above n; the Non-secure copy of the binary point is one more. */
u8 group_mask(unsigned bpr, bool group1_view)
{
    unsigned subpriority = group1_view ? bpr : bpr + 1;
    return (u8)(0xff << (subpriority > 8 ? 8 : subpriority));
}

unsigned active_priority(const struct cpu_interface *ci)
{
    for (unsigned word = 0; word < 4; word++)
        if (ci->apr[word] | ci->nsapr[word])
            return (word * 32 + (unsigned)__builtin_ctz(ci->apr[word] | ci->nsapr[word])) << ci->apr_shift;
    return IDLE_PRIORITY;
}

void activate_priority(struct cpu_interface *ci, u8 priority, bool group1)
{
    unsigned n = priority >> ci->apr_shift;
    (group1 ? ci->nsapr : ci->apr)[n / 32] |= 1u << n % 32;
}

void drop_priority(struct cpu_interface *ci, bool group1)
{
    u32 *active = group1 ? ci->nsapr : ci->apr;
    unsigned word = 0;
    while (word < 3 && !active[word])
        word++;
    active[word] &= active[word] - 1; /* 0 stays 0 */
}
