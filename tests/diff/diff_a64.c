/* Random A64 streams here and under Debian's qemu-aarch64: registers, flags, FPSR and memory must agree.
 *
 * usage: diff_a64 [-batches=N] [-seed=S] [-nocache] [-cpu=cortex-a57|max]. With max: all that is implemented of v8.1 and later, as far as
 * QEMU has it too. Prints the coverage. Exit 77: no qemu-aarch64 to compare with. */
#include "tests/diff/stream.h"

#include "cpu/model.h"
#include "emu/platform/bits.h"
#include "tests/diff/reference.h"
#include "tests/unit/bare_pe.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_BYTES (STREAM_SCRATCH + STREAM_SCRATCH_BYTES - STREAM_RESULT)
#define REPORTS 12

/* ---- here: a bare PE at EL0 with an identity map ---- */

/* Runs the batch's code to its first SVC. False: it ended elsewhere. */
static bool run_here(const char *model, const struct stream_batch *b, bool nocache, u8 *out)
{
    struct bare_pe *pe = bare_pe_new_model(model, nocache, false);
    struct cpu *cpu = pe->cpu;
    bus_write_mem(&pe->bus, PA(STREAM_CODE), b->code, sizeof b->code);
    bus_write_mem(&pe->bus, PA(STREAM_INPUT), b->inputs, sizeof b->inputs);
    bare_pe_to_el0(pe);
    for (unsigned i = 0; i < 10000 && cpu->pstate.el == 0; i++)
        cpu_run(cpu, 100000);
    bool at_svc = cpu->pstate.el == 1 && bits(cpu->sys.esr_el1, 31, 26) == 0x15;
    if (!at_svc) {
        u32 word = 0;
        bus_read_mem(&pe->bus, PA(cpu->sys.elr_el1 & (BARE_RAM - 1) & ~3ull), &word, 4);
        fprintf(stderr, "here: stopped at EL%u with ESR_EL1 %#llx, ELR_EL1 %#llx (%08x), FAR_EL1 %#llx\n", cpu->pstate.el,
                (unsigned long long)cpu->sys.esr_el1, (unsigned long long)cpu->sys.elr_el1, word, (unsigned long long)cpu->sys.far_el1);
    }
    bus_read_mem(&pe->bus, PA(STREAM_RESULT), out, RESULT_BYTES);
    bare_pe_free(pe);
    return at_svc;
}

/* ---- comparing ---- */

static void print_body(const struct stream_batch *b, unsigned s)
{
    csh cs;
    if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &cs) != CS_ERR_OK)
        return;
    for (u32 i = 0; i < b->body_len[s]; i++) {
        cs_insn *insn;
        size_t n = cs_disasm(cs, (const uint8_t *)&b->bodies[s][i], 4, 0, 1, &insn);
        printf("    %08x  %s %s\n", b->bodies[s][i], n ? insn->mnemonic : "?", n ? insn->op_str : "");
        if (n)
            cs_free(insn, n);
    }
    cs_close(&cs);
}

static void print_difference(const struct stream_block *in, const struct stream_block *here, const struct stream_block *there)
{
    for (unsigned i = 0; i < 31; i++)
        if (here->x[i] != there->x[i])
            printf("    x%u: was %016llx, here %016llx, there %016llx\n", i, (unsigned long long)in->x[i], (unsigned long long)here->x[i],
                   (unsigned long long)there->x[i]);
    if (here->sp != there->sp)
        printf("    sp: was %016llx, here %016llx, there %016llx\n", (unsigned long long)in->sp, (unsigned long long)here->sp,
               (unsigned long long)there->sp);
    for (unsigned i = 0; i < 32; i++)
        if (memcmp(here->v[i], there->v[i], 16))
            printf("    v%u: was %016llx%016llx, here %016llx%016llx, there %016llx%016llx\n", i, (unsigned long long)in->v[i][1],
                   (unsigned long long)in->v[i][0], (unsigned long long)here->v[i][1], (unsigned long long)here->v[i][0],
                   (unsigned long long)there->v[i][1], (unsigned long long)there->v[i][0]);
    printf("    nzcv was %llx here %llx there %llx; fpsr was %llx here %llx there %llx; fpcr %llx\n", (unsigned long long)in->nzcv >> 28,
           (unsigned long long)here->nzcv >> 28, (unsigned long long)there->nzcv >> 28, (unsigned long long)in->fpsr,
           (unsigned long long)here->fpsr, (unsigned long long)there->fpsr, (unsigned long long)in->fpcr);
}

