/* Random A32 or T32 streams here and under Debian's qemu-arm: registers, flags and memory must agree.
 *
 * usage: diff_a32 [-t32] [-batches=N] [-seed=S] [-nocache]. Prints the coverage. Exit 77: no qemu-arm to compare with. */
#include "tests/diff/stream_a32.h"

#include "cpu/aarch32.h"
#include "cpu/model.h"
#include "emu/platform/bits.h"
#include "emu/platform/error.h"
#include "tests/diff/reference.h"
#include "tests/unit/bare_pe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL "max"
#define RESULT_BYTES (A32_SCRATCH + A32_SCRATCH_BYTES - A32_RESULT)
#define REPORTS 12

/* ---- here: a bare PE at EL0 in AArch32 with an identity map ---- */

/* Runs the batch's code to its first SVC. False: it ended elsewhere. */
static bool run_here(const struct a32_batch *b, bool nocache, u8 *out)
{
    struct bare_pe *pe = bare_pe_new_model(MODEL, nocache, false);
    struct cpu *cpu = pe->cpu;
    bus_write_mem(&pe->bus, PA(A32_CODE), b->code, sizeof b->code);
    bus_write_mem(&pe->bus, PA(A32_INPUT), b->inputs, sizeof b->inputs);
    bare_pe_to_el0(pe);
    aarch32_enter(cpu, MODE_USR);
    cpu->pc = A32_CODE;
    cpu_regime_changed(cpu);
    cpu_update_attention(cpu);
    for (unsigned i = 0; i < 10000 && cpu->pstate.el == 0; i++)
        cpu_run(cpu, 100000);
    bool at_svc = cpu->pstate.el == 1 && bits(cpu->sys.esr_el1, 31, 26) == 0x11;
    if (!at_svc) {
        u32 at = (u32)cpu->sys.elr_el1, stream = 0, word = 0;
        bus_read_mem(&pe->bus, PA(at & (BARE_RAM - 1) & ~1u), &word, 4);
        while (stream + 1 < A32_STREAMS && A32_CODE + b->body_start[stream + 1] <= at)
            stream++;
        fprintf(stderr, "here: stopped at EL%u with ESR_EL1 %#llx, ELR_EL1 %#x (%08x, stream %u), FAR_EL1 %#llx\n", cpu->pstate.el,
                (unsigned long long)cpu->sys.esr_el1, at, word, stream, (unsigned long long)cpu->sys.far_el1);
    }
    bus_read_mem(&pe->bus, PA(A32_RESULT), out, RESULT_BYTES);
    bare_pe_free(pe);
    return at_svc;
}

/* ---- comparing ---- */

static void print_body(const struct a32_batch *b, unsigned s)
{
    u32 at = b->body_start[s];
    while (at < b->body_end[s]) {
        cs_insn *insn;
        u16 half;
        memcpy(&half, b->code + at, 2);
        u32 size = b->t32 && half >> 11 <= 0x1c ? 2 : 4;
        size_t n = cs_disasm(b->capstone, b->code + at, size, A32_CODE + at, 1, &insn);
        printf("    %08x:", A32_CODE + at);
        for (u32 i = 0; i < size; i += 2) {
            memcpy(&half, b->code + at + (b->t32 ? i : size - 2 - i), 2);
            printf(" %04x", half);
        }
        printf("  %s %s\n", n ? insn->mnemonic : "?", n ? insn->op_str : "");
        if (n)
            cs_free(insn, n);
        at += size;
    }
}

static unsigned compare(const struct a32_batch *b, u64 seed, const u8 *here, const u8 *there, unsigned reported)
{
    unsigned bad = 0;
    for (unsigned s = 0; s < A32_STREAMS; s++) {
        struct a32_block h, t;
        const struct a32_block *in = &b->inputs[s];
        memcpy(&h, here + s * sizeof h, sizeof h);
        memcpy(&t, there + s * sizeof t, sizeof t);
        h.cpsr &= A32_FLAGS;
        t.cpsr &= A32_FLAGS;
        if (!memcmp(&h, &t, sizeof h))
            continue;
        if (bad++ + reported >= REPORTS)
            continue;
        printf("batch seed %llu, stream %u differs:\n", (unsigned long long)seed, s);
        print_body(b, s);
        for (unsigned i = 0; i < 15; i++)
            printf(h.r[i] != t.r[i] ? "    r%u: was %08x, here %08x, there %08x\n" : "    r%u: was %08x\n", i, in->r[i], h.r[i], t.r[i]);
        for (unsigned i = 0; i < 32; i++)
            if (h.d[i] != t.d[i])
                printf("    d%u: was %016llx, here %016llx, there %016llx\n", i, (unsigned long long)in->d[i], (unsigned long long)h.d[i],
                       (unsigned long long)t.d[i]);
        printf("    FPSCR: was %08x, here %08x, there %08x\n", in->fpscr, h.fpscr, t.fpscr);
        printf("    NZCVQ, GE: was %08x, here %08x, there %08x\n", in->cpsr, h.cpsr, t.cpsr);
    }
    u64 scratch = A32_SCRATCH - A32_RESULT;
    if (!bad && memcmp(here + scratch, there + scratch, A32_SCRATCH_BYTES)) {
        printf("batch seed %llu: registers agree, stored memory does not\n", (unsigned long long)seed);
        bad++;
    }
    return bad;
}

