/* AArch32's modes, banked registers, exception entry and return, seen from Hyp mode (DDI 0406 B1.3, B1.8, B1.9; DDI 0487 G1.9, G1.13). */
#include "hyp.h"

static struct state run_at(u32 pc, u32 psr)
{
    struct state s = { .pc = pc, .psr = psr };
    for (u32 i = 0; i < 13; i++)
        s.r[i] = 0x1000 + i;
    run(&s);
    return s;
}

/* ---- banked registers ---- */

#define BANKED(X)                                                                                                                                    \
    X(sp_usr) X(sp_svc) X(lr_svc) X(spsr_svc) X(sp_abt) X(lr_abt) X(spsr_abt) X(sp_und) X(lr_und) X(spsr_und) X(sp_irq) X(lr_irq) X(spsr_irq)         \
    X(r8_fiq) X(r9_fiq) X(r10_fiq) X(r11_fiq) X(r12_fiq) X(sp_fiq) X(lr_fiq) X(spsr_fiq)

static void fill_banks(void)
{
    u32 n = 0xa0000010;
#define X(name) SET(name, n); n += 0x01000000;
    BANKED(X)
#undef X
}

static void check_banks(void)
{
    u32 n = 0xa0000010;
#define X(name) check("bank " #name, GET(name), n); n += 0x01000000;
    BANKED(X)
#undef X
}

/* What a mode sees as SP, LR, R8, R12 and SPSR. */
static void sees(u8 mode, u32 sp, u32 lr, u32 spsr, bool t32)
{
    u32 at = t32 ? T32("mov r0, sp\n mov r1, lr\n mrs r2, spsr\n mrs r3, cpsr") : A32("mov r0, sp\n mov r1, lr\n mrs r2, spsr\n mrs r3, cpsr");
    struct state s = run_at(at, PSR_AIF | mode | (t32 ? PSR_T : 0));
    check("ended", s.hsr, ENDED);
    check("SP", s.r[0], sp);
    check("LR", s.r[1], lr);
    check("SPSR", s.r[2], spsr);
    check("CPSR's execution state reads as zero", s.r[3] & 0x0600fe3f, mode);
}

static void banks(void)
{
    fill_banks();
    check_banks();
    for (u32 t32 = 0; t32 < 2; t32++) {
        sees(SVC, 0xa1000010, 0xa2000010, 0xa3000010, t32);
        sees(ABT, 0xa4000010, 0xa5000010, 0xa6000010, t32);
        sees(UND, 0xa7000010, 0xa8000010, 0xa9000010, t32);
        sees(IRQ, 0xaa000010, 0xab000010, 0xac000010, t32);
        sees(FIQ, 0xb2000010, 0xb3000010, 0xb4000010, t32);
    }
    check_banks();
    struct state s = run_at(A32("mov r0, r8\n mov r1, r12\n mov r8, #8\n mov r12, #12\n cps #31\n mov r2, r8\n mov r3, sp\n mov lr, #14"), PSR_AIF | FIQ);
    check("R8_fiq", s.r[0], 0xad000010);
    check("R12_fiq", s.r[1], 0xb1000010);
    check("R8_usr", s.r[2], 0x1008);
    check("SP in System mode", s.r[3], 0xa0000010);
    check("LR_usr is Hyp's", s.r[14], 14);
    check("R8_fiq written", GET(r8_fiq), 8);
    check("R12_fiq written", GET(r12_fiq), 12);
    s = run_at(A32("mrs r0, sp_usr\n mrs r1, lr_abt\n msr spsr_und, r5\n msr r9_fiq, r6"), PSR_AIF | SVC);
    check("MRS SP_usr in SVC mode", s.r[0], 0xa0000010);
    check("MRS LR_abt in SVC mode", s.r[1], 0xa5000010);
    check("MSR SPSR_und in SVC mode", GET(spsr_und), 0x1005);
    check("MSR R9_fiq in SVC mode", GET(r9_fiq), 0x1006);
}

