/* One PE: its state, and what the rest of the program may ask of it. */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include "emu/platform/bus.h"
#include "emu/platform/clock.h"
#include "emu/platform/irq.h"
#include "emu/platform/state.h"
#include "mmu/mmu.h"

struct cpu;
struct cpu_model;
struct exception;
struct code_cache;

/* ---- registers ---- */

/* Slots of cpu->x beyond X0..X30. A decoded op names slots, so no handler tests for register number 31. In AArch32 state R0 to R14 of the
 * current mode are x[0] to x[14], upper halves 0, and the slot that is A64's SP holds R15 as the instruction reads it (cpu/aarch32.h). */
enum { SLOT_SP = 31, SLOT_PC = 31, SLOT_ZERO = 32, SLOT_SINK = 33, X_SLOTS = 34 };

union vreg {
    u8 b[16];
    u16 h[8];
    u32 s[4];
    u64 d[2];
    u128 q;
};

/* PSTATE without NZCV (struct cpu keeps those as nf, zf, cf, vf). What a model lacks stays 0. */
struct pstate {
    u8 el;     /* 0..3 */
    u8 sp_sel; /* PSTATE.SP: 0: SP_EL0, 1: SP_ELx */
    u8 daif;   /* D 8, A 4, I 2, F 1 */
    bool ss, il;
    bool pan, uao, ssbs;
    u8 btype; /* 0..3; non-zero only while a branch target is entered */
    bool aarch32; /* PSTATE.nRW */
    /* AArch32 only */
    u8 mode; /* M[4:0], enum aarch32_mode */
    bool t, e, q;
    u8 ge; /* 4 bits */
    u8 it; /* ITSTATE of the next instruction (see it_now) */
};

enum { DAIF_F = 1, DAIF_I = 2, DAIF_A = 4, DAIF_D = 8 };

struct sysregs {
#define REG(name) u64 name;
#define REGS(name, n) u64 name[n];
#include "cpu/sysreg_state.def"
#undef REG
#undef REGS
};

/* ---- what the machine gives a PE ---- */

enum cpu_timer { CPU_TIMER_PHYS, CPU_TIMER_VIRT, CPU_TIMER_HYP, CPU_TIMER_SEC, CPU_TIMER_HYPVIRT };
enum cpu_timer_reg { CPU_TIMER_CVAL, CPU_TIMER_TVAL, CPU_TIMER_CTL };

/* The numbers equal timer/timer.h's; cpu/ may not include it. */
struct cpu_timer_port {
    u64 (*frequency)(void *timer);
    u64 (*cntpct)(void *timer, unsigned cpu);
    u64 (*cntvct)(void *timer, unsigned cpu);
    u64 (*cntvoff)(void *timer, unsigned cpu);
    void (*set_cntvoff)(void *timer, unsigned cpu, u64 offset);
    u64 (*read)(void *timer, unsigned cpu, unsigned id, unsigned reg);
    void (*write)(void *timer, unsigned cpu, unsigned id, unsigned reg, u64 value);
    void (*event_stream)(void *timer, unsigned cpu, bool virtual_count, bool enable, bool falling, unsigned bit);
    void *timer;
    /* The PE is about to wait for an event: true where its event streams have made one since they were asked last; else they wake it
     * at the next edge. NULL: there are none. */
    bool (*stream_event)(void *timer, unsigned cpu);
};

enum conduit { CONDUIT_HVC, CONDUIT_SMC };

struct cpu_host {
    void *machine;
    /* SMC (no EL3) or HVC as PSCI conduit, arguments in x0..x3. True: handled here, X0 holds the result. May stop the machine. */
    bool (*firmware_call)(void *machine, struct cpu *cpu, enum conduit conduit);
    bool (*semihosting)(void *machine, struct cpu *cpu); /* HLT #0xF000; true: handled */
    /* Calls fn on every PE in this PE's Inner Shareable domain, itself included (broadcast TLBI, IC, SEV). */
    void (*for_each_cpu)(void *machine, void (*fn)(struct cpu *cpu, void *arg), void *arg);
    /* Told of each exception taken and returned from, for -d int, --stats, and later traces. May be NULL. */
    void (*exception_taken)(void *machine, struct cpu *cpu, const struct exception *e);
    void (*exception_returned)(void *machine, struct cpu *cpu, u8 from_el);
    /* Told when a PE that waited or was off goes on. May be NULL. */
    void (*woken)(void *machine, struct cpu *cpu);
    /* Told of each instruction when it is decoded, for -d in_asm. May be NULL. */
    void (*decoded)(void *machine, struct cpu *cpu, u64 pc, u32 word);
};

