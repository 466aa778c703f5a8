/* NOR flash with the Intel command set and CFI: two x16 chips side by side in a 32-bit bank. */
#ifndef DEVICES_FLASH_H
#define DEVICES_FLASH_H

#include "emu/platform/bus.h"

struct flash;

struct flash_config {
    const char *name;
    u64 base, size;
    bool has_alias;      /* it is seen at `alias` as well */
    u64 alias;
    bool secure_only;
    const char *image;   /* host file with the content, or NULL: erased */
    bool readonly;       /* changes are not written back to `image` */
    /* Told when reads stop or start to come from memory. */
    void (*mode_changed)(void *owner);
    void *owner;
};

/* Maps the bank and loads its image. NULL: *err names the file. */
struct flash *flash_new(const struct flash_config *config, struct bus *bus, struct log *log, struct error *err);
void flash_reset(struct flash *flash); /* read-array mode; content stays */
/* Writes changed blocks back to the image file. */
void flash_free(struct flash *flash);

#endif