static void user_registers(void)
{
    u32 at = A32("movw r0, #:lower16:user_words\n movt r0, #:upper16:user_words\n ldm r0, {r8-r12, sp, lr}^\n add r1, r0, #32\n stm r1, {r8-r12, sp, lr}^");
    static u8 modes[] = { SVC, FIQ, IRQ, UND };
    extern u32 user_words[16];
    for (u32 i = 0; i < 4; i++) {
        fill_banks();
        for (u32 k = 0; k < 16; k++)
            user_words[k] = 0x700 + k + i * 16;
        struct state s = run_at(at, PSR_AIF | modes[i]);
        check("LDM ^ ended", s.hsr, ENDED);
        check("LDM ^: SP_usr", GET(sp_usr), 0x705 + i * 16);
        check("LDM ^: LR_usr", s.r[14], 0x706 + i * 16);
        check("LDM ^: R8_usr", s.r[8], 0x700 + i * 16);
        for (u32 k = 0; k < 7; k++)
            check("STM ^", user_words[8 + k], 0x700 + k + i * 16);
        SET(sp_usr, 0xa0000010);
        check_banks();
    }
}
__asm__(".pushsection .bss\n.balign 8\nuser_words: .skip 64\n.popsection");

/* ---- CPSR ---- */

static void cpsr_writes(void)
{
    struct state s = run_at(A32("cpsie aif"), PSR_AIF | SVC);
    check("CPSIE", s.psr, SVC);
    s = run_at(A32("cpsid if, #0x17"), SVC);
    check("CPSID with a mode", s.psr, PSR_I | PSR_F | ABT);
    s = run_at(T32("cpsid a\n cps #0x1f"), PSR_T | SVC);
    check("T32's CPS", s.psr, PSR_A | PSR_T | SYS);
    s = run_at(A32("cpsid aif, #0x13"), USR);
    check("CPS in User mode is UNDEFINED's vector: HVC is", s.hsr, TAKEN(1));
    check("and does nothing", GET(spsr_und), USR);
    s = run_at(A32("mvn r0, #0\n msr cpsr_f, r0"), SVC);
    check("MSR CPSR_f", s.psr, 0xf8000000 | SVC);
    s = run_at(A32("mvn r0, #0\n msr cpsr_s, r0"), SVC);
    check("MSR CPSR_s", s.psr, 0x000f0000 | SVC);
    s = run_at(A32("mvn r0, #0\n msr cpsr_x, r0\n setend le"), SVC);
    check("MSR CPSR_x", s.psr, PSR_A | SVC);
    s = run_at(A32("mov r0, #0xd2\n msr cpsr_c, r0"), SVC);
    check("MSR CPSR_c", s.psr, PSR_I | PSR_F | IRQ);
    run_at(A32("mvn r0, #0\n bic r0, r0, #0x2e0\n msr cpsr_fsxc, r0\n svc #1"), USR);
    check("MSR CPSR in User mode", GET(spsr_svc), 0xf80f0000 | USR);
    s = run_at(A32("setend be"), SVC);
    check("SETEND", s.psr, PSR_E | SVC);
}

/* ---- entry ---- */

struct entry {
    const char *name;
    u32 at, t32, vector, mode, lr, masks;
};

static void enters(const struct entry *e, u8 from, u32 more)
{
    u32 psr = from | more | (e->t32 ? PSR_T : 0), sctlr = CP15_GET(0, 1, 0, 0);
    struct state s = run_at(e->at, psr);
    u32 lr = e->mode == SVC ? GET(lr_svc) : e->mode == UND ? GET(lr_und) : GET(lr_abt);
    u32 spsr = e->mode == SVC ? GET(spsr_svc) : e->mode == UND ? GET(spsr_und) : GET(spsr_abt);
    u32 te = sctlr & 1u << 30 ? PSR_T : 0, ee = sctlr & 1u << 25 ? PSR_E : 0, base = sctlr & 1u << 13 ? 0xffff0000 : CP15_GET(0, 12, 0, 0);
    check2(e->name, "vector", s.hsr, TAKEN(e->vector));
    check2(e->name, "LR", lr - e->at, e->lr);
    check2(e->name, "SPSR", spsr, psr);
    check2(e->name, "CPSR", s.psr, e->mode | (more & (PSR_AIF | 0xf80f0000)) | e->masks | te | ee);
    check2(e->name, "PC", s.pc, base + e->vector * 4 + 4);
}

