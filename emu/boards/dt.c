/* Writing device trees (Devicetree Specification 0.4). */
#include "emu/boards/dt.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

static void note(struct dt *t, int rc)
{
    if (!t->rc && rc < 0)
        t->rc = rc;
}

void dt_begin(struct dt *t, const char *name)
{
    if (!t->rc)
        note(t, fdt_begin_node(t->fdt, name));
}

void dt_begin_at(struct dt *t, const char *name, u64 address)
{
    char full[64];
    snprintf(full, sizeof full, "%s@%llx", name, (unsigned long long)address);
    dt_begin(t, full);
}

void dt_end(struct dt *t)
{
    if (!t->rc)
        note(t, fdt_end_node(t->fdt));
}

static void prop(struct dt *t, const char *name, const void *value, size_t len)
{
    if (!t->rc)
        note(t, fdt_property(t->fdt, name, value, (int)len));
}

void dt_flag(struct dt *t, const char *name)
{
    prop(t, name, NULL, 0);
}

void dt_cells(struct dt *t, const char *name, const u32 *values, size_t n)
{
    fdt32_t big[32];
    for (size_t i = 0; i < n; i++)
        big[i] = cpu_to_fdt32(values[i]);
    prop(t, name, big, n * sizeof big[0]);
}

void dt_strings(struct dt *t, const char *name, const char *list)
{
    char text[128];
    size_t len = strlen(list) + 1;
    memcpy(text, list, len);
    for (size_t i = 0; i < len; i++)
        if (text[i] == ';')
            text[i] = '\0';
    prop(t, name, text, len);
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same tree. */
static u64 next_random(u64 *state)
{
    u64 z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void dt_chosen(struct dt *t, const char *name, const char *uart, u64 seed)
{
    u32 random[8];
    for (unsigned i = 0; i < ARRAY_SIZE(random); i++)
        random[i] = (u32)(next_random(&seed) >> 32);
    dt_begin(t, name);
    dt_strings(t, "stdout-path", uart);
    dt_cells(t, "rng-seed", random, ARRAY_SIZE(random));
    dt_end(t);
}

bool dt_build(struct machine *m, void *fdt, size_t room, void (*root)(struct dt *t, const struct machine *m), struct error *err)
{
    struct dt t = { .fdt = fdt };
    note(&t, fdt_create(fdt, (int)room));
    if (!t.rc)
        note(&t, fdt_finish_reservemap(fdt));
    root(&t, m);
    if (!t.rc)
        note(&t, fdt_finish(fdt));
    if (!t.rc)
        note(&t, fdt_open_into(fdt, fdt, (int)room));
    return !t.rc || error_set(err, "device tree: %s", fdt_strerror(t.rc));
}
