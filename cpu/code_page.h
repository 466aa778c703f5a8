/* The decoded images of guest physical pages, shared by the PEs of a machine (cpu/op.h says what a page is).
 * Pages live until they are the least recently fetched ones of a full cache, or written to often. Caches and their maintenance have no part
 * in it: a store that changes an instruction resets its slot at once. */
#ifndef CPU_CODE_PAGE_H
#define CPU_CODE_PAGE_H

#include "cpu/insn.h"
#include "cpu/timing.h"

struct code_cache;

/* no_code_pages: nothing decoded is kept (--engine=nocache); the watched engine then decodes each instruction it executes. NULL: *err. */
struct code_cache *code_cache_new(struct bus *bus, struct log *log, bool no_code_pages, struct error *err);
void code_cache_free(struct code_cache *cache);
/* Forgets everything: power-on, or a memory map that changed. No PE may be inside its engine. */
void code_cache_reset(struct code_cache *cache);

/* A PE joins: its translation contexts are told of pages that come and go. */
bool code_cache_attach(struct code_cache *cache, struct mmu *mmu);
/* For a PE that attached: its room for the T32 instruction that lies in two pages, and the instruction's bytes. */
struct crossing {
    struct code_page page;
    u8 bytes[4];
};
struct crossing *code_cache_crossing_page(struct code_cache *cache);
/* Is the op no instruction, but one of the cache's own (not decoded yet, end of page, half of an instruction)? */
bool code_op_is_plumbing(const struct op *op);

/* Which gated rows exist (1 << enum insn_need) and what instructions cost. Same for all PEs. */
void code_cache_configure(struct code_cache *cache, u64 features, const struct timing *timing);
bool code_cache_decodes_afresh(const struct code_cache *cache);

/* The page of RAM or ROM at `at` (the address of its first slot: page-aligned, T32 half a page; host memory `host` in `region`), found or
 * made. Never NULL. */
struct code_page *code_cache_get(struct code_cache *cache, pa at, u8 engine, enum isa isa, struct bus_region *region, const u8 *host);

/* The same halfwords as instructions of IT blocks, or of none: ISA_T32 and ISA_T32_IT are each other's twins. NULL: the memory has gone. */
struct code_page *code_cache_twin(struct code_cache *cache, struct code_page *page);
/* Makes `crossing` an empty page that stands for `page`, to decode in its last slot the four bytes of a T32 instruction whose second half is
 * the next page's. */
void code_page_make_crossing(struct code_page *crossing, const struct code_page *page, const u8 *bytes);

/* Decodes the instruction at op into op. */
void code_page_decode(struct code_cache *cache, struct code_page *page, unsigned slot);
/* Of an A64 page of the fast engine: and what follows it, as far as it is likely to be executed with it. */
void code_page_decode_run(struct code_cache *cache, struct code_page *page, unsigned first);
/* Makes the slot undecoded. */
void code_page_forget(struct code_page *page, unsigned slot);

/* bus.code_written: bytes of a page with RAM_PAGE_HAS_CODE have changed. */
void code_cache_written(void *code_cache, pa addr, u64 len);

/* A store to `page` was made with `executing` as the code page of the storing PE: drops images that are written to often, so that
 * stores become quick again. */
void code_cache_drop_written(struct code_cache *cache, pa page, const struct code_page *executing);

/* The row of a word with the configured features, or NULL: unallocated. */
const struct insn_row *code_cache_row(struct code_cache *cache, enum insn_set set, u32 word);

struct code_cache_stats {
    u64 pages, decoded, recycled, slots_reset;
    u64 pool; /* pages that were in use at one time: so many have memory behind them */
};
const struct code_cache_stats *code_cache_stats(const struct code_cache *cache);

#endif