static void entries(void)
{
    const struct entry table[] = {
        { "A32 SVC", A32("svc #1"), 0, 2, SVC, 4, PSR_I },
        { "T32 SVC", T32("svc #1"), 1, 2, SVC, 2, PSR_I },
        { "A32 UDF", A32("udf #1"), 0, 1, UND, 4, PSR_I },
        { "T16 UDF", T32("udf.n #1"), 1, 1, UND, 2, PSR_I },
        { "T32 UDF", T32("udf.w #1"), 1, 1, UND, 2, PSR_I },
        { "A32 BKPT", A32("bkpt #1"), 0, 3, ABT, 4, PSR_A | PSR_I },
        { "T32 BKPT", T32("bkpt #1"), 1, 3, ABT, 4, PSR_A | PSR_I },
        { "A32 Alignment fault", A32("movw r1, #1\n movt r1, #0x4000\n ldrd r2, r3, [r1]"), 0, 4, ABT, 16, PSR_A | PSR_I },
        { "T32 Alignment fault", T32("movw r1, #1\n movt r1, #0x4000\n ldrd r2, r3, [r1]"), 1, 4, ABT, 16, PSR_A | PSR_I },
    };
    static const u8 from[] = { USR, FIQ, IRQ, SVC, ABT, UND, SYS };
    static const u32 more[] = { 0, PSR_F, PSR_AIF, PSR_E, 0xf80f0000 };
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)
        for (u32 m = 0; m < sizeof from; m++)
            for (u32 k = 0; k < 5; k++)
                enters(&table[i], from[m], more[k]);
}

static void fault_registers(void)
{
    CP15_SET(0, 5, 0, 0, 0);
    CP15_SET(0, 5, 0, 1, 0);
    run_at(A32("movw r1, #1\n movt r1, #0x4000\n ldrd r2, r3, [r1]"), SVC);
    check("DFSR of an Alignment fault", CP15_GET(0, 5, 0, 0) & 0xfff, 1);
    check("DFAR", CP15_GET(0, 6, 0, 0), 0x40000001);
    run_at(A32("movw r1, #1\n movt r1, #0x4000\n strd r2, r3, [r1]"), SVC);
    check("DFSR of a write", CP15_GET(0, 5, 0, 0) & 0xfff, 0x801);
    run_at(A32("bkpt #1"), SVC);
    check("IFSR of BKPT", CP15_GET(0, 5, 0, 1), 2);
}

/* The same with TE, EE and V set. */
static void entries_by_sctlr(void)
{
    u32 sctlr = CP15_GET(0, 1, 0, 0), page = 0x421f0000;
    CP15_SET(0, 12, 0, 0, thumb_vectors);
    CP15_SET(0, 1, 0, 0, sctlr | 1u << 30);
    entries();
    CP15_SET(0, 12, 0, 0, low_vectors);
    CP15_SET(0, 1, 0, 0, sctlr | 1u << 25);
    entries();
    for (u32 i = 0; i < 8; i++)
        ((volatile u32 *)page)[i] = ((u32 *)low_vectors)[i];
    stage2_on(0x42000000);
    CP15_SET(0, 1, 0, 0, sctlr | 1u << 13);
    entries();
    CP15_SET(0, 1, 0, 0, sctlr);
    CP15_SET(4, 1, 1, 0, 0);
}

/* ---- entry in IT blocks ---- */

