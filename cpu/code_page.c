/* The cache of code pages: a hash by physical page, a pool of pages, and the least recently fetched one recycled. */
#include "cpu/code_page.h"

#include "cpu/cond.h"
#include "cpu/engine.h"
#include "cpu/fuse.h"
#include "cpu/specialise.h"
#include "emu/platform/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGES 4096 /* 32 KiB of address space each, touched when used */
#define BUCKETS 4096
#define MAX_MMUS 8
#define MAPPING ((PAGES + MAX_MMUS + 1) * CODE_PAGE_ALIGN)
/* A page that data shares with code: after so many stores its decoded image is dropped, and stores are quick again. */
#define WRITES_TO_DROP 64
/* So many instructions are decoded at a time. */
#define LONGEST_RUN 32

struct code_cache {
    struct bus *bus;
    struct log *log;
    struct decoder *decoders[INSN_SET_T32 + 1];
    u64 features;
    struct timing timing;
    bool decode_afresh;
    u8 *pool; /* PAGES pages, CODE_PAGE_ALIGN apart */
    void *mapping;
    unsigned used;
    struct code_page *free_pages; /* dropped ones, by hash_next */
    struct code_page *buckets[BUCKETS];
    struct code_page *newest, *oldest;
    struct mmu *mmus[MAX_MMUS];
    unsigned mmu_count, crossings;
    struct code_cache_stats stats;
};

/* Behind the pool: a page for each PE that is in no list. */
_Static_assert(sizeof(struct crossing) <= CODE_PAGE_ALIGN, "as large as a code page");

/* The ops that are not instructions, of each flavour of handlers. */
struct plumbing {
    op_fn *decode_me, *page_end, *undefined;
};

#define PLUMBING(flavour) op_fn exec_##flavour##decode_me, exec_##flavour##page_end, exec_##flavour##undefined;
PLUMBING(fast_) PLUMBING(watched_) PLUMBING(fast_a32_) PLUMBING(watched_a32_) PLUMBING(fast_t32_) PLUMBING(watched_t32_)
#undef PLUMBING

static const struct plumbing plumbing[ENGINES][INSN_SET_T32 + 1] = {
#define PLUMBING(flavour) { exec_##flavour##decode_me, exec_##flavour##page_end, exec_##flavour##undefined }
    [ENGINE_FAST] = { PLUMBING(fast_), PLUMBING(fast_a32_), PLUMBING(fast_t32_) },
    [ENGINE_WATCHED] = { PLUMBING(watched_), PLUMBING(watched_a32_), PLUMBING(watched_t32_) },
#undef PLUMBING
};

static enum insn_set insn_set_of(enum isa isa)
{
    return isa == ISA_A64 ? INSN_SET_A64 : isa == ISA_A32 ? INSN_SET_A32 : INSN_SET_T32;
}

static const struct plumbing *plumbing_of(const struct code_page *p)
{
    return &plumbing[p->engine][insn_set_of((enum isa)p->isa)];
}

static u32 address_of(op_fn *fn)
{
    return (u32)(uintptr_t)fn;
}

/* Made when it is first wanted: most guests have no use for A32's and T32's. */
static const struct decoder *decoder_of(struct code_cache *c, enum insn_set set)
{
    struct error err;
    if (UNLIKELY(!c->decoders[set])) {
        c->decoders[set] = decoder_new(set, &err);
        if (!c->decoders[set]) { /* no memory, or our bug, which the tables' unit tests find */
            fprintf(stderr, "armature: %s\n", err.text);
            abort();
        }
    }
    return c->decoders[set];
}

static void free_decoders(struct code_cache *c)
{
    for (enum insn_set set = INSN_SET_A64; set <= INSN_SET_T32; set++)
        decoder_free(c->decoders[set]);
}

