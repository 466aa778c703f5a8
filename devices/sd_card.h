/* An SD memory card on its bus: commands with their responses, and blocks of data. No pins, no time, no CRC: the host controller asks, the
 * card answers at once. */
#ifndef DEVICES_SD_CARD_H
#define DEVICES_SD_CARD_H

#include "emu/platform/error.h"
#include "emu/platform/log.h"
#include "emu/platform/types.h"

struct sd_card;

enum sd_response_kind { SD_NO_RESPONSE, SD_SHORT, SD_LONG };

struct sd_response {
    u8 kind;     /* enum sd_response_kind */
    u32 word[4]; /* SD_SHORT: word[0], bits 39:8 of the response; SD_LONG: bits 127:0 of CID or CSD, the highest first */
};

/* A card with the content of a file, whose size says which kind it is (up to 1 GiB: standard capacity; above: high capacity). What is
 * written goes to the file at once, unless readonly: then the card is write protected. NULL: *err names the file. */
struct sd_card *sd_card_new(const char *image, bool readonly, struct log *log, struct error *err);
void sd_card_free(struct sd_card *card);
void sd_card_power_on(struct sd_card *card); /* power was off: state idle */
bool sd_card_is_protected(const struct sd_card *card);

void sd_card_command(struct sd_card *card, u8 index, u32 argument, struct sd_response *response);
/* Data of the command before: one byte from the card, or to it. False: the card has or wants none. */
bool sd_card_read(struct sd_card *card, u8 *byte);
bool sd_card_write(struct sd_card *card, u8 byte);

#endif
