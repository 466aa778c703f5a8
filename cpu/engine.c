/* The engine's slow side: fetching code for a PC, entering and leaving, the watched loop, and the debugger's view of memory. */
#include "cpu/engine_run.h"

#include "cpu/bti.h"
#include "cpu/code_page.h"
#include "cpu/debug.h"
#include "cpu/engine.h"
#include "cpu/model.h"
#include "cpu/pmu.h"
#include "emu/platform/bits.h"

#include <string.h>

op_fn exec_watched_leave, exec_watched_refetch, exec_watched_t32_leave;

void cpu_attach_engine(struct cpu *cpu, bool timing_insn)
{
    struct timing t;
    timing_for(cpu->model->name, timing_insn, &t);
    code_cache_configure(cpu->code, cpu->model->features, &t);
    code_cache_attach(cpu->code, &cpu->mmu);
    cpu->timing_insn = timing_insn;
    cpu->exception_ticks = t.exception;
    cpu->mmio_ticks = t.mmio;
    cpu->mmu.tlb_miss_ticks = t.tlb_miss;
    cpu->mmu.walk_read_ticks = t.walk_read;
    cpu->no_code_pages = code_cache_decodes_afresh(cpu->code);
    cpu->crossing = code_cache_crossing_page(cpu->code);
}

void cpu_watch_add(struct cpu *cpu, struct cpu_watcher *watcher)
{
    watcher->next = cpu->watch.first;
    cpu->watch.first = watcher;
    cpu_request_yield(cpu);
}

void cpu_watch_remove(struct cpu *cpu, struct cpu_watcher *watcher)
{
    struct cpu_watcher **at = &cpu->watch.first;
    while (*at && *at != watcher)
        at = &(*at)->next;
    if (*at)
        *at = watcher->next;
    cpu_request_yield(cpu);
}

void cpu_request_yield(struct cpu *cpu)
{
    cpu->yield_requested = true;
    cpu->attention = true;
}

/* ---- undefined words, lock-up ---- */

/* An exception whose vector only leads to itself: nothing but an interrupt could end it, and none will. */
static void lock_up(struct cpu *cpu, const char *why)
{
    log_line(cpu->log, LOG_GUEST_ERRORS, "cpu%u: locked up at pc %#llx, EL%u: %s", cpu->index, (unsigned long long)cpu->pc,
             cpu->pstate.el, why);
    cpu->run_state = CPU_LOCKED_UP;
    cpu->attention = true;
}

void engine_undefined(struct cpu *cpu, const struct op *op)
{
    u32 word = op_word(op);
    u64 pc = cpu->pc;
    u8 el = cpu->pstate.el;
    cpu->stats.undefined++;
    if (word) /* 0 is UDF #0, which is there to be undefined */
        log_once(cpu->log, LOG_UNIMP, "instruction %08x is UNDEFINED here (first at pc %#llx, EL%u)", word, (unsigned long long)pc, el);
    cpu_undefined(cpu);
    if (cpu->pc == pc && cpu->pstate.el == el)
        lock_up(cpu, "the vector holds an UNDEFINED instruction");
}

/* ---- fetch ---- */

/* The engine that the state of the PE asks for. */
static enum cpu_engine wanted_engine(const struct cpu *cpu)
{
    return cpu->watch.first || cpu->watch.bounded || cpu->no_code_pages || cpu_debug_wants_watched(cpu) ? ENGINE_WATCHED : ENGINE_FAST;
}

/* An instruction abort, and the check that its vector can be fetched at all. */
static void fetch_abort(struct cpu *cpu, const struct fault *fault)
{
    u64 pc = cpu->pc;
    u8 el = cpu->pstate.el;
    cpu_instruction_abort(cpu, fault);
    cpu->budget -= cpu->exception_ticks;
    if (cpu->pc == pc && cpu->pstate.el == el)
        lock_up(cpu, "the vector of its own abort cannot be fetched");
}

