/* VFP data processing and moves between registers (DDI 0487 F6.1). The operations are compiled once: cpu/aarch32_vfp.c. */
#include "cpu/aarch32_fp_checks.h"

#include "cpu/a32_ops.h"

#define VFP(id, ...)                                                                                                   \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        FP_CHECK();                                                                                                    \
        vfp_##id(cpu, op);                                                                                             \
        NEXT();                                                                                                        \
    }
#define VFP_UNCOND VFP
#define VFP_LEN(id, ...)                                                                                               \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        VFP_SCALAR_CHECK();                                                                                            \
        vfp_##id(cpu, op);                                                                                             \
        NEXT();                                                                                                        \
    }
#define VFP_OWN(id, ...)
#include "cpu/insn_aarch32_vfp.def"
#undef VFP
#undef VFP_LEN
#undef VFP_UNCOND
#undef VFP_OWN

/* ---- between core and S or D registers ---- */

HANDLER(VMOV_SR)
{
    FP_CHECK();
    set_s(cpu, op->rn, (u32)cpu->x[op->rd]);
    NEXT();
}

HANDLER(VMOV_RS)
{
    FP_CHECK();
    cpu->x[op->rd] = get_s(cpu, op->rn);
    NEXT();
}

HANDLER(VMOV_SSRR)
{
    FP_CHECK();
    set_s(cpu, op->rm, (u32)cpu->x[op->rd]);
    set_s(cpu, op->rm + 1u, ra(cpu, op));
    NEXT();
}

HANDLER(VMOV_RRSS)
{
    FP_CHECK();
    cpu->x[op->rd] = get_s(cpu, op->rm);
    cpu->x[op->ra] = get_s(cpu, op->rm + 1u);
    NEXT();
}

HANDLER(VMOV_DRR)
{
    FP_CHECK();
    set_d(cpu, op->rm, (u64)ra(cpu, op) << 32 | (u32)cpu->x[op->rd]);
    NEXT();
}

HANDLER(VMOV_RRD)
{
    FP_CHECK();
    const u64 value = get_d(cpu, op->rm);
    cpu->x[op->rd] = (u32)value;
    cpu->x[op->ra] = value >> 32;
    NEXT();
}

/* ---- elements of a D register: imm32 is the index. Words are VFP's ---- */

static ALWAYS_INLINE void set_element(struct cpu *cpu, const struct op *op, unsigned esize)
{
    const unsigned at = op->imm32 * esize;
    const u64 mask = ones(esize) << at;
    set_d(cpu, op->rn, (get_d(cpu, op->rn) & ~mask) | (cpu->x[op->rd] << at & mask));
}

static ALWAYS_INLINE u64 get_element(const struct cpu *cpu, const struct op *op, unsigned esize)
{
    return get_d(cpu, op->rn) >> op->imm32 * esize & ones(esize);
}

static ALWAYS_INLINE void set_all(struct cpu *cpu, const struct op *op, u64 x)
{
    set_d(cpu, op->rn, x);
    if (op->ra)
        set_d(cpu, op->rn + 1u, x);
}

#define ELEMENT(id, check, statement)                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        check();                                                                                                       \
        statement;                                                                                                     \
        NEXT();                                                                                                        \
    }

ELEMENT(VMOV_E8R, SIMD_CHECK, set_element(cpu, op, 8))
ELEMENT(VMOV_E16R, SIMD_CHECK, set_element(cpu, op, 16))
ELEMENT(VMOV_E32R, FP_CHECK, set_element(cpu, op, 32))
ELEMENT(VMOV_RS8, SIMD_CHECK, cpu->x[op->rd] = (u32)sign_extend(get_element(cpu, op, 8), 8))
ELEMENT(VMOV_RS16, SIMD_CHECK, cpu->x[op->rd] = (u32)sign_extend(get_element(cpu, op, 16), 16))
ELEMENT(VMOV_RU8, SIMD_CHECK, cpu->x[op->rd] = get_element(cpu, op, 8))
ELEMENT(VMOV_RU16, SIMD_CHECK, cpu->x[op->rd] = get_element(cpu, op, 16))
ELEMENT(VMOV_RE32, FP_CHECK, cpu->x[op->rd] = get_element(cpu, op, 32))
ELEMENT(VDUP_R8, SIMD_CHECK, set_all(cpu, op, (u8)cpu->x[op->rd] * 0x0101010101010101ull))
ELEMENT(VDUP_R16, SIMD_CHECK, set_all(cpu, op, (u16)cpu->x[op->rd] * 0x0001000100010001ull))
ELEMENT(VDUP_R32, SIMD_CHECK, set_all(cpu, op, (u32)cpu->x[op->rd] * 0x0000000100000001ull))

/* ---- system registers ---- */

HANDLER(VMRS_APSR)
{
    FP_CHECK();
    cpu_set_nzcv(cpu, cpu->fpsr & 0xf0000000);
    NEXT();
}

HANDLER(VMRS)
{
    cpu_sync(cpu, op, budget);
    if (!aarch32_fp_register_check(cpu, op->imm32, false, op->rd))
        EXCEPTION();
    cpu->x[op->rd] = aarch32_fp_register(cpu, op->imm32);
    NEXT();
}

HANDLER(VMSR)
{
    cpu_sync(cpu, op, budget);
    if (!aarch32_fp_register_check(cpu, op->imm32, true, op->rd))
        EXCEPTION();
    aarch32_write_fp_register(cpu, op->imm32, (u32)cpu->x[op->rd]);
    END_SYSTEM();
}
