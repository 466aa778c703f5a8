/* The other side of a differential test: Debian's qemu-arm or qemu-aarch64 runs a static ELF and writes what came out. Also what both tests' command lines
 * share. */
#ifndef DIFF_REFERENCE_H
#define DIFF_REFERENCE_H

#include "emu/platform/types.h"

enum { REFERENCE_ABSENT = 77 }; /* also the exit status by which a test says that it was skipped */

struct reference_part {
    u64 addr;
    size_t bytes;
    const void *content; /* NULL: zeros */
};

/* One program: what the caller fills in, and then where its files are. */
struct reference {
    bool a64;
    const char *model; /* QEMU's -cpu */
    struct reference_part code, input, result; /* code: entered at its start; result: where it leaves what it writes to its standard output */
    char dir[32], elf[48], output[48];
};

/* "qemu-arm" or "qemu-aarch64". */
const char *reference_name(const struct reference *r);

/* Makes the folder for the program's files, of which reference_close leaves nothing. False: there is none to be had. */
bool reference_open(struct reference *r);
void reference_close(struct reference *r);

/* Writes the program from its parts and runs it: its output, result.bytes of them, into `out`. 0, its exit status, REFERENCE_ABSENT where there is no
 * QEMU, or -1: the program could not be written, was killed, or wrote less. */
int reference_run(const struct reference *r, u8 *out);

/* ---- command lines ---- */

struct diff_options {
    u64 batches, seed;
    bool nocache;
};

/* -batches=N, -seed=S, -nocache. False: another one. */
bool diff_option(struct diff_options *o, const char *arg);

#endif