/* Finds the host memory of the page that holds `addr`, to fetch from it; NULL: an exception was taken. */
static const u8 *fetch_memory(struct cpu *cpu, u64 addr, struct translation *t, struct bus_region **region)
{
    struct mmu_request rq = { .va = VA(addr), .kind = MMU_FETCH, .size = 4, .privileged = cpu->pstate.el != 0 };
    struct fault fault;
    if (!mmu_fill(&cpu->mmu, cpu->ctx, &rq, t, &fault)) {
        fetch_abort(cpu, &fault);
        return NULL;
    }
    const u8 *host = bus_ram_page(cpu->bus, t->pa, !t->ns, region);
    if (!host) { /* nothing there, or a device: instructions come from memory only */
        fault = (struct fault){ .type = FAULT_EXTERNAL, .kind = MMU_FETCH, .va = rq.va, .why = "no memory to fetch from" };
        fetch_abort(cpu, &fault);
    }
    return host;
}

static enum fetch_set current_set(const struct cpu *cpu)
{
    return !cpu->pstate.aarch32 ? FETCH_A64 : cpu->pstate.t ? FETCH_T32 : FETCH_A32;
}

/* The code page of cpu->pc, installed in the current context; NULL: an exception was taken. */
static struct code_page *fetch_page(struct cpu *cpu, enum fetch_set set)
{
    struct bus_region *region;
    struct translation t;
    cpu->it_now = cpu->pstate.it; /* of what may not be there to be fetched */
    const u8 *host = fetch_memory(cpu, cpu->pc, &t, &region);
    if (!host)
        return NULL;
    enum isa isa = set == FETCH_A64 ? ISA_A64 : set == FETCH_A32 ? ISA_A32 : ISA_T32;
    u64 half = set == FETCH_T32 ? cpu->pc & PAGE_SIZE / 2 : 0;
    struct code_page *page = code_cache_get(cpu->code, PA((t.pa.v & PAGE_MASK) + half), cpu->engine, isa, region, host + half);
    mmu_install_fetch(&cpu->mmu, cpu->ctx, VA(cpu->pc), set, page, t.guarded);
    return page;
}

/* Charges what translation cost since the last time, and makes the clock current. */
static void charge_stall(struct cpu *cpu)
{
    cpu->budget -= (s64)cpu->mmu.stall;
    cpu->mmu.stall = 0;
    cpu->clock->now = cpu->slice_end - (u64)cpu->budget;
}

const struct op *engine_fetch(struct cpu *cpu)
{
    for (;;) {
        charge_stall(cpu);
        if (cpu->budget <= 0 || cpu->attention || cpu->run_state != CPU_RUNNING || cpu->pstate.il ||
            wanted_engine(cpu) != cpu->engine)
            return NULL;
        if (cpu->pstate.aarch32) /* an address that is not aligned is UNPREDICTABLE there, and aligned */
            cpu->pc = (u32)cpu->pc & (cpu->pstate.t ? ~1u : ~3u);
        else if (cpu->pc >> 56) /* AArch64.BranchAddr() */
            cpu->pc = regime_strip_tag(&cpu->ctx->regime, cpu->pc, true);
        if (cpu->pc & 1 || (cpu->pc & 2 && !cpu->pstate.aarch32)) {
            cpu_pc_alignment_fault(cpu);
            cpu->budget -= cpu->exception_ticks;
            continue;
        }
        enum fetch_set set = current_set(cpu);
        const struct fetch_entry *e = &cpu->ctx->fetch[fetch_slot(cpu->pc, set)];
        struct code_page *page = e->tag == fetch_tag(cpu->pc, set) ? e->code : fetch_page(cpu, set);
        if (page && cpu->pstate.it)
            page = code_cache_twin(cpu->code, page);
        if (!page)
            continue;
        unsigned slot = (unsigned)(cpu->pc >> page->slot_shift) & (CODE_SLOTS - 1);
        cpu->page_va = cpu->pc & -((u64)CODE_SLOTS << page->slot_shift);
        cpu->it_now = cpu->pstate.it;
        cpu->insn_bias = cpu->insns - slot;
        charge_stall(cpu);
        if (UNLIKELY(cpu->pstate.btype) && cpu->engine == ENGINE_FAST && !bti_accepts(cpu, &page->ops[slot])) {
            bti_exception(cpu);
            cpu->budget -= cpu->exception_ticks;
            continue;
        }
        return &page->ops[slot];
    }
}

