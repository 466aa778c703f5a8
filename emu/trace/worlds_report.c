/* The world-switch report as text and as JSON; docs/stats.md describes both. */
#include "emu/trace/worlds.h"

#include "cpu/syndrome.h"
#include "cpu/sysreg.h"
#include "emu/platform/bits.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_CAUSES 24 /* lines of one world in the text; the JSON has all */
#define IS_REST(key) (bits(key, 55, 0) == ones(56))

#define LLU(x) ((unsigned long long)(x)) /* what printf's %llu wants */

static const char *const kind_names[WORLD_KINDS] = { [WORLD_HYPERVISOR] = "hypervisor", [WORLD_HOST_APPS] = "host_applications",
                                                     [WORLD_EL1] = "el1", [WORLD_EL3] = "el3", [WORLD_SECURE] = "secure", [WORLD_VM] = "vm" };
static const char *const kind_titles[WORLD_KINDS] = {
    [WORLD_HYPERVISOR] = "hypervisor (EL2)", [WORLD_HOST_APPS] = "host applications (EL0 under TGE)", [WORLD_EL1] = "host (EL1, no stage 2)",
    [WORLD_EL3] = "EL3", [WORLD_SECURE] = "Secure EL1&0", [WORLD_VM] = "VM" };
static const char *const cause_classes[CAUSE_KINDS] = {
    [CAUSE_OTHER] = "other", [CAUSE_CLASS] = "exception", [CAUSE_IRQ] = "IRQ", [CAUSE_FIQ] = "FIQ", [CAUSE_SERROR] = "SError", [CAUSE_WFX] = "WFx",
    [CAUSE_SYSREG] = "sysreg", [CAUSE_HVC] = "HVC", [CAUSE_XEN] = "HVC", [CAUSE_SMC] = "SMC", [CAUSE_MMIO] = "MMIO", [CAUSE_AGAIN] = "fault_again",
    [CAUSE_FAULT] = "abort" };

/* ---- the guest's calls by name ---- */

struct named {
    u32 number;
    const char *name;
};

/* SMC Calling Convention (DEN0028E) and PSCI (DEN0022E); bit 30, the 64-bit form, apart. */
static const struct named smccc[] = {
    { 0x80000000, "SMCCC_VERSION" },     { 0x80000001, "SMCCC_ARCH_FEATURES" }, { 0x80000002, "SMCCC_ARCH_SOC_ID" },
    { 0x80008000, "SMCCC_ARCH_WORKAROUND_1" }, { 0x80007fff, "SMCCC_ARCH_WORKAROUND_2" }, { 0x80003fff, "SMCCC_ARCH_WORKAROUND_3" },
    { 0x84000000, "PSCI_VERSION" },      { 0x84000001, "CPU_SUSPEND" },  { 0x84000002, "CPU_OFF" },          { 0x84000003, "CPU_ON" },
    { 0x84000004, "AFFINITY_INFO" },     { 0x84000005, "MIGRATE" },      { 0x84000006, "MIGRATE_INFO_TYPE" }, { 0x84000007, "MIGRATE_INFO_UP_CPU" },
    { 0x84000008, "SYSTEM_OFF" },        { 0x84000009, "SYSTEM_RESET" }, { 0x8400000a, "PSCI_FEATURES" },    { 0x8400000e, "SYSTEM_SUSPEND" },
    { 0x84000050, "TRNG_VERSION" },      { 0x84000053, "TRNG_RND" },     { 0x85000020, "PV_TIME_FEATURES" },
};

/* Xen's public/xen.h */
static const struct named xen_calls[] = {
    { 7, "platform_op" }, { 12, "memory_op" },     { 13, "multicall" }, { 17, "xen_version" }, { 18, "console_io" },       { 20, "grant_table_op" },
    { 21, "vm_assist" },  { 24, "vcpu_op" },       { 27, "xsm_op" },    { 29, "sched_op" },    { 32, "event_channel_op" }, { 33, "physdev_op" },
    { 34, "hvm_op" },     { 35, "sysctl" },        { 36, "domctl" },    { 38, "argo_op" },     { 41, "dm_op" },            { 42, "hypfs_op" },
};

