/* A bare PE of ARMv7, or with EL1 in AArch32: the MMU is off, and every vector in the first KiB holds "b .". */
#ifndef TESTS_UNIT_BARE_V7_H
#define TESTS_UNIT_BARE_V7_H

#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"

enum { HERE = 0xeafffffe }; /* b . */

static inline struct bare_pe *bare_v7_new(const char *model, bool el2, bool el3)
{
    struct bare_pe *b = bare_pe_new_model(model, false, true);
    b->cpu->has_el2 = el2;
    b->cpu->has_el3 = el3;
    cpu_reset(b->cpu);
    for (u64 at = 0; at < 0x400; at += 4)
        bus_write_mem(&b->bus, PA(at), &(u32){ HERE }, 4);
    return b;
}

/* To a mode of the Secure or, with `ns`, of the Non-secure world. */
static inline void to_mode(struct bare_pe *b, u8 mode, bool ns)
{
    struct cpu *cpu = b->cpu;
    if (cpu->has_el3) {
        aarch32_set_mode(cpu, MODE_MON);
        cpu->sys.scr_el3 = ns;
    }
    aarch32_set_mode(cpu, mode);
    cpu_regime_changed(cpu);
    cpu_update_fp_enabled(cpu);
    cpu_update_attention(cpu);
}

/* Executes one instruction; the mode behind it says what became of it. */
static inline u8 execute(struct bare_pe *b, u32 insn)
{
    u32 code[2] = { insn, HERE };
    code_cache_written(b->code, PA(BARE_CODE), sizeof code);
    bus_write_mem(&b->bus, PA(BARE_CODE), code, sizeof code);
    b->cpu->pc = BARE_CODE;
    cpu_run(b->cpu, 20);
    return b->cpu->pstate.mode;
}

#endif
