/* What PS/2 devices have in common: the queue of bytes for the host. */
#include "devices/ps2.h"

#include <string.h>

void ps2_init(struct ps2_device *d, const struct ps2_kind *kind, struct clock *clock, struct log *log, void (*ready)(void *), void *controller)
{
    if (d->clock)
        clock_cancel(d->clock, &d->repeats);
    *d = (struct ps2_device){ .kind = kind, .clock = clock, .log = log, .ready = ready, .controller = controller };
    kind->power_on(d);
}

void ps2_forget(struct ps2_device *d)
{
    d->first = d->count = 0;
}

void ps2_send(struct ps2_device *d, const u8 *bytes, unsigned n)
{
    if (d->count + n > PS2_QUEUE)
        return;
    for (unsigned i = 0; i < n; i++)
        d->queue[(d->first + d->count++) % PS2_QUEUE] = bytes[i];
    if (d->ready)
        d->ready(d->controller);
}

void ps2_send_byte(struct ps2_device *d, u8 byte)
{
    ps2_send(d, &byte, 1);
}

bool ps2_take(struct ps2_device *d, u8 *byte)
{
    if (!d->count)
        return false;
    *byte = d->last = d->queue[d->first];
    d->first = (u8)((d->first + 1) % PS2_QUEUE);
    d->count--;
    return true;
}

/* Whatever the host says ends what the device was about to say (a byte that is not through is inhibited, and given up with it). */
void ps2_give(struct ps2_device *d, u8 byte)
{
    if (byte == PS2_RESEND && !d->wants) {
        ps2_forget(d);
        ps2_send_byte(d, d->last);
        return;
    }
    ps2_forget(d);
    d->kind->received(d, byte);
}
