/* --stats: what a run did, as text for people and as JSON for scripts (libjansson). */
#include "emu/machine.h"

#include "cpu/code_page.h"
#include "cpu/op.h"
#include "cpu/syndrome.h"
#include "emu/platform/error.h"
#include "emu/platform/host.h"
#include "emu/trace/worlds.h"

#include <jansson.h>

/* Sums over all PEs, and what the run cost the host. */
struct totals {
    u64 insns, cycles;
    double seconds;
    u64 resident_peak, guest_memory; /* bytes */
    struct cpu_stats cpu;
    struct mmu_stats mmu;
};

/* struct cpu_stats and struct mmu_stats hold u64 counters only. */
static void add_counters(u64 *to, const u64 *from, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof(u64); i++)
        to[i] += from[i];
}

static void collect(const struct machine *m, struct totals *t)
{
    *t = (struct totals){ .insns = machine_insns(m), .cycles = m->clock.now / TICKS_PER_CYCLE };
    t->seconds = host_seconds() - m->started_at;
    t->resident_peak = host_resident_peak();
    t->guest_memory = bus_resident(&m->bus);
    for (unsigned i = 0; i < m->cpu_count; i++) {
        add_counters((u64 *)&t->cpu, (const u64 *)&m->cpus[i]->stats, sizeof t->cpu);
        add_counters((u64 *)&t->mmu, (const u64 *)&m->cpus[i]->mmu.stats, sizeof t->mmu);
    }
}

static double mips(const struct totals *t)
{
    return t->seconds > 0 ? (double)t->insns / t->seconds / 1e6 : 0;
}

static double mib(u64 bytes)
{
    return (double)bytes / MIB;
}

static void print_text(const struct machine *m, const struct totals *t, FILE *out)
{
    fprintf(out, "instructions        %llu\n", (unsigned long long)t->insns);
    fprintf(out, "cycles              %llu (%.3f s of guest time)\n", (unsigned long long)t->cycles, (double)clock_ns(&m->clock) * 1e-9);
    fprintf(out, "host seconds        %.3f, after %.3f to the first instruction; processor time of both %.3f\n", t->seconds,
            m->started_at - m->began_at, host_cpu_seconds());
    fprintf(out, "host memory         %.1f MiB at most: %.1f MiB of guest memory were touched, and %llu code pages of %u KiB\n", mib(t->resident_peak),
            mib(t->guest_memory), (unsigned long long)code_cache_stats(m->code)->pool, (unsigned)(CODE_PAGE_ALIGN / KIB));
    if (m->options->realtime)
        fprintf(out, "host sleeps         %llu, %.3f s\n", (unsigned long long)m->pace.sleeps, m->pace.slept);
    fprintf(out, "MIPS                %.1f\n", mips(t));
    for (unsigned from = 0; from < 4; from++)
        for (unsigned to = 1; to < 4; to++)
            if (t->cpu.exceptions[from][to])
                fprintf(out, "exceptions EL%u-EL%u  %llu\n", from, to, (unsigned long long)t->cpu.exceptions[from][to]);
    for (unsigned ec = 0; ec < 64; ec++)
        if (t->cpu.by_class[ec])
            fprintf(out, "  EC 0x%02x %-32s %llu\n", ec, syndrome_class_name((u8)ec), (unsigned long long)t->cpu.by_class[ec]);
    fprintf(out, "interrupts          IRQ %llu, FIQ %llu, vIRQ %llu, vFIQ %llu, SError %llu\n", (unsigned long long)t->cpu.irqs,
            (unsigned long long)t->cpu.fiqs, (unsigned long long)t->cpu.virqs, (unsigned long long)t->cpu.vfiqs,
            (unsigned long long)t->cpu.serrors);
    fprintf(out, "exception returns   %llu, WFI %llu\n", (unsigned long long)t->cpu.erets, (unsigned long long)t->cpu.wfis);
    fprintf(out, "device accesses     %llu reads, %llu writes\n", (unsigned long long)t->cpu.mmio_reads, (unsigned long long)t->cpu.mmio_writes);
    fprintf(out, "TLB                 %llu lookups, %llu misses, %llu walks of %llu descriptors, %llu TLBI\n",
            (unsigned long long)t->mmu.lookups, (unsigned long long)t->mmu.misses, (unsigned long long)t->mmu.walks,
            (unsigned long long)t->mmu.walk_reads, (unsigned long long)t->mmu.tlbi);
    fprintf(out, "translation faults  stage 1 %llu, stage 2 %llu\n", (unsigned long long)t->mmu.faults_s1, (unsigned long long)t->mmu.faults_s2);
    const struct code_cache_stats *code = code_cache_stats(m->code);
    fprintf(out, "decoded code        %llu pages, %llu instructions, %llu slots rewritten\n", (unsigned long long)code->pages,
            (unsigned long long)code->decoded, (unsigned long long)code->slots_reset);
    if (m->options->virtualization || m->options->secure) /* else there is one world */
        worlds_print(m->worlds, m->clock.now, out);
    for (unsigned i = 0; i < m->log.once_count; i++)
        fprintf(out, "not implemented, or a guest error: %s\n", m->log.once[i]);
}

