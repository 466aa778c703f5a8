/* What aborts and what does not: alignment by instruction, faults in the middle of blocks and of 32-bit instructions of T32, in IT blocks, of
 * unprivileged accesses and of cache maintenance (DDI 0406 A3.2, A8.3, B1.9, B3.12, B3.13). */
#include "hyp.h"

/* Two pages at PAGES, of which the second is not there; code is at 0x42000000. */
#define PAGES 0x80000000u
#define EDGE (PAGES + 0x1000)
#define MEMORY 0x44000000u
#define SCTLR_M 1u
#define SCTLR_A 2u

static u32 level1[4096] __attribute__((aligned(16384))), level2[256] __attribute__((aligned(1024)));
static u32 sctlr_off;

static void flush(void)
{
    __asm__ volatile("dsb\n mcr p15, 4, %0, c8, c7, 4\n dsb\n isb" : : "r"(0) : "memory"); /* TLBIALLNSNH */
}

static void control(u32 bits)
{
    CP15_SET(0, 1, 0, 0, sctlr_off | bits);
    flush();
}

/* Normal memory; AP of the first page as asked, 0 for none. */
static void tables_on(u32 ap)
{
    for (u32 i = 0; i < 4096; i++)
        level1[i] = 0;
    level1[0x420] = 0x42000000 | 3 << 10 | 1 << 12 | 3 << 2 | 2;
    level1[PAGES >> 20] = (u32)level2 | 1;
    level2[0] = MEMORY | (ap >> 2) << 9 | (ap & 3) << 4 | 1 << 6 | 3 << 2 | 2;
    level2[1] = 0;
    CP15_SET(0, 2, 0, 2, 0);
    CP15_SET(0, 2, 0, 0, level1);
    CP15_SET(0, 3, 0, 0, 1);
    control(SCTLR_M);
}

static struct state run_with(u32 pc, u32 psr, u32 r1)
{
    struct state s = { .pc = pc, .psr = psr };
    for (u32 i = 0; i < 13; i++)
        s.r[i] = 0x1000 + i;
    s.r[1] = r1;
    CP15_SET(0, 5, 0, 0, 0);
    CP15_SET(0, 5, 0, 1, 0);
    CP15_SET(0, 6, 0, 0, 0);
    CP15_SET(0, 6, 0, 2, 0);
    run(&s);
    return s;
}

/* ---- alignment ---- */

struct form {
    const char *name;
    u32 at, t32;
    u32 always, strict; /* what the address must be a multiple of, with SCTLR.A 0 and 1 */
    bool write;
};
#define BOTH(text, ...) { "A32 " text, A32(text), 0, __VA_ARGS__ }, { "T32 " text, T32(".balign 4\n" text), 1, __VA_ARGS__ }

static void check_alignment(const struct form *f)
{
    for (u32 strict = 0; strict < 2; strict++)
        for (u32 offset = 0; offset < 16; offset++) {
            u32 must = strict ? f->strict : f->always;
            bool faults = offset % must;
            control(SCTLR_M | (strict ? SCTLR_A : 0));
            struct state s = run_with(f->at, PSR_AIF | SVC | (f->t32 ? PSR_T : 0), PAGES + 0x100 + offset);
            u32 status = CP15_GET(0, 5, 0, 0) & 0xc0f;
            if ((s.hsr == TAKEN(4)) == faults && (!faults || (status == (f->write ? 0x801 : 1) && CP15_GET(0, 6, 0, 0) == PAGES + 0x100 + offset))) {
                check2(f->name, "the base", s.r[1], s.hsr == ENDED ? s.r[1] : PAGES + 0x100 + offset);
                continue;
            }
            check2(f->name, strict ? "SCTLR.A: HSR" : "HSR", s.hsr, faults ? TAKEN(4) : ENDED);
            check2(f->name, "DFSR", status, faults ? f->write ? 0x801 : 1 : 0);
            check2(f->name, "DFAR", CP15_GET(0, 6, 0, 0), faults ? PAGES + 0x100 + offset : 0);
        }
    control(SCTLR_M);
}

#define FORMS(...)                                                                                                                                   \
    do {                                                                                                                                             \
        const struct form table[] = { __VA_ARGS__ };                                                                                                 \
        for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)                                                                                     \
            check_alignment(&table[i]);                                                                                                              \
    } while (0)

