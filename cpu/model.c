/* Cortex-A7 r0p5 (DDI 0464), Cortex-A15 r2p1 (DDI 0438), Cortex-A53 r0p4 (DDI 0500), Cortex-A57 r1p0 (DDI 0488), Cortex-A72 r0p3 (100095). ID registers are the cores' own, but for what is not
 * implemented here: ID_AA64MMFR0_EL1.BigEnd is 0 (no mixed endianness); AArch32 is taken out of ID_AA64PFR0_EL1 where it is read. */
#include "cpu/model.h"

#include "emu/platform/bits.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>

/* The sets of models in cpu/feature.def. */
enum { V80 = 1, A76 = 2, MAX = 4, ASKED = 8, V7 = 16 };

static const struct feature {
    const char *name;
    u32 id_register; /* offset in struct cpu_model */
    u8 lsb, value, needs, models;
} features[CPU_FEATURES] = {
#define FEATURE(id, nm, reg, bitno, val, need, sets)                                                                      \
    [FEAT_##id] = { nm, offsetof(struct cpu_model, id_##reg), bitno, val, FEAT_##need, sets },
#include "cpu/feature.def"
#undef FEATURE
};

/* What the cores have in common. The fields that cpu/feature.def names are filled in by model_new. */
#define V8_ID                                                                                                          \
    .id_pfr0 = 0x131, .id_pfr1 = 0x11011, .id_dfr0 = 0x03010066, .id_mmfr1 = 0x40000000, .id_mmfr2 = 0x01260000,         \
    .id_mmfr3 = 0x02102211, .id_isar0 = 0x02101110, .id_isar1 = 0x13112111, .id_isar2 = 0x21232042,                     \
    .id_isar3 = 0x01112131, .id_isar4 = 0x00011142, .id_isar5 = 0x00011121, .mvfr0 = 0x10110222, .mvfr1 = 0x12111111,   \
    .mvfr2 = 0x00000043, .id_aa64dfr0 = 0x10305000, .clidr = 0x0a200023, .pmu_counters = 6

#define V7_ID                                                                                                          \
    .id_pfr0 = 0x131, .id_pfr1 = 0x11011, .id_dfr0 = 0x02010555, .id_mmfr2 = 0x01240000, .id_mmfr3 = 0x02102211,         \
    .id_isar0 = 0x02101110, .id_isar1 = 0x13112111, .id_isar2 = 0x21232041, .id_isar3 = 0x11112131, .id_isar4 = 0x10011142, \
    .mvfr0 = 0x10110222, .mvfr1 = 0x11111111, .clidr = 0x0a200023

static const struct cpu_model models[] = {
    { .name = "cortex-a53", .compatible = "arm,cortex-a53", .hz = 1200000000, .pa_bits = 40, .tlb = { 512, 4 }, .set = V80, .pmu_idcode = 3,
      .midr = 0x410fd034, V8_ID, .fpsid = 0x41034034, .id_mmfr0 = 0x10101105, .id_aa64mmfr0 = 0x00001022, .ctr = 0x84448004, .ccsidr_l1d = 0x700fe01a,
      .ccsidr_l1i = 0x201fe00a, .ccsidr_l2 = 0x707fe07a },
    { .name = "cortex-a57", .compatible = "arm,cortex-a57", .hz = 1500000000, .pa_bits = 44, .tlb = { 1024, 4 }, .set = V80, .pmu_idcode = 1,
      .midr = 0x411fd070, V8_ID, .fpsid = 0x41034070, .id_mmfr0 = 0x10101105, .id_aa64mmfr0 = 0x00001024, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe00a,
      .ccsidr_l1i = 0x201fe012, .ccsidr_l2 = 0x70ffe07a },
    { .name = "cortex-a72", .compatible = "arm,cortex-a72", .hz = 1800000000, .pa_bits = 44, .tlb = { 1024, 4 }, .set = V80, .pmu_idcode = 2,
      .midr = 0x410fd083, V8_ID, .fpsid = 0x41034080, .id_mmfr0 = 0x10201105, .id_aa64mmfr0 = 0x00001024, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe00a,
      .ccsidr_l1i = 0x201fe012, .ccsidr_l2 = 0x70ffe07a },
    { .name = "cortex-a76", .compatible = "arm,cortex-a76", .hz = 2000000000, .pa_bits = 40, .tlb = { 1024, 4 }, .set = A76, .pmu_idcode = 0xb,
      .midr = 0x414fd0b1, V8_ID, .fpsid = 0x410340b0, .id_mmfr0 = 0x10201105, .id_aa64mmfr0 = 0x00101022, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe01a,
      .ccsidr_l1i = 0x201fe01a, .ccsidr_l2 = 0x707fe03a },
    /* ID_PFR0.State3 is 0: no ThumbEE. */
    { .name = "cortex-a7", .compatible = "arm,cortex-a7", .hz = 1200000000, .pa_bits = 40, .tlb = { 256, 2 }, .set = V7, .pmu_idcode = 7, .pmu_counters = 4,
      .aarch32_only = true, .midr = 0x410fc075, V7_ID, .fpsid = 0x41023075, .id_mmfr0 = 0x10101105, .id_mmfr1 = 0x40000000, .ctr = 0x84448003,
      .ccsidr_l1d = 0x700fe01a, .ccsidr_l1i = 0x203fe009, .ccsidr_l2 = 0x70ffe03a },
    { .name = "cortex-a15", .compatible = "arm,cortex-a15", .hz = 1700000000, .pa_bits = 40, .tlb = { 512, 4 }, .set = V7, .pmu_idcode = 15, .pmu_counters = 6,
      .aarch32_only = true, .midr = 0x412fc0f1, V7_ID, .fpsid = 0x410430f0, .id_mmfr0 = 0x10201105, .id_mmfr1 = 0x20000000, .ctr = 0x8444c004,
      .ccsidr_l1d = 0x701fe00a, .ccsidr_l1i = 0x201fe00a, .ccsidr_l2 = 0x70ffe07a },
    /* Nobody's core: everything that is implemented here. Implementer 0 is reserved for software. */
    { .name = "max", .compatible = "arm,armv8", .hz = 2000000000, .pa_bits = 48, .tlb = { 1024, 4 }, .set = MAX | ASKED,
      .midr = 0x000fa700, V8_ID, .fpsid = 0x00034000, .id_mmfr0 = 0x10201105, .id_aa64mmfr0 = 0x00101025, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe01a,
      .ccsidr_l1i = 0x201fe01a, .ccsidr_l2 = 0x707fe03a },
};

/* The model whose name the first `len` characters are, or NULL. */
static const struct cpu_model *find_model(const char *name, size_t len)
{
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        if (strlen(models[i].name) == len && !strncmp(models[i].name, name, len))
            return &models[i];
    return NULL;
}

const struct cpu_model *cpu_model_by_name(const char *name)
{
    return find_model(name, strlen(name));
}

u64 cpu_model_features(const struct cpu_model *model)
{
    u64 set = 0;
    for (unsigned i = FEAT_NONE + 1; i < CPU_FEATURES; i++)
        if (features[i].models & model->set)
            set |= 1ull << i;
    return set;
}

const char *cpu_feature_name(unsigned feature)
{
    return feature < CPU_FEATURES ? features[feature].name : NULL;
}

const struct cpu_model *cpu_model_at(unsigned i)
{
    return i < ARRAY_SIZE(models) ? &models[i] : NULL;
}

const char *cpu_model_name(const struct cpu_model *model)
{
    return model->name;
}

/* "lse=off", "lse=on": `len` characters at `pair`. */
static bool parse_feature(const struct cpu_model *model, const char *pair, size_t len, u64 *off, struct error *err)
{
    size_t name = strcspn(pair, "=,");
    for (unsigned i = FEAT_NONE + 1; i < CPU_FEATURES; i++) {
        if (strlen(features[i].name) != name || strncmp(features[i].name, pair, name) || !(features[i].models & (MAX | ASKED)))
            continue;
        bool on = len == name + 3 && !strncmp(pair + name, "=on", 3), is_off = len == name + 4 && !strncmp(pair + name, "=off", 4);
        if (!on && !is_off)
            return error_set(err, "-cpu %s: %.*s: on or off", model->name, (int)len, pair);
        if (on && !(features[i].models & model->set))
            return error_set(err, "-cpu %s has no %s (max has)", model->name, features[i].name);
        if (is_off && (i == FEAT_FP || i == FEAT_DEBUGV8P0))
            return error_set(err, "-cpu %s: %s cannot be left out", model->name, features[i].name);
        bool differs = features[i].models == ASKED ? on : is_off;
        *off = differs ? *off | 1ull << i : *off & ~(1ull << i);
        return true;
    }
    return error_set(err, "-cpu %s: there is no feature '%.*s'", model->name, (int)name, pair);
}

bool cpu_model_parse(const char *spec, const struct cpu_model **model, u64 *off, struct error *err)
{
    size_t len = strcspn(spec, ",");
    *off = 0;
    *model = find_model(spec, len);
    if (!*model)
        return error_set(err, "-cpu %.*s: not one of %s", (int)len, spec, cpu_model_names());
    for (spec += len; *spec; spec += len) {
        spec++;
        len = strcspn(spec, ",");
        if (!parse_feature(*model, spec, len, off, err))
            return false;
    }
    return true;
}

static u64 *id_register(struct cpu_model *m, unsigned i)
{
    return (u64 *)(void *)((u8 *)m + features[i].id_register);
}

/* With an algorithm of our own, API and GPI say what APA and GPA else do. */
static void rename_pauth_fields(struct cpu_model *m)
{
    u64 fields = 0xfull << 4 | 0xfull << 24, isar1 = m->id_aa64isar1;
    m->id_aa64isar1 = (isar1 & ~fields) | (isar1 & fields) << 4;
}

struct cpu_model *model_new(const struct cpu_model *base, u64 off, struct error *err)
{
    struct cpu_model *m = malloc(sizeof *m);
    if (!m) {
        error_set(err, "no memory for the CPU model");
        return NULL;
    }
    *m = *base;
    m->features = cpu_model_features(base) & ~off;
    for (unsigned i = FEAT_NONE + 1; i < CPU_FEATURES; i++)
        if (features[i].models == ASKED && features[i].models & base->set)
            m->features = (m->features & ~(1ull << i)) | (off & 1ull << i);
    for (unsigned i = FEAT_NONE + 1; i < CPU_FEATURES; i++) /* what a feature needs stands before it */
        if (features[i].needs != FEAT_NONE && !(m->features >> features[i].needs & 1))
            m->features &= ~(1ull << i);
    for (unsigned i = FEAT_NONE + 1; i < CPU_FEATURES; i++) {
        unsigned width = features[i].value > 15 ? 8 : 4;
        if (m->features >> i & 1)
            *id_register(m, i) = (*id_register(m, i) & ~(ones(width) << features[i].lsb)) | (u64)features[i].value << features[i].lsb;
    }
    if (m->features & FEATURE_BIT(PAUTH_IMPDEF))
        rename_pauth_fields(m);
    if (!m->aarch32_only) /* AES, SHA1, SHA2 and CRC32 are as in ID_AA64ISAR0_EL1, RDM is elsewhere */
        m->id_isar5 = (m->id_isar5 & ~0x0f0ffff0ull) | (m->id_aa64isar0 & 0xffff0) | (m->id_aa64isar0 >> 28 & 15) << 24;
    return m;
}

const char *cpu_model_names(void)
{
    return "cortex-a7, cortex-a15, cortex-a53, cortex-a57, cortex-a72, cortex-a76, max";
}

u64 cpu_model_hz(const struct cpu_model *model)
{
    return model->hz;
}

const char *cpu_model_compatible(const struct cpu_model *model)
{
    return model->compatible;
}
