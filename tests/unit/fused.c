/* Fused handlers (cpu/fuse.h) do what their instructions do one by one: each sequence of cpu/fused.def and cpu/fused_a32.def with random registers,
 * on the fast engine, which fuses it when it comes by again, and on the watched one, which never does. */
#include "tests/unit/bare_pe.h"

#include "cpu/aarch32.h"
#include "cpu/fuse.h"
#include "cpu/fuse_links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SVC 0xd4000001u
#define SVC_A32 0xef000000u
#define NOP_WORD 0xd503201fu
#define CODE (BARE_CODE + 0x200)
#define LANDING 32           /* words from each near branch to its SVC */
#define BASE 10              /* the register that accesses begin at */
#define DATA 0x00800000ull   /* mapped, tag in the TLB after the first access */
#define NOWHERE (3ull << 30) /* not mapped */

static const struct {
    const char *reads, *writes;
} registers[FUSED_KINDS] = {
#define KIND_ROW(id, reads, writes) [KIND_##id] = { reads, writes },
#define KIND_VARIANT(id, reads, writes) [KIND_##id] = { reads, writes },
#include "cpu/fused_kind.def"
#undef KIND_ROW
#undef KIND_VARIANT
};

struct step {
    u8 kind;
    u32 links;
};

#define FUSED_FIRST(id)
#define FUSED(name, steps) op_fn exec_fast_##name;
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
#undef FUSED

#define S(id, links) { KIND_##id, (links) },
#define FUSED(name, ...) { { __VA_ARGS__ }, exec_fast_##name, #name },
static const struct sequence {
    struct step steps[FUSED_STEPS];
    op_fn *fn;
    const char *name;
} sequences[] = {
#include "cpu/fused.def"
#include "cpu/fused_a32.def"
};
#undef S
#undef FUSED
#undef FUSED_FIRST

/* A word of each kind: registers are filled in where `fields` has their letter (d, n, m, a, of A32 D, N, M, S: 0 to 7), x10 is a base, x11 an index,
 * x30 and x12 lead to the landing. p: twelve bits of an immediate at bit 10; P: eight, at bit 0. */
