/* Atomic read-modify-writes (FEAT_LSE): what one does to its location. The inline path (cpu/exec_a64_lse.c) and the slow one (access_atomic_slow)
 * both come here, so that this is the one place where host atomics would go if PEs ran on several host threads. Today they take turns on one,
 * and plain loads and stores are atomic. */
#ifndef CPU_ATOMIC_H
#define CPU_ATOMIC_H

#include "emu/platform/bits.h"

#include <string.h>

/* MemAtomicOp */
enum atomic_op {
    ATOMIC_ADD, ATOMIC_CLR, ATOMIC_EOR, ATOMIC_SET, ATOMIC_SMAX, ATOMIC_SMIN, ATOMIC_UMAX, ATOMIC_UMIN, ATOMIC_SWP, ATOMIC_CAS
};

struct atomic {
    u8 what, size;   /* enum atomic_op; 1, 2, 4, 8 bytes, 16 for a compare-and-swap */
    u64 operand[2];  /* bits beyond the size are ignored */
    u64 expected[2]; /* of a compare-and-swap */
};

/* The value that replaces `old` (zero-extended); bits beyond the size are not meant. A compare-and-swap that fails may store what
 * it read (C6.2.40). Here nobody sees a store, but it needs permission to write all the same. */
static ALWAYS_INLINE u64 atomic_result(enum atomic_op what, unsigned size, u64 old, u64 operand, u64 expected)
{
    u64 narrow = operand & ones(size * 8);
    s64 signed_old = (s64)sign_extend(old, size * 8), signed_operand = (s64)sign_extend(narrow, size * 8);
    switch (what) {
    case ATOMIC_ADD:
        return old + operand;
    case ATOMIC_CLR:
        return old & ~operand;
    case ATOMIC_EOR:
        return old ^ operand;
    case ATOMIC_SET:
        return old | operand;
    case ATOMIC_SMAX:
        return signed_old > signed_operand ? old : operand;
    case ATOMIC_SMIN:
        return signed_old > signed_operand ? operand : old;
    case ATOMIC_UMAX:
        return old > narrow ? old : operand;
    case ATOMIC_UMIN:
        return old > narrow ? operand : old;
    case ATOMIC_SWP:
        return operand;
    default:
        return old == (expected & ones(size * 8)) ? operand : old;
    }
}

/* A compare-and-swap of 16 bytes, by halves: that is how the registers come. */
static ALWAYS_INLINE bool atomic_swap_pair(struct atomic a, u8 *location, u64 old[2])
{
    memcpy(&old[0], location, 8);
    memcpy(&old[1], location + 8, 8);
    if (old[0] != a.expected[0] || old[1] != a.expected[1])
        return false;
    memcpy(location, &a.operand[0], 8);
    memcpy(location + 8, &a.operand[1], 8);
    return true;
}

/* Reads the location into `old` (zero-extended) and writes what replaces it. False: a compare-and-swap that failed, which stored nothing new. */
static ALWAYS_INLINE bool atomic_apply(struct atomic a, u8 *location, u64 old[2])
{
    if (a.size == 16)
        return atomic_swap_pair(a, location, old);
    old[0] = old[1] = 0;
    memcpy(old, location, a.size);
    u64 value = atomic_result(a.what, a.size, old[0], a.operand[0], a.expected[0]);
    memcpy(location, &value, a.size);
    return a.what != ATOMIC_CAS || old[0] == (a.expected[0] & ones(a.size * 8));
}

#endif
