/* The optional features of the architecture that a CPU model may have (cpu/feature.def). */
#ifndef CPU_FEATURE_H
#define CPU_FEATURE_H

enum cpu_feature {
    FEAT_NONE,
#define FEATURE(id, ...) FEAT_##id,
#include "cpu/feature.def"
#undef FEATURE
    CPU_FEATURES
};

/* In a set of features. */
#define FEATURE_BIT(id) (1ull << FEAT_##id)

#endif