static const struct {
    u32 word;
    const char *fields;
} words[FUSED_KINDS] = {
    [KIND_ADC_64] = { 0x9a000000, "dnm" },        [KIND_ADDS_I32] = { 0x31000000, "dnp" },
    [KIND_ADDS_I64] = { 0xb1000000, "dnp" },      [KIND_ADD_I32] = { 0x11000000, "dnp" },
    [KIND_ADD_I64] = { 0x91000000, "dnp" },       [KIND_ADRP] = { 0x90000020, "d" },
    [KIND_AND_I32] = { 0x12003c00, "dn" },        [KIND_AND_I64] = { 0x92403c00, "dn" },
    [KIND_BL] = { 0x94000000 | 0x400, "" },       [KIND_BLR] = { 0xd63f0180, "" },
    [KIND_LDP32_U] = { 0x29400140, "da" },        [KIND_LDP64_P] = { 0xa8c10140, "da" },
    [KIND_LDP64_U] = { 0xa9410140, "da" },        [KIND_LDR32_U] = { 0xb9400d40, "d" },
    [KIND_LDR64_U] = { 0xf9400940, "d" },         [KIND_LDRB_R] = { 0x386bc940, "d" },
    [KIND_LDRB_U] = { 0x39401140, "d" },          [KIND_LDRB_W] = { 0x38401d40, "d" },
    [KIND_MADD_32] = { 0x1b000000, "dnma" },      [KIND_MADD_64] = { 0x9b000000, "dnma" },
    [KIND_MOVZ_32] = { 0x52824680, "d" },         [KIND_MOVZ_64] = { 0xd2a24680, "d" },
    [KIND_MSUB_64] = { 0x9b008000, "dnma" },      [KIND_ORR_I64] = { 0xb2401c00, "dn" },
    [KIND_RET] = { 0xd65f03c0, "" },              [KIND_REV_64] = { 0xdac00c00, "dn" },
    [KIND_STP64_U] = { 0xa9010140, "da" },        [KIND_STP64_W] = { 0xa9bf0140, "da" },
    [KIND_STR32_U] = { 0xb9000d40, "d" },         [KIND_STR64_U] = { 0xf9000940, "d" },
    [KIND_SUBS_I64] = { 0xf1000000, "dnp" },      [KIND_SUB_I64] = { 0xd1000000, "dnp" },
    [KIND_UBFM_32] = { 0x53027c00, "dn" },        [KIND_UMULH] = { 0x9bc07c00, "dnm" },
    [KIND_ADDS_R64] = { 0xab000000, "dnm" },      [KIND_ADD_LSL64] = { 0x8b000400, "dnm" },
    [KIND_ADD_LSR64] = { 0x8b408000, "dnm" },     [KIND_ADD_R32] = { 0x0b000000, "dnm" },
    [KIND_ADD_R64] = { 0x8b000000, "dnm" },       [KIND_ADD_UXTW64] = { 0x8b204000, "dnm" },
    [KIND_AND_R32] = { 0x0a000000, "dnm" },       [KIND_AND_R64] = { 0x8a000000, "dnm" },
    [KIND_BL_NEAR] = { 0x94000000 | LANDING, "" }, [KIND_B_CC_NEAR] = { 0x54000003 | LANDING << 5, "" },
    [KIND_B_CS_NEAR] = { 0x54000002 | LANDING << 5, "" }, [KIND_B_EQ_NEAR] = { 0x54000000 | LANDING << 5, "" },
    [KIND_B_GE_NEAR] = { 0x5400000a | LANDING << 5, "" }, [KIND_B_GT_NEAR] = { 0x5400000c | LANDING << 5, "" },
    [KIND_B_HI_NEAR] = { 0x54000008 | LANDING << 5, "" }, [KIND_B_LS_NEAR] = { 0x54000009 | LANDING << 5, "" },
    [KIND_B_NEAR] = { 0x14000000 | LANDING, "" }, [KIND_B_NE_NEAR] = { 0x54000001 | LANDING << 5, "" },
    [KIND_CBNZ_NEAR32] = { 0x35000000 | LANDING << 5, "d" }, [KIND_CBNZ_NEAR64] = { 0xb5000000 | LANDING << 5, "d" },
    [KIND_CBZ_NEAR32] = { 0x34000000 | LANDING << 5, "d" }, [KIND_CBZ_NEAR64] = { 0xb4000000 | LANDING << 5, "d" },
    [KIND_CMP_I32] = { 0x7100001f, "np" },        [KIND_CMP_I64] = { 0xf100001f, "np" },
    [KIND_CMP_R32] = { 0x6b00001f, "nm" },        [KIND_CMP_R64] = { 0xeb00001f, "nm" },
    [KIND_CSEL64_CC] = { 0x9a803000, "dnm" },     [KIND_CSEL64_EQ] = { 0x9a800000, "dnm" },
    [KIND_CSEL64_LT] = { 0x9a80b000, "dnm" },     [KIND_CSINC32_LS] = { 0x1a809400, "dnm" },
    [KIND_CSINC64_CC] = { 0x9a803400, "dnm" },    [KIND_CSINC64_CS] = { 0x9a802400, "dnm" },
    [KIND_CSINC64_LS] = { 0x9a809400, "dnm" },    [KIND_EOR_LSL64] = { 0xca000400, "dnm" },
    [KIND_EOR_LSR64] = { 0xca400800, "dnm" },     [KIND_EOR_R32] = { 0x4a000000, "dnm" },
    [KIND_EOR_R64] = { 0xca000000, "dnm" },       [KIND_EOR_ROR32] = { 0x4ac01c00, "dnm" },
    [KIND_EOR_ROR64] = { 0xcac0b400, "dnm" },     [KIND_LDR64_INDEX] = { 0xf86b7940, "d" },
    [KIND_LSL_I64] = { 0xd37ef400, "dn" }, [KIND_LSR_I64] = { 0xd360fc00, "dn" },
    [KIND_MOV_32] = { 0x2a0003e0, "dm" },         [KIND_MOV_64] = { 0xaa0003e0, "dm" },
    [KIND_MUL_64] = { 0x9b007c00, "dnm" },        [KIND_NOP] = { NOP_WORD, "" },
    [KIND_STR64_INDEX] = { 0xf82b7940, "d" },     [KIND_SUBS_R64] = { 0xeb000000, "dnm" },
    [KIND_SUB_R32] = { 0x4b000000, "dnm" },       [KIND_SUB_R64] = { 0xcb000000, "dnm" },
    [KIND_ANDS_I64] = { 0xf2403c00, "dn" },       [KIND_LDRB_P] = { 0x38401540, "d" },
    [KIND_MOVN_64] = { 0x92824680, "d" },         [KIND_STR64_P] = { 0xf8008540, "d" },
    [KIND_SUBS_I32] = { 0x71000000, "dnp" },      [KIND_SUB_I32] = { 0x51000000, "dnp" },
    [KIND_CSEL32_NE] = { 0x1a801000, "dnm" },     [KIND_CSEL64_HI] = { 0x9a808000, "dnm" },
    [KIND_ORR_LSL64] = { 0xaa000800, "dnm" },     [KIND_ORR_R64] = { 0xaa000000, "dnm" },
    [KIND_TST_I32] = { 0x72003c1f, "n" },
    [KIND_SXTW_64] = { 0x93407c00, "dn" },        [KIND_TST_I64] = { 0xf2403c1f, "n" },
    [KIND_ADDS_R32] = { 0x2b000000, "dnm" }, [KIND_ADD_SXTW64] = { 0x8b20d000, "dnm" }, [KIND_ANDS_I32] = { 0x72001400, "dn" },
    [KIND_ANDS_R64] = { 0xea000000, "dnm" }, [KIND_BFM_32] = { 0x330d0000, "dn" }, [KIND_BFM_64] = { 0xb3607c00, "dn" },
    [KIND_BICS_R64] = { 0xea200000, "dnm" }, [KIND_BIC_R64] = { 0x8a200000, "dnm" }, [KIND_B_LE_NEAR] = { 0x5400000d | LANDING << 5, "" },
    [KIND_B_LT_NEAR] = { 0x5400000b | LANDING << 5, "" }, [KIND_B_MI_NEAR] = { 0x54000004 | LANDING << 5, "" },
    [KIND_CCMP_I32] = { 0x7a401800, "n" }, [KIND_CCMP_I64] = { 0xfa400800, "n" }, [KIND_CCMP_R32] = { 0x7a401000, "nm" },
    [KIND_CCMP_R64] = { 0xfa400000, "nm" }, [KIND_CLZ_64] = { 0xdac01000, "dn" }, [KIND_CSEL32_LT] = { 0x1a80b000, "dnm" },
    [KIND_CSINC32_CC] = { 0x1a803400, "dnm" }, [KIND_CSINC32_EQ] = { 0x1a800400, "dnm" }, [KIND_CSINC32_HI] = { 0x1a808400, "dnm" },
    [KIND_CSINC32_LE] = { 0x1a80d400, "dnm" }, [KIND_CSINC32_NE] = { 0x1a801400, "dnm" }, [KIND_CSINV_32] = { 0x5a802000, "dnm" },
    [KIND_EOR_LSR32] = { 0x4a400c00, "dnm" }, [KIND_EXTR_32] = { 0x13806c00, "dnm" }, [KIND_EXTR_64] = { 0x93c08000, "dnm" },
    [KIND_LDP64_W] = { 0xa9c10140, "da" }, [KIND_LDR32_INDEX] = { 0xb86b7940, "d" }, [KIND_LDR64_N] = { 0xf8408140, "d" },
    [KIND_LDR64_P] = { 0xf8408540, "d" }, [KIND_LDR64_R] = { 0xf86b5940, "d" }, [KIND_LDR64_W] = { 0xf8408d40, "d" },
    [KIND_LDRB_INDEX] = { 0x386b6940, "d" }, [KIND_LDRH_U] = { 0x79400940, "d" }, [KIND_LDRSW_U] = { 0xb9800940, "d" },
    [KIND_LSLV_32] = { 0x1ac02000, "dnm" }, [KIND_LSLV_64] = { 0x9ac02000, "dnm" }, [KIND_LSRV_64] = { 0x9ac02400, "dnm" },
    [KIND_MOVK_64] = { 0xf2df7fe0, "d" }, [KIND_MOVN_32] = { 0x12800000, "d" }, [KIND_ORR_LSL32] = { 0x2a002000, "dnm" },
    [KIND_ORR_R32] = { 0x2a000000, "dnm" }, [KIND_REV_32] = { 0x5ac00800, "dn" }, [KIND_SBFM_64] = { 0x937b7c00, "dn" },
    [KIND_STP32_U] = { 0x29010140, "da" }, [KIND_STP64_P] = { 0xa8810140, "da" }, [KIND_STR32_INDEX] = { 0xb82b6940, "d" },
    [KIND_STR64_N] = { 0xf8008140, "d" }, [KIND_STRB_U] = { 0x39000940, "d" }, [KIND_SUB_ASR64] = { 0xcb803000, "dnm" },
    [KIND_SUB_LSL64] = { 0xcb000c00, "dnm" }, [KIND_SUB_LSR64] = { 0xcb40e000, "dnm" }, [KIND_TBNZ_NEAR] = { 0x37f80000 | LANDING << 5, "d" },
    [KIND_TBZ_NEAR] = { 0x36980000 | LANDING << 5, "d" }, [KIND_UBFM_64] = { 0xd3460400, "dn" },
    [KIND_a32_ADC_I] = { 0xe2a00000, "DNP" }, [KIND_a32_ADD_I] = { 0xe2800000, "DNP" }, [KIND_a32_ADD_R] = { 0xe0800000, "DNM" },
    [KIND_a32_ADD_LSL] = { 0xe0800100, "DNM" }, [KIND_a32_ADD_ASR] = { 0xe08002c0, "DNM" }, [KIND_a32_ADD_G] = { 0xe0800010, "DNMS" },
    [KIND_a32_AND_I] = { 0xe2000000, "DNP" }, [KIND_a32_AND_R] = { 0xe0000000, "DNM" }, [KIND_a32_BIC_R] = { 0xe1c00000, "DNM" },
    [KIND_a32_EOR_R] = { 0xe0200000, "DNM" }, [KIND_a32_EOR_LSR] = { 0xe0200420, "DNM" }, [KIND_a32_MOV_I] = { 0xe3a00000, "DP" },
    [KIND_a32_MOV_R] = { 0xe1a00000, "DM" }, [KIND_a32_MOV_LSL] = { 0xe1a00080, "DM" }, [KIND_a32_MOV_LSR] = { 0xe1a005a0, "DM" },
    [KIND_a32_MOV_ASR] = { 0xe1a00fc0, "DM" }, [KIND_a32_RSB_I] = { 0xe2600000, "DNP" }, [KIND_a32_SUB_I] = { 0xe2400000, "DNP" },
    [KIND_a32_SUB_R] = { 0xe0400000, "DNM" }, [KIND_a32_SUB_LSR] = { 0xe04002a0, "DNM" }, [KIND_a32_ADDS_R] = { 0xe0900000, "DNM" },
    [KIND_a32_SUBS_I] = { 0xe2500000, "DNP" }, [KIND_a32_SUBS_R] = { 0xe0500000, "DNM" }, [KIND_a32_CMP_I] = { 0xe3500000, "NP" },
    [KIND_a32_CMP_R] = { 0xe1500000, "NM" }, [KIND_a32_TST_I] = { 0xe3100000, "NP" }, [KIND_a32_MUL] = { 0xe0000090, "NMS" },
    [KIND_a32_UMULL] = { 0xe0800090, "DNMS" }, [KIND_a32_UXTB] = { 0xe6ef0070, "DM" }, [KIND_a32_UXTH] = { 0xe6ff0070, "DM" },
    [KIND_a32_LDR_I] = { 0xe59a0004, "D" }, [KIND_a32_LDR_I_PRE] = { 0xe5ba0004, "D" }, [KIND_a32_LDR_LSL] = { 0xe79a010b, "D" },
    [KIND_a32_LDRB_I] = { 0xe5da0003, "D" }, [KIND_a32_LDRB_I_POST] = { 0xe4da0001, "D" }, [KIND_a32_LDRB_LSL] = { 0xe7da000b, "D" },
    [KIND_a32_LDRH_I] = { 0xe1da00b2, "D" }, [KIND_a32_LDRH_LSL] = { 0xe19a00bb, "D" }, [KIND_a32_STR_I] = { 0xe58a0008, "D" },
    [KIND_a32_STR_I_PRE] = { 0xe5aa0004, "D" }, [KIND_a32_STRB_LSL] = { 0xe7ca000b, "D" }, [KIND_a32_STRH_I] = { 0xe1ca00b2, "D" },
    [KIND_a32_STRH_LSL] = { 0xe18a00bb, "D" }, [KIND_a32_B_NEAR] = { 0xea000000 | (LANDING - 2), "" },
    [KIND_a32_B_EQ_NEAR] = { 0x0a000000 | (LANDING - 2), "" }, [KIND_a32_B_NE_NEAR] = { 0x1a000000 | (LANDING - 2), "" },
    [KIND_a32_B_CS_NEAR] = { 0x2a000000 | (LANDING - 2), "" }, [KIND_a32_B_CC_NEAR] = { 0x3a000000 | (LANDING - 2), "" },
    [KIND_a32_B_HI_NEAR] = { 0x8a000000 | (LANDING - 2), "" }, [KIND_a32_B_LS_NEAR] = { 0x9a000000 | (LANDING - 2), "" },
    [KIND_a32_IF_EQ_MOV_I] = { 0x03a00000, "DP" }, [KIND_a32_IF_NE_MOV_I] = { 0x13a00000, "DP" }, [KIND_a32_IF_CS_MOV_I] = { 0x23a00000, "DP" },
    [KIND_a32_IF_CC_MOV_I] = { 0x33a00000, "DP" }, [KIND_a32_IF_EQ_MOV_R] = { 0x01a00000, "DM" }, [KIND_a32_IF_NE_MOV_R] = { 0x11a00000, "DM" },
    [KIND_a32_IF_LS_MOV_R] = { 0x91a00000, "DM" }, [KIND_a32_IF_LS_ADD_I] = { 0x92800000, "DNP" }, [KIND_a32_IF_HI_ADD_ASR] = { 0x808002c0, "DNM" },
    [KIND_a32_IF_HI_RSB_I] = { 0x82600000, "DNP" }, [KIND_a32_IF_LS_SUB_LSR] = { 0x904002a0, "DNM" }, [KIND_a32_IF_NE_LDR_I] = { 0x159a0004, "D" },
    [KIND_a32_IF_HI_LDRH_I] = { 0x81da00b2, "D" }, [KIND_a32_IF_LS_LDRH_I] = { 0x91da00b2, "D" }, [KIND_a32_IF_HI_LDRH_LSL] = { 0x819a00bb, "D" },
    [KIND_a32_IF_LS_LDRH_LSL] = { 0x919a00bb, "D" }, [KIND_a32_IF_HI_STR_I] = { 0x858a0008, "D" }, [KIND_a32_IF_LS_STM] = { 0x988a0003, "" },
};

