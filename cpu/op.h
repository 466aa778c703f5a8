/* The decoded op and the code page: what the engine executes.
 *
 * A code page is the decoded image of one 4 KiB guest physical page: one op for each instruction slot, filled lazily
 * (an undecoded slot holds the handler `decode_me`), and one more, `page_end`, for running off its end. The PC is the
 * op's position. prefix[i] is the static cost in ticks of the slots below i, as far as they are decoded, so that time is
 * settled at branches and exits by subtraction. */
#ifndef CPU_OP_H
#define CPU_OP_H

#include "cpu/cpu.h"

struct op {
    u32 fn; /* address of the handler: the program is linked below 4 GiB */
    u8 rd, rn, rm, ra; /* register slots (cpu->x) or vector numbers (cpu->v), resolved by the row's letters */
    u64 imm; /* expanded */
};
_Static_assert(sizeof(struct op) == 16, "an op is 16 bytes");

/* `budget` is biased: ticks left before op = budget - prefix[op_index(op)]. */
typedef void op_fn(struct cpu *cpu, const struct op *op, s64 budget);

#define CODE_SLOTS 1024
#define CODE_PAGE_ALIGN 32768ull

struct code_page {
    struct op ops[CODE_SLOTS + 1];
    u32 prefix[CODE_SLOTS + 2]; /* [CODE_SLOTS + 1]: behind page_end, which is free */
    u64 pa;                     /* guest physical page */
    const u8 *host;             /* its bytes */
    u8 engine;                  /* enum cpu_engine its handlers belong to */
    u32 writes;                 /* stores into it since it was made */
    struct code_page *hash_next, *newer, *older; /* the cache's */
};
_Static_assert(sizeof(struct code_page) <= CODE_PAGE_ALIGN, "a code page is found from an op by masking");

static ALWAYS_INLINE struct code_page *op_page(const struct op *op)
{
    return (struct code_page *)((uintptr_t)op & ~(CODE_PAGE_ALIGN - 1));
}

static ALWAYS_INLINE unsigned op_index(const struct op *op)
{
    return (unsigned)(((uintptr_t)op & (CODE_PAGE_ALIGN - 1)) / sizeof(struct op));
}

static ALWAYS_INLINE u64 op_pc(const struct cpu *cpu, const struct op *op)
{
    return cpu->page_va + op_index(op) * 4ull;
}

static ALWAYS_INLINE u32 op_prefix(const struct op *op)
{
    return op_page(op)->prefix[op_index(op)];
}

/* The instruction word of a slot, read from guest memory. */
u32 op_word(const struct op *op);

#endif
