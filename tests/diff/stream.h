/* Random A64 streams: code that both machines execute, with the registers before and after in memory blocks.
 *
 * A batch is one program at fixed addresses. For each stream it loads all registers and flags from the stream's block, runs a few random
 * instructions, and stores them to the stream's result block; then it writes all results to stdout and exits, by Linux system calls. */
#ifndef TESTS_DIFF_STREAM_H
#define TESTS_DIFF_STREAM_H

#include "cpu/insn.h"

#define STREAM_CODE 0x00400000ull
#define STREAM_CODE_BYTES 0x00400000ull
#define STREAM_INPUT 0x00800000ull
#define STREAM_RESULT 0x01000000ull
#define STREAM_SCRATCH 0x01800000ull /* what loads and stores meet */
#define STREAM_SCRATCH_BYTES 0x00080000ull
#define STREAM_BLOCK 1024
#define STREAMS 2000 /* in a batch */
#define STREAM_MAX_INSNS 64

/* A block: registers before or after. */
struct stream_block {
    u64 x[31], nzcv, fpsr, fpcr, sp, pad;
    u64 v[32][2];
};

struct stream_batch {
    u64 random, fpcr; /* fpcr: of the stream that is being made */
    u32 code[STREAM_CODE_BYTES / 4];
    u32 code_len; /* words */
    struct {
        struct stream_block input;
        u8 pad[STREAM_BLOCK - sizeof(struct stream_block)];
    } inputs[STREAMS];
    u32 bodies[STREAMS][STREAM_MAX_INSNS]; /* for reports */
    u32 body_len[STREAMS];
    u64 *row_count; /* how often each row was generated */
};

/* Can a row be run by a user program without trapping? Everything but system, exception and hint rows. */
bool stream_covers(const struct insn_row *row);

/* Fills the batch from the seed; each stream begins with the next row in turn, `*next_row`. */
void stream_generate(struct stream_batch *batch, const struct decoder *decoder, u64 features, u64 seed, unsigned *next_row);

#endif