static u64 random64(u64 *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed * 0x2545f4914f6cdd1dull;
}

static u32 word_of(u8 kind, u64 *seed)
{
    u32 word = words[kind].word;
    assert_int_not_equal(word, 0);
    for (const char *f = words[kind].fields; *f; f++) {
        static const struct {
            char letter;
            u8 at, width;
        } places[] = { { 'd', 0, 3 }, { 'n', 5, 3 }, { 'm', 16, 3 }, { 'a', 10, 3 }, { 'p', 10, 12 },
                       { 'D', 12, 3 }, { 'N', 16, 3 }, { 'M', 0, 3 }, { 'S', 8, 3 }, { 'P', 0, 8 } };
        for (unsigned i = 0; i < ARRAY_SIZE(places); i++)
            if (places[i].letter == *f)
                word |= (u32)(random64(seed) & ((1u << places[i].width) - 1)) << places[i].at;
    }
    return word;
}

static bool is_linked(const struct sequence *s)
{
    for (unsigned i = 0; i < FUSED_STEPS; i++)
        if (s->steps[i].links)
            return true;
    return false;
}

static u32 with_register(u32 word, unsigned at, u32 reg)
{
    return (word & ~(31u << at)) | reg << at;
}

/* Registers that make the links of a sequence hold: results that are not dead have a register each, which no step reads but by a link. */
static void link_words(const struct sequence *s, u32 *code, unsigned length)
{
    static const u8 own[] = { 8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 };
    unsigned used = 0;
    u32 changed[FUSED_STEPS + 1] = { 0 }; /* by a later step, which reads its destination */
    for (unsigned i = length; i-- > 0;) {
        const struct step *step = &s->steps[i];
        unsigned by = DEAD_BY(step->links);
        if (!strchr(registers[step->kind].writes, 't') || !strchr(words[step->kind].fields, 'd'))
            continue;
        u32 reg = by ? code[by - 1] & 31 : changed[i + 1] ? changed[i + 1] : own[used++ % ARRAY_SIZE(own)];
        code[i] = with_register(code[i], 0, reg);
        changed[LINKED_T(step->links)] = reg;
    }
    for (unsigned i = 0; i < length; i++) {
        u32 links = s->steps[i].links;
        const unsigned from[] = { LINKED_T(links), LINKED_N(links), LINKED_A(links), LINKED_M(links) };
        for (unsigned k = 0; k < ARRAY_SIZE(from); k++)
            if (from[k])
                code[i] = with_register(code[i], (const u8[]){ 0, 5, 10, 16 }[k], code[from[k] - 1] & 31);
    }
}