/* Interrupt inputs, as bits of cpu->lines. */
enum cpu_line { LINE_IRQ, LINE_FIQ, LINE_VIRQ, LINE_VFIQ, LINE_SERROR, CPU_LINES };

enum cpu_run_state { CPU_RUNNING, CPU_WFI, CPU_WFE, CPU_OFF, CPU_LOCKED_UP };

enum cpu_engine { ENGINE_FAST, ENGINE_WATCHED, ENGINES };

struct op;

struct cpu_stats {
    u64 exceptions[4][4];  /* [from EL][to EL] */
    u64 by_class[64];      /* synchronous, by ESR EC */
    u64 irqs, fiqs, serrors, virqs, vfiqs;
    u64 erets, wfis, mmio_reads, mmio_writes, undefined;
};

/* Somebody who watches a PE instruction by instruction (trace, debugger). Any hook may be NULL. */
struct cpu_watcher {
    /* Before the instruction at cpu->pc; false: leave the engine, not executing it (with cpu_request_yield, or it is asked again). */
    bool (*before)(void *owner, struct cpu *cpu, u32 word);
    /* After it retired or took an exception; cpu->pc is still its own, or the vector. */
    void (*after)(void *owner, struct cpu *cpu);
    /* Before each data access; false: the instruction is given up as if it had not begun, and the engine left (the watcher asks for
     * a yield, as `before` does). */
    bool (*may_access)(void *owner, struct cpu *cpu, u64 addr, unsigned size, bool write);
    /* Each data access that was made, before `after`. */
    void (*data)(void *owner, struct cpu *cpu, u64 addr, unsigned size, bool write, u64 low, u64 high);
    void *owner;
    struct cpu_watcher *next; /* the PE's */
};

/* Why the watched engine runs, besides self-hosted debug. */
struct cpu_watch {
    struct cpu_watcher *first;
    bool bounded;   /* insn_limit is near: stop exactly there */
    u64 insn_limit; /* leave before cpu->insns would exceed it */
};

/* The exclusive monitor of this PE, local and global in one place (DDI 0487 B2.12; cpu/exclusive.h for what other PEs do to it). */
struct exclusive {
    bool armed;
    u8 size;      /* bytes, 1..16 */
    pa addr;      /* start of the marked reservation granule access */
    u64 value[2]; /* what was loaded */
};

/* Codes computed before: a pure function's results, so that nothing ever makes them wrong (cpu/pauth.c). */
struct pauth_memo {
    u64 data, modifier, key_low, key_high, pac;
    bool valid;
};
enum { PAUTH_MEMOS = 256 };
/* Where codes lie, as TCR_ELx says: by kind of pointer (instruction, data) and bit 55 the bits that extend an address. */
struct pauth_layout {
    u64 tcr, extension[2][2];
    u8 regime;
    bool valid;
};

struct cpu {
    /* What handlers touch on every instruction comes first. */
    u64 x[X_SLOTS];  /* x[SLOT_SP] is the current SP; x[SLOT_ZERO] stays 0 */
    u64 nf, zf;      /* N is bit 63 of nf; Z is set when zf == 0 */
    u64 cf, vf;      /* C is 0 or 1; V is bit 63 of vf */
    struct mmu_context *ctx; /* of the current EL */
    u64 page_va;     /* of the code page being executed */
    u64 insn_bias;   /* instructions retired before slot i of the page = insn_bias + i */
    u64 landing, landing_from; /* the last BR or BLR that nobody checked: instructions retired << 2 | enum landing; its page (cpu/bti.h) */
    const struct op *next_op; /* engines that loop: where to go on; NULL: left */
    s64 loop_budget;          /* biased, with next_op */
    s64 budget;      /* ticks left in this slice (unbiased) while outside the engine */
    bool fp_enabled; /* CPACR_EL1, CPTR_EL2, CPTR_EL3 let FP and SIMD through at this EL (derived) */
    bool simd_enabled; /* AArch32: and Advanced SIMD too (derived) */
    bool attention;  /* leave the engine at the next chance: an interrupt may be deliverable, or a request came */
    bool kicked;     /* budget was pushed below 0 by ENGINE_KICK */
    bool yield_requested; /* the machine wants cpu_run to return soon; part of `attention` */

