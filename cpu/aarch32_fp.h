/* VFP and Advanced SIMD of AArch32: registers, environments, the operations behind the handlers (DDI 0487 E1.3, F6, G8.2).
 *
 * D registers are halves, S registers quarters, of cpu->v (S only of the first eight). FPSCR's control bits are cpu->fpcr, its cumulative bits and
 * N, Z, C, V cpu->fpsr. VFP computes as FPSCR says; Advanced SIMD by the standard FPSCR value: default NaNs, denormals flushed, to nearest. */
#ifndef CPU_AARCH32_FP_H
#define CPU_AARCH32_FP_H

#include "cpu/op.h"

/* The operations: each of the operands and immediate of `op`, without checks. */
#define VFP(id, ...) void vfp_##id(struct cpu *cpu, const struct op *op);
#define VFP_LEN VFP
#define VFP_UNCOND VFP
#define VFP_OWN(id, ...)
#include "cpu/insn_aarch32_vfp.def"
#undef VFP
#undef VFP_LEN
#undef VFP_UNCOND
#undef VFP_OWN
#define SIMD(id, ...) void simd32_##id(struct cpu *cpu, const struct op *op);
#define SIMD_LDST(id, ...)
#include "cpu/insn_aarch32_simd.def"
#undef SIMD
#undef SIMD_LDST

/* Structures between registers and `memory`, whose op->rm bytes are as in little-endian memory: multiple, one lane, all lanes. */
void simd32_load_structures(struct cpu *cpu, const struct op *op, const u8 *memory);
void simd32_store_structures(const struct cpu *cpu, const struct op *op, u8 *memory);
void simd32_load_lane(struct cpu *cpu, const struct op *op, const u8 *memory);
void simd32_store_lane(const struct cpu *cpu, const struct op *op, u8 *memory);
void simd32_load_all_lanes(struct cpu *cpu, const struct op *op, const u8 *memory);

/* CPACR, NSACR, FPEXC, HCPTR and the controls of AArch64 ELs let VFP, or Advanced SIMD, through at this EL in AArch32. */
bool aarch32_fp_is_enabled(const struct cpu *cpu, bool simd);
/* They do not: takes the exception. */
void aarch32_fp_access_trap(struct cpu *cpu, bool simd);

/* Stride and Len */
#define FPSCR_SHORT_VECTORS (3u << 20 | 7u << 16)

enum fp_register { REG_FPSID = 0, REG_FPSCR = 1, REG_MVFR2 = 5, REG_MVFR1 = 6, REG_MVFR0 = 7, REG_FPEXC = 8 };

/* May VMRS or VMSR access this register (enum fp_register) now? rt, for the syndrome. False: an exception was taken. */
bool aarch32_fp_register_check(struct cpu *cpu, unsigned reg, bool write, unsigned rt);
u32 aarch32_fp_register(const struct cpu *cpu, unsigned reg);
void aarch32_write_fp_register(struct cpu *cpu, unsigned reg, u32 value);

/* FPSCR as VMRS reads it, as VMSR writes it. */
u32 aarch32_fpscr(const struct cpu *cpu);
void aarch32_write_fpscr(struct cpu *cpu, u32 value);

static ALWAYS_INLINE u64 get_d(const struct cpu *cpu, unsigned n)
{
    return cpu->v[n / 2].d[n % 2];
}

static ALWAYS_INLINE void set_d(struct cpu *cpu, unsigned n, u64 x)
{
    cpu->v[n / 2].d[n % 2] = x;
}

static ALWAYS_INLINE u32 get_s(const struct cpu *cpu, unsigned n)
{
    return cpu->v[n / 4].s[n % 4];
}

static ALWAYS_INLINE void set_s(struct cpu *cpu, unsigned n, u32 x)
{
    cpu->v[n / 4].s[n % 4] = x;
}

#endif