static unsigned compare(const struct stream_batch *b, u64 seed, const u8 *here, const u8 *there, unsigned reported)
{
    unsigned bad = 0;
    for (unsigned s = 0; s < STREAMS; s++) {
        const struct stream_block *h = (const void *)(here + s * STREAM_BLOCK), *t = (const void *)(there + s * STREAM_BLOCK);
        if (!memcmp(h, t, sizeof *h))
            continue;
        if (bad++ + reported < REPORTS) {
            printf("batch seed %llu, stream %u differs:\n", (unsigned long long)seed, s);
            print_body(b, s);
            print_difference(&b->inputs[s].input, h, t);
        }
    }
    u64 scratch = STREAM_SCRATCH - STREAM_RESULT;
    if (!bad && memcmp(here + scratch, there + scratch, STREAM_SCRATCH_BYTES)) {
        printf("batch seed %llu: registers agree, stored memory does not\n", (unsigned long long)seed);
        bad++;
    }
    return bad;
}

static void print_coverage(const struct decoder *d, const u64 *count, u64 features)
{
    unsigned covered = 0, wanted = 0;
    for (unsigned i = 0; i < decoder_row_count(d); i++) {
        const struct insn_row *row = decoder_row(d, i);
        if (!stream_covers(row) || !(row->need == FEAT_NONE || features >> row->need & 1))
            continue;
        wanted++;
        covered += count[i] != 0;
        if (!count[i])
            printf("not covered: %s\n", row->id);
    }
    printf("coverage: %u of %u rows that a user program can run (%u rows in all)\n", covered, wanted, decoder_row_count(d));
}

int main(int argc, char **argv)
{
    struct diff_options o = { .batches = 10, .seed = 1 };
    const char *model = "cortex-a57";
    for (int i = 1; i < argc; i++)
        if (!diff_option(&o, argv[i]) && !strncmp(argv[i], "-cpu=", 5))
            model = argv[i] + 5;
    struct error err = { { 0 } };
    struct decoder *d = decoder_new(INSN_SET_A64, &err);
    struct stream_batch *b = calloc(1, sizeof *b);
    u8 *here = malloc(RESULT_BYTES), *there = malloc(RESULT_BYTES);
    if (!d || !b || !here || !there || !cpu_model_by_name(model)) {
        fprintf(stderr, "diff_a64: %s\n", *err.text ? err.text : "no memory, or no such -cpu");
        return 2;
    }
    struct reference r = { .a64 = true, .model = model, .code = { STREAM_CODE, sizeof b->code, b->code }, .input = { STREAM_INPUT, sizeof b->inputs, b->inputs },
                           .result = { STREAM_RESULT, RESULT_BYTES, NULL } };
    if (!reference_open(&r)) {
        fprintf(stderr, "diff_a64: no folder can be made in /tmp\n");
        return 2;
    }
    b->row_count = calloc(decoder_row_count(d), sizeof(u64));
    u64 features = cpu_model_features(cpu_model_by_name(model));
    unsigned bad = 0, next_row = 0;
    int status = 0;
    for (u64 n = 0; n < o.batches && status == 0; n++) {
        stream_generate(b, d, features, o.seed + n, &next_row);
        status = reference_run(&r, there);
        if (status == 0) {
            bool ended = run_here(model, b, o.nocache, here);
            bad += compare(b, o.seed + n, here, there, bad) + !ended;
        }
    }
    reference_close(&r);
    if (status == REFERENCE_ABSENT)
        printf("SKIP: %s is not installed\n", reference_name(&r));
    else if (status)
        printf("%s ended with status %d\n", reference_name(&r), status);
    else {
        printf("%llu streams, %u differ\n", (unsigned long long)o.batches * STREAMS, bad);
        print_coverage(d, b->row_count, features);
    }
    free(b->row_count);
    free(b);
    free(here);
    free(there);
    decoder_free(d);
    return status ? status : bad != 0;
}