static json_t *number(u64 n)
{
    return json_integer((json_int_t)n);
}

static json_t *exceptions_json(const struct totals *t)
{
    json_t *o = json_object();
    for (unsigned from = 0; from < 4; from++)
        for (unsigned to = 1; to < 4; to++) {
            char name[16];
            snprintf(name, sizeof name, "EL%u-EL%u", from, to);
            if (t->cpu.exceptions[from][to])
                json_object_set_new(o, name, number(t->cpu.exceptions[from][to]));
        }
    return o;
}

static json_t *classes_json(const struct totals *t)
{
    json_t *o = json_object();
    for (unsigned ec = 0; ec < 64; ec++)
        if (t->cpu.by_class[ec])
            json_object_set_new(o, syndrome_class_name((u8)ec), number(t->cpu.by_class[ec]));
    return o;
}

static json_t *as_json(const struct machine *m, const struct totals *t)
{
    json_t *o = json_object();
    json_object_set_new(o, "instructions", number(t->insns));
    json_object_set_new(o, "cycles", number(t->cycles));
    json_object_set_new(o, "guest_ns", number(clock_ns(&m->clock)));
    json_object_set_new(o, "host_seconds", json_real(t->seconds));
    json_object_set_new(o, "host_start_seconds", json_real(m->started_at - m->began_at));
    json_object_set_new(o, "host_cpu_seconds", json_real(host_cpu_seconds()));
    json_object_set_new(o, "host_resident_peak", number(t->resident_peak));
    json_object_set_new(o, "host_guest_memory", number(t->guest_memory));
    if (m->options->realtime) {
        json_object_set_new(o, "host_sleeps", number(m->pace.sleeps));
        json_object_set_new(o, "host_sleep_seconds", json_real(m->pace.slept));
    }
    json_object_set_new(o, "host_code_pages", number(code_cache_stats(m->code)->pool * CODE_PAGE_ALIGN));
    json_object_set_new(o, "mips", json_real(mips(t)));
    json_object_set_new(o, "exceptions", exceptions_json(t));
    json_object_set_new(o, "exception_classes", classes_json(t));
    json_object_set_new(o, "irqs", number(t->cpu.irqs));
    json_object_set_new(o, "virqs", number(t->cpu.virqs));
    json_object_set_new(o, "exception_returns", number(t->cpu.erets));
    json_object_set_new(o, "mmio_reads", number(t->cpu.mmio_reads));
    json_object_set_new(o, "mmio_writes", number(t->cpu.mmio_writes));
    json_object_set_new(o, "tlb_lookups", number(t->mmu.lookups));
    json_object_set_new(o, "tlb_misses", number(t->mmu.misses));
    json_object_set_new(o, "walks", number(t->mmu.walks));
    json_object_set_new(o, "tlbi", number(t->mmu.tlbi));
    json_object_set_new(o, "stage1_faults", number(t->mmu.faults_s1));
    json_object_set_new(o, "stage2_faults", number(t->mmu.faults_s2));
    json_object_set_new(o, "worlds", worlds_json(m->worlds, m->clock.now));
    return o;
}

bool stats_report(struct machine *m, const char *json_path, struct error *err)
{
    struct totals t;
    collect(m, &t);
    if (!json_path) {
        print_text(m, &t, stderr);
        return true;
    }
    json_t *o = as_json(m, &t);
    bool ok = json_dump_file(o, json_path, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
    json_decref(o);
    return ok || error_set(err, "--stats: cannot write %s", json_path);
}
