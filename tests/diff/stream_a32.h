/* Random A32 and T32 streams: code that both machines execute, with the registers before and after in memory blocks.
 *
 * A batch is one program at fixed addresses, A32 around the streams. For each stream it loads R0 to R14 and the flags from the stream's block,
 * goes to T32 if that is wanted, runs a few random instructions (also IT blocks), and stores everything to the stream's result block; then it
 * writes all results to stdout and exits, by Linux system calls. What an instruction needs stands before it: a base register that points to
 * scratch memory, the address that a branch goes to. Where the manual leaves a choice (UNPREDICTABLE), no such instruction is made. */
#ifndef TESTS_DIFF_STREAM_A32_H
#define TESTS_DIFF_STREAM_A32_H

#include "cpu/insn.h"

#include <capstone/capstone.h>

#define A32_CODE 0x00400000u
#define A32_CODE_BYTES 0x00400000u
#define A32_INPUT 0x00800000u
#define A32_RESULT 0x01000000u
#define A32_SCRATCH 0x01800000u /* what loads and stores meet */
#define A32_SCRATCH_BYTES 0x00080000u
#define A32_STREAMS 2000 /* in a batch */

/* Registers before or after. */
struct a32_block {
    u32 r[15], cpsr;
    u64 d[32];
    u32 fpscr, unused;
};
/* What user programs see of CPSR and streams compute: N, Z, C, V, Q, GE. */
#define A32_FLAGS 0xf80f0000u

struct a32_batch {
    bool t32;
    const struct decoder *decoder;
    u64 features, random;
    csh capstone; /* prints */
    u8 code[A32_CODE_BYTES];
    u32 len;
    struct a32_block inputs[A32_STREAMS];
    u32 body_start[A32_STREAMS], body_end[A32_STREAMS]; /* for reports */
    const struct insn_row *it_for; /* this row's next instruction is an IT block of its own: it_before stands before it */
    u32 it_before;
    u64 *row_count;                                     /* how often each row was generated */
};

/* Does a batch generate this row? If not, *why says why not. */
bool a32_covers(const struct insn_row *row, const char **why);

/* Fills the batch from the seed; each stream begins with the next row in turn, *next_row. */
void a32_generate(struct a32_batch *b, u64 seed, unsigned *next_row);

/* ---- between the generator's files ---- */

u64 a32_random(struct a32_batch *b);
u32 a32_here(const struct a32_batch *b); /* the address of what is emitted next */
void a32_emit_word(struct a32_batch *b, u32 word);
void a32_emit_half(struct a32_batch *b, u32 half);
/* In the set that the streams are in; T16 in bits 31:16. */
void a32_emit_insn(struct a32_batch *b, const struct insn_row *row, u32 word);
/* MOVW, MOVT; returns where they are, for a32_patch_constant. */
u32 a32_emit_constant(struct a32_batch *b, unsigned rd, u32 value);
void a32_patch_constant(struct a32_batch *b, u32 at, unsigned rd, u32 value);
void a32_emit_store_word(struct a32_batch *b, unsigned rt, unsigned rn, int offset); /* STR Rt, [Rn, #offset] */
void a32_align(struct a32_batch *b);                                                 /* to a word, by a NOP */

bool a32_has(const struct insn_row *row, char letter);
bool a32_id_is(const struct insn_row *row, const char *prefix);
void a32_set_field(const struct insn_row *row, u32 *word, char letter, u32 value);
bool a32_is_memory(const struct insn_row *row);

/* Emits what stands before a load or store, and may change its word. */
void a32_prepare_memory(struct a32_batch *b, const struct insn_row *row, u32 *word);
/* The same for VLDR, VLDM, structures and their stores. */
void a32_prepare_vector_memory(struct a32_batch *b, const struct insn_row *row, u32 *word);
bool a32_is_vector_memory(const struct insn_row *row);
/* Does the row read or write S or D registers? */
bool a32_is_vector(const struct insn_row *row);
/* Registers where the manual leaves a choice. */
bool a32_is_awkward_vector(const struct insn_row *row, u32 word);
/* What D registers and FPSCR begin with. */
u64 a32_interesting_d(struct a32_batch *b);
u32 a32_interesting_fpscr(struct a32_batch *b);
/* A branch with all that belongs to it. */
void a32_emit_branch(struct a32_batch *b, const struct insn_row *row, u32 word);

#endif
