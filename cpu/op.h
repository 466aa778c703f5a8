/* The decoded op and the code page: what the engine executes.
 *
 * A code page is the decoded image of one 4 KiB guest physical page (T32: of half of one) for one instruction set: one op for
 * each instruction slot, filled lazily (an undecoded slot holds the handler `decode_me`), and behind them `page_end` for running
 * off its end. The PC is the op's position. prefix[i] is the static cost in ticks of the slots below i, as far as they are
 * decoded, so that time is settled at branches and exits by subtraction. docs/engine.md has the rest. */
#ifndef CPU_OP_H
#define CPU_OP_H

#include "cpu/cpu.h"

struct op {
    u32 fn; /* address of the handler: the program is linked below 4 GiB */
    u8 rd, rn, rm, ra; /* register slots (cpu->x) or vector numbers (cpu->v), resolved by the row's letters */
    union {
        u64 imm; /* expanded */
        struct { /* AArch32 */
            u32 imm32;
            u32 then; /* the handler behind a condition (cpu/exec_a32_cond.c), as fn; OP_WIDE: a T32 instruction of two halfwords */
        };
    };
};
_Static_assert(sizeof(struct op) == 16, "an op is 16 bytes");

/* `budget` is biased: ticks left before op = budget - prefix[op_index(op)]. */
typedef void op_fn(struct cpu *cpu, const struct op *op, s64 budget);

/* In struct op's `then`: handlers lie below 2 GiB (checked at start-up, cpu/code_page.c). */
#define OP_WIDE 0x80000000u

/* What the slots of a page are decoded as. T32 inside an IT block is a view of its own, whose every op asks the condition first. */
enum isa { ISA_A64, ISA_A32, ISA_T32, ISA_T32_IT, ISAS };

#define CODE_SLOTS 1024
#define CODE_PAGE_ALIGN 32768ull

struct code_page {
    struct op ops[CODE_SLOTS + 2]; /* two ends: a wide T32 instruction in the last slot goes on at the second */
    u32 prefix[CODE_SLOTS + 3];    /* behind page_end, which is free */
    u8 kind[CODE_SLOTS + 3];       /* A64 and A32, fast engine: what cpu/fuse.h knows a decoded slot as; 0 behind the last */
    u64 pa;                     /* guest physical address of slot 0 */
    const u8 *host;             /* its bytes */
    u8 engine, isa;             /* enum cpu_engine its handlers belong to, enum isa */
    u8 slot_shift;              /* log2 of a slot's bytes: 2, T32 1 */
    bool is_crossing;           /* holds, in its last slot, the one T32 instruction that lies in two pages (cpu/engine.c) */
    struct code_page *twin;     /* T32: the same halfwords inside IT blocks, and back; or NULL */
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

/* Handlers know their slot size when compiled (OP_SHIFT), everybody else asks the page. */
static ALWAYS_INLINE u64 op_pc(const struct cpu *cpu, const struct op *op)
{
#ifdef OP_SHIFT
    return cpu->page_va + ((u64)op_index(op) << OP_SHIFT);
#else
    return cpu->page_va + ((u64)op_index(op) << op_page(op)->slot_shift);
#endif
}

static ALWAYS_INLINE u32 op_prefix(const struct op *op)
{
    return op_page(op)->prefix[op_index(op)];
}

/* The instruction of a slot, read from guest memory: a word; of T32 one halfword, or the first in bits 31:16 and the second below. */
u32 op_word(const struct op *op);

#endif