static void print_coverage(const struct a32_batch *b)
{
    unsigned covered = 0, wanted = 0;
    for (unsigned i = 0; i < decoder_row_count(b->decoder); i++) {
        const struct insn_row *row = decoder_row(b->decoder, i);
        const char *why;
        if (!a32_covers(row, &why)) {
            if (*why != 'n' && *why != 'f')
                printf("left out: %s: %s\n", row->id, why);
            continue;
        }
        if (row->need != FEAT_NONE && !(b->features >> row->need & 1))
            continue;
        wanted++;
        covered += b->row_count[i] != 0;
        if (!b->row_count[i])
            printf("not covered: %s\n", row->id);
    }
    printf("coverage: %u of %u rows that a user program can run (%u rows in all)\n", covered, wanted, decoder_row_count(b->decoder));
}

static bool batch_init(struct a32_batch *b, bool t32, struct error *err)
{
    b->t32 = t32;
    b->decoder = decoder_new(t32 ? INSN_SET_T32 : INSN_SET_A32, err);
    b->features = cpu_model_features(cpu_model_by_name(MODEL));
    if (!b->decoder || cs_open(CS_ARCH_ARM, (t32 ? CS_MODE_THUMB : CS_MODE_ARM) | CS_MODE_V8, &b->capstone) != CS_ERR_OK)
        return false;
    b->row_count = calloc(decoder_row_count(b->decoder), sizeof(u64));
    return b->row_count;
}

int main(int argc, char **argv)
{
    struct diff_options o = { .batches = 10, .seed = 1 };
    bool t32 = false;
    for (int i = 1; i < argc; i++)
        t32 |= !diff_option(&o, argv[i]) && !strcmp(argv[i], "-t32");
    struct error err = { { 0 } };
    struct a32_batch *b = calloc(1, sizeof *b);
    u8 *here = malloc(RESULT_BYTES), *there = malloc(RESULT_BYTES);
    if (!b || !here || !there || !batch_init(b, t32, &err)) {
        fprintf(stderr, "diff_a32: %s\n", *err.text ? err.text : "no memory");
        return 2;
    }
    struct reference r = { .a64 = false, .model = MODEL, .code = { A32_CODE, sizeof b->code, b->code }, .input = { A32_INPUT, sizeof b->inputs, b->inputs },
                           .result = { A32_RESULT, RESULT_BYTES, NULL } };
    if (!reference_open(&r)) {
        fprintf(stderr, "diff_a32: no folder can be made in /tmp\n");
        return 2;
    }
    unsigned bad = 0, next_row = 0;
    int status = 0;
    for (u64 n = 0; n < o.batches && status == 0; n++) {
        a32_generate(b, o.seed + n, &next_row);
        status = reference_run(&r, there);
        if (status == 0) {
            bool ended = run_here(b, o.nocache, here);
            bad += compare(b, o.seed + n, here, there, bad) + !ended;
        }
    }
    reference_close(&r);
    if (status == REFERENCE_ABSENT)
        printf("SKIP: %s is not installed\n", reference_name(&r));
    else if (status)
        printf("%s ended with status %d\n", reference_name(&r), status);
    else {
        printf("%llu streams, %u differ\n", (unsigned long long)o.batches * A32_STREAMS, bad);
        print_coverage(b);
    }
    cs_close(&b->capstone);
    decoder_free((struct decoder *)(uintptr_t)b->decoder);
    free(b->row_count);
    free(b);
    free(here);
    free(there);
    return status ? status : bad != 0;
}
