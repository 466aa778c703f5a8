/* What the common instructions do, apart from going on: their handlers and the fused ones (cpu/fused.def) are made of these.
 *
 * step_ID() is true when the instruction at s.op is done and the next one follows. False: nothing is done, ID's own handler does it all (a memory
 * access that missed, a branch out of the page); or, of a near branch, it is taken. */
#ifndef CPU_STEPS_H
#define CPU_STEPS_H

#include "cpu/fuse_links.h"
#include "cpu/int_ops.h"
#include "cpu/jump.h"
#include "cpu/ldst_ops.h"

/* One instruction, alone or in a sequence: what it knows of those before it there. All but cpu and op is known when compiled. */
struct step {
    struct cpu *cpu;
    const struct op *op;
    u64 *done;       /* what the steps of the sequence have computed, by their numbers; alone: room for one */
    u32 links;       /* cpu/fuse_links.h */
    unsigned number; /* in the sequence, from 1; alone: 0 */
};

#define STEP_ALONE(cpu, op) ((struct step){ (cpu), (op), &(u64){ 0 }, 0, 0 })

/* The registers that the op names, or what an earlier step has put there. */
static ALWAYS_INLINE u64 rn(struct step s)
{
    return LINKED_N(s.links) ? s.done[LINKED_N(s.links)] : s.cpu->x[s.op->rn];
}

static ALWAYS_INLINE u64 rm(struct step s)
{
    return LINKED_M(s.links) ? s.done[LINKED_M(s.links)] : s.cpu->x[s.op->rm];
}

static ALWAYS_INLINE u64 ra(struct step s)
{
    return LINKED_A(s.links) ? s.done[LINKED_A(s.links)] : s.cpu->x[s.op->ra];
}

static ALWAYS_INLINE u64 rt(struct step s)
{
    return LINKED_T(s.links) ? s.done[LINKED_T(s.links)] : s.cpu->x[s.op->rd];
}

/* The destination, which a later step overwrites where this one's value is dead. */
static ALWAYS_INLINE void put(struct step s, u64 value)
{
    s.done[s.number] = value;
    if (!DEAD_BY(s.links))
        s.cpu->x[s.op->rd] = value;
}

#define STEP_OF(id, near_branch, linkable, ...)                                                                        \
    enum { IS_NEAR_BRANCH_##id = near_branch, IS_LINKABLE_##id = linkable };                                           \
    static ALWAYS_INLINE bool step_##id(struct step s)                                                                 \
    {                                                                                                                  \
        (void)s;                                                                                                       \
        __VA_ARGS__;                                                                                                   \
    }

/* A value of 64 or of 32 bits for the destination; flags alone. */
#define STEP(id, ...) STEP_OF(id, 0, 1, put(s, __VA_ARGS__); return true)
#define STEP_W(id, ...) STEP_OF(id, 0, 1, put(s, (u32)(__VA_ARGS__)); return true)
#define STEP_FLAGS(id, ...) STEP_OF(id, 0, 1, __VA_ARGS__; return true)

#define STEP_MEM(id, template, ...)                                                                                    \
    STEP_OF(id, 0, 0, s64 not_charged = 0; return template(s.cpu, s.op, &not_charged, ACCESS_HIT, __VA_ARGS__))        \
    ACCESS(id, template, __VA_ARGS__)

#define ACCESS(id, template, ...)                                                                                      \
    static ALWAYS_INLINE bool access_##id(struct cpu *cpu, const struct op *op, s64 *budget)                           \
    {                                                                                                                  \
        return template(cpu, op, budget, ACCESS_ANY, __VA_ARGS__);                                                     \
    }

/* An access whose base and offset may be linked. `base_ok`: a base that may be SP. */
#define STEP_LOAD(id, size, kind, sp_is_ok, address, template, ...)                                                    \
    STEP_OF(id, 0, 1, return load_step(s, (sp_is_ok), (address), size, kind))                                          \
    ACCESS(id, template, __VA_ARGS__)

#define STEP_STORE(id, size, sp_is_ok, address, template, ...)                                                         \
    STEP_OF(id, 0, 1, return store_step(s, (sp_is_ok), (address), size))                                               \
    ACCESS(id, template, __VA_ARGS__)

#define STEP_NEAR_BRANCH(id, condition) STEP_OF(id, 1, 1, return !(condition))

/* A branch that its own handler makes: it comes last where it is fused. */
#define STEP_LEAVING(id) STEP_OF(id, 0, 1, return false)

/* The handler of a step alone. */
#define STEP_HANDLER(id)                                                                                               \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        step_##id(STEP_ALONE(cpu, op));                                                                                \
        NEXT();                                                                                                        \
    }