static const char *name_of(const struct named *table, size_t count, u32 number)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == number)
            return table[i].name;
    return NULL;
}

static const char *smccc_name(u32 function)
{
    return name_of(smccc, ARRAY_SIZE(smccc), function & ~(1u << 30));
}

/* ---- one cause ---- */

#define TEXT_LEN 96

static void register_name(u32 enc, char *to, size_t size)
{
    const struct sysreg *sr = sysreg_find(~0ull, enc);
    if (sr)
        snprintf(to, size, "%s", sysreg_name(sr));
    else
        snprintf(to, size, "S%llu_%llu_C%llu_C%llu_%llu", LLU(bits(enc, 15, 14)), LLU(bits(enc, 13, 11)), LLU(bits(enc, 10, 7)), LLU(bits(enc, 6, 3)),
                 LLU(bits(enc, 2, 0)));
}

static void sysreg_text(u64 key, char *to)
{
    char name[32];
    register_name((u32)bits(key, 15, 0), name, sizeof name);
    char *underscore = strchr(name, '_');
    if (bits(key, 15, 14) != 1) {
        snprintf(to, TEXT_LEN, "%s %s", bit(key, 16) ? "MRS" : "MSR", name);
        return;
    }
    if (underscore && name[0] != 'S') /* op0 1: "TLBI VAE1IS", or S1_… where it has no name */
        *underscore = ' ';
    snprintf(to, TEXT_LEN, "%s", name);
}

static void call_text(const char *insn, u64 key, char *to)
{
    u32 function = (u32)bits(key, 48, 17);
    const char *name = smccc_name(function);
    if (!bit(key, 16))
        snprintf(to, TEXT_LEN, "%s #%#llx", insn, LLU(bits(key, 15, 0)));
    else
        snprintf(to, TEXT_LEN, "%s #0, W0 %#x%s%s", insn, function, name ? " " : "", name ? name : "");
}

static void mmio_text(const struct worlds *w, u64 key, char *to)
{
    u64 page = bits(key, 39, 0) << PAGE_SHIFT;
    const struct bus_region *device = worlds_device(w, page);
    snprintf(to, TEXT_LEN, "MMIO %s, IPA %#llx%s%s", bit(key, 40) ? "write" : "read", LLU(page), device ? " " : "", device ? device->name : "");
}

static void again_text(u64 key, char *to)
{
    snprintf(to, TEXT_LEN, "stage-2 translation fault, %s, again on IPA %#llx", bit(key, 40) ? "write" : "read",
             LLU(bits(key, 39, 0) << PAGE_SHIFT));
}

static const char *access_name(u64 key)
{
    static const char *const names[] = { [MMU_READ] = "read", [MMU_WRITE] = "write", [MMU_FETCH] = "fetch" };
    return names[bits(key, 1, 0)];
}

/* The private ones as Arm's BSA numbers them, which this board does, too. */
static void interrupt_text(u64 key, char *to)
{
    static const char *const ppis[32] = { [23] = " PMU",         [25] = " GIC maintenance", [26] = " CNTHP timer", [27] = " CNTV timer",
                                          [28] = " CNTHV timer", [29] = " CNTPS timer",     [30] = " CNTP timer" };
    unsigned intid = (unsigned)bits(key, 9, 0);
    const char *name = intid < 16 ? " SGI" : intid < 32 && ppis[intid] ? ppis[intid] : "";
    const char *line = cause_classes[key >> 56];
    if (bit(key, 16))
        snprintf(to, TEXT_LEN, "%s, INTID %u%s", line, intid, name);
    else
        snprintf(to, TEXT_LEN, "%s", line);
}

static void class_text(u64 key, char *to)
{
    u8 ec = (u8)bits(key, 7, 0);
    if (ec == EC_BRK64)
        snprintf(to, TEXT_LEN, "BRK #%#llx", LLU(bits(key, 23, 8)));
    else
        snprintf(to, TEXT_LEN, "%s", syndrome_class_name(ec));
}

