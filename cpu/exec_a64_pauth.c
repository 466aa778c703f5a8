/* Pointer authentication instructions (DDI 0487 C4.1.66, C4.1.67, C4.1.68). PACIASP and the others of the hint space are ops of PACIA, PACIB,
 * AUTIA, AUTIB and XPACI with their registers filled in (cpu/specialise.c). */
#include "cpu/access.h"
#include "cpu/jump.h"
#include "cpu/pauth.h"

#define LINK 30 /* X30 */

/* ---- in registers ---- */

#define CODE_IN_REGISTER(id, verb, key, modifier)                                                                      \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!pauth_##verb(cpu, op, budget, key, cpu->x[op->rd], modifier))                                             \
            EXCEPTION();                                                                                               \
        cpu->x[op->rd] = cpu->slow.value[0];                                                                           \
        NEXT();                                                                                                        \
    }

CODE_IN_REGISTER(PACIA, add, PAUTH_IA, cpu->x[op->rn])
CODE_IN_REGISTER(PACIB, add, PAUTH_IB, cpu->x[op->rn])
CODE_IN_REGISTER(PACDA, add, PAUTH_DA, cpu->x[op->rn])
CODE_IN_REGISTER(PACDB, add, PAUTH_DB, cpu->x[op->rn])
CODE_IN_REGISTER(PACIZA, add, PAUTH_IA, 0)
CODE_IN_REGISTER(PACIZB, add, PAUTH_IB, 0)
CODE_IN_REGISTER(PACDZA, add, PAUTH_DA, 0)
CODE_IN_REGISTER(PACDZB, add, PAUTH_DB, 0)
CODE_IN_REGISTER(AUTIA, auth, PAUTH_IA, cpu->x[op->rn])
CODE_IN_REGISTER(AUTIB, auth, PAUTH_IB, cpu->x[op->rn])
CODE_IN_REGISTER(AUTDA, auth, PAUTH_DA, cpu->x[op->rn])
CODE_IN_REGISTER(AUTDB, auth, PAUTH_DB, cpu->x[op->rn])
CODE_IN_REGISTER(AUTIZA, auth, PAUTH_IA, 0)
CODE_IN_REGISTER(AUTIZB, auth, PAUTH_IB, 0)
CODE_IN_REGISTER(AUTDZA, auth, PAUTH_DA, 0)
CODE_IN_REGISTER(AUTDZB, auth, PAUTH_DB, 0)

HANDLER(XPACI)
{
    cpu->x[op->rd] = pauth_strip(cpu, cpu->x[op->rd], false);
    NEXT();
}

HANDLER(XPACD)
{
    cpu->x[op->rd] = pauth_strip(cpu, cpu->x[op->rd], true);
    NEXT();
}

HANDLER(PACGA)
{
    if (!pauth_generic(cpu, op, budget, cpu->x[op->rn], cpu->x[op->rm]))
        EXCEPTION();
    cpu->x[op->rd] = cpu->slow.value[0];
    NEXT();
}

/* ---- branches ---- */

#define AUTHENTICATED_BR(id, key, modifier)                                                                            \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!pauth_auth(cpu, op, budget, key, cpu->x[op->rn], modifier))                                               \
            EXCEPTION();                                                                                               \
        JUMP_LANDING(cpu->slow.value[0], op->rn == 16 || op->rn == 17 ? LANDS_BY_X16 : LANDS_BY_OTHER);                \
    }

AUTHENTICATED_BR(BRAA, PAUTH_IA, cpu->x[op->rm])
AUTHENTICATED_BR(BRAB, PAUTH_IB, cpu->x[op->rm])
AUTHENTICATED_BR(BRAAZ, PAUTH_IA, 0)
AUTHENTICATED_BR(BRABZ, PAUTH_IB, 0)

#define AUTHENTICATED_BLR(id, key, modifier)                                                                           \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!pauth_auth(cpu, op, budget, key, cpu->x[op->rn], modifier))                                               \
            EXCEPTION();                                                                                               \
        cpu->x[LINK] = op_pc(cpu, op) + 4;                                                                             \
        JUMP_LANDING(cpu->slow.value[0], LANDS_AS_CALL);                                                               \
    }

AUTHENTICATED_BLR(BLRAA, PAUTH_IA, cpu->x[op->rm])
AUTHENTICATED_BLR(BLRAB, PAUTH_IB, cpu->x[op->rm])
AUTHENTICATED_BLR(BLRAAZ, PAUTH_IA, 0)
AUTHENTICATED_BLR(BLRABZ, PAUTH_IB, 0)

#define AUTHENTICATED_RET(id, key)                                                                                     \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!pauth_auth(cpu, op, budget, key, cpu->x[LINK], cpu->x[SLOT_SP]))                                          \
            EXCEPTION();                                                                                               \
        JUMP_FAR(cpu->slow.value[0]);                                                                                  \
    }

AUTHENTICATED_RET(RETAA, PAUTH_IA)
AUTHENTICATED_RET(RETAB, PAUTH_IB)

/* ---- loads ---- */

/* The alignment of SP is checked behind its authentication. False: an exception was taken; else the budget is cpu->slow.budget. */
static NOINLINE bool authenticated_load(struct cpu *cpu, const struct op *op, s64 budget, enum pauth_key key, bool back)
{
    u64 value;
    if (!pauth_auth(cpu, op, budget, key, cpu->x[op->rn], 0))
        return false;
    u64 addr = cpu->slow.value[0] + op->imm;
    if (!base_ok(cpu, op, budget) || !mem_load(cpu, op, &budget, addr, 8, &value))
        return false;
    cpu->slow.budget = budget;
    if (back)
        cpu->x[op->rn] = addr;
    cpu->x[op->rd] = value; /* wins where Rt is Rn, as in other loads */
    return true;
}

#define AUTHENTICATED_LOAD(id, key, back)                                                                              \
    HANDLER(id)                                                                                                        \
    {                                                                                                                  \
        if (!authenticated_load(cpu, op, budget, key, back))                                                           \
            EXCEPTION();                                                                                               \
        budget = cpu->slow.budget;                                                                                     \
        NEXT();                                                                                                        \
    }

AUTHENTICATED_LOAD(LDRAA_O, PAUTH_DA, false)
AUTHENTICATED_LOAD(LDRAA_W, PAUTH_DA, true)
AUTHENTICATED_LOAD(LDRAB_O, PAUTH_DB, false)
AUTHENTICATED_LOAD(LDRAB_W, PAUTH_DB, true)