#define STEP_MEM_HANDLER(id)                                                                                           \
    static NOINLINE void ENGINE_NAME(id##_slow)(struct cpu * cpu, const struct op *op, s64 budget)                     \
    {                                                                                                                  \
        if (!access_##id(cpu, op, &budget))                                                                            \
            EXCEPTION();                                                                                               \
        NEXT();                                                                                                        \
    }                                                                                                                  \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (LIKELY(step_##id(STEP_ALONE(cpu, op))))                                                                    \
            NEXT();                                                                                                    \
        TAIL_CALL ENGINE_NAME(id##_slow)(cpu, op, budget);                                                             \
    }

#define STEP_NEAR_HANDLER(id)                                                                                          \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!step_##id(STEP_ALONE(cpu, op)))                                                                           \
            JUMP_NEAR();                                                                                               \
        NEXT();                                                                                                        \
    }

/* ---- accesses ---- */

static ALWAYS_INLINE bool base_is_fine(struct step s)
{
    return s.links & NOT_SP || !(s.op->rn == SLOT_SP && (rn(s) & 15));
}

static ALWAYS_INLINE bool load_step(struct step s, bool sp_is_ok, u64 addr, unsigned size, enum load_kind kind)
{
    s64 not_charged = 0;
    u64 value;
    if (!sp_is_ok || !mem_load_by(s.cpu, s.op, &not_charged, ACCESS_HIT, addr, size, &value))
        return false;
    put(s, extend_loaded(value, size, kind));
    return true;
}

static ALWAYS_INLINE bool store_step(struct step s, bool sp_is_ok, u64 addr, unsigned size)
{
    s64 not_charged = 0;
    return sp_is_ok && mem_store_by(s.cpu, s.op, &not_charged, ACCESS_HIT, addr, size, rt(s));
}

/* ---- data processing ---- */

STEP_FLAGS(NOP, (void)s)
STEP(ADRP, s.cpu->page_va + s.op->imm)
STEP_W(ADD_I32, rn(s) + s.op->imm)
STEP_W(SUB_I32, rn(s) - s.op->imm)
STEP(ADDS_I32, adds32(s.cpu, rn(s), s.op->imm))
STEP(SUBS_I32, subs32(s.cpu, rn(s), s.op->imm))
STEP_W(AND_I32, rn(s) & s.op->imm)
STEP(ANDS_I32, logic32(s.cpu, rn(s) & s.op->imm))
STEP(MOVZ_32, s.op->imm)
STEP(ADD_I64, rn(s) + s.op->imm)
STEP(SUB_I64, rn(s) - s.op->imm)
STEP(ADDS_I64, adds64(s.cpu, rn(s), s.op->imm))
STEP(SUBS_I64, subs64(s.cpu, rn(s), s.op->imm))
STEP(AND_I64, rn(s) & s.op->imm)
STEP(ORR_I64, rn(s) | s.op->imm)
STEP(EOR_I64, rn(s) ^ s.op->imm)
STEP(ANDS_I64, logic64(s.cpu, rn(s) & s.op->imm))
STEP(MOVN_64, ~s.op->imm)
STEP(MOVZ_64, s.op->imm)
STEP(MOVK_64, (rt(s) & ~(0xffffull << s.op->ra)) | s.op->imm)
STEP(SBFM_64, (u64)((s64)(rn(s) << s.op->ra) >> s.op->rm))
STEP(UBFM_32, (u32)rn(s) << s.op->ra >> s.op->rm)
STEP(UBFM_64, rn(s) << s.op->ra >> s.op->rm)
STEP_W(AND_R32, rn(s) & rm(s))
STEP_W(ORR_R32, rn(s) | rm(s))
STEP_W(EOR_R32, rn(s) ^ rm(s))
STEP_W(ADD_R32, rn(s) + rm(s))
STEP_W(SUB_R32, rn(s) - rm(s))
STEP(SUBS_R32, subs32(s.cpu, rn(s), rm(s)))
STEP(AND_R64, rn(s) & rm(s))
STEP(ORR_R64, rn(s) | rm(s))
STEP(EOR_R64, rn(s) ^ rm(s))
STEP(ADD_R64, rn(s) + rm(s))
STEP(SUB_R64, rn(s) - rm(s))
STEP(ADDS_R64, adds64(s.cpu, rn(s), rm(s)))
STEP(SUBS_R64, subs64(s.cpu, rn(s), rm(s)))
STEP(BIC_R64, rn(s) & ~rm(s))
STEP(ADC_64, rn(s) + rm(s) + s.cpu->cf)
STEP(ADCS_64, adcs64(s.cpu, rn(s), rm(s)))
STEP(MADD_64, ra(s) + rn(s) * rm(s))
STEP(MSUB_64, ra(s) - rn(s) * rm(s))
STEP_W(MADD_32, ra(s) + rn(s) * rm(s))
STEP(UMULH, (u64)((u128)rn(s) * rm(s) >> 64))
STEP(UMADDL, ra(s) + (u64)(u32)rn(s) * (u32)rm(s))
STEP(LSLV_64, rn(s) << (rm(s) & 63))
STEP(LSRV_64, rn(s) >> (rm(s) & 63))
STEP(REV_32, __builtin_bswap32((u32)rn(s)))
STEP(REV_64, __builtin_bswap64(rn(s)))

/* Forms that cpu/specialise.c tells apart: no destination, no addend, no base, one shift alone */
STEP_FLAGS(CMP_I32, subs32(s.cpu, rn(s), s.op->imm))
STEP_FLAGS(CMP_R32, subs32(s.cpu, rn(s), rm(s)))
STEP_FLAGS(CMP_I64, subs64(s.cpu, rn(s), s.op->imm))
STEP_FLAGS(CMP_R64, subs64(s.cpu, rn(s), rm(s)))
STEP_FLAGS(TST_I32, logic32(s.cpu, rn(s) & s.op->imm))
STEP_FLAGS(TST_I64, logic64(s.cpu, rn(s) & s.op->imm))
STEP(MUL_64, rn(s) * rm(s))
STEP_W(MOV_32, rm(s))
STEP(MOV_64, rm(s))
STEP(LSL_I64, rn(s) << s.op->ra)
STEP(LSR_I64, rn(s) >> s.op->rm)
STEP_W(ANDS_R32, logic32(s.cpu, rn(s) & rm(s)))
STEP(ANDS_R64, logic64(s.cpu, rn(s) & rm(s)))
STEP(BICS_R64, logic64(s.cpu, rn(s) & ~rm(s)))
STEP(ADDS_R32, adds32(s.cpu, rn(s), rm(s)))
STEP_W(MOVN_32, ~s.op->imm)
STEP_W(BFM_32, (rt(s) & ~s.op->imm) | (u32)rn(s) << s.op->ra >> s.op->rm)
STEP(BFM_64, (rt(s) & ~s.op->imm) | rn(s) << s.op->ra >> s.op->rm)
STEP_W(EXTR_32, (rn(s) << 32 | (u32)rm(s)) >> s.op->imm)
STEP(EXTR_64, (u64)(((u128)rn(s) << 64 | rm(s)) >> s.op->imm))
STEP(CLZ_64, count_leading_zeros(rn(s)))
STEP_W(LSLV_32, (u32)rn(s) << (rm(s) & 31))
STEP(SXTW_64, (u64)(s64)(s32)rn(s))
STEP(ADD_UXTW64, rn(s) + ((u64)(u32)rm(s) << s.op->imm))
STEP(ADD_SXTW64, rn(s) + ((u64)(s64)(s32)rm(s) << s.op->imm))

#define STEPS_SHIFTED(name, operator)                                                                                  \
    STEP(name##_LSL64, rn(s) operator (rm(s) << s.op->imm))                                                            \
    STEP(name##_LSR64, rn(s) operator (rm(s) >> s.op->imm))                                                            \
    STEP(name##_ASR64, rn(s) operator (u64)((s64)rm(s) >> s.op->imm))                                                  \
    STEP(name##_ROR64, rn(s) operator rotate_right(rm(s), 64, (unsigned)s.op->imm))                                    \
    STEP_W(name##_LSL32, rn(s) operator (rm(s) << s.op->imm))                                                          \
    STEP_W(name##_LSR32, rn(s) operator ((u32)rm(s) >> s.op->imm))                                                     \
    STEP_W(name##_ASR32, rn(s) operator (u32)((s32)rm(s) >> s.op->imm))                                                \
    STEP_W(name##_ROR32, rn(s) operator rotate_right((u32)rm(s), 32, (unsigned)s.op->imm))

STEPS_SHIFTED(ADD, +)
STEPS_SHIFTED(SUB, -)
STEPS_SHIFTED(AND, &)
STEPS_SHIFTED(ORR, |)
STEPS_SHIFTED(EOR, ^)

/* ---- selects ---- */

static ALWAYS_INLINE u64 select_increment(bool holds, u64 yes, u64 no)
{
    return choose_value(holds, yes, no) + !holds;
}

#define STEPS_SELECT(cond)                                                                                             \
    STEP(CSEL64_##cond, choose_value(cond_holds_const(s.cpu, COND_##cond), rn(s), rm(s)))                              \
    STEP_W(CSEL32_##cond, choose_value(cond_holds_const(s.cpu, COND_##cond), rn(s), rm(s)))                            \
    STEP(CSINC64_##cond, select_increment(cond_holds_const(s.cpu, COND_##cond), rn(s), rm(s)))                         \
    STEP_W(CSINC32_##cond, select_increment(cond_holds_const(s.cpu, COND_##cond), rn(s), rm(s)))

STEP_W(CSINV_32, choose_value(cond_holds(s.cpu, s.op->ra), rn(s), ~rm(s)))

/* What a conditional compare does whose condition fails comes last. */
STEP_FLAGS(CCMP_I32, if (cond_holds(s.cpu, s.op->ra)) subs32(s.cpu, rn(s), s.op->imm); else set_flags_of(s.cpu, s.op->rm))
STEP_FLAGS(CCMP_R32, if (cond_holds(s.cpu, s.op->ra)) subs32(s.cpu, rn(s), rm(s)); else set_flags_of(s.cpu, (unsigned)s.op->imm))
STEP_FLAGS(CCMP_I64, if (cond_holds(s.cpu, s.op->ra)) subs64(s.cpu, rn(s), s.op->imm); else set_flags_of(s.cpu, s.op->rm))
STEP_FLAGS(CCMP_R64, if (cond_holds(s.cpu, s.op->ra)) subs64(s.cpu, rn(s), rm(s)); else set_flags_of(s.cpu, (unsigned)s.op->imm))

/* ---- branches inside the page ---- */

STEP_NEAR_BRANCH(B_NEAR, true)
STEP_NEAR_BRANCH(CBZ_NEAR32, (u32)rt(s) == 0)
STEP_NEAR_BRANCH(CBNZ_NEAR32, (u32)rt(s) != 0)
STEP_NEAR_BRANCH(CBZ_NEAR64, rt(s) == 0)
STEP_NEAR_BRANCH(CBNZ_NEAR64, rt(s) != 0)
STEP_NEAR_BRANCH(TBZ_NEAR, !bit(rt(s), s.op->rm))
STEP_NEAR_BRANCH(TBNZ_NEAR, bit(rt(s), s.op->rm))

/* For each condition, in the order of the encoding. */
#define FOR_EACH_CONDITION(x)                                                                                          \
    x(EQ) x(NE) x(CS) x(CC) x(MI) x(PL) x(VS) x(VC) x(HI) x(LS) x(GE) x(LT) x(GT) x(LE)

#define STEPS_CONDITIONAL(cond)                                                                                        \
    STEPS_SELECT(cond)                                                                                                 \
    STEP_NEAR_BRANCH(B_##cond##_NEAR, cond_holds_const(s.cpu, COND_##cond))

FOR_EACH_CONDITION(STEPS_CONDITIONAL)

/* ---- branches that their own handlers make ---- */

STEP_LEAVING(B)
STEP_LEAVING(BL)
STEP_LEAVING(BL_NEAR)
STEP_LEAVING(BLR)
STEP_LEAVING(RET)

/* ---- loads and stores ---- */

STEP_LOAD(LDRB_U, 1, LOAD_U, base_is_fine(s), rn(s) + s.op->imm, load_imm, 1, LOAD_U, false, false)
STEP_MEM(LDRB_P, load_imm, 1, LOAD_U, true, true)
STEP_MEM(LDRB_W, load_imm, 1, LOAD_U, false, true)
STEP_STORE(STRB_U, 1, base_is_fine(s), rn(s) + s.op->imm, store_imm, 1, false, false)
STEP_LOAD(LDR32_U, 4, LOAD_U, base_is_fine(s), rn(s) + s.op->imm, load_imm, 4, LOAD_U, false, false)
STEP_STORE(STR32_U, 4, base_is_fine(s), rn(s) + s.op->imm, store_imm, 4, false, false)
STEP_LOAD(LDR64_U, 8, LOAD_U, base_is_fine(s), rn(s) + s.op->imm, load_imm, 8, LOAD_U, false, false)
STEP_STORE(STR64_U, 8, base_is_fine(s), rn(s) + s.op->imm, store_imm, 8, false, false)
STEP_MEM(LDR64_P, load_imm, 8, LOAD_U, true, true)
STEP_MEM(STR64_P, store_imm, 8, true, true)
STEP_LOAD(LDR64_N, 8, LOAD_U, base_is_fine(s), rn(s) + s.op->imm, load_imm, 8, LOAD_U, false, false)
STEP_LOAD(LDRH_U, 2, LOAD_U, base_is_fine(s), rn(s) + s.op->imm, load_imm, 2, LOAD_U, false, false)
STEP_LOAD(LDRSW_U, 4, LOAD_S64, base_is_fine(s), rn(s) + s.op->imm, load_imm, 4, LOAD_S64, false, false)
STEP_MEM(STRB_P, store_imm, 1, true, true)
STEP_MEM(LDRB_R, load_reg, 0, LOAD_U)
STEP_LOAD(LDR32_INDEX, 4, LOAD_U, true, rn(s) + (rm(s) << s.op->imm), load_index, 4, LOAD_U)
STEP_STORE(STR32_INDEX, 4, true, rn(s) + (rm(s) << s.op->imm), store_index, 4)
STEP_LOAD(LDR64_INDEX, 8, LOAD_U, true, rn(s) + (rm(s) << s.op->imm), load_index, 8, LOAD_U)
STEP_STORE(STR64_INDEX, 8, true, rn(s) + (rm(s) << s.op->imm), store_index, 8)
STEP_LOAD(LDRB_INDEX, 1, LOAD_U, true, rn(s) + (rm(s) << s.op->imm), load_index, 1, LOAD_U)
STEP_MEM(LDP32_U, load_pair, 4, LOAD_U, false, false)
STEP_MEM(LDP64_U, load_pair, 8, LOAD_U, false, false)
STEP_MEM(LDP64_P, load_pair, 8, LOAD_U, true, true)
STEP_MEM(STP64_U, store_pair, 8, false, false)
STEP_MEM(STP64_P, store_pair, 8, true, true)
STEP_MEM(STP32_U, store_pair, 4, false, false)
STEP_MEM(LDP64_W, load_pair, 8, LOAD_U, false, true)
STEP_MEM(LDR64_W, load_imm, 8, LOAD_U, false, true)
STEP_MEM(LDR64_R, load_reg, 3, LOAD_U)
STEP_STORE(STR64_N, 8, base_is_fine(s), rn(s) + s.op->imm, store_imm, 8, false, false)
STEP_MEM(STP64_W, store_pair, 8, false, true)

#endif