/* The same machine twice. */
struct twins {
    struct bare_pe *fast, *watched;
    struct cpu_watcher watcher;
    bool a32;
    u32 svc;
    u32 code[FUSED_STEPS];
    unsigned length;
};

static void put_word(struct twins *t, u64 at, u32 word)
{
    bus_write_mem(&t->fast->bus, PA(at), &word, 4);
    bus_write_mem(&t->watched->bus, PA(at), &word, 4);
}

static void set_up(struct twins *t, const struct sequence *s, u64 *seed)
{
    t->fast = bare_pe_new(false, false);
    t->watched = bare_pe_new(false, false);
    t->watcher = (struct cpu_watcher){ 0 };
    cpu_watch_add(t->watched->cpu, &t->watcher);
    t->a32 = s->steps[0].kind >= KIND_a32_ADC_I; /* the first of A32's */
    t->svc = t->a32 ? SVC_A32 : SVC;
    for (u64 at = BARE_CODE; at < BARE_CODE + 2 * PAGE_SIZE; at += 4)
        put_word(t, at, t->svc);
    for (t->length = 0; t->length < FUSED_STEPS && s->steps[t->length].kind; t->length++) {
        u8 kind = s->steps[t->length].kind;
        u32 word = word_of(kind, seed);
        bool by_sp = !t->a32 && (word >> 5 & 31) == BASE && !strchr(registers[kind].reads, 'm') && !is_linked(s) && !(random64(seed) & 3);
        t->code[t->length] = by_sp ? with_register(word, 5, 31) : word;
    }
    if (is_linked(s))
        link_words(s, t->code, t->length);
    for (unsigned i = 0; i < t->length; i++)
        put_word(t, CODE + 4 * i, t->code[i]);
}

