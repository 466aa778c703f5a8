/* What a board needs of the card interface besides its device_type. irq[0]: MCIINTR0, irq[1]: MCIINTR1. */
#ifndef DEVICES_PL180_H
#define DEVICES_PL180_H

#include "devices/sd_card.h"
#include "devices/types.h"

/* The card in the slot; the caller's. NULL: the slot is empty. */
void pl180_insert(struct device *dev, struct sd_card *card);

#endif