/* Table A3-1 */
static void alignment(void)
{
    tables_on(3);
    FORMS(BOTH("ldrb r2, [r1]", 1, 1, false), BOTH("ldrh r2, [r1]", 1, 2, false), BOTH("ldrsh r2, [r1]", 1, 2, false), BOTH("ldr r2, [r1]", 1, 4, false),
          BOTH("ldrht r2, [r1]", 1, 2, false), BOTH("ldrt r2, [r1]", 1, 4, false), BOTH("ldrd r2, r3, [r1]", 4, 4, false),
          BOTH("ldm r1, {r2, r3}", 4, 4, false), BOTH("ldmia r1!, {r2, r3}", 4, 4, false), BOTH("ldrexb r2, [r1]", 1, 1, false),
          BOTH("ldrexh r2, [r1]", 2, 2, false), BOTH("ldrex r2, [r1]", 4, 4, false), BOTH("ldrexd r2, r3, [r1]", 8, 8, false));
    FORMS(BOTH("strb r2, [r1]", 1, 1, true), BOTH("strh r2, [r1]", 1, 2, true), BOTH("str r2, [r1]", 1, 4, true), BOTH("strht r2, [r1]", 1, 2, true),
          BOTH("strt r2, [r1]", 1, 4, true), BOTH("strd r2, r3, [r1]", 4, 4, true), BOTH("stm r1, {r2, r3}", 4, 4, true),
          BOTH("stmia r1!, {r2, r3}", 4, 4, true), BOTH("strexh r4, r2, [r1]", 2, 2, true), BOTH("strex r4, r2, [r1]", 4, 4, true),
          BOTH("strexd r4, r2, r3, [r1]", 8, 8, true), BOTH("strexb r4, r2, [r1]", 1, 1, true));
    FORMS(BOTH("vldr d0, [r1]", 4, 4, false), BOTH("vldr s0, [r1]", 4, 4, false), BOTH("vldm r1, {d0-d1}", 4, 4, false),
          BOTH("vstr d0, [r1]", 4, 4, true), BOTH("vstr s0, [r1]", 4, 4, true), BOTH("vstm r1, {s0-s1}", 4, 4, true),
          BOTH("vld1.8 {d0}, [r1]", 1, 1, false), BOTH("vld1.16 {d0}, [r1]", 1, 2, false), BOTH("vld1.32 {d0}, [r1]", 1, 4, false),
          BOTH("vld1.64 {d0}, [r1]", 1, 8, false), BOTH("vld1.64 {d0-d1}, [r1:128]", 16, 16, false), BOTH("vld1.8 {d0}, [r1:64]", 8, 8, false),
          BOTH("vld1.32 {d0[0]}, [r1]", 1, 4, false), BOTH("vld1.32 {d0[0]}, [r1:32]", 4, 4, false), BOTH("vld1.16 {d0[]}, [r1]", 1, 2, false),
          BOTH("vld2.16 {d0[0], d1[0]}, [r1:32]", 4, 4, false), BOTH("vld4.32 {d0[], d1[], d2[], d3[]}, [r1:128]", 16, 16, false),
          BOTH("vst1.16 {d0}, [r1]", 1, 2, true), BOTH("vst2.32 {d0-d1}, [r1:64]", 8, 8, true), BOTH("vst3.8 {d0-d2}, [r1]", 1, 1, true),
          BOTH("vst4.16 {d0-d3}, [r1:256]", 32, 32, true), BOTH("vst1.32 {d0[1]}, [r1]", 1, 4, true));
}

/* ---- blocks that run into a page that is not there ---- */

static void check_abort(const char *name, const struct state *s, u32 at, u32 dfsr, u32 dfar)
{
    check2(name, "taken", s->hsr, TAKEN(4));
    check2(name, "DFSR", CP15_GET(0, 5, 0, 0) & 0x2cff, dfsr);
    check2(name, "DFAR", CP15_GET(0, 6, 0, 0), dfar);
    check2(name, "LR_abt", GET(lr_abt) - 8, at);
}