static void tear_down(struct twins *t)
{
    bare_pe_free(t->fast);
    bare_pe_free(t->watched);
}

static void start(struct bare_pe *b, u64 seed, unsigned entry, u64 base, bool a32)
{
    struct cpu *cpu = b->cpu;
    bool index = random64(&seed) & 1; /* what is computed of these stays near the base */
    for (unsigned i = 0; i < 30; i++) { /* often small, or equal, so that each condition comes both ways */
        u64 r = random64(&seed);
        cpu->x[i] = index ? r & 15 : r & 3 ? r >> (r >> 2 & 63) : r >> 8 & 1;
    }
    cpu->x[BASE] = base;
    cpu->x[11] = random64(&seed) & 15;
    cpu->x[12] = cpu->x[30] = CODE + 4 * (LANDING + FUSED_STEPS);
    cpu_set_nzcv(cpu, (u32)(random64(&seed) >> 32) & 0xf0000000);
    cpu->pc = CODE + 4 * entry;
    bare_pe_to_el0(b);
    if (a32)
        aarch32_enter(cpu, MODE_USR);
    else
        cpu->x[SLOT_SP] = base;
}

static void finish(struct bare_pe *b, u64 slice)
{
    for (unsigned i = 0; i < 1000 && b->cpu->pstate.el == 0; i++)
        cpu_run(b->cpu, slice);
    assert_int_equal(b->cpu->pstate.el, 1);
}

