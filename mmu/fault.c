/* Fault status codes and names (DDI 0487 D17.2.37), and AArch32's status registers (G8.2.44 DFSR, G8.2.81 IFSR, DDI 0406 B3.13). */
#include "mmu/mmu.h"

#include "emu/platform/bits.h"

u8 fault_status_code(const struct fault *fault)
{
    switch (fault->type) {
    case FAULT_ADDRESS_SIZE:
        return fault->level;
    case FAULT_TRANSLATION:
        return (u8)(0x04 | fault->level);
    case FAULT_ACCESS_FLAG:
        return (u8)(0x08 | fault->level);
    case FAULT_PERMISSION:
        return (u8)(0x0c | fault->level);
    case FAULT_EXTERNAL:
        return 0x10;
    case FAULT_EXTERNAL_WALK:
        return (u8)(0x14 | fault->level);
    case FAULT_ALIGNMENT:
        return 0x21;
    case FAULT_DEBUG:
        return 0x22;
    case FAULT_TLB_CONFLICT:
        return 0x30;
    case FAULT_UNSUPPORTED_UPDATE:
        return 0x31;
    case FAULT_UNSUPPORTED_EXCLUSIVE:
        return 0x35;
    case FAULT_DOMAIN: /* only a PAR shows it */
        return (u8)(0x3c | fault->level);
    default:
        return 0;
    }
}

const char *fault_type_name(u8 type)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none", [FAULT_ADDRESS_SIZE] = "address size", [FAULT_TRANSLATION] = "translation",
        [FAULT_ACCESS_FLAG] = "access flag", [FAULT_PERMISSION] = "permission", [FAULT_EXTERNAL] = "external abort",
        [FAULT_EXTERNAL_WALK] = "external abort on a walk", [FAULT_ALIGNMENT] = "alignment", [FAULT_TLB_CONFLICT] = "TLB conflict",
        [FAULT_UNSUPPORTED_EXCLUSIVE] = "unsupported exclusive", [FAULT_DEBUG] = "watchpoint",
        [FAULT_UNSUPPORTED_UPDATE] = "unsupported hardware update", [FAULT_DOMAIN] = "domain",
    };
    return type < ARRAY_SIZE(names) ? names[type] : "?";
}

/* ---- ISS, DFSR, IFSR ---- */

static bool is_written(const struct fault *f)
{
    return f->kind == MMU_WRITE || f->cache_op || f->walk_write;
}

/* EA (bit 9) is 0: external aborts here are of one kind. */
u32 fault_iss(const struct fault *f)
{
    u32 iss = fault_status_code(f) | (u32)f->s1ptw << 7;
    return f->kind == MMU_FETCH ? iss : iss | (u32)is_written(f) << 6 | (u32)f->cache_op << 8;
}

/* EncodeSDFSC(): FS[4:0] of the first and the second level. 0: a short descriptor's walk has no such fault. */
static u8 short_status(const struct fault *f)
{
    static const u8 codes[][2] = {
        [FAULT_TRANSLATION] = { 0x05, 0x07 }, [FAULT_ACCESS_FLAG] = { 0x03, 0x06 }, [FAULT_DOMAIN] = { 0x09, 0x0b },
        [FAULT_PERMISSION] = { 0x0d, 0x0f }, [FAULT_EXTERNAL_WALK] = { 0x0c, 0x0e }, [FAULT_EXTERNAL] = { 0x08, 0x08 },
        [FAULT_ALIGNMENT] = { 0x01, 0x01 }, [FAULT_DEBUG] = { 0x02, 0x02 }, [FAULT_TLB_CONFLICT] = { 0x10, 0x10 },
        [FAULT_UNSUPPORTED_EXCLUSIVE] = { 0x15, 0x15 },
    };
    return f->type < ARRAY_SIZE(codes) ? codes[f->type][f->level > 1] : 0;
}

/* CM (13) and WnR (11): of data. ExT (12) is 0. */
static u32 data_flags(const struct fault *f)
{
    return f->kind == MMU_FETCH ? 0 : (u32)f->cache_op << 13 | (u32)is_written(f) << 11;
}

/* AArch32.FaultStatusSD() */
u32 fault_fsr_short(const struct fault *f)
{
    u32 fs = short_status(f);
    return data_flags(f) | (u32)bit(fs, 4) << 10 | (f->kind == MMU_FETCH ? 0 : (u32)f->domain << 4) | (fs & 15);
}

/* AArch32.FaultStatusLD() */
u32 fault_fsr_long(const struct fault *f)
{
    return data_flags(f) | 1u << 9 | fault_status_code(f);
}

/* ---- PAR (G8.2.121) ---- */

/* Inner and outer cacheability, from MAIR's form: 0 Non-cacheable, 1 write-back, 2 write-through, 3 write-back without write-allocation. */
static u32 short_form(unsigned mair_nibble)
{
    if (mair_nibble == 4)
        return 0;
    if (!(mair_nibble & 4))
        return 2;
    return mair_nibble & 1 ? 1 : 3;
}

/* Outer 3:2 and Inner 6:4: of Device memory the Inner field tells the kinds apart, 0b001 and 0b011; of Normal, write-back and -through have bit 2. */
static u32 par_attributes(const struct translation *t)
{
    if (t->type != MEM_NORMAL)
        return (t->type == MEM_DEVICE_nGnRnE ? 1u : 3u) << 4;
    u32 inner = short_form(t->attr & 15), outer = short_form(t->attr >> 4);
    return (inner ? inner | 4 : 0) << 4 | outer << 2;
}

u32 par_short(const struct translation *t)
{
    bool supersection = t->page_shift == 24;
    u32 address = supersection ? (u32)(bits(t->pa.v, 31, 24) << 24 | bits(t->pa.v, 39, 32) << 16) : (u32)(bits(t->pa.v, 31, 12) << 12);
    return address | (u32)(t->sh == 3) << 10 | (u32)t->ns << 9 | (u32)(t->sh != 0) << 7 | par_attributes(t) | (u32)supersection << 1;
}

u64 par_long(const struct translation *t)
{
    return bits(t->pa.v, 47, 12) << 12 | 1u << 11 | (u64)t->ns << 9 | (u64)t->sh << 7 | (u64)t->attr << 56;
}

/* FS is DFSR[12, 10, 3:0]; ExT is 0. */
u32 par_short_of_fault(const struct fault *f)
{
    return (u32)short_status(f) << 1 | 1;
}

u64 par_long_of_fault(const struct fault *f)
{
    return 1u << 11 | (u64)(f->stage == 2) << 9 | (u64)f->s1ptw << 8 | (u64)fault_status_code(f) << 1 | 1;
}