/* SPSR.IT of the faulting instruction; SVC's is that of the next one. */
static void it_blocks(void)
{
    struct state s = run_at(T32("itt eq\n svceq #1\n moveq r0, #1"), PSR_T | PSR_Z | USR);
    check("SVC in an IT block", s.hsr, TAKEN(2));
    check("SPSR: the next instruction's IT", GET(spsr_svc), PSR_T | PSR_Z | USR | 2u << 10); /* ITSTATE 0x08 */
    s = run_at(T32("itt eq\n udfeq #1\n moveq r0, #1"), PSR_T | PSR_Z | USR);
    check("UDF in an IT block", s.hsr, TAKEN(1));
    check("SPSR: its own IT", GET(spsr_und), PSR_T | PSR_Z | USR | 1u << 10); /* ITSTATE 0x04 */
    s = run_at(T32("itte ne\n movne r0, #1\n movne r0, #2\n udfeq #1"), PSR_T | PSR_Z | USR);
    check("the third of an IT block", s.hsr, TAKEN(1));
    check("SPSR.IT", GET(spsr_und), PSR_T | PSR_Z | USR | 2u << 10); /* EQ, 0x08 */
}

/* ---- virtual interrupts and aborts: HCR.VI, VF, VA ---- */

struct interrupt {
    const char *name;
    u32 hcr, vector, mode, lr, masks, masked_by;
};

static void interrupted(const struct interrupt *v, u8 from, u32 more)
{
    u32 t32 = more & PSR_T, at = t32 ? T32("nop.n\n nop.n\n nop.n\n nop.n") : A32("nop"), psr = from | more;
    bool masked = psr & v->masked_by;
    CP15_SET(0, 5, 0, 0, 0);
    CP15_SET(4, 1, 1, 0, v->hcr);
    struct state s = run_at(at, psr);
    u32 after = CP15_GET(4, 1, 1, 0);
    CP15_SET(4, 1, 1, 0, 0);
    check2(v->name, "taken", s.hsr, !masked ? TAKEN(v->vector) : from == USR ? TAKEN(1) : ENDED); /* User mode's HVC is UNDEFINED */
    if (masked)
        return;
    check2(v->name, "LR", (v->mode == IRQ ? GET(lr_irq) : v->mode == FIQ ? GET(lr_fiq) : GET(lr_abt)) - at, v->lr);
    check2(v->name, "SPSR", v->mode == IRQ ? GET(spsr_irq) : v->mode == FIQ ? GET(spsr_fiq) : GET(spsr_abt), psr);
    check2(v->name, "CPSR", s.psr, v->mode | (more & (PSR_AIF | PSR_Z)) | v->masks);
    check2(v->name, "HCR", after, v->mode == ABT ? v->hcr & ~(1u << 8) : v->hcr);
    if (v->mode == ABT)
        check2(v->name, "DFSR", CP15_GET(0, 5, 0, 0) & 0xfff & ~(1u << 11), 0x406);
}

static void interrupts(void)
{
    static const struct interrupt table[] = {
        { "virtual IRQ", 1 << 4 | 1 << 7, 6, IRQ, 4, PSR_A | PSR_I, PSR_I },
        { "virtual FIQ", 1 << 3 | 1 << 6, 7, FIQ, 4, PSR_A | PSR_I | PSR_F, PSR_F },
        { "virtual asynchronous abort", 1 << 5 | 1 << 8, 4, ABT, 8, PSR_A | PSR_I, PSR_A },
    };
    static const u8 from[] = { USR, FIQ, IRQ, SVC, ABT, UND, SYS };
    static const u32 more[] = { 0, PSR_T, PSR_T | PSR_Z | 2u << 10, PSR_A, PSR_I, PSR_F, PSR_AIF }; /* the third: in an IT block */
    for (u32 i = 0; i < 3; i++)
        for (u32 m = 0; m < sizeof from; m++)
            for (u32 k = 0; k < 7; k++)
                interrupted(&table[i], from[m], more[k]);
    const u32 all = 7 << 3 | 7 << 6;
    CP15_SET(4, 1, 1, 0, all);
    check("none in Hyp mode", run_at(A32("nop"), HYP).hsr, ENDED);
    CP15_SET(4, 1, 1, 0, 7 << 6);
    check("none without IMO, FMO, AMO", run_at(A32("nop"), SVC).hsr, ENDED);
    CP15_SET(4, 1, 1, 0, 0);
}