static void blocks(void)
{
    const struct {
        const char *name;
        u32 at, t32, base, dfsr, dfar;
    } table[] = {
        { "LDM over the edge", A32("ldm r1!, {r0, r2-r7}"), 0, EDGE - 16, 7, EDGE },
        { "LDM with the base first", A32("ldm r1, {r1-r7}"), 0, EDGE - 16, 7, EDGE },
        { "LDMDB below", A32("ldmdb r1!, {r0, r2-r7}"), 0, EDGE + 12, 7, EDGE },
        { "STM over the edge", A32("stm r1!, {r0, r2-r7}"), 0, EDGE - 16, 0x807, EDGE },
        { "T32 LDM over the edge", T32("ldm.w r1!, {r0, r2-r7}"), 1, EDGE - 16, 7, EDGE },
        { "T16 STM over the edge", T32("stm r1!, {r0, r2-r7}"), 1, EDGE - 16, 0x807, EDGE },
        { "LDRD over the edge", A32("ldrd r2, r3, [r1], #8"), 0, EDGE - 4, 7, EDGE },
        { "STRD over the edge", A32("strd r2, r3, [r1, #-4]!"), 0, EDGE, 0x807, EDGE },
        { "LDR over the edge", A32("ldr r2, [r1], #4"), 0, EDGE - 2, 7, EDGE },
        { "STR over the edge", A32("str r2, [r1, #-2]!"), 0, EDGE, 0x807, EDGE },
        { "LDM with ^ over the edge", A32("ldm r1, {r0-r7}^"), 0, EDGE - 16, 7, EDGE },
        { "VLDM over the edge", A32("vldm r1!, {d0-d3}"), 0, EDGE - 16, 7, EDGE },
        { "VLD1 over the edge", A32("vld1.8 {d0}, [r1]!"), 0, EDGE - 3, 7, EDGE },
        { "RFE over the edge", A32("rfeia r1!"), 0, EDGE - 4, 7, EDGE },
        { "LDM with ^ and PC over the edge", A32("ldm r1!, {r2, pc}^"), 0, EDGE - 4, 7, EDGE },
        { "SWP", A32("swp r2, r3, [r1]"), 0, EDGE, 7, EDGE },
        { "LDREX", A32("ldrex r2, [r1]"), 0, EDGE, 7, EDGE },
    };
    tables_on(3);
    CP15_SET(0, 1, 0, 0, CP15_GET(0, 1, 0, 0) | 1 << 10); /* SW */
    sctlr_off |= 1 << 10;
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct state s = run_with(table[i].at, PSR_AIF | SVC | (table[i].t32 ? PSR_T : 0), table[i].base);
        check_abort(table[i].name, &s, table[i].at, table[i].dfsr, table[i].dfar);
        check2(table[i].name, "base", s.r[1], table[i].base);
        check2(table[i].name, "R2", s.r[2], 0x1002);
        check2(table[i].name, "R7", s.r[7], 0x1007);
    }
    struct state s = run_with(A32("ldr r2, [r1]"), PSR_AIF | SVC, 0x90000000);
    check("a section that is not there: DFSR", CP15_GET(0, 5, 0, 0) & 0xc0f, 5);
    s = run_with(A32("mcr p15, 0, r1, c7, c10, 1"), PSR_AIF | SVC, EDGE + 4);
    check("DCCMVAC: taken", s.hsr, TAKEN(4));
    check("DCCMVAC: DFSR: CM, WnR", CP15_GET(0, 5, 0, 0) & 0x2c0f, 0x2807);
    check("DCCMVAC: DFAR", CP15_GET(0, 6, 0, 0), EDGE + 4);
    s = run_with(A32("mcr p15, 0, r1, c7, c14, 2"), PSR_AIF | SVC, EDGE + 4);
    check("DCCISW", s.hsr, ENDED);
    level1[0x910] = 0xf0000000 | 1; /* a table where nothing is */
    flush();
    run_with(A32("ldr r2, [r1]"), PSR_AIF | SVC, 0x91000000);
    check("a table that is not there: DFSR", CP15_GET(0, 5, 0, 0) & 0xc0f, 0xe);
}

/* ---- unprivileged ---- */

static void unprivileged(void)
{
    tables_on(1); /* PL1's alone */
    const struct {
        const char *name;
        u32 at, t32, dfsr;
    } table[] = {
        { "LDR", A32("ldr r2, [r1]"), 0, 0 }, { "LDRT", A32("ldrt r2, [r1]"), 0, 0xf }, { "LDRBT", A32("ldrbt r2, [r1]"), 0, 0xf },
        { "LDRHT", A32("ldrht r2, [r1]"), 0, 0xf }, { "STRT", A32("strt r2, [r1]"), 0, 0x80f }, { "STRHT", A32("strht r2, [r1]"), 0, 0x80f },
        { "T32 LDRT", T32("ldrt r2, [r1]"), 1, 0xf }, { "T32 STRBT", T32("strbt r2, [r1]"), 1, 0x80f }, { "T32 LDRSHT", T32("ldrsht r2, [r1]"), 1, 0xf },
    };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++) {
        static const u8 modes[] = { SVC, IRQ, FIQ, ABT, UND, SYS };
        for (u32 m = 0; m < sizeof modes; m++) {
            struct state s = run_with(table[i].at, PSR_AIF | modes[m] | (table[i].t32 ? PSR_T : 0), PAGES);
            check2(table[i].name, "taken", s.hsr, table[i].dfsr ? TAKEN(4) : ENDED);
            check2(table[i].name, "DFSR", CP15_GET(0, 5, 0, 0) & 0xc0f, table[i].dfsr);
        }
    }
}

