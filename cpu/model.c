/* Cortex-A53 r0p4 (DDI 0500), Cortex-A57 r1p0 (DDI 0488), Cortex-A72 r0p3 (100095). ID registers are the cores' own, but for what is not
 * implemented here: ID_AA64MMFR0_EL1.BigEnd is 0 (no mixed endianness); AArch32 is taken out of ID_AA64PFR0_EL1 where it is read. */
#include "cpu/model.h"

#include "cpu/insn.h"

#include <string.h>

#define V8_CRYPTO (1u << NEED_FP | 1u << NEED_CRC32 | 1u << NEED_AES | 1u << NEED_PMULL | 1u << NEED_SHA1 | 1u << NEED_SHA256)

/* What the three cores have in common. */
#define V8_ID                                                                                                          \
    .features = V8_CRYPTO, .id_pfr0 = 0x131, .id_pfr1 = 0x11011, .id_dfr0 = 0x03010066, .id_mmfr1 = 0x40000000,         \
    .id_mmfr2 = 0x01260000, .id_mmfr3 = 0x02102211, .id_isar0 = 0x02101110, .id_isar1 = 0x13112111,                     \
    .id_isar2 = 0x21232042, .id_isar3 = 0x01112131, .id_isar4 = 0x00011142, .id_isar5 = 0x00011121,                     \
    .mvfr0 = 0x10110222, .mvfr1 = 0x12111111, .mvfr2 = 0x00000043, .id_aa64dfr0 = 0x10305106,                           \
    .id_aa64isar0 = 0x00011120, .clidr = 0x0a200023

static const struct cpu_model models[] = {
    { .name = "cortex-a53", .compatible = "arm,cortex-a53", .hz = 1200000000, .pa_bits = 40, .tlb = { 512, 4 }, .pmu_idcode = 3,
      .midr = 0x410fd034, V8_ID, .id_mmfr0 = 0x10101105, .id_aa64mmfr0 = 0x00001022, .ctr = 0x84448004, .ccsidr_l1d = 0x700fe01a,
      .ccsidr_l1i = 0x201fe00a, .ccsidr_l2 = 0x707fe07a },
    { .name = "cortex-a57", .compatible = "arm,cortex-a57", .hz = 1500000000, .pa_bits = 44, .tlb = { 1024, 4 }, .pmu_idcode = 1,
      .midr = 0x411fd070, V8_ID, .id_mmfr0 = 0x10101105, .id_aa64mmfr0 = 0x00001024, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe00a,
      .ccsidr_l1i = 0x201fe012, .ccsidr_l2 = 0x70ffe07a },
    { .name = "cortex-a72", .compatible = "arm,cortex-a72", .hz = 1800000000, .pa_bits = 44, .tlb = { 1024, 4 }, .pmu_idcode = 2,
      .midr = 0x410fd083, V8_ID, .id_mmfr0 = 0x10201105, .id_aa64mmfr0 = 0x00001024, .ctr = 0x8444c004, .ccsidr_l1d = 0x701fe00a,
      .ccsidr_l1i = 0x201fe012, .ccsidr_l2 = 0x70ffe07a },
};

const struct cpu_model *cpu_model_by_name(const char *name)
{
    for (unsigned i = 0; i < ARRAY_SIZE(models); i++)
        if (!strcmp(models[i].name, name))
            return &models[i];
    return NULL;
}

const char *cpu_model_names(void)
{
    return "cortex-a53, cortex-a57, cortex-a72";
}

u64 cpu_model_hz(const struct cpu_model *model)
{
    return model->hz;
}

const char *cpu_model_compatible(const struct cpu_model *model)
{
    return model->compatible;
}