static void cause_text(const struct worlds *w, u64 key, char *to)
{
    static const char *const waits[] = { "WFI", "WFE", "WFIT", "WFET" };
    u64 kind = key >> 56;
    const char *xen = name_of(xen_calls, ARRAY_SIZE(xen_calls), (u32)key);
    if (IS_REST(key))
        snprintf(to, TEXT_LEN, "%s, others", cause_classes[kind]);
    else if (kind == CAUSE_CLASS)
        class_text(key, to);
    else if (kind == CAUSE_IRQ || kind == CAUSE_FIQ)
        interrupt_text(key, to);
    else if (kind == CAUSE_WFX)
        snprintf(to, TEXT_LEN, "%s", waits[bits(key, 1, 0)]);
    else if (kind == CAUSE_SYSREG)
        sysreg_text(key, to);
    else if (kind == CAUSE_HVC || kind == CAUSE_SMC)
        call_text(cause_classes[kind], key, to);
    else if (kind == CAUSE_XEN)
        snprintf(to, TEXT_LEN, "HVC #0xea1, X16 %u%s%s", (u32)key, xen ? " Xen " : "", xen ? xen : "");
    else if (kind == CAUSE_MMIO)
        mmio_text(w, key, to);
    else if (kind == CAUSE_AGAIN)
        again_text(key, to);
    else if (kind == CAUSE_FAULT)
        snprintf(to, TEXT_LEN, "stage-%u %s fault, %s%s", bit(key, 7) ? 2 : 1, fault_type_name((u8)bits(key, 5, 2)), access_name(key),
                 bit(key, 6) ? ", on a stage-1 walk" : "");
    else
        snprintf(to, TEXT_LEN, "%s", cause_classes[kind]);
}

