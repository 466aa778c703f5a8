/* Which instructions may be branched to in a guarded page (DDI 0487 D8.4.5, J1.3 BTypeCompatible). */
#include "cpu/bti.h"

#include "cpu/model.h"
#include "cpu/syndrome.h"
#include "cpu/sysreg_bits.h"
#include "emu/platform/bits.h"

/* Of the page at `page`: as it was fetched, or where that is not at hand any more, as a fetch would find it now. */
static bool is_guarded(struct cpu *cpu, u64 page)
{
    unsigned slot = (page >> PAGE_SHIFT) % HOST_ENTRIES;
    if (cpu->ctx->fetch[slot].tag == page)
        return cpu->ctx->guarded[slot];
    struct mmu_request rq = { .va = VA(page), .kind = MMU_FETCH, .size = 4, .privileged = cpu->pstate.el != 0 };
    struct translation t;
    struct fault fault;
    return mmu_translate(&cpu->mmu, &cpu->ctx->regime, &rq, &t, &fault) && t.guarded;
}

u8 bti_btype(struct cpu *cpu, enum landing landing, u64 from)
{
    if (!cpu_has(cpu, FEAT_BTI))
        return 0;
    if (landing == LANDS_AS_CALL)
        return 2;
    return landing == LANDS_BY_OTHER && is_guarded(cpu, from) ? 3 : 1;
}

static bool is_brk(u32 word)
{
    return (word & 0xffe0001f) == 0xd4200000;
}

/* BTypeCompatible: BTI by its targets (none, c, j, jc), PACIASP and PACIBSP like BTI c (and j, unless SCTLR_ELx.BT says no); BRK and HLT may
 * stand anywhere. */
static bool is_compatible(const struct cpu *cpu, u32 word)
{
    u8 btype = cpu->pstate.btype;
    if ((word & 0xffffff3f) == 0xd503241f) {
        unsigned targets = (unsigned)bits(word, 7, 6);
        return (bit(targets, 0) && btype != 3) || (bit(targets, 1) && btype != 2);
    }
    if ((word == 0xd503233f || word == 0xd503237f) && cpu_has(cpu, FEAT_PAUTH))
        return btype != 3 || !bit(cpu->ctx->regime.sctlr, cpu->pstate.el ? SCTLR_BT1 : SCTLR_BT0);
    return is_brk(word) || (word & 0xffe0001f) == 0xd4400000;
}

bool bti_accepts(struct cpu *cpu, const struct op *op)
{
    u32 word = op_word(op);
    if (cpu->pstate.btype && is_guarded(cpu, cpu->page_va) && !is_compatible(cpu, word))
        return false;
    if (!is_brk(word))
        cpu->pstate.btype = 0;
    return true;
}

void bti_at_brk(struct cpu *cpu)
{
    if (!cpu->pstate.btype && cpu->landing && cpu->landing >> 2 == cpu->insns)
        cpu->pstate.btype = bti_btype(cpu, (enum landing)(cpu->landing & 3), cpu->landing_from);
}

void bti_exception(struct cpu *cpu)
{
    exception_sync(cpu, exception_default_target(cpu), EC_BRANCH_TARGET, cpu->pstate.btype, cpu->pc);
}