static void compare(const struct twins *t)
{
    const struct cpu *a = t->fast->cpu, *b = t->watched->cpu;
    u8 data[2][0x3000];
    assert_memory_equal(a->x, b->x, 31 * sizeof a->x[0]);
    assert_int_equal(a->sys.spsr_el1, b->sys.spsr_el1);
    assert_int_equal(a->sys.elr_el1, b->sys.elr_el1);
    assert_int_equal(a->sys.esr_el1, b->sys.esr_el1);
    assert_int_equal(a->sys.far_el1, b->sys.far_el1);
    assert_int_equal(a->insns, b->insns);
    assert_int_equal(a->clock->now, b->clock->now);
    bus_read_mem(&t->fast->bus, PA(DATA), data[0], sizeof data[0]);
    bus_read_mem(&t->watched->bus, PA(DATA), data[1], sizeof data[1]);
    assert_memory_equal(data[0], data[1], sizeof data[0]);
}

/* Both run from `entry` to the next exception, and are the same afterwards. */
static void run_both(struct twins *t, u64 *seed, unsigned entry, u64 base)
{
    u64 values = random64(seed), slice = random64(seed) & 1 ? 100000 : 1 + random64(seed) % 40;
    start(t->fast, values, entry, base, t->a32);
    start(t->watched, values, entry, base, t->a32);
    finish(t->fast, slice);
    finish(t->watched, slice);
    compare(t);
}