static int by_count(const void *a, const void *b)
{
    const struct cause_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* A sorted copy of the world's causes; the caller frees it. NULL: none, or no memory. */
static struct cause_count *sorted_causes(const struct world *v)
{
    struct cause_count *sorted = v->cause_count ? malloc(v->cause_count * sizeof *sorted) : NULL;
    if (!sorted)
        return NULL;
    memcpy(sorted, v->causes, v->cause_count * sizeof *sorted);
    qsort(sorted, v->cause_count, sizeof *sorted, by_count);
    return sorted;
}

/* ---- sums ---- */

static u64 cycles(u64 ticks)
{
    return ticks / TICKS_PER_CYCLE;
}

static u64 mean_cycles(u64 ticks, u64 count)
{
    return count ? cycles(ticks / count) : 0;
}

static double percent(u64 part, u64 whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* What a report goes through: the worlds in order of kind, VMID and base, and their sums. */
struct summary {
    const struct world *worlds[WORLDS_AT_MOST];
    unsigned count;
    u64 ticks;    /* of all PEs in all worlds, executing and waiting */
    u64 switches; /* between worlds below EL2 */
};

static int by_id(const void *a, const void *b)
{
    const struct world *x = *(const struct world *const *)a, *y = *(const struct world *const *)b;
    if (x->id.kind != y->id.kind)
        return x->id.kind < y->id.kind ? -1 : 1;
    if (x->overflow != y->overflow)
        return x->overflow ? 1 : -1;
    if (x->id.vmid != y->id.vmid)
        return x->id.vmid < y->id.vmid ? -1 : 1;
    return x->id.vttbr < y->id.vttbr ? -1 : x->id.vttbr > y->id.vttbr;
}

static struct summary sum_up(struct worlds *w, u64 now)
{
    struct summary s = { .count = 0 };
    const struct world *v;
    worlds_settle(w, now);
    for (unsigned i = 0; (v = worlds_at(w, i)); i++) {
        s.worlds[s.count++] = v;
        s.ticks += v->ran + v->waited;
        s.switches += v->switched_in;
    }
    qsort(s.worlds, s.count, sizeof s.worlds[0], by_id);
    return s;
}

/* ---- text ---- */

static void pes_text(u32 pes, char *to, size_t size)
{
    size_t at = 0;
    to[0] = '\0';
    for (unsigned i = 0; i < WORLD_PES && at < size; i++)
        if (pes >> i & 1)
            at += (size_t)snprintf(to + at, size - at, "%s%u", at ? "," : "", i);
}

static void print_causes(const struct worlds *w, const struct world *v, FILE *out)
{
    struct cause_count *sorted = sorted_causes(v);
    u64 rest = 0;
    if (!sorted)
        return;
    fprintf(out, "    %12s %6s %12s  %s\n", "exits", "%", "mean cost", "cause");
    for (unsigned i = 0; i < v->cause_count; i++) {
        const struct cause_count *c = &sorted[i];
        char text[TEXT_LEN], cost[24] = "-";
        if (i >= TEXT_CAUSES) {
            rest += c->count;
            continue;
        }
        cause_text(w, c->key, text);
        if (c->costed)
            snprintf(cost, sizeof cost, "%llu", LLU(mean_cycles(c->cost, c->costed)));
        fprintf(out, "    %12llu %6.2f %12s  %s\n", LLU(c->count), percent(c->count, v->exits), cost, text);
    }
    if (rest)
        fprintf(out, "    %12llu %6.2f %12s  %u more causes\n", LLU(rest), percent(rest, v->exits), "", v->cause_count - TEXT_CAUSES);
    free(sorted);
}

static void print_world(const struct worlds *w, const struct world *v, const struct summary *s, FILE *out)
{
    char pes[2 * WORLD_PES + 1];
    pes_text(v->pes, pes, sizeof pes);
    fprintf(out, "  %s", kind_titles[v->id.kind]);
    if (v->overflow)
        fprintf(out, "s beyond %d", WORLD_VMS);
    else if (v->id.kind == WORLD_VM)
        fprintf(out, " VMID %u, VTTBR_EL2 base %#llx", v->id.vmid, LLU(v->id.vttbr));
    fprintf(out, ": %llu cycles (%.2f %%), waiting %llu (%.2f %%), PE %s\n", LLU(cycles(v->ran)), percent(v->ran, s->ticks), LLU(cycles(v->waited)),
            percent(v->waited, s->ticks), pes);
    fprintf(out, "    entries %llu, stay mean %llu, longest %llu cycles", LLU(v->entries), LLU(mean_cycles(v->stay_sum, v->stays)),
            LLU(cycles(v->stay_max)));
    if (v->id.kind == WORLD_HYPERVISOR)
        fprintf(out, "; switches from one world below EL2 to another %llu", LLU(s->switches));
    else if (v->id.kind != WORLD_EL3)
        fprintf(out, "; switched in %llu times; virtual interrupts taken %llu", LLU(v->switched_in), LLU(v->virtual_interrupts));
    fputc('\n', out);
    print_causes(w, v, out);
}

void worlds_print(struct worlds *w, u64 now, FILE *out)
{
    struct summary s = sum_up(w, now);
    fprintf(out, "worlds              (100 %% is the time of all PEs; a mean cost is in cycles, until a VM was entered again)\n");
    for (unsigned i = 0; i < s.count; i++)
        print_world(w, s.worlds[i], &s, out);
}

/* ---- JSON ---- */

static void set_number(json_t *o, const char *key, u64 n)
{
    json_object_set_new(o, key, json_integer((json_int_t)n));
}

static void set_hex(json_t *o, const char *key, u64 n)
{
    char text[24];
    snprintf(text, sizeof text, "%#llx", LLU(n));
    json_object_set_new(o, key, json_string(text));
}

/* What the text says in words, for programs. */
static void cause_fields(const struct worlds *w, u64 key, json_t *o)
{
    u64 kind = key >> 56;
    char name[32];
    if (IS_REST(key))
        return;
    if (kind == CAUSE_SYSREG) {
        register_name((u32)bits(key, 15, 0), name, sizeof name);
        json_object_set_new(o, "register", json_string(name));
        json_object_set_new(o, "access", json_string(bit(key, 16) ? "read" : "write"));
    } else if (kind == CAUSE_HVC || kind == CAUSE_SMC) {
        set_number(o, "immediate", bits(key, 15, 0));
        if (bit(key, 16))
            set_hex(o, "function", bits(key, 48, 17));
    } else if (kind == CAUSE_XEN) {
        set_number(o, "immediate", 0xea1);
        set_number(o, "xen_hypercall", bits(key, 31, 0));
    } else if (kind == CAUSE_MMIO || kind == CAUSE_AGAIN) {
        const struct bus_region *device = worlds_device(w, bits(key, 39, 0) << PAGE_SHIFT);
        set_hex(o, "ipa", bits(key, 39, 0) << PAGE_SHIFT);
        json_object_set_new(o, "access", json_string(bit(key, 40) ? "write" : "read"));
        if (device)
            json_object_set_new(o, "device", json_string(device->name));
    } else if (kind == CAUSE_FAULT) {
        set_number(o, "stage", bit(key, 7) ? 2 : 1);
        json_object_set_new(o, "fault", json_string(fault_type_name((u8)bits(key, 5, 2))));
        json_object_set_new(o, "access", json_string(access_name(key)));
        json_object_set_new(o, "on_stage1_walk", json_boolean(bit(key, 6)));
    } else if ((kind == CAUSE_IRQ || kind == CAUSE_FIQ) && bit(key, 16)) {
        set_number(o, "intid", bits(key, 9, 0));
    } else if (kind == CAUSE_CLASS) {
        set_number(o, "ec", bits(key, 7, 0));
    }
}

static json_t *causes_json(const struct worlds *w, const struct world *v)
{
    json_t *list = json_array();
    struct cause_count *sorted = sorted_causes(v);
    for (unsigned i = 0; sorted && i < v->cause_count; i++) {
        json_t *o = json_object();
        char text[TEXT_LEN];
        cause_text(w, sorted[i].key, text);
        json_object_set_new(o, "class", json_string(cause_classes[sorted[i].key >> 56]));
        json_object_set_new(o, "cause", json_string(text));
        cause_fields(w, sorted[i].key, o);
        set_number(o, "count", sorted[i].count);
        set_number(o, "costed", sorted[i].costed);
        set_number(o, "cost_cycles", cycles(sorted[i].cost));
        json_array_append_new(list, o);
    }
    free(sorted);
    return list;
}

static json_t *pes_json(u32 pes)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < WORLD_PES; i++)
        if (pes >> i & 1)
            json_array_append_new(list, json_integer(i));
    return list;
}

