/* The board's device tree (Devicetree Specification 0.4, chapter 5), copied with what the monitor adds: /psci by SMC, enable-method of each CPU, the
 * initrd's place in /chosen. Nothing is taken out. */
#include "monitor.h"

enum { MAGIC = 0xd00dfeed, BEGIN_NODE = 1, END_NODE, PROP, NOP, END = 9 };

struct header {
    u32 magic, totalsize, off_dt_struct, off_dt_strings, off_mem_rsvmap, version, last_comp_version, boot_cpuid_phys, size_dt_strings, size_dt_struct;
};

/* Our own names, behind the tree's in the strings block. */
static const char names[] = "compatible\0method\0enable-method\0linux,initrd-start\0linux,initrd-end";
enum { COMPATIBLE = 0, METHOD = 11, ENABLE_METHOD = 18, INITRD_START = 32, INITRD_END = 51 };

struct copy {
    const u8 *strings;
    u8 *at;        /* where the next word goes */
    u32 own_names; /* offset of `names` in the strings block */
    u64 initrd, initrd_end, ram_size;
};

static u32 big(u32 value)
{
    return __builtin_bswap32(value);
}

static u32 get(const u8 *at)
{
    return big(*(const u32 *)at);
}

static void put(struct copy *c, u32 value)
{
    *(u32 *)c->at = big(value);
    c->at += 4;
}

static void put_bytes(struct copy *c, const void *from, u32 len)
{
    for (u32 i = 0; i < (len + 3) / 4 * 4; i++)
        c->at[i] = i < len ? ((const u8 *)from)[i] : 0;
    c->at += (len + 3) / 4 * 4;
}

static void put_property(struct copy *c, u32 name, const void *value, u32 len)
{
    put(c, PROP);
    put(c, len);
    put(c, c->own_names + name);
    put_bytes(c, value, len);
}

static u32 length(const char *text)
{
    u32 n = 0;
    while (text[n])
        n++;
    return n;
}

static bool begins(const char *text, const char *with)
{
    for (; *with; text++, with++)
        if (*text != *with)
            return false;
    return true;
}

static void put_address(struct copy *c, u32 name, u64 value)
{
    u32 cells[2] = { big((u32)(value >> 32)), big((u32)value) };
    put_property(c, name, cells, sizeof cells);
}

static void put_psci(struct copy *c)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";
    put(c, BEGIN_NODE);
    put_bytes(c, "psci", 5);
    put_property(c, COMPATIBLE, compatible, sizeof compatible);
    put_property(c, METHOD, "smc", 4);
    put(c, END_NODE);
}

/* Properties that a node gets as its first ones. */
static void put_more(struct copy *c, const char *node)
{
    if (begins(node, "cpu@"))
        put_property(c, ENABLE_METHOD, "psci", 5);
    if (begins(node, "chosen") && c->initrd_end) {
        put_address(c, INITRD_START, c->initrd);
        put_address(c, INITRD_END, c->initrd_end);
    }
}

/* The structure block, token by token. In /memory, two cells each of address and size. */
static void copy_structure(struct copy *c, const u8 *from)
{
    const char *node = "";
    for (unsigned depth = 0;;) {
        u32 token = get(from), len;
        from += 4;
        if (token == NOP)
            continue;
        if (token == END_NODE && --depth == 0)
            put_psci(c);
        put(c, token);
        switch (token) {
        case BEGIN_NODE:
            node = (const char *)from;
            len = length(node) + 1;
            put_bytes(c, node, len);
            put_more(c, node);
            depth++;
            break;
        case PROP:
            len = get(from);
            put(c, len);
            put(c, get(from + 4));
            if (begins(node, "memory@") && len == 16 && begins((const char *)c->strings + get(from + 4), "reg"))
                c->ram_size = (u64)get(from + 16) << 32 | get(from + 20);
            from += 8;
            put_bytes(c, from, len);
            break;
        case END_NODE:
            continue;
        default:
            return;
        }
        from += (len + 3) / 4 * 4;
    }
}

unsigned long tree_rewrite(void *to, const void *from, u64 initrd, u64 initrd_end, u64 *ram_size)
{
    const struct header *old = from;
    if (big(old->magic) != MAGIC || big(old->last_comp_version) > 17)
        return 0;
    const u8 *base = from;
    u32 strings = big(old->size_dt_strings);
    struct copy c = { .strings = base + big(old->off_dt_strings), .at = (u8 *)to + 40, .own_names = strings, .initrd = initrd, .initrd_end = initrd_end };
    for (const u8 *at = base + big(old->off_mem_rsvmap);; at += 16) {
        put_bytes(&c, at, 16);
        if (!(get(at) | get(at + 4) | get(at + 8) | get(at + 12)))
            break;
    }
    u8 *structure = c.at;
    copy_structure(&c, base + big(old->off_dt_struct));
    u8 *new_strings = c.at;
    put_bytes(&c, base + big(old->off_dt_strings), strings);
    c.at = new_strings + strings; /* no padding in between */
    for (u32 i = 0; i < sizeof names; i++)
        *c.at++ = (u8)names[i];
    struct header h = *old;
    h.off_mem_rsvmap = big(40);
    h.off_dt_struct = big((u32)(structure - (u8 *)to));
    h.size_dt_struct = big((u32)(new_strings - structure));
    h.off_dt_strings = big((u32)(new_strings - (u8 *)to));
    h.size_dt_strings = big(strings + (u32)sizeof names);
    h.totalsize = big((u32)(c.at - (u8 *)to));
    *(struct header *)to = h;
    *ram_size = c.ram_size;
    return (unsigned long)(c.at - (u8 *)to);
}