    _Alignas(16) union vreg v[32];
    u32 fpcr, fpsr;

    u64 pc;          /* current instruction; valid outside the engine and after cpu_sync */
    struct pstate pstate;
    u64 usr_bank[7], mon_bank[2]; /* AArch32: cpu/aarch32.h */
    u64 sp_el[4];    /* the banked SPs; the one in use lives in x[SLOT_SP] */
    struct sysregs sys;
    struct exclusive exclusive;
    bool event_register; /* WFE/SEV */
    u8 it_now;           /* ITSTATE of the current instruction: what an exception that it takes saves */
    bool gave_way;       /* YIELD: the rest of the turn is for other PEs */
    u32 lines;           /* 1 << enum cpu_line, levels */
    u8 run_state;        /* enum cpu_run_state */
    bool step_pending;   /* software step: an instruction was stepped since the last step exception */
    bool step_exclusive; /* and it was a load-exclusive */
    u64 pmu_cycles, pmu_insns; /* up to which the event counters are counted */

    /* Results of out-of-line accesses (cpu/access.h) */
    struct {
        u64 value[2];
        s64 budget;
    } slow;

    /* Derived state */
    struct mmu_context *el_ctx[4][2]; /* of each EL, with PSTATE.PAN 0 and 1, as far as known: cpu_set_el then only chooses */
    struct mmu_context *unprivileged_ctx; /* what LDTR and STTR use at this EL, or NULL: to be found out */
    u64 ctx_recycled;              /* mmu.recycled, at which all these are right */
    const struct op *cur_op;       /* set by cpu_sync */
    u64 slice_end;                 /* clock tick at which budget is 0 */
    u64 insns;                     /* retired, valid outside the engine */
    u8 engine;                     /* enum cpu_engine */

    /* Fixed for the life of the PE */
    unsigned index;
    unsigned cluster; /* PEs that share its L2 cache: 1 to 4 */
    u64 periphbase;   /* where the private peripherals are: CBAR */
    u64 mpidr;
    struct cpu_model *model; /* its own copy: cpu/model.h */
    u64 *writable;           /* by row of cpu/sysreg.def: bits that a write changes on this model */
    bool has_el2, has_el3;
    u64 rvbar; /* reset vector */
    struct mmu mmu;
    struct bus *bus;
    struct clock *clock;
    struct log *log;
    struct code_cache *code; /* shared by the PEs of a machine */
    struct crossing *crossing; /* in it (cpu/code_page.h) */
    struct cpu_timer_port timer;
    struct cpu_host host;
    struct irq_line pmu_irq; /* PPI 7 */
    struct cpu_stats stats;
    struct pauth_memo pauth_memo[PAUTH_MEMOS]; /* derived */
    struct pauth_layout pauth_layout;          /* derived */
    struct cpu_watch watch;
    bool no_code_pages;  /* every instruction is decoded afresh */
    bool timing_insn;
    u32 exception_ticks, mmio_ticks; /* costs beyond the instruction's own */
};

/* ---- life ---- */

struct cpu_config {
    const struct cpu_model *model;
    u64 features_off; /* 1 << enum cpu_feature: left out, or, of those that are off by default, there */
    unsigned index;
    bool has_el2, has_el3;
    u64 rvbar;
    unsigned cpus;  /* of the machine; 0 is 1 */
    u64 periphbase; /* of the private peripherals, where the GIC is */
    bool timing_insn; /* --timing=insn: one cycle an instruction, nothing else */
};

/* The model of that name, or NULL; and the names for messages ("cortex-a53, cortex-a57, cortex-a72"). */
const struct cpu_model *cpu_model_by_name(const char *name);
const char *cpu_model_names(void);
/* "MODEL[,FEATURE=on|off]…": the model, and *off as features_off above. False: *err. */
bool cpu_model_parse(const char *spec, const struct cpu_model **model, u64 *off, struct error *err);
u64 cpu_model_features(const struct cpu_model *model); /* all that it can have */
/* The option name of a feature (enum cpu_feature), NULL past the last one; those below it have the names "x=off" takes. */
const char *cpu_feature_name(unsigned feature);
const struct cpu_model *cpu_model_at(unsigned i); /* NULL past the last one */
const char *cpu_model_name(const struct cpu_model *model);
u64 cpu_model_hz(const struct cpu_model *model);
const char *cpu_model_compatible(const struct cpu_model *model); /* "arm,cortex-a57" */