/* ---- physical interrupts in Hyp mode, which takes them whatever HCR.IMO and FMO say (DDI 0406 B1.9.11) ---- */

#define GICD(offset) (*(volatile u32 *)(0x08000000u + (offset)))
#define GICC(offset) (*(volatile u32 *)(0x08010000u + (offset)))

static void interrupts_of_hyp(void)
{
    GICD(0) = 1;
    GICC(0) = 1;
    GICC(4) = 0xff;
    for (u32 imo = 0; imo < 2; imo++) {
        CP15_SET(4, 1, 1, 0, imo << 4);
        GICD(0xf00) = 2u << 24; /* SGI 0 to this PE */
        u32 at = A32("nop");
        struct state s = run_at(at, PSR_AIF | HYP);
        check("masked in Hyp mode", s.hsr, ENDED);
        s = run_at(at, HYP | PSR_A | PSR_F);
        check("an IRQ in Hyp mode: its vector", s.vector, 6);
        check("an IRQ in Hyp mode: SPSR_hyp", s.psr, HYP | PSR_A | PSR_F);
        check("an IRQ in Hyp mode: ELR_hyp", s.pc, at);
        check("an IRQ in Hyp mode: CPSR", s.handler_cpsr & 0x3ff, PSR_AIF | HYP);
        s = run_at(at, SVC | PSR_A | PSR_F);
        check("an IRQ in SVC mode: by IMO", s.vector, imo ? 6 : 5);
        check("an IRQ in SVC mode: whose", imo ? s.psr : s.hsr, imo ? SVC | PSR_A | PSR_F : TAKEN(6));
        u32 id = GICC(0xc);
        check("the SGI", id, 0);
        GICC(0x10) = id;
    }
    CP15_SET(4, 1, 1, 0, 0);
}

/* ---- returns ---- */

struct back {
    const char *name;
    u32 at, t32, offset;
};

/* To 8 bytes before or behind: the code that ends, in both states, from each mode that has an SPSR. */
static void returns(void)
{
    const struct back table[] = {
        { "MOVS PC, LR", A32("movs pc, lr"), 0, 0 },
        { "SUBS PC, LR, #4", A32("subs pc, lr, #4"), 0, 4 },
        { "A32 ERET", A32("eret"), 0, 0 },
        { "LDM ^ with PC", A32("push {lr}\n ldm sp!, {pc}^"), 0, 0 },
        { "RFE", A32("mrs r0, spsr\n push {r0}\n push {lr}\n rfeia sp!"), 0, 0 },
        { "SRS and RFE", A32("srsdb sp!, #0x13\n mov r1, sp\n cps #0x13\n rfeia sp!"), 0, 0 },
        { "T32 SUBS PC, LR, #8", T32("subs pc, lr, #8"), 1, 8 },
        { "T32 ERET", T32("eret"), 1, 0 },
        { "T32 RFE", T32("mrs r0, spsr\n push {r0}\n push {lr}\n rfeia sp!"), 1, 0 },
        { "T32 SUBS PC in an IT block", T32("cmp r0, r0\n it eq\n subseq pc, lr, #0"), 1, 0 },
    };
    u32 to_a32 = A32("mrs r7, cpsr"), to_t32 = T32("mrs r7, cpsr");
    u32 stack = 0x42300000;
    SET(sp_svc, stack);
    SET(sp_irq, stack + 0x100);
    for (u32 i = 0; i < sizeof table / sizeof table[0]; i++)
        for (u32 to_thumb = 0; to_thumb < 2; to_thumb++)
            for (u32 irq = 0; irq < 2; irq++) {
                u32 spsr = 0xa80a0000 | PSR_A | PSR_F | UND | (to_thumb ? PSR_T : 0), to = to_thumb ? to_t32 : to_a32;
                if (irq && i == 5)
                    continue;
                SET(sp_svc, stack);
                SET(lr_svc, to + table[i].offset);
                SET(lr_irq, to + table[i].offset);
                SET(spsr_svc, spsr);
                SET(spsr_irq, spsr);
                struct state s = run_at(table[i].at, PSR_AIF | (irq ? IRQ : SVC) | (table[i].t32 ? PSR_T : 0));
                check2(table[i].name, "ended", s.hsr, ENDED);
                check2(table[i].name, "PC", s.pc, to + 8);
                check2(table[i].name, "CPSR", s.psr, spsr);
            }
    check("SRS: the stack", GET(sp_svc), stack);
}

