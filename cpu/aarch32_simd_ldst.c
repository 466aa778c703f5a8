/* Elements and structures of AArch32's VLD1 to VLD4 and VST1 to VST4, between registers and a copy of their memory (DDI 0487 F6.1).
 * Registers beyond D31, which are UNPREDICTABLE, are D0 on. */
#include "cpu/aarch32_fp.h"

#include "emu/platform/bits.h"

#include <string.h>

static ALWAYS_INLINE u8 *d_bytes(struct cpu *cpu, unsigned n)
{
    return (u8 *)&cpu->v[n / 2 % 16].d[n % 2];
}

static ALWAYS_INLINE const u8 *const_d_bytes(const struct cpu *cpu, unsigned n)
{
    return (const u8 *)&cpu->v[n / 2 % 16].d[n % 2];
}

/* ---- multiple structures: by the type in bits 11:8 ---- */

struct layout {
    u8 elements; /* of a structure */
    u8 step;     /* between the registers of its elements */
    u8 sets;     /* of such registers, one behind the other */
};

static struct layout layout_of(const struct op *op)
{
    static const struct layout layouts[16] = {
        [0] = { 4, 1, 1 }, [1] = { 4, 2, 1 }, [2] = { 1, 1, 4 }, [3] = { 2, 2, 2 },  [4] = { 3, 1, 1 }, [5] = { 3, 2, 1 },
        [6] = { 1, 1, 3 }, [7] = { 1, 1, 1 }, [8] = { 2, 1, 1 }, [9] = { 2, 2, 1 }, [10] = { 1, 1, 2 },
    };
    return layouts[bits(op->imm32, 11, 8)];
}

/* Element e of lane i of set r lies at `at`: sizes are constants here, so that copies are. */
#define FOR_EACH_ELEMENT(l, size)                                                                                      \
    for (unsigned r = 0, at = 0; r < (l).sets; r++)                                                                    \
        for (unsigned i = 0; i < 8u >> (size); i++)                                                                    \
            for (unsigned e = 0; e < (l).elements; e++, at += 1u << (size))

static ALWAYS_INLINE void load_sized(struct cpu *cpu, const struct op *op, struct layout l, unsigned size, const u8 *memory)
{
    FOR_EACH_ELEMENT(l, size)
        memcpy(d_bytes(cpu, op->rd + r + e * l.step) + (i << size), memory + at, 1u << size);
}

static ALWAYS_INLINE void store_sized(const struct cpu *cpu, const struct op *op, struct layout l, unsigned size, u8 *memory)
{
    FOR_EACH_ELEMENT(l, size)
        memcpy(memory + at, const_d_bytes(cpu, op->rd + r + e * l.step) + (i << size), 1u << size);
}

/* Of one-element structures whole registers are moved. */
static ALWAYS_INLINE unsigned moved_size(const struct op *op, struct layout l)
{
    return l.elements == 1 ? 3 : (unsigned)bits(op->imm32, 7, 6);
}

void simd32_load_structures(struct cpu *cpu, const struct op *op, const u8 *memory)
{
    struct layout l = layout_of(op);
    switch (moved_size(op, l)) {
    case 0:
        load_sized(cpu, op, l, 0, memory);
        break;
    case 1:
        load_sized(cpu, op, l, 1, memory);
        break;
    case 2:
        load_sized(cpu, op, l, 2, memory);
        break;
    default:
        load_sized(cpu, op, l, 3, memory);
        break;
    }
}

void simd32_store_structures(const struct cpu *cpu, const struct op *op, u8 *memory)
{
    struct layout l = layout_of(op);
    switch (moved_size(op, l)) {
    case 0:
        store_sized(cpu, op, l, 0, memory);
        break;
    case 1:
        store_sized(cpu, op, l, 1, memory);
        break;
    case 2:
        store_sized(cpu, op, l, 2, memory);
        break;
    default:
        store_sized(cpu, op, l, 3, memory);
        break;
    }
}

/* ---- one lane: size in bits 11:10, index_align in 7:4 ---- */

static ALWAYS_INLINE unsigned lane_size(const struct op *op)
{
    return (unsigned)bits(op->imm32, 11, 10);
}

/* The byte of the register that the lane begins at. */
static ALWAYS_INLINE unsigned lane_offset(const struct op *op)
{
    return (unsigned)bits(op->imm32, 7, 5 + lane_size(op)) << lane_size(op);
}

static ALWAYS_INLINE unsigned lane_step(const struct op *op)
{
    return lane_size(op) && op->imm32 >> (4 + lane_size(op)) & 1 ? 2 : 1;
}

void simd32_load_lane(struct cpu *cpu, const struct op *op, const u8 *memory)
{
    unsigned size = lane_size(op);
    for (unsigned e = 0; e <= bits(op->imm32, 9, 8); e++)
        memcpy(d_bytes(cpu, op->rd + e * lane_step(op)) + lane_offset(op), memory + (e << size), 1u << size);
}

void simd32_store_lane(const struct cpu *cpu, const struct op *op, u8 *memory)
{
    unsigned size = lane_size(op);
    for (unsigned e = 0; e <= bits(op->imm32, 9, 8); e++)
        memcpy(memory + (e << size), const_d_bytes(cpu, op->rd + e * lane_step(op)) + lane_offset(op), 1u << size);
}

/* ---- all lanes: size in bits 7:6 (3 is a word), T in bit 5: two registers for VLD1, else every second one ---- */

void simd32_load_all_lanes(struct cpu *cpu, const struct op *op, const u8 *memory)
{
    unsigned elements = 1 + (unsigned)bits(op->imm32, 9, 8), size = (unsigned)bits(op->imm32, 7, 6), t = bit(op->imm32, 5);
    if (size == 3)
        size = 2;
    for (unsigned e = 0; e < elements; e++)
        for (unsigned i = 0; i < 8u >> size; i++) {
            memcpy(d_bytes(cpu, op->rd + e * (1 + t)) + (i << size), memory + (e << size), 1u << size);
            if (elements == 1 && t)
                memcpy(d_bytes(cpu, op->rd + 1u) + (i << size), memory, 1u << size);
        }
}