const struct op *engine_cross(struct cpu *cpu, const struct op *op, s64 budget)
{
    struct bus_region *region;
    struct translation t;
    struct code_page *crossing = &cpu->crossing->page;
    cpu_sync(cpu, op, budget);
    const u8 *second = fetch_memory(cpu, (u32)(cpu->pc + 2), &t, &region);
    if (!second)
        return NULL;
    memcpy(cpu->crossing->bytes, op_page(op)->host + 2 * (CODE_SLOTS - 1), 2);
    memcpy(cpu->crossing->bytes + 2, second, 2);
    code_page_make_crossing(crossing, op_page(op), cpu->crossing->bytes);
    return &crossing->ops[CODE_SLOTS - 1];
}

void engine_decode(struct cpu *cpu, const struct op *op)
{
    struct code_page *page = op_page(op);
    bool logs = log_on(cpu->log, LOG_IN_ASM) && cpu->host.decoded;
    if (page->isa == ISA_A64 && page->engine == ENGINE_FAST && !logs)
        code_page_decode_run(cpu->code, page, op_index(op));
    else
        code_page_decode(cpu->code, page, op_index(op));
    if (logs)
        cpu->host.decoded(cpu->host.machine, cpu, op_pc(cpu, op), op_word(op));
}

/* ---- the loops ---- */

/* The fast engine comes back only to leave where it tail-calls; elsewhere one op at a time. */
static void run_fast(struct cpu *cpu, const struct op *op)
{
    cpu->next_op = op;
    cpu->loop_budget = cpu->budget + op_prefix(op);
    do {
        op = cpu->next_op;
        ((op_fn *)(uintptr_t)op->fn)(cpu, op, cpu->loop_budget);
    } while (cpu->next_op);
}

/* Not an instruction: the cache's own ops, and any op of an IT view that the block has ended before. */
static bool is_plumbing(const struct cpu *cpu, const struct op *op)
{
    return code_op_is_plumbing(op) || (op_page(op)->isa == ISA_T32_IT && !op_page(op)->is_crossing && !cpu->pstate.it);
}

static bool is_at_bound(const struct cpu *cpu)
{
    return cpu->watch.bounded && cpu->insns >= cpu->watch.insn_limit;
}

/* Does everybody let the instruction at cpu->pc go on? */
static bool watchers_before(struct cpu *cpu, u32 word)
{
    bool go_on = true;
    for (struct cpu_watcher *w = cpu->watch.first; w; w = w->next)
        if (w->before && !w->before(w->owner, cpu, word))
            go_on = false;
    return go_on;
}

/* Before `op`: a handler knows how far apart slots are when it is compiled. */
static void leave_watched(struct cpu *cpu, const struct op *op, s64 budget)
{
    if (op_page(op)->slot_shift == 1)
        exec_watched_t32_leave(cpu, op, budget);
    else
        exec_watched_leave(cpu, op, budget);
}