struct cpu *cpu_new(const struct cpu_config *config, struct bus *bus, struct clock *clock, struct log *log,
                    struct code_cache *code, struct error *err);
void cpu_free(struct cpu *cpu);
/* Cold reset: registers as the model and the manual say, highest implemented EL, pc = rvbar. */
void cpu_reset(struct cpu *cpu);
/* After reset: as if higher ELs had entered `el` (2, 1) at `pc`, Non-secure where EL3 exists. Used by loaders and PSCI. */
void cpu_enter_at(struct cpu *cpu, u8 el, u64 pc, u64 x0);

/* The same in AArch32: `mode` is M[4:0] (Hyp 0x1a, Supervisor 0x13), pc's bit 0 chooses T32, r goes to R0 to R2; interrupts are masked.
 * In Hyp mode and below the PE is Non-secure; a PE that is AArch32 only and enters Supervisor mode from reset stays Secure. */
void cpu_enter_aarch32(struct cpu *cpu, u8 mode, u32 pc, const u32 r[3]);
bool cpu_is_aarch32_only(const struct cpu_model *model); /* ARMv7 */

/* ---- running ---- */

/* Runs until `ticks` are used up, or something needs the machine (attention, WFI, PSCI, stop). cpu->insns, pc, clock are current after it. */
void cpu_run(struct cpu *cpu, u64 ticks);

/* Connects a PE that cpu_new is about to return to the engine: instruction costs, features, code pages. (cpu/engine.c) */
void cpu_attach_engine(struct cpu *cpu, bool timing_insn);
/* The watcher, owned by the caller, is told of every instruction until it is removed. */
void cpu_watch_add(struct cpu *cpu, struct cpu_watcher *watcher);
void cpu_watch_remove(struct cpu *cpu, struct cpu_watcher *watcher);
/* Has cpu_run return at the next branch or system instruction. */
void cpu_request_yield(struct cpu *cpu);

/* Sink for interrupt lines: n is an enum cpu_line. */
void cpu_set_line(void *cpu, unsigned n, bool level);
/* Something that decides interrupts, contexts or traps changed (PSTATE.EL, DAIF, HCR, SCR, lines): recompute `attention`. */
void cpu_update_attention(struct cpu *cpu);
/* Something that the translation contexts depend on changed (SCTLR, TCR, TTBR, HCR, EL2/EL3 likewise). */
void cpu_regime_changed(struct cpu *cpu);
/* The same of what only EL1&0 depends on (SCTLR_EL1, TCR_EL1, TTBR0_EL1, TTBR1_EL1, MAIR_EL1, VTTBR_EL2, VTCR_EL2): EL2 may write it. */
void cpu_el10_changed(struct cpu *cpu);
/* PSTATE.EL or PSTATE.PAN changed: another context, often known. */
void cpu_choose_context(struct cpu *cpu);
/* FP/SIMD trap controls or EL changed: recompute fp_enabled. */
void cpu_update_fp_enabled(struct cpu *cpu);

/* Has this PE an interrupt that it would take now (masks, routing)? For the run loop. If so takes it and returns true. */
bool cpu_take_interrupt(struct cpu *cpu);
/* Would WFI wake up? (Any pending physical or enabled virtual interrupt, whatever PSTATE masks.) */
bool cpu_has_wakeup(const struct cpu *cpu);
/* Is there an interrupt that ends WFE? One that PSTATE masks does not (D1.6.1). */
bool cpu_has_unmasked(const struct cpu *cpu);
/* Is a physical SError pending that PSTATE.A holds back? It is what ESB defers. */
bool cpu_serror_is_masked(const struct cpu *cpu);
void cpu_send_event(struct cpu *cpu); /* sets the event register, wakes WFE */

/* ---- views ---- */