/* ---- fetches ---- */

static void write_code(u32 at, const u16 *words, u32 n)
{
    for (u32 i = 0; i < n; i++)
        ((volatile u16 *)(MEMORY + at))[i] = words[i];
    __asm__ volatile("dsb\n mcr p15, 0, %0, c7, c5, 0\n dsb\n isb" : : "r"(0) : "memory");
}
#define WRITE(at, ...) ({ const u16 words_[] = { __VA_ARGS__ }; write_code(at, words_, sizeof words_ / 2); })

static void check_fetch(const char *name, const struct state *s, u32 lr, u32 ifar, u32 spsr)
{
    check2(name, "taken", s->hsr, TAKEN(3));
    check2(name, "IFSR", CP15_GET(0, 5, 0, 1) & 0x40f, 7);
    check2(name, "IFAR", CP15_GET(0, 6, 0, 2), ifar);
    check2(name, "LR_abt", GET(lr_abt), lr + 4);
    check2(name, "SPSR_abt", GET(spsr_abt), spsr);
}

static void fetches(void)
{
    tables_on(3);
    WRITE(0xffe, 0xf3af); /* the first half of NOP.W */
    struct state s = run_with(EDGE - 2, PSR_AIF | SVC | PSR_T, 0);
    check_fetch("T32 over the edge", &s, EDGE - 2, EDGE, PSR_AIF | SVC | PSR_T);
    WRITE(0xffe, 0xbf00); /* NOP */
    s = run_with(EDGE - 2, PSR_AIF | SVC | PSR_T, 0);
    check_fetch("T16 before the edge", &s, EDGE, EDGE, PSR_AIF | SVC | PSR_T);
    WRITE(0xffc, 0xbf04, 0x2001); /* ITT EQ; MOVEQ */
    s = run_with(EDGE - 4, PSR_AIF | SVC | PSR_T | PSR_Z, 0);
    check_fetch("in an IT block", &s, EDGE, EDGE, PSR_AIF | SVC | PSR_T | PSR_Z | 2u << 10);
    check("MOVEQ", s.r[0], 1);
    s = run_with(EDGE - 4, PSR_AIF | SVC | PSR_T, 0);
    check_fetch("in an IT block, skipped", &s, EDGE, EDGE, PSR_AIF | SVC | PSR_T | 2u << 10);
    check("no MOVEQ", s.r[0], 0x1000);
    WRITE(0xffc, 0xbf04, 0xf04f); /* ITT EQ; the first half of MOVEQ.W */
    s = run_with(EDGE - 4, PSR_AIF | SVC | PSR_T | PSR_Z, 0);
    check_fetch("T32 in an IT block over the edge", &s, EDGE - 2, EDGE, PSR_AIF | SVC | PSR_T | PSR_Z | 1u << 10);
    s = run_with(EDGE - 4, PSR_AIF | SVC | PSR_T, 0);
    check_fetch("T32 in an IT block over the edge, to be skipped", &s, EDGE - 2, EDGE, PSR_AIF | SVC | PSR_T | 1u << 10);
    WRITE(0xffc, 0xf000, 0xe320); /* A32 NOP */
    s = run_with(EDGE - 4, PSR_AIF | SVC, 0);
    check_fetch("A32 behind the edge", &s, EDGE, EDGE, PSR_AIF | SVC);
    /* BKPT is unconditional in an IT block (A8.8.24) */
    s = run_with(T32("itt eq\n .inst.n 0xbe12\n moveq r0, #1"), PSR_AIF | SVC | PSR_T, 0);
    check("BKPT in an IT block: taken", s.hsr, TAKEN(3));
    check("BKPT in an IT block: IFSR", CP15_GET(0, 5, 0, 1) & 0x40f, 2);
    check("BKPT in an IT block: SPSR_abt", GET(spsr_abt), PSR_AIF | SVC | PSR_T | 1u << 10);
    s = run_with(T32("it eq\n udfeq #1"), PSR_AIF | SVC | PSR_T, 0);
    check("UDF in an IT block is conditional", s.hsr, ENDED);
    s = run_with(T32("it eq\n svceq #1"), PSR_AIF | SVC | PSR_T, 0);
    check("SVC in an IT block is conditional", s.hsr, ENDED);
}

void guest_main(void);
void guest_main(void)
{
    sctlr_off = CP15_GET(0, 1, 0, 0) & ~(SCTLR_M | SCTLR_A);
    CP15_SET(0, 1, 0, 2, 0xf00000);
    __asm__ volatile(".fpu neon-vfpv4\n vmsr fpexc, %0\n isb" : : "r"(1 << 30));
    alignment();
    blocks();
    unprivileged();
    fetches();
    finish();
}
