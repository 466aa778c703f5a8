/* What the compiler calls for structures. */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memset(void *at, int value, size_t len);

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *at, int value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((char *)at)[i] = (char)value;
    return at;
}