bool cpu_is_secure(const struct cpu *cpu);        /* IsSecure(): SCR_EL3.NS and EL3 */
bool cpu_el2_enabled(const struct cpu *cpu);      /* EL2Enabled() */
bool cpu_is_in_host(const struct cpu *cpu);       /* IsInHost(): EL2 with HCR_EL2.E2H, or EL0 under E2H and TGE */
bool cpu_el0_is_host(const struct cpu *cpu);      /* {E2H, TGE} = {1, 1} with EL2 enabled: EL0 is in EL2&0 */
u64 cpu_hcr(const struct cpu *cpu);               /* HCR_EL2 as it takes effect: 0 where EL2 is not enabled, and TGE's view of the rest */
u16 cpu_vmid(const struct cpu *cpu);               /* VTTBR_EL2.VMID, as wide as VTCR_EL2.VS says */
u64 cpu_el0_sctlr(const struct cpu *cpu);         /* the SCTLR that controls EL0 now: SCTLR_EL1, or SCTLR_EL2 in a host */
u32 cpu_nzcv(const struct cpu *cpu);              /* in bits 31:28 */
void cpu_set_nzcv(struct cpu *cpu, u32 nzcv);     /* from bits 31:28 */
u64 cpu_spsr_from_pstate(const struct cpu *cpu);  /* GetPSRFromPSTATE() */
/* The regime of an EL (EL0: EL1&0, or a host's EL2&0) with the registers as they are now. */
void cpu_regime(const struct cpu *cpu, u8 el, struct mmu_regime *rg);
/* The SP of an EL wherever it lives now; el 0 is SP_EL0. */
u64 cpu_get_sp(const struct cpu *cpu, u8 el);
void cpu_set_sp(struct cpu *cpu, u8 el, u64 value);
/* Changes EL and SPSel, moving the SP slot, to AArch64; updates ctx, fp_enabled, attention. */
void cpu_set_el(struct cpu *cpu, u8 el, u8 sp_sel);
/* The part of it that has nothing to do with SP: for changes within AArch32, and into it. */
void cpu_change_el(struct cpu *cpu, u8 el);

/* ---- exceptions (cpu/exception.c) ---- */

enum exception_kind { EXC_SYNC, EXC_IRQ, EXC_FIQ, EXC_SERROR };

struct exception {
    u8 kind;           /* enum exception_kind */
    u8 target_el;      /* 1..3 */
    bool to_monitor;   /* to EL3 in AArch32: to Monitor mode, not to another of the Secure PL1 modes */
    u8 from_el;        /* filled by cpu_take_exception */
    bool is_virtual;   /* vIRQ, vFIQ, vSError */
    u64 esr;           /* EC, IL, ISS; sync and SError */
    u64 return_pc;     /* preferred exception return address */
    bool far_valid;
    u64 far;
    bool hpfar_valid;
    u64 hpfar;         /* HPFAR_EL2's value */
    const struct fault *fault; /* for aborts; else NULL */
};

/* AArch64.TakeException(): saves state, sets PSTATE, pc = vector. */
void cpu_take_exception(struct cpu *cpu, struct exception *e);

/* All of these take an exception for the instruction at cpu->pc; call cpu_sync first, then EXCEPTION() in a handler. */
void cpu_undefined(struct cpu *cpu);                              /* EC 0x00, AArch64.Undefined */
/* What the ISS of a data abort needs to know of the instruction (ISV, SAS, SSE, SRT, SF, AR); isv false for the rest. */
struct abort_syndrome {
    bool isv;
    u8 sas;   /* log2 of the access size */
    bool sse; /* sign-extending load */
    u8 srt;   /* transfer register, 0..31 */
    bool sf;  /* 64-bit register */
    bool ar;  /* acquire or release */
    bool halfword; /* of a T16 instruction: ESR.IL 0 */
};
void cpu_data_abort(struct cpu *cpu, const struct fault *fault, const struct abort_syndrome *syn);
void cpu_instruction_abort(struct cpu *cpu, const struct fault *fault);
void cpu_pc_alignment_fault(struct cpu *cpu);
void cpu_sp_alignment_fault(struct cpu *cpu);
void cpu_fp_access_trap(struct cpu *cpu); /* EC 0x07, to the EL whose control says so */
void cpu_illegal_state(struct cpu *cpu);  /* EC 0x0E, PSTATE.IL was set */

/* ---- host-side access for debuggers and loaders: no side effects, no faults taken ---- */

/* Memory as the stopped EL sees it. False: not mapped. */
bool cpu_debug_read(struct cpu *cpu, u64 addr, void *to, u64 len);
bool cpu_debug_write(struct cpu *cpu, u64 addr, const void *from, u64 len);

#endif