/* SRS and RFE in their four directions: on which words, and what becomes of the stack pointer. */
static void stacks(void)
{
    static volatile u32 words[16] __attribute__((aligned(8)));
    const struct {
        const char *name;
        u32 at, t32, offset, wback;
    } saves[] = {
        { "SRSDA", A32("srsda sp!, #0x12"), 0, -4u, -8u }, { "SRSIA", A32("srsia sp!, #0x12"), 0, 0, 8 },
        { "SRSDB", A32("srsdb sp, #0x12"), 0, -8u, 0 },    { "SRSIB", A32("srsib sp, #0x12"), 0, 4, 0 },
        { "T32 SRSDB", T32("srsdb sp!, #0x12"), 1, -8u, -8u }, { "T32 SRSIA", T32("srsia sp, #0x12"), 1, 0, 0 },
    }, loads[] = {
        { "RFEDA", A32("rfeda r0!"), 0, -4u, -8u }, { "RFEIA", A32("rfeia r0!"), 0, 0, 8 },
        { "RFEDB", A32("rfedb r0"), 0, -8u, 0 },    { "RFEIB", A32("rfeib r0"), 0, 4, 0 },
        { "T32 RFEDB", T32("rfedb r0!"), 1, -8u, -8u }, { "T32 RFEIA", T32("rfeia r0"), 1, 0, 0 },
    };
    u32 middle = (u32)&words[8], to = T32("mrs r7, cpsr");
    for (u32 i = 0; i < 6; i++) {
        for (u32 k = 0; k < 16; k++)
            words[k] = 0;
        SET(sp_irq, middle);
        SET(lr_svc, 0x1234 + i);
        SET(spsr_svc, 0xf00001d3 + i);
        run_at(saves[i].at, PSR_AIF | SVC | (saves[i].t32 ? PSR_T : 0));
        u32 first = 8 + (s32)saves[i].offset / 4;
        check2(saves[i].name, "LR", words[first], 0x1234 + i);
        check2(saves[i].name, "SPSR", words[first + 1], 0xf00001d3 + i);
        check2(saves[i].name, "SP", GET(sp_irq), middle + saves[i].wback);
        struct state s = { .pc = loads[i].at, .psr = PSR_AIF | IRQ | (loads[i].t32 ? PSR_T : 0), .r = { middle } };
        first = 8 + (s32)loads[i].offset / 4;
        words[first] = to;
        words[first + 1] = 0x50000000 | PSR_I | PSR_T | ABT;
        run(&s);
        check2(loads[i].name, "ended", s.hsr, ENDED);
        check2(loads[i].name, "PC", s.pc, to + 8);
        check2(loads[i].name, "CPSR", s.psr, 0x50000000 | PSR_I | PSR_T | ABT);
        check2(loads[i].name, "base", s.r[0], middle + loads[i].wback);
    }
}