struct code_cache *code_cache_new(struct bus *bus, struct log *log, bool no_code_pages, struct error *err)
{
    struct code_cache *c = calloc(1, sizeof *c);
    if (!c)
        goto no_memory;
    c->bus = bus;
    c->log = log;
    c->decode_afresh = no_code_pages;
    if (address_of(exec_watched_t32_undefined) & OP_WIDE) {
        error_set(err, "the program's code lies above 2 GiB");
        goto no_decoder;
    }
    c->decoders[INSN_SET_A64] = decoder_new(INSN_SET_A64, err);
    if (!c->decoders[INSN_SET_A64])
        goto no_decoder;
    c->mapping = mmap(NULL, MAPPING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (c->mapping == MAP_FAILED)
        goto no_pool;
    c->pool = (u8 *)(((uintptr_t)c->mapping + CODE_PAGE_ALIGN - 1) & ~(uintptr_t)(CODE_PAGE_ALIGN - 1));
    timing_for("", false, &c->timing);
    return c;
no_pool:
    error_set(err, "no memory for decoded code");
no_decoder:
    free_decoders(c);
    free(c);
    return NULL;
no_memory:
    error_set(err, "no memory for decoded code");
    return NULL;
}

void code_cache_free(struct code_cache *cache)
{
    if (!cache)
        return;
    munmap(cache->mapping, MAPPING);
    free_decoders(cache);
    free(cache);
}

bool code_cache_attach(struct code_cache *cache, struct mmu *mmu)
{
    if (cache->mmu_count == MAX_MMUS)
        return false;
    cache->mmus[cache->mmu_count++] = mmu;
    return true;
}

struct crossing *code_cache_crossing_page(struct code_cache *cache)
{
    return (struct crossing *)(void *)(cache->pool + (PAGES + cache->crossings++) * CODE_PAGE_ALIGN);
}

void code_cache_configure(struct code_cache *cache, u64 features, const struct timing *timing)
{
    cache->features = features;
    cache->timing = *timing;
}

bool code_cache_decodes_afresh(const struct code_cache *cache)
{
    return cache->decode_afresh;
}

const struct code_cache_stats *code_cache_stats(const struct code_cache *cache)
{
    return &cache->stats;
}

/* ---- which pages there are ---- */

/* All that is decoded of a physical page, for whatever engine and instruction set, is in one bucket. */
static struct code_page **bucket_of(struct code_cache *c, u64 addr)
{
    u64 n = addr >> PAGE_SHIFT;
    return &c->buckets[(n ^ n >> 12) % BUCKETS];
}

static struct code_page *find(struct code_cache *c, u64 addr, u8 engine, enum isa isa)
{
    for (struct code_page *p = *bucket_of(c, addr); p; p = p->hash_next)
        if (p->pa == addr && p->engine == engine && p->isa == isa)
            return p;
    return NULL;
}

static bool is_of_page(const struct code_page *p, u64 page)
{
    return (p->pa & PAGE_MASK) == page;
}

static bool page_has_code(struct code_cache *c, u64 page)
{
    for (const struct code_page *p = *bucket_of(c, page); p; p = p->hash_next)
        if (is_of_page(p, page))
            return true;
    return false;
}

static void age_unlink(struct code_cache *c, struct code_page *p)
{
    *(p->newer ? &p->newer->older : &c->newest) = p->older;
    *(p->older ? &p->older->newer : &c->oldest) = p->newer;
}

static void age_push(struct code_cache *c, struct code_page *p)
{
    p->newer = NULL;
    p->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = p;
    c->newest = p;
}

/* Out of the hash and of every translation context; the age list is the caller's. */
static void drop(struct code_cache *c, struct code_page *p)
{
    struct code_page **at = bucket_of(c, p->pa);
    while (*at != p)
        at = &(*at)->hash_next;
    *at = p->hash_next;
    if (p->twin)
        p->twin->twin = NULL;
    for (unsigned i = 0; i < c->mmu_count; i++)
        mmu_forget_code(c->mmus[i], p);
    if (!page_has_code(c, p->pa & PAGE_MASK)) {
        struct bus_region *r = bus_find(c->bus, PA(p->pa));
        if (r && r->page_flags)
            r->page_flags[(p->pa - r->base) >> PAGE_SHIFT] &= (u8)~RAM_PAGE_HAS_CODE;
    }
}

static struct code_page *take_page(struct code_cache *c)
{
    if (c->free_pages) {
        struct code_page *free_page = c->free_pages;
        c->free_pages = free_page->hash_next;
        return free_page;
    }
    if (c->used < PAGES) {
        struct code_page *unused = (struct code_page *)(void *)(c->pool + c->used++ * CODE_PAGE_ALIGN);
        c->stats.pool = c->used > c->stats.pool ? c->used : c->stats.pool;
        return unused;
    }
    struct code_page *p = c->oldest;
    age_unlink(c, p);
    drop(c, p);
    c->stats.recycled++;
    return p;
}

void code_cache_reset(struct code_cache *c)
{
    for (struct code_page *p = c->newest; p; p = p->older)
        drop(c, p);
    c->newest = c->oldest = c->free_pages = NULL;
    c->used = 0;
}

static void make_empty(struct code_page *p)
{
    const struct plumbing *of = plumbing_of(p);
    p->writes = 0;
    p->twin = NULL;
    p->slot_shift = insn_set_of((enum isa)p->isa) == INSN_SET_T32 ? 1 : 2;
    memset(p->prefix, 0, sizeof p->prefix);
    memset(p->kind, 0, sizeof p->kind);
    for (unsigned i = 0; i < CODE_SLOTS; i++)
        p->ops[i] = (struct op){ .fn = address_of(of->decode_me) };
    op_fn *end = p->isa == ISA_T32_IT ? aarch32_it_page_end[p->engine] : of->page_end;
    p->ops[CODE_SLOTS] = p->ops[CODE_SLOTS + 1] = (struct op){ .fn = address_of(end) };
}

struct code_page *code_cache_get(struct code_cache *c, pa at, u8 engine, enum isa isa, struct bus_region *region, const u8 *host)
{
    struct code_page *p = find(c, at.v, engine, isa);
    if (p) {
        age_unlink(c, p);
        age_push(c, p);
        return p;
    }
    p = take_page(c);
    p->pa = at.v;
    p->engine = engine;
    p->isa = (u8)isa;
    p->is_crossing = false;
    p->host = host;
    make_empty(p);
    struct code_page **bucket = bucket_of(c, at.v);
    p->hash_next = *bucket;
    *bucket = p;
    age_push(c, p);
    pa page = PA(at.v & PAGE_MASK);
    u8 *flags = &region->page_flags[(page.v - region->base) >> PAGE_SHIFT];
    if (!(*flags & RAM_PAGE_HAS_CODE)) {
        *flags |= RAM_PAGE_HAS_CODE;
        for (unsigned i = 0; i < c->mmu_count; i++)
            mmu_forbid_host_writes(c->mmus[i], page);
    }
    c->stats.pages++;
    return p;
}

/* ---- slots ---- */

struct code_page *code_cache_twin(struct code_cache *c, struct code_page *page)
{
    struct bus_region *region;
    if (page->twin)
        return page->twin;
    pa at = PA(page->pa);
    const u8 *host = page->host;
    if (!bus_ram_page(c->bus, PA(at.v & PAGE_MASK), true, &region))
        return NULL;
    struct code_page *twin = code_cache_get(c, at, page->engine, page->isa == ISA_T32 ? ISA_T32_IT : ISA_T32, region, host);
    page->twin = twin;
    twin->twin = page;
    return twin;
}

void code_page_make_crossing(struct code_page *crossing, const struct code_page *page, const u8 *bytes)
{
    crossing->pa = page->pa;
    crossing->engine = page->engine;
    crossing->isa = page->isa;
    crossing->is_crossing = true;
    crossing->host = bytes - 2 * (CODE_SLOTS - 1);
    make_empty(crossing);
}

bool code_op_is_plumbing(const struct op *op)
{
    const struct code_page *page = op_page(op);
    const struct plumbing *of = plumbing_of(page);
    return op->fn == address_of(of->decode_me) || op_index(op) >= CODE_SLOTS || op->fn == address_of(aarch32_crossing[page->engine]);
}

static bool is_wide(u16 halfword)
{
    return halfword >> 11 > 0x1c;
}

u32 op_word(const struct op *op)
{
    const struct code_page *page = op_page(op);
    const u8 *at = page->host + ((u64)op_index(op) << page->slot_shift);
    u32 word;
    u16 half[2] = { 0, 0 };
    if (page->slot_shift == 2) {
        memcpy(&word, at, sizeof word);
        return word;
    }
    memcpy(&half[0], at, sizeof half[0]);
    bool ends_page = ((page->pa + 2ull * op_index(op)) & ~PAGE_MASK) == PAGE_SIZE - 2;
    if (is_wide(half[0]) && (!ends_page || page->is_crossing))
        memcpy(&half[1], at + 2, sizeof half[1]);
    return (u32)half[0] << 16 | half[1];
}

const struct insn_row *code_cache_row(struct code_cache *c, enum insn_set set, u32 word)
{
    return decoder_find(decoder_of(c, set), word, c->features);
}

/* Eight at a time: it is done for every slot that is decoded. */
typedef u32 u32x8 __attribute__((vector_size(32), aligned(4)));

static void add_cost(struct code_page *p, unsigned slot, u32 ticks)
{
    unsigned i = slot + 1;
    for (; i + 8 <= ARRAY_SIZE(p->prefix); i += 8)
        *(u32x8 *)&p->prefix[i] += ticks;
    for (; i < ARRAY_SIZE(p->prefix); i++)
        p->prefix[i] += ticks;
}

/* What follows it in memory is likely to be code, but not to be executed next. */
static bool ends_run(enum insn_id id)
{
    return id == INSN_B || id == INSN_BR || id == INSN_RET || id == INSN_ERET || id == INSN_BRK;
}

/* False: a run of instructions ends here. */
static bool decode_a64(struct code_cache *c, struct code_page *page, struct op *op, u32 *ticks)
{
    u32 word = op_word(op);
    const struct insn_row *row = code_cache_row(c, INSN_SET_A64, word);
    if (!row) {
        op->fn = address_of(plumbing_of(page)->undefined);
        *ticks = c->timing.undefined;
        return false;
    }
    enum insn_id id = (enum insn_id)decoder_row_id(c->decoders[INSN_SET_A64], row);
    insn_extract(row, word, op);
    specialise(id, row, page->engine, c->features, op);
    *ticks = c->timing.ticks[row->cls];
    return !ends_run(id);
}

/* BKPT and HLT (DDI 0487 F5.1.25, F5.1.56) */
static bool is_unconditional_in_it(u32 word)
{
    return word >> 24 == 0xbe || word >> 22 == 0x2ea;
}

/* An instruction behind its condition, which a wrapper asks: of A32 the op's own, in an IT block PSTATE.IT's. A wrapper also makes R15 readable. */
static void decode_aarch32(struct code_cache *c, struct code_page *page, struct op *op, u32 *ticks)
{
    enum insn_set set = insn_set_of((enum isa)page->isa);
    u32 word = op_word(op);
    const struct insn_row *row = code_cache_row(c, set, word);
    bool in_it = page->isa == ISA_T32_IT, reads_pc = false;
    unsigned cond = set == INSN_SET_A32 && word >> 28 != 15 ? word >> 28 : COND_AL;
    op_fn *handler = plumbing_of(page)->undefined;
    u32 wide = set == INSN_SET_T32 && is_wide((u16)(word >> 16)) ? OP_WIDE : 0;
    if (wide && ((page->pa + 2ull * op_index(op)) & ~PAGE_MASK) == PAGE_SIZE - 2 && !page->is_crossing) {
        handler = aarch32_crossing[page->engine];
        *ticks = 0; /* the instruction itself is paid for where it is decoded */
    } else if (row) {
        reads_pc = insn_extract(row, word, op);
        handler = specialise_aarch32(row, (enum cpu_engine)page->engine, in_it, op, &cond);
        *ticks = c->timing.ticks[row->cls];
    }
    op_fn *wrapper = NULL;
    if (in_it && page->is_crossing)
        wrapper = aarch32_it_crossed[page->engine];
    else if (in_it) /* all of an instruction is fetched before its condition is asked */
        wrapper = is_unconditional_in_it(word) || handler == aarch32_crossing[page->engine] ? aarch32_it_always[page->engine]
                                                                                           : aarch32_it_step[page->engine][reads_pc];
    else
        wrapper = aarch32_wrapper[page->engine][set == INSN_SET_T32][reads_pc][cond];
    op->fn = address_of(wrapper ? wrapper : handler);
    op->then = address_of(handler) | wide;
    if (page->isa == ISA_A32 && page->engine == ENGINE_FAST)
        page->kind[op_index(op)] = (u8)aarch32_kind(op);
}

void code_page_decode(struct code_cache *c, struct code_page *page, unsigned slot)
{
    u32 ticks = c->timing.undefined;
    if (page->isa == ISA_A64)
        decode_a64(c, page, &page->ops[slot], &ticks);
    else
        decode_aarch32(c, page, &page->ops[slot], &ticks);
    add_cost(page, slot, ticks);
    if (page->isa <= ISA_A32 && page->engine == ENGINE_FAST)
        fuse_decoded(page, slot, slot);
    c->stats.decoded++;
}

void code_page_decode_run(struct code_cache *c, struct code_page *page, unsigned first)
{
    const u32 decode_me = address_of(exec_fast_decode_me);
    unsigned slot = first;
    u32 sum = 0, ticks;
    bool goes_on;
    do {
        goes_on = decode_a64(c, page, &page->ops[slot], &ticks);
        sum += ticks;
        page->prefix[++slot] += sum;
    } while (goes_on && slot < CODE_SLOTS && slot - first < LONGEST_RUN && page->ops[slot].fn == decode_me);
    add_cost(page, slot, sum);
    fuse_decoded(page, first, slot - 1);
    c->stats.decoded += slot - first;
}

void code_page_forget(struct code_page *page, unsigned slot)
{
    u32 decode_me = address_of(plumbing_of(page)->decode_me);
    struct op *op = &page->ops[slot];
    if (op->fn == decode_me)
        return;
    op->fn = decode_me;
    fuse_forget(page, slot);
    add_cost(page, slot, page->prefix[slot] - page->prefix[slot + 1]);
}

/* T32: the halfword before belongs to it as well, if that is the first of two. */
static void written_in_page(struct code_cache *c, u64 addr, u64 len)
{
    u64 page = addr & PAGE_MASK, end = addr + len;
    for (struct code_page *p = *bucket_of(c, page); p; p = p->hash_next) {
        if (!is_of_page(p, page))
            continue;
        u64 reach = p->slot_shift == 1 ? 2 : 0, bytes = (u64)CODE_SLOTS << p->slot_shift;
        u64 from = addr > p->pa + reach ? addr - p->pa - reach : 0;
        if (addr >= p->pa + bytes + reach || end <= p->pa)
            continue;
        unsigned first = (unsigned)(from >> p->slot_shift), last = (unsigned)((end - 1 - p->pa) >> p->slot_shift);
        for (unsigned i = first; i <= last && i < CODE_SLOTS; i++)
            code_page_forget(p, i);
        c->stats.slots_reset += last - first + 1;
        p->writes++;
    }
}

void code_cache_written(void *code_cache, pa addr, u64 len)
{
    struct code_cache *c = code_cache;
    while (len) {
        u64 here = PAGE_SIZE - (addr.v & ~PAGE_MASK);
        if (here > len)
            here = len;
        written_in_page(c, addr.v, here);
        addr.v += here;
        len -= here;
    }
}

void code_cache_drop_written(struct code_cache *c, pa page, const struct code_page *executing)
{
    struct code_page *next;
    for (struct code_page *p = *bucket_of(c, page.v); p; p = next) {
        next = p->hash_next;
        if (!is_of_page(p, page.v) || p == executing || p->writes < WRITES_TO_DROP)
            continue;
        age_unlink(c, p);
        drop(c, p);
        p->hash_next = c->free_pages;
        c->free_pages = p;
    }
}