/* One instruction with everything that watches it. */
static void step_watched(struct cpu *cpu, const struct op *op, s64 budget)
{
    cpu_sync(cpu, op, budget);
    if (is_at_bound(cpu) || !watchers_before(cpu, op_word(op))) {
        leave_watched(cpu, op, budget);
        return;
    }
    if (!cpu_debug_before(cpu)) {
        cpu->budget = budget - op_prefix(op) - cpu->exception_ticks;
        exec_watched_refetch(cpu, op, budget);
        return;
    }
    if (UNLIKELY(cpu->pstate.btype) && !bti_accepts(cpu, op)) {
        bti_exception(cpu);
        cpu->budget = budget - op_prefix(op) - cpu->exception_ticks;
        exec_watched_refetch(cpu, op, budget);
        return;
    }
    if (cpu->no_code_pages) {
        code_page_forget(op_page(op), op_index(op));
        code_page_decode(cpu->code, op_page(op), op_index(op));
    }
    ((op_fn *)(uintptr_t)op->fn)(cpu, op, budget);
    cpu_debug_after(cpu);
    for (struct cpu_watcher *w = cpu->watch.first; w; w = w->next)
        if (w->after)
            w->after(w->owner, cpu);
}

static void run_watched(struct cpu *cpu, const struct op *op)
{
    cpu->next_op = op;
    cpu->loop_budget = cpu->budget + op_prefix(op);
    while ((op = cpu->next_op)) {
        if (is_plumbing(cpu, op))
            ((op_fn *)(uintptr_t)op->fn)(cpu, op, cpu->loop_budget);
        else
            step_watched(cpu, op, cpu->loop_budget);
    }
}

/* What must happen between instructions: interrupts, an illegal PSTATE, the right engine. */
static void between_instructions(struct cpu *cpu)
{
    cpu_update_attention(cpu);
    if (cpu->attention && cpu_take_interrupt(cpu))
        cpu->budget -= cpu->exception_ticks;
    cpu_update_attention(cpu);
    if (cpu->pstate.il) {
        cpu_illegal_state(cpu);
        cpu->budget -= cpu->exception_ticks;
    }
    enum cpu_engine engine = wanted_engine(cpu);
    if (engine != cpu->engine) {
        cpu->engine = engine;
        cpu_regime_changed(cpu);
    }
}

void cpu_run(struct cpu *cpu, u64 ticks)
{
    cpu->slice_end = cpu->clock->now + ticks;
    cpu->budget = (s64)ticks;
    cpu->yield_requested = false;
    while (cpu->budget > 0 && cpu->run_state == CPU_RUNNING && !cpu->yield_requested) {
        between_instructions(cpu);
        if (is_at_bound(cpu))
            break;
        const struct op *op = engine_fetch(cpu);
        if (!op)
            continue;
        if (cpu->engine == ENGINE_FAST)
            run_fast(cpu, op);
        else
            run_watched(cpu, op);
        charge_stall(cpu);
    }
    cpu->clock->now = cpu->slice_end - (u64)cpu->budget;
    if (pmu_is_on(cpu))
        pmu_sync(cpu);
}

/* ---- the debugger's view ---- */

/* For each run of bytes that one page maps. */
static bool debug_access(struct cpu *cpu, u64 addr, void *to, const void *from, u64 len)
{
    struct mmu_regime rg;
    cpu_regime(cpu, cpu->pstate.el, &rg);
    while (len) {
        u64 n = PAGE_SIZE - (addr & ~PAGE_MASK);
        if (n > len)
            n = len;
        struct mmu_request rq = { .va = VA(addr), .kind = MMU_READ, .size = 1, .privileged = true, .at = true };
        struct translation t;
        struct fault fault;
        if (!mmu_walk(&cpu->mmu, &rg, &rq, &t, &fault))
            return false;
        if (!(to ? bus_read_mem(cpu->bus, t.pa, to, n) : bus_write_mem(cpu->bus, t.pa, from, n)))
            return false;
        addr += n;
        len -= n;
        if (to)
            to = (u8 *)to + n;
        else
            from = (const u8 *)from + n;
    }
    return true;
}

bool cpu_debug_read(struct cpu *cpu, u64 addr, void *to, u64 len)
{
    return debug_access(cpu, addr, to, NULL, len);
}

bool cpu_debug_write(struct cpu *cpu, u64 addr, const void *from, u64 len)
{
    return debug_access(cpu, addr, NULL, from, len);
}