/* SRS to a stack that is not PL1's to touch, UNPREDICTABLE: UNDEFINED, and nothing is stored. */
static void stacks_of_others(void)
{
    SET(lr_svc, 0x1234);
    struct state s = run_at(A32(".inst 0xf96d051a"), PSR_AIF | SVC); /* SRSDB sp!, #0x1a */
    check("SRS to Hyp's stack", s.hsr, TAKEN(1));
    s = run_at(A32(".inst 0xf96d0516"), PSR_AIF | SVC);
    check("SRS to Monitor's stack", s.hsr, TAKEN(1));
    s = run_at(A32(".inst 0xf96d0514"), PSR_AIF | SVC);
    check("SRS to no mode's stack", s.hsr, TAKEN(1));
}

/* A return into the middle of an IT block: what is left of it is skipped. */
static void return_into_it(void)
{
    SET(lr_svc, T32("movs r4, #1\n movs r5, #2\n nop"));
    SET(spsr_svc, PSR_T | PSR_AIF | SYS | 1u << 10); /* EQ, two instructions left, Z = 0 */
    struct state s = run_at(A32("movs pc, lr"), PSR_AIF | SVC);
    check("in an IT block", s.hsr, ENDED);
    check("skipped", s.r[4], 0x1004);
    check("skipped, too", s.r[5], 0x1005);
    check("the block is over", s.psr, PSR_T | PSR_AIF | SYS);
}

/* ---- Hyp mode ---- */

static void hyp_entries(void)
{
    struct state s = run_at(A32("hvc #0x1234"), PSR_AIF | HYP);
    check("HVC in Hyp mode: vector", s.vector, 2);
    check("its HSR", s.hsr, HSR(EC_HVC, 0x1234));
    check("its CPSR", s.handler_cpsr & 0x3df, PSR_AIF | HYP);
    s = run_at(A32("udf #1"), PSR_AIF | HYP);
    check("UDF in Hyp mode: vector", s.vector, 1);
    check("its HSR", s.hsr & 0xfc000000, 0);
    s = run_at(T32("svc #0x42"), PSR_AIF | HYP | PSR_T);
    check("SVC in Hyp mode: vector", s.vector, 2);
    check("its HSR: a 16-bit instruction", s.hsr, (u32)EC_SVC << 26 | 0x42);
    s = run_at(A32("movw r1, #1\n movt r1, #0x4000\n ldrd r2, r3, [r1]"), PSR_AIF | HYP);
    check("an Alignment fault in Hyp mode: vector", s.vector, 4);
    check("its HSR", s.hsr & ~(1u << 25), (u32)EC_DABT_HYP << 26 | 0x21);
    check("its HDFAR", s.hdfar, 0x40000001);
    s = run_at(A32("bkpt #3"), PSR_AIF | HYP);
    check("BKPT in Hyp mode: vector", s.vector, 3);
    check("its HSR", s.hsr & ~(1u << 25), 0x21u << 26 | 0x22);
    CP15_SET(4, 1, 1, 1, 1 << 8 | CP15_GET(4, 1, 1, 1)); /* HDCR.TDE, which wants TDRA, TDOSA and TDA */
    CP15_SET(4, 1, 1, 1, 0xf00 | CP15_GET(4, 1, 1, 1));
    s = run_at(A32("bkpt #3"), PSR_AIF | SVC);
    check("BKPT with HDCR.TDE: vector", s.vector, 5);
    check("its HSR", s.hsr & ~(1u << 25), (u32)EC_PABT << 26 | 0x22);
    CP15_SET(4, 1, 1, 1, ~0xf00u & CP15_GET(4, 1, 1, 1));
    s = run_at(A32("mrs r0, elr_hyp\n mov r1, lr\n mrs r2, spsr"), PSR_AIF | HYP);
    check("Hyp mode's SPSR", s.r[2], PSR_AIF | HYP);
}

void guest_main(void);
void guest_main(void)
{
    banks();
    user_registers();
    cpsr_writes();
    entries();
    fault_registers();
    entries_by_sctlr();
    it_blocks();
    interrupts();
    interrupts_of_hyp();
    returns();
    stacks();
    stacks_of_others();
    return_into_it();
    hyp_entries();
    finish();
}
