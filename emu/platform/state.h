/* Each owner of state lists its fields once; reset, snapshot, debugger view and state compare come from that list. */
#ifndef PLATFORM_STATE_H
#define PLATFORM_STATE_H

#include "emu/platform/types.h"

struct state_field {
    const char *name;
    u32 offset; /* in the owner's struct */
    u16 size;   /* bytes of one element: 1, 2, 4, 8, 16 */
    u16 count;  /* elements */
};

#define STATE_FIELD(type, member)                                                                                      \
    {                                                                                                                  \
        .name = #member, .offset = offsetof(type, member), .size = sizeof(((type *)0)->member), .count = 1             \
    }
#define STATE_ARRAY(type, member)                                                                                      \
    {                                                                                                                  \
        .name = #member, .offset = offsetof(type, member), .size = sizeof(((type *)0)->member[0]),                     \
        .count = ARRAY_SIZE(((type *)0)->member)                                                                       \
    }

#endif