static const struct op *first_op(struct twins *t)
{
    struct bus_region *region = bus_find(&t->fast->bus, PA(BARE_CODE));
    struct code_page *page = code_cache_get(t->fast->code, PA(BARE_CODE), ENGINE_FAST, t->a32 ? ISA_A32 : ISA_A64, region, region->host);
    return &page->ops[(CODE & ~PAGE_MASK) / 4];
}

/* Every slot is decoded, whichever way branches go. */
static void decode_all(struct twins *t, u64 *seed)
{
    for (unsigned i = 0; i < t->length; i++)
        run_both(t, seed, i, DATA);
}

static bool of_one_kind(const struct sequence *a, const struct sequence *b)
{
    for (unsigned i = 0; i < FUSED_STEPS; i++)
        if (a->steps[i].kind != b->steps[i].kind)
            return false;
    return true;
}

/* The sequence, or one before it with the same instructions and links that hold as well. */
static void is_fused(struct twins *t, const struct sequence *s)
{
    const struct sequence *used = s;
    while (first_op(t)->fn != (u32)(uintptr_t)used->fn || !of_one_kind(used, s)) {
        if (used == sequences)
            fail_msg("%s is not used", s->name);
        used--;
    }
}

static void sequences_do_what_their_instructions_do(void **state)
{
    u64 seed = 1;
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sequences); i++) {
        struct twins t;
        set_up(&t, &sequences[i], &seed);
        decode_all(&t, &seed);
        is_fused(&t, &sequences[i]);
        for (unsigned n = 0; n < (is_linked(&sequences[i]) ? 80 : 40); n++)
            run_both(&t, &seed, n % 8 ? 0 : n / 8 % t.length, DATA + 8 * (n & 3));
        tear_down(&t);
    }
}