static json_t *world_json(const struct worlds *w, const struct world *v, const struct summary *s)
{
    json_t *o = json_object();
    json_object_set_new(o, "kind", json_string(v->overflow ? "other_vms" : kind_names[v->id.kind]));
    if (v->id.kind == WORLD_VM && !v->overflow) {
        set_number(o, "vmid", v->id.vmid);
        set_hex(o, "vttbr_base", v->id.vttbr);
    }
    json_object_set_new(o, "pes", pes_json(v->pes));
    set_number(o, "cycles", cycles(v->ran));
    set_number(o, "waiting_cycles", cycles(v->waited));
    json_object_set_new(o, "share", json_real(s->ticks ? (double)v->ran / (double)s->ticks : 0));
    set_number(o, "entries", v->entries);
    set_number(o, "switched_in", v->switched_in);
    set_number(o, "virtual_interrupts", v->virtual_interrupts);
    set_number(o, "stays", v->stays);
    set_number(o, "stay_cycles", cycles(v->stay_sum));
    set_number(o, "longest_stay_cycles", cycles(v->stay_max));
    set_number(o, "exits", v->exits);
    json_object_set_new(o, "causes", causes_json(w, v));
    return o;
}

json_t *worlds_json(struct worlds *w, u64 now)
{
    struct summary s = sum_up(w, now);
    json_t *o = json_object(), *list = json_array();
    set_number(o, "pe_cycles", cycles(s.ticks));
    set_number(o, "switches", s.switches);
    for (unsigned i = 0; i < s.count; i++)
        json_array_append_new(list, world_json(w, s.worlds[i], &s));
    json_object_set_new(o, "list", list);
    return o;
}
