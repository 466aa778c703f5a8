/* An interrupt line: one source, one sink. The sink is told of changes only. */
#ifndef PLATFORM_IRQ_H
#define PLATFORM_IRQ_H

#include "emu/platform/types.h"

struct irq_line {
    void (*changed)(void *sink, unsigned n, bool level); /* NULL: not connected */
    void *sink;
    unsigned n; /* the sink's own number for this line */
    bool level;
};

static inline void irq_connect(struct irq_line *line, void (*changed)(void *, unsigned, bool), void *sink, unsigned n)
{
    line->changed = changed;
    line->sink = sink;
    line->n = n;
}

static inline void irq_set(struct irq_line *line, bool level)
{
    if (line->level == level)
        return;
    line->level = level;
    if (line->changed)
        line->changed(line->sink, line->n, level);
}

#endif