/* One register is another one: what was linked is no longer. */
static void a_sequence_is_not_used_where_a_link_does_not_hold(void **state)
{
    u64 seed = 5;
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sequences); i++) {
        for (unsigned n = 0; n < 25 && is_linked(&sequences[i]); n++) {
            static const struct {
                char letter;
                u8 at;
            } fields[] = { { 'd', 0 }, { 'n', 5 }, { 'm', 16 } };
            struct twins t;
            set_up(&t, &sequences[i], &seed);
            unsigned k = (unsigned)(random64(&seed) % t.length), f = (unsigned)(random64(&seed) % ARRAY_SIZE(fields));
            if (strchr(words[sequences[i].steps[k].kind].fields, fields[f].letter)) {
                u32 reg = t.code[random64(&seed) % t.length] & 31;
                put_word(&t, CODE + 4 * k, with_register(t.code[k], fields[f].at, reg < 30 ? reg : 9));
                decode_all(&t, &seed);
                for (unsigned runs = 0; runs < 6; runs++)
                    run_both(&t, &seed, 0, DATA);
            }
            tear_down(&t);
        }
    }
}

/* Each access of a sequence misses, crosses a page, or faults, after the steps before it were done. */
static void a_step_that_misses_or_faults_is_that_instruction(void **state)
{
    u64 seed = 2;
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sequences); i++) {
        struct twins t;
        set_up(&t, &sequences[i], &seed);
        decode_all(&t, &seed);
        is_fused(&t, &sequences[i]);
        run_both(&t, &seed, 0, DATA + PAGE_SIZE);
        run_both(&t, &seed, 0, DATA + 2 * PAGE_SIZE - 20);
        for (u64 n = 0; n < 8; n++)
            run_both(&t, &seed, 0, NOWHERE - 8 * n);
        tear_down(&t);
    }
}

/* A changed instruction takes part at once; when it is back, so is the sequence. */
static void a_changed_instruction_ends_the_sequence(void **state)
{
    u64 seed = 3;
    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(sequences); i++) {
        struct twins t;
        set_up(&t, &sequences[i], &seed);
        decode_all(&t, &seed);
        for (unsigned k = 0; k < t.length; k++) {
            put_word(&t, CODE + 4 * k, t.svc);
            for (unsigned n = 0; n < 4; n++)
                run_both(&t, &seed, 0, DATA);
            put_word(&t, CODE + 4 * k, t.code[k]);
            run_both(&t, &seed, 0, DATA);
            decode_all(&t, &seed);
            is_fused(&t, &sequences[i]);
        }
        tear_down(&t);
    }
}

/* At the end of a page there is no next slot. */
static void sequences_do_not_cross_pages(void **state)
{
    (void)state;
    struct twins t;
    u64 seed = 4;
    set_up(&t, &(struct sequence){ .steps = { { KIND_NOP, 0 } } }, &seed);
    for (unsigned i = 0; i < 4; i++)
        put_word(&t, BARE_CODE + PAGE_SIZE - 8 + 4 * i, words[KIND_MOV_64].word | 1u << 16);
    for (unsigned n = 0; n < 3; n++) {
        run_both(&t, &seed, (PAGE_SIZE - 8 - 0x200) / 4, DATA);
        run_both(&t, &seed, (PAGE_SIZE - 4 - 0x200) / 4, DATA);
    }
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_do_what_their_instructions_do),
        cmocka_unit_test(a_sequence_is_not_used_where_a_link_does_not_hold),
        cmocka_unit_test(a_step_that_misses_or_faults_is_that_instruction),
        cmocka_unit_test(a_changed_instruction_ends_the_sequence),
        cmocka_unit_test(sequences_do_not_cross_pages),
    };
    return cmocka_run_group_tests_name("fused", tests, NULL, NULL);
}
