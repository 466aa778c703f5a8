/* The instruction tables: one row for each encoding that has one mnemonic and one handler (cpu/insn_a64*.def, insn_a32*.def, insn_t*.def).
 *
 *   OP(id, mnemonic, bits, imm, class, legal, needs, aliases)
 *   OP32(id, handler, mnemonic, bits, imm, class, legal, needs, aliases)      A32 and T32 rows share handlers (cpu/exec_a32_*.c)
 *   OP16(id, handler, handler in IT blocks, mnemonic, bits, imm, class, legal, needs, aliases)      T16: 16 bits
 *
 * bits, MSB first: 0/1 fixed, '-' ignored by decode (say why in a comment), a letter is a field. Letters, the same everywhere:
 *   general registers, resolved to slots (31 becomes the zero slot for sources, the sink for destinations):
 *     d Rd    n Rn    m Rm    a Ra    t Rt (written)    T Rt (read)    u Rt2 (written)    U Rt2 (read)    w Ws (written)
 *     g Rs (read)
 *   general registers where 31 is SP:
 *     e Rd|SP    b Rn|SP    j Rm|SP
 *   vector registers, as numbers:
 *     V Vd/Vt    W Vn    X Vm    Y Va/Vt2
 *   op->rd takes d e t T V; op->rn n b W; op->rm m X w g j; op->ra a u U Y.
 *   other letters are fields for the immediate builder that `imm` names (i I h r s N c f o S q z Q l L M H R p x k B …); a letter that the
 *   builder does not read, or a builder's letter that the row lacks, stops start-up. RAW takes any letters and puts the whole word in op->imm.
 * AArch32 has letters of its own. cccc: the condition. Registers of 4 bits (T16: 3, or split: the parts are joined, first part highest), where 15
 * becomes SLOT_PC, which holds the value that an instruction reads as R15:
 *     d Rd, t Rt (written), T Rt (read) -> rd    n Rn -> rn    b Rn (written only) -> rn    m Rm, r Rt or such (read) -> rm
 *     s Rs, a Ra (read), u RdHi, Rt2 (written), U Rt2 (read) -> ra
 *   vector registers: V W X as D registers (D:Vd) -> rd, rn, rm; v w x as S registers (Vd:D)
 * class: timing class. legal: predicate legal_NAME(word) for holes that bits cannot say. needs: the feature (cpu/feature.def) that gates the row.
 * aliases: the names capstone may print instead, separated by spaces. */
#ifndef CPU_INSN_H
#define CPU_INSN_H

#include "cpu/feature.h"
#include "cpu/op.h"

enum insn_id {
#define OP(id, ...) INSN_##id,
#include "cpu/insn_a64.def"
#undef OP
    INSN_COUNT,
    INSN_NONE = 0xffff,
};

/* Issue and result cost is a property of the class and the CPU model (cpu/timing.c). */
enum timing_class {
    CLS_ALU, CLS_ALU_SHIFT, CLS_MUL, CLS_MUL64, CLS_DIV, CLS_LOAD, CLS_LOADP, CLS_STORE, CLS_STOREP, CLS_BRANCH,
    CLS_EXC, CLS_SYS, CLS_BARRIER, CLS_HINT, CLS_CRC, CLS_FP_MOV, CLS_FP_ALU, CLS_FP_MUL, CLS_FP_FMA, CLS_FP_DIV,
    CLS_FP_CVT, CLS_SIMD, CLS_SIMD_MUL, CLS_SIMD_LOAD, CLS_SIMD_STORE, CLS_CRYPTO, TIMING_CLASSES
};

enum insn_set { INSN_SET_A64, INSN_SET_A32, INSN_SET_T32 };

struct insn_field {
    char letter;
    u8 shift, width;
};

#define INSN_MAX_FIELDS 14

struct insn_row {
    const char *id, *mnemonic, *bits, *aliases;
    u8 imm; /* enum imm_kind, cpu/insn_imm.h */
    u8 cls, need; /* enum timing_class, enum cpu_feature */
    bool (*legal)(u32 word);
    op_fn *handler[ENGINES];
    op_fn *handler_in_it[ENGINES]; /* T16: inside an IT block, where it differs; else NULL */
    /* found by decoder_new: */
    u32 mask, value;
    u8 set;           /* enum insn_set */
    bool wide;        /* 32 bits; false: T16 */
    bool conditional; /* A32 with a condition field, which is not 0b1111 */
    u8 field_count;
    struct insn_field fields[INSN_MAX_FIELDS];
};

struct decoder; /* the rows parsed and indexed */

/* Parses and checks the tables. NULL: a table is wrong (our bug), *err names the row. */
struct decoder *decoder_new(enum insn_set set, struct error *err);
void decoder_free(struct decoder *d);

/* The row of a word, or NULL: unallocated. `features`: 1 << enum cpu_feature. */
const struct insn_row *decoder_find(const struct decoder *d, u32 word, u64 features);
unsigned decoder_row_count(const struct decoder *d);
const struct insn_row *decoder_row(const struct decoder *d, unsigned i);
unsigned decoder_row_id(const struct decoder *d, const struct insn_row *row);

/* Rows overlap only where cpu/insn_overlap.def says so, and each pair listed there does. False: *err names the pair. */
bool decoder_check_overlaps(const struct decoder *d, struct error *err);

/* Fills registers and immediate of op from the word. Leaves op->fn alone. True: an AArch32 instruction that reads R15, as SLOT_PC. */
bool insn_extract(const struct insn_row *row, u32 word, struct op *op);
/* The value of a field; 0 if the row does not have that letter. */
u32 insn_field(const struct insn_row *row, u32 word, char letter);

#endif
