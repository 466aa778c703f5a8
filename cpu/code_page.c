/* The cache of code pages: a hash by physical page and engine, a pool of pages, and the least recently fetched one recycled. */
#include "cpu/code_page.h"

#include "cpu/engine.h"
#include "cpu/specialise.h"
#include "emu/platform/error.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGES 4096 /* 32 KiB of address space each, touched when used */
#define BUCKETS 4096
#define MAX_MMUS 8
/* A page that data shares with code: after so many stores its decoded image is dropped, and stores are quick again. */
#define WRITES_TO_DROP 64

struct code_cache {
    struct bus *bus;
    struct log *log;
    struct decoder *decoder;
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
    unsigned mmu_count;
    struct code_cache_stats stats;
};

op_fn exec_fast_decode_me, exec_watched_decode_me, exec_fast_page_end, exec_watched_page_end, exec_fast_undefined,
    exec_watched_undefined;

static u32 fn_address(op_fn *fast, op_fn *watched, u8 engine)
{
    return (u32)(uintptr_t)(engine == ENGINE_FAST ? fast : watched);
}

struct code_cache *code_cache_new(struct bus *bus, struct log *log, bool no_code_pages, struct error *err)
{
    struct code_cache *c = calloc(1, sizeof *c);
    if (!c)
        goto no_memory;
    c->bus = bus;
    c->log = log;
    c->decode_afresh = no_code_pages;
    c->decoder = decoder_new(err);
    if (!c->decoder)
        goto no_decoder;
    c->mapping = mmap(NULL, (PAGES + 1) * CODE_PAGE_ALIGN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (c->mapping == MAP_FAILED)
        goto no_pool;
    c->pool = (u8 *)(((uintptr_t)c->mapping + CODE_PAGE_ALIGN - 1) & ~(uintptr_t)(CODE_PAGE_ALIGN - 1));
    timing_for("", false, &c->timing);
    return c;
no_pool:
    decoder_free(c->decoder);
no_decoder:
    free(c);
no_memory:
    error_set(err, "no memory for decoded code");
    return NULL;
}

void code_cache_free(struct code_cache *cache)
{
    if (!cache)
        return;
    munmap(cache->mapping, (PAGES + 1) * CODE_PAGE_ALIGN);
    decoder_free(cache->decoder);
    free(cache);
}

bool code_cache_attach(struct code_cache *cache, struct mmu *mmu)
{
    if (cache->mmu_count == MAX_MMUS)
        return false;
    cache->mmus[cache->mmu_count++] = mmu;
    return true;
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

static struct code_page **bucket_of(struct code_cache *c, u64 pa_page, u8 engine)
{
    u64 n = pa_page >> PAGE_SHIFT;
    return &c->buckets[(n ^ n >> 12 ^ (u64)engine << 11) % BUCKETS];
}

static struct code_page *find(struct code_cache *c, u64 pa_page, u8 engine)
{
    for (struct code_page *p = *bucket_of(c, pa_page, engine); p; p = p->hash_next)
        if (p->pa == pa_page && p->engine == engine)
            return p;
    return NULL;
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
    struct code_page **at = bucket_of(c, p->pa, p->engine);
    while (*at != p)
        at = &(*at)->hash_next;
    *at = p->hash_next;
    for (unsigned i = 0; i < c->mmu_count; i++)
        mmu_forget_code(c->mmus[i], p);
    if (!find(c, p->pa, p->engine ^ 1)) {
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
    u32 decode_me = fn_address(exec_fast_decode_me, exec_watched_decode_me, p->engine);
    memset(p->prefix, 0, sizeof p->prefix);
    p->writes = 0;
    for (unsigned i = 0; i < CODE_SLOTS; i++)
        p->ops[i] = (struct op){ .fn = decode_me };
    p->ops[CODE_SLOTS] = (struct op){ .fn = fn_address(exec_fast_page_end, exec_watched_page_end, p->engine) };
}

struct code_page *code_cache_get(struct code_cache *c, pa page, u8 engine, struct bus_region *region, const u8 *host)
{
    struct code_page *p = find(c, page.v, engine);
    if (p) {
        age_unlink(c, p);
        age_push(c, p);
        return p;
    }
    p = take_page(c);
    p->pa = page.v;
    p->engine = engine;
    p->host = host;
    make_empty(p);
    struct code_page **bucket = bucket_of(c, page.v, engine);
    p->hash_next = *bucket;
    *bucket = p;
    age_push(c, p);
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

u32 op_word(const struct op *op)
{
    u32 word;
    memcpy(&word, op_page(op)->host + op_index(op) * 4, sizeof word);
    return word;
}

const struct insn_row *code_cache_row(const struct code_cache *c, u32 word)
{
    return decoder_find(c->decoder, word, c->features);
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

void code_page_decode(struct code_cache *c, struct code_page *page, unsigned slot)
{
    struct op *op = &page->ops[slot];
    u32 word = op_word(op);
    const struct insn_row *row = code_cache_row(c, word);
    u32 ticks = c->timing.undefined;
    if (row) {
        insn_extract(row, word, op);
        specialise(decoder_row_id(c->decoder, row), row, page->engine, c->features, op);
        ticks = c->timing.ticks[row->cls];
    } else {
        op->fn = fn_address(exec_fast_undefined, exec_watched_undefined, page->engine);
    }
    add_cost(page, slot, ticks);
    c->stats.decoded++;
}

void code_page_forget(struct code_page *page, unsigned slot)
{
    u32 decode_me = fn_address(exec_fast_decode_me, exec_watched_decode_me, page->engine);
    struct op *op = &page->ops[slot];
    if (op->fn == decode_me)
        return;
    op->fn = decode_me;
    add_cost(page, slot, page->prefix[slot] - page->prefix[slot + 1]);
}

static void written_in_page(struct code_cache *c, u64 addr, u64 len)
{
    u64 page = addr & PAGE_MASK;
    unsigned first = (unsigned)(addr - page) / 4, last = (unsigned)(addr + len - 1 - page) / 4;
    for (u8 engine = 0; engine < ENGINES; engine++) {
        struct code_page *p = find(c, page, engine);
        if (!p)
            continue;
        for (unsigned i = first; i <= last; i++)
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
    for (u8 engine = 0; engine < ENGINES; engine++) {
        struct code_page *p = find(c, page.v, engine);
        if (!p || p == executing || p->writes < WRITES_TO_DROP)
            continue;
        age_unlink(c, p);
        drop(c, p);
        p->hash_next = c->free_pages;
        c->free_pages = p;
    }
}
