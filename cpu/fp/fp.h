/* Floating-point arithmetic to the bit (DDI 0487, shared pseudocode "FP"). Values are bit patterns of N = 16, 32 or 64 bits in a u64.
 * Functions are named after the pseudocode; each adds its cumulative exceptions to env->fpsr and traps nothing. */
#ifndef CPU_FP_FP_H
#define CPU_FP_FP_H

#include "emu/platform/types.h"

struct fp_env {
    u32 fpcr; /* AHP 26, DN 25, FZ 24, RMode 23:22, FZ16 19 */
    u32 fpsr; /* IDC 7, IXC 4, UFC 3, OFC 2, DZC 1, IOC 0 */
};

enum fp_flag { FP_IOC = 1 << 0, FP_DZC = 1 << 1, FP_OFC = 1 << 2, FP_UFC = 1 << 3, FP_IXC = 1 << 4, FP_IDC = 1 << 7 };

/* RMode's values, and two that instructions name. */
enum fp_rounding { FP_TIEEVEN, FP_POSINF, FP_NEGINF, FP_ZERO, FP_TIEAWAY, FP_ODD };

static inline enum fp_rounding fp_rmode(const struct fp_env *env)
{
    return (enum fp_rounding)(env->fpcr >> 22 & 3);
}

u64 fp_add(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_sub(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_mul(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_mulx(unsigned n, u64 a, u64 b, struct fp_env *env); /* infinity times zero is 2 */
u64 fp_nmul(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_div(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_abd(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_max(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_min(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_maxnum(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_minnum(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_recip_step(unsigned n, u64 a, u64 b, struct fp_env *env);  /* 2 - a * b, fused */
u64 fp_rsqrt_step(unsigned n, u64 a, u64 b, struct fp_env *env);  /* (3 - a * b) / 2, fused */
u64 fp_muladd(unsigned n, u64 addend, u64 a, u64 b, struct fp_env *env);

/* All ones or 0 in n bits. */
u64 fp_cmeq(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_cmge(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_cmgt(unsigned n, u64 a, u64 b, struct fp_env *env);
u64 fp_acge(unsigned n, u64 a, u64 b, struct fp_env *env); /* of absolute values */
u64 fp_acgt(unsigned n, u64 a, u64 b, struct fp_env *env);
/* NZCV in bits 31:28. */
u32 fp_compare(unsigned n, u64 a, u64 b, bool signal_nans, struct fp_env *env);

u64 fp_abs(unsigned n, u64 a, struct fp_env *env);
u64 fp_neg(unsigned n, u64 a, struct fp_env *env);
u64 fp_sqrt(unsigned n, u64 a, struct fp_env *env);
u64 fp_recip_estimate(unsigned n, u64 a, struct fp_env *env);
u64 fp_rsqrt_estimate(unsigned n, u64 a, struct fp_env *env);
u64 fp_recpx(unsigned n, u64 a, struct fp_env *env);
u32 fp_unsigned_recip_estimate(u32 a);
u32 fp_unsigned_rsqrt_estimate(u32 a);

/* FPRoundInt(); exact: inexact results are reported. */
u64 fp_round_int(unsigned n, u64 a, enum fp_rounding rounding, bool exact, struct fp_env *env);
/* FPToFixed() to an integer of m bits with fbits of them behind the point. */
u64 fp_to_fixed(unsigned n, u64 a, unsigned fbits, bool is_unsigned, enum fp_rounding rounding, unsigned m, struct fp_env *env);
/* FPToFixedJS() of a double; *z: PSTATE.Z, the conversion lost nothing. */
u32 fp_to_fixed_js(u64 a, bool *z, struct fp_env *env);
/* FixedToFP() from an integer of m bits. */
u64 fp_from_fixed(unsigned n, u64 integer, unsigned fbits, bool is_unsigned, unsigned m, struct fp_env *env);
/* FPConvert(); rounding FP_ODD for FCVTXN, else the environment's. */
u64 fp_convert(unsigned to, unsigned from, u64 a, enum fp_rounding rounding, struct fp_env *env);

/* VFPExpandImm() */
u64 fp_expand_imm(unsigned n, u8 imm8);

#endif
